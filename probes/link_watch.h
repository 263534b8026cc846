// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the kernel says of interfaces while we run: down and up, another name, another MTU, gone. A netlink socket,
 * opened before everything is given up; reading it needs no privilege.
 */
#ifndef VL_PROBES_LINK_WATCH_H
#define VL_PROBES_LINK_WATCH_H

#include <stdbool.h>

#include "probes/live_capture.h"

struct link_change {
	unsigned index;                 /* of the interface */
	bool gone;                      /* removed; the rest says nothing */
	bool up;                        /* it is up, and has a carrier */
	unsigned mtu;                   /* 0: not said */
	char name[LIVE_NAME];           /* empty: not said */
};

/* A descriptor to be closed by the caller, readable when something changed; -1: errno says why. */
int link_watch_open(void);
/* The next change, of any interface. False: none for now. */
bool link_watch_read(int descriptor, struct link_change *out);

#endif

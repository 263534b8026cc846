// SPDX-License-Identifier: BSD-2-Clause
/*
 * The settings of a part that has several groups by number: NAME.NUMBER[.ipv4|.ipv6][.INTERFACE].FIELD, as
 * "hsrp.1.eth0.priority".
 */
#ifndef VL_VENDORS_VENDOR_PATH_H
#define VL_VENDORS_VENDOR_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/addr.h"

#define VENDOR_PATH_WORD 40

struct vendor_path {
	uint64_t number;
	enum ip_family family;                  /* IP_NONE: not said */
	char interface[VENDOR_PATH_WORD];       /* "": not said */
	const char *field;                      /* in the text that was read */
};

/* False: not of this form, or of another part. */
bool vendor_path_read(struct vendor_path *p, const char *text, const char *name);
/* Whether a group of this number, family and interface is meant. */
bool vendor_path_means(const struct vendor_path *p, uint64_t number, enum ip_family family, const char *interface);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * One interface, listened to. Sends nothing: a packet socket in promiscuous mode is all that is opened, and all that
 * needs privilege is done by live_open, so that privilege_drop can come before the first frame.
 *
 * Immediate mode with a large ring: a frame is there when poll says so, with a time of nanoseconds where the kernel
 * has them. The kernel's filter keeps what the protocols use (VRRP, CARP, HSRP, GLBP, clusters, ARP, neighbour
 * discovery; untagged, tagged, stacked) and is there to shed load: what a frame is, the dissector says. What this
 * host sends is kept, too, because this host may be one of the routers.
 */
#ifndef VL_PROBES_LIVE_CAPTURE_H
#define VL_PROBES_LIVE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/wire/packet.h"

#define LIVE_ERROR 320
#define LIVE_NAME 16                    /* room for an interface's name; IF_NAMESIZE */

enum live_problem {
	LIVE_OPEN,                      /* none */
	LIVE_FORBIDDEN,                 /* CAP_NET_RAW is missing */
	LIVE_ABSENT,                    /* there is no such interface */
	LIVE_DOWN,                      /* it is there, and down */
	LIVE_FAILED,
};

struct live_frame {
	const uint8_t *bytes;           /* valid until the next call */
	size_t captured, length;
	int64_t time_ns;                /* wall time, since 1970 */
};

enum live_next {
	LIVE_FRAME,
	LIVE_NOTHING,                   /* for the moment */
	LIVE_GONE,                      /* the interface was removed: nothing will come any more */
};

struct live_counters {
	uint64_t heard;                 /* frames of any kind that came in */
	uint64_t kept;                  /* of these and of the host's own, passed by the kernel's filter */
	uint64_t dropped;               /* of them, lost: the ring was full */
	uint64_t tags_unmatched;        /* tagged, and held back by words that do not speak of VLANs */
};

struct live_capture;

/* NULL: *problem says what kind of, `error` in the kernel's words. */
struct live_capture *live_open(const char *interface, enum live_problem *problem, char error[LIVE_ERROR]);
void live_close(struct live_capture *l);
const char *live_name(const struct live_capture *l);
/* Words of the user's own: only frames that match are given, as of a capture file. False: they are wrong. */
bool live_filter(struct live_capture *l, const char *expression, char error[LIVE_ERROR]);
/* Lets more through the kernel's filter than the protocols: words of a pcap filter, tagged or not ("tcp"). Before
 * privilege_drop or after it. False: they are wrong. */
bool live_widen(struct live_capture *l, const char *more, char error[LIVE_ERROR]);
/* For poll: readable when frames are there. */
int live_descriptor(const struct live_capture *l);
/* For poll, with no events: in error when the interface goes down; ask live_went_down then. */
int live_watcher(const struct live_capture *l);
bool live_went_down(struct live_capture *l);
enum live_next live_read(struct live_capture *l, struct live_frame *out);
/* Takes the frame apart by the interface's link type. */
void live_dissect(const struct live_capture *l, const struct live_frame *f, struct packet *p);
/* Whether frames begin with an Ethernet header: others (tunnels) begin with IP. */
bool live_is_ethernet(const struct live_capture *l);
/* Brings the counters up to date. */
const struct live_counters *live_count(struct live_capture *l);

/* The filter of the kernel, as text: what is kept. */
extern const char live_protocols[];

#endif

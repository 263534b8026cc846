// SPDX-License-Identifier: BSD-2-Clause
/*
 * One interface that an engine hears and speaks on. Two captures by libpcap, so that no flood of other frames keeps
 * those of the redundancy protocols waiting: an urgent one (VRRP, CARP, HSRP, GLBP), and one for everything else,
 * whole (65535 bytes: super-frames come, see frame_mend.h) and in a large ring. Frames go out in batches through
 * libnet's descriptor, urgent ones first, the rest no faster than its rate.
 *
 * What this host itself sends through the interface is not heard: neither our own frames nor its kernel's.
 *
 *	wire_open       needs CAP_NET_RAW; nothing after it does
 *	wire_permit     names what a locked-in process still needs (privilege.h)
 */
#ifndef VL_PROBES_WIRE_PORT_H
#define VL_PROBES_WIRE_PORT_H

#include "probes/live_capture.h"
#include "probes/privilege.h"
#include "sim/base/frame.h"
#include "sim/base/time.h"

#define WIRE_RING ((size_t)128 << 20)   /* bytes, by default: 2000 frames, because each slot has room for the longest */
#define WIRE_RATE 50000U                /* frames a second, by default */

struct wire_config {
	const char *interface;          /* borrowed */
	bool transmits;                 /* false: what is sent is counted, and goes nowhere */
	size_t ring;                    /* bytes; 0 means WIRE_RING */
	uint64_t rate;                  /* frames a second that may leave, a long one counts as its segments; 0: no limit */
};

struct wire_counters {
	uint64_t heard;                 /* frames taken from the captures */
	uint64_t mended;                /* of them, those whose checksum was put in */
	uint64_t cut;                   /* longer than a slot: given up */
	uint64_t ring_full;             /* lost in the kernel: nobody came for them in time */
	uint64_t sent;                  /* frames, as handed over; */
	uint64_t segmented;             /* of them, those that the kernel was asked to cut */
	uint64_t joined;                /* of them, those that went with the one before, to be cut off it again (frame_join.h) */
	uint64_t kept_in;               /* not sent: nothing may be (transmits is false) */
	uint64_t over_rate;             /* not sent: more waited than there is room for */
	uint64_t waiting;               /* not sent yet: they wait for the rate, or for the kernel */
	uint64_t too_long;              /* not sent: longer than the MTU, and nothing that can be cut */
	uint64_t refused;               /* not sent: the interface was down or gone, or the kernel did not want it */
};

struct wire_port;

/* NULL: *problem and `error` say why, as live_open's. */
struct wire_port *wire_open(const struct wire_config *c, enum live_problem *problem, char error[LIVE_ERROR]);
void wire_close(struct wire_port *w);
bool wire_permit(const struct wire_port *w, struct privilege_needs *needs);

const char *wire_name(const struct wire_port *w);       /* as it is called now */
unsigned wire_index(const struct wire_port *w);
struct mac wire_mac(const struct wire_port *w);         /* the interface's own */
bool wire_is_up(const struct wire_port *w);
unsigned wire_mtu(const struct wire_port *w);

/* For poll: readable when frames are there; -1 when the interface is gone. */
int wire_urgent(const struct wire_port *w);
int wire_other(const struct wire_port *w);
/* For poll: writable when the kernel takes frames again; -1 unless some wait for that. */
int wire_blocked(const struct wire_port *w);

/* A frame that was heard, whole and mended; lent (frame.h) for the call. `age`, of urgent ones: how long ago the kernel had
 * it; 0 when its clock was set meanwhile. */
typedef void wire_heard(void *context, struct frame *f, vl_time age);
/* Hands over the frames that are there in one of the captures, `most` of them. How many those were. */
size_t wire_hear(struct wire_port *w, bool urgent, struct frame_pool *pool, unsigned most, wire_heard *heard, void *context);
bool wire_is_gone(const struct wire_port *w);           /* wire_note_gone was called */

/* VRRP (in AH, too) or CARP, untagged or tagged: what leaves before everything else. */
bool wire_is_urgent(const struct frame *f);
/* Queues a frame; takes the reference. */
void wire_send(struct wire_port *w, struct frame *f);
/* Sends what waits and may leave; `now` is any clock that only goes forward. */
void wire_flush(struct wire_port *w, vl_time now);
/* When the next of those that wait may leave; VL_NEVER: none waits for that. */
vl_time wire_due(const struct wire_port *w);
/* The kernel takes no more for now, and many frames wait: who takes in more would lose it here. False again when the
 * kernel has taken none for so long that its other wires should not wait for this one. */
bool wire_holds_back(const struct wire_port *w, vl_time now);

/* What became of the interface (link_watch.h). */
void wire_note(struct wire_port *w, const char *name, bool up, unsigned mtu);
void wire_note_gone(struct wire_port *w);

/* Brought up to date. */
const struct wire_counters *wire_count(struct wire_port *w);

/* One frame, at once and without a queue: for who says goodbye for somebody else. False: it did not go. */
bool wire_send_now(struct wire_port *w, const uint8_t *bytes, size_t length);

#endif

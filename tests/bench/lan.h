// SPDX-License-Identifier: BSD-2-Clause
/*
 * The segments of the workloads: hosts on one learning switch, each on a cable of its own. A cable of 1 Gb/s
 * and 1 us carries every frame of a workload in one fixed time: its bits (with the frame check sequence that
 * we do not carry) and the way.
 */
#ifndef VL_TESTS_BENCH_LAN_H
#define VL_TESTS_BENCH_LAN_H

#include "sim/world/world.h"

struct lan {
	struct frame_pool *pool;
	struct world *world;
	world_segment segment;
	vl_time latency;
};

/* Frames have `length` bytes, without the frame check sequence. */
void lan_open(struct lan *lan, size_t length);
void lan_add(struct lan *lan, struct engine host);
void lan_start(struct lan *lan);                /* every host */
void lan_run(struct lan *lan, vl_time until);
void lan_close(struct lan *lan);                /* frees the hosts; no frame was lost or is still held */

struct mac lan_mac(unsigned host);              /* 02:00:00:00:hi:lo */

/* --- a host that knows Ethernet only --------------------------------------------------------------------- */

struct station_order {
	struct mac to;
	size_t payload;
	vl_time at, every;              /* the first, and between two */
	uint64_t count;                 /* how many; 0: it only listens */
	bool greets;                    /* says one frame to everybody first, at `greets_at` */
	vl_time greets_at;
};

struct station;

struct station *station_new(struct lan *lan, unsigned host, const struct station_order *order);
/* The station is the lan's. */
uint64_t station_heard(const struct station *s);        /* frames to it or to a group, the greetings aside */

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * HAProxy's ring of consistent hashing: each server has 16 points for each unit of its weight on a circle of 2^32, by
 * its id alone; whoever has the point nearest to a hash has the client, on either side, the lower one of two equally
 * near. A server of less effective weight has fewer of its points, one that may have none has none.
 *
 * The circle is sorted when the list changes. Other changes only say how many of its points each server has: those
 * that do not count are passed over.
 */
#ifndef VL_BALANCER_RING_H
#define VL_BALANCER_RING_H

#include "sim/balancer/scheduler.h"

struct ring {
	size_t room, count;             /* servers */
	size_t points;
	uint64_t *point;                /* hash << 32 | server << 12 | number of the point */
	uint64_t *scratch;
	uint32_t *index;                /* for each value of the hash's first bits, the first point not before it */
	unsigned index_bits;
	uint64_t *configured;           /* full weights as the points were made */
	uint32_t *now;                  /* points that count, of each server */
	size_t present;                 /* servers that have any */
};

#define RING_ROOM (1u << 20)            /* servers */

bool ring_init(struct ring *r, size_t room);    /* false: no memory, or more servers than RING_ROOM */
void ring_fini(struct ring *r);
void ring_changed(struct ring *r, const struct scheduler_view *view, int which);

/* The point nearest to a hash, or -1 of an empty ring; whose it is; the next clockwise. */
int64_t ring_nearest(const struct ring *r, uint32_t hash);
int64_t ring_next(const struct ring *r, int64_t point);
static inline int ring_server(const struct ring *r, int64_t point)
{
	return (int)(r->point[point] >> 12 & (RING_ROOM - 1));
}

/* HAProxy's full avalanche: Bob Jenkins' function of 32 bits times a prime near 3/4 of the circle. */
uint32_t ring_hash(uint32_t a);

#endif

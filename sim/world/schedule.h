// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which of the world's sources (delay lines, nodes' timers) is due next: a 4-ary heap that holds every item
 * at most once and knows where, so that an item can be re-keyed in place. sim/base/heap.h keeps events; this
 * keeps sources, whose moment changes while they wait and whose order at one instant is the caller's.
 * Total order: (at, order, item).
 */
#ifndef VL_WORLD_SCHEDULE_H
#define VL_WORLD_SCHEDULE_H

#include "sim/base/time.h"

struct schedule_entry {
	vl_time at;
	uint64_t order;         /* at one instant the lower comes first */
	uint32_t item;
};

struct schedule {
	struct schedule_entry *entry;
	uint32_t *place;        /* item -> index in entry + 1; 0: not scheduled */
	size_t count;
	size_t items;           /* room of both */
};

void schedule_fini(struct schedule *s);
/* Makes room for items 0..items-1; afterwards schedule_set cannot fail. False: no memory. */
bool schedule_reserve(struct schedule *s, size_t items);
/* Schedules the item, or moves it. */
void schedule_set(struct schedule *s, uint32_t item, vl_time at, uint64_t order);
void schedule_remove(struct schedule *s, uint32_t item);        /* nothing when it is not scheduled */

/* The moment of the first, or VL_NEVER. */
static inline vl_time schedule_deadline(const struct schedule *s)
{
	return s->count > 0 ? s->entry[0].at : VL_NEVER;
}

/* The moment of one item, or VL_NEVER. */
static inline vl_time schedule_at(const struct schedule *s, uint32_t item)
{
	return s->place[item] > 0 ? s->entry[s->place[item] - 1].at : VL_NEVER;
}

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The event queue: a 4-ary heap ordered by (time, rank, sequence), total by construction, so that what
 * happens at one instant has one order everywhere. Entries are small values; `item` says what it means.
 */
#ifndef VL_BASE_HEAP_H
#define VL_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/time.h"

struct heap_entry {
	vl_time at;
	uint32_t rank;          /* at one instant the lower rank comes first */
	uint32_t item;          /* the owner's index of what is due */
	uint64_t sequence;      /* filled in by heap_push: insertion order */
};

struct heap {
	struct heap_entry *entry;
	size_t count;
	size_t room;
	uint64_t next_sequence;
};

void heap_init(struct heap *h);
void heap_fini(struct heap *h);
bool heap_push(struct heap *h, vl_time at, uint32_t rank, uint32_t item);       /* false: no memory */
const struct heap_entry *heap_first(const struct heap *h);                      /* NULL when empty */
bool heap_pop(struct heap *h, struct heap_entry *out);

#endif

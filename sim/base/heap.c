// SPDX-License-Identifier: BSD-2-Clause
/* A 4-ary heap: half as deep as a binary one, and four children share a cache line or two. */
#include "sim/base/heap.h"

#include <stdlib.h>

void heap_init(struct heap *h)
{
	*h = (struct heap){0};
}

void heap_fini(struct heap *h)
{
	free(h->entry);
	*h = (struct heap){0};
}

static bool before(const struct heap_entry *a, const struct heap_entry *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	if (a->rank != b->rank)
		return a->rank < b->rank;
	return a->sequence < b->sequence;
}

static bool make_room(struct heap *h)
{
	if (h->count < h->room)
		return true;
	size_t room = h->room == 0 ? 64 : h->room * 2;
	struct heap_entry *entry = realloc(h->entry, room * sizeof *entry);
	if (entry == NULL)
		return false;
	h->entry = entry;
	h->room = room;
	return true;
}

bool heap_push(struct heap *h, vl_time at, uint32_t rank, uint32_t item)
{
	if (!make_room(h))
		return false;
	struct heap_entry e = {.at = at, .rank = rank, .item = item, .sequence = h->next_sequence++};
	size_t i = h->count++;
	while (i > 0) {
		size_t parent = (i - 1) / 4;
		if (!before(&e, &h->entry[parent]))
			break;
		h->entry[i] = h->entry[parent];
		i = parent;
	}
	h->entry[i] = e;
	return true;
}

const struct heap_entry *heap_first(const struct heap *h)
{
	return h->count > 0 ? &h->entry[0] : NULL;
}

bool heap_pop(struct heap *h, struct heap_entry *out)
{
	if (h->count == 0)
		return false;
	*out = h->entry[0];
	struct heap_entry e = h->entry[--h->count];
	size_t i = 0;
	for (;;) {
		size_t first = 4 * i + 1, best = first;
		if (first >= h->count)
			break;
		size_t end = first + 4 < h->count ? first + 4 : h->count;
		for (size_t c = first + 1; c < end; c++)
			if (before(&h->entry[c], &h->entry[best]))
				best = c;
		if (!before(&h->entry[best], &e))
			break;
		h->entry[i] = h->entry[best];
		i = best;
	}
	if (h->count > 0)
		h->entry[i] = e;
	return true;
}

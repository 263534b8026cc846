// SPDX-License-Identifier: BSD-2-Clause
/* The indexed heap of sources. */
#include "sim/world/schedule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void schedule_fini(struct schedule *s)
{
	free(s->entry);
	free(s->place);
	*s = (struct schedule){0};
}

bool schedule_reserve(struct schedule *s, size_t items)
{
	if (items <= s->items)
		return true;
	size_t room = s->items == 0 ? 16 : s->items;
	while (room < items)
		room *= 2;
	struct schedule_entry *entry = realloc(s->entry, room * sizeof *entry);
	if (entry == NULL)
		return false;
	s->entry = entry;
	uint32_t *place = realloc(s->place, room * sizeof *place);
	if (place == NULL)
		return false;
	memset(place + s->items, 0, (room - s->items) * sizeof *place);
	s->place = place;
	s->items = room;
	return true;
}

/* Whichever comes first is as good as random, and a guess that failed costs more than all of this: no branches. */
static inline bool before(const struct schedule_entry *a, const struct schedule_entry *b)
{
	unsigned order = (a->order < b->order) | ((a->order == b->order) & (a->item < b->item));

	return (a->at < b->at) | ((a->at == b->at) & order);
}

static void put(struct schedule *s, size_t i, const struct schedule_entry *e)
{
	s->entry[i] = *e;
	s->place[e->item] = (uint32_t)i + 1;
}

/* Puts `e` where it belongs, starting from the hole at i. */
static void rise(struct schedule *s, size_t i, const struct schedule_entry *e)
{
	while (i > 0) {
		size_t parent = (i - 1) / 4;
		if (!before(e, &s->entry[parent]))
			break;
		put(s, i, &s->entry[parent]);
		i = parent;
	}
	put(s, i, e);
}

static void sink(struct schedule *s, size_t i, const struct schedule_entry *e)
{
	for (;;) {
		size_t first = 4 * i + 1, best = first;
		if (first >= s->count)
			break;
		if (first + 4 <= s->count) {
			const struct schedule_entry *c = &s->entry[first];
			size_t left = before(&c[1], &c[0]), right = 2 + (size_t)before(&c[3], &c[2]);
			size_t both[2] = {left, right};
			best = first + both[before(&c[right], &c[left])];
		} else {
			for (size_t c = first + 1; c < s->count; c++)
				if (before(&s->entry[c], &s->entry[best]))
					best = c;
		}
		if (!before(&s->entry[best], e))
			break;
		put(s, i, &s->entry[best]);
		i = best;
	}
	put(s, i, e);
}

void schedule_set(struct schedule *s, uint32_t item, vl_time at, uint64_t order)
{
	assert(item < s->items);
	struct schedule_entry e = {.at = at, .order = order, .item = item};

	if (s->place[item] == 0) {
		rise(s, s->count++, &e);
		return;
	}
	size_t i = s->place[item] - 1;
	if (i > 0 && before(&e, &s->entry[(i - 1) / 4]))
		rise(s, i, &e);
	else
		sink(s, i, &e);
}

void schedule_remove(struct schedule *s, uint32_t item)
{
	assert(item < s->items);
	if (s->place[item] == 0)
		return;
	size_t i = s->place[item] - 1;
	struct schedule_entry last = s->entry[--s->count];

	s->place[item] = 0;
	if (last.item == item)
		return;
	if (i > 0 && before(&last, &s->entry[(i - 1) / 4]))
		rise(s, i, &last);
	else
		sink(s, i, &last);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Three levels of slots, each slot of a level as wide as the whole level below (Varghese and Lauck 1987, scheme 6). */
#include "sim/base/wheel.h"

#include <assert.h>
#include <string.h>

#define SLOT_BITS 8                     /* of WHEEL_SLOTS */
#define EMPTY UINT64_MAX

static struct wheel_link *link_of(const struct wheel *w, uint32_t i)
{
	return (struct wheel_link *)(void *)(w->links + i * w->stride);
}

void wheel_init(struct wheel *w, struct wheel_link *links, size_t stride, unsigned tick_bits)
{
	memset(w, 0, sizeof *w);
	w->links = (uint8_t *)links;
	w->stride = stride;
	w->tick_bits = tick_bits != 0 ? tick_bits : WHEEL_TICK_BITS;
	w->next = EMPTY;
}

/* The tick at which a slot of a level comes, the next time after w->tick. */
static uint64_t comes_at(const struct wheel *w, unsigned level, unsigned slot)
{
	unsigned shift = level * SLOT_BITS;
	uint64_t round = (uint64_t)WHEEL_SLOTS << shift;
	uint64_t at = (w->tick & ~(round - 1)) | (uint64_t)slot << shift;

	return at > w->tick ? at : at + round;
}

/* The slot for a tick after w->tick: of the lowest level that reaches so far. What lies beyond all of them waits in the
 * farthest slot, to be set again from there. */
static unsigned slot_for(const struct wheel *w, uint64_t tick)
{
	uint64_t ahead = tick - w->tick;
	unsigned level = 0;

	while (level + 1 < WHEEL_LEVELS && ahead >> ((level + 1) * SLOT_BITS) != 0)
		level++;
	unsigned shift = level * SLOT_BITS;
	if (ahead >> shift >= WHEEL_SLOTS)
		tick = w->tick + ((uint64_t)(WHEEL_SLOTS - 1) << shift);
	return level * WHEEL_SLOTS + (unsigned)(tick >> shift & (WHEEL_SLOTS - 1));
}

static void put(struct wheel *w, uint32_t i, unsigned slot)
{
	struct wheel_link *n = link_of(w, i);
	uint32_t *head = &w->head[slot];

	n->slot = 1 + slot;
	if (*head == 0) {
		n->next = n->prev = i;
		*head = 1 + i;
		w->used[slot / WHEEL_SLOTS][slot % WHEEL_SLOTS / 64] |= UINT64_C(1) << slot % 64;
		return;
	}
	struct wheel_link *first = link_of(w, *head - 1), *last = link_of(w, first->prev);
	n->next = *head - 1;
	n->prev = first->prev;
	last->next = i;
	first->prev = i;
}

void wheel_remove(struct wheel *w, uint32_t i)
{
	struct wheel_link *n = link_of(w, i);

	if (n->slot == 0)
		return;
	unsigned slot = n->slot - 1;
	n->slot = 0;
	if (n->next == i) {
		w->head[slot] = 0;
		w->used[slot / WHEEL_SLOTS][slot % WHEEL_SLOTS / 64] &= ~(UINT64_C(1) << slot % 64);
		return;
	}
	link_of(w, n->prev)->next = n->next;
	link_of(w, n->next)->prev = n->prev;
	if (w->head[slot] == 1 + i)
		w->head[slot] = 1 + n->next;
}

void wheel_set(struct wheel *w, uint32_t i, vl_time at)
{
	struct wheel_link *n = link_of(w, i);
	uint64_t tick = at == VL_NEVER ? UINT64_MAX >> w->tick_bits
				       : (at >> w->tick_bits) + ((at & ((UINT64_C(1) << w->tick_bits) - 1)) != 0);

	if (tick <= w->tick)
		tick = w->tick + 1;
	if (n->slot != 0) {
		unsigned held = n->slot - 1;
		if (comes_at(w, held / WHEEL_SLOTS, held % WHEEL_SLOTS) <= tick)
			return;
		wheel_remove(w, i);
	}
	unsigned slot = slot_for(w, tick);
	put(w, i, slot);
	uint64_t comes = comes_at(w, slot / WHEEL_SLOTS, slot % WHEEL_SLOTS);
	if (comes < w->next)
		w->next = comes;
}

/* The used slot of a level that comes first after w->tick, or -1. */
static int first_used(const struct wheel *w, unsigned level)
{
	unsigned from = (unsigned)((w->tick >> level * SLOT_BITS) + 1) % WHEEL_SLOTS;

	for (unsigned k = 0; k <= WHEEL_SLOTS / 64; k++) {
		unsigned word = (from / 64 + k) % (WHEEL_SLOTS / 64);
		uint64_t bits = w->used[level][word];
		if (k == 0)
			bits &= ~UINT64_C(0) << from % 64;
		else if (k == WHEEL_SLOTS / 64)
			bits &= ~(~UINT64_C(0) << from % 64);
		if (bits != 0)
			return (int)(word * 64 + (unsigned)__builtin_ctzll(bits));
	}
	return -1;
}

/* The slot that comes first of all, the higher level first where two come together, or -1. */
static int find_next(const struct wheel *w, uint64_t *tick)
{
	int found = -1;

	*tick = EMPTY;
	for (unsigned level = WHEEL_LEVELS; level-- > 0;) {
		int slot = first_used(w, level);
		if (slot < 0)
			continue;
		uint64_t comes = comes_at(w, level, (unsigned)slot);
		if (comes < *tick) {
			*tick = comes;
			found = (int)(level * WHEEL_SLOTS) + slot;
		}
	}
	return found;
}

/* Elements that were set again while a slot was being emptied never land in it: their tick is later. So a slot whose
 * tick is w->tick itself is one that is being emptied. */
static int emptying(const struct wheel *w)
{
	for (unsigned level = WHEEL_LEVELS; level-- > 0;) {
		unsigned shift = level * SLOT_BITS;
		unsigned slot = (unsigned)(w->tick >> shift & (WHEEL_SLOTS - 1));
		bool begins = (w->tick & ((UINT64_C(1) << shift) - 1)) == 0;
		if (begins && w->head[level * WHEEL_SLOTS + slot] != 0)
			return (int)(level * WHEEL_SLOTS + slot);
	}
	return -1;
}

uint32_t wheel_take(struct wheel *w, vl_time now)
{
	uint64_t target = now >> w->tick_bits;

	if (w->next > target) {
		/* Nothing comes before: what is set from here on is measured from now, not from when the wheel last
		 * turned, and no slot of the past is its next one. */
		if (w->tick < target)
			w->tick = target;
		return WHEEL_NONE;
	}
	int slot = emptying(w);
	if (slot < 0) {
		slot = find_next(w, &w->next);
		if (slot < 0 || w->next > target) {
			if (w->tick < target)
				w->tick = target;
			return WHEEL_NONE;
		}
		w->tick = w->next;
	}
	uint32_t i = w->head[slot] - 1;
	wheel_remove(w, i);
	return i;
}

vl_time wheel_deadline(const struct wheel *w)
{
	return w->next == EMPTY ? VL_NEVER : w->next << w->tick_bits;
}

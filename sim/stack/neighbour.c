// SPDX-License-Identifier: BSD-2-Clause
/* The store: entries in an array with a free list, found through a keyed table. No packets here. */
#include "sim/stack/neighbour.h"

#include <assert.h>
#include <stdlib.h>

_Static_assert(sizeof(struct place) == 1 + sizeof(struct ip_addr), "keys are compared as bytes");

bool neighbour_cache_init(struct neighbour_cache *c, uint32_t room, uint64_t secret)
{
	*c = (struct neighbour_cache){.room = room, .deadline = VL_NEVER};
	c->entry = cache_lines_new(room * sizeof *c->entry);
	c->waiting = calloc(room, NEIGHBOUR_WAITING * sizeof(struct frame *));
	if (c->entry == NULL || c->waiting == NULL || !table_init(&c->index, room, sizeof(struct place), sizeof(uint32_t), secret))
		return false;
	for (uint32_t i = 0; i < room; i++) {
		c->entry[i].next_free = i + 1;
		c->entry[i].waiting = c->waiting + (size_t)i * NEIGHBOUR_WAITING;
	}
	return true;
}

void neighbour_cache_fini(struct neighbour_cache *c)
{
	table_fini(&c->index);
	free(c->entry);
	free(c->waiting);
	c->entry = NULL;
	c->waiting = NULL;
}

struct neighbour *neighbour_search(struct neighbour_cache *c, unsigned interface, const struct ip_addr *address)
{
	struct place place = {.interface = (uint8_t)interface, .address = *address};
	const uint32_t *number = table_find(&c->index, &place);
	if (number == NULL)
		return NULL;
	c->last[neighbour_last(address)] = *number;
	return &c->entry[*number];
}

/* The entry that nobody has used for the longest time and nobody waits for. */
static struct neighbour *least_used(const struct neighbour_cache *c)
{
	struct neighbour *found = NULL;

	for (uint32_t i = 0; i < c->room; i++) {
		struct neighbour *n = &c->entry[i];
		if (n->state == NEIGHBOUR_KNOWN && (found == NULL || n->used_at < found->used_at))
			found = n;
	}
	return found;
}

struct neighbour *neighbour_add(struct neighbour_cache *c, unsigned interface, const struct ip_addr *address,
				vl_time now)
{
	struct place place = {.interface = (uint8_t)interface, .address = *address};

	if (c->first_free == c->room) {
		struct neighbour *old = least_used(c);
		if (old == NULL)
			return NULL;
		neighbour_remove(c, old);
	}
	uint32_t *number = table_put(&c->index, &place, NULL);
	assert(number != NULL);
	*number = c->first_free;
	struct neighbour *n = &c->entry[*number];
	c->first_free = n->next_free;
	*n = (struct neighbour){
		.place = place, .state = NEIGHBOUR_INCOMPLETE, .retry_at = VL_NEVER, .used_at = now,
		.waiting = n->waiting,
	};
	return n;
}

void neighbour_remove(struct neighbour_cache *c, struct neighbour *n)
{
	assert(n->state != NEIGHBOUR_FREE && n->waiting_count == 0);
	table_remove(&c->index, &n->place);
	*n = (struct neighbour){.next_free = c->first_free, .waiting = n->waiting};
	c->first_free = (uint32_t)(n - c->entry);
}

void neighbour_rearm(struct neighbour_cache *c)
{
	c->deadline = VL_NEVER;
	for (uint32_t i = 0; i < c->room; i++) {
		const struct neighbour *n = &c->entry[i];
		if (n->state == NEIGHBOUR_INCOMPLETE || n->state == NEIGHBOUR_PROBE)
			c->deadline = vl_time_min(c->deadline, n->retry_at);
	}
}

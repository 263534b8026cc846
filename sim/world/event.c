// SPDX-License-Identifier: BSD-2-Clause
/* What the world does by itself at its time: links that flap, switches that learn again, frames that something in
 * a node sends. */
#include "sim/world/parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct record_kind WORLD_FLAP_KIND = {
	.name = "world.flap",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: flaps, {down} s down, {up} s up, {count} times",
	.field = {{"node", VALUE_WORD}, {"port", VALUE_NUMBER}, {"down", VALUE_TIME}, {"up", VALUE_TIME},
		  {"count", VALUE_NUMBER}},
};

const struct record_kind WORLD_INJECT_KIND = {
	.name = "world.inject",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: {what} a frame of its own every {every} s, {count} times",
	.field = {{"node", VALUE_WORD}, {"port", VALUE_NUMBER}, {"what", VALUE_WORD}, {"every", VALUE_TIME},
		  {"count", VALUE_NUMBER}},
};

uint32_t event_add(struct world *w, const struct event *e)
{
	struct event *grown = world_grow(w, w->event, &w->event_room, w->event_count, sizeof *w->event);

	if (grown == NULL)
		return WORLD_NONE;
	w->event = grown;
	if (!schedule_reserve(&w->events, w->event_count + 1)) {
		w->no_memory = true;
		return WORLD_NONE;
	}
	w->event[w->event_count] = *e;
	return (uint32_t)w->event_count++;
}

/* At one instant in the order in which they were made. */
static void set_event(struct world *w, uint32_t event, vl_time length)
{
	schedule_set(&w->events, event, vl_time_after(w->now, length), event);
}

/* --- flapping ------------------------------------------------------------------------------------------- */

static uint32_t find_flap(const struct world *w, world_node n, unsigned port)
{
	for (uint32_t i = 0; i < w->event_count; i++)
		if (w->event[i].kind == EVENT_FLAP && w->event[i].index == n && w->event[i].port == port)
			return i;
	return WORLD_NONE;
}

void world_link_flap(struct world *w, world_node n, unsigned port, vl_time down, vl_time up, uint64_t count)
{
	uint32_t i = find_flap(w, n, port);
	const struct event flap = {.kind = EVENT_FLAP, .index = n, .port = port, .down = down, .up = up, .left = count};

	if (down == 0 && (i == WORLD_NONE || schedule_at(&w->events, i) == VL_NEVER))
		return; /* it does not */
	if (i == WORLD_NONE)
		i = event_add(w, &flap);
	if (i == WORLD_NONE)
		return;
	w->event[i] = flap;
	schedule_remove(&w->events, i);
	world_tell(w, &(struct record){.kind = &WORLD_FLAP_KIND,
				       .value = {{.word = w->node[n].name},
						 {.number = port},
						 {.time = down},
						 {.time = up},
						 {.number = count}}});
	world_link_carrier(w, n, port, down == 0);
	if (down > 0)
		set_event(w, i, down);
}

static void flap(struct world *w, uint32_t event)
{
	const struct event e = w->event[event];
	bool comes_up = !w->port[w->node[e.index].port[e.port]].carrier;

	if (comes_up && e.left > 0 && --w->event[event].left == 0)
		schedule_remove(&w->events, event);
	else
		set_event(w, event, comes_up ? e.up : e.down);
	world_link_carrier(w, e.index, e.port, comes_up);
}

/* --- frames of its own ---------------------------------------------------------------------------------- */

static void tell_inject(struct world *w, const struct event *e, const char *what)
{
	world_tell(w, &(struct record){.kind = &WORLD_INJECT_KIND,
				       .value = {{.word = w->node[e->index].name},
						 {.number = e->port},
						 {.word = what},
						 {.time = e->every},
						 {.number = e->left}}});
}

static void inject(struct world *w, uint32_t event)
{
	const struct event e = w->event[event];
	const struct node *n = &w->node[e.index];

	if (e.left > 0 && --w->event[event].left == 0)
		schedule_remove(&w->events, event);
	else
		set_event(w, event, e.every);
	if (n->state != WORLD_NODE_RUNNING)
		return;
	struct frame *f = frame_copy(w->pool, e.bytes, e.length);
	if (f == NULL)
		w->no_memory = true;
	else
		link_send(w, n->port[e.port], f);
}

void world_inject(struct world *w, world_node n, unsigned port, const uint8_t *bytes, size_t length, vl_time every,
		  uint64_t count)
{
	assert(n < w->node_count && w->node[n].port[port] != WORLD_NONE && every > 0);
	struct event e = {.kind = EVENT_INJECT, .index = n, .port = port, .every = every, .left = count,
			  .length = length, .bytes = malloc(length > 0 ? length : 1)};
	uint32_t i = e.bytes != NULL ? event_add(w, &e) : WORLD_NONE;

	if (i == WORLD_NONE) {
		w->no_memory = true;
		free(e.bytes);
		return;
	}
	memcpy(e.bytes, bytes, length);
	tell_inject(w, &e, "sends");
	inject(w, i);
}

void world_inject_end(struct world *w, world_node n)
{
	for (uint32_t i = 0; i < w->event_count; i++) {
		const struct event *e = &w->event[i];
		if (e->kind != EVENT_INJECT || e->index != n || schedule_at(&w->events, i) == VL_NEVER)
			continue;
		schedule_remove(&w->events, i);
		tell_inject(w, e, "no longer sends");
	}
}

void event_happens(struct world *w, uint32_t event)
{
	switch (w->event[event].kind) {
	case EVENT_FLAP:
		flap(w, event);
		break;
	case EVENT_LEARNING:
		schedule_remove(&w->events, event);
		switch_learns_again(w, w->event[event].index);
		break;
	case EVENT_INJECT:
		inject(w, event);
		break;
	}
}

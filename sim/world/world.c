// SPDX-License-Identifier: BSD-2-Clause
/* Construction, the run loop and plain questions. What happens in a node, on a link and in a switch is in
 * the files of these names. */
#include "sim/world/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *world_grow(struct world *w, void *array, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return array;
	size_t more = *room == 0 ? 8 : *room * 2;
	void *grown = realloc(array, more * size);
	if (grown == NULL) {
		w->no_memory = true;
		return NULL;
	}
	*room = more;
	return grown;
}

void world_tell(struct world *w, const struct record *r)
{
	if (w->listener.record == NULL)
		return;
	struct record copy = *r;
	copy.at = w->now;
	w->listener.record(w->listener.context, &copy);
}

bool world_counts(struct world *w)
{
	if (++w->events_now > WORLD_EVENTS_AN_INSTANT)
		w->livelock = true;
	return !w->livelock;
}

/* --- construction --------------------------------------------------------------------------------------- */

struct world *world_new(uint64_t seed, struct frame_pool *pool, const struct world_listener *listener)
{
	struct world *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->seed = seed;
	w->pool = pool;
	if (listener != NULL)
		w->listener = *listener;
	return w;
}

static void free_lane(struct lane *l)
{
	for (size_t i = 0; i < l->count; i++)
		frame_unref(l->ring[(l->first + i) & (l->room - 1)].frame);
	free(l->ring);
}

void world_free(struct world *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->lane_count; i++)
		free_lane(&w->lane[i]);
	for (size_t i = 0; i < w->node_count; i++) {
		w->node[i].engine.ops->free(w->node[i].engine.self);
		free(w->node[i].port);
		free(w->node[i].ailment);
	}
	for (size_t i = 0; i < w->port_count; i++)
		trouble_free(w->port[i].trouble);
	for (size_t i = 0; i < w->event_count; i++)
		free(w->event[i].bytes);
	for (size_t i = 0; i < w->segment_count; i++)
		switch_fini(&w->segment[i]);
	schedule_fini(&w->arrivals);
	schedule_fini(&w->timers);
	schedule_fini(&w->events);
	outbox_fini(&w->outside);
	free(w->lane);
	free(w->node);
	free(w->segment);
	free(w->port);
	free(w->trunk);
	free(w->event);
	free(w->rule);
	free(w);
}

world_segment world_add_segment(struct world *w, const struct world_segment_config *config)
{
	struct segment *grown =
		world_grow(w, w->segment, &w->segment_room, w->segment_count, sizeof *w->segment);

	if (grown == NULL)
		return WORLD_NONE;
	w->segment = grown;
	if (!switch_init(w, &w->segment[w->segment_count], config)) {
		w->no_memory = true;
		return WORLD_NONE;
	}
	w->segment[w->segment_count].domain = (uint32_t)w->segment_count;
	return (world_segment)w->segment_count++;
}

uint32_t world_append_node(struct world *w, const char *name, struct engine engine, unsigned ports)
{
	struct node *grown = world_grow(w, w->node, &w->node_room, w->node_count, sizeof *w->node);
	uint32_t *port = calloc(ports > 0 ? ports : 1, sizeof *port);

	if (grown != NULL)
		w->node = grown;
	if (grown == NULL || port == NULL || !schedule_reserve(&w->timers, w->node_count + 1)) {
		w->no_memory = true;
		free(port);
		engine.ops->free(engine.self);
		return WORLD_NONE;
	}
	for (unsigned i = 0; i < ports; i++)
		port[i] = WORLD_NONE;
	w->node[w->node_count] =
		(struct node){.name = name, .engine = engine, .port_count = ports, .port = port};
	return (uint32_t)w->node_count++;
}

world_node world_add_node(struct world *w, const char *name, struct engine engine, unsigned ports)
{
	assert(w->attached == 0);
	return world_append_node(w, name, engine, ports);
}

/* A stream's name holds the node's name and port, so a link keeps its dice whatever else there is. */
static struct prng link_stream(const struct world *w, const struct port *p, const char *what)
{
	char name[256];

	snprintf(name, sizeof name, "%s of %s:%u", what, w->node[p->node].name, (unsigned)p->node_port);
	return prng_stream(w->seed, name);
}

void world_connect(struct world *w, world_node node, unsigned port, world_segment segment,
		   const struct world_link_config *link)
{
	static const struct world_link_config usual = {.latency = WORLD_LINK_LATENCY};

	if (w->no_memory)
		return; /* node or segment may be the one that could not be made */
	assert(node < w->node_count && port < w->node[node].port_count && segment < w->segment_count);
	assert(w->node[node].port[port] == WORLD_NONE);
	if (link == NULL)
		link = &usual;
	struct port *grown = world_grow(w, w->port, &w->port_room, w->port_count, sizeof *w->port);
	if (grown == NULL)
		return;
	w->port = grown;
	uint32_t lane = link_shared_lane(w, link->latency);
	if (lane == WORLD_NONE)
		return;
	uint32_t index = (uint32_t)w->port_count;
	struct port *p = &w->port[w->port_count++];
	*p = (struct port){.node = node, .node_port = port, .segment = segment, .lane_out = lane,
			   .lane_in = lane, .latency = link->latency, .jitter = link->jitter,
			   .loss_ppm = link->loss_ppm, .carrier = true};
	p->loss_out = link_stream(w, p, "loss out");
	p->loss_in = link_stream(w, p, "loss in");
	p->jitter_out = link_stream(w, p, "jitter out");
	p->jitter_in = link_stream(w, p, "jitter in");
	link_look(p);
	w->node[node].port[port] = index;
	if (switch_add_port(w, &w->segment[segment], index) && link->jitter > 0)
		link_detach(w, index);
}

bool world_complete(const struct world *w)
{
	return !w->no_memory;
}

/* --- running -------------------------------------------------------------------------------------------- */

vl_time world_now(const struct world *w)
{
	return w->now;
}

vl_time world_deadline(const struct world *w)
{
	return vl_time_min(schedule_deadline(&w->events),
			   vl_time_min(schedule_deadline(&w->arrivals), schedule_deadline(&w->timers)));
}

/* Runs what happens before `end`; then the time is `until`. */
static enum world_run_result run(struct world *w, vl_time end, vl_time until)
{
	assert(until >= w->now);
	while (!w->livelock && !w->no_memory) {
		vl_time arrival = schedule_deadline(&w->arrivals), timer = schedule_deadline(&w->timers);
		vl_time event = schedule_deadline(&w->events);
		vl_time next = vl_time_min(event, vl_time_min(arrival, timer));

		if (next >= end)
			break;
		assert(next >= w->now);
		if (next > w->now) {
			w->now = next;
			w->events_now = 0;
		}
		if (!world_counts(w))
			break;
		if (event == next)
			event_happens(w, w->events.entry[0].item);
		else if (arrival <= timer)
			link_arrival(w, w->arrivals.entry[0].item);
		else
			node_timer(w, w->timers.entry[0].item);
	}
	if (w->livelock)
		return WORLD_LIVELOCK;
	if (w->no_memory)
		return WORLD_NO_MEMORY;
	if (until != VL_NEVER && until > w->now) {
		w->now = until;
		w->events_now = 0;
	}
	return WORLD_RAN;
}

enum world_run_result world_run(struct world *w, vl_time until)
{
	return run(w, until, until);
}

enum world_run_result world_run_through(struct world *w, vl_time until)
{
	return run(w, vl_time_after(until, 1), until);
}

/* --- questions ------------------------------------------------------------------------------------------ */

enum world_node_state world_node_state(const struct world *w, world_node n)
{
	return w->node[n].state;
}

size_t world_node_count(const struct world *w)
{
	return w->node_count - w->attached;
}

const char *world_node_name(const struct world *w, world_node n)
{
	return w->node[n].name;
}

size_t world_segment_count(const struct world *w)
{
	return w->segment_count;
}

const char *world_segment_name(const struct world *w, world_segment s)
{
	return w->segment[s].name;
}

uint64_t world_frames(const struct world *w)
{
	return w->frames;
}

/* What leaves the port's segment over trunks: not what is on another side than they. */
static bool reaches_trunks(const struct world *w, const struct port *p)
{
	return p->side == w->segment[p->segment].trunk_side;
}

bool world_reaches(const struct world *w, world_node from, world_segment from_segment, world_node to,
		   world_segment to_segment)
{
	const struct node *a = &w->node[from], *b = &w->node[to];

	if (a->state != WORLD_NODE_RUNNING || b->state != WORLD_NODE_RUNNING)
		return false;
	for (unsigned i = 0; i < a->port_count; i++) {
		if (a->port[i] == WORLD_NONE || w->port[a->port[i]].segment != from_segment)
			continue;
		if (from_segment != to_segment && !reaches_trunks(w, &w->port[a->port[i]]))
			continue;
		for (unsigned k = 0; k < b->port_count; k++)
			if (b->port[k] != WORLD_NONE && w->port[b->port[k]].segment == to_segment &&
			    link_open(w, a->port[i], b->port[k]))
				return trunk_open(w, from_segment, to_segment);
	}
	return false;
}

bool world_reachable(const struct world *w, world_segment s, world_node from, world_node to)
{
	return world_reaches(w, from, s, to, s);
}

bool world_audible(const struct world *w, world_segment s, world_node n)
{
	const struct node *node = &w->node[n];

	if (node->state != WORLD_NODE_RUNNING)
		return false;
	for (unsigned i = 0; i < node->port_count; i++) {
		const struct port *p = node->port[i] != WORLD_NONE ? &w->port[node->port[i]] : NULL;
		if (p != NULL && p->segment == s && p->carrier && (p->cut & WORLD_OUT) == 0)
			return true;
	}
	return false;
}

uint64_t world_link_lost(const struct world *w, world_node n, unsigned port)
{
	uint32_t p = w->node[n].port[port];

	return p != WORLD_NONE ? w->port[p].lost : 0;
}

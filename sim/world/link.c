// SPDX-License-Identifier: BSD-2-Clause
/* Links: lanes of frames in flight, and what a link takes away at the end of the way. */
#include "sim/world/parts.h"

#include <stdlib.h>
#include <string.h>

static uint32_t add_lane(struct world *w, const struct lane *l)
{
	struct lane *grown = world_grow(w, w->lane, &w->lane_room, w->lane_count, sizeof *w->lane);

	if (grown == NULL)
		return WORLD_NONE;
	w->lane = grown;
	if (!schedule_reserve(&w->arrivals, w->lane_count + 1)) {
		w->no_memory = true;
		return WORLD_NONE;
	}
	w->lane[w->lane_count] = *l;
	return (uint32_t)w->lane_count++;
}

uint32_t link_shared_lane(struct world *w, vl_time latency)
{
	for (size_t i = 0; i < w->lane_count; i++)
		if (w->lane[i].shared && w->lane[i].latency == latency)
			return (uint32_t)i;
	return add_lane(w, &(struct lane){.latency = latency, .shared = true});
}

/* --- lanes ---------------------------------------------------------------------------------------------- */

static bool lane_room(struct world *w, struct lane *l)
{
	if (l->count < l->room)
		return true;
	size_t room = l->room == 0 ? 64 : l->room * 2;
	struct flight *ring = malloc(room * sizeof *ring);
	if (ring == NULL) {
		w->no_memory = true;
		return false;
	}
	if (l->ring != NULL) {
		size_t head = l->room - l->first; /* full: from first to the end, then the rest */
		memcpy(ring, l->ring + l->first, head * sizeof *ring);
		memcpy(ring + head, l->ring, l->first * sizeof *ring);
		free(l->ring);
	}
	l->ring = ring;
	l->room = room;
	l->first = 0;
	return true;
}

/* Puts a flight at the end; takes the reference. Never earlier than what is already there. */
static void lane_push(struct world *w, uint32_t index, const struct flight *flight)
{
	struct lane *l = &w->lane[index];

	if (!lane_room(w, l)) {
		frame_unref(flight->frame);
		return;
	}
	struct flight *slot = &l->ring[(l->first + l->count) & (l->room - 1)];
	*slot = *flight;
	if (slot->at < l->last_at)
		slot->at = l->last_at;
	l->last_at = slot->at;
	if (l->count++ == 0)
		schedule_set(&w->arrivals, index, slot->at, slot->order);
}

static struct flight lane_pop(struct world *w, uint32_t index)
{
	struct lane *l = &w->lane[index];
	struct flight flight = l->ring[l->first];

	l->first = (l->first + 1) & (l->room - 1);
	if (--l->count > 0)
		schedule_set(&w->arrivals, index, l->ring[l->first].at, l->ring[l->first].order);
	else
		schedule_remove(&w->arrivals, index);
	return flight;
}

/* --- sending -------------------------------------------------------------------------------------------- */

/* How long a frame takes on this link: with jitter a throw of this direction's own dice. */
static vl_time delay(struct port *p, struct prng *dice)
{
	return p->jitter == 0 ? p->latency : vl_time_after(p->latency, prng_below(dice, p->jitter + 1));
}

void link_send(struct world *w, uint32_t port, struct frame *f)
{
	struct port *p = &w->port[port];

	if (w->rule_count > 0 && fault_drops(w, p->node, f)) {
		frame_unref(f);
		return;
	}
	if (!p->carrier) {
		p->lost++;
		frame_unref(f);
		return;
	}
	lane_push(w, p->lane_out,
		  &(struct flight){.at = vl_time_after(w->now, delay(p, &p->jitter_out)),
				   .order = w->next_order++, .frame = f, .from = port, .to = TO_SWITCH});
}

void link_forward(struct world *w, uint32_t from, uint32_t lane, uint32_t to, struct frame *f)
{
	vl_time length = w->lane[lane].latency;

	if (!w->lane[lane].shared) {
		struct port *p = &w->port[to];
		length = delay(p, &p->jitter_in);
	}
	lane_push(w, lane, &(struct flight){.at = vl_time_after(w->now, length), .order = w->next_order++,
					    .frame = f, .from = from, .to = to});
}

/* --- arriving ------------------------------------------------------------------------------------------- */

static bool is_deaf(const struct segment *s, world_node from, world_node to)
{
	for (size_t i = 0; i < s->deaf_count; i++)
		if (s->deaf[i].from == from && s->deaf[i].to == to)
			return true;
	return false;
}

/* What stands between the switch, where the frame of `from` is, and the node behind `to`. */
static bool open_in(const struct world *w, const struct port *from, const struct port *to)
{
	return to->carrier && (to->cut & WORLD_IN) == 0 && from->side == to->side &&
	       (to->deaf_to == 0 || !is_deaf(&w->segment[to->segment], from->node, to->node));
}

static bool open_out(const struct port *from)
{
	return from->carrier && (from->cut & WORLD_OUT) == 0;
}

bool link_open(const struct world *w, uint32_t from, uint32_t to)
{
	return open_out(&w->port[from]) && open_in(w, &w->port[from], &w->port[to]);
}

/* The frame arrives at the node behind `to`, unless the link takes it. */
static void deliver(struct world *w, uint32_t from, uint32_t to, struct frame *f)
{
	struct port *p = &w->port[to];

	if (!open_in(w, &w->port[from], p) || prng_chance(&p->loss_in, p->loss_ppm, 1000000)) {
		p->lost++;
		return;
	}
	node_input(w, p->node, p->node_port, f);
}

/* One entry, many deliveries: every port of the sender's segment on this lane but the sender's. */
static void deliver_to_all(struct world *w, uint32_t lane, const struct flight *flight)
{
	const struct segment *s = &w->segment[w->port[flight->from].segment];

	for (size_t g = 0; g < s->group_count; g++) {
		if (s->group[g].lane != lane)
			continue;
		for (size_t i = 0; i < s->group[g].count && !w->livelock; i++)
			if (s->group[g].port[i] != flight->from)
				deliver(w, flight->from, s->group[g].port[i], flight->frame);
	}
}

void link_arrival(struct world *w, uint32_t lane)
{
	struct flight flight = lane_pop(w, lane);

	if (flight.frame == NULL)
		return;
	if (flight.to == TO_SWITCH) {
		struct port *p = &w->port[flight.from];
		if (open_out(p) && !prng_chance(&p->loss_out, p->loss_ppm, 1000000)) {
			switch_accept(w, flight.from, flight.frame);
			return;
		}
		p->lost++;
	} else if (flight.to == TO_ALL) {
		deliver_to_all(w, lane, &flight);
	} else {
		deliver(w, flight.from, flight.to, flight.frame);
	}
	frame_unref(flight.frame);
}

/* --- lanes of one's own --------------------------------------------------------------------------------- */

/* Moves what is under way on this port from the shared lane to its own. */
static void move_flights(struct world *w, uint32_t shared, uint32_t port)
{
	const struct port *p = &w->port[port];

	for (size_t i = 0; i < w->lane[shared].count; i++) {
		struct lane *l = &w->lane[shared];
		struct flight *flight = &l->ring[(l->first + i) & (l->room - 1)];
		if (flight->frame == NULL)
			continue;
		struct flight mine = *flight;
		if (flight->to == TO_SWITCH && flight->from == port) {
			flight->frame = NULL;
			lane_push(w, p->lane_out, &mine);
		} else if (flight->to == port) {
			flight->frame = NULL;
			lane_push(w, p->lane_in, &mine);
		} else if (flight->to == TO_ALL && flight->from != port &&
			   w->port[flight->from].segment == p->segment) {
			frame_ref(mine.frame);
			mine.to = port;
			lane_push(w, p->lane_in, &mine);
		}
	}
}

void link_detach(struct world *w, uint32_t port)
{
	uint32_t shared = w->port[port].lane_out;

	if (!w->lane[shared].shared)
		return;
	uint32_t out = add_lane(w, &(struct lane){.shared = false});
	uint32_t in = add_lane(w, &(struct lane){.shared = false});
	if (out == WORLD_NONE || in == WORLD_NONE)
		return;
	w->port[port].lane_out = out;
	w->port[port].lane_in = in;
	switch_regroup(w, &w->segment[w->port[port].segment], port, in);
	move_flights(w, shared, port);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Links: lanes of frames in flight, and what a link takes away at the end of the way. What links in trouble do
 * besides is in trouble.c. */
#include "sim/world/parts.h"

#include <stdlib.h>
#include <string.h>

uint32_t link_add_lane(struct world *w, const struct lane *l)
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
	return link_add_lane(w, &(struct lane){.latency = latency, .shared = true});
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

static struct flight *lane_slot(struct lane *l, size_t i)
{
	return &l->ring[(l->first + i) & (l->room - 1)];
}

void link_push(struct world *w, uint32_t index, const struct flight *flight, bool in_order)
{
	struct lane *l = &w->lane[index];

	if (!lane_room(w, l)) {
		frame_unref(flight->frame);
		return;
	}
	struct flight f = *flight;
	size_t i = l->count;
	if (in_order) {
		if (f.at < l->last_at)
			f.at = l->last_at;
		l->last_at = f.at;
	}
	/* Those held back for longer let it pass. */
	if (!in_order || l->held)
		for (; i > 0 && lane_slot(l, i - 1)->at > f.at; i--)
			*lane_slot(l, i) = *lane_slot(l, i - 1);
	if (!in_order)
		l->held = true;
	*lane_slot(l, i) = f;
	l->count++;
	if (i == 0)
		schedule_set(&w->arrivals, index, f.at, f.order);
}

static struct flight lane_pop(struct world *w, uint32_t index)
{
	struct lane *l = &w->lane[index];
	struct flight flight = l->ring[l->first];

	l->first = (l->first + 1) & (l->room - 1);
	if (--l->count > 0) {
		schedule_set(&w->arrivals, index, l->ring[l->first].at, l->ring[l->first].order);
	} else {
		schedule_remove(&w->arrivals, index);
		l->held = false;
	}
	return flight;
}

void link_clear(struct world *w, uint32_t lane)
{
	while (w->lane[lane].count > 0)
		frame_unref(lane_pop(w, lane).frame);
}

/* --- sending -------------------------------------------------------------------------------------------- */

/* How long a frame takes on this link: with jitter a throw of this direction's own dice. */
static vl_time delay(struct port *p, struct prng *dice)
{
	return p->jitter == 0 ? p->latency : vl_time_after(p->latency, prng_below(dice, p->jitter + 1));
}

static inline void set_out(struct world *w, uint32_t port, unsigned way, uint32_t lane, struct flight *flight)
{
	struct port *p = &w->port[port];
	vl_time length = delay(p, way == WAY_OUT ? &p->jitter_out : &p->jitter_in);

	if (p->trouble != NULL) {
		trouble_enter(w, port, way, length, flight);
		return;
	}
	flight->at = vl_time_after(flight->at, length);
	link_push(w, lane, flight, true);
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
	struct flight flight = {.at = w->now, .order = w->next_order++, .frame = f, .from = port,
				.to = TO_SWITCH};
	set_out(w, port, WAY_OUT, p->lane_out, &flight);
}

void link_forward(struct world *w, uint32_t from, uint32_t lane, uint32_t to, struct frame *f)
{
	struct flight flight = {.at = w->now, .order = w->next_order++, .frame = f, .from = from, .to = to};

	if (w->lane[lane].shared) {
		flight.at = vl_time_after(w->now, w->lane[lane].latency);
		link_push(w, lane, &flight, true);
	} else {
		set_out(w, to, WAY_IN, lane, &flight);
	}
}

/* --- arriving ------------------------------------------------------------------------------------------- */

static bool is_deaf(const struct segment *s, world_node from, world_node to)
{
	for (size_t i = 0; i < s->deaf_count; i++)
		if (s->deaf[i].from == from && s->deaf[i].to == to)
			return true;
	return false;
}

/* The side on which the frame of `from` comes to the switch of `to`: what a trunk brings, on the trunks'. */
static inline uint32_t side_in(const struct world *w, const struct port *from, const struct port *to)
{
	return from->segment == to->segment ? from->side : w->segment[to->segment].trunk_side;
}

void link_look(struct port *p)
{
	p->clear = p->carrier && p->cut == 0 && p->deaf_to == 0 && p->loss_ppm == 0 && p->trouble == NULL;
}

/* What stands between the switch, where the frame of `from` is, and the node behind `to`. */
static inline bool open_in(const struct world *w, const struct port *from, const struct port *to)
{
	return to->carrier && (to->cut & WORLD_IN) == 0 && side_in(w, from, to) == to->side &&
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

static void deliver_in_trouble(struct world *w, uint32_t to, struct frame *f)
{
	struct port *p = &w->port[to];
	struct way *way = &p->trouble->way[WAY_IN];

	if (trouble_takes(way)) {
		p->lost++;
		return;
	}
	struct frame *mine = trouble_damage(way, frame_ref(f));
	if (mine != NULL)
		node_input(w, p->node, p->node_port, mine);
	frame_unref(mine);
}

/* The frame arrives at the node behind `to`, unless the link takes it. */
static void deliver(struct world *w, uint32_t from, uint32_t to, struct frame *f)
{
	struct port *p = &w->port[to];

	if (p->clear && p->side == side_in(w, &w->port[from], p))
		node_input(w, p->node, p->node_port, f);
	else if (!open_in(w, &w->port[from], p) ||
	    (p->loss_ppm > 0 && prng_chance(&p->loss_in, p->loss_ppm, 1000000)))
		p->lost++;
	else if (p->trouble != NULL)
		deliver_in_trouble(w, to, f);
	else
		node_input(w, p->node, p->node_port, f);
}

/* The frame arrives at its switch, unless the link takes it. Takes the reference. */
static void reach_switch(struct world *w, uint32_t from, struct frame *f)
{
	struct port *p = &w->port[from];
	struct way *way = p->trouble != NULL ? &p->trouble->way[WAY_OUT] : NULL;

	if (!open_out(p) || (p->loss_ppm > 0 && prng_chance(&p->loss_out, p->loss_ppm, 1000000)) ||
	    (way != NULL && trouble_takes(way))) {
		p->lost++;
		frame_unref(f);
		return;
	}
	if (way != NULL)
		f = trouble_damage(way, f);
	if (f != NULL)
		switch_accept(w, p->segment, from, from, f);
}

/* One entry, many deliveries: every port of the segment on this lane but the sender's. */
static void deliver_to_all(struct world *w, uint32_t lane, const struct flight *flight)
{
	const struct segment *s = &w->segment[flight->to & TO_INDEX];

	for (size_t g = 0; g < s->group_count; g++) {
		const struct lane_group *group = &s->group[g];
		if (group->lane != lane)
			continue;
		for (size_t i = 0; i < group->count && !w->livelock; i++)
			if (group->port[i] != flight->from)
				deliver(w, flight->from, group->port[i], flight->frame);
	}
}

void link_arrival(struct world *w, uint32_t lane)
{
	struct flight flight = lane_pop(w, lane);

	if (flight.frame == NULL)
		return;
	switch (flight.to & TO_KIND) {
	case TO_SWITCH:
		reach_switch(w, flight.from, flight.frame);
		return;
	case TO_END:
		trunk_arrival(w, flight.from, flight.to & TO_INDEX, flight.frame);
		return;
	case TO_ALL:
		deliver_to_all(w, lane, &flight);
		break;
	case TO_WORK:
		node_work(w, flight.to & TO_INDEX, flight.frame);
		break;
	default:
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
		struct flight *flight = lane_slot(&w->lane[shared], i);
		if (flight->frame == NULL)
			continue;
		struct flight mine = *flight;
		if (flight->to == TO_SWITCH && flight->from == port) {
			flight->frame = NULL;
			link_push(w, p->lane_out, &mine, true);
		} else if (flight->to == port) {
			flight->frame = NULL;
			link_push(w, p->lane_in, &mine, true);
		} else if (flight->to == (TO_ALL | p->segment) && flight->from != port) {
			frame_ref(mine.frame);
			mine.to = port;
			link_push(w, p->lane_in, &mine, true);
		}
	}
}

void link_detach(struct world *w, uint32_t port)
{
	uint32_t shared = w->port[port].lane_out;

	if (!w->lane[shared].shared)
		return;
	uint32_t out = link_add_lane(w, &(struct lane){.shared = false});
	uint32_t in = link_add_lane(w, &(struct lane){.shared = false});
	if (out == WORLD_NONE || in == WORLD_NONE)
		return;
	w->port[port].lane_out = out;
	w->port[port].lane_in = in;
	switch_regroup(w, &w->segment[w->port[port].segment], port, in);
	move_flights(w, shared, port);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Faults: what is done to links and segments from outside, each with its record. The records come after the
 * deed, so that who reads them can ask the world how things are now. */
#include "sim/world/parts.h"

#include <assert.h>

const struct record_kind WORLD_LINK_KIND = {
	.name = "world.link",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: {what}",
	.field = {{"node", VALUE_WORD}, {"port", VALUE_NUMBER}, {"what", VALUE_WORD}},
};

const struct record_kind WORLD_LINK_LOSS_KIND = {
	.name = "world.link-loss",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: loses {ppm} frames of a million",
	.field = {{"node", VALUE_WORD}, {"port", VALUE_NUMBER}, {"ppm", VALUE_NUMBER}},
};

const struct record_kind WORLD_LINK_LATENCY_KIND = {
	.name = "world.link-latency",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: latency {latency} s",
	.field = {{"node", VALUE_WORD}, {"port", VALUE_NUMBER}, {"latency", VALUE_TIME}},
};

const struct record_kind WORLD_PARTITION_KIND = {
	.name = "world.partition",
	.level = RECORD_NOTICE,
	.text = "{segment} is {what}",
	.field = {{"segment", VALUE_WORD}, {"what", VALUE_WORD}},
};

const struct record_kind WORLD_DEAF_KIND = {
	.name = "world.deaf",
	.level = RECORD_NOTICE,
	.text = "{segment}: {to} {what} {from}",
	.field = {{"segment", VALUE_WORD}, {"from", VALUE_WORD}, {"to", VALUE_WORD}, {"what", VALUE_WORD}},
};

const struct record_kind WORLD_MOVE_KIND = {
	.name = "world.move",
	.level = RECORD_NOTICE,
	.text = "{node} port {port}: moved to another switch port, from {from} to {to}",
	.field = {{"node", VALUE_WORD}, {"port", VALUE_NUMBER}, {"from", VALUE_WORD}, {"to", VALUE_WORD}},
};

const struct record_kind WORLD_LEAK_KIND = {
	.name = "world.vlan-leak",
	.level = RECORD_NOTICE,
	.text = "{segment}: VLAN {from} {what} into VLAN {to}",
	.field = {{"segment", VALUE_WORD}, {"from", VALUE_NUMBER}, {"to", VALUE_NUMBER}, {"what", VALUE_WORD}},
};

const struct record_kind WORLD_FAULT_KIND = {
	.name = "world.fault",
	.level = RECORD_NOTICE,
	.text = "{what}: match {number} from {node} was dropped",
	.field = {{"what", VALUE_WORD}, {"node", VALUE_WORD}, {"number", VALUE_NUMBER}},
};

static struct port *port_of(struct world *w, world_node n, unsigned port)
{
	assert(n < w->node_count && port < w->node[n].port_count && w->node[n].port[port] != WORLD_NONE);
	return &w->port[w->node[n].port[port]];
}

/* A record about a link: its first two fields are always these. */
static void tell_link(struct world *w, const struct record_kind *kind, world_node n, unsigned port,
		      union value last)
{
	world_tell(w, &(struct record){
			      .kind = kind,
			      .value = {{.word = w->node[n].name}, {.number = port}, last}});
}

void world_link_carrier(struct world *w, world_node n, unsigned port, bool up)
{
	struct port *p = port_of(w, n, port);

	if (p->carrier == up)
		return;
	p->carrier = up;
	link_look(p);
	if (!up)
		switch_forget_port(&w->segment[p->segment], w->node[n].port[port]);
	tell_link(w, &WORLD_LINK_KIND, n, port, (union value){.word = up ? "carrier up" : "carrier down"});
	node_carrier(w, n, port, up);
}

void world_link_cut(struct world *w, world_node n, unsigned port, enum world_direction d, bool cut)
{
	static const char *const now_cut[] = {"not cut", "cut from the node", "cut to the node", "cut"};
	struct port *p = port_of(w, n, port);
	uint8_t after = (uint8_t)(cut ? p->cut | d : p->cut & ~(unsigned)d);

	if (after == p->cut)
		return;
	p->cut = after;
	link_look(p);
	tell_link(w, &WORLD_LINK_KIND, n, port, (union value){.word = now_cut[after & WORLD_BOTH]});
}

void world_link_loss(struct world *w, world_node n, unsigned port, uint32_t loss_ppm)
{
	struct port *p = port_of(w, n, port);

	p->loss_ppm = loss_ppm;
	link_look(p);
	tell_link(w, &WORLD_LINK_LOSS_KIND, n, port, (union value){.number = loss_ppm});
}

void world_link_latency(struct world *w, world_node n, unsigned port, vl_time latency)
{
	struct port *p = port_of(w, n, port);

	if (p->latency == latency)
		return;
	link_detach(w, w->node[n].port[port]);
	p->latency = latency;
	tell_link(w, &WORLD_LINK_LATENCY_KIND, n, port, (union value){.time = latency});
}

/* The side of the i-th port; what is attached from outside is on the trunks'. */
static unsigned side_of(const struct world *w, const struct segment *s, size_t i, const unsigned *side)
{
	uint32_t node = w->port[s->port[i]].node;

	return world_is_outside(w, node) ? 0 : side[node];
}

/* Sides are named after their first port, so that any numbers will do for the caller. */
static void name_side(struct world *w, const struct segment *s, size_t i, const unsigned *side)
{
	size_t first = 0;

	while (side_of(w, s, first, side) != side_of(w, s, i, side))
		first++;
	w->port[s->port[i]].side = (uint32_t)first + 1;
}

/* The name of the side of value 0, also when no port is on it. */
static uint32_t side_of_trunks(const struct world *w, const struct segment *s, const unsigned *side)
{
	size_t first = 0;

	while (first < s->port_count && side_of(w, s, first, side) != 0)
		first++;
	return (uint32_t)first + 1;
}

void world_partition(struct world *w, world_segment segment, const unsigned *side)
{
	struct segment *s = &w->segment[segment];

	if (s->split)
		switch_merge_sides(w, s);
	for (size_t i = 0; i < s->port_count; i++) {
		if (side != NULL)
			name_side(w, s, i, side);
		else
			w->port[s->port[i]].side = 0;
	}
	s->split = side != NULL;
	s->trunk_side = s->split ? side_of_trunks(w, s, side) : 0;
	world_tell(w, &(struct record){.kind = &WORLD_PARTITION_KIND,
				       .value = {{.word = s->name}, {.word = s->split ? "split" : "whole"}}});
}

/* How many nodes the node is deaf to, there. */
static uint32_t deafnesses(const struct segment *s, world_node to)
{
	uint32_t count = 0;

	for (size_t i = 0; i < s->deaf_count; i++)
		count += s->deaf[i].to == to;
	return count;
}

static size_t find_deafness(const struct segment *s, world_node from, world_node to)
{
	size_t i = 0;

	while (i < s->deaf_count && (s->deaf[i].from != from || s->deaf[i].to != to))
		i++;
	return i;
}

void world_deaf(struct world *w, world_segment segment, world_node from, world_node to, bool deaf)
{
	struct segment *s = &w->segment[segment];
	size_t i = find_deafness(s, from, to);

	if ((i < s->deaf_count) == deaf)
		return;
	if (deaf) {
		void *grown = world_grow(w, s->deaf, &s->deaf_room, s->deaf_count, sizeof *s->deaf);
		if (grown == NULL)
			return;
		s->deaf = grown;
		s->deaf[s->deaf_count++] = (struct deafness){.from = from, .to = to};
	} else {
		s->deaf[i] = s->deaf[--s->deaf_count];
	}
	for (size_t k = 0; k < s->port_count; k++) {
		struct port *p = &w->port[s->port[k]];
		if (p->node == to)
			p->deaf_to = deaf ? p->deaf_to + 1 : p->deaf_to - 1;
		link_look(p);
	}
	world_tell(w, &(struct record){.kind = &WORLD_DEAF_KIND,
				       .value = {{.word = s->name},
						 {.word = w->node[from].name},
						 {.word = w->node[to].name},
						 {.word = deaf ? "is deaf to" : "hears"}}});
}

void world_move(struct world *w, world_node n, unsigned port, world_segment to)
{
	struct port *p = port_of(w, n, port);
	uint32_t index = w->node[n].port[port], from = p->segment;

	assert(to < w->segment_count && world_joined(w, from, to));
	p->place++;
	if (from != to) {
		/* Partitions are of a segment: it joins the new one on its trunks' side. */
		switch_remove_port(&w->segment[from], index);
		p->segment = to;
		p->source.entry = p->target.entry = NULL;
		p->side = w->segment[to].trunk_side;
		p->deaf_to = deafnesses(&w->segment[to], n);
		link_look(p);
		switch_add_port(w, &w->segment[to], index);
	}
	world_tell(w, &(struct record){.kind = &WORLD_MOVE_KIND,
				       .value = {{.word = w->node[n].name},
						 {.number = port},
						 {.word = w->segment[from].name},
						 {.word = w->segment[to].name}}});
}

void world_vlan_leak(struct world *w, world_segment segment, uint16_t from, uint16_t to, bool leaks)
{
	struct segment *s = &w->segment[segment];
	size_t i = 0;

	assert(from < 4096 && to < 4096 && from != to);
	while (i < s->leak_count && (s->leak[i].from != from || s->leak[i].to != to))
		i++;
	if ((i < s->leak_count) == leaks)
		return;
	if (leaks) {
		void *grown = world_grow(w, s->leak, &s->leak_room, s->leak_count, sizeof *s->leak);
		if (grown == NULL)
			return;
		s->leak = grown;
		s->leak[s->leak_count++] = (struct leak){.from = from, .to = to};
	} else {
		s->leak[i] = s->leak[--s->leak_count];
	}
	world_tell(w, &(struct record){.kind = &WORLD_LEAK_KIND,
				       .value = {{.word = s->name},
						 {.number = from},
						 {.number = to},
						 {.word = leaks ? "leaks" : "does not leak"}}});
}

void world_segment_calm(struct world *w, world_segment segment)
{
	const struct segment *s = &w->segment[segment];

	while (s->leak_count > 0)
		world_vlan_leak(w, segment, s->leak[0].from, s->leak[0].to, false);
}

void world_drop_packets(struct world *w, world_node from, const struct packet_match *match, uint64_t skip,
			uint64_t count, const char *text)
{
	void *grown = world_grow(w, w->rule, &w->rule_room, w->rule_count, sizeof *w->rule);

	if (grown == NULL)
		return;
	w->rule = grown;
	w->rule[w->rule_count++] = (struct drop_rule){.from = from, .match = match, .skip = skip,
						      .count = count, .text = text};
}

/* Every rule counts every frame, also one that another rule drops: rules do not depend on each other. */
bool fault_drops(struct world *w, uint32_t node, const struct frame *f)
{
	struct packet packet;
	bool dissected = false, drop = false;

	for (size_t i = 0; i < w->rule_count; i++) {
		struct drop_rule *r = &w->rule[i];
		if ((r->from != WORLD_ANY && r->from != node) ||
		    (r->count > 0 && r->seen >= r->skip + r->count))
			continue;
		if (!dissected)
			packet_dissect(&packet, f->data, f->length, f->length);
		dissected = true;
		if (!packet_matches(r->match, &packet) || ++r->seen <= r->skip)
			continue;
		drop = true;
		world_tell(w, &(struct record){.kind = &WORLD_FAULT_KIND,
					       .value = {{.word = r->text},
							 {.word = w->node[node].name},
							 {.number = r->seen}}});
	}
	return drop;
}

// SPDX-License-Identifier: BSD-2-Clause
/* What the world says is wrong with links, nodes and segments, by one table of its records. */
#include <limits.h>
#include <string.h>

#include "sim/scenario/invariant_parts.h"

/* A kind of record that says of a node's port (or of all of it) what it does to frames: zeroes take it back. */
struct trouble_kind {
	const struct record_kind *kind;
	bool port;                      /* field 1 is the port; otherwise it is about the whole node */
	unsigned first;                 /* the first value */
	bool blurs;                     /* frames come late or damaged, and some still after it is taken back */
};

static const struct trouble_kind troubles[] = {
	{&WORLD_LINK_LOSS_KIND, true, 2, false}, {&WORLD_BURST_KIND, true, 3, false},
	{&WORLD_REORDER_KIND, true, 3, true},    {&WORLD_CORRUPT_KIND, true, 3, true},
	{&WORLD_DELAY_KIND, true, 3, true},      {&WORLD_RATE_KIND, true, 3, true},
	{&WORLD_SLOW_KIND, false, 1, true},
};

#define TROUBLES (sizeof troubles / sizeof troubles[0])
_Static_assert(TROUBLES <= INVARIANT_TROUBLES, "a slot for each");

/* Disturbances that have no length: whoever they are about begins anew. Field `node` or `segment` says who. */
static const struct record_kind *const moments[] = {
	&WORLD_NODE_KIND, &WORLD_LINK_KIND,  &WORLD_LINK_LATENCY_KIND, &WORLD_PARTITION_KIND, &WORLD_DEAF_KIND,
	&WORLD_FAULT_KIND, &WORLD_FLAP_KIND, &WORLD_MOVE_KIND,         &WORLD_QUEUE_KIND,     &WORLD_BACKLOG_KIND,
	&WORLD_CLOCK_KIND, &WORLD_LEAK_KIND, &WORLD_TRUNK_KIND,        &WORLD_LEARNING_KIND,   &WORLD_INJECT_KIND,
};

world_node invariant_node_named(const struct invariants *v, const char *name)
{
	for (world_node n = 0; name != NULL && n < v->scenario->node_count; n++)
		if (strcmp(v->scenario->node[n].name, name) == 0)
			return n;
	return WORLD_ANY;
}

static world_segment segment_named(const struct invariants *v, const char *name)
{
	for (world_segment i = 0; name != NULL && i < v->scenario->segment_count; i++)
		if (strcmp(v->scenario->segment[i].name, name) == 0)
			return i;
	return WORLD_ANY;
}

bool station_is_well(const struct invariants *v, const struct station *s)
{
	static const uint8_t well[INVARIANT_TROUBLES];

	return s->carrier && v->off_since[s->node] == VL_NEVER && memcmp(s->trouble, well, sizeof well) == 0;
}

static uint8_t direction_bits(const struct record *r)
{
	const char *word = record_word(r, "direction");

	if (word == NULL)
		return WORLD_BOTH;
	return strcmp(word, "from the node") == 0 ? WORLD_OUT : strcmp(word, "to the node") == 0 ? WORLD_IN : WORLD_BOTH;
}

static bool any_value(const struct record *r, unsigned first)
{
	for (unsigned i = first; i < RECORD_FIELDS && r->kind->field[i].name != NULL; i++)
		if (r->value[i].number != 0)
			return true;
	return false;
}

static void note_trouble(struct invariants *v, size_t kind, const struct record *r, world_node node)
{
	const struct trouble_kind *t = &troubles[kind];
	uint8_t bits = direction_bits(r);
	bool bad = any_value(r, t->first);

	for (size_t i = 0; i < v->station_count; i++) {
		struct station *s = &v->station[i];
		if (s->node != node || (t->port && s->port != r->value[1].number))
			continue;
		s->trouble[kind] = (uint8_t)(bad ? s->trouble[kind] | bits : s->trouble[kind] & ~bits);
		s->blurred = s->blurred || (bad && t->blurs);
	}
}

static void note_carrier(struct invariants *v, const struct record *r, world_node node)
{
	const char *what = record_word(r, "what");

	for (size_t i = 0; i < v->station_count; i++) {
		struct station *s = &v->station[i];
		if (s->node != node || s->port != r->value[1].number)
			continue;
		if (strcmp(what, "carrier up") == 0)
			s->carrier = true;
		else if (strcmp(what, "carrier down") == 0)
			s->carrier = false;
	}
}

/* The virtual routers of the port are where it is now. */
static void note_move(struct invariants *v, const struct record *r, world_node node)
{
	world_segment to = segment_named(v, record_word(r, "to"));

	for (size_t i = 0; i < v->station_count; i++) {
		struct station *s = &v->station[i];
		if (s->node != node || s->port != r->value[1].number || to == WORLD_ANY)
			continue;
		s->segment = to;
		for (size_t k = 0; k < v->member_count; k++)
			if (v->member[k].station == i)
				v->member[k].told.segment = to;
	}
	invariant_regroup(v);
}

static void note_leak(struct invariants *v, const struct record *r)
{
	v->leaks += strcmp(record_word(r, "what"), "leaks") == 0 ? 1u : UINT_MAX;
	v->leaked_until = v->leaks > 0 ? VL_NEVER : r->at;
}

static void note_moment(struct invariants *v, const struct record *r, world_node node)
{
	if (r->kind == &WORLD_LINK_KIND)
		note_carrier(v, r, node);
	else if (r->kind == &WORLD_MOVE_KIND)
		note_move(v, r, node);
	else if (r->kind == &WORLD_LEAK_KIND)
		note_leak(v, r);
	else if (r->kind == &WORLD_CLOCK_KIND && node != WORLD_ANY)
		v->clock_ppm[node] = r->value[1].signed_number;
	else if (r->kind == &WORLD_LINK_LATENCY_KIND && 4 * r->value[2].time > v->slack)
		v->slack = 4 * r->value[2].time;
	if (r->kind == &WORLD_NODE_KIND && node != WORLD_ANY) {
		const char *what = record_word(r, "what");
		bool runs = strcmp(what, "started") == 0 || strcmp(what, "resumed") == 0;
		v->off_since[node] = runs ? VL_NEVER : r->at;
	}
}

static size_t trouble_of(const struct record_kind *kind)
{
	size_t i = 0;

	while (i < TROUBLES && troubles[i].kind != kind)
		i++;
	return i;
}

bool invariant_is_trouble(const struct record *r)
{
	for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++)
		if (r->kind == moments[i])
			return true;
	return trouble_of(r->kind) < TROUBLES;
}

void invariant_trouble(struct invariants *v, const struct record *r, world_node *node, world_segment *segment)
{
	size_t kind = trouble_of(r->kind);

	*node = invariant_node_named(v, record_word(r, "node"));
	*segment = segment_named(v, record_word(r, "segment"));
	if (kind < TROUBLES)
		note_trouble(v, kind, r, *node);
	else
		note_moment(v, r, *node);
}

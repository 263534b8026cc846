// SPDX-License-Identifier: BSD-2-Clause
/* Trunks between the switches of two segments. */
#include "sim/world/parts.h"

#include <assert.h>

const struct record_kind WORLD_TRUNK_KIND = {
	.name = "world.trunk",
	.level = RECORD_NOTICE,
	.text = "trunk {trunk} from {from} to {to}: {what}",
	.field = {{"trunk", VALUE_WORD}, {"from", VALUE_WORD}, {"to", VALUE_WORD}, {"what", VALUE_WORD}},
};

static bool add_end(struct world *w, uint32_t segment, uint32_t end)
{
	struct segment *s = &w->segment[segment];
	void *grown = world_grow(w, s->end, &s->end_room, s->end_count, sizeof *s->end);

	if (grown == NULL)
		return false;
	s->end = grown;
	s->end[s->end_count++] = end;
	return true;
}

/* All that was joined with either is one domain now, named by its first segment. */
static void join(struct world *w, uint32_t a, uint32_t b)
{
	uint32_t from = w->segment[a].domain, to = w->segment[b].domain;
	uint32_t low = from < to ? from : to, high = from < to ? to : from;

	assert(low != high); /* a loop */
	for (size_t i = 0; i < w->segment_count; i++)
		if (w->segment[i].domain == high)
			w->segment[i].domain = low;
}

world_trunk world_add_trunk(struct world *w, const struct world_trunk_config *c)
{
	struct trunk t = {.name = c->name, .segment = {c->from, c->to}, .all_vlans = c->vlan == NULL};

	if (w->no_memory)
		return WORLD_NONE;
	assert(c->from < w->segment_count && c->to < w->segment_count);
	for (size_t i = 0; c->vlan != NULL && i < c->vlan_count; i++) {
		assert(c->vlan[i] < 4096);
		t.vlans[c->vlan[i] / 8] |= (uint8_t)(1u << c->vlan[i] % 8);
	}
	t.lane = link_shared_lane(w, c->latency > 0 ? c->latency : WORLD_LINK_LATENCY);
	struct trunk *grown = world_grow(w, w->trunk, &w->trunk_room, w->trunk_count, sizeof *w->trunk);
	if (grown == NULL || t.lane == WORLD_NONE)
		return WORLD_NONE;
	w->trunk = grown;
	uint32_t index = (uint32_t)w->trunk_count;
	if (!add_end(w, c->from, 2 * index) || !add_end(w, c->to, 2 * index + 1))
		return WORLD_NONE;
	join(w, c->from, c->to);
	w->trunk[w->trunk_count++] = t;
	return index;
}

bool world_joined(const struct world *w, world_segment a, world_segment b)
{
	return w->segment[a].domain == w->segment[b].domain;
}

void world_trunk_cut(struct world *w, world_trunk index, enum world_direction d, bool cut)
{
	static const char *const now_cut[] = {"not cut", "cut one way", "cut the other way", "cut"};
	struct trunk *t = &w->trunk[index];
	uint8_t after = (uint8_t)(cut ? t->cut | d : t->cut & ~(unsigned)d);

	if (after == t->cut)
		return;
	t->cut = after;
	world_tell(w, &(struct record){.kind = &WORLD_TRUNK_KIND,
				       .value = {{.word = t->name},
						 {.word = w->segment[t->segment[0]].name},
						 {.word = w->segment[t->segment[1]].name},
						 {.word = now_cut[after & WORLD_BOTH]}}});
}

uint64_t world_trunk_lost(const struct world *w, world_trunk t)
{
	return w->trunk[t].lost;
}

bool trunk_passes(const struct trunk *t, uint16_t vlan)
{
	return t->all_vlans || (t->vlans[vlan / 8] >> vlan % 8 & 1) != 0;
}

void trunk_send(struct world *w, uint32_t from, uint32_t end, struct frame *f)
{
	link_forward(w, from, w->trunk[end / 2].lane, TO_END | (end ^ 1), f);
}

static bool is_cut(const struct trunk *t, uint32_t arrives_at)
{
	return (t->cut & (arrives_at % 2 == 1 ? WORLD_OUT : WORLD_IN)) != 0;
}

void trunk_arrival(struct world *w, uint32_t from, uint32_t end, struct frame *f)
{
	struct trunk *t = &w->trunk[end / 2];

	if (is_cut(t, end)) {
		t->lost++;
		frame_unref(f);
		return;
	}
	switch_accept(w, t->segment[end % 2], TO_END | end, from, f);
}

/* There are no loops: the way is the one that does not go back. */
static bool search(const struct world *w, uint32_t at, uint32_t to, uint32_t came_by)
{
	const struct segment *s = &w->segment[at];

	if (at == to)
		return true;
	for (size_t i = 0; i < s->end_count; i++) {
		uint32_t far = s->end[i] ^ 1;
		const struct trunk *t = &w->trunk[far / 2];
		if (s->end[i] != came_by && !is_cut(t, far) && search(w, t->segment[far % 2], to, far))
			return true;
	}
	return false;
}

bool trunk_open(const struct world *w, uint32_t from, uint32_t to)
{
	return search(w, from, to, WORLD_NONE);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The learning switch of a segment: IEEE 802.1Q 8.7 (learning), 8.8 (filtering database), with independent
 * learning per VLAN. While a segment is split, each side knows what was learned before and what it learned
 * itself since, as the switches of a broken trunk do.
 */
#include "sim/world/parts.h"

#include <stdlib.h>
#include <string.h>

enum { MAC_LIMIT = 8192, SWEEP = 64 };

/* No padding: keys are compared as bytes. */
struct mac_key {
	struct mac mac;
	uint16_t vlan;
	uint32_t side;
};

struct mac_entry {
	vl_time seen;
	uint32_t port;          /* WORLD_NONE: forgotten */
};

const struct record_kind WORLD_MAC_MOVE_KIND = {
	.name = "switch.mac-move",
	.level = RECORD_NOTICE,
	.text = "{segment}: {mac} moved from the port of {from} to that of {to} ({moves} moves)",
	.field = {{"segment", VALUE_WORD}, {"mac", VALUE_MAC}, {"from", VALUE_WORD}, {"to", VALUE_WORD},
		  {"moves", VALUE_NUMBER}},
};

bool switch_init(struct world *w, struct segment *s, const struct world_segment_config *config)
{
	size_t limit = config->mac_limit > 0 ? config->mac_limit : MAC_LIMIT;
	struct prng dice = prng_stream(w->seed, config->name);

	*s = (struct segment){.name = config->name, .mac_aging = config->mac_aging};
	if (s->mac_aging == 0)
		s->mac_aging = WORLD_MAC_AGING;
	if (!table_init(&s->macs, limit, sizeof(struct mac_key), sizeof(struct mac_entry), prng_u64(&dice)))
		return false;
	if (!table_init(&s->moves, limit, sizeof(struct mac), sizeof(uint64_t), prng_u64(&dice))) {
		table_fini(&s->macs);
		return false;
	}
	return true;
}

void switch_fini(struct segment *s)
{
	table_fini(&s->macs);
	table_fini(&s->moves);
	for (size_t i = 0; i < s->group_count; i++)
		free(s->group[i].port);
	free(s->group);
	free(s->port);
	free(s->deaf);
}

/* --- ports ---------------------------------------------------------------------------------------------- */

static bool join_group(struct world *w, struct segment *s, uint32_t port, uint32_t lane)
{
	struct lane_group *g = NULL;

	for (size_t i = 0; i < s->group_count; i++)
		if (s->group[i].lane == lane)
			g = &s->group[i];
	if (g == NULL) {
		void *grown = world_grow(w, s->group, &s->group_room, s->group_count, sizeof *s->group);
		if (grown == NULL)
			return false;
		s->group = grown;
		g = &s->group[s->group_count++];
		*g = (struct lane_group){.lane = lane};
	}
	void *grown = world_grow(w, g->port, &g->room, g->count, sizeof *g->port);
	if (grown == NULL)
		return false;
	g->port = grown;
	g->port[g->count++] = port;
	return true;
}

bool switch_add_port(struct world *w, struct segment *s, uint32_t port)
{
	void *grown = world_grow(w, s->port, &s->port_room, s->port_count, sizeof *s->port);

	if (grown == NULL)
		return false;
	s->port = grown;
	s->port[s->port_count++] = port;
	return join_group(w, s, port, w->port[port].lane_in);
}

void switch_regroup(struct world *w, struct segment *s, uint32_t port, uint32_t lane)
{
	for (size_t i = 0; i < s->group_count; i++) {
		struct lane_group *g = &s->group[i];
		size_t k = 0;
		while (k < g->count && g->port[k] != port)
			k++;
		if (k == g->count)
			continue;
		memmove(g->port + k, g->port + k + 1, (g->count - k - 1) * sizeof *g->port);
		g->count--;
	}
	join_group(w, s, port, lane);
}

/* --- what the switch knows ------------------------------------------------------------------------------ */

static bool is_live(const struct segment *s, const struct mac_entry *e, vl_time now)
{
	return e != NULL && e->port != WORLD_NONE && now - e->seen < s->mac_aging;
}

/* The entry that holds on this side: the side's own, else what was known before the split. NULL: unknown. */
static struct mac_entry *look_up(const struct segment *s, const struct mac_key *key, vl_time now)
{
	struct mac_entry *e = table_find(&s->macs, key);

	if (!is_live(s, e, now) && key->side != 0) {
		struct mac_key whole = *key;
		whole.side = 0;
		e = table_find(&s->macs, &whole);
	}
	return is_live(s, e, now) ? e : NULL;
}

/* Makes room in a full table by removing some entries that are dead; false when all are alive. */
static bool sweep(struct segment *s, vl_time now)
{
	struct mac_key dead[SWEEP];
	size_t count = 0, at = 0;
	vl_time oldest = VL_NEVER;
	const void *key;
	void *value;

	if (now < s->sweep_at)
		return false;
	while (count < SWEEP && table_next(&s->macs, &at, &key, &value)) {
		const struct mac_entry *e = value;
		if (!is_live(s, e, now))
			memcpy(&dead[count++], key, sizeof dead[0]);
		else
			oldest = vl_time_min(oldest, e->seen);
	}
	for (size_t i = 0; i < count; i++)
		table_remove(&s->macs, &dead[i]);
	if (count == 0)
		s->sweep_at = vl_time_after(oldest, s->mac_aging); /* none can age before */
	return count > 0;
}

static void tell_move(struct world *w, struct segment *s, struct mac mac, uint32_t from, uint32_t to)
{
	uint64_t *moves = table_put(&s->moves, &mac, NULL);
	uint64_t count = moves != NULL ? ++*moves : 0;

	world_tell(w, &(struct record){.kind = &WORLD_MAC_MOVE_KIND,
				       .value = {{.word = s->name},
						 {.mac = mac},
						 {.word = w->node[w->port[from].node].name},
						 {.word = w->node[w->port[to].node].name},
						 {.number = count}}});
}

static void learn(struct world *w, struct segment *s, const struct mac_key *key, uint32_t port)
{
	if (mac_is_group(key->mac))
		return; /* 8.7: a group address is no station's */
	struct mac_entry *e = table_find(&s->macs, key);
	if (is_live(s, e, w->now) && e->port == port) {
		e->seen = w->now;
		return;
	}
	const struct mac_entry *known = look_up(s, key, w->now);
	if (known != NULL && known->port != port)
		tell_move(w, s, key->mac, known->port, port);
	if (e == NULL) {
		e = table_put(&s->macs, key, NULL);
		if (e == NULL && sweep(s, w->now))
			e = table_put(&s->macs, key, NULL);
	}
	if (e == NULL) {
		s->mac_full++;
		return;
	}
	*e = (struct mac_entry){.port = port, .seen = w->now};
}

void switch_forget_port(struct segment *s, uint32_t port)
{
	size_t at = 0;
	const void *key;
	void *value;

	while (table_next(&s->macs, &at, &key, &value)) {
		struct mac_entry *e = value;
		if (e->port == port)
			e->port = WORLD_NONE;
	}
	s->sweep_at = 0;
}

/* The latest sighting wins, at one instant the lower port: the walk's order does not matter. */
void switch_merge_sides(struct world *w, struct segment *s)
{
	size_t at = 0;
	const void *key;
	void *value;

	while (table_next(&s->macs, &at, &key, &value)) {
		struct mac_key whole;
		struct mac_entry *e = value, *kept;
		memcpy(&whole, key, sizeof whole);
		if (whole.side == 0 || !is_live(s, e, w->now))
			continue;
		whole.side = 0;
		kept = table_find(&s->macs, &whole);
		if (kept == NULL)
			continue; /* first heard while split: learned again with its next frame */
		if (!is_live(s, kept, w->now) || e->seen > kept->seen ||
		    (e->seen == kept->seen && e->port < kept->port))
			*kept = *e;
		e->port = WORLD_NONE;
	}
	at = 0;
	while (table_next(&s->macs, &at, &key, &value)) {
		struct mac_key side;
		memcpy(&side, key, sizeof side);
		if (side.side != 0)
			((struct mac_entry *)value)->port = WORLD_NONE;
	}
	s->sweep_at = 0;
}

uint64_t world_mac_moves(const struct world *w, world_segment s, struct mac mac)
{
	const uint64_t *moves = table_find(&w->segment[s].moves, &mac);

	return moves != NULL ? *moves : 0;
}

/* --- forwarding ----------------------------------------------------------------------------------------- */

static uint16_t vlan_of(const struct frame *f)
{
	if (f->length < ETHERNET_HEADER + 4 || f->data[12] != 0x81 || f->data[13] != 0)
		return 0;
	return (uint16_t)((f->data[14] & 0x0f) << 8 | f->data[15]);
}

static void flood(struct world *w, const struct segment *s, uint32_t port, struct frame *f)
{
	for (size_t i = 0; i < s->group_count; i++) {
		const struct lane_group *g = &s->group[i];
		if (g->count == 0 || (g->count == 1 && g->port[0] == port))
			continue;
		link_forward(w, port, g->lane, w->lane[g->lane].shared ? TO_ALL : g->port[0], frame_ref(f));
	}
	frame_unref(f);
}

void switch_accept(struct world *w, uint32_t port, struct frame *f)
{
	const struct port *p = &w->port[port];
	struct segment *s = &w->segment[p->segment];

	if (f->length < ETHERNET_HEADER) {
		s->runts++;
		frame_unref(f);
		return;
	}
	w->frames++;
	if (w->listener.frame != NULL) {
		struct packet packet;
		packet_dissect(&packet, f->data, f->length, f->length);
		w->listener.frame(w->listener.context, p->segment, w->frames, p->node, f, &packet, w->now);
	}
	struct mac_key key = {.vlan = vlan_of(f), .side = p->side};
	memcpy(key.mac.b, f->data + 6, sizeof key.mac.b);
	learn(w, s, &key, port);
	memcpy(key.mac.b, f->data, sizeof key.mac.b);
	const struct mac_entry *to = mac_is_group(key.mac) ? NULL : look_up(s, &key, w->now);
	if (to == NULL)
		flood(w, s, port, f);
	else if (to->port == port)
		frame_unref(f); /* 8.6.3: it is on its side of the switch already */
	else
		link_forward(w, port, w->port[to->port].lane_in, to->port, f);
}

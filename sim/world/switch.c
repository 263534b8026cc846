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

const struct record_kind WORLD_MAC_MOVE_KIND = {
	.name = "switch.mac-move",
	.level = RECORD_NOTICE,
	.text = "{segment}: {mac} moved from the port of {from} to that of {to} ({moves} moves)",
	.field = {{"segment", VALUE_WORD}, {"mac", VALUE_MAC}, {"from", VALUE_WORD}, {"to", VALUE_WORD},
		  {"moves", VALUE_NUMBER}},
};

const struct record_kind WORLD_LEARNING_KIND = {
	.name = "switch.learning",
	.level = RECORD_WARN,
	.text = "{segment}: {what} ({moves} moves so far)",
	.field = {{"segment", VALUE_WORD}, {"what", VALUE_WORD}, {"moves", VALUE_NUMBER}},
};

bool switch_init(struct world *w, struct segment *s, const struct world_segment_config *config)
{
	size_t limit = config->mac_limit > 0 ? config->mac_limit : MAC_LIMIT;
	struct prng dice = prng_stream(w->seed, config->name);

	*s = (struct segment){.name = config->name, .mac_aging = config->mac_aging, .learns = true,
			      .moves_limit = config->moves_limit, .moves_within = config->moves_within,
			      .learning_off = config->learning_off, .event = WORLD_NONE};
	if (s->mac_aging == 0)
		s->mac_aging = WORLD_MAC_AGING;
	if (s->moves_within == 0)
		s->moves_within = WORLD_MOVES_WITHIN;
	if (s->learning_off == 0)
		s->learning_off = WORLD_LEARNING_OFF;
	if (s->moves_limit > 0) {
		s->moved_at = calloc(s->moves_limit, sizeof *s->moved_at);
		if (s->moved_at == NULL)
			return false;
	}
	if (!table_init(&s->macs, limit, sizeof(struct mac_key), sizeof(struct mac_entry), prng_u64(&dice))) {
		free(s->moved_at);
		return false;
	}
	if (!table_init(&s->moves, limit, sizeof(struct mac), sizeof(uint64_t), prng_u64(&dice))) {
		free(s->moved_at);
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
	free(s->end);
	free(s->leak);
	free(s->moved_at);
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

static void leave_group(struct segment *s, uint32_t port)
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
}

void switch_regroup(struct world *w, struct segment *s, uint32_t port, uint32_t lane)
{
	leave_group(s, port);
	join_group(w, s, port, lane);
}

void switch_remove_port(struct segment *s, uint32_t port)
{
	size_t i = 0;

	leave_group(s, port);
	while (s->port[i] != port)
		i++;
	memmove(s->port + i, s->port + i + 1, (s->port_count - i - 1) * sizeof *s->port);
	s->port_count--;
}

/* --- what the switch knows ------------------------------------------------------------------------------ */

static bool is_live(const struct segment *s, const struct mac_entry *e, vl_time now)
{
	return e != NULL && e->where != WORLD_NONE && now - e->seen < s->mac_aging;
}

/* The entry of just this key; a memo may save the search. */
static struct mac_entry *find(const struct segment *s, const struct mac_key *key, struct mac_memo *memo)
{
	if (memo == NULL)
		return table_find(&s->macs, key);
	if (memo->entry != NULL && memo->generation == s->generation && memcmp(&memo->key, key, sizeof *key) == 0)
		return memo->entry;
	*memo = (struct mac_memo){.key = *key, .generation = s->generation, .entry = table_find(&s->macs, key)};
	return memo->entry;
}

/* The entry that holds on this side: the side's own, else what was known before the split. NULL: unknown. */
static struct mac_entry *look_up(const struct segment *s, const struct mac_key *key, struct mac_memo *memo,
				 vl_time now)
{
	struct mac_entry *e = find(s, key, memo);

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
	s->generation++;
	if (count == 0)
		s->sweep_at = vl_time_after(oldest, s->mac_aging); /* none can age before */
	return count > 0;
}

/* Whose port, or which trunk. */
static const char *name_of(const struct world *w, uint32_t where)
{
	if ((where & TO_KIND) == TO_END)
		return w->trunk[(where & TO_INDEX) / 2].name;
	return w->node[w->port[where].node].name;
}

static uint32_t place_of(const struct world *w, uint32_t where)
{
	return (where & TO_KIND) == TO_END ? 0 : w->port[where].place;
}

static void tell_learning(struct world *w, const struct segment *s, const char *what)
{
	world_tell(w, &(struct record){.kind = &WORLD_LEARNING_KIND,
				       .value = {{.word = s->name}, {.word = what}, {.number = s->moves_seen}}});
}

static void forget_all(struct segment *s)
{
	size_t at = 0;
	const void *key;
	void *value;

	while (table_next(&s->macs, &at, &key, &value))
		((struct mac_entry *)value)->where = WORLD_NONE;
	s->sweep_at = 0;
}

/* Counts a move; with too many of them the switch gives up. */
static void bear(struct world *w, uint32_t segment)
{
	struct segment *s = &w->segment[segment];

	s->moves_seen++;
	if (s->moves_limit == 0)
		return;
	s->moved_at[s->moves_since++ % s->moves_limit] = w->now;
	vl_time oldest = s->moved_at[s->moves_since % s->moves_limit]; /* the place of the next */
	if (s->moves_since < s->moves_limit || w->now - oldest > s->moves_within)
		return;
	if (s->event == WORLD_NONE)
		s->event = event_add(w, &(struct event){.kind = EVENT_LEARNING, .index = segment});
	if (s->event == WORLD_NONE)
		return;
	schedule_set(&w->events, s->event, vl_time_after(w->now, s->learning_off), s->event);
	s->learns = false;
	forget_all(s);
	tell_learning(w, s, "too many moves, learning is off");
}

void switch_learns_again(struct world *w, uint32_t segment)
{
	struct segment *s = &w->segment[segment];

	s->learns = true;
	s->moves_since = 0;
	tell_learning(w, s, "learning is on again");
}

bool world_learns(const struct world *w, world_segment s)
{
	return w->segment[s].learns;
}

static void tell_move(struct world *w, uint32_t segment, struct mac mac, uint32_t from, uint32_t to)
{
	struct segment *s = &w->segment[segment];
	uint64_t *moves = table_put(&s->moves, &mac, NULL);
	uint64_t count = moves != NULL ? ++*moves : 0;

	world_tell(w, &(struct record){.kind = &WORLD_MAC_MOVE_KIND,
				       .value = {{.word = s->name},
						 {.mac = mac},
						 {.word = name_of(w, from)},
						 {.word = name_of(w, to)},
						 {.number = count}}});
	bear(w, segment);
}

static void learn(struct world *w, uint32_t segment, const struct mac_key *key, uint32_t where,
		  struct mac_memo *memo)
{
	struct segment *s = &w->segment[segment];

	if (mac_is_group(key->mac) || !s->learns)
		return; /* 8.7: a group address is no station's */
	uint32_t place = place_of(w, where);
	struct mac_entry *e = find(s, key, memo);
	if (is_live(s, e, w->now) && e->where == where && e->place == place) {
		e->seen = w->now;
		return;
	}
	const struct mac_entry *known = look_up(s, key, NULL, w->now);
	if (known != NULL && (known->where != where || known->place != place))
		tell_move(w, segment, key->mac, known->where, where);
	if (!s->learns)
		return;
	if (e == NULL) {
		e = table_put(&s->macs, key, NULL);
		if (e == NULL && sweep(s, w->now))
			e = table_put(&s->macs, key, NULL);
	}
	if (e == NULL) {
		s->mac_full++;
		return;
	}
	*e = (struct mac_entry){.where = where, .place = place, .seen = w->now};
}

void switch_forget_port(struct segment *s, uint32_t port)
{
	size_t at = 0;
	const void *key;
	void *value;

	while (table_next(&s->macs, &at, &key, &value)) {
		struct mac_entry *e = value;
		if (e->where == port)
			e->where = WORLD_NONE;
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
		    (e->seen == kept->seen && e->where < kept->where))
			*kept = *e;
		e->where = WORLD_NONE;
	}
	at = 0;
	while (table_next(&s->macs, &at, &key, &value)) {
		struct mac_key side;
		memcpy(&side, key, sizeof side);
		if (side.side != 0)
			((struct mac_entry *)value)->where = WORLD_NONE;
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

/* To all ports but the one it came by, and over all trunks but that. */
static void flood(struct world *w, uint32_t segment, uint32_t where, uint32_t from, const struct mac_key *key,
		  struct frame *f)
{
	const struct segment *s = &w->segment[segment];

	for (size_t i = 0; i < s->group_count; i++) {
		const struct lane_group *g = &s->group[i];
		if (g->count == 0 || (g->count == 1 && g->port[0] == where))
			continue;
		link_forward(w, from, g->lane, w->lane[g->lane].shared ? TO_ALL | segment : g->port[0],
			     frame_ref(f));
	}
	for (size_t i = 0; i < s->end_count; i++)
		if ((TO_END | s->end[i]) != where && key->side == s->trunk_side &&
		    trunk_passes(&w->trunk[s->end[i] / 2], key->vlan))
			trunk_send(w, from, s->end[i], frame_ref(f));
	frame_unref(f);
}

/* To where the address was learned. */
static void forward(struct world *w, const struct mac_entry *to, uint32_t where, uint32_t from,
		    const struct mac_key *key, struct frame *f)
{
	if ((to->where & TO_KIND) == TO_END) {
		uint32_t end = to->where & TO_INDEX;
		const struct trunk *t = &w->trunk[end / 2];
		if (to->where != where && trunk_passes(t, key->vlan) &&
		    key->side == w->segment[t->segment[end % 2]].trunk_side)
			trunk_send(w, from, end, f);
		else
			frame_unref(f);
	} else if (to->place != w->port[to->where].place) {
		w->port[to->where].lost++; /* to the switch port that the station has left */
		frame_unref(f);
	} else if (to->where == where) {
		frame_unref(f); /* 8.6.3: it is on its side of the switch already */
	} else {
		link_forward(w, from, w->port[to->where].lane_in, to->where, f);
	}
}

static void accept_in(struct world *w, uint32_t segment, uint32_t where, uint32_t from, uint16_t vlan,
		      struct frame *f)
{
	struct segment *s = &w->segment[segment];
	const struct port *p = &w->port[from];

	w->frames++;
	if (w->listener.frame != NULL) {
		const struct packet *packet = packet_of(f);     /* and who receives it need not look again */
		if (packet != NULL)
			w->listener.frame(w->listener.context, segment, w->frames,
					  world_is_outside(w, p->node) ? WORLD_OUTSIDE : p->node, f, packet, w->now);
		else
			w->no_memory = true;
	}
	struct port *memo = (where & TO_KIND) == TO_END ? NULL : &w->port[where];
	struct mac_key key = {.vlan = vlan, .side = memo == NULL ? s->trunk_side : p->side};
	memcpy(key.mac.b, f->data + 6, sizeof key.mac.b);
	learn(w, segment, &key, where, memo != NULL ? &memo->source : NULL);
	memcpy(key.mac.b, f->data, sizeof key.mac.b);
	const struct mac_entry *to = mac_is_group(key.mac)
						? NULL
						: look_up(s, &key, memo != NULL ? &memo->target : NULL, w->now);
	if (to == NULL)
		flood(w, segment, where, from, &key, f);
	else
		forward(w, to, where, from, &key, f);
}

/* The frame as one of another VLAN; NULL: no memory. */
static struct frame *retagged(struct world *w, const struct frame *f, uint16_t from, uint16_t to)
{
	size_t cut = ETHERNET_HEADER - 2, old = from != 0 ? 4 : 0, new = to != 0 ? 4 : 0;
	struct frame *copy = frame_new(w->pool, f->length - old + new);

	if (copy == NULL) {
		w->no_memory = true;
		return NULL;
	}
	memcpy(copy->data, f->data, cut);
	memcpy(copy->data + cut + new, f->data + cut + old, f->length - cut - old);
	if (to != 0) {
		uint8_t priority = from != 0 ? f->data[14] & 0xf0 : 0;
		const uint8_t tag[4] = {0x81, 0x00, (uint8_t)(priority | to >> 8), (uint8_t)to};
		memcpy(copy->data + cut, tag, sizeof tag);
	}
	return copy;
}

void switch_accept(struct world *w, uint32_t segment, uint32_t where, uint32_t from, struct frame *f)
{
	if (f->length < ETHERNET_HEADER) {
		w->segment[segment].runts++;
		frame_unref(f);
		return;
	}
	uint16_t vlan = vlan_of(f);
	if (w->segment[segment].leak_count == 0) {
		accept_in(w, segment, where, from, vlan, f);
		return;
	}
	frame_ref(f);
	accept_in(w, segment, where, from, vlan, f);
	for (size_t i = 0; i < w->segment[segment].leak_count; i++) {
		const struct leak leak = w->segment[segment].leak[i];
		struct frame *copy = leak.from == vlan ? retagged(w, f, leak.from, leak.to) : NULL;
		if (copy != NULL)
			accept_in(w, segment, where, from, leak.to, copy);
	}
	frame_unref(f);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Drawing and writing faults, by one table of kinds. */
#include "sim/scenario/fuzz_faults.h"

#include <string.h>

#include "sim/base/prng.h"
#include "sim/carp/carp_config.h"
#include "sim/scenario/expect.h"
#include "sim/scenario/fuzz_guests.h"
#include "sim/vrrp/vrrp_config.h"

#define GRID (10 * VL_MS)               /* moments are read by people */

/* What a kind is done to, and how its steps are written. */
struct kind {
	bool off;                       /* for nodes with virtual routers only */
	bool no_length;
	uint64_t low, high;             /* of the number */
	const char *begin;              /* the step: N node, # number, W way (out, in), D direction (out, in, both) */
	const char *end;                /* NULL: nothing to take back */
};

static const struct kind kinds[FUZZ_KIND_COUNT] = {
	[FUZZ_CRASH] = {true, false, 0, 0, "crash: N", "start: N"},
	[FUZZ_STOP] = {true, false, 0, 0, "stop: N", "start: N"},
	[FUZZ_RESTART] = {true, true, 0, 0, "restart: N", NULL},
	[FUZZ_PAUSE] = {true, false, 0, 0, "pause: N", "resume: N"},
	[FUZZ_LINK] = {false, false, 0, 0, "link: {N: down}", "link: {N: up}"},
	[FUZZ_FLAP] = {false, false, 1, 20, "flap: {link: N, down: #00ms, up: #00ms, count: 5}", "heal: N"},
	[FUZZ_CUT] = {false, false, 0, 0, "cut: {N: D}", "heal: N"},
	[FUZZ_LOSS] = {false, false, 5, 100, "loss: {N: #%}", "loss: {N: 0%}"},
	[FUZZ_BURST] = {false, false, 1, 30, "burst: {link: N, direction: D, begin: #%, frames: 5}",
			"burst: {link: N, begin: 0%, frames: 1}"},
	[FUZZ_DROP] = {true, true, 1, 4, "drop: {packet: \"vrrp advert\", from: N, count: #}", NULL},
	[FUZZ_LATENCY] = {false, false, 1, 200, "latency: {N: #ms}", "latency: {N: 10us}"},
	[FUZZ_DELAY] = {false, false, 1, 200, "delay: {link: N, direction: D, by: #ms, jitter: #ms}",
			"delay: {link: N, by: 0s}"},
	[FUZZ_REORDER] = {false, false, 5, 60, "reorder: {link: N, direction: D, chance: #%, by: 20ms}",
			  "reorder: {link: N, chance: 0%, by: 20ms}"},
	[FUZZ_DUPLICATE] = {false, false, 5, 100, "duplicate: {link: N, direction: D, chance: #%}",
			    "duplicate: {link: N, chance: 0%}"},
	[FUZZ_CORRUPT] = {false, false, 5, 60, "corrupt: {link: N, direction: D, chance: #%}",
			  "corrupt: {link: N, chance: 0%}"},
	[FUZZ_BANDWIDTH] = {false, false, 2, 100, "bandwidth: {link: N, direction: D, rate: #000, queue: 10}",
			    "bandwidth: {link: N, rate: unlimited}"},
	[FUZZ_DRIFT] = {true, false, 10, 100, "drift: {of: N, W: #000}", "drift: {of: N, fast: 0}"},
	[FUZZ_SLOW] = {true, false, 1, 300, "slow: {of: N, frame: #ms, queue: 20}", "slow: {of: N, frame: 0s}"},
	/* what these do is more than words with holes */
	[FUZZ_MOVE] = {false, true, 0, 0, NULL, NULL},
	[FUZZ_PARTITION] = {false, false, 0, 0, NULL, NULL},
	[FUZZ_DEAF] = {false, false, 0, 0, NULL, NULL},
	[FUZZ_FLOOD] = {false, false, 0, 255, NULL, NULL},
	[FUZZ_LEAK] = {false, false, 0, 0, NULL, NULL},
	[FUZZ_TRUNK] = {false, false, 0, 0, NULL, NULL},
	[FUZZ_LEARNING] = {false, false, 2, 8, NULL, NULL},
	[FUZZ_ROGUE] = {true, false, 1, 254, NULL, NULL},
	[FUZZ_TWIN] = {true, false, 0, 0, NULL, NULL},
	[FUZZ_DUEL] = {true, false, 255, 255, NULL, NULL},
	[FUZZ_CAMP] = {true, false, 1, 254, NULL, NULL},
};

const char *fuzz_kind_word(enum fuzz_kind kind)
{
	static const char *const word[] = {
#define X(constant, text) text,
		FUZZ_KINDS(X)
#undef X
	};

	return word[kind];
}

/* --- drawing --------------------------------------------------------------------------------------------- */

static vl_time draw_length(struct prng *dice)
{
	static const vl_time about[] = {20 * VL_MS, 100 * VL_MS, 500 * VL_MS, VL_S, 2 * VL_S, 4 * VL_S, 8 * VL_S, 15 * VL_S};
	vl_time length = about[prng_below(dice, sizeof about / sizeof about[0])];

	return (length + prng_below(dice, length)) / GRID * GRID + GRID;
}

/* A node that the kind may be done to; the number of nodes: none. */
static unsigned draw_node(struct prng *dice, const struct fuzz_base *b, bool routers)
{
	const struct scenario *base = b->scenario;
	unsigned fit[FUZZ_NODES];
	size_t count = 0;

	for (unsigned n = 0; n < base->node_count && n < FUZZ_NODES; n++)
		if (base->node[n].started && (b->has_routers[n] || !routers))
			fit[count++] = n;
	return count > 0 ? fit[prng_below(dice, count)] : (unsigned)base->node_count;
}

static bool shares_segment(const struct scenario *s, unsigned a, unsigned b, unsigned *segment)
{
	for (size_t i = 0; i < s->node[a].interface_count; i++)
		for (size_t k = 0; k < s->node[b].interface_count; k++)
			if (s->node[a].interface[i].on.index == s->node[b].interface[k].on.index) {
				*segment = s->node[a].interface[i].on.index;
				return true;
			}
	return false;
}

/* The fault's node sends on an interface where its virtual router is, with an address of the same family. */
static bool draw_sender(struct fuzz_fault *f, const struct scenario *base, const struct invariant_member *m)
{
	const struct scenario_node *n = &base->node[f->node];

	for (f->interface = 0; f->interface < n->interface_count; f->interface++) {
		const struct scenario_interface *i = &n->interface[f->interface];
		uint16_t vlan = i->vlan.given ? (uint16_t)i->vlan.value : 0;
		if (i->on.index == m->segment && vlan == m->vlan && (m->family == IP_V6 || i->ip.count > 0))
			return true;
	}
	return false;
}

/* Two VLANs that are on the segment, or one that is and another. */
static void draw_vlans(struct fuzz_fault *f, struct prng *dice, const struct scenario *base)
{
	uint16_t fit[FUZZ_NODES] = {0};
	size_t count = 1;

	for (size_t n = 0; n < base->node_count; n++)
		for (size_t i = 0; i < base->node[n].interface_count; i++) {
			const struct scenario_interface *itf = &base->node[n].interface[i];
			if (itf->on.index == f->segment && itf->vlan.given && count < FUZZ_NODES)
				fit[count++] = (uint16_t)itf->vlan.value;
		}
	f->vlan[0] = fit[prng_below(dice, count)];
	f->vlan[1] = fit[prng_below(dice, count)];
	if (f->vlan[0] == f->vlan[1])
		f->vlan[1] = (uint16_t)(1 + f->vlan[0] % 4094);
}

/* To a segment that is joined with the node's own: another one when there is, or another port of the same. */
static bool draw_move(struct fuzz_fault *f, struct prng *dice, const struct fuzz_base *b)
{
	const struct scenario_node *n = &b->scenario->node[f->node];
	unsigned wanted = f->segment;

	f->interface = (unsigned)prng_below(dice, n->interface_count);
	f->segment = n->interface[f->interface].on.index;
	if (b->scenario->segment[wanted].domain == b->scenario->segment[f->segment].domain)
		f->segment = wanted;
	return true;
}

/* What only this kind has. False: it cannot be. */
static bool draw_rest(struct fuzz_fault *f, struct prng *dice, const struct fuzz_base *b)
{
	const struct scenario *base = b->scenario;
	struct fuzz_guest guest[FUZZ_GUESTS];

	f->member = (unsigned)prng_below(dice, invariants_member_count(b->members));
	const struct invariant_member *m = invariants_member(b->members, f->member);
	switch (f->kind) {
	case FUZZ_DEAF:
		return f->other != f->node && f->other < base->node_count &&
		       shares_segment(base, f->node, f->other, &f->segment);
	case FUZZ_MOVE:
		return draw_move(f, dice, b);
	case FUZZ_FLOOD:
		f->other = m->node;
		return draw_sender(f, base, m);
	case FUZZ_LEAK:
		draw_vlans(f, dice, base);
		return true;
	case FUZZ_TRUNK:
		return base->segment[f->segment].trunk.given;
	case FUZZ_LEARNING:
		return !base->segment[f->segment].learning.given;
	case FUZZ_ROGUE:
	case FUZZ_TWIN:
	case FUZZ_DUEL:
	case FUZZ_CAMP:
		f->node = m->node;
		return fuzz_guests(guest, b, f) > 0;
	case FUZZ_CRASH:
	case FUZZ_STOP:
	case FUZZ_RESTART:
	case FUZZ_PAUSE:
	case FUZZ_LINK:
	case FUZZ_FLAP:
	case FUZZ_CUT:
	case FUZZ_PARTITION:
	case FUZZ_LOSS:
	case FUZZ_BURST:
	case FUZZ_DROP:
	case FUZZ_LATENCY:
	case FUZZ_DELAY:
	case FUZZ_REORDER:
	case FUZZ_DUPLICATE:
	case FUZZ_CORRUPT:
	case FUZZ_BANDWIDTH:
	case FUZZ_DRIFT:
	case FUZZ_SLOW:
	case FUZZ_KIND_COUNT:
		break;
	}
	return true;
}

static bool draw_fault(struct fuzz_fault *f, enum fuzz_kind kind, struct prng *dice, const struct fuzz_base *b,
		       unsigned slot, vl_time until)
{
	static const unsigned ways[] = {DIRECTION_OUT, DIRECTION_IN, DIRECTION_BOTH};
	const struct scenario *base = b->scenario;
	const struct kind *k = &kinds[kind];

	*f = (struct fuzz_fault){.kind = kind, .node = draw_node(dice, b, k->off), .slot = slot};
	f->other = draw_node(dice, b, false);
	f->begin = prng_below(dice, until / GRID) * GRID;
	f->end = k->no_length ? f->begin : vl_time_min(f->begin + draw_length(dice), until);
	f->number = k->low + prng_below(dice, k->high - k->low + 1);
	f->way = ways[prng_below(dice, 3)];
	f->segment = (unsigned)prng_below(dice, base->segment_count);
	f->sides = prng_u64(dice);
	return f->node < base->node_count && draw_rest(f, dice, b);
}

/* True for what starts and ends a node's life: only one that is off starts, only one that is paused resumes. */
static bool is_of_life(enum fuzz_kind kind)
{
	return kind == FUZZ_CRASH || kind == FUZZ_STOP || kind == FUZZ_RESTART || kind == FUZZ_PAUSE;
}

/* Not before the node's own start, nor while another such fault lasts. */
static bool can_be(const struct fuzz_schedule *s, const struct fuzz_fault *f, const struct scenario *base)
{
	if (!is_of_life(f->kind))
		return true;
	for (size_t i = 0; i < s->count; i++)
		if (is_of_life(s->fault[i].kind) && s->fault[i].node == f->node && s->fault[i].begin <= f->end &&
		    f->begin <= s->fault[i].end)
			return false;
	return f->begin > base->node[f->node].start;
}

void fuzz_draw(struct fuzz_schedule *out, const struct fuzz_base *b, uint64_t seed, vl_time until)
{
	out->count = 0;
	for (int kind = 0; kind < FUZZ_KIND_COUNT; kind++) {
		char name[64];
		snprintf(name, sizeof name, "fuzz %s", fuzz_kind_word((enum fuzz_kind)kind));
		/* A stream a kind: another kind in the table moves no die of the others. */
		struct prng dice = prng_stream(seed, name);
		unsigned times = prng_chance(&dice, 1, 4) ? 1 + (unsigned)prng_below(&dice, 3) : 0;
		for (unsigned slot = 0; slot < times && out->count < FUZZ_FAULTS; slot++) {
			struct fuzz_fault *f = &out->fault[out->count];
			out->count += draw_fault(f, (enum fuzz_kind)kind, &dice, b, slot, until) &&
				      can_be(out, f, b->scenario);
		}
	}
}

/* --- writing --------------------------------------------------------------------------------------------- */

static const char *way_word(unsigned way)
{
	return way == DIRECTION_OUT ? "out" : way == DIRECTION_IN ? "in" : "both";
}

static void print_step(FILE *to, vl_time at, const char *form, const struct scenario *s, const struct fuzz_fault *f)
{
	char text[EXPECT_TIME];

	fprintf(to, "  - {at: %s, ", expect_time(text, at));
	for (const char *p = form; *p != '\0'; p++) {
		if (*p == 'N')
			fputs(s->node[f->node].name, to);
		else if (*p == 'D')
			fputs(way_word(f->way), to);
		else if (*p == 'W')
			fputs(f->way == DIRECTION_OUT ? "fast" : "slow", to);
		else if (*p == '#')
			fprintf(to, "%llu", (unsigned long long)f->number);
		else
			fputc(*p, to);
	}
	fputs("}\n", to);
}

static bool is_on(const struct scenario *s, unsigned node, unsigned segment)
{
	for (size_t i = 0; i < s->node[node].interface_count; i++)
		if (s->node[node].interface[i].on.index == segment)
			return true;
	return false;
}

/* Only where both sides have somebody. */
static void print_partition(FILE *to, const struct scenario *s, const struct fuzz_fault *f, uint64_t gone)
{
	const char *segment = s->segment[f->segment].name;
	size_t on_side[2] = {0, 0};
	char text[EXPECT_TIME];

	for (unsigned n = 0; n < s->node_count; n++)
		on_side[f->sides >> n & 1] += is_on(s, n, f->segment) && (gone >> n & 1) == 0;
	if (on_side[0] == 0 || on_side[1] == 0)
		return;
	fprintf(to, "  - {at: %s, partition: {%s: [", expect_time(text, f->begin), segment);
	for (unsigned side = 0; side < 2; side++) {
		const char *before = "[";
		for (unsigned n = 0; n < s->node_count; n++) {
			if ((f->sides >> n & 1) != side || !is_on(s, n, f->segment) || (gone >> n & 1) != 0)
				continue;
			fprintf(to, "%s%s", before, s->node[n].name);
			before = ", ";
		}
		fputs(side == 0 ? "], " : "]", to);
	}
	fprintf(to, "]}}\n  - {at: %s, heal: %s}\n", expect_time(text, f->end), segment);
}

static void print_deaf(FILE *to, const struct scenario *s, const struct fuzz_fault *f)
{
	char text[EXPECT_TIME];

	for (int ends = 0; ends < 2; ends++)
		fprintf(to, "  - {at: %s, deaf: {from: %s, to: %s, on: %s%s}}\n",
			expect_time(text, ends ? f->end : f->begin), s->node[f->node].name, s->node[f->other].name,
			s->segment[f->segment].name, ends ? ", ends: true" : "");
}

static void print_move(FILE *to, const struct scenario *s, const struct fuzz_fault *f)
{
	const struct scenario_node *n = &s->node[f->node];
	char text[EXPECT_TIME];

	fprintf(to, "  - {at: %s, move: {link: %s.%s", expect_time(text, f->begin), n->name,
		n->interface[f->interface].name);
	if (f->segment != n->interface[f->interface].on.index)
		fprintf(to, ", to: %s", s->segment[f->segment].name);
	fputs("}}\n", to);
}

/* It ends by itself: `heal' would take back what others did to the node. */
static void print_flood(FILE *to, const struct fuzz_base *b, const struct fuzz_fault *f)
{
	const struct invariant_member *m = invariants_member(b->members, f->member);
	const struct scenario_node *n = &b->scenario->node[f->node];
	const struct ip_addr *vip = m->vrrp != NULL ? m->vrrp->address : m->carp->address;
	vl_time every = f->way == DIRECTION_OUT ? 10 * VL_MS : f->way == DIRECTION_IN ? 100 * VL_MS : VL_S;
	char text[EXPECT_TIME], gap[EXPECT_TIME], address[IP_TEXT];

	while (vip->family != m->family)
		vip++;
	fprintf(to, "  - {at: %s, flood: {from: %s.%s, vrid: %u, vip: \"%s\", priority: %llu, version: %u, ",
		expect_time(text, f->begin), n->name, n->interface[f->interface].name, (unsigned)m->id,
		ip_format(address, vip), (unsigned long long)f->number,
		m->vrrp != NULL ? (unsigned)m->vrrp->version : m->family == IP_V6 ? 3u : 2u);
	fprintf(to, "every: %s, count: %llu}}\n", expect_time(gap, every),
		(unsigned long long)((f->end - f->begin) / every + 1));
}

static void print_vlan(FILE *to, const char *before, uint16_t vlan)
{
	if (vlan == 0)
		fprintf(to, "%suntagged", before);
	else
		fprintf(to, "%s%u", before, (unsigned)vlan);
}

static void print_leak(FILE *to, const struct scenario *s, const struct fuzz_fault *f)
{
	char text[EXPECT_TIME];

	for (int ends = 0; ends < 2; ends++) {
		fprintf(to, "  - {at: %s, leak: {on: %s", expect_time(text, ends ? f->end : f->begin),
			s->segment[f->segment].name);
		print_vlan(to, ", from: ", f->vlan[0]);
		print_vlan(to, ", to: ", f->vlan[1]);
		fprintf(to, "%s}}\n", ends ? ", ends: true" : "");
	}
}

static void print_trunk(FILE *to, const struct scenario *s, const struct fuzz_fault *f)
{
	const char *name = s->segment[f->segment].name;
	char begin[EXPECT_TIME], end[EXPECT_TIME];

	fprintf(to, "  - {at: %s, trunk: {%s: %s}}\n  - {at: %s, trunk: {%s: up}}\n", expect_time(begin, f->begin), name,
		f->way == DIRECTION_BOTH ? "down" : way_word(f->way), expect_time(end, f->end), name);
}

/* They come, and go with a goodbye or without one. */
static void print_guests(FILE *to, const struct fuzz_base *b, const struct fuzz_fault *f)
{
	struct fuzz_guest guest[FUZZ_GUESTS];
	size_t count = fuzz_guests(guest, b, f);
	char begin[EXPECT_TIME], end[EXPECT_TIME];

	for (size_t i = 0; i < count; i++)
		fprintf(to, "  - {at: %s, start: %s}\n  - {at: %s, %s: %s}\n", expect_time(begin, f->begin), guest[i].name,
			expect_time(end, f->end), f->way == DIRECTION_IN ? "stop" : "crash", guest[i].name);
}

void fuzz_print_fault(FILE *to, const struct fuzz_base *b, const struct fuzz_fault *f, uint64_t gone)
{
	const struct scenario *base = b->scenario;
	const struct kind *k = &kinds[f->kind];

	if (k->begin != NULL) {
		print_step(to, f->begin, k->begin, base, f);
		if (k->end != NULL)
			print_step(to, f->end, k->end, base, f);
	} else if (f->kind == FUZZ_PARTITION) {
		print_partition(to, base, f, gone);
	} else if (f->kind == FUZZ_DEAF) {
		print_deaf(to, base, f);
	} else if (f->kind == FUZZ_MOVE) {
		print_move(to, base, f);
	} else if (f->kind == FUZZ_FLOOD) {
		print_flood(to, b, f);
	} else if (f->kind == FUZZ_LEAK) {
		print_leak(to, base, f);
	} else if (f->kind == FUZZ_TRUNK) {
		print_trunk(to, base, f);
	} else {
		print_guests(to, b, f);
	}
}

/* True for what is about a segment and no node of it. */
static bool is_of_segment(enum fuzz_kind kind)
{
	return kind == FUZZ_PARTITION || kind == FUZZ_LEAK || kind == FUZZ_TRUNK || kind == FUZZ_LEARNING;
}

bool fuzz_names(const struct fuzz_fault *f, unsigned node)
{
	bool names_other = f->kind == FUZZ_DEAF || f->kind == FUZZ_FLOOD;

	return !is_of_segment(f->kind) && (f->node == node || (names_other && f->other == node));
}

uint64_t fuzz_pending_drops(const struct fuzz_fault *f)
{
	return f->kind == FUZZ_DROP ? f->number : 0;
}

bool fuzz_misleads(const struct fuzz_fault *f)
{
	/* ARP has no checksum: a damaged one is believed. And guests answer for addresses that are not theirs. */
	return f->kind == FUZZ_CORRUPT || (fuzz_is_guest(f->kind) && f->kind != FUZZ_ROGUE);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Drawing and writing faults, by one table of kinds. */
#include "sim/scenario/fuzz_faults.h"

#include "sim/base/prng.h"
#include "sim/scenario/expect.h"

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
	[FUZZ_MOVE] = {false, true, 0, 0, "move: {link: N}", NULL},
	[FUZZ_PARTITION] = {false, false, 0, 0, NULL, NULL},
	[FUZZ_DEAF] = {false, false, 0, 0, NULL, NULL},
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
static unsigned draw_node(struct prng *dice, const struct scenario *base, const bool *has_routers, bool routers)
{
	unsigned fit[FUZZ_NODES];
	size_t count = 0;

	for (unsigned n = 0; n < base->node_count && n < FUZZ_NODES; n++)
		if (base->node[n].started && (has_routers[n] || !routers))
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

static bool draw_fault(struct fuzz_fault *f, enum fuzz_kind kind, struct prng *dice, const struct scenario *base,
		       const bool *has_routers, vl_time until)
{
	static const unsigned ways[] = {DIRECTION_OUT, DIRECTION_IN, DIRECTION_BOTH};
	const struct kind *k = &kinds[kind];

	*f = (struct fuzz_fault){.kind = kind, .node = draw_node(dice, base, has_routers, k->off)};
	f->other = draw_node(dice, base, has_routers, false);
	f->begin = prng_below(dice, until / GRID) * GRID;
	f->end = k->no_length ? f->begin : vl_time_min(f->begin + draw_length(dice), until);
	f->number = k->low + prng_below(dice, k->high - k->low + 1);
	f->way = ways[prng_below(dice, 3)];
	f->segment = (unsigned)prng_below(dice, base->segment_count);
	f->sides = prng_u64(dice);
	if (f->node >= base->node_count)
		return false;
	return kind != FUZZ_DEAF || (f->other != f->node && f->other < base->node_count &&
				     shares_segment(base, f->node, f->other, &f->segment));
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

void fuzz_draw(struct fuzz_schedule *out, const struct scenario *base, const bool *has_routers, uint64_t seed,
	       vl_time until)
{
	out->count = 0;
	for (int kind = 0; kind < FUZZ_KIND_COUNT; kind++) {
		char name[64];
		snprintf(name, sizeof name, "fuzz %s", fuzz_kind_word((enum fuzz_kind)kind));
		/* A stream a kind: another kind in the table moves no die of the others. */
		struct prng dice = prng_stream(seed, name);
		uint64_t times = prng_chance(&dice, 1, 4) ? 1 + prng_below(&dice, 3) : 0;
		for (; times > 0 && out->count < FUZZ_FAULTS; times--) {
			struct fuzz_fault *f = &out->fault[out->count];
			out->count += draw_fault(f, (enum fuzz_kind)kind, &dice, base, has_routers, until) &&
				      can_be(out, f, base);
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

void fuzz_print_fault(FILE *to, const struct scenario *base, const struct fuzz_fault *f, uint64_t gone)
{
	const struct kind *k = &kinds[f->kind];

	if (f->kind == FUZZ_PARTITION) {
		print_partition(to, base, f, gone);
	} else if (f->kind == FUZZ_DEAF) {
		print_deaf(to, base, f);
	} else {
		print_step(to, f->begin, k->begin, base, f);
		if (k->end != NULL)
			print_step(to, f->end, k->end, base, f);
	}
}

bool fuzz_names(const struct fuzz_fault *f, unsigned node)
{
	return f->kind != FUZZ_PARTITION && (f->node == node || (f->kind == FUZZ_DEAF && f->other == node));
}

uint64_t fuzz_pending_drops(const struct fuzz_fault *f)
{
	return f->kind == FUZZ_DROP ? f->number : 0;
}

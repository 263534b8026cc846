// SPDX-License-Identifier: BSD-2-Clause
/* Both directions of the comparison. */
#include "sim/scenario/cross_check.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct comparing {
	const struct expect_context *c;
	void *context;
	void (*disagree)(void *context, const struct check *check);
};

static bool is_oracles_word(const char *code)
{
	for (int k = 0; k < ORACLE_CONFLICT_KINDS; k++)
		if (strcmp(oracle_conflict_code((enum oracle_conflict_kind)k), code) == 0)
			return true;
	return false;
}

/* The same code, place and ID, and they overlap in time; an advertisement more or less is no matter. */
static bool agree(const struct finding *f, const struct oracle_conflict *o)
{
	return strcmp(f->code->name, oracle_conflict_code(o->kind)) == 0 && f->place.interface == o->segment &&
	       f->place.family == o->family && (f->place.id == o->id || f->place.id == o->other_id) &&
	       f->begin <= vl_time_after(o->span.until, o->interval) && f->end >= o->span.from;
}

static void false_finding(const struct comparing *x, const struct finding *f)
{
	struct check check = {.kind = CHECK_ORACLE};
	char begin[EXPECT_TIME], end[EXPECT_TIME];

	snprintf(check.text, sizeof check.text, "an analyzer's %s is true for the oracle", f->code->name);
	check_want(&check, "no %s: such a conflict was not there", f->code->name);
	check_fail(&check, f->known, "%s on %s, id %u, %s to %s: %s", f->code->name,
		   x->c->scenario->segment[f->place.interface].name, (unsigned)f->place.id,
		   expect_time(begin, f->begin), expect_time(end, f->end), f->detail);
	x->disagree(x->context, &check);
}

static void missing_finding(const struct comparing *x, const struct oracle_conflict *o)
{
	const struct scenario *s = x->c->scenario;
	struct check check = {.kind = CHECK_ORACLE};
	char from[EXPECT_TIME], until[EXPECT_TIME], mutual[EXPECT_TIME], audible[EXPECT_TIME];
	const char *code = oracle_conflict_code(o->kind);

	snprintf(check.text, sizeof check.text, "the oracle's %s is found by an analyzer", code);
	check_want(&check, "finding %s on %s, id %u; or `unheard:` with a reason", code, s->segment[o->segment].name,
		   (unsigned)o->id);
	check_fail(&check, vl_time_min(o->span.until, x->c->end),
		   "%s and %s active from %s to %s, hearing each other for %s, on the wire for %s; no finding",
		   s->node[o->node[0]].name, s->node[o->node[1]].name, expect_time(from, o->span.from),
		   expect_time(until, o->span.until), expect_time(mutual, o->mutual),
		   expect_time(audible, o->audible));
	x->disagree(x->context, &check);
}

static void findings_are_true(const struct comparing *x, const struct oracle_conflict *conflict, size_t count)
{
	for (size_t i = 0; i < x->c->finding_count; i++) {
		const struct finding *f = x->c->finding[i];
		bool true_one = false;
		if (f->code->severity != FINDING_CONFLICT || f->suspect || !is_oracles_word(f->code->name))
			continue;
		for (size_t k = 0; k < count && !true_one; k++)
			true_one = agree(f, &conflict[k]);
		if (!true_one)
			false_finding(x, f);
	}
}

/* A run cut short may have cut a conflict short: it then has to last twice as long. */
static bool must_be_found(const struct comparing *x, const struct oracle_conflict *o)
{
	vl_time lasted = vl_time_min(o->span.until, x->c->end) - o->span.from;
	bool cut = x->c->end < x->c->scenario->until && o->span.until >= x->c->end;

	return !cut || lasted > 2 * CROSS_CHECK_INTERVALS * o->interval;
}

static void conflicts_are_found(const struct comparing *x, const struct oracle_conflict *conflict, size_t count)
{
	for (size_t k = 0; k < count; k++) {
		bool found = !must_be_found(x, &conflict[k]);
		for (size_t i = 0; i < x->c->finding_count && !found; i++)
			found = agree(x->c->finding[i], &conflict[k]);
		if (!found)
			missing_finding(x, &conflict[k]);
	}
}

bool cross_check(const struct expect_context *c, void *context,
		 void (*disagree)(void *context, const struct check *check))
{
	const struct comparing x = {.c = c, .context = context, .disagree = disagree};
	const struct scenario *s = c->scenario;
	bool heard = true;
	size_t count = 0;

	if (!s->suspended[PROMISE_TRUE_FINDINGS]) {
		struct oracle_conflict *all = oracle_conflicts(c->oracle, 0, c->end, &count);
		if (count == SIZE_MAX)
			return false;
		findings_are_true(&x, all, count);
		free(all);
	}
	for (int i = 0; i < UNHEARD_COUNT; i++)
		heard = heard && !s->unheard[i];
	if (heard) {
		struct oracle_conflict *long_ones = oracle_conflicts(c->oracle, CROSS_CHECK_INTERVALS, c->end, &count);
		if (count == SIZE_MAX)
			return false;
		conflicts_are_found(&x, long_ones, count);
		free(long_ones);
	}
	return true;
}

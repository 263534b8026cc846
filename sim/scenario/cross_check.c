// SPDX-License-Identifier: BSD-2-Clause
/* Both directions of the comparison. */
#include "sim/scenario/cross_check.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUEUED (5 * VL_S)               /* so long a slow line may hold frames back */

struct comparing {
	const struct expect_context *c;
	void *context;
	void (*disagree)(void *context, const struct check *check);
	bool used[UNHEARD_COUNT];       /* reasons of the script that excused something */
};

static bool is_oracles_word(const char *code)
{
	for (int k = 0; k < ORACLE_CONFLICT_KINDS; k++)
		if (strcmp(oracle_conflict_code((enum oracle_conflict_kind)k), code) == 0)
			return true;
	return false;
}

static uint16_t vlan_of(const struct finding *f)
{
	return f->place.vlan_count > 0 ? f->place.vlan[0] : 0;
}

/* The same code, place and ID, and they overlap in time; an advertisement more or less is no matter. */
static bool agree(const struct comparing *x, const struct finding *f, const struct oracle_conflict *o)
{
	return strcmp(f->code->name, oracle_conflict_code(o->kind)) == 0 && oracle_joined(x->c->oracle, f->place.interface, o->segment) &&
	       vlan_of(f) == o->vlan && f->place.family == o->family && (f->place.id == o->id || f->place.id == o->other_id) &&
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

/* The flood speaks for the finding's ID then: what it says is true of nobody. */
static bool is_flooded(const struct comparing *x, const struct finding *f, const struct scenario_step *step)
{
	const struct scenario_flood *flood = &step->flood;
	const struct scenario_interface *from =
		&x->c->scenario->node[flood->port.node.index].interface[flood->port.interface];
	vl_time last = flood->count == 0 ? VL_NEVER : step->at + (flood->count - 1) * flood->every;

	return flood->vrid == f->place.id && flood->vip.family == f->place.family &&
	       oracle_joined(x->c->oracle, from->on.index, f->place.interface) && f->end >= step->at &&
	       f->begin <= vl_time_after(last, QUEUED);
}

/* The leak of step i brings frames into the finding's VLAN then, of routers that are elsewhere. */
static bool is_leaked(const struct comparing *x, const struct finding *f, size_t i)
{
	const struct scenario *s = x->c->scenario;
	const struct scenario_leak *leak = &s->step[i].leak;
	vl_time end = VL_NEVER;

	for (size_t k = s->step_count; k-- > i + 1;) {
		const struct scenario_leak *other = &s->step[k].leak;
		if (s->step[k].verb == STEP_LEAK && other->ends && other->from == leak->from &&
		    other->to == leak->to && other->on.index == leak->on.index)
			end = s->step[k].at;
	}
	return !leak->ends && leak->to == vlan_of(f) &&
	       oracle_joined(x->c->oracle, leak->on.index, f->place.interface) && f->end >= s->step[i].at &&
	       f->begin <= vl_time_after(end, QUEUED);
}

/* The oracle hears no frames: it knows nothing of those that no router sent, or none of this VLAN. */
static bool is_beyond_the_oracle(const struct comparing *x, const struct finding *f)
{
	const struct scenario *s = x->c->scenario;

	for (size_t i = 0; i < s->step_count; i++)
		if ((s->step[i].verb == STEP_FLOOD && is_flooded(x, f, &s->step[i])) ||
		    (s->step[i].verb == STEP_LEAK && is_leaked(x, f, i)))
			return true;
	return false;
}

static void findings_are_true(const struct comparing *x, const struct oracle_conflict *conflict, size_t count)
{
	for (size_t i = 0; i < x->c->finding_count; i++) {
		const struct finding *f = x->c->finding[i];
		bool true_one = false;
		if (f->code->severity != FINDING_CONFLICT || f->suspect || !is_oracles_word(f->code->name) ||
		    (x->c->outsiders != NULL && outsiders_in(x->c->outsiders, f)))
			continue;
		for (size_t k = 0; k < count && !true_one; k++)
			true_one = agree(x, f, &conflict[k]);
		if (!true_one && !is_beyond_the_oracle(x, f))
			false_finding(x, f);
	}
}

static void note_false(void *context, const struct check *check)
{
	(void)check;
	*(bool *)context = true;
}

/* `suspends: true-findings' and nothing is false: at the script's own seed. */
static void suspension_is_needed(const struct comparing *x, const struct oracle_conflict *conflict, size_t count)
{
	bool needed = false;
	const struct comparing quiet = {.c = x->c, .context = &needed, .disagree = note_false};
	struct check check = {.kind = CHECK_ORACLE};

	findings_are_true(&quiet, conflict, count);
	if (needed || !x->c->own_seed || x->c->end < x->c->scenario->until || x->c->outsiders != NULL)
		return;
	snprintf(check.text, sizeof check.text, "`suspends: true-findings' is needed");
	check_want(&check, "a finding that is false for the oracle, or no such word in the script");
	check_fail(&check, x->c->end, "there is none");
	x->disagree(x->context, &check);
}

/* A run cut short may have cut a conflict short: it then has to last twice as long. */
static bool must_be_found(const struct comparing *x, const struct oracle_conflict *o)
{
	vl_time lasted = vl_time_min(o->span.until, x->c->end) - o->span.from;
	bool cut = x->c->end < x->c->scenario->until && o->span.until >= x->c->end;

	return !cut || lasted > 2 * CROSS_CHECK_INTERVALS * o->interval;
}

/* Frames are lost by chance or by rule at some moment before `until`. */
static bool frames_are_lost(const struct expect_context *c, vl_time until)
{
	static const struct record_kind *const kinds[] = {
		&WORLD_LINK_LOSS_KIND, &WORLD_BURST_KIND, &WORLD_CORRUPT_KIND, &WORLD_RATE_KIND, &WORLD_FAULT_KIND,
	};

	for (uint64_t i = 0; i < journal_count(c->journal) && journal_at(c->journal, i)->at <= until; i++)
		for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
			if (journal_at(c->journal, i)->kind == kinds[k])
				return true;
	return false;
}

/* True when the reason can be why nobody heard this conflict. */
static bool fits(const struct comparing *x, const struct oracle_conflict *o, enum scenario_unheard reason)
{
	vl_time end = vl_time_min(o->span.until, x->c->end), lasted = end - o->span.from;

	switch (reason) {
	case UNHEARD_MUTE: /* starved or deaf: one hears the other at least; cut off: the switch does not hear both */
		return o->mutual > 0 || o->one_way > 0 || o->audible < lasted;
	case UNHEARD_SHORT: /* heard for so short a time that three advertisements of each need not be in it */
		return vl_time_min(lasted, o->audible) <= 2 * CROSS_CHECK_INTERVALS * o->interval;
	case UNHEARD_HIDDEN:
		return (o->kind == ORACLE_CARP_DUAL_ACTIVE && !o->same_addresses) || o->kind == ORACLE_ADDRESS_TWICE;
	case UNHEARD_LOST:
		return frames_are_lost(x->c, end);
	case UNHEARD_COUNT:
		break;
	}
	return false;
}

/* True when one of the script's reasons fits; those that do are noted. */
static bool is_excused(struct comparing *x, const struct oracle_conflict *o)
{
	bool excused = false;

	for (int i = 0; i < UNHEARD_COUNT; i++) {
		if (!x->c->scenario->unheard[i] || !fits(x, o, (enum scenario_unheard)i))
			continue;
		x->used[i] = true;
		excused = true;
	}
	return excused;
}

static void reasons_are_used(const struct comparing *x)
{
	static const char *const word[] = {
#define X(constant, text, help) [constant] = text,
		SCENARIO_UNHEARD(X)
#undef X
	};

	for (int i = 0; i < UNHEARD_COUNT; i++) {
		struct check check = {.kind = CHECK_ORACLE};
		if (!x->c->scenario->unheard[i] || x->used[i])
			continue;
		snprintf(check.text, sizeof check.text, "`unheard: %s' is why a conflict is not found", word[i]);
		check_want(&check, "a conflict that the analyzers miss for this reason, or no such word in the script");
		check_fail(&check, x->c->end, "no conflict that it excuses");
		x->disagree(x->context, &check);
	}
}

/* On the ID of the conflict, on one of its segments. */
static bool outsiders_speak(const struct comparing *x, const struct oracle_conflict *o)
{
	if (x->c->outsiders == NULL)
		return false;
	for (world_segment s = 0; s < x->c->scenario->segment_count; s++)
		if (oracle_joined(x->c->oracle, s, o->segment) &&
		    (outsiders_on(x->c->outsiders, s, o->family, o->id) ||
		     outsiders_on(x->c->outsiders, s, o->family, o->other_id)))
			return true;
	return false;
}

static void conflicts_are_found(struct comparing *x, const struct oracle_conflict *conflict, size_t count)
{
	for (size_t k = 0; k < count; k++) {
		bool found = !must_be_found(x, &conflict[k]) || outsiders_speak(x, &conflict[k]);
		for (size_t i = 0; i < x->c->finding_count && !found; i++)
			found = agree(x, x->c->finding[i], &conflict[k]);
		if (!found && !is_excused(x, &conflict[k]))
			missing_finding(x, &conflict[k]);
	}
}

bool cross_check(const struct expect_context *c, void *context,
		 void (*disagree)(void *context, const struct check *check))
{
	struct comparing x = {.c = c, .context = context, .disagree = disagree};
	const struct scenario *s = c->scenario;
	size_t count = 0;

	struct oracle_conflict *all = oracle_conflicts(c->oracle, 0, c->end, &count);
	if (count == SIZE_MAX)
		return false;
	if (s->suspended[PROMISE_TRUE_FINDINGS])
		suspension_is_needed(&x, all, count);
	else
		findings_are_true(&x, all, count);
	free(all);
	if (!s->suspended[PROMISE_HEARD_CONFLICTS]) {
		struct oracle_conflict *long_ones = oracle_conflicts(c->oracle, CROSS_CHECK_INTERVALS, c->end, &count);
		if (count == SIZE_MAX)
			return false;
		conflicts_are_found(&x, long_ones, count);
		free(long_ones);
		if (c->own_seed && c->end >= s->until && c->outsiders == NULL)
			reasons_are_used(&x);
	}
	return true;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Judging, and what a reader of a failure needs: the notable records before its moment. */
#include "sim/scenario/run_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/cross_check.h"
#include "sim/scenario/run_absent.h"

static bool make_room(struct run *r)
{
	if (r->check_count < r->check_room)
		return true;
	size_t room = r->check_room == 0 ? 16 : r->check_room * 2;
	struct check *longer = realloc(r->check, room * sizeof *longer);
	if (longer == NULL) {
		r->no_memory = true;
		return false;
	}
	r->check = longer;
	r->check_room = room;
	return true;
}

static void describe(struct check_event *e, const struct record *record)
{
	e->at = record->at;
	snprintf(e->subject, sizeof e->subject, "%s%s%s", record->node != NULL ? record->node : "world",
		 record->part != NULL ? " " : "", record->part != NULL ? record->part : "");
	record_format_text(e->text, sizeof e->text, record);
}

/* True for a record that says nothing new beside the one shown after it: another move of a MAC, the same
 * sentence again. */
static bool repeats(const struct check_event *e, const struct check_event *later, const struct record *record,
		    const struct record *later_record)
{
	return later_record != NULL && later_record->kind == record->kind &&
	       (strncmp(record->kind->name, "switch.", 7) == 0 ||
		(strcmp(e->subject, later->subject) == 0 && strcmp(e->text, later->text) == 0));
}

/* The last notable records up to the moment, oldest first. */
static void look_back(const struct run *r, struct check *c)
{
	uint64_t i = journal_since(r->journal, vl_time_after(c->at, 1));
	struct check_event *at = c->before + CHECK_BEFORE;
	const struct record *later = NULL;

	while (i > journal_first(r->journal) && at > c->before) {
		const struct record *record = journal_at(r->journal, --i);
		struct check_event e;
		if (record->kind->level < RECORD_NOTICE)
			continue;
		describe(&e, record);
		if (repeats(&e, at, record, later))
			continue;
		*--at = e;
		later = record;
	}
	c->before_count = (size_t)(c->before + CHECK_BEFORE - at);
	memmove(c->before, at, c->before_count * sizeof *at);
}

void run_add_check(struct run *r, const struct check *check)
{
	if (!make_room(r))
		return;
	struct check *kept = &r->check[r->check_count++];
	*kept = *check;
	r->failed += kept->verdict == CHECK_FAILED;
	r->open += kept->verdict == CHECK_OPEN;
	if (kept->verdict == CHECK_FAILED)
		look_back(r, kept);
}

static void disagree(void *context, const struct check *check)
{
	run_add_check(context, check);
}

/* A promise that is suspended and kept is suspended no longer than the script needs it: at its own seed. Those that
 * no run breaks by itself are not judged here (cross_check, resolve). */
static void judge_suspensions(struct run *r, const struct expect_context *c)
{
	static const struct {
		enum scenario_promise promise;
		const char *word;
	} list[] = {
#define X(constant, word, help) {constant, word},
		SCENARIO_PROMISES(X)
#undef X
	};
	const struct scenario *s = c->scenario;

	for (size_t i = 0; i < PROMISE_COUNT && c->own_seed && c->end >= s->until && c->outsiders == NULL; i++) {
		enum scenario_promise p = list[i].promise;
		struct check check = {.kind = CHECK_INVARIANT, .name = list[i].word};
		if (!s->suspended[p] || p == PROMISE_TRUE_FINDINGS || p == PROMISE_HEARD_CONFLICTS ||
		    p == PROMISE_UNIQUE_ADDRESSES || invariants_excused(r->invariants, p))
			continue;
		snprintf(check.text, sizeof check.text, "`suspends: %s' is needed", list[i].word);
		check_want(&check, "a run that breaks the promise, or no such word in the script");
		check_fail(&check, c->end, "it is kept all the time");
		run_add_check(r, &check);
	}
}

/* Rules of our own that a run must not break. */
static void judge_ourselves(struct run *r)
{
	uint64_t drops = build_outbox_drops(&r->world, r->order.scenario);
	struct check check = {.kind = CHECK_INTERNAL};

	if (drops > 0) {
		snprintf(check.text, sizeof check.text, "no node says more than its outbox holds");
		check_want(&check, "0");
		check_fail(&check, r->ended_at, "%llu frames or records dropped", (unsigned long long)drops);
		run_add_check(r, &check);
	}
	if (!oracle_complete(r->world.oracle)) {
		snprintf(check.text, sizeof check.text, "the oracle knows every virtual router");
		check_want(&check, "0");
		check_fail(&check, r->ended_at, "%llu records of strangers",
			   (unsigned long long)oracle_strangers(r->world.oracle));
		run_add_check(r, &check);
	}
}

bool run_judge(struct run *r)
{
	const struct scenario *s = r->order.scenario;
	const struct finding **finding = calloc(r->watch.count + 1, sizeof(const struct finding *));
	struct check *before = r->check;
	size_t before_count = r->check_count;
	struct check check;

	/* Expectations come first, what went wrong on the way behind them. */
	r->check = NULL;
	r->check_count = r->check_room = r->failed = r->open = 0;
	if (finding == NULL) {
		free(before);
		return false;
	}
	for (size_t i = 0; i < r->watch.count; i++)
		finding[i] = &r->watch.finding[i]->now;
	const struct expect_context c = {
		.scenario = s,
		.oracle = r->world.oracle,
		.journal = r->journal,
		.finding = finding,
		.finding_count = r->watch.count,
		.own_seed = r->order.seed == s->seed,
		.end = r->ended_at,
		.outsiders = r->order.replay != NULL || r->order.live != NULL ? &r->outsiders : NULL,
	};
	for (size_t i = 0; i < s->expectation_count; i++) {
		if (!run_cannot_judge(r, &s->expectation[i], &check))
			expect_judge(&s->expectation[i], &r->memory[i], &c, &check);
		run_add_check(r, &check);
	}
	for (size_t i = 0; i < before_count; i++)
		run_add_check(r, &before[i]);
	free(before);
	bool ok = r->order.live != NULL || cross_check(&c, r, disagree);
	judge_suspensions(r, &c);
	free(finding);
	judge_ourselves(r);
	return ok && !r->no_memory;
}

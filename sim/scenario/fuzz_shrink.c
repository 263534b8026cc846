// SPDX-License-Identifier: BSD-2-Clause
/* Delta debugging (Zeller, Hildebrandt 2002) over the parts of a case, pass by pass until none helps any more. */
#include "sim/scenario/fuzz_shrink.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/run.h"

/* --- one run --------------------------------------------------------------------------------------------- */

static void answer(FILE *to, const char *failure, const char *digest)
{
	fprintf(to, "%s\n%s\n", digest, failure);
}

int fuzz_run(const struct fuzz_base *b, const struct fuzz_case *c, FILE *to)
{
	struct scenario_set set;
	struct run run;
	char failure[FUZZ_FAILURE];
	size_t length = 0;
	char *script = fuzz_script(b, c, &length);

	if (script == NULL)
		return 3;
	if (!scenario_load_bytes(&set, b->scenario->path, (const uint8_t *)script, length)) {
		snprintf(failure, sizeof failure, "script %s", set.mistake_count > 0 ? set.mistake[0].message : "");
		answer(to, failure, "-");
	} else {
		struct vl_status status = run_do(&run, &(struct run_order){
							       .scenario = &set.scenario[0],
							       .seed = set.scenario[0].seed,
							       .until = set.scenario[0].until,
						       });
		char digest[DIGEST_SHA256_TEXT];
		snprintf(digest, sizeof digest, "%s", run.digest);
		if (vl_ok(&status))
			run_close(&run);
		fuzz_failure(failure, &run);
		if (!vl_ok(&status))
			snprintf(failure, sizeof failure, "error %.100s", status.reason);
		run_free(&run);
		answer(to, failure, digest);
	}
	scenario_set_free(&set);
	free(script);
	return 0;
}

void fuzz_read_outcome(struct fuzz_outcome *out, const struct job_answer *a)
{
	const char *text = a->text != NULL ? a->text : "";
	size_t digest = strcspn(text, "\n");

	*out = (struct fuzz_outcome){0};
	if (a->end == JOB_TOO_SLOW) {
		snprintf(out->failure, sizeof out->failure, "too slow");
	} else if (a->end == JOB_DIED) {
		snprintf(out->failure, sizeof out->failure, "died with status %d", a->number);
	} else if (text[digest] == '\n') {
		const char *failure = text + digest + 1;
		snprintf(out->digest, sizeof out->digest, "%.*s", (int)digest, text);
		snprintf(out->failure, sizeof out->failure, "%.*s", (int)strcspn(failure, "\n"), failure);
	} else {
		snprintf(out->failure, sizeof out->failure, "no answer");
	}
}

/* --- many tries ------------------------------------------------------------------------------------------ */

struct shrinking {
	const struct fuzz_trial *trial;
	const char *failure;
	struct fuzz_case now;           /* the smallest so far */
	struct fuzz_case *candidate;
	size_t count, room;
	size_t taken;                   /* the candidate that fails the same way; SIZE_MAX: none */
	size_t runs;
	bool stuck;                     /* no memory, no processes */
};

static int try_one(void *context, size_t index, FILE *to)
{
	const struct shrinking *s = context;

	return fuzz_run(s->trial->base, &s->candidate[index], to);
}

static bool tried(void *context, size_t index, const struct job_answer *a)
{
	struct shrinking *s = context;
	struct fuzz_outcome outcome;

	s->runs++;
	fuzz_read_outcome(&outcome, a);
	if (strcmp(outcome.failure, s->failure) == 0)
		s->taken = index;
	return s->taken == SIZE_MAX;
}

/* Room for one more candidate, which is a copy of what is now. NULL: no memory. */
static struct fuzz_case *propose(struct shrinking *s)
{
	if (s->count == s->room) {
		size_t room = s->room == 0 ? 32 : 2 * s->room;
		struct fuzz_case *longer = realloc(s->candidate, room * sizeof *longer);
		if (longer == NULL) {
			s->stuck = true;
			return NULL;
		}
		s->candidate = longer;
		s->room = room;
	}
	s->candidate[s->count] = s->now;
	return &s->candidate[s->count++];
}

/* Runs the candidates; true when one is taken. They are gone afterwards. */
static bool decide(struct shrinking *s)
{
	s->taken = SIZE_MAX;
	if (s->count > 0 && !s->stuck && !jobs_run(&(struct job_list){
						  .count = s->count,
						  .at_a_time = s->trial->at_a_time,
						  .limit_ns = s->trial->limit_ns,
						  .context = s,
						  .work = try_one,
						  .done = tried,
					  }))
		s->stuck = true;
	if (s->taken != SIZE_MAX)
		s->now = s->candidate[s->taken];
	s->count = 0;
	return s->taken != SIZE_MAX;
}

/* --- passes ---------------------------------------------------------------------------------------------- */

static void leave_out(struct fuzz_schedule *f, size_t from, size_t count)
{
	memmove(&f->fault[from], &f->fault[from + count], (f->count - from - count) * sizeof *f->fault);
	f->count -= count;
}

static bool fewer_faults(struct shrinking *s)
{
	bool any = false;
	size_t size = s->now.faults.count;

	while (size > 0 && !s->stuck) {
		for (size_t i = 0; i < s->now.faults.count; i += size) {
			struct fuzz_case *c = propose(s);
			size_t left = s->now.faults.count - i;
			if (c != NULL)
				leave_out(&c->faults, i, size < left ? size : left);
		}
		bool taken = decide(s);
		any = any || taken;
		size = taken ? (size < s->now.faults.count ? size : s->now.faults.count) : size / 2;
	}
	return any;
}

static void without_node(struct fuzz_case *c, unsigned node)
{
	c->gone |= UINT64_C(1) << node;
	for (size_t i = c->faults.count; i > 0; i--)
		if (fuzz_names(&c->faults.fault[i - 1], node))
			leave_out(&c->faults, i - 1, 1);
}

static bool fewer_nodes(struct shrinking *s)
{
	bool any = false;

	do {
		for (unsigned n = 0; n < s->trial->base->scenario->node_count; n++) {
			if ((s->now.gone >> n & 1) != 0)
				continue;
			struct fuzz_case *c = propose(s);
			if (c != NULL)
				without_node(c, n);
		}
	} while (decide(s) && (any = true));
	return any;
}

static bool fewer_routers(struct shrinking *s)
{
	bool any = false;
	size_t count = invariants_member_count(s->trial->base->members);

	if (!s->now.pings_gone) {
		struct fuzz_case *c = propose(s);
		if (c != NULL)
			c->pings_gone = true;
		any = decide(s);
	}
	do {
		for (size_t i = 0; i < count && i < 64; i++) {
			const struct invariant_member *m = invariants_member(s->trial->base->members, i);
			if ((s->now.gone_router >> i & 1) != 0 || (s->now.gone >> m->node & 1) != 0 ||
			    s->trial->base->scenario->node[m->node].class == CLASS_LOADMASTER)
				continue;
			struct fuzz_case *c = propose(s);
			if (c != NULL)
				c->gone_router |= UINT64_C(1) << i;
		}
	} while (decide(s) && (any = true));
	return any;
}

/* How far a time is from a round one. Each step of simplify lowers this, or keeps it and lowers the time: so it
 * comes to an end. */
static int roughness(vl_time t)
{
	static const vl_time grid[] = {10 * VL_S, 5 * VL_S, VL_S, 500 * VL_MS, 100 * VL_MS, 10 * VL_MS};
	int i = 0;

	while (i < (int)(sizeof grid / sizeof grid[0]) && t % grid[i] != 0)
		i++;
	return i;
}

static void lengthen_or_halve(struct shrinking *s, size_t i, vl_time grid)
{
	const struct fuzz_fault now = s->now.faults.fault[i];
	vl_time length = now.end - now.begin, rounded = (length + grid - 1) / grid * grid, half = length / 2 / grid * grid;
	struct fuzz_case *c;

	if (roughness(rounded) < roughness(length) && rounded <= 2 * length && (c = propose(s)) != NULL)
		c->faults.fault[i].end = now.begin + rounded;
	if (half > 0 && roughness(half) <= roughness(length) && (c = propose(s)) != NULL)
		c->faults.fault[i].end = now.begin + half;
}

/* Rounder and shorter forms of one fault, the best first. */
static void simplify(struct shrinking *s, size_t i)
{
	static const vl_time grid[] = {10 * VL_S, 5 * VL_S, VL_S, 500 * VL_MS, 100 * VL_MS};
	const struct fuzz_fault now = s->now.faults.fault[i];
	struct fuzz_case *c;

	for (size_t g = 0; g < sizeof grid / sizeof grid[0]; g++) {
		vl_time begin = now.begin / grid[g] * grid[g];
		if (begin != now.begin && (c = propose(s)) != NULL) {
			c->faults.fault[i].begin = begin;
			c->faults.fault[i].end -= now.begin - begin;
		}
		if (now.end > now.begin)
			lengthen_or_halve(s, i, grid[g]);
	}
	if (now.number >= 10 && now.number % 10 != 0 && (c = propose(s)) != NULL)
		c->faults.fault[i].number = (now.number + 9) / 10 * 10;
	if (now.way != DIRECTION_BOTH && (c = propose(s)) != NULL)
		c->faults.fault[i].way = DIRECTION_BOTH;
}

static bool simpler_faults(struct shrinking *s)
{
	bool any = false;

	for (size_t i = 0; i < s->now.faults.count && !s->stuck; i++) {
		do
			simplify(s, i);
		while (decide(s) && (any = true));
	}
	return any;
}

static bool plainer_seed(struct shrinking *s)
{
	struct fuzz_case *c = s->now.seed != 1 ? propose(s) : NULL;

	if (c != NULL)
		c->seed = 1;
	return c != NULL && decide(s);
}

size_t fuzz_shrink(const struct fuzz_trial *t, struct fuzz_case *c, const char *failure)
{
	struct shrinking s = {.trial = t, .failure = failure, .now = *c};
	bool smaller = true;

	while (smaller && !s.stuck) {
		smaller = fewer_faults(&s);
		smaller = fewer_nodes(&s) || smaller;
		smaller = fewer_routers(&s) || smaller;
		smaller = simpler_faults(&s) || smaller;
	}
	plainer_seed(&s);
	*c = s.now;
	free(s.candidate);
	return s.stuck ? SIZE_MAX : s.runs;
}

// SPDX-License-Identifier: BSD-2-Clause
/* The table of families, and what they share: windows, counts. */
#include "sim/scenario/expect.h"

#include <stdio.h>
#include <string.h>

static const struct expect_family *const expect_families[] = {
	[EXPECT_STATE] = &EXPECT_STATE_FAMILY,
	[EXPECT_ACTIVES] = &EXPECT_ACTIVES_FAMILY,
	[EXPECT_NEVER] = &EXPECT_NEVER_FAMILY,
	[EXPECT_FINDING] = &EXPECT_FINDING_FAMILY,
	[EXPECT_NO_FINDING] = &EXPECT_FINDING_FAMILY,
	[EXPECT_FINDINGS] = &EXPECT_FINDING_FAMILY,
	[EXPECT_MATCH] = &EXPECT_MATCH_FAMILY,
	[EXPECT_PING] = &EXPECT_PING_FAMILY,
	[EXPECT_MAC_MOVES] = &EXPECT_MAC_MOVES_FAMILY,
	[EXPECT_DROPS] = &EXPECT_DROPS_FAMILY,
	[EXPECT_LOGS] = &EXPECT_LOGS_FAMILY,
	[EXPECT_TAKEOVER] = &EXPECT_TAKEOVER_FAMILY,
	[EXPECT_RECORDS] = &EXPECT_RECORDS_FAMILY,
	[EXPECT_SHARE] = &EXPECT_SHARE_FAMILY,
	[EXPECT_BALANCE] = &EXPECT_BALANCE_FAMILY,
	[EXPECT_NEW_CONNECTIONS] = &EXPECT_CONNECTIONS_FAMILY,
	[EXPECT_ACTIVE_CONNECTIONS] = &EXPECT_CONNECTIONS_FAMILY,
	[EXPECT_ALL_TO] = &EXPECT_CATCH_UP_FAMILY,
	[EXPECT_CATCH_UP] = &EXPECT_CATCH_UP_FAMILY,
};

void expect_frame(const struct scenario *s, struct expect_memory *memory, const struct expect_frame *f)
{
	for (size_t i = 0; i < s->expectation_count; i++) {
		const struct expect_family *family = expect_families[s->expectation[i].kind];
		if (family->frame != NULL)
			family->frame(&memory[i], &s->expectation[i], f);
	}
}

void expect_judge(const struct scenario_expectation *e, const struct expect_memory *m,
		  const struct expect_context *c, struct check *out)
{
	*out = (struct check){.kind = CHECK_EXPECT, .place = e->place, .name = e->name, .why = e->why};
	snprintf(out->text, sizeof out->text, "%s", e->text);
	if (e->window.from > c->end) {
		out->verdict = CHECK_OPEN;
		out->at = c->end;
		return;
	}
	expect_families[e->kind]->judge(e, m, c, out);
}

bool expect_in_window(const struct scenario_expectation *e, const struct expect_context *c, vl_time t)
{
	bool to_the_end = e->window.until >= c->scenario->until && e->window.form != WINDOW_AT;

	return t >= e->window.from && (t < e->window.until || to_the_end);
}

bool expect_complete(const struct scenario_expectation *e, const struct expect_context *c)
{
	return c->end >= e->window.until;
}

vl_time expect_over_at(const struct scenario_expectation *e, const struct expect_context *c)
{
	return vl_time_min(e->window.until, c->end);
}

/* True when a count that only grows can still come to fit. */
static bool may_still_fit(const struct comparison *want, uint64_t got)
{
	switch (want->form) {
	case COMPARISON_NONE:
	case COMPARISON_OVER:
	case COMPARISON_AT_LEAST:
		return true;
	case COMPARISON_EXACTLY:
	case COMPARISON_AT_MOST:
		return got <= want->value;
	case COMPARISON_UNDER:
		return got < want->value;
	case COMPARISON_RANGE:
		return got <= want->other;
	case COMPARISON_NEAR:
		return got <= want->value + want->other;
	case COMPARISON_ERRORS:
		break;
	}
	return true;
}

/* True when a count that fits now still fits however much it grows. */
static bool fits_for_good(const struct comparison *want, uint64_t got)
{
	return comparison_holds(want, got) &&
	       (want->form == COMPARISON_NONE || want->form == COMPARISON_OVER ||
		want->form == COMPARISON_AT_LEAST);
}

void expect_judge_count(const struct scenario_expectation *e, const struct expect_context *c,
			const struct comparison *want, uint64_t got, const char *what, struct check *out)
{
	char text[COMPARISON_TEXT];
	vl_time at = expect_over_at(e, c);

	if (want->statistic != COMPARISON_EACH && expect_complete(e, c)) {
		expect_judge_measure(want, got, what, at, out);
		return;
	}
	check_want(out, "%s", comparison_format(text, want));
	comparison_value_format(text, want->unit, got);
	if (!expect_complete(e, c) && !fits_for_good(want, got) && may_still_fit(want, got)) {
		check_hold(out, at, "%s %s so far", text, what);
		out->verdict = CHECK_OPEN;
	} else if (comparison_holds(want, got)) {
		check_hold(out, at, "%s %s", text, what);
	} else {
		check_fail(out, at, "%s %s", text, what);
	}
}

void expect_judge_measure(const struct comparison *want, uint64_t got, const char *what, vl_time at, struct check *out)
{
	char text[COMPARISON_TEXT], wanted[COMPARISON_TEXT];

	if (want->form == COMPARISON_NONE || out->verdict == CHECK_FAILED)
		return;
	comparison_format(wanted, want);
	comparison_value_format(text, want->unit, got);
	if (want->statistic != COMPARISON_EACH) {
		check_want(out, "%s %s", what, wanted);
		check_hold(out, at, "%s %s with this seed", what, text);
		out->sample = (struct check_sample){.given = true, .value = got, .want = *want};
	} else if (!comparison_holds(want, got)) {
		out->sample.given = false;
		check_want(out, "%s %s", what, wanted);
		check_fail(out, at, "%s %s", what, text);
	} else if (!out->sample.given) {
		check_want(out, "%s %s", what, wanted);
		check_hold(out, at, "%s %s", what, text);
	}
	if (out->sample.given)
		out->verdict = CHECK_OPEN;
}

vl_time expect_until(const struct scenario_expectation *e, const struct expect_context *c)
{
	bool to_the_end = e->window.until >= c->scenario->until;

	return vl_time_min(to_the_end ? VL_NEVER : e->window.until, c->end + 1);
}

struct oracle_who expect_who(const struct scenario_expectation *e, unsigned node)
{
	struct oracle_who who = {.node = node, .segment = WORLD_ANY, .family = e->family};

	if (e->group.given) {
		who.class = ORACLE_GROUP;
		who.id = e->group.value != 0 ? (unsigned)e->group.value : ORACLE_ID_0;
	} else if (e->id.given) {
		who.class = ORACLE_NO_GROUP;
		who.id = (unsigned)e->id.value;
	}
	return who;
}

unsigned expect_states(enum scenario_state s)
{
	static const unsigned states[] = {
		[SCENARIO_INITIALIZE] = ORACLE_ABSENT | ORACLE_INITIALIZE,
		[SCENARIO_BACKUP] = ORACLE_WAITING,
		[SCENARIO_ACTIVE] = ORACLE_ACTIVE,
		[SCENARIO_LEARN] = ORACLE_LEARN,
		[SCENARIO_LISTEN] = ORACLE_LISTEN,
		[SCENARIO_SPEAK] = ORACLE_SPEAK,
		[SCENARIO_STANDBY] = ORACLE_STANDBY,
	};

	return states[s];
}

const char *expect_state_word(enum oracle_state s)
{
	switch (s) {
	case ORACLE_ABSENT:
		return "not running";
	case ORACLE_INITIALIZE:
		return "initialize";
	case ORACLE_LEARN:
		return "learn";
	case ORACLE_LISTEN:
		return "listen";
	case ORACLE_SPEAK:
		return "speak";
	case ORACLE_STANDBY:
		return "standby";
	case ORACLE_BACKUP:
		return "backup";
	case ORACLE_ACTIVE:
		return "active";
	}
	return "without such an id";
}

char *expect_time(char text[EXPECT_TIME], vl_time t)
{
	char seconds[VL_TIME_TEXT];

	vl_time_format(seconds, t);
	if (strchr(seconds, '.') != NULL) {
		char *end = seconds + strlen(seconds);
		while (end[-1] == '0')
			*--end = '\0';
		if (end[-1] == '.')
			*--end = '\0';
	}
	snprintf(text, EXPECT_TIME, "%s%s", seconds, t == VL_NEVER ? "" : "s");
	return text;
}

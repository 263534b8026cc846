// SPDX-License-Identifier: BSD-2-Clause
/*
 * What one node's redundancy state is: `state` (all through a window, or at an instant), `becomes` (not so
 * when the window starts, and so later in it), `takeover` (how long until it is Active). The oracle knows; of
 * several virtual routers that the id and family select, the highest state counts.
 */
#include "sim/scenario/expect.h"

/* The state right before an instant; at 0 there is nothing before. */
static enum oracle_state state_before(const struct expect_context *c, const struct oracle_who *who, vl_time at)
{
	return oracle_state_at(c->oracle, who, at > 0 ? at - 1 : 0);
}

static void judge_at(const struct scenario_expectation *e, const struct expect_context *c, struct check *out)
{
	struct oracle_who who = expect_who(e, e->state.of.index);
	vl_time at = e->window.from;
	enum oracle_state state = state_before(c, &who, at);
	char text[EXPECT_TIME];

	expect_time(text, at);
	if ((state & expect_states(e->state.state)) != 0)
		check_hold(out, at, "%s is %s at %s", e->state.of.text, expect_state_word(state), text);
	else
		check_fail(out, at, "%s is %s at %s", e->state.of.text, expect_state_word(state), text);
}

static void judge_holds(const struct scenario_expectation *e, const struct expect_context *c, struct check *out)
{
	struct oracle_who who = expect_who(e, e->state.of.index);
	unsigned wanted = expect_states(e->state.state);
	vl_time until = expect_until(e, c);
	struct oracle_span span = {0};
	char text[EXPECT_TIME];

	for (vl_time t = e->window.from; t < until; t = span.until) {
		if (oracle_when_state(c->oracle, &who, wanted, t, t + 1, &span))
			continue;
		check_fail(out, t, "%s is %s from %s on", e->state.of.text,
			   expect_state_word(oracle_state_at(c->oracle, &who, t)), expect_time(text, t));
		return;
	}
	check_hold(out, expect_over_at(e, c), "%s is %s all through", e->state.of.text,
		   expect_state_word(oracle_state_at(c->oracle, &who, e->window.from)));
	if (!expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

/* True when the node came to be in the state at *at, inside the window and not before; else it is judged. */
static bool comes_true(const struct scenario_expectation *e, const struct expect_context *c,
		       const struct scenario_name *node, enum scenario_state state, struct check *out, vl_time *at)
{
	struct oracle_who who = expect_who(e, node->index);
	unsigned wanted = expect_states(state);
	vl_time from = e->window.from, over = expect_over_at(e, c);
	struct oracle_span span;
	char text[EXPECT_TIME];

	if (from > 0 && (state_before(c, &who, from) & wanted) != 0) {
		check_fail(out, from,
			   "%s was %s already when the window began at %s: it held before its cause", node->text,
			   expect_state_word(state_before(c, &who, from)), expect_time(text, from));
		return false;
	}
	if (oracle_when_state(c->oracle, &who, wanted, from, expect_until(e, c), &span)) {
		*at = span.from;
		return true;
	}
	check_fail(out, over, "%s is still %s at %s", node->text, expect_state_word(state_before(c, &who, over)),
		   expect_time(text, over));
	if (!expect_complete(e, c))
		out->verdict = CHECK_OPEN;
	return false;
}

static void judge_becomes(const struct scenario_expectation *e, const struct expect_context *c, struct check *out)
{
	struct oracle_who who = expect_who(e, e->state.of.index);
	char text[EXPECT_TIME];
	vl_time at;

	if (comes_true(e, c, &e->state.of, e->state.state, out, &at))
		check_hold(out, at, "%s is %s from %s on", e->state.of.text,
			   expect_state_word(oracle_state_at(c->oracle, &who, at)), expect_time(text, at));
}

static const char *word_of(enum scenario_state s)
{
	static const char *const word[] = {
		[SCENARIO_INITIALIZE] = "initialize", [SCENARIO_BACKUP] = "backup", [SCENARIO_ACTIVE] = "active",
		[SCENARIO_LEARN] = "learn",	      [SCENARIO_LISTEN] = "listen", [SCENARIO_SPEAK] = "speak",
		[SCENARIO_STANDBY] = "standby",
	};

	return word[s];
}

static void judge_state(const struct scenario_expectation *e, const struct expect_memory *m,
			const struct expect_context *c, struct check *out)
{
	const char *word = word_of(e->state.state);
	char from[EXPECT_TIME], until[EXPECT_TIME];

	(void)m;
	expect_time(from, e->window.from);
	expect_time(until, e->window.until);
	if (e->window.form == WINDOW_AT) {
		check_want(out, "%s at %s", word, from);
		judge_at(e, c, out);
	} else if (e->state.mode == MODE_BECOMES) {
		check_want(out, "becomes %s between %s and %s", word, from, until);
		judge_becomes(e, c, out);
	} else {
		check_want(out, "%s all through from %s to %s", word, from, until);
		judge_holds(e, c, out);
	}
}

static void judge_takeover(const struct scenario_expectation *e, const struct expect_memory *m,
			   const struct expect_context *c, struct check *out)
{
	char text[COMPARISON_TEXT], from[EXPECT_TIME], took[EXPECT_TIME], when[EXPECT_TIME];
	vl_time at;

	(void)m;
	expect_time(from, e->window.from);
	if (e->takeover.within.form != COMPARISON_NONE)
		check_want(out, "active %s after %s", comparison_format(text, &e->takeover.within), from);
	else
		check_want(out, "becomes active after %s", from);
	if (!comes_true(e, c, &e->takeover.node, SCENARIO_ACTIVE, out, &at))
		return;
	expect_time(took, at - e->window.from);
	expect_time(when, at);
	if (comparison_holds(&e->takeover.within, at - e->window.from))
		check_hold(out, at, "%s is active after %s, at %s", e->takeover.node.text, took, when);
	else
		check_fail(out, at, "%s is active after %s, at %s", e->takeover.node.text, took, when);
}

const struct expect_family EXPECT_STATE_FAMILY = {.judge = judge_state};
const struct expect_family EXPECT_TAKEOVER_FAMILY = {.judge = judge_takeover};

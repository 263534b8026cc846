// SPDX-License-Identifier: BSD-2-Clause
/* actives, never: r1 Active 3 s to 10 s and again from 20 s, r2 from 12.5 s to 20.5 s. */
#include "tests/scenario/expect_fixture.h"

static int set_up(void **state)
{
	struct fixture *x = fixture_new();

	goes(x, R1, 0, "backup");
	goes(x, R2, 0, "backup");
	goes(x, R1, 3 * VL_S, "active");
	goes(x, R1, 10 * VL_S, "backup");
	goes(x, R2, 12500 * VL_MS, "active");
	goes(x, R1, 20 * VL_S, "active");
	goes(x, R2, 20500 * VL_MS, "backup");
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

static struct scenario_expectation actives(struct comparison count, struct scenario_window w)
{
	return (struct scenario_expectation){.kind = EXPECT_ACTIVES, .window = w, .id = {true, 10},
					     .actives = {.count = count}};
}

static struct scenario_expectation actives_named(struct scenario_name *names, size_t count,
						 struct scenario_window w)
{
	return (struct scenario_expectation){.kind = EXPECT_ACTIVES, .window = w, .id = {true, 10},
					     .actives = {.by_name = true, .names = {names, count}}};
}

static struct scenario_expectation never(enum scenario_never what, struct scenario_window w)
{
	return (struct scenario_expectation){.kind = EXPECT_NEVER, .window = w, .id = {true, 10},
					     .never = {.what = what, .of = name_of(R2)}};
}

static void one_active_between_its_coming_and_going(void **state)
{
	struct comparison one = compare(COMPARISON_EXACTLY, COMPARISON_COUNT, 1);

	holds(*state, actives(one, between(3 * VL_S, 10 * VL_S)));
	fails(*state, actives(one, between(3 * VL_S - 1, 10 * VL_S)), 3 * VL_S - 1, "0 active at 2.999999999s: none");
	fails(*state, actives(one, between(3 * VL_S, 10 * VL_S + 1)), 10 * VL_S, "0 active at 10s: none");
	fails(*state, actives(one, after(13 * VL_S)), 20 * VL_S, "2 active at 20s: r1, r2");
}

static void an_instant_is_before_what_happens_at_it(void **state)
{
	fails(*state, actives(compare(COMPARISON_EXACTLY, COMPARISON_COUNT, 2), instant(20 * VL_S)), 20 * VL_S,
	      "1 active at 20s: r2");
	holds(*state, actives(compare(COMPARISON_EXACTLY, COMPARISON_COUNT, 2), instant(20 * VL_S + 1)));
}

static void exactly_these_nodes(void **state)
{
	struct scenario_name both[] = {name_of(R1), name_of(R2)};

	holds(*state, actives_named(&both[0], 1, between(3 * VL_S, 10 * VL_S)));
	holds(*state, actives_named(both, 2, between(20 * VL_S, 20500 * VL_MS)));
	fails(*state, actives_named(&both[1], 1, between(13 * VL_S, 21 * VL_S)), 20 * VL_S, "2 active at 20s: r1, r2");
	fails(*state, actives_named(both, 2, between(20 * VL_S, 20500 * VL_MS + 1)), 20500 * VL_MS,
	      "1 active at 20.5s: r1");
	holds(*state, actives_named(NULL, 0, between(10 * VL_S, 12500 * VL_MS)));
}

static void never_two_at_a_time(void **state)
{
	fails(*state, never(NEVER_DUAL_ACTIVE, after(0)), 20 * VL_S, "r1 and r2 are both active on id 10 from 20s on");
	holds(*state, never(NEVER_DUAL_ACTIVE, between(0, 20 * VL_S)));
	holds(*state, never(NEVER_DUAL_ACTIVE, after(20500 * VL_MS)));
	fails(*state, never(NEVER_DUAL_ACTIVE, after(20500 * VL_MS - 1)), 20500 * VL_MS - 1, "both active");
}

static void never_nobody(void **state)
{
	holds(*state, never(NEVER_NO_ACTIVE, between(3 * VL_S, 10 * VL_S)));
	fails(*state, never(NEVER_NO_ACTIVE, between(3 * VL_S, 10 * VL_S + 1)), 10 * VL_S,
	      "nobody is active on id 10 from 10s on");
	holds(*state, never(NEVER_NO_ACTIVE, after(12500 * VL_MS)));
}

static void nobody_has_an_id_that_nobody_has(void **state)
{
	struct scenario_expectation e = never(NEVER_NO_ACTIVE, after(30 * VL_S));

	holds(*state, e);
	e.id.value = 47;
	fails(*state, e, 30 * VL_S, "nobody is active on id 47");
}

static void never_in_a_state(void **state)
{
	struct scenario_expectation e = never(NEVER_STATE, between(0, 12500 * VL_MS));

	e.never.state = SCENARIO_ACTIVE;
	holds(*state, e);
	e.window = between(0, 12500 * VL_MS + 1);
	fails(*state, e, 12500 * VL_MS, "r2 is active from 12.5s on");
}

static void a_state_that_lasts_no_time_was_not(void **state)
{
	struct fixture *x = *state;

	goes(x, R2, 30 * VL_S, "active");
	goes(x, R2, 30 * VL_S, "backup");
	holds(x, never(NEVER_DUAL_ACTIVE, after(21 * VL_S)));
}

static void a_crashed_or_paused_node_is_active_for_nobody(void **state)
{
	struct fixture *x = *state;

	world_run(x->world, 30 * VL_S);
	world_pause(x->world, R1);
	fails(x, never(NEVER_NO_ACTIVE, after(25 * VL_S)), 30 * VL_S, "nobody is active");
	world_run(x->world, 31 * VL_S);
	world_resume(x->world, R1);
	holds(x, never(NEVER_NO_ACTIVE, after(31 * VL_S)));
}

static void a_run_cut_short_leaves_it_open(void **state)
{
	struct fixture *x = *state;

	x->context.end = 15 * VL_S;
	stays_open(x, never(NEVER_DUAL_ACTIVE, after(0)));
	fails(x, never(NEVER_NO_ACTIVE, after(5 * VL_S)), 10 * VL_S, "nobody");
	x->context.end = 20 * VL_S;
	fails(x, never(NEVER_DUAL_ACTIVE, after(0)), 20 * VL_S, "both active");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_active_between_its_coming_and_going, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_instant_is_before_what_happens_at_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(exactly_these_nodes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_two_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_has_an_id_that_nobody_has, set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_in_a_state, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_state_that_lasts_no_time_was_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_crashed_or_paused_node_is_active_for_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_cut_short_leaves_it_open, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

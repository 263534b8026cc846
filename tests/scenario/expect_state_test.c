// SPDX-License-Identifier: BSD-2-Clause
/* state, becomes, takeover on a hand-made history: r1 is Active from 3 s to 10 s, r2 from 12.5 s on. */
#include "tests/scenario/expect_fixture.h"

static int set_up(void **state)
{
	struct fixture *x = fixture_new();

	goes(x, R1, 0, "backup");
	goes(x, R2, 0, "backup");
	goes(x, R1, 3 * VL_S, "active");
	goes(x, R1, 10 * VL_S, "initialize");
	goes(x, R2, 12500 * VL_MS, "active");
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

static struct scenario_expectation state_is(int node, enum scenario_state s, struct scenario_window w)
{
	return (struct scenario_expectation){.kind = EXPECT_STATE, .window = w, .id = {true, 10},
					     .state = {.state = s, .of = name_of(node)}};
}

static struct scenario_expectation becomes(int node, enum scenario_state s, struct scenario_window w)
{
	struct scenario_expectation e = state_is(node, s, w);

	e.state.mode = MODE_BECOMES;
	return e;
}

static struct scenario_expectation takeover(int node, struct scenario_window w, struct comparison within)
{
	return (struct scenario_expectation){.kind = EXPECT_TAKEOVER, .window = w, .id = {true, 10},
					     .takeover = {.node = name_of(node), .within = within}};
}

static void state_all_through_a_window(void **state)
{
	holds(*state, state_is(R1, SCENARIO_ACTIVE, between(3 * VL_S, 10 * VL_S)));
	holds(*state, state_is(R2, SCENARIO_BACKUP, between(0, 12500 * VL_MS)));
	holds(*state, state_is(R2, SCENARIO_ACTIVE, after(12500 * VL_MS)));
}

static void window_begins_one_nanosecond_early(void **state)
{
	fails(*state, state_is(R1, SCENARIO_ACTIVE, between(3 * VL_S - 1, 10 * VL_S)), 3 * VL_S - 1,
	      "r1 is backup from 2.999999999s on");
}

static void window_ends_one_nanosecond_late(void **state)
{
	fails(*state, state_is(R1, SCENARIO_ACTIVE, between(3 * VL_S, 10 * VL_S + 1)), 10 * VL_S,
	      "r1 is initialize from 10s on");
}

static void an_instant_is_before_what_happens_at_it(void **state)
{
	fails(*state, state_is(R1, SCENARIO_ACTIVE, instant(3 * VL_S)), 3 * VL_S, "r1 is backup at 3s");
	holds(*state, state_is(R1, SCENARIO_ACTIVE, instant(3 * VL_S + 1)));
	holds(*state, state_is(R1, SCENARIO_ACTIVE, instant(10 * VL_S)));
	holds(*state, state_is(R1, SCENARIO_INITIALIZE, instant(10 * VL_S + 1)));
}

static void a_crashed_node_is_in_initialize(void **state)
{
	struct fixture *x = *state;

	world_run(x->world, 20 * VL_S);
	world_crash(x->world, R2);
	holds(x, state_is(R2, SCENARIO_INITIALIZE, after(20 * VL_S)));
	fails(x, state_is(R2, SCENARIO_ACTIVE, after(15 * VL_S)), 20 * VL_S, "r2 is not running from 20s on");
}

static void another_id_is_nobody(void **state)
{
	struct scenario_expectation e = state_is(R1, SCENARIO_ACTIVE, instant(5 * VL_S));

	e.id.value = 11;
	fails(*state, e, 5 * VL_S, "without such an id");
}

static void becomes_inside_the_window(void **state)
{
	holds(*state, becomes(R2, SCENARIO_ACTIVE, between(10 * VL_S, 12500 * VL_MS + 1)));
	holds(*state, becomes(R1, SCENARIO_ACTIVE, before(3 * VL_S + 1)));
}

static void what_happens_at_the_windows_start_is_in_it(void **state)
{
	holds(*state, becomes(R1, SCENARIO_INITIALIZE, after(10 * VL_S)));
}

static void what_happens_at_the_windows_end_is_not(void **state)
{
	fails(*state, becomes(R2, SCENARIO_ACTIVE, between(10 * VL_S, 12500 * VL_MS)), 12500 * VL_MS,
	      "r2 is still backup at 12.5s");
}

static void held_before_its_cause(void **state)
{
	fails(*state, becomes(R2, SCENARIO_ACTIVE, after(12500 * VL_MS + 1)), 12500 * VL_MS + 1,
	      "it held before its cause");
	fails(*state, takeover(R2, after(13 * VL_S), (struct comparison){0}), 13 * VL_S, "it held before its cause");
}

static void takeover_is_measured_from_the_windows_start(void **state)
{
	struct comparison exactly = compare(COMPARISON_EXACTLY, COMPARISON_TIME, 2500 * VL_MS);

	holds(*state, takeover(R2, after(10 * VL_S), exactly));
	exactly.value++;
	fails(*state, takeover(R2, after(10 * VL_S), exactly), 12500 * VL_MS, "active after 2.5s, at 12.5s");
}

static void takeover_that_never_comes(void **state)
{
	fails(*state, takeover(R1, after(11 * VL_S), (struct comparison){0}), 60 * VL_S, "r1 is still initialize");
}

static void a_run_cut_short_leaves_it_open(void **state)
{
	struct fixture *x = *state;

	x->context.end = 11 * VL_S;
	stays_open(x, becomes(R2, SCENARIO_ACTIVE, after(10 * VL_S)));
	stays_open(x, state_is(R2, SCENARIO_BACKUP, after(1 * VL_S)));
	stays_open(x, state_is(R2, SCENARIO_ACTIVE, after(30 * VL_S)));
	/* but what was seen decides */
	holds(x, becomes(R1, SCENARIO_ACTIVE, after(1 * VL_S)));
	fails(x, state_is(R1, SCENARIO_ACTIVE, after(5 * VL_S)), 10 * VL_S, "r1 is initialize from 10s on");
}

static void a_run_up_to_the_moment_says_the_same(void **state)
{
	struct fixture *x = *state;

	x->context.end = 12500 * VL_MS;
	fails(x, becomes(R2, SCENARIO_ACTIVE, between(10 * VL_S, 12500 * VL_MS)), 12500 * VL_MS, "still backup");
	x->context.end = 10 * VL_S;
	fails(x, state_is(R1, SCENARIO_ACTIVE, after(5 * VL_S)), 10 * VL_S, "r1 is initialize from 10s on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(state_all_through_a_window, set_up, tear_down),
		cmocka_unit_test_setup_teardown(window_begins_one_nanosecond_early, set_up, tear_down),
		cmocka_unit_test_setup_teardown(window_ends_one_nanosecond_late, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_instant_is_before_what_happens_at_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_crashed_node_is_in_initialize, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_id_is_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(becomes_inside_the_window, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_happens_at_the_windows_start_is_in_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_happens_at_the_windows_end_is_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(held_before_its_cause, set_up, tear_down),
		cmocka_unit_test_setup_teardown(takeover_is_measured_from_the_windows_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(takeover_that_never_comes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_cut_short_leaves_it_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_up_to_the_moment_says_the_same, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

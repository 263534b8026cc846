// SPDX-License-Identifier: BSD-2-Clause
/* The oracle against the analyzers: each side's conflicts must be the other's. Interval 1 s, so 3 s is the limit. */
#include "sim/scenario/cross_check.h"
#include "tests/scenario/expect_fixture.h"

static struct check last;
static size_t disagreements;

static void disagree(void *context, const struct check *check)
{
	last = *check;
	disagreements++;
}

static int set_up(void **state)
{
	struct fixture *x = fixture_new();

	disagreements = 0;
	goes(x, R1, VL_S, "active");
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

static void both_active(struct fixture *x, vl_time from, vl_time until)
{
	goes(x, R2, from, "active");
	goes(x, R2, until, "backup");
}

static struct finding found(const char *code, vl_time begin, vl_time end)
{
	return (struct finding){.code = finding_find(code), .class = FINDING_VRRP,
				.place = {.family = IP_V4, .id = 10}, .begin = begin, .known = begin, .end = end};
}

static void compare_sides(struct fixture *x)
{
	assert_true(cross_check(&x->context, NULL, disagree));
}

static void they_agree(void **state)
{
	struct fixture *x = *state;
	struct finding f = found("dual-active", 12 * VL_S, 19 * VL_S);

	both_active(x, 10 * VL_S, 20 * VL_S);
	x->finding[x->context.finding_count++] = &f;
	compare_sides(x);
	assert_int_equal(disagreements, 0);
}

static void peace_is_peace(void **state)
{
	compare_sides(*state);
	assert_int_equal(disagreements, 0);
}

/* A host on segment 0 floods id 10 from 10 to 20: a step of the script, frames of nobody. */
static void what_a_flood_says_is_not_for_the_oracle(void **state)
{
	struct fixture *x = *state;
	struct scenario_step step = {.verb = STEP_FLOOD, .at = 10 * VL_S};
	struct scenario_interface interface = {.name = "eth0"};
	struct scenario_node host = {.name = "host", .interface = &interface, .interface_count = 1};
	struct finding f = found("dual-active", 11 * VL_S, 19 * VL_S);

	step.flood = (struct scenario_flood){.vrid = 10, .vip = {.family = IP_V4}, .every = VL_S, .count = 11};
	x->finding[x->context.finding_count++] = &f;
	x->scenario.node = &host;
	x->scenario.node_count = 1;
	x->scenario.step = &step;
	x->scenario.step_count = 1;
	compare_sides(x);
	assert_int_equal(disagreements, 0);
	step.flood.vrid = 11;
	compare_sides(x);
	assert_int_equal(disagreements, 1);
	step.flood.vrid = 10;
	f.begin = 25 * VL_S + 1;        /* the last frame was sent at 20; a slow line holds none for over 5 s */
	f.end = 30 * VL_S;
	compare_sides(x);
	assert_int_equal(disagreements, 2);
}

/* VLAN 10 leaks into 20 from 10 to 20. */
static void what_leaked_into_a_vlan_is_not_for_the_oracle(void **state)
{
	struct fixture *x = *state;
	struct scenario_step step[2] = {{.verb = STEP_LEAK, .at = 10 * VL_S}, {.verb = STEP_LEAK, .at = 20 * VL_S}};
	struct finding f = found("dual-active", 11 * VL_S, 19 * VL_S);

	step[0].leak = (struct scenario_leak){.from = 10, .to = 20};
	step[1].leak = (struct scenario_leak){.from = 10, .to = 20, .ends = true};
	f.place.vlan_count = 1;
	f.place.vlan[0] = 20;
	x->finding[x->context.finding_count++] = &f;
	x->scenario.step = step;
	x->scenario.step_count = 2;
	compare_sides(x);
	assert_int_equal(disagreements, 0);
	f.place.vlan[0] = 10;
	compare_sides(x);
	assert_int_equal(disagreements, 1);
	f.place.vlan[0] = 20;
	f.begin = 25 * VL_S + 1;
	f.end = 30 * VL_S;
	compare_sides(x);
	assert_int_equal(disagreements, 2);
}

static void a_conflict_over_three_intervals_must_be_found(void **state)
{
	struct fixture *x = *state;

	both_active(x, 10 * VL_S, 13 * VL_S + 1);
	compare_sides(x);
	assert_int_equal(disagreements, 1);
	assert_int_equal(last.kind, CHECK_ORACLE);
	assert_int_equal(last.at, 13 * VL_S + 1);
	assert_non_null(strstr(last.got, "r1 and r2 active from 10s to 13.000000001s"));
	assert_non_null(strstr(last.want, "finding dual-active on lan, id 10"));
}

static void one_of_three_intervals_need_not(void **state)
{
	both_active(*state, 10 * VL_S, 13 * VL_S);
	compare_sides(*state);
	assert_int_equal(disagreements, 0);
}

static void unheard_with_a_reason(void **state)
{
	struct fixture *x = *state;

	both_active(x, 10 * VL_S, 20 * VL_S);
	x->scenario.unheard[UNHEARD_MUTE] = true;
	compare_sides(x);
	assert_int_equal(disagreements, 0);
}

/* Ten seconds on the wire, both heard, no frame lost, plain VRRP: only `mute' can be the reason. */
static void a_reason_must_fit_the_conflict(void **state)
{
	static const enum scenario_unheard misfits[] = {UNHEARD_SHORT, UNHEARD_HIDDEN, UNHEARD_LOST};
	struct fixture *x = *state;

	both_active(x, 10 * VL_S, 20 * VL_S);
	for (int i = 0; i < 3; i++) {
		x->scenario.unheard[misfits[i]] = true;
		disagreements = 0;
		compare_sides(x);
		assert_int_equal(disagreements, 1);
		assert_non_null(strstr(last.want, "finding dual-active"));
		x->scenario.unheard[misfits[i]] = false;
	}
}

static void frames_that_were_lost_are_a_reason(void **state)
{
	struct fixture *x = *state;

	world_link_loss(x->world, R1, 0, 500000);
	both_active(x, 10 * VL_S, 20 * VL_S);
	x->scenario.unheard[UNHEARD_LOST] = true;
	compare_sides(x);
	assert_int_equal(disagreements, 0);
}

/* Six intervals may hold fewer than three advertisements of each; a nanosecond more is not short. */
static void short_is_up_to_six_intervals(void **state)
{
	struct fixture *x = *state;

	x->scenario.unheard[UNHEARD_SHORT] = true;
	both_active(x, 10 * VL_S, 16 * VL_S);
	compare_sides(x);
	assert_int_equal(disagreements, 0);
	both_active(x, 20 * VL_S, 26 * VL_S + 1);
	compare_sides(x);
	assert_int_equal(disagreements, 1);
}

static void a_reason_that_excuses_nothing_is_a_failure(void **state)
{
	struct fixture *x = *state;

	x->scenario.unheard[UNHEARD_MUTE] = true;
	x->context.own_seed = true;
	compare_sides(x);
	assert_int_equal(disagreements, 1);
	assert_string_equal(last.text, "`unheard: mute' is why a conflict is not found");
	/* with another seed chance may have left nothing; a run cut short has not shown all */
	x->context.own_seed = false;
	compare_sides(x);
	assert_int_equal(disagreements, 1);
	x->context.own_seed = true;
	x->context.end = x->scenario.until - 1;
	compare_sides(x);
	assert_int_equal(disagreements, 1);
}

static void a_finding_without_a_conflict_is_false(void **state)
{
	struct fixture *x = *state;
	struct finding f = found("dual-active", 12 * VL_S, 19 * VL_S);

	x->finding[x->context.finding_count++] = &f;
	compare_sides(x);
	assert_int_equal(disagreements, 1);
	assert_int_equal(last.at, 12 * VL_S);
	assert_non_null(strstr(last.got, "dual-active on lan, id 10, 12s to 19s"));
	x->scenario.suspended[PROMISE_TRUE_FINDINGS] = true;
	compare_sides(x);
	assert_int_equal(disagreements, 1);
}

static void a_finding_of_another_code_or_id_does_not_count(void **state)
{
	struct fixture *x = *state;
	struct finding code = found("vrid-collision", 12 * VL_S, 19 * VL_S), id = found("dual-active", 12 * VL_S, 19 * VL_S);

	id.place.id = 11;
	both_active(x, 10 * VL_S, 20 * VL_S);
	x->finding[x->context.finding_count++] = &code;
	x->finding[x->context.finding_count++] = &id;
	compare_sides(x);
	assert_int_equal(disagreements, 3); /* both are false, and the true one is missing */
}

static void a_finding_that_ends_before_the_conflict_does_not_count(void **state)
{
	struct fixture *x = *state;
	struct finding f = found("dual-active", 5 * VL_S, 10 * VL_S - 1);

	both_active(x, 10 * VL_S, 20 * VL_S);
	x->finding[x->context.finding_count++] = &f;
	compare_sides(x);
	assert_int_equal(disagreements, 2);
}

static void warnings_and_suspicions_are_not_compared(void **state)
{
	struct fixture *x = *state;
	struct finding warning = found("flapping", 5 * VL_S, 6 * VL_S), suspect = found("dual-active", 5 * VL_S, 6 * VL_S);

	suspect.suspect = true;
	x->finding[x->context.finding_count++] = &warning;
	x->finding[x->context.finding_count++] = &suspect;
	compare_sides(x);
	assert_int_equal(disagreements, 0);
}

static void a_run_cut_short_may_have_cut_the_conflict_short(void **state)
{
	struct fixture *x = *state;

	goes(x, R2, 10 * VL_S, "active");
	x->context.end = 16 * VL_S;
	compare_sides(x);
	assert_int_equal(disagreements, 0);
	x->context.end = 16 * VL_S + 1;
	compare_sides(x);
	assert_int_equal(disagreements, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(they_agree, set_up, tear_down),
		cmocka_unit_test_setup_teardown(peace_is_peace, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_a_flood_says_is_not_for_the_oracle, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_leaked_into_a_vlan_is_not_for_the_oracle, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_conflict_over_three_intervals_must_be_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_of_three_intervals_need_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(unheard_with_a_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_reason_must_fit_the_conflict, set_up, tear_down),
		cmocka_unit_test_setup_teardown(frames_that_were_lost_are_a_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(short_is_up_to_six_intervals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_reason_that_excuses_nothing_is_a_failure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_finding_without_a_conflict_is_false, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_finding_of_another_code_or_id_does_not_count, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_finding_that_ends_before_the_conflict_does_not_count, set_up, tear_down),
		cmocka_unit_test_setup_teardown(warnings_and_suspicions_are_not_compared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_cut_short_may_have_cut_the_conflict_short, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

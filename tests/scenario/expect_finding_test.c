// SPDX-License-Identifier: BSD-2-Clause
/* finding, no finding, findings: a vrid-collision on id 10, known at 20 s, lasting to 30 s. */
#include "tests/scenario/expect_fixture.h"

static struct finding collision, advice;
static struct scenario_name code = {.text = "vrid-collision"};
static struct scenario_name codes[] = {{.text = "vrid-collision"}, {.text = "dual-active"}};

static int set_up(void **state)
{
	struct fixture *x = fixture_new();

	collision = (struct finding){.code = finding_find("vrid-collision"), .place = {.family = IP_V4, .id = 10},
				     .begin = 17 * VL_S, .known = 20 * VL_S, .end = 30 * VL_S};
	advice = (struct finding){.code = finding_find("default-id"), .place = {.family = IP_V4, .id = 10},
				  .begin = 1 * VL_S, .known = 1 * VL_S, .end = 60 * VL_S};
	x->finding[0] = &advice;
	x->finding[1] = &collision;
	x->context.finding_count = 2;
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

static struct scenario_expectation expect(enum scenario_expectation_kind kind, struct scenario_window w)
{
	return (struct scenario_expectation){.kind = kind, .window = w, .id = {true, 10}, .findings = {&code, 1}};
}

static void known_inside_the_window(void **state)
{
	holds(*state, expect(EXPECT_FINDING, between(20 * VL_S, 21 * VL_S)));
	holds(*state, expect(EXPECT_FINDING, before(20 * VL_S + 1)));
	fails(*state, expect(EXPECT_FINDING, before(20 * VL_S)), 20 * VL_S, "not found by 20s");
}

static void known_before_its_cause(void **state)
{
	fails(*state, expect(EXPECT_FINDING, after(20 * VL_S + 1)), 20 * VL_S + 1, "it held before its cause");
}

static void what_is_over_does_not_count_as_before(void **state)
{
	struct fixture *x = *state;
	struct finding later = collision;

	later.begin = later.known = 50 * VL_S;
	later.end = 55 * VL_S;
	x->finding[x->context.finding_count++] = &later;
	holds(x, expect(EXPECT_FINDING, after(40 * VL_S)));
	fails(x, expect(EXPECT_FINDING, after(30 * VL_S)), 30 * VL_S, "it held before its cause");
	holds(x, expect(EXPECT_FINDING, after(30 * VL_S + 1)));
}

static void another_id_or_family_is_another_finding(void **state)
{
	struct scenario_expectation e = expect(EXPECT_FINDING, after(0));

	e.id.value = 11;
	fails(*state, e, 60 * VL_S, "not found");
	e.id.value = 10;
	e.family = IP_V6;
	fails(*state, e, 60 * VL_S, "not found");
	e.id.given = false;
	e.family = IP_NONE;
	holds(*state, e);
}

static void no_finding_while_it_lasts(void **state)
{
	holds(*state, expect(EXPECT_NO_FINDING, before(20 * VL_S)));
	fails(*state, expect(EXPECT_NO_FINDING, before(20 * VL_S + 1)), 20 * VL_S, "vrid-collision on id 10");
	fails(*state, expect(EXPECT_NO_FINDING, after(30 * VL_S)), 30 * VL_S, "known at 20s");
	holds(*state, expect(EXPECT_NO_FINDING, after(30 * VL_S + 1)));
}

static void these_and_no_other(void **state)
{
	struct scenario_expectation e = expect(EXPECT_FINDINGS, after(0));

	holds(*state, e); /* default-id is advice: it need not be listed */
	e.findings = (struct scenario_names){codes, 2};
	fails(*state, e, 60 * VL_S, "no dual-active");
	e.findings = (struct scenario_names){&codes[1], 1};
	fails(*state, e, 20 * VL_S, "vrid-collision on id 10, known at 20s");
	e.findings = (struct scenario_names){NULL, 0};
	fails(*state, e, 20 * VL_S, "vrid-collision");
	e.window = before(20 * VL_S);
	holds(*state, e);
}

static void what_does_not_count_is_told(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = expect(EXPECT_FINDINGS, before(20 * VL_S));
	struct finding unused = advice;
	struct check check;

	unused.code = finding_find("vmac-unused");
	x->finding[x->context.finding_count++] = &unused;
	e.findings = (struct scenario_names){NULL, 0};
	expect_judge(&e, &x->memory, &x->context, &check);
	assert_int_equal(check.verdict, CHECK_HELD);
	assert_string_equal(check.got, "none; not counted: default-id, vmac-unused");
}

static void a_run_cut_short_leaves_it_open(void **state)
{
	struct fixture *x = *state;

	x->context.end = 20 * VL_S;
	holds(x, expect(EXPECT_FINDING, after(0)));
	fails(x, expect(EXPECT_NO_FINDING, after(0)), 20 * VL_S, "vrid-collision");
	x->context.finding_count = 0;
	stays_open(x, expect(EXPECT_FINDING, after(0)));
	stays_open(x, expect(EXPECT_NO_FINDING, after(0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(known_inside_the_window, set_up, tear_down),
		cmocka_unit_test_setup_teardown(known_before_its_cause, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_over_does_not_count_as_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_id_or_family_is_another_finding, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_finding_while_it_lasts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(these_and_no_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_does_not_count_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_cut_short_leaves_it_open, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

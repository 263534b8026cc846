// SPDX-License-Identifier: BSD-2-Clause
/* KEMP's two methods that go by what servers report (balancer.md 1.3), and what schedulers refuse. The laws are ours,
 * because KEMP's are not published: what is certain is the minimum, the answers 101 and 102, and the 15 s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/support/farm.h"

/* The next `picks` of each server. */
static void expect_turns(struct farm *f, unsigned picks, const unsigned *expected)
{
	unsigned got[16] = {0};

	for (unsigned i = 0; i < picks; i++)
		got[farm_pick(f)]++;
	for (size_t i = 0; i < f->count; i++)
		assert_int_equal(got[i], expected[i]);
}

static void answer(struct farm *f, size_t which, uint8_t load)
{
	f->server[which].adaptive = load;
	farm_changed(f, (int)which);
}

/* --- adaptive --------------------------------------------------------------------------------------------- */

static void the_more_loaded_gets_less(void **state)
{
	struct farm *f = farm_new("adaptive", NULL, (uint32_t[]){1, 1, 1}, 3);

	answer(f, 0, 80);
	answer(f, 1, 40);
	answer(f, 2, 20);
	expect_turns(f, 160, (unsigned[]){20, 60, 80});
	answer(f, 0, 100);              /* overloaded, but not failed: the floor of 1 % */
	expect_turns(f, 141, (unsigned[]){1, 60, 80});
	farm_free(f);
}

/* The vendor's note for agents that answer a constant: "a round-robin between the servers". */
static void equal_answers_are_equal_turns(void **state)
{
	struct farm *f = farm_new("adaptive", NULL, (uint32_t[]){1, 1, 1}, 3);

	for (size_t i = 0; i < 3; i++)
		f->server[i].adaptive = 50;
	farm_changed(f, -1);
	farm_expect(f, "ABCABCABC");
	farm_free(f);
}

static void loads_under_the_minimum_are_as_good_as_none(void **state)
{
	struct farm *f = farm_new("adaptive", NULL, (uint32_t[]){2, 1, 1}, 3);

	answer(f, 0, 4);
	answer(f, 1, 0);
	answer(f, 2, 3);
	expect_turns(f, 40, (unsigned[]){20, 10, 10});
	answer(f, 2, 5);                /* one at the minimum: all count again */
	expect_turns(f, 2 * (192 + 100 + 95), (unsigned[]){2 * 192, 2 * 100, 2 * 95});
	farm_free(f);
	f = farm_new("adaptive", &(struct scheduler_options){.adaptive_minimum = 50}, (uint32_t[]){2, 1}, 2);
	answer(f, 0, 49);
	expect_turns(f, 30, (unsigned[]){20, 10});
	farm_free(f);
}

static void a_failed_or_disabled_one_gets_nothing(void **state)
{
	struct farm *f = farm_new("adaptive", NULL, (uint32_t[]){1, 1, 1}, 3);

	answer(f, 0, 101);
	answer(f, 2, 102);
	farm_expect(f, "BBBB");         /* nor does their answer make the others' loads count */
	answer(f, 1, 101);
	farm_expect(f, "--");
	answer(f, 0, 0);
	farm_expect(f, "AA");
	farm_free(f);
}

static void a_floor_keeps_the_loaded_in_the_game(void **state)
{
	struct farm *f = farm_new("adaptive", &(struct scheduler_options){.adaptive_floor = 25}, (uint32_t[]){1, 1}, 2);

	answer(f, 0, 99);
	expect_turns(f, 125, (unsigned[]){25, 100});
	farm_free(f);
}

static void adaptive_weights_can_divide_connections(void **state)
{
	struct farm *f = farm_new("adaptive", &(struct scheduler_options){.adaptive_connections = true},
				  (uint32_t[]){1, 1}, 2);

	answer(f, 0, 75);               /* 25 against 100 */
	for (unsigned i = 0; i < 500; i++)
		assert_true(farm_open(f) >= 0);
	assert_in_range(f->server[0].active, 99, 101);
	for (unsigned i = 0; i < 80; i++)
		farm_close(f, 0);
	for (unsigned i = 0; i < 75; i++)
		assert_int_equal(farm_open(f), 0);
	farm_free(f);
}

/* --- response time ---------------------------------------------------------------------------------------- */

static void the_slower_gets_less(void **state)
{
	struct farm *f = farm_new("response-time", NULL, (uint32_t[]){1, 1, 2}, 3);

	f->server[0].response_time = 10 * VL_MS;
	f->server[1].response_time = 20 * VL_MS;
	f->server[2].response_time = 40 * VL_MS;
	farm_changed(f, -1);
	expect_turns(f, 40, (unsigned[]){20, 10, 10});  /* 100 %, 50 %, 25 % of 2 */
	f->server[2].response_time = 5 * VL_S;          /* 0.2 %: the floor of 1 % of 2 */
	farm_changed(f, -1);
	expect_turns(f, 152, (unsigned[]){100, 50, 2});
	farm_free(f);
}

static void times_are_looked_at_every_fifteen_seconds(void **state)
{
	struct farm *f = farm_new("response-time", NULL, (uint32_t[]){1, 1}, 2);

	f->server[0].response_time = f->server[1].response_time = 10 * VL_MS;
	f->now = VL_S;
	farm_expect(f, "ABAB");
	f->server[1].response_time = 30 * VL_MS;
	farm_changed(f, 1);
	f->now = 15 * VL_S - 1;
	farm_expect(f, "ABABABAB");
	f->now = 15 * VL_S;
	expect_turns(f, 133, (unsigned[]){100, 33});
	/* Its weight counts at once. */
	farm_weight(f, 1, 100);
	expect_turns(f, 3400 / 100, (unsigned[]){1, 33});
	farm_free(f);
	f = farm_new("response-time", &(struct scheduler_options){.response_every = VL_S}, (uint32_t[]){1, 1}, 2);
	farm_expect(f, "ABAB");
	f->server[0].response_time = 10 * VL_MS;
	f->server[1].response_time = 20 * VL_MS;
	f->now = VL_S;
	farm_expect(f, "ABAABAABA");
	farm_free(f);
}

static void an_unknown_time_counts_as_the_slowest(void **state)
{
	struct farm *f = farm_new("response-time", NULL, (uint32_t[]){1, 1, 1}, 3);

	farm_expect(f, "ABCABC");       /* none known */
	f->server[0].response_time = 10 * VL_MS;
	f->server[1].response_time = 20 * VL_MS;
	farm_changed(f, -1);
	expect_turns(f, 40, (unsigned[]){20, 10, 10});
	farm_usable(f, 1, false);       /* what is down is no measure */
	farm_changed(f, -1);
	expect_turns(f, 40, (unsigned[]){20, 0, 20});
	farm_free(f);
}

static void a_floor_can_be_set(void **state)
{
	struct farm *f = farm_new("response-time", &(struct scheduler_options){.response_floor = 50},
				  (uint32_t[]){1, 1}, 2);

	f->server[0].response_time = VL_MS;
	f->server[1].response_time = VL_S;
	farm_changed(f, -1);
	farm_expect(f, "ABAABA");
	farm_free(f);
}

/* --- what is refused -------------------------------------------------------------------------------------- */

static void options_out_of_range_are_refused(void **state)
{
	static const struct {
		const char *scheduler;
		struct scheduler_options options;
		const char *reason;
	} bad[] = {
		{"maglev", {.table_size = 65536}, "maglev: a table of 65536: a prime up to 5000011 is needed"},
		{"maglev", {.table_size = 5000077}, "maglev: a table of 5000077: a prime up to 5000011 is needed"},
		{"mh", {.table_size = 65537}, "mh: a table of 65537: the kernel has 251, 509, 1021, 2039, 4093, 8191, "
					      "16381, 32749, 65521, 131071"},
		{"consistent", {.bounded_load = 100}, "consistent: a bounded load of 100 percent: 101 to 1000 is needed"},
		{"random", {.draws = 17}, "random: 17 draws: 1 to 16 are possible"},
		{"two-choices", {.draws = 17}, "two-choices: 17 draws: 1 to 16 are possible"},
		{"adaptive", {.adaptive_minimum = 51}, "adaptive: a minimum of 51 percent: 1 to 50 is possible"},
		{"adaptive", {.adaptive_floor = 101}, "adaptive: a floor of 101 percent: 1 to 100 is possible"},
		{"response-time", {.response_floor = 101}, "response-time: a floor of 101 percent: 1 to 100 is possible"},
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct vl_status s = scheduler_check(scheduler_find(bad[i].scheduler), &bad[i].options);
		assert_int_equal(s.code, VL_INVALID);
		assert_string_equal(s.reason, bad[i].reason);
	}
	for (size_t i = 0; scheduler_at(i) != NULL; i++) {
		struct vl_status s = scheduler_check(scheduler_at(i), &(struct scheduler_options){0});
		assert_true(vl_ok(&s));
	}
}

static void every_scheduler_has_a_name_of_its_own(void **state)
{
	size_t kinds = 0;

	for (; scheduler_at(kinds) != NULL; kinds++) {
		const struct scheduler_ops *ops = scheduler_at(kinds);
		assert_ptr_equal(scheduler_find(ops->name), ops);
		assert_true(strlen(ops->title) > 4);
	}
	assert_int_equal(kinds, 21);
	assert_null(scheduler_find("lcc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_more_loaded_gets_less),
		cmocka_unit_test(equal_answers_are_equal_turns),
		cmocka_unit_test(loads_under_the_minimum_are_as_good_as_none),
		cmocka_unit_test(a_failed_or_disabled_one_gets_nothing),
		cmocka_unit_test(a_floor_keeps_the_loaded_in_the_game),
		cmocka_unit_test(adaptive_weights_can_divide_connections),
		cmocka_unit_test(the_slower_gets_less),
		cmocka_unit_test(times_are_looked_at_every_fifteen_seconds),
		cmocka_unit_test(an_unknown_time_counts_as_the_slowest),
		cmocka_unit_test(a_floor_can_be_set),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(every_scheduler_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

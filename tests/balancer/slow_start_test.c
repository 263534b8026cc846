// SPDX-License-Identifier: BSD-2-Clause
/* The laws of slow start against the published fractions: a window of 100 s, a server of weight 10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/balancer/scheduler.h"
#include "sim/balancer/slow_start.h"

#define WINDOW (100 * VL_S)
#define FULL (10 * (uint64_t)SCHEDULER_WEIGHT_ONE)

/* Ten-thousandths of the full weight `percent` of the window after the server came back. */
static uint64_t share(const struct slow_start_config *c, uint64_t percent)
{
	return slow_start_weight(c, 10, percent * WINDOW / 100) * 10000 / FULL;
}

static void expect_shares(const struct slow_start_config *c, const uint64_t expected[6])
{
	static const uint64_t at[6] = {0, 10, 25, 50, 75, 90};

	for (size_t i = 0; i < 6; i++)
		assert_in_range(share(c, at[i]), expected[i] > 0 ? expected[i] - 1 : 0, expected[i] + 1);
	assert_int_equal(share(c, 100), 10000);
}

static void linear_grows_with_time(void **state)
{
	expect_shares(&(struct slow_start_config){.law = SLOW_START_LINEAR, .window = WINDOW},
		      (uint64_t[]){0, 1000, 2500, 5000, 7500, 9000});
}

static void haproxy_has_sixteen_steps_of_which_the_first_is_there_at_once(void **state)
{
	expect_shares(&(struct slow_start_config){.law = SLOW_START_HAPROXY, .window = WINDOW},
		      (uint64_t[]){625, 1250, 3125, 5625, 8125, 9375});
}

static void envoy_has_a_floor_of_ten_percent(void **state)
{
	expect_shares(&(struct slow_start_config){.law = SLOW_START_ENVOY, .window = WINDOW},
		      (uint64_t[]){1000, 1000, 2500, 5000, 7500, 9000});
}

static void envoys_aggression_bends_the_ramp(void **state)
{
	expect_shares(&(struct slow_start_config){.law = SLOW_START_ENVOY, .window = WINDOW, .aggression_milli = 2000},
		      (uint64_t[]){1000, 3162, 5000, 7071, 8660, 9486});
	expect_shares(&(struct slow_start_config){.law = SLOW_START_ENVOY, .window = WINDOW, .aggression_milli = 500},
		      (uint64_t[]){1000, 1000, 1000, 2500, 5625, 8100});
}

/* The published example: of 60 s, about half at 30 s and three quarters at 45 s. */
static void f5_is_a_ramp_in_whole_seconds(void **state)
{
	const struct slow_start_config c = {.law = SLOW_START_F5, .window = 60 * VL_S};

	assert_int_equal(slow_start_weight(&c, 10, 30 * VL_S), FULL / 2);
	assert_int_equal(slow_start_weight(&c, 10, 45 * VL_S), FULL * 3 / 4);
	assert_int_equal(slow_start_weight(&c, 10, 30 * VL_S + 999 * VL_MS), FULL / 2);
}

static void without_a_law_the_weight_is_there_at_once(void **state)
{
	const struct slow_start_config c = {0};

	assert_int_equal(slow_start_weight(&c, 10, 0), FULL);
	assert_true(slow_start_next(&c, 0) == VL_NEVER);
}

/* A law without a floor begins with the least weight that can be picked: the server may be the only one. */
static void a_server_that_is_up_always_has_some_weight(void **state)
{
	for (int law = SLOW_START_LINEAR; law <= SLOW_START_F5; law++) {
		const struct slow_start_config c = {.law = (enum slow_start_law)law, .window = WINDOW};
		assert_true(slow_start_weight(&c, 1, 0) >= 1);
		assert_int_equal(slow_start_weight(&c, 0, 0), 0);
	}
	assert_int_equal(slow_start_weight(&(struct slow_start_config){.law = SLOW_START_F5, .window = WINDOW}, 1,
					   999 * VL_MS), 1);
}

static void it_is_looked_at_until_the_window_is_over(void **state)
{
	const struct slow_start_config steps = {.law = SLOW_START_HAPROXY, .window = 2500 * VL_MS};
	const struct slow_start_config ramp = {.law = SLOW_START_LINEAR, .window = 256 * VL_S};

	assert_true(slow_start_next(&steps, 0) == VL_S);
	assert_true(slow_start_next(&steps, VL_S) == 2 * VL_S);
	assert_true(slow_start_next(&steps, 2 * VL_S) == 2500 * VL_MS);
	assert_true(slow_start_next(&steps, 2500 * VL_MS) == VL_NEVER);
	assert_true(slow_start_next(&ramp, 3 * VL_S + 1) == 4 * VL_S);
}

static void windows_and_numbers_out_of_range_are_refused(void **state)
{
	static const struct {
		struct slow_start_config c;
		const char *reason;
	} bad[] = {
		{{.law = SLOW_START_LINEAR, .window = 10 * VL_MS}, "slow start: the window is 1 s to 1 h"},
		{{.law = SLOW_START_F5, .window = 3601 * VL_S}, "slow start: the window is 1 s to 1 h"},
		{{.law = SLOW_START_ENVOY, .window = VL_S, .aggression_milli = 99},
		 "slow start: the aggression is 0.1 to 10"},
		{{.law = SLOW_START_ENVOY, .window = VL_S, .floor_percent = 101},
		 "slow start: the floor is 0 to 100 percent"},
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct vl_status s = slow_start_check(&bad[i].c);
		assert_int_equal(s.code, VL_INVALID);
		assert_string_equal(s.reason, bad[i].reason);
	}
	struct vl_status good = slow_start_check(&(struct slow_start_config){.law = SLOW_START_LINEAR, .window = VL_S});
	assert_true(vl_ok(&good));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linear_grows_with_time),
		cmocka_unit_test(haproxy_has_sixteen_steps_of_which_the_first_is_there_at_once),
		cmocka_unit_test(envoy_has_a_floor_of_ten_percent),
		cmocka_unit_test(envoys_aggression_bends_the_ramp),
		cmocka_unit_test(f5_is_a_ramp_in_whole_seconds),
		cmocka_unit_test(without_a_law_the_weight_is_there_at_once),
		cmocka_unit_test(a_server_that_is_up_always_has_some_weight),
		cmocka_unit_test(it_is_looked_at_until_the_window_is_over),
		cmocka_unit_test(windows_and_numbers_out_of_range_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

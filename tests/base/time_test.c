// SPDX-License-Identifier: BSD-2-Clause
/* Moments and lengths as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/base/time.h"

static void prints_nine_decimals(void **state)
{
	char t[VL_TIME_TEXT];

	(void)state;
	assert_string_equal(vl_time_format(t, 12 * VL_S + 829125 * VL_US), "12.829125000");
	assert_string_equal(vl_time_format(t, 0), "0.000000000");
	assert_string_equal(vl_time_format(t, VL_NEVER), "never");
}

static void short_form_keeps_three_decimals(void **state)
{
	char t[VL_TIME_TEXT];

	(void)state;
	assert_string_equal(vl_time_format_short(t, 30 * VL_S), "30.000");
	assert_string_equal(vl_time_format_short(t, 3609375 * VL_US), "3.609375");
	assert_string_equal(vl_time_format_short(t, VL_NEVER), "never");
}

static void reads_lengths(void **state)
{
	static const struct {
		const char *text;
		vl_time want;
	} good[] = {
		{"500ms", 500 * VL_MS}, {"1.5s", 1500 * VL_MS}, {"10m", 600 * VL_S}, {"1h30m", 5400 * VL_S},
		{"1m0.5s", 60500 * VL_MS}, {"0s", 0}, {"20us", 20 * VL_US}, {"7ns", 7},
		{"3.609375s", 3609375 * VL_US},
	};
	vl_time t;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_true(vl_time_parse(good[i].text, &t));
		assert_int_equal(t, good[i].want);
	}
	assert_false(vl_time_parse("0.25ns", &t)); /* finer than the clock */
}

static void refuses_what_is_no_length(void **state)
{
	static const char *const bad[] = {"", "5", "s", "-1s", "1 s", "1s ", "1x", "1.s", ".5s", "1m1m", "1s1m",
					  "99999999999999999999s", "18446744073s9999999999ms", "1e3s", "1sec"};
	vl_time t;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(vl_time_parse(bad[i], &t));
}

static void never_is_never_reached_by_adding(void **state)
{
	(void)state;
	assert_int_equal(vl_time_after(VL_NEVER, 1), VL_NEVER);
	assert_int_equal(vl_time_after(VL_NEVER - 5, 10), VL_NEVER);
	assert_int_equal(vl_time_after(5, 10), 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_nine_decimals), cmocka_unit_test(short_form_keeps_three_decimals),
		cmocka_unit_test(reads_lengths), cmocka_unit_test(refuses_what_is_no_length),
		cmocka_unit_test(never_is_never_reached_by_adding),
	};

	return cmocka_run_group_tests_name("base/time", tests, NULL, NULL);
}

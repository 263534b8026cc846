// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/base/time.h"
#include "sim/scenario/comparison.h"

static struct comparison parsed(enum comparison_unit unit, const char *text)
{
	struct comparison c;
	char mistake[COMPARISON_MISTAKE];

	if (!comparison_parse(&c, unit, text, mistake))
		fail_msg("%s: %s", text, mistake);
	return c;
}

static bool holds(enum comparison_unit unit, const char *text, uint64_t got)
{
	struct comparison c = parsed(unit, text);

	return comparison_holds(&c, got);
}

static void counts_compare_as_the_words_say(void **state)
{
	assert_true(holds(COMPARISON_COUNT, "3", 3));
	assert_false(holds(COMPARISON_COUNT, "exactly 3", 4));
	assert_true(holds(COMPARISON_COUNT, "under 3", 2));
	assert_false(holds(COMPARISON_COUNT, "under 3", 3));
	assert_true(holds(COMPARISON_COUNT, "at most 3", 3));
	assert_false(holds(COMPARISON_COUNT, "over 3", 3));
	assert_true(holds(COMPARISON_COUNT, "over 3", 4));
	assert_true(holds(COMPARISON_COUNT, "at least 3", 3));
	assert_true(holds(COMPARISON_COUNT, "3 to 5", 5));
	assert_false(holds(COMPARISON_COUNT, "3 to 5", 6));
}

static void percentages_are_parts_per_million(void **state)
{
	assert_int_equal(parsed(COMPARISON_PERCENT, "20%").value, 200000);
	assert_int_equal(parsed(COMPARISON_PERCENT, "0.5%").value, 5000);
	assert_int_equal(parsed(COMPARISON_PERCENT, "33.3333%").value, 333333);
	assert_int_equal(parsed(COMPARISON_PERCENT, "over 100%").value, 1000000);
	assert_true(holds(COMPARISON_PERCENT, "0%", 0));
	assert_false(holds(COMPARISON_PERCENT, "0%", 1));
}

static void times_are_nanoseconds_and_may_have_a_tolerance(void **state)
{
	assert_int_equal(parsed(COMPARISON_TIME, "exactly 3.609375s").value, 3609375000);
	assert_true(holds(COMPARISON_TIME, "exactly 3.6s +- 10ms", 3610 * VL_MS));
	assert_true(holds(COMPARISON_TIME, "3.6s +- 10ms", 3590 * VL_MS));
	assert_false(holds(COMPARISON_TIME, "3.6s +- 10ms", 3610 * VL_MS + 1));
	assert_false(holds(COMPARISON_TIME, "5ms +- 10ms", 16 * VL_MS));
	assert_true(holds(COMPARISON_TIME, "5ms +- 10ms", 0));
	assert_true(holds(COMPARISON_TIME, "3s to 4s", 4 * VL_S));
}

static void what_is_not_given_always_holds(void **state)
{
	assert_true(comparison_holds(&(struct comparison){0}, 12));
}

static void other_words_are_refused_with_examples(void **state)
{
	static const struct {
		enum comparison_unit unit;
		const char *text;
	} wrong[] = {
		{COMPARISON_COUNT, ""}, {COMPARISON_COUNT, "many"}, {COMPARISON_COUNT, "-1"}, {COMPARISON_COUNT, "3%"},
		{COMPARISON_COUNT, "over"}, {COMPARISON_COUNT, "over over 3"}, {COMPARISON_COUNT, "3.5"},
		{COMPARISON_COUNT, "under 3 to 5"}, {COMPARISON_COUNT, "1234567890123456789012"},
		{COMPARISON_PERCENT, "20"}, {COMPARISON_PERCENT, "101%"}, {COMPARISON_PERCENT, "1.%"},
		{COMPARISON_PERCENT, "0.00001%"}, {COMPARISON_PERCENT, "%"}, {COMPARISON_TIME, "3"},
		{COMPARISON_TIME, "over 3.7"}, {COMPARISON_TIME, "over 3s +- 1s"}, {COMPARISON_TIME, "3s +-"},
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct comparison c;
		char mistake[COMPARISON_MISTAKE];

		if (comparison_parse(&c, wrong[i].unit, wrong[i].text, mistake))
			fail_msg("`%s' should be refused", wrong[i].text);
		assert_true(mistake[0] == '`');
	}
}

static void a_range_goes_upwards(void **state)
{
	struct comparison c;
	char mistake[COMPARISON_MISTAKE];

	assert_false(comparison_parse(&c, COMPARISON_COUNT, "5 to 3", mistake));
	assert_string_equal(mistake, "from the lower to the higher value");
}

static void the_text_reads_back_the_same(void **state)
{
	static const struct {
		enum comparison_unit unit;
		const char *text;
	} same[] = {
		{COMPARISON_COUNT, "exactly 3"}, {COMPARISON_COUNT, "at least 3"}, {COMPARISON_COUNT, "3 to 5"},
		{COMPARISON_PERCENT, "over 20%"}, {COMPARISON_PERCENT, "0%"}, {COMPARISON_PERCENT, "under 0.5%"},
		{COMPARISON_TIME, "exactly 3.609375s"}, {COMPARISON_TIME, "3.6s +- 10ms"},
		{COMPARISON_TIME, "under 500us"}, {COMPARISON_TIME, "at most 7ns"}, {COMPARISON_TIME, "0s to 4s"},
	};

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		struct comparison c = parsed(same[i].unit, same[i].text);
		char text[COMPARISON_TEXT];

		assert_string_equal(comparison_format(text, &c), same[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_compare_as_the_words_say),
		cmocka_unit_test(percentages_are_parts_per_million),
		cmocka_unit_test(times_are_nanoseconds_and_may_have_a_tolerance),
		cmocka_unit_test(what_is_not_given_always_holds),
		cmocka_unit_test(other_words_are_refused_with_examples),
		cmocka_unit_test(a_range_goes_upwards),
		cmocka_unit_test(the_text_reads_back_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

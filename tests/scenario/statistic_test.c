// SPDX-License-Identifier: BSD-2-Clause
/* Means, spreads and medians over seeds, and the comparisons that go with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

#include "sim/base/prng.h"
#include "sim/scenario/statistic.h"

static struct comparison wanted(enum comparison_unit unit, const char *text)
{
	struct comparison c;
	char mistake[COMPARISON_MISTAKE], again[COMPARISON_TEXT];

	if (!comparison_parse_measure(&c, unit, text, mistake))
		fail_msg("%s: %s", text, mistake);
	assert_string_equal(comparison_format(again, &c), text);
	return c;
}

static struct statistic judged(enum comparison_unit unit, const char *text, const uint64_t *sample, size_t count)
{
	struct comparison want = wanted(unit, text);
	uint64_t copy[256];
	struct statistic s;

	memcpy(copy, sample, count * sizeof *copy);
	statistic_judge(&s, &want, copy, count);
	return s;
}

/* 2 4 4 4 5 5 7 9: mean 5, sd (n-1) = sqrt(32/7) = 2.13809, error sd/sqrt(8) = 0.75593, median 4.5 */
static const uint64_t classic[] = {9, 2, 4, 5, 4, 7, 4, 5};

static void a_small_sample_by_hand(void **state)
{
	char text[STATISTIC_TEXT];
	struct statistic s = judged(COMPARISON_COUNT, "mean 5 within 1 standard error", classic, 8);

	assert_true(s.holds);
	assert_int_equal(s.mean, 5000000);
	assert_int_equal(s.median, 4500000);
	assert_true(s.deviation >= 2138089 && s.deviation <= 2138091);
	assert_true(s.error >= 755925 && s.error <= 755935);
	assert_string_equal(statistic_format(text, &s), "mean 5, median 4.5, sd 2.1381, 8 seeds");
}

static void three_errors_are_three_errors(void **state)
{
	/* 5 + 3 * 0.7559 = 7.268 */
	assert_true(judged(COMPARISON_COUNT, "mean 7 within 3 standard errors", classic, 8).holds);
	assert_false(judged(COMPARISON_COUNT, "mean 8 within 3 standard errors", classic, 8).holds);
	assert_false(judged(COMPARISON_COUNT, "mean 2 within 3 standard errors", classic, 8).holds);
	assert_true(judged(COMPARISON_COUNT, "mean 2 within 4 standard errors", classic, 8).holds);
	/* the median's error is 1.2533 as much: 0.9474 */
	assert_true(judged(COMPARISON_COUNT, "median 5 within 1 standard error", classic, 8).holds);
	assert_false(judged(COMPARISON_COUNT, "median 6 within 1 standard error", classic, 8).holds);
	/* one run shows no spread */
	assert_false(judged(COMPARISON_COUNT, "mean 9 within 9 standard errors", classic, 1).holds);
}

static void other_comparisons_take_the_statistic(void **state)
{
	assert_true(judged(COMPARISON_COUNT, "mean exactly 5", classic, 8).holds);
	assert_true(judged(COMPARISON_COUNT, "median 4 to 5", classic, 8).holds);
	assert_false(judged(COMPARISON_COUNT, "median exactly 5", classic, 8).holds);
	assert_true(judged(COMPARISON_COUNT, "mean 6 +- 1", classic, 8).holds);
	assert_false(judged(COMPARISON_COUNT, "mean under 5", classic, 8).holds);
}

static void every_unit_has_its_scale(void **state)
{
	const uint64_t times[] = {UINT64_C(8630000000), UINT64_C(8610000000), UINT64_C(8650000000)};
	const uint64_t parts[] = {620000, 634000, 627000};
	const uint64_t long_ones[] = {UINT64_C(2592000000000000), UINT64_C(2592000000000000) - 2};

	struct statistic s = judged(COMPARISON_TIME, "mean 8.63s within 1 standard error", times, 3);
	assert_true(s.holds);
	assert_int_equal(s.mean, UINT64_C(8630000000));
	assert_true(s.deviation >= 19999000 && s.deviation <= 20000000);
	assert_true(judged(COMPARISON_DECIMAL, "mean 0.627 within 1 standard error", parts, 3).holds);
	assert_true(judged(COMPARISON_PERCENT, "mean 62% to 63%", parts, 3).holds);
	assert_int_equal(judged(COMPARISON_TIME, "mean over 1s", long_ones, 2).mean, UINT64_C(2592000000000000) - 1);
}

static void the_order_of_the_seeds_is_no_matter(void **state)
{
	uint64_t x[200], y[200];
	struct prng dice = prng_stream(1, "statistic");
	struct comparison want = wanted(COMPARISON_COUNT, "mean 863 within 3 standard errors");
	struct statistic a, b;
	double sum = 0, squares = 0;

	for (size_t i = 0; i < 200; i++)
		x[i] = y[199 - i] = 800 + prng_u64(&dice) % 127;
	for (size_t i = 0; i < 200; i++)
		sum += (double)x[i];
	for (size_t i = 0; i < 200; i++)
		squares += ((double)x[i] - sum / 200) * ((double)x[i] - sum / 200);
	statistic_judge(&a, &want, x, 200);
	statistic_judge(&b, &want, y, 200);
	assert_int_equal(a.mean, b.mean);
	assert_int_equal(a.deviation, b.deviation);
	assert_true(fabs((double)a.mean / 1e6 - sum / 200) < 1e-5);
	assert_true(fabs((double)a.deviation / 1e6 - sqrt(squares / 199)) < 1e-3);
	assert_true(fabs((double)a.error / 1e6 - sqrt(squares / 199 / 200)) < 1e-3);
}

static void what_is_no_statistic_is_refused(void **state)
{
	static const char *const wrong[] = {
		"863 within 3 standard errors", "mean 863 within 0 standard errors", "mean 863 within 3 errors",
		"mean within 3 standard errors", "mean", "mean ", "average 863", "median mean 3", "mean 8.63",
		"mean 863 within 10 standard errors",
	};
	struct comparison c;
	char mistake[COMPARISON_MISTAKE];

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_false(comparison_parse_measure(&c, COMPARISON_COUNT, wrong[i], mistake));
		assert_non_null(strstr(mistake, "mean V within 3 standard errors"));
	}
	/* and no comparison of one run has one */
	assert_false(comparison_parse(&c, COMPARISON_COUNT, "mean 863", mistake));
	assert_true(comparison_parse(&c, COMPARISON_DECIMAL, "at least 0.9", mistake));
	assert_int_equal(c.value, 900000);
	assert_false(comparison_parse(&c, COMPARISON_DECIMAL, "at least 0.1234567", mistake));
}

static void units_have_words(void **state)
{
	enum comparison_unit u;

	for (int i = COMPARISON_COUNT; i <= COMPARISON_DECIMAL; i++) {
		assert_true(statistic_unit_find(&u, statistic_unit_word((enum comparison_unit)i)));
		assert_int_equal(u, i);
	}
	assert_false(statistic_unit_find(&u, "furlong"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_sample_by_hand),
		cmocka_unit_test(three_errors_are_three_errors),
		cmocka_unit_test(other_comparisons_take_the_statistic),
		cmocka_unit_test(every_unit_has_its_scale),
		cmocka_unit_test(the_order_of_the_seeds_is_no_matter),
		cmocka_unit_test(what_is_no_statistic_is_refused),
		cmocka_unit_test(units_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

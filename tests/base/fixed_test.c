// SPDX-License-Identifier: BSD-2-Clause
/* Fixed-point functions against libm, which only tests may link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "sim/base/fixed.h"
#include "sim/base/prng.h"

#define NEAR 4

static double value(uint64_t q)
{
	return ldexp((double)q, -32);
}

static void whole_powers_of_two_are_exact(void **state)
{
	(void)state;
	assert_int_equal(fixed_log2(FIXED_ONE), 0);
	assert_int_equal(fixed_log2(1), -32 * (int64_t)FIXED_ONE);
	assert_int_equal(fixed_log2(UINT64_C(1) << 63), 31 * (int64_t)FIXED_ONE);
	assert_true(fixed_exp2(0) == FIXED_ONE);
	assert_true(fixed_exp2(5 * (int64_t)FIXED_ONE) == 32 * FIXED_ONE);
	assert_true(fixed_exp2(-32 * (int64_t)FIXED_ONE) == 1);
}

static void what_does_not_fit_is_zero_or_the_largest(void **state)
{
	(void)state;
	assert_true(fixed_exp2(32 * (int64_t)FIXED_ONE) == UINT64_MAX);
	assert_true(fixed_exp2(-40 * (int64_t)FIXED_ONE) == 0);
	assert_true(fixed_exp2(INT64_MIN) == 0);
	assert_true(fixed_power(0, 1, 2) == 0);
}

static void the_logarithm_agrees_with_libm(void **state)
{
	struct prng dice = prng_stream(1, "log");

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t x = 1 + (prng_u64(&dice) >> prng_below(&dice, 63));
		double expected = log2(value(x)), got = ldexp((double)fixed_log2(x), -32);
		assert_true(fabs(expected - got) <= ldexp(NEAR, -32));
	}
}

static void the_exponential_agrees_with_libm(void **state)
{
	struct prng dice = prng_stream(1, "exp");

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t e = (int64_t)prng_below(&dice, 32 * FIXED_ONE) - (int64_t)(32 * FIXED_ONE);
		double expected = exp2(ldexp((double)e, -32));
		assert_true(fabs(expected - value(fixed_exp2(e))) <= ldexp(NEAR, -32));
	}
}

/* The mean of an exponential distribution of mean 1 over 100 000 draws: standard error 0.0032. */
static void exponential_draws_have_their_mean(void **state)
{
	struct prng dice = prng_stream(1, "lifetimes");
	double sum = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t x = 1 + prng_below(&dice, FIXED_ONE);
		uint64_t q = fixed_minus_ln(x);
		assert_true(fabs(-log(value(x)) - value(q)) <= ldexp(NEAR, -32));
		sum += value(q);
	}
	assert_true(fabs(sum / 100000 - 1) < 3 * 0.0032);
}

static void powers_agree_with_libm(void **state)
{
	static const uint32_t exponent[][2] = {{1, 1}, {1, 2}, {2, 1}, {1000, 1500}, {1000, 100}};
	struct prng dice = prng_stream(1, "power");

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const uint32_t *e = exponent[i % 5];
		uint64_t x = 1 + prng_below(&dice, FIXED_ONE);
		double expected = pow(value(x), (double)e[0] / e[1]);
		assert_true(fabs(expected - value(fixed_power(x, e[0], e[1]))) <= ldexp(16, -32));
	}
}

static void scaling_does_not_overflow_in_between(void **state)
{
	(void)state;
	assert_true(fixed_scale(UINT64_MAX, 3, 4) == UINT64_MAX / 4 * 3 + 2);
	assert_true(fixed_scale(7, 5, 3) == 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_powers_of_two_are_exact),
		cmocka_unit_test(what_does_not_fit_is_zero_or_the_largest),
		cmocka_unit_test(the_logarithm_agrees_with_libm),
		cmocka_unit_test(the_exponential_agrees_with_libm),
		cmocka_unit_test(exponential_draws_have_their_mean),
		cmocka_unit_test(powers_agree_with_libm),
		cmocka_unit_test(scaling_does_not_overflow_in_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

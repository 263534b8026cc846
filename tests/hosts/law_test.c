// SPDX-License-Identifier: BSD-2-Clause
/* Laws of chance and arrival processes, against their closed forms and by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/hosts/arrival.h"

#define DRAWS 200000

/* sum, and sum of squares in (ms)^2 */
static void draw_many(const struct law *l, uint64_t *mean_us, uint64_t *square)
{
	struct prng dice = prng_stream(7, "test");
	uint64_t sum = 0;

	*square = 0;
	for (int i = 0; i < DRAWS; i++) {
		vl_time t = law_draw(l, &dice);
		sum += t / VL_US;
		*square += (t / VL_MS) * (t / VL_MS);
	}
	*mean_us = sum / DRAWS;
	*square /= DRAWS;
}

static void laws_have_their_means_and_variances(void **state)
{
	uint64_t mean, square;
	struct law l = law_exponential(VL_S);

	draw_many(&l, &mean, &square);
	assert_in_range(mean, 990000, 1010000);
	assert_in_range(square, 1950000, 2050000);      /* E[X^2] = 2 for mean 1 */
	l = law_uniform(VL_S, 3 * VL_S);
	draw_many(&l, &mean, &square);
	assert_in_range(mean, 1990000, 2010000);
	assert_in_range(square, 4300000, 4370000);      /* 4 + (3-1)^2/12 = 4.333 */
	l = law_fixed(5 * VL_S);
	draw_many(&l, &mean, &square);
	assert_int_equal(mean, 5000000);
	l = (struct law){.kind = LAW_NEVER};
	assert_int_equal(law_draw(&l, &(struct prng){1}), VL_NEVER);
}

static void a_fixed_law_throws_no_dice(void **state)
{
	struct prng dice = prng_stream(7, "test"), same = dice;
	struct law l = law_fixed(VL_S);

	(void)law_draw(&l, &dice);
	assert_int_equal(prng_u64(&dice), prng_u64(&same));
}

/* Moments up to the n-th, each at least the one before; the last is returned. */
static vl_time nth(struct arrival *a, unsigned n)
{
	vl_time before = 0;

	for (unsigned i = 0; i < n; i++) {
		assert_true(arrival_next(a) >= before);
		before = arrival_next(a);
		arrival_take(a);
	}
	return before;
}

static void begin(struct arrival *a, struct arrival_config c, vl_time now)
{
	arrival_begin(a, &c, prng_stream(3, "arrivals"), now);
}

static void constant_arrivals_are_exact(void **state)
{
	struct arrival a;

	begin(&a, (struct arrival_config){.kind = ARRIVAL_CONSTANT, .every = VL_S, .from = 2 * VL_S}, 0);
	assert_int_equal(nth(&a, 1), 2 * VL_S);
	assert_int_equal(nth(&a, 10), 12 * VL_S);
	/* one that starts late goes on in step */
	begin(&a, (struct arrival_config){.kind = ARRIVAL_CONSTANT, .every = VL_S, .from = 2 * VL_S}, 5500 * VL_MS);
	assert_int_equal(arrival_next(&a), 6 * VL_S);
	arrival_set_every(&a, 100 * VL_MS, 6200 * VL_MS);
	assert_int_equal(arrival_next(&a), 6300 * VL_MS);
	arrival_set_every(&a, 0, 6250 * VL_MS);
	assert_int_equal(arrival_next(&a), VL_NEVER);
	arrival_set_every(&a, VL_S, 7 * VL_S);
	assert_int_equal(arrival_next(&a), 8 * VL_S);
}

static void poisson_arrivals_have_their_rate(void **state)
{
	struct arrival a;

	begin(&a, (struct arrival_config){.kind = ARRIVAL_POISSON, .every = 10 * VL_MS}, 0);
	assert_in_range(nth(&a, 100000), 990 * VL_S, 1010 * VL_S);
	begin(&a, (struct arrival_config){.kind = ARRIVAL_POISSON, .every = 10 * VL_MS}, 50 * VL_S);
	assert_true(arrival_next(&a) >= 50 * VL_S);
}

static void bursts_come_together_and_again(void **state)
{
	struct arrival a;
	struct arrival_config c = {.kind = ARRIVAL_BURST, .burst = 5, .within = VL_S, .every = 10 * VL_S, .from = VL_S};

	begin(&a, c, 0);
	assert_int_equal(nth(&a, 1), VL_S);
	assert_int_equal(nth(&a, 4), 1800 * VL_MS);
	assert_int_equal(nth(&a, 1), 11 * VL_S);
	begin(&a, c, 5 * VL_S);
	assert_int_equal(arrival_next(&a), 11 * VL_S);
	c.every = 0;
	begin(&a, c, 0);
	nth(&a, 5);
	assert_int_equal(arrival_next(&a), VL_NEVER);
	begin(&a, c, 5 * VL_S);
	assert_int_equal(arrival_next(&a), VL_NEVER);
}

static void a_trace_is_followed_until_the_end(void **state)
{
	static const vl_time moment[] = {0, VL_S, VL_S, 4 * VL_S};
	struct arrival a;
	struct arrival_config c = {.kind = ARRIVAL_TRACE, .trace = moment, .trace_count = 4, .from = VL_S};

	begin(&a, c, 0);
	assert_int_equal(nth(&a, 3), 2 * VL_S);
	assert_int_equal(nth(&a, 1), 5 * VL_S);
	assert_int_equal(arrival_next(&a), VL_NEVER);
	c.until = 5 * VL_S;
	begin(&a, c, 1500 * VL_MS);
	nth(&a, 2);
	assert_int_equal(arrival_next(&a), VL_NEVER);
	begin(&a, (struct arrival_config){.kind = ARRIVAL_NONE}, 0);
	assert_int_equal(arrival_next(&a), VL_NEVER);
	arrival_take(&a);
	arrival_set_every(&a, VL_S, 0);
	assert_int_equal(arrival_next(&a), VL_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(laws_have_their_means_and_variances),
		cmocka_unit_test(a_fixed_law_throws_no_dice),
		cmocka_unit_test(constant_arrivals_are_exact),
		cmocka_unit_test(poisson_arrivals_have_their_rate),
		cmocka_unit_test(bursts_come_together_and_again),
		cmocka_unit_test(a_trace_is_followed_until_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

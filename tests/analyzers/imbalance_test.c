// SPDX-License-Identifier: BSD-2-Clause
/* Figures of evenness against closed forms and against the same sums in floating point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

#include "analyzers/imbalance.h"
#include "sim/base/prng.h"

#define MEASURE(i, ...)                                                            \
	do {                                                                       \
		uint64_t x_[] = {__VA_ARGS__};                                     \
		imbalance_measure(i, x_, sizeof x_ / sizeof x_[0]);                \
	} while (0)

static void even_loads_are_even(void **state)
{
	struct imbalance i;

	MEASURE(&i, 250, 250, 250, 250);
	assert_int_equal(i.jain, 1000000);
	assert_int_equal(i.cv, 0);
	assert_int_equal(i.gini, 0);
	assert_int_equal(i.max_over_mean, 1000000);
	assert_int_equal(i.max_share, 250000);
	assert_int_equal(i.chi_square, 0);
	assert_int_equal(i.total, 1000);
}

/* All on one of four: J = 1/4, CV^2 = 3, Gini = 3/4, max/mean = 4. */
static void all_on_one_is_the_other_end(void **state)
{
	struct imbalance i;

	MEASURE(&i, 0, 1000, 0, 0);
	assert_int_equal(i.jain, 250000);
	assert_int_equal(i.cv_squared, 3000000);
	assert_int_equal(i.cv, 1732050);
	assert_int_equal(i.gini, 750000);
	assert_int_equal(i.max_over_mean, 4000000);
	assert_int_equal(i.chi_square, UINT64_C(3000000000));
}

/* 1 2 3 4: J = 100/120, CV^2 = 120/100 - 1 = 0.2, Gini = (-3 -2 +3 +12)/40 = 0.25. */
static void a_small_case_by_hand(void **state)
{
	struct imbalance i;

	MEASURE(&i, 3, 1, 4, 2);
	assert_int_equal(i.jain, 833333);
	assert_int_equal(i.cv_squared, 200000);
	assert_int_equal(i.cv, 447213);
	assert_int_equal(i.gini, 250000);
	assert_int_equal(i.max_over_mean, 1600000);
	assert_int_equal(i.chi_square, 2000000);
}

static void nothing_is_even(void **state)
{
	struct imbalance i;

	imbalance_measure(&i, NULL, 0);
	assert_int_equal(i.jain, 1000000);
	MEASURE(&i, 0, 0);
	assert_int_equal(i.jain, 1000000);
	assert_int_equal(i.max_over_mean, 0);
	assert_int_equal(imbalance_k_eff(NULL, 0), 0);
}

/* One NAT with half of the users and ten with 5 % each: K_eff = 1 / (0.25 + 10 * 0.0025) = 3.636364. */
static void effective_sources(void **state)
{
	uint64_t nat[11] = {500, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50}, equal[64];

	assert_int_equal(imbalance_k_eff(nat, 11), 3636363);
	for (int i = 0; i < 64; i++)
		equal[i] = 7;
	assert_int_equal(imbalance_k_eff(equal, 64), 64000000);
	/* 1000 connections of 3.64 effective sources scatter like 275 times fewer */
	assert_int_equal(imbalance_design_effect(1000, 3636363), 275000048);
	assert_int_equal(imbalance_design_effect(10, 64000000), 1000000);
}

/* Source hash over M servers: E[CV^2] = (M-1)/K_eff; a table filled by turns: (M-1)(sum s^2 - 1/K) K/(K-1). */
static void hashing_and_taking_turns_have_their_expectations(void **state)
{
	enum { ROUNDS = 40000, K = 8, M = 4 };
	const uint64_t weight[K] = {400, 200, 100, 100, 50, 50, 50, 50};
	struct prng dice = prng_stream(1, "imbalance");
	double hashed = 0, turns = 0, squares = 0;

	for (int k = 0; k < K; k++)
		squares += (double)(weight[k] * weight[k]) / 1e6;
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t by_hash[M] = {0}, by_turns[M] = {0}, order[K];
		struct imbalance i;
		memcpy(order, weight, sizeof order);
		for (size_t k = K - 1; k > 0; k--) {
			size_t other = prng_u64(&dice) % (k + 1);
			uint64_t w = order[k];
			order[k] = order[other];
			order[other] = w;
		}
		for (size_t k = 0; k < K; k++) {
			by_hash[prng_u64(&dice) % M] += weight[k];
			by_turns[k % M] += order[k];
		}
		imbalance_measure(&i, by_hash, M);
		hashed += (double)i.cv_squared / 1e6;
		imbalance_measure(&i, by_turns, M);
		turns += (double)i.cv_squared / 1e6;
	}
	double want_hash = (M - 1) * squares, want_turns = (M - 1) * (squares - 1.0 / K) * K / (K - 1);
	assert_true(fabs(hashed / ROUNDS - want_hash) < 0.02 * want_hash);
	assert_true(fabs(turns / ROUNDS - want_turns) < 0.02 * want_turns);
}

static void large_counts_agree_with_floating_point(void **state)
{
	struct prng dice = prng_stream(2, "imbalance");

	for (int round = 0; round < 2000; round++) {
		size_t n = 1 + prng_u64(&dice) % 60;
		uint64_t x[60];
		double sum = 0, squares = 0, ranked = 0;
		struct imbalance i;
		for (size_t k = 0; k < n; k++)
			x[k] = prng_u64(&dice) >> (prng_u64(&dice) % 40 + 20);
		imbalance_measure(&i, x, n);
		for (size_t k = 0; k < n; k++) {
			sum += (double)x[k];
			squares += (double)x[k] * (double)x[k];
			ranked += (double)x[k] * (2 * (double)k + 1 - (double)n);
		}
		if (sum < 1)
			continue;
		/* scaled counts lose their last bits: a thousandth at worst, and that of a wide spread */
		double jain = sum * sum / ((double)n * squares), gini = ranked / ((double)n * sum);
		assert_true(fabs((double)i.jain / 1e6 - jain) < 1e-4 + 1e-3 * jain);
		assert_true(fabs((double)i.gini / 1e6 - gini) < 1e-4 + 1e-3);
		assert_true(fabs((double)i.cv / 1e6 - sqrt((double)n * squares / (sum * sum) - 1)) < 2e-3 * (double)n);
	}
}

/* p = 1/4, n = 1000: sd = 13.69, so 250 +- 35 is within 2.58 of them; 200 sources widen it to +- 79. */
static void noise_is_wider_where_sources_are_few(void **state)
{
	assert_int_equal(imbalance_noise(285, 1000, 250000, IMBALANCE_ONE), 0);
	assert_int_equal(imbalance_noise(286, 1000, 250000, IMBALANCE_ONE), 1);
	assert_int_equal(imbalance_noise(215, 1000, 250000, IMBALANCE_ONE), 0);
	assert_int_equal(imbalance_noise(214, 1000, 250000, IMBALANCE_ONE), -1);
	assert_int_equal(imbalance_noise(325, 1000, 250000, 5 * IMBALANCE_ONE), 0);
	assert_int_equal(imbalance_noise(330, 1000, 250000, 5 * IMBALANCE_ONE), 1);
	assert_int_equal(imbalance_noise(0, 0, 250000, IMBALANCE_ONE), 0);
	assert_int_equal(imbalance_noise(UINT64_C(600000000), UINT64_C(1000000000), 500000, IMBALANCE_ONE), 1);
}

static void roots_round_down(void **state)
{
	for (uint64_t r = 1; r < 100000; r += 37) {
		assert_int_equal(imbalance_root(r * r), r);
		assert_int_equal(imbalance_root(r * r - 1), r - 1);
	}
	assert_int_equal(imbalance_root(UINT64_MAX), UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(even_loads_are_even),
		cmocka_unit_test(all_on_one_is_the_other_end),
		cmocka_unit_test(a_small_case_by_hand),
		cmocka_unit_test(nothing_is_even),
		cmocka_unit_test(effective_sources),
		cmocka_unit_test(hashing_and_taking_turns_have_their_expectations),
		cmocka_unit_test(large_counts_agree_with_floating_point),
		cmocka_unit_test(noise_is_wider_where_sources_are_few),
		cmocka_unit_test(roots_round_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Sums and their squares in 64 bits: values are scaled so that the square of the sum fits with room for M. */
#include "analyzers/imbalance.h"

#include <stdlib.h>

#include "sim/base/fixed.h"

#define SUM_BITS 25
#define PICO UINT64_C(1000000000000)

static int ascending(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

uint64_t imbalance_root(uint64_t x)
{
	uint64_t root = 0;

	for (int bit = 31; bit >= 0; bit--) {
		uint64_t next = root | UINT64_C(1) << bit;
		if (next * next <= x)
			root = next;
	}
	return root;
}

/* How far the values are shifted down so that their sum stays under 2^SUM_BITS. */
static unsigned shift_of(const uint64_t *x, size_t count)
{
	unsigned shift = 0;

	for (;; shift++) {
		uint64_t sum = 0;
		for (size_t i = 0; i < count && sum >> SUM_BITS == 0; i++)
			sum += x[i] >> shift;
		if (sum >> SUM_BITS == 0)
			return shift;
	}
}

void imbalance_measure(struct imbalance *out, uint64_t *x, size_t count)
{
	uint64_t sum = 0, squares = 0;
	int64_t ranked = 0;
	size_t m = count < IMBALANCE_MOST ? count : IMBALANCE_MOST;

	*out = (struct imbalance){.count = m, .jain = IMBALANCE_ONE};
	if (m > 0)
		qsort(x, m, sizeof *x, ascending);
	unsigned shift = shift_of(x, m);
	for (size_t i = 0; i < m; i++) {
		uint64_t v = x[i] >> shift;
		out->total += x[i];
		sum += v;
		squares += v * v;
		ranked += (int64_t)v * (2 * (int64_t)i + 1 - (int64_t)m);
	}
	if (sum == 0)
		return;
	uint64_t square = sum * sum, spread = m * squares;
	uint64_t over = spread > square ? spread - square : 0;
	out->max = x[m - 1];
	out->jain = fixed_scale(IMBALANCE_ONE, square, spread);
	out->cv_squared = fixed_scale(IMBALANCE_ONE, over, square);
	out->cv = imbalance_root(fixed_scale(PICO, over, square));
	out->gini = ranked > 0 ? fixed_scale(IMBALANCE_ONE, (uint64_t)ranked, m * sum) : 0;
	out->max_over_mean = fixed_scale(IMBALANCE_ONE * m, x[m - 1] >> shift, sum);
	out->max_share = fixed_scale(IMBALANCE_ONE, x[m - 1] >> shift, sum);
	out->chi_square = out->total < UINT64_MAX / PICO / 4
				  ? fixed_scale(out->total * IMBALANCE_ONE, over, square)
				  : UINT64_MAX;
}

uint64_t imbalance_k_eff(const uint64_t *x, size_t count)
{
	uint64_t sum = 0, squares = 0;
	unsigned shift = shift_of(x, count);

	for (size_t i = 0; i < count; i++) {
		uint64_t v = x[i] >> shift;
		sum += v;
		squares += v * v;
	}
	return squares == 0 ? 0 : fixed_scale(IMBALANCE_ONE, sum * sum, squares);
}

uint64_t imbalance_design_effect(uint64_t n, uint64_t k_eff)
{
	if (k_eff == 0 || n > UINT64_MAX / PICO)
		return IMBALANCE_ONE;
	uint64_t effect = n * PICO / k_eff;
	return effect > IMBALANCE_ONE ? effect : IMBALANCE_ONE;
}

/* |got/n - p| > 2.58 sqrt(p(1-p) D / n), squared: (got - np)^2 > 2.58^2 n p (1-p) D. */
int imbalance_noise(uint64_t got, uint64_t n, uint64_t p, uint64_t design_effect)
{
	if (n == 0 || p > IMBALANCE_ONE || got > n)
		return 0;
	while (n >> SUM_BITS != 0) {            /* millions of connections: the same share of fewer, a little more noise */
		n >>= 1;
		got >>= 1;
	}
	int64_t off = (int64_t)(got * IMBALANCE_ONE) - (int64_t)(n * p);        /* connections, in millionths */
	uint64_t distance = off < 0 ? (uint64_t)-off : (uint64_t)off;
	uint64_t variance = fixed_scale(n * p, IMBALANCE_ONE - p, IMBALANCE_ONE);       /* millionths */
	uint64_t noise = imbalance_root(fixed_scale(variance, design_effect, IMBALANCE_ONE)) * 1000;

	if (distance <= fixed_scale(noise, 258, 100))
		return 0;
	return off < 0 ? -1 : 1;
}

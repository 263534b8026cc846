// SPDX-License-Identifier: BSD-2-Clause
/*
 * The least-connection storm and its cures, as a process of scheduler and slow start alone: N servers hold C
 * connections each, arrivals are Poisson at rate r, lifetimes exponential of mean T = N C / r, and one more server
 * comes up with none (balancer.md 1.4 to 1.6). No network, no handshakes: what the arithmetic speaks of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "sim/balancer/slow_start.h"
#include "sim/base/fixed.h"
#include "tests/support/farm.h"

#define SEEDS 40
#define SECONDS 136

struct setting {
	const char *scheduler;
	uint32_t servers, each;         /* N, C */
	uint32_t rate;                  /* r, a second */
	struct slow_start_config slow_start;
	unsigned seconds;               /* how long it is watched */
};

struct outcome {
	double storm;                   /* seconds until an arrival goes to another server */
	uint32_t first_burst;           /* arrivals until then */
	uint32_t level;                 /* of the new server then */
	uint32_t peak;                  /* most arrivals of the new one in one second */
	uint32_t admitted[SECONDS];
	uint32_t arrivals, to_new;
};

/* Everything that is memoryless is one process: an arrival, or the end of one of the connections. */
static struct outcome watch(const struct setting *t, uint64_t seed)
{
	struct outcome o = {.storm = -1};
	uint32_t weight[64];
	size_t new = t->servers;
	uint64_t expected = (uint64_t)t->servers * t->each, held = expected;    /* r T, by Little */
	vl_time lifetime = expected * VL_S / t->rate, look = 0, now = 0;
	struct prng dice = prng_stream(seed, "storm");

	for (size_t i = 0; i <= new; i++)
		weight[i] = 1;
	struct farm *f = farm_new(t->scheduler, NULL, weight, new + 1);
	for (size_t i = 0; i < new; i++)
		farm_active(f, i, t->each);
	for (;;) {
		uint64_t uniform = (prng_u64(&dice) >> 32) + 1;
		now += fixed_scale(fixed_minus_ln(uniform), lifetime, FIXED_ONE) / (expected + held);
		if (now >= t->seconds * VL_S)
			break;
		for (; look != VL_NEVER && look <= now; look = slow_start_next(&t->slow_start, look)) {
			f->server[new].weight = slow_start_weight(&t->slow_start, 1, look);
			farm_changed(f, (int)new);
		}
		uint64_t event = prng_below(&dice, expected + held);
		if (event >= expected) {
			size_t i = 0;
			for (event -= expected; event >= f->server[i].active; i++)
				event -= f->server[i].active;
			farm_close(f, i);
			held--;
			continue;
		}
		int picked = farm_open(f);
		assert_true(picked >= 0);
		held++;
		o.arrivals++;
		if ((size_t)picked == new) {
			o.to_new++;
			o.admitted[now / VL_S]++;
			o.first_burst += o.storm < 0;
		} else if (o.storm < 0) {
			o.storm = (double)now / 1e9;
			o.level = f->server[new].active;
		}
	}
	for (unsigned s = 0; s < t->seconds; s++)
		o.peak = o.admitted[s] > o.peak ? o.admitted[s] : o.peak;
	farm_free(f);
	return o;
}

struct sample {
	double mean, error;             /* of the mean */
};

static struct sample sample_of(const double *value)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < SEEDS; i++)
		sum += value[i];
	for (size_t i = 0; i < SEEDS; i++)
		squares += (value[i] - sum / SEEDS) * (value[i] - sum / SEEDS);
	return (struct sample){sum / SEEDS, sqrt(squares / (SEEDS - 1) / SEEDS)};
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median_of(double *value)
{
	qsort(value, SEEDS, sizeof *value, by_size);
	return (value[SEEDS / 2 - 1] + value[SEEDS / 2]) / 2;
}

static void expect_within(double value, double low, double high)
{
	if (value < low || value > high)
		fail_msg("%g is not in %g to %g", value, low, high);
}

/* --- the storm ------------------------------------------------------------------------------------------- */

static void the_storm_lasts_as_long_as_the_closed_form_says(void **state)
{
	static const struct {
		uint32_t servers, each, rate;
	} table[] = {{3, 1000, 100}, {1, 1000, 100}, {9, 500, 50}, {3, 4000, 1000}};
	static double lasted[SEEDS], burst[SEEDS], level[SEEDS];

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct setting t = {.scheduler = i % 2 == 0 ? "lc" : "wlc", .servers = table[i].servers,
				    .each = table[i].each, .rate = table[i].rate, .seconds = 30};
		double n = table[i].servers, c = table[i].each, r = table[i].rate, formula = n * c / r * log(1 + 1 / n);
		for (uint64_t seed = 0; seed < SEEDS; seed++) {
			struct outcome o = watch(&t, seed);
			lasted[seed] = o.storm;
			burst[seed] = o.first_burst;
			level[seed] = o.level;
		}
		expect_within(sample_of(lasted).mean, 0.95 * formula, 1.05 * formula);
		expect_within(sample_of(burst).mean, 0.95 * formula * r, 1.05 * formula * r);
		expect_within(sample_of(level).mean, 0.95 * c * n / (n + 1), 1.05 * c * n / (n + 1));
	}
}

static void round_robin_knows_no_storm_but_stays_uneven_for_a_lifetime(void **state)
{
	const struct setting t = {.scheduler = "rr", .servers = 3, .each = 1000, .rate = 100, .seconds = 30};
	static double share[SEEDS], admitted[SEEDS];

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct outcome o = watch(&t, seed);
		assert_int_equal(o.first_burst, 0);
		share[seed] = (double)o.to_new / o.arrivals;
		admitted[seed] = o.to_new;
	}
	expect_within(sample_of(share).mean, 0.2495, 0.2505);
	/* A lifetime long it gets its 25 a second, and so is far from the others' level when that is over. */
	struct sample s = sample_of(admitted);
	expect_within(s.mean, 750 - 3 * s.error, 750 + 3 * s.error);
}

/* --- the cures ------------------------------------------------------------------------------------------- */

#define ENVOY(seconds) {.law = SLOW_START_ENVOY, .window = seconds * VL_S}
#define LINEAR(seconds) {.law = SLOW_START_LINEAR, .window = seconds * VL_S}
#define HAPROXY(seconds) {.law = SLOW_START_HAPROXY, .window = seconds * VL_S}
#define F5(seconds) {.law = SLOW_START_F5, .window = seconds * VL_S}

/* Medians over the seeds of the most arrivals in one second, beside the sheet's single runs: it is the size of the
 * steps that matters beyond about 60 s. */
static void the_peak_depends_on_the_law(void **state)
{
	static const struct {
		struct slow_start_config law;
		double low, high;       /* the sheet: 114; 51, 39, 39; 69, 68, 68; 100 each */
		double burst_low, burst_high;
	} table[] = {
		{{.law = SLOW_START_NONE}, 110, 118, 820, 900},
		{LINEAR(30), 48, 54, 1, 4},	{LINEAR(60), 39, 43, 1, 4},	{LINEAR(120), 36, 41, 1, 4},
		{HAPROXY(30), 66, 72, 60, 64},	{HAPROXY(60), 65, 71, 60, 64},	{HAPROXY(120), 65, 71, 60, 64},
		{ENVOY(30), 94, 104, 95, 101},	{ENVOY(60), 94, 104, 95, 101},	{ENVOY(120), 94, 104, 95, 101},
		{F5(60), 39, 46, 1, 4},
	};
	static const char *const scheduler[] = {"lc", "wlc"};
	static double peak[SEEDS], burst[SEEDS];

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct setting t = {.scheduler = scheduler[i % 2], .servers = 3, .each = 1000, .rate = 100,
				    .slow_start = table[i].law,
				    .seconds = 12 + (unsigned)(table[i].law.window / VL_S)};
		for (uint64_t seed = 0; seed < SEEDS; seed++) {
			struct outcome o = watch(&t, seed);
			peak[seed] = o.peak;
			burst[seed] = o.first_burst;
		}
		double p = median_of(peak), b = median_of(burst);
		print_message("law %d of %3.0f s: peak %g, first burst %g\n", (int)table[i].law.law,
			      (double)table[i].law.window / 1e9, p, b);
		expect_within(p, table[i].low, table[i].high);
		expect_within(b, table[i].burst_low, table[i].burst_high);
	}
}

/* By turns a linear ramp gives f / (N + f) of the arrivals, over the window r S (1 - N ln(1 + 1/N)). */
static void turns_ramp_up_as_the_integral_says(void **state)
{
	static const char *const scheduler[] = {"rr", "wrr", "smooth-wrr", "edf", "roundrobin"};
	static double admitted[SEEDS], expected[SEEDS];

	for (size_t i = 0; i < sizeof scheduler / sizeof scheduler[0]; i++) {
		struct setting t = {.scheduler = scheduler[i], .servers = 3, .each = 1000, .rate = 100,
				    .slow_start = LINEAR(60), .seconds = 60};
		for (uint64_t seed = 0; seed < SEEDS; seed++) {
			struct outcome o = watch(&t, seed);
			admitted[seed] = o.to_new;
			expected[seed] = o.arrivals * (1 - 3 * log(4.0 / 3));
		}
		print_message("%s: %g, by the integral %g\n", scheduler[i], sample_of(admitted).mean,
			      sample_of(expected).mean);
		expect_within(sample_of(admitted).mean / sample_of(expected).mean, 0.97, 1.03);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_storm_lasts_as_long_as_the_closed_form_says),
		cmocka_unit_test(round_robin_knows_no_storm_but_stays_uneven_for_a_lifetime),
		cmocka_unit_test(the_peak_depends_on_the_law),
		cmocka_unit_test(turns_ramp_up_as_the_integral_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

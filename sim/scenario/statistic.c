// SPDX-License-Identifier: BSD-2-Clause
/* Means by quotients and remainders, spreads by scaled squares: nothing overflows. */
#include "sim/scenario/statistic.h"

#include <stdlib.h>
#include <string.h>

#include "analyzers/imbalance.h"
#include "sim/base/fixed.h"

#define COUNT_SCALE UINT64_C(1000000)
#define DEVIATION_BITS 24               /* squares of 2^24, at most 2^16 of them */

static const char *const units[] = {
	[COMPARISON_COUNT] = "count",
	[COMPARISON_PERCENT] = "percent",
	[COMPARISON_TIME] = "time",
	[COMPARISON_DECIMAL] = "decimal",
};

const char *statistic_unit_word(enum comparison_unit unit)
{
	return units[unit];
}

bool statistic_unit_find(enum comparison_unit *unit, const char *word)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcmp(units[i], word) == 0) {
			*unit = (enum comparison_unit)i;
			return true;
		}
	}
	return false;
}

static uint64_t scale_of(enum comparison_unit unit)
{
	return unit == COMPARISON_COUNT ? COUNT_SCALE : 1;
}

static int ascending(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t mean_of(const uint64_t *x, size_t n, uint64_t scale)
{
	uint64_t whole = 0, rest = 0;

	for (size_t i = 0; i < n; i++) {
		whole += x[i] * scale / n;
		rest += x[i] * scale % n;
	}
	return whole + rest / n;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static uint64_t deviation_of(const uint64_t *x, size_t n, uint64_t scale, uint64_t mean)
{
	uint64_t squares = 0, largest = 0;
	unsigned shift = 0, up = 0;

	for (size_t i = 0; i < n; i++)
		largest = distance(x[i] * scale, mean) > largest ? distance(x[i] * scale, mean) : largest;
	while (largest >> shift >> DEVIATION_BITS != 0)
		shift++;
	while (shift == 0 && up < 16 && largest << up < UINT64_C(1) << (DEVIATION_BITS - 1) && largest > 0)
		up++;                   /* small ones keep digits behind the point of the root */
	for (size_t i = 0; i < n; i++) {
		uint64_t d = distance(x[i] * scale, mean) << up >> shift;
		squares += d * d;
	}
	return n < 2 ? 0 : imbalance_root(squares / (n - 1)) << shift >> up;
}

static bool holds(const struct statistic *s, uint64_t got, uint64_t scale)
{
	struct comparison want = s->want;

	want.value *= scale;
	if (want.form == COMPARISON_ERRORS)
		return s->count > 1 && distance(got, want.value) <= want.other * s->error;
	want.other *= scale;
	return comparison_holds(&want, got);
}

void statistic_judge(struct statistic *s, const struct comparison *want, uint64_t *sample, size_t count)
{
	uint64_t scale = scale_of(want->unit);

	*s = (struct statistic){.count = count, .want = *want};
	qsort(sample, count, sizeof *sample, ascending);
	s->mean = mean_of(sample, count, scale);
	s->median = (sample[(count - 1) / 2] * scale + sample[count / 2] * scale) / 2;
	s->deviation = deviation_of(sample, count, scale, s->mean);
	/* the root of n in 1/100000 */
	s->error = fixed_scale(s->deviation, 100000, imbalance_root((uint64_t)count * UINT64_C(10000000000)));
	if (want->statistic == COMPARISON_MEDIAN)
		s->error = s->error * 12533 / 10000;
	s->holds = holds(s, want->statistic == COMPARISON_MEDIAN ? s->median : s->mean, scale);
}

/* A value with at most so many digits behind the point as a reader wants: four figures. */
static uint64_t rounded(uint64_t v)
{
	uint64_t step = 1;

	while (v / step >= 100000)
		step *= 10;
	return (v + step / 2) / step * step;
}

static const char *value_text(char text[COMPARISON_TEXT], enum comparison_unit unit, uint64_t v)
{
	return comparison_value_format(text, unit == COMPARISON_COUNT ? COMPARISON_DECIMAL : unit, rounded(v));
}

char *statistic_format(char text[STATISTIC_TEXT], const struct statistic *s)
{
	char mean[COMPARISON_TEXT], median[COMPARISON_TEXT], deviation[COMPARISON_TEXT];

	snprintf(text, STATISTIC_TEXT, "mean %.40s, median %.40s, sd %.40s, %zu seeds", value_text(mean, s->want.unit, s->mean),
		 value_text(median, s->want.unit, s->median), value_text(deviation, s->want.unit, s->deviation), s->count);
	return text;
}

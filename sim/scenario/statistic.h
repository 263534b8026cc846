// SPDX-License-Identifier: BSD-2-Clause
/*
 * A measure over all seeds of a script: mean, standard deviation, median, and whether they are what the script wants.
 * Integers throughout, so that a verdict does not depend on the machine, nor on the order of the seeds.
 *
 * The spread is that of a sample (n - 1); the standard error of the mean is sd / sqrt(n), that of the median 1.2533
 * times as much (as for a normal distribution).
 */
#ifndef VL_SCENARIO_STATISTIC_H
#define VL_SCENARIO_STATISTIC_H

#include <stdio.h>

#include "sim/scenario/check.h"

/* Counts are kept in millionths, everything else in its own unit. */
struct statistic {
	size_t count;
	struct comparison want;
	uint64_t mean, median, deviation, error;        /* error: of what is wanted, the mean or the median */
	bool holds;
};

/* Judges `count` samples (at least 1); puts them in order. */
void statistic_judge(struct statistic *s, const struct comparison *want, uint64_t *sample, size_t count);

#define STATISTIC_TEXT 256
/* "mean 862.4, median 861, sd 21.35, 200 seeds" */
char *statistic_format(char text[STATISTIC_TEXT], const struct statistic *s);

/* "count", "percent", "time", "decimal", and back; false: no such word. */
const char *statistic_unit_word(enum comparison_unit unit);
bool statistic_unit_find(enum comparison_unit *unit, const char *word);

#endif

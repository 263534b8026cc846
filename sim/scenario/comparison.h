// SPDX-License-Identifier: BSD-2-Clause
/*
 * A comparison as a person writes it: "0%", "over 20%", "at least 3", "under 3.7s", "exactly 2",
 * "5% to 10%", "exactly 3.609375s", "3.6s +- 10ms". Read once, then a comparison of integers.
 *
 * A measure that is left to chance may be compared over all seeds of a script (`over: 200 seeds`) instead of in each:
 * "mean 863 within 3 standard errors", "median 39 to 43", "mean 0.627 +- 0.02" (statistic.h judges it).
 */
#ifndef VL_SCENARIO_COMPARISON_H
#define VL_SCENARIO_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum comparison_unit {
	COMPARISON_COUNT,               /* a number of things */
	COMPARISON_PERCENT,             /* in parts per million: 20% is 200000 */
	COMPARISON_TIME,                /* ns */
	COMPARISON_DECIMAL,             /* in millionths: 0.9 is 900000 */
};

enum comparison_statistic {
	COMPARISON_EACH = 0,            /* what each run measures is compared */
	COMPARISON_MEAN,                /* the mean over the seeds */
	COMPARISON_MEDIAN,              /* their median */
};

enum comparison_form {
	COMPARISON_NONE = 0,            /* not given: always holds */
	COMPARISON_EXACTLY,             /* "exactly 3", "3" */
	COMPARISON_UNDER,               /* "under 3": less than */
	COMPARISON_AT_MOST,
	COMPARISON_OVER,                /* "over 3": more than */
	COMPARISON_AT_LEAST,
	COMPARISON_RANGE,               /* "3 to 5", both ends included */
	COMPARISON_NEAR,                /* "3.6s +- 10ms", both ends included */
	COMPARISON_ERRORS,              /* "863 within 3 standard errors", of a statistic only */
};

struct comparison {
	enum comparison_form form;
	enum comparison_unit unit;
	enum comparison_statistic statistic;
	uint64_t value;
	uint64_t other;                 /* RANGE: the upper end; NEAR: the tolerance; ERRORS: how many */
};

#define COMPARISON_TEXT 96
#define COMPARISON_MISTAKE 160

/* Reads `text`. False, and what would be right in `mistake`. */
bool comparison_parse(struct comparison *c, enum comparison_unit unit, const char *text,
		      char mistake[COMPARISON_MISTAKE]);

/* The same, and a statistic over seeds may stand before it: "mean ", "median ". */
bool comparison_parse_measure(struct comparison *c, enum comparison_unit unit, const char *text,
			      char mistake[COMPARISON_MISTAKE]);

/* A statistic's comparison with its value does, but for ERRORS: that needs the spread. */
bool comparison_holds(const struct comparison *c, uint64_t got);

/* Writes it in the words above, shortest exact form. Returns text. */
char *comparison_format(char text[COMPARISON_TEXT], const struct comparison *c);

/* Writes a value of the unit: "3", "26.35%", "3.609375s". Returns text. */
char *comparison_value_format(char text[COMPARISON_TEXT], enum comparison_unit unit, uint64_t value);

#endif

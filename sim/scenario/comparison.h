// SPDX-License-Identifier: BSD-2-Clause
/*
 * A comparison as a person writes it: "0%", "over 20%", "at least 3", "under 3.7s", "exactly 2",
 * "5% to 10%", "exactly 3.609375s", "3.6s +- 10ms". Read once, then a comparison of integers.
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
};

struct comparison {
	enum comparison_form form;
	enum comparison_unit unit;
	uint64_t value;
	uint64_t other;                 /* RANGE: the upper end; NEAR: the tolerance */
};

#define COMPARISON_TEXT 96
#define COMPARISON_MISTAKE 160

/* Reads `text`. False, and what would be right in `mistake`. */
bool comparison_parse(struct comparison *c, enum comparison_unit unit, const char *text,
		      char mistake[COMPARISON_MISTAKE]);

bool comparison_holds(const struct comparison *c, uint64_t got);

/* Writes it in the words above, shortest exact form. Returns text. */
char *comparison_format(char text[COMPARISON_TEXT], const struct comparison *c);

/* Writes a value of the unit: "3", "26.35%", "3.609375s". Returns text. */
char *comparison_value_format(char text[COMPARISON_TEXT], enum comparison_unit unit, uint64_t value);

#endif

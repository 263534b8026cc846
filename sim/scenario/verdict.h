// SPDX-License-Identifier: BSD-2-Clause
/* Verdicts as text for people: the line of a scenario, its checks, the block of a failure. */
#ifndef VL_SCENARIO_VERDICT_H
#define VL_SCENARIO_VERDICT_H

#include <stdio.h>

#include "sim/scenario/run.h"

/* What a reader needs to run the same again, and where the evidence is. All borrowed. */
struct verdict_again {
	const char *path;               /* of the script, as it was given */
	const char *of_matrix;          /* which case of the script's matrix, or NULL */
	const char *const *set;         /* --set of the run, set_count of them */
	size_t set_count;
	uint64_t seed;
	unsigned repeat;                /* 1: leave it out */
	vl_time scenario_until;         /* the script's own end */
	bool has_until;                 /* it was given on the command line */
	vl_time until;
	const char *replayed;           /* a capture that was replayed, or NULL; and where, or NULL */
	const char *segment;
	const char *live;               /* it was on the wire: that command line, without quotes; or NULL */
	const char *kept;               /* folder of the evidence, or NULL */
	bool kept_capture, kept_page;
};

/* The block of one failed check, with an empty line before it. */
void verdict_block(FILE *to, const struct check *c, const struct verdict_again *again);

/* One line a check: what was expected, and what came. */
void verdict_check(FILE *to, const struct check *c);

/* The command that shows the failure again, without a newline. */
void verdict_again(FILE *to, const struct check *c, const struct verdict_again *again);

/* Its end: which changes, which case of a matrix, which script. */
void verdict_case(FILE *to, const struct verdict_again *again);

/* A length of time as people say it: "30d", "10m", "1m30s", "12.4s". Returns text. */
#define VERDICT_LENGTH 72
char *verdict_length(char text[VERDICT_LENGTH], vl_time t);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The statistics of one case over its seeds: collects the samples of the runs' answers and judges them when all have
 * come. A case whose script says `over: 200 seeds' has them judged over at least so many; over fewer they stay open.
 */
#ifndef VL_SCENARIO_CASE_STATISTICS_H
#define VL_SCENARIO_CASE_STATISTICS_H

#include <jansson.h>
#include <stdio.h>

#include "sim/scenario/run_cases.h"
#include "sim/scenario/statistic.h"

struct case_statistic {
	size_t check;                   /* its index in the runs' answers, and of the expectation */
	struct comparison want;
	uint64_t *sample;
	size_t count, room;
	struct statistic result;
};

struct case_statistics {
	struct case_statistic *item;
	size_t count;
	size_t runs;                    /* answers that came */
	bool judged;
	size_t failed;
	bool no_memory;
};

/* Takes the samples of one answer (run_work.h). */
void case_statistics_add(struct case_statistics *c, const json_t *answer);
/* All have come. Of fewer runs than `least` nothing is judged. */
void case_statistics_judge(struct case_statistics *c, const struct scenario *s, uint64_t least);
/* Writes the verdicts into the result of the case's first seed (result_json.h), for the formats that know only checks. */
void case_statistics_settle(const struct case_statistics *c, json_t *result);
void case_statistics_fini(struct case_statistics *c);

/* One line each: "      mean    38: {...}  (mean 862.4, ...)"; the block of each that failed; a JSON array of all. */
void case_statistics_print(FILE *to, const struct case_statistics *c, const struct scenario *s);
void case_statistics_blocks(FILE *to, const struct case_statistics *c, const struct scenario *s, const char *again);
void case_statistics_json(json_t *list, const struct case_statistics *c, const struct scenario *s);

#endif

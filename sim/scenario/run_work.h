// SPDX-License-Identifier: BSD-2-Clause
/*
 * The work of one process of `viplab run`: one scenario, one seed, as often as --repeat says; the evidence if it
 * is wanted; and an answer, which is one JSON object for the process that prints.
 */
#ifndef VL_SCENARIO_RUN_WORK_H
#define VL_SCENARIO_RUN_WORK_H

#include <stdio.h>

#include "sim/scenario/run_cases.h"

struct run_work {
	const struct run_case *what;
	const struct run_options *options;
	uint64_t seed;
	enum keep keep;                 /* the options', or KEEP_NEVER while only looking for a failing seed */
	bool seed_in_folder;            /* several seeds: evidence of each in a folder of its own */
	const char *application;        /* "viplab 0.1.0" */
};

/* Writes the answer: {"verdict": "passed" | "failed" | "error", "reason", "checks", "failed", "open", "samples", "until",
 * "digest", "journal", "details", "blocks", "result"}. Returns the exit status of the process. */
int run_work(const struct run_work *w, FILE *answer);

#endif

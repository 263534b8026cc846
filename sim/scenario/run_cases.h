// SPDX-License-Identifier: BSD-2-Clause
/* Which scenarios the command line of `viplab run` means: files found, read, checked, and selected. */
#ifndef VL_SCENARIO_RUN_CASES_H
#define VL_SCENARIO_RUN_CASES_H

#include "sim/scenario/run_options.h"
#include "sim/scenario/scenario.h"

struct run_case {
	const struct scenario *scenario;
	char *name;                     /* for people: "storm/leastconn.yaml", with its variant in brackets */
	char *folder;                   /* of its evidence: "storm.leastconn" */
};

struct run_cases {
	struct scenario_set *set;       /* one a file, in the order of the command line */
	size_t set_count, set_room;
	struct run_case *item;          /* selected ones, in that order */
	size_t count, room;
	size_t scenarios;               /* before the selection */
	size_t bad_files;               /* with mistakes; these were printed to stderr */
};

/* Reads everything. False: out of memory or a path that is nothing; it said so on stderr. Free it either way. */
bool run_cases_read(struct run_cases *c, const struct run_options *o);
void run_cases_free(struct run_cases *c);

#endif

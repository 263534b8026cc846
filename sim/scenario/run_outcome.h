// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a session of runs hands over when it is done: the document of all results, and beside it what depends on the
 * machine. Formats for machines (analyzers/report) are functions of this and of nothing else.
 */
#ifndef VL_SCENARIO_RUN_OUTCOME_H
#define VL_SCENARIO_RUN_OUTCOME_H

#include <jansson.h>

#include "sim/scenario/run_options.h"

struct run_outcome {
	const json_t *document;         /* schema viplab.run/1 (result_json.h) */
	const uint64_t *wall_ns;        /* how long each of its runs took, in their order */
	uint64_t total_ns;              /* wall time of all */
	enum run_end end;
	bool interrupted;               /* a signal ended it early: the runs that are missing were not done */
	bool stopped;                   /* --fail-fast did */
};

#endif

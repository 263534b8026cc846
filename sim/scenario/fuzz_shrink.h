// SPDX-License-Identifier: BSD-2-Clause
/*
 * Making a failing case small: leaves out faults, nodes, virtual routers and pings, then makes what is left shorter
 * and rounder, as long as it fails the same way. Each try runs in a process of its own, so a case that crashes or
 * hangs can be made small too. Several tries run at a time, but the first in order that fails is taken: how many at
 * a time changes nothing.
 */
#ifndef VL_SCENARIO_FUZZ_SHRINK_H
#define VL_SCENARIO_FUZZ_SHRINK_H

#include "sim/base/digest.h"
#include "sim/scenario/fuzz_script.h"
#include "sim/scenario/jobs.h"

struct fuzz_trial {
	const struct fuzz_base *base;
	size_t at_a_time;
	uint64_t limit_ns;              /* of the wall clock, for one run */
};

/* What came of one run. */
struct fuzz_outcome {
	char failure[FUZZ_FAILURE];     /* empty: it passed */
	char digest[DIGEST_SHA256_TEXT];
};

/* Runs one case here and writes the outcome for fuzz_read_outcome; for struct job_list.work. */
int fuzz_run(const struct fuzz_base *b, const struct fuzz_case *c, FILE *answer);
void fuzz_read_outcome(struct fuzz_outcome *out, const struct job_answer *answer);

/* Shrinks *c, which fails with `failure`. Returns how many runs it took; SIZE_MAX: no memory or no processes. */
size_t fuzz_shrink(const struct fuzz_trial *t, struct fuzz_case *c, const char *failure);

#endif

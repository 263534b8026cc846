// SPDX-License-Identifier: BSD-2-Clause
/*
 * From a base scenario and faults to a script of its own: the base's nodes and pings, the faults as steps, and what
 * has to be so when they are over. Every script says all of it itself, so that leaving out parts of it can never
 * turn into another failure by accident: what is expected is worked out anew for what is left.
 *
 * Expected at the end: on each id the Active that the election names (with Preempt_Mode; without it, just one),
 * and an answer to every ping. The base's own expectations and its steps other than pings are not taken over.
 */
#ifndef VL_SCENARIO_FUZZ_SCRIPT_H
#define VL_SCENARIO_FUZZ_SCRIPT_H

#include "sim/scenario/fuzz_faults.h"

#define FUZZ_FAULTY (30 * VL_S)         /* faults go on for so long after the base has settled */
#define FUZZ_SETTLED (5 * VL_S)         /* what must hold at the end is watched for so long */

/* One script: what of the base is left, and the faults. A plain value. */
struct fuzz_case {
	uint64_t seed;
	uint64_t gone;                  /* nodes that are left out, a bit each */
	uint64_t gone_router;           /* virtual routers that are, by the number of the member */
	bool pings_gone;
	struct fuzz_schedule faults;
};

/* VL_INVALID with a reason: too many nodes, none with virtual routers, a node that cannot be built. */
struct vl_status fuzz_base_init(struct fuzz_base *b, const struct scenario *s);
void fuzz_base_fini(struct fuzz_base *b);

/* The whole schedule of a seed. */
void fuzz_case_draw(struct fuzz_case *c, const struct fuzz_base *b, uint64_t seed);

/* The script as text, to be freed; NULL: no memory. */
char *fuzz_script(const struct fuzz_base *b, const struct fuzz_case *c, size_t *length);

/* What a failure is called, so that two can be compared: "invariant one-active", "expect actives". Empty: the run
 * passed. */
#define FUZZ_FAILURE 128
struct run;
void fuzz_failure(char text[FUZZ_FAILURE], const struct run *r);

#endif

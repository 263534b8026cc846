// SPDX-License-Identifier: BSD-2-Clause
/* On the wire some nodes of a script may be real boxes. What an expectation asks of such a one, no engine here can tell. */
#ifndef VL_SCENARIO_RUN_ABSENT_H
#define VL_SCENARIO_RUN_ABSENT_H

#include "sim/scenario/run.h"

/* True: the expectation is about an absent node, or about how many are Active where an absent one may be. Then `out` is
 * the open check. */
bool run_cannot_judge(const struct run *r, const struct scenario_expectation *e, struct check *out);

#endif

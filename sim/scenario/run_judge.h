// SPDX-License-Identifier: BSD-2-Clause
/* The verdicts of a run that is over: expectations, oracle against analyzers, rules of our own. */
#ifndef VL_SCENARIO_RUN_JUDGE_H
#define VL_SCENARIO_RUN_JUDGE_H

#include "sim/scenario/run.h"

/* False: no memory. */
bool run_judge(struct run *r);

#endif

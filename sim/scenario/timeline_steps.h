// SPDX-License-Identifier: BSD-2-Clause
/* What each verb of the timeline does to the world: one function a verb, one table. */
#ifndef VL_SCENARIO_TIMELINE_STEPS_H
#define VL_SCENARIO_TIMELINE_STEPS_H

#include "sim/scenario/timeline.h"

void timeline_step(struct timeline *t, const struct scenario_step *step);

#endif

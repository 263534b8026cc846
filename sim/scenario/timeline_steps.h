// SPDX-License-Identifier: BSD-2-Clause
/* What each verb of the timeline does to the world: one function a verb, one table. */
#ifndef VL_SCENARIO_TIMELINE_STEPS_H
#define VL_SCENARIO_TIMELINE_STEPS_H

#include "sim/scenario/timeline.h"

/* The ports that are meant: *first to *last, the latter excluded. */
void timeline_ports(const struct timeline *t, const struct scenario_port *p, unsigned *first, unsigned *last);

/* timeline_faults.c */
void timeline_trouble(struct timeline *t, const struct scenario_step *step);
void timeline_drift(struct timeline *t, const struct scenario_step *step);
void timeline_slow(struct timeline *t, const struct scenario_step *step);
void timeline_move(struct timeline *t, const struct scenario_step *step);
void timeline_leak(struct timeline *t, const struct scenario_step *step);
void timeline_flood(struct timeline *t, const struct scenario_step *step);
void timeline_trunk(struct timeline *t, const struct scenario_step *step);
/* The trunk that segment i says is the world's i-th of those that say one. */
world_trunk timeline_trunk_of(const struct timeline *t, world_segment segment);

void timeline_step(struct timeline *t, const struct scenario_step *step);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* What the schema's table calls where one key alone cannot see enough. */
#ifndef VL_SCENARIO_SCHEMA_HOOKS_H
#define VL_SCENARIO_SCHEMA_HOOKS_H

#include "sim/scenario/schema.h"

void hook_node_read(struct reader *r, struct document *d, void *base);
void hook_node_write(struct arena *memory, struct document *d, const void *base);
void hook_expectation_read(struct reader *r, struct document *d, void *base);
/* What the expectations that measure need: a measure, and at most one over all seeds (schema_measures.c). */
void hook_measures_read(struct reader *r, struct document *d, struct scenario_expectation *e);
bool hook_measures_seeds(const struct scenario_expectation *e);         /* it has a mean or a median */
bool hook_is_state(const void *base);           /* written as `state`, not as `becomes` */

#endif

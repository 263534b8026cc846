// SPDX-License-Identifier: BSD-2-Clause
/* The part of the schema's table that is about faults of links, switches and clocks. */
#ifndef VL_SCENARIO_SCHEMA_FAULTS_H
#define VL_SCENARIO_SCHEMA_FAULTS_H

#include "sim/scenario/schema.h"

extern const struct schema_section schema_learning;
extern const struct schema_section schema_trunk;

extern const struct schema_key schema_burst_keys[];
extern const struct schema_key schema_duplicate_keys[];
extern const struct schema_key schema_reorder_keys[];
extern const struct schema_key schema_corrupt_keys[];
extern const struct schema_key schema_delay_keys[];
extern const struct schema_key schema_bandwidth_keys[];
extern const struct schema_key schema_flap_keys[];
extern const struct schema_key schema_drift_keys[];
extern const struct schema_key schema_slow_keys[];
extern const struct schema_key schema_move_keys[];
extern const struct schema_key schema_leak_keys[];
extern const struct schema_key schema_flood_keys[];
extern const struct schema_key schema_trunk_step_keys[];

#endif

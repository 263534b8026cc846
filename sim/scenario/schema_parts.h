// SPDX-License-Identifier: BSD-2-Clause
/* How the schema's tables are written: schema.c (the script), schema_nodes.c, schema_timeline.c, schema_faults.c,
 * schema_expectations.c. */
#ifndef VL_SCENARIO_SCHEMA_PARTS_H
#define VL_SCENARIO_SCHEMA_PARTS_H

#include "sim/scenario/schema.h"

#define S (UINT64_C(1000000000))
#define MS (UINT64_C(1000000))

/* Targets: .offset and .also by member name of the section's struct. */
#define AT(type, member) .offset = offsetof(struct type, member)
#define ALSO(type, member) .also = offsetof(struct type, member)
#define LIST_AT(type, items, counts) AT(type, items), ALSO(type, counts)

/* schema_traffic.c */
extern const struct schema_key schema_service_keys[];

#endif

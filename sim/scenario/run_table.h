// SPDX-License-Identifier: BSD-2-Clause
/*
 * `viplab run --table`: what came of the named expectations, a line for each case of a script's matrix, so that cases can be
 * compared: who stayed Active, what was lost, who wrote it into a log. The first columns are the values of the case.
 */
#ifndef VL_SCENARIO_RUN_TABLE_H
#define VL_SCENARIO_RUN_TABLE_H

#include <jansson.h>
#include <stdio.h>

#include "sim/scenario/scenario.h"

/* Rows in the order of the cases: {"script", "variant", "names": [...], "got": [...]}. NULL is an empty table. */
typedef json_t run_table;

/* Adds a case by its result (result_json.h); a case without named expectations adds nothing. *table: owned by the caller,
 * who gives it back with json_decref. */
void run_table_add(run_table **table, const struct scenario *s, const json_t *result);

/* One table for each script, each with an empty line before it. */
void run_table_print(const run_table *table, FILE *to);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * A scenario as a script again, in one canonical form: names resolved, defaults and addresses filled in, matrix,
 * repeat and include gone, the timeline in the order in which it happens. Reading it gives the same scenario, and
 * printing that the same text. Comments say of each virtual router what its kind fills in.
 */
#ifndef VL_SCENARIO_PRINT_H
#define VL_SCENARIO_PRINT_H

#include <stdio.h>

#include "sim/scenario/scenario.h"

/* False: no memory. */
bool scenario_print(FILE *to, const struct scenario *s);

/* The reference page of the language in Markdown, and its JSON Schema for editors, both from the schema. */
void schema_print_reference(FILE *to);
bool schema_print_json(FILE *to);       /* false: no memory */

#endif

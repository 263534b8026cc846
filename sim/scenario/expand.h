// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is written once and meant several times: include, matrix, repeat. All of it happens on the tree, before
 * the schema reads it, so that what comes out is a script that could have been written by hand; places stay
 * those of the original.
 */
#ifndef VL_SCENARIO_EXPAND_H
#define VL_SCENARIO_EXPAND_H

#include "sim/scenario/document.h"

#define EXPAND_CASES 1024               /* of a matrix */
#define EXPAND_NODES 1024               /* of one scenario, after repeat */
#define EXPAND_STEPS 20000

/* True when the script is a template: its first key is `template`. */
bool expand_is_template(const struct document *script);

/* Lays the script over a template: mappings merge key by key and the script wins, `timeline` and `expect` are
 * the template's and then the script's, everything else is the script's when it has it. */
void expand_merge(struct arena *memory, struct document *script, const struct document *template);

/* How many cases the matrix makes: 1 without one, 0 when it is wrong, which is reported. */
size_t expand_case_count(struct mistakes *m, const struct document *script);

/* A copy of the script with the values of one case filled in. A value of an axis may be a mapping of paths to values that
 * belong together; the axis is then any word. *variant names them ("r1.start 500ms"), NULL
 * without a matrix. */
struct document *expand_case(struct mistakes *m, const struct document *script, size_t number,
			     const char **variant);

/* Sets one value of a case, "KEY=VALUE" of a command line, and adds it to *variant. Mistakes stand at "--set
 * KEY=VALUE", without a line. */
void expand_change(struct mistakes *m, struct document *script_case, const char *change, const char **variant);

/* Unrolls `repeat` of nodes and steps, in place. */
void expand_repeats(struct mistakes *m, struct document *script);

#endif

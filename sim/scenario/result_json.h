// SPDX-License-Identifier: BSD-2-Clause
/*
 * Results as JSON (schema viplab.run/1): of one run, and the document of all. Times of the simulation are
 * decimal strings of seconds, as in the journal. Nothing in it depends on the machine or its clock.
 */
#ifndef VL_SCENARIO_RESULT_JSON_H
#define VL_SCENARIO_RESULT_JSON_H

#include <jansson.h>

#include "sim/scenario/verdict.h"

/* {"path", "variant", "title", "seed", "verdict", "digest", "until", "frames", "records", "checks": [...],
 *  "findings": [...], "kept"}. A new reference, or NULL: no memory. */
json_t *result_json(const struct run *r, const struct verdict_again *again);

/* The document; takes the reference to `runs`, an array of the above. */
json_t *result_json_document(const char *version, json_t *runs, const char *digest);

#endif

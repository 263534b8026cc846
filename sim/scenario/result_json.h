// SPDX-License-Identifier: BSD-2-Clause
/*
 * Results as JSON (schema viplab.run/1): of one run, and the document of all. Times of the simulation are
 * decimal strings of seconds, as in the journal. Nothing in it depends on the machine or its clock.
 */
#ifndef VL_SCENARIO_RESULT_JSON_H
#define VL_SCENARIO_RESULT_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "sim/scenario/verdict.h"

/* What print() writes, as a JSON string. NULL: no memory. */
json_t *result_json_text(void (*print)(FILE *to, const void *what), const void *what);

/* {"path", "variant", "title", "seed", "verdict", "digest", "until", "frames", "records", "checks": [...],
 *  "findings": [...], "kept"}; a check that failed has its block of text as "report". A new reference, or NULL: no memory. */
json_t *result_json(const struct run *r, const struct verdict_again *again);

/* Who was Active when, as the oracle knows: [{"who": "r1 vrrp 10 ipv4", "from", "until"}], in the order of nodes, at most
 * RESULT_ACTIVES of them: "actives" of a run's result. Before run_close. A new reference. */
#define RESULT_ACTIVES 60
json_t *result_json_actives(const struct run *r);

/* The result of a case that did not run: {"path", "variant", "seed", "verdict": "error", "reason", "line", "checks": []};
 * line 0: not of a line. */
json_t *result_json_error(const char *path, const char *variant, uint64_t seed, unsigned line, const char *reason);

/* The document; takes the reference to `runs`, an array of the above. */
json_t *result_json_document(const char *version, json_t *runs, const char *digest);

#endif

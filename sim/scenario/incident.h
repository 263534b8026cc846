// SPDX-License-Identifier: BSD-2-Clause
/*
 * From an incident to a regression test: hears a capture, and writes a scenario of what it heard: routers with their
 * IDs, addresses, priorities, intervals, versions, kinds of authentication and MAC habits, when they began, fell
 * silent and changed, and what the analyzers found, as expectations.
 *
 * A capture shows what was said, not what was configured, so the script is tried: several readings of what was heard
 * (which product, who did not hear whom, whose key was another) are run in a fixed order, and the first that makes the
 * analyzers find the same is written. When none does, the nearest is, with what it does not show in comments.
 *
 * No password of the wire is kept or written: equal words get one placeholder, different words different ones. Keys
 * that the wire does not show are one for each ID, or different where that explains the finding.
 *
 * VRRP, CARP, HSRP, GLBP and those who hold or ask for their addresses are rebuilt; FGCP, CCP and NLB are named in the
 * comments.
 */
#ifndef VL_SCENARIO_INCIDENT_H
#define VL_SCENARIO_INCIDENT_H

#include "analyzers/analyzer.h"

struct incident;

/* What the scanner found in the capture, every severity; borrowed until incident_free. NULL: no memory. */
struct incident *incident_new(const struct finding *finding, size_t count);
void incident_free(struct incident *x);

/* The same frames that the scanner judged, in order. */
void incident_frame(struct incident *x, const struct analyzer_frame *f);

struct incident_script {
	char *text;                     /* the caller frees it */
	size_t length;
	size_t nodes, steps;
	bool same;                      /* its run finds the same codes on the same IDs, and passes */
	char *left_out;                 /* what could not be rebuilt, a line each; "" nothing; the caller frees it */
	size_t tried;                   /* readings */
};

enum incident_result {
	INCIDENT_WRITTEN,
	INCIDENT_NOTHING,               /* nobody in it speaks VRRP, CARP, HSRP or GLBP: left_out says what else was */
	INCIDENT_NO_MEMORY,
};

/* `name` of the capture for title and comments (bytes that are not printable ASCII are replaced), `heard` is how long it
 * lasts, `frames` how many it has. */
enum incident_result incident_write(struct incident *x, const char *name, vl_time heard, uint64_t frames,
				    struct incident_script *out);

#endif

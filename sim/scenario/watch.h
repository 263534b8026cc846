// SPDX-License-Identifier: BSD-2-Clause
/*
 * The analyzers beside a run: they see every frame as the switches accept it, and what they find becomes a
 * record of the journal when it becomes known. Every finding is kept once, with its last end.
 */
#ifndef VL_SCENARIO_WATCH_H
#define VL_SCENARIO_WATCH_H

#include "analyzers/analyzer.h"
#include "sim/base/record.h"

#define WATCH_ANALYZERS 16

/* One finding, as it was first told (records point into it) and as it is known now. */
struct watch_finding {
	struct finding told;
	struct finding now;
};

struct watch {
	const struct analyzer_ops *ops[WATCH_ANALYZERS];
	void *analyzer[WATCH_ANALYZERS];
	size_t analyzer_count;
	struct watch_finding **finding; /* in the order they became known */
	size_t count, room;
	bool no_memory;
	struct finding said;            /* what an analyzer says, as it says it: too large to be made anew for every frame */
	const struct watch_finding *telling;    /* the one that tell is about, while it is called */
	const char *const *segment;     /* names, by number; borrowed */
	void *context;
	void (*tell)(void *context, const struct record *r);    /* a finding is new, or over */
};

/* Makes every analyzer. segment, context and tell are filled in by the caller. False: no memory. */
bool watch_init(struct watch *w, uint64_t secret);
void watch_fini(struct watch *w);

/* One frame. Returns the code of a finding that became known with it, or NULL. */
const char *watch_frame(struct watch *w, const struct analyzer_frame *f);
/* Time has come to `now` without a frame. */
void watch_advance(struct watch *w, vl_time now);
vl_time watch_deadline(const struct watch *w);
/* No more frames. */
void watch_finish(struct watch *w, vl_time now);

/* "finding": an analyzer's sentence. Warn. */
extern const struct record_kind WATCH_FINDING_KIND;
enum watch_finding_field {
	WATCH_FINDING_CODE, WATCH_FINDING_SEVERITY, WATCH_FINDING_SEGMENT, WATCH_FINDING_FAMILY, WATCH_FINDING_ID,
	WATCH_FINDING_SINCE, WATCH_FINDING_DETAIL,
	WATCH_FINDING_UNTIL,            /* of "finding.over" */
};
/* "finding.over": the same finding is so no longer; since and until, the last moment that showed it. Notice. */
extern const struct record_kind WATCH_FINDING_OVER_KIND;

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * One run of one scenario: build the world, let its time pass, judge. What a run leaves (journal, capture,
 * findings) is here until run_free; the checks are plain values.
 *
 * The run includes everything that happens at `until`. Its digest is SHA-256 over journal and frames.
 */
#ifndef VL_SCENARIO_RUN_H
#define VL_SCENARIO_RUN_H

#include "sim/scenario/build.h"
#include "sim/scenario/expect.h"
#include "sim/scenario/invariant.h"
#include "sim/scenario/outsiders.h"
#include "sim/scenario/timeline.h"
#include "sim/scenario/watch.h"
#include "sim/world/pcapng.h"
#include "sim/world/run_digest.h"

/* The capture that is kept in memory for evidence stops growing here, and the report says so. */
#define RUN_CAPTURE_LIMIT ((size_t)256 << 20)

/* A frame that is put into a segment from outside at its moment. */
struct run_injection {
	vl_time at;
	const uint8_t *bytes;
	size_t length;                  /* as captured; nothing of it may lack */
};

/* What is replayed beside the scenario's nodes: frames in order of time, all borrowed. Who sent them is nobody's
 * node. The oracle cannot know them, so it does not judge what they take part in (cross_check.h), and the promises
 * about elections are not asked for from the first of them on (invariant.h). */
struct run_replay {
	world_segment segment;
	const struct run_injection *frame;
	size_t count;
};

struct run_order {
	const struct scenario *scenario;        /* borrowed */
	uint64_t seed;
	vl_time until;                  /* the scenario's, or earlier */
	bool capture;                   /* keep a capture: somebody may want evidence */
	const char *application;        /* "viplab 0.1.0", for the capture's section header */
	const struct run_replay *replay;        /* NULL: nothing comes from outside */
};

struct run {
	struct run_order order;
	struct build world;
	struct timeline timeline;
	struct watch watch;
	struct outsiders outsiders;
	size_t next_injection;
	world_port outside;             /* of order.replay */
	struct invariants *invariants;
	struct journal *journal;
	struct run_digest digesting;
	struct expect_memory *memory;   /* of each expectation */
	const char **segment_name;
	struct pcapng pcapng;
	struct pcapng_buffer capture;
	bool capture_cut;               /* it came to RUN_CAPTURE_LIMIT */
	bool no_memory;

	/* the result */
	struct check *check;            /* the expectations in their order, then what else is wrong */
	size_t check_count, check_room;
	size_t failed, open;            /* of them */
	char digest[DIGEST_SHA256_TEXT];
	uint64_t frames, records;
	vl_time ended_at;
};

/* Runs and judges. The answer is about the machinery (no memory, a node that cannot be built); failed checks
 * are in the run. Free it with run_free in either case. */
struct vl_status run_do(struct run *r, const struct run_order *order);
/* Takes the world down, which may fail one more check (frames that somebody still holds). What the journal's
 * records borrow from the nodes is gone then: write evidence first. */
void run_close(struct run *r);
void run_free(struct run *r);

/* "failed" when a check is, "open" when none could be judged, else "passed". */
const char *run_verdict(const struct run *r);

/* Adds a check that is not one of the script's, with what happened before its moment. */
void run_add_check(struct run *r, const struct check *check);

#endif

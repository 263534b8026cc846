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

/* A run on the wire: segments that are joined to something outside, and what is told as it happens. All borrowed. */
struct run_attachment {
	const char *name;               /* what the segment's switch calls the port */
	world_segment segment;
};

struct run_live {
	const struct run_attachment *attach;    /* the ports of run_engine, in order */
	size_t attach_count;
	const bool *absent;             /* of each node: it is a real box and not built (build.h); NULL: none is */
	pcapng_sink *capture;           /* takes the capture while it grows, NULL: none is kept; what it cannot keep is */
	void *capture_context;          /* lost, and run_capture_lost says so */
	uint64_t epoch_ns;              /* of time 0, in the capture: since 1970 */
	/* Nobody will ask what was on the wire: no finding, expectation, capture or count of frames. Then no frame is looked at
	 * but by the node it is for. */
	bool unwatched;
	/* Every record, as it was kept. NULL: nobody listens. */
	void (*record)(void *context, const struct record *r);
	void *context;
};

struct run_order {
	const struct scenario *scenario;        /* borrowed */
	uint64_t seed;
	vl_time until;                  /* the scenario's, or earlier */
	bool capture;                   /* keep a capture: somebody may want evidence */
	const char *application;        /* "viplab 0.1.0", for the capture's section header */
	const struct run_replay *replay;        /* NULL: nothing comes from outside */
	/* NULL: all virtual. On the wire the machine's clock decides what happens when, so that there is no digest; the
	 * promises of every run and the oracle are not asked, because they cannot know who else is there. */
	const struct run_live *live;
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
	enum world_run_result advanced; /* run_engine */
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

/* The same in parts, for a driver that lets the time pass: run_begin, run_advance as often as it likes, run_finish. */
struct vl_status run_begin(struct run *r, const struct run_order *order);
/* Everything happens that happens before `end`; then the world's time is `end`. */
enum world_run_result run_advance(struct run *r, vl_time end);
/* `result` is that of the last advance; the run ended at `at`, and what happened at that instant is in it. */
struct vl_status run_finish(struct run *r, enum world_run_result result, vl_time at);

/* A run that was begun with order.live, as an engine for a driver that knows only engines: its ports are the
 * attachments. Startup and shutdown are the world's (world_engine); control takes COMMAND_LISTEN, and COMMAND_LINK,
 * which the only station of that segment sees, too. It is the run's: `free` does nothing. */
struct engine run_engine(struct run *r);
/* How the last advance of the engine went: anything but WORLD_RAN ends the run. */
enum world_run_result run_engine_result(const struct run *r);
/* Keeps a record of the driver's in the journal; its time is the world's. */
void run_tell(struct run *r, const struct record *record);
extern const struct record_kind RUN_LEFT_KIND;          /* "live.left": node step; notice */
/* The live capture could not be kept whole. */
bool run_capture_lost(const struct run *r);

/* Takes the world down, which may fail one more check (frames that somebody still holds). What the journal's
 * records borrow from the nodes is gone then: write evidence first. */
void run_close(struct run *r);
void run_free(struct run *r);

/* "failed" when a check is, "open" when none could be judged, else "passed". */
const char *run_verdict(const struct run *r);

/* Adds a check that is not one of the script's, with what happened before its moment. */
void run_add_check(struct run *r, const struct check *check);

#endif

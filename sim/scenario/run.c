// SPDX-License-Identifier: BSD-2-Clause
/* Building, running and ending a run; judging it is in run_judge.c. */
#include "sim/scenario/promise.h"
#include "sim/scenario/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/prng.h"
#include "sim/scenario/farm_records.h"
#include "sim/scenario/run_judge.h"

/* --- what the world tells ------------------------------------------------------------------------------- */

static void keep_record(void *context, const struct record *record)
{
	struct run *r = context;
	const struct record *kept = journal_append(r->journal, record);

	if (kept == NULL) {
		r->no_memory = true;
		return;
	}
	if (r->order.live == NULL)
		run_digest_record(&r->digesting, kept);
	oracle_record(r->world.oracle, kept);
	if (r->invariants != NULL)
		invariants_record(r->invariants, record);
	if (r->order.live != NULL && r->order.live->record != NULL)
		r->order.live->record(r->order.live->context, kept);
}

/* The finding's code becomes a comment of the frame with which it became known. */
static void keep_frame(struct run *r, unsigned segment, const struct frame *f, vl_time now, const char *comment)
{
	if (!r->order.capture || r->capture_cut)
		return;
	if (r->order.live != NULL) {
		pcapng_frame(&r->pcapng, segment, r->order.live->epoch_ns + now, f->data, f->length, comment);
		r->capture_cut = r->pcapng.failed;
		return;
	}
	if (r->capture.length + f->length > RUN_CAPTURE_LIMIT)
		r->capture_cut = true;
	else
		pcapng_frame(&r->pcapng, segment, now, f->data, f->length, comment);
}

static void see_frame(void *context, world_segment segment, uint64_t number, world_node from,
		      const struct frame *f, const struct packet *packet, vl_time now)
{
	struct run *r = context;

	watch_advance(&r->watch, now);
	if (from == WORLD_OUTSIDE)
		outsiders_hear(&r->outsiders, segment, packet);
	if (r->order.live == NULL)
		run_digest_frame(&r->digesting, now, segment, f);
	r->frames++;
	const struct expect_frame seen = {.segment = segment, .from = from, .packet = packet, .at = now};
	expect_frame(r->order.scenario, r->memory, &seen);
	if (r->invariants != NULL)
		invariants_frame(r->invariants, &seen);
	const char *found = watch_frame(&r->watch, &(struct analyzer_frame){
							   .packet = packet,
							   .number = number,
							   .interface = segment,
							   .at = now,
							   .length = f->length,
						   });
	keep_frame(r, segment, f, now, found);
}

/* A step that a node refused is a failure of the script. */
static void step_refused(void *context, const struct scenario_step *step, const char *node, const char *reason)
{
	struct run *r = context;
	struct check check = {.kind = CHECK_STEP, .place = step->place};

	snprintf(check.text, sizeof check.text, "%s", step->text);
	check_want(&check, "%s takes it", node);
	check_fail(&check, step->at, "%s refuses: %s", node, reason);
	run_add_check(r, &check);
}

const struct record_kind RUN_LEFT_KIND = {
	.name = "live.left",
	.level = RECORD_NOTICE,
	.text = "{node} is a real box: nobody does `{step}' here",
	.field = {{"node", VALUE_WORD}, {"step", VALUE_WORD}},
};

void run_tell(struct run *r, const struct record *record)
{
	struct record mine = *record;

	mine.at = world_now(r->world.world);
	keep_record(r, &mine);
}

static void step_left(void *context, const struct scenario_step *step, const char *node)
{
	run_tell(context, &(struct record){.kind = &RUN_LEFT_KIND, .value = {{.word = node}, {.word = step->text}}});
}

static void promise_broken(void *context, const struct check *check)
{
	run_add_check(context, check);
}

/* --- life ----------------------------------------------------------------------------------------------- */

static bool begin_capture(struct run *r)
{
	const struct scenario *s = r->order.scenario;
	char comment[512];

	snprintf(comment, sizeof comment, "%s%s%s, seed %llu", s->path, s->variant != NULL ? ", " : "",
		 s->variant != NULL ? s->variant : "", (unsigned long long)r->order.seed);
	if (r->order.live != NULL)
		pcapng_begin(&r->pcapng, r->order.live->capture, r->order.live->capture_context, r->order.application, comment);
	else
		pcapng_begin(&r->pcapng, pcapng_to_buffer, &r->capture, r->order.application, comment);
	for (size_t i = 0; i < s->segment_count; i++)
		pcapng_interface(&r->pcapng, s->segment[i].name);
	return !r->pcapng.failed;
}

/* On a wire that is joined, time is the wire's: no latency of the model's own. */
static struct build_plan plan_of(const struct run *r)
{
	return r->order.live == NULL ? (struct build_plan){.latency = WORLD_LINK_LATENCY}
				     : (struct build_plan){.absent = r->order.live->absent};
}

/* What of the world is not the script's. */
static struct vl_status join_outside(struct run *r)
{
	const struct run_live *live = r->order.live;

	if (r->order.replay != NULL)
		r->outside = world_attach(r->world.world, "the outside", r->order.replay->segment);
	for (size_t i = 0; live != NULL && i < live->attach_count; i++)
		world_attach(r->world.world, live->attach[i].name, live->attach[i].segment);
	if (r->order.replay == NULL && live == NULL)
		return vl_status_ok();
	return world_complete(r->world.world) && outsiders_init(&r->outsiders) ? vl_status_ok()
									      : vl_refuse(VL_NO_MEMORY, "out of memory");
}

static bool is_unwatched(const struct run *r)
{
	return r->order.live != NULL && r->order.live->unwatched;
}

static struct vl_status begin(struct run *r)
{
	const struct scenario *s = r->order.scenario;
	struct prng dice = prng_stream(r->order.seed, "analyzers");

	run_digest_init(&r->digesting);
	r->journal = journal_new();
	r->memory = calloc(s->expectation_count + 1, sizeof *r->memory);
	r->segment_name = calloc(s->segment_count + 1, sizeof *r->segment_name);
	if (r->journal == NULL || r->memory == NULL || r->segment_name == NULL ||
	    !watch_init(&r->watch, prng_u64(&dice)) || !promise_services(&r->watch, s) ||
	    (r->order.capture && !begin_capture(r)))
		return vl_refuse(VL_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < s->segment_count; i++)
		r->segment_name[i] = s->segment[i].name;
	r->watch.segment = r->segment_name;
	r->watch.context = r;
	r->watch.tell = keep_record;

	struct build_plan plan = plan_of(r);
	struct vl_status status = build_planned(&r->world, s, r->order.seed, &plan,
						&(struct world_listener){r, keep_record, is_unwatched(r) ? NULL : see_frame});
	if (vl_ok(&status)) {
		farm_records(s, keep_record, r);
		status = join_outside(r);
	}
	if (vl_ok(&status) && !timeline_init(&r->timeline, s, r->world.world))
		status = vl_refuse(VL_NO_MEMORY, "out of memory");
	if (vl_ok(&status) && r->order.live == NULL) {
		r->invariants = invariants_new(s, &r->world, r, promise_broken);
		if (r->invariants == NULL)
			status = vl_refuse(VL_NO_MEMORY, "no memory");
	}
	r->timeline.context = r;
	r->timeline.refused = step_refused;
	r->timeline.left = step_left;
	r->timeline.absent = plan.absent;
	return status;
}

static void livelock(struct run *r)
{
	struct check check = {.kind = CHECK_INTERNAL, .text = "time goes on"};

	check_want(&check, "under 1000000 events at one instant");
	check_fail(&check, world_now(r->world.world), "more: nodes answer each other without end");
	run_add_check(r, &check);
}

static vl_time next_injection(const struct run *r)
{
	const struct run_replay *replay = r->order.replay;

	return replay != NULL && r->next_injection < replay->count ? replay->frame[r->next_injection].at : VL_NEVER;
}

/* Puts in what is due. What the segment sends out again is for nobody. */
static void inject(struct run *r, vl_time now)
{
	struct engine_out out;

	for (; next_injection(r) <= now; r->next_injection++) {
		const struct run_injection *i = &r->order.replay->frame[r->next_injection];
		struct frame *f = frame_copy(r->world.pool, i->bytes, i->length);
		if (f == NULL)
			r->no_memory = true;
		else
			world_input(r->world.world, r->outside, f);
		frame_unref(f);
	}
	while (world_poll(r->world.world, &out))
		frame_unref(out.frame);
}

enum world_run_result run_advance(struct run *r, vl_time end)
{
	enum world_run_result result = WORLD_RAN;

	while (result == WORLD_RAN && world_now(r->world.world) < end) {
		vl_time next = vl_time_min(timeline_next(&r->timeline), watch_deadline(&r->watch));
		next = vl_time_min(vl_time_min(next, next_injection(r)), end);
		if (next > world_now(r->world.world))
			result = world_run(r->world.world, next);
		if (result != WORLD_RAN || next == end)
			break;
		watch_advance(&r->watch, next);
		if (timeline_next(&r->timeline) <= next)
			timeline_do(&r->timeline, next);
		else if (next_injection(r) <= next)
			inject(r, next);
		else if (watch_deadline(&r->watch) <= next) /* an analyzer that has nothing to do after all */
			result = world_run(r->world.world, next + 1);
	}
	return result;
}

struct vl_status run_begin(struct run *r, const struct run_order *order)
{
	*r = (struct run){.order = *order};
	return begin(r);
}

/* On the wire a capture that a full disk cut short is no reason to judge nothing. */
static bool capture_is_whole(const struct run *r)
{
	return !r->pcapng.failed || r->order.live != NULL;
}

struct vl_status run_finish(struct run *r, enum world_run_result result, vl_time at)
{
	if (result == WORLD_LIVELOCK)
		livelock(r);
	r->ended_at = at;
	/* On the wire the last words come behind what is judged, and were heard. */
	watch_finish(&r->watch, r->order.live == NULL ? at : world_now(r->world.world));
	if (r->invariants != NULL)
		invariants_finish(r->invariants, r->ended_at);
	if (!run_judge(r) || result == WORLD_NO_MEMORY || r->no_memory || r->watch.no_memory ||
	    !journal_complete(r->journal) || !capture_is_whole(r))
		return vl_refuse(VL_NO_MEMORY, "out of memory");
	r->records = journal_count(r->journal);
	if (r->order.live == NULL)
		run_digest_finish(&r->digesting, r->digest);
	return vl_status_ok();
}

struct vl_status run_do(struct run *r, const struct run_order *order)
{
	struct vl_status status = run_begin(r, order);

	if (!vl_ok(&status))
		return status;
	/* The end is included: one nanosecond further. */
	enum world_run_result result = run_advance(r, vl_time_after(order->until, 1));
	return run_finish(r, result, result == WORLD_RAN ? order->until : world_now(r->world.world));
}

bool run_capture_lost(const struct run *r)
{
	return r->order.capture && r->pcapng.failed;
}

const char *run_verdict(const struct run *r)
{
	bool judged = r->check_count == 0 || r->open < r->check_count;

	return r->failed > 0 ? "failed" : judged ? "passed" : "open";
}

void run_close(struct run *r)
{
	struct check check = {.kind = CHECK_INTERNAL, .text = "every frame is given back"};

	timeline_fini(&r->timeline);
	invariants_free(r->invariants);
	r->invariants = NULL;
	size_t held = build_free(&r->world);
	if (held == 0)
		return;
	check_want(&check, "0");
	check_fail(&check, 0, "%zu frames still held when the world is gone", held);
	run_add_check(r, &check);
}

void run_free(struct run *r)
{
	timeline_fini(&r->timeline);
	invariants_free(r->invariants);
	build_free(&r->world);
	outsiders_fini(&r->outsiders);
	watch_fini(&r->watch);
	journal_free(r->journal);
	free(r->memory);
	free(r->segment_name);
	free(r->capture.bytes);
	free(r->check);
	*r = (struct run){0};
}

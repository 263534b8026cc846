// SPDX-License-Identifier: BSD-2-Clause
/* A day of the Exchange template (exchange-day.yaml): a scenario like any other, without journal, capture and judges. Counted
 * are frames, each once on each of the two segments. */
#include <string.h>

#include "sim/hosts/client_population.h"
#include "sim/scenario/build.h"
#include "sim/scenario/timeline.h"
#include "tests/bench/bench.h"

struct day {
	uint64_t frames, closed, broken;
};

static void see_frame(void *context, world_segment segment, uint64_t number, world_node from, const struct frame *f,
		      const struct packet *packet, vl_time now)
{
	struct day *d = context;

	(void)segment, (void)number, (void)from, (void)f, (void)packet, (void)now;
	d->frames++;
}

static void see_record(void *context, const struct record *r)
{
	struct day *d = context;

	d->broken += r->kind == &CLIENT_FAILED_KIND || r->kind == &CLIENT_CUT_KIND;
	d->closed += r->kind == &CLIENT_CLOSED_KIND;
}

void exchange_day(const struct bench_case *c, struct bench_sample *out)
{
	struct day day = {.frames = 0};
	struct world_listener listener = {.context = &day, .record = see_record, .frame = see_frame};
	struct scenario_set set;
	struct build b;
	struct timeline t;

	bench_expect(scenario_load(&set, c->path));
	const struct scenario *s = &set.scenario[0];
	/* A short run has a part of the hours of work. */
	vl_time until = c->scale < 1 ? 8 * 3600 * VL_S + (vl_time)(c->scale * 36000) * VL_S : s->until;
	struct vl_status status = build_world(&b, s, 1, &listener);
	bench_expect(vl_ok(&status));
	bench_expect(timeline_init(&t, s, b.world));
	double before = bench_cpu();
	while (timeline_next(&t) < until) {
		vl_time next = timeline_next(&t);
		(void)world_run(b.world, next);
		timeline_do(&t, next);
	}
	(void)world_run_through(b.world, until);
	out->seconds = bench_cpu() - before;
	out->amount = (double)day.frames;
	bench_expect(day.broken == 0);
	bench_expect(c->scale < 1 || day.closed >= 5000);
	bench_expect(build_outbox_drops(&b, s) == 0);
	timeline_fini(&t);
	(void)build_free(&b);
	scenario_set_free(&set);
}

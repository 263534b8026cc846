// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a scheduler costs for one connection, without a balancer: a pick alone, and a pick with all that follows from
 * it for the scheduler (a connection opened on the server, an old one closed). Weights are 1 to 10, connections differ.
 * The limit is the same loop around a scheduler that knows no rule: it gives out the servers one after the other.
 */
#include <stdlib.h>

#include "sim/balancer/scheduler.h"
#include "tests/bench/bench.h"

enum { PICKS = 1000000, EACH = 2 };     /* EACH: connections of a server, on average */

static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	return z ^ z >> 27;
}

/* --- the limit -------------------------------------------------------------------------------------------- */

struct scheduler {
	size_t next;
};

static struct scheduler *bare_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	(void)room;
	(void)options;
	(void)dice;
	return calloc(1, sizeof(struct scheduler));
}

static void bare_free(struct scheduler *s)
{
	free(s);
}

static void bare_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	(void)s;
	(void)view;
	(void)which;
}

static void bare_counted(struct scheduler *s, const struct scheduler_view *view, unsigned which)
{
	(void)s;
	(void)view;
	(void)which;
}

static int bare_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)flow;
	(void)now;
	s->next = s->next + 1 < view->count ? s->next + 1 : 0;
	return (int)s->next;
}

static const struct scheduler_ops BARE = {
	.make = bare_make, .free = bare_free, .changed = bare_changed, .counted = bare_counted, .pick = bare_pick,
};

/* --- the work --------------------------------------------------------------------------------------------- */

struct farm {
	const struct scheduler_ops *ops;
	struct scheduler *scheduler;
	struct scheduler_view view;
	struct scheduler_server *server;
	uint32_t *held;                 /* servers of the connections, oldest first: a ring */
	size_t connections;
};

static void count_one(struct farm *f, uint32_t which, int by)
{
	f->server[which].active += (uint32_t)by;
	if (f->ops->counted != NULL)
		f->ops->counted(f->scheduler, &f->view, which);
}

static void set_up(struct farm *f, const struct bench_scheduler *what)
{
	const struct prng dice = prng_stream(1, "bench");
	uint64_t chance = 1;

	f->ops = what->name != NULL ? scheduler_find(what->name) : &BARE;
	bench_expect(f->ops != NULL);
	f->server = calloc(what->servers, sizeof *f->server);
	f->connections = what->servers * EACH;
	f->held = calloc(f->connections, sizeof *f->held);
	f->scheduler = f->ops->make(what->servers, &(struct scheduler_options){0}, &dice);
	bench_expect(f->server != NULL && f->held != NULL && f->scheduler != NULL);
	f->view = (struct scheduler_view){.server = f->server, .count = what->servers};
	for (uint32_t i = 0; i < what->servers; i++) {
		uint64_t weight = (what->all_differ ? i + 1 : 1 + i % 10) * (uint64_t)SCHEDULER_WEIGHT_ONE;
		f->server[i] = (struct scheduler_server){.name = "server",
							 .address = ip4_from_u32(0x0a000000 + i),
							 .port = 80,
							 .id = i + 1,
							 .weight = weight,
							 .full_weight = weight,
							 .usable = true,
							 .response_time = (1 + i % 7) * VL_MS,
							 .adaptive = (uint8_t)(i % 90)};
	}
	f->ops->changed(f->scheduler, &f->view, -1);
	for (size_t i = 0; i < f->connections; i++) {
		f->held[i] = (uint32_t)(draw(&chance) >> 33) % (uint32_t)what->servers;
		count_one(f, f->held[i], 1);
	}
}

void scheduler_connections(const struct bench_case *c, struct bench_sample *out)
{
	const struct bench_scheduler *what = c->what;
	struct farm f = {0};
	struct flow flow = {.client = ip4(10, 0, 0, 1), .service = ip4(192, 0, 2, 1), .service_port = 80};
	uint64_t chance = 2, picks = (uint64_t)(PICKS * c->scale), sum = 0;
	size_t oldest = 0;

	set_up(&f, what);
	double start = bench_cpu();
	for (uint64_t i = 0; i < picks; i++) {
		uint64_t client = draw(&chance);
		flow.client.b[1] = (uint8_t)client;
		flow.client.b[2] = (uint8_t)(client >> 8);
		flow.client.b[3] = (uint8_t)(client >> 16);
		int picked = f.ops->pick(f.scheduler, &f.view, &flow, i);
		sum += (uint64_t)picked;
		if (!what->opens)
			continue;
		bench_expect(picked >= 0);
		count_one(&f, (uint32_t)picked, 1);
		count_one(&f, f.held[oldest], -1);
		f.held[oldest] = (uint32_t)picked;
		oldest = oldest + 1 < f.connections ? oldest + 1 : 0;
	}
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = (double)picks};
	bench_expect(sum <= picks * what->servers);     /* all were picked */
	f.ops->free(f.scheduler);
	free(f.server);
	free(f.held);
}

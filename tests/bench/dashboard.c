// SPDX-License-Identifier: BSD-2-Clause
/*
 * The dashboard at its size: 200 services of together 500 servers (one of 150), an hour of samples a second, then redraws
 * of the servers view at 200x60, each of another moment. The peak is the whole process's.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "analyzers/dashboard/ui.h"
#include "tests/bench/bench.h"

#define SERVICES 200
#define SERVERS 500
#define LARGEST 150

static void build(struct model *m)
{
	char name[32];

	for (unsigned i = 0; i < SERVICES; i++) {
		(void)snprintf(name, sizeof name, "service%u", i);
		bench_expect(model_service(m, name) != NULL);
	}
	for (unsigned i = 0; i < SERVERS; i++) {
		(void)snprintf(name, sizeof name, "server%u", i);
		struct server *s = model_server(m, &m->service[i < LARGEST ? 0 : 1 + i % (SERVICES - 1)], name);
		bench_expect(s != NULL);
		s->known = KNOWN_ACTIVE | KNOWN_WEIGHT | KNOWN_POLICY;
		s->weight = s->configured = 100;
		s->state = STATE_UP;
	}
}

static void hour(struct model *m, unsigned seconds)
{
	uint32_t dice = 1;

	for (unsigned t = 1; t <= seconds; t++) {
		for (unsigned i = 0; i < SERVERS; i++) {
			dice = dice * 1664525 + 1013904223;
			m->server[i].opened += dice >> 28;
			m->server[i].by_policy += dice >> 29;
			m->server[i].active = dice >> 20;
		}
		model_advance(m, t * VL_S);
	}
}

void dashboard_redraw(const struct bench_case *c, struct bench_sample *out)
{
	unsigned redraws = (unsigned)(400 * c->scale);
	struct model *m = model_new(VL_S);
	struct ui u;
	struct grid g = {0};
	struct rusage usage;

	bench_expect(m != NULL && ui_init(&u) && grid_resize(&g, 200, 60));
	build(m);
	hour(m, MODEL_SAMPLES + 100);
	double begin = bench_cpu();
	for (unsigned i = 0; i < redraws; i++) {
		u.follow = false;
		u.at = m->now - i * VL_S;
		ui_draw(&g, &u, m);
	}
	out->seconds = bench_cpu() - begin;
	out->amount = redraws;
	bench_expect(u.shown == LARGEST);
	getrusage(RUSAGE_SELF, &usage);
	out->peak_kib = (double)usage.ru_maxrss;
	grid_free(&g);
	ui_free(&u);
	model_free(m);
}

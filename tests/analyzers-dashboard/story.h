// SPDX-License-Identifier: BSD-2-Clause
/*
 * A model that tells a story by hand: EX2 comes back from maintenance at 52 s without slow start and takes nearly all new
 * connections; a VRRP pair fails over at 41 s; an intruder shares ID 51 from 25 s on. Numbers can be checked by hand.
 */
#ifndef VL_TEST_DASHBOARD_STORY_H
#define VL_TEST_DASHBOARD_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzers/dashboard/ui.h"

static struct server *story_server(struct model *m, struct service *v, const char *name, enum server_word state, unsigned active)
{
	struct server *s = model_server(m, v, name);

	assert_non_null(s);
	s->known = KNOWN_ACTIVE | KNOWN_WEIGHT | KNOWN_POLICY | KNOWN_ENTRIES | KNOWN_RESPONSE | KNOWN_ERRORS | KNOWN_STATE;
	s->weight = s->configured = 100;
	s->active = active;
	s->response_ms = 18;
	snprintf(s->address, sizeof s->address, "10.66.1.1%c:443", name[strlen(name) - 1]);
	s->state = state;
	return s;
}

/* `n` new ones, three in a hundred of them by persistence. */
static void story_open(struct server *s, unsigned n)
{
	s->opened += n;
	s->by_policy += n - n * 4 / 100;
}

static void story_second(struct model *m, struct server *ex[4], unsigned t)
{
	static const unsigned calm[] = {28, 0, 29, 0}, storm[] = {9, 96, 10, 4};

	if (t == 40)
		model_server_state(m, ex[3], STATE_RAMP, m->now, "");
	if (t == 52)
		model_server_state(m, ex[1], STATE_UP, m->now, "");
	for (unsigned i = 0; i < 4; i++) {
		unsigned n = (t >= 52 ? storm : calm)[i];
		if (i == 3 && t >= 40)
			n = 4;
		story_open(ex[i], n);
		ex[i]->active += i == 1 && t >= 52 ? 90 : i == 3 && t >= 40 ? 3 : 0;
	}
	if (t >= 40)
		ex[3]->weight = (uint16_t)(t - 29);
	ex[1]->response_ms = t >= 52 ? 31 : 0;
}

static inline void story_routers(struct model *m)
{
	struct router *r = model_router(m, FINDING_VRRP, IP_V4, 10, "lb1");

	r->has_priority = true;
	r->priority = 100;
	r->interval = VL_S;
	snprintf(r->vips, sizeof r->vips, "10.66.0.100 10.66.0.101");
	model_router_state(m, r, ROUTER_ACTIVE, 4 * VL_S);
	model_router_state(m, r, ROUTER_OFF, 38 * VL_S);
	r = model_router(m, FINDING_VRRP, IP_V4, 10, "lb2");
	r->has_priority = true;
	r->priority = 90;
	model_router_state(m, r, ROUTER_BACKUP, 0);
	model_router_state(m, r, ROUTER_ACTIVE, 41 * VL_S + 650 * VL_MS);
	r = model_router(m, FINDING_VRRP, IP_V4, 51, "10.66.0.12");
	r->version = 2;
	model_router_state(m, r, ROUTER_ACTIVE, VL_S);
	r = model_router(m, FINDING_VRRP, IP_V4, 51, "10.66.0.13");
	r->version = 2;
	model_router_state(m, r, ROUTER_ACTIVE, 25 * VL_S);
	struct model_finding f = {.code = finding_find("vrid-collision"), .class = FINDING_VRRP, .family = IP_V4, .id = 51,
				  .begin = 27 * VL_S, .end = VL_NEVER};
	snprintf(f.detail, sizeof f.detail, "10.66.0.12 has 10.66.0.100, 10.66.0.13 has 10.66.0.101; both send from 00:00:5e:00:01:33.");
	model_found(m, &f);
	r = model_router(m, FINDING_CARP, IP_V4, 77, "fw1");
	model_router_state(m, r, ROUTER_ACTIVE, 2 * VL_S);
}

/* A minute of it. */
static inline struct model *story(void)
{
	struct model *m = model_new(VL_S);

	assert_non_null(m);
	snprintf(m->title, sizeof m->title, "a story");
	snprintf(m->source, sizeof m->source, "journal:story.jsonl");
	struct service *v = model_service(m, "owa");
	snprintf(v->address, sizeof v->address, "10.66.0.100:443");
	snprintf(v->scheduler, sizeof v->scheduler, "leastconn");
	struct server *ex[4] = {story_server(m, v, "EX1", STATE_UP, 2120), story_server(m, v, "EX2", STATE_MAINT, 0),
				story_server(m, v, "EX3", STATE_UP, 2090), story_server(m, v, "EX4", STATE_MAINT, 180)};
	story_server(m, v, "EX5", STATE_MAINT, 30);
	for (unsigned t = 1; t <= 60; t++) {
		story_second(m, ex, t);
		if (t == 30)
			story_routers(m);
		if (t == 41)
			model_event(m, 41 * VL_S + 650 * VL_MS, RECORD_WARN, "vrrp 10", "lb2 takes over from lb1 after 3.65 s");
		model_advance(m, t * VL_S);
	}
	return m;
}

#endif

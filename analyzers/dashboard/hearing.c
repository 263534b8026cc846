// SPDX-License-Identifier: BSD-2-Clause
/* One wire, whatever interface of a capture saw a frame. */
#include "analyzers/dashboard/hearing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/dashboard/heard.h"
#include "analyzers/flows.h"
#include "sim/scenario/watch.h"

struct hearing {
	struct model *model;
	struct watch watch;
	struct flows *flows;
	vl_time sampled;                /* the model's servers are as of this moment */
};

/* Every capture interface is "the wire": the model knows no segments. */
static const char *const wire[] = {"wire"};

static void keep(struct model *m, const struct finding *f, const char *detail, vl_time end)
{
	struct model_finding kept = {.code = f->code, .class = f->class, .suspect = f->suspect, .family = f->place.family,
				     .id = f->place.id, .begin = f->known, .since = f->begin, .end = end};

	snprintf(kept.detail, sizeof kept.detail, "%s", detail);
	model_found(m, &kept);
}

static void found(void *context, const struct record *r)
{
	struct hearing *h = context;
	bool over = r->kind == &WATCH_FINDING_OVER_KIND;
	const struct finding *f = &h->watch.telling->told;

	keep(h->model, f, f->detail, over ? r->value[WATCH_FINDING_UNTIL].time : VL_NEVER);
}

/* Nothing is needed of single flows: the tracker's sums are enough. */
static void seen(void *context, const struct flow_event *e)
{
	(void)context;
	(void)e;
}

/* "10.0.0.1:443", "[2001:db8::1]:443" */
static void tell_service(struct flows *flows, const char *text)
{
	const char *colon = strrchr(text, ':');
	char host[64];
	struct ip_addr address;
	size_t n = colon != NULL ? (size_t)(colon - text) : 0;

	if (n == 0 || n >= sizeof host)
		return;
	if (text[0] == '[' && n > 2)
		snprintf(host, sizeof host, "%.*s", (int)n - 2, text + 1);
	else
		snprintf(host, sizeof host, "%.*s", (int)n, text);
	if (ip_parse(host, &address))
		flows_tell(flows, &address, (uint16_t)strtoul(colon + 1, NULL, 10), IP_PROTOCOL_TCP);
}

struct hearing *hearing_new(struct model *m, const char *service)
{
	struct hearing *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->model = m;
	m->passive = true;
	h->flows = flows_new(1, h, seen);
	if (h->flows == NULL || !watch_init(&h->watch, 1)) {
		flows_free(h->flows);
		free(h);
		return NULL;
	}
	if (service != NULL)
		tell_service(h->flows, service);
	h->watch.segment = wire;
	h->watch.context = h;
	h->watch.tell = found;
	return h;
}

void hearing_free(struct hearing *h)
{
	flows_free(h->flows);
	watch_fini(&h->watch);
	free(h);
}

/* --- servers ------------------------------------------------------------------------------------------------ */

/* What is asked and not answered says what the server is; only the newest connections count. */
static enum server_word state_of(const struct server *s, const struct flow_server *from)
{
	uint64_t opened = from->opened - s->opened;

	if (opened > 0)
		return STATE_ANSWERS;
	if (from->refused + from->resets > s->failed)
		return STATE_REFUSES;
	return s->state == STATE_UNKNOWN && from->opened > 0 ? STATE_ANSWERS : s->state;
}

static void take_server(struct hearing *h, struct service *v, const struct flow_server *from, vl_time now)
{
	char name[FLOWS_NAME];
	struct server *s = model_server(h->model, v, flows_server_name(name, from));

	if (s == NULL)
		return;
	enum server_word state = state_of(s, from);
	s->known |= KNOWN_ACTIVE | ESTIMATED | KNOWN_ERRORS;
	s->opened = from->opened;
	s->active = (uint32_t)(from->active > UINT32_MAX ? UINT32_MAX : from->active);
	s->failed = from->refused + from->resets;
	model_server_state(h->model, s, state, now, "");
}

static void take_services(struct hearing *h, vl_time now)
{
	char name[FLOWS_NAME];

	for (size_t i = 0; i < flows_service_count(h->flows); i++) {
		const struct flow_service *from = flows_service(h->flows, (uint16_t)i);
		if (!from->used || !flows_is_balanced(from))
			continue;
		struct service *v = model_service(h->model, flows_service_name(name, from));
		if (v == NULL)
			return;
		if (flows_is_sticky(from))
			snprintf(v->persistence, sizeof v->persistence, "seen");
		for (uint16_t k = from->first_server; k != FLOWS_NONE; k = flows_server(h->flows, k)->next)
			take_server(h, v, flows_server(h->flows, k), now);
	}
}

/* --- time --------------------------------------------------------------------------------------------------- */

void hearing_advance(struct hearing *h, vl_time now)
{
	struct model *m = h->model;

	/* the tracker's sums are asked for when a sample is due, not with every frame */
	while (h->sampled + m->interval <= now) {
		h->sampled += m->interval;
		watch_advance(&h->watch, h->sampled);
		flows_advance(h->flows, h->sampled);
		take_services(h, h->sampled);
		heard_silence(m, h->sampled);
		model_advance(m, h->sampled);
	}
	watch_advance(&h->watch, now);
	flows_advance(h->flows, now);
	m->now = now > m->now ? now : m->now;
}

void hearing_frame(struct hearing *h, const struct packet *p, uint64_t number, vl_time at, size_t length)
{
	const struct analyzer_frame f = {.packet = p, .number = number, .at = at, .length = length};

	hearing_advance(h, at);
	watch_frame(&h->watch, &f);
	flows_frame(h->flows, &f);
	heard_packet(h->model, p, at);
}

/* Findings last were seen until their last frame; the model holds a conflict by its routers. */
void hearing_finish(struct hearing *h, vl_time now)
{
	hearing_advance(h, now);
	watch_finish(&h->watch, now);
	flows_finish(h->flows, now);
	/* the last second is shorter than an interval, and counts */
	take_services(h, now);
	if (h->sampled < now)
		model_sample(h->model, now);
	for (size_t i = 0; i < h->watch.count; i++)
		keep(h->model, &h->watch.finding[i]->now, h->watch.finding[i]->told.detail, h->watch.finding[i]->now.end + 5 * VL_S);
}

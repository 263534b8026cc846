// SPDX-License-Identifier: BSD-2-Clause
/* Tables of fixed room; rings for what grows with time. */
#include "analyzers/dashboard/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/dashboard/share.h"
#include "analyzers/dashboard/weights.h"

struct model *model_new(vl_time interval)
{
	struct model *m = calloc(1, sizeof *m);

	if (m == NULL)
		return NULL;
	m->interval = interval;
	m->stale = VL_NEVER;
	m->sampled_at = calloc(MODEL_SAMPLES, sizeof *m->sampled_at);
	m->service = calloc(MODEL_SERVICES, sizeof *m->service);
	m->server = calloc(MODEL_SERVERS, sizeof *m->server);
	m->router = calloc(MODEL_ROUTERS, sizeof *m->router);
	m->event = calloc(MODEL_EVENTS, sizeof *m->event);
	m->finding = calloc(MODEL_FINDINGS, sizeof *m->finding);
	if (m->sampled_at == NULL || m->service == NULL || m->server == NULL || m->router == NULL || m->event == NULL ||
	    m->finding == NULL) {
		model_free(m);
		return NULL;
	}
	return m;
}

void model_free(struct model *m)
{
	if (m == NULL)
		return;
	for (unsigned i = 0; m->server != NULL && i < m->server_count; i++)
		free(m->server[i].ring);
	free(m->sampled_at);
	free(m->service);
	free(m->server);
	free(m->router);
	free(m->event);
	free(m->finding);
	free(m);
}

void model_restart(struct model *m)
{
	for (unsigned i = 0; i < m->server_count; i++)
		free(m->server[i].ring);
	memset(m->server, 0, m->server_count * sizeof *m->server);
	m->service_count = m->server_count = m->router_count = m->finding_count = 0;
	m->samples = m->events = m->frames = m->dropped = 0;
	m->now = 0;
	m->at_end = false;
	m->stale = VL_NEVER;
}

/* Names may come from a wire or a socket: what a terminal could obey stays out. */
static void keep_text(char *to, size_t room, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < room; text++)
		to[n++] = (unsigned char)*text >= 0x20 && (unsigned char)*text < 0x7f ? *text : '?';
	to[n] = '\0';
}

struct service *model_service(struct model *m, const char *name)
{
	char kept[MODEL_NAME];

	keep_text(kept, sizeof kept, name);
	for (unsigned i = 0; i < m->service_count; i++)
		if (strcmp(m->service[i].name, kept) == 0)
			return &m->service[i];
	if (m->service_count == MODEL_SERVICES) {
		m->refused++;
		return NULL;
	}
	struct service *s = &m->service[m->service_count++];
	*s = (struct service){.storming = -1};
	memcpy(s->name, kept, sizeof kept);
	return s;
}

struct server *model_server(struct model *m, struct service *service, const char *name)
{
	char kept[MODEL_NAME];
	unsigned of = (unsigned)(service - m->service);

	keep_text(kept, sizeof kept, name);
	for (unsigned i = 0; i < m->server_count; i++)
		if (m->server[i].service == of && strcmp(m->server[i].name, kept) == 0)
			return &m->server[i];
	struct sample *ring = m->server_count < MODEL_SERVERS ? calloc(MODEL_SAMPLES, sizeof *ring) : NULL;
	if (ring == NULL) {
		m->refused++;
		return NULL;
	}
	struct server *s = &m->server[m->server_count++];
	*s = (struct server){.service = of, .ring = ring, .first = m->samples, .since = VL_NEVER, .before_since = VL_NEVER};
	memcpy(s->name, kept, sizeof kept);
	service->server_count++;
	return s;
}

struct router *model_router(struct model *m, enum finding_class class, uint8_t family, uint16_t id, const char *who)
{
	char kept[MODEL_NAME];

	keep_text(kept, sizeof kept, who);
	for (unsigned i = 0; i < m->router_count; i++) {
		struct router *r = &m->router[i];
		if (r->class == class && r->family == family && r->id == id && strcmp(r->who, kept) == 0)
			return r;
	}
	if (m->router_count == MODEL_ROUTERS) {
		m->refused++;
		return NULL;
	}
	/* beside those of its ID, so that the view shows them together */
	unsigned at = m->router_count;
	const struct router new = {.class = class, .family = family, .id = id};
	for (unsigned i = 0; i < m->router_count; i++)
		if (model_same_id(&m->router[i], &new))
			at = i + 1;
	memmove(&m->router[at + 1], &m->router[at], (m->router_count - at) * sizeof *m->router);
	m->router_count++;
	m->router[at] = new;
	memcpy(m->router[at].who, kept, sizeof kept);
	return &m->router[at];
}

void model_event(struct model *m, vl_time at, enum record_level level, const char *where, const char *text)
{
	struct model_event *e = &m->event[m->events++ % MODEL_EVENTS];

	*e = (struct model_event){.at = at, .level = level};
	keep_text(e->where, sizeof e->where, where);
	keep_text(e->text, sizeof e->text, text);
}

void model_server_state(struct model *m, struct server *s, enum server_word state, vl_time at, const char *why)
{
	char where[2 * MODEL_NAME + 2], text[MODEL_TEXT];

	if (s->state == state)
		return;
	if (s->state != STATE_UNKNOWN) {
		snprintf(where, sizeof where, "%s/%s", m->service[s->service].name, s->name);
		snprintf(text, sizeof text, "%s -> %s%s%s%s", server_state_text(s->state), server_state_text(state),
			 why[0] != '\0' ? " (" : "", why, why[0] != '\0' ? ")" : "");
		model_event(m, at, state == STATE_DOWN ? RECORD_WARN : RECORD_NOTICE, where, text);
		s->before = s->state;
		s->before_since = s->since;
		s->since = at;
	}
	s->state = state;
}

void model_router_state(struct model *m, struct router *r, enum router_word state, vl_time at)
{
	if (r->changes > 0 && r->change[r->changes - 1].to == state)
		return;
	if (m->listener.router != NULL)
		m->listener.router(m->listener.context, r, state, at);
	if (r->changes == MODEL_CHANGES) {
		memmove(&r->change[0], &r->change[1], (MODEL_CHANGES - 1) * sizeof r->change[0]);
		r->changes--;
	}
	r->change[r->changes++] = (struct router_change){.at = at, .to = state};
}

void model_found(struct model *m, const struct model_finding *f)
{
	char where[MODEL_NAME], text[MODEL_TEXT];

	for (unsigned i = 0; i < m->finding_count; i++) {
		struct model_finding *old = &m->finding[i];
		if (old->code != f->code || old->id != f->id || old->family != f->family || old->vlan != f->vlan ||
		    strcmp(old->detail, f->detail) != 0)
			continue;
		bool news = old->end != f->end;
		old->end = f->end;
		if (news && m->listener.finding != NULL)
			m->listener.finding(m->listener.context, old);
		return;
	}
	if (m->finding_count == MODEL_FINDINGS) {
		m->refused++;
		return;
	}
	m->finding[m->finding_count++] = *f;
	if (m->listener.finding != NULL)
		m->listener.finding(m->listener.context, f);
	snprintf(where, sizeof where, f->id != 0 ? "id %u" : "wire", (unsigned)f->id);
	snprintf(text, sizeof text, "%s: %.160s", f->code->name, f->detail);
	model_event(m, f->begin > m->now ? m->now : f->begin,
		    f->code->severity == FINDING_CONFLICT ? EVENT_ERROR
		    : f->code->severity == FINDING_WARNING ? RECORD_WARN
							   : RECORD_NOTICE,
		    where, text);
}

/* --- samples --------------------------------------------------------------------------------------------- */

static uint32_t narrow(uint64_t n)
{
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

void model_sample(struct model *m, vl_time at)
{
	uint64_t index = m->samples++;

	if (m->weights != NULL)
		weights_apply(m, m->weights);

	m->sampled_at[index % MODEL_SAMPLES] = at;
	for (unsigned i = 0; i < m->server_count; i++) {
		struct server *s = &m->server[i];
		struct sample *to = &s->ring[index % MODEL_SAMPLES];
		/* a first sight of totals that count from long ago is not a rush of new connections */
		*to = (struct sample){
			.active = s->active,
			.fresh = narrow(s->opened - s->last_opened),
			.policy = narrow(s->by_policy - s->last_policy),
			.entries = s->entries,
			.errors = narrow(s->failed - s->last_failed),
			.kib = narrow((s->bytes - s->last_bytes) / 1024),
			.weight = s->weight,
			.configured = s->configured,
			.response_ms = s->response_ms,
			.state = (uint8_t)s->state,
		};
		s->last_opened = s->opened;
		s->last_policy = s->by_policy;
		s->last_failed = s->failed;
		/* what is less than a KiB counts in the next */
		s->last_bytes += (s->bytes - s->last_bytes) / 1024 * 1024;
	}
	share_judge_storms(m, index, at);
	if (m->listener.sample != NULL)
		m->listener.sample(m->listener.context, index, at);
}

void model_advance(struct model *m, vl_time now)
{
	vl_time next = m->samples == 0 ? m->interval : m->sampled_at[(m->samples - 1) % MODEL_SAMPLES] + m->interval;

	for (; next <= now; next += m->interval) {
		m->now = next;
		model_sample(m, next);
	}
	m->now = now > m->now ? now : m->now;
}

uint64_t model_sample_at(const struct model *m, vl_time at)
{
	uint64_t high = m->samples, low = high > MODEL_SAMPLES ? high - MODEL_SAMPLES : 0, first = low;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (m->sampled_at[middle % MODEL_SAMPLES] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low == first ? UINT64_MAX : low - 1;
}

const struct sample *model_sample_of(const struct server *s, uint64_t index, const struct model *m)
{
	if (index == UINT64_MAX || index >= m->samples || index + MODEL_SAMPLES < m->samples || index < s->first)
		return NULL;
	return &s->ring[index % MODEL_SAMPLES];
}

uint64_t model_fresh(const struct model *m, const struct server *s, uint64_t index, unsigned n, uint64_t *policy)
{
	uint64_t sum = 0, chosen = 0;

	for (unsigned i = 0; i < n && i <= index; i++) {
		const struct sample *at = model_sample_of(s, index - i, m);
		if (at == NULL)
			break;
		sum += at->fresh;
		chosen += at->policy;
	}
	if (policy != NULL)
		*policy = chosen;
	return sum;
}

uint64_t model_kib(const struct model *m, const struct server *s, uint64_t index, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < n && i <= index; i++) {
		const struct sample *at = model_sample_of(s, index - i, m);
		sum += at != NULL ? at->kib : 0;
	}
	return sum;
}

/* --- routers, findings, events ----------------------------------------------------------------------------- */

enum router_word model_router_at(const struct router *r, vl_time at, vl_time *since)
{
	enum router_word word = ROUTER_OFF;

	if (since != NULL)
		*since = VL_NEVER;
	for (unsigned i = 0; i < r->changes && r->change[i].at <= at; i++) {
		word = r->change[i].to;
		if (since != NULL)
			*since = r->change[i].at;
	}
	return word;
}

static bool shares_ids(enum finding_class c)
{
	return c == FINDING_VRRP || c == FINDING_CARP || c == FINDING_VRRP_AND_CARP;
}

bool model_same_id(const struct router *a, const struct router *b)
{
	return a->id == b->id && a->family == b->family && a->vlan == b->vlan &&
	       (a->class == b->class || (shares_ids(a->class) && shares_ids(b->class)));
}

/* A conflict of virtual routers holds while two of its ID are Active; of what has an end, until then. */
bool model_finding_holds(const struct model *m, const struct model_finding *f, vl_time at)
{
	unsigned active = 0, known = 0;

	if (at < f->begin)
		return false;
	if (f->code->severity != FINDING_CONFLICT || f->id == 0)
		return f->end == VL_NEVER || at <= f->end;
	for (unsigned i = 0; i < m->router_count; i++) {
		const struct router *r = &m->router[i];
		if (r->id != f->id || (f->family != 0 && r->family != f->family))
			continue;
		known++;
		active += model_router_at(r, at, NULL) == ROUTER_ACTIVE;
	}
	return known == 0 ? f->end == VL_NEVER || at <= f->end : active >= 2;
}

const struct model_finding *model_worst(const struct model *m, uint16_t id, uint8_t family, vl_time at)
{
	const struct model_finding *worst = NULL;

	for (unsigned i = 0; i < m->finding_count; i++) {
		const struct model_finding *f = &m->finding[i];
		if (f->id != id || (family != 0 && f->family != 0 && f->family != family) || !model_finding_holds(m, f, at))
			continue;
		if (worst == NULL || f->code->severity > worst->code->severity)
			worst = f;
	}
	return worst;
}

const struct model_event *model_event_at(const struct model *m, vl_time at, uint64_t n)
{
	uint64_t oldest = m->events > MODEL_EVENTS ? m->events - MODEL_EVENTS : 0;

	for (uint64_t i = m->events; i > oldest; i--) {
		const struct model_event *e = &m->event[(i - 1) % MODEL_EVENTS];
		if (e->at <= at && n-- == 0)
			return e;
	}
	return NULL;
}

bool model_handover(const struct model *m, const struct router *of, vl_time at, struct handover *out)
{
	bool found = false;

	for (unsigned i = 0; i < m->router_count; i++) {
		const struct router *to = &m->router[i];
		if (!model_same_id(to, of))
			continue;
		for (unsigned c = 0; c < to->changes && to->change[c].at <= at; c++) {
			if (to->change[c].to != ROUTER_ACTIVE || (found && to->change[c].at <= out->at))
				continue;
			/* who had it last before, and until when */
			for (unsigned k = 0; k < m->router_count; k++) {
				const struct router *from = &m->router[k];
				if (k == i || !model_same_id(from, of))
					continue;
				for (unsigned d = 1; d < from->changes && from->change[d].at <= to->change[c].at; d++)
					if (from->change[d - 1].to == ROUTER_ACTIVE && from->change[d].to != ROUTER_ACTIVE) {
						*out = (struct handover){.from = from, .to = to, .at = to->change[c].at,
									 .took = to->change[c].at - from->change[d].at};
						found = true;
					}
			}
		}
	}
	return found;
}

const char *server_state_text(enum server_word w)
{
	static const char *const word[] = {"?", "up", "ramp", "drain", "maint", "down", "answers", "refuses", "silent"};

	return word[w];
}

const char *router_state_text(enum router_word w)
{
	static const char *const word[] = {"off", "init", "backup", "Active", "silent"};

	return word[w];
}

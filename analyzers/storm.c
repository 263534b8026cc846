// SPDX-License-Identifier: BSD-2-Clause
/*
 * `storm': one server takes more than twice its fair share of a service's new connections, beyond what chance explains,
 * for two seconds; it is over below 1.3 times.
 *
 * The share is that of the last ten seconds, or of the time since the set of servers changed: a server that comes back is
 * judged by what it gets from then on. Under fifty new connections there is no alarm. Fair is an equal part for each
 * server that takes part: it had a new connection within thirty seconds, or holds some that are open. Weights are not in
 * the frames: a server that had more than its equal part all the time before is taken to have the weight for it, and while a
 * capture is too young to say what is usual nothing is found.
 *
 * Where clients stay with their server (persistence, hashes), whole clients are placed, not connections: the noise is
 * widened by the design effect n/K_eff.
 */
#include <stdio.h>
#include <stdlib.h>

#include "analyzers/flow_judge.h"
#include "analyzers/imbalance.h"
#include "sim/base/fixed.h"

#define WINDOW 10                       /* s */
#define LEAST 50
#define LASTS 2                         /* s */
#define TAKES_PART (30 * VL_S)
#define NEWCOMER (10 * VL_S)            /* a server without a new connection for so long comes back with its next */
#define HISTORY_LEAST 50                /* connections before the window: without them nobody can say what is usual */

struct load {
	uint32_t bin[WINDOW];           /* new connections by second */
	uint64_t before;                /* older ones */
	uint64_t evidence[WINDOW];      /* a frame of each second */
	vl_time last_at;
	bool known;
};

struct state {
	vl_time since;                  /* the set of servers is as it is */
	uint64_t before;                /* new connections before the window, of all servers */
	uint16_t server;                /* that is taking too much; FLOWS_NONE: none */
	vl_time began_at;
	uint8_t seconds;                /* for so long */
	uint16_t finding;               /* its index + 1 in the list; 0: not told */
};

struct storm {
	const struct flows *flows;
	struct load load[FLOWS_SERVERS];
	struct state state[FLOWS_SERVICES];
	uint64_t second;                /* the one that is being counted */
};

static void *storm_new(const struct flows *flows)
{
	struct storm *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->flows = flows;
	for (size_t i = 0; i < FLOWS_SERVICES; i++)
		s->state[i].server = FLOWS_NONE;
	return s;
}

static void storm_event(void *self, const struct flow_event *e, struct finding_list *found)
{
	struct storm *s = self;

	(void)found;
	if (e->kind != FLOW_ASSIGNED || !e->flow->began || e->server == FLOWS_NONE)
		return;
	struct load *load = &s->load[e->server];
	if (!load->known || e->at - load->last_at > NEWCOMER)
		s->state[e->service].since = e->at;
	load->known = true;
	load->last_at = e->at;
	load->bin[s->second % WINDOW]++;
	load->evidence[s->second % WINDOW] = e->frame;
}

/* New connections of a server since the window's start. The second that is being counted is not whole: it counts. */
static uint64_t recent(const struct storm *s, const struct load *load, uint64_t seconds)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < seconds && i < WINDOW; i++)
		sum += load->bin[(s->second + WINDOW - i) % WINDOW];
	return sum;
}

static bool takes_part(const struct load *load, const struct flow_server *server, vl_time now)
{
	return load->known && (now - load->last_at <= TAKES_PART || server->active > 0);
}

struct window {
	uint64_t seconds, total, most;
	size_t servers;
	uint16_t server;                /* of the most */
};

static struct window look(const struct storm *s, const struct flow_service *service, const struct state *state, vl_time now)
{
	struct window w = {.server = FLOWS_NONE};
	vl_time length = now > state->since ? now - state->since : 0;

	w.seconds = length / VL_S + 1 < WINDOW ? length / VL_S + 1 : WINDOW;
	for (uint16_t i = service->first_server; i != FLOWS_NONE; i = flows_server(s->flows, i)->next) {
		uint64_t n = recent(s, &s->load[i], w.seconds);
		w.servers += takes_part(&s->load[i], flows_server(s->flows, i), now);
		w.total += n;
		if (n > w.most || w.server == FLOWS_NONE) {
			w.most = n;
			w.server = i;
		}
	}
	return w;
}

/* What came before the window, of one server and of all. */
static void history(const struct storm *s, uint16_t service, uint16_t server, uint64_t seconds, uint64_t *own, uint64_t *all)
{
	*all = s->state[service].before;
	for (uint16_t i = flows_service(s->flows, service)->first_server; i != FLOWS_NONE; i = flows_server(s->flows, i)->next) {
		uint64_t older = recent(s, &s->load[i], WINDOW) - recent(s, &s->load[i], seconds);
		*all += older;
		if (i == server)
			*own = s->load[i].before + older;
	}
}

/* In millionths: an equal part, or what it had before when that was clearly more. */
static uint64_t fair_share(uint64_t own, uint64_t all, size_t servers)
{
	uint64_t equal = IMBALANCE_ONE / (servers > 0 ? servers : 1);

	if (all < HISTORY_LEAST || own > all)
		return equal;
	uint64_t had = fixed_scale(own, IMBALANCE_ONE, all);
	return had > equal + equal * 3 / 10 ? had : equal;
}

static void tell(struct storm *s, uint16_t service, const struct window *w, uint64_t times, vl_time now,
		 struct finding_list *found)
{
	struct state *state = &s->state[service];
	struct finding *f = flow_judge_find(found, s->flows, "storm", service, w->server, state->began_at, now);
	char server[FLOWS_NAME], name[FLOWS_NAME];

	if (f == NULL)
		return;
	state->finding = (uint16_t)found->count;
	for (uint64_t i = w->seconds < WINDOW ? w->seconds : WINDOW; i > 0; i--) {
		uint64_t frame = s->load[w->server].evidence[(s->second + WINDOW - (i - 1)) % WINDOW];
		if (frame != 0)
			finding_add_evidence(f, frame, &flows_server(s->flows, w->server)->ip, MAC_ZERO);
	}
	snprintf(f->detail, sizeof f->detail,
		 "%s takes %llu of %llu new connections of %s in %llu s, %llu.%02llu times its fair share among %zu servers; it "
		 "has %llu active.",
		 flows_server_name(server, flows_server(s->flows, w->server)), (unsigned long long)w->most,
		 (unsigned long long)w->total, flows_service_name(name, flows_service(s->flows, service)),
		 (unsigned long long)w->seconds, (unsigned long long)(times / IMBALANCE_ONE),
		 (unsigned long long)(times % IMBALANCE_ONE / 10000), w->servers,
		 (unsigned long long)flows_server(s->flows, w->server)->active);
}

static void judge(struct storm *s, uint16_t service, vl_time now, struct finding_list *found)
{
	const struct flow_service *one = flows_service(s->flows, service);
	struct state *state = &s->state[service];
	struct window w = look(s, one, state, now);

	if (w.server == FLOWS_NONE)
		return;
	/* a storm that is told is followed with the server that has it */
	uint16_t server = state->finding != 0 ? state->server : w.server;
	uint64_t n = recent(s, &s->load[server], w.seconds);
	uint64_t own = 0, all = 0;
	history(s, service, server, w.seconds, &own, &all);
	uint64_t fair = fair_share(own, all, w.servers);
	uint64_t share = w.total > 0 ? fixed_scale(n, IMBALANCE_ONE, w.total) : 0;
	uint64_t times = fixed_scale(share, IMBALANCE_ONE, fair);
	if (state->finding != 0) {
		if (w.total >= 10 && times >= IMBALANCE_ONE * 13 / 10) {
			found->item[state->finding - 1].end = now;
		} else if (w.total >= 10 || now - found->item[state->finding - 1].end > WINDOW * VL_S) {
			finding_list_over(found, &state->finding);
			state->server = FLOWS_NONE;
			state->seconds = 0;
		}
		return;
	}
	uint64_t effect = flows_is_sticky(one)
				  ? imbalance_design_effect(w.total, flows_effective_sources(s->flows, service))
				  : IMBALANCE_ONE;
	bool stormy = w.servers > 1 && w.total >= LEAST && all >= HISTORY_LEAST && times > 2 * IMBALANCE_ONE && fair < IMBALANCE_ONE &&
		      imbalance_noise(n, w.total, fair, effect) > 0;
	if (!stormy || state->server != server) {
		state->server = stormy ? server : FLOWS_NONE;
		state->began_at = state->since > now - w.seconds * VL_S || now < w.seconds * VL_S ? state->since
												    : now - w.seconds * VL_S;
		state->seconds = stormy;
		return;
	}
	if (++state->seconds > LASTS)
		tell(s, service, &w, times, now, found);
}

/* The oldest second leaves the window. */
static void turn(struct storm *s)
{
	s->second++;
	for (uint16_t i = 0; i < flows_service_count(s->flows); i++) {
		const struct flow_service *service = flows_service(s->flows, i);
		for (uint16_t k = service->first_server; service->used && k != FLOWS_NONE;
		     k = flows_server(s->flows, k)->next) {
			struct load *load = &s->load[k];
			load->before += load->bin[s->second % WINDOW];
			s->state[i].before += load->bin[s->second % WINDOW];
			load->bin[s->second % WINDOW] = 0;
			load->evidence[s->second % WINDOW] = 0;
		}
	}
}

static void storm_second(void *self, vl_time now, struct finding_list *found)
{
	struct storm *s = self;

	for (uint16_t i = 0; i < flows_service_count(s->flows); i++)
		if (flows_is_balanced(flows_service(s->flows, i)))
			judge(s, i, now, found);
	turn(s);
}

static void storm_finish(void *self, vl_time now, struct finding_list *found)
{
	(void)self;
	(void)now;
	(void)found;
}

const struct flow_judge_ops storm_judge = {
	.name = "storm",
	.new = storm_new,
	.free = free,
	.event = storm_event,
	.second = storm_second,
	.finish = storm_finish,
};

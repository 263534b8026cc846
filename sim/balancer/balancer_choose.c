// SPDX-License-Identifier: BSD-2-Clause
/* Which server gets a new connection (balancer.md 2.4): the one that persistence remembers, if it may have it; else the
 * scheduler's; else a sorry server. */
#include "sim/balancer/balancer_sync.h"

/* What a client that is remembered may do (balancer.md 2.4, 2.5). A full server is passed over by KEMP's policy
 * (UNCONFIRMED), waited for by HAProxy's (its queue: here the SYN is dropped and comes again), and given the connection
 * all the same by IPVS'. */
enum remembered {
	REMEMBERED_TAKE,
	REMEMBERED_WAIT,
	REMEMBERED_PASS,
};

static enum remembered may_return(const struct virtual_service *v, const struct real_server *s, vl_time now)
{
	if (s->removed || s->disabled || s->down || s->shunned)
		return REMEMBERED_PASS;
	switch (v->config.drain) {
	case DRAIN_KEMP:
		if (s->drained && now >= s->drain_end)
			return REMEMBERED_PASS;
		return s->full ? REMEMBERED_PASS : REMEMBERED_TAKE;
	case DRAIN_HAPROXY:
		return s->full ? REMEMBERED_WAIT : REMEMBERED_TAKE;
	case DRAIN_IPVS:
		break;
	}
	bool quiesced = s->drained || s->config.weight == 0;
	return quiesced && v->config.expire_quiescent ? REMEMBERED_PASS : REMEMBERED_TAKE;
}

/* The service's server of that address that is in its list, or -1. */
static int server_at(const struct virtual_service *v, uint32_t host)
{
	for (size_t i = 0; i < v->server_count; i++)
		if (v->server[i].host == host && !v->server[i].removed)
			return (int)i;
	return -1;
}

static bool sorry_may(const struct real_server *s)
{
	return s->config.sorry && !s->removed && !s->disabled && !s->drained && !s->down && !s->full &&
	       !s->shunned;
}

static int choose_sorry(struct virtual_service *v)
{
	for (size_t i = 0; i < v->server_count; i++) {
		size_t at = (v->next_sorry + i) % v->server_count;
		if (!sorry_may(&v->server[at]))
			continue;
		v->next_sorry = at + 1;
		return (int)at;
	}
	return -1;
}

/* Why nobody may: at its limits is another thing than not there. */
static enum balancer_drop why_none(struct virtual_service *v)
{
	enum balancer_drop why = BALANCER_DROP_NO_SERVER;

	for (size_t i = 0; i < v->server_count; i++) {
		struct real_server *s = &v->server[i];
		bool fast = s->config.rate_limit != 0 && s->this_second >= s->config.rate_limit;
		if (s->removed || s->disabled || s->drained || s->down || !(s->full || fast))
			continue;
		s->refused++;
		why = s->full ? BALANCER_DROP_LIMIT : BALANCER_DROP_RATE;
	}
	return why;
}

/* The server that the client names itself, or the one that its key is bound to; -1: neither. */
static int remembered_server(struct balancer *b, const struct virtual_service *v,
			     const struct persistence_facts *facts, struct persistence_key *key, vl_time now)
{
	const struct persistence_config *pc = &v->config.persistence;
	struct ip_addr address;
	uint16_t port;

	if (pc->kind->names != NULL && pc->kind->names(facts, &address, &port)) {
		for (size_t i = 0; i < v->server_count; i++) {
			const struct real_server_config *s = &v->server[i].config;
			if (!v->server[i].removed && ip_equal(&s->address, &address) && (s->port == 0 || s->port == port))
				return (int)i;
		}
	}
	pc->kind->key(pc, facts, key);
	bool tells = pc->touch && balancer_sync_tells_entries(b, v);
	vl_time had = tells ? persistence_expires(b->persistence, v->group, key) : 0;
	int host = persistence_lookup(b->persistence, pc, v->group, key, now);
	int server = host >= 0 ? server_at(v, (uint32_t)host) : -1;
	if (tells && server >= 0)
		balancer_sync_entry(b, v, key, (size_t)server, had, now);
	return server;
}

static void bind_key(struct balancer *b, const struct virtual_service *v, const struct persistence_key *key, size_t server,
		     vl_time now)
{
	persistence_store(b->persistence, &v->config.persistence, v->group, key, v->server[server].host, now);
	balancer_sync_entry(b, v, key, server, 0, now);
}

int balancer_choose(struct balancer *b, struct virtual_service *v, const struct persistence_facts *facts,
		    bool *persistent, enum balancer_drop *why, vl_time now)
{
	const struct persistence_config *pc = &v->config.persistence;
	struct persistence_key key = {.length = 0};

	*persistent = false;
	virtual_service_tick(v, now);
	if (pc->kind != NULL) {
		int server = remembered_server(b, v, facts, &key, now);
		if (server >= 0) {
			enum remembered may = may_return(v, &v->server[server], now);
			*persistent = may == REMEMBERED_TAKE;
			if (may == REMEMBERED_TAKE)
				return server;
			if (may == REMEMBERED_WAIT) {
				v->server[server].refused++;
				*why = BALANCER_DROP_LIMIT;
				return -1;
			}
		}
	}
	struct scheduler_view view = {.server = v->view, .count = v->view_count};
	int at = v->config.scheduler->pick(v->scheduler, &view, facts->flow, now);
	if (at >= 0) {
		int server = v->order[at];
		if (key.length > 0 && !pc->kind->only_learned)
			bind_key(b, v, &key, (size_t)server, now);
		return server;
	}
	/* Not remembered: its clients should leave it as soon as there is another. */
	int sorry = choose_sorry(v);
	if (sorry < 0)
		*why = why_none(v);
	return sorry;
}

bool balancer_stays(struct balancer *b, struct virtual_service *v, size_t server, const struct persistence_facts *facts,
		    bool accept, vl_time now)
{
	const struct persistence_config *pc = &v->config.persistence;
	struct persistence_key key = {.length = 0};
	int at = remembered_server(b, v, facts, &key, now);

	if (at >= 0)
		return (size_t)at == server || may_return(v, &v->server[at], now) != REMEMBERED_TAKE;
	if (accept && key.length > 0 && !pc->kind->only_learned)
		persistence_store(b->persistence, pc, v->group, &key, v->server[server].host, now);
	return true;
}

void balancer_learn(struct balancer *b, struct virtual_service *v, size_t server,
		    const struct persistence_facts *facts, vl_time now)
{
	const struct persistence_config *pc = &v->config.persistence;
	struct persistence_key key = {.length = 0};

	if (pc->kind == NULL || pc->kind->learn == NULL || v->server[server].config.sorry)
		return;
	pc->kind->learn(pc, facts, &key);
	if (key.length > 0)
		bind_key(b, v, &key, server, now);
}

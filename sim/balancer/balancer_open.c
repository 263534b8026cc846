// SPDX-License-Identifier: BSD-2-Clause
/* A packet for a service that belongs to no connection: a new one, a stray, or one too many. */
#include "sim/balancer/balancer_sync.h"

/* Those that may be better luck in a moment are dropped without a word: a SYN comes again. */
static bool comes_again(const struct virtual_service *v, enum balancer_drop why)
{
	return why == BALANCER_DROP_TABLE_FULL || why == BALANCER_DROP_HALF_OPEN || why == BALANCER_DROP_PORTS ||
	       (why == BALANCER_DROP_LIMIT && v->config.drain == DRAIN_HAPROXY);
}

bool balancer_refuse(struct balancer *b, const struct virtual_service *v, const struct segment *s,
		     enum balancer_drop why, vl_time now)
{
	if (why == BALANCER_DROP_STRAY && balancer_sync_is_settling(b, now))
		return balancer_drop(b, why);
	if (why != BALANCER_DROP_STRAY)
		balancer_say_refused(b, v, &s->p->src, why, now);
	if (!v->config.silent_strays && !comes_again(v, why)) {
		if (s->protocol == IP_PROTOCOL_TCP)
			balancer_answer_reset(b, s, now);
		else
			stack_send_error(b->stack, STACK_ERROR_NO_PORT, s->f, s->p, 0, now);
	}
	return balancer_drop(b, why);
}

static bool bind(struct balancer *b, struct virtual_service *v, struct connection *c)
{
	switch (v->config.forwarding) {
	case FORWARD_SNAT:
		return balancer_bind_port(b, v, c);
	case FORWARD_NAT:
		return connection_bind_reverse(b->table, c);
	case FORWARD_DSR:
	case FORWARD_TUNNEL:
		break;
	}
	c->flags |= CONNECTION_NO_REVERSE;
	return true;
}

struct connection *balancer_connect(struct balancer *b, struct virtual_service *v,
				    const struct persistence_facts *facts, enum balancer_drop *why, vl_time now)
{
	bool persistent;
	int server = balancer_choose(b, v, facts, &persistent, why, now);

	if (server < 0)
		return NULL;
	if (v->config.forwarding == FORWARD_NAT)
		connection_fetch_reverse(b->table, facts->flow, v->index, (uint16_t)server);
	struct connection *c = connection_open(b->table, facts->flow, now);
	if (c == NULL) {
		*why = BALANCER_DROP_TABLE_FULL;
		return NULL;
	}
	struct real_server *s = &v->server[server];
	c->service = v->index;
	c->server = (uint16_t)server;
	if (persistent)
		c->flags |= CONNECTION_PERSISTENT;
	virtual_service_count(v, (size_t)server, 0, 1, now);
	if (!bind(b, v, c)) {
		*why = BALANCER_DROP_PORTS;
		connection_close(b->table, c, CONNECTION_END_UNBOUND, now);
		return NULL;
	}
	s->opened++;
	s->this_second++;
	if (s->config.rate_limit != 0)
		virtual_service_refresh(v, (size_t)server, now);
	return c;
}

/* False: it was answered, refused, or opened by a cookie. */
static bool may_open(struct balancer *b, struct virtual_service *v, const struct segment *s, vl_time now)
{
	uint8_t flags = s->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN);
	uint32_t limit = v->config.half_open_limit;

	if (flags == TCP_ACK && limit != 0 && v->sees_both && balancer_open_by_cookie(b, v, s, now))
		return false;
	if (flags != TCP_SYN)
		return !balancer_refuse(b, v, s, BALANCER_DROP_STRAY, now);
	if (limit == 0 || v->half_open < limit)
		return true;
	if (!v->sees_both)
		return !balancer_refuse(b, v, s, BALANCER_DROP_HALF_OPEN, now);
	balancer_send_cookie(b, s, 0, now);
	return false;
}

bool balancer_open(struct balancer *b, struct virtual_service *v, const struct segment *s, vl_time now)
{
	struct flow flow = segment_flow(s);
	struct persistence_facts facts = {.flow = &flow, .secret = b->secret};
	enum balancer_drop why;

	if (v->layer7)
		return layer7_open(b, v, s, now);
	if (s->protocol == IP_PROTOCOL_UDP && !s->fragment) {
		facts.first = s->ip + s->transport + UDP_HEADER;
		facts.first_length = s->length - s->transport - UDP_HEADER;
	}
	if (s->protocol == IP_PROTOCOL_TCP && !may_open(b, v, s, now))
		return true;
	struct connection *c = balancer_connect(b, v, &facts, &why, now);
	if (c == NULL)
		return balancer_refuse(b, v, s, why, now);
	(void)balancer_from_client(b, c, s, now);
	balancer_say_open(b, c, now);
	return true;
}

void balancer_set_state(struct balancer *b, struct connection *c, enum connection_state state, vl_time now)
{
	struct virtual_service *v = service_of(b, c);
	enum connection_state was = (enum connection_state)c->state;
	int active = connection_is_active(state) - connection_is_active(was);

	connection_set(b->table, c, state, vl_time_after(now, v->config.timeouts.at[state]));
	if (was == state)
		return;
	v->half_open += (uint32_t)((state == CONNECTION_SYN_RECV) - (was == CONNECTION_SYN_RECV));
	balancer_sync_state(b, c, now);
	if (active == 0)
		return;
	virtual_service_count(v, c->server, active, -active, now);
	if (was != CONNECTION_NONE)
		balancer_say_activity(b, c, now);
}

void balancer_ended(void *context, const struct connection *c, enum connection_end why, vl_time now)
{
	struct balancer *b = context;
	struct virtual_service *v = service_of(b, c);
	bool active = connection_is_active((enum connection_state)c->state);

	layer7_entry_ended(b, c, why, now);
	v->half_open -= c->state == CONNECTION_SYN_RECV;
	virtual_service_count(v, c->server, active ? -1 : 0, active ? 0 : -1, now);
	if (v->config.forwarding == FORWARD_SNAT)
		balancer_release_port(b, c);
	balancer_sync_end(b, c, why, now);
	/* Of what it only holds the passive unit says nothing. */
	if (!b->clearing && b->active && why != CONNECTION_END_UNBOUND)
		balancer_say_close(b, c, why, now);
}

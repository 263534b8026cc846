// SPDX-License-Identifier: BSD-2-Clause
/* Segments of no connection: a SYN for a listener, or a stray (RFC 9293 3.10.7.1, 3.10.7.2). */
#include "sim/stack/tcp_parts.h"

static void open_passive(struct tcp_endpoint *t, struct tcp_listener *l, const struct packet *p,
			 const struct tcp_incoming *s, vl_time now)
{
	struct tcp_connection *c = NULL;

	if (l->pending < l->c.backlog)
		c = tcp_new(t, &p->dst, p->tcp.dst_port, &p->src, p->tcp.src_port, now);
	if (c == NULL) {
		t->counters.syn_dropped++; /* it will come again */
		return;
	}
	c->state = TCP_SYN_RECEIVED;
	c->passive = true;
	c->ops = l->c.ops;
	c->user = l->c.user;
	c->listener = (uint8_t)(l - t->listener);
	c->in_backlog = true;
	l->pending++;
	tcp_take_syn(t, c, s);
	tcp_want(t, c);
}

/* Never to a group, never about one (RFC 9293 3.9.2.3, RFC 1122 4.2.3.10). */
static bool to_nobody(const struct tcp_endpoint *t, const struct packet *p, unsigned interface)
{
	return ip_is_multicast(&p->dst) || stack_is_broadcast(t->stack, interface, &p->dst) ||
	       ip_is_multicast(&p->src) || ip_is_zero(&p->src) || mac_is_group(p->ethernet.dst);
}

bool tcp_arrives_unknown(struct tcp_endpoint *t, const struct packet *p, const struct tcp_incoming *s,
			 unsigned interface, vl_time now)
{
	struct tcp_listener *l;

	/* A cluster's unicast packets may come in group frames: they are for us, if not to be answered with a reset. */
	if (ip_is_multicast(&p->dst) || stack_is_broadcast(t->stack, interface, &p->dst))
		return false;
	l = tcp_listener_for(t, &p->dst, p->tcp.dst_port);
	if (l == NULL && t->c.silent_closed_ports)
		return false;
	if ((s->flags & TCP_RST) != 0)
		return l != NULL;
	if (l != NULL && (s->flags & TCP_ACK) == 0) {
		if ((s->flags & TCP_SYN) != 0)
			open_passive(t, l, p, s, now);
		return true;
	}
	if (to_nobody(t, p, interface))
		return false;
	tcp_answer_reset(t, p, s, now);
	return true;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Connections that a relay gives away at rest, and those that come to it half done. */
#include <assert.h>

#include "sim/stack/tcp_parts.h"

uint64_t tcp_acknowledged(const struct tcp_endpoint *t, tcp_handle h)
{
	assert(h < t->c.connections);
	return t->connection[h].una_offset;
}

bool tcp_knows(const struct tcp_endpoint *t, const struct ip_addr *local, uint16_t local_port,
	       const struct ip_addr *remote, uint16_t remote_port)
{
	return tcp_find(t, local, local_port, remote, remote_port) != NULL;
}

uint32_t tcp_pending(struct tcp_endpoint *t, const struct ip_addr *address, uint16_t port)
{
	const struct tcp_listener *l = tcp_listener_for(t, address, port);

	return l != NULL ? l->pending : 0;
}

bool tcp_is_at_rest(const struct tcp_endpoint *t, tcp_handle h, const struct tcp_header *with, struct tcp_numbers *n)
{
	assert(h < t->c.connections);
	const struct tcp_connection *c = &t->connection[h];
	uint32_t acknowledged = c->snd_una;

	if (c->state != TCP_ESTABLISHED || c->finishing || c->peer_fin_known || c->hold || c->probing ||
	    c->held != TCP_NONE || c->read_nxt != c->rcv_nxt)
		return false;
	if (with != NULL) {
		if (with->sequence != c->rcv_nxt || (with->flags & (TCP_ACK | TCP_SYN | TCP_RST)) != TCP_ACK)
			return false;
		if (seq_after(with->acknowledgment, acknowledged))
			acknowledged = with->acknowledgment;
	}
	if (acknowledged != c->snd_max || acknowledged != c->iss + 1 + (uint32_t)c->announced)
		return false;
	*n = (struct tcp_numbers){
		.sent = acknowledged,
		.received = c->rcv_nxt,
		.peer_window = with != NULL ? (uint32_t)with->window << c->peer_scale : c->snd_wnd,
		.peer_scale = c->peer_scale,
		.mss = c->mss,
		.mss_offered = tcp_offered_mss(t, &c->remote),
	};
	return true;
}

bool tcp_adopt(struct tcp_endpoint *t, const struct packet *p, uint16_t peer_mss, vl_time now)
{
	struct tcp_listener *l = tcp_listener_for(t, &p->dst, p->tcp.dst_port);
	struct tcp_incoming syn = {
		.sequence = p->tcp.sequence - 1, .window = p->tcp.window, .mss = peer_mss, .scale = -1};
	struct tcp_connection *c = tcp_find(t, &p->dst, p->tcp.dst_port, &p->src, p->tcp.src_port);

	if (c != NULL) {
		if (c->state != TCP_SYN_RECEIVED || !c->passive || p->tcp.acknowledgment == c->iss + 1)
			return false;
		tcp_bury(t, c); /* the SYN came twice, and the client took the other answer: this one is nobody's */
	}
	c = l != NULL && l->pending < l->c.backlog ? tcp_new(t, &p->dst, p->tcp.dst_port, &p->src, p->tcp.src_port, now) : NULL;
	if (c == NULL)
		return false;
	c->state = TCP_SYN_RECEIVED;
	c->passive = true;
	c->ops = l->c.ops;
	c->user = l->c.user;
	c->listener = (uint8_t)(l - t->listener);
	c->in_backlog = true;
	l->pending++;
	c->iss = p->tcp.acknowledgment - 1;
	c->snd_una = c->recover = c->iss;
	c->snd_nxt = c->snd_max = c->iss + 1;
	tcp_take_syn(t, c, &syn);
	c->rcv_adv = c->rcv_nxt + t->c.window;
	return tcp_endpoint_receive(t, p, 0, now);
}

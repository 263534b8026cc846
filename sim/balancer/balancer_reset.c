// SPDX-License-Identifier: BSD-2-Clause
/* Segments of the balancer's own: resets in the name of one side. */
#include "sim/balancer/balancer_parts.h"

void balancer_send_tcp(struct balancer *b, const struct ip_addr *src, const struct ip_addr *dst,
		       const struct tcp_header *h, vl_time now)
{
	uint8_t bytes[TCP_HEADER + 40];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {
		.src = *src, .dst = *dst, .ttl = 64, .dont_fragment = true, .protocol = IP_PROTOCOL_TCP};

	tcp_encode(h, src, dst, NULL, 0, &out);
	(void)stack_send(b->stack, &e, bytes, wr_length(&out), now);
}

/* RFC 9293 3.5.2: to a segment of no connection; never to a RST. */
void balancer_answer_reset(struct balancer *b, const struct segment *s, vl_time now)
{
	struct tcp_header h = {.src_port = s->dst_port, .dst_port = s->src_port, .flags = TCP_RST};

	if ((s->flags & TCP_RST) != 0)
		return;
	if ((s->flags & TCP_ACK) != 0) {
		h.sequence = s->acknowledgment;
	} else {
		h.flags |= TCP_ACK;
		h.acknowledgment = s->sequence + s->data + ((s->flags & TCP_SYN) != 0) + ((s->flags & TCP_FIN) != 0);
	}
	balancer_send_tcp(b, &s->p->dst, &s->p->src, &h, now);
}

/* Both sides learn that it is over. Where the server's answers are not seen, its sequence numbers are not known, and
 * nobody can be told. */
void balancer_cut(struct balancer *b, struct connection *c, enum connection_end why, vl_time now)
{
	const struct virtual_service *v = service_of(b, c);

	/* Those of layer 7 are reset by their endpoint, as their entry ends. */
	if (c->protocol == IP_PROTOCOL_TCP && !connection_is_proxied(c) && v->sees_both && c->server_scale != UINT8_MAX) {
		struct ip_addr client = client_of(c);
		struct tcp_header to_client = {
			.src_port = c->service_port,
			.dst_port = c->client_port,
			.sequence = c->server_next + c->delta,
			.acknowledgment = c->client_next,
			.flags = TCP_RST | TCP_ACK,
		};
		struct tcp_header to_server = {
			.src_port = c->local_port != 0 ? c->local_port : c->client_port,
			.dst_port = server_port_of(b, c),
			.sequence = c->client_next + connection_delta_up(c),
			.acknowledgment = c->server_next,
			.flags = TCP_RST | TCP_ACK,
		};
		balancer_send_tcp(b, &v->config.address, &client, &to_client, now);
		balancer_send_tcp(b, c->local_port != 0 ? &b->local[c->local] : &client,
				  &server_of(b, c)->config.address, &to_server, now);
	}
	connection_close(b->table, c, why, now);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Segments as bytes, written in place behind an open IP packet. */
#include <string.h>

#include "sim/stack/tcp_parts.h"

#define OPTION_MSS 2
#define OPTION_SCALE 3

/* What we offer: MSS, and in a SYN, or where the peer offered it, window scale 0: its windows may be scaled. */
static uint8_t syn_options(uint8_t to[40], uint16_t mss, bool scale)
{
	const uint8_t options[8] = {OPTION_MSS, 4, (uint8_t)(mss >> 8), (uint8_t)mss, 1, OPTION_SCALE, 3, 0};
	uint8_t length = scale ? 8 : 4;

	memcpy(to, options, length);
	return length;
}

/* The MSS to offer: what the way out carries (RFC 9293 3.7.1). */
uint16_t tcp_offered_mss(const struct tcp_endpoint *t, const struct ip_addr *remote)
{
	size_t room = stack_payload_room(t->stack, remote);

	if (room < TCP_HEADER + 64)
		return 64;
	room -= TCP_HEADER;
	return t->c.mss != 0 && t->c.mss < room ? t->c.mss : (uint16_t)(room < UINT16_MAX ? room : UINT16_MAX);
}

static struct packet_envelope envelope(struct tcp_endpoint *t, const struct ip_addr *from, const struct ip_addr *to)
{
	return (struct packet_envelope){
		.src = *from,
		.dst = *to,
		.ttl = STACK_TTL,
		.id = t->ip_id++,
		.dont_fragment = true,
		.protocol = IP_PROTOCOL_TCP,
	};
}

static void write_content(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_outgoing *o,
			  struct wr *out)
{
	uint8_t *to = wr_room(out, o->length);

	if (to == NULL || o->length == 0)
		return;
	if (c->ops->content != NULL)
		c->ops->content(c->user, tcp_index(t, c), o->offset, to, o->length);
	else
		memset(to, 0, o->length);
}

bool tcp_put_segment(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_outgoing *o, vl_time now)
{
	struct packet_envelope e = envelope(t, &c->local, &c->remote);
	struct tcp_header h = {
		.src_port = c->local_port,
		.dst_port = c->remote_port,
		.sequence = o->sequence,
		.flags = o->flags,
		.window = tcp_window(t, c),
	};
	struct stack_writing w;

	if ((o->flags & TCP_ACK) != 0)
		h.acknowledgment = c->rcv_nxt;
	if ((o->flags & TCP_SYN) != 0)
		h.options_length = syn_options(h.options, tcp_offered_mss(t, &c->remote),
					       (o->flags & TCP_ACK) == 0 || c->scaled);
	switch (stack_begin(t->stack, &e, (size_t)TCP_HEADER + h.options_length + o->length, true, &w)) {
	case STACK_HOP_FULL:
		return false;
	case STACK_REFUSED:
		break;
	case STACK_BEGUN: {
		size_t start = wr_length(&w.out);
		tcp_encode_header(&h, &w.out);
		write_content(t, c, o, &w.out);
		tcp_encode_checksum(&w.e.src, &w.e.dst, start, &w.out);
		stack_end(t->stack, &w, now);
		t->counters.segments_sent++;
		break;
	}
	}
	if ((o->flags & TCP_ACK) != 0) {
		uint32_t edge = c->rcv_nxt + h.window;
		if (seq_after(edge, c->rcv_adv))
			c->rcv_adv = edge;
		c->ack_now = c->ack_later = false;
		c->ack_at = VL_NEVER;
		c->unacked_segments = 0;
	}
	return true;
}

static void put_reset(struct tcp_endpoint *t, const struct packet_envelope *e, const struct tcp_header *h, vl_time now)
{
	struct stack_writing w;

	if (stack_begin(t->stack, e, TCP_HEADER, false, &w) != STACK_BEGUN)
		return;
	tcp_encode(h, &w.e.src, &w.e.dst, NULL, 0, &w.out);
	stack_end(t->stack, &w, now);
	t->counters.resets_sent++;
	t->counters.segments_sent++;
}

void tcp_answer_reset(struct tcp_endpoint *t, const struct packet *p, const struct tcp_incoming *s, vl_time now)
{
	struct packet_envelope e = envelope(t, &p->dst, &p->src);
	struct tcp_header h = {.src_port = p->tcp.dst_port, .dst_port = p->tcp.src_port, .flags = TCP_RST};

	if ((s->flags & TCP_ACK) != 0) {
		h.sequence = s->acknowledgment;
	} else {
		h.flags |= TCP_ACK;
		h.acknowledgment = s->sequence + tcp_extent(s);
	}
	put_reset(t, &e, &h, now);
}

void tcp_reset_at(struct tcp_endpoint *t, const struct tcp_connection *c, uint32_t sequence, vl_time now)
{
	struct packet_envelope e = envelope(t, &c->local, &c->remote);

	put_reset(t, &e,
		  &(struct tcp_header){
			  .src_port = c->local_port, .dst_port = c->remote_port, .sequence = sequence, .flags = TCP_RST,
		  },
		  now);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * ICMP errors about segments of ours (RFC 9293 3.9.2.2, RFC 5927): believed only when the quoted sequence number is on
 * its way. They end a connection that does not stand yet; one that stands outlives them, but for "fragmentation
 * needed", which makes its segments smaller (RFC 1191).
 */
#include "sim/stack/tcp_parts.h"

/* What an error quotes of a segment: the packet's ends, and the first eight bytes behind its header. */
struct quoted {
	struct ip_addr src, dst;
	uint16_t src_port, dst_port;
	uint32_t sequence;
};

static bool read_quote(const struct packet *p, struct quoted *q)
{
	struct rd in = rd_of(p->icmp.data, p->icmp.data_length);

	if (p->network == NETWORK_IPV4) {
		struct ipv4_header h;
		if (!ipv4_decode(&h, &in) || h.protocol != IP_PROTOCOL_TCP || h.fragment_offset != 0)
			return false;
		q->src = h.src;
		q->dst = h.dst;
	} else {
		struct ipv6_header h;
		if (!ipv6_decode(&h, &in) || h.protocol != IP_PROTOCOL_TCP || h.fragment_offset != 0)
			return false;
		q->src = h.src;
		q->dst = h.dst;
	}
	q->src_port = rd_be16(&in);
	q->dst_port = rd_be16(&in);
	q->sequence = rd_be32(&in);
	return !in.bad;
}

static bool is_too_long(const struct packet *p)
{
	return p->network == NETWORK_IPV4 ? p->icmp.type == ICMP_UNREACHABLE && p->icmp.code == 4
					  : p->icmp.type == ICMPV6_PACKET_TOO_BIG;
}

static void shrink(struct tcp_endpoint *t, struct tcp_connection *c, const struct packet *p)
{
	uint32_t headers = TCP_HEADER + (p->network == NETWORK_IPV4 ? IPV4_HEADER : IPV6_HEADER);
	/* RFC 1191 3: the low half; 0 comes from routers that do not say. RFC 8201 4: never under 1280. */
	uint32_t mtu = p->network == NETWORK_IPV4 ? p->icmp.word & 0xffff : p->icmp.word;
	uint32_t least = p->network == NETWORK_IPV4 ? 256 : IPV6_LEAST_MTU;

	if (mtu < least)
		mtu = p->network == NETWORK_IPV4 && mtu == 0 ? 576 : least;
	if (mtu - headers >= c->mss)
		return;
	c->mss = (uint16_t)(mtu - headers);
	/* What is too long was lost, and no congestion with it. */
	c->snd_nxt = c->snd_una;
	tcp_want(t, c);
}

bool tcp_icmp_error(struct tcp_endpoint *t, const struct packet *p, vl_time now)
{
	bool v4 = p->network == NETWORK_IPV4;
	bool unreachable = p->icmp.type == (v4 ? ICMP_UNREACHABLE : (uint8_t)ICMPV6_UNREACHABLE);
	struct quoted q;

	if ((!unreachable && !is_too_long(p)) || !read_quote(p, &q))
		return false;
	struct tcp_connection *c = tcp_find(t, &q.src, q.src_port, &q.dst, q.dst_port);
	if (c == NULL)
		return false;
	if (!tcp_lives(c) || seq_before(q.sequence, c->snd_una) || !seq_before(q.sequence, c->snd_max))
		return true;
	if (is_too_long(p)) {
		if (tcp_synchronized(c))
			shrink(t, c, p);
	} else if (!tcp_synchronized(c)) {
		tcp_end_connection(t, c, TCP_END_UNREACHABLE, now);
	}
	return true;
}

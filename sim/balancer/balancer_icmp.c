// SPDX-License-Identifier: BSD-2-Clause
/*
 * ICMP errors about packets of connections (RFC 5508 for NAT, RFC 7915 between the families). Whoever gets one must find
 * in it the packet that he sent himself: what it quotes is translated back, and so "fragmentation needed" of a router
 * behind us reaches the client, and one of a router before us the server.
 *
 *      about what we sent to the server        to the client, from the virtual address: a server's own must not show
 *      about what we sent to the client        to the server, from who sent it (full NAT: from the local address)
 *      about a tunnel's outer packet           to the client, the MTU less the outer header
 */
#include <string.h>

#include "sim/balancer/balancer_parts.h"

#define QUOTE_LEAST 8                   /* bytes of the quoted transport: its ports and a little more */
#define QUOTE_MOST 1232                 /* an ICMPv6 error fits 1280 */
#define ICMP_PARAMETER_PROBLEM 12
#define ICMPV6_PARAMETER_PROBLEM 4
#define PROTOCOL_IPV4 4
#define PROTOCOL_IPV6 41

/* The packet that an error quotes, often cut. */
struct quote {
	enum ip_family family;
	struct ip_addr src, dst;
	uint8_t protocol, ttl, class;
	uint16_t payload;               /* length that its header says, without the header */
	const uint8_t *ip;              /* where it begins */
	size_t length;                  /* what there is of it */
	size_t transport;
	uint16_t src_port, dst_port;
};

static bool read_quote_ipv4(struct quote *q, const uint8_t *at, size_t length)
{
	size_t header = length > 0 ? (size_t)(at[0] & 0x0f) * 4 : 0;

	if (header < IPV4_HEADER || length < header + QUOTE_LEAST || (get_be16(at + 6) & 0x1fff) != 0 ||
	    get_be16(at + 2) < header)
		return false;
	q->family = IP_V4;
	ip4_read(&q->src, at + 12);
	ip4_read(&q->dst, at + 16);
	q->class = at[1];
	q->ttl = at[8];
	q->protocol = at[9];
	q->payload = (uint16_t)(get_be16(at + 2) - header);
	q->transport = header;
	return true;
}

static bool read_quote_ipv6(struct quote *q, const uint8_t *at, size_t length)
{
	if (length < IPV6_HEADER + QUOTE_LEAST)
		return false;
	q->family = IP_V6;
	q->src = ip6_from_bytes(at + 8);
	q->dst = ip6_from_bytes(at + 24);
	q->class = (uint8_t)(get_be16(at) >> 4);
	q->ttl = at[7];
	q->protocol = at[6];
	q->payload = get_be16(at + 4);
	q->transport = IPV6_HEADER;
	return true;
}

static bool read_quote(struct quote *q, const uint8_t *at, size_t length)
{
	bool v6 = length > 0 && at[0] >> 4 == 6, v4 = length > 0 && at[0] >> 4 == 4;

	if (!(v6 ? read_quote_ipv6(q, at, length) : v4 && read_quote_ipv4(q, at, length)))
		return false;
	q->ip = at;
	q->length = length;
	q->src_port = get_be16(at + q->transport);
	q->dst_port = get_be16(at + q->transport + 2);
	return true;
}

/* --- what it says in the other family (RFC 7915 4.2, 5.2) -------------------------------------------------- */

struct meaning {
	uint8_t type, code;
};

static bool unreachable_to_v6(uint8_t code, struct meaning *to)
{
	/* By code 0-15: no route, no port (3), prohibited; 2 is a parameter problem, 4 is too big. */
	static const uint8_t v6_code[16] = {0, 0, 1, 4, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 255, 1};

	if (code > 15 || v6_code[code] == 255)
		return false;
	*to = (struct meaning){code == 4   ? (uint8_t)ICMPV6_PACKET_TOO_BIG
			       : code == 2 ? (uint8_t)ICMPV6_PARAMETER_PROBLEM
					   : (uint8_t)ICMPV6_UNREACHABLE,
			       v6_code[code]};
	return true;
}

static bool to_v6(uint8_t type, uint8_t code, struct meaning *to)
{
	if (type == ICMP_UNREACHABLE)
		return unreachable_to_v6(code, to);
	if (type != ICMP_TIME_EXCEEDED)
		return false;
	*to = (struct meaning){ICMPV6_TIME_EXCEEDED, code};
	return true;
}

static bool to_v4(uint8_t type, uint8_t code, struct meaning *to)
{
	static const uint8_t v4_code[5] = {1, 10, 1, 1, 3};

	if (type == ICMPV6_UNREACHABLE && code < 5)
		*to = (struct meaning){ICMP_UNREACHABLE, v4_code[code]};
	else if (type == ICMPV6_PACKET_TOO_BIG)
		*to = (struct meaning){ICMP_UNREACHABLE, 4};
	else if (type == ICMPV6_TIME_EXCEEDED)
		*to = (struct meaning){ICMP_TIME_EXCEEDED, code};
	else if (type == ICMPV6_PARAMETER_PROBLEM && code == 1)
		*to = (struct meaning){ICMP_UNREACHABLE, 2};
	else
		return false;
	return true;
}

static bool is_too_long(enum ip_family family, uint8_t type, uint8_t code)
{
	return family == IP_V4 ? type == ICMP_UNREACHABLE && code == 4 : type == ICMPV6_PACKET_TOO_BIG;
}

/* --- the quote, as who gets it sent it ---------------------------------------------------------------------- */

/* Where the checksum of the quoted transport is, when that much is there. */
static uint8_t *quoted_checksum(uint8_t protocol, uint8_t *transport, size_t length)
{
	if (protocol == IP_PROTOCOL_TCP)
		return length >= 18 ? transport + 16 : NULL;
	return length >= 8 && get_be16(transport + 6) != 0 ? transport + 6 : NULL;
}

/* Writes it with other addresses and ports. Returns the length. */
static size_t translate_quote(const struct quote *q, const struct rewrite *r, uint8_t out[QUOTE_MOST])
{
	enum ip_family family = (enum ip_family)r->src.family;
	size_t header = family == q->family ? q->transport : family == IP_V4 ? IPV4_HEADER : IPV6_HEADER;
	size_t quoted = q->length - q->transport;
	struct wr to = wr_of(out, header);

	if (quoted > QUOTE_MOST - header)
		quoted = QUOTE_MOST - header;
	uint8_t *transport = out + header;
	memcpy(transport, q->ip + q->transport, quoted);
	uint64_t change = checksum_change(q->src.b, ip_size(q->family), r->src.b, ip_size(family)) +
			  checksum_change(q->dst.b, ip_size(q->family), r->dst.b, ip_size(family)) +
			  checksum_change16(q->src_port, r->src_port) + checksum_change16(q->dst_port, r->dst_port);
	put_be16(transport, r->src_port);
	put_be16(transport + 2, r->dst_port);
	if (q->protocol == IP_PROTOCOL_TCP && r->sequence_add != 0) {
		uint8_t before[4];
		memcpy(before, transport + 4, 4);
		put_be32(transport + 4, get_be32(before) + r->sequence_add);
		change += checksum_change(before, 4, transport + 4, 4);
	}
	uint8_t *checksum = quoted_checksum(q->protocol, transport, quoted);
	if (checksum != NULL)
		put_be16(checksum, checksum_changed(get_be16(checksum), change));
	if (family == IP_V4)
		ipv4_encode(&(struct ipv4_header){.tos = q->class,
						  .total_length = (uint16_t)(header + q->payload),
						  .ttl = q->ttl,
						  .dont_fragment = true,
						  .protocol = q->protocol,
						  .src = r->src,
						  .dst = r->dst},
			    &to);
	else
		ipv6_encode(&(struct ipv6_header){.traffic_class = q->class,
						  .payload_length = q->payload,
						  .next_header = q->protocol,
						  .hop_limit = q->ttl,
						  .src = r->src,
						  .dst = r->dst},
			    &to);
	/* In one family the header is what was quoted, but for the addresses. */
	if (family == q->family)
		memcpy(out, q->ip, header);
	if (family == q->family && family == IP_V4) {
		uint64_t of_header = checksum_change(q->src.b, 4, r->src.b, 4) + checksum_change(q->dst.b, 4, r->dst.b, 4);
		put_be16(out + 10, checksum_changed(get_be16(out + 10), of_header));
		memcpy(out + 12, r->src.b, 4);
		memcpy(out + 16, r->dst.b, 4);
	} else if (family == q->family) {
		memcpy(out + 8, r->src.b, 16);
		memcpy(out + 24, r->dst.b, 16);
	}
	return header + quoted;
}

/* --- sent on -------------------------------------------------------------------------------------------------- */

/* `quote`, of `length` bytes, is what `dst` sent; the MTU is larger there by `more`. */
static bool send_error(struct balancer *b, const struct packet *p, const struct ip_addr *src, const struct ip_addr *dst,
		       const uint8_t *quote, size_t length, int more, vl_time now)
{
	uint8_t bytes[QUOTE_MOST + 8];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct icmp_message m = {.family = (enum ip_family)dst->family, .word = p->icmp.word, .data = quote};
	struct meaning meaning = {p->icmp.type, p->icmp.code};
	bool too_long = is_too_long(p->icmp.family, p->icmp.type, p->icmp.code);
	size_t most = dst->family == IP_V4 ? 576 - IPV4_HEADER - 8 : QUOTE_MOST;

	if (p->ttl <= 1)
		return balancer_drop(b, BALANCER_DROP_TTL);
	if (dst->family != p->icmp.family &&
	    !(dst->family == IP_V6 ? to_v6(meaning.type, meaning.code, &meaning) : to_v4(meaning.type, meaning.code, &meaning)))
		return balancer_drop(b, BALANCER_DROP_MALFORMED);
	if (too_long)
		m.word = (uint32_t)((int)(p->icmp.word & 0xffff) + more);
	else if (dst->family != p->icmp.family)
		m.word = 0;
	m.type = meaning.type;
	m.code = meaning.code;
	m.data_length = length < most ? length : most;
	icmp_encode(&m, src, dst, &out);
	struct packet_envelope e = {
		.src = *src,
		.dst = *dst,
		.ttl = (uint8_t)(p->ttl - 1),
		.protocol = dst->family == IP_V4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6,
	};
	(void)stack_send(b->stack, &e, bytes, wr_length(&out), now);
	return true;
}

static int header_size(enum ip_family family)
{
	return family == IP_V4 ? IPV4_HEADER : IPV6_HEADER;
}

/* About what went to the server. */
static bool tell_client(struct balancer *b, const struct connection *c, const struct packet *p, const struct quote *q,
			vl_time now)
{
	const struct rewrite r = {
		.src = client_of(c),
		.dst = service_of(b, c)->config.address,
		.src_port = c->client_port,
		.dst_port = c->service_port,
		.sequence_add = 0u - connection_delta_up(c),
	};
	uint8_t bytes[QUOTE_MOST];
	size_t length = translate_quote(q, &r, bytes);
	int more = header_size((enum ip_family)r.src.family) - header_size(q->family);

	return send_error(b, p, &r.dst, &r.src, bytes, length, more, now);
}

/* About what went to the client. Where the answers do not come by here, the error goes the way of the client's packets:
 * only its MAC changes, or it goes into the tunnel. */
static bool tell_server(struct balancer *b, const struct connection *c, const struct packet *p, const struct frame *f,
			const struct quote *q, vl_time now)
{
	const struct virtual_service *v = service_of(b, c);
	const struct ip_addr *server = &server_of(b, c)->config.address;
	uint8_t bytes[QUOTE_MOST];

	if (!v->sees_both) {
		struct segment s = {.p = p, .f = f, .protocol = p->protocol, .later = true};
		s.ip = f->data + ETHERNET_HEADER + 4u * p->ethernet.vlan_count;
		s.transport = (size_t)(p->ip_payload - s.ip);
		s.length = s.transport + p->ip_payload_length;
		balancer_to_server(b, c, &s, now);
		return true;
	}
	const struct rewrite r = {
		.src = *server,
		.dst = c->local_port != 0 ? b->local[c->local] : client_of(c),
		.src_port = server_port_of(b, c),
		.dst_port = c->local_port != 0 ? c->local_port : c->client_port,
		.sequence_add = 0u - c->delta,
	};
	size_t length = translate_quote(q, &r, bytes);
	int more = header_size((enum ip_family)server->family) - header_size(q->family);
	return send_error(b, p, c->local_port != 0 ? &r.dst : &p->src, server, bytes, length, more, now);
}

/* About a tunnel's outer packet: what it carried is what the client sent. */
static bool tell_about_tunnel(struct balancer *b, const struct packet *p, const struct quote *outer, vl_time now)
{
	struct quote inner;

	if (!read_quote(&inner, outer->ip + outer->transport, outer->length - outer->transport))
		return false;
	const struct flow flow = {.client = inner.src,
				  .service = inner.dst,
				  .client_port = inner.src_port,
				  .service_port = inner.dst_port,
				  .protocol = inner.protocol};
	const struct connection *c = connection_find(b->table, &flow);
	if (c == NULL || service_of(b, c)->config.forwarding != FORWARD_TUNNEL)
		return false;
	return send_error(b, p, &flow.service, &flow.client, inner.ip, inner.length, -header_size(outer->family), now);
}

bool balancer_icmp(struct balancer *b, const struct packet *p, const struct frame *f, vl_time now)
{
	const struct connection *c;
	struct quote q;

	if (!read_quote(&q, p->icmp.data, p->icmp.data_length))
		return false;
	if (q.protocol == PROTOCOL_IPV4 || q.protocol == PROTOCOL_IPV6)
		return tell_about_tunnel(b, p, &q, now);
	if (q.protocol != IP_PROTOCOL_TCP && q.protocol != IP_PROTOCOL_UDP)
		return false;
	const struct connection_reverse to_server = {.server = q.dst,
						     .peer = q.src,
						     .server_port = q.dst_port,
						     .peer_port = q.src_port,
						     .protocol = q.protocol};
	if (b->has_nat && (c = connection_find_reverse(b->table, &to_server)) != NULL)
		return tell_client(b, c, p, &q, now);
	const struct flow to_client = {.client = q.dst,
				       .service = q.src,
				       .client_port = q.dst_port,
				       .service_port = q.src_port,
				       .protocol = q.protocol};
	c = connection_find(b->table, &to_client);
	return c != NULL ? tell_server(b, c, p, f, &q, now) : false;
}

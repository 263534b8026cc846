// SPDX-License-Identifier: BSD-2-Clause
/* Packets of connections on their way: to the server in the service's mode, back to the client. */
#include <string.h>

#include "sim/balancer/balancer_sync.h"
#include "sim/wire/tcp_cut.h"

#define PROTOCOL_IPV4 4                 /* RFC 2003 */
#define PROTOCOL_IPV6 41                /* RFC 4213 */
#define TUNNEL_TTL 64

static enum ip_family family_of(const struct segment *s)
{
	return s->p->network == NETWORK_IPV6 ? IP_V6 : IP_V4;
}

/* Not sent on, and its sender is told why. */
static void fail(struct balancer *b, const struct segment *s, enum balancer_drop why, enum stack_error error,
		 uint16_t mtu, vl_time now)
{
	(void)balancer_drop(b, why);
	stack_send_error(b->stack, error, s->f, s->p, mtu, now);
}

/* What stands in the way of a packet that grows by `more` bytes on its way to `dst`; false: told and counted. */
static bool may_go(struct balancer *b, const struct segment *s, const struct ip_addr *dst, int more, bool hop_counts,
		   struct stack_hop *hop, vl_time now)
{
	if (hop_counts && s->p->ttl <= 1) {
		fail(b, s, BALANCER_DROP_TTL, STACK_ERROR_TTL, 0, now);
		return false;
	}
	if (!stack_route(b->stack, dst, hop)) {
		fail(b, s, BALANCER_DROP_NO_ROUTE, STACK_ERROR_NO_ROUTE, 0, now);
		return false;
	}
	int mtu = stack_interface(b->stack, hop->interface)->mtu;
	/* IPv4 that may be cut is cut here also on its way into IPv6 (RFC 7915 4.1, RFC 2473 7.2); IPv6 is not. */
	if ((int)frame_piece(s->f, s->length) + more > mtu && !stack_may_fragment(s->ip)) {
		fail(b, s, BALANCER_DROP_TOO_LONG, STACK_ERROR_TOO_LONG, (uint16_t)(mtu - more), now);
		return false;
	}
	return true;
}

/* IPv4 that may go although it is too long for IPv6: it is cut, and so gets a fragment header. */
static bool is_cut_for_ipv6(const struct balancer *b, const struct segment *s, const struct stack_hop *hop,
			    enum ip_family family, size_t length)
{
	return family == IP_V6 && family_of(s) == IP_V4 &&
	       length > stack_interface(b->stack, hop->interface)->mtu && frame_piece(s->f, s->length) == s->length;
}

/* --- NAT -------------------------------------------------------------------------------------------------- */

static void send_rewritten(struct balancer *b, const struct segment *s, struct rewrite *r, vl_time now)
{
	enum ip_family family = (enum ip_family)r->dst.family;
	size_t length = rewrite_length(s, r);
	struct stack_hop hop;
	uint8_t *to;

	if (!may_go(b, s, &r->dst, (int)length - (int)s->length, true, &hop, now))
		return;
	r->cut = is_cut_for_ipv6(b, s, &hop, family, length);
	length = rewrite_length(s, r);
	struct frame *f = stack_packet(b->stack, &hop, family, length, &to);
	if (f == NULL) {
		(void)balancer_drop(b, BALANCER_DROP_MEMORY);
		return;
	}
	f->segment = s->f->segment;
	if (rewrite_packet(b, s, r, to)) {
		stack_send_on(b->stack, &hop, f, now);
		return;
	}
	(void)balancer_drop(b, BALANCER_DROP_MALFORMED);
	frame_unref(f);
}

void balancer_to_client(struct balancer *b, const struct connection *c, const struct segment *s, vl_time now)
{
	struct rewrite r = {
		.src = service_of(b, c)->config.address,
		.dst = client_of(c),
		.src_port = c->service_port,
		.dst_port = c->client_port,
		.sequence_add = c->delta,
		.acknowledgment_add = 0u - connection_delta_up(c),
		.window_shift = connection_is_relayed(c) ? c->server_scale : 0,
	};

	send_rewritten(b, s, &r, now);
}

static void to_server_by_nat(struct balancer *b, const struct connection *c, const struct segment *s, vl_time now)
{
	struct rewrite r = {
		.src = c->local_port != 0 ? b->local[c->local] : s->p->src,
		.dst = server_of(b, c)->config.address,
		.src_port = c->local_port != 0 ? c->local_port : c->client_port,
		.dst_port = server_port_of(b, c),
		.sequence_add = connection_delta_up(c),
		.acknowledgment_add = 0u - c->delta,
		.window_shift = connection_is_relayed(c) ? c->client_scale : 0,
	};

	send_rewritten(b, s, &r, now);
}

/* --- the packet as it is ---------------------------------------------------------------------------------- */

/* Only the Ethernet header is new (balancer.md 4.1): no router was passed, so the TTL stays. */
static void to_server_by_mac(struct balancer *b, const struct connection *c, const struct segment *s, vl_time now)
{
	struct stack_hop hop;
	uint8_t *to;

	if (!may_go(b, s, &server_of(b, c)->config.address, 0, false, &hop, now))
		return;
	struct frame *f = stack_packet(b->stack, &hop, family_of(s), s->length, &to);
	if (f == NULL) {
		(void)balancer_drop(b, BALANCER_DROP_MEMORY);
		return;
	}
	memcpy(to, s->ip, s->length);
	f->segment = s->f->segment;
	stack_send_on(b->stack, &hop, f, now);
}

/* The outer header: class and don't-fragment are the inner's (RFC 2003 3.1, RFC 4213 3.5, 3.6). `cut`: in IPv6, with a fragment
 * header. */
static void write_outer(struct balancer *b, const struct segment *s, size_t length, const struct ip_addr *src,
			const struct ip_addr *dst, bool cut, struct wr *out)
{
	bool inner_v4 = family_of(s) == IP_V4;
	uint8_t class = inner_v4 ? s->p->ipv4.tos : s->p->ipv6.traffic_class;
	uint8_t protocol = inner_v4 ? PROTOCOL_IPV4 : PROTOCOL_IPV6;

	if (dst->family == IP_V4) {
		ipv4_encode(&(struct ipv4_header){.tos = class,
						  .total_length = (uint16_t)(IPV4_HEADER + length),
						  .id = b->next_id++,
						  .dont_fragment = !inner_v4 || s->p->ipv4.dont_fragment,
						  .ttl = TUNNEL_TTL,
						  .protocol = protocol,
						  .src = *src,
						  .dst = *dst},
			    out);
		return;
	}
	const struct ipv6_header h = {.traffic_class = class,
				      .payload_length = (uint16_t)(length + (cut ? IPV6_FRAGMENT_HEADER : 0u)),
				      .next_header = cut ? IP_PROTOCOL_FRAGMENT : protocol,
				      .hop_limit = TUNNEL_TTL,
				      .src = *src,
				      .dst = *dst,
				      .fragment_id = cut ? b->next_id++ : 0};
	ipv6_encode(&h, out);
	if (cut)
		ipv6_fragment_encode(&h, protocol, out);
}

/* The inner packet passes a router here: one hop less (RFC 2003 3.1, RFC 4213 3.3). */
static void spend_hop(enum ip_family family, uint8_t *ip)
{
	if (family == IP_V6) {
		ip[7]--;
		return;
	}
	uint16_t before = get_be16(ip + 8), after = (uint16_t)(before - 0x0100);
	put_be16(ip + 8, after);
	put_be16(ip + 10, checksum_changed(get_be16(ip + 10), checksum_change16(before, after)));
}

/* Sends `length` bytes of the inner packet: the next piece of it, or with `cut` NULL the whole. False: no memory. */
static bool send_outer(struct balancer *b, const struct segment *s, struct tcp_cut *cut, size_t length,
		       const struct ip_addr *src, const struct ip_addr *dst, const struct stack_hop *hop, vl_time now)
{
	bool in_pieces = is_cut_for_ipv6(b, s, hop, (enum ip_family)dst->family, IPV6_HEADER + length);
	size_t header = dst->family == IP_V4 ? IPV4_HEADER : IPV6_HEADER + (in_pieces ? IPV6_FRAGMENT_HEADER : 0u);
	uint8_t *to;
	struct frame *f = stack_packet(b->stack, hop, (enum ip_family)dst->family, header + length, &to);

	if (f == NULL)
		return balancer_drop(b, BALANCER_DROP_MEMORY);  /* false */
	struct wr out = wr_of(to, header);
	write_outer(b, s, length, src, dst, in_pieces, &out);
	if (cut != NULL)
		tcp_cut_next(cut, to + header);
	else
		memcpy(to + header, s->ip, length);
	spend_hop(family_of(s), to + header);
	stack_send_on(b->stack, hop, f, now);
	return true;
}

/* Many segments in one leave one by one, no longer than fits with the outer header: nobody behind us cuts what is inside a
 * tunnel. False: it is no such frame. */
static bool begin_cut(struct tcp_cut *cut, const struct segment *s, size_t most)
{
	size_t each = frame_piece(s->f, s->length);

	return each < s->length && tcp_cut_begin(cut, s->ip, s->length, each < most ? each : most);
}

static void to_server_by_tunnel(struct balancer *b, const struct connection *c, const struct segment *s, vl_time now)
{
	const struct ip_addr *dst = &server_of(b, c)->config.address;
	size_t header = dst->family == IP_V4 ? IPV4_HEADER : IPV6_HEADER;
	struct stack_hop hop;
	struct tcp_cut cut;
	bool pieces = stack_route(b->stack, dst, &hop) &&
		      begin_cut(&cut, s, stack_interface(b->stack, hop.interface)->mtu - header);

	if (!may_go(b, s, dst, pieces ? -(int)s->length : (int)header, true, &hop, now))
		return;
	struct ip_addr src = stack_source_for(b->stack, dst);
	if (src.family == IP_NONE) {
		fail(b, s, BALANCER_DROP_NO_ROUTE, STACK_ERROR_NO_ROUTE, 0, now);
		return;
	}
	if (!pieces) {
		(void)send_outer(b, s, NULL, s->length, &src, dst, &hop, now);
		return;
	}
	for (size_t length; (length = tcp_cut_length(&cut)) > 0;)
		if (!send_outer(b, s, &cut, length, &src, dst, &hop, now))
			return;
}

void balancer_to_server(struct balancer *b, const struct connection *c, const struct segment *s, vl_time now)
{
	switch (service_of(b, c)->config.forwarding) {
	case FORWARD_NAT:
	case FORWARD_SNAT:
		to_server_by_nat(b, c, s, now);
		break;
	case FORWARD_DSR:
		to_server_by_mac(b, c, s, now);
		break;
	case FORWARD_TUNNEL:
		to_server_by_tunnel(b, c, s, now);
		break;
	}
}

/* --- a packet of a connection ----------------------------------------------------------------------------- */

void balancer_count_bytes(struct balancer *b, struct connection *c, const struct segment *s, enum side side)
{
	struct real_server *server = server_of(b, c);

	if (side == SIDE_CLIENT) {
		c->bytes_in += s->length;
		server->bytes_in += s->length;
	} else {
		c->bytes_out += s->length;
		server->bytes_out += s->length;
	}
}

bool balancer_account(struct balancer *b, struct connection *c, const struct segment *s, enum side side, vl_time now)
{
	if (s->protocol == IP_PROTOCOL_UDP)
		balancer_set_state(b, c, CONNECTION_UDP, now);
	else if (!balancer_tcp(b, c, s, side, now))
		return false;
	balancer_count_bytes(b, c, s, side);
	if (side == SIDE_CLIENT)
		balancer_sync_packet(b, c, now);
	return true;
}

/* IPVS: a removed server's packets end here (balancer.md 2.2). */
static bool is_gone(struct balancer *b, struct connection *c, vl_time now)
{
	const struct virtual_service *v = service_of(b, c);

	if (!server_of(b, c)->removed || v->config.drain != DRAIN_IPVS)
		return false;
	(void)balancer_drop(b, BALANCER_DROP_SERVER_GONE);
	if (v->config.expire_nodest)
		balancer_cut(b, c, CONNECTION_END_SERVER, now);
	return true;
}

static bool is_reused(const struct balancer *b, const struct connection *c, const struct segment *s)
{
	uint8_t reuse = service_of(b, c)->config.reuse;

	if (s->protocol != IP_PROTOCOL_TCP || (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return false;
	/* Behind layer 7 each connection's request is read anew. */
	if (connection_is_relayed(c))
		return !connection_is_active((enum connection_state)c->state);
	return ((reuse & 1) != 0 && c->state == CONNECTION_TIME_WAIT) ||
	       ((reuse & 2) != 0 && c->state == CONNECTION_FIN_WAIT);
}

bool balancer_from_client(struct balancer *b, struct connection *c, const struct segment *s, vl_time now)
{
	struct virtual_service *v = service_of(b, c);

	if (is_reused(b, c, s)) {
		connection_close(b->table, c, CONNECTION_END_REUSED, now);
		return balancer_open(b, v, s, now);
	}
	if (is_gone(b, c, now))
		return true;
	if (connection_is_proxied(c))
		return layer7_receive(b, c, s, SIDE_CLIENT, now);
	if ((c->flags & CONNECTION_SPLICING) != 0) {
		balancer_splice_from_client(b, c, s, now);
		return true;
	}
	if (!balancer_account(b, c, s, SIDE_CLIENT, now))
		return balancer_drop(b, BALANCER_DROP_WINDOW);
	balancer_to_server(b, c, s, now);
	return true;
}

bool balancer_from_server(struct balancer *b, struct connection *c, const struct segment *s, vl_time now)
{
	if (connection_is_proxied(c))
		return layer7_receive(b, c, s, SIDE_SERVER, now);
	if ((c->flags & CONNECTION_SPLICING) != 0) {
		balancer_splice_from_server(b, c, s, now);
		return true;
	}
	if (!balancer_account(b, c, s, SIDE_SERVER, now))
		return balancer_drop(b, BALANCER_DROP_WINDOW);
	balancer_to_client(b, c, s, now);
	return true;
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The short way of most frames: of a known connection in a NAT mode, untagged IPv4 without options, whole. Such a frame
 * needs no taking apart: a dozen fields are read where they stand. What comes of it is, byte for byte and count for
 * count, what stack_input and balancer_receive make of it: everything is looked at before anything is changed, and
 * what is not plain goes their way.
 */
#include <string.h>

#include "sim/balancer/balancer_parts.h"

#define FRAME_LEAST (ETHERNET_HEADER + IPV4_HEADER + UDP_HEADER)
#define BATCH 64                        /* frames foreseen together */

/* --- reading ---------------------------------------------------------------------------------------------- */

/* A packet's ends, as far as they can be told without a check of anything. False: no plain datagram. */
static inline bool read_ends(struct connection_ends4 *e, const struct frame *f)
{
	const uint8_t *ip = f->data + ETHERNET_HEADER;

	if (f->length < FRAME_LEAST || get_be16(ip - 2) != ETHERTYPE_IPV4 || ip[0] != 0x45 ||
	    (get_be16(ip + 6) & 0xbfff) != 0 || (ip[9] != IP_PROTOCOL_TCP && ip[9] != IP_PROTOCOL_UDP))
		return false;
	memcpy(&e->from, ip + 12, 4);
	memcpy(&e->to, ip + 16, 4);
	e->protocol = ip[9];
	e->from_port = get_be16(ip + IPV4_HEADER);
	e->to_port = get_be16(ip + IPV4_HEADER + 2);
	return true;
}

/* A SYN begins something, mostly: no need to look for what is there. */
static bool is_syn(const struct connection_ends4 *e, const struct frame *f)
{
	return e->protocol == IP_PROTOCOL_TCP && f->length >= ETHERNET_HEADER + IPV4_HEADER + TCP_HEADER &&
	       (f->data[ETHERNET_HEADER + IPV4_HEADER + 13] & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static bool read_tcp(struct segment *s, const uint8_t *at, size_t length)
{
	size_t header = (size_t)(at[12] >> 4) * 4;

	if (length < TCP_HEADER || header < TCP_HEADER || header > length)
		return false;
	s->sequence = get_be32(at + 4);
	s->acknowledgment = get_be32(at + 8);
	s->flags = at[13];
	s->window = get_be16(at + 14);
	s->data = (uint32_t)(length - header);
	return true;
}

/* Equal ports may be HSRP's and others' of their kind, which are looked into. */
static bool read_udp(struct segment *s, const uint8_t *at, size_t length)
{
	s->flags = 0;
	s->window = 0;
	s->sequence = s->acknowledgment = s->data = 0;
	return get_be16(at + 4) == length && get_be16(at) != get_be16(at + 2);
}

/* With the pseudo-header: both addresses, protocol, length. */
static bool sum_holds(const uint8_t *ip, const uint8_t *at, size_t length)
{
	uint8_t tail[4] = {0, ip[9]};

	put_be16(tail + 2, (uint16_t)length);
	return checksum_finish(checksum_add(checksum_word(ip + 12) + checksum_word(ip + 16) + checksum_word(tail), at,
					    length)) == 0;
}

/* All lengths hold and the sums are right. The segment has no `p`. */
static inline bool read_segment(struct segment *s, const struct connection_ends4 *e, const struct frame *f)
{
	const uint8_t *ip = f->data + ETHERNET_HEADER, *at = ip + IPV4_HEADER;
	size_t whole = get_be16(ip + 2), length = whole - IPV4_HEADER;

	if (whole < IPV4_HEADER + UDP_HEADER || whole > f->length - ETHERNET_HEADER || ip[8] <= 1)
		return false;
	s->p = NULL;
	s->f = f;
	s->ip = ip;
	s->length = whole;
	s->transport = IPV4_HEADER;
	s->protocol = e->protocol;
	s->fragment = s->later = false;
	s->src_port = e->from_port;
	s->dst_port = e->to_port;
	if (e->protocol == IP_PROTOCOL_TCP ? !read_tcp(s, at, length) : !read_udp(s, at, length))
		return false;
	if (checksum_of_20(ip) != 0)
		return false;
	/* RFC 768: the sender may have made none. */
	return f->summed || (e->protocol == IP_PROTOCOL_UDP && get_be16(at + 6) == 0) || sum_holds(ip, at, length);
}

/* --- whose it is ------------------------------------------------------------------------------------------ */

/* For a service's address, perhaps. */
static bool may_be_clients(const struct balancer *b, uint32_t to)
{
	for (size_t i = 0; i < b->service_count && b->service_count <= 8; i++)
		if (memcmp(b->service[i].config.address.b, &to, sizeof to) == 0)
			return true;
	return b->service_count > 8;
}

static inline struct connection *find(const struct balancer *b, const struct connection_ends4 *e, enum side *side)
{
	struct connection *c = may_be_clients(b, e->to) ? connection_find4(b->table, e) : NULL;

	*side = c != NULL ? SIDE_CLIENT : SIDE_SERVER;
	return c != NULL ? c : connection_find_reverse4(b->table, e);
}

static bool is_plain(const struct balancer *b, const struct connection *c)
{
	return service_of(b, c)->quick && (c->flags & CONNECTION_SPLICING) == 0 && !server_of(b, c)->removed;
}

/* An address of the box itself, to whose high ports answers to its checks come. */
static bool is_own(const struct balancer *b, uint32_t to)
{
	struct ip_addr a = {.family = IP_V4};

	memcpy(a.b, &to, sizeof to);
	for (unsigned i = 0; i < stack_interface_count(b->stack); i++)
		if (stack_has_address(b->stack, i, &a))
			return true;
	return false;
}

/* --- where it goes ---------------------------------------------------------------------------------------- */

/* Of a server it is known as long as no route may have changed. */
static bool find_hop(struct balancer *b, const struct connection *c, enum side side, struct stack_hop *hop)
{
	struct real_server *s = server_of(b, c);
	const struct ip_addr client = client_of(c);

	if (side == SIDE_SERVER)
		return stack_route(b->stack, &client, hop);
	if (s->hop_version != stack_route_version(b->stack)) {
		if (!stack_route(b->stack, &s->config.address, &s->hop))
			return false;
		s->hop_version = stack_route_version(b->stack);
	}
	*hop = s->hop;
	return true;
}

/* What a checksum lacks when four bytes in memory become others: RFC 1624, in the order of memory. */
static uint64_t change_word(uint8_t *field, const uint8_t to[4])
{
	uint64_t change = (uint32_t)~(uint32_t)checksum_word(field);

	memcpy(field, to, 4);
	return change + checksum_word(field);
}

/* A dozen words at most: their sum is short of 2^40, and folded thrice there is no carry left. */
static inline void change_sum(uint8_t *field, uint64_t change)
{
	uint16_t sum;

	memcpy(&sum, field, 2);
	change += (uint16_t)~sum;
	change = (change & 0xffffffff) + (change >> 32);
	change = (change & 0xffff) + (change >> 16);
	change = (change & 0xffff) + (change >> 16);
	sum = (uint16_t)~(change + (change >> 16));
	memcpy(field, &sum, 2);
}

static uint64_t add_to(uint8_t *field, uint32_t add)
{
	uint8_t sum[4];

	if (add == 0)
		return 0;
	put_be32(sum, get_be32(field) + add);
	return change_word(field, sum);
}

static void write_transport(const struct segment *s, const struct rewrite *r, uint8_t *at, uint64_t change)
{
	uint8_t ports[4];

	put_be16(ports, r->src_port);
	put_be16(ports + 2, r->dst_port);
	change += change_word(at, ports);
	if (s->protocol == IP_PROTOCOL_TCP) {
		change += add_to(at + 4, r->sequence_add);
		if ((s->flags & TCP_ACK) != 0)
			change += add_to(at + 8, r->acknowledgment_add);
		change_sum(at + 16, change);
	} else if (get_be16(at + 6) != 0) {
		change_sum(at + 6, change);
		if (get_be16(at + 6) == 0)
			put_be16(at + 6, 0xffff);       /* RFC 768: 0 says that there is none */
	}
}

static void write_packet(const struct segment *s, const struct rewrite *r, uint8_t *to)
{
	uint8_t hops[4];

	memcpy(to, s->ip, s->length);
	uint64_t change = change_word(to + 12, r->src.b) + change_word(to + 16, r->dst.b);
	write_transport(s, r, to + IPV4_HEADER, change);
	memcpy(hops, to + 8, 4);                /* TTL, protocol, and the sum itself, which stays: that counts nothing */
	hops[0]--;
	change += change_word(to + 8, hops);
	change_sum(to + 10, change);
}

static struct rewrite rewrite_of(const struct balancer *b, const struct connection *c, enum side side)
{
	bool full = c->local_port != 0;

	if (side == SIDE_SERVER)
		return (struct rewrite){
			.src = service_of(b, c)->config.address,
			.dst = client_of(c),
			.src_port = c->service_port,
			.dst_port = c->client_port,
			.sequence_add = c->delta,
		};
	return (struct rewrite){
		.src = full ? b->local[c->local] : client_of(c),
		.dst = server_of(b, c)->config.address,
		.src_port = full ? c->local_port : c->client_port,
		.dst_port = server_port_of(b, c),
		.acknowledgment_add = 0u - c->delta,
	};
}

static void send(struct balancer *b, const struct connection *c, const struct segment *s, enum side side,
		 const struct stack_hop *hop, vl_time now)
{
	const struct rewrite r = rewrite_of(b, c, side);
	uint8_t *to;
	struct frame *f = stack_packet(b->stack, hop, IP_V4, s->length, &to);

	if (f == NULL) {
		(void)balancer_drop(b, BALANCER_DROP_MEMORY);
		return;
	}
	f->segment = s->f->segment;
	f->summed = s->f->summed;               /* what changes is taken into account */
	write_packet(s, &r, to);
	stack_send_on(b->stack, hop, f, now);
}

/* --- both ------------------------------------------------------------------------------------------------- */

bool balancer_quick(struct balancer *b, unsigned port, const struct frame *f, vl_time now)
{
	struct connection_ends4 e;
	struct segment s;
	struct stack_hop hop;
	enum side side;

	if (!b->active || !b->has_quick || !read_ends(&e, f) || is_syn(&e, f))
		return false;
	struct connection *c = find(b, &e, &side);
	if (c == NULL || !read_segment(&s, &e, f) || !is_plain(b, c))
		return false;
	enum stack_verdict whose = stack_plain(b->stack, port, f->data);
	if (whose == STACK_DONE || (whose == STACK_LOCAL && b->checker != NULL && e.to_port >= HEALTH_PORT_FIRST && is_own(b, e.to)))
		return false;
	if (!find_hop(b, c, side, &hop) || frame_piece(f, s.length) > stack_interface(b->stack, hop.interface)->mtu)
		return false;
	/* It goes: here things begin to change. */
	if (!balancer_account(b, c, &s, side, now))
		return balancer_drop(b, BALANCER_DROP_WINDOW);
	send(b, c, &s, side, &hop, now);
	return true;
}

/* --- foresight -------------------------------------------------------------------------------------------- */

struct foreseen {
	uint32_t hash;
	bool reverse, known;
};

static struct foreseen look_ahead(const struct balancer *b, const struct frame *f)
{
	struct connection_ends4 e;

	if (!read_ends(&e, f))
		return (struct foreseen){.known = false};
	return (struct foreseen){.hash = connection_hash4(b->table, &e), .reverse = !may_be_clients(b, e.to), .known = true};
}

static void foresee_some(const struct balancer *b, struct frame *const *f, size_t count)
{
	struct foreseen seen[BATCH];

	for (size_t i = 0; i < count; i++) {
		seen[i] = look_ahead(b, f[i]);
		if (seen[i].known)
			connection_fetch_index(b->table, seen[i].reverse, seen[i].hash);
	}
	for (size_t i = 0; i < count; i++)
		if (seen[i].known)
			connection_fetch_entry(b->table, seen[i].reverse, seen[i].hash);
}

void balancer_foresee(const struct balancer *b, struct frame *const *f, size_t count)
{
	for (; count > BATCH; f += BATCH, count -= BATCH)
		foresee_some(b, f, BATCH);
	foresee_some(b, f, count);
}

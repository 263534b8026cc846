// SPDX-License-Identifier: BSD-2-Clause
/*
 * A packet with other addresses and ports: the same family (RFC 3022), or the other one (RFC 7915). Checksums are
 * changed by what changed (RFC 1624), so an error in the payload stays one.
 */
#include <assert.h>

#include "sim/balancer/balancer_parts.h"

#define TRANSLATED_FRAGMENTABLE 1260    /* RFC 7915 5.1: longer ones do not fragment on the IPv4 side */

static enum ip_family family_of(const struct segment *s)
{
	return s->p->network == NETWORK_IPV6 ? IP_V6 : IP_V4;
}

size_t rewrite_length(const struct segment *s, const struct rewrite *r)
{
	enum ip_family family = (enum ip_family)r->dst.family;
	size_t payload = s->length - s->transport;

	if (family == family_of(s))
		return s->length;
	if (family == IP_V4)
		return IPV4_HEADER + payload;
	return IPV6_HEADER + (s->fragment || r->cut ? IPV6_FRAGMENT_HEADER : 0u) + payload;
}

/* --- above IP --------------------------------------------------------------------------------------------- */

static uint64_t change_port(uint8_t *field, uint16_t to)
{
	uint64_t change = checksum_change16(get_be16(field), to);

	put_be16(field, to);
	return change;
}

static uint64_t add_to(uint8_t *field, uint32_t add)
{
	uint8_t before[4];

	if (add == 0)
		return 0;
	memcpy(before, field, 4);
	put_be32(field, get_be32(field) + add);
	return checksum_change(before, 4, field, 4);
}

/* A window whose scale the other side does not know, as far as it can be said without. */
static uint64_t widen(uint8_t *field, uint8_t shift)
{
	uint16_t before = get_be16(field);
	uint32_t wide = (uint32_t)before << shift;
	uint16_t after = (uint16_t)(wide < UINT16_MAX ? wide : UINT16_MAX);

	put_be16(field, after);
	return checksum_change16(before, after);
}

/* RFC 768: 0 says that there is none, so a sum of 0 is written as its other form. */
static bool finish_udp(const struct segment *s, const struct rewrite *r, uint8_t *transport, uint64_t change)
{
	uint8_t *field = transport + 6;
	uint16_t checksum = get_be16(field);

	if (checksum != 0) {
		checksum = checksum_changed(checksum, change);
		put_be16(field, checksum != 0 ? checksum : 0xffff);
		return true;
	}
	if (r->src.family == IP_V4)
		return true;
	/* RFC 7915 4.5: IPv6 wants one, and a fragment does not have all that it covers. */
	if (s->fragment)
		return false;
	checksum = ip_payload_checksum(&r->src, &r->dst, s->protocol, transport, s->length - s->transport);
	put_be16(field, checksum != 0 ? checksum : 0xffff);
	return true;
}

static bool rewrite_transport(const struct segment *s, const struct rewrite *r, uint8_t *transport)
{
	enum ip_family from = family_of(s);
	size_t size = ip_size(from), new_size = ip_size((enum ip_family)r->src.family);
	uint64_t change;

	if (s->later)
		return true;
	change = checksum_change(s->p->src.b, size, r->src.b, new_size) +
		 checksum_change(s->p->dst.b, size, r->dst.b, new_size);
	change += change_port(transport, r->src_port);
	change += change_port(transport + 2, r->dst_port);
	if (s->protocol == IP_PROTOCOL_UDP)
		return finish_udp(s, r, transport, change);
	change += add_to(transport + 4, r->sequence_add);
	if ((s->flags & TCP_ACK) != 0)
		change += add_to(transport + 8, r->acknowledgment_add);
	change += widen(transport + 14, r->window_shift);
	put_be16(transport + 16, checksum_changed(get_be16(transport + 16), change));
	return true;
}

/* --- IP --------------------------------------------------------------------------------------------------- */

static void rewrite_ipv4(const struct rewrite *r, uint8_t *to)
{
	uint64_t change = checksum_change(to + 12, 4, r->src.b, 4) + checksum_change(to + 16, 4, r->dst.b, 4);
	uint16_t ttl = get_be16(to + 8);

	put_be16(to + 8, (uint16_t)(ttl - 0x0100));
	change += checksum_change16(ttl, (uint16_t)(ttl - 0x0100));
	memcpy(to + 12, r->src.b, 4);
	memcpy(to + 16, r->dst.b, 4);
	put_be16(to + 10, checksum_changed(get_be16(to + 10), change));
}

static void rewrite_ipv6(const struct rewrite *r, uint8_t *to)
{
	to[7]--;
	memcpy(to + 8, r->src.b, 16);
	memcpy(to + 24, r->dst.b, 16);
}

static void to_ipv4(struct balancer *b, const struct segment *s, const struct rewrite *r, uint8_t *to, size_t length)
{
	const struct ipv6_header *from = &s->p->ipv6;
	struct wr out = wr_of(to, IPV4_HEADER);
	struct ipv4_header h = {
		.tos = from->traffic_class,
		.total_length = (uint16_t)length,
		.ttl = (uint8_t)(from->hop_limit - 1),
		.protocol = s->protocol,
		.src = r->src,
		.dst = r->dst,
	};

	if (from->fragment) {
		h.id = (uint16_t)from->fragment_id;
		h.fragment_offset = from->fragment_offset;
		h.more_fragments = from->more_fragments;
	} else if (length > TRANSLATED_FRAGMENTABLE) {
		h.dont_fragment = true;
	} else {
		h.id = b->next_id++;
	}
	ipv4_encode(&h, &out);
	assert(!out.bad);
}

static void to_ipv6(const struct segment *s, const struct rewrite *r, uint8_t *to, size_t header, size_t length)
{
	const struct ipv4_header *from = &s->p->ipv4;
	struct wr out = wr_of(to, header);
	bool fragment = s->fragment || r->cut;
	struct ipv6_header h = {
		.traffic_class = from->tos,
		.payload_length = (uint16_t)(length - IPV6_HEADER),
		.next_header = fragment ? IP_PROTOCOL_FRAGMENT : s->protocol,
		.hop_limit = (uint8_t)(from->ttl - 1),
		.src = r->src,
		.dst = r->dst,
		.more_fragments = from->more_fragments,
		.fragment_offset = from->fragment_offset,
		.fragment_id = from->id,
	};

	ipv6_encode(&h, &out);
	if (fragment)
		ipv6_fragment_encode(&h, s->protocol, &out);
	assert(!out.bad);
}

bool rewrite_packet(struct balancer *b, const struct segment *s, const struct rewrite *r, uint8_t *to)
{
	enum ip_family family = (enum ip_family)r->src.family;
	size_t length = rewrite_length(s, r), payload = s->length - s->transport;
	size_t header = length - payload;

	if (family == family_of(s)) {
		memcpy(to, s->ip, s->length);
		if (family == IP_V4)
			rewrite_ipv4(r, to);
		else
			rewrite_ipv6(r, to);
	} else {
		if (family == IP_V4)
			to_ipv4(b, s, r, to, length);
		else
			to_ipv6(s, r, to, header, length);
		memcpy(to + header, s->ip + s->transport, payload);
	}
	return rewrite_transport(s, r, to + header);
}

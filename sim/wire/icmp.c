// SPDX-License-Identifier: BSD-2-Clause
/* ICMP (RFC 792), ICMPv6 (RFC 4443), Neighbour Discovery (RFC 4861). */
#include "sim/wire/icmp.h"

#include <assert.h>

#include "sim/base/checksum.h"
#include "sim/wire/ip.h"

enum {
	OPTION_SOURCE_LINK_ADDRESS = 1,
	OPTION_TARGET_LINK_ADDRESS = 2,
	OPTION_UNIT = 8,                /* an option's length counts 8 bytes */
	ADVERTISEMENT_TIMERS = 8,       /* RFC 4861 4.2: reachable time and retransmission timer */
};

#define NA_ROUTER (UINT32_C(1) << 31)
#define NA_SOLICITED (UINT32_C(1) << 30)
#define NA_OVERRIDE (UINT32_C(1) << 29)
#define NA_FLAGS (NA_ROUTER | NA_SOLICITED | NA_OVERRIDE)

/* What follows the checksum. */
enum shape {
	SHAPE_OTHER,            /* bytes */
	SHAPE_ECHO,             /* identifier, sequence, data */
	SHAPE_WORD,             /* a word; a quoted packet, or what a router solicitation carries */
	SHAPE_NEIGHBOR,         /* a word, a target, options */
};

static enum shape shape_of(enum ip_family family, uint8_t type)
{
	if (family == IP_V4) {
		switch (type) {
		case ICMP_ECHO_REPLY:
		case ICMP_ECHO_REQUEST:
			return SHAPE_ECHO;
		case ICMP_UNREACHABLE:
		case ICMP_REDIRECT:
		case ICMP_TIME_EXCEEDED:
			return SHAPE_WORD;
		default:
			return SHAPE_OTHER;
		}
	}
	switch (type) {
	case ICMPV6_ECHO_REQUEST:
	case ICMPV6_ECHO_REPLY:
		return SHAPE_ECHO;
	case ICMPV6_UNREACHABLE:
	case ICMPV6_PACKET_TOO_BIG:
	case ICMPV6_TIME_EXCEEDED:
	case ICMPV6_ROUTER_SOLICITATION:
	case ICMPV6_ROUTER_ADVERTISEMENT:
		return SHAPE_WORD;
	case ICMPV6_NEIGHBOR_SOLICITATION:
	case ICMPV6_NEIGHBOR_ADVERTISEMENT:
		return SHAPE_NEIGHBOR;
	default:
		return SHAPE_OTHER;
	}
}

/* The link-layer address option that belongs in this message. */
static uint8_t link_option(uint8_t type)
{
	return type == ICMPV6_NEIGHBOR_ADVERTISEMENT ? OPTION_TARGET_LINK_ADDRESS : OPTION_SOURCE_LINK_ADDRESS;
}

/* Walks ND options to the end and keeps the first link-layer address of type `wanted`. RFC 4861 4.6: a node
 * must discard a packet with an option of length 0; unknown options are skipped. */
static bool read_options(struct icmp_message *m, uint8_t wanted, struct rd *in)
{
	while (rd_left(in) > 0) {
		uint8_t type = rd_u8(in);
		size_t length = (size_t)rd_u8(in) * OPTION_UNIT;
		if (in->bad || length == 0)
			return false;
		struct rd body = rd_sub(in, length - 2);
		if (body.bad)
			return false;
		if (type == wanted && length == OPTION_UNIT && !m->has_link_address) {
			m->has_link_address = true;
			m->link_address = rd_mac(&body);
		}
	}
	return true;
}

/* True when the options of a router message have sound lengths; they stay unread, and only a shortage is
 * left behind in `in`. */
static bool check_options(const struct icmp_message *m, struct rd *in)
{
	struct icmp_message scratch = {.has_link_address = true};
	struct rd ahead = *in;

	if (m->type == ICMPV6_ROUTER_ADVERTISEMENT)
		rd_skip(&ahead, ADVERTISEMENT_TIMERS);
	bool sound = !ahead.bad && read_options(&scratch, 0, &ahead);
	in->bad = ahead.bad;
	return sound;
}

static bool is_router_message(const struct icmp_message *m)
{
	return m->family == IP_V6 &&
	       (m->type == ICMPV6_ROUTER_SOLICITATION || m->type == ICMPV6_ROUTER_ADVERTISEMENT);
}

bool icmp_decode(struct icmp_message *m, enum ip_family family, struct rd *in)
{
	*m = (struct icmp_message){.family = family};
	m->type = rd_u8(in);
	m->code = rd_u8(in);
	m->checksum = rd_be16(in);
	switch (shape_of(family, m->type)) {
	case SHAPE_ECHO:
		m->id = rd_be16(in);
		m->sequence = rd_be16(in);
		break;
	case SHAPE_WORD:
		m->word = rd_be32(in);
		if (is_router_message(m) && !check_options(m, in))
			return false;
		break;
	case SHAPE_NEIGHBOR:
		m->word = rd_be32(in);
		m->target = rd_ip(in, IP_V6);
		if (m->type == ICMPV6_NEIGHBOR_ADVERTISEMENT) {
			m->router = (m->word & NA_ROUTER) != 0;
			m->solicited = (m->word & NA_SOLICITED) != 0;
			m->override = (m->word & NA_OVERRIDE) != 0;
		}
		return !in->bad && read_options(m, link_option(m->type), in);
	case SHAPE_OTHER:
		break;
	}
	if (in->bad)
		return false;
	m->data_length = rd_left(in);
	m->data = rd_bytes(in, m->data_length);
	return true;
}

static void write_neighbor(const struct icmp_message *m, struct wr *out)
{
	uint32_t word = m->word;

	if (m->type == ICMPV6_NEIGHBOR_ADVERTISEMENT)
		word = (word & ~NA_FLAGS) | (m->router ? NA_ROUTER : 0) | (m->solicited ? NA_SOLICITED : 0) |
		       (m->override ? NA_OVERRIDE : 0);
	wr_be32(out, word);
	wr_ip(out, &m->target);
	if (m->has_link_address) {
		wr_u8(out, link_option(m->type));
		wr_u8(out, 1);
		wr_mac(out, m->link_address);
	}
}

void icmp_encode(const struct icmp_message *m, const struct ip_addr *src, const struct ip_addr *dst,
		 struct wr *out)
{
	size_t start = wr_length(out);

	wr_u8(out, m->type);
	wr_u8(out, m->code);
	wr_be16(out, 0);
	switch (shape_of(m->family, m->type)) {
	case SHAPE_ECHO:
		wr_be16(out, m->id);
		wr_be16(out, m->sequence);
		break;
	case SHAPE_WORD:
		wr_be32(out, m->word);
		break;
	case SHAPE_NEIGHBOR:
		assert(m->target.family == IP_V6);
		write_neighbor(m, out);
		break;
	case SHAPE_OTHER:
		break;
	}
	wr_bytes(out, m->data, m->data_length);
	const uint8_t *bytes = out->start + start;
	size_t length = wr_length(out) - start;
	wr_patch16(out, start + 2,
		   m->family == IP_V6 ? ip_payload_checksum(src, dst, IP_PROTOCOL_ICMPV6, bytes, length)
				      : checksum_of(bytes, length));
}

bool icmp_checksum_ok(enum ip_family family, const uint8_t *bytes, size_t length, const struct ip_addr *src,
		      const struct ip_addr *dst)
{
	/* RFC 4443 2.3: only version 6 has a pseudo-header. */
	if (family == IP_V6)
		return ip_payload_checksum(src, dst, IP_PROTOCOL_ICMPV6, bytes, length) == 0;
	return checksum_of(bytes, length) == 0;
}

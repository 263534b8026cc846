// SPDX-License-Identifier: BSD-2-Clause
/* A packet that is too long for its link and may be cut: of IPv4 (RFC 791 3.2, RFC 1812 4.2.2.7), or one that this box put into
 * IPv6 (RFC 8200 4.5). */
#include <assert.h>
#include <string.h>

#include "sim/base/checksum.h"
#include "sim/stack/parts.h"

#define OPTION_COPIED 0x80

bool stack_may_fragment(const uint8_t *packet)
{
	return packet[0] >> 4 == 4 && (get_be16(packet + 6) & IPV4_DONT_FRAGMENT) == 0;
}

/* The header of the pieces behind the first: with the options that are copied. Returns its length. */
static size_t later_header(const uint8_t *packet, size_t header, uint8_t to[60])
{
	size_t length = IPV4_HEADER;

	memcpy(to, packet, IPV4_HEADER);
	for (size_t i = IPV4_HEADER; i < header && packet[i] != 0;) {
		size_t size = packet[i] == 1 ? 1 : i + 1 < header ? packet[i + 1] : 0;
		if (size == 0 || i + size > header || (size == 1 && packet[i] != 1))
			break;
		if ((packet[i] & OPTION_COPIED) != 0) {
			memcpy(to + length, packet + i, size);
			length += size;
		}
		i += size;
	}
	for (; length % 4 != 0; length++)
		to[length] = 0;
	to[0] = (uint8_t)(0x40 | length / 4);
	return length;
}

static void write_piece(uint8_t *to, const uint8_t *header, size_t header_length, const uint8_t *data, size_t length,
			uint16_t fragment)
{
	memcpy(to, header, header_length);
	put_be16(to + 2, (uint16_t)(header_length + length));
	put_be16(to + 6, fragment);
	put_be16(to + 10, 0);
	put_be16(to + 10, checksum_of(to, header_length));
	memcpy(to + header_length, data, length);
}

/* Its fragment header, offset and flag of which are the whole's, is right behind the first. */
static void send_pieces_of_ipv6(struct stack *s, const struct stack_hop *hop, const uint8_t *packet, size_t length,
				size_t mtu, vl_time now)
{
	const size_t header = IPV6_HEADER + IPV6_FRAGMENT_HEADER;
	uint16_t was = get_be16(packet + IPV6_HEADER + 2);
	size_t room = (mtu - header) & ~(size_t)7;

	assert(packet[6] == IP_PROTOCOL_FRAGMENT);
	for (size_t at = header, piece; at < length; at += piece) {
		bool more = length - at > mtu - header;
		piece = more ? room : length - at;
		uint8_t *to;
		struct frame *f = stack_packet(s, hop, IP_V6, header + piece, &to);
		if (f == NULL)
			return;
		memcpy(to, packet, header);
		put_be16(to + 4, (uint16_t)(IPV6_FRAGMENT_HEADER + piece));
		put_be16(to + IPV6_HEADER + 2, (uint16_t)((was + at - header) | (more ? 1u : 0u)));
		memcpy(to + header, packet + at, piece);
		stack_to_hop(s, hop, &hop->address, f, now);
	}
}

static void send_pieces_of_ipv4(struct stack *s, const struct stack_hop *hop, const uint8_t *packet, size_t length,
				size_t mtu, vl_time now)
{
	uint8_t later[60];
	size_t first_header = (size_t)(packet[0] & 0x0f) * 4, later_length = later_header(packet, first_header, later);
	uint16_t was = get_be16(packet + 6);
	const uint8_t *header = packet;
	size_t header_length = first_header;

	for (size_t at = first_header; at < length;) {
		size_t room = (mtu - header_length) & ~(size_t)7, left = length - at;
		bool more = left > mtu - header_length;
		size_t piece = more ? room : left;
		uint16_t offset = (uint16_t)((was & 0x1fff) + (at - first_header) / 8);
		uint8_t *to;
		struct frame *f = stack_packet(s, hop, IP_V4, header_length + piece, &to);
		if (f == NULL)
			return;
		write_piece(to, header, header_length, packet + at, piece,
			    (uint16_t)((was & IPV4_MORE_FRAGMENTS) | (more ? IPV4_MORE_FRAGMENTS : 0u) | offset));
		stack_to_hop(s, hop, &hop->address, f, now);
		at += piece;
		header = later;
		header_length = later_length;
	}
}

void stack_send_pieces(struct stack *s, const struct stack_hop *hop, const uint8_t *packet, size_t length, size_t mtu,
		       vl_time now)
{
	if (packet[0] >> 4 == 6)
		send_pieces_of_ipv6(s, hop, packet, length, mtu, now);
	else
		send_pieces_of_ipv4(s, hop, packet, length, mtu, now);
}

// SPDX-License-Identifier: BSD-2-Clause
/* An IPv4 packet that is too long for its link and may be cut (RFC 791 3.2, RFC 1812 4.2.2.7). */
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

void stack_send_pieces(struct stack *s, const struct stack_hop *hop, const uint8_t *packet, size_t length, size_t mtu,
		       vl_time now)
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

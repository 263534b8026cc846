// SPDX-License-Identifier: BSD-2-Clause
/* IPv4 (RFC 791) and IPv6 (RFC 8200) headers, and the walk over IPv6's extension headers. */
#include "sim/wire/ip.h"

enum {
	IPV6_MORE_FRAGMENTS = 0x0001,
	EXTENSIONS_MAX = 8,
};

/* --- IPv4 ------------------------------------------------------------------------------------------------ */

bool ipv4_decode(struct ipv4_header *h, struct rd *in)
{
	/* All or nothing: every packet comes by here. What is short reads as zeros. */
	static const uint8_t nothing[IPV4_HEADER];
	const uint8_t *fixed = rd_bytes(in, IPV4_HEADER);
	const uint8_t *p = fixed != NULL ? fixed : nothing;
	uint8_t version_ihl = p[0];
	size_t header_length = (size_t)(version_ihl & 0x0f) * 4;

	h->tos = p[1];
	h->total_length = get_be16(p + 2);
	h->id = get_be16(p + 4);
	uint16_t fragment = get_be16(p + 6);
	h->dont_fragment = (fragment & IPV4_DONT_FRAGMENT) != 0;
	h->more_fragments = (fragment & IPV4_MORE_FRAGMENTS) != 0;
	h->fragment_offset = (uint16_t)((fragment & 0x1fff) * 8);
	h->ttl = p[8];
	h->protocol = p[9];
	h->checksum = get_be16(p + 10);
	ip4_read(&h->src, p + 12);
	ip4_read(&h->dst, p + 16);
	h->options_length = 0;
	if (in->bad || version_ihl >> 4 != 4 || header_length < IPV4_HEADER || header_length > h->total_length)
		return false;
	size_t options_length = header_length - IPV4_HEADER;
	const uint8_t *options = rd_bytes(in, options_length);
	if (options == NULL)
		return false;
	h->options_length = (uint8_t)options_length;
	if (options_length > 0)
		memcpy(h->options, options, options_length);
	return true;
}

/* --- IPv6 ------------------------------------------------------------------------------------------------ */

/* Reads one extension header behind its next-header byte, which is *type and becomes the next one. */
static void read_extension(struct ipv6_header *h, uint8_t *type, struct rd *in)
{
	uint8_t kind = *type;

	*type = rd_u8(in);
	uint8_t length = rd_u8(in); /* in 8 bytes beyond the first 8; a fragment header's is reserved */
	if (kind == IP_PROTOCOL_FRAGMENT) {
		uint16_t fragment = rd_be16(in);
		h->fragment = true;
		h->fragment_offset = fragment & 0xfff8;
		h->more_fragments = (fragment & IPV6_MORE_FRAGMENTS) != 0;
		h->fragment_id = rd_be32(in);
		return;
	}
	rd_skip(in, 1); /* a routing header's type */
	uint8_t segments_left = rd_u8(in);
	if (kind == IP_PROTOCOL_ROUTING && segments_left > 0)
		h->on_the_way = true;
	rd_skip(in, 4 + (size_t)length * 8);
}

static bool is_extension(uint8_t type)
{
	return type == IP_PROTOCOL_HOP_BY_HOP || type == IP_PROTOCOL_ROUTING || type == IP_PROTOCOL_DESTINATION ||
	       type == IP_PROTOCOL_FRAGMENT;
}

/* Walks the chain at `in`. A shortage within what the header promises marks `in` as bad (the capture is cut);
 * a chain longer than the promise does not. */
static bool walk_extensions(struct ipv6_header *h, struct rd *in)
{
	bool cut = rd_left(in) < h->payload_length;
	struct rd chain = rd_of(in->at, cut ? rd_left(in) : h->payload_length);
	uint8_t type = h->next_header;

	for (size_t count = 0; is_extension(type); count++) {
		if (count == EXTENSIONS_MAX)
			return false;
		read_extension(h, &type, &chain);
		if (chain.bad) {
			in->bad = cut;
			return false;
		}
		/* The headers behind a fragment header belong to the whole packet, not to this piece. */
		if (h->fragment_offset > 0 || h->more_fragments)
			break;
	}
	h->protocol = type;
	h->extensions_length = (uint16_t)(chain.at - in->at);
	in->at = chain.at;
	return true;
}

bool ipv6_decode(struct ipv6_header *h, struct rd *in)
{
	uint32_t first = rd_be32(in);

	h->traffic_class = (uint8_t)(first >> 20);
	h->flow_label = first & 0xfffff;
	h->payload_length = rd_be16(in);
	h->next_header = rd_u8(in);
	h->hop_limit = rd_u8(in);
	h->src = rd_ip(in, IP_V6);
	h->dst = rd_ip(in, IP_V6);
	h->protocol = h->next_header;
	h->extensions_length = 0;
	h->fragment = h->more_fragments = h->on_the_way = false;
	h->fragment_offset = 0;
	h->fragment_id = 0;
	return !in->bad && first >> 28 == 6 && walk_extensions(h, in);
}

void ipv6_encode(const struct ipv6_header *h, struct wr *out)
{
	wr_be32(out, UINT32_C(6) << 28 | (uint32_t)h->traffic_class << 20 | (h->flow_label & 0xfffff));
	wr_be16(out, h->payload_length);
	wr_u8(out, h->next_header);
	wr_u8(out, h->hop_limit);
	wr_ip(out, &h->src);
	wr_ip(out, &h->dst);
}

void ipv6_fragment_encode(const struct ipv6_header *h, uint8_t protocol, struct wr *out)
{
	assert(h->fragment_offset % 8 == 0);
	wr_u8(out, protocol);
	wr_u8(out, 0);
	wr_be16(out, (uint16_t)(h->fragment_offset | (h->more_fragments ? 1u : 0u)));
	wr_be32(out, h->fragment_id);
}

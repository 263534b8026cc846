// SPDX-License-Identifier: BSD-2-Clause
/*
 * IPv4 (RFC 791) and IPv6 (RFC 8200) headers. Decoding gives the payload by the header's own length, never
 * by what was captured: frames are padded, and captures are cut.
 */
#ifndef VL_WIRE_IP_H
#define VL_WIRE_IP_H

#include <assert.h>

#include "sim/base/addr.h"
#include "sim/base/checksum.h"
#include "sim/base/cursor.h"

#define IP_PROTOCOL_HOP_BY_HOP 0
#define IP_PROTOCOL_ICMP 1
#define IP_PROTOCOL_TCP 6
#define IP_PROTOCOL_UDP 17
#define IP_PROTOCOL_ROUTING 43
#define IP_PROTOCOL_FRAGMENT 44
#define IP_PROTOCOL_AH 51
#define IP_PROTOCOL_ICMPV6 58
#define IP_PROTOCOL_NONE 59
#define IP_PROTOCOL_DESTINATION 60
#define IP_PROTOCOL_VRRP 112            /* and CARP */

#define IPV4_HEADER 20
#define IPV4_DONT_FRAGMENT 0x4000       /* flags beside the fragment offset */
#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV6_HEADER 40
#define IPV6_LEAST_MTU 1280             /* RFC 8200 section 5 */

struct ipv4_header {
	uint8_t tos;
	uint16_t total_length;          /* as on the wire; encode uses it as given */
	uint16_t id;
	bool dont_fragment, more_fragments;
	uint16_t fragment_offset;       /* in bytes */
	uint8_t ttl;
	uint8_t protocol;
	uint16_t checksum;              /* as on the wire; encode computes it */
	struct ip_addr src, dst;
	uint8_t options_length;         /* bytes, a multiple of 4, 0-40 */
	uint8_t options[40];
};

struct ipv6_header {
	uint8_t traffic_class;
	uint32_t flow_label;
	uint16_t payload_length;        /* as on the wire, extension headers included */
	uint8_t next_header;            /* the first one's type */
	uint8_t hop_limit;
	struct ip_addr src, dst;
	/* found by walking the extension headers (decode only) */
	uint8_t protocol;               /* of the payload behind them */
	uint16_t extensions_length;     /* bytes of extension headers */
	bool fragment, more_fragments;
	uint16_t fragment_offset;       /* in bytes */
	uint32_t fragment_id;
	bool on_the_way;                /* a routing header has segments left: dst is not the final address,
					 * which transport checksums cover */
};

/* Reads header and options. False: short, version not 4, header length under 20 or over the total length.
 * `in` ends up at the payload, still unbounded: the caller cuts it to total_length. */
bool ipv4_decode(struct ipv4_header *h, struct rd *in);
/* True when the checksum of the header at `bytes` (its whole IHL) is right. */
static inline bool ipv4_checksum_ok(const uint8_t *bytes, size_t header_length)
{
	return (header_length == IPV4_HEADER ? checksum_of_20(bytes) : checksum_of(bytes, header_length)) == 0;
}

/* Reads the header and walks the extension headers that are there (hop-by-hop, routing, destination,
 * fragment; AH is left as payload). False: short, version not 6, a chain that runs out of the payload or
 * past 8 headers. `in` ends up behind them. */
bool ipv6_decode(struct ipv6_header *h, struct rd *in);
/* Writes the fixed header only. */
void ipv6_encode(const struct ipv6_header *h, struct wr *out);
/* Writes a fragment header (RFC 8200 4.5) of `protocol`: fragment_offset, more_fragments and fragment_id of `h`. */
#define IPV6_FRAGMENT_HEADER 8
void ipv6_fragment_encode(const struct ipv6_header *h, uint8_t protocol, struct wr *out);

/* The checksum of an IP payload with the pseudo-header of its family (RFC 793, RFC 8200 8.1): the value to
 * put in a field that is zero in `bytes`; 0 when the right one is in place. */
static inline uint16_t ip_payload_checksum(const struct ip_addr *src, const struct ip_addr *dst, uint8_t protocol,
					   const uint8_t *bytes, size_t length)
{
	return checksum_finish(
		checksum_add(checksum_add_pseudo(0, src, dst, protocol, (uint32_t)length), bytes, length));
}

/* Inline: a header filled in only to be written is then never made in memory. */
static inline void ipv4_encode(const struct ipv4_header *h, struct wr *out)
{
	unsigned flags = (h->dont_fragment ? IPV4_DONT_FRAGMENT : 0u) |
			 (h->more_fragments ? IPV4_MORE_FRAGMENTS : 0u);

	assert(h->options_length <= sizeof h->options && h->options_length % 4 == 0);
	assert(h->fragment_offset % 8 == 0);
	uint8_t *p = wr_room(out, (size_t)IPV4_HEADER + h->options_length);
	if (p == NULL)
		return;
	/* Summed from the words, not from the bytes: reading what was written just now waits for it. */
	const uint32_t word[5] = {
		UINT32_C(0x45000000) + ((uint32_t)h->options_length << 22) + ((uint32_t)h->tos << 16) + h->total_length,
		(uint32_t)h->id << 16 | flags | h->fragment_offset / 8u,
		(uint32_t)h->ttl << 24 | (uint32_t)h->protocol << 16,
		ip4_to_u32(&h->src),
		ip4_to_u32(&h->dst),
	};
	uint64_t sum = (uint64_t)word[0] + word[1] + word[2] + word[3] + word[4];
	put_be32(p, word[0]);
	put_be32(p + 4, word[1]);
	put_be32(p + 8, word[2]);
	put_be32(p + 12, word[3]);
	put_be32(p + 16, word[4]);
	for (size_t i = 0; i < h->options_length; i += 4) {
		uint32_t option = get_be32(h->options + i);
		put_be32(p + IPV4_HEADER + i, option);
		sum += option;
	}
	put_be16(p + 10, (uint16_t)~checksum_fold(sum));
}

#endif

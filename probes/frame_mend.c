// SPDX-License-Identifier: BSD-2-Clause
#include "probes/frame_mend.h"

#include <string.h>

#include "sim/base/checksum.h"
#include "sim/base/cursor.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ip.h"

#define IPV4_LEAST 20
#define IPV6_HEADER 40
#define UDP_LEAST 8
#define TCP_LEAST 20
#define UDP_SUM 6
#define TCP_SUM 16
#define MORE_OR_LATER 0x3fff            /* more fragments follow, or this is not the first */

/* Where the transport is in a frame. */
struct place {
	struct ip_addr src, dst;
	size_t network, transport, end; /* offsets; the end by IP's own length: padding is behind it */
	uint8_t protocol;
	size_t sum;                     /* of the checksum field */
};

static size_t behind_ethernet(const uint8_t *bytes, size_t length, uint16_t *type)
{
	size_t at = ETHERNET_HEADER;

	if (length < at)
		return 0;
	*type = get_be16(bytes + at - 2);
	for (unsigned tags = 0; ethernet_is_tag(*type) && tags < ETHERNET_VLANS && at + 4 <= length; tags++, at += 4)
		*type = get_be16(bytes + at + 2);
	return at;
}

static bool find_ipv4(struct place *p, const uint8_t *bytes, size_t length)
{
	const uint8_t *ip = bytes + p->network;

	if (length < p->network + IPV4_LEAST || ip[0] >> 4 != 4 || (get_be16(ip + 6) & MORE_OR_LATER) != 0)
		return false;
	p->transport = p->network + (size_t)(ip[0] & 0xf) * 4;
	p->end = p->network + get_be16(ip + 2);
	p->protocol = ip[9];
	p->src = ip4_from_u32(get_be32(ip + 12));
	p->dst = ip4_from_u32(get_be32(ip + 16));
	return p->transport >= p->network + IPV4_LEAST;
}

/* Behind extension headers nobody leaves a sum for the card. */
static bool find_ipv6(struct place *p, const uint8_t *bytes, size_t length)
{
	const uint8_t *ip = bytes + p->network;

	if (length < p->network + IPV6_HEADER || ip[0] >> 4 != 6)
		return false;
	p->transport = p->network + IPV6_HEADER;
	p->end = p->transport + get_be16(ip + 4);
	p->protocol = ip[6];
	p->src = ip6_from_bytes(ip + 8);
	p->dst = ip6_from_bytes(ip + 24);
	return true;
}

static bool find(struct place *p, const uint8_t *bytes, size_t length)
{
	uint16_t type = 0;

	*p = (struct place){.network = behind_ethernet(bytes, length, &type)};
	bool found = p->network != 0 && (type == ETHERTYPE_IPV4   ? find_ipv4(p, bytes, length)
					 : type == ETHERTYPE_IPV6 ? find_ipv6(p, bytes, length)
								  : false);
	if (!found || p->end > length)
		return false;
	bool tcp = p->protocol == IP_PROTOCOL_TCP;
	p->sum = p->transport + (tcp ? TCP_SUM : UDP_SUM);
	return (tcp || p->protocol == IP_PROTOCOL_UDP) && p->end >= p->transport + (tcp ? TCP_LEAST : UDP_LEAST);
}

static uint16_t pseudo_sum(const struct place *p)
{
	return checksum_fold(checksum_add_pseudo(0, &p->src, &p->dst, p->protocol, (uint32_t)(p->end - p->transport)));
}

bool frame_mend(uint8_t *bytes, size_t length)
{
	struct place p;
	uint16_t there;

	if (!find(&p, bytes, length))
		return false;
	memcpy(&there, bytes + p.sum, sizeof there);
	if (there != pseudo_sum(&p))
		return false;
	/* The field holds the pseudo-header's sum already: the sum over the message is the whole one. */
	uint16_t whole = checksum_finish(checksum_add(0, bytes + p.transport, p.end - p.transport));
	if (whole == 0 && p.protocol == IP_PROTOCOL_UDP)
		whole = UINT16_MAX; /* RFC 768: zero says that there is none */
	put_be16(bytes + p.sum, whole);
	return true;
}

bool frame_exceeds(const uint8_t *bytes, size_t length, unsigned mtu)
{
	uint16_t type = 0;

	return length > mtu + ETHERNET_HEADER && length > mtu + behind_ethernet(bytes, length, &type);
}

bool frame_describe(uint8_t *bytes, size_t length, unsigned mtu, struct virtio_net_hdr *out)
{
	struct place p;

	if (!find(&p, bytes, length) || p.protocol != IP_PROTOCOL_TCP)
		return false;
	size_t header = (size_t)(bytes[p.transport + 12] >> 4) * 4;
	size_t headers = p.transport - p.network + header;
	if (header < TCP_LEAST || p.transport + header > p.end || headers + 1 > mtu)
		return false;
	uint16_t sum = pseudo_sum(&p);
	memcpy(bytes + p.sum, &sum, sizeof sum);
	*out = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = p.src.family == IP_V4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6,
		.hdr_len = (uint16_t)(p.transport + header),
		.gso_size = (uint16_t)(mtu - headers),
		.csum_start = (uint16_t)p.transport,
		.csum_offset = TCP_SUM,
	};
	return true;
}

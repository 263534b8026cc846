// SPDX-License-Identifier: BSD-2-Clause
#include "probes/frame_place.h"

#include "sim/base/cursor.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ip.h"
#include "sim/wire/tcp.h"
#include "sim/wire/udp.h"

#define UDP_SUM 6
#define TCP_SUM 16
#define MORE_OR_LATER 0x3fff            /* more fragments follow, or this is not the first */

size_t frame_behind_ethernet(const uint8_t *bytes, size_t length, uint16_t *type)
{
	size_t at = ETHERNET_HEADER;

	if (length < at)
		return 0;
	*type = get_be16(bytes + at - 2);
	for (unsigned tags = 0; ethernet_is_tag(*type) && tags < ETHERNET_VLANS && at + 4 <= length; tags++, at += 4)
		*type = get_be16(bytes + at + 2);
	return at;
}

static bool find_ipv4(struct frame_place *p, const uint8_t *bytes, size_t length)
{
	const uint8_t *ip = bytes + p->network;

	if (length < p->network + IPV4_HEADER || ip[0] >> 4 != 4 || (get_be16(ip + 6) & MORE_OR_LATER) != 0)
		return false;
	p->transport = p->network + (size_t)(ip[0] & 0xf) * 4;
	p->end = p->network + get_be16(ip + 2);
	p->protocol = ip[9];
	p->src = ip4_from_u32(get_be32(ip + 12));
	p->dst = ip4_from_u32(get_be32(ip + 16));
	return p->transport >= p->network + IPV4_HEADER;
}

/* Behind extension headers nobody leaves a sum for the card. */
static bool find_ipv6(struct frame_place *p, const uint8_t *bytes, size_t length)
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

bool frame_place_find(struct frame_place *p, const uint8_t *bytes, size_t length)
{
	uint16_t type = 0;

	*p = (struct frame_place){.network = frame_behind_ethernet(bytes, length, &type)};
	bool found = p->network != 0 && (type == ETHERTYPE_IPV4   ? find_ipv4(p, bytes, length)
					 : type == ETHERTYPE_IPV6 ? find_ipv6(p, bytes, length)
								  : false);
	if (!found || p->end > length)
		return false;
	bool tcp = p->protocol == IP_PROTOCOL_TCP;
	p->sum = p->transport + (tcp ? TCP_SUM : UDP_SUM);
	return (tcp || p->protocol == IP_PROTOCOL_UDP) && p->end >= p->transport + (size_t)(tcp ? TCP_HEADER : UDP_HEADER);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The screen before the judge: which frames tell it nothing. Nearly all of a capture is TCP and UDP between
 * stations that never advertised; a few looks at the headers show that, without taking the frame apart. In
 * doubt the answer is no.
 */
#include <string.h>

#include "analyzers/fhrp_state.h"
#include "sim/base/checksum.h"

#define TAG 4                           /* one at most */
#define SHORTEST (ETHERNET_HEADER + TAG + IPV4_HEADER)

static unsigned bit_of(const uint8_t *address, size_t size)
{
	uint32_t last;

	/* The host's part of an address is at its end, and on one segment it is what differs. */
	memcpy(&last, address + size - sizeof last, sizeof last);
	return (last * UINT32_C(0x9e3779b1)) >> (32 - CONFLICT_SCREEN_BITS);
}

void conflict_screen_add(struct conflict_judge *j, const struct ip_addr *ip)
{
	unsigned bit = bit_of(ip->b, ip_size((enum ip_family)ip->family));

	j->screen[bit / 8] |= (uint8_t)(1u << bit % 8);
}

/* Whether a speaker may have this address. */
static bool is_on_screen(const struct conflict_judge *j, const uint8_t *address, size_t size)
{
	unsigned bit = bit_of(address, size);

	return (j->screen[bit / 8] & 1u << bit % 8) != 0;
}

/* The IETF's block, where the virtual MACs lie, and those of HSRP, GLBP and FGCP. */
static bool is_notable(const uint8_t mac[6])
{
	return (mac[0] == 0 && mac[1] == 0 && mac[2] == 0x5e) || fhrp_is_notable(mac);
}

static unsigned be16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* HSRP, GLBP and CCP use one port on both sides. */
static bool is_our_port(unsigned port)
{
	return port == HSRP_PORT || port == HSRP_PORT_V6 || port == GLBP_PORT || port == CCP_PORT;
}

/* `at` is the IP payload of which `length` bytes are there. */
static bool is_dull_payload(uint8_t protocol, const uint8_t *at, size_t length)
{
	if (protocol == IP_PROTOCOL_TCP)
		return true;
	return protocol == IP_PROTOCOL_UDP && length >= 4 && !is_our_port(be16(at));
}

/* Sound headers that packet_dissect would find no fault with; what TCP or UDP say is nobody's business here. */
static bool dull_ipv4(const struct conflict_judge *j, const uint8_t *ip, size_t length)
{
	unsigned total = be16(ip + 2);

	return ip[0] == 0x45 && total >= IPV4_HEADER && total <= length &&
	       is_dull_payload(ip[9], ip + IPV4_HEADER, length - IPV4_HEADER) &&
	       !is_on_screen(j, ip + 12, 4) && checksum_of_20(ip) == 0;
}

static bool dull_ipv6(const struct conflict_judge *j, const uint8_t *ip, size_t length)
{
	return length >= IPV6_HEADER && ip[0] >> 4 == 6 && IPV6_HEADER + be16(ip + 4) <= length &&
	       is_dull_payload(ip[6], ip + IPV6_HEADER, length - IPV6_HEADER) &&
	       !is_on_screen(j, ip + 8, 16);
}

bool conflict_passes_over(struct conflict_judge *j, const uint8_t *frame, size_t length)
{
	size_t at = ETHERNET_HEADER;

	/* The first frame starts the judge's clock. */
	if (!j->started || length < SHORTEST || is_notable(frame) || is_notable(frame + 6))
		return false;
	unsigned type = be16(frame + 12);
	if (type == ETHERTYPE_VLAN) {
		type = be16(frame + 16);
		at += TAG;
	}
	bool dull = type == ETHERTYPE_IPV4   ? dull_ipv4(j, frame + at, length - at)
		    : type == ETHERTYPE_IPV6 ? dull_ipv6(j, frame + at, length - at)
					     : false;
	j->counters.frames += dull;
	return dull;
}

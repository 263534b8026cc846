// SPDX-License-Identifier: BSD-2-Clause
/*
 * ICMP (RFC 792), ICMPv6 (RFC 4443) and Neighbour Discovery (RFC 4861) messages that a host in the world
 * needs: echo, the errors (with the packet they quote), neighbour solicitation and advertisement, router
 * solicitation and advertisement (recognised, their options kept as bytes).
 */
#ifndef VL_WIRE_ICMP_H
#define VL_WIRE_ICMP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

enum icmp_type {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_REDIRECT = 5,
	ICMP_ECHO_REQUEST = 8,
	ICMP_TIME_EXCEEDED = 11,
};

enum icmpv6_type {
	ICMPV6_UNREACHABLE = 1,
	ICMPV6_PACKET_TOO_BIG = 2,
	ICMPV6_TIME_EXCEEDED = 3,
	ICMPV6_ECHO_REQUEST = 128,
	ICMPV6_ECHO_REPLY = 129,
	ICMPV6_ROUTER_SOLICITATION = 133,
	ICMPV6_ROUTER_ADVERTISEMENT = 134,
	ICMPV6_NEIGHBOR_SOLICITATION = 135,
	ICMPV6_NEIGHBOR_ADVERTISEMENT = 136,
};

struct icmp_message {
	enum ip_family family;          /* IP_V4: icmp_type, IP_V6: icmpv6_type */
	uint8_t type, code;
	uint16_t checksum;              /* as on the wire; encode computes it */
	/* echo */
	uint16_t id, sequence;
	/* the second word of every other message: MTU, gateway, ND flags */
	uint32_t word;
	/* neighbour solicitation and advertisement */
	struct ip_addr target;
	bool router, solicited, override;
	bool has_link_address;          /* source (NS) or target (NA) link-layer address option */
	struct mac link_address;
	/* what follows: echo data, the quoted packet, raw ND options of RS/RA (RA: its two timers come first), the
	 * bytes behind the checksum of any other type; nothing for NS and NA. Borrowed. */
	const uint8_t *data;
	size_t data_length;
};

/* Reads a whole message: `in` is exactly the IP payload. False: short, or an ND option of length 0 or past
 * the end. Echo, ND and errors are taken apart; other types keep their bytes as data. */
bool icmp_decode(struct icmp_message *m, enum ip_family family, struct rd *in);
/* Writes the message with its checksum; `src` and `dst` are for IPv6's pseudo-header. */
void icmp_encode(const struct icmp_message *m, const struct ip_addr *src, const struct ip_addr *dst,
		 struct wr *out);
bool icmp_checksum_ok(enum ip_family family, const uint8_t *bytes, size_t length,
		      const struct ip_addr *src, const struct ip_addr *dst);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Addresses as plain values: MAC, and IP of both families in one type. Unused bytes are zero, so two
 * addresses are equal when their bytes are, and order is network byte order (RFC 9568 8.3.1: unsigned).
 */
#ifndef VL_BASE_ADDR_H
#define VL_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct mac {
	uint8_t b[6];
};

enum ip_family {
	IP_NONE = 0,
	IP_V4 = 4,
	IP_V6 = 6,
};

struct ip_addr {
	uint8_t family;         /* enum ip_family */
	uint8_t b[16];          /* network order; IPv4 in the first four, the rest zero */
};

struct ip_prefix {
	struct ip_addr addr;
	uint8_t length;         /* bits: 0-32, 0-128 */
};

#define MAC_TEXT 18
#define IP_TEXT 46
#define IP_PREFIX_TEXT 50

extern const struct mac MAC_BROADCAST;
extern const struct mac MAC_ZERO;

static inline bool mac_equal(struct mac a, struct mac b)
{
	return memcmp(a.b, b.b, sizeof a.b) == 0;
}

/* Multicast or broadcast: the low bit of the first byte. */
static inline bool mac_is_group(struct mac m)
{
	return (m.b[0] & 1) != 0;
}

char *mac_format(char text[MAC_TEXT], struct mac m);    /* "00:00:5e:00:01:33"; returns text */
bool mac_parse(const char *text, struct mac *out);

struct ip_addr ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
struct ip_addr ip4_from_u32(uint32_t host_order);
struct ip_addr ip6_from_bytes(const uint8_t bytes[16]);

/* Host order; IPv4 only. */
static inline uint32_t ip4_to_u32(const struct ip_addr *a)
{
	return (uint32_t)a->b[0] << 24 | (uint32_t)a->b[1] << 16 | (uint32_t)a->b[2] << 8 | a->b[3];
}

static inline size_t ip_size(enum ip_family family)
{
	return family == IP_V4 ? 4 : family == IP_V6 ? 16 : 0;
}

static inline bool ip_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	/* What is behind an IPv4 address is zero in both. */
	return a->family == b->family &&
	       (a->family == IP_V4 ? memcmp(a->b, b->b, 4) == 0 : memcmp(a->b, b->b, sizeof a->b) == 0);
}

/* No family, 0.0.0.0 or ::. */
static inline bool ip_is_zero(const struct ip_addr *a)
{
	static const uint8_t zero[16];

	return a->family == IP_V4 ? ip4_to_u32(a) == 0 : memcmp(a->b, zero, sizeof zero) == 0;
}

/* Fills an address in place from four bytes: a copy of a whole one costs every packet more. */
static inline void ip4_read(struct ip_addr *a, const uint8_t bytes[4])
{
	*a = (struct ip_addr){.family = IP_V4};
	memcpy(a->b, bytes, 4);
}

static inline bool ip_is_multicast(const struct ip_addr *a)
{
	return a->family == IP_V4 ? (a->b[0] & 0xf0) == 0xe0 : a->family == IP_V6 && a->b[0] == 0xff;
}

int ip_compare(const struct ip_addr *a, const struct ip_addr *b);       /* <0, 0, >0; family first */
bool ip_is_link_local(const struct ip_addr *a);         /* fe80::/10 or 169.254/16 */
bool ip6_in_prefix(const struct ip_addr *a, const struct ip_prefix *p);         /* IPv6 only */

static inline bool ip_in_prefix(const struct ip_addr *a, const struct ip_prefix *p)
{
	if (a->family != p->addr.family)
		return false;
	if (a->family == IP_V4)
		return p->length == 0 || (ip4_to_u32(a) ^ ip4_to_u32(&p->addr)) >> (32 - p->length) == 0;
	return ip6_in_prefix(a, p);
}

/* IPv4 only; nets of up to 30 bits have one. */
static inline bool ip_is_subnet_broadcast(const struct ip_addr *a, const struct ip_prefix *net)
{
	if (a->family != IP_V4 || net->length > 30)
		return false;
	uint32_t host = UINT32_MAX >> net->length;
	return ip_in_prefix(a, net) && (ip4_to_u32(a) & host) == host;
}

char *ip_format(char text[IP_TEXT], const struct ip_addr *a);   /* RFC 5952 for IPv6; "-" for none */
bool ip_parse(const char *text, struct ip_addr *out);           /* strict: no leading zeros, no names */
char *ip_prefix_format(char text[IP_PREFIX_TEXT], const struct ip_prefix *p);
bool ip_prefix_parse(const char *text, struct ip_prefix *out);  /* "192.0.2.0/24"; host bits may be set */

/* The link-local address of an interface by its MAC (RFC 4291 appendix A, modified EUI-64). */
struct ip_addr ip6_link_local(struct mac m);
/* The solicited-node group of an address (RFC 4291 2.7.1). */
struct ip_addr ip6_solicited_node(const struct ip_addr *a);
/* The Ethernet address of an IP multicast group (RFC 1112 6.4, RFC 2464 7). */
struct mac mac_of_group(const struct ip_addr *group);

#endif

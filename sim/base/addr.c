// SPDX-License-Identifier: BSD-2-Clause
/* MAC and IP addresses: compare, derive, print, parse. Parsing is strict on purpose: "010.0.0.1" means
 * different things to different programs, so it means nothing here. */
#include "sim/base/addr.h"

#include <stdio.h>
#include <string.h>

const struct mac MAC_BROADCAST = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
const struct mac MAC_ZERO = {{0}};

char *mac_format(char text[MAC_TEXT], struct mac m)
{
	snprintf(text, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", m.b[0], m.b[1], m.b[2], m.b[3], m.b[4],
		 m.b[5]);
	return text;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool mac_parse(const char *text, struct mac *out)
{
	struct mac m;

	for (size_t i = 0; i < 6; i++) {
		int high = hex_digit(text[0]);
		if (high < 0)
			return false;
		int low = hex_digit(text[1]);
		if (low < 0)
			return false;
		m.b[i] = (uint8_t)(high * 16 + low);
		text += 2;
		if (i < 5 && *text++ != ':')
			return false;
	}
	if (*text != '\0')
		return false;
	*out = m;
	return true;
}

struct ip_addr ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return (struct ip_addr){.family = IP_V4, .b = {a, b, c, d}};
}

struct ip_addr ip4_from_u32(uint32_t v)
{
	return ip4((uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v);
}

struct ip_addr ip6_from_bytes(const uint8_t bytes[16])
{
	struct ip_addr a = {.family = IP_V6};

	memcpy(a.b, bytes, 16);
	return a;
}

int ip_compare(const struct ip_addr *a, const struct ip_addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->b, b->b, sizeof a->b);
}

bool ip_is_link_local(const struct ip_addr *a)
{
	if (a->family == IP_V4)
		return a->b[0] == 169 && a->b[1] == 254;
	return a->family == IP_V6 && a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

bool ip6_in_prefix(const struct ip_addr *a, const struct ip_prefix *p)
{
	size_t whole = p->length / 8, rest = p->length % 8;

	if (memcmp(a->b, p->addr.b, whole) != 0)
		return false;
	uint8_t mask = (uint8_t)(0xff00u >> rest);
	return rest == 0 || ((a->b[whole] ^ p->addr.b[whole]) & mask) == 0;
}

/* RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of
 * equals) becomes "::". */
static void format_ip6(char text[IP_TEXT], const uint8_t b[16])
{
	unsigned group[8];
	size_t best = 8, best_length = 1;

	for (size_t i = 0; i < 8; i++)
		group[i] = (unsigned)b[2 * i] << 8 | b[2 * i + 1];
	for (size_t i = 0; i < 8; i++) {
		size_t n = 0;
		while (i + n < 8 && group[i + n] == 0)
			n++;
		if (n > best_length) {
			best = i;
			best_length = n;
		}
	}
	char *p = text;
	for (size_t i = 0; i < 8; i++) {
		if (i == best) {
			p += snprintf(p, IP_TEXT - (size_t)(p - text), "::");
			i += best_length - 1;
			continue;
		}
		bool colon = i > 0 && p[-1] != ':';
		p += snprintf(p, IP_TEXT - (size_t)(p - text), colon ? ":%x" : "%x", group[i]);
	}
}

char *ip_format(char text[IP_TEXT], const struct ip_addr *a)
{
	if (a->family == IP_V4)
		snprintf(text, IP_TEXT, "%u.%u.%u.%u", a->b[0], a->b[1], a->b[2], a->b[3]);
	else if (a->family == IP_V6)
		format_ip6(text, a->b);
	else
		snprintf(text, IP_TEXT, "-");
	return text;
}

/* A decimal number without leading zeros at *text, at most `max`; moves *text behind it. */
static bool parse_decimal(const char **text, unsigned max, unsigned *out)
{
	const char *p = *text;
	unsigned v = 0;

	if (*p < '0' || *p > '9' || (p[0] == '0' && p[1] >= '0' && p[1] <= '9'))
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (unsigned)(*p - '0');
		if (v > max)
			return false;
	}
	*text = p;
	*out = v;
	return true;
}

static bool parse_ip4(const char **text, uint8_t b[4])
{
	for (size_t i = 0; i < 4; i++) {
		unsigned v;
		if (!parse_decimal(text, 255, &v))
			return false;
		b[i] = (uint8_t)v;
		if (i < 3 && *(*text)++ != '.')
			return false;
	}
	return true;
}

/* Up to four hex digits at *text. */
static bool parse_group(const char **text, uint8_t b[2])
{
	unsigned v = 0;
	size_t n = 0;

	for (int d; (d = hex_digit(**text)) >= 0; (*text)++) {
		v = v * 16 + (unsigned)d;
		if (++n > 4)
			return false;
	}
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
	return n > 0;
}

static bool parse_ip6(const char *text, uint8_t out[16])
{
	uint8_t b[16] = {0};
	size_t n = 0, gap = SIZE_MAX;

	if (text[0] == ':' && text[1] != ':')
		return false;
	while (*text != '\0') {
		if (text[0] == ':' && text[1] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = n;
			text += 2;
			if (*text == '\0')
				break;
		} else if (n > 0 && *text++ != ':') {
			return false;
		}
		const char *dotted = text;
		if (n <= 12 && strchr(text, '.') != NULL && strchr(text, ':') == NULL) {
			if (!parse_ip4(&dotted, b + n) || *dotted != '\0')
				return false;
			n += 4;
			text = dotted;
			break;
		}
		if (n > 14 || !parse_group(&text, b + n))
			return false;
		n += 2;
	}
	if (gap == SIZE_MAX ? n != 16 : n > 14)
		return false;
	if (gap != SIZE_MAX) {
		size_t tail = n - gap;
		memmove(b + 16 - tail, b + gap, tail);
		memset(b + gap, 0, 16 - tail - gap);
	}
	memcpy(out, b, 16);
	return true;
}

bool ip_parse(const char *text, struct ip_addr *out)
{
	struct ip_addr a = {0};

	if (strchr(text, ':') != NULL) {
		a.family = IP_V6;
		if (!parse_ip6(text, a.b))
			return false;
	} else {
		a.family = IP_V4;
		if (!parse_ip4(&text, a.b) || *text != '\0')
			return false;
	}
	*out = a;
	return true;
}

char *ip_prefix_format(char text[IP_PREFIX_TEXT], const struct ip_prefix *p)
{
	char addr[IP_TEXT];

	snprintf(text, IP_PREFIX_TEXT, "%s/%u", ip_format(addr, &p->addr), p->length);
	return text;
}

bool ip_prefix_parse(const char *text, struct ip_prefix *out)
{
	char addr[IP_TEXT];
	const char *slash = strchr(text, '/');
	struct ip_prefix p;
	unsigned length;

	if (slash == NULL || (size_t)(slash - text) >= sizeof addr)
		return false;
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	slash++;
	if (!ip_parse(addr, &p.addr))
		return false;
	if (!parse_decimal(&slash, p.addr.family == IP_V4 ? 32 : 128, &length) || *slash != '\0')
		return false;
	p.length = (uint8_t)length;
	*out = p;
	return true;
}

struct ip_addr ip6_link_local(struct mac m)
{
	return (struct ip_addr){.family = IP_V6,
				.b = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, (uint8_t)(m.b[0] ^ 2), m.b[1], m.b[2],
				      0xff, 0xfe, m.b[3], m.b[4], m.b[5]}};
}

struct ip_addr ip6_solicited_node(const struct ip_addr *a)
{
	return (struct ip_addr){.family = IP_V6,
				.b = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a->b[13], a->b[14],
				      a->b[15]}};
}

struct mac mac_of_group(const struct ip_addr *g)
{
	if (g->family == IP_V6)
		return (struct mac){{0x33, 0x33, g->b[12], g->b[13], g->b[14], g->b[15]}};
	return (struct mac){{0x01, 0x00, 0x5e, g->b[1] & 0x7f, g->b[2], g->b[3]}};
}

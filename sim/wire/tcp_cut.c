// SPDX-License-Identifier: BSD-2-Clause
#include "sim/wire/tcp_cut.h"

#include <assert.h>
#include <string.h>

#include "sim/base/checksum.h"
#include "sim/base/cursor.h"
#include "sim/wire/ip.h"
#include "sim/wire/tcp.h"

#define TCP_LEAST 20
#define TCP_FLAGS 13
#define TCP_SUM 16
#define MORE_OR_LATER 0x3fff            /* more fragments follow, or this is not the first */

static size_t ip_header(const uint8_t *ip, size_t length, size_t *end)
{
	if (length >= IPV4_HEADER && ip[0] >> 4 == 4 && ip[9] == IP_PROTOCOL_TCP && (get_be16(ip + 6) & MORE_OR_LATER) == 0) {
		*end = get_be16(ip + 2);
		return (size_t)(ip[0] & 0xf) * 4;
	}
	if (length >= IPV6_HEADER && ip[0] >> 4 == 6 && ip[6] == IP_PROTOCOL_TCP) {
		*end = IPV6_HEADER + (size_t)get_be16(ip + 4);
		return IPV6_HEADER;
	}
	return 0;
}

bool tcp_cut_begin(struct tcp_cut *c, const uint8_t *ip, size_t length, size_t most)
{
	size_t end = 0, network = ip_header(ip, length, &end);

	if (network < IPV4_HEADER || end > length || end < network + TCP_LEAST)
		return false;
	size_t tcp = (size_t)(ip[network + 12] >> 4) * 4, headers = network + tcp;
	if (tcp < TCP_LEAST || end < headers || most <= headers)
		return false;
	*c = (struct tcp_cut){.ip = ip, .network = network, .headers = headers, .data = end - headers, .each = most - headers};
	return true;
}

size_t tcp_cut_length(const struct tcp_cut *c)
{
	size_t left = c->data - c->at;

	return left == 0 ? 0 : c->headers + (left < c->each ? left : c->each);
}

static void write_ip(const struct tcp_cut *c, uint8_t *ip, size_t length)
{
	if (c->ip[0] >> 4 == 6) {
		put_be16(ip + 4, (uint16_t)(length - IPV6_HEADER));
		return;
	}
	put_be16(ip + 2, (uint16_t)length);
	put_be16(ip + 4, (uint16_t)(get_be16(c->ip + 4) + c->count));
	put_be16(ip + 10, 0);
	put_be16(ip + 10, checksum_finish(checksum_add(0, ip, c->network)));
}

static void write_tcp(const struct tcp_cut *c, const uint8_t *ip, uint8_t *tcp, size_t length, bool last)
{
	bool v6 = ip[0] >> 4 == 6;
	struct ip_addr src = v6 ? ip6_from_bytes(ip + 8) : ip4_from_u32(get_be32(ip + 12));
	struct ip_addr dst = v6 ? ip6_from_bytes(ip + 24) : ip4_from_u32(get_be32(ip + 16));

	put_be32(tcp + 4, get_be32(tcp + 4) + (uint32_t)c->at);
	if (!last)
		tcp[TCP_FLAGS] &= (uint8_t)~(TCP_FIN | TCP_PSH);
	if (c->at > 0)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	put_be16(tcp + TCP_SUM, 0);
	put_be16(tcp + TCP_SUM, checksum_finish(checksum_add(
		checksum_add_pseudo(0, &src, &dst, IP_PROTOCOL_TCP, (uint32_t)length), tcp, length)));
}

void tcp_cut_next(struct tcp_cut *c, uint8_t *out)
{
	size_t length = tcp_cut_length(c);

	assert(length > c->headers);
	memcpy(out, c->ip, c->headers);
	memcpy(out + c->headers, c->ip + c->headers + c->at, length - c->headers);
	write_ip(c, out, length);
	write_tcp(c, out, out + c->network, length - c->network, c->at + length - c->headers == c->data);
	c->at += length - c->headers;
	c->count++;
}

// SPDX-License-Identifier: BSD-2-Clause
#include "probes/frame_join.h"

#include <string.h>

#include "probes/frame_mend.h"
#include "sim/base/checksum.h"
#include "sim/base/cursor.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ip.h"
#include "sim/wire/tcp.h"

/* Offsets in the headers. */
#define IPV4_LENGTH 2
#define IPV4_ID 4
#define IPV4_PROTOCOL 9
#define IPV4_SUM 10
#define IPV6_LENGTH 4
#define IPV6_NEXT 6
#define TCP_SEQUENCE 4
#define TCP_ACKNOWLEDGMENT 8
#define TCP_OFFSET 12
#define TCP_FLAGS 13
#define TCP_WINDOW 14
#define TCP_SUM 16
#define TCP_URGENT 18

#define IP_LONGEST UINT16_MAX

static bool is_ipv4(const struct frame_join *j)
{
	return j->place.src.family == IP_V4;
}

/* At a glance, for the many that are none. */
static bool may_be_tcp(const uint8_t *bytes, size_t length)
{
	return length >= ETHERNET_MIN && (bytes[ETHERNET_HEADER + IPV4_PROTOCOL] == IP_PROTOCOL_TCP ||
					  bytes[ETHERNET_HEADER + IPV6_NEXT] == IP_PROTOCOL_TCP);
}

/* TCP that carries data and nothing else, with headers that the cutting makes again; `headers` are to the data. */
static bool is_plain(const struct frame_place *p, const uint8_t *bytes, size_t length, size_t *headers)
{
	if (p->protocol != IP_PROTOCOL_TCP || p->network != ETHERNET_HEADER || p->end != length || length < ETHERNET_MIN)
		return false;
	const uint8_t *tcp = bytes + p->transport;
	*headers = p->transport + (size_t)(tcp[TCP_OFFSET] >> 4) * 4;
	return *headers >= p->transport + TCP_HEADER && *headers < length && *headers <= FRAME_JOIN_HEADERS &&
	       p->transport - p->network == (p->src.family == IP_V4 ? IPV4_HEADER : IPV6_HEADER) &&
	       (tcp[TCP_FLAGS] & ~(TCP_PSH | TCP_FIN)) == TCP_ACK && get_be16(tcp + TCP_URGENT) == 0;
}

static bool is_sound(const struct frame_place *p, const uint8_t *bytes)
{
	return (p->src.family != IP_V4 || ipv4_checksum_ok(bytes + p->network, IPV4_HEADER)) &&
	       ip_payload_checksum(&p->src, &p->dst, IP_PROTOCOL_TCP, bytes + p->transport, p->end - p->transport) == 0;
}

/* Behind PSH and FIN nothing may follow. */
static void note_last(struct frame_join *j, const struct frame_place *p, const uint8_t *bytes, bool is_short)
{
	j->last_flags = bytes[p->transport + TCP_FLAGS];
	j->ended = is_short || (j->last_flags & (TCP_PSH | TCP_FIN)) != 0;
}

bool frame_join_begin(struct frame_join *j, const uint8_t *bytes, size_t length)
{
	j->count = 0;
	if (!may_be_tcp(bytes, length) || !frame_place_find(&j->place, bytes, length) || !is_plain(&j->place, bytes, length, &j->headers))
		return false;
	j->first = bytes;
	j->each = j->data = length - j->headers;
	j->count = 1;
	j->sound = false;
	note_last(j, &j->place, bytes, false);
	return true;
}

static bool same(const uint8_t *a, const uint8_t *b, size_t from, size_t to)
{
	return memcmp(a + from, b + from, to - from) == 0;
}

static bool continues_ip(const struct frame_join *j, const uint8_t *ip)
{
	const uint8_t *first = j->first + j->place.network;

	if (!is_ipv4(j))
		return same(first, ip, 0, IPV6_LENGTH) && same(first, ip, IPV6_NEXT, IPV6_HEADER);
	return same(first, ip, 0, IPV4_LENGTH) && same(first, ip, IPV4_ID + 2, IPV4_SUM) &&
	       same(first, ip, IPV4_SUM + 2, IPV4_HEADER) &&
	       get_be16(ip + IPV4_ID) == (uint16_t)(get_be16(first + IPV4_ID) + j->count);
}

static bool continues_tcp(const struct frame_join *j, const uint8_t *tcp, size_t header)
{
	const uint8_t *first = j->first + j->place.transport;

	return same(first, tcp, 0, TCP_SEQUENCE) && same(first, tcp, TCP_ACKNOWLEDGMENT, TCP_FLAGS) &&
	       same(first, tcp, TCP_WINDOW, TCP_SUM) && same(first, tcp, TCP_HEADER, header) &&
	       get_be32(tcp + TCP_SEQUENCE) == (uint32_t)(get_be32(first + TCP_SEQUENCE) + j->data);
}

bool frame_join_add(struct frame_join *j, const uint8_t *bytes, size_t length)
{
	struct frame_place p;
	size_t headers;

	if (j->count == 0 || j->ended || j->count == FRAME_JOIN_MOST || length > j->headers + j->each ||
	    j->data + length - j->place.network > IP_LONGEST)
		return false;
	if (!frame_place_find(&p, bytes, length) || !is_plain(&p, bytes, length, &headers) || headers != j->headers ||
	    !same(j->first, bytes, 0, p.network) ||
	    !continues_ip(j, bytes + p.network) || !continues_tcp(j, bytes + p.transport, headers - p.transport))
		return false;
	j->sound = j->sound || is_sound(&j->place, j->first);
	if (!j->sound || !is_sound(&p, bytes)) {
		j->ended = true;        /* each by itself */
		return false;
	}
	j->data += length - headers;
	j->count++;
	note_last(j, &p, bytes, length < j->headers + j->each);
	return true;
}

void frame_join_finish(const struct frame_join *j, uint8_t out[FRAME_JOIN_HEADERS], struct virtio_net_hdr *kernel)
{
	struct frame_place p = j->place;
	uint8_t *ip = out + p.network;

	p.end = j->headers + j->data;
	memcpy(out, j->first, j->headers);
	if (is_ipv4(j)) {
		put_be16(ip + IPV4_LENGTH, (uint16_t)(p.end - p.network));
		put_be16(ip + IPV4_SUM, 0);
		put_be16(ip + IPV4_SUM, checksum_of(ip, IPV4_HEADER));
	} else {
		put_be16(ip + IPV6_LENGTH, (uint16_t)(p.end - p.transport));
	}
	out[p.transport + TCP_FLAGS] = j->last_flags;
	frame_leave_to_cut(out, &p, j->headers, j->each, kernel);
}

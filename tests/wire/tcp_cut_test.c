// SPDX-License-Identifier: BSD-2-Clause
/* A packet of many segments, cut: the pieces are sound packets and carry what the whole carried. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/wire/packet.h"
#include "sim/wire/tcp_cut.h"

struct whole {
	uint8_t bytes[66000], data[65000];
	size_t length;
};

static struct whole *build(enum ip_family family, uint8_t protocol, uint8_t flags, size_t data)
{
	static const uint8_t six[] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
	struct whole *s = calloc(1, sizeof *s);
	const struct packet_envelope e = {
		.src_mac = {{2, 0, 0, 0, 0, 1}},
		.dst_mac = {{2, 0, 0, 0, 0, 2}},
		.src = family == IP_V4 ? ip4(192, 0, 2, 1) : ip6_from_bytes(six),
		.dst = family == IP_V4 ? ip4(192, 0, 2, 2) : ip6_from_bytes(six),
		.ttl = 64,
		.id = 0xfffe,
		.dont_fragment = true,
		.protocol = protocol,
	};

	assert_non_null(s);
	for (size_t i = 0; i < data; i++)
		s->data[i] = (uint8_t)(i * 31 >> 3);
	struct wr w = wr_of(s->bytes, sizeof s->bytes);
	packet_begin(&w, &e);
	tcp_encode(&(struct tcp_header){.src_port = 1234, .dst_port = 80, .flags = flags, .sequence = UINT32_MAX - 2000},
		   &e.src, &e.dst, s->data, data, &w);
	packet_end(&w, &e);
	assert_false(w.bad);
	s->length = wr_length(&w);
	return s;
}

static void check(enum ip_family family, size_t data, size_t most)
{
	const uint8_t flags = TCP_ACK | TCP_PSH | TCP_FIN | TCP_CWR;
	struct whole *s = build(family, IP_PROTOCOL_TCP, flags, data);
	size_t headers = family == IP_V4 ? 40 : 60, at = 0, count = 0, length;
	uint8_t piece[10000];
	struct tcp_cut c;
	struct packet p;

	memcpy(piece, s->bytes, ETHERNET_HEADER);
	assert_true(tcp_cut_begin(&c, s->bytes + ETHERNET_HEADER, s->length - ETHERNET_HEADER, most));
	while ((length = tcp_cut_length(&c)) > 0) {
		assert_true(length <= most);
		tcp_cut_next(&c, piece + ETHERNET_HEADER);
		/* Every checksum is looked at. */
		assert_true(packet_dissect(&p, piece, ETHERNET_HEADER + length, ETHERNET_HEADER + length));
		bool last = at + length - headers == data;
		assert_int_equal(p.tcp.sequence, (uint32_t)(UINT32_MAX - 2000 + at));
		assert_int_equal(p.tcp.flags, TCP_ACK | (last ? TCP_PSH | TCP_FIN : 0) | (at == 0 ? TCP_CWR : 0));
		if (family == IP_V4)
			assert_int_equal(p.ipv4.id, (uint16_t)(0xfffe + count));
		assert_true(last || length == most);
		assert_memory_equal(piece + ETHERNET_HEADER + headers, s->data + at, length - headers);
		at += length - headers;
		count++;
	}
	assert_int_equal(at, data);
	assert_int_equal(count, (data + most - headers - 1) / (most - headers));
	free(s);
}

static void pieces_are_the_whole(void **state)
{
	static const size_t DATA[] = {1, 1439, 1440, 1441, 1460, 1461, 2920, 2921, 30000, 64000};

	for (size_t i = 0; i < sizeof DATA / sizeof DATA[0]; i++)
		for (size_t most = 1480; most <= 1500; most += 20) {
			check(IP_V4, DATA[i], most);
			check(IP_V6, DATA[i], most);
		}
	check(IP_V4, 100, 41);
}

static void what_cannot_be_cut_is_refused(void **state)
{
	struct whole *s = build(IP_V4, IP_PROTOCOL_TCP, TCP_ACK, 3000);
	uint8_t *ip = s->bytes + ETHERNET_HEADER;
	size_t length = s->length - ETHERNET_HEADER;
	struct tcp_cut c;

	assert_false(tcp_cut_begin(&c, ip, length, 40));
	for (size_t n = 0; n < length; n += n < 80 ? 1 : 97)
		assert_false(tcp_cut_begin(&c, ip, n, 1500));
	assert_true(tcp_cut_begin(&c, ip, length, 1500));
	ip[6] |= 0x20;                  /* a fragment */
	assert_false(tcp_cut_begin(&c, ip, length, 1500));
	ip[6] &= (uint8_t)~0x20;
	ip[32] = 0xf0;                  /* header longer than it should be: still inside */
	assert_true(tcp_cut_begin(&c, ip, length, 1500));
	ip[32] = 0x40;
	assert_false(tcp_cut_begin(&c, ip, length, 1500));
	ip[32] = 0x50;
	ip[9] = IP_PROTOCOL_UDP;
	assert_false(tcp_cut_begin(&c, ip, length, 1500));
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_the_whole),
		cmocka_unit_test(what_cannot_be_cut_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* IPv4 and IPv6 headers: options, fragments, chains of extension headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/wire/ip.h"
#include "tests/wire/samples.h"

/* TOS c0, length 40, id 1, TTL 255, protocol 112, 10.9.0.2 > 224.0.0.18: keepalived's header of T1.
 * Sum by hand: 45c0 + 0028 + 0001 + 0000 + ff70 + 0a09 + 0002 + e000 + 0012 = 22f76 -> 2f78 -> d087. */
static const char vrrp_header[] = "45c00028 00010000 ff70d087 0a090002 e0000012";

static void an_ipv4_header_is_read_and_written_again(void **state)
{
	uint8_t bytes[20], got[20];
	struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, vrrp_header));
	struct wr out = wr_of(got, sizeof got);
	struct ipv4_header h;
	char text[IP_TEXT];

	assert_true(ipv4_checksum_ok(bytes, sizeof bytes));
	assert_true(ipv4_decode(&h, &in));
	assert_int_equal(h.tos, 0xc0);
	assert_int_equal(h.total_length, 40);
	assert_int_equal(h.id, 1);
	assert_false(h.dont_fragment || h.more_fragments);
	assert_int_equal(h.ttl, 255);
	assert_int_equal(h.protocol, IP_PROTOCOL_VRRP);
	assert_int_equal(h.checksum, 0xd087);
	assert_string_equal(ip_format(text, &h.src), "10.9.0.2");
	assert_string_equal(ip_format(text, &h.dst), "224.0.0.18");
	h.checksum = 0;
	ipv4_encode(&h, &out);
	assert_memory_equal(got, bytes, sizeof bytes);
	bytes[8]--;
	assert_false(ipv4_checksum_ok(bytes, sizeof bytes));
}

static void ipv4_flags_and_offset_share_a_word(void **state)
{
	/* 0x4000 don't fragment; 0x2001 more, offset 8; 0x1fff offset 65528 */
	static const struct {
		uint8_t word[2];
		bool dont, more;
		uint16_t offset;
	} cases[] = {
		{{0x40, 0x00}, true, false, 0}, {{0x20, 0x01}, false, true, 8}, {{0x1f, 0xff}, false, false, 65528}};
	uint8_t bytes[20];

	hex(bytes, sizeof bytes, vrrp_header);
	for (size_t i = 0; i < 3; i++) {
		struct ipv4_header h;
		struct rd in = rd_of(bytes, sizeof bytes);
		memcpy(bytes + 6, cases[i].word, 2);
		assert_true(ipv4_decode(&h, &in));
		assert_int_equal(h.dont_fragment, cases[i].dont);
		assert_int_equal(h.more_fragments, cases[i].more);
		assert_int_equal(h.fragment_offset, cases[i].offset);
	}
}

static void ipv4_lengths_are_not_trusted(void **state)
{
	static const struct {
		uint8_t version_ihl, total_length;
		bool sound;
	} cases[] = {
		{0x45, 20, true},  {0x45, 19, false}, {0x44, 40, false}, {0x40, 40, false}, {0x46, 24, true},
		{0x46, 23, false}, {0x4f, 60, true},  {0x4f, 59, false}, {0x55, 40, false}, {0x65, 40, false},
	};
	uint8_t bytes[60] = {0};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ipv4_header h;
		struct rd in = rd_of(bytes, sizeof bytes);
		bytes[0] = cases[i].version_ihl;
		bytes[3] = cases[i].total_length;
		assert_int_equal(ipv4_decode(&h, &in), cases[i].sound);
		assert_false(in.bad); /* nothing is short: the header is wrong */
		if (cases[i].sound)
			assert_int_equal(in.at - bytes, IPV4_HEADER + h.options_length);
	}
}

static void every_prefix_of_a_header_is_short(void **state)
{
	uint8_t v4[60] = {0x4f, 0, 0, 60}, v6[64] = {0x60, 0, 0, 0, 0, 24, 0};

	v6[40] = IP_PROTOCOL_DESTINATION; /* behind hop-by-hop of 8 bytes */
	v6[48] = IP_PROTOCOL_UDP;
	v6[49] = 1; /* 16 bytes */
	for (size_t n = 0; n < 60; n++) {
		struct ipv4_header h;
		struct rd in = rd_of(v4, n);
		assert_false(ipv4_decode(&h, &in));
		assert_true(in.bad);
	}
	for (size_t n = 0; n <= 64; n++) {
		struct ipv6_header h;
		struct rd in = rd_of(v6, n);
		assert_int_equal(ipv6_decode(&h, &in), n == 64);
		assert_int_equal(in.bad, n < 64);
	}
}

static void extension_headers_are_walked(void **state)
{
	/* hop-by-hop 8, routing 24 with one segment left, destination 8, fragment 8 (offset 0, last), then AH */
	uint8_t bytes[128];
	size_t length = hex(bytes, sizeof bytes,
			    "6e012345 0030 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
			    "2b00010400000000 3c02000100000000 20010db8000000000000000000000003 2c00010400000000"
			    "3300000000001234");
	struct rd in = rd_of(bytes, length);
	struct ipv6_header h;

	assert_true(ipv6_decode(&h, &in));
	assert_int_equal(h.traffic_class, 0xe0);
	assert_int_equal(h.flow_label, 0x12345);
	assert_int_equal(h.payload_length, 48);
	assert_int_equal(h.next_header, IP_PROTOCOL_HOP_BY_HOP);
	assert_int_equal(h.hop_limit, 64);
	assert_int_equal(h.protocol, IP_PROTOCOL_AH);
	assert_int_equal(h.extensions_length, 48);
	assert_true(h.on_the_way);
	assert_true(h.fragment);
	assert_false(h.more_fragments);
	assert_int_equal(h.fragment_id, 0x1234);
	assert_int_equal(rd_left(&in), 0);
}

static void a_chain_longer_than_the_payload_is_malformed(void **state)
{
	uint8_t bytes[80] = {0x60};
	struct ipv6_header h;

	bytes[40] = IP_PROTOCOL_UDP;
	bytes[41] = 1; /* a hop-by-hop header of 16 bytes */
	for (uint8_t payload_length = 0; payload_length <= 16; payload_length++) {
		struct rd in = rd_of(bytes, sizeof bytes);
		bytes[5] = payload_length;
		assert_int_equal(ipv6_decode(&h, &in), payload_length == 16);
		assert_false(in.bad);
	}
}

static void a_ninth_extension_header_is_malformed(void **state)
{
	for (size_t headers = 8; headers <= 9; headers++) {
		uint8_t bytes[40 + 9 * 8] = {0x60, 0, 0, 0, 0, (uint8_t)(headers * 8), IP_PROTOCOL_DESTINATION};
		struct ipv6_header h;
		for (size_t i = 0; i < headers; i++)
			bytes[40 + i * 8] = i + 1 < headers ? IP_PROTOCOL_DESTINATION : IP_PROTOCOL_NONE;
		struct rd in = rd_of(bytes, sizeof bytes);
		assert_int_equal(ipv6_decode(&h, &in), headers == 8);
	}
}

static void the_walk_ends_at_a_fragment(void **state)
{
	/* a later piece: what looks like a next destination header is data */
	uint8_t bytes[64] = {0x60, 0, 0, 0, 0, 16, IP_PROTOCOL_FRAGMENT};
	struct rd in = rd_of(bytes, 56);
	struct ipv6_header h;

	bytes[40] = IP_PROTOCOL_DESTINATION;
	bytes[43] = 8;     /* offset 8 */
	bytes[49] = 0xff;  /* would be a length far too great */
	assert_true(ipv6_decode(&h, &in));
	assert_int_equal(h.protocol, IP_PROTOCOL_DESTINATION);
	assert_int_equal(h.extensions_length, 8);
	assert_int_equal(h.fragment_offset, 8);
}

static void random_headers_survive_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "ip round trip");

	for (int i = 0; i < 1000; i++) {
		struct ipv4_header h = {
			.tos = random_u8(&p), .total_length = (uint16_t)(60 + prng_below(&p, 60000)),
			.id = random_u16(&p), .dont_fragment = random_bool(&p), .more_fragments = random_bool(&p),
			.fragment_offset = (uint16_t)(8 * prng_below(&p, 8192)), .ttl = random_u8(&p),
			.protocol = random_u8(&p), .src = random_ip(&p, IP_V4), .dst = random_ip(&p, IP_V4),
			.options_length = (uint8_t)(4 * prng_below(&p, 11))};
		struct ipv4_header back;
		uint8_t bytes[60], again[60];
		for (size_t b = 0; b < h.options_length; b++)
			h.options[b] = random_u8(&p);
		struct wr out = wr_of(bytes, sizeof bytes), out2 = wr_of(again, sizeof again);
		ipv4_encode(&h, &out);
		assert_true(ipv4_checksum_ok(bytes, wr_length(&out)));
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_true(ipv4_decode(&back, &in));
		assert_int_equal(rd_left(&in), 0);
		assert_int_equal(back.tos, h.tos);
		assert_int_equal(back.total_length, h.total_length);
		assert_int_equal(back.fragment_offset, h.fragment_offset);
		assert_int_equal(back.options_length, h.options_length);
		assert_memory_equal(back.options, h.options, h.options_length);
		ipv4_encode(&back, &out2);
		assert_memory_equal(again, bytes, wr_length(&out));
	}
	for (int i = 0; i < 1000; i++) {
		struct ipv6_header h = {
			.traffic_class = random_u8(&p), .flow_label = random_u32(&p) & 0xfffff,
			.payload_length = random_u16(&p), .next_header = IP_PROTOCOL_UDP, .hop_limit = random_u8(&p),
			.src = random_ip(&p, IP_V6), .dst = random_ip(&p, IP_V6)};
		struct ipv6_header back;
		uint8_t bytes[40];
		struct wr out = wr_of(bytes, sizeof bytes);
		ipv6_encode(&h, &out);
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_true(ipv6_decode(&back, &in));
		assert_int_equal(back.traffic_class, h.traffic_class);
		assert_int_equal(back.flow_label, h.flow_label);
		assert_int_equal(back.payload_length, h.payload_length);
		assert_int_equal(back.protocol, IP_PROTOCOL_UDP);
		assert_int_equal(back.hop_limit, h.hop_limit);
		assert_true(ip_equal(&back.src, &h.src));
		assert_true(ip_equal(&back.dst, &h.dst));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_header_is_read_and_written_again),
		cmocka_unit_test(ipv4_flags_and_offset_share_a_word),
		cmocka_unit_test(ipv4_lengths_are_not_trusted),
		cmocka_unit_test(every_prefix_of_a_header_is_short),
		cmocka_unit_test(extension_headers_are_walked),
		cmocka_unit_test(a_chain_longer_than_the_payload_is_malformed),
		cmocka_unit_test(a_ninth_extension_header_is_malformed),
		cmocka_unit_test(the_walk_ends_at_a_fragment),
		cmocka_unit_test(random_headers_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* UDP and TCP headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/wire/ip.h"
#include "sim/wire/tcp.h"
#include "sim/wire/udp.h"
#include "tests/wire/samples.h"

static void udp_lengths_are_not_trusted(void **state)
{
	uint8_t bytes[12] = {0x9c, 0x40, 0x00, 0x09};

	for (uint8_t length = 0; length < 20; length++) {
		struct rd in = rd_of(bytes, sizeof bytes);
		struct udp_header h;
		bytes[5] = length;
		assert_int_equal(udp_decode(&h, &in), length >= 8 && length <= 12);
		assert_int_equal(h.src_port, 40000);
		assert_int_equal(h.dst_port, 9);
	}
}

static void a_udp_sum_of_zero_goes_out_as_ffff(void **state)
{
	/* Over ::, without ports: 0011 (protocol) + 000a (length) + 000a (length) + data = ffff for data ffda. */
	static const uint8_t data[2] = {0xff, 0xda};
	const struct ip_addr none = {.family = IP_V6};
	const struct udp_header h = {.src_port = 0};
	uint8_t bytes[10];
	struct wr out = wr_of(bytes, sizeof bytes);

	udp_encode(&h, &none, &none, data, sizeof data, &out);
	assert_int_equal(bytes[6] << 8 | bytes[7], 0xffff);
}

static void udp_survives_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "udp round trip");

	for (int i = 0; i < 1000; i++) {
		enum ip_family family = random_bool(&p) ? IP_V6 : IP_V4;
		struct ip_addr src = random_ip(&p, family), dst = random_ip(&p, family);
		struct udp_header h = {.src_port = random_u16(&p), .dst_port = random_u16(&p)}, back;
		uint8_t data[64], bytes[80];
		size_t n = random_text(&p, data, sizeof data);
		struct wr out = wr_of(bytes, sizeof bytes);
		udp_encode(&h, &src, &dst, data, n, &out);
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_true(udp_decode(&back, &in));
		assert_int_equal(back.src_port, h.src_port);
		assert_int_equal(back.dst_port, h.dst_port);
		assert_int_equal(back.length, 8 + n);
		assert_int_equal(rd_left(&in), n);
		assert_memory_equal(in.at, data, n);
		assert_int_equal(ip_payload_checksum(&src, &dst, IP_PROTOCOL_UDP, bytes, wr_length(&out)), 0);
	}
}

static void too_long_a_udp_packet_is_not_written(void **state)
{
	static const uint8_t data[65528];
	static uint8_t bytes[66000];
	const struct ip_addr a = ip4(192, 0, 2, 1);
	const struct udp_header h = {.src_port = 1};
	struct wr out = wr_of(bytes, sizeof bytes), less = wr_of(bytes, sizeof bytes);

	udp_encode(&h, &a, &a, data, 65528, &out);
	assert_true(out.bad);
	udp_encode(&h, &a, &a, data, 65527, &less);
	assert_false(less.bad);
}

static void tcp_offsets_are_not_trusted(void **state)
{
	uint8_t bytes[60] = {0};

	for (size_t offset = 0; offset < 16; offset++)
		for (size_t n = 0; n <= sizeof bytes; n++) {
			struct rd in = rd_of(bytes, n);
			struct tcp_header h;
			bytes[12] = (uint8_t)(offset << 4);
			assert_int_equal(tcp_decode(&h, &in), offset >= 5 && n >= offset * 4);
			assert_int_equal(in.bad, n < 20 || (offset >= 5 && n < offset * 4));
		}
}

static void tcp_survives_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "tcp round trip");

	for (int i = 0; i < 1000; i++) {
		enum ip_family family = random_bool(&p) ? IP_V6 : IP_V4;
		struct ip_addr src = random_ip(&p, family), dst = random_ip(&p, family);
		struct tcp_header back, h = {
			.src_port = random_u16(&p), .dst_port = random_u16(&p), .sequence = random_u32(&p),
			.acknowledgment = random_u32(&p), .flags = random_u8(&p), .window = random_u16(&p),
			.urgent = random_u16(&p), .options_length = (uint8_t)(4 * prng_below(&p, 11))};
		uint8_t data[64], bytes[128];
		size_t n = random_text(&p, data, sizeof data);
		struct wr out = wr_of(bytes, sizeof bytes);
		for (size_t b = 0; b < h.options_length; b++)
			h.options[b] = random_u8(&p);
		tcp_encode(&h, &src, &dst, data, n, &out);
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_true(tcp_decode(&back, &in));
		assert_int_equal(back.src_port, h.src_port);
		assert_int_equal(back.dst_port, h.dst_port);
		assert_int_equal(back.sequence, h.sequence);
		assert_int_equal(back.acknowledgment, h.acknowledgment);
		assert_int_equal(back.flags, h.flags);
		assert_int_equal(back.window, h.window);
		assert_int_equal(back.urgent, h.urgent);
		assert_int_equal(back.options_length, h.options_length);
		assert_memory_equal(back.options, h.options, h.options_length);
		assert_int_equal(rd_left(&in), n);
		assert_memory_equal(in.at, data, n);
		assert_int_equal(ip_payload_checksum(&src, &dst, IP_PROTOCOL_TCP, bytes, wr_length(&out)), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(udp_lengths_are_not_trusted),
		cmocka_unit_test(a_udp_sum_of_zero_goes_out_as_ffff),
		cmocka_unit_test(udp_survives_the_round_trip),
		cmocka_unit_test(too_long_a_udp_packet_is_not_written),
		cmocka_unit_test(tcp_offsets_are_not_trusted),
		cmocka_unit_test(tcp_survives_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

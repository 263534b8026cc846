// SPDX-License-Identifier: BSD-2-Clause
/* ARP: one packet by hand, the four fixed fields, gratuitous and not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/wire/arp.h"
#include "tests/wire/samples.h"

/* Reply: 192.0.2.10 is at 00:00:5e:00:01:01, to 192.0.2.50 at 02:00:00:00:00:50. */
static const char reply[] = "0001 0800 06 04 0002 00005e000101 c000020a 020000000050 c0000232";

static void a_reply_is_read_and_written_again(void **state)
{
	uint8_t bytes[ARP_LENGTH], got[ARP_LENGTH];
	struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, reply));
	struct wr out = wr_of(got, sizeof got);
	struct arp_packet a;
	char text[IP_TEXT];

	assert_true(arp_decode(&a, &in));
	assert_int_equal(a.operation, ARP_REPLY);
	assert_string_equal(mac_format(text, a.sender_mac), "00:00:5e:00:01:01");
	assert_string_equal(ip_format(text, &a.sender_ip), "192.0.2.10");
	assert_string_equal(mac_format(text, a.target_mac), "02:00:00:00:00:50");
	assert_string_equal(ip_format(text, &a.target_ip), "192.0.2.50");
	arp_encode(&a, &out);
	assert_int_equal(wr_length(&out), ARP_LENGTH);
	assert_memory_equal(got, bytes, ARP_LENGTH);
}

static void every_prefix_is_short(void **state)
{
	uint8_t bytes[ARP_LENGTH];
	size_t length = hex(bytes, sizeof bytes, reply);

	for (size_t n = 0; n < length; n++) {
		struct rd in = rd_of(bytes, n);
		struct arp_packet a;
		assert_false(arp_decode(&a, &in));
		assert_true(in.bad);
	}
}

static void other_hardware_and_protocols_are_refused(void **state)
{
	uint8_t bytes[ARP_LENGTH];

	hex(bytes, sizeof bytes, reply);
	for (size_t i = 0; i < 6; i++) {
		struct rd in = rd_of(bytes, sizeof bytes);
		struct arp_packet a;
		bytes[i] ^= 0x10;
		assert_false(arp_decode(&a, &in));
		bytes[i] ^= 0x10;
	}
}

static void only_an_announcement_is_gratuitous(void **state)
{
	const struct ip_addr vip = ip4(192, 0, 2, 10), other = ip4(192, 0, 2, 11), none = ip4(0, 0, 0, 0);
	struct arp_packet a = {.operation = ARP_REQUEST, .sender_ip = vip, .target_ip = vip};

	assert_true(arp_is_gratuitous(&a));
	a.operation = ARP_REPLY; /* Cisco's form */
	assert_true(arp_is_gratuitous(&a));
	a.target_ip = other;
	assert_false(arp_is_gratuitous(&a));
	a.sender_ip = none; /* RFC 5227: a probe */
	assert_false(arp_is_gratuitous(&a));
	a.target_ip = none;
	assert_false(arp_is_gratuitous(&a));
}

static void random_packets_survive_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "arp round trip");

	for (int i = 0; i < 1000; i++) {
		struct arp_packet a = {.operation = random_u16(&p), .sender_mac = random_mac(&p),
				       .target_mac = random_mac(&p), .sender_ip = random_ip(&p, IP_V4),
				       .target_ip = random_ip(&p, IP_V4)};
		struct arp_packet back;
		uint8_t bytes[ARP_LENGTH];
		struct wr out = wr_of(bytes, sizeof bytes);
		arp_encode(&a, &out);
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_true(arp_decode(&back, &in));
		assert_int_equal(back.operation, a.operation);
		assert_true(mac_equal(back.sender_mac, a.sender_mac));
		assert_true(mac_equal(back.target_mac, a.target_mac));
		assert_true(ip_equal(&back.sender_ip, &a.sender_ip));
		assert_true(ip_equal(&back.target_ip, &a.target_ip));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_read_and_written_again),
		cmocka_unit_test(every_prefix_is_short),
		cmocka_unit_test(other_hardware_and_protocols_are_refused),
		cmocka_unit_test(only_an_announcement_is_gratuitous),
		cmocka_unit_test(random_packets_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

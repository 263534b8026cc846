// SPDX-License-Identifier: BSD-2-Clause
/* Ethernet headers: tags in order, not too many, none invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/wire/ethernet.h"
#include "tests/wire/samples.h"

static void two_tags_are_read_outermost_first(void **state)
{
	/* 802.1ad tag: priority 5, drop eligible, VLAN 100; 802.1Q tag: priority 0, VLAN 4095; IPv4 */
	uint8_t bytes[32];
	size_t length = hex(bytes, sizeof bytes, "01005e000012 00005e00010a 88a8b064 81000fff 0800");
	struct rd in = rd_of(bytes, length);
	struct ethernet_header h;
	char text[MAC_TEXT];

	assert_true(ethernet_decode(&h, &in));
	assert_string_equal(mac_format(text, h.dst), "01:00:5e:00:00:12");
	assert_string_equal(mac_format(text, h.src), "00:00:5e:00:01:0a");
	assert_int_equal(h.vlan_count, 2);
	assert_int_equal(h.vlan[0].type, ETHERTYPE_QINQ);
	assert_int_equal(h.vlan[0].id, 100);
	assert_int_equal(h.vlan[0].priority, 5);
	assert_true(h.vlan[0].drop_eligible);
	assert_int_equal(h.vlan[1].type, ETHERTYPE_VLAN);
	assert_int_equal(h.vlan[1].id, 4095);
	assert_int_equal(h.vlan[1].priority, 0);
	assert_false(h.vlan[1].drop_eligible);
	assert_int_equal(h.type, ETHERTYPE_IPV4);
	assert_int_equal(rd_left(&in), 0);
}

static void every_prefix_is_short(void **state)
{
	uint8_t bytes[32];
	size_t length = hex(bytes, sizeof bytes, "01005e000012 00005e00010a 88a8b064 81000fff 0800");

	for (size_t n = 0; n < length; n++) {
		struct rd in = rd_of(bytes, n);
		struct ethernet_header h;
		assert_false(ethernet_decode(&h, &in));
		assert_true(in.bad);
	}
}

static void a_fifth_tag_is_malformed_and_not_short(void **state)
{
	for (size_t tags = 3; tags <= 5; tags++) {
		uint8_t bytes[64] = {0};
		struct wr out = wr_of(bytes, sizeof bytes);
		struct ethernet_header h;
		wr_zero(&out, 12);
		for (size_t i = 0; i < tags; i++)
			wr_be32(&out, UINT32_C(0x81000001));
		wr_be16(&out, ETHERTYPE_ARP);
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_int_equal(ethernet_decode(&h, &in), tags <= ETHERNET_VLANS);
		assert_false(in.bad);
	}
}

static void random_headers_survive_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "ethernet round trip");

	for (int i = 0; i < 1000; i++) {
		struct packet_envelope e = random_envelope(&p, IP_V4, 0);
		uint8_t bytes[32], again[32];
		struct wr out = wr_of(bytes, sizeof bytes), out2 = wr_of(again, sizeof again);
		struct ethernet_header h;
		write_ethernet(&out, &e, (uint16_t)(0x0600 + prng_below(&p, 0x200)));
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_true(ethernet_decode(&h, &in));
		assert_int_equal(h.vlan_count, e.vlan_count);
		for (size_t v = 0; v < h.vlan_count; v++) {
			assert_int_equal(h.vlan[v].id, e.vlan[v].id);
			assert_int_equal(h.vlan[v].priority, e.vlan[v].priority);
			assert_int_equal(h.vlan[v].drop_eligible, e.vlan[v].drop_eligible);
		}
		ethernet_encode(&h, &out2);
		assert_int_equal(wr_length(&out2), wr_length(&out));
		assert_memory_equal(again, bytes, wr_length(&out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_tags_are_read_outermost_first),
		cmocka_unit_test(every_prefix_is_short),
		cmocka_unit_test(a_fifth_tag_is_malformed_and_not_short),
		cmocka_unit_test(random_headers_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Check Point CCP, Microsoft NLB and FortiGate FGCP: messages by hand, prefixes, round trips, MACs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/wire/fhrp_samples.h"

/* MY_STATE of version 540, cluster 254, interface 2, machine 1 to all: two members, active and standby. */
static const char my_state[] = "1a90 021c 00fe 0001 0002 1234 0001 fffe 0007 0000 "
			       "0002 0001 0002 0064 04 02";
/* A heartbeat of host 2 of the cluster 192.0.2.80, from 192.0.2.82, version 2.6; four bytes follow. */
static const char heartbeat[] = "bf01dec0 06020000 02000000 c0000250 c0000252 01000000";

static void my_state_both_ways(void **state)
{
	uint8_t bytes[64], got[64];
	size_t length = hex(bytes, sizeof bytes, my_state);
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(got, sizeof got);
	struct ccp_message m;

	assert_true(ccp_is(bytes, length));
	assert_true(ccp_decode(&m, &in));
	assert_int_equal(m.version, 540);
	assert_int_equal(m.cluster, 254);
	assert_int_equal(m.opcode, CCP_MY_STATE);
	assert_int_equal(m.source_interface, 2);
	assert_int_equal(m.random_id, 0x1234);
	assert_int_equal(m.source_machine, 1);
	assert_int_equal(m.destination_machine, 0xfffe);
	assert_int_equal(m.policy, 7);
	assert_true(m.has_state);
	assert_int_equal(m.member_count, 2);
	assert_int_equal(m.ha_mode, 2);
	assert_int_equal(m.time_unit_ms, 100);
	assert_int_equal(m.member_state[0], CCP_ACTIVE);
	assert_int_equal(m.member_state[1], CCP_STANDBY);
	assert_int_equal(m.rest_length, 0);
	ccp_encode(&m, &out);
	assert_int_equal(wr_length(&out), length);
	assert_memory_equal(got, bytes, length);
	assert_string_equal(ccp_opcode_word(m.opcode), "MY_STATE");
	assert_string_equal(ccp_opcode_word(99), "unknown");
}

static void every_prefix_of_my_state_is_refused(void **state)
{
	uint8_t bytes[64];
	size_t length = hex(bytes, sizeof bytes, my_state);

	for (size_t n = 0; n < length; n++) {
		struct rd in = rd_of(bytes, n);
		struct ccp_message m;
		assert_false(ccp_decode(&m, &in));
	}
	bytes[0] = 0x1b;
	struct rd in = rd_of(bytes, length);
	struct ccp_message m;
	assert_false(ccp_is(bytes, length));
	assert_false(ccp_decode(&m, &in));
}

/* More states announced than there are bytes: the allocation of nobody depends on it. */
static void my_state_that_announces_too_many_members_is_refused(void **state)
{
	uint8_t bytes[64];
	size_t length = hex(bytes, sizeof bytes, my_state);
	struct ccp_message m;

	bytes[CCP_HEADER] = 0xff;
	struct rd in = rd_of(bytes, length);
	assert_false(ccp_decode(&m, &in));
	assert_int_equal(m.cluster, 254); /* the header in front of it was sound */
}

static void ccp_survives_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "ccp round trip");

	for (int i = 0; i < 1000; i++) {
		uint8_t rest[32], first[128], second[128];
		struct ccp_message m = random_ccp(&p, i % 2 == 0 ? FHRP_CCP_STATE : FHRP_CCP_OTHER, rest), back;
		struct wr out = wr_of(first, sizeof first), again = wr_of(second, sizeof second);
		ccp_encode(&m, &out);
		struct rd in = rd_of(first, wr_length(&out));
		assert_true(ccp_decode(&back, &in));
		assert_int_equal(back.cluster, m.cluster);
		assert_int_equal(back.opcode, m.opcode);
		assert_int_equal(back.source_machine, m.source_machine);
		assert_int_equal(back.has_state, m.has_state);
		assert_int_equal(back.rest_length, m.rest_length);
		ccp_encode(&back, &again);
		assert_int_equal(wr_length(&again), wr_length(&out));
		assert_memory_equal(second, first, wr_length(&out));
	}
}

static void the_source_mac_of_ccp_names_magic_and_member(void **state)
{
	char text[MAC_TEXT];
	uint8_t magic, member;

	assert_string_equal(mac_format(text, ccp_source_mac(CCP_MAC_MAGIC, 1)), "00:00:00:00:fe:01");
	assert_true(ccp_of_source_mac(ccp_source_mac(CCP_MAC_MAGIC, 1), &magic, &member));
	assert_int_equal(magic, 254);
	assert_int_equal(member, 1);
	assert_false(ccp_of_source_mac((struct mac){{0, 0, 0, 1, 0xfe, 1}}, &magic, &member));
	assert_false(ccp_of_source_mac(MAC_ZERO, &magic, &member)); /* a loopback has it */
}

static void a_heartbeat_both_ways(void **state)
{
	uint8_t bytes[64], got[64];
	size_t length = hex(bytes, sizeof bytes, heartbeat);
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(got, sizeof got);
	struct ip_addr cluster = ip4(192, 0, 2, 80), node = ip4(192, 0, 2, 82);
	struct nlb_message m;

	assert_true(nlb_decode(&m, &in));
	assert_int_equal(m.signature, NLB_HEARTBEAT);
	assert_int_equal(m.version, 0x0206);
	assert_int_equal(m.host_id, 2);
	assert_true(ip_equal(&m.cluster_ip, &cluster));
	assert_true(ip_equal(&m.host_ip, &node));
	assert_int_equal(m.rest_length, 4);
	nlb_encode(&m, &out);
	assert_int_equal(wr_length(&out), length);
	assert_memory_equal(got, bytes, length);
	/* its header is enough */
	for (size_t n = 0; n < length; n++) {
		in = rd_of(bytes, n);
		assert_int_equal(nlb_decode(&m, &in), n >= NLB_HEADER);
	}
	bytes[0] = 0xbe;
	in = rd_of(bytes, length);
	assert_false(nlb_decode(&m, &in));
}

static void the_macs_of_an_nlb_cluster_hold_its_address(void **state)
{
	struct ip_addr ip = ip4(192, 168, 100, 80);
	char text[MAC_TEXT];

	assert_string_equal(mac_format(text, nlb_cluster_mac(NLB_UNICAST, &ip)), "02:bf:c0:a8:64:50");
	assert_string_equal(mac_format(text, nlb_cluster_mac(NLB_MULTICAST, &ip)), "03:bf:c0:a8:64:50");
	assert_string_equal(mac_format(text, nlb_cluster_mac(NLB_IGMP, &ip)), "01:00:5e:7f:64:50");
	assert_string_equal(mac_format(text, nlb_source_mac(2, &ip)), "02:02:c0:a8:64:50");
}

static void fgcp_is_an_ethertype_and_bytes(void **state)
{
	uint8_t bytes[4] = {1, 2, 3, 4}, got[4];
	struct rd in = rd_of(bytes, sizeof bytes);
	struct wr out = wr_of(got, sizeof got);
	struct fgcp_message m;

	for (uint16_t type = 0x888f; type <= 0x8894; type++)
		assert_int_equal(fgcp_is(type), type >= 0x8890 && type <= 0x8893);
	assert_true(fgcp_decode(&m, FGCP_HEARTBEAT, &in));
	assert_int_equal(m.type, 0x8890);
	assert_int_equal(m.length, 4);
	fgcp_encode(&m, &out);
	assert_memory_equal(got, bytes, 4);
	in = rd_of(bytes, 0);
	assert_true(fgcp_decode(&m, FGCP_HEARTBEAT, &in));
	assert_false(fgcp_decode(&m, 0x88cc, &in));
}

static void fgcp_macs_hold_the_group_in_four_ranges(void **state)
{
	static const struct {
		uint16_t group;
		const char *mac;
	} row[] = {{0, "00:09:0f:09:00:15"},   {255, "00:09:0f:09:ff:15"}, {256, "e0:23:ff:fc:00:15"},
		   {511, "e0:23:ff:fc:ff:15"}, {512, "e0:23:ff:fd:00:15"}, {1023, "e0:23:ff:fe:ff:15"}};
	char text[MAC_TEXT];
	uint16_t group;
	uint8_t port;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct mac m = fgcp_virtual_mac(row[i].group, 0x15);
		assert_string_equal(mac_format(text, m), row[i].mac);
		assert_true(fgcp_of_virtual_mac(m, &group, &port));
		assert_int_equal(group, row[i].group);
		assert_int_equal(port, 0x15);
	}
	assert_false(fgcp_of_virtual_mac((struct mac){{0, 9, 0x0f, 0x0a, 0, 0}}, &group, &port));
	assert_false(fgcp_of_virtual_mac((struct mac){{0xe0, 0x23, 0xff, 0xfb, 0, 0}}, &group, &port));
	assert_false(fgcp_of_virtual_mac((struct mac){{0xe0, 0x23, 0xff, 0xff, 0, 0}}, &group, &port));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(my_state_both_ways),
		cmocka_unit_test(every_prefix_of_my_state_is_refused),
		cmocka_unit_test(my_state_that_announces_too_many_members_is_refused),
		cmocka_unit_test(ccp_survives_the_round_trip),
		cmocka_unit_test(the_source_mac_of_ccp_names_magic_and_member),
		cmocka_unit_test(a_heartbeat_both_ways),
		cmocka_unit_test(the_macs_of_an_nlb_cluster_hold_its_address),
		cmocka_unit_test(fgcp_is_an_ethertype_and_bytes),
		cmocka_unit_test(fgcp_macs_hold_the_group_in_four_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

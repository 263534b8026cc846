// SPDX-License-Identifier: BSD-2-Clause
/* Resolving neighbours: asking, waiting, learning, growing old, giving up. */
#include "tests/stack/desk.h"

static void packet_waits_for_the_answer_and_then_leaves(void **state)
{
	struct desk d;

	desk_host(&d);
	assert_int_equal(stack_deadline(d.stack), VL_NEVER);
	assert_true(desk_send(&d, "192.0.2.50", 10 * VL_S));
	desk_expect_frame(&d);
	assert_int_equal(d.p.arp.operation, ARP_REQUEST);
	assert_mac(d.p.ethernet.dst, MAC_BROADCAST);
	assert_mac(d.p.arp.sender_mac, OWN);
	assert_ip(d.p.arp.sender_ip, "192.0.2.1");
	assert_ip(d.p.arp.target_ip, "192.0.2.50");
	assert_mac(d.p.arp.target_mac, MAC_ZERO);
	assert_int_equal(stack_deadline(d.stack), 11 * VL_S);
	desk_expect_silence(&d);
	desk_arp(&d, OWN, ARP_REPLY, PEER, "192.0.2.50", "192.0.2.1", 10 * VL_S + VL_MS);
	desk_expect_frame(&d);
	assert_int_equal(d.p.transport, TRANSPORT_UDP);
	assert_mac(d.p.ethernet.dst, PEER);
	assert_mac(d.p.ethernet.src, OWN);
	assert_ip(d.p.src, "192.0.2.1");
	assert_int_equal(stack_deadline(d.stack), VL_NEVER);
	assert_true(desk_send(&d, "192.0.2.50", 11 * VL_S));    /* known: no question */
	desk_expect_frame(&d);
	assert_int_equal(d.p.transport, TRANSPORT_UDP);
	desk_close(&d);
}

static void three_questions_a_second_apart_and_the_packets_are_lost(void **state)
{
	struct desk d;

	desk_host(&d);
	desk_send(&d, "192.0.2.50", 0);
	desk_send(&d, "192.0.2.50", 0);
	desk_expect_frame(&d);
	for (vl_time at = VL_S; at <= 2 * VL_S; at += VL_S) {
		stack_timeout(d.stack, at - 1);
		desk_expect_silence(&d);
		stack_timeout(d.stack, at);
		desk_expect_frame(&d);
		assert_int_equal(d.p.arp.operation, ARP_REQUEST);
	}
	stack_timeout(d.stack, 3 * VL_S);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NO_NEIGHBOUR), 2);
	assert_int_equal(stack_deadline(d.stack), VL_NEVER);
	desk_send(&d, "192.0.2.50", 4 * VL_S);          /* and from the beginning */
	desk_expect_frame(&d);
	desk_close(&d);
}

static void queue_for_a_neighbour_is_bounded_the_oldest_goes(void **state)
{
	struct desk d;

	desk_host(&d);
	for (unsigned i = 0; i < 20; i++) {
		const uint8_t payload[8] = {0, (uint8_t)i, 0, 9, 0, 8, 0, 0};
		stack_send(d.stack, &(struct packet_envelope){.dst = ip("192.0.2.50"), .ttl = 64,
							      .protocol = IP_PROTOCOL_UDP}, payload, 8, 0);
	}
	desk_expect_frame(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_QUEUE_FULL), 4);
	desk_arp(&d, OWN, ARP_REPLY, PEER, "192.0.2.50", "192.0.2.1", 0);
	for (unsigned i = 4; i < 20; i++) {
		desk_expect_frame(&d);
		assert_int_equal(d.p.udp.src_port, i);
	}
	desk_expect_silence(&d);
	desk_close(&d);
}

static void old_entry_is_used_while_it_is_probed(void **state)
{
	struct desk d;

	desk_host(&d);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	desk_expect_frame(&d);
	desk_send(&d, "192.0.2.50", 60 * VL_S - 1);
	desk_expect_frame(&d);
	desk_expect_silence(&d);
	desk_send(&d, "192.0.2.50", 60 * VL_S);
	desk_expect_frame(&d);
	assert_int_equal(d.p.transport, TRANSPORT_UDP);
	assert_mac(d.p.ethernet.dst, PEER);
	desk_expect_frame(&d);
	assert_int_equal(d.p.network, NETWORK_ARP);
	assert_mac(d.p.ethernet.dst, PEER);             /* unicast */
	desk_arp(&d, OWN, ARP_REPLY, PEER, "192.0.2.50", "192.0.2.1", 60 * VL_S + 1);
	assert_int_equal(stack_deadline(d.stack), VL_NEVER);
	/* Next time nobody answers: after three probes it is asked for by broadcast again. */
	desk_send(&d, "192.0.2.50", 200 * VL_S);
	desk_expect_frame(&d);
	desk_expect_frame(&d);
	for (vl_time at = 201 * VL_S; at <= 203 * VL_S; at += VL_S) {
		stack_timeout(d.stack, at);
		assert_int_equal(desk_next(&d), at < 203 * VL_S);
	}
	desk_send(&d, "192.0.2.50", 204 * VL_S);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, MAC_BROADCAST);
	desk_close(&d);
}

static void gratuitous_arp_moves_a_known_neighbour_and_makes_no_new_one(void **state)
{
	struct desk d;

	desk_host(&d);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, OTHER, "192.0.2.60", "192.0.2.60", 0);
	desk_expect_silence(&d);
	desk_send(&d, "192.0.2.60", 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.network, NETWORK_ARP);     /* it was not learnt */
	desk_arp(&d, OWN, ARP_REPLY, PEER, "192.0.2.60", "192.0.2.1", 0);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, PEER);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, OTHER, "192.0.2.60", "192.0.2.60", 0);
	desk_send(&d, "192.0.2.60", 0);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, OTHER);
	desk_arp(&d, MAC_BROADCAST, ARP_REPLY, VIRTUAL, "192.0.2.60", "192.0.2.60", 0); /* Cisco's form */
	desk_send(&d, "192.0.2.60", 0);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, VIRTUAL);
	desk_close(&d);
}

static void advertisement(struct desk *d, struct mac mac, bool override)
{
	struct icmp_message na = {
		.family = IP_V6, .type = ICMPV6_NEIGHBOR_ADVERTISEMENT, .target = ip("2001:db8::50"),
		.override = override, .has_link_address = true, .link_address = mac,
	};
	struct ip_addr all = ip("ff02::1");

	desk_icmp(d, 0, mac_of_group(&all), "2001:db8::50", "ff02::1", 255, &na, 0);
}

static void ipv6_neighbour_is_solicited_and_moved_only_with_override(void **state)
{
	struct desk d;

	desk_host(&d);
	assert_true(desk_send(&d, "2001:db8::50", 0));
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMPV6_NEIGHBOR_SOLICITATION);
	assert_ip(d.p.dst, "ff02::1:ff00:50");
	assert_mac(d.p.ethernet.dst, (struct mac){{0x33, 0x33, 0xff, 0x00, 0x00, 0x50}});
	assert_ip(d.p.src, "2001:db8::1");
	assert_mac(d.p.icmp.link_address, OWN);
	advertisement(&d, PEER, false);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, PEER);
	advertisement(&d, OTHER, false);
	desk_send(&d, "2001:db8::50", 0);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, PEER);
	advertisement(&d, OTHER, true);
	desk_send(&d, "2001:db8::50", 0);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, OTHER);
	desk_close(&d);
}

static void full_cache_forgets_the_longest_unused(void **state)
{
	static struct stack_config c;
	struct desk d;

	c = (struct stack_config){.interface_count = 1, .neighbours = 2};
	c.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("192.0.2.1/24")}};
	desk_open(&d, &c);
	desk_arp(&d, OWN, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 1);
	desk_arp(&d, OWN, ARP_REQUEST, OTHER, "192.0.2.51", "192.0.2.1", 2);
	desk_send(&d, "192.0.2.50", 3);
	desk_arp(&d, OWN, ARP_REQUEST, VIRTUAL, "192.0.2.52", "192.0.2.1", 4);
	for (int i = 0; i < 4; i++)
		desk_expect_frame(&d);
	desk_send(&d, "192.0.2.50", 5);
	desk_expect_frame(&d);
	assert_int_equal(d.p.transport, TRANSPORT_UDP);
	desk_send(&d, "192.0.2.51", 6);                 /* it made room: asked again, .52 goes */
	desk_expect_frame(&d);
	assert_int_equal(d.p.network, NETWORK_ARP);
	desk_send(&d, "192.0.2.53", 7);                 /* .50 goes */
	desk_expect_frame(&d);
	assert_false(desk_send(&d, "203.0.113.1", 8));
	desk_send(&d, "192.0.2.54", 9);                 /* both wait for an answer: no room */
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_QUEUE_FULL), 1);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packet_waits_for_the_answer_and_then_leaves),
		cmocka_unit_test(three_questions_a_second_apart_and_the_packets_are_lost),
		cmocka_unit_test(queue_for_a_neighbour_is_bounded_the_oldest_goes),
		cmocka_unit_test(old_entry_is_used_while_it_is_probed),
		cmocka_unit_test(gratuitous_arp_moves_a_known_neighbour_and_makes_no_new_one),
		cmocka_unit_test(ipv6_neighbour_is_solicited_and_moved_only_with_override),
		cmocka_unit_test(full_cache_forgets_the_longest_unused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

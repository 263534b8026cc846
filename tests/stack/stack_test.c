// SPDX-License-Identifier: BSD-2-Clause
/* What a stack takes in, what it answers, and what it counts. */
#include "tests/stack/desk.h"

static void claim(struct desk *d, const char *address, bool accept)
{
	assert_true(stack_claim(d->stack, &(struct stack_claim){.address = ip(address), .mac = VIRTUAL,
								.accept = accept, .router = true}));
}

static void arp_for_own_address_is_answered_with_the_physical_mac(void **state)
{
	struct desk d;

	desk_host(&d);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.network, NETWORK_ARP);
	assert_int_equal(d.p.arp.operation, ARP_REPLY);
	assert_mac(d.p.ethernet.src, OWN);
	assert_mac(d.p.ethernet.dst, PEER);
	assert_mac(d.p.arp.sender_mac, OWN);
	assert_ip(d.p.arp.sender_ip, "192.0.2.1");
	assert_mac(d.p.arp.target_mac, PEER);
	assert_ip(d.p.arp.target_ip, "192.0.2.50");
	desk_expect_silence(&d);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.2", 0);
	desk_expect_silence(&d);
	desk_close(&d);
}

static void claimed_address_is_answered_with_its_virtual_mac(void **state)
{
	struct desk d;

	desk_host(&d);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.10", 0);
	desk_expect_silence(&d);                        /* a Backup must not answer */
	claim(&d, "192.0.2.10", false);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.10", 0);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.src, VIRTUAL);
	assert_mac(d.p.arp.sender_mac, VIRTUAL);
	assert_ip(d.p.arp.sender_ip, "192.0.2.10");
	stack_release(d.stack, 0, &(struct ip_addr){.family = IP_V4, .b = {192, 0, 2, 10}});
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.10", 0);
	desk_expect_silence(&d);
	desk_close(&d);
}

static void solicitation_for_a_claimed_address_is_answered_as_a_router(void **state)
{
	struct desk d;
	struct icmp_message ns = {
		.family = IP_V6, .type = ICMPV6_NEIGHBOR_SOLICITATION, .target = ip("2001:db8::10"),
		.has_link_address = true, .link_address = PEER,
	};
	struct ip_addr group = ip6_solicited_node(&ns.target);

	desk_host(&d);
	claim(&d, "2001:db8::10", false);
	desk_icmp(&d, 0, mac_of_group(&group), "2001:db8::50", "ff02::1:ff00:10", 255, &ns, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMPV6_NEIGHBOR_ADVERTISEMENT);
	assert_true(d.p.icmp.router && d.p.icmp.solicited && d.p.icmp.override);
	assert_mac(d.p.icmp.link_address, VIRTUAL);
	assert_mac(d.p.ethernet.src, VIRTUAL);
	assert_mac(d.p.ethernet.dst, PEER);
	assert_ip(d.p.src, "2001:db8::10");
	assert_ip(d.p.dst, "2001:db8::50");
	assert_int_equal(d.p.ttl, 255);
	/* The own address: physical MAC, no router. And a hop limit under 255 came through a router. */
	ns.target = ip("2001:db8::1");
	desk_icmp(&d, 0, OWN, "2001:db8::50", "2001:db8::1", 255, &ns, 0);
	desk_expect_frame(&d);
	assert_false(d.p.icmp.router);
	assert_mac(d.p.icmp.link_address, OWN);
	desk_icmp(&d, 0, OWN, "2001:db8::50", "2001:db8::1", 254, &ns, 0);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_MALFORMED), 1);
	desk_close(&d);
}

static void duplicate_detection_of_another_is_answered_to_all_nodes(void **state)
{
	struct desk d;
	struct icmp_message ns = {
		.family = IP_V6, .type = ICMPV6_NEIGHBOR_SOLICITATION, .target = ip("2001:db8::1"),
	};
	struct ip_addr group = ip6_solicited_node(&ns.target);

	desk_host(&d);
	desk_icmp(&d, 0, mac_of_group(&group), "::", "ff02::1:ff00:1", 255, &ns, 0);
	desk_expect_frame(&d);
	assert_ip(d.p.dst, "ff02::1");
	assert_false(d.p.icmp.solicited);
	desk_close(&d);
}

static void frames_to_a_claimed_mac_are_taken_only_while_it_is_claimed(void **state)
{
	struct desk d;

	desk_host(&d);
	desk_arp(&d, OWN, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	desk_expect_frame(&d);
	desk_echo(&d, VIRTUAL, "192.0.2.50", "192.0.2.1", 64, 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_OURS), 1);
	desk_expect_silence(&d);
	claim(&d, "192.0.2.10", true);
	claim(&d, "192.0.2.11", true);
	struct ip_addr first = ip("192.0.2.10"), second = ip("192.0.2.11");
	stack_release(d.stack, 0, &first);              /* the other claim still holds the MAC */
	desk_echo(&d, VIRTUAL, "192.0.2.50", "192.0.2.11", 64, 0);
	desk_expect_frame(&d);
	stack_release(d.stack, 0, &second);
	desk_echo(&d, VIRTUAL, "192.0.2.50", "192.0.2.1", 64, 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_OURS), 2);
	desk_close(&d);
}

static void echo_is_answered_from_the_address_asked_and_recorded(void **state)
{
	struct desk d;

	desk_host(&d);
	claim(&d, "192.0.2.10", true);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.10", 0);
	desk_expect_frame(&d);
	desk_echo(&d, VIRTUAL, "192.0.2.50", "192.0.2.10", 64, 3 * VL_S);
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMP_ECHO_REPLY);
	assert_int_equal(d.p.icmp.id, 77);
	assert_int_equal(d.p.icmp.sequence, 5);
	assert_int_equal(d.p.icmp.data_length, 7);
	assert_memory_equal(d.p.icmp.data, "payload", 7);
	assert_ip(d.p.src, "192.0.2.10");
	assert_mac(d.p.ethernet.src, OWN);              /* data leaves from the physical MAC */
	assert_mac(d.p.ethernet.dst, PEER);
	desk_expect_record(&d, &STACK_ECHO_ANSWERED_KIND);
	assert_int_equal(d.out.record.at, 3 * VL_S);
	assert_int_equal(d.out.record.value[3].number, 5);
	desk_close(&d);
}

static void echo_over_ipv6_is_answered(void **state)
{
	struct desk d;
	struct icmp_message ns = {
		.family = IP_V6, .type = ICMPV6_NEIGHBOR_SOLICITATION, .target = ip("2001:db8::1"),
		.has_link_address = true, .link_address = PEER,
	};

	desk_host(&d);
	desk_icmp(&d, 0, OWN, "2001:db8::50", "2001:db8::1", 255, &ns, 0);
	desk_expect_frame(&d);
	desk_echo(&d, OWN, "2001:db8::50", "2001:db8::1", 64, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMPV6_ECHO_REPLY);
	assert_ip(d.p.dst, "2001:db8::50");
	desk_close(&d);
}

static void address_that_is_not_accepted_answers_arp_but_no_echo(void **state)
{
	struct desk d;

	desk_host(&d);
	claim(&d, "192.0.2.10", false);
	assert_int_equal(desk_echo(&d, VIRTUAL, "192.0.2.50", "192.0.2.10", 64, 0), STACK_DONE);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_ACCEPTED), 1);
	desk_close(&d);
}

static void disabled_address_is_silent(void **state)
{
	struct desk d;
	struct ip_addr own = ip("192.0.2.1");

	desk_host(&d);
	stack_enable_address(d.stack, 0, &own, false);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	desk_echo(&d, OWN, "192.0.2.50", "192.0.2.1", 64, 0);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_FORWARDING), 1);
	assert_true(stack_has_address(d.stack, 0, &own));
	stack_enable_address(d.stack, 0, &own, true);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	desk_expect_frame(&d);
	desk_close(&d);
}

static void owner_is_answered_with_the_claimed_mac_and_asks_with_it(void **state)
{
	struct desk d;

	desk_host(&d);
	claim(&d, "192.0.2.1", true);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	desk_expect_frame(&d);
	assert_mac(d.p.arp.sender_mac, VIRTUAL);
	desk_send(&d, "192.0.2.60", 0);
	desk_expect_frame(&d);
	assert_ip(d.p.arp.sender_ip, "192.0.2.1");
	assert_mac(d.p.arp.sender_mac, VIRTUAL);        /* or it would move its own address (RFC 9568 8.1.2) */
	assert_mac(d.p.ethernet.src, VIRTUAL);
	desk_close(&d);
}

static void gratuitous_arp_for_our_address_is_a_conflict_and_is_answered(void **state)
{
	struct desk d;

	desk_host(&d);
	claim(&d, "192.0.2.10", true);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, OTHER, "192.0.2.10", "192.0.2.10", VL_S);
	desk_expect_record(&d, &STACK_ADDRESS_CONFLICT_KIND);
	assert_ip(d.out.record.value[0].ip, "192.0.2.10");
	assert_mac(d.out.record.value[1].mac, OTHER);
	desk_expect_frame(&d);
	assert_int_equal(d.p.arp.operation, ARP_REPLY);
	assert_mac(d.p.ethernet.dst, OTHER);
	assert_mac(d.p.arp.sender_mac, VIRTUAL);
	/* A reply that says the same: a conflict, and no answer to an answer. */
	desk_arp(&d, VIRTUAL, ARP_REPLY, VIRTUAL, "192.0.2.10", "192.0.2.10", VL_S);
	desk_expect_record(&d, &STACK_ADDRESS_CONFLICT_KIND);
	desk_expect_silence(&d);
	desk_close(&d);
}

static void announcement_has_the_shape_that_is_asked_for(void **state)
{
	struct desk d;
	struct mac cisco = {{0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xcd}};
	struct stack_announcement a = {
		.address = ip("192.0.2.10"), .mac = VIRTUAL, .operation = ARP_REPLY, .target_mac = cisco,
		.ethernet_dst = cisco,
	};

	desk_host(&d);
	stack_announce(d.stack, &a, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.arp.operation, ARP_REPLY);
	assert_mac(d.p.ethernet.dst, cisco);
	assert_mac(d.p.ethernet.src, VIRTUAL);
	assert_mac(d.p.arp.target_mac, cisco);
	assert_true(arp_is_gratuitous(&d.p.arp));
	a.ethernet_dst = MAC_ZERO;
	stack_announce(d.stack, &a, 0);
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, MAC_BROADCAST);
	a.address = ip("2001:db8::10");
	a.router = true;
	stack_announce(d.stack, &a, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMPV6_NEIGHBOR_ADVERTISEMENT);
	assert_true(d.p.icmp.router && !d.p.icmp.solicited && d.p.icmp.override);
	assert_ip(d.p.dst, "ff02::1");
	assert_int_equal(d.p.ttl, 255);
	desk_close(&d);
}

static void tagged_interface_speaks_its_vlan_and_hears_no_other(void **state)
{
	static struct stack_config c;
	struct desk d;
	uint8_t bytes[64];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct arp_packet ask = {.operation = ARP_REQUEST, .sender_mac = PEER, .sender_ip = ip("198.51.100.50"),
				 .target_ip = ip("198.51.100.1")};

	c = (struct stack_config){.interface_count = 2};
	c.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("192.0.2.1/24")}};
	c.interface[1] = (struct stack_interface_config){
		.name = "eth0.5", .vlan = 5, .mac = OWN, .address_count = 1, .address = {net("198.51.100.1/24")}};
	desk_open(&d, &c);
	struct ethernet_header h = {.dst = MAC_BROADCAST, .src = PEER, .vlan_count = 1,
				    .vlan = {{.type = ETHERTYPE_VLAN, .id = 5}}, .type = ETHERTYPE_ARP};
	ethernet_encode(&h, &out);
	arp_encode(&ask, &out);
	desk_bytes(&d, 0, bytes, wr_length(&out), 0);
	assert_int_equal(d.interface, 1);
	desk_expect_frame(&d);
	assert_int_equal(d.p.ethernet.vlan_count, 1);
	assert_int_equal(d.p.ethernet.vlan[0].id, 5);
	assert_ip(d.p.arp.sender_ip, "198.51.100.1");
	bytes[15] = 6;                                  /* another VLAN */
	desk_bytes(&d, 0, bytes, wr_length(&out), 0);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_VLAN), 1);
	bytes[15] = 0;                                  /* a priority tag: the untagged interface, other net */
	desk_bytes(&d, 0, bytes, wr_length(&out), 0);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_VLAN), 1);
	desk_close(&d);
}

static void every_prefix_of_a_frame_is_dropped_and_counted(void **state)
{
	struct desk d;
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct icmp_message m = {.family = IP_V4, .type = ICMP_ECHO_REQUEST};
	struct packet_envelope e = {.src_mac = PEER, .dst_mac = OWN, .src = ip("192.0.2.50"),
				    .dst = ip("192.0.2.1"), .ttl = 64, .protocol = IP_PROTOCOL_ICMP};

	desk_host(&d);
	packet_begin(&out, &e);
	icmp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	for (size_t n = 0; n < wr_length(&out); n++) {
		assert_int_equal(desk_bytes(&d, 0, bytes, n, 0), STACK_DONE);
		assert_int_equal(desk_dropped(&d, STACK_DROP_MALFORMED), n + 1);
	}
	desk_expect_silence(&d);
	bytes[wr_length(&out) - 1] ^= 1;                /* and a wrong checksum */
	desk_bytes(&d, 0, bytes, wr_length(&out), 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_MALFORMED), wr_length(&out) + 1);
	desk_close(&d);
}

static void vrrp_and_carp_go_to_the_caller_also_when_malformed(void **state)
{
	struct desk d;
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	const uint8_t t1[20] = {0x21, 0x0a, 0x96, 0x01, 0x00, 0x01, 0x3e, 0xae, 0x0a, 0x09, 0x00, 0x3c};
	struct packet_envelope e = {.src_mac = PEER, .dst_mac = mac_of_group(&VRRP_GROUP_V4),
				    .src = ip("192.0.2.50"), .dst = VRRP_GROUP_V4, .ttl = 255,
				    .protocol = IP_PROTOCOL_VRRP};

	desk_host(&d);
	packet_begin(&out, &e);
	wr_bytes(&out, t1, sizeof t1);
	packet_end(&out, &e);
	assert_int_equal(desk_bytes(&d, 0, bytes, wr_length(&out), 0), STACK_REDUNDANCY);
	out = wr_of(bytes, sizeof bytes);
	packet_begin(&out, &e);
	wr_bytes(&out, t1, 6);
	packet_end(&out, &e);
	assert_int_equal(desk_bytes(&d, 0, bytes, wr_length(&out), 0), STACK_REDUNDANCY);
	assert_int_equal(desk_dropped(&d, STACK_DROP_MALFORMED), 0);
	desk_close(&d);
}

static void nothing_passes_a_link_that_is_down(void **state)
{
	struct desk d;

	desk_host(&d);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	desk_expect_frame(&d);
	stack_link(d.stack, 0, false, 0);
	assert_false(stack_interface_up(d.stack, 0));
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_LINK), 1);
	assert_false(desk_send(&d, "192.0.2.50", 0));
	assert_int_equal(desk_dropped(&d, STACK_DROP_NO_ROUTE), 1);
	stack_announce(d.stack, &(struct stack_announcement){.address = ip("192.0.2.1"), .mac = OWN,
							     .operation = ARP_REQUEST}, 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_LINK), 2);
	desk_expect_silence(&d);
	stack_link(d.stack, 0, true, 0);
	assert_true(desk_send(&d, "192.0.2.50", 0));
	desk_expect_frame(&d);
	assert_int_equal(d.p.network, NETWORK_ARP);     /* the neighbour is forgotten: asked again */
	desk_close(&d);
}

static void reset_gives_up_everything_claimed(void **state)
{
	struct desk d;

	desk_host(&d);
	claim(&d, "192.0.2.10", true);
	stack_link(d.stack, 0, false, 0);
	stack_reset(d.stack);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.10", 0);
	desk_echo(&d, VIRTUAL, "192.0.2.50", "192.0.2.10", 64, 0);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_OURS), 1);
	assert_true(stack_interface_up(d.stack, 0));
	desk_close(&d);
}

static void claims_are_bounded_and_replaced(void **state)
{
	static struct stack_config c;
	struct desk d;

	c = (struct stack_config){.interface_count = 1, .claims = 2};
	c.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("192.0.2.1/24")}};
	desk_open(&d, &c);
	claim(&d, "192.0.2.10", true);
	claim(&d, "192.0.2.10", false);
	claim(&d, "192.0.2.11", false);
	assert_false(stack_claim(d.stack, &(struct stack_claim){.address = ip("192.0.2.12"), .mac = VIRTUAL}));
	desk_close(&d);
}

static void facts_of_an_interface(void **state)
{
	struct desk d;
	struct ip_addr far = ip("203.0.113.1"), near = ip("192.0.2.77");

	desk_host(&d);
	assert_int_equal(stack_interface_count(d.stack), 1);
	assert_int_equal(stack_interface(d.stack, 0)->mtu, 1500);
	assert_ip(stack_primary(d.stack, 0, IP_V4), "192.0.2.1");
	assert_ip(stack_primary(d.stack, 0, IP_V6), "fe80::ff:fe00:1");  /* EUI-64 of 02:00:00:00:00:01 */
	assert_ip(stack_source_for(d.stack, &near), "192.0.2.1");
	assert_int_equal(stack_source_for(d.stack, &far).family, IP_NONE);
	assert_string_equal(stack_drop_text(STACK_DROP_TTL), "TTL exceeded");
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_for_own_address_is_answered_with_the_physical_mac),
		cmocka_unit_test(claimed_address_is_answered_with_its_virtual_mac),
		cmocka_unit_test(solicitation_for_a_claimed_address_is_answered_as_a_router),
		cmocka_unit_test(duplicate_detection_of_another_is_answered_to_all_nodes),
		cmocka_unit_test(frames_to_a_claimed_mac_are_taken_only_while_it_is_claimed),
		cmocka_unit_test(echo_is_answered_from_the_address_asked_and_recorded),
		cmocka_unit_test(echo_over_ipv6_is_answered),
		cmocka_unit_test(address_that_is_not_accepted_answers_arp_but_no_echo),
		cmocka_unit_test(disabled_address_is_silent),
		cmocka_unit_test(owner_is_answered_with_the_claimed_mac_and_asks_with_it),
		cmocka_unit_test(gratuitous_arp_for_our_address_is_a_conflict_and_is_answered),
		cmocka_unit_test(announcement_has_the_shape_that_is_asked_for),
		cmocka_unit_test(tagged_interface_speaks_its_vlan_and_hears_no_other),
		cmocka_unit_test(every_prefix_of_a_frame_is_dropped_and_counted),
		cmocka_unit_test(vrrp_and_carp_go_to_the_caller_also_when_malformed),
		cmocka_unit_test(nothing_passes_a_link_that_is_down),
		cmocka_unit_test(reset_gives_up_everything_claimed),
		cmocka_unit_test(claims_are_bounded_and_replaced),
		cmocka_unit_test(facts_of_an_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Packets for others: sent on by a router, dropped by a host, and the errors that follow. */
#include "tests/stack/desk.h"

/* The router's neighbours on both sides are known. */
static void introduce(struct desk *d)
{
	desk_arp(d, OWN, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", 0);
	desk_expect_frame(d);
}

static void answer_on_port_1(struct desk *d, const char *address)
{
	uint8_t bytes[64];
	struct wr out = wr_of(bytes, sizeof bytes);

	ethernet_encode(&(struct ethernet_header){.dst = OWN_1, .src = OTHER, .type = ETHERTYPE_ARP}, &out);
	arp_encode(&(struct arp_packet){.operation = ARP_REPLY, .sender_mac = OTHER, .sender_ip = ip(address),
					.target_mac = OWN_1, .target_ip = ip("198.51.100.1")}, &out);
	desk_bytes(d, 1, bytes, wr_length(&out), 0);
}

static void router_sends_on_with_one_hop_less(void **state)
{
	struct desk d;

	desk_router(&d);
	introduce(&d);
	desk_echo(&d, OWN, "192.0.2.50", "198.51.100.7", 64, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.out.port, 1);
	assert_ip(d.p.arp.target_ip, "198.51.100.7");
	answer_on_port_1(&d, "198.51.100.7");
	desk_expect_frame(&d);                          /* dissected: the header checksum is right again */
	assert_int_equal(d.out.port, 1);
	assert_int_equal(d.p.ttl, 63);
	assert_int_equal(d.p.ipv4.id, 7);
	assert_mac(d.p.ethernet.src, OWN_1);
	assert_mac(d.p.ethernet.dst, OTHER);
	assert_memory_equal(d.p.icmp.data, "payload", 7);
	desk_close(&d);
}

static void default_route_goes_to_the_gateway(void **state)
{
	struct desk d;

	desk_router(&d);
	introduce(&d);
	desk_echo(&d, OWN, "192.0.2.50", "203.0.113.9", 64, 0);
	desk_expect_frame(&d);
	assert_ip(d.p.arp.target_ip, "198.51.100.254");
	answer_on_port_1(&d, "198.51.100.254");
	desk_expect_frame(&d);
	assert_ip(d.p.dst, "203.0.113.9");
	desk_close(&d);
}

static void frames_to_a_claimed_mac_are_forwarded_too(void **state)
{
	struct desk d;

	desk_router(&d);
	assert_true(stack_claim(d.stack, &(struct stack_claim){.address = ip("192.0.2.10"), .mac = VIRTUAL}));
	desk_echo(&d, VIRTUAL, "192.0.2.50", "198.51.100.7", 64, 0);
	desk_expect_frame(&d);
	assert_ip(d.p.arp.target_ip, "198.51.100.7");
	/* But a packet to an address that is owned and not accepted goes nowhere (RFC 3768 8.4). */
	desk_echo(&d, VIRTUAL, "192.0.2.50", "192.0.2.10", 64, 0);
	desk_expect_silence(&d);
	desk_close(&d);
}

/* What happens to a frame that a colliding virtual MAC brought to the wrong box. */
static void packet_for_another_on_the_same_net_is_sent_back_by_a_router_and_dropped_by_a_host(void **state)
{
	struct desk d;

	desk_router(&d);
	desk_echo(&d, OWN, "192.0.2.50", "192.0.2.99", 64, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.out.port, 0);
	assert_ip(d.p.arp.target_ip, "192.0.2.99");
	desk_close(&d);
	desk_host(&d);
	desk_echo(&d, OWN, "192.0.2.50", "192.0.2.99", 64, 0);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_FORWARDING), 1);
	desk_close(&d);
}

static void last_hop_is_told_to_the_sender(void **state)
{
	struct desk d;

	desk_router(&d);
	introduce(&d);
	desk_echo(&d, OWN, "192.0.2.50", "198.51.100.7", 1, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMP_TIME_EXCEEDED);
	assert_ip(d.p.src, "192.0.2.1");
	assert_ip(d.p.dst, "192.0.2.50");
	/* quotes the packet: its header, then the echo's */
	assert_int_equal(d.p.icmp.data_length, 20 + 8 + 7);
	assert_int_equal(d.p.icmp.data[8], 1);
	assert_int_equal(desk_dropped(&d, STACK_DROP_TTL), 1);
	desk_close(&d);
}

static void neighbour_that_does_not_answer_is_told_to_the_sender(void **state)
{
	struct desk d;

	desk_router(&d);
	introduce(&d);
	desk_echo(&d, OWN, "192.0.2.50", "198.51.100.7", 64, 0);
	for (vl_time at = 0; at < 3; at++) {
		desk_expect_frame(&d);
		assert_int_equal(d.p.network, NETWORK_ARP);
		stack_timeout(d.stack, (at + 1) * VL_S);
	}
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMP_UNREACHABLE);
	assert_int_equal(d.p.icmp.code, 1);
	assert_ip(d.p.dst, "192.0.2.50");
	desk_close(&d);
}

static void no_route_and_too_long_are_told_to_the_sender(void **state)
{
	struct desk d;
	uint8_t much[1000] = {0};
	struct icmp_message m = {.family = IP_V4, .type = ICMP_ECHO_REQUEST, .data = much,
				 .data_length = sizeof much};

	desk_router(&d);
	introduce(&d);
	desk_icmp(&d, 0, OWN, "192.0.2.50", "198.51.100.7", 64, &m, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMP_UNREACHABLE);
	assert_int_equal(d.p.icmp.code, 4);
	assert_int_equal(d.p.icmp.word, 600);           /* the next hop's MTU (RFC 1191) */
	assert_int_equal(desk_dropped(&d, STACK_DROP_TOO_LONG), 1);
	stack_link(d.stack, 1, false, 0);
	desk_echo(&d, OWN, "192.0.2.50", "203.0.113.9", 64, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMP_UNREACHABLE);
	assert_int_equal(d.p.icmp.code, 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NO_ROUTE), 1);
	desk_close(&d);
}

static void errors_are_never_about_errors(void **state)
{
	struct desk d;
	struct icmp_message m = {.family = IP_V4, .type = ICMP_UNREACHABLE, .data = (const uint8_t *)"x",
				 .data_length = 1};

	desk_router(&d);
	introduce(&d);
	desk_icmp(&d, 0, OWN, "192.0.2.50", "198.51.100.7", 1, &m, 0);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_TTL), 1);
	desk_close(&d);
}

static void ipv6_is_forwarded_but_not_from_a_link_local_address(void **state)
{
	struct desk d;

	desk_router(&d);
	desk_echo(&d, OWN, "2001:db8::50", "2001:db8:1::7", 64, 0);
	desk_expect_frame(&d);
	assert_int_equal(d.out.port, 1);
	assert_int_equal(d.p.icmp.type, ICMPV6_NEIGHBOR_SOLICITATION);
	assert_ip(d.p.icmp.target, "2001:db8:1::7");
	desk_echo(&d, OWN, "fe80::50", "2001:db8:1::8", 64, 0);
	desk_expect_silence(&d);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_FORWARDING), 1);
	desk_close(&d);
}

static void groups_and_broadcasts_are_not_forwarded(void **state)
{
	struct desk d;
	struct ip_addr group = ip("224.0.0.5");

	desk_router(&d);
	desk_echo(&d, mac_of_group(&group), "192.0.2.50", "224.0.0.5", 64, 0);
	desk_echo(&d, MAC_BROADCAST, "192.0.2.50", "192.0.2.255", 64, 0);
	desk_echo(&d, MAC_BROADCAST, "192.0.2.50", "255.255.255.255", 64, 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_UNREAD), 3);
	desk_echo(&d, MAC_BROADCAST, "192.0.2.50", "198.51.100.7", 64, 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_FORWARDING), 1);
	desk_expect_silence(&d);
	desk_close(&d);
}

static void own_packets_to_groups_and_broadcasts_need_no_neighbour(void **state)
{
	struct desk d;

	desk_host(&d);
	assert_true(desk_send(&d, "224.0.0.18", 0));
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, (struct mac){{0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}});
	assert_ip(d.p.src, "192.0.2.1");
	assert_true(desk_send(&d, "192.0.2.255", 0));
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, MAC_BROADCAST);
	assert_true(desk_send(&d, "ff02::12", 0));
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.dst, (struct mac){{0x33, 0x33, 0x00, 0x00, 0x00, 0x12}});
	assert_ip(d.p.src, "fe80::ff:fe00:1");
	desk_close(&d);
}

/* The same destination each time: where it was found once does not outlive the link. */
static void own_packets_go_another_way_when_a_link_changes(void **state)
{
	static struct stack_config c;
	struct desk d;

	c = (struct stack_config){.interface_count = 2, .route_count = 1};
	c.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("192.0.2.1/24")},
	};
	c.interface[1] = (struct stack_interface_config){
		.name = "eth1", .port = 1, .mac = OWN_1, .address_count = 1, .address = {net("198.51.100.1/24")},
	};
	c.route[0] = (struct stack_route_config){.to = net("0.0.0.0/0"), .gateway = ip("192.0.2.254")};
	desk_open(&d, &c);
	for (unsigned round = 0; round < 2; round++) {
		assert_true(desk_send(&d, "198.51.100.7", 0));
		desk_expect_frame(&d);
		assert_int_equal(d.out.port, 1);
		assert_ip(d.p.arp.target_ip, "198.51.100.7");
		stack_link(d.stack, 1, false, 0);
		assert_true(desk_send(&d, "198.51.100.7", 0));
		desk_expect_frame(&d);
		assert_int_equal(d.out.port, 0);
		assert_ip(d.p.arp.target_ip, "192.0.2.254");
		stack_link(d.stack, 0, false, 0);
		assert_false(desk_send(&d, "198.51.100.7", 0));
		stack_reset(d.stack);                   /* believes that both are up */
	}
	desk_close(&d);
}

/* With a part that rewrites addresses the packet comes back, and goes on only when it is handed back. */
static void with_transit_a_packet_for_others_comes_back(void **state)
{
	struct desk d;
	static struct stack_config c;
	const struct packet *p;
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = PEER, .dst_mac = OWN, .src = ip("192.0.2.50"), .dst = ip("198.51.100.7"),
				    .ttl = 9, .protocol = IP_PROTOCOL_UDP};

	for (int router = 0; router < 2; router++) {
		c = (struct stack_config){.interface_count = 2, .forward = router == 1, .transit = true};
		c.interface[0] = (struct stack_interface_config){
			.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("192.0.2.1/24")}};
		c.interface[1] = (struct stack_interface_config){.name = "eth1", .port = 1, .mac = OWN_1, .vlan = 7,
			.address_count = 1, .address = {net("198.51.100.1/24")}};
		desk_open(&d, &c);
		out = wr_of(bytes, sizeof bytes);
		packet_begin(&out, &e);
		udp_encode(&(struct udp_header){.src_port = 5, .dst_port = 6, .length = 8}, &e.src, &e.dst, NULL, 0, &out);
		packet_end(&out, &e);
		struct frame *f = frame_copy(d.pool, bytes, wr_length(&out));
		assert_int_equal(stack_input(d.stack, 0, f, 0, &p, &d.interface), STACK_TRANSIT);
		desk_expect_silence(&d);
		stack_transit(d.stack, f, p, 0);
		frame_unref(f);
		if (router == 0) {
			assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_FORWARDING), 1);
			desk_expect_silence(&d);
		} else {
			desk_expect_frame(&d);
			assert_ip(d.p.arp.target_ip, "198.51.100.7");
			assert_int_equal(d.p.ethernet.vlan[0].id, 7);
		}
		desk_close(&d);
	}
}

/* A later fragment has no ports: who keeps connections must see it all the same. */
static void with_transit_fragments_for_this_box_come_back(void **state)
{
	static struct stack_config c;
	struct desk d;
	uint8_t bytes[64] = {0};
	struct wr out = wr_of(bytes, sizeof bytes);
	struct ipv4_header h = {.total_length = 36, .id = 3, .fragment_offset = 1480, .ttl = 64,
				.protocol = IP_PROTOCOL_UDP, .src = ip("192.0.2.50"), .dst = ip("192.0.2.1")};

	ethernet_encode(&(struct ethernet_header){.dst = OWN, .src = PEER, .type = ETHERTYPE_IPV4}, &out);
	ipv4_encode(&h, &out);
	wr_zero(&out, 16);
	for (int transit = 0; transit < 2; transit++) {
		c = (struct stack_config){.interface_count = 1, .transit = transit == 1};
		c.interface[0] = (struct stack_interface_config){
			.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("192.0.2.1/24")}};
		desk_open(&d, &c);
		assert_int_equal(desk_bytes(&d, 0, bytes, wr_length(&out), 0), transit == 1 ? STACK_LOCAL : STACK_DONE);
		assert_int_equal(desk_dropped(&d, STACK_DROP_UNREAD), transit == 1 ? 0 : 1);
		desk_close(&d);
	}
}

/* RFC 791's rules: 600 bytes of MTU carry 576 of payload in a multiple of eight; all but the last say "more". */
static void what_may_be_cut_is_cut(void **state)
{
	uint8_t bytes[1600], whole[1600] = {0}, data[1200];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = PEER, .dst_mac = OWN, .src = ip("192.0.2.50"), .dst = ip("198.51.100.7"),
				    .ttl = 9, .id = 77, .protocol = IP_PROTOCOL_UDP};
	static const size_t want[][2] = {{0, 576}, {576, 576}, {1152, 56}};
	struct desk d;

	desk_router(&d);
	answer_on_port_1(&d, "198.51.100.7");
	desk_echo(&d, OWN, "192.0.2.50", "198.51.100.7", 64, 0);
	desk_expect_frame(&d);
	answer_on_port_1(&d, "198.51.100.7");
	desk_expect_frame(&d);
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 7);
	packet_begin(&out, &e);
	udp_encode(&(struct udp_header){.src_port = 5, .dst_port = 6, .length = 1208}, &e.src, &e.dst, data, sizeof data, &out);
	packet_end(&out, &e);
	desk_bytes(&d, 0, bytes, wr_length(&out), 0);
	for (size_t i = 0; i < 3; i++) {
		desk_expect_frame(&d);
		assert_int_equal(d.p.ipv4.fragment_offset, want[i][0]);
		assert_int_equal(d.p.ip_payload_length, want[i][1]);
		assert_int_equal(d.p.ipv4.more_fragments, i < 2);
		assert_int_equal(d.p.ipv4.id, 77);
		assert_int_equal(d.p.ttl, 8);
		memcpy(whole + want[i][0], d.p.ip_payload, d.p.ip_payload_length);
	}
	assert_memory_equal(whole, bytes + ETHERNET_HEADER + IPV4_HEADER, 1208);
	desk_expect_silence(&d);
	desk_close(&d);
}

/* An address on the loopback: packets are taken, also out of a tunnel; ARP is silent unless that was forgotten. */
static void a_loopback_address_is_taken_but_not_answered_for(void **state)
{
	static struct stack_config c;
	struct desk d;
	uint8_t inner[128], bytes[256];
	struct packet_envelope in = {.src_mac = PEER, .dst_mac = OWN, .src = ip("198.51.100.7"), .dst = ip("203.0.113.80"),
				     .ttl = 9, .protocol = IP_PROTOCOL_UDP};
	struct packet_envelope over = {.src_mac = PEER, .dst_mac = OWN, .src = ip("192.0.2.50"), .dst = ip("192.0.2.1"),
				       .ttl = 64, .protocol = 4};
	struct wr out = wr_of(inner, sizeof inner);

	packet_begin(&out, &in);
	udp_encode(&(struct udp_header){.src_port = 5, .dst_port = 6, .length = 8}, &in.src, &in.dst, NULL, 0, &out);
	packet_end(&out, &in);
	size_t inner_length = wr_length(&out);
	out = wr_of(bytes, sizeof bytes);
	packet_begin(&out, &over);
	wr_bytes(&out, inner + ETHERNET_HEADER, inner_length - ETHERNET_HEADER);
	packet_end(&out, &over);
	for (int arp = 0; arp < 2; arp++) {
		c = (struct stack_config){.interface_count = 1, .loopback_count = 1, .loopback = {in.dst},
					  .loopback_arp = arp == 1, .unpacks = true};
		c.interface[0] = (struct stack_interface_config){
			.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("192.0.2.1/24")}};
		desk_open(&d, &c);
		assert_int_equal(desk_bytes(&d, 0, inner, inner_length, 0), STACK_LOCAL);
		assert_int_equal(desk_bytes(&d, 0, bytes, wr_length(&out), 0), STACK_LOCAL);
		bytes[ETHERNET_HEADER + IPV4_HEADER + 8] ^= 1;  /* the inner header's checksum is wrong now */
		assert_int_equal(desk_bytes(&d, 0, bytes, wr_length(&out), 0), STACK_DONE);
		bytes[ETHERNET_HEADER + IPV4_HEADER + 8] ^= 1;
		desk_arp(&d, OWN, ARP_REQUEST, PEER, "192.0.2.50", "203.0.113.80", 0);
		if (arp == 1)
			desk_expect_frame(&d);
		desk_expect_silence(&d);
		desk_close(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loopback_address_is_taken_but_not_answered_for),
		cmocka_unit_test(what_may_be_cut_is_cut),
		cmocka_unit_test(with_transit_a_packet_for_others_comes_back),
		cmocka_unit_test(with_transit_fragments_for_this_box_come_back),
		cmocka_unit_test(router_sends_on_with_one_hop_less),
		cmocka_unit_test(default_route_goes_to_the_gateway),
		cmocka_unit_test(frames_to_a_claimed_mac_are_forwarded_too),
		cmocka_unit_test(
			packet_for_another_on_the_same_net_is_sent_back_by_a_router_and_dropped_by_a_host),
		cmocka_unit_test(last_hop_is_told_to_the_sender),
		cmocka_unit_test(neighbour_that_does_not_answer_is_told_to_the_sender),
		cmocka_unit_test(no_route_and_too_long_are_told_to_the_sender),
		cmocka_unit_test(errors_are_never_about_errors),
		cmocka_unit_test(ipv6_is_forwarded_but_not_from_a_link_local_address),
		cmocka_unit_test(groups_and_broadcasts_are_not_forwarded),
		cmocka_unit_test(own_packets_to_groups_and_broadcasts_need_no_neighbour),
		cmocka_unit_test(own_packets_go_another_way_when_a_link_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

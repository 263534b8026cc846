// SPDX-License-Identifier: BSD-2-Clause
/* What nobody reads, what has no way out, errors about errors, and questions without an address to ask from. */
#include "tests/stack/desk.h"

/* A packet to the stack with this payload. */
static enum stack_verdict hand(struct desk *d, const char *src, const char *dst, uint8_t protocol,
			       const uint8_t *payload, size_t length)
{
	struct packet_envelope e = {.src_mac = PEER, .dst_mac = OWN, .src = ip(src), .dst = ip(dst), .ttl = 64,
				    .protocol = protocol};
	uint8_t bytes[256];
	struct wr out = wr_of(bytes, sizeof bytes);

	if (ip_is_multicast(&e.dst))
		e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	wr_bytes(&out, payload, length);
	packet_end(&out, &e);
	return desk_bytes(d, 0, bytes, wr_length(&out), 0);
}

static enum stack_verdict hand_icmp(struct desk *d, const char *src, const char *dst, struct icmp_message m)
{
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct ip_addr from = ip(src), to = ip(dst);

	m.family = (enum ip_family)from.family;
	icmp_encode(&m, &from, &to, &out);
	return hand(d, src, dst, m.family == IP_V4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6, bytes, wr_length(&out));
}

static void protocols_that_nobody_reads_are_counted(void **state)
{
	struct desk d;
	const uint8_t bytes[16] = {1};

	desk_host(&d);
	assert_int_equal(hand(&d, "192.0.2.50", "192.0.2.1", 47, bytes, sizeof bytes), STACK_DONE);
	assert_int_equal(desk_dropped(&d, STACK_DROP_UNREAD), 1);
	/* an ethertype of another kind */
	uint8_t frame[60] = {0};
	memcpy(frame, OWN.b, 6);
	memcpy(frame + 6, PEER.b, 6);
	frame[12] = 0x88;
	frame[13] = 0xcc;
	desk_bytes(&d, 0, frame, sizeof frame, 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_UNREAD), 2);
	/* two tags: nobody's */
	uint8_t tagged[64] = {0};
	memcpy(tagged, frame, 12);
	memcpy(tagged + 12, (const uint8_t[]){0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 0x08, 0}, 10);
	desk_bytes(&d, 0, tagged, sizeof tagged, 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_VLAN), 1);
	desk_expect_silence(&d);
	desk_close(&d);
}

static void pings_to_a_group_and_redirects_are_not_answered(void **state)
{
	struct desk d;

	desk_host(&d);
	hand_icmp(&d, "192.0.2.50", "224.0.0.1", (struct icmp_message){.type = ICMP_ECHO_REQUEST});
	hand_icmp(&d, "2001:db8::50", "ff02::1", (struct icmp_message){.type = ICMPV6_ECHO_REQUEST});
	hand_icmp(&d, "192.0.2.50", "192.0.2.1", (struct icmp_message){.type = ICMP_REDIRECT});
	hand_icmp(&d, "2001:db8::50", "2001:db8::1", (struct icmp_message){.type = ICMPV6_ROUTER_SOLICITATION});
	assert_int_equal(desk_dropped(&d, STACK_DROP_UNREAD), 4);
	desk_expect_silence(&d);
	desk_close(&d);
}

static void errors_about_our_packets_are_for_the_box(void **state)
{
	struct desk d;

	desk_host(&d);
	assert_int_equal(hand_icmp(&d, "192.0.2.50", "192.0.2.1", (struct icmp_message){.type = ICMP_UNREACHABLE}),
			 STACK_LOCAL);
	assert_int_equal(hand_icmp(&d, "192.0.2.50", "192.0.2.1", (struct icmp_message){.type = ICMP_ECHO_REPLY}),
			 STACK_LOCAL);
	desk_close(&d);
}

/* Packets to a claimed address that is not accepted: solicitations pass, everything else stays outside. */
static void only_nd_reaches_an_address_that_is_not_accepted(void **state)
{
	struct desk d;
	struct stack_claim claim = {.address = ip("2001:db8::10"), .mac = OWN, .router = true};

	desk_host(&d);
	assert_true(stack_claim(d.stack, &claim));
	struct icmp_message ask = {.type = ICMPV6_NEIGHBOR_SOLICITATION, .target = claim.address,
				   .has_link_address = true, .link_address = PEER};
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = PEER, .dst_mac = OWN, .src = ip("2001:db8::50"), .dst = claim.address,
				    .ttl = 255, .protocol = IP_PROTOCOL_ICMPV6};
	ask.family = IP_V6;
	packet_begin(&out, &e);
	icmp_encode(&ask, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	desk_bytes(&d, 0, bytes, wr_length(&out), 0);
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMPV6_NEIGHBOR_ADVERTISEMENT);
	hand_icmp(&d, "2001:db8::50", "2001:db8::10", (struct icmp_message){.type = ICMPV6_ECHO_REQUEST});
	assert_int_equal(desk_dropped(&d, STACK_DROP_NOT_ACCEPTED), 1);
	desk_expect_silence(&d);
	desk_close(&d);
}

/* Another host advertises what is ours: a conflict, told once for each advertisement. */
static void an_advertisement_of_our_address_is_a_conflict(void **state)
{
	struct desk d;

	desk_host(&d);
	struct icmp_message told = {.family = IP_V6, .type = ICMPV6_NEIGHBOR_ADVERTISEMENT, .target = ip("2001:db8::1"),
				    .override = true, .has_link_address = true, .link_address = OTHER};
	struct packet_envelope e = {.src_mac = OTHER, .src = ip("2001:db8::51"), .dst = ip("ff02::1"), .ttl = 255,
				    .protocol = IP_PROTOCOL_ICMPV6};
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	icmp_encode(&told, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	desk_bytes(&d, 0, bytes, wr_length(&out), 0);
	desk_expect_record(&d, &STACK_ADDRESS_CONFLICT_KIND);
	desk_close(&d);
}

static void packets_without_a_way_are_refused(void **state)
{
	struct desk d;
	uint8_t payload[1600] = {0};
	struct packet_envelope e = {.dst = ip("192.0.2.50"), .ttl = 64, .protocol = IP_PROTOCOL_UDP};

	desk_host(&d);
	assert_false(stack_send(d.stack, &e, payload, sizeof payload, 0));
	assert_int_equal(desk_dropped(&d, STACK_DROP_TOO_LONG), 1);
	e.dst = ip("203.0.113.1");
	assert_false(stack_send(d.stack, &e, payload, 8, 0));
	e.dst = ip("192.0.2.50");
	e.src = ip("2001:db8::1");      /* of the other family */
	assert_false(stack_send(d.stack, &e, payload, 8, 0));
	assert_int_equal(desk_dropped(&d, STACK_DROP_NO_ROUTE), 2);
	e = (struct packet_envelope){.src = ip("192.0.2.99"), .dst = ip("224.0.0.5"), .ttl = 1};
	assert_false(stack_send(d.stack, &e, payload, 8, 0));    /* a source that is nobody's */
	stack_link(d.stack, 0, false, 0);
	e = (struct packet_envelope){.dst = ip("224.0.0.5"), .ttl = 1};
	assert_false(stack_send(d.stack, &e, payload, 8, 0));
	assert_int_equal(desk_dropped(&d, STACK_DROP_NO_ROUTE), 4);
	stack_transmit(d.stack, 0, NULL);
	assert_int_equal(desk_dropped(&d, STACK_DROP_MEMORY), 1);
	desk_expect_silence(&d);
	desk_close(&d);
}

/* An Ethernet source of the caller's own, as for advertisements to unicast peers. */
static void a_source_mac_can_be_told(void **state)
{
	struct desk d;
	struct packet_envelope e = {.dst = ip("224.0.0.5"), .ttl = 1, .protocol = IP_PROTOCOL_UDP};
	const uint8_t datagram[8] = {0, 1, 0, 2, 0, 8};

	desk_host(&d);
	assert_true(stack_send(d.stack, &e, datagram, sizeof datagram, 0));
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.src, OWN);
	e.src_mac = VIRTUAL;
	assert_true(stack_send(d.stack, &e, datagram, sizeof datagram, 0));
	desk_expect_frame(&d);
	assert_mac(d.p.ethernet.src, VIRTUAL);
	desk_close(&d);
}

/* RFC 768: the checksum covers the source address, which the stack chooses. Sum by hand, for 192.0.2.1 and port 9
 * both ways: c000 + 0201 + e000 + 0005, 0011 + 000b (protocol, length), 0009 + 0009 + 000b, 6162 + 6300 ("abc")
 * = 266a1, folded 66a3, whose complement is 995c. */
static void a_datagram_is_summed_with_the_source_chosen(void **state)
{
	struct desk d;
	const struct packet_envelope e = {.dst = ip("224.0.0.5"), .ttl = 1, .protocol = IP_PROTOCOL_UDP};
	const struct udp_header ports = {.src_port = 9, .dst_port = 9};

	desk_host(&d);
	assert_true(stack_send_udp(d.stack, &e, &ports, (const uint8_t *)"abc", 3, 0));
	desk_expect_frame(&d);
	assert_int_equal(d.p.verdict, PACKET_OK);
	assert_ip(d.p.src, "192.0.2.1");
	assert_int_equal(d.p.udp.length, 11);
	assert_int_equal(d.p.udp.checksum, 0x995c);
	assert_int_equal(d.p.payload_length, 3);
	assert_memory_equal(d.p.payload, "abc", 3);
	uint8_t jumbo[1500] = {0};
	assert_false(stack_send_udp(d.stack, &e, &ports, jumbo, 1473, 0));      /* 20 + 8 + 1473 = 1501 */
	assert_int_equal(desk_dropped(&d, STACK_DROP_TOO_LONG), 1);
	desk_close(&d);
}

/* An owner's only address that is not active: it asks without claiming anything (RFC 5227). */
static void a_box_without_an_address_asks_from_nowhere(void **state)
{
	struct desk d;
	struct ip_addr own = ip("192.0.2.1");
	struct packet_envelope e = {.src = ip("192.0.2.1"), .dst = ip("192.0.2.50"), .ttl = 64,
				    .protocol = IP_PROTOCOL_UDP};
	const uint8_t datagram[8] = {0, 1, 0, 2, 0, 8};

	desk_host(&d);
	stack_enable_address(d.stack, 0, &own, false);
	assert_true(stack_send(d.stack, &e, datagram, sizeof datagram, 0));
	desk_expect_frame(&d);
	assert_int_equal(d.p.network, NETWORK_ARP);
	assert_true(ip_is_zero(&d.p.arp.sender_ip));
	desk_close(&d);
	stack_free(NULL);
}

/* A sender hardware address that is a group's belongs to nobody: such ARP is malformed. */
static void arp_from_a_group_is_refused(void **state)
{
	struct desk d;

	desk_host(&d);
	desk_arp(&d, MAC_BROADCAST, ARP_REQUEST, (struct mac){{1, 0, 0, 0, 0, 0x50}}, "192.0.2.50", "192.0.2.1", 0);
	assert_int_equal(desk_dropped(&d, STACK_DROP_MALFORMED), 1);
	desk_expect_silence(&d);
	desk_close(&d);
}

/* A default route by an interface's name, for a gateway that is link-local. */
static void a_link_local_gateway_needs_its_interface_up(void **state)
{
	static struct stack_config c;
	struct desk d;
	struct packet_envelope e = {.dst = ip("2001:db8:9::1"), .ttl = 64, .protocol = IP_PROTOCOL_UDP};
	const uint8_t datagram[8] = {0, 1, 0, 2, 0, 8};

	c = (struct stack_config){.interface_count = 1, .route_count = 1};
	c.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("2001:db8::1/64")}};
	c.route[0] = (struct stack_route_config){.to = net("::/0"), .gateway = ip("fe80::fe")};
	desk_open(&d, &c);
	assert_true(stack_send(d.stack, &e, datagram, sizeof datagram, 0));
	desk_expect_frame(&d);
	assert_int_equal(d.p.icmp.type, ICMPV6_NEIGHBOR_SOLICITATION);
	stack_link(d.stack, 0, false, 0);
	assert_false(stack_send(d.stack, &e, datagram, sizeof datagram, 0));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocols_that_nobody_reads_are_counted),
		cmocka_unit_test(pings_to_a_group_and_redirects_are_not_answered),
		cmocka_unit_test(errors_about_our_packets_are_for_the_box),
		cmocka_unit_test(only_nd_reaches_an_address_that_is_not_accepted),
		cmocka_unit_test(an_advertisement_of_our_address_is_a_conflict),
		cmocka_unit_test(packets_without_a_way_are_refused),
		cmocka_unit_test(a_source_mac_can_be_told),
		cmocka_unit_test(a_datagram_is_summed_with_the_source_chosen),
		cmocka_unit_test(a_box_without_an_address_asks_from_nowhere),
		cmocka_unit_test(arp_from_a_group_is_refused),
		cmocka_unit_test(a_link_local_gateway_needs_its_interface_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Corners: fragments between the families and from servers, splices that fail, clients that wait for a full server. */
#include "tests/balancer/lab.h"

static struct lab l;

static void drain_out(void)
{
	while (lab_next(&l))
		;
}

/* One IPv4 piece of a datagram of the server or the client. */
static void piece(unsigned port, struct ip_addr src, struct ip_addr dst, uint16_t src_port, uint16_t dst_port, uint16_t id,
		  uint16_t offset, bool more)
{
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct ipv4_header h = {.total_length = 52, .id = id, .fragment_offset = offset, .more_fragments = more, .ttl = 64,
				.protocol = IP_PROTOCOL_UDP, .src = src, .dst = dst};

	ethernet_encode(&(struct ethernet_header){.dst = LAB_MAC[port], .src = mac_of(src), .type = ETHERTYPE_IPV4}, &out);
	ipv4_encode(&h, &out);
	wr_be16(&out, src_port);
	wr_be16(&out, dst_port);
	wr_be16(&out, 1000);
	wr_be16(&out, 0x1234);
	wr_zero(&out, 24);
	lab_input(&l, port, bytes, wr_length(&out));
}

static void udp_lab(void)
{
	lab_init(&l);
	l.service[0].protocol = IP_PROTOCOL_UDP;
}

static void expect_piece(struct ip_addr src, uint16_t offset)
{
	assert_true(lab_next_frame(&l));
	assert_true(ip_equal(&l.p.src, &src));
	assert_int_equal(l.p.ipv4.fragment_offset, offset);
}

static void fragments_of_a_server_find_their_client(void **state)
{
	udp_lab();
	lab_open(&l);
	piece(0, ip("198.51.100.7"), ip("192.0.2.100"), 5353, 80, 1, 0, true);
	assert_true(lab_next_frame(&l));
	struct ip_addr server = l.p.dst;
	piece(1, server, ip("198.51.100.7"), 80, 5353, 2, 0, true);
	assert_true(lab_next_frame(&l));
	assert_true(ip_equal(&l.p.src, &l.service[0].address));
	piece(1, server, ip("198.51.100.7"), 7, 7, 2, 32, false);
	assert_true(lab_next_frame(&l));
	assert_true(ip_equal(&l.p.src, &l.service[0].address));
	assert_int_equal(l.p.ipv4.fragment_offset, 32);
	/* half a minute later they are of nothing known, and wait for their first */
	lab_wait(&l, 31 * VL_S);
	drain_out();
	piece(1, server, ip("198.51.100.7"), 7, 7, 2, 32, false);
	lab_silence(&l);
	piece(1, server, ip("198.51.100.7"), 80, 5353, 2, 0, true);
	expect_piece(l.service[0].address, 0);
	expect_piece(l.service[0].address, 32);
	lab_close(&l);
}

static void fragments_before_their_first_go_behind_it(void **state)
{
	struct ip_addr client = ip("198.51.100.7"), other = ip("198.51.100.8"), vip = ip("192.0.2.100");

	udp_lab();
	lab_open(&l);
	piece(0, client, vip, 0, 0, 1, 64, false);
	piece(0, other, vip, 0, 0, 1, 64, false);
	piece(0, client, vip, 0, 0, 1, 32, true);
	lab_silence(&l);
	piece(0, client, vip, 5353, 80, 1, 0, true);
	expect_piece(client, 0);
	struct ip_addr server = l.p.dst;
	expect_piece(client, 64);
	assert_true(ip_equal(&l.p.dst, &server));
	expect_piece(client, 32);
	assert_true(ip_equal(&l.p.dst, &server));
	lab_silence(&l);
	/* too late for the other, and then it is of nothing known again */
	lab_wait(&l, 31 * VL_S);
	drain_out();
	piece(0, other, vip, 5353, 80, 1, 0, true);
	expect_piece(other, 0);
	lab_silence(&l);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_FRAGMENT), 1);
	lab_close(&l);
}

/* 64 wait; one more is the end of the oldest. */
static void early_fragments_are_few(void **state)
{
	struct ip_addr client = ip("198.51.100.7"), vip = ip("192.0.2.100");

	udp_lab();
	lab_open(&l);
	for (uint16_t id = 1; id <= 65; id++)
		piece(0, client, vip, 0, 0, id, 32, false);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_FRAGMENT), 1);
	piece(0, client, vip, 5353, 80, 1, 0, true);
	expect_piece(client, 0);
	lab_silence(&l);
	piece(0, client, vip, 5353, 80, 2, 0, true);
	expect_piece(client, 0);
	expect_piece(client, 32);
	/* for a port where nobody listens the first finds none, and neither do they */
	piece(0, client, vip, 5353, 99, 3, 0, true);
	drain_out();
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_FRAGMENT), 2);
	lab_close(&l);
}

/* What only passes the balancer of its servers: in its order, or in ours. */
static void fragments_of_no_connection_are_routed(void **state)
{
	struct ip_addr server = ip("10.0.0.11"), far = ip("198.51.100.9");

	udp_lab();
	lab_open(&l);
	piece(1, server, far, 2049, 700, 1, 0, true);
	expect_piece(server, 0);
	piece(1, server, far, 0, 0, 1, 32, false);
	expect_piece(server, 32);
	piece(1, server, far, 0, 0, 2, 32, false);
	lab_silence(&l);
	piece(1, server, far, 2049, 700, 2, 0, true);
	expect_piece(server, 0);
	expect_piece(server, 32);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_FRAGMENT), 0);
	lab_close(&l);
}

/* An identification comes again within half a minute: its last first fragment counts. */
static void an_identification_that_comes_again_is_another_packet(void **state)
{
	struct ip_addr client = ip("198.51.100.7"), far = ip("198.51.100.9"), vip = ip("192.0.2.100");

	udp_lab();
	lab_open(&l);
	piece(0, client, vip, 5353, 80, 1, 0, true);
	assert_true(lab_next_frame(&l));
	struct ip_addr server = l.p.dst;
	piece(1, server, client, 80, 5353, 2, 0, true);
	expect_piece(vip, 0);
	piece(1, server, client, 2049, 700, 2, 0, true);
	expect_piece(server, 0);
	piece(1, server, client, 0, 0, 2, 32, false);
	expect_piece(server, 32);
	/* with the far end another packet of the same identification */
	piece(1, server, far, 0, 0, 2, 32, false);
	lab_silence(&l);
	lab_close(&l);
}

static void more_than_a_thousand_packets_in_pieces_forget_the_oldest(void **state)
{
	udp_lab();
	lab_open(&l);
	for (uint16_t id = 1; id <= 1025; id++) {
		piece(0, ip("198.51.100.7"), ip("192.0.2.100"), 5353, 80, id, 0, true);
		drain_out();
	}
	piece(0, ip("198.51.100.7"), ip("192.0.2.100"), 0, 0, 2, 32, false);
	assert_true(lab_next_frame(&l));
	piece(0, ip("198.51.100.7"), ip("192.0.2.100"), 0, 0, 1, 32, false);
	lab_silence(&l);
	piece(0, ip("198.51.100.7"), ip("192.0.2.100"), 5353, 80, 1, 0, true);
	expect_piece(ip("198.51.100.7"), 0);
	expect_piece(ip("198.51.100.7"), 32);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_FRAGMENT), 0);
	lab_close(&l);
}

/* RFC 7915: an IPv4 fragment gets a fragment header, and the other way round. */
static void fragments_change_family(void **state)
{
	udp_lab();
	l.service[0].forwarding = FORWARD_SNAT;
	l.service[0].snat = SNAT_INTERFACE;
	lab_ipv6(&l);
	l.service[0].address = ip("192.0.2.100");
	lab_open(&l);
	piece(0, ip("198.51.100.7"), ip("192.0.2.100"), 5353, 80, 77, 0, true);
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.network, NETWORK_IPV6);
	assert_true(l.p.ipv6.fragment && l.p.ipv6.more_fragments);
	assert_int_equal(l.p.ipv6.fragment_id, 77);
	piece(0, ip("198.51.100.7"), ip("192.0.2.100"), 0, 0, 77, 32, false);
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.ipv6.fragment_offset, 32);
	assert_false(l.p.ipv6.more_fragments);
	assert_int_equal(l.p.ip_payload_length, 32);
	lab_close(&l);
}

/* RFC 7915 4.1: what is too long for IPv6 is cut, when it may be; else its sender is told. */
static void what_grows_into_ipv6_is_cut(void **state)
{
	for (int may = 0; may < 2; may++) {
		struct lab_packet w = {.protocol = IP_PROTOCOL_UDP, .src = ip("198.51.100.7"), .dst = ip("192.0.2.100"),
				       .src_port = 9, .dst_port = 80, .length = 1472, .id = 77, .may_fragment = may != 0};
		uint8_t whole[1480];
		udp_lab();
		l.service[0].forwarding = FORWARD_SNAT;
		l.service[0].snat = SNAT_INTERFACE;
		lab_ipv6(&l);
		l.service[0].address = ip("192.0.2.100");
		lab_open(&l);
		assert_true(lab_send(&l, 0, w));
		assert_true(lab_next_frame(&l));
		if (!may) {
			assert_int_equal(l.p.transport, TRANSPORT_ICMP);
			assert_int_equal(l.p.icmp.word, 1480);
			lab_close(&l);
			continue;
		}
		struct ip_addr src = l.p.src, dst = l.p.dst;
		size_t first = l.p.ip_payload_length;
		assert_int_equal(l.p.network, NETWORK_IPV6);
		assert_int_equal(l.p.ipv6.fragment_id, 77);
		assert_int_equal(l.p.ipv6.fragment_offset, 0);
		assert_true(l.p.ipv6.more_fragments && first % 8 == 0);
		assert_int_equal(l.out.frame->length, 14 + 40 + 8 + 1448);
		memcpy(whole, l.p.ip_payload, first);
		assert_true(lab_next_frame(&l));
		assert_int_equal(l.p.ipv6.fragment_offset, first);
		assert_int_equal(l.p.ipv6.fragment_id, 77);
		assert_false(l.p.ipv6.more_fragments);
		assert_int_equal(first + l.p.ip_payload_length, sizeof whole);
		memcpy(whole + first, l.p.ip_payload, l.p.ip_payload_length);
		/* together they are the datagram */
		assert_int_equal(ip_payload_checksum(&src, &dst, IP_PROTOCOL_UDP, whole, sizeof whole), 0);
		lab_silence(&l);
		lab_close(&l);
	}
}

/* An IPv4 datagram without a checksum: whole ones get one for IPv6, of a fragment it cannot be made. */
static void an_absent_checksum_is_made_for_ipv6(void **state)
{
	struct lab_packet w = {.protocol = IP_PROTOCOL_UDP, .src = ip("198.51.100.7"), .dst = ip("192.0.2.100"),
			       .src_port = 9, .dst_port = 80, .length = 21, .to = LAB_MAC[0]};
	uint8_t bytes[LAB_FRAME];

	udp_lab();
	l.service[0].forwarding = FORWARD_SNAT;
	l.service[0].snat = SNAT_INTERFACE;
	lab_ipv6(&l);
	l.service[0].address = ip("192.0.2.100");
	lab_open(&l);
	w.from = mac_of(ip("192.0.2.254"));
	size_t length = lab_encode(&w, bytes);
	memset(bytes + 40, 0, 2);
	assert_true(lab_input(&l, 0, bytes, length));
	assert_true(lab_next_frame(&l));                /* taken apart: the checksum is right */
	assert_int_equal(l.p.network, NETWORK_IPV6);
	assert_int_not_equal(l.p.udp.checksum, 0);
	lab_close(&l);
}

/* A handshake by cookie whose server refuses, and whose client gives up. */
static void a_splice_may_fail(void **state)
{
	for (int by_client = 0; by_client < 2; by_client++) {
		lab_init(&l);
		l.service[0].half_open_limit = 1;
		l.service[0].forwarding = by_client ? FORWARD_SNAT : FORWARD_NAT;
		l.service[0].snat = SNAT_INTERFACE;
		lab_open(&l);
		struct lab_flow flood = lab_flow(&l, 39999), f = lab_flow(&l, 40000);
		lab_client(&l, &flood, TCP_SYN, 0);
		drain_out();
		lab_client(&l, &f, TCP_SYN, 0);
		assert_true(lab_next_frame(&l));
		f.server_next = l.p.tcp.sequence + 1;
		lab_client(&l, &f, TCP_ACK, 0);
		assert_true(lab_next_frame(&l));
		assert_int_equal(l.p.tcp.flags, TCP_SYN);
		struct packet seen = l.p;
		struct lab_packet back = {.src = seen.dst, .dst = seen.src, .src_port = seen.tcp.dst_port,
					  .dst_port = seen.tcp.src_port, .flags = TCP_ACK, .sequence = 1, .acknowledgment = 5};
		lab_send(&l, 1, back);                  /* nothing that belongs here */
		lab_silence(&l);
		assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_STRAY), 1);
		if (by_client) {
			lab_client(&l, &f, TCP_RST, 0);
			lab_silence(&l);
			assert_int_equal(balancer_connections(l.balancer)->ended[CONNECTION_END_RESET], 1);
		} else {
			back.flags = TCP_RST | TCP_ACK;
			lab_send(&l, 1, back);
			assert_true(lab_next_frame(&l));
			assert_int_equal(l.out.port, 0);
			assert_int_equal(l.p.tcp.flags, TCP_RST | TCP_ACK);
			assert_int_equal(l.p.tcp.sequence, f.server_next);
			lab_wait(&l, 11 * VL_S);
			assert_int_equal(balancer_connections(l.balancer)->ended[CONNECTION_END_RESET], 1);
		}
		drain_out();
		lab_close(&l);
	}
}

/* Where one side only is seen there is nothing to splice. */
static void direct_return_has_no_cookies(void **state)
{
	lab_init(&l);
	l.service[0].forwarding = FORWARD_DSR;
	l.service[0].half_open_limit = 1;
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000), g = lab_flow(&l, 40001);
	lab_client(&l, &f, TCP_SYN, 0);
	drain_out();
	lab_client(&l, &g, TCP_SYN, 0);
	lab_silence(&l);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_HALF_OPEN), 1);
	lab_close(&l);
}

/* HAProxy queues who is bound to a full server: here his SYN is dropped and comes again. */
static void who_is_remembered_waits_for_a_full_server(void **state)
{
	static const enum balancer_drain policy[] = {DRAIN_HAPROXY, DRAIN_KEMP, DRAIN_IPVS};
	static const int wanted[] = {0, 12, 11};

	for (size_t i = 0; i < 3; i++) {
		lab_init(&l);
		l.service[0].drain = policy[i];
		l.server[0][0].connection_limit = 1;
		l.service[0].persistence =
			(struct persistence_config){.kind = persistence_find("source-ip"), .timeout = 60 * VL_S};
		lab_open(&l);
		struct lab_flow f = lab_flow(&l, 40000), g = lab_flow(&l, 40001);
		lab_client(&l, &f, TCP_SYN, 0);
		drain_out();
		lab_client(&l, &g, TCP_SYN, 0);
		if (wanted[i] == 0) {
			lab_silence(&l);
		} else {
			assert_true(lab_next_frame(&l));
			assert_int_equal(l.p.dst.b[3], wanted[i]);
		}
		assert_int_equal(balancer_server(l.balancer, 0, 0).refused, wanted[i] == 0);
		lab_close(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments_of_a_server_find_their_client),
		cmocka_unit_test(more_than_a_thousand_packets_in_pieces_forget_the_oldest),
		cmocka_unit_test(fragments_before_their_first_go_behind_it),
		cmocka_unit_test(early_fragments_are_few),
		cmocka_unit_test(fragments_of_no_connection_are_routed),
		cmocka_unit_test(an_identification_that_comes_again_is_another_packet),
		cmocka_unit_test(fragments_change_family),
		cmocka_unit_test(what_grows_into_ipv6_is_cut),
		cmocka_unit_test(an_absent_checksum_is_made_for_ipv6),
		cmocka_unit_test(a_splice_may_fail),
		cmocka_unit_test(direct_return_has_no_cookies),
		cmocka_unit_test(who_is_remembered_waits_for_a_full_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

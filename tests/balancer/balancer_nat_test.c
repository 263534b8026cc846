// SPDX-License-Identifier: BSD-2-Clause
/* Transparent NAT: a frame in, frames out, byte for byte. */
#include "tests/balancer/lab.h"

static struct lab l;

/* What the client sent, as it must look behind the balancer. */
static struct lab_packet to_server(const char *server, uint16_t port, struct lab_flow *f, uint8_t flags, size_t length)
{
	return (struct lab_packet){.src = f->client, .dst = ip(server), .src_port = f->port, .dst_port = port, .ttl = 63,
				   .flags = flags,
				   .sequence = f->client_next - (uint32_t)length - ((flags & (TCP_SYN | TCP_FIN)) != 0),
				   .acknowledgment = (flags & TCP_ACK) != 0 ? f->server_next : 0, .length = length};
}

static struct lab_packet to_client(struct lab_flow *f, uint8_t flags, size_t length)
{
	return (struct lab_packet){.src = f->vip, .dst = f->client, .src_port = f->vport, .dst_port = f->port, .ttl = 63,
				   .flags = flags,
				   .sequence = f->server_next - (uint32_t)length - ((flags & (TCP_SYN | TCP_FIN)) != 0),
				   .acknowledgment = f->client_next, .length = length};
}

static void a_connection(const char *server, uint16_t port)
{
	struct lab_flow f = lab_flow(&l, 40000);
	struct packet seen;

	assert_true(lab_client(&l, &f, TCP_SYN, 0));
	lab_expect(&l, 1, to_server(server, port, &f, TCP_SYN, 0));
	seen = l.p;
	assert_true(lab_server(&l, &f, &seen, TCP_SYN | TCP_ACK, 0));
	lab_expect(&l, 0, to_client(&f, TCP_SYN | TCP_ACK, 0));
	assert_true(lab_client(&l, &f, TCP_ACK, 0));
	lab_expect(&l, 1, to_server(server, port, &f, TCP_ACK, 0));
	assert_true(lab_client(&l, &f, TCP_ACK | TCP_PSH, 501));
	lab_expect(&l, 1, to_server(server, port, &f, TCP_ACK | TCP_PSH, 501));
	assert_true(lab_server(&l, &f, &seen, TCP_ACK, 1400));
	lab_expect(&l, 0, to_client(&f, TCP_ACK, 1400));
	assert_true(lab_client(&l, &f, TCP_ACK | TCP_FIN, 0));
	lab_expect(&l, 1, to_server(server, port, &f, TCP_ACK | TCP_FIN, 0));
	assert_true(lab_server(&l, &f, &seen, TCP_ACK | TCP_FIN, 0));
	lab_expect(&l, 0, to_client(&f, TCP_ACK | TCP_FIN, 0));
	assert_true(lab_client(&l, &f, TCP_ACK, 0));
	lab_expect(&l, 1, to_server(server, port, &f, TCP_ACK, 0));
	lab_silence(&l);
}

static void only_the_destination_changes_on_the_way_in_and_the_source_on_the_way_out(void **state)
{
	lab_init(&l);
	lab_open(&l);
	a_connection("10.0.0.11", 80);
	assert_int_equal(balancer_server(l.balancer, 0, 0).bytes_out, 40 + 1440 + 40);
	lab_close(&l);
}

static void a_server_may_have_another_port(void **state)
{
	lab_init(&l);
	l.server[0][0].port = 8080;
	lab_open(&l);
	a_connection("10.0.0.11", 8080);
	lab_close(&l);
}

static void ipv6_too(void **state)
{
	lab_init(&l);
	lab_ipv6(&l);
	l.server[0][0].port = 8080;
	lab_open(&l);
	a_connection("fd00::11", 8080);
	lab_close(&l);
}

static void udp_and_its_absent_checksum(void **state)
{
	struct lab_packet w = {.protocol = IP_PROTOCOL_UDP, .src = ip("198.51.100.7"), .dst = ip("192.0.2.100"),
			       .src_port = 5353, .dst_port = 80, .length = 33};
	uint8_t bytes[LAB_FRAME];

	lab_init(&l);
	l.service[0].protocol = IP_PROTOCOL_UDP;
	lab_open(&l);
	assert_true(lab_send(&l, 0, w));
	w.dst = ip("10.0.0.11");
	w.ttl = 63;
	lab_expect(&l, 1, w);
	/* back */
	struct lab_packet back = {.protocol = IP_PROTOCOL_UDP, .src = w.dst, .dst = w.src, .src_port = 80,
				  .dst_port = 5353, .length = 900};
	assert_true(lab_send(&l, 1, back));
	back.src = ip("192.0.2.100");
	back.ttl = 63;
	lab_expect(&l, 0, back);
	/* without: it stays so (RFC 768) */
	w.dst = ip("192.0.2.100");
	w.ttl = 64;
	w.to = LAB_MAC[0];
	size_t length = lab_encode(&w, bytes);
	memset(bytes + ETHERNET_HEADER + IPV4_HEADER + 6, 0, 2);
	assert_true(lab_input(&l, 0, bytes, length));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.udp.checksum, 0);
	assert_int_equal(balancer_connection_count(l.balancer), 1);
	lab_close(&l);
}

static void turns_go_round(void **state)
{
	lab_init(&l);
	l.service[0].server_count = 3;
	lab_open(&l);
	for (uint16_t i = 0; i < 7; i++) {
		struct lab_flow f = lab_flow(&l, (uint16_t)(40000 + i));
		assert_true(lab_client(&l, &f, TCP_SYN, 0));
		assert_true(lab_next_frame(&l));
		assert_int_equal(l.p.dst.b[3], 11 + i % 3);
	}
	assert_int_equal(balancer_server(l.balancer, 0, 0).active, 3);
	assert_int_equal(balancer_server(l.balancer, 0, 1).active, 2);
	lab_close(&l);
}

/* The appliance is the servers' gateway: what is no service's is routed, and the virtual address alone is ours. */
static void other_traffic_is_routed(void **state)
{
	struct lab_packet w = {.src = ip("10.0.0.11"), .dst = ip("198.51.100.99"), .src_port = 33000, .dst_port = 443,
			       .flags = TCP_SYN, .sequence = 1};

	lab_init(&l);
	lab_open(&l);
	assert_false(lab_send(&l, 1, w));
	w.ttl = 63;
	lab_expect(&l, 0, w);
	lab_close(&l);
}

static void the_last_hop_and_a_narrow_link_are_told_to_the_sender(void **state)
{
	struct lab_flow f;
	struct packet seen;

	lab_init(&l);
	l.stack_config.interface[1].mtu = 600;
	lab_open(&l);
	f = lab_flow(&l, 40000);
	lab_establish(&l, &f, &seen);
	struct lab_packet w = {.src = f.client, .dst = f.vip, .src_port = f.port, .dst_port = 80, .flags = TCP_ACK,
			       .sequence = f.client_next, .acknowledgment = f.server_next, .ttl = 1};
	assert_true(lab_send(&l, 0, w));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.icmp.type, ICMP_TIME_EXCEEDED);
	w.ttl = 64;
	w.length = 1000;
	assert_true(lab_send(&l, 0, w));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.icmp.type, ICMP_UNREACHABLE);
	assert_int_equal(l.p.icmp.code, 4);
	assert_int_equal(l.p.icmp.word, 600);
	assert_true(ip_equal(&l.p.dst, &f.client));
	lab_silence(&l);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_TTL), 1);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_TOO_LONG), 1);
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_destination_changes_on_the_way_in_and_the_source_on_the_way_out),
		cmocka_unit_test(a_server_may_have_another_port),
		cmocka_unit_test(ipv6_too),
		cmocka_unit_test(udp_and_its_absent_checksum),
		cmocka_unit_test(turns_go_round),
		cmocka_unit_test(other_traffic_is_routed),
		cmocka_unit_test(the_last_hop_and_a_narrow_link_are_told_to_the_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

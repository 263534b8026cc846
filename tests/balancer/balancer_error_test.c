// SPDX-License-Identifier: BSD-2-Clause
/* ICMP errors in the modes and between the families, datagrams that nobody takes, checks of servers, life and death. */
#include "tests/balancer/lab.h"

static struct lab l;

static void drain_out(void)
{
	while (lab_next(&l))
		;
}

/* An error of `from` about the packet in the last frame, whose sender gets it. */
static bool send_error(unsigned port, const char *from, struct ip_addr to, uint8_t type, uint8_t code, uint32_t word)
{
	uint8_t bytes[LAB_FRAME], quote[LAB_FRAME];
	size_t length = l.out.frame->length - 14;
	struct ip_addr src = ip(from);
	bool v4 = src.family == IP_V4;
	struct packet_envelope e = {.src_mac = mac_of(v4 ? ip("192.0.2.254") : ip("2001:db8::fe")), .dst_mac = LAB_MAC[port],
				    .src = src, .dst = to, .ttl = 60,
				    .protocol = v4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6};
	struct wr out = wr_of(bytes, sizeof bytes);

	memcpy(quote, l.out.frame->data + 14, length);
	struct icmp_message m = {.family = (enum ip_family)src.family, .type = type, .code = code, .word = word,
				 .data = quote, .data_length = length < 500 ? length : 500};
	packet_begin(&out, &e);
	icmp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	return lab_input(&l, port, bytes, wr_length(&out));
}

/* IPv6 clients, IPv4 servers: type, code and MTU are the other family's (RFC 7915 5.2, 4.2). */
static void errors_change_family(void **state)
{
	static const struct {
		uint8_t type, code, type6, code6;
		uint32_t word, word6;
	} to_client[] = {
		{ICMP_UNREACHABLE, 1, ICMPV6_UNREACHABLE, 0, 0, 0},
		{ICMP_UNREACHABLE, 3, ICMPV6_UNREACHABLE, 4, 0, 0},
		{ICMP_UNREACHABLE, 13, ICMPV6_UNREACHABLE, 1, 0, 0},
		{ICMP_UNREACHABLE, 2, 4, 1, 0, 0},
		{ICMP_UNREACHABLE, 4, ICMPV6_PACKET_TOO_BIG, 0, 1400, 1420},
		{ICMP_TIME_EXCEEDED, 0, ICMPV6_TIME_EXCEEDED, 0, 0, 0},
	};
	static const struct {
		uint8_t type6, code6, type, code;
		uint32_t word6, word;
	} to_server[] = {
		{ICMPV6_UNREACHABLE, 4, ICMP_UNREACHABLE, 3, 0, 0},
		{ICMPV6_UNREACHABLE, 1, ICMP_UNREACHABLE, 10, 0, 0},
		{ICMPV6_PACKET_TOO_BIG, 0, ICMP_UNREACHABLE, 4, 1400, 1380},
		{ICMPV6_TIME_EXCEEDED, 1, ICMP_TIME_EXCEEDED, 1, 0, 0},
	};
	struct packet seen;

	lab_init(&l);
	l.service[0].address = ip("2001:db8::100");
	l.service[0].forwarding = FORWARD_SNAT;
	l.service[0].snat = SNAT_INTERFACE;
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_establish(&l, &f, &seen);
	for (size_t i = 0; i < sizeof to_client / sizeof to_client[0]; i++) {
		lab_client(&l, &f, TCP_ACK, 100);
		assert_true(lab_next_frame(&l));
		assert_true(send_error(1, "203.0.113.9", seen.src, to_client[i].type, to_client[i].code, to_client[i].word));
		assert_true(lab_next_frame(&l));
		assert_int_equal(l.out.port, 0);
		assert_true(ip_equal(&l.p.src, &f.vip) && ip_equal(&l.p.dst, &f.client));
		assert_int_equal(l.p.icmp.type, to_client[i].type6);
		assert_int_equal(l.p.icmp.code, to_client[i].code6);
		assert_int_equal(l.p.icmp.word, to_client[i].word6);
		/* the quote is the client's own packet again */
		assert_int_equal(l.p.icmp.data[0] >> 4, 6);
		assert_memory_equal(l.p.icmp.data + 8, f.client.b, 16);
		assert_memory_equal(l.p.icmp.data + 24, f.vip.b, 16);
		assert_int_equal(get_be16(l.p.icmp.data + 40), 40000);
	}
	for (size_t i = 0; i < sizeof to_server / sizeof to_server[0]; i++) {
		lab_server(&l, &f, &seen, TCP_ACK, 100);
		assert_true(lab_next_frame(&l));
		assert_true(send_error(0, "2001:db8:9::9", f.vip, to_server[i].type6, to_server[i].code6, to_server[i].word6));
		assert_true(lab_next_frame(&l));
		assert_int_equal(l.out.port, 1);
		assert_true(ip_equal(&l.p.src, &seen.src) && ip_equal(&l.p.dst, &seen.dst));
		assert_int_equal(l.p.icmp.type, to_server[i].type);
		assert_int_equal(l.p.icmp.code, to_server[i].code);
		if (to_server[i].word != 0)
			assert_int_equal(l.p.icmp.word, to_server[i].word);
		assert_int_equal(l.p.icmp.data[0], 0x45);
	}
	/* what the other family has no word for goes no further */
	lab_client(&l, &f, TCP_ACK, 1);
	assert_true(lab_next_frame(&l));
	assert_true(send_error(1, "203.0.113.9", seen.src, ICMP_UNREACHABLE, 14, 0));
	lab_silence(&l);
	lab_close(&l);
}

static void where_answers_pass_by_an_error_goes_the_clients_way(void **state)
{
	lab_init(&l);
	l.service[0].forwarding = FORWARD_DSR;
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_client(&l, &f, TCP_SYN, 0);
	assert_true(lab_next_frame(&l));
	struct mac server = l.p.ethernet.dst;
	/* the server's answer, which we never saw, was too long somewhere */
	struct lab_packet answer = {.src = f.vip, .dst = f.client, .src_port = 80, .dst_port = 40000, .flags = TCP_ACK,
				    .sequence = 9, .acknowledgment = 1001, .length = 900};
	struct frame *big = frame_new(l.pool, LAB_FRAME);
	frame_unref(l.out.frame);
	l.out.frame = big;
	big->length = (uint32_t)lab_encode(&answer, big->data);
	assert_true(send_error(0, "203.0.113.9", f.vip, ICMP_UNREACHABLE, 4, 800));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.out.port, 1);
	assert_true(mac_equal(l.p.ethernet.dst, server));
	assert_true(ip_equal(&l.p.dst, &f.vip));
	assert_int_equal(l.p.icmp.word, 800);
	assert_int_equal(l.p.ttl, 60);
	lab_close(&l);
}

static void an_error_about_a_tunnel_is_told_to_the_client(void **state)
{
	lab_init(&l);
	l.service[0].forwarding = FORWARD_TUNNEL;
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_client(&l, &f, TCP_SYN, 0);
	assert_true(lab_next_frame(&l));
	assert_true(send_error(1, "203.0.113.9", ip("10.0.0.1"), ICMP_UNREACHABLE, 4, 1400));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.out.port, 0);
	assert_true(ip_equal(&l.p.dst, &f.client));
	assert_int_equal(l.p.icmp.word, 1380);          /* less the outer header */
	assert_memory_equal(l.p.icmp.data + 12, f.client.b, 4);
	lab_close(&l);
}

static void errors_about_nothing_known_are_left_alone(void **state)
{
	lab_init(&l);
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_client(&l, &f, TCP_SYN, 0);
	assert_true(lab_next_frame(&l));
	put_be16(l.out.frame->data + 34, 7);            /* another port */
	assert_false(send_error(1, "10.0.0.11", ip("192.0.2.100"), ICMP_UNREACHABLE, 1, 0));
	lab_close(&l);
}

static void a_datagram_that_nobody_takes_is_told(void **state)
{
	struct lab_packet w = {.protocol = IP_PROTOCOL_UDP, .src = ip("198.51.100.7"), .dst = ip("192.0.2.100"),
			       .src_port = 9, .dst_port = 999, .length = 4};

	lab_init(&l);
	lab_open(&l);
	assert_true(lab_send(&l, 0, w));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.icmp.type, ICMP_UNREACHABLE);
	assert_int_equal(l.p.icmp.code, 3);
	assert_string_equal(balancer_drop_text(BALANCER_DROP_STRAY), "no connection");
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_STRAY), 1);
	lab_close(&l);
}

/* A check that nobody answers takes the server out; maintenance stops the asking. */
static void servers_are_checked(void **state)
{
	lab_init(&l);
	l.service[0].drain = DRAIN_HAPROXY;
	health_config_init(&l.service[0].health, HEALTH_TCP, HEALTH_HAPROXY);
	lab_open(&l);
	drain_out();
	lab_wait(&l, 12 * VL_S);
	assert_int_equal(balancer_server(l.balancer, 0, 0).state, SERVER_DOWN);
	assert_int_equal(balancer_server(l.balancer, 0, 0).health, HEALTH_L4_TIMEOUT);
	assert_true(lab_next_record(&l, &BALANCER_HEALTH_KIND));
	drain_out();
	struct command c = {.verb = COMMAND_SET, .type = VALUE_WORD, .value.word = "disable"};
	for (size_t i = 0; i < 2; i++) {
		c.field = i == 0 ? "web.rs1.state" : "web.rs2.state";
		struct vl_status s = balancer_control(l.balancer, &c, l.now);
		assert_true(vl_ok(&s));
	}
	drain_out();
	lab_wait(&l, 30 * VL_S);
	lab_silence(&l);
	balancer_shutdown(l.balancer, l.now);
	assert_true(balancer_deadline(l.balancer) == VL_NEVER);
	drain_out();
	lab_close(&l);
}

static void a_crash_forgets_everything(void **state)
{
	struct packet seen;

	lab_init(&l);
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_establish(&l, &f, &seen);
	balancer_crash(l.balancer);
	assert_int_equal(balancer_connection_count(l.balancer), 0);
	assert_int_equal(balancer_service_count(l.balancer), 1);
	assert_string_equal(balancer_service(l.balancer, 0)->name, "web");
	assert_false(lab_client(&l, &f, TCP_ACK, 1));
	balancer_startup(l.balancer, false, l.now);
	assert_false(balancer_is_active(l.balancer));
	drain_out();
	assert_true(lab_client(&l, &f, TCP_ACK, 1));    /* the passive one takes it and does nothing */
	lab_silence(&l);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_PASSIVE), 1);
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_change_family),
		cmocka_unit_test(where_answers_pass_by_an_error_goes_the_clients_way),
		cmocka_unit_test(an_error_about_a_tunnel_is_told_to_the_client),
		cmocka_unit_test(errors_about_nothing_known_are_left_alone),
		cmocka_unit_test(a_datagram_that_nobody_takes_is_told),
		cmocka_unit_test(servers_are_checked),
		cmocka_unit_test(a_crash_forgets_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

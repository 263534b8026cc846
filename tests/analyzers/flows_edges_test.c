// SPDX-License-Identifier: BSD-2-Clause
/* The flow tracker where it is less easy: proxies that say something else, second choices, full tables, odd beginnings. */
#include <stdio.h>

#include "tests/analyzers/balance_lab.h"

static void a_proxy_is_found_without_being_told(void **state)
{
	struct lab x = lab_new(LAB_PROXY);

	for (uint8_t i = 0; i < 9; i++) {
		lab_at(&x, (vl_time)(i + 1) * VL_S);
		lab_open(&x, lab_client(100, i), (uint8_t)(1 + i % 3));
	}
	lab_finish(&x);
	assert_non_null(lab_service(&x));
	assert_false(lab_service(&x)->told);
	for (uint8_t n = 1; n <= 3; n++)
		assert_int_equal(lab_counts(&x, n)->attempts, 3);
	lab_free(&x);
}

/* The balancer's own connection comes from another address of its station, and says the same, or not. */
static struct lab behind_another_address(bool tell, const char *words)
{
	struct lab x = lab_new(LAB_CLIENT_SIDE);
	struct end vip = lab_vip(), server = lab_server(1), leg = {ip4(10, 0, 0, 254), 40000, lab_mac_vip};

	if (tell)
		assert_true(balance_tell(x.judge, &vip.ip, 80, IP_PROTOCOL_TCP));
	for (uint8_t i = 0; i < 4; i++) {
		lab_at(&x, (vl_time)(i + 1) * VL_S);
		struct conn c = lab_open(&x, lab_client(100, i), 1);
		leg.port++;
		x.ttl = 64;     /* the station's own packets are fresh */
		lab_say(&x, leg, server, TCP_SYN, 1000, 0, "", NULL, NULL);
		lab_say(&x, server, leg, TCP_SYN | TCP_ACK, 2000, 1001, "", NULL, NULL);
		lab_say(&x, leg, server, TCP_PSH | TCP_ACK, 1001, 2001, words, NULL, NULL);
		x.ttl = 63;
		lab_close(&x, &c);
	}
	lab_finish(&x);
	return x;
}

static void the_station_is_known_by_its_mac(void **state)
{
	struct lab x = behind_another_address(false, "GET /owa HTTP/1.1\r\n\r\n");

	assert_non_null(lab_service(&x));
	assert_int_equal(lab_counts(&x, 1)->attempts, 4);
	lab_free(&x);
	x = behind_another_address(true, "something else");
	assert_int_equal(lab_counts(&x, 1)->attempts, 4);
	lab_free(&x);
	/* untold, other words are somebody else's business */
	x = behind_another_address(false, "something else");
	assert_null(lab_service(&x));
	lab_free(&x);
}

/* The first server does not answer, the balancer takes another for the same connection. */
static void a_second_choice_takes_the_place_of_the_first(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	struct conn c = lab_conn(&x, lab_client(100, 1), 1);

	lab_up(&x, &c, TCP_SYN, "");
	assert_int_equal(lab_counts(&x, 1)->attempts, 1);
	x.now += VL_S;
	struct end by = c.client;
	by.mac = lab_mac_vip;
	c.server = lab_server(2);
	lab_say(&x, by, c.server, TCP_SYN, c.up - 1, 0, "", NULL, NULL);
	assert_int_equal(lab_counts(&x, 1)->attempts, 0);
	assert_int_equal(lab_counts(&x, 2)->attempts, 1);
	lab_down(&x, &c, TCP_SYN | TCP_ACK, "");
	assert_int_equal(lab_counts(&x, 2)->opened, 1);
	assert_int_equal(lab_service(&x)->assigned, 1);
	lab_free(&x);
}

/* One SYN of a client with the options of a system, and again as often as nobody answers. */
static void syn(struct lab *x, struct end client, const uint8_t *options, uint8_t length, uint8_t ttl, int times)
{
	uint8_t bytes[256];
	struct end vip = lab_vip();
	struct packet_envelope e = {.src_mac = client.mac, .dst_mac = vip.mac, .src = client.ip, .dst = vip.ip, .ttl = ttl,
				    .protocol = IP_PROTOCOL_TCP};
	struct tcp_header tcp = {.src_port = client.port, .dst_port = 80, .sequence = client.port * 77u, .flags = TCP_SYN, .window = 64240,
				 .options_length = length};

	memcpy(tcp.options, options, length);
	for (int i = 0; i < times; i++) {
		struct wr out = wr_of(bytes, sizeof bytes);
		packet_begin(&out, &e);
		tcp_encode(&tcp, &client.ip, &vip.ip, NULL, 0, &out);
		packet_end(&out, &e);
		lab_hear(x, bytes, wr_length(&out));
		x->now += VL_S << i;
	}
}

static void systems_are_told_apart_by_their_first_packet(void **state)
{
	static const uint8_t linux_like[] = {2, 4, 5, 180, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7};
	static const uint8_t windows_like[] = {2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2};
	static const uint8_t broken[] = {8, 0, 8, 200, 254, 1, 0, 0};
	struct lab x = lab_new(LAB_CLIENT_SIDE);
	struct end office = lab_client(9, 9);
	const uint8_t *const options[] = {linux_like, windows_like, broken};
	const uint8_t length[] = {sizeof linux_like, sizeof windows_like, sizeof broken};

	for (uint16_t i = 0; i < 9; i++) {
		office.port = (uint16_t)(3000 + i);
		uint8_t clocked[40];
		memcpy(clocked, options[i % 3], length[i % 3]);
		if (i % 3 == 0)
			clocked[9] = (uint8_t)i;        /* a clock is no system */
		syn(&x, office, clocked, length[i % 3], i % 2 == 0 ? 63 : 127, 1);
	}
	const struct flow_source *s = flows_source(balance_flows(x.judge), 0);
	assert_int_equal(s->attempts, 9);
	assert_int_equal(s->stacks, 3);
	assert_int_equal(s->ttls, 2);
	assert_int_equal(s->port_low, 3000);
	assert_int_equal(s->port_high, 3008);
	lab_free(&x);
}

/* Repetitions make the wait longer: three of them, and it is over after 3 s * 4. */
static void a_question_repeated_is_waited_for_longer(void **state)
{
	struct lab x = lab_new(LAB_CLIENT_SIDE);
	struct end client = lab_client(100, 1);
	struct ip_addr vip = lab_vip().ip;

	assert_true(balance_tell(x.judge, &vip, 80, IP_PROTOCOL_TCP));
	for (uint16_t i = 0; i < 3; i++) {
		client.port = (uint16_t)(3000 + i);
		syn(&x, client, (const uint8_t *)"", 0, 63, 3);
	}
	x.now += 100 * VL_S;
	for (uint16_t i = 0; i < 9; i++) {      /* time is looked at with frames */
		struct end other = lab_client(101, 1);
		other.port = (uint16_t)(4000 + i);
		x.now += 30 * VL_S;
		syn(&x, other, (const uint8_t *)"", 0, 63, 1);
	}
	const struct finding *f = lab_found(&x, "syn-unanswered");
	assert_non_null(f);
	assert_non_null(strstr(f->detail, "192.0.2.10:80 did not answer 3 connections in a row, the last after 3 attempts"));
	lab_free(&x);
}

/* The first frame of a flow comes from the target: the port that is lower, or known, is the service's. */
static void the_middle_of_a_flow_has_a_service_too(void **state)
{
	struct lab x = lab_new(LAB_CLIENT_SIDE);
	struct end vip = lab_vip(), client = lab_client(100, 1);

	client.port = 50000;
	lab_say(&x, vip, client, TCP_PSH | TCP_ACK, 5000, 100, "answer", NULL, NULL);
	lab_say(&x, client, vip, TCP_PSH | TCP_ACK, 100, 5006, "question", NULL, NULL);
	const struct flow_service *s = flows_service(balance_flows(x.judge), 0);
	assert_int_equal(s->port, 80);
	assert_int_equal(s->attempts, 0);
	assert_int_equal(s->active, 1);
	assert_int_equal(s->bytes_down, 6);
	assert_int_equal(s->bytes_up, 8);
	/* a service on a high port, once it is known */
	struct end high = vip, other = lab_client(100, 2);
	high.port = 60000;
	other.port = 40000;
	lab_say(&x, other, high, TCP_SYN, 1, 0, "", NULL, NULL);
	other.port = 40001;
	lab_say(&x, high, other, TCP_PSH | TCP_ACK, 1, 1, "answer", NULL, NULL);
	assert_int_equal(flows_service_count(balance_flows(x.judge)), 2);
	/* a stray reset begins nothing */
	other.port = 40002;
	lab_say(&x, high, other, TCP_RST, 1, 1, "", NULL, NULL);
	assert_int_equal(flows_counted(balance_flows(x.judge))->flows, 3);
	lab_free(&x);
}

static void full_tables_refuse_and_count(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	/* servers: each connection has another one */
	for (uint32_t i = 0; i < FLOWS_SERVERS + 50; i++) {
		struct conn c = lab_conn(&x, lab_client(100, (uint8_t)i), 1);
		x.now += VL_MS;
		c.server.ip = ip4_from_u32(0x0a010000 + i);
		lab_up(&x, &c, TCP_SYN, "");
	}
	assert_true(flows_counted(balance_flows(x.judge))->servers_refused >= 50);
	lab_free(&x);

	/* services: each holds a connection, so that none gives way */
	x = lab_new(LAB_CLIENT_SIDE);
	for (uint32_t i = 0; i < FLOWS_SERVICES + 10; i++) {
		struct end service = {ip4_from_u32(0xcb000000 + i), 443, lab_mac_router}, client = lab_client(7, 7);
		client.port = (uint16_t)(2000 + i);
		x.now += VL_MS;
		lab_say(&x, client, service, TCP_SYN, 1, 0, "", NULL, NULL);
		lab_say(&x, service, client, TCP_SYN | TCP_ACK, 1, 2, "", NULL, NULL);
	}
	assert_int_equal(flows_counted(balance_flows(x.judge))->services_refused, 10);
	lab_free(&x);
}

/* Thousands of clients that all say something else: what was said long ago is forgotten, and new words are still paired. */
static void words_of_long_ago_are_forgotten(void **state)
{
	struct lab x = lab_new(LAB_CLIENT_SIDE);
	struct end vip = lab_vip();
	char words[32];

	for (uint32_t i = 0; i < 5000; i++) {
		struct end client = lab_client((uint8_t)(i >> 8), (uint8_t)i);
		client.port = (uint16_t)(2000 + i);
		x.now += 10 * VL_MS;
		snprintf(words, sizeof words, "user %u", (unsigned)i);
		lab_say(&x, client, vip, TCP_SYN, i, 0, "", NULL, NULL);
		lab_say(&x, vip, client, TCP_SYN | TCP_ACK, 1, i + 1, "", NULL, NULL);
		lab_say(&x, client, vip, TCP_PSH | TCP_ACK, i + 1, 2, words, NULL, NULL);
	}
	x.mode = LAB_PROXY;
	lab_open(&x, lab_client(100, 1), 1);
	assert_int_equal(lab_counts(&x, 1)->attempts, 1);
	lab_free(&x);
}

static void a_reset_before_anything_ends_nothing(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	struct conn c = lab_conn(&x, lab_client(100, 1), 1);

	lab_up(&x, &c, TCP_SYN, "");
	lab_down(&x, &c, TCP_RST | TCP_ACK, "");
	lab_down(&x, &c, TCP_RST | TCP_ACK, "");        /* again */
	lab_up(&x, &c, TCP_RST, "");
	assert_int_equal(lab_service(&x)->refused, 1);
	assert_int_equal(lab_counts(&x, 1)->refused, 1);
	assert_int_equal(lab_service(&x)->active, 0);
	lab_free(&x);
	flows_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_proxy_is_found_without_being_told),
		cmocka_unit_test(the_station_is_known_by_its_mac),
		cmocka_unit_test(a_second_choice_takes_the_place_of_the_first),
		cmocka_unit_test(systems_are_told_apart_by_their_first_packet),
		cmocka_unit_test(a_question_repeated_is_waited_for_longer),
		cmocka_unit_test(the_middle_of_a_flow_has_a_service_too),
		cmocka_unit_test(full_tables_refuse_and_count),
		cmocka_unit_test(words_of_long_ago_are_forgotten),
		cmocka_unit_test(a_reset_before_anything_ends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

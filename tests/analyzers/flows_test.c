// SPDX-License-Identifier: BSD-2-Clause
/* Flows of a balancer in each of the ways it forwards: who is the service, who the servers, and what each was given. */
#include "tests/analyzers/balance_lab.h"

/* 12 connections of 6 clients: 6 to server 1, 4 to 2, 2 to 3; the first of each server is closed. */
static struct lab distributed(enum lab_mode mode)
{
	static const uint8_t to[12] = {1, 2, 3, 1, 2, 3, 1, 2, 1, 2, 1, 1};
	struct lab x = lab_new(mode);
	struct end vip = lab_vip();
	bool seen[4] = {0};

	if (mode == LAB_PROXY)
		assert_true(balance_tell(x.judge, &vip.ip, 80, IP_PROTOCOL_TCP));
	for (size_t i = 0; i < 12; i++) {
		lab_at(&x, (i + 1) * 100 * VL_MS);
		struct conn c = lab_open(&x, lab_client(100, (uint8_t)(1 + i % 6)), to[i]);
		if (!seen[to[i]])
			lab_close(&x, &c);
		seen[to[i]] = true;
	}
	lab_finish(&x);
	return x;
}

static void check_distribution(struct lab *x)
{
	static const uint64_t want[3] = {6, 4, 2};
	const struct flow_service *s = lab_service(x);

	assert_non_null(s);
	assert_int_equal(s->attempts, 12);
	assert_int_equal(s->opened, 12);
	assert_int_equal(s->assigned, 12);
	assert_int_equal(s->servers, 3);
	assert_int_equal(s->sources, 6);
	assert_int_equal(s->active, 9);
	for (uint8_t n = 1; n <= 3; n++) {
		const struct flow_server *one = lab_counts(x, n);
		assert_non_null(one);
		assert_int_equal(one->attempts, want[n - 1]);
		assert_int_equal(one->opened, want[n - 1]);
		assert_int_equal(one->active, want[n - 1] - 1);
		assert_int_equal(one->closed, 1);
		/* of a cluster, the first server had some before it was known to be one of several */
		assert_int_equal(one->bytes_up, want[n - 1] * strlen("GET /owa HTTP/1.1\r\nHost: mail\r\n\r\n"));
	}
	assert_int_equal(s->bytes_up, 12 * strlen("GET /owa HTTP/1.1\r\nHost: mail\r\n\r\n"));
	assert_int_equal(s->bytes_down, UINT64_C(12) * (strlen("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n") + 40));
	assert_int_equal(x->found_count, 0);
	lab_free(x);
}

static void a_rewritten_destination_is_the_server(void **state)
{
	struct lab x = distributed(LAB_NAT);

	assert_int_equal(lab_service(&x)->mode, FLOW_MODE_NAT);
	check_distribution(&x);
}

static void a_rewritten_source_too(void **state)
{
	struct lab x = distributed(LAB_FULL_NAT);

	assert_int_equal(lab_service(&x)->mode, FLOW_MODE_FULL_NAT);
	check_distribution(&x);
}

static void a_packet_sent_on_to_another_station(void **state)
{
	struct lab x = distributed(LAB_DIRECT);

	assert_int_equal(lab_service(&x)->mode, FLOW_MODE_DIRECT);
	check_distribution(&x);
}

static void a_tunnels_end_is_the_server(void **state)
{
	struct lab x = distributed(LAB_TUNNEL);

	assert_int_equal(lab_service(&x)->mode, FLOW_MODE_TUNNEL);
	check_distribution(&x);
}

static void a_proxy_repeats_what_its_client_says(void **state)
{
	struct lab x = distributed(LAB_PROXY);

	assert_int_equal(lab_service(&x)->mode, FLOW_MODE_PROXY);
	assert_true(lab_service(&x)->estimated);
	check_distribution(&x);
}

static void several_stations_answer_for_one_address(void **state)
{
	struct lab x = distributed(LAB_CLUSTER);

	assert_int_equal(lab_service(&x)->mode, FLOW_MODE_DIRECT);
	check_distribution(&x);
}

static void a_plain_server_balances_nothing(void **state)
{
	struct lab x = distributed(LAB_CLIENT_SIDE);

	assert_null(lab_service(&x));
	assert_int_equal(x.found_count, 0);
	lab_free(&x);
}

/* One station takes over from another for good: still one server. */
static void a_takeover_is_no_balancing(void **state)
{
	struct lab x = lab_new(LAB_CLUSTER);

	for (uint8_t i = 0; i < 20; i++) {
		lab_at(&x, (vl_time)(i + 1) * VL_S);
		struct conn c = lab_open(&x, lab_client(100, i), i < 10 ? 1 : 2);
		lab_close(&x, &c);
	}
	lab_finish(&x);
	assert_null(lab_service(&x));
	lab_free(&x);
}

/* Behind a translating gateway both sides of it are seen: the service knows its client by the new address. */
static void a_translated_client_counts_once(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	for (uint8_t i = 0; i < 10; i++) {
		lab_at(&x, (vl_time)(i + 1) * VL_S);
		struct conn c = lab_conn(&x, lab_client(100, 1), (uint8_t)(1 + i % 2));
		struct end inside = {ip4(10, 9, 9, i), 4000, {{2, 9, 9, 9, 9, i}}}, gateway = lab_vip();
		gateway.mac = lab_mac_router;
		lab_say(&x, inside, gateway, TCP_SYN, c.up, 0, "", NULL, NULL);
		lab_up(&x, &c, TCP_SYN, "");
		lab_down(&x, &c, TCP_SYN | TCP_ACK, "");
	}
	lab_finish(&x);
	assert_int_equal(lab_service(&x)->attempts, 10);
	assert_int_equal(lab_counts(&x, 1)->attempts, 5);
	lab_free(&x);
}

static void bytes_count_once_however_often_they_are_seen(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	struct conn c = lab_open(&x, lab_client(100, 1), 1);
	uint64_t before = lab_counts(&x, 1)->bytes_down;

	lab_down(&x, &c, TCP_PSH | TCP_ACK, "0123456789");
	c.down -= 10;
	lab_down(&x, &c, TCP_PSH | TCP_ACK, "0123456789");      /* again */
	c.down += 90;                                            /* 90 bytes that the capture lacks */
	lab_down(&x, &c, TCP_PSH | TCP_ACK, "0123456789");
	assert_int_equal(lab_counts(&x, 1)->bytes_down - before, 110);
	lab_free(&x);
}

static void what_began_before_is_active_and_not_new(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	struct conn early = lab_conn(&x, lab_client(100, 9), 1);

	struct conn c = lab_open(&x, lab_client(100, 1), 1);
	lab_up(&x, &early, TCP_PSH | TCP_ACK, "more");
	lab_down(&x, &early, TCP_PSH | TCP_ACK, "and more");
	assert_int_equal(lab_service(&x)->attempts, 1);
	assert_int_equal(lab_service(&x)->active, 2);
	lab_close(&x, &c);
	lab_close(&x, &early);
	assert_int_equal(lab_service(&x)->active, 0);
	lab_free(&x);
}

static void ports_used_again_are_another_connection(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	struct end client = lab_client(100, 1);

	client.port = 5555;
	for (uint8_t i = 0; i < 4; i++) {
		lab_at(&x, (vl_time)(i + 1) * VL_S);
		lab_open(&x, client, (uint8_t)(1 + i % 2));     /* never closed */
	}
	assert_int_equal(lab_service(&x)->attempts, 4);
	assert_int_equal(lab_service(&x)->active, 1);
	lab_free(&x);
}

static void wrong_checksums_are_not_believed(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	x.rotten = true;
	lab_open(&x, lab_client(100, 1), 1);
	assert_int_equal(flows_service_count(balance_flows(x.judge)), 0);
	assert_true(flows_counted(balance_flows(x.judge))->bad_sums > 0);
	lab_free(&x);
}

/* More flows than there is room for: the silent ones give way and are counted. */
static void a_flood_displaces_the_silent(void **state)
{
	struct lab x = lab_new(LAB_CLIENT_SIDE);
	struct end client = lab_client(0, 0), vip = lab_vip();

	for (uint32_t i = 0; i < FLOWS_ROOM + 1000; i++) {
		client.ip = ip4_from_u32(0x0b000000 + i);
		client.port = (uint16_t)(1024 + i % 60000);
		x.now += VL_US;
		lab_say(&x, client, vip, TCP_SYN, i * 7, 0, "", NULL, NULL);
	}
	const struct flows_counters *c = flows_counted(balance_flows(x.judge));
	assert_int_equal(c->flows, FLOWS_ROOM + 1000);
	assert_int_equal(c->displaced, 1000);
	assert_true(c->sources_refused > 0);
	lab_finish(&x);
	lab_free(&x);
}

/* A capture of somebody's browsing has more services than there is room for; those that balance nothing give way. */
static void services_that_balance_nothing_give_way(void **state)
{
	struct lab x = distributed(LAB_NAT);

	for (uint32_t i = 0; i < FLOWS_SERVICES + 200; i++) {
		struct end other = {ip4_from_u32(0xcb007100 + i), 443, lab_mac_router};
		struct end client = lab_client(77, 1);
		client.port = (uint16_t)(1024 + i);
		x.now += 10 * VL_S;
		lab_say(&x, client, other, TCP_SYN, i * 3 + 1, 0, "", NULL, NULL);
	}
	assert_int_equal(lab_service(&x)->attempts, 12);
	assert_int_equal(flows_counted(balance_flows(x.judge))->services_refused, 0);
	lab_free(&x);
}

static void udp_is_paired_by_what_is_asked(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	for (uint8_t i = 0; i < 8; i++) {
		uint8_t bytes[256];
		struct end vip = lab_vip(), server = lab_server((uint8_t)(1 + i % 2)), client = lab_client(100, i);
		const uint8_t question[4] = {0, i, 1, 2};
		const struct {
			struct end from, to;
		} hop[4] = {{client, vip}, {client, server}, {server, client}, {vip, client}};
		x.now += VL_S;
		for (int k = 0; k < 4; k++) {
			struct wr out = wr_of(bytes, sizeof bytes);
			struct packet_envelope e = {.src_mac = k == 1 || k == 3 ? lab_mac_vip : hop[k].from.mac, .dst_mac = hop[k].to.mac,
						    .src = hop[k].from.ip, .dst = hop[k].to.ip, .ttl = 64,
						    .protocol = IP_PROTOCOL_UDP};
			uint16_t from = k < 2 ? (uint16_t)(5000 + i) : 53, to = k < 2 ? 53 : (uint16_t)(5000 + i);
			packet_begin(&out, &e);
			udp_encode(&(struct udp_header){.src_port = from, .dst_port = to}, &e.src, &e.dst, question,
				   sizeof question, &out);
			packet_end(&out, &e);
			lab_hear(&x, bytes, (size_t)(out.at - bytes));
		}
	}
	lab_finish(&x);
	const struct flow_service *s = lab_service(&x);
	assert_non_null(s);
	assert_int_equal(s->port, 53);
	assert_int_equal(s->attempts, 8);
	assert_int_equal(s->opened, 8);
	assert_int_equal(lab_counts(&x, 1)->attempts, 4);
	assert_int_equal(s->bytes_up, 32);
	lab_free(&x);
}

static void names_are_addresses_or_macs(void **state)
{
	char text[FLOWS_NAME];
	struct flow_server v6 = {.port = 443}, mac = {.mac = {{2, 0, 0, 0, 1, 9}}};

	assert_true(ip_parse("2001:db8::1", &v6.ip));
	assert_string_equal(flows_server_name(text, &v6), "[2001:db8::1]:443");
	assert_string_equal(flows_server_name(text, &mac), "02:00:00:00:01:09");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rewritten_destination_is_the_server),
		cmocka_unit_test(a_rewritten_source_too),
		cmocka_unit_test(a_packet_sent_on_to_another_station),
		cmocka_unit_test(a_tunnels_end_is_the_server),
		cmocka_unit_test(a_proxy_repeats_what_its_client_says),
		cmocka_unit_test(several_stations_answer_for_one_address),
		cmocka_unit_test(a_plain_server_balances_nothing),
		cmocka_unit_test(a_takeover_is_no_balancing),
		cmocka_unit_test(a_translated_client_counts_once),
		cmocka_unit_test(bytes_count_once_however_often_they_are_seen),
		cmocka_unit_test(what_began_before_is_active_and_not_new),
		cmocka_unit_test(ports_used_again_are_another_connection),
		cmocka_unit_test(wrong_checksums_are_not_believed),
		cmocka_unit_test(a_flood_displaces_the_silent),
		cmocka_unit_test(services_that_balance_nothing_give_way),
		cmocka_unit_test(udp_is_paired_by_what_is_asked),
		cmocka_unit_test(names_are_addresses_or_macs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

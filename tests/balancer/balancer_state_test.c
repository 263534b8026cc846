// SPDX-License-Identifier: BSD-2-Clause
/* Drain, disable and remove as KEMP, HAProxy and IPVS mean them; limits, sorry servers, slow start, failures. */
#include "tests/balancer/lab.h"

#include "sim/balancer/balancer_parts.h"

static struct lab l;

static void drain_out(void)
{
	while (lab_next(&l))
		;
}

static struct vl_status set(const char *field, enum value_type type, union value value)
{
	const struct command c = {.verb = COMMAND_SET, .field = field, .type = type, .value = value};
	struct vl_status s = balancer_control(l.balancer, &c, l.now);

	drain_out();
	return s;
}

static void set_word(const char *field, const char *word)
{
	struct vl_status s = set(field, VALUE_WORD, (union value){.word = word});

	if (!vl_ok(&s))
		fail_msg("%s", s.reason);
}

static void set_number(const char *field, uint64_t number)
{
	struct vl_status s = set(field, VALUE_NUMBER, (union value){.number = number});

	assert_true(vl_ok(&s));
}

static uint16_t next_port;

/* A new connection: the last byte of the server's address, 0 when it was refused. */
static int connect_from(uint8_t client)
{
	struct lab_packet w = {.src = ip4(198, 51, 100, client), .dst = l.service[0].address, .src_port = ++next_port,
			       .dst_port = 80, .flags = TCP_SYN, .sequence = 1};

	lab_send(&l, 0, w);
	bool out = lab_next_frame(&l) && l.out.port == 1;
	int server = out ? l.p.dst.b[3] : 0;
	drain_out();
	return server;
}

static void open_with(enum balancer_drain drain, bool persistent)
{
	lab_init(&l);
	next_port = 10000;
	l.service[0].drain = drain;
	if (persistent)
		l.service[0].persistence = (struct persistence_config){
			.kind = persistence_find("source-ip"), .timeout = 3600 * VL_S, .touch = true};
}

static enum server_state state_of(size_t server)
{
	return balancer_server(l.balancer, 0, server).state;
}

static void kemp_drains_for_a_time(void **state)
{
	open_with(DRAIN_KEMP, true);
	l.service[0].drain_time = 100 * VL_S;
	lab_open(&l);
	assert_int_equal(connect_from(1), 11);
	assert_int_equal(connect_from(2), 12);
	set_word("web.rs1.state", "drain");
	assert_int_equal(state_of(0), SERVER_DRAIN);
	assert_int_equal(connect_from(1), 11);          /* it is remembered */
	assert_int_equal(connect_from(3), 12);
	lab_wait(&l, 99 * VL_S);
	assert_int_equal(connect_from(1), 11);
	lab_wait(&l, 2 * VL_S);
	assert_int_equal(state_of(0), SERVER_DISABLED);
	assert_int_equal(connect_from(1), 12);
	set_word("web.rs1.state", "enable");
	assert_int_equal(connect_from(9), 11);
	lab_close(&l);
}

static void at_the_drains_end_the_rest_is_cut_when_wanted(void **state)
{
	struct packet seen;

	open_with(DRAIN_KEMP, false);
	l.service[0].drain_time = 10 * VL_S;
	l.service[0].drop_at_drain_end = true;
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_establish(&l, &f, &seen);
	set_word("web.rs1.state", "disable");
	lab_wait(&l, 9 * VL_S);
	assert_int_equal(balancer_server(l.balancer, 0, 0).active, 1);
	lab_wait(&l, 2 * VL_S);
	assert_int_equal(balancer_server(l.balancer, 0, 0).active, 0);
	/* both sides are reset, with the numbers that they wait for */
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.out.port, 0);
	assert_int_equal(l.p.tcp.flags, TCP_RST | TCP_ACK);
	assert_int_equal(l.p.tcp.sequence, f.server_next);
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.out.port, 1);
	assert_int_equal(l.p.tcp.sequence, f.client_next);
	lab_close(&l);
}

static void haproxy_drains_without_end_and_maintenance_takes_nobody(void **state)
{
	open_with(DRAIN_HAPROXY, true);
	lab_open(&l);
	assert_int_equal(connect_from(1), 11);
	set_word("web.rs1.state", "drain");
	lab_wait(&l, 1800 * VL_S);
	assert_int_equal(connect_from(1), 11);
	assert_int_equal(connect_from(2), 12);
	set_word("web.rs1.state", "disable");
	assert_int_equal(connect_from(1), 12);
	/* it goes only without connections */
	struct vl_status s = set("web.rs1.state", VALUE_WORD, (union value){.word = "absent"});
	assert_int_equal(s.code, VL_STATE);
	lab_wait(&l, 100 * VL_S);
	set_word("web.rs1.state", "absent");
	assert_int_equal(state_of(0), SERVER_REMOVED);
	lab_close(&l);
}

static void ipvs_drains_by_weight_and_a_deleted_server_is_silence(void **state)
{
	struct packet seen;

	for (int nodest = 0; nodest < 2; nodest++) {
		open_with(DRAIN_IPVS, true);
		l.service[0].expire_nodest = nodest == 1;
		l.service[0].expire_quiescent = nodest == 1;
		lab_open(&l);
		struct lab_flow f = lab_flow(&l, 40000);
		lab_establish(&l, &f, &seen);
		set_number("web.rs1.weight", 0);
		assert_int_equal(state_of(0), SERVER_DRAIN);
		/* a remembered client is still sent there, unless expire_quiescent_template says no */
		assert_int_equal(connect_from(7), nodest == 1 ? 12 : 11);
		assert_int_equal(connect_from(3), 12);
		set_word("web.rs1.state", "absent");
		lab_client(&l, &f, TCP_ACK, 10);
		if (nodest == 1) {
			assert_true(lab_next_frame(&l));
			assert_int_equal(l.p.tcp.flags, TCP_RST | TCP_ACK);
			assert_int_equal(balancer_connections(l.balancer)->ended[CONNECTION_END_SERVER], 1);
		} else {
			lab_silence(&l);
			assert_int_equal(balancer_connections(l.balancer)->ended[CONNECTION_END_SERVER], 0);
		}
		assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_SERVER_GONE), 1);
		lab_close(&l);
	}
}

/* 4 and 3: full at four, taken again at three; KEMP's and HAProxy's count is of active ones. */
static void a_limit_has_its_hysteresis(void **state)
{
	open_with(DRAIN_KEMP, false);
	l.server[0][0].connection_limit = 4;
	l.server[0][0].connection_resume = 2;
	l.service[0].server_count = 1;
	lab_open(&l);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(connect_from(1), 11);
		lab_wait(&l, VL_S);
	}
	assert_int_equal(connect_from(1), 0);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_LIMIT), 1);
	assert_int_equal(balancer_server(l.balancer, 0, 0).refused, 1);
	lab_wait(&l, 56 * VL_S + VL_S / 2);     /* one handshake has expired: three */
	drain_out();
	assert_int_equal(balancer_server(l.balancer, 0, 0).active, 3);
	assert_int_equal(connect_from(1), 0);
	lab_wait(&l, VL_S);
	drain_out();
	assert_int_equal(connect_from(1), 11);
	lab_close(&l);
}

static void a_rate_limit_counts_whole_seconds(void **state)
{
	open_with(DRAIN_KEMP, false);
	l.server[0][0].rate_limit = 3;
	l.service[0].server_count = 1;
	lab_open(&l);
	for (int second = 0; second < 3; second++) {
		for (int i = 0; i < 5; i++)
			assert_int_equal(connect_from(1), i < 3 ? 11 : 0);
		lab_wait(&l, VL_S);
		drain_out();
	}
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_RATE), 6);
	lab_close(&l);
}

static void a_sorry_server_stands_in_and_is_not_remembered(void **state)
{
	open_with(DRAIN_KEMP, true);
	l.server[0][1].sorry = true;
	lab_open(&l);
	assert_int_equal(connect_from(1), 11);
	assert_int_equal(connect_from(2), 11);
	set_word("web.rs1.state", "disable");
	assert_int_equal(connect_from(1), 12);
	set_word("web.rs1.state", "enable");
	assert_int_equal(connect_from(1), 11);
	lab_close(&l);
}

static void a_failed_server_gets_nothing_new_and_its_connections_may_be_cut(void **state)
{
	struct packet seen;

	for (int cut = 0; cut < 2; cut++) {
		open_with(DRAIN_KEMP, true);
		l.service[0].reset_on_failure = cut == 1;
		lab_open(&l);
		struct lab_flow f = lab_flow(&l, 40000);
		lab_establish(&l, &f, &seen);
		drain_out();
		balancer_server_health(l.balancer, &l.balancer->service[0], 0, false, HEALTH_L4_TIMEOUT, l.now);
		assert_true(lab_next_record(&l, &BALANCER_HEALTH_KIND));
		assert_string_equal(l.out.record.value[1].word, "down");
		assert_string_equal(l.out.record.value[2].word, "L4TOUT");
		lab_wait(&l, VL_MS);
		assert_int_equal(balancer_server(l.balancer, 0, 0).active, cut == 0);
		drain_out();
		assert_int_equal(connect_from(7), 12);          /* remembered or not */
		if (cut == 0) {
			lab_client(&l, &f, TCP_ACK, 4);
			assert_true(lab_next_frame(&l));
			assert_int_equal(l.p.dst.b[3], 11);
		}
		lab_close(&l);
	}
}

/* Linear over 100 s: half way half of the weight, and no more than that while it lasts. */
static void a_server_that_comes_back_starts_slowly(void **state)
{
	open_with(DRAIN_KEMP, false);
	l.service[0].scheduler = scheduler_find("wlc");
	l.service[0].slow_start = (struct slow_start_config){.law = SLOW_START_LINEAR, .window = 100 * VL_S};
	l.server[0][0].weight = l.server[0][1].weight = 100;
	lab_open(&l);
	assert_int_equal(balancer_server(l.balancer, 0, 0).weight, 100 * SCHEDULER_WEIGHT_ONE);
	balancer_server_health(l.balancer, &l.balancer->service[0], 0, false, HEALTH_L4_REFUSED, l.now);
	lab_wait(&l, VL_S);
	balancer_server_health(l.balancer, &l.balancer->service[0], 0, true, HEALTH_L4_OK, l.now);
	assert_true(balancer_server(l.balancer, 0, 0).slow_starting);
	assert_true(balancer_server(l.balancer, 0, 0).weight <= SCHEDULER_WEIGHT_ONE);
	lab_wait(&l, 50 * VL_S);
	uint64_t half = balancer_server(l.balancer, 0, 0).weight;
	assert_true(half >= 49 * SCHEDULER_WEIGHT_ONE && half <= 51 * SCHEDULER_WEIGHT_ONE);
	lab_wait(&l, 51 * VL_S);
	assert_int_equal(balancer_server(l.balancer, 0, 0).weight, 100 * SCHEDULER_WEIGHT_ONE);
	assert_false(balancer_server(l.balancer, 0, 0).slow_starting);
	drain_out();
	lab_close(&l);
}

/* Every value of the ramp once, upwards, from the first step to the whole; then what a setting makes of it. */
static void the_journal_has_each_weight_of_a_ramp(void **state)
{
	uint64_t last = 100, count = 0;

	open_with(DRAIN_KEMP, false);
	l.service[0].scheduler = scheduler_find("wlc");
	l.service[0].slow_start = (struct slow_start_config){.law = SLOW_START_LINEAR, .window = 100 * VL_S};
	l.server[0][0].weight = l.server[0][1].weight = 100;
	lab_open(&l);
	set_word("web.rs1.state", "disable");
	struct command enable = {.verb = COMMAND_SET, .field = "web.rs1.state", .type = VALUE_WORD, .value = {.word = "enable"}};
	struct vl_status s = balancer_control(l.balancer, &enable, l.now);
	assert_true(vl_ok(&s));
	for (unsigned t = 0; t <= 100; t++) {
		while (lab_next_record(&l, &BALANCER_WEIGHT_KIND)) {
			const union value *v = l.out.record.value;
			assert_string_equal(v[0].word, "rs1");
			assert_int_equal(v[2].number, 100);
			assert_true(count == 0 ? v[1].number == 1 : v[1].number > last);
			last = v[1].number;
			count++;
		}
		assert_true(last >= t && last <= t + 1);
		l.now += VL_S;
		balancer_timeout(l.balancer, l.now);
	}
	assert_int_equal(last, 100);
	assert_true(count >= 100);
	struct command weigh = {.verb = COMMAND_SET, .field = "web.rs1.weight", .type = VALUE_NUMBER, .value = {.number = 7}};
	s = balancer_control(l.balancer, &weigh, l.now);
	assert_true(vl_ok(&s));
	assert_true(lab_next_record(&l, &BALANCER_WEIGHT_KIND));
	assert_int_equal(l.out.record.value[1].number, 7);
	assert_int_equal(l.out.record.value[2].number, 7);
	s = balancer_control(l.balancer, &weigh, l.now);
	assert_false(lab_next_record(&l, &BALANCER_WEIGHT_KIND));
	lab_close(&l);
}

static void services_of_a_group_share_their_memory_by_the_servers_address(void **state)
{
	open_with(DRAIN_KEMP, true);
	l.config.service_count = 2;
	l.service[0].persistence.group = l.service[1].persistence.group = 5;
	l.service[1].persistence = l.service[0].persistence;
	/* the same servers in another order */
	l.server[1][0].address = ip("10.0.0.12");
	l.server[1][1].address = ip("10.0.0.11");
	lab_open(&l);
	assert_int_equal(connect_from(1), 11);
	assert_int_equal(connect_from(2), 12);
	for (uint8_t client = 1; client <= 2; client++) {
		struct lab_packet w = {.src = ip4(198, 51, 100, client), .dst = ip("192.0.2.100"), .src_port = 7,
				       .dst_port = 81, .flags = TCP_SYN, .sequence = 1};
		lab_send(&l, 0, w);
		assert_true(lab_next_frame(&l));
		assert_int_equal(l.p.dst.b[3], 10 + client);
	}
	lab_close(&l);
}

static void scheduler_persistence_and_slow_start_can_be_set(void **state)
{
	open_with(DRAIN_KEMP, false);
	lab_open(&l);
	set_word("web.scheduler", "fo");
	set_number("web.rs2.weight", 9);
	for (int i = 0; i < 4; i++)
		assert_int_equal(connect_from(1), 12);
	set_word("web.scheduler", "rr");
	set_word("web.persistence", "source-ip");
	int first = connect_from(1);
	for (int i = 0; i < 4; i++)
		assert_int_equal(connect_from(1), first);
	set_word("web.persistence", "none");
	assert_int_not_equal(connect_from(1), connect_from(1));
	struct vl_status s = set("web.slow_start", VALUE_TIME, (union value){.time = 60 * VL_S});
	assert_true(vl_ok(&s));
	s = set("web.scheduler", VALUE_WORD, (union value){.word = "wlcc"});
	assert_string_equal(s.reason, "scheduler `wlcc' is not there; did you mean `wlc'?");
	s = set("web.persistence", VALUE_WORD, (union value){.word = "cookie"});
	assert_int_equal(s.code, VL_UNKNOWN);
	s = set("web.rs1.state", VALUE_WORD, (union value){.word = "asleep"});
	assert_int_equal(s.code, VL_INVALID);
	s = set("web.rs1.agent", VALUE_NUMBER, (union value){.number = 103});
	assert_int_equal(s.code, VL_INVALID);
	s = set("webb.rs1.agent", VALUE_NUMBER, (union value){.number = 3});
	assert_string_equal(s.reason, "service `webb' is not there; did you mean `web'?");
	s = set("web.rs9.agent", VALUE_NUMBER, (union value){.number = 3});
	assert_int_equal(s.code, VL_UNKNOWN);
	set_number("web.rs1.agent", 55);
	set_number("web.rs1.limit", 1000);
	lab_close(&l);
}

static void what_cannot_be_is_refused_with_its_reason(void **state)
{
	struct vl_status s;

#define REFUSED(change, wanted)                                 \
	do {                                                    \
		lab_init(&l);                                   \
		l.config.service_count = 2;                     \
		change;                                         \
		s = balancer_config_check(&l.config);           \
		assert_string_equal(s.reason, wanted);          \
	} while (0)
	REFUSED(l.config.service_count = 0, "services: 1 to 256");
	REFUSED(l.service[1].name = NULL, "service 2: needs a name");
	REFUSED(l.service[1].name = "web", "web: there are two services of that name");
	REFUSED(l.service[1].port[0] = l.service[0].port[0], "mail: ports: `web' has 80-80 of that address already");
	REFUSED(l.service[0].address.family = IP_NONE, "web: address: needs one");
	REFUSED(l.service[0].protocol = 1, "web: protocol: tcp or udp");
	REFUSED(l.service[0].scheduler = NULL, "web: scheduler: needs one");
	REFUSED(l.service[0].port_count = 0, "web: ports: 1 to 8 ranges");
	REFUSED(l.service[0].port[0].first = 90, "web: ports: 90-80 is no range");
	REFUSED((l.service[0].port_count = 2, l.service[0].port[1] = l.service[0].port[0]), "web: ports: 80-80 twice");
	REFUSED(l.service[0].snat_ports.first = 9, "web: snat_ports: 9-0 is no range");
	REFUSED(l.service[0].local_count = 65, "web: local: at most 64 addresses");
	REFUSED((l.service[0].forwarding = FORWARD_SNAT, l.service[0].snat = SNAT_POOL), "web: local: a pool needs addresses");
	REFUSED(l.service[0].server_count = 0, "web: servers: 1 to 4096");
	REFUSED(l.server[0][1].name = NULL, "web: server 2: needs name and address");
	REFUSED(l.server[0][1].name = "rs1", "web: rs1: twice");
	REFUSED(l.server[0][1].address = l.server[0][0].address, "web: rs2: is `rs1' already");
	REFUSED(l.server[0][0].sorry = l.server[0][1].sorry = true, "web: servers: all are sorry servers");
	REFUSED(l.server[0][0].address = ip("fd00::1"),
		"web: rs1: ip: of the other family, which transparent NAT cannot reach");
	REFUSED((l.service[0].forwarding = FORWARD_DSR, l.server[0][0].port = 81), "web: rs1: port: DSR translates no ports");
	REFUSED((l.service[0].persistence.kind = persistence_find("source-ip")),
		"web: persistence: the timeout is 1 s to 7 days");
	/* a narrow range in a wide one is found first */
	lab_init(&l);
	l.config.service_count = 2;
	l.service[1].port[0] = (struct port_range){0, 0};
	lab_open(&l);
	assert_ptr_equal(balancer_find_service(l.balancer, &l.service[0].address, IP_PROTOCOL_TCP, 80),
			 &l.balancer->service[0]);
	assert_ptr_equal(balancer_find_service(l.balancer, &l.service[0].address, IP_PROTOCOL_TCP, 8080),
			 &l.balancer->service[1]);
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kemp_drains_for_a_time),
		cmocka_unit_test(at_the_drains_end_the_rest_is_cut_when_wanted),
		cmocka_unit_test(haproxy_drains_without_end_and_maintenance_takes_nobody),
		cmocka_unit_test(ipvs_drains_by_weight_and_a_deleted_server_is_silence),
		cmocka_unit_test(a_limit_has_its_hysteresis),
		cmocka_unit_test(a_rate_limit_counts_whole_seconds),
		cmocka_unit_test(a_sorry_server_stands_in_and_is_not_remembered),
		cmocka_unit_test(a_failed_server_gets_nothing_new_and_its_connections_may_be_cut),
		cmocka_unit_test(a_server_that_comes_back_starts_slowly),
		cmocka_unit_test(the_journal_has_each_weight_of_a_ramp),
		cmocka_unit_test(services_of_a_group_share_their_memory_by_the_servers_address),
		cmocka_unit_test(scheduler_persistence_and_slow_start_can_be_set),
		cmocka_unit_test(what_cannot_be_is_refused_with_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

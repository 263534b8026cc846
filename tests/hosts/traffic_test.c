// SPDX-License-Identifier: BSD-2-Clause
/* Users and services: sessions come, are served, end, fail, are cut; by the numbers. */
#include "tests/hosts/traffic_lab.h"

static void every_protocol_is_spoken(void **state)
{
	static const enum talk talk[] = {TALK_HTTP, TALK_OPAQUE, TALK_TLS, TALK_RDP, TALK_SMTP, TALK_POP3, TALK_IMAP, TALK_FTP,
					 TALK_AGENT, TALK_DNS, TALK_SIP};

	for (size_t i = 0; i < sizeof talk / sizeof talk[0]; i++) {
		lab_defaults(talk[i], 80);
		lab_users.requests = 3;
		lab_users.think = law_fixed(100 * VL_MS);
		lab_make();
		lab_go(9500 * VL_MS);
		/* at 0.1, 1.1, ... 9.1 s; the last one too is over in 0.3 s */
		uint64_t requests = talk[i] == TALK_DNS ? 10 : 30;
		assert_int_equal(lab_facts()->arrivals, 10);
		assert_int_equal(lab_facts()->opened, 10);
		assert_int_equal(lab_facts()->closed, 10);
		assert_int_equal(lab_facts()->live, 0);
		assert_int_equal(lab_facts()->failed + lab_facts()->cut + lab_facts()->errors, 0);
		assert_int_equal(lab_facts()->answers, requests);
		assert_int_equal(lab_served().held, 0);
		assert_int_equal(lab_count(&lab, CLIENT, &CLIENT_OPENED_KIND, 0, VL_NEVER), 10);
		assert_int_equal(lab_count(&lab, CLIENT, &CLIENT_CLOSED_KIND, 0, VL_NEVER), 10);
		lab_close(&lab);
	}
}

static uint64_t failed_with(const char *why)
{
	uint64_t count = 0;

	for (size_t k = 0; k < lab.records; k++) {
		const struct record *r = &lab.record[k];
		if (r->kind == &CLIENT_FAILED_KIND)
			count += strcmp(r->value[CLIENT_FAILED_WHY].word, why) == 0;
		else if (r->kind == &CLIENT_CUT_KIND)
			count += strcmp(r->value[CLIENT_CLOSED_WHY].word, why) == 0;
	}
	return count;
}

static void a_backlog_fills_by_the_difference_of_the_rates(void **state)
{
	lab_defaults(TALK_SILENT, 80);
	lab_users.requests = 0;
	lab_users.length = law_fixed(3600 * VL_S);
	lab_users.arrival.every = 10 * VL_MS;           /* 100/s */
	lab_users.connect_timeout = 500 * VL_MS;
	lab_service.accept_rate = 40;
	lab_make();
	/* full after 128 / 60 = 2.13 s; the first one without room gives up half a second later */
	lab_go(2700 * VL_MS);
	assert_int_equal(lab_facts()->failed, 0);
	lab_run(&lab, 3 * VL_S);
	assert_in_range(lab_facts()->failed, 1, 40);
	uint64_t before = lab_facts()->failed;
	lab_run(&lab, 8 * VL_S);
	assert_in_range(lab_facts()->failed - before, 297, 303);        /* 60 % of 500 */
	assert_int_equal(failed_with("no patience"), lab_facts()->failed);
	lab_close(&lab);
}

static void a_service_that_is_full_takes_the_next_when_one_leaves(void **state)
{
	lab_defaults(TALK_SILENT, 80);
	lab_users.requests = 0;
	lab_users.length = law_fixed(2500 * VL_MS);
	lab_service.concurrent = 2;
	lab_make();
	lab_go(20 * VL_S);
	assert_int_equal(lab_served().held, 2);
	/* two at a time; who waited so long that its user has left meanwhile is over at once */
	assert_in_range(lab_served().accepted, 14, 21);
	struct vl_status s = lab_set_number(&lab, SERVER, "serves.web.concurrent", 0);
	assert_true(vl_ok(&s));
	lab_run(&lab, 21 * VL_S);
	assert_int_equal(lab_facts()->failed, 0);
	lab_close(&lab);
}

static void service_times_grow_with_load_and_shrink_with_warmth(void **state)
{
	lab_defaults(TALK_HTTP, 80);
	lab_users.arrival = (struct arrival_config){.kind = ARRIVAL_BURST, .burst = 20, .from = 10 * VL_S};
	lab_service.service_time = law_fixed(100 * VL_MS);
	lab_service.capacity = 10;
	lab_make();
	lab_go(15 * VL_S);
	/* the 20th: 100 ms * 20/10 */
	assert_in_range(lab_facts()->slowest, 200 * VL_MS, 205 * VL_MS);
	lab_close(&lab);
	lab_defaults(TALK_HTTP, 80);
	lab_users.arrival = (struct arrival_config){.kind = ARRIVAL_BURST, .burst = 1, .from = 30 * VL_S};
	lab_service.service_time = law_fixed(100 * VL_MS);
	lab_service.warmup = 60 * VL_S;
	lab_service.cold = 500;
	lab_make();
	lab_go(40 * VL_S);
	/* half of the way from 500 % to 100 % */
	assert_in_range(lab_facts()->slowest, 299 * VL_MS, 303 * VL_MS);
	lab_close(&lab);
}

static void long_polls_are_held_and_end_with_the_session(void **state)
{
	static const enum talk talk[] = {TALK_HTTP, TALK_OPAQUE};

	for (size_t i = 0; i < 2; i++) {
		lab_defaults(talk[i], 443);
		lab_users.arrival = (struct arrival_config){.kind = ARRIVAL_NONE, .from = VL_S};
		lab_users.users = 10;
		lab_users.spread = VL_S;
		lab_users.requests = 0;
		lab_users.length = law_fixed(100 * VL_S);
		lab_users.wait = law_uniform(15 * VL_S, 30 * VL_S);
		lab_users.again = law_fixed(5 * VL_S);
		lab_make();
		lab_go(104 * VL_S);
		assert_int_equal(lab_facts()->opened, 10);
		assert_int_equal(lab_facts()->closed, 10);
		assert_in_range(lab_facts()->answers, 30, 66);
		assert_true(lab_facts()->slowest < 10 * VL_MS);         /* less the wait */
		lab_run(&lab, 110 * VL_S);
		assert_int_equal(lab_facts()->opened, 20);
		assert_int_equal(lab_facts()->cut + lab_facts()->failed, 0);
		lab_close(&lab);
	}
}

static void a_service_fails_in_each_of_its_ways(void **state)
{
	static const struct {
		const char *state, *why;
	} way[] = {
		{"fail-fast", "reset by the peer"}, {"crashed", "refused"}, {"hung", "no answer"}, {"dead", "no answer"},
	};

	for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
		lab_defaults(TALK_HTTP, 80);
		lab_users.answer_timeout = 2 * VL_S;
		lab_users.connect_timeout = 2 * VL_S;
		lab_make();
		lab_go(5 * VL_S);
		assert_int_equal(lab_facts()->closed, 5);
		struct vl_status s = lab_set_word(SERVER, "serves.web.state", way[i].state);
		assert_string_equal(s.reason, "");
		lab_run(&lab, 15 * VL_S);
		assert_in_range(failed_with(way[i].why), 7, 10);
		assert_int_equal(failed_with(way[i].why), lab_facts()->failed + lab_facts()->cut);
		s = lab_set_word(SERVER, "serves.web.state", "up");
		assert_true(vl_ok(&s));
		lab_run(&lab, 18 * VL_S);
		uint64_t closed = lab_facts()->closed;
		lab_run(&lab, 28 * VL_S);
		assert_int_equal(lab_facts()->closed - closed, 10);
		assert_int_equal(lab_count(&lab, SERVER, &SERVICE_STATE_KIND, 0, VL_NEVER), 2);
		lab_close(&lab);
	}
}

static void a_crash_cuts_who_is_there_and_they_come_back(void **state)
{
	lab_defaults(TALK_HTTP, 80);
	lab_users.arrival = (struct arrival_config){.kind = ARRIVAL_NONE, .from = VL_S};
	lab_users.users = 50;
	lab_users.requests = 0;
	lab_users.length = law_fixed(60 * VL_S);
	lab_users.think = law_exponential(VL_S);
	lab_users.retry = law_fixed(VL_S);
	lab_users.backoff = true;
	lab_make();
	lab_go(10 * VL_S);
	assert_int_equal(lab_facts()->live, 50);
	lab_set_word(SERVER, "serves.web.state", "crashed");
	assert_int_equal(lab_facts()->cut, 50);
	/* at 11, 13, 17 s: refused, twice as late each time */
	lab_run(&lab, 18 * VL_S);
	assert_int_equal(lab_facts()->failed, 150);
	lab_set_word(SERVER, "serves.web.state", "up");
	lab_run(&lab, 30 * VL_S);
	assert_int_equal(lab_facts()->live, 50);
	assert_int_equal(lab_facts()->opened, 100);
	lab_close(&lab);
}

static void boxes_crash_and_stop_and_begin_anew(void **state)
{
	lab_defaults(TALK_HTTP, 80);
	lab_users.requests = 0;
	lab_users.length = law_fixed(30 * VL_S);
	lab_users.think = law_fixed(VL_S);
	lab_users.answer_timeout = 3 * VL_S;
	lab_make();
	lab_go(10 * VL_S);
	lab_crash(&lab, SERVER);
	lab_run(&lab, 20 * VL_S);
	assert_true(lab_facts()->cut > 5);
	lab_start(&lab, SERVER);
	lab_run(&lab, 40 * VL_S);
	assert_true(lab_served().held > 10);
	lab_stop(&lab, CLIENT);
	lab_run(&lab, 41 * VL_S);
	assert_int_equal(lab_served().held, 0);
	lab_start(&lab, CLIENT);
	lab_run(&lab, 50 * VL_S);
	assert_true(lab_served().held > 5);
	lab_stop(&lab, SERVER);
	lab_run(&lab, 51 * VL_S);
	assert_true(failed_with("reset by the peer") > 5);
	lab_close(&lab);
}

static void each_request_may_have_a_connection_of_its_own(void **state)
{
	lab_defaults(TALK_HTTP, 80);
	lab_users.requests = 4;
	lab_users.no_keepalive = true;
	lab_users.think = law_fixed(100 * VL_MS);
	lab_make();
	lab_go(9500 * VL_MS);
	assert_int_equal(lab_facts()->closed, 10);
	assert_int_equal(lab_facts()->attempts, 40);
	assert_int_equal(lab_served().accepted, 40);
	lab_close(&lab);
}

static void users_come_from_their_addresses_by_weight(void **state)
{
	static const struct population_source source[] = {
		{{IP_V4, {192, 0, 2, 100}}, 1, 50},
		{{IP_V4, {192, 0, 2, 110}}, 10, 50},
	};
	unsigned first = 0, other = 0;

	lab_defaults(TALK_HTTP, 80);
	lab_users.arrival.every = 5 * VL_MS;
	lab_users.source = source;
	lab_users.source_count = 2;
	lab_make();
	lab_go(5 * VL_S);
	for (size_t k = 0; k < lab.records; k++)
		if (lab.record[k].kind == &CLIENT_OPENED_KIND) {
			first += lab.record[k].value[CLIENT_OPENED_CLIENT].ip.b[3] == 100;
			other += lab.record[k].value[CLIENT_OPENED_CLIENT].ip.b[3] >= 110;
		}
	assert_int_equal(first + other, lab_facts()->opened);
	assert_in_range(first, 430, 550);
	lab_close(&lab);
}

static void who_finds_no_room_is_turned_away(void **state)
{
	lab_defaults(TALK_SILENT, 80);
	lab_users.requests = 0;
	lab_users.length = law_fixed(100 * VL_S);
	lab_users.concurrent = 3;
	lab_make();
	lab_go(10 * VL_S);
	assert_int_equal(lab_facts()->live, 3);
	assert_int_equal(lab_facts()->turned_away, 7);
	assert_int_equal(lab_count(&lab, CLIENT, &CLIENT_TURNED_AWAY_KIND, 0, VL_NEVER), 1);
	lab_close(&lab);
}

static bool is_port_unreachable(const struct packet *p)
{
	return p->transport == TRANSPORT_ICMP && p->icmp.type == ICMP_UNREACHABLE && p->icmp.code == 3;
}

static void a_crashed_dns_service_says_that_its_port_is_closed(void **state)
{
	lab_defaults(TALK_DNS, 53);
	lab_users.host = "mail.example.org";
	lab_users.answer_timeout = VL_S;
	lab_make();
	lab.wanted = is_port_unreachable;
	lab_go(5 * VL_S);
	assert_int_equal(lab.seen_count, 0);
	lab_set_word(SERVER, "serves.web.state", "crashed");
	lab_run(&lab, 15 * VL_S);
	assert_int_equal(lab.seen_count, 10);
	assert_int_equal(failed_with("no answer"), lab_facts()->failed);
	lab_set_word(SERVER, "serves.web.state", "dead");
	lab_run(&lab, 17 * VL_S);
	assert_int_equal(lab.seen_count, 10);
	lab_close(&lab);
}

static void answers_over_udp_take_their_time(void **state)
{
	lab_defaults(TALK_DNS, 53);
	lab_service.service_time = law_fixed(300 * VL_MS);
	lab_make();
	lab_go(9500 * VL_MS);
	assert_int_equal(lab_facts()->closed, 10);
	assert_in_range(lab_facts()->answer_time, 3000 * VL_MS, 3030 * VL_MS);
	/* what is held when it dies is lost */
	lab_run(&lab, 10200 * VL_MS);
	assert_int_equal(lab_served().in_service, 1);
	lab_set_word(SERVER, "serves.web.state", "dead");
	lab_run(&lab, 10600 * VL_MS);
	assert_int_equal(lab_served().in_service, 0);
	assert_int_equal(lab_facts()->closed, 10);
	lab_close(&lab);
	/* 1000 a second for 300 ms: there is room for 256 of 300 */
	lab_defaults(TALK_DNS, 53);
	lab_service.service_time = law_fixed(300 * VL_MS);
	lab_users.arrival.every = VL_MS;
	lab_make();
	lab_go(390 * VL_MS);
	assert_int_equal(lab_served().in_service, 256);
	assert_in_range(lab_served().full, 20, 40);
	lab_close(&lab);
}

static void a_call_that_nobody_answers_is_asked_again(void **state)
{
	lab_defaults(TALK_SIP, 5060);
	lab_users.requests = 2;
	lab_users.arrival.every = 40 * VL_S;
	lab_service.state = SERVICE_DEAD;
	lab_make();
	lab_go(41 * VL_S);
	/* RFC 3261 17.1.1.2: given up after 64 T1 */
	assert_int_equal(failed_with("no answer"), 1);
	lab_set_word(SERVER, "serves.web.state", "up");
	lab_run(&lab, 80 * VL_S);
	assert_int_equal(lab_facts()->closed, 1);
	assert_int_equal(lab_facts()->answers, 2);
	lab_close(&lab);
}

static void settings_are_checked_and_recorded(void **state)
{
	lab_defaults(TALK_HTTP, 80);
	lab_make();
	lab_go(5 * VL_S);
	struct vl_status s = lab_set_time(CLIENT, "clients.users.constant", 100 * VL_MS);
	assert_true(vl_ok(&s));
	lab_run(&lab, 15 * VL_S);
	assert_in_range(lab_facts()->arrivals, 103, 107);
	s = lab_set_time(CLIENT, "clients.users.poisson", VL_S);
	assert_int_equal(s.code, VL_INVALID);
	s = lab_set_time(CLIENT, "clients.nobody.constant", VL_S);
	assert_int_equal(s.code, VL_UNKNOWN);
	s = lab_set_time(CLIENT, "clients.users.colour", VL_S);
	assert_int_equal(s.code, VL_UNKNOWN);
	s = lab_set_number(&lab, SERVER, "serves.web.status", 503);
	assert_true(vl_ok(&s));
	lab_run(&lab, 16 * VL_S);
	assert_in_range(lab_facts()->errors, 8, 11);
	s = lab_set_number(&lab, SERVER, "serves.web.status", 99);
	assert_int_equal(s.code, VL_INVALID);
	s = lab_set_number(&lab, SERVER, "serves.web.load", 40);
	assert_true(vl_ok(&s));
	s = lab_set_time(SERVER, "serves.web.service_time", VL_S);
	assert_true(vl_ok(&s));
	s = lab_set_word(SERVER, "serves.web.state", "sleepy");
	assert_int_equal(s.code, VL_INVALID);
	s = lab_set_word(SERVER, "serves.mail.state", "up");
	assert_int_equal(s.code, VL_UNKNOWN);
	s = lab_set_word(SERVER, "serves.web.colour", "up");
	assert_int_equal(s.code, VL_UNKNOWN);
	lab_close(&lab);
}

static void what_cannot_be_is_refused(void **state)
{
	struct vl_status s;

	lab_defaults(TALK_HTTP, 80);
	lab_users.target.family = IP_NONE;
	s = population_config_check(&lab_users);
	assert_int_equal(s.code, VL_INVALID);
	lab_defaults(TALK_HTTP, 80);
	lab_users.requests = 0;
	s = population_config_check(&lab_users);
	assert_int_equal(s.code, VL_INVALID);
	lab_defaults(TALK_SILENT, 80);
	s = population_config_check(&lab_users);
	assert_int_equal(s.code, VL_INVALID);
	lab_defaults(TALK_HTTP, 80);
	lab_users.arrival.every = 0;
	s = population_config_check(&lab_users);
	assert_int_equal(s.code, VL_INVALID);
	lab_users.arrival = (struct arrival_config){.kind = ARRIVAL_BURST};
	s = population_config_check(&lab_users);
	assert_int_equal(s.code, VL_INVALID);
	lab_users.arrival = (struct arrival_config){.kind = ARRIVAL_NONE};
	s = population_config_check(&lab_users);
	assert_int_equal(s.code, VL_INVALID);
	lab_defaults(TALK_HTTP, 80);
	lab_users.think = law_exponential(LAW_LONGEST + 1);
	s = population_config_check(&lab_users);
	assert_int_equal(s.code, VL_INVALID);
	struct real_server_setup setup = {.service_count = 1, .service = &lab_service};
	lab_service.port = 0;
	s = real_server_setup_check(&setup);
	assert_int_equal(s.code, VL_INVALID);
	lab_defaults(TALK_HTTP, 80);
	lab_service.load = 200;
	s = real_server_setup_check(&setup);
	assert_int_equal(s.code, VL_INVALID);
	setup.service_count = 0;
	s = real_server_setup_check(&setup);
	assert_int_equal(s.code, VL_INVALID);
}

static void refused_users(const char *why)
{
	struct vl_status s = population_config_check(&lab_users);

	assert_int_equal(s.code, VL_INVALID);
	assert_non_null(strstr(s.reason, why));
	assert_null(population_new(&lab_users, NULL, NULL, NULL, &s));
	assert_int_equal(s.code, VL_INVALID);
}

/* Of which address each user is: so many sources, of the target's family, each with a weight; so many in all. */
static void sources_of_users_are_checked(void **state)
{
	const struct population_source right = {.first = ip4(192, 0, 2, 50), .count = 1, .weight = 1};
	struct {
		struct population_source source;
		size_t count;
		const char *why;
	} wrong[] = {
		{right, POPULATION_SOURCES + 1, "more than"},
		{right, 1, "family"},
		{right, 1, "weight"},
		{right, 1, "weight"},
		{right, 1, "source addresses"},
	};

	wrong[1].source.first.family = IP_V6;
	wrong[2].source.weight = 0;
	wrong[3].source.count = 0;
	wrong[4].source.count = POPULATION_ADDRESSES + 1;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		lab_defaults(TALK_HTTP, 80);
		lab_users.source = &wrong[i].source;
		lab_users.source_count = wrong[i].count;
		refused_users(wrong[i].why);
	}
	lab_defaults(TALK_DNS, 53);
	lab_users.host = "a-name-that-is-longer.than-forty-characters.example";
	refused_users("a name asked for");
}

static void refused_service(const char *why)
{
	struct real_server_setup setup = {.service_count = 1, .service = &lab_service};
	struct vl_status s = real_server_setup_check(&setup);

	assert_int_equal(s.code, VL_INVALID);
	assert_non_null(strstr(s.reason, why));
	assert_null(real_server_new(&setup, NULL, NULL, NULL, &s));
	assert_int_equal(s.code, VL_INVALID);
	lab_defaults(TALK_HTTP, 80);
}

static void services_are_checked(void **state)
{
	lab_defaults(TALK_HTTP, 80);
	lab_service.talk.body = TALK_ANSWER_MOST + 1;
	refused_service("answer: ");
	lab_service.warmup = VL_S;
	lab_service.cold = 99;
	refused_service("cold: `99' is less than 100 percent");
	lab_service.service_time = law_exponential(LAW_LONGEST + 1);
	refused_service("service_time: too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_protocol_is_spoken),
		cmocka_unit_test(a_backlog_fills_by_the_difference_of_the_rates),
		cmocka_unit_test(a_service_that_is_full_takes_the_next_when_one_leaves),
		cmocka_unit_test(service_times_grow_with_load_and_shrink_with_warmth),
		cmocka_unit_test(long_polls_are_held_and_end_with_the_session),
		cmocka_unit_test(a_service_fails_in_each_of_its_ways),
		cmocka_unit_test(a_crash_cuts_who_is_there_and_they_come_back),
		cmocka_unit_test(boxes_crash_and_stop_and_begin_anew),
		cmocka_unit_test(each_request_may_have_a_connection_of_its_own),
		cmocka_unit_test(users_come_from_their_addresses_by_weight),
		cmocka_unit_test(who_finds_no_room_is_turned_away),
		cmocka_unit_test(a_crashed_dns_service_says_that_its_port_is_closed),
		cmocka_unit_test(answers_over_udp_take_their_time),
		cmocka_unit_test(a_call_that_nobody_answers_is_asked_again),
		cmocka_unit_test(settings_are_checked_and_recorded),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(sources_of_users_are_checked),
		cmocka_unit_test(services_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

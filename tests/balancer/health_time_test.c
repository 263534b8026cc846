// SPDX-License-Identifier: BSD-2-Clause
/* When checks come, and how long each product takes to call a server down, at worst: balancer.md 3.5. */
#include "tests/balancer/health_lab.h"

static struct lab lab;

/* The tick of the timers, and a round trip. */
#define SLACK (5 * VL_MS)

static void assert_change(size_t n, bool up, const char *why, vl_time at)
{
	assert_true(lab.changes > n);
	assert_int_equal(lab.change[n].up, up);
	assert_string_equal(health_result_word(lab.change[n].why), why);
	if (lab.change[n].at + 2 * VL_MS < at || lab.change[n].at > at + 20 * VL_MS)
		fail_msg("change %zu at %llu ms, not %llu ms", n, (unsigned long long)(lab.change[n].at / VL_MS),
			 (unsigned long long)(at / VL_MS));
}

/* Lets the first good check pass, silences the server right behind the `good`-th, and gives the time until it is called
 * down. */
static vl_time worst_case(unsigned good, const char *why)
{
	lab_listen(&lab, 80);
	lab.target[0].port = 80;
	lab_start(&lab);
	while (lab.checked < good)
		pair_settle(&lab.pair, VL_MS);
	assert_int_equal(lab.changes, 0);
	vl_time dies = lab.last_at;
	lab.silent = true;
	pair_settle(&lab.pair, 200 * VL_S);
	assert_int_equal(lab.changes, 1);
	assert_false(lab.change[0].up);
	assert_string_equal(health_result_word(lab.change[0].why), why);
	vl_time took = lab.change[0].at - dies;
	lab_close(&lab);
	return took;
}

/* 9 s until the next cycle, then 2 attempts of 4 s. */
static void kemp_takes_17_seconds_at_worst(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_TCP, HEALTH_KEMP);
	assert_in_range(worst_case(3, "L4TOUT"), 17 * VL_S - SLACK, 17 * VL_S + SLACK);
}

/* HAProxy 2.6.12 as measured (health_checker.h): each check `inter` behind the end of the one before, and each lasts its
 * timeout, which is inter. 2 + 2 + 2 * (2 + 2). */
static void haproxy_takes_12_seconds_at_worst_when_it_hears_nothing(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_TCP, HEALTH_HAPROXY);
	assert_in_range(worst_case(5, "L4TOUT"), 12 * VL_S - SLACK, 12 * VL_S + 2 * SLACK);
	/* The measured run itself. */
	lab_open(&lab);
	struct health_config *c = lab_target(&lab, HEALTH_TCP, HEALTH_HAPROXY);
	c->interval = VL_S;
	assert_in_range(worst_case(5, "L4TOUT"), 6 * VL_S - SLACK, 6 * VL_S + 2 * SLACK);
}

static void haproxys_fastinter_makes_it_faster(void **state)
{
	/* Measured with HAProxy: 4.6 s. */
	lab_open(&lab);
	struct health_config *c = lab_target(&lab, HEALTH_TCP, HEALTH_HAPROXY);
	c->interval = VL_S;
	c->fast_interval = 300 * VL_MS;
	assert_in_range(worst_case(5, "L4TOUT"), 4600 * VL_MS - SLACK, 4600 * VL_MS + 2 * SLACK);
	/* balancer.md 3.5: fastinter 500 ms, about 5 s. With a timeout as short: 2 + 0.5 + 2 * (0.5 + 0.5). */
	lab_open(&lab);
	c = lab_target(&lab, HEALTH_TCP, HEALTH_HAPROXY);
	c->fast_interval = c->timeout = 500 * VL_MS;
	assert_in_range(worst_case(5, "L4TOUT"), 4500 * VL_MS - SLACK, 4500 * VL_MS + 2 * SLACK);
}

/* Nobody listens any more: every check fails at once, 2 s behind the one before. */
static void haproxy_takes_6_seconds_when_it_is_refused(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_TCP, HEALTH_HAPROXY);
	lab_listen(&lab, 80);
	lab.target[0].port = 80;
	lab_start(&lab);
	while (lab.checked < 5)
		pair_settle(&lab.pair, VL_MS);
	vl_time dies = lab.last_at;
	lab_unlisten(&lab, 80);
	pair_settle(&lab.pair, 20 * VL_S);
	assert_int_equal(lab.changes, 1);
	assert_in_range(lab.change[0].at - dies, 6 * VL_S - SLACK, 6 * VL_S + 2 * SLACK);
	lab_close(&lab);
}

/* 60 s until the next one, 5 s, a second's pause, 5 s. */
static void keepalived_takes_71_seconds_at_worst(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_TCP, HEALTH_KEEPALIVED);
	assert_in_range(worst_case(2, "L4TOUT"), 71 * VL_S - SLACK, 71 * VL_S + 3 * SLACK);
}

/* 3.1: an answer, if a wrong one, is not asked for again; silence is. */
static void kemps_wrong_answer_ends_the_cycle(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_HTTP, HEALTH_KEMP);
	lab.target[0].port = 80;
	lab.answer = "HTTP/1.0 200 OK\r\n\r\n";
	lab.closes = true;
	lab_listen(&lab, 80);
	lab_start(&lab);
	pair_settle(&lab.pair, VL_S);
	lab.answer = "HTTP/1.0 503 No\r\n\r\n";
	pair_settle(&lab.pair, 9 * VL_S);
	assert_change(0, false, "L7STS", 9 * VL_S);
	assert_int_equal(lab.checked, 2);
	lab.answer = "HTTP/1.0 200 OK\r\n\r\n";
	pair_settle(&lab.pair, 9 * VL_S);
	assert_change(1, true, "L7OK", 18 * VL_S);
	/* Refused is an answer, too. */
	lab_unlisten(&lab, 80);
	pair_settle(&lab.pair, 9 * VL_S);
	assert_change(2, false, "L4CON", 27 * VL_S);
	/* The service hangs: it accepts and says nothing. */
	lab_listen(&lab, 80);
	pair_settle(&lab.pair, 9 * VL_S);
	assert_change(3, true, "L7OK", 36 * VL_S);
	lab.answer = NULL;
	lab.closes = false;
	size_t before = lab.checked;
	pair_settle(&lab.pair, 17 * VL_S);
	assert_change(4, false, "L7TOUT", 45 * VL_S + 8 * VL_S);
	assert_int_equal(lab.checked, before + 2);
	lab_close(&lab);
}

/* rise 2, fall 3; an unchecked server goes down with its first failure; downinter while it is down. */
static void haproxy_counts_rises_and_falls(void **state)
{
	lab_open(&lab);
	struct health_config *c = lab_target(&lab, HEALTH_TCP, HEALTH_HAPROXY);
	c->down_interval = 5 * VL_S;
	c->fast_interval = VL_S;
	lab.target[0].port = 80;
	lab_start(&lab);
	pair_settle(&lab.pair, 500 * VL_MS);
	assert_change(0, false, "L4CON", 0);
	lab_listen(&lab, 80);
	pair_settle(&lab.pair, 10 * VL_S);
	/* Seen at 5 s, believed at 6 s. */
	assert_change(1, true, "L4OK", 6 * VL_S);
	/* One and two failures are forgotten. */
	lab_unlisten(&lab, 80);
	size_t before = lab.checked;
	while (lab.checked < before + 2)
		pair_settle(&lab.pair, 100 * VL_MS);
	lab_listen(&lab, 80);
	pair_settle(&lab.pair, 10 * VL_S);
	assert_int_equal(lab.changes, 2);
	lab_unlisten(&lab, 80);
	pair_settle(&lab.pair, 10 * VL_S);
	assert_int_equal(lab.changes, 3);
	assert_false(lab.change[2].up);
	lab_close(&lab);
}

static void keepalived_retries_only_what_is_up(void **state)
{
	lab_open(&lab);
	struct health_config *c = lab_target(&lab, HEALTH_TCP, HEALTH_KEEPALIVED);
	c->interval = 10 * VL_S;
	c->down_at_start = true;
	c->retries = 2;
	lab.target[0].port = 80;
	lab_start(&lab);
	assert_false(health_checker_facts(lab.checker, 0, 0).up);
	pair_settle(&lab.pair, 40 * VL_S);
	assert_int_equal(lab.changes, 0);
	assert_in_range(lab.checked, 3, 4);     /* not one of them repeated */
	lab_listen(&lab, 80);
	pair_settle(&lab.pair, 10 * VL_S);
	assert_int_equal(lab.changes, 1);
	assert_true(lab.change[0].up);
	size_t before = lab.checked;
	lab_unlisten(&lab, 80);
	pair_settle(&lab.pair, 15 * VL_S);
	assert_int_equal(lab.changes, 2);
	assert_in_range(lab.checked, before + 3, before + 4);
	assert_in_range(lab.change[1].at - lab.change[0].at, 10 * VL_S, 22 * VL_S + SLACK);
	lab_close(&lab);
}

/* HTTP's longer pause between the tries, DNS' three of them. */
static void keepalived_has_its_own_ideas_of_http_and_dns(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_HTTP, HEALTH_KEEPALIVED);
	lab.answer = "HTTP/1.0 200 OK\r\n\r\n";
	lab.closes = true;
	assert_in_range(worst_case(2, "L4TOUT"), 73 * VL_S - SLACK, 73 * VL_S + 3 * SLACK);
	lab_open(&lab);
	struct health_config *c = lab_target(&lab, HEALTH_DNS, HEALTH_KEEPALIVED);
	c->interval = 6 * VL_S;
	lab.target[0].port = 53;
	static const uint8_t soa[] = {0, 0, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1};
	memcpy(lab.udp_answer, soa, sizeof soa);
	lab.udp_length = sizeof soa;
	lab_start(&lab);
	while (lab.checked < 2)
		pair_settle(&lab.pair, VL_MS);
	vl_time dies = lab.last_at;
	lab.udp_length = 0;
	pair_settle(&lab.pair, 100 * VL_S);
	assert_int_equal(lab.changes, 1);
	/* 6 s, then four attempts of 5 s with 6 s between them. */
	assert_in_range(lab.change[0].at - dies, 44 * VL_S - SLACK, 44 * VL_S + 4 * SLACK);
	lab_close(&lab);
}

/* --- whose failure it is --------------------------------------------------------------------------------- */

/* Three services of one server: two with their own checks, and ICMP in the third. */
static void icmp_speaks_for_the_server_and_the_others_for_their_service(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_TCP, HEALTH_HAPROXY);
	lab_target(&lab, HEALTH_NONE, HEALTH_HAPROXY);
	lab_target(&lab, HEALTH_ICMP, HEALTH_HAPROXY);
	lab.target[0].port = 80;
	lab_listen(&lab, 80);
	lab_start(&lab);
	pair_settle(&lab.pair, 10 * VL_S);
	assert_int_equal(lab.changes, 0);
	/* The service dies: it alone. */
	lab_unlisten(&lab, 80);
	pair_settle(&lab.pair, 10 * VL_S);
	assert_int_equal(lab.changes, 1);
	assert_int_equal(lab.change[0].service, 0);
	lab_listen(&lab, 80);
	pair_settle(&lab.pair, 10 * VL_S);
	assert_int_equal(lab.changes, 2);
	/* The box dies: all three, the one without a check too. */
	lab.silent = true;
	pair_settle(&lab.pair, 20 * VL_S);
	assert_int_equal(lab.changes, 5);
	bool down[3] = {false};
	for (size_t i = 2; i < 5; i++) {
		assert_false(lab.change[i].up);
		down[lab.change[i].service] = true;
	}
	assert_true(down[0] && down[1] && down[2]);
	assert_false(health_checker_facts(lab.checker, 1, 0).up);
	lab.silent = false;
	pair_settle(&lab.pair, 20 * VL_S);
	assert_int_equal(lab.changes, 8);
	for (size_t i = 0; i < 3; i++)
		assert_true(health_checker_facts(lab.checker, i, 0).up);
	assert_false(health_checker_facts(lab.checker, 9, 0).up);
	lab_close(&lab);
}

/* HAProxy, 3.2: in maintenance nobody asks; out of it the server is up and asked at once. */
static void a_pause_stops_the_checks(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_TCP, HEALTH_HAPROXY);
	lab.target[0].port = 80;
	lab_start(&lab);
	pair_settle(&lab.pair, 5 * VL_S);
	assert_int_equal(lab.changes, 1);
	size_t before = lab.checked;
	health_checker_pause(lab.checker, 0, 0, true, lab.pair.now);
	health_checker_pause(lab.checker, 0, 0, true, lab.pair.now);
	health_checker_pause(lab.checker, 5, 5, true, lab.pair.now);
	pair_settle(&lab.pair, 60 * VL_S);
	assert_int_equal(lab.checked, before);
	health_checker_pause(lab.checker, 0, 0, false, lab.pair.now);
	assert_int_equal(lab.changes, 2);
	assert_true(lab.change[1].up);
	pair_settle(&lab.pair, 100 * VL_MS);
	assert_int_equal(lab.checked, before + 1);
	assert_int_equal(lab.changes, 3);       /* nobody listens: one failure is enough */
	lab_close(&lab);
}

static void a_crash_forgets_and_a_shutdown_stops(void **state)
{
	lab_open(&lab);
	struct health_config *c = lab_target(&lab, HEALTH_SMTP, HEALTH_KEMP);
	c->interval = 10 * VL_S;
	lab.target[0].port = 25;
	lab_listen(&lab, 25);
	lab_start(&lab);
	pair_settle(&lab.pair, VL_S);           /* it waits for a greeting */
	assert_int_equal(lab.checked, 0);
	assert_int_equal(lab.connections, 1);
	health_checker_shutdown(lab.checker, lab.pair.now);
	pair_settle(&lab.pair, 60 * VL_S);
	assert_int_equal(lab.server_end, TCP_END_RESET);
	assert_int_equal(lab.checked, 0);
	assert_int_equal(lab.connections, 1);
	health_checker_startup(lab.checker, lab.pair.now);
	pair_settle(&lab.pair, 9 * VL_S);
	assert_int_equal(lab.checked, 2);
	assert_int_equal(lab.changes, 1);
	health_checker_crash(lab.checker);
	assert_int_equal(health_checker_deadline(lab.checker), VL_NEVER);
	assert_true(health_checker_facts(lab.checker, 0, 0).up);
	pair_settle(&lab.pair, 60 * VL_S);
	assert_int_equal(lab.checked, 2);
	lab_close(&lab);
}

/* No way to the server: nothing leaves, and it is down in its time. */
static void an_address_without_a_route_is_down(void **state)
{
	lab_open(&lab);
	lab_target(&lab, HEALTH_TCP, HEALTH_KEMP);
	lab_target(&lab, HEALTH_ICMP, HEALTH_KEMP);
	lab_target(&lab, HEALTH_DNS, HEALTH_KEMP);
	for (size_t i = 0; i < 3; i++) {
		assert_true(ip_parse("203.0.113.1", &lab.target[i].address));
		lab.target[i].server = i;
		lab.target[i].port = 80;
	}
	lab_start(&lab);
	pair_settle(&lab.pair, 30 * VL_S);
	assert_int_equal(lab.changes, 3);
	assert_change(0, false, "L4TOUT", 8 * VL_S);
	assert_change(1, false, "L3TOUT", 8 * VL_S + 10 * VL_MS);
	assert_change(2, false, "L3TOUT", 8 * VL_S + 10 * VL_MS);       /* by its server's ICMP */
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kemp_takes_17_seconds_at_worst),
		cmocka_unit_test(haproxy_takes_12_seconds_at_worst_when_it_hears_nothing),
		cmocka_unit_test(haproxy_takes_6_seconds_when_it_is_refused),
		cmocka_unit_test(haproxys_fastinter_makes_it_faster),
		cmocka_unit_test(keepalived_takes_71_seconds_at_worst),
		cmocka_unit_test(kemps_wrong_answer_ends_the_cycle),
		cmocka_unit_test(haproxy_counts_rises_and_falls),
		cmocka_unit_test(keepalived_retries_only_what_is_up),
		cmocka_unit_test(keepalived_has_its_own_ideas_of_http_and_dns),
		cmocka_unit_test(icmp_speaks_for_the_server_and_the_others_for_their_service),
		cmocka_unit_test(a_pause_stops_the_checks),
		cmocka_unit_test(a_crash_forgets_and_a_shutdown_stops),
		cmocka_unit_test(an_address_without_a_route_is_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

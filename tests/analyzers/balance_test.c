// SPDX-License-Identifier: BSD-2-Clause
/* What the balancer's judges find in made-up traffic, and what they do not. */
#include <stdio.h>

#include "analyzers/snat.h"
#include "tests/analyzers/balance_lab.h"

/* A connection every `gap` from `from` to `until`, to the server that `to` chooses; `close`: it ends at once. */
static void traffic(struct lab *x, vl_time from, vl_time until, vl_time gap, uint8_t (*to)(uint32_t i), bool close)
{
	uint32_t i = 0;

	for (vl_time t = from; t < until; t += gap, i++) {
		lab_at(x, t);
		struct conn c = lab_open(x, lab_client((uint8_t)(100 + i % 7), (uint8_t)(1 + i % 199)), to(i));
		if (close)
			lab_close(x, &c);
	}
}

static uint8_t in_turn(uint32_t i)
{
	return (uint8_t)(1 + i % 3);
}

static uint8_t in_turn_of_four(uint32_t i)
{
	return (uint8_t)(1 + i % 4);
}

static uint8_t to_the_fourth(uint32_t i)
{
	return 4;
}

/* One in four is enough for somebody with three times the weight. */
static uint8_t by_weight(uint32_t i)
{
	return i % 12 < 8 ? 1 : (uint8_t)(2 + i % 2);
}

static uint8_t scattered(uint32_t i)
{
	return (uint8_t)(1 + (i * 2654435761u >> 13) % 4);
}

/* --- storm ------------------------------------------------------------------------------------------------- */

static void everything_to_the_newcomer_is_a_storm(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	struct ip_addr fourth = ip4(10, 0, 0, 4);

	traffic(&x, VL_S, 21 * VL_S, 10 * VL_MS, in_turn, false);
	assert_null(lab_found(&x, "storm"));
	traffic(&x, 21 * VL_S, 29 * VL_S, 10 * VL_MS, to_the_fourth, false);
	traffic(&x, 29 * VL_S, 60 * VL_S, 10 * VL_MS, in_turn_of_four, false);
	lab_finish(&x);
	const struct finding *f = lab_found(&x, "storm");
	assert_non_null(f);
	assert_int_equal(x.found_count, 1);
	assert_true(ip_equal(&f->subject[0].ip, &fourth));
	assert_true(ip_equal(&f->address, &lab_service(&x)->address));
	assert_in_range(f->begin, 21 * VL_S, 21 * VL_S + VL_MS);
	/* it must last two seconds to be told, and is over when the share of ten seconds is a fair one again */
	assert_in_range(f->known, 23 * VL_S, 25 * VL_S);
	assert_in_range(f->end, 28 * VL_S, 40 * VL_S);
	assert_true(f->evidence_count > 0 && f->evidence[0].frame > 0 && f->evidence[0].frame <= x.frames);
	assert_non_null(strstr(f->detail, "10.0.0.4:8080 takes "));
	assert_non_null(strstr(f->detail, "of 192.0.2.10:80"));
	lab_free(&x);
}

static void turns_are_no_storm(void **state)
{
	struct lab x = lab_new(LAB_FULL_NAT);

	traffic(&x, VL_S, 20 * VL_S, 10 * VL_MS, in_turn, true);
	traffic(&x, 20 * VL_S, 40 * VL_S, 10 * VL_MS, in_turn_of_four, true);
	lab_finish(&x);
	assert_int_equal(x.found_count, 0);
	lab_free(&x);
}

static void chance_is_no_storm(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	traffic(&x, VL_S, 60 * VL_S, 40 * VL_MS, scattered, true);
	lab_finish(&x);
	assert_int_equal(x.found_count, 0);
	lab_free(&x);
}

static void a_heavier_server_is_no_storm(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	traffic(&x, VL_S, 60 * VL_S, 20 * VL_MS, by_weight, true);
	lab_finish(&x);
	assert_null(lab_found(&x, "storm"));
	lab_free(&x);
}

static void hardly_any_traffic_is_no_storm(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	traffic(&x, VL_S, 60 * VL_S, 500 * VL_MS, in_turn, false);
	traffic(&x, 60 * VL_S, 75 * VL_S, 500 * VL_MS, to_the_fourth, false);
	lab_finish(&x);
	assert_int_equal(x.found_count, 0);
	lab_free(&x);
}

/* --- snat -------------------------------------------------------------------------------------------------- */

static void an_office_behind_one_address_weighs_on_its_server(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	struct ip_addr office = ip4(198, 51, 9, 9), second = ip4(10, 0, 0, 2);

	for (uint32_t i = 0; i < 800; i++) {
		lab_at(&x, (i + 1) * 50 * VL_MS);
		bool from_office = i % 2 == 0;
		uint8_t host = (uint8_t)(1 + i / 2 % 40);
		struct conn c = lab_open(&x, from_office ? lab_client(9, 9) : lab_client(100, host), from_office ? 2 : (uint8_t)(1 + host % 4));
		if (!from_office || i % 4 == 0)
			lab_close(&x, &c);
	}
	lab_finish(&x);
	const struct finding *f = lab_found(&x, "snat-imbalance");
	assert_non_null(f);
	assert_true(ip_equal(&f->subject[0].ip, &second));
	assert_true(ip_equal(&f->subject[1].ip, &office));
	assert_non_null(strstr(f->detail, "198.51.9.9 makes "));
	assert_non_null(strstr(f->detail, "connections at a time"));
	assert_int_equal(x.found_count, 1);
	lab_free(&x);
}

/* One machine that asks much and in turn, one connection at a time: no office. */
static void a_busy_machine_is_no_office(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	for (uint32_t i = 0; i < 180; i++) {
		lab_at(&x, (i + 1) * 50 * VL_MS);
		bool busy = i % 2 == 0;
		uint8_t host = (uint8_t)(1 + i / 2 % 40);
		struct conn c = lab_open(&x, busy ? lab_client(9, 9) : lab_client(100, host), busy ? 2 : (uint8_t)(1 + host % 4));
		lab_close(&x, &c);
	}
	lab_finish(&x);
	assert_null(lab_found(&x, "snat-imbalance"));
	lab_free(&x);
}

static void how_sure_grows_with_what_speaks_for_it(void **state)
{
	struct snat_opinion o;
	struct flow_source s = {.peak = 6, .stacks = 1, .ttls = 1, .attempts = 20};

	snat_judge_source(&o, &s);
	assert_int_equal(o.percent, 0);
	assert_string_equal(snat_word(&o), "one user");
	s.stacks = 2;
	snat_judge_source(&o, &s);
	assert_int_equal(o.percent, 30);
	assert_string_equal(snat_word(&o), "perhaps several");
	s.ttls = 2;
	snat_judge_source(&o, &s);
	assert_string_equal(snat_word(&o), "several users");
	assert_string_equal(o.why, "2 kinds of TCP stack, 2 different TTLs");
	s.peak = 412;
	s.attempts = 5000;
	snat_judge_source(&o, &s);
	assert_int_equal(o.percent, 99);
	assert_string_equal(snat_word(&o), "many users");
}

/* --- affinity ---------------------------------------------------------------------------------------------- */

/* 30 clients come again and again, each to its server; the third one changes once. */
static struct lab sessions(bool one_changes, vl_time pause)
{
	struct lab x = lab_new(LAB_NAT);

	for (uint32_t round = 0; round < 8; round++) {
		for (uint8_t host = 1; host <= 30; host++) {
			x.now += 100 * VL_MS;
			bool changes = one_changes && host == 3 && round == 5;
			struct conn c = lab_open(&x, lab_client(100, host), changes ? 2 : (uint8_t)(1 + host % 3));
			lab_close(&x, &c);
		}
		x.now += pause;
	}
	lab_finish(&x);
	return x;
}

static void a_client_that_changes_servers_is_found(void **state)
{
	struct lab x = sessions(true, VL_S);
	const struct finding *f = lab_found(&x, "affinity-lost");
	struct ip_addr third = ip4(198, 51, 100, 3);

	assert_non_null(f);
	assert_int_equal(x.found_count, 1);
	assert_true(ip_equal(&f->subject[0].ip, &third));
	assert_non_null(strstr(f->detail, "198.51.100.3 went from 10.0.0.1:8080 to 10.0.0.2:8080"));
	assert_true(f->evidence_count >= 1);
	lab_free(&x);
}

static void clients_that_stay_lose_nothing(void **state)
{
	struct lab x = sessions(false, VL_S);

	assert_int_equal(x.found_count, 0);
	lab_free(&x);
}

/* After a longer pause than a session's, another server is no loss. */
static void a_new_session_may_go_elsewhere(void **state)
{
	struct lab x = sessions(true, 400 * VL_S);

	assert_null(lab_found(&x, "affinity-lost"));
	lab_free(&x);
}

static void without_persistence_there_is_none_to_lose(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	for (uint32_t i = 0; i < 300; i++) {
		lab_at(&x, (i + 1) * 100 * VL_MS);
		struct conn c = lab_open(&x, lab_client(100, (uint8_t)(1 + i % 30)), (uint8_t)(1 + i / 7 % 3));
		lab_close(&x, &c);
	}
	lab_finish(&x);
	assert_null(lab_found(&x, "affinity-lost"));
	lab_free(&x);
}

/* --- failure ----------------------------------------------------------------------------------------------- */

static void a_server_that_refuses_is_found(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	struct ip_addr second = ip4(10, 0, 0, 2);

	for (uint32_t i = 0; i < 60; i++) {
		lab_at(&x, (i + 1) * 100 * VL_MS);
		if (i % 3 == 1) {
			lab_refuse(&x, lab_client(100, (uint8_t)i), 2, i % 2 == 0);
		} else {
			struct conn c = lab_open(&x, lab_client(100, (uint8_t)i), (uint8_t)(1 + i % 3));
			lab_close(&x, &c);
		}
	}
	lab_finish(&x);
	const struct finding *f = lab_found(&x, "server-resets");
	assert_non_null(f);
	assert_int_equal(x.found_count, 1);
	assert_true(ip_equal(&f->subject[0].ip, &second));
	assert_non_null(strstr(f->detail, "10.0.0.2:8080 of 192.0.2.10:80 refused or reset 10 of its last 10"));
	assert_true(f->end > f->known);
	lab_free(&x);
}

static void one_reset_now_and_then_is_nothing(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	for (uint32_t i = 0; i < 300; i++) {
		lab_at(&x, (i + 1) * 100 * VL_MS);
		if (i % 40 == 1) {
			lab_refuse(&x, lab_client(100, (uint8_t)i), 2, true);
		} else {
			struct conn c = lab_open(&x, lab_client(100, (uint8_t)i), (uint8_t)(1 + i % 3));
			lab_close(&x, &c);
		}
	}
	lab_finish(&x);
	assert_int_equal(x.found_count, 0);
	lab_free(&x);
}

/* Least connection and a server that is rid of its users at once: it gets them all. */
static void a_server_that_fails_fast_attracts_everybody(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	traffic(&x, VL_S, 6 * VL_S, 50 * VL_MS, in_turn, false);
	for (uint32_t i = 0; i < 200; i++) {
		lab_at(&x, 6 * VL_S + i * 50 * VL_MS);
		lab_refuse(&x, lab_client(100, (uint8_t)(i % 200)), 2, true);
	}
	lab_finish(&x);
	const struct finding *f = lab_found(&x, "black-hole");
	assert_non_null(f);
	assert_non_null(lab_found(&x, "server-resets"));
	assert_non_null(strstr(f->detail, "times its fair share"));
	assert_true(f->begin >= 6 * VL_S && f->begin < 6 * VL_S + 100 * VL_MS);
	lab_free(&x);
}

static void a_silent_server_is_found_and_found_again(void **state)
{
	struct lab x = lab_new(LAB_NAT);
	size_t found = 0;

	for (uint32_t i = 0; i < 120; i++) {
		lab_at(&x, (i + 1) * VL_S);
		bool silent = (i >= 20 && i < 40) || (i >= 80 && i < 100);
		struct conn c = lab_conn(&x, lab_client(100, (uint8_t)i), (uint8_t)(1 + i % 2));
		lab_up(&x, &c, TCP_SYN, "");
		if (silent && i % 2 == 1)
			continue;
		lab_down(&x, &c, TCP_SYN | TCP_ACK, "");
		lab_up(&x, &c, TCP_ACK, "");
		lab_close(&x, &c);
	}
	lab_finish(&x);
	for (size_t i = 0; i < x.found_count; i++)
		found += strcmp(x.found[i].code->name, "syn-unanswered") == 0;
	assert_int_equal(found, 2);
	const struct finding *f = lab_found(&x, "syn-unanswered");
	assert_true(f->begin >= 21 * VL_S && f->begin < 23 * VL_S);
	assert_non_null(strstr(f->detail, "10.0.0.2:8080 of 192.0.2.10:80 did not answer 3 connections in a row"));
	assert_int_equal(x.found_count, 2);
	lab_free(&x);
}

/* --- the analyzer as such ---------------------------------------------------------------------------------- */

static void what_is_found_waits_in_a_bounded_list(void **state)
{
	struct finding_list *l = calloc(1, sizeof *l);
	struct finding f;
	uint16_t fourth = 3 + 1;

	for (size_t i = 0; i < FINDING_LIST_ROOM; i++)
		assert_non_null(finding_list_add(l, "storm"));
	assert_null(finding_list_add(l, "storm"));
	assert_int_equal(l->refused, 1);
	for (size_t i = 0; i < FINDING_LIST_ROOM; i++)
		assert_true(finding_list_poll(l, &f));
	assert_false(finding_list_poll(l, &f));
	l->item[7].end = VL_S;
	assert_false(finding_list_poll(l, &f));
	/* what is over is given at once, and once */
	l->item[3].end = 2 * VL_S;
	finding_list_over(l, &fourth);
	assert_int_equal(fourth, 0);
	finding_list_over(l, &fourth);
	assert_true(finding_list_poll(l, &f));
	assert_true(f.update && f.over);
	assert_int_equal(f.end, 2 * VL_S);
	assert_false(finding_list_poll(l, &f));
	finding_list_finish(l);
	assert_true(finding_list_poll(l, &f));
	assert_true(f.update);
	assert_int_equal(f.end, VL_S);
	assert_false(finding_list_poll(l, &f));
	l->count = 0;
	assert_null(finding_list_add(l, "no-such-code"));
	free(l);
}

static void time_may_pass_without_frames(void **state)
{
	struct lab x = lab_new(LAB_NAT);

	traffic(&x, VL_S, 3 * VL_S, 100 * VL_MS, in_turn, false);
	balance_analyzer.advance(x.judge, 90000 * VL_S);
	assert_int_equal(balance_analyzer.deadline(x.judge), VL_NEVER);
	assert_int_equal(balance_refused(x.judge), 0);
	x.now = 90000 * VL_S;
	lab_finish(&x);
	assert_int_equal(x.found_count, 0);
	lab_free(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_to_the_newcomer_is_a_storm),
		cmocka_unit_test(turns_are_no_storm),
		cmocka_unit_test(chance_is_no_storm),
		cmocka_unit_test(a_heavier_server_is_no_storm),
		cmocka_unit_test(hardly_any_traffic_is_no_storm),
		cmocka_unit_test(an_office_behind_one_address_weighs_on_its_server),
		cmocka_unit_test(a_busy_machine_is_no_office),
		cmocka_unit_test(how_sure_grows_with_what_speaks_for_it),
		cmocka_unit_test(a_client_that_changes_servers_is_found),
		cmocka_unit_test(clients_that_stay_lose_nothing),
		cmocka_unit_test(a_new_session_may_go_elsewhere),
		cmocka_unit_test(without_persistence_there_is_none_to_lose),
		cmocka_unit_test(a_server_that_refuses_is_found),
		cmocka_unit_test(one_reset_now_and_then_is_nothing),
		cmocka_unit_test(a_server_that_fails_fast_attracts_everybody),
		cmocka_unit_test(a_silent_server_is_found_and_found_again),
		cmocka_unit_test(what_is_found_waits_in_a_bounded_list),
		cmocka_unit_test(time_may_pass_without_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

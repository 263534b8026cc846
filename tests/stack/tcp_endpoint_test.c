// SPDX-License-Identifier: BSD-2-Clause
/* The life of connections between two endpoints over a wire that loses nothing, and what users see of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/stack/tcp_pair.h"

static const struct tcp_endpoint_config SMALL = {.connections = 64, .time_wait = VL_S};

static const struct tcp_counters *counters(const struct pair *p, unsigned side)
{
	return tcp_endpoint_counters(p->side[side].tcp);
}

/* The one flow of a side that was opened and is the n-th so. */
static struct pair_flow *flow(struct pair *p, unsigned side, unsigned n)
{
	for (tcp_handle h = 0; h < 64; h++)
		if (p->side[side].flow[h].opened > 0 && n-- == 0)
			return &p->side[side].flow[h];
	fail_msg("side %u has no such connection", side);
	return NULL;
}

static void request_and_answer(bool v6)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 1);
	p.side[0].habits = (struct pair_habits){.ask = 500, .enough = 5000};
	p.side[1].habits = (struct pair_habits){.request = 500, .answer = 5000, .finish_on_fin = true};
	struct vl_status s = pair_listen(&p, 1, 80, 8, false);
	assert_true(vl_ok(&s));
	tcp_handle h = pair_connect(&p, 0, v6, 0, 80);
	assert_int_not_equal(h, TCP_NO_HANDLE);
	assert_false(tcp_is_open(p.side[0].tcp, h));
	pair_settle(&p, 10 * VL_MS);

	const struct pair_flow *client = &p.side[0].flow[h], *server = flow(&p, 1, 0);
	assert_int_equal(client->received, 5000);
	assert_int_equal(server->received, 500);
	assert_int_equal(client->gone, 1);
	assert_int_equal(client->why, TCP_END_CLOSED);
	assert_int_equal(server->gone, 1);
	assert_int_equal(server->why, TCP_END_CLOSED);
	assert_int_equal(client->sent_all, 1);
	assert_int_equal(server->sent_all, 1);
	assert_int_equal(server->peer_finished, 1);
	assert_int_equal(counters(&p, 0)->in_time_wait, 1);
	assert_int_equal(counters(&p, 1)->connections, 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(counters(&p, i)->retransmitted, 0);
		assert_int_equal(counters(&p, i)->resets_sent, 0);
		assert_int_equal(counters(&p, i)->established, 1);
	}
	/* SYN, ACK, request, an ACK of two segments, FIN with the ACK of the other two, ACK; SYN-ACK, 4 x answer, of
	 * which the first has the request's ACK, FIN-ACK. */
	assert_int_equal(counters(&p, 0)->segments_sent, 6);
	assert_int_equal(counters(&p, 1)->segments_sent, 6);
	pair_settle(&p, 2 * VL_S);
	assert_int_equal(counters(&p, 0)->connections, 0);
	assert_int_equal(counters(&p, 0)->in_time_wait, 0);
	pair_close(&p);
}

static void a_request_is_answered_over_ipv4(void **state)
{
	request_and_answer(false);
}

static void a_request_is_answered_over_ipv6(void **state)
{
	request_and_answer(true);
}

/* Each side has 1 MB for the other, at once. */
static void long_streams_go_both_ways(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 2);
	p.latency = 5 * VL_MS;
	p.side[0].habits = (struct pair_habits){.ask = 1000000, .enough = 1000000};
	p.side[1].habits = (struct pair_habits){.ask = 1000000, .finish_on_fin = true};
	(void)pair_listen(&p, 1, 80, 8, false);
	(void)pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, 5 * VL_S);
	assert_int_equal(flow(&p, 0, 0)->received, 1000000);
	assert_int_equal(flow(&p, 1, 0)->received, 1000000);
	assert_int_equal(flow(&p, 0, 0)->why, TCP_END_CLOSED);
	assert_int_equal(flow(&p, 1, 0)->why, TCP_END_CLOSED);
	assert_int_equal(counters(&p, 0)->retransmitted + counters(&p, 1)->retransmitted, 0);
	/* A window of 64 KiB a round trip of 10 ms: 1 MB takes 16 of them, and slow start three more. */
	assert_in_range(flow(&p, 0, 0)->received_at / VL_MS, 150, 260);
	pair_close(&p);
}

static void nobody_listens_so_it_is_refused(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 3);
	tcp_handle h = pair_connect(&p, 0, false, 0, 81);
	pair_settle(&p, VL_MS);
	assert_int_equal(p.side[0].flow[h].gone, 1);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_REFUSED);
	assert_int_equal(counters(&p, 1)->resets_sent, 1);
	assert_int_equal(counters(&p, 0)->resets_received, 1);
	assert_int_equal(counters(&p, 0)->connections, 0);
	pair_close(&p);
}


static vl_time syn_at[16];
static unsigned syns;

static bool note_syns(struct pair *p, unsigned from, const struct packet *packet)
{
	if (packet->transport == TRANSPORT_TCP && (packet->tcp.flags & TCP_SYN) != 0 && syns < 16)
		syn_at[syns++] = p->now;
	return packet->transport == TRANSPORT_TCP;
}

/* 1, 2, 4 ... s between them; 64 s behind the last it is given up: 127 s (Linux, tcp_syn_retries 6). */
static void syns_are_repeated_and_given_up(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 4);
	p.side[0].lose = note_syns;
	syns = 0;
	tcp_handle h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, 300 * VL_S);
	assert_int_equal(syns, 7);
	for (unsigned i = 1; i < 7; i++)
		assert_in_range(syn_at[i] - syn_at[i - 1], VL_S << (i - 1), (VL_S << (i - 1)) + 3 * VL_MS);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_TIMEOUT);
	assert_in_range(p.side[0].flow[h].gone_at, 127 * VL_S, 127 * VL_S + 20 * VL_MS);
	assert_int_equal(counters(&p, 0)->retransmitted, 6);
	pair_close(&p);
}

/* The server has finished; the client goes on for a while. */
static void a_half_closed_connection_still_carries_bytes(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 5);
	p.side[1].habits = (struct pair_habits){.request = 10, .answer = 100, .finish_behind_answer = true};
	(void)pair_listen(&p, 1, 80, 8, false);
	p.side[0].habits = (struct pair_habits){.ask = 10};
	tcp_handle h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	assert_int_equal(p.side[0].flow[h].peer_finished, 1);
	assert_int_equal(p.side[0].flow[h].gone, 0);
	assert_true(tcp_is_open(p.side[0].tcp, h));
	for (unsigned i = 0; i < 5; i++) {
		tcp_send(p.side[0].tcp, h, 3000, p.now);
		pair_settle(&p, VL_S);
	}
	assert_int_equal(flow(&p, 1, 0)->received, 15010);
	tcp_finish(p.side[0].tcp, h, p.now);
	tcp_send(p.side[0].tcp, h, 3000, p.now);         /* too late */
	pair_settle(&p, VL_S / 2);
	assert_int_equal(flow(&p, 1, 0)->received, 15010);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_CLOSED);
	/* Who finished first keeps the name for a while. */
	assert_int_equal(counters(&p, 1)->in_time_wait, 1);
	assert_int_equal(counters(&p, 0)->connections, 0);
	pair_close(&p);
}

static void both_close_at_once(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 6);
	(void)pair_listen(&p, 1, 80, 8, false);
	tcp_handle h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	tcp_handle other = 0;
	while (p.side[1].flow[other].opened == 0)
		other++;
	tcp_finish(p.side[0].tcp, h, p.now);
	tcp_finish(p.side[1].tcp, other, p.now);
	pair_settle(&p, VL_S / 2);
	assert_int_equal(p.side[0].flow[h].gone, 1);
	assert_int_equal(p.side[1].flow[other].gone, 1);
	assert_int_equal(counters(&p, 0)->in_time_wait, 1);
	assert_int_equal(counters(&p, 1)->in_time_wait, 1);
	pair_settle(&p, 2 * VL_S);
	assert_int_equal(counters(&p, 0)->connections + counters(&p, 1)->connections, 0);
	pair_close(&p);
}

static void both_open_at_once(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 7);
	p.side[0].habits = p.side[1].habits = (struct pair_habits){.ask = 3000, .enough = 3000};
	/* Both know each other's MAC first, so that the SYNs cross. */
	(void)pair_connect(&p, 0, false, 0, 9);
	(void)pair_connect(&p, 1, false, 0, 9);
	pair_settle(&p, VL_S);
	memset(p.side[0].flow, 0, 64 * sizeof *p.side[0].flow);
	memset(p.side[1].flow, 0, 64 * sizeof *p.side[1].flow);
	uint64_t before = counters(&p, 0)->established;
	tcp_handle a = pair_connect(&p, 0, false, 5000, 6000);
	tcp_handle b = pair_connect(&p, 1, false, 6000, 5000);
	pair_settle(&p, VL_S / 2);
	assert_int_equal(counters(&p, 0)->established, before + 1);
	assert_int_equal(p.side[0].flow[a].received, 3000);
	assert_int_equal(p.side[1].flow[b].received, 3000);
	assert_int_equal(p.side[0].flow[a].why, TCP_END_CLOSED);
	assert_int_equal(p.side[1].flow[b].why, TCP_END_CLOSED);
	pair_close(&p);
}

static void an_abort_resets_the_peer(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 8);
	(void)pair_listen(&p, 1, 80, 8, false);
	tcp_handle h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	tcp_abort(p.side[0].tcp, h, p.now);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_ABORTED);
	pair_settle(&p, VL_S);
	assert_int_equal(flow(&p, 1, 0)->why, TCP_END_RESET);
	assert_int_equal(counters(&p, 0)->connections + counters(&p, 1)->connections, 0);
	/* What is gone does nothing. */
	tcp_send(p.side[0].tcp, h, 5, p.now);
	tcp_finish(p.side[0].tcp, h, p.now);
	tcp_abort(p.side[0].tcp, h, p.now);
	tcp_hold_reading(p.side[0].tcp, h, true, p.now);
	tcp_drop(p.side[0].tcp, h);
	assert_false(tcp_is_open(p.side[0].tcp, h));
	assert_false(tcp_is_open(p.side[0].tcp, TCP_NO_HANDLE));
	pair_close(&p);
}

/* A dropped end hangs; the other's next bytes are answered with a reset, as after a crash. */
static void a_dropped_end_knows_nothing(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 9);
	(void)pair_listen(&p, 1, 80, 8, false);
	tcp_handle h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	uint64_t frames = p.side[0].sent_frames;
	tcp_drop(p.side[0].tcp, h);
	pair_settle(&p, VL_S);
	assert_int_equal(p.side[0].sent_frames, frames);
	assert_int_equal(p.side[0].flow[h].gone, 0);
	tcp_handle other = 0;
	while (p.side[1].flow[other].opened == 0)
		other++;
	tcp_send(p.side[1].tcp, other, 100, p.now);
	pair_settle(&p, VL_S);
	assert_int_equal(p.side[1].flow[other].why, TCP_END_RESET);
	pair_close(&p);
}

static void a_crash_forgets_everything(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 10);
	p.side[0].habits.ask = 100;
	(void)pair_listen(&p, 1, 80, 8, false);
	tcp_handle h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	assert_int_equal(flow(&p, 1, 0)->received, 100);
	tcp_endpoint_reset(p.side[1].tcp);
	assert_int_equal(counters(&p, 1)->connections, 0);
	assert_int_equal(tcp_endpoint_deadline(p.side[1].tcp), VL_NEVER);
	tcp_send(p.side[0].tcp, h, 100, p.now);
	pair_settle(&p, VL_S);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_RESET);
	assert_int_equal(flow(&p, 1, 0)->gone, 0);
	h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_REFUSED);
	pair_close(&p);
}

/* --- listeners ------------------------------------------------------------------------------------------- */

static void the_backlog_is_bounded_and_accepted_one_by_one(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 11);
	p.side[0].habits.ask = 200;
	(void)pair_listen(&p, 1, 80, 3, true);
	for (unsigned i = 0; i < 5; i++)
		(void)pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S / 2);
	assert_int_equal(tcp_backlog(p.side[1].tcp, 80), 3);
	assert_int_equal(counters(&p, 1)->syn_dropped, 2);
	assert_int_equal(counters(&p, 0)->established, 3);
	assert_int_equal(counters(&p, 1)->accepts, 0);
	/* What the three said waits with them. */
	assert_int_equal(counters(&p, 1)->segments_held, 3);
	tcp_handle first = tcp_accept(p.side[1].tcp, 80, p.now);
	assert_int_equal(p.side[1].flow[first].opened, 1);
	assert_int_equal(p.side[1].flow[first].received, 200);
	assert_int_equal(tcp_backlog(p.side[1].tcp, 80), 2);
	/* The two that were dropped come again after a second: there is room for one. */
	pair_settle(&p, VL_S);
	assert_int_equal(tcp_backlog(p.side[1].tcp, 80), 3);
	/* One that waits goes away: it leaves the queue. */
	tcp_handle gone = 0;
	while (gone < 64 && !(p.side[0].flow[gone].opened == 1 && p.side[0].flow[gone].gone == 0))
		gone++;
	struct ip_addr a;
	uint16_t port, first_port;
	tcp_peer(p.side[1].tcp, first, &a, &first_port);
	for (;; gone++) {
		tcp_local(p.side[0].tcp, gone, &a, &port);
		if (port != first_port)
			break;
	}
	tcp_abort(p.side[0].tcp, gone, p.now);
	pair_settle(&p, VL_S / 4);
	assert_int_equal(tcp_backlog(p.side[1].tcp, 80), 2);
	assert_int_not_equal(tcp_accept(p.side[1].tcp, 80, p.now), TCP_NO_HANDLE);
	assert_int_not_equal(tcp_accept(p.side[1].tcp, 80, p.now), TCP_NO_HANDLE);
	assert_int_equal(tcp_accept(p.side[1].tcp, 80, p.now), TCP_NO_HANDLE);
	assert_int_equal(tcp_accept(p.side[1].tcp, 81, p.now), TCP_NO_HANDLE);
	assert_int_equal(tcp_backlog(p.side[1].tcp, 81), 0);
	pair_settle(&p, 4 * VL_S);
	assert_int_equal(counters(&p, 1)->established, 5);
	assert_int_equal(counters(&p, 1)->segments_held, 1);
	/* The port closes: who waits is reset, who was accepted stays. */
	struct ip_addr any = {.family = IP_NONE};
	tcp_unlisten(p.side[1].tcp, &any, 80, p.now);
	tcp_unlisten(p.side[1].tcp, &any, 80, p.now);
	pair_settle(&p, VL_S);
	assert_int_equal(counters(&p, 1)->connections, 3);
	assert_int_equal(counters(&p, 0)->connections, 3);
	pair_close(&p);
}

static void listeners_have_names_and_limits(void **state)
{
	struct pair p;
	struct tcp_listener_config l = {.port = 80, .backlog = 1};

	pair_open(&p, &SMALL, 0, 12);
	struct vl_status s = tcp_listen(p.side[1].tcp, &l);
	assert_true(vl_ok(&s));
	s = tcp_listen(p.side[1].tcp, &l);
	assert_int_equal(s.code, VL_INVALID);
	/* One address of the box beside all of them. */
	l.address = pair_address(1, true);
	l.ops = &PAIR_USER;
	l.user = &p.side[1];
	s = tcp_listen(p.side[1].tcp, &l);
	assert_true(vl_ok(&s));
	(void)pair_connect(&p, 0, true, 0, 80);
	(void)pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	assert_int_equal(counters(&p, 1)->accepts, 2);
	(void)flow(&p, 1, 0);
	l.port = 0;
	s = tcp_listen(p.side[1].tcp, &l);
	assert_int_equal(s.code, VL_INVALID);
	for (l.port = 1000;; l.port++) {
		s = tcp_listen(p.side[1].tcp, &l);
		if (!vl_ok(&s))
			break;
	}
	assert_int_equal(s.code, VL_FULL);
	assert_int_equal(l.port, 1000 + TCP_LISTENERS - 2);
	pair_close(&p);
}

static void a_pool_that_is_used_up_drops_syns_and_refuses_to_connect(void **state)
{
	struct pair p;
	const struct tcp_endpoint_config four = {.connections = 4, .time_wait = VL_S};

	pair_open(&p, &four, 0, 13);
	(void)pair_listen(&p, 1, 80, 100, false);
	for (unsigned i = 0; i < 4; i++)
		assert_int_not_equal(pair_connect(&p, 0, false, 0, 80), TCP_NO_HANDLE);
	assert_int_equal(pair_connect(&p, 0, false, 0, 80), TCP_NO_HANDLE);
	pair_settle(&p, VL_S);
	assert_int_equal(counters(&p, 1)->accepts, 4);
	struct ip_addr nowhere;
	assert_true(ip_parse("203.0.113.9", &nowhere));
	assert_int_equal(tcp_connect(p.side[0].tcp, NULL, 0, &nowhere, 80, NULL, NULL, 0, p.now), TCP_NO_HANDLE);
	pair_close(&p);
}

static void a_port_in_use_is_not_used_twice(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 14);
	(void)pair_listen(&p, 1, 80, 100, false);
	assert_int_not_equal(pair_connect(&p, 0, false, 4000, 80), TCP_NO_HANDLE);
	assert_int_equal(pair_connect(&p, 0, false, 4000, 80), TCP_NO_HANDLE);
	assert_int_not_equal(pair_connect(&p, 0, false, 4000, 81), TCP_NO_HANDLE);
	pair_close(&p);
}

/* --- many at once ---------------------------------------------------------------------------------------- */

/* 2000 connections at one instant, each with an answer of an initial window: nothing overflows, nothing is lost, before
 * the peer's MAC is known as behind it. */
static void a_burst_of_connections_is_paced(void **state)
{
	struct pair p;
	const struct tcp_endpoint_config many = {.connections = 3000, .time_wait = VL_S};

	pair_open(&p, &many, 0, 15);
	p.side[0].habits = (struct pair_habits){.ask = 14000, .enough = 14000};
	p.side[1].habits = (struct pair_habits){.request = 14000, .answer = 14000, .finish_on_fin = true};
	(void)pair_listen(&p, 1, 80, 3000, false);
	struct ip_addr to = pair_address(1, false);
	for (unsigned i = 0; i < 2000; i++)
		assert_int_not_equal(tcp_connect(p.side[0].tcp, NULL, 0, &to, 80, &PAIR_USER, &p.side[0], 0, 0),
				     TCP_NO_HANDLE);
	pair_settle(&p, VL_S);
	assert_int_equal(counters(&p, 0)->established, 2000);
	assert_int_equal(counters(&p, 0)->retransmitted + counters(&p, 1)->retransmitted, 0);
	for (tcp_handle h = 0; h < 2000; h++) {
		assert_int_equal(p.side[0].flow[h].received, 14000);
		assert_int_equal(p.side[0].flow[h].why, TCP_END_CLOSED);
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(stack_dropped(p.side[i].stack, STACK_DROP_QUEUE_FULL), 0);
		assert_true(p.side[i].most_waiting <= tcp_endpoint_words(&many));
	}
	assert_true(p.side[0].most_waiting >= TCP_BURST);
	pair_close(&p);
}

/* All of them die at once, each with its reset. */
static void a_burst_of_aborts_is_paced(void **state)
{
	struct pair p;
	const struct tcp_endpoint_config many = {.connections = 1000};

	pair_open(&p, &many, 0, 16);
	(void)pair_listen(&p, 1, 80, 1000, false);
	for (unsigned i = 0; i < 1000; i++)
		(void)pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	for (tcp_handle h = 0; h < 1000; h++)
		tcp_abort(p.side[0].tcp, h, p.now);
	pair_settle(&p, VL_S);
	assert_int_equal(counters(&p, 0)->resets_sent, 1000);
	assert_int_equal(counters(&p, 1)->resets_received, 1000);
	assert_int_equal(counters(&p, 0)->connections + counters(&p, 1)->connections, 0);
	pair_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_answered_over_ipv4),
		cmocka_unit_test(a_request_is_answered_over_ipv6),
		cmocka_unit_test(long_streams_go_both_ways),
		cmocka_unit_test(nobody_listens_so_it_is_refused),
		cmocka_unit_test(syns_are_repeated_and_given_up),
		cmocka_unit_test(a_half_closed_connection_still_carries_bytes),
		cmocka_unit_test(both_close_at_once),
		cmocka_unit_test(both_open_at_once),
		cmocka_unit_test(an_abort_resets_the_peer),
		cmocka_unit_test(a_dropped_end_knows_nothing),
		cmocka_unit_test(a_crash_forgets_everything),
		cmocka_unit_test(the_backlog_is_bounded_and_accepted_one_by_one),
		cmocka_unit_test(listeners_have_names_and_limits),
		cmocka_unit_test(a_pool_that_is_used_up_drops_syns_and_refuses_to_connect),
		cmocka_unit_test(a_port_in_use_is_not_used_twice),
		cmocka_unit_test(a_burst_of_connections_is_paced),
		cmocka_unit_test(a_burst_of_aborts_is_paced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

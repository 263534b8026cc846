// SPDX-License-Identifier: BSD-2-Clause
/*
 * Endpoints over wires that lose, double and reorder: the streams arrive whole (tcp_pair.h looks at every byte), time
 * goes as RFC 6298 and NewReno say, and tshark, who sees every frame as it leaves its box, counts what we count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/stack/tcp_pair.h"
#include "tests/support/scratch_capture.h"
#include "tests/support/tshark.h"

static const struct tcp_endpoint_config SMALL = {.connections = 64, .time_wait = VL_S};

static const struct tcp_counters *counters(const struct pair *p, unsigned side)
{
	return tcp_endpoint_counters(p->side[side].tcp);
}

static struct pair_flow *flow(struct pair *p, unsigned side)
{
	for (tcp_handle h = 0; h < 64; h++)
		if (p->side[side].flow[h].opened > 0)
			return &p->side[side].flow[h];
	fail_msg("side %u has no connection", side);
	return NULL;
}

static tcp_handle handle(struct pair *p, unsigned side)
{
	return (tcp_handle)(flow(p, side) - p->side[side].flow);
}

/* --- what arrives ---------------------------------------------------------------------------------------- */

static void exchange(uint64_t seed, uint32_t loss_ppm, uint32_t double_ppm, vl_time jitter, bool v6)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, seed);
	p.loss_ppm = loss_ppm;
	p.double_ppm = double_ppm;
	p.jitter = jitter;
	p.latency = VL_MS;
	p.side[0].habits = (struct pair_habits){.ask = 100000, .enough = 200000};
	p.side[1].habits = (struct pair_habits){.request = 100000, .answer = 200000, .finish_on_fin = true};
	(void)pair_listen(&p, 1, 80, 8, false);
	tcp_handle h = pair_connect(&p, 0, v6, 0, 80);
	pair_settle(&p, 1000 * VL_S);
	/* A SYN or its answer may be lost often enough for nothing to come of it, but not with these seeds. */
	assert_int_equal(p.side[0].flow[h].received, 200000);
	assert_int_equal(flow(&p, 1)->received, 100000);
	assert_int_equal(p.side[0].flow[h].gone, 1);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_CLOSED);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(counters(&p, i)->connections, 0);
		assert_int_equal(counters(&p, i)->segments_held, 0);
	}
	if (loss_ppm > 0)
		assert_true(counters(&p, 0)->retransmitted + counters(&p, 1)->retransmitted > 0);
	pair_close(&p);
}

static void streams_survive_loss(void **state)
{
	for (uint64_t seed = 1; seed <= 40; seed++)
		exchange(seed, 10000 + 1000 * (uint32_t)seed, 0, 0, seed % 2 == 0);
}

static void streams_survive_reordering_and_doubles(void **state)
{
	for (uint64_t seed = 100; seed < 120; seed++)
		exchange(seed, seed % 3 == 0 ? 20000 : 0, 50000, 3 * VL_MS, false);
}

/* --- what it costs --------------------------------------------------------------------------------------- */

static unsigned data_segments;
static unsigned lose_from, lose_to;     /* the data segments of the server that get lost: a half-open range */
static vl_time first_lost_at, again_at;
static uint32_t lost_sequence;

static bool lose_some(struct pair *p, unsigned from, const struct packet *packet)
{
	if (packet->transport != TRANSPORT_TCP || packet->payload_length == 0)
		return false;
	unsigned n = data_segments++;
	if (n == lose_from) {
		first_lost_at = p->now;
		lost_sequence = packet->tcp.sequence;
	} else if (packet->tcp.sequence == lost_sequence && again_at == 0) {
		again_at = p->now;
	}
	return n >= lose_from && n < lose_to;
}

static void open_transfer(struct pair *p, uint64_t seed, uint64_t length)
{
	pair_open(p, &SMALL, 0, seed);
	p->latency = 10 * VL_MS;
	p->side[0].habits = (struct pair_habits){.ask = 100, .enough = length};
	p->side[1].habits = (struct pair_habits){.request = 100, .answer = length, .finish_on_fin = true};
	p->side[1].lose = lose_some;
	data_segments = 0;
	again_at = first_lost_at = 0;
	lost_sequence = 0;
	(void)pair_listen(p, 1, 80, 8, false);
	(void)pair_connect(p, 0, false, 0, 80);
}

/* RFC 5681 3.2: three duplicate ACKs, one segment again, no timeout. */
static void one_lost_segment_is_repeated_fast(void **state)
{
	struct pair p;

	lose_from = 20;
	lose_to = 21;
	open_transfer(&p, 1, 100000);
	pair_settle(&p, 30 * VL_S);
	assert_int_equal(flow(&p, 0)->received, 100000);
	assert_int_equal(counters(&p, 1)->fast_retransmits, 1);
	assert_int_equal(counters(&p, 1)->retransmitted, 1);
	assert_int_equal(counters(&p, 1)->timeouts, 0);
	assert_in_range(again_at - first_lost_at, 20 * VL_MS, 25 * VL_MS); /* a round trip */
	pair_close(&p);
}

/* RFC 6582: each partial ACK brings the next hole's segment, a round trip each, still without a timeout. */
static void several_holes_cost_a_round_trip_each(void **state)
{
	struct pair p;

	lose_from = 20;
	lose_to = 24;
	open_transfer(&p, 2, 200000);
	pair_settle(&p, 30 * VL_S);
	assert_int_equal(flow(&p, 0)->received, 200000);
	assert_int_equal(counters(&p, 1)->retransmitted, 4);
	assert_int_equal(counters(&p, 1)->fast_retransmits, 4);
	assert_int_equal(counters(&p, 1)->timeouts, 0);
	pair_close(&p);
}

/* The last segment has nobody behind it to tell of its loss: RTO, which at a steady round trip is the minimum. */
static void a_lost_tail_waits_for_the_timeout(void **state)
{
	struct pair p;

	lose_from = 7; /* of 100 + 7 x 1460 - 220 bytes: the request counts on its own side */
	lose_to = 8;
	open_transfer(&p, 3, 7 * 1460 + 700);
	pair_settle(&p, 30 * VL_S);
	assert_int_equal(flow(&p, 0)->received, 7 * 1460 + 700);
	assert_int_equal(counters(&p, 1)->timeouts, 1);
	assert_int_equal(counters(&p, 1)->retransmitted, 1);
	assert_in_range(again_at - first_lost_at, 200 * VL_MS, 270 * VL_MS);
	pair_close(&p);
}

static vl_time data_at[32];
static unsigned data_count;

static bool lose_server_data(struct pair *p, unsigned from, const struct packet *packet)
{
	if (packet->transport != TRANSPORT_TCP || packet->payload_length == 0)
		return false;
	if (data_count < 32)
		data_at[data_count++] = p->now;
	return true;
}

/* RFC 6298 5.5: twice as long each time, at most TCP_RTO_MAX; given up after data_retries. */
static void nobody_acknowledges_so_it_backs_off_and_gives_up(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 4);
	p.side[1].habits = (struct pair_habits){.request = 100, .answer = 100};
	p.side[0].habits.ask = 100;
	p.side[1].lose = lose_server_data;
	data_count = 0;
	(void)pair_listen(&p, 1, 80, 8, false);
	(void)pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, 3000 * VL_S);
	assert_int_equal(data_count, 16);
	vl_time rto = 200 * VL_MS;
	for (unsigned i = 1; i < 16; i++) {
		assert_in_range(data_at[i] - data_at[i - 1], rto, rto + 3 * VL_MS);
		rto = rto * 2 < 120 * VL_S ? rto * 2 : 120 * VL_S;
	}
	assert_int_equal(flow(&p, 1)->why, TCP_END_TIMEOUT);
	/* Linux, tcp_retries2 15: "a hypothetical timeout of 924.6 seconds". */
	assert_in_range(flow(&p, 1)->gone_at, 924 * VL_S, 925 * VL_S);
	assert_int_equal(flow(&p, 0)->gone, 0);
	pair_close(&p);
}

/* --- windows --------------------------------------------------------------------------------------------- */

static void a_reader_who_stops_closes_the_window(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 5);
	p.side[1].habits = (struct pair_habits){.request = 100, .answer = 300000, .finish_on_fin = true};
	p.side[0].habits = (struct pair_habits){.ask = 100, .enough = 300000};
	(void)pair_listen(&p, 1, 80, 8, false);
	(void)pair_connect(&p, 0, false, 0, 80);
	pair_run(&p, 700 * VL_US);
	tcp_handle h = handle(&p, 0);
	tcp_hold_reading(p.side[0].tcp, h, true, p.now);
	pair_settle(&p, 20 * VL_S);
	uint64_t received = p.side[0].flow[h].received;
	assert_true(received < 20000);
	assert_true(counters(&p, 0)->segments_held >= 40);
	/* The window is shut: probes, further and further apart. */
	uint64_t frames = p.side[1].sent_frames;
	pair_settle(&p, 20 * VL_S);
	assert_in_range(p.side[1].sent_frames - frames, 1, 4);
	assert_int_equal(p.side[0].flow[h].received, received);
	tcp_hold_reading(p.side[0].tcp, h, false, p.now);
	assert_true(p.side[0].flow[h].received >= received + 60000);
	assert_int_equal(counters(&p, 0)->segments_held, 0);
	pair_settle(&p, 20 * VL_S);
	assert_int_equal(p.side[0].flow[h].received, 300000);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_CLOSED);
	pair_close(&p);
}

/* The word that the window is open again gets lost: a probe finds out. */
static bool lose_next_ack;

static bool lose_one_ack(struct pair *p, unsigned from, const struct packet *packet)
{
	bool lose = lose_next_ack && packet->transport == TRANSPORT_TCP;

	lose_next_ack = lose_next_ack && !lose;
	return lose;
}

static void a_lost_window_update_is_found_out_by_a_probe(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 6);
	p.side[1].habits = (struct pair_habits){.request = 100, .answer = 300000, .finish_on_fin = true};
	p.side[0].habits = (struct pair_habits){.ask = 100, .enough = 300000};
	(void)pair_listen(&p, 1, 80, 8, false);
	(void)pair_connect(&p, 0, false, 0, 80);
	pair_run(&p, 700 * VL_US);
	tcp_handle h = handle(&p, 0);
	tcp_hold_reading(p.side[0].tcp, h, true, p.now);
	pair_settle(&p, 3 * VL_S);
	p.side[0].lose = lose_one_ack;
	lose_next_ack = true;
	tcp_hold_reading(p.side[0].tcp, h, false, p.now);
	pair_settle(&p, 60 * VL_S);
	assert_false(lose_next_ack);
	assert_int_equal(p.side[0].flow[h].received, 300000);
	pair_close(&p);
}

/* Somebody who reads again only after the peer has closed still gets everything. */
static void what_was_not_read_outlives_the_close(void **state)
{
	struct pair p;

	pair_open(&p, &SMALL, 0, 7);
	p.side[1].habits = (struct pair_habits){.request = 100, .answer = 20000, .finish_behind_answer = true};
	p.side[0].habits = (struct pair_habits){.ask = 100};
	(void)pair_listen(&p, 1, 80, 8, false);
	tcp_handle h = pair_connect(&p, 0, false, 0, 80);
	tcp_finish(p.side[0].tcp, h, p.now); /* ignored bytes behind it: the request was not announced yet */
	pair_settle(&p, VL_S);
	assert_int_equal(p.side[0].flow[h].gone, 0);
	pair_close(&p);

	pair_open(&p, &SMALL, 0, 8);
	p.side[1].habits = (struct pair_habits){.request = 100, .answer = 20000, .finish_behind_answer = true};
	p.side[0].habits = (struct pair_habits){.stay = true};
	(void)pair_listen(&p, 1, 80, 8, false);
	h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, VL_S);
	tcp_hold_reading(p.side[0].tcp, h, true, p.now);
	tcp_send(p.side[0].tcp, h, 100, p.now);
	tcp_finish(p.side[0].tcp, h, p.now);
	pair_settle(&p, 3 * VL_S);
	assert_int_equal(p.side[0].flow[h].gone, 0);
	assert_int_equal(p.side[0].flow[h].received, 0);
	assert_int_equal(counters(&p, 0)->in_time_wait, 1);
	tcp_hold_reading(p.side[0].tcp, h, false, p.now);
	assert_int_equal(p.side[0].flow[h].received, 20000);
	assert_int_equal(p.side[0].flow[h].peer_finished, 1);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_CLOSED);
	pair_settle(&p, 3 * VL_S);
	assert_int_equal(counters(&p, 0)->connections, 0);
	pair_close(&p);
}

/* --- keep-alive ------------------------------------------------------------------------------------------ */

static bool lose_everything;

static bool perhaps_lose(struct pair *p, unsigned from, const struct packet *packet)
{
	return lose_everything && packet->transport == TRANSPORT_TCP;
}

static void keepalive_finds_a_peer_that_is_gone(void **state)
{
	struct pair p;
	const struct tcp_endpoint_config alive = {.connections = 8, .keepalive = 60 * VL_S};

	pair_open(&p, &alive, 0, 9);
	p.side[0].lose = perhaps_lose;
	lose_everything = false;
	(void)pair_listen(&p, 1, 80, 8, false);
	tcp_handle h = pair_connect(&p, 0, false, 0, 80);
	pair_settle(&p, 600 * VL_S);
	/* After 60 s, then every 75 s: 8 probes; both sides', for their timers agree; each is answered. */
	assert_in_range(counters(&p, 0)->segments_sent, 2 + 8, 2 + 16);
	assert_int_equal(p.side[0].flow[h].gone, 0);
	lose_everything = true;
	pair_settle(&p, 60 * VL_S + 75 * VL_S * 9 + 2 * VL_S);
	assert_int_equal(p.side[0].flow[h].why, TCP_END_TIMEOUT);
	assert_int_equal(counters(&p, 0)->retransmitted, 0);
	pair_close(&p);
}

/* --- tshark ---------------------------------------------------------------------------------------------- */

static void to_capture(void *context, vl_time at, const uint8_t *bytes, size_t length)
{
	scratch_capture_add(context, at / VL_US * VL_US, bytes, length);
}

enum { F_FLAGS, F_RETRANSMISSION, F_OUT_OF_ORDER, F_KEEP_ALIVE, F_KEEP_ALIVE_ACK, F_PROBE, F_SEVERITY, F_WINDOW_FULL,
       F_ZERO_WINDOW, F_PROTOCOLS, F_COUNT };

static const char *const FIELD[F_COUNT] = {
	"tcp.analysis.flags", "tcp.analysis.retransmission", "tcp.analysis.out_of_order", "tcp.analysis.keep_alive",
	"tcp.analysis.keep_alive_ack", "tcp.analysis.zero_window_probe", "_ws.expert.severity",
	"tcp.analysis.window_full", "tcp.analysis.zero_window", "frame.protocols",
};

struct seen {
	unsigned frames, flagged, retransmission, keep_alive, warnings, zero_window;
};

static struct seen ask_tshark(struct scratch_capture *capture)
{
	struct seen seen = {0};
	char cell[F_COUNT][TSHARK_CELL];
	FILE *tshark = tshark_start(capture->path, " -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE", FIELD, F_COUNT);

	while (tshark_row(tshark, cell, F_COUNT)) {
		seen.frames++;
		bool keep_alive = cell[F_KEEP_ALIVE][0] != '\0' || cell[F_KEEP_ALIVE_ACK][0] != '\0';
		seen.flagged += cell[F_FLAGS][0] != '\0' && !keep_alive;
		seen.keep_alive += keep_alive;
		seen.retransmission += cell[F_RETRANSMISSION][0] != '\0' || cell[F_OUT_OF_ORDER][0] != '\0';
		seen.zero_window += cell[F_ZERO_WINDOW][0] != '\0';
		/* PI_WARN 0x600000, PI_ERROR 0x800000 */
		seen.warnings += strtoul(cell[F_SEVERITY], NULL, 0) >= 0x600000;
	}
	tshark_finish(tshark);
	return seen;
}

static void tshark_finds_nothing_in_a_clean_run(void **state)
{
	struct pair p;
	struct scratch_capture capture;
	const struct tcp_endpoint_config alive = {.connections = 64, .time_wait = VL_S, .keepalive = 20 * VL_S};

	tshark_or_skip();
	scratch_capture_open(&capture);
	pair_open(&p, &alive, 0, 20);
	p.tap = to_capture;
	p.tap_context = &capture;
	p.latency = 3 * VL_MS;
	(void)pair_listen(&p, 1, 8000, 64, false);
	for (unsigned i = 0; i < 24; i++) {
		p.side[0].habits = (struct pair_habits){.ask = 500 + 137 * i * i, .enough = 5000 + 9973 * i};
		p.side[1].habits = (struct pair_habits){
			.request = 500 + 137 * i * i, .answer = 5000 + 9973 * i, .finish_on_fin = i % 2 == 0,
			.finish_behind_answer = i % 2 == 1,
		};
		(void)pair_connect(&p, 0, i % 3 == 0, 0, 8000);
		pair_settle(&p, VL_S);
	}
	/* One that idles, with keep-alives. */
	p.side[0].habits = p.side[1].habits = (struct pair_habits){.ask = 10};
	(void)pair_connect(&p, 0, false, 0, 8000);
	pair_settle(&p, 400 * VL_S);
	assert_int_equal(counters(&p, 0)->established, 25);
	assert_int_equal(counters(&p, 0)->retransmitted + counters(&p, 1)->retransmitted, 0);
	uint64_t frames = p.side[0].sent_frames + p.side[1].sent_frames;
	pair_close(&p);
	scratch_capture_close(&capture);
	struct seen seen = ask_tshark(&capture);
	scratch_capture_remove(&capture);
	assert_int_equal(seen.frames, frames);
	assert_int_equal(seen.flagged, 0);
	assert_int_equal(seen.warnings, 0);
	assert_true(seen.keep_alive >= 8);
}

static void tshark_counts_the_retransmissions_that_we_count(void **state)
{
	tshark_or_skip();
	for (uint64_t seed = 30; seed < 36; seed++) {
		struct pair p;
		struct scratch_capture capture;

		scratch_capture_open(&capture);
		pair_open(&p, &SMALL, 0, seed);
		p.tap = to_capture;
		p.tap_context = &capture;
		p.latency = 20 * VL_MS;
		p.loss_ppm = 5000 * (uint32_t)(seed - 29);
		p.side[0].habits = (struct pair_habits){.ask = 60000, .enough = 300000};
		p.side[1].habits = (struct pair_habits){.request = 60000, .answer = 300000, .finish_on_fin = true};
		(void)pair_listen(&p, 1, 8000, 8, false);
		for (unsigned i = 0; i < 3; i++)
			(void)pair_connect(&p, 0, i == 0, 0, 8000);
		pair_settle(&p, 900 * VL_S);
		uint64_t ours = counters(&p, 0)->retransmitted + counters(&p, 1)->retransmitted;
		pair_close(&p);
		scratch_capture_close(&capture);
		struct seen seen = ask_tshark(&capture);
		scratch_capture_remove(&capture);
		assert_true(ours > 0);
		assert_int_equal(seen.retransmission, ours);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_survive_loss),
		cmocka_unit_test(streams_survive_reordering_and_doubles),
		cmocka_unit_test(one_lost_segment_is_repeated_fast),
		cmocka_unit_test(several_holes_cost_a_round_trip_each),
		cmocka_unit_test(a_lost_tail_waits_for_the_timeout),
		cmocka_unit_test(nobody_acknowledges_so_it_backs_off_and_gives_up),
		cmocka_unit_test(a_reader_who_stops_closes_the_window),
		cmocka_unit_test(a_lost_window_update_is_found_out_by_a_probe),
		cmocka_unit_test(what_was_not_read_outlives_the_close),
		cmocka_unit_test(keepalive_finds_a_peer_that_is_gone),
		cmocka_unit_test(tshark_finds_nothing_in_a_clean_run),
		cmocka_unit_test(tshark_counts_the_retransmissions_that_we_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

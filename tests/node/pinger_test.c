// SPDX-License-Identifier: BSD-2-Clause
/* One ping by itself: replies are handed to it as packets, what it says is read from the outbox. */
#include "sim/node/pinger.h"
#include "tests/node/lab.h"

struct bench {
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct pinger *pinger;
	size_t frames, replies, lost;
	struct record last_reply, last_lost;
};

static void bench_drain(struct bench *b)
{
	struct engine_out out;

	while (outbox_poll(&b->outbox, &out)) {
		if (out.type == OUT_FRAME) {
			b->frames++;
			frame_unref(out.frame);
		} else if (out.record.kind == &PING_REPLY_KIND) {
			b->replies++;
			b->last_reply = out.record;
		} else if (out.record.kind == &PING_LOST_KIND) {
			b->lost++;
			b->last_lost = out.record;
		}
	}
}

static void bench_open(struct bench *b, const struct ping_order *order)
{
	static struct stack_config c;

	memset(b, 0, sizeof *b);
	c = (struct stack_config){.interface_count = 1};
	c.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = {{2, 0, 0, 0, 0, 1}}, .address_count = 1,
		.address = {lab_net("192.0.2.1/24")},
	};
	b->pool = frame_pool_new();
	assert_true(outbox_init(&b->outbox, 4096));
	b->stack = stack_new(&c, b->pool, &b->outbox);
	b->pinger = pinger_new(order, 9, "ping x", b->stack, &b->outbox, 0);
	assert_non_null(b->pinger);
	bench_drain(b);
}

static void bench_close(struct bench *b)
{
	pinger_free(b->pinger);
	stack_free(b->stack);
	outbox_fini(&b->outbox);
	assert_int_equal(frame_pool_held(b->pool), 0);
	frame_pool_free(b->pool);
}

static bool answer(struct bench *b, uint16_t id, uint16_t sequence, vl_time now)
{
	static struct packet p;

	p = (struct packet){.network = NETWORK_IPV4, .transport = TRANSPORT_ICMP, .src = lab_ip("192.0.2.50")};
	p.icmp = (struct icmp_message){.family = IP_V4, .type = ICMP_ECHO_REPLY, .id = id, .sequence = sequence};
	bool taken = pinger_reply(b->pinger, &p, now);
	bench_drain(b);
	return taken;
}

static void tick(struct bench *b, vl_time now)
{
	pinger_timeout(b->pinger, now);
	bench_drain(b);
}

static struct ping_order order(vl_time every, uint64_t count)
{
	return (struct ping_order){.target = lab_ip("192.0.2.50"), .every = every, .count = count};
}

static void reply_within_the_timeout_counts_with_its_round_trip(void **state)
{
	struct bench b;
	struct ping_order o = order(VL_S, 0);

	bench_open(&b, &o);
	assert_int_equal(pinger_deadline(b.pinger), VL_S);
	assert_true(answer(&b, 9, 1, 3 * VL_MS));
	assert_int_equal(b.replies, 1);
	assert_int_equal(b.last_reply.value[PING_REPLY_RTT].time, 3 * VL_MS);
	assert_int_equal(b.last_reply.value[PING_REPLY_SENT_AT].time, 0);
	assert_true(answer(&b, 9, 1, 4 * VL_MS));       /* again: ours, but told once */
	assert_false(answer(&b, 8, 1, 4 * VL_MS));      /* another ping's */
	assert_true(answer(&b, 9, 2, 4 * VL_MS));       /* never asked */
	assert_int_equal(b.replies, 1);
	bench_close(&b);
}

static void reply_after_the_timeout_is_a_loss(void **state)
{
	struct bench b;
	struct ping_order o = order(10 * VL_S, 0);

	o.timeout = 2 * VL_S;
	bench_open(&b, &o);
	assert_int_equal(pinger_deadline(b.pinger), 2 * VL_S);
	tick(&b, 2 * VL_S - 1);
	assert_int_equal(b.lost, 0);
	tick(&b, 2 * VL_S);
	assert_int_equal(b.lost, 1);
	assert_true(answer(&b, 9, 1, 2 * VL_S));
	assert_int_equal(b.replies, 0);
	assert_int_equal(pinger_deadline(b.pinger), 10 * VL_S);
	bench_close(&b);
}

static void sequence_goes_on_where_16_bits_end(void **state)
{
	struct bench b;
	struct ping_order o = order(VL_MS, 0);

	bench_open(&b, &o);
	for (uint64_t sent = 1; sent <= 70000; sent++) {
		if (sent > 1)
			tick(&b, (sent - 1) * VL_MS);
		if (sent % 2 == 0)      /* every second one is answered, a moment later */
			assert_true(answer(&b, 9, (uint16_t)sent, (sent - 1) * VL_MS + VL_US));
	}
	assert_int_equal(b.replies, 35000);
	assert_int_equal(b.last_reply.value[PING_REPLY_SEQUENCE].number, 70000);
	assert_int_equal(b.last_reply.value[PING_REPLY_SENT_AT].time, 69999 * VL_MS);
	/* lost so far: odd ones sent at least 1 s before 69.999 s, that is 1 .. 68999 */
	assert_int_equal(b.lost, 34500);
	assert_int_equal(b.last_lost.value[PING_LOST_SEQUENCE].number, 68999);
	bench_close(&b);
}

static void counted_order_ends_when_the_last_is_settled(void **state)
{
	struct bench b;
	struct ping_order o = order(VL_S, 2);

	bench_open(&b, &o);
	answer(&b, 9, 1, VL_MS);
	tick(&b, VL_S);
	assert_false(pinger_finished(b.pinger));
	assert_int_equal(pinger_deadline(b.pinger), 2 * VL_S);
	tick(&b, 2 * VL_S);
	assert_true(pinger_finished(b.pinger));
	assert_int_equal(b.replies + b.lost, 2);
	assert_int_equal(pinger_deadline(b.pinger), VL_NEVER);
	bench_close(&b);
}

static void paused_box_makes_up_for_nothing(void **state)
{
	struct bench b;
	struct ping_order o = order(10 * VL_MS, 0);

	bench_open(&b, &o);
	tick(&b, 10 * VL_MS);
	tick(&b, 100 * VL_S);
	assert_int_equal(b.lost, 2);
	assert_int_equal(pinger_deadline(b.pinger), 100 * VL_S + 10 * VL_MS);
	bench_close(&b);
}

static void request_without_a_link_is_lost(void **state)
{
	struct bench b;
	struct ping_order o = order(10 * VL_S, 0);

	bench_open(&b, &o);
	stack_link(b.stack, 0, false, 0);
	tick(&b, VL_S);
	b.frames = 0;
	tick(&b, 10 * VL_S);
	tick(&b, 11 * VL_S);
	assert_int_equal(b.frames, 0);
	assert_int_equal(b.lost, 2);
	bench_close(&b);
}

static void window_is_what_timeout_and_pace_ask_for(void **state)
{
	struct ping_order o = order(20 * VL_MS, 0);

	assert_int_equal(pinger_window(&o), 52);
	o.timeout = VL_MS;
	assert_int_equal(pinger_window(&o), 2);
	o.every = 0;
	assert_int_equal(pinger_window(&o), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reply_within_the_timeout_counts_with_its_round_trip),
		cmocka_unit_test(reply_after_the_timeout_is_a_loss),
		cmocka_unit_test(sequence_goes_on_where_16_bits_end),
		cmocka_unit_test(counted_order_ends_when_the_last_is_settled),
		cmocka_unit_test(paused_box_makes_up_for_nothing),
		cmocka_unit_test(request_without_a_link_is_lost),
		cmocka_unit_test(window_is_what_timeout_and_pace_ask_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

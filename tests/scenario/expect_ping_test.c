// SPDX-License-Identifier: BSD-2-Clause
/* ping: requests every second from 10 s on, answered after 1 ms; those of 20 s to 24 s are lost (timeout 1 s). */
#include "sim/stack/stack.h"
#include "tests/scenario/expect_fixture.h"

static const struct ip_addr target = {.family = IP_V4, .b = {192, 0, 2, 1}};
static const struct ip_addr other = {.family = IP_V4, .b = {192, 0, 2, 9}};

static void reply(struct fixture *x, const struct ip_addr *from, vl_time sent_at, vl_time rtt)
{
	fixture_record(x, &(struct record){.kind = &PING_REPLY_KIND, .at = sent_at + rtt, .node = "client",
					   .value = {[PING_REPLY_TARGET] = {.ip = *from},
						     [PING_REPLY_SENT_AT] = {.time = sent_at},
						     [PING_REPLY_RTT] = {.time = rtt}}});
}

static void lost(struct fixture *x, const struct ip_addr *from, vl_time sent_at)
{
	fixture_record(x, &(struct record){.kind = &PING_LOST_KIND, .at = sent_at + VL_S, .node = "client",
					   .value = {[PING_LOST_TARGET] = {.ip = *from},
						     [PING_LOST_SENT_AT] = {.time = sent_at}}});
}

static int set_up(void **state)
{
	struct fixture *x = fixture_new();

	for (vl_time t = 10; t < 50; t++) {
		if (t >= 21 && t <= 25)
			lost(x, &target, (t - 1) * VL_S);
		if (t < 20 || t > 24)
			reply(x, &target, t * VL_S, VL_MS);
	}
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

static struct scenario_expectation ping(struct scenario_window w, struct comparison loss, struct comparison gap)
{
	return (struct scenario_expectation){.kind = EXPECT_PING, .window = w,
					     .ping = {.client = name_of(CLIENT), .loss = loss, .longest_gap = gap}};
}

static const struct comparison anything;

static struct comparison percent(uint64_t ppm)
{
	return compare(COMPARISON_EXACTLY, COMPARISON_PERCENT, ppm);
}

static void loss_by_requests_sent_in_the_window(void **state)
{
	holds(*state, ping(between(10 * VL_S, 20 * VL_S), percent(0), anything));
	holds(*state, ping(between(20 * VL_S, 25 * VL_S), percent(1000000), anything));
	holds(*state, ping(after(25 * VL_S), percent(0), anything));
	/* 5 of 40 */
	holds(*state, ping(after(0), percent(125000), anything));
}

static void the_windows_ends_by_a_nanosecond(void **state)
{
	/* the request of 20 s is one of 11; its fate is known at 21 s, behind the window */
	fails(*state, ping(between(10 * VL_S, 20 * VL_S + 1), percent(0), anything), 21 * VL_S, "(1 of 11 requests)");
	fails(*state, ping(after(24 * VL_S), percent(0), anything), 60 * VL_S, "(1 of 26 requests)");
}

static void no_loss_at_all_is_more_than_hardly_any(void **state)
{
	struct fixture *x = *state;

	x->scenario.until = x->context.end = 100000 * VL_S;
	for (vl_time t = 60000; t < 60010; t++)
		reply(x, &other, t * VL_S, VL_MS);
	struct scenario_expectation e = ping(between(0, 100000 * VL_S), percent(0), anything);
	e.ping.to = other;
	holds(x, e);
	e.ping.to = target;
	fails(x, e, 100000 * VL_S, "5 of 40");
}

/* Of the five that are lost, somebody answers those of 21 s and 22 s: sequence 12 and 13 from 10 s on. */
static void lost_there_or_lost_back(void **state)
{
	struct fixture *x = fixture_new();
	struct scenario_interface eth0 = {.addresses = {.item = &(struct ip_prefix){.addr = {.family = IP_V4,
											    .b = {192, 0, 2, 50}}},
						       .count = 1}};
	struct ip_addr own = eth0.addresses.item[0].addr;

	x->node[CLIENT].interface = &eth0;
	x->node[CLIENT].interface_count = 1;
	for (vl_time t = 20; t < 27; t++) {
		if (t == 21 || t == 22) /* from, to, id, sequence */
			fixture_record(x, &(struct record){.kind = &STACK_ECHO_ANSWERED_KIND, .at = t * VL_S + VL_MS,
							   .node = "r1",
							   .value = {{.ip = own}, {.ip = target}, {.number = 1},
								     {.number = t - 9}}});
		if (t > 20 && t < 26)
			fixture_record(x, &(struct record){.kind = &PING_LOST_KIND, .at = t * VL_S + VL_S / 2,
							   .node = "client",
							   .value = {[PING_LOST_TARGET] = {.ip = target},
								     [PING_LOST_SEQUENCE] = {.number = t - 10},
								     [PING_LOST_SENT_AT] = {.time = (t - 1) * VL_S}}});
	}
	/* sent at 20 (sequence 11), ..., 24 (15): 12 and 13 were answered at 21 and 22, after they were sent */
	struct scenario_expectation e = ping(between(20 * VL_S, 25 * VL_S), percent(1000000), anything);
	e.ping.lost_there = percent(600000);
	e.ping.lost_back = percent(400000);
	holds(x, e);
	e.ping.lost_back = percent(600000);
	fails(x, e, 25 * VL_S + VL_S / 2, "lost back 40%   (2 of 5 requests)");
	fixture_free(x);
}

static void longest_gap_is_from_answer_to_answer(void **state)
{
	/* 19.001 s to 25.001 s */
	holds(*state, ping(after(10 * VL_S), anything, compare(COMPARISON_EXACTLY, COMPARISON_TIME, 6 * VL_S)));
	fails(*state, ping(after(10 * VL_S), anything, compare(COMPARISON_UNDER, COMPARISON_TIME, 6 * VL_S)),
	      60 * VL_S, "longest gap 6s, from 19.001s on");
	/* none is lost: from the first request, or from answer to answer, one interval */
	holds(*state, ping(between(10 * VL_S, 20 * VL_S), anything,
			   compare(COMPARISON_EXACTLY, COMPARISON_TIME, VL_S)));
}

static void a_gap_at_the_end_lasts_until_the_last_is_given_up(void **state)
{
	/* answered at 19.001 s, the one of 22 s is given up at 23 s */
	fails(*state, ping(between(10 * VL_S, 23 * VL_S), anything, compare(COMPARISON_UNDER, COMPARISON_TIME, VL_S)),
	      23 * VL_S, "longest gap 3.999s, from 19.001s on");
}

static void targets_have_gaps_of_their_own(void **state)
{
	struct fixture *x = *state;

	/* answers of another target do not shorten the gap of this one */
	for (vl_time t = 50; t < 55; t++)
		reply(x, t % 2 == 0 ? &other : &target, t * VL_S, VL_MS);
	holds(x, ping(between(50 * VL_S, 55 * VL_S), anything,
		      compare(COMPARISON_EXACTLY, COMPARISON_TIME, 2 * VL_S)));
	struct scenario_expectation e = ping(after(10 * VL_S), percent(0), anything);
	e.ping.to = other;
	holds(x, e);
}

static void silence_is_no_success(void **state)
{
	fails(*state, ping(between(0, 10 * VL_S), percent(0), anything), 10 * VL_S, "no request");
}

static void a_run_cut_short_leaves_it_open(void **state)
{
	struct fixture *x = *state;

	x->context.end = 40 * VL_S;
	stays_open(x, ping(after(0), percent(0), anything));
	fails(x, ping(between(10 * VL_S, 40 * VL_S), percent(0), anything), 40 * VL_S, "5 of 30");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(loss_by_requests_sent_in_the_window, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_windows_ends_by_a_nanosecond, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_loss_at_all_is_more_than_hardly_any, set_up, tear_down),
		cmocka_unit_test(lost_there_or_lost_back),
		cmocka_unit_test_setup_teardown(longest_gap_is_from_answer_to_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_gap_at_the_end_lasts_until_the_last_is_given_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(targets_have_gaps_of_their_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silence_is_no_success, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_cut_short_leaves_it_open, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

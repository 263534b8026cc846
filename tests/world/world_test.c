// SPDX-License-Identifier: BSD-2-Clause
/* The run loop and the lives of nodes: what happens when, and in which order. */
#include "tests/world/lab.h"

/* 10 us to the switch and 10 us to the other node. */
static void a_frame_takes_two_links(void **state)
{
	struct lab *lab = lab_lan(2);

	lab_run(lab, 5 * VL_US);
	lab_say(lab, 0, lab_mac(2), 7);
	lab_run(lab, 25 * VL_US);
	lab_expect(lab, "");
	assert_int_equal(world_frames(lab->world), 1);
	assert_int_equal(world_deadline(lab->world), 25 * VL_US);
	lab_run(lab, 26 * VL_US);
	lab_expect(lab, "0.000025000 b got 7\n");
	assert_int_equal(world_deadline(lab->world), VL_NEVER);
	lab_free(lab);
}

static void every_link_has_its_latency(void **state)
{
	struct lab *lab = lab_new(1);

	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	for (unsigned i = 0; i < 3; i++) {
		static const char *const name[] = {"a", "b", "c"};
		lab_puppet(lab, name[i], 1);
		world_connect(lab->world, i, 0, 0,
			      &(struct world_link_config){.latency = (i == 0 ? 100 : i == 1 ? 20 : 3) * VL_US});
		world_start(lab->world, i);
	}
	lab_say(lab, 0, MAC_BROADCAST, 1); /* 100 + 3, 100 + 20 */
	lab_say(lab, 1, MAC_BROADCAST, 2); /* 20 + 3, 20 + 100 */
	lab_say(lab, 2, MAC_BROADCAST, 3); /* 3 + 20, 3 + 100 */
	lab_run(lab, VL_S);
	/* At one instant the frame that the switch sent on first is delivered first. */
	lab_expect(lab, "0.000023000 b got 3\n"
			"0.000023000 c got 2\n"
			"0.000103000 a got 3\n"
			"0.000103000 c got 1\n"
			"0.000120000 a got 2\n"
			"0.000120000 b got 1\n");
	lab_free(lab);
}

/* What the caller does at `until` comes before what is due at that moment. */
static void run_stops_before_until(void **state)
{
	struct lab *lab = lab_lan(2);

	lab_say(lab, 0, lab_mac(2), 1);
	lab_run(lab, 20 * VL_US);
	lab_expect(lab, "");
	world_crash(lab->world, 1);
	lab_run(lab, VL_S);
	lab_expect(lab, "");
	assert_int_equal(world_link_lost(lab->world, 1, 0), 0); /* it was the node that did not hear */
	lab_free(lab);
}

/* b's timer and a's frame are both due at 1 s: the frame is heard first, and the answer to it is sent
 * before b speaks by itself. Timers of one instant go by the order of the nodes. */
static void deliveries_come_before_timeouts(void **state)
{
	struct lab *lab = lab_lan(3);

	lab->puppet[1]->every = lab->puppet[2]->every = VL_S;
	world_crash(lab->world, 1);
	world_crash(lab->world, 2);
	world_start(lab->world, 2); /* armed before b's, and yet c's timer comes after */
	world_start(lab->world, 1);
	lab->puppet[1]->echo = true;
	lab_run(lab, VL_S - 20 * VL_US);
	lab_say(lab, 0, lab_mac(2), 7);
	lab_run(lab, VL_S + 21 * VL_US);
	lab_expect(lab, "1.000000000 b got 7\n"
			"1.000000000 c overheard 7\n"
			"1.000020000 a got 7\n"
			"1.000020000 a got 1\n"         /* b's */
			"1.000020000 c got 1\n"
			"1.000020000 a got 1\n"         /* c's */
			"1.000020000 b got 1\n");
	lab_free(lab);
}

static void a_periodic_sender_keeps_its_period(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->puppet[0]->every = 300 * VL_MS;
	world_crash(lab->world, 0);
	world_start(lab->world, 0);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.300020000 b got 1\n"
			"0.600020000 b got 2\n"
			"0.900020000 b got 3\n");
	lab_free(lab);
}

static void a_node_says_goodbye_when_stopped(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->with_records = true;
	lab->puppet[0]->goodbye = true;
	lab->puppet[0]->every = VL_S;
	lab_run(lab, 500 * VL_MS);
	world_stop(lab->world, 0);
	assert_int_equal(world_node_state(lab->world, 0), WORLD_NODE_OFF);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "0.500000000 a stopped\n"
			"0.500020000 b got 99\n");
	lab_free(lab);
}

/* What is on the wire already arrives; what the node still held does not leave it. */
static void a_crash_is_silent(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->with_records = true;
	lab->puppet[0]->goodbye = true;
	lab_say(lab, 0, lab_mac(2), 1);
	puppet_emit(lab->puppet[0], 0, lab_mac(2), 2); /* said, but not polled yet */
	world_crash(lab->world, 0);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000000000 a crashed\n"
			"0.000020000 b got 1\n");
	world_start(lab->world, 0);
	lab_say(lab, 0, lab_mac(2), 3);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "1.000000000 a started\n"
			"1.000020000 b got 3\n");
	lab_free(lab);
}

static void a_crashed_node_keeps_no_timer(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->puppet[0]->every = VL_S;
	world_stop(lab->world, 0);
	world_start(lab->world, 0);
	lab_run(lab, 500 * VL_MS);
	world_crash(lab->world, 0);
	assert_int_equal(world_deadline(lab->world), VL_NEVER);
	lab_run(lab, 10 * VL_S);
	lab_expect(lab, "");
	lab_free(lab);
}

/* Due at 1, 2 and 3 s; paused from 1.5 to 4.25 s: the timer fires once, late, and goes on from there. */
static void a_paused_node_wakes_up_late(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->puppet[0]->every = VL_S;
	world_stop(lab->world, 0);
	world_start(lab->world, 0);
	lab_run(lab, 1500 * VL_MS);
	world_pause(lab->world, 0);
	lab_say(lab, 1, lab_mac(1), 50); /* lost: the machine stands still */
	assert_int_equal(world_node_state(lab->world, 0), WORLD_NODE_PAUSED);
	lab_run(lab, 4250 * VL_MS);
	world_resume(lab->world, 0);
	lab_run(lab, 6 * VL_S);
	lab_expect(lab, "1.000020000 b got 1\n"
			"4.250020000 b got 2\n"
			"5.250020000 b got 3\n");
	lab_free(lab);
}

static void who_does_not_run_takes_no_commands(void **state)
{
	struct lab *lab = lab_lan(2);

	world_pause(lab->world, 0);
	struct vl_status paused = lab_say(lab, 0, lab_mac(2), 1);
	assert_int_equal(paused.code, VL_STATE);
	assert_string_equal(paused.reason, "a is paused");
	world_crash(lab->world, 0);
	struct vl_status off = lab_say(lab, 0, lab_mac(2), 1);
	assert_string_equal(off.reason, "a is not running");
	lab_run(lab, VL_S);
	lab_expect(lab, "");
	lab_free(lab);
}

static void what_makes_no_sense_does_nothing(void **state)
{
	struct lab *lab = lab_lan(1);

	lab->with_records = true;
	world_start(lab->world, 0);
	world_resume(lab->world, 0);
	world_pause(lab->world, 0);
	world_start(lab->world, 0);
	world_stop(lab->world, 0);
	world_pause(lab->world, 0);
	assert_int_equal(world_node_state(lab->world, 0), WORLD_NODE_PAUSED);
	world_crash(lab->world, 0);
	world_crash(lab->world, 0);
	world_resume(lab->world, 0);
	lab_expect(lab, "0.000000000 a paused\n"
			"0.000000000 a crashed\n");
	lab_free(lab);
}

static void carrier_is_told(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->with_records = true;
	lab_say(lab, 0, lab_mac(2), 1);
	lab_run(lab, 15 * VL_US);
	world_link_carrier(lab->world, 1, 0, false);
	world_link_carrier(lab->world, 1, 0, false);
	lab_say(lab, 1, lab_mac(1), 2); /* into a dead port */
	lab_run(lab, VL_S);
	assert_int_equal(world_link_lost(lab->world, 1, 0), 2);
	assert_false(world_reachable(lab->world, 0, 0, 1));
	world_link_carrier(lab->world, 1, 0, true);
	assert_true(world_reachable(lab->world, 0, 0, 1));
	lab_expect(lab, "0.000015000 b port 0: carrier down\n"
			"0.000015000 b link 0 down\n"
			"1.000000000 b port 0: carrier up\n"
			"1.000000000 b link 0 up\n");
	lab_free(lab);
}

/* A box that was off, or stood still, when its cable was pulled finds out when it wakes up. */
static void a_node_that_wakes_up_looks_at_its_ports(void **state)
{
	struct lab *lab = lab_lan(2);

	world_crash(lab->world, 0);
	world_link_carrier(lab->world, 0, 0, false);
	world_pause(lab->world, 1);
	world_link_carrier(lab->world, 1, 0, false);
	lab_expect(lab, "");
	lab_run(lab, VL_S);
	world_start(lab->world, 0);
	world_resume(lab->world, 1);
	lab_expect(lab, "1.000000000 a link 0 down\n"
			"1.000000000 b link 0 down\n");
	world_pause(lab->world, 1);
	world_resume(lab->world, 1);
	lab_expect(lab, "");
	lab_free(lab);
}

static void two_ports_are_two_segments(void **state)
{
	struct lab *lab = lab_new(1);

	world_add_segment(lab->world, &(struct world_segment_config){.name = "left"});
	world_add_segment(lab->world, &(struct world_segment_config){.name = "right"});
	lab_puppet(lab, "a", 1);
	lab_puppet(lab, "middle", 3);
	lab_puppet(lab, "b", 1);
	world_connect(lab->world, 0, 0, 0, NULL);
	world_connect(lab->world, 1, 0, 0, NULL);
	world_connect(lab->world, 1, 1, 1, NULL); /* its third port hangs on nothing */
	world_connect(lab->world, 2, 0, 1, NULL);
	for (world_node n = 0; n < 3; n++)
		world_start(lab->world, n);
	for (unsigned port = 0; port < 3; port++)
		puppet_emit(lab->puppet[1], port, MAC_BROADCAST, port);
	lab_say(lab, 0, MAC_BROADCAST, 10);
	lab_say(lab, 1, MAC_BROADCAST, 11); /* polls what was said above */
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000020000 middle got 10\n"
			"0.000020000 a got 0\n"
			"0.000020000 b got 1\n"
			"0.000020000 a got 11\n");
	assert_int_equal(world_segment_count(lab->world), 2);
	assert_string_equal(world_segment_name(lab->world, 1), "right");
	assert_string_equal(world_node_name(lab->world, 2), "b");
	assert_int_equal(world_node_count(lab->world), 3);
	assert_true(world_reachable(lab->world, 1, 1, 2));
	assert_false(world_reachable(lab->world, 0, 0, 2));
	lab_free(lab);
}

/* Two nodes that answer each other over links without length would never let the time go on. */
static void a_livelock_is_noticed(void **state)
{
	struct lab *lab = lab_new(1);

	lab->quiet = true;
	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	for (unsigned i = 0; i < 2; i++) {
		lab_puppet(lab, i == 0 ? "a" : "b", 1)->echo = true;
		world_connect(lab->world, i, 0, 0, &(struct world_link_config){.latency = 0});
		world_start(lab->world, i);
	}
	lab_say(lab, 0, lab_mac(2), 1);
	assert_int_equal(world_run(lab->world, VL_S), WORLD_LIVELOCK);
	assert_int_equal(world_now(lab->world), 0);
	assert_int_equal(world_run(lab->world, VL_S), WORLD_LIVELOCK);
	/* A round is three events: the switch, the node, what the node says. */
	assert_in_range(world_frames(lab->world), 333330, 333336);
	lab_free(lab);
}

static void a_timer_that_stays_due_is_a_livelock(void **state)
{
	struct lab *lab = lab_lan(1);

	lab->puppet[0]->every = VL_S;
	lab->puppet[0]->stuck = true;
	world_stop(lab->world, 0);
	world_start(lab->world, 0);
	assert_int_equal(world_run(lab->world, 10 * VL_S), WORLD_LIVELOCK);
	assert_int_equal(world_now(lab->world), VL_S);
	lab_free(lab);
}

static void run_once(uint64_t seed, char digest[DIGEST_SHA256_TEXT])
{
	struct lab *lab = lab_new(seed);

	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	for (unsigned i = 0; i < 3; i++) {
		static const char *const name[] = {"a", "b", "c"};
		struct puppet *p = lab_puppet(lab, name[i], 1);
		p->every = (i + 1) * 100 * VL_MS;
		p->echo = true;
		p->to = lab_mac((i + 1) % 3 + 1);
		world_connect(lab->world, i, 0, 0,
			      &(struct world_link_config){.latency = 10 * VL_US, .loss_ppm = 100000,
							  .jitter = VL_MS});
		world_start(lab->world, i);
	}
	lab_run(lab, 5 * VL_S);
	world_link_carrier(lab->world, 2, 0, false);
	lab_run(lab, 10 * VL_S);
	run_digest_finish(&lab->digest, digest);
	lab_free(lab);
}

static void the_same_seed_gives_the_same_digest(void **state)
{
	char first[DIGEST_SHA256_TEXT], second[DIGEST_SHA256_TEXT], other[DIGEST_SHA256_TEXT];

	run_once(1, first);
	run_once(1, second);
	run_once(2, other);
	assert_string_equal(first, second);
	assert_string_not_equal(first, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_takes_two_links),
		cmocka_unit_test(every_link_has_its_latency),
		cmocka_unit_test(run_stops_before_until),
		cmocka_unit_test(deliveries_come_before_timeouts),
		cmocka_unit_test(a_periodic_sender_keeps_its_period),
		cmocka_unit_test(a_node_says_goodbye_when_stopped),
		cmocka_unit_test(a_crash_is_silent),
		cmocka_unit_test(a_crashed_node_keeps_no_timer),
		cmocka_unit_test(a_paused_node_wakes_up_late),
		cmocka_unit_test(who_does_not_run_takes_no_commands),
		cmocka_unit_test(what_makes_no_sense_does_nothing),
		cmocka_unit_test(carrier_is_told),
		cmocka_unit_test(a_node_that_wakes_up_looks_at_its_ports),
		cmocka_unit_test(two_ports_are_two_segments),
		cmocka_unit_test(a_livelock_is_noticed),
		cmocka_unit_test(a_timer_that_stays_due_is_a_livelock),
		cmocka_unit_test(the_same_seed_gives_the_same_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

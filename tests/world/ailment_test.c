// SPDX-License-Identifier: BSD-2-Clause
/* Nodes with a wrong clock, slow nodes, and nodes in which something sends frames of its own. */
#include "tests/world/lab.h"

/* a's timer fires every second of its own clock. */
static struct lab *lab_with_clock(int32_t ppm)
{
	struct lab *lab = lab_lan(2);

	world_crash(lab->world, 0);
	world_clock(lab->world, 0, ppm);
	lab->puppet[0]->every = VL_S;
	lab->puppet[0]->to = lab_mac(2);
	world_start(lab->world, 0);
	return lab;
}

static void a_slow_clock_fires_late(void **state)
{
	struct lab *lab = lab_with_clock(-500000); /* half speed */

	lab_run(lab, 7 * VL_S);
	lab_expect(lab, "2.000020000 b got 1\n"
			"4.000020000 b got 2\n"
			"6.000020000 b got 3\n");
	lab_free(lab);
}

/* 1 s at 1.0003 of the world's speed: ceil(10^9 * 10^6 / 1000300) = 999700090 ns, and 2 s are 1999400180. */
static void a_fast_clock_fires_early_to_the_nanosecond(void **state)
{
	struct lab *lab = lab_with_clock(300);

	lab_run(lab, 2500 * VL_MS);
	lab_expect(lab, "0.999720090 b got 1\n"
			"1.999420180 b got 2\n");
	lab_free(lab);
}

/* What a hears at 4 s of the world is 2 s to it; commands too. */
static void the_node_sees_its_own_time(void **state)
{
	struct lab *lab = lab_lan(2);

	world_clock(lab->world, 0, -500000);
	lab_run(lab, 4 * VL_S);
	lab_say(lab, 1, lab_mac(1), 7);
	world_link_carrier(lab->world, 0, 0, false);
	world_link_carrier(lab->world, 0, 0, true);
	lab_run(lab, 5 * VL_S);
	lab_expect(lab, "2.000000000 a link 0 down\n"
			"2.000000000 a link 0 up\n"
			"2.000010000 a got 7\n");
	lab_free(lab);
}

/* 4 s at half speed are 2 s; then at half as fast again as the world: the third second is over 2/3 s later. */
static void a_clock_that_is_set_anew_goes_on_from_where_it_was(void **state)
{
	struct lab *lab = lab_with_clock(-500000);

	lab_run(lab, 4 * VL_S + 500 * VL_MS); /* 2.25 s */
	lab_forget(lab);
	world_clock(lab->world, 0, 500000);
	lab_run(lab, 5 * VL_S + 10 * VL_MS);
	lab_expect(lab, "5.000020000 b got 3\n"); /* 4.5 + 0.75 / 1.5 */
	world_node_calm(lab->world, 0);
	lab_run(lab, 6 * VL_S + 10 * VL_MS);
	lab_expect(lab, "5.995020000 b got 4\n"); /* at 5.010 it showed 3.015 */
	lab_free(lab);
}

/* Any rate, any moment: the clock never runs back, and the deadline's moment is the first at which it is due. */
static void a_deadline_is_met_exactly(void **state)
{
	static const int32_t rates[] = {-500000, -499999, -100, -1, 1, 100, 333333, 500000};
	struct prng dice = prng_stream(1, "moments");

	for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
		for (unsigned i = 0; i < 50; i++) {
			struct lab *lab = lab_lan(1);
			vl_time every = 1 + prng_below(&dice, 10 * VL_S);
			vl_time rate = (vl_time)(1000000 + rates[r]);
			vl_time exact = (every * 1000000 + rate - 1) / rate;
			world_crash(lab->world, 0);
			world_clock(lab->world, 0, rates[r]);
			lab->puppet[0]->every = every;
			world_start(lab->world, 0);
			assert_int_equal(world_deadline(lab->world), exact);
			lab_run(lab, exact);
			assert_int_equal(lab->puppet[0]->count, 0);
			lab_run(lab, exact + 1);
			assert_int_equal(lab->puppet[0]->count, 1);
			lab_free(lab);
		}
	}
}

/* --- slow ----------------------------------------------------------------------------------------------- */

/* 100 ms for each, one after the other. */
static void a_slow_node_works_one_after_the_other(void **state)
{
	struct lab *lab = lab_lan(2);

	world_slow(lab->world, 1, 100 * VL_MS, 0);
	for (uint64_t i = 1; i <= 3; i++)
		lab_say(lab, 0, lab_mac(2), i);
	lab_run(lab, VL_S);
	lab_say(lab, 0, lab_mac(2), 4);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "0.100020000 b got 1\n"
			"0.200020000 b got 2\n"
			"0.300020000 b got 3\n"
			"1.100020000 b got 4\n");
	lab_free(lab);
}

static void its_backlog_overflows(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->with_records = true;
	world_slow(lab->world, 1, 100 * VL_MS, 2);
	for (uint64_t i = 1; i <= 5; i++) /* one in work, two wait, two are lost */
		lab_say(lab, 0, lab_mac(2), i);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000000000 b: works 0.100 s on a frame, 2 frames wait\n"
			"0.000020000 b: its backlog overflows (1 frames lost)\n"
			"0.100020000 b got 1\n"
			"0.200020000 b got 2\n"
			"0.300020000 b: its backlog is empty again (2 frames lost)\n"
			"0.300020000 b got 3\n");
	assert_int_equal(world_node_overflowed(lab->world, 1), 2);
	assert_int_equal(world_node_overflowed(lab->world, 0), 0);
	lab_free(lab);
}

/* Frames that come at 0.95 are done at 1.05 and 1.15: the timer of 1.0 waits for the first. */
static void a_timer_waits_for_the_frame_in_work(void **state)
{
	struct lab *lab = lab_lan(2);

	world_crash(lab->world, 1);
	lab->puppet[1]->every = VL_S;
	lab->puppet[1]->to = lab_mac(1);
	world_start(lab->world, 1);
	world_slow(lab->world, 1, 100 * VL_MS, 0);
	lab_run(lab, 950 * VL_MS - 20 * VL_US);
	lab_say(lab, 0, lab_mac(2), 7);
	lab_say(lab, 0, lab_mac(2), 8);
	lab_run(lab, 1900 * VL_MS);
	lab_expect(lab, "1.050000000 b got 7\n"
			"1.050020000 a got 1\n"
			"1.150000000 b got 8\n");
	lab_free(lab);
}

static void a_crash_forgets_the_backlog(void **state)
{
	struct lab *lab = lab_lan(2);

	world_slow(lab->world, 1, 100 * VL_MS, 0);
	lab_say(lab, 0, lab_mac(2), 1);
	lab_say(lab, 0, lab_mac(2), 2);
	lab_run(lab, 150 * VL_MS);
	world_crash(lab->world, 1);
	world_start(lab->world, 1);
	lab_run(lab, 160 * VL_MS);
	lab_say(lab, 0, lab_mac(2), 3);
	lab_run(lab, VL_S);
	world_pause(lab->world, 1);
	world_resume(lab->world, 1);
	world_stop(lab->world, 1);
	lab_expect(lab, "0.100020000 b got 1\n"
			"0.260020000 b got 3\n");
	lab_free(lab);
}

/* What waits goes first; then it is as fast as ever. */
static void a_cured_node_ends_its_backlog_first(void **state)
{
	struct lab *lab = lab_lan(2);

	world_slow(lab->world, 1, 100 * VL_MS, 0);
	lab_say(lab, 0, lab_mac(2), 1);
	lab_run(lab, 50 * VL_MS);
	world_node_calm(lab->world, 1);
	lab_say(lab, 0, lab_mac(2), 2);
	lab_run(lab, 200 * VL_MS);
	lab_say(lab, 0, lab_mac(2), 3);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.100020000 b got 1\n"
			"0.100020000 b got 2\n"
			"0.200020000 b got 3\n");
	lab_free(lab);
}

/* --- frames of its own ---------------------------------------------------------------------------------- */

static void something_in_a_node_sends_while_the_node_runs(void **state)
{
	uint8_t bytes[LAB_FRAME] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 9, 0x88, 0xb5};
	struct lab *lab = lab_lan(2);

	bytes[LAB_AT + 7] = 42;
	lab->with_records = true;
	world_inject(lab->world, 0, 0, bytes, sizeof bytes, VL_S, 3);
	memset(bytes, 0, sizeof bytes); /* they were copied */
	lab_run(lab, VL_S);
	world_pause(lab->world, 0);
	lab_run(lab, 1500 * VL_MS);
	world_resume(lab->world, 0);
	lab_run(lab, 10 * VL_S);
	lab_expect(lab, "0.000000000 a port 0: sends a frame of its own every 1.000 s, 3 times\n"
			"0.000020000 b got 42\n"
			"1.000000000 a paused\n"
			"1.500000000 a resumed\n"
			"2.000020000 b got 42\n");
	lab_free(lab);
}

static void it_sends_until_it_is_ended(void **state)
{
	static const uint8_t bytes[LAB_FRAME] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 9, 0x88, 0xb5};
	struct lab *lab = lab_lan(2);

	lab->quiet = true;
	world_inject(lab->world, 0, 0, bytes, sizeof bytes, VL_MS, 0);
	lab_run(lab, VL_S);
	world_inject_end(lab->world, 1); /* not its own */
	world_node_calm(lab->world, 0);
	world_inject_end(lab->world, 0); /* nothing is left */
	lab_run(lab, 10 * VL_S);
	assert_int_equal(lab->puppet[1]->heard, 1000);
	assert_int_equal(world_deadline(lab->world), VL_NEVER);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slow_clock_fires_late),
		cmocka_unit_test(a_fast_clock_fires_early_to_the_nanosecond),
		cmocka_unit_test(the_node_sees_its_own_time),
		cmocka_unit_test(a_clock_that_is_set_anew_goes_on_from_where_it_was),
		cmocka_unit_test(a_deadline_is_met_exactly),
		cmocka_unit_test(a_slow_node_works_one_after_the_other),
		cmocka_unit_test(its_backlog_overflows),
		cmocka_unit_test(a_timer_waits_for_the_frame_in_work),
		cmocka_unit_test(a_crash_forgets_the_backlog),
		cmocka_unit_test(a_cured_node_ends_its_backlog_first),
		cmocka_unit_test(something_in_a_node_sends_while_the_node_runs),
		cmocka_unit_test(it_sends_until_it_is_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

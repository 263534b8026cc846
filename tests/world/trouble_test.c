// SPDX-License-Identifier: BSD-2-Clause
/* Links in trouble: bursts, doubled, late, overtaken and damaged frames, bandwidth, flapping. */
#include "tests/world/lab.h"

/* a says 1..count to b, one every millisecond from 0 on, then nothing happens until 10 s. */
static void say_many(struct lab *lab, uint64_t count)
{
	for (uint64_t i = 1; i <= count; i++) {
		lab_say(lab, 0, lab_mac(2), i);
		lab_run(lab, i * VL_MS);
	}
	lab_run(lab, count * VL_MS + 10 * VL_S);
}

/* --- bursts --------------------------------------------------------------------------------------------- */

static void a_certain_burst_takes_everything(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->with_records = true;
	world_link_burst(lab->world, 1, 0, WORLD_IN,
			 &(struct world_burst){.begin_ppm = 1000000, .frames = 3, .loss_ppm = 1000000});
	say_many(lab, 5);
	assert_int_equal(world_link_lost(lab->world, 1, 0), 5); /* one begins where another ends */
	world_link_burst(lab->world, 1, 0, WORLD_IN, &(struct world_burst){0});
	lab_say(lab, 0, lab_mac(2), 6);
	lab_run(lab, 20 * VL_S);
	lab_expect(lab, "0.000000000 b port 0: loses in bursts to the node: begin 1000000, frames 3, end 0, "
			"loss 1000000, otherwise 0 (of a million)\n"
			"10.005000000 b port 0: loses in bursts to the node: begin 0, frames 0, end 0, loss 0, "
			"otherwise 0 (of a million)\n"
			"10.005020000 b got 6\n");
	lab_free(lab);
}

struct burst_count {
	uint64_t lost, runs, longest;
};

/* Of 100,000 frames to b: how many were lost, in how many runs. */
static struct burst_count count_bursts(uint64_t seed, const struct world_burst *burst, bool with_third)
{
	struct lab *lab = lab_new(seed);
	struct burst_count c = {0};
	uint64_t heard = 0, run = 0;
	world_node a = with_third ? 1 : 0, b = a + 1;

	lab->quiet = true;
	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	if (with_third)
		lab_puppet(lab, "third", 1);
	lab_puppet(lab, "a", 1);
	lab_puppet(lab, "b", 1);
	for (world_node n = 0; n <= b; n++) {
		world_connect(lab->world, n, 0, 0, NULL);
		world_start(lab->world, n);
		world_link_burst(lab->world, n, 0, WORLD_BOTH, n == b ? burst : &(struct world_burst){0});
	}
	for (unsigned i = 1; i <= 100000; i++) {
		lab_say(lab, a, lab_mac(b + 1), i);
		lab_run(lab, i * VL_MS);
		bool lost = lab->puppet[b]->heard == heard;
		heard = lab->puppet[b]->heard;
		run = lost ? run + 1 : 0;
		c.lost += lost;
		c.runs += run == 1;
		c.longest = run > c.longest ? run : c.longest;
	}
	lab_free(lab);
	return c;
}

/* A burst begins with 1 % and ends with 25 %: 4 frames long; 99 pass between two: 4 of 103 are lost, 3883 of
 * 100,000 in 971 runs. Standard deviation of the runs about 31, of the loss about 170. */
static void gilbert_and_elliott_are_as_often_as_told(void **state)
{
	const struct world_burst burst = {.begin_ppm = 10000, .end_ppm = 250000, .loss_ppm = 1000000};
	struct burst_count one = count_bursts(1, &burst, false), again = count_bursts(1, &burst, false);
	struct burst_count two = count_bursts(2, &burst, false);

	assert_in_range(one.lost, 3883 - 680, 3883 + 680);
	assert_in_range(two.lost, 3883 - 680, 3883 + 680);
	assert_in_range(one.runs, 961 - 124, 961 + 124);
	assert_in_range(one.longest, 15, 60);
	assert_int_equal(one.lost, again.lost);
	assert_int_not_equal(one.lost, two.lost);
}

/* Between bursts 0.5 % are lost, in a burst half. */
static void a_burst_may_let_frames_through(void **state)
{
	const struct world_burst burst = {
		.begin_ppm = 10000, .frames = 10, .loss_ppm = 500000, .good_loss_ppm = 5000};
	struct burst_count c = count_bursts(1, &burst, false);

	/* 10 of 109 frames are in bursts: 100,000 * (10 * 0.5 + 99 * 0.005) / 109 = 5041 */
	assert_in_range(c.lost, 5041 - 600, 5041 + 600);
}

static void bursts_have_the_length_they_are_given(void **state)
{
	const struct world_burst burst = {.begin_ppm = 1000, .frames = 7, .loss_ppm = 1000000};
	struct burst_count c = count_bursts(3, &burst, false);

	assert_int_equal(c.lost % 7, 0); /* none is cut short by the end of the run with this seed */
	assert_in_range(c.runs, 60, 140);
}

static void another_node_does_not_move_the_dice_of_bursts(void **state)
{
	const struct world_burst burst = {.begin_ppm = 10000, .end_ppm = 250000, .loss_ppm = 1000000};
	struct burst_count with = count_bursts(1, &burst, true), without = count_bursts(1, &burst, false);

	assert_int_equal(with.lost, without.lost);
	assert_int_equal(with.longest, without.longest);
}

/* --- doubled, overtaken, late --------------------------------------------------------------------------- */

static void a_doubled_frame_arrives_twice_and_is_captured_twice(void **state)
{
	struct lab *lab = lab_lan(2);

	world_link_duplicate(lab->world, 0, 0, WORLD_OUT, 1000000);
	lab_say(lab, 0, lab_mac(2), 1);
	lab_say(lab, 0, lab_mac(2), 2);
	lab_run(lab, VL_S);
	assert_int_equal(world_frames(lab->world), 4);
	lab_expect(lab, "0.000020000 b got 1\n"
			"0.000020000 b got 1\n"
			"0.000020000 b got 2\n"
			"0.000020000 b got 2\n");
	world_link_duplicate(lab->world, 0, 0, WORLD_OUT, 0);
	world_link_duplicate(lab->world, 1, 0, WORLD_IN, 1000000);
	lab_say(lab, 0, lab_mac(2), 3);
	lab_run(lab, 2 * VL_S);
	assert_int_equal(world_frames(lab->world), 5);
	lab_expect(lab, "1.000020000 b got 3\n"
			"1.000020000 b got 3\n");
	lab_free(lab);
}

/* 1 is held back for 5 ms; 2, 3 and 4 pass it. */
static void a_frame_held_back_is_overtaken(void **state)
{
	struct lab *lab = lab_lan(2);

	world_link_reorder(lab->world, 0, 0, WORLD_OUT, 1000000, 5 * VL_MS);
	lab_say(lab, 0, lab_mac(2), 1);
	world_link_reorder(lab->world, 0, 0, WORLD_OUT, 0, 0);
	for (uint64_t i = 2; i <= 4; i++) {
		lab_run(lab, (i - 1) * VL_MS);
		lab_say(lab, 0, lab_mac(2), i);
	}
	world_link_reorder(lab->world, 0, 0, WORLD_OUT, 1000000, VL_MS); /* at the instant of the first */
	lab_run(lab, 4 * VL_MS);
	lab_say(lab, 0, lab_mac(2), 5);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.001020000 b got 2\n"
			"0.002020000 b got 3\n"
			"0.003020000 b got 4\n"
			"0.005020000 b got 1\n"
			"0.005020000 b got 5\n");
	lab_free(lab);
}

static void reordering_loses_nothing(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->quiet = true;
	world_link_reorder(lab->world, 0, 0, WORLD_BOTH, 300000, 7 * VL_MS);
	world_link_reorder(lab->world, 1, 0, WORLD_BOTH, 300000, 3 * VL_MS);
	say_many(lab, 2000);
	assert_int_equal(lab->puppet[1]->heard, 2000);
	lab_free(lab);
}

static void delay_is_one_way_and_keeps_the_order(void **state)
{
	struct lab *lab = lab_lan(2);

	lab_say(lab, 1, lab_mac(1), 1);
	world_link_delay(lab->world, 0, 0, WORLD_OUT, 5 * VL_MS, 0);
	lab_say(lab, 0, lab_mac(2), 2);
	lab_run(lab, VL_MS);
	world_link_delay(lab->world, 0, 0, WORLD_OUT, 0, 0);
	lab_say(lab, 0, lab_mac(2), 3); /* does not overtake */
	lab_say(lab, 1, lab_mac(1), 4);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000020000 a got 1\n"
			"0.001020000 a got 4\n"
			"0.005020000 b got 2\n"
			"0.005020000 b got 3\n");
	lab_free(lab);
}

static void jitter_can_be_added(void **state)
{
	struct lab *lab = lab_lan(2);
	const char *line;

	world_link_delay(lab->world, 0, 0, WORLD_OUT, VL_MS, 10 * VL_MS);
	say_many(lab, 200);
	line = lab->text;
	for (uint64_t i = 1; i <= 200; i++) {
		unsigned long long s, ns, number;
		assert_int_equal(sscanf(line, "%llu.%llu b got %llu", &s, &ns, &number), 3);
		assert_int_equal(number, i);
		assert_in_range(s * VL_S + ns - (i - 1) * VL_MS, VL_MS + 20 * VL_US, 11 * VL_MS + 20 * VL_US);
		line = strchr(line, '\n') + 1;
	}
	lab_free(lab);
}

/* --- damage --------------------------------------------------------------------------------------------- */

static const uint8_t plain[LAB_FRAME] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};

struct damage {
	unsigned frames;
	unsigned bits;
};

static void count_bits(void *context, world_segment segment, uint64_t number, world_node from, const struct frame *f,
		       const struct packet *packet, vl_time now)
{
	struct damage *d = context;

	(void)segment, (void)number, (void)from, (void)packet, (void)now;
	assert_int_equal(f->length, LAB_FRAME);
	d->frames++;
	for (size_t i = 0; i < LAB_FRAME; i++)
		for (unsigned differs = f->data[i] ^ plain[i]; differs != 0; differs &= differs - 1)
			d->bits++;
}

/* What leaves the node damaged is captured damaged; the sender's own frame is not touched. */
static void damage_flips_as_many_bits_as_told(void **state)
{
	struct damage d = {0};
	struct frame_pool *pool = frame_pool_new();
	static struct lab lab;          /* too large for a stack */
	struct puppet *p = calloc(1, sizeof *p);

	lab.pool = pool;
	lab.quiet = true;
	lab.world = world_new(1, pool, &(struct world_listener){.context = &d, .frame = count_bits});
	assert_true(outbox_init(&p->box, 8));
	p->lab = &lab;
	p->name = "a";
	p->next = VL_NEVER;
	world_add_segment(lab.world, &(struct world_segment_config){.name = "lan"});
	world_add_node(lab.world, "a", (struct engine){&puppet_ops, p}, 1);
	world_connect(lab.world, 0, 0, 0, NULL);
	world_start(lab.world, 0);
	world_link_corrupt(lab.world, 0, 0, WORLD_BOTH, 1000000, 1);
	world_inject(lab.world, 0, 0, plain, sizeof plain, VL_MS, 1000);
	world_run(lab.world, 2 * VL_S);
	assert_int_equal(d.frames, 1000);
	assert_int_equal(d.bits, 1000);
	world_free(lab.world);
	assert_int_equal(frame_pool_held(pool), 0);
	frame_pool_free(pool);
}

/* A flood is one frame in many hands: only the copy of the damaged link changes. */
static void damage_is_not_shared(void **state)
{
	struct lab *lab = lab_lan(3);

	world_link_corrupt(lab->world, 1, 0, WORLD_IN, 1000000, 400);
	for (uint64_t i = 1; i <= 3; i++)
		lab_say(lab, 0, MAC_BROADCAST, i);
	lab_run(lab, VL_S);
	unsigned right = 0;
	for (const char *line = strstr(lab->text, "c got "); line != NULL; line = strstr(line + 1, "c got "))
		right += (unsigned)(line[6] - '0');
	assert_int_equal(right, 1 + 2 + 3);
	assert_null(strstr(lab->text, "b got 1\n"));
	lab_free(lab);
}

/* --- bandwidth ------------------------------------------------------------------------------------------ */

/* 60 bytes and 24 of overhead are 672 bits: 672 us at 1 Mbit/s. */
static void a_frame_takes_the_time_of_its_bits(void **state)
{
	struct lab *lab = lab_lan(2);

	world_link_rate(lab->world, 0, 0, WORLD_OUT, &(struct world_rate){.bits_per_second = 1000000});
	lab_say(lab, 0, lab_mac(2), 1);
	lab_say(lab, 0, lab_mac(2), 2);
	lab_run(lab, 2 * VL_MS);
	lab_say(lab, 0, lab_mac(2), 3); /* the line is idle again */
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000692000 b got 1\n"
			"0.001364000 b got 2\n"
			"0.002692000 b got 3\n");
	world_link_rate(lab->world, 0, 0, WORLD_OUT, &(struct world_rate){.bits_per_second = 7});
	lab_say(lab, 0, lab_mac(2), 4); /* 672 / 7 s */
	lab_run(lab, 2 * VL_S);
	world_link_rate(lab->world, 0, 0, WORLD_OUT, &(struct world_rate){0});
	lab_say(lab, 0, lab_mac(2), 5); /* no overtaking */
	lab_run(lab, 200 * VL_S);
	lab_expect(lab, "97.000020000 b got 4\n"
			"97.000020000 b got 5\n");
	lab_free(lab);
}

static void a_full_queue_drops_what_comes_last(void **state)
{
	struct lab *lab = lab_lan(2);

	world_link_rate(lab->world, 1, 0, WORLD_IN,
			&(struct world_rate){.bits_per_second = 1000000, .queue_frames = 2});
	lab_forget(lab);
	lab->with_records = true;
	for (uint64_t i = 1; i <= 5; i++)
		lab_say(lab, 0, lab_mac(2), i);
	lab_run(lab, 100 * VL_MS);
	lab_say(lab, 0, lab_mac(2), 6);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000010000 b port 0: queue to the node overflows (1 frames lost)\n"
			"0.000692000 b got 1\n"
			"0.001364000 b got 2\n"
			"0.002036000 b got 3\n"
			"0.100010000 b port 0: queue to the node is empty again (2 frames lost)\n"
			"0.100692000 b got 6\n");
	assert_int_equal(world_link_overflowed(lab->world, 1, 0), 2);
	assert_int_equal(world_link_lost(lab->world, 1, 0), 2);
	assert_int_equal(world_link_overflowed(lab->world, 0, 0), 0);
	lab_free(lab);
}

/* 150 bytes: two frames of 60 wait, a third does not fit. Many frames make the ring of the queue grow. */
static void a_queue_may_be_limited_in_bytes(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->quiet = true;
	world_link_rate(lab->world, 0, 0, WORLD_BOTH,
			&(struct world_rate){.bits_per_second = 1000000, .queue_bytes = 150});
	for (uint64_t i = 1; i <= 20; i++)
		lab_say(lab, 0, lab_mac(2), i);
	lab_run(lab, VL_S);
	assert_int_equal(lab->puppet[1]->heard, 3);
	world_link_rate(lab->world, 0, 0, WORLD_BOTH, &(struct world_rate){.bits_per_second = 1000000});
	for (unsigned round = 0; round < 5; round++) {
		for (unsigned i = 0; i < 60; i++)
			lab_say(lab, 0, lab_mac(2), i);
		lab_run(lab, (round + 2) * VL_S - 990 * VL_MS);
	}
	lab_run(lab, 10 * VL_S);
	assert_in_range(lab->puppet[1]->heard, 3 + 101, 3 + 300);
	lab_free(lab);
}

/* --- flapping ------------------------------------------------------------------------------------------- */

static void a_link_flaps_as_often_as_told(void **state)
{
	struct lab *lab = lab_lan(2);

	world_link_flap(lab->world, 0, 0, VL_S, 2 * VL_S, 2);
	lab_run(lab, 20 * VL_S);
	lab_expect(lab, "0.000000000 a link 0 down\n"
			"1.000000000 a link 0 up\n"
			"3.000000000 a link 0 down\n"
			"4.000000000 a link 0 up\n");
	world_link_flap(lab->world, 0, 0, 0, 0, 0); /* it does not: nothing to end */
	world_link_flap(lab->world, 0, 0, VL_S, 2 * VL_S, 0);
	lab_run(lab, 24 * VL_S - 500 * VL_MS);
	world_link_flap(lab->world, 0, 0, 0, 0, 0); /* ends in the middle of a gap: carrier comes back */
	lab_run(lab, 40 * VL_S);
	lab_expect(lab, "20.000000000 a link 0 down\n"
			"21.000000000 a link 0 up\n"
			"23.000000000 a link 0 down\n"
			"23.500000000 a link 0 up\n");
	assert_int_equal(world_deadline(lab->world), VL_NEVER);
	lab_free(lab);
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static void calm_takes_everything_back_and_says_so(void **state)
{
	struct lab *lab = lab_lan(2);

	world_link_calm(lab->world, 0, 0); /* nothing to say */
	world_link_burst(lab->world, 0, 0, WORLD_IN, &(struct world_burst){.good_loss_ppm = 1000000});
	world_link_duplicate(lab->world, 0, 0, WORLD_OUT, 1000000);
	world_link_reorder(lab->world, 0, 0, WORLD_OUT, 1000000, VL_S);
	world_link_corrupt(lab->world, 0, 0, WORLD_OUT, 1000000, 9);
	world_link_delay(lab->world, 0, 0, WORLD_OUT, 0, VL_S);
	world_link_rate(lab->world, 0, 0, WORLD_IN, &(struct world_rate){.bits_per_second = 1});
	world_link_flap(lab->world, 0, 0, VL_S, VL_S, 0);
	lab_forget(lab);
	lab->with_records = true;
	world_link_calm(lab->world, 0, 0);
	lab_expect(lab, "0.000000000 a port 0: flaps, 0.000 s down, 0.000 s up, 0 times\n"
			"0.000000000 a port 0: carrier up\n"
			"0.000000000 a link 0 up\n"
			"0.000000000 a port 0: loses in bursts both ways: begin 0, frames 0, end 0, loss 0, otherwise 0 "
			"(of a million)\n"
			"0.000000000 a port 0: doubles 0 frames of a million both ways\n"
			"0.000000000 a port 0: holds 0 frames of a million back for 0.000 s both ways\n"
			"0.000000000 a port 0: flips 0 bits in 0 frames of a million both ways\n"
			"0.000000000 a port 0: 0.000 s and up to 0.000 s more both ways\n"
			"0.000000000 a port 0: 0 bit/s, queue of 100 frames, 0 bytes both ways\n");
	lab_say(lab, 0, lab_mac(2), 1);
	lab_say(lab, 1, lab_mac(1), 2);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000020000 b got 1\n"
			"0.000020000 a got 2\n");
	lab_free(lab);
}

static void run_once(uint64_t seed, char digest[DIGEST_SHA256_TEXT])
{
	struct lab *lab = lab_new(seed);

	lab->quiet = true;
	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	for (unsigned i = 0; i < 3; i++) {
		static const char *const name[] = {"a", "b", "c"};
		struct puppet *p = lab_puppet(lab, name[i], 1);
		p->every = (i + 1) * 10 * VL_MS;
		p->to = lab_mac((i + 1) % 3 + 1);
		world_connect(lab->world, i, 0, 0, NULL);
		world_start(lab->world, i);
	}
	for (world_node n = 0; n < 3; n++) {
		world_link_burst(lab->world, n, 0, WORLD_BOTH,
				 &(struct world_burst){.begin_ppm = 50000, .end_ppm = 300000, .loss_ppm = 800000});
		world_link_duplicate(lab->world, n, 0, WORLD_BOTH, 100000);
		world_link_reorder(lab->world, n, 0, WORLD_BOTH, 100000, 15 * VL_MS);
		world_link_delay(lab->world, n, 0, WORLD_BOTH, VL_MS, 5 * VL_MS);
		world_link_rate(lab->world, n, 0, WORLD_BOTH,
				&(struct world_rate){.bits_per_second = 100000, .queue_frames = 3});
	}
	lab_run(lab, 20 * VL_S);
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
		cmocka_unit_test(a_certain_burst_takes_everything),
		cmocka_unit_test(gilbert_and_elliott_are_as_often_as_told),
		cmocka_unit_test(a_burst_may_let_frames_through),
		cmocka_unit_test(bursts_have_the_length_they_are_given),
		cmocka_unit_test(another_node_does_not_move_the_dice_of_bursts),
		cmocka_unit_test(a_doubled_frame_arrives_twice_and_is_captured_twice),
		cmocka_unit_test(a_frame_held_back_is_overtaken),
		cmocka_unit_test(reordering_loses_nothing),
		cmocka_unit_test(delay_is_one_way_and_keeps_the_order),
		cmocka_unit_test(jitter_can_be_added),
		cmocka_unit_test(damage_flips_as_many_bits_as_told),
		cmocka_unit_test(damage_is_not_shared),
		cmocka_unit_test(a_frame_takes_the_time_of_its_bits),
		cmocka_unit_test(a_full_queue_drops_what_comes_last),
		cmocka_unit_test(a_queue_may_be_limited_in_bytes),
		cmocka_unit_test(a_link_flaps_as_often_as_told),
		cmocka_unit_test(calm_takes_everything_back_and_says_so),
		cmocka_unit_test(the_same_seed_gives_the_same_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

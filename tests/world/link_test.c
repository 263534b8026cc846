// SPDX-License-Identifier: BSD-2-Clause
/* Links and what goes wrong with them: cuts, deafness, loss, jitter, changed latency, counted drops. */
#include "tests/world/lab.h"

#include "sim/wire/arp.h"

static void a_cut_is_one_way(void **state)
{
	struct lab *lab = lab_lan(3);

	lab->with_records = true;
	world_link_cut(lab->world, 0, 0, WORLD_OUT, true);
	assert_false(world_reachable(lab->world, 0, 0, 1));
	assert_true(world_reachable(lab->world, 0, 1, 0));
	assert_false(world_audible(lab->world, 0, 0));
	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_say(lab, 1, MAC_BROADCAST, 2);
	lab_run(lab, VL_S);
	assert_int_equal(world_frames(lab->world), 1); /* a's was not accepted by the switch */
	world_link_cut(lab->world, 0, 0, WORLD_IN, true);
	world_link_cut(lab->world, 0, 0, WORLD_OUT, false);
	assert_true(world_reachable(lab->world, 0, 0, 1));
	assert_false(world_reachable(lab->world, 0, 1, 0));
	lab_say(lab, 0, MAC_BROADCAST, 3);
	lab_say(lab, 1, MAC_BROADCAST, 4);
	lab_run(lab, 2 * VL_S);
	world_link_cut(lab->world, 0, 0, WORLD_BOTH, false);
	lab_say(lab, 1, MAC_BROADCAST, 5);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "0.000000000 a port 0: cut from the node\n"
			"0.000020000 a got 2\n"
			"0.000020000 c got 2\n"
			"1.000000000 a port 0: cut\n"
			"1.000000000 a port 0: cut to the node\n"
			"1.000020000 b got 3\n"
			"1.000020000 c got 3\n"
			"1.000020000 c got 4\n"
			"2.000000000 a port 0: not cut\n"
			"2.000020000 a got 5\n"
			"2.000020000 c got 5\n");
	assert_int_equal(world_link_lost(lab->world, 0, 0), 2);
	lab_free(lab);
}

static void deafness_is_between_two(void **state)
{
	struct lab *lab = lab_lan(3);

	world_deaf(lab->world, 0, 0, 1, true);
	world_deaf(lab->world, 0, 0, 1, true); /* twice is once */
	assert_false(world_reachable(lab->world, 0, 0, 1));
	assert_true(world_reachable(lab->world, 0, 1, 0));
	for (world_node n = 0; n < 3; n++)
		lab_say(lab, n, MAC_BROADCAST, n + 1);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000020000 c got 1\n"
			"0.000020000 a got 2\n"
			"0.000020000 c got 2\n"
			"0.000020000 a got 3\n"
			"0.000020000 b got 3\n");
	world_deaf(lab->world, 0, 0, 1, false);
	assert_true(world_reachable(lab->world, 0, 0, 1));
	lab_say(lab, 0, lab_mac(2), 4);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "1.000020000 b got 4\n");
	lab_free(lab);
}

/* With up to 50 ms of jitter and a frame a millisecond nearly all would overtake each other. */
static void jitter_keeps_the_order(void **state)
{
	struct lab *lab = lab_new(3);
	uint64_t count = 500;

	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	for (unsigned i = 0; i < 2; i++) {
		lab_puppet(lab, i == 0 ? "a" : "b", 1);
		world_connect(lab->world, i, 0, 0,
			      &(struct world_link_config){.latency = VL_MS, .jitter = 50 * VL_MS});
		world_start(lab->world, i);
	}
	for (uint64_t i = 1; i <= count; i++) {
		lab_say(lab, 0, lab_mac(2), i);
		lab_run(lab, i * VL_MS);
	}
	lab_run(lab, 10 * VL_S);
	const char *line = lab->text;
	vl_time spread = 0, last = 0;
	for (uint64_t i = 1; i <= count; i++) {
		unsigned long long s, ns, number;
		assert_int_equal(sscanf(line, "%llu.%llu b got %llu", &s, &ns, &number), 3);
		assert_int_equal(number, i);
		vl_time at = s * VL_S + ns, delay = at - (i - 1) * VL_MS;
		assert_in_range(delay, 2 * VL_MS, 102 * VL_MS);
		assert_true(at >= last);
		last = at;
		spread = delay > spread ? delay : spread;
		line = strchr(line, '\n') + 1;
	}
	assert_true(spread > 80 * VL_MS); /* it did jitter */
	assert_int_equal(*line, '\0');
	lab_free(lab);
}

/* 20 % a link: 0.8 * 0.8 = 64 % arrive; of 10,000 that is 6400, standard deviation 48. */
static uint64_t heard_of_10000(uint64_t seed, bool with_third)
{
	struct lab *lab = lab_new(seed);

	lab->quiet = true;
	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	if (with_third)
		lab_puppet(lab, "third", 1);
	world_node a = with_third ? 1 : 0, b = a + 1;
	lab_puppet(lab, "a", 1);
	lab_puppet(lab, "b", 1);
	for (world_node n = 0; n <= b; n++) {
		world_connect(lab->world, n, 0, 0,
			      &(struct world_link_config){.latency = 10 * VL_US, .loss_ppm = 200000});
		world_start(lab->world, n);
	}
	if (with_third)
		lab_say(lab, 0, lab_mac(1), 1); /* to itself: only its own dice are thrown */
	lab->puppet[a]->every = VL_MS;
	lab->puppet[a]->to = lab_mac(b + 1);
	world_crash(lab->world, a);
	world_start(lab->world, a);
	lab_run(lab, 10 * VL_S + 1);
	world_stop(lab->world, a);
	lab_run(lab, 11 * VL_S);
	uint64_t heard = lab->puppet[b]->heard;
	assert_int_equal(lab->puppet[a]->count, 10000);
	assert_int_equal(heard + world_link_lost(lab->world, a, 0) + world_link_lost(lab->world, b, 0), 10000);
	lab_free(lab);
	return heard;
}

static void loss_is_as_often_as_told_and_the_seeds(void **state)
{
	uint64_t one = heard_of_10000(1, false), two = heard_of_10000(2, false);

	assert_in_range(one, 6400 - 200, 6400 + 200);
	assert_in_range(two, 6400 - 200, 6400 + 200);
	assert_int_equal(heard_of_10000(1, false), one);
	assert_int_not_equal(one, two);
}

static void another_node_does_not_move_the_dice(void **state)
{
	assert_int_equal(heard_of_10000(1, true), heard_of_10000(1, false));
}

static void loss_can_be_changed(void **state)
{
	struct lab *lab = lab_lan(2);

	lab->with_records = true;
	world_link_loss(lab->world, 1, 0, 1000000);
	lab_say(lab, 0, lab_mac(2), 1);
	lab_run(lab, VL_S);
	world_link_loss(lab->world, 1, 0, 0);
	lab_say(lab, 0, lab_mac(2), 2);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "0.000000000 b port 0: loses 1000000 frames of a million\n"
			"1.000000000 b port 0: loses 0 frames of a million\n"
			"1.000020000 b got 2\n");
	lab_free(lab);
}

/* What is under way when a link's latency changes arrives as it would have; who is sent later does not
 * overtake it; the other nodes notice nothing. */
static void a_changed_latency_keeps_the_order(void **state)
{
	struct lab *lab = lab_lan(3);

	world_link_latency(lab->world, 1, 0, 500 * VL_US);
	lab_say(lab, 0, MAC_BROADCAST, 1); /* 10 + 500, 10 + 10 */
	lab_say(lab, 0, MAC_BROADCAST, 2);
	lab_run(lab, 100 * VL_US);
	world_link_latency(lab->world, 1, 0, 30 * VL_US);
	lab_say(lab, 0, lab_mac(2), 3); /* would be there at 140 us */
	lab_run(lab, 600 * VL_US);
	lab_say(lab, 1, lab_mac(1), 4); /* 30 + 10 */
	lab_run(lab, VL_MS);
	lab_expect(lab, "0.000020000 c got 1\n"
			"0.000020000 c got 2\n"
			"0.000120000 c overheard 3\n"
			"0.000510000 b got 1\n"
			"0.000510000 b got 2\n"
			"0.000510000 b got 3\n"
			"0.000640000 a got 4\n");
	lab_free(lab);
}

/* Frames on the lane that b shares with the others, in all three kinds: its own to the switch, one for it
 * alone, one for everybody. */
static void frames_under_way_leave_the_shared_lane_with_their_link(void **state)
{
	struct lab *lab = lab_lan(3);

	lab_say(lab, 1, MAC_BROADCAST, 1);
	lab_run(lab, VL_MS);
	lab_forget(lab);
	lab_say(lab, 0, lab_mac(2), 2);
	lab_say(lab, 2, MAC_BROADCAST, 3);
	lab_run(lab, VL_MS + 12 * VL_US); /* both are behind the switch */
	lab_say(lab, 1, MAC_BROADCAST, 4);
	world_link_latency(lab->world, 1, 0, VL_S);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "0.001020000 b got 2\n"
			"0.001020000 a got 3\n"
			"0.001020000 b got 3\n"
			"0.001032000 a got 4\n"
			"0.001032000 c got 4\n");
	lab_free(lab);
}

/* --- counted faults ------------------------------------------------------------------------------------- */

static void say_arp(struct lab *lab, world_node n)
{
	struct packet_envelope e = {.src_mac = lab->puppet[n]->mac, .dst_mac = MAC_BROADCAST};
	const struct ethernet_header h = {.dst = e.dst_mac, .src = e.src_mac, .type = ETHERTYPE_ARP};
	const struct arp_packet arp = {.operation = ARP_REQUEST, .sender_mac = e.src_mac,
				       .sender_ip = ip4(192, 0, 2, 1), .target_ip = ip4(192, 0, 2, 2)};
	struct frame *f = frame_new(lab->pool, LAB_FRAME);
	struct wr out = wr_of(f->data, f->length);

	ethernet_encode(&h, &out);
	arp_encode(&arp, &out);
	wr_zero(&out, LAB_FRAME - wr_length(&out));
	assert_false(out.bad);
	outbox_frame(&lab->puppet[n]->box, 0, f);
}

static struct packet_match match_of(const char *text)
{
	struct packet_match m;
	struct packet_match_error error;

	assert_true(packet_match_compile(&m, text, &error));
	return m;
}

static void the_second_of_a_kind_is_dropped(void **state)
{
	struct lab *lab = lab_lan(2);
	struct packet_match any = match_of("any");

	lab->with_records = true;
	world_drop_packets(lab->world, 0, &any, 1, 1, "drop the 2nd from a");
	for (uint64_t i = 1; i <= 4; i++) {
		lab_say(lab, 0, lab_mac(2), i);
		lab_say(lab, 1, lab_mac(1), 10 + i); /* not from a: not counted */
	}
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000000000 drop the 2nd from a: match 2 from a was dropped\n"
			"0.000020000 b got 1\n"
			"0.000020000 a got 11\n"
			"0.000020000 a got 12\n"
			"0.000020000 b got 3\n"
			"0.000020000 a got 13\n"
			"0.000020000 b got 4\n"
			"0.000020000 a got 14\n");
	assert_int_equal(world_frames(lab->world), 7); /* it never came to the switch */
	lab_free(lab);
}

static void only_what_matches_is_counted(void **state)
{
	struct lab *lab = lab_lan(2);
	struct packet_match arp = match_of("arp request");

	lab->quiet = true;
	world_drop_packets(lab->world, WORLD_ANY, &arp, 2, 0, "all ARP but two");
	for (unsigned i = 0; i < 5; i++) {
		say_arp(lab, i % 2);
		lab_say(lab, i % 2, MAC_BROADCAST, i);
	}
	lab_run(lab, VL_S);
	assert_int_equal(world_frames(lab->world), 5 + 2);
	lab_free(lab);
}

/* Rules do not see each other's work: the third is the third, whatever became of the second. */
static void counted_faults_count_apart(void **state)
{
	struct lab *lab = lab_lan(2);
	struct packet_match any = match_of("any");

	world_drop_packets(lab->world, 0, &any, 1, 1, "second");
	world_drop_packets(lab->world, 0, &any, 2, 1, "third");
	for (uint64_t i = 1; i <= 4; i++)
		lab_say(lab, 0, lab_mac(2), i);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000020000 b got 1\n"
			"0.000020000 b got 4\n");
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_is_one_way),
		cmocka_unit_test(deafness_is_between_two),
		cmocka_unit_test(jitter_keeps_the_order),
		cmocka_unit_test(loss_is_as_often_as_told_and_the_seeds),
		cmocka_unit_test(another_node_does_not_move_the_dice),
		cmocka_unit_test(loss_can_be_changed),
		cmocka_unit_test(a_changed_latency_keeps_the_order),
		cmocka_unit_test(frames_under_way_leave_the_shared_lane_with_their_link),
		cmocka_unit_test(the_second_of_a_kind_is_dropped),
		cmocka_unit_test(only_what_matches_is_counted),
		cmocka_unit_test(counted_faults_count_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

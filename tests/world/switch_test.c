// SPDX-License-Identifier: BSD-2-Clause
/* The learning switch: who hears what, when a MAC is forgotten, and when it moves. */
#include "tests/world/lab.h"

static struct lab *lab_lan_with(unsigned nodes, const struct world_segment_config *config)
{
	static const char *const name[] = {"a", "b", "c", "d"};
	struct lab *lab = lab_new(1);

	world_add_segment(lab->world, config);
	for (unsigned i = 0; i < nodes; i++) {
		lab_puppet(lab, name[i], 1);
		world_connect(lab->world, i, 0, 0, NULL);
		world_start(lab->world, i);
	}
	return lab;
}

/* Node n says a number with another source MAC. */
static void say_from(struct lab *lab, world_node n, struct mac from, struct mac to, uint64_t number)
{
	struct mac own = lab->puppet[n]->mac;

	lab->puppet[n]->mac = from;
	lab_say(lab, n, to, number);
	lab->puppet[n]->mac = own;
}

static void an_unknown_address_is_flooded_a_known_one_is_not(void **state)
{
	struct lab *lab = lab_lan(3);

	lab_say(lab, 0, lab_mac(2), 1);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000020000 b got 1\n"
			"0.000020000 c overheard 1\n");
	lab_say(lab, 1, lab_mac(1), 2); /* a is known by its first frame */
	lab_run(lab, 2 * VL_S);
	lab_say(lab, 0, lab_mac(2), 3);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "1.000020000 a got 2\n"
			"2.000020000 b got 3\n");
	assert_int_equal(world_frames(lab->world), 3);
	lab_free(lab);
}

static void group_addresses_are_always_flooded(void **state)
{
	struct lab *lab = lab_lan(3);
	struct mac group = {{0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}};

	lab_say(lab, 0, group, 1);
	say_from(lab, 1, group, lab_mac(1), 2); /* a group as source is nobody's place */
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000020000 b got 1\n"
			"0.000020000 c got 1\n"
			"0.000020000 a got 2\n");
	lab_say(lab, 2, group, 3);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "1.000020000 a got 3\n"
			"1.000020000 b got 3\n");
	lab_free(lab);
}

/* The switch does not send a frame back to where it came from. */
static void a_frame_to_its_own_port_is_dropped(void **state)
{
	struct lab *lab = lab_lan(3);

	say_from(lab, 0, lab_mac(9), MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab_forget(lab);
	lab_say(lab, 0, lab_mac(9), 2);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "");
	assert_int_equal(world_frames(lab->world), 2);
	lab_free(lab);
}

/* a is heard at 10 us; with 5 s of aging it is known until just before 5.000010 s. */
static void a_silent_station_is_forgotten(void **state)
{
	struct lab *lab = lab_lan_with(3, &(struct world_segment_config){.name = "lan", .mac_aging = 5 * VL_S});

	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_run(lab, 5 * VL_S - VL_US);
	lab_forget(lab);
	lab_say(lab, 1, lab_mac(1), 2); /* at the switch at 5.000009 s */
	lab_run(lab, 5 * VL_S);
	lab_say(lab, 1, lab_mac(1), 3); /* at 5.000010 s */
	lab_run(lab, 6 * VL_S);
	lab_expect(lab, "5.000019000 a got 2\n"
			"5.000020000 a got 3\n"
			"5.000020000 c overheard 3\n");
	lab_free(lab);
}

static void every_frame_renews_the_age(void **state)
{
	struct lab *lab = lab_lan_with(3, &(struct world_segment_config){.name = "lan", .mac_aging = 5 * VL_S});

	for (unsigned i = 0; i < 4; i++) {
		lab_say(lab, 0, MAC_BROADCAST, 1);
		lab_run(lab, (i + 1) * 4 * VL_S);
	}
	lab_forget(lab);
	lab_say(lab, 1, lab_mac(1), 2);
	lab_run(lab, 17 * VL_S);
	lab_expect(lab, "16.000020000 a got 2\n");
	lab_free(lab);
}

/* Two boxes that use one virtual MAC: the switch believes whoever spoke last. */
static void a_shared_mac_moves_with_every_frame(void **state)
{
	struct mac virtual = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x01}};
	struct lab *lab = lab_lan(3);

	lab->with_records = lab->quiet = true;
	for (unsigned i = 0; i < 4; i++) {
		say_from(lab, i % 2, virtual, MAC_BROADCAST, i);
		lab_run(lab, (i + 1) * VL_S);
	}
	lab_expect(lab,
		   "1.000010000 lan: 00:00:5e:00:01:01 moved from the port of a to that of b (1 moves)\n"
		   "2.000010000 lan: 00:00:5e:00:01:01 moved from the port of b to that of a (2 moves)\n"
		   "3.000010000 lan: 00:00:5e:00:01:01 moved from the port of a to that of b (3 moves)\n");
	assert_int_equal(world_mac_moves(lab->world, 0, virtual), 3);
	assert_int_equal(world_mac_moves(lab->world, 0, lab_mac(1)), 0);
	lab->quiet = false;
	lab_say(lab, 2, virtual, 9);
	lab_run(lab, 5 * VL_S);
	lab_expect(lab, "4.000020000 b overheard 9\n");
	lab_free(lab);
}

static void learning_after_ageing_is_no_move(void **state)
{
	struct lab *lab = lab_lan_with(2, &(struct world_segment_config){.name = "lan", .mac_aging = VL_S});

	lab->with_records = true;
	say_from(lab, 0, lab_mac(9), MAC_BROADCAST, 1);
	lab_run(lab, 2 * VL_S);
	say_from(lab, 1, lab_mac(9), MAC_BROADCAST, 2);
	lab_run(lab, 3 * VL_S);
	assert_int_equal(world_mac_moves(lab->world, 0, lab_mac(9)), 0);
	lab_free(lab);
}

static void a_port_that_goes_down_is_forgotten(void **state)
{
	struct lab *lab = lab_lan(3);

	say_from(lab, 0, lab_mac(9), MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	world_link_carrier(lab->world, 0, 0, false);
	lab_forget(lab);
	lab_say(lab, 2, lab_mac(9), 2); /* flooded again */
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "1.000020000 b overheard 2\n");
	say_from(lab, 1, lab_mac(9), MAC_BROADCAST, 3); /* and where it turns up now is no move */
	lab_run(lab, 3 * VL_S);
	assert_int_equal(world_mac_moves(lab->world, 0, lab_mac(9)), 0);
	lab_free(lab);
}

/* Four entries: a, 9, 10, 11. A fifth station is flooded to as long as they live, learned when they are
 * dead. */
static void a_full_table_floods_until_something_ages(void **state)
{
	struct lab *lab = lab_lan_with(
		3, &(struct world_segment_config){.name = "lan", .mac_aging = 10 * VL_S, .mac_limit = 4});

	lab->quiet = true;
	lab_say(lab, 0, MAC_BROADCAST, 1);
	for (unsigned m = 9; m < 12; m++)
		say_from(lab, 0, lab_mac(m), MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	say_from(lab, 1, lab_mac(20), MAC_BROADCAST, 1);
	lab_run(lab, 2 * VL_S);
	lab->quiet = false;
	lab_say(lab, 0, lab_mac(20), 2);
	lab_run(lab, 11 * VL_S);
	lab_expect(lab, "2.000020000 b overheard 2\n"
			"2.000020000 c overheard 2\n");
	say_from(lab, 1, lab_mac(20), MAC_BROADCAST, 3);
	lab_run(lab, 12 * VL_S);
	lab_forget(lab);
	lab_say(lab, 0, lab_mac(20), 4);
	lab_run(lab, 13 * VL_S);
	lab_expect(lab, "12.000020000 b overheard 4\n");
	lab_free(lab);
}

/* One MAC in two VLANs has two places. */
static void vlans_learn_apart(void **state)
{
	struct lab *lab = lab_lan(3);

	for (unsigned n = 0; n < 2; n++) {
		puppet_emit_from(lab->puppet[n], 0, lab_mac(9), MAC_BROADCAST, n);
		struct frame *f = lab->puppet[n]->box.ring[lab->puppet[n]->box.first].frame;
		memcpy(f->data + 12, (uint8_t[]){0x81, 0x00, 0xe0, (uint8_t)(n + 1)}, 4); /* VLAN n + 1 */
		lab_say(lab, n, lab_mac(n + 1), 50); /* polls; itself goes nowhere */
	}
	lab_run(lab, VL_S);
	assert_int_equal(world_mac_moves(lab->world, 0, lab_mac(9)), 0);
	lab_free(lab);
}

/* --- a broken trunk ------------------------------------------------------------------------------------- */

/* a and c on one side, b and d on the other. */
static const unsigned halves[] = {7, 3, 7, 3};

static void a_split_segment_is_two(void **state)
{
	struct lab *lab = lab_lan(4);

	world_partition(lab->world, 0, halves);
	assert_true(world_reachable(lab->world, 0, 0, 2));
	assert_false(world_reachable(lab->world, 0, 0, 1));
	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_say(lab, 1, MAC_BROADCAST, 2);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000020000 c got 1\n"
			"0.000020000 d got 2\n");
	world_partition(lab->world, 0, NULL);
	assert_true(world_reachable(lab->world, 0, 0, 1));
	lab_say(lab, 0, MAC_BROADCAST, 3);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "1.000020000 b got 3\n"
			"1.000020000 c got 3\n"
			"1.000020000 d got 3\n");
	lab_free(lab);
}

static void what_was_learned_before_a_split_is_believed_on(void **state)
{
	struct lab *lab = lab_lan(4);

	lab_say(lab, 1, MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab_forget(lab);
	world_partition(lab->world, 0, halves);
	lab_say(lab, 0, lab_mac(2), 2); /* into the broken trunk, and not flooded */
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "");
	assert_int_equal(world_link_lost(lab->world, 1, 0), 1);
	lab_free(lab);
}

/* The same virtual MAC on both sides, each right on its own: no flapping while the trunk is broken. On the
 * side that heard it through the trunk before it moves once; when the trunk heals it moves again. */
static void each_side_learns_for_itself(void **state)
{
	struct lab *lab = lab_lan(4);

	lab->quiet = true;
	say_from(lab, 0, lab_mac(9), MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	world_partition(lab->world, 0, halves);
	lab->with_records = true;
	for (unsigned i = 1; i < 4; i++) {
		say_from(lab, 0, lab_mac(9), MAC_BROADCAST, 1);
		say_from(lab, 1, lab_mac(9), MAC_BROADCAST, 1);
		lab_run(lab, (i + 1) * VL_S);
	}
	lab_expect(lab, "1.000010000 lan: 02:00:00:00:00:09 moved from the port of a to that of b (1 moves)\n");
	lab->quiet = false;
	lab_say(lab, 2, lab_mac(9), 5);
	lab_say(lab, 3, lab_mac(9), 6);
	lab_run(lab, 5 * VL_S);
	lab_expect(lab, "4.000020000 a overheard 5\n"
			"4.000020000 b overheard 6\n");
	lab_forget(lab);

	/* Heard by both sides at one instant last: the lower port is kept, so b's next frame is a move. */
	world_partition(lab->world, 0, NULL);
	lab_forget(lab);
	lab->quiet = true;
	say_from(lab, 1, lab_mac(9), MAC_BROADCAST, 1);
	lab_run(lab, 6 * VL_S);
	lab_expect(lab, "5.000010000 lan: 02:00:00:00:00:09 moved from the port of a to that of b (2 moves)\n");
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_address_is_flooded_a_known_one_is_not),
		cmocka_unit_test(group_addresses_are_always_flooded),
		cmocka_unit_test(a_frame_to_its_own_port_is_dropped),
		cmocka_unit_test(a_silent_station_is_forgotten),
		cmocka_unit_test(every_frame_renews_the_age),
		cmocka_unit_test(a_shared_mac_moves_with_every_frame),
		cmocka_unit_test(learning_after_ageing_is_no_move),
		cmocka_unit_test(a_port_that_goes_down_is_forgotten),
		cmocka_unit_test(a_full_table_floods_until_something_ages),
		cmocka_unit_test(vlans_learn_apart),
		cmocka_unit_test(a_split_segment_is_two),
		cmocka_unit_test(what_was_learned_before_a_split_is_believed_on),
		cmocka_unit_test(each_side_learns_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

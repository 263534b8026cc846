// SPDX-License-Identifier: BSD-2-Clause
/* Trunks between switches, stations that move, VLANs that leak, and a switch that gives up learning. */
#include "tests/world/lab.h"

#include "sim/vrrp/vrrp_records.h"

/* a on left, b on middle, c on right; left - middle 50 us, middle - right 10 us. */
static struct lab *three_rooms(void)
{
	static const char *const rooms[] = {"left", "middle", "right"}, *const name[] = {"a", "b", "c"};
	struct lab *lab = lab_new(1);

	for (unsigned i = 0; i < 3; i++)
		world_add_segment(lab->world, &(struct world_segment_config){.name = rooms[i]});
	assert_int_equal(world_add_trunk(lab->world, &(struct world_trunk_config){.name = "long", .from = 0, .to = 1,
									  .latency = 50 * VL_US}), 0);
	assert_int_equal(world_add_trunk(lab->world, &(struct world_trunk_config){.name = "short", .from = 2, .to = 1}),
			 1);
	for (unsigned i = 0; i < 3; i++) {
		lab_puppet(lab, name[i], 1);
		world_connect(lab->world, i, 0, i, NULL);
		world_start(lab->world, i);
	}
	return lab;
}

/* 10 us to the switch, 50 and 10 of trunks, 10 to the node. Each switch captures it. */
static void a_flood_reaches_every_room_once(void **state)
{
	struct lab *lab = three_rooms();

	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000070000 b got 1\n"
			"0.000080000 c got 1\n");
	assert_int_equal(world_frames(lab->world), 3);
	assert_true(world_joined(lab->world, 0, 2));
	lab_free(lab);
}

/* b knows by the flood where a is: what c says to a goes over both trunks, and b does not overhear it. */
static void switches_learn_over_trunks(void **state)
{
	struct lab *lab = three_rooms();

	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab_forget(lab);
	lab_say(lab, 2, lab_mac(1), 2);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "1.000080000 a got 2\n");
	lab_say(lab, 1, lab_mac(3), 3);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "2.000030000 c got 3\n");
	assert_int_equal(world_frames(lab->world), 3 + 3 + 2);
	lab_free(lab);
}

static void a_cut_trunk_is_one_way_or_both(void **state)
{
	struct lab *lab = three_rooms();

	lab->with_records = true;
	world_trunk_cut(lab->world, 0, WORLD_OUT, true); /* left to middle */
	world_trunk_cut(lab->world, 0, WORLD_OUT, true); /* twice is once */
	assert_false(world_reaches(lab->world, 0, 0, 2, 2));
	assert_true(world_reaches(lab->world, 2, 2, 0, 0));
	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_say(lab, 2, MAC_BROADCAST, 2);
	lab_run(lab, VL_S);
	world_trunk_cut(lab->world, 0, WORLD_BOTH, true);
	world_trunk_cut(lab->world, 0, WORLD_OUT, false);
	lab_say(lab, 0, MAC_BROADCAST, 3);
	lab_say(lab, 2, MAC_BROADCAST, 4);
	lab_run(lab, 2 * VL_S);
	world_trunk_cut(lab->world, 0, WORLD_BOTH, false);
	assert_true(world_reaches(lab->world, 0, 0, 2, 2));
	lab_expect(lab, "0.000000000 trunk long from left to middle: cut one way\n"
			"0.000030000 b got 2\n"
			"0.000080000 a got 2\n"
			"1.000000000 trunk long from left to middle: cut\n"
			"1.000000000 trunk long from left to middle: cut the other way\n"
			"1.000030000 b got 4\n"
			"1.000070000 b got 3\n"
			"1.000080000 c got 3\n"
			"2.000000000 trunk long from left to middle: not cut\n");
	assert_int_equal(world_trunk_lost(lab->world, 0), 2);
	assert_int_equal(world_trunk_lost(lab->world, 1), 0);
	lab_free(lab);
}

static void say_tagged(struct lab *lab, world_node n, unsigned vlan, uint64_t number)
{
	uint8_t bytes[LAB_FRAME + 4] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 0, 0x81, 0, 0, 0, 0x88, 0xb5};

	bytes[11] = (uint8_t)(n + 1);
	bytes[14] = (uint8_t)(0x60 | vlan >> 8);
	bytes[15] = (uint8_t)vlan;
	bytes[LAB_AT + 11] = (uint8_t)number;
	world_inject(lab->world, n, 0, bytes, sizeof bytes, VL_S, 1);
}

/* What the tap saw: VLAN and length of each frame on each segment. */
struct seen {
	size_t count;
	unsigned vlan[16], length[16], segment[16];
	uint8_t last[LAB_FRAME + 4];
};

static void see(void *context, world_segment segment, uint64_t number, world_node from, const struct frame *f,
		const struct packet *packet, vl_time now)
{
	struct seen *s = context;

	(void)number, (void)from, (void)now;
	assert_in_range(s->count, 0, 15);
	s->vlan[s->count] = packet->ethernet.vlan_count > 0 ? packet->ethernet.vlan[0].id : 0;
	s->length[s->count] = f->length;
	s->segment[s->count++] = segment;
	memcpy(s->last, f->data, f->length);
}

static struct lab *silent_lab(struct seen *s)
{
	struct lab *lab = calloc(1, sizeof *lab);

	lab->pool = frame_pool_new();
	lab->journal = journal_new();
	lab->quiet = true;
	lab->world = world_new(1, lab->pool, &(struct world_listener){.context = s, .frame = see});
	return lab;
}

static void sender_on(struct lab *lab, world_segment segment)
{
	lab_puppet(lab, "a", 1);
	world_connect(lab->world, 0, 0, segment, NULL);
	world_start(lab->world, 0);
}

static void a_trunk_lets_its_vlans_pass(void **state)
{
	static const uint16_t vlans[] = {0, 20};
	struct seen s = {0};
	struct lab *lab = silent_lab(&s);

	world_add_segment(lab->world, &(struct world_segment_config){.name = "left"});
	world_add_segment(lab->world, &(struct world_segment_config){.name = "right"});
	world_add_trunk(lab->world, &(struct world_trunk_config){.name = "t", .from = 0, .to = 1, .vlan = vlans,
								 .vlan_count = 2});
	sender_on(lab, 0);
	say_tagged(lab, 0, 10, 1);
	lab_run(lab, VL_S);
	assert_int_equal(s.count, 1); /* 10 stays on the left */
	say_tagged(lab, 0, 20, 2);
	lab_run(lab, 2 * VL_S);
	assert_int_equal(s.count, 3);
	assert_int_equal(s.segment[2], 1);
	assert_int_equal(s.vlan[2], 20);
	lab_say(lab, 0, MAC_BROADCAST, 3);
	lab_run(lab, 3 * VL_S);
	assert_int_equal(s.count, 5);
	lab_free(lab);
}

/* Splitting the middle: its trunks stay with side 0. */
static void a_split_room_keeps_its_trunks_on_side_0(void **state)
{
	static const unsigned b_alone[] = {0, 1, 0}, nobody_with_the_trunks[] = {2, 1, 2};
	struct lab *lab = three_rooms();

	world_partition(lab->world, 1, b_alone);
	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_say(lab, 1, MAC_BROADCAST, 2);
	assert_false(world_reaches(lab->world, 0, 0, 1, 1));
	assert_false(world_reaches(lab->world, 1, 1, 0, 0));
	assert_true(world_reaches(lab->world, 0, 0, 2, 2));
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000080000 c got 1\n");
	world_partition(lab->world, 1, nobody_with_the_trunks);
	lab_say(lab, 1, lab_mac(1), 3); /* also when it knows where a is */
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "");
	world_partition(lab->world, 1, NULL);
	lab_say(lab, 1, lab_mac(1), 4);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "2.000070000 a got 4\n");
	lab_free(lab);
}

static void deafness_works_over_trunks(void **state)
{
	struct lab *lab = three_rooms();

	world_deaf(lab->world, 2, 0, 2, true); /* c does not hear a */
	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000070000 b got 1\n");
	assert_false(world_reaches(lab->world, 0, 0, 2, 2));
	lab_free(lab);
}

static void an_address_at_the_trunk_it_came_by_stays_there(void **state)
{
	struct lab *lab = three_rooms();

	lab_say(lab, 0, MAC_BROADCAST, 1);
	lab_say(lab, 2, MAC_BROADCAST, 2);
	lab_run(lab, VL_S);
	/* left forgets c when it is silent for long; middle knows that a sits where the frame came from */
	lab_forget(lab);
	lab->puppet[2]->mac = lab_mac(1); /* c speaks with a's address: right and middle learn it there */
	lab_say(lab, 2, lab_mac(2), 3);
	lab_run(lab, 2 * VL_S);
	lab_forget(lab);
	lab_say(lab, 2, lab_mac(1), 4); /* to itself: right keeps it */
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "");
	lab_free(lab);
}

/* --- moving --------------------------------------------------------------------------------------------- */

static void a_station_that_moves_is_not_found_until_it_speaks(void **state)
{
	struct lab *lab = lab_lan(3);

	lab_say(lab, 1, MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab_forget(lab);
	lab->with_records = true;
	world_move(lab->world, 1, 0, 0);
	lab_say(lab, 0, lab_mac(2), 2);
	lab_run(lab, 2 * VL_S);
	assert_int_equal(world_link_lost(lab->world, 1, 0), 1);
	lab_say(lab, 1, lab_mac(3), 3);
	lab_run(lab, 3 * VL_S);
	lab_say(lab, 0, lab_mac(2), 4);
	lab_run(lab, 4 * VL_S);
	lab_expect(lab, "1.000000000 b port 0: moved to another switch port, from lan to lan\n"
			"2.000010000 lan: 02:00:00:00:00:02 moved from the port of b to that of b (1 moves)\n"
			"2.000020000 a overheard 3\n"
			"2.000020000 c got 3\n"
			"3.000020000 b got 4\n");
	lab_free(lab);
}

/* From middle to right: middle goes on sending it to the old port; its first frame teaches all three. */
static void a_station_moves_to_another_room(void **state)
{
	struct lab *lab = three_rooms();

	for (world_node n = 0; n < 3; n++)
		lab_say(lab, n, MAC_BROADCAST, n);
	lab_run(lab, VL_S);
	lab_forget(lab);
	world_deaf(lab->world, 2, 2, 1, true); /* there it will be deaf to c */
	world_move(lab->world, 1, 0, 2);
	lab_say(lab, 0, lab_mac(2), 1);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "");
	lab_say(lab, 1, MAC_BROADCAST, 2);
	lab_run(lab, 3 * VL_S);
	lab_say(lab, 0, lab_mac(2), 3);
	lab_say(lab, 2, lab_mac(2), 4);
	lab_run(lab, 4 * VL_S);
	lab_expect(lab, "2.000020000 c got 2\n"
			"2.000080000 a got 2\n"
			"3.000080000 b got 3\n");
	lab_free(lab);
}

/* What is under way to everybody of its old room misses it; its own frame arrives at its new switch. */
static void frames_under_way_stay_in_their_room(void **state)
{
	struct lab *lab = three_rooms();

	lab_say(lab, 1, MAC_BROADCAST, 1);
	lab_run(lab, 12 * VL_US); /* b's frame is behind its switch */
	world_move(lab->world, 1, 0, 2);
	lab_run(lab, VL_S);
	lab_expect(lab, "0.000030000 c got 1\n" /* and b does not hear itself */
			"0.000070000 a got 1\n");
	lab_free(lab);
}

/* --- leaking VLANs -------------------------------------------------------------------------------------- */

static void what_leaks_is_a_frame_of_the_other_vlan_too(void **state)
{
	struct seen s = {0};
	struct lab *lab = silent_lab(&s);

	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	sender_on(lab, 0);
	world_vlan_leak(lab->world, 0, 10, 20, true);
	world_vlan_leak(lab->world, 0, 10, 20, true); /* twice is once */
	world_vlan_leak(lab->world, 0, 20, 10, true); /* no loop: a leaked frame does not leak */
	say_tagged(lab, 0, 10, 1);
	lab_run(lab, VL_S);
	assert_int_equal(s.count, 2);
	assert_int_equal(s.vlan[0], 10);
	assert_int_equal(s.vlan[1], 20);
	assert_int_equal(s.last[14] & 0xe0, 0x60); /* the priority stays */
	assert_int_equal(s.length[1], LAB_FRAME + 4);
	world_segment_calm(lab->world, 0);
	say_tagged(lab, 0, 10, 2);
	lab_run(lab, 2 * VL_S);
	assert_int_equal(s.count, 3);
	world_vlan_leak(lab->world, 0, 10, 0, true);
	say_tagged(lab, 0, 10, 3);
	lab_run(lab, 3 * VL_S);
	assert_int_equal(s.count, 5);
	assert_int_equal(s.vlan[4], 0);
	assert_int_equal(s.length[4], LAB_FRAME);
	assert_int_equal(s.last[LAB_AT + 7], 3);
	world_vlan_leak(lab->world, 0, 10, 0, false);
	world_vlan_leak(lab->world, 0, 0, 0xabc, true);
	lab_say(lab, 0, MAC_BROADCAST, 4);
	lab_run(lab, 4 * VL_S);
	assert_int_equal(s.count, 7);
	assert_int_equal(s.vlan[6], 0xabc);
	assert_int_equal(s.length[6], LAB_FRAME + 4);
	assert_int_equal(s.last[LAB_AT + 4 + 7], 4);
	lab_free(lab);
}

/* --- giving up ------------------------------------------------------------------------------------------ */

static struct lab *moody_lan(void)
{
	struct lab *lab = lab_new(1);

	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan", .moves_limit = 3,
								     .moves_within = 10 * VL_S,
								     .learning_off = 5 * VL_S});
	for (unsigned i = 0; i < 3; i++) {
		static const char *const name[] = {"a", "b", "c"};
		lab_puppet(lab, name[i], 1);
		world_connect(lab->world, i, 0, 0, NULL);
		world_start(lab->world, i);
	}
	lab->puppet[1]->mac = lab_mac(1); /* b and a fight for one address */
	return lab;
}

static void too_many_moves_stop_learning(void **state)
{
	struct lab *lab = moody_lan();

	lab->quiet = lab->with_records = true;
	for (unsigned i = 0; i < 5; i++) {
		lab_say(lab, i % 2, lab_mac(3), i);
		lab_run(lab, (i + 1) * VL_S);
	}
	assert_false(world_learns(lab->world, 0));
	lab_expect(lab, "1.000010000 lan: 02:00:00:00:00:01 moved from the port of a to that of b (1 moves)\n"
			"2.000010000 lan: 02:00:00:00:00:01 moved from the port of b to that of a (2 moves)\n"
			"3.000010000 lan: 02:00:00:00:00:01 moved from the port of a to that of b (3 moves)\n"
			"3.000010000 lan: too many moves, learning is off (3 moves so far)\n");
	lab->quiet = false;
	lab_say(lab, 2, lab_mac(1), 9); /* flooded: both hear it */
	lab_run(lab, 6 * VL_S);
	lab_expect(lab, "5.000020000 a got 9\n"
			"5.000020000 b got 9\n");
	lab_run(lab, 9 * VL_S);
	assert_true(world_learns(lab->world, 0));
	lab_expect(lab, "8.000010000 lan: learning is on again (3 moves so far)\n");
	lab_say(lab, 0, lab_mac(3), 10);
	lab_run(lab, 10 * VL_S);
	lab_forget(lab);
	lab_say(lab, 2, lab_mac(1), 11);
	lab_run(lab, 11 * VL_S);
	lab_expect(lab, "10.000020000 a got 11\n");
	lab_free(lab);
}

static void moves_that_take_their_time_are_borne(void **state)
{
	struct lab *lab = moody_lan();

	lab->quiet = true;
	for (unsigned i = 0; i < 20; i++) {
		lab_say(lab, i % 2, lab_mac(3), i);
		lab_run(lab, (i + 1) * 6 * VL_S); /* three in 12 s */
	}
	assert_true(world_learns(lab->world, 0));
	assert_int_equal(world_mac_moves(lab->world, 0, lab_mac(1)), 19);
	lab_free(lab);
}

/* --- the oracle ----------------------------------------------------------------------------------------- */

static void says_active(struct lab *lab, const char *node)
{
	struct record r = {.kind = &VRRP_STATE_KIND, .node = node, .part = "vrrp 10 ipv4", .at = world_now(lab->world)};

	r.value[VRRP_STATE_VRID].number = 10;
	r.value[VRRP_STATE_TO].word = "active";
	oracle_record(lab->oracle, &r);
}

/* Both Active from 1 s on, in two rooms: the conflict is one, and the trunk says how long they could hear. */
static void actives_of_joined_rooms_are_in_conflict(void **state)
{
	struct lab *lab = three_rooms();
	const struct ip_addr vip = ip4(192, 0, 2, 1);
	size_t count;

	lab->oracle = oracle_new(lab->world);
	for (world_node n = 0; n < 3; n += 2)
		oracle_register(lab->oracle, &(struct oracle_router){.node = n, .segment = n, .class = ORACLE_VRRP,
								     .family = IP_V4, .id = 10, .interval = VL_S,
								     .address = &vip, .address_count = 1});
	for (world_node n = 0; n < 3; n++) {
		world_crash(lab->world, n);
		world_start(lab->world, n);
	}
	lab_run(lab, VL_S);
	says_active(lab, "a");
	says_active(lab, "c");
	lab_run(lab, 3 * VL_S);
	world_trunk_cut(lab->world, 1, WORLD_BOTH, true);
	lab_run(lab, 10 * VL_S);
	world_move(lab->world, 2, 0, 1); /* c goes to the middle: they hear each other again */
	lab_run(lab, 14 * VL_S);
	struct oracle_conflict *c = oracle_conflicts(lab->oracle, 3, 14 * VL_S, &count);
	assert_int_equal(count, 1);
	assert_int_equal(c[0].kind, ORACLE_DUAL_ACTIVE);
	assert_int_equal(c[0].segment, 0);
	assert_int_equal(c[0].span.from, VL_S);
	assert_int_equal(c[0].mutual, 2 * VL_S + 4 * VL_S);
	assert_int_equal(c[0].member_count, 2);
	assert_true(oracle_joined(lab->oracle, 0, 2));
	free(c);
	oracle_free(lab->oracle);
	lab->oracle = NULL;
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_reaches_every_room_once),
		cmocka_unit_test(switches_learn_over_trunks),
		cmocka_unit_test(a_cut_trunk_is_one_way_or_both),
		cmocka_unit_test(a_trunk_lets_its_vlans_pass),
		cmocka_unit_test(a_split_room_keeps_its_trunks_on_side_0),
		cmocka_unit_test(deafness_works_over_trunks),
		cmocka_unit_test(an_address_at_the_trunk_it_came_by_stays_there),
		cmocka_unit_test(a_station_that_moves_is_not_found_until_it_speaks),
		cmocka_unit_test(a_station_moves_to_another_room),
		cmocka_unit_test(frames_under_way_stay_in_their_room),
		cmocka_unit_test(what_leaks_is_a_frame_of_the_other_vlan_too),
		cmocka_unit_test(too_many_moves_stop_learning),
		cmocka_unit_test(moves_that_take_their_time_are_borne),
		cmocka_unit_test(actives_of_joined_rooms_are_in_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The outside: frames that come in and go out at an attachment, and the world as an engine. */
#include "tests/world/lab.h"

#define STRANGER 9                      /* the last byte of the MAC behind the attachment */

static struct frame *from_outside(struct lab *lab, struct mac to, uint64_t number)
{
	struct frame *f = frame_new(lab->pool, LAB_FRAME);
	struct mac from = lab_mac(STRANGER);

	assert_non_null(f);
	memset(f->data, 0, LAB_FRAME);
	memcpy(f->data, to.b, 6);
	memcpy(f->data + 6, from.b, 6);
	f->data[12] = 0x88;
	f->data[13] = 0xb5;
	f->data[LAB_AT + 7] = (uint8_t)number;
	return f;
}

static void put_in(struct lab *lab, world_port port, struct mac to, uint64_t number)
{
	struct frame *f = from_outside(lab, to, number);

	world_input(lab->world, port, f);
	frame_unref(f);
}

/* The numbers of the frames that come out, in order; 0 ends them. */
static unsigned take_out(struct lab *lab, unsigned port)
{
	struct engine_out out;

	if (!world_poll(lab->world, &out))
		return 0;
	assert_int_equal(out.type, OUT_FRAME);
	assert_int_equal(out.port, port);
	unsigned number = out.frame->data[LAB_AT + 7];
	frame_unref(out.frame);
	return number;
}

static world_node last_from;
static void note_sender(void *context, world_segment segment, uint64_t number, world_node from, const struct frame *f,
			const struct packet *packet, vl_time now)
{
	(void)context, (void)segment, (void)number, (void)f, (void)packet, (void)now;
	last_from = from;
}

/* The switch accepts it at the instant of the input; each link takes 10 us more. */
static void what_comes_in_is_flooded_from_the_same_instant(void **state)
{
	struct lab *lab = lab_lan(2);
	world_port outside = world_attach(lab->world, "outside", 0);

	lab_run(lab, VL_S);
	put_in(lab, outside, MAC_BROADCAST, 1);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "1.000010000 a got 1\n"
			"1.000010000 b got 1\n");
	assert_int_equal(world_frames(lab->world), 1);
	assert_int_equal(take_out(lab, outside), 0); /* not back to where it came from */
	lab_free(lab);
}

/* Flooded frames and those for stations behind the attachment go out, others do not. */
static void what_the_segment_forwards_there_comes_out(void **state)
{
	struct lab *lab = lab_lan(2);
	world_port outside = world_attach(lab->world, "outside", 0);

	lab_say(lab, 0, lab_mac(STRANGER), 1); /* not known yet: flooded */
	lab_run(lab, VL_S);
	put_in(lab, outside, lab_mac(1), 2); /* a is known */
	lab_run(lab, 2 * VL_S);
	lab_say(lab, 1, lab_mac(1), 3);
	lab_say(lab, 1, lab_mac(STRANGER), 4);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "0.000020000 b overheard 1\n"
			"1.000010000 a got 2\n"
			"2.000020000 a got 3\n");
	assert_int_equal(take_out(lab, outside), 1);
	assert_int_equal(take_out(lab, outside), 4);
	assert_int_equal(take_out(lab, outside), 0);
	lab_free(lab);
}

static void a_mac_that_is_inside_and_outside_moves(void **state)
{
	struct lab *lab = lab_lan(1);
	world_port outside = world_attach(lab->world, "outside", 0);

	lab->with_records = true;
	put_in(lab, outside, MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab->puppet[0]->mac = lab_mac(STRANGER);
	lab_say(lab, 0, MAC_BROADCAST, 2);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "0.000000000 lan: the first frame comes in from outside\n"
			"0.000010000 a got 1\n"
			"1.000010000 lan: 02:00:00:00:00:09 moved from the port of outside to that of a (1 moves)\n");
	assert_int_equal(world_mac_moves(lab->world, 0, lab_mac(STRANGER)), 1);
	lab_free(lab);
}

static void the_tap_knows_who_is_outside(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct lab lab = {.pool = pool};

	lab.world = world_new(1, pool, &(struct world_listener){.frame = note_sender});
	world_add_segment(lab.world, &(struct world_segment_config){.name = "lan"});
	lab_puppet(&lab, "a", 1);
	world_connect(lab.world, 0, 0, 0, NULL);
	world_start(lab.world, 0);
	world_port outside = world_attach(lab.world, "outside", 0);
	assert_int_equal(world_node_count(lab.world), 1); /* nobody's node */
	put_in(&lab, outside, MAC_BROADCAST, 1);
	lab_run(&lab, VL_S);
	assert_int_equal(last_from, WORLD_OUTSIDE);
	lab_say(&lab, 0, MAC_BROADCAST, 2);
	lab_run(&lab, 2 * VL_S);
	assert_int_equal(last_from, 0);
	assert_int_equal(take_out(&lab, outside), 2);
	world_free(lab.world);
	assert_int_equal(frame_pool_held(pool), 0);
	frame_pool_free(pool);
}

/* While a segment is split, the outside is on the side of value 0, as trunks are. */
static void a_split_leaves_the_outside_on_side_0(void **state)
{
	static const unsigned side[] = {1, 0};
	struct lab *lab = lab_lan(2);
	world_port outside = world_attach(lab->world, "outside", 0);

	world_partition(lab->world, 0, side);
	put_in(lab, outside, MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab_say(lab, 0, MAC_BROADCAST, 2);
	lab_say(lab, 1, MAC_BROADCAST, 3);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "0.000010000 b got 1\n");
	assert_int_equal(take_out(lab, outside), 3);
	assert_int_equal(take_out(lab, outside), 0);
	world_partition(lab->world, 0, NULL);
	put_in(lab, outside, MAC_BROADCAST, 4);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "2.000010000 a got 4\n"
			"2.000010000 b got 4\n");
	lab_free(lab);
}

static void each_attachment_is_a_port_of_its_own_segment(void **state)
{
	struct lab *lab = lab_lan(1);
	world_segment other = world_add_segment(lab->world, &(struct world_segment_config){.name = "other"});
	world_port here = world_attach(lab->world, "here", 0), there = world_attach(lab->world, "there", other);

	assert_int_equal(here, 0);
	assert_int_equal(there, 1);
	put_in(lab, there, MAC_BROADCAST, 1);
	lab_run(lab, VL_S);
	lab_expect(lab, "");
	put_in(lab, here, MAC_BROADCAST, 2);
	lab_say(lab, 0, MAC_BROADCAST, 3);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "1.000010000 a got 2\n");
	assert_int_equal(take_out(lab, here), 3);
	assert_int_equal(take_out(lab, there), 0);
	lab_free(lab);
}

/* Nobody polls: 4096 wait, the rest is dropped and counted. */
static void what_nobody_takes_is_dropped_and_counted(void **state)
{
	struct lab *lab = lab_lan(1);
	world_port outside = world_attach(lab->world, "outside", 0);

	for (unsigned i = 0; i < 4100; i++) {
		lab_say(lab, 0, MAC_BROADCAST, 1);
		lab_run(lab, (i + 1) * VL_MS);
	}
	assert_int_equal(world_outside_dropped(lab->world), 4);
	assert_int_equal(take_out(lab, outside), 1);
	lab_free(lab);
}

/* --- as an engine --------------------------------------------------------------------------------------- */

static void run_through_does_what_falls_due_at_its_end(void **state)
{
	struct lab *lab = lab_lan(1);

	lab_say(lab, 0, MAC_BROADCAST, 1); /* at the switch after 10 us */
	assert_int_equal(world_run_through(lab->world, 10 * VL_US), WORLD_RAN);
	assert_int_equal(world_frames(lab->world), 1);
	assert_int_equal(world_now(lab->world), 10 * VL_US);
	assert_true(world_deadline(lab->world) > 10 * VL_US);
	lab_free(lab);
}

/* b echoes what is for it: in at 2 s, at b after 10 us, back at the switch 10 us later and out at once. */
static void a_driver_of_engines_drives_a_world(void **state)
{
	struct lab *lab = lab_lan(2);
	world_port outside = world_attach(lab->world, "outside", 0);
	struct engine e = world_engine(lab->world);
	struct engine_out out;

	lab->puppet[1]->echo = true;
	e.ops->startup(e.self, VL_S);
	assert_int_equal(world_now(lab->world), VL_S);
	assert_int_equal(e.ops->deadline(e.self), VL_NEVER);
	struct frame *f = from_outside(lab, lab_mac(2), 7);
	e.ops->input(e.self, outside, f, 2 * VL_S);
	frame_unref(f);
	while (e.ops->deadline(e.self) != VL_NEVER) {
		vl_time now = e.ops->deadline(e.self);
		e.ops->timeout(e.self, now);
		assert_true(e.ops->deadline(e.self) > now);
	}
	assert_int_equal(world_now(lab->world), 2 * VL_S + 20 * VL_US);
	assert_true(e.ops->poll(e.self, &out));
	assert_int_equal(out.type, OUT_FRAME);
	assert_int_equal(out.port, outside);
	assert_int_equal(out.frame->data[LAB_AT + 7], 7);
	frame_unref(out.frame);
	assert_false(e.ops->poll(e.self, &out));
	lab_free(lab);
}

static void a_port_without_carrier_lets_nothing_in(void **state)
{
	struct lab *lab = lab_lan(1);
	world_port outside = world_attach(lab->world, "outside", 0);
	struct engine e = world_engine(lab->world);
	struct command link = {.verb = COMMAND_LINK, .port = outside, .type = VALUE_FLAG, .value = {.flag = false}};
	struct vl_status status = e.ops->control(e.self, &link, VL_S);

	assert_true(vl_ok(&status));
	put_in(lab, outside, MAC_BROADCAST, 1);
	lab_run(lab, 2 * VL_S);
	lab_expect(lab, "");
	link.value.flag = true;
	status = e.ops->control(e.self, &link, 2 * VL_S);
	assert_true(vl_ok(&status));
	put_in(lab, outside, MAC_BROADCAST, 2);
	lab_run(lab, 3 * VL_S);
	lab_expect(lab, "2.000010000 a got 2\n");
	link.port = 1;
	status = e.ops->control(e.self, &link, 3 * VL_S);
	assert_int_equal(status.code, VL_INVALID);
	status = e.ops->control(e.self, &(struct command){.verb = COMMAND_SET, .field = "x"}, 3 * VL_S);
	assert_int_equal(status.code, VL_UNKNOWN);
	lab_free(lab);
}

/* The goodbye of a node goes out, too. */
static void shutdown_stops_the_nodes_politely(void **state)
{
	struct lab *lab = lab_lan(1);
	world_port outside = world_attach(lab->world, "outside", 0);
	struct engine e = world_engine(lab->world);

	lab->puppet[0]->goodbye = true;
	e.ops->shutdown(e.self, VL_S);
	assert_int_equal(world_node_state(lab->world, 0), WORLD_NODE_OFF);
	e.ops->timeout(e.self, VL_S + 10 * VL_US);
	assert_int_equal(take_out(lab, outside), 99);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_in_is_flooded_from_the_same_instant),
		cmocka_unit_test(what_the_segment_forwards_there_comes_out),
		cmocka_unit_test(a_mac_that_is_inside_and_outside_moves),
		cmocka_unit_test(the_tap_knows_who_is_outside),
		cmocka_unit_test(a_split_leaves_the_outside_on_side_0),
		cmocka_unit_test(each_attachment_is_a_port_of_its_own_segment),
		cmocka_unit_test(what_nobody_takes_is_dropped_and_counted),
		cmocka_unit_test(run_through_does_what_falls_due_at_its_end),
		cmocka_unit_test(a_driver_of_engines_drives_a_world),
		cmocka_unit_test(a_port_without_carrier_lets_nothing_in),
		cmocka_unit_test(shutdown_stops_the_nodes_politely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

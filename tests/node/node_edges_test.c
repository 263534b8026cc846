// SPDX-License-Identifier: BSD-2-Clause
/* Commands that cannot be, tables that are full, packets that nobody listens to, boxes that end in the middle. */
#include <stdio.h>

#include "tests/node/lab.h"

static struct vl_status order(struct lab *l, struct command c)
{
	return lab_control(l, 0, &c);
}

static void one_box(struct lab *l)
{
	struct node_config c;

	lab_open(l);
	lab_config(&c, 11, "192.0.2.11/24", "2001:db8::11/64");
	lab_add_vrrp(&c, 100);
	c.vrrp[0].router.track_count = 1;
	c.vrrp[0].router.track[0] = (struct vrrp_track_config){.object = "uplink", .decrement = 10};
	lab_add(l, &c);
	lab_start(l, 0);
}

static void half_commands_are_refused(void **state)
{
	struct lab l;

	one_box(&l);
	struct vl_status s = order(&l, (struct command){.verb = COMMAND_SET});
	assert_string_equal(s.reason, "a field is missing");
	s = order(&l, (struct command){.verb = COMMAND_TRACK, .type = VALUE_FLAG});
	assert_string_equal(s.reason, "the name of a tracked object is missing");
	s = order(&l, (struct command){.verb = COMMAND_LINK, .port = 0, .type = VALUE_NUMBER});
	assert_string_equal(s.reason, "link: it is up or down");
	s = order(&l, (struct command){.verb = COMMAND_TRACK, .field = "uplink", .type = VALUE_NUMBER});
	assert_string_equal(s.reason, "uplink: expected up or down");
	s = order(&l, (struct command){.verb = COMMAND_TRACK, .field = "uplinc", .type = VALUE_FLAG});
	assert_string_equal(s.reason, "nothing here tracks `uplinc'; did you mean `uplink'?");
	s = order(&l, (struct command){.verb = COMMAND_TRACK, .field = "something", .type = VALUE_FLAG});
	assert_string_equal(s.reason, "nothing here tracks `something'");
	s = order(&l, (struct command){.verb = COMMAND_SET, .field = "vrrp.x.priority"});
	assert_string_equal(s.reason, "`vrrp.x.priority': after vrrp. comes an id, 1-255, and a field");
	s = order(&l, (struct command){.verb = COMMAND_SET, .field = "carp.0.advskew"});
	assert_string_equal(s.reason, "`carp.0.advskew': after carp. comes an id, 1-255, and a field");
	lab_close(&l);
}

static void sixty_four_targets_are_enough(void **state)
{
	struct lab l;
	char target[32];

	one_box(&l);
	for (unsigned i = 0; i < NODE_PINGS; i++) {
		(void)snprintf(target, sizeof target, "192.0.2.%u", 100 + i);
		struct vl_status s = lab_ping(&l, 0, target, 100 * VL_S);
		assert_string_equal(s.reason, "");
	}
	struct vl_status s = lab_ping(&l, 0, "192.0.2.99", 100 * VL_S);
	assert_int_equal(s.code, VL_FULL);
	assert_string_equal(s.reason, "ping: 64 targets are pinged already");
	s = lab_ping(&l, 0, "192.0.2.100", 50 * VL_S);  /* in the place of an old one there is room */
	assert_true(vl_ok(&s));
	lab_stop(&l, 0);                                /* ends all of them, each with its record */
	assert_int_equal(lab_count(&l, 0, &PING_STOPPED_KIND, 0, VL_NEVER), 65);
	lab_stop(&l, 0);                                /* is off already */
	lab_close(&l);
}

/* Frames and records that were not taken when the power fails are gone. */
static void what_was_not_polled_is_forgotten_at_a_restart(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct node_config c;
	struct vl_status why;
	struct engine_out out;
	unsigned frames = 0;

	lab_config(&c, 11, "192.0.2.11/24", NULL);
	lab_add_vrrp(&c, 255);
	struct engine box = node_new(&c, pool, &why);
	assert_string_equal(why.reason, "");
	box.ops->timeout(box.self, VL_S);               /* off: nothing is due */
	box.ops->shutdown(box.self, VL_S);
	box.ops->startup(box.self, VL_S);
	box.ops->startup(box.self, 2 * VL_S);
	while (box.ops->poll(box.self, &out)) {
		frames += out.type == OUT_FRAME;
		if (out.type == OUT_FRAME)
			frame_unref(out.frame);
	}
	assert_int_equal(frames, 2);                    /* one advertisement, one announcement */
	assert_int_equal(node_outbox_dropped(&box), 0);
	box.ops->free(box.self);
	box.ops->free(NULL);
	node_config_fini(&c);
	assert_int_equal(frame_pool_held(pool), 0);
	frame_pool_free(pool);
}

static struct frame *packet_of_kind(struct frame_pool *pool, uint8_t protocol, const uint8_t *payload, size_t length)
{
	struct packet_envelope e = {.dst_mac = {{0x02, 0, 0, 0, 0, 11}}, .src = lab_ip("192.0.2.50"),
				    .dst = lab_ip("192.0.2.11"), .ttl = 64, .protocol = protocol};
	struct frame *f = frame_new(pool, 128);
	struct wr out = wr_of(f->data, 128);

	packet_begin(&out, &e);
	wr_bytes(&out, payload, length);
	packet_end(&out, &e);
	f->length = (uint32_t)wr_length(&out);
	return f;
}

static void what_nobody_listens_to_is_counted(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct node_config c;
	struct vl_status why;
	const uint8_t datagram[8] = {0x30, 0x39, 0, 53, 0, 8};
	uint8_t reply[8];
	struct wr w = wr_of(reply, sizeof reply);
	struct ip_addr src = lab_ip("192.0.2.50"), dst = lab_ip("192.0.2.11");

	lab_config(&c, 11, "192.0.2.11/24", NULL);
	struct engine box = node_new(&c, pool, &why);
	struct frame *f = packet_of_kind(pool, IP_PROTOCOL_UDP, datagram, sizeof datagram);
	box.ops->input(box.self, 0, f, VL_S);           /* off */
	assert_int_equal(node_unheard(&box), 0);
	box.ops->startup(box.self, VL_S);
	box.ops->input(box.self, 0, f, VL_S);
	frame_unref(f);
	assert_int_equal(node_unheard(&box), 1);
	icmp_encode(&(struct icmp_message){.family = IP_V4, .type = ICMP_ECHO_REPLY, .id = 77}, &src, &dst, &w);
	f = packet_of_kind(pool, IP_PROTOCOL_ICMP, reply, wr_length(&w));
	box.ops->input(box.self, 0, f, VL_S);           /* to a ping that nobody sent */
	frame_unref(f);
	assert_int_equal(node_unheard(&box), 2);
	box.ops->free(box.self);
	node_config_fini(&c);
	frame_pool_free(pool);
}

/* Members of several groups, mixed with routers of none, in any order. */
static void groups_are_told_apart_by_name(void **state)
{
	static const char *const group[] = {"a", NULL, "b", "a", "b", "c"};
	struct frame_pool *pool = frame_pool_new();
	struct node_config c;
	struct vl_status why;

	lab_config(&c, 11, "192.0.2.11/24", NULL);
	for (uint8_t i = 0; i < 6; i++) {
		lab_add_vrrp(&c, i == 3 ? 255 : 100);           /* the second of `a' is an owner */
		c.vrrp[i].router.vrid = (uint8_t)(10 + i);
		c.vrrp[i].sync_group = group[i];
	}
	struct engine box = node_new(&c, pool, &why);
	struct engine_out out;
	assert_string_equal(why.reason, "");
	box.ops->startup(box.self, 0);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(vrrp_router_state(node_vrrp(&box, i)), i == 0 || i == 3 ? VRRP_ACTIVE : VRRP_BACKUP);
	while (box.ops->poll(box.self, &out))
		if (out.type == OUT_FRAME)
			frame_unref(out.frame);
	box.ops->free(box.self);
	node_config_fini(&c);
	frame_pool_free(pool);
}

static void more_boxes_are_refused(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct node_config c;
	struct vl_status why;

	lab_config(&c, 1, "192.0.2.11/24", NULL);
	lab_add_vrrp(&c, 100);
	c.vrrp[0].router.track_count = 1;
	c.vrrp[0].router.track[0] = (struct vrrp_track_config){.interface = 3, .decrement = 1};
	assert_null(node_new(&c, pool, &why).ops);
	assert_string_equal(why.reason, "vrrp 10: track: there is no interface 3");
	c.vrrp_count = 0;
	for (int i = 0; i < 2; i++) {
		struct carp_config *h = node_config_add_carp(&c);
		carp_config_init(h);
		h->vhid = 5;
		h->password = "secret";
		h->address_count = 1;
		h->address[0] = lab_ip("192.0.2.10");
	}
	assert_null(node_new(&c, pool, &why).ops);
	assert_string_equal(why.reason, "carp 5: twice on one interface");
	c.carp[0].interface = 7;
	assert_null(node_new(&c, pool, &why).ops);
	assert_string_equal(why.reason, "carp 5: there is no interface 7");
	for (int i = 1; i < STACK_INTERFACES; i++)
		assert_non_null(node_config_add_interface(&c));
	assert_null(node_config_add_interface(&c));
	struct ip_addr gateway = lab_ip("192.0.2.254");
	for (int i = 0; i < STACK_ROUTES; i++)
		assert_true(node_config_add_gateway(&c, &gateway));
	assert_false(node_config_add_gateway(&c, &gateway));
	node_config_fini(&c);
	frame_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_commands_are_refused),
		cmocka_unit_test(sixty_four_targets_are_enough),
		cmocka_unit_test(what_was_not_polled_is_forgotten_at_a_restart),
		cmocka_unit_test(what_nobody_listens_to_is_counted),
		cmocka_unit_test(groups_are_told_apart_by_name),
		cmocka_unit_test(more_boxes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* A box as one engine: parts work together, commands find their part, a crash leaves nothing. */
#include "tests/node/lab.h"

/* r1 priority 200 (down interval 3 + 56/256 = 3.21875 s), r2 priority 100 (3.609375 s), client .50. */
static void three_boxes(struct lab *l)
{
	struct node_config c;

	lab_open(l);
	lab_config(&c, 1, "192.0.2.11/24", NULL);
	lab_add_vrrp(&c, 200);
	lab_add(l, &c);
	lab_config(&c, 2, "192.0.2.12/24", NULL);
	lab_add_vrrp(&c, 100);
	lab_add(l, &c);
	lab_config(&c, 0x50, "192.0.2.50/24", NULL);
	lab_add(l, &c);
	for (unsigned i = 0; i < 3; i++)
		lab_start(l, i);
}

static void higher_priority_becomes_active_after_its_down_interval(void **state)
{
	struct lab l;

	three_boxes(&l);
	lab_run(&l, UINT64_C(3218749999));
	assert_int_equal(lab_vrrp(&l, 0), VRRP_BACKUP);
	lab_run(&l, UINT64_C(3218750000));
	assert_int_equal(lab_vrrp(&l, 0), VRRP_ACTIVE);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_BACKUP);
	lab_run(&l, 60 * VL_S);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_BACKUP);
	assert_int_equal(node_outbox_dropped(&l.box[0]), 0);
	lab_close(&l);
}

/*
 * r1 advertises at 3.21875, 4.21875, ..., 9.21875 and crashes at 10. r2 takes over 3.609375 s after the last
 * advertisement: at 12.828125. Pings leave at every 20 ms: those of 10.00 to 12.82 are lost, 142 of them.
 */
static void pings_lost_at_a_crash_are_counted_exactly(void **state)
{
	struct lab l;
	struct vl_status s;

	three_boxes(&l);
	lab_run(&l, 5 * VL_S);
	s = lab_ping(&l, 2, "192.0.2.10", 20 * VL_MS);
	assert_true(vl_ok(&s));
	lab_run(&l, 10 * VL_S - 1);
	lab_crash(&l, 0);
	lab_run(&l, 20 * VL_S);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_ACTIVE);
	assert_int_equal(lab_record(&l, 1, &VRRP_STATE_KIND, 1)->at, UINT64_C(12828125000));
	assert_int_equal(lab_count(&l, 2, &PING_LOST_KIND, 0, 20 * VL_S), 142);
	/* the first was sent at 10.00 (sequence 251: 5.00 was 1) and lost a second later */
	const struct record *lost = lab_record(&l, 2, &PING_LOST_KIND, 0);
	assert_int_equal(lost->value[PING_LOST_SEQUENCE].number, 251);
	assert_int_equal(lost->value[PING_LOST_SENT_AT].time, 10 * VL_S);
	assert_int_equal(lost->at, 11 * VL_S);
	assert_string_equal(lost->part, "ping 192.0.2.10");
	/* 5.00 to 20.00 at 50 a second: 751 sent, 609 answered */
	assert_int_equal(lab_count(&l, 2, &PING_REPLY_KIND, 0, VL_NEVER), 751 - 142);
	s = lab_ping(&l, 2, "192.0.2.10", 0);
	assert_true(vl_ok(&s));
	const struct record *stopped = lab_record(&l, 2, &PING_STOPPED_KIND, 0);
	assert_int_equal(stopped->value[PING_STOPPED_SENT].number, 751);
	assert_int_equal(stopped->value[PING_STOPPED_LOST].number, 142);
	lab_close(&l);
}

static void box_that_crashed_starts_from_nothing(void **state)
{
	struct lab l;
	struct vl_status s;

	three_boxes(&l);
	lab_run(&l, 5 * VL_S);
	s = lab_ping(&l, 0, "192.0.2.50", VL_S);
	assert_true(vl_ok(&s));
	lab_crash(&l, 0);
	lab_run(&l, 10 * VL_S);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_ACTIVE);
	lab_start(&l, 0);
	assert_int_equal(lab_vrrp(&l, 0), VRRP_BACKUP);
	lab_run(&l, 12 * VL_S);
	assert_int_equal(lab_count(&l, 0, &PING_REPLY_KIND, 6 * VL_S, VL_NEVER), 0);
	assert_int_equal(lab_count(&l, 0, &PING_STOPPED_KIND, 0, VL_NEVER), 0);
	lab_run(&l, 20 * VL_S);
	assert_int_equal(lab_vrrp(&l, 0), VRRP_ACTIVE);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_BACKUP);
	lab_close(&l);
}

static void shutdown_says_goodbye(void **state)
{
	struct lab l;

	three_boxes(&l);
	lab_run(&l, 5 * VL_S);
	lab_stop(&l, 0);
	assert_int_equal(l.box[0].ops->deadline(l.box[0].self), VL_NEVER);
	/* priority 0: r2 waits its skew only, 0.609375 s */
	lab_run(&l, 5 * VL_S + UINT64_C(609375000));
	assert_int_equal(lab_vrrp(&l, 1), VRRP_ACTIVE);
	lab_close(&l);
}

static void link_down_is_told_to_every_part(void **state)
{
	struct lab l;
	struct vl_status s;

	three_boxes(&l);
	lab_run(&l, 5 * VL_S);
	s = lab_link(&l, 0, false);
	assert_true(vl_ok(&s));
	assert_int_equal(lab_vrrp(&l, 0), VRRP_INITIALIZE);
	s = lab_link(&l, 0, true);
	assert_true(vl_ok(&s));
	assert_int_equal(lab_vrrp(&l, 0), VRRP_BACKUP);
	lab_close(&l);
}

static void expect_refusal(struct vl_status s, enum vl_code code, const char *reason)
{
	assert_int_equal(s.code, code);
	assert_string_equal(s.reason, reason);
}

static void refusals_say_why(void **state)
{
	struct lab l;
	struct command c = {.verb = COMMAND_LINK, .port = 3, .type = VALUE_FLAG};

	three_boxes(&l);
	expect_refusal(lab_set_number(&l, 0, "vrrp.11.priority", 1), VL_UNKNOWN,
		       "`vrrp.11.priority': no such virtual router here, but: 10");
	expect_refusal(lab_set_number(&l, 0, "carp.1.vhid", 1), VL_UNKNOWN,
		       "`carp.1.vhid': no such CARP host here");
	expect_refusal(lab_set_number(&l, 0, "vrrp.10.ipv6.priority", 1), VL_UNKNOWN,
		       "`vrrp.10.ipv6.priority': no such virtual router here, but: 10");
	expect_refusal(lab_set_number(&l, 0, "vrrp.0.priority", 1), VL_UNKNOWN,
		       "`vrrp.0.priority': after vrrp. comes an id, 1-255, and a field");
	expect_refusal(lab_set_number(&l, 0, "vrrp.10", 1), VL_UNKNOWN,
		       "`vrrp.10': after vrrp. comes an id, 1-255, and a field");
	expect_refusal(lab_set_number(&l, 0, "ha.id", 1), VL_UNKNOWN,
		       "`ha.id': fields begin with what the box runs: vrrp.1.priority, carp.1.advskew");
	expect_refusal(lab_control(&l, 0, &c), VL_UNKNOWN, "port: `3' is not in 0-0");
	expect_refusal(lab_ping(&l, 0, "224.0.0.1", VL_S), VL_INVALID, "ping: `224.0.0.1' is no address of a host");
	expect_refusal(lab_ping(&l, 0, "192.0.2.50", 1), VL_INVALID,
		       "ping: every 0.000000001 s is too often for its timeout: over 32768 may wait");
	expect_refusal(lab_ping(&l, 0, "192.0.2.50", 0), VL_STATE, "no ping to 192.0.2.50 is running");
	c = (struct command){.verb = COMMAND_TRACK, .field = "uplink", .type = VALUE_FLAG};
	expect_refusal(lab_control(&l, 0, &c), VL_UNKNOWN, "nothing here tracks `uplink'");
	assert_int_equal(lab_set_number(&l, 0, "vrrp.10.priority", 256).code, VL_INVALID);
	assert_int_equal(lab_set_number(&l, 0, "vrrp.10.colour", 1).code, VL_UNKNOWN);
	lab_stop(&l, 0);
	expect_refusal(lab_set_number(&l, 0, "vrrp.10.priority", 1), VL_STATE, "the box is not running");
	lab_close(&l);
}

static void setting_the_priority_changes_the_election(void **state)
{
	struct lab l;
	struct vl_status s;

	three_boxes(&l);
	lab_run(&l, 5 * VL_S);
	s = lab_set_number(&l, 0, "vrrp.10.priority", 50);
	assert_true(vl_ok(&s));
	s = lab_set_number(&l, 1, "vrrp.10.ipv4.eth0.priority", 150);
	assert_true(vl_ok(&s));
	lab_run(&l, 15 * VL_S);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_ACTIVE);
	assert_int_equal(lab_vrrp(&l, 0), VRRP_BACKUP);
	lab_close(&l);
}

static void both_families_of_one_id_are_told_apart(void **state)
{
	struct lab l;
	struct node_config c;
	struct vl_status s;

	lab_open(&l);
	lab_config(&c, 1, "192.0.2.11/24", "2001:db8::11/64");
	lab_add_vrrp(&c, 200);
	struct vrrp_config *r = &node_config_add_vrrp(&c)->router;
	vrrp_config_init(r, 3, IP_V6);
	r->vrid = 10;
	r->address_count = 1;
	r->address[0] = lab_ip("fe80::10");
	lab_add(&l, &c);
	lab_start(&l, 0);
	expect_refusal(lab_set_number(&l, 0, "vrrp.10.priority", 1), VL_INVALID,
		       "`vrrp.10.priority' means 2 of them: put ipv4, ipv6 or an interface after the id");
	s = lab_set_number(&l, 0, "vrrp.10.ipv6.priority", 7);
	assert_true(vl_ok(&s));
	assert_int_equal(vrrp_router_priority(node_vrrp(&l.box[0], 0)), 200);
	assert_int_equal(vrrp_router_priority(node_vrrp(&l.box[0], 1)), 7);
	lab_run(&l, 10 * VL_S);
	assert_int_equal(vrrp_router_state(node_vrrp(&l.box[0], 1)), VRRP_ACTIVE);
	lab_close(&l);
}

static void tracked_object_is_told_to_who_tracks_it(void **state)
{
	struct lab l;
	struct node_config c;
	struct command down = {.verb = COMMAND_TRACK, .field = "uplink", .type = VALUE_FLAG};

	lab_open(&l);
	lab_config(&c, 1, "192.0.2.11/24", NULL);
	lab_add_vrrp(&c, 200);
	c.vrrp[0].router.track_count = 1;
	c.vrrp[0].router.track[0] = (struct vrrp_track_config){.object = "uplink", .decrement = 150};
	lab_add(&l, &c);
	lab_start(&l, 0);
	struct vl_status s = lab_control(&l, 0, &down);
	assert_true(vl_ok(&s));
	assert_int_equal(vrrp_router_priority(node_vrrp(&l.box[0], 0)), 50);
	down.field = "uplnk";
	expect_refusal(lab_control(&l, 0, &down), VL_UNKNOWN, "nothing here tracks `uplnk'; did you mean `uplink'?");
	lab_close(&l);
}

/* A firewall with eth0 and eth1: r1 fails on one side and leaves both. */
static void sync_group_leaves_together(void **state)
{
	struct lab l;
	struct node_config c;

	lab_open(&l);
	lab_config(&c, 1, "192.0.2.11/24", NULL);
	struct stack_interface_config *i = node_config_add_interface(&c);
	i->name = "eth1";
	i->mac = (struct mac){{0x02, 0, 0, 0, 1, 1}};
	i->address[i->address_count++] = lab_net("198.51.100.11/24");
	lab_add_vrrp(&c, 200);
	lab_add_vrrp(&c, 200);
	c.vrrp[1].router.interface = 1;
	c.vrrp[1].router.vrid = 11;
	c.vrrp[1].router.address[0] = lab_ip("198.51.100.10");
	c.vrrp[0].sync_group = c.vrrp[1].sync_group = "firewall";
	lab_add(&l, &c);
	lab_start(&l, 0);
	lab_run(&l, 5 * VL_S);
	assert_int_equal(vrrp_router_state(node_vrrp(&l.box[0], 0)), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_state(node_vrrp(&l.box[0], 1)), VRRP_ACTIVE);
	struct vl_status s = lab_control(&l, 0, &(struct command){.verb = COMMAND_LINK, .port = 1,
								  .type = VALUE_FLAG});
	assert_true(vl_ok(&s));
	assert_int_equal(vrrp_router_state(node_vrrp(&l.box[0], 0)), VRRP_INITIALIZE);
	assert_int_equal(vrrp_router_state(node_vrrp(&l.box[0], 1)), VRRP_INITIALIZE);
	lab_close(&l);
}

static void two_carp_hosts_elect_the_faster(void **state)
{
	struct lab l;
	struct node_config c;

	lab_open(&l);
	for (uint8_t i = 0; i < 2; i++) {
		lab_config(&c, (uint8_t)(i + 1), i == 0 ? "192.0.2.11/24" : "192.0.2.12/24", NULL);
		struct carp_config *h = node_config_add_carp(&c);
		carp_config_init(h);
		h->vhid = 1;
		h->advskew = i == 0 ? 0 : 128;
		h->password = "secret";
		h->address_count = 1;
		h->address[0] = lab_ip("192.0.2.10");
		lab_add(&l, &c);
		lab_start(&l, i);
	}
	lab_run(&l, 3 * VL_S - 1);
	assert_int_equal(carp_host_state(node_carp(&l.box[0], 0)), CARP_BACKUP);
	lab_run(&l, 3 * VL_S);
	assert_int_equal(carp_host_state(node_carp(&l.box[0], 0)), CARP_MASTER);
	lab_run(&l, 30 * VL_S);
	assert_int_equal(carp_host_state(node_carp(&l.box[1], 0)), CARP_BACKUP);
	struct vl_status s = lab_set_number(&l, 0, "carp.1.vhid", 47);
	assert_true(vl_ok(&s));
	assert_int_equal(carp_host_config(node_carp(&l.box[0], 0))->vhid, 47);
	lab_close(&l);
}

/* Two groups of one id on one interface would be one MAC and two elections. */
static void an_id_that_is_taken_is_refused(void **state)
{
	struct lab l;
	struct node_config c;

	lab_open(&l);
	lab_config(&c, 1, "192.0.2.11/24", NULL);
	for (uint8_t id = 10; id < 12; id++) {
		lab_add_vrrp(&c, 200);
		c.vrrp[id - 10].router.vrid = id;
		c.vrrp[id - 10].router.address[0].b[3] = id;
		struct carp_config *h = node_config_add_carp(&c);
		carp_config_init(h);
		h->vhid = id;
		h->password = "secret";
		h->address_count = 1;
		h->address[0] = lab_ip(id == 10 ? "192.0.2.110" : "192.0.2.111");
	}
	lab_add(&l, &c);
	lab_start(&l, 0);
	expect_refusal(lab_set_number(&l, 0, "vrrp.10.vrid", 11), VL_INVALID,
		       "vrid: `11' is taken by another virtual router of the interface");
	expect_refusal(lab_set_number(&l, 0, "vrrp.10.id", 11), VL_INVALID,
		       "id: `11' is taken by another virtual router of the interface");
	expect_refusal(lab_set_number(&l, 0, "carp.11.vhid", 10), VL_INVALID,
		       "vhid: `10' is taken by another CARP host of the interface");
	assert_int_equal(lab_set_number(&l, 0, "vrrp.10.vrid", 10).code, VL_OK);
	assert_int_equal(lab_set_number(&l, 0, "vrrp.10.vrid", 12).code, VL_OK);
	assert_int_equal(lab_set_number(&l, 0, "vrrp.11.vrid", 10).code, VL_OK);
	lab_close(&l);
}

/* 255 virtual routers of one box, 5 + 5 announcements each, all at one instant: nothing is lost inside. */
static void outbox_is_large_enough_for_all_routers_at_once(void **state)
{
	struct lab l;
	struct node_config c;

	lab_open(&l);
	lab_config(&c, 1, "192.0.2.11/24", NULL);
	for (unsigned id = 1; id <= 255; id++) {
		lab_add_vrrp(&c, 200);
		struct vrrp_config *r = &c.vrrp[id - 1].router;
		r->vrid = (uint8_t)id;
		r->address[0] = ip4(198, 51, 100, (uint8_t)id);
		r->announce = (struct vrrp_announce_config){.operation = ARP_REQUEST, .count = 5, .repeat_count = 5,
							    .repeat_after = 5 * VL_S};
	}
	struct vl_status why;
	struct engine box = node_new(&c, l.pool, &why);
	struct engine_out out;
	size_t frames = 0;

	lab_plug(&l, box);
	box.ops->startup(box.self, 0);
	for (vl_time at = 0; at <= 9 * VL_S; at = box.ops->deadline(box.self)) {
		box.ops->timeout(box.self, at);
		while (box.ops->poll(box.self, &out))
			if (out.type == OUT_FRAME) {
				frames++;
				frame_unref(out.frame);
			}
	}
	/* adverts at 3.21875, 4.21875, ..., 8.21875: 6; announcements 5 + 5 */
	assert_int_equal(frames, 255 * (6 + 10));
	assert_int_equal(node_outbox_dropped(&box), 0);
	node_config_fini(&c);
	lab_close(&l);
}

static void impossible_boxes_are_refused(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct node_config c;
	struct vl_status why;

	lab_config(&c, 1, "192.0.2.11/24", NULL);
	lab_add_vrrp(&c, 200);
	lab_add_vrrp(&c, 100);
	assert_null(node_new(&c, pool, &why).ops);
	expect_refusal(why, VL_INVALID, "vrrp 10: twice on one interface");
	c.vrrp[1].router.interface = 4;
	assert_null(node_new(&c, pool, &why).ops);
	expect_refusal(why, VL_INVALID, "vrrp 10: there is no interface 4");
	c.vrrp[1].router.interface = 0;
	c.vrrp[1].router.vrid = 0;
	assert_null(node_new(&c, pool, &why).ops);
	assert_int_equal(why.code, VL_INVALID);
	c.vrrp[1].router.vrid = 11;
	node_config_add_interface(&c)->port = 0;
	assert_null(node_new(&c, pool, &why).ops);
	expect_refusal(why, VL_INVALID, "interfaces 0 and 1: both on port 0, VLAN 0");
	node_config_fini(&c);
	frame_pool_free(pool);
}

/* keepalived's instances of one VRID on one interface: the peers tell them apart, on receipt too. */
static void one_id_twice_with_other_peers(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct node_config c;
	struct vl_status why;

	lab_config(&c, 1, "192.0.2.11/24", NULL);
	lab_add_vrrp(&c, 100);
	lab_add_vrrp(&c, 100);
	for (size_t i = 0; i < 2; i++) {
		c.vrrp[i].router.peer_count = 1;
		c.vrrp[i].router.peer[0] = lab_ip(i == 0 ? "192.0.2.12" : "192.0.2.13");
	}
	struct engine box = node_new(&c, pool, &why);
	assert_string_equal(why.reason, "");
	box.ops->startup(box.self, 0);
	uint8_t address[4] = {192, 0, 2, 10}, bytes[64];
	struct vrrp_message m = {.version = 2, .type = 1, .vrid = 10, .priority = 200, .address_count = 1, .family = IP_V4,
				 .interval_s = 1, .interval_cs = 100, .has_auth_data = true,
				 .checksum_form = VRRP_CHECKSUM_MESSAGE, .addresses = address};
	struct packet_envelope e = {.dst_mac = stack_interface(node_stack(&box), 0)->mac, .src = lab_ip("192.0.2.13"),
				    .dst = lab_ip("192.0.2.11"), .ttl = 255, .protocol = IP_PROTOCOL_VRRP};
	struct frame *f = frame_new(pool, 128);
	struct wr payload = wr_of(bytes, sizeof bytes), out = wr_of(f->data, 128);
	vrrp_encode(&m, &e.src, &e.dst, &payload);
	packet_begin(&out, &e);
	wr_bytes(&out, bytes, wr_length(&payload));
	packet_end(&out, &e);
	f->length = (uint32_t)wr_length(&out);
	box.ops->input(box.self, 0, f, VL_S);
	frame_unref(f);
	assert_int_equal(vrrp_router_dropped(node_vrrp(&box, 0), VRRP_DROP_OTHER_ROUTER), 1);
	assert_int_equal(vrrp_router_dropped(node_vrrp(&box, 1), VRRP_DROP_NONE), 1);
	box.ops->free(box.self);
	/* a peer in common, or one without peers */
	c.vrrp[0].router.peer[0] = c.vrrp[1].router.peer[0];
	assert_null(node_new(&c, pool, &why).ops);
	expect_refusal(why, VL_INVALID, "vrrp 10: twice on one interface");
	c.vrrp[0].router.peer_count = 0;
	assert_null(node_new(&c, pool, &why).ops);
	expect_refusal(why, VL_INVALID, "vrrp 10: twice on one interface");
	node_config_fini(&c);
	frame_pool_free(pool);
}

static void interface_of_an_address_is_the_longest_prefix(void **state)
{
	struct node_config c;

	lab_config(&c, 1, "192.0.2.11/16", NULL);
	struct stack_interface_config *i = node_config_add_interface(&c);
	i->address[i->address_count++] = lab_net("192.0.2.12/24");
	struct ip_addr inside = lab_ip("192.0.2.10"), wide = lab_ip("192.0.3.1"), none = lab_ip("198.51.100.1");
	assert_int_equal(node_config_interface_of(&c, &inside), 1);
	assert_int_equal(node_config_interface_of(&c, &wide), 0);
	assert_int_equal(node_config_interface_of(&c, &none), -1);
	node_config_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(higher_priority_becomes_active_after_its_down_interval),
		cmocka_unit_test(pings_lost_at_a_crash_are_counted_exactly),
		cmocka_unit_test(box_that_crashed_starts_from_nothing),
		cmocka_unit_test(shutdown_says_goodbye),
		cmocka_unit_test(link_down_is_told_to_every_part),
		cmocka_unit_test(refusals_say_why),
		cmocka_unit_test(setting_the_priority_changes_the_election),
		cmocka_unit_test(both_families_of_one_id_are_told_apart),
		cmocka_unit_test(tracked_object_is_told_to_who_tracks_it),
		cmocka_unit_test(sync_group_leaves_together),
		cmocka_unit_test(two_carp_hosts_elect_the_faster),
		cmocka_unit_test(an_id_that_is_taken_is_refused),
		cmocka_unit_test(outbox_is_large_enough_for_all_routers_at_once),
		cmocka_unit_test(impossible_boxes_are_refused),
		cmocka_unit_test(one_id_twice_with_other_peers),
		cmocka_unit_test(interface_of_an_address_is_the_longest_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

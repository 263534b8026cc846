// SPDX-License-Identifier: BSD-2-Clause
/* Settings and tracked objects while a router runs, sync groups, and configurations that are refused. */
#include "tests/vrrp/vrrp_box.h"

#include "sim/base/setting.h"
#include "sim/vrrp/sync_group.h"

static struct vl_status set_number(struct alone *a, const char *field, uint64_t number, vl_time now)
{
	struct command c = {.verb = COMMAND_SET, .field = field, .type = VALUE_NUMBER, .value.number = number};
	struct vl_status s = vrrp_router_control(a->router, &c, now);

	box_drain(a->box, now);
	return s;
}

static struct vl_status set_time(struct alone *a, const char *field, vl_time length, vl_time now)
{
	struct command c = {.verb = COMMAND_SET, .field = field, .type = VALUE_TIME, .value.time = length};
	struct vl_status s = vrrp_router_control(a->router, &c, now);

	box_drain(a->box, now);
	return s;
}

static struct vl_status set_flag(struct alone *a, const char *field, bool flag, vl_time now)
{
	struct command c = {.verb = COMMAND_SET, .field = field, .type = VALUE_FLAG, .value.flag = flag};
	struct vl_status s = vrrp_router_control(a->router, &c, now);

	box_drain(a->box, now);
	return s;
}

static struct vl_status tell(struct alone *a, const char *object, bool up, vl_time now)
{
	struct command c = {.verb = COMMAND_TRACK, .field = object, .type = VALUE_FLAG, .value.flag = up};
	struct vl_status s = vrrp_router_control(a->router, &c, now);

	box_drain(a->box, now);
	return s;
}

static void expect_ok(struct vl_status s)
{
	assert_string_equal(s.reason, "");
	assert_true(vl_ok(&s));
}

static void expect_refusal(struct vl_status s, enum vl_code code, const char *reason)
{
	assert_int_equal(s.code, code);
	assert_string_equal(s.reason, reason);
}

/* --- settings ------------------------------------------------------------------------------------------ */

static void what_is_wrong_is_refused_with_the_range(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	box_forget(a.box);
	expect_refusal(set_number(&a, "priority", 300, VL_S), VL_INVALID, "priority: `300' is not in 1-255");
	expect_refusal(set_number(&a, "vrid", 0, VL_S), VL_INVALID, "vrid: `0' is not in 1-255");
	expect_refusal(set_number(&a, "interval", 2, VL_S), VL_INVALID, "interval: expected a length of time");
	expect_refusal(set_time(&a, "interval", 500 * VL_MS, VL_S), VL_INVALID,
		       "interval: version 2 wants whole seconds, 1-255");
	expect_refusal(set_time(&a, "preempt_delay", 1001 * VL_S, VL_S), VL_INVALID,
		       "preempt_delay: 1001.000 s is not in 0.000-1000.000 s");
	expect_refusal(set_number(&a, "colour", 1, VL_S), VL_UNKNOWN, "vrrp 10 ipv4 has no field `colour'");
	expect_refusal(tell(&a, "uplink", false, VL_S), VL_UNKNOWN, "vrrp 10 ipv4 does not track `uplink'");
	assert_int_equal(a.box->record_count, 0);
	alone_free(&a);
}

static void an_accepted_change_is_recorded(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);
	const struct record *r = NULL;
	char text[128];

	expect_ok(set_number(&a, "priority", 150, VL_S));
	assert_int_equal(box_records(a.box, &SETTING_NUMBER_KIND, &r), 1);
	record_format_text(text, sizeof text, r);
	assert_string_equal(text, "priority: 100 -> 150");
	assert_string_equal(r->part, "vrrp 10 ipv4");
	expect_ok(set_flag(&a, "preempt", false, VL_S));
	assert_int_equal(box_records(a.box, &SETTING_FLAG_KIND, NULL), 1);
	assert_false(vrrp_router_config(a.router)->preempt);
	alone_free(&a);
}

/* The next advert carries it, and the next decision counts with it. */
static void a_new_priority_counts_at_the_next_advert(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	expect_ok(set_number(&a, "priority", 150, at + VL_MS));
	hand(&a, advert(2, 120), at + 2 * VL_MS);
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	vrrp_router_timeout(a.router, at + VL_S);
	box_drain(a.box, at + VL_S);
	assert_int_equal(box_packet(a.box, 0).vrrp.priority, 150);
	expect_ok(set_number(&a, "priority", 110, at + VL_S));
	hand(&a, advert(2, 120), at + VL_S);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	alone_free(&a);
}

/* The cure of a collision: goodbye under the old id, a new virtual router under the new one. */
static void a_new_id_is_another_virtual_router(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);
	char story[512];

	expect_ok(set_number(&a, "id", 47, 10 * VL_S));
	assert_string_equal(box_story(story, sizeof story, a.box, &VRRP_STATE_KIND),
			    "10.000000000 active -> initialize (reconfigured), priority 100\n"
			    "10.000000000 initialize -> backup (reconfigured), priority 100\n");
	assert_int_equal(a.box->frame_count, 1);
	struct packet p = box_packet(a.box, 0);
	assert_int_equal(p.vrrp.vrid, 10);
	assert_int_equal(p.vrrp.priority, 0);
	/* older records keep their name */
	assert_string_equal(a.box->record[1].part, "vrrp 10 ipv4");
	assert_string_equal(a.box->record[2].part, "vrrp 47 ipv4");
	box_forget(a.box);
	assert_int_equal(vrrp_router_active_down_at(a.router), 10 * VL_S + UINT64_C(3609375000));
	hand(&a, advert(2, 200), 11 * VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_OTHER_ROUTER), 1);
	vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
	box_drain(a.box, 14 * VL_S);
	p = box_packet(a.box, 0);
	assert_int_equal(p.vrrp.vrid, 47);
	assert_true(mac_equal(p.ethernet.src, vrrp_virtual_mac(IP_V4, 47)));
	alone_free(&a);
}

static void the_same_id_again_changes_nothing(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	expect_ok(set_number(&a, "vrid", 10, at));
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	assert_int_equal(a.box->frame_count, 0);
	alone_free(&a);
}

static void a_new_id_before_startup_is_only_noted(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = alone_with(&c);

	expect_ok(set_number(&a, "vrid", 11, 0));
	assert_int_equal(vrrp_router_state(a.router), VRRP_INITIALIZE);
	assert_string_equal(vrrp_router_name(a.router), "vrrp 11 ipv4");
	alone_free(&a);
}

static void a_shorter_interval_counts_at_once(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	vl_time at;
	struct alone a = active_of(&c, &at), b = backup_of(&c);

	expect_ok(set_time(&a, "interval", 100 * VL_MS, at + 500 * VL_MS));
	assert_int_equal(vrrp_router_adver_at(a.router), at + 600 * VL_MS);
	expect_ok(set_time(&a, "interval", 5 * VL_S, at + 550 * VL_MS));
	assert_int_equal(vrrp_router_adver_at(a.router), at + 600 * VL_MS);
	expect_ok(set_time(&b, "interval", 100 * VL_MS, VL_S));
	assert_int_equal(vrrp_router_active_down_at(b.router), VL_S + 360937500);
	/* what was learned from the Active stays */
	struct said s = advert(3, 200);
	s.m.interval_cs = 50;
	hand(&b, s, 2 * VL_S);
	expect_ok(set_time(&b, "interval", 5 * VL_S, 2 * VL_S));
	assert_int_equal(vrrp_router_active_adver_interval(b.router), 500 * VL_MS);
	assert_int_equal(vrrp_router_active_down_at(b.router), 2 * VL_S + UINT64_C(1804687500));
	alone_free(&a);
	alone_free(&b);
}

/* --- tracked objects ----------------------------------------------------------------------------------- */

static struct vrrp_config tracking(uint8_t decrement)
{
	struct vrrp_config c = config_of(2, 100);

	c.track_count = 2;
	c.track[0] = (struct vrrp_track_config){.object = "uplink", .decrement = decrement};
	c.track[1] = (struct vrrp_track_config){.interface = 1, .decrement = 20};
	return c;
}

static void a_tracked_object_lowers_the_priority(void **state)
{
	struct vrrp_config c = tracking(30);
	struct alone a = backup_of(&c);
	const struct record *r = NULL;

	expect_ok(tell(&a, "uplink", false, VL_S));
	assert_int_equal(vrrp_router_priority(a.router), 70);
	assert_int_equal(box_records(a.box, &VRRP_TRACK_KIND, &r), 1);
	assert_int_equal(r->value[VRRP_TRACK_PRIORITY].number, 70);
	/* told again: nothing new */
	expect_ok(tell(&a, "uplink", false, VL_S));
	assert_int_equal(box_records(a.box, &VRRP_TRACK_KIND, NULL), 1);
	/* another interface of the box goes too */
	stack_link(a.box->stack, 1, false, 2 * VL_S);
	vrrp_router_interface_changed(a.router, 2 * VL_S);
	assert_int_equal(vrrp_router_priority(a.router), 50);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	expect_ok(tell(&a, "uplink", true, 3 * VL_S));
	stack_link(a.box->stack, 1, true, 3 * VL_S);
	vrrp_router_interface_changed(a.router, 3 * VL_S);
	box_drain(a.box, 3 * VL_S);
	assert_int_equal(vrrp_router_priority(a.router), 100);
	alone_free(&a);
}

static void tracking_never_reaches_zero_nor_an_owner(void **state)
{
	struct vrrp_config c = tracking(200);
	struct alone a = backup_of(&c);

	expect_ok(tell(&a, "uplink", false, VL_S));
	assert_int_equal(vrrp_router_priority(a.router), 1);
	expect_ok(tell(&a, "uplink", true, VL_S));
	expect_ok(set_number(&a, "priority", 200, VL_S));
	expect_ok(tell(&a, "uplink", false, VL_S));     /* 200 off 200 */
	assert_int_equal(vrrp_router_priority(a.router), 1);
	alone_free(&a);
	c.priority = 255;
	a = alone_with(&c);
	expect_ok(tell(&a, "uplink", false, VL_S));
	assert_int_equal(vrrp_router_priority(a.router), 255);
	alone_free(&a);
}

static void a_tracked_object_without_decrement_is_a_fault(void **state)
{
	struct vrrp_config c = tracking(0);
	vl_time at;
	struct alone a = active_of(&c, &at);
	const struct record *r = NULL;

	expect_ok(tell(&a, "uplink", false, at + VL_MS));
	assert_int_equal(vrrp_router_state(a.router), VRRP_INITIALIZE);
	box_records(a.box, &VRRP_STATE_KIND, &r);
	assert_string_equal(record_word(r, "why"), "tracked object down");
	assert_int_equal(a.box->frame_count, 1);
	assert_int_equal(box_packet(a.box, 0).vrrp.priority, 0);
	expect_ok(tell(&a, "uplink", true, at + VL_S));
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	box_records(a.box, &VRRP_STATE_KIND, &r);
	assert_string_equal(record_word(r, "why"), "tracked object up");
	alone_free(&a);
}

/* --- sync groups --------------------------------------------------------------------------------------- */

/* An inside (VRID 10, eth0) and an outside (VRID 20, eth0 as well: one port is enough) that go together. */
struct couple {
	struct box *box;
	struct vrrp_router *inside, *outside;
	struct sync_group *group;
};

static struct couple couple_of(uint8_t priority)
{
	struct couple k = {.box = box_new(11, "192.0.2.11/24", NULL), .group = sync_group_new()};
	struct vrrp_config inside = config_of(2, priority), outside = inside;

	outside.vrid = 20;
	outside.priority = (uint8_t)(priority - 50);    /* its timer alone would fire later */
	outside.address[0] = ip4(192, 0, 2, 2);
	inside.track_count = outside.track_count = 1;
	inside.track[0] = (struct vrrp_track_config){.object = "inside"};
	outside.track[0] = (struct vrrp_track_config){.object = "outside"};
	k.inside = vrrp_router_new(&inside, k.box->stack, &k.box->outbox);
	k.outside = vrrp_router_new(&outside, k.box->stack, &k.box->outbox);
	assert_true(sync_group_add(k.group, k.inside));
	assert_true(sync_group_add(k.group, k.outside));
	vrrp_router_startup(k.inside, 0);
	vrrp_router_startup(k.outside, 0);
	box_drain(k.box, 0);
	return k;
}

static void couple_free(struct couple *k)
{
	sync_group_free(k->group);
	vrrp_router_free(k->inside);
	vrrp_router_free(k->outside);
	box_free(k->box);
}

static void expect_couple(struct couple *k, enum vrrp_state inside, enum vrrp_state outside)
{
	assert_int_equal(vrrp_router_state(k->inside), inside);
	assert_int_equal(vrrp_router_state(k->outside), outside);
	box_drain(k->box, 0);
}

static void a_member_takes_the_others_along(void **state)
{
	struct couple k = couple_of(200);
	vl_time at = vrrp_router_deadline(k.inside);
	const struct record *r = NULL;

	assert_true(at < vrrp_router_deadline(k.outside));
	expect_couple(&k, VRRP_BACKUP, VRRP_BACKUP);
	vrrp_router_timeout(k.inside, at);
	expect_couple(&k, VRRP_ACTIVE, VRRP_ACTIVE);
	box_records(k.box, &VRRP_STATE_KIND, &r);
	assert_string_equal(record_word(r, "why"), "sync group");
	assert_string_equal(r->part, "vrrp 20 ipv4");
	assert_int_equal(box_count(k.box, TRANSPORT_VRRP, NULL), 2);
	assert_int_equal(box_count_arp(k.box), 2);
	/* the outside yields, the inside goes with it */
	struct alone outside = {.box = k.box, .router = k.outside};
	struct said s = advert(2, 254);
	s.m.vrid = 20;
	s.addresses[3] = 2;
	hand(&outside, s, at + VL_MS);
	expect_couple(&k, VRRP_BACKUP, VRRP_BACKUP);
	couple_free(&k);
}

static void a_fault_of_one_holds_all(void **state)
{
	struct couple k = couple_of(200);
	struct alone outside = {.box = k.box, .router = k.outside}, inside = {.box = k.box, .router = k.inside};

	vrrp_router_timeout(k.inside, vrrp_router_deadline(k.inside));
	expect_couple(&k, VRRP_ACTIVE, VRRP_ACTIVE);
	expect_ok(tell(&outside, "outside", false, 10 * VL_S));
	expect_couple(&k, VRRP_INITIALIZE, VRRP_INITIALIZE);
	expect_ok(tell(&inside, "inside", false, 11 * VL_S));
	expect_ok(tell(&outside, "outside", true, 12 * VL_S));
	expect_couple(&k, VRRP_INITIALIZE, VRRP_INITIALIZE);
	expect_ok(tell(&inside, "inside", true, 13 * VL_S));
	expect_couple(&k, VRRP_BACKUP, VRRP_BACKUP);
	couple_free(&k);
}

static void a_member_that_starts_ill_holds_all(void **state)
{
	struct couple k = couple_of(200);
	struct alone outside = {.box = k.box, .router = k.outside};

	vrrp_router_shutdown(k.outside, VL_S);
	expect_ok(tell(&outside, "outside", false, VL_S));
	expect_couple(&k, VRRP_BACKUP, VRRP_INITIALIZE);        /* it is not running: no business */
	vrrp_router_startup(k.outside, 2 * VL_S);
	expect_couple(&k, VRRP_INITIALIZE, VRRP_INITIALIZE);
	couple_free(&k);
}

static void a_member_that_is_freed_leaves_the_group(void **state)
{
	struct couple k = couple_of(200);

	vrrp_router_free(k.outside);
	vrrp_router_timeout(k.inside, vrrp_router_deadline(k.inside));
	box_drain(k.box, 0);
	assert_int_equal(vrrp_router_state(k.inside), VRRP_ACTIVE);
	k.outside = NULL;
	couple_free(&k);
}

static void a_full_group_says_so(void **state)
{
	struct box *b = box_new(11, "192.0.2.11/24", NULL);
	struct sync_group *g = sync_group_new();
	struct vrrp_router *r[SYNC_GROUP_MEMBERS + 1];
	struct vrrp_config c = config_of(2, 100);

	for (int i = 0; i <= SYNC_GROUP_MEMBERS; i++) {
		r[i] = vrrp_router_new(&c, b->stack, &b->outbox);
		assert_int_equal(sync_group_add(g, r[i]), i < SYNC_GROUP_MEMBERS);
	}
	for (int i = 0; i <= SYNC_GROUP_MEMBERS; i++)
		vrrp_router_free(r[i]);
	sync_group_free(g);
	box_free(b);
}

/* --- configurations ------------------------------------------------------------------------------------ */

static void impossible_configurations_are_refused(void **state)
{
	static const struct {
		const char *reason;
		uint8_t version, vrid, priority;
		size_t addresses;
		vl_time interval;
		uint8_t auth;
	} row[] = {
		{"version: `4' is not 2 or 3", 4, 1, 100, 1, VL_S, 0},
		{"vrid: `0' is not in 1-255", 2, 0, 100, 1, VL_S, 0},
		{"priority: `0' is not in 1-255", 2, 1, 0, 1, VL_S, 0},
		{"addresses: 0 of them are not in 1-32", 2, 1, 100, 0, VL_S, 0},
		{"addresses: 33 of them are not in 1-32", 2, 1, 100, 33, VL_S, 0},
		{"interval: version 2 wants whole seconds, 1-255", 2, 1, 100, 1, 256 * VL_S, 0},
		{"interval: version 3 wants whole centiseconds, 10ms-40950ms", 3, 1, 100, 1, 4096 * VL_CS, 0},
		{"interval: version 3 wants whole centiseconds, 10ms-40950ms", 3, 1, 100, 1, VL_MS, 0},
		{"authentication: version 3 has none", 3, 1, 100, 1, VL_S, 1},
		{"authentication: a password is missing", 2, 1, 100, 1, VL_S, 1},
		{"authentication: type 3 is not modelled", 2, 1, 100, 1, VL_S, 3},
		{"authentication: a password is missing", 2, 1, 100, 1, VL_S, 2},
		{"", 2, 1, 100, 1, 255 * VL_S, 0},
		{"", 3, 1, 255, 1, VL_CS, 0},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct vrrp_config c = config_of(3, 100);
		c.version = row[i].version;
		c.vrid = row[i].vrid;
		c.priority = row[i].priority;
		c.address_count = row[i].addresses;
		c.interval = row[i].interval;
		c.auth_type = row[i].auth;
		assert_string_equal(vrrp_config_check(&c).reason, row[i].reason);
	}
	struct vrrp_config c = config_of(3, 100);
	c.family = IP_V6;
	assert_string_equal(vrrp_config_check(&c).reason, "addresses: `192.0.2.1' is no IPv6 address of a host");
	c.version = 2;
	assert_string_equal(vrrp_config_check(&c).reason, "version: version 2 knows IPv4 only");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_refused_with_the_range),
		cmocka_unit_test(an_accepted_change_is_recorded),
		cmocka_unit_test(a_new_priority_counts_at_the_next_advert),
		cmocka_unit_test(a_new_id_is_another_virtual_router),
		cmocka_unit_test(the_same_id_again_changes_nothing),
		cmocka_unit_test(a_new_id_before_startup_is_only_noted),
		cmocka_unit_test(a_shorter_interval_counts_at_once),
		cmocka_unit_test(a_tracked_object_lowers_the_priority),
		cmocka_unit_test(tracking_never_reaches_zero_nor_an_owner),
		cmocka_unit_test(a_tracked_object_without_decrement_is_a_fault),
		cmocka_unit_test(a_member_takes_the_others_along),
		cmocka_unit_test(a_fault_of_one_holds_all),
		cmocka_unit_test(a_member_that_starts_ill_holds_all),
		cmocka_unit_test(a_member_that_is_freed_leaves_the_group),
		cmocka_unit_test(a_full_group_says_so),
		cmocka_unit_test(impossible_configurations_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

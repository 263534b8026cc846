// SPDX-License-Identifier: BSD-2-Clause
/* The rules of the conflict judge, one story each, and the stories that must not be conflicts. */
#include "tests/analyzers/segment.h"

#define VMAC(id) ((struct mac){{0x00, 0x00, 0x5e, 0x00, 0x01, (id)}})
#define HOST(n) ((struct mac){{0x02, 0, 0, 0, 0, (n)}})

/* r1 and r2 serve .100; r3 serves .110 on the same ID. */
static struct router r1(void)
{
	return (struct router){.ip = ip4(10, 0, 0, 1), .mac = VMAC(7), .version = 2, .id = 7, .priority = 150,
			       .vip = {ip4(10, 0, 0, 100)}, .vips = 1, .interval_cs = 100};
}

static struct router r2(void)
{
	struct router r = r1();

	r.ip = ip4(10, 0, 0, 2);
	r.priority = 100;
	return r;
}

static struct router r3(void)
{
	struct router r = r1();

	r.ip = ip4(10, 0, 0, 3);
	r.priority = 200;
	r.vip[0] = ip4(10, 0, 0, 110);
	return r;
}

/* Both advertise every second, b half a second after a, from `from` to before `to` seconds. */
static void both(struct segment *s, const struct router *a, const struct router *b, uint64_t from, uint64_t to)
{
	for (uint64_t t = from; t < to; t++) {
		advertise(s, 1000 * t, a);
		advertise(s, 1000 * t + 500, b);
	}
}

static void alone(struct segment *s, const struct router *r, uint64_t from, uint64_t to)
{
	for (uint64_t t = from; t < to; t++)
		advertise(s, 1000 * t, r);
}

/* ---- collisions ------------------------------------------------------------------------------------------------- */

static void two_groups_on_one_id_collide_when_each_is_heard_again(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	advertise(&s, 0, &a);
	advertise(&s, 500, &b);
	advertise(&s, 1000, &a);
	assert_null(found(&s, "vrid-collision"));
	advertise(&s, 1500, &b);
	const struct finding *f = must_find(&s, "vrid-collision");
	assert_false(f->suspect);
	assert_true(f->shared_mac);
	assert_int_equal(f->place.id, 7);
	assert_int_equal(f->class, FINDING_VRRP);
	assert_int_equal(f->begin, 0);
	assert_int_equal(f->known, 1500 * VL_MS);
	assert_int_equal(f->subject_count, 2);
	assert_true(ip_equal(&f->subject[0].ip, &a.ip));
	assert_true(ip_equal(&f->subject[1].ip, &b.ip));
	assert_int_equal(f->evidence[0].frame, 3);
	assert_int_equal(f->evidence[1].frame, 4);
	assert_null(found(&s, "dual-active"));
	segment_free(&s);
}

static void versions_2_and_3_share_the_ids_of_ipv4(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	b.version = 3;
	both(&s, &a, &b, 0, 4);
	assert_non_null(found(&s, "vrid-collision"));
	assert_non_null(found(&s, "version-mismatch"));
	segment_free(&s);
}

static void a_collision_is_told_once_and_its_end_after_finish(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	both(&s, &a, &b, 0, 10);
	size_t before = s.found_count;
	segment_end(&s, 20000);
	assert_int_equal(s.found_count, before);
	assert_true(s.updates > 0);
	assert_int_equal(must_find(&s, "vrid-collision")->end, 9500 * VL_MS);
	segment_free(&s);
}

static void a_stranger_that_takes_over_leaves_a_suspicion(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	alone(&s, &a, 0, 5);
	for (uint64_t t = 0; t < 6; t++)
		advertise(&s, 4500 + 1000 * t, &b);
	const struct finding *f = must_find(&s, "vrid-collision");
	assert_true(f->suspect);
	assert_int_equal(conflicts(&s), 1);
	segment_free(&s);
}

static void a_renumbered_group_that_resigned_is_no_collision(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	alone(&s, &a, 0, 5);
	resign(&s, 4200, &a);
	for (uint64_t t = 0; t < 8; t++)
		advertise(&s, 4500 + 1000 * t, &b);
	segment_end(&s, 13000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void one_id_in_two_vlans_or_on_two_interfaces_is_two_groups(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	for (uint64_t t = 0; t < 8; t++) {
		s.vlan = 10;
		advertise(&s, 1000 * t, &a);
		s.vlan = 20;
		advertise(&s, 1000 * t + 200, &b);
		s.vlan = 0;
		advertise(&s, 1000 * t + 400, &a);
		s.interface = 1;
		advertise(&s, 1000 * t + 600, &b);
		s.interface = 0;
	}
	segment_end(&s, 8000);
	assert_int_equal(conflicts(&s), 0);
	assert_int_equal(conflict_group_count(s.judge), 4);
	segment_free(&s);
}

static void one_id_for_both_families_is_information(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r1();

	a.version = 3;
	b.version = 3;
	assert_true(ip_parse("fe80::1", &b.ip));
	assert_true(ip_parse("fe80::100", &b.vip[0]));
	b.mac = vrrp_virtual_mac(IP_V6, 7);
	both(&s, &a, &b, 0, 8);
	segment_end(&s, 8000);
	assert_int_equal(conflicts(&s), 0);
	assert_non_null(found(&s, "ipv6-twin"));
	segment_free(&s);
}

static void unicast_groups_from_their_own_macs_do_not_meet(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	a.mac = HOST(1);
	a.to = ip4(10, 0, 0, 2);
	b.mac = HOST(3);
	b.to = ip4(10, 0, 0, 4);
	both(&s, &a, &b, 0, 8);
	segment_end(&s, 8000);
	assert_int_equal(conflicts(&s), 0);
	assert_non_null(found(&s, "unicast-vrrp"));
	segment_free(&s);

	/* From one virtual MAC they do. */
	s = segment_new();
	a.mac = VMAC(7);
	b.mac = VMAC(7);
	both(&s, &a, &b, 0, 8);
	assert_non_null(found(&s, "vrid-collision"));
	segment_free(&s);
}

static void carp_and_vrrp_on_one_id_collide(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	for (uint64_t t = 0; t < 3; t++) {
		advertise(&s, 1000 * t, &a);
		advertise_carp(&s, 1000 * t + 500, ip4(10, 0, 0, 3), VMAC(7), 7, 0);
	}
	const struct finding *f = must_find(&s, "carp-collision");
	assert_false(f->suspect);
	assert_int_equal(f->class, FINDING_VRRP_AND_CARP);
	assert_true(f->shared_mac);
	assert_int_equal(conflicts(&s), 1);
	segment_free(&s);
}

static void carp_and_vrrp_heard_once_each_are_suspected_at_the_end(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	advertise(&s, 0, &a);
	advertise_carp(&s, 500, ip4(10, 0, 0, 3), VMAC(7), 7, 0);
	assert_null(found(&s, "carp-collision"));
	segment_end(&s, 600);
	assert_true(must_find(&s, "carp-collision")->suspect);
	segment_free(&s);
}

static void carp_on_another_id_is_no_conflict(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	for (uint64_t t = 0; t < 8; t++) {
		advertise(&s, 1000 * t, &a);
		advertise_carp(&s, 1000 * t + 500, ip4(10, 0, 0, 3), VMAC(8), 8, 0);
	}
	segment_end(&s, 8000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void a_factory_id_shared_by_both_is_told_once(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();
	size_t told = 0;

	a.id = 1;
	a.mac = VMAC(1);
	advertise(&s, 0, &a);
	advertise_carp(&s, 500, ip4(10, 0, 0, 3), VMAC(1), 1, 0);
	for (size_t i = 0; i < s.found_count; i++)
		told += strcmp(s.found[i].code->name, "default-id") == 0;
	assert_int_equal(told, 1);
	segment_free(&s);
}

static void two_steady_carp_masters_are_dual_active(void **state)
{
	struct segment s = segment_new();

	for (uint64_t t = 0; t < 6; t++) {
		advertise_carp(&s, 1000 * t, ip4(10, 0, 0, 3), VMAC(7), 7, 0);
		advertise_carp(&s, 1000 * t + 400, ip4(10, 0, 0, 4), VMAC(7), 7, 100);
	}
	assert_non_null(found(&s, "carp-dual-active"));
	assert_null(found(&s, "dual-active"));
	segment_free(&s);
}

static void a_carp_failover_and_return_is_no_conflict(void **state)
{
	struct segment s = segment_new();
	uint64_t t;

	for (t = 0; t < 5; t++)
		advertise_carp(&s, 1000 * t, ip4(10, 0, 0, 3), VMAC(7), 7, 0);
	for (t = 8; t < 14; t++) /* three intervals and the skew later */
		advertise_carp(&s, 1000 * t, ip4(10, 0, 0, 4), VMAC(7), 7, 100);
	for (t = 14; t < 20; t++)
		advertise_carp(&s, 1000 * t, ip4(10, 0, 0, 3), VMAC(7), 7, 0);
	segment_end(&s, 20000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

/* ---- two actives of one group ------------------------------------------------------------------------------------- */

static void a_lower_priority_that_does_not_yield_is_dual_active(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	both(&s, &a, &b, 0, 3);
	assert_null(found(&s, "dual-active")); /* refused at 0.5, 1.5, 2.5: not yet over two intervals */
	both(&s, &a, &b, 3, 4);
	const struct finding *f = must_find(&s, "dual-active");
	assert_false(f->suspect);
	assert_int_equal(f->begin, 500 * VL_MS);
	assert_int_equal(f->known, 3000 * VL_MS);
	assert_null(found(&s, "vrid-collision"));
	segment_free(&s);
}

static void two_that_mute_each_other_alternate_and_are_dual_active(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	/* One advertisement a second between them, the sender alternating (vrrp 2.1.4, M4). */
	for (uint64_t t = 0; t < 10; t++)
		advertise(&s, 1000 * t, t % 2 == 0 ? &a : &b);
	assert_non_null(found(&s, "dual-active"));
	segment_free(&s);
}

static void equal_priorities_are_told_apart_by_address(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	a.priority = 100;
	both(&s, &b, &a, 0, 5);
	assert_non_null(found(&s, "dual-active"));
	assert_non_null(found(&s, "equal-priority"));
	segment_free(&s);
}

static void different_authentication_is_said_besides(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	a.password = "abc";
	b.password = "xyz";
	both(&s, &a, &b, 0, 5);
	assert_non_null(found(&s, "dual-active"));
	assert_non_null(found(&s, "auth-differs"));
	assert_non_null(found(&s, "cleartext-password"));
	for (size_t i = 0; i < s.found_count; i++) {
		assert_null(strstr(s.found[i].detail, "abc"));
		assert_null(strstr(s.found[i].detail, "xyz"));
	}
	segment_free(&s);
}

static void checksum_camps_are_named_in_the_sentence(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	a.version = 3;
	b.version = 3;
	b.form = VRRP_CHECKSUM_PSEUDO;
	both(&s, &a, &b, 0, 5);
	assert_non_null(strstr(must_find(&s, "dual-active")->detail, "RFC 9568"));
	assert_null(found(&s, "bad-checksum"));
	segment_free(&s);
}

/* ---- hand-overs ------------------------------------------------------------------------------------------------------ */

static void priority_zero_and_preemption_are_hand_overs(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	alone(&s, &a, 0, 8);
	resign(&s, 7670, &a);
	for (uint64_t t = 0; t < 8; t++)
		advertise(&s, 8280 + 1000 * t, &b); /* skew time of priority 100: 0.609 s */
	for (uint64_t t = 0; t < 6; t++)
		advertise(&s, 16130 + 1000 * t, &a);
	segment_end(&s, 22000);
	assert_int_equal(conflicts(&s), 0);
	assert_null(found(&s, "flapping"));
	assert_null(found(&s, "mac-flap"));
	segment_free(&s);
}

static void silence_of_active_down_interval_is_a_hand_over(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	alone(&s, &a, 0, 8);
	for (uint64_t t = 0; t < 8; t++)
		advertise(&s, 7000 + 3610 + 1000 * t, &b);
	segment_end(&s, 20000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void an_election_burst_is_no_conflict(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	/* Both time out together, b hears a and yields; a message of each was on its way. */
	advertise(&s, 0, &b);
	advertise(&s, 1, &a);
	advertise(&s, 2, &b);
	for (uint64_t t = 1; t < 10; t++)
		advertise(&s, 1000 * t, &a);
	segment_end(&s, 10000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void a_farewell_from_0_0_0_0_is_not_another_router(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2(), leaving = r1();

	leaving.ip = ip4(0, 0, 0, 0);
	leaving.mac = HOST(1);
	alone(&s, &a, 0, 5);
	resign(&s, 4300, &leaving);
	for (uint64_t t = 5; t < 10; t++)
		advertise(&s, 1000 * t, &b);
	segment_end(&s, 10000);
	assert_int_equal(conflicts(&s), 0);
	assert_int_equal(conflict_group_at(s.judge, 0)->speaker_count, 2);
	assert_int_equal(conflict_group_at(s.judge, 0)->adverts, 11);
	segment_free(&s);
}

static void a_tracked_priority_that_moves_the_role_is_no_conflict(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	/* a falls to 90 and rises again every four seconds; whoever is outranked yields. */
	for (uint64_t round = 0; round < 6; round++) {
		uint64_t t = 4000 * round;
		a.priority = 150;
		advertise(&s, t, &a);
		a.priority = 90;
		advertise(&s, t + 1000, &a);
		advertise(&s, t + 1700, &b);
		advertise(&s, t + 2700, &b);
	}
	segment_end(&s, 24000);
	assert_int_equal(conflicts(&s), 0);
	assert_non_null(found(&s, "flapping"));
	segment_free(&s);
}

static void version_3_interval_is_learned_and_a_flapping_group_stays_lawful(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	/* b would advertise every 2 s, but as a backup it waits three of a's intervals and its skew. */
	a.version = 3;
	b.version = 3;
	b.interval_cs = 200;
	for (uint64_t round = 0; round < 6; round++) {
		advertise(&s, 4000 * round, &a);
		advertise(&s, 4000 * round + 3610, &b);
	}
	segment_end(&s, 24000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void one_router_reconfigured_is_no_conflict(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	alone(&s, &a, 0, 5);
	a.vip[0] = ip4(10, 0, 0, 200);
	a.password = "new";
	a.version = 2;
	alone(&s, &a, 5, 10);
	segment_end(&s, 10000);
	assert_int_equal(conflicts(&s), 0);
	assert_null(found(&s, "auth-differs"));
	assert_null(found(&s, "address-list-differs"));
	segment_free(&s);
}

static void one_router_with_both_versions_is_no_mismatch(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r1();

	b.version = 3;
	both(&s, &a, &b, 0, 6);
	segment_end(&s, 6000);
	assert_int_equal(s.found_count, 0);
	segment_free(&s);
}

/* ---- two IDs ----------------------------------------------------------------------------------------------------------- */

static void one_address_under_two_ids(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	b.id = 8;
	b.mac = VMAC(8);
	b.vip[0] = a.vip[0];
	both(&s, &a, &b, 0, 3);
	const struct finding *f = must_find(&s, "vip-two-ids");
	assert_int_equal(f->place.id, 7);
	assert_true(ip_equal(&f->address, &a.vip[0]));
	assert_null(found(&s, "vrid-collision"));
	segment_free(&s);
}

static void a_group_that_moves_to_another_id_is_no_conflict(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	alone(&s, &a, 0, 5);
	a.id = 47;
	a.mac = VMAC(47);
	alone(&s, &a, 5, 10);
	segment_end(&s, 10000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

/* It announces the address once more under its new ID, from its own MAC, that the old one had, too (keepalived). */
static void announcements_after_a_move_to_another_id_are_its_own(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	a.mac = HOST(1);
	alone(&s, &a, 0, 5);
	a.id = 47;
	for (uint64_t t = 9; t < 25; t++) {
		advertise(&s, 1000 * t, &a);
		for (uint64_t i = 1; (t == 9 || t == 14) && i <= 5; i++)
			announce(&s, 1000 * t + i, a.vip[0], HOST(1));
	}
	segment_end(&s, 25000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

/* ---- ARP -------------------------------------------------------------------------------------------------------------- */

static void a_host_that_answers_for_the_address_is_foreign(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	a.mac = HOST(1);
	alone(&s, &a, 0, 3);
	answer(&s, 2100, a.vip[0], HOST(1));
	answer(&s, 2101, a.vip[0], HOST(9));
	for (uint64_t t = 3; t < 9; t++)
		advertise(&s, 1000 * t, &a);
	const struct finding *f = must_find(&s, "vip-foreign-mac");
	assert_false(f->suspect);
	assert_true(ip_equal(&f->address, &a.vip[0]));
	assert_true(mac_equal(f->subject[1].mac, HOST(9)));
	assert_int_equal(f->evidence[0].frame, 5);
	assert_int_equal(f->begin, 2101 * VL_MS);
	assert_null(found(&s, "dual-active"));
	segment_free(&s);
}

static void a_second_silent_master_is_suspected_by_its_announcements(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	a.mac = HOST(1);
	alone(&s, &a, 0, 3);
	for (uint64_t i = 0; i < 5; i++)
		announce(&s, 2200 + i, a.vip[0], HOST(2));
	alone(&s, &a, 3, 9);
	assert_non_null(found(&s, "vip-foreign-mac"));
	assert_true(must_find(&s, "dual-active")->suspect);
	segment_free(&s);
}

static void a_takeover_announced_before_it_is_advertised_is_lawful(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	/* Cisco sends its gratuitous ARP first. */
	a.mac = HOST(1);
	b.mac = HOST(2);
	b.priority = 200;
	alone(&s, &a, 0, 3);
	for (uint64_t i = 0; i < 3; i++)
		announce(&s, 2400 + i, a.vip[0], HOST(2));
	for (uint64_t t = 0; t < 8; t++)
		advertise(&s, 2500 + 1000 * t, &b);
	segment_end(&s, 11000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void a_takeover_cut_off_by_the_end_of_the_capture_is_not_judged(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	a.mac = HOST(1);
	alone(&s, &a, 0, 3);
	announce(&s, 2400, a.vip[0], HOST(2));
	segment_end(&s, 2401);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void two_macs_of_one_host_are_flux(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	/* The virtual MAC and the router's own: shown by a question it asks in its own name. */
	alone(&s, &a, 0, 3);
	ask(&s, 2050, ip4(10, 0, 0, 5), a.ip, HOST(1));
	answer(&s, 2100, a.vip[0], VMAC(7));
	answer(&s, 2101, a.vip[0], HOST(1));
	alone(&s, &a, 3, 9);
	segment_end(&s, 9000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);

	/* Nothing shows its own MAC: one unknown MAC may be it. */
	s = segment_new();
	alone(&s, &a, 0, 3);
	answer(&s, 2100, a.vip[0], VMAC(7));
	answer(&s, 2101, a.vip[0], HOST(1));
	alone(&s, &a, 3, 9);
	segment_end(&s, 9000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void a_third_mac_is_another_host(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	alone(&s, &a, 0, 3);
	answer(&s, 2100, a.vip[0], VMAC(7));
	answer(&s, 2101, a.vip[0], HOST(1));
	answer(&s, 2102, a.vip[0], HOST(4));
	alone(&s, &a, 3, 9);
	assert_non_null(found(&s, "vip-foreign-mac"));
	segment_free(&s);
}

static void the_virtual_mac_of_the_other_family_is_flux(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	alone(&s, &a, 0, 3);
	answer(&s, 2100, a.vip[0], VMAC(7));
	answer(&s, 2101, a.vip[0], vrrp_virtual_mac(IP_V6, 7));
	alone(&s, &a, 3, 9);
	segment_end(&s, 9000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void the_virtual_mac_of_another_id_is_foreign(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	alone(&s, &a, 0, 3);
	answer(&s, 2100, a.vip[0], VMAC(9));
	alone(&s, &a, 3, 9);
	assert_non_null(found(&s, "vip-foreign-mac"));
	segment_free(&s);
}

static void a_former_active_router_that_keeps_the_address_is_foreign(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	a.mac = HOST(1);
	b.mac = HOST(2);
	alone(&s, &a, 0, 4);
	for (uint64_t t = 0; t < 20; t++) {
		advertise(&s, 6610 + 1000 * t, &b);
		if (t == 10)
			answer(&s, 16620, a.vip[0], HOST(1));
	}
	assert_non_null(found(&s, "vip-foreign-mac"));
	assert_null(found(&s, "dual-active"));
	segment_free(&s);
}

static void a_mute_group_is_suspected_by_its_virtual_mac(void **state)
{
	struct segment s = segment_new();
	struct router b = r3();

	/* .100 is nobody's in the advertisements, yet the ID's virtual MAC answers for it (vrrp 3.6, M6). */
	alone(&s, &b, 0, 3);
	answer(&s, 2100, ip4(10, 0, 0, 100), VMAC(7));
	alone(&s, &b, 3, 9);
	const struct finding *f = must_find(&s, "vrid-collision");
	assert_true(f->suspect);
	segment_free(&s);

	/* Two silent answers for two owners of one MAC, then the mute one speaks: the suspicion is proved. */
	s = segment_new();
	struct router a = r1();
	alone(&s, &b, 0, 3);
	answer(&s, 2100, ip4(10, 0, 0, 100), VMAC(7));
	alone(&s, &b, 3, 9);
	both(&s, &b, &a, 9, 12);
	assert_false(must_find(&s, "vrid-collision")->suspect);
	segment_free(&s);
}

static void an_announcement_answered_from_the_same_virtual_mac_is_a_second_owner(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();
	struct arp_packet reply = {.operation = ARP_REPLY, .sender_mac = VMAC(7), .target_mac = VMAC(7),
				   .sender_ip = a.vip[0], .target_ip = a.vip[0]};

	alone(&s, &a, 0, 6);
	announce(&s, 5200, a.vip[0], VMAC(7));
	send_arp(&s, 5201, VMAC(7), &reply);
	alone(&s, &a, 6, 12);
	assert_true(must_find(&s, "dual-active")->suspect);
	segment_free(&s);

	/* While the role changes hands it is a moment's overlap. */
	s = segment_new();
	struct router b = r2();
	for (uint64_t t = 0; t < 3; t++)
		advertise(&s, 1000 * t, &b);
	advertise(&s, 2200, &a);
	announce(&s, 2201, a.vip[0], VMAC(7));
	send_arp(&s, 2202, VMAC(7), &reply);
	for (uint64_t t = 3; t < 12; t++)
		advertise(&s, 1000 * t + 200, &a);
	segment_end(&s, 12000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void an_arp_probe_and_a_clients_question_claim_nothing(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	alone(&s, &a, 0, 3);
	ask(&s, 2100, a.vip[0], ip4(0, 0, 0, 0), HOST(15));
	ask(&s, 2200, a.vip[0], ip4(10, 0, 0, 5), HOST(5));
	alone(&s, &a, 3, 9);
	segment_end(&s, 9000);
	assert_int_equal(s.found_count, 0);
	segment_free(&s);
}

static void a_group_join_from_a_backups_virtual_mac_is_no_evidence(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();
	uint8_t bytes[128];
	struct wr w = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = VMAC(7), .dst_mac = {{1, 0, 0x5e, 0, 0, 0x16}},
				    .src = ip4(10, 0, 0, 2), .dst = ip4(224, 0, 0, 22), .ttl = 1, .protocol = 2};

	packet_begin(&w, &e);
	wr_zero(&w, 16);
	packet_end(&w, &e);
	alone(&s, &a, 0, 5);
	segment_hear(&s, 4100, &w);
	segment_hear(&s, 4200, &w);
	alone(&s, &a, 5, 9);
	segment_end(&s, 9000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void glbp_answers_with_several_macs_and_is_not_judged(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	alone(&s, &a, 0, 3);
	for (uint8_t forwarder = 1; forwarder < 4; forwarder++)
		answer(&s, 2100u + forwarder, ip4(10, 0, 0, 1 + 200),
		       (struct mac){{0x00, 0x07, 0xb4, 0x00, 0x01, forwarder}});
	alone(&s, &a, 3, 9);
	segment_end(&s, 9000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

/* ---- starvation and flapping -------------------------------------------------------------------------------------------- */

static void a_master_muted_by_carp_is_starved(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	/* Every 3.8 s the backup takes over, is corrected within 20 ms, and only CARP is heard until then. */
	for (uint64_t round = 0; round < 5; round++) {
		uint64_t t = 3800 * round;
		advertise(&s, t, &b);
		advertise(&s, t + 20, &a);
		for (uint64_t k = 0; k < 4; k++)
			advertise_carp(&s, t + 400 + 950 * k, ip4(10, 0, 0, 3), HOST(3), 7, 0);
	}
	const struct finding *f = must_find(&s, "advert-starvation");
	assert_false(f->suspect);
	assert_true(ip_equal(&f->subject[0].ip, &a.ip));
	assert_non_null(found(&s, "carp-collision"));
	assert_non_null(found(&s, "flapping"));
	assert_null(found(&s, "dual-active"));
	segment_free(&s);
}

static void flapping_without_foreign_advertisements_is_not_starvation(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	for (uint64_t round = 0; round < 5; round++) {
		advertise(&s, 3800 * round, &b);
		advertise(&s, 3800 * round + 20, &a);
	}
	assert_null(found(&s, "advert-starvation"));
	assert_non_null(found(&s, "flapping"));
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void a_virtual_mac_used_in_turn_flaps(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	both(&s, &a, &b, 0, 4);
	assert_non_null(found(&s, "mac-flap"));
	segment_free(&s);

	s = segment_new();
	a.mac = HOST(1);
	b.mac = HOST(3);
	both(&s, &a, &b, 0, 4);
	assert_null(found(&s, "mac-flap"));
	assert_non_null(found(&s, "vmac-unused"));
	assert_false(must_find(&s, "vrid-collision")->shared_mac);
	segment_free(&s);
}

/* ---- what one advertisement shows ------------------------------------------------------------------------------------------ */

static void a_ttl_other_than_255_is_a_warning(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	a.ttl = 254;
	advertise(&s, 0, &a);
	assert_non_null(found(&s, "ttl-not-255"));
	segment_free(&s);
}

static void a_message_without_the_authentication_field_is_heard_and_counted_malformed(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	a.no_auth_field = true;
	alone(&s, &a, 0, 3);
	assert_int_equal(conflict_counted(s.judge)->malformed, 3);
	assert_int_equal(conflict_group_at(s.judge, 0)->adverts, 3);
	assert_int_equal(conflict_speaker_at(s.judge, 0)->count, 3);
	segment_free(&s);
}

static void a_wrong_checksum_warns_and_judges_nothing(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	b.wrong_checksum = true;
	both(&s, &a, &b, 0, 6);
	segment_end(&s, 6000);
	assert_non_null(found(&s, "bad-checksum"));
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void priority_255_belongs_to_the_owner(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	a.priority = 255;
	advertise(&s, 0, &a);
	assert_non_null(found(&s, "owner-not-owner"));
	segment_free(&s);

	s = segment_new();
	a.vip[0] = a.ip;
	advertise(&s, 0, &a);
	assert_null(found(&s, "owner-not-owner"));
	segment_free(&s);
}

static void lists_that_share_an_address_differ(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r2();

	b.vip[1] = ip4(10, 0, 0, 101);
	b.vips = 2;
	alone(&s, &a, 0, 3);
	resign(&s, 2500, &a);
	advertise(&s, 3100, &b);
	assert_non_null(found(&s, "address-list-differs"));
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void intervals_that_differ_are_a_warning(void **state)
{
	struct segment s = segment_new();
	struct router a = r1(), b = r3();

	b.interval_cs = 200;
	advertise(&s, 0, &a);
	advertise(&s, 100, &b);
	assert_non_null(found(&s, "interval-mismatch"));
	segment_free(&s);
}

static void factory_ids_are_a_warning(void **state)
{
	static const uint8_t ids[] = {1, 10, 51, 100, 2, 50, 255};

	for (size_t i = 0; i < sizeof ids; i++) {
		struct segment s = segment_new();
		struct router a = r1();
		a.id = ids[i];
		a.mac = VMAC(ids[i]);
		advertise(&s, 0, &a);
		assert_int_equal(found(&s, "default-id") != NULL, i < 4);
		segment_free(&s);
	}
}

/* ---- limits ------------------------------------------------------------------------------------------------------------------- */

static void a_flood_of_senders_is_counted_and_survived(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	for (unsigned i = 0; i < 20000; i++) {
		a.ip = ip4(10, 1, (uint8_t)(i >> 8), (uint8_t)i);
		a.vip[0] = ip4(10, 2, (uint8_t)(i >> 8), (uint8_t)i);
		advertise(&s, i, &a);
		answer(&s, i, ip4(10, 3, (uint8_t)(i >> 8), (uint8_t)i), HOST((uint8_t)i));
	}
	segment_end(&s, 21000);
	const struct conflict_counters *n = conflict_counted(s.judge);
	assert_int_equal(n->adverts, 20000);
	assert_true(n->speakers_refused > 0);
	assert_true(n->addresses_refused > 0);
	assert_int_equal(conflicts(&s), 0); /* nobody was heard again */
	segment_free(&s);
}

static void findings_carry_at_most_their_room(void **state)
{
	struct segment s = segment_new();
	struct router a = r1();

	for (unsigned i = 0; i < 200; i++) {
		a.ip = ip4(10, 0, 0, (uint8_t)(i % 20));
		a.vip[0] = ip4(10, 0, 1, (uint8_t)(i % 20));
		if (i % 20 != 0)
			advertise(&s, 50 * i, &a);
	}
	segment_end(&s, 20000);
	const struct finding *f = must_find(&s, "vrid-collision");
	assert_int_equal(f->subject_count, FINDING_SUBJECTS);
	assert_true(f->subjects_cut);
	assert_int_equal(f->evidence_count, FINDING_EVIDENCE);
	assert_true(f->evidence_total > FINDING_EVIDENCE);
	segment_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_groups_on_one_id_collide_when_each_is_heard_again),
		cmocka_unit_test(versions_2_and_3_share_the_ids_of_ipv4),
		cmocka_unit_test(a_collision_is_told_once_and_its_end_after_finish),
		cmocka_unit_test(a_stranger_that_takes_over_leaves_a_suspicion),
		cmocka_unit_test(a_renumbered_group_that_resigned_is_no_collision),
		cmocka_unit_test(one_id_in_two_vlans_or_on_two_interfaces_is_two_groups),
		cmocka_unit_test(one_id_for_both_families_is_information),
		cmocka_unit_test(unicast_groups_from_their_own_macs_do_not_meet),
		cmocka_unit_test(carp_and_vrrp_on_one_id_collide),
		cmocka_unit_test(carp_and_vrrp_heard_once_each_are_suspected_at_the_end),
		cmocka_unit_test(carp_on_another_id_is_no_conflict),
		cmocka_unit_test(a_factory_id_shared_by_both_is_told_once),
		cmocka_unit_test(two_steady_carp_masters_are_dual_active),
		cmocka_unit_test(a_carp_failover_and_return_is_no_conflict),
		cmocka_unit_test(a_lower_priority_that_does_not_yield_is_dual_active),
		cmocka_unit_test(two_that_mute_each_other_alternate_and_are_dual_active),
		cmocka_unit_test(equal_priorities_are_told_apart_by_address),
		cmocka_unit_test(different_authentication_is_said_besides),
		cmocka_unit_test(checksum_camps_are_named_in_the_sentence),
		cmocka_unit_test(priority_zero_and_preemption_are_hand_overs),
		cmocka_unit_test(silence_of_active_down_interval_is_a_hand_over),
		cmocka_unit_test(an_election_burst_is_no_conflict),
		cmocka_unit_test(a_farewell_from_0_0_0_0_is_not_another_router),
		cmocka_unit_test(a_tracked_priority_that_moves_the_role_is_no_conflict),
		cmocka_unit_test(version_3_interval_is_learned_and_a_flapping_group_stays_lawful),
		cmocka_unit_test(one_router_reconfigured_is_no_conflict),
		cmocka_unit_test(one_router_with_both_versions_is_no_mismatch),
		cmocka_unit_test(one_address_under_two_ids),
		cmocka_unit_test(a_group_that_moves_to_another_id_is_no_conflict),
		cmocka_unit_test(announcements_after_a_move_to_another_id_are_its_own),
		cmocka_unit_test(a_host_that_answers_for_the_address_is_foreign),
		cmocka_unit_test(a_second_silent_master_is_suspected_by_its_announcements),
		cmocka_unit_test(a_takeover_announced_before_it_is_advertised_is_lawful),
		cmocka_unit_test(a_takeover_cut_off_by_the_end_of_the_capture_is_not_judged),
		cmocka_unit_test(two_macs_of_one_host_are_flux),
		cmocka_unit_test(a_third_mac_is_another_host),
		cmocka_unit_test(the_virtual_mac_of_the_other_family_is_flux),
		cmocka_unit_test(the_virtual_mac_of_another_id_is_foreign),
		cmocka_unit_test(a_former_active_router_that_keeps_the_address_is_foreign),
		cmocka_unit_test(a_mute_group_is_suspected_by_its_virtual_mac),
		cmocka_unit_test(an_announcement_answered_from_the_same_virtual_mac_is_a_second_owner),
		cmocka_unit_test(an_arp_probe_and_a_clients_question_claim_nothing),
		cmocka_unit_test(a_group_join_from_a_backups_virtual_mac_is_no_evidence),
		cmocka_unit_test(glbp_answers_with_several_macs_and_is_not_judged),
		cmocka_unit_test(a_master_muted_by_carp_is_starved),
		cmocka_unit_test(flapping_without_foreign_advertisements_is_not_starvation),
		cmocka_unit_test(a_virtual_mac_used_in_turn_flaps),
		cmocka_unit_test(a_ttl_other_than_255_is_a_warning),
		cmocka_unit_test(a_message_without_the_authentication_field_is_heard_and_counted_malformed),
		cmocka_unit_test(a_wrong_checksum_warns_and_judges_nothing),
		cmocka_unit_test(priority_255_belongs_to_the_owner),
		cmocka_unit_test(lists_that_share_an_address_differ),
		cmocka_unit_test(intervals_that_differ_are_a_warning),
		cmocka_unit_test(factory_ids_are_a_warning),
		cmocka_unit_test(a_flood_of_senders_is_counted_and_survived),
		cmocka_unit_test(findings_carry_at_most_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

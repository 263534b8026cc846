// SPDX-License-Identifier: BSD-2-Clause
/*
 * The promises of every run. A pair is built from a script and started, so that links and nodes are the world's;
 * what its engines say is told by the test, which can have them break every promise. r1 has priority 200, r2 100:
 * Skew_Time 156/256 s, Active_Down_Interval 3.609375 s. All links together: 40 us.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/invariant.h"
#include "sim/scenario/run.h"
#include "sim/vrrp/vrrp_records.h"

enum { R1, R2 };

#define SLACK (40 * VL_US)
#define ROUTER(name, ip, priority, more)                                                            \
	"  " name ": {kind: rfc, on: lan, ip: 192.0.2." ip ", vrrp: [{vrid: 10, priority: " priority \
	", vip: 192.0.2.1" more "}]}\n"
#define SCRIPT(r1, r2, more)                                                        \
	"title: t\nsegments: {lan: {net: 192.0.2.0/24}}\nuntil: 60s\n" more "nodes:\n" \
	ROUTER("r1", "2", "200", r1) ROUTER("r2", "3", "100", r2)

struct story {
	struct scenario_set set;
	struct build build;
	struct invariants *invariants;
	size_t broken;
	struct check last;
};

static void heard(void *context, const struct record *r)
{
	struct story *s = context;

	if (s->invariants != NULL)
		invariants_record(s->invariants, r);
}

static void seen(void *context, world_segment segment, uint64_t number, world_node from, const struct frame *f,
		 const struct packet *packet, vl_time now)
{
}

static void told(void *context, const struct check *check)
{
	struct story *s = context;

	s->broken++;
	s->last = *check;
}

static struct story *tell(const char *script)
{
	struct story *s = test_calloc(1, sizeof *s);

	if (!scenario_load_bytes(&s->set, "t.yaml", (const uint8_t *)script, strlen(script))) {
		scenario_print_mistakes(stderr, &s->set);
		fail();
	}
	struct vl_status status = build_world(&s->build, &s->set.scenario[0], 1,
					      &(struct world_listener){s, heard, seen});
	assert_true(vl_ok(&status));
	s->invariants = invariants_new(&s->set.scenario[0], &s->build, s, told);
	assert_non_null(s->invariants);
	world_start(s->build.world, R1);
	world_start(s->build.world, R2);
	return s;
}

static void forget(struct story *s)
{
	invariants_free(s->invariants);
	build_free(&s->build);
	scenario_set_free(&s->set);
	test_free(s);
}

static struct story *pair(void)
{
	return tell(SCRIPT("", "", ""));
}

static void goes(struct story *s, int node, vl_time at, const char *to)
{
	invariants_record(s->invariants, &(struct record){
						 .kind = &VRRP_STATE_KIND,
						 .at = at,
						 .node = node == R1 ? "r1" : "r2",
						 .part = "vrrp 10 ipv4",
						 .value = {
							 [VRRP_STATE_VRID] = {.number = 10},
							 [VRRP_STATE_INTERFACE] = {.word = "eth0"},
							 [VRRP_STATE_TO] = {.word = to},
							 [VRRP_STATE_WHY] = {.word = "startup"},
						 },
					 });
}

static void says_arp(struct story *s, unsigned node, vl_time at, enum arp_operation operation, uint8_t target, uint8_t mac)
{
	struct packet p = {.network = NETWORK_ARP};

	p.arp.operation = (uint16_t)operation;
	p.arp.sender_ip = (struct ip_addr){.family = IP_V4, .b = {192, 0, 2, 1}};
	p.arp.target_ip = (struct ip_addr){.family = IP_V4, .b = {192, 0, 2, target}};
	p.arp.sender_mac = (struct mac){{0x00, 0x00, 0x5e, 0x00, 0x01, mac}};
	invariants_frame(s->invariants, &(struct expect_frame){.segment = 0, .from = node, .packet = &p, .at = at});
}

static void announces(struct story *s, unsigned node, vl_time at)
{
	says_arp(s, node, at, ARP_REQUEST, 1, 10);
}

static void becomes_active(struct story *s, int node, vl_time at)
{
	goes(s, node, at, "active");
	announces(s, (unsigned)node, at + 10 * VL_US);
}

static void ends(struct story *s, vl_time end)
{
	invariants_finish(s->invariants, end);
}

static void broke(const struct story *s, const char *name, vl_time at)
{
	assert_int_equal(s->broken, 1);
	assert_int_equal(s->last.kind, CHECK_INVARIANT);
	assert_string_equal(s->last.name, name);
	assert_int_equal(s->last.at, at);
}

/* --- Actives --------------------------------------------------------------------------------------------- */

/* Skew_Time of the lower and one interval: 1.609375 s from 4 s on. */
static void two_actives_up_to_skew_and_one_interval(void **state)
{
	struct story *s = pair();

	becomes_active(s, R1, 3 * VL_S);
	becomes_active(s, R2, 4 * VL_S);
	goes(s, R2, 5609415 * VL_US, "backup");
	becomes_active(s, R2, 10 * VL_S);
	goes(s, R2, 11609415 * VL_US + 1, "backup");
	broke(s, "one-active", 11609415 * VL_US);
	assert_string_equal(s->last.got, "r1 and r2 both Active on id 10, hearing each other since 10s");
	forget(s);
}

/* r1's link is cut from the start; when it is whole again (nothing else has happened: it is still 0 s) time counts. */
static void a_cut_link_excuses_two_actives_until_it_is_healed(void **state)
{
	struct story *s = pair();

	world_link_cut(s->build.world, R1, 0, WORLD_OUT, true);
	goes(s, R1, 0, "active");
	becomes_active(s, R2, 0);
	becomes_active(s, R2, 20 * VL_S);
	assert_int_equal(s->broken, 0);
	world_link_cut(s->build.world, R1, 0, WORLD_BOTH, false);
	ends(s, 60 * VL_S);
	broke(s, "one-active", 1609415 * VL_US);
	forget(s);
}

static void refuses(struct story *s, vl_time at)
{
	invariants_record(s->invariants, &(struct record){
						 .kind = &VRRP_DROP_KIND,
						 .at = at,
						 .node = "r1",
						 .part = "vrrp 10 ipv4",
						 .value = {[VRRP_DROP_INTERFACE] = {.word = "eth0"}},
					 });
}

/* keepalived's advertisement is one interval away from whatever it refuses; a router by the RFC does not care. */
static void what_a_router_refuses_starves_it_or_not(void **state)
{
	static const struct {
		const char *script;
		vl_time at;
	} rows[] = {
		{SCRIPT(", behaviour: {advert_timer: rearm}", "", ""), 6609415 * VL_US},
		{SCRIPT(", behaviour: {advert_timer: keep}", "", ""), 5609415 * VL_US},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct story *s = tell(rows[i].script);
		becomes_active(s, R1, 3 * VL_S);
		becomes_active(s, R2, 4 * VL_S);
		refuses(s, 5 * VL_S);
		ends(s, 60 * VL_S);
		broke(s, "one-active", rows[i].at);
		forget(s);
	}
}

static void passwords_that_differ_are_no_group(void **state)
{
	struct story *s = tell(SCRIPT(", version: 2, auth: {text: a}", ", version: 2, auth: {text: b}", ""));

	assert_false(invariants_accept(s->invariants, R1, R2));
	becomes_active(s, R1, 3 * VL_S);
	becomes_active(s, R2, 4 * VL_S);
	ends(s, 60 * VL_S);
	assert_int_equal(s->broken, 0);
	forget(s);
}

static void who_accepts_whom(void **state)
{
	static const struct {
		const char *script;
		bool accept;
	} rows[] = {
		{SCRIPT("", "", ""), true},
		{SCRIPT(", version: 2", ", version: 3", ""), false},
		{SCRIPT(", version: 2, interval: 1s", ", version: 2, interval: 2s", ""), false},
		{SCRIPT(", checksum: message", ", checksum: pseudo", ""), false},
		{SCRIPT(", checksum: pseudo", ", checksum: pseudo", ""), true},
		{SCRIPT(", version: 2, auth: {text: a}", ", version: 2, auth: {text: a}", ""), true},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct story *s = tell(rows[i].script);
		assert_int_equal(invariants_accept(s->invariants, R1, R2), rows[i].accept);
		assert_int_equal(invariants_accept(s->invariants, R2, R1), rows[i].accept);
		forget(s);
	}
}

/* r1 (200) may wait 3.218750 + 1 s; it is looked at first. */
static void none_active_up_to_down_interval_and_one_interval(void **state)
{
	struct story *s = pair();

	becomes_active(s, R1, 4 * VL_S);
	goes(s, R1, 10 * VL_S, "backup");
	becomes_active(s, R2, 14 * VL_S);
	goes(s, R2, 20 * VL_S, "backup");
	ends(s, 24218790 * VL_US);
	assert_int_equal(s->broken, 0);
	ends(s, 24218790 * VL_US + 1);
	broke(s, "some-active", 24218790 * VL_US);
	assert_string_equal(s->last.got, "none Active on id 10 since 20s, although r1 runs with its interface up");
	forget(s);
}

static void nobody_has_to_be_active_when_nobody_runs(void **state)
{
	struct story *s = pair();

	world_crash(s->build.world, R1);
	world_pause(s->build.world, R2);
	ends(s, 60 * VL_S);
	assert_int_equal(s->broken, 0);
	forget(s);
}

/* --- announcements --------------------------------------------------------------------------------------- */

static void a_takeover_is_announced_in_10_ms(void **state)
{
	struct story *s = pair();

	goes(s, R1, 3 * VL_S, "active");
	announces(s, R1, 3 * VL_S + INVARIANT_ANNOUNCE + SLACK);
	goes(s, R1, 4 * VL_S, "backup");
	assert_int_equal(s->broken, 0);
	goes(s, R1, 5 * VL_S, "active");
	goes(s, R2, 6 * VL_S, "backup");
	broke(s, "announced", 5 * VL_S + INVARIANT_ANNOUNCE + SLACK);
	assert_non_null(strstr(s->last.got, "has not announced 192.0.2.1"));
	forget(s);
}

static void who_cannot_be_heard_need_not_announce(void **state)
{
	struct story *s = pair();

	world_link_cut(s->build.world, R1, 0, WORLD_OUT, true);
	goes(s, R1, 3 * VL_S, "active");
	goes(s, R2, 4 * VL_S, "backup");
	assert_int_equal(s->broken, 0);
	forget(s);
}

/* --- frames ---------------------------------------------------------------------------------------------- */

static void a_crashed_node_is_silent_but_for_what_is_on_its_way(void **state)
{
	struct story *s = pair();

	becomes_active(s, R1, 0);
	world_crash(s->build.world, R1);
	announces(s, R1, SLACK);
	assert_int_equal(s->broken, 0);
	announces(s, R1, SLACK + 1);
	broke(s, "off-is-silent", SLACK + 1);
	forget(s);
}

static void a_backup_answers_nothing(void **state)
{
	struct story *s = pair();

	becomes_active(s, R1, 3 * VL_S);
	goes(s, R2, 3 * VL_S, "backup");
	says_arp(s, R2, 5 * VL_S, ARP_REPLY, 50, 10);
	broke(s, "backup-is-quiet", 5 * VL_S);
	assert_string_equal(s->last.got, "r2, Backup on id 10, says that it has 192.0.2.1");
	forget(s);
}

static void one_mac_answers(void **state)
{
	struct story *s = pair();

	becomes_active(s, R1, 3 * VL_S);
	says_arp(s, R1, 4 * VL_S, ARP_REPLY, 50, 10);
	assert_int_equal(s->broken, 0);
	says_arp(s, R1, 5 * VL_S, ARP_REPLY, 50, 11);
	broke(s, "one-mac", 5 * VL_S);
	assert_non_null(strstr(s->last.want, "00:00:5e:00:01:0a"));
	forget(s);
}

/* --- trunks and VLANs ------------------------------------------------------------------------------------ */

/* Who announces what is another matter. */
#define ROOMS(trunk, vlan1, vlan2)                                                                          \
	"title: t\nsuspends: [announced]\nsegments: {room1: {net: 192.0.2.0/24}, room2: {trunk: {to: room1" trunk "}}}\nuntil: 60s\nnodes:\n" \
	"  r1: {kind: rfc, on: room1" vlan1 ", ip: 192.0.2.2, vrrp: [{vrid: 10, priority: 200, vip: 192.0.2.1}]}\n" \
	"  r2: {kind: rfc, on: room2" vlan2 ", ip: 192.0.2.3, vrrp: [{vrid: 10, priority: 100, vip: 192.0.2.1}]}\n"

/* As on one segment; the trunk takes 10 us of its own, so four times 20 us are added. */
static void two_actives_hear_each_other_by_a_trunk(void **state)
{
	struct story *s = tell(ROOMS("", "", ""));

	goes(s, R1, 3 * VL_S, "active");
	goes(s, R2, 4 * VL_S, "active");
	ends(s, 60 * VL_S);
	broke(s, "one-active", 5609455 * VL_US);
	forget(s);
}

static void a_trunk_that_is_down_excuses_two_actives(void **state)
{
	struct story *s = tell(ROOMS("", "", ""));

	world_trunk_cut(s->build.world, 0, WORLD_IN, true);
	goes(s, R1, 3 * VL_S, "active");
	goes(s, R2, 4 * VL_S, "active");
	ends(s, 60 * VL_S);
	assert_int_equal(s->broken, 0);
	forget(s);
}

static void a_trunk_joins_the_vlans_that_it_lets_pass(void **state)
{
	static const struct {
		const char *script;
		bool joined;
	} rows[] = {
		{ROOMS("", ", vlan: 10", ", vlan: 10"), true},
		{ROOMS(", vlans: [10]", ", vlan: 10", ", vlan: 10"), true},
		{ROOMS(", vlans: [untagged, 20]", ", vlan: 10", ", vlan: 10"), false},
		{ROOMS(", vlans: [untagged]", "", ""), true},
		{ROOMS("", ", vlan: 10", ", vlan: 20"), false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct story *s = tell(rows[i].script);
		assert_int_equal(invariants_accept(s->invariants, R1, R2), rows[i].joined);
		forget(s);
	}
}

/* r2 has a VLAN of its own, so somebody must be Active in it: 3.609375 s and an interval after 0. */
static void an_active_in_another_vlan_is_none(void **state)
{
	struct story *s = tell(ROOMS("", ", vlan: 10", ", vlan: 20"));

	goes(s, R1, 0, "active");
	ends(s, 60 * VL_S);
	broke(s, "some-active", 4609455 * VL_US);
	forget(s);
}

/* What VLAN 20 hears of VLAN 10 keeps its own routers down, until the leak is stopped: still at 0 s here. */
static void a_leak_excuses_a_vlan_without_an_active_until_it_is_stopped(void **state)
{
	struct story *s = tell(ROOMS("", ", vlan: 10", ", vlan: 20"));

	world_vlan_leak(s->build.world, 1, 10, 20, true);
	goes(s, R1, 0, "active");
	ends(s, 60 * VL_S);
	assert_int_equal(s->broken, 0);
	world_vlan_leak(s->build.world, 1, 10, 20, false);
	ends(s, 60 * VL_S);
	broke(s, "some-active", 4609455 * VL_US);
	forget(s);
}

static void a_router_that_moves_is_in_the_other_room(void **state)
{
	struct story *s = tell(ROOMS(", vlans: [20]", "", ""));

	assert_false(invariants_accept(s->invariants, R1, R2));
	world_move(s->build.world, R2, 0, 0);
	assert_int_equal(invariants_member(s->invariants, R2)->segment, 0);
	assert_true(invariants_accept(s->invariants, R1, R2));
	goes(s, R1, 3 * VL_S, "active");
	goes(s, R2, 4 * VL_S, "active");
	ends(s, 60 * VL_S);
	broke(s, "one-active", 5609455 * VL_US);
	forget(s);
}

/* --- suspending ------------------------------------------------------------------------------------------ */

static void what_is_suspended_is_not_told(void **state)
{
	struct story *s = tell(SCRIPT("", "", "suspends: [one-mac, backup-is-quiet]\n"));

	becomes_active(s, R1, 3 * VL_S);
	goes(s, R2, 3 * VL_S, "backup");
	says_arp(s, R1, 5 * VL_S, ARP_REPLY, 50, 11);
	says_arp(s, R2, 5 * VL_S, ARP_REPLY, 50, 10);
	assert_int_equal(s->broken, 0);
	forget(s);
}

/* What is suspended must be broken, too, or the word is stale. */
static void what_is_suspended_for_nothing_is_told(void **state)
{
	static const char script[] = SCRIPT("", "", "suspends: [one-mac, true-findings]\n") "timeline: []\n";
	struct scenario_set set;
	struct run run;

	if (!scenario_load_bytes(&set, "t.yaml", (const uint8_t *)script, strlen(script)))
		scenario_print_mistakes(stderr, &set);
	assert_int_equal(set.scenario_count, 1);
	struct run_order order = {.scenario = &set.scenario[0], .seed = 1, .until = set.scenario[0].until,
				  .application = "test"};
	assert_int_equal(run_do(&run, &order).code, VL_OK);
	assert_int_equal(run.failed, 2);
	assert_string_equal(run.check[run.check_count - 2].text, "`suspends: true-findings' is needed");
	assert_string_equal(run.check[run.check_count - 1].text, "`suspends: one-mac' is needed");
	run_free(&run);
	order.seed = 2;         /* chance may decide otherwise */
	assert_int_equal(run_do(&run, &order).code, VL_OK);
	assert_int_equal(run.failed, 0);
	run_free(&run);
	scenario_set_free(&set);
}

/* A whole run: a profile that answers with another MAC than it announces breaks the promise in earnest. */
static void a_script_that_breaks_one_fails_with_its_name(void **state)
{
	static const char script[] =
		SCRIPT(", accept: true, behaviour: {reply_mac: physical}", "", "")
		"  client: {kind: client, on: lan, ip: 192.0.2.50}\n"
		"timeline: [{at: 5s, ping: 192.0.2.1, from: client}]\n";
	struct scenario_set set;
	struct run run;

	assert_true(scenario_load_bytes(&set, "t.yaml", (const uint8_t *)script, strlen(script)));
	struct vl_status status = run_do(&run, &(struct run_order){.scenario = &set.scenario[0], .seed = 1,
								   .until = 60 * VL_S});
	assert_true(vl_ok(&status));
	assert_int_equal(run.failed, 1);
	assert_int_equal(run.check[run.check_count - 1].kind, CHECK_INVARIANT);
	assert_string_equal(run.check[run.check_count - 1].name, "one-mac");
	run_free(&run);
	scenario_set_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_actives_up_to_skew_and_one_interval),
		cmocka_unit_test(a_cut_link_excuses_two_actives_until_it_is_healed),
		cmocka_unit_test(what_a_router_refuses_starves_it_or_not),
		cmocka_unit_test(passwords_that_differ_are_no_group),
		cmocka_unit_test(who_accepts_whom),
		cmocka_unit_test(none_active_up_to_down_interval_and_one_interval),
		cmocka_unit_test(nobody_has_to_be_active_when_nobody_runs),
		cmocka_unit_test(a_takeover_is_announced_in_10_ms),
		cmocka_unit_test(who_cannot_be_heard_need_not_announce),
		cmocka_unit_test(a_crashed_node_is_silent_but_for_what_is_on_its_way),
		cmocka_unit_test(a_backup_answers_nothing),
		cmocka_unit_test(one_mac_answers),
		cmocka_unit_test(two_actives_hear_each_other_by_a_trunk),
		cmocka_unit_test(a_trunk_that_is_down_excuses_two_actives),
		cmocka_unit_test(a_trunk_joins_the_vlans_that_it_lets_pass),
		cmocka_unit_test(an_active_in_another_vlan_is_none),
		cmocka_unit_test(a_leak_excuses_a_vlan_without_an_active_until_it_is_stopped),
		cmocka_unit_test(a_router_that_moves_is_in_the_other_room),
		cmocka_unit_test(what_is_suspended_is_not_told),
		cmocka_unit_test(what_is_suspended_for_nothing_is_told),
		cmocka_unit_test(a_script_that_breaks_one_fails_with_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Schedules of random faults as scripts. The base has two rooms with a trunk and two VLANs, so that every kind of
 * fault has somewhere to be; tests/scenario/fuzz_test.sh runs such scripts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/fuzz_script.h"

static const char ROOMS[] =
	"title: t\nsegments: {room1: {net: 192.0.2.0/24}, room2: {trunk: {to: room1}}}\nnodes:\n"
	"  a1: {kind: rfc, on: room1, vlan: 10, ip: 192.0.2.2, vrrp: [{vrid: 10, priority: 200, vip: 192.0.2.1}]}\n"
	"  a2: {kind: rfc, on: room2, vlan: 10, ip: 192.0.2.3, vrrp: [{vrid: 10, priority: 100, vip: 192.0.2.1}]}\n"
	"  rogue1: {kind: rfc, on: room1, vlan: 20, ip: 192.0.2.254, vrrp: [{vrid: 10, vip: 192.0.2.11}]}\n"
	"  near: {kind: client, on: room1, vlan: 10, ip: 192.0.2.50}\n"
	"timeline:\n  - {at: 5s, ping: 192.0.2.1, from: near, every: 100ms}\nuntil: 20s\n";

struct story {
	struct scenario_set set;
	struct fuzz_base base;
	struct fuzz_case one;
	struct scenario_set written;
	char *script;
};

static struct story *tell(const char *base)
{
	struct story *s = test_calloc(1, sizeof *s);

	assert_true(scenario_load_bytes(&s->set, "t.yaml", (const uint8_t *)base, strlen(base)));
	struct vl_status status = fuzz_base_init(&s->base, &s->set.scenario[0]);
	assert_true(vl_ok(&status));
	s->one.seed = 1;
	return s;
}

static void rewrite(struct story *s)
{
	size_t length = 0;

	if (s->script != NULL)
		scenario_set_free(&s->written);
	free(s->script);
	s->script = fuzz_script(&s->base, &s->one, &length);
	assert_non_null(s->script);
	if (!scenario_load_bytes(&s->written, "t.yaml", (const uint8_t *)s->script, length)) {
		scenario_print_mistakes(stderr, &s->written);
		fail_msg("%s", s->script);
	}
}

static void forget(struct story *s)
{
	if (s->script != NULL)
		scenario_set_free(&s->written);
	free(s->script);
	fuzz_base_fini(&s->base);
	scenario_set_free(&s->set);
	test_free(s);
}

static bool says(const struct story *s, const char *text)
{
	return strstr(s->script, text) != NULL;
}

static struct fuzz_fault fault(enum fuzz_kind kind, vl_time begin, vl_time end)
{
	return (struct fuzz_fault){.kind = kind, .begin = begin, .end = end, .way = DIRECTION_BOTH};
}

static void add(struct story *s, struct fuzz_fault f)
{
	s->one.faults.fault[s->one.faults.count++] = f;
}

/* 200 seeds, a chance of one in four for each kind: every kind is there, and every script is one. */
static void every_kind_is_drawn_and_every_script_loads(void **state)
{
	struct story *s = tell(ROOMS);
	size_t drawn[FUZZ_KIND_COUNT] = {0};

	for (uint64_t seed = 1; seed <= 200; seed++) {
		fuzz_case_draw(&s->one, &s->base, seed);
		for (size_t i = 0; i < s->one.faults.count; i++)
			drawn[s->one.faults.fault[i].kind]++;
		rewrite(s);
	}
	for (int kind = 0; kind < FUZZ_KIND_COUNT; kind++)
		if (drawn[kind] == 0)
			fail_msg("never drawn: %s", fuzz_kind_word((enum fuzz_kind)kind));
	forget(s);
}

static void a_flood_ends_by_itself(void **state)
{
	struct story *s = tell(ROOMS);
	struct fuzz_fault f = fault(FUZZ_FLOOD, 10 * VL_S, 20 * VL_S);

	f.node = 3;
	f.number = 7;
	f.way = DIRECTION_IN;
	add(s, f);
	rewrite(s);
	assert_true(says(s, "{at: 10s, flood: {from: near.eth0, vrid: 10, vip: \"192.0.2.1\", priority: 7, version: 3, "
			    "every: 0.1s, count: 101}}"));
	forget(s);
}

static void a_leak_is_stopped_and_a_trunk_repaired(void **state)
{
	struct story *s = tell(ROOMS);
	struct fuzz_fault leak = fault(FUZZ_LEAK, 10 * VL_S, 11 * VL_S), trunk = fault(FUZZ_TRUNK, 12 * VL_S, 13 * VL_S);

	leak.vlan[1] = 20;
	trunk.segment = 1;
	add(s, leak);
	add(s, trunk);
	rewrite(s);
	assert_true(says(s, "{at: 10s, leak: {on: room1, from: untagged, to: 20}}"));
	assert_true(says(s, "{at: 11s, leak: {on: room1, from: untagged, to: 20, ends: true}}"));
	assert_true(says(s, "{at: 12s, trunk: {room2: down}}"));
	assert_true(says(s, "{at: 13s, trunk: {room2: up}}"));
	forget(s);
}

static void a_switch_that_stops_learning_needs_no_step(void **state)
{
	struct story *s = tell(ROOMS);
	struct fuzz_fault f = fault(FUZZ_LEARNING, 10 * VL_S, 11 * VL_S);

	f.number = 3;
	add(s, f);
	s->one.pings_gone = true;
	rewrite(s);
	assert_true(s->written.scenario[0].segment[0].learning.given);
	assert_int_equal(s->written.scenario[0].segment[0].learning.moves, 3);
	assert_false(s->written.scenario[0].segment[1].learning.given);
	assert_int_equal(s->written.scenario[0].step_count, 0);
	forget(s);
}

/* The base has a node of the guest's name, and one at the last address: the next ones are taken. */
static void a_rogue_has_a_name_and_addresses_of_its_own(void **state)
{
	struct story *s = tell(ROOMS);
	struct fuzz_fault f = fault(FUZZ_ROGUE, 10 * VL_S, 20 * VL_S);

	f.number = 254;
	add(s, f);
	rewrite(s);
	assert_true(says(s, "rogue2: {kind: rfc, on: room1, ip: 192.0.2.253, vlan: 10, start: never, "));
	assert_true(says(s, "vrrp: [{vrid: 10, vip: 192.0.2.252, version: 3, priority: 254, interval: 1s, "
			    "accept: true}]}"));
	assert_true(says(s, "{at: 10s, start: rogue2}"));
	assert_true(says(s, "{at: 20s, crash: rogue2}"));
	forget(s);
}

/* A host with the virtual address breaks a promise on purpose; without the router that has it, nothing does. */
static void a_twin_goes_with_the_router_that_it_doubles(void **state)
{
	struct story *s = tell(ROOMS);

	add(s, fault(FUZZ_TWIN, 10 * VL_S, 20 * VL_S));
	rewrite(s);
	assert_true(says(s, "twin1: {kind: host, on: room1, ip: 192.0.2.1, vlan: 10, "));
	assert_true(says(s, "unique-addresses"));
	s->one.gone_router = 1;
	rewrite(s);
	assert_false(says(s, "twin1"));
	assert_false(says(s, "unique-addresses"));
	forget(s);
}

static void a_duel_has_two_owners(void **state)
{
	struct story *s = tell(ROOMS);

	add(s, fault(FUZZ_DUEL, 10 * VL_S, 20 * VL_S));
	rewrite(s);
	assert_true(says(s, "duel1: {kind: rfc") && says(s, "duel2: {kind: rfc"));
	assert_true(says(s, "vip: 192.0.2.1, version: 3, priority: 255"));
	forget(s);
}

/* RFC routers send the message's own sum; the other camp the one with the pseudo-header. */
static void a_camp_sends_the_other_checksum(void **state)
{
	struct story *s = tell(ROOMS);
	struct fuzz_fault f = fault(FUZZ_CAMP, 10 * VL_S, 20 * VL_S);

	f.number = 50;
	f.way = DIRECTION_OUT;
	add(s, f);
	rewrite(s);
	assert_true(says(s, "camp1: {kind: rfc"));
	assert_true(says(s, "checksum: pseudo"));
	assert_true(says(s, "behaviour: {checksum_accepted: pseudo}"));
	forget(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_drawn_and_every_script_loads),
		cmocka_unit_test(a_flood_ends_by_itself),
		cmocka_unit_test(a_leak_is_stopped_and_a_trunk_repaired),
		cmocka_unit_test(a_switch_that_stops_learning_needs_no_step),
		cmocka_unit_test(a_rogue_has_a_name_and_addresses_of_its_own),
		cmocka_unit_test(a_twin_goes_with_the_router_that_it_doubles),
		cmocka_unit_test(a_duel_has_two_owners),
		cmocka_unit_test(a_camp_sends_the_other_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

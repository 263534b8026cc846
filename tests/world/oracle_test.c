// SPDX-License-Identifier: BSD-2-Clause
/* The oracle on records made by hand: who was what when, and what was a conflict. */
#include "tests/world/lab.h"

#include "sim/carp/carp_records.h"
#include "sim/vrrp/vrrp_records.h"

/* Three nodes a, b, c on one segment, started at 0; none is registered yet. */
static struct lab *lab_with_oracle(void)
{
	struct lab *lab = lab_new(1);

	lab->oracle = oracle_new(lab->world);
	assert_non_null(lab->oracle);
	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	for (unsigned i = 0; i < 3; i++) {
		static const char *const name[] = {"a", "b", "c"};
		lab_puppet(lab, name[i], 1);
		world_connect(lab->world, i, 0, 0, NULL);
	}
	return lab;
}

static void start_all(struct lab *lab)
{
	for (world_node n = 0; n < 3; n++)
		world_start(lab->world, n);
}

static void end(struct lab *lab)
{
	oracle_free(lab->oracle);
	lab_free(lab);
}

static void add(struct lab *lab, enum oracle_class class, world_node node, uint8_t id, uint8_t last_octet)
{
	const struct ip_addr address[] = {ip4(192, 0, 2, last_octet), ip4(192, 0, 2, 200)};
	bool two = last_octet >= 100; /* 100 and up own 192.0.2.200 as well */

	assert_true(oracle_register(lab->oracle,
				    &(struct oracle_router){.node = node, .segment = 0, .interface = "eth0",
							    .class = class, .family = IP_V4, .id = id,
							    .interval = VL_S, .address = address,
							    .address_count = two ? 2 : 1}));
}

static void vrrp_says(struct lab *lab, const char *node, uint8_t id, enum vrrp_state to)
{
	oracle_record(lab->oracle,
		      &(struct record){.kind = &VRRP_STATE_KIND, .at = world_now(lab->world), .node = node,
				       .part = "vrrp 1 ipv4",
				       .value = {[VRRP_STATE_VRID] = {.number = id},
						 [VRRP_STATE_FAMILY] = {.word = "ipv4"},
						 [VRRP_STATE_INTERFACE] = {.word = "eth0"},
						 [VRRP_STATE_TO] = {.word = vrrp_state_text(to)}}});
}

static void carp_says(struct lab *lab, const char *node, uint8_t id, enum carp_state to)
{
	oracle_record(lab->oracle,
		      &(struct record){.kind = &CARP_STATE_KIND, .at = world_now(lab->world), .node = node,
				       .part = "carp 1 ipv4",
				       .value = {[CARP_STATE_VHID] = {.number = id},
						 [CARP_STATE_INTERFACE] = {.word = "eth0"},
						 [CARP_STATE_TO] = {.word = carp_state_text(to)}}});
}

static struct oracle_who who(world_node node, unsigned id)
{
	return (struct oracle_who){.node = node, .segment = WORLD_ANY, .id = id};
}

static enum oracle_state at(struct lab *lab, world_node node, unsigned id, vl_time when)
{
	struct oracle_who w = who(node, id);

	return oracle_state_at(lab->oracle, &w, when);
}

static size_t actives(struct lab *lab, unsigned id, vl_time when)
{
	struct oracle_who w = who(WORLD_ANY, id);

	return oracle_actives_at(lab->oracle, &w, when, NULL, 0);
}

/* --- states --------------------------------------------------------------------------------------------- */

static void a_state_counts_from_its_moment_on(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 1, 10);
	assert_int_equal(at(lab, 0, 1, 0), ORACLE_ABSENT);
	lab_run(lab, VL_S);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_BACKUP);
	lab_run(lab, 4 * VL_S);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	assert_int_equal(at(lab, 0, 1, VL_S - 1), ORACLE_ABSENT);
	assert_int_equal(at(lab, 0, 1, VL_S), ORACLE_BACKUP); /* initialize lasted no time */
	assert_int_equal(at(lab, 0, 1, 4 * VL_S - 1), ORACLE_BACKUP);
	assert_int_equal(at(lab, 0, 1, 4 * VL_S), ORACLE_ACTIVE);
	assert_int_equal(at(lab, 0, 1, 100 * VL_S), ORACLE_ACTIVE);
	assert_int_equal(at(lab, 0, 2, 4 * VL_S), 0); /* no such id */
	assert_int_equal(at(lab, 1, 1, 4 * VL_S), 0); /* b has none */
	assert_true(oracle_complete(lab->oracle));
	end(lab);
}

static void carps_words_are_understood(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_CARP, 0, 1, 10);
	start_all(lab);
	carp_says(lab, "a", 1, CARP_INIT);
	lab_run(lab, VL_S);
	carp_says(lab, "a", 1, CARP_BACKUP);
	lab_run(lab, 2 * VL_S);
	carp_says(lab, "a", 1, CARP_MASTER);
	assert_int_equal(at(lab, 0, 1, 0), ORACLE_INITIALIZE);
	assert_int_equal(at(lab, 0, 1, VL_S), ORACLE_BACKUP);
	assert_int_equal(at(lab, 0, 1, 2 * VL_S), ORACLE_ACTIVE);
	end(lab);
}

/* Whatever an engine said last: a box that does not run is Active for nobody. */
static void who_does_not_run_is_not_active(void **state)
{
	struct lab *lab = lab_with_oracle();

	for (world_node n = 0; n < 3; n++)
		add(lab, ORACLE_VRRP, n, 1, 10);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	vrrp_says(lab, "c", 1, VRRP_ACTIVE);
	lab_run(lab, VL_S);
	world_crash(lab->world, 0);
	world_stop(lab->world, 1);
	world_pause(lab->world, 2);
	lab_run(lab, 2 * VL_S);
	world_start(lab->world, 0);
	world_resume(lab->world, 2);
	assert_int_equal(actives(lab, 1, 0), 3);
	assert_int_equal(actives(lab, 1, VL_S), 0);
	assert_int_equal(at(lab, 0, 1, VL_S), ORACLE_ABSENT);
	assert_int_equal(at(lab, 0, 1, 2 * VL_S), ORACLE_INITIALIZE); /* it starts anew */
	assert_int_equal(at(lab, 2, 1, 2 * VL_S), ORACLE_ACTIVE);     /* it goes on as it was */
	assert_int_equal(actives(lab, 1, 2 * VL_S), 1);

	world_node node[2] = {99, 99};
	struct oracle_who all = who(WORLD_ANY, 1);
	assert_int_equal(oracle_actives_at(lab->oracle, &all, 0, node, 2), 3);
	assert_int_equal(node[0], 0);
	assert_int_equal(node[1], 1);
	end(lab);
}

static void spans_are_told_whole(void **state)
{
	struct lab *lab = lab_with_oracle();
	struct oracle_who a = who(0, 1);
	struct oracle_span s;

	add(lab, ORACLE_VRRP, 0, 1, 10);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_BACKUP);
	lab_run(lab, 3 * VL_S);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	lab_run(lab, 5 * VL_S);
	vrrp_says(lab, "a", 1, VRRP_BACKUP);
	lab_run(lab, 9 * VL_S);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);

	assert_true(oracle_when_state(lab->oracle, &a, ORACLE_ACTIVE, 0, 10 * VL_S, &s));
	assert_int_equal(s.from, 3 * VL_S);
	assert_int_equal(s.until, 5 * VL_S);
	assert_true(oracle_when_state(lab->oracle, &a, ORACLE_ACTIVE, 4 * VL_S, 4 * VL_S, &s));
	assert_int_equal(s.from, 3 * VL_S);
	assert_true(oracle_when_state(lab->oracle, &a, ORACLE_ACTIVE, 5 * VL_S, 10 * VL_S, &s));
	assert_int_equal(s.from, 9 * VL_S);
	assert_int_equal(s.until, VL_NEVER);
	assert_false(oracle_when_state(lab->oracle, &a, ORACLE_ACTIVE, 5 * VL_S, 9 * VL_S, &s));
	assert_true(oracle_when_state(lab->oracle, &a, ORACLE_ACTIVE | ORACLE_BACKUP, 0, VL_S, &s));
	assert_int_equal(s.from, 0);
	assert_int_equal(s.until, VL_NEVER);
	assert_false(oracle_when_state(lab->oracle, &a, ORACLE_ABSENT, 0, VL_NEVER, &s));
	end(lab);
}

/* A hand-over at one instant is neither a moment with two nor one with none. */
static void actives_are_counted_over_windows(void **state)
{
	struct lab *lab = lab_with_oracle();
	struct oracle_who all = who(WORLD_ANY, 1);
	struct oracle_span s;

	add(lab, ORACLE_VRRP, 0, 1, 10);
	add(lab, ORACLE_VRRP, 1, 1, 10);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	lab_run(lab, 2 * VL_S);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	vrrp_says(lab, "a", 1, VRRP_BACKUP);
	lab_run(lab, 4 * VL_S);
	world_crash(lab->world, 1);
	lab_run(lab, 7 * VL_S);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);

	assert_false(oracle_when_actives(lab->oracle, &all, 2, 9, 0, VL_NEVER, &s));
	assert_true(oracle_when_actives(lab->oracle, &all, 0, 0, 0, VL_NEVER, &s));
	assert_int_equal(s.from, 4 * VL_S);
	assert_int_equal(s.until, 7 * VL_S);
	assert_true(oracle_when_actives(lab->oracle, &all, 1, 1, 0, VL_NEVER, &s));
	assert_int_equal(s.from, 0);
	assert_int_equal(s.until, 4 * VL_S);
	end(lab);
}

static void a_new_id_is_noticed(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 1, 10);
	add(lab, ORACLE_VRRP, 0, 2, 11);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	vrrp_says(lab, "a", 2, VRRP_ACTIVE);
	lab_run(lab, 5 * VL_S);
	vrrp_says(lab, "a", 1, VRRP_INITIALIZE);
	vrrp_says(lab, "a", 47, VRRP_BACKUP);
	lab_run(lab, 9 * VL_S);
	vrrp_says(lab, "a", 47, VRRP_ACTIVE);
	assert_int_equal(at(lab, 0, 1, 5 * VL_S - 1), ORACLE_ACTIVE);
	assert_int_equal(at(lab, 0, 47, 5 * VL_S - 1), 0);
	assert_int_equal(at(lab, 0, 1, 5 * VL_S), 0);
	assert_int_equal(at(lab, 0, 47, 5 * VL_S), ORACLE_BACKUP);
	assert_int_equal(at(lab, 0, 47, 9 * VL_S), ORACLE_ACTIVE);
	assert_int_equal(at(lab, 0, 2, 9 * VL_S), ORACLE_ACTIVE);
	assert_true(oracle_complete(lab->oracle));
	vrrp_says(lab, "a", 48, VRRP_ACTIVE); /* nobody had shut down for it */
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	assert_int_equal(oracle_strangers(lab->oracle), 2);
	assert_false(oracle_complete(lab->oracle));
	end(lab);
}

/* --- conflicts ------------------------------------------------------------------------------------------ */

/* The only conflict of more than 3 intervals in a run of 60 s. */
static struct oracle_conflict the_conflict(struct lab *lab)
{
	size_t count;
	struct oracle_conflict *c = oracle_conflicts(lab->oracle, 3, 60 * VL_S, &count);

	assert_int_equal(count, 1);
	struct oracle_conflict copy = *c;
	free(c);
	return copy;
}

static void no_conflict(struct lab *lab)
{
	size_t count;

	assert_null(oracle_conflicts(lab->oracle, 3, 60 * VL_S, &count));
	assert_int_equal(count, 0);
}

/* a and b are split from 10 to 20 s; from 13 s on both are Active; at 20.5 s a yields. */
static void split_brain_by_a_partition(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 1, 100);
	add(lab, ORACLE_VRRP, 1, 1, 100);
	start_all(lab);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	lab_run(lab, 10 * VL_S);
	world_partition(lab->world, 0, (const unsigned[]){0, 1, 0});
	lab_run(lab, 13 * VL_S);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	lab_run(lab, 20 * VL_S);
	world_partition(lab->world, 0, NULL);
	lab_run(lab, 20500 * VL_MS);
	vrrp_says(lab, "a", 1, VRRP_BACKUP);

	struct oracle_conflict c = the_conflict(lab);
	assert_int_equal(c.kind, ORACLE_DUAL_ACTIVE);
	assert_string_equal(oracle_conflict_code(c.kind), "dual-active");
	assert_int_equal(c.span.from, 13 * VL_S);
	assert_int_equal(c.span.until, 20500 * VL_MS);
	assert_int_equal(c.id, 1);
	assert_int_equal(c.interval, VL_S);
	assert_int_equal(c.mutual, 500 * VL_MS);
	assert_int_equal(c.one_way, 0);
	assert_int_equal(c.audible, 7500 * VL_MS); /* the capture sees both sides */
	assert_true(c.same_addresses);
	assert_int_equal(c.member_count, 2);
	assert_int_equal(c.node[0], 0);
	assert_int_equal(c.node[1], 1);
	end(lab);
}

static void two_groups_on_one_id(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 1, 10);
	add(lab, ORACLE_VRRP, 1, 1, 20);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	lab_run(lab, 30 * VL_S);
	world_link_cut(lab->world, 1, 0, WORLD_OUT, true); /* nobody hears b any more, b still hears a */
	lab_run(lab, 40 * VL_S);

	struct oracle_conflict c = the_conflict(lab);
	assert_int_equal(c.kind, ORACLE_VRID_COLLISION);
	assert_int_equal(c.span.from, 0);
	assert_int_equal(c.span.until, 60 * VL_S); /* it still held */
	assert_int_equal(c.mutual, 30 * VL_S);
	assert_int_equal(c.one_way, 30 * VL_S);
	assert_int_equal(c.audible, 30 * VL_S);
	assert_false(c.same_addresses);
	end(lab);
}

/* The threshold is exclusive: 3 intervals exactly are a hand-over that took its time. */
static void short_overlaps_are_no_conflict(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 1, 10);
	add(lab, ORACLE_VRRP, 1, 1, 10);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	lab_run(lab, 3 * VL_S);
	vrrp_says(lab, "b", 1, VRRP_BACKUP);
	no_conflict(lab);
	lab_run(lab, 10 * VL_S);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	lab_run(lab, 13 * VL_S + 1);
	vrrp_says(lab, "b", 1, VRRP_BACKUP);
	assert_int_equal(the_conflict(lab).span.from, 10 * VL_S);
	end(lab);
}

static void other_ids_do_not_meet(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 1, 10);
	add(lab, ORACLE_VRRP, 1, 2, 20);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	vrrp_says(lab, "b", 2, VRRP_ACTIVE);
	no_conflict(lab);
	end(lab);
}

static void carp_beside_vrrp(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 1, 10);
	add(lab, ORACLE_CARP, 1, 1, 20);
	add(lab, ORACLE_CARP, 2, 1, 20);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	carp_says(lab, "b", 1, CARP_MASTER);
	assert_int_equal(the_conflict(lab).kind, ORACLE_CARP_COLLISION);
	lab_run(lab, 50 * VL_S);
	carp_says(lab, "c", 1, CARP_MASTER);

	size_t count;
	struct oracle_conflict *c = oracle_conflicts(lab->oracle, 3, 60 * VL_S, &count);
	assert_int_equal(count, 2);
	assert_int_equal(c[0].kind, ORACLE_CARP_COLLISION); /* a against b, then against c too */
	assert_int_equal(c[0].member_count, 3);
	assert_int_equal(c[0].span.from, 0);
	assert_int_equal(c[1].kind, ORACLE_CARP_DUAL_ACTIVE);
	assert_int_equal(c[1].span.from, 50 * VL_S);
	assert_true(c[1].same_addresses);
	free(c);
	end(lab);
}

/* 100 and 101 both own 192.0.2.200. */
static void one_address_under_two_ids(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 9, 100);
	add(lab, ORACLE_VRRP, 1, 4, 101);
	start_all(lab);
	vrrp_says(lab, "a", 9, VRRP_ACTIVE);
	vrrp_says(lab, "b", 4, VRRP_ACTIVE);
	struct oracle_conflict c = the_conflict(lab);
	assert_int_equal(c.kind, ORACLE_ADDRESS_TWICE);
	assert_int_equal(c.id, 4);
	assert_int_equal(c.other_id, 9);
	end(lab);
}

/* Two routers of id 1 with other addresses, Active together, that differ in these. */
static size_t conflicts_of(const struct oracle_router *a, const struct oracle_router *b)
{
	struct lab *lab = lab_with_oracle();
	const struct oracle_router *const both[] = {a, b};
	size_t count;

	for (uint8_t n = 0; n < 2; n++) {
		const struct ip_addr address = ip4(192, 0, 2, (uint8_t)(10 + n));
		struct oracle_router r = *both[n];
		r.node = n;
		r.interface = "eth0";
		r.class = ORACLE_VRRP;
		r.family = IP_V4;
		r.id = 1;
		r.interval = VL_S;
		r.address = &address;
		r.address_count = 1;
		assert_true(oracle_register(lab->oracle, &r));
	}
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	free(oracle_conflicts(lab->oracle, 3, 60 * VL_S, &count));
	end(lab);
	return count;
}

static void unicast_groups_meet_only_in_their_mac(void **state)
{
	const struct oracle_router plain = {.virtual_mac = true}, quiet = {.unicast = true},
				   loud = {.unicast = true, .virtual_mac = true};

	assert_int_equal(conflicts_of(&plain, &plain), 1);
	assert_int_equal(conflicts_of(&quiet, &quiet), 0);
	assert_int_equal(conflicts_of(&quiet, &loud), 0);
	assert_int_equal(conflicts_of(&plain, &quiet), 0);
	assert_int_equal(conflicts_of(&loud, &loud), 1);
}

static void one_id_in_two_vlans_is_two_routers(void **state)
{
	const struct oracle_router ten = {.vlan = 10}, twenty = {.vlan = 20}, none = {.vlan = 0};

	assert_int_equal(conflicts_of(&ten, &ten), 1);
	assert_int_equal(conflicts_of(&ten, &twenty), 0);
	assert_int_equal(conflicts_of(&ten, &none), 0);
}

/* Two quarrels under one id at one time, each in its VLAN; a question about one VLAN hears of its own only. */
static void quarrels_in_two_vlans_are_two(void **state)
{
	struct lab *lab = lab_with_oracle();
	const struct ip_addr address = ip4(192, 0, 2, 10);
	size_t count;

	for (uint8_t n = 0; n < 4; n++) {
		assert_true(oracle_register(lab->oracle, &(struct oracle_router){
								 .node = n / 2,
								 .interface = n % 2 == 0 ? "v10" : "v20",
								 .class = ORACLE_VRRP,
								 .family = IP_V4,
								 .id = 1,
								 .interval = VL_S,
								 .address = &address,
								 .address_count = 1,
								 .vlan = n % 2 == 0 ? 10 : 20,
							 }));
	}
	start_all(lab);
	for (uint8_t n = 0; n < 4; n++)
		oracle_record(lab->oracle,
			      &(struct record){.kind = &VRRP_STATE_KIND, .at = 0, .node = n / 2 == 0 ? "a" : "b",
					       .part = "vrrp 1 ipv4",
					       .value = {[VRRP_STATE_VRID] = {.number = 1},
							 [VRRP_STATE_FAMILY] = {.word = "ipv4"},
							 [VRRP_STATE_INTERFACE] = {.word = n % 2 == 0 ? "v10" : "v20"},
							 [VRRP_STATE_TO] = {.word = vrrp_state_text(VRRP_ACTIVE)}}});
	struct oracle_conflict *c = oracle_conflicts(lab->oracle, 3, 60 * VL_S, &count);
	assert_int_equal(count, 2);
	assert_int_equal(c[0].vlan, 10);
	assert_int_equal(c[1].vlan, 20);
	free(c);
	struct oracle_who w = who(WORLD_ANY, 1);
	assert_int_equal(oracle_actives_at(lab->oracle, &w, VL_S, NULL, 0), 4);
	w.one_vlan = true;
	assert_int_equal(oracle_actives_at(lab->oracle, &w, VL_S, NULL, 0), 0);
	w.vlan = 20;
	assert_int_equal(oracle_actives_at(lab->oracle, &w, VL_S, NULL, 0), 2);
	end(lab);
}

/* b is renamed at 30 s: that is the cure. */
static void another_id_ends_the_collision(void **state)
{
	struct lab *lab = lab_with_oracle();

	add(lab, ORACLE_VRRP, 0, 1, 10);
	add(lab, ORACLE_VRRP, 1, 1, 20);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	lab_run(lab, 30 * VL_S);
	vrrp_says(lab, "b", 1, VRRP_INITIALIZE);
	vrrp_says(lab, "b", 47, VRRP_ACTIVE);
	struct oracle_conflict c = the_conflict(lab);
	assert_int_equal(c.span.from, 0);
	assert_int_equal(c.span.until, 30 * VL_S);
	end(lab);
}

/* Pairs that overlap are one quarrel: a with b, b with c. */
static void overlapping_pairs_are_one_conflict(void **state)
{
	struct lab *lab = lab_with_oracle();

	for (world_node n = 0; n < 3; n++)
		add(lab, ORACLE_VRRP, n, 1, 10);
	start_all(lab);
	vrrp_says(lab, "a", 1, VRRP_ACTIVE);
	vrrp_says(lab, "b", 1, VRRP_ACTIVE);
	lab_run(lab, 10 * VL_S);
	vrrp_says(lab, "c", 1, VRRP_ACTIVE);
	lab_run(lab, 20 * VL_S);
	vrrp_says(lab, "a", 1, VRRP_BACKUP);
	lab_run(lab, 40 * VL_S);
	vrrp_says(lab, "c", 1, VRRP_BACKUP);
	lab_run(lab, 45 * VL_S);
	vrrp_says(lab, "c", 1, VRRP_ACTIVE); /* a quarrel of its own */
	size_t count;
	struct oracle_conflict *c = oracle_conflicts(lab->oracle, 3, 60 * VL_S, &count);
	assert_int_equal(count, 2);
	assert_int_equal(c[0].span.from, 0);
	assert_int_equal(c[0].span.until, 40 * VL_S);
	assert_int_equal(c[0].member_count, 3);
	assert_int_equal(c[1].span.from, 45 * VL_S);
	assert_int_equal(c[1].member_count, 2);
	assert_int_equal(c[1].node[0], 1);
	assert_int_equal(c[1].node[1], 2);
	free(c);
	end(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_state_counts_from_its_moment_on),
		cmocka_unit_test(carps_words_are_understood),
		cmocka_unit_test(who_does_not_run_is_not_active),
		cmocka_unit_test(spans_are_told_whole),
		cmocka_unit_test(actives_are_counted_over_windows),
		cmocka_unit_test(a_new_id_is_noticed),
		cmocka_unit_test(split_brain_by_a_partition),
		cmocka_unit_test(two_groups_on_one_id),
		cmocka_unit_test(short_overlaps_are_no_conflict),
		cmocka_unit_test(other_ids_do_not_meet),
		cmocka_unit_test(carp_beside_vrrp),
		cmocka_unit_test(one_address_under_two_ids),
		cmocka_unit_test(unicast_groups_meet_only_in_their_mac),
		cmocka_unit_test(one_id_in_two_vlans_is_two_routers),
		cmocka_unit_test(quarrels_in_two_vlans_are_two),
		cmocka_unit_test(another_id_ends_the_collision),
		cmocka_unit_test(overlapping_pairs_are_one_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* match, mac moves, drops: counts, windows to the nanosecond, who and where. */
#include "tests/scenario/expect_fixture.h"

static int set_up(void **state)
{
	*state = fixture_new();
	return 0;
}

static int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

static struct comparison times(enum comparison_form form, uint64_t n)
{
	return compare(form, COMPARISON_COUNT, n);
}

/* --- match ----------------------------------------------------------------------------------------------- */

static struct scenario_expectation match(struct scenario_window w, struct comparison count)
{
	struct scenario_expectation e = {.kind = EXPECT_MATCH, .window = w,
					 .match = {.from_any = true, .on_any = true, .count = count}};
	struct packet_match_error error;

	assert_true(packet_match_compile(&e.match.match, "arp", &error));
	return e;
}

static void show(struct fixture *x, const struct scenario_expectation *e, int from, vl_time at)
{
	const struct packet arp = {.network = NETWORK_ARP, .arp = {.operation = ARP_REQUEST}};

	struct scenario_expectation one = *e;

	x->scenario.expectation = &one;
	x->scenario.expectation_count = 1;
	expect_frame(&x->scenario, &x->memory,
		     &(struct expect_frame){.segment = 0, .from = (unsigned)from, .packet = &arp, .at = at});
	x->scenario.expectation = NULL;
	x->scenario.expectation_count = 0;
}

static void frames_at_both_ends_of_the_window(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = match(between(10 * VL_S, 20 * VL_S), times(COMPARISON_EXACTLY, 2));

	show(x, &e, R1, 10 * VL_S - 1);
	show(x, &e, R1, 10 * VL_S);
	show(x, &e, R1, 20 * VL_S - 1);
	show(x, &e, R1, 20 * VL_S);
	holds(x, e);
	e.match.count = times(COMPARISON_AT_LEAST, 3);
	fails(x, e, 20 * VL_S, "2 frames fit");
}

static void a_frame_at_the_end_of_the_run_counts(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = match(after(10 * VL_S), times(COMPARISON_EXACTLY, 1));

	show(x, &e, R1, 60 * VL_S);
	holds(x, e);
}

static void only_from_this_node(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = match(after(0), times(COMPARISON_EXACTLY, 1));

	e.match.from_any = false;
	e.match.from = name_of(R2);
	show(x, &e, R1, 10 * VL_S);
	show(x, &e, R2, 11 * VL_S);
	holds(x, e);
}

static void the_first_has_its_moment(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = match(after(0), times(COMPARISON_AT_LEAST, 1));

	e.match.first = compare(COMPARISON_EXACTLY, COMPARISON_TIME, 12 * VL_S);
	show(x, &e, R1, 12 * VL_S);
	show(x, &e, R1, 13 * VL_S);
	holds(x, e);
	e.match.first.value++;
	fails(x, e, 12 * VL_S, "first at 12s");
}

static void a_count_that_can_still_change_is_open(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = match(after(0), times(COMPARISON_EXACTLY, 2));

	x->context.end = 30 * VL_S;
	show(x, &e, R1, 1 * VL_S);
	stays_open(x, e);
	show(x, &e, R1, 2 * VL_S);
	stays_open(x, e);
	show(x, &e, R1, 3 * VL_S);
	fails(x, e, 30 * VL_S, "3 frames fit");
	e.match.count = times(COMPARISON_AT_LEAST, 3);
	holds(x, e);
}

/* Three frames were heard when the run ended early; more could have come, fewer could not. */
static void what_more_frames_cannot_change_is_judged(void **state)
{
	static const struct {
		enum comparison_form form;
		uint64_t value, other;
		enum check_verdict verdict;
	} cases[] = {
		{COMPARISON_EXACTLY, 2, 0, CHECK_FAILED}, {COMPARISON_EXACTLY, 3, 0, CHECK_OPEN},
		{COMPARISON_EXACTLY, 4, 0, CHECK_OPEN},	  {COMPARISON_AT_MOST, 2, 0, CHECK_FAILED},
		{COMPARISON_AT_MOST, 3, 0, CHECK_OPEN},	  {COMPARISON_UNDER, 3, 0, CHECK_FAILED},
		{COMPARISON_UNDER, 4, 0, CHECK_OPEN},	  {COMPARISON_OVER, 3, 0, CHECK_OPEN},
		{COMPARISON_OVER, 2, 0, CHECK_HELD},	  {COMPARISON_AT_LEAST, 4, 0, CHECK_OPEN},
		{COMPARISON_AT_LEAST, 3, 0, CHECK_HELD},  {COMPARISON_RANGE, 1, 2, CHECK_FAILED},
		{COMPARISON_RANGE, 1, 3, CHECK_OPEN},	  {COMPARISON_RANGE, 4, 5, CHECK_OPEN},
		{COMPARISON_NEAR, 2, 0, CHECK_FAILED},	  {COMPARISON_NEAR, 2, 1, CHECK_OPEN},
		{COMPARISON_NEAR, 5, 1, CHECK_OPEN},
	};
	struct fixture *x = *state;
	struct scenario_expectation e = match(after(0), times(COMPARISON_EXACTLY, 0));

	x->context.end = 30 * VL_S;
	for (vl_time at = VL_S; at <= 3 * VL_S; at += VL_S)
		show(x, &e, R1, at);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		e.match.count = times(cases[i].form, cases[i].value);
		e.match.count.other = cases[i].other;
		struct check c = judged(x, e);
		if (c.verdict != cases[i].verdict)
			fail_msg("%s: %s, not %s", c.want, check_verdict_word(c.verdict),
				 check_verdict_word(cases[i].verdict));
		assert_int_equal(c.at, 30 * VL_S);
	}
}

/* --- mac moves, drops ------------------------------------------------------------------------------------- */

static const struct mac virtual_mac = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x0a}};

static void move(struct fixture *x, vl_time at, struct mac mac)
{
	fixture_record(x, &(struct record){.kind = &WORLD_MAC_MOVE_KIND, .at = at,
					   .value = {{.word = "lan"}, {.mac = mac}, {.word = "r1"}, {.word = "r2"}}});
}

static void moves_of_this_mac_in_the_window(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = {
		.kind = EXPECT_MAC_MOVES,
		.window = between(10 * VL_S, 20 * VL_S),
		.mac_moves = {.mac = virtual_mac, .on = {.text = "lan"}, .count = times(COMPARISON_EXACTLY, 2)},
	};

	move(x, 10 * VL_S - 1, virtual_mac);
	move(x, 10 * VL_S, virtual_mac);
	move(x, 15 * VL_S, MAC_BROADCAST);
	move(x, 20 * VL_S - 1, virtual_mac);
	move(x, 20 * VL_S, virtual_mac);
	holds(x, e);
	e.mac_moves.count = times(COMPARISON_OVER, 2);
	fails(x, e, 20 * VL_S, "2 moves");
}

static void drop(struct fixture *x, int node, vl_time at, uint64_t vrid, const char *why)
{
	fixture_record(x, &(struct record){.kind = &VRRP_DROP_KIND, .at = at, .node = x->node[node].name,
					   .part = "vrrp 10 ipv4",
					   .value = {[VRRP_DROP_VRID] = {.number = vrid},
						     [VRRP_DROP_WHY] = {.word = why}}});
}

static void drops_of_this_node_for_this_reason(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = {
		.kind = EXPECT_DROPS,
		.window = between(10 * VL_S, 20 * VL_S),
		.id = {true, 10},
		.drops = {.node = name_of(R1), .reason = "checksum does not match",
			  .count = times(COMPARISON_EXACTLY, 1)},
	};

	drop(x, R1, 9 * VL_S, 10, "checksum does not match");
	drop(x, R1, 10 * VL_S, 10, "checksum does not match");
	drop(x, R1, 11 * VL_S, 11, "checksum does not match");
	drop(x, R1, 12 * VL_S, 10, "truncated");
	drop(x, R2, 13 * VL_S, 10, "checksum does not match");
	drop(x, R1, 20 * VL_S, 10, "checksum does not match");
	holds(x, e);
	e.id.given = false;
	fails(x, e, 20 * VL_S, "2 drops of r1: checksum does not match");
}

/* A line of the box's own syslog for each record that its product logs; trouble leaves its own states out. */
static void lines_that_a_node_logs(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = {
		.kind = EXPECT_LOGS,
		.window = between(10 * VL_S, 20 * VL_S),
		.logs = {.node = name_of(R1), .text = "lower priority", .count = times(COMPARISON_EXACTLY, 1)},
	};
	struct record r = {.kind = &VRRP_WARNING_KIND, .part = "vrrp 10 ipv4",
			   .value = {[VRRP_WARNING_VRID] = {.number = 10},
				     [VRRP_WARNING_FAMILY] = {.word = "ipv4"},
				     [VRRP_WARNING_INTERFACE] = {.word = "eth0"},
				     [VRRP_WARNING_WHAT] = {.word = vrrp_note_text(VRRP_NOTE_LOWER)},
				     [VRRP_WARNING_SENDER] = {.ip = {.family = IP_V4, .b = {192, 0, 2, 3}}},
				     [VRRP_WARNING_GOT] = {.number = 100},
				     [VRRP_WARNING_WANT] = {.number = 150}}};

	x->node[R1].profile = x->node[R2].profile = "keepalived-2.2";
	for (vl_time at = 9 * VL_S; at <= 20 * VL_S; at += 11 * VL_S / 2) {
		r.at = at;
		r.node = x->node[R1].name;
		fixture_record(x, &r);
		r.node = x->node[R2].name;
		fixture_record(x, &r);
	}
	holds(x, e);
	e.logs.text = "lower priority 100, ours 150, forcing new election";
	holds(x, e);
	e.logs.text = "higher";
	fails(x, e, 20 * VL_S, "0 lines of r1   (with higher)");
	e.logs.text = NULL;
	e.logs.trouble = true;
	holds(x, e);
	e.window = after(0);
	fails(x, e, 60 * VL_S, "3 lines of r1");
	e.logs.node = name_of(CLIENT);
	fails(x, e, 60 * VL_S, "0 lines of client");
}

static void what_is_said_of_its_own_state_is_no_trouble(void **state)
{
	struct fixture *x = *state;
	struct scenario_expectation e = {
		.kind = EXPECT_LOGS,
		.window = after(0),
		.logs = {.node = name_of(R1), .count = times(COMPARISON_EXACTLY, 1)},
	};

	x->node[R1].profile = "keepalived-2.2";
	fixture_record(x, &(struct record){.kind = &VRRP_STATE_KIND, .at = 5 * VL_S, .node = x->node[R1].name,
					   .part = "vrrp 10 ipv4",
					   .value = {[VRRP_STATE_VRID] = {.number = 10},
						     [VRRP_STATE_FAMILY] = {.word = "ipv4"},
						     [VRRP_STATE_INTERFACE] = {.word = "eth0"},
						     [VRRP_STATE_FROM] = {.word = "active"},
						     [VRRP_STATE_TO] = {.word = "backup"},
						     [VRRP_STATE_WHY] = {.word = "shutdown"}}});
	holds(x, e);
	e.logs.trouble = true;
	fails(x, e, 60 * VL_S, "0 lines of r1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(frames_at_both_ends_of_the_window, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_frame_at_the_end_of_the_run_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_from_this_node, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_first_has_its_moment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_count_that_can_still_change_is_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_more_frames_cannot_change_is_judged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(moves_of_this_mac_in_the_window, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_that_a_node_logs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_said_of_its_own_state_is_no_trouble, set_up, tear_down),
		cmocka_unit_test_setup_teardown(drops_of_this_node_for_this_reason, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

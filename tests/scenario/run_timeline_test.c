// SPDX-License-Identifier: BSD-2-Clause
/* Whole runs from scripts: every verb of the timeline does what it says, at its moment, and comes to an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/run.h"

#define HEAD                                                                                                  \
	"title: t\n"                                                                                          \
	"suspends: heard-conflicts\n"                                                                              \
	"segments:\n"                                                                                         \
	"  lan: {net: 192.0.2.0/24}\n"                                                                        \
	"nodes:\n"                                                                                            \
	"  r1: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 20, priority: 200, vip: 192.0.2.1, "         \
	"accept: true, track: [{name: uplink, priority: -150}]}]}\n"                                          \
	"  r2: {kind: rfc, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 20, priority: 100, vip: 192.0.2.1}]}\n"      \
	"  client: {kind: client, on: lan, ip: 192.0.2.50, start: 2s}\n"                                      \
	"  late: {kind: client, on: lan, ip: 192.0.2.51, start: never}\n"                                     \
	"until: 30s\n"                                                                                        \
	"timeline:\n"

struct story {
	struct scenario_set set;
	struct run run;
};

/* Runs a script up to a moment. */
static struct story *play(const char *script, vl_time until)
{
	struct story *s = test_calloc(1, sizeof *s);

	if (!scenario_load_bytes(&s->set, "t.yaml", (const uint8_t *)script, strlen(script))) {
		scenario_print_mistakes(stderr, &s->set);
		scenario_set_free(&s->set);
		test_free(s);
		fail();
	}
	struct vl_status status = run_do(&s->run, &(struct run_order){
							  .scenario = &s->set.scenario[0],
							  .seed = 1,
							  .until = until,
							  .capture = true,
							  .application = "test",
						  });
	assert_string_equal(status.reason, "");
	return s;
}

/* Runs a script of the steps behind HEAD up to a moment. */
static struct story *tell_until(const char *steps, vl_time until)
{
	char script[4096];

	snprintf(script, sizeof script, "%s%s", HEAD, steps);
	return play(script, until);
}

static struct story *tell(const char *steps)
{
	return tell_until(steps, 30 * VL_S);
}

static void forget(struct story *s)
{
	size_t failed = s->run.failed;

	run_close(&s->run);
	assert_int_equal(s->run.failed, failed); /* and no frame is left */
	run_free(&s->run);
	scenario_set_free(&s->set);
	test_free(s);
}

/* The line of the journal is there, as often as said. */
static void happens(const struct story *s, unsigned times, const char *want)
{
	char line[RECORD_LINE];
	unsigned found = 0;

	for (uint64_t i = 0; i < journal_count(s->run.journal); i++) {
		record_format_line(line, sizeof line, journal_at(s->run.journal, i));
		found += strncmp(line, want, strlen(want)) == 0;
	}
	if (found != times)
		fail_msg("%u times, not %u: %s", found, times, want);
}

static void nodes_start_at_their_moment(void **state)
{
	struct story *s = tell("  - {at: 5s, start: late}\n");

	happens(s, 1, "[   0.000000000] world  r1 started");
	happens(s, 1, "[   2.000000000] world  client started");
	happens(s, 1, "[   5.000000000] world  late started");
	assert_int_equal(s->run.failed, 0);
	forget(s);
}

static void crash_stop_restart_pause_resume(void **state)
{
	struct story *s = tell("  - {at: 6s, crash: r1}\n  - {at: 7s, start: r1}\n  - {at: 8s, stop: [r1, r2]}\n"
			       "  - {at: 9s, start: r2}\n  - {at: 10s, restart: r2}\n"
			       "  - {at: 11s, pause: r2}\n  - {at: 12s, resume: r2}\n");

	happens(s, 1, "[   6.000000000] world  r1 crashed");
	happens(s, 1, "[   8.000000000] world  r1 stopped");
	happens(s, 1, "[   8.000000000] world  r2 stopped");
	happens(s, 1, "[  10.000000000] world  r2 stopped");
	happens(s, 1, "[  10.000000000] world  r2 started");
	happens(s, 1, "[  11.000000000] world  r2 paused");
	happens(s, 1, "[  12.000000000] world  r2 resumed");
	forget(s);
}

static void links_down_cut_lossy_slow_and_healed(void **state)
{
	struct story *s = tell("  - {at: 6s, link: {client: down}}\n  - {at: 7s, link: {client.eth0: up}}\n"
			       "  - {at: 8s, cut: {client: out}}\n  - {at: 9s, loss: {late: 10%}}\n"
			       "  - {at: 10s, latency: {late: 5ms}}\n  - {at: 11s, heal: [client, late]}\n"
			       "  - {at: 12s, cut: {client: both}}\n  - {at: 13s, heal: lan}\n"
			       "  - {at: 14s, heal: all}\n");

	happens(s, 1, "[   6.000000000] world  client port 0: carrier down");
	happens(s, 1, "[   7.000000000] world  client port 0: carrier up");
	happens(s, 1, "[   8.000000000] world  client port 0: cut from the node");
	happens(s, 1, "[   9.000000000] world  late port 0: loses 100000 frames of a million");
	happens(s, 1, "[  10.000000000] world  late port 0: latency 0.005 s");
	happens(s, 1, "[  11.000000000] world  client port 0: not cut");
	happens(s, 1, "[  11.000000000] world  late port 0: loses 0 frames of a million");
	happens(s, 1, "[  13.000000000] world  client port 0: not cut");
	happens(s, 0, "[  14.000000000] world");
	forget(s);
}

static void partition_and_deafness(void **state)
{
	struct story *s = tell("  - {at: 6s, partition: {lan: [[r1], [r2]]}}\n  - {at: 7s, heal: lan}\n"
			       "  - {at: 8s, deaf: {from: r1, to: client}}\n"
			       "  - {at: 9s, deaf: {from: r1, to: client, ends: true}}\n"
			       "  - {at: 10s, deaf: {from: r2, to: client}}\n  - {at: 11s, heal: client}\n");

	happens(s, 1, "[   6.000000000] world  lan is split");
	happens(s, 1, "[   7.000000000] world  lan is whole");
	happens(s, 1, "[   8.000000000] world  lan: client is deaf to r1");
	happens(s, 1, "[   9.000000000] world  lan: client hears r1");
	happens(s, 1, "[  11.000000000] world  lan: client hears r2");
	forget(s);
}

static void counted_drops(void **state)
{
	/* r1 advertises at 3.218750 + n: of those from 6 s on the second and third */
	struct story *s = tell("  - {at: 6s, drop: {packet: \"vrrp advert\", from: r1, nth: 2, count: 2}}\n");

	happens(s, 0, "[   6.218750000] world  vrrp advert");
	happens(s, 1, "[   7.218750000] world  vrrp advert: match 2 from r1 was dropped");
	happens(s, 1, "[   8.218750000] world  vrrp advert: match 3 from r1 was dropped");
	happens(s, 0, "[   9.218750000] world  vrrp advert");
	forget(s);
}

static void pings_begin_and_end(void **state)
{
	struct story *s = tell("  - {at: 5s, ping: 192.0.2.1, from: client, every: 1s}\n"
			       "  - {at: 8s, stop_ping: 192.0.2.1, from: client}\n");

	/* 5, 6, 7 s; first ARP there and back, then the echo: 80 us, later ones 40 us */
	happens(s, 1, "[   5.000000000] client ping 192.0.2.1");
	happens(s, 1, "[   5.000080000] client ping 192.0.2.1");
	happens(s, 1, "[   6.000040000] client ping 192.0.2.1");
	happens(s, 1, "[   7.000040000] client ping 192.0.2.1");
	happens(s, 1, "[   8.000000000] client ping 192.0.2.1");
	happens(s, 0, "[   8.000040000] client ping 192.0.2.1");
	forget(s);
}

static void settings_and_tracked_objects(void **state)
{
	struct story *s = tell("  - {at: 6s, set: {r2.vrrp.20.priority: 110}}\n"
			       "  - {at: 10s, track: {r1.uplink: down}}\n");

	happens(s, 1, "[   6.000000000] r2 vrrp 20 ipv4");
	happens(s, 1, "[  10.000000000] r1 vrrp 20 ipv4");
	assert_int_equal(s->run.failed, 0);
	forget(s);
}

static void a_refused_step_fails_the_run(void **state)
{
	struct story *s = tell("  - {at: 5s, crash: r1}\n  - {at: 6s, set: {r1.vrrp.20.priority: 50}}\n");

	assert_int_equal(s->run.failed, 1);
	assert_int_equal(s->run.check[0].kind, CHECK_STEP);
	assert_int_equal(s->run.check[0].at, 6 * VL_S);
	assert_string_equal(s->run.check[0].got, "r1 refuses: r1 is not running");
	forget(s);
}

/* Each would do nothing, and the author meant something. */
static void steps_that_a_node_cannot_take_are_refused(void **state)
{
	static const struct {
		const char *step, *got;
	} cases[] = {
		{"  - {at: 5s, start: r1}\n", "r1 refuses: r1 is running"},
		{"  - {at: 5s, resume: r1}\n", "r1 refuses: r1 is running"},
		{"  - {at: 4s, crash: r1}\n  - {at: 5s, pause: r1}\n", "r1 refuses: r1 is not running"},
		{"  - {at: 4s, crash: r1}\n  - {at: 5s, stop: r1}\n", "r1 refuses: r1 is not running"},
		{"  - {at: 4s, crash: r1}\n  - {at: 5s, crash: r1}\n", "r1 refuses: r1 is not running"},
		{"  - {at: 4s, pause: r1}\n  - {at: 5s, start: r1}\n", "r1 refuses: r1 is paused"},
		{"  - {at: 4s, pause: r1}\n  - {at: 5s, restart: r1}\n", "r1 refuses: r1 is paused"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct story *s = tell(cases[i].step);
		assert_int_equal(s->run.check[0].kind, CHECK_STEP);
		assert_int_equal(s->run.check[0].at, 5 * VL_S);
		assert_string_equal(s->run.check[0].got, cases[i].got);
		forget(s);
	}
}

static void what_happens_at_the_very_end_happens(void **state)
{
	/* 3 s and 56/256: r1 takes over */
	vl_time takeover = 3218750 * VL_US;
	struct story *s = tell_until("  - {at: 29s, crash: r1}\n", takeover);

	happens(s, 1, "[   3.218750000] r1 vrrp 20 ipv4  backup -> active");
	assert_int_equal(s->run.ended_at, takeover);
	forget(s);
	s = tell_until("  - {at: 29s, crash: r1}\n", takeover - 1);
	happens(s, 0, "[   3.218750000] r1 vrrp 20 ipv4");
	forget(s);
}

/* Priority 200 of version 3: 3 s and 56/256 s, which is 218.75 ms; FRR counts whole 10 ms of the skew. */
static void skew_unit_cuts_the_skew(void **state)
{
	static const struct {
		const char *kind, *takeover;
	} cases[] = {
		{"rfc, vrrp: [{vrid: 20, priority: 200, vip: 192.0.2.1, version: 3}]",
		 "[   3.218750000] r1 vrrp 20 ipv4  backup -> active"},
		{"rfc, vrrp: [{vrid: 20, priority: 200, vip: 192.0.2.1, version: 3, behaviour: {skew_unit: 100ms}}]",
		 "[   3.200000000] r1 vrrp 20 ipv4  backup -> active"},
		{"frr, vrrp: [{vrid: 20, priority: 200, vip: 192.0.2.1, version: 3, behaviour: {startup_wait: 0s}}]",
		 "[   3.210000000] r1 vrrp 20 ipv4  backup -> active"},
		{"frr, vrrp: [{vrid: 20, priority: 200, vip: 192.0.2.1, version: 3, behaviour: {skew_unit: 0s}}]",
		 "[   3.218750000] r1 vrrp 20 ipv4  backup -> active"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char script[512];
		snprintf(script, sizeof script,
			 "title: t\nsegments: {lan: {net: 192.0.2.0/24}}\nnodes:\n"
			 "  r1: {on: lan, ip: 192.0.2.2, kind: %s}\nuntil: 5s\n", cases[i].kind);
		struct story *s = play(script, 5 * VL_S);
		happens(s, 1, cases[i].takeover);
		forget(s);
	}
}

/* The keys of carp and ha, seen in when the box takes over. */
static void settings_of_carp_and_ha_reach_the_box(void **state)
{
	static const char u2[] = "  u2: {kind: ucarp, on: lan, ip: 192.0.2.3, "
				 "carp: [{vhid: 3, vip: 192.0.2.1, password: secret, advskew: 100}]}\n";
	static const struct {
		const char *nodes, *others, *line;
		unsigned times;
	} cases[] = {
		/* silent for 4 times 2 s and 128/256 s */
		{"  u1: {kind: ucarp, on: lan, ip: 192.0.2.2, carp: [{vhid: 3, vip: 192.0.2.1, password: secret, "
		 "advbase: 2, advskew: 128, dead_ratio: 4}]}\n",
		 "", "[   8.500000000] u1 carp 3 ipv4  backup -> master (master silent)", 1},
		/* u2 is master at 3 s and 100/256 s and speaks each 1.390625 s: u1, which is there at 10 s, hears it at
		 * 10.343750 s, two links further on */
		{"  u1: {kind: ucarp, on: lan, ip: 192.0.2.2, start: 10s, carp: [{vhid: 3, vip: 192.0.2.1, "
		 "password: secret, preempt: true}]}\n",
		 u2, "[  10.343770000] u1 carp 3 ipv4  backup -> master (preempting", 1},
		{"  u1: {kind: ucarp, on: lan, ip: 192.0.2.2, start: 10s, carp: [{vhid: 3, vip: 192.0.2.1, "
		 "password: secret, preempt: false}]}\n",
		 u2, "[  10.343770000] u1 carp 3 ipv4", 0},
		/* another password: not heard, and so alone after 3 s */
		{"  u1: {kind: ucarp, on: lan, ip: 192.0.2.2, start: 10s, carp: [{vhid: 3, vip: 192.0.2.1, "
		 "password: other}]}\n",
		 u2, "[  13.000000000] u1 carp 3 ipv4  backup -> master (master silent)", 1},
		/* waits 5 s, then 6 s of silence: advbase 2 */
		{"  lb1: {kind: loadmaster, on: lan, ip: 192.0.2.2, ha: {id: 7, role: first, shared: 192.0.2.10, "
		 "timeout: 6s, initial_wait: 5s}}\n",
		 "", "[  11.000000000] lb1 carp 7 ipv4  backup -> master (master silent), advbase 2", 1},
		/* the second is 128/256 s slower, and never master while they understand each other */
		{"  lb1: {kind: loadmaster, on: lan, ip: 192.0.2.2, ha: {id: 7, role: first, shared: 192.0.2.10, "
		 "initial_wait: 0s, password: kemp}}\n",
		 "  lb2: {kind: loadmaster, on: lan, ip: 192.0.2.3, ha: {id: 7, role: second, shared: 192.0.2.10, "
		 "initial_wait: 0s, password: kemp}}\n",
		 "[   3.500000000] lb2 carp 7 ipv4  backup -> master", 0},
		{"  lb1: {kind: loadmaster, on: lan, ip: 192.0.2.2, ha: {id: 7, role: first, shared: 192.0.2.10, "
		 "initial_wait: 0s, password: kemp}}\n",
		 "  lb2: {kind: loadmaster, on: lan, ip: 192.0.2.3, ha: {id: 7, role: second, shared: 192.0.2.10, "
		 "initial_wait: 0s, password: other}}\n",
		 "[   3.500000000] lb2 carp 7 ipv4  backup -> master", 1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char script[1024];
		snprintf(script, sizeof script,
			 "title: t\nsegments: {lan: {net: 192.0.2.0/24}}\nsuspends: heard-conflicts\nnodes:\n%s%s"
			 "until: 20s\n", cases[i].nodes, cases[i].others);
		struct story *s = play(script, 20 * VL_S);
		happens(s, cases[i].times, cases[i].line);
		forget(s);
	}
}

/* Of a unit that speaks at 9, 12, 15 and 18 s: to all, or to the group. */
static void use_broadcast_decides_where_adverts_go(void **state)
{
	static const char *const words[] = {"true", "false"};

	for (size_t i = 0; i < 2; i++) {
		char script[512];
		snprintf(script, sizeof script,
			 "title: t\nsegments: {lan: {net: 192.0.2.0/24}}\nnodes:\n"
			 "  lb1: {kind: loadmaster, on: lan, ip: 192.0.2.2, ha: {id: 7, role: first, shared: 192.0.2.10, "
			 "timeout: 9s, initial_wait: 0s, use_broadcast: %s}}\nuntil: 20s\n"
			 "expect:\n  - {match: \"carp advert to %s\", count: exactly 4}\n"
			 "  - {match: \"carp advert\", count: exactly 4}\n",
			 words[i], i == 0 ? "255.255.255.255" : "224.0.0.18");
		struct story *s = play(script, 20 * VL_S);
		assert_int_equal(s->run.check_count, 2);
		assert_int_equal(s->run.failed + s->run.open, 0);
		forget(s);
	}
}

static void the_same_run_has_the_same_digest_and_capture(void **state)
{
	const char *steps = "  - {at: 5s, ping: 192.0.2.1, from: client, every: 100ms}\n"
			    "  - {at: 6s, loss: {client: 20%}}\n";
	struct story *a = tell(steps), *b = tell(steps), *c = tell("  - {at: 5s, crash: r2}\n");

	assert_string_equal(a->run.digest, b->run.digest);
	assert_int_equal(a->run.capture.length, b->run.capture.length);
	assert_memory_equal(a->run.capture.bytes, b->run.capture.bytes, a->run.capture.length);
	assert_string_not_equal(a->run.digest, c->run.digest);
	forget(a);
	forget(b);
	forget(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_start_at_their_moment),
		cmocka_unit_test(crash_stop_restart_pause_resume),
		cmocka_unit_test(links_down_cut_lossy_slow_and_healed),
		cmocka_unit_test(partition_and_deafness),
		cmocka_unit_test(counted_drops),
		cmocka_unit_test(pings_begin_and_end),
		cmocka_unit_test(settings_and_tracked_objects),
		cmocka_unit_test(a_refused_step_fails_the_run),
		cmocka_unit_test(steps_that_a_node_cannot_take_are_refused),
		cmocka_unit_test(what_happens_at_the_very_end_happens),
		cmocka_unit_test(skew_unit_cuts_the_skew),
		cmocka_unit_test(settings_of_carp_and_ha_reach_the_box),
		cmocka_unit_test(use_broadcast_decides_where_adverts_go),
		cmocka_unit_test(the_same_run_has_the_same_digest_and_capture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

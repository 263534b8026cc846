// SPDX-License-Identifier: BSD-2-Clause
/* A run in parts, and a run as an engine whose segments are joined to something outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/run.h"
#include "sim/wire/packet.h"

static struct scenario_set set;

static const struct scenario *load(const char *script)
{
	if (!scenario_load_bytes(&set, "test.yaml", (const uint8_t *)script, strlen(script)))
		fail_msg("%s", set.mistake[0].message);
	return &set.scenario[0];
}

static int tear_down(void **state)
{
	scenario_set_free(&set);
	return 0;
}

static const char pair[] =
	"title: a pair and a client\n"
	"segments:\n  lan: {net: 192.0.2.0/24}\n"
	"nodes:\n"
	"  r1: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 10, version: 3, priority: 200, vip: 192.0.2.1}]}\n"
	"  r2: {kind: rfc, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 10, version: 3, priority: 100, vip: 192.0.2.1}]}\n"
	"  client: {kind: client, on: lan, ip: 192.0.2.50}\n"
	"timeline:\n"
	"  - {at: 5s, ping: 192.0.2.1, from: client, every: 100ms}\n"
	"  - {at: 8s, crash: r1}\n"
	"expect:\n  - {state: active, of: r2, after: 12s}\n"
	"until: 15s\n";

/* Whoever lets the time pass, and in whatever portions: the same frames, the same journal. */
static void a_run_in_parts_is_the_same_run(void **state)
{
	struct run_order order = {.scenario = load(pair), .seed = 7, .until = 15 * VL_S, .application = "test"};
	static const vl_time portion[] = {1, 7 * VL_US, 333333333, VL_S, 20 * VL_S};
	struct run whole, parts;
	struct vl_status status = run_do(&whole, &order);

	assert_true(vl_ok(&status));
	assert_int_equal(whole.failed, 0);
	for (size_t i = 1; i < sizeof portion / sizeof portion[0]; i++) {
		vl_time now = 0;
		status = run_begin(&parts, &order);
		assert_true(vl_ok(&status));
		for (vl_time step = portion[i]; now < order.until + 1; step = i == 1 ? step * 2 : step) {
			now = vl_time_min(now + step, order.until + 1);
			assert_int_equal(run_advance(&parts, now), WORLD_RAN);
		}
		status = run_finish(&parts, WORLD_RAN, order.until);
		assert_true(vl_ok(&status));
		assert_string_equal(parts.digest, whole.digest);
		run_free(&parts);
	}
	run_free(&whole);
}

/* ---- on the wire ------------------------------------------------------------------------------------------------- */

struct live {
	struct run run;
	struct run_live wiring;
	struct run_attachment attach;
	struct engine engine;
};

static void begin(struct live *l, const struct scenario *s, const bool *absent)
{
	*l = (struct live){.attach = {.name = "eth0"}};
	l->wiring = (struct run_live){.attach = &l->attach, .attach_count = 1, .absent = absent};
	struct vl_status status = run_begin(&l->run, &(struct run_order){.scenario = s, .seed = 1, .until = s->until,
									 .application = "test", .live = &l->wiring});
	assert_true(vl_ok(&status));
	l->engine = run_engine(&l->run);
	l->engine.ops->startup(l->engine.self, 0);
}

struct heard {
	unsigned frames, adverts, goodbyes;
	vl_time first;                  /* VL_NEVER: none */
};

/* Drives the engine to `until`; what leaves is counted. */
static struct heard drive(struct live *l, vl_time until)
{
	struct heard h = {.first = VL_NEVER};
	struct engine_out out;
	struct packet p;

	for (;;) {
		vl_time at = l->engine.ops->deadline(l->engine.self);
		at = at < until ? at : until;
		l->engine.ops->timeout(l->engine.self, at);
		while (l->engine.ops->poll(l->engine.self, &out)) {
			assert_true(packet_dissect(&p, out.frame->data, out.frame->length, out.frame->length));
			h.frames++;
			h.first = h.first == VL_NEVER ? at : h.first;
			h.adverts += p.transport == TRANSPORT_VRRP || p.transport == TRANSPORT_CARP;
			h.goodbyes += p.transport == TRANSPORT_VRRP && p.vrrp.priority == 0;
			frame_unref(out.frame);
		}
		if (at == until)
			return h;
	}
}

static enum oracle_state state_of(struct live *l, enum oracle_class class, unsigned id)
{
	return oracle_state_at(l->run.world.oracle, &(struct oracle_who){.node = 0, .segment = WORLD_ANY, .class = class,
									 .family = IP_V4, .id = id},
			       world_now(l->run.world.world));
}

static const char one[] =
	"title: one router\n"
	"segments:\n  lan: {net: 192.0.2.0/24}\n"
	"nodes:\n"
	"  us: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 10, version: 3, priority: PRIORITY, vip: 192.0.2.1}]}\n"
	"  them: {kind: rfc, on: lan, ip: 192.0.2.3, vrrp: [{vrid: 10, version: 3, priority: 150, vip: 192.0.2.1}]}\n"
	"timeline:\n  - {at: 2s, stop: them}\n"
	"expect:\n"
	"  - {becomes: active, of: us}\n"
	"  - {state: active, of: them, at: 1s}\n"
	"  - {never: dual-active, id: 10}\n"
	"until: 60s\n";

static const struct scenario *load_one(const char *priority)
{
	static char script[sizeof one + 8];
	const char *at = strstr(one, "PRIORITY");

	snprintf(script, sizeof script, "%.*s%s%s", (int)(at - one), one, priority, at + strlen("PRIORITY"));
	return load(script);
}

/* After standing still an Active says nothing for Active_Down_Interval, and then takes the role again; also the owner. */
static void who_stood_still_listens_first(void **state)
{
	static const bool absent[] = {false, true};
	static const struct {
		const char *priority;
		vl_time silence;
	} cases[] = {{"100", 3609375000}, {"255", 3003906250}};

	for (size_t i = 0; i < 2; i++) {
		struct live l;
		begin(&l, load_one(cases[i].priority), absent);
		assert_true(drive(&l, 6 * VL_S).adverts >= 2);
		vl_time woken = 20 * VL_S;
		struct vl_status status = l.engine.ops->control(l.engine.self, &(struct command){.verb = COMMAND_LISTEN}, woken);
		assert_true(vl_ok(&status));
		assert_int_equal(state_of(&l, ORACLE_VRRP, 10), ORACLE_BACKUP);
		assert_int_equal(drive(&l, woken + cases[i].silence - 1).frames, 0);
		struct heard h = drive(&l, woken + cases[i].silence + VL_S / 2);
		assert_int_equal(h.first, woken + cases[i].silence);
		assert_int_equal(h.adverts, 1);
		run_free(&l.run);
		scenario_set_free(&set);
	}
	load(pair);
}

static void carp_listens_too(void **state)
{
	struct live l;

	begin(&l, load("title: one host\nsegments:\n  lan: {net: 192.0.2.0/24}\nnodes:\n"
		       "  us: {kind: ucarp, on: lan, ip: 192.0.2.2, carp: [{vhid: 7, vip: 192.0.2.1, password: secret}]}\n"
		       "expect:\n  - {becomes: active, of: us}\nuntil: 60s\n"), NULL);
	assert_true(drive(&l, 6 * VL_S).adverts >= 2);
	(void)l.engine.ops->control(l.engine.self, &(struct command){.verb = COMMAND_LISTEN}, 20 * VL_S);
	assert_int_equal(state_of(&l, ORACLE_CARP, 7), ORACLE_BACKUP);
	assert_int_equal(drive(&l, 22 * VL_S).frames, 0);
	assert_true(drive(&l, 26 * VL_S).adverts >= 1);
	run_free(&l.run);
}

/* The only station of a segment sees the carrier of the wire; nothing of real boxes is done or judged here. */
static void a_segment_with_one_station_is_a_cable(void **state)
{
	static const bool absent[] = {false, true};
	struct command link = {.verb = COMMAND_LINK, .port = 0, .type = VALUE_FLAG};
	struct live l;

	begin(&l, load_one("100"), absent);
	drive(&l, 6 * VL_S);
	assert_int_equal(state_of(&l, ORACLE_VRRP, 10), ORACLE_ACTIVE);
	(void)l.engine.ops->control(l.engine.self, &link, 6 * VL_S);
	assert_int_equal(state_of(&l, ORACLE_VRRP, 10), ORACLE_INITIALIZE);
	assert_int_equal(drive(&l, 9 * VL_S).frames, 0);
	link.value.flag = true;
	(void)l.engine.ops->control(l.engine.self, &link, 9 * VL_S);
	assert_int_equal(drive(&l, 12 * VL_S).adverts, 0);
	assert_true(drive(&l, 14 * VL_S).adverts >= 1);
	l.engine.ops->shutdown(l.engine.self, 14 * VL_S);
	assert_int_equal(drive(&l, 14 * VL_S).goodbyes, 1);
	struct vl_status status = run_finish(&l.run, WORLD_RAN, 60 * VL_S);
	assert_true(vl_ok(&status));
	assert_int_equal(l.run.check_count, 3);
	assert_int_equal(l.run.check[0].verdict, CHECK_HELD);
	assert_int_equal(l.run.check[1].verdict, CHECK_OPEN);
	assert_int_equal(l.run.check[2].verdict, CHECK_OPEN);
	assert_string_equal(l.run.check[1].got, "not judged: them is a real box");
	bool left = false;
	for (uint64_t i = 0; i < journal_count(l.run.journal); i++)
		left = left || journal_at(l.run.journal, i)->kind == &RUN_LEFT_KIND;
	assert_true(left);
	run_free(&l.run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_run_in_parts_is_the_same_run, tear_down),
		cmocka_unit_test_teardown(who_stood_still_listens_first, tear_down),
		cmocka_unit_test_teardown(carp_listens_too, tear_down),
		cmocka_unit_test_teardown(a_segment_with_one_station_is_a_cable, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

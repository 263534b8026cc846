// SPDX-License-Identifier: BSD-2-Clause
/*
 * A hand-made run for tests of expectations: segment lan, nodes r1, r2 (virtual router 10 each, 1 s) and client,
 * 60 s long. The world in it does nothing; the test says by records what happened, in the order of time.
 */
#ifndef VL_TESTS_SCENARIO_EXPECT_FIXTURE_H
#define VL_TESTS_SCENARIO_EXPECT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/node/ping_records.h"
#include "sim/scenario/expect.h"
#include "sim/vrrp/vrrp_records.h"
#include "sim/world/world.h"

enum { R1, R2, CLIENT, NODES };

struct fixture {
	struct scenario scenario;
	struct scenario_segment segment[1];
	struct scenario_node node[NODES];
	struct frame_pool *pool;
	struct world *world;
	struct oracle *oracle;
	struct journal *journal;
	const struct finding *finding[8];
	struct expect_context context;
	struct expect_memory memory;
};

/* --- a box that says nothing ----------------------------------------------------------------------------- */

static inline void mute_moment(void *self, vl_time now)
{
}

static inline void mute_input(void *self, unsigned port, struct frame *f, vl_time now)
{
}

static inline vl_time mute_deadline(const void *self)
{
	return VL_NEVER;
}

static inline bool mute_poll(void *self, struct engine_out *out)
{
	return false;
}

static inline struct vl_status mute_control(void *self, const struct command *command, vl_time now)
{
	return vl_status_ok();
}

static inline void mute_free(void *self)
{
}

static const struct engine_ops mute_ops = {
	"mute",    mute_moment, mute_moment,  mute_input, mute_moment, mute_deadline,
	mute_poll, mute_control, mute_free,
};

/* --- the run --------------------------------------------------------------------------------------------- */

static inline void fixture_record(void *context, const struct record *r)
{
	struct fixture *x = context;
	const struct record *kept = journal_append(x->journal, r);

	assert_non_null(kept);
	oracle_record(x->oracle, kept);
}

static inline struct fixture *fixture_new(void)
{
	static const char *const names[NODES] = {"r1", "r2", "client"};
	static const struct ip_addr address = {.family = IP_V4, .b = {192, 0, 2, 1}};
	struct fixture *x = test_calloc(1, sizeof *x);

	x->segment[0].name = "lan";
	for (int i = 0; i < NODES; i++)
		x->node[i].name = names[i];
	x->scenario = (struct scenario){.path = "t.yaml", .seed = 1, .until = 60 * VL_S, .segment = x->segment,
					.segment_count = 1, .node = x->node, .node_count = NODES};
	x->pool = frame_pool_new();
	x->journal = journal_new();
	x->world = world_new(1, x->pool, &(struct world_listener){x, fixture_record, NULL});
	x->oracle = oracle_new(x->world);
	world_segment lan = world_add_segment(x->world, &(struct world_segment_config){.name = "lan"});
	for (unsigned i = 0; i < NODES; i++) {
		world_node n = world_add_node(x->world, names[i], (struct engine){&mute_ops, x}, 1);
		world_connect(x->world, n, 0, lan, NULL);
		if (i != CLIENT)
			assert_true(oracle_register(x->oracle, &(struct oracle_router){
								       .node = n,
								       .segment = lan,
								       .interface = "eth0",
								       .class = ORACLE_VRRP,
								       .family = IP_V4,
								       .id = 10,
								       .interval = VL_S,
								       .address = &address,
								       .address_count = 1,
							       }));
	}
	for (unsigned i = 0; i < NODES; i++)
		world_start(x->world, i);
	x->context = (struct expect_context){.scenario = &x->scenario, .oracle = x->oracle, .journal = x->journal,
					     .finding = x->finding, .end = x->scenario.until};
	return x;
}

static inline void fixture_free(struct fixture *x)
{
	oracle_free(x->oracle);
	world_free(x->world);
	frame_pool_free(x->pool);
	journal_free(x->journal);
	test_free(x);
}

/* A virtual router of a node is in another state from `at` on. */
static inline void goes(struct fixture *x, int node, vl_time at, const char *to)
{
	fixture_record(x, &(struct record){
				  .kind = &VRRP_STATE_KIND,
				  .at = at,
				  .node = x->node[node].name,
				  .part = "vrrp 10 ipv4",
				  .value = {
					  [VRRP_STATE_VRID] = {.number = 10},
					  [VRRP_STATE_FAMILY] = {.word = "ipv4"},
					  [VRRP_STATE_INTERFACE] = {.word = "eth0"},
					  [VRRP_STATE_FROM] = {.word = "backup"},
					  [VRRP_STATE_TO] = {.word = to},
					  [VRRP_STATE_WHY] = {.word = "startup"},
				  },
			  });
}

static inline struct scenario_name name_of(int node)
{
	static const char *const names[NODES] = {"r1", "r2", "client"};

	return (struct scenario_name){.text = names[node], .index = (unsigned)node};
}

/* --- windows ---------------------------------------------------------------------------------------------- */

static inline struct scenario_window between(vl_time from, vl_time until)
{
	return (struct scenario_window){.form = WINDOW_BETWEEN, .from = from, .until = until};
}

static inline struct scenario_window after(vl_time from)
{
	return (struct scenario_window){.form = WINDOW_AFTER, .from = from, .until = 60 * VL_S};
}

static inline struct scenario_window before(vl_time until)
{
	return (struct scenario_window){.form = WINDOW_BEFORE, .until = until};
}

static inline struct scenario_window instant(vl_time at)
{
	return (struct scenario_window){.form = WINDOW_AT, .from = at, .until = at};
}

static inline struct comparison compare(enum comparison_form form, enum comparison_unit unit, uint64_t value)
{
	return (struct comparison){.form = form, .unit = unit, .value = value};
}

/* --- verdicts --------------------------------------------------------------------------------------------- */

static inline struct check judged(struct fixture *x, struct scenario_expectation e)
{
	struct check c;

	e.text = "the expectation";
	expect_judge(&e, &x->memory, &x->context, &c);
	return c;
}

static inline void holds(struct fixture *x, struct scenario_expectation e)
{
	struct check c = judged(x, e);

	if (c.verdict != CHECK_HELD)
		fail_msg("%s, not held: got %s, want %s", check_verdict_word(c.verdict), c.got, c.want);
}

/* Fails, and `at` is the moment it names, and `got` is in what it says. */
static inline void fails(struct fixture *x, struct scenario_expectation e, vl_time at, const char *got)
{
	struct check c = judged(x, e);

	if (c.verdict != CHECK_FAILED)
		fail_msg("%s, not failed: got %s, want %s", check_verdict_word(c.verdict), c.got, c.want);
	if (strstr(c.got, got) == NULL)
		fail_msg("got `%s' does not say `%s'", c.got, got);
	assert_int_equal(c.at, at);
}

static inline void stays_open(struct fixture *x, struct scenario_expectation e)
{
	struct check c = judged(x, e);

	if (c.verdict != CHECK_OPEN)
		fail_msg("%s, not open: got %s", check_verdict_word(c.verdict), c.got);
}

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who gets the connections, by records made here: service web of r1 with a, b, c and, from 20 s on, d. Until then a
 * connection a second opens on a, b, c in turn and stays. From 20 s on all go to d until 25 s, then to a.
 */
#include "tests/scenario/expect_fixture.h"

/* What a balancer's records look like to the ledger: it knows them by name. */
static const struct record_kind open_kind = {
	.name = "balancer.open",
	.text = "opened",
	.field = {{"client", VALUE_IP}, {"server", VALUE_WORD}, {"why", VALUE_WORD}, {"active", VALUE_NUMBER}},
};
static const struct record_kind activity_kind = {
	.name = "balancer.activity",
	.text = "counts otherwise",
	.field = {{"client", VALUE_IP}, {"server", VALUE_WORD}, {"active", VALUE_NUMBER}},
};
static const struct record_kind active_kind = {
	.name = "balancer.active",
	.text = "active",
	.field = {{"state", VALUE_WORD}, {"connections", VALUE_NUMBER}},
};
static const struct record_kind close_kind = {
	.name = "balancer.close",
	.text = "closed",
	.field = {{"client", VALUE_IP}, {"server", VALUE_WORD}, {"why", VALUE_WORD}, {"bytes_in", VALUE_NUMBER},
		  {"bytes_out", VALUE_NUMBER}, {"active", VALUE_NUMBER}},
};
static const struct record_kind health_kind = {
	.name = "balancer.health",
	.text = "health",
	.field = {{"server", VALUE_WORD}, {"state", VALUE_WORD}},
};

/* How many each of a, b, c, d has: the balancer says so with every change. */
static uint64_t has[UINT8_MAX];

static void opens(struct fixture *x, vl_time at, const char *service, const char *server, uint8_t client)
{
	fixture_record(x, &(struct record){.kind = &open_kind, .at = at, .node = "r1", .part = service,
					   .value = {{.ip = {.family = IP_V4, .b = {10, 0, 0, client}}}, {.word = server},
						     {.word = "rr"}, {.number = ++has[(uint8_t)server[0]]}}});
}

static void closes(struct fixture *x, vl_time at, const char *server, uint64_t bytes)
{
	fixture_record(x, &(struct record){.kind = &close_kind, .at = at, .node = "r1", .part = "web",
					   .value = {{.ip = {.family = IP_V4, .b = {10, 0, 0, 1}}}, {.word = server},
						     {.word = "fin"}, {.number = bytes / 4}, {.number = bytes - bytes / 4},
						     {.number = --has[(uint8_t)server[0]]}}});
}

static int set_up(void **state)
{
	static const char *const turn[] = {"a", "b", "c"};
	struct fixture *x = fixture_new();

	memset(has, 0, sizeof has);
	for (uint8_t t = 0; t < 18; t++)
		opens(x, t * VL_S, "web", turn[t % 3], t < 9 ? 1 : t);
	fixture_record(x, &(struct record){.kind = &health_kind, .at = 19 * VL_S, .node = "r1", .part = "web",
					   .value = {{.word = "d"}, {.word = "up"}}});
	for (uint8_t t = 20; t < 25; t++)
		opens(x, t * VL_S, "web", "d", t);
	opens(x, 24 * VL_S, "web", "d", 30);
	opens(x, 25 * VL_S, "web", "a", 31);
	closes(x, 30 * VL_S, "a", 300);
	closes(x, 31 * VL_S, "b", 100);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

static struct comparison part(uint64_t ppm)
{
	return compare(COMPARISON_EXACTLY, COMPARISON_PERCENT, ppm);
}

static struct comparison many(uint64_t count)
{
	return compare(COMPARISON_EXACTLY, COMPARISON_COUNT, count);
}

static struct comparison decimal(uint64_t millionths)
{
	return compare(COMPARISON_EXACTLY, COMPARISON_DECIMAL, millionths);
}

static struct scenario_expectation share(struct scenario_window w, const char *server, enum scenario_counting counting,
					 uint64_t ppm)
{
	return (struct scenario_expectation){.kind = EXPECT_SHARE, .window = w,
					     .share = {.server = server, .counting = counting, .is = part(ppm)}};
}

static void shares_are_of_what_is_counted(void **state)
{
	holds(*state, share(before(18 * VL_S), "a", COUNTING_NEW, 333333));
	holds(*state, share(before(18 * VL_S), "d", COUNTING_NEW, 0));
	holds(*state, share(between(20 * VL_S, 25 * VL_S), "d", COUNTING_NEW, 1000000));
	fails(*state, share(between(20 * VL_S, 25 * VL_S), "a", COUNTING_NEW, 500000), 25 * VL_S, "a has 0 of 6 new connections");
	holds(*state, share(after(20 * VL_S), "a", COUNTING_BYTES, 750000));
	/* 7 - 1, 6 - 1, 6, 6 */
	holds(*state, share(after(0), "d", COUNTING_ACTIVE, 260869));
}

static void what_nobody_knows_is_said(void **state)
{
	fails(*state, share(after(0), "e", COUNTING_NEW, 0), 60 * VL_S, "the service's records name a, b, c, d");
	fails(*state, share(after(40 * VL_S), "a", COUNTING_NEW, 0), 60 * VL_S, "none in the window");
	struct scenario_expectation e = share(after(0), "a", COUNTING_NEW, 0);
	e.share.of.service = "mail";
	fails(*state, e, 60 * VL_S, "no balancer has a record of it");
	opens(*state, 50 * VL_S, "mail", "m", 1);
	fails(*state, share(after(0), "a", COUNTING_NEW, 0), 60 * VL_S, "several services");
	e.share.of.service = "web";
	e.share.of.by = name_of(R2);
	fails(*state, e, 60 * VL_S, "no balancer has a record of it");
}

static void evenness_counts_idle_servers(void **state)
{
	struct scenario_expectation e = {.kind = EXPECT_BALANCE, .window = before(18 * VL_S),
					 .balance = {.jain = decimal(750000), .max_over_mean = decimal(1333333),
						     .max_share = part(333333), .gini = decimal(250000),
						     .cv_squared = decimal(333333), .cv = decimal(577350)}};
	holds(*state, e);
	e.balance.cv = decimal(0);
	fails(*state, e, 18 * VL_S, "CV 0.57735");
	/* 9 connections of one client, 9 of others: 18^2 / (81 + 9) */
	e = (struct scenario_expectation){.kind = EXPECT_BALANCE, .window = before(18 * VL_S),
					  .balance = {.k_eff = decimal(3600000)}};
	holds(*state, e);
	e.window = after(40 * VL_S);
	fails(*state, e, 60 * VL_S, "none in the window");
}

static struct scenario_expectation counted(enum scenario_expectation_kind kind, struct scenario_window w, const char *server,
					   uint64_t count)
{
	return (struct scenario_expectation){.kind = kind, .window = w, .connections = {.server = server, .count = many(count)}};
}

static void new_and_active_are_counted(void **state)
{
	holds(*state, counted(EXPECT_NEW_CONNECTIONS, after(20 * VL_S), NULL, 7));
	holds(*state, counted(EXPECT_NEW_CONNECTIONS, after(20 * VL_S), "d", 6));
	holds(*state, counted(EXPECT_ACTIVE_CONNECTIONS, instant(20 * VL_S), NULL, 18));
	holds(*state, counted(EXPECT_ACTIVE_CONNECTIONS, instant(20 * VL_S + 1), "d", 1));
	/* the most: of a, 7 from 25 s to 30 s */
	holds(*state, counted(EXPECT_ACTIVE_CONNECTIONS, after(20 * VL_S), "a", 7));
	holds(*state, counted(EXPECT_ACTIVE_CONNECTIONS, after(40 * VL_S), "a", 6));
	fails(*state, counted(EXPECT_ACTIVE_CONNECTIONS, after(20 * VL_S), "x", 7), 60 * VL_S, "name a, b, c, d");
}

/* A closed connection lingers in the table: it is not active any more, and ends later. */
static void what_lingers_is_not_active(void **state)
{
	struct fixture *x = *state;

	fixture_record(x, &(struct record){.kind = &activity_kind, .at = 40 * VL_S, .node = "r1", .part = "web",
					   .value = {{.ip = {.family = IP_V4}}, {.word = "a"}, {.number = 4}}});
	holds(x, counted(EXPECT_ACTIVE_CONNECTIONS, instant(41 * VL_S), "a", 4));
	holds(x, counted(EXPECT_NEW_CONNECTIONS, after(30 * VL_S), "a", 0));
	/* a balancer that changes its role forgets them all */
	fixture_record(x, &(struct record){.kind = &active_kind, .at = 50 * VL_S, .node = "r1",
					   .value = {{.word = "passive"}, {.number = 22}}});
	holds(x, counted(EXPECT_ACTIVE_CONNECTIONS, instant(51 * VL_S), NULL, 0));
}

/* The script's servers count although no record names them. */
static void servers_that_nobody_names_are_idle(void **state)
{
	struct fixture *x = *state;
	struct scenario_server server[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}, {.name = "e"}};
	struct scenario_service service = {.name = "web", .server = server, .server_count = 5};

	x->node[R1].service = &service;
	x->node[R1].service_count = 1;
	/* 6 6 6 0 0: 18^2 / (5 * 108) */
	holds(x, (struct scenario_expectation){.kind = EXPECT_BALANCE, .window = before(18 * VL_S),
					       .balance = {.jain = decimal(600000)}});
	holds(x, share(before(18 * VL_S), "e", COUNTING_NEW, 0));
}

static void the_busiest_stretch(void **state)
{
	struct scenario_expectation e = counted(EXPECT_NEW_CONNECTIONS, after(20 * VL_S), NULL, 2);

	e.connections.per = (struct maybe_time){true, VL_S};
	holds(*state, e);
	e.connections.per.value = 4 * VL_S;     /* 20 to 23, then 24, 24 and 25 */
	e.connections.count = many(4);
	holds(*state, e);
	e.connections.count = many(3);
	fails(*state, e, 60 * VL_S, "busiest 4s, about 23s: 4");
}

static struct scenario_expectation catching(enum scenario_expectation_kind kind, vl_time from)
{
	return (struct scenario_expectation){.kind = kind, .window = after(from), .catch_up = {.server = "d"}};
}

static void all_to_ends_with_the_first_elsewhere(void **state)
{
	struct scenario_expectation e = catching(EXPECT_ALL_TO, 19 * VL_S);

	e.catch_up.lasts = compare(COMPARISON_EXACTLY, COMPARISON_TIME, 6 * VL_S);
	e.catch_up.count = many(6);
	e.catch_up.level = many(6);
	holds(*state, e);
	e.catch_up.level = many(5);
	fails(*state, e, 25 * VL_S, "active connections then: 6");
	/* nothing goes elsewhere: as long as the run */
	e = catching(EXPECT_ALL_TO, 26 * VL_S);
	e.catch_up.lasts = compare(COMPARISON_EXACTLY, COMPARISON_TIME, 34 * VL_S);
	holds(*state, e);
}

/* The others have 6 each: the sixth of d is at 24 s. */
static void catching_up_ends_at_the_mean_of_the_others(void **state)
{
	struct scenario_expectation e = catching(EXPECT_CATCH_UP, 19 * VL_S);

	e.catch_up.lasts = compare(COMPARISON_EXACTLY, COMPARISON_TIME, 5 * VL_S);
	e.catch_up.level = many(6);
	holds(*state, e);
	e.catch_up.server = "x";
	fails(*state, e, 60 * VL_S, "name a, b, c, d");
	e.catch_up.of.service = "mail";
	fails(*state, e, 60 * VL_S, "no balancer");
}

static void a_run_cut_short_leaves_them_open(void **state)
{
	struct fixture *x = *state;

	x->context.end = 22 * VL_S;
	stays_open(x, share(after(20 * VL_S), "d", COUNTING_NEW, 1000000));
	stays_open(x, counted(EXPECT_NEW_CONNECTIONS, after(20 * VL_S), "d", 3));
	stays_open(x, catching(EXPECT_ALL_TO, 19 * VL_S));
	stays_open(x, share(after(20 * VL_S), "x", COUNTING_NEW, 0));
	holds(x, counted(EXPECT_NEW_CONNECTIONS, between(20 * VL_S, 21 * VL_S), "d", 1));
}

static void over_seeds_a_run_gives_a_sample(void **state)
{
	struct scenario_expectation e = catching(EXPECT_ALL_TO, 19 * VL_S);

	e.catch_up.count = many(6);
	e.catch_up.level = many(863);
	e.catch_up.level.statistic = COMPARISON_MEAN;
	struct check c = judged(*state, e);
	assert_int_equal(c.verdict, CHECK_OPEN);
	assert_true(c.sample.given);
	assert_int_equal(c.sample.value, 6);
	/* what must hold in each run must hold in this one */
	e.catch_up.lasts = compare(COMPARISON_UNDER, COMPARISON_TIME, VL_S);
	c = judged(*state, e);
	assert_int_equal(c.verdict, CHECK_FAILED);
	assert_false(c.sample.given);
}

static struct scenario_expectation records(const char *kind, const struct scenario_field *field, size_t fields, uint64_t count)
{
	return (struct scenario_expectation){.kind = EXPECT_RECORDS, .window = after(0),
					     .records = {.kind = kind, .field = field, .field_count = fields,
							 .count = many(count)}};
}

static void records_are_counted_by_what_their_fields_say(void **state)
{
	static const struct scenario_field to_a = {"server", "a"}, client = {"client", "10.0.0.1"}, typo = {"sever", "a"};

	holds(*state, records("balancer.open", NULL, 0, 25));
	holds(*state, records("balancer.open", &to_a, 1, 7));
	holds(*state, records("balancer.open", (struct scenario_field[]){to_a, client}, 2, 3));
	holds(*state, records("balancer.gone", NULL, 0, 0));
	fails(*state, records("balancer.open", &typo, 1, 0), 60 * VL_S, "has no such field");
	struct scenario_expectation e = records("balancer.open", &to_a, 1, 7);
	e.records.of = name_of(R1);
	e.records.part = "web";
	holds(*state, e);
	e.records.part = "mail";
	fails(*state, e, 60 * VL_S, "0 records of balancer.open");
	e.records.of = name_of(R2);
	fails(*state, e, 60 * VL_S, "0 records of balancer.open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(shares_are_of_what_is_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_nobody_knows_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(evenness_counts_idle_servers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(new_and_active_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_lingers_is_not_active, set_up, tear_down),
		cmocka_unit_test_setup_teardown(servers_that_nobody_names_are_idle, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_busiest_stretch, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_to_ends_with_the_first_elsewhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(catching_up_ends_at_the_mean_of_the_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_cut_short_leaves_them_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(over_seeds_a_run_gives_a_sample, set_up, tear_down),
		cmocka_unit_test_setup_teardown(records_are_counted_by_what_their_fields_say, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

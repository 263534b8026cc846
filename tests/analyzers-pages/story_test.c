// SPDX-License-Identifier: BSD-2-Clause
/* A story out of a journal that is written by hand: what each becoming Active was, who had how many connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzers/pages/story.h"

static char path[] = "/tmp/story-XXXXXX";

static void state_line(FILE *to, const char *t, const char *who, unsigned id, const char *from, const char *state)
{
	fprintf(to, "{\"schema\":\"viplab.journal/1\",\"t\":\"%s\",\"seq\":0,\"level\":\"notice\",\"kind\":\"vrrp.state\",\"where\":\"%s\","
		    "\"part\":\"vrrp %u ipv4\",\"msg\":\"%s\",\"data\":{\"vrid\":%u,\"family\":\"ipv4\",\"from\":\"%s\",\"to\":\"%s\",\"priority\":100}}\n",
		t, who, id, state, id, from, state);
}

static void open_line(FILE *to, unsigned second, const char *server, const char *why)
{
	fprintf(to, "{\"schema\":\"viplab.journal/1\",\"t\":\"%u.500000000\",\"seq\":0,\"level\":\"trace\",\"kind\":\"balancer.open\",\"where\":\"lb\","
		    "\"part\":\"web\",\"msg\":\"\",\"data\":{\"server\":\"%s\",\"why\":\"%s\",\"active\":1}}\n", second, server, why);
}

static struct story *told(void (*write)(FILE *to))
{
	char error[STORY_ERROR] = "";
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	write(to);
	fclose(to);
	struct story *s = story_of_run(path, error);
	if (s == NULL)
		fail_msg("%s", error);
	return s;
}

static void four_kinds(FILE *to)
{
	state_line(to, "1.000000000", "r1", 7, "backup", "active");     /* the first */
	state_line(to, "5.000000000", "r1", 7, "active", "backup");
	state_line(to, "8.500000000", "r2", 7, "backup", "active");     /* after 3.5 s */
	state_line(to, "12.000000000", "r1", 7, "backup", "active");    /* preempts: r2 yields at once */
	state_line(to, "12.000400000", "r2", 7, "active", "backup");
	state_line(to, "20.000000000", "r2", 7, "backup", "active");    /* beside r1, which stays */
	state_line(to, "20.000000000", "x", 8, "backup", "active");     /* of another ID: none of their business */
}

static void each_becoming_active_is_told_apart(void **state)
{
	struct story *s = told(four_kinds);
	static const struct {
		enum takeover_kind kind;
		vl_time at, took;
		const char *to, *from;
	} want[] = {
		{TAKEOVER_FIRST, VL_S, 0, "r1", NULL},
		{TAKEOVER_GAP, 8500 * VL_MS, 3500 * VL_MS, "r2", "r1"},
		{TAKEOVER_PREEMPTS, 12 * VL_S, 400 * VL_US, "r1", "r2"},
		{TAKEOVER_SECOND, 20 * VL_S, 0, "r2", "r1"},
		{TAKEOVER_FIRST, 20 * VL_S, 0, "x", NULL},
	};

	(void)state;
	assert_int_equal(s->takeovers, sizeof want / sizeof want[0]);
	for (size_t i = 0; i < s->takeovers; i++) {
		assert_int_equal(s->takeover[i].kind, want[i].kind);
		assert_int_equal(s->takeover[i].at, want[i].at);
		assert_int_equal(s->takeover[i].took, want[i].took);
		assert_string_equal(s->router[s->takeover[i].to].who, want[i].to);
		if (want[i].from != NULL)
			assert_string_equal(s->router[s->takeover[i].from].who, want[i].from);
	}
	story_free(s);
}

/* More changes than the dashboard remembers: a page has them all. */
static void flapping(FILE *to)
{
	char t[32];

	for (unsigned i = 0; i < 500; i++) {
		snprintf(t, sizeof t, "%u.000000000", i);
		state_line(to, t, "r1", 7, "", i % 2 == 0 ? "active" : "backup");
	}
}

static void no_change_is_forgotten(void **state)
{
	struct story *s = told(flapping);

	(void)state;
	assert_int_equal(s->routers, 1);
	assert_int_equal(s->router[0].changes, 500);
	assert_int_equal(story_state(&s->router[0], 0), ROUTER_ACTIVE);
	assert_int_equal(story_state(&s->router[0], VL_S), ROUTER_BACKUP);
	story_free(s);
}

/* 90 of 120 to one of three servers, all by the scheduler but 30. */
static void uneven(FILE *to)
{
	for (unsigned i = 0; i < 30; i++) {
		open_line(to, i, "a", "rr");
		open_line(to, i, "a", "rr");
		open_line(to, i, "a", "persistence");
		open_line(to, i, i % 2 == 0 ? "b" : "c", "rr");
	}
}

static void shares_are_counted(void **state)
{
	struct story *s = told(uneven);

	(void)state;
	assert_int_equal(s->services, 1);
	const struct story_series *v = &s->series[0];
	assert_int_equal(v->servers, 3);
	assert_int_equal(v->opened, 120);
	assert_int_equal(v->by_policy, 90);
	/* Jain: 120^2 / (3 (90^2 + 15^2 + 15^2)) = 0.5614 */
	assert_in_range(v->even.jain, 561403, 561404);
	assert_string_equal(s->model->server[v->server[0]].name, "a");
	/* in the last ten seconds, too: 75 % of the new ones, 2.25 times a third */
	assert_int_equal(v->share[v->count - 1], 75000);
	assert_int_equal(v->times[v->count - 1], 2250);
	assert_int_equal(v->kept[v->count - 1], 25000);
	story_free(s);
}

/* Two hours: samples of the whole, at a longer interval. */
static void long_run(FILE *to)
{
	open_line(to, 1, "a", "rr");
	open_line(to, 7199, "a", "rr");
}

static void two_hours_fit(void **state)
{
	struct story *s = told(long_run);

	(void)state;
	assert_true(s->model->samples <= MODEL_SAMPLES);
	assert_int_equal(s->count, s->model->samples);
	assert_true(s->at[0] <= 5 * VL_S);
	story_free(s);
}

static void what_is_no_journal_is_refused(void **state)
{
	char error[STORY_ERROR];
	FILE *to = fopen(path, "w");

	(void)state;
	assert_non_null(to);
	fputs("{\"schema\":\"other\"}\nnot even that\n", to);
	fclose(to);
	assert_null(story_of_run(path, error));
	assert_non_null(strstr(error, "viplab.journal/1"));
	assert_null(story_of_run("/nowhere/at/all", error));
	assert_non_null(strstr(error, "No such file"));
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_becoming_active_is_told_apart), cmocka_unit_test(no_change_is_forgotten),
		cmocka_unit_test(shares_are_counted), cmocka_unit_test(two_hours_fit), cmocka_unit_test(what_is_no_journal_is_refused),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}

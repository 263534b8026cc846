// SPDX-License-Identifier: BSD-2-Clause
/* Charts: what is thinned out keeps its extremes, gaps stay gaps, labels do not cover each other, ticks are round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzers/pages/chart.h"

#define COUNT 3600

static vl_time at[COUNT];
static int64_t value[CHART_LINES][COUNT];

static struct chart chart_of(size_t count, unsigned lines)
{
	struct chart c = {.id = "t-1", .title = "A title", .sentence = "A sentence.", .unit = "", .height = 300, .at = at, .count = count,
			  .until = (vl_time)count * VL_S, .foot = "time", .lines = lines};

	for (size_t i = 0; i < count; i++)
		at[i] = (vl_time)(i + 1) * VL_S;
	for (unsigned k = 0; k < lines; k++) {
		c.line[k].value = value[k];
		snprintf(c.line[k].label, sizeof c.line[k].label, "line%u", k);
		for (size_t i = 0; i < count; i++)
			value[k][i] = 1000;
	}
	return c;
}

/* The caller frees it. */
static char *drawn(const struct chart *c)
{
	char *text = NULL;
	size_t length = 0;
	struct xml x = {.to = open_memstream(&text, &length)};

	assert_non_null(x.to);
	chart_draw(&x, c);
	assert_int_equal(x.depth, 0);
	fclose(x.to);
	return text;
}

static unsigned count_of(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *s = text; (s = strstr(s, what)) != NULL; s += strlen(what))
		n++;
	return n;
}

/* The n-th path's points. */
static const char *path_of(const char *text, unsigned n)
{
	const char *s = text;

	for (unsigned i = 0; i <= n; i++) {
		s = strstr(s, " d=\"");
		assert_non_null(s);
		s += 4;
	}
	return s;
}

static unsigned points_of(const char *path)
{
	unsigned n = 0;

	for (; *path != '"'; path++)
		n += *path == 'M' || *path == 'L';
	return n;
}

static void an_hour_keeps_its_extremes(void **state)
{
	struct chart c = chart_of(COUNT, 1);
	char expected[32];

	(void)state;
	value[0][1801] = 9000;
	value[0][1803] = 0;
	char *text = drawn(&c);
	assert_true(points_of(path_of(text, 0)) <= CHART_POINTS);
	/* of the plot from 28 to 256 pixels, 0 to 10: 9 is at 50.8, 0 at the foot */
	snprintf(expected, sizeof expected, " 50.8");
	assert_non_null(strstr(path_of(text, 0), expected));
	assert_non_null(strstr(path_of(text, 0), " 256"));
	free(text);
}

static void a_short_one_is_drawn_point_by_point(void **state)
{
	struct chart c = chart_of(20, 1);

	(void)state;
	char *text = drawn(&c);
	assert_int_equal(points_of(path_of(text, 0)), 20);
	free(text);
}

static void an_unknown_value_is_a_gap(void **state)
{
	struct chart c = chart_of(20, 1);

	(void)state;
	value[0][10] = CHART_UNKNOWN;
	char *text = drawn(&c);
	assert_int_equal(points_of(path_of(text, 0)), 19);
	char *end = strchr(path_of(text, 0), '"');
	*end = '\0';
	assert_int_equal(count_of(path_of(text, 0), "M"), 2);
	free(text);
}

static void steps_go_up_at_once(void **state)
{
	struct chart c = chart_of(3, 1);

	(void)state;
	c.line[0].steps = true;
	value[0][1] = 2000;
	char *text = drawn(&c);
	/* each point but the first has a corner before it */
	assert_int_equal(points_of(path_of(text, 0)), 5);
	free(text);
}

/* Eight lines that end at one height: eight labels, 15 pixels apart, none below the axis. */
static void labels_stand_apart(void **state)
{
	struct chart c = chart_of(20, CHART_LINES);

	(void)state;
	for (unsigned k = 0; k < CHART_LINES; k++)
		for (size_t i = 0; i < 20; i++)
			value[k][i] = 0;
	c.top = 1000;
	char *text = drawn(&c);
	double y[CHART_LINES];
	for (unsigned k = 0; k < CHART_LINES; k++) {
		char label[16];
		snprintf(label, sizeof label, ">line%u<", k);
		const char *s = strstr(text, label);
		assert_non_null(s);
		while (strncmp(s, " y=\"", 4) != 0)
			s--;
		y[k] = strtod(s + 4, NULL);
		assert_true(y[k] > 0 && y[k] <= 262);
		for (unsigned i = 0; i < k; i++)
			assert_true(y[k] - y[i] >= 15 || y[i] - y[k] >= 15);
	}
	free(text);
}

static void ticks_are_round(void **state)
{
	struct chart c = chart_of(COUNT, 1);

	(void)state;
	char *text = drawn(&c);
	assert_non_null(strstr(text, ">10 min<"));
	assert_non_null(strstr(text, ">60 min<"));
	free(text);
	c = chart_of(20, 1);
	text = drawn(&c);
	assert_non_null(strstr(text, ">2 s<"));
	assert_non_null(strstr(text, ">20 s<"));
	free(text);
}

/* Nothing at all, one value, the greatest: no division by nothing, no overflow. */
static void edges(void **state)
{
	struct chart c = chart_of(1, 1);

	(void)state;
	value[0][0] = CHART_UNKNOWN;
	free(drawn(&c));
	c.count = 0;
	c.until = 0;
	free(drawn(&c));
	c = chart_of(2, 1);
	at[0] = 0;
	at[1] = VL_NEVER - 1;
	c.until = VL_NEVER - 1;
	value[0][1] = INT64_C(1) << 40;
	free(drawn(&c));
}

static void times_read_well(void **state)
{
	char text[CHART_TIME];

	(void)state;
	assert_string_equal(chart_time(text, 0), "0 s");
	assert_string_equal(chart_time(text, 2500 * VL_MS), "2.5 s");
	assert_string_equal(chart_time(text, 2828 * VL_MS), "2.828 s");
	assert_string_equal(chart_time(text, 300 * VL_S), "300 s");
	assert_string_equal(chart_time(text, 600 * VL_S), "10 min");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_keeps_its_extremes), cmocka_unit_test(a_short_one_is_drawn_point_by_point),
		cmocka_unit_test(an_unknown_value_is_a_gap), cmocka_unit_test(steps_go_up_at_once),
		cmocka_unit_test(labels_stand_apart), cmocka_unit_test(ticks_are_round), cmocka_unit_test(edges),
		cmocka_unit_test(times_read_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

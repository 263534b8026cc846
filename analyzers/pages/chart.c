// SPDX-License-Identifier: BSD-2-Clause
/* Integers throughout. */
#include "analyzers/pages/chart.h"

#include <string.h>

#define LEFT (60L * PX)
#define RIGHT (730L * PX)
#define TOP (28L * PX)
#define FOOT 44L                        /* pixels below the plot */

#define INK "#222222"
#define FAINT "#D8D8D8"

char *chart_time(char text[CHART_TIME], vl_time at)
{
	unsigned long long s = at / VL_S, ms = at % VL_S / VL_MS;

	if (ms % 100 != 0)
		snprintf(text, CHART_TIME, "%llu.%03llu s", s, ms);
	else if (ms != 0)
		snprintf(text, CHART_TIME, "%llu.%llu s", s, ms / 100);
	else if (s >= 600 && s % 60 == 0)
		snprintf(text, CHART_TIME, "%llu min", s / 60);
	else
		snprintf(text, CHART_TIME, "%llu s", s);
	return text;
}

/* The least step of 1, 2, 5 times a power of ten that makes at most `most` of the span. */
static uint64_t step_of(uint64_t span, unsigned most, uint64_t least)
{
	uint64_t step = least;

	for (unsigned i = 0; span / step > most; i++)
		step = i % 3 == 1 ? step / 2 * 5 : step * 2;
	return step;
}

/* Above a minute, ticks are of whole minutes, as clocks have them. */
static vl_time time_step(vl_time span)
{
	static const unsigned minutes[] = {1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 720, 1440};
	vl_time step = step_of(span, 10, VL_MS);

	if (step <= 20 * VL_S)
		return step;
	for (size_t i = 0; i < sizeof minutes / sizeof minutes[0]; i++)
		if (span / (minutes[i] * 60 * VL_S) <= 10)
			return minutes[i] * 60 * VL_S;
	return step;
}

long chart_time_x(vl_time from, vl_time until, long left, long right, vl_time at)
{
	vl_time span = until > from ? until - from : 1;
	vl_time within = at < from ? 0 : at > until ? span : at - from;

	/* microseconds are fine enough, and do not overflow */
	return left + (long)(within / VL_US * (uint64_t)(right - left) / (span / VL_US + (span < VL_US)));
}

void chart_time_axis(struct xml *x, vl_time from, vl_time until, long left, long right, long top, long y)
{
	const struct svg_pen axis = {.stroke = INK, .width = 10}, grid = {.stroke = FAINT, .width = 10};
	vl_time step = time_step(until > from ? until - from : 1);
	char text[CHART_TIME];

	for (vl_time t = from / step * step + (from % step > 0 ? step : 0); t <= until; t += step) {
		long px = chart_time_x(from, until, left, right, t);
		svg_line(x, &grid, px, top, px, y);
		svg_text(x, SVG_MIDDLE, px, y + 16 * PX, INK, chart_time(text, t));
		if (until - t < step)
			break; /* the end of time is no moment to add to */
	}
	svg_line(x, &axis, left, y, right, y);
}

struct frame {
	const struct chart *chart;
	int64_t top;
	long bottom;
};

static long place_y(const struct frame *f, int64_t value)
{
	int64_t v = value < 0 ? 0 : value > f->top ? f->top : value;

	return f->bottom - (long)(v * (f->bottom - TOP) / f->top);
}

static long place_x(const struct frame *f, size_t i)
{
	return chart_time_x(f->chart->from, f->chart->until, LEFT, RIGHT, f->chart->at[i]);
}

static int64_t greatest(const struct chart *c)
{
	int64_t most = c->has_level ? c->level : 0;

	for (unsigned k = 0; k < c->lines; k++)
		for (size_t i = 0; i < c->count; i++)
			if (c->line[k].value[i] != CHART_UNKNOWN && c->line[k].value[i] > most)
				most = c->line[k].value[i];
	return most;
}

static void upright_axis(struct xml *x, const struct frame *f, uint64_t step)
{
	const struct svg_pen grid = {.stroke = FAINT, .width = 10};

	for (int64_t v = 0; v <= f->top; v += (int64_t)step) {
		char text[48];
		long y = place_y(f, v);
		if (v % 1000 == 0)
			snprintf(text, sizeof text, "%lld%s", (long long)(v / 1000), f->chart->unit);
		else
			snprintf(text, sizeof text, "%lld.%lld%s", (long long)(v / 1000), (long long)(v % 1000 / 100), f->chart->unit);
		svg_line(x, &grid, LEFT, y, RIGHT, y);
		svg_text(x, SVG_END, LEFT - 6 * PX, y + 4 * PX, INK, text);
	}
}

/* A stretch's least and greatest, in the order in which they come. */
static void stretch(struct xml *x, const struct frame *f, const struct chart_line *l, size_t from, size_t until, bool *jump,
		    long *last_y)
{
	size_t low = from, high = from;

	for (size_t i = from; i < until; i++) {
		if (l->value[i] == CHART_UNKNOWN) {
			*jump = true;
			return;
		}
		low = l->value[i] < l->value[low] ? i : low;
		high = l->value[i] > l->value[high] ? i : high;
	}
	size_t order[2] = {low < high ? low : high, low < high ? high : low};
	for (unsigned k = 0; k < (low == high ? 1U : 2U); k++) {
		long y = place_y(f, l->value[order[k]]);
		if (l->steps && !*jump)
			svg_path_to(x, place_x(f, order[k]), *last_y, false);
		svg_path_to(x, place_x(f, order[k]), y, *jump);
		*jump = false;
		*last_y = y;
	}
}

static void draw_line(struct xml *x, const struct frame *f, unsigned k)
{
	const struct chart *c = f->chart;
	const struct svg_style *style = &svg_style[k % SVG_STYLES];
	size_t each = (c->count + CHART_POINTS / 2 - 1) / (CHART_POINTS / 2);
	bool jump = true;
	long last_y = 0;

	if (c->count <= CHART_POINTS)
		each = 1;
	svg_path_open(x, &(struct svg_pen){.stroke = style->colour, .width = 20, .dash = style->dash});
	for (size_t i = 0; i < c->count; i += each)
		stretch(x, f, &c->line[k], i, i + each < c->count ? i + each : c->count, &jump, &last_y);
	svg_path_close(x);
}

/* Labels at the ends of lines: in the order of their heights, pushed apart so that none covers another. */
static void labels(struct xml *x, const struct frame *f)
{
	const struct chart *c = f->chart;
	long y[CHART_LINES];
	unsigned order[CHART_LINES];

	for (unsigned k = 0; k < c->lines; k++) {
		int64_t last = 0;
		for (size_t i = 0; i < c->count; i++)
			last = c->line[k].value[i] != CHART_UNKNOWN ? c->line[k].value[i] : last;
		y[k] = place_y(f, last) + 4 * PX;
		unsigned at = k;
		for (; at > 0 && y[order[at - 1]] > y[k]; at--)
			order[at] = order[at - 1];
		order[at] = k;
	}
	for (unsigned i = 1; i < c->lines; i++)
		if (y[order[i]] < y[order[i - 1]] + 15 * PX)
			y[order[i]] = y[order[i - 1]] + 15 * PX;
	/* those that were pushed below the axis push the others up */
	long limit = f->bottom + 6 * PX;
	for (unsigned i = c->lines; i-- > 0; limit -= 15 * PX)
		if (y[order[i]] > limit)
			y[order[i]] = limit;
	for (unsigned k = 0; k < c->lines; k++) {
		const struct svg_style *style = &svg_style[k % SVG_STYLES];
		svg_line(x, &(struct svg_pen){.stroke = style->colour, .width = 20, .dash = style->dash}, RIGHT + 6 * PX, y[k] - 4 * PX,
			 RIGHT + 30 * PX, y[k] - 4 * PX);
		svg_text(x, SVG_START, RIGHT + 34 * PX, y[k], INK, c->line[k].label);
	}
}

/* Marked moments: their labels on two rows above the plot, those that find no room are left out. */
static void marks(struct xml *x, const struct frame *f)
{
	const struct chart *c = f->chart;
	long free_from = 0;

	for (unsigned i = 0; i < c->marks; i++) {
		long px = chart_time_x(c->from, c->until, LEFT, RIGHT, c->mark[i].at);
		long half = (long)strlen(c->mark[i].label) * 35;
		svg_line(x, &(struct svg_pen){.stroke = "#555555", .width = 10, .dash = "1 3"}, px, TOP - 6 * PX, px, f->bottom);
		if (px - half < free_from)
			continue;
		svg_text(x, SVG_MIDDLE, px, TOP - 10 * PX, "#555555", c->mark[i].label);
		free_from = px + half + 8 * PX;
	}
}

void chart_draw(struct xml *x, const struct chart *c)
{
	int64_t most = c->top > 0 ? c->top : greatest(c);
	uint64_t step = step_of((uint64_t)(most > 0 ? most : 1), 6, 100);
	struct frame f = {.chart = c, .bottom = ((long)c->height - FOOT) * PX};

	f.top = c->top > 0 ? c->top : (int64_t)(((uint64_t)(most > 0 ? most : 1) + step - 1) / step * step);
	svg_open(x, c->id, c->title, c->sentence, c->y, CHART_WIDTH, c->height);
	upright_axis(x, &f, step);
	chart_time_axis(x, c->from, c->until, LEFT, RIGHT, TOP, f.bottom);
	marks(x, &f);
	if (c->has_level) {
		long y = place_y(&f, c->level);
		svg_line(x, &(struct svg_pen){.stroke = INK, .width = 15, .dash = "3 3"}, LEFT, y, RIGHT, y);
		svg_text(x, SVG_START, LEFT + 4 * PX, y - 4 * PX, INK, c->level_label);
	}
	for (unsigned k = 0; k < c->lines; k++)
		draw_line(x, &f, k);
	labels(x, &f);
	svg_text(x, SVG_MIDDLE, (LEFT + RIGHT) / 2, f.bottom + 34 * PX, INK, c->foot);
	svg_close(x);
}

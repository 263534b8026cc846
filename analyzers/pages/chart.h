// SPDX-License-Identifier: BSD-2-Clause
/*
 * A chart of lines: ticks at 1, 2 and 5, labels at the ends of lines where they do not cover each other, moments and levels
 * marked. At most 600 points a line: of what is more, the least and the greatest of each stretch.
 */
#ifndef VL_PAGES_CHART_H
#define VL_PAGES_CHART_H

#include "analyzers/pages/svg.h"
#include "sim/base/time.h"

#define CHART_WIDTH 880
#define CHART_LINES 8
#define CHART_POINTS 600
#define CHART_MARKS 12
#define CHART_UNKNOWN INT64_MIN         /* no value at that moment: a gap in the line */

struct chart_line {
	char label[64];
	int64_t *value;                 /* thousandths, chart.count of them */
	bool steps;                     /* goes up at once, not on a slope */
};

struct chart_mark {
	vl_time at;
	char label[24];
};

struct chart {
	const char *id, *title, *sentence, *unit;       /* unit: behind numbers of the upright axis */
	unsigned y, height;             /* in the picture around it; pixels */
	const vl_time *at;              /* count moments, rising */
	size_t count;
	vl_time from, until;
	int64_t top;                    /* of the upright axis, thousandths; 0: as its values need */
	struct chart_line line[CHART_LINES];
	unsigned lines;
	struct chart_mark mark[CHART_MARKS];
	unsigned marks;
	const char *foot;               /* below the axis of time */
	bool has_level;                 /* a line across, such as a limit */
	int64_t level;
	const char *level_label;
};

void chart_draw(struct xml *x, const struct chart *c);

/* The axis of time at the foot of any picture: from left to right (tenths), at y; with a line up to `top` at each tick. */
void chart_time_axis(struct xml *x, vl_time from, vl_time until, long left, long right, long top, long y);
/* Where a moment is on it. */
long chart_time_x(vl_time from, vl_time until, long left, long right, vl_time at);
/* "12 s", "3 min"; as a tick or a table has it. Returns text. */
#define CHART_TIME 32
char *chart_time(char text[CHART_TIME], vl_time at);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* The ladder of a takeover: a lane a sender, time downwards, an arrow an advert. */
#include <stdio.h>
#include <string.h>

#include "analyzers/pages/chart.h"
#include "analyzers/pages/figure.h"

#define LANES 6
#define INK "#222222"
#define TOP (44L * PX)
#define WIRE (820L * PX)
#define FIRST_LANE (150L * PX)

static unsigned ladder_parts(const struct story *s)
{
	return s->ladders;
}

static const struct story_takeover *takeover_of(const struct story *s, unsigned part)
{
	return &s->takeover[s->ladder[part].takeover];
}

static void ladder_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	const struct story_takeover *t = takeover_of(s, part);
	const struct story_ladder *l = &s->ladder[part];
	char id[64], at[VL_TIME_TEXT], took[VL_TIME_TEXT];
	const char *who = s->router[t->to].who, *from = s->router[t->from].who;

	vl_time_format_short(at, t->at);
	vl_time_format_short(took, t->took);
	story_id(id, &s->router[t->to]);
	if (t->kind == TAKEOVER_GAP)
		snprintf(text, FIGURE_SENTENCE, "%s takes %s over at %s s, %s s after %s ceased. %u adverts around it%s.", who, id, at, took, from,
			 l->adverts, l->more > 0 ? ", and more that are not shown" : "");
	else if (t->kind == TAKEOVER_PREEMPTS)
		snprintf(text, FIGURE_SENTENCE, "%s takes %s from %s at %s s, which yields %s s later. %u adverts around it%s.", who, id, from, at,
			 took, l->adverts, l->more > 0 ? ", and more that are not shown" : "");
	else
		snprintf(text, FIGURE_SENTENCE, "%s becomes Active for %s at %s s although %s is, and stays. %u adverts around it%s.", who, id, at,
			 from, l->adverts, l->more > 0 ? ", and more that are not shown" : "");
}

struct lanes {
	struct ip_addr from[LANES];
	unsigned count;
};

static unsigned lane_of(struct lanes *l, const struct ip_addr *from)
{
	for (unsigned i = 0; i < l->count; i++)
		if (ip_equal(&l->from[i], from))
			return i;
	if (l->count < LANES)
		l->from[l->count++] = *from;
	return l->count - 1;
}

static long lane_x(const struct lanes *l, unsigned lane)
{
	return FIRST_LANE + (long)lane * (WIRE - FIRST_LANE - 120 * PX) / (long)(l->count > 1 ? l->count : 1);
}

/* An arrow from the sender's lane to the segment at the right. */
static void arrow(struct xml *x, long from, long y, const char *colour)
{
	const struct svg_pen pen = {.stroke = colour, .width = 12};

	svg_line(x, &pen, from, y, WIRE, y);
	svg_path_open(x, &pen);
	svg_path_to(x, WIRE - 7 * PX, y - 4 * PX, true);
	svg_path_to(x, WIRE, y, false);
	svg_path_to(x, WIRE - 7 * PX, y + 4 * PX, false);
	svg_path_close(x);
}

static unsigned ladder_draw(struct xml *x, const struct story *s, unsigned part, unsigned y)
{
	const struct story_ladder *l = &s->ladder[part];
	const struct story_takeover *t = takeover_of(s, part);
	char id[FIGURE_ID], title[200], sentence[FIGURE_SENTENCE], text[160], time[VL_TIME_TEXT];
	struct lanes lanes = {.count = 0};
	const long step = 18L * PX;
	bool marked = false;

	if (l->adverts == 0)
		return 0;
	for (unsigned i = 0; i < l->adverts; i++)
		lane_of(&lanes, &l->advert[i].from);
	unsigned height = (unsigned)((TOP + (long)(l->adverts + 1) * step) / PX) + 16;
	figure_id(id, s, "ladder", part);
	figure_title(title, &figure_ladder, s, part);
	ladder_sentence(sentence, s, part);
	svg_open(x, id, title, sentence, y, CHART_WIDTH, height);
	for (unsigned i = 0; i < lanes.count; i++) {
		char ip[IP_TEXT];
		svg_text_bold(x, SVG_MIDDLE, lane_x(&lanes, i), 20 * PX, INK, ip_format(ip, &lanes.from[i]));
		svg_line(x, &(struct svg_pen){.stroke = svg_style[i].colour, .width = 15, .dash = svg_style[i].dash}, lane_x(&lanes, i),
			 28 * PX, lane_x(&lanes, i), (long)(height - 8) * PX);
	}
	svg_text_bold(x, SVG_MIDDLE, WIRE, 20 * PX, INK, "segment");
	svg_line(x, &(struct svg_pen){.stroke = INK, .width = 20}, WIRE, 28 * PX, WIRE, (long)(height - 8) * PX);
	long at = TOP;
	for (unsigned i = 0; i <= l->adverts; i++, at += step) {
		/* the moment of the takeover stands between the adverts before and behind it */
		if (!marked && (i == l->adverts || l->advert[i].at >= t->at)) {
			svg_rect(x, &(struct svg_pen){.fill = "#F0E442"}, 4 * PX, at - 11 * PX, WIRE - 8 * PX, 15 * PX);
			snprintf(text, sizeof text, "%s s  %.40s: %s", vl_time_format_short(time, t->at), s->router[t->to].who,
				 takeover_word(t->kind));
			svg_text_bold(x, SVG_START, 10 * PX, at, INK, text);
			at += step;
			marked = true;
		}
		if (i == l->adverts)
			break;
		const struct story_advert *a = &l->advert[i];
		unsigned lane = lane_of(&lanes, &a->from);
		svg_text(x, SVG_END, FIRST_LANE - 60 * PX, at, INK, vl_time_format_short(time, a->at));
		arrow(x, lane_x(&lanes, lane), at - 4 * PX, svg_style[lane].colour);
		snprintf(text, sizeof text, a->class == FINDING_CARP ? "advskew %u" : "priority %u", a->priority);
		svg_text(x, SVG_START, lane_x(&lanes, lane) + 8 * PX, at - 6 * PX, INK, text);
	}
	svg_close(x);
	return height;
}

static void ladder_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"time (s)", "sender", "ID", "priority or advskew", NULL};
	const struct story_ladder *l = &s->ladder[part];
	char caption[280], title[200];

	figure_title(title, &figure_ladder, s, part);
	snprintf(caption, sizeof caption, "%s%s", title, l->adverts == 0 ? ": no capture, or no advert of this ID in it" : "");
	sheet_begin(to, "ladder", caption, heads);
	for (unsigned i = 0; i < l->adverts; i++) {
		const struct story_advert *a = &l->advert[i];
		char at[VL_TIME_TEXT], ip[IP_TEXT], id[32], priority[16];
		snprintf(id, sizeof id, "%s %u", finding_class_word(a->class), a->id);
		snprintf(priority, sizeof priority, "%u", a->priority);
		sheet_row(to, (const char *const[]){vl_time_format_short(at, a->at), ip_format(ip, &a->from), id, priority});
	}
	sheet_end(to);
}

const struct figure figure_ladder = {
	.slug = "ladder",
	.heading = "Ladder of adverts",
	.parts = ladder_parts,
	.sentence = ladder_sentence,
	.draw = ladder_draw,
	.numbers = ladder_numbers,
};

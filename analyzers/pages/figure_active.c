// SPDX-License-Identifier: BSD-2-Clause
/* Who is Active: a bar a router and ID, hatched where two of one ID are. */
#include <stdio.h>
#include <string.h>

#include "analyzers/pages/chart.h"
#include "analyzers/pages/figure.h"

#define LEFT (190L * PX)
#define RIGHT (860L * PX)
#define ROW 24L                         /* pixels */
#define ROWS 40                         /* routers of one picture */
#define INK "#222222"

static vl_time end_of(const struct story *s)
{
	return s->model->now > 0 ? s->model->now : VL_S;
}

/* The next moment after `at` when anything of its ID changes. */
static vl_time next_change(const struct story *s, const struct story_router *r, vl_time at)
{
	vl_time next = end_of(s);

	for (size_t k = 0; k < s->routers; k++) {
		const struct story_router *other = &s->router[k];
		if (!story_same_id(other, r))
			continue;
		for (size_t c = 0; c < other->changes; c++)
			if (other->change[c].at > at && other->change[c].at < next)
				next = other->change[c].at;
	}
	return next;
}

/* How many of its ID are Active. */
static unsigned actives_at(const struct story *s, const struct story_router *r, vl_time at)
{
	unsigned n = 0;

	for (size_t k = 0; k < s->routers; k++)
		n += story_same_id(&s->router[k], r) && story_state(&s->router[k], at) == ROUTER_ACTIVE;
	return n;
}

struct activity {
	vl_time active, beside;         /* in all; of it while another was Active as well */
	unsigned times;
};

static struct activity activity_of(const struct story *s, const struct story_router *r)
{
	struct activity a = {0};

	for (size_t c = 0; c < r->changes; c++) {
		vl_time until = c + 1 < r->changes ? r->change[c + 1].at : end_of(s);
		if (r->change[c].to != ROUTER_ACTIVE)
			continue;
		a.times++;
		for (vl_time t = r->change[c].at; t < until;) {
			vl_time next = vl_time_min(next_change(s, r, t), until);
			a.active += next - t;
			a.beside += actives_at(s, r, t) > 1 ? next - t : 0;
			t = next;
		}
	}
	return a;
}

static unsigned active_parts(const struct story *s)
{
	return s->routers > 0 ? 1 : 0;
}

static void active_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	vl_time beside = 0;
	const struct story_router *worst = NULL;
	char id[64], length[CHART_TIME];
	unsigned gaps = 0;

	(void)part;
	for (size_t i = 0; i < s->routers; i++) {
		vl_time own = activity_of(s, &s->router[i]).beside;
		if (own > beside) {
			beside = own;
			worst = &s->router[i];
		}
	}
	for (size_t i = 0; i < s->takeovers; i++)
		gaps += s->takeover[i].kind == TAKEOVER_GAP;
	int n = snprintf(text, FIGURE_SENTENCE, "%zu virtual routers%s; %u takeover%s after a gap. ", s->routers,
			 s->model->passive ? " were heard" : "", gaps, gaps == 1 ? "" : "s");
	if (worst == NULL)
		snprintf(text + n, FIGURE_SENTENCE - (size_t)n, "No two were Active for one ID at the same time.");
	else
		snprintf(text + n, FIGURE_SENTENCE - (size_t)n, "Two were Active for %s at the same time, for %s (hatched).",
			 story_id(id, worst), chart_time(length, beside / VL_MS * VL_MS));
}

/* Slanted lines: two at once, also in grey. */
static void hatch(struct xml *x, long left, long top, long width, long height)
{
	svg_path_open(x, &(struct svg_pen){.stroke = "#000000", .width = 12});
	for (long at = left - height; at < left + width; at += 7 * PX) {
		long x1 = at > left ? at : left, x2 = at + height < left + width ? at + height : left + width;
		if (x2 <= x1)
			continue;
		svg_path_to(x, x1, top + height - (x1 - at), true);
		svg_path_to(x, x2, top + height - (x2 - at), false);
	}
	svg_path_close(x);
}

static void bar(struct xml *x, const struct story *s, const struct story_router *r, vl_time from, vl_time until, long top)
{
	const struct svg_pen full = {.fill = "#0072B2"}, two = {.fill = "#F2C9A8", .stroke = "#D55E00", .width = 15};

	for (vl_time t = from; t < until;) {
		bool beside = actives_at(s, r, t) > 1;
		vl_time next = vl_time_min(next_change(s, r, t), until);
		/* stretches that look the same are one */
		while (next < until && (actives_at(s, r, next) > 1) == beside)
			next = vl_time_min(next_change(s, r, next), until);
		long left = chart_time_x(0, end_of(s), LEFT, RIGHT, t), right = chart_time_x(0, end_of(s), LEFT, RIGHT, next);
		long width = right - left < PX ? PX : right - left;
		svg_rect(x, beside ? &two : &full, left, top, width, 16 * PX);
		if (beside)
			hatch(x, left, top, width, 16 * PX);
		t = next;
	}
}

static void row(struct xml *x, const struct story *s, const struct story_router *r, long top)
{
	const struct svg_pen backup = {.stroke = "#7A7A7A", .width = 10, .dash = "2 2"};
	char label[160], id[64];

	snprintf(label, sizeof label, "%s  %.14s", story_id(id, r), r->who);
	svg_text(x, SVG_END, LEFT - 8 * PX, top + 13 * PX, INK, label);
	for (size_t c = 0; c < r->changes; c++) {
		vl_time until = c + 1 < r->changes ? r->change[c + 1].at : end_of(s);
		long left = chart_time_x(0, end_of(s), LEFT, RIGHT, r->change[c].at);
		long right = chart_time_x(0, end_of(s), LEFT, RIGHT, until);
		if (r->change[c].to == ROUTER_ACTIVE)
			bar(x, s, r, r->change[c].at, until, top);
		else if (r->change[c].to == ROUTER_BACKUP)
			svg_line(x, &backup, left, top + 8 * PX, right, top + 8 * PX);
	}
}

static unsigned active_draw(struct xml *x, const struct story *s, unsigned part, unsigned y)
{
	char sentence[FIGURE_SENTENCE], more[80], picture[FIGURE_ID];
	size_t shown = s->routers < ROWS ? s->routers : ROWS;
	long bottom = (34 + (long)shown * ROW) * PX;
	unsigned height = (unsigned)(bottom / PX) + 30;

	active_sentence(sentence, s, part);
	svg_open(x, figure_id(picture, s, "actives", part), figure_active.heading, sentence, y, CHART_WIDTH, height);
	svg_rect(x, &(struct svg_pen){.fill = "#0072B2"}, LEFT, 8 * PX, 24 * PX, 12 * PX);
	svg_text(x, SVG_START, LEFT + 30 * PX, 18 * PX, INK, "Active");
	svg_rect(x, &(struct svg_pen){.fill = "#F2C9A8", .stroke = "#D55E00", .width = 15}, LEFT + 90 * PX, 8 * PX, 24 * PX, 12 * PX);
	hatch(x, LEFT + 90 * PX, 8 * PX, 24 * PX, 12 * PX);
	svg_text(x, SVG_START, LEFT + 120 * PX, 18 * PX, INK, "two at once");
	svg_line(x, &(struct svg_pen){.stroke = "#7A7A7A", .width = 10, .dash = "2 2"}, LEFT + 210 * PX, 14 * PX, LEFT + 234 * PX, 14 * PX);
	svg_text(x, SVG_START, LEFT + 240 * PX, 18 * PX, INK, s->model->passive ? "heard as a backup" : "backup");
	if (shown < s->routers) {
		snprintf(more, sizeof more, "%zu of %zu routers", shown, s->routers);
		svg_text(x, SVG_END, RIGHT, 18 * PX, INK, more);
	}
	chart_time_axis(x, 0, end_of(s), LEFT, RIGHT, 28 * PX, bottom);
	for (size_t i = 0; i < shown; i++)
		row(x, s, &s->router[i], (32 + (long)i * ROW) * PX);
	svg_close(x);
	return height;
}

static void active_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"virtual router", "who", "times Active", "Active in all", "while another was Active",
					    "state at the end", NULL};
	static const char *const changes[] = {"time", "virtual router", "who", "becomes", NULL};
	size_t rows = 0, most = to->whole ? SIZE_MAX : 300;

	(void)part;
	sheet_begin(to, "routers", "Virtual routers", heads);
	for (size_t i = 0; i < s->routers; i++) {
		const struct story_router *r = &s->router[i];
		struct activity a = activity_of(s, r);
		char id[64], times[16], all[VL_TIME_TEXT], beside[VL_TIME_TEXT];
		snprintf(times, sizeof times, "%u", a.times);
		sheet_row(to, (const char *const[]){story_id(id, r), r->who, times, vl_time_format_short(all, a.active),
						    vl_time_format_short(beside, a.beside),
						    router_state_text(story_state(r, VL_NEVER))});
	}
	sheet_end(to);
	sheet_begin(to, "states", "Changes of state, a router after the other, seconds", changes);
	for (size_t i = 0; i < s->routers; i++)
		for (size_t c = 0; c < s->router[i].changes && rows < most; c++, rows++) {
			char at[VL_TIME_TEXT], id[64];
			sheet_row(to, (const char *const[]){vl_time_format_short(at, s->router[i].change[c].at), story_id(id, &s->router[i]),
							    s->router[i].who, router_state_text(s->router[i].change[c].to)});
		}
	sheet_end(to);
}

const struct figure figure_active = {
	.slug = "actives",
	.heading = "Who is Active",
	.parts = active_parts,
	.sentence = active_sentence,
	.draw = active_draw,
	.numbers = active_numbers,
};

/* --- failover ---------------------------------------------------------------------------------------------------- */

static unsigned failover_parts(const struct story *s)
{
	return s->takeovers > 0 ? 1 : 0;
}

static void failover_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	vl_time worst = 0;
	unsigned gaps = 0, second = 0;
	char length[VL_TIME_TEXT];

	(void)part;
	for (size_t i = 0; i < s->takeovers; i++) {
		gaps += s->takeover[i].kind == TAKEOVER_GAP;
		second += s->takeover[i].kind == TAKEOVER_SECOND;
		if (s->takeover[i].kind == TAKEOVER_GAP && s->takeover[i].took > worst)
			worst = s->takeover[i].took;
	}
	if (gaps > 0)
		snprintf(text, FIGURE_SENTENCE, "%u time%s another took over after a gap with nobody Active, the longest %s s. %u time%s a "
						"second one became Active beside the first.",
			 gaps, gaps == 1 ? "" : "s", vl_time_format_short(length, worst), second, second == 1 ? "" : "s");
	else
		snprintf(text, FIGURE_SENTENCE, "Nobody took over after a gap. %u time%s a second one became Active beside the first.", second,
			 second == 1 ? "" : "s");
}

static void failover_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"at (s)", "virtual router", "who", "what", "of", "gap or overlap (s)", NULL};
	size_t most = to->whole ? SIZE_MAX : 200;

	(void)part;
	sheet_begin(to, "failover", "Takeovers", heads);
	for (size_t i = 0; i < s->takeovers && i < most; i++) {
		const struct story_takeover *t = &s->takeover[i];
		char at[VL_TIME_TEXT], took[VL_TIME_TEXT], id[64];
		bool other = t->kind != TAKEOVER_FIRST, has_length = other && t->kind != TAKEOVER_SECOND;
		sheet_row(to, (const char *const[]){vl_time_format_short(at, t->at), story_id(id, &s->router[t->to]), s->router[t->to].who,
						    takeover_word(t->kind), other ? s->router[t->from].who : "-",
						    has_length ? vl_time_format_short(took, t->took) : "-"});
	}
	sheet_end(to);
}

const struct figure figure_failover = {
	.slug = "failover",
	.heading = "Failover",
	.parts = failover_parts,
	.sentence = failover_sentence,
	.numbers = failover_numbers,
	.open = true,
};

/* --- moves of MAC addresses --------------------------------------------------------------------------------------- */

static unsigned moves_parts(const struct story *s)
{
	return s->moves > 0 ? 1 : 0;
}

static void moves_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	unsigned worst = 0;

	(void)part;
	for (unsigned i = 1; i < s->moves; i++)
		worst = s->move[i].count > s->move[worst].count ? i : worst;
	snprintf(text, FIGURE_SENTENCE,
		 "The switch moved %u MAC address%s between ports; %s most often, %llu time%s. Once is a takeover, again and again is two "
		 "boxes that send from one address.",
		 s->moves, s->moves == 1 ? "" : "es", s->move[worst].mac, (unsigned long long)s->move[worst].count,
		 s->move[worst].count == 1 ? "" : "s");
}

static void moves_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"MAC", "segment", "moves", "first (s)", "last (s)", NULL};

	(void)part;
	sheet_begin(to, "moves", "Moves of MAC addresses between ports", heads);
	for (unsigned i = 0; i < s->moves; i++) {
		const struct story_move *m = &s->move[i];
		char count[24], first[VL_TIME_TEXT], last[VL_TIME_TEXT];
		snprintf(count, sizeof count, "%llu", (unsigned long long)m->count);
		sheet_row(to, (const char *const[]){m->mac, m->segment, count, vl_time_format_short(first, m->first),
						    vl_time_format_short(last, m->last)});
	}
	sheet_end(to);
}

const struct figure figure_moves = {
	.slug = "moves",
	.heading = "MAC addresses that moved",
	.parts = moves_parts,
	.sentence = moves_sentence,
	.numbers = moves_numbers,
	.open = true,
};

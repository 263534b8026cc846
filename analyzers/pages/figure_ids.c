// SPDX-License-Identifier: BSD-2-Clause
/* The IDs 1 to 255 as a map of 16 by 16, of the whole run: letters say what colour repeats. */
#include <stdio.h>
#include <string.h>

#include "analyzers/pages/chart.h"
#include "analyzers/pages/figure.h"

#define CELL 26L                        /* pixels */
#define LEFT 60L
#define TOP 34L
#define INK "#222222"

struct use {
	char sign;                      /* 0: not used */
	unsigned routers;
	const struct model_finding *worst;
};

/* HSRP version 2 and FGCP number other things. */
static bool counts(const struct story_router *r, unsigned id)
{
	return r->id == id && r->class != FINDING_HSRP2 && r->class != FINDING_FGCP;
}

static struct use use_of(const struct story *s, unsigned id)
{
	struct use u = {0};

	for (size_t i = 0; i < s->routers; i++) {
		const struct story_router *r = &s->router[i];
		if (!counts(r, id))
			continue;
		u.routers++;
		if (u.sign == 0 || u.sign == 'H')
			u.sign = r->class == FINDING_VRRP ? 'V' : r->class == FINDING_CARP ? 'C' : 'H';
	}
	for (unsigned i = 0; i < s->model->finding_count; i++) {
		const struct model_finding *f = &s->model->finding[i];
		if (f->id == id && (u.worst == NULL || f->code->severity > u.worst->code->severity))
			u.worst = f;
	}
	if (u.worst != NULL && u.worst->code->severity == FINDING_CONFLICT)
		u.sign = 'X';
	else if (u.worst != NULL && u.worst->code->severity == FINDING_WARNING)
		u.sign = 'w';
	return u;
}

static unsigned ids_parts(const struct story *s)
{
	return s->routers > 0 ? 1 : 0;
}

static void ids_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	unsigned used = 0, conflicts = 0;

	(void)part;
	for (unsigned id = 1; id <= 255; id++) {
		struct use u = use_of(s, id);
		used += u.sign != 0;
		conflicts += u.sign == 'X';
	}
	snprintf(text, FIGURE_SENTENCE, "%u virtual ID%s in use, %u in conflict, %u %s.", used, used == 1 ? "" : "s", conflicts, 255 - used,
		 s->model->passive ? "not heard" : "free");
}

static const char *fill_of(char sign)
{
	switch (sign) {
	case 'X':
		return "#D55E00";
	case 'w':
		return "#F0E442";
	case 'V':
		return "#9CCBE8";
	case 'C':
		return "#9AD9C3";
	case 'H':
		return "#E5BCD4";
	default:
		return NULL;
	}
}

static unsigned ids_draw(struct xml *x, const struct story *s, unsigned part, unsigned y)
{
	static const struct {
		char sign;
		const char *words;
	} legend[] = {{'V', "VRRP"}, {'C', "CARP"}, {'H', "HSRP, GLBP"}, {'w', "warning"}, {'X', "conflict"}};
	char sentence[FIGURE_SENTENCE], text[32], picture[FIGURE_ID];
	unsigned height = (unsigned)(TOP + 16 * CELL) + 16;

	ids_sentence(sentence, s, part);
	svg_open(x, figure_id(picture, s, "ids", part), figure_ids.heading, sentence, y, CHART_WIDTH, height);
	for (long i = 0; i < 16; i++) {
		snprintf(text, sizeof text, "%ld", i);
		svg_text(x, SVG_MIDDLE, (LEFT + i * CELL + CELL / 2) * PX, (TOP - 8) * PX, INK, text);
		snprintf(text, sizeof text, "%ld", 16 * i);
		svg_text(x, SVG_END, (LEFT - 8) * PX, (TOP + i * CELL + CELL / 2 + 4) * PX, INK, text);
	}
	for (long i = 0; i <= 16; i++) {
		const struct svg_pen grid = {.stroke = "#BBBBBB", .width = 10};
		svg_line(x, &grid, LEFT * PX, (TOP + i * CELL) * PX, (LEFT + 16 * CELL) * PX, (TOP + i * CELL) * PX);
		svg_line(x, &grid, (LEFT + i * CELL) * PX, TOP * PX, (LEFT + i * CELL) * PX, (TOP + 16 * CELL) * PX);
	}
	for (unsigned id = 1; id <= 255; id++) {
		struct use u = use_of(s, id);
		long left = (LEFT + (long)(id % 16) * CELL) * PX, top = (TOP + (long)(id / 16) * CELL) * PX;
		if (u.sign == 0)
			continue;
		svg_rect(x, &(struct svg_pen){.stroke = "#555555", .width = 10, .fill = fill_of(u.sign)}, left, top, CELL * PX, CELL * PX);
		snprintf(text, sizeof text, "%c", u.sign);
		svg_text_bold(x, SVG_MIDDLE, left + CELL * PX / 2, top + (CELL / 2 + 4) * PX, "#000000", text);
	}
	long at = TOP + 10;
	for (size_t i = 0; i < sizeof legend / sizeof legend[0]; i++, at += 28) {
		svg_rect(x, &(struct svg_pen){.stroke = "#BBBBBB", .width = 10, .fill = fill_of(legend[i].sign)}, 520 * PX, at * PX, 20 * PX,
			 20 * PX);
		snprintf(text, sizeof text, "%c", legend[i].sign);
		svg_text_bold(x, SVG_MIDDLE, 530 * PX, (at + 14) * PX, "#000000", text);
		svg_text(x, SVG_START, 550 * PX, (at + 14) * PX, INK, legend[i].words);
	}
	svg_text(x, SVG_START, 520 * PX, (at + 14) * PX, INK, "ID = row + column");
	svg_close(x);
	return height;
}

static void ids_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"ID", "what", "routers", "worst finding", NULL};

	(void)part;
	sheet_begin(to, "ids", "Virtual IDs in use", heads);
	for (unsigned id = 1; id <= 255; id++) {
		struct use u = use_of(s, id);
		char number[16], routers[16];
		if (u.sign == 0)
			continue;
		snprintf(number, sizeof number, "%u", id);
		snprintf(routers, sizeof routers, "%u", u.routers);
		sheet_row(to, (const char *const[]){number, u.sign == 'X' ? "conflict" : u.sign == 'w' ? "warning" : "in use", routers,
						    u.worst != NULL ? u.worst->code->name : "-"});
	}
	sheet_end(to);
}

const struct figure figure_ids = {
	.slug = "ids",
	.heading = "Virtual IDs",
	.parts = ids_parts,
	.sentence = ids_sentence,
	.draw = ids_draw,
	.numbers = ids_numbers,
};

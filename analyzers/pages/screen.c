// SPDX-License-Identifier: BSD-2-Clause
/*
 * Characters in cells of 9 by 18 pixels, stretches of one paint together, held to the grid by textLength whatever the font.
 * Bars are rectangles: fonts leave gaps between their blocks.
 */
#include "analyzers/pages/screen.h"

#include <string.h>

#include "analyzers/pages/svg.h"

#define CELL 9U
#define LINE 18U
#define BASE 14U                        /* of a line, where its letters stand */

static const char *colour_of(uint8_t paint)
{
	static const char *const colour[PAINT_COUNT] = {
		[PAINT_PLAIN] = "#E4E4E4", [PAINT_TITLE] = "#FFFFFF", [PAINT_FAINT] = "#9A9A9A", [PAINT_GOOD] = "#5FD7A7", [PAINT_WARN] = "#FFD75F",
		[PAINT_BAD] = "#FF8F6B",   [PAINT_BAR] = "#6FB7E9",   [PAINT_FAIR] = "#FFFFFF",	 [PAINT_CURSOR] = "#FFFFFF",
	};

	return colour[paint < PAINT_COUNT ? paint : PAINT_PLAIN];
}

static bool is_bold(uint8_t paint)
{
	return paint == PAINT_TITLE || paint == PAINT_BAD || paint == PAINT_CURSOR;
}

/* Blocks: left ones of so many eighths of the width, lower ones of the height, the shade, the line. */
static bool draw_block(struct xml *x, const struct cell *c, unsigned column, unsigned row)
{
	const struct svg_pen pen = {.fill = colour_of(c->paint)};
	long left = (long)(column * CELL) * PX, top = (long)(row * LINE) * PX, width = CELL * PX, height = LINE * PX;

	if (c->character >= 0x2589 && c->character <= 0x258f)
		svg_rect(x, &pen, left, top + 2 * PX, width * (long)(0x2590 - c->character) / 8, height - 4 * PX);
	else if (c->character >= 0x2581 && c->character < 0x2588)
		svg_rect(x, &pen, left, top + height - height * (long)(c->character - 0x2580) / 8, width - PX, height * (long)(c->character - 0x2580) / 8);
	else if (c->character == 0x2588)
		svg_rect(x, &pen, left, top + 2 * PX, width, height - 4 * PX);
	else if (c->character == 0x2500)
		svg_rect(x, &pen, left, top + 9 * PX, width, PX);
	else
		return false;
	return true;
}

static bool is_block(uint32_t character)
{
	return character == 0x2500 || (character >= 0x2581 && character <= 0x258f);
}

/* A stretch of one kind of cells from `column` on: how long it is. */
static unsigned stretch_of(const struct grid *g, unsigned column, unsigned row)
{
	const struct cell *first = &g->cell[row * g->width + column];
	unsigned n = 0;

	for (; column + n < g->width; n++) {
		const struct cell *c = first + n;
		if (c->paint != first->paint || c->character != first->character)
			break;
	}
	if (is_block(first->character))
		return n;
	for (n = 0; column + n < g->width && first[n].paint == first->paint && !is_block(first[n].character); n++)
		if (n > 0 && first[n].character == ' ' && column + n + 1 < g->width && first[n + 1].character == ' ')
			break; /* gaps are no text */
	while (n > 1 && first[n - 1].character == ' ')
		n--; /* a blank at the end would not count for textLength */
	return n;
}

static void draw_text(struct xml *x, const struct grid *g, unsigned column, unsigned row, unsigned length)
{
	const struct cell *c = &g->cell[row * g->width + column];
	char text[4 * 512 + 1], one[5];
	size_t used = 0;

	for (unsigned i = 0; i < length && used + 5 < sizeof text; i++) {
		unsigned n = grid_utf8(one, c[i].character);
		memcpy(text + used, one, n);
		used += n;
	}
	text[used] = '\0';
	xml_open(x, "text");
	xml_attribute_number(x, "x", column * CELL);
	xml_attribute_number(x, "y", row * LINE + BASE);
	xml_attribute_number(x, "textLength", length * CELL);
	xml_attribute(x, "lengthAdjust", "spacingAndGlyphs");
	xml_attribute(x, "fill", colour_of(c->paint));
	if (is_bold(c->paint))
		xml_attribute(x, "font-weight", "bold");
	xml_text(x, text);
	xml_close(x);
}

static void draw_row(struct xml *x, const struct grid *g, unsigned row)
{
	for (unsigned column = 0; column < g->width;) {
		const struct cell *c = &g->cell[row * g->width + column];
		unsigned length = stretch_of(g, column, row);
		if (c->character == ' ') {
			column++;
			continue;
		}
		if (c->character == 0x2500 || c->character == 0x2588) {
			svg_rect(x, &(struct svg_pen){.fill = colour_of(c->paint)}, (long)(column * CELL) * PX,
				 (long)(row * LINE + (c->character == 0x2500 ? 9 : 2)) * PX, (long)(length * CELL) * PX,
				 (c->character == 0x2500 ? 1 : (long)LINE - 4) * PX);
		} else if (is_block(c->character)) {
			for (unsigned i = 0; i < length; i++)
				draw_block(x, c + i, column + i, row);
		} else {
			draw_text(x, g, column, row, length);
		}
		column += length;
	}
}

void screen_svg(FILE *to, const struct grid *g, const char *title)
{
	struct xml x;
	char sentence[300];
	unsigned width = g->width * CELL, height = g->height * LINE + 6;

	snprintf(sentence, sizeof sentence, "A screen of %u by %u characters: %.200s. It is text, and can be read as such.", g->width, g->height, title);
	xml_begin(&x, to);
	svg_open(&x, "screen", "viplab top", sentence, 0, width, height);
	svg_rect(&x, &(struct svg_pen){.fill = "#1C1C1C"}, 0, 0, (long)width * PX, (long)height * PX);
	xml_open(&x, "g");
	xml_attribute(&x, "font-family", "monospace");
	xml_attribute(&x, "font-size", "15");
	for (unsigned row = 0; row < g->height; row++)
		draw_row(&x, g, row);
	xml_close(&x);
	svg_close(&x);
	xml_end(&x);
}

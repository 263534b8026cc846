// SPDX-License-Identifier: BSD-2-Clause
/* No terminal, no locale: code points in, code points out. */
#include "analyzers/dashboard/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FULL 0x2588
#define LINE 0x2500
#define MARK 0x2506                     /* the fair share */
#define LOWEST 0x2581                   /* sparkline: one eighth high */
#define LEFT_EIGHTH 0x258f              /* a bar's end: one eighth wide; wider ones stand before it */

bool grid_resize(struct grid *g, unsigned width, unsigned height)
{
	size_t wanted = (size_t)width * height;

	if (wanted > g->room) {
		struct cell *longer = realloc(g->cell, wanted * sizeof *longer);
		if (longer == NULL)
			return false;
		g->cell = longer;
		g->room = wanted;
	}
	g->width = width;
	g->height = height;
	grid_clear(g);
	return true;
}

void grid_free(struct grid *g)
{
	free(g->cell);
	*g = (struct grid){0};
}

void grid_clear(struct grid *g)
{
	for (size_t i = 0; i < (size_t)g->width * g->height; i++)
		g->cell[i] = (struct cell){.character = ' '};
}

unsigned grid_put(struct grid *g, unsigned x, unsigned y, enum paint paint, uint32_t character)
{
	if (x < g->width && y < g->height)
		g->cell[(size_t)y * g->width + x] = (struct cell){.character = character, .paint = (uint8_t)paint};
	return x + 1;
}

/* The next code point of our own UTF-8; what a terminal would not show in one column is a question mark. */
static uint32_t next(const unsigned char **at)
{
	const unsigned char *s = *at;
	unsigned more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1 : 0;
	uint32_t c = more == 0 ? s[0] : s[0] & (0x3fU >> more);

	for (unsigned i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*at = s + i;
			return '?';
		}
		c = c << 6 | (s[i] & 0x3fU);
	}
	*at = s + 1 + more;
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x300 && c < 0x370) || c >= 0x2e80 ? '?' : c;
}

unsigned grid_text(struct grid *g, unsigned x, unsigned y, enum paint paint, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at != '\0')
		x = grid_put(g, x, y, paint, next(&at));
	return x;
}

unsigned grid_print(struct grid *g, unsigned x, unsigned y, enum paint paint, const char *format, ...)
{
	char text[1024];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	return grid_text(g, x, y, paint, text);
}

static unsigned columns_of(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	unsigned n = 0;

	while (*at != '\0') {
		next(&at);
		n++;
	}
	return n;
}

void grid_right(struct grid *g, unsigned end, unsigned y, enum paint paint, const char *format, ...)
{
	char text[1024];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	unsigned n = columns_of(text);
	const unsigned char *at = (const unsigned char *)text;
	for (; n > end; n--)
		next(&at);
	grid_text(g, end - n, y, paint, (const char *)at);
}

unsigned grid_wrap(struct grid *g, unsigned x, unsigned y, unsigned width, unsigned lines, enum paint paint,
		   const char *text)
{
	unsigned used = 0;

	if (width == 0)
		return 0;
	while (*text == ' ')
		text++;
	for (; *text != '\0' && used < lines; used++) {
		size_t n = 0, fits = 0;
		unsigned columns = 0;
		for (; text[n] != '\0' && columns <= width; n++) {
			if (text[n] == ' ')
				fits = n;
			columns += ((unsigned char)text[n] & 0xc0) != 0x80;
		}
		if (text[n] == '\0' && columns <= width)
			fits = n;
		else if (fits == 0)
			fits = n - 1; /* a word longer than the line */
		char line[1024];
		snprintf(line, sizeof line, "%.*s", (int)(fits < sizeof line ? fits : sizeof line - 1), text);
		grid_text(g, x, y + used, paint, line);
		text += fits;
		while (*text == ' ')
			text++;
		if (*text != '\0' && used + 1 == lines && width > 4)
			grid_text(g, x + (columns_of(line) + 4 <= width ? columns_of(line) : width - 4), y + used, paint, " ...");
	}
	return used;
}

void grid_rule(struct grid *g, unsigned y, enum glyphs glyphs)
{
	for (unsigned x = 0; x < g->width; x++)
		grid_put(g, x, y, PAINT_FAINT, glyphs == GLYPHS_ASCII ? '-' : LINE);
}

void grid_paint(struct grid *g, unsigned x, unsigned y, unsigned width, enum paint paint)
{
	for (; width > 0 && x < g->width && y < g->height; width--, x++)
		g->cell[(size_t)y * g->width + x].paint = (uint8_t)paint;
}

void grid_bar(struct grid *g, unsigned x, unsigned y, unsigned width, uint64_t value, uint64_t fair, uint64_t whole,
	      enum glyphs glyphs)
{
	uint64_t eighths = whole == 0 ? 0 : (value >= whole ? whole : value) * width * 8 / whole;
	uint64_t mark = whole == 0 || fair > whole ? UINT64_MAX : fair * width / whole;

	if (eighths == 0 && value > 0)
		eighths = 1;
	for (unsigned i = 0; i < width; i++) {
		uint64_t here = eighths > (uint64_t)i * 8 ? eighths - (uint64_t)i * 8 : 0;
		if (i == (mark >= width && mark != UINT64_MAX ? width - 1 : mark))
			grid_put(g, x + i, y, PAINT_FAIR, glyphs == GLYPHS_BLOCKS ? MARK : glyphs == GLYPHS_CONSOLE ? 0x2502 : '|');
		else if (glyphs == GLYPHS_BLOCKS && here > 0)
			grid_put(g, x + i, y, PAINT_BAR, here >= 8 ? FULL : (uint32_t)(LEFT_EIGHTH + 1 - here));
		else if (here >= 4 || (here > 0 && i == 0))
			grid_put(g, x + i, y, PAINT_BAR, glyphs == GLYPHS_ASCII ? '#' : FULL);
	}
}

uint32_t grid_spark(uint64_t value, uint64_t whole, enum glyphs glyphs)
{
	static const char ascii[] = ".:#@";
	static const uint32_t console[] = {0x2591, 0x2592, FULL};

	if (value == 0 || whole == 0)
		return ' ';
	if (value > whole)
		value = whole;
	switch (glyphs) {
	case GLYPHS_BLOCKS:
		return (uint32_t)(LOWEST + (value * 8 - 1) / whole);
	case GLYPHS_CONSOLE:
		return console[(value * 3 - 1) / whole];
	case GLYPHS_ASCII:
	default:
		return (uint32_t)ascii[(value * 4 - 1) / whole];
	}
}

unsigned grid_utf8(char out[5], uint32_t c)
{
	unsigned n = 0;

	if (c < 0x80) {
		out[n++] = (char)c;
	} else if (c < 0x800) {
		out[n++] = (char)(0xc0 | c >> 6);
		out[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		out[n++] = (char)(0xe0 | c >> 12);
		out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		out[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		out[n++] = (char)(0xf0 | (c >> 18 & 7));
		out[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		out[n++] = (char)(0x80 | (c & 0x3f));
	}
	out[n] = '\0';
	return n;
}

char *grid_to_text(const struct grid *g)
{
	char *text = malloc(((size_t)g->width * 4 + 1) * g->height + 1), *to = text;

	if (text == NULL)
		return NULL;
	for (unsigned y = 0; y < g->height; y++) {
		const struct cell *row = &g->cell[(size_t)y * g->width];
		unsigned end = g->width;
		char bytes[5];
		while (end > 0 && row[end - 1].character == ' ')
			end--;
		for (unsigned x = 0; x < end; x++) {
			unsigned n = grid_utf8(bytes, row[x].character);
			memcpy(to, bytes, n);
			to += n;
		}
		*to++ = '\n';
	}
	*to = '\0';
	return text;
}

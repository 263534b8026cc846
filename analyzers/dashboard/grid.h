// SPDX-License-Identifier: BSD-2-Clause
/*
 * The screen as a value: a grid of cells, each one character of one column and how it is painted. Views draw into it and
 * know nothing of terminals; tests read it as text; one file (terminal.c) puts it on a real one.
 */
#ifndef VL_DASHBOARD_GRID_H
#define VL_DASHBOARD_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a cell means; a theme makes a colour or an attribute of it. Colour only ever repeats a word or a sign. */
enum paint {
	PAINT_PLAIN = 0,
	PAINT_TITLE,                    /* bold */
	PAINT_FAINT,                    /* separators, legends */
	PAINT_GOOD,
	PAINT_WARN,
	PAINT_BAD,
	PAINT_BAR,
	PAINT_FAIR,                     /* the mark of the fair share */
	PAINT_CURSOR,                   /* the selected line */
	PAINT_COUNT,
};

struct cell {
	uint32_t character;             /* a code point one column wide; never a control character */
	uint8_t paint;
};

struct grid {
	unsigned width, height;
	struct cell *cell;              /* width * height, row by row */
	size_t room;
};

/* Which characters the screen may use. */
enum glyphs {
	GLYPHS_ASCII,                   /* # . | - */
	GLYPHS_CONSOLE,                 /* what the Linux console's font has: full block, shades, box lines */
	GLYPHS_BLOCKS,                  /* eighths of blocks as well */
};

/* Makes it that large, all spaces. False: no memory, and the grid has its old size. */
bool grid_resize(struct grid *g, unsigned width, unsigned height);
void grid_free(struct grid *g);
void grid_clear(struct grid *g);

/* Everything below is clipped at the edges; y and x count from 0. Text is UTF-8 of ours: what is no character one column
 * wide becomes `?'. Returns the column behind the text. */
unsigned grid_put(struct grid *g, unsigned x, unsigned y, enum paint paint, uint32_t character);
unsigned grid_text(struct grid *g, unsigned x, unsigned y, enum paint paint, const char *text);
unsigned grid_print(struct grid *g, unsigned x, unsigned y, enum paint paint, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Ends at column `end` (excluded), cut at its left when it is too long. */
void grid_right(struct grid *g, unsigned end, unsigned y, enum paint paint, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Text in lines of at most `width` columns from x on, at most `lines` of them; breaks at spaces. Returns how many were
 * used. */
unsigned grid_wrap(struct grid *g, unsigned x, unsigned y, unsigned width, unsigned lines, enum paint paint,
		   const char *text);
void grid_rule(struct grid *g, unsigned y, enum glyphs glyphs);
/* Paints a stretch of a line over what stands there. */
void grid_paint(struct grid *g, unsigned x, unsigned y, unsigned width, enum paint paint);

/* A bar of `value` out of `whole` over `width` columns, with the mark of the fair share at `fair` (of the same whole;
 * UINT32_MAX: none). */
void grid_bar(struct grid *g, unsigned x, unsigned y, unsigned width, uint64_t value, uint64_t fair, uint64_t whole,
	      enum glyphs glyphs);
/* One column of a sparkline: `value` out of `whole`; 0 is a blank. */
uint32_t grid_spark(uint64_t value, uint64_t whole, enum glyphs glyphs);

/* The grid as UTF-8 text: a line a row, spaces at the ends cut, each ended by a newline. The caller frees it. */
char *grid_to_text(const struct grid *g);
/* A code point as UTF-8, at most 4 bytes and a NUL. Returns its length. */
unsigned grid_utf8(char out[5], uint32_t character);

#endif

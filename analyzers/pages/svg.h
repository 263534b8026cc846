// SPDX-License-Identifier: BSD-2-Clause
/*
 * Pictures in SVG 1.1, by presentation attributes alone: no style, no script, no font file, nothing from elsewhere, so that
 * a page with them survives Jenkins' default Content-Security-Policy. Coordinates are tenths of a pixel, integers: the same
 * bytes everywhere.
 */
#ifndef VL_PAGES_SVG_H
#define VL_PAGES_SVG_H

#include "analyzers/xml.h"

#define PX 10                           /* tenths in a pixel */

/* Colours of Okabe and Ito, told apart by the colour-blind, each with a dash pattern of its own for those who see grey. */
#define SVG_STYLES 8
struct svg_style {
	const char *colour;
	const char *dash;               /* NULL: solid */
};
extern const struct svg_style svg_style[SVG_STYLES];

/* Every picture has a title and a sentence that says what a reader should take away; `id` is unique in the document. */
void svg_open(struct xml *x, const char *id, const char *title, const char *sentence, unsigned y, unsigned width,
	      unsigned height);
void svg_close(struct xml *x);

struct svg_pen {
	const char *stroke;             /* NULL: none */
	unsigned width;                 /* tenths */
	const char *dash;               /* NULL: solid */
	const char *fill;               /* NULL: none */
};

void svg_line(struct xml *x, const struct svg_pen *pen, long x1, long y1, long x2, long y2);
void svg_rect(struct xml *x, const struct svg_pen *pen, long left, long top, long width, long height);
/* A line through points: open, add, close. */
void svg_path_open(struct xml *x, const struct svg_pen *pen);
void svg_path_to(struct xml *x, long px, long py, bool jump);
void svg_path_close(struct xml *x);

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };
/* Text of 12 pixels with its base line at y. */
void svg_text(struct xml *x, enum svg_anchor anchor, long px, long py, const char *colour, const char *text);
void svg_text_bold(struct xml *x, enum svg_anchor anchor, long px, long py, const char *colour, const char *text);

#endif

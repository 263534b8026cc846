// SPDX-License-Identifier: BSD-2-Clause
/* Elements and their presentation attributes. */
#include "analyzers/pages/svg.h"

#include <stdlib.h>

const struct svg_style svg_style[SVG_STYLES] = {
	{"#0072B2", NULL},	    {"#D55E00", "8 3"},	   {"#009E73", "2 3"},	     {"#CC79A7", "10 3 2 3"},
	{"#000000", "5 2"},	    {"#E69F00", "12 4"},   {"#56B4E9", "4 2 1 2"},   {"#7A7A7A", "1 2"},
};

static void tenths(char text[24], long n)
{
	long whole = labs(n) / PX, part = labs(n) % PX;

	if (part != 0)
		snprintf(text, 24, "%s%ld.%ld", n < 0 ? "-" : "", whole, part);
	else
		snprintf(text, 24, "%s%ld", n < 0 ? "-" : "", whole);
}

static void attribute(struct xml *x, const char *name, long n)
{
	char text[24];

	tenths(text, n);
	xml_attribute(x, name, text);
}

void svg_open(struct xml *x, const char *id, const char *title, const char *sentence, unsigned y, unsigned width,
	      unsigned height)
{
	char box[64], names[192];

	xml_open(x, "svg");
	xml_attribute(x, "xmlns", "http://www.w3.org/2000/svg");
	snprintf(box, sizeof box, "0 0 %u %u", width, height);
	xml_attribute(x, "viewBox", box);
	if (y > 0)
		xml_attribute_number(x, "y", y);
	xml_attribute_number(x, "width", width);
	xml_attribute_number(x, "height", height);
	xml_attribute(x, "font-family", "sans-serif");
	xml_attribute(x, "font-size", "12");
	xml_attribute(x, "role", "img");
	snprintf(names, sizeof names, "%.64s-title %.64s-desc", id, id);
	xml_attribute(x, "aria-labelledby", names);
	xml_open(x, "title");
	snprintf(names, sizeof names, "%.64s-title", id);
	xml_attribute(x, "id", names);
	xml_text(x, title);
	xml_close(x);
	xml_open(x, "desc");
	snprintf(names, sizeof names, "%.64s-desc", id);
	xml_attribute(x, "id", names);
	xml_text(x, sentence);
	xml_close(x);
	svg_rect(x, &(struct svg_pen){.fill = "#FFFFFF"}, 0, 0, (long)width * PX, (long)height * PX);
}

void svg_close(struct xml *x)
{
	xml_close(x);
}

static void pen_attributes(struct xml *x, const struct svg_pen *pen)
{
	xml_attribute(x, "fill", pen->fill != NULL ? pen->fill : "none");
	if (pen->stroke == NULL)
		return;
	xml_attribute(x, "stroke", pen->stroke);
	attribute(x, "stroke-width", (long)pen->width);
	if (pen->dash != NULL)
		xml_attribute(x, "stroke-dasharray", pen->dash);
}

void svg_line(struct xml *x, const struct svg_pen *pen, long x1, long y1, long x2, long y2)
{
	xml_open(x, "line");
	attribute(x, "x1", x1);
	attribute(x, "y1", y1);
	attribute(x, "x2", x2);
	attribute(x, "y2", y2);
	pen_attributes(x, pen);
	xml_close(x);
}

void svg_rect(struct xml *x, const struct svg_pen *pen, long left, long top, long width, long height)
{
	xml_open(x, "rect");
	attribute(x, "x", left);
	attribute(x, "y", top);
	attribute(x, "width", width);
	attribute(x, "height", height);
	pen_attributes(x, pen);
	xml_close(x);
}

/* The points are written straight into the attribute, however many they are. */
void svg_path_open(struct xml *x, const struct svg_pen *pen)
{
	xml_open(x, "path");
	pen_attributes(x, pen);
	fputs(" stroke-linejoin=\"round\" d=\"", x->to);
}

void svg_path_to(struct xml *x, long px, long py, bool jump)
{
	char a[24], b[24];

	tenths(a, px);
	tenths(b, py);
	fprintf(x->to, "%c%s %s", jump ? 'M' : 'L', a, b);
}

void svg_path_close(struct xml *x)
{
	putc('"', x->to);
	xml_close(x);
}

static void write_text(struct xml *x, enum svg_anchor anchor, long px, long py, const char *colour, const char *text,
		       bool bold)
{
	static const char *const word[] = {[SVG_START] = "start", [SVG_MIDDLE] = "middle", [SVG_END] = "end"};

	xml_open(x, "text");
	attribute(x, "x", px);
	attribute(x, "y", py);
	if (anchor != SVG_START)
		xml_attribute(x, "text-anchor", word[anchor]);
	xml_attribute(x, "fill", colour);
	if (bold)
		xml_attribute(x, "font-weight", "bold");
	xml_text(x, text);
	xml_close(x);
}

void svg_text(struct xml *x, enum svg_anchor anchor, long px, long py, const char *colour, const char *text)
{
	write_text(x, anchor, px, py, colour, text, false);
}

void svg_text_bold(struct xml *x, enum svg_anchor anchor, long px, long py, const char *colour, const char *text)
{
	write_text(x, anchor, px, py, colour, text, true);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * A table that is written once and comes out as HTML, Markdown or tab-separated values: what stands behind a picture is the
 * same numbers everywhere.
 */
#ifndef VL_PAGES_SHEET_H
#define VL_PAGES_SHEET_H

#include "analyzers/xml.h"

enum sheet_form {
	SHEET_HTML,
	SHEET_MARKDOWN,
	SHEET_TSV,
};

#define SHEET_COLUMNS 12
#define SHEET_CELL 400

struct sheet {
	enum sheet_form form;
	struct xml *x;                  /* of HTML */
	FILE *to;                       /* of the others */
	unsigned columns;
	bool whole;                     /* every row (TSV); else a page's worth */
};

/* Begins a table: its caption (one of HTML's, a line before the others') and heads, up to the first NULL. */
void sheet_begin(struct sheet *s, const char *name, const char *caption, const char *const *heads);
/* Cells, as many as there are heads; the first is the row's head. NULL is an empty one. */
void sheet_row(struct sheet *s, const char *const *cells);
void sheet_end(struct sheet *s);

#endif

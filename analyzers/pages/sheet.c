// SPDX-License-Identifier: BSD-2-Clause
/* One row of HTML a line; in Markdown and TSV what would break a cell becomes a blank. */
#include "analyzers/pages/sheet.h"

static void html_cell(struct xml *x, const char *element, const char *scope, const char *text)
{
	xml_open(x, element);
	if (scope != NULL)
		xml_attribute(x, "scope", scope);
	xml_text(x, text != NULL ? text : "");
	xml_close(x);
}

/* No byte that Markdown or a spreadsheet would take for more than text. */
static void plain_cell(const struct sheet *s, const char *text)
{
	for (; text != NULL && *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (c < 0x20 || c == 0x7f)
			putc(' ', s->to);
		else if (s->form == SHEET_MARKDOWN && (c == '|' || c == '<' || c == '`' || c == '\\' || c == '*' || c == '_' || c == '['))
			fprintf(s->to, "\\%c", c);
		else
			putc(c, s->to);
	}
}

static void plain_row(const struct sheet *s, const char *const *cells)
{
	if (s->form == SHEET_MARKDOWN)
		fputs("| ", s->to);
	for (unsigned i = 0; i < s->columns; i++) {
		if (i > 0)
			fputs(s->form == SHEET_MARKDOWN ? " | " : "\t", s->to);
		plain_cell(s, cells[i]);
	}
	fputs(s->form == SHEET_MARKDOWN ? " |\n" : "\n", s->to);
}

void sheet_begin(struct sheet *s, const char *name, const char *caption, const char *const *heads)
{
	for (s->columns = 0; s->columns < SHEET_COLUMNS && heads[s->columns] != NULL; s->columns++)
		continue;
	if (s->form == SHEET_HTML) {
		xml_open(s->x, "table");
		xml_attribute(s->x, "border", "1");
		xml_attribute(s->x, "cellpadding", "4");
		xml_attribute(s->x, "cellspacing", "0");
		html_cell(s->x, "caption", NULL, caption);
		xml_open(s->x, "thead");
		xml_open(s->x, "tr");
		for (unsigned i = 0; i < s->columns; i++)
			html_cell(s->x, "th", "col", heads[i]);
		xml_close(s->x);
		xml_close(s->x);
		xml_open(s->x, "tbody");
		return;
	}
	if (s->form == SHEET_TSV) {
		fprintf(s->to, "# %s: ", name);
		plain_cell(s, caption);
		putc('\n', s->to);
		plain_row(s, heads);
		return;
	}
	plain_cell(s, caption);
	fputs(":\n\n", s->to);
	plain_row(s, heads);
	for (unsigned i = 0; i < s->columns; i++)
		fputs("|---", s->to);
	fputs("|\n", s->to);
}

void sheet_row(struct sheet *s, const char *const *cells)
{
	if (s->form != SHEET_HTML) {
		plain_row(s, cells);
		return;
	}
	xml_open(s->x, "tr");
	for (unsigned i = 0; i < s->columns; i++)
		html_cell(s->x, i == 0 ? "th" : "td", i == 0 ? "row" : NULL, cells[i]);
	xml_close(s->x);
}

void sheet_end(struct sheet *s)
{
	if (s->form == SHEET_HTML) {
		xml_close(s->x);
		xml_close(s->x);
	} else {
		putc('\n', s->to);
	}
}

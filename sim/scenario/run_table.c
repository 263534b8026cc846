// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/run_table.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS 32

/* --- collecting ------------------------------------------------------------------------------------------ */

/* "loss 34%   (17 of 50 requests)" is "loss 34%" here. */
static json_t *short_form(const char *got)
{
	const char *end = strstr(got, "   (");

	return json_stringn(got, end != NULL ? (size_t)(end - got) : strlen(got));
}

/* The values of a case: of "a.kind frr, b.ip [192.0.2.1, 192.0.2.2]" two, by their paths. */
static void add_values(json_t *names, json_t *cells, const char *variant)
{
	while (variant != NULL && *variant != '\0') {
		const char *space = strchr(variant, ' ');
		size_t end = 0;
		int depth = 0;

		for (; variant[end] != '\0' && (depth > 0 || strncmp(variant + end, ", ", 2) != 0); end++)
			depth += (strchr("[{", variant[end]) != NULL) - (strchr("]}", variant[end]) != NULL);
		if (space == NULL || space > variant + end)
			space = variant + end;
		json_array_append_new(names, json_stringn(variant, (size_t)(space - variant)));
		space += *space == ' ';
		json_array_append_new(cells, json_stringn(space, (size_t)(variant + end - space)));
		variant += end;
		variant += strncmp(variant, ", ", 2) == 0 ? 2 : 0;
	}
}

void run_table_add(run_table **table, const struct scenario *s, const json_t *result)
{
	const json_t *checks = json_object_get(result, "checks");
	json_t *names = json_array(), *cells = json_array();
	size_t named = 0, i;
	const json_t *check;

	add_values(names, cells, s->variant);
	json_array_foreach(checks, i, check)
	{
		const char *kind = json_string_value(json_object_get(check, "kind"));
		const char *name = json_string_value(json_object_get(check, "name"));
		const char *got = json_string_value(json_object_get(check, "got"));

		if (kind == NULL || strcmp(kind, "expect") != 0 || name == NULL || got == NULL)
			continue;
		named++;
		json_array_append_new(names, json_string(name));
		json_array_append_new(cells, short_form(got));
	}
	if (named == 0) {
		json_decref(names);
		json_decref(cells);
		return;
	}
	if (*table == NULL)
		*table = json_array();
	json_array_append_new(*table, json_pack("{s:s, s:o, s:o}", "script", s->path, "names", names, "got", cells));
}

/* --- printing -------------------------------------------------------------------------------------------- */

static const char *cell(const json_t *row, const char *key, size_t column)
{
	const char *text = json_string_value(json_array_get(json_object_get(row, key), column));

	return text != NULL ? text : "";
}

static bool same_script(const json_t *a, const json_t *b)
{
	return strcmp(json_string_value(json_object_get(a, "script")), json_string_value(json_object_get(b, "script"))) == 0 &&
	       json_equal(json_object_get(a, "names"), json_object_get(b, "names"));
}

static void print_line(FILE *to, const json_t *row, const char *key, const int *width, size_t columns)
{
	for (size_t k = 0; k < columns; k++)
		fprintf(to, "%s%-*s", k > 0 ? "  " : "", k + 1 < columns ? width[k] : 0, cell(row, key, k));
	fputc('\n', to);
}

/* The rows from `first` on that belong to one script; returns the row behind them. */
static size_t print_script(const run_table *table, size_t first, FILE *to)
{
	const json_t *head = json_array_get(table, first);
	size_t columns = json_array_size(json_object_get(head, "names")), end = first;
	int width[COLUMNS] = {0};

	columns = columns < COLUMNS ? columns : COLUMNS;
	for (; end < json_array_size(table) && same_script(head, json_array_get(table, end)); end++)
		for (size_t k = 0; k < columns; k++) {
			int n = (int)strlen(cell(json_array_get(table, end), "got", k));
			int h = (int)strlen(cell(head, "names", k));
			n = n > h ? n : h;
			width[k] = n > width[k] ? n : width[k];
		}
	fprintf(to, "\n%s\n", json_string_value(json_object_get(head, "script")));
	print_line(to, head, "names", width, columns);
	for (size_t i = first; i < end; i++)
		print_line(to, json_array_get(table, i), "got", width, columns);
	return end;
}

void run_table_print(const run_table *table, FILE *to)
{
	for (size_t i = 0; i < json_array_size(table);)
		i = print_script(table, i, to);
}

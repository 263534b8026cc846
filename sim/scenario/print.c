// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/print.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/filled.h"
#include "sim/scenario/reader.h"

/* Top-level lists and mappings get a line for each item, everything below stands on that line. */
static void print_value(FILE *to, struct arena *memory, const struct document *d)
{
	if (d->kind == DOCUMENT_SEQUENCE && d->count > 0 && d->item[0]->kind == DOCUMENT_MAPPING) {
		fputc('\n', to);
		for (size_t i = 0; i < d->count; i++)
			fprintf(to, "  - %s\n", document_line(memory, d->item[i]));
	} else if (d->kind == DOCUMENT_MAPPING) {
		fputc('\n', to);
		for (size_t i = 0; i < d->count; i++)
			fprintf(to, "  %s: %s\n", document_line(memory, d->pair[i].key),
				document_line(memory, d->pair[i].value));
	} else {
		fprintf(to, " %s\n", document_line(memory, d));
	}
}

/* Each virtual router once more, with what its kind fills in: comments, so that the script stays the author's. */
static void print_filled(FILE *to, struct arena *memory, const struct scenario_node *n)
{
	for (size_t i = 0; i < n->vrrp_count; i++) {
		struct scenario_vrrp *filled = arena_alloc(memory, sizeof *filled);
		if (filled_vrrp(n, &n->vrrp[i], filled))
			fprintf(to, "    # %s\n", document_line(memory, reader_write(memory, &schema_vrrp, filled)));
	}
}

static void print_nodes(FILE *to, struct arena *memory, const struct scenario *s, const struct document *d)
{
	bool any = false;

	for (size_t i = 0; i < s->node_count; i++)
		any = any || s->node[i].vrrp_count > 0;
	fputs(any ? "  # below each node: its virtual routers, with everything that the kind fills in\n" : "", to);
	for (size_t i = 0; i < d->count; i++) {
		fprintf(to, "  %s: %s\n", document_line(memory, d->pair[i].key), document_line(memory, d->pair[i].value));
		print_filled(to, memory, &s->node[i]);
	}
}

static bool print(FILE *to, struct arena *memory, const struct scenario *s)
{
	if (setjmp(memory->exhausted) != 0)
		return false;
	const struct document *d = reader_write(memory, &schema_scenario, s);
	for (size_t i = 0; i < d->count; i++) {
		fprintf(to, "%s:", d->pair[i].key->text);
		if (strcmp(d->pair[i].key->text, "nodes") != 0) {
			print_value(to, memory, d->pair[i].value);
			continue;
		}
		fputc('\n', to);
		print_nodes(to, memory, s, d->pair[i].value);
	}
	return true;
}

bool scenario_print(FILE *to, const struct scenario *s)
{
	struct arena *memory = arena_new();
	bool good = memory != NULL && print(to, memory, s);

	arena_free(memory);
	return good;
}

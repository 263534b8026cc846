// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/print.h"

#include <stdlib.h>
#include <string.h>

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

static bool print(FILE *to, struct arena *memory, const struct scenario *s)
{
	if (setjmp(memory->exhausted) != 0)
		return false;
	const struct document *d = reader_write(memory, &schema_scenario, s);
	for (size_t i = 0; i < d->count; i++) {
		fprintf(to, "%s:", d->pair[i].key->text);
		print_value(to, memory, d->pair[i].value);
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

// SPDX-License-Identifier: BSD-2-Clause
/* In place: every field ends with a NUL where its comma was. */
#include "analyzers/dashboard/csv.h"

#include <stdlib.h>
#include <string.h>

static unsigned split(char *line, const char **field)
{
	unsigned n = 0;

	while (n < CSV_COLUMNS) {
		char *to = line, *from = line;
		field[n++] = line;
		if (*from == '"') {
			for (from++; *from != '\0'; from++) {
				if (*from == '"' && from[1] != '"')
					break;
				if (*from == '"')
					from++;
				*to++ = *from;
			}
			if (*from == '"')
				from++;
		}
		while (*from != ',' && *from != '\0' && *from != '\r')
			*to++ = *from++;
		bool more = *from == ',';
		line = from + 1;
		*to = '\0';
		if (!more)
			break;
	}
	return n;
}

bool csv_header(struct csv *c, char *line)
{
	c->columns = split(line + (strncmp(line, "# ", 2) == 0 ? 2 : 0), c->name);
	c->fields = 0;
	return c->columns > 1;
}

void csv_line(struct csv *c, char *line)
{
	c->fields = split(line, c->field);
}

const char *csv_text(const struct csv *c, const char *name)
{
	for (unsigned i = 0; i < c->columns && i < c->fields; i++)
		if (strcmp(c->name[i], name) == 0)
			return c->field[i];
	return "";
}

bool csv_has(const struct csv *c, const char *name)
{
	return csv_text(c, name)[0] != '\0';
}

uint64_t csv_number(const struct csv *c, const char *name)
{
	return strtoull(csv_text(c, name), NULL, 10);
}

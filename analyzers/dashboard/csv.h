// SPDX-License-Identifier: BSD-2-Clause
/* Lines of comma-separated values with a header, as HAProxy's `show stat' gives them: fields by name. */
#ifndef VL_DASHBOARD_CSV_H
#define VL_DASHBOARD_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_COLUMNS 256

struct csv {
	const char *name[CSV_COLUMNS];
	unsigned columns;
	const char *field[CSV_COLUMNS]; /* of the current line */
	unsigned fields;
};

/* Splits the line in place; a leading "# " is no part of the first name. False: too many columns, or none. */
bool csv_header(struct csv *c, char *line);
/* Splits the line in place: quotes as RFC 4180 has them. */
void csv_line(struct csv *c, char *line);
/* "" when there is no such column or it is empty. */
const char *csv_text(const struct csv *c, const char *name);
bool csv_has(const struct csv *c, const char *name);    /* there, and not empty */
uint64_t csv_number(const struct csv *c, const char *name);     /* 0 for none */

#endif

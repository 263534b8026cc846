// SPDX-License-Identifier: BSD-2-Clause
/* The table of sources. */
#include "analyzers/dashboard/source.h"

#include <stdio.h>
#include <string.h>

static const struct source_ops *const all[] = {&source_simulation, &source_journal, &source_engine,        &source_haproxy,
					       &source_capture,    &source_interface, &source_standard_input};

const struct source_ops *source_at(size_t i)
{
	return i < sizeof all / sizeof all[0] ? all[i] : NULL;
}

const struct source_ops *source_find(const char *text, const char **argument, char error[SOURCE_ERROR])
{
	const char *colon = strchr(text, ':');
	size_t n = 0;

	for (size_t i = 0; source_at(i) != NULL; i++) {
		const struct source_ops *s = source_at(i);
		bool fits = colon == NULL ? strcmp(text, s->name) == 0
					  : strlen(s->name) == (size_t)(colon - text) && strncmp(text, s->name, strlen(s->name)) == 0;
		if (fits && (colon == NULL) == (strcmp(s->name, "-") == 0)) {
			*argument = colon != NULL ? colon + 1 : "";
			return s;
		}
	}
	n += (size_t)snprintf(error, SOURCE_ERROR, "`%.100s' is no source; these are:", text);
	for (size_t i = 0; source_at(i) != NULL && n < SOURCE_ERROR; i++)
		n += (size_t)snprintf(error + n, SOURCE_ERROR - n, "%s %s", i > 0 ? "," : "", source_at(i)->form);
	return NULL;
}

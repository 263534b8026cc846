// SPDX-License-Identifier: BSD-2-Clause
/* A handful of texts in a list. */
#include "sim/base/label.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct label {
	struct label *next;
	char text[LABEL_TEXT];
};

const char *labels_add(struct labels *l, const char *format, ...)
{
	char text[LABEL_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	for (const struct label *n = l->first; n != NULL; n = n->next)
		if (strcmp(n->text, text) == 0)
			return n->text;
	struct label *n = calloc(1, sizeof *n);
	if (n == NULL)
		return NULL;
	memcpy(n->text, text, sizeof text);
	n->next = l->first;
	l->first = n;
	return n->text;
}

void labels_fini(struct labels *l)
{
	while (l->first != NULL) {
		struct label *next = l->first->next;
		free(l->first);
		l->first = next;
	}
}

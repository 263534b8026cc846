// SPDX-License-Identifier: BSD-2-Clause
/* Names may hold a colon and dots, but neither `=' nor a comma. */
#include "analyzers/dashboard/weights.h"

#include <stdlib.h>
#include <string.h>

struct pair {
	const char *name;
	size_t length;
	unsigned long weight;
};

/* The pair at *text, which goes on to the next. False: it is none. */
static bool next_pair(struct pair *p, const char **text)
{
	const char *equals = strchr(*text, '='), *comma = strchr(*text, ',');
	char *end;

	if (equals == NULL || equals == *text || (comma != NULL && comma < equals) || equals[1] < '0' || equals[1] > '9')
		return false;
	*p = (struct pair){.name = *text, .length = (size_t)(equals - *text), .weight = strtoul(equals + 1, &end, 10)};
	*text = *end == ',' ? end + 1 : end;
	return p->weight <= UINT16_MAX && (*end == '\0' || (*end == ',' && end[1] != '\0'));
}

bool weights_valid(const char *text)
{
	struct pair p;

	do
		if (!next_pair(&p, &text))
			return false;
	while (*text != '\0');
	return true;
}

static bool is_named(const char *name, const struct pair *p)
{
	return strlen(name) == p->length && memcmp(name, p->name, p->length) == 0;
}

void weights_apply(struct model *m, const char *text)
{
	struct pair p;

	while (*text != '\0' && next_pair(&p, &text))
		for (unsigned i = 0; i < m->server_count; i++) {
			struct server *s = &m->server[i];
			if ((s->known & KNOWN_WEIGHT) != 0 || (!is_named(s->name, &p) && !is_named(s->address, &p)))
				continue;
			s->weight = s->configured = (uint16_t)p.weight;
			s->known |= KNOWN_WEIGHT;
		}
}

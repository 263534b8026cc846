// SPDX-License-Identifier: BSD-2-Clause
/* One buffer; what is left of it moves to the front when more is needed. */
#include "analyzers/dashboard/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool lines_init(struct lines *l, int fd)
{
	*l = (struct lines){.fd = fd, .buffer = malloc(LINES_LONGEST)};
	return l->buffer != NULL;
}

void lines_fini(struct lines *l)
{
	free(l->buffer);
	*l = (struct lines){.fd = -1};
}

/* False: nothing came. */
static bool fill(struct lines *l)
{
	ssize_t n;

	memmove(l->buffer, l->buffer + l->start, l->end - l->start);
	l->end -= l->start;
	l->start = 0;
	if (l->end == LINES_LONGEST) {
		l->too_long++;
		l->skipping = true;
		l->end = 0;
	}
	do
		n = read(l->fd, l->buffer + l->end, LINES_LONGEST - l->end);
	while (n < 0 && errno == EINTR);
	l->at_end = n == 0;
	if (n <= 0)
		return false;
	l->end += (size_t)n;
	return true;
}

const char *lines_next(struct lines *l, size_t *length)
{
	for (;;) {
		char *line = l->buffer + l->start, *newline = memchr(line, '\n', l->end - l->start);
		if (newline == NULL) {
			if (!fill(l))
				return NULL;
			continue;
		}
		*length = (size_t)(newline - line);
		l->start += *length + 1;
		*newline = '\0';
		if (!l->skipping)
			return line;
		l->skipping = false;
	}
}

void lines_again(struct lines *l, const char *line)
{
	l->buffer[l->start - 1] = '\n';
	l->start = (size_t)(line - l->buffer);
}

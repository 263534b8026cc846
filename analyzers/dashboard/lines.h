// SPDX-License-Identifier: BSD-2-Clause
/* Lines out of a descriptor that may be a file, a growing file or a pipe: whole ones only, of bounded length. */
#ifndef VL_DASHBOARD_LINES_H
#define VL_DASHBOARD_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define LINES_LONGEST 65536

struct lines {
	int fd;
	char *buffer;                   /* LINES_LONGEST */
	size_t start, end;              /* what is in it and not yet given */
	bool at_end;                    /* the last read said so; a growing file may say more later */
	bool skipping;                  /* inside a line that is too long */
	unsigned long long too_long;
};

bool lines_init(struct lines *l, int fd);       /* false: no memory */
void lines_fini(struct lines *l);               /* does not close it */

/* The next whole line, a NUL where its newline was, valid until the next call; NULL: none now. */
const char *lines_next(struct lines *l, size_t *length);
/* Puts the line back that was just given, and nothing since. */
void lines_again(struct lines *l, const char *line);

#endif

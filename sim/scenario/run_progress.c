// SPDX-License-Identifier: BSD-2-Clause
/* A carriage return and "erase to the end of the line": every terminal since the VT100, and nothing else is sent. */
#include "sim/scenario/run_progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void run_progress_begin(struct run_progress *p, size_t total, bool quiet)
{
	const char *type = getenv("TERM");

	*p = (struct run_progress){.total = total};
	p->shown = !quiet && isatty(STDERR_FILENO) == 1 && type != NULL && strcmp(type, "dumb") != 0;
}

static int columns(void)
{
	struct winsize size = {0};

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void run_progress_show(struct run_progress *p, size_t done, size_t bad, const char *name)
{
	char line[256];

	if (!p->shown)
		return;
	int n = snprintf(line, sizeof line, "[%zu/%zu]  ", done, p->total);
	if (bad > 0 && n > 0)
		n += snprintf(line + n, sizeof line - (size_t)n, "%zu failed  ", bad);
	if (n > 0 && (size_t)n < sizeof line)
		snprintf(line + n, sizeof line - (size_t)n, "%s", name);
	/* a line as wide as the terminal would wrap, and could not be wiped */
	fprintf(stderr, "\r%.*s\033[K", columns() - 1, line);
	fflush(stderr);
	p->on_screen = true;
}

void run_progress_wipe(struct run_progress *p)
{
	if (!p->on_screen)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	p->on_screen = false;
}

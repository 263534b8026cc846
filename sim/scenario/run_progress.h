// SPDX-License-Identifier: BSD-2-Clause
/*
 * The status line of a session of runs: one line on stderr that is rewritten, on a terminal only. It is wiped before
 * anything else is printed, so that nothing of it stays in the scrollback.
 */
#ifndef VL_SCENARIO_RUN_PROGRESS_H
#define VL_SCENARIO_RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct run_progress {
	bool shown;                     /* there is a terminal that can rewrite a line */
	bool on_screen;
	size_t total;
};

/* `quiet`: none is wanted. */
void run_progress_begin(struct run_progress *p, size_t total, bool quiet);
void run_progress_show(struct run_progress *p, size_t done, size_t bad, const char *name);
void run_progress_wipe(struct run_progress *p);

#endif

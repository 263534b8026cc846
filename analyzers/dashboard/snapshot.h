// SPDX-License-Identifier: BSD-2-Clause
/*
 * A moment for machines and for people without a screen: `--plain` lines, and what `--once` and `e` write. The same model
 * that the views draw; numbers agree to the digit.
 */
#ifndef VL_DASHBOARD_SNAPSHOT_H
#define VL_DASHBOARD_SNAPSHOT_H

#include <stdio.h>

#include "analyzers/dashboard/ui.h"

enum snapshot_format {
	SNAPSHOT_TEXT = 0,              /* the screen, as text */
	SNAPSHOT_JSON,                  /* viplab.top/1 */
	SNAPSHOT_TSV,
	SNAPSHOT_OPENMETRICS,
	SNAPSHOT_CHECK,                 /* one line, for monitoring systems */
	SNAPSHOT_SVG,                   /* the screen, as a picture */
	SNAPSHOT_HTML,                  /* the screen as text and its numbers as tables: no script, no style */
};

/* What a moment comes to. */
enum snapshot_verdict {
	SNAPSHOT_OK,
	SNAPSHOT_BAD,                   /* a service is stormy, a server is down, IDs collide */
	SNAPSHOT_UNKNOWN,               /* nothing was seen */
};

enum snapshot_verdict snapshot_verdict(const struct model *m, vl_time at);
void snapshot_write(FILE *to, struct ui *u, const struct model *m, enum snapshot_format format);
/* Append-only lines: one a server and one a router, no borders, no colour. */
void snapshot_plain(FILE *to, struct ui *u, const struct model *m);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* The log: newest below, with the cursor counted from the newest. */
#include <stdio.h>
#include <string.h>

#include "analyzers/dashboard/ui.h"

static const char *level_word(enum record_level l)
{
	return l > RECORD_WARN ? "ERROR" : l == RECORD_WARN ? "WARN" : l == RECORD_NOTICE ? "notice" : "info";
}

void view_events(struct grid *g, struct ui *u, const struct model *m, struct band b)
{
	vl_time at = ui_moment(u, m);
	bool wide = g->width >= 60;
	unsigned rows = b.last - b.first - (wide ? 1 : 0), count = 0;
	char clock[CLOCK_TEXT], line[MODEL_NAME + MODEL_TEXT + 2];
	const struct model_event *e, *chosen = NULL;

	u->shown = 0;
	for (uint64_t n = 0; (e = model_event_at(m, at, n)) != NULL && count < u->cursor[VIEW_EVENTS] + rows + 2; n++) {
		snprintf(line, sizeof line, "%s %s", e->where, e->text);
		count += e->level >= u->level && ui_passes(u, line);
	}
	/* below the list: the one under the cursor, whole where a row cuts it */
	unsigned hint = b.last - b.first > 14 ? 3 : b.last - b.first > 6 ? 1 : 0;
	rows = rows > hint ? rows - hint : rows;
	ui_clamp(u, count, rows);
	if (wide)
		grid_text(g, 0, b.first, PAINT_FAINT, m->epoch_ns != 0 ? "TIME         LEVEL  WHERE            WHAT" : "TIME s       LEVEL  WHERE            WHAT");
	if (count == 0)
		grid_text(g, 0, b.first + (wide ? 1 : 0), PAINT_PLAIN, u->filter[0] != '\0' ? "No event passes the filter." : "Nothing has happened yet.");
	unsigned from_newest = 0, shown = count - u->top[VIEW_EVENTS] < rows ? count - u->top[VIEW_EVENTS] : rows;
	unsigned y = b.first + (wide ? 1 : 0) + shown;
	for (uint64_t n = 0; shown > 0 && (e = model_event_at(m, at, n)) != NULL; n++) {
		snprintf(line, sizeof line, "%s %s", e->where, e->text);
		if (e->level < u->level || !ui_passes(u, line) || from_newest++ < u->top[VIEW_EVENTS])
			continue;
		bool here = from_newest - 1 == u->cursor[VIEW_EVENTS];
		y--;
		shown--;
		if (here)
			chosen = e;
		enum paint paint = ui_level_paint(e->level);
		if (wide) {
			grid_print(g, 0, y, PAINT_FAINT, "%12s", ui_clock(clock, m, e->at, true));
			grid_print(g, 13, y, paint, "%-6s", level_word(e->level));
			grid_print(g, 20, y, paint, "%.16s", e->where);
			grid_text(g, 37, y, paint, e->text);
		} else {
			grid_print(g, 0, y, paint, "%s %s %s", ui_clock(clock, m, e->at, false), e->where, e->text);
		}
		if (here)
			grid_paint(g, 0, y, g->width, PAINT_CURSOR);
	}
	if (hint > 0 && chosen != NULL) {
		grid_print(g, 0, b.last - hint, PAINT_TITLE, "> %s %s   [Enter] shows that moment", ui_clock(clock, m, chosen->at, false),
			   chosen->where);
		if (hint > 1)
			grid_wrap(g, 2, b.last - hint + 1, g->width - 2, hint - 1, PAINT_PLAIN, chosen->text);
	}
}

// SPDX-License-Identifier: BSD-2-Clause
/* The IDs 1 to 255 as a map of 16 by 16: which are used, which collide, which are free. */
#include <stdio.h>
#include <string.h>

#include "analyzers/dashboard/ui.h"
#include "analyzers/free_ids.h"

struct about {
	char sign;
	enum paint paint;
};

static bool counts(const struct router *r, const struct ui *u, unsigned id)
{
	return r->id == id && (r->family == 0 || r->family == u->family) && r->class != FINDING_HSRP2 && r->class != FINDING_FGCP;
}

/* HSRP's and GLBP's groups have MACs of their own: they show, but take nothing away. */
static struct about look(const struct ui *u, const struct model *m, unsigned id, bool *used)
{
	vl_time at = ui_moment(u, m);
	const struct model_finding *f = model_worst(m, (uint16_t)id, u->family, at);
	struct about a = {.sign = 0, .paint = PAINT_PLAIN};
	bool ended = false;

	*used = false;
	for (unsigned i = 0; i < m->router_count; i++) {
		const struct router *r = &m->router[i];
		vl_time since;
		if (!counts(r, u, id) || r->changes == 0 || r->change[0].at > at)
			continue;
		enum router_word word = model_router_at(r, at, &since);
		ended = ended || word == ROUTER_SILENT;
		*used = *used || r->class == FINDING_VRRP || r->class == FINDING_CARP;
		if (a.sign == 0 || a.sign == 'H')
			a.sign = r->class == FINDING_VRRP ? 'V' : r->class == FINDING_CARP ? 'C' : 'H';
	}
	if (f != NULL && f->code->severity == FINDING_CONFLICT)
		return (struct about){.sign = 'X', .paint = PAINT_BAD};
	if (f != NULL && strcmp(f->code->name, "flapping") == 0)
		return (struct about){.sign = '~', .paint = PAINT_WARN};
	if (f != NULL && f->code->severity == FINDING_WARNING)
		return (struct about){.sign = 'w', .paint = PAINT_WARN};
	if (a.sign != 0)
		a.paint = ended ? PAINT_FAINT : PAINT_GOOD;
	return a;
}

/* Instead of what is known of one: all that are free, as ranges. */
static void free_panel(struct grid *g, unsigned x, struct band b, const struct model *m, const struct id_set *used)
{
	struct id_range range[128];
	size_t n = free_ids_ranges(range, used), at = 0;
	char text[1024] = "";

	grid_print(g, x, b.first, PAINT_TITLE, "Free (not %s): %zu", m->passive ? "heard" : "used", free_ids_count(used));
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, range[i].first == range[i].last ? "%u " : "%u-%u ", range[i].first,
				       range[i].last);
	if (b.last > b.first + 1)
		grid_wrap(g, x, b.first + 1, g->width - x, b.last - b.first - 1, PAINT_PLAIN, text);
}

static void panel(struct grid *g, unsigned x, struct band b, const struct ui *u, const struct model *m, const struct id_set *used)
{
	unsigned width = g->width - x, y = b.first;
	vl_time at = ui_moment(u, m);
	const struct model_finding *f = model_worst(m, u->id, u->family, at);
	uint8_t best[ID_LAST];
	bool is_used;
	struct about a = look(u, m, u->id, &is_used);

	unsigned end = grid_print(g, x, y, PAINT_TITLE, "ID %u  ", u->id);
	grid_text(g, end, y++, a.paint, a.sign == 'X' ? "X CONFLICT" : a.sign == 'w' ? "w warning" : a.sign == '~' ? "~ unstable" : a.sign != 0 ? "in use" : "not heard");
	if (f != NULL && f->code->severity != FINDING_INFO) {
		char text[160];
		snprintf(text, sizeof text, "%s: %s", f->code->name, f->code->title);
		y += grid_wrap(g, x, y, width, 3, a.paint, text);
	}
	y++;
	for (unsigned i = 0; i < m->router_count && y + 6 < b.last; i++) {
		const struct router *r = &m->router[i];
		if (!counts(r, u, u->id) || r->changes == 0 || r->change[0].at > at)
			continue;
		char who[WHO_TEXT];
		unsigned n = grid_print(g, x, y, PAINT_PLAIN, "%s", ui_who(who, u, r->who));
		if (r->has_priority && width >= 30)
			n = grid_print(g, n, y, PAINT_PLAIN, "  prio %u", r->priority);
		enum router_word word = model_router_at(r, at, NULL);
		grid_print(g, n, y++, word == ROUTER_ACTIVE ? PAINT_GOOD : PAINT_PLAIN, " %s", router_state_text(word));
		if (r->vips[0] != '\0' && y + 6 < b.last)
			grid_print(g, x + 2, y++, PAINT_FAINT, "%s", r->vips);
	}
	y = b.last - 5;
	size_t n = free_ids_best(best, used);
	grid_print(g, x, y++, PAINT_PLAIN, "Free (not %s): %zu", m->passive ? "heard" : "used", free_ids_count(used));
	if (n >= 3)
		grid_print(g, x, y++, PAINT_TITLE, "Suggested: %u %u %u", best[0], best[1], best[2]);
	grid_text(g, x, y++, PAINT_FAINT, "(avoids the defaults");
	grid_text(g, x, y++, PAINT_FAINT, "1, 10, 20, 50, 51, 100)");
	if (m->passive) {
		char heard[AGO_TEXT];
		grid_print(g, x, y, PAINT_FAINT, "heard %s: %s", ui_length(heard, at),
			   at < 123 * VL_S ? "low" : at < 765 * VL_S ? "medium" : "high");
	}
}

void view_ids(struct grid *g, struct ui *u, const struct model *m, struct band b)
{
	struct id_set used = {{false}};
	bool is_used, wide = g->width >= 72;
	unsigned step = g->width >= 56 ? 3 : 2, left = step == 3 ? 7 : 4;

	u->shown = 0;
	if (u->id == 0) {
		/* the newcomer's eye goes to the trouble */
		u->id = 1;
		for (unsigned id = 255; id > 0; id--)
			if (look(u, m, id, &is_used).sign != 0 && look(u, m, u->id, &is_used).sign != 'X')
				u->id = (uint8_t)id;
		for (unsigned id = 255; id > 0; id--)
			if (look(u, m, id, &is_used).sign == 'X')
				u->id = (uint8_t)id;
	}
	for (unsigned c = 0; c < 16 && step == 3; c++)
		grid_right(g, left + c * step + 2, b.first, PAINT_FAINT, "%u", c);
	unsigned top = b.first + (step == 3), rows = b.last > top ? b.last - top : 0, chosen = u->id / 16U;
	unsigned first = rows >= 16 ? 0 : chosen >= rows ? chosen - rows + 1 : 0;
	for (unsigned id = 0; id < 256; id++) {
		struct about a = id > 0 ? look(u, m, id, &is_used) : (struct about){.sign = ' '};
		used.has[id] = id > 0 && is_used;
		unsigned row = id / 16, x = left + id % 16 * step, y = top + row - first;
		if (row < first || row - first >= rows)
			continue;
		if (id % 16 == 0)
			grid_right(g, left - 1, y, PAINT_FAINT, "%u", id);
		if (a.sign == 0)
			grid_put(g, x + 1, y, PAINT_FAINT, u->glyphs == GLYPHS_ASCII ? '.' : 0xb7);
		else
			grid_put(g, x + 1, y, a.paint, (uint32_t)a.sign);
		if (id == u->id) {
			grid_put(g, x, y, PAINT_TITLE, '[');
			grid_put(g, x + 2, y, PAINT_TITLE, ']');
		}
	}
	if (rows >= 17)
		grid_text(g, 0, top + 16, PAINT_FAINT,
			  u->glyphs == GLYPHS_ASCII ? "V VRRP  C CARP  H HSRP/GLBP  X conflict  w warning  ~ unstable  . free"
						    : "V VRRP  C CARP  H HSRP/GLBP  X conflict  w warning  ~ unstable  \u00b7 free");
	if (wide) {
		unsigned x = left + 16 * step + 1;
		unsigned end = top + 16 < b.last ? top + 16 : b.last;
		for (unsigned y = b.first; y < end; y++)
			grid_put(g, x - 1, y, PAINT_FAINT, u->glyphs == GLYPHS_ASCII ? '|' : 0x2502);
		if (u->free_list)
			free_panel(g, x + 1, (struct band){b.first, end}, m, &used);
		else
			panel(g, x + 1, (struct band){b.first, end}, u, m, &used);
	} else if (u->free_list) {
		for (unsigned i = b.first * g->width; i < b.last * g->width; i++)
			g->cell[i] = (struct cell){.character = ' '};
		free_panel(g, 0, b, m, &used);
	}
}

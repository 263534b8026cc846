// SPDX-License-Identifier: BSD-2-Clause
/* Who is Active: a line a router or sender, their timelines, and for each ID what it shares, hands over or collides with. */
#include <stdio.h>
#include <string.h>

#include "analyzers/dashboard/ui.h"

#define TIMELINE_AT 54                  /* column at 80; wider screens give the sender more */

#define LOSS_WIDTH 6

struct timeline {
	unsigned at, cells;
	unsigned loss;                  /* columns of what is lost: of those that are heard, where there is room */
	vl_time cell;
	vl_time end;
};

static bool is_second(const struct model *m, const struct router *r, vl_time at)
{
	vl_time since, other;

	if (model_router_at(r, at, &since) != ROUTER_ACTIVE)
		return false;
	for (unsigned i = 0; i < m->router_count; i++) {
		const struct router *o = &m->router[i];
		if (o == r || !model_same_id(o, r) || model_router_at(o, at, &other) != ROUTER_ACTIVE)
			continue;
		if (other < since || (other == since && o < r))
			return true;
	}
	return false;
}

static void draw_timeline(struct grid *g, unsigned y, const struct timeline *t, const struct model *m, const struct router *r,
			  enum glyphs glyphs)
{
	for (unsigned i = 0; i < t->cells; i++) {
		vl_time back = (t->cells - 1 - i) * t->cell;
		if (back > t->end)
			continue;
		vl_time at = t->end - back;
		bool active = model_router_at(r, at, NULL) == ROUTER_ACTIVE, second = active && is_second(m, r, at);
		if (glyphs == GLYPHS_ASCII)
			grid_put(g, t->at + i, y, second ? PAINT_BAD : active ? PAINT_GOOD : PAINT_FAINT, second ? 'x' : active ? '#' : '.');
		else
			grid_put(g, t->at + i, y, second ? PAINT_BAD : active ? PAINT_GOOD : PAINT_FAINT,
				 second ? 0x2592 : active ? 0x2588 : 0xb7);
	}
}

/* Of the advertisements that its interval promised between its first and its last, those that did not come. */
static void draw_loss(struct grid *g, unsigned end, unsigned y, const struct router *r)
{
	uint64_t came = r->count > 0 ? r->count - 1 : 0;

	if (r->expected == 0 || r->interval == 0) {
		grid_right(g, end, y, PAINT_PLAIN, "-");
		return;
	}
	uint64_t tenths = came >= r->expected ? 0 : ((r->expected - came) * 1000 + r->expected / 2) / r->expected;
	grid_right(g, end, y, tenths >= 50 ? PAINT_WARN : PAINT_PLAIN, "%llu.%llu%%", (unsigned long long)(tenths / 10),
		   (unsigned long long)(tenths % 10));
}

static void draw_router(struct grid *g, unsigned y, const struct timeline *t, const struct model *m, const struct router *r,
			bool first, bool here, const struct ui *u)
{
	vl_time at = ui_moment(u, m), since;
	enum router_word word = model_router_at(r, at, &since);
	char protocol[16], ago[AGO_TEXT], name[WHO_TEXT];
	bool conflict = word == ROUTER_ACTIVE && is_second(m, r, at);
	bool wide = g->width >= 60;

	if (first) {
		grid_text(g, 1, y, PAINT_TITLE, ui_protocol(protocol, r));
		grid_print(g, 7, y, PAINT_TITLE, "%s%u", r->class == FINDING_VRRP || r->class == FINDING_CARP ? "" : "g", r->id);
	}
	grid_put(g, 0, y, PAINT_TITLE, here ? '>' : ' ');
	unsigned who = wide ? t->at - 44 - t->loss : 14;
	grid_print(g, 11, y, here ? PAINT_TITLE : PAINT_PLAIN, "%.*s", (int)who, ui_who(name, u, r->who));
	unsigned x = wide ? t->at - 32 - t->loss : 26;
	if (wide) {
		if (r->has_priority)
			grid_right(g, x + 4, y, PAINT_PLAIN, "%s%u", r->class == FINDING_CARP ? "s" : "", r->priority);
		else
			grid_right(g, x + 4, y, PAINT_PLAIN, "?");
		if (r->interval > 0)
			grid_right(g, x + 9, y, PAINT_PLAIN, "%llu.%llus", (unsigned long long)(r->interval / VL_S),
				   (unsigned long long)(r->interval % VL_S / (100 * VL_MS)));
		else
			grid_right(g, x + 9, y, PAINT_PLAIN, "?");
		if (r->heard && at >= r->last)
			grid_right(g, x + 16, y, PAINT_PLAIN, "%s", ui_length(ago, at - r->last));
		else if (since != VL_NEVER)
			grid_right(g, x + 16, y, PAINT_PLAIN, "%s", ui_length(ago, at - since));
		if (t->loss > 0)
			draw_loss(g, x + 16 + t->loss, y, r);
		x += 18 + t->loss;
	}
	grid_print(g, x, y, conflict ? PAINT_BAD : word == ROUTER_ACTIVE ? PAINT_GOOD : word == ROUTER_OFF || word == ROUTER_SILENT ? PAINT_WARN : PAINT_PLAIN,
		   "%s%s", router_state_text(word), conflict ? "!" : "");
	if (t->cells > 0)
		draw_timeline(g, y, t, m, r, u->glyphs);
}

/* What the routers of the ID say is theirs: once when they agree, else all against all. */
static unsigned draw_addresses(struct grid *g, unsigned x, unsigned y, const struct model *m, const struct router *of)
{
	const char *seen = "";

	for (unsigned i = 0; i < m->router_count; i++) {
		const struct router *r = &m->router[i];
		if (!model_same_id(r, of) || r->vips[0] == '\0' || strcmp(r->vips, seen) == 0)
			continue;
		x = grid_print(g, x, y, PAINT_FAINT, seen[0] == '\0' ? "VIP %s" : " / %s", r->vips);
		seen = r->vips;
	}
	return seen[0] != '\0' ? x + 3 : x;
}

/* Under the routers of an ID: its conflict, or else who handed over to whom. */
static bool draw_about(struct grid *g, unsigned y, const struct model *m, const struct router *r, vl_time at)
{
	const struct model_finding *f = model_worst(m, r->id, r->family, at);
	struct handover h;
	char clock[CLOCK_TEXT], took[VL_TIME_TEXT];
	unsigned x = 6;

	x = draw_addresses(g, x, y, m, r);
	bool conflict = f != NULL && f->code->severity == FINDING_CONFLICT, warning = f != NULL && f->code->severity == FINDING_WARNING;
	if (conflict)
		x = grid_print(g, x, y, PAINT_BAD, "! %s: %s   ", f->code->name, f->code->title);
	else if (model_handover(m, r, at, &h))
		x = grid_print(g, x, y, PAINT_PLAIN, "failover %s -> %s at %s after %s s   ", h.from->who, h.to->who,
			       ui_clock(clock, m, h.at, false), vl_time_format_short(took, h.took));
	if (warning)
		x = grid_print(g, x, y, PAINT_WARN, "w %s", f->code->name);
	return x > 6;
}

static unsigned tell_handover(struct grid *g, unsigned y, unsigned last, const struct model *m, const struct router *r, vl_time at)
{
	struct handover h;
	char text[320], clock[CLOCK_TEXT], took[VL_TIME_TEXT];

	if (!model_handover(m, r, at, &h) || y >= last)
		return y;
	snprintf(text, sizeof text, "ID %u: %s took over from %s at %s, %s s after that was last Active.", r->id, h.to->who,
		 h.from->who, ui_clock(clock, m, h.at, true), vl_time_format_short(took, h.took));
	return y + grid_wrap(g, 0, y, g->width, last - y > 2 ? 2 : last - y, PAINT_PLAIN, text);
}

/* The finding in full: what it is, what to do, where that is set, and as much of the reason as there is room for. */
static void explain(struct grid *g, struct band b, const struct model *m, const struct router *r, vl_time at)
{
	const struct model_finding *f = r != NULL ? model_worst(m, r->id, r->family, at) : NULL;
	char text[1024] = "";
	unsigned y = b.first;

	if (r != NULL && (f == NULL || f->code->severity != FINDING_CONFLICT))
		y = tell_handover(g, y, b.last, m, r, at);
	if (f == NULL || f->code->severity == FINDING_INFO) {
		if (y == b.first && r != NULL)
			grid_text(g, 0, y, PAINT_GOOD, "ok   no conflict known");
		return;
	}
	grid_print(g, 0, y, f->code->severity == FINDING_CONFLICT ? PAINT_BAD : PAINT_WARN, "! ID %u  %s", f->id, f->code->name);
	grid_right(g, g->width, y, PAINT_FAINT, "viplab explain %s", f->code->name);
	y += 1;
	y += grid_wrap(g, 2, y, g->width - 2, b.last > y + 4 ? 3 : 2, PAINT_TITLE, f->detail[0] != '\0' ? f->detail : f->code->title);
	for (unsigned i = 0; i < FINDING_REMEDIES && f->code->remedy[i] != NULL; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i == 0 ? "Remedy: " : " ", f->code->remedy[i]);
	if (y < b.last)
		y += grid_wrap(g, 2, y, g->width - 2, b.last - y > 2 ? 2 : b.last - y, PAINT_TITLE, text);
	text[0] = '\0';
	for (unsigned i = 0; i < FINDING_OPTIONS && f->code->option[i].product != NULL; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s: %s", i == 0 ? "" : "; ", f->code->option[i].product,
			 f->code->option[i].text);
	if (y < b.last && text[0] != '\0')
		y += grid_wrap(g, 4, y, g->width - 4, b.last - y > 4 ? 3 : 1, PAINT_PLAIN, text);
	const struct finding as = {.code = f->code, .class = f->class};
	if (y < b.last)
		grid_wrap(g, 2, y, g->width - 2, b.last - y, PAINT_PLAIN, finding_why(&as));
}

static bool is_shown(const struct ui *u, const struct model *m, const struct router *r)
{
	char text[WHO_TEXT + 32], protocol[16], who[WHO_TEXT];

	if ((r->family != 0 && r->family != u->family) || r->changes == 0 || r->change[0].at > ui_moment(u, m))
		return false;
	snprintf(text, sizeof text, "%s %u %s", ui_protocol(protocol, r), r->id, ui_who(who, u, r->who));
	return ui_passes(u, text);
}

void view_ha(struct grid *g, struct ui *u, const struct model *m, struct band b)
{
	unsigned height = b.last - b.first, explain_lines = height >= 14 ? (height >= 30 ? 11 : 8) : 0;
	unsigned events = height >= 26 ? 6 : 0, count = 0, line = 0;
	unsigned end = b.last - (explain_lines > 0 ? explain_lines + 1 : 0) - (events > 0 ? events + 1 : 0);
	vl_time at = ui_moment(u, m);
	struct timeline t = {.at = g->width >= 60 ? TIMELINE_AT + (g->width >= 110 ? 8 : 4) : g->width,
			     .cell = g->width >= 110 ? 2 * VL_S : 3 * VL_S, .end = at};
	const struct router *selected = NULL, *before = NULL;
	bool found = false;

	if (m->passive && g->width >= 76) {
		t.loss = LOSS_WIDTH;
		t.at += LOSS_WIDTH;
	}
	t.cells = g->width > t.at ? g->width - t.at : 0;
	u->shown = 0;
	for (unsigned i = 0; i < m->router_count; i++) {
		if (!is_shown(u, m, &m->router[i]))
			continue;
		if (!u->moved[VIEW_HA] && !found && is_second(m, &m->router[i], at)) {
			u->cursor[VIEW_HA] = count;
			found = true;
		}
		count++;
	}
	ui_clamp(u, count, end > b.first + 1 ? (end - b.first - 1) / 2 : 1);
	if (count == 0) {
		grid_print(g, 0, b.first, PAINT_PLAIN, "No %s virtual router heard of yet.   (a: the other family)",
			   u->family == IP_V6 ? "IPv6" : "IPv4");
		grid_text(g, 0, b.first + 1, PAINT_PLAIN, m->hint);
		return;
	}
	grid_print(g, 1, b.first, PAINT_FAINT, "PROTO ID  %s", m->passive ? "SENDER" : "ROUTER");
	if (g->width >= 60) {
		grid_right(g, t.at - 28 - t.loss, b.first, PAINT_FAINT, "PRIO");
		grid_right(g, t.at - 23 - t.loss, b.first, PAINT_FAINT, "INT");
		if (t.loss > 0)
			grid_right(g, t.at - 16, b.first, PAINT_FAINT, "LOSS");
		grid_right(g, t.at - 16 - t.loss, b.first, PAINT_FAINT, "%s", m->passive ? "HEARD" : "SINCE");
		grid_print(g, t.at - 14, b.first, PAINT_FAINT, "STATE");
		grid_print(g, t.at, b.first, PAINT_FAINT, "-%llu s", (unsigned long long)(t.cells * t.cell / VL_S));
		grid_right(g, g->width, b.first, PAINT_FAINT, "now");
	}
	unsigned y = b.first + 1;
	for (unsigned i = 0; i < m->router_count; i++) {
		const struct router *r = &m->router[i];
		if (!is_shown(u, m, r))
			continue;
		if (line++ < u->top[VIEW_HA])
			continue;
		bool here = line - 1 == u->cursor[VIEW_HA];
		if (before != NULL && !model_same_id(before, r) && y < end)
			y += draw_about(g, y, m, before, at);
		if (here)
			selected = r;
		if (y < end)
			draw_router(g, y++, &t, m, r, before == NULL || !model_same_id(before, r) || before->class != r->class, here, u);
		before = r;
	}
	if (before != NULL && y < end)
		y += draw_about(g, y, m, before, at);
	if (count > u->page)
		grid_right(g, g->width, end - 1, PAINT_WARN, " line %u of %u", u->cursor[VIEW_HA] + 1, count);
	if (explain_lines > 0) {
		grid_rule(g, end, u->glyphs);
		explain(g, (struct band){end + 1, end + 1 + explain_lines}, m, selected, at);
	}
	if (events > 0) {
		grid_rule(g, end + 1 + explain_lines, u->glyphs);
		ui_event_tail(g, u, m, (struct band){b.last - events, b.last});
	}
}

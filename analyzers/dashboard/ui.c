// SPDX-License-Identifier: BSD-2-Clause
/* The frame around the views, and what they share. */
#include "analyzers/dashboard/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool ui_init(struct ui *u)
{
	*u = (struct ui){.follow = true, .refresh = VL_S, .family = IP_V4, .level = RECORD_NOTICE, .glyphs = GLYPHS_BLOCKS,
			 .wanted_glyphs = GLYPHS_BLOCKS, .own_glyphs = GLYPHS_BLOCKS, .speed_percent = 100};
	u->table = calloc(MODEL_SERVERS, sizeof *u->table);
	u->order = calloc(MODEL_SERVERS, sizeof *u->order);
	return u->table != NULL && u->order != NULL;
}

void ui_free(struct ui *u)
{
	free(u->table);
	free(u->order);
	*u = (struct ui){0};
}

vl_time ui_moment(const struct ui *u, const struct model *m)
{
	return u->follow || u->at > m->now ? m->now : u->at;
}

/* --- shared ------------------------------------------------------------------------------------------------- */

char *ui_length(char text[AGO_TEXT], vl_time t)
{
	unsigned long long s = (unsigned long long)(t / VL_S);

	if (t == VL_NEVER)
		snprintf(text, AGO_TEXT, "?");
	else if (t < 10 * VL_S)
		snprintf(text, AGO_TEXT, "%llu.%llu s", s, (unsigned long long)(t % VL_S / (100 * VL_MS)));
	else if (s < 120)
		snprintf(text, AGO_TEXT, "%llu s", s);
	else if (s < 7200)
		snprintf(text, AGO_TEXT, "%llu min %llu s", s / 60, s % 60);
	else
		snprintf(text, AGO_TEXT, "%llu h %llu min", s / 3600, s / 60 % 60);
	return text;
}

char *ui_clock(char text[CLOCK_TEXT], const struct model *m, vl_time at, bool fine)
{
	unsigned ms = (unsigned)(at % VL_S / VL_MS);

	if (m->epoch_ns == 0) {
		if (fine)
			snprintf(text, CLOCK_TEXT, "%llu.%03u", (unsigned long long)(at / VL_S), ms);
		else
			snprintf(text, CLOCK_TEXT, "t=%llu.%us", (unsigned long long)(at / VL_S), ms / 100);
		return text;
	}
	uint64_t wall = (uint64_t)m->epoch_ns + at;
	time_t seconds = (time_t)(wall / VL_S);
	struct tm tm = {0};
	localtime_r(&seconds, &tm);
	if (fine)
		snprintf(text, CLOCK_TEXT, "%02d:%02d:%02d.%03u", tm.tm_hour, tm.tm_min, tm.tm_sec,
			 (unsigned)(wall % VL_S / VL_MS));
	else
		snprintf(text, CLOCK_TEXT, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
	return text;
}

/* Any of the words between bars stands in the text, whatever the case of ASCII letters. */
static bool has(const char *text, const char *word, size_t length)
{
	for (; *text != '\0'; text++)
		if (strncasecmp(text, word, length) == 0)
			return true;
	return length == 0;
}

bool ui_passes(const struct ui *u, const char *text)
{
	const char *word = u->filter;

	if (*word == '\0')
		return true;
	for (;;) {
		size_t n = strcspn(word, "|");
		if (n > 0 && has(text, word, n))
			return true;
		if (word[n] == '\0')
			return false;
		word += n + 1;
	}
}

enum paint ui_level_paint(enum record_level level)
{
	return level > RECORD_WARN ? PAINT_BAD : level == RECORD_WARN ? PAINT_WARN : PAINT_PLAIN;
}

void ui_event_tail(struct grid *g, const struct ui *u, const struct model *m, struct band b)
{
	vl_time at = ui_moment(u, m);
	unsigned y = b.last;
	char clock[CLOCK_TEXT];
	const struct model_event *e;

	for (uint64_t n = 0; y > b.first && (e = model_event_at(m, at, n)) != NULL; n++) {
		if (e->level < RECORD_NOTICE)
			continue;
		y--;
		unsigned x = grid_print(g, 0, y, PAINT_FAINT, "%8s ", ui_clock(clock, m, e->at, false));
		x = grid_print(g, x, y, ui_level_paint(e->level), "%s ", e->where);
		grid_text(g, x, y, ui_level_paint(e->level), e->text);
	}
}

const char *ui_protocol(char text[16], const struct router *r)
{
	if (r->class == FINDING_VRRP && r->version != 0)
		snprintf(text, 16, "vrrp%u", r->version);
	else
		snprintf(text, 16, "%s", finding_class_word(r->class));
	return text;
}

char *ui_who(char text[WHO_TEXT], const struct ui *u, const char *who)
{
	const char *name = u->name_of != NULL ? u->name_of(u->names, who) : NULL;

	snprintf(text, WHO_TEXT, name != NULL ? "%s %s" : "%s", who, name);
	return text;
}

void ui_clamp(struct ui *u, unsigned count, unsigned page)
{
	unsigned *cursor = &u->cursor[u->view], *top = &u->top[u->view];

	u->page = page;
	if (*cursor >= count)
		*cursor = count > 0 ? count - 1 : 0;
	if (*cursor < *top)
		*top = *cursor;
	if (page > 0 && *cursor >= *top + page)
		*top = *cursor - page + 1;
	if (*top + page > count)
		*top = count > page ? count - page : 0;
}

/* --- the frame ---------------------------------------------------------------------------------------------- */

static const char *const view_name[] = {"Servers", "HA", "IDs", "Events"};

static void title(struct grid *g, const struct ui *u, const struct model *m)
{
	unsigned x = grid_text(g, 0, 0, PAINT_TITLE, "viplab top  ");

	if (u->view == VIEW_HELP) {
		grid_text(g, x, 0, PAINT_TITLE, "help");
		grid_right(g, g->width, 0, PAINT_PLAIN, "%u/2   PgDn more   q or Esc back", u->help_page + 1);
		return;
	}
	if (u->view == VIEW_SERVERS && u->service < m->service_count) {
		const struct service *s = &m->service[u->service];
		x = grid_print(g, x, 0, PAINT_TITLE, "%s", s->name);
		x = grid_print(g, x, 0, PAINT_PLAIN, "%s%s  %s", s->address[0] != '\0' ? " " : "", s->address, s->scheduler);
		if (g->width >= 100 && s->persistence[0] != '\0')
			x = grid_print(g, x, 0, PAINT_PLAIN, "  persistence %s", s->persistence);
	} else {
		x = grid_text(g, x, 0, PAINT_TITLE, m->title);
	}
	size_t n = strlen(m->source);
	if (x + n + 2 <= g->width)
		grid_right(g, g->width, 0, PAINT_PLAIN, "%s%s%s", g->width >= 100 ? m->product : "",
			   g->width >= 100 && m->product[0] != '\0' ? "  " : "", m->source);
}

/* The first word of line 2 is the mode, always. */
static unsigned mode(struct grid *g, const struct ui *u, const struct model *m)
{
	char text[AGO_TEXT];
	vl_time at = ui_moment(u, m);

	if (!u->follow)
		return grid_print(g, 0, 1, PAINT_WARN, "PAUSED %s behind", ui_length(text, m->now - at));
	if (m->trouble[0] != '\0' && m->stale != VL_NEVER)
		return grid_print(g, 0, 1, PAINT_BAD, "STALE %s", ui_length(text, m->now > m->stale ? m->now - m->stale : 0));
	if (u->recorded && m->at_end)
		return grid_print(g, 0, 1, PAINT_TITLE, "END");
	if (u->recorded)
		return grid_print(g, 0, 1, PAINT_TITLE, u->speed_percent == 100 ? "REPLAY" : "REPLAY x%u.%02u",
				  u->speed_percent / 100, u->speed_percent % 100);
	return grid_text(g, 0, 1, PAINT_GOOD, "LIVE");
}

static void status_servers(struct grid *g, unsigned x, struct ui *u, const struct model *m, uint64_t index)
{
	unsigned count[16] = {0}, all = 0;
	uint64_t active = 0, fresh = 0;
	bool active_known = false;

	for (unsigned i = 0; i < m->server_count; i++) {
		const struct sample *s = m->server[i].service == u->service ? model_sample_of(&m->server[i], index, m) : NULL;
		if (s == NULL)
			continue;
		all++;
		count[s->state]++;
		active += s->active;
		active_known = active_known || (m->server[i].known & KNOWN_ACTIVE) != 0;
		fresh += model_fresh(m, &m->server[i], index, MODEL_WINDOW, NULL);
	}
	x = grid_print(g, x, 1, PAINT_PLAIN, "  %u server%s:", all, all == 1 ? "" : "s");
	for (unsigned w = STATE_UNKNOWN; w <= STATE_SILENT; w++)
		if (count[w] > 0)
			x = grid_print(g, x, 1, w == STATE_DOWN ? PAINT_BAD : PAINT_PLAIN, " %u %s", count[w],
				       w == STATE_RAMP ? "ramping" : server_state_text((enum server_word)w));
	if (active_known)
		x = grid_print(g, x, 1, PAINT_PLAIN, "  active %llu", (unsigned long long)active);
	else
		x = grid_text(g, x, 1, PAINT_PLAIN, "  active ?");
	grid_print(g, x, 1, PAINT_PLAIN, "  new %llu/s", (unsigned long long)(fresh * VL_S / (MODEL_WINDOW * m->interval)));
}

static void status_ids(struct grid *g, unsigned x, const struct model *m, vl_time at)
{
	unsigned conflicts = 0, warnings = 0, senders = 0, ids = 0;

	for (unsigned i = 0; i < m->router_count; i++) {
		bool first = true;
		if (m->router[i].changes == 0 || m->router[i].change[0].at > at)
			continue;
		senders++;
		for (unsigned k = 0; k < i; k++)
			first = first && !model_same_id(&m->router[i], &m->router[k]);
		ids += first;
	}
	for (unsigned i = 0; i < m->finding_count; i++) {
		if (!model_finding_holds(m, &m->finding[i], at))
			continue;
		conflicts += m->finding[i].code->severity == FINDING_CONFLICT;
		warnings += m->finding[i].code->severity == FINDING_WARNING;
	}
	x = grid_print(g, x, 1, PAINT_PLAIN, "  %u ID%s, %u %s%s", ids, ids == 1 ? "" : "s", senders,
		       m->passive ? "sender" : "router", senders == 1 ? "" : "s");
	if (conflicts > 0)
		x = grid_print(g, x, 1, PAINT_BAD, ", %u CONFLICT%s", conflicts, conflicts == 1 ? "" : "S");
	if (warnings > 0)
		grid_print(g, x, 1, PAINT_WARN, ", %u warning%s", warnings, warnings == 1 ? "" : "s");
}

static void status(struct grid *g, struct ui *u, const struct model *m)
{
	char clock[CLOCK_TEXT];
	vl_time at = ui_moment(u, m);
	unsigned x = mode(g, u, m);

	if (m->trouble[0] != '\0')
		grid_print(g, x, 1, PAINT_BAD, "  %s", m->trouble);
	else if (u->view == VIEW_SERVERS && m->service_count > 0)
		status_servers(g, x, u, m, model_sample_at(m, at));
	else if (u->view == VIEW_EVENTS)
		grid_print(g, x, 1, PAINT_PLAIN, "  %llu events%s%s", (unsigned long long)m->events,
			   u->filter[0] != '\0' ? "  filter: " : "", u->filter);
	else
		status_ids(g, x, m, at);
	if (g->width >= 40)
		grid_right(g, g->width, 1, PAINT_PLAIN, "  %s +%llus", ui_clock(clock, m, at, false),
			   (unsigned long long)(u->refresh < VL_S ? 1 : u->refresh / VL_S));
}

static void tabs(struct grid *g, const struct ui *u, const struct model *m)
{
	unsigned x = 0;

	for (unsigned i = 0; i < 4; i++) {
		bool here = u->view == (enum view)i;
		x = grid_print(g, x, 2, here ? PAINT_TITLE : PAINT_PLAIN, here ? "[%u %s]" : " %u %s ", i + 1, view_name[i]);
	}
	static const char *const metrics[] = {"new conns", "active", "bytes"};
	static const char *const sorts[] = {"worst first", "by name", "by active", "by new/s", "by state"};
	char text[96];
	switch (u->view) {
	case VIEW_SERVERS:
		snprintf(text, sizeof text, "bar = share of %s, %llu s (m)  %s", metrics[u->metric],
			 (unsigned long long)(MODEL_WINDOW * m->interval / VL_S), sorts[u->sort]);
		break;
	case VIEW_IDS:
		snprintf(text, sizeof text, "row + column = ID   %s (a)", u->family == IP_V6 ? "IPv6" : "IPv4");
		break;
	case VIEW_EVENTS:
		snprintf(text, sizeof text, "level >= %s (L)", u->level >= RECORD_WARN ? "warn" : u->level == RECORD_NOTICE ? "notice" : "info");
		break;
	case VIEW_HA:
	case VIEW_HELP:
	case VIEW_COUNT:
	default:
		text[0] = '\0';
	}
	if (x + strlen(text) < g->width)
		grid_right(g, g->width, 2, PAINT_FAINT, "%s", text);
}

static void keys(struct grid *g, const struct ui *u)
{
	static const char *const common[] = {"q quit", "? help", "Space pause", "[ ] step", "F live", "/ filter"},
				 *const own[][8] = {
					 [VIEW_SERVERS] = {"s sort", "m metric", "v VIP", "! bad", "e save"},
					 [VIEW_HA] = {"Enter detail", "a IPv4/6", "e save"},
					 [VIEW_IDS] = {"hjkl move", "f free", "a IPv4/6", "e save"},
					 [VIEW_EVENTS] = {"Enter go there", "L level", "e save"},
				 };
	unsigned y = g->height - 1, x = 0;

	if (u->prompt == PROMPT_FILTER) {
		grid_print(g, 0, y, PAINT_TITLE, "/%s_   Enter takes it, Esc clears; a|b is either", u->typed);
		return;
	}
	if (u->message[0] != '\0') {
		grid_text(g, 0, y, PAINT_TITLE, u->message);
		return;
	}
	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
		if (x + strlen(common[i]) <= g->width)
			x = grid_text(g, x, y, PAINT_FAINT, common[i]) + 1;
	if (u->simulated) {
		static const char *const sim[] = {"R again", "< > pace", "x fault"};
		for (size_t i = 0; i < 3; i++)
			if (x + strlen(sim[i]) <= g->width)
				x = grid_text(g, x, y, PAINT_FAINT, sim[i]) + 1;
	}
	for (size_t i = 0; u->view < VIEW_HELP && own[u->view][i] != NULL; i++)
		if (x + strlen(own[u->view][i]) <= g->width)
			x = grid_text(g, x, y, PAINT_FAINT, own[u->view][i]) + 1;
}

/* A list over the view: what may be done to a simulation. */
static void fault_list(struct grid *g, const struct ui *u)
{
	unsigned y = 4, x = g->width > 50 ? 8 : 0, width = g->width > 50 ? 44 : g->width;

	grid_print(g, x, y, PAINT_TITLE, "%-*s", (int)width, " A fault, now (j k choose, Enter, Esc):");
	for (unsigned i = u->choice > 10 ? u->choice - 10 : 0; u->fault_name != NULL && y + 3 < g->height; i++) {
		const char *name = u->fault_name(u->source, i);
		if (name == NULL)
			break;
		grid_print(g, x, ++y, i == u->choice ? PAINT_CURSOR : PAINT_PLAIN, "%c%-*s", i == u->choice ? '>' : ' ',
			   (int)width - 1, name);
	}
}

void ui_draw(struct grid *g, struct ui *u, const struct model *m)
{
	grid_clear(g);
	if (g->width < 20 || g->height < 4) {
		view_tiny(g, u, m);
		return;
	}
	bool rules = g->height >= 20;
	struct band b = {.first = rules ? 4 : g->height >= 10 ? 3 : 2, .last = g->height - (rules ? 2 : 1)};

	title(g, u, m);
	if (u->view != VIEW_HELP) {
		status(g, u, m);
		if (b.first >= 3)
			tabs(g, u, m);
	}
	if (rules) {
		grid_rule(g, u->view == VIEW_HELP ? 1 : 3, u->glyphs);
		grid_rule(g, b.last, u->glyphs);
	}
	switch (u->view) {
	case VIEW_SERVERS:
		view_servers(g, u, m, b);
		break;
	case VIEW_HA:
		view_ha(g, u, m, b);
		break;
	case VIEW_IDS:
		view_ids(g, u, m, b);
		break;
	case VIEW_EVENTS:
		view_events(g, u, m, b);
		break;
	case VIEW_HELP:
	case VIEW_COUNT:
	default:
		view_help(g, u, (struct band){.first = 2, .last = b.last});
		break;
	}
	if (u->prompt == PROMPT_FAULT)
		fault_list(g, u);
	keys(g, u);
}

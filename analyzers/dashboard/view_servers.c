// SPDX-License-Identifier: BSD-2-Clause
/* Connections per server against the fair share; the sentence that explains what is wrong; history where there is room. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/dashboard/ui.h"

/* --- which servers, in which order --------------------------------------------------------------------------- */

/* qsort has no context: what the comparison needs stands beside the index. */
struct key {
	uint64_t rank;                  /* higher first */
	const char *name;
	unsigned server;
};

static int compare(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? 1 : -1;
	int by_name = strcmp(x->name, y->name);
	return by_name != 0 ? by_name : x->server < y->server ? -1 : 1;
}

static bool is_bad(const struct share *s)
{
	return s->sample != NULL && (s->sign == '+' || s->sign == '-' || s->sample->state != STATE_UP);
}

static uint64_t rank(enum ui_sort sort, const struct share *s)
{
	static const uint8_t state[] = {4, 1, 3, 3, 2, 9, 1, 8, 7};

	if (s->sample == NULL)
		return 0;
	switch (sort) {
	case SORT_FAIR:
		return s->sign == '=' || s->sign == ' ' ? 0 : s->percent >= 100 ? s->percent - 100U : 100U - s->percent;
	case SORT_ACTIVE:
		return s->sample->active;
	case SORT_NEW:
		return s->fresh;
	case SORT_STATE:
		return state[s->sample->state];
	case SORT_NAME:
	case SORT_COUNT:
	default:
		return 0;
	}
}

/* Few enough to see at once keep their places: only a list that does not fit is sorted by trouble. */
static void choose(struct ui *u, const struct model *m, unsigned rows)
{
	static struct key keys[MODEL_SERVERS];
	unsigned n = 0;

	for (unsigned i = 0; i < m->server_count; i++) {
		const struct server *s = &m->server[i];
		if (s->service != u->service || u->table[i].sample == NULL || !ui_passes(u, s->name) ||
		    (u->only_bad && !is_bad(&u->table[i])))
			continue;
		keys[n++] = (struct key){.name = s->name, .server = i};
	}
	enum ui_sort sort = u->sort == SORT_FAIR && n <= rows ? SORT_NAME : u->sort;
	for (unsigned i = 0; i < n; i++)
		keys[i].rank = rank(sort, &u->table[keys[i].server]);
	qsort(keys, n, sizeof keys[0], compare);
	u->shown = n;
	for (unsigned i = 0; i < n; i++)
		u->order[i] = keys[u->reverse ? n - 1 - i : i].server;
}

/* --- columns -------------------------------------------------------------------------------------------------- */

enum column {
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_WEIGHT,
	COLUMN_ACTIVE,
	COLUMN_BAR,
	COLUMN_FAIR,
	COLUMN_NEW,
	COLUMN_PERSIST,
	COLUMN_TABLE,
	COLUMN_RESPONSE,
	COLUMN_TREND,
	COLUMNS,
};

struct columns {
	unsigned width[COLUMNS];        /* 0: not shown; with the space behind it */
	unsigned at[COLUMNS];
};

/* Room for "100 (37)" where a server starts slowly, or may: nothing moves when it does. */
static unsigned weight_width(const struct model *m, const struct ui *u)
{
	bool ramps = m->service[u->service].slow_start;
	unsigned digits = 3;

	for (unsigned i = 0; i < u->shown; i++) {
		const struct sample *at = u->table[u->order[i]].sample;
		ramps = ramps || ((m->server[u->order[i]].known & KNOWN_WEIGHT) != 0 && at->weight != at->configured);
		digits = at->configured > 9999 ? 5 : at->configured > 999 && digits < 4 ? 4 : digits;
	}
	return ramps ? 2 * digits + 4 : 8;
}

/* Least wanted first goes; what is left over widens bar and trend. */
static void plan(struct columns *c, unsigned width, const struct model *m, const struct ui *u)
{
	static const uint8_t least[COLUMNS] = {9, 10, 8, 7, 15, 8, 8, 5, 7, 7, 6};
	static const uint8_t goes[] = {COLUMN_TABLE, COLUMN_RESPONSE, COLUMN_TREND, COLUMN_PERSIST, COLUMN_WEIGHT,
				       COLUMN_ACTIVE, COLUMN_BAR, COLUMN_NEW};
	unsigned sum = 1, longest = 8;

	for (unsigned i = 0; i < u->shown; i++) {
		unsigned n = (unsigned)strlen(m->server[u->order[i]].name);
		longest = n > longest ? n : longest;
	}
	for (unsigned i = 0; i < COLUMNS; i++)
		sum += c->width[i] = least[i];
	unsigned most = width >= 80 ? width / 5 : 10;
	c->width[COLUMN_NAME] = (longest < most ? longest : most) + 1;
	c->width[COLUMN_WEIGHT] = weight_width(m, u);
	sum += c->width[COLUMN_NAME] + c->width[COLUMN_WEIGHT] - least[COLUMN_NAME] - least[COLUMN_WEIGHT];
	for (size_t i = 0; i < sizeof goes && sum > width; i++) {
		sum -= c->width[goes[i]];
		c->width[goes[i]] = 0;
	}
	unsigned rest = width > sum ? width - sum : 0;
	if (c->width[COLUMN_BAR] > 0) {
		unsigned more = rest > 30 ? 15 + (rest - 30) / 4 : rest * 2 / 3;
		more = more > 45 ? 45 : more;
		c->width[COLUMN_BAR] += more;
		rest -= more;
	}
	if (c->width[COLUMN_TREND] > 0)
		c->width[COLUMN_TREND] += rest;
	unsigned x = 1;
	for (unsigned i = 0; i < COLUMNS; i++) {
		c->at[i] = x;
		x += c->width[i];
	}
}

static void header(struct grid *g, unsigned y, const struct columns *c, vl_time interval)
{
	static const char *const name[COLUMNS] = {"SERVER", "STATE", "WEIGHT", "ACTIVE", "0%", "xFAIR", "NEW/S", "PER", "TABLE", "RESP", ""};
	static const bool right[COLUMNS] = {false, false, true, true, false, true, true, true, true, true, false};

	for (unsigned i = 0; i < COLUMNS; i++) {
		if (c->width[i] == 0)
			continue;
		if (right[i])
			grid_right(g, c->at[i] + c->width[i] - 1, y, PAINT_FAINT, "%s", name[i]);
		else
			grid_text(g, c->at[i], y, PAINT_FAINT, name[i]);
	}
	if (c->width[COLUMN_BAR] > 0)
		grid_right(g, c->at[COLUMN_BAR] + c->width[COLUMN_BAR] - 1, y, PAINT_FAINT, "| fair  100%%");
	if (c->width[COLUMN_TREND] > 4)
		grid_print(g, c->at[COLUMN_TREND], y, PAINT_FAINT, "last %llus",
			   (unsigned long long)(c->width[COLUMN_TREND] * interval / VL_S));
}

/* The largest new/s of the stretch that sparklines show: one scale for all rows. */
static uint64_t trend_scale(const struct ui *u, const struct model *m, uint64_t index, unsigned columns)
{
	uint64_t most = 1;

	if (u->fixed_scale != 0)
		return u->fixed_scale;
	for (unsigned i = 0; i < u->shown; i++)
		for (unsigned k = 0; k < columns && k <= index; k++) {
			const struct sample *s = model_sample_of(&m->server[u->order[i]], index - k, m);
			most = s != NULL && s->fresh > most ? s->fresh : most;
		}
	return most;
}

/* The logarithm to base 2 in eighths, and one more: 0 of 0. */
static uint64_t logarithm(uint64_t n)
{
	unsigned k = 0;

	if (n == 0)
		return 0;
	while (n >> k > 1)
		k++;
	return k * 8 + ((k >= 3 ? n >> (k - 3) : n << (3 - k)) & 7) + 1;
}

static void trend(struct grid *g, unsigned x, unsigned y, unsigned columns, const struct server *s, const struct model *m,
		  uint64_t index, uint64_t scale, const struct ui *u)
{
	for (unsigned k = 0; k < columns; k++) {
		unsigned back = columns - 1 - k;
		const struct sample *at = back <= index ? model_sample_of(s, index - back, m) : NULL;
		if (at != NULL)
			grid_put(g, x + k, y, PAINT_BAR,
				 u->logarithmic ? grid_spark(logarithm(at->fresh), logarithm(scale), u->glyphs)
						: grid_spark(at->fresh, scale, u->glyphs));
	}
}

static enum paint state_paint(enum server_word w)
{
	return w == STATE_DOWN || w == STATE_REFUSES || w == STATE_SILENT ? PAINT_BAD
	       : w == STATE_UP || w == STATE_ANSWERS			  ? PAINT_GOOD
									  : PAINT_WARN;
}

static const char *mark(const struct server *s, uint16_t what)
{
	return (s->known & what) == 0 ? "?" : (s->known & ESTIMATED) != 0 ? "~" : "";
}

static uint64_t tenths_per_second(uint64_t n, const struct model *m)
{
	return n * 10 * VL_S / (MODEL_WINDOW * m->interval);
}

static void draw_fair(struct grid *g, unsigned end, unsigned y, const struct share *h)
{
	bool bad = (h->sample->flags & SAMPLE_STORM) != 0;

	if (h->sign == ' ')
		grid_right(g, end, y, PAINT_PLAIN, "- ");
	else
		grid_right(g, end, y, bad ? PAINT_BAD : h->sign == '+' ? PAINT_WARN : PAINT_PLAIN, "x%u.%02u%c", h->percent / 100,
			   h->percent % 100, h->sign);
}

struct row {
	const struct model *m;
	const struct server *s;
	const struct share *share;
	uint64_t index;
	uint64_t active_all, kib_all, scale;
};

static void draw_numbers(struct grid *g, unsigned y, const struct columns *c, const struct row *r)
{
	const struct sample *at = r->share->sample;
	const struct server *s = r->s;
	uint64_t rate = tenths_per_second(r->share->fresh, r->m);

#define END(column) (c->at[column] + c->width[column] - 1)
	if (c->width[COLUMN_WEIGHT] > 0 && (s->known & KNOWN_WEIGHT) == 0)
		grid_right(g, END(COLUMN_WEIGHT), y, PAINT_PLAIN, "?");
	else if (c->width[COLUMN_WEIGHT] > 0 && at->weight != at->configured)
		grid_right(g, END(COLUMN_WEIGHT), y, PAINT_PLAIN, "%u (%u)", at->configured, at->weight);
	else if (c->width[COLUMN_WEIGHT] > 0)
		grid_right(g, END(COLUMN_WEIGHT), y, PAINT_PLAIN, "%u", at->weight);
	if (c->width[COLUMN_ACTIVE] > 0 && (s->known & KNOWN_ACTIVE) == 0)
		grid_right(g, END(COLUMN_ACTIVE), y, PAINT_PLAIN, "?");
	else if (c->width[COLUMN_ACTIVE] > 0)
		grid_right(g, END(COLUMN_ACTIVE), y, PAINT_PLAIN, "%s%u", mark(s, KNOWN_ACTIVE), at->active);
	if (c->width[COLUMN_NEW] > 0)
		grid_right(g, END(COLUMN_NEW), y, PAINT_PLAIN, "%llu.%llu", (unsigned long long)(rate / 10),
			   (unsigned long long)(rate % 10));
	if (c->width[COLUMN_PERSIST] > 0 && (s->known & KNOWN_POLICY) == 0)
		grid_right(g, END(COLUMN_PERSIST), y, PAINT_PLAIN, "?");
	else if (c->width[COLUMN_PERSIST] > 0 && r->share->fresh == 0)
		grid_right(g, END(COLUMN_PERSIST), y, PAINT_PLAIN, "-");
	else if (c->width[COLUMN_PERSIST] > 0)
		grid_right(g, END(COLUMN_PERSIST), y, PAINT_PLAIN, "%llu%%",
			   (unsigned long long)((r->share->fresh - (r->share->policy < r->share->fresh ? r->share->policy : r->share->fresh)) *
						100 / r->share->fresh));
	if (c->width[COLUMN_TABLE] > 0 && (s->known & KNOWN_ENTRIES) != 0)
		grid_right(g, END(COLUMN_TABLE), y, PAINT_PLAIN, "%u", at->entries);
	else if (c->width[COLUMN_TABLE] > 0)
		grid_right(g, END(COLUMN_TABLE), y, PAINT_PLAIN, "?");
	if (c->width[COLUMN_RESPONSE] > 0 && (s->known & KNOWN_RESPONSE) != 0)
		grid_right(g, END(COLUMN_RESPONSE), y, PAINT_PLAIN, "%ums", at->response_ms);
	else if (c->width[COLUMN_RESPONSE] > 0)
		grid_right(g, END(COLUMN_RESPONSE), y, PAINT_PLAIN, "?");
}

/* Bars of active connections and of bytes have the fair mark at the weight's part of all of them. */
static void draw_bar(struct grid *g, unsigned y, const struct columns *c, const struct row *r, const struct ui *u)
{
	uint64_t value = r->share->share_ppm, whole = 1000000;

	if (u->metric == METRIC_ACTIVE) {
		value = r->share->sample->active;
		whole = r->active_all;
	} else if (u->metric == METRIC_BYTES) {
		value = model_kib(r->m, r->s, r->index, MODEL_WINDOW);
		whole = r->kib_all;
		if ((r->s->known & KNOWN_BYTES) == 0) {
			grid_text(g, c->at[COLUMN_BAR], y, PAINT_PLAIN, "?");
			return;
		}
	}
	uint64_t fair = r->share->fair_ppm > 0 ? r->share->fair_ppm * whole / 1000000 : UINT64_MAX;
	grid_bar(g, c->at[COLUMN_BAR], y, c->width[COLUMN_BAR] - 1, value, fair, whole > 0 ? whole : 1, u->glyphs);
}

static void draw_row(struct grid *g, unsigned y, const struct columns *c, const struct row *r, const struct ui *u, bool here)
{
	const struct sample *at = r->share->sample;
	char state[16];

	if (at->state == STATE_RAMP && at->weight < at->configured)
		snprintf(state, sizeof state, "ramp %u%%", (unsigned)at->weight * 100U / at->configured);
	else
		snprintf(state, sizeof state, "%s%s", server_state_text((enum server_word)at->state),
			 at->state >= STATE_ANSWERS ? "~" : "");
	grid_put(g, 0, y, PAINT_TITLE, here ? '>' : ' ');
	grid_print(g, c->at[COLUMN_NAME], y, here ? PAINT_TITLE : PAINT_PLAIN, "%.*s", (int)c->width[COLUMN_NAME] - 1, r->s->name);
	grid_text(g, c->at[COLUMN_STATE], y, state_paint((enum server_word)at->state), state);
	if (c->width[COLUMN_BAR] > 0)
		draw_bar(g, y, c, r, u);
	draw_fair(g, c->at[COLUMN_FAIR] + c->width[COLUMN_FAIR] - 1, y, r->share);
	draw_numbers(g, y, c, r);
	if (c->width[COLUMN_TREND] > 0)
		trend(g, c->at[COLUMN_TREND], y, c->width[COLUMN_TREND], r->s, r->m, r->index, r->scale, u);
}

/* --- below the list -------------------------------------------------------------------------------------------- */

static unsigned describe(struct grid *g, unsigned y, unsigned last, const struct model *m, const struct server *s,
			 const struct share *h, uint64_t index)
{
	char ago[AGO_TEXT], before[AGO_TEXT];
	vl_time at = m->sampled_at[index % MODEL_SAMPLES];
	const struct sample *now = h->sample;

	if (y >= last)
		return y;
	unsigned x = grid_print(g, 0, y, PAINT_TITLE, "%s", s->name);
	x = grid_print(g, x, y, PAINT_PLAIN, "%s%s   %s", s->address[0] != '\0' ? "  " : "", s->address,
		       server_state_text((enum server_word)now->state));
	if (s->since != VL_NEVER && s->since <= at && s->before != STATE_UNKNOWN && s->state == (enum server_word)now->state) {
		x = grid_print(g, x, y, PAINT_PLAIN, " %s (before: %s", ui_length(ago, at - s->since), server_state_text(s->before));
		if (s->before_since != VL_NEVER)
			x = grid_print(g, x, y, PAINT_PLAIN, " %s", ui_length(before, s->since - s->before_since));
		x = grid_text(g, x, y, PAINT_PLAIN, ")");
	}
	if (s->check[0] != '\0')
		grid_print(g, x, y, PAINT_PLAIN, "   check %s", s->check);
	if (++y >= last)
		return y;
	uint64_t all = tenths_per_second(h->fresh, m), policy = tenths_per_second(h->policy, m);
	x = grid_print(g, 5, y, PAINT_PLAIN, "new %llu.%llu/s", (unsigned long long)(all / 10), (unsigned long long)(all % 10));
	if ((s->known & KNOWN_POLICY) != 0 && policy <= all)
		x = grid_print(g, x, y, PAINT_PLAIN, " = %llu.%llu by policy + %llu.%llu by persistence", (unsigned long long)(policy / 10),
			       (unsigned long long)(policy % 10), (unsigned long long)((all - policy) / 10),
			       (unsigned long long)((all - policy) % 10));
	if ((s->known & KNOWN_ACTIVE) != 0)
		x = grid_print(g, x, y, PAINT_PLAIN, "   active %s%u", mark(s, KNOWN_ACTIVE), now->active);
	if (s->has_limit)
		grid_print(g, x, y, PAINT_PLAIN, " of max %u", s->limit);
	return y + 1;
}

static unsigned describe_more(struct grid *g, unsigned y, unsigned last, const struct server *s, const struct sample *now)
{
	unsigned x = 5;

	if (y >= last || (s->known & (KNOWN_ENTRIES | KNOWN_RESPONSE | KNOWN_ERRORS)) == 0)
		return y;
	if ((s->known & KNOWN_ENTRIES) != 0)
		x = grid_print(g, x, y, PAINT_PLAIN, "persistence entries %u   ", now->entries);
	if ((s->known & KNOWN_RESPONSE) != 0)
		x = grid_print(g, x, y, PAINT_PLAIN, "response %u ms   ", now->response_ms);
	if ((s->known & KNOWN_ERRORS) != 0)
		grid_print(g, x, y, now->errors > 0 ? PAINT_WARN : PAINT_PLAIN, "errors %u", now->errors);
	return y + 1;
}

/* The sentence, its remedy, and what would try it: as much as there is room for, the remedy always. */
static void tell(struct grid *g, unsigned y, unsigned last, const struct verdict *v)
{
	char head[24];

	if (y >= last)
		return;
	if (v->what[0] == '\0') {
		grid_text(g, 0, y, PAINT_GOOD, "ok   no server is further from its fair share than chance explains");
		return;
	}
	snprintf(head, sizeof head, "! %s  ", v->tag[0] != '\0' ? v->tag : "note");
	unsigned x = grid_text(g, 0, y, PAINT_BAD, head), width = g->width - x;
	bool try = v->scenario[0] != '\0' && last - y > 2;
	unsigned left = last - y, keep = (v->remedy[0] != '\0' && left > 1 ? 1U : 0U) + try;
	y += grid_wrap(g, x, y, width, left - keep, PAINT_TITLE, v->what);
	if (v->remedy[0] != '\0' && y < last) {
		unsigned r = grid_text(g, x > 9 ? 9 : x, y, PAINT_TITLE, "Remedy: ");
		left = last - y - (try ? 1 : 0);
		unsigned used = grid_wrap(g, r, y, g->width - r, left > 3 ? 3 : left, PAINT_PLAIN, v->remedy);
		y += used > 0 ? used : 1;
	}
	if (v->scenario[0] != '\0' && y < last)
		grid_print(g, x > 9 ? 9 : x, y, PAINT_PLAIN, "Try it first without risk:  %s", v->scenario);
}

/* A line a server of the last minute, where there is room for all. */
static void history(struct grid *g, struct band b, const struct ui *u, const struct model *m, uint64_t index)
{
	unsigned columns = g->width > 110 ? 60 : g->width / 2, y = b.first;
	uint64_t scale = trend_scale(u, m, index, columns);

	grid_print(g, 0, y++, PAINT_FAINT, "new connections per second, last %llu s, one %sscale 0..%llu",
		   (unsigned long long)(columns * m->interval / VL_S), u->logarithmic ? "log " : "", (unsigned long long)(scale * VL_S / m->interval));
	for (unsigned i = 0; i < u->shown && y < b.last; i++, y++) {
		const struct server *s = &m->server[u->order[i]];
		uint64_t low = UINT64_MAX, high = 0, sum = 0;
		unsigned n = 0;
		for (; n < columns && n <= index; n++) {
			const struct sample *at = model_sample_of(s, index - n, m);
			if (at == NULL)
				break;
			low = at->fresh < low ? at->fresh : low;
			high = at->fresh > high ? at->fresh : high;
			sum += at->fresh;
		}
		unsigned x = grid_print(g, 1, y, PAINT_PLAIN, "%-12.12s ", s->name);
		trend(g, x, y, columns, s, m, index, scale, u);
		if (n > 0)
			grid_print(g, x + columns + 1, y, PAINT_PLAIN, "now   min %llu  avg %llu  max %llu", (unsigned long long)low,
				   (unsigned long long)(sum / n), (unsigned long long)high);
	}
}

static unsigned row_of(const struct ui *u, unsigned server)
{
	for (unsigned i = 0; i < u->shown; i++)
		if (u->order[i] == server)
			return i;
	return 0;
}

/* Bands from below: events, detail, history; the rest is the list. */
struct bands {
	unsigned list_end, detail, detail_end, events;
};

/* What would try the remedy has a line of its own, on small screens for one of the events. */
static struct bands split(struct band b, const struct verdict *v)
{
	struct bands s = {.list_end = b.last, .detail = b.last, .detail_end = b.last, .events = b.last};
	unsigned height = b.last - b.first;

	if (height < 16)
		return s;
	unsigned spare = height - 16, events = 4 + spare / 6, detail = spare >= 6 ? 9 : 6;
	if (spare < 6 && v->scenario[0] != '\0') {
		events--;
		detail++;
	}
	s.events = b.last - events;
	s.detail_end = s.events - 1;
	s.detail = s.detail_end - detail;
	s.list_end = s.detail - 1;
	return s;
}

void view_servers(struct grid *g, struct ui *u, const struct model *m, struct band b)
{
	struct columns c;
	struct verdict v;
	vl_time at = ui_moment(u, m);
	uint64_t index = model_sample_at(m, at);

	u->shown = 0;
	if (m->service_count == 0 || index == UINT64_MAX) {
		grid_text(g, 0, b.first, PAINT_PLAIN,
			  m->service_count == 0 ? "No virtual service heard of yet." : "Waiting for the first sample.");
		grid_text(g, 0, b.first + 1, PAINT_PLAIN, m->router_count > 0 ? "2 shows who is Active." : m->hint);
		return;
	}
	if (u->service >= m->service_count)
		u->service = 0;
	share_all(m, u->service, index, u->table);
	share_explain(m, u->service, index, u->table, &v);
	const struct bands s = split(b, &v);
	unsigned rows = s.list_end > b.first + 1 ? s.list_end - b.first - 1 : 0;
	choose(u, m, rows);
	if (!u->moved[VIEW_SERVERS] && v.server >= 0)
		u->cursor[VIEW_SERVERS] = row_of(u, (unsigned)v.server);
	ui_clamp(u, u->shown, rows);
	plan(&c, g->width, m, u);
	header(g, b.first, &c, m->interval);
	struct row r = {.m = m, .index = index};
	r.scale = c.width[COLUMN_TREND] > 0 ? trend_scale(u, m, index, c.width[COLUMN_TREND]) : 1;
	u->scale = r.scale;
	for (unsigned i = 0; i < u->shown; i++)
		r.active_all += u->table[u->order[i]].sample->active;
	for (unsigned i = 0; i < u->shown && u->metric == METRIC_BYTES; i++)
		r.kib_all += model_kib(m, &m->server[u->order[i]], index, MODEL_WINDOW);
	unsigned y = b.first + 1, first = u->top[VIEW_SERVERS], cursor = u->cursor[VIEW_SERVERS];
	for (unsigned i = first; i < u->shown && y < s.list_end; i++, y++) {
		r.s = &m->server[u->order[i]];
		r.share = &u->table[u->order[i]];
		draw_row(g, y, &c, &r, u, i == cursor);
	}
	if (u->shown > rows && rows > 0)
		grid_right(g, g->width, b.first, PAINT_WARN, " %u-%u of %u", first + 1, first + rows, u->shown);
	if (s.detail == s.detail_end)
		return;
	unsigned free_lines = s.list_end > y ? s.list_end - y : 0;
	if (free_lines >= u->shown + 2 && u->shown > 0) {
		grid_rule(g, y, u->glyphs);
		history(g, (struct band){y + 1, s.list_end}, u, m, index);
	}
	grid_rule(g, s.list_end, u->glyphs);
	grid_rule(g, s.detail_end, u->glyphs);
	y = s.detail;
	if (u->shown > 0) {
		unsigned chosen = u->order[cursor];
		y = describe(g, y, s.detail_end, m, &m->server[chosen], &u->table[chosen], index);
		if (v.what[0] == '\0' || s.detail_end - s.detail > 7)
			y = describe_more(g, y, s.detail_end, &m->server[chosen], u->table[chosen].sample);
	}
	tell(g, y, s.detail_end, &v);
	ui_event_tail(g, u, m, (struct band){s.events, b.last});
}

void view_tiny(struct grid *g, struct ui *u, const struct model *m)
{
	vl_time at = ui_moment(u, m);
	uint64_t index = model_sample_at(m, at);
	int worst = -1;

	if (m->service_count == 0 || index == UINT64_MAX) {
		unsigned conflicts = 0;
		for (unsigned i = 0; i < m->finding_count; i++)
			conflicts += m->finding[i].code->severity == FINDING_CONFLICT && model_finding_holds(m, &m->finding[i], at);
		grid_print(g, 0, 0, PAINT_PLAIN, "%u conflicts", conflicts);
		return;
	}
	share_all(m, u->service, index, u->table);
	for (unsigned i = 0; i < m->server_count; i++)
		if (m->server[i].service == u->service && u->table[i].sample != NULL &&
		    (worst < 0 || rank(SORT_FAIR, &u->table[i]) > rank(SORT_FAIR, &u->table[worst])))
			worst = (int)i;
	if (worst >= 0)
		grid_print(g, 0, 0, PAINT_PLAIN, "%s %s x%u.%02u %c", m->service[u->service].name, m->server[worst].name,
			   u->table[worst].percent / 100, u->table[worst].percent % 100, u->table[worst].sign);
}

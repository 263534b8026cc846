// SPDX-License-Identifier: BSD-2-Clause
/* Pictures of one service over time: share, storm with the ramp beneath, persistence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/pages/chart.h"
#include "analyzers/pages/figure.h"

#define ROWS 60                         /* of a table on a page */
#define WINDOW_WORDS "over the last 10 samples"

static const struct server *server_of(const struct story *s, const struct story_series *v, unsigned k)
{
	return &s->model->server[v->server[k]];
}

static const char *service_name(const struct story *s, const struct story_series *v)
{
	return s->model->service[v->service].name;
}

/* The server furthest above its fair share; v->servers: none was. */
static unsigned worst_of(const struct story_series *v)
{
	unsigned worst = v->servers;

	for (unsigned k = 0; k < v->servers; k++)
		if (v->worst[k] > 0 && (worst == v->servers || v->worst[k] > v->worst[worst]))
			worst = k;
	return worst;
}

/* Changes of its servers' states, as marks. */
static void mark_states(struct chart *c, const struct story *s, const struct story_series *v)
{
	for (size_t i = 1; i < v->count; i++)
		for (unsigned k = 0; k < v->servers && c->marks < CHART_MARKS; k++) {
			uint64_t index = s->model->samples - v->count + i;
			const struct server *server = server_of(s, v, k);
			const struct sample *now = model_sample_of(server, index, s->model);
			const struct sample *before = model_sample_of(server, index - 1, s->model);
			if (now == NULL || before == NULL || now->state == before->state || before->state == STATE_UNKNOWN)
				continue;
			struct chart_mark *mark = &c->mark[c->marks++];
			mark->at = v->at[i];
			snprintf(mark->label, sizeof mark->label, "%.12s %.9s", server->name, server_state_text(now->state));
		}
}

static struct chart chart_of(const struct story_series *v, const char *id, const char *title, const char *sentence, unsigned y)
{
	return (struct chart){.id = id, .title = title, .sentence = sentence, .y = y, .at = v->at, .count = v->count,
			      .until = v->count > 0 ? v->at[v->count - 1] : VL_S, .unit = "", .height = 300, .foot = "time since the start"};
}

static void add_lines(struct chart *c, const struct story *s, const struct story_series *v, int64_t *values, bool steps)
{
	for (unsigned k = 0; k < v->servers && c->lines < CHART_LINES; k++) {
		struct chart_line *l = &c->line[c->lines++];
		*l = (struct chart_line){.value = &values[(size_t)k * v->count], .steps = steps};
		snprintf(l->label, sizeof l->label, "%.15s", server_of(s, v, k)->name);
	}
}

/* Every n-th sample such that a page has at most ROWS; the whole of it for a machine. */
static size_t every(const struct sheet *to, size_t count)
{
	return to->whole ? 1 : (count + ROWS - 1) / ROWS;
}

/* A table of one value a server over time. */
static void over_time(struct sheet *to, const struct story *s, const struct story_series *v, const char *name, const char *what,
		      const int64_t *values, unsigned decimals)
{
	const char *heads[SHEET_COLUMNS + 1] = {"time"}, *cells[SHEET_COLUMNS];
	char text[SHEET_COLUMNS][CHART_TIME], caption[300];
	unsigned shown = v->servers < CHART_LINES ? v->servers : CHART_LINES;
	size_t step = every(to, v->count);

	for (unsigned k = 0; k < shown; k++)
		heads[k + 1] = server_of(s, v, k)->name;
	heads[shown + 1] = NULL;
	snprintf(caption, sizeof caption, "%s, service %s", what, service_name(s, v));
	sheet_begin(to, name, caption, heads);
	for (size_t i = (v->count - 1) % step; i < v->count; i += step) {
		cells[0] = chart_time(text[0], v->at[i]);
		for (unsigned k = 0; k < shown; k++)
			cells[k + 1] = figure_number(text[k + 1], values[(size_t)k * v->count + i], decimals);
		sheet_row(to, cells);
	}
	sheet_end(to);
}

/* --- share -------------------------------------------------------------------------------------------------- */

static unsigned with_connections(const struct story *s)
{
	unsigned n = 0;

	/* services without connections come last in no order: they are told from the others here */
	while (n < s->services && s->series[n].opened > 0 && s->series[n].count > 0)
		n++;
	return n;
}

static void share_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	const struct story_series *v = &s->series[part];
	unsigned worst = worst_of(v);
	char jain[32], cv[32], over[32];
	int n = snprintf(text, FIGURE_SENTENCE,
			 "%llu new connections went to %u servers of service %s. Jain's index %s (1 is even), coefficient of "
			 "variation %s, the fullest has %s times the mean. ",
			 (unsigned long long)v->opened, v->servers, service_name(s, v), figure_number(jain, (int64_t)v->even.jain / 1000, 3),
			 figure_number(cv, (int64_t)v->even.cv / 1000, 3),
			 figure_number(over, (int64_t)v->even.max_over_mean / 1000, 2));
	size_t used = (size_t)n < FIGURE_SENTENCE ? (size_t)n : FIGURE_SENTENCE - 1;

	if (worst < v->servers)
		snprintf(text + used, FIGURE_SENTENCE - used, "%s reached %u.%02u times its fair share.%s", server_of(s, v, worst)->name,
			 v->worst[worst] / 100, v->worst[worst] % 100,
			 v->servers > CHART_LINES ? " Shown are the servers furthest above their fair share." : "");
	else
		snprintf(text + used, FIGURE_SENTENCE - used, "No server was above its fair share by more than chance explains.");
}

static unsigned share_draw(struct xml *x, const struct story *s, unsigned part, unsigned y)
{
	const struct story_series *v = &s->series[part];
	char id[FIGURE_ID], title[200], sentence[FIGURE_SENTENCE];
	struct chart c;

	figure_id(id, s, "share", part);
	figure_title(title, &figure_share, s, part);
	share_sentence(sentence, s, part);
	c = chart_of(v, id, title, sentence, y);
	c.unit = " %";
	c.top = 100000;
	add_lines(&c, s, v, v->share, false);
	mark_states(&c, s, v);
	/* the fair line can be one where all have the same share of it at the end */
	int64_t fair = CHART_UNKNOWN;
	bool same = true;
	for (unsigned k = 0; k < v->servers; k++) {
		int64_t own = v->fair[(size_t)k * v->count + v->count - 1];
		if (own == CHART_UNKNOWN)
			continue;
		same = same && (fair == CHART_UNKNOWN || fair == own);
		fair = own;
	}
	c.has_level = same && fair != CHART_UNKNOWN;
	c.level = fair;
	c.level_label = "fair at the end";
	chart_draw(x, &c);
	return c.height;
}

static void share_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"server", "new connections", "share %", "by policy", "by persistence",
					    "most times fair", "active at the end", "state at the end", NULL};
	const struct story_series *v = &s->series[part];
	char caption[200];

	snprintf(caption, sizeof caption, "Connections of the whole run, service %s", service_name(s, v));
	sheet_begin(to, "servers", caption, heads);
	for (unsigned k = 0; k < v->servers && (to->whole || k < 200); k++) {
		const struct server *server = server_of(s, v, k);
		char text[6][32];
		snprintf(text[0], 32, "%llu", (unsigned long long)server->opened);
		figure_number(text[1], (int64_t)(server->opened * 100000 / (v->opened > 0 ? v->opened : 1)), 1);
		snprintf(text[2], 32, "%llu", (unsigned long long)server->by_policy);
		snprintf(text[3], 32, "%llu", (unsigned long long)(server->opened - server->by_policy));
		snprintf(text[4], 32, "%u.%02u", v->worst[k] / 100, v->worst[k] % 100);
		snprintf(text[5], 32, "%s%u", (server->known & ESTIMATED) != 0 ? "~" : "", server->active);
		sheet_row(to, (const char *const[]){server->name, text[0], text[1], text[2], text[3], v->worst[k] > 0 ? text[4] : "-",
						    text[5], server_state_text(server->state)});
	}
	sheet_end(to);
	over_time(to, s, v, "share", "Share of new connections in percent, " WINDOW_WORDS, v->share, 1);
}

const struct figure figure_share = {
	.slug = "share",
	.heading = "Share of new connections",
	.parts = with_connections,
	.sentence = share_sentence,
	.draw = share_draw,
	.numbers = share_numbers,
};

/* --- storm ------------------------------------------------------------------------------------------------------ */

static bool is_stormy(const struct story_series *v)
{
	unsigned worst = worst_of(v);

	return worst < v->servers && v->worst[worst] >= STORM_BEGINS;
}

static bool ramps(const struct story *s, const struct story_series *v)
{
	return s->model->service[v->service].slow_start;
}

/* Parts are services in their order: all up to the last that is one, so that part numbers stay theirs. */
static unsigned storm_parts(const struct story *s)
{
	unsigned n = with_connections(s);

	while (n > 0 && !is_stormy(&s->series[n - 1]) && !ramps(s, &s->series[n - 1]))
		n--;
	return n;
}

static void storm_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	const struct story_series *v = &s->series[part];
	unsigned worst = worst_of(v);
	char from[CHART_TIME], until[CHART_TIME];
	vl_time first = VL_NEVER, last = 0;

	if (worst == v->servers || !is_stormy(v)) {
		snprintf(text, FIGURE_SENTENCE, "No server of %s took more than twice its fair share of new connections%s.",
			 service_name(s, v), ramps(s, v) ? "; a slow start was in use" : "");
		return;
	}
	for (size_t i = 0; i < v->count; i++)
		if (v->times[(size_t)worst * v->count + i] != CHART_UNKNOWN && v->times[(size_t)worst * v->count + i] > 2000) {
			first = first == VL_NEVER ? v->at[i] : first;
			last = v->at[i];
		}
	if (first == VL_NEVER)
		first = last;
	snprintf(text, FIGURE_SENTENCE,
		 "%s took up to %u.%02u times its fair share of the new connections of %s, above the limit of 2 from %s to %s. %s",
		 server_of(s, v, worst)->name, v->worst[worst] / 100, v->worst[worst] % 100, service_name(s, v),
		 chart_time(from, first), chart_time(until, last),
		 ramps(s, v) ? "A slow start was in use." : "No slow start was in use: one for a returning server would spread this.");
}

static unsigned storm_draw(struct xml *x, const struct story *s, unsigned part, unsigned y)
{
	const struct story_series *v = &s->series[part];
	char id[FIGURE_ID], title[200], sentence[FIGURE_SENTENCE];
	struct chart c;
	unsigned height;
	bool weights = false;

	figure_id(id, s, "storm", part);
	figure_title(title, &figure_storm, s, part);
	storm_sentence(sentence, s, part);
	c = chart_of(v, id, title, sentence, y);
	c.unit = " x";
	add_lines(&c, s, v, v->times, false);
	mark_states(&c, s, v);
	c.has_level = true;
	c.level = STORM_BEGINS * 10;
	c.level_label = "limit: twice the fair share";
	chart_draw(x, &c);
	height = c.height;
	for (size_t i = 0; i < (size_t)v->servers * v->count; i++)
		weights = weights || (v->weight[i] != CHART_UNKNOWN && v->weight[i] != 100000);
	if (!weights)
		return height;
	figure_id(id, s, "ramp", part);
	c = chart_of(v, id, "Slow start: effective weight",
		     "The effective weight of each server in percent of its configured one.", y + height);
	c.unit = " %";
	c.height = 200;
	c.top = 100000;
	add_lines(&c, s, v, v->weight, true);
	chart_draw(x, &c);
	return height + c.height;
}

static void storm_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	const struct story_series *v = &s->series[part];

	over_time(to, s, v, "times-fair", "Times the fair share of new connections, over the last 2 to 10 samples: as few as tell it from chance", v->times, 2);
	over_time(to, s, v, "weight", "Effective weight in percent of the configured one", v->weight, 0);
}

const struct figure figure_storm = {
	.slug = "storm",
	.heading = "Storm: times the fair share",
	.parts = storm_parts,
	.sentence = storm_sentence,
	.draw = storm_draw,
	.numbers = storm_numbers,
};

/* --- persistence ------------------------------------------------------------------------------------------------ */

static unsigned persistence_parts(const struct story *s)
{
	unsigned n = with_connections(s);

	while (n > 0 && s->series[n - 1].opened == s->series[n - 1].by_policy)
		n--;
	return n;
}

static void persistence_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	const struct story_series *v = &s->series[part];
	uint64_t kept = v->opened - v->by_policy;
	char percent[32];

	snprintf(text, FIGURE_SENTENCE,
		 "%llu of %llu new connections of %s (%s %%) went where persistence sent them, the others where the scheduler chose.",
		 (unsigned long long)kept, (unsigned long long)v->opened, service_name(s, v),
		 figure_number(percent, (int64_t)(kept * 100000 / (v->opened > 0 ? v->opened : 1)), 1));
}

static unsigned persistence_draw(struct xml *x, const struct story *s, unsigned part, unsigned y)
{
	const struct story_series *v = &s->series[part];
	char id[FIGURE_ID], title[200], sentence[FIGURE_SENTENCE];
	struct chart c;

	figure_id(id, s, "persistence", part);
	figure_title(title, &figure_persistence, s, part);
	persistence_sentence(sentence, s, part);
	c = chart_of(v, id, title, sentence, y);
	c.unit = " %";
	c.top = 100000;
	c.height = 220;
	c.line[0] = (struct chart_line){.label = "by persistence", .value = v->kept};
	c.lines = 1;
	chart_draw(x, &c);
	return c.height;
}

static void persistence_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"time", "by persistence %", NULL};
	const struct story_series *v = &s->series[part];
	char caption[200], at[CHART_TIME], kept[32];
	size_t step = every(to, v->count);

	snprintf(caption, sizeof caption, "New connections by persistence in percent, " WINDOW_WORDS ", service %s", service_name(s, v));
	sheet_begin(to, "persistence", caption, heads);
	for (size_t i = (v->count - 1) % step; i < v->count; i += step)
		sheet_row(to, (const char *const[]){chart_time(at, v->at[i]), figure_number(kept, v->kept[i], 1)});
	sheet_end(to);
}

const struct figure figure_persistence = {
	.slug = "persistence",
	.heading = "Persistence",
	.parts = persistence_parts,
	.sentence = persistence_sentence,
	.draw = persistence_draw,
	.numbers = persistence_numbers,
};

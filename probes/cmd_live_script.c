// SPDX-License-Identifier: BSD-2-Clause
/* The script of a live run: which case of it, which of its nodes, which segments; and how exact it is on a wire. */
#include <stdlib.h>
#include <string.h>

#include "probes/cmd_live_parts.h"
#include "sim/base/suggest.h"

/* ---- names ------------------------------------------------------------------------------------------------------ */

static bool is_word(const char *name, const char *word, size_t length)
{
	return strlen(name) == length && strncmp(name, word, length) == 0;
}

static int unknown(const char *option, const char *word, const char *what, const struct suggestion *near)
{
	fprintf(stderr, "viplab live: --%s: the script has no %s `%s'", option, what, word);
	if (near->best != NULL)
		fprintf(stderr, "; did you mean `%s'?\n", near->best);
	else
		fputc('\n', stderr);
	return LIVE_USAGE_STATUS;
}

static int find_segment(struct live *l, size_t i)
{
	const struct live_attach *a = &l->options.attach[i];
	const struct scenario *s = &l->scenario;
	struct suggestion near;
	char word[64];

	(void)snprintf(word, sizeof word, "%.*s", (int)a->segment_length, a->segment);
	suggest_begin(&near, word);
	for (size_t k = 0; k < s->segment_count; k++) {
		suggest_word(&near, s->segment[k].name);
		if (!is_word(s->segment[k].name, a->segment, a->segment_length))
			continue;
		l->attach[i] = (struct run_attachment){.name = a->interface, .segment = (world_segment)k};
		return 0;
	}
	return unknown("attach", word, "segment", &near);
}

static int find_node(struct live *l, const char *word)
{
	const struct scenario *s = &l->scenario;
	struct suggestion near;

	suggest_begin(&near, word);
	for (size_t i = 0; i < s->node_count; i++) {
		suggest_word(&near, s->node[i].name);
		if (strcmp(s->node[i].name, word) != 0)
			continue;
		l->absent[i] = false;
		return 0;
	}
	return unknown("only", word, "node", &near);
}

static int find_nodes(struct live *l)
{
	const struct live_options *o = &l->options;

	if (o->only_count == 0)
		return 0;
	l->absent = calloc(l->scenario.node_count + 1, sizeof *l->absent);
	if (l->absent == NULL)
		return live_cannot(o->script, "out of memory");
	for (size_t i = 0; i < l->scenario.node_count; i++)
		l->absent[i] = true;
	int status = 0;
	for (size_t i = 0; i < o->only_count && status == 0; i++)
		status = find_node(l, o->only[i]);
	return status;
}

static int choose_case(struct live *l)
{
	const char *path[] = {l->options.script};
	const char *filter[] = {l->options.filter};
	const struct run_options o = {
		.command = "live",
		.path = (char **)(uintptr_t)path,
		.path_count = 1,
		.filter = filter,
		.filter_count = l->options.filter != NULL ? 1 : 0,
		.set = l->options.set,
		.set_count = l->options.set_count,
	};

	if (!run_cases_read(&l->cases, &o))
		return LIVE_BLIND;
	if (l->cases.bad_files > 0)
		return LIVE_USAGE_STATUS;       /* it said why */
	if (l->cases.count == 1) {
		l->scenario = *l->cases.item[0].scenario;
		return 0;
	}
	fprintf(stderr, "viplab live: %zu scenarios fit, and one can be on a wire%s\n", l->cases.count,
		l->cases.count > 1 ? "; choose with --filter:" : "");
	for (size_t i = 0; i < l->cases.count; i++)
		fprintf(stderr, "  %s\n", l->cases.item[i].name);
	return LIVE_USAGE_STATUS;
}

int live_read_script(struct live *l)
{
	int status = choose_case(l);

	for (size_t i = 0; i < l->options.attach_count && status == 0; i++)
		status = find_segment(l, i);
	if (status == 0)
		status = find_nodes(l);
	if (status == 0 && !live_tolerate(&l->scenario, l->options.tolerance))
		status = live_cannot(l->options.script, "out of memory");
	return status;
}

/* ---- tolerance -------------------------------------------------------------------------------------------------- */

/* What must be so all through a window is asked for in a window that begins later and ends earlier; what must come to
 * pass inside one may come later, or a little earlier than its start. Moments (`at`) stay. */
static bool holds_throughout(const struct scenario_expectation *e)
{
	switch (e->kind) {
	case EXPECT_STATE:
		return e->state.mode == MODE_HOLDS;
	case EXPECT_ACTIVES:
	case EXPECT_NEVER:
	case EXPECT_NO_FINDING:
	case EXPECT_PING:
		return true;
	case EXPECT_FINDING:
	case EXPECT_FINDINGS:
	case EXPECT_MATCH:
	case EXPECT_MAC_MOVES:
	case EXPECT_DROPS:
	case EXPECT_LOGS:
	case EXPECT_TAKEOVER:
	case EXPECT_RECORDS:
	case EXPECT_SHARE:
	case EXPECT_BALANCE:
	case EXPECT_NEW_CONNECTIONS:
	case EXPECT_ACTIVE_CONNECTIONS:
	case EXPECT_ALL_TO:
	case EXPECT_CATCH_UP:
		break;
	}
	return false;
}

static void shrink(struct scenario_window *w, vl_time by, vl_time end)
{
	vl_time length = w->until - w->from;

	if (w->form == WINDOW_AT || w->form == WINDOW_RUN || length <= 2 * by)
		return;
	if (w->form != WINDOW_BEFORE)
		w->from += by;
	if (w->until < end)
		w->until -= by;
}

static void stretch(struct scenario_window *w, vl_time by, vl_time end)
{
	if (w->form != WINDOW_BEFORE && w->form != WINDOW_BETWEEN)
		return;
	w->until = vl_time_min(vl_time_after(w->until, by), end);
}

/* A length that was measured may come out longer by the tolerance, and as much shorter. */
static void loosen(struct comparison *c, vl_time by)
{
	switch (c->form) {
	case COMPARISON_EXACTLY:
		*c = (struct comparison){.form = COMPARISON_NEAR, .unit = c->unit, .value = c->value, .other = by};
		break;
	case COMPARISON_NEAR:
		c->other += by;
		break;
	case COMPARISON_UNDER:
	case COMPARISON_AT_MOST:
		c->value += by;
		break;
	case COMPARISON_OVER:
	case COMPARISON_AT_LEAST:
		c->value -= c->value < by ? c->value : by;
		break;
	case COMPARISON_RANGE:
		c->value -= c->value < by ? c->value : by;
		c->other += by;
		break;
	case COMPARISON_NONE:
	case COMPARISON_ERRORS:
		break;
	}
}

bool live_tolerate(struct scenario *s, vl_time tolerance)
{
	struct scenario_expectation *list = calloc(s->expectation_count + 1, sizeof *list);

	if (list == NULL)
		return false;
	for (size_t i = 0; i < s->expectation_count; i++) {
		list[i] = s->expectation[i];
		if (holds_throughout(&list[i]))
			shrink(&list[i].window, tolerance, s->until);
		else
			stretch(&list[i].window, tolerance, s->until);
		if (list[i].kind == EXPECT_TAKEOVER)
			loosen(&list[i].takeover.within, tolerance);
		if (list[i].kind == EXPECT_PING)
			loosen(&list[i].ping.longest_gap, tolerance);
	}
	s->expectation = list;
	return true;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Runs beside each other. */
#include <stdlib.h>

#include "analyzers/pages/chart.h"
#include "analyzers/pages/page.h"
#include "analyzers/report/run_result.h"

static int by_length(const void *a, const void *b)
{
	const vl_time *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The lengths of all gaps, ascending; the caller frees them. */
static vl_time *gaps_of(const struct page *p, size_t *count)
{
	size_t n = 0;

	for (size_t i = 0; i < p->stories; i++)
		n += p->story[i]->takeovers;
	vl_time *gap = calloc(n + 1, sizeof *gap);
	*count = 0;
	for (size_t i = 0; gap != NULL && i < p->stories; i++)
		for (size_t k = 0; k < p->story[i]->takeovers; k++)
			if (p->story[i]->takeover[k].kind == TAKEOVER_GAP)
				gap[(*count)++] = p->story[i]->takeover[k].took;
	if (gap != NULL)
		qsort(gap, *count, sizeof *gap, by_length);
	return gap;
}

void compare_sentence(char text[FIGURE_SENTENCE], const struct page *p)
{
	size_t count, failed = 0;
	vl_time *gap = gaps_of(p, &count);
	char median[VL_TIME_TEXT], worst[VL_TIME_TEXT];

	for (size_t i = 0; i < p->stories; i++)
		failed += p->story[i]->result != NULL && run_result_count(p->story[i]->result, RESULT_FAILED) > 0;
	int n = snprintf(text, FIGURE_SENTENCE, "%zu runs, %zu with a failed check.", p->stories, failed);
	if (gap != NULL && count > 0)
		snprintf(text + n, FIGURE_SENTENCE - (size_t)n, " Of %zu takeovers after a gap half took at most %s s, the longest %s s.", count,
			 vl_time_format_short(median, gap[(count - 1) / 2]), vl_time_format_short(worst, gap[count - 1]));
	free(gap);
}

void compare_numbers(struct sheet *to, const struct page *p)
{
	static const char *const heads[] = {"run", "seed", "verdict", "failed checks", "conflicts", "takeovers after a gap", "longest gap (s)",
					    "new connections", "Jain's index", "most times fair", NULL};

	sheet_begin(to, "runs", "Runs beside each other", heads);
	for (size_t i = 0; i < p->stories; i++) {
		const struct story *s = p->story[i];
		char text[8][32];
		unsigned conflicts = 0, gaps = 0;
		vl_time longest = 0;
		uint32_t most = 0;
		for (unsigned k = 0; k < s->model->finding_count; k++)
			conflicts += s->model->finding[k].code->severity == FINDING_CONFLICT;
		for (size_t k = 0; k < s->takeovers; k++) {
			if (s->takeover[k].kind != TAKEOVER_GAP)
				continue;
			gaps++;
			longest = s->takeover[k].took > longest ? s->takeover[k].took : longest;
		}
		const struct story_series *v = s->services > 0 ? &s->series[0] : NULL;
		for (unsigned k = 0; v != NULL && k < v->servers; k++)
			most = v->worst[k] > most ? v->worst[k] : most;
		snprintf(text[0], 32, "%llu", s->result != NULL ? (unsigned long long)run_result_number(s->result, "seed") : 0ULL);
		snprintf(text[1], 32, "%llu", s->result != NULL ? (unsigned long long)run_result_count(s->result, RESULT_FAILED) : 0ULL);
		snprintf(text[2], 32, "%u", conflicts);
		snprintf(text[3], 32, "%u", gaps);
		vl_time_format_short(text[4], longest);
		snprintf(text[5], 32, "%llu", v != NULL ? (unsigned long long)v->opened : 0ULL);
		figure_number(text[6], v != NULL ? (int64_t)v->even.jain / 1000 : CHART_UNKNOWN, 3);
		snprintf(text[7], 32, "%u.%02u", most / 100, most % 100);
		sheet_row(to, (const char *const[]){s->name, s->result != NULL ? text[0] : "?",
						    s->result != NULL ? run_result_word(s->result, "verdict") : "?",
						    s->result != NULL ? text[1] : "?", text[2], text[3], gaps > 0 ? text[4] : "-", text[5],
						    v != NULL && v->opened > 0 ? text[6] : "-", most > 0 ? text[7] : "-"});
	}
	sheet_end(to);
}

/* The distribution of the gaps: how many in a hundred took at most so long. */
unsigned compare_draw(struct xml *x, const struct page *p, unsigned y)
{
	size_t count;
	vl_time *gap = gaps_of(p, &count);
	int64_t *value = gap != NULL ? calloc(count + 1, sizeof *value) : NULL;
	char sentence[FIGURE_SENTENCE];
	unsigned height = 0;

	if (value != NULL && count >= 2) {
		struct chart c = {.id = "compare-1", .title = "How long takeovers took", .sentence = sentence, .unit = " %", .y = y,
				  .height = 260, .at = gap, .count = count, .until = gap[count - 1] + gap[count - 1] / 10, .top = 100000,
				  .lines = 1, .foot = "nobody was Active for at most"};
		for (size_t i = 0; i < count; i++)
			value[i] = (int64_t)((i + 1) * 100000 / count);
		c.line[0] = (struct chart_line){.label = "of the takeovers", .value = value, .steps = true};
		c.mark[c.marks++] = (struct chart_mark){.at = gap[(count - 1) / 2], .label = "median"};
		c.mark[c.marks++] = (struct chart_mark){.at = gap[count - 1], .label = "longest"};
		compare_sentence(sentence, p);
		chart_draw(x, &c);
		height = c.height;
	}
	free(value);
	free(gap);
	return height;
}

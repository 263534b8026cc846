// SPDX-License-Identifier: BSD-2-Clause
/* The table of figures, and what they share. */
#include "analyzers/pages/figure.h"

#include <stdio.h>

#include "analyzers/pages/chart.h"

static const struct figure *const table[] = {
	&figure_checks,	  &figure_findings,    &figure_share,	 &figure_storm, &figure_active, &figure_ids,
	&figure_persistence, &figure_failover, &figure_moves, &figure_ladder, &figure_events,
};

const struct figure *figure_at(size_t i)
{
	return i < sizeof table / sizeof table[0] ? table[i] : NULL;
}

void figure_title(char text[200], const struct figure *f, const struct story *s, unsigned part)
{
	bool of_service = f == &figure_share || f == &figure_storm || f == &figure_persistence;

	if (of_service) {
		snprintf(text, 200, "%s: %s", f->heading, s->model->service[s->series[part].service].name);
	} else if (f == &figure_ladder) {
		const struct story_takeover *t = &s->takeover[s->ladder[part].takeover];
		char id[64], at[CHART_TIME];
		snprintf(text, 200, "%s: %s, %s at %s", f->heading, story_id(id, &s->router[t->to]), s->router[t->to].who,
			 chart_time(at, t->at));
	} else {
		snprintf(text, 200, "%s", f->heading);
	}
}

char *figure_id(char text[FIGURE_ID], const struct story *s, const char *slug, unsigned part)
{
	if (s->number > 0)
		snprintf(text, FIGURE_ID, "run-%u-%s-%u", s->number, slug, part + 1);
	else
		snprintf(text, FIGURE_ID, "%s-%u", slug, part + 1);
	return text;
}

char *figure_number(char text[32], int64_t thousandths, unsigned decimals)
{
	static const int64_t unit[] = {1000, 100, 10, 1};

	if (thousandths == CHART_UNKNOWN) {
		snprintf(text, 32, "?");
		return text;
	}
	int64_t rounded = (thousandths + unit[decimals] / 2) / unit[decimals], whole = 1000 / unit[decimals];
	if (decimals == 0)
		snprintf(text, 32, "%lld", (long long)rounded);
	else
		snprintf(text, 32, "%lld.%0*lld", (long long)(rounded / whole), (int)decimals, (long long)(rounded % whole));
	return text;
}

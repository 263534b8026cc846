// SPDX-License-Identifier: BSD-2-Clause
/* A service's shares at every sample, by the arithmetic of the dashboard (share.h). */
#include <stdlib.h>
#include <string.h>

#include "analyzers/pages/chart.h"
#include "analyzers/pages/story.h"

static uint64_t opened_by(const struct model *m, unsigned service)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < m->server_count; i++)
		sum += m->server[i].service == service ? m->server[i].opened : 0;
	return sum;
}

/* The services with the most connections, those first. */
static void choose(struct story *s)
{
	const struct model *m = s->model;
	bool taken[MODEL_SERVICES] = {false};

	while (s->services < STORY_SERVICES && s->services < m->service_count) {
		unsigned best = MODEL_SERVICES;
		for (unsigned i = 0; i < m->service_count; i++)
			if (!taken[i] && (best == MODEL_SERVICES || opened_by(m, i) > opened_by(m, best)))
				best = i;
		taken[best] = true;
		s->series[s->services++].service = best;
	}
}

static bool room_for(struct story *s, struct story_series *v)
{
	const struct model *m = s->model;
	size_t cells;

	v->at = s->at;
	v->count = s->count;
	v->servers = m->service[v->service].server_count;
	cells = (size_t)v->servers * v->count + 1;
	v->server = calloc(v->servers + 1, sizeof *v->server);
	v->worst = calloc(v->servers + 1, sizeof *v->worst);
	v->share = calloc(cells, sizeof *v->share);
	v->fair = calloc(cells, sizeof *v->fair);
	v->times = calloc(cells, sizeof *v->times);
	v->weight = calloc(cells, sizeof *v->weight);
	v->kept = calloc(v->count + 1, sizeof *v->kept);
	return v->server != NULL && v->worst != NULL && v->share != NULL && v->fair != NULL && v->times != NULL &&
	       v->weight != NULL && v->kept != NULL;
}

static int64_t weight_of(const struct server *s, const struct sample *at)
{
	if ((s->known & KNOWN_WEIGHT) == 0 || at->configured == 0)
		return CHART_UNKNOWN;
	return (int64_t)at->weight * 100000 / at->configured;
}

/* New connections of all its servers over the fewest samples up to `index` in which there are enough to tell: a storm is
 * seen when it is there, as the dashboard sees it. *samples: how many. */
static uint64_t fresh_soon(const struct story_series *v, const struct model *m, uint64_t index, unsigned *samples)
{
	uint64_t sum = 0;

	for (*samples = STORM_AFTER; *samples <= MODEL_WINDOW; ++*samples) {
		sum = 0;
		for (unsigned k = 0; k < v->servers; k++)
			sum += model_fresh(m, &m->server[v->server[k]], index, *samples, NULL);
		if (sum >= SHARE_LEAST)
			return sum;
	}
	*samples = MODEL_WINDOW;
	return sum;
}

/* How many times its fair share each takes, as storms are judged: of a server in its slow start, that of its full weight. */
static void fill_times(struct story_series *v, const struct model *m, size_t i, const struct share *table)
{
	uint64_t index = m->samples - v->count + i;
	unsigned samples;
	uint64_t all = fresh_soon(v, m, index, &samples);

	for (unsigned k = 0; k < v->servers; k++) {
		const struct share *now = &table[v->server[k]];
		int64_t *times = &v->times[(size_t)k * v->count + i];
		*times = CHART_UNKNOWN;
		if (now->sample == NULL || now->full_ppm == 0 || all == 0)
			continue;
		uint64_t own = model_fresh(m, &m->server[v->server[k]], index, samples, NULL);
		uint32_t percent = (uint32_t)(own * 1000000 / all * 100 / now->full_ppm);
		*times = (int64_t)percent * 10;
		/* noise is no news */
		if (all >= SHARE_LEAST && percent > v->worst[k] && imbalance_noise(own, all, now->full_ppm, IMBALANCE_ONE) > 0)
			v->worst[k] = percent;
	}
}

static void fill_sample(struct story_series *v, const struct model *m, size_t i, const struct share *table)
{
	uint64_t fresh = 0, policy = 0;

	for (unsigned k = 0; k < v->servers; k++) {
		const struct share *now = &table[v->server[k]];
		size_t cell = (size_t)k * v->count + i;
		bool known = now->sample != NULL && now->all > 0;
		v->share[cell] = known ? now->share_ppm / 10 : CHART_UNKNOWN;
		v->fair[cell] = now->sample != NULL && now->eligible ? now->fair_ppm / 10 : CHART_UNKNOWN;
		v->weight[cell] = now->sample != NULL ? weight_of(&m->server[v->server[k]], now->sample) : CHART_UNKNOWN;
		if (now->sample == NULL)
			continue;
		fresh += now->fresh;
		policy += now->policy;
	}
	fill_times(v, m, i, table);
	v->kept[i] = fresh > 0 ? (int64_t)((fresh - policy) * 100000 / fresh) : CHART_UNKNOWN;
}

static void swap_rows(struct story_series *v, unsigned a, unsigned b)
{
	int64_t *all[] = {v->share, v->fair, v->times, v->weight};
	unsigned server = v->server[a];
	uint32_t worst = v->worst[a];

	v->server[a] = v->server[b];
	v->server[b] = server;
	v->worst[a] = v->worst[b];
	v->worst[b] = worst;
	for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
		for (size_t i = 0; i < v->count; i++) {
			int64_t *x = &all[k][(size_t)a * v->count + i], *y = &all[k][(size_t)b * v->count + i], kept = *x;
			*x = *y;
			*y = kept;
		}
}

/* More than fit into a picture: the furthest from fair come first, the others stay in their order. */
static void order(struct story_series *v)
{
	if (v->servers <= CHART_LINES)
		return;
	for (unsigned a = 0; a < CHART_LINES; a++) {
		unsigned best = a;
		for (unsigned b = a + 1; b < v->servers; b++)
			best = v->worst[b] > v->worst[best] ? b : best;
		swap_rows(v, a, best);
	}
}

static bool measure(struct story_series *v, const struct model *m)
{
	uint64_t *x = calloc(v->servers + 1, sizeof *x);

	for (unsigned k = 0; x != NULL && k < v->servers; k++) {
		const struct server *s = &m->server[v->server[k]];
		x[k] = s->opened;
		v->opened += s->opened;
		v->by_policy += s->by_policy;
	}
	if (x != NULL)
		imbalance_measure(&v->even, x, v->servers);
	free(x);
	return x != NULL;
}

static bool fill(struct story *s, struct story_series *v)
{
	const struct model *m = s->model;
	struct share *table = calloc(m->server_count + 1, sizeof *table);
	unsigned n = 0;

	if (table == NULL || !room_for(s, v)) {
		free(table);
		return false;
	}
	for (unsigned i = 0; i < m->server_count; i++)
		if (m->server[i].service == v->service)
			v->server[n++] = i;
	for (size_t i = 0; i < v->count; i++) {
		share_all(m, v->service, m->samples - v->count + i, table);
		fill_sample(v, m, i, table);
	}
	free(table);
	order(v);
	return measure(v, m);
}

bool story_series_make(struct story *s)
{
	choose(s);
	for (unsigned i = 0; i < s->services; i++)
		if (!fill(s, &s->series[i]))
			return false;
	return true;
}

void story_series_free(struct story *s)
{
	for (unsigned i = 0; i < s->services; i++) {
		struct story_series *v = &s->series[i];
		free(v->server);
		free(v->worst);
		free(v->share);
		free(v->fair);
		free(v->times);
		free(v->weight);
		free(v->kept);
	}
}

// SPDX-License-Identifier: BSD-2-Clause
#include "analyzers/distribution.h"

#include <stdlib.h>

#include "sim/base/fixed.h"

uint64_t distribution_quantile(size_t degrees)
{
	/* d + z sqrt(2 d) + (2/3)(z^2 - 1), z = 2.326 */
	return degrees * IMBALANCE_ONE + imbalance_root((uint64_t)degrees * UINT64_C(2000000000000)) * 2326 / 1000 + 2940000;
}

static int before(const struct flow_server *a, const struct flow_server *b)
{
	int order = ip_compare(&a->ip, &b->ip);

	if (order == 0)
		order = (int)a->port - (int)b->port;
	return order != 0 ? order : memcmp(a->mac.b, b->mac.b, sizeof a->mac.b);
}

/* A handful: by insertion. */
static void put_in_order(struct distribution *d, const struct flows *f)
{
	for (size_t i = 1; i < d->count; i++) {
		struct distribution_row row = d->row[i];
		size_t k = i;
		for (; k > 0 && before(flows_server(f, d->row[k - 1].server), flows_server(f, row.server)) > 0; k--)
			d->row[k] = d->row[k - 1];
		d->row[k] = row;
	}
}

static uint64_t new_of(const struct flow_server *s)
{
	return s->attempts;
}

static uint64_t active_of(const struct flow_server *s)
{
	return s->active;
}

static uint64_t bytes_of(const struct flow_server *s)
{
	return s->bytes_up + s->bytes_down;
}

static void measure(const struct distribution *d, const struct flows *f, uint64_t *x, uint64_t (*what)(const struct flow_server *),
		    struct imbalance *out)
{
	for (size_t i = 0; i < d->count; i++)
		x[i] = what(flows_server(f, d->row[i].server));
	imbalance_measure(out, x, d->count);
}

static void judge(struct distribution *d, const struct flows *f)
{
	uint64_t effect = d->sticky ? d->design_effect : IMBALANCE_ONE;

	for (size_t i = 0; i < d->count; i++) {
		uint64_t own = flows_server(f, d->row[i].server)->attempts, all = d->opened.total;
		d->row[i].share = all > 0 ? fixed_scale(own, IMBALANCE_ONE, all) : 0;
		d->row[i].times_fair = d->row[i].share * d->count;
		d->row[i].noise = imbalance_noise(own, all, IMBALANCE_ONE / d->count, effect);
	}
	d->beyond_chance = d->count > 1 &&
			   d->opened.chi_square / (effect / IMBALANCE_ONE > 0 ? effect / IMBALANCE_ONE : 1) >
				   distribution_quantile(d->count - 1);
}

bool distribution_make(struct distribution *d, const struct flows *f, uint16_t service)
{
	const struct flow_service *s = flows_service(f, service);
	uint64_t *x = calloc((size_t)s->servers + 1, sizeof *x);

	*d = (struct distribution){.row = calloc((size_t)s->servers + 1, sizeof *d->row)};
	if (x == NULL || d->row == NULL) {
		free(x);
		distribution_free(d);
		return false;
	}
	for (uint16_t i = s->first_server; i != FLOWS_NONE; i = flows_server(f, i)->next)
		d->row[d->count++].server = i;
	put_in_order(d, f);
	measure(d, f, x, new_of, &d->opened);
	measure(d, f, x, active_of, &d->active);
	measure(d, f, x, bytes_of, &d->bytes);
	free(x);
	d->k_eff = flows_effective_sources(f, service);
	d->design_effect = imbalance_design_effect(d->opened.total, d->k_eff);
	d->sticky = flows_is_sticky(s);
	judge(d, f);
	return true;
}

void distribution_free(struct distribution *d)
{
	free(d->row);
	*d = (struct distribution){0};
}

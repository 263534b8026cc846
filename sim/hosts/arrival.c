// SPDX-License-Identifier: BSD-2-Clause
/* One moment ahead, whatever the process. */
#include "sim/hosts/arrival.h"

#include <assert.h>

/* The gap to the next one of a process that has a pace. */
static vl_time gap(struct arrival *a)
{
	struct law exponential = law_exponential(a->config.every);

	return a->config.kind == ARRIVAL_POISSON ? law_draw(&exponential, &a->dice) : a->config.every;
}

static void settle(struct arrival *a, vl_time next)
{
	a->next = a->config.until != 0 && next >= a->config.until ? VL_NEVER : next;
}

static vl_time burst_moment(const struct arrival *a)
{
	return vl_time_after(a->base, a->config.within / a->config.burst * a->index);
}

static vl_time trace_moment(const struct arrival *a)
{
	if (a->index >= a->config.trace_count)
		return VL_NEVER;
	return vl_time_after(a->config.from, a->config.trace[a->index]);
}

/* Steps over what lies before `now`. */
static void skip_past(struct arrival *a, vl_time now)
{
	vl_time past = now - a->config.from;

	switch (a->config.kind) {
	case ARRIVAL_CONSTANT:
		settle(a, a->config.from + (past + a->config.every - 1) / a->config.every * a->config.every);
		break;
	case ARRIVAL_BURST:
		if (a->config.every == 0)
			a->next = VL_NEVER;
		else
			a->base += (past + a->config.every - 1) / a->config.every * a->config.every;
		if (a->next != VL_NEVER)
			settle(a, a->base);
		break;
	case ARRIVAL_TRACE:
		while (trace_moment(a) < now)
			a->index++;
		settle(a, trace_moment(a));
		break;
	case ARRIVAL_POISSON:
		settle(a, vl_time_after(now, gap(a)));
		break;
	case ARRIVAL_NONE:
		break;
	}
}

void arrival_begin(struct arrival *a, const struct arrival_config *c, struct prng dice, vl_time now)
{
	assert((c->kind != ARRIVAL_CONSTANT && c->kind != ARRIVAL_POISSON) || c->every > 0);
	assert(c->kind != ARRIVAL_BURST || c->burst > 0);
	*a = (struct arrival){.config = *c, .dice = dice, .next = VL_NEVER, .base = c->from};
	switch (c->kind) {
	case ARRIVAL_NONE:
		return;
	case ARRIVAL_POISSON:
		settle(a, vl_time_after(c->from, gap(a)));
		break;
	case ARRIVAL_CONSTANT:
	case ARRIVAL_BURST:
		settle(a, c->from);
		break;
	case ARRIVAL_TRACE:
		settle(a, trace_moment(a));
		break;
	}
	if (a->next < now)
		skip_past(a, now);
}

void arrival_take(struct arrival *a)
{
	switch (a->config.kind) {
	case ARRIVAL_NONE:
		break;
	case ARRIVAL_CONSTANT:
	case ARRIVAL_POISSON:
		settle(a, vl_time_after(a->next, gap(a)));
		break;
	case ARRIVAL_BURST:
		a->index++;
		if (a->index == a->config.burst) {
			a->index = 0;
			a->base = a->config.every == 0 ? VL_NEVER : vl_time_after(a->base, a->config.every);
		}
		settle(a, burst_moment(a));
		break;
	case ARRIVAL_TRACE:
		a->index++;
		settle(a, trace_moment(a));
		break;
	}
}

void arrival_set_every(struct arrival *a, vl_time every, vl_time now)
{
	if (a->config.kind != ARRIVAL_CONSTANT && a->config.kind != ARRIVAL_POISSON)
		return;
	if (every == 0) {
		a->next = VL_NEVER;
		return;
	}
	a->config.every = every;
	settle(a, vl_time_after(now > a->config.from ? now : a->config.from, gap(a)));
}

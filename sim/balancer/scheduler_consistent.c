// SPDX-License-Identifier: BSD-2-Clause
/*
 * HAProxy's consistent hash of the source address, with the full avalanche: the nearest point on the ring. With
 * bounded loads a server that holds its share of (all connections + 1) * percent / 100 already is passed over,
 * clockwise; shares are whole connections for each unit of weight, the rest spread over the list by weight, and at
 * least one.
 *
 * Options: bounded_load (hash-balance-factor), hash_port (added to the address; HAProxy has no such thing).
 */
#include <stdlib.h>

#include "sim/balancer/ring.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct scheduler_options options;
	struct ring ring;
	/* for bounded loads */
	uint32_t *active;               /* as last seen */
	uint64_t *before;               /* weights of those before each in the list */
	uint64_t served, weight;        /* sums */
};

static struct vl_status consistent_check(const struct scheduler_options *options)
{
	uint32_t percent = options->bounded_load;

	if (percent != 0 && (percent <= 100 || percent > 1000))
		return vl_refuse(VL_INVALID, "consistent: a bounded load of %u percent: 101 to 1000 is needed", percent);
	return vl_status_ok();
}

static void consistent_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	ring_fini(&s->ring);
	free(s->active);
	free(s->before);
	free(s);
}

static struct scheduler *consistent_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)dice;
	if (s == NULL)
		return NULL;
	s->options = *options;
	s->active = calloc(room + 1, sizeof *s->active);
	s->before = calloc(room + 1, sizeof *s->before);
	if (s->active != NULL && s->before != NULL && ring_init(&s->ring, room))
		return s;
	consistent_free(s);
	return NULL;
}

static void consistent_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	ring_changed(&s->ring, view, which);
	if (s->options.bounded_load == 0)
		return;
	s->served = s->weight = 0;
	for (size_t i = 0; i < view->count; i++) {
		const struct scheduler_server *server = &view->server[i];
		s->before[i] = s->weight;
		s->weight += scheduler_may_have(server) ? scheduler_haproxy_weight(server) : 0;
		s->served += s->active[i] = server->active;
	}
}

static void consistent_counted(struct scheduler *s, const struct scheduler_view *view, unsigned which)
{
	uint32_t active = view->server[which].active;

	s->served += (uint64_t)active - s->active[which];
	s->active[which] = active;
}

static bool has_place(const struct scheduler *s, const struct scheduler_view *view, int which)
{
	uint64_t all = ((s->served + 1) * s->options.bounded_load + 99) / 100;
	uint64_t each = all / s->weight, rest = all % s->weight;
	uint64_t own = scheduler_haproxy_weight(&view->server[which]), before = s->before[which];
	uint64_t places = own * each + (before + own) * rest / s->weight - before * rest / s->weight;

	return view->server[which].active < (places > 0 ? places : 1);
}

static int consistent_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	uint32_t folded = scheduler_fold(&flow->client) + scheduler_hash_port(&s->options, flow);
	int64_t first = ring_nearest(&s->ring, ring_hash(folded));

	(void)now;
	if (first < 0)
		return -1;
	if (s->options.bounded_load == 0)
		return ring_server(&s->ring, first);
	/* The places are more than the connections: somebody has one. */
	int64_t point = first;
	while (!has_place(s, view, ring_server(&s->ring, point))) {
		point = ring_next(&s->ring, point);
		if (point == first)
			break; /* LCOV_EXCL_LINE not while the counts are right; wrong ones must not hang us */
	}
	return ring_server(&s->ring, point);
}

const struct scheduler_ops SCHEDULER_CONSISTENT = {
	.name = "consistent",
	.title = "HAProxy's consistent hash of the source address",
	.slow_start = true,
	.check = consistent_check,
	.make = consistent_make,
	.free = consistent_free,
	.changed = consistent_changed,
	.counted = consistent_counted,
	.pick = consistent_pick,
};

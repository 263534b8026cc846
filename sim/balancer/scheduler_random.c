// SPDX-License-Identifier: BSD-2-Clause
/*
 * HAProxy's random: points on its ring by the dice, and of those servers the one with fewest connections for its
 * weight; of equal ones the one that got fewer in the last second, else the later draw.
 *
 * Option: draws (HAProxy's own default is 2, too). One draw is plain random by weight, as even as the ring is.
 */
#include <stdlib.h>

#include "sim/balancer/ring.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct ring ring;
	struct prng dice;
	unsigned draws;
};

static struct vl_status random_check(const struct scheduler_options *options)
{
	return scheduler_check_draws("random", options);
}

static void random_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	ring_fini(&s->ring);
	free(s);
}

static struct scheduler *random_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->dice = *dice;
	s->draws = scheduler_draws(options);
	if (ring_init(&s->ring, room))
		return s;
	free(s);
	return NULL;
}

static void random_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	ring_changed(&s->ring, view, which);
}

static bool keeps(const struct scheduler_server *kept, const struct scheduler_server *drawn)
{
	uint64_t kept_weight = scheduler_haproxy_weight(kept), drawn_weight = scheduler_haproxy_weight(drawn);

	if (less_loaded(kept->active, kept_weight, drawn->active, drawn_weight))
		return true;
	return !less_loaded(drawn->active, drawn_weight, kept->active, kept_weight) &&
	       kept->new_last_second < drawn->new_last_second;
}

static int random_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	int best = -1;

	(void)flow;
	(void)now;
	if (s->ring.present == 0)
		return -1;
	for (unsigned draw = 0; draw < s->draws; draw++) {
		int drawn = ring_server(&s->ring, ring_nearest(&s->ring, (uint32_t)prng_u64(&s->dice)));
		if (best < 0 || !keeps(&view->server[best], &view->server[drawn]))
			best = drawn;
	}
	return best;
}

const struct scheduler_ops SCHEDULER_RANDOM = {
	.name = "random",
	.title = "random, the less loaded of some draws (HAProxy)",
	.slow_start = true,
	.check = random_check,
	.make = random_make,
	.free = random_free,
	.changed = random_changed,
	.pick = random_pick,
};

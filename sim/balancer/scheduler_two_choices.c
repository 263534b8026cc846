// SPDX-License-Identifier: BSD-2-Clause
/*
 * Power of two choices (IPVS twos; of equal weights Envoy's least request): draws by weight, with replacement, and of
 * those the one of least load for its weight, as wlc compares; the earlier draw keeps a tie.
 *
 * Options: draws. inclusive_draw: the kernel draws from 0 to the sum of weights, both included, which gives the first
 * in the list a share of (w + 1) / (sum + 1).
 */
#include <stdlib.h>

#include "sim/balancer/draw.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct draw draw;
	struct prng dice;
	unsigned draws;
	bool inclusive;
	uint64_t *weight;
};

static struct vl_status two_choices_check(const struct scheduler_options *options)
{
	return scheduler_check_draws("two-choices", options);
}

static void two_choices_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	draw_fini(&s->draw);
	free(s->weight);
	free(s);
}

static struct scheduler *two_choices_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->dice = *dice;
	s->draws = scheduler_draws(options);
	s->inclusive = options->inclusive_draw;
	s->weight = calloc(room + 1, sizeof *s->weight);
	if (s->weight != NULL && draw_init(&s->draw, room))
		return s;
	two_choices_free(s);
	return NULL;
}

static void two_choices_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	(void)which;
	for (size_t i = 0; i < view->count; i++)
		s->weight[i] = scheduler_may_have(&view->server[i]) ? view->server[i].weight : 0;
	draw_set(&s->draw, s->weight, view->count);
}

/* The kernel counts whole weights down from its draw and takes who reaches 0: 0 and 1 both are the first one's first. */
static size_t draw_inclusive(struct scheduler *s)
{
	uint64_t k = prng_below(&s->dice, s->draw.total / SCHEDULER_WEIGHT_ONE + 1);

	return draw_at(&s->draw, k > 0 ? k * SCHEDULER_WEIGHT_ONE - 1 : 0);
}

static int two_choices_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	const struct scheduler_server *server = view->server;
	size_t best = 0;

	(void)flow;
	(void)now;
	if (s->draw.total == 0)
		return -1;
	for (unsigned draw = 0; draw < s->draws; draw++) {
		size_t drawn = s->inclusive ? draw_inclusive(s) : draw_by_weight(&s->draw, &s->dice);
		if (draw == 0 || less_loaded(scheduler_ipvs_load(&server[drawn]), server[drawn].weight,
					     scheduler_ipvs_load(&server[best]), server[best].weight))
			best = drawn;
	}
	return (int)best;
}

const struct scheduler_ops SCHEDULER_TWO_CHOICES = {
	.name = "two-choices",
	.title = "power of two choices: the less loaded of two draws",
	.slow_start = true,
	.check = two_choices_check,
	.make = two_choices_make,
	.free = two_choices_free,
	.changed = two_choices_changed,
	.pick = two_choices_pick,
};

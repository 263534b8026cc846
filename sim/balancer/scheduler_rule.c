// SPDX-License-Identifier: BSD-2-Clause
/* One tournament as a scheduler. */
#include "sim/balancer/scheduler_rule.h"

#include <stdlib.h>

struct scheduler {
	struct tournament tournament;
	scheduler_rule rule;
};

struct scheduler *scheduler_rule_make(size_t room, scheduler_rule rule)
{
	struct scheduler *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->rule = rule;
	if (tournament_init(&s->tournament, room))
		return s;
	free(s);
	return NULL;
}

void scheduler_rule_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	tournament_fini(&s->tournament);
	free(s);
}

static tournament_key key_of(scheduler_rule rule, const struct scheduler_server *s)
{
	return scheduler_may_have(s) ? rule(s) : TOURNAMENT_OUT;
}

void tournament_follow(struct tournament *t, scheduler_rule rule, const struct scheduler_view *view, int which)
{
	if (which >= 0) {
		tournament_set(t, (size_t)which, key_of(rule, &view->server[which]));
		return;
	}
	for (size_t i = 0; i < view->count; i++)
		tournament_seat(t, i, key_of(rule, &view->server[i]));
	tournament_play(t, view->count);
}

void scheduler_rule_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	tournament_follow(&s->tournament, s->rule, view, which);
}

void scheduler_rule_counted(struct scheduler *s, const struct scheduler_view *view, unsigned which)
{
	tournament_set(&s->tournament, which, key_of(s->rule, &view->server[which]));
}

int scheduler_rule_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)view;
	(void)flow;
	(void)now;
	return tournament_first(&s->tournament);
}

tournament_key scheduler_expected_delay(const struct scheduler_server *s)
{
	return tournament_fraction(UINT64_C(1) + s->active, s->weight);
}

uint32_t scheduler_fold(const struct ip_addr *a)
{
	uint32_t folded = 0;

	for (size_t i = 0; i < ip_size(a->family); i += 4)
		folded ^= (uint32_t)a->b[i] << 24 | (uint32_t)a->b[i + 1] << 16 | (uint32_t)a->b[i + 2] << 8 | a->b[i + 3];
	return folded;
}

struct vl_status scheduler_check_draws(const char *name, const struct scheduler_options *options)
{
	if (options->draws > 16)
		return vl_refuse(VL_INVALID, "%s: %u draws: 1 to 16 are possible", name, options->draws);
	return vl_status_ok();
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Every scheduler against a slow, obvious model of it on random histories: connections come, end and become inactive,
 * weights change, servers ramp up, fall, fill, are drained, leave the list and come back to it. Each pick must be the
 * model's. Where one differs the message names scheduler, seed and step.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/farm.h"
#include "tests/support/scheduler_model.h"

#define SEEDS 60
#define STEPS 400
#define MOST 12

struct history {
	const struct model_ops *ops;
	struct farm *farm;
	struct model model;
	struct prng dice;
	uint32_t next_id;
};

static uint64_t below(struct history *h, uint64_t bound)
{
	return prng_below(&h->dice, bound);
}

static void tell(struct history *h, int which)
{
	struct scheduler_view view = farm_view(h->farm);

	if (h->ops->changed != NULL)
		h->ops->changed(&h->model, &view, which);
}

static void tell_count(struct history *h, size_t which)
{
	struct scheduler_view view = farm_view(h->farm);

	if (h->ops->counted != NULL)
		h->ops->counted(&h->model, &view, (unsigned)which);
}

static uint32_t some_weight(struct history *h)
{
	static const uint32_t weight[] = {0, 1, 1, 2, 3, 4, 5, 8, 17};

	return weight[below(h, sizeof weight / sizeof weight[0])];
}

static void a_connection_comes(struct history *h, unsigned step, uint64_t seed)
{
	struct farm *f = h->farm;
	struct scheduler_view view = farm_view(f);

	f->flow.client = ip4_from_u32((uint32_t)below(h, 1 << 12) << 7);
	f->flow.client_port = (uint16_t)below(h, 65536);
	int expected = h->ops->pick(&h->model, &view, &f->flow, f->now);
	int picked = farm_pick(f);
	if (picked != expected)
		fail_msg("%s, seed %llu, step %u: %d picked, the model picks %d", h->ops->scheduler,
			 (unsigned long long)seed, step, picked, expected);
	if (picked < 0)
		return;
	farm_active(f, (size_t)picked, f->server[picked].active + 1);
	tell_count(h, (size_t)picked);
}

static void a_connection_ends(struct history *h, size_t i)
{
	struct farm *f = h->farm;

	if (f->server[i].active > 0 && below(h, 2) == 0)
		f->server[i].inactive++;
	else if (f->server[i].inactive > 0)
		f->server[i].inactive--;
	farm_active(f, i, f->server[i].active > 0 ? f->server[i].active - 1 : 0);
	tell_count(h, i);
}

static void a_server_changes(struct history *h, size_t i)
{
	struct scheduler_server *s = &h->farm->server[i];

	switch (below(h, 6)) {
	case 0:
		s->weight = s->full_weight = (uint64_t)some_weight(h) * SCHEDULER_WEIGHT_ONE;
		break;
	case 1:                         /* the slow start; at its end, or without it: the whole weight */
		s->weight = below(h, 3) == 0 ? s->full_weight : s->full_weight * below(h, 1000) / 1000;
		break;
	case 2:                         /* a health check */
		s->usable = !s->usable;
		s->full = false;
		break;
	case 3:                         /* a limit */
		s->full = !s->full;
		s->usable = !s->full;
		break;
	case 4:                         /* quiesced */
		s->weight = 0;
		break;
	default:
		s->adaptive = (uint8_t)(below(h, 3) == 0 ? below(h, 103) : below(h, 6));
		s->response_time = below(h, 4) * below(h, 50) * VL_MS;
		s->new_last_second = below(h, 3);
		break;
	}
	farm_changed(h->farm, (int)i);
	tell(h, (int)i);
}

static void the_list_changes(struct history *h)
{
	struct farm *f = h->farm;

	if (f->count > 0 && below(h, 2) == 0)
		farm_remove(f, below(h, f->count));
	else if (f->count < MOST)
		farm_insert(f, below(h, f->count + 1), h->next_id++, some_weight(h));
	else
		farm_changed(f, -1);
	tell(h, -1);
}

static void live(const struct model_ops *ops, uint64_t seed)
{
	struct history *h = calloc(1, sizeof *h);
	uint32_t weight[MOST];

	assert_non_null(h);
	h->ops = ops;
	h->dice = prng_stream(seed, ops->scheduler);
	h->model.options = ops->options;
	h->model.dice = prng_stream(1, ops->scheduler);         /* the farm's */
	size_t count = 1 + below(h, 8);
	for (size_t i = 0; i < count; i++)
		weight[i] = some_weight(h);
	h->next_id = (uint32_t)count + 1;
	h->farm = farm_new(ops->scheduler, &ops->options, weight, count);
	tell(h, -1);
	bool quiet = seed % 3 == 0;     /* long runs between changes */
	for (unsigned step = 0; step < STEPS; step++) {
		uint64_t what = below(h, quiet ? 400 : 100);
		size_t i = h->farm->count > 0 ? below(h, h->farm->count) : 0;
		h->farm->now += below(h, VL_S);
		if (h->farm->count > 0 && what < 12)
			a_server_changes(h, i);
		else if (what < 15)
			the_list_changes(h);
		else if (h->farm->count > 0 && what % 3 == 0)
			a_connection_ends(h, i);
		else
			a_connection_comes(h, step, seed);
	}
	farm_free(h->farm);
	free(h);
}

static void every_scheduler_picks_as_its_model(void **state)
{
	for (size_t i = 0; model_at(i) != NULL; i++)
		for (uint64_t seed = 0; seed < SEEDS; seed++)
			live(model_at(i), seed);
}

static void every_scheduler_has_a_model(void **state)
{
	for (size_t k = 0; scheduler_at(k) != NULL; k++) {
		bool found = false;
		for (size_t i = 0; model_at(i) != NULL; i++)
			found = found || strcmp(model_at(i)->scheduler, scheduler_at(k)->name) == 0;
		if (!found)
			fail_msg("%s has none", scheduler_at(k)->name);
	}
}

/* Turn number k of weight w is due at k / w, compared without any rounding; of equal ones who waits longest. Also for
 * weights so small, as at the very beginning of a slow start, that the deadlines run over and are counted anew. */
static void deadlines_are_exact_fractions(void **state)
{
	struct prng dice = prng_stream(1, "fractions");

	for (int round = 0; round < 20; round++) {
		uint32_t weight[MOST];
		uint64_t turn[MOST], since[MOST], waiting = MOST;
		for (size_t i = 0; i < MOST; i++) {
			weight[i] = 1 + (uint32_t)prng_below(&dice, round % 2 == 0 ? 12 : 65535);
			turn[i] = 1;
			since[i] = i;
		}
		struct farm *f = farm_new("edf", NULL, weight, MOST);
		for (size_t i = 0; round % 4 == 0 && i < MOST; i++)
			f->server[i].weight = weight[i];
		farm_changed(f, -1);
		for (int pick = 0; pick < 5000; pick++) {
			size_t best = 0;
			for (size_t i = 1; i < MOST; i++) {
				uint64_t mine = turn[i] * weight[best], its = turn[best] * weight[i];
				if (mine < its || (mine == its && since[i] < since[best]))
					best = i;
			}
			assert_int_equal(farm_pick(f), best);
			turn[best]++;
			since[best] = waiting++;
		}
		farm_free(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scheduler_picks_as_its_model),
		cmocka_unit_test(every_scheduler_has_a_model),
		cmocka_unit_test(deadlines_are_exact_fractions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

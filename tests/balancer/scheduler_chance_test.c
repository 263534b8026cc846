// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is random, against its probabilities (balancer.md 1.3): counts of many picks within four standard deviations
 * of the binomial, at a fixed seed, so that a run is a rerun. And the ring of consistent hashing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "sim/balancer/draw.h"
#include "sim/balancer/ring.h"
#include "tests/support/farm.h"

#define PICKS 100000

static void count(struct farm *f, unsigned *picked)
{
	for (size_t i = 0; i < f->count; i++)
		picked[i] = 0;
	for (int i = 0; i < PICKS; i++)
		picked[farm_pick(f)]++;
}

static void expect_share(unsigned count_of, double p)
{
	double sigma = sqrt(PICKS * p * (1 - p));

	if (fabs(count_of - PICKS * p) > 4 * sigma)
		fail_msg("%u of %d: %g expected, sigma %g", count_of, PICKS, PICKS * p, sigma);
}

/* --- two choices ------------------------------------------------------------------------------------------ */

/* With replacement, a busy server is picked only if both draws name it: 1/4 of 2, 1/9 of 3. */
static void a_busy_server_still_gets_its_square(void **state)
{
	for (size_t n = 2; n <= 5; n++) {
		const uint32_t weight[5] = {1, 1, 1, 1, 1};
		unsigned picked[5];
		struct farm *f = farm_new("two-choices", NULL, weight, n);
		farm_active(f, 0, 9);
		count(f, picked);
		expect_share(picked[0], 1.0 / (double)(n * n));
		for (size_t i = 1; i < n; i++)
			expect_share(picked[i], (1 - 1.0 / (double)(n * n)) / (double)(n - 1));
		farm_free(f);
	}
}

static void draws_go_by_weight_and_the_load_is_for_its_weight(void **state)
{
	unsigned picked[3];
	struct farm *f = farm_new("two-choices", NULL, (uint32_t[]){5, 3, 2}, 3);

	count(f, picked);               /* all idle: the first draw decides */
	expect_share(picked[0], 0.5);
	expect_share(picked[1], 0.3);
	expect_share(picked[2], 0.2);
	farm_active(f, 0, 5);           /* 1 a unit, */
	farm_active(f, 1, 2);           /* 2/3, */
	farm_active(f, 2, 2);           /* 1 */
	count(f, picked);
	expect_share(picked[1], 1 - 0.7 * 0.7);
	expect_share(picked[0], 0.7 * 0.5);
	expect_share(picked[2], 0.7 * 0.2);
	farm_free(f);
}

static void more_draws_find_the_idle_one_more_often(void **state)
{
	unsigned picked[4];

	for (unsigned draws = 1; draws <= 16; draws *= 2) {
		struct farm *f = farm_new("two-choices", &(struct scheduler_options){.draws = draws},
					  (uint32_t[]){1, 1, 1, 1}, 4);
		for (size_t i = 0; i < 3; i++)
			farm_active(f, i, 1);
		count(f, picked);
		expect_share(picked[3], 1 - pow(0.75, draws));
		farm_free(f);
	}
}

/* The kernel's draw includes both ends: the first of the list has (w + 1) / (sum + 1). */
static void the_kernels_draw_favours_the_first(void **state)
{
	const struct scheduler_options kernel = {.inclusive_draw = true, .draws = 1};
	unsigned picked[3];
	struct farm *f = farm_new("two-choices", &kernel, (uint32_t[]){1, 2, 1}, 3);

	count(f, picked);
	expect_share(picked[0], 2.0 / 5);
	expect_share(picked[1], 2.0 / 5);
	expect_share(picked[2], 1.0 / 5);
	farm_usable(f, 0, false);       /* now the second is the first that may have one */
	count(f, picked);
	assert_int_equal(picked[0], 0);
	expect_share(picked[1], 3.0 / 4);
	farm_free(f);
}

/* A sum that does not go into 2^64: a quarter of the words is drawn again, so that no point has more words than another,
 * and the guide says for each point whose it is. */
static void draws_are_even_to_the_last_point(void **state)
{
	const uint64_t third = UINT64_C(1) << 61, weight[6] = {third / 2, third / 2, third / 2, third / 2, third / 2, third / 2};
	struct prng dice = prng_stream(1, "huge");
	unsigned picked[6] = {0};
	struct draw d;

	assert_true(draw_init(&d, 6));
	draw_set(&d, weight, 6);
	for (int i = 0; i < PICKS; i++)
		picked[draw_by_weight(&d, &dice)]++;
	for (size_t i = 0; i < 6; i++) {
		expect_share(picked[i], 1.0 / 6);
		assert_int_equal(draw_at(&d, weight[0] * i), i);
		assert_int_equal(draw_at(&d, weight[0] * (i + 1) - 1), i);
	}
	draw_fini(&d);
}

/* --- the ring --------------------------------------------------------------------------------------------- */

/* Between two points, on either side; the lower one of two that are equally near. */
static void the_nearest_point_has_the_client(void **state)
{
	struct farm *f = farm_new("consistent", NULL, (uint32_t[]){3, 2, 4}, 3);
	struct scheduler_view view = farm_view(f);
	struct ring ring;
	unsigned ties = 0;

	assert_true(ring_init(&ring, 3));
	ring_changed(&ring, &view, -1);
	assert_int_equal(ring.points, 16 * 9);
	for (int64_t below = 0; below < (int64_t)ring.points; below++) {
		int64_t above = ring_next(&ring, below);
		uint32_t low = (uint32_t)(ring.point[below] >> 32), gap = (uint32_t)(ring.point[above] >> 32) - low;
		if (gap < 4)
			continue;
		assert_true(ring_nearest(&ring, low) == below);
		assert_true(ring_nearest(&ring, low + (gap - 1) / 2) == below);
		assert_true(ring_nearest(&ring, low + gap / 2 + 1) == above);
		if (gap % 2 == 0) {
			assert_true(ring_nearest(&ring, low + gap / 2) == below);
			ties++;
		}
	}
	assert_true(ties > 20);
	ring_fini(&ring);
	farm_free(f);
}

static void random_takes_the_less_loaded_of_its_draws(void **state)
{
	unsigned once[4], twice[4];
	const uint32_t weight[4] = {4, 4, 4, 4};
	struct farm *f = farm_new("random", &(struct scheduler_options){.draws = 1}, weight, 4);
	struct farm *g = farm_new("random", NULL, weight, 4);

	count(f, once);         /* the shares of the ring itself */
	farm_active(g, 2, 1);
	count(g, twice);
	for (size_t i = 0; i < 4; i++)
		assert_in_range(once[i], PICKS / 8, PICKS / 2);
	double share = (double)once[2] / PICKS;
	expect_share(twice[2], share * share);
	/* Equal loads: who had fewer in the last second. */
	farm_active(g, 2, 0);
	for (size_t i = 0; i < 4; i++)
		g->server[i].new_last_second = i == 1 ? 3 : 7;
	count(g, twice);
	share = (double)once[1] / PICKS;
	expect_share(twice[1], 1 - (1 - share) * (1 - share));
	farm_free(f);
	farm_free(g);
}

static int pick_for(struct farm *f, uint32_t client)
{
	f->flow.client = ip4_from_u32(client);
	return farm_pick(f);
}

#define CLIENTS 20000

static void only_the_clients_of_a_lost_server_move(void **state)
{
	static uint32_t owner[CLIENTS];
	unsigned moved = 0;

	for (size_t s = 0; s < 2; s++) {
		struct farm *f = farm_new("consistent", NULL, (uint32_t[]){2, 1, 3, 2, 2}, 5);
		for (uint32_t c = 0; c < CLIENTS; c++)
			owner[c] = f->server[pick_for(f, c)].id;
		/* Down, and out of the list, are the same. */
		if (s == 0)
			farm_usable(f, 2, false);
		else
			farm_remove(f, 2);
		for (uint32_t c = 0; c < CLIENTS; c++) {
			uint32_t now = f->server[pick_for(f, c)].id;
			assert_true(now != 3 && (now == owner[c] || owner[c] == 3));
			moved += now != owner[c];
		}
		farm_free(f);
	}
	assert_in_range(moved, 2 * CLIENTS * 15 / 100, 2 * CLIENTS * 45 / 100);
}

/* Half the weight is the first half of the points: a ramp only ever gives clients back. */
static void a_ramp_gives_clients_back_step_by_step(void **state)
{
	struct farm *f = farm_new("consistent", NULL, (uint32_t[]){2, 2, 2}, 3);
	unsigned before = 0;

	for (uint64_t sixteenth = 1; sixteenth <= 16; sixteenth++) {
		unsigned own = 0;
		f->server[1].weight = f->server[1].full_weight * sixteenth / 16;
		farm_changed(f, 1);
		for (uint32_t c = 0; c < CLIENTS; c++)
			own += pick_for(f, c) == 1;
		assert_true(own > before);
		before = own;
	}
	assert_in_range(before, CLIENTS / 5, CLIENTS / 2);
	farm_free(f);
}

/* All clients are one: without a bound one server has them all, with 150 % nobody has more than 1.5 of the mean. */
static void a_bound_spreads_even_one_client(void **state)
{
	struct farm *f = farm_new("consistent", &(struct scheduler_options){.bounded_load = 150},
				  (uint32_t[]){1, 1, 2}, 3);
	unsigned servers = 0;

	for (unsigned total = 1; total <= 4000; total++) {
		int picked = farm_open(f);
		assert_true(picked >= 0);
		unsigned share = picked == 2 ? 2 : 1;   /* of 4 */
		assert_in_range(f->server[picked].active, 1, (total * 150 + 99) / 100 * share / 4 + 1);
	}
	for (size_t i = 0; i < 3; i++)
		servers += f->server[i].active > 0;
	assert_in_range(servers, 2, 3);
	for (unsigned i = 0; i < 100; i++)
		farm_close(f, f->server[0].active > 0 ? 0 : 1);
	assert_true(farm_open(f) >= 0);
	farm_free(f);
}

static void the_port_counts_when_it_shall(void **state)
{
	static const char *const scheduler[] = {"sh", "mh", "maglev", "consistent"};

	for (size_t s = 0; s < 4; s++) {
		for (int with = 0; with < 2; with++) {
			struct farm *f = farm_new(scheduler[s], &(struct scheduler_options){.hash_port = with},
						  (uint32_t[]){1, 1, 1, 1}, 4);
			unsigned picked[4] = {0}, servers = 0;
			for (f->flow.client_port = 1; f->flow.client_port < 1000; f->flow.client_port++)
				picked[farm_pick(f)]++;
			for (size_t i = 0; i < 4; i++)
				servers += picked[i] > 0;
			assert_int_equal(servers, with ? 4 : 1);
			farm_free(f);
		}
	}
}

static void maglev_shares_by_weight_and_moves_few(void **state)
{
	static uint32_t owner[CLIENTS];
	unsigned share[4] = {0}, others = 0;
	struct farm *f = farm_new("maglev", NULL, (uint32_t[]){2, 1, 1, 4}, 4);

	for (uint32_t c = 0; c < CLIENTS; c++) {
		int picked = pick_for(f, c);
		owner[c] = (uint32_t)picked;
		share[picked]++;
	}
	for (size_t i = 0; i < 4; i++)
		assert_in_range(share[i], CLIENTS * f->server[i].weight / SCHEDULER_WEIGHT_ONE / 8 * 95 / 100,
				CLIENTS * f->server[i].weight / SCHEDULER_WEIGHT_ONE / 8 * 105 / 100);
	farm_usable(f, 1, false);
	for (uint32_t c = 0; c < CLIENTS; c++) {
		int picked = pick_for(f, c);
		assert_int_not_equal(picked, 1);
		others += owner[c] != 1 && (uint32_t)picked != owner[c];
	}
	assert_in_range(others, 0, CLIENTS / 20);
	/* Full is not down: nobody else moves at all. */
	f->server[1].full = true;
	farm_changed(f, 1);
	for (uint32_t c = 0; c < CLIENTS; c++) {
		int picked = pick_for(f, c);
		assert_true(owner[c] == 1 ? picked != 1 : (uint32_t)picked == owner[c]);
	}
	for (size_t i = 0; i < 4; i++) {
		f->server[i].full = true;
		farm_usable(f, i, false);
	}
	assert_int_equal(farm_pick(f), -1);
	farm_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_busy_server_still_gets_its_square),
		cmocka_unit_test(draws_go_by_weight_and_the_load_is_for_its_weight),
		cmocka_unit_test(more_draws_find_the_idle_one_more_often),
		cmocka_unit_test(the_kernels_draw_favours_the_first),
		cmocka_unit_test(draws_are_even_to_the_last_point),
		cmocka_unit_test(the_nearest_point_has_the_client),
		cmocka_unit_test(random_takes_the_less_loaded_of_its_draws),
		cmocka_unit_test(only_the_clients_of_a_lost_server_move),
		cmocka_unit_test(a_ramp_gives_clients_back_step_by_step),
		cmocka_unit_test(a_bound_spreads_even_one_client),
		cmocka_unit_test(the_port_counts_when_it_shall),
		cmocka_unit_test(maglev_shares_by_weight_and_moves_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

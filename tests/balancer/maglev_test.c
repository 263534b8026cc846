// SPDX-License-Identifier: BSD-2-Clause
/* Maglev's table against the paper's own and Katran's figures (balancer.md 1.7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/balancer/maglev.h"

#define SIZE 65537
#define MOST 400

static uint32_t table[SIZE], after[SIZE];

/* Table 1 of the paper: three backends, seven places; the permutations are the paper's. */
static void the_papers_table(void **state)
{
	static const uint32_t permutation[3][7] = {{3, 0, 4, 1, 5, 2, 6}, {0, 2, 4, 6, 1, 3, 5}, {3, 4, 5, 6, 0, 1, 2}};
	const struct maglev_backend paper[3] = {{.offset = 3, .skip = 4, .weight = 1},
						{.offset = 0, .skip = 2, .weight = 1},
						{.offset = 3, .skip = 1, .weight = 1}};
	struct maglev_backend backend[3];
	uint32_t place[7];

	for (uint32_t i = 0; i < 3; i++)
		for (uint32_t j = 0; j < 7; j++)
			assert_int_equal((paper[i].offset + j * paper[i].skip) % 7, permutation[i][j]);
	for (int turns = MAGLEV_IN_ROW; turns <= MAGLEV_SPREAD; turns++) {
		memcpy(backend, paper, sizeof paper);
		assert_true(maglev_fill(place, 7, backend, 3, (enum maglev_turns)turns));
		assert_memory_equal(place, ((uint32_t[]){1, 0, 1, 0, 2, 2, 0}), sizeof place);
		/* Without backend 1: of the others' places only number 6 moves. */
		memcpy(backend, paper, sizeof paper);
		backend[1].weight = 0;
		assert_true(maglev_fill(place, 7, backend, 3, (enum maglev_turns)turns));
		assert_memory_equal(place, ((uint32_t[]){0, 0, 0, 0, 2, 2, 2}), sizeof place);
	}
}

static void nobody_of_weight_leaves_the_table_alone(void **state)
{
	struct maglev_backend backend[1] = {{.offset = 0, .skip = 1, .weight = 0}};
	uint32_t place[3] = {7, 8, 9};

	assert_false(maglev_fill(place, 3, backend, 1, MAGLEV_SPREAD));
	assert_false(maglev_fill(place, 3, backend, 0, MAGLEV_SPREAD));
	assert_memory_equal(place, ((uint32_t[]){7, 8, 9}), sizeof place);
}

static void weights_in_a_row_are_turns_one_behind_the_other(void **state)
{
	struct maglev_backend backend[2] = {{.offset = 0, .skip = 1, .weight = 3}, {.offset = 0, .skip = 1, .weight = 1}};
	uint32_t place[11];

	assert_true(maglev_fill(place, 11, backend, 2, MAGLEV_IN_ROW));
	assert_memory_equal(place, ((uint32_t[]){0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}), sizeof place);
}

/* The first round gathers 4, 1; the second, third and fourth 4, 1 again: the lighter one claims in the fourth. */
static void weights_that_are_spread_claim_when_they_have_gathered_the_largest(void **state)
{
	struct maglev_backend backend[2] = {{.offset = 0, .skip = 1, .weight = 4}, {.offset = 0, .skip = 1, .weight = 1}};
	uint32_t place[11];

	assert_true(maglev_fill(place, 11, backend, 2, MAGLEV_SPREAD));
	assert_memory_equal(place, ((uint32_t[]){0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}), sizeof place);
}

static void primes_are_told_from_others(void **state)
{
	static const uint32_t prime[] = {2, 3, 5, 7, 251, 4093, 65521, 65537, 131071, 655373, 4294967291u};
	static const uint32_t other[] = {0, 1, 4, 9, 15, 65535, 65536, 4094, 4294967295u};

	for (size_t i = 0; i < sizeof prime / sizeof prime[0]; i++)
		assert_true(maglev_is_prime(prime[i]));
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
		assert_false(maglev_is_prime(other[i]));
}

/* --- Katran ---------------------------------------------------------------------------------------------- */

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static uint64_t finish(uint64_t h)
{
	h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

/* The first half of MurmurHash3 x64 128 (Austin Appleby, public domain) of sixteen bytes, two words. */
static uint64_t murmur(uint64_t a, uint64_t b, uint64_t seed)
{
	const uint64_t c1 = UINT64_C(0x87c37b91114253d5), c2 = UINT64_C(0x4cf5ad432745937f);
	uint64_t h1 = seed, h2 = seed;

	h1 ^= rotate(a * c1, 31) * c2;
	h1 = (rotate(h1, 27) + h2) * 5 + 0x52dce729;
	h2 ^= rotate(b * c2, 33) * c1;
	h2 = (rotate(h2, 31) + h1) * 5 + 0x38495ab5;
	h1 = (h1 ^ 16) + (h2 ^ 16);
	h2 = (h2 ^ 16) + h1;
	return finish(h1) + finish(h2);
}

static struct maglev_backend katran(uint64_t hash, uint64_t weight)
{
	return (struct maglev_backend){.offset = (uint32_t)(murmur(hash, 42, 0) % SIZE),
				       .skip = (uint32_t)(murmur(hash, 2718281828, 2307) % (SIZE - 1)) + 1,
				       .weight = weight};
}

static void katrans_second_form_is_proportional(void **state)
{
	struct maglev_backend backend[3] = {katran(1, 2), katran(2, 1), katran(3, 1)};
	unsigned places[3] = {0};

	assert_true(maglev_fill(table, SIZE, backend, 3, MAGLEV_SPREAD));
	for (uint32_t i = 0; i < SIZE; i++)
		places[table[i]]++;
	assert_int_equal(places[0], 32769);
	assert_int_equal(places[1], 16384);
	assert_int_equal(places[2], 16384);
}

/* The last of `count` backends goes: its places must move, and some others do, too. */
static void expect_moves(size_t count, uint64_t factor, unsigned own, unsigned others)
{
	struct maglev_backend backend[MOST];
	unsigned its = 0, collateral = 0;

	for (size_t i = 0; i < count; i++)
		backend[i] = katran(i * factor, 100);
	assert_true(maglev_fill(table, SIZE, backend, count, MAGLEV_SPREAD));
	for (size_t i = 0; i < count; i++)
		backend[i] = katran(i * factor, i < count - 1 ? 100 : 0);
	assert_true(maglev_fill(after, SIZE, backend, count, MAGLEV_SPREAD));
	for (uint32_t i = 0; i < SIZE; i++) {
		its += table[i] == count - 1;
		collateral += table[i] != count - 1 && table[i] != after[i];
	}
	assert_int_equal(its, own);
	assert_int_equal(collateral, others);
}

static void as_many_places_move_as_in_katran(void **state)
{
	expect_moves(400, 10, 163, 617);
	expect_moves(10, 1, 6553, 136);
}

static void equal_backends_differ_by_one_place_at_most(void **state)
{
	struct maglev_backend backend[MOST];
	unsigned places[MOST] = {0};

	for (size_t i = 0; i < MOST; i++)
		backend[i] = katran(i * 7919, 3);
	assert_true(maglev_fill(table, SIZE, backend, MOST, MAGLEV_SPREAD));
	for (uint32_t i = 0; i < SIZE; i++)
		places[table[i]]++;
	for (size_t i = 0; i < MOST; i++)
		assert_in_range(places[i], SIZE / MOST, SIZE / MOST + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_papers_table),
		cmocka_unit_test(nobody_of_weight_leaves_the_table_alone),
		cmocka_unit_test(weights_in_a_row_are_turns_one_behind_the_other),
		cmocka_unit_test(weights_that_are_spread_claim_when_they_have_gathered_the_largest),
		cmocka_unit_test(primes_are_told_from_others),
		cmocka_unit_test(katrans_second_form_is_proportional),
		cmocka_unit_test(as_many_places_move_as_in_katran),
		cmocka_unit_test(equal_backends_differ_by_one_place_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Hashing schedulers against published buckets and by what must hold of any of them (balancer.md 1.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/farm.h"

static struct farm *equal_farm(const char *scheduler, const struct scheduler_options *options, size_t count)
{
	uint32_t weight[FARM_ROOM];

	for (size_t i = 0; i < count; i++)
		weight[i] = 1;
	return farm_new(scheduler, options, weight, count);
}

static int pick_for(struct farm *f, uint32_t client)
{
	f->flow.client = ip4_from_u32(client);
	return farm_pick(f);
}

static uint32_t address(const char *text)
{
	struct ip_addr a;

	assert_true(ip_parse(text, &a));
	return ip4_to_u32(&a);
}

/* --- sh --------------------------------------------------------------------------------------------------- */

static void source_hash_has_the_kernels_buckets(void **state)
{
	static const struct {
		const char *client;
		int bucket;
	} table[] = {{"10.0.0.1", 39}, {"10.0.0.2", 137}, {"192.0.2.1", 50}, {"198.51.100.7", 171}, {"203.0.113.9", 64}};
	struct farm *f = equal_farm("sh", NULL, 256);  /* one bucket each */

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		assert_int_equal(pick_for(f, address(table[i].client)), table[i].bucket);
	/* IPv6: the words folded: 2001:db8:: + 10.0.0.1 ^ 2001:db8 */
	assert_true(ip_parse("2001:db8::2a01:db9", &f->flow.client));
	assert_int_equal(farm_pick(f), 39);
	farm_free(f);
	f = equal_farm("sh", &(struct scheduler_options){.hash_port = true}, 256);
	f->flow.client_port = 1024;
	assert_int_equal(pick_for(f, address("10.0.0.1")), 73);
	f->flow.client_port = 5;
	int same = pick_for(f, address("10.0.0.1"));
	f->flow.client_port = 4;        /* added, so these collide */
	assert_int_equal(pick_for(f, address("10.0.0.2")), same);
	farm_free(f);
}

/* An address for each of the 256 buckets. */
static void find_clients(uint32_t client[256])
{
	struct farm *f = equal_farm("sh", NULL, 256);
	size_t found = 0;

	for (size_t i = 0; i < 256; i++)
		client[i] = 0;
	for (uint32_t a = 1; found < 256; a++) {
		int bucket = pick_for(f, a);
		if (client[bucket] == 0) {
			client[bucket] = a;
			found++;
		}
	}
	farm_free(f);
}

static void weights_fill_buckets_one_behind_the_other(void **state)
{
	uint32_t client[256];
	struct farm *f = farm_new("sh", NULL, (uint32_t[]){3, 0, 2}, 3);

	find_clients(client);
	/* AAABCC, again and again; B is quiesced but has a bucket, whose clients get nobody. */
	const int owner[6] = {0, 0, 0, -1, 2, 2};
	for (int b = 0; b < 256; b++)
		assert_int_equal(pick_for(f, client[b]), owner[b % 6]);
	/* A sum above 256 leaves nothing for the last. */
	farm_weight(f, 0, 300);
	for (int b = 0; b < 256; b++)
		assert_int_equal(pick_for(f, client[b]), 0);
	farm_free(f);
}

/* When one of n goes the buckets are dealt anew: by the rule of filling, bucket b changes its owner from b mod n to the
 * (b mod (n - 1))th of those that are left, which is nearly always somebody else. */
static void nearly_all_clients_move_when_a_server_goes(void **state)
{
	uint32_t client[256];

	find_clients(client);
	for (int n = 2; n <= 16; n++) {
		for (int gone = 0; gone < n; gone++) {
			struct farm *f = equal_farm("sh", NULL, (size_t)n);
			int moved = 0, expected = 0;
			uint32_t owner[256];
			for (int b = 0; b < 256; b++)
				owner[b] = f->server[pick_for(f, client[b])].id;
			farm_remove(f, (size_t)gone);
			for (int b = 0; b < 256; b++) {
				int left = b % (n - 1);
				expected += (left < gone ? left : left + 1) != b % n;
				moved += f->server[pick_for(f, client[b])].id != owner[b];
			}
			assert_int_equal(moved, expected);
			assert_in_range(moved, 256 * (n - 1) / n - 16, 256);
			farm_free(f);
		}
	}
}

static void who_is_full_keeps_his_buckets_and_who_is_down_does_not(void **state)
{
	uint32_t client[256];
	struct farm *f = equal_farm("sh", NULL, 3);
	struct farm *fallback = equal_farm("sh", &(struct scheduler_options){.fallback = true}, 3);

	find_clients(client);
	for (int full = 0; full < 2; full++) {
		f->server[1].full = fallback->server[1].full = full;
		farm_usable(f, 1, false);
		farm_usable(fallback, 1, false);
		for (int b = 0; b < 256; b++) {
			int own = full ? b % 3 : b % 2 * 2;
			assert_int_equal(pick_for(f, client[b]), own == 1 ? -1 : own);
			int other = pick_for(fallback, client[b]);
			assert_true(own == 1 ? other == 0 || other == 2 : other == own);
		}
	}
	farm_free(f);
	farm_free(fallback);
}

/* --- ip-hash --------------------------------------------------------------------------------------------- */

static void nginx_hashes_the_network_of_the_client(void **state)
{
	static const struct {
		const char *client;
		uint32_t hash;
		int of_three;
	} table[] = {
		{"10.0.0.1", 2565, 0},	{"10.0.0.200", 2565, 0},   {"10.0.1.1", 2566, 1},
		{"192.0.2.1", 6255, 0}, {"198.51.100.7", 936, 0}, {"203.0.113.9", 2592, 0},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct farm *three = equal_farm("ip-hash", NULL, 3);
		assert_int_equal(pick_for(three, address(table[i].client)), table[i].of_three);
		farm_free(three);
		/* The second server owns exactly that point of the 6271. */
		struct farm *f = farm_new("ip-hash", NULL, (uint32_t[]){table[i].hash, 1, 6270 - table[i].hash}, 3);
		assert_int_equal(pick_for(f, address(table[i].client)), 1);
		farm_free(f);
	}
}

static void nginx_hashes_on_when_the_server_is_down(void **state)
{
	struct farm *f = equal_farm("ip-hash", NULL, 3);
	unsigned others[3] = {0};

	farm_usable(f, 0, false);
	/* h goes on from 2565: over 10, 0, 1 of 10.0.1.x it would be another; here 10.0.0.x: ((2565 * 113 + 10) ...). */
	uint32_t h = 2565;
	int expected = 0;
	while (expected == 0) {
		h = (h * 113 + 10) % 6271 * 113 % 6271 * 113 % 6271;
		expected = (int)(h % 3);
	}
	assert_int_equal(pick_for(f, address("10.0.0.1")), expected);
	for (uint32_t net = 0; net < 3000; net++)
		others[pick_for(f, net << 8)]++;
	assert_int_equal(others[0], 0);
	assert_in_range(others[1], 1300, 1700);
	/* Twenty tries in vain, then in turns: the only one that is there. */
	struct farm *many = equal_farm("ip-hash", NULL, 1000);
	for (size_t i = 0; i < 999; i++)
		farm_usable(many, i, false);
	assert_int_equal(pick_for(many, address("10.0.0.1")), 999);
	farm_free(many);
	farm_free(f);
}

/* --- mh --------------------------------------------------------------------------------------------------- */

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

/* SipHash-1-3 (Aumasson, Bernstein 2012) as the paper has it, for less than eight bytes. */
static uint64_t sip13(uint64_t k0, uint64_t k1, const uint8_t *bytes, size_t length)
{
	uint64_t v0 = k0 ^ UINT64_C(0x736f6d6570736575), v1 = k1 ^ UINT64_C(0x646f72616e646f6d);
	uint64_t v2 = k0 ^ UINT64_C(0x6c7967656e657261), v3 = k1 ^ UINT64_C(0x7465646279746573);
	uint64_t m = (uint64_t)length << 56;

	for (size_t i = 0; i < length; i++)
		m |= (uint64_t)bytes[i] << 8 * i;
	v3 ^= m;
	for (int round = 0; round < 4; round++) {
		v0 += v1, v1 = rotate(v1, 13) ^ v0, v0 = rotate(v0, 32);
		v2 += v3, v3 = rotate(v3, 16) ^ v2;
		v0 += v3, v3 = rotate(v3, 21) ^ v0;
		v2 += v1, v1 = rotate(v1, 17) ^ v2, v2 = rotate(v2, 32);
		if (round == 0)
			v0 ^= m, v2 ^= 0xff;
	}
	return v0 ^ v1 ^ v2 ^ v3;
}

/* An oracle that is not ours: Python 3.11 and later hash bytes so; under PYTHONHASHSEED=0 the key is zero. */
static void the_tests_own_siphash_is_pythons(void **state)
{
	assert_true(sip13(0, 0, (const uint8_t[]){0}, 1) == UINT64_C(0x68a914128e01e473));
	assert_true(sip13(0, 0, (const uint8_t[]){0, 1, 2, 3}, 4) == UINT64_C(0x7cc43f98813e4dbd));
}

static uint32_t kernel_hash(uint32_t value, uint64_t key)
{
	const uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};

	return (uint32_t)sip13(key, key, bytes, sizeof bytes);
}

#define OFFSETS UINT64_C(2654435761)
#define SKIPS UINT64_C(2654446892)

/* The table as the kernel fills it, by the definition: servers claim `turns` places in a row. */
static void fill(const struct farm *f, const int *turns, int *table, uint32_t size)
{
	uint32_t claimed[FARM_ROOM] = {0}, filled = 0;

	for (uint32_t i = 0; i < size; i++)
		table[i] = -1;
	while (filled < size) {
		for (size_t s = 0; s < f->count && filled < size; s++) {
			uint32_t value = ip4_to_u32(&f->server[s].address) + f->server[s].port;
			uint64_t offset = kernel_hash(value, OFFSETS) % size, skip = kernel_hash(value, SKIPS) % (size - 1) + 1;
			for (int t = 0; t < turns[s] && filled < size; t++) {
				while (table[(offset + claimed[s] * skip) % size] >= 0)
					claimed[s]++;
				table[(offset + claimed[s] * skip) % size] = (int)s;
				filled++;
			}
		}
	}
}

static void expect_kernels_table(struct farm *f, const int *turns, uint32_t size)
{
	static int table[131071];

	fill(f, turns, table, size);
	for (uint32_t client = 0x0a000000; client < 0x0a000000 + 2000; client++) {
		int owner = table[kernel_hash(client, OFFSETS) % size];
		assert_int_equal(pick_for(f, client), f->server[owner].weight > 0 ? owner : -1);
	}
}

static void the_kernels_maglev_has_the_kernels_table(void **state)
{
	static const struct {
		uint32_t size, weight[4];
		int turns[4];
	} table[] = {
		{0, {1, 1, 1, 1}, {1, 1, 1, 1}},
		{0, {20, 10, 10, 30}, {2, 1, 1, 3}},                    /* over the divisor */
		{0, {1, 64, 32, 200}, {1, 16, 8, 50}},                  /* 200 has 8 bits: 2 too many */
		{251, {1, 15, 16, 100}, {1, 1, 2, 12}},                 /* 4 bits of turns */
		{131071, {1, 255, 3, 5}, {1, 255, 3, 5}},               /* 8 bits */
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct farm *f = farm_new("mh", &(struct scheduler_options){.table_size = table[i].size}, table[i].weight, 4);
		expect_kernels_table(f, table[i].turns, table[i].size != 0 ? table[i].size : 4093);
		farm_free(f);
	}
}

static void the_kernels_maglev_remembers_the_last_weight(void **state)
{
	struct farm *f = farm_new("mh", NULL, (uint32_t[]){2, 1, 1}, 3);
	int before[2000];
	unsigned nobody = 0;

	for (uint32_t c = 0; c < 2000; c++)
		before[c] = pick_for(f, c);
	farm_weight(f, 0, 0);
	for (uint32_t c = 0; c < 2000; c++) {
		int picked = pick_for(f, c);
		assert_int_equal(picked, before[c] == 0 ? -1 : before[c]);
		nobody += picked < 0;
	}
	assert_in_range(nobody, 900, 1100);
	/* A new list remembers it, too: by the id. */
	farm_insert(f, 0, 9, 4);
	expect_kernels_table(f, (int[]){4, 2, 1, 1}, 4093);
	farm_free(f);
}

static void the_kernels_maglev_keeps_the_place_of_who_is_full(void **state)
{
	struct farm *f = farm_new("mh", NULL, (uint32_t[]){1, 1, 1}, 3);
	int before[2000];
	unsigned moved = 0;

	for (uint32_t c = 0; c < 2000; c++)
		before[c] = pick_for(f, c);
	f->server[1].full = true;
	farm_usable(f, 1, false);
	for (uint32_t c = 0; c < 2000; c++)
		assert_int_equal(pick_for(f, c), before[c] == 1 ? -1 : before[c]);
	/* Down it has left the table, and others have its clients. */
	f->server[1].full = false;
	farm_changed(f, 1);
	for (uint32_t c = 0; c < 2000; c++) {
		int picked = pick_for(f, c);
		assert_true(picked == 0 || picked == 2);
		moved += before[c] != 1 && picked != before[c];
	}
	assert_in_range(moved, 0, 100);
	farm_free(f);
}

static void the_kernels_maglev_looks_on_if_told_to(void **state)
{
	struct farm *f = farm_new("mh", &(struct scheduler_options){.fallback = true}, (uint32_t[]){1, 1, 1}, 3);

	farm_weight(f, 1, 0);
	for (uint32_t c = 0; c < 2000; c++)
		assert_true(pick_for(f, c) == 0 || pick_for(f, c) == 2);
	farm_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(source_hash_has_the_kernels_buckets),
		cmocka_unit_test(weights_fill_buckets_one_behind_the_other),
		cmocka_unit_test(nearly_all_clients_move_when_a_server_goes),
		cmocka_unit_test(who_is_full_keeps_his_buckets_and_who_is_down_does_not),
		cmocka_unit_test(nginx_hashes_the_network_of_the_client),
		cmocka_unit_test(nginx_hashes_on_when_the_server_is_down),
		cmocka_unit_test(the_tests_own_siphash_is_pythons),
		cmocka_unit_test(the_kernels_maglev_has_the_kernels_table),
		cmocka_unit_test(the_kernels_maglev_remembers_the_last_weight),
		cmocka_unit_test(the_kernels_maglev_keeps_the_place_of_who_is_full),
		cmocka_unit_test(the_kernels_maglev_looks_on_if_told_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

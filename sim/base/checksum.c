// SPDX-License-Identifier: BSD-2-Clause
/* RFC 1071 sums. The sum is kept in memory order (RFC 1071 2(B)) and swapped once, at the end. */
#include "sim/base/checksum.h"

#include <string.h>

typedef uint64_t words __attribute__((vector_size(32)));

#define BLOCK 64

/* Sums of whole words and of their high halves; two of each, that do not wait for each other. */
struct sums {
	words whole_a, whole_b, high_a, high_b;
};

/* `to` is NULL where nothing is copied, which the compiler knows. */
static inline __attribute__((always_inline)) void add_block(struct sums *s, const uint8_t *p, uint8_t *to)
{
	words a, b;

	memcpy(&a, p, sizeof a);
	memcpy(&b, p + sizeof a, sizeof b);
	if (to != NULL) {
		memcpy(to, &a, sizeof a);
		memcpy(to + sizeof a, &b, sizeof b);
	}
	s->whole_a += a;
	s->whole_b += b;
	s->high_a += a >> 32;
	s->high_b += b >> 32;
}

/* The sum of the low halves is what the whole words come to without the high ones. Long strides: a loop of many
 * rounds makes the processor forget how the branches around it went. */
static inline __attribute__((always_inline)) uint64_t sum_blocks(const uint8_t *p, uint8_t *to, size_t blocks)
{
	struct sums s = {.whole_a = {0}};
	size_t at = 0, end = blocks * BLOCK;

	for (; end - at >= 4 * BLOCK; at += 4 * BLOCK)
		for (size_t i = at; i < at + 4 * BLOCK; i += BLOCK)
			add_block(&s, p + i, to != NULL ? to + i : NULL);
	for (; at < end; at += BLOCK)
		add_block(&s, p + at, to != NULL ? to + at : NULL);
	words high = s.high_a + s.high_b, sum = s.whole_a + s.whole_b - (high << 32) + high;
	return sum[0] + sum[1] + sum[2] + sum[3];
}

/* The same sum with wider instructions, where the processor has them: most of what a datagram costs is its sum. */
#if defined(__x86_64__) && !defined(CHECKSUM_PLAIN)
#define WIDE __attribute__((target("avx2")))
#define HAS_WIDE __builtin_cpu_supports("avx2")
#else
#define WIDE
#define HAS_WIDE 0
#endif

WIDE static uint64_t sum_blocks_wide(const uint8_t *p, size_t blocks)
{
	return sum_blocks(p, NULL, blocks);
}

WIDE static uint64_t copy_blocks_wide(const uint8_t *p, uint8_t *to, size_t blocks)
{
	return sum_blocks(p, to, blocks);
}

/* Less than a block. */
static inline uint64_t add_rest(uint64_t local, const uint8_t *p, size_t n)
{
	for (; n >= 8; p += 8, n -= 8) {
		uint64_t v;
		memcpy(&v, p, 8);
		local += (v & 0xffffffff) + (v >> 32);
	}
	for (; n >= 2; p += 2, n -= 2) {
		uint16_t v;
		memcpy(&v, p, 2);
		local += v;
	}
	if (n == 1) {
		uint16_t v = 0;
		memcpy(&v, p, 1);
		local += v;
	}
	return (local & 0xffffffff) + (local >> 32);
}

uint64_t checksum_add(uint64_t sum, const uint8_t *p, size_t n)
{
	uint64_t local = 0;
	size_t whole = n / BLOCK * BLOCK;

	if (whole > 0)
		local = HAS_WIDE ? sum_blocks_wide(p, n / BLOCK) : sum_blocks(p, NULL, n / BLOCK);
	return sum + add_rest(local, p + whole, n - whole);
}

uint64_t checksum_copy(uint64_t sum, uint8_t *to, const uint8_t *p, size_t n)
{
	uint64_t local = 0;
	size_t whole = n / BLOCK * BLOCK;

	if (whole > 0)
		local = HAS_WIDE ? copy_blocks_wide(p, to, n / BLOCK) : sum_blocks(p, to, n / BLOCK);
	if (n > whole)
		memcpy(to + whole, p + whole, n - whole);
	return sum + add_rest(local, p + whole, n - whole);
}

uint64_t checksum_add_pseudo_of_16(uint64_t sum, const struct ip_addr *src, const struct ip_addr *dst)
{
	for (size_t i = 0; i < 16; i += 4)
		sum += checksum_word(src->b + i) + checksum_word(dst->b + i);
	return sum;
}

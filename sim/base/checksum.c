// SPDX-License-Identifier: BSD-2-Clause
/* RFC 1071 sums. The sum is kept in memory order (RFC 1071 2(B)) and swapped once, at the end. */
#include "sim/base/checksum.h"

#include <string.h>

typedef uint64_t pair __attribute__((vector_size(16)));

/* Sums of whole words and of their high halves; two of each, that do not wait for each other. */
struct sums {
	pair whole_a, whole_b, high_a, high_b;
};

static inline void add_32(struct sums *s, const uint8_t *p)
{
	pair a, b;

	memcpy(&a, p, sizeof a);
	memcpy(&b, p + sizeof a, sizeof b);
	s->whole_a += a;
	s->whole_b += b;
	s->high_a += a >> 32;
	s->high_b += b >> 32;
}

/* The sum of the low halves is what the whole words come to without the high ones. Long strides: a loop of many
 * rounds makes the processor forget how the branches around it went. */
static uint64_t add_pairs(const uint8_t **p, size_t *n)
{
	struct sums s = {.whole_a = {0}};

	for (; *n >= 128; *p += 128, *n -= 128) {
		add_32(&s, *p);
		add_32(&s, *p + 32);
		add_32(&s, *p + 64);
		add_32(&s, *p + 96);
	}
	for (; *n >= 32; *p += 32, *n -= 32)
		add_32(&s, *p);
	pair whole = s.whole_a + s.whole_b, high_pair = s.high_a + s.high_b;
	uint64_t high = high_pair[0] + high_pair[1];
	return whole[0] + whole[1] - (high << 32) + high;
}

uint64_t checksum_add(uint64_t sum, const uint8_t *p, size_t n)
{
	uint64_t local = n >= 64 ? add_pairs(&p, &n) : 0;

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
	return sum + (local & 0xffffffff) + (local >> 32);
}

uint64_t checksum_add_pseudo(uint64_t sum, const struct ip_addr *src, const struct ip_addr *dst,
			     uint8_t protocol, uint32_t length)
{
	size_t n = ip_size((enum ip_family)src->family);
	const uint8_t tail[8] = {(uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8),
				 (uint8_t)length, 0, 0, 0, protocol};

	/* IPv4's tail is zero, protocol, 16-bit length: the same sum as IPv6's longer one. */
	for (size_t i = 0; i < n; i += 4)
		sum += checksum_word(src->b + i) + checksum_word(dst->b + i);
	return sum + checksum_word(tail) + checksum_word(tail + 4);
}

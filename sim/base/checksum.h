// SPDX-License-Identifier: BSD-2-Clause
/*
 * The Internet checksum (RFC 1071): partial sums that add up over pieces, pseudo-headers, and the
 * folded, complemented 16 bits. A message with a right checksum in place finishes to 0.
 */
#ifndef VL_BASE_CHECKSUM_H
#define VL_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "sim/base/addr.h"

/* Four bytes as a term of a partial sum. */
static inline uint64_t checksum_word(const uint8_t bytes[4])
{
	uint32_t word;

	memcpy(&word, bytes, sizeof word);
	return word;
}

/* Adds `length` bytes to the partial sum. Every piece but the last must have an even length. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t length);

/* The same, and copies them to `to`, which does not overlap: one way through the bytes for both. */
uint64_t checksum_copy(uint64_t sum, uint8_t *to, const uint8_t *bytes, size_t length);

/* The addresses of two IPv6 hosts: a part of what follows. */
uint64_t checksum_add_pseudo_of_16(uint64_t sum, const struct ip_addr *src, const struct ip_addr *dst);

/* Adds the pseudo-header of the family of `src`: RFC 768/793 form for IPv4, RFC 8200 8.1 for IPv6. IPv4's tail is zero,
 * protocol, 16-bit length: the same sum as IPv6's longer one. */
static inline uint64_t checksum_add_pseudo(uint64_t sum, const struct ip_addr *src, const struct ip_addr *dst,
					   uint8_t protocol, uint32_t length)
{
	const uint8_t tail[8] = {(uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8),
				 (uint8_t)length, 0, 0, 0, protocol};

	sum += checksum_word(tail) + checksum_word(tail + 4);
	if (src->family == IP_V4)
		return sum + checksum_word(src->b) + checksum_word(dst->b);
	return checksum_add_pseudo_of_16(sum, src, dst);
}

/* The one's complement sum of sixteen bits that a sum of longer words comes to. */
static inline uint16_t checksum_fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Folds and complements: the value to put in the field (host order). */
static inline uint16_t checksum_finish(uint64_t sum)
{
	uint16_t folded = (uint16_t)~checksum_fold(sum);
	uint8_t bytes[2];
	memcpy(bytes, &folded, 2);
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint16_t checksum_of(const uint8_t *bytes, size_t length)
{
	return checksum_finish(checksum_add(0, bytes, length));
}

/* The same of twenty bytes, an IPv4 header without options: every packet has one. */
static inline uint16_t checksum_of_20(const uint8_t bytes[20])
{
	return checksum_finish(checksum_word(bytes) + checksum_word(bytes + 4) + checksum_word(bytes + 8) +
			       checksum_word(bytes + 12) + checksum_word(bytes + 16));
}

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The Internet checksum (RFC 1071): partial sums that add up over pieces, pseudo-headers, and the
 * folded, complemented 16 bits. A message with a right checksum in place finishes to 0.
 */
#ifndef VL_BASE_CHECKSUM_H
#define VL_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/addr.h"

/* Adds `length` bytes to the partial sum. Every piece but the last must have an even length. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t length);

/* Adds the pseudo-header of the family of `src`: RFC 768/793 form for IPv4, RFC 8200 8.1 for IPv6. */
uint64_t checksum_add_pseudo(uint64_t sum, const struct ip_addr *src, const struct ip_addr *dst,
			     uint8_t protocol, uint32_t length);

/* Folds and complements: the value to put in the field (host order). */
uint16_t checksum_finish(uint64_t sum);

static inline uint16_t checksum_of(const uint8_t *bytes, size_t length)
{
	return checksum_finish(checksum_add(0, bytes, length));
}

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* RFC 1071 sums. The sum is kept in memory order (RFC 1071 2(B)) and swapped once, at the end. */
#include "sim/base/checksum.h"

#include <string.h>

uint64_t checksum_add(uint64_t sum, const uint8_t *p, size_t n)
{
	uint64_t local = 0;

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
	sum = checksum_add(sum, src->b, n);
	sum = checksum_add(sum, dst->b, n);
	return checksum_add(sum, tail, sizeof tail);
}

uint16_t checksum_finish(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	uint16_t folded = (uint16_t)~sum;
	uint8_t bytes[2];
	memcpy(bytes, &folded, 2);
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

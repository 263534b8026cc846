// SPDX-License-Identifier: BSD-2-Clause
/*
 * A hash of bytes under a secret, for tables whose keys a stranger chooses: a keyed multiply-mix over 8-byte words
 * (the shape of wyhash's core). Not cryptographic, but the secret is not on the wire.
 */
#ifndef VL_BASE_KEYED_HASH_H
#define VL_BASE_KEYED_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t keyed_hash_mix(uint64_t h)
{
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}

/* Eight bytes as a word of the machine: equal bytes, equal words. */
static inline uint64_t keyed_hash_word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

static inline uint64_t keyed_hash_begin(uint64_t secret)
{
	return secret ^ UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint64_t keyed_hash(uint64_t secret, const void *key, size_t length)
{
	const uint8_t *p = key;
	size_t n = length;
	uint64_t h = keyed_hash_begin(secret);

	if (n < 8) {
		uint64_t v = 0;
		memcpy(&v, p, n);
		h = keyed_hash_mix(h ^ v);
	} else {
		for (; n > 8; p += 8, n -= 8)
			h = keyed_hash_mix(h ^ keyed_hash_word(p));
		h = keyed_hash_mix(h ^ keyed_hash_word(p + n - 8)); /* the last eight, perhaps some of them again */
	}
	return keyed_hash_mix(h);
}

#endif

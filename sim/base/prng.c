// SPDX-License-Identifier: BSD-2-Clause
/* SplitMix64 streams. */
#include "sim/base/prng.h"

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct prng prng_stream(uint64_t seed, const char *name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a of the name, then mixed with the seed */

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return (struct prng){.state = mix(mix(seed) ^ h)};
}

uint64_t prng_u64(struct prng *p)
{
	p->state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(p->state);
}

uint64_t prng_below(struct prng *p, uint64_t bound)
{
	uint64_t refuse_under = (0 - bound) % bound; /* 2^64 mod bound */
	uint64_t v;

	do {
		v = prng_u64(p);
	} while (v < refuse_under);
	return v % bound;
}

bool prng_chance(struct prng *p, uint64_t parts, uint64_t whole)
{
	if (parts == 0)
		return false;
	return parts >= whole || prng_below(p, whole) < parts;
}

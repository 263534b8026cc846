// SPDX-License-Identifier: BSD-2-Clause
/*
 * Chance from one seed, in named streams: each purpose ("loss of lan:r1", "isn of lb1") draws from its
 * own, so that adding a client does not move a server's dice. The generator is SplitMix64 (Steele, Lea,
 * Flood 2014): 64 bits of state, equidistributed, and a stream is as cheap as its name.
 */
#ifndef VL_BASE_PRNG_H
#define VL_BASE_PRNG_H

#include <stdbool.h>
#include <stdint.h>

struct prng {
	uint64_t state;
};

/* The stream `name` of `seed`. The same two give the same stream everywhere. */
struct prng prng_stream(uint64_t seed, const char *name);

uint64_t prng_u64(struct prng *p);

/* Uniform in 0..bound-1 without bias; bound > 0. */
uint64_t prng_below(struct prng *p, uint64_t bound);

/* True with probability parts/whole; parts = 0 never, parts >= whole always; whole > 0. Draws nothing
 * in those two cases. */
bool prng_chance(struct prng *p, uint64_t parts, uint64_t whole);

#endif

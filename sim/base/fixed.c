// SPDX-License-Identifier: BSD-2-Clause
/* Bit by bit: a logarithm by squaring, a power from the square roots of two. */
#include "sim/base/fixed.h"

#include <assert.h>

__extension__ typedef unsigned __int128 wide;

/* 2^(2^-1), 2^(2^-2), ... 2^(2^-32), times 2^63. */
static const uint64_t ROOT[32] = {
	UINT64_C(0xb504f333f9de6484), UINT64_C(0x9837f0518db8a96f), UINT64_C(0x8b95c1e3ea8bd6e7),
	UINT64_C(0x85aac367cc487b15), UINT64_C(0x82cd8698ac2ba1d7), UINT64_C(0x8164d1f3bc030773),
	UINT64_C(0x80b1ed4fd999ab6c), UINT64_C(0x8058d7d2d5e5f6b1), UINT64_C(0x802c6436d0e04f51),
	UINT64_C(0x8016302f17467628), UINT64_C(0x800b179c82028fd1), UINT64_C(0x80058baf7fee3b5d),
	UINT64_C(0x8002c5d00fdcfcb7), UINT64_C(0x800162e61bed4a49), UINT64_C(0x8000b17292f702a4),
	UINT64_C(0x800058b92abbae02), UINT64_C(0x80002c5c8dade4d7), UINT64_C(0x8000162e44eaf636),
	UINT64_C(0x80000b1721fa7c19), UINT64_C(0x8000058b90de7e4d), UINT64_C(0x800002c5c8678f37),
	UINT64_C(0x80000162e431dba0), UINT64_C(0x800000b1721872d1), UINT64_C(0x80000058b90c1aa9),
	UINT64_C(0x8000002c5c8605a4), UINT64_C(0x800000162e4300e6), UINT64_C(0x8000000b17217ff8),
	UINT64_C(0x800000058b90bfdd), UINT64_C(0x80000002c5c85fe7), UINT64_C(0x8000000162e42ff2),
	UINT64_C(0x80000000b17217f8), UINT64_C(0x8000000058b90bfc),
};

#define LN_2 UINT64_C(0xb17217f7d1cf79ac)       /* times 2^64 */

int64_t fixed_log2(uint64_t x)
{
	assert(x > 0);
	int whole = 63 - __builtin_clzll(x);
	uint64_t y = x << (63 - whole);         /* 1 <= y / 2^63 < 2 */
	int64_t fraction = 0;

	for (int i = 0; i < 32; i++) {
		wide square = (wide)y * y;      /* 1 <= square / 2^126 < 4 */
		fraction <<= 1;
		if (square >> 127 != 0) {
			fraction |= 1;
			y = (uint64_t)(square >> 64);
		} else {
			y = (uint64_t)(square >> 63);
		}
	}
	return (int64_t)(whole - 32) * (int64_t)FIXED_ONE + fraction;
}

uint64_t fixed_exp2(int64_t e)
{
	int64_t whole = e >> 32;
	uint32_t fraction = (uint32_t)e;
	uint64_t y = UINT64_C(1) << 63;

	if (whole >= 32)
		return UINT64_MAX;
	if (whole < -33)
		return 0;
	for (int i = 0; i < 32; i++)
		if ((fraction >> (31 - i) & 1) != 0)
			y = (uint64_t)((wide)y * ROOT[i] >> 63);
	/* y / 2^63 * 2^whole, as Q32 */
	int64_t shift = 31 - whole;
	if (shift == 0)
		return y;
	if (shift >= 64)
		return 0;
	return (y >> shift) + (y >> (shift - 1) & 1);
}

uint64_t fixed_minus_ln(uint64_t x)
{
	assert(x > 0 && x <= FIXED_ONE);
	return (uint64_t)((wide)(uint64_t)-fixed_log2(x) * LN_2 >> 64);
}

uint64_t fixed_power(uint64_t x, uint32_t numerator, uint32_t denominator)
{
	assert(x <= FIXED_ONE && numerator > 0 && denominator > 0);
	if (x == 0)
		return 0;
	wide logarithm = (wide)(uint64_t)-fixed_log2(x) * numerator / denominator;

	return logarithm >> 38 != 0 ? 0 : fixed_exp2(-(int64_t)logarithm);
}

uint64_t fixed_scale(uint64_t a, uint64_t b, uint64_t c)
{
	assert(c > 0);
	wide product = (wide)a * b / c;

	assert(product >> 64 == 0);
	return (uint64_t)product;
}

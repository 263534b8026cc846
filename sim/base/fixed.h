// SPDX-License-Identifier: BSD-2-Clause
/*
 * Logarithm, power and roots in fixed point, for laws and distributions that must come out the same on every machine:
 * nothing under sim/ computes with floating point where it decides an order, and nothing links libm.
 *
 * Q32: a value times 2^32. All results are right to within 4 units of the last place.
 */
#ifndef VL_BASE_FIXED_H
#define VL_BASE_FIXED_H

#include <stdint.h>

#define FIXED_ONE (UINT64_C(1) << 32)

/* log2(x / 2^32) as Q32; x > 0. */
int64_t fixed_log2(uint64_t x);
/* 2^(e / 2^32) as Q32; 0 where that is too small, UINT64_MAX where it is too large. */
uint64_t fixed_exp2(int64_t e);
/* -ln(x / 2^32) as Q32, for 0 < x <= FIXED_ONE: an exponential draw of mean 1 from a uniform one. */
uint64_t fixed_minus_ln(uint64_t x);
/* (x / 2^32)^(numerator / denominator) as Q32, for x <= FIXED_ONE; both parts of the exponent 1 to 2^20. */
uint64_t fixed_power(uint64_t x, uint32_t numerator, uint32_t denominator);
/* a * b / c without overflow in between, rounded down; c > 0, and the result fits. */
uint64_t fixed_scale(uint64_t a, uint64_t b, uint64_t c);

#endif

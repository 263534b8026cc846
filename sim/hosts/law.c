// SPDX-License-Identifier: BSD-2-Clause
/* Draws from the laws. */
#include "sim/hosts/law.h"

#include <assert.h>

#include "sim/base/fixed.h"

vl_time law_draw(const struct law *l, struct prng *dice)
{
	switch (l->kind) {
	case LAW_NEVER:
		break;
	case LAW_FIXED:
		return l->mean;
	case LAW_EXPONENTIAL:
		assert(l->mean <= LAW_LONGEST);
		/* 1 to 2^32: the logarithm of 0 is never asked for */
		return fixed_scale(l->mean, fixed_minus_ln((prng_u64(dice) >> 32) + 1), FIXED_ONE);
	case LAW_UNIFORM:
		assert(l->low <= l->high);
		return l->low + prng_below(dice, l->high - l->low + 1);
	}
	return VL_NEVER;
}

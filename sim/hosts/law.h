// SPDX-License-Identifier: BSD-2-Clause
/*
 * Lengths of time by chance: how long a session lasts, how long a user thinks, how long a service takes. Integers and
 * fixed point only (sim/base/fixed.h): one seed gives the same lengths everywhere.
 */
#ifndef VL_HOSTS_LAW_H
#define VL_HOSTS_LAW_H

#include "sim/base/prng.h"
#include "sim/base/time.h"

enum law_kind {
	LAW_NEVER = 0,          /* VL_NEVER: it does not end, it does not happen */
	LAW_FIXED,              /* .mean, and no draw */
	LAW_EXPONENTIAL,        /* without memory, of this .mean */
	LAW_UNIFORM,            /* .low to .high, every ns alike */
};

struct law {
	enum law_kind kind;
	vl_time mean;
	vl_time low, high;
};

static inline struct law law_fixed(vl_time length)
{
	return (struct law){.kind = LAW_FIXED, .mean = length};
}

static inline struct law law_exponential(vl_time mean)
{
	return (struct law){.kind = LAW_EXPONENTIAL, .mean = mean};
}

/* low <= high. */
static inline struct law law_uniform(vl_time low, vl_time high)
{
	return (struct law){.kind = LAW_UNIFORM, .low = low, .high = high};
}

/* The next length. Of an exponential law at most 23 times its mean (what 32 bits of chance give). */
vl_time law_draw(const struct law *l, struct prng *dice);

#define LAW_LONGEST (UINT64_C(400) * 86400 * VL_S)      /* of a mean: no draw overflows then */

#endif

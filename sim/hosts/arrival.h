// SPDX-License-Identifier: BSD-2-Clause
/*
 * When something comes: constant, Poisson, in bursts, or as a trace says. The moments are exact, drawn one ahead.
 *
 *      constant        at .from, and each .every behind it
 *      Poisson         gaps are exponential, of mean .every; the first one begins at .from
 *      burst           .burst of them, `.within` / .burst apart, each .every behind .from; .every 0: once
 *      trace           the moments of a list, .from added to each
 *
 * Nothing comes from .until on.
 */
#ifndef VL_HOSTS_ARRIVAL_H
#define VL_HOSTS_ARRIVAL_H

#include <stddef.h>

#include "sim/hosts/law.h"

enum arrival_kind {
	ARRIVAL_NONE = 0,
	ARRIVAL_CONSTANT,
	ARRIVAL_POISSON,
	ARRIVAL_BURST,
	ARRIVAL_TRACE,
};

struct arrival_config {
	enum arrival_kind kind;
	vl_time every;                  /* constant, Poisson: over 0 */
	uint32_t burst;                 /* over 0 */
	vl_time within;                 /* of a burst */
	const vl_time *trace;           /* in rising order; borrowed */
	size_t trace_count;
	vl_time from, until;            /* until 0: for ever */
};

struct arrival {
	struct arrival_config config;
	struct prng dice;
	vl_time next;
	vl_time base;                   /* of the burst at hand */
	size_t index;                   /* in the burst or the trace */
};

/* The first moment is not before `now`: what the process would have had until then is left out (of a Poisson process
 * the first gap begins now). */
void arrival_begin(struct arrival *a, const struct arrival_config *c, struct prng dice, vl_time now);
/* The moment of the next one, or VL_NEVER. */
static inline vl_time arrival_next(const struct arrival *a)
{
	return a->next;
}
/* That one has come. */
void arrival_take(struct arrival *a);
/* Constant and Poisson: another pace from now on. 0: nothing comes any more, until it is set again. */
void arrival_set_every(struct arrival *a, vl_time every, vl_time now);

#endif

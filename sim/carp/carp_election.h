// SPDX-License-Identifier: BSD-2-Clause
/*
 * CARP's election: who advertises more often is master. Decisions and lengths of time only; the OPPOSITE
 * sense of VRRP's priority: less advskew wins.
 */
#ifndef VL_CARP_CARP_ELECTION_H
#define VL_CARP_CARP_ELECTION_H

#include "sim/base/addr.h"
#include "sim/base/time.h"
#include "sim/carp/carp_config.h"

/* Between two advertisements: advbase + advskew/256 s. 1 s / 256 is 3906250 ns exactly. */
static inline vl_time carp_advert_interval(uint8_t advbase, uint8_t advskew)
{
	return advbase * VL_S + advskew * VL_S / 256;
}

/* A silent master is dead: dead_ratio * advbase + advskew/256 s, all of them our own. */
static inline vl_time carp_down_interval(uint8_t dead_ratio, uint8_t advbase, uint8_t advskew)
{
	return (vl_time)dead_ratio * advbase * VL_S + advskew * VL_S / 256;
}

enum carp_decision {
	CARP_FOLLOW,            /* backup: the sender is the master */
	CARP_PREEMPT,           /* backup: we would advertise more often */
	CARP_TOO_SLOW,          /* backup: it could never be heard in time */
	CARP_YIELD,             /* master: the sender is preferred */
	CARP_REASSERT,          /* master: it is not */
};

static inline enum carp_decision carp_decide_backup(const struct carp_config *c, vl_time sender_interval)
{
	if (c->preempt && carp_advert_interval(c->advbase, c->advskew) < sender_interval)
		return CARP_PREEMPT;
	if ((vl_time)c->dead_ratio * c->advbase * VL_S < sender_interval)
		return CARP_TOO_SLOW;
	return CARP_FOLLOW;
}

/* Compares addresses as ucarp on x86 does: bytes of the wire taken as a little-endian integer. */
static inline bool carp_raw_less(const struct ip_addr *a, const struct ip_addr *b)
{
	for (size_t i = ip_size((enum ip_family)a->family); i-- > 0;)
		if (a->b[i] != b->b[i])
			return a->b[i] < b->b[i];
	return false;
}

static inline enum carp_decision carp_decide_master(const struct carp_config *c, const struct ip_addr *own,
						    vl_time sender_interval, const struct ip_addr *sender)
{
	vl_time interval = carp_advert_interval(c->advbase, c->advskew);

	if (sender_interval != interval)
		return sender_interval < interval ? CARP_YIELD : CARP_REASSERT;
	return c->tie_break == CARP_TIE_YIELD || carp_raw_less(sender, own) ? CARP_YIELD : CARP_REASSERT;
}

#endif

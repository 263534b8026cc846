// SPDX-License-Identifier: BSD-2-Clause
/*
 * The timers of a virtual router and all policy about them. A timer is the moment when it expires, VL_NEVER
 * when it is not armed. The functions are named after what happened.
 *
 *   active_down_at   Backup: no sign of the Active until then, so take over (Active_Down_Timer)
 *   adver_at         Active: time for the next advertisement (Adver_Timer)
 *   preempt_at       Backup: until then an Active of lower priority is followed (preempt delay); VL_NEVER:
 *                    not counting
 *   announce_at      Active: next round of the announcements that are under way
 *   repeat_at        Active: second bursts of announcements, in order; VL_NEVER behind the last
 *   yield_at         Active that yields: when it is done with taking over (takeover_slack)
 */
#ifndef VL_VRRP_VRRP_TIMERS_H
#define VL_VRRP_VRRP_TIMERS_H

#include <string.h>

#include "sim/base/time.h"

#define VRRP_REPEATS 16                 /* bursts that are due later; one more is left out */

struct vrrp_timers {
	vl_time active_down_at;
	vl_time adver_at;
	vl_time preempt_at;
	vl_time announce_at;
	vl_time yield_at;
	vl_time repeat_at[VRRP_REPEATS];
};

static inline void vrrp_timers_stop(struct vrrp_timers *t)
{
	*t = (struct vrrp_timers){VL_NEVER, VL_NEVER, VL_NEVER, VL_NEVER, VL_NEVER, {0}};
	for (unsigned i = 0; i < VRRP_REPEATS; i++)
		t->repeat_at[i] = VL_NEVER;
}

static inline vl_time vrrp_timers_deadline(const struct vrrp_timers *t)
{
	return vl_time_min(vl_time_min(t->active_down_at, t->adver_at),
			   vl_time_min(vl_time_min(t->announce_at, t->repeat_at[0]), t->yield_at));
}

/* Became Backup at startup: the preempt delay counts from here. */
static inline void vrrp_timers_started_backup(struct vrrp_timers *t, vl_time wait, vl_time preempt_delay,
					      vl_time now)
{
	vrrp_timers_stop(t);
	t->active_down_at = vl_time_after(now, wait);
	if (preempt_delay != 0)
		t->preempt_at = vl_time_after(now, preempt_delay);
}

/* Became Backup because a better one was heard. */
static inline void vrrp_timers_yielded(struct vrrp_timers *t, vl_time active_down_interval, vl_time now)
{
	vrrp_timers_stop(t);
	t->active_down_at = vl_time_after(now, active_down_interval);
}

/* Backup: heard an Active that may stay. The next lower one starts the preempt delay anew. */
static inline void vrrp_timers_active_heard(struct vrrp_timers *t, vl_time active_down_interval, vl_time now)
{
	t->active_down_at = vl_time_after(now, active_down_interval);
	t->preempt_at = VL_NEVER;
}

/* Backup that preempts: heard an Active of lower priority. True: follow it for now, the preempt delay is not
 * over. False: discard (6.4.2), the timer runs on. */
static inline bool vrrp_timers_lower_heard(struct vrrp_timers *t, vl_time preempt_delay, vl_time now)
{
	if (preempt_delay != 0 && t->preempt_at == VL_NEVER)
		t->preempt_at = vl_time_after(now, preempt_delay);
	return preempt_delay != 0 && now < t->preempt_at;
}

static inline void vrrp_timers_lower_followed(struct vrrp_timers *t, vl_time active_down_interval,
					      vl_time now)
{
	t->active_down_at = vl_time_after(now, active_down_interval);
}

/* Backup: the Active leaves (6.4.2: Active_Down_Timer := Skew_Time). */
static inline void vrrp_timers_active_resigned(struct vrrp_timers *t, vl_time skew_time, vl_time now)
{
	t->active_down_at = vl_time_after(now, skew_time);
}

static inline void vrrp_timers_became_active(struct vrrp_timers *t)
{
	vrrp_timers_stop(t);
}

/* Active: sent an advertisement, or (keepalived) handled a packet as if it had. */
static inline void vrrp_timers_advertised(struct vrrp_timers *t, vl_time interval, vl_time now)
{
	t->adver_at = vl_time_after(now, interval);
}

/* Active: announced its addresses, and does so once more. What provokes it may come every interval: the burst before
 * is not put off. */
static inline void vrrp_timers_announced(struct vrrp_timers *t, vl_time repeat_after, vl_time now)
{
	vl_time at = vl_time_after(now, repeat_after);
	unsigned i = 0;

	while (i < VRRP_REPEATS && t->repeat_at[i] < at)
		i++;
	if (i < VRRP_REPEATS && t->repeat_at[i] == VL_NEVER)
		t->repeat_at[i] = at;
}

/* Active: the first of the second bursts is under way. */
static inline void vrrp_timers_repeated(struct vrrp_timers *t)
{
	memmove(t->repeat_at, t->repeat_at + 1, sizeof t->repeat_at - sizeof t->repeat_at[0]);
	t->repeat_at[VRRP_REPEATS - 1] = VL_NEVER;
}

/* Active: the own interval was changed. A shorter one counts from now at once. */
static inline void vrrp_timers_interval_set(struct vrrp_timers *t, vl_time interval, vl_time now)
{
	t->adver_at = vl_time_min(t->adver_at, vl_time_after(now, interval));
}

#endif

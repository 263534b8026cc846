// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a virtual router, and the calls between its files. For sim/vrrp only.
 *
 *      vrrp_config.c     defaults and what is refused
 *      vrrp_election.c   decisions, pure
 *      vrrp_receive.c    receive checks
 *      vrrp_auth*.c      authentication, a file a method
 *      vrrp_timers.h     timers and all policy about them
 *      vrrp_router.c     the state machine
 *      vrrp_transmit.c   advertisements, announcements, ownership of addresses
 *      vrrp_report.c     records, and which problems are warned of
 *      vrrp_control.c    settings and tracked objects while it runs
 *      sync_group.c      routers that go together
 */
#ifndef VL_VRRP_PARTS_H
#define VL_VRRP_PARTS_H

#include "sim/base/label.h"
#include "sim/base/prng.h"
#include "sim/vrrp/sync_group.h"
#include "sim/vrrp/vrrp_receive.h"
#include "sim/vrrp/vrrp_router.h"
#include "sim/vrrp/vrrp_timers.h"

#define VRRP_WARNED 8           /* senders whose warnings are remembered */

/* What was warned of about one sender: a bit a drop reason, then a bit a note. */
struct vrrp_warned {
	struct ip_addr sender;
	uint32_t what;
};

_Static_assert((int)VRRP_DROP_COUNT + (int)VRRP_NOTE_COUNT <= 32, "they share one word");

struct vrrp_router {
	struct vrrp_config config;
	struct stack *stack;
	struct outbox *outbox;
	struct labels names;                    /* one for each VRID it ever had: records point to them */
	const char *name;
	enum vrrp_state state;
	bool started;                           /* between startup and shutdown of the box */
	bool well;                              /* interface up, no tracked object that matters down */
	bool track_down[VRRP_TRACKS];
	struct vrrp_timers timers;
	vl_time active_adver_interval;
	bool active_resigned;                   /* Backup: the timer runs for Skew_Time after priority 0 */
	struct ip_addr active;                  /* the last sender that was accepted */
	uint8_t rounds_left;                    /* of the announcements under way */
	bool unclaimed;                         /* Active: the addresses are claimed with the first announcement */
	vl_time busy_until;                     /* Active: taking over (takeover_slack) */
	struct {
		enum vrrp_reason why;
		struct ip_addr to;
		vl_time interval;
	} yield;                                /* at timers.yield_at */
	uint16_t ip_id;
	struct prng dice;                       /* of the jitter */
	struct vrrp_auth_state auth;
	char key[VRRP_KEY_MAX + 1];             /* a password that was set while it runs */
	unsigned owner_adverts;                 /* Active owner: of another owner that should yield */
	bool owner_lowered;                     /* gave up: priority 254 */
	struct vrrp_warned warned[VRRP_WARNED];
	unsigned next_warned;                   /* where the next sender goes: the oldest is forgotten */
	struct sync_group *group;
	uint64_t dropped[VRRP_DROP_COUNT];
	uint64_t sent;
};

/* --- the state machine (vrrp_router.c) ----------------------------------------------------------------- */

/* Startup event, when nothing is in the way. */
void vrrp_begin(struct vrrp_router *r, enum vrrp_reason why, vl_time now);
/* Shutdown event; does nothing in Initialize. */
void vrrp_leave(struct vrrp_router *r, enum vrrp_reason why, vl_time now);
/* Back to listening, from Active or in Backup, without a word. */
void vrrp_listen(struct vrrp_router *r, vl_time now);
/* Taken along by the group. Only in Backup, only in Active. */
void vrrp_become_active(struct vrrp_router *r, enum vrrp_reason why, const struct ip_addr *sender,
			vl_time now);
void vrrp_become_backup(struct vrrp_router *r, enum vrrp_reason why, const struct ip_addr *sender,
			vl_time now);
/* The interface or a tracked object may have changed: begins, leaves, or stays. `up` is the reason given
 * when it begins. */
void vrrp_reconsider(struct vrrp_router *r, enum vrrp_reason up, vl_time now);
/* The same when only the group's opinion may have changed. */
void vrrp_obey_group(struct vrrp_router *r, vl_time now);
/* Active_Down_Interval as things are. */
vl_time vrrp_down_interval(const struct vrrp_router *r);
/* The address that advertisements leave from; family IP_NONE when there is none. */
struct ip_addr vrrp_source(const struct vrrp_router *r);
bool vrrp_is_owner(const struct vrrp_router *r);

/* --- transmission (vrrp_transmit.c) -------------------------------------------------------------------- */

void vrrp_send_advert(struct vrrp_router *r, uint8_t priority, vl_time now);
/* From an advertisement to the next: the interval, less the jitter. Draws a number. */
vl_time vrrp_next_interval(struct vrrp_router *r);
/* A Backup tells the switches that it joined or left the group (igmp_from_vmac). */
void vrrp_send_membership(struct vrrp_router *r, bool joined);
/* Claims the virtual addresses from the stack, at once or when claim_delay is over; and gives them back. */
void vrrp_own(struct vrrp_router *r, vl_time now);
void vrrp_disown(struct vrrp_router *r);
/* One advertisement and the announcements of a new Active, in the configured order. */
void vrrp_send_first(struct vrrp_router *r, vl_time now);
/* The announcements of a new Active once more. */
void vrrp_announce(struct vrrp_router *r, vl_time now);
void vrrp_announce_timeout(struct vrrp_router *r, vl_time now);

/* --- records (vrrp_report.c) --------------------------------------------------------------------------- */

/* False: no memory. Keeps the old name for the records that point to it. */
bool vrrp_name_set(struct vrrp_router *r, uint8_t vrid);

void vrrp_report_state(struct vrrp_router *r, enum vrrp_state from, enum vrrp_reason why,
		       const struct ip_addr *sender, vl_time now);
void vrrp_report_drop(struct vrrp_router *r, enum vrrp_drop why, const struct vrrp_heard *h, vl_time now);
/* `h` may be NULL. */
void vrrp_report_note(struct vrrp_router *r, enum vrrp_note note, const struct vrrp_heard *h, vl_time now);
/* A lower priority was heard while Active, and is answered. */
void vrrp_report_lower(struct vrrp_router *r, const struct vrrp_heard *h, vl_time now);
void vrrp_report_learned(struct vrrp_router *r, vl_time before, const struct ip_addr *sender, vl_time now);
void vrrp_report_track(struct vrrp_router *r, const char *object, bool up, vl_time now);
/* An advertisement was accepted: another Active than before makes warnings due again. */
void vrrp_report_accepted(struct vrrp_router *r, const struct ip_addr *sender);

/* --- the group (sync_group.c) -------------------------------------------------------------------------- */

/* True while another member is in fault. */
bool sync_group_holds(const struct sync_group *g, const struct vrrp_router *member);
/* The member became Active, or yielded, by itself: the others go along. */
void sync_group_follow(struct sync_group *g, const struct vrrp_router *member, vl_time now);
/* The member fell ill or got well. */
void sync_group_reconsider(struct sync_group *g, const struct vrrp_router *member, vl_time now);
void sync_group_remove(struct sync_group *g, const struct vrrp_router *member);

#endif

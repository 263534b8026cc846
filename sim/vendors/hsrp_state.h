// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of an HSRP group. For sim/vendors/hsrp_*.c only.
 *
 *      hsrp_config.c     defaults and what is refused
 *      hsrp_auth.c       the MD5 digest
 *      hsrp_group.c      states, timers, startup and shutdown
 *      hsrp_receive.c    the receive checks, and what a message does in each state
 *      hsrp_transmit.c   messages, announcements, ownership of addresses
 *      hsrp_control.c    settings and tracked objects while it runs
 *      hsrp_records.c    words and kinds of record
 *      hsrp_part.c       all groups of a box, and Advertise
 */
#ifndef VL_VENDORS_HSRP_STATE_H
#define VL_VENDORS_HSRP_STATE_H

#include "sim/base/label.h"
#include "sim/base/prng.h"
#include "sim/vendors/hsrp_group.h"

enum hsrp_warning {
	HSRP_WARN_AUTH,
	HSRP_WARN_ADDRESS,
	HSRP_WARNINGS
};

struct hsrp_group {
	struct hsrp_group_config config;        /* .key points to the copy below; timers and addresses as learned */
	char key[HSRP_KEY + 1];
	vl_time own_hello, own_hold;            /* as configured */
	bool learns_address;                    /* none was configured */
	struct stack *stack;
	struct outbox *outbox;
	const struct hsrp_watcher *watcher;     /* or NULL */
	struct labels names;                    /* one for each number it ever had: records point to them */
	const char *name;
	struct prng jitter;
	enum hsrp_group_state state;
	bool started;                           /* between startup and shutdown of the box */
	bool track_down[HSRP_TRACKS];
	/* timers; VL_NEVER: not armed */
	vl_time active_at;                      /* RFC 2281's Active timer; not armed: there is no Active */
	vl_time standby_at;                     /* Standby timer */
	vl_time hello_at;
	vl_time preempt_at;                     /* the delay of preemption is over */
	vl_time announce_at;
	uint8_t announce_left;
	/* the Active that was heard last */
	struct ip_addr active_ip;
	uint32_t active_priority;
	vl_time warned[HSRP_WARNINGS];          /* VL_NEVER: not yet */
	uint64_t dropped[HSRP_DROP_COUNT];
	uint64_t sent;
};

/* Told before the messages of the change leave. */
struct hsrp_watcher {
	void (*active_changed)(void *context, unsigned interface, vl_time now);
	void *context;
};

void hsrp_group_watch(struct hsrp_group *g, const struct hsrp_watcher *watcher);

struct ip_addr hsrp_source(const struct hsrp_group *g);
struct record *hsrp_record(struct hsrp_group *g, const struct record_kind *kind, vl_time now);
/* True when a router of this priority and address is better than we are. */
bool hsrp_is_better(const struct hsrp_group *g, uint32_t priority, const struct ip_addr *ip);

/* hsrp_group.c; sender NULL: no message caused it */
void hsrp_start_active_timer(struct hsrp_group *g, const struct hsrp_message *m, vl_time now);  /* A; m or NULL: our hold */
void hsrp_start_standby_timer(struct hsrp_group *g, const struct hsrp_message *m, vl_time now); /* B */
void hsrp_to_listen(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now);
void hsrp_to_speak(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now);
void hsrp_to_standby(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now);
void hsrp_to_active(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now);
/* An Active that is deposed: Resign, then Speak. */
void hsrp_depose(struct hsrp_group *g, bool resign, enum hsrp_reason why, const struct ip_addr *sender, vl_time now);
/* From Initial, when the interface is there; to Initial from anywhere. */
void hsrp_begin(struct hsrp_group *g, enum hsrp_reason why, vl_time now);
void hsrp_leave(struct hsrp_group *g, enum hsrp_reason why, vl_time now);
bool hsrp_name_set(struct hsrp_group *g, uint16_t group);       /* false: no memory */

/* hsrp_transmit.c. The state that the message names, and whether it leaves from the virtual MAC, are the caller's. */
void hsrp_send(struct hsrp_group *g, enum hsrp_opcode opcode, enum hsrp_group_state state, bool from_virtual_mac);
void hsrp_send_hello(struct hsrp_group *g, vl_time now);        /* of the state that it is in; arms the timer */
void hsrp_own(struct hsrp_group *g);
void hsrp_disown(struct hsrp_group *g);
void hsrp_announce(struct hsrp_group *g, bool copy, vl_time now);       /* begins the rounds */
void hsrp_announce_again(struct hsrp_group *g, vl_time now);
void hsrp_send_advertise(struct stack *stack, unsigned interface, enum ip_family family, uint8_t version,
			 uint16_t active, uint16_t passive);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a ClusterXL member, for its own files only.
 *
 *      clusterxl_member.c        making, the state machine, time
 *      clusterxl_receive.c       what comes in
 *      clusterxl_send.c          MY_STATE, gratuitous ARP, what the stack is told to own
 *      clusterxl_config.c        configuration and settings while it runs
 *      clusterxl_records.c       words
 */
#ifndef VL_VENDORS_CLUSTERXL_PARTS_H
#define VL_VENDORS_CLUSTERXL_PARTS_H

#include "sim/base/label.h"
#include "sim/vendors/clusterxl_member.h"

struct clusterxl_peer {
	bool used;
	enum clusterxl_state state;     /* as it said last */
	uint8_t up;                     /* interfaces */
	uint16_t version, random_id;
	vl_time heard;
};

struct clusterxl_member {
	struct clusterxl_config config;
	struct stack *stack;
	struct outbox *outbox;
	const char *name;               /* "clusterxl 254" */
	struct labels names;
	uint16_t random_id;
	uint32_t interfaces;            /* that have cluster addresses, by index */
	enum clusterxl_state state;
	bool started;
	vl_time listen_until, next_state, next_arp;
	uint8_t arps_left;
	vl_time warn_after;             /* no "clusterxl.foreign" before */
	struct clusterxl_peer peer[CLUSTERXL_MEMBERS];  /* by number, from 0 */
	uint64_t dropped[CLUSTERXL_DROP_COUNT];
};

/* clusterxl_member.c */
void clusterxl_enter(struct clusterxl_member *m, enum clusterxl_state to, enum clusterxl_reason why, vl_time now);
/* Finds the state that fits what is known, unless the member only listens. */
void clusterxl_decide(struct clusterxl_member *m, vl_time now);
bool clusterxl_name_set(struct clusterxl_member *m);
uint8_t clusterxl_up(const struct clusterxl_member *m);
uint16_t clusterxl_number(const struct clusterxl_member *m);
vl_time clusterxl_listening(const struct clusterxl_member *m);     /* how long it only listens */

/* clusterxl_receive.c */
bool clusterxl_receive(void *self, const struct packet *p, const struct frame *f, unsigned interface, vl_time now);

/* clusterxl_send.c */
void clusterxl_send_state(struct clusterxl_member *m, vl_time now);
void clusterxl_announce(struct clusterxl_member *m, vl_time now);
void clusterxl_own(struct clusterxl_member *m);

/* clusterxl_config.c */
struct vl_status clusterxl_control(void *self, const struct command *command, vl_time now);

#endif

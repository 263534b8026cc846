// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of an FGCP unit, for its own files only.
 *
 *      fgcp_unit.c       making, the state machine, what comes in
 *      fgcp_config.c     configuration and settings while it runs
 *      fgcp_send.c       heartbeats, gratuitous ARP, what the stack is told to own
 *      fgcp_election.c   who is the better primary; the model's heartbeat
 *      fgcp_records.c    words
 */
#ifndef VL_VENDORS_FGCP_PARTS_H
#define VL_VENDORS_FGCP_PARTS_H

#include "sim/base/label.h"
#include "sim/vendors/fgcp_unit.h"

struct fgcp_peer {
	bool used;
	struct fgcp_hello hello;        /* its last one */
	const char *label;              /* its serial number, for records */
	vl_time born;                   /* by its age; not before the run */
	vl_time heard;
};

struct fgcp_unit {
	struct fgcp_config config;      /* strings below */
	char group_name[FGCP_NAME + 1], password[FGCP_PASSWORD + 1], serial[FGCP_SERIAL + 1];
	uint64_t key;
	struct stack *stack;
	struct outbox *outbox;
	const char *name;               /* "fgcp 0" */
	struct labels names;
	struct mac physical[STACK_INTERFACES];
	uint32_t data;                  /* interfaces with addresses */
	enum fgcp_state state;
	bool started;
	uint8_t up;                     /* monitored interfaces that are up */
	vl_time born;                   /* age counts from here */
	vl_time hello_until, next_hello, next_arp, next_config;
	uint8_t arps_left;
	struct fgcp_peer peer[FGCP_UNITS - 1];
	uint64_t dropped[FGCP_DROP_COUNT];
};

/* fgcp_unit.c */
/* Elects anew, unless the unit only listens. */
void fgcp_elect(struct fgcp_unit *u, vl_time now);
void fgcp_enter(struct fgcp_unit *u, enum fgcp_state to, enum fgcp_reason why, vl_time now);
bool fgcp_name_set(struct fgcp_unit *u);
void fgcp_key_set(struct fgcp_unit *u);

/* fgcp_config.c */
struct vl_status fgcp_control(void *self, const struct command *command, vl_time now);

/* fgcp_send.c */
void fgcp_send_hellos(struct fgcp_unit *u, vl_time now);
void fgcp_send_config(struct fgcp_unit *u);
void fgcp_announce(struct fgcp_unit *u, vl_time now);
/* Tells the stack which MACs and addresses are this unit's in its state. */
void fgcp_own(struct fgcp_unit *u);
struct mac fgcp_mac_of(const struct fgcp_unit *u, unsigned interface);

#endif

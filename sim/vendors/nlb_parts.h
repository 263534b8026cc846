// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of an NLB host, for its own files only.
 *
 *      nlb_host.c        making, the state machine, time
 *      nlb_config.c      configuration and settings while it runs
 *      nlb_wire.c        heartbeats, IGMP reports, what the stack is told to own and asks
 *      nlb_filter.c      bins and owners
 * *      nlb_flows.c       connections that were taken
 *      nlb_records.c     words
 */
#ifndef VL_VENDORS_NLB_PARTS_H
#define VL_VENDORS_NLB_PARTS_H

#include "sim/base/label.h"
#include "sim/vendors/nlb_flows.h"
#include "sim/vendors/nlb_host.h"

/* What a heartbeat of the model says behind the header. */
struct nlb_body {
	bool converged;
	bool draining;
	uint32_t view;                  /* hosts that it sees and that take new clients, itself included */
};

struct nlb_peer {
	bool used;
	struct nlb_body said;
	vl_time heard;
};

struct nlb_host {
	struct nlb_config config;
	struct stack *stack;
	struct outbox *outbox;
	const char *name;               /* "nlb 192.0.2.80" */
	struct labels names;
	uint32_t code;
	struct stack_filter filter;
	enum nlb_state state;
	bool started;
	bool drain;                     /* told to */
	uint32_t members;               /* of the map in use */
	uint32_t wanted;                /* of the map to come */
	uint8_t agreed;                 /* heartbeats long */
	struct nlb_view view;
	struct nlb_flows descriptors;
	vl_time heard_at;               /* the last moment that it knows of: descriptors are dated by it, within a heartbeat */
	vl_time next_beat, next_report;
	struct nlb_peer peer[NLB_HOSTS];        /* by number, from 0 */
	uint64_t dropped[NLB_DROP_COUNT];
};

/* nlb_host.c */
/* The hosts that are there and take new clients have changed, or may have. */
void nlb_look(struct nlb_host *h, enum nlb_reason why, vl_time now);

/* nlb_config.c */
struct vl_status nlb_control(void *self, const struct command *command, vl_time now);

/* nlb_wire.c */
void nlb_send_beat(struct nlb_host *h);
void nlb_send_report(struct nlb_host *h, bool joined);
bool nlb_read_body(struct nlb_body *b, const struct nlb_message *m);
void nlb_own(struct nlb_host *h);
void nlb_disown(struct nlb_host *h);
bool nlb_filter_packet(void *context, const struct packet *p);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * A part that a floor above brings into a box: a redundancy protocol of a vendor's own (HSRP, GLBP, ClusterXL, FGCP,
 * NLB), a balancer. It stands beside the box's VRRP and CARP: it holds the box's stack, tells it what the box owns
 * (stack_claim, stack_hold_mac, stack_set_mac), speaks through it, and keeps its records in the box's outbox. It keeps
 * the promises of an engine (sim/base/engine.h): no clock, no allocation after it is made, bounded tables.
 *
 * Who builds a box puts a struct node_part_config into the node_config; the box makes the part with it and frees it.
 */
#ifndef VL_NODE_PART_H
#define VL_NODE_PART_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/stack/stack.h"

struct node_part_ops {
	const char *name;               /* "hsrp": the first word of the settings it understands */
	const char *also;               /* another such word, or NULL */
	bool only_answers;              /* claims nothing by itself: that the machine stood still changes nothing for it */
	void (*startup)(void *self, vl_time now);
	void (*shutdown)(void *self, vl_time now);      /* politely, with what its protocol says for goodbye */
	void (*crash)(void *self);      /* power is gone: back to what it was when made, settings kept. The stack
					   is reset by the box: claims need no release */
	/* A packet for this box that no other part of it took: STACK_REDUNDANCY or STACK_LOCAL (stack.h), and with
	 * stack_config.transit also one that the box would forward: STACK_TRANSIT. True: it was for this part, whatever
	 * came of it; a transit packet that nobody takes is forwarded. `p` and `f` are borrowed. */
	bool (*receive)(void *self, const struct packet *p, const struct frame *f, unsigned interface, vl_time now);
	/* The first part's own short way for frames of which it knows at a glance what to do; asked before the stack is.
	 * True: all that the stack and .receive would do is done. False: nothing is. NULL: it has none. */
	bool (*quick)(void *self, unsigned port, const struct frame *f, vl_time now);
	void (*timeout)(void *self, vl_time now);       /* early calls do nothing; then deadline > now */
	vl_time (*deadline)(const void *self);
	void (*interface_changed)(void *self, vl_time now);     /* carrier of some interface: ask the stack */
	/* Last in every call of the box, before the deadlines: the box's VRRP and CARP may stand otherwise now. NULL: of no
	 * interest. */
	void (*settle)(void *self, vl_time now);
	/* COMMAND_SET ("hsrp.1.priority") and COMMAND_TRACK. VL_UNKNOWN: not this part's; any other status ends the
	 * search. */
	struct vl_status (*control)(void *self, const struct command *command, vl_time now);
	void (*free)(void *self);
};

struct node_part {
	const struct node_part_ops *ops;
	void *self;
};

struct node_part_config {
	/* Makes the part; stack and outbox outlive it. `config` is the field below and is borrowed until node_new
	 * returns. On failure .ops is NULL and *why says why. */
	struct node_part (*make)(const void *config, struct stack *stack, struct outbox *outbox,
				 struct vl_status *why);
	const void *config;
	size_t claims;                  /* addresses that it may claim at a time */
	size_t words;                   /* frames and records that one call of it may leave in the outbox */
};

#endif

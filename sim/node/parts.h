// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a box, and the calls between its files. For sim/node only.
 *
 *      node_config.c     what a box is made of
 *      node.c            the engine: everything goes to its part
 *      node_control.c    commands
 *      pinger.c          echo requests
 */
#ifndef VL_NODE_PARTS_H
#define VL_NODE_PARTS_H

#include "sim/base/label.h"
#include "sim/node/node.h"
#include "sim/node/pinger.h"

struct node {
	struct outbox outbox;
	size_t outbox_room;                     /* without what pings need */
	struct stack *stack;
	struct vrrp_router **vrrp;
	size_t vrrp_count;
	struct carp_host **carp;
	size_t carp_count;
	struct sync_group **group;
	size_t group_count;
	struct node_part part[NODE_PARTS];
	size_t part_count;
	struct pinger *ping[NODE_PINGS];        /* in the order they were started */
	size_t ping_count;
	uint16_t next_ping_id;
	struct labels names;                    /* of pings */
	bool started;
	vl_time deadline;                       /* the earliest of all parts; kept by node_settle */
	unsigned ports;
	uint64_t unheard;
};

/* Ends pings that are done and finds the deadline: last in every call. */
void node_settle(struct node *n, vl_time now);
/* Stops the i-th ping, with its record. */
void node_stop_ping(struct node *n, size_t i, vl_time now);
struct vl_status node_control(void *self, const struct command *command, vl_time now);

#endif

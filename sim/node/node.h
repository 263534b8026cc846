// SPDX-License-Identifier: BSD-2-Clause
/*
 * A box: stack, VRRP virtual routers, CARP hosts and pings behind one struct engine. Hosts, routers, vendors'
 * boxes and the LoadMaster's HA are all this, configured differently.
 *
 * What the stack passes on (STACK_REDUNDANCY) goes to every virtual router and CARP host, in the order of the
 * configuration, VRRP first; each ignores what is not for it. Echo replies go to the pings. All of these and the rest
 * go to the parts of floors above (part.h). What nobody listens to is counted and not answered (no port
 * unreachable, no RST).
 *
 * Commands (COMMAND_...):
 *   LINK    carrier of a port
 *   TRACK   an object by name, told to all virtual routers and parts that track it
 *   SET     vrrp.VRID[.ipv4|.ipv6][.INTERFACE].FIELD, carp.VHID[.INTERFACE].FIELD: the fields of
 *           vrrp_router_control and carp_host_control; ids as they are at the moment. The parts in brackets
 *           are needed only where the id alone is ambiguous. NAME.FIELD of a part of that name (part.h).
 *   PING    echo requests to a target; .every 0 stops those to it, or all when the target has no family
 *
 * A driver crashes a box by not calling it any more. A startup that follows without a shutdown begins from
 * nothing: claims, neighbours, pings and timers are gone, all ports are believed up; configuration as set.
 */
#ifndef VL_NODE_NODE_H
#define VL_NODE_NODE_H

#include "sim/base/engine.h"
#include "sim/carp/carp_host.h"
#include "sim/node/node_config.h"
#include "sim/node/ping_records.h"
#include "sim/vrrp/vrrp_router.h"

#define NODE_PINGS 64                   /* targets pinged at a time */

/* The configuration is copied, what it borrows must outlive the box; so must the pool. Ports are 0 to the
 * highest of an interface. On failure .ops is NULL and *why says VL_INVALID (see node_config_check) or
 * VL_NO_MEMORY. */
struct engine node_new(const struct node_config *config, struct frame_pool *pool, struct vl_status *why);

/* --- facts, for tests and oracles; the engine must be one of node_new ----------------------------------- */

struct stack *node_stack(const struct engine *box);
size_t node_vrrp_count(const struct engine *box);
size_t node_carp_count(const struct engine *box);
struct vrrp_router *node_vrrp(const struct engine *box, size_t i);      /* in the order of the configuration */
struct carp_host *node_carp(const struct engine *box, size_t i);
size_t node_part_count(const struct engine *box);
void *node_part(const struct engine *box, size_t i);    /* what its .make made */
const struct node_part_ops *node_part_ops(const struct engine *box, size_t i);  /* whose it is */
uint64_t node_unheard(const struct engine *box);        /* UDP, TCP and ICMP that nobody listened to */
uint64_t node_outbox_dropped(const struct engine *box); /* 0, or the outbox was made too small */

#endif

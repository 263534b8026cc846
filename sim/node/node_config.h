// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a box is made of: interfaces and routes, any number of VRRP virtual routers and CARP hosts, parts that
 * floors above bring (part.h). Whoever
 * builds a world fills one in, by hand or through a helper of the floor above (a vendor's profile, a plain
 * host, a LoadMaster), and makes an engine of it with node_new.
 *
 *      struct node_config c;
 *      node_config_init(&c);
 *      node_config_add_interface(&c)->mac = mac;       ... port, addresses
 *      struct node_vrrp_config *v = node_config_add_vrrp(&c);
 *      vendor_vrrp_defaults(vendor, 2, IP_V4, &v->router);
 *      ...
 *      struct engine box = node_new(&c, pool, &status);
 *      node_config_fini(&c);
 */
#ifndef VL_NODE_NODE_CONFIG_H
#define VL_NODE_NODE_CONFIG_H

#include "sim/carp/carp_config.h"
#include "sim/node/part.h"
#include "sim/stack/stack.h"
#include "sim/vrrp/vrrp_config.h"

#define NODE_PARTS 16                   /* parts of floors above in one box (part.h) */

struct node_vrrp_config {
	struct vrrp_config router;
	const char *sync_group;                 /* virtual routers of one name go together; NULL: none; borrowed */
};

struct node_config {
	struct stack_config stack;              /* .claims 0: as many as there are virtual addresses */
	struct node_vrrp_config *vrrp;          /* in the order they are asked at one instant */
	size_t vrrp_count, vrrp_room;
	struct carp_config *carp;
	size_t carp_count, carp_room;
	size_t part_count;
	struct node_part_config part[NODE_PARTS]; /* asked behind VRRP and CARP, in this order */
};

void node_config_init(struct node_config *c);
void node_config_fini(struct node_config *c);           /* frees the two lists, not what they borrow */

/* The next interface, zeroed, to fill in; its port is its index until said otherwise. NULL: there are
 * STACK_INTERFACES already. */
struct stack_interface_config *node_config_add_interface(struct node_config *c);
/* A default route through `gateway`, which lies on the net of an interface. False: STACK_ROUTES already. */
bool node_config_add_gateway(struct node_config *c, const struct ip_addr *gateway);
/* The next virtual router, the next CARP host: zeroed, to fill in (start with vendor_vrrp_defaults,
 * vrrp_config_init, carp_config_init). Valid until the next call. NULL: no memory. */
struct node_vrrp_config *node_config_add_vrrp(struct node_config *c);
struct carp_config *node_config_add_carp(struct node_config *c);
/* Adds a part of a floor above. False: NODE_PARTS already. */
bool node_config_add_part(struct node_config *c, const struct node_part_config *part);

/* The interface on whose net the address lies, the longest prefix first; -1: none. */
int node_config_interface_of(const struct node_config *c, const struct ip_addr *address);

/* True when a with this VRID would be what b is already: one interface, family and id, unless both have unicast peers
 * and none in common. */
bool node_config_vrrp_meets(const struct vrrp_config *a, const struct vrrp_config *b, uint8_t vrid);

/* VL_INVALID with a reason that names part and field: interfaces that are not there, virtual routers that meet, two
 * CARP hosts of one interface and id, and whatever vrrp_config_check and carp_config_check refuse. */
struct vl_status node_config_check(const struct node_config *c);

#endif

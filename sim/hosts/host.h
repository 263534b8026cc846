// SPDX-License-Identifier: BSD-2-Clause
/*
 * Boxes without redundancy: a plain host (pings and answers pings) and a plain router (forwards too). Both
 * are a node with an empty list of virtual routers.
 */
#ifndef VL_HOSTS_HOST_H
#define VL_HOSTS_HOST_H

#include "sim/node/node_config.h"

enum host_kind {
	HOST_PLAIN,             /* drops packets for others */
	HOST_ROUTER,            /* sends them on, one hop less to live; no redirects, no routing protocol */
};

struct host_interface {
	const char *name;       /* "eth0"; borrowed */
	unsigned port;
	uint16_t vlan;          /* 0: untagged */
	struct mac mac;
	uint16_t mtu;           /* of IP; 0: 1500 */
	size_t address_count;
	const struct ip_prefix *address;
};

/* Adds an interface to any box. VL_INVALID: too many addresses; VL_FULL: too many interfaces. */
struct vl_status host_add_interface(struct node_config *c, const struct host_interface *i);

/* Makes the box of `c` (initialised; interfaces before or after) a host or a router, with default routes
 * through `gateway`. VL_INVALID: two gateways of one family; VL_FULL: too many routes. */
struct vl_status host_configure(struct node_config *c, enum host_kind kind, size_t gateway_count,
				const struct ip_addr *gateway);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * A KEMP LoadMaster: virtual services (sim/balancer) on a box of one or more interfaces, alone or as one of two units
 * that share addresses. Parameters have KEMP's names. What the
 * product really sends is CARP, by a patched ucarp (HA_CARP, the default); what its documents and the
 * articles about collisions describe is VRRP (HA_VRRP). Either way the HA virtual ID, 1 from the factory,
 * ends up in the last byte of a MAC that on eth0 is byte for byte VRRP's.
 *
 * From KEMP's documents: the names, ID 1, CARP on 224.0.0.18 or broadcast, MAC 00:00:5e:00:(1 + 2 * interface
 * id):id, no preemption without a preferred server, timeouts 3 6 9 12 15 s. As measured with ucarp 1.5.2:
 * everything that carp_config_init says.
 *
 * Choices of this model where the product's inside is not known (UNCONFIRMED):
 *   - HA timeout is dead ratio 3 times advbase: 3 s is advbase 1. The default is 3 s.
 *   - advskew: the First unit 0, the Second 128 (half a second later); a preferred Second swaps them.
 *   - the default password; only its being equal on both units matters.
 *   - virtual MAC on: shared addresses are announced and answered with the virtual MAC; off: with the
 *     physical one, and advertisements still carry the virtual MAC as their source (support article).
 *   - HA_VRRP: version 2 by RFC 3768; interval = timeout / 3; the First unit has priority 150, the Second 100
 *     (swapped by a preferred Second); no preemption unless a server is preferred; packets to the shared
 *     address are taken although it is no address owner; the virtual MAC as the RFC has it, on every
 *     interface (off: the physical one everywhere).
 *   - initial wait 0. In HA_VRRP it is a longer first wait for the other unit.
 *   - a unit forwards while it is active on any interface. Addresses of virtual services and of SNAT pools are shared
 *     as the shared addresses are. The passive unit forwards nothing, not even as a router.
 * A unit alone claims the addresses of its services itself.
 *   - inter-HA updates go by the multicast interface (sim/balancer/sync.h), in a format of our own. "Inter HA L4 TCP
 *     Connection Updates" also covers what layer-4 services remember of their clients, as IPVS' sync daemon does; both are
 *     off from the factory, and a failover breaks the connections then.
 * Not modelled: HA checks of interfaces.
 */
#ifndef VL_APPLIANCE_LOADMASTER_H
#define VL_APPLIANCE_LOADMASTER_H

#include "sim/balancer/balancer.h"
#include "sim/base/engine.h"
#include "sim/node/node_config.h"

#define LOADMASTER_SHARED 32            /* shared addresses */
#define LOADMASTER_ID 1                 /* HA virtual ID from the factory */
#define LOADMASTER_TIMEOUT (3 * VL_S)
#define LOADMASTER_PASSWORD "loadmaster"
/* advskew and priority of the better and the other unit */
#define LOADMASTER_ADVSKEW_BETTER 0
#define LOADMASTER_ADVSKEW_OTHER 128
#define LOADMASTER_PRIORITY_BETTER 150
#define LOADMASTER_PRIORITY_OTHER 100

enum loadmaster_protocol {
	LOADMASTER_CARP,
	LOADMASTER_VRRP,
};

enum loadmaster_role {
	LOADMASTER_FIRST,
	LOADMASTER_SECOND,
};

enum loadmaster_preferred {
	LOADMASTER_PREFERRED_NONE,
	LOADMASTER_PREFERRED_FIRST,
	LOADMASTER_PREFERRED_SECOND,
};

struct loadmaster_config {
	size_t shared_count;                    /* 0: a unit alone, no HA */
	struct ip_addr shared[LOADMASTER_SHARED];       /* each on the net of an interface */
	uint8_t id;                             /* HA virtual ID, 1-255 */
	enum loadmaster_role role;
	enum loadmaster_preferred preferred;
	enum loadmaster_protocol protocol;
	vl_time timeout;                        /* 3, 6, 9, 12 or 15 s */
	vl_time initial_wait;
	const char *password;                   /* borrowed; CARP only */
	bool use_broadcast;                     /* to 255.255.255.255 instead of the group; CARP only */
	bool virtual_mac;
	bool l4_connection_updates;     /* "Inter HA L4 TCP Connection Updates" */
	bool l7_persistency_updates;    /* "Inter HA L7 Persistency Updates" */
	uint16_t update_threshold, update_period;       /* IPVS' sync_threshold and _period; 3, 50 */
	vl_time update_refresh;         /* and sync_refresh_period; 0: by packets */
	uint32_t update_backlog;        /* datagrams; 0: SYNC_BACKLOG */
	struct ip_addr update_peer;     /* family IP_NONE: updates go to the group */
	const char *multicast_interface;        /* where the units talk to each other; NULL: the first */
	size_t service_count;                   /* virtual services; borrowed until the box is made, strings longer */
	const struct virtual_service_config *service;
	uint32_t connections;                   /* room of the tables; 0: the balancer's */
	uint32_t persistence_entries;
	uint64_t seed;                          /* of CARP's counter and IP IDs */
};

/* Factory settings: ID 1, First, no preferred server, CARP, 3 s, virtual MAC, group. */
void loadmaster_config_init(struct loadmaster_config *c);

/* Adds HA and services to a box whose interfaces are filled in: one CARP host or virtual router for each interface
 * (and with VRRP each family) that has shared addresses; interface ids are the stack's indexes; the balancer, with
 * `c` borrowed until the box is made. Whether the box also routes is stack_config.forward. VL_INVALID with a reason in
 * KEMP's words; VL_NO_MEMORY. */
struct vl_status loadmaster_configure(const struct loadmaster_config *c, struct node_config *box);

/* The engine of a box that loadmaster_configure made: node_new, and in addition the commands
 *   SET ha.id         number 1-255
 *   SET ha.timeout    time 3, 6, 9, 12, 15 s
 *   SET ha.preferred  word none, first, second
 *   SET ha.password   word of 1-20 bytes, CARP only; never in a record
 *   SET services.SERVICE...   see balancer_control
 * on all its interfaces at once; everything else is the node's. .ops is NULL on failure, as node_new. */
struct engine loadmaster_new(const struct loadmaster_config *c, const struct node_config *box,
			     struct frame_pool *pool, struct vl_status *why);

/* The node inside, for node_stack and its like. */
const struct engine *loadmaster_node(const struct engine *loadmaster);
/* NULL: it has no services. */
const struct balancer *loadmaster_balancer(const struct engine *loadmaster);

#endif

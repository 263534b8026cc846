// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a balancer is told: virtual services and their real servers, as plain values. Names are KEMP's and LVS's.
 * Whoever builds a world fills this in and gives it to balancer_new, which copies it (strings are borrowed).
 */
#ifndef VL_BALANCER_SERVICE_H
#define VL_BALANCER_SERVICE_H

#include "sim/balancer/connection.h"
#include "sim/balancer/health.h"
#include "sim/balancer/persistence.h"
#include "sim/balancer/scheduler.h"
#include "sim/balancer/slow_start.h"
#include "sim/balancer/sync.h"

#define BALANCER_PORTS 8                /* ranges of one service */
#define BALANCER_LOCALS 64              /* local addresses of all SNAT pools */

/* How packets reach the server (balancer.md 4.1). */
enum balancer_forwarding {
	FORWARD_NAT,            /* transparent: only the destination is rewritten; we are the servers' gateway */
	FORWARD_SNAT,           /* full NAT: the client becomes an address and port of ours */
	FORWARD_DSR,            /* only the destination MAC; the server has the virtual address on its loopback */
	FORWARD_TUNNEL,         /* IPIP (RFC 2003, 4213; protocol 4 or 41) to the server, which unpacks it */
};

/* Whose address stands for the client with FORWARD_SNAT. */
enum balancer_snat {
	SNAT_SERVICE,           /* the virtual address: KEMP's default without transparency */
	SNAT_INTERFACE,         /* the address on the server's net: "Subnet Originating Requests" */
	SNAT_POOL,              /* .local: "connection scaling" */
};

/* What draining and disabling mean (balancer.md 2.5). */
enum balancer_drain {
	DRAIN_KEMP,             /* drained: persistent clients still come until drain_time, others not. Disabled: nobody
				   new comes; with drop_at_drain_end the rest is cut then */
	DRAIN_HAPROXY,          /* DRAIN: nobody new but persistent clients, without end. MAINT: checks stop too */
	DRAIN_IPVS,             /* weight 0: persistent clients still come (unless expire_quiescent). Removed: its
				   packets are dropped in silence (unless expire_nodest: reset) */
};

enum server_start {
	SERVER_ENABLED,
	SERVER_DRAINED,
	SERVER_OFF,
	SERVER_ABSENT,                  /* not in the list: a command brings it in */
};

struct real_server_config {
	const char *name;
	struct ip_addr address;
	uint16_t port;                  /* 0: the port that the client came for */
	uint16_t weight;                /* 1-65535; 0: quiesced from the start */
	uint32_t connection_limit;      /* active at a time; 0: none */
	uint32_t connection_resume;     /* taken again at this count (IPVS's lower threshold); 0: limit - limit/4 for
					   IPVS' policy, limit - 1 otherwise */
	uint32_t rate_limit;            /* new connections in a second; 0: none */
	uint8_t priority;               /* unused by most; fo and ovf go by weight */
	bool sorry;                     /* only when no other is usable */
	enum server_start start;
	uint8_t agent;                  /* what its adaptive agent says until it says otherwise */
};

/* When persistence is asked, on a connection of several requests: KEMP's "Always Check Persist". */
enum layer7_check {
	CHECK_FIRST,                    /* No: the first request decides */
	CHECK_ALWAYS,                   /* Yes: a request whose key is bound to another server goes there */
	CHECK_ACCEPT,                   /* Yes - Accept Changes: and a key that is not bound is bound to the server at hand */
};

struct layer7_config {
	bool forwarded_for;             /* X-Forwarded-For goes into every request */
	enum layer7_check check;
};

struct port_range {
	uint16_t first, last;           /* 0, 0: every port */
};

struct virtual_service_config {
	const char *name;
	struct ip_addr address;
	uint8_t protocol;               /* IP_PROTOCOL_TCP or IP_PROTOCOL_UDP */
	size_t port_count;
	struct port_range port[BALANCER_PORTS];
	enum balancer_forwarding forwarding;
	enum balancer_snat snat;
	size_t local_count;
	struct ip_addr local[BALANCER_LOCALS];  /* SNAT_POOL; the balancer claims those that lie on a net of the box */
	struct port_range snat_ports;           /* 0, 0: 1024-65535; SNAT_INTERFACE up to 60999, below the checks' ports */
	const struct scheduler_ops *scheduler;
	struct scheduler_options scheduler_options;
	bool newest_first;              /* the scheduler's order: IPVS puts a new server at the head */
	uint8_t layer;                  /* 4: packets are passed on; 7: the balancer answers the client's handshake, reads
					   what persistence needs, and chooses then (TCP). 0: 7 where persistence needs it */
	bool tls_passes;                /* layer 7: the clients speak TLS that the balancer does not terminate: their hellos
					   are all that it can read */
	struct persistence_config persistence;
	struct layer7_config layer7;
	struct slow_start_config slow_start;
	struct health_config health;
	struct connection_timeouts timeouts;
	enum balancer_drain drain;
	vl_time drain_time;             /* KEMP; 0: 300 s */
	bool drop_at_drain_end;
	bool reset_on_failure;          /* KEMP's "Drop Connections on RS failure": both sides are reset */
	bool silent_strays;             /* segments of no connection, and SYNs that no server may have, are dropped without
					   a word; otherwise a RST (UDP: port unreachable) answers them */
	bool expire_quiescent;          /* IPVS' expire_quiescent_template */
	bool expire_nodest;             /* IPVS' expire_nodest_conn */
	uint8_t reuse;                  /* IPVS' conn_reuse_mode, bits: 1: a reused port in TIME_WAIT is scheduled again;
					   2: in FIN_WAIT, too. 0: such a SYN goes to the old server */
	uint32_t half_open_limit;       /* SYN_RECV entries at a time; above it SYN cookies answer (in the modes that see
					   one side only SYNs are dropped); 0: none */
	size_t server_count;
	const struct real_server_config *server;
};

/* The pair that the box belongs to (sync.h): where its updates go. */
struct balancer_sync_config {
	struct sync_config sync;
	unsigned interface;             /* of the stack, for the group */
	struct ip_addr peer;            /* the other unit's address; family IP_NONE: the group */
};

#define BALANCER_SERVICES 256
#define BALANCER_SERVERS 4096           /* of one service */

struct balancer_config {
	size_t service_count;
	const struct virtual_service_config *service;
	uint32_t connections;           /* room; 0: 65536 */
	uint32_t persistence_entries;   /* room; 0: 65536 */
	uint32_t proxies;               /* connections at layer 7 that are not spliced, at a time, under 65535; 0: 1024; 80 KB each */
	enum persistence_when_full persistence_full;
	uint64_t seed;
	const struct balancer_sync_config *sync;        /* borrowed for the call; NULL: nothing is shared */
	bool claims;                    /* the balancer claims the virtual addresses itself while it is active; false: its
					   box shares them by VRRP or CARP, which do */
};

void virtual_service_config_init(struct virtual_service_config *c);     /* rr, NAT, no persistence, IPVS timeouts */

/* A box that is the servers' gateway also has stack_config.forward for what is no service's.
 *
 * VL_INVALID with the service's or server's name, the field and what is allowed: no server, two services of one
 * address, protocol and port, families that do not fit the forwarding, what scheduler_check, persistence_check,
 * slow_start_check and health_check refuse. */
struct vl_status balancer_config_check(const struct balancer_config *c);

/* What can be read of the connections of a service: whether a kind of persistence can work there (persistence_fits). */
enum persistence_view virtual_service_config_view(const struct virtual_service_config *c);
/* 4 or 7, as `layer` and what persistence needs come to. */
uint8_t virtual_service_config_layer(const struct virtual_service_config *c);

#endif

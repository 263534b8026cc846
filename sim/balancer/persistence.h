// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which server a client was sent to before: the contract of the kinds of persistence, one file a kind
 * (persistence_<name>.c), and the table that keeps what they learn.
 *
 * A kind makes a key of what it knows about a connection: source IP of the flow alone; the kinds of layer 7 of what was
 * read of the request. The table maps key and group to a server. Several services may share a group (KEMP's port
 * following, IPVS' fwmark services): a client then meets the same server on all of them.
 *
 * The table is bounded. When it is full the entry that was used longest ago goes (evict) or the new one is not kept
 * (refuse), as the service says; both are counted.
 */
#ifndef VL_BALANCER_PERSISTENCE_H
#define VL_BALANCER_PERSISTENCE_H

#include <stddef.h>

#include "sim/balancer/flow.h"
#include "sim/base/status.h"
#include "sim/base/time.h"

#define PERSISTENCE_KEY 32              /* bytes; longer material is hashed down to this */

struct persistence_key {
	uint8_t length;                 /* 0: this connection has none; the scheduler decides */
	uint8_t b[PERSISTENCE_KEY];
};

struct persistence_config {
	const struct persistence_ops *kind;     /* NULL: none */
	uint8_t prefix_v4, prefix_v6;   /* source IP: clients of one net are one; 0: 32 and 128 */
	bool with_port;                 /* source IP: the client's port counts too */
	vl_time timeout;                /* after the last use */
	bool touch;                     /* each new connection starts the timeout again (IPVS, KEMP); otherwise it runs
					   from the first */
	uint32_t group;                 /* services of one group share; from 1; 0: the service alone */
};

/* What is known of a connection when its server is chosen. Layer 7 adds what it read. */
struct persistence_facts {
	const struct flow *flow;
};

struct persistence_ops {
	const char *name;               /* what a script says: "source-ip" */
	const char *title;
	/* The key of this connection; length 0 when it has none. */
	void (*key)(const struct persistence_config *c, const struct persistence_facts *facts,
		    struct persistence_key *key);
};

const struct persistence_ops *persistence_find(const char *name);
const struct persistence_ops *persistence_at(size_t i);
struct vl_status persistence_check(const struct persistence_config *c);

/* --- the table ------------------------------------------------------------------------------------------- */

struct persistence_table;

enum persistence_when_full {
	PERSISTENCE_EVICT,              /* the entry used longest ago goes */
	PERSISTENCE_REFUSE,             /* the new one is not kept */
};

struct persistence_counters {
	uint64_t hits, misses, created, expired, evicted, refused, forgotten;
};

/* NULL: no memory. `secret` keys the hash. */
struct persistence_table *persistence_table_new(uint32_t room, enum persistence_when_full when_full, uint64_t secret);
void persistence_table_free(struct persistence_table *t);
/* `server` is the caller's number. Services that share a group name a server alike on all of them: the balancer gives
 * the number of its address.
 *
 * The server that this key of this group is bound to, or -1. `touch` of the configuration applies. Entries whose time
 * has come are not found, and are taken out without scanning. */
int persistence_lookup(struct persistence_table *t, const struct persistence_config *c, uint32_t group,
		       const struct persistence_key *key, vl_time now);
void persistence_store(struct persistence_table *t, const struct persistence_config *c, uint32_t group,
		       const struct persistence_key *key, uint32_t server, vl_time now);
/* All entries of a server in a group go (it was removed, or its policy says so). */
void persistence_forget_server(struct persistence_table *t, uint32_t group, uint32_t server);
void persistence_table_clear(struct persistence_table *t);
size_t persistence_count(const struct persistence_table *t);
/* Entries of this group bound to this server now. */
size_t persistence_count_server(const struct persistence_table *t, uint32_t group, uint32_t server);
const struct persistence_counters *persistence_counters(const struct persistence_table *t);
/* When the next entry's time comes, or VL_NEVER; persistence_expire takes out all whose time has come. */
vl_time persistence_deadline(const struct persistence_table *t);
void persistence_expire(struct persistence_table *t, vl_time now);

#endif

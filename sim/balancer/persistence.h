// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which server a client was sent to before: the contract of the kinds of persistence, one file a kind
 * (persistence_<name>.c), and the table that keeps what they learn.
 *
 * A kind makes a key of what it knows about a connection: source IP of the flow alone; the kinds of layer 7 of what was
 * read of the request, of a TLS hello or of the first bytes. The table maps key and group to a server. Several services
 * may share a group (KEMP's port following, IPVS' fwmark services): a client then meets the same server on all of them.
 *
 * How a data path uses it:
 *      1. reads what the kind needs (.needs), bounded, and fills in the facts; what could not be read stays NULL
 *      2. balancer_choose: the kind names the server itself (.names), or its key is looked up; else the scheduler
 *         decides, and the key is bound to its choice, unless keys are only learned (.only_learned)
 *      3. when the server's answer was read: .learn may make another key of it, which is bound to the server
 *         (balancer_learn); .insert may have a line for the head of the answer
 *
 * Where what is needed cannot be had (HTTP kinds on TLS that passes unread, say) there is no key and the scheduler
 * decides each time: persistence_fits says so beforehand.
 *
 * The table is bounded. When it is full the entry that was used longest ago goes (evict) or the new one is not kept
 * (refuse), as the service says; both are counted.
 */
#ifndef VL_BALANCER_PERSISTENCE_H
#define VL_BALANCER_PERSISTENCE_H

#include <stddef.h>

#include "sim/balancer/flow.h"
#include "sim/balancer/http_head.h"
#include "sim/base/status.h"
#include "sim/base/time.h"
#include "sim/wire/tls_reader.h"

#define PERSISTENCE_KEY 32              /* bytes; longer material is hashed down to this (SHA-256: the units of a pair
					   make the same of it) */
#define PERSISTENCE_NAME 127            /* bytes of a cookie's, field's or item's name */
#define PERSISTENCE_LINE 192            /* bytes of a line that is inserted */

struct persistence_key {
	uint8_t length;                 /* 0: this connection has none; the scheduler decides */
	uint8_t b[PERSISTENCE_KEY];
};

struct persistence_config {
	const struct persistence_ops *kind;     /* NULL: none */
	uint8_t prefix_v4, prefix_v6;   /* source IP: clients of one net are one; 0: 32 and 128 */
	bool with_port;                 /* source IP, and cookies that we make: the client's port counts too */
	const char *name;               /* of the cookie, the field, the item; borrowed; NULL: the kind's usual one */
	vl_time timeout;                /* after the last use */
	bool touch;                     /* each new connection starts the timeout again (IPVS, KEMP); otherwise it runs
					   from the first */
	uint32_t group;                 /* services of one group share; from 1; 0: the service alone */
};

/* What is known of a connection when its server is chosen; all borrowed for the call. */
struct persistence_facts {
	const struct flow *flow;
	uint64_t secret;                        /* cookies that we make are made with it */
	const struct http_head *request;        /* NULL: none was read */
	const struct http_head *response;       /* for learn and insert */
	const struct tls_hello *client_hello, *server_hello;
	const uint8_t *first;                   /* the first bytes of the client, or its datagram */
	size_t first_length;
};

/* What must be read before a key can be made. */
enum persistence_needs {
	NEEDS_FLOW,
	NEEDS_REQUEST,                  /* an HTTP request */
	NEEDS_HELLO,                    /* a TLS ClientHello */
	NEEDS_FIRST,                    /* first bytes of a TCP connection: an RDP connection request */
	NEEDS_DATAGRAM,                 /* UDP */
};

struct persistence_ops {
	const char *name;               /* what a script says: "source-ip" */
	const char *title;              /* KEMP's word for it */
	enum persistence_needs needs;
	const char *usual;              /* the name where the configuration has none; NULL: it must have one, or has no use */
	bool named;                     /* config.name has a use */
	bool only_learned;              /* a key that is not known is not bound to the server that the scheduler chose */
	/* The key of this connection; length 0 when it has none. */
	void (*key)(const struct persistence_config *c, const struct persistence_facts *facts,
		    struct persistence_key *key);
	/* NULL, or: the key that the server's answer makes, length 0: none. */
	void (*learn)(const struct persistence_config *c, const struct persistence_facts *facts,
		      struct persistence_key *key);
	/* NULL, or: a line for the head of the answer, CRLF included; its length, 0: none. */
	size_t (*insert)(const struct persistence_config *c, const struct persistence_facts *facts,
			 char line[PERSISTENCE_LINE]);
	/* NULL, or: the client itself says which server it wants. */
	bool (*names)(const struct persistence_facts *facts, struct ip_addr *server, uint16_t *port);
};

/* What a service lets be read. */
enum persistence_view {
	PERSISTENCE_SEES_FLOWS,         /* layer 4: addresses and ports */
	PERSISTENCE_SEES_HELLOS,        /* layer 7 on TLS that passes unread: its hellos */
	PERSISTENCE_SEES_BYTES,         /* layer 7 on a protocol in the clear */
	PERSISTENCE_SEES_DATAGRAMS,     /* UDP */
};

/* Whether a kind can make keys there at all (balancer.md 2.1: TLS that is not terminated leaves source IP and SSL
 * session ID). */
bool persistence_fits(const struct persistence_ops *kind, enum persistence_view view);
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
void persistence_forget_group(struct persistence_table *t, uint32_t group);
void persistence_table_clear(struct persistence_table *t);
/* When the entry of this key would expire; 0: there is none. Not a use of it. */
vl_time persistence_expires(const struct persistence_table *t, uint32_t group, const struct persistence_key *key);

struct persistence_entry {
	uint32_t group, server;
	struct persistence_key key;
	vl_time expires;
};

/* Walks all entries: start with *at = 0; false at the end. */
bool persistence_next(const struct persistence_table *t, uint32_t *at, struct persistence_entry *e);
size_t persistence_count(const struct persistence_table *t);
/* Entries of this group bound to this server now. */
size_t persistence_count_server(const struct persistence_table *t, uint32_t group, uint32_t server);
const struct persistence_counters *persistence_counters(const struct persistence_table *t);
/* When the next entry's time comes, or VL_NEVER; persistence_expire takes out all whose time has come. */
vl_time persistence_deadline(const struct persistence_table *t);
void persistence_expire(struct persistence_table *t, vl_time now);

#endif

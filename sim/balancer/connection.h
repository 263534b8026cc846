// SPDX-License-Identifier: BSD-2-Clause
/*
 * The connection table: every flow that the balancer forwards, in at most 128 bytes, found from both sides by a keyed
 * hash, ended by time without scanning (sim/base/wheel.h).
 *
 * An entry is found by its flow (what the client sends) and, in the NAT modes, by the server's side (what the server
 * sends: from its address and port to the client's, or to the local address and port that stands for the client).
 * Both go through open addressing over one pool of entries.
 *
 * The TCP states and their timeouts are IPVS's table (balancer.md 4.2), which HAProxy's and KEMP's modes use with
 * other numbers: struct connection_timeouts. When the table is full, a new connection takes the place of the
 * half-open one (NONE, SYN_RECV) that is open longest; when there is none it is refused and counted.
 */
#ifndef VL_BALANCER_CONNECTION_H
#define VL_BALANCER_CONNECTION_H

#include <stddef.h>

#include "sim/balancer/flow.h"
#include "sim/base/time.h"
#include "sim/base/wheel.h"

/* States as IPVS names them. X(constant, word, counted as active) */
#define CONNECTION_STATES(X)                                    \
	X(CONNECTION_NONE, "NONE", false)                       \
	X(CONNECTION_SYN_RECV, "SYN_RECV", true)                \
	X(CONNECTION_ESTABLISHED, "ESTABLISHED", true)          \
	X(CONNECTION_FIN_WAIT, "FIN_WAIT", false)               \
	X(CONNECTION_CLOSE_WAIT, "CLOSE_WAIT", false)           \
	X(CONNECTION_LAST_ACK, "LAST_ACK", false)               \
	X(CONNECTION_TIME_WAIT, "TIME_WAIT", false)             \
	X(CONNECTION_CLOSE, "CLOSE", false)                     \
	X(CONNECTION_UDP, "UDP", true)

enum connection_state {
#define X(constant, word, active) constant,
	CONNECTION_STATES(X)
#undef X
	CONNECTION_STATE_COUNT
};

const char *connection_state_word(enum connection_state s);

static inline bool connection_is_active(enum connection_state s)
{
#define X(constant, word, active) | (unsigned)(active) << constant
	return ((0u CONNECTION_STATES(X)) >> s & 1) != 0;
#undef X
}

struct connection_timeouts {
	vl_time at[CONNECTION_STATE_COUNT];
};

/* IPVS's defaults. */
void connection_timeouts_init(struct connection_timeouts *t);

/* Why an entry ended, for counters and records. X(constant, word) */
#define CONNECTION_ENDS(X)                                      \
	X(CONNECTION_END_CLOSED, "closed")                      \
	X(CONNECTION_END_RESET, "reset")                        \
	X(CONNECTION_END_EXPIRED, "expired")                    \
	X(CONNECTION_END_EVICTED, "evicted")                    \
	X(CONNECTION_END_SERVER, "server failed")               \
	X(CONNECTION_END_REUSED, "port reused")                 \
	X(CONNECTION_END_UNBOUND, "no port left for it")        \
	X(CONNECTION_END_CLEARED, "cleared")                    \
	X(CONNECTION_END_REPLACED, "the pair says otherwise")

enum connection_end {
#define X(constant, word) constant,
	CONNECTION_ENDS(X)
#undef X
	CONNECTION_END_COUNT
};

const char *connection_end_word(enum connection_end e);

/* One entry. Addresses of services, servers and local addresses are kept as indexes of the engine's lists. */
struct connection {
	uint8_t client[16];             /* IPv4 in the first four bytes, the rest zero */
	uint16_t client_port;
	uint16_t service_port;          /* where the client sent it */
	uint16_t service;               /* index */
	uint16_t server;                /* index in the service */
	uint16_t local;                 /* index of the local address that stands for the client; with full NAT only */
	uint16_t local_port;            /* and its port; 0 without */
	uint8_t protocol;
	uint8_t family;                 /* of the client: enum ip_family */
	uint8_t state;                  /* enum connection_state */
	uint8_t flags;                  /* CONNECTION_... below */
	vl_time opened;
	vl_time expires;
	uint32_t client_next;           /* highest sequence + length seen of each side, for resets and windows */
	uint32_t server_next;
	uint16_t client_window, server_window;
	uint8_t client_scale, server_scale;     /* window scale; 255: not known */
	uint8_t sync, sync_generation;  /* balancer_sync.c's: what the other unit of a pair knows */
	uint32_t delta;                 /* what the server's sequence numbers lack of those that the client was told (SYN
					   cookies); 0: they are the same */
	uint64_t bytes_in, bytes_out;   /* of IP, from the client, from the server */
	/* the table's own, up to half_prev */
	uint32_t hash_forward, hash_reverse;
	struct wheel_link timer;
	uint32_t half_next, half_prev;  /* half-open ones, the oldest first; 1 + index */
	union {                         /* connections of layer 7 are not shared with the other unit */
		uint32_t sync_at;       /* when it was told last, in ms */
		uint32_t delta_up;      /* of CONNECTION_RELAYED: what the client's sequence numbers lack of those that
					   the server was told */
	};
	uint16_t sync_packets;          /* of the client */
	uint16_t proxy;                 /* layer 7: 1 + its number while its two sides are apart, CONNECTION_RELAYED
					   afterwards (layer7_splice.c); 0: a connection of layer 4 */
	/* two cache lines, no more and no less */
};

#define CONNECTION_NO_REVERSE 0x01      /* DSR, tunnel: the server's side is never seen */
#define CONNECTION_PERSISTENT 0x02      /* its server came from persistence */
#define CONNECTION_ONE_WAY 0x04         /* FIN of the client seen in a mode that sees one side only */
#define CONNECTION_FIN_CLIENT 0x08
#define CONNECTION_FIN_SERVER 0x10
#define CONNECTION_RESET 0x20           /* a RST was forwarded */
#define CONNECTION_SPLICING 0x80        /* opened by a SYN cookie; its server has not answered yet */
/* Both handshakes were ours, the two sides are spliced: .delta_up counts, and neither side knows the scale of the other's
 * windows. */
#define CONNECTION_RELAYED UINT16_MAX
#define CONNECTION_BOUND 0x40           /* the table's own: found from the server's side too */

static inline bool connection_is_relayed(const struct connection *c)
{
	return c->proxy == CONNECTION_RELAYED;
}

static inline uint32_t connection_delta_up(const struct connection *c)
{
	return connection_is_relayed(c) ? c->delta_up : 0;
}

/* Its two sides are apart. */
static inline bool connection_is_proxied(const struct connection *c)
{
	return c->proxy != 0 && c->proxy != CONNECTION_RELAYED;
}

_Static_assert(sizeof(struct connection) == 128, "at most 128 bytes a connection, two cache lines");

/* The server's side of a connection. */
struct connection_reverse {
	struct ip_addr server;          /* who sent it */
	struct ip_addr peer;            /* to whom: the client, or a local address */
	uint16_t server_port, peer_port;
	uint8_t protocol;
};

#define CONNECTION_TICK (UINT64_C(1) << WHEEL_TICK_BITS)

struct connection_table;

struct connection_counters {
	uint64_t opened;
	uint64_t ended[CONNECTION_END_COUNT];
	uint64_t refused;               /* the table was full of connections that are established */
};

/* Told of every entry that leaves the table, while it is still whole. */
typedef void connection_ended(void *context, const struct connection *c, enum connection_end why, vl_time now);

/* What the indexes in an entry stand for: the engine's lists, which outlive the table. */
struct connection_addresses {
	const struct ip_addr *(*service)(const void *context, uint16_t service);
	const struct ip_addr *(*server)(const void *context, uint16_t service, uint16_t server, uint16_t *port);
	const struct ip_addr *(*local)(const void *context, uint16_t local);
};

/* Room for `room` connections at a time, all of it allocated now. `addresses` is copied, `context` goes to its
 * functions and to `ended`. NULL: no memory. */
struct connection_table *connection_table_new(uint32_t room, uint64_t secret,
					      const struct connection_addresses *addresses, connection_ended *ended,
					      void *context);
void connection_table_free(struct connection_table *t);

struct connection *connection_find(const struct connection_table *t, const struct flow *flow);
struct connection *connection_find_reverse(const struct connection_table *t, const struct connection_reverse *r);
/* The same two for IPv4 between ends as they stand in a packet; it went that way. */
struct connection_ends4 {
	uint32_t from, to;              /* in the order of memory */
	uint16_t from_port, to_port;
	uint8_t protocol;
};
struct connection *connection_find4(const struct connection_table *t, const struct connection_ends4 *e);
struct connection *connection_find_reverse4(const struct connection_table *t, const struct connection_ends4 *e);

/* Foresight for packets that wait together: what finding them will read is fetched into the cache meanwhile. First the
 * index for all of them, then the entries, of which the index must be there by then; neither changes anything. */
uint32_t connection_hash4(const struct connection_table *t, const struct connection_ends4 *e);  /* of either side */
void connection_fetch_index(const struct connection_table *t, bool reverse, uint32_t hash);
void connection_fetch_entry(const struct connection_table *t, bool reverse, uint32_t hash);
/* The index where the server's side of a new connection without a local address will stand. */
void connection_fetch_reverse(const struct connection_table *t, const struct flow *flow, uint16_t service,
			      uint16_t server);
/* A new entry of `flow` (which must not be there), state NONE, to fill in; then connection_bind_reverse where the
 * server's side is seen. NULL: refused. */
struct connection *connection_open(struct connection_table *t, const struct flow *flow, vl_time now);
/* Makes the entry findable from the server's side, which its server, local and local_port now tell. False: another
 * connection has that side already (a port of the pool in use: try the next). */
bool connection_bind_reverse(struct connection_table *t, struct connection *c);
/* Sets state and the moment it expires: within CONNECTION_TICK behind it. */
void connection_set(struct connection_table *t, struct connection *c, enum connection_state s, vl_time expires);
void connection_close(struct connection_table *t, struct connection *c, enum connection_end why, vl_time now);

/* Ends all of them, CONNECTION_END_CLEARED. */
void connection_clear(struct connection_table *t, vl_time now);

uint32_t connection_count(const struct connection_table *t);
const struct connection_counters *connection_counters(const struct connection_table *t);
vl_time connection_deadline(const struct connection_table *t);
/* Ends those whose time has come, at most `most`; false: there are more. CONNECTION_END_RESET when a RST was seen,
 * _CLOSED when both sides (or the one that is seen) had finished, _EXPIRED otherwise. */
bool connection_expire(struct connection_table *t, uint32_t most, vl_time now);
/* Walks all entries: start with *at = 0; NULL at the end. connection_close of the entry at hand is allowed. */
struct connection *connection_next(struct connection_table *t, uint32_t *at);

#endif

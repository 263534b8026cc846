// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which real server gets the next connection: the contract of all schedulers, one file each
 * (scheduler_<name>.c), listed in one table.
 *
 * A scheduler sees its service's servers as an array in the order of the configuration and decides by nothing else
 * than this array, the flow, its own state and its own dice. It never skips the question whether a server may be
 * picked: struct scheduler_server.usable says so. Ties, order and arithmetic are those of the product that each file
 * names (balancer.md 1.3): where IPVS puts the newest server first, that is an option of the service
 * (newest_first), not of the scheduler: the array is then in reverse.
 *
 * Cost: pick is O(1) or O(log n) where the rule allows; tables (Maglev, hashes) are built again by `changed`, which
 * is rare. Nothing is allocated behind `make`.
 *
 * Of the service's side: `changed` follows every change of the list, of a weight, of usability and of what is known of
 * a server (answer of its agent, response time); `counted` every change of a count. A scheduler keeps its place where
 * its product does: with which >= 0 the servers are the same as before, with -1 they are told apart by their id.
 */
#ifndef VL_BALANCER_SCHEDULER_H
#define VL_BALANCER_SCHEDULER_H

#include "sim/balancer/flow.h"
#include "sim/base/prng.h"
#include "sim/base/status.h"
#include "sim/base/time.h"

/* Weights are fixed-point: the configured weight times this, times the slow start's fraction. When no server is
 * starting, all are multiples of it and the weighted sequences are those of the plain weights. */
#define SCHEDULER_WEIGHT_ONE 65536u

struct scheduler_server {
	const char *name;               /* borrowed; what Maglev hashes */
	struct ip_addr address;         /* of the server: what mh hashes, with the port */
	uint16_t port;
	uint32_t id;                    /* stable over changes of the list, from 1: HAProxy's server id, what the
					   consistent hash hashes */
	uint64_t weight;                /* effective, see above, at most 65535 times it; 0: no new connections */
	uint64_t full_weight;           /* configured, times SCHEDULER_WEIGHT_ONE: for those that know no slow start */
	bool usable;                    /* up, not drained or disabled, below its limits */
	bool full;                      /* not usable, but only for a limit: hashes keep its place in their tables
					   (IPVS' overloaded), while who is down leaves them */
	uint32_t active;                /* connections in the states that IPVS counts as active */
	uint32_t inactive;              /* the other entries */
	uint64_t new_last_second;       /* connections given in the last whole second: random's tie-break */
	vl_time response_time;          /* mean of its last health checks; 0: unknown */
	uint8_t adaptive;               /* what its agent answered: 0 idle - 100 overloaded; 101 failed, 102 disabled */
};

/* The servers of a service. The array is the service's; its order and length change only together with `changed`. */
struct scheduler_view {
	const struct scheduler_server *server;
	size_t count;
};

/* What a service may say of its scheduler; each reads what is its own and ignores the rest. All 0: the defaults. */
struct scheduler_options {
	uint32_t table_size;            /* maglev: a prime, 0: 65537. mh: one of the kernel's primes, 0: 4093 */
	uint32_t draws;                 /* random, two-choices: 1-16, 0: 2 */
	uint32_t bounded_load;          /* consistent: 101-1000 percent, HAProxy's hash-balance-factor; 0: unbounded */
	bool hash_port;                 /* hashes: the client's port counts too */
	bool fallback;                  /* sh, mh: look further when the hashed server may have none */
	bool inclusive_draw;            /* two-choices: draws from 0 to the sum of weights, both included, as IPVS' twos */
	/* The laws behind KEMP's two dynamic methods are not published (balancer.md 1.3, UNCONFIRMED): these are knobs. */
	uint32_t adaptive_minimum;      /* adaptive: loads all under this percentage: configured weights; "Min. Control
					   Variable Value". 1-50, 0: 5 */
	uint32_t adaptive_floor;        /* adaptive: the most loaded keeps this percentage of its weight. 1-100, 0: 1 */
	bool adaptive_connections;      /* adaptive: its weights divide connections (as wlc) instead of turns */
	vl_time response_every;         /* response-time: weights are worked out so often; 0: 15 s */
	uint32_t response_floor;        /* response-time: the slowest keeps this percentage of its weight. 1-100, 0: 1 */
};

/* The port that hashes count in: 0 unless asked. */
static inline uint16_t scheduler_hash_port(const struct scheduler_options *options, const struct flow *flow)
{
	return options->hash_port ? flow->client_port : 0;
}

struct scheduler;                       /* state of one scheduler of one service */

struct scheduler_ops {
	const char *name;               /* what a script says: "wlc" */
	const char *title;              /* one line for people */
	bool slow_start;                /* a returning server's ramp has an effect; else full_weight decides, and of
					   `weight` only whether it is 0 */
	struct vl_status (*check)(const struct scheduler_options *options);     /* NULL: refuses nothing */
	/* State for at most `room` servers; draws only from `dice` (copied). NULL: no memory; a refused option is
	 * found by scheduler_check before. Then `changed` is called with -1. */
	struct scheduler *(*make)(size_t room, const struct scheduler_options *options, const struct prng *dice);
	void (*free)(struct scheduler *s);
	/* Servers came, went, changed weight, usability or figures. `which` is the index of the only one that changed,
	 * or -1 when the list itself did. */
	void (*changed)(struct scheduler *s, const struct scheduler_view *view, int which);
	/* The counts of one server changed: a connection opened, closed or became inactive. NULL: of no interest. */
	void (*counted)(struct scheduler *s, const struct scheduler_view *view, unsigned which);
	/* The index of the server for this flow, or -1: none may have it. */
	int (*pick)(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now);
};

/* The scheduler of that name, or NULL; the i-th, NULL behind the last. */
const struct scheduler_ops *scheduler_find(const char *name);
const struct scheduler_ops *scheduler_at(size_t i);
/* VL_INVALID names an option that this scheduler refuses (a table size that is no prime). */
struct vl_status scheduler_check(const struct scheduler_ops *ops, const struct scheduler_options *options);

#endif

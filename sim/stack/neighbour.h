// SPDX-License-Identifier: BSD-2-Clause
/*
 * The neighbour cache of a stack (RFC 826, RFC 4861 7.3): which MAC an address on the link has, and the
 * packets that wait for the answer. Bounded: when it is full the entry longest unused makes room.
 *
 * The life of an entry, a simplification of RFC 4861 7.3.2 that serves ARP too: INCOMPLETE (3 requests, 1 s
 * apart, packets wait) - KNOWN (60 s good; what is heard makes it good again) - when used later than that,
 * PROBE (3 unicast requests, 1 s apart, packets still go to the old MAC) - forgotten when nobody answers.
 */
#ifndef VL_STACK_NEIGHBOUR_H
#define VL_STACK_NEIGHBOUR_H

#include "sim/base/cache_line.h"
#include "sim/base/frame.h"
#include "sim/base/table.h"
#include "sim/base/time.h"
#include "sim/base/addr.h"

#define NEIGHBOUR_TRIES 3
#define NEIGHBOUR_RETRANS VL_S          /* RFC 4861 10, RETRANS_TIMER */
#define NEIGHBOUR_REACHABLE (60 * VL_S)
#define NEIGHBOUR_LAST 4                /* a power of two */
#define NEIGHBOUR_WAITING 16            /* packets that wait for one neighbour; the oldest makes room */

enum neighbour_state {
	NEIGHBOUR_FREE = 0,
	NEIGHBOUR_INCOMPLETE,
	NEIGHBOUR_KNOWN,
	NEIGHBOUR_PROBE,
};

/* An address on an interface: the key of the tables of a stack. No padding: compared as bytes. */
struct place {
	uint8_t interface;
	struct ip_addr address;
};

/* One line of memory each, as most packets of many boxes look at another. */
struct neighbour {
	_Alignas(CACHE_LINE) struct place place;
	struct mac mac;                 /* KNOWN, PROBE */
	uint8_t state;                  /* enum neighbour_state */
	uint8_t tries;                  /* requests sent */
	uint8_t waiting_count;
	uint32_t next_free;
	vl_time good_until;             /* KNOWN */
	vl_time used_at;
	vl_time retry_at;               /* INCOMPLETE, PROBE: the next try, or giving up */
	struct frame **waiting;         /* room for NEIGHBOUR_WAITING; oldest first; Ethernet destination not yet set */
};

struct neighbour_cache {
	vl_time deadline;               /* the earliest retry_at */
	struct neighbour *entry;        /* in order of arrival, so that what reaches the wire has an order; owned */
	uint32_t last[NEIGHBOUR_LAST];  /* the entries found last: most packets go where one shortly before went */
	uint32_t first_free;            /* room: none */
	uint32_t room;
	struct table index;             /* struct place -> uint32_t, the entry's number */
	struct frame **waiting;         /* of all entries; owned */
};

bool neighbour_cache_init(struct neighbour_cache *c, uint32_t room, uint64_t secret);   /* false: no memory */
void neighbour_cache_fini(struct neighbour_cache *c);

/* Whoever it is; neighbour_find looks at the last one first. */
struct neighbour *neighbour_search(struct neighbour_cache *c, unsigned interface, const struct ip_addr *address);

static inline unsigned neighbour_last(const struct ip_addr *address)
{
	return address->b[address->family == IP_V4 ? 3 : 15] % NEIGHBOUR_LAST;
}

static inline struct neighbour *neighbour_find(struct neighbour_cache *c, unsigned interface,
					       const struct ip_addr *address)
{
	struct neighbour *last = &c->entry[c->last[neighbour_last(address)]];

	if (last->state != NEIGHBOUR_FREE && last->place.interface == interface &&
	    ip_equal(&last->place.address, address))
		return last;
	return neighbour_search(c, interface, address);
}

/* A new entry in state INCOMPLETE without a timer. NULL: full of entries that wait for an answer. */
struct neighbour *neighbour_add(struct neighbour_cache *c, unsigned interface, const struct ip_addr *address,
				vl_time now);
/* Forgets the entry; the frames that wait must have been taken before. */
void neighbour_remove(struct neighbour_cache *c, struct neighbour *n);
/* Call after a change of state or retry_at. */
void neighbour_rearm(struct neighbour_cache *c);

#endif

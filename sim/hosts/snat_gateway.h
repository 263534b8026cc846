// SPDX-License-Identifier: BSD-2-Clause
/*
 * A SNAT gateway (NAPT: RFC 3022): a router behind whose outside addresses many users hide. A part of a box that forwards
 * and has stack_config.transit.
 *
 * Packets of inside hosts that leave by the outside interface get an outside address and port (of ICMP queries: an id);
 * what comes back to that address and port gets the inside ones again. ICMP errors are translated both ways, the packet
 * that they quote too (RFC 5508). Everything else is forwarded as a router does.
 *
 * Pools: an inside host belongs to the first pool whose .from holds its address, and speaks through that pool's
 * addresses. A mapping is of an inside address and port, whoever they speak to (endpoint-independent: RFC 4787 REQ-1);
 * what comes back is let in from anybody. Pooling is paired (an inside host keeps one outside address as long as that has
 * a free port: RFC 4787 REQ-2) or arbitrary (each mapping takes the next address).
 *
 * Ports: the inside port itself when it is free and .preserve says so, else the next free one of the pool's range. When a
 * pool has none left the packet is refused: dropped and counted, and its sender told so with ICMP (host unreachable, RFC
 * 6888 REQ-4) unless .silent.
 *
 * A mapping ends when nothing has passed for its time: an established TCP connection, one that is opening or closing
 * (a RST or both FINs were seen), UDP, ICMP queries. The defaults are those of RFC 5382 REQ-5, RFC 4787 REQ-5, RFC 5508
 * REQ-2; boxes in offices are set far shorter.
 *
 * Not modelled: IPv6, fragments but the first, filtering, hairpins, port mapping from outside, helpers (FTP).
 */
#ifndef VL_HOSTS_SNAT_GATEWAY_H
#define VL_HOSTS_SNAT_GATEWAY_H

#include "sim/node/part.h"

#define SNAT_POOLS 64
#define SNAT_ADDRESSES 1024             /* outside addresses of all pools */

struct snat_pool {
	struct ip_prefix from;          /* inside hosts; length 0: all */
	struct ip_addr first;           /* outside addresses: this one */
	uint32_t count;                 /* and those behind it; over 0 */
	uint16_t first_port, last_port; /* 0, 0: 1024-65535 */
};

struct snat_config {
	unsigned outside;               /* interface */
	size_t pool_count;
	struct snat_pool pool[SNAT_POOLS];
	bool arbitrary;                 /* pooling; false: paired */
	bool preserve;                  /* inside ports are kept where they can be */
	bool silent;                    /* says nothing when it refuses */
	uint32_t mappings;              /* most at a time; 0: 65536 */
	vl_time established;            /* 0: 7440 s */
	vl_time transitory;             /* opening, closing; 0: 240 s */
	vl_time udp;                    /* 0: 300 s */
	vl_time icmp;                   /* 0: 60 s */
	uint64_t seed;                  /* of the tables' hash */
};

/* VL_INVALID with a reason: no pool, an outside address twice, ports backwards. */
struct vl_status snat_config_check(const struct snat_config *c, size_t interfaces);
/* The part of this configuration; `c` is borrowed until node_new has returned. Outside addresses that the box does not
 * have, the part claims. */
struct node_part_config snat_part(const struct snat_config *c);

/* Settings: nat.established, nat.transitory, nat.udp, nat.icmp (times). */

/* --- facts ------------------------------------------------------------------------------------------------------ */

struct snat;

/* Why packets were refused. X(constant, word) */
#define SNAT_DROPS(X)                                           \
	X(SNAT_DROP_PORTS, "no port left")                      \
	X(SNAT_DROP_MAPPINGS, "mapping table full")             \
	X(SNAT_DROP_PROTOCOL, "protocol not translated")        \
	X(SNAT_DROP_FRAGMENT, "fragment")                       \
	X(SNAT_DROP_TTL, "TTL exceeded")                        \
	X(SNAT_DROP_TOO_LONG, "longer than the MTU")            \
	X(SNAT_DROP_NO_ROUTE, "no route")                       \
	X(SNAT_DROP_MEMORY, "no buffer")

enum snat_drop {
#define X(constant, word) constant,
	SNAT_DROPS(X)
#undef X
	SNAT_DROP_COUNT
};

const char *snat_drop_text(enum snat_drop why);
uint64_t snat_dropped(const struct snat *s, enum snat_drop why);
uint32_t snat_mappings(const struct snat *s);           /* held now */
uint64_t snat_made(const struct snat *s);               /* mappings ever made */

/* Records, part "nat". */

/* "nat.mapped": protocol client port outside outside_port. Trace. */
extern const struct record_kind SNAT_MAPPED_KIND;
/* "nat.unmapped": the same and lived. Trace. */
extern const struct record_kind SNAT_UNMAPPED_KIND;
enum snat_mapped_field {
	SNAT_MAPPED_PROTOCOL, SNAT_MAPPED_CLIENT, SNAT_MAPPED_PORT, SNAT_MAPPED_OUTSIDE, SNAT_MAPPED_OUTSIDE_PORT,
	SNAT_MAPPED_LIVED,
};

/* "nat.refused": protocol client port why. Warn: the first in a row; the others at trace level
 * ("nat.refused-again"). */
extern const struct record_kind SNAT_REFUSED_KIND, SNAT_REFUSED_AGAIN_KIND;
enum snat_refused_field { SNAT_REFUSED_PROTOCOL, SNAT_REFUSED_CLIENT, SNAT_REFUSED_PORT, SNAT_REFUSED_WHY };

#endif

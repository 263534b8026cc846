// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which host of a Microsoft NLB cluster takes a flow. Every host gets every frame and answers this question alone; the
 * same answer everywhere is what the cluster rests on. Pure functions: the same arguments give the same answer on
 * every host, compiler and run.
 *
 * Flows fall into bins by their affinity's key:
 *      none            client address, client port, cluster port, protocol
 *      single          client address (the default)
 *      network         client address, its last 8 bits (IPv6: 64) not counted
 * The bin is mix(seed ^ key) modulo the number of bins, `mix` being the finaliser of SplitMix64 (Steele, Lea, Flood
 * 2014), applied to the seed and then to each 64 bits of the key in turn. The real hash is not public. "60 bins a rule" is
 * what reports describe (UNCONFIRMED: .bins).
 *
 * Bins go to hosts as evenly as can be, and few of them move when a host comes or goes: each bin ranks the hosts by
 * mix(seed, bin, host), and takes the best one that has less than its share.
 */
#ifndef VL_VENDORS_NLB_FILTER_H
#define VL_VENDORS_NLB_FILTER_H

#include <stdbool.h>

#include "sim/base/addr.h"

#define NLB_HOSTS 32                    /* numbered from 1 */
#define NLB_BINS 60
#define NLB_BINS_MOST 240

enum nlb_affinity {
	NLB_AFFINITY_NONE,
	NLB_AFFINITY_SINGLE,
	NLB_AFFINITY_NETWORK,
};

/* What becomes of connections whose bin moves when a host is added or removed. */
enum nlb_descriptors {
	NLB_DESCRIPTORS_HONOURED,       /* Microsoft: existing connections stay where they are */
	NLB_DESCRIPTORS_LOST,           /* the Exchange team: all clients reconnect */
};

struct nlb_rule {
	enum nlb_affinity affinity;
	enum nlb_descriptors descriptors;
	unsigned bins;                  /* 1-NLB_BINS_MOST */
	uint64_t seed;                  /* the same on all hosts */
};

struct nlb_flow {
	struct ip_addr client;
	uint16_t client_port, cluster_port;     /* 0 where the protocol has none */
	uint8_t protocol;
	bool begins;                    /* a SYN, a request without a connection: nobody has it yet */
	bool known;                     /* this host holds a descriptor of it */
};

/* Which host has which bin. */
struct nlb_map {
	unsigned bins;
	uint8_t owner[NLB_BINS_MOST];   /* 1-NLB_HOSTS; 0: no host at all */
};

/* Bit 0 of `members` is host 1. */
void nlb_map_make(struct nlb_map *m, const struct nlb_rule *rule, uint32_t members);
unsigned nlb_bin(const struct nlb_rule *rule, const struct nlb_flow *flow);

/* What a host knows when it decides. */
struct nlb_view {
	uint8_t host;                   /* its own number */
	bool draining;                  /* serves what it has, takes nothing new */
	struct nlb_map now;
	struct nlb_map before;          /* until the last convergence; .bins 0: there was none */
};

/*
 * True when this host takes the packet.
 *      honoured: what it knows; what begins, in its bins; and what goes on without being known, in bins that were
 *                its before, too (it is a stray, to be reset). A connection of a bin that moved is left in silence by the
 *                new owner, because the old one still serves it.
 *      lost:     whatever is in its bins, and nothing else: the new owner resets what it does not know.
 */
bool nlb_accepts(const struct nlb_rule *rule, const struct nlb_view *view, const struct nlb_flow *flow);

#endif

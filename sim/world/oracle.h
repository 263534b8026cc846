// SPDX-License-Identifier: BSD-2-Clause
/*
 * The oracle: who is what, truly. It reads the engines' records (vrrp.state, carp.state,
 * hsrp.state, glbp.state, fgcp.state, clusterxl.state, nlb.state) and the world's
 * (nodes that crash, links that are cut) and knows for every virtual router of every node its state from
 * when to when. A node that is off, crashed or paused is Active for nobody, whatever its engine said last.
 * Analyzers see frames only; comparing the two is a free test of both.
 *
 * Moments: what happens at t counts from t on. A state that lasted no time was not.
 */
#ifndef VL_WORLD_ORACLE_H
#define VL_WORLD_ORACLE_H

#include "sim/world/world.h"

struct oracle;

enum oracle_class {
	ORACLE_ANY_CLASS = 0,
	ORACLE_VRRP,
	ORACLE_CARP,
	ORACLE_HSRP,                    /* version 1 */
	ORACLE_HSRP2,                   /* version 2, which neither hears nor shares MACs with version 1 */
	ORACLE_GLBP,                    /* its virtual gateways, not the forwarders */
	ORACLE_FGCP,                    /* interfaces with addresses of a FortiGate cluster's unit; no family */
	ORACLE_CLUSTERXL,               /* interfaces with cluster addresses of a Check Point cluster's member */
	ORACLE_NLB,                     /* hosts of an NLB cluster, which are all Active by design */
	/* In questions only: */
	ORACLE_VRID,                    /* VRRP and CARP, which share IDs and MACs */
	ORACLE_GROUP,                   /* HSRP of both versions, GLBP and FGCP */
	ORACLE_NO_GROUP,                /* all but those */
};

/* The higher, the nearer to Active. CARP's words are init, backup, master. */
enum oracle_state {
	ORACLE_ABSENT = 1,              /* its node does not run */
	ORACLE_INITIALIZE = 2,
	ORACLE_LEARN = 4,               /* HSRP and GLBP */
	ORACLE_LISTEN = 8,
	ORACLE_SPEAK = 16,
	ORACLE_BACKUP = 32,
	ORACLE_STANDBY = 64,            /* HSRP and GLBP */
	ORACLE_ACTIVE = 128,
};

/* Of a virtual router that runs and is not Active, by whatever word. */
#define ORACLE_WAITING (ORACLE_LEARN | ORACLE_LISTEN | ORACLE_SPEAK | ORACLE_BACKUP | ORACLE_STANDBY)

/* One virtual router of one node, told when the world is built. */
struct oracle_router {
	world_node node;
	world_segment segment;
	const char *interface;          /* its name in the records; NULL: any. Borrowed */
	enum oracle_class class;
	enum ip_family family;
	uint16_t id;                    /* VRID, vhid or group; the oracle notices when it is changed */
	vl_time interval;               /* between its advertisements */
	const struct ip_addr *address;  /* the virtual ones; copied */
	size_t address_count;
	uint16_t vlan;                  /* of its interface; 0: untagged. One id in two VLANs is two routers */
	bool unicast;                   /* speaks to its peers only */
	bool virtual_mac;               /* advertises from the virtual MAC */
	uint8_t mac_part;               /* ORACLE_FGCP: the port's number in its virtual MAC */
};

/* The world is borrowed; it is asked for names, and with each of its records who can hear whom. NULL: no
 * memory. */
struct oracle *oracle_new(const struct world *world);
void oracle_free(struct oracle *o);
/* Before the first record. False: no memory. */
bool oracle_register(struct oracle *o, const struct oracle_router *r);

/* Every record of the run, in order, as the world gives it; `node` of engines' records filled in. */
void oracle_record(struct oracle *o, const struct record *r);
/* False when memory ran out or a state record named a virtual router that was never registered. */
bool oracle_complete(const struct oracle *o);
uint64_t oracle_strangers(const struct oracle *o);      /* such records */

/* --- questions ------------------------------------------------------------------------------------------ */

/* Which virtual routers are meant: fields that say "any" narrow nothing. */
struct oracle_who {
	world_node node;                /* or WORLD_ANY */
	world_segment segment;          /* or WORLD_ANY */
	enum oracle_class class;        /* or ORACLE_ANY_CLASS, ORACLE_VRID, ... */
	enum ip_family family;          /* or IP_NONE */
	unsigned id;                    /* 0: any; the number 0, which groups of HSRP may have: ORACLE_ID_0 */
	bool one_vlan;                  /* only those in this VLAN, 0 for untagged; otherwise any */
	uint16_t vlan;
};

#define ORACLE_ID_0 UINT32_MAX

/* True when a router of this class is meant by the other, which may be one of the questions'. */
bool oracle_class_fits(enum oracle_class meant, enum oracle_class is);

struct oracle_span {
	vl_time from, until;            /* until is excluded; VL_NEVER: it still holds */
};

/* The highest state among those meant at the moment; 0 when none is (no such id then). */
enum oracle_state oracle_state_at(const struct oracle *o, const struct oracle_who *who, vl_time at);

/* How many of those meant are Active at the moment; their nodes, at most `room` of them, in the order of
 * registration. */
size_t oracle_actives_at(const struct oracle *o, const struct oracle_who *who, vl_time at, world_node *node,
			 size_t room);

/* The first span that begins or lasts within from..until (excluded) in which oracle_state_at is one of
 * `states` (or-ed). The span is the whole one, not clipped to the window. False: there is none. */
bool oracle_when_state(const struct oracle *o, const struct oracle_who *who, unsigned states, vl_time from,
		       vl_time until, struct oracle_span *span);

/* The same for: the number of Actives is in at_least..at_most. */
bool oracle_when_actives(const struct oracle *o, const struct oracle_who *who, size_t at_least,
			 size_t at_most, vl_time from, vl_time until, struct oracle_span *span);

/* The lowest and the highest id that any of this class ever had. False: there is none of it. */
bool oracle_ids(const struct oracle *o, enum oracle_class class, unsigned *lowest, unsigned *highest);

/* --- conflicts ------------------------------------------------------------------------------------------ */

/* X(constant, code of the finding that an analyzer makes of it) */
#define ORACLE_CONFLICTS(X)                                                            \
	X(ORACLE_DUAL_ACTIVE, "dual-active")            /* VRRP, one id, same addresses */ \
	X(ORACLE_VRID_COLLISION, "vrid-collision")      /* VRRP, one id, other addresses */ \
	X(ORACLE_CARP_COLLISION, "carp-collision")      /* VRRP and CARP on one id */      \
	X(ORACLE_CARP_DUAL_ACTIVE, "carp-dual-active")  /* CARP, one id */                 \
	X(ORACLE_ADDRESS_TWICE, "vip-two-ids")          /* one address under two ids */    \
	X(ORACLE_FHRP_DUAL_ACTIVE, "fhrp-dual-active")  /* HSRP or GLBP, one group */      \
	X(ORACLE_FGCP_COLLISION, "fgcp-collision")      /* two FortiGate clusters, one virtual MAC */ \
	X(ORACLE_CCP_MAGIC, "ccp-magic-shared")         /* two Check Point clusters, one magic number */

enum oracle_conflict_kind {
#define X(constant, code) constant,
	ORACLE_CONFLICTS(X)
#undef X
	ORACLE_CONFLICT_KINDS
};

const char *oracle_conflict_code(enum oracle_conflict_kind kind);

#define ORACLE_MEMBERS 16

/* At least two virtual routers Active together. Overlapping pairs of one kind, id, family, segment and VLAN are
 * one conflict. */
struct oracle_conflict {
	enum oracle_conflict_kind kind;
	world_segment segment;
	uint16_t vlan;                  /* 0: untagged */
	enum ip_family family;
	uint16_t id, other_id;          /* other_id differs for ORACLE_ADDRESS_TWICE only, then the higher */
	struct oracle_span span;        /* until: the end that was given when it still holds */
	vl_time interval;               /* the longest of its members' */
	/* Of the pair for which it was longest: how long both could hear each other, how long only one the
	 * other, and how long the switch (so the capture) could hear both. */
	vl_time mutual, one_way, audible;
	bool same_addresses;            /* all members own the same; CARP does not show it on the wire */
	size_t member_count;            /* node[] holds the first ORACLE_MEMBERS, in order of registration */
	world_node node[ORACLE_MEMBERS];
};

/* Virtual routers on segments that are joined by trunks are in each other's way; a conflict between them is on
 * the segment of one of them, and is heard on all that are joined with it. */
bool oracle_joined(const struct oracle *o, world_segment a, world_segment b);

/* All conflicts of the run that ended at `end`, of pairs that were Active together for more than `intervals`
 * times the longer interval of the two; sorted by their beginning. The array is the caller's to free; NULL
 * and *count = 0 when there are none, NULL and *count = SIZE_MAX: no memory. */
struct oracle_conflict *oracle_conflicts(const struct oracle *o, unsigned intervals, vl_time end,
					 size_t *count);

#endif

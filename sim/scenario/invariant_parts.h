// SPDX-License-Identifier: BSD-2-Clause
/* The inside of the invariants, shared by invariant.c (records, what lasts), invariant_accept.c (who accepts whom,
 * how long things may take), invariant_trouble.c (what is wrong with links) and invariant_frame.c (what is sent). */
#ifndef VL_SCENARIO_INVARIANT_PARTS_H
#define VL_SCENARIO_INVARIANT_PARTS_H

#include "sim/carp/carp_host.h"
#include "sim/scenario/invariant.h"
#include "sim/vrrp/vrrp_router.h"

#define INVARIANT_ADDRESSES 32          /* of one virtual router: a bit each */
#define INVARIANT_TROUBLES 16

/* A virtual router and what was seen of it. VL_NEVER stands for "not now" in all moments. */
struct member {
	struct invariant_member told;
	const struct vrrp_router *router;
	const struct carp_host *host;
	const char *interface;
	size_t station;
	size_t election;                /* the first member of the same id on the same wire */
	bool synced;                    /* in a sync group: it follows what happens elsewhere, too */
	const struct ip_addr *address;
	size_t address_count;
	enum oracle_state state;        /* as its engine said */
	bool excused;                   /* in Initialize because something it tracks is down */
	vl_time active_since;           /* running and Active since */
	vl_time left_active;            /* was until */
	vl_time ready_since;            /* running, interface up, not excused */
	vl_time changed;                /* its configuration, last */
	vl_time alone_since;            /* nobody on its id is Active or heard since; VL_NEVER: one is Active */
	vl_time refused;                /* it last refused an advertisement that puts off its timers; 0: never */
	vl_time announce_by;            /* the addresses in `unannounced` are told until then */
	uint32_t unannounced;
	bool answered[INVARIANT_ADDRESSES];     /* since it became Active, with this MAC */
	struct mac answer[INVARIANT_ADDRESSES];
	bool told_of[PROMISE_COUNT];
};

/* A port of a node on a segment that has virtual routers. */
struct station {
	world_node node;
	unsigned port;
	world_segment segment;
	bool carrier;
	uint8_t trouble[INVARIANT_TROUBLES];    /* bits of enum world_direction, by the kind of trouble */
	bool blurred;                   /* its frames may come late or damaged: it was slow, delayed or corrupted */
};

struct invariants {
	const struct scenario *scenario;
	const struct world *world;
	void *context;
	void (*tell)(void *context, const struct check *check);
	struct member *member;
	size_t member_count;
	bool *accepts;                  /* [a * member_count + b], both ways */
	struct station *station;
	size_t station_count;
	vl_time *mutual_since;          /* [a * station_count + b]: hear each other well since */
	unsigned *actives;              /* of each election */
	vl_time judged_at;              /* what lasted up to then was looked at */
	vl_time *off_since;             /* of each node; VL_NEVER: it runs */
	int64_t *clock_ppm;             /* of each node */
	bool *told_node;                /* PROMISE_OFF_IS_SILENT */
	vl_time slack;                  /* what links take, four times the longest */
	bool excused[PROMISE_COUNT];    /* broken, and suspended by the script */
	bool outside;                   /* frames came from outside: nothing is promised of elections any more */
	unsigned leaks;                 /* VLANs that are let into another */
	vl_time leaked_until;           /* VL_NEVER: one leaks */
};

/* A broken promise; `m` may be NULL. */
void invariant_broken(struct invariants *v, struct member *m, enum scenario_promise p, vl_time at, const char *got,
		      const char *want);

/* Everything that lasted too long up to `now`; before something changes. */
void invariant_judge(struct invariants *v, vl_time now);

/* Elections and groups anew: ids, configurations or segments have changed. */
void invariant_regroup(struct invariants *v);

/* invariant_accept.c */
bool invariant_pair_accepts(const struct invariants *v, const struct member *a, const struct member *b);
/* True when the two are in one election: the same id on the same wire, whether they accept each other or not. */
bool invariant_same_election(const struct invariants *v, const struct member *a, const struct member *b);
/* Reads id, priority and lengths of time from the engine. */
void invariant_read(struct member *m);
/* A length of the node's clock in the world's time, at most. */
vl_time invariant_stretch(const struct invariants *v, world_node node, vl_time length);

/* invariant_trouble.c */
/* True for a record of the world that says something of nodes, links or segments. */
bool invariant_is_trouble(const struct record *r);
/* Notes it. `node` and `segment` (or WORLD_ANY) are whom it is about. */
void invariant_trouble(struct invariants *v, const struct record *r, world_node *node, world_segment *segment);
bool station_is_well(const struct invariants *v, const struct station *s);
world_node invariant_node_named(const struct invariants *v, const char *name);

#endif

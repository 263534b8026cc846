// SPDX-License-Identifier: BSD-2-Clause
/*
 * Promises that every run keeps at every event, whatever its script expects (SCENARIO_PROMISES): they speak of
 * virtual routers that accept each other over working links. A member of such a group has the same segment (or one
 * joined with it by trunks), VLAN, family, id, version, authentication, addresses, interval and form of checksum as the others; nothing is cut,
 * lossy, slow or deaf between them, nor do they refuse packets that starve them (keepalived); what was is forgotten
 * only from its end on. Advertisements that no engine
 * sends (a flood) are signs of an Active like all others. While a VLAN leaks, who yields to what came from another
 * VLAN need not be replaced in its own. From the first frame on that comes from outside (a replayed capture), elections
 * are promised nothing: who speaks there is not under our control.
 *
 * Fed by the world's listener like the oracle: every record and every accepted frame, in order. What lasts is
 * judged when it ends or when the run does, with the moment at which it had lasted too long. Configurations are
 * read from the engines, states from their records.
 */
#ifndef VL_SCENARIO_INVARIANT_H
#define VL_SCENARIO_INVARIANT_H

#include "sim/scenario/build.h"
#include "sim/scenario/check.h"
#include "sim/scenario/expect.h"

/* An announcement has this long, besides what the links take. */
#define INVARIANT_ANNOUNCE (10 * VL_MS)
/* So long after it was Active a node may still send data from the address: packets that waited for a neighbour. */
#define INVARIANT_WAITING (4 * VL_S)

struct invariants;

/* Both are borrowed; the world is built and nothing has happened. `tell` is called with a failed check for each
 * promise that is broken, once a virtual router and promise. NULL: no memory. */
struct invariants *invariants_new(const struct scenario *s, const struct build *b, void *context,
				  void (*tell)(void *context, const struct check *check));
void invariants_free(struct invariants *v);

void invariants_record(struct invariants *v, const struct record *r);
void invariants_frame(struct invariants *v, const struct expect_frame *f);
/* The run is over at `end`, everything at this instant included; the world is still there. */
void invariants_finish(struct invariants *v, vl_time end);

/* True when the promise was broken and the script suspends it. */
bool invariants_excused(const struct invariants *v, enum scenario_promise p);

/* --- who belongs together, for others who ask -------------------------------------------------------------- */

/* One virtual router as it is configured now. */
struct invariant_member {
	world_node node;
	world_segment segment;
	uint16_t vlan;
	enum oracle_class class;
	enum ip_family family;
	uint8_t id;
	const struct vrrp_config *vrrp; /* one of the two */
	const struct carp_config *carp;
	unsigned priority;              /* VRRP's, with what tracking takes off; CARP: 0 */
	vl_time interval;               /* between advertisements */
	vl_time skew;                   /* the longest Skew_Time that counts for it */
	vl_time down;                   /* so long a Backup waits for a sign of the Active, at most */
};

size_t invariants_member_count(const struct invariants *v);
const struct invariant_member *invariants_member(const struct invariants *v, size_t i);
/* True when the two accept each other's advertisements. */
bool invariants_accept(const struct invariants *v, size_t a, size_t b);
/* True when the two segments are one, or trunks that let the VLAN pass join them, whatever becomes of these. */
bool invariants_joined(const struct invariants *v, world_segment a, world_segment b, uint16_t vlan);

#endif

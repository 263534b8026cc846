// SPDX-License-Identifier: BSD-2-Clause
/*
 * From a scenario to a world: segments, nodes with their engines, links, and the oracle that is told of every
 * virtual router. Node and segment numbers of the world are the scenario's indexes.
 */
#ifndef VL_SCENARIO_BUILD_H
#define VL_SCENARIO_BUILD_H

#include "sim/scenario/scenario.h"
#include "sim/world/oracle.h"
#include "sim/world/world.h"

struct build {
	struct frame_pool *pool;
	struct world *world;
	struct oracle *oracle;
	struct engine *node;            /* of each node, the same that the world owns: for questions only; of an absent
					   one all zero */
};

/* Where a world departs from what the script says. */
struct build_plan {
	const bool *absent;             /* of each node: somebody else's box, not built; NULL: none */
	vl_time latency;                /* each way, of links for which neither node nor segment says one */
};

/* Builds it; what the listener is told may already ask the oracle. On a refusal (VL_INVALID with the node's
 * name in front, VL_NO_MEMORY) what was built is freed. The scenario is borrowed. */
struct vl_status build_world(struct build *b, const struct scenario *s, uint64_t seed,
			     const struct world_listener *listener);

/* The same by a plan. Numbers stay the scenario's: an absent node has a place in the world that never starts. The oracle
 * is not told of its virtual routers. */
struct vl_status build_planned(struct build *b, const struct scenario *s, uint64_t seed, const struct build_plan *plan,
			       const struct world_listener *listener);

/* The box of routers that is in a node, also of one that wraps it (a LoadMaster): what node_vrrp and its like ask. */
const struct engine *build_box(const struct build *b, const struct scenario *s, size_t node);

/* Frees all. Returns how many frames were still held when the world was gone: 0, or somebody leaks. */
size_t build_free(struct build *b);

/* What outboxes of the nodes had to drop, in sum: 0, or one was made too small. */
uint64_t build_outbox_drops(const struct build *b, const struct scenario *s);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* The clusters of a node: FortiGate, Check Point, Windows. Their parts for the box, and what the oracle is told. */
#ifndef VL_SCENARIO_BUILD_CLUSTERS_H
#define VL_SCENARIO_BUILD_CLUSTERS_H

#include "sim/scenario/scenario.h"
#include "sim/vendors/clusterxl_member.h"
#include "sim/vendors/fgcp_unit.h"
#include "sim/vendors/nlb_host.h"
#include "sim/world/oracle.h"

/* What the box borrows until it is made. */
struct build_clusters {
	struct fgcp_config fgcp;
	char serial[FGCP_SERIAL + 1];
	struct clusterxl_config clusterxl;
	struct nlb_config nlb;
};

/* Adds the parts to the box, which has its interfaces already. `seed` is the node's own. */
struct vl_status build_clusters_add(const struct scenario_node *n, uint64_t seed, struct node_config *box,
				    struct build_clusters *c);
/* False: no memory. */
bool build_clusters_register(struct oracle *o, const struct scenario *s, world_node node);

#endif

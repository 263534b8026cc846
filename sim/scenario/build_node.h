// SPDX-License-Identifier: BSD-2-Clause
/* One node of a scenario as the configuration of a box, and the engine of it. */
#ifndef VL_SCENARIO_BUILD_NODE_H
#define VL_SCENARIO_BUILD_NODE_H

#include "sim/node/node_config.h"
#include "sim/scenario/scenario.h"

/* One virtual router of a node: what the script says, over the profile of its kind. */
struct vl_status build_vrrp(const struct scenario_node *n, const struct scenario_vrrp *from, struct vrrp_config *to);

/* Makes the engine. *box (initialised by the caller, who ends it with node_config_fini) is left filled in: it
 * says what virtual routers the node has, and points to what its parts were made of no more. .ops is NULL on failure and *why says why. */
struct engine build_node(const struct scenario_node *n, uint64_t seed, struct frame_pool *pool,
			 struct node_config *box, struct vl_status *why);

#endif

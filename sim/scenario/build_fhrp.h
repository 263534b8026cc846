// SPDX-License-Identifier: BSD-2-Clause
/* HSRP and GLBP groups of a node as parts of its box, and as the oracle is told of them. */
#ifndef VL_SCENARIO_BUILD_FHRP_H
#define VL_SCENARIO_BUILD_FHRP_H

#include "sim/node/node_config.h"
#include "sim/scenario/scenario.h"
#include "sim/vendors/glbp_config.h"
#include "sim/vendors/hsrp_config.h"

/* What the script says of one group, over Cisco's defaults. Not checked: hsrp_group_config_check, ... */
void build_hsrp_group(const struct scenario_hsrp *from, struct hsrp_group_config *to);
void build_glbp_group(const struct scenario_glbp *from, struct glbp_group_config *to);

/* The configurations that the parts of a box point to until the box is made. */
struct build_fhrp {
	struct hsrp_config *hsrp;       /* NULL: none */
	struct glbp_config *glbp;
};

/* Adds the parts of a node to its box; zero *f before, and free it once the box is made or given up. */
struct vl_status build_fhrp(const struct scenario_node *n, struct node_config *box, struct build_fhrp *f);
void build_fhrp_free(struct build_fhrp *f);

#endif

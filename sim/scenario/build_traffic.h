// SPDX-License-Identifier: BSD-2-Clause
/* The traffic of a node: services, populations, SNAT. Their configurations, and their parts for the box. */
#ifndef VL_SCENARIO_BUILD_TRAFFIC_H
#define VL_SCENARIO_BUILD_TRAFFIC_H

#include "sim/hosts/snat_gateway.h"
#include "sim/hosts/traffic_part.h"
#include "sim/node/node_config.h"
#include "sim/scenario/scenario.h"

/* What the box borrows until it is made. Zeroed at first. */
struct build_traffic {
	struct traffic_config traffic;
	struct snat_config snat;
	/* owned */
	struct real_service_config *service;
	struct population_config *population;
	struct population_source *source;       /* of all populations */
};

/* Fills in the configurations, by `seed`, the node's own, where they are left to chance. VL_NO_MEMORY; otherwise what the
 * parts' own checks say. */
struct vl_status build_traffic(const struct scenario_node *n, uint64_t seed, struct build_traffic *t);
void build_traffic_free(struct build_traffic *t);
/* Adds the parts to the box, which has its interfaces already. `t` outlives node_new. */
struct vl_status build_traffic_add(const struct scenario_node *n, const struct build_traffic *t, struct node_config *box);

#endif

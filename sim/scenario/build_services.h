// SPDX-License-Identifier: BSD-2-Clause
/* The virtual services of a node as the balancer is told of them. */
#ifndef VL_SCENARIO_BUILD_SERVICES_H
#define VL_SCENARIO_BUILD_SERVICES_H

#include "sim/balancer/service.h"
#include "sim/scenario/scenario.h"

struct build_services {
	struct virtual_service_config *service;         /* with pointers into `server` */
	struct real_server_config *server;
	size_t count;
};

/* Not checked: balancer_config_check does. False: no memory. Strings are the scenario's. */
bool build_services(const struct scenario_node *n, struct build_services *out);
void build_services_free(struct build_services *s);

#endif

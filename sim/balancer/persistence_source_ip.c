// SPDX-License-Identifier: BSD-2-Clause
/*
 * Source IP: clients of one address, or of one net, go to one server. What stands behind a NAT device is one client
 * (balancer.md 2.3), unless the port counts too.
 */
#include "sim/balancer/persistence_kinds.h"

static void key_of(const struct persistence_config *c, const struct persistence_facts *facts,
		   struct persistence_key *key)
{
	persistence_key_source(c, facts->flow, key);
}

const struct persistence_ops PERSISTENCE_SOURCE_IP = {
	.name = "source-ip",
	.title = "Source IP Address",
	.needs = NEEDS_FLOW,
	.key = key_of,
};

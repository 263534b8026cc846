// SPDX-License-Identifier: BSD-2-Clause
/* URL Hash: the target of the request as it stands, path and query: what is asked for keeps its server, not who asks. */
#include "sim/balancer/persistence_kinds.h"

static void target(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	(void)c;
	key->length = 0;
	if (facts->request != NULL)
		persistence_key_text(key, MATERIAL_URL, facts->request, facts->request->target);
}

const struct persistence_ops PERSISTENCE_URL = {
	.name = "url-hash",
	.title = "URL Hash",
	.needs = NEEDS_REQUEST,
	.key = target,
};

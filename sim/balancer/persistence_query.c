// SPDX-License-Identifier: BSD-2-Clause
/* Hash of HTTP Query Item: the value of a named item of the query, the first of that name, not decoded. */
#include "sim/balancer/persistence_kinds.h"

static void item(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	struct http_text value;

	key->length = 0;
	if (facts->request != NULL && http_query(facts->request, persistence_name(c), &value))
		persistence_key_text(key, MATERIAL_QUERY, facts->request, value);
}

const struct persistence_ops PERSISTENCE_QUERY = {
	.name = "query-item",
	.title = "Hash of HTTP Query Item",
	.needs = NEEDS_REQUEST,
	.named = true,
	.key = item,
};

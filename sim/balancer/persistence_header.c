// SPDX-License-Identifier: BSD-2-Clause
/*
 * HTTP Host Header, and Selected Header: the value of a field of the request, the first of that name, as it stands. What
 * all clients share (a host name) sends them all to one server; what a proxy writes (X-Forwarded-For) parts clients behind
 * it, and is whatever a client writes where there is none.
 */
#include "sim/balancer/persistence_kinds.h"

static void field(const struct persistence_facts *facts, const char *name, enum persistence_material material,
		  struct persistence_key *key)
{
	struct http_text value;

	key->length = 0;
	if (facts->request != NULL && http_value(facts->request, name, &value))
		persistence_key_text(key, material, facts->request, value);
}

static void host(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	(void)c;
	field(facts, "host", MATERIAL_HOST, key);
}

static void selected(const struct persistence_config *c, const struct persistence_facts *facts,
		     struct persistence_key *key)
{
	field(facts, persistence_name(c), MATERIAL_FIELD, key);
}

const struct persistence_ops PERSISTENCE_HOST = {
	.name = "host-header",
	.title = "HTTP Host Header",
	.needs = NEEDS_REQUEST,
	.key = host,
};

const struct persistence_ops PERSISTENCE_HEADER = {
	.name = "selected-header",
	.title = "Selected Header",
	.needs = NEEDS_REQUEST,
	.named = true,
	.key = selected,
};

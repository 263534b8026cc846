// SPDX-License-Identifier: BSD-2-Clause
/*
 * Server Cookie: a cookie that the servers set themselves, by name. Its value is learned from the answer that sets it,
 * and a request that carries it goes back there; it must be another for each user (balancer.md 2.1). A value that is not
 * known (the table forgot it, or a unit took over without it) is bound to whichever server the scheduler chooses.
 */
#include "sim/balancer/persistence_kinds.h"

static void carried(const struct persistence_config *c, const struct persistence_facts *facts,
		    struct persistence_key *key)
{
	struct http_text value;

	key->length = 0;
	if (facts->request != NULL && http_cookie(facts->request, persistence_name(c), &value))
		persistence_key_text(key, MATERIAL_COOKIE, facts->request, value);
}

static void carried_or_source(const struct persistence_config *c, const struct persistence_facts *facts,
			      struct persistence_key *key)
{
	carried(c, facts, key);
	if (key->length == 0)
		persistence_key_source(c, facts->flow, key);
}

static void set(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	struct http_text value;

	key->length = 0;
	if (facts->response != NULL && http_set_cookie(facts->response, persistence_name(c), &value))
		persistence_key_text(key, MATERIAL_COOKIE, facts->response, value);
}

const struct persistence_ops PERSISTENCE_SERVER_COOKIE = {
	.name = "server-cookie",
	.title = "Server Cookie",
	.needs = NEEDS_REQUEST,
	.named = true,
	.key = carried,
	.learn = set,
};

const struct persistence_ops PERSISTENCE_SERVER_COOKIE_OR_SOURCE_IP = {
	.name = "server-cookie-or-source-ip",
	.title = "Server Cookie or Source IP",
	.needs = NEEDS_REQUEST,
	.named = true,
	.key = carried_or_source,
	.learn = set,
};

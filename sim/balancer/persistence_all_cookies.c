// SPDX-License-Identifier: BSD-2-Clause
/* Hash All Cookies: everything that the request carries in Cookie, as it stands. When any of it changes, the client is
 * another one (balancer.md 2.1). */
#include "sim/balancer/persistence_kinds.h"

static void all(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	const struct http_head *h = facts->request;
	struct persistence_maker m;

	(void)c;
	persistence_make(&m, MATERIAL_COOKIES);
	for (int at = -1; h != NULL && (at = http_find(h, "cookie", (size_t)(at + 1))) >= 0;)
		persistence_make_piece(&m, http_bytes(h, h->field[at].value), h->field[at].value.length);
	persistence_made(&m, key);
}

static void all_or_source(const struct persistence_config *c, const struct persistence_facts *facts,
			  struct persistence_key *key)
{
	all(c, facts, key);
	if (key->length == 0)
		persistence_key_source(c, facts->flow, key);
}

const struct persistence_ops PERSISTENCE_ALL_COOKIES = {
	.name = "hash-all-cookies",
	.title = "Hash All Cookies",
	.needs = NEEDS_REQUEST,
	.key = all,
};

const struct persistence_ops PERSISTENCE_ALL_COOKIES_OR_SOURCE_IP = {
	.name = "hash-all-cookies-or-source-ip",
	.title = "Hash All Cookies or Source IP",
	.needs = NEEDS_REQUEST,
	.key = all_or_source,
};

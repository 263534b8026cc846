// SPDX-License-Identifier: BSD-2-Clause
/*
 * Super HTTP: a fingerprint of the browser, User-Agent together with Authorization where there is one (balancer.md 2.1;
 * the combination is UNCONFIRMED in its details). Two things follow from it, and are modelled: desktops from one image
 * behind one NAT that do not authenticate are one client; and a client whose Authorization changes (each leg of NTLM and
 * Negotiate) is another one each time. With the source IP the fingerprint parts clients of different addresses, too.
 */
#include "sim/balancer/persistence_kinds.h"

static void piece(struct persistence_maker *m, const struct http_head *h, const char *field)
{
	struct http_text value;

	if (http_value(h, field, &value))
		persistence_make_piece(m, http_bytes(h, value), value.length);
}

static bool fingerprint(struct persistence_maker *m, const struct persistence_facts *facts)
{
	const struct http_head *h = facts->request;

	persistence_make(m, MATERIAL_AGENT);
	if (h == NULL)
		return false;
	piece(m, h, "user-agent");
	/* Its own mark: an agent alone is never another one's authorization. */
	if (http_find(h, "authorization", 0) >= 0)
		persistence_make_piece(m, (const uint8_t *)"A", 1);
	piece(m, h, "authorization");
	return m->pieces > 0;
}

static void browser(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	struct persistence_maker m;

	(void)c;
	(void)fingerprint(&m, facts);
	persistence_made(&m, key);
}

static void browser_at(const struct persistence_config *c, const struct persistence_facts *facts,
		       struct persistence_key *key)
{
	struct persistence_maker m;

	persistence_key_source(c, facts->flow, key);
	if (fingerprint(&m, facts))
		persistence_make_piece(&m, key->b, key->length);
	persistence_made(&m, key);
}

const struct persistence_ops PERSISTENCE_SUPER_HTTP = {
	.name = "super-http",
	.title = "Super HTTP",
	.needs = NEEDS_REQUEST,
	.key = browser,
};

const struct persistence_ops PERSISTENCE_SUPER_HTTP_AND_SOURCE_IP = {
	.name = "super-http-and-source-ip",
	.title = "Super HTTP and Source IP Address",
	.needs = NEEDS_REQUEST,
	.key = browser_at,
};

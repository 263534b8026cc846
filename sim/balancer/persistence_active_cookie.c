// SPDX-License-Identifier: BSD-2-Clause
/*
 * Active Cookie: a cookie that the balancer sets where a client has none (balancer.md 2.1). Its value is made of the
 * client's address, and with "Add Port to Active Cookie" of its port: without the port all new clients behind one NAT get
 * the same value and so the same server, until then just as source IP. What else goes into KEMP's value is not published;
 * here it is the service and a secret, so that nobody can make somebody else's.
 */
#include <stdio.h>
#include <string.h>

#include "sim/balancer/persistence_kinds.h"
#include "sim/base/cursor.h"
#include "sim/base/keyed_hash.h"

#define VALUE 17                        /* 16 hexadecimal digits, terminated */

static void make_value(const struct persistence_config *c, const struct persistence_facts *facts, char value[VALUE])
{
	const struct flow *f = facts->flow;
	uint8_t of[40] = {f->protocol, f->client.family};
	uint64_t hash;

	memcpy(of + 2, f->client.b, 16);
	memcpy(of + 18, f->service.b, 16);
	put_be16(of + 34, f->service_port);
	put_be16(of + 36, c->with_port ? f->client_port : 0);
	hash = keyed_hash(facts->secret, of, sizeof of);
	(void)snprintf(value, VALUE, "%016llx", (unsigned long long)hash);
}

/* The value that the request carries, as a key. */
static bool carried(const struct persistence_config *c, const struct persistence_facts *facts,
		    struct persistence_key *key)
{
	struct http_text value;

	key->length = 0;
	if (facts->request != NULL && http_cookie(facts->request, persistence_name(c), &value))
		persistence_key_text(key, MATERIAL_COOKIE, facts->request, value);
	return key->length > 0;
}

/* The key of the value that the client will be given. */
static void given(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	char value[VALUE];

	key->length = 0;
	if (facts->request == NULL)
		return;
	make_value(c, facts, value);
	persistence_key_bytes(key, MATERIAL_COOKIE, (const uint8_t *)value, VALUE - 1);
}

static void carried_or_given(const struct persistence_config *c, const struct persistence_facts *facts,
			     struct persistence_key *key)
{
	if (!carried(c, facts, key))
		given(c, facts, key);
}

static void carried_or_source(const struct persistence_config *c, const struct persistence_facts *facts,
			      struct persistence_key *key)
{
	if (!carried(c, facts, key))
		persistence_key_source(c, facts->flow, key);
}

/* Whoever was found by its address will be known by the cookie it is given now. */
static void bind_given(const struct persistence_config *c, const struct persistence_facts *facts,
		       struct persistence_key *key)
{
	if (carried(c, facts, key))
		key->length = 0;
	else
		given(c, facts, key);
}

/* A cookie that is there already is left alone: the client's, or one of that name that the server sets. */
static size_t insert(const struct persistence_config *c, const struct persistence_facts *facts, char line[PERSISTENCE_LINE])
{
	struct persistence_key key;
	struct http_text value;
	char text[VALUE];

	_Static_assert(PERSISTENCE_NAME + VALUE + sizeof "Set-Cookie: =; path=/\r\n" < PERSISTENCE_LINE, "a line fits");
	if (facts->request == NULL || carried(c, facts, &key))
		return 0;
	if (facts->response != NULL && http_set_cookie(facts->response, persistence_name(c), &value))
		return 0;
	make_value(c, facts, text);
	return (size_t)snprintf(line, PERSISTENCE_LINE, "Set-Cookie: %s=%s; path=/\r\n", persistence_name(c), text);
}

const struct persistence_ops PERSISTENCE_ACTIVE_COOKIE = {
	.name = "active-cookie",
	.title = "Active Cookie",
	.needs = NEEDS_REQUEST,
	.usual = "LBCOOKIE",
	.named = true,
	.key = carried_or_given,
	.insert = insert,
};

const struct persistence_ops PERSISTENCE_ACTIVE_COOKIE_OR_SOURCE_IP = {
	.name = "active-cookie-or-source-ip",
	.title = "Active Cookie or Source IP",
	.needs = NEEDS_REQUEST,
	.usual = "LBCOOKIE",
	.named = true,
	.key = carried_or_source,
	.learn = bind_given,
	.insert = insert,
};

// SPDX-License-Identifier: BSD-2-Clause
/*
 * RDP Login Cookie: the user's name in the connection request (clients send at most nine characters of it, and Microsoft's
 * with the domain in front, so that one key may stand for several users of a domain). RDP Session Broker: the token of a
 * broker names the server itself; a client without one is the scheduler's.
 */
#include "sim/balancer/persistence_kinds.h"
#include "sim/balancer/rdp_request.h"

static bool read_request(const struct persistence_facts *facts, struct rdp_request *r)
{
	return facts->first != NULL && rdp_read(facts->first, facts->first_length, r) == RDP_READ_DONE;
}

static void login(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	struct rdp_request r;

	(void)c;
	key->length = 0;
	if (read_request(facts, &r) && r.user != NULL)
		persistence_key_bytes(key, MATERIAL_USER, r.user, r.user_length);
}

static void login_or_source(const struct persistence_config *c, const struct persistence_facts *facts,
			    struct persistence_key *key)
{
	login(c, facts, key);
	if (key->length == 0)
		persistence_key_source(c, facts->flow, key);
}

static void nothing(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	(void)c, (void)facts;
	key->length = 0;
}

static void source(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	persistence_key_source(c, facts->flow, key);
}

static bool broker(const struct persistence_facts *facts, struct ip_addr *server, uint16_t *port)
{
	struct rdp_request r;

	if (!read_request(facts, &r) || !r.has_token)
		return false;
	*server = r.server;
	*port = r.port;
	return true;
}

const struct persistence_ops PERSISTENCE_RDP_LOGIN = {
	.name = "rdp-login",
	.title = "RDP Login Cookie",
	.needs = NEEDS_FIRST,
	.key = login,
};

const struct persistence_ops PERSISTENCE_RDP_LOGIN_OR_SOURCE_IP = {
	.name = "rdp-login-or-source-ip",
	.title = "RDP Login Cookie or Source IP",
	.needs = NEEDS_FIRST,
	.key = login_or_source,
};

const struct persistence_ops PERSISTENCE_RDP_BROKER = {
	.name = "rdp-session-broker",
	.title = "RDP Session Broker",
	.needs = NEEDS_FIRST,
	.key = nothing,
	.names = broker,
};

const struct persistence_ops PERSISTENCE_RDP_BROKER_OR_SOURCE_IP = {
	.name = "rdp-session-broker-or-source-ip",
	.title = "RDP Session Broker or Source IP",
	.needs = NEEDS_FIRST,
	.key = source,
	.names = broker,
};

// SPDX-License-Identifier: BSD-2-Clause
/*
 * SSL Session ID: learned from the ServerHello, looked for in ClientHellos (balancer.md 2.6). Keys are only learned: what
 * a client brings and nobody gave is its own invention.
 *
 * What it does where sessions have no ID of the server's: with tickets (RFC 5077) the first answer has none, the client
 * comes back with one that it made of its ticket, and nothing is found until a server has echoed it; with TLS 1.3
 * (RFC 8446 D.4) every ClientHello has another one, which the server echoes: each connection leaves an entry that nobody
 * will ask for. Both are modelled as they are: the scheduler decides.
 */
#include "sim/balancer/persistence_kinds.h"

static void of_hello(const struct tls_hello *h, struct persistence_key *key)
{
	key->length = 0;
	if (h != NULL)
		persistence_key_bytes(key, MATERIAL_SESSION, h->session_id, h->session_id_length);
}

static void brought(const struct persistence_config *c, const struct persistence_facts *facts,
		    struct persistence_key *key)
{
	(void)c;
	of_hello(facts->client_hello, key);
}

static void given(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	(void)c;
	of_hello(facts->server_hello, key);
}

const struct persistence_ops PERSISTENCE_SESSION_ID = {
	.name = "ssl-session-id",
	.title = "SSL Session ID",
	.needs = NEEDS_HELLO,
	.only_learned = true,
	.key = brought,
	.learn = given,
};

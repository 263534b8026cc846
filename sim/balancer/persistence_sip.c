// SPDX-License-Identifier: BSD-2-Clause
/* UDP Session Initiation Protocol: datagrams of one call (Call-ID), or of one value of another field, go to one server. It
 * is the first datagram of a flow (addresses and ports) that decides, as with IPVS: two phones with one address and port
 * each are two flows; a proxy that speaks for many calls from one port is one. */
#include "sim/balancer/persistence_kinds.h"
#include "sim/balancer/sip_head.h"

static void call(const struct persistence_config *c, const struct persistence_facts *facts, struct persistence_key *key)
{
	const uint8_t *value;
	size_t length;

	key->length = 0;
	if (facts->first != NULL && sip_value(facts->first, facts->first_length, persistence_name(c), &value, &length))
		persistence_key_bytes(key, MATERIAL_CALL, value, length);
}

const struct persistence_ops PERSISTENCE_SIP = {
	.name = "sip-call-id",
	.title = "UDP Session Initiation Protocol",
	.needs = NEEDS_DATAGRAM,
	.usual = "Call-ID",
	.named = true,
	.key = call,
};

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Source IP: clients of one address, or of one net, go to one server. What stands behind a NAT device is one client
 * (balancer.md 2.3), unless the port counts too.
 */
#include "sim/balancer/persistence_kinds.h"

#include <string.h>

static void mask(uint8_t *bytes, size_t size, unsigned bits)
{
	for (size_t i = 0; i < size; i++, bits -= bits < 8 ? bits : 8)
		bytes[i] &= (uint8_t)(bits >= 8 ? 0xff : 0xff00 >> bits);
}

static void key_of(const struct persistence_config *c, const struct persistence_facts *facts,
		   struct persistence_key *key)
{
	const struct ip_addr *client = &facts->flow->client;
	bool v4 = client->family == IP_V4;
	uint8_t size = v4 ? 4 : 16;
	uint8_t bits = v4 ? c->prefix_v4 : c->prefix_v6;

	memcpy(key->b, client->b, size);
	if (bits != 0)
		mask(key->b, size, bits);
	key->length = size;
	if (c->with_port) {
		key->b[size] = (uint8_t)(facts->flow->client_port >> 8);
		key->b[size + 1] = (uint8_t)facts->flow->client_port;
		key->length = (uint8_t)(size + 2);
	}
}

const struct persistence_ops PERSISTENCE_SOURCE_IP = {
	.name = "source-ip",
	.title = "client address, or its net",
	.key = key_of,
};

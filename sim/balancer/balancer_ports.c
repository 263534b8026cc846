// SPDX-License-Identifier: BSD-2-Clause
/*
 * Full NAT: a local address and port stands for the client. The port is where a hash of the client points to, or the
 * next one that is free towards this server: the five words of a connection are unique for each server, so every local
 * address offers its whole range to each of them (balancer.md 4.1).
 *
 * How many ports of a local address each server uses is counted, so that one without any left is not searched.
 */
#include <stdlib.h>

#include "sim/balancer/balancer_parts.h"
#include "sim/base/keyed_hash.h"

#define FIRST_PORT 1024
#define LAST_PORT 65535
#define TRIES_WHEN_FULL 1024    /* a service of several ports may have one left for the port at hand */

static size_t local_index(struct balancer *b, const struct ip_addr *a)
{
	for (size_t i = 0; i < b->local_count; i++)
		if (ip_equal(&b->local[i], a))
			return i;
	b->local[b->local_count] = *a;
	return b->local_count++;
}

static void add_local(struct balancer *b, struct virtual_service *v, const struct ip_addr *a)
{
	v->local[v->local_count++] = (uint16_t)local_index(b, a);
}

/* Every address that the box has itself: which of them it is depends on the way to the server. */
static size_t add_interfaces(struct balancer *b, struct virtual_service *v)
{
	size_t count = 0;

	for (unsigned i = 0; i < stack_interface_count(b->stack); i++) {
		const struct stack_interface_config *c = stack_interface(b->stack, i);
		count += c->address_count;
		for (size_t k = 0; v != NULL && k < c->address_count; k++)
			if (!ip_is_link_local(&c->address[k].addr))
				add_local(b, v, &c->address[k].addr);
	}
	return count;
}

bool balancer_locals(struct balancer *b, const struct balancer_config *c)
{
	size_t own = add_interfaces(b, NULL), most = own + 1;

	for (size_t i = 0; i < c->service_count; i++)
		most += 1 + c->service[i].local_count;
	b->local = calloc(most, sizeof *b->local);
	if (b->local == NULL)
		return false;
	for (size_t i = 0; i < b->service_count; i++) {
		struct virtual_service *v = &b->service[i];
		if (v->config.forwarding != FORWARD_SNAT)
			continue;
		b->has_snat = true;
		v->local = calloc(own + 1 + v->config.local_count, sizeof *v->local);
		if (v->local == NULL)
			return false;
		if (v->config.snat == SNAT_SERVICE)
			add_local(b, v, &v->config.address);
		else if (v->config.snat == SNAT_INTERFACE)
			(void)add_interfaces(b, v);
		for (size_t k = 0; v->config.snat == SNAT_POOL && k < v->config.local_count; k++)
			add_local(b, v, &v->config.local[k]);
		v->ports_used = calloc(v->server_count * v->local_count + 1, sizeof *v->ports_used);
		if (v->ports_used == NULL)
			return false;
	}
	return true;
}

static uint32_t *used(const struct virtual_service *v, const struct connection *c, size_t local)
{
	return &v->ports_used[c->server * v->local_count + local];
}

static bool search(struct balancer *b, const struct virtual_service *v, struct connection *c, size_t local, uint64_t hash)
{
	struct port_range range = v->config.snat_ports;

	/* The box's own checks have the highest ports of its interfaces' addresses. */
	if (range.first == 0)
		range = (struct port_range){FIRST_PORT,
					    v->config.snat == SNAT_INTERFACE ? HEALTH_PORT_FIRST - 1 : LAST_PORT};
	uint32_t ports = (uint32_t)(range.last - range.first) + 1;
	uint32_t tries = *used(v, c, local) < ports ? ports : 0;
	if (tries == 0 && v->server[c->server].config.port == 0)
		tries = TRIES_WHEN_FULL;
	c->local = v->local[local];
	for (uint32_t i = 0, port = (uint32_t)(hash % ports); i < tries; i++) {
		c->local_port = (uint16_t)(range.first + port);
		if (connection_bind_reverse(b->table, c)) {
			++*used(v, c, local);
			return true;
		}
		port = port + 1 < ports ? port + 1 : 0;
	}
	return false;
}

bool balancer_bind_port(struct balancer *b, struct virtual_service *v, struct connection *c)
{
	const struct real_server *s = &v->server[c->server];
	struct ip_addr by_route = {.family = IP_NONE};
	uint64_t hash = keyed_hash(b->secret, c->client, sizeof c->client) + c->client_port;

	hash = keyed_hash_mix(hash ^ (uint64_t)c->service_port << 32);
	if (v->config.snat == SNAT_INTERFACE)
		by_route = stack_source_for(b->stack, &s->config.address);
	for (size_t i = 0; i < v->local_count; i++) {
		size_t local = (size_t)((hash >> 32) + i) % v->local_count;
		const struct ip_addr *a = &b->local[v->local[local]];
		bool fits = by_route.family != IP_NONE ? ip_equal(a, &by_route)
						       : a->family == s->config.address.family;
		if (fits && search(b, v, c, local, hash))
			return true;
	}
	c->local_port = 0;
	return false;
}

static int local_of(const struct balancer *b, const struct virtual_service *v, const struct ip_addr *a)
{
	for (size_t i = 0; i < v->local_count; i++)
		if (ip_equal(&b->local[v->local[i]], a))
			return (int)i;
	return -1;
}

bool balancer_has_local(const struct balancer *b, const struct virtual_service *v, const struct ip_addr *a)
{
	return local_of(b, v, a) >= 0;
}

bool balancer_bind_given(struct balancer *b, struct virtual_service *v, struct connection *c, const struct ip_addr *a,
			 uint16_t port)
{
	int local = local_of(b, v, a);

	if (local < 0)
		return false;
	c->local = v->local[local];
	c->local_port = port;
	if (!connection_bind_reverse(b->table, c)) {
		c->local_port = 0;
		return false;
	}
	++*used(v, c, (size_t)local);
	return true;
}

void balancer_release_port(struct balancer *b, const struct connection *c)
{
	const struct virtual_service *v = service_of(b, c);

	for (size_t i = 0; (c->flags & CONNECTION_BOUND) != 0 && i < v->local_count; i++)
		if (v->local[i] == c->local) {
			--*used(v, c, i);
			return;
		}
}

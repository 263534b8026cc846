// SPDX-License-Identifier: BSD-2-Clause
/* Where a packet goes next, and which address of ours it should carry. */
#include <limits.h>

#include "sim/stack/parts.h"

/* The interface on whose net `a` lies; the longest prefix wins, then the first. -1: none. */
static int connected(const struct stack *s, const struct ip_addr *a, int *length)
{
	int found = -1;

	for (unsigned i = 0; i < s->interface_count; i++) {
		const struct interface_state *n = &s->interface[i];
		for (size_t k = 0; n->up && k < n->config.address_count; k++) {
			const struct ip_prefix *net = &n->config.address[k];
			if (net->length > *length && ip_in_prefix(a, net)) {
				*length = net->length;
				found = (int)i;
			}
		}
	}
	return found;
}

/* The interface of a route: the one on whose net the gateway lies, or the one it names. -1: none is up. */
static int route_interface(const struct stack *s, const struct stack_route_config *r)
{
	int length = -1;

	if (!ip_is_zero(&r->gateway) && !ip_is_link_local(&r->gateway))
		return connected(s, &r->gateway, &length);
	return r->interface < s->interface_count && s->interface[r->interface].up ? (int)r->interface : -1;
}

/* --- IPv4: the same, found beforehand ----------------------------------------------------------------------- */

size_t stack_routes4_room(const struct stack *s)
{
	size_t room = s->route_count;

	for (size_t i = 0; i < s->interface_count; i++)
		room += s->interface[i].config.address_count;
	return room;
}

/* Behind those as long or longer: the first of equals stays the one to take, and nets of interfaces come first. */
static void add_route4(struct stack *s, const struct ip_prefix *to, int interface, int route)
{
	uint32_t at = s->route4_count++;

	for (; at > 0 && s->route4[at - 1].length < to->length; at--)
		s->route4[at] = s->route4[at - 1];
	uint32_t mask = to->length == 0 ? 0 : UINT32_MAX << (32 - to->length);
	s->route4[at] = (struct stack_route4){
		.net = ip4_to_u32(&to->addr) & mask,
		.mask = mask,
		.length = to->length,
		.interface = (uint8_t)interface,
		.route = (int8_t)route,
	};
}

void stack_routes4(struct stack *s)
{
	s->route4_count = 0;
	for (unsigned i = 0; i < s->interface_count; i++) {
		const struct interface_state *n = &s->interface[i];
		for (size_t k = 0; n->up && k < n->config.address_count; k++)
			if (n->config.address[k].addr.family == IP_V4)
				add_route4(s, &n->config.address[k], (int)i, -1);
	}
	for (size_t i = 0; i < s->route_count; i++) {
		int out = route_interface(s, &s->route[i]);
		if (s->route[i].to.addr.family == IP_V4 && out >= 0)
			add_route4(s, &s->route[i].to, out, (int)i);
	}
}

static bool find_route4(const struct stack *s, const struct ip_addr *dst, struct stack_hop *hop)
{
	uint32_t to = ip4_to_u32(dst);

	for (uint32_t i = 0; i < s->route4_count; i++) {
		const struct stack_route4 *r = &s->route4[i];
		if ((to & r->mask) != r->net)
			continue;
		const struct ip_addr *gateway = r->route < 0 ? dst : &s->route[r->route].gateway;
		hop->address = ip_is_zero(gateway) ? *dst : *gateway;
		hop->interface = r->interface;
		hop->broadcast = stack_may_own(s, dst) && stack_is_broadcast(s, r->interface, dst);
		return true;
	}
	hop->address = *dst;
	hop->interface = UINT_MAX;
	hop->broadcast = false;
	return false;
}

/* --- any -------------------------------------------------------------------------------------------------- */

bool stack_route(const struct stack *s, const struct ip_addr *dst, struct stack_hop *hop)
{
	if (dst->family == IP_V4)
		return find_route4(s, dst, hop);
	int length = -1;
	int interface = connected(s, dst, &length);

	hop->address = *dst;
	for (size_t i = 0; i < s->route_count; i++) {
		const struct stack_route_config *r = &s->route[i];
		if (r->to.length <= length || !ip_in_prefix(dst, &r->to))
			continue;
		int out = route_interface(s, r);
		if (out < 0)
			continue;
		interface = out;
		length = r->to.length;
		hop->address = ip_is_zero(&r->gateway) ? *dst : r->gateway;
	}
	hop->interface = (unsigned)interface;
	hop->broadcast = interface >= 0 && stack_is_broadcast(s, hop->interface, dst);
	return interface >= 0;
}

/* How well an own address suits `dst`: 0 not at all; on its net is best; scopes should agree. */
static int suits(const struct ip_prefix *own, const struct ip_addr *dst)
{
	if (own->addr.family != dst->family)
		return 0;
	if (ip_in_prefix(dst, own))
		return 3;
	/* For IPv6 groups of link scope, ff02::/16, a link-local source is the right one. */
	bool link_scope = ip_is_link_local(dst) ||
			  (dst->family == IP_V6 && dst->b[0] == 0xff && (dst->b[1] & 0x0f) == 2);
	return ip_is_link_local(&own->addr) == link_scope ? 2 : 1;
}

struct ip_addr stack_source_on(const struct stack *s, unsigned interface, const struct ip_addr *dst)
{
	const struct interface_state *n = &s->interface[interface];
	struct ip_addr found = {.family = IP_NONE};
	int best = 0;

	/* An owner's address that is not active for the moment is not ours to speak with. */
	for (size_t i = 0; i < n->config.address_count; i++) {
		int score = interface_enables(n, i) ? suits(&n->config.address[i], dst) : 0;
		if (score > best) {
			best = score;
			found = n->config.address[i].addr;
		}
	}
	return found;
}

struct ip_addr stack_source_for(const struct stack *s, const struct ip_addr *dst)
{
	struct stack_hop hop;

	if (!stack_route(s, dst, &hop))
		return (struct ip_addr){.family = IP_NONE};
	/* Behind a gateway of global scope the address on the gateway's net is the one. */
	return stack_source_on(s, hop.interface, ip_is_link_local(&hop.address) ? dst : &hop.address);
}

bool stack_is_broadcast(const struct stack *s, unsigned interface, const struct ip_addr *dst)
{
	const struct stack_interface_config *c = &s->interface[interface].config;

	if (dst->family != IP_V4)
		return false;
	if (ip4_to_u32(dst) == UINT32_MAX)
		return true;
	for (size_t i = 0; i < c->address_count; i++)
		if (c->address[i].addr.family == IP_V4 && ip_is_subnet_broadcast(dst, &c->address[i]))
			return true;
	return false;
}

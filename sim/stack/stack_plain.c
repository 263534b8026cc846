// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whose is a plain packet, said with little work. Most packets of a box in the middle are for one address of its own, or
 * for addresses of which one look at their last byte tells that they are not its own.
 */
#include <string.h>

#include "sim/stack/parts.h"

void stack_owned_add(struct stack *s, const struct ip_addr *a)
{
	s->owned.known = false;
	if (a->family == IP_V4)
		s->owned.last_bytes[a->b[3] / 64] |= UINT64_C(1) << a->b[3] % 64;
}

static void add_net(struct stack *s, const struct ip_prefix *net)
{
	stack_owned_add(s, &net->addr);
	if (net->addr.family != IP_V4 || net->length > 30)
		return;
	const struct ip_addr last = ip4_from_u32(ip4_to_u32(&net->addr) | UINT32_MAX >> net->length);
	stack_owned_add(s, &last);
}

void stack_owned_init(struct stack *s)
{
	const struct ip_addr limited = ip4_from_u32(UINT32_MAX);

	stack_owned_add(s, &limited);
	for (size_t i = 0; i < s->loopback_count; i++)
		stack_owned_add(s, &s->loopback[i]);
	for (size_t i = 0; i < s->interface_count; i++)
		for (size_t k = 0; k < s->interface[i].config.address_count; k++)
			add_net(s, &s->interface[i].config.address[k]);
}

static enum ownership ownership_of(struct stack *s, unsigned interface, const struct ip_addr *a)
{
	struct stack_owned *last = &s->owned;

	if (!last->known || last->interface != interface || !ip_equal(&last->address, a)) {
		last->ownership = (uint8_t)stack_owns_anywhere(s, interface, a);
		last->interface = (uint8_t)interface;
		last->address = *a;
		last->known = true;
	}
	return (enum ownership)last->ownership;
}

/* The interface that is up for untagged frames of this port; -1: none. */
static int interface_of(const struct stack *s, unsigned port)
{
	for (unsigned i = 0; i < s->interface_count; i++) {
		const struct interface_state *n = &s->interface[i];
		if (n->config.port == port && n->config.vlan == 0)
			return n->up ? (int)i : -1;
	}
	return -1;
}

static bool is_for_us(const struct stack *s, unsigned interface, const uint8_t *frame)
{
	struct mac to;

	memcpy(to.b, frame, sizeof to.b);
	return mac_equal(to, s->interface[interface].config.mac) ||
	       (!mac_is_group(to) && stack_mac_is_ours(s, interface, to));
}

/* Whether it is passed on, of a packet that is not ours. */
static bool may_pass(const struct stack *s, const struct ip_addr *dst, const uint8_t *src)
{
	struct ip_addr from;

	ip4_read(&from, src);
	return s->transit && !ip_is_link_local(dst) && !ip_is_link_local(&from);
}

enum stack_verdict stack_plain(struct stack *s, unsigned port, const uint8_t *frame)
{
	int found = s->unpacks || s->filters ? -1 : interface_of(s, port);
	struct ip_addr dst;

	ip4_read(&dst, frame + ETHERNET_HEADER + 16);
	if (found < 0 || ip_is_multicast(&dst) || !is_for_us(s, (unsigned)found, frame))
		return STACK_DONE;
	if (stack_may_own(s, &dst)) {
		enum ownership ours = ownership_of(s, (unsigned)found, &dst);
		if (ours != NOT_OURS)
			return ours == OURS ? STACK_LOCAL : STACK_DONE;
		if (stack_is_broadcast(s, (unsigned)found, &dst))
			return STACK_DONE;
	}
	return may_pass(s, &dst, frame + ETHERNET_HEADER + 12) ? STACK_TRANSIT : STACK_DONE;
}

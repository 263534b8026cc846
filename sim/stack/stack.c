// SPDX-License-Identifier: BSD-2-Clause
/* Making and unmaking, links, facts, counters. */
#include "sim/stack/stack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stack/parts.h"

#define DEFAULT_CLAIMS 64
#define DEFAULT_NEIGHBOURS 256
#define CLAIM_KEY sizeof(struct place)
#define MAC_KEY (1 + sizeof(struct mac))

static const char *const DROP_TEXT[] = {
#define X(constant, text) [constant] = text,
	STACK_DROPS(X)
#undef X
};

const char *stack_drop_text(enum stack_drop why)
{
	assert((unsigned)why < STACK_DROP_COUNT);
	return DROP_TEXT[why];
}

uint64_t stack_dropped(const struct stack *s, enum stack_drop why)
{
	assert((unsigned)why < STACK_DROP_COUNT);
	return s->dropped[why];
}

enum stack_verdict stack_drop(struct stack *s, enum stack_drop why)
{
	s->dropped[why]++;
	return STACK_DONE;
}

/* RFC 4862 5.3: every interface has a link-local address. Not when the list is full already. */
static void add_link_local(struct stack_interface_config *c)
{
	for (size_t i = 0; i < c->address_count; i++)
		if (c->address[i].addr.family == IP_V6 && ip_is_link_local(&c->address[i].addr))
			return;
	if (c->address_count < STACK_ADDRESSES)
		c->address[c->address_count++] = (struct ip_prefix){ip6_link_local(c->mac), 64};
}

static bool make_claims(struct stack *s)
{
	return table_init(&s->claims, s->claim_room, CLAIM_KEY, sizeof(struct stack_claim), s->secret) &&
	       table_init(&s->claimed_macs, s->claim_room + STACK_HELD_MACS, MAC_KEY, sizeof(uint32_t), s->secret);
}

struct stack *stack_new(const struct stack_config *config, struct frame_pool *pool, struct outbox *outbox)
{
	assert(config->interface_count <= STACK_INTERFACES && config->route_count <= STACK_ROUTES);
	struct stack *s = cache_lines_new(sizeof *s + config->interface_count * sizeof s->interface[0]);
	if (s == NULL)
		return NULL;
	s->pool = pool;
	s->outbox = outbox;
	s->forward = config->forward;
	s->transit = config->transit;
	s->unpacks = config->unpacks;
	s->loopback_arp = config->loopback_arp;
	s->loopback_count = (uint8_t)config->loopback_count;
	memcpy(s->loopback, config->loopback, sizeof s->loopback);
	s->group_macs = config->group_macs;
	s->secret = config->seed;
	s->claim_room = config->claims != 0 ? config->claims : DEFAULT_CLAIMS;
	s->route_count = config->route_count;
	memcpy(s->route, config->route, config->route_count * sizeof s->route[0]);
	s->interface_count = (uint32_t)config->interface_count;
	uint32_t neighbours = config->neighbours != 0 ? config->neighbours : DEFAULT_NEIGHBOURS;
	if (!make_claims(s) || !neighbour_cache_init(&s->neighbours, neighbours, s->secret)) {
		stack_free(s);
		return NULL;
	}
	for (size_t i = 0; i < s->interface_count; i++) {
		struct interface_state *n = &s->interface[i];
		n->config = config->interface[i];
		n->physical = n->config.mac;
		n->up = true;
		if (n->config.mtu == 0)
			n->config.mtu = 1500;
		assert(n->config.address_count <= STACK_ADDRESSES);
		add_link_local(&n->config);
	}
	s->route4 = calloc(stack_routes4_room(s) + 1, sizeof *s->route4);
	if (s->route4 == NULL) {
		stack_free(s);
		return NULL;
	}
	s->route_version = 1;
	stack_owned_init(s);
	stack_routes4(s);
	return s;
}

void stack_free(struct stack *s)
{
	if (s == NULL)
		return;
	if (s->neighbours.entry != NULL)
		for (unsigned i = 0; i < s->interface_count; i++)
			stack_forget_neighbours(s, i, STACK_DROP_LINK);
	neighbour_cache_fini(&s->neighbours);
	free(s->route4);
	frame_unref(s->unpacked);
	table_fini(&s->claims);
	table_fini(&s->claimed_macs);
	free(s);
}

/* Some interface is up or down that was not. */
static void routes_change(struct stack *s)
{
	s->last.known = false;
	stack_routes4(s);
	if (++s->route_version == 0)
		s->route_version = 1;
}

uint32_t stack_route_version(const struct stack *s)
{
	return s->route_version;
}

void stack_link(struct stack *s, unsigned port, bool up, vl_time now)
{
	(void)now;
	for (unsigned i = 0; i < s->interface_count; i++) {
		if (s->interface[i].config.port != port)
			continue;
		s->interface[i].up = up;
		if (!up)
			stack_forget_neighbours(s, i, STACK_DROP_LINK);
	}
	routes_change(s);
}

bool stack_interface_up(const struct stack *s, unsigned interface)
{
	assert(interface < s->interface_count);
	return s->interface[interface].up;
}

static void empty(struct table *t)
{
	memset(t->slot, 0, t->slots * t->stride);
	t->count = 0;
}

void stack_reset(struct stack *s)
{
	s->owned.known = false;
	for (unsigned i = 0; i < s->interface_count; i++) {
		stack_forget_neighbours(s, i, STACK_DROP_LINK);
		s->interface[i].up = true;
		s->interface[i].config.mac = s->interface[i].physical;
		s->interface[i].mask = MAC_ZERO;
		s->interface[i].disabled = 0;
	}
	routes_change(s);
	empty(&s->claims);
	empty(&s->claimed_macs);
	s->held_macs = 0;
	s->filters = false;
}

size_t stack_interface_count(const struct stack *s)
{
	return s->interface_count;
}

const struct stack_interface_config *stack_interface(const struct stack *s, unsigned interface)
{
	assert(interface < s->interface_count);
	return &s->interface[interface].config;
}

struct ip_addr stack_primary(const struct stack *s, unsigned interface, enum ip_family family)
{
	const struct stack_interface_config *c = stack_interface(s, interface);

	for (size_t i = 0; i < c->address_count; i++) {
		const struct ip_addr *a = &c->address[i].addr;
		if (a->family == family && (family == IP_V4 || ip_is_link_local(a)))
			return *a;
	}
	return (struct ip_addr){.family = IP_NONE};
}

bool stack_has_address(const struct stack *s, unsigned interface, const struct ip_addr *address)
{
	const struct stack_interface_config *c = stack_interface(s, interface);

	for (size_t i = 0; i < c->address_count; i++)
		if (ip_equal(&c->address[i].addr, address))
			return true;
	return false;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Nodes made up from what a virtual router of the base is like. */
#include "sim/scenario/fuzz_guests.h"

#include <string.h>

#include "sim/carp/carp_config.h"
#include "sim/vrrp/vrrp_config.h"

#define SLOTS 3                         /* faults of one kind, as fuzz_draw draws them */

bool fuzz_is_guest(enum fuzz_kind kind)
{
	return kind == FUZZ_ROGUE || kind == FUZZ_TWIN || kind == FUZZ_DUEL || kind == FUZZ_CAMP;
}

/* --- names and addresses that nobody has ----------------------------------------------------------------- */

static bool is_named(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->node_count; i++)
		if (strcmp(s->node[i].name, name) == 0)
			return true;
	return false;
}

/* "rogue1": the first such names that the base does not have, in the order of the slots. */
static void name_it(char name[FUZZ_GUEST_NAME], const struct scenario *s, enum fuzz_kind kind, unsigned slot)
{
	unsigned number = 0;

	for (unsigned left = slot + 1; left > 0; left--)
		do
			snprintf(name, FUZZ_GUEST_NAME, "%s%u", fuzz_kind_word(kind), ++number);
		while (is_named(s, name));
}

static bool is_among(const struct scenario_ips *ips, const struct ip_addr *a)
{
	for (size_t i = 0; i < ips->count; i++)
		if (ip_equal(&ips->item[i], a))
			return true;
	return false;
}

static bool is_used(const struct scenario *s, const struct ip_addr *a)
{
	for (size_t i = 0; i < s->node_count; i++) {
		const struct scenario_node *n = &s->node[i];
		bool used = is_among(&n->ha.shared, a) || is_among(&n->gateway, a);
		for (size_t k = 0; k < n->interface_count; k++)
			used = used || is_among(&n->interface[k].ip, a) || is_among(&n->interface[k].ip6, a);
		for (size_t k = 0; k < n->vrrp_count; k++)
			used = used || is_among(&n->vrrp[k].vip, a);
		for (size_t k = 0; k < n->carp_count; k++)
			used = used || is_among(&n->carp[k].vip, a);
		if (used)
			return true;
	}
	return false;
}

/* The which-th address from the network's end that nobody has. False: there are not so many. */
static bool find_free(struct ip_addr *out, const struct scenario *s, const struct ip_prefix *net, unsigned which)
{
	size_t size = ip_size((enum ip_family)net->addr.family);
	size_t host = net->addr.family == IP_NONE ? 0 : 8 * size - net->length;
	unsigned last = host >= 16 ? 0xffff : (1u << host) - 1;

	for (unsigned i = last; i-- > 1;) {
		*out = net->addr;
		unsigned low = ((unsigned)out->b[size - 2] << 8 | out->b[size - 1]) & ~last & 0xffff;
		out->b[size - 2] = (uint8_t)((low | i) >> 8);
		out->b[size - 1] = (uint8_t)(low | i);
		if (!is_used(s, out) && which-- == 0)
			return true;
	}
	return false;
}

/* --- one guest ------------------------------------------------------------------------------------------- */

/* The virtual router's own addresses. */
static size_t addresses_of(const struct invariant_member *m, const struct ip_addr **list)
{
	*list = m->vrrp != NULL ? m->vrrp->address : m->carp->address;
	return m->vrrp != NULL ? m->vrrp->address_count : m->carp->address_count;
}

static bool take_addresses(struct fuzz_guest *g, const struct invariant_member *m)
{
	const struct ip_addr *list;
	size_t count = addresses_of(m, &list);

	if (count > FUZZ_GUEST_ADDRESSES)
		return false;
	memcpy(g->vip, list, count * sizeof *list);
	g->vrrp.vip.count = count;
	return true;
}

static bool own_address(struct fuzz_guest *g, const struct scenario *s, const struct ip_prefix *net, unsigned which)
{
	size_t at = 0;

	if (net->addr.family == IP_V6) /* RFC 9568 5.2.9: the first one is link-local */
		g->vip[at++] = (struct ip_addr){IP_V6, {0xfe, 0x80, [13] = 0xf0, [14] = 0xff, [15] = (uint8_t)which}};
	g->vrrp.vip.count = at + 1;
	return find_free(&g->vip[at], s, net, which);
}

static bool be_router(struct fuzz_guest *g, const struct fuzz_base *b, const struct fuzz_fault *f,
		      const struct invariant_member *m, const struct ip_prefix *net, unsigned which)
{
	const struct vrrp_config *c = m->vrrp;

	g->vrrp = (struct scenario_vrrp){.vrid = m->id, .vip.item = g->vip, .family = m->family,
					 .accept = {true, true}};
	g->vrrp.priority = (struct maybe_number){true, f->kind == FUZZ_DUEL ? 255 : f->number};
	g->vrrp.version = (struct maybe_number){true, c != NULL ? c->version : 3};
	if (c != NULL)
		g->vrrp.interval = (struct maybe_time){true, c->interval};
	g->node.vrrp = &g->vrrp;
	g->node.vrrp_count = 1;
	if (f->kind == FUZZ_ROGUE)
		return own_address(g, b->scenario, net, which);
	if (f->kind == FUZZ_CAMP) {
		if (c == NULL || c->version != 3 || m->family != IP_V4)
			return false;
		bool message = c->checksum_send != VRRP_CHECKSUM_MESSAGE;
		g->vrrp.checksum = message ? CHECKSUM_MESSAGE : CHECKSUM_PSEUDO;
		/* one way in three it is strict, too, and hears none of the others */
		if (f->way == DIRECTION_OUT)
			g->vrrp.behaviour.checksum_accepted =
				1 + (int)(message ? VRRP_CHECKSUM_ACCEPT_MESSAGE : VRRP_CHECKSUM_ACCEPT_PSEUDO);
	}
	return take_addresses(g, m);
}

/* The last of the addresses is the one that is pinged: IPv6 has link-local ones in front of it, which any network
 * may have twice. */
static bool be_twin(struct fuzz_guest *g, const struct invariant_member *m)
{
	const struct ip_addr *list;
	size_t count = addresses_of(m, &list);

	for (size_t i = 0; i < count; i++)
		if (list[i].family == m->family && !ip_is_link_local(&list[i]))
			g->ip = list[i];
	return g->ip.family == m->family;
}

static bool make_guest(struct fuzz_guest *g, const struct fuzz_base *b, const struct fuzz_fault *f, unsigned which)
{
	const struct invariant_member *m = invariants_member(b->members, f->member);
	const struct scenario_segment *segment = &b->scenario->segment[m->segment];
	const struct ip_prefix *net = m->family == IP_V6 ? &segment->net6 : &segment->net;
	/* no two guests of a schedule have one; a rogue has two */
	unsigned number = ((unsigned)(f->kind - FUZZ_ROGUE) * SLOTS + f->slot) * FUZZ_GUESTS + which;
	bool is_twin = f->kind == FUZZ_TWIN;

	*g = (struct fuzz_guest){
		.node = {.name = g->name, .start = VL_NEVER, .kind = is_twin ? "host" : "rfc", .interface = &g->interface,
			 .interface_count = 1, .class = is_twin ? CLASS_HOST : CLASS_VENDOR,
			 .profile = is_twin ? NULL : "rfc"},
		.interface = {.name = "eth0", .on = {.text = segment->name, .index = m->segment},
			      .vlan = {m->vlan != 0, m->vlan}},
	};
	name_it(g->name, b->scenario, f->kind, f->kind == FUZZ_DUEL ? FUZZ_GUESTS * f->slot + which : f->slot);
	*(m->family == IP_V6 ? &g->interface.ip6 : &g->interface.ip) = (struct scenario_ips){&g->ip, 1};
	if (is_twin)
		return be_twin(g, m);
	return find_free(&g->ip, b->scenario, net, 2 * number) && be_router(g, b, f, m, net, 2 * number + 1);
}

size_t fuzz_guests(struct fuzz_guest out[FUZZ_GUESTS], const struct fuzz_base *b, const struct fuzz_fault *f)
{
	size_t count = !fuzz_is_guest(f->kind) ? 0 : f->kind == FUZZ_DUEL ? 2 : 1;

	for (unsigned i = 0; i < count; i++)
		if (!make_guest(&out[i], b, f, i))
			return 0;
	return count;
}

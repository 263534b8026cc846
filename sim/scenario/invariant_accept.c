// SPDX-License-Identifier: BSD-2-Clause
/* Who accepts whose advertisements, by the two configurations; and how long an election may take. */
#include <string.h>

#include "sim/scenario/invariant_parts.h"
#include "sim/vrrp/vrrp_auth.h"

static bool same_text(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* The same addresses in any order; none is there twice. */
static bool same_addresses(const struct member *a, const struct member *b)
{
	if (a->address_count != b->address_count)
		return false;
	for (size_t i = 0; i < a->address_count; i++) {
		size_t k = 0;
		while (k < b->address_count && !ip_equal(&a->address[i], &b->address[k]))
			k++;
		if (k == b->address_count)
			return false;
	}
	return true;
}

static bool same_authentication(const struct vrrp_config *a, const struct vrrp_config *b)
{
	if (strcmp(vrrp_auth_word(a), vrrp_auth_word(b)) != 0)
		return false;
	return strcmp(vrrp_auth_word(a), "none") == 0 ||
	       (same_text(a->password, b->password) && a->key_id == b->key_id);
}

/* Only version 3 over IPv4 has two forms. */
static bool reads_checksum(const struct vrrp_config *reader, const struct vrrp_config *sender)
{
	if (reader->version != 3 || reader->family != IP_V4)
		return true;
	switch (reader->checksum_receive) {
	case VRRP_CHECKSUM_ACCEPT_MESSAGE:
		return sender->checksum_send == VRRP_CHECKSUM_MESSAGE;
	case VRRP_CHECKSUM_ACCEPT_PSEUDO:
		return sender->checksum_send == VRRP_CHECKSUM_PSEUDO;
	case VRRP_CHECKSUM_ACCEPT_ANY:
	case VRRP_CHECKSUM_UNCHECKED:
		break;
	}
	return true;
}

/* Two owners of which one discards what the other says never settle. */
static bool owners_listen(const struct vrrp_config *a, const struct vrrp_config *b)
{
	return a->priority != 255 || b->priority != 255 ||
	       (a->owner_receive == VRRP_OWNER_PROCESS && b->owner_receive == VRRP_OWNER_PROCESS);
}

static bool takes_first_address(const struct vrrp_config *reader, const struct vrrp_config *sender)
{
	return !reader->check_first_address || sender->family != IP_V6 ||
	       (sender->address_count > 0 && sender->address[0].b[0] == 0xfe &&
		(sender->address[0].b[1] & 0xc0) == 0x80);
}

/* Multicast both, or each is a peer of the other. */
static bool is_peer(const struct invariants *v, const struct vrrp_config *reader, const struct member *sender)
{
	const struct scenario_node *n = &v->scenario->node[sender->told.node];

	if (reader->peer_count == 0 || sender->told.vrrp->peer_count == 0)
		return reader->peer_count == sender->told.vrrp->peer_count;
	for (size_t i = 0; i < reader->peer_count; i++)
		for (size_t k = 0; k < n->interface_count; k++)
			for (size_t x = 0; x < n->interface[k].addresses.count; x++)
				if (ip_equal(&reader->peer[i], &n->interface[k].addresses.item[x].addr))
					return true;
	return false;
}

static bool vrrp_accepts(const struct invariants *v, const struct member *a, const struct member *b)
{
	const struct vrrp_config *x = a->told.vrrp, *y = b->told.vrrp;

	return x->version == y->version && x->interval == y->interval && same_authentication(x, y) &&
	       reads_checksum(x, y) && reads_checksum(y, x) && owners_listen(x, y) && takes_first_address(x, y) &&
	       takes_first_address(y, x) && is_peer(v, x, b) && is_peer(v, y, a);
}

static vl_time carp_interval(const struct carp_config *c)
{
	return c->advbase * VL_S + c->advskew * VL_S / 256;
}

static bool carp_accepts(const struct carp_config *x, const struct carp_config *y)
{
	return same_text(x->password, y->password) && x->broadcast == y->broadcast &&
	       carp_interval(x) < (vl_time)y->dead_ratio * y->advbase * VL_S &&
	       carp_interval(y) < (vl_time)x->dead_ratio * x->advbase * VL_S;
}

/* --- one wire -------------------------------------------------------------------------------------------- */

static bool lets_pass(const struct scenario_vlans *vlans, uint16_t vlan)
{
	size_t i = 0;

	while (i < vlans->count && vlans->item[i] != vlan)
		i++;
	return vlans->count == 0 || i < vlans->count;
}

/* There are no loops: the way is the one that does not go back. */
static bool leads_to(const struct scenario *s, unsigned at, unsigned to, uint16_t vlan, unsigned came_from)
{
	if (at == to)
		return true;
	for (unsigned i = 0; i < s->segment_count; i++) {
		unsigned far = s->segment[i].trunk.to.index, next = i == at ? far : i;
		if (s->segment[i].trunk.given && (i == at || far == at) && next != came_from &&
		    lets_pass(&s->segment[i].trunk.vlans, vlan) && leads_to(s, next, to, vlan, at))
			return true;
	}
	return false;
}

bool invariants_joined(const struct invariants *v, world_segment a, world_segment b, uint16_t vlan)
{
	return a == b || (world_joined(v->world, a, b) && leads_to(v->scenario, a, b, vlan, WORLD_ANY));
}

bool invariant_same_election(const struct invariants *v, const struct member *a, const struct member *b)
{
	const struct invariant_member *x = &a->told, *y = &b->told;

	return x->class == y->class && x->id == y->id && x->family == y->family && x->vlan == y->vlan &&
	       invariants_joined(v, x->segment, y->segment, x->vlan);
}

/* --- who accepts whom ------------------------------------------------------------------------------------ */

bool invariant_pair_accepts(const struct invariants *v, const struct member *a, const struct member *b)
{
	const struct invariant_member *x = &a->told, *y = &b->told;

	if (a == b || x->node == y->node || a->election != b->election || !same_addresses(a, b))
		return false;
	return x->class == ORACLE_VRRP ? vrrp_accepts(v, a, b) : carp_accepts(x->carp, y->carp);
}

/* --- how long things may take ----------------------------------------------------------------------------- */

/* Skew_Time again, written down a second time on purpose: who judges the engine does not ask it how long it may
 * take. RFC 3768 6.1: (256 - priority) / 256 s; RFC 9568 6.1: that part of Active_Adver_Interval. */
static vl_time skew_time(const struct vrrp_config *c, uint8_t priority, vl_time interval)
{
	return (vl_time)(256 - priority) * (c->version == 2 ? VL_S : interval) / 256;
}

void invariant_read(struct member *m)
{
	struct invariant_member *t = &m->told;

	if (m->router != NULL) {
		const struct vrrp_config *c = vrrp_router_config(m->router);
		uint8_t priority = vrrp_router_priority(m->router);
		vl_time learned = vrrp_router_active_adver_interval(m->router);
		vl_time interval = learned > c->interval ? learned : c->interval;
		vl_time skew = skew_time(c, priority, interval), wait = 3 * interval + skew;

		t->vrrp = c;
		t->id = c->vrid;
		t->priority = priority;
		t->interval = interval;
		/* after a takeover the second advertisement may be late by the slack */
		t->skew = vl_time_after(skew, c->takeover_slack);
		t->down = c->startup_wait > wait ? c->startup_wait : wait;
		m->address = c->address;
		m->address_count = c->address_count;
	} else {
		const struct carp_config *c = carp_host_config(m->host);

		t->carp = c;
		t->id = c->vhid;
		t->interval = carp_interval(c);
		t->skew = (vl_time)c->advskew * VL_S / 256;
		t->down = vl_time_after((vl_time)c->dead_ratio * c->advbase * VL_S + t->skew, c->initial_wait);
		m->address = c->address;
		m->address_count = c->address_count;
	}
}

vl_time invariant_stretch(const struct invariants *v, world_node node, vl_time length)
{
	int64_t ppm = v->clock_ppm[node];

	return ppm >= 0 || length > VL_NEVER / 4 ? length : length + length / 1000000 * (uint64_t)(-ppm * 2);
}

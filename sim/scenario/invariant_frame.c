// SPDX-License-Identifier: BSD-2-Clause
/* The promises about what is sent: nothing by what is off, no claim by a Backup, one MAC for an address. */
#include <stdio.h>
#include <string.h>

#include "sim/scenario/invariant_parts.h"

#define FRESH_TTL 64                    /* of packets that a box sends by itself */

/* What a frame says of an address. */
struct claim {
	const struct ip_addr *address;  /* NULL: nothing */
	bool has_mac;                   /* and that it has this one */
	struct mac mac;
	bool announces;                 /* to everybody, unasked */
};

static struct claim claim_of(const struct packet *p)
{
	struct claim c = {0};

	if (p->network == NETWORK_ARP) {
		c.address = &p->arp.sender_ip;
		c.mac = p->arp.sender_mac;
		c.has_mac = true;
		c.announces = arp_is_gratuitous(&p->arp);
	} else if (p->network == NETWORK_IPV4 || p->network == NETWORK_IPV6) {
		/* A router may send on what another sent: then its TTL is no fresh one any more. */
		c.address = p->ttl == FRESH_TTL || p->ttl == 255 ? &p->src : NULL;
		if (p->transport == TRANSPORT_ICMP && p->icmp.family == IP_V6 &&
		    p->icmp.type == ICMPV6_NEIGHBOR_ADVERTISEMENT) {
			c.address = &p->icmp.target;
			c.has_mac = p->icmp.has_link_address;
			c.mac = p->icmp.link_address;
			c.announces = !p->icmp.solicited;
		}
	}
	return c;
}

static bool is_configured(const struct invariants *v, world_node node, const struct ip_addr *a)
{
	const struct scenario_node *n = &v->scenario->node[node];

	for (size_t i = 0; i < n->interface_count; i++)
		for (size_t k = 0; k < n->interface[i].addresses.count; k++)
			if (ip_equal(&n->interface[i].addresses.item[k].addr, a))
				return true;
	return false;
}

/* Which of the member's addresses it is; its count: none. */
static size_t find_address(const struct member *m, const struct ip_addr *a)
{
	size_t i = 0;

	while (i < m->address_count && !ip_equal(&m->address[i], a))
		i++;
	return i;
}

static bool is_blurred(const struct invariants *v, world_node node)
{
	for (size_t i = 0; i < v->station_count; i++)
		if (v->station[i].node == node && v->station[i].blurred)
			return true;
	return false;
}

static void judge_silence(struct invariants *v, const struct expect_frame *f)
{
	vl_time since = v->off_since[f->from];
	char got[CHECK_TEXT], text[EXPECT_TIME];

	if (since == VL_NEVER || f->at <= vl_time_after(since, v->slack) || v->told_node[f->from] ||
	    is_blurred(v, f->from))
		return;
	v->told_node[f->from] = true;
	snprintf(got, sizeof got, "a frame from %s, which does not run since %s", v->scenario->node[f->from].name,
		 expect_time(text, since));
	invariant_broken(v, NULL, PROMISE_OFF_IS_SILENT, f->at, got, "no frame from it");
}

static bool anyone_active(const struct invariants *v, const struct expect_frame *f, const struct ip_addr *a)
{
	for (size_t i = 0; i < v->member_count; i++) {
		const struct member *m = &v->member[i];
		if (m->told.node == f->from && m->active_since != VL_NEVER && find_address(m, a) < m->address_count)
			return true;
	}
	return false;
}

/* `m` is not Active and its node speaks of its address. */
static void judge_backup(struct invariants *v, struct member *m, const struct expect_frame *f, const struct claim *c)
{
	vl_time grace = v->slack + (c->has_mac ? 0 : INVARIANT_WAITING);
	char got[CHECK_TEXT], address[IP_TEXT];

	if (m->state != ORACLE_BACKUP || is_configured(v, f->from, c->address) || v->station[m->station].blurred ||
	    (m->left_active > 0 && f->at <= vl_time_after(m->left_active, grace)) || anyone_active(v, f, c->address))
		return;
	snprintf(got, sizeof got, "%s, Backup on id %u, %s %s", v->scenario->node[f->from].name,
		 (unsigned)m->told.id, c->has_mac ? "says that it has" : "sends data from",
		 ip_format(address, c->address));
	invariant_broken(v, m, PROMISE_BACKUP_IS_QUIET, f->at, got, "it answers for no virtual address");
}

/* One MAC while it is Active; and where all of its MACs are virtual, the virtual one. */
static void judge_mac(struct invariants *v, struct member *m, size_t i, const struct expect_frame *f,
		      const struct claim *c)
{
	bool is_virtual = m->router != NULL && m->told.vrrp->announce_mac == VRRP_MAC_VIRTUAL &&
			  m->told.vrrp->reply_mac == VRRP_MAC_VIRTUAL;
	struct mac want_mac = is_virtual ? vrrp_router_mac(m->router) : m->answer[i];
	char got[CHECK_TEXT], want[CHECK_TEXT], address[IP_TEXT], mac[MAC_TEXT], other[MAC_TEXT];

	if ((is_virtual || m->answered[i]) && !mac_equal(want_mac, c->mac)) {
		snprintf(got, sizeof got, "%s says that %s has %s", v->scenario->node[f->from].name,
			 ip_format(address, c->address), mac_format(mac, c->mac));
		snprintf(want, sizeof want, "%s", mac_format(other, want_mac));
		invariant_broken(v, m, PROMISE_ONE_MAC, f->at, got, want);
	}
	m->answered[i] = true;
	m->answer[i] = c->mac;
}

/* A sign of an Active: also one that was long on its way from a router that is Active no more. */
static void hear_advert(struct invariants *v, const struct expect_frame *f, enum oracle_class class, uint8_t id,
			uint16_t vlan)
{
	for (size_t i = 0; i < v->member_count; i++) {
		struct member *m = &v->member[i];
		if (m->told.id != id || m->told.class != class || m->told.vlan != vlan || m->alone_since == VL_NEVER ||
		    !invariants_joined(v, m->told.segment, f->segment, vlan))
			continue;
		invariant_judge(v, f->at);
		m->alone_since = f->at;
	}
}

void invariants_frame(struct invariants *v, const struct expect_frame *f)
{
	const struct packet *p = f->packet;
	uint16_t vlan = p->ethernet.vlan_count > 0 ? p->ethernet.vlan[0].id : 0;

	if (f->from != WORLD_OUTSIDE)
		judge_silence(v, f);
	if (p->transport == TRANSPORT_VRRP)
		hear_advert(v, f, ORACLE_VRRP, p->vrrp.vrid, vlan);
	else if (p->transport == TRANSPORT_CARP)
		hear_advert(v, f, ORACLE_CARP, p->carp.vhid, vlan);
	v->outside = v->outside || f->from == WORLD_OUTSIDE;
	if (v->member_count == 0 || v->outside || p->transport == TRANSPORT_VRRP || p->transport == TRANSPORT_CARP)
		return;
	/* What leaked stands in another VLAN than its sender said it in. */
	bool leaks = v->leaked_until > 0 && f->at <= vl_time_after(v->leaked_until, v->slack);
	struct claim c = claim_of(p);
	for (size_t k = 0; c.address != NULL && k < v->member_count; k++) {
		struct member *m = &v->member[k];
		if (m->told.node != f->from || m->told.segment != f->segment || m->told.vlan != vlan)
			continue;
		size_t i = find_address(m, c.address);
		if (i == m->address_count)
			continue;
		if (m->active_since == VL_NEVER) {
			if (!leaks)
				judge_backup(v, m, f, &c);
			continue;
		}
		if (c.has_mac && !leaks && !v->station[m->station].blurred)
			judge_mac(v, m, i, f, &c);
		if (c.announces)
			m->unannounced &= ~(1u << i);
		if (m->unannounced == 0)
			m->announce_by = VL_NEVER;
	}
}

// SPDX-License-Identifier: BSD-2-Clause
/* Which virtual routers we are going to be on the wires, and whether somebody is already. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/cmd_live_parts.h"
#include "probes/interfaces.h"
#include "sim/wire/packet.h"

#define SKEW_MOST VL_S
#define CARP_DEAD 3
#define CISCO_HOLD (10 * VL_S)         /* of HSRP and GLBP, where the script says none */

static struct live_claim *add(struct live *l, world_segment segment)
{
	struct live_claim *c = NULL;

	for (size_t i = 0; i < l->port_count && c == NULL; i++)
		if (l->attach[i].segment == segment && l->claim_count < LIVE_CLAIMS) {
			c = &l->claim[l->claim_count++];
			*c = (struct live_claim){.port = i};
		}
	return c;
}

static void add_vrrp(struct live *l, const struct scenario_node *n, const struct scenario_vrrp *v)
{
	struct live_claim *c = add(l, n->interface[v->interface].on.index);

	if (c == NULL)
		return;
	c->node = n->name;
	c->protocol = TRANSPORT_VRRP;
	c->family = v->family;
	c->id = (unsigned)v->vrid;
	c->address = v->vip.item;
	c->address_count = v->vip.count;
	c->listen = 3 * (v->interval.given ? v->interval.value : VL_S) + SKEW_MOST;
}

static void add_carp(struct live *l, const struct scenario_node *n, unsigned interface, uint64_t id, vl_time base,
		     const struct scenario_ips *vip)
{
	struct live_claim *c = add(l, n->interface[interface].on.index);

	if (c == NULL)
		return;
	c->node = n->name;
	c->protocol = TRANSPORT_CARP;
	c->family = IP_V4;
	c->id = (unsigned)id;
	c->address = vip->item;
	c->address_count = vip->count;
	c->listen = CARP_DEAD * base + SKEW_MOST;
}

/* A LoadMaster speaks on every interface of the pair. */
static void add_ha(struct live *l, const struct scenario_node *n)
{
	for (unsigned i = 0; i < n->interface_count; i++) {
		add_carp(l, n, i, n->ha.id, VL_S, &n->ha.shared);
		if (n->ha.protocol == HA_VRRP && l->claim_count > 0)
			l->claim[l->claim_count - 1].protocol = TRANSPORT_VRRP;
	}
}

static void add_hsrp(struct live *l, const struct scenario_node *n, const struct scenario_hsrp *h)
{
	struct live_claim *c = add(l, n->interface[h->interface].on.index);

	if (c == NULL)
		return;
	c->node = n->name;
	c->protocol = TRANSPORT_HSRP;
	c->family = h->family;
	c->id = (unsigned)h->group;
	c->version = (uint8_t)(h->version.given ? h->version.value : h->family == IP_V6 || h->group > UINT8_MAX ? 2 : 1);
	c->address = h->vip.item;
	c->address_count = h->vip.count;
	c->listen = h->hold.given ? h->hold.value : CISCO_HOLD;
}

static void add_glbp(struct live *l, const struct scenario_node *n, const struct scenario_glbp *g)
{
	struct live_claim *c = add(l, n->interface[g->interface].on.index);

	if (c == NULL)
		return;
	c->node = n->name;
	c->protocol = TRANSPORT_GLBP;
	c->family = IP_V4;
	c->id = (unsigned)g->group;
	c->address = g->vip.item;
	c->address_count = g->vip.count;
	c->listen = g->hold.given ? g->hold.value : CISCO_HOLD;
}

/* Which claims a setting renames: "ha.id", "vrrp.10.vrid", "hsrp.1.ipv4.group". */
static bool renames(const struct scenario_setting *t, const struct live_claim *c)
{
	static const struct {
		const char *begin;
		enum packet_transport protocol;
	} PART[] = {
		{"vrrp.", TRANSPORT_VRRP}, {"carp.", TRANSPORT_CARP}, {"hsrp.", TRANSPORT_HSRP}, {"glbp.", TRANSPORT_GLBP},
	};

	if (strcmp(t->field, "ha.id") == 0)
		return true;
	for (size_t i = 0; i < sizeof PART / sizeof PART[0]; i++)
		if (strncmp(t->field, PART[i].begin, strlen(PART[i].begin)) == 0)
			return c->protocol == PART[i].protocol && strtoul(t->field + strlen(PART[i].begin), NULL, 10) == c->id;
	return false;
}

static bool is_id(const struct scenario_setting *t)
{
	static const char *const WORD[] = {"id", "vrid", "vhid", "group"};
	const char *last = strrchr(t->field, '.');

	for (size_t i = 0; last != NULL && i < sizeof WORD / sizeof WORD[0]; i++)
		if (strcmp(last + 1, WORD[i]) == 0)
			return true;
	return false;
}

/* IDs that a step of the script sets are claimed from the beginning. */
static void add_later(struct live *l, const struct scenario_setting *t)
{
	const char *node = l->scenario.node[t->path.index].name;
	size_t count = l->claim_count;

	if (!is_id(t))
		return;
	for (size_t i = 0; i < count && l->claim_count < LIVE_CLAIMS; i++) {
		if (l->claim[i].node != node || !renames(t, &l->claim[i]) || l->claim[i].id == t->value.number)
			continue;
		struct live_claim *c = &l->claim[l->claim_count++];
		*c = l->claim[i];
		c->id = (unsigned)t->value.number;
		c->later = true;
	}
}

void live_find_claims(struct live *l)
{
	const struct scenario *s = &l->scenario;

	for (size_t k = 0; k < s->node_count; k++) {
		const struct scenario_node *n = &s->node[k];
		if (l->absent != NULL && l->absent[k])
			continue;
		for (size_t i = 0; i < n->vrrp_count; i++)
			add_vrrp(l, n, &n->vrrp[i]);
		for (size_t i = 0; i < n->carp_count; i++)
			add_carp(l, n, n->carp[i].interface, n->carp[i].vhid,
				 (n->carp[i].advbase.given ? n->carp[i].advbase.value : 1) * VL_S, &n->carp[i].vip);
		for (size_t i = 0; i < n->hsrp_count; i++)
			add_hsrp(l, n, &n->hsrp[i]);
		for (size_t i = 0; i < n->glbp_count; i++)
			add_glbp(l, n, &n->glbp[i]);
		if (n->ha.given)
			add_ha(l, n);
	}
	for (size_t i = 0; i < s->step_count; i++)
		for (size_t k = 0; s->step[i].verb == STEP_SET && k < s->step[i].set.count; k++)
			add_later(l, &s->step[i].set.item[k]);
}

static const char *word_of(enum packet_transport protocol)
{
	return protocol == TRANSPORT_CARP   ? "CARP"
	       : protocol == TRANSPORT_HSRP ? "HSRP"
	       : protocol == TRANSPORT_GLBP ? "GLBP"
					    : "VRRP";
}

void live_say_claims(const struct live *l)
{
	char text[IP_TEXT];

	if (l->options.rate == 0)
		fputs("viplab live: frames leave as fast as they come\n", stderr);
	else
		fprintf(stderr, "viplab live: at most %llu frames a second leave an interface\n",
			(unsigned long long)l->options.rate);
	for (size_t i = 0; i < l->claim_count; i++) {
		const struct live_claim *c = &l->claim[i];
		fprintf(stderr, "viplab live: %s: %s %s a router of %s %u for", wire_name(l->port[c->port]), c->node,
			c->later ? "will be" : "is", word_of(c->protocol), c->id);
		for (size_t k = 0; k < c->address_count; k++)
			fprintf(stderr, "%s %s", k > 0 ? "," : "", ip_format(text, &c->address[k]));
		fputc('\n', stderr);
	}
}

/* ---- is somebody there? ----------------------------------------------------------------------------------------- */

/* The family for which this is the Active of an ID; IP_NONE: it is no such message. */
static enum ip_family spoken_for(const struct packet *p, unsigned *id)
{
	if (p->transport == TRANSPORT_VRRP) {
		*id = p->vrrp.vrid;
		return p->src.family;
	}
	if (p->transport == TRANSPORT_CARP) {
		*id = p->carp.vhid;
		return p->src.family;
	}
	if (p->transport == TRANSPORT_HSRP && p->hsrp.has_group && hsrp_state_of(&p->hsrp) == HSRP_ACTIVE) {
		*id = p->hsrp.group;
		return p->hsrp.family;
	}
	if (p->transport == TRANSPORT_GLBP && p->glbp.has_hello && p->glbp.state == GLBP_ACTIVE) {
		*id = p->glbp.group;
		return IP_V4;
	}
	return IP_NONE;
}

/* VRRP and CARP share their IDs, and where they meet both lose. */
static bool is_like(enum packet_transport a, enum packet_transport b)
{
	bool vrrp_a = a == TRANSPORT_VRRP || a == TRANSPORT_CARP, vrrp_b = b == TRANSPORT_VRRP || b == TRANSPORT_CARP;

	return a == b || (vrrp_a && vrrp_b);
}

/* The MAC that a router of this claim speaks from: nobody else may, whatever he says. */
static bool speaks_from(const struct live_claim *c, struct mac mac)
{
	uint16_t group;
	uint8_t forwarder;

	if (c->protocol == TRANSPORT_HSRP)
		return mac_equal(mac, hsrp_virtual_mac(c->version, c->family, (uint16_t)c->id));
	if (c->protocol == TRANSPORT_GLBP)
		return glbp_of_virtual_mac(mac, &group, &forwarder) && group == c->id;
	return mac_equal(mac, vrrp_virtual_mac(c->family, (uint8_t)c->id));
}

/* Something that only an Active of one of our IDs says, who means to stay. */
static const struct live_claim *is_taken(const struct live *l, size_t port, const struct packet *p)
{
	unsigned id = 0;
	enum ip_family family = spoken_for(p, &id);
	bool leaves = p->transport == TRANSPORT_VRRP && p->vrrp.priority == 0;

	for (size_t i = 0; i < l->claim_count; i++) {
		const struct live_claim *c = &l->claim[i];
		if (c->port != port || leaves)
			continue;
		if ((family != IP_NONE && is_like(c->protocol, p->transport) && c->id == id && c->family == family) ||
		    speaks_from(c, p->ethernet.src))
			return c;
	}
	return NULL;
}

struct looking {
	struct live *live;
	size_t port;
	bool free;
};

static void look_at(void *context, struct frame *f, vl_time age)
{
	struct looking *k = context;
	const char *wire = wire_name(k->live->port[k->port]);
	struct packet p;
	char ip[IP_TEXT], mac[MAC_TEXT];

	(void)age;
	(void)packet_dissect(&p, f->data, f->length, f->length);
	const struct live_claim *c = is_taken(k->live, k->port, &p);
	if (c == NULL || !k->free)
		return;
	fprintf(stderr, "viplab live: %s: %s (%s) is Active with %s %u already, and %s would be another;\n"
			"  viplab scan -i %s lists the free IDs; --force joins it\n",
		wire, p.src.family != IP_NONE ? ip_format(ip, &p.src) : "somebody", mac_format(mac, p.ethernet.src),
		is_like(c->protocol, p.transport) ? word_of(p.transport) : word_of(c->protocol), c->id, c->node, wire);
	k->free = false;
}

static bool look(struct live *l, struct frame_pool *pool, size_t port)
{
	struct looking k = {.live = l, .port = port, .free = true};

	for (int urgent = 0; urgent < 2; urgent++)
		while (k.free && wire_hear(l->port[port], urgent != 0, pool, 64, look_at, &k) > 0)
			;
	return k.free;
}

int live_ask_wires(struct live *l)
{
	vl_time longest = 0;
	struct pollfd p[2 * REALTIME_PORTS + 2];
	bool free = true;
	char text[VL_TIME_TEXT];
	size_t n = 2 * l->port_count;

	if (!l->options.transmit || l->options.force || l->claim_count == 0)
		return 0;
	for (size_t i = 0; i < l->claim_count; i++)
		longest = l->claim[i].listen > longest ? l->claim[i].listen : longest;
	if (l->options.verbosity >= 0)
		fprintf(stderr, "viplab live: listens for %s s first whether somebody has these IDs\n",
			vl_time_format_short(text, longest));
	realtime_begin(&l->loop);
	for (vl_time now = 0; free && now < longest && l->signal == 0; now = realtime_now(&l->loop)) {
		for (size_t i = 0; i < l->port_count; i++) {
			p[2 * i] = (struct pollfd){.fd = wire_urgent(l->port[i]), .events = POLLIN};
			p[2 * i + 1] = (struct pollfd){.fd = wire_other(l->port[i]), .events = POLLIN};
		}
		p[n] = (struct pollfd){.fd = l->signals, .events = POLLIN};
		p[n + 1] = (struct pollfd){.fd = l->leash[0], .events = POLLIN};
		(void)poll(p, (nfds_t)n + 2, (int)((longest - now) / VL_MS) + 1);
		if (p[n].revents != 0 || p[n + 1].revents != 0)
			break;  /* the loop asks why, and ends */
		for (size_t i = 0; i < l->port_count && free; i++)
			free = look(l, l->run.world.pool, i);
	}
	return free ? 0 : LIVE_BLIND;
}

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
		if (n->ha.given)
			add_ha(l, n);
	}
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
		fprintf(stderr, "viplab live: %s: %s is a router of %s %u for", wire_name(l->port[c->port]), c->node,
			c->protocol == TRANSPORT_CARP ? "CARP" : "VRRP", c->id);
		for (size_t k = 0; k < c->address_count; k++)
			fprintf(stderr, "%s %s", k > 0 ? "," : "", ip_format(text, &c->address[k]));
		fputc('\n', stderr);
	}
}

/* ---- is somebody there? ----------------------------------------------------------------------------------------- */

/* An advertisement of one of our IDs by somebody who means to stay. */
static const struct live_claim *is_taken(const struct live *l, size_t port, const struct packet *p)
{
	unsigned id = p->transport == TRANSPORT_VRRP ? p->vrrp.vrid : p->transport == TRANSPORT_CARP ? p->carp.vhid : 0;

	if (id == 0 || (p->transport == TRANSPORT_VRRP && p->vrrp.priority == 0))
		return NULL;
	/* VRRP and CARP share their IDs, and where they meet both lose. */
	for (size_t i = 0; i < l->claim_count; i++)
		if (l->claim[i].port == port && l->claim[i].id == id && l->claim[i].family == p->src.family)
			return &l->claim[i];
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
		wire, ip_format(ip, &p.src), mac_format(mac, p.ethernet.src),
		p.transport == TRANSPORT_CARP ? "CARP" : "VRRP", c->id, c->node, wire);
	k->free = false;
}

static bool look(struct live *l, struct frame_pool *pool, size_t port)
{
	struct looking k = {.live = l, .port = port, .free = true};

	while (k.free && wire_hear(l->port[port], true, pool, 64, look_at, &k) > 0)
		;
	return k.free;
}

int live_ask_wires(struct live *l)
{
	vl_time longest = 0;
	struct pollfd p[REALTIME_PORTS + 2];
	bool free = true;
	char text[VL_TIME_TEXT];

	if (!l->options.transmit || l->options.force || l->claim_count == 0)
		return 0;
	for (size_t i = 0; i < l->claim_count; i++)
		longest = l->claim[i].listen > longest ? l->claim[i].listen : longest;
	if (l->options.verbosity >= 0)
		fprintf(stderr, "viplab live: listens for %s s first whether somebody has these IDs\n",
			vl_time_format_short(text, longest));
	realtime_begin(&l->loop);
	for (vl_time now = 0; free && now < longest && l->signal == 0; now = realtime_now(&l->loop)) {
		for (size_t i = 0; i < l->port_count; i++)
			p[i] = (struct pollfd){.fd = wire_urgent(l->port[i]), .events = POLLIN};
		p[l->port_count] = (struct pollfd){.fd = l->signals, .events = POLLIN};
		p[l->port_count + 1] = (struct pollfd){.fd = l->leash[0], .events = POLLIN};
		(void)poll(p, (nfds_t)l->port_count + 2, (int)((longest - now) / VL_MS) + 1);
		if (p[l->port_count].revents != 0 || p[l->port_count + 1].revents != 0)
			break;  /* the loop asks why, and ends */
		for (size_t i = 0; i < l->port_count && free; i++)
			free = look(l, l->run.world.pool, i);
	}
	return free ? 0 : LIVE_BLIND;
}

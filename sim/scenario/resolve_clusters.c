// SPDX-License-Identifier: BSD-2-Clause
/* What is said about fgcp, clusterxl and nlb: on which interfaces it is, and whether it can be. */
#include "sim/scenario/kinds.h"
#include "sim/scenario/resolve.h"
#include "sim/vendors/clusterxl_member.h"
#include "sim/vendors/fgcp_unit.h"
#include "sim/vendors/nlb_host.h"

static struct ip_addr first_of(const struct scenario_ips *ips)
{
	return ips->count > 0 ? ips->item[0] : (struct ip_addr){.family = IP_NONE};
}

/* --- fgcp ------------------------------------------------------------------------------------------------- */

static uint32_t interfaces_named(struct reader *r, const struct scenario_node *n, const struct scenario_names *names)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < names->count; i++) {
		unsigned interface = resolve_interface_named(r, n, names->item[i].text, names->item[i].at);
		if (interface != RESOLVE_NOWHERE && interface < STACK_INTERFACES)
			bits |= UINT32_C(1) << interface;
	}
	return bits;
}

static bool hears_heartbeats_of(const struct scenario *s, const struct scenario_node *a, const struct scenario_node *b)
{
	for (size_t i = 0; i < a->fgcp.heartbeat.count; i++)
		for (size_t k = 0; k < b->fgcp.heartbeat.count; k++)
			for (size_t x = 0; x < a->interface_count; x++)
				for (size_t y = 0; y < b->interface_count; y++) {
					const struct scenario_segment *p = resolve_segment(s, &a->interface[x].on);
					const struct scenario_segment *q = resolve_segment(s, &b->interface[y].on);
					if (p != NULL && q != NULL && p->domain == q->domain &&
					    strcmp(a->interface[x].name, a->fgcp.heartbeat.item[i].text) == 0 &&
					    strcmp(b->interface[y].name, b->fgcp.heartbeat.item[k].text) == 0)
						return true;
				}
	return false;
}

bool resolve_same_fgcp(const struct scenario *s, const struct scenario_node *a, const struct scenario_node *b)
{
	return a->fgcp.given && b->fgcp.given && a->fgcp.group == b->fgcp.group && hears_heartbeats_of(s, a, b);
}

static void check_fgcp(struct reader *r, const struct scenario *s, struct scenario_node *n)
{
	struct scenario_fgcp *f = &n->fgcp;
	bool has_address = false;

	f->heartbeat_on = interfaces_named(r, n, &f->heartbeat);
	f->monitored = interfaces_named(r, n, &f->monitor);
	for (size_t i = 0; i < n->interface_count; i++)
		has_address = has_address || n->interface[i].addresses.count > 0;
	if (!has_address)
		mistakes_add(r->mistakes, f->at, "fgcp: no interface of `%s' has an address for the cluster", n->name);
	if (f->serial != NULL && strlen(f->serial) > FGCP_SERIAL)
		mistakes_add(r->mistakes, reader_place(r, &f->serial, f->at), "serial: more than %d characters", FGCP_SERIAL);
	for (const struct scenario_node *other = s->node; other < n; other++)
		if (f->serial != NULL && other->fgcp.given && other->fgcp.serial != NULL &&
		    strcmp(f->serial, other->fgcp.serial) == 0)
			mistakes_add(r->mistakes, reader_place(r, &f->serial, f->at), "serial: `%s' has this one", other->name);
}

/* --- clusterxl ---------------------------------------------------------------------------------------------- */

static void check_clusterxl(struct reader *r, const struct scenario *s, const struct scenario_node *n)
{
	const struct scenario_clusterxl *c = &n->clusterxl;
	bool unicast = c->mode == CLUSTERXL_UNICAST;
	vl_time interval = c->state_interval.given ? c->state_interval.value : 100 * VL_MS;
	vl_time dead = c->dead_after.given ? c->dead_after.value : 3 * VL_S;
	struct ip_addr vip = first_of(&c->vip);

	resolve_vips(r, s, n, &c->vip, false, CLUSTERXL_ADDRESSES, c->at);
	if (unicast != (c->peers.count > 0))
		mistakes_add(r->mistakes, reader_place(r, &c->mode, c->at),
			     unicast ? "mode: unicast needs `peers'" : "peers: only unicast mode has them");
	if (c->peers.count > CLUSTERXL_MEMBERS - 1)
		mistakes_add(r->mistakes, c->at, "peers: at most %d", CLUSTERXL_MEMBERS - 1);
	if (dead <= interval)
		mistakes_add(r->mistakes, reader_place(r, &c->dead_after, c->at),
			     "dead_after: `%s' is not longer than state_interval (%s)", resolve_time(r, dead),
			     resolve_time(r, interval));
	for (const struct scenario_node *other = s->node; other < n; other++) {
		const struct scenario_clusterxl *o = &other->clusterxl;
		struct ip_addr theirs = first_of(&o->vip);
		if (o->given && c->member != 0 && o->member == c->member && vip.family != IP_NONE &&
		    ip_equal(&theirs, &vip))
			mistakes_add(r->mistakes, reader_place(r, &c->member, c->at), "member: `%s' is member %llu already",
				     other->name, (unsigned long long)c->member);
	}
}

/* --- nlb ------------------------------------------------------------------------------------------------------- */

static void check_nlb(struct reader *r, const struct scenario *s, struct scenario_node *n)
{
	struct scenario_nlb *b = &n->nlb;
	const char *any = NULL;
	struct ip_addr vip = first_of(&b->vip);

	resolve_vips(r, s, n, &b->vip, false, NLB_ADDRESSES, b->at);
	b->interface = resolve_interface_of(r, s, n, &any, &b->vip, b->at);
	if (b->interface != RESOLVE_NOWHERE && n->interface[b->interface].ip.count == 0)
		mistakes_add(r->mistakes, b->at, "nlb: `%s' of `%s' has no IPv4 address of its own",
			     n->interface[b->interface].name, n->name);
	for (const struct scenario_node *other = s->node; other < n; other++) {
		struct ip_addr theirs = first_of(&other->nlb.vip);
		if (other->nlb.given && b->host != 0 && other->nlb.host == b->host && vip.family != IP_NONE &&
		    ip_equal(&theirs, &vip))
			mistakes_add(r->mistakes, reader_place(r, &b->host, b->at), "host: `%s' is host %llu already",
				     other->name, (unsigned long long)b->host);
	}
}

/* --- whose ------------------------------------------------------------------------------------------------------ */

static void check_kind(struct reader *r, const struct scenario_node *n, const struct kind *kind)
{
	const struct {
		bool given, may;
		struct scenario_place at;
		const char *what, *whose;
	} block[] = {
		{n->fgcp.given, kind->fgcp, n->fgcp.at, "fgcp", "fortigate"},
		{n->clusterxl.given, kind->clusterxl, n->clusterxl.at, "clusterxl", "checkpoint-gaia"},
		{n->nlb.given, kind->nlb, n->nlb.at, "nlb", "windows"},
		{n->nat.given, kind->nat, n->nat.at, "nat", "gateway"},
		{n->tcp.given, kind->traffic, n->tcp.at, "tcp", "a host"},
		{n->served_count > 0, kind->traffic, n->served_count > 0 ? n->served[0].at : n->at, "services", "a host"},
		{n->population_count > 0, kind->traffic, n->population_count > 0 ? n->population[0].at : n->at, "clients",
		 "a host"},
	};

	for (size_t i = 0; i < sizeof block / sizeof block[0]; i++)
		if (block[i].given && !block[i].may)
			mistakes_add(r->mistakes, block[i].at, "kind `%s' has no %s; only %s has", n->kind, block[i].what,
				     block[i].whose);
}

void resolve_clusters(struct reader *r, struct scenario *s)
{
	for (size_t i = 0; i < s->node_count; i++) {
		struct scenario_node *n = &s->node[i];
		struct suggestion ignored;
		struct kind kind;

		if (n->kind != NULL && kind_find(n->kind, &kind, &ignored))
			check_kind(r, n, &kind);
		if (n->fgcp.given)
			check_fgcp(r, s, n);
		if (n->clusterxl.given)
			check_clusterxl(r, s, n);
		if (n->nlb.given)
			check_nlb(r, s, n);
	}
}

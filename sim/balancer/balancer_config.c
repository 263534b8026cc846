// SPDX-License-Identifier: BSD-2-Clause
/* What a balancer is told: defaults, and what cannot be. */
#include <string.h>

#include "sim/balancer/service.h"
#include "sim/stack/tcp_endpoint.h"
#include "sim/wire/ip.h"

void virtual_service_config_init(struct virtual_service_config *c)
{
	*c = (struct virtual_service_config){
		.protocol = IP_PROTOCOL_TCP,
		.forwarding = FORWARD_NAT,
		.scheduler = scheduler_find("rr"),
		.reuse = 1,
	};
	connection_timeouts_init(&c->timeouts);
}

/* What it is told to do to each request. */
static bool wants_requests(const struct virtual_service_config *c)
{
	return c->layer7.check != CHECK_FIRST || c->layer7.forwarded_for;
}

uint8_t virtual_service_config_layer(const struct virtual_service_config *c)
{
	const struct persistence_ops *kind = c->persistence.kind;
	bool sees_both = c->forwarding == FORWARD_NAT || c->forwarding == FORWARD_SNAT;

	if (c->protocol != IP_PROTOCOL_TCP || !sees_both)
		return 4;
	if (c->layer != 0)
		return c->layer;
	if (wants_requests(c))
		return 7;
	return kind != NULL && persistence_fits(kind, c->tls_passes ? PERSISTENCE_SEES_HELLOS : PERSISTENCE_SEES_BYTES) &&
			kind->needs != NEEDS_FLOW
		? 7
		: 4;
}

enum persistence_view virtual_service_config_view(const struct virtual_service_config *c)
{
	if (c->protocol == IP_PROTOCOL_UDP)
		return PERSISTENCE_SEES_DATAGRAMS;
	if (virtual_service_config_layer(c) == 4)
		return PERSISTENCE_SEES_FLOWS;
	return c->tls_passes ? PERSISTENCE_SEES_HELLOS : PERSISTENCE_SEES_BYTES;
}

static bool overlap(const struct port_range *a, const struct port_range *b)
{
	return a->first <= b->last && b->first <= a->last;
}

/* A range within a wider one is found first, so only equally wide ones, and those that cross, are in each other's way. */
static bool collide(const struct port_range *a, const struct port_range *b)
{
	bool a_in_b = a->first >= b->first && a->last <= b->last, b_in_a = b->first >= a->first && b->last <= a->last;

	if (a->first == 0 || b->first == 0)
		return a->first == b->first;
	return overlap(a, b) && a_in_b == b_in_a;
}

static struct vl_status check_ports(const struct virtual_service_config *c)
{
	if (c->port_count == 0 || c->port_count > BALANCER_PORTS)
		return vl_refuse(VL_INVALID, "%s: ports: 1 to %d ranges", c->name, BALANCER_PORTS);
	for (size_t i = 0; i < c->port_count; i++) {
		const struct port_range *r = &c->port[i];
		if (r->first > r->last || (r->first == 0 && r->last != 0))
			return vl_refuse(VL_INVALID, "%s: ports: %u-%u is no range", c->name, r->first, r->last);
		for (size_t k = 0; k < i; k++)
			if (collide(r, &c->port[k]))
				return vl_refuse(VL_INVALID, "%s: ports: %u-%u twice", c->name, r->first, r->last);
	}
	if (c->snat_ports.first > c->snat_ports.last || (c->snat_ports.first == 0 && c->snat_ports.last != 0))
		return vl_refuse(VL_INVALID, "%s: snat_ports: %u-%u is no range", c->name, c->snat_ports.first,
				 c->snat_ports.last);
	return vl_status_ok();
}

static struct vl_status check_family(const struct virtual_service_config *c, const struct real_server_config *s)
{
	static const char *const mode[] = {
		[FORWARD_NAT] = "transparent NAT", [FORWARD_SNAT] = "SNAT by the virtual address", [FORWARD_DSR] = "DSR"};
	bool fits = s->address.family == c->address.family;

	switch (c->forwarding) {
	case FORWARD_TUNNEL:
		return vl_status_ok();          /* any in any */
	case FORWARD_SNAT:
		fits = fits || c->snat == SNAT_INTERFACE;
		for (size_t i = 0; c->snat == SNAT_POOL && i < c->local_count; i++)
			fits = fits || c->local[i].family == s->address.family;
		break;
	case FORWARD_NAT:
	case FORWARD_DSR:
		break;
	}
	if (!fits)
		return vl_refuse(VL_INVALID, "%s: %s: ip: of the other family, which %s cannot reach", c->name, s->name,
				 mode[c->forwarding]);
	if (c->forwarding == FORWARD_DSR && s->port != 0 &&
	    (c->port_count != 1 || c->port[0].first != s->port || c->port[0].last != s->port))
		return vl_refuse(VL_INVALID, "%s: %s: port: DSR translates no ports", c->name, s->name);
	return vl_status_ok();
}

static struct vl_status check_servers(const struct virtual_service_config *c)
{
	size_t usual = 0;

	if (c->server_count == 0 || c->server_count > BALANCER_SERVERS)
		return vl_refuse(VL_INVALID, "%s: servers: 1 to %d", c->name, BALANCER_SERVERS);
	for (size_t i = 0; i < c->server_count; i++) {
		const struct real_server_config *s = &c->server[i];
		if (s->name == NULL || s->address.family == IP_NONE)
			return vl_refuse(VL_INVALID, "%s: server %zu: needs name and address", c->name, i + 1);
		for (size_t k = 0; k < i; k++) {
			if (strcmp(c->server[k].name, s->name) == 0)
				return vl_refuse(VL_INVALID, "%s: %s: twice", c->name, s->name);
			if (ip_equal(&c->server[k].address, &s->address) && c->server[k].port == s->port)
				return vl_refuse(VL_INVALID, "%s: %s: is `%s' already", c->name, s->name,
						 c->server[k].name);
		}
		struct vl_status status = check_family(c, s);
		if (!vl_ok(&status))
			return status;
		usual += !s->sorry;
	}
	if (usual == 0)
		return vl_refuse(VL_INVALID, "%s: servers: all are sorry servers", c->name);
	return vl_status_ok();
}

static struct vl_status named(const struct virtual_service_config *c, struct vl_status s)
{
	return vl_ok(&s) ? s : vl_refuse(s.code, "%s: %s", c->name, s.reason);
}

static struct vl_status check_service(const struct virtual_service_config *c)
{
	struct vl_status s;

	if (c->address.family == IP_NONE || ip_is_zero(&c->address))
		return vl_refuse(VL_INVALID, "%s: address: needs one", c->name);
	if (c->protocol != IP_PROTOCOL_TCP && c->protocol != IP_PROTOCOL_UDP)
		return vl_refuse(VL_INVALID, "%s: protocol: tcp or udp", c->name);
	if (c->scheduler == NULL)
		return vl_refuse(VL_INVALID, "%s: scheduler: needs one", c->name);
	if (c->local_count > BALANCER_LOCALS)
		return vl_refuse(VL_INVALID, "%s: local: at most %d addresses", c->name, BALANCER_LOCALS);
	bool sees_both = c->forwarding == FORWARD_NAT || c->forwarding == FORWARD_SNAT;
	if (wants_requests(c) && (c->layer == 4 || c->protocol != IP_PROTOCOL_TCP || !sees_both || c->tls_passes))
		return vl_refuse(VL_INVALID, "%s: what is inserted or checked in requests needs layer 7, TCP, forwarding nat or "
				 "snat, and no TLS that passes", c->name);
	if (c->forwarding == FORWARD_SNAT && c->snat == SNAT_POOL && c->local_count == 0)
		return vl_refuse(VL_INVALID, "%s: local: a pool needs addresses", c->name);
	if (c->layer != 0 && c->layer != 4 && c->layer != 7)
		return vl_refuse(VL_INVALID, "%s: layer: 4 or 7", c->name);
	if (c->layer == 7 && (c->protocol != IP_PROTOCOL_TCP || c->forwarding == FORWARD_DSR || c->forwarding == FORWARD_TUNNEL))
		return vl_refuse(VL_INVALID, "%s: layer: 7 needs TCP whose both directions pass by: forwarding nat or snat", c->name);
	s = check_ports(c);
	if (vl_ok(&s))
		s = check_servers(c);
	if (!vl_ok(&s))
		return s;
	s = named(c, scheduler_check(c->scheduler, &c->scheduler_options));
	if (vl_ok(&s))
		s = named(c, persistence_check(&c->persistence));
	if (vl_ok(&s))
		s = named(c, slow_start_check(&c->slow_start));
	return vl_ok(&s) ? named(c, health_check_config(&c->health)) : s;
}

static struct vl_status check_beside(const struct virtual_service_config *a, const struct virtual_service_config *b)
{
	if (strcmp(a->name, b->name) == 0)
		return vl_refuse(VL_INVALID, "%s: there are two services of that name", a->name);
	if (a->protocol != b->protocol || !ip_equal(&a->address, &b->address))
		return vl_status_ok();
	for (size_t i = 0; i < a->port_count; i++)
		for (size_t k = 0; k < b->port_count; k++)
			if (collide(&a->port[i], &b->port[k]))
				return vl_refuse(VL_INVALID, "%s: ports: `%s' has %u-%u of that address already", a->name,
						 b->name, b->port[k].first, b->port[k].last);
	return vl_status_ok();
}

struct vl_status balancer_config_check(const struct balancer_config *c)
{
	size_t layer7_ports = 0;

	if (c->service_count == 0 || c->service_count > BALANCER_SERVICES)
		return vl_refuse(VL_INVALID, "services: 1 to %d", BALANCER_SERVICES);
	for (size_t i = 0; i < c->service_count; i++) {
		layer7_ports += virtual_service_config_layer(&c->service[i]) == 7 ? c->service[i].port_count : 0;
		if (layer7_ports > TCP_LISTENERS)
			return vl_refuse(VL_INVALID, "services: at most %d ports or ranges at layer 7", TCP_LISTENERS);
		if (c->service[i].name == NULL)
			return vl_refuse(VL_INVALID, "service %zu: needs a name", i + 1);
		struct vl_status s = check_service(&c->service[i]);
		for (size_t k = 0; vl_ok(&s) && k < i; k++)
			s = check_beside(&c->service[i], &c->service[k]);
		if (!vl_ok(&s))
			return s;
	}
	return vl_status_ok();
}

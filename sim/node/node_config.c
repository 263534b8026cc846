// SPDX-License-Identifier: BSD-2-Clause
/* Filling in a box, and what no box can be. */
#include "sim/node/node_config.h"

#include <stdlib.h>
#include <string.h>

void node_config_init(struct node_config *c)
{
	memset(c, 0, sizeof *c);
}

void node_config_fini(struct node_config *c)
{
	free(c->vrrp);
	free(c->carp);
	c->vrrp = NULL;
	c->carp = NULL;
	c->vrrp_count = c->vrrp_room = c->carp_count = c->carp_room = 0;
}

struct stack_interface_config *node_config_add_interface(struct node_config *c)
{
	if (c->stack.interface_count == STACK_INTERFACES)
		return NULL;
	struct stack_interface_config *i = &c->stack.interface[c->stack.interface_count];
	*i = (struct stack_interface_config){.port = (unsigned)c->stack.interface_count++};
	return i;
}

bool node_config_add_gateway(struct node_config *c, const struct ip_addr *gateway)
{
	if (c->stack.route_count == STACK_ROUTES)
		return false;
	c->stack.route[c->stack.route_count++] = (struct stack_route_config){
		.to = {.addr = {.family = gateway->family}, .length = 0},
		.gateway = *gateway,
	};
	return true;
}

/* The array with room for one more; NULL: no memory, and the array stays as it was. */
static void *grow(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	size_t more = *room == 0 ? 4 : 2 * *room;
	void *larger = realloc(array, more * size);
	if (larger != NULL)
		*room = more;
	return larger;
}

struct node_vrrp_config *node_config_add_vrrp(struct node_config *c)
{
	void *larger = grow(c->vrrp, c->vrrp_count, &c->vrrp_room, sizeof *c->vrrp);

	if (larger == NULL)
		return NULL;
	c->vrrp = larger;
	struct node_vrrp_config *v = &c->vrrp[c->vrrp_count++];
	memset(v, 0, sizeof *v);
	return v;
}

struct carp_config *node_config_add_carp(struct node_config *c)
{
	void *larger = grow(c->carp, c->carp_count, &c->carp_room, sizeof *c->carp);

	if (larger == NULL)
		return NULL;
	c->carp = larger;
	struct carp_config *v = &c->carp[c->carp_count++];
	memset(v, 0, sizeof *v);
	return v;
}

bool node_config_add_part(struct node_config *c, const struct node_part_config *part)
{
	if (c->part_count == NODE_PARTS)
		return false;
	c->part[c->part_count++] = *part;
	return true;
}

int node_config_interface_of(const struct node_config *c, const struct ip_addr *address)
{
	int found = -1, length = -1;

	for (size_t i = 0; i < c->stack.interface_count; i++) {
		const struct stack_interface_config *n = &c->stack.interface[i];
		for (size_t k = 0; k < n->address_count; k++) {
			const struct ip_prefix *net = &n->address[k];
			if (net->addr.family == address->family && net->length > length &&
			    ip_in_prefix(address, net)) {
				length = net->length;
				found = (int)i;
			}
		}
	}
	return found;
}

static struct vl_status check_interfaces(const struct node_config *c)
{
	const struct stack_interface_config *n = c->stack.interface;

	for (size_t i = 0; i < c->stack.interface_count; i++)
		for (size_t k = 0; k < i; k++)
			if (n[i].port == n[k].port && n[i].vlan == n[k].vlan)
				return vl_refuse(VL_INVALID, "interfaces %zu and %zu: both on port %u, VLAN %u", k, i,
						 n[i].port, n[i].vlan);
	return vl_status_ok();
}

/* Unicast virtual routers of one id do not meet when they have no peer in common. */
static bool apart(const struct vrrp_config *a, const struct vrrp_config *b)
{
	for (size_t i = 0; i < a->peer_count; i++)
		for (size_t k = 0; k < b->peer_count; k++)
			if (ip_equal(&a->peer[i], &b->peer[k]))
				return false;
	return a->peer_count > 0 && b->peer_count > 0;
}

bool node_config_vrrp_meets(const struct vrrp_config *a, const struct vrrp_config *b, uint8_t vrid)
{
	return a->family == b->family && a->interface == b->interface && b->vrid == vrid && !apart(a, b);
}

static struct vl_status check_vrrp(const struct node_config *c, size_t i)
{
	const struct vrrp_config *r = &c->vrrp[i].router;
	struct vl_status s = vrrp_config_check(r);

	if (!vl_ok(&s))
		return vl_refuse(s.code, "vrrp %u: %s", r->vrid, s.reason);
	if (r->interface >= c->stack.interface_count)
		return vl_refuse(VL_INVALID, "vrrp %u: there is no interface %u", r->vrid, r->interface);
	for (size_t k = 0; k < r->track_count; k++)
		if (r->track[k].object == NULL && r->track[k].interface >= c->stack.interface_count)
			return vl_refuse(VL_INVALID, "vrrp %u: track: there is no interface %u", r->vrid,
					 r->track[k].interface);
	for (size_t k = 0; k < i; k++)
		if (node_config_vrrp_meets(r, &c->vrrp[k].router, r->vrid))
			return vl_refuse(VL_INVALID, "vrrp %u: twice on one interface", r->vrid);
	return vl_status_ok();
}

static struct vl_status check_carp(const struct node_config *c, size_t i)
{
	const struct carp_config *h = &c->carp[i];
	struct vl_status s = carp_config_check(h);

	if (!vl_ok(&s))
		return vl_refuse(s.code, "carp %u: %s", h->vhid, s.reason);
	if (h->interface >= c->stack.interface_count)
		return vl_refuse(VL_INVALID, "carp %u: there is no interface %u", h->vhid, h->interface);
	for (size_t k = 0; k < i; k++)
		if (c->carp[k].vhid == h->vhid && c->carp[k].interface == h->interface)
			return vl_refuse(VL_INVALID, "carp %u: twice on one interface", h->vhid);
	return vl_status_ok();
}

struct vl_status node_config_check(const struct node_config *c)
{
	struct vl_status s = check_interfaces(c);

	for (size_t i = 0; vl_ok(&s) && i < c->vrrp_count; i++)
		s = check_vrrp(c, i);
	for (size_t i = 0; vl_ok(&s) && i < c->carp_count; i++)
		s = check_carp(c, i);
	return s;
}

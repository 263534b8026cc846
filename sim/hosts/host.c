// SPDX-License-Identifier: BSD-2-Clause
/* Plain boxes: interfaces and default routes of a node's configuration. */
#include "sim/hosts/host.h"

struct vl_status host_add_interface(struct node_config *c, const struct host_interface *i)
{
	if (i->address_count > STACK_ADDRESSES)
		return vl_refuse(VL_INVALID, "%s: %zu addresses are more than %d", i->name, i->address_count,
				 STACK_ADDRESSES);
	struct stack_interface_config *n = node_config_add_interface(c);
	if (n == NULL)
		return vl_refuse(VL_FULL, "%s: more than %d interfaces", i->name, STACK_INTERFACES);
	n->name = i->name;
	n->port = i->port;
	n->vlan = i->vlan;
	n->mac = i->mac;
	n->mtu = i->mtu;
	n->address_count = i->address_count;
	for (size_t k = 0; k < i->address_count; k++)
		n->address[k] = i->address[k];
	return vl_status_ok();
}

struct vl_status host_configure(struct node_config *c, enum host_kind kind, size_t gateway_count,
				const struct ip_addr *gateway)
{
	c->stack.forward = kind == HOST_ROUTER;
	c->stack.group_macs = kind == HOST_PLAIN;
	for (size_t i = 0; i < gateway_count; i++) {
		for (size_t k = 0; k < i; k++)
			if (gateway[k].family == gateway[i].family)
				return vl_refuse(VL_INVALID, "gateway: two of one family");
		if (!node_config_add_gateway(c, &gateway[i]))
			return vl_refuse(VL_FULL, "gateway: more than %d routes", STACK_ROUTES);
	}
	return vl_status_ok();
}

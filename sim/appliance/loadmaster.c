// SPDX-License-Identifier: BSD-2-Clause
/* KEMP's words made into CARP hosts or virtual routers of a box. */
#include "sim/appliance/loadmaster.h"

#include <string.h>

#include "sim/appliance/parts.h"

void loadmaster_config_init(struct loadmaster_config *c)
{
	*c = (struct loadmaster_config){
		.id = LOADMASTER_ID,
		.timeout = LOADMASTER_TIMEOUT,
		.password = LOADMASTER_PASSWORD,
		.virtual_mac = true,
		.update_threshold = 3,
		.update_period = 50,
	};
}

bool loadmaster_is_better(enum loadmaster_role role, enum loadmaster_preferred preferred)
{
	return (role == LOADMASTER_SECOND) == (preferred == LOADMASTER_PREFERRED_SECOND);
}

struct vl_status loadmaster_check_timeout(vl_time timeout)
{
	if (timeout % (3 * VL_S) != 0 || timeout < 3 * VL_S || timeout > 15 * VL_S)
		return vl_refuse(VL_INVALID, "HA timeout: it is 3, 6, 9, 12 or 15 s");
	return vl_status_ok();
}

/* The shared addresses and those of services and pools, each once. */
struct addresses {
	size_t count;
	struct ip_addr item[LOADMASTER_SHARED];
};

static bool add_address(struct addresses *a, const struct ip_addr *address)
{
	for (size_t i = 0; i < a->count; i++)
		if (ip_equal(&a->item[i], address))
			return true;
	if (a->count == LOADMASTER_SHARED)
		return false;
	a->item[a->count++] = *address;
	return true;
}

static bool collect(const struct loadmaster_config *c, struct addresses *all)
{
	bool fits = true;

	all->count = 0;
	for (size_t i = 0; i < c->shared_count; i++)
		fits = fits && add_address(all, &c->shared[i]);
	for (size_t i = 0; i < c->service_count; i++) {
		const struct virtual_service_config *v = &c->service[i];
		fits = fits && add_address(all, &v->address);
		for (size_t k = 0; v->forwarding == FORWARD_SNAT && v->snat == SNAT_POOL && k < v->local_count; k++)
			fits = fits && add_address(all, &v->local[k]);
	}
	return fits;
}

static struct vl_status check_multicast_interface(const struct loadmaster_config *c, const struct node_config *box)
{
	if (c->multicast_interface == NULL)
		return vl_status_ok();
	for (size_t i = 0; i < box->stack.interface_count; i++)
		if (strcmp(box->stack.interface[i].name, c->multicast_interface) == 0)
			return vl_status_ok();
	return vl_refuse(VL_INVALID, "HA multicast interface: there is no `%s'", c->multicast_interface);
}

static struct vl_status check(const struct loadmaster_config *c, const struct addresses *all,
			      const struct node_config *box)
{
	char text[IP_TEXT];

	if (c->id == 0)
		return vl_refuse(VL_INVALID, "HA virtual ID: `0' is not in 1-255");
	if (c->protocol == LOADMASTER_VRRP && c->use_broadcast)
		return vl_refuse(VL_INVALID, "use broadcast: with CARP only");
	for (size_t i = 0; c->shared_count > 0 && i < all->count; i++)
		if (node_config_interface_of(box, &all->item[i]) < 0)
			return vl_refuse(VL_INVALID, "shared address: `%s' is on the net of no interface",
					 ip_format(text, &all->item[i]));
	if (c->update_threshold == 0 || (c->update_period != 0 && c->update_threshold >= c->update_period))
		return vl_refuse(VL_INVALID, "update threshold: at least 1 and under the period");
	struct vl_status s = check_multicast_interface(c, box);
	return vl_ok(&s) ? loadmaster_check_timeout(c->timeout) : s;
}

/* The shared addresses of an interface, of one family or (IP_NONE) of both. */
static size_t shared_on(const struct addresses *all, const struct node_config *box, size_t interface,
			enum ip_family family, struct ip_addr *out)
{
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++)
		if (node_config_interface_of(box, &all->item[i]) == (int)interface &&
		    (family == IP_NONE || all->item[i].family == family))
			out[count++] = all->item[i];
	return count;
}

_Static_assert(LOADMASTER_SHARED <= CARP_ADDRESSES && LOADMASTER_SHARED <= VRRP_ADDRESSES, "they must fit");

static bool add_carp(const struct loadmaster_config *c, const struct addresses *all, struct node_config *box,
		     size_t interface)
{
	struct ip_addr shared[LOADMASTER_SHARED];
	size_t count = shared_on(all, box, interface, IP_NONE, shared);
	bool better = loadmaster_is_better(c->role, c->preferred);

	if (count == 0)
		return true;
	struct carp_config *h = node_config_add_carp(box);
	if (h == NULL)
		return false;
	carp_config_init(h);
	h->interface = (unsigned)interface;
	h->interface_id = (unsigned)interface;
	h->family = IP_V6;
	h->address_count = count;
	for (size_t i = 0; i < count; i++) {
		h->address[i] = shared[i];
		if (shared[i].family == IP_V4)
			h->family = IP_V4;
	}
	h->vhid = c->id;
	h->advbase = (uint8_t)(c->timeout / (3 * VL_S));
	h->advskew = better ? LOADMASTER_ADVSKEW_BETTER : LOADMASTER_ADVSKEW_OTHER;
	h->preempt = c->preferred != LOADMASTER_PREFERRED_NONE;
	h->password = c->password;
	h->initial_wait = c->initial_wait;
	h->broadcast = c->use_broadcast;
	h->advert_mac = CARP_MAC_KEMP;
	h->announce_mac = h->reply_mac = c->virtual_mac ? CARP_MAC_KEMP : CARP_MAC_PHYSICAL;
	h->seed = c->seed;
	return true;
}

static bool add_vrrp(const struct loadmaster_config *c, const struct addresses *all, struct node_config *box,
		     size_t interface, enum ip_family family)
{
	struct ip_addr shared[LOADMASTER_SHARED];
	size_t count = shared_on(all, box, interface, family, shared);
	bool better = loadmaster_is_better(c->role, c->preferred);

	if (count == 0)
		return true;
	struct node_vrrp_config *v = node_config_add_vrrp(box);
	if (v == NULL)
		return false;
	struct vrrp_config *r = &v->router;
	vrrp_config_init(r, family == IP_V4 ? 2 : 3, family);
	r->interface = (unsigned)interface;
	r->vrid = c->id;
	r->priority = better ? LOADMASTER_PRIORITY_BETTER : LOADMASTER_PRIORITY_OTHER;
	r->interval = c->timeout / 3;
	r->preempt = c->preferred != LOADMASTER_PREFERRED_NONE;
	r->accept_always = true;
	r->check_first_address = false; /* shared addresses are global ones */
	/* Active_Down_Interval (RFC 3768 6.1) behind the initial wait. */
	if (c->initial_wait > 0)
		r->startup_wait = c->initial_wait + c->timeout + (256u - r->priority) * r->interval / 256;
	if (!c->virtual_mac)
		r->advert_mac = r->announce_mac = r->reply_mac = VRRP_MAC_PHYSICAL;
	r->address_count = count;
	for (size_t i = 0; i < count; i++)
		r->address[i] = shared[i];
	return true;
}

static struct vl_status add_ha(const struct loadmaster_config *c, const struct addresses *all, struct node_config *box)
{
	struct vl_status s = check(c, all, box);

	for (size_t i = 0; vl_ok(&s) && c->shared_count > 0 && i < box->stack.interface_count; i++) {
		bool added = c->protocol == LOADMASTER_CARP
				     ? add_carp(c, all, box, i)
				     : add_vrrp(c, all, box, i, IP_V4) && add_vrrp(c, all, box, i, IP_V6);
		if (!added)
			s = vl_refuse(VL_NO_MEMORY, "out of memory for the HA of a LoadMaster");
	}
	return s;
}

static struct vl_status add_services(const struct loadmaster_config *c, struct node_config *box)
{
	struct node_part_config part = loadmaster_services(c);

	box->stack.transit = true;
	return node_config_add_part(box, &part) ? vl_status_ok() : vl_refuse(VL_FULL, "at most %d parts", NODE_PARTS);
}

struct vl_status loadmaster_configure(const struct loadmaster_config *c, struct node_config *box)
{
	struct addresses all;

	if (c->shared_count > LOADMASTER_SHARED)
		return vl_refuse(VL_INVALID, "shared addresses: %zu are more than %d", c->shared_count,
				 LOADMASTER_SHARED);
	bool fits = collect(c, &all);
	if (!fits && c->shared_count > 0)
		return vl_refuse(VL_INVALID, "shared addresses: with those of services more than %d", LOADMASTER_SHARED);
	struct vl_status s = add_ha(c, &all, box);
	if (vl_ok(&s) && c->service_count > 0)
		s = add_services(c, box);
	return vl_ok(&s) ? node_config_check(box) : s;
}

// SPDX-License-Identifier: BSD-2-Clause
/* KEMP's words made into CARP hosts or virtual routers of a box. */
#include "sim/appliance/loadmaster.h"

#include "sim/appliance/parts.h"

void loadmaster_config_init(struct loadmaster_config *c)
{
	*c = (struct loadmaster_config){
		.id = LOADMASTER_ID,
		.timeout = LOADMASTER_TIMEOUT,
		.password = LOADMASTER_PASSWORD,
		.virtual_mac = true,
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

static struct vl_status check(const struct loadmaster_config *c, const struct node_config *box)
{
	char text[IP_TEXT];

	if (c->shared_count > LOADMASTER_SHARED)
		return vl_refuse(VL_INVALID, "shared addresses: %zu are more than %d", c->shared_count,
				 LOADMASTER_SHARED);
	if (c->id == 0)
		return vl_refuse(VL_INVALID, "HA virtual ID: `0' is not in 1-255");
	if (c->protocol == LOADMASTER_VRRP && c->use_broadcast)
		return vl_refuse(VL_INVALID, "use broadcast: with CARP only");
	for (size_t i = 0; i < c->shared_count; i++)
		if (node_config_interface_of(box, &c->shared[i]) < 0)
			return vl_refuse(VL_INVALID, "shared address: `%s' is on the net of no interface",
					 ip_format(text, &c->shared[i]));
	return loadmaster_check_timeout(c->timeout);
}

/* The shared addresses of an interface, of one family or (IP_NONE) of both. */
static size_t shared_on(const struct loadmaster_config *c, const struct node_config *box, size_t interface,
			enum ip_family family, struct ip_addr *out)
{
	size_t count = 0;

	for (size_t i = 0; i < c->shared_count; i++)
		if (node_config_interface_of(box, &c->shared[i]) == (int)interface &&
		    (family == IP_NONE || c->shared[i].family == family))
			out[count++] = c->shared[i];
	return count;
}

_Static_assert(LOADMASTER_SHARED <= CARP_ADDRESSES && LOADMASTER_SHARED <= VRRP_ADDRESSES, "they must fit");

static bool add_carp(const struct loadmaster_config *c, struct node_config *box, size_t interface)
{
	struct ip_addr shared[LOADMASTER_SHARED];
	size_t count = shared_on(c, box, interface, IP_NONE, shared);
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

static bool add_vrrp(const struct loadmaster_config *c, struct node_config *box, size_t interface,
		     enum ip_family family)
{
	struct ip_addr shared[LOADMASTER_SHARED];
	size_t count = shared_on(c, box, interface, family, shared);
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

struct vl_status loadmaster_configure(const struct loadmaster_config *c, struct node_config *box)
{
	struct vl_status s = check(c, box);

	if (!vl_ok(&s) || c->shared_count == 0)
		return s;
	for (size_t i = 0; i < box->stack.interface_count; i++) {
		bool added = c->protocol == LOADMASTER_CARP
				     ? add_carp(c, box, i)
				     : add_vrrp(c, box, i, IP_V4) && add_vrrp(c, box, i, IP_V6);
		if (!added)
			return vl_refuse(VL_NO_MEMORY, "out of memory for the HA of a LoadMaster");
	}
	return node_config_check(box);
}

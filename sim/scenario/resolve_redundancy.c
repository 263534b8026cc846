// SPDX-License-Identifier: BSD-2-Clause
/* What is said about vrrp, carp, ha and gateways: on which interface it is, and whether it can be. */
#include <string.h>

#include "sim/scenario/kinds.h"
#include "sim/scenario/resolve.h"

static bool net_holds(const struct scenario *s, const struct scenario_interface *itf, const struct ip_addr *ip)
{
	const struct scenario_segment *segment = resolve_segment(s, &itf->on);

	if (segment == NULL)
		return false;
	if (ip->family == IP_V6 && ip_is_link_local(ip))
		return true;
	const struct ip_prefix *net = ip->family == IP_V6 ? &segment->net6 : &segment->net;
	return net->addr.family != IP_NONE && ip_in_prefix(ip, net);
}

static unsigned interface_of(const struct scenario *s, const struct scenario_node *n, const struct ip_addr *ip)
{
	for (size_t i = 0; i < n->interface_count; i++)
		if (net_holds(s, &n->interface[i], ip))
			return (unsigned)i;
	return RESOLVE_NOWHERE;
}

/* True when every interface's segment is known: only then is "on no network" the author's mistake. */
static bool wires_known(const struct scenario *s, const struct scenario_node *n)
{
	for (size_t i = 0; i < n->interface_count; i++)
		if (resolve_segment(s, &n->interface[i].on) == NULL)
			return false;
	return true;
}

static void check_on_net(struct reader *r, const struct scenario *s, const struct scenario_node *n,
			 const struct ip_addr *ip, struct scenario_place otherwise)
{
	char text[IP_TEXT];

	if (wires_known(s, n) && interface_of(s, n, ip) == RESOLVE_NOWHERE)
		mistakes_add(r->mistakes, reader_place(r, ip, otherwise), "%s is on no network of `%s'",
			     ip_format(text, ip), n->name);
}

/* A shared address must not be a bystander's own. */
static void check_foreign(struct reader *r, const struct scenario *s, const struct ip_addr *ip,
			  struct scenario_place otherwise)
{
	for (size_t i = 0; i < s->node_count; i++) {
		const struct scenario_node *n = &s->node[i];

		if (n->vrrp_count > 0 || n->carp_count > 0 || n->ha.given || n->hsrp_count > 0 || n->glbp_count > 0)
			continue;
		for (size_t j = 0; j < n->interface_count; j++) {
			const struct scenario_ips *ips =
				ip->family == IP_V4 ? &n->interface[j].ip : &n->interface[j].ip6;
			char text[IP_TEXT];

			for (size_t k = 0; k < ips->count; k++)
				if (!ip_equal(&ips->item[k], ip) || ip_is_link_local(ip))
					continue;
				else if (s->suspended[PROMISE_UNIQUE_ADDRESSES])
					r->shares_addresses = true;
				else
					mistakes_add(r->mistakes, reader_place(r, ip, otherwise),
						     "%s is the address of `%s' already (line %u)", ip_format(text, ip),
						     n->name, reader_place(r, &ips->item[k], n->at).line);
		}
	}
}

/* Addresses of a group: each once, on a network unless the interface was named. */
void resolve_vips(struct reader *r, const struct scenario *s, const struct scenario_node *n,
		       const struct scenario_ips *vip, bool named, size_t most, struct scenario_place at)
{
	char text[IP_TEXT];

	if (vip->count > most)
		mistakes_add(r->mistakes, at, "at most %zu addresses", most);
	for (size_t i = 0; i < vip->count; i++) {
		if (!named)
			check_on_net(r, s, n, &vip->item[i], at);
		check_foreign(r, s, &vip->item[i], at);
		for (size_t j = 0; j < i; j++)
			if (ip_equal(&vip->item[i], &vip->item[j]))
				mistakes_add(r->mistakes, reader_place(r, &vip->item[i], at), "%s is there twice",
					     ip_format(text, &vip->item[i]));
	}
}

unsigned resolve_interface_of(struct reader *r, const struct scenario *s, const struct scenario_node *n,
				 const char *const *name, const struct scenario_ips *vip,
				 struct scenario_place at)
{
	if (*name != NULL)
		return resolve_interface_named(r, n, *name, reader_place(r, name, at));
	return vip->count > 0 ? interface_of(s, n, &vip->item[0]) : RESOLVE_NOWHERE;
}

/* --- vrrp ------------------------------------------------------------------------------------------------ */

static void check_tracks(struct reader *r, const struct scenario_node *n, struct scenario_vrrp *v)
{
	if (v->track_count > VRRP_TRACKS)
		mistakes_add(r->mistakes, v->at, "a virtual router tracks at most %d objects", VRRP_TRACKS);
	for (size_t i = 0; i < v->track_count; i++) {
		struct scenario_track *t = &v->track[i];

		if ((t->name != NULL) == (t->interface_name != NULL))
			mistakes_add(r->mistakes, t->at, "a tracked object has either `name' or `interface'");
		if (t->priority.given + t->at_most.given + t->fault != 1)
			mistakes_add(r->mistakes, t->at, "a tracked object has one of `priority', `at_most' and `fault: true'");
		if (t->interface_name != NULL)
			t->interface = resolve_interface_named(r, n, t->interface_name,
							       reader_place(r, &t->interface_name, t->at));
	}
}

static uint64_t version_of(const struct scenario_vrrp *v, const struct kind *kind)
{
	if (v->version.given)
		return v->version.value;
	return v->family == IP_V6 ? 3 : kind->vendor->version;
}

static void check_version(struct reader *r, const struct scenario_vrrp *v, const struct kind *kind)
{
	struct vrrp_config ignored;
	const char *const *const v2_auth[] = {&v->auth_text, &v->auth_md5, &v->auth_ah};
	uint64_t version = version_of(v, kind);
	struct vl_status status = vendor_vrrp_defaults(
		kind->vendor, v->version.given ? (uint8_t)v->version.value : 0, v->family, &ignored);

	if (!vl_ok(&status)) {
		mistakes_add(r->mistakes, reader_place(r, &v->version, v->at), "%s", status.reason);
		return;
	}
	if (v->interval.given && version == 2 && v->interval.value % VL_S != 0)
		mistakes_add(r->mistakes, reader_place(r, &v->interval, v->at),
			     "interval: `%s' is not in whole seconds, as version 2 has it; version 3 can",
			     resolve_time(r, v->interval.value));
	if (v->interval.given && version == 3 &&
	    (v->interval.value % VL_CS != 0 || v->interval.value > 4095 * VL_CS))
		mistakes_add(r->mistakes, reader_place(r, &v->interval, v->at),
			     "interval: `%s' is not in whole centiseconds up to 40.95s, as version 3 has it",
			     resolve_time(r, v->interval.value));
	for (size_t i = 0; i < sizeof v2_auth / sizeof v2_auth[0]; i++)
		if (*v2_auth[i] != NULL && version == 3)
			mistakes_add(r->mistakes, reader_place(r, v2_auth[i], v->at),
				     "auth: version 3 has no authentication");
	if (v->checksum != CHECKSUM_BY_PROFILE && (version == 2 || v->family == IP_V6))
		mistakes_add(r->mistakes, reader_place(r, &v->checksum, v->at),
			     "checksum: only version 3 over IPv4 has two forms");
}

static void check_auth(struct reader *r, const struct scenario_vrrp *v)
{
	int methods = (v->auth_text != NULL) + (v->auth_md5 != NULL) + (v->auth_ah != NULL) +
		      (v->auth_hmac != NULL);

	if (methods > 1)
		mistakes_add(r->mistakes, v->at, "auth: one of text, md5, ah, hmac");
	if (v->auth_key_id.given && v->auth_md5 == NULL && v->auth_hmac == NULL)
		mistakes_add(r->mistakes, reader_place(r, &v->auth_key_id, v->at),
			     "key_id: only md5 and hmac have one");
	if (v->auth_key_id.given && v->auth_hmac != NULL && v->auth_key_id.value > UINT8_MAX)
		mistakes_add(r->mistakes, reader_place(r, &v->auth_key_id, v->at),
			     "key_id: `%llu' is not in 0-255, as hmac has it", (unsigned long long)v->auth_key_id.value);
}

static void check_peers(struct reader *r, const struct scenario_vrrp *v)
{
	char text[IP_TEXT];

	if (v->peers.count > VRRP_PEERS)
		mistakes_add(r->mistakes, v->at, "peers: at most %d", VRRP_PEERS);
	for (size_t i = 0; i < v->peers.count; i++) {
		const struct ip_addr *ip = &v->peers.item[i];
		if (ip->family != v->family || ip_is_multicast(ip) || ip_is_zero(ip))
			mistakes_add(r->mistakes, reader_place(r, ip, v->at),
				     "peers: `%s' is no address of another router in the family of the vip",
				     ip_format(text, ip));
	}
}

static void check_option(struct reader *r, const struct kind *kind, const struct maybe_flag *flag,
			 const char *name, struct scenario_place at)
{
	if (!flag->given || !flag->value)
		return;
	for (size_t i = 0; i < VENDOR_OPTIONS && kind->vendor->option[i].name != NULL; i++)
		if (strcmp(kind->vendor->option[i].name, name) == 0)
			return;
	mistakes_add(r->mistakes, reader_place(r, flag, at), "%s: %s has no such option", name, kind->name);
}

static void check_static_mac(struct reader *r, const struct scenario_vrrp *v)
{
	const struct scenario_behaviour *b = &v->behaviour;
	const int *const used[] = {&b->advert_mac, &b->announce_mac, &b->reply_mac};

	for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
		if (*used[i] == VRRP_MAC_STATIC + 1 && !b->static_mac.given)
			mistakes_add(r->mistakes, reader_place(r, used[i], v->at), "static: the static_mac is missing");
}

static void check_options(struct reader *r, const struct kind *kind, const struct scenario_vrrp *v)
{
	struct vrrp_config ignored = {.version = 0};

	for (size_t i = 0; i < v->options.count; i++) {
		const struct scenario_name *o = &v->options.item[i];
		struct vl_status status = vendor_vrrp_option(kind->vendor, o->text, &ignored);
		if (!vl_ok(&status))
			mistakes_add(r->mistakes, o->at, "options: %s", status.reason);
	}
}

static void check_method(struct reader *r, const struct kind *kind, const struct scenario_vrrp *v)
{
	const struct {
		const char *const *key;
		const char *word;
	} method[] = {
		{&v->auth_text, "text"}, {&v->auth_md5, "md5"}, {&v->auth_ah, "ah"}, {&v->auth_hmac, "hmac"},
	};

	for (size_t i = 0; i < sizeof method / sizeof method[0]; i++) {
		bool refused = version_of(v, kind) == 3 && method[i].key != &v->auth_hmac;      /* by check_version */
		struct vl_status status = vendor_vrrp_auth(kind->vendor, method[i].word);
		if (*method[i].key != NULL && !refused && !vl_ok(&status))
			mistakes_add(r->mistakes, reader_place(r, method[i].key, v->at), "%s", status.reason);
	}
}

static void check_vrrp(struct reader *r, const struct scenario *s, struct scenario_node *n, size_t index,
		       const struct kind *kind)
{
	struct scenario_vrrp *v = &n->vrrp[index];

	v->family = v->vip.count > 0 ? (enum ip_family)v->vip.item[0].family : IP_NONE;
	for (size_t i = 1; i < v->vip.count; i++)
		if (v->vip.item[i].family != v->family)
			mistakes_add(r->mistakes, reader_place(r, &v->vip.item[i], v->at),
				     "vip: a virtual router has addresses of one family; make another one for IPv%d",
				     v->vip.item[i].family);
	resolve_vips(r, s, n, &v->vip, v->interface_name != NULL, VRRP_ADDRESSES, v->at);
	v->interface = resolve_interface_of(r, s, n, &v->interface_name, &v->vip, v->at);
	for (size_t i = 0; i < index; i++)
		if (n->vrrp[i].vrid == v->vrid && n->vrrp[i].interface == v->interface && v->vrid != 0 &&
		    v->interface != RESOLVE_NOWHERE && n->vrrp[i].family == v->family)
			mistakes_add(r->mistakes, reader_place(r, &v->vrid, v->at),
				     "vrid: `%llu' is there twice on `%s' of `%s'", (unsigned long long)v->vrid,
				     n->interface[v->interface].name, n->name);
	check_tracks(r, n, v);
	check_auth(r, v);
	check_peers(r, v);
	check_static_mac(r, v);
	if (kind->vendor == NULL || v->family == IP_NONE)
		return;
	check_version(r, v, kind);
	check_option(r, kind, &v->use_vmac, "use_vmac", v->at);
	check_option(r, kind, &v->lower_prio_no_advert, "lower_prio_no_advert", v->at);
	check_options(r, kind, v);
	check_method(r, kind, v);
}

/* --- carp, ha, gateway ------------------------------------------------------------------------------------ */

static void check_carp(struct reader *r, const struct scenario *s, struct scenario_node *n, size_t index)
{
	struct scenario_carp *c = &n->carp[index];

	resolve_vips(r, s, n, &c->vip, c->interface_name != NULL, CARP_ADDRESSES, c->at);
	c->interface = resolve_interface_of(r, s, n, &c->interface_name, &c->vip, c->at);
	for (size_t i = 0; i < index; i++)
		if (n->carp[i].vhid == c->vhid && n->carp[i].interface == c->interface && c->vhid != 0 &&
		    c->interface != RESOLVE_NOWHERE)
			mistakes_add(r->mistakes, reader_place(r, &c->vhid, c->at),
				     "vhid: `%llu' is there twice on `%s' of `%s'", (unsigned long long)c->vhid,
				     n->interface[c->interface].name, n->name);
}

static void check_ha(struct reader *r, const struct scenario *s, const struct scenario_node *n)
{
	const struct scenario_ha *ha = &n->ha;

	resolve_vips(r, s, n, &ha->shared, false, CARP_ADDRESSES, ha->at);
	if (ha->multicast_interface != NULL)
		(void)resolve_interface_named(r, n, ha->multicast_interface,
					      reader_place(r, &ha->multicast_interface, ha->at));
	if (ha->timeout.given && ha->timeout.value % (3 * VL_S) != 0)
		mistakes_add(r->mistakes, reader_place(r, &ha->timeout, ha->at),
			     "timeout: `%s' is not one of 3s, 6s, 9s, 12s, 15s", resolve_time(r, ha->timeout.value));
	uint64_t threshold = ha->update_threshold.given ? ha->update_threshold.value : 3;
	uint64_t period = ha->update_period.given ? ha->update_period.value : 50;
	if (period != 0 && threshold >= period)
		mistakes_add(r->mistakes,
			     reader_place(r, ha->update_period.given ? &ha->update_period : &ha->update_threshold, ha->at),
			     "update_period: `%llu' is not over the threshold of %llu packets", (unsigned long long)period,
			     (unsigned long long)threshold);
	if (ha->protocol != HA_VRRP)
		return;
	if (ha->use_broadcast.given && ha->use_broadcast.value)
		mistakes_add(r->mistakes, reader_place(r, &ha->use_broadcast, ha->at),
			     "use_broadcast: only CARP has it; this pair speaks VRRP");
	if (ha->password != NULL)
		mistakes_add(r->mistakes, reader_place(r, &ha->password, ha->at),
			     "password: only CARP has it; this pair speaks VRRP");
}

static void check_gateways(struct reader *r, const struct scenario *s, const struct scenario_node *n)
{
	for (size_t i = 0; i < n->gateway.count; i++) {
		const struct ip_addr *ip = &n->gateway.item[i];

		check_on_net(r, s, n, ip, n->at);
		for (size_t j = 0; j < i; j++)
			if (n->gateway.item[j].family == ip->family)
				mistakes_add(r->mistakes, reader_place(r, ip, n->at),
					     "gateway: there is one for IPv%d already", ip->family);
	}
}

static void check_allowed(struct reader *r, const struct scenario_node *n, const struct kind *kind)
{
	static const char hosts[] = "give it the kind of a box that does";
	struct scenario_place vrrp_at = n->vrrp_count > 0 ? n->vrrp[0].at : n->at;
	struct scenario_place carp_at = n->carp_count > 0 ? n->carp[0].at : n->at;

	if (n->vrrp_count > 0 && !kind->vrrp)
		mistakes_add(r->mistakes, vrrp_at, "kind `%s' speaks no VRRP by itself; %s", n->kind,
			     kind->ha ? "use ha: {protocol: vrrp, ...}" : kind->carp ? "it speaks CARP: use carp"
			     : strcmp(n->kind, "router") == 0 ? "use kind rfc or a vendor's" : hosts);
	if (n->carp_count > 0 && !kind->carp)
		mistakes_add(r->mistakes, carp_at, "kind `%s' speaks no CARP by itself; %s", n->kind,
			     kind->ha ? "use ha: {protocol: carp, ...}" : "use kind ucarp");
	if (n->ha.given && !kind->ha)
		mistakes_add(r->mistakes, n->ha.at, "kind `%s' has no ha; only loadmaster has", n->kind);
}

void resolve_redundancy(struct reader *r, struct scenario *s)
{
	for (size_t i = 0; i < s->node_count; i++) {
		struct scenario_node *n = &s->node[i];
		struct suggestion ignored;
		struct kind kind = {0};

		if (n->kind != NULL && kind_find(n->kind, &kind, &ignored))
			check_allowed(r, n, &kind);
		else
			kind = (struct kind){0};
		for (size_t j = 0; j < n->vrrp_count; j++)
			check_vrrp(r, s, n, j, &kind);
		for (size_t j = 0; j < n->carp_count; j++)
			check_carp(r, s, n, j);
		if (n->ha.given)
			check_ha(r, s, n);
		resolve_fhrp(r, s, n, &kind);
		resolve_services(r, s, n, &kind);
		check_gateways(r, s, n);
	}
}

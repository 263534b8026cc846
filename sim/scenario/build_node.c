// SPDX-License-Identifier: BSD-2-Clause
/*
 * A node's part of the script, field by field, into the configurations of the floors below. What the script
 * left to the product stays as the profile has it.
 */
#include "sim/scenario/build_node.h"

#include <stdio.h>
#include <string.h>

#include "sim/appliance/loadmaster.h"
#include "sim/base/prng.h"
#include "sim/hosts/host.h"
#include "sim/node/node.h"
#include "sim/scenario/build_clusters.h"
#include "sim/scenario/build_fhrp.h"
#include "sim/scenario/build_services.h"
#include "sim/scenario/build_traffic.h"
#include "sim/vendors/vendor.h"
#include "sim/vrrp/vrrp_auth.h"

/* A number of the node's own, so that adding a node changes no other's. */
static uint64_t draw(uint64_t seed, const char *purpose, const char *node)
{
	char name[160];

	snprintf(name, sizeof name, "%s of %s", purpose, node);
	struct prng dice = prng_stream(seed, name);
	return prng_u64(&dice);
}

static bool forwards(const struct scenario_node *n)
{
	if (n->forward.given)
		return n->forward.value;
	/* A LoadMaster with services is its servers' gateway. */
	return n->class == CLASS_ROUTER || n->class == CLASS_VENDOR || n->service_count > 0;
}

static struct vl_status add_interfaces(const struct scenario_node *n, struct node_config *box)
{
	struct vl_status status = vl_status_ok();

	for (size_t i = 0; i < n->interface_count && vl_ok(&status); i++) {
		const struct scenario_interface *from = &n->interface[i];
		status = host_add_interface(box, &(struct host_interface){
							 .name = from->name,
							 .port = from->port,
							 .vlan = from->vlan.given ? (uint16_t)from->vlan.value : 0,
							 .mac = from->mac.value,
							 .mtu = from->mtu.given ? (uint16_t)from->mtu.value : 0,
							 .address_count = from->addresses.count,
							 .address = from->addresses.item,
						 });
	}
	return status;
}

static struct vl_status copy_addresses(const struct scenario_ips *from, struct ip_addr *to, size_t room,
				       size_t *count)
{
	if (from->count > room)
		return vl_refuse(VL_INVALID, "%zu virtual addresses, at most %zu", from->count, room);
	for (size_t i = 0; i < from->count; i++)
		to[i] = from->item[i];
	*count = from->count;
	return vl_status_ok();
}

static struct vl_status add_tracks(const struct scenario_vrrp *from, struct vrrp_config *to)
{
	if (from->track_count > VRRP_TRACKS)
		return vl_refuse(VL_INVALID, "%zu tracked objects, at most %d", from->track_count, VRRP_TRACKS);
	for (size_t i = 0; i < from->track_count; i++) {
		const struct scenario_track *t = &from->track[i];
		int64_t change = t->priority.given ? t->priority.value : 0;
		if (change > 254 || change < -254)
			return vl_refuse(VL_INVALID, "track: `%lld' is not in -254 to 254", (long long)change);
		to->track[i] = (struct vrrp_track_config){
			.object = t->interface_name == NULL ? t->name : NULL,
			.interface = t->interface,
			.decrement = change < 0 ? (uint8_t)-change : 0,
			.increment = change > 0 ? (uint8_t)change : 0,
			.at_most = t->at_most.given ? (uint8_t)t->at_most.value : 0,
		};
	}
	to->track_count = from->track_count;
	return vl_status_ok();
}

/* RFC 3768 has no Accept_Mode; boxes that take packets anyway do so in either version. */
static void set_accept(struct vrrp_config *to, bool accept)
{
	to->accept_mode = accept && to->version == 3;
	to->accept_always = accept && to->version == 2;
}

static void set_checksum(struct vrrp_config *to, enum scenario_checksum checksum)
{
	if (checksum == CHECKSUM_MESSAGE) {
		to->checksum_send = VRRP_CHECKSUM_MESSAGE;
		to->checksum_receive = VRRP_CHECKSUM_ACCEPT_MESSAGE;
	} else if (checksum == CHECKSUM_PSEUDO) {
		to->checksum_send = VRRP_CHECKSUM_PSEUDO;
		to->checksum_receive = VRRP_CHECKSUM_ACCEPT_PSEUDO;
	}
}

static void set_auth(const struct scenario_vrrp *from, struct vrrp_config *to)
{
	const struct {
		const char *word, *key;
	} method[] = {
		{"text", from->auth_text}, {"md5", from->auth_md5}, {"ah", from->auth_ah}, {"hmac", from->auth_hmac},
	};

	for (size_t i = 0; i < sizeof method / sizeof method[0]; i++)
		if (method[i].key != NULL) {
			(void)vrrp_auth_set_word(to, method[i].word, strlen(method[i].word));
			to->password = method[i].key;
		}
	if (from->auth_key_id.given)
		to->key_id = (uint32_t)from->auth_key_id.value;
}

/* An enumerator where the script has its word. */
#define TAKE(target, type, word)                           \
	do {                                               \
		if ((word) != 0)                           \
			(target) = (enum type)((word)-1);  \
	} while (0)

static void set_behaviour(const struct scenario_behaviour *from, struct vrrp_config *to)
{
	TAKE(to->check_order, vrrp_check_order, from->check_order);
	TAKE(to->address_check, vrrp_address_check, from->address_check);
	TAKE(to->owner_receive, vrrp_owner_receive, from->owner_adverts);
	TAKE(to->interval_check, vrrp_interval_check, from->interval_check);
	TAKE(to->length_check, vrrp_length_check, from->length_check);
	TAKE(to->losing_advert, vrrp_losing_advert, from->losing_advert);
	TAKE(to->advert_timer_on_receive, vrrp_timer_policy, from->advert_timer);
	TAKE(to->down_timer_on_refused, vrrp_timer_policy, from->down_timer);
	TAKE(to->checksum_receive, vrrp_checksum_receive, from->checksum_accepted);
	if (from->static_mac.given) {
		to->static_mac = from->static_mac.value;
		to->advert_mac = to->announce_mac = to->reply_mac = VRRP_MAC_STATIC;
	}
	TAKE(to->advert_mac, vrrp_mac_policy, from->advert_mac);
	TAKE(to->announce_mac, vrrp_mac_policy, from->announce_mac);
	TAKE(to->reply_mac, vrrp_mac_policy, from->reply_mac);
	TAKE(to->log, vrrp_log_policy, from->log);
	if (from->startup_wait.given)
		to->startup_wait = from->startup_wait.value;
	if (from->takeover_slack.given)
		to->takeover_slack = from->takeover_slack.value;
	if (from->claim_delay.given)
		to->claim_delay = from->claim_delay.value;
	if (from->skew_unit.given)
		to->skew_unit = from->skew_unit.value;
	if (from->owner_waits.given)
		to->owner_waits = from->owner_waits.value;
	if (from->owners_settle.given)
		to->owners_settle = from->owners_settle.value;
	if (from->first_address.given)
		to->check_first_address = from->first_address.value;
	if (from->advert_jitter.given)
		to->advert_jitter = (uint32_t)from->advert_jitter.value * 10000;
	if (from->igmp_from_vmac.given)
		to->igmp_from_vmac = from->igmp_from_vmac.value;
	if (from->tos.given)
		to->ip.tos = (uint8_t)from->tos.value;
	if (from->dont_fragment.given)
		to->ip.dont_fragment = from->dont_fragment.value;
	if (from->id_counts.given)
		to->ip.id_counts = from->id_counts.value;
}

static void set_announce(const struct scenario_announce *from, struct vrrp_announce_config *to)
{
	if (from->operation != 0)
		to->operation = (enum arp_operation)from->operation;
	TAKE(to->target, vrrp_garp_target, from->target);
	if (from->count.given)
		to->count = (uint8_t)from->count.value;
	if (from->gap.given)
		to->gap = from->gap.value;
	if (from->repeat_count.given)
		to->repeat_count = (uint8_t)from->repeat_count.value;
	if (from->repeat_after.given)
		to->repeat_after = from->repeat_after.value;
	if (from->before_advert.given)
		to->before_advert = from->before_advert.value;
	if (from->cisco_copy.given)
		to->cisco_copy = from->cisco_copy.value;
}

/* What the script says of a virtual router, over the profile that is there already. */
static void set_identity(const struct scenario_vrrp *from, struct vrrp_config *to)
{
	to->interface = from->interface;
	to->vrid = (uint8_t)from->vrid;
	if (from->priority.given)
		to->priority = (uint8_t)from->priority.value;
	if (from->interval.given)
		to->interval = from->interval.value;
	if (from->preempt.given)
		to->preempt = from->preempt.value;
	if (from->preempt_delay.given)
		to->preempt_delay = from->preempt_delay.value;
	if (from->accept.given)
		set_accept(to, from->accept.value);
	set_auth(from, to);
}

static void set_habits(const struct scenario_vrrp *from, struct vrrp_config *to)
{
	set_checksum(to, from->checksum);
	set_behaviour(&from->behaviour, to);
	set_announce(&from->announce, &to->announce);
}

static struct vl_status set_options(const struct vendor *v, const struct scenario_vrrp *from,
				    struct vrrp_config *to)
{
	struct vl_status status = vl_status_ok();

	if (from->use_vmac.given && from->use_vmac.value)
		status = vendor_vrrp_option(v, "use_vmac", to);
	if (vl_ok(&status) && from->lower_prio_no_advert.given && from->lower_prio_no_advert.value)
		status = vendor_vrrp_option(v, "lower_prio_no_advert", to);
	for (size_t i = 0; vl_ok(&status) && i < from->options.count; i++)
		status = vendor_vrrp_option(v, from->options.item[i].text, to);
	return status;
}

struct vl_status build_vrrp(const struct scenario_node *n, const struct scenario_vrrp *from, struct vrrp_config *to)
{
	const struct vendor *v = vendor_find(n->profile != NULL ? n->profile : "rfc");

	if (v == NULL)
		return vl_refuse(VL_UNKNOWN, "there is no kind `%s'", n->profile);
	struct vl_status status = vendor_vrrp_defaults(v, from->version.given ? (uint8_t)from->version.value : 0,
						       from->family, to);
	if (!vl_ok(&status))
		return status;
	set_identity(from, to);
	status = set_options(v, from, to);
	if (!vl_ok(&status))
		return status;
	set_habits(from, to);
	to->announce.na_router = forwards(n);
	status = copy_addresses(&from->vip, to->address, VRRP_ADDRESSES, &to->address_count);
	if (vl_ok(&status))
		status = copy_addresses(&from->peers, to->peer, VRRP_PEERS, &to->peer_count);
	if (vl_ok(&status))
		status = add_tracks(from, to);
	return status;
}

static struct vl_status add_vrrp(const struct scenario_node *n, const struct scenario_vrrp *from,
				 struct node_config *box)
{
	struct node_vrrp_config *to = node_config_add_vrrp(box);

	if (to == NULL)
		return vl_refuse(VL_NO_MEMORY, "out of memory");
	to->sync_group = from->sync_group;
	return build_vrrp(n, from, &to->router);
}

static struct vl_status add_carp(const struct scenario_node *n, const struct scenario_carp *from, uint64_t seed,
				 struct node_config *box)
{
	const struct vendor *v = n->profile != NULL ? vendor_find(n->profile) : NULL;
	struct carp_config *to = node_config_add_carp(box);
	struct vl_status status = vl_status_ok();

	if (to == NULL)
		return vl_refuse(VL_NO_MEMORY, "out of memory");
	if (v != NULL)
		status = vendor_carp_defaults(v, to);
	else
		carp_config_init(to);
	if (!vl_ok(&status))
		return status;
	to->interface = from->interface;
	to->interface_id = from->interface;
	to->vhid = (uint8_t)from->vhid;
	to->family = (enum ip_family)from->vip.item[0].family;
	to->password = from->password;
	if (from->advbase.given)
		to->advbase = (uint8_t)from->advbase.value;
	if (from->advskew.given)
		to->advskew = (uint8_t)from->advskew.value;
	if (from->preempt.given)
		to->preempt = from->preempt.value;
	if (from->dead_ratio.given)
		to->dead_ratio = (uint8_t)from->dead_ratio.value;
	to->seed = draw(seed, "carp", n->name);
	to->announce.na_router = forwards(n);
	return copy_addresses(&from->vip, to->address, CARP_ADDRESSES, &to->address_count);
}

static struct vl_status set_ha(const struct scenario_ha *from, struct loadmaster_config *to)
{
	static const enum loadmaster_role role[] = {
		[HA_ROLE_FIRST] = LOADMASTER_FIRST,
		[HA_ROLE_SECOND] = LOADMASTER_SECOND,
	};
	static const enum loadmaster_preferred preferred[] = {
		[HA_PREFERRED_NONE] = LOADMASTER_PREFERRED_NONE,
		[HA_PREFERRED_FIRST] = LOADMASTER_PREFERRED_FIRST,
		[HA_PREFERRED_SECOND] = LOADMASTER_PREFERRED_SECOND,
	};

	if (!from->given)
		return vl_status_ok();
	to->id = (uint8_t)from->id;
	to->role = role[from->role];
	to->preferred = preferred[from->preferred];
	to->protocol = from->protocol == HA_VRRP ? LOADMASTER_VRRP : LOADMASTER_CARP;
	if (from->timeout.given)
		to->timeout = from->timeout.value;
	if (from->initial_wait.given)
		to->initial_wait = from->initial_wait.value;
	if (from->password != NULL)
		to->password = from->password;
	if (from->use_broadcast.given)
		to->use_broadcast = from->use_broadcast.value;
	if (from->virtual_mac.given)
		to->virtual_mac = from->virtual_mac.value;
	to->l4_connection_updates = from->l4_updates.given && from->l4_updates.value;
	to->l7_persistency_updates = from->l7_updates.given && from->l7_updates.value;
	if (from->update_threshold.given)
		to->update_threshold = (uint16_t)from->update_threshold.value;
	if (from->update_period.given)
		to->update_period = (uint16_t)from->update_period.value;
	if (from->update_refresh.given)
		to->update_refresh = from->update_refresh.value;
	if (from->update_backlog.given)
		to->update_backlog = (uint32_t)from->update_backlog.value;
	to->update_peer = from->update_peer;
	return copy_addresses(&from->shared, to->shared, LOADMASTER_SHARED, &to->shared_count);
}

static struct engine new_loadmaster(const struct scenario_node *n, uint64_t seed, struct frame_pool *pool,
				    struct node_config *box, struct vl_status *why)
{
	struct loadmaster_config c;
	struct build_services services;

	loadmaster_config_init(&c);
	c.seed = draw(seed, "loadmaster", n->name);
	*why = set_ha(&n->ha, &c);
	c.multicast_interface = n->ha.multicast_interface;
	if (!build_services(n, &services))
		*why = vl_refuse(VL_NO_MEMORY, "out of memory");
	c.service = services.service;
	c.service_count = services.count;
	if (n->connections.given)
		c.connections = (uint32_t)n->connections.value;
	if (n->persistence_entries.given)
		c.persistence_entries = (uint32_t)n->persistence_entries.value;
	if (vl_ok(why))
		*why = loadmaster_configure(&c, box);
	struct engine made = vl_ok(why) ? loadmaster_new(&c, box, pool, why) : (struct engine){0};
	build_services_free(&services);
	return made;
}

struct engine build_node(const struct scenario_node *n, uint64_t seed, struct frame_pool *pool,
			 struct node_config *box, struct vl_status *why)
{
	box->stack.seed = draw(seed, "stack", n->name);
	*why = add_interfaces(n, box);
	if (vl_ok(why))
		*why = host_configure(box, forwards(n) ? HOST_ROUTER : HOST_PLAIN, n->gateway.count,
				      n->gateway.item);
	if (vl_ok(why))
		*why = copy_addresses(&n->loopback, box->stack.loopback, STACK_LOOPBACK, &box->stack.loopback_count);
	box->stack.loopback_arp = n->loopback_arp;
	box->stack.unpacks = n->loopback.count > 0;
	for (size_t i = 0; i < n->vrrp_count && vl_ok(why); i++)
		*why = add_vrrp(n, &n->vrrp[i], box);
	for (size_t i = 0; i < n->carp_count && vl_ok(why); i++)
		*why = add_carp(n, &n->carp[i], seed, box);
	struct build_clusters clusters;
	if (vl_ok(why))
		*why = build_clusters_add(n, draw(seed, "cluster", n->name), box, &clusters);
	if (!vl_ok(why))
		return (struct engine){0};
	if (n->class == CLASS_LOADMASTER)
		return new_loadmaster(n, seed, pool, box, why);
	struct build_fhrp fhrp = {.hsrp = NULL};
	struct build_traffic traffic;
	*why = build_traffic(n, draw(seed, "traffic", n->name), &traffic);
	if (vl_ok(why))
		*why = build_fhrp(n, box, &fhrp);
	if (vl_ok(why))
		*why = build_traffic_add(n, &traffic, box);
	struct engine made = vl_ok(why) ? node_new(box, pool, why) : (struct engine){0};
	build_fhrp_free(&fhrp);
	build_traffic_free(&traffic);
	return made;
}

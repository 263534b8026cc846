// SPDX-License-Identifier: BSD-2-Clause
/* From what a script says of clusters to the parts of a box. */
#include "sim/scenario/build_clusters.h"

#include <stdio.h>

#include "sim/node/node_config.h"

/* What the script says, where it says it. */
static void take_time(vl_time *to, const struct maybe_time *from)
{
	if (from->given)
		*to = from->value;
}

static void take_byte(uint8_t *to, const struct maybe_number *from)
{
	if (from->given)
		*to = (uint8_t)from->value;
}

static void take_flag(bool *to, const struct maybe_flag *from)
{
	if (from->given)
		*to = from->value;
}

static struct node_part_config fgcp_of(const struct scenario_node *n, const struct node_config *box,
				       struct build_clusters *c)
{
	const struct scenario_fgcp *from = &n->fgcp;
	const uint8_t *mac = n->interface[0].mac.value.b;
	struct fgcp_config *to = &c->fgcp;

	fgcp_config_init(to);
	to->group = (uint16_t)from->group;
	to->group_name = from->group_name;
	to->password = from->password;
	snprintf(c->serial, sizeof c->serial, "FG%02X%02X%02X%02X%02X%02X", mac[0], mac[1], mac[2], mac[3], mac[4],
		 mac[5]);
	to->serial = from->serial != NULL ? from->serial : c->serial;
	to->heartbeat = from->heartbeat_on;
	to->monitored = from->monitored;
	take_byte(&to->priority, &from->priority);
	take_flag(&to->override, &from->override);
	take_flag(&to->transparent, &from->transparent);
	take_time(&to->hb_interval, &from->hb_interval);
	take_byte(&to->hb_lost_threshold, &from->hb_lost_threshold);
	take_time(&to->hello_holddown, &from->hello_holddown);
	take_time(&to->uptime_margin, &from->uptime_margin);
	take_byte(&to->arps, &from->arps);
	take_time(&to->arps_interval, &from->arps_interval);
	return fgcp_part(to, box);
}

static struct node_part_config clusterxl_of(const struct scenario_node *n, uint64_t seed, const struct node_config *box,
					    struct build_clusters *c)
{
	const struct scenario_clusterxl *from = &n->clusterxl;
	struct clusterxl_config *to = &c->clusterxl;

	clusterxl_config_init(to);
	to->magic = (uint8_t)from->magic;
	to->member = (uint8_t)from->member;
	to->mode = (enum clusterxl_mode)from->mode;
	to->seed = seed;
	for (size_t i = 0; i < from->vip.count && i < CLUSTERXL_ADDRESSES; i++) {
		to->vip[i].interface = (unsigned)node_config_interface_of(box, &from->vip.item[i]);
		to->vip[i].address = from->vip.item[i];
		to->vip_count = i + 1;
	}
	for (size_t i = 0; i < from->peers.count && i < CLUSTERXL_MEMBERS; i++)
		to->peer[to->peer_count++] = from->peers.item[i];
	take_flag(&to->switch_up, &from->switch_up);
	take_flag(&to->vmac, &from->vmac);
	if (from->virtual_mac.given)
		to->virtual_mac = from->virtual_mac.value;
	take_time(&to->state_interval, &from->state_interval);
	take_time(&to->dead_after, &from->dead_after);
	take_byte(&to->arps, &from->arps);
	return clusterxl_part(to);
}

static struct node_part_config nlb_of(const struct scenario_node *n, uint64_t seed, struct build_clusters *c)
{
	const struct scenario_nlb *from = &n->nlb;
	struct nlb_config *to = &c->nlb;

	nlb_config_init(to);
	to->interface = from->interface;
	to->host = (uint8_t)from->host;
	to->mode = (enum nlb_mode)from->mode;
	to->seed = seed;
	for (size_t i = 0; i < from->vip.count && i < NLB_ADDRESSES; i++)
		to->address[to->address_count++] = from->vip.item[i];
	to->rule.affinity = (enum nlb_affinity)from->affinity;
	to->rule.descriptors = (enum nlb_descriptors)from->descriptors;
	if (from->bins.given)
		to->rule.bins = (unsigned)from->bins.value;
	take_flag(&to->filter_icmp, &from->filter_icmp);
	take_flag(&to->drain, &from->drain);
	take_time(&to->period, &from->period);
	take_byte(&to->tolerance, &from->tolerance);
	return nlb_part(to);
}

struct vl_status build_clusters_add(const struct scenario_node *n, uint64_t seed, struct node_config *box,
				    struct build_clusters *c)
{
	struct node_part_config part[3];
	size_t count = 0;

	if (n->fgcp.given)
		part[count++] = fgcp_of(n, box, c);
	if (n->clusterxl.given)
		part[count++] = clusterxl_of(n, seed, box, c);
	if (n->nlb.given)
		part[count++] = nlb_of(n, seed, c);
	for (size_t i = 0; i < count; i++)
		if (!node_config_add_part(box, &part[i]))
			return vl_refuse(VL_FULL, "more than %d parts", NODE_PARTS);
	return vl_status_ok();
}

/* --- the oracle ----------------------------------------------------------------------------------------------- */

static bool tell(struct oracle *o, const struct scenario *s, world_node node, unsigned interface,
		 const struct oracle_router *what)
{
	const struct scenario_interface *i = &s->node[node].interface[interface];
	struct oracle_router r = *what;

	r.node = node;
	r.segment = i->on.index;
	r.interface = i->name;
	r.vlan = i->vlan.given ? (uint16_t)i->vlan.value : 0;
	return oracle_register(o, &r);
}

/* Addresses of the cluster on one interface, at most as many as there is room for. */
static size_t addresses_on(const struct scenario *s, const struct scenario_node *n, size_t interface, struct ip_addr *to,
			   size_t room)
{
	const struct scenario_segment *segment = &s->segment[n->interface[interface].on.index];
	size_t count = 0;

	for (size_t i = 0; i < n->clusterxl.vip.count && count < room; i++)
		if (segment->net.addr.family != IP_NONE && ip_in_prefix(&n->clusterxl.vip.item[i], &segment->net))
			to[count++] = n->clusterxl.vip.item[i];
	return count;
}

static bool register_fgcp(struct oracle *o, const struct scenario *s, world_node node)
{
	const struct scenario_node *n = &s->node[node];
	bool ok = true;

	for (unsigned i = 0; i < n->interface_count && ok; i++) {
		const struct scenario_prefixes *own = &n->interface[i].addresses;
		struct ip_addr address[STACK_ADDRESSES];
		for (size_t k = 0; k < own->count && k < STACK_ADDRESSES; k++)
			address[k] = own->item[k].addr;
		if (own->count > 0)
			ok = tell(o, s, node, i,
				  &(struct oracle_router){
					  .class = ORACLE_FGCP,
					  .id = (uint16_t)n->fgcp.group,
					  .mac_part = (uint8_t)i,
					  .interval = n->fgcp.arps_interval.given ? n->fgcp.arps_interval.value : 8 * VL_S,
					  .address = address,
					  .address_count = own->count,
				  });
	}
	return ok;
}

static bool register_clusterxl(struct oracle *o, const struct scenario *s, world_node node)
{
	const struct scenario_node *n = &s->node[node];
	const struct scenario_clusterxl *c = &n->clusterxl;
	bool ok = true;

	for (unsigned i = 0; i < n->interface_count && ok; i++) {
		struct ip_addr address[CLUSTERXL_ADDRESSES];
		size_t count = addresses_on(s, n, i, address, CLUSTERXL_ADDRESSES);
		if (count > 0)
			ok = tell(o, s, node, i,
				  &(struct oracle_router){
					  .class = ORACLE_CLUSTERXL,
					  .family = IP_V4,
					  .id = (uint16_t)c->magic,
					  .interval = c->state_interval.given ? c->state_interval.value : 100 * VL_MS,
					  .address = address,
					  .address_count = count,
					  .unicast = c->mode == CLUSTERXL_UNICAST,
				  });
	}
	return ok;
}

bool build_clusters_register(struct oracle *o, const struct scenario *s, world_node node)
{
	const struct scenario_node *n = &s->node[node];

	if (n->fgcp.given && !register_fgcp(o, s, node))
		return false;
	if (n->clusterxl.given && !register_clusterxl(o, s, node))
		return false;
	return !n->nlb.given || tell(o, s, node, n->nlb.interface,
				     &(struct oracle_router){
					     .class = ORACLE_NLB,
					     .family = IP_V4,
					     .id = (uint16_t)n->nlb.host,
					     .interval = n->nlb.period.given ? n->nlb.period.value : VL_S,
					     .address = n->nlb.vip.item,
					     .address_count = n->nlb.vip.count,
				     });
}

// SPDX-License-Identifier: BSD-2-Clause
/* Segments, nodes, links, oracle, in the order of the script. */
#include "sim/scenario/build.h"

#include <stdlib.h>

#include "sim/appliance/loadmaster.h"
#include "sim/node/node.h"
#include "sim/scenario/build_absent.h"
#include "sim/scenario/build_clusters.h"
#include "sim/scenario/build_fhrp.h"
#include "sim/scenario/build_node.h"

static struct vl_status no_memory(void)
{
	return vl_refuse(VL_NO_MEMORY, "out of memory");
}

static void add_segments(struct build *b, const struct scenario *s)
{
	for (size_t i = 0; i < s->segment_count; i++)
		world_add_segment(b->world, &(struct world_segment_config){
						    .name = s->segment[i].name,
						    .mac_aging = s->segment[i].aging.given
									 ? s->segment[i].aging.value
									 : 0,
						    .moves_limit = (unsigned)s->segment[i].learning.moves,
						    .moves_within = s->segment[i].learning.within,
						    .learning_off = s->segment[i].learning.off,
					    });
	/* A trunk has the name of the segment that says it. */
	for (size_t i = 0; i < s->segment_count; i++)
		if (s->segment[i].trunk.given)
			world_add_trunk(b->world,
					&(struct world_trunk_config){
						.name = s->segment[i].name,
						.from = (world_segment)i,
						.to = s->segment[i].trunk.to.index,
						.latency = s->segment[i].trunk.latency.value,
						.vlan = s->segment[i].trunk.vlans.item,
						.vlan_count = s->segment[i].trunk.vlans.count,
					});
}

/* Each port once: VLANs of one trunk share theirs, and its first interface says what the link is like. */
static void connect(struct build *b, const struct scenario *s, const struct build_plan *plan, world_node node)
{
	const struct scenario_node *n = &s->node[node];

	for (unsigned port = 0; port < n->port_count; port++) {
		size_t i = 0;
		while (n->interface[i].port != port)
			i++;
		const struct scenario_segment *segment = &s->segment[n->interface[i].on.index];
		struct world_link_config link = {.latency = plan->latency};
		if (n->interface[i].latency.given)
			link.latency = n->interface[i].latency.value;
		else if (segment->latency.given)
			link.latency = segment->latency.value;
		world_connect(b->world, node, port, n->interface[i].on.index, &link);
	}
}

static bool register_router(struct build *b, const struct scenario *s, world_node node, unsigned interface,
			    const struct oracle_router *what)
{
	const struct scenario_interface *i = &s->node[node].interface[interface];
	struct oracle_router r = *what;

	r.node = node;
	r.segment = i->on.index;
	r.interface = i->name;
	r.vlan = i->vlan.given ? (uint16_t)i->vlan.value : 0;
	return oracle_register(b->oracle, &r);
}

static bool register_hsrp(struct build *b, const struct scenario *s, world_node node, const struct scenario_hsrp *h)
{
	struct hsrp_group_config c;

	build_hsrp_group(h, &c);
	return register_router(b, s, node, c.interface,
			       &(struct oracle_router){
				       .class = c.version == 1 ? ORACLE_HSRP : ORACLE_HSRP2,
				       .family = c.family,
				       .id = c.group,
				       .interval = c.hello,
				       .address = c.address,
				       .address_count = c.address_count,
				       .virtual_mac = true,
			       });
}

static bool register_glbp(struct build *b, const struct scenario *s, world_node node, const struct scenario_glbp *g)
{
	struct glbp_group_config c;

	build_glbp_group(g, &c);
	return register_router(b, s, node, c.interface,
			       &(struct oracle_router){
				       .class = ORACLE_GLBP,
				       .family = IP_V4,
				       .id = c.group,
				       .interval = c.hello,
				       .address = &c.address,
				       .address_count = 1,
			       });
}

static bool register_routers(struct build *b, const struct scenario *s, world_node node,
			     const struct node_config *box)
{
	bool ok = true;

	for (size_t i = 0; i < s->node[node].hsrp_count && ok; i++)
		ok = register_hsrp(b, s, node, &s->node[node].hsrp[i]);
	for (size_t i = 0; i < s->node[node].glbp_count && ok; i++)
		ok = register_glbp(b, s, node, &s->node[node].glbp[i]);

	for (size_t i = 0; i < box->vrrp_count && ok; i++) {
		const struct vrrp_config *v = &box->vrrp[i].router;
		ok = register_router(b, s, node, v->interface,
				     &(struct oracle_router){
					     .class = ORACLE_VRRP,
					     .family = v->family,
					     .id = v->vrid,
					     .interval = v->interval,
					     .address = v->address,
					     .address_count = v->address_count,
					     .unicast = v->peer_count > 0,
					     .virtual_mac = v->advert_mac == VRRP_MAC_VIRTUAL,
				     });
	}
	for (size_t i = 0; i < box->carp_count && ok; i++) {
		const struct carp_config *c = &box->carp[i];
		ok = register_router(b, s, node, c->interface,
				     &(struct oracle_router){
					     .class = ORACLE_CARP,
					     .family = c->family,
					     .id = c->vhid,
					     .interval = c->advbase * VL_S + c->advskew * VL_S / 256,
					     .address = c->address,
					     .address_count = c->address_count,
				     });
	}
	return ok;
}

static struct vl_status add_node(struct build *b, const struct scenario *s, const struct build_plan *plan,
				 world_node node, uint64_t seed)
{
	const struct scenario_node *n = &s->node[node];
	struct node_config box;
	struct vl_status status;

	if (plan->absent != NULL && plan->absent[node]) {
		world_add_node(b->world, n->name, build_absent(), n->port_count);
		return vl_status_ok();
	}
	node_config_init(&box);
	b->node[node] = build_node(n, seed, b->pool, &box, &status);
	if (b->node[node].ops == NULL) {
		struct vl_status why = vl_refuse(status.code, "%s: %s", n->name, status.reason);
		node_config_fini(&box);
		return why;
	}
	world_add_node(b->world, n->name, b->node[node], n->port_count);
	connect(b, s, plan, node);
	bool ok = register_routers(b, s, node, &box) && build_clusters_register(b->oracle, s, node);
	node_config_fini(&box);
	return ok ? vl_status_ok() : no_memory();
}

struct vl_status build_world(struct build *b, const struct scenario *s, uint64_t seed,
			     const struct world_listener *listener)
{
	return build_planned(b, s, seed, &(struct build_plan){.latency = WORLD_LINK_LATENCY}, listener);
}

struct vl_status build_planned(struct build *b, const struct scenario *s, uint64_t seed, const struct build_plan *plan,
			       const struct world_listener *listener)
{
	struct vl_status status = vl_status_ok();

	*b = (struct build){.pool = frame_pool_new(), .node = calloc(s->node_count + 1, sizeof *b->node)};
	b->world = b->pool != NULL ? world_new(seed, b->pool, listener) : NULL;
	b->oracle = b->world != NULL ? oracle_new(b->world) : NULL;
	if (b->oracle == NULL || b->node == NULL)
		status = no_memory();
	else
		add_segments(b, s);
	for (world_node n = 0; n < s->node_count && vl_ok(&status); n++)
		status = add_node(b, s, plan, n, seed);
	if (vl_ok(&status) && !world_complete(b->world))
		status = no_memory();
	if (!vl_ok(&status))
		build_free(b);
	return status;
}

const struct engine *build_box(const struct build *b, const struct scenario *s, size_t node)
{
	return s->node[node].class == CLASS_LOADMASTER ? loadmaster_node(&b->node[node]) : &b->node[node];
}

size_t build_free(struct build *b)
{
	size_t held = 0;

	oracle_free(b->oracle);
	world_free(b->world);
	if (b->pool != NULL) {
		held = frame_pool_held(b->pool);
		frame_pool_free(b->pool);
	}
	free(b->node);
	*b = (struct build){0};
	return held;
}

uint64_t build_outbox_drops(const struct build *b, const struct scenario *s)
{
	uint64_t drops = 0;

	for (size_t i = 0; i < s->node_count; i++) {
		if (b->node[i].ops == NULL)
			continue;
		drops += node_outbox_dropped(build_box(b, s, i));
	}
	return drops;
}

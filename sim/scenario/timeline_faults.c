// SPDX-License-Identifier: BSD-2-Clause
/* The verbs that trouble links, clocks and switches. */
#include "sim/scenario/timeline_steps.h"
#include "sim/wire/packet.h"

static enum world_direction direction_of(enum scenario_direction d)
{
	return d == DIRECTION_OUT ? WORLD_OUT : d == DIRECTION_IN ? WORLD_IN : WORLD_BOTH;
}

/* --- links ---------------------------------------------------------------------------------------------- */

static void trouble_link(struct world *w, enum scenario_verb verb, const struct scenario_trouble *s, world_node n,
			 unsigned port)
{
	enum world_direction d = direction_of(s->direction);

	if (verb == STEP_BURST)
		world_link_burst(w, n, port, d,
				 &(struct world_burst){
					 .begin_ppm = s->chance_ppm,
					 .frames = s->frames.value,
					 .end_ppm = s->end_ppm,
					 .loss_ppm = s->loss_ppm,
					 .good_loss_ppm = s->good_loss_ppm,
				 });
	else if (verb == STEP_DUPLICATE)
		world_link_duplicate(w, n, port, d, s->chance_ppm);
	else if (verb == STEP_REORDER)
		world_link_reorder(w, n, port, d, s->chance_ppm, s->by);
	else if (verb == STEP_CORRUPT)
		world_link_corrupt(w, n, port, d, s->chance_ppm, (unsigned)s->bits);
	else if (verb == STEP_DELAY)
		world_link_delay(w, n, port, d, s->by, s->jitter);
	else if (verb == STEP_BANDWIDTH)
		world_link_rate(w, n, port, d,
				&(struct world_rate){
					.bits_per_second = s->rate,
					.queue_frames = s->queue,
					.queue_bytes = s->queue_bytes.value,
				});
	else
		world_link_flap(w, n, port, s->down, s->up, s->count);
}

void timeline_trouble(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_trouble *s = &step->trouble;
	unsigned port, last;

	for (timeline_ports(t, &s->port, &port, &last); port < last; port++)
		trouble_link(t->world, step->verb, s, s->port.node.index, port);
}

/* --- nodes ---------------------------------------------------------------------------------------------- */

void timeline_drift(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_drift *d = &step->drift;

	world_clock(t->world, d->node.index, d->fast.given ? (int32_t)d->fast.value : -(int32_t)d->slow.value);
}

void timeline_slow(struct timeline *t, const struct scenario_step *step)
{
	world_slow(t->world, step->slow.node.index, step->slow.frame, step->slow.queue);
}

void timeline_move(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_move *m = &step->move;
	const struct scenario_interface *i = &t->scenario->node[m->port.node.index].interface[m->port.interface];

	world_move(t->world, m->port.node.index, i->port, m->to.index);
}

/* Writes the advertisement; its length, or 0 when it does not fit. */
static size_t write_advert(const struct scenario_flood *f, const struct scenario_interface *i, uint8_t *bytes,
			   size_t room)
{
	bool v6 = f->vip.family == IP_V6;
	struct packet_envelope e = {
		.src_mac = i->mac.value,
		.dst_mac = mac_of_group(v6 ? &VRRP_GROUP_V6 : &VRRP_GROUP_V4),
		.vlan_count = i->vlan.given ? 1 : 0,
		.src = f->source,
		.dst = v6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4,
		.ttl = 255,
		.protocol = IP_PROTOCOL_VRRP,
	};
	const struct vrrp_message m = {
		.version = (uint8_t)f->version,
		.type = 1,
		.vrid = (uint8_t)f->vrid,
		.priority = (uint8_t)f->priority,
		.address_count = 1,
		.family = (enum ip_family)f->vip.family,
		.interval_s = 1,
		.interval_cs = 100,
		.has_auth_data = true,
		.addresses = f->vip.b,
	};
	struct wr out = wr_of(bytes, room);

	if (i->vlan.given)
		e.vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = (uint16_t)i->vlan.value};
	packet_begin(&out, &e);
	vrrp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	return out.bad ? 0 : wr_length(&out);
}

void timeline_flood(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_flood *f = &step->flood;
	const struct scenario_interface *i = &t->scenario->node[f->port.node.index].interface[f->port.interface];
	uint8_t bytes[128];

	world_inject(t->world, f->port.node.index, i->port, bytes, write_advert(f, i, bytes, sizeof bytes), f->every,
		     f->count);
}

/* --- switches ------------------------------------------------------------------------------------------- */

void timeline_leak(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_leak *l = &step->leak;

	world_vlan_leak(t->world, l->on.index, (uint16_t)l->from, (uint16_t)l->to, !l->ends);
}

world_trunk timeline_trunk_of(const struct timeline *t, world_segment segment)
{
	world_trunk trunk = 0;

	for (world_segment i = 0; i < segment; i++)
		trunk += t->scenario->segment[i].trunk.given;
	return trunk;
}

void timeline_trunk(struct timeline *t, const struct scenario_step *step)
{
	for (size_t i = 0; i < step->trunk.count; i++) {
		const struct scenario_trunk_change *c = &step->trunk.item[i];
		world_trunk trunk = timeline_trunk_of(t, c->segment.index);
		enum world_direction cut = (enum world_direction)(WORLD_BOTH & ~(unsigned)c->passes);

		world_trunk_cut(t->world, trunk, WORLD_BOTH & ~cut, false);
		world_trunk_cut(t->world, trunk, cut, true);
	}
}

// SPDX-License-Identifier: BSD-2-Clause
/* What leaves the router, and what it asks the stack to own. RFC 9568 7.2, 8.1.2, 8.2.2. */
#include <assert.h>

#include "sim/vrrp/parts.h"
#include "sim/vrrp/vrrp_auth.h"

static const struct mac CISCO_COPY = {{0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xcd}};

static struct mac mac_by(const struct vrrp_router *r, enum vrrp_mac_policy policy)
{
	return policy == VRRP_MAC_PHYSICAL ? stack_interface(r->stack, r->config.interface)->mac
					   : vrrp_router_mac(r);
}

/* --- advertisements ------------------------------------------------------------------------------------ */

static void fill_envelope(struct vrrp_router *r, const struct ip_addr *src, struct packet_envelope *e)
{
	const struct vrrp_config *c = &r->config;

	stack_envelope(r->stack, c->interface, e);
	e->src = *src;
	e->dst = c->family == IP_V6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
	e->ttl = 255;
	e->tos = c->ip.tos;
	e->id = c->ip.id_counts ? ++r->ip_id : 0;
	e->dont_fragment = c->ip.dont_fragment;
	e->protocol = IP_PROTOCOL_VRRP;
	e->src_mac = mac_by(r, c->advert_mac);
	e->dst_mac = mac_of_group(&e->dst);
}

static void write_advert(const struct vrrp_config *c, uint8_t priority, const struct packet_envelope *e,
			 struct wr *out)
{
	uint8_t list[VRRP_ADDRESSES * 16], trailer[VRRP_MD5_TRAILER];
	struct wr addresses = wr_of(list, sizeof list);

	for (size_t i = 0; i < c->address_count; i++)
		wr_ip(&addresses, &c->address[i]);
	struct vrrp_message m = {
		.version = c->version,
		.type = VRRP_ADVERTISEMENT,
		.vrid = c->vrid,
		.priority = priority,
		.address_count = (uint8_t)c->address_count,
		.family = c->family,
		.checksum_form = c->checksum_send,
		.addresses = list,
	};
	if (c->version == 2)
		m.interval_s = (uint8_t)(c->interval / VL_S);
	else
		m.interval_cs = (uint16_t)(c->interval / VL_CS);
	vrrp_auth_seal(c, &m, &e->src, &e->dst, trailer);
	vrrp_encode(&m, &e->src, &e->dst, out);
}

void vrrp_send_advert(struct vrrp_router *r, uint8_t priority)
{
	struct ip_addr src = vrrp_source(r);
	struct packet_envelope e;

	if (src.family == IP_NONE || !stack_interface_up(r->stack, r->config.interface))
		return;
	struct frame *f = stack_frame(r->stack);
	if (f == NULL)
		return;
	fill_envelope(r, &src, &e);
	struct wr out = wr_of(f->data, f->capacity);
	packet_begin(&out, &e);
	write_advert(&r->config, priority, &e, &out);
	packet_end(&out, &e);
	assert(!out.bad);       /* 32 addresses fit into any frame */
	f->length = (uint32_t)wr_length(&out);
	stack_transmit(r->stack, r->config.interface, f);
	r->sent++;
}

/* --- ownership ----------------------------------------------------------------------------------------- */

/* The address owner's interface has the address itself, and uses it only while Active. */
static bool is_own_configured(const struct vrrp_router *r, const struct ip_addr *address)
{
	return vrrp_is_owner(r) && stack_has_address(r->stack, r->config.interface, address);
}

void vrrp_own(struct vrrp_router *r, vl_time now)
{
	const struct vrrp_config *c = &r->config;

	for (size_t i = 0; i < c->address_count; i++) {
		struct stack_claim claim = {
			.interface = c->interface,
			.address = c->address[i],
			.mac = mac_by(r, c->reply_mac),
			/* 6.4.3: to the owner, or with Accept_Mode, which version 2 does not have */
			.accept = vrrp_is_owner(r) || c->accept_always || (c->version == 3 && c->accept_mode),
			.router = c->announce.na_router,
		};
		if (!stack_claim(r->stack, &claim))
			vrrp_report_note(r, VRRP_NOTE_NO_ROOM, NULL, now);
		if (is_own_configured(r, &c->address[i]))
			stack_enable_address(r->stack, c->interface, &c->address[i], true);
	}
}

void vrrp_disown(struct vrrp_router *r)
{
	const struct vrrp_config *c = &r->config;

	for (size_t i = 0; i < c->address_count; i++) {
		stack_release(r->stack, c->interface, &c->address[i]);
		if (is_own_configured(r, &c->address[i]))
			stack_enable_address(r->stack, c->interface, &c->address[i], false);
	}
}

/* --- announcements ------------------------------------------------------------------------------------- */

static void announce(struct vrrp_router *r, const struct ip_addr *address, struct mac to, vl_time now)
{
	const struct vrrp_announce_config *c = &r->config.announce;
	struct stack_announcement a = {
		.interface = r->config.interface,
		.address = *address,
		.mac = mac_by(r, r->config.announce_mac),
		.operation = c->operation == ARP_REPLY ? ARP_REPLY : ARP_REQUEST,
		.ethernet_dst = to,
		.router = c->na_router,
	};

	if (c->target == VRRP_GARP_TARGET_BROADCAST)
		a.target_mac = MAC_BROADCAST;
	else if (c->target == VRRP_GARP_TARGET_DESTINATION)
		a.target_mac = to;
	stack_announce(r->stack, &a, now);
}

void vrrp_announce_round(struct vrrp_router *r, vl_time now)
{
	const struct vrrp_config *c = &r->config;

	for (size_t i = 0; i < c->address_count; i++) {
		announce(r, &c->address[i], MAC_BROADCAST, now);
		if (c->announce.cisco_copy && c->family == IP_V4)
			announce(r, &c->address[i], CISCO_COPY, now);
	}
}

/* Sends what is due of `rounds_left`: all of it without a gap, otherwise one round. */
static void go_on(struct vrrp_router *r, vl_time now)
{
	vl_time gap = r->config.announce.gap;

	r->timers.announce_at = VL_NEVER;
	while (r->rounds_left > 0) {
		vrrp_announce_round(r, now);
		r->rounds_left--;
		if (gap != 0 && r->rounds_left > 0) {
			r->timers.announce_at = vl_time_after(now, gap);
			return;
		}
	}
}

void vrrp_send_first(struct vrrp_router *r, vl_time now)
{
	const struct vrrp_announce_config *a = &r->config.announce;

	r->rounds_left = a->count;
	if (a->before_advert)
		go_on(r, now);
	vrrp_send_advert(r, vrrp_router_priority(r));
	vrrp_timers_advertised(&r->timers, r->config.interval, now);
	if (!a->before_advert)
		go_on(r, now);
	if (a->repeat_count > 0)
		r->timers.repeat_at = vl_time_after(now, a->repeat_after);
}

void vrrp_announce_timeout(struct vrrp_router *r, vl_time now)
{
	if (r->timers.announce_at <= now)
		go_on(r, now);
	if (r->timers.repeat_at <= now) {
		r->timers.repeat_at = VL_NEVER;
		r->rounds_left = r->config.announce.repeat_count;
		go_on(r, now);
	}
}

// SPDX-License-Identifier: BSD-2-Clause
/* What leaves the router, and what it asks the stack to own. RFC 9568 7.2, 8.1.2, 8.2.2. */
#include <assert.h>
#include <string.h>

#include "sim/vrrp/parts.h"
#include "sim/vrrp/vrrp_auth.h"
#include "sim/wire/igmp.h"

#define VRRP_IGMP_REPORTS 2             /* of each, as measured */

static const struct mac CISCO_COPY = {{0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xcd}};

static struct mac mac_by(const struct vrrp_router *r, enum vrrp_mac_policy policy)
{
	switch (policy) {
	case VRRP_MAC_VIRTUAL:
		break;
	case VRRP_MAC_PHYSICAL:
		return stack_interface(r->stack, r->config.interface)->mac;
	case VRRP_MAC_STATIC:
		return r->config.static_mac;
	}
	return vrrp_router_mac(r);
}

/* --- advertisements ------------------------------------------------------------------------------------ */

#define PAYLOAD (VRRP_AH_HEADER + 8 + VRRP_ADDRESSES * 16 + VRRP_V2_AUTH_LENGTH + VRRP_AUTH_TRAILER)

static void fill_envelope(struct vrrp_router *r, const struct ip_addr *src, const struct ip_addr *dst,
			  struct packet_envelope *e)
{
	const struct vrrp_config *c = &r->config;

	stack_envelope(r->stack, c->interface, e);
	e->src = *src;
	e->dst = *dst;
	e->ttl = 255;
	e->tos = c->ip.tos;
	e->id = c->ip.id_counts ? ++r->ip_id : 0;
	e->dont_fragment = c->ip.dont_fragment;
	e->protocol = c->auth_type == VRRP_AUTH_AH ? IP_PROTOCOL_AH : IP_PROTOCOL_VRRP;
	e->src_mac = mac_by(r, c->advert_mac);
}

static void write_message(const struct vrrp_router *r, uint8_t priority, const struct packet_envelope *e,
			  struct wr *out)
{
	const struct vrrp_config *c = &r->config;
	size_t start = wr_length(out);
	uint8_t list[VRRP_ADDRESSES * 16], trailer[VRRP_AUTH_TRAILER];
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
	if (c->auth_hmac)
		vrrp_hmac_append(c, &r->auth, &e->src, &e->dst, out, start);
}

/* The IP payload: the message, inside AH where that is configured. */
static size_t write_payload(struct vrrp_router *r, uint8_t priority, const struct packet_envelope *e,
			    uint8_t payload[PAYLOAD])
{
	bool ah = r->config.auth_type == VRRP_AUTH_AH;
	struct wr out = wr_of(payload, PAYLOAD);

	if (ah)
		wr_zero(&out, VRRP_AH_HEADER);
	write_message(r, priority, e, &out);
	assert(!out.bad);
	if (ah)
		vrrp_ah_seal(&r->config, &r->auth,
			     &(struct ipv4_header){.id = e->id, .ttl = e->ttl, .src = e->src, .dst = e->dst},
			     payload, wr_length(&out));
	return wr_length(&out);
}

static void send_to_group(struct vrrp_router *r, const struct packet_envelope *e, const uint8_t *payload,
			  size_t length)
{
	struct frame *f = stack_frame(r->stack);

	if (f == NULL)
		return;
	struct wr out = wr_of(f->data, f->capacity);
	packet_begin(&out, e);
	wr_bytes(&out, payload, length);
	packet_end(&out, e);
	assert(!out.bad);       /* 32 addresses fit into any frame */
	f->length = (uint32_t)wr_length(&out);
	stack_transmit(r->stack, r->config.interface, f);
}

static void send_to(struct vrrp_router *r, uint8_t priority, const struct ip_addr *src,
		    const struct ip_addr *dst, vl_time now)
{
	uint8_t payload[PAYLOAD];
	struct packet_envelope e;

	fill_envelope(r, src, dst, &e);
	size_t length = write_payload(r, priority, &e, payload);
	if (ip_is_multicast(dst)) {
		e.dst_mac = mac_of_group(dst);
		send_to_group(r, &e, payload, length);
	} else {
		(void)stack_send(r->stack, &e, payload, length, now);
	}
}

size_t vrrp_router_goodbye(const struct vrrp_router *r, const struct packet *advert, uint8_t *out, size_t room)
{
	struct vrrp_router next = *r;   /* whose numbers may go on */
	struct ip_addr src = vrrp_source(r);
	struct wr w = wr_of(out, room);
	struct packet_envelope e;
	uint8_t payload[PAYLOAD];

	if (advert->transport != TRANSPORT_VRRP || advert->vrrp.vrid != r->config.vrid || !ip_equal(&src, &advert->src))
		return 0;
	fill_envelope(&next, &advert->src, &advert->dst, &e);
	e.dst_mac = advert->ethernet.dst;
	e.vlan_count = advert->ethernet.vlan_count;
	memcpy(e.vlan, advert->ethernet.vlan, sizeof e.vlan);
	next.auth.hmac_sequence++;
	size_t length = write_payload(&next, 0, &e, payload);
	packet_begin(&w, &e);
	wr_bytes(&w, payload, length);
	packet_end(&w, &e);
	return w.bad ? 0 : wr_length(&w);
}

void vrrp_send_advert(struct vrrp_router *r, uint8_t priority, vl_time now)
{
	const struct vrrp_config *c = &r->config;
	struct ip_addr src = vrrp_source(r);

	if (src.family == IP_NONE || !stack_interface_up(r->stack, c->interface))
		return;
	vrrp_auth_begin(c, &r->auth, now);
	for (size_t i = 0; i < c->peer_count; i++)
		send_to(r, priority, &src, &c->peer[i], now);
	if (c->peer_count == 0)
		send_to(r, priority, &src, c->family == IP_V6 ? &VRRP_GROUP_V6 : &VRRP_GROUP_V4, now);
	r->sent++;
}

vl_time vrrp_next_interval(struct vrrp_router *r)
{
	const struct vrrp_config *c = &r->config;
	vl_time most = c->interval / 1000000 * c->advert_jitter;

	return most == 0 ? c->interval : c->interval - prng_below(&r->dice, most + 1);
}

void vrrp_send_membership(struct vrrp_router *r, bool joined)
{
	const struct vrrp_config *c = &r->config;
	struct ip_addr src = vrrp_source(r);
	struct packet_envelope e;

	if (!c->igmp_from_vmac || c->family != IP_V4 || src.family == IP_NONE)
		return;
	stack_envelope(r->stack, c->interface, &e);
	for (int i = 0; i < VRRP_IGMP_REPORTS; i++) {
		struct frame *f = stack_frame(r->stack);
		if (f == NULL)
			return;
		struct wr out = wr_of(f->data, f->capacity);
		struct ethernet_header h = {
			.dst = mac_of_group(&IGMP_V3_ROUTERS),
			.src = vrrp_router_mac(r),
			.vlan_count = e.vlan_count,
			.type = ETHERTYPE_IPV4,
		};
		h.vlan[0] = e.vlan[0];
		ethernet_encode(&h, &out);
		igmp_v3_report_encode(joined ? IGMP_CHANGE_TO_EXCLUDE : IGMP_CHANGE_TO_INCLUDE, &src,
				      &VRRP_GROUP_V4, &out);
		assert(!out.bad);
		f->length = (uint32_t)wr_length(&out);
		stack_transmit(r->stack, c->interface, f);
	}
}

/* --- ownership ----------------------------------------------------------------------------------------- */

/* The interface has the address itself, as an owner's does, and uses it only while Active: whatever the priority is
 * set to meanwhile, a Backup answers for no virtual address. */
static bool is_own_configured(const struct vrrp_router *r, const struct ip_addr *address)
{
	return stack_has_address(r->stack, r->config.interface, address);
}

static void claim(struct vrrp_router *r, vl_time now)
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

void vrrp_own(struct vrrp_router *r, vl_time now)
{
	r->unclaimed = r->config.claim_delay != 0;
	if (!r->unclaimed)
		claim(r, now);
}

void vrrp_disown(struct vrrp_router *r)
{
	const struct vrrp_config *c = &r->config;

	r->unclaimed = false;
	for (size_t i = 0; i < c->address_count; i++) {
		stack_release(r->stack, c->interface, &c->address[i]);
		if (is_own_configured(r, &c->address[i]))
			stack_enable_address(r->stack, c->interface, &c->address[i], false);
	}
}

/* --- announcements ------------------------------------------------------------------------------------- */

static void announce_address(struct vrrp_router *r, const struct ip_addr *address, struct mac to, vl_time now)
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

static void announce_round(struct vrrp_router *r, vl_time now)
{
	const struct vrrp_config *c = &r->config;

	for (size_t i = 0; i < c->address_count; i++) {
		announce_address(r, &c->address[i], MAC_BROADCAST, now);
		if (c->announce.cisco_copy && c->family == IP_V4)
			announce_address(r, &c->address[i], CISCO_COPY, now);
	}
}

/* Sends what is due of `rounds_left`: all of it without a gap, otherwise one round. */
static void go_on(struct vrrp_router *r, vl_time now)
{
	vl_time gap = r->config.announce.gap;

	r->timers.announce_at = VL_NEVER;
	if (r->unclaimed) {
		r->unclaimed = false;
		claim(r, now);
	}
	while (r->rounds_left > 0) {
		announce_round(r, now);
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
	vrrp_send_advert(r, vrrp_router_priority(r), now);
	vrrp_timers_advertised(&r->timers, vl_time_after(vrrp_next_interval(r), r->config.takeover_slack), now);
	r->busy_until = vl_time_after(now, r->config.takeover_slack);
	if (r->unclaimed)
		r->timers.announce_at = vl_time_after(now, r->config.claim_delay);
	else if (!a->before_advert)
		go_on(r, now);
	if (a->repeat_count > 0)
		vrrp_timers_announced(&r->timers, a->repeat_after, now);
}

/* Behind the rounds that are under way. */
static void begin_burst(struct vrrp_router *r, uint8_t count, vl_time now)
{
	unsigned rounds = (unsigned)r->rounds_left + count;

	r->rounds_left = rounds > UINT8_MAX ? UINT8_MAX : (uint8_t)rounds;
	if (r->timers.announce_at == VL_NEVER)
		go_on(r, now);
}

void vrrp_announce(struct vrrp_router *r, vl_time now)
{
	const struct vrrp_announce_config *a = &r->config.announce;

	begin_burst(r, a->count, now);
	if (a->repeat_count > 0)
		vrrp_timers_announced(&r->timers, a->repeat_after, now);
}

void vrrp_announce_timeout(struct vrrp_router *r, vl_time now)
{
	if (r->timers.announce_at <= now)
		go_on(r, now);
	if (r->timers.repeat_at[0] <= now) {
		vrrp_timers_repeated(&r->timers);
		begin_burst(r, r->config.announce.repeat_count, now);
	}
}

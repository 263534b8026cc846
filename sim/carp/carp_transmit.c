// SPDX-License-Identifier: BSD-2-Clause
/* What leaves the host, and what it asks the stack to own. */
#include <assert.h>

#include "sim/carp/parts.h"

static struct mac mac_by(const struct carp_host *h, enum carp_mac policy)
{
	const struct carp_config *c = &h->config;

	switch (policy) {
	case CARP_MAC_PHYSICAL:
		break;
	case CARP_MAC_UCARP:
		return (struct mac){{0x00, 0x00, 0x5e, 0x00, 0x00, c->vhid}};
	case CARP_MAC_BSD:
		return (struct mac){{0x00, 0x00, 0x5e, 0x00, 0x01, c->vhid}};
	case CARP_MAC_KEMP:
		return (struct mac){{0x00, 0x00, 0x5e, 0x00, (uint8_t)(1 + 2 * c->interface_id), c->vhid}};
	}
	return stack_interface(h->stack, c->interface)->mac;
}

struct mac carp_host_mac(const struct carp_host *h)
{
	return mac_by(h, h->config.advert_mac);
}

static void fill_envelope(struct carp_host *h, const struct ip_addr *src, struct packet_envelope *e)
{
	const struct carp_config *c = &h->config;

	stack_envelope(h->stack, c->interface, e);
	e->src = *src;
	e->dst = c->broadcast ? ip4(255, 255, 255, 255) : c->family == IP_V6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
	e->ttl = 255;
	e->tos = c->ip.tos;
	e->id = c->ip.id_random ? (uint16_t)prng_below(&h->ids, 65536) : 0;
	e->dont_fragment = c->ip.dont_fragment;
	e->protocol = IP_PROTOCOL_VRRP;
	e->src_mac = carp_host_mac(h);
	e->dst_mac = c->broadcast ? MAC_BROADCAST : mac_of_group(&e->dst);
}

void carp_send_advert(struct carp_host *h, uint8_t advbase, uint8_t advskew)
{
	const struct carp_config *c = &h->config;
	struct ip_addr src = carp_source(h);
	struct packet_envelope e;
	struct carp_message m = {
		.vhid = c->vhid,
		.advskew = advskew,
		.demotion = c->demotion,
		.advbase = advbase,
		.counter = h->counter,
	};

	if (src.family == IP_NONE || !stack_interface_up(h->stack, c->interface))
		return;
	struct frame *f = stack_frame(h->stack);
	if (f == NULL)
		return;
	fill_envelope(h, &src, &e);
	carp_digest(m.digest, &m, h->password, c->address, c->address_count);
	struct wr out = wr_of(f->data, f->capacity);
	packet_begin(&out, &e);
	carp_encode(&m, &out);
	packet_end(&out, &e);
	assert(!out.bad);
	f->length = (uint32_t)wr_length(&out);
	stack_transmit(h->stack, c->interface, f);
	h->sent++;
	if (c->counter_policy == CARP_COUNTER_COUNTS)
		h->counter++;
}

void carp_own(struct carp_host *h)
{
	const struct carp_config *c = &h->config;

	for (size_t i = 0; i < c->address_count; i++) {
		struct stack_claim claim = {
			.interface = c->interface,
			.address = c->address[i],
			.mac = mac_by(h, c->reply_mac),
			.accept = true,         /* the address is configured on the master */
			.router = c->announce.na_router,
		};
		(void)stack_claim(h->stack, &claim);    /* the node makes the table large enough */
	}
}

void carp_disown(struct carp_host *h)
{
	const struct carp_config *c = &h->config;

	for (size_t i = 0; i < c->address_count; i++)
		stack_release(h->stack, c->interface, &c->address[i]);
}

static void announce(struct carp_host *h, const struct ip_addr *address, vl_time now)
{
	const struct carp_announce_config *c = &h->config.announce;
	struct stack_announcement a = {
		.interface = h->config.interface,
		.address = *address,
		.mac = mac_by(h, h->config.announce_mac),
		.operation = c->operation == ARP_REPLY ? ARP_REPLY : ARP_REQUEST,
		.router = c->na_router,
	};

	switch (c->target) {
	case CARP_GARP_TARGET_SENDER:
		a.target_mac = a.mac;
		break;
	case CARP_GARP_TARGET_ZERO:
		break;
	case CARP_GARP_TARGET_BROADCAST:
		a.target_mac = MAC_BROADCAST;
		break;
	}
	stack_announce(h->stack, &a, now);
}

void carp_announce(struct carp_host *h, unsigned rounds, vl_time now)
{
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = 0; i < h->config.address_count; i++)
			announce(h, &h->config.address[i], now);
}

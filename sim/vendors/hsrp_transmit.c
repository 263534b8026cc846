// SPDX-License-Identifier: BSD-2-Clause
/* What leaves the router, and what it asks the stack to own. */
#include <assert.h>
#include <string.h>

#include "sim/vendors/hsrp_auth.h"
#include "sim/vendors/hsrp_state.h"

#define CISCO_GROUP ((struct mac){{0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xcd}})

/* --- messages ------------------------------------------------------------------------------------------ */

static struct ip_addr group_address(enum ip_family family, uint8_t version)
{
	return family == IP_V6 ? HSRP_GROUP_V6 : version == 1 ? HSRP_GROUP_V1 : HSRP_GROUP_V2;
}

static void transmit(struct stack *stack, unsigned interface, enum ip_family family, uint8_t version,
		     const struct mac *virtual_mac, const uint8_t *datagram, size_t length)
{
	uint16_t port = family == IP_V6 ? HSRP_PORT_V6 : HSRP_PORT;
	struct packet_envelope e;
	struct udp_header h = {.src_port = port, .dst_port = port};

	stack_envelope(stack, interface, &e);
	e.src = stack_primary(stack, interface, family);
	if (e.src.family == IP_NONE || !stack_interface_up(stack, interface))
		return;
	struct frame *f = stack_frame(stack);
	if (f == NULL)
		return;
	e.dst = group_address(family, version);
	e.dst_mac = mac_of_group(&e.dst);
	e.ttl = family == IP_V6 ? 255 : 1;
	e.tos = family == IP_V6 ? 0xe0 : 0xc0;
	e.protocol = IP_PROTOCOL_UDP;
	if (virtual_mac != NULL)
		e.src_mac = *virtual_mac;
	struct wr out = wr_of(f->data, f->capacity);
	packet_begin(&out, &e);
	udp_encode(&h, &e.src, &e.dst, datagram, length, &out);
	packet_end(&out, &e);
	assert(!out.bad);
	f->length = (uint32_t)wr_length(&out);
	stack_transmit(stack, interface, f);
}

static enum hsrp_state wire_state(enum hsrp_group_state s)
{
	static const enum hsrp_state table[] = {
		[HSRP_GROUP_INITIAL] = HSRP_INIT,       [HSRP_GROUP_LEARN] = HSRP_LEARN,
		[HSRP_GROUP_LISTEN] = HSRP_LISTEN,      [HSRP_GROUP_SPEAK] = HSRP_SPEAK,
		[HSRP_GROUP_STANDBY] = HSRP_STANDBY,    [HSRP_GROUP_ACTIVE] = HSRP_ACTIVE,
	};

	return table[s];
}

static void fill_auth(const struct hsrp_group *g, struct hsrp_message *m)
{
	const struct hsrp_group_config *c = &g->config;
	struct ip_addr own = hsrp_source(g);

	m->auth = c->auth;
	if (c->auth == HSRP_AUTH_TEXT)
		memcpy(m->text, g->key, strlen(g->key));
	if (c->auth != HSRP_AUTH_MD5)
		return;
	m->md5_algorithm = 1;
	m->md5_source = c->family == IP_V4 ? ip4_to_u32(&own) : 0;
	m->md5_key_id = c->key_id;
}

void hsrp_send(struct hsrp_group *g, enum hsrp_opcode opcode, enum hsrp_group_state state, bool from_virtual_mac)
{
	const struct hsrp_group_config *c = &g->config;
	struct mac virtual_mac = hsrp_group_mac(g);
	uint8_t datagram[HSRP_DATAGRAM];
	struct wr out = wr_of(datagram, sizeof datagram);
	struct hsrp_message m = {
		.version = c->version,
		.has_group = true,
		.opcode = (uint8_t)opcode,
		.state = hsrp_state_byte(c->version, wire_state(state)),
		.family = c->family,
		.group = c->group,
		.priority = hsrp_group_priority(g),
		.hello_ms = (uint32_t)(c->hello / VL_MS),
		.hold_ms = (uint32_t)(c->hold / VL_MS),
		.identifier = stack_interface(g->stack, c->interface)->mac,
		.virtual_ip = {.family = (uint8_t)c->family},
	};

	if (c->address_count > 0)
		m.virtual_ip = c->address[0];
	fill_auth(g, &m);
	hsrp_encode(&m, &out);
	assert(!out.bad);
	if (c->auth == HSRP_AUTH_MD5)
		hsrp_auth_seal(datagram, wr_length(&out), g->key);
	transmit(g->stack, c->interface, c->family, c->version, from_virtual_mac ? &virtual_mac : NULL, datagram,
		 wr_length(&out));
	g->sent++;
}

void hsrp_send_hello(struct hsrp_group *g, vl_time now)
{
	vl_time early = g->config.hello / 1000000 * g->config.hello_jitter;

	hsrp_send(g, HSRP_HELLO, g->state, g->state == HSRP_GROUP_ACTIVE);
	g->hello_at = vl_time_after(now, g->config.hello);
	if (early > 0)
		g->hello_at -= prng_below(&g->jitter, early + 1);
}

void hsrp_send_advertise(struct stack *stack, unsigned interface, enum ip_family family, uint8_t version,
			 uint16_t active, uint16_t passive)
{
	uint8_t datagram[HSRP_DATAGRAM];
	struct wr out = wr_of(datagram, sizeof datagram);
	const struct hsrp_message m = {
		.version = version,
		.opcode = HSRP_ADVERTISE,
		.has_interface = true,
		.interface_state = active > 0 ? 3 : 2,
		.active_groups = active,
		.passive_groups = passive,
	};

	hsrp_encode(&m, &out);
	assert(!out.bad);
	transmit(stack, interface, family, version, NULL, datagram, wr_length(&out));
}

/* --- ownership ----------------------------------------------------------------------------------------- */

void hsrp_own(struct hsrp_group *g)
{
	const struct hsrp_group_config *c = &g->config;

	for (size_t i = 0; i < c->address_count; i++) {
		struct stack_claim claim = {
			.interface = c->interface,
			.address = c->address[i],
			.mac = hsrp_group_mac(g),
			.accept = true,         /* IOS answers at the virtual address */
			.router = true,
		};
		(void)stack_claim(g->stack, &claim);    /* the node makes the table large enough */
	}
}

void hsrp_disown(struct hsrp_group *g)
{
	const struct hsrp_group_config *c = &g->config;

	for (size_t i = 0; i < c->address_count; i++)
		stack_release(g->stack, c->interface, &c->address[i]);
}

static void announce(struct hsrp_group *g, const struct ip_addr *address, struct mac to, vl_time now)
{
	struct stack_announcement a = {
		.interface = g->config.interface,
		.address = *address,
		.mac = hsrp_group_mac(g),
		.operation = ARP_REPLY,
		.target_mac = to,
		.ethernet_dst = to,
		.router = true,
	};

	stack_announce(g->stack, &a, now);
}

static void announce_round(struct hsrp_group *g, bool copy, vl_time now)
{
	const struct hsrp_group_config *c = &g->config;

	for (size_t i = 0; i < c->address_count; i++) {
		announce(g, &c->address[i], MAC_BROADCAST, now);
		if (copy && c->family == IP_V4)
			announce(g, &c->address[i], CISCO_GROUP, now);
	}
	g->announce_at = g->announce_left > 0 ? vl_time_after(now, c->announce_gap) : VL_NEVER;
}

void hsrp_announce(struct hsrp_group *g, bool copy, vl_time now)
{
	if (g->config.announce_count == 0)
		return;
	g->announce_left = (uint8_t)(g->config.announce_count - 1);
	announce_round(g, copy, now);
}

void hsrp_announce_again(struct hsrp_group *g, vl_time now)
{
	g->announce_left--;
	announce_round(g, false, now);
}

// SPDX-License-Identifier: BSD-2-Clause
/* What leaves the router. */
#include <assert.h>
#include <string.h>

#include "sim/vendors/glbp_state.h"

#define DATAGRAM 256

static struct glbp_message message(const struct glbp_group *g, enum glbp_opcode opcode)
{
	struct glbp_message m = {.opcode = (uint8_t)opcode, .group = g->config.group, .owner = glbp_own_mac(g)};

	if (g->config.text != NULL) {
		m.auth = GLBP_AUTH_TEXT;
		m.auth_length = (uint8_t)strlen(g->text);
		m.auth_data = (const uint8_t *)g->text;
	}
	return m;
}

static size_t encode(uint8_t datagram[DATAGRAM], const struct glbp_message *m)
{
	struct wr out = wr_of(datagram, DATAGRAM);

	glbp_encode(m, &out);
	assert(!out.bad);
	return wr_length(&out);
}

static void to_group(struct glbp_group *g, const struct glbp_message *m, const struct mac *virtual_mac)
{
	const struct udp_header h = {.src_port = GLBP_PORT, .dst_port = GLBP_PORT};
	unsigned interface = g->config.interface;
	uint8_t datagram[DATAGRAM];
	struct packet_envelope e;

	stack_envelope(g->stack, interface, &e);
	e.src = glbp_source(g);
	if (e.src.family == IP_NONE || !stack_interface_up(g->stack, interface))
		return;
	struct frame *f = stack_frame(g->stack);
	if (f == NULL)
		return;
	e.dst = GLBP_GROUP_V4;
	e.dst_mac = mac_of_group(&e.dst);
	e.ttl = 255;
	e.tos = 0xc0;
	e.protocol = IP_PROTOCOL_UDP;
	if (virtual_mac != NULL)
		e.src_mac = *virtual_mac;
	struct wr out = wr_of(f->data, f->capacity);
	packet_begin(&out, &e);
	udp_encode(&h, &e.src, &e.dst, datagram, encode(datagram, m), &out);
	packet_end(&out, &e);
	assert(!out.bad);
	f->length = (uint32_t)wr_length(&out);
	stack_transmit(g->stack, interface, f);
	g->sent++;
}

static void to_router(struct glbp_group *g, const struct glbp_message *m, const struct ip_addr *dst, vl_time now)
{
	const struct udp_header h = {.src_port = GLBP_PORT, .dst_port = GLBP_PORT};
	const struct packet_envelope e = {
		.src = glbp_source(g), .dst = *dst, .ttl = 255, .tos = 0xc0, .protocol = IP_PROTOCOL_UDP};
	uint8_t datagram[DATAGRAM];

	g->sent += stack_send_udp(g->stack, &e, &h, datagram, encode(datagram, m), now);
}

static uint16_t seconds_left(vl_time at, vl_time now, vl_time whole)
{
	vl_time left = at == VL_NEVER ? whole : at > now ? at - now : 0;

	return (uint16_t)((left + VL_S - 1) / VL_S);
}

static struct glbp_forwarder describe(const struct glbp_group *g, unsigned number, vl_time now)
{
	const struct forwarder *f = &g->forwarder[number - 1];
	vl_time redirect = f->timeout_at != VL_NEVER && f->redirect_at == VL_NEVER ? 0 : g->config.redirect;
	struct glbp_forwarder out = {
		.number = (uint8_t)number,
		.state = GLBP_ACTIVE,
		.priority = forwarder_priority(g, number),
		.weight = glbp_group_weight(g),
		.virtual_mac = forwarder_mac(g, number),
	};

	put_be16(out.unread + 1, seconds_left(f->timeout_at, now, g->config.timeout));
	put_be16(out.unread + 3, seconds_left(f->redirect_at, now, redirect));
	return out;
}

void glbp_send_forwarder(struct glbp_group *g, unsigned number, vl_time now)
{
	struct glbp_message m = message(g, GLBP_HELLO);
	struct mac mac = forwarder_mac(g, number);

	m.forwarder[m.forwarder_count++] = describe(g, number, now);
	to_group(g, &m, &mac);
}

static uint8_t wire_state(enum glbp_group_state s)
{
	static const uint8_t table[] = {
		[GLBP_GROUP_INITIAL] = GLBP_INIT,    [GLBP_GROUP_LISTEN] = GLBP_LISTEN, [GLBP_GROUP_SPEAK] = GLBP_SPEAK,
		[GLBP_GROUP_STANDBY] = GLBP_STANDBY, [GLBP_GROUP_ACTIVE] = GLBP_ACTIVE,
	};

	return table[s];
}

static void fill_hello(const struct glbp_group *g, struct glbp_message *m, enum glbp_group_state state)
{
	const struct glbp_group_config *c = &g->config;

	m->has_hello = true;
	m->state = wire_state(state);
	m->priority = c->priority;
	m->hello_ms = (uint32_t)(c->hello / VL_MS);
	m->hold_ms = (uint32_t)(c->hold / VL_MS);
	m->redirect_s = (uint16_t)(c->redirect / VL_S);
	m->timeout_s = (uint16_t)(c->timeout / VL_S);
	m->virtual_ip = c->address;
}

/* The forwarder whose MAC the router's hellos come from; 0: none. */
static unsigned first_forwarder(const struct glbp_group *g)
{
	if (g->own != 0 && g->forwarder[g->own - 1].state == GLBP_GROUP_ACTIVE)
		return g->own;
	for (unsigned number = 1; number <= GLBP_FORWARDERS; number++)
		if (g->forwarder[number - 1].state == GLBP_GROUP_ACTIVE)
			return number;
	return 0;
}

void glbp_send_hello(struct glbp_group *g, vl_time now)
{
	struct glbp_message m = message(g, GLBP_HELLO);
	unsigned first = first_forwarder(g);
	struct mac mac = forwarder_mac(g, first);

	fill_hello(g, &m, g->state);
	for (unsigned number = 1; number <= GLBP_FORWARDERS; number++)
		if (g->forwarder[number - 1].state == GLBP_GROUP_ACTIVE)
			m.forwarder[m.forwarder_count++] = describe(g, number, now);
	to_group(g, &m, first != 0 ? &mac : NULL);
	for (unsigned number = 1; number <= GLBP_FORWARDERS; number++)
		if (number != first && g->forwarder[number - 1].state == GLBP_GROUP_ACTIVE)
			glbp_send_forwarder(g, number, now);
	g->hello_at = vl_time_after(now, g->config.hello);
}

void glbp_send_request(struct glbp_group *g, vl_time now)
{
	struct glbp_message m = message(g, GLBP_REQUEST);

	m.forwarder[m.forwarder_count++] = (struct glbp_forwarder){.number = 0};
	to_router(g, &m, &g->active_ip, now);
}

void glbp_send_response(struct glbp_group *g, unsigned number, const struct ip_addr *to, vl_time now)
{
	struct glbp_message m = message(g, GLBP_RESPONSE);

	m.forwarder[m.forwarder_count++] = (struct glbp_forwarder){
		.number = (uint8_t)number,
		.virtual_mac = number != 0 ? forwarder_mac(g, number) : MAC_ZERO,
	};
	to_router(g, &m, to, now);
}

void glbp_send_goodbye(struct glbp_group *g, vl_time now)
{
	struct glbp_message m = message(g, GLBP_HELLO);
	unsigned first = first_forwarder(g);
	struct mac mac = forwarder_mac(g, first);

	fill_hello(g, &m, GLBP_GROUP_INITIAL);
	for (unsigned number = 1; number <= GLBP_FORWARDERS; number++)
		if (g->forwarder[number - 1].state == GLBP_GROUP_ACTIVE) {
			m.forwarder[m.forwarder_count] = describe(g, number, now);
			m.forwarder[m.forwarder_count++].state = GLBP_INIT;
		}
	to_group(g, &m, first != 0 ? &mac : NULL);
}

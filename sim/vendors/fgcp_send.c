// SPDX-License-Identifier: BSD-2-Clause
/* What leaves a unit, and what it tells its stack. */
#include <string.h>

#include "sim/vendors/fgcp_parts.h"

#define SHORTEST 46             /* what an Ethernet frame carries at least */
#define TENTH (100 * VL_MS)

struct mac fgcp_mac_of(const struct fgcp_unit *u, unsigned interface)
{
	bool is_virtual = u->state == FGCP_PRIMARY && (u->data >> interface & 1) != 0;

	return is_virtual ? fgcp_virtual_mac(u->config.group, (uint8_t)(u->config.port_bit + interface))
			  : u->physical[interface];
}

static void send(struct fgcp_unit *u, unsigned interface, uint16_t type, const uint8_t *bytes, size_t length)
{
	struct packet_envelope e;
	struct frame *f = stack_interface_up(u->stack, interface) ? stack_frame(u->stack) : NULL;

	if (f == NULL)
		return;
	stack_envelope(u->stack, interface, &e);
	struct ethernet_header h = {.dst = MAC_BROADCAST, .src = u->physical[interface], .type = type,
				    .vlan_count = e.vlan_count};
	h.vlan[0] = e.vlan[0];
	struct wr out = wr_of(f->data, f->length);
	ethernet_encode(&h, &out);
	fgcp_encode(&(struct fgcp_message){.type = type, .bytes = bytes, .length = length}, &out);
	f->length = (uint32_t)wr_length(&out);
	stack_transmit(u->stack, interface, f);
}

static void send_everywhere(struct fgcp_unit *u, uint16_t type, const uint8_t *bytes, size_t length)
{
	for (unsigned i = 0; i < stack_interface_count(u->stack); i++)
		if ((u->config.heartbeat >> i & 1) != 0)
			send(u, i, type, bytes, length);
}

static uint64_t tenths(vl_time t, uint64_t most)
{
	return t / TENTH < most ? t / TENTH : most;
}

void fgcp_send_hellos(struct fgcp_unit *u, vl_time now)
{
	uint8_t bytes[SHORTEST] = {0};
	struct wr out = wr_of(bytes, sizeof bytes);
	struct fgcp_hello h = {
		.state = (uint8_t)u->state,
		.group = u->config.group,
		.priority = u->config.priority,
		.monitored = u->up,
		.age_ds = (uint32_t)tenths(now - u->born, UINT32_MAX),
		.ready_ds = u->state == FGCP_HELLO ? (uint16_t)tenths(u->hello_until - now, UINT16_MAX) : 0,
		.key = u->key,
	};

	memcpy(h.serial, u->serial, sizeof h.serial);
	fgcp_hello_encode(&h, &out);
	send_everywhere(u, u->config.transparent ? FGCP_HEARTBEAT_TP : FGCP_HEARTBEAT, bytes, sizeof bytes);
}

void fgcp_send_config(struct fgcp_unit *u)
{
	static const uint8_t nothing[SHORTEST];

	send_everywhere(u, FGCP_CONFIG_SYNC, nothing, sizeof nothing);
}

void fgcp_own(struct fgcp_unit *u)
{
	for (unsigned i = 0; i < stack_interface_count(u->stack); i++) {
		const struct stack_interface_config *c = stack_interface(u->stack, i);
		if ((u->data >> i & 1) == 0)
			continue;
		for (size_t k = 0; k < c->address_count; k++)
			stack_enable_address(u->stack, i, &c->address[k].addr, u->state == FGCP_PRIMARY);
		stack_set_mac(u->stack, i, fgcp_mac_of(u, i));
	}
}

void fgcp_announce(struct fgcp_unit *u, vl_time now)
{
	for (unsigned i = 0; i < stack_interface_count(u->stack); i++) {
		const struct stack_interface_config *c = stack_interface(u->stack, i);
		for (size_t k = 0; k < c->address_count && (u->data >> i & 1) != 0; k++) {
			if (ip_is_link_local(&c->address[k].addr))
				continue;
			stack_announce(u->stack,
				       &(struct stack_announcement){
					       .interface = i,
					       .address = c->address[k].addr,
					       .mac = c->mac,
					       .operation = ARP_REQUEST,
					       .router = true,
				       },
				       now);
		}
	}
}

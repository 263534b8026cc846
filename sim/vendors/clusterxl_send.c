// SPDX-License-Identifier: BSD-2-Clause
/* What leaves a member, and what it tells its stack. */
#include "sim/vendors/clusterxl_parts.h"

#define EVERYBODY 0xfffe
#define TTL 255
#define TIME_UNIT_MS 100

/* The cluster's first address on the interface. */
static const struct ip_addr *vip_on(const struct clusterxl_member *m, unsigned interface)
{
	size_t i = 0;

	while (i + 1 < m->config.vip_count && m->config.vip[i].interface != interface)
		i++;
	return &m->config.vip[i].address;
}

static struct ip_addr network_of(const struct clusterxl_member *m, unsigned interface)
{
	const struct stack_interface_config *c = stack_interface(m->stack, interface);
	const struct ip_addr *vip = vip_on(m, interface);

	for (size_t i = 0; i < c->address_count; i++)
		if (ip_in_prefix(vip, &c->address[i]))
			return ip4_from_u32(ip4_to_u32(vip) >> (32 - c->address[i].length) << (32 - c->address[i].length));
	return *vip;
}

/* The states of the members from 0 to the highest that is known; how many. */
static size_t list_states(const struct clusterxl_member *m, uint8_t state[CLUSTERXL_MEMBERS + 1])
{
	size_t count = m->config.member;

	for (size_t i = 0; i < CLUSTERXL_MEMBERS; i++) {
		state[i] = m->peer[i].used ? (uint8_t)m->peer[i].state : CLUSTERXL_DOWN;
		if (m->peer[i].used && i + 1 > count)
			count = i + 1;
	}
	state[m->config.member - 1] = (uint8_t)m->state;
	return count;
}

static size_t write_state(const struct clusterxl_member *m, unsigned interface, uint8_t *bytes, size_t room)
{
	uint8_t state[CLUSTERXL_MEMBERS + 1], up = clusterxl_up(m);
	size_t count = list_states(m, state);
	struct wr out = wr_of(bytes, room);

	ccp_encode(&(struct ccp_message){
			   .version = m->config.version,
			   .cluster = clusterxl_number(m),
			   .opcode = CCP_MY_STATE,
			   .source_interface = (uint16_t)(interface + 1),
			   .random_id = m->random_id,
			   .source_machine = (uint16_t)(m->config.member - 1),
			   .destination_machine = EVERYBODY,
			   .has_state = true,
			   .member_count = (uint16_t)count,
			   .report = CCP_REPORTS_STATES,
			   .ha_mode = 2,
			   .time_unit_ms = TIME_UNIT_MS,
			   .member_state = state,
			   .rest = &up,
			   .rest_length = 1,
		   },
		   &out);
	return wr_length(&out);
}

static void send_to_network(struct clusterxl_member *m, unsigned interface, const uint8_t *bytes, size_t length)
{
	struct packet_envelope e;
	struct frame *f = stack_interface_up(m->stack, interface) ? stack_frame(m->stack) : NULL;
	const struct udp_header h = {.src_port = CCP_PORT, .dst_port = CCP_PORT};

	if (f == NULL)
		return;
	stack_envelope(m->stack, interface, &e);
	e.src_mac = ccp_source_mac(m->config.magic, (uint8_t)(m->config.member - 1));
	e.dst_mac = m->config.mode == CLUSTERXL_BROADCAST ? MAC_BROADCAST : mac_of_group(vip_on(m, interface));
	e.src = ip4(0, 0, 0, 0);
	e.dst = network_of(m, interface);
	e.ttl = TTL;
	e.protocol = IP_PROTOCOL_UDP;
	struct wr out = wr_of(f->data, f->length);
	packet_begin(&out, &e);
	udp_encode(&h, &e.src, &e.dst, bytes, length, &out);
	packet_end(&out, &e);
	f->length = (uint32_t)wr_length(&out);
	stack_transmit(m->stack, interface, f);
}

static void send_to_peers(struct clusterxl_member *m, const uint8_t *bytes, size_t length, vl_time now)
{
	const struct udp_header h = {.src_port = CCP_PORT, .dst_port = CCP_PORT};

	for (size_t i = 0; i < m->config.peer_count; i++)
		(void)stack_send_udp(m->stack,
				     &(struct packet_envelope){
					     .dst = m->config.peer[i], .ttl = TTL, .protocol = IP_PROTOCOL_UDP},
				     &h, bytes, length, now);
}

void clusterxl_send_state(struct clusterxl_member *m, vl_time now)
{
	uint8_t bytes[CCP_HEADER + 8 + CLUSTERXL_MEMBERS + 1];

	if (m->config.mode == CLUSTERXL_UNICAST) {
		send_to_peers(m, bytes, write_state(m, 0, bytes, sizeof bytes), now);
		return;
	}
	for (unsigned i = 0; i < stack_interface_count(m->stack); i++)
		if ((m->interfaces >> i & 1) != 0)
			send_to_network(m, i, bytes, write_state(m, i, bytes, sizeof bytes));
}

static struct mac mac_on(const struct clusterxl_member *m, unsigned interface)
{
	if (!m->config.vmac)
		return stack_interface(m->stack, interface)->mac;
	if (!mac_equal(m->config.virtual_mac, MAC_ZERO))
		return m->config.virtual_mac;
	return (struct mac){{0x00, 0x1c, 0x7f, 0x00, 0x00, m->config.magic}};
}

void clusterxl_own(struct clusterxl_member *m)
{
	for (size_t i = 0; i < m->config.vip_count; i++) {
		unsigned interface = m->config.vip[i].interface;
		if (m->state == CLUSTERXL_ACTIVE)
			(void)stack_claim(m->stack, &(struct stack_claim){
							    .interface = interface,
							    .address = m->config.vip[i].address,
							    .mac = mac_on(m, interface),
							    .accept = true,
						    });
		else
			stack_release(m->stack, interface, &m->config.vip[i].address);
	}
}

void clusterxl_announce(struct clusterxl_member *m, vl_time now)
{
	for (size_t i = 0; i < m->config.vip_count; i++)
		stack_announce(m->stack,
			       &(struct stack_announcement){
				       .interface = m->config.vip[i].interface,
				       .address = m->config.vip[i].address,
				       .mac = mac_on(m, m->config.vip[i].interface),
				       .operation = ARP_REQUEST,
			       },
			       now);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Heartbeats and reports, and what the stack is told to own and asks. */
#include "sim/vendors/nlb_parts.h"
#include "sim/wire/igmp.h"

#define FRAME 1510
#define REST (FRAME - ETHERNET_HEADER - NLB_HEADER)
#define VERSION 0x0206
#define RULES 32                        /* room for port rules in the body */
#define BODY (24 + 4 * RULES)           /* where the model's own begins */
#define MARK 0x564c
#define RULE_ALL_PORTS 0x6ffff000       /* ports 0-65535, affinity and all (as the capture has it for its last one) */

static struct mac physical(const struct nlb_host *h)
{
	return stack_interface(h->stack, h->config.interface)->mac;
}

/* In unicast mode the MAC of the interface is the cluster's. */
static struct mac source(const struct nlb_host *h)
{
	return h->config.mode == NLB_UNICAST ? nlb_source_mac(h->config.host, &h->config.address[0]) : physical(h);
}

/* --- heartbeats -------------------------------------------------------------------------------------------------- */

static void wr_le16(struct wr *out, unsigned v)
{
	wr_be16(out, (uint16_t)((v & 0xff) << 8 | v >> 8));
}

static void wr_le32(struct wr *out, uint32_t v)
{
	wr_le16(out, v & 0xffff);
	wr_le16(out, v >> 16);
}

/* Numbers of hosts are from 0 here. */
static void write_body(const struct nlb_host *h, struct wr *out)
{
	unsigned lowest = 0;

	while (lowest + 1u < h->config.host && (h->wanted >> lowest & 1) == 0)
		lowest++;
	wr_le16(out, h->config.host - 1u);
	wr_le16(out, lowest);                           /* the default host */
	wr_le16(out, h->state == NLB_CONVERGING ? 2 : 1);
	wr_le16(out, 1);                                /* port rules */
	wr_le32(out, h->code);
	wr_le32(out, 0);                                /* packets handled */
	wr_le32(out, 0);                                /* teaming */
	wr_le32(out, 0);
	wr_le32(out, RULE_ALL_PORTS);
	wr_zero(out, 4 * (RULES - 1));
	wr_be16(out, MARK);
	wr_u8(out, h->state != NLB_CONVERGING);
	wr_u8(out, h->drain);
	wr_be32(out, h->wanted);
}

bool nlb_read_body(struct nlb_body *b, const struct nlb_message *m)
{
	struct rd in = rd_of(m->rest, m->rest_length);

	rd_skip(&in, BODY);
	bool marked = rd_be16(&in) == MARK;
	*b = (struct nlb_body){.converged = rd_u8(&in) != 0};
	b->draining = rd_u8(&in) != 0;
	b->view = rd_be32(&in);
	return marked && !in.bad;
}

static struct frame *begin(struct nlb_host *h, struct wr *out, struct mac dst, uint16_t type)
{
	struct packet_envelope e;
	struct frame *f = stack_interface_up(h->stack, h->config.interface) ? stack_frame(h->stack) : NULL;

	if (f == NULL)
		return NULL;
	stack_envelope(h->stack, h->config.interface, &e);
	struct ethernet_header header = {.dst = dst, .src = source(h), .type = type, .vlan_count = e.vlan_count};
	header.vlan[0] = e.vlan[0];
	*out = wr_of(f->data, f->length);
	ethernet_encode(&header, out);
	return f;
}

static void end(struct nlb_host *h, struct frame *f, const struct wr *out)
{
	f->length = (uint32_t)wr_length(out);
	stack_transmit(h->stack, h->config.interface, f);
}

void nlb_send_beat(struct nlb_host *h)
{
	uint8_t rest[REST] = {0};
	struct wr body = wr_of(rest, sizeof rest), out;
	struct frame *f = begin(h, &out, MAC_BROADCAST, ETHERTYPE_NLB);

	if (f == NULL)
		return;
	write_body(h, &body);
	nlb_encode(&(struct nlb_message){
			   .signature = NLB_HEARTBEAT,
			   .version = VERSION,
			   .host_id = h->config.host,
			   .cluster_ip = h->config.address[0],
			   .host_ip = stack_primary(h->stack, h->config.interface, IP_V4),
			   .rest = rest,
			   .rest_length = sizeof rest,
		   },
		   &out);
	end(h, f, &out);
}

void nlb_send_report(struct nlb_host *h, bool joined)
{
	const struct ip_addr *cluster = &h->config.address[0];
	struct ip_addr group = ip4(239, 255, cluster->b[2], cluster->b[3]);
	struct ip_addr src = stack_primary(h->stack, h->config.interface, IP_V4);
	struct wr out;
	struct frame *f = begin(h, &out, mac_of_group(&IGMP_V3_ROUTERS), ETHERTYPE_IPV4);

	if (f == NULL)
		return;
	igmp_v3_report_encode(joined ? IGMP_CHANGE_TO_EXCLUDE : IGMP_CHANGE_TO_INCLUDE, &src, &group, &out);
	end(h, f, &out);
}

/* --- the stack ----------------------------------------------------------------------------------------------------- */

void nlb_own(struct nlb_host *h)
{
	const struct nlb_config *c = &h->config;
	struct mac cluster = nlb_cluster_mac(c->mode, &c->address[0]);
	bool unicast = c->mode == NLB_UNICAST;

	if (unicast) {
		stack_set_mac(h->stack, c->interface, cluster);
		stack_mask_mac(h->stack, c->interface, source(h));
	}
	for (size_t i = 0; i < c->address_count; i++)
		(void)stack_claim(h->stack, &(struct stack_claim){
						    .interface = c->interface,
						    .address = c->address[i],
						    .mac = cluster,
						    .source = unicast ? MAC_ZERO : physical(h),
						    .filter = &h->filter,
						    .accept = true,
					    });
}

void nlb_disown(struct nlb_host *h)
{
	for (size_t i = 0; i < h->config.address_count; i++)
		stack_release(h->stack, h->config.interface, &h->config.address[i]);
}

/* Only what is taken leaves a trace: another host's connections are no business of this one. */
static bool filter_tcp(struct nlb_host *h, const struct packet *p)
{
	struct nlb_flow flow = {
		.client = p->src,
		.client_port = p->tcp.src_port,
		.cluster_port = p->tcp.dst_port,
		.protocol = p->protocol,
		.begins = (p->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN,
		.known = nlb_flows_know(&h->descriptors, p),
	};

	if (!nlb_host_accepts(h, &flow))
		return false;
	nlb_flows_note(&h->descriptors, p, h->heard_at);
	return true;
}

bool nlb_filter_packet(void *context, const struct packet *p)
{
	struct nlb_host *h = context;
	struct nlb_flow flow = {.client = p->src, .protocol = p->protocol, .begins = true};

	if (p->transport == TRANSPORT_TCP)
		return filter_tcp(h, p);
	if (p->transport == TRANSPORT_ICMP && !h->config.filter_icmp)
		return true;
	if (packet_is_udp(p->transport)) {
		flow.client_port = p->udp.src_port;
		flow.cluster_port = p->udp.dst_port;
	}
	return nlb_host_accepts(h, &flow);
}

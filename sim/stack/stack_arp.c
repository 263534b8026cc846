// SPDX-License-Identifier: BSD-2-Clause
/* ARP (RFC 826): who is answered, what is learnt, how is asked. Learning follows Linux. */
#include "sim/stack/parts.h"

static void send_arp(struct stack *s, unsigned interface, struct mac ethernet_src, struct mac ethernet_dst,
		     const struct arp_packet *a)
{
	struct frame *f = frame_new(s->pool, ETHERNET_HEADER + 4 + ARP_LENGTH);

	if (f != NULL) {
		struct packet_envelope e;
		struct ethernet_header h = {.dst = ethernet_dst, .src = ethernet_src, .type = ETHERTYPE_ARP};
		struct wr out = wr_of(f->data, f->length);
		stack_envelope(s, interface, &e);
		h.vlan_count = e.vlan_count;
		h.vlan[0] = e.vlan[0];
		ethernet_encode(&h, &out);
		arp_encode(a, &out);
		f->length = (uint32_t)wr_length(&out);
	}
	stack_transmit(s, interface, f);
}

void stack_arp_ask(struct stack *s, unsigned interface, const struct ip_addr *target, struct mac to)
{
	struct ip_addr own = stack_source_on(s, interface, target);

	if (own.family != IP_V4)
		own = ip4(0, 0, 0, 0);  /* RFC 5227: asking without claiming */
	struct mac mac = stack_mac_of(s, interface, &own);
	send_arp(s, interface, mac, mac_equal(to, MAC_ZERO) ? MAC_BROADCAST : to,
		 &(struct arp_packet){
			 .operation = ARP_REQUEST,
			 .sender_mac = mac,
			 .sender_ip = own,
			 .target_ip = *target,
		 });
}

enum stack_verdict stack_arp_input(struct stack *s, unsigned interface, const struct arp_packet *a,
				   vl_time now)
{
	struct mac own_mac;
	bool asks = a->operation == ARP_REQUEST;
	bool for_us = stack_owns(s, interface, &a->target_ip, &own_mac) != NOT_OURS;

	if (mac_is_group(a->sender_mac) && !s->group_macs)
		return stack_drop(s, STACK_DROP_MALFORMED);
	/* Our own frames never come back from a switch: whoever says our address is another one, even with
	 * the same virtual MAC. */
	if (stack_owns(s, interface, &a->sender_ip, NULL) != NOT_OURS)
		stack_report_conflict(s, &a->sender_ip, a->sender_mac, now);
	else if (!ip_is_zero(&a->sender_ip))
		stack_learn(s, interface, &a->sender_ip, a->sender_mac, asks && for_us, true, now);
	/* A gratuitous request is one for us, too, when we hold the address: Linux answers it. */
	if (!asks || !for_us)
		return STACK_DONE;
	struct stack_answer answer = stack_answer_to(s, interface, &a->target_ip, own_mac, a->sender_mac);
	send_arp(s, interface, answer.source, a->sender_mac,
		 &(struct arp_packet){
			 .operation = ARP_REPLY,
			 .sender_mac = answer.mac,
			 .sender_ip = a->target_ip,
			 .target_mac = a->sender_mac,
			 .target_ip = a->sender_ip,
		 });
	return STACK_DONE;
}

/* The IPv4 half of stack_announce: a gratuitous ARP in the shape that is asked for. */
void stack_arp_announce(struct stack *s, const struct stack_announcement *a)
{
	send_arp(s, a->interface, mac_equal(a->source, MAC_ZERO) ? a->mac : a->source,
		 mac_equal(a->ethernet_dst, MAC_ZERO) ? MAC_BROADCAST : a->ethernet_dst,
		 &(struct arp_packet){
			 .operation = (uint16_t)a->operation,
			 .sender_mac = a->mac,
			 .sender_ip = a->address,
			 .target_mac = a->target_mac,
			 .target_ip = a->address,
		 });
}

// SPDX-License-Identifier: BSD-2-Clause
/* Frames for fuzz targets: sums repaired, packets checked, written again and compared. */
#include "tests/fuzz/fuzz.h"

#include "sim/base/checksum.h"

enum { ROOM = 70000 };

static void patch16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static size_t ethernet_length(const struct packet *p)
{
	return (size_t)ETHERNET_HEADER + p->ethernet.vlan_count * 4u;
}

/* Bytes of AH in front of a message; 0 without. */
static size_t ah_length(const struct packet *p)
{
	return p->has_ah ? ((size_t)p->ip_payload[1] + 2) * 4 : 0;
}

static void repair_ipv4(uint8_t *ip)
{
	size_t header = (size_t)(ip[0] & 0x0f) * 4;

	patch16(ip + 10, 0);
	patch16(ip + 10, checksum_of(ip, header));
}

/* The sum at `offset` of the transport, which is `length` bytes long. */
static void repair_sum(const struct packet *p, uint8_t *at, size_t offset, size_t length, bool pseudo)
{
	patch16(at + offset, 0);
	patch16(at + offset, pseudo ? ip_payload_checksum(&p->src, &p->dst, p->protocol, at, length)
				    : checksum_of(at, length));
}

static void repair_redundancy(const struct packet *p, uint8_t *at, size_t length)
{
	bool is_carp = p->transport == TRANSPORT_CARP;
	size_t summed = is_carp || p->vrrp.version == 2 ? length : length - p->vrrp.trailer_length;

	patch16(at + 6, 0);
	bool pseudo = !is_carp && p->vrrp.version == 3 && p->src.family == IP_V6;
	patch16(at + 6, pseudo ? ip_payload_checksum(&p->src, &p->dst, IP_PROTOCOL_VRRP, at, summed)
			       : checksum_of(at, summed));
}

/* One fault mended; false when there is none that can be. */
static bool repair_once(uint8_t *bytes, size_t length)
{
	struct packet p;

	(void)packet_dissect(&p, bytes, length, length);
	uint8_t *at = p.ip_payload != NULL ? bytes + (p.ip_payload - bytes) : NULL;
	switch ((int)p.verdict) {
	case PACKET_BAD_IPV4_CHECKSUM:
		repair_ipv4(bytes + ethernet_length(&p));
		return true;
	case PACKET_BAD_ICMP_CHECKSUM:
		repair_sum(&p, at, 2, p.ip_payload_length, p.network == NETWORK_IPV6);
		return true;
	case PACKET_BAD_UDP_CHECKSUM:
		repair_sum(&p, at, 6, p.udp.length, true);
		return true;
	case PACKET_BAD_TCP_CHECKSUM:
		repair_sum(&p, at, 16, p.ip_payload_length, true);
		return true;
	case PACKET_OK:
		if ((p.transport == TRANSPORT_VRRP && p.vrrp.checksum_form == VRRP_CHECKSUM_WRONG) ||
		    (p.transport == TRANSPORT_CARP && !p.carp.checksum_ok))
			repair_redundancy(&p, at + ah_length(&p), p.ip_payload_length - ah_length(&p));
		return false;
	default:
		return false;
	}
}

void frame_repair(uint8_t *bytes, size_t length)
{
	for (int i = 0; i < 3 && repair_once(bytes, length); i++)
		;
}

/* --- soundness ------------------------------------------------------------------------------------------- */

static bool inside(const uint8_t *part, size_t n, const uint8_t *bytes, size_t length)
{
	return part == NULL ? n == 0 : part >= bytes && part <= bytes + length && n <= (size_t)(bytes + length - part);
}

void packet_assert_sound(const struct packet *p, const uint8_t *bytes, size_t captured)
{
	char text[PACKET_LINE];

	FUZZ_ASSERT(p->verdict < PACKET_VERDICT_COUNT && packet_verdict_text(p->verdict) != NULL);
	FUZZ_ASSERT(p->ethernet.vlan_count <= ETHERNET_VLANS);
	FUZZ_ASSERT(inside(p->ip_payload, p->ip_payload_length, bytes, captured));
	FUZZ_ASSERT(inside(p->payload, p->payload_length, bytes, captured));
	if (p->verdict == PACKET_OK && p->transport == TRANSPORT_VRRP) {
		FUZZ_ASSERT(inside(p->vrrp.addresses, p->vrrp.address_count * ip_size(p->vrrp.family), bytes, captured));
		FUZZ_ASSERT(inside(p->vrrp.trailer, p->vrrp.trailer_length, bytes, captured));
	}
	if (p->verdict == PACKET_OK && p->transport == TRANSPORT_ICMP)
		FUZZ_ASSERT(inside(p->icmp.data, p->icmp.data_length, bytes, captured));
	packet_format(text, p);
	size_t n = strnlen(text, sizeof text);
	FUZZ_ASSERT(n < sizeof text);
	for (size_t i = 0; i < n; i++)
		FUZZ_ASSERT(text[i] >= 0x20 && text[i] < 0x7f);
}

/* --- writing again --------------------------------------------------------------------------------------- */

/* False: a kind of packet whose transport has no encoder; its payload stays as it is. */
static bool write_transport(const struct packet *p, struct wr *w)
{
	switch (p->transport) {
	case TRANSPORT_NLB:
	case TRANSPORT_FGCP:
		return false;
	case TRANSPORT_ICMP:
		icmp_encode(&p->icmp, &p->src, &p->dst, w);
		return true;
	case TRANSPORT_UDP:
	case TRANSPORT_HSRP:
	case TRANSPORT_GLBP:
	case TRANSPORT_CCP:
		udp_encode(&p->udp, &p->src, &p->dst, p->payload, p->payload_length, w);
		return true;
	case TRANSPORT_TCP:
		tcp_encode(&p->tcp, &p->src, &p->dst, p->payload, p->payload_length, w);
		return true;
	case TRANSPORT_VRRP:
	case TRANSPORT_CARP: {
		static uint8_t message[ROOM];   /* too large for a stack */
		struct wr m = wr_of(message, sizeof message);
		wr_bytes(w, p->ip_payload, ah_length(p));
		if (p->transport == TRANSPORT_VRRP)
			vrrp_encode(&p->vrrp, &p->src, &p->dst, &m);
		else
			carp_encode(&p->carp, &m);
		wr_bytes(w, message, wr_length(&m));
		return true;
	}
	case TRANSPORT_NONE:
		break;
	}
	return false;
}

/* `bytes` is the frame that p was read from: extension headers are taken over as they are. Returns the length;
 * 0: it grew too long. */
static size_t write_again(const struct packet *p, const uint8_t *bytes, uint8_t out[ROOM])
{
	static uint8_t payload[ROOM];
	struct wr w = wr_of(out, ROOM), t = wr_of(payload, sizeof payload);

	ethernet_encode(&p->ethernet, &w);
	if (p->network == NETWORK_ARP)
		arp_encode(&p->arp, &w);
	else if (p->transport == TRANSPORT_NLB)
		nlb_encode(&p->nlb, &w);
	else if (p->transport == TRANSPORT_FGCP)
		fgcp_encode(&p->fgcp, &w);
	if (p->network != NETWORK_IPV4 && p->network != NETWORK_IPV6)
		return w.bad ? 0 : wr_length(&w);
	if (!write_transport(p, &t))
		wr_bytes(&t, p->ip_payload, p->ip_payload_length);
	if (p->network == NETWORK_IPV4) {
		struct ipv4_header h = p->ipv4;
		size_t total = (size_t)IPV4_HEADER + h.options_length + wr_length(&t);
		if (total > UINT16_MAX)
			return 0;
		h.total_length = (uint16_t)total;
		ipv4_encode(&h, &w);
	} else {
		struct ipv6_header h = p->ipv6;
		size_t total = h.extensions_length + wr_length(&t);
		if (total > UINT16_MAX)
			return 0;
		h.payload_length = (uint16_t)total;
		ipv6_encode(&h, &w);
		wr_bytes(&w, bytes + ethernet_length(p) + IPV6_HEADER, h.extensions_length);
	}
	wr_bytes(&w, payload, wr_length(&t));
	return w.bad || t.bad ? 0 : wr_length(&w);
}

static bool bytes_same(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

static bool ethernet_same(const struct ethernet_header *a, const struct ethernet_header *b)
{
	bool same = mac_equal(a->dst, b->dst) && mac_equal(a->src, b->src) && a->type == b->type &&
		    a->vlan_count == b->vlan_count;

	for (size_t i = 0; same && i < a->vlan_count; i++)
		same = a->vlan[i].type == b->vlan[i].type && a->vlan[i].id == b->vlan[i].id &&
		       a->vlan[i].priority == b->vlan[i].priority &&
		       a->vlan[i].drop_eligible == b->vlan[i].drop_eligible;
	return same;
}

static bool ipv4_same(const struct ipv4_header *a, const struct ipv4_header *b)
{
	return a->tos == b->tos && a->id == b->id && a->dont_fragment == b->dont_fragment &&
	       a->more_fragments == b->more_fragments && a->fragment_offset == b->fragment_offset &&
	       a->ttl == b->ttl && a->protocol == b->protocol && ip_equal(&a->src, &b->src) &&
	       ip_equal(&a->dst, &b->dst) &&
	       bytes_same(a->options, a->options_length, b->options, b->options_length);
}

static bool ipv6_same(const struct ipv6_header *a, const struct ipv6_header *b)
{
	return a->traffic_class == b->traffic_class && a->flow_label == b->flow_label &&
	       a->next_header == b->next_header && a->hop_limit == b->hop_limit && ip_equal(&a->src, &b->src) &&
	       ip_equal(&a->dst, &b->dst) && a->protocol == b->protocol &&
	       a->extensions_length == b->extensions_length && a->fragment == b->fragment &&
	       a->more_fragments == b->more_fragments && a->fragment_offset == b->fragment_offset &&
	       a->fragment_id == b->fragment_id && a->on_the_way == b->on_the_way;
}

bool icmp_same(const struct icmp_message *a, const struct icmp_message *b)
{
	return a->family == b->family && a->type == b->type && a->code == b->code && a->id == b->id &&
	       a->sequence == b->sequence && a->word == b->word && ip_equal(&a->target, &b->target) &&
	       a->router == b->router && a->solicited == b->solicited && a->override == b->override &&
	       a->has_link_address == b->has_link_address && mac_equal(a->link_address, b->link_address) &&
	       bytes_same(a->data, a->data_length, b->data, b->data_length);
}

bool vrrp_same(const struct vrrp_message *a, const struct vrrp_message *b)
{
	return a->version == b->version && a->type == b->type && a->vrid == b->vrid &&
	       a->priority == b->priority && a->family == b->family && a->auth_type == b->auth_type &&
	       a->interval_s == b->interval_s && a->interval_cs == b->interval_cs &&
	       a->has_auth_data == b->has_auth_data && memcmp(a->auth_data, b->auth_data, sizeof a->auth_data) == 0 &&
	       bytes_same(a->addresses, a->address_count * ip_size(a->family), b->addresses,
			  b->address_count * ip_size(b->family)) &&
	       bytes_same(a->trailer, a->trailer_length, b->trailer, b->trailer_length);
}

static bool transport_same(const struct packet *a, const struct packet *b)
{
	if (a->transport != b->transport || a->has_ah != b->has_ah || a->ah_spi != b->ah_spi ||
	    a->ah_sequence != b->ah_sequence)
		return false;
	switch (a->transport) {
	case TRANSPORT_ICMP:
		return icmp_same(&a->icmp, &b->icmp);
	case TRANSPORT_UDP:
	case TRANSPORT_HSRP:
	case TRANSPORT_GLBP:
	case TRANSPORT_CCP:
		return a->udp.src_port == b->udp.src_port && a->udp.dst_port == b->udp.dst_port &&
		       a->udp.length == b->udp.length &&
		       bytes_same(a->payload, a->payload_length, b->payload, b->payload_length);
	case TRANSPORT_TCP:
		return a->tcp.src_port == b->tcp.src_port && a->tcp.dst_port == b->tcp.dst_port &&
		       a->tcp.sequence == b->tcp.sequence && a->tcp.acknowledgment == b->tcp.acknowledgment &&
		       a->tcp.flags == b->tcp.flags && a->tcp.window == b->tcp.window &&
		       a->tcp.urgent == b->tcp.urgent &&
		       bytes_same(a->tcp.options, a->tcp.options_length, b->tcp.options, b->tcp.options_length) &&
		       bytes_same(a->payload, a->payload_length, b->payload, b->payload_length);
	case TRANSPORT_VRRP:
		return vrrp_same(&a->vrrp, &b->vrrp) && b->vrrp.checksum_form != VRRP_CHECKSUM_WRONG &&
		       (a->vrrp.checksum_form == VRRP_CHECKSUM_WRONG || a->vrrp.trailer_length > 0 ||
			a->vrrp.checksum_form == b->vrrp.checksum_form);
	case TRANSPORT_CARP:
		return a->carp.vhid == b->carp.vhid && a->carp.advskew == b->carp.advskew &&
		       a->carp.demotion == b->carp.demotion && a->carp.advbase == b->carp.advbase &&
		       a->carp.counter == b->carp.counter && b->carp.checksum_ok &&
		       memcmp(a->carp.digest, b->carp.digest, CARP_DIGEST) == 0;
	case TRANSPORT_NLB:
	case TRANSPORT_FGCP:
	case TRANSPORT_NONE:
		break;
	}
	return bytes_same(a->ip_payload, a->ip_payload_length, b->ip_payload, b->ip_payload_length);
}

static bool same(const struct packet *a, const struct packet *b)
{
	if (!ethernet_same(&a->ethernet, &b->ethernet) || a->network != b->network)
		return false;
	switch (a->network) {
	case NETWORK_ARP:
		return a->arp.operation == b->arp.operation && mac_equal(a->arp.sender_mac, b->arp.sender_mac) &&
		       mac_equal(a->arp.target_mac, b->arp.target_mac) &&
		       ip_equal(&a->arp.sender_ip, &b->arp.sender_ip) && ip_equal(&a->arp.target_ip, &b->arp.target_ip);
	case NETWORK_IPV4:
		return ipv4_same(&a->ipv4, &b->ipv4) && transport_same(a, b);
	case NETWORK_IPV6:
		return ipv6_same(&a->ipv6, &b->ipv6) && transport_same(a, b);
	case NETWORK_NONE:
		break;
	}
	if (a->transport == TRANSPORT_NLB || a->transport == TRANSPORT_FGCP)
		return bytes_same(a->payload, a->payload_length, b->payload, b->payload_length);
	return true;
}

void packet_assert_round_trip(const struct packet *p, const uint8_t *bytes)
{
	static uint8_t first[ROOM], second[ROOM];
	struct packet again;
	size_t length = write_again(p, bytes, first);

	if (length == 0)
		return;
	FUZZ_ASSERT(packet_dissect(&again, first, length, length));
	FUZZ_ASSERT(same(p, &again));
	FUZZ_ASSERT(write_again(&again, first, second) == length);
	FUZZ_ASSERT(memcmp(first, second, length) == 0);
}

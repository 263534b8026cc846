// SPDX-License-Identifier: BSD-2-Clause
/* One line a frame. Only numbers, addresses and our own words reach the line: no byte from the wire is
 * printed as it is, and passwords and digests not at all. */
#include "sim/wire/packet.h"

#include <stdarg.h>
#include <stdio.h>

#include "sim/base/time.h"
#include "sim/wire/ha_update.h"

enum { ADDRESSES_SHOWN = 8 };

struct line {
	char *text;
	size_t used;
};

/* Appends; what does not fit is left out, the end stays terminated. */
__attribute__((format(printf, 2, 3))) static void add(struct line *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int n = vsnprintf(l->text + l->used, PACKET_LINE - l->used, format, args);
	va_end(args);
	size_t room = PACKET_LINE - 1 - l->used;
	l->used += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room;
}

static void add_ip(struct line *l, const struct ip_addr *a)
{
	char text[IP_TEXT];

	add(l, "%s", ip_format(text, a));
}

static void add_mac(struct line *l, struct mac m)
{
	char text[MAC_TEXT];

	add(l, "%s", mac_format(text, m));
}

static void add_ethernet(struct line *l, const struct ethernet_header *h)
{
	add_mac(l, h->src);
	add(l, " > ");
	add_mac(l, h->dst);
	for (size_t i = 0; i < h->vlan_count; i++)
		add(l, " vlan %u", h->vlan[i].id);
}

static void add_arp(struct line *l, const struct arp_packet *a)
{
	if (a->operation != ARP_REQUEST && a->operation != ARP_REPLY) {
		add(l, " arp operation %u", a->operation);
		return;
	}
	add(l, a->operation == ARP_REQUEST ? " arp" : " arp reply");
	if (arp_is_gratuitous(a)) {
		/* RFC 5227 1.2: an announcement in either form says who has the address. */
		add(l, " gratuitous ");
		add_ip(l, &a->sender_ip);
		add(l, " is-at ");
		add_mac(l, a->sender_mac);
	} else if (a->operation == ARP_REPLY) {
		add(l, " ");
		add_ip(l, &a->sender_ip);
		add(l, " is-at ");
		add_mac(l, a->sender_mac);
	} else {
		add(l, " who-has ");
		add_ip(l, &a->target_ip);
		add(l, " tell ");
		add_ip(l, &a->sender_ip);
	}
}

static void add_addresses(struct line *l, const struct vrrp_message *m)
{
	add(l, " addrs");
	for (size_t i = 0; i < m->address_count && i < ADDRESSES_SHOWN; i++) {
		struct ip_addr a = vrrp_address(m, i);
		add(l, i == 0 ? " " : ",");
		add_ip(l, &a);
	}
	if (m->address_count == 0)
		add(l, " none");
	if (m->address_count > ADDRESSES_SHOWN)
		add(l, " and %u more", m->address_count - (unsigned)ADDRESSES_SHOWN);
}

static void add_auth(struct line *l, const struct vrrp_message *m)
{
	switch ((enum vrrp_auth_type)m->auth_type) {
	case VRRP_AUTH_NONE:
		break;
	case VRRP_AUTH_TEXT:
		add(l, " auth text");
		break;
	case VRRP_AUTH_AH:
		add(l, " auth ah");
		break;
	case VRRP_AUTH_CISCO_MD5:
		add(l, " auth md5");
		break;
	default:
		add(l, " auth %u", m->auth_type);
		break;
	}
	if (m->version == 2 && !m->has_auth_data)
		add(l, " no auth data");
	if (m->trailer_length > 0)
		add(l, " trailer %zu", m->trailer_length);
}

/* "interval 1s", "3.5s", "0.03s", "0.015s". */
static void add_seconds(struct line *l, const char *name, uint64_t ms)
{
	unsigned s = (unsigned)(ms / 1000), rest = (unsigned)(ms % 1000);

	if (rest == 0)
		add(l, " %s %us", name, s);
	else if (rest % 100 == 0)
		add(l, " %s %u.%us", name, s, rest / 100);
	else if (rest % 10 == 0)
		add(l, " %s %u.%02us", name, s, rest / 10);
	else
		add(l, " %s %u.%03us", name, s, rest);
}

static void add_vrrp(struct line *l, const struct vrrp_message *m)
{
	add(l, ": VRRPv%u", m->version);
	if (m->type == VRRP_ADVERTISEMENT)
		add(l, " advert");
	else
		add(l, " type %u", m->type);
	add(l, " vrid %u priority %u", m->vrid, m->priority);
	add_seconds(l, "interval", vrrp_interval(m) / VL_MS);
	add_auth(l, m);
	add_addresses(l, m);
	if (m->checksum_form == VRRP_CHECKSUM_WRONG)
		add(l, " [wrong VRRP checksum]");
	else if (m->version == 3 && m->family == IP_V4)
		add(l, m->checksum_form == VRRP_CHECKSUM_PSEUDO ? " checksum pseudo-header" : " checksum message");
}

static void add_carp(struct line *l, const struct carp_message *m)
{
	add(l, ": CARP advert vhid %u advbase %u advskew %u", m->vhid, m->advbase, m->advskew);
	if (m->demotion != 0)
		add(l, " demotion %u", m->demotion);
	if (!m->checksum_ok)
		add(l, " [wrong CARP checksum]");
}

static void add_hsrp(struct line *l, const struct hsrp_message *m)
{
	static const char *const opcode[] = {"hello", "coup", "resign"};
	static const char *const auth[] = {"", " auth text", " auth md5"};

	add(l, ": HSRPv%u", m->version);
	if (m->has_group) {
		if (m->opcode <= HSRP_RESIGN)
			add(l, " %s", opcode[m->opcode]);
		else
			add(l, " opcode %u", m->opcode);
		add(l, " group %u state %s priority %u", m->group, hsrp_state_word(hsrp_state_of(m)), m->priority);
		add_seconds(l, "hello", m->hello_ms);
		add_seconds(l, "hold", m->hold_ms);
		add(l, " addr ");
		add_ip(l, &m->virtual_ip);
	}
	if (m->has_interface)
		add(l, " interface active %u passive %u", m->active_groups, m->passive_groups);
	add(l, "%s", auth[m->auth]);
}

static void add_glbp(struct line *l, const struct glbp_message *m)
{
	static const char *const auth[] = {"", " auth text", " auth md5", " auth md5-chain"};

	add(l, ": GLBP group %u", m->group);
	if (m->has_hello) {
		add(l, " hello state %s priority %u", glbp_state_word(m->state), m->priority);
		add_seconds(l, "hello", m->hello_ms);
		add_seconds(l, "hold", m->hold_ms);
		add(l, " addr ");
		add_ip(l, &m->virtual_ip);
	}
	for (size_t i = 0; i < m->forwarder_count; i++) {
		add(l, " forwarder %u %s ", m->forwarder[i].number, glbp_state_word(m->forwarder[i].state));
		add_mac(l, m->forwarder[i].virtual_mac);
	}
	if (m->auth <= GLBP_AUTH_MD5_CHAIN)
		add(l, "%s", auth[m->auth]);
	else
		add(l, " auth %u", m->auth);
}

static void add_ccp(struct line *l, const struct ccp_message *m)
{
	add(l, ": CCP version %u cluster %u %s", m->version, m->cluster, ccp_opcode_word(m->opcode));
	if (m->opcode < CCP_MY_STATE || m->opcode > CCP_SYNC)
		add(l, " opcode %u", m->opcode);
	add(l, " machine %u interface %u", m->source_machine, m->source_interface);
	if (m->has_state)
		add(l, " members %u", m->member_count);
}

static void add_nlb(struct line *l, const struct nlb_message *m)
{
	add(l, " NLB %s host %u cluster ",
	    m->signature == NLB_HEARTBEAT ? "heartbeat" : m->signature == NLB_EXTENDED ? "extended" : "remote",
	    m->host_id);
	add_ip(l, &m->cluster_ip);
	add(l, " node ");
	add_ip(l, &m->host_ip);
}

static void add_fgcp(struct line *l, const struct packet *p)
{
	static const char *const kind[] = {"heartbeat", "heartbeat transparent", "session sync", "config sync"};
	uint16_t group;
	uint8_t port;

	add(l, " FGCP %s", kind[p->fgcp.type - FGCP_HEARTBEAT]);
	if (fgcp_of_virtual_mac(p->ethernet.src, &group, &port))
		add(l, " group %u", group);
	add(l, " length %zu", p->fgcp.length);
}

struct icmp_name {
	enum ip_family family;
	uint8_t type;
	const char *name;
};

static const struct icmp_name icmp_names[] = {
	{IP_V4, ICMP_ECHO_REPLY, "echo reply"},
	{IP_V4, ICMP_ECHO_REQUEST, "echo request"},
	{IP_V4, ICMP_UNREACHABLE, "unreachable"},
	{IP_V4, ICMP_REDIRECT, "redirect"},
	{IP_V4, ICMP_TIME_EXCEEDED, "time exceeded"},
	{IP_V6, ICMPV6_UNREACHABLE, "unreachable"},
	{IP_V6, ICMPV6_PACKET_TOO_BIG, "packet too big"},
	{IP_V6, ICMPV6_TIME_EXCEEDED, "time exceeded"},
	{IP_V6, ICMPV6_ECHO_REQUEST, "echo request"},
	{IP_V6, ICMPV6_ECHO_REPLY, "echo reply"},
	{IP_V6, ICMPV6_ROUTER_SOLICITATION, "router solicitation"},
	{IP_V6, ICMPV6_ROUTER_ADVERTISEMENT, "router advertisement"},
	{IP_V6, ICMPV6_NEIGHBOR_SOLICITATION, "neighbor solicitation"},
	{IP_V6, ICMPV6_NEIGHBOR_ADVERTISEMENT, "neighbor advertisement"},
};

static const char *icmp_name(const struct icmp_message *m)
{
	for (size_t i = 0; i < sizeof icmp_names / sizeof icmp_names[0]; i++)
		if (icmp_names[i].family == m->family && icmp_names[i].type == m->type)
			return icmp_names[i].name;
	return NULL;
}

static bool is_echo(const struct icmp_message *m)
{
	return m->family == IP_V4 ? m->type == ICMP_ECHO_REQUEST || m->type == ICMP_ECHO_REPLY
				  : m->type == ICMPV6_ECHO_REQUEST || m->type == ICMPV6_ECHO_REPLY;
}

static void add_icmp(struct line *l, const struct icmp_message *m)
{
	const char *name = icmp_name(m);

	add(l, m->family == IP_V4 ? ": ICMP" : ": ICMPv6");
	if (name != NULL)
		add(l, " %s", name);
	else
		add(l, " type %u", m->type);
	if (is_echo(m))
		add(l, " id %u seq %u length %zu", m->id, m->sequence, m->data_length);
	else if (m->code != 0 || name == NULL)
		add(l, " code %u", m->code);
	if (m->family == IP_V6 && m->type == ICMPV6_NEIGHBOR_SOLICITATION) {
		add(l, " who-has ");
		add_ip(l, &m->target);
	}
	if (m->family == IP_V6 && m->type == ICMPV6_NEIGHBOR_ADVERTISEMENT) {
		add(l, " ");
		add_ip(l, &m->target);
		if (m->has_link_address) {
			add(l, " is-at ");
			add_mac(l, m->link_address);
		}
		if (m->router || m->solicited || m->override)
			add(l, " flags %s%s%s", m->router ? "R" : "", m->solicited ? "S" : "",
			    m->override ? "O" : "");
	}
}

/* tcpdump's letters: "." is ACK. */
static void add_tcp(struct line *l, const struct packet *p)
{
	static const struct {
		uint8_t flag;
		char letter;
	} letters[] = {{TCP_SYN, 'S'}, {TCP_FIN, 'F'}, {TCP_RST, 'R'}, {TCP_PSH, 'P'},
		       {TCP_ACK, '.'}, {TCP_URG, 'U'}, {TCP_ECE, 'E'}, {TCP_CWR, 'W'}};
	char flags[9];
	size_t n = 0;

	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if ((p->tcp.flags & letters[i].flag) != 0)
			flags[n++] = letters[i].letter;
	flags[n] = '\0';
	add(l, ": TCP [%s] seq %u", n > 0 ? flags : "none", p->tcp.sequence);
	if ((p->tcp.flags & TCP_ACK) != 0)
		add(l, " ack %u", p->tcp.acknowledgment);
	add(l, " win %u length %zu", p->tcp.window, p->payload_length);
}

/* Whether the transport's header was read: wrong sums are told beside it, other faults instead of it. */
static bool transport_is_sound(const struct packet *p)
{
	return p->verdict == PACKET_OK || p->verdict == PACKET_BAD_ICMP_CHECKSUM ||
	       p->verdict == PACKET_BAD_UDP_CHECKSUM || p->verdict == PACKET_BAD_TCP_CHECKSUM;
}

/* HA updates of ours are no transport of their own: nobody but a unit of the pair reads them. */
static void add_udp(struct line *l, const struct packet *p)
{
	struct ha_update_header h;
	struct rd in = rd_of(p->payload, p->payload_length);

	if (p->udp.dst_port != HA_UPDATE_PORT || !ha_update_decode(&h, &in)) {
		add(l, ": UDP length %zu", p->payload_length);
		return;
	}
	add(l, ": HA update version %u", h.version);
	if (h.version != HA_UPDATE_VERSION)
		return;
	add(l, " %s id %u %s unit %s", ha_update_type_word(h.type), h.id,
	    (h.flags & HA_UPDATE_SECOND_UNIT) != 0 ? "second" : "first",
	    (h.flags & HA_UPDATE_ACTIVE) != 0 ? "active" : "passive");
	if ((h.flags & HA_UPDATE_ASKS) != 0)
		add(l, " asks");
	if ((h.flags & HA_UPDATE_FIRST_PART) != 0)
		add(l, " begin");
	if ((h.flags & HA_UPDATE_LAST_PART) != 0)
		add(l, " end");
	add(l, " sequence %u records %u length %zu", h.sequence, h.records, p->payload_length);
}

static void add_transport(struct line *l, const struct packet *p)
{
	switch (p->transport) {
	case TRANSPORT_ICMP:
		add_icmp(l, &p->icmp);
		return;
	case TRANSPORT_UDP:
		add_udp(l, p);
		return;
	case TRANSPORT_TCP:
		add_tcp(l, p);
		return;
	case TRANSPORT_VRRP:
		add_vrrp(l, &p->vrrp);
		return;
	case TRANSPORT_CARP:
		add_carp(l, &p->carp);
		return;
	case TRANSPORT_HSRP:
		add_hsrp(l, &p->hsrp);
		return;
	case TRANSPORT_GLBP:
		add_glbp(l, &p->glbp);
		return;
	case TRANSPORT_CCP:
		add_ccp(l, &p->ccp);
		return;
	case TRANSPORT_NLB:
	case TRANSPORT_FGCP:
	case TRANSPORT_NONE:
		break;
	}
	add(l, ": protocol %u length %zu", p->protocol, p->ip_payload_length);
}

static void add_fragment(struct line *l, const struct packet *p)
{
	bool is_v4 = p->network == NETWORK_IPV4;
	uint32_t id = is_v4 ? p->ipv4.id : p->ipv6.fragment_id;
	unsigned offset = is_v4 ? p->ipv4.fragment_offset : p->ipv6.fragment_offset;
	bool more = is_v4 ? p->ipv4.more_fragments : p->ipv6.more_fragments;

	add(l, " fragment id %u offset %u%s", id, offset, more ? "+" : "");
}

static void add_endpoint(struct line *l, const struct packet *p, const struct ip_addr *a, bool is_source)
{
	bool sound = transport_is_sound(p);

	add_ip(l, a);
	if (sound && packet_is_udp(p->transport))
		add(l, ".%u", is_source ? p->udp.src_port : p->udp.dst_port);
	else if (sound && p->transport == TRANSPORT_TCP)
		add(l, ".%u", is_source ? p->tcp.src_port : p->tcp.dst_port);
}

static void add_network(struct line *l, const struct packet *p)
{
	switch (p->network) {
	case NETWORK_ARP:
		if (p->verdict == PACKET_OK)
			add_arp(l, &p->arp);
		return;
	case NETWORK_NONE:
		if (p->verdict == PACKET_OK && p->transport == TRANSPORT_NLB)
			add_nlb(l, &p->nlb);
		else if (p->verdict == PACKET_OK && p->transport == TRANSPORT_FGCP)
			add_fgcp(l, p);
		else if (p->verdict == PACKET_OK && p->ethernet.type < 0x0600)
			add(l, " 802.3 length %u", p->ethernet.type);
		else if (p->verdict == PACKET_OK)
			add(l, " ethertype 0x%04x", p->ethernet.type);
		return;
	case NETWORK_IPV4:
	case NETWORK_IPV6:
		break;
	}
	if (p->verdict == PACKET_BAD_IPV4 || p->verdict == PACKET_BAD_IPV6 ||
	    (p->verdict == PACKET_CUT && p->ip_payload == NULL))
		return; /* the addresses may not be there */
	add(l, " ");
	add_endpoint(l, p, &p->src, true);
	add(l, " > ");
	add_endpoint(l, p, &p->dst, false);
	if (p->is_fragment)
		add_fragment(l, p);
	if (p->has_ah)
		add(l, " AH spi 0x%08x seq %u", p->ah_spi, p->ah_sequence);
	if (transport_is_sound(p))
		add_transport(l, p);
}

char *packet_format(char text[PACKET_LINE], const struct packet *p)
{
	struct line l = {.text = text};

	text[0] = '\0';
	if (p->verdict != PACKET_BAD_ETHERNET &&
	    !(p->verdict == PACKET_CUT && p->network == NETWORK_NONE))
		add_ethernet(&l, &p->ethernet);
	add_network(&l, p);
	if (p->verdict != PACKET_OK)
		add(&l, "%s[%s]", l.used > 0 ? " " : "", packet_verdict_text(p->verdict));
	return text;
}

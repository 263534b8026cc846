// SPDX-License-Identifier: BSD-2-Clause
/*
 * What match strings can ask. A field that a packet does not have never holds; `not` before a field asks for the
 * opposite, also when it is absent.
 */
#include "sim/wire/match_fields.h"

#include <string.h>

#include "sim/base/time.h"

/* --- protocols ------------------------------------------------------------------------------------------ */

static bool is_any(const struct packet *p)
{
	return p != NULL;
}

static bool is_arp(const struct packet *p)
{
	return p->network == NETWORK_ARP;
}

static bool is_ip(const struct packet *p)
{
	return p->network == NETWORK_IPV4 || p->network == NETWORK_IPV6;
}

static bool is_ipv4(const struct packet *p)
{
	return p->network == NETWORK_IPV4;
}

static bool is_ipv6(const struct packet *p)
{
	return p->network == NETWORK_IPV6;
}

static bool is_icmp(const struct packet *p)
{
	return p->transport == TRANSPORT_ICMP;
}

static bool is_udp(const struct packet *p)
{
	return packet_is_udp(p->transport);
}

static bool is_tcp(const struct packet *p)
{
	return p->transport == TRANSPORT_TCP;
}

static bool is_vrrp(const struct packet *p)
{
	return p->transport == TRANSPORT_VRRP;
}

static bool is_carp(const struct packet *p)
{
	return p->transport == TRANSPORT_CARP;
}

static bool is_hsrp(const struct packet *p)
{
	return p->transport == TRANSPORT_HSRP;
}

static bool is_glbp(const struct packet *p)
{
	return p->transport == TRANSPORT_GLBP;
}

static bool is_ccp(const struct packet *p)
{
	return p->transport == TRANSPORT_CCP;
}

static bool is_nlb(const struct packet *p)
{
	return p->transport == TRANSPORT_NLB;
}

static bool is_fgcp(const struct packet *p)
{
	return p->transport == TRANSPORT_FGCP;
}

const struct match_protocol match_protocols[] = {
	{"any", P_ANY, is_any},    {"arp", P_ARP, is_arp},    {"ip", P_IP, is_ip},
	{"ipv4", P_IP, is_ipv4},   {"ipv6", P_IP, is_ipv6},   {"icmp", P_ICMP, is_icmp},
	{"udp", P_UDP, is_udp},    {"tcp", P_TCP, is_tcp},    {"vrrp", P_VRRP, is_vrrp},
	{"carp", P_CARP, is_carp}, {"hsrp", P_HSRP, is_hsrp}, {"glbp", P_GLBP, is_glbp},
	{"ccp", P_CCP, is_ccp},    {"nlb", P_NLB, is_nlb},    {"fgcp", P_FGCP, is_fgcp},
};

/* --- fields --------------------------------------------------------------------------------------------- */

static bool number_holds(uint64_t got, const struct packet_match_term *t)
{
	switch ((enum packet_match_comparison)t->comparison) {
	case MATCH_EQUAL:
		return got == t->number;
	case MATCH_LESS:
		return got < t->number;
	case MATCH_MORE:
		return got > t->number;
	}
	return false;
}

#define NUMBER_FIELD(name, expression)                                                           \
	static bool name(const struct packet *p, const struct packet_match_term *t)              \
	{                                                                                        \
		return number_holds((expression), t);                                            \
	}
#define FLAG_FIELD(name, expression)                                                             \
	static bool name(const struct packet *p, const struct packet_match_term *t)              \
	{                                                                                        \
		(void)t;                                                                         \
		return (expression);                                                             \
	}

/* A number that is there only sometimes. */
#define NUMBER_FIELD_IF(name, there, expression)                                                 \
	static bool name(const struct packet *p, const struct packet_match_term *t)              \
	{                                                                                        \
		return (there) && number_holds((expression), t);                                 \
	}

static bool is_echo(const struct packet *p)
{
	return p->icmp.family == IP_V4
		       ? p->icmp.type == ICMP_ECHO_REQUEST || p->icmp.type == ICMP_ECHO_REPLY
		       : p->icmp.type == ICMPV6_ECHO_REQUEST || p->icmp.type == ICMPV6_ECHO_REPLY;
}

static bool is_neighbor(const struct packet *p)
{
	return p->icmp.family == IP_V6 && (p->icmp.type == ICMPV6_NEIGHBOR_SOLICITATION ||
					   p->icmp.type == ICMPV6_NEIGHBOR_ADVERTISEMENT);
}

static bool icmp_is(const struct packet *p, enum icmp_type v4, enum icmpv6_type v6)
{
	return p->icmp.type == (p->icmp.family == IP_V4 ? (unsigned)v4 : (unsigned)v6);
}

static bool icmpv6_is(const struct packet *p, enum icmpv6_type type)
{
	return p->icmp.family == IP_V6 && p->icmp.type == type;
}

/* Ports and flags of TCP and UDP are in the two header structs of one union. */
static uint16_t src_port(const struct packet *p)
{
	return p->transport == TRANSPORT_TCP ? p->tcp.src_port : p->udp.src_port;
}

static uint16_t dst_port(const struct packet *p)
{
	return p->transport == TRANSPORT_TCP ? p->tcp.dst_port : p->udp.dst_port;
}

static const struct ip_addr *source(const struct packet *p)
{
	return p->network == NETWORK_ARP ? &p->arp.sender_ip : &p->src;
}

static const struct ip_addr *destination(const struct packet *p)
{
	return p->network == NETWORK_ARP ? &p->arp.target_ip : &p->dst;
}

/* What an ARP packet is about: who is asked for, or who answers. */
static const struct ip_addr *arp_subject(const struct packet *p)
{
	return p->arp.operation == ARP_REQUEST ? &p->arp.target_ip : &p->arp.sender_ip;
}

static bool holds_from(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(source(p), &t->ip);
}

static bool holds_to(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(destination(p), &t->ip);
}

static bool holds_src_mac(const struct packet *p, const struct packet_match_term *t)
{
	return mac_equal(p->ethernet.src, t->mac);
}

static bool holds_dst_mac(const struct packet *p, const struct packet_match_term *t)
{
	return mac_equal(p->ethernet.dst, t->mac);
}

static bool holds_about(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(arp_subject(p), &t->ip);
}

static bool holds_is_at(const struct packet *p, const struct packet_match_term *t)
{
	return mac_equal(p->arp.sender_mac, t->mac);
}

static bool holds_who_has(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(&p->arp.target_ip, &t->ip);
}

static bool holds_tell(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(&p->arp.sender_ip, &t->ip);
}

static bool holds_nd_target(const struct packet *p, const struct packet_match_term *t)
{
	return is_neighbor(p) && ip_equal(&p->icmp.target, &t->ip);
}

static bool holds_nd_is_at(const struct packet *p, const struct packet_match_term *t)
{
	return is_neighbor(p) && p->icmp.has_link_address && mac_equal(p->icmp.link_address, t->mac);
}

static bool holds_port(const struct packet *p, const struct packet_match_term *t)
{
	return number_holds(src_port(p), t) || number_holds(dst_port(p), t);
}

static bool holds_vrrp_address(const struct packet *p, const struct packet_match_term *t)
{
	for (size_t i = 0; i < p->vrrp.address_count; i++) {
		struct ip_addr a = vrrp_address(&p->vrrp, i);

		if (ip_equal(&a, &t->ip))
			return true;
	}
	return false;
}

static const char *const auth_words[] = {"none", "text", "ah", "cisco-md5", NULL};
static const char *const checksum_words[] = {"wrong", "message", "pseudo", NULL};
static const char *const carp_checksum_words[] = {"wrong", "right", NULL};

static bool holds_auth(const struct packet *p, const struct packet_match_term *t)
{
	static const uint8_t type[] = {VRRP_AUTH_NONE, VRRP_AUTH_TEXT, VRRP_AUTH_AH, VRRP_AUTH_CISCO_MD5};

	return p->vrrp.version == 3 ? t->number == 0 : p->vrrp.auth_type == type[t->number];
}

static bool holds_vrrp_checksum(const struct packet *p, const struct packet_match_term *t)
{
	return (uint64_t)p->vrrp.checksum_form == t->number;
}

static bool holds_carp_checksum(const struct packet *p, const struct packet_match_term *t)
{
	return p->carp.checksum_ok == (t->number == 1);
}

/* --- HSRP, GLBP, and the clusters ------------------------------------------------------------------------ */

static const char *const hsrp_state_words[] = {"init", "learn", "listen", "speak", "standby", "active", NULL};
static const char *const glbp_state_words[] = {"init", "listen", "speak", "standby", "active", NULL};
static const char *const hsrp_auth_words[] = {"none", "text", "md5", NULL};
static const char *const glbp_auth_words[] = {"none", "text", "md5", "md5-chain", NULL};

static bool holds_hsrp_state(const struct packet *p, const struct packet_match_term *t)
{
	return p->hsrp.has_group && (uint64_t)hsrp_state_of(&p->hsrp) == t->number + HSRP_INIT;
}

static bool holds_hsrp_address(const struct packet *p, const struct packet_match_term *t)
{
	return p->hsrp.has_group && ip_equal(&p->hsrp.virtual_ip, &t->ip);
}

static bool hsrp_is_of(const struct packet *p, enum hsrp_opcode opcode)
{
	return p->hsrp.has_group && p->hsrp.opcode == opcode;
}

static bool holds_glbp_state(const struct packet *p, const struct packet_match_term *t)
{
	return p->glbp.has_hello && strcmp(glbp_state_word(p->glbp.state), glbp_state_words[t->number]) == 0;
}

static bool holds_glbp_address(const struct packet *p, const struct packet_match_term *t)
{
	return p->glbp.has_hello && ip_equal(&p->glbp.virtual_ip, &t->ip);
}

static bool holds_glbp_forwarder(const struct packet *p, const struct packet_match_term *t)
{
	for (size_t i = 0; i < p->glbp.forwarder_count; i++)
		if (number_holds(p->glbp.forwarder[i].number, t))
			return true;
	return false;
}

static bool holds_ccp_magic(const struct packet *p, const struct packet_match_term *t)
{
	uint8_t magic, member;

	return ccp_of_source_mac(p->ethernet.src, &magic, &member) && number_holds(magic, t);
}

static bool holds_nlb_cluster(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(&p->nlb.cluster_ip, &t->ip);
}

static bool holds_nlb_node(const struct packet *p, const struct packet_match_term *t)
{
	return ip_equal(&p->nlb.host_ip, &t->ip);
}

static bool holds_fgcp_group(const struct packet *p, const struct packet_match_term *t)
{
	uint16_t group;
	uint8_t port;

	return fgcp_of_virtual_mac(p->ethernet.src, &group, &port) && number_holds(group, t);
}

NUMBER_FIELD_IF(holds_hsrp_group, p->hsrp.has_group, p->hsrp.group)
NUMBER_FIELD_IF(holds_hsrp_priority, p->hsrp.has_group, p->hsrp.priority)
NUMBER_FIELD_IF(holds_hsrp_hello_time, p->hsrp.has_group, p->hsrp.hello_ms * VL_MS)
NUMBER_FIELD_IF(holds_hsrp_hold_time, p->hsrp.has_group, p->hsrp.hold_ms * VL_MS)
NUMBER_FIELD_IF(holds_glbp_priority, p->glbp.has_hello, p->glbp.priority)
NUMBER_FIELD_IF(holds_glbp_hello_time, p->glbp.has_hello, p->glbp.hello_ms * VL_MS)
NUMBER_FIELD_IF(holds_glbp_hold_time, p->glbp.has_hello, p->glbp.hold_ms * VL_MS)
NUMBER_FIELD(holds_hsrp_version, p->hsrp.version)
NUMBER_FIELD(holds_hsrp_auth, (uint64_t)p->hsrp.auth)
NUMBER_FIELD(holds_glbp_group, p->glbp.group)
NUMBER_FIELD(holds_glbp_auth, p->glbp.auth)
NUMBER_FIELD(holds_ccp_cluster, p->ccp.cluster)
NUMBER_FIELD(holds_ccp_version, p->ccp.version)
NUMBER_FIELD(holds_ccp_machine, p->ccp.source_machine)
NUMBER_FIELD(holds_ccp_opcode, p->ccp.opcode)
NUMBER_FIELD(holds_nlb_host, p->nlb.host_id)

FLAG_FIELD(holds_hsrp_hello, hsrp_is_of(p, HSRP_HELLO))
FLAG_FIELD(holds_hsrp_coup, hsrp_is_of(p, HSRP_COUP))
FLAG_FIELD(holds_hsrp_resign, hsrp_is_of(p, HSRP_RESIGN))
FLAG_FIELD(holds_hsrp_advertise, p->hsrp.has_interface)
FLAG_FIELD(holds_glbp_hello, p->glbp.has_hello)
FLAG_FIELD(holds_ccp_my_state, p->ccp.opcode == CCP_MY_STATE)
FLAG_FIELD(holds_nlb_heartbeat, p->nlb.signature == NLB_HEARTBEAT)
FLAG_FIELD(holds_fgcp_heartbeat, p->fgcp.type == FGCP_HEARTBEAT || p->fgcp.type == FGCP_HEARTBEAT_TP)

/* --- the table ------------------------------------------------------------------------------------------- */

NUMBER_FIELD(holds_vlan, p->ethernet.vlan_count > 0 ? p->ethernet.vlan[0].id : 0)
NUMBER_FIELD(holds_ttl, p->ttl)
NUMBER_FIELD(holds_ip_protocol, p->protocol)
NUMBER_FIELD(holds_icmp_type, p->icmp.type)
NUMBER_FIELD(holds_icmp_code, p->icmp.code)
NUMBER_FIELD_IF(holds_icmp_id, is_echo(p), p->icmp.id)
NUMBER_FIELD_IF(holds_icmp_sequence, is_echo(p), p->icmp.sequence)
NUMBER_FIELD(holds_src_port, src_port(p))
NUMBER_FIELD(holds_dst_port, dst_port(p))
NUMBER_FIELD(holds_vrid, p->vrrp.vrid)
NUMBER_FIELD(holds_priority, p->vrrp.priority)
NUMBER_FIELD(holds_version, p->vrrp.version)
NUMBER_FIELD(holds_interval, vrrp_interval(&p->vrrp))
NUMBER_FIELD(holds_addresses, p->vrrp.address_count)
NUMBER_FIELD(holds_vhid, p->carp.vhid)
NUMBER_FIELD(holds_advskew, p->carp.advskew)
NUMBER_FIELD(holds_advbase, p->carp.advbase)
NUMBER_FIELD(holds_demotion, p->carp.demotion)

FLAG_FIELD(holds_request, p->arp.operation == ARP_REQUEST)
FLAG_FIELD(holds_reply, p->arp.operation == ARP_REPLY)
FLAG_FIELD(holds_gratuitous, arp_is_gratuitous(&p->arp))
FLAG_FIELD(holds_echo_request, icmp_is(p, ICMP_ECHO_REQUEST, ICMPV6_ECHO_REQUEST))
FLAG_FIELD(holds_echo_reply, icmp_is(p, ICMP_ECHO_REPLY, ICMPV6_ECHO_REPLY))
FLAG_FIELD(holds_unreachable, icmp_is(p, ICMP_UNREACHABLE, ICMPV6_UNREACHABLE))
FLAG_FIELD(holds_time_exceeded, icmp_is(p, ICMP_TIME_EXCEEDED, ICMPV6_TIME_EXCEEDED))
FLAG_FIELD(holds_redirect, p->icmp.family == IP_V4 && p->icmp.type == ICMP_REDIRECT)
FLAG_FIELD(holds_solicitation, icmpv6_is(p, ICMPV6_NEIGHBOR_SOLICITATION))
FLAG_FIELD(holds_advertisement, icmpv6_is(p, ICMPV6_NEIGHBOR_ADVERTISEMENT))
FLAG_FIELD(holds_fragment, p->is_fragment)
FLAG_FIELD(holds_v4, p->network == NETWORK_IPV4)
FLAG_FIELD(holds_v6, p->network == NETWORK_IPV6)
FLAG_FIELD(holds_advert, p->vrrp.type == VRRP_ADVERTISEMENT)
FLAG_FIELD(holds_carp_advert, p->transport == TRANSPORT_CARP)
FLAG_FIELD(holds_syn, (p->tcp.flags & TCP_SYN) != 0)
FLAG_FIELD(holds_ack, (p->tcp.flags & TCP_ACK) != 0)
FLAG_FIELD(holds_fin, (p->tcp.flags & TCP_FIN) != 0)
FLAG_FIELD(holds_rst, (p->tcp.flags & TCP_RST) != 0)
FLAG_FIELD(holds_psh, (p->tcp.flags & TCP_PSH) != 0)
FLAG_FIELD(holds_malformed, p->verdict != PACKET_OK && p->verdict != PACKET_CUT)

const struct match_field match_fields[] = {
	{"src-mac", P_ALL, V_MAC, 0, NULL, holds_src_mac},
	{"dst-mac", P_ALL, V_MAC, 0, NULL, holds_dst_mac},
	{"vlan", P_ALL, V_NUMBER, 4095, NULL, holds_vlan},
	{"malformed", P_ALL, V_NONE, 0, NULL, holds_malformed},
	{"from", P_PORTS, V_IP_PORT, 0, NULL, holds_from},
	{"to", P_PORTS, V_IP_PORT, 0, NULL, holds_to},
	{"from", P_ARP | (P_ON_IP & ~P_PORTS), V_IP, 0, NULL, holds_from},
	{"to", P_ARP | (P_ON_IP & ~P_PORTS), V_IP, 0, NULL, holds_to},
	{"ipv4", P_ON_IP, V_NONE, 0, NULL, holds_v4},
	{"ipv6", P_ON_IP, V_NONE, 0, NULL, holds_v6},
	{"ttl", P_ON_IP, V_NUMBER, 255, NULL, holds_ttl},
	{"fragment", P_ON_IP, V_NONE, 0, NULL, holds_fragment},
	{"protocol", P_IP, V_NUMBER, 255, NULL, holds_ip_protocol},
	{"request", P_ARP, V_NONE, 0, NULL, holds_request},
	{"reply", P_ARP, V_NONE, 0, NULL, holds_reply},
	{"gratuitous", P_ARP, V_NONE, 0, NULL, holds_gratuitous},
	{"who-has", P_ARP, V_IP, 0, NULL, holds_who_has},
	{"tell", P_ARP, V_IP, 0, NULL, holds_tell},
	{"is-at", P_ARP, V_MAC, 0, NULL, holds_is_at},
	{"echo-request", P_ICMP, V_NONE, 0, NULL, holds_echo_request},
	{"echo-reply", P_ICMP, V_NONE, 0, NULL, holds_echo_reply},
	{"unreachable", P_ICMP, V_NONE, 0, NULL, holds_unreachable},
	{"time-exceeded", P_ICMP, V_NONE, 0, NULL, holds_time_exceeded},
	{"redirect", P_ICMP, V_NONE, 0, NULL, holds_redirect},
	{"neighbor-solicitation", P_ICMP, V_NONE, 0, NULL, holds_solicitation},
	{"neighbor-advertisement", P_ICMP, V_NONE, 0, NULL, holds_advertisement},
	{"target", P_ICMP, V_IP, 0, NULL, holds_nd_target},
	{"is-at", P_ICMP, V_MAC, 0, NULL, holds_nd_is_at},
	{"type", P_ICMP, V_NUMBER, 255, NULL, holds_icmp_type},
	{"code", P_ICMP, V_NUMBER, 255, NULL, holds_icmp_code},
	{"id", P_ICMP, V_NUMBER, 65535, NULL, holds_icmp_id},
	{"sequence", P_ICMP, V_NUMBER, 65535, NULL, holds_icmp_sequence},
	{"port", P_PORTS, V_NUMBER, 65535, NULL, holds_port},
	{"src-port", P_PORTS, V_NUMBER, 65535, NULL, holds_src_port},
	{"dst-port", P_PORTS, V_NUMBER, 65535, NULL, holds_dst_port},
	{"syn", P_TCP, V_NONE, 0, NULL, holds_syn},
	{"ack", P_TCP, V_NONE, 0, NULL, holds_ack},
	{"fin", P_TCP, V_NONE, 0, NULL, holds_fin},
	{"rst", P_TCP, V_NONE, 0, NULL, holds_rst},
	{"psh", P_TCP, V_NONE, 0, NULL, holds_psh},
	{"advert", P_VRRP, V_NONE, 0, NULL, holds_advert},
	{"vrid", P_VRRP, V_NUMBER, 255, NULL, holds_vrid},
	{"priority", P_VRRP, V_NUMBER, 255, NULL, holds_priority},
	{"version", P_VRRP, V_NUMBER, 15, NULL, holds_version},
	{"interval", P_VRRP, V_TIME, 0, NULL, holds_interval},
	{"addresses", P_VRRP, V_NUMBER, 255, NULL, holds_addresses},
	{"address", P_VRRP, V_IP, 0, NULL, holds_vrrp_address},
	{"auth", P_VRRP, V_WORD, 0, auth_words, holds_auth},
	{"checksum", P_VRRP, V_WORD, 0, checksum_words, holds_vrrp_checksum},
	{"advert", P_CARP, V_NONE, 0, NULL, holds_carp_advert},
	{"vhid", P_CARP, V_NUMBER, 255, NULL, holds_vhid},
	{"advskew", P_CARP, V_NUMBER, 255, NULL, holds_advskew},
	{"advbase", P_CARP, V_NUMBER, 255, NULL, holds_advbase},
	{"demotion", P_CARP, V_NUMBER, 255, NULL, holds_demotion},
	{"checksum", P_CARP, V_WORD, 0, carp_checksum_words, holds_carp_checksum},
	{"hello", P_HSRP, V_NONE, 0, NULL, holds_hsrp_hello},
	{"coup", P_HSRP, V_NONE, 0, NULL, holds_hsrp_coup},
	{"resign", P_HSRP, V_NONE, 0, NULL, holds_hsrp_resign},
	{"advertise", P_HSRP, V_NONE, 0, NULL, holds_hsrp_advertise},
	{"version", P_HSRP, V_NUMBER, 2, NULL, holds_hsrp_version},
	{"group", P_HSRP, V_NUMBER, 4095, NULL, holds_hsrp_group},
	{"state", P_HSRP, V_WORD, 0, hsrp_state_words, holds_hsrp_state},
	{"priority", P_HSRP, V_NUMBER, 255, NULL, holds_hsrp_priority},
	{"hello-time", P_HSRP, V_TIME, 0, NULL, holds_hsrp_hello_time},
	{"hold-time", P_HSRP, V_TIME, 0, NULL, holds_hsrp_hold_time},
	{"address", P_HSRP, V_IP, 0, NULL, holds_hsrp_address},
	{"auth", P_HSRP, V_WORD, 0, hsrp_auth_words, holds_hsrp_auth},
	{"hello", P_GLBP, V_NONE, 0, NULL, holds_glbp_hello},
	{"group", P_GLBP, V_NUMBER, 1023, NULL, holds_glbp_group},
	{"state", P_GLBP, V_WORD, 0, glbp_state_words, holds_glbp_state},
	{"priority", P_GLBP, V_NUMBER, 255, NULL, holds_glbp_priority},
	{"hello-time", P_GLBP, V_TIME, 0, NULL, holds_glbp_hello_time},
	{"hold-time", P_GLBP, V_TIME, 0, NULL, holds_glbp_hold_time},
	{"address", P_GLBP, V_IP, 0, NULL, holds_glbp_address},
	{"forwarder", P_GLBP, V_NUMBER, 4, NULL, holds_glbp_forwarder},
	{"auth", P_GLBP, V_WORD, 0, glbp_auth_words, holds_glbp_auth},
	{"my-state", P_CCP, V_NONE, 0, NULL, holds_ccp_my_state},
	{"opcode", P_CCP, V_NUMBER, 65535, NULL, holds_ccp_opcode},
	{"cluster", P_CCP, V_NUMBER, 65535, NULL, holds_ccp_cluster},
	{"version", P_CCP, V_NUMBER, 65535, NULL, holds_ccp_version},
	{"machine", P_CCP, V_NUMBER, 65535, NULL, holds_ccp_machine},
	{"magic", P_CCP, V_NUMBER, 255, NULL, holds_ccp_magic},
	{"heartbeat", P_NLB, V_NONE, 0, NULL, holds_nlb_heartbeat},
	{"host", P_NLB, V_NUMBER, 32, NULL, holds_nlb_host},
	{"cluster", P_NLB, V_IP, 0, NULL, holds_nlb_cluster},
	{"node", P_NLB, V_IP, 0, NULL, holds_nlb_node},
	{"heartbeat", P_FGCP, V_NONE, 0, NULL, holds_fgcp_heartbeat},
	{"group", P_FGCP, V_NUMBER, 1023, NULL, holds_fgcp_group},
	/* an address alone, in ARP: what it is about; found by its form, not by its name */
	{"ADDRESS", P_ARP, V_IP, 0, NULL, holds_about},
};

const size_t match_protocol_count = sizeof match_protocols / sizeof match_protocols[0];
const size_t match_field_count = sizeof match_fields / sizeof match_fields[0];

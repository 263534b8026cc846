// SPDX-License-Identifier: BSD-2-Clause
/*
 * Taking a frame apart and opening one to be built. Each layer's reader is bounded by the length that the
 * layer below states, and by what was captured: `whole` bytes were on the wire, rd_left() of them are here.
 * A decoder that runs short sets its reader bad: in a cut capture that is nobody's fault.
 */
#include "sim/wire/packet.h"

#include <assert.h>

#include "sim/base/checksum.h"

const char *packet_verdict_text(enum packet_verdict v)
{
	static const char *const text[] = {
#define X(constant, words) [constant] = words,
		PACKET_VERDICTS(X)
#undef X
	};

	return text[v];
}

/* A payload: what is here of it, and how long it was. Handed on by address: a copy of what was just written in
 * pieces waits for them. */
struct extent {
	struct rd in;
	size_t whole;
	bool summed;                    /* nobody needs to look whether the sums of TCP and UDP hold */
};

static struct rd reader_of(const struct extent *e)
{
	return rd_of(e->in.at, rd_left(&e->in));
}

static bool is_cut(const struct extent *e)
{
	return rd_left(&e->in) < e->whole;
}

/* Why a decoder said no: it ran out of captured bytes, or the bytes are wrong. */
static enum packet_verdict failure(const struct rd *in, bool cut, enum packet_verdict malformed)
{
	return in->bad && cut ? PACKET_CUT : malformed;
}

/* --- transports ------------------------------------------------------------------------------------------ */

/* Whether a sum over pseudo-header and payload can be made: all bytes are here, and dst is the final address. */
static bool verifiable(const struct packet *p, const struct extent *e)
{
	return !is_cut(e) && !e->summed && !(p->network == NETWORK_IPV6 && p->ipv6.on_the_way);
}

static bool sum_ok(const struct packet *p, const uint8_t *bytes, size_t length)
{
	return ip_payload_checksum(&p->src, &p->dst, p->protocol, bytes, length) == 0;
}

static bool is_neighbor_discovery(const struct icmp_message *m)
{
	return m->family == IP_V6 && m->type >= ICMPV6_ROUTER_SOLICITATION &&
	       m->type <= ICMPV6_NEIGHBOR_ADVERTISEMENT;
}

static enum packet_verdict dissect_icmp(struct packet *p, enum ip_family family, const struct extent *e)
{
	struct rd in = reader_of(e);

	if (!icmp_decode(&p->icmp, family, &in))
		return failure(&in, is_cut(e), PACKET_BAD_ICMP);
	if (is_cut(e) && is_neighbor_discovery(&p->icmp))
		return PACKET_CUT; /* even when the cut falls between two options */
	if (verifiable(p, e) && !icmp_checksum_ok(family, e->in.at, e->whole, &p->src, &p->dst))
		return PACKET_BAD_ICMP_CHECKSUM;
	return PACKET_OK;
}

/* What UDP carries, where both ports are one of ours. Like VRRP it is judged whole or not at all. */
static enum packet_verdict dissect_over_udp(struct packet *p)
{
	struct rd in = rd_of(p->payload, p->payload_length);
	uint16_t port = p->udp.dst_port;

	if (p->udp.src_port != port ||
	    (port != HSRP_PORT && port != HSRP_PORT_V6 && port != GLBP_PORT && port != CCP_PORT))
		return PACKET_OK;
	if (p->payload_length < (size_t)p->udp.length - UDP_HEADER)
		return PACKET_CUT;
	if (port == HSRP_PORT || port == HSRP_PORT_V6) {
		p->transport = TRANSPORT_HSRP;
		return hsrp_decode(&p->hsrp, &in) ? PACKET_OK : PACKET_BAD_HSRP;
	}
	/* Registered for others, too: without its first bytes it is just UDP. */
	if (port == GLBP_PORT && glbp_is(p->payload, p->payload_length)) {
		p->transport = TRANSPORT_GLBP;
		return glbp_decode(&p->glbp, &in) ? PACKET_OK : PACKET_BAD_GLBP;
	}
	if (port == CCP_PORT && ccp_is(p->payload, p->payload_length)) {
		p->transport = TRANSPORT_CCP;
		return ccp_decode(&p->ccp, &in) ? PACKET_OK : PACKET_BAD_CCP;
	}
	return PACKET_OK;
}

static enum packet_verdict dissect_udp(struct packet *p, const struct extent *e)
{
	struct rd in = reader_of(e);

	if (!udp_decode_header(&p->udp, &in, e->whole))
		return failure(&in, is_cut(e), PACKET_BAD_UDP);
	size_t data_length = (size_t)p->udp.length - UDP_HEADER;
	p->payload = in.at;
	p->payload_length = data_length < rd_left(&in) ? data_length : rd_left(&in);
	enum packet_verdict v = dissect_over_udp(p);
	/* RFC 768: over IPv4 a sum of 0 says that the sender made none. */
	if (!(p->udp.checksum == 0 && p->network == NETWORK_IPV4) && verifiable(p, e) &&
	    (p->udp.checksum == 0 || !sum_ok(p, e->in.at, p->udp.length)))
		return PACKET_BAD_UDP_CHECKSUM; /* whatever is in it: a receiver does not look */
	return v;
}

static enum packet_verdict dissect_tcp(struct packet *p, const struct extent *e)
{
	struct rd in = reader_of(e);

	if (!tcp_decode(&p->tcp, &in))
		return failure(&in, is_cut(e), PACKET_BAD_TCP);
	p->payload = in.at;
	p->payload_length = rd_left(&in);
	if (verifiable(p, e) && !sum_ok(p, e->in.at, e->whole))
		return PACKET_BAD_TCP_CHECKSUM;
	return PACKET_OK;
}

/* VRRP and CARP are judged whole or not at all: length tells them, and version 2's forms, apart. */
static enum packet_verdict dissect_vrrp(struct packet *p, struct extent *e)
{
	if (is_cut(e))
		return PACKET_CUT;
	if (carp_is(e->in.at, e->whole)) {
		p->transport = TRANSPORT_CARP;
		return carp_decode(&p->carp, &e->in) ? PACKET_OK : PACKET_BAD_CARP;
	}
	p->transport = TRANSPORT_VRRP;
	return vrrp_decode(&p->vrrp, &p->src, &p->dst, &e->in) ? PACKET_OK : PACKET_BAD_VRRP;
}

/* RFC 4302 2: next header, length in words less 2, reserved, SPI, sequence number, integrity check value. */
static enum packet_verdict dissect_ah(struct packet *p, const struct extent *e)
{
	struct rd in = reader_of(e);
	uint8_t next_header = rd_u8(&in);
	size_t length = ((size_t)rd_u8(&in) + 2) * 4;

	rd_skip(&in, 2);
	p->ah_spi = rd_be32(&in);
	p->ah_sequence = rd_be32(&in);
	p->has_ah = !in.bad;
	if (in.bad || length < 12 || length > e->whole)
		return failure(&in, is_cut(e), PACKET_BAD_AH);
	rd_skip(&in, length - 12);
	if (in.bad)
		return PACKET_CUT;
	if (next_header != IP_PROTOCOL_VRRP)
		return PACKET_OK;
	return dissect_vrrp(p, &(struct extent){.in = in, .whole = e->whole - length});
}

static enum packet_verdict dissect_transport(struct packet *p, struct extent *e)
{
	enum packet_verdict v;

	if (p->is_fragment)
		return PACKET_OK;
	switch (p->protocol) {
	case IP_PROTOCOL_VRRP:
		return dissect_vrrp(p, e);
	case IP_PROTOCOL_AH:
		return dissect_ah(p, e);
	case IP_PROTOCOL_ICMP:
		if (p->network != NETWORK_IPV4)
			return PACKET_OK;
		p->transport = TRANSPORT_ICMP;
		v = dissect_icmp(p, IP_V4, e);
		break;
	case IP_PROTOCOL_ICMPV6:
		if (p->network != NETWORK_IPV6)
			return PACKET_OK;
		p->transport = TRANSPORT_ICMP;
		v = dissect_icmp(p, IP_V6, e);
		break;
	case IP_PROTOCOL_UDP:
		p->transport = TRANSPORT_UDP;
		v = dissect_udp(p, e);
		break;
	case IP_PROTOCOL_TCP:
		p->transport = TRANSPORT_TCP;
		v = dissect_tcp(p, e);
		break;
	default:
		return PACKET_OK;
	}
	if (v == PACKET_CUT)
		p->transport = TRANSPORT_NONE;
	return v;
}

/* --- networks -------------------------------------------------------------------------------------------- */

/* The IP payload of `length` bytes at the front of `e`, which has been read up to there. */
static struct extent payload_of(struct packet *p, const struct extent *e, size_t length)
{
	size_t here = rd_left(&e->in) < length ? rd_left(&e->in) : length;

	p->ip_payload = e->in.at;
	p->ip_payload_length = here;
	return (struct extent){.in = {.at = e->in.at, .end = e->in.at + here}, .whole = length, .summed = e->summed};
}

static enum packet_verdict dissect_ipv4(struct packet *p, struct extent *e)
{
	const uint8_t *start = e->in.at;
	bool cut = is_cut(e);

	p->network = NETWORK_IPV4;
	bool sound = ipv4_decode(&p->ipv4, &e->in);
	ip4_read(&p->src, p->ipv4.src.b);
	ip4_read(&p->dst, p->ipv4.dst.b);
	p->ttl = p->ipv4.ttl;
	p->is_fragment = p->ipv4.more_fragments || p->ipv4.fragment_offset > 0;
	p->protocol = p->ipv4.protocol;
	if (!sound)
		return failure(&e->in, cut, PACKET_BAD_IPV4);
	size_t header_length = (size_t)IPV4_HEADER + p->ipv4.options_length;
	if (p->ipv4.total_length > e->whole)
		return PACKET_BAD_IPV4;
	struct extent payload = payload_of(p, e, p->ipv4.total_length - header_length);
	if (!ipv4_checksum_ok(start, header_length))
		return PACKET_BAD_IPV4_CHECKSUM;
	return dissect_transport(p, &payload);
}

static enum packet_verdict dissect_ipv6(struct packet *p, struct extent *e)
{
	bool cut = is_cut(e);

	p->network = NETWORK_IPV6;
	bool sound = ipv6_decode(&p->ipv6, &e->in);
	p->src = p->ipv6.src;
	p->dst = p->ipv6.dst;
	p->ttl = p->ipv6.hop_limit;
	p->protocol = p->ipv6.protocol;
	p->is_fragment = p->ipv6.more_fragments || p->ipv6.fragment_offset > 0;
	if (!sound)
		return failure(&e->in, cut, PACKET_BAD_IPV6);
	if ((size_t)IPV6_HEADER + p->ipv6.payload_length > e->whole)
		return PACKET_BAD_IPV6;
	struct extent payload = payload_of(p, e, (size_t)p->ipv6.payload_length - p->ipv6.extensions_length);
	return dissect_transport(p, &payload);
}

/* Everything that a reader may look at whatever the verdict; the layers' own structs are filled as reached. */
static void start(struct packet *p)
{
	p->ethernet.vlan_count = 0;
	p->network = NETWORK_NONE;
	p->transport = TRANSPORT_NONE;
	p->src = p->dst = (struct ip_addr){.family = IP_NONE};
	p->ttl = p->protocol = 0;
	p->is_fragment = p->has_ah = false;
	p->ah_spi = p->ah_sequence = 0;
	p->ip_payload = p->payload = NULL;
	p->ip_payload_length = p->payload_length = 0;
}

static struct extent extent_of(const uint8_t *bytes, size_t captured, size_t length)
{
	return (struct extent){.in = {.at = bytes, .end = bytes + captured},
			       .whole = length < captured ? captured : length};
}

/* Only headers are read of these, so a cut frame may be whole enough. */
static enum packet_verdict dissect_over_ethernet(struct packet *p, struct extent *e)
{
	bool cut = is_cut(e);

	p->payload = e->in.at;
	p->payload_length = rd_left(&e->in);
	if (p->ethernet.type != ETHERTYPE_NLB) {
		p->transport = TRANSPORT_FGCP;
		(void)fgcp_decode(&p->fgcp, p->ethernet.type, &e->in);
		return PACKET_OK;
	}
	enum packet_verdict v = nlb_decode(&p->nlb, &e->in) ? PACKET_OK : failure(&e->in, cut, PACKET_BAD_NLB);
	if (v != PACKET_CUT)
		p->transport = TRANSPORT_NLB;
	return v;
}

static enum packet_verdict dissect_ethernet(struct packet *p, struct extent *e)
{
	bool cut = is_cut(e);
	const uint8_t *start_of_frame = e->in.at;

	if (!ethernet_decode(&p->ethernet, &e->in))
		return failure(&e->in, cut, PACKET_BAD_ETHERNET);
	e->whole -= (size_t)(e->in.at - start_of_frame);
	switch (p->ethernet.type) {
	case ETHERTYPE_ARP:
		p->network = NETWORK_ARP;
		return arp_decode(&p->arp, &e->in) ? PACKET_OK : failure(&e->in, cut, PACKET_BAD_ARP);
	case ETHERTYPE_IPV4:
		return dissect_ipv4(p, e);
	case ETHERTYPE_IPV6:
		return dissect_ipv6(p, e);
	case ETHERTYPE_NLB:
	case FGCP_HEARTBEAT:
	case FGCP_HEARTBEAT_TP:
	case FGCP_SESSION_SYNC:
	case FGCP_CONFIG_SYNC:
		return dissect_over_ethernet(p, e);
	default:
		return PACKET_OK;
	}
}

static bool dissect(struct packet *p, struct extent e)
{
	start(p);
	p->verdict = dissect_ethernet(p, &e);
	return p->verdict == PACKET_OK;
}

bool packet_dissect(struct packet *p, const uint8_t *bytes, size_t captured, size_t length)
{
	return dissect(p, extent_of(bytes, captured, length));
}

const struct packet *packet_of(struct frame *f)
{
	struct packet *p = frame_note(f);

	if (p != NULL)
		return p;
	p = frame_note_new(f, sizeof *p);
	if (p == NULL)
		return NULL;
	struct extent e = extent_of(f->data, f->length, f->length);
	e.summed = f->summed != 0;
	(void)dissect(p, e);
	return p;
}

bool packet_dissect_ip(struct packet *p, const uint8_t *bytes, size_t captured, size_t length)
{
	struct extent e = extent_of(bytes, captured, length);

	start(p);
	p->ethernet = (struct ethernet_header){.vlan_count = 0};
	/* A version other than 6 is left to IPv4's decoder, which refuses all but its own. */
	bool is_v6 = captured > 0 && bytes[0] >> 4 == 6;
	p->verdict = is_v6 ? dissect_ipv6(p, &e) : dissect_ipv4(p, &e);
	return p->verdict == PACKET_OK;
}

/* --- building -------------------------------------------------------------------------------------------- */

static size_t ethernet_length(const struct packet_envelope *e)
{
	return (size_t)ETHERNET_HEADER + e->vlan_count * 4u;
}

/* Without its length, which packet_end knows. */
static void write_ipv4(const struct packet_envelope *e, struct wr *out)
{
	struct ipv4_header h = {
		.tos = e->tos,
		.id = e->id,
		.dont_fragment = e->dont_fragment,
		.ttl = e->ttl,
		.protocol = e->protocol,
		.src = e->src,
		.dst = e->dst,
	};

	ipv4_encode(&h, out);
}

void packet_begin(struct wr *out, const struct packet_envelope *e)
{
	struct ethernet_header ethernet = {
		.dst = e->dst_mac,
		.src = e->src_mac,
		.vlan_count = e->vlan_count,
		.type = e->src.family == IP_V6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4,
	};

	assert(wr_length(out) == 0 && e->vlan_count <= ETHERNET_VLANS);
	assert(e->src.family != IP_NONE && e->src.family == e->dst.family);
	if (e->vlan_count > 0)
		memcpy(ethernet.vlan, e->vlan, sizeof ethernet.vlan);
	ethernet_encode(&ethernet, out);
	if (e->src.family == IP_V4) {
		write_ipv4(e, out);
		return;
	}
	struct ipv6_header ipv6 = {
		.traffic_class = e->tos,
		.next_header = e->protocol,
		.hop_limit = e->ttl,
		.src = e->src,
		.dst = e->dst,
	};
	ipv6_encode(&ipv6, out);
}

void packet_end(struct wr *out, const struct packet_envelope *e)
{
	size_t ip_at = ethernet_length(e);
	bool is_v6 = e->src.family == IP_V6;
	size_t ip_header = is_v6 ? IPV6_HEADER : IPV4_HEADER;

	if (out->bad)
		return;
	assert(wr_length(out) >= ip_at + ip_header);
	size_t ip_length = wr_length(out) - ip_at;
	if (ip_length - (is_v6 ? ip_header : 0) > UINT16_MAX) {
		out->bad = true;
		return;
	}
	if (is_v6) {
		wr_patch16(out, ip_at + 4, (uint16_t)(ip_length - ip_header));
		return;
	}
	/* RFC 1624 3: the sum that packet_begin made, and the length, which was 0 in it. */
	uint8_t *header = out->start + ip_at;
	uint64_t sum = (uint16_t)~get_be16(header + 10) + ip_length;
	put_be16(header + 2, (uint16_t)ip_length);
	put_be16(header + 10, (uint16_t)~checksum_fold(sum));
}

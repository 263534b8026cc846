// SPDX-License-Identifier: BSD-2-Clause
/*
 * Frames for the tests of sim/wire: hex to bytes, and valid random frames of every kind that the encoders
 * can write. What a sample carries follows from the stream that it is drawn from.
 */
#ifndef VL_TESTS_WIRE_SAMPLES_H
#define VL_TESTS_WIRE_SAMPLES_H

#include <assert.h>

#include "sim/base/checksum.h"
#include "sim/base/prng.h"
#include "sim/wire/packet.h"

#define SAMPLE_ROOM 2048

/* X(constant, name) */
#define SAMPLE_KINDS(X)                                       \
	X(SAMPLE_ARP_REQUEST, "arp request")                  \
	X(SAMPLE_ARP_REPLY, "arp reply")                      \
	X(SAMPLE_ARP_GRATUITOUS, "gratuitous arp")            \
	X(SAMPLE_ECHO4, "echo request, IPv4")                 \
	X(SAMPLE_ECHO_REPLY4, "echo reply, IPv4")             \
	X(SAMPLE_UNREACHABLE4, "unreachable, IPv4")           \
	X(SAMPLE_ECHO6, "echo request, IPv6")                 \
	X(SAMPLE_SOLICITATION, "neighbour solicitation")      \
	X(SAMPLE_ADVERTISEMENT, "neighbour advertisement")    \
	X(SAMPLE_ROUTER_SOLICITATION, "router solicitation")  \
	X(SAMPLE_ROUTER_ADVERTISEMENT, "router advertisement") \
	X(SAMPLE_UDP4, "UDP, IPv4")                           \
	X(SAMPLE_UDP4_NO_SUM, "UDP without checksum")         \
	X(SAMPLE_UDP6, "UDP, IPv6")                           \
	X(SAMPLE_TCP4, "TCP, IPv4")                           \
	X(SAMPLE_TCP6, "TCP, IPv6")                           \
	X(SAMPLE_VRRP2, "VRRPv2")                             \
	X(SAMPLE_VRRP2_TEXT, "VRRPv2, text authentication")   \
	X(SAMPLE_VRRP2_MD5, "VRRPv2, Cisco MD5")              \
	X(SAMPLE_VRRP2_AH, "VRRPv2 inside AH")                \
	X(SAMPLE_VRRP3_MESSAGE, "VRRPv3, IPv4, message sum")  \
	X(SAMPLE_VRRP3_PSEUDO, "VRRPv3, IPv4, pseudo-header") \
	X(SAMPLE_VRRP3_IPV6, "VRRPv3, IPv6")                  \
	X(SAMPLE_CARP, "CARP")                                \
	X(SAMPLE_IPV4_OPTIONS, "UDP behind IPv4 options")     \
	X(SAMPLE_IPV4_FRAGMENT, "IPv4 fragment")              \
	X(SAMPLE_IPV6_EXTENSIONS, "UDP behind IPv6 extension headers") \
	X(SAMPLE_IPV6_FRAGMENT, "IPv6 fragment")              \
	X(SAMPLE_OTHER, "another ethertype")

enum sample_kind {
#define X(constant, name) constant,
	SAMPLE_KINDS(X)
#undef X
	SAMPLE_KIND_COUNT
};

static inline const char *sample_name(enum sample_kind kind)
{
	static const char *const names[] = {
#define X(constant, name) [constant] = name,
		SAMPLE_KINDS(X)
#undef X
	};

	return names[kind];
}

/* Fills `out` from hex digits; blanks are skipped. Returns the number of bytes. */
static inline size_t hex(uint8_t *out, size_t room, const char *text)
{
	size_t digits = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		const char *at = strchr("0123456789abcdef", *text);
		assert(at != NULL && digits / 2 < room);
		unsigned v = (unsigned)(at - "0123456789abcdef");
		out[digits / 2] = (uint8_t)(digits % 2 == 0 ? v << 4 : out[digits / 2] | v);
		digits++;
	}
	assert(digits % 2 == 0);
	return digits / 2;
}

/* --- chance ---------------------------------------------------------------------------------------------- */

static inline uint8_t random_u8(struct prng *p)
{
	return (uint8_t)prng_u64(p);
}

static inline uint16_t random_u16(struct prng *p)
{
	return (uint16_t)prng_u64(p);
}

static inline uint32_t random_u32(struct prng *p)
{
	return (uint32_t)prng_u64(p);
}

static inline bool random_bool(struct prng *p)
{
	return prng_below(p, 2) == 1;
}

static inline struct mac random_mac(struct prng *p)
{
	return (struct mac){{0x02, random_u8(p), random_u8(p), random_u8(p), random_u8(p), random_u8(p)}};
}

/* Unicast, of documentation's networks. */
static inline struct ip_addr random_ip(struct prng *p, enum ip_family family)
{
	if (family == IP_V4)
		return ip4(192, 0, 2, (uint8_t)(1 + prng_below(p, 254)));
	struct ip_addr a = {.family = IP_V6, .b = {0x20, 0x01, 0x0d, 0xb8}};
	for (size_t i = 8; i < 16; i++)
		a.b[i] = random_u8(p);
	return a;
}

/* Letters: a payload in which no outside program sees another protocol. */
static inline size_t random_text(struct prng *p, uint8_t *out, size_t most)
{
	size_t n = (size_t)prng_below(p, most + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)('a' + prng_below(p, 26));
	return n;
}

/* --- frames ---------------------------------------------------------------------------------------------- */

static inline struct packet_envelope random_envelope(struct prng *p, enum ip_family family, uint8_t protocol)
{
	struct packet_envelope e = {
		.src_mac = random_mac(p),
		.dst_mac = random_mac(p),
		.vlan_count = (uint8_t)prng_below(p, 3),
		.src = random_ip(p, family),
		.dst = random_ip(p, family),
		.ttl = (uint8_t)(1 + prng_below(p, 255)),
		.tos = (uint8_t)(prng_below(p, 64) << 2),
		.id = random_u16(p),
		.dont_fragment = random_bool(p),
		.protocol = protocol,
	};

	for (size_t i = 0; i < e.vlan_count; i++)
		e.vlan[i] = (struct vlan_tag){
			.type = i == 0 && e.vlan_count > 1 ? ETHERTYPE_QINQ : ETHERTYPE_VLAN,
			.id = (uint16_t)(1 + prng_below(p, 4094)),
			.priority = (uint8_t)prng_below(p, 8),
			.drop_eligible = random_bool(p),
		};
	return e;
}

static inline void write_ethernet(struct wr *out, const struct packet_envelope *e, uint16_t type)
{
	struct ethernet_header h = {
		.dst = e->dst_mac, .src = e->src_mac, .vlan_count = e->vlan_count, .type = type};

	memcpy(h.vlan, e->vlan, sizeof h.vlan);
	ethernet_encode(&h, out);
}

static inline void write_sample_arp(struct prng *p, enum sample_kind kind, struct wr *out)
{
	struct packet_envelope e = random_envelope(p, IP_V4, 0);
	struct arp_packet a = {
		.operation = kind == SAMPLE_ARP_REPLY ? ARP_REPLY : ARP_REQUEST,
		.sender_mac = e.src_mac,
		.target_mac = kind == SAMPLE_ARP_REQUEST ? MAC_ZERO : e.dst_mac,
		.sender_ip = e.src,
		.target_ip = kind == SAMPLE_ARP_GRATUITOUS ? e.src : e.dst,
	};

	write_ethernet(out, &e, ETHERTYPE_ARP);
	arp_encode(&a, out);
}

static inline void write_sample_icmp(struct prng *p, enum sample_kind kind, struct wr *out)
{
	bool is_v4 = kind == SAMPLE_ECHO4 || kind == SAMPLE_ECHO_REPLY4 || kind == SAMPLE_UNREACHABLE4;
	enum ip_family family = is_v4 ? IP_V4 : IP_V6;
	struct packet_envelope e = random_envelope(p, family, is_v4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6);
	struct icmp_message m = {.family = family};
	uint8_t data[400];
	struct wr w = wr_of(data, sizeof data);

	switch ((int)kind) {
	case SAMPLE_ECHO4:
	case SAMPLE_ECHO_REPLY4:
	case SAMPLE_ECHO6:
		m.type = kind == SAMPLE_ECHO6   ? ICMPV6_ECHO_REQUEST
			 : kind == SAMPLE_ECHO4 ? ICMP_ECHO_REQUEST
						: ICMP_ECHO_REPLY;
		m.id = random_u16(p);
		m.sequence = random_u16(p);
		w.at += random_text(p, data, sizeof data);
		break;
	case SAMPLE_UNREACHABLE4: {
		/* The start of a UDP packet, as RFC 792 quotes it. */
		struct ipv4_header quoted = {.total_length = 28 + 5, .ttl = 7, .protocol = IP_PROTOCOL_UDP,
					     .src = e.dst, .dst = e.src};
		m.type = ICMP_UNREACHABLE;
		m.code = 3;
		ipv4_encode(&quoted, &w);
		wr_be16(&w, 40000);
		wr_be16(&w, 9);
		wr_be16(&w, 8 + 5);
		wr_be16(&w, 0);
		break;
	}
	case SAMPLE_SOLICITATION:
	case SAMPLE_ADVERTISEMENT:
		e.ttl = 255;
		m.type = kind == SAMPLE_SOLICITATION ? ICMPV6_NEIGHBOR_SOLICITATION
						     : ICMPV6_NEIGHBOR_ADVERTISEMENT;
		m.target = random_ip(p, IP_V6);
		m.has_link_address = random_bool(p);
		m.link_address = m.has_link_address ? random_mac(p) : MAC_ZERO;
		if (kind == SAMPLE_ADVERTISEMENT) {
			m.router = random_bool(p);
			m.solicited = random_bool(p);
			m.override = random_bool(p);
		}
		break;
	case SAMPLE_ROUTER_SOLICITATION:
		e.ttl = 255;
		m.type = ICMPV6_ROUTER_SOLICITATION;
		wr_be16(&w, 0x0101); /* source link-layer address, 8 bytes */
		wr_mac(&w, e.src_mac);
		break;
	default: /* router advertisement: hop limit 64, lifetime 1800 s; timers; MTU option */
		e.ttl = 255;
		m.type = ICMPV6_ROUTER_ADVERTISEMENT;
		m.word = UINT32_C(64) << 24 | 1800;
		wr_be64(&w, 0);
		wr_be16(&w, 0x0501);
		wr_be16(&w, 0);
		wr_be32(&w, 1500);
		break;
	}
	m.data = data;
	m.data_length = wr_length(&w);
	packet_begin(out, &e);
	icmp_encode(&m, &e.src, &e.dst, out);
	packet_end(out, &e);
}

static inline void write_sample_udp(struct prng *p, enum sample_kind kind, struct wr *out)
{
	struct packet_envelope e = random_envelope(p, kind == SAMPLE_UDP6 ? IP_V6 : IP_V4, IP_PROTOCOL_UDP);
	struct udp_header h = {.src_port = (uint16_t)(40000 + prng_below(p, 1000)), .dst_port = 9};
	uint8_t data[400];
	size_t n = random_text(p, data, sizeof data);

	packet_begin(out, &e);
	size_t at = wr_length(out);
	udp_encode(&h, &e.src, &e.dst, data, n, out);
	if (kind == SAMPLE_UDP4_NO_SUM)
		wr_patch16(out, at + 6, 0);
	packet_end(out, &e);
}

static inline void write_sample_tcp(struct prng *p, enum sample_kind kind, struct wr *out)
{
	/* MSS 1460, SACK permitted, timestamps, no-operation, window scale 7: what Linux sends. */
	static const uint8_t options[20] = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7};
	static const uint8_t flags[] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK, TCP_PSH | TCP_ACK,
					TCP_FIN | TCP_ACK, TCP_RST};
	struct packet_envelope e = random_envelope(p, kind == SAMPLE_TCP6 ? IP_V6 : IP_V4, IP_PROTOCOL_TCP);
	size_t shape = (size_t)prng_below(p, sizeof flags);
	struct tcp_header h = {
		.src_port = (uint16_t)(40000 + prng_below(p, 1000)),
		.dst_port = 9,
		.sequence = random_u32(p),
		.acknowledgment = (flags[shape] & TCP_ACK) != 0 ? random_u32(p) : 0,
		.flags = flags[shape],
		.window = random_u16(p),
	};
	uint8_t data[400];
	size_t n = flags[shape] == (TCP_PSH | TCP_ACK) ? random_text(p, data, sizeof data) : 0;

	if ((h.flags & TCP_SYN) != 0) {
		h.options_length = sizeof options;
		memcpy(h.options, options, sizeof options);
	}
	packet_begin(out, &e);
	tcp_encode(&h, &e.src, &e.dst, data, n, out);
	packet_end(out, &e);
}

static inline void write_sample_vrrp(struct prng *p, enum sample_kind kind, struct wr *out)
{
	bool is_v2 = kind <= SAMPLE_VRRP2_AH;
	enum ip_family family = kind == SAMPLE_VRRP3_IPV6 ? IP_V6 : IP_V4;
	struct packet_envelope e = random_envelope(p, family, IP_PROTOCOL_VRRP);
	uint8_t addresses[6 * 16], trailer[30] = {0xfe, 0x1c, 0x01};
	struct wr w = wr_of(addresses, sizeof addresses);
	struct vrrp_message m = {
		.version = is_v2 ? 2 : 3,
		.type = VRRP_ADVERTISEMENT,
		.vrid = (uint8_t)(1 + prng_below(p, 255)),
		.priority = random_u8(p),
		.address_count = (uint8_t)(1 + prng_below(p, 6)),
		.family = family,
		.checksum_form = kind == SAMPLE_VRRP3_MESSAGE || is_v2 ? VRRP_CHECKSUM_MESSAGE
								       : VRRP_CHECKSUM_PSEUDO,
		.addresses = addresses,
		.trailer = trailer,
	};

	for (size_t i = 0; i < m.address_count; i++) {
		struct ip_addr a = random_ip(p, family);
		wr_ip(&w, &a);
	}
	if (is_v2) {
		m.interval_s = (uint8_t)(1 + prng_below(p, 255));
		m.has_auth_data = true;
	} else {
		m.interval_cs = (uint16_t)(1 + prng_below(p, 4095));
	}
	if (kind == SAMPLE_VRRP2_TEXT) {
		m.auth_type = VRRP_AUTH_TEXT;
		memcpy(m.auth_data, "s3cret", 6);
	} else if (kind == SAMPLE_VRRP2_MD5) {
		m.auth_type = VRRP_AUTH_CISCO_MD5;
		memcpy(trailer + 6, e.src.b, 4);
		for (size_t i = 14; i < sizeof trailer; i++)
			trailer[i] = random_u8(p);
		m.trailer_length = sizeof trailer;
	}
	e.ttl = 255;
	e.dst = family == IP_V6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
	e.dst_mac = mac_of_group(&e.dst);
	e.src_mac = vrrp_virtual_mac(family, m.vrid);
	if (kind == SAMPLE_VRRP2_AH) {
		e.protocol = IP_PROTOCOL_AH;
		m.auth_type = VRRP_AUTH_AH;
	}
	packet_begin(out, &e);
	if (kind == SAMPLE_VRRP2_AH) {
		wr_be32(out, UINT32_C(0x70040000)); /* next header VRRP, 24 bytes */
		wr_be32(out, ip4_to_u32(&e.src));
		wr_be32(out, random_u32(p));
		wr_zero(out, 12);
	}
	vrrp_encode(&m, &e.src, &e.dst, out);
	packet_end(out, &e);
}

static inline void write_sample_carp(struct prng *p, struct wr *out)
{
	struct packet_envelope e = random_envelope(p, IP_V4, IP_PROTOCOL_VRRP);
	struct carp_message m = {.vhid = (uint8_t)(1 + prng_below(p, 255)),
				 .advskew = (uint8_t)prng_below(p, 255),
				 .advbase = (uint8_t)(1 + prng_below(p, 5)),
				 .counter = prng_u64(p)};

	e.ttl = 255;
	e.dst = VRRP_GROUP_V4;
	e.dst_mac = mac_of_group(&e.dst);
	carp_digest(m.digest, &m, "secret", &e.src, 1);
	packet_begin(out, &e);
	carp_encode(&m, out);
	packet_end(out, &e);
}

/* Options, fragments: headers that packet_begin does not write. */
static inline void write_sample_ipv4(struct prng *p, enum sample_kind kind, struct wr *out)
{
	struct packet_envelope e = random_envelope(p, IP_V4, IP_PROTOCOL_UDP);
	struct udp_header udp = {.src_port = 40000, .dst_port = 9};
	struct ipv4_header h = {.id = e.id, .ttl = e.ttl, .protocol = e.protocol, .src = e.src, .dst = e.dst};
	uint8_t data[400], payload[512] = {0};
	struct wr w = wr_of(payload, sizeof payload);

	if (kind == SAMPLE_IPV4_OPTIONS) {
		static const uint8_t router_alert[8] = {0x94, 0x04, 0, 0, 1, 1, 1, 0};
		size_t n = random_text(p, data, sizeof data);
		udp_encode(&udp, &e.src, &e.dst, data, n, &w);
		h.options_length = sizeof router_alert;
		memcpy(h.options, router_alert, sizeof router_alert);
	} else {
		h.more_fragments = random_bool(p);
		h.fragment_offset = (uint16_t)(8 * (1 + prng_below(p, 100)));
		w.at += random_text(p, payload, 50) / 8 * 8 + 8;
	}
	h.total_length = (uint16_t)((size_t)IPV4_HEADER + h.options_length + wr_length(&w));
	write_ethernet(out, &e, ETHERTYPE_IPV4);
	ipv4_encode(&h, out);
	wr_bytes(out, payload, wr_length(&w));
}

static inline void write_sample_ipv6(struct prng *p, enum sample_kind kind, struct wr *out)
{
	struct packet_envelope e = random_envelope(p, IP_V6, IP_PROTOCOL_UDP);
	struct udp_header udp = {.src_port = 40000, .dst_port = 9};
	struct ipv6_header h = {.hop_limit = e.ttl, .flow_label = random_u32(p) & 0xfffff, .src = e.src,
				.dst = e.dst};
	uint8_t data[400], payload[512] = {0};
	struct wr w = wr_of(payload, sizeof payload);

	if (kind == SAMPLE_IPV6_EXTENSIONS) {
		static const uint8_t extensions[24] = {
			60, 0, 1, 4, 0, 0, 0, 0,                        /* hop-by-hop: PadN */
			17, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 /* destination, 16 bytes: PadN */
		};
		size_t n = random_text(p, data, sizeof data);
		h.next_header = IP_PROTOCOL_HOP_BY_HOP;
		wr_bytes(&w, extensions, sizeof extensions);
		udp_encode(&udp, &e.src, &e.dst, data, n, &w);
	} else {
		h.next_header = IP_PROTOCOL_FRAGMENT;
		wr_be16(&w, IP_PROTOCOL_UDP << 8);
		wr_be16(&w, (uint16_t)((1 + prng_below(p, 100)) * 8 | (random_bool(p) ? 1 : 0)));
		wr_be32(&w, random_u32(p));
		wr_bytes(&w, "eight by", 8);
	}
	h.payload_length = (uint16_t)wr_length(&w);
	write_ethernet(out, &e, ETHERTYPE_IPV6);
	ipv6_encode(&h, out);
	wr_bytes(out, payload, wr_length(&w));
}

/* Writes a valid frame of `kind` to `bytes`, which has SAMPLE_ROOM. Returns its length. */
static inline size_t sample(struct prng *p, enum sample_kind kind, uint8_t bytes[SAMPLE_ROOM])
{
	struct wr out = wr_of(bytes, SAMPLE_ROOM);

	if (kind <= SAMPLE_ARP_GRATUITOUS)
		write_sample_arp(p, kind, &out);
	else if (kind <= SAMPLE_ROUTER_ADVERTISEMENT)
		write_sample_icmp(p, kind, &out);
	else if (kind <= SAMPLE_UDP6)
		write_sample_udp(p, kind, &out);
	else if (kind <= SAMPLE_TCP6)
		write_sample_tcp(p, kind, &out);
	else if (kind <= SAMPLE_VRRP3_IPV6)
		write_sample_vrrp(p, kind, &out);
	else if (kind == SAMPLE_CARP)
		write_sample_carp(p, &out);
	else if (kind <= SAMPLE_IPV4_FRAGMENT)
		write_sample_ipv4(p, kind, &out);
	else if (kind <= SAMPLE_IPV6_FRAGMENT)
		write_sample_ipv6(p, kind, &out);
	else {
		struct packet_envelope e = random_envelope(p, IP_V4, 0);
		write_ethernet(&out, &e, 0x88b5); /* IEEE 802: local experiment */
		wr_bytes(&out, "experiment", 10);
	}
	assert(!out.bad);
	return wr_length(&out);
}

#endif

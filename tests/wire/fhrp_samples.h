// SPDX-License-Identifier: BSD-2-Clause
/* Random frames of HSRP, GLBP, CCP, NLB and FGCP as their products send them, for the tests of those. */
#ifndef VL_TESTS_WIRE_FHRP_SAMPLES_H
#define VL_TESTS_WIRE_FHRP_SAMPLES_H

#include "tests/wire/samples.h"

/* X(constant, name) */
#define FHRP_KINDS(X)                                    \
	X(FHRP_HSRP1, "HSRP version 1")                  \
	X(FHRP_HSRP1_MD5, "HSRP version 1, MD5")         \
	X(FHRP_HSRP1_INTERFACE, "HSRP version 1, advertise") \
	X(FHRP_HSRP2, "HSRP version 2")                  \
	X(FHRP_HSRP2_TEXT, "HSRP version 2, text")       \
	X(FHRP_HSRP2_MD5, "HSRP version 2, MD5")         \
	X(FHRP_HSRP2_INTERFACE, "HSRP version 2, interface state") \
	X(FHRP_HSRP6, "HSRP version 2, IPv6")            \
	X(FHRP_GLBP, "GLBP")                             \
	X(FHRP_GLBP_MD5, "GLBP, MD5")                    \
	X(FHRP_GLBP_CHAIN, "GLBP, MD5 key chain")        \
	X(FHRP_GLBP6, "GLBP, IPv6")                      \
	X(FHRP_CCP_STATE, "CCP MY_STATE")                \
	X(FHRP_CCP_OTHER, "CCP probe")                   \
	X(FHRP_NLB, "NLB heartbeat")                     \
	X(FHRP_FGCP, "FGCP")

enum fhrp_kind {
#define X(constant, name) constant,
	FHRP_KINDS(X)
#undef X
	FHRP_KIND_COUNT
};

static inline const char *fhrp_name(enum fhrp_kind kind)
{
	static const char *const names[] = {
#define X(constant, name) [constant] = name,
		FHRP_KINDS(X)
#undef X
	};

	return names[kind];
}

static inline void random_bytes(struct prng *p, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = random_u8(p);
}

static inline struct hsrp_message random_hsrp(struct prng *p, enum fhrp_kind kind)
{
	bool v1 = kind <= FHRP_HSRP1_INTERFACE;
	enum ip_family family = kind == FHRP_HSRP6 ? IP_V6 : IP_V4;
	struct hsrp_message m = {.version = v1 ? 1 : 2, .family = family};

	if (kind == FHRP_HSRP1_INTERFACE || kind == FHRP_HSRP2_INTERFACE) {
		m.has_interface = true;
		m.opcode = v1 ? HSRP_ADVERTISE : HSRP_HELLO;
		m.interface_state = v1 ? (uint8_t)(1 + prng_below(p, 3)) : 0;
		m.active_groups = random_u16(p);
		m.passive_groups = random_u16(p);
		m.family = v1 ? IP_V4 : IP_NONE;
		return m;
	}
	m.has_group = true;
	m.opcode = (uint8_t)prng_below(p, 3);
	m.state = hsrp_state_byte(m.version, (enum hsrp_state)(HSRP_INIT + prng_below(p, 6)));
	m.group = (uint16_t)prng_below(p, v1 ? 256 : 4096);
	m.priority = random_u8(p);
	m.hello_ms = v1 ? random_u8(p) * 1000u : random_u32(p);
	m.hold_ms = v1 ? random_u8(p) * 1000u : random_u32(p);
	m.virtual_ip = random_ip(p, family);
	if (!v1)
		m.identifier = random_mac(p);
	if (kind == FHRP_HSRP1 || kind == FHRP_HSRP2_TEXT) {
		m.auth = HSRP_AUTH_TEXT;
		memcpy(m.text, "cisco", 5);
	} else if (kind == FHRP_HSRP1_MD5 || kind == FHRP_HSRP2_MD5) {
		m.auth = HSRP_AUTH_MD5;
		m.md5_algorithm = 1;
		m.md5_source = random_u32(p);
		m.md5_key_id = random_u32(p);
		random_bytes(p, m.md5_digest, sizeof m.md5_digest);
	}
	return m;
}

/* `auth` has room for 20 bytes and is borrowed. */
static inline struct glbp_message random_glbp(struct prng *p, enum fhrp_kind kind, uint8_t auth[20])
{
	struct glbp_message m = {
		.group = (uint16_t)prng_below(p, 1024),
		.owner = random_mac(p),
		.has_hello = true,
		.state = GLBP_ACTIVE,
		.priority = random_u8(p),
		.hello_ms = random_u32(p),
		.hold_ms = random_u32(p),
		.redirect_s = random_u16(p),
		.timeout_s = random_u16(p),
		.virtual_ip = random_ip(p, kind == FHRP_GLBP6 ? IP_V6 : IP_V4),
		.forwarder_count = (uint8_t)prng_below(p, GLBP_FORWARDERS + 1),
	};

	random_bytes(p, auth, 20);
	if (kind == FHRP_GLBP_MD5) {
		m.auth = GLBP_AUTH_MD5;
		m.auth_length = 16;
		m.auth_data = auth;
	} else if (kind == FHRP_GLBP_CHAIN) {
		m.auth = GLBP_AUTH_MD5_CHAIN;
		m.auth_length = 20;
		m.auth_data = auth;
	}
	for (size_t i = 0; i < m.forwarder_count; i++) {
		struct glbp_forwarder *f = &m.forwarder[i];
		*f = (struct glbp_forwarder){.number = (uint8_t)(i + 1), .state = GLBP_LISTEN,
					     .priority = random_u8(p), .weight = random_u8(p)};
		random_bytes(p, f->unread, sizeof f->unread);
		f->virtual_mac = glbp_virtual_mac(m.group, f->number);
	}
	return m;
}

/* `rest` is borrowed: member states, then what follows. */
static inline struct ccp_message random_ccp(struct prng *p, enum fhrp_kind kind, uint8_t rest[32])
{
	struct ccp_message m = {
		.version = 540,
		.cluster = random_u16(p),
		.opcode = kind == FHRP_CCP_STATE ? CCP_MY_STATE : CCP_IF_PROBE_REPLY,
		.source_interface = random_u16(p),
		.random_id = random_u16(p),
		.source_machine = (uint16_t)prng_below(p, 8),
		.destination_machine = 0xfffe,
		.policy = random_u16(p),
		.filler = 0,
	};

	random_bytes(p, rest, 32);
	if (kind == FHRP_CCP_STATE) {
		m.has_state = true;
		m.member_count = 2;
		m.report = CCP_REPORTS_STATES;
		m.ha_mode = (uint16_t)prng_below(p, 5);
		m.time_unit_ms = random_u16(p);
		rest[0] = CCP_ACTIVE;
		rest[1] = CCP_STANDBY;
		m.member_state = rest;
	} else {
		m.rest = rest + 2;
		m.rest_length = 8;
	}
	return m;
}

static inline void write_over_udp(struct prng *p, struct packet_envelope *e, uint16_t port, const struct ip_addr *to,
				  const struct wr *message, struct wr *out)
{
	struct udp_header udp = {.src_port = port, .dst_port = port};

	(void)p;
	assert(!message->bad);
	e->dst = *to;
	e->dst_mac = mac_of_group(to);
	packet_begin(out, e);
	udp_encode(&udp, &e->src, &e->dst, message->start, wr_length(message), out);
	packet_end(out, e);
}

/* Writes a frame of `kind` to `bytes`, which has SAMPLE_ROOM. Returns its length. */
static inline size_t fhrp_sample(struct prng *p, enum fhrp_kind kind, uint8_t bytes[SAMPLE_ROOM])
{
	bool v6 = kind == FHRP_HSRP6 || kind == FHRP_GLBP6;
	struct packet_envelope e = random_envelope(p, v6 ? IP_V6 : IP_V4, IP_PROTOCOL_UDP);
	uint8_t message[512], part[64];
	struct wr out = wr_of(bytes, SAMPLE_ROOM), w = wr_of(message, sizeof message);

	if (kind <= FHRP_HSRP6) {
		struct hsrp_message m = random_hsrp(p, kind);
		hsrp_encode(&m, &w);
		e.ttl = v6 ? 255 : 1;
		write_over_udp(p, &e, v6 ? HSRP_PORT_V6 : HSRP_PORT,
			       v6 ? &HSRP_GROUP_V6 : m.version == 1 ? &HSRP_GROUP_V1 : &HSRP_GROUP_V2, &w, &out);
	} else if (kind <= FHRP_GLBP6) {
		struct glbp_message m = random_glbp(p, kind, part);
		glbp_encode(&m, &w);
		e.ttl = 255;
		write_over_udp(p, &e, GLBP_PORT, v6 ? &GLBP_GROUP_V6 : &GLBP_GROUP_V4, &w, &out);
	} else if (kind <= FHRP_CCP_OTHER) {
		struct ccp_message m = random_ccp(p, kind, part);
		struct ip_addr network = ip4(192, 0, 2, 0);
		ccp_encode(&m, &w);
		e.src_mac = ccp_source_mac(CCP_MAC_MAGIC, (uint8_t)m.source_machine);
		write_over_udp(p, &e, CCP_PORT, &network, &w, &out);
	} else if (kind == FHRP_NLB) {
		struct nlb_message m = {.signature = NLB_HEARTBEAT, .version = 0x0206,
					.host_id = (uint32_t)(1 + prng_below(p, 32)), .cluster_ip = e.src,
					.host_ip = e.dst, .rest = part, .rest_length = sizeof part};
		random_bytes(p, part, sizeof part);
		write_ethernet(&out, &e, ETHERTYPE_NLB);
		nlb_encode(&m, &out);
	} else {
		struct fgcp_message m = {.bytes = part, .length = sizeof part};
		m.type = (uint16_t)(FGCP_HEARTBEAT + prng_below(p, 4));
		random_bytes(p, part, sizeof part);
		e.src_mac = fgcp_virtual_mac((uint16_t)prng_below(p, 1024), 3);
		write_ethernet(&out, &e, m.type);
		fgcp_encode(&m, &out);
	}
	assert(!out.bad);
	return wr_length(&out);
}

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * For tests of HSRP and GLBP: Cisco routers with one interface in the lab of boxes (tests/node/lab.h), everything that
 * is said on the hub, and frames that no box sent.
 */
#ifndef VL_TESTS_VENDORS_FHRP_LAB_H
#define VL_TESTS_VENDORS_FHRP_LAB_H

#include <stdio.h>

#include "sim/vendors/glbp_part.h"
#include "sim/vendors/hsrp_part.h"
#include "tests/node/lab.h"

#define SAID 2000
#define SAID_BYTES 128

/* A frame on the hub. */
struct said {
	vl_time at;
	struct mac src, dst;
	struct ip_addr from, to;
	uint8_t ttl, tos;
	enum packet_transport transport;
	enum packet_network network;
	struct arp_packet arp;
	size_t length;                  /* of the UDP payload */
	uint8_t bytes[SAID_BYTES];
};

static struct said said[SAID];
static size_t said_count;
static const struct lab *said_lab;

static inline bool note_said(const struct packet *p)
{
	struct said *s = &said[said_count++];

	assert_true(said_count <= SAID);
	*s = (struct said){.at = said_lab->now, .src = p->ethernet.src, .dst = p->ethernet.dst, .from = p->src, .to = p->dst,
			   .transport = p->transport, .network = p->network, .arp = p->arp};
	if (p->network == NETWORK_IPV4 || p->network == NETWORK_IPV6) {
		s->ttl = p->ttl;
		s->tos = p->network == NETWORK_IPV4 ? p->ipv4.tos : p->ipv6.traffic_class;
	}
	if (packet_is_udp(p->transport)) {
		assert_true(p->payload_length <= SAID_BYTES);
		s->length = p->payload_length;
		memcpy(s->bytes, p->payload, s->length);
	}
	return false;
}

static inline void fhrp_open(struct lab *l)
{
	lab_open(l);
	said_count = 0;
	said_lab = l;
	l->wanted = note_said;
}

static inline struct hsrp_message hsrp_of(const struct said *s)
{
	struct rd in = rd_of(s->bytes, s->length);
	struct hsrp_message m;

	assert_int_equal(s->transport, TRANSPORT_HSRP);
	assert_true(hsrp_decode(&m, &in));
	return m;
}

static inline struct glbp_message glbp_of(const struct said *s)
{
	struct rd in = rd_of(s->bytes, s->length);
	struct glbp_message m;

	assert_int_equal(s->transport, TRANSPORT_GLBP);
	assert_true(glbp_decode(&m, &in));
	return m;
}

/* The group messages of this opcode from this address in [from, until). */
static inline size_t count_hsrp(const char *ip, enum hsrp_opcode opcode, vl_time from, vl_time until)
{
	struct ip_addr address = lab_ip(ip);
	size_t n = 0;

	for (size_t i = 0; i < said_count; i++)
		if (said[i].transport == TRANSPORT_HSRP && said[i].at >= from && said[i].at < until &&
		    ip_equal(&said[i].from, &address))
			n += hsrp_of(&said[i]).has_group && hsrp_of(&said[i]).opcode == opcode;
	return n;
}

/* The n-th of them (from 0) since `from`. */
static inline const struct said *find_hsrp(const char *ip, enum hsrp_opcode opcode, vl_time from, size_t n)
{
	struct ip_addr address = lab_ip(ip);

	for (size_t i = 0; i < said_count; i++) {
		if (said[i].transport != TRANSPORT_HSRP || said[i].at < from || !ip_equal(&said[i].from, &address))
			continue;
		struct hsrp_message m = hsrp_of(&said[i]);
		if (opcode == HSRP_ADVERTISE ? m.has_interface : m.has_group && m.opcode == opcode)
			if (n-- == 0)
				return &said[i];
	}
	fail_msg("there is no such message");
	return said;
}

static inline void assert_bytes(const struct said *s, const char *hex)
{
	char text[2 * SAID_BYTES + 1] = "";

	for (size_t i = 0; i < s->length; i++)
		snprintf(text + 2 * i, 3, "%02x", s->bytes[i]);
	assert_string_equal(text, hex);
}

/* Sends a frame to all boxes as if another station were on the hub. */
static inline void inject(struct lab *l, const uint8_t *bytes, size_t length)
{
	struct frame *f = frame_new(l->pool, length);

	memcpy(f->data, bytes, length);
	for (unsigned k = 0; k < l->count; k++)
		if (l->on[k]) {
			l->box[k].ops->input(l->box[k].self, 0, f, l->now);
			lab_settle(l, k);
		}
	frame_unref(f);
}

static inline void inject_udp(struct lab *l, const char *from, const struct ip_addr *to, uint16_t port,
			      const uint8_t *payload, size_t length, struct mac src)
{
	uint8_t bytes[512];
	struct wr out = wr_of(bytes, sizeof bytes);
	const struct udp_header h = {.src_port = port, .dst_port = port};
	struct packet_envelope e = {.src = lab_ip(from), .dst = *to, .ttl = 1, .protocol = IP_PROTOCOL_UDP, .src_mac = src,
				    .dst_mac = mac_of_group(to)};

	packet_begin(&out, &e);
	udp_encode(&h, &e.src, &e.dst, payload, length, &out);
	packet_end(&out, &e);
	inject(l, bytes, wr_length(&out));
}

static inline struct vl_status set_word(struct lab *l, unsigned i, const char *field, const char *word)
{
	return lab_control(l, i, &(struct command){.verb = COMMAND_SET, .field = field, .type = VALUE_WORD,
						   .value = {.word = word}});
}

static inline struct vl_status set_flag(struct lab *l, unsigned i, const char *field, bool flag)
{
	return lab_control(l, i, &(struct command){.verb = COMMAND_SET, .field = field, .type = VALUE_FLAG,
						   .value = {.flag = flag}});
}

static inline struct vl_status move_object(struct lab *l, unsigned i, const char *object, bool up)
{
	return lab_control(l, i, &(struct command){.verb = COMMAND_TRACK, .field = object, .type = VALUE_FLAG,
						   .value = {.flag = up}});
}

#endif

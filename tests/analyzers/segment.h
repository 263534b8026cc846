// SPDX-License-Identifier: BSD-2-Clause
/*
 * A segment for tests of analyzers: routers and hosts say things at chosen moments, and the judge hears whole
 * frames, as from a wire. Times are in milliseconds.
 */
#ifndef VL_TESTS_ANALYZERS_SEGMENT_H
#define VL_TESTS_ANALYZERS_SEGMENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzers/conflict.h"

#define HEARD_FINDINGS 64

struct segment {
	struct conflict_judge *judge;
	uint64_t frames;
	vl_time now;
	uint16_t vlan;                  /* 0: untagged */
	uint32_t interface;
	struct finding *found;          /* HEARD_FINDINGS of them */
	size_t found_count, updates;
};

/* What a router says in its advertisements. */
struct router {
	struct ip_addr ip;
	struct mac mac;                 /* source of its advertisements */
	uint8_t version, id, priority;
	struct ip_addr vip[4];
	uint8_t vips;
	uint16_t interval_cs;
	const char *password;           /* VRRPv2 */
	uint8_t auth_type;
	uint8_t ttl;                    /* 0: 255 */
	bool wrong_checksum;
	bool no_auth_field;             /* VRRPv2 8 bytes short, as seen in the wild */
	enum vrrp_checksum_form form;   /* 0: the message alone (IPv4) */
	struct ip_addr to;              /* unicast; family 0: the group */
};

static inline struct segment segment_new(void)
{
	struct segment s = {.judge = conflict_analyzer.new(1), .found = calloc(HEARD_FINDINGS, sizeof *s.found)};

	assert_non_null(s.judge);
	assert_non_null(s.found);
	return s;
}

static inline void segment_collect(struct segment *s)
{
	struct finding f;

	while (conflict_analyzer.poll(s->judge, &f)) {
		if (f.update) {
			s->updates++;
			for (size_t i = 0; i < s->found_count; i++)
				if (s->found[i].code == f.code && ip_equal(&s->found[i].address, &f.address) &&
				    memcmp(&s->found[i].place, &f.place, sizeof f.place) == 0)
					s->found[i] = f;
			continue;
		}
		assert_true(s->found_count < HEARD_FINDINGS);
		s->found[s->found_count++] = f;
	}
}

static inline void segment_hear(struct segment *s, uint64_t ms, const struct wr *w)
{
	struct packet p;

	assert_false(w->bad);
	size_t length = wr_length(w);
	s->now = ms * VL_MS;
	(void)packet_dissect(&p, w->start, length, length);
	conflict_analyzer.frame(s->judge, &(struct analyzer_frame){.packet = &p,
								    .number = ++s->frames,
								    .interface = s->interface,
								    .at = s->now,
								    .length = length});
	segment_collect(s);
}

static inline void segment_end(struct segment *s, uint64_t ms)
{
	conflict_analyzer.finish(s->judge, ms * VL_MS);
	segment_collect(s);
}

static inline void segment_free(struct segment *s)
{
	conflict_analyzer.free(s->judge);
	free(s->found);
}

static inline struct packet_envelope segment_envelope(const struct segment *s)
{
	struct packet_envelope e = {0};

	if (s->vlan != 0) {
		e.vlan_count = 1;
		e.vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = s->vlan};
	}
	return e;
}

static inline void advertise(struct segment *s, uint64_t ms, const struct router *r)
{
	uint8_t bytes[512], addresses[64];
	struct wr w = wr_of(bytes, sizeof bytes), list = wr_of(addresses, sizeof addresses);
	struct packet_envelope e = segment_envelope(s);

	for (size_t i = 0; i < r->vips; i++)
		wr_ip(&list, &r->vip[i]);
	struct vrrp_message m = {.version = r->version, .type = VRRP_ADVERTISEMENT, .vrid = r->id,
				 .priority = r->priority, .address_count = r->vips,
				 .family = (enum ip_family)r->ip.family,
				 .auth_type = r->auth_type,
				 .interval_s = (uint8_t)(r->interval_cs / 100), .interval_cs = r->interval_cs,
				 .has_auth_data = !r->no_auth_field, .addresses = addresses,
				 .checksum_form = r->ip.family == IP_V6 ? VRRP_CHECKSUM_PSEUDO
						  : r->form != 0 ? r->form : VRRP_CHECKSUM_MESSAGE};
	if (r->password != NULL) {
		m.auth_type = VRRP_AUTH_TEXT;
		memcpy(m.auth_data, r->password, strlen(r->password));
	}
	e.src = r->ip;
	e.dst = r->to.family != IP_NONE ? r->to : r->ip.family == IP_V6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
	e.src_mac = r->mac;
	e.dst_mac = r->to.family != IP_NONE ? (struct mac){{2, 0, 0, 0, 0, 0x77}} : mac_of_group(&e.dst);
	e.ttl = r->ttl != 0 ? r->ttl : 255;
	e.protocol = IP_PROTOCOL_VRRP;
	packet_begin(&w, &e);
	size_t message = wr_length(&w);
	vrrp_encode(&m, &e.src, &e.dst, &w);
	if (r->wrong_checksum)
		bytes[message + 6] ^= 0x55;
	packet_end(&w, &e);
	segment_hear(s, ms, &w);
}

/* The same router saying goodbye. */
static inline void resign(struct segment *s, uint64_t ms, const struct router *r)
{
	struct router leaving = *r;

	leaving.priority = VRRP_PRIORITY_RESIGN;
	advertise(s, ms, &leaving);
}

static inline void advertise_carp(struct segment *s, uint64_t ms, struct ip_addr ip, struct mac mac, uint8_t vhid,
				  uint8_t advskew)
{
	uint8_t bytes[128];
	struct wr w = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = segment_envelope(s);
	struct carp_message m = {.vhid = vhid, .advskew = advskew, .advbase = 1, .counter = 7};

	e.src = ip;
	e.dst = VRRP_GROUP_V4;
	e.src_mac = mac;
	e.dst_mac = mac_of_group(&e.dst);
	e.ttl = 255;
	e.protocol = IP_PROTOCOL_VRRP;
	packet_begin(&w, &e);
	carp_encode(&m, &w);
	packet_end(&w, &e);
	segment_hear(s, ms, &w);
}

static inline void send_arp(struct segment *s, uint64_t ms, struct mac to, const struct arp_packet *arp)
{
	uint8_t bytes[128];
	struct wr w = wr_of(bytes, sizeof bytes);
	struct ethernet_header h = {.dst = to, .src = arp->sender_mac, .type = ETHERTYPE_ARP};

	if (s->vlan != 0) {
		h.vlan_count = 1;
		h.vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = s->vlan};
	}
	ethernet_encode(&h, &w);
	arp_encode(arp, &w);
	segment_hear(s, ms, &w);
}

/* A gratuitous ARP request, keepalived's form. */
static inline void announce(struct segment *s, uint64_t ms, struct ip_addr ip, struct mac mac)
{
	send_arp(s, ms, MAC_BROADCAST, &(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = mac,
							     .target_mac = MAC_BROADCAST, .sender_ip = ip,
							     .target_ip = ip});
}

/* "ip is-at mac", said to the client 10.0.0.5. */
static inline void answer(struct segment *s, uint64_t ms, struct ip_addr ip, struct mac mac)
{
	struct mac client = {{2, 0, 0, 0, 0, 5}};

	send_arp(s, ms, client, &(struct arp_packet){.operation = ARP_REPLY, .sender_mac = mac, .target_mac = client,
						      .sender_ip = ip, .target_ip = ip4(10, 0, 0, 5)});
}

/* "who has target? tell ip", from ip's own station. */
static inline void ask(struct segment *s, uint64_t ms, struct ip_addr target, struct ip_addr ip, struct mac mac)
{
	send_arp(s, ms, MAC_BROADCAST, &(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = mac,
							     .sender_ip = ip, .target_ip = target});
}

static inline const struct finding *found(const struct segment *s, const char *code)
{
	for (size_t i = 0; i < s->found_count; i++)
		if (strcmp(s->found[i].code->name, code) == 0)
			return &s->found[i];
	return NULL;
}

/* The same for one that must be there. */
__attribute__((returns_nonnull)) static inline const struct finding *must_find(const struct segment *s, const char *code)
{
	const struct finding *f = found(s, code);

	if (f == NULL) {
		fail_msg("%s was not found", code);
		abort(); /* fail_msg does not return */
	}
	return f;
}

static inline size_t conflicts(const struct segment *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->found_count; i++)
		n += finding_is_conflict(&s->found[i]);
	return n;
}

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* Ordinary traffic, and between every thousand frames the next router's turn to speak. */
#include "tests/bench/capture_maker.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/prng.h"
#include "sim/wire/packet.h"
#include "tests/bench/bench.h"

enum {
	HOSTS = 10000,
	SHORTEST = 64,
	LONGEST = 1514,
	TURN = 1000,                    /* frames from one router's turn to the next */
	PCAP_HEADER = 24,
	RECORD_HEADER = 16,
};

struct maker {
	FILE *file;
	struct prng dice;
	size_t longest;
	uint64_t written, frames;
	uint64_t expected;              /* frames in the whole file, about */
	uint8_t noise[65536];           /* what payloads are cut from */
};

/* Who speaks VRRP: each once a round. */
struct router {
	uint8_t id, version, host, vip, priority;
	const char *password;
	enum { ALWAYS, FIRST_HALF, SECOND_HALF } when;
};

static const struct router routers[] = {
	{1, 2, 1, 1, 100, NULL, ALWAYS},   {2, 3, 2, 2, 110, NULL, ALWAYS},   {3, 2, 3, 3, 120, NULL, ALWAYS},
	{4, 3, 4, 4, 100, NULL, ALWAYS},   {5, 2, 5, 5, 100, NULL, ALWAYS},   {6, 3, 6, 6, 100, NULL, ALWAYS},
	{7, 2, 7, 7, 150, "left", ALWAYS}, {8, 3, 8, 8, 254, NULL, ALWAYS},   {9, 2, 9, 9, 100, NULL, ALWAYS},
	{10, 3, 10, 10, 100, NULL, ALWAYS}, {11, 2, 11, 11, 120, NULL, ALWAYS}, {12, 3, 12, 12, 90, NULL, ALWAYS},
	{13, 2, 13, 13, 100, NULL, ALWAYS}, {14, 3, 14, 14, 80, NULL, ALWAYS}, {15, 2, 15, 15, 200, NULL, FIRST_HALF},
	{16, 3, 16, 16, 100, NULL, ALWAYS}, {17, 2, 17, 17, 100, NULL, ALWAYS}, {18, 3, 18, 18, 100, NULL, ALWAYS},
	{19, 2, 19, 19, 100, NULL, ALWAYS}, {20, 3, 20, 20, 100, NULL, ALWAYS},
	{3, 2, 23, 33, 100, NULL, ALWAYS},      /* another VIP */
	{7, 2, 27, 7, 100, "right", ALWAYS},    /* another password */
	{11, 3, 31, 11, 100, NULL, ALWAYS},     /* another version */
	{15, 2, 35, 15, 100, NULL, SECOND_HALF},
};
enum { ROUTERS = sizeof routers / sizeof routers[0], HSRP = 1, ROUND = ROUTERS + HSRP };

static void put(struct maker *m, const void *bytes, size_t length)
{
	if (fwrite(bytes, 1, length, m->file) != length)
		bench_fail("cannot write the capture");
	m->written += length;
}

/* A round is a second. */
static void put_frame(struct maker *m, const struct wr *frame)
{
	uint64_t us = m->frames++ * (1000000 / ROUND) / TURN;
	uint32_t length = (uint32_t)wr_length(frame);
	const uint32_t head[4] = {1700000000 + (uint32_t)(us / 1000000), (uint32_t)(us % 1000000), length, length};

	bench_expect(!frame->bad);
	put(m, head, sizeof head);
	put(m, frame->start, length);
}

static struct ip_addr host_address(uint64_t host, bool v6)
{
	uint8_t b[16] = {0x20, 0x01, 0x0d, 0xb8, [14] = (uint8_t)(host >> 8), [15] = (uint8_t)host};

	return v6 ? ip6_from_bytes(b) : ip4(10, 1, (uint8_t)(host >> 8), (uint8_t)host);
}

static struct mac host_mac(uint64_t host)
{
	return (struct mac){{2, 0, 0, 1, (uint8_t)(host >> 8), (uint8_t)host}};
}

static void ordinary(struct maker *m)
{
	uint8_t bytes[LONGEST];
	uint64_t from = prng_below(&m->dice, HOSTS), to = prng_below(&m->dice, HOSTS);
	bool v6 = prng_chance(&m->dice, 10, 100), tcp = prng_chance(&m->dice, 80, 100);
	size_t length = SHORTEST + prng_below(&m->dice, m->longest - SHORTEST + 1);
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = host_mac(from), .dst_mac = host_mac(to),
				    .src = host_address(from, v6), .dst = host_address(to, v6), .ttl = 64,
				    .protocol = tcp ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP};

	if (prng_chance(&m->dice, 5, 100)) {
		e.vlan_count = 1;
		e.vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = (uint16_t)(100 + from % 4)};
	}
	packet_begin(&out, &e);
	size_t headers = wr_length(&out) + (tcp ? TCP_HEADER : UDP_HEADER);
	size_t data = length > headers ? length - headers : 0;
	const uint8_t *payload = m->noise + prng_below(&m->dice, sizeof m->noise - LONGEST);
	if (tcp)
		tcp_encode(&(struct tcp_header){.src_port = 443, .dst_port = (uint16_t)(40000 + to), .flags = TCP_ACK,
						.sequence = (uint32_t)m->frames, .window = 65535},
			   &e.src, &e.dst, payload, data, &out);
	else
		udp_encode(&(struct udp_header){.src_port = 443, .dst_port = (uint16_t)(40000 + to)}, &e.src, &e.dst,
			   payload, data, &out);
	packet_end(&out, &e);
	put_frame(m, &out);
}

static void advertise(struct maker *m, const struct router *r, uint8_t priority)
{
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct ip_addr vip = ip4(10, 2, 0, r->vip);
	struct packet_envelope e = {.src_mac = vrrp_virtual_mac(IP_V4, r->id), .dst_mac = mac_of_group(&VRRP_GROUP_V4),
				    .src = ip4(10, 2, 1, r->host), .dst = VRRP_GROUP_V4, .ttl = 255,
				    .protocol = IP_PROTOCOL_VRRP};
	struct vrrp_message v = {.version = r->version, .type = 1, .vrid = r->id, .priority = priority,
				 .address_count = 1, .family = IP_V4, .interval_s = 1, .interval_cs = 100,
				 .has_auth_data = true, .addresses = vip.b,
				 .checksum_form = r->version == 3 ? VRRP_CHECKSUM_PSEUDO : VRRP_CHECKSUM_MESSAGE};

	if (r->password != NULL) {
		v.auth_type = VRRP_AUTH_TEXT;
		memcpy(v.auth_data, r->password, strlen(r->password));
	}
	packet_begin(&out, &e);
	vrrp_encode(&v, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	put_frame(m, &out);
}

/* RFC 2281: a hello of an Active router of group 1. */
static void hsrp_hello(struct maker *m)
{
	static const uint8_t hello[HSRP_V1_LENGTH] = {0, 0, 16, 3, 10, 110, 1, 0, 'c', 'i', 's', 'c', 'o', 0, 0, 0,
						   10, 2, 0, 200};
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = {{0, 0, 0x0c, 0x07, 0xac, 1}}, .dst_mac = {{1, 0, 0x5e, 0, 0, 2}},
				    .src = ip4(10, 2, 1, 200), .dst = ip4(224, 0, 0, 2), .ttl = 1,
				    .protocol = IP_PROTOCOL_UDP};

	packet_begin(&out, &e);
	udp_encode(&(struct udp_header){.src_port = HSRP_PORT, .dst_port = HSRP_PORT}, &e.src, &e.dst, hello,
		   sizeof hello, &out);
	packet_end(&out, &e);
	put_frame(m, &out);
}

static void take_turn(struct maker *m, uint64_t turn)
{
	uint64_t round = turn / ROUND, half = m->expected / TURN / ROUND / 2;

	if (turn % ROUND >= ROUTERS) {
		hsrp_hello(m);
		return;
	}
	const struct router *r = &routers[turn % ROUND];
	if (r->when == ALWAYS || (r->when == FIRST_HALF && round < half) || (r->when == SECOND_HALF && round >= half))
		advertise(m, r, r->priority);
	else if (r->when == FIRST_HALF && round == half)
		advertise(m, r, 0);     /* goodbye; the other one speaks at its turn */
	else
		hsrp_hello(m);
}

size_t capture_make(const char *path, size_t bytes, size_t longest)
{
	static const uint32_t head[PCAP_HEADER / 4] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1};
	struct maker *m = calloc(1, sizeof *m);

	bench_expect(m != NULL && longest <= LONGEST);
	m->file = fopen(path, "wb");
	if (m->file == NULL)
		bench_fail("cannot make %s", path);
	m->dice = prng_stream(1, "capture");
	m->longest = longest;
	m->expected = bytes / (RECORD_HEADER + (SHORTEST + longest) / 2);
	for (size_t i = 0; i < sizeof m->noise; i++)
		m->noise[i] = (uint8_t)prng_u64(&m->dice);
	put(m, head, sizeof head);
	while (m->written < bytes) {
		if (m->frames % TURN == TURN - 1)
			take_turn(m, m->frames / TURN);
		else
			ordinary(m);
	}
	if (fclose(m->file) != 0)
		bench_fail("cannot write %s", path);
	size_t frames = (size_t)m->frames;
	free(m);
	return frames;
}

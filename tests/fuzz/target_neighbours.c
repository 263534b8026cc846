// SPDX-License-Identifier: BSD-2-Clause
/*
 * The boxes that speak something else than VRRP (HSRP, GLBP, FGCP, ClusterXL, NLB), all of them on one segment, under
 * frames that the bytes drive: heads that reach an engine, with any payload behind them. The run must come to its end,
 * keep every rule of its own, and leave no buffer.
 *
 * And the reader of pasted log lines: any text gives matches in order, or none.
 */
#include <stdio.h>

#include "sim/scenario/run.h"
#include "sim/vendors/vendor_log.h"
#include "tests/fuzz/fuzz.h"

static const char SCRIPT[] =
	"title: neighbours\n"
	"segments: {lan: {net: 192.0.2.0/24, net6: \"2001:db8::/64\"}, ha: {}}\n"
	"nodes:\n"
	"  h1: {kind: cisco-ios, on: lan, ip: 192.0.2.2, hsrp: [{group: 1, priority: 110, vip: 192.0.2.1}]}\n"
	"  h2: {kind: cisco-ios, on: lan, ip: 192.0.2.3, hsrp: [{group: 1, vip: 192.0.2.1, preempt: true}]}\n"
	"  h3: {kind: cisco-ios, on: lan, ip: 192.0.2.7, ip6: \"2001:db8::7\", hsrp: [{group: 30, vip: \"fe80::30\"},"
	" {group: 20, version: 2, vip: 192.0.2.4, auth_md5: viplab-key}]}\n"
	"  g1: {kind: cisco-ios, on: lan, ip: 192.0.2.5, glbp: [{group: 5, vip: 192.0.2.6, hello: 1s, hold: 3s}]}\n"
	"  c1: {kind: checkpoint-gaia, on: lan, ip: 192.0.2.11, clusterxl: {member: 1, vip: 192.0.2.10, vmac: true}}\n"
	"  w1: {kind: windows, on: lan, ip: 192.0.2.21, nlb: {host: 1, vip: 192.0.2.20}}\n"
	"  f1:\n"
	"    kind: fortigate\n"
	"    interfaces: [{name: port1, on: lan, ip: 192.0.2.31}, {name: ha1, on: ha}]\n"
	"    fgcp: {heartbeat: [ha1, port1], hello_holddown: 1s}\n"
	"until: 40s\n";

enum { FRAMES = 64, LONGEST = 256 };

static const struct scenario *neighbours(void)
{
	static struct scenario_set set;

	if (set.scenario == NULL)
		FUZZ_ASSERT(scenario_load_bytes(&set, "neighbours.yaml", (const uint8_t *)SCRIPT, sizeof SCRIPT - 1));
	return &set.scenario[0];
}

/* Heads that an engine listens to. */
static const struct head {
	struct mac to;
	uint16_t type;                  /* of Ethernet, but for IP */
	uint16_t port;                  /* of UDP; 0: none */
	const char *from, *group;
	uint8_t ttl;
} heads[] = {
	{{{0x01, 0x00, 0x5e, 0x00, 0x00, 0x02}}, 0x0800, 1985, "192.0.2.9", "224.0.0.2", 1},
	{{{0x01, 0x00, 0x5e, 0x00, 0x00, 0x66}}, 0x0800, 1985, "192.0.2.9", "224.0.0.102", 1},
	{{{0x33, 0x33, 0x00, 0x00, 0x00, 0x66}}, 0x86dd, 2029, "fe80::9", "ff02::66", 255},
	{{{0x01, 0x00, 0x5e, 0x00, 0x00, 0x66}}, 0x0800, 3222, "192.0.2.9", "224.0.0.102", 255},
	{{{0x01, 0x00, 0x5e, 0x00, 0x02, 0x0a}}, 0x0800, 8116, "0.0.0.0", "192.0.2.0", 255},
	{{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}, 0x886f, 0, NULL, NULL, 0},
	{{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}, 0x8890, 0, NULL, NULL, 0},
	{{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}, 0x0806, 0, NULL, NULL, 0},
};

static void put_udp(struct wr *w, const struct head *h, size_t payload)
{
	struct ip_addr src, dst;

	FUZZ_ASSERT(ip_parse(h->from, &src) && ip_parse(h->group, &dst));
	if (h->type == 0x0800) {
		static const uint8_t head[] = {0x45, 0xc0};
		wr_bytes(w, head, sizeof head);
		wr_be16(w, (uint16_t)(28 + payload));
		wr_be32(w, 0);
		wr_u8(w, h->ttl);
		wr_u8(w, 17);
		wr_be16(w, 0);
	} else {
		wr_be32(w, 0x60000000);
		wr_be16(w, (uint16_t)(8 + payload));
		wr_u8(w, 17);
		wr_u8(w, h->ttl);
	}
	wr_ip(w, &src);
	wr_ip(w, &dst);
	wr_be16(w, h->port);
	wr_be16(w, h->port);
	wr_be16(w, (uint16_t)(8 + payload));
	wr_be16(w, 0);
}

/* One frame of the input: a head, its source's last byte, a payload. */
static size_t draw_frame(struct draw *d, uint8_t *bytes)
{
	const struct head *h = &heads[draw_u8(d) % (sizeof heads / sizeof heads[0])];
	struct mac from = {{0x00, 0x00, 0x00, 0x00, 0xfe, draw_u8(d)}};
	struct draw payload = draw_part(d, draw_u8(d) % 200u);
	struct wr w = wr_of(bytes, LONGEST);
	size_t length = draw_left(&payload);

	wr_bytes(&w, h->to.b, sizeof h->to.b);
	wr_bytes(&w, from.b, sizeof from.b);
	wr_be16(&w, h->type);
	if (h->port != 0)
		put_udp(&w, h, length);
	wr_bytes(&w, payload.at, length);
	FUZZ_ASSERT(!w.bad);
	frame_repair(bytes, wr_length(&w));
	return wr_length(&w);
}

void fuzz_neighbours(const uint8_t *bytes, size_t length)
{
	static uint8_t room[FRAMES][LONGEST];
	static struct run_injection frame[FRAMES];
	struct draw d = draw_of(bytes, length);
	struct run_replay replay = {.segment = 0, .frame = frame};
	vl_time at = 0;
	struct run r;

	while (draw_left(&d) > 0 && replay.count < FRAMES) {
		at += (vl_time)draw_u8(&d) * 10 * VL_MS;
		frame[replay.count] = (struct run_injection){.at = at, .bytes = room[replay.count]};
		frame[replay.count].length = draw_frame(&d, room[replay.count]);
		replay.count++;
	}
	const struct run_order order = {.scenario = neighbours(), .seed = 1, .until = at + VL_S, .replay = &replay};
	struct vl_status status = run_do(&r, &order);
	FUZZ_ASSERT(vl_ok(&status));
	run_close(&r);
	for (size_t i = 0; i < r.check_count; i++)
		FUZZ_ASSERT(r.check[i].kind != CHECK_INTERNAL);
	run_free(&r);
}

void fuzz_log_line(const uint8_t *bytes, size_t length)
{
	struct vendor_log_match match[16];
	const struct vendor_log_line *near;
	const char *product;
	char *text = malloc(length + 1), pattern[VENDOR_LOG_TEXT];

	if (text == NULL)
		exit(1);
	memcpy(text, bytes, length);
	text[length] = '\0';
	size_t count = vendor_log_read(text, match, sizeof match / sizeof match[0]);
	FUZZ_ASSERT(count <= sizeof match / sizeof match[0]);
	for (size_t i = 0; i < count; i++) {
		FUZZ_ASSERT(match[i].line != NULL && match[i].score > 0);
		FUZZ_ASSERT(i == 0 || match[i].score <= match[i - 1].score);
		FUZZ_ASSERT(vendor_log_pattern(pattern, sizeof pattern, match[i].line)[0] != '\0');
	}
	vendor_log_guess(text, &near, &product);
	free(text);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The analyzers under a stream of frames with times: advertisements of a few speakers whose fields the bytes choose,
 * ARP, and raw frames. Findings must be sound: a known code, times in order, texts that end and are printable.
 */
#include "analyzers/analyzer.h"
#include "analyzers/balance.h"
#include "tests/fuzz/fuzz.h"

struct bench {
	struct draw d;
	const struct analyzer_ops *ops;
	void *self;
	vl_time now;
	uint64_t number;
};

static void assert_text(const char *text, size_t room)
{
	size_t n = strnlen(text, room);

	FUZZ_ASSERT(n < room);
	for (size_t i = 0; i < n; i++)
		FUZZ_ASSERT(text[i] >= 0x20 && text[i] < 0x7f);
}

static void read_findings(struct bench *b)
{
	struct finding f;
	char summary[FINDING_SUMMARY];

	while (b->ops->poll(b->self, &f)) {
		FUZZ_ASSERT(f.code != NULL && finding_find(f.code->name) == f.code);
		FUZZ_ASSERT(f.begin <= f.known && f.known <= b->now && f.end <= b->now);
		FUZZ_ASSERT(f.subject_count <= FINDING_SUBJECTS && f.evidence_count <= FINDING_EVIDENCE);
		FUZZ_ASSERT(f.evidence_count <= f.evidence_total);
		for (size_t i = 0; i < f.evidence_count; i++)
			FUZZ_ASSERT(f.evidence[i].frame >= 1 && f.evidence[i].frame <= b->number);
		assert_text(f.detail, sizeof f.detail);
		finding_format_summary(summary, &f);
		assert_text(summary, sizeof summary);
		FUZZ_ASSERT(finding_why(&f) != NULL && finding_word(&f) != NULL);
		FUZZ_ASSERT(finding_compare(&f, &f) == 0);
	}
}

static void show(struct bench *b, uint32_t interface, uint8_t *bytes, size_t length)
{
	struct packet p;
	struct analyzer_frame f = {.packet = &p, .number = ++b->number, .interface = interface, .at = b->now,
				   .length = length};

	frame_repair(bytes, length);
	(void)packet_dissect(&p, bytes, length, length);
	b->ops->frame(b->self, &f);
	read_findings(b);
}

static void pass_time(struct bench *b, vl_time length)
{
	vl_time until = b->now + length, next;

	for (int i = 0; i < 1000 && (next = b->ops->deadline(b->self)) <= until; i++) {
		b->now = next > b->now ? next : b->now;
		b->ops->advance(b->self, b->now);
		read_findings(b);
		FUZZ_ASSERT(b->ops->deadline(b->self) > b->now);
	}
	b->now = until;
}

static struct packet_envelope speaker(uint8_t who, uint8_t how, bool is_v6, uint8_t id)
{
	struct packet_envelope e = {.ttl = 255, .protocol = IP_PROTOCOL_VRRP};

	e.src = is_v6 ? (struct ip_addr){IP_V6, {0xfe, 0x80, [15] = who}} : ip4(192, 0, 2, who);
	e.dst = is_v6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
	e.dst_mac = mac_of_group(&e.dst);
	e.src_mac = (how & 1) != 0 ? vrrp_virtual_mac((enum ip_family)e.src.family, id)
				   : (struct mac){{2, 0, 0, 0, 0, who}};
	if ((how & 2) != 0) {
		e.vlan_count = 1;
		e.vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = (how >> 2) & 3};
	}
	return e;
}

static void hear_vrrp(struct bench *b)
{
	uint8_t who = draw_u8(&b->d), how = draw_u8(&b->d), what = draw_u8(&b->d), id = draw_u8(&b->d) & 3;
	bool is_v6 = (what & 3) == 3;
	struct packet_envelope e = speaker(who, how, is_v6, id);
	uint8_t frame[512], addresses[4 * 16];
	struct wr out = wr_of(frame, sizeof frame), a = wr_of(addresses, sizeof addresses);
	struct vrrp_message m = {
		.version = (what & 3) == 0 ? 2 : 3,
		.type = 1,
		.vrid = id,
		.priority = (what & 0x80) != 0 ? 0 : draw_u8(&b->d),
		.address_count = (uint8_t)((what >> 2) & 3),
		.family = is_v6 ? IP_V6 : IP_V4,
		.interval_s = (uint8_t)(1 + (how >> 6)),
		.interval_cs = (uint16_t)(100 + (how >> 6) * 100),
		.has_auth_data = true,
		.auth_type = (what >> 4) & 1,
		.checksum_form = (what & 0x20) != 0 ? VRRP_CHECKSUM_PSEUDO : VRRP_CHECKSUM_MESSAGE,
		.addresses = addresses,
	};

	for (size_t i = 0; i < m.address_count; i++) {
		struct ip_addr address = e.src;
		address.b[ip_size(m.family) - 1] = (uint8_t)(100 + i + (how >> 4 & 3));
		wr_ip(&a, &address);
	}
	memcpy(m.auth_data, (what & 0x40) != 0 ? "secret" : "\x1b[31m\xff", 6);
	packet_begin(&out, &e);
	vrrp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	show(b, how >> 7, frame, wr_length(&out));
}

static void hear_carp(struct bench *b)
{
	uint8_t who = draw_u8(&b->d), how = draw_u8(&b->d), id = draw_u8(&b->d) & 3;
	struct packet_envelope e = speaker(who, how, false, id);
	struct carp_message m = {.vhid = id, .advbase = (how >> 4) & 3, .advskew = draw_u8(&b->d), .counter = b->number};
	uint8_t frame[512];
	struct wr out = wr_of(frame, sizeof frame);

	packet_begin(&out, &e);
	carp_encode(&m, &out);
	packet_end(&out, &e);
	show(b, how >> 7, frame, wr_length(&out));
}

static void hear_arp(struct bench *b)
{
	uint8_t who = draw_u8(&b->d), how = draw_u8(&b->d), target = draw_u8(&b->d);
	struct ethernet_header h = {.dst = MAC_BROADCAST, .src = {{2, 0, 0, 0, 0, who}}, .type = ETHERTYPE_ARP};
	struct arp_packet a = {.operation = (how & 1) != 0 ? ARP_REPLY : ARP_REQUEST, .sender_mac = h.src,
			       .sender_ip = ip4(192, 0, 2, target), .target_ip = ip4(192, 0, 2, target)};
	uint8_t frame[ETHERNET_MIN] = {0};
	struct wr out = wr_of(frame, sizeof frame);

	if ((how & 2) != 0)
		a.sender_mac = vrrp_virtual_mac(IP_V4, (how >> 2) & 3);
	ethernet_encode(&h, &out);
	arp_encode(&a, &out);
	show(b, how >> 7, frame, sizeof frame);
}

static void hear_bytes(struct bench *b)
{
	struct draw part = draw_part(&b->d, 14u + draw_u8(&b->d));
	size_t length = draw_left(&part);
	uint8_t *bytes = exact_copy(part.at, length);

	show(b, 0, bytes, length);
	free(bytes);
}

static void judge(const struct analyzer_ops *ops, struct draw d)
{
	struct bench b = {.d = d, .ops = ops, .self = ops->new(7)};

	FUZZ_ASSERT(b.self != NULL);
	while (draw_left(&b.d) > 0) {
		switch (draw_u8(&b.d) % 8) {
		case 0:
			pass_time(&b, draw_u16(&b.d) * VL_MS);
			break;
		case 1:
			pass_time(&b, VL_S);
			break;
		case 2:
			hear_carp(&b);
			break;
		case 3:
			hear_arp(&b);
			break;
		case 4:
			hear_bytes(&b);
			break;
		default:
			hear_vrrp(&b);
			break;
		}
	}
	ops->finish(b.self, b.now);
	read_findings(&b);
	ops->free(b.self);
}

void fuzz_judge(const uint8_t *bytes, size_t length)
{
	const struct analyzer_ops *ops;

	/* the judge of balancers hears nothing here that would make it think: target_balance.c */
	for (size_t i = 0; (ops = analyzer_at(i)) != NULL; i++)
		if (ops != &balance_analyzer)
			judge(ops, draw_of(bytes, length));
}

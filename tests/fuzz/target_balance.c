// SPDX-License-Identifier: BSD-2-Clause
/*
 * The judge of balancers under a stream of TCP and UDP packets of a few clients, services and servers, in any order, some
 * inside tunnels, and of raw frames. Counts must add up: what is active was answered, what is known of the servers is no
 * more than what their service has; findings must be sound.
 */
#include "analyzers/balance.h"
#include "analyzers/distribution.h"
#include "tests/fuzz/fuzz.h"

struct stage {
	struct draw d;
	void *self;
	vl_time now;
	uint64_t number;
};

static void read_findings(struct stage *x)
{
	struct finding f;

	while (balance_analyzer.poll(x->self, &f)) {
		FUZZ_ASSERT(f.code != NULL && finding_find(f.code->name) == f.code);
		FUZZ_ASSERT(f.begin <= f.known && f.known <= x->now && f.end <= x->now);
		FUZZ_ASSERT(f.subject_count <= FINDING_SUBJECTS && f.evidence_count <= FINDING_EVIDENCE);
		for (size_t i = 0; i < f.evidence_count; i++)
			FUZZ_ASSERT(f.evidence[i].frame >= 1 && f.evidence[i].frame <= x->number);
		size_t n = strnlen(f.detail, sizeof f.detail);
		FUZZ_ASSERT(n > 0 && n < sizeof f.detail);
	}
}

static void show(struct stage *x, uint32_t interface, uint8_t *bytes, size_t length)
{
	struct packet p;
	const struct analyzer_frame f = {.packet = &p, .number = ++x->number, .interface = interface, .at = x->now, .length = length};

	frame_repair(bytes, length);
	(void)packet_dissect(&p, bytes, length, length);
	balance_analyzer.frame(x->self, &f);
	read_findings(x);
}

static struct ip_addr address(uint8_t who)
{
	return (who & 0x40) != 0 ? (struct ip_addr){IP_V6, {0xfd, [15] = who & 7}} : ip4(10, 0, 0, who & 7);
}

/* Ports, flags, numbers and stations of so few kinds that they meet. */
static void say(struct stage *x)
{
	uint8_t from = draw_u8(&x->d), to = draw_u8(&x->d), how = draw_u8(&x->d), what = draw_u8(&x->d), size = draw_u8(&x->d);
	uint8_t frame[512];
	static const uint8_t words[64] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	struct wr out = wr_of(frame, sizeof frame);
	struct packet_envelope e = {.src = address((uint8_t)((from & 7) | (how & 0x40))), .dst = address((uint8_t)((to & 7) | (how & 0x40))),
				    .src_mac = {{2, 0, 0, 0, 0, from >> 5}}, .dst_mac = {{2, 0, 0, 0, 0, to >> 5}},
				    .ttl = (how & 0x20) != 0 ? 64 : 63,
				    .protocol = (how & 0x80) != 0 ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP};
	uint16_t ports[4] = {80, 1024, 1025, 1026}, src_port = ports[from >> 3 & 3], dst_port = ports[to >> 3 & 3];
	static const uint8_t flags[8] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK, TCP_PSH | TCP_ACK, TCP_FIN | TCP_ACK, TCP_RST,
					 TCP_RST | TCP_ACK, 0xff};

	packet_begin(&out, &e);
	if (e.protocol == IP_PROTOCOL_TCP)
		tcp_encode(&(struct tcp_header){.src_port = src_port, .dst_port = dst_port, .sequence = what >> 3, .flags = flags[what & 7],
						.window = (uint16_t)(how & 3)},
			   &e.src, &e.dst, words, size % sizeof words, &out);
	else
		udp_encode(&(struct udp_header){.src_port = src_port, .dst_port = dst_port}, &e.src, &e.dst, words, size % sizeof words, &out);
	packet_end(&out, &e);
	if ((how & 0x1c) != 0x1c || e.src.family != IP_V4) {
		show(x, how & 1, frame, wr_length(&out));
		return;
	}
	uint8_t outer[600];
	struct wr o = wr_of(outer, sizeof outer);
	struct packet_envelope t = e;
	t.protocol = 4;
	t.dst = address(size & 7);
	packet_begin(&o, &t);
	wr_bytes(&o, frame + ETHERNET_HEADER, wr_length(&out) - ETHERNET_HEADER);
	packet_end(&o, &t);
	show(x, how & 1, outer, wr_length(&o));
}

static void say_bytes(struct stage *x)
{
	struct draw part = draw_part(&x->d, 14u + draw_u8(&x->d));
	size_t length = draw_left(&part);
	uint8_t *bytes = exact_copy(part.at, length);

	show(x, 0, bytes, length);
	free(bytes);
}

static void add_up(const struct flows *f)
{
	for (uint16_t i = 0; i < flows_service_count(f); i++) {
		const struct flow_service *s = flows_service(f, i);
		struct distribution d;
		if (!s->used)
			continue;
		FUZZ_ASSERT(s->stayed <= s->returns && s->active <= s->peak);
		FUZZ_ASSERT(distribution_make(&d, f, i));
		FUZZ_ASSERT(d.count == s->servers && d.opened.jain <= IMBALANCE_ONE && d.opened.gini < IMBALANCE_ONE);
		distribution_free(&d);
	}
}

void fuzz_balance(const uint8_t *bytes, size_t length)
{
	struct stage x = {.d = draw_of(bytes, length), .self = balance_analyzer.new(7)};

	FUZZ_ASSERT(x.self != NULL);
	if (length > 0 && (bytes[0] & 1) != 0)
		FUZZ_ASSERT(balance_tell(x.self, &(struct ip_addr){IP_V4, {10, 0, 0, 1}}, 80, IP_PROTOCOL_TCP));
	while (draw_left(&x.d) > 0) {
		switch (draw_u8(&x.d) % 8) {
		case 0:
			x.now += draw_u16(&x.d) * VL_MS;
			break;
		case 1:
			x.now += VL_S;
			balance_analyzer.advance(x.self, x.now);
			read_findings(&x);
			break;
		case 2:
			say_bytes(&x);
			break;
		default:
			say(&x);
			break;
		}
	}
	balance_analyzer.finish(x.self, x.now);
	read_findings(&x);
	add_up(balance_flows(x.self));
	balance_analyzer.free(x.self);
}

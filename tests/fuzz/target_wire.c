// SPDX-License-Identifier: BSD-2-Clause
/* The decoders: whole frames, each protocol by itself, match strings. */
#include "sim/wire/match.h"
#include "tests/fuzz/fuzz.h"
#include "tests/wire/samples.h"

static uint8_t written[FUZZ_LENGTH + 64];

/* First byte: bit 0 repairs the sums, bit 1 starts at the IP header, bit 2: the capture is cut, by the second byte. */
void fuzz_dissect(const uint8_t *bytes, size_t length)
{
	struct draw d = draw_of(bytes, length);
	uint8_t how = draw_u8(&d);
	size_t cut = draw_u8(&d);
	size_t whole = draw_left(&d);
	size_t captured = (how & 4) != 0 && cut < whole ? whole - cut : whole;
	uint8_t *frame = exact_copy(d.at, whole);
	struct packet p;

	if ((how & 1) != 0)
		frame_repair(frame, whole);
	uint8_t *seen = exact_copy(frame, captured);
	free(frame);
	if ((how & 2) != 0) {
		(void)packet_dissect_ip(&p, seen, captured, whole);
		packet_assert_sound(&p, seen, captured);
	} else {
		bool ok = packet_dissect(&p, seen, captured, whole);
		FUZZ_ASSERT(ok == (p.verdict == PACKET_OK));
		FUZZ_ASSERT(p.verdict != PACKET_CUT || captured < whole);
		packet_assert_sound(&p, seen, captured);
		if (ok && captured == whole)
			packet_assert_round_trip(&p, seen);
	}
	free(seen);
}

void fuzz_ethernet(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct ethernet_header h;

	if (!ethernet_decode(&h, &in))
		return;
	ethernet_encode(&h, &out);
	/* Nothing in this header is without meaning: the bytes come back. */
	FUZZ_ASSERT(wr_length(&out) == (size_t)(in.at - bytes) && memcmp(written, bytes, wr_length(&out)) == 0);
}

void fuzz_arp(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct arp_packet a;

	if (!arp_decode(&a, &in))
		return;
	(void)arp_is_gratuitous(&a);
	arp_encode(&a, &out);
	FUZZ_ASSERT(wr_length(&out) == ARP_LENGTH && memcmp(written, bytes, ARP_LENGTH) == 0);
}

void fuzz_ipv4(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct ipv4_header h;

	if (!ipv4_decode(&h, &in))
		return;
	size_t header = (size_t)IPV4_HEADER + h.options_length;
	FUZZ_ASSERT((size_t)(in.at - bytes) == header && header <= h.total_length);
	bool sum_ok = ipv4_checksum_ok(bytes, header);
	ipv4_encode(&h, &out);
	FUZZ_ASSERT(wr_length(&out) == header && ipv4_checksum_ok(written, header));
	/* but for the sum and the reserved flag */
	FUZZ_ASSERT(memcmp(written, bytes, 6) == 0 && (written[6] ^ (bytes[6] & 0x7f)) == 0);
	FUZZ_ASSERT(memcmp(written + 7, bytes + 7, 3) == 0 && memcmp(written + 12, bytes + 12, header - 12) == 0);
	/* 0000 and ffff are one number to the sum */
	if (sum_ok && (bytes[6] & 0x80) == 0 && h.checksum != 0xffff)
		FUZZ_ASSERT(memcmp(written + 10, bytes + 10, 2) == 0);
}

void fuzz_ipv6(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct ipv6_header h;

	if (!ipv6_decode(&h, &in))
		return;
	FUZZ_ASSERT((size_t)(in.at - bytes) == (size_t)IPV6_HEADER + h.extensions_length);
	FUZZ_ASSERT(h.extensions_length <= h.payload_length);
	ipv6_encode(&h, &out);
	FUZZ_ASSERT(wr_length(&out) == IPV6_HEADER && memcmp(written, bytes, IPV6_HEADER) == 0);
}

/* First byte: the family, for the four protocols that need addresses. */
static void addresses(struct draw *d, struct ip_addr *src, struct ip_addr *dst)
{
	bool is_v6 = (draw_u8(d) & 1) != 0;

	*src = is_v6 ? (struct ip_addr){IP_V6, {0xfe, 0x80, [15] = 1}} : ip4(192, 0, 2, 1);
	*dst = is_v6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
}

void fuzz_icmp(const uint8_t *bytes, size_t length)
{
	struct draw d = draw_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct icmp_message m, again;
	struct ip_addr src, dst;

	addresses(&d, &src, &dst);
	struct rd in = rd_of(d.at, draw_left(&d));
	if (!icmp_decode(&m, (enum ip_family)src.family, &in))
		return;
	icmp_encode(&m, &src, &dst, &out);
	FUZZ_ASSERT(!out.bad && wr_length(&out) <= draw_left(&d));
	FUZZ_ASSERT(icmp_checksum_ok((enum ip_family)src.family, written, wr_length(&out), &src, &dst));
	in = rd_of(written, wr_length(&out));
	FUZZ_ASSERT(icmp_decode(&again, (enum ip_family)src.family, &in) && icmp_same(&m, &again));
}

void fuzz_udp(const uint8_t *bytes, size_t length)
{
	struct draw d = draw_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct ip_addr src, dst;
	struct udp_header h;

	addresses(&d, &src, &dst);
	struct rd in = rd_of(d.at, draw_left(&d));
	const uint8_t *start = d.at;
	if (!udp_decode(&h, &in))
		return;
	udp_encode(&h, &src, &dst, in.at, h.length - (size_t)UDP_HEADER, &out);
	FUZZ_ASSERT(wr_length(&out) == h.length && memcmp(written, start, 6) == 0);
	FUZZ_ASSERT(memcmp(written + UDP_HEADER, start + UDP_HEADER, h.length - (size_t)UDP_HEADER) == 0);
	FUZZ_ASSERT(written[6] != 0 || written[7] != 0);
	FUZZ_ASSERT(ip_payload_checksum(&src, &dst, IP_PROTOCOL_UDP, written, h.length) == 0);
}

void fuzz_tcp(const uint8_t *bytes, size_t length)
{
	struct draw d = draw_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct ip_addr src, dst;
	struct tcp_header h;

	addresses(&d, &src, &dst);
	size_t whole = draw_left(&d);
	struct rd in = rd_of(d.at, whole);
	if (!tcp_decode(&h, &in))
		return;
	tcp_encode(&h, &src, &dst, in.at, rd_left(&in), &out);
	FUZZ_ASSERT(wr_length(&out) == whole && memcmp(written, d.at, 12) == 0);
	FUZZ_ASSERT(written[12] == (d.at[12] & 0xf0) && memcmp(written + 13, d.at + 13, 3) == 0);
	FUZZ_ASSERT(memcmp(written + 18, d.at + 18, whole - 18) == 0);
	FUZZ_ASSERT(ip_payload_checksum(&src, &dst, IP_PROTOCOL_TCP, written, whole) == 0);
}

void fuzz_vrrp(const uint8_t *bytes, size_t length)
{
	struct draw d = draw_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct vrrp_message m, again;
	struct ip_addr src, dst;

	addresses(&d, &src, &dst);
	size_t whole = draw_left(&d);
	struct rd in = rd_of(d.at, whole);
	if (!vrrp_decode(&m, &src, &dst, &in))
		return;
	for (size_t i = 0; i < m.address_count; i++) {
		struct ip_addr a = vrrp_address(&m, i);
		FUZZ_ASSERT(a.family == src.family);
	}
	FUZZ_ASSERT(vrrp_interval(&m) <= 255 * UINT64_C(1000000000));
	vrrp_encode(&m, &src, &dst, &out);
	FUZZ_ASSERT(!out.bad && wr_length(&out) == whole);
	in = rd_of(written, whole);
	FUZZ_ASSERT(vrrp_decode(&again, &src, &dst, &in) && vrrp_same(&m, &again));
	FUZZ_ASSERT(again.checksum_form != VRRP_CHECKSUM_WRONG);
}

void fuzz_carp(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct carp_message m;
	uint8_t digest[CARP_DIGEST];
	struct ip_addr address = ip4(192, 0, 2, 1);

	if (!carp_is(bytes, length))
		return;
	FUZZ_ASSERT(carp_decode(&m, &in));
	carp_digest(digest, &m, "secret", &address, 1);
	carp_encode(&m, &out);
	FUZZ_ASSERT(wr_length(&out) == CARP_LENGTH && memcmp(written, bytes, 6) == 0);
	FUZZ_ASSERT(memcmp(written + 8, bytes + 8, CARP_LENGTH - 8) == 0);
	in = rd_of(written, CARP_LENGTH);
	FUZZ_ASSERT(carp_decode(&m, &in) && m.checksum_ok);
}

/* A line of text, compiled and tried on one packet of every kind. */
void fuzz_match(const uint8_t *bytes, size_t length)
{
	struct packet_match match;
	struct packet_match_error error;
	char *text = (char *)malloc(length + 1);

	if (text == NULL)
		exit(1);
	memcpy(text, bytes, length);
	text[length] = '\0';
	if (!packet_match_compile(&match, text, &error)) {
		FUZZ_ASSERT(error.column <= strlen(text));
		FUZZ_ASSERT(memchr(error.expected, '\0', sizeof error.expected) != NULL && error.expected[0] != '\0');
	} else {
		struct prng p = prng_stream(1, "match");
		FUZZ_ASSERT(match.term_count <= PACKET_MATCH_TERMS);
		for (enum sample_kind kind = 0; kind < SAMPLE_KIND_COUNT; kind++) {
			uint8_t frame[SAMPLE_ROOM];
			struct packet packet;
			size_t n = sample(&p, kind, frame);
			(void)packet_dissect(&packet, frame, n, n);
			(void)packet_matches(&match, &packet);
		}
	}
	free(text);
}

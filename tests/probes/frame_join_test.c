// SPDX-License-Identifier: BSD-2-Clause
/* Frames of one stream that are handed to the kernel as one: cut apart again as it cuts, they are what they were, byte for byte
 * (sim/wire/tcp_cut.h is proven by itself); and whatever that would change keeps a frame out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/frame_join.h"
#include "sim/base/checksum.h"
#include "sim/base/prng.h"
#include "sim/wire/packet.h"
#include "sim/wire/tcp_cut.h"

#define MOST 60                         /* frames */
#define LONGEST 1514

struct stream {
	enum ip_family family;
	uint32_t sequence, acknowledgment;
	uint16_t id, window;
	size_t options;                 /* bytes, all no-operation */
};

struct piece {
	uint8_t bytes[LONGEST + 100];
	size_t length;
};

/* The next frame of the stream. */
static void build(struct piece *p, struct stream *s, size_t payload, uint8_t flags)
{
	static const uint8_t six[] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
	struct packet_envelope e = {
		.src_mac = {{2, 0, 0, 0, 0, 1}},
		.dst_mac = {{2, 0, 0, 0, 0, 2}},
		.src = s->family == IP_V4 ? ip4(192, 0, 2, 1) : ip6_from_bytes(six),
		.dst = s->family == IP_V4 ? ip4(192, 0, 2, 2) : ip6_from_bytes(six),
		.ttl = 64,
		.id = s->id++,
		.dont_fragment = true,
		.protocol = IP_PROTOCOL_TCP,
	};
	uint8_t data[LONGEST];
	struct wr w = wr_of(p->bytes, sizeof p->bytes);

	for (size_t i = 0; i < payload; i++)
		data[i] = (uint8_t)((s->sequence + i) * 7);
	packet_begin(&w, &e);
	size_t tcp = wr_length(&w);
	tcp_encode(&(struct tcp_header){.src_port = 1234, .dst_port = 80, .flags = flags, .sequence = s->sequence,
					.acknowledgment = s->acknowledgment, .window = s->window},
		   &e.src, &e.dst, data, payload, &w);
	packet_end(&w, &e);
	assert_false(w.bad);
	p->length = wr_length(&w);
	s->sequence += (uint32_t)payload;
	if (s->options == 0)
		return;
	/* options between header and data, and the sum over all of it */
	memmove(p->bytes + tcp + 20 + s->options, p->bytes + tcp + 20, payload);
	memset(p->bytes + tcp + 20, 1, s->options);
	p->length += s->options;
	p->bytes[tcp + 12] = (uint8_t)((20 + s->options) / 4 << 4);
	uint8_t *ip = p->bytes + ETHERNET_HEADER;
	size_t transport = p->length - tcp;
	put_be16(p->bytes + tcp + 16, 0);
	put_be16(p->bytes + tcp + 16, ip_payload_checksum(&e.src, &e.dst, IP_PROTOCOL_TCP, p->bytes + tcp, transport));
	if (s->family == IP_V4) {
		put_be16(ip + 2, (uint16_t)(20 + transport));
		put_be16(ip + 10, 0);
		put_be16(ip + 10, checksum_of(ip, 20));
	} else {
		put_be16(ip + 4, (uint16_t)transport);
	}
}

/* The whole that the kernel gets, cut as it cuts. */
static void check_cut(const struct frame_join *j, const struct piece *piece)
{
	static uint8_t whole[70000];
	uint8_t out[LONGEST + 100];
	struct virtio_net_hdr kernel;
	struct tcp_cut cut;
	size_t at = j->headers, length;
	unsigned n = 0;

	frame_join_finish(j, whole, &kernel);
	for (unsigned i = 0; i < j->count; i++) {
		memcpy(whole + at, piece[i].bytes + j->headers, piece[i].length - j->headers);
		at += piece[i].length - j->headers;
	}
	assert_int_equal(at, j->headers + j->data);
	assert_int_equal(kernel.hdr_len, j->headers);
	assert_int_equal(kernel.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	/* its own sum is the card's to finish */
	uint16_t sum = checksum_finish(checksum_add(0, whole + kernel.csum_start, at - kernel.csum_start));
	put_be16(whole + kernel.csum_start + kernel.csum_offset, sum);
	struct packet p;
	assert_true(packet_dissect(&p, whole, at, at));
	assert_true(tcp_cut_begin(&cut, whole + ETHERNET_HEADER, at - ETHERNET_HEADER,
				  j->headers - ETHERNET_HEADER + kernel.gso_size));
	memcpy(out, whole, ETHERNET_HEADER);
	for (; (length = tcp_cut_length(&cut)) > 0; n++) {
		tcp_cut_next(&cut, out + ETHERNET_HEADER);
		assert_true(n < j->count);
		assert_int_equal(ETHERNET_HEADER + length, piece[n].length);
		assert_memory_equal(out, piece[n].bytes, piece[n].length);
	}
	assert_int_equal(n, j->count);
}

static void joined_frames_leave_as_they_were(void **state)
{
	static struct piece piece[MOST];
	struct prng dice = prng_stream(7, "join");
	unsigned longest = 0;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct stream s = {.family = prng_chance(&dice, 1, 2) ? IP_V4 : IP_V6,
				   .sequence = prng_chance(&dice, 1, 4) ? UINT32_MAX - 3000 : (uint32_t)prng_u64(&dice),
				   .acknowledgment = (uint32_t)prng_u64(&dice),
				   .id = prng_chance(&dice, 1, 4) ? 65530 : (uint16_t)prng_u64(&dice),
				   .window = 1000,
				   .options = prng_below(&dice, 4) * 4};
		size_t each = 40 + prng_below(&dice, 1380);
		unsigned count = 1 + (unsigned)prng_below(&dice, MOST - 1);
		struct frame_join j;
		unsigned n = 0;
		for (unsigned i = 0; i < count; i++) {
			bool last = i + 1 == count;
			build(&piece[i], &s, last ? 6 + prng_below(&dice, each - 5) : each,
			      (uint8_t)(TCP_ACK | (last && prng_chance(&dice, 1, 2) ? TCP_PSH : 0) |
					(last && prng_chance(&dice, 1, 4) ? TCP_FIN : 0)));
		}
		if (!frame_join_begin(&j, piece[0].bytes, piece[0].length))
			continue;       /* one frame, shorter than the shortest */
		for (n = 1; n < count && frame_join_add(&j, piece[n].bytes, piece[n].length); n++)
			;
		assert_int_equal(j.count, n);
		longest = n > longest ? n : longest;
		/* all of them, as far as an IP packet goes, but for a last that is shorter than the shortest frame */
		if (n < count && n < FRAME_JOIN_MOST && j.data + piece[n].length - 14 <= 65535)
			assert_true(n + 1 == count && piece[n].length < 60);
		if (n > 1)
			check_cut(&j, piece);
	}
	assert_int_equal(longest, FRAME_JOIN_MOST);
}

static void check_outsider(enum ip_family family, size_t at, uint8_t change, bool mend)
{
	struct piece a, b;
	struct stream s = {.family = family, .sequence = 5, .window = 9, .id = 77};
	struct frame_join j;

	build(&a, &s, 1000, TCP_ACK);
	build(&b, &s, 1000, TCP_ACK);
	assert_true(frame_join_begin(&j, a.bytes, a.length));
	b.bytes[at] ^= change;
	if (mend) {             /* with the sums that it would have */
		struct ip_addr src = ip4_from_u32(get_be32(b.bytes + 26)), dst = ip4_from_u32(get_be32(b.bytes + 30));
		size_t tcp = 34;
		if (family == IP_V6) {
			src = ip6_from_bytes(b.bytes + 22);
			dst = ip6_from_bytes(b.bytes + 38);
			tcp = 54;
		} else {
			put_be16(b.bytes + 24, 0);
			put_be16(b.bytes + 24, checksum_of(b.bytes + 14, 20));
		}
		put_be16(b.bytes + tcp + 16, 0);
		put_be16(b.bytes + tcp + 16,
			 ip_payload_checksum(&src, &dst, IP_PROTOCOL_TCP, b.bytes + tcp, b.length - tcp));
	}
	if (frame_join_add(&j, b.bytes, b.length))
		fail_msg("byte %zu changed, and joined", at);
	assert_int_equal(j.count, 1);
}

/* One bit of any header byte: sums right or not, the frame is none of this stream's next. Data may be any. */
static void another_header_stays_out(void **state)
{
	(void)state;
	for (int six = 0; six < 2; six++) {
		size_t headers = six ? 74 : 54;
		for (size_t at = 0; at < headers; at++)
			for (unsigned bit = 0; bit < 8; bit++) {
				check_outsider(six ? IP_V6 : IP_V4, at, (uint8_t)(1u << bit), false);
				bool sum = (!six && (at == 24 || at == 25)) || (at >= headers - 4 && at < headers - 2);
				bool end = at == headers - 7 && (bit == 0 || bit == 3);       /* FIN, PSH */
				if (!sum && !end)
					check_outsider(six ? IP_V6 : IP_V4, at, (uint8_t)(1u << bit), true);
			}
		check_outsider(six ? IP_V6 : IP_V4, headers + 500, 1, false);
	}
}

/* What begins nothing, and what ends it. */
static void some_frames_stand_alone(void **state)
{
	static const uint8_t alone[] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_RST | TCP_ACK, TCP_ACK | TCP_URG, TCP_ACK | TCP_ECE,
					TCP_ACK | TCP_CWR};
	struct piece a, b;
	struct stream s = {.family = IP_V4, .window = 9};
	struct frame_join j;

	(void)state;
	for (size_t i = 0; i < sizeof alone; i++) {
		build(&a, &s, 1000, alone[i]);
		assert_false(frame_join_begin(&j, a.bytes, a.length));
		assert_int_equal(j.count, 0);
		assert_false(frame_join_add(&j, a.bytes, a.length));
	}
	build(&a, &s, 0, TCP_ACK);
	assert_false(frame_join_begin(&j, a.bytes, a.length));
	build(&a, &s, 5, TCP_ACK);              /* padded on the wire: the cutting would not */
	assert_false(frame_join_begin(&j, a.bytes, a.length));
	build(&a, &s, 1000, TCP_ACK | TCP_PSH);
	build(&b, &s, 1000, TCP_ACK);
	assert_true(frame_join_begin(&j, a.bytes, a.length));
	assert_false(frame_join_add(&j, b.bytes, b.length));
	/* a longer one, and one behind a shorter one */
	build(&a, &s, 1000, TCP_ACK);
	build(&b, &s, 1001, TCP_ACK);
	assert_true(frame_join_begin(&j, a.bytes, a.length));
	assert_false(frame_join_add(&j, b.bytes, b.length));
	build(&a, &s, 1000, TCP_ACK);
	build(&b, &s, 999, TCP_ACK);
	assert_true(frame_join_begin(&j, a.bytes, a.length));
	assert_true(frame_join_add(&j, b.bytes, b.length));
	build(&b, &s, 999, TCP_ACK);
	assert_false(frame_join_add(&j, b.bytes, b.length));
	/* a first that is damaged leaves alone */
	build(&a, &s, 1000, TCP_ACK);
	build(&b, &s, 1000, TCP_ACK);
	a.bytes[600] ^= 1;
	assert_true(frame_join_begin(&j, a.bytes, a.length));
	assert_false(frame_join_add(&j, b.bytes, b.length));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joined_frames_leave_as_they_were),
		cmocka_unit_test(another_header_stays_out),
		cmocka_unit_test(some_frames_stand_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

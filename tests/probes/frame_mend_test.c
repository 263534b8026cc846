// SPDX-License-Identifier: BSD-2-Clause
/* Frames as a kernel hands them over: what is wrong with each is shown first, then that it is put right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/frame_mend.h"
#include "sim/base/checksum.h"
#include "sim/wire/packet.h"

#define MTU 1500

struct shot {
	uint8_t bytes[70000];
	size_t length;
	struct packet packet;
};

/* A frame with `payload` bytes of TCP or UDP, its checksum right. */
static void build(struct shot *s, enum ip_family family, uint8_t protocol, unsigned tags, size_t payload)
{
	static const uint8_t six[] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
	struct packet_envelope e = {
		.src_mac = {{2, 0, 0, 0, 0, 1}},
		.dst_mac = {{2, 0, 0, 0, 0, 2}},
		.vlan_count = (uint8_t)tags,
		.vlan = {{.type = ETHERTYPE_VLAN, .id = 10}, {.type = ETHERTYPE_VLAN, .id = 20}},
		.src = family == IP_V4 ? ip4(192, 0, 2, 1) : ip6_from_bytes(six),
		.dst = family == IP_V4 ? ip4(192, 0, 2, 2) : ip6_from_bytes(six),
		.ttl = 64,
		.protocol = protocol,
	};
	uint8_t *data = malloc(payload + 1);
	struct wr w = wr_of(s->bytes, sizeof s->bytes);

	assert_non_null(data);
	for (size_t i = 0; i < payload; i++)
		data[i] = (uint8_t)(i * 7);
	packet_begin(&w, &e);
	if (protocol == IP_PROTOCOL_TCP)
		tcp_encode(&(struct tcp_header){.src_port = 1234, .dst_port = 80, .flags = TCP_ACK}, &e.src, &e.dst, data, payload, &w);
	else
		udp_encode(&(struct udp_header){.src_port = 1234, .dst_port = 80}, &e.src, &e.dst, data, payload, &w);
	packet_end(&w, &e);
	assert_false(w.bad);
	s->length = wr_length(&w);
	free(data);
	assert_true(packet_dissect(&s->packet, s->bytes, s->length, s->length));
}

static size_t sum_at(const struct shot *s)
{
	return (size_t)(s->packet.ip_payload - s->bytes) + (s->packet.protocol == IP_PROTOCOL_TCP ? 16 : 6);
}

/* What a stack leaves for the card: the pseudo-header's sum, not complemented. */
static void leave_for_the_card(struct shot *s)
{
	uint16_t sum = checksum_fold(checksum_add_pseudo(0, &s->packet.src, &s->packet.dst, s->packet.protocol,
							 (uint32_t)s->packet.ip_payload_length));

	memcpy(s->bytes + sum_at(s), &sum, sizeof sum);
}

static bool is_sound(const struct shot *s)
{
	struct packet p;

	return packet_dissect(&p, s->bytes, s->length, s->length);
}

static void check_mending(enum ip_family family, uint8_t protocol, unsigned tags, size_t payload)
{
	struct shot *s = calloc(1, sizeof *s), *before = calloc(1, sizeof *before);

	assert_non_null(s);
	assert_non_null(before);
	build(s, family, protocol, tags, payload);
	memcpy(before->bytes, s->bytes, s->length);
	assert_false(frame_mend(s->bytes, s->length));  /* a right one is left alone */
	assert_memory_equal(s->bytes, before->bytes, s->length);
	leave_for_the_card(s);
	assert_false(is_sound(s));                      /* the failure */
	assert_true(frame_mend(s->bytes, s->length));
	assert_true(is_sound(s));
	assert_memory_equal(s->bytes, before->bytes, s->length);
	free(s);
	free(before);
}

static void a_sum_left_for_the_card_is_put_in(void **state)
{
	for (unsigned tags = 0; tags <= 2; tags++) {
		check_mending(IP_V4, IP_PROTOCOL_TCP, tags, 100);
		check_mending(IP_V4, IP_PROTOCOL_UDP, tags, 101);
		check_mending(IP_V6, IP_PROTOCOL_TCP, tags, 0);
		check_mending(IP_V6, IP_PROTOCOL_UDP, tags, 33);
	}
	check_mending(IP_V4, IP_PROTOCOL_TCP, 0, 60000); /* a super-frame */
}

static void padding_does_not_count(void **state)
{
	struct shot s;

	build(&s, IP_V4, IP_PROTOCOL_TCP, 0, 1);
	leave_for_the_card(&s);
	memset(s.bytes + s.length, 0xa5, 5);    /* a switch fills up with anything */
	s.length = 60;
	assert_true(frame_mend(s.bytes, s.length));
	assert_true(is_sound(&s));
}

static void damage_stays_damage(void **state)
{
	struct shot s;

	build(&s, IP_V4, IP_PROTOCOL_TCP, 0, 100);
	s.bytes[s.length - 1] ^= 1;
	assert_false(frame_mend(s.bytes, s.length));
	assert_false(is_sound(&s));
}

static void every_prefix_is_harmless(void **state)
{
	struct shot s, cut;

	build(&s, IP_V6, IP_PROTOCOL_TCP, 2, 40);
	leave_for_the_card(&s);
	for (size_t n = 0; n < s.length; n++) {
		memcpy(cut.bytes, s.bytes, n);
		assert_false(frame_mend(cut.bytes, n));
	}
}

static void a_long_frame_is_described(void **state)
{
	struct virtio_net_hdr h;
	struct shot s;

	build(&s, IP_V4, IP_PROTOCOL_TCP, 0, 1460);
	assert_false(frame_exceeds(s.bytes, s.length, MTU));
	build(&s, IP_V4, IP_PROTOCOL_TCP, 1, 1460);
	assert_false(frame_exceeds(s.bytes, s.length, MTU)); /* a tag is no part of the MTU */
	build(&s, IP_V4, IP_PROTOCOL_TCP, 0, 1461);
	assert_true(frame_exceeds(s.bytes, s.length, MTU));
	build(&s, IP_V4, IP_PROTOCOL_TCP, 0, 30000);
	assert_true(frame_describe(s.bytes, s.length, MTU, &h));
	assert_int_equal(h.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	assert_int_equal(h.gso_type, VIRTIO_NET_HDR_GSO_TCPV4);
	assert_int_equal(h.hdr_len, 54);
	assert_int_equal(h.gso_size, 1460);
	assert_int_equal(h.csum_start, 34);
	assert_int_equal(h.csum_offset, 16);
	assert_false(is_sound(&s));             /* the kernel sums each segment */
	assert_true(frame_mend(s.bytes, s.length));
	build(&s, IP_V6, IP_PROTOCOL_TCP, 0, 30000);
	assert_true(frame_describe(s.bytes, s.length, MTU, &h));
	assert_int_equal(h.gso_type, VIRTIO_NET_HDR_GSO_TCPV6);
	assert_int_equal(h.gso_size, 1440);
	build(&s, IP_V4, IP_PROTOCOL_UDP, 0, 3000);
	assert_false(frame_describe(s.bytes, s.length, MTU, &h));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sum_left_for_the_card_is_put_in),
		cmocka_unit_test(padding_does_not_count),
		cmocka_unit_test(damage_stays_damage),
		cmocka_unit_test(every_prefix_is_harmless),
		cmocka_unit_test(a_long_frame_is_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Taking whole frames apart: every kind, padded, cut, lying about its length, changed at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/wire/samples.h"

static const enum packet_transport transport_of[SAMPLE_KIND_COUNT] = {
	[SAMPLE_ECHO4] = TRANSPORT_ICMP,
	[SAMPLE_ECHO_REPLY4] = TRANSPORT_ICMP,
	[SAMPLE_UNREACHABLE4] = TRANSPORT_ICMP,
	[SAMPLE_ECHO6] = TRANSPORT_ICMP,
	[SAMPLE_SOLICITATION] = TRANSPORT_ICMP,
	[SAMPLE_ADVERTISEMENT] = TRANSPORT_ICMP,
	[SAMPLE_ROUTER_SOLICITATION] = TRANSPORT_ICMP,
	[SAMPLE_ROUTER_ADVERTISEMENT] = TRANSPORT_ICMP,
	[SAMPLE_UDP4] = TRANSPORT_UDP,
	[SAMPLE_UDP4_NO_SUM] = TRANSPORT_UDP,
	[SAMPLE_UDP6] = TRANSPORT_UDP,
	[SAMPLE_TCP4] = TRANSPORT_TCP,
	[SAMPLE_TCP6] = TRANSPORT_TCP,
	[SAMPLE_VRRP2] = TRANSPORT_VRRP,
	[SAMPLE_VRRP2_TEXT] = TRANSPORT_VRRP,
	[SAMPLE_VRRP2_MD5] = TRANSPORT_VRRP,
	[SAMPLE_VRRP2_AH] = TRANSPORT_VRRP,
	[SAMPLE_VRRP3_MESSAGE] = TRANSPORT_VRRP,
	[SAMPLE_VRRP3_PSEUDO] = TRANSPORT_VRRP,
	[SAMPLE_VRRP3_IPV6] = TRANSPORT_VRRP,
	[SAMPLE_CARP] = TRANSPORT_CARP,
	[SAMPLE_IPV4_OPTIONS] = TRANSPORT_UDP,
	[SAMPLE_IPV6_EXTENSIONS] = TRANSPORT_UDP,
};

/* Takes a copy of exactly `captured` bytes apart, so that a sanitizer sees any byte read beyond. */
static enum packet_verdict verdict_of(struct packet *p, const uint8_t *bytes, size_t captured, size_t length)
{
	char line[PACKET_LINE];
	uint8_t *exact = malloc(captured > 0 ? captured : 1);

	assert_non_null(exact);
	memcpy(exact, bytes, captured);
	packet_dissect(p, exact, captured, length);
	/* the line reads whatever the verdict allows to be read */
	size_t n = strlen(packet_format(line, p));
	assert_in_range(n, 1, PACKET_LINE - 1);
	for (size_t i = 0; i < n; i++)
		assert_in_range((unsigned char)line[i], ' ', '~');
	free(exact);
	return p->verdict;
}

static void every_kind_is_taken_apart(void **state)
{
	struct prng p = prng_stream(2, "every kind");

	for (int i = 0; i < 1000; i++) {
		enum sample_kind kind = (enum sample_kind)(i % SAMPLE_KIND_COUNT);
		uint8_t bytes[SAMPLE_ROOM];
		struct packet packet;
		size_t length = sample(&p, kind, bytes);
		assert_int_equal(verdict_of(&packet, bytes, length, length), PACKET_OK);
		assert_int_equal(packet.transport, transport_of[kind]);
		assert_int_equal(packet.has_ah, kind == SAMPLE_VRRP2_AH);
		assert_int_equal(packet.is_fragment,
				 kind == SAMPLE_IPV4_FRAGMENT || kind == SAMPLE_IPV6_FRAGMENT);
		if (packet.transport == TRANSPORT_VRRP)
			assert_int_equal(packet.vrrp.checksum_form,
					 kind == SAMPLE_VRRP3_PSEUDO || kind == SAMPLE_VRRP3_IPV6
						 ? VRRP_CHECKSUM_PSEUDO
						 : VRRP_CHECKSUM_MESSAGE);
		if (packet.transport == TRANSPORT_CARP)
			assert_true(packet.carp.checksum_ok);
	}
}

static void padding_changes_nothing(void **state)
{
	struct prng p = prng_stream(3, "padding");

	for (int i = 0; i < 300; i++) {
		enum sample_kind kind = (enum sample_kind)(i % SAMPLE_KIND_COUNT);
		uint8_t bytes[SAMPLE_ROOM];
		struct packet bare, padded;
		size_t length = sample(&p, kind, bytes);
		memset(bytes + length, 0x55, 24);
		packet_dissect(&bare, bytes, length, length);
		assert_int_equal(verdict_of(&padded, bytes, length + 24, length + 24), PACKET_OK);
		packet_dissect(&padded, bytes, length + 24, length + 24);
		assert_int_equal(padded.ip_payload_length, bare.ip_payload_length);
		assert_int_equal(padded.payload_length, bare.payload_length);
		assert_int_equal(padded.transport, bare.transport);
	}
}

/* Cut after n bytes: what is whole is read, what is not is PACKET_CUT, nothing is called malformed. */
static void every_prefix_is_cut_or_read_and_never_blamed(void **state)
{
	struct prng p = prng_stream(4, "cut");

	for (int i = 0; i < 3 * SAMPLE_KIND_COUNT; i++) {
		enum sample_kind kind = (enum sample_kind)(i % SAMPLE_KIND_COUNT);
		uint8_t bytes[SAMPLE_ROOM];
		struct packet whole, packet;
		size_t length = sample(&p, kind, bytes);
		verdict_of(&whole, bytes, length, length);
		bool read = false;
		for (size_t n = 0; n < length; n++) {
			enum packet_verdict v = verdict_of(&packet, bytes, n, length);
			assert_true(v == PACKET_CUT || v == PACKET_OK);
			if (v == PACKET_CUT)
				assert_int_equal(packet.transport, TRANSPORT_NONE);
			else
				assert_int_equal(packet.transport, whole.transport);
			assert_true(v == PACKET_OK || !read); /* more bytes never tell less */
			read = v == PACKET_OK;
			/* the messages that matter are read whole or not at all */
			if (whole.transport == TRANSPORT_VRRP || whole.transport == TRANSPORT_CARP)
				assert_int_equal(v, PACKET_CUT);
		}
	}
}

/* The same frames when they end there on the wire: short, so malformed, unless a layer above may end there. */
static void every_frame_that_ends_early_is_malformed(void **state)
{
	struct prng p = prng_stream(5, "short");

	for (int i = 0; i < 3 * SAMPLE_KIND_COUNT; i++) {
		enum sample_kind kind = (enum sample_kind)(i % SAMPLE_KIND_COUNT);
		uint8_t bytes[SAMPLE_ROOM];
		struct packet packet;
		size_t length = sample(&p, kind, bytes);
		for (size_t n = 0; n < length; n++) {
			enum packet_verdict v = verdict_of(&packet, bytes, n, n);
			assert_int_not_equal(v, PACKET_CUT);
			if (kind != SAMPLE_OTHER)
				assert_int_not_equal(v, PACKET_OK);
		}
	}
}

static void a_whole_message_in_a_cut_frame_is_read(void **state)
{
	struct prng p = prng_stream(6, "cut padding");
	uint8_t bytes[SAMPLE_ROOM];
	struct packet packet;
	size_t length = sample(&p, SAMPLE_CARP, bytes);

	/* 200 bytes on the wire, the snapshot length takes the message and 1 byte of padding */
	assert_int_equal(verdict_of(&packet, bytes, length + 1, 200), PACKET_OK);
	assert_int_equal(packet.transport, TRANSPORT_CARP);
	assert_int_equal(verdict_of(&packet, bytes, length - 1, 200), PACKET_CUT);
	assert_int_equal(packet.transport, TRANSPORT_NONE);
}

/* Reads the frame of hex `text`. */
static enum packet_verdict verdict_of_hex(struct packet *p, const char *text)
{
	uint8_t bytes[256];
	size_t length = hex(bytes, sizeof bytes, text);

	return verdict_of(p, bytes, length, length);
}

#define ETHERNET_IP4 "020000000002 020000000001 0800 "
#define ETHERNET_IP6 "020000000002 020000000001 86dd "
#define ADDRESSES_IP6 "20010db8000000000000000000000001 20010db8000000000000000000000002 "

static void lies_about_lengths_are_named(void **state)
{
	struct packet p;

	/* total length 41 in a frame of 40 */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP4 "45000029 00000000 40fd0000 c0000201 c0000202"
							 "0000000000000000000000000000000000000000"), PACKET_BAD_IPV4);
	assert_int_equal(p.network, NETWORK_IPV4);
	/* payload length 9 in a payload of 8 */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0009 fd 40" ADDRESSES_IP6 "0000000000000000"),
			 PACKET_BAD_IPV6);
	assert_int_equal(p.network, NETWORK_IPV6);
	/* UDP length 9 in a payload of 8 */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0008 11 40" ADDRESSES_IP6 "9c40000900090000"),
			 PACKET_BAD_UDP);
	assert_int_equal(p.transport, TRANSPORT_UDP);
	/* TCP offset 6 in a payload of 20 */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0014 06 40" ADDRESSES_IP6
					    "9c400009 00000000 00000000 60020000 00000000"), PACKET_BAD_TCP);
	assert_int_equal(p.transport, TRANSPORT_TCP);
	/* AH of 28 bytes in a payload of 24; AH of 8 bytes */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0018 33 40" ADDRESSES_IP6
					    "3b050000 00000001 00000002 000000000000000000000000"), PACKET_BAD_AH);
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0018 33 40" ADDRESSES_IP6
					    "3b000000 00000001 00000002 000000000000000000000000"), PACKET_BAD_AH);
	/* VRRPv3 of 2 addresses in a payload for 1 */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0018 70 40" ADDRESSES_IP6
					    "310a6402 00640000 00000000000000000000000000000000"), PACKET_BAD_VRRP);
	assert_int_equal(p.transport, TRANSPORT_VRRP);
	/* ARP for IEEE 802 networks; an echo request of 4 bytes; an Ethernet header of 13 */
	assert_int_equal(verdict_of_hex(&p, "ffffffffffff 020000000001 0806 0006 0800 06 04 0001"
					    "0000000000000000000000000000000000000000"), PACKET_BAD_ARP);
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0004 3a ff" ADDRESSES_IP6 "80000000"),
			 PACKET_BAD_ICMP);
	assert_int_equal(verdict_of_hex(&p, "ffffffffffff 020000000001 08"), PACKET_BAD_ETHERNET);
}

static void a_contradiction_is_malformed_though_the_frame_is_cut(void **state)
{
	struct packet p;
	uint8_t bytes[64];
	size_t length = hex(bytes, sizeof bytes,
			    ETHERNET_IP4 "45000200 00000000 40fd0000 c0000201 c0000202 00000000");

	/* 512 bytes promised, 100 on the wire */
	assert_int_equal(verdict_of(&p, bytes, length, 100), PACKET_BAD_IPV4);
	/* a UDP length of 200 in an IPv6 payload of 100, of which 8 are here */
	length = hex(bytes, sizeof bytes, ETHERNET_IP6 "60000000 0064 11 40" ADDRESSES_IP6 "9c40000900c80000");
	assert_int_equal(verdict_of(&p, bytes, length, 154), PACKET_BAD_UDP);
}

static void wrong_checksums_are_named(void **state)
{
	static const struct {
		enum sample_kind kind;
		enum packet_verdict verdict;
	} cases[] = {
		{SAMPLE_ECHO4, PACKET_BAD_ICMP_CHECKSUM}, {SAMPLE_ADVERTISEMENT, PACKET_BAD_ICMP_CHECKSUM},
		{SAMPLE_UDP4, PACKET_BAD_UDP_CHECKSUM},   {SAMPLE_UDP6, PACKET_BAD_UDP_CHECKSUM},
		{SAMPLE_TCP4, PACKET_BAD_TCP_CHECKSUM},   {SAMPLE_TCP6, PACKET_BAD_TCP_CHECKSUM},
	};
	/* bytes of a transport header that are no length: ICMP code, UDP and TCP port */
	static const size_t harmless = 1;
	struct prng p = prng_stream(7, "wrong sums");

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t bytes[SAMPLE_ROOM];
		struct packet packet;
		size_t length = sample(&p, cases[i].kind, bytes);
		packet_dissect(&packet, bytes, length, length);
		size_t at = (size_t)(packet.ip_payload - bytes);
		enum packet_transport transport = packet.transport;
		bytes[at + harmless] ^= 0x04;
		assert_int_equal(verdict_of(&packet, bytes, length, length), cases[i].verdict);
		assert_int_equal(packet.transport, transport);
	}
}

static void a_wrong_ipv4_header_sum_ends_the_reading(void **state)
{
	struct prng p = prng_stream(8, "wrong header sum");
	uint8_t bytes[SAMPLE_ROOM];
	struct packet packet;
	size_t length = sample(&p, SAMPLE_CARP, bytes);

	packet_dissect(&packet, bytes, length, length);
	bytes[(size_t)(packet.ip_payload - bytes) - 12]--; /* TTL */
	assert_int_equal(verdict_of(&packet, bytes, length, length), PACKET_BAD_IPV4_CHECKSUM);
	assert_int_equal(packet.transport, TRANSPORT_NONE);
	assert_int_equal(packet.ttl, 254);
}

static void a_zero_udp_sum_is_none_on_ipv4_and_wrong_on_ipv6(void **state)
{
	struct packet p;

	/* sum by hand: 4500+001c+4011+c000+0201+c000+0202 = 20930 -> 0932 -> f6cd */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP4 "4500001c 00000000 4011f6cd c0000201 c0000202"
							 "9c40000900080000"), PACKET_OK);
	assert_int_equal(p.transport, TRANSPORT_UDP);
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0008 11 40" ADDRESSES_IP6 "9c40000900080000"),
			 PACKET_BAD_UDP_CHECKSUM);
	/* even where the sum comes to 0 (RFC 8200 8.1 wants ffff then): :: to ::, 0011+000a+000a+ffda = ffff */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 000a 11 40"
					    "0000000000000000000000000000000000000000000000000000000000000000"
					    "00000000000a0000ffda"), PACKET_BAD_UDP_CHECKSUM);
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 000a 11 40"
					    "0000000000000000000000000000000000000000000000000000000000000000"
					    "00000000000affffffda"), PACKET_OK);
}

static void wrong_vrrp_and_carp_sums_are_no_verdict(void **state)
{
	struct prng p = prng_stream(9, "wrong advert sums");

	for (enum sample_kind kind = SAMPLE_VRRP2; kind <= SAMPLE_CARP; kind++) {
		uint8_t bytes[SAMPLE_ROOM];
		struct packet packet;
		size_t length = sample(&p, kind, bytes);
		packet_dissect(&packet, bytes, length, length);
		bytes[(size_t)(packet.ip_payload - bytes) + (kind == SAMPLE_VRRP2_AH ? 24 : 0) + 1] ^= 0x80;
		assert_int_equal(verdict_of(&packet, bytes, length, length), PACKET_OK);
		if (packet.transport == TRANSPORT_CARP)
			assert_false(packet.carp.checksum_ok);
		else
			assert_int_equal(packet.vrrp.checksum_form, VRRP_CHECKSUM_WRONG);
	}
}

static void ah_shows_what_it_covers(void **state)
{
	struct prng p = prng_stream(10, "ah");
	uint8_t bytes[SAMPLE_ROOM];
	struct packet packet;
	size_t length = sample(&p, SAMPLE_VRRP2_AH, bytes);

	packet_dissect(&packet, bytes, length, length);
	assert_int_equal(packet.protocol, IP_PROTOCOL_AH);
	assert_int_equal(packet.ah_spi, ip4_to_u32(&packet.src));
	assert_int_equal(packet.vrrp.auth_type, VRRP_AUTH_AH);
	/* another next header: nothing we read, nothing wrong */
	bytes[packet.ip_payload - bytes] = IP_PROTOCOL_TCP;
	assert_int_equal(verdict_of(&packet, bytes, length, length), PACKET_OK);
	assert_int_equal(packet.transport, TRANSPORT_NONE);
	assert_true(packet.has_ah);
}

static void frames_with_an_802_3_length_are_fine(void **state)
{
	struct packet p;

	/* a spanning tree frame: length 38, LLC 42 42 03 */
	assert_int_equal(verdict_of_hex(&p, "0180c2000000 020000000001 0026 424203 0000"), PACKET_OK);
	assert_int_equal(p.network, NETWORK_NONE);
}

static void a_first_fragment_is_not_read_either(void **state)
{
	struct packet p;

	/* more fragments, offset 0: 4500+0024+2000+4011+c000+0201+c000+0202 = 22938 -> 293a -> d6c5 */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP4 "45000024 00002000 4011d6c5 c0000201 c0000202"
							 "9c40000900ff0000 0000000000000000"), PACKET_OK);
	assert_true(p.is_fragment);
	assert_int_equal(p.transport, TRANSPORT_NONE);
}

static void an_ipv6_packet_alone_in_its_fragment_header_is_read(void **state)
{
	struct packet p;

	/* RFC 6946: offset 0 and no more: not a fragment. UDP sum over pseudo-header and data:
	 * 2*(2001+0db8) + 1+2 + 11+8 + 9c40+9+8 = f7df -> 0820 */
	assert_int_equal(verdict_of_hex(&p, ETHERNET_IP6 "60000000 0010 2c 40" ADDRESSES_IP6
					    "1100000000001234 9c40000900080820"), PACKET_OK);
	assert_false(p.is_fragment);
	assert_int_equal(p.transport, TRANSPORT_UDP);
}

static void raw_ip_starts_at_its_header(void **state)
{
	struct prng p = prng_stream(11, "raw ip");

	for (enum sample_kind kind = SAMPLE_ECHO4; kind < SAMPLE_OTHER; kind++) {
		uint8_t bytes[SAMPLE_ROOM];
		struct packet framed, raw;
		size_t length = sample(&p, kind, bytes);
		packet_dissect(&framed, bytes, length, length);
		size_t header = (size_t)ETHERNET_HEADER + 4u * framed.ethernet.vlan_count;
		assert_true(packet_dissect_ip(&raw, bytes + header, length - header, length - header));
		assert_int_equal(raw.network, framed.network);
		assert_int_equal(raw.transport, framed.transport);
		assert_true(ip_equal(&raw.src, &framed.src));
		assert_ptr_equal(raw.ip_payload, framed.ip_payload);
		assert_true(mac_equal(raw.ethernet.src, MAC_ZERO));
		assert_int_equal(raw.ethernet.vlan_count, 0);
	}
	struct packet other;
	uint8_t arp[28] = {0x00, 0x01};
	assert_false(packet_dissect_ip(&other, arp, sizeof arp, sizeof arp));
	assert_int_equal(other.verdict, PACKET_BAD_IPV4);
}

static void envelopes_come_back(void **state)
{
	struct prng p = prng_stream(12, "envelopes");

	for (int i = 0; i < 500; i++) {
		enum ip_family family = random_bool(&p) ? IP_V6 : IP_V4;
		struct packet_envelope e = random_envelope(&p, family, 253); /* RFC 3692: an experiment */
		uint8_t bytes[256];
		struct wr out = wr_of(bytes, sizeof bytes);
		struct packet packet;
		size_t n = (size_t)prng_below(&p, 100);
		packet_begin(&out, &e);
		wr_zero(&out, n);
		packet_end(&out, &e);
		assert_true(packet_dissect(&packet, bytes, wr_length(&out), wr_length(&out)));
		assert_true(mac_equal(packet.ethernet.src, e.src_mac));
		assert_true(mac_equal(packet.ethernet.dst, e.dst_mac));
		assert_int_equal(packet.ethernet.vlan_count, e.vlan_count);
		assert_true(ip_equal(&packet.src, &e.src));
		assert_true(ip_equal(&packet.dst, &e.dst));
		assert_int_equal(packet.ttl, e.ttl);
		assert_int_equal(packet.protocol, 253);
		assert_int_equal(packet.ip_payload_length, n);
		if (family == IP_V4) {
			assert_int_equal(packet.ipv4.tos, e.tos);
			assert_int_equal(packet.ipv4.id, e.id);
			assert_int_equal(packet.ipv4.dont_fragment, e.dont_fragment);
		} else {
			assert_int_equal(packet.ipv6.traffic_class, e.tos);
		}
	}
}

static void a_packet_too_long_for_its_length_field_is_not_written(void **state)
{
	static uint8_t bytes[70000];
	const struct packet_envelope e = {.src = ip4(192, 0, 2, 1), .dst = ip4(192, 0, 2, 2), .ttl = 1};
	struct wr fits = wr_of(bytes, sizeof bytes), over = wr_of(bytes, sizeof bytes);

	packet_begin(&fits, &e);
	wr_zero(&fits, 65515);
	packet_end(&fits, &e);
	assert_false(fits.bad);
	packet_begin(&over, &e);
	wr_zero(&over, 65516);
	packet_end(&over, &e);
	assert_true(over.bad);
}

/* Changed bytes, a changed length, a cut: any verdict, no byte read outside (a sanitizer watches). */
static void changed_frames_get_a_verdict(void **state)
{
	struct prng p = prng_stream(13, "changed");
	size_t seen[PACKET_VERDICT_COUNT] = {0};

	for (int i = 0; i < 50000; i++) {
		uint8_t bytes[SAMPLE_ROOM];
		struct packet packet;
		size_t length = sample(&p, (enum sample_kind)prng_below(&p, SAMPLE_KIND_COUNT), bytes);
		size_t changes = (size_t)prng_below(&p, 4);
		for (size_t c = 0; c < changes; c++)
			bytes[prng_below(&p, length < 80 ? length : 80)] = random_u8(&p);
		size_t captured = prng_below(&p, 4) == 0 ? (size_t)prng_below(&p, length + 1) : length;
		size_t claimed = random_bool(&p) ? length : captured + (size_t)prng_below(&p, 3);
		enum packet_verdict v = verdict_of(&packet, bytes, captured, claimed);
		assert_in_range(v, PACKET_OK, PACKET_VERDICT_COUNT - 1);
		seen[v]++;
	}
	for (size_t v = 0; v < PACKET_BAD_CARP; v++)
		assert_in_range(seen[v], 1, 50000); /* the changes reach every verdict; CARP's length is its mark */
}

static void every_verdict_has_its_words(void **state)
{
	assert_string_equal(packet_verdict_text(PACKET_OK), "ok");
	assert_string_equal(packet_verdict_text(PACKET_BAD_CARP), "malformed CARP");
	for (size_t v = 0; v < PACKET_VERDICT_COUNT; v++)
		assert_non_null(packet_verdict_text((enum packet_verdict)v));
}

static void a_buffered_frame_is_taken_apart_once_for_all_readers(void **state)
{
	struct prng p = prng_stream(2, "buffered");
	struct frame_pool *pool = frame_pool_new();
	uint8_t bytes[SAMPLE_ROOM];
	size_t length = sample(&p, SAMPLE_VRRP2, bytes);
	struct frame *f = frame_copy(pool, bytes, length);
	const struct packet *first = packet_of(f);

	assert_int_equal(first->verdict, PACKET_OK);
	assert_int_equal(first->transport, TRANSPORT_VRRP);
	f->data[ETHERNET_HEADER + 8]--;         /* against the rules, to see that nobody looks again */
	assert_int_equal(packet_of(f)->verdict, PACKET_OK);
	f = frame_own(f);                       /* as a writer should */
	assert_int_equal(packet_of(f)->verdict, PACKET_BAD_IPV4_CHECKSUM);
	frame_unref(f);
	frame_pool_free(pool);
}

/* Of UDP and TCP: what is summed otherwise, and the headers below, are looked at all the same. */
static void a_sum_that_was_made_here_is_not_made_again(void **state)
{
	static const enum sample_kind kinds[] = {SAMPLE_UDP4, SAMPLE_UDP6, SAMPLE_TCP4, SAMPLE_TCP6};
	struct prng p = prng_stream(3, "summed");
	struct frame_pool *pool = frame_pool_new();
	uint8_t bytes[SAMPLE_ROOM];

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct frame *f = frame_copy(pool, bytes, sample(&p, kinds[i], bytes));
		size_t at = (size_t)(packet_of(f)->ip_payload - f->data);
		size_t ip = ETHERNET_HEADER + 4u * packet_of(f)->ethernet.vlan_count;
		f = frame_own(f);
		f->data[at + 1] ^= 0x04;
		f->summed = 1;
		assert_int_equal(packet_of(f)->verdict, PACKET_OK);
		f = frame_own(f);               /* whoever may write makes it unknown again */
		assert_int_not_equal(packet_of(f)->verdict, PACKET_OK);
		if (kinds[i] == SAMPLE_UDP4 || kinds[i] == SAMPLE_TCP4) {
			f = frame_own(f);
			f->summed = 1;
			f->data[ip + 8]--;
			assert_int_equal(packet_of(f)->verdict, PACKET_BAD_IPV4_CHECKSUM);
		}
		frame_unref(f);
	}
	frame_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sum_that_was_made_here_is_not_made_again),
		cmocka_unit_test(every_kind_is_taken_apart),
		cmocka_unit_test(padding_changes_nothing),
		cmocka_unit_test(every_prefix_is_cut_or_read_and_never_blamed),
		cmocka_unit_test(every_frame_that_ends_early_is_malformed),
		cmocka_unit_test(a_whole_message_in_a_cut_frame_is_read),
		cmocka_unit_test(a_buffered_frame_is_taken_apart_once_for_all_readers),
		cmocka_unit_test(lies_about_lengths_are_named),
		cmocka_unit_test(a_contradiction_is_malformed_though_the_frame_is_cut),
		cmocka_unit_test(wrong_checksums_are_named),
		cmocka_unit_test(a_wrong_ipv4_header_sum_ends_the_reading),
		cmocka_unit_test(a_zero_udp_sum_is_none_on_ipv4_and_wrong_on_ipv6),
		cmocka_unit_test(wrong_vrrp_and_carp_sums_are_no_verdict),
		cmocka_unit_test(ah_shows_what_it_covers),
		cmocka_unit_test(frames_with_an_802_3_length_are_fine),
		cmocka_unit_test(a_first_fragment_is_not_read_either),
		cmocka_unit_test(an_ipv6_packet_alone_in_its_fragment_header_is_read),
		cmocka_unit_test(raw_ip_starts_at_its_header),
		cmocka_unit_test(envelopes_come_back),
		cmocka_unit_test(a_packet_too_long_for_its_length_field_is_not_written),
		cmocka_unit_test(changed_frames_get_a_verdict),
		cmocka_unit_test(every_verdict_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

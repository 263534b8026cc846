// SPDX-License-Identifier: BSD-2-Clause
/* ICMP of both families and Neighbour Discovery. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/wire/icmp.h"
#include "tests/wire/samples.h"

/* Unsolicited advertisement (router, override) of fe80::10 at 00:00:5e:00:02:0a, as a Cisco sends it. */
static const char advertisement[] =
	"8800 0000 a0000000 fe800000000000000000000000000010 0201 00005e00020a";

static bool decode(struct icmp_message *m, enum ip_family family, const uint8_t *bytes, size_t length, bool *is_short)
{
	struct rd in = rd_of(bytes, length);
	bool sound = icmp_decode(m, family, &in);

	*is_short = in.bad;
	return sound;
}

static void an_echo_request_is_read_and_written_again(void **state)
{
	/* 0800 + 1234 + 0001 + 6162 = 7b97 -> 8468 */
	uint8_t bytes[16], got[16];
	size_t length = hex(bytes, sizeof bytes, "0800 8468 1234 0001 6162");
	struct ip_addr a = ip4(192, 0, 2, 1);
	struct wr out = wr_of(got, sizeof got);
	struct icmp_message m;
	bool is_short;

	assert_true(decode(&m, IP_V4, bytes, length, &is_short));
	assert_int_equal(m.type, ICMP_ECHO_REQUEST);
	assert_int_equal(m.id, 0x1234);
	assert_int_equal(m.sequence, 1);
	assert_int_equal(m.data_length, 2);
	assert_memory_equal(m.data, "ab", 2);
	assert_true(icmp_checksum_ok(IP_V4, bytes, length, &a, &a));
	icmp_encode(&m, &a, &a, &out);
	assert_memory_equal(got, bytes, length);
	bytes[9] ^= 1;
	assert_false(icmp_checksum_ok(IP_V4, bytes, length, &a, &a));
}

static void an_advertisement_is_read_and_written_again(void **state)
{
	uint8_t bytes[64], got[64];
	size_t length = hex(bytes, sizeof bytes, advertisement);
	struct ip_addr src, dst;
	struct wr out = wr_of(got, sizeof got);
	struct icmp_message m;
	char text[IP_TEXT];
	bool is_short;

	assert_true(ip_parse("fe80::10", &src) && ip_parse("ff02::1", &dst));
	assert_true(decode(&m, IP_V6, bytes, length, &is_short));
	assert_true(m.router && m.override && !m.solicited);
	assert_string_equal(ip_format(text, &m.target), "fe80::10");
	assert_true(m.has_link_address);
	assert_string_equal(mac_format(text, m.link_address), "00:00:5e:00:02:0a");
	icmp_encode(&m, &src, &dst, &out);
	assert_int_equal(wr_length(&out), length);
	assert_memory_equal(got, bytes, 2);
	assert_memory_equal(got + 4, bytes + 4, length - 4);
	assert_true(icmp_checksum_ok(IP_V6, got, length, &src, &dst));
	assert_false(icmp_checksum_ok(IP_V6, got, length, &src, &src)); /* the pseudo-header counts */
}

static void an_option_of_length_zero_is_malformed(void **state)
{
	static const uint8_t types[] = {ICMPV6_ROUTER_SOLICITATION, ICMPV6_ROUTER_ADVERTISEMENT,
					ICMPV6_NEIGHBOR_SOLICITATION, ICMPV6_NEIGHBOR_ADVERTISEMENT};
	static const size_t options_at[] = {8, 16, 24, 24};

	for (size_t i = 0; i < 4; i++) {
		uint8_t bytes[32] = {types[i]};
		struct icmp_message m;
		bool is_short;
		bytes[options_at[i]] = 14; /* a nonce, length 0 */
		assert_false(decode(&m, IP_V6, bytes, options_at[i] + 8, &is_short));
		assert_false(is_short);
		bytes[options_at[i] + 1] = 1;
		assert_true(decode(&m, IP_V6, bytes, options_at[i] + 8, &is_short));
		bytes[options_at[i] + 1] = 2;
		assert_false(decode(&m, IP_V6, bytes, options_at[i] + 8, &is_short));
		assert_true(is_short);
	}
}

static void unknown_options_are_skipped(void **state)
{
	uint8_t bytes[64], *option;
	size_t length = hex(bytes, sizeof bytes, advertisement);
	struct icmp_message m;
	bool is_short;

	/* a nonce and a source link-layer address before the target's */
	option = bytes + 24;
	memmove(option + 16, option, length - 24);
	memset(option, 0x77, 16);
	option[0] = 14;
	option[1] = 1;
	option[8] = 1;
	option[9] = 1;
	assert_true(decode(&m, IP_V6, bytes, length + 16, &is_short));
	assert_int_equal(m.link_address.b[5], 0x0a);
}

static void every_prefix_is_short_but_where_a_message_may_end(void **state)
{
	uint8_t bytes[64];
	size_t length = hex(bytes, sizeof bytes, advertisement);
	struct icmp_message m;
	bool is_short;

	for (size_t n = 0; n < length; n++) {
		bool whole = n == 24; /* without its option */
		assert_int_equal(decode(&m, IP_V6, bytes, n, &is_short), whole);
		assert_int_equal(is_short, !whole);
	}
	for (size_t n = 0; n < 8; n++) {
		uint8_t echo[8] = {ICMP_ECHO_REQUEST}, unreachable[8] = {ICMP_UNREACHABLE};
		assert_false(decode(&m, IP_V4, echo, n, &is_short));
		assert_true(is_short);
		assert_false(decode(&m, IP_V4, unreachable, n, &is_short));
		assert_true(is_short);
	}
}

static void errors_keep_the_packet_they_quote(void **state)
{
	uint8_t bytes[16] = {ICMPV6_PACKET_TOO_BIG, 0, 0, 0, 0, 0, 0x05, 0x00, 'q'};
	struct icmp_message m;
	bool is_short;

	assert_true(decode(&m, IP_V6, bytes, sizeof bytes, &is_short));
	assert_int_equal(m.word, 1280);
	assert_ptr_equal(m.data, bytes + 8);
	assert_int_equal(m.data_length, 8);
}

static void random_messages_survive_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "icmp round trip");

	for (int i = 0; i < 5000; i++) {
		enum ip_family family = random_bool(&p) ? IP_V6 : IP_V4;
		struct ip_addr src = random_ip(&p, family), dst = random_ip(&p, family);
		uint8_t noise[48], bytes[128], again[128];
		struct icmp_message m, back;
		bool is_short;
		for (size_t b = 0; b < sizeof noise; b++)
			noise[b] = random_u8(&p);
		/* any type at all; half of them ND */
		noise[0] = random_bool(&p) ? (uint8_t)(133 + prng_below(&p, 4)) : noise[0];
		size_t length = 4 + (size_t)prng_below(&p, sizeof noise - 3);
		if (!decode(&m, family, noise, length, &is_short))
			continue;
		struct wr out = wr_of(bytes, sizeof bytes), out2 = wr_of(again, sizeof again);
		icmp_encode(&m, &src, &dst, &out);
		assert_true(icmp_checksum_ok(family, bytes, wr_length(&out), &src, &dst));
		assert_true(decode(&back, family, bytes, wr_length(&out), &is_short));
		assert_int_equal(back.type, m.type);
		assert_int_equal(back.code, m.code);
		assert_int_equal(back.id, m.id);
		assert_int_equal(back.sequence, m.sequence);
		assert_int_equal(back.word, m.word);
		assert_true(ip_equal(&back.target, &m.target));
		assert_int_equal(back.router, m.router);
		assert_int_equal(back.solicited, m.solicited);
		assert_int_equal(back.override, m.override);
		assert_int_equal(back.has_link_address, m.has_link_address);
		assert_true(mac_equal(back.link_address, m.link_address));
		assert_int_equal(back.data_length, m.data_length);
		icmp_encode(&back, &src, &dst, &out2);
		assert_int_equal(wr_length(&out2), wr_length(&out));
		assert_memory_equal(again, bytes, wr_length(&out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_echo_request_is_read_and_written_again),
		cmocka_unit_test(an_advertisement_is_read_and_written_again),
		cmocka_unit_test(an_option_of_length_zero_is_malformed),
		cmocka_unit_test(unknown_options_are_skipped),
		cmocka_unit_test(every_prefix_is_short_but_where_a_message_may_end),
		cmocka_unit_test(errors_keep_the_packet_they_quote),
		cmocka_unit_test(random_messages_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

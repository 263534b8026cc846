// SPDX-License-Identifier: BSD-2-Clause
/* GLBP messages: the vector both ways, a frame with every TLV that is known, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/wire/fhrp_samples.h"

/* T16: hello and one forwarder, group 5, 192.0.2.1, AVG. */
static const char t16[] = "01 00 0005 0000 020000000001 "
			  "01 1c 00 20 00 6e 0000 00000bb8 00002710 0258 3840 0000 01 04 c0000201 "
			  "02 14 01 20 00 a7 64 00000000000000 0007b4000501";

static void t16_hello_and_forwarder_both_ways(void **state)
{
	uint8_t bytes[128], got[128];
	size_t length = hex(bytes, sizeof bytes, t16);
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(got, sizeof got);
	struct ip_addr vip = ip4(192, 0, 2, 1);
	struct glbp_message m;

	assert_true(glbp_is(bytes, length));
	assert_true(glbp_decode(&m, &in));
	assert_int_equal(m.group, 5);
	assert_true(mac_equal(m.owner, (struct mac){{2, 0, 0, 0, 0, 1}}));
	assert_true(m.has_hello);
	assert_int_equal(m.state, GLBP_ACTIVE);
	assert_int_equal(m.priority, 110);
	assert_int_equal(m.hello_ms, 3000);
	assert_int_equal(m.hold_ms, 10000);
	assert_int_equal(m.redirect_s, 600);
	assert_int_equal(m.timeout_s, 14400);
	assert_true(ip_equal(&m.virtual_ip, &vip));
	assert_int_equal(m.forwarder_count, 1);
	assert_int_equal(m.forwarder[0].number, 1);
	assert_int_equal(m.forwarder[0].state, GLBP_ACTIVE);
	assert_int_equal(m.forwarder[0].priority, 167);
	assert_int_equal(m.forwarder[0].weight, 100);
	assert_true(mac_equal(m.forwarder[0].virtual_mac, glbp_virtual_mac(5, 1)));
	assert_int_equal(m.auth, GLBP_AUTH_NONE);
	glbp_encode(&m, &out);
	assert_int_equal(wr_length(&out), length);
	assert_memory_equal(got, bytes, length);
}

/* In front of a TLV a message may end: what it lacks then is not there, and nothing is wrong. */
static void every_prefix_is_refused_but_for_whole_tlvs(void **state)
{
	uint8_t bytes[128];
	size_t length = hex(bytes, sizeof bytes, t16);

	for (size_t n = 0; n < length; n++) {
		struct rd in = rd_of(bytes, n);
		struct glbp_message m;
		bool whole = n == 12 || n == 12 + 28;
		assert_int_equal(glbp_decode(&m, &in), whole);
		assert_int_equal(m.has_hello, n >= 12 + 28);
	}
}

static void faults_are_refused(void **state)
{
	static const char *const wrong[] = {
		"02 00 0005 0000 020000000001",                 /* another version */
		"01 00 0005 0000 020000000001 04 01",           /* a TLV shorter than its own header */
		"01 00 0005 0000 020000000001 04 03",           /* a TLV over the end */
		/* an address longer than its TLV, an IPv4 address of 16 bytes */
		"01 00 0005 0000 020000000001 "
		"01 1c 00 20 00 6e 0000 00000bb8 00002710 0258 3840 0000 01 05 c0000201",
		"01 00 0005 0000 020000000001 01 28 00 20 00 6e 0000 00000bb8 00002710 0258 3840 0000 01 10 "
		"c0000201000000000000000000000000",
		"01 00 0005 0000 020000000001 02 13 01 20 00 a7 64 00000000000000 0007b40005", /* a short forwarder */
		"01 00 0005 0000 020000000001 03 06 02 10 0000", /* a digest that is not there */
		"01 00 0005 0000 020000000001 03 06 02 01 0000", /* and bytes behind one */
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		uint8_t bytes[128];
		struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, wrong[i]));
		struct glbp_message m;
		if (glbp_decode(&m, &in))
			fail_msg("accepted: %s", wrong[i]);
	}
}

static void a_message_of_ios_with_a_key_chain_reads_whole(void **state)
{
	/* authentication, a TLV of type 4, hello, two forwarders; addresses are documentation's */
	static const char text[] = "01 00 0001 0000 020000001400 "
				   "03 18 03 14 00000001 9590e47ad6e599742773d38b952a1c14 04 08 003765088e54 "
				   "01 1c 00 20 00 64 0000 00000bb8 00002710 0258 3840 0000 01 04 c0000201 "
				   "02 14 01 20 00 87 64 04381802300214 0007b4000101 "
				   "02 14 02 20 00 a7 64 07384002580000 0007b4000102";
	uint8_t bytes[160];
	struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, text));
	struct glbp_message m;

	assert_true(glbp_decode(&m, &in));
	assert_int_equal(m.auth, GLBP_AUTH_MD5_CHAIN);
	assert_int_equal(m.auth_length, 20);
	assert_int_equal(m.auth_data[3], 1);
	assert_int_equal(m.forwarder_count, 2);
	assert_int_equal(m.forwarder[1].number, 2);
	assert_true(m.has_hello);
}

static void more_forwarders_than_a_group_has_are_passed_over(void **state)
{
	uint8_t bytes[256];
	struct wr w = wr_of(bytes, sizeof bytes);
	struct glbp_message m;

	w.at += hex(bytes, sizeof bytes, "01 00 0005 0000 020000000001");
	for (uint8_t i = 1; i <= 6; i++)
		w.at += hex(w.at, (size_t)(w.end - w.at), "02 14 01 20 00 a7 64 00000000000000 0007b4000501");
	struct rd in = rd_of(bytes, wr_length(&w));
	assert_true(glbp_decode(&m, &in));
	assert_int_equal(m.forwarder_count, GLBP_FORWARDERS);
}

static void virtual_macs_hold_group_and_forwarder(void **state)
{
	char text[MAC_TEXT];
	uint16_t group;
	uint8_t forwarder;

	assert_string_equal(mac_format(text, glbp_virtual_mac(40, 1)), "00:07:b4:00:28:01");
	assert_string_equal(mac_format(text, glbp_virtual_mac(1023, 4)), "00:07:b4:03:ff:04");
	assert_true(glbp_of_virtual_mac(glbp_virtual_mac(1023, 4), &group, &forwarder));
	assert_int_equal(group, 1023);
	assert_int_equal(forwarder, 4);
	/* other devices of Cisco's with the same first three bytes */
	assert_false(glbp_of_virtual_mac((struct mac){{0, 7, 0xb4, 4, 0, 1}}, &group, &forwarder));
	assert_false(glbp_of_virtual_mac((struct mac){{0, 7, 0xb4, 0, 1, 5}}, &group, &forwarder));
	assert_false(glbp_of_virtual_mac((struct mac){{0, 7, 0xb4, 0, 1, 0}}, &group, &forwarder));
}

static void random_messages_survive_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "glbp round trip");

	for (int i = 0; i < 1000; i++) {
		uint8_t auth[20], bytes[256];
		struct glbp_message m = random_glbp(&p, (enum fhrp_kind)(FHRP_GLBP + i % 4), auth), back;
		struct wr out = wr_of(bytes, sizeof bytes);
		glbp_encode(&m, &out);
		assert_false(out.bad);
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_true(glbp_decode(&back, &in));
		assert_int_equal(back.group, m.group);
		assert_true(mac_equal(back.owner, m.owner));
		assert_int_equal(back.state, m.state);
		assert_int_equal(back.priority, m.priority);
		assert_int_equal(back.hello_ms, m.hello_ms);
		assert_int_equal(back.hold_ms, m.hold_ms);
		assert_int_equal(back.redirect_s, m.redirect_s);
		assert_int_equal(back.timeout_s, m.timeout_s);
		assert_true(ip_equal(&back.virtual_ip, &m.virtual_ip));
		assert_int_equal(back.forwarder_count, m.forwarder_count);
		assert_memory_equal(back.forwarder, m.forwarder, m.forwarder_count * sizeof m.forwarder[0]);
		assert_int_equal(back.auth, m.auth);
		assert_int_equal(back.auth_length, m.auth_length);
		if (m.auth_length > 0)
			assert_memory_equal(back.auth_data, m.auth_data, m.auth_length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t16_hello_and_forwarder_both_ways),
		cmocka_unit_test(every_prefix_is_refused_but_for_whole_tlvs),
		cmocka_unit_test(faults_are_refused),
		cmocka_unit_test(a_message_of_ios_with_a_key_chain_reads_whole),
		cmocka_unit_test(more_forwarders_than_a_group_has_are_passed_over),
		cmocka_unit_test(virtual_macs_hold_group_and_forwarder),
		cmocka_unit_test(random_messages_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

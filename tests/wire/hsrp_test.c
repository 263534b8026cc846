// SPDX-License-Identifier: BSD-2-Clause
/* HSRP messages: vectors both ways, states, MACs, and what a damaged one still says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/wire/fhrp_samples.h"

/* T12: hello, Active, group 1, priority 100, 3/10 s, "cisco", 192.0.2.1. */
static const char t12[] = "00 00 10 03 0a 64 01 00 636973636f000000 c0000201";
/* T13: coup, Speak, priority 110. */
static const char t13[] = "00 01 04 03 0a 6e 01 00 636973636f000000 c0000201";
/* T14: advertise, passive, no active and one passive group. */
static const char t14[] = "00 03 0001 000e 02 00 0000 0001 00000000";
/* T15: version 2 hello, Active, group 20, IPv4. */
static const char t15[] = "01 28 02 00 06 04 0014 020000000001 00000064 00000bb8 00002710 c0000201 "
			  "000000000000000000000000";

/* Reads the vector, writes it again, compares. */
static struct hsrp_message both_ways(const char *vector)
{
	uint8_t bytes[128], got[128];
	size_t length = hex(bytes, sizeof bytes, vector);
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(got, sizeof got);
	struct hsrp_message m;

	assert_true(hsrp_decode(&m, &in));
	hsrp_encode(&m, &out);
	assert_int_equal(wr_length(&out), length);
	assert_memory_equal(got, bytes, length);
	return m;
}

static void t12_a_hello_of_version_1(void **state)
{
	struct hsrp_message m = both_ways(t12);
	struct ip_addr vip = ip4(192, 0, 2, 1);

	assert_int_equal(m.version, 1);
	assert_true(m.has_group && !m.has_interface);
	assert_int_equal(m.opcode, HSRP_HELLO);
	assert_int_equal(hsrp_state_of(&m), HSRP_ACTIVE);
	assert_int_equal(m.group, 1);
	assert_int_equal(m.priority, 100);
	assert_int_equal(m.hello_ms, 3000);
	assert_int_equal(m.hold_ms, 10000);
	assert_int_equal(m.auth, HSRP_AUTH_TEXT);
	assert_memory_equal(m.text, "cisco\0\0", HSRP_TEXT);
	assert_true(ip_equal(&m.virtual_ip, &vip));
}

static void t13_a_coup(void **state)
{
	struct hsrp_message m = both_ways(t13);

	assert_int_equal(m.opcode, HSRP_COUP);
	assert_int_equal(hsrp_state_of(&m), HSRP_SPEAK);
	assert_int_equal(m.priority, 110);
}

static void t14_the_state_of_an_interface_is_no_groups(void **state)
{
	struct hsrp_message m = both_ways(t14);

	assert_true(m.has_interface && !m.has_group);
	assert_int_equal(m.opcode, HSRP_ADVERTISE);
	assert_int_equal(m.interface_state, 2);
	assert_int_equal(m.active_groups, 0);
	assert_int_equal(m.passive_groups, 1);
}

static void t15_a_hello_of_version_2(void **state)
{
	struct hsrp_message m = both_ways(t15);
	struct ip_addr vip = ip4(192, 0, 2, 1);

	assert_int_equal(m.version, 2);
	assert_int_equal(hsrp_state_of(&m), HSRP_ACTIVE);
	assert_int_equal(m.group, 20);
	assert_int_equal(m.family, IP_V4);
	assert_true(mac_equal(m.identifier, (struct mac){{2, 0, 0, 0, 0, 1}}));
	assert_int_equal(m.priority, 100);
	assert_int_equal(m.hello_ms, 3000);
	assert_int_equal(m.hold_ms, 10000);
	assert_int_equal(m.auth, HSRP_AUTH_NONE);
	assert_true(ip_equal(&m.virtual_ip, &vip));
}

/* The 12 bytes behind an IPv4 address in version 2 are whatever was in the sender's memory. */
static void leaked_bytes_behind_an_ipv4_address_are_not_read(void **state)
{
	uint8_t bytes[64], got[64];
	size_t length = hex(bytes, sizeof bytes, t15);
	struct hsrp_message clean = both_ways(t15), m;

	memset(bytes + length - 12, 0xa5, 12);
	struct rd in = rd_of(bytes, length);
	assert_true(hsrp_decode(&m, &in));
	assert_true(ip_equal(&m.virtual_ip, &clean.virtual_ip));
	struct wr out = wr_of(got, sizeof got);
	hsrp_encode(&m, &out);
	memset(bytes + length - 12, 0, 12);
	assert_memory_equal(got, bytes, length);
}

/* An attacker's frame: TLV 4 says 28 bytes and holds 8. The group in front of it is sound. */
static void a_damaged_tlv_leaves_the_group(void **state)
{
	char text[256];
	uint8_t bytes[128];
	struct hsrp_message m;

	strcpy(text, t15);
	strcat(text, "04 1c 6369736367000000");
	struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, text));
	assert_false(hsrp_decode(&m, &in));
	assert_true(m.has_group);
	assert_int_equal(m.group, 20);
	assert_int_equal(m.auth, HSRP_AUTH_NONE);
	strcpy(text, t12);
	strcat(text, "04 1c 01 00");
	in = rd_of(bytes, hex(bytes, sizeof bytes, text));
	assert_false(hsrp_decode(&m, &in));
	assert_true(m.has_group);
	assert_int_equal(m.auth, HSRP_AUTH_TEXT);
}

static void lengths_that_are_not_the_types_are_refused(void **state)
{
	static const char *const wrong[] = {
		"",                             /* nothing */
		"01",                           /* a type without length */
		"01 28 02",                     /* length over the end */
		"01 04 02000604",               /* a group too short */
		"02 03 000100",                 /* an interface too short */
		"03 04 63697363",               /* text too short */
		"04 04 01000000",               /* MD5 too short */
		"63 00",                        /* an unknown type alone says nothing */
		"00 03 0001 000d 02 00 0000 0001 00000000", /* advertise of another length */
		"00 03 0002 000e 02 00 0000 0001 00000000", /* and of another type */
		/* the group of another version and of another family */
		"01 28 03 00 06 04 0014 020000000001 00000064 00000bb8 00002710 c0000201 000000000000000000000000",
		"01 28 02 00 06 05 0014 020000000001 00000064 00000bb8 00002710 c0000201 000000000000000000000000",
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		uint8_t bytes[128];
		struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, wrong[i]));
		struct hsrp_message m;
		if (hsrp_decode(&m, &in))
			fail_msg("accepted: %s", wrong[i]);
	}
}

static void an_unknown_tlv_is_skipped_by_its_length(void **state)
{
	char text[256] = "63 02 ffff";
	uint8_t bytes[128];
	struct hsrp_message m;

	strcat(text, t15);
	struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, text));
	assert_true(hsrp_decode(&m, &in));
	assert_int_equal(m.group, 20);
}

static void of_two_groups_in_one_message_the_first_is_kept(void **state)
{
	char text[512];
	uint8_t bytes[128];
	struct hsrp_message m;

	strcpy(text, t15);
	strcat(text, "01 28 02 00 06 04 0015 020000000001 00000064 00000bb8 00002710 c0000201 "
		     "000000000000000000000000");
	struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, text));
	assert_true(hsrp_decode(&m, &in));
	assert_int_equal(m.group, 20);
}

static void every_prefix_of_a_vector_is_refused(void **state)
{
	static const char *const vectors[] = {t12, t13, t14, t15};

	for (size_t i = 0; i < 4; i++) {
		uint8_t bytes[128];
		size_t length = hex(bytes, sizeof bytes, vectors[i]);
		for (size_t n = 0; n < length; n++) {
			struct rd in = rd_of(bytes, n);
			struct hsrp_message m;
			assert_false(hsrp_decode(&m, &in));
			assert_false(m.has_group || m.has_interface);
		}
	}
}

static void states_of_both_versions_are_the_same_states(void **state)
{
	static const uint8_t v1[] = {0, 1, 2, 4, 8, 16};
	struct hsrp_message one = {.version = 1}, two = {.version = 2};

	for (enum hsrp_state s = HSRP_INIT; s <= HSRP_ACTIVE; s++) {
		one.state = hsrp_state_byte(1, s);
		two.state = hsrp_state_byte(2, s);
		assert_int_equal(one.state, v1[s - HSRP_INIT]);
		assert_int_equal(two.state, s);
		assert_int_equal(hsrp_state_of(&one), s);
		assert_int_equal(hsrp_state_of(&two), s);
	}
	one.state = 3;
	two.state = 7;
	assert_int_equal(hsrp_state_of(&one), HSRP_STATE_UNKNOWN);
	assert_int_equal(hsrp_state_of(&two), HSRP_STATE_UNKNOWN);
	assert_string_equal(hsrp_state_word(HSRP_ACTIVE), "active");
}

static void virtual_macs_hold_the_group(void **state)
{
	static const struct {
		uint8_t version;
		enum ip_family family;
		uint16_t group;
		const char *mac;
	} row[] = {
		{1, IP_V4, 1, "00:00:0c:07:ac:01"},      {1, IP_V4, 255, "00:00:0c:07:ac:ff"},
		{2, IP_V4, 1, "00:00:0c:9f:f0:01"},      {2, IP_V4, 4095, "00:00:0c:9f:ff:ff"},
		{2, IP_V6, 16, "00:05:73:a0:00:10"},     {2, IP_V6, 2001, "00:05:73:a0:07:d1"},
	};
	enum ip_family family;
	uint16_t group;
	char text[MAC_TEXT];

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct mac m = hsrp_virtual_mac(row[i].version, row[i].family, row[i].group);
		assert_string_equal(mac_format(text, m), row[i].mac);
		assert_int_equal(hsrp_of_virtual_mac(m, &family, &group), row[i].version);
		assert_int_equal(family, row[i].family);
		assert_int_equal(group, row[i].group);
	}
	assert_int_equal(hsrp_of_virtual_mac((struct mac){{0, 0, 0x0c, 0x07, 0xad, 1}}, &family, &group), 0);
	assert_int_equal(hsrp_of_virtual_mac((struct mac){{0, 0, 0x0c, 0x9f, 0x01, 1}}, &family, &group), 0);
	assert_int_equal(hsrp_of_virtual_mac((struct mac){{0, 5, 0x73, 0xa0, 0x10, 1}}, &family, &group), 0);
}

static void random_messages_survive_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "hsrp round trip");

	for (int i = 0; i < 2000; i++) {
		struct hsrp_message m = random_hsrp(&p, (enum fhrp_kind)(i % (FHRP_HSRP6 + 1))), back;
		uint8_t bytes[128];
		struct wr out = wr_of(bytes, sizeof bytes);
		hsrp_encode(&m, &out);
		assert_false(out.bad);
		struct rd in = rd_of(bytes, wr_length(&out));
		assert_true(hsrp_decode(&back, &in));
		assert_int_equal(back.version, m.version);
		assert_int_equal(back.opcode, m.opcode);
		assert_int_equal(back.state, m.state);
		assert_int_equal(back.family, m.family);
		assert_int_equal(back.group, m.group);
		assert_int_equal(back.priority, m.priority);
		assert_int_equal(back.hello_ms, m.hello_ms);
		assert_int_equal(back.hold_ms, m.hold_ms);
		assert_true(mac_equal(back.identifier, m.identifier));
		assert_true(ip_equal(&back.virtual_ip, &m.virtual_ip));
		assert_int_equal(back.has_interface, m.has_interface);
		assert_int_equal(back.interface_state, m.interface_state);
		assert_int_equal(back.active_groups, m.active_groups);
		assert_int_equal(back.passive_groups, m.passive_groups);
		assert_int_equal(back.auth, m.auth);
		assert_memory_equal(back.text, m.text, sizeof m.text);
		assert_int_equal(back.md5_source, m.md5_source);
		assert_int_equal(back.md5_key_id, m.md5_key_id);
		assert_memory_equal(back.md5_digest, m.md5_digest, sizeof m.md5_digest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t12_a_hello_of_version_1),
		cmocka_unit_test(t13_a_coup),
		cmocka_unit_test(t14_the_state_of_an_interface_is_no_groups),
		cmocka_unit_test(t15_a_hello_of_version_2),
		cmocka_unit_test(leaked_bytes_behind_an_ipv4_address_are_not_read),
		cmocka_unit_test(a_damaged_tlv_leaves_the_group),
		cmocka_unit_test(lengths_that_are_not_the_types_are_refused),
		cmocka_unit_test(an_unknown_tlv_is_skipped_by_its_length),
		cmocka_unit_test(of_two_groups_in_one_message_the_first_is_kept),
		cmocka_unit_test(every_prefix_of_a_vector_is_refused),
		cmocka_unit_test(states_of_both_versions_are_the_same_states),
		cmocka_unit_test(virtual_macs_hold_the_group),
		cmocka_unit_test(random_messages_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* VRRP messages against bytes that real routers sent, both ways, and against every way to be malformed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/base/time.h"
#include "sim/wire/vrrp.h"
#include "tests/wire/samples.h"

struct vector {
	const char *bytes;
	const char *src;
	struct vrrp_message m;  /* but for addresses, trailer and has_auth_data's bytes */
	const char *addresses[5];
	size_t trailer_length;
};

static const struct vector vectors[] = {
	/* T1: keepalived 2.2.7 */
	{"210a960100013eae 0a09003c 0000000000000000", "10.9.0.2",
	 {.version = 2, .vrid = 10, .priority = 150, .address_count = 1, .interval_s = 1, .checksum = 0x3eae,
	  .checksum_form = VRRP_CHECKSUM_MESSAGE},
	 {"10.9.0.60"}, 0},
	/* T2: keepalived resigns */
	{"210a00010001d4b8 0a090032 0000000000000000", "10.9.0.1",
	 {.version = 2, .vrid = 10, .priority = 0, .address_count = 1, .interval_s = 1, .checksum = 0xd4b8,
	  .checksum_form = VRRP_CHECKSUM_MESSAGE},
	 {"10.9.0.50"}, 0},
	/* T3: three addresses, text authentication */
	{"213364030101f7a5 c0000201 c0000202 c0000203 7333637265740000", "192.0.2.10",
	 {.version = 2, .vrid = 51, .priority = 100, .address_count = 3, .auth_type = VRRP_AUTH_TEXT,
	  .interval_s = 1, .auth_data = "s3cret", .checksum = 0xf7a5, .checksum_form = VRRP_CHECKSUM_MESSAGE},
	 {"192.0.2.1", "192.0.2.2", "192.0.2.3"}, 0},
	/* T4: the owner */
	{"2101ff0100011dfa c0000201 0000000000000000", "192.0.2.1",
	 {.version = 2, .vrid = 1, .priority = 255, .address_count = 1, .interval_s = 1, .checksum = 0x1dfa,
	  .checksum_form = VRRP_CHECKSUM_MESSAGE},
	 {"192.0.2.1"}, 0},
	/* T5: five addresses, 36 bytes: CARP's length */
	{"210a6405000147b9 0a090033 0a090034 0a090035 0a090036 0a090037 0000000000000000", "10.9.0.1",
	 {.version = 2, .vrid = 10, .priority = 100, .address_count = 5, .interval_s = 1, .checksum = 0x47b9,
	  .checksum_form = VRRP_CHECKSUM_MESSAGE},
	 {"10.9.0.51", "10.9.0.52", "10.9.0.53", "10.9.0.54", "10.9.0.55"}, 0},
	/* T6: Cisco MD5, key "viplab-key" */
	{"21077801fe01650b c00002fe 0000000000000000"
	 "fe1c01000000 c0000202 00000000 8bb033767086cc2d37080361dc7c6d0a", "192.0.2.2",
	 {.version = 2, .vrid = 7, .priority = 120, .address_count = 1, .auth_type = VRRP_AUTH_CISCO_MD5,
	  .interval_s = 1, .checksum = 0x650b, .checksum_form = VRRP_CHECKSUM_MESSAGE},
	 {"192.0.2.254"}, 30},
	/* T7: Cisco's sum, of the message alone */
	{"310a64010064a791 c00002fe", "192.0.2.2",
	 {.version = 3, .vrid = 10, .priority = 100, .address_count = 1, .interval_cs = 100, .checksum = 0xa791,
	  .checksum_form = VRRP_CHECKSUM_MESSAGE},
	 {"192.0.2.254"}, 0},
	/* T8: FRR 8.4.4 */
	{"310a9601006443b1 0a09003c", "10.9.0.2",
	 {.version = 3, .vrid = 10, .priority = 150, .address_count = 1, .interval_cs = 100, .checksum = 0x43b1,
	  .checksum_form = VRRP_CHECKSUM_PSEUDO},
	 {"10.9.0.60"}, 0},
	/* T9: keepalived 2.2.7 */
	{"310a6401006475bc 0a090032", "10.9.0.1",
	 {.version = 3, .vrid = 10, .priority = 100, .address_count = 1, .interval_cs = 100, .checksum = 0x75bc,
	  .checksum_form = VRRP_CHECKSUM_PSEUDO},
	 {"10.9.0.50"}, 0},
	/* T10: IPv6 */
	{"310a640200644006 fe800000000000000000000000000010 20010db8000000000000000000000010", "fe80::1",
	 {.version = 3, .vrid = 10, .priority = 100, .address_count = 2, .interval_cs = 100, .checksum = 0x4006,
	  .checksum_form = VRRP_CHECKSUM_PSEUDO},
	 {"fe80::10", "2001:db8::10"}, 0},
};

enum { VECTORS = sizeof vectors / sizeof vectors[0] };

static struct ip_addr ip(const char *text)
{
	struct ip_addr a;

	assert_true(ip_parse(text, &a));
	return a;
}

static struct ip_addr group_of(const struct ip_addr *src)
{
	return src->family == IP_V6 ? VRRP_GROUP_V6 : VRRP_GROUP_V4;
}

/* Decodes `length` bytes from memory of exactly that size, so that a sanitizer sees any byte beyond. */
static bool decode_exactly(struct vrrp_message *m, const struct ip_addr *src, const uint8_t *bytes, size_t length)
{
	struct ip_addr dst = group_of(src);
	uint8_t *exact = malloc(length > 0 ? length : 1);

	assert_non_null(exact);
	memcpy(exact, bytes, length);
	struct rd in = rd_of(exact, length);
	bool sound = vrrp_decode(m, src, &dst, &in);
	m->addresses = m->trailer = NULL;
	free(exact);
	return sound;
}

static void assert_same_fields(const struct vrrp_message *a, const struct vrrp_message *b)
{
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->vrid, b->vrid);
	assert_int_equal(a->priority, b->priority);
	assert_int_equal(a->address_count, b->address_count);
	assert_int_equal(a->family, b->family);
	assert_int_equal(a->auth_type, b->auth_type);
	assert_int_equal(a->interval_s, b->interval_s);
	assert_memory_equal(a->auth_data, b->auth_data, sizeof a->auth_data);
	assert_int_equal(a->has_auth_data, b->has_auth_data);
	assert_int_equal(a->interval_cs, b->interval_cs);
	assert_int_equal(a->checksum_form, b->checksum_form);
}

static void vectors_decode_to_their_fields(void **state)
{
	for (size_t i = 0; i < VECTORS; i++) {
		const struct vector *v = &vectors[i];
		struct ip_addr src = ip(v->src), dst = group_of(&src);
		struct vrrp_message m, want = v->m;
		uint8_t bytes[64];
		struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, v->bytes));
		assert_true(vrrp_decode(&m, &src, &dst, &in));
		assert_int_equal(rd_left(&in), 0);
		want.type = VRRP_ADVERTISEMENT;
		want.family = (enum ip_family)src.family;
		want.has_auth_data = want.version == 2;
		assert_same_fields(&m, &want);
		assert_int_equal(m.checksum, want.checksum);
		assert_int_equal(m.trailer_length, v->trailer_length);
		for (size_t a = 0; a < m.address_count; a++) {
			char text[IP_TEXT];
			struct ip_addr address = vrrp_address(&m, a);
			assert_string_equal(ip_format(text, &address), v->addresses[a]);
		}
	}
}

static void vectors_are_written_byte_for_byte(void **state)
{
	for (size_t i = 0; i < VECTORS; i++) {
		const struct vector *v = &vectors[i];
		struct ip_addr src = ip(v->src), dst = group_of(&src);
		uint8_t want[64], addresses[5 * 16], got[64];
		size_t length = hex(want, sizeof want, v->bytes);
		struct wr w = wr_of(addresses, sizeof addresses), out = wr_of(got, sizeof got);
		struct vrrp_message m = v->m;
		m.type = VRRP_ADVERTISEMENT;
		m.family = (enum ip_family)src.family;
		m.has_auth_data = m.version == 2;
		m.checksum = 0xdead; /* not asked for */
		for (size_t a = 0; a < m.address_count; a++) {
			struct ip_addr address = ip(v->addresses[a]);
			wr_ip(&w, &address);
		}
		m.addresses = addresses;
		m.trailer = want + length - v->trailer_length;
		m.trailer_length = v->trailer_length;
		vrrp_encode(&m, &src, &dst, &out);
		assert_int_equal(wr_length(&out), length);
		assert_memory_equal(got, want, length);
	}
}

/* The vrrp.md figure of T7: its other form would carry 0x0500. */
static void the_other_form_of_t7_is_0500(void **state)
{
	struct ip_addr src = ip("192.0.2.2");
	uint8_t got[12], address[4] = {192, 0, 2, 254};
	struct vrrp_message m = {.version = 3, .type = 1, .vrid = 10, .priority = 100, .address_count = 1,
				 .family = IP_V4, .interval_cs = 100, .addresses = address,
				 .checksum_form = VRRP_CHECKSUM_PSEUDO};
	struct wr out = wr_of(got, sizeof got);

	vrrp_encode(&m, &src, &VRRP_GROUP_V4, &out);
	assert_int_equal(got[6] << 8 | got[7], 0x0500);
}

static void every_prefix_is_refused_but_the_known_shape(void **state)
{
	for (size_t i = 0; i < VECTORS; i++) {
		const struct vector *v = &vectors[i];
		struct ip_addr src = ip(v->src);
		struct vrrp_message m;
		uint8_t bytes[64];
		size_t length = hex(bytes, sizeof bytes, v->bytes);
		size_t message = 8 + v->m.address_count * ip_size((enum ip_family)src.family);
		for (size_t n = 0; n < length; n++) {
			bool sound = decode_exactly(&m, &src, bytes, n);
			/* version 2 may lack its 8 bytes, and a trailer has no length that we know */
			bool allowed = v->m.version == 2 && (n == message || n >= message + 8);
			assert_int_equal(sound, allowed);
			if (n == message && sound)
				assert_false(m.has_auth_data);
		}
	}
}

static void every_changed_bit_spoils_the_checksum(void **state)
{
	for (size_t i = 0; i < VECTORS; i++) {
		const struct vector *v = &vectors[i];
		struct ip_addr src = ip(v->src);
		struct vrrp_message m;
		uint8_t bytes[64];
		size_t length = hex(bytes, sizeof bytes, v->bytes);
		for (size_t bit = 0; bit < length * 8; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (decode_exactly(&m, &src, bytes, length))
				assert_int_equal(m.checksum_form, VRRP_CHECKSUM_WRONG);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void other_versions_are_malformed(void **state)
{
	struct ip_addr src = ip("10.9.0.1");
	struct vrrp_message m;
	uint8_t bytes[36] = {0};

	for (unsigned version = 0; version < 16; version++) {
		bytes[0] = (uint8_t)(version << 4 | 1);
		assert_int_equal(decode_exactly(&m, &src, bytes, sizeof bytes), version == 2 || version == 3);
	}
}

static void version_2_over_ipv6_is_malformed(void **state)
{
	struct ip_addr src = ip("fe80::1");
	struct vrrp_message m;
	uint8_t bytes[64];
	size_t length = hex(bytes, sizeof bytes, vectors[0].bytes);

	assert_false(decode_exactly(&m, &src, bytes, length));
}

static void another_type_is_the_engines_business(void **state)
{
	struct ip_addr src = ip("10.9.0.1");
	struct vrrp_message m;
	uint8_t bytes[12] = {0x3f, 10, 100, 1};

	assert_true(decode_exactly(&m, &src, bytes, sizeof bytes));
	assert_int_equal(m.type, 15);
}

static void reserved_bits_of_the_interval_are_ignored(void **state)
{
	struct ip_addr src = ip("10.9.0.1");
	struct vrrp_message m;
	uint8_t bytes[12] = {0x31, 10, 100, 1, 0xf0, 0x64};

	assert_true(decode_exactly(&m, &src, bytes, sizeof bytes));
	assert_int_equal(m.interval_cs, 100);
}

static void a_message_without_auth_data_keeps_its_sum(void **state)
{
	/* T1 without its last 8 bytes: zeros add nothing, so the sum still fits. */
	struct ip_addr src = ip("10.9.0.2");
	struct vrrp_message m;
	uint8_t bytes[64], got[64];
	struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, "210a960100013eae 0a09003c"));
	struct wr out = wr_of(got, sizeof got);

	assert_true(vrrp_decode(&m, &src, &VRRP_GROUP_V4, &in));
	assert_false(m.has_auth_data);
	assert_int_equal(m.checksum_form, VRRP_CHECKSUM_MESSAGE);
	vrrp_encode(&m, &src, &VRRP_GROUP_V4, &out);
	assert_int_equal(wr_length(&out), 12);
	assert_memory_equal(got, bytes, 12);
}

static void a_trailer_outside_the_sum_is_accepted(void **state)
{
	/* T9 and T1 with keepalived's 28 bytes behind them. */
	const char *const messages[] = {"310a6401006475bc 0a090032", "210a00010001d4b8 0a090032 0000000000000000"};
	struct ip_addr src = ip("10.9.0.1");

	for (size_t i = 0; i < 2; i++) {
		struct vrrp_message m;
		uint8_t bytes[64];
		size_t length = hex(bytes, sizeof bytes, messages[i]);
		memset(bytes + length, 0x5a, 28);
		bytes[length] = 1;
		struct rd in = rd_of(bytes, length + 28);
		assert_true(vrrp_decode(&m, &src, &VRRP_GROUP_V4, &in));
		assert_int_equal(m.trailer_length, 28);
		assert_ptr_equal(m.trailer, bytes + length);
		assert_int_equal(m.checksum_form, i == 0 ? VRRP_CHECKSUM_PSEUDO : VRRP_CHECKSUM_MESSAGE);
	}
}

static void random_messages_survive_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "vrrp round trip");

	for (int i = 0; i < 2000; i++) {
		bool is_v6 = prng_below(&p, 3) == 0, is_v3 = is_v6 || random_bool(&p);
		enum ip_family family = is_v6 ? IP_V6 : IP_V4;
		struct ip_addr src = random_ip(&p, family), dst = group_of(&src);
		uint8_t addresses[255 * 16], trailer[40], bytes[5000];
		struct vrrp_message m = {
			.version = is_v3 ? 3 : 2, .type = (uint8_t)prng_below(&p, 16), .vrid = random_u8(&p),
			.priority = random_u8(&p), .address_count = random_u8(&p), .family = family,
			.addresses = addresses, .trailer = trailer,
			.checksum_form = is_v6 || (is_v3 && random_bool(&p)) ? VRRP_CHECKSUM_PSEUDO
									     : VRRP_CHECKSUM_MESSAGE,
		};
		for (size_t b = 0; b < sizeof addresses; b++)
			addresses[b] = random_u8(&p);
		for (size_t b = 0; b < sizeof trailer; b++)
			trailer[b] = random_u8(&p);
		if (is_v3) {
			m.interval_cs = random_u16(&p) & 0x0fff;
		} else {
			m.auth_type = random_u8(&p);
			m.interval_s = random_u8(&p);
			m.has_auth_data = random_bool(&p);
			if (m.has_auth_data)
				memcpy(m.auth_data, trailer + 32, 8);
		}
		if (m.has_auth_data || is_v3)
			m.trailer_length = (size_t)prng_below(&p, 31);
		struct wr out = wr_of(bytes, sizeof bytes);
		vrrp_encode(&m, &src, &dst, &out);
		struct rd in = rd_of(bytes, wr_length(&out));
		struct vrrp_message back;
		assert_true(vrrp_decode(&back, &src, &dst, &in));
		assert_same_fields(&back, &m);
		assert_memory_equal(back.addresses, addresses, m.address_count * ip_size(family));
		assert_int_equal(back.trailer_length, m.trailer_length);
		assert_memory_equal(back.trailer, trailer, m.trailer_length);
	}
}

static void encoding_into_too_little_room_says_so(void **state)
{
	struct ip_addr src = ip("10.9.0.1");
	uint8_t address[4] = {10, 9, 0, 50}, bytes[20];
	struct vrrp_message m = {.version = 2, .type = 1, .vrid = 10, .address_count = 1, .family = IP_V4,
				 .interval_s = 1, .has_auth_data = true, .addresses = address};

	for (size_t room = 0; room <= sizeof bytes; room++) {
		struct wr out = wr_of(bytes, room);
		vrrp_encode(&m, &src, &VRRP_GROUP_V4, &out);
		assert_int_equal(out.bad, room < sizeof bytes);
	}
}

static void intervals_come_in_nanoseconds(void **state)
{
	struct vrrp_message v2 = {.version = 2, .interval_s = 255}, v3 = {.version = 3, .interval_cs = 4095};

	assert_true(vrrp_interval(&v2) == 255 * VL_S);
	assert_true(vrrp_interval(&v3) == 40950 * VL_MS);
}

static void virtual_macs_name_family_and_vrid(void **state)
{
	char text[MAC_TEXT];

	assert_string_equal(mac_format(text, vrrp_virtual_mac(IP_V4, 51)), "00:00:5e:00:01:33");
	assert_string_equal(mac_format(text, vrrp_virtual_mac(IP_V6, 255)), "00:00:5e:00:02:ff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_decode_to_their_fields),
		cmocka_unit_test(vectors_are_written_byte_for_byte),
		cmocka_unit_test(the_other_form_of_t7_is_0500),
		cmocka_unit_test(every_prefix_is_refused_but_the_known_shape),
		cmocka_unit_test(every_changed_bit_spoils_the_checksum),
		cmocka_unit_test(other_versions_are_malformed),
		cmocka_unit_test(version_2_over_ipv6_is_malformed),
		cmocka_unit_test(another_type_is_the_engines_business),
		cmocka_unit_test(reserved_bits_of_the_interval_are_ignored),
		cmocka_unit_test(a_message_without_auth_data_keeps_its_sum),
		cmocka_unit_test(a_trailer_outside_the_sum_is_accepted),
		cmocka_unit_test(random_messages_survive_the_round_trip),
		cmocka_unit_test(encoding_into_too_little_room_says_so),
		cmocka_unit_test(intervals_come_in_nanoseconds),
		cmocka_unit_test(virtual_macs_name_family_and_vrid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

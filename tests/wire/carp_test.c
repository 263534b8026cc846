// SPDX-License-Identifier: BSD-2-Clause
/* CARP messages: a frame that ucarp sent, its digest, and what is not CARP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/base/digest.h"
#include "sim/wire/carp.h"
#include "tests/wire/samples.h"

/* T11: ucarp 1.5.2, vhid 10, advbase 1, advskew 0, password "secret", address 10.9.0.70. */
static const char t11[] = "210a00070001444d 79f07694afbe331d 9cf4490e4f1666fb5ad065180b29b1703f976f11";

/* T5: VRRPv2 with five addresses, 36 bytes as well. */
static const char t5[] =
	"210a6405000147b9 0a090033 0a090034 0a090035 0a090036 0a090037 0000000000000000";

static void t11_decodes_and_is_written_again(void **state)
{
	uint8_t bytes[64], got[64];
	size_t length = hex(bytes, sizeof bytes, t11);
	struct carp_message m;
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(got, sizeof got);

	assert_true(carp_is(bytes, length));
	assert_true(carp_decode(&m, &in));
	assert_int_equal(m.vhid, 10);
	assert_int_equal(m.advskew, 0);
	assert_int_equal(m.advbase, 1);
	assert_int_equal(m.demotion, 0);
	assert_int_equal(m.checksum, 0x444d);
	assert_true(m.checksum_ok);
	assert_true(m.counter == UINT64_C(0x79f07694afbe331d));
	m.checksum = 0;
	carp_encode(&m, &out);
	assert_int_equal(wr_length(&out), CARP_LENGTH);
	assert_memory_equal(got, bytes, CARP_LENGTH);
}

static void the_digest_of_t11_comes_out_equal(void **state)
{
	uint8_t bytes[64], digest[CARP_DIGEST];
	struct carp_message m;
	struct rd in = rd_of(bytes, hex(bytes, sizeof bytes, t11));
	struct ip_addr address = ip4(10, 9, 0, 70);

	assert_true(carp_decode(&m, &in));
	carp_digest(digest, &m, "secret", &address, 1);
	assert_memory_equal(digest, m.digest, CARP_DIGEST);
	carp_digest(digest, &m, "Secret", &address, 1);
	assert_memory_not_equal(digest, m.digest, CARP_DIGEST);
	address.b[3] = 71;
	carp_digest(digest, &m, "secret", &address, 1);
	assert_memory_not_equal(digest, m.digest, CARP_DIGEST);
}

static void the_digest_sorts_the_addresses(void **state)
{
	const struct carp_message m = {.vhid = 1, .counter = 5};
	const uint8_t key[CARP_DIGEST] = "secret";
	struct ip_addr v6 = {.family = IP_V6, .b = {0x20, 0x01}};
	struct ip_addr some[3] = {ip4(10, 0, 0, 9), v6, ip4(9, 0, 0, 10)};
	struct ip_addr sorted[3] = {ip4(9, 0, 0, 10), ip4(10, 0, 0, 9), v6};
	uint8_t a[CARP_DIGEST], b[CARP_DIGEST], covered[64];
	/* version, type, vhid; IPv4 ascending; IPv6; counter */
	size_t length = hex(covered, sizeof covered,
			    "020101 0900000a 0a000009 20010000000000000000000000000000 0000000000000005");

	digest_hmac_sha1(b, key, sizeof key, covered, length);
	carp_digest(a, &m, "secret", some, 3);
	assert_memory_equal(a, b, CARP_DIGEST);
	carp_digest(a, &m, "secret", sorted, 3);
	assert_memory_equal(a, b, CARP_DIGEST);
	carp_digest(a, &m, "secret", sorted, 2);
	assert_memory_not_equal(a, b, CARP_DIGEST);
}

static void a_long_password_counts_by_its_first_20_bytes(void **state)
{
	const struct carp_message m = {.vhid = 1};
	struct ip_addr address = ip4(10, 0, 0, 9);
	uint8_t a[CARP_DIGEST], b[CARP_DIGEST];

	carp_digest(a, &m, "12345678901234567890", &address, 1);
	carp_digest(b, &m, "12345678901234567890more", &address, 1);
	assert_memory_equal(a, b, CARP_DIGEST);
}

static void vrrp_is_not_carp(void **state)
{
	uint8_t bytes[64];
	size_t length = hex(bytes, sizeof bytes, t5);

	assert_int_equal(length, CARP_LENGTH);
	assert_false(carp_is(bytes, length));
	/* VRRPv2 with 7 addresses: byte 3 is CARP's, the length is not. */
	bytes[3] = 7;
	assert_false(carp_is(bytes, 44));
	assert_true(carp_is(bytes, 36));
	bytes[0] = 0x31;
	assert_false(carp_is(bytes, 36));
}

static void every_prefix_is_refused(void **state)
{
	uint8_t bytes[64];
	size_t length = hex(bytes, sizeof bytes, t11);
	struct carp_message m;

	for (size_t n = 0; n < length; n++) {
		struct rd in = rd_of(bytes, n);
		assert_false(carp_is(bytes, n));
		assert_false(carp_decode(&m, &in));
	}
}

static void every_changed_bit_spoils_the_checksum(void **state)
{
	uint8_t bytes[64];
	size_t length = hex(bytes, sizeof bytes, t11);

	for (size_t bit = 0; bit < length * 8; bit++) {
		struct carp_message m;
		struct rd in = rd_of(bytes, length);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(carp_decode(&m, &in));
		assert_false(m.checksum_ok);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void random_messages_survive_the_round_trip(void **state)
{
	struct prng p = prng_stream(1, "carp round trip");

	for (int i = 0; i < 1000; i++) {
		struct carp_message m = {.vhid = random_u8(&p), .advskew = random_u8(&p),
					 .demotion = random_u8(&p), .advbase = random_u8(&p),
					 .counter = prng_u64(&p)};
		struct carp_message back;
		uint8_t bytes[CARP_LENGTH];
		for (size_t b = 0; b < CARP_DIGEST; b++)
			m.digest[b] = random_u8(&p);
		struct wr out = wr_of(bytes, sizeof bytes);
		carp_encode(&m, &out);
		assert_false(out.bad);
		struct rd in = rd_of(bytes, sizeof bytes);
		assert_true(carp_decode(&back, &in));
		assert_int_equal(back.vhid, m.vhid);
		assert_int_equal(back.advskew, m.advskew);
		assert_int_equal(back.demotion, m.demotion);
		assert_int_equal(back.advbase, m.advbase);
		assert_true(back.counter == m.counter);
		assert_true(back.checksum_ok);
		assert_memory_equal(back.digest, m.digest, CARP_DIGEST);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t11_decodes_and_is_written_again),
		cmocka_unit_test(the_digest_of_t11_comes_out_equal),
		cmocka_unit_test(the_digest_sorts_the_addresses),
		cmocka_unit_test(a_long_password_counts_by_its_first_20_bytes),
		cmocka_unit_test(vrrp_is_not_carp),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(every_changed_bit_spoils_the_checksum),
		cmocka_unit_test(random_messages_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

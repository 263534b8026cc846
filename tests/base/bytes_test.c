// SPDX-License-Identifier: BSD-2-Clause
/* Cursors, digests, chance, records as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sim/base/cursor.h"
#include "sim/base/digest.h"
#include "sim/base/prng.h"
#include "sim/base/record.h"
#include "sim/base/status.h"

static void a_short_read_gives_zeros_and_stays_bad(void **state)
{
	const uint8_t bytes[] = {1, 2, 3};
	struct rd r = rd_of(bytes, sizeof bytes);

	(void)state;
	assert_int_equal(rd_be16(&r), 0x0102);
	assert_int_equal(rd_be16(&r), 0);
	assert_true(r.bad);
	assert_int_equal(rd_u8(&r), 0); /* although one byte is left */
	struct rd whole = rd_of(bytes, sizeof bytes), sub = rd_sub(&whole, 4);
	assert_true(sub.bad && whole.bad);
	assert_int_equal(rd_left(&sub), 0);
}

static void a_full_writer_stops(void **state)
{
	uint8_t bytes[5] = {0};
	struct wr w = wr_of(bytes, 3);

	(void)state;
	wr_be16(&w, 0x0102);
	wr_be16(&w, 0x0304);
	assert_true(w.bad);
	wr_patch16(&w, 2, 0xffff);
	assert_memory_equal(bytes, "\1\2\0\0\0", 5);
}

static void hex(char *text, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", b[i]);
}

/* RFC 1321 A.5, RFC 2202 test case 2 of MD5 and SHA-1, RFC 4231 test case 2, FIPS 180 "abc". */
static void digests_of_the_rfcs(void **state)
{
	const uint8_t *data = (const uint8_t *)"what do ya want for nothing?", *key = (const uint8_t *)"Jefe";
	uint8_t out[32];
	char text[65];

	(void)state;
	digest_md5(out, (const uint8_t *)"abc", 3);
	hex(text, out, DIGEST_MD5);
	assert_string_equal(text, "900150983cd24fb0d6963f7d28e17f72");
	digest_hmac_md5(out, key, 4, data, 28);
	hex(text, out, DIGEST_MD5);
	assert_string_equal(text, "750c783e6ab0b503eaa86e310a5db738");
	digest_hmac_sha1(out, key, 4, data, 28);
	hex(text, out, DIGEST_SHA1);
	assert_string_equal(text, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	digest_hmac_sha256(out, key, 4, data, 28);
	assert_string_equal(digest_sha256_format(text, out),
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	struct digest_sha256 d;
	digest_sha256_init(&d);
	digest_sha256_add(&d, "a", 1);
	digest_sha256_add(&d, "bc", 2);
	digest_sha256_finish(&d, out);
	assert_string_equal(digest_sha256_format(text, out),
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void streams_do_not_move_each_other(void **state)
{
	struct prng a = prng_stream(7, "loss lan r1"), b = prng_stream(7, "loss lan r2"),
		    again = prng_stream(7, "loss lan r1"), other = prng_stream(8, "loss lan r1");
	uint64_t first = prng_u64(&a);

	(void)state;
	assert_int_equal(first, prng_u64(&again));
	assert_true(first != prng_u64(&b));
	assert_true(first != prng_u64(&other));
}

static void chance_is_as_likely_as_said(void **state)
{
	struct prng p = prng_stream(9, "chance test");
	int hits = 0;

	(void)state;
	for (int i = 0; i < 100000; i++)
		hits += prng_chance(&p, 1, 10);
	assert_in_range(hits, 9700, 10300); /* three standard deviations are 285 */
	assert_false(prng_chance(&p, 0, 10));
	assert_true(prng_chance(&p, 10, 10));
}

static const struct record_kind kind = {
	.name = "vrrp.state", .level = RECORD_NOTICE, .text = "{from} -> {to} ({reason}) after {wait} {no such}",
	.field = {{"from", VALUE_WORD}, {"to", VALUE_WORD}, {"reason", VALUE_WORD}, {"wait", VALUE_TIME},
		  {"mac", VALUE_MAC}, {"ip", VALUE_IP}, {"n", VALUE_NUMBER}, {"on", VALUE_FLAG}}};

static void a_record_reads_well_in_every_form(void **state)
{
	struct record r = {.kind = &kind, .at = 12829125000, .sequence = 3, .node = "r2", .part = "vrrp 10 ipv4"};
	char text[RECORD_LINE];

	(void)state;
	r.value[0].word = "backup";
	r.value[1].word = "active";
	r.value[2].word = "a \"timer\"\n";
	r.value[3].time = 3609375 * VL_US;
	r.value[4].mac = (struct mac){{0, 0, 0x5e, 0, 1, 10}};
	r.value[5].ip = ip4(192, 0, 2, 1);
	r.value[6].number = UINT64_MAX;
	r.value[7].flag = true;
	record_format_line(text, sizeof text, &r);
	assert_string_equal(text, "[  12.829125000] r2 vrrp 10 ipv4  backup -> active (a \"timer\"\n) after 3.609375 {no such}");
	size_t n = record_format_json(text, sizeof text, &r);
	assert_string_equal(
		text, "{\"schema\":\"viplab.journal/1\",\"t\":\"12.829125000\",\"seq\":3,\"level\":\"notice\","
		      "\"kind\":\"vrrp.state\",\"where\":\"r2\",\"part\":\"vrrp 10 ipv4\",\"msg\":\"backup -> active "
		      "(a \\\"timer\\\"\\u000a) after 3.609375 {no such}\",\"data\":{\"from\":\"backup\",\"to\":\"active\","
		      "\"reason\":\"a \\\"timer\\\"\\u000a\",\"wait\":\"3.609375000\",\"mac\":\"00:00:5e:00:01:0a\","
		      "\"ip\":\"192.0.2.1\",\"n\":18446744073709551615,\"on\":true}}");
	char small[20];
	assert_int_equal(record_format_json(small, sizeof small, &r), n);
	assert_string_equal(small, "{\"schema\":\"viplab.j"); /* cut, terminated */
	assert_string_equal(record_word(&r, "to"), "active");
	assert_null(record_word(&r, "ip"));
	assert_int_equal(record_field_index(&kind, "nothing"), -1);
}

static void a_refusal_says_why(void **state)
{
	struct vl_status s = vl_refuse(VL_INVALID, "priority: `%d' is not in 1-254", 300);

	(void)state;
	assert_false(vl_ok(&s));
	assert_string_equal(s.reason, "priority: `300' is not in 1-254");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_read_gives_zeros_and_stays_bad), cmocka_unit_test(a_full_writer_stops),
		cmocka_unit_test(digests_of_the_rfcs), cmocka_unit_test(streams_do_not_move_each_other),
		cmocka_unit_test(chance_is_as_likely_as_said), cmocka_unit_test(a_record_reads_well_in_every_form),
		cmocka_unit_test(a_refusal_says_why),
	};

	return cmocka_run_group_tests_name("base/bytes", tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The reader of TLS hellos: what OpenSSL really sends, cut in every way, and what is no hello. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/wire/tls_reader.h"
#include "sim/base/cursor.h"
#include "tests/wire/tls_samples.h"

static struct tls_reader reader;

static enum tls_said read_in(enum tls_kind kind, const uint8_t *bytes, size_t length, size_t first, size_t piece)
{
	enum tls_said said = TLS_READ_MORE;
	size_t used;

	tls_reader_begin(&reader, kind);
	for (size_t at = 0, n; at < length && said == TLS_READ_MORE; at += n) {
		n = at == 0 && first > 0 ? first : piece;
		n = n < length - at ? n : length - at;
		uint8_t *copy = malloc(n);
		assert_non_null(copy);
		memcpy(copy, bytes + at, n);
		said = tls_read(&reader, copy, n, &used);
		free(copy);
		assert_true(used <= n);
	}
	return said;
}

/* Whole and in two pieces at every place: the same. */
static enum tls_said read_of(enum tls_kind kind, const uint8_t *bytes, size_t length)
{
	enum tls_said whole = read_in(kind, bytes, length, 0, length);
	struct tls_reader before = reader;

	for (size_t first = 1; first <= length; first++) {
		assert_int_equal(read_in(kind, bytes, length, first, first % 5 == 0 ? 1 : length), whole);
		assert_memory_equal(&reader.hello, &before.hello, sizeof reader.hello);
		assert_int_equal(reader.refused, before.refused);
	}
	return whole;
}

#define SAMPLE(kind, name) read_of(kind, name, sizeof name)

/* --- OpenSSL ----------------------------------------------------------------------------------------------- */

static void a_session_of_tls_1_2_has_an_id_that_comes_back(void **state)
{
	uint8_t id[TLS_SESSION_ID];

	assert_int_equal(SAMPLE(TLS_CLIENT_HELLO, TLS_1_2_FIRST), TLS_READ_DONE);
	assert_int_equal(reader.hello.version, 0x0303);
	assert_int_equal(reader.hello.session_id_length, 0);
	assert_false(reader.hello.tls_1_3);
	assert_false(reader.hello.takes_tickets);
	assert_int_equal(reader.hello.name_length, 16);
	assert_memory_equal(reader.hello.name, "mail.example.com", 16);
	assert_int_equal(SAMPLE(TLS_SERVER_HELLO, TLS_1_2_ANSWER), TLS_READ_DONE);
	assert_int_equal(reader.hello.session_id_length, TLS_SESSION_ID);
	assert_false(reader.hello.tls_1_3);
	memcpy(id, reader.hello.session_id, sizeof id);
	assert_int_equal(SAMPLE(TLS_CLIENT_HELLO, TLS_1_2_AGAIN), TLS_READ_DONE);
	assert_int_equal(reader.hello.session_id_length, TLS_SESSION_ID);
	assert_memory_equal(reader.hello.session_id, id, sizeof id);
}

static void with_tickets_the_server_gives_no_id_and_the_client_invents_one(void **state)
{
	assert_int_equal(SAMPLE(TLS_CLIENT_HELLO, TICKET_FIRST), TLS_READ_DONE);
	assert_true(reader.hello.takes_tickets);
	assert_int_equal(reader.hello.ticket, 0);
	assert_int_equal(reader.hello.session_id_length, 0);
	assert_int_equal(SAMPLE(TLS_SERVER_HELLO, TICKET_ANSWER), TLS_READ_DONE);
	assert_true(reader.hello.takes_tickets);
	assert_int_equal(reader.hello.session_id_length, 0);
	assert_int_equal(SAMPLE(TLS_CLIENT_HELLO, TICKET_AGAIN), TLS_READ_DONE);
	assert_true(reader.hello.ticket > 100);
	assert_int_equal(reader.hello.session_id_length, TLS_SESSION_ID);
}

static void in_tls_1_3_the_id_is_filler(void **state)
{
	uint8_t id[TLS_SESSION_ID];

	assert_int_equal(SAMPLE(TLS_CLIENT_HELLO, TLS_1_3_FIRST), TLS_READ_DONE);
	assert_true(reader.hello.tls_1_3);
	assert_false(reader.hello.pre_shared_key);
	assert_int_equal(reader.hello.session_id_length, TLS_SESSION_ID);
	memcpy(id, reader.hello.session_id, sizeof id);
	assert_int_equal(SAMPLE(TLS_SERVER_HELLO, TLS_1_3_ANSWER), TLS_READ_DONE);
	assert_true(reader.hello.tls_1_3);
	assert_memory_equal(reader.hello.session_id, id, sizeof id);
	assert_int_equal(SAMPLE(TLS_CLIENT_HELLO, TLS_1_3_AGAIN), TLS_READ_DONE);
	assert_true(reader.hello.pre_shared_key);
	assert_int_equal(reader.hello.session_id_length, TLS_SESSION_ID);
	assert_memory_not_equal(reader.hello.session_id, id, sizeof id);
}

/* --- made here --------------------------------------------------------------------------------------------- */

struct made {
	uint8_t b[TLS_HELLO_MOST + 4096];
	size_t length;
};

struct wish {
	uint8_t type, id_length;
	uint16_t suites;                /* bytes */
	uint16_t extension;             /* of this type, so many bytes long; 0xffff: no extensions at all */
	uint16_t extension_length;
	uint16_t slack;                 /* the list of extensions says so much more than there is */
	uint8_t data[64];               /* the extension's first bytes */
};

static void make_message(struct wr *w, const struct wish *wish)
{
	size_t header, list;

	wr_u8(w, wish->type);
	wr_u8(w, 0);
	header = wr_length(w);
	wr_be16(w, 0);
	wr_be16(w, 0x0303);
	wr_zero(w, 32);
	wr_u8(w, wish->id_length);
	for (unsigned i = 0; i < wish->id_length; i++)
		wr_u8(w, (uint8_t)i);
	wr_be16(w, wish->suites);
	wr_zero(w, wish->suites);
	wr_be16(w, 0x0100);
	if (wish->extension != 0xffff) {
		list = wr_length(w);
		wr_be16(w, 0);
		wr_be16(w, wish->extension);
		wr_be16(w, wish->extension_length);
		size_t n = wish->extension_length < sizeof wish->data ? wish->extension_length : sizeof wish->data;
		wr_bytes(w, wish->data, n);
		wr_zero(w, wish->extension_length - n);
		wr_patch16(w, list, (uint16_t)(wr_length(w) - list - 2 + wish->slack));
	}
	wr_patch16(w, header, (uint16_t)(wr_length(w) - header - 2));
	assert_false(w->bad);
}

/* In records of at most `most` bytes. */
static const struct made *make(const struct wish *wish, size_t most)
{
	static struct made m;
	static uint8_t message[TLS_HELLO_MOST + 1024];
	struct wr body = wr_of(message, sizeof message), w = wr_of(m.b, sizeof m.b);

	make_message(&body, wish);
	for (size_t at = 0, n; at < wr_length(&body); at += n) {
		n = wr_length(&body) - at < most ? wr_length(&body) - at : most;
		wr_be16(&w, 0x1603);
		wr_u8(&w, 1);
		wr_be16(&w, (uint16_t)n);
		wr_bytes(&w, message + at, n);
	}
	assert_false(w.bad);
	m.length = wr_length(&w);
	return &m;
}

static const struct wish PLAIN = {.type = 1, .id_length = 32, .suites = 32, .extension = 0xffff};

static enum tls_said read_made(const struct wish *wish, size_t most)
{
	const struct made *m = make(wish, most);

	return read_in(TLS_CLIENT_HELLO, m->b, m->length, 0, m->length);
}

static void a_hello_may_come_in_records_of_one_byte(void **state)
{
	for (size_t most = 1; most < 200; most += 7) {
		const struct made *m = make(&PLAIN, most);
		assert_int_equal(read_of(TLS_CLIENT_HELLO, m->b, m->length), TLS_READ_DONE);
		assert_int_equal(reader.hello.session_id_length, 32);
		assert_int_equal(reader.hello.session_id[31], 31);
	}
}

static void what_follows_the_hello_is_left(void **state)
{
	struct made m = *make(&PLAIN, 100000);
	size_t used;

	memset(m.b + m.length, 0x55, 10);
	tls_reader_begin(&reader, TLS_CLIENT_HELLO);
	assert_int_equal(tls_read(&reader, m.b, m.length + 10, &used), TLS_READ_DONE);
	assert_int_equal(used, m.length);
	assert_int_equal(tls_read(&reader, m.b, 1, &used), TLS_READ_DONE);
	assert_int_equal(used, 0);
}

static void long_hellos_are_read_up_to_a_bound(void **state)
{
	struct wish w = PLAIN;

	w.extension = 51;               /* key shares */
	w.extension_length = 16000;
	assert_int_equal(read_made(&w, 700), TLS_READ_DONE);
	w.extension_length = 16384;
	assert_int_equal(read_made(&w, 700), TLS_READ_REFUSED);
	assert_int_equal(reader.refused, TLS_TOO_LONG);
}

static void names_are_read_or_left_out(void **state)
{
	struct wish w = PLAIN;

	w.extension = 0;
	w.extension_length = 9;
	memcpy(w.data, "\0\7\0\0\4abcd", 9);
	assert_int_equal(read_made(&w, 700), TLS_READ_DONE);
	assert_int_equal(reader.hello.name_length, 4);
	memcpy(w.data, "\0\7\1\0\4abcd", 9);            /* of no kind that is known */
	assert_int_equal(read_made(&w, 700), TLS_READ_DONE);
	assert_int_equal(reader.hello.name_length, 0);
	memcpy(w.data, "\0\7\0\0\5abcd", 9);            /* longer than its list */
	assert_int_equal(read_made(&w, 700), TLS_READ_DONE);
	assert_int_equal(reader.hello.name_length, 0);
	memcpy(w.data, "\1\3\0\1\0", 5);
	w.extension_length = 261;                       /* 256 bytes: longer than a name of DNS */
	assert_int_equal(read_made(&w, 700), TLS_READ_DONE);
	assert_int_equal(reader.hello.name_length, 0);
	w.extension = 0xfe0d;
	assert_int_equal(read_made(&w, 700), TLS_READ_DONE);
	assert_true(reader.hello.encrypted_hello);
	w.extension_length = 0;
	w.extension = 35;
	assert_int_equal(read_made(&w, 700), TLS_READ_DONE);
	assert_true(reader.hello.takes_tickets);
}

static void assert_refused(const struct wish *wish, size_t most, enum tls_refusal why)
{
	const struct made *m = make(wish, most);

	assert_int_equal(read_of(TLS_CLIENT_HELLO, m->b, m->length), TLS_READ_REFUSED);
	assert_int_equal(reader.refused, why);
}

static void what_is_no_hello_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		enum tls_refusal why;
	} CASE[] = {
		{"GET / HTTP/1.1\r\n", 16, TLS_NOT_TLS},
		{"\x80\x2e\x01\x00\x02", 5, TLS_NOT_TLS},               /* SSLv2's */
		{"\x16\x02\x01\x00\x05", 5, TLS_NOT_TLS},
		{"\x15\x03\x01\x00\x02\x02\x28", 7, TLS_NOT_TLS},       /* an alert */
		{"\x16\x03\x01\x00\x01\x01\x17\x03\x01", 9, TLS_NOT_HANDSHAKE},
		{"\x16\x03\x01\x00\x00", 5, TLS_RECORD_LENGTH},
		{"\x16\x03\x01\x40\x01", 5, TLS_RECORD_LENGTH},
		{"\x16\x03\x01\x00\x05\x02\x00", 7, TLS_NOT_HELLO},
		{"\x16\x03\x01\x00\x05\x01\x00\x40\x01\x03", 10, TLS_TOO_LONG},
		{"\x16\x03\x01\x00\x04\x01\x00\x00\x00", 9, TLS_MALFORMED},
	};

	for (size_t i = 0; i < sizeof CASE / sizeof CASE[0]; i++) {
		assert_int_equal(read_of(TLS_CLIENT_HELLO, (const uint8_t *)CASE[i].bytes, CASE[i].length), TLS_READ_REFUSED);
		assert_int_equal(reader.refused, CASE[i].why);
		assert_true(strlen(tls_refusal_text(reader.refused)) > 5);
		size_t used;
		assert_int_equal(tls_read(&reader, (const uint8_t *)"\x16", 1, &used), TLS_READ_REFUSED);
	}
	assert_string_equal(tls_refusal_text(TLS_REFUSAL_COUNT), "?");
	struct wish w = PLAIN;
	w.id_length = 33;
	assert_refused(&w, 700, TLS_MALFORMED);
	w = PLAIN;
	w.extension = 10;
	w.slack = 1;
	assert_refused(&w, 700, TLS_MALFORMED);
}

/* Whatever length field is wrong: no reading beyond, and never a hello of another shape. */
static void lengths_that_do_not_fit_are_refused(void **state)
{
	struct made m = *make(&(struct wish){.type = 1, .id_length = 32, .suites = 4, .extension = 35, .extension_length = 8}, 100000);

	/* Of the session ID, cipher suites, compression methods, all extensions, this one. */
	static const size_t AT[] = {5 + 4 + 34, 5 + 4 + 34 + 1 + 32, 5 + 4 + 34 + 33 + 2 + 4, 5 + 4 + 34 + 33 + 6 + 2 + 1,
				    5 + 4 + 34 + 33 + 6 + 2 + 4};
	for (size_t i = 0; i < sizeof AT / sizeof AT[0]; i++) {
		struct made bad = m;
		bad.b[AT[i]] = (uint8_t)(bad.b[AT[i]] + 0x7f);
		assert_int_equal(read_of(TLS_CLIENT_HELLO, bad.b, bad.length), TLS_READ_REFUSED);
		assert_int_equal(reader.refused, TLS_MALFORMED);
	}
	assert_int_equal(read_of(TLS_CLIENT_HELLO, m.b, m.length - 1), TLS_READ_MORE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_of_tls_1_2_has_an_id_that_comes_back),
		cmocka_unit_test(with_tickets_the_server_gives_no_id_and_the_client_invents_one),
		cmocka_unit_test(in_tls_1_3_the_id_is_filler),
		cmocka_unit_test(a_hello_may_come_in_records_of_one_byte),
		cmocka_unit_test(what_follows_the_hello_is_left),
		cmocka_unit_test(long_hellos_are_read_up_to_a_bound),
		cmocka_unit_test(names_are_read_or_left_out),
		cmocka_unit_test(what_is_no_hello_is_refused),
		cmocka_unit_test(lengths_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

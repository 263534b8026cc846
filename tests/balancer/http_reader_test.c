// SPDX-License-Identifier: BSD-2-Clause
/* The HTTP reader: heads, ends of bodies, what is refused, and that it does not matter how the bytes come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/balancer/http_reader.h"

static uint8_t room[4096];

/* What a stream of one message comes to, however it is cut. */
struct outcome {
	enum http_said said;
	enum http_refusal refused;
	uint64_t taken, content;
	bool had_head;
	struct http_head head;
	uint8_t bytes[sizeof room];     /* of the head: head.bytes is for whoever keeps the outcome to set (AT_HOME) */
};

#define AT_HOME(outcome) ((outcome).head.bytes = (outcome).bytes)

static struct outcome outcome_of(enum http_kind kind, enum http_method method, const char *text, size_t length, size_t piece,
				 size_t first)
{
	struct http_reader r;
	struct outcome o = {.said = HTTP_READ_MORE};
	size_t at = 0, used;

	http_reader_begin(&r, kind, room, sizeof room);
	http_reader_answers(&r, method);
	assert_true(http_reader_is_between(&r));
	while (o.said != HTTP_READ_DONE && o.said != HTTP_READ_REFUSED) {
		size_t n = at == 0 && first > 0 ? first : piece;
		n = n < length - at ? n : length - at;
		/* In a block of its own: nothing beyond the piece may be looked at. */
		uint8_t *copy = malloc(n > 0 ? n : 1);
		assert_non_null(copy);
		memcpy(copy, text + at, n);
		o.said = http_read(&r, copy, n, &used);
		free(copy);
		assert_true(used <= n);
		at += used;
		if (o.said == HTTP_READ_HEAD) {
			assert_false(o.had_head);
			o.had_head = true;
		}
		if (o.said == HTTP_READ_MORE) {
			assert_int_equal(used, n);
			if (at == length)
				break;
		}
	}
	assert_int_equal(r.taken, at);
	o.refused = r.refused;
	o.taken = r.taken;
	o.content = r.content;
	o.head = r.head;
	memcpy(o.bytes, room, r.head.length);
	if (o.said == HTTP_READ_MORE)
		o.said = http_reader_ended(&r) == HTTP_READ_DONE ? HTTP_READ_DONE : HTTP_READ_MORE;
	return o;
}

static void assert_same(const struct outcome *a, const struct outcome *b)
{
	assert_int_equal(a->said, b->said);
	assert_int_equal(a->refused, b->refused);
	assert_int_equal(a->taken, b->taken);
	assert_int_equal(a->content, b->content);
	assert_int_equal(a->had_head, b->had_head);
	if (!a->had_head)
		return;
	assert_int_equal(a->head.length, b->head.length);
	assert_memory_equal(a->bytes, b->bytes, a->head.length);
	assert_int_equal(a->head.field_count, b->head.field_count);
	assert_memory_equal(a->head.field, b->head.field, a->head.field_count * sizeof a->head.field[0]);
	assert_int_equal(a->head.framing, b->head.framing);
	assert_int_equal(a->head.content_length, b->head.content_length);
	assert_int_equal(a->head.keep_alive, b->head.keep_alive);
}

/* Whole; and in two pieces at every place, byte by byte, in threes. */
static struct outcome read_of(enum http_kind kind, enum http_method method, const char *text, size_t length)
{
	struct outcome whole = outcome_of(kind, method, text, length, length, 0);

	for (size_t first = 1; first < length; first++) {
		struct outcome cut = outcome_of(kind, method, text, length, length, first);
		assert_same(&whole, &cut);
	}
	for (size_t piece = 1; piece < 4; piece++) {
		struct outcome cut = outcome_of(kind, method, text, length, piece, 0);
		assert_same(&whole, &cut);
	}
	return whole;
}

static struct outcome request(const char *text)
{
	return read_of(HTTP_REQUEST, HTTP_GET, text, strlen(text));
}

static struct outcome response(enum http_method method, const char *text)
{
	return read_of(HTTP_RESPONSE, method, text, strlen(text));
}

static void assert_text(const struct outcome *o, struct http_text t, const char *text)
{
	assert_int_equal(t.length, strlen(text));
	assert_memory_equal(o->bytes + t.at, text, t.length);
}

/* --- requests ---------------------------------------------------------------------------------------------- */

static void a_request_is_taken_apart(void **state)
{
	struct outcome o = request("GET /owa?x=1 HTTP/1.1\r\nHost: mail.example.com\r\nUser-Agent:  Two words \t\r\nEmpty:\r\n\r\n");
	AT_HOME(o);

	assert_int_equal(o.said, HTTP_READ_DONE);
	assert_true(o.had_head);
	assert_int_equal(o.head.method, HTTP_GET);
	assert_text(&o, o.head.method_text, "GET");
	assert_text(&o, o.head.target, "/owa?x=1");
	assert_int_equal(o.head.minor, 1);
	assert_int_equal(o.head.field_count, 3);
	assert_text(&o, o.head.field[1].name, "User-Agent");
	assert_text(&o, o.head.field[1].value, "Two words");
	assert_text(&o, o.head.field[2].value, "");
	assert_int_equal(o.head.framing, HTTP_NO_BODY);
	assert_true(o.head.keep_alive);
	assert_int_equal(http_find(&o.head, "uSER-agent", 0), 1);
	assert_int_equal(http_find(&o.head, "user-agent", 2), -1);
}

static void bodies_end_by_their_length(void **state)
{
	struct outcome o = request("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n");
	AT_HOME(o);

	assert_int_equal(o.said, HTTP_READ_DONE);
	assert_int_equal(o.content, 5);
	assert_int_equal(o.taken, strlen("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
	o = request("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 000\r\n\r\nX");
	assert_int_equal(o.head.framing, HTTP_NO_BODY);
	assert_int_equal(o.said, HTTP_READ_DONE);
	o = request("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhello");
	assert_int_equal(o.said, HTTP_READ_MORE);
}

#define CHUNKED "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"

static void chunked_bodies_end_behind_their_trailers(void **state)
{
	static const char text[] = CHUNKED "5;name=\"v\"\r\nhello\r\n00A\r\n0123456789\r\n0\r\nDigest: x\r\nOther:\r\n\r\n";
	struct outcome o = request(text);
	AT_HOME(o);

	assert_int_equal(o.said, HTTP_READ_DONE);
	assert_int_equal(o.content, 15);
	assert_int_equal(o.taken, sizeof text - 1);
	o = request(CHUNKED "0\r\n\r\nnext");
	assert_int_equal(o.said, HTTP_READ_DONE);
	assert_int_equal(o.taken, sizeof CHUNKED - 1 + 5);
}

static void pipelined_requests_are_read_one_by_one(void **state)
{
	static const char text[] = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
				   "\r\nGET /3 HTTP/1.0\r\n\r\n";
	const uint8_t *at = (const uint8_t *)text;
	size_t left = sizeof text - 1, used, messages = 0;
	struct http_reader r;

	http_reader_begin(&r, HTTP_REQUEST, room, sizeof room);
	while (left > 0 || messages == 2) {
		enum http_said said = http_read(&r, at, left, &used);
		at += used;
		left -= used;
		assert_true(said == HTTP_READ_HEAD || said == HTTP_READ_DONE);
		if (said == HTTP_READ_HEAD) {
			assert_int_equal(r.head.bytes[r.head.target.at + 1], '1' + messages);
			continue;
		}
		/* It stands still until it is told. */
		assert_int_equal(http_read(&r, at, left, &used), HTTP_READ_DONE);
		assert_int_equal(used, 0);
		messages++;
		http_reader_next(&r);
	}
	assert_int_equal(messages, 3);
	assert_true(http_reader_is_between(&r));
	assert_int_equal(http_reader_ended(&r), HTTP_READ_DONE);
}

static void whether_a_connection_stays(void **state)
{
	static const struct {
		const char *text;
		bool stays;
	} CASE[] = {
		{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
		{"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
		{"GET / HTTP/1.1\r\nHost: a\r\nConnection: te , Close\r\n\r\n", false},
		{"GET / HTTP/1.1\r\nHost: a\r\nConnection: closely,,\r\n\r\n", true},
		{"GET / HTTP/1.0\r\n\r\n", false},
		{"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
		{"GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false},
	};

	for (size_t i = 0; i < sizeof CASE / sizeof CASE[0]; i++) {
		struct outcome o = request(CASE[i].text);
		AT_HOME(o);
		assert_int_equal(o.said, HTTP_READ_DONE);
		assert_int_equal(o.head.keep_alive, CASE[i].stays);
	}
}

static void what_a_request_asks_beside(void **state)
{
	struct outcome o = request("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx");
	AT_HOME(o);

	assert_true(o.head.expects_continue);
	assert_false(o.head.upgrade);
	o = request("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\r\n");
	assert_true(o.head.upgrade);
	/* Without the option it was meant for somebody before us (RFC 9110 7.8). */
	o = request("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
	assert_false(o.head.upgrade);
	o = request("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx");
	assert_false(o.head.expects_continue);
	o = request("CONNECT host.example:443 HTTP/1.1\r\nHost: host.example:443\r\n\r\n\x16\x03");
	assert_int_equal(o.said, HTTP_READ_DONE);
	assert_int_equal(o.head.method, HTTP_CONNECT);
	o = request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_int_equal(o.said, HTTP_READ_DONE);
	o = request("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_int_equal(o.said, HTTP_READ_DONE);
	o = request("SEARCH /b HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_int_equal(o.head.method, HTTP_OTHER);
}

/* --- responses --------------------------------------------------------------------------------------------- */

static void where_answers_end(void **state)
{
	static const struct {
		enum http_method method;
		const char *text;
		enum http_framing framing;
	} CASE[] = {
		{HTTP_GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", HTTP_LENGTH},
		{HTTP_HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", HTTP_NO_BODY},
		{HTTP_HEAD, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_NO_BODY},
		{HTTP_GET, "HTTP/1.1 204 No Content\r\n\r\n", HTTP_NO_BODY},
		{HTTP_GET, "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", HTTP_NO_BODY},
		{HTTP_GET, "HTTP/1.1 100 Continue\r\n\r\n", HTTP_NO_BODY},
		{HTTP_GET, "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", HTTP_CHUNKED},
		{HTTP_GET, "HTTP/1.0 200 OK\r\n\r\nall that comes", HTTP_UNTIL_CLOSE},
		{HTTP_GET, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\x01\x02", HTTP_TUNNEL},
		{HTTP_CONNECT, "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n\x16\x03\x01", HTTP_TUNNEL},
		{HTTP_CONNECT, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno", HTTP_LENGTH},
	};

	for (size_t i = 0; i < sizeof CASE / sizeof CASE[0]; i++) {
		struct outcome o = response(CASE[i].method, CASE[i].text);
		AT_HOME(o);
		assert_int_equal(o.said, HTTP_READ_DONE);
		assert_int_equal(o.head.framing, CASE[i].framing);
		assert_int_equal(o.taken, strlen(CASE[i].text));
		assert_int_equal(o.head.method, CASE[i].method);
	}
	struct outcome o = response(HTTP_GET, "HTTP/1.1 200 OK\r\n\r\nx");
	AT_HOME(o);
	assert_false(o.head.keep_alive);
	assert_int_equal(o.content, 1);
}

static void an_interim_answer_is_followed_by_the_answer(void **state)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	struct http_reader r;
	size_t used, at = 0;

	http_reader_begin(&r, HTTP_RESPONSE, room, sizeof room);
	http_reader_answers(&r, HTTP_POST);
	assert_int_equal(http_read(&r, (const uint8_t *)text, sizeof text - 1, &used), HTTP_READ_HEAD);
	assert_int_equal(r.head.status, 100);
	at += used;
	assert_int_equal(http_read(&r, (const uint8_t *)text + at, sizeof text - 1 - at, &used), HTTP_READ_DONE);
	assert_int_equal(used, 0);
	http_reader_next(&r);
	assert_int_equal(http_read(&r, (const uint8_t *)text + at, sizeof text - 1 - at, &used), HTTP_READ_HEAD);
	assert_int_equal(r.head.status, 200);
	assert_int_equal(r.head.method, HTTP_POST);
}

/* --- what is refused --------------------------------------------------------------------------------------- */

#define H "Host: a\r\n"
#define G "GET / HTTP/1.1\r\n"
#define TEXT(literal) literal, sizeof literal - 1

static const struct {
	enum http_kind kind;
	const char *text;
	size_t length;
	enum http_refusal why;
} REFUSED[] = {
	{HTTP_REQUEST, TEXT("GET\r\n\r\n"), HTTP_BAD_START},
	{HTTP_REQUEST, TEXT("\r\n\r\n" G), HTTP_BAD_START},
	{HTTP_RESPONSE, TEXT("\r\nHTTP/1.1 200 OK\r\n\r\n"), HTTP_BAD_START},
	{HTTP_REQUEST, TEXT(" GET / HTTP/1.1\r\n\r\n"), HTTP_BAD_METHOD},
	{HTTP_REQUEST, TEXT("G(T / HTTP/1.1\r\n\r\n"), HTTP_BAD_METHOD},
	{HTTP_REQUEST, TEXT("GET  / HTTP/1.1\r\n\r\n"), HTTP_BAD_TARGET},
	{HTTP_REQUEST, TEXT("GET\t/ HTTP/1.1\r\n\r\n"), HTTP_BAD_METHOD},
	{HTTP_REQUEST, TEXT("GET /\t HTTP/1.1\r\n\r\n"), HTTP_BAD_TARGET},
	{HTTP_REQUEST, TEXT("GET /\xc3\xa9 HTTP/1.1\r\n\r\n"), HTTP_BAD_TARGET},
	{HTTP_REQUEST, TEXT("GET * HTTP/1.1\r\n\r\n"), HTTP_BAD_TARGET},
	{HTTP_REQUEST, TEXT("GET owa HTTP/1.1\r\n\r\n"), HTTP_BAD_TARGET},
	{HTTP_REQUEST, TEXT("GET mailto:a HTTP/1.1\r\n\r\n"), HTTP_BAD_TARGET},
	{HTTP_REQUEST, TEXT("CONNECT / HTTP/1.1\r\n\r\n"), HTTP_BAD_TARGET},
	{HTTP_REQUEST, TEXT("GET /\r\n\r\n"), HTTP_BAD_VERSION},
	{HTTP_REQUEST, TEXT("GET / HTTP/1.1 \r\n\r\n"), HTTP_BAD_VERSION},
	{HTTP_REQUEST, TEXT("GET / HTTP/1.2\r\n\r\n"), HTTP_BAD_VERSION},
	{HTTP_REQUEST, TEXT("GET / HTTP/2.0\r\n\r\n"), HTTP_BAD_VERSION},
	{HTTP_REQUEST, TEXT("GET / http/1.1\r\n\r\n"), HTTP_BAD_VERSION},
	{HTTP_REQUEST, TEXT("GET /a b HTTP/1.1\r\n\r\n"), HTTP_BAD_VERSION},
	{HTTP_RESPONSE, TEXT("HTTP/1.1200 OK\r\n\r\n"), HTTP_BAD_VERSION},
	{HTTP_RESPONSE, TEXT("HTTP/1.1 20 OK\r\n\r\n"), HTTP_BAD_STATUS},
	{HTTP_RESPONSE, TEXT("HTTP/1.1 99\r\n\r\n"), HTTP_BAD_STATUS},
	{HTTP_RESPONSE, TEXT("HTTP/1.1 099 x\r\n\r\n"), HTTP_BAD_STATUS},
	{HTTP_RESPONSE, TEXT("HTTP/1.1 600 x\r\n\r\n"), HTTP_BAD_STATUS},
	{HTTP_RESPONSE, TEXT("HTTP/1.1 2000 x\r\n\r\n"), HTTP_BAD_STATUS},
	{HTTP_REQUEST, TEXT("GET / HTTP/1.1\nHost: a\n\n"), HTTP_BARE_LF},
	{HTTP_REQUEST, TEXT(G "Host: a\n\r\n"), HTTP_BARE_LF},
	{HTTP_REQUEST, TEXT(G "Host: a\r\rX: y\r\n\r\n"), HTTP_BARE_CR},
	{HTTP_REQUEST, TEXT(G "Host: a\rX: y\r\n\r\n"), HTTP_BARE_CR},
	{HTTP_REQUEST, TEXT(G "Host: a\0b\r\n\r\n"), HTTP_NUL},
	{HTTP_REQUEST, TEXT(G "Host: a\x01\r\n\r\n"), HTTP_CONTROL},
	{HTTP_REQUEST, TEXT(G "Host: a\x7f\r\n\r\n"), HTTP_CONTROL},
	{HTTP_REQUEST, TEXT(G ": x\r\n\r\n"), HTTP_FIELD_NAME},
	{HTTP_REQUEST, TEXT(G "Na(me: x\r\n\r\n"), HTTP_FIELD_NAME},
	{HTTP_REQUEST, TEXT(G "Na\xffme: x\r\n\r\n"), HTTP_FIELD_NAME},
	{HTTP_REQUEST, TEXT(G "Host\r\n\r\n"), HTTP_NO_COLON},
	{HTTP_REQUEST, TEXT(G "Host a\r\n\r\n"), HTTP_NO_COLON},
	{HTTP_REQUEST, TEXT(G "Host : a\r\n\r\n"), HTTP_SPACE_BEFORE_COLON},
	{HTTP_REQUEST, TEXT(G "Host\t: a\r\n\r\n"), HTTP_SPACE_BEFORE_COLON},
	{HTTP_REQUEST, TEXT(G "Host: a\r\n b\r\n\r\n"), HTTP_OBS_FOLD},
	{HTTP_REQUEST, TEXT(G "\tHost: a\r\n\r\n"), HTTP_OBS_FOLD},
	{HTTP_REQUEST, TEXT(G "X: y\r\n\r\n"), HTTP_HOST_MISSING},
	{HTTP_REQUEST, TEXT(G H "host: b\r\n\r\n"), HTTP_HOST_TWICE},
	{HTTP_REQUEST, TEXT(G H "Content-Length: +5\r\n\r\n"), HTTP_LENGTH_BAD},
	{HTTP_REQUEST, TEXT(G H "Content-Length: 5, 5\r\n\r\n"), HTTP_LENGTH_BAD},
	{HTTP_REQUEST, TEXT(G H "Content-Length: 0x5\r\n\r\n"), HTTP_LENGTH_BAD},
	{HTTP_REQUEST, TEXT(G H "Content-Length:\r\n\r\n"), HTTP_LENGTH_BAD},
	{HTTP_REQUEST, TEXT(G H "Content-Length: 18446744073709551621\r\n\r\n"), HTTP_LENGTH_BAD},
	{HTTP_REQUEST, TEXT(G H "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), HTTP_LENGTH_TWICE},
	{HTTP_REQUEST, TEXT(G H "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"), HTTP_LENGTHS_DIFFER},
	{HTTP_REQUEST, TEXT(G H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_BOTH_LENGTHS},
	{HTTP_REQUEST, TEXT(G H "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"), HTTP_BOTH_LENGTHS},
	{HTTP_RESPONSE, TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"), HTTP_BOTH_LENGTHS},
	{HTTP_REQUEST, TEXT(G H "Transfer-Encoding: gzip, chunked\r\n\r\n"), HTTP_CODING_UNKNOWN},
	{HTTP_REQUEST, TEXT(G H "Transfer-Encoding: xchunked\r\n\r\n"), HTTP_CODING_UNKNOWN},
	{HTTP_REQUEST, TEXT(G H "Transfer-Encoding:\r\n\r\n"), HTTP_CODING_UNKNOWN},
	{HTTP_REQUEST, TEXT(G H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_CODING_UNKNOWN},
	{HTTP_REQUEST, TEXT("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_CODING_IN_1_0},
	{HTTP_REQUEST, TEXT(CHUNKED "x\r\n"), HTTP_CHUNK_SIZE},
	{HTTP_REQUEST, TEXT(CHUNKED "\r\n"), HTTP_CHUNK_SIZE},
	{HTTP_REQUEST, TEXT(CHUNKED ";a\r\n"), HTTP_CHUNK_SIZE},
	{HTTP_REQUEST, TEXT(CHUNKED "-5\r\n"), HTTP_CHUNK_SIZE},
	{HTTP_REQUEST, TEXT(CHUNKED "0x5\r\n"), HTTP_CHUNK_SIZE},
	{HTTP_REQUEST, TEXT(CHUNKED "5 \r\n"), HTTP_CHUNK_SIZE},
	{HTTP_REQUEST, TEXT(CHUNKED "5\n"), HTTP_BARE_LF},
	{HTTP_REQUEST, TEXT(CHUNKED "5\rx"), HTTP_BARE_CR},
	{HTTP_REQUEST, TEXT(CHUNKED "5;a\n"), HTTP_BARE_LF},
	{HTTP_REQUEST, TEXT(CHUNKED "5;a\0\r\n"), HTTP_NUL},
	{HTTP_REQUEST, TEXT(CHUNKED "1000000000000000\r\n"), HTTP_CHUNK_HUGE},
	{HTTP_REQUEST, TEXT(CHUNKED "0000000000000000\r\n"), HTTP_CHUNK_HUGE},
	{HTTP_REQUEST, TEXT(CHUNKED "2\r\nhiX"), HTTP_CHUNK_END},
	{HTTP_REQUEST, TEXT(CHUNKED "2\r\nhi\rX"), HTTP_CHUNK_END},
	{HTTP_REQUEST, TEXT(CHUNKED "2\r\nhi\n"), HTTP_CHUNK_END},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\nContent-Length: 5\r\n\r\n"), HTTP_TRAILER_FRAMING},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\ntransfer-encoding: chunked\r\n\r\n"), HTTP_TRAILER_FRAMING},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\n a\r\n\r\n"), HTTP_OBS_FOLD},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\n: a\r\n\r\n"), HTTP_FIELD_NAME},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\na\"b: a\r\n\r\n"), HTTP_FIELD_NAME},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\na\0b: a\r\n\r\n"), HTTP_NUL},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\nab\r\n\r\n"), HTTP_NO_COLON},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\nab\n"), HTTP_BARE_LF},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\nab : c\r\n"), HTTP_SPACE_BEFORE_COLON},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\nab: c\n"), HTTP_BARE_LF},
	{HTTP_REQUEST, TEXT(CHUNKED "0\r\n\rx"), HTTP_BARE_CR},
};

static void what_could_be_read_in_two_ways_is_refused(void **state)
{
	for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
		struct outcome o = read_of(REFUSED[i].kind, HTTP_GET, REFUSED[i].text, REFUSED[i].length);
		AT_HOME(o);
		if (o.refused != REFUSED[i].why)
			print_error("case %zu: %s\n", i, http_refusal_text(o.refused));
		assert_int_equal(o.refused, REFUSED[i].why);
		assert_int_equal(o.said, HTTP_READ_REFUSED);
		assert_true(o.taken < REFUSED[i].length);
	}
}

static struct outcome long_one(const char *begin, const char *unit, size_t times)
{
	static char text[80000];
	size_t n = strlen(begin);

	memcpy(text, begin, n);
	for (size_t i = 0; i < times; i++, n += strlen(unit))
		memcpy(text + n, unit, strlen(unit));
	struct outcome whole = outcome_of(HTTP_REQUEST, HTTP_GET, text, n, n, 0);
	struct outcome cut = outcome_of(HTTP_REQUEST, HTTP_GET, text, n, 7, 0);
	assert_same(&whole, &cut);
	return whole;
}

static void lengths_have_bounds(void **state)
{
	assert_int_equal(long_one(G "X: ", "aaaa", 2000).refused, HTTP_HEAD_TOO_LONG);
	assert_int_equal(long_one(G "X: ", "aaaa", 2000).taken, sizeof room);
	assert_int_equal(long_one(G H, "A:\r\n", 64).refused, HTTP_TOO_MANY_FIELDS);
	assert_int_equal(long_one(G H, "A:\r\n", 63).refused, HTTP_FINE);
	assert_int_equal(long_one(CHUNKED, "1;aaaa\r\nx\r\n", 300).refused, HTTP_CHUNK_EXTENSION);
	assert_int_equal(long_one(CHUNKED, "1\r\nx\r\n", 10000).content, 10000);
	assert_int_equal(long_one(CHUNKED "0\r\n", "a: b\r\n", 1000).refused, HTTP_TRAILER_TOO_LONG);
}

static void an_end_within_a_message_is_told(void **state)
{
	static const char *const cut[] = {"GET", G H, "\r", CHUNKED "5\r\nhe", CHUNKED "0\r\n", CHUNKED};

	for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
		struct http_reader r;
		size_t used;
		http_reader_begin(&r, HTTP_REQUEST, room, sizeof room);
		enum http_said said = http_read(&r, (const uint8_t *)cut[i], strlen(cut[i]), &used);
		if (said == HTTP_READ_HEAD)
			said = http_read(&r, (const uint8_t *)cut[i] + used, strlen(cut[i]) - used, &used);
		assert_int_equal(said, HTTP_READ_MORE);
		assert_int_equal(http_reader_ended(&r), HTTP_READ_REFUSED);
		assert_int_equal(r.refused, HTTP_CUT);
		assert_int_equal(http_reader_ended(&r), HTTP_READ_REFUSED);
		assert_int_equal(http_read(&r, (const uint8_t *)"x", 1, &used), HTTP_READ_REFUSED);
		assert_int_equal(used, 0);
	}
}

static void every_refusal_has_its_text(void **state)
{
	for (int i = 0; i < HTTP_REFUSAL_COUNT; i++)
		assert_true(strlen(http_refusal_text((enum http_refusal)i)) > 2);
	assert_string_equal(http_refusal_text(HTTP_REFUSAL_COUNT), "?");
}

/* --- what is asked of a head ------------------------------------------------------------------------------- */

static void cookies_are_found_by_name(void **state)
{
	struct outcome o = request(G H "Cookie: a=1; sid = x=y ;b=\r\nCookie: sid=other; c=3; Sid=no\r\n\r\n");
	AT_HOME(o);
	struct http_text v;

	assert_true(http_cookie(&o.head, "sid", &v));
	assert_text(&o, v, "x=y");
	assert_true(http_cookie(&o.head, "c", &v));
	assert_text(&o, v, "3");
	assert_true(http_cookie(&o.head, "b", &v));
	assert_text(&o, v, "");
	assert_false(http_cookie(&o.head, "d", &v));
	assert_false(http_cookie(&o.head, "si", &v));
	o = request(G H "Cookie: sid\r\n\r\n");
	assert_false(http_cookie(&o.head, "sid", &v));
}

static void cookies_that_a_server_sets(void **state)
{
	struct outcome o = response(HTTP_HEAD, "HTTP/1.1 200 OK\r\nSet-Cookie: sid=abc; Path=/; sid=no\r\nSet-Cookie: x=1\r\n\r\n");
	AT_HOME(o);
	struct http_text v;

	assert_true(http_set_cookie(&o.head, "sid", &v));
	assert_text(&o, v, "abc");
	assert_false(http_set_cookie(&o.head, "Path", &v));
	o = response(HTTP_HEAD, "HTTP/1.1 200 OK\r\nSet-Cookie: sid=abc\r\nSet-Cookie: sid=def; max-age=10\r\n\r\n");
	assert_true(http_set_cookie(&o.head, "sid", &v));
	assert_text(&o, v, "def");
	o = response(HTTP_HEAD, "HTTP/1.1 200 OK\r\nSet-Cookie: sid=abc; HttpOnly; Max-Age=0\r\n\r\n");
	assert_true(http_set_cookie(&o.head, "sid", &v));
	assert_text(&o, v, "");
}

static void items_of_a_query(void **state)
{
	struct outcome o = request("GET /a?user=ann&x=1&user=bob&flag&last=#y=2 HTTP/1.1\r\n" H "\r\n");
	AT_HOME(o);
	struct http_text v;

	assert_true(http_query(&o.head, "user", &v));
	assert_text(&o, v, "ann");
	assert_true(http_query(&o.head, "x", &v));
	assert_text(&o, v, "1");
	assert_true(http_query(&o.head, "flag", &v));
	assert_text(&o, v, "");
	assert_true(http_query(&o.head, "last", &v));
	assert_text(&o, v, "");
	assert_false(http_query(&o.head, "y", &v));
	assert_false(http_query(&o.head, "use", &v));
	o = request("GET /user=1 HTTP/1.1\r\n" H "\r\n");
	assert_false(http_query(&o.head, "user", &v));
}

static void values_of_fields(void **state)
{
	struct outcome o = request(G H "X-Forwarded-For: 192.0.2.1\r\n\r\n");
	AT_HOME(o);
	struct http_text v;

	assert_true(http_value(&o.head, "x-forwarded-for", &v));
	assert_text(&o, v, "192.0.2.1");
	assert_false(http_value(&o.head, "x-forwarded", &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_taken_apart),
		cmocka_unit_test(bodies_end_by_their_length),
		cmocka_unit_test(chunked_bodies_end_behind_their_trailers),
		cmocka_unit_test(pipelined_requests_are_read_one_by_one),
		cmocka_unit_test(whether_a_connection_stays),
		cmocka_unit_test(what_a_request_asks_beside),
		cmocka_unit_test(where_answers_end),
		cmocka_unit_test(an_interim_answer_is_followed_by_the_answer),
		cmocka_unit_test(what_could_be_read_in_two_ways_is_refused),
		cmocka_unit_test(lengths_have_bounds),
		cmocka_unit_test(an_end_within_a_message_is_told),
		cmocka_unit_test(every_refusal_has_its_text),
		cmocka_unit_test(cookies_are_found_by_name),
		cmocka_unit_test(cookies_that_a_server_sets),
		cmocka_unit_test(items_of_a_query),
		cmocka_unit_test(values_of_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

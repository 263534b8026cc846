// SPDX-License-Identifier: BSD-2-Clause
/*
 * http: a stream of messages, read in pieces that the input chooses, byte by byte and whole, comes to the same. A head
 * that is accepted holds nothing that could be read in two ways, and written anew from its parts it reads the same. Every
 * kind of persistence makes its keys of it.
 *
 * tls-hello: the same of hellos; in other records the message is the same one.
 *
 * first-bytes: SIP datagrams and RDP connection requests; what is told lies in the bytes.
 */
#include "sim/balancer/http_reader.h"
#include "sim/balancer/persistence.h"
#include "sim/balancer/rdp_request.h"
#include "sim/balancer/sip_head.h"
#include "sim/base/digest.h"
#include "tests/fuzz/fuzz.h"

enum { ROOM = 2048, MESSAGES = 16 };

/* --- http -------------------------------------------------------------------------------------------------- */

/* What of a stream: of each message where it ended and what its head said. */
struct story {
	size_t messages;
	enum http_refusal refused;
	uint64_t taken, content;
	uint8_t digest[DIGEST_SHA256];
};

static bool holds(const struct http_head *h, const char *what, size_t n)
{
	for (size_t i = 0; i + n <= h->length; i++)
		if (memcmp(h->bytes + i, what, n) == 0)
			return true;
	return false;
}

static void assert_one_reading(const struct http_head *h)
{
	int length = http_find(h, "content-length", 0), coding = http_find(h, "transfer-encoding", 0);

	FUZZ_ASSERT(length < 0 || coding < 0);
	FUZZ_ASSERT(length < 0 || http_find(h, "content-length", (size_t)length + 1) < 0);
	FUZZ_ASSERT(coding < 0 || http_is(h, h->field[coding].value, "chunked"));
	FUZZ_ASSERT(memchr(h->bytes, '\0', h->length) == NULL);
	FUZZ_ASSERT(!holds(h, "\n ", 2) && !holds(h, "\n\t", 2));
	for (size_t i = 0; i < h->length; i++)
		FUZZ_ASSERT((h->bytes[i] == '\r') == (i + 1 < h->length && h->bytes[i + 1] == '\n'));
	FUZZ_ASSERT(h->length >= 4 && memcmp(h->bytes + h->length - 4, "\r\n\r\n", 4) == 0);
	for (size_t i = 0; i < h->field_count; i++) {
		const struct http_field *f = &h->field[i];
		FUZZ_ASSERT(f->name.length > 0 && f->name.at + f->name.length < h->length);
		FUZZ_ASSERT(h->bytes[f->name.at + f->name.length] == ':');
		FUZZ_ASSERT(f->value.at >= f->name.at + f->name.length && f->value.at + f->value.length <= h->length);
	}
}

/* Start line as it is, fields as they were understood: one reading of them is all that there is. */
static void assert_reads_again(const struct http_head *h, enum http_kind kind, enum http_method method)
{
	uint8_t text[ROOM + HTTP_FIELDS * 4], room[sizeof text];
	struct wr w = wr_of(text, sizeof text);
	struct http_reader r;
	size_t used;
	const uint8_t *end = memchr(h->bytes, '\n', h->length);

	FUZZ_ASSERT(end != NULL);
	wr_bytes(&w, h->bytes, (size_t)(end - h->bytes) + 1);
	for (size_t i = 0; i < h->field_count; i++) {
		wr_bytes(&w, http_bytes(h, h->field[i].name), h->field[i].name.length);
		wr_bytes(&w, ": ", 2);
		wr_bytes(&w, http_bytes(h, h->field[i].value), h->field[i].value.length);
		wr_bytes(&w, "\r\n", 2);
	}
	wr_bytes(&w, "\r\n", 2);
	FUZZ_ASSERT(!w.bad);
	http_reader_begin(&r, kind, room, sizeof room);
	http_reader_answers(&r, method);
	FUZZ_ASSERT(http_read(&r, text, wr_length(&w), &used) == HTTP_READ_HEAD && used == wr_length(&w));
	FUZZ_ASSERT(r.head.framing == h->framing && r.head.content_length == h->content_length);
	FUZZ_ASSERT(r.head.keep_alive == h->keep_alive && r.head.upgrade == h->upgrade && r.head.status == h->status);
	FUZZ_ASSERT(r.head.expects_continue == h->expects_continue && r.head.field_count == h->field_count);
	for (size_t i = 0; i < h->field_count; i++) {
		struct http_text a = h->field[i].value, b = r.head.field[i].value;
		FUZZ_ASSERT(a.length == b.length && memcmp(http_bytes(h, a), http_bytes(&r.head, b), a.length) == 0);
	}
}

static void assert_makes_keys(const struct http_head *h)
{
	struct flow flow = {.client = ip4(192, 0, 2, 1), .service = ip4(192, 0, 2, 2)};
	struct persistence_facts facts = {.flow = &flow};
	char line[PERSISTENCE_LINE];

	*(h->status == 0 ? &facts.request : &facts.response) = h;
	for (size_t i = 0; persistence_at(i) != NULL; i++) {
		struct persistence_config c = {.kind = persistence_at(i), .name = persistence_at(i)->named ? "a" : NULL};
		struct persistence_key key, again;
		c.kind->key(&c, &facts, &key);
		c.kind->key(&c, &facts, &again);
		FUZZ_ASSERT(key.length <= PERSISTENCE_KEY && again.length == key.length && memcmp(key.b, again.b, key.length) == 0);
		if (c.kind->learn != NULL)
			c.kind->learn(&c, &facts, &key);
		FUZZ_ASSERT(key.length <= PERSISTENCE_KEY);
		if (c.kind->insert != NULL)
			FUZZ_ASSERT(c.kind->insert(&c, &facts, line) < sizeof line);
	}
}

static void tell_head(struct digest_sha256 *d, const struct http_head *h)
{
	digest_sha256_add(d, h->bytes, h->length);
	digest_sha256_add(d, &h->field_count, sizeof h->field_count);
	digest_sha256_add(d, h->field, h->field_count * sizeof h->field[0]);
	digest_sha256_add(d, &h->framing, sizeof h->framing);
	digest_sha256_add(d, &h->content_length, sizeof h->content_length);
}

/* `sizes` says how long the pieces are; none: `piece` bytes each. */
static struct story http_story(const uint8_t *bytes, size_t length, enum http_kind kind, enum http_method method,
			       struct draw sizes, size_t piece, bool closely)
{
	static uint8_t room[ROOM];
	struct story s = {.messages = 0};
	struct digest_sha256 d;
	struct http_reader r;
	size_t at = 0, used;

	digest_sha256_init(&d);
	http_reader_begin(&r, kind, room, sizeof room);
	http_reader_answers(&r, method);
	while (s.messages < MESSAGES) {
		size_t n = draw_left(&sizes) > 0 ? draw_u8(&sizes) : piece;
		n = n < length - at ? n : length - at;
		uint8_t *copy = exact_copy(bytes + at, n);
		enum http_said said = http_read(&r, copy, n, &used);
		free(copy);
		FUZZ_ASSERT(used <= n && r.head.length <= ROOM);
		at += used;
		if (said == HTTP_READ_HEAD) {
			tell_head(&d, &r.head);
			if (closely) {
				assert_one_reading(&r.head);
				assert_reads_again(&r.head, kind, method);
				assert_makes_keys(&r.head);
			}
		} else if (said == HTTP_READ_DONE) {
			digest_sha256_add(&d, &r.taken, sizeof r.taken);
			digest_sha256_add(&d, &r.content, sizeof r.content);
			s.messages++;
			FUZZ_ASSERT(http_reader_ended(&r) == HTTP_READ_DONE);
			http_reader_next(&r);
		} else if (said == HTTP_READ_REFUSED) {
			FUZZ_ASSERT(r.refused != HTTP_FINE && r.refused < HTTP_CUT);
			break;
		} else if (at == length) {
			break;
		} else {
			FUZZ_ASSERT(used == n);
		}
	}
	s.refused = r.refused;
	s.taken = at;
	s.content = r.content;
	digest_sha256_finish(&d, s.digest);
	return s;
}

static void assert_same_story(const struct story *a, const struct story *b)
{
	FUZZ_ASSERT(a->messages == b->messages && a->refused == b->refused);
	FUZZ_ASSERT(a->taken == b->taken && a->content == b->content);
	FUZZ_ASSERT(memcmp(a->digest, b->digest, sizeof a->digest) == 0);
}

void fuzz_http(const uint8_t *bytes, size_t length)
{
	struct draw d = draw_of(bytes, length);
	uint8_t knobs = draw_u8(&d);
	enum http_kind kind = (knobs & 1) != 0 ? HTTP_RESPONSE : HTTP_REQUEST;
	enum http_method method = (knobs & 6) == 2 ? HTTP_HEAD : (knobs & 6) == 4 ? HTTP_CONNECT : HTTP_GET;
	struct draw sizes = draw_part(&d, knobs >> 4), none = draw_of(bytes, 0);
	size_t n = draw_left(&d);

	struct story whole = http_story(d.at, n, kind, method, none, n, true);
	struct story single = http_story(d.at, n, kind, method, none, 1, false);
	assert_same_story(&whole, &single);
	struct story pieces = http_story(d.at, n, kind, method, sizes, 13, false);
	assert_same_story(&whole, &pieces);
}

/* --- tls-hello --------------------------------------------------------------------------------------------- */

static enum tls_said hello_in(struct tls_reader *r, enum tls_kind kind, const uint8_t *bytes, size_t length, size_t piece)
{
	enum tls_said said = TLS_READ_MORE;
	size_t used;

	tls_reader_begin(r, kind);
	for (size_t at = 0; at < length && said == TLS_READ_MORE; at += used) {
		size_t n = piece < length - at ? piece : length - at;
		uint8_t *copy = exact_copy(bytes + at, n);
		said = tls_read(r, copy, n, &used);
		free(copy);
		FUZZ_ASSERT(used <= n && (said != TLS_READ_MORE || used == n));
	}
	return said;
}

static void assert_same_hello(const struct tls_reader *a, const struct tls_reader *b)
{
	FUZZ_ASSERT(memcmp(&a->hello, &b->hello, sizeof a->hello) == 0);
}

/* The message out of its records, into others. */
static size_t record_anew(uint8_t *to, size_t room, const uint8_t *bytes, size_t length, size_t most)
{
	struct rd in = rd_of(bytes, length);
	struct wr w = wr_of(to, room);

	while (rd_left(&in) > 5) {
		rd_skip(&in, 3);
		uint16_t n = rd_be16(&in);
		struct rd record = rd_sub(&in, n < rd_left(&in) ? n : rd_left(&in));
		while (rd_left(&record) > 0) {
			size_t part = rd_left(&record) < most ? rd_left(&record) : most;
			wr_bytes(&w, "\x16\x03\x01", 3);
			wr_be16(&w, (uint16_t)part);
			wr_bytes(&w, rd_bytes(&record, part), part);
		}
	}
	return wr_length(&w);
}

void fuzz_tls_hello(const uint8_t *bytes, size_t length)
{
	static uint8_t anew[8 * FUZZ_LENGTH];
	struct draw d = draw_of(bytes, length);
	uint8_t knobs = draw_u8(&d);
	enum tls_kind kind = (knobs & 1) != 0 ? TLS_SERVER_HELLO : TLS_CLIENT_HELLO;
	struct tls_reader whole, other;
	size_t n = draw_left(&d);
	enum tls_said said = hello_in(&whole, kind, d.at, n, n > 0 ? n : 1);

	FUZZ_ASSERT(said == hello_in(&other, kind, d.at, n, 1U + (knobs >> 1)));
	assert_same_hello(&whole, &other);
	FUZZ_ASSERT(whole.refused == other.refused);
	FUZZ_ASSERT(whole.hello.session_id_length <= TLS_SESSION_ID || said == TLS_READ_REFUSED);
	if (said != TLS_READ_DONE)
		return;
	size_t written = record_anew(anew, sizeof anew, d.at, n, 1U + (knobs >> 3));
	FUZZ_ASSERT(hello_in(&other, kind, anew, written, written) == TLS_READ_DONE);
	assert_same_hello(&whole, &other);
}

/* --- first-bytes ------------------------------------------------------------------------------------------- */

void fuzz_first_bytes(const uint8_t *bytes, size_t length)
{
	static const char *const NAME[] = {"Call-ID", "From", "Subject"};
	uint8_t *copy = exact_copy(bytes, length);
	struct rdp_request r, cut;
	const uint8_t *value;
	size_t n;

	for (size_t i = 0; i < sizeof NAME / sizeof NAME[0]; i++)
		if (sip_value(copy, length, NAME[i], &value, &n))
			FUZZ_ASSERT(value >= copy && n <= length && (size_t)(value - copy) + n <= length && memchr(value, '\n', n) == NULL);
	enum rdp_said said = rdp_read(copy, length, &r);
	if (said == RDP_READ_DONE && r.user != NULL)
		FUZZ_ASSERT(r.user > copy && r.user_length > 0 && (size_t)(r.user - copy) + r.user_length <= length);
	/* More bytes never take back what fewer said. */
	for (size_t k = 0; k < length && k < 64; k++) {
		enum rdp_said before = rdp_read(copy, k, &cut);
		FUZZ_ASSERT(before == RDP_READ_MORE || before == said);
	}
	free(copy);
}

// SPDX-License-Identifier: BSD-2-Clause
/* What the lines of a head say: RFC 9112 3, 4, 5, 6.1-6.3, 9.3; RFC 9110 5. */
#include <string.h>

#include "sim/balancer/http_parts.h"

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

bool http_same(const uint8_t *text, size_t length, const char *word)
{
	size_t i = 0;

	while (i < length && word[i] != '\0' && lower(text[i]) == lower((uint8_t)word[i]))
		i++;
	return i == length && word[i] == '\0';
}

bool http_is_token(uint8_t byte)
{
	/* RFC 9110 5.6.2, a bit a character: letters, digits, and !#$%&'*+-.^_`|~ */
	static const uint64_t TOKEN[2] = {UINT64_C(0x03ff6cfa00000000), UINT64_C(0x57ffffffc7fffffe)};

	return byte < 128 && (TOKEN[byte >> 6] >> (byte & 63) & 1) != 0;
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static struct http_text text(size_t at, size_t end)
{
	return (struct http_text){.at = (uint16_t)at, .length = (uint16_t)(end - at)};
}

static size_t find(const uint8_t *bytes, size_t at, size_t end, uint8_t what)
{
	const uint8_t *found = memchr(bytes + at, what, end - at);

	return found != NULL ? (size_t)(found - bytes) : end;
}

/* "HTTP/1.x" */
static bool version(struct http_reader *r, size_t at, size_t end)
{
	const uint8_t *b = r->room + at;

	if (end - at != 8 || memcmp(b, "HTTP/1.", 7) != 0 || (b[7] != '0' && b[7] != '1'))
		return false;
	r->head.minor = (uint8_t)(b[7] - '0');
	return true;
}

/* --- start lines ------------------------------------------------------------------------------------------- */

static enum http_method method_of(const uint8_t *bytes, size_t length)
{
	static const char *const WORD[] = {
#define X(constant, word) word,
		HTTP_METHODS(X)
#undef X
	};

	for (size_t i = 0; i < sizeof WORD / sizeof WORD[0]; i++)
		if (strlen(WORD[i]) == length && memcmp(bytes, WORD[i], length) == 0)
			return (enum http_method)i;
	return HTTP_OTHER;
}

/* Origin, absolute, authority or asterisk form (3.2), by its beginning. */
static bool is_target(const struct http_reader *r, size_t at, size_t end)
{
	const uint8_t *b = r->room;

	for (size_t i = at; i < end; i++)
		if (b[i] <= ' ' || b[i] >= 0x7f)
			return false;
	if (r->head.method == HTTP_CONNECT)
		return end > at && b[at] != '/';
	if (end - at == 1 && b[at] == '*')
		return r->head.method == HTTP_OPTIONS;
	if (end > at && b[at] == '/')
		return true;
	size_t colon = find(b, at, end, ':');
	return colon > at && end - colon > 3 && memcmp(b + colon, "://", 3) == 0;
}

static enum http_refusal request_line(struct http_reader *r, size_t at, size_t end)
{
	size_t method_end = find(r->room, at, end, ' ');
	size_t target_end = method_end < end ? find(r->room, method_end + 1, end, ' ') : end;

	for (size_t i = at; i < method_end; i++)
		if (!http_is_token(r->room[i]))
			return HTTP_BAD_METHOD;
	if (method_end == at)
		return HTTP_BAD_METHOD;
	if (method_end == end)
		return HTTP_BAD_START;
	r->head.method_text = text(at, method_end);
	r->head.method = method_of(r->room + at, method_end - at);
	if (!is_target(r, method_end + 1, target_end))
		return HTTP_BAD_TARGET;
	r->head.target = text(method_end + 1, target_end);
	return target_end < end && version(r, target_end + 1, end) ? HTTP_FINE : HTTP_BAD_VERSION;
}

/* "HTTP/1.1 200 OK"; the reason and the space before it may be missing, as servers have it. */
static enum http_refusal status_line(struct http_reader *r, size_t at, size_t end)
{
	size_t version_end = find(r->room, at, end, ' ');
	const uint8_t *code = r->room + version_end + 1;

	if (!version(r, at, version_end))
		return HTTP_BAD_VERSION;
	if (end < version_end + 4 || !is_digit(code[0]) || !is_digit(code[1]) || !is_digit(code[2]))
		return HTTP_BAD_STATUS;
	r->head.status = (uint16_t)((code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
	r->head.method = r->answers;
	if (r->head.status < 100 || r->head.status > 599)
		return HTTP_BAD_STATUS;
	return end == version_end + 4 || code[3] == ' ' ? HTTP_FINE : HTTP_BAD_STATUS;
}

enum http_refusal http_start_line(struct http_reader *r, size_t at, size_t end)
{
	return r->kind == HTTP_REQUEST ? request_line(r, at, end) : status_line(r, at, end);
}

/* --- fields ------------------------------------------------------------------------------------------------ */

/* At most 18 digits: no sum of two of them overflows. */
static bool number(const uint8_t *b, size_t length, uint64_t *value)
{
	*value = 0;
	if (length == 0 || length > 18)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!is_digit(b[i]))
			return false;
		*value = *value * 10 + (uint64_t)(b[i] - '0');
	}
	return true;
}

static enum http_refusal content_length(struct http_reader *r, const uint8_t *value, size_t length)
{
	uint64_t n;

	if (!number(value, length, &n))
		return HTTP_LENGTH_BAD;
	if (r->had_length)
		return n == r->head.content_length ? HTTP_LENGTH_TWICE : HTTP_LENGTHS_DIFFER;
	r->had_length = true;
	r->head.content_length = n;
	return HTTP_FINE;
}

static enum http_refusal transfer_encoding(struct http_reader *r, const uint8_t *value, size_t length)
{
	if (r->head.minor == 0)
		return HTTP_CODING_IN_1_0;
	if (r->had_coding || !http_same(value, length, "chunked"))
		return HTTP_CODING_UNKNOWN;
	r->had_coding = true;
	return HTTP_FINE;
}

static enum http_refusal host(struct http_reader *r, const uint8_t *value, size_t length)
{
	(void)value, (void)length;
	if (r->kind == HTTP_REQUEST && r->had_host)
		return HTTP_HOST_TWICE;
	r->had_host = true;
	return HTTP_FINE;
}

static bool is_white(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

/* The options of Connection, a list (7.6.1). */
static enum http_refusal connection(struct http_reader *r, const uint8_t *value, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t end = find(value, at, length, ','), last = end;
		while (at < last && is_white(value[at]))
			at++;
		while (last > at && is_white(value[last - 1]))
			last--;
		r->close = r->close || http_same(value + at, last - at, "close");
		r->stay = r->stay || http_same(value + at, last - at, "keep-alive");
		r->upgrade_offered = r->upgrade_offered || http_same(value + at, last - at, "upgrade");
		at = end + 1;
	}
	return HTTP_FINE;
}

static enum http_refusal expect(struct http_reader *r, const uint8_t *value, size_t length)
{
	r->head.expects_continue = r->head.minor == 1 && http_same(value, length, "100-continue");
	return HTTP_FINE;
}

static enum http_refusal upgrade(struct http_reader *r, const uint8_t *value, size_t length)
{
	(void)value;
	r->head.upgrade = length > 0;
	return HTTP_FINE;
}

static enum http_refusal know(struct http_reader *r, struct http_text name, struct http_text value)
{
	static const struct {
		const char *name;
		size_t length;
		enum http_refusal (*take)(struct http_reader *r, const uint8_t *value, size_t length);
	} FIELD[] = {
#define FIELD_OF(name, take) {name, sizeof name - 1, take}
		FIELD_OF("content-length", content_length),
		FIELD_OF("transfer-encoding", transfer_encoding),
		FIELD_OF("host", host),
		FIELD_OF("connection", connection),
		FIELD_OF("expect", expect),
		FIELD_OF("upgrade", upgrade),
#undef FIELD_OF
	};

	for (size_t i = 0; i < sizeof FIELD / sizeof FIELD[0]; i++)
		if (name.length == FIELD[i].length && http_is(&r->head, name, FIELD[i].name))
			return FIELD[i].take(r, r->room + value.at, value.length);
	return HTTP_FINE;
}

enum http_refusal http_field_line(struct http_reader *r, size_t at, size_t end)
{
	const uint8_t *b = r->room;
	size_t name_end = at;

	if (is_white(b[at]))
		return HTTP_OBS_FOLD;
	while (name_end < end && http_is_token(b[name_end]))
		name_end++;
	if (name_end == end)
		return HTTP_NO_COLON;
	if (is_white(b[name_end]))
		return find(b, name_end, end, ':') < end ? HTTP_SPACE_BEFORE_COLON : HTTP_NO_COLON;
	if (b[name_end] != ':' || name_end == at)
		return HTTP_FIELD_NAME;
	if (r->head.field_count == HTTP_FIELDS)
		return HTTP_TOO_MANY_FIELDS;
	struct http_text name = text(at, name_end);
	for (at = name_end + 1; at < end && is_white(b[at]);)
		at++;
	while (end > at && is_white(b[end - 1]))
		end--;
	struct http_text value = text(at, end);
	r->head.field[r->head.field_count++] = (struct http_field){name, value};
	return know(r, name, value);
}

/* --- together ---------------------------------------------------------------------------------------------- */

static enum http_framing framing(const struct http_reader *r)
{
	const struct http_head *h = &r->head;

	if (r->kind == HTTP_RESPONSE) {
		bool good = h->status >= 200 && h->status < 300;
		if (h->status == 101 || (h->method == HTTP_CONNECT && good))
			return HTTP_TUNNEL;
		if (h->method == HTTP_HEAD || h->status < 200 || h->status == 204 || h->status == 304)
			return HTTP_NO_BODY;
	}
	if (r->had_coding)
		return HTTP_CHUNKED;
	if (r->had_length)
		return h->content_length > 0 ? HTTP_LENGTH : HTTP_NO_BODY;
	return r->kind == HTTP_REQUEST ? HTTP_NO_BODY : HTTP_UNTIL_CLOSE;
}

enum http_refusal http_head_ends(struct http_reader *r)
{
	struct http_head *h = &r->head;

	if (r->had_coding && r->had_length)
		return HTTP_BOTH_LENGTHS;
	if (r->kind == HTTP_REQUEST && h->minor == 1 && !r->had_host)
		return HTTP_HOST_MISSING;
	h->framing = framing(r);
	h->upgrade = h->upgrade && r->upgrade_offered && h->minor == 1;
	h->keep_alive = !r->close && (h->minor == 1 || r->stay) && h->framing != HTTP_UNTIL_CLOSE;
	return HTTP_FINE;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Bytes to lines of a head, and the ends of bodies: RFC 9112 2.2, 6, 7. */
#include "sim/balancer/http_reader.h"

#include <stddef.h>
#include <string.h>

#include "sim/balancer/http_parts.h"

enum state {
	STATE_START,                    /* the start line, or an empty line before it */
	STATE_FIELDS,
	STATE_LENGTH,
	STATE_CHUNK_SIZE,
	STATE_CHUNK_EXTENSION,
	STATE_CHUNK,
	STATE_CHUNK_END,                /* its CRLF */
	STATE_TRAILER,                  /* the begin of a line of the trailer section */
	STATE_TRAILER_NAME,
	STATE_TRAILER_VALUE,
	STATE_TRAILER_END,              /* the empty line's LF */
	STATE_OPEN_END,                 /* until close, and tunnels */
	STATE_DONE,
	STATE_REFUSED,
};

static const char *const REFUSAL[] = {
#define X(constant, text) text,
	HTTP_REFUSALS(X)
#undef X
};

const char *http_refusal_text(enum http_refusal why)
{
	return (size_t)why < sizeof REFUSAL / sizeof REFUSAL[0] ? REFUSAL[why] : "?";
}

void http_reader_next(struct http_reader *r)
{
	enum http_kind kind = r->kind;
	enum http_method answers = r->answers;
	uint8_t *room = r->room;
	size_t space = r->space, rest = offsetof(struct http_reader, refused);

	/* Not the fields, of which none is there: they are most of it. */
	memset(&r->head, 0, offsetof(struct http_head, field));
	memset((uint8_t *)r + rest, 0, sizeof *r - rest);
	r->head.bytes = r->room = room;
	r->kind = kind;
	r->answers = answers;
	r->space = space;
}

void http_reader_begin(struct http_reader *r, enum http_kind kind, uint8_t *room, size_t space)
{
	r->kind = kind;
	r->answers = HTTP_GET;
	r->room = room;
	r->space = space < HTTP_HEAD_MOST ? space : HTTP_HEAD_MOST;
	http_reader_next(r);
}

void http_reader_answers(struct http_reader *r, enum http_method method)
{
	r->answers = method;
}

bool http_reader_is_between(const struct http_reader *r)
{
	return r->state == STATE_START && r->taken == 0;
}

static enum http_said refuse(struct http_reader *r, enum http_refusal why)
{
	r->refused = why;
	r->state = STATE_REFUSED;
	return HTTP_READ_REFUSED;
}

/* --- lines ------------------------------------------------------------------------------------------------- */

/* Visible, white space, or obs-text (RFC 9110 5.5): what a line may hold. */
static bool is_text(uint8_t byte)
{
	return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

/* Of a byte that is neither text nor the end of a line. */
static enum http_refusal why_no_text(uint8_t byte)
{
	return byte == '\0' ? HTTP_NUL : HTTP_CONTROL;
}

/* Follows CR and LF through a line. True: this byte ends it. */
static bool line_byte(struct http_reader *r, uint8_t byte, enum http_refusal *why)
{
	*why = HTTP_FINE;
	if (r->cr) {
		r->cr = false;
		if (byte != '\n')
			*why = HTTP_BARE_CR;
		return true;
	}
	if (byte == '\r')
		r->cr = true;
	else if (byte == '\n')
		*why = HTTP_BARE_LF;
	else if (!is_text(byte))
		*why = why_no_text(byte);
	return *why != HTTP_FINE;
}

/* --- the head ---------------------------------------------------------------------------------------------- */

static void begin_body(struct http_reader *r)
{
	switch (r->head.framing) {
	case HTTP_NO_BODY:
		r->state = STATE_DONE;
		return;
	case HTTP_LENGTH:
		r->state = STATE_LENGTH;
		r->left = r->head.content_length;
		return;
	case HTTP_CHUNKED:
		r->state = STATE_CHUNK_SIZE;
		return;
	case HTTP_UNTIL_CLOSE:
	case HTTP_TUNNEL:
		break;
	}
	r->state = STATE_OPEN_END;
}

/* The line up to the CR before `held` is complete. */
static enum http_said line_ended(struct http_reader *r)
{
	size_t end = r->held - 2;
	bool is_empty = end == r->line;
	enum http_refusal why;

	if (r->state == STATE_START && is_empty) {
		/* RFC 9112 2.2: one may be left behind the body of the request before. */
		if (r->kind == HTTP_RESPONSE || ++r->blank > 1)
			return refuse(r, HTTP_BAD_START);
		r->held = 0;
		return HTTP_READ_MORE;
	}
	why = is_empty                    ? http_head_ends(r)
	      : r->state == STATE_START ? http_start_line(r, r->line, end)
					: http_field_line(r, r->line, end);
	if (why != HTTP_FINE)
		return refuse(r, why);
	r->line = r->held;
	r->state = STATE_FIELDS;
	if (!is_empty)
		return HTTP_READ_MORE;
	r->head.length = (uint16_t)r->held;
	begin_body(r);
	return HTTP_READ_HEAD;
}

/* Eight bytes of which each is a visible character or a space of ASCII, as nearly all are. */
static bool are_plain(const uint8_t *bytes)
{
	const uint64_t each = UINT64_C(0x0101010101010101), high = each << 7;
	uint64_t w, x;

	memcpy(&w, bytes, sizeof w);
	x = w ^ each * 0x7f;
	return ((w | (w - each * 0x20) | (x - each)) & high) == 0;
}

/* Takes what is plain text at once. */
static size_t take_text(struct http_reader *r, const uint8_t *bytes, size_t length)
{
	size_t most = r->space - r->held < length ? r->space - r->held : length;
	size_t n = 0;

	while (most - n >= 8 && are_plain(bytes + n))
		n += 8;
	while (n < most && is_text(bytes[n]))
		n++;
	memcpy(r->room + r->held, bytes, n);
	r->held += n;
	return n;
}

static enum http_said read_head(struct http_reader *r, const uint8_t *bytes, size_t length, size_t *used)
{
	size_t i = 0;
	enum http_said said = HTTP_READ_MORE;
	enum http_refusal why;

	while (i < length && said == HTTP_READ_MORE) {
		if (!r->cr)
			i += take_text(r, bytes + i, length - i);
		if (i == length)
			break;
		bool ends = line_byte(r, bytes[i], &why);
		if (why == HTTP_FINE && r->held == r->space)
			why = HTTP_HEAD_TOO_LONG;
		if (why != HTTP_FINE) {
			said = refuse(r, why);
			break;
		}
		r->room[r->held++] = bytes[i];
		if (ends)
			said = line_ended(r);
		if (said != HTTP_READ_REFUSED)
			i++;
	}
	*used = i;
	return said;
}

/* --- bodies ------------------------------------------------------------------------------------------------ */

static int hex(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static void chunk_begins(struct http_reader *r)
{
	r->state = r->left > 0 ? STATE_CHUNK : STATE_TRAILER;
	r->digits = 0;
}

/* No white space is allowed for beside the size (7.1.1 lets it in before extensions): readers differ there. */
static enum http_refusal chunk_size(struct http_reader *r, uint8_t byte)
{
	int digit = hex(byte);

	if (r->cr) {
		r->cr = false;
		if (byte != '\n')
			return HTTP_BARE_CR;
		chunk_begins(r);
		return HTTP_FINE;
	}
	if (digit >= 0) {
		if (r->digits == 15)
			return HTTP_CHUNK_HUGE;
		r->left = r->left << 4 | (uint64_t)digit;
		r->digits++;
		return HTTP_FINE;
	}
	if (byte == '\n')
		return HTTP_BARE_LF;
	if (r->digits == 0 || (byte != ';' && byte != '\r'))
		return HTTP_CHUNK_SIZE;
	r->cr = byte == '\r';
	if (byte == ';')
		r->state = STATE_CHUNK_EXTENSION;
	return HTTP_FINE;
}

static enum http_refusal chunk_extension(struct http_reader *r, uint8_t byte)
{
	enum http_refusal why;

	if (line_byte(r, byte, &why) && why == HTTP_FINE)
		chunk_begins(r);
	if (why == HTTP_FINE && ++r->extensions > HTTP_EXTENSIONS_MOST)
		why = HTTP_CHUNK_EXTENSION;
	return why;
}

static enum http_refusal chunk_end(struct http_reader *r, uint8_t byte)
{
	if (byte != (r->cr ? '\n' : '\r'))
		return HTTP_CHUNK_END;
	if (r->cr)
		r->state = STATE_CHUNK_SIZE;
	r->cr = !r->cr;
	return HTTP_FINE;
}

/* What would change where the message ends, or whose it is (RFC 9110 6.5.1). */
static bool belongs_in_head(const struct http_reader *r)
{
	static const char *const NAME[] = {"content-length", "transfer-encoding", "host", "connection"};

	for (size_t i = 0; i < sizeof NAME / sizeof NAME[0]; i++)
		if (http_same((const uint8_t *)r->word, r->word_length, NAME[i]))
			return true;
	return false;
}

static enum http_refusal trailer_name(struct http_reader *r, uint8_t byte)
{
	if (byte == ':') {
		if (belongs_in_head(r))
			return HTTP_TRAILER_FRAMING;
		r->state = STATE_TRAILER_VALUE;
		return HTTP_FINE;
	}
	if (byte == ' ' || byte == '\t')
		return HTTP_SPACE_BEFORE_COLON;
	if (byte == '\r')
		return HTTP_NO_COLON;
	if (byte == '\n')
		return HTTP_BARE_LF;
	if (!http_is_token(byte))
		return byte == '\0' ? HTTP_NUL : HTTP_FIELD_NAME;
	if (r->word_length < sizeof r->word)
		r->word[r->word_length++] = (char)byte;
	return HTTP_FINE;
}

static enum http_refusal trailer_begin(struct http_reader *r, uint8_t byte)
{
	r->word_length = 0;
	if (byte == '\r') {
		r->state = STATE_TRAILER_END;
		return HTTP_FINE;
	}
	if (byte == ' ' || byte == '\t')
		return HTTP_OBS_FOLD;
	if (byte == ':')
		return HTTP_FIELD_NAME;
	r->state = STATE_TRAILER_NAME;
	return trailer_name(r, byte);
}

static enum http_refusal trailer(struct http_reader *r, uint8_t byte)
{
	enum http_refusal why = HTTP_FINE;

	if (++r->trailers > HTTP_TRAILERS_MOST)
		return HTTP_TRAILER_TOO_LONG;
	switch (r->state) {
	case STATE_TRAILER:
		return trailer_begin(r, byte);
	case STATE_TRAILER_NAME:
		return trailer_name(r, byte);
	case STATE_TRAILER_VALUE:
		if (line_byte(r, byte, &why) && why == HTTP_FINE)
			r->state = STATE_TRAILER;
		return why;
	default:
		r->state = STATE_DONE;
		return byte == '\n' ? HTTP_FINE : HTTP_BARE_CR;
	}
}

/* A byte of what stands around chunks. */
static enum http_refusal around(struct http_reader *r, uint8_t byte)
{
	switch (r->state) {
	case STATE_CHUNK_SIZE:
		return chunk_size(r, byte);
	case STATE_CHUNK_EXTENSION:
		return chunk_extension(r, byte);
	case STATE_CHUNK_END:
		return chunk_end(r, byte);
	default:
		return trailer(r, byte);
	}
}

/* Content, as much as there is. */
static size_t content(struct http_reader *r, size_t length)
{
	size_t n = r->left < length ? (size_t)r->left : length;

	r->left -= n;
	r->content += n;
	if (r->left == 0)
		r->state = r->state == STATE_CHUNK ? STATE_CHUNK_END : STATE_DONE;
	return n;
}

static enum http_said read_body(struct http_reader *r, const uint8_t *bytes, size_t length, size_t *used)
{
	size_t i = 0;

	while (i < length && r->state < STATE_OPEN_END) {
		if (r->state == STATE_LENGTH || r->state == STATE_CHUNK) {
			i += content(r, length - i);
			continue;
		}
		enum http_refusal why = around(r, bytes[i]);
		if (why != HTTP_FINE) {
			*used = i;
			return refuse(r, why);
		}
		i++;
	}
	if (r->state == STATE_OPEN_END) {
		r->content += length - i;
		i = length;
	}
	*used = i;
	return r->state == STATE_DONE ? HTTP_READ_DONE : HTTP_READ_MORE;
}

enum http_said http_read(struct http_reader *r, const uint8_t *bytes, size_t length, size_t *used)
{
	enum http_said said;

	*used = 0;
	if (r->state == STATE_REFUSED)
		return HTTP_READ_REFUSED;
	if (r->state == STATE_START || r->state == STATE_FIELDS)
		said = read_head(r, bytes, length, used);
	else
		said = read_body(r, bytes, length, used);
	r->taken += *used;
	return said;
}

enum http_said http_reader_ended(struct http_reader *r)
{
	if (r->state == STATE_OPEN_END || r->state == STATE_DONE || (r->state == STATE_START && r->held == 0 && !r->cr)) {
		r->state = STATE_DONE;
		return HTTP_READ_DONE;
	}
	return r->state == STATE_REFUSED ? HTTP_READ_REFUSED : refuse(r, HTTP_CUT);
}

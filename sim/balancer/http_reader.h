// SPDX-License-Identifier: BSD-2-Clause
/*
 * A reader of HTTP/1.0 and 1.1 messages (RFC 9112): bytes in whatever pieces they come, answers that do not depend on
 * the pieces. No I/O, no allocation, every length bounded. Strict: what two implementations may read in two ways
 * (request smuggling, RFC 9112 11.2) is refused with a reason, not repaired; a balancer passes on the bytes that it
 * read, so it must not pass on what its server could read otherwise.
 *
 * Why our own: Debian 12 has one library of this shape, http-parser 2.9.4. Its last maintainer declared it unmaintained
 * in October 2020 (nodejs/http-parser issue 522) and the repository is archived; its successor llhttp is not packaged.
 * It takes bare LF and obs-fold by design, and has known smuggling advisories that nobody will answer any more.
 *
 *      struct http_reader r;
 *      http_reader_begin(&r, HTTP_REQUEST, room, sizeof room);
 *      for each piece: while ((said = http_read(&r, bytes, length, &used)) ...) bytes += used, length -= used;
 *
 * HTTP_READ_MORE       all bytes belong to the message; more are needed
 * HTTP_READ_HEAD       the head is complete, r.head is valid until http_reader_next; `used` ends with its empty line
 * HTTP_READ_DONE       the message is complete, `used` ends with it (0 where the head was all). The reader stands still
 *                      until http_reader_next: further bytes are the next message's
 * HTTP_READ_REFUSED    r.refused says why; for good. `used` bytes were taken before the one that was wrong
 *
 * An interim response (1xx but 101) is a message of its own: done behind its head, the answer proper follows.
 * Behind the head of a tunnel everything is HTTP_READ_MORE.
 */
#ifndef VL_BALANCER_HTTP_READER_H
#define VL_BALANCER_HTTP_READER_H

#include "sim/balancer/http_head.h"

#define HTTP_EXTENSIONS_MOST 1024       /* bytes of all chunk extensions of a message */
#define HTTP_TRAILERS_MOST 4096         /* bytes of its trailer section */

/* X(constant, text) */
#define HTTP_REFUSALS(X)                                                                            \
	X(HTTP_FINE, "nothing")                                                                     \
	X(HTTP_BAD_START, "start line is none")                                                     \
	X(HTTP_BAD_METHOD, "method is no token")                                                    \
	X(HTTP_BAD_TARGET, "request target is none")                                                \
	X(HTTP_BAD_VERSION, "neither HTTP/1.0 nor HTTP/1.1")                                        \
	X(HTTP_BAD_STATUS, "status code is none")                                                   \
	X(HTTP_BARE_LF, "line feed without carriage return")                                        \
	X(HTTP_BARE_CR, "carriage return without line feed")                                        \
	X(HTTP_NUL, "NUL byte")                                                                     \
	X(HTTP_CONTROL, "control character")                                                        \
	X(HTTP_FIELD_NAME, "field name is no token")                                                \
	X(HTTP_NO_COLON, "field without colon")                                                     \
	X(HTTP_SPACE_BEFORE_COLON, "white space before the colon")                                  \
	X(HTTP_OBS_FOLD, "folded field (obs-fold)")                                                 \
	X(HTTP_HEAD_TOO_LONG, "head is too long")                                                   \
	X(HTTP_TOO_MANY_FIELDS, "too many fields")                                                  \
	X(HTTP_HOST_MISSING, "HTTP/1.1 request without Host")                                       \
	X(HTTP_HOST_TWICE, "Host more than once")                                                   \
	X(HTTP_LENGTH_BAD, "Content-Length is no number")                                           \
	X(HTTP_LENGTH_TWICE, "Content-Length more than once")                                       \
	X(HTTP_LENGTHS_DIFFER, "Content-Lengths that differ")                                       \
	X(HTTP_BOTH_LENGTHS, "both Content-Length and Transfer-Encoding")                           \
	X(HTTP_CODING_UNKNOWN, "Transfer-Encoding is not just chunked")                             \
	X(HTTP_CODING_IN_1_0, "Transfer-Encoding in HTTP/1.0")                                      \
	X(HTTP_CHUNK_SIZE, "chunk size is no number")                                               \
	X(HTTP_CHUNK_HUGE, "chunk size is too large")                                               \
	X(HTTP_CHUNK_EXTENSION, "chunk extensions are too long")                                    \
	X(HTTP_CHUNK_END, "chunk does not end where it should")                                     \
	X(HTTP_TRAILER_TOO_LONG, "trailer section is too long")                                     \
	X(HTTP_TRAILER_FRAMING, "field in the trailer section that belongs in the head")            \
	X(HTTP_CUT, "ended within a message")

enum http_refusal {
#define X(constant, text) constant,
	HTTP_REFUSALS(X)
#undef X
	HTTP_REFUSAL_COUNT
};

const char *http_refusal_text(enum http_refusal why);

enum http_said {
	HTTP_READ_MORE,
	HTTP_READ_HEAD,
	HTTP_READ_DONE,
	HTTP_READ_REFUSED,
};

/* Plain values, embedded in its user. Read .head and .refused; the rest is the reader's. */
struct http_reader {
	struct http_head head;
	enum http_refusal refused;
	uint64_t taken;                 /* bytes of this message so far */
	uint64_t content;               /* of them, of the body itself: without chunk sizes and trailers */

	enum http_kind kind;
	uint8_t state;
	enum http_method answers;       /* the request that a response belongs to */
	uint8_t *room;                  /* the head, as it comes */
	size_t space, held;
	size_t line;                    /* where the line that is being read begins */
	uint64_t left;                  /* of a body or chunk */
	uint32_t extensions, trailers;  /* bytes of them so far */
	bool cr;                        /* the last byte was a carriage return */
	uint8_t digits;                 /* of a chunk size */
	uint8_t blank;                  /* empty lines before a start line */
	uint8_t word_length;            /* of a trailer field's name: as much of it as tells it from others */
	char word[18];
	bool had_length, had_coding, had_host, close, stay, upgrade_offered;
};

/* `room` takes the head and is borrowed until the reader is not used any more; its size bounds heads, and
 * HTTP_HEAD_MOST does. */
void http_reader_begin(struct http_reader *r, enum http_kind kind, uint8_t *room, size_t space);
/* The method of the request that the response to be read answers; before its head is complete. HTTP_GET at first. */
void http_reader_answers(struct http_reader *r, enum http_method method);
enum http_said http_read(struct http_reader *r, const uint8_t *bytes, size_t length, size_t *used);
/* After HTTP_READ_DONE: the next message of the connection. What `answers` said stays. */
void http_reader_next(struct http_reader *r);
/* The peer finished: HTTP_READ_DONE where that is an end (a body until close, a tunnel, a complete message, nothing of a
 * message yet), else HTTP_READ_REFUSED with HTTP_CUT. */
enum http_said http_reader_ended(struct http_reader *r);
/* Whether nothing of a message has been read yet. */
bool http_reader_is_between(const struct http_reader *r);

#endif

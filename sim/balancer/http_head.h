// SPDX-License-Identifier: BSD-2-Clause
/*
 * The head of an HTTP/1.0 or 1.1 message (RFC 9112), as plain values: start line, fields, and what follows from them
 * (where the body ends, whether the connection stays). Texts are places in the bytes of the head, which are borrowed.
 * http_reader.h makes one of bytes; this file has what is asked of one.
 */
#ifndef VL_BALANCER_HTTP_HEAD_H
#define VL_BALANCER_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_FIELDS 64                  /* fields of one head */
#define HTTP_HEAD_MOST 65535            /* bytes of one head */

enum http_kind {
	HTTP_REQUEST,
	HTTP_RESPONSE,
};

/* X(constant, word). Methods that change what follows, and those that are met most; all others are HTTP_OTHER. */
#define HTTP_METHODS(X)             \
	X(HTTP_GET, "GET")          \
	X(HTTP_HEAD, "HEAD")        \
	X(HTTP_POST, "POST")        \
	X(HTTP_PUT, "PUT")          \
	X(HTTP_DELETE, "DELETE")    \
	X(HTTP_OPTIONS, "OPTIONS")  \
	X(HTTP_CONNECT, "CONNECT")

enum http_method {
#define X(constant, word) constant,
	HTTP_METHODS(X)
#undef X
	HTTP_OTHER,
};

/* Where the body ends (RFC 9112 6.3). */
enum http_framing {
	HTTP_NO_BODY,
	HTTP_LENGTH,                    /* content_length bytes; 0 is HTTP_NO_BODY */
	HTTP_CHUNKED,
	HTTP_UNTIL_CLOSE,               /* responses only */
	HTTP_TUNNEL,                    /* behind 101, and 2xx to CONNECT: no HTTP any more */
};

struct http_text {
	uint16_t at, length;            /* in .bytes of the head */
};

struct http_field {
	struct http_text name, value;   /* without the white space around it; a value may be empty */
};

struct http_head {
	const uint8_t *bytes;           /* from the start line to the empty line, as they came */
	uint16_t length;
	uint8_t minor;                  /* HTTP/1.minor: 0 or 1 */
	enum http_method method;        /* of the request, or of the one that this answers */
	struct http_text method_text, target;   /* of a request */
	uint16_t status;                /* of a response: 100-599; of a request 0 */
	enum http_framing framing;
	uint64_t content_length;
	bool keep_alive;                /* the connection stays behind this message, as far as its sender has a say (9.3) */
	bool upgrade;                   /* both Upgrade and Connection: upgrade are there */
	bool expects_continue;          /* Expect: 100-continue (RFC 9110 10.1.1) */
	uint16_t field_count;
	struct http_field field[HTTP_FIELDS];
};

/* A text as a pointer; it is not terminated. */
static inline const uint8_t *http_bytes(const struct http_head *h, struct http_text t)
{
	return h->bytes + t.at;
}

/* The first field of that name at or behind `from`, or -1. Upper and lower case are one (ASCII). */
int http_find(const struct http_head *h, const char *name, size_t from);
/* The same without case, whole. */
bool http_is(const struct http_head *h, struct http_text t, const char *word);
/* The value of the field of that name, if it is there once or more; the first counts. */
bool http_value(const struct http_head *h, const char *name, struct http_text *value);
/* The value of a cookie that the request carries (RFC 6265 4.2.1); the first counts, names are compared byte for byte. */
bool http_cookie(const struct http_head *request, const char *name, struct http_text *value);
/* The value that a response sets for a cookie (RFC 6265 4.1.1), without its attributes. The last counts, as in a browser.
 * One that is deleted thereby (Max-Age=0) has an empty value. */
bool http_set_cookie(const struct http_head *response, const char *name, struct http_text *value);
/* An item of the query of the target: "?a=1&name=VALUE", as it stands, not decoded. The first counts. */
bool http_query(const struct http_head *request, const char *name, struct http_text *value);

#endif

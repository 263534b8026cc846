// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a TLS handshake says in the clear to somebody who only passes it on: the first message of the client or of the
 * server, reassembled over segments and records (RFC 8446 5.1: a handshake message may be split as its sender likes, and
 * ClientHellos with post-quantum key shares are longer than one segment). Bytes in whatever pieces they come; nothing
 * is stored but what is told, nothing is allocated.
 *
 * What persistence by session ID can make of it: balancer.md 2.6. TLS 1.2 (RFC 5246 7.4.1.2): the ID is the session's.
 * Tickets (RFC 5077 3.4): the server sends none, the client one that it made up. TLS 1.3 (RFC 8446 4.1.2, D.4): filler,
 * which the server echoes; sessions are resumed by pre_shared_key, whose identity changes with each ticket.
 */
#ifndef VL_WIRE_TLS_READER_H
#define VL_WIRE_TLS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_SESSION_ID 32
#define TLS_NAME 255
#define TLS_TICKET_KEY 16
#define TLS_HELLO_MOST 16384            /* bytes of the message; those of browsers have 500 to 2000 */

enum tls_kind {
	TLS_CLIENT_HELLO = 1,           /* the numbers of the messages */
	TLS_SERVER_HELLO = 2,
};

struct tls_hello {
	enum tls_kind kind;
	uint16_t version;               /* legacy_version: 0x0303 for TLS 1.2 and 1.3 */
	uint8_t session_id_length;      /* 0-32 */
	uint8_t session_id[TLS_SESSION_ID];
	bool tls_1_3;                   /* offered (supported_versions holds 0x0304), or chosen */
	bool takes_tickets;             /* the session_ticket extension is there: the client would take one, or the server
					   will send one */
	uint16_t ticket;                /* bytes of the ticket that the client brings; 0: none */
	uint8_t ticket_key[TLS_TICKET_KEY];     /* its beginning, or that of the first PSK's identity: the name of the key that
					   sealed it, where it has the form of RFC 5077 4; else zeros */
	bool pre_shared_key;            /* TLS 1.3 resumption is tried, or granted */
	bool encrypted_hello;           /* ECH is offered: the name is not the one that the client means */
	uint8_t name_length;            /* SNI: the host name, not terminated */
	char name[TLS_NAME];
};

/* X(constant, text) */
#define TLS_REFUSALS(X)                                                       \
	X(TLS_FINE, "nothing")                                                \
	X(TLS_NOT_TLS, "no TLS record")                                       \
	X(TLS_NOT_HANDSHAKE, "record of another kind before the hello")       \
	X(TLS_RECORD_LENGTH, "record length is not 1 to 16384")               \
	X(TLS_NOT_HELLO, "another handshake message than the hello")          \
	X(TLS_TOO_LONG, "hello is too long")                                  \
	X(TLS_MALFORMED, "lengths in the hello do not fit")

enum tls_refusal {
#define X(constant, text) constant,
	TLS_REFUSALS(X)
#undef X
	TLS_REFUSAL_COUNT
};

const char *tls_refusal_text(enum tls_refusal why);

enum tls_said {
	TLS_READ_MORE,
	TLS_READ_DONE,                  /* r.hello is complete */
	TLS_READ_REFUSED,               /* r.refused says why; for good */
};

/* Plain values. Read .hello and .refused; the rest is the reader's. */
struct tls_reader {
	struct tls_hello hello;
	enum tls_refusal refused;
	bool done, had_record;
	uint8_t record_header;          /* bytes of it so far */
	uint16_t record_left;
	uint8_t step;                   /* the part of the message that is being read, its bytes to come, its number */
	uint32_t part_left, number;
	uint32_t message_left;          /* behind its header */
	uint16_t extension, extension_length;
	uint16_t kept;                  /* of an extension as much as is looked at */
	uint8_t keep[TLS_NAME + 5];
};

void tls_reader_begin(struct tls_reader *r, enum tls_kind kind);
/* Takes bytes up to the end of the hello at most. */
enum tls_said tls_read(struct tls_reader *r, const uint8_t *bytes, size_t length, size_t *used);

#endif

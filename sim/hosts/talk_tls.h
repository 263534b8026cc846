// SPDX-License-Identifier: BSD-2-Clause
/*
 * What stands before the first request of tls and rdp: handshakes as they look on the wire, records and messages in their
 * order and of their usual lengths, without cryptography. Whoever only passes them on sees what he would see of OpenSSL's:
 *
 *      TLS 1.2 (RFC 5246 7.3)  ClientHello / ServerHello, Certificate, ServerKeyExchange, ServerHelloDone /
 *                              ClientKeyExchange, CCS, Finished / [NewSessionTicket,] CCS, Finished
 *              resumed         ClientHello / ServerHello, CCS, Finished / CCS, Finished and the first request
 *      TLS 1.3 (RFC 8446 2)    ClientHello / ServerHello, CCS, one record that is encrypted / CCS, Finished and the first
 *                              request / a record with the next ticket. With browsers' key shares the ClientHello has
 *                              more than a segment
 *      RDP (MS-RDPBCGR 1.3.1.1)        connection request with a cookie / confirm that chooses TLS; then TLS 1.2
 *
 * A session is known again by its ID, if this server gave it (TLS 1.2); by a ticket of this server's key (RFC 5077), for
 * which the client makes up a session ID that the server echoes; or by a PSK, which is one in TLS 1.3, where session IDs
 * are filler. Servers know their own IDs and tickets by a mark in them, not by a table.
 *
 * Requests and answers behind it are `opaque` (talk.h).
 */
#ifndef VL_HOSTS_TALK_TLS_H
#define VL_HOSTS_TALK_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/wire/tls_reader.h"

/* How a server lets sessions be resumed in TLS 1.2; X(constant, word in scripts, help). */
#define TALK_RESUMPTIONS(X)                                                     \
	X(TALK_BY_ID, "session-id", "it gives IDs and remembers its own")       \
	X(TALK_BY_TICKET, "tickets", "it gives tickets (RFC 5077) to clients that take them, and IDs to the others") \
	X(TALK_BY_NOTHING, "none", "each handshake is a full one")

enum talk_resumption {
#define X(constant, word, help) constant,
	TALK_RESUMPTIONS(X)
#undef X
	TALK_RESUMPTION_COUNT
};

/* What a connection turned out to be. */
enum talk_resumed { TALK_FULL, TALK_OLD_ID, TALK_OLD_TICKET, TALK_OLD_PSK, TALK_RESUMED_COUNT };
const char *talk_resumed_word(enum talk_resumed r);

/* The server's side of what is agreed on. */
struct talk_tls_server {
	bool tls_1_3;                   /* its newest; clients that offer less get 1.2 */
	enum talk_resumption resumption;        /* NOTHING: in TLS 1.3 too */
	uint64_t secret;                /* its IDs and tickets bear the mark of it */
	uint64_t ticket_secret;         /* the same for servers that share their ticket key */
};

/* The client's. */
struct talk_tls_client {
	bool rdp;
	bool tls_1_3;
	bool forgets;                   /* it resumes nothing */
	bool takes_tickets;
	const char *host;               /* SNI; NULL: none; borrowed */
};

#define TALK_SESSION_KEPT 32

/* What a client keeps for its next connection. */
struct talk_session {
	uint8_t how;                    /* enum talk_resumed; FULL: nothing is kept */
	uint8_t length;
	uint8_t bytes[TALK_SESSION_KEPT];       /* the ID, or the beginning of the ticket: the rest is made of it */
};

#define TALK_TLS_KEPT 48

/* A connection; of either side. */
struct talk_shake {
	struct tls_reader hello;        /* the other side's */
	uint64_t nonce;                 /* its random bytes are made of it */
	struct talk_session offered;    /* by the client */
	uint8_t step;
	uint8_t resumed;                /* enum talk_resumed */
	bool tls_1_3;
	bool gives_ticket;              /* the server will */
	bool changed;                   /* the other side's cipher spec */
	uint8_t id_length, id[TLS_SESSION_ID];  /* of the ServerHello */
	/* the record at hand */
	uint8_t head[5], head_length, type;
	uint16_t left;
	uint8_t kept, keep[TALK_TLS_KEPT];
};

/* --- the client's side --------------------------------------------------------------------------------------------- */

enum talk_shaken {
	TALK_SHAKE_MORE,
	TALK_SHAKE_SEND,                /* the next message is at hand */
	TALK_SHAKE_DONE,                /* requests may be made; the first has something before it (talk_shake_length) */
	TALK_SHAKE_BROKEN,
};

void talk_shake_begin(struct talk_shake *k, const struct talk_tls_client *c, const struct talk_session *kept,
		      uint64_t nonce);
/* The length of the message at hand, or of what stands before the first request; 0: nothing. `who`: of RDP's login. */
uint32_t talk_shake_length(const struct talk_shake *k, const struct talk_tls_client *c, uint32_t who);
/* What of it lies in [offset, offset + length) goes to its place in `to`. */
void talk_shake_write(const struct talk_shake *k, const struct talk_tls_client *c, uint32_t who, uint64_t offset, uint8_t *to,
		      size_t length);
/* Takes bytes up to the end of the server's flight at most. */
enum talk_shaken talk_shake_read(struct talk_shake *k, struct talk_session *kept, const uint8_t *bytes, size_t length,
				 size_t *used);
/* Before an answer: what the server says of itself (a ticket). True: it is over, the answer follows. */
bool talk_shake_before_answer(struct talk_shake *k, struct talk_session *kept, const uint8_t *bytes, size_t length,
			      size_t *used);
void talk_shake_answered(struct talk_shake *k);         /* the first request was: nothing stands before the next */

/* --- the server's side --------------------------------------------------------------------------------------------- */

enum talk_shake_ask {
	TALK_ASKS_NOTHING,              /* more bytes are needed */
	TALK_ASKS_CONNECTION,           /* RDP's request */
	TALK_ASKS_HELLO,
	TALK_ASKS_FINISHED,
	TALK_ASKS_NONSENSE,             /* an alert is the answer */
	TALK_ASKS_OPEN,                 /* requests follow */
};

void talk_shake_accept(struct talk_shake *k, bool rdp, uint64_t nonce);
enum talk_shake_ask talk_shake_serve(struct talk_shake *k, const uint8_t *bytes, size_t length, size_t *used);
/* What the server makes of the hello. */
void talk_shake_decide(struct talk_shake *k, const struct talk_tls_server *s);
/* The answer, likewise. */
uint32_t talk_shake_answer_length(const struct talk_shake *k, const struct talk_tls_server *s, enum talk_shake_ask ask);
void talk_shake_answer_write(const struct talk_shake *k, const struct talk_tls_server *s, enum talk_shake_ask ask, uint64_t offset,
			     uint8_t *to, size_t length);

#endif

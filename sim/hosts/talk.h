// SPDX-License-Identifier: BSD-2-Clause
/*
 * What services and their users say to each other: as much of HTTP (RFC 9112), SMTP, POP3, IMAP, FTP and DNS as health
 * checks and simple users need, and `opaque`, which looks like a TLS connection behind its handshake.
 *
 * Streams are never kept. A side that sends says how long its next message is, and can write any part of it again
 * (talk_answer_write, talk_request_write); a side that reads takes bytes as they come through a small reader.
 *
 *      http            GET with keep-alive; an answer of Content-Length bytes. "Prefer: wait=" (RFC 7240 4.3) asks the
 *                      server to hold its answer so long: ActiveSync's long-poll. HEAD and OPTIONS too
 *      opaque          records of TLS application data (RFC 8446 5.1) without a handshake. A request is one record that
 *                      begins with the seconds to hold the answer; an answer begins with its own whole length
 *      tls rdp         a handshake (talk_tls.h), then as opaque
 *      smtp pop3 imap ftp      a greeting, then a line for a line; QUIT or LOGOUT ends it
 *      agent           http whose body is a number: KEMP's answer for adaptive scheduling
 *      silent          reads and never speaks: connections that are only held
 *      dns             over UDP: NOERROR, with an A record when one was asked for
 *      sip             over UDP (talk_sip.h): calls, whose server knows only its own
 */
#ifndef VL_HOSTS_TALK_H
#define VL_HOSTS_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/status.h"

/* X(constant, word in scripts) */
#define TALKS(X)                        \
	X(TALK_HTTP, "http")            \
	X(TALK_OPAQUE, "opaque")        \
	X(TALK_TLS, "tls")              \
	X(TALK_RDP, "rdp")              \
	X(TALK_SMTP, "smtp")            \
	X(TALK_POP3, "pop3")            \
	X(TALK_IMAP, "imap")            \
	X(TALK_FTP, "ftp")              \
	X(TALK_AGENT, "agent")          \
	X(TALK_SILENT, "silent")        \
	X(TALK_DNS, "dns")              \
	X(TALK_SIP, "sip")

enum talk {
#define X(constant, word) constant,
	TALKS(X)
#undef X
	TALK_COUNT
};

const char *talk_word(enum talk t);
bool talk_is_datagrams(enum talk t);                            /* dns, sip */
/* tls, rdp: a handshake of talk_tls.h stands before what this header is about. */
bool talk_shakes_hands(enum talk t);
/* SMTP, POP3, IMAP, FTP: the server speaks first, and lines follow. */
bool talk_is_lines(enum talk t);

#define TALK_REQUEST_MOST 16384
#define TALK_ANSWER_MOST (UINT32_C(1) << 30)

/* --- the server's side ---------------------------------------------------------------------------------------- */

#define TALK_LINE 64                    /* of a line so much is looked at */

/* A request that was read. */
struct talk_request {
	uint8_t verb;                   /* a line: row of the table of verbs; HTTP: enum talk_method */
	bool check;                     /* looks like a health check: HEAD, OPTIONS, the path of checks, QUIT */
	bool close;                     /* it asks to close behind the answer */
	bool known;                     /* HTTP: it brings the cookie that the service looks for */
	uint32_t wait;                  /* s to hold the answer */
	char tag[8];                    /* IMAP's; cut to fit */
};

struct talk_reader {
	uint8_t phase;
	uint8_t length;                 /* bytes in line */
	bool long_line;
	uint32_t left;                  /* bytes to skip */
	char line[TALK_LINE];
	const char *cookie;             /* the name that is looked for, at the beginning of a Cookie; NULL: none */
	struct talk_request request;    /* as far as it was read */
};

/* Takes bytes up to the end of a request, at most `length`; says in *used how many. True: a request is complete, in
 * r->request; go on with the rest. What cannot be understood is answered as an error (`verb` says so), never refused.
 * `check_path` may be NULL. Start with a zeroed reader. */
bool talk_request_read(struct talk_reader *r, enum talk t, const char *check_path, const uint8_t *bytes, size_t length,
		       size_t *used);

/* How a service answers. */
struct talk_server {
	enum talk talk;
	uint32_t body;                  /* bytes of an HTTP or opaque answer */
	uint16_t status;                /* HTTP; 0: 200 */
	const char *cookie;             /* HTTP: the name of one that is set when a request has none; NULL; borrowed */
	const char *name;               /* in greetings; borrowed */
};

/* An answer on its way. */
struct talk_answer {
	bool greeting;
	struct talk_request to;
	uint16_t number;                /* agent */
	uint32_t cookie;                /* the value that is set, if one is */
	uint32_t length;                /* all of it, bytes */
	bool close;                     /* the connection ends behind it */
};

/* False: the protocol has no greeting. */
bool talk_greeting(const struct talk_server *s, struct talk_answer *a);
/* `number`: the load that an agent tells. `cookie`: the value of a cookie, if one has to be set. */
void talk_answer(const struct talk_server *s, const struct talk_request *to, uint16_t number, uint32_t cookie,
		 struct talk_answer *a);
/* Bytes offset..offset+length-1 of it, all inside. */
void talk_answer_write(const struct talk_server *s, const struct talk_answer *a, uint64_t offset, uint8_t *to,
		       size_t length);

/* The answer to a DNS query, into `to` of at least `length` + 16 bytes. Returns its length; 0: it was no query. */
size_t talk_dns_answer(const uint8_t *query, size_t length, uint8_t *to);

/* --- the client's side ---------------------------------------------------------------------------------------- */

#define TALK_HEAD 1280                  /* longest head of an HTTP request */
#define TALK_TEXT 100                   /* longest host, path, cookie and header line */
#define TALK_AGENT_NAME 120             /* longest User-Agent */
#define TALK_COOKIE 28                  /* bytes of a cookie that is kept, "name=value" */
#define TALK_COOKIE_NAME (TALK_COOKIE - 9)      /* longest name of one that a service sets: "=" and eight digits follow */

/* What HTTP clients tell of themselves. In the last two, in host and in path "{user}" stands for the user's eight digits
 * and "{request}" for those of the request in its session, from 1. */
struct talk_habits {
	const char *agent;              /* User-Agent, the same for all; NULL: none */
	bool login;                     /* Authorization, another one for each user */
	bool cookies;                   /* they keep a cookie that they are given, and send it */
	const char *cookie;             /* that they bring besides: "a=b; c=d"; NULL: none */
	const char *header;             /* a line more, "Name: value"; NULL: none */
};

/* Who asks. */
struct talk_who {
	uint32_t number;
	uint32_t request;               /* of its session */
	const char *cookie;             /* TALK_COOKIE bytes, zero behind its end; NULL or empty: none */
};

#define TALK_MARKS 16

/* Letters, digits, - and _: what is used here of RFC 9110's tokens. */
bool talk_is_token(const char *text, size_t most);
/* What does not fit is refused, with its key: texts that are too long or hold what would end a line; a path without its
 * slash; a header without a name, or with one that HTTP itself needs. NULLs are fine. */
struct vl_status talk_check(const char *host, const char *path, const struct talk_habits *habits);

/* How a population asks; made once. */
struct talk_client {
	enum talk talk;
	uint32_t length;                /* of a request */
	char head[TALK_HEAD];           /* HTTP: up to the fill */
	uint16_t head_length;
	uint16_t wait_at;               /* where the five digits of the seconds to wait stand; 0: nowhere */
	uint16_t cookie_at;             /* where the one that is kept goes; 0: nowhere */
	bool brings;                    /* it stands behind another one */
	bool close;
	uint8_t mark_count;
	struct talk_mark {
		uint16_t at;            /* eight digits */
		bool request;           /* of the request, not of the user */
	} mark[TALK_MARKS];
};

/* `host`, `path`: HTTP. `length`: bytes of a request, made longer when it must be. `close`: one request a connection
 * (Connection: close). `waits`: requests say how long to hold the answer. */
void talk_client_init(struct talk_client *c, enum talk t, const char *host, const char *path, uint32_t length,
		      bool close, bool waits, const struct talk_habits *habits);
bool talk_client_greets(const struct talk_client *c);           /* the server speaks first */
/* A line protocol's goodbye; 0: it has none. */
uint32_t talk_goodbye_length(const struct talk_client *c);
void talk_request_write(const struct talk_client *c, bool goodbye, uint32_t wait, const struct talk_who *who,
			uint64_t offset, uint8_t *to, size_t length);

struct talk_answer_reader {
	uint8_t phase;
	uint8_t length;
	bool long_line;
	bool close;                     /* the server will end the connection */
	uint16_t status;                /* HTTP's; 200 for others */
	uint32_t left;
	char cookie[TALK_COOKIE];       /* that it set, if it fits; zero behind its end */
	char line[TALK_LINE];
};

/* As talk_request_read: true when an answer (or greeting) is complete. A zeroed reader begins one. */
bool talk_answer_read(struct talk_answer_reader *r, enum talk t, const uint8_t *bytes, size_t length, size_t *used);

#define TALK_DNS_QUERY 64
/* A query for the A record of `name` (up to 40 characters); returns its length. */
size_t talk_dns_query(uint16_t id, const char *name, uint8_t to[TALK_DNS_QUERY]);
/* The id of an answer; false: it is none. */
bool talk_dns_read(const uint8_t *bytes, size_t length, uint16_t *id);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a population, for its own files only.
 *
 *      client_population.c               users and their sessions
 *      client_population_shake.c         handshakes of tls and rdp
 *      client_population_tcp.c           what they do over TCP
 *      client_population_datagram.c      users of DNS and SIP
 *      client_population_config.c        making, settings, records, source addresses
 */
#ifndef VL_HOSTS_CLIENT_POPULATION_PARTS_H
#define VL_HOSTS_CLIENT_POPULATION_PARTS_H

#include "sim/base/wheel.h"
#include "sim/hosts/client_population.h"

#define NO_USER UINT32_MAX

enum user_phase {
	USER_FREE,
	USER_AWAY,              /* comes at .at */
	USER_CONNECTING,
	USER_SHAKING,           /* its handshake is not over */
	USER_GREETED,           /* waits for the server's greeting */
	USER_ASKING,            /* waits for an answer */
	USER_THINKING,          /* asks, or leaves, at .at */
	USER_LEAVING,           /* has finished; waits for the other side */
	USER_QUERYING,          /* DNS, SIP: waits for the answer */
};

struct user {
	struct wheel_link link;
	vl_time at;                     /* what the phase waits for */
	vl_time begun;                  /* the session; while it is not opened, this attempt */
	vl_time ends;                   /* the session's length is over */
	vl_time asked;
	uint64_t base;                  /* of the stream: where the message at hand begins */
	tcp_handle handle;              /* TCP_NO_HANDLE: none */
	uint32_t next_free;
	uint32_t source;                /* index of its address; TCP's choice when there are none */
	uint32_t made;                  /* requests of this session */
	uint32_t attempt;               /* from 1 */
	uint32_t wait;                  /* s, of the request at hand */
	uint32_t shaken;                /* bytes of the handshake's message at hand, or of it before the request at hand */
	uint32_t call, tag;             /* SIP: its number, the server's */
	uint8_t phase;                  /* enum user_phase */
	uint8_t repeats;                /* SIP: of the request at hand */
	bool opened;                    /* this session is */
	bool goodbye;                   /* the message at hand is one */
	struct talk_answer_reader reader;
};

struct population {
	struct population_config config;
	struct population_source source[POPULATION_SOURCES];
	uint32_t weights;               /* of all sources */
	uint32_t turn[POPULATION_SOURCES];
	uint32_t addresses;
	struct talk_client talk;
	struct talk_tls_client tls;
	struct talk_shake *shake;       /* of each user; NULL: they shake no hands */
	struct talk_session *session;   /* of each address, as cookies */
	char (*cookie)[TALK_COOKIE];    /* of each address; without sources one for all; NULL: none are kept */
	struct tcp_endpoint *tcp;
	struct stack *stack;
	struct outbox *outbox;
	char host[IP_TEXT];
	/* One stream a purpose: a knob that needs a draw more leaves the others alone. */
	struct prng dice_source, dice_length, dice_think, dice_wait, dice_again, dice_retry, dice_nonce;
	struct arrival arrival;
	struct arrival start;           /* of .users */
	struct arrival at_start;
	struct user *user;
	uint32_t room, free;
	struct wheel wheel;
	bool running;
	bool turning_away;
	vl_time until;
	struct population_facts facts;
};

extern const struct tcp_user population_user;

/* client_population.c: the session is opened; over by its user's will; ended by others, or kept from beginning. What comes next,
 * when: another request (has_more), or its end. */
uint32_t population_index(const struct population *p, const struct user *u);
void population_arm(struct population *p, struct user *u, vl_time at);
void population_opened(struct population *p, struct user *u, vl_time now);
void population_closed(struct population *p, struct user *u, vl_time now);
void population_broken(struct population *p, struct user *u, const char *why, vl_time now);
bool population_has_more(const struct population *p, const struct user *u, vl_time now);
bool population_has_asked_all(const struct population *p, const struct user *u);        /* and its session has no other length */
void population_answered(struct population *p, vl_time took);
void population_think(struct population *p, struct user *u, vl_time now);

/* client_population_tcp.c: a connection is begun; the next request; the end, politely; and at once: `gone` is not told of it then. */
void population_connect(struct population *p, struct user *u, vl_time now);
void population_ask(struct population *p, struct user *u, vl_time now);
void population_finish(struct population *p, struct user *u, vl_time now);
void population_abandon(struct population *p, struct user *u, const char *why, vl_time now);

/* client_population_datagram.c: asks what is next to be asked; nobody has answered. */
void population_query(struct population *p, struct user *u, vl_time now);
void population_query_again(struct population *p, struct user *u, vl_time now);

struct ip_addr population_address_of(const struct population *p, const struct user *u);
/* Where what it keeps stands: who comes from its address keeps it with it. */
uint32_t population_keeps_at(const struct population *p, const struct user *u);

/* client_population_shake.c: the first message; bytes that came in the handshake; those before an answer, which are taken
 * (true: they are over); and the part of its message that is written as talk_shake_write has it. */
void population_shake(struct population *p, struct user *u, vl_time now);
enum talk_shaken population_shake_received(struct population *p, struct user *u, const uint8_t *bytes, size_t length, vl_time now);
bool population_shake_passed(struct population *p, struct user *u, const uint8_t **bytes, size_t *length);
void population_shake_write(const struct population *p, const struct user *u, uint64_t offset, uint8_t *to, size_t length);
void population_shake_answered(struct population *p, struct user *u);

/* client_population_config.c */
void population_empty(struct population *p);            /* nobody is there */
uint32_t population_draw_source(struct population *p);
struct ip_addr population_address(const struct population *p, uint32_t source);
void population_claim(struct population *p);

#endif

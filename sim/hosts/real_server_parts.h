// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a real server, for its own files only.
 *
 *      real_server.c             connections and states
 *      real_server_shake.c       handshakes of tls and rdp
 *      real_server_datagram.c    DNS and SIP
 *      real_server_config.c      making, settings, records
 */
#ifndef VL_HOSTS_REAL_SERVER_PARTS_H
#define VL_HOSTS_REAL_SERVER_PARTS_H

#include "sim/base/prng.h"
#include "sim/base/wheel.h"
#include "sim/hosts/real_server.h"
#include "sim/hosts/talk_sip.h"

#define NO_SERVED UINT32_MAX
#define SERVED_QUEUE 2                  /* requests that may come before the answer to an earlier one */

enum served_phase {
	SERVED_IDLE,            /* nothing asked */
	SERVED_WORKING,         /* on the answer; its time is .at */
	SERVED_ANSWERING,       /* the answer is not yet acknowledged */
	SERVED_CLOSING,
};

/* One connection. */
struct served {
	struct wheel_link link;
	vl_time at;
	vl_time since;
	uint64_t base;                  /* of the stream: where the answer begins */
	tcp_handle handle;
	uint32_t next_free;
	uint32_t requests;
	uint16_t service;
	uint8_t phase;                  /* enum served_phase */
	bool used;
	bool counted;                   /* among the requests in service */
	bool shaking;                   /* its handshake is not over */
	uint8_t shaken;                 /* enum talk_shake_ask: what is answered; TALK_ASKS_NOTHING: a request */
	uint8_t queued;
	struct talk_request request;    /* at hand */
	struct talk_request queue[SERVED_QUEUE];
	struct talk_answer answer;
	struct talk_reader reader;
};

struct real_service {
	struct real_server *server;
	struct real_service_config config;
	struct real_service_facts facts;
	struct prng dice, dice_cookie, dice_nonce;
	struct talk_tls_server tls;
	uint16_t index;
	bool listening;
	bool wants_accept;              /* room came free */
	vl_time up_since;
	vl_time next_accept;            /* not sooner */
	vl_time accept_at;              /* armed while something waits for that */
};

#define DATAGRAM_LONGEST TALK_SIP_MOST
#define DATAGRAMS 256

/* An answer over UDP that waits for its time. */
struct datagram {
	struct wheel_link link;
	vl_time at;
	uint32_t next_free;
	uint16_t service;
	uint16_t length;                /* 0: free */
	struct ip_addr from, to;
	uint16_t from_port, to_port;
	uint8_t bytes[DATAGRAM_LONGEST];
};

struct real_server {
	struct tcp_endpoint *tcp;
	struct stack *stack;
	struct outbox *outbox;
	struct served *served;
	struct talk_shake *shake;       /* of each; NULL: no service shakes hands */
	uint32_t room, free, fresh;     /* from `fresh` on never used, all zero: the end of the free list */
	struct wheel wheel;
	struct datagram *datagram;      /* DATAGRAMS; NULL: no service is over UDP */
	uint32_t datagram_free;         /* linked through next_free; DATAGRAMS: none */
	struct wheel datagram_wheel;
	size_t count;
	struct real_service service[];
};

extern const struct tcp_user real_service_user;
bool real_service_answers(const struct real_service *v);
vl_time real_service_time(struct real_service *v, vl_time now); /* of a request that comes now, beside those in service */

void real_server_datagrams_empty(struct real_server *s);
void real_server_datagrams_timeout(struct real_server *s, vl_time now);

/* What is to be said of c->answer.length bytes. */
void real_service_say(struct real_service *v, struct served *c, vl_time now);
/* A connection of tls or rdp was accepted; bytes came: how many of them were the handshake's. */
void real_service_accept_shake(struct real_service *v, struct served *c);
size_t real_service_shake(struct real_service *v, struct served *c, const uint8_t *bytes, size_t length, vl_time now);
void real_service_shake_write(const struct real_service *v, const struct served *c, uint64_t offset, uint8_t *to, size_t length);
void real_service_listen(struct real_service *v);
void real_service_unlisten(struct real_service *v, vl_time now);
void real_service_enter(struct real_service *v, enum service_state to, vl_time now);

#endif

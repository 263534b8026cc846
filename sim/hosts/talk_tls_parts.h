// SPDX-License-Identifier: BSD-2-Clause
/* What talk_tls.c (who is where) and talk_tls_write.c (messages) share. */
#ifndef VL_HOSTS_TALK_TLS_PARTS_H
#define VL_HOSTS_TALK_TLS_PARTS_H

#include "sim/hosts/talk_tls.h"

enum talk_step {
	STEP_RDP,                       /* the connection request was sent, or is awaited */
	STEP_HELLO,                     /* so the hello */
	STEP_EXCHANGE,                  /* the client's: its keys and Finished; the server's: waits for them */
	STEP_PREFIX,                    /* Finished stands before the first request */
	STEP_OPEN,
	STEP_FAILED,
};

#define TALK_TICKET_NAME 16

/* n bytes that a secret and a purpose make. */
void talk_filler(uint8_t *to, size_t n, uint64_t secret, const char *purpose);
/* The session ID that a client brings with a ticket: made of it, as OpenSSL does. */
void talk_ticket_id(const struct talk_session *ticket, uint8_t id[TLS_SESSION_ID]);

#endif

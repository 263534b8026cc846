// SPDX-License-Identifier: BSD-2-Clause
/* Where both sides of a handshake are, and what they keep of it. */
#include "sim/hosts/talk_tls.h"

#include <assert.h>
#include <string.h>

#include "sim/base/cursor.h"
#include "sim/base/prng.h"
#include "sim/hosts/talk_tls_parts.h"

#define RECORD 5
#define TPKT 4
#define NEW_TICKET 4                    /* the message's number */
#define HELLO_DONE 14
#define TICKET_AT 10                    /* in the message: behind its header, lifetime and length */

enum { CONTENT_SPEC = 20, CONTENT_ALERT = 21, CONTENT_HANDSHAKE = 22, CONTENT_DATA = 23 };

const char *talk_resumed_word(enum talk_resumed r)
{
	static const char *const WORD[] = {"full", "session ID", "ticket", "PSK"};

	assert((unsigned)r < TALK_RESUMED_COUNT);
	return WORD[r];
}

void talk_filler(uint8_t *to, size_t n, uint64_t secret, const char *purpose)
{
	struct prng dice = prng_stream(secret, purpose);
	uint64_t bytes = 0;

	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0)
			bytes = prng_u64(&dice);
		to[i] = (uint8_t)(bytes >> i % 8 * 8);
	}
}

static uint64_t number_of(const uint8_t *bytes)
{
	return (uint64_t)get_be32(bytes) << 32 | get_be32(bytes + 4);
}

void talk_ticket_id(const struct talk_session *ticket, uint8_t id[TLS_SESSION_ID])
{
	talk_filler(id, TLS_SESSION_ID, number_of(ticket->bytes + TALK_TICKET_NAME), "session of a ticket");
}

/* Takes bytes up to the end of a record (RDP: of a TPKT); true: it is whole, its content's beginning in k->keep. */
static bool read_record(struct talk_shake *k, const uint8_t *bytes, size_t length, size_t *used)
{
	const uint8_t header = k->step == STEP_RDP ? TPKT : RECORD;

	while (*used < length) {
		if (k->head_length < header) {
			k->head[k->head_length++] = bytes[(*used)++];
			if (k->head_length < header)
				continue;
			uint16_t whole = get_be16(k->head + header - 2);
			k->type = k->head[0];
			k->kept = 0;
			k->left = header == TPKT ? (uint16_t)(whole > TPKT ? whole - TPKT : 0) : whole;
		} else {
			if (k->kept < sizeof k->keep)
				k->keep[k->kept++] = bytes[*used];
			(*used)++;
			k->left--;
		}
		if (k->left == 0) {
			k->head_length = 0;
			return true;
		}
	}
	return false;
}

/* --- the client's side ---------------------------------------------------------------------------------------------- */

void talk_shake_begin(struct talk_shake *k, const struct talk_tls_client *c, const struct talk_session *kept, uint64_t nonce)
{
	*k = (struct talk_shake){.nonce = nonce, .step = c->rdp ? STEP_RDP : STEP_HELLO};
	if (!c->forgets && kept != NULL && (kept->how != TALK_OLD_PSK || c->tls_1_3))
		k->offered = *kept;
	tls_reader_begin(&k->hello, TLS_SERVER_HELLO);
}

static void keep(struct talk_session *s, enum talk_resumed how, const uint8_t *bytes, size_t length)
{
	if (s == NULL)
		return;
	*s = (struct talk_session){.how = (uint8_t)how, .length = (uint8_t)length};
	memcpy(s->bytes, bytes, length);
}

/* What the ServerHello says of the session that was offered. */
static void heard_hello(struct talk_shake *k, struct talk_session *kept)
{
	const struct tls_hello *h = &k->hello.hello;
	uint8_t offered[TLS_SESSION_ID];
	size_t length = k->offered.how == TALK_OLD_ID ? k->offered.length : TLS_SESSION_ID;

	k->tls_1_3 = h->tls_1_3;
	if (k->tls_1_3) {
		k->resumed = h->pre_shared_key ? TALK_OLD_PSK : TALK_FULL;
		return;
	}
	if (k->offered.how == TALK_OLD_ID)
		memcpy(offered, k->offered.bytes, length);
	else
		talk_ticket_id(&k->offered, offered);
	if ((k->offered.how == TALK_OLD_ID || k->offered.how == TALK_OLD_TICKET) && h->session_id_length == length &&
	    memcmp(h->session_id, offered, length) == 0)
		k->resumed = k->offered.how;
	else if (h->session_id_length > 0)
		keep(kept, TALK_OLD_ID, h->session_id, h->session_id_length);
	else
		keep(kept, TALK_FULL, h->session_id, 0);
}

static enum talk_shaken on_exchange(struct talk_shake *k, struct talk_session *kept)
{
	if (k->type == CONTENT_HANDSHAKE && !k->changed && k->kept >= TICKET_AT + TALK_SESSION_KEPT && k->keep[0] == NEW_TICKET)
		keep(kept, TALK_OLD_TICKET, k->keep + TICKET_AT, TALK_SESSION_KEPT);
	if (k->type != CONTENT_HANDSHAKE || !k->changed)
		return TALK_SHAKE_MORE;
	k->step = STEP_OPEN;
	return TALK_SHAKE_DONE;
}

static enum talk_shaken on_record(struct talk_shake *k, struct talk_session *kept)
{
	if (k->step == STEP_RDP) {
		k->step = STEP_HELLO;
		return TALK_SHAKE_SEND;
	}
	if (k->type == CONTENT_ALERT || k->type < CONTENT_SPEC || k->type > CONTENT_DATA)
		return TALK_SHAKE_BROKEN;
	k->changed = k->changed || k->type == CONTENT_SPEC;
	if (k->step == STEP_EXCHANGE)
		return on_exchange(k, kept);
	if (!k->tls_1_3 && k->resumed == TALK_FULL) {
		if (k->type != CONTENT_HANDSHAKE || k->keep[0] != HELLO_DONE)
			return TALK_SHAKE_MORE;
		k->step = STEP_EXCHANGE;
		return TALK_SHAKE_SEND;
	}
	/* TLS 1.3: our servers have all that is encrypted in one record. */
	if (k->type != (k->tls_1_3 ? CONTENT_DATA : CONTENT_HANDSHAKE) || !k->changed)
		return TALK_SHAKE_MORE;
	k->step = STEP_PREFIX;
	k->gives_ticket = k->tls_1_3;
	return TALK_SHAKE_DONE;
}

enum talk_shaken talk_shake_read(struct talk_shake *k, struct talk_session *kept, const uint8_t *bytes, size_t length,
				 size_t *used)
{
	enum talk_shaken said = TALK_SHAKE_MORE;
	size_t more;

	*used = 0;
	while (*used < length && said == TALK_SHAKE_MORE) {
		if (k->step == STEP_HELLO && !k->hello.done) {
			enum tls_said hello = tls_read(&k->hello, bytes + *used, length - *used, &more);
			*used += more;
			if (hello == TLS_READ_REFUSED)
				return TALK_SHAKE_BROKEN;
			if (hello == TLS_READ_DONE)
				heard_hello(k, kept);
		} else if (read_record(k, bytes, length, used)) {
			said = on_record(k, kept);
		}
	}
	return said;
}

bool talk_shake_before_answer(struct talk_shake *k, struct talk_session *kept, const uint8_t *bytes, size_t length,
			      size_t *used)
{
	*used = 0;
	if (!k->gives_ticket)
		return true;
	if (!read_record(k, bytes, length, used))
		return false;
	k->gives_ticket = false;
	if (k->kept >= TALK_SESSION_KEPT)
		keep(kept, TALK_OLD_PSK, k->keep, TALK_SESSION_KEPT);
	return true;
}

void talk_shake_answered(struct talk_shake *k)
{
	k->step = STEP_OPEN;
}

/* --- the server's side ---------------------------------------------------------------------------------------------- */

void talk_shake_accept(struct talk_shake *k, bool rdp, uint64_t nonce)
{
	*k = (struct talk_shake){.nonce = nonce, .step = rdp ? STEP_RDP : STEP_HELLO};
	tls_reader_begin(&k->hello, TLS_CLIENT_HELLO);
}

static enum talk_shake_ask serve_hello(struct talk_shake *k, const uint8_t *bytes, size_t length, size_t *used)
{
	switch (tls_read(&k->hello, bytes, length, used)) {
	case TLS_READ_DONE:
		k->step = STEP_EXCHANGE;
		return TALK_ASKS_HELLO;
	case TLS_READ_REFUSED:
		*used = length;
		k->step = STEP_FAILED;
		return TALK_ASKS_NONSENSE;
	case TLS_READ_MORE:
		break;
	}
	return TALK_ASKS_NOTHING;
}

enum talk_shake_ask talk_shake_serve(struct talk_shake *k, const uint8_t *bytes, size_t length, size_t *used)
{
	*used = 0;
	if (k->step == STEP_HELLO)
		return serve_hello(k, bytes, length, used);
	if (k->step == STEP_OPEN)
		return TALK_ASKS_OPEN;
	if (k->step == STEP_FAILED)
		*used = length;
	while (*used < length) {
		if (!read_record(k, bytes, length, used))
			break;
		if (k->step == STEP_RDP) {
			k->step = STEP_HELLO;
			return TALK_ASKS_CONNECTION;
		}
		if (k->changed) {
			k->step = STEP_OPEN;
			return k->tls_1_3 || k->resumed == TALK_FULL ? TALK_ASKS_FINISHED : TALK_ASKS_OPEN;
		}
		k->changed = k->type == CONTENT_SPEC;
	}
	return TALK_ASKS_NOTHING;
}

/* IDs that this server gave: the second half is made of the first. */
static void mark_id(uint8_t id[TLS_SESSION_ID], uint64_t secret)
{
	talk_filler(id + 16, 16, number_of(id) ^ secret, "mark");
}

static bool is_own_id(const struct tls_hello *h, uint64_t secret)
{
	uint8_t id[TLS_SESSION_ID];

	memcpy(id, h->session_id, sizeof id);
	mark_id(id, secret);
	return h->session_id_length == sizeof id && memcmp(id, h->session_id, sizeof id) == 0;
}

static bool is_own_ticket(const struct tls_hello *h, uint64_t secret)
{
	uint8_t name[TALK_TICKET_NAME];

	talk_filler(name, sizeof name, secret, "ticket key");
	return memcmp(name, h->ticket_key, sizeof name) == 0;
}

void talk_shake_decide(struct talk_shake *k, const struct talk_tls_server *s)
{
	const struct tls_hello *h = &k->hello.hello;

	k->tls_1_3 = s->tls_1_3 && h->tls_1_3;
	k->id_length = h->session_id_length;
	memcpy(k->id, h->session_id, k->id_length);
	k->gives_ticket = s->resumption == TALK_BY_TICKET && h->takes_tickets;
	if (k->tls_1_3) {
		k->resumed = h->pre_shared_key && s->resumption != TALK_BY_NOTHING && is_own_ticket(h, s->ticket_secret)
				     ? TALK_OLD_PSK
				     : TALK_FULL;
		k->gives_ticket = true;
	} else if (k->gives_ticket) {
		if (h->ticket > 0 && is_own_ticket(h, s->ticket_secret))
			k->resumed = TALK_OLD_TICKET;
		else
			k->id_length = 0;
	} else if (s->resumption != TALK_BY_NOTHING && is_own_id(h, s->secret)) {
		k->resumed = TALK_OLD_ID;
	} else {
		k->id_length = s->resumption != TALK_BY_NOTHING ? TLS_SESSION_ID : 0;
		talk_filler(k->id, sizeof k->id, k->nonce, "session");
		mark_id(k->id, s->secret);
	}
}

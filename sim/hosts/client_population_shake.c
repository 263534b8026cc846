// SPDX-License-Identifier: BSD-2-Clause
/* Handshakes of tls and rdp, as users see them. */
#include "sim/hosts/client_population_parts.h"

static struct talk_shake *shake_of(const struct population *p, const struct user *u)
{
	return &p->shake[u - p->user];
}

static struct talk_session *session_of(const struct population *p, const struct user *u)
{
	return p->session != NULL ? &p->session[population_keeps_at(p, u)] : NULL;
}

static void send_message(struct population *p, struct user *u, vl_time now)
{
	u->shaken = talk_shake_length(shake_of(p, u), &p->tls, u->source);
	tcp_send(p->tcp, u->handle, u->shaken, now);
}

void population_shake(struct population *p, struct user *u, vl_time now)
{
	talk_shake_begin(shake_of(p, u), &p->tls, session_of(p, u), prng_u64(&p->dice_nonce));
	send_message(p, u, now);
}

static void say_how(struct population *p, const struct user *u, vl_time now)
{
	const struct talk_shake *k = shake_of(p, u);
	struct record *r = outbox_record(p->outbox, &CLIENT_HANDSHAKE_KIND, p->config.name, now);

	r->value[CLIENT_HANDSHAKE_CLIENT].ip = population_address_of(p, u);
	r->value[CLIENT_HANDSHAKE_VERSION].word = k->tls_1_3 ? "TLS 1.3" : "TLS 1.2";
	r->value[CLIENT_HANDSHAKE_HOW].word = talk_resumed_word((enum talk_resumed)k->resumed);
}

enum talk_shaken population_shake_received(struct population *p, struct user *u, const uint8_t *bytes, size_t length, vl_time now)
{
	struct talk_shake *k = shake_of(p, u);
	enum talk_shaken said = TALK_SHAKE_MORE;
	size_t used;

	while (length > 0 && (said == TALK_SHAKE_MORE || said == TALK_SHAKE_SEND)) {
		said = talk_shake_read(k, session_of(p, u), bytes, length, &used);
		bytes += used;
		length -= used;
		if (said == TALK_SHAKE_MORE || said == TALK_SHAKE_BROKEN)
			continue;
		u->base += u->shaken;
		if (said == TALK_SHAKE_SEND)
			send_message(p, u, now);
	}
	if (said == TALK_SHAKE_DONE) {
		u->shaken = talk_shake_length(k, &p->tls, u->source);
		say_how(p, u, now);
	}
	return said;
}

bool population_shake_passed(struct population *p, struct user *u, const uint8_t **bytes, size_t *length)
{
	size_t used;

	bool over = talk_shake_before_answer(shake_of(p, u), session_of(p, u), *bytes, *length, &used);
	*bytes += used;
	*length -= used;
	return over;
}

void population_shake_write(const struct population *p, const struct user *u, uint64_t offset, uint8_t *to, size_t length)
{
	talk_shake_write(shake_of(p, u), &p->tls, u->source, offset, to, length);
}

void population_shake_answered(struct population *p, struct user *u)
{
	u->base += u->shaken;
	u->shaken = 0;
	talk_shake_answered(shake_of(p, u));
}

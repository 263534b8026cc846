// SPDX-License-Identifier: BSD-2-Clause
/* Handshakes of tls and rdp, as a service sees them. One that is hung or dead reads them and says nothing, for ever. */
#include "sim/hosts/real_server_parts.h"

static struct talk_shake *shake_of(const struct real_service *v, const struct served *c)
{
	return &v->server->shake[c - v->server->served];
}

void real_service_accept_shake(struct real_service *v, struct served *c)
{
	c->shaking = true;
	talk_shake_accept(shake_of(v, c), v->config.talk.talk == TALK_RDP, prng_u64(&v->dice_nonce));
}

size_t real_service_shake(struct real_service *v, struct served *c, const uint8_t *bytes, size_t length, vl_time now)
{
	struct talk_shake *k = shake_of(v, c);
	size_t taken = 0, used;

	if (!real_service_answers(v))
		return length;
	while (taken < length && c->shaking) {
		enum talk_shake_ask ask = talk_shake_serve(k, bytes + taken, length - taken, &used);
		taken += used;
		if (ask == TALK_ASKS_OPEN)
			c->shaking = false;
		if (ask == TALK_ASKS_OPEN || ask == TALK_ASKS_NOTHING)
			continue;
		if (ask == TALK_ASKS_HELLO)
			talk_shake_decide(k, &v->tls);
		c->shaken = (uint8_t)ask;
		c->answer = (struct talk_answer){.length = talk_shake_answer_length(k, &v->tls, ask),
						 .close = ask == TALK_ASKS_NONSENSE};
		real_service_say(v, c, now);
	}
	return taken;
}

void real_service_shake_write(const struct real_service *v, const struct served *c, uint64_t offset, uint8_t *to, size_t length)
{
	talk_shake_answer_write(shake_of(v, c), &v->tls, (enum talk_shake_ask)c->shaken, offset, to, length);
}

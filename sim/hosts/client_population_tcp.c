// SPDX-License-Identifier: BSD-2-Clause
/* A session over TCP: connects, asks, is answered, finishes; what the endpoint says. */
#include <string.h>

#include "sim/hosts/client_population_parts.h"

static struct user *find_user(struct population *p, tcp_handle h)
{
	uint64_t tag = tcp_tag(p->tcp, h);

	if (tag == 0 || tag > p->room)
		return NULL;
	struct user *u = &p->user[tag - 1];
	return u->phase != USER_FREE && u->handle == h ? u : NULL;
}

/* --- what a user does ---------------------------------------------------------------------------------------------------- */

/* Gives up a connection: `gone` is not told of it any more. */
void population_abandon(struct population *p, struct user *u, const char *why, vl_time now)
{
	tcp_handle h = u->handle;

	if (h != TCP_NO_HANDLE)
		tcp_set_tag(p->tcp, h, 0);
	population_broken(p, u, why, now);
	if (h != TCP_NO_HANDLE)
		tcp_abort(p->tcp, h, now);
}

static vl_time patience(const struct population *p, vl_time extra, vl_time now)
{
	return p->config.answer_timeout == 0 ? VL_NEVER : vl_time_after(now, p->config.answer_timeout + extra);
}

void population_finish(struct population *p, struct user *u, vl_time now)
{
	uint32_t goodbye = talk_goodbye_length(&p->talk);

	u->phase = USER_LEAVING;
	population_arm(p, u, patience(p, 0, now));
	if (goodbye > 0 && !u->goodbye) {
		u->goodbye = true;
		tcp_send(p->tcp, u->handle, goodbye, now);
	}
	tcp_finish(p->tcp, u->handle, now);
}

void population_ask(struct population *p, struct user *u, vl_time now)
{
	vl_time wait = law_draw(&p->config.wait, &p->dice_wait);

	u->wait = wait == VL_NEVER ? 0 : (uint32_t)(wait / VL_S);
	u->reader = (struct talk_answer_reader){.phase = 0};
	u->phase = USER_ASKING;
	u->asked = now;
	u->made++;
	p->facts.requests++;
	/* A poll that is held ends with the session. */
	population_arm(p, u, vl_time_min(patience(p, u->wait * VL_S, now), u->wait > 0 ? u->ends : VL_NEVER));
	tcp_send(p->tcp, u->handle, u->shaken + p->talk.length, now);
}

/* Between two requests, or before the end of the session. */
static void think(struct population *p, struct user *u, vl_time now)
{
	if (population_has_asked_all(p, u))
		population_finish(p, u, now);
	else
		population_think(p, u, now);
}

/* The connection is there, and what the server has to say first is said. */
static void proceed(struct population *p, struct user *u, vl_time now)
{
	if (population_has_more(p, u, now))
		population_ask(p, u, now);
	else
		think(p, u, now);
}

void population_connect(struct population *p, struct user *u, vl_time now)
{
	struct ip_addr from = population_address(p, u->source);

	u->phase = USER_CONNECTING;
	u->base = 0;
	u->shaken = 0;
	u->reader = (struct talk_answer_reader){.phase = 0};
	u->handle = tcp_connect(p->tcp, &from, 0, &p->config.target, p->config.port, &population_user, p,
				population_index(p, u) + 1u, now);
	if (u->handle == TCP_NO_HANDLE) {
		population_broken(p, u, "no port", now);
		return;
	}
	population_arm(p, u, p->config.connect_timeout != 0 ? vl_time_after(now, p->config.connect_timeout) : VL_NEVER);
}

/* --- what the endpoint says ---------------------------------------------------------------------------------------------- */

static void on_opened(void *user, tcp_handle h, vl_time now)
{
	struct population *p = user;
	struct user *u = find_user(p, h);

	if (u == NULL)
		return;
	u->handle = h;
	if (!u->opened)
		population_opened(p, u, now);
	if (p->shake != NULL) {
		u->phase = USER_SHAKING;
		population_arm(p, u, patience(p, 0, now));
		population_shake(p, u, now);
	} else if (talk_client_greets(&p->talk)) {
		u->phase = USER_GREETED;
		population_arm(p, u, patience(p, 0, now));
	} else {
		proceed(p, u, now);
	}
}

static void answered(struct population *p, struct user *u, vl_time now)
{
	vl_time took = now - u->asked, held = u->wait * VL_S;

	population_answered(p, took > held ? took - held : 0);
	if (u->reader.status < 200 || u->reader.status > 399)
		p->facts.errors++;
	u->base += p->talk.length;
	if (p->shake != NULL)
		population_shake_answered(p, u);
	if (p->config.no_keepalive || u->reader.close) {
		/* The next request, if any, is on a connection of its own. */
		if (!population_has_more(p, u, now)) {
			population_finish(p, u, now);
			return;
		}
		tcp_set_tag(p->tcp, u->handle, 0);
		tcp_finish(p->tcp, u->handle, now);
		u->handle = TCP_NO_HANDLE;
	}
	think(p, u, now);
}

static char *cookie_of(const struct population *p, const struct user *u)
{
	return p->cookie != NULL ? p->cookie[population_keeps_at(p, u)] : NULL;
}

static void shaking(struct population *p, struct user *u, const uint8_t *bytes, size_t length, vl_time now)
{
	switch (population_shake_received(p, u, bytes, length, now)) {
	case TALK_SHAKE_DONE:
		proceed(p, u, now);
		break;
	case TALK_SHAKE_BROKEN:
		population_abandon(p, u, "no handshake", now);
		break;
	case TALK_SHAKE_MORE:
	case TALK_SHAKE_SEND:
		break;
	}
}

static void on_received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	struct population *p = user;
	struct user *u = find_user(p, h);
	size_t used;

	if (u != NULL && u->phase == USER_SHAKING) {
		shaking(p, u, bytes, length, now);
		return;
	}
	if (u == NULL || (u->phase != USER_GREETED && u->phase != USER_ASKING))
		return;
	if (p->shake != NULL && !population_shake_passed(p, u, &bytes, &length))
		return;
	if (!talk_answer_read(&u->reader, p->config.talk, bytes, length, &used))
		return;
	if (p->cookie != NULL && u->reader.cookie[0] != '\0')
		memcpy(cookie_of(p, u), u->reader.cookie, TALK_COOKIE);
	if (u->phase == USER_GREETED)
		proceed(p, u, now);
	else
		answered(p, u, now);
}

static void on_peer_finished(void *user, tcp_handle h, vl_time now)
{
	struct population *p = user;
	struct user *u = find_user(p, h);

	if (u == NULL || u->phase == USER_LEAVING)
		return;
	/* An idle connection that the server closes ends the session politely; in the middle of something it is cut. */
	if (u->phase == USER_THINKING && u->made > 0) {
		u->phase = USER_LEAVING;
		population_arm(p, u, patience(p, 0, now));
		tcp_finish(p->tcp, h, now);
	} else {
		population_abandon(p, u, "closed by the peer", now);
	}
}

static void on_gone(void *user, tcp_handle h, enum tcp_end why, vl_time now)
{
	struct population *p = user;
	struct user *u = find_user(p, h);

	if (u == NULL)
		return;
	/* A server that answers our FIN with a reset has ended what was over. */
	if (u->phase == USER_LEAVING && (why == TCP_END_CLOSED || why == TCP_END_RESET))
		population_closed(p, u, now);
	else
		population_broken(p, u, tcp_end_word(why), now);
}

static void on_content(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length)
{
	struct population *p = user;
	const struct user *u = find_user(p, h);

	if (u == NULL || offset < u->base) {
		memset(to, 0, length);
		return;
	}
	offset -= u->base;
	if (u->shaken > 0)
		population_shake_write(p, u, offset, to, length);
	if (u->phase == USER_SHAKING || offset + length <= u->shaken)
		return;
	size_t before = offset < u->shaken ? (size_t)(u->shaken - offset) : 0;
	talk_request_write(&p->talk, u->goodbye, u->wait, &(struct talk_who){u->source, u->made, cookie_of(p, u)},
			   offset + before - u->shaken, to + before, length - before);
}

const struct tcp_user population_user = {
	.opened = on_opened,
	.received = on_received,
	.peer_finished = on_peer_finished,
	.gone = on_gone,
	.content = on_content,
};

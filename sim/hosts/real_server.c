// SPDX-License-Identifier: BSD-2-Clause
/* Connections of services: accepted, served, over. */
#include "sim/hosts/real_server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fixed.h"
#include "sim/hosts/real_server_parts.h"

/* --- the pool ----------------------------------------------------------------------------------------------------- */

static struct served *take_served(struct real_server *s)
{
	if (s->free == NO_SERVED)
		return NULL;
	struct served *c = &s->served[s->free];
	if (s->free < s->fresh)
		s->free = c->next_free;
	else
		s->free = ++s->fresh < s->room ? s->fresh : NO_SERVED;
	return c;
}

static uint32_t index_of(const struct real_server *s, const struct served *c)
{
	return (uint32_t)(c - s->served);
}

static void give_back(struct real_server *s, struct served *c)
{
	uint32_t i = index_of(s, c);

	wheel_remove(&s->wheel, i);
	memset(c, 0, sizeof *c);
	c->next_free = s->free;
	s->free = i;
}

static void arm(struct real_server *s, struct served *c, vl_time at)
{
	c->at = at;
	if (at == VL_NEVER)
		wheel_remove(&s->wheel, index_of(s, c));
	else
		wheel_set(&s->wheel, index_of(s, c), at);
}

/* The connection of a handle; NULL: it is over for us already. */
static struct served *find_served(struct real_service *v, tcp_handle h)
{
	uint64_t tag = tcp_tag(v->server->tcp, h);

	if (tag == 0 || tag > v->server->room)
		return NULL;
	struct served *c = &v->server->served[tag - 1];
	return c->used && c->handle == h ? c : NULL;
}

/* --- serving -------------------------------------------------------------------------------------------------------- */

/* Percent of the service time, 100 once it is warm. */
static uint64_t warmth(const struct real_service *v, vl_time now)
{
	const struct real_service_config *c = &v->config;

	if (c->cold <= 100 || now - v->up_since >= c->warmup)
		return 100;
	return c->cold - fixed_scale(c->cold - 100, now - v->up_since, c->warmup);
}

vl_time real_service_time(struct real_service *v, vl_time now)
{
	const struct real_service_config *c = &v->config;

	if (c->service_time.kind == LAW_NEVER)
		return 0;
	vl_time time = law_draw(&c->service_time, &v->dice);
	uint32_t load = v->facts.in_service + 1;        /* this one too */
	if (c->capacity > 0 && load > c->capacity)
		time = fixed_scale(time, load, c->capacity);
	return fixed_scale(time, warmth(v, now), 100);
}

bool real_service_answers(const struct real_service *v)
{
	return v->facts.state == SERVICE_UP || v->facts.state == SERVICE_FAIL_FAST;
}

static void await(struct real_service *v, struct served *c, vl_time now)
{
	c->phase = SERVED_IDLE;
	arm(v->server, c, v->config.idle != 0 ? vl_time_after(now, v->config.idle) : VL_NEVER);
}

static uint16_t measured_load(const struct real_service *v)
{
	uint64_t load;

	if (v->config.load != SERVICE_LOAD_MEASURED)
		return v->config.load;
	load = v->config.capacity > 0 ? (uint64_t)v->facts.in_service * 100 / v->config.capacity : 0;
	return (uint16_t)(load < 100 ? load : 100);
}

void real_service_say(struct real_service *v, struct served *c, vl_time now)
{
	c->phase = SERVED_ANSWERING;
	arm(v->server, c, VL_NEVER);
	tcp_send(v->server->tcp, c->handle, c->answer.length, now);
}

/* The time of the request at hand is over. */
static void answer(struct real_service *v, struct served *c, vl_time now)
{
	struct talk_request request = c->request;

	if (c->counted) {
		v->facts.in_service--;
		c->counted = false;
	}
	talk_answer(&v->config.talk, &request, measured_load(v),
		    v->config.talk.cookie != NULL ? (uint32_t)prng_u64(&v->dice_cookie) : 0, &c->answer);
	v->facts.answered++;
	c->requests++;
	real_service_say(v, c, now);
}

static void serve(struct real_service *v, struct served *c, vl_time now)
{
	vl_time time;

	c->phase = SERVED_WORKING;
	if (!real_service_answers(v)) { /* until it is up again */
		arm(v->server, c, VL_NEVER);
		return;
	}
	if (c->request.wait > 0) {
		time = c->request.wait * VL_S;
	} else {
		time = real_service_time(v, now);
		v->facts.in_service++;
		c->counted = true;
	}
	if (time == 0)
		answer(v, c, now);
	else
		arm(v->server, c, vl_time_after(now, time));
}

/* A connection is thrown out: `gone` is called within. */
static void throw_out(struct real_service *v, struct served *c, vl_time now)
{
	v->facts.reset++;
	tcp_abort(v->server->tcp, c->handle, now);
}

/* False: the connection is over. */
static bool take_request(struct real_service *v, struct served *c, vl_time now)
{
	const struct talk_request *request = &c->reader.request;

	if ((v->facts.state == SERVICE_FAIL_FAST && !request->check) ||
	    (c->phase != SERVED_IDLE && c->queued == SERVED_QUEUE)) {
		throw_out(v, c, now);
		return false;
	}
	if (c->phase != SERVED_IDLE) {  /* asked before the answer to the one before */
		c->queue[c->queued++] = *request;
		return true;
	}
	c->request = *request;
	serve(v, c, now);
	return true;
}

static void next_request(struct real_service *v, struct served *c, vl_time now)
{
	if (c->queued == 0) {
		await(v, c, now);
		return;
	}
	c->request = c->queue[0];
	c->queued--;
	memmove(&c->queue[0], &c->queue[1], c->queued * sizeof c->queue[0]);
	serve(v, c, now);
}

/* --- what the endpoint says ------------------------------------------------------------------------------------------- */

static void on_opened(void *user, tcp_handle h, vl_time now)
{
	struct real_service *v = user;
	struct served *c = take_served(v->server);

	v->facts.accepted++;
	if (c == NULL) {
		v->facts.full++;
		tcp_set_tag(v->server->tcp, h, 0);
		tcp_abort(v->server->tcp, h, now);
		return;
	}
	*c = (struct served){.used = true, .handle = h, .service = v->index, .since = now,
			     .reader = {.cookie = v->config.talk.cookie}};
	v->facts.held++;
	tcp_set_tag(v->server->tcp, h, index_of(v->server, c) + 1u);
	if (talk_shakes_hands(v->config.talk.talk))
		real_service_accept_shake(v, c);
	if (v->facts.state != SERVICE_DEAD && talk_greeting(&v->config.talk, &c->answer))
		real_service_say(v, c, now);
	else
		await(v, c, now);
}

static void on_received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	struct real_service *v = user;
	struct served *c = find_served(v, h);
	size_t used;

	if (c != NULL && c->shaking) {
		used = real_service_shake(v, c, bytes, length, now);
		bytes += used;
		length -= used;
	}
	while (c != NULL && length > 0) {
		bool complete = talk_request_read(&c->reader, v->config.talk.talk, v->config.check_path, bytes, length,
						  &used);
		bytes += used;
		length -= used;
		if (complete && !take_request(v, c, now))
			return;
		if (!complete && v->facts.state == SERVICE_FAIL_FAST && v->config.talk.talk == TALK_SILENT) {
			throw_out(v, c, now);
			return;
		}
	}
}

static void on_sent_all(void *user, tcp_handle h, vl_time now)
{
	struct real_service *v = user;
	struct served *c = find_served(v, h);

	if (c == NULL || c->phase != SERVED_ANSWERING)
		return;
	c->base += c->answer.length;
	c->shaken = TALK_ASKS_NOTHING;
	if (c->answer.close) {
		c->phase = SERVED_CLOSING;
		tcp_finish(v->server->tcp, h, now);
		return;
	}
	next_request(v, c, now);
}

/* The user has said all: so do we, when nothing is owed. */
static void on_peer_finished(void *user, tcp_handle h, vl_time now)
{
	struct real_service *v = user;
	struct served *c = find_served(v, h);

	if (c == NULL || c->phase == SERVED_CLOSING)
		return;
	if (c->phase == SERVED_ANSWERING && c->queued == 0) {
		c->answer.close = true;         /* behind what is on its way */
		return;
	}
	/* A hung process does not even close. */
	if (v->facts.state == SERVICE_HUNG)
		return;
	c->phase = SERVED_CLOSING;
	arm(v->server, c, VL_NEVER);
	tcp_finish(v->server->tcp, h, now);
}

static void on_gone(void *user, tcp_handle h, enum tcp_end why, vl_time now)
{
	struct real_service *v = user;
	struct served *c = find_served(v, h);

	if (c == NULL)
		return;
	struct record *r = outbox_record(v->server->outbox, &SERVICE_CLOSED_KIND, v->config.name, now);
	uint16_t port;
	tcp_peer(v->server->tcp, h, &r->value[SERVICE_CLOSED_CLIENT].ip, &port);
	r->value[SERVICE_CLOSED_PORT].number = port;
	r->value[SERVICE_CLOSED_REQUESTS].number = c->requests;
	r->value[SERVICE_CLOSED_LIVED].time = now - c->since;
	r->value[SERVICE_CLOSED_WHY].word = tcp_end_word(why);
	v->facts.held--;
	v->facts.in_service -= c->counted;
	v->wants_accept = true;
	give_back(v->server, c);
}

static void on_content(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length)
{
	struct real_service *v = user;
	const struct served *c = find_served(v, h);

	memset(to, 0, length);
	if (c == NULL || offset < c->base)
		return;                 /* what is acknowledged is never asked for */
	if (c->shaken != TALK_ASKS_NOTHING)
		real_service_shake_write(v, c, offset - c->base, to, length);
	else
		talk_answer_write(&v->config.talk, &c->answer, offset - c->base, to, length);
}

const struct tcp_user real_service_user = {
	.opened = on_opened,
	.received = on_received,
	.peer_finished = on_peer_finished,
	.sent_all = on_sent_all,
	.gone = on_gone,
	.content = on_content,
};

/* --- accepting ----------------------------------------------------------------------------------------------------------- */

static bool takes(const struct real_service *v)
{
	return v->listening && v->facts.state != SERVICE_HUNG &&
	       (v->config.concurrent == 0 || v->facts.held < v->config.concurrent);
}

static void accept_waiting(struct real_service *v, vl_time now)
{
	struct tcp_endpoint *tcp = v->server->tcp;

	v->wants_accept = false;
	v->accept_at = VL_NEVER;
	while (takes(v) && tcp_backlog(tcp, v->config.port) > 0) {
		if (v->next_accept > now) {
			v->accept_at = v->next_accept;
			return;
		}
		if (tcp_accept(tcp, v->config.port, now) == TCP_NO_HANDLE)
			return;         /* handshakes that are not over */
		if (v->config.accept_rate > 0)
			v->next_accept = (v->next_accept > now ? v->next_accept : now) + VL_S / v->config.accept_rate;
	}
}

void real_server_accept(struct real_server *s, uint16_t port, vl_time now)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->service[i].config.port == port && s->service[i].accept_at == VL_NEVER)
			accept_waiting(&s->service[i], now);
		else if (s->service[i].wants_accept)
			accept_waiting(&s->service[i], now);
}

/* --- time ------------------------------------------------------------------------------------------------------------------ */

static void time_is_over(struct real_service *v, struct served *c, vl_time now)
{
	if (c->phase == SERVED_WORKING) {
		answer(v, c, now);
	} else if (c->phase == SERVED_IDLE) {
		c->phase = SERVED_CLOSING;
		tcp_finish(v->server->tcp, c->handle, now);
	}
}

void real_server_timeout(struct real_server *s, vl_time now)
{
	uint32_t i;

	while ((i = wheel_take(&s->wheel, now)) != WHEEL_NONE) {
		struct served *c = &s->served[i];
		if (c->used && c->at > now && c->at != VL_NEVER)
			wheel_set(&s->wheel, i, c->at);
		else if (c->used && c->at != VL_NEVER)
			time_is_over(&s->service[c->service], c, now);
	}
	if (s->datagram != NULL)
		real_server_datagrams_timeout(s, now);
	for (size_t k = 0; k < s->count; k++)
		if (s->service[k].wants_accept || s->service[k].accept_at <= now)
			accept_waiting(&s->service[k], now);
}

vl_time real_server_deadline(const struct real_server *s)
{
	vl_time at = wheel_deadline(&s->wheel);

	if (s->datagram != NULL)
		at = vl_time_min(at, wheel_deadline(&s->datagram_wheel));
	for (size_t i = 0; i < s->count; i++)
		at = vl_time_min(at, s->service[i].accept_at);
	return at;
}

/* --- states ------------------------------------------------------------------------------------------------------------------ */

static void reset_all(struct real_service *v, vl_time now)
{
	for (uint32_t i = 0; i < v->server->fresh; i++) {
		struct served *c = &v->server->served[i];
		if (c->used && c->service == v->index)
			throw_out(v, c, now);
	}
}

/* What could not be answered before is, from now on. */
static void resume_all(struct real_service *v, vl_time now)
{
	for (uint32_t i = 0; i < v->server->fresh; i++) {
		struct served *c = &v->server->served[i];
		if (c->used && c->service == v->index && c->phase == SERVED_WORKING)
			serve(v, c, now);
	}
}

/* Requests that were being worked on stay as they are. */
static void freeze_all(struct real_service *v)
{
	for (uint32_t i = 0; i < v->server->fresh; i++) {
		struct served *c = &v->server->served[i];
		if (!c->used || c->service != v->index || c->phase != SERVED_WORKING)
			continue;
		v->facts.in_service -= c->counted;
		c->counted = false;
		arm(v->server, c, VL_NEVER);
	}
}

void real_service_listen(struct real_service *v)
{
	if (talk_is_datagrams(v->config.talk.talk) || v->facts.state == SERVICE_CRASHED || v->listening)
		return;
	struct vl_status status = tcp_listen(v->server->tcp, &(struct tcp_listener_config){
								     .address = v->config.address,
								     .port = v->config.port,
								     .backlog = v->config.backlog,
								     .ops = &real_service_user,
								     .user = v,
								     .manual_accept = true,
							     });
	v->listening = vl_ok(&status);
}

void real_service_unlisten(struct real_service *v, vl_time now)
{
	if (v->listening)
		tcp_unlisten(v->server->tcp, &v->config.address, v->config.port, now);
	v->listening = false;
}

void real_service_enter(struct real_service *v, enum service_state to, vl_time now)
{
	enum service_state from = v->facts.state;

	if (from == to)
		return;
	struct record *r = outbox_record(v->server->outbox, &SERVICE_STATE_KIND, v->config.name, now);
	r->value[SERVICE_STATE_FROM].word = service_state_word(from);
	r->value[SERVICE_STATE_TO].word = service_state_word(to);
	bool answered = real_service_answers(v);
	v->facts.state = to;
	if (to == SERVICE_CRASHED) {
		real_service_unlisten(v, now);
		reset_all(v, now);
	} else if (from == SERVICE_CRASHED) {
		v->up_since = now;
		real_service_listen(v);
	}
	if (!answered && real_service_answers(v))
		resume_all(v, now);
	else if (answered && !real_service_answers(v))
		freeze_all(v);
	accept_waiting(v, now);
}

void real_server_startup(struct real_server *s, vl_time now)
{
	for (size_t i = 0; i < s->count; i++) {
		struct real_service *v = &s->service[i];
		v->facts.state = v->config.state;
		v->up_since = now;
		v->next_accept = now;
		real_service_listen(v);
	}
}

void real_server_shutdown(struct real_server *s, vl_time now)
{
	for (size_t i = 0; i < s->count; i++) {
		real_service_unlisten(&s->service[i], now);
		reset_all(&s->service[i], now);
	}
}

struct real_service_facts real_server_facts(const struct real_server *s, size_t service)
{
	assert(service < s->count);
	return s->service[service].facts;
}

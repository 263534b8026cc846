// SPDX-License-Identifier: BSD-2-Clause
/* Users: come, connect, ask, think, leave, come back. */
#include "sim/hosts/client_population.h"

#include <assert.h>
#include <string.h>

#include "sim/hosts/client_population_parts.h"

/* --- the pool -------------------------------------------------------------------------------------------------------- */

uint32_t population_index(const struct population *p, const struct user *u)
{
	return (uint32_t)(u - p->user);
}

void population_arm(struct population *p, struct user *u, vl_time at)
{
	u->at = at;
	if (at == VL_NEVER)
		wheel_remove(&p->wheel, population_index(p, u));
	else
		wheel_set(&p->wheel, population_index(p, u), at);
}

static struct user *take_user(struct population *p)
{
	if (p->free == NO_USER)
		return NULL;
	struct user *u = &p->user[p->free];
	p->free = u->next_free;
	*u = (struct user){.handle = TCP_NO_HANDLE, .at = VL_NEVER};
	return u;
}

static void give_back(struct population *p, struct user *u)
{
	uint32_t i = population_index(p, u);

	wheel_remove(&p->wheel, i);
	memset(u, 0, sizeof *u);
	u->next_free = p->free;
	p->free = i;
}

/* --- the end of a session ----------------------------------------------------------------------------------------------- */

struct ip_addr population_address_of(const struct population *p, const struct user *u)
{
	struct ip_addr address = population_address(p, u->source);
	uint16_t port;

	if (address.family == IP_NONE && u->handle != TCP_NO_HANDLE)
		tcp_local(p->tcp, u->handle, &address, &port);
	return address;
}

uint32_t population_keeps_at(const struct population *p, const struct user *u)
{
	return u->source < p->addresses ? u->source : p->addresses;
}

/* The user is away from now on; and for ever, unless somebody says when it comes back. */
static void leave(struct population *p, struct user *u, vl_time back_in, vl_time now)
{
	vl_time at = back_in == VL_NEVER ? VL_NEVER : vl_time_after(now, back_in);

	u->handle = TCP_NO_HANDLE;
	u->opened = u->goodbye = false;
	if (at == VL_NEVER || at >= p->until || !p->running) {
		give_back(p, u);
		return;
	}
	u->phase = USER_AWAY;
	population_arm(p, u, at);
}

static void ended(struct population *p, struct user *u, const struct record_kind *kind, const char *why, vl_time now)
{
	struct record *r = outbox_record(p->outbox, kind, p->config.name, now);

	r->value[CLIENT_CLOSED_CLIENT].ip = population_address_of(p, u);
	r->value[CLIENT_CLOSED_WHY].word = why;
	r->value[CLIENT_CLOSED_LIVED].time = now - u->begun;
	r->value[CLIENT_CLOSED_REQUESTS].number = u->made;
	p->facts.live--;
}

static vl_time retry_in(struct population *p, const struct user *u)
{
	vl_time in = law_draw(&p->config.retry, &p->dice_retry);

	if (in == VL_NEVER || (p->config.retries != 0 && u->attempt > p->config.retries))
		return VL_NEVER;
	for (uint32_t i = 1; p->config.backoff && i < u->attempt && i < 16; i++)
		in = vl_time_after(in, in);
	return in;
}

/* The session is over by its user's will. */
void population_closed(struct population *p, struct user *u, vl_time now)
{
	p->facts.closed++;
	ended(p, u, &CLIENT_CLOSED_KIND, u->ends <= now ? "time" : "done", now);
	u->attempt = 0;
	leave(p, u, law_draw(&p->config.again, &p->dice_again), now);
}

/* Others ended it, or kept it from beginning. */
void population_broken(struct population *p, struct user *u, const char *why, vl_time now)
{
	if (u->opened) {
		p->facts.cut++;
		ended(p, u, &CLIENT_CUT_KIND, why, now);
		u->attempt = 1;
	} else {
		struct record *r = outbox_record(p->outbox, &CLIENT_FAILED_KIND, p->config.name, now);
		r->value[CLIENT_FAILED_CLIENT].ip = population_address_of(p, u);
		r->value[CLIENT_FAILED_WHY].word = why;
		r->value[CLIENT_FAILED_TOOK].time = now - u->begun;
		r->value[CLIENT_FAILED_ATTEMPT].number = u->attempt;
		p->facts.failed++;
	}
	leave(p, u, retry_in(p, u), now);
}

/* --- in a session -------------------------------------------------------------------------------------------------------- */

bool population_has_more(const struct population *p, const struct user *u, vl_time now)
{
	return p->config.talk != TALK_SILENT && now < u->ends &&
	       (p->config.requests == 0 || u->made < p->config.requests);
}

bool population_has_asked_all(const struct population *p, const struct user *u)
{
	return p->config.requests != 0 && u->made >= p->config.requests && u->ends == VL_NEVER;
}

void population_answered(struct population *p, vl_time took)
{
	p->facts.answers++;
	p->facts.answer_time += took;
	if (took > p->facts.slowest)
		p->facts.slowest = took;
}

void population_think(struct population *p, struct user *u, vl_time now)
{
	vl_time next = VL_NEVER;
	if (population_has_more(p, u, now)) {
		vl_time thinks = law_draw(&p->config.think, &p->dice_think);
		next = vl_time_after(now, thinks == VL_NEVER ? 0 : thinks);
	}
	u->phase = USER_THINKING;
	population_arm(p, u, vl_time_min(next, u->ends));
}

void population_opened(struct population *p, struct user *u, vl_time now)
{
	struct record *r = outbox_record(p->outbox, &CLIENT_OPENED_KIND, p->config.name, now);
	uint16_t port = 0;
	struct ip_addr address = population_address_of(p, u);

	if (u->handle != TCP_NO_HANDLE)
		tcp_local(p->tcp, u->handle, &address, &port);
	r->value[CLIENT_OPENED_CLIENT].ip = address;
	r->value[CLIENT_OPENED_PORT].number = port;
	r->value[CLIENT_OPENED_SERVER].ip = p->config.target;
	r->value[CLIENT_OPENED_TOOK].time = now - u->begun;
	r->value[CLIENT_OPENED_ATTEMPT].number = u->attempt;
	u->opened = true;
	u->begun = now;
	vl_time length = law_draw(&p->config.length, &p->dice_length);
	u->ends = vl_time_min(p->until, length == VL_NEVER ? VL_NEVER : vl_time_after(now, length));
	p->facts.opened++;
	p->facts.live++;
}

/* --- the beginning of a session ------------------------------------------------------------------------------------------- */

static void connect(struct population *p, struct user *u, vl_time now)
{
	p->facts.attempts++;
	if (talk_is_datagrams(p->config.talk))
		population_query(p, u, now);
	else
		population_connect(p, u, now);
}

static void begin(struct population *p, struct user *u, vl_time now)
{
	u->begun = now;
	u->opened = false;
	u->made = 0;
	u->attempt++;
	p->facts.arrivals++;
	u->call = (uint32_t)p->facts.arrivals;
	u->tag = 0;
	connect(p, u, now);
}

/* Somebody new. */
static void arrive(struct population *p, vl_time now)
{
	struct user *u = take_user(p);

	if (u == NULL) {
		p->facts.turned_away++;
		if (!p->turning_away)
			outbox_record(p->outbox, &CLIENT_TURNED_AWAY_KIND, p->config.name, now)
				->value[CLIENT_TURNED_AWAY_CONCURRENT]
				.number = p->room;
		p->turning_away = true;
		return;
	}
	p->turning_away = false;
	u->source = population_draw_source(p);
	begin(p, u, now);
}

/* --- time ------------------------------------------------------------------------------------------------------------------ */

static void time_is_over(struct population *p, struct user *u, vl_time now)
{
	switch ((enum user_phase)u->phase) {
	case USER_AWAY:
		begin(p, u, now);
		break;
	case USER_CONNECTING:
		population_abandon(p, u, "no patience", now);
		break;
	case USER_QUERYING:
		population_query_again(p, u, now);
		break;
	case USER_THINKING:
		if (p->config.talk == TALK_SIP)
			population_query(p, u, now);
		else if (u->handle == TCP_NO_HANDLE && population_has_more(p, u, now))
			connect(p, u, now);
		else if (u->handle == TCP_NO_HANDLE)
			population_closed(p, u, now);
		else if (population_has_more(p, u, now))
			population_ask(p, u, now);
		else
			population_finish(p, u, now);
		break;
	case USER_ASKING:
		if (u->wait > 0 && u->ends <= now)
			population_finish(p, u, now);
		else
			population_abandon(p, u, "no answer", now);
		break;
	case USER_SHAKING:
	case USER_GREETED:
	case USER_LEAVING:
		population_abandon(p, u, "no answer", now);
		break;
	case USER_FREE:
		assert(false);
	}
}

static void all_who_come(struct population *p, vl_time now)
{
	while (arrival_next(&p->start) <= now) {
		arrival_take(&p->start);
		arrive(p, now);
	}
	while (arrival_next(&p->at_start) <= now) {
		arrival_take(&p->at_start);
		arrive(p, now);
	}
	while (arrival_next(&p->arrival) <= now) {
		arrival_take(&p->arrival);
		arrive(p, now);
	}
}

void population_timeout(struct population *p, vl_time now)
{
	uint32_t i;

	if (!p->running)
		return;
	while ((i = wheel_take(&p->wheel, now)) != WHEEL_NONE) {
		struct user *u = &p->user[i];
		if (u->phase == USER_FREE || u->at == VL_NEVER)
			continue;
		if (u->at > now)
			wheel_set(&p->wheel, i, u->at);
		else
			time_is_over(p, u, now);
	}
	all_who_come(p, now);
}

vl_time population_deadline(const struct population *p)
{
	if (!p->running)
		return VL_NEVER;
	return vl_time_min(vl_time_min(wheel_deadline(&p->wheel), arrival_next(&p->arrival)),
			   vl_time_min(arrival_next(&p->start), arrival_next(&p->at_start)));
}

void population_startup(struct population *p, vl_time now)
{
	const struct population_config *c = &p->config;
	struct arrival_config burst = {.kind = ARRIVAL_BURST, .from = c->arrival.from, .until = c->arrival.until};

	population_empty(p);
	population_claim(p);
	p->running = true;
	p->until = c->arrival.until != 0 ? c->arrival.until : VL_NEVER;
	arrival_begin(&p->arrival, &c->arrival, prng_stream(c->seed, "arrivals"), now);
	p->start.next = p->at_start.next = VL_NEVER;
	if (c->users > 0) {
		burst.burst = c->users;
		burst.within = c->spread;
		arrival_begin(&p->start, &burst, prng_stream(c->seed, "users"), burst.from);
	}
	if (c->at_start > 0) {
		burst.burst = c->at_start;
		burst.within = c->at_start_within;
		arrival_begin(&p->at_start, &burst, prng_stream(c->seed, "users"), burst.from);
	}
	population_timeout(p, now);
}

void population_shutdown(struct population *p, vl_time now)
{
	p->running = false;
	for (uint32_t i = 0; i < p->room; i++) {
		struct user *u = &p->user[i];
		if (u->phase == USER_FREE)
			continue;
		if (u->phase == USER_AWAY)
			give_back(p, u);
		else
			population_abandon(p, u, "shutdown", now);
	}
}

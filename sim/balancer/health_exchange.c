// SPDX-License-Identifier: BSD-2-Clause
/* An exchange: begun by its timer, over with an answer or with its time. Those over TCP share the connection: they
 * differ in what they say and in how they read. */
#include <stdlib.h>

#include "sim/balancer/health_parts.h"

static bool make_nothing(struct health_check *c)
{
	(void)c;
	return true;
}

static const struct {
	bool (*make)(struct health_check *c);
	bool (*begin)(struct health_checker *h, struct health_check *c, vl_time now);   /* NULL: over TCP */
	void (*received)(struct health_checker *h, struct health_check *c, const uint8_t *bytes, size_t length,
			 vl_time now);
	void (*ended)(struct health_checker *h, struct health_check *c, vl_time now);   /* NULL: was not an answer */
	enum health_result silence;     /* once the server has been reached */
} KIND[] = {
	[HEALTH_NONE] = {.make = make_nothing},
	[HEALTH_ICMP] = {make_nothing, health_icmp_begin, NULL, NULL, HEALTH_L3_TIMEOUT},
	[HEALTH_TCP] = {make_nothing, NULL, NULL, NULL, HEALTH_L4_TIMEOUT},
	[HEALTH_HTTP] = {health_http_make, NULL, health_http_received, health_http_ended, HEALTH_L7_TIMEOUT},
	[HEALTH_SMTP] = {health_dialogue_make, NULL, health_dialogue_received, NULL, HEALTH_L7_TIMEOUT},
	[HEALTH_POP3] = {health_dialogue_make, NULL, health_dialogue_received, NULL, HEALTH_L7_TIMEOUT},
	[HEALTH_IMAP] = {health_dialogue_make, NULL, health_dialogue_received, NULL, HEALTH_L7_TIMEOUT},
	[HEALTH_FTP] = {health_dialogue_make, NULL, health_dialogue_received, NULL, HEALTH_L7_TIMEOUT},
	[HEALTH_DNS] = {health_dns_make, health_dns_begin, NULL, NULL, HEALTH_L7_TIMEOUT},
	[HEALTH_AGENT] = {health_http_make, NULL, health_http_received, health_http_ended, HEALTH_L7_TIMEOUT},
};

bool health_exchange_make(struct health_check *c)
{
	return KIND[c->c.kind].make(c);
}

void health_exchange_free(struct health_check *c)
{
	free(c->say);
	free(c->fallback);
}

static bool over_tcp(const struct health_check *c)
{
	return KIND[c->c.kind].begin == NULL;
}

/* --- the connection -------------------------------------------------------------------------------------- */

/* The check of a connection, while it is the one that it talks over. */
static struct health_check *check_of(struct health_checker *h, tcp_handle handle)
{
	struct health_check *c = &h->check[tcp_tag(h->tcp, handle)];

	return c->handle == handle ? c : NULL;
}

/* It has said enough. HAProxy cuts a bare connection with a reset, the others close it. */
static void part(struct health_checker *h, struct health_check *c, bool answered, vl_time now)
{
	tcp_handle handle = c->handle;

	if (handle == TCP_NO_HANDLE)
		return;
	if (answered && !(c->c.kind == HEALTH_TCP && c->c.profile == HEALTH_HAPROXY)) {
		tcp_finish(h->tcp, handle, now);
		return;
	}
	c->handle = TCP_NO_HANDLE;
	tcp_abort(h->tcp, handle, now);
}

static void opened(void *user, tcp_handle handle, vl_time now)
{
	struct health_checker *h = user;
	struct health_check *c = check_of(h, handle);

	if (c == NULL || !c->running)
		return;
	c->opened = true;
	if (c->c.kind == HEALTH_TCP) {
		health_done(h, c, HEALTH_L4_OK, now);
		part(h, c, true, now);
		return;
	}
	/* HAProxy has one time for all, the others one for the connection and one for the answer. */
	if (c->c.profile != HEALTH_HAPROXY) {
		c->give_up_at = vl_time_after(now, c->c.timeout);
		health_watch(h, c);
	}
	if (c->c.kind == HEALTH_HTTP || c->c.kind == HEALTH_AGENT)
		tcp_send(h->tcp, handle, c->say_length, now);
}

static void received(void *user, tcp_handle handle, const uint8_t *bytes, size_t length, vl_time now)
{
	struct health_checker *h = user;
	struct health_check *c = check_of(h, handle);

	if (c == NULL || !c->running)
		return; /* the rest of an answer that is known by now */
	KIND[c->c.kind].received(h, c, bytes, length, now);
	if (!c->running)
		part(h, c, true, now);
}

static void peer_finished(void *user, tcp_handle handle, vl_time now)
{
	struct health_checker *h = user;
	struct health_check *c = check_of(h, handle);

	if (c != NULL && c->running) {
		if (KIND[c->c.kind].ended != NULL)
			KIND[c->c.kind].ended(h, c, now);
		if (c->running)
			health_done(h, c, HEALTH_L7_RESPONSE, now);
	}
	tcp_finish(h->tcp, handle, now);
}

static enum health_result result_of(enum tcp_end why, bool was_open)
{
	if (was_open)
		return why == TCP_END_TIMEOUT ? HEALTH_L7_TIMEOUT : HEALTH_L7_RESPONSE;
	return why == TCP_END_TIMEOUT ? HEALTH_L4_TIMEOUT : HEALTH_L4_REFUSED;
}

static void gone(void *user, tcp_handle handle, enum tcp_end why, vl_time now)
{
	struct health_checker *h = user;
	struct health_check *c = check_of(h, handle);

	if (c == NULL)
		return;
	c->handle = TCP_NO_HANDLE;
	if (c->running)
		health_done(h, c, result_of(why, c->opened), now);
}

static void content(void *user, tcp_handle handle, uint64_t offset, uint8_t *to, size_t length)
{
	const struct health_checker *h = user;
	const struct health_check *c = &h->check[tcp_tag(h->tcp, handle)];

	for (size_t i = 0; i < length; i++)
		to[i] = (uint8_t)c->say[offset + i];
}

static const struct tcp_user USER = {
	.opened = opened,
	.received = received,
	.peer_finished = peer_finished,
	.gone = gone,
	.content = content,
};

/* A port that is not in use towards this server: there are more than a server can keep waiting. */
static bool connect_to(struct health_checker *h, struct health_check *c, vl_time now)
{
	enum { PORTS = HEALTH_PORT_LAST - HEALTH_PORT_FIRST + 1, TRIES = 16 };

	for (unsigned i = 0; i < TRIES && c->handle == TCP_NO_HANDLE; i++) {
		uint16_t from = (uint16_t)(HEALTH_PORT_FIRST + h->next_port);
		h->next_port = (uint16_t)((h->next_port + 1) % PORTS);
		c->handle = tcp_connect(h->tcp, NULL, from, &c->target.address, c->port, &USER, h,
					(uint64_t)(c - h->check), now);
	}
	return c->handle != TCP_NO_HANDLE;
}

/* --- begin and end --------------------------------------------------------------------------------------- */

void health_begin(struct health_checker *h, struct health_check *c, vl_time now)
{
	health_cut(h, c, now); /* what the last one left open */
	health_plan_begins(c, now);
	c->running = true;
	c->opened = false;
	c->began_at = now;
	c->give_up_at = vl_time_after(now, c->c.timeout);
	c->phase = PHASE_LINE;
	c->step = c->matched = c->digits = 0;
	c->answer = c->line_length = 0;
	c->number++;
	bool begun = over_tcp(c) ? connect_to(h, c, now) : KIND[c->c.kind].begin(h, c, now);
	/* Without a way to the server nothing leaves: the time passes all the same. */
	(void)begun;
}

void health_give_up(struct health_checker *h, struct health_check *c, vl_time now)
{
	enum health_result r = over_tcp(c) && !c->opened ? HEALTH_L4_TIMEOUT : KIND[c->c.kind].silence;

	health_done(h, c, r, now);
	part(h, c, false, now);
}

void health_cut(struct health_checker *h, struct health_check *c, vl_time now)
{
	c->running = false;
	part(h, c, false, now);
}

bool health_take_line(struct health_check *c, uint8_t byte)
{
	if (byte == '\n') {
		if (c->line_length > 0 && c->line[c->line_length - 1] == '\r')
			c->line_length--;
		c->line[c->line_length] = '\0';
		return true;
	}
	if (c->line_length < HEALTH_LINE - 1)
		c->line[c->line_length++] = (char)byte;
	return false;
}

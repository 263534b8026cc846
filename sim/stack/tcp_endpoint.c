// SPDX-License-Identifier: BSD-2-Clause
/* The endpoint as its users and its box see it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/prng.h"
#include "sim/stack/tcp_parts.h"

#define EPHEMERAL_FIRST 32768           /* Linux */
#define EPHEMERAL_COUNT (60999 - 32768 + 1)

const char *tcp_end_word(enum tcp_end e)
{
	static const char *const word[] = {
#define X(constant, text) [constant] = text,
		TCP_ENDS(X)
#undef X
	};

	assert(e < TCP_END_COUNT);
	return word[e];
}

/* --- making ---------------------------------------------------------------------------------------------- */

static void fill_in_defaults(struct tcp_endpoint_config *c)
{
	if (c->connections == 0)
		c->connections = 1;
	if (c->window == 0)
		c->window = UINT16_MAX;
	if (c->initial_window == 0)
		c->initial_window = 10;
	if (c->time_wait == 0)
		c->time_wait = 60 * VL_S;
	if (c->syn_retries == 0)
		c->syn_retries = 6;
	if (c->data_retries == 0)
		c->data_retries = 15;
	if (c->min_rto == 0)
		c->min_rto = 200 * VL_MS;
	if (c->ack_delay == 0)
		c->ack_delay = 40 * VL_MS;
}

struct tcp_endpoint *tcp_endpoint_new(const struct tcp_endpoint_config *config, struct stack *stack)
{
	struct tcp_endpoint *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->c = *config;
	fill_in_defaults(&t->c);
	t->stack = stack;
	struct prng dice = prng_stream(config->seed, "tcp");
	t->secret = prng_u64(&dice);
	t->next_port = (uint32_t)prng_below(&dice, EPHEMERAL_COUNT);
	if (!tcp_store_init(t)) {
		tcp_endpoint_free(t);
		return NULL;
	}
	return t;
}

void tcp_endpoint_free(struct tcp_endpoint *t)
{
	if (t == NULL)
		return;
	tcp_store_fini(t);
	free(t);
}

void tcp_endpoint_reset(struct tcp_endpoint *t)
{
	tcp_store_clear(t);
}

size_t tcp_endpoint_words(const struct tcp_endpoint_config *c)
{
	(void)c;
	return TCP_BURST + 16; /* answers that keep no state: resets */
}

/* --- calls inside calls ---------------------------------------------------------------------------------- */

void tcp_enter(struct tcp_endpoint *t)
{
	t->depth++;
}

void tcp_leave(struct tcp_endpoint *t, vl_time now)
{
	if (t->depth == 1 && t->first_ready != TCP_NONE)
		tcp_flush(t, now);
	t->depth--;
}

/* The connection of a handle that is its user's. NULL: gone, or nobody accepted it yet. */
static struct tcp_connection *mine(const struct tcp_endpoint *t, tcp_handle h)
{
	if (h >= t->c.connections)
		return NULL;
	struct tcp_connection *c = &t->connection[h];
	return c->state > TCP_DEAD && !c->told_gone && !c->in_backlog ? c : NULL;
}

void tcp_tell_gone(struct tcp_endpoint *t, struct tcp_connection *c, enum tcp_end why, vl_time now)
{
	if (c->told_gone)
		return;
	c->told_gone = true;
	if (c->ops->gone != NULL)
		c->ops->gone(c->user, tcp_index(t, c), why, now);
}

void tcp_end_connection(struct tcp_endpoint *t, struct tcp_connection *c, enum tcp_end why, vl_time now)
{
	bool known = !c->in_backlog;

	tcp_bury(t, c);
	if (known)
		tcp_tell_gone(t, c, why, now);
}

/* --- listening ------------------------------------------------------------------------------------------- */

static const struct tcp_user NOBODY;

struct vl_status tcp_listen(struct tcp_endpoint *t, const struct tcp_listener_config *c)
{
	struct tcp_listener *free_one = NULL;

	if (c->port == 0)
		return vl_refuse(VL_INVALID, "a TCP listener needs a port, 1-65535");
	for (size_t i = 0; i < TCP_LISTENERS; i++) {
		struct tcp_listener *l = &t->listener[i];
		if (l->c.port == c->port && ip_equal(&l->c.address, &c->address))
			return vl_refuse(VL_INVALID, "TCP port %u is listened on already", c->port);
		if (l->c.port == 0 && free_one == NULL)
			free_one = l;
	}
	if (free_one == NULL)
		return vl_refuse(VL_FULL, "more than %d TCP listeners", TCP_LISTENERS);
	*free_one = (struct tcp_listener){.c = *c, .first = TCP_NONE, .last = TCP_NONE};
	if (free_one->c.ops == NULL)
		free_one->c.ops = &NOBODY;
	size_t used = (size_t)(free_one - t->listener) + 1;
	if (t->listeners < used)
		t->listeners = used;
	return vl_status_ok();
}

static struct tcp_listener *listener_named(struct tcp_endpoint *t, const struct ip_addr *address, uint16_t port)
{
	for (size_t i = 0; i < t->listeners; i++)
		if (t->listener[i].c.port == port && port != 0 && ip_equal(&t->listener[i].c.address, address))
			return &t->listener[i];
	return NULL;
}

static void reset_and_bury(struct tcp_endpoint *t, struct tcp_connection *c)
{
	c->reset_due = c->state != TCP_SYN_SENT && c->state != TCP_TIME_WAIT;
	tcp_bury(t, c);
}

void tcp_unlisten(struct tcp_endpoint *t, const struct ip_addr *address, uint16_t port, vl_time now)
{
	struct tcp_listener *l = listener_named(t, address, port);

	if (l == NULL)
		return;
	tcp_enter(t);
	for (uint32_t i = 0; l->pending > 0 && i < t->fresh; i++) {
		struct tcp_connection *c = &t->connection[i];
		if (c->state > TCP_DEAD && c->in_backlog && &t->listener[c->listener] == l)
			reset_and_bury(t, c);
	}
	l->c.port = 0;
	tcp_leave(t, now);
}

/* Its user has it from now on; what came in meanwhile follows. */
static void accept_now(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	tcp_leave_backlog(t, c);
	t->counters.accepts++;
	if (c->ops->opened != NULL)
		c->ops->opened(c->user, tcp_index(t, c), now);
	if (c->state > TCP_DEAD)
		(void)tcp_hand_over(t, c, now);
}

void tcp_opened(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	struct tcp_listener *l = &t->listener[c->listener];
	uint32_t i = tcp_index(t, c);

	if (!c->passive) {
		if (c->ops->opened != NULL)
			c->ops->opened(c->user, i, now);
		return;
	}
	if (!l->c.manual_accept) {
		accept_now(t, c, now);
		return;
	}
	c->waits_accept = true;
	c->accept_prev = l->last;
	if (l->last == TCP_NONE)
		l->first = i;
	else
		t->connection[l->last].accept_next = i;
	l->last = i;
	l->waiting++;
}

tcp_handle tcp_accept(struct tcp_endpoint *t, uint16_t port, vl_time now)
{
	for (size_t i = 0; i < t->listeners; i++) {
		struct tcp_listener *l = &t->listener[i];
		if (l->c.port != port || port == 0 || l->waiting == 0)
			continue;
		uint32_t taken = l->first;
		tcp_enter(t);
		accept_now(t, &t->connection[taken], now);
		tcp_leave(t, now);
		return taken;
	}
	return TCP_NO_HANDLE;
}

uint32_t tcp_backlog(const struct tcp_endpoint *t, uint16_t port)
{
	uint32_t waiting = 0;

	for (size_t i = 0; i < t->listeners; i++)
		if (t->listener[i].c.port == port && port != 0)
			waiting += t->listener[i].waiting;
	return waiting;
}

/* --- connecting ------------------------------------------------------------------------------------------ */

/* False: every port towards this peer is in use. */
static bool choose_port(struct tcp_endpoint *t, const struct ip_addr *from, const struct ip_addr *to, uint16_t to_port,
			uint16_t *port)
{
	for (uint32_t i = 0; i < EPHEMERAL_COUNT; i++) {
		*port = (uint16_t)(EPHEMERAL_FIRST + t->next_port);
		t->next_port = (t->next_port + 1) % EPHEMERAL_COUNT;
		if (tcp_find(t, from, *port, to, to_port) == NULL)
			return true;
	}
	return false;
}

tcp_handle tcp_connect(struct tcp_endpoint *t, const struct ip_addr *from, uint16_t from_port, const struct ip_addr *to,
		       uint16_t to_port, const struct tcp_user *ops, void *user, uint64_t tag, vl_time now)
{
	struct ip_addr source = from != NULL && from->family != IP_NONE ? *from : stack_source_for(t->stack, to);
	struct stack_hop hop;

	if (source.family != to->family || !stack_route(t->stack, to, &hop) || t->first_free == TCP_NONE)
		return TCP_NO_HANDLE;
	if (from_port == 0 && !choose_port(t, &source, to, to_port, &from_port))
		return TCP_NO_HANDLE;
	struct tcp_connection *old = tcp_find(t, &source, from_port, to, to_port);
	if (old != NULL && !(old->state == TCP_TIME_WAIT && old->told_gone))
		return TCP_NO_HANDLE;
	tcp_enter(t);
	/* What waits there only gives way: our numbers go on from its (RFC 6528 3). */
	if (old != NULL)
		tcp_bury(t, old);
	struct tcp_connection *c = tcp_new(t, &source, from_port, to, to_port, now);
	c->state = TCP_SYN_SENT;
	c->ops = ops != NULL ? ops : &NOBODY;
	c->user = user;
	c->tag = tag;
	t->counters.connects++;
	tcp_want(t, c);
	tcp_leave(t, now);
	return tcp_index(t, c);
}

/* --- a connection's user --------------------------------------------------------------------------------- */

void tcp_send(struct tcp_endpoint *t, tcp_handle h, uint64_t length, vl_time now)
{
	struct tcp_connection *c = mine(t, h);

	if (c == NULL || c->finishing || length == 0)
		return;
	tcp_enter(t);
	c->announced += length;
	c->told_all = false;
	tcp_want(t, c);
	tcp_leave(t, now);
}

void tcp_begin_finish(struct tcp_connection *c)
{
	if (c->state == TCP_ESTABLISHED)
		c->state = TCP_FIN_WAIT_1;
	else if (c->state == TCP_CLOSE_WAIT)
		c->state = TCP_LAST_ACK;
}

void tcp_finish(struct tcp_endpoint *t, tcp_handle h, vl_time now)
{
	struct tcp_connection *c = mine(t, h);

	if (c == NULL || c->finishing)
		return;
	tcp_enter(t);
	c->finishing = true;
	tcp_begin_finish(c);
	tcp_want(t, c);
	tcp_leave(t, now);
}

void tcp_abort(struct tcp_endpoint *t, tcp_handle h, vl_time now)
{
	struct tcp_connection *c = mine(t, h);

	if (c == NULL)
		return;
	tcp_enter(t);
	reset_and_bury(t, c);
	tcp_tell_gone(t, c, TCP_END_ABORTED, now);
	tcp_leave(t, now);
}

void tcp_drop(struct tcp_endpoint *t, tcp_handle h)
{
	struct tcp_connection *c = mine(t, h);

	if (c == NULL)
		return;
	c->told_gone = true;
	tcp_bury(t, c); /* its slot is free with the next call of anybody */
	if (t->depth == 0 && t->pace_at == VL_NEVER)
		t->pace_at = 0;
}

void tcp_hold_reading(struct tcp_endpoint *t, tcp_handle h, bool hold, vl_time now)
{
	struct tcp_connection *c = mine(t, h);

	if (c == NULL || c->hold == hold)
		return;
	tcp_enter(t);
	c->hold = hold;
	if (!hold && tcp_hand_over(t, c, now)) {
		/* RFC 9293 3.8.6.2.2: the window is worth a word when it opens by a good piece. */
		uint32_t offered = seq_after(c->rcv_adv, c->rcv_nxt) ? c->rcv_adv - c->rcv_nxt : 0;
		uint32_t opens = tcp_window(t, c) - offered;
		if (c->state != TCP_TIME_WAIT && (opens >= 2u * c->mss || opens >= t->c.window / 2u)) {
			c->ack_now = true;
			tcp_want(t, c);
		}
	}
	tcp_leave(t, now);
}

uint64_t tcp_tag(const struct tcp_endpoint *t, tcp_handle h)
{
	assert(h < t->c.connections);
	return t->connection[h].tag;
}

void tcp_set_tag(struct tcp_endpoint *t, tcp_handle h, uint64_t tag)
{
	assert(h < t->c.connections);
	t->connection[h].tag = tag;
}

void tcp_peer(const struct tcp_endpoint *t, tcp_handle h, struct ip_addr *address, uint16_t *port)
{
	assert(h < t->c.connections);
	*address = t->connection[h].remote;
	*port = t->connection[h].remote_port;
}

void tcp_local(const struct tcp_endpoint *t, tcp_handle h, struct ip_addr *address, uint16_t *port)
{
	assert(h < t->c.connections);
	*address = t->connection[h].local;
	*port = t->connection[h].local_port;
}

bool tcp_is_open(const struct tcp_endpoint *t, tcp_handle h)
{
	const struct tcp_connection *c = mine(t, h);

	return c != NULL && tcp_synchronized(c);
}

/* --- the box --------------------------------------------------------------------------------------------- */

/* MSS and window scale; other options are skipped (RFC 9293 3.2). */
static void read_options(const struct tcp_header *h, struct tcp_incoming *s)
{
	struct rd in = rd_of(h->options, h->options_length);

	while (rd_left(&in) > 0) {
		uint8_t kind = rd_u8(&in);
		if (kind == 0)
			return;
		if (kind == 1)
			continue;
		uint8_t length = rd_u8(&in);
		if (in.bad || length < 2)
			return;
		struct rd value = rd_sub(&in, length - 2u);
		if (kind == 2 && length == 4)
			s->mss = rd_be16(&value);
		else if (kind == 3 && length == 3)
			s->scale = rd_u8(&value);
	}
}

/* RFC 9293 3.6.1, RFC 6528: a new SYN may take over what only waits, when its numbers go on from there. */
static bool takes_over(const struct tcp_connection *c, const struct tcp_incoming *s)
{
	return c->state == TCP_TIME_WAIT && c->told_gone && (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN &&
	       seq_after(s->sequence, c->rcv_nxt);
}

bool tcp_endpoint_receive(struct tcp_endpoint *t, const struct packet *p, unsigned interface, vl_time now)
{
	bool taken = true;

	if (p->transport != TRANSPORT_TCP && p->transport != TRANSPORT_ICMP)
		return false;
	tcp_enter(t);
	if (p->transport == TRANSPORT_ICMP) {
		taken = tcp_icmp_error(t, p, now);
		tcp_leave(t, now);
		return taken;
	}
	struct tcp_incoming s = {
		.sequence = p->tcp.sequence,
		.acknowledgment = p->tcp.acknowledgment,
		.window = p->tcp.window,
		.flags = p->tcp.flags,
		.scale = -1,
		.data = p->payload,
		.length = (uint32_t)p->payload_length,
	};
	struct tcp_connection *c = tcp_find(t, &p->dst, p->tcp.dst_port, &p->src, p->tcp.src_port);
	if ((s.flags & TCP_SYN) != 0)
		read_options(&p->tcp, &s);
	if (c != NULL && takes_over(c, &s)) {
		tcp_bury(t, c);
		c = NULL;
	}
	if (c != NULL) {
		if ((s.flags & TCP_SYN) == 0)
			s.window <<= c->peer_scale;
		tcp_arrives(t, c, &s, now);
	} else {
		taken = tcp_arrives_unknown(t, p, &s, interface, now);
	}
	t->counters.segments_received += taken;
	tcp_leave(t, now);
	return taken;
}

const struct tcp_counters *tcp_endpoint_counters(const struct tcp_endpoint *t)
{
	return &t->counters;
}

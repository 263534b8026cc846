// SPDX-License-Identifier: BSD-2-Clause
/* The pool of connections, the index by four-tuple (open addressing, linear probing, backward-shift deletion, keyed:
 * strangers choose addresses and ports), and the listeners. */
#include <stdlib.h>
#include <string.h>

#include "sim/base/keyed_hash.h"
#include "sim/stack/tcp_parts.h"


static uint32_t hash_of(const struct tcp_endpoint *t, const struct ip_addr *local, uint16_t local_port,
			const struct ip_addr *remote, uint16_t remote_port)
{
	uint64_t h = keyed_hash_begin(t->secret);

	/* Of IPv4 the first half is all: what follows is zero. */
	h = keyed_hash_mix(h ^ keyed_hash_word(local->b));
	h = keyed_hash_mix(h ^ keyed_hash_word(remote->b));
	if (local->family == IP_V6) {
		h = keyed_hash_mix(h ^ keyed_hash_word(local->b + 8));
		h = keyed_hash_mix(h ^ keyed_hash_word(remote->b + 8));
	}
	h = keyed_hash_mix(h ^ ((uint64_t)local_port << 16 | remote_port));
	return (uint32_t)keyed_hash_mix(h);
}

static uint32_t hash_of_connection(const struct tcp_endpoint *t, const struct tcp_connection *c)
{
	return hash_of(t, &c->local, c->local_port, &c->remote, c->remote_port);
}

/* --- making ---------------------------------------------------------------------------------------------- */

bool tcp_store_init(struct tcp_endpoint *t)
{
	t->slots = 16;
	while (t->slots < t->c.connections + t->c.connections / 2)
		t->slots *= 2;
	t->connection = calloc(t->c.connections, sizeof *t->connection);
	t->slot = calloc(t->slots, sizeof *t->slot);
	t->held = calloc(TCP_HELD_SEGMENTS, sizeof *t->held);
	if (t->connection == NULL || t->slot == NULL || t->held == NULL)
		return false;
	tcp_store_clear(t);
	return true;
}

void tcp_store_clear(struct tcp_endpoint *t)
{
	for (uint32_t i = 0; i < TCP_HELD_SEGMENTS; i++) {
		frame_unref(t->held[i].frame);
		t->held[i] = (struct tcp_held){.next = i + 1 < TCP_HELD_SEGMENTS ? i + 1 : TCP_NONE};
	}
	t->held_free = 0;
	/* What was never used is not touched: many hosts of a world have room for far more than they meet. */
	if (t->fresh > 0) {
		memset(t->slot, 0, t->slots * sizeof *t->slot);
		memset(t->connection, 0, t->fresh * sizeof *t->connection);
	}
	t->first_free = t->fresh = 0;
	t->first_ready = t->last_ready = TCP_NONE;
	t->pace_at = VL_NEVER;
	t->listeners = 0;
	memset(t->listener, 0, sizeof t->listener);
	wheel_init(&t->wheel, &t->connection[0].wheel, sizeof t->connection[0], 0);
	t->counters.connections = t->counters.in_time_wait = t->counters.segments_held = 0;
}

void tcp_store_fini(struct tcp_endpoint *t)
{
	for (uint32_t i = 0; t->held != NULL && i < TCP_HELD_SEGMENTS; i++)
		frame_unref(t->held[i].frame);
	free(t->connection);
	free(t->slot);
	free(t->held);
}

/* --- connections ----------------------------------------------------------------------------------------- */

struct tcp_connection *tcp_find(const struct tcp_endpoint *t, const struct ip_addr *local, uint16_t local_port,
				const struct ip_addr *remote, uint16_t remote_port)
{
	uint32_t hash = hash_of(t, local, local_port, remote, remote_port);

	for (uint32_t i = hash & (t->slots - 1); t->slot[i].connection != 0; i = (i + 1) & (t->slots - 1)) {
		struct tcp_connection *c = &t->connection[t->slot[i].connection - 1];
		if (t->slot[i].hash == hash && c->local_port == local_port && c->remote_port == remote_port &&
		    ip_equal(&c->remote, remote) && ip_equal(&c->local, local))
			return c;
	}
	return NULL;
}

static void index_add(struct tcp_endpoint *t, const struct tcp_connection *c)
{
	uint32_t hash = hash_of_connection(t, c);
	uint32_t i = hash & (t->slots - 1);

	while (t->slot[i].connection != 0)
		i = (i + 1) & (t->slots - 1);
	t->slot[i] = (struct tcp_slot){.hash = hash, .connection = 1 + tcp_index(t, c)};
}

static void index_remove(struct tcp_endpoint *t, const struct tcp_connection *c)
{
	uint32_t mask = t->slots - 1;
	uint32_t hole = hash_of_connection(t, c) & mask;

	while (t->slot[hole].connection != 1 + tcp_index(t, c))
		hole = (hole + 1) & mask;
	for (uint32_t i = (hole + 1) & mask; t->slot[i].connection != 0; i = (i + 1) & mask) {
		/* Who would rather stand at the hole, or before it, moves there. */
		if (((i - t->slot[i].hash) & mask) >= ((i - hole) & mask)) {
			t->slot[hole] = t->slot[i];
			hole = i;
		}
	}
	t->slot[hole].connection = 0;
}

struct tcp_connection *tcp_new(struct tcp_endpoint *t, const struct ip_addr *local, uint16_t local_port,
			       const struct ip_addr *remote, uint16_t remote_port, vl_time now)
{
	if (t->first_free == TCP_NONE)
		return NULL;
	struct tcp_connection *c = &t->connection[t->first_free];
	if (t->first_free < t->fresh)
		t->first_free = c->next;
	else
		t->first_free = ++t->fresh < t->c.connections ? t->fresh : TCP_NONE;
	*c = (struct tcp_connection){
		.local = *local,
		.remote = *remote,
		.local_port = local_port,
		.remote_port = remote_port,
		.mss = local->family == IP_V4 ? 536 : 1220,     /* RFC 9293 3.7.1, until the peer says more */
		.held = TCP_NONE,
		.rto = (uint32_t)(TCP_RTO_FIRST / VL_US),
		.timer_at = VL_NEVER,
		.ack_at = VL_NEVER,
		.heard_at = now,
		.next = TCP_NONE,
		.accept_next = TCP_NONE,
		.accept_prev = TCP_NONE,
		.told_all = true,
	};
	c->iss = tcp_first_sequence(t, c, now);
	c->snd_una = c->snd_nxt = c->snd_max = c->recover = c->iss;
	index_add(t, c);
	t->counters.connections++;
	return c;
}

void tcp_bury(struct tcp_endpoint *t, struct tcp_connection *c)
{
	if (c->state == TCP_DEAD)
		return;
	tcp_leave_backlog(t, c);
	tcp_drop_held(t, c);
	wheel_remove(&t->wheel, tcp_index(t, c));
	index_remove(t, c);
	t->counters.in_time_wait -= c->state == TCP_TIME_WAIT;
	t->counters.connections--;
	c->state = TCP_DEAD;
	tcp_want(t, c);
}

void tcp_release(struct tcp_endpoint *t, struct tcp_connection *c)
{
	c->state = TCP_FREE;
	c->next = t->first_free;
	t->first_free = tcp_index(t, c);
}

/* RFC 6528: a clock of 4 us and a secret function of the four-tuple. */
uint32_t tcp_first_sequence(const struct tcp_endpoint *t, const struct tcp_connection *c, vl_time now)
{
	uint64_t h = keyed_hash_mix(keyed_hash_begin(~t->secret) ^ hash_of_connection(t, c));

	return (uint32_t)h + (uint32_t)(now / (4 * VL_US));
}

/* --- listeners ------------------------------------------------------------------------------------------- */

struct tcp_listener *tcp_listener_for(struct tcp_endpoint *t, const struct ip_addr *address, uint16_t port)
{
	struct tcp_listener *any = NULL;

	for (size_t i = 0; i < t->listeners; i++) {
		struct tcp_listener *l = &t->listener[i];
		if (l->c.port == 0 || port < l->c.port || port > (l->c.last_port != 0 ? l->c.last_port : l->c.port))
			continue;
		if (l->c.address.family == IP_NONE)
			any = l;
		else if (ip_equal(&l->c.address, address))
			return l;
	}
	return any;
}

void tcp_leave_backlog(struct tcp_endpoint *t, struct tcp_connection *c)
{
	struct tcp_listener *l = &t->listener[c->listener];

	if (!c->in_backlog)
		return;
	c->in_backlog = false;
	l->pending--;
	if (!c->waits_accept)
		return;
	c->waits_accept = false;
	l->waiting--;
	if (c->accept_prev == TCP_NONE)
		l->first = c->accept_next;
	else
		t->connection[c->accept_prev].accept_next = c->accept_next;
	if (c->accept_next == TCP_NONE)
		l->last = c->accept_prev;
	else
		t->connection[c->accept_next].accept_prev = c->accept_prev;
	c->accept_next = c->accept_prev = TCP_NONE;
}

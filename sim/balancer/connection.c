// SPDX-License-Identifier: BSD-2-Clause
/* Two indexes over one pool, a timing wheel, and a list of the half-open. */
#include "sim/balancer/connection.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/keyed_hash.h"
#include "sim/base/large.h"

/* An index: open addressing with linear probing; a removal shifts the run back. The hash stands beside the entry, so
 * that probing and shifting touch no other entry. */
struct slot {
	uint32_t hash;
	uint32_t entry;                 /* 1 + index in the pool; 0: empty */
};

struct connection_table {
	struct connection *pool;        /* each at a line of its own, in `memory` */
	void *memory;
	uint32_t room, count;
	uint32_t free, fresh;           /* 1 + index, linked through hash_forward; from `fresh` on (an index) never used */
	struct slot *forward, *reverse;
	uint32_t mask;
	uint32_t half_first, half_last;
	uint64_t secret;
	struct wheel wheel;
	struct connection_counters counters;
	struct connection_addresses addresses;
	connection_ended *ended;
	void *context;
};

static const char *const STATE[] = {
#define X(constant, word, active) [constant] = word,
	CONNECTION_STATES(X)
#undef X
};

static const char *const END[] = {
#define X(constant, word) [constant] = word,
	CONNECTION_ENDS(X)
#undef X
};

const char *connection_state_word(enum connection_state s)
{
	assert((unsigned)s < CONNECTION_STATE_COUNT);
	return STATE[s];
}

const char *connection_end_word(enum connection_end e)
{
	assert((unsigned)e < CONNECTION_END_COUNT);
	return END[e];
}

void connection_timeouts_init(struct connection_timeouts *t)
{
	*t = (struct connection_timeouts){.at = {
						  [CONNECTION_NONE] = 2 * VL_S,
						  [CONNECTION_SYN_RECV] = 60 * VL_S,
						  [CONNECTION_ESTABLISHED] = 900 * VL_S,
						  [CONNECTION_FIN_WAIT] = 120 * VL_S,
						  [CONNECTION_CLOSE_WAIT] = 60 * VL_S,
						  [CONNECTION_LAST_ACK] = 30 * VL_S,
						  [CONNECTION_TIME_WAIT] = 120 * VL_S,
						  [CONNECTION_CLOSE] = 10 * VL_S,
						  [CONNECTION_UDP] = 300 * VL_S,
					  }};
}

/* --- making ----------------------------------------------------------------------------------------------- */

struct connection_table *connection_table_new(uint32_t room, uint64_t secret,
					      const struct connection_addresses *addresses, connection_ended *ended,
					      void *context)
{
	uint64_t slots = 8;

	while (slots < (uint64_t)room + room / 3 + 1)
		slots *= 2;
	struct connection_table *t = calloc(1, sizeof *t);
	if (t == NULL)
		return NULL;
	/* What is never used is never touched: many balancers of a world have room for far more than they meet. */
	t->memory = large_new((size_t)room + 1, sizeof *t->pool);
	t->forward = large_new(slots, sizeof *t->forward);
	t->reverse = large_new(slots, sizeof *t->reverse);
	if (t->memory == NULL || t->forward == NULL || t->reverse == NULL) {
		connection_table_free(t);
		return NULL;
	}
	size_t ahead = sizeof *t->pool - (uintptr_t)t->memory % sizeof *t->pool;
	t->pool = (struct connection *)(void *)((char *)t->memory + ahead % sizeof *t->pool);
	t->room = room;
	t->mask = (uint32_t)(slots - 1);
	t->secret = secret;
	t->addresses = *addresses;
	t->ended = ended;
	t->context = context;
	wheel_init(&t->wheel, &t->pool[0].timer, sizeof t->pool[0], 0);
	t->free = room > 0;
	return t;
}

void connection_table_free(struct connection_table *t)
{
	if (t == NULL)
		return;
	free(t->memory);
	free(t->forward);
	free(t->reverse);
	free(t);
}

/* --- the indexes ------------------------------------------------------------------------------------------ */

static uint64_t hash_address(uint64_t h, const struct ip_addr *a)
{
	h = keyed_hash_mix(h ^ keyed_hash_word(a->b));
	return a->family == IP_V4 ? h : keyed_hash_mix(h ^ keyed_hash_word(a->b + 8));
}

static uint32_t hash_of(const struct connection_table *t, const struct ip_addr *from, uint16_t from_port,
			const struct ip_addr *to, uint16_t to_port, uint8_t protocol)
{
	uint64_t h = keyed_hash_begin(t->secret);

	h = hash_address(h, from);
	h = hash_address(h, to);
	h = keyed_hash_mix(h ^ ((uint64_t)from_port << 32 | (uint64_t)to_port << 16 | protocol));
	return (uint32_t)(keyed_hash_mix(h) >> 16);
}

static void index_put(struct slot *slots, uint32_t mask, uint32_t hash, uint32_t entry)
{
	uint32_t i = hash & mask;

	while (slots[i].entry != 0)
		i = (i + 1) & mask;
	slots[i] = (struct slot){.hash = hash, .entry = entry};
}

static void index_remove(struct slot *slots, uint32_t mask, uint32_t hash, uint32_t entry)
{
	uint32_t hole = hash & mask;

	while (slots[hole].entry != entry)
		hole = (hole + 1) & mask;
	for (uint32_t i = (hole + 1) & mask; slots[i].entry != 0; i = (i + 1) & mask) {
		/* i may move into the hole unless its home lies between them */
		if (((i - slots[i].hash) & mask) >= ((i - hole) & mask)) {
			slots[hole] = slots[i];
			hole = i;
		}
	}
	slots[hole].entry = 0;
}

static struct connection *entry_of(const struct connection_table *t, uint32_t link)
{
	return &t->pool[link - 1];
}

static uint32_t link_of(const struct connection_table *t, const struct connection *c)
{
	return (uint32_t)(c - t->pool) + 1;
}

/* Sixteen bytes, as most are asked about: without a call. */
static bool same_client(const struct connection *c, const struct ip_addr *a)
{
	return c->family == a->family && keyed_hash_word(c->client) == keyed_hash_word(a->b) &&
	       keyed_hash_word(c->client + 8) == keyed_hash_word(a->b + 8);
}

static bool is_flow(const struct connection_table *t, const struct connection *c, const struct flow *f)
{
	return c->client_port == f->client_port && c->service_port == f->service_port && c->protocol == f->protocol &&
	       same_client(c, &f->client) && ip_equal(t->addresses.service(t->context, c->service), &f->service);
}

/* Its second cache line is fetched while the first is compared. */
static struct connection *will_use(struct connection *c)
{
	__builtin_prefetch((const uint8_t *)c + sizeof *c / 2, 1);
	return c;
}

static uint32_t hash_flow(const struct connection_table *t, const struct flow *flow)
{
	return hash_of(t, &flow->client, flow->client_port, &flow->service, flow->service_port, flow->protocol);
}

struct connection *connection_find(const struct connection_table *t, const struct flow *flow)
{
	uint32_t hash = hash_flow(t, flow);

	for (uint32_t i = hash & t->mask; t->forward[i].entry != 0; i = (i + 1) & t->mask) {
		if (t->forward[i].hash != hash)
			continue;
		struct connection *c = will_use(entry_of(t, t->forward[i].entry));
		if (is_flow(t, c, flow))
			return c;
	}
	return NULL;
}

/* The server's side of an entry whose server and local address are filled in. */
static struct connection_reverse reverse_of(const struct connection_table *t, const struct connection *c)
{
	struct connection_reverse r = {.protocol = c->protocol};

	r.server = *t->addresses.server(t->context, c->service, c->server, &r.server_port);
	if (r.server_port == 0)
		r.server_port = c->service_port;
	if (c->local_port != 0) {
		r.peer = *t->addresses.local(t->context, c->local);
		r.peer_port = c->local_port;
		return r;
	}
	r.peer.family = c->family;
	memcpy(r.peer.b, c->client, sizeof r.peer.b);
	r.peer_port = c->client_port;
	return r;
}

static uint32_t hash_reverse(const struct connection_table *t, const struct connection_reverse *r)
{
	return hash_of(t, &r->server, r->server_port, &r->peer, r->peer_port, r->protocol);
}

static bool is_reverse(const struct connection_table *t, const struct connection *c,
		       const struct connection_reverse *wanted)
{
	uint16_t port;

	if (c->protocol != wanted->protocol ||
	    wanted->peer_port != (c->local_port != 0 ? c->local_port : c->client_port) ||
	    !ip_equal(t->addresses.server(t->context, c->service, c->server, &port), &wanted->server))
		return false;
	if (wanted->server_port != (port != 0 ? port : c->service_port))
		return false;
	return c->local_port != 0 ? ip_equal(t->addresses.local(t->context, c->local), &wanted->peer)
				  : same_client(c, &wanted->peer);
}

static struct connection *find_reverse(const struct connection_table *t, uint32_t hash,
				       const struct connection_reverse *r)
{
	for (uint32_t i = hash & t->mask; t->reverse[i].entry != 0; i = (i + 1) & t->mask) {
		if (t->reverse[i].hash != hash)
			continue;
		struct connection *c = will_use(entry_of(t, t->reverse[i].entry));
		if (is_reverse(t, c, r))
			return c;
	}
	return NULL;
}

struct connection *connection_find_reverse(const struct connection_table *t, const struct connection_reverse *r)
{
	return find_reverse(t, hash_reverse(t, r), r);
}

/* --- the same for IPv4 ------------------------------------------------------------------------------------ */

/* As hash_address has it: behind an IPv4 address there are zeros. */
static uint64_t word4(uint32_t address)
{
	uint8_t bytes[8] = {0};

	memcpy(bytes, &address, sizeof address);
	return keyed_hash_word(bytes);
}

uint32_t connection_hash4(const struct connection_table *t, const struct connection_ends4 *e)
{
	uint64_t h = keyed_hash_begin(t->secret);

	h = keyed_hash_mix(h ^ word4(e->from));
	h = keyed_hash_mix(h ^ word4(e->to));
	h = keyed_hash_mix(h ^ ((uint64_t)e->from_port << 32 | (uint64_t)e->to_port << 16 | e->protocol));
	return (uint32_t)(keyed_hash_mix(h) >> 16);
}

static bool is4(const struct ip_addr *a, uint32_t address)
{
	return a->family == IP_V4 && memcmp(a->b, &address, sizeof address) == 0;
}

static bool is_client4(const struct connection *c, uint32_t address)
{
	return c->family == IP_V4 && memcmp(c->client, &address, sizeof address) == 0;
}

struct connection *connection_find4(const struct connection_table *t, const struct connection_ends4 *e)
{
	uint32_t hash = connection_hash4(t, e);

	for (uint32_t i = hash & t->mask; t->forward[i].entry != 0; i = (i + 1) & t->mask) {
		if (t->forward[i].hash != hash)
			continue;
		struct connection *c = will_use(entry_of(t, t->forward[i].entry));
		if (c->client_port == e->from_port && c->service_port == e->to_port && c->protocol == e->protocol &&
		    is_client4(c, e->from) && is4(t->addresses.service(t->context, c->service), e->to))
			return c;
	}
	return NULL;
}

static bool is_reverse4(const struct connection_table *t, const struct connection *c, const struct connection_ends4 *e)
{
	uint16_t port;

	if (c->protocol != e->protocol || e->to_port != (c->local_port != 0 ? c->local_port : c->client_port) ||
	    !is4(t->addresses.server(t->context, c->service, c->server, &port), e->from) ||
	    e->from_port != (port != 0 ? port : c->service_port))
		return false;
	return c->local_port != 0 ? is4(t->addresses.local(t->context, c->local), e->to) : is_client4(c, e->to);
}

struct connection *connection_find_reverse4(const struct connection_table *t, const struct connection_ends4 *e)
{
	uint32_t hash = connection_hash4(t, e);

	for (uint32_t i = hash & t->mask; t->reverse[i].entry != 0; i = (i + 1) & t->mask) {
		if (t->reverse[i].hash != hash)
			continue;
		struct connection *c = will_use(entry_of(t, t->reverse[i].entry));
		if (is_reverse4(t, c, e))
			return c;
	}
	return NULL;
}

/* --- foresight -------------------------------------------------------------------------------------------- */

void connection_fetch_index(const struct connection_table *t, bool reverse, uint32_t hash)
{
	__builtin_prefetch(&(reverse ? t->reverse : t->forward)[hash & t->mask], 0);
}

void connection_fetch_entry(const struct connection_table *t, bool reverse, uint32_t hash)
{
	const struct slot *slots = reverse ? t->reverse : t->forward;

	for (uint32_t i = hash & t->mask; slots[i].entry != 0; i = (i + 1) & t->mask) {
		if (slots[i].hash != hash)
			continue;
		const struct connection *c = will_use(entry_of(t, slots[i].entry));
		__builtin_prefetch(c, 1);
		return;
	}
	/* Perhaps a new one: it takes the first that is free. */
	if (t->free != 0)
		(void)will_use(entry_of(t, t->free));
}

void connection_fetch_reverse(const struct connection_table *t, const struct flow *flow, uint16_t service,
			      uint16_t server)
{
	struct connection_reverse r = {.peer = flow->client, .peer_port = flow->client_port, .protocol = flow->protocol};

	r.server = *t->addresses.server(t->context, service, server, &r.server_port);
	if (r.server_port == 0)
		r.server_port = flow->service_port;
	connection_fetch_index(t, true, hash_reverse(t, &r));
}

/* --- binding ---------------------------------------------------------------------------------------------- */

bool connection_bind_reverse(struct connection_table *t, struct connection *c)
{
	struct connection_reverse r = reverse_of(t, c);
	uint32_t hash = hash_reverse(t, &r);

	assert((c->flags & CONNECTION_BOUND) == 0);
	if (find_reverse(t, hash, &r) != NULL)
		return false;
	c->hash_reverse = hash;
	c->flags |= CONNECTION_BOUND;
	index_put(t->reverse, t->mask, hash, link_of(t, c));
	return true;
}

/* --- half-open, the oldest first --------------------------------------------------------------------------- */

static bool is_half_open(enum connection_state s)
{
	return s == CONNECTION_NONE || s == CONNECTION_SYN_RECV;
}

static void half_add(struct connection_table *t, struct connection *c)
{
	uint32_t link = link_of(t, c);

	c->half_next = 0;
	c->half_prev = t->half_last;
	if (t->half_last != 0)
		entry_of(t, t->half_last)->half_next = link;
	else
		t->half_first = link;
	t->half_last = link;
}

static void half_remove(struct connection_table *t, struct connection *c)
{
	if (c->half_prev != 0)
		entry_of(t, c->half_prev)->half_next = c->half_next;
	else
		t->half_first = c->half_next;
	if (c->half_next != 0)
		entry_of(t, c->half_next)->half_prev = c->half_prev;
	else
		t->half_last = c->half_prev;
}

/* --- life ------------------------------------------------------------------------------------------------- */

struct connection *connection_open(struct connection_table *t, const struct flow *flow, vl_time now)
{
	if (t->free == 0 && t->half_first != 0)
		connection_close(t, entry_of(t, t->half_first), CONNECTION_END_EVICTED, now);
	if (t->free == 0) {
		t->counters.refused++;
		return NULL;
	}
	uint32_t link = t->free;
	struct connection *c = entry_of(t, link);
	if (link <= t->fresh)
		t->free = c->hash_forward;
	else
		t->free = ++t->fresh < t->room ? t->fresh + 1 : 0;
	*c = (struct connection){
		.client_port = flow->client_port,
		.service_port = flow->service_port,
		.protocol = flow->protocol,
		.family = flow->client.family,
		.state = CONNECTION_NONE,
		.opened = now,
		.expires = VL_NEVER,
		.client_scale = UINT8_MAX,
		.server_scale = UINT8_MAX,
	};
	memcpy(c->client, flow->client.b, sizeof c->client);
	c->hash_forward = hash_flow(t, flow);
	index_put(t->forward, t->mask, c->hash_forward, link);
	half_add(t, c);
	t->count++;
	t->counters.opened++;
	return c;
}

void connection_set(struct connection_table *t, struct connection *c, enum connection_state s, vl_time expires)
{
	bool was = is_half_open(c->state);
	/* Most are put off: the wheel comes by in time all the same, and need not be told. */
	bool later = c->timer.slot != 0 && expires >= c->expires;

	c->state = (uint8_t)s;
	c->expires = expires;
	if (was && !is_half_open(s))
		half_remove(t, c);
	else if (!was && is_half_open(s))
		half_add(t, c);
	if (!later)
		wheel_set(&t->wheel, link_of(t, c) - 1, expires);
}

void connection_close(struct connection_table *t, struct connection *c, enum connection_end why, vl_time now)
{
	uint32_t link = link_of(t, c);

	t->counters.ended[why]++;
	if (t->ended != NULL)
		t->ended(t->context, c, why, now);
	if (is_half_open(c->state))
		half_remove(t, c);
	wheel_remove(&t->wheel, link - 1);
	if ((c->flags & CONNECTION_BOUND) != 0)
		index_remove(t->reverse, t->mask, c->hash_reverse, link);
	index_remove(t->forward, t->mask, c->hash_forward, link);
	c->protocol = 0;                /* which no connection has: free */
	c->hash_forward = t->free;
	t->free = link;
	t->count--;
}

static enum connection_end end_by_time(const struct connection *c)
{
	const uint8_t both = CONNECTION_FIN_CLIENT | CONNECTION_FIN_SERVER;

	if ((c->flags & CONNECTION_RESET) != 0)
		return CONNECTION_END_RESET;
	if ((c->flags & both) == both || (c->flags & CONNECTION_ONE_WAY) != 0)
		return CONNECTION_END_CLOSED;
	return CONNECTION_END_EXPIRED;
}

bool connection_expire(struct connection_table *t, uint32_t most, vl_time now)
{
	for (uint32_t i; most > 0 && (i = wheel_take(&t->wheel, now)) != WHEEL_NONE;) {
		struct connection *c = &t->pool[i];
		if (c->expires > now) {
			wheel_set(&t->wheel, i, c->expires);
			continue;
		}
		connection_close(t, c, end_by_time(c), now);
		most--;
	}
	return most > 0;
}

void connection_clear(struct connection_table *t, vl_time now)
{
	struct connection *c;

	for (uint32_t at = 0; t->count > 0 && (c = connection_next(t, &at)) != NULL;)
		connection_close(t, c, CONNECTION_END_CLEARED, now);
}

vl_time connection_deadline(const struct connection_table *t)
{
	return wheel_deadline(&t->wheel);
}

uint32_t connection_count(const struct connection_table *t)
{
	return t->count;
}

const struct connection_counters *connection_counters(const struct connection_table *t)
{
	return &t->counters;
}

struct connection *connection_next(struct connection_table *t, uint32_t *at)
{
	while (*at < t->fresh) {
		struct connection *c = &t->pool[(*at)++];
		if (c->protocol != 0)
			return c;
	}
	return NULL;
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Maglev: the client's hash is looked up in a table that all servers share by weight and that changes little when one
 * comes or goes. Servers are known by name. Weights as Katran's second form has them. Who is down or quiesced has no
 * place in the table; of a server that is full the place of the next in the table counts.
 *
 * Options: table_size (a prime), hash_port. (mh is the kernel's Maglev.)
 */
#include "sim/balancer/maglev.h"

#include <stdlib.h>
#include <string.h>

#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"
#include "sim/base/keyed_hash.h"

#define SIZE 65537
#define SIZE_MAX_PRIME 5000011          /* Envoy's limit */
/* Fixed, so that all balancers have the same table. */
#define OFFSET_SECRET UINT64_C(0x6d61676c65762d6f)
#define SKIP_SECRET UINT64_C(0x6d61676c65762d73)
#define FLOW_SECRET UINT64_C(0x6d61676c65762d66)

struct scheduler {
	struct scheduler_options options;
	uint32_t size;
	uint32_t *table;
	struct maglev_backend *backend, *before;
	size_t count;
	bool filled;
};

static struct vl_status maglev_check(const struct scheduler_options *options)
{
	uint32_t size = options->table_size;

	if (size != 0 && (size > SIZE_MAX_PRIME || !maglev_is_prime(size)))
		return vl_refuse(VL_INVALID, "maglev: a table of %u: a prime up to %d is needed", size, SIZE_MAX_PRIME);
	return vl_status_ok();
}

static void maglev_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	free(s->table);
	free(s->backend);
	free(s->before);
	free(s);
}

static struct scheduler *maglev_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)dice;
	if (s == NULL)
		return NULL;
	s->options = *options;
	s->size = options->table_size != 0 ? options->table_size : SIZE;
	s->table = calloc(s->size, sizeof *s->table);
	s->backend = calloc(room + 1, sizeof *s->backend);
	s->before = calloc(room + 1, sizeof *s->before);
	if (s->table != NULL && s->backend != NULL && s->before != NULL)
		return s;
	maglev_free(s);
	return NULL;
}

static struct maglev_backend backend_of(const struct scheduler *s, const struct scheduler_server *server)
{
	size_t length = strlen(server->name);
	uint64_t skips = s->size > 2 ? s->size - 1 : 1;

	return (struct maglev_backend){
		.offset = (uint32_t)(keyed_hash(OFFSET_SECRET, server->name, length) % s->size),
		.skip = (uint32_t)(keyed_hash(SKIP_SECRET, server->name, length) % skips) + 1,
		.weight = scheduler_in_table(server) ? scheduler_units(server) : 0,
	};
}

static void maglev_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	/* A server that becomes full, or whose figures change, changes nothing here. */
	if (which >= 0) {
		struct maglev_backend b = backend_of(s, &view->server[which]);
		if (b.weight == s->before[which].weight)
			return;
		s->before[which] = b;
	} else {
		s->count = view->count;
		for (size_t i = 0; i < view->count; i++)
			s->before[i] = backend_of(s, &view->server[i]);
	}
	memcpy(s->backend, s->before, s->count * sizeof *s->backend);
	s->filled = maglev_fill(s->table, s->size, s->backend, s->count, MAGLEV_SPREAD);
}

static int maglev_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	uint8_t key[18];
	uint16_t port = scheduler_hash_port(&s->options, flow);

	(void)now;
	if (!s->filled)
		return -1;
	memcpy(key, flow->client.b, 16);
	memcpy(key + 16, &port, 2);
	uint32_t place = (uint32_t)(keyed_hash(FLOW_SECRET, key, sizeof key) % s->size);
	for (uint32_t tries = 0; tries < s->size; tries++) {
		uint32_t i = s->table[place];
		if (view->server[i].usable)
			return (int)i;
		place = place + 1 < s->size ? place + 1 : 0;
	}
	return -1;
}

const struct scheduler_ops SCHEDULER_MAGLEV = {
	.name = "maglev",
	.title = "Maglev's consistent hash",
	.slow_start = false,
	.check = maglev_check,
	.make = maglev_make,
	.free = maglev_free,
	.changed = maglev_changed,
	.pick = maglev_pick,
};

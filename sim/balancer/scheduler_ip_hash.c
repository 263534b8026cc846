// SPDX-License-Identifier: BSD-2-Clause
/*
 * nginx' ip_hash: the first three octets of an IPv4 address, all of an IPv6 one, so that a /24 goes to one server.
 * The hash modulo the sum of all weights points into the list, one weight behind the other; when that server may have
 * none the same bytes are hashed once more on top, twenty times, then smooth weighted round robin decides.
 */
#include <stdlib.h>

#include "sim/balancer/round.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

#define FIRST 89
#define FACTOR 113
#define MODULUS 6271
#define TRIES 20

struct scheduler {
	struct smooth_round otherwise;
	uint64_t *weight;
	uint64_t *units;                /* configured weights that `owner` was made by */
	uint64_t total;
	uint32_t owner[MODULUS];        /* of each hash */
};

static void ip_hash_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	smooth_round_fini(&s->otherwise);
	free(s->weight);
	free(s->units);
	free(s);
}

static struct scheduler *ip_hash_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s == NULL)
		return NULL;
	s->weight = calloc(room + 1, sizeof *s->weight);
	s->units = calloc(room + 1, sizeof *s->units);
	if (s->weight != NULL && s->units != NULL && smooth_round_init(&s->otherwise, room))
		return s;
	ip_hash_free(s);
	return NULL;
}

static void share_out(struct scheduler *s)
{
	uint32_t i = 0;
	uint64_t behind = s->units[0];

	/* Hashes up to the sum point along the list, the others begin at its head again. */
	for (uint32_t h = 0; h < MODULUS; h++) {
		if (h >= s->total) {
			s->owner[h] = s->owner[h % s->total];
			continue;
		}
		while (h >= behind)
			behind += s->units[++i];
		s->owner[h] = i;
	}
}

static void ip_hash_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	bool same = which >= 0;

	s->total = 0;
	for (size_t i = 0; i < view->count; i++) {
		const struct scheduler_server *server = &view->server[i];
		s->weight[i] = scheduler_may_have(server) ? server->full_weight : 0;
		same = same && s->units[i] == scheduler_units(server);
		s->total += s->units[i] = scheduler_units(server);
	}
	smooth_round_set(&s->otherwise, s->weight, view->count, which < 0);
	if (!same && s->total > 0)
		share_out(s);
}

static uint32_t hash(uint32_t h, const struct ip_addr *a)
{
	size_t octets = a->family == IP_V4 ? 3 : ip_size(a->family);

	for (size_t i = 0; i < octets; i++)
		h = (h * FACTOR + a->b[i]) % MODULUS;
	return h;
}

static int ip_hash_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	uint32_t h = FIRST;

	(void)now;
	if (s->total == 0)
		return -1;
	for (unsigned tries = 0; tries <= TRIES; tries++) {
		h = hash(h, &flow->client);
		if (scheduler_may_have(&view->server[s->owner[h]]))
			return (int)s->owner[h];
	}
	return smooth_round_pick(&s->otherwise);
}

const struct scheduler_ops SCHEDULER_IP_HASH = {
	.name = "ip-hash",
	.title = "nginx' ip_hash: by the client's /24",
	.slow_start = false,
	.make = ip_hash_make,
	.free = ip_hash_free,
	.changed = ip_hash_changed,
	.pick = ip_hash_pick,
};

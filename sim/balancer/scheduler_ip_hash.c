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
	uint64_t *behind;               /* sum of the weights up to and with each in the list */
	size_t count;
};

static void ip_hash_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	smooth_round_fini(&s->otherwise);
	free(s->weight);
	free(s->behind);
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
	s->behind = calloc(room + 1, sizeof *s->behind);
	if (s->weight != NULL && s->behind != NULL && smooth_round_init(&s->otherwise, room))
		return s;
	ip_hash_free(s);
	return NULL;
}

static void ip_hash_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	uint64_t sum = 0;

	s->count = view->count;
	for (size_t i = 0; i < view->count; i++) {
		const struct scheduler_server *server = &view->server[i];
		s->weight[i] = scheduler_may_have(server) ? server->full_weight : 0;
		s->behind[i] = sum += scheduler_units(server);
	}
	smooth_round_set(&s->otherwise, s->weight, view->count, which < 0);
}

/* The first whose sum is above the point. */
static size_t at(const struct scheduler *s, uint64_t point)
{
	size_t low = 0, high = s->count - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (s->behind[middle] > point)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
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
	if (s->count == 0 || s->behind[s->count - 1] == 0)
		return -1;
	for (unsigned tries = 0; tries <= TRIES; tries++) {
		h = hash(h, &flow->client);
		size_t i = at(s, h % s->behind[s->count - 1]);
		if (scheduler_may_have(&view->server[i]))
			return (int)i;
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

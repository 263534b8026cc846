// SPDX-License-Identifier: BSD-2-Clause
/*
 * Source hash (IPVS sh; KEMP's source IP hash is not published and is modelled as this): 256 buckets; each server in
 * turn fills as many as its weight, at least one, until all are filled. Any change of the list or of a weight fills
 * them anew, and nearly all clients move. The client of a bucket whose server is quiesced or full gets none, unless
 * `fallback` asks other buckets: hashed again with the number of each bucket behind its own, as the kernel does.
 *
 * Options: hash_port (the port is added to the address), fallback.
 */
#include <stdlib.h>

#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

#define BITS 8
#define BUCKETS (1u << BITS)
#define GOLDEN_RATIO_32 0x61c88647u     /* the kernel's hash_32 */
#define NOBODY UINT32_MAX

struct scheduler {
	struct scheduler_options options;
	uint32_t bucket[BUCKETS];
};

static void sh_free(struct scheduler *s)
{
	free(s);
}

static struct scheduler *sh_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)room;
	(void)dice;
	if (s != NULL)
		s->options = *options;
	return s;
}

/* Who is in the kernel's list: health checkers take a failed server out of it, a quiesced one stays with weight 0. */
static bool is_listed(const struct scheduler_server *s)
{
	return s->usable || s->full;
}

static void sh_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	uint32_t b = 0;

	(void)which;
	while (b < BUCKETS) {
		uint32_t before = b;
		for (uint32_t i = 0; i < view->count && b < BUCKETS; i++) {
			const struct scheduler_server *server = &view->server[i];
			if (!is_listed(server))
				continue;
			uint64_t turns = server->weight > 0 ? scheduler_units(server) : 0;
			do
				s->bucket[b++] = i;
			while (turns-- > 1 && b < BUCKETS);
		}
		if (b == before)
			while (b < BUCKETS)
				s->bucket[b++] = NOBODY;
	}
}

static uint32_t hash(uint32_t folded)
{
	return folded * GOLDEN_RATIO_32 >> (32 - BITS);
}

static int who(const struct scheduler *s, const struct scheduler_view *view, uint32_t bucket)
{
	uint32_t i = s->bucket[bucket];

	return i != NOBODY && scheduler_may_have(&view->server[i]) ? (int)i : -1;
}

static int sh_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	uint32_t folded = scheduler_fold(&flow->client) + scheduler_hash_port(&s->options, flow);
	uint32_t bucket = hash(folded);
	int found = who(s, view, bucket);

	(void)now;
	if (!s->options.fallback)
		return found;
	for (uint32_t i = 0; found < 0 && i < BUCKETS; i++)
		found = who(s, view, hash(folded + (bucket + i) % BUCKETS));
	return found;
}

const struct scheduler_ops SCHEDULER_SH = {
	.name = "sh",
	.title = "source hash",
	.slow_start = false,
	.make = sh_make,
	.free = sh_free,
	.changed = sh_changed,
	.pick = sh_pick,
};

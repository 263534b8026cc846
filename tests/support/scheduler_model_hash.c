// SPDX-License-Identifier: BSD-2-Clause
/* Hashes and chance, as one would explain them. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/scheduler_model.h"

__extension__ typedef unsigned __int128 wide;

static uint32_t fold(const struct ip_addr *a)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < sizeof a->b; i++)
		sum ^= (uint32_t)a->b[i] << (24 - 8 * (i % 4));
	return sum;
}

static uint32_t source(const struct model *m, const struct flow *flow)
{
	return fold(&flow->client) + (m->options.hash_port ? flow->client_port : 0);
}

/* --- sh: who is where in AAABCC AAABCC ..., for one bucket ------------------------------------------------ */

static int sh_owner(const struct scheduler_view *v, uint64_t bucket)
{
	uint64_t turns[MODEL_ROOM], round = 0;

	for (size_t i = 0; i < v->count; i++) {
		const struct scheduler_server *s = &v->server[i];
		uint64_t units = s->weight > 0 ? s->full_weight / 65536 : 0;
		turns[i] = !s->usable && !s->full ? 0 : units > 0 ? units : 1;
		round += turns[i];
	}
	if (round == 0)
		return -1;
	bucket %= round;
	for (size_t i = 0;; i++) {
		if (bucket < turns[i])
			return model_may_have(&v->server[i]) ? (int)i : -1;
		bucket -= turns[i];
	}
}

static int sh_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	uint32_t from = source(m, flow), bucket = from * 0x61c88647u >> 24;
	int found = sh_owner(v, bucket);

	(void)now;
	for (uint32_t i = 0; m->options.fallback && found < 0 && i < 256; i++)
		found = sh_owner(v, (from + (bucket + i) % 256) * 0x61c88647u >> 24);
	return found;
}

/* --- ip-hash ---------------------------------------------------------------------------------------------- */

static int ip_hash_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	uint64_t weight[MODEL_ROOM], total = 0, h = 89;

	(void)now;
	for (size_t i = 0; i < v->count; i++) {
		total += v->server[i].full_weight / 65536;
		weight[i] = model_may_have(&v->server[i]) ? v->server[i].full_weight : 0;
	}
	if (total == 0)
		return -1;
	for (int tries = 0; tries <= 20; tries++) {
		for (int octet = 0; octet < (flow->client.family == IP_V4 ? 3 : 16); octet++)
			h = (h * 113 + flow->client.b[octet]) % 6271;
		uint64_t point = h % total;
		size_t i = 0;
		for (; point >= v->server[i].full_weight / 65536; i++)
			point -= v->server[i].full_weight / 65536;
		if (model_may_have(&v->server[i]))
			return (int)i;
	}
	return model_smooth_pick(m, v, weight);
}

/* --- the ring: every point of every server ---------------------------------------------------------------- */

static uint32_t avalanche(uint32_t a)
{
	a += 0x7ed55d16 + (a << 12);
	a ^= 0xc761c23c ^ (a >> 19);
	a += 0x165667b1 + (a << 5);
	a = (a + 0xd3a2646c) ^ (a << 9);
	a += 0xfd7046c5 + (a << 3);
	a ^= 0xb55a4f09 ^ (a >> 16);
	return a * 3221225473u;
}

static uint64_t effective(const struct scheduler_server *s)
{
	uint64_t w = (s->weight * 16 + 65535) / 65536;

	return !model_may_have(s) ? 0 : w > 4096 ? 4096 : w;
}

/* The owner of the nearest point at or behind the hash, and how far that is; of several at one place the first of the
 * list going up, the last going down. */
static int neighbour(const struct scheduler_view *v, uint32_t hash, bool up, uint32_t *distance)
{
	int owner = -1;

	for (size_t i = 0; i < v->count; i++)
		for (uint32_t n = 0; n < effective(&v->server[i]); n++) {
			uint32_t point = avalanche(v->server[i].id * 4096 + n);
			/* down: strictly below, so a point at the hash itself is a whole circle away */
			uint32_t d = up ? point - hash : hash - point - 1;
			if (owner < 0 || d < *distance || (!up && d == *distance)) {
				owner = (int)i;
				*distance = d;
			}
		}
	return owner;
}

static int nearest(const struct scheduler_view *v, uint32_t hash, uint32_t *point)
{
	uint32_t up = 0, down = 0;
	int above = neighbour(v, hash, true, &up), below = neighbour(v, hash, false, &down);

	if (above < 0)
		return -1;
	down++;
	*point = down <= up ? hash - down : hash + up;
	return down <= up ? below : above;
}

static bool has_place(const struct model *m, const struct scheduler_view *v, int which)
{
	uint64_t total = 0, before = 0, served = 0;

	for (size_t i = 0; i < v->count; i++) {
		before += (int)i < which ? effective(&v->server[i]) : 0;
		total += effective(&v->server[i]);
		served += v->server[i].active;
	}
	uint64_t own = effective(&v->server[which]), all = ((served + 1) * m->options.bounded_load + 99) / 100;
	uint64_t rest = all % total;
	uint64_t places = own * (all / total) + (before + own) * rest / total - before * rest / total;
	return v->server[which].active < (places > 1 ? places : 1);
}

static int consistent_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	uint32_t point = 0;
	int first = nearest(v, avalanche(source(m, flow)), &point), picked = first;

	(void)now;
	if (first < 0 || m->options.bounded_load == 0)
		return first;
	for (int steps = 0; !has_place(m, v, picked) && steps < 100000; steps++) {
		uint32_t further = 0;
		picked = neighbour(v, point + 1, true, &further);
		point += 1 + further;
	}
	return picked;
}

static int random_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	unsigned draws = m->options.draws != 0 ? m->options.draws : 2;
	int best = -1;
	uint32_t point = 0;

	(void)flow;
	(void)now;
	if (nearest(v, 0, &point) < 0)
		return -1;
	for (unsigned d = 0; d < draws; d++) {
		int drawn = nearest(v, (uint32_t)prng_u64(&m->dice), &point);
		if (best < 0) {
			best = drawn;
			continue;
		}
		const struct scheduler_server *a = &v->server[drawn], *b = &v->server[best];
		uint64_t load_a = a->active * effective(b), load_b = b->active * effective(a);
		if (load_a < load_b || (load_a == load_b && a->new_last_second <= b->new_last_second))
			best = drawn;
	}
	return best;
}

/* --- two choices ------------------------------------------------------------------------------------------ */

static int two_choices_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	unsigned draws = m->options.draws != 0 ? m->options.draws : 2;
	uint64_t total = 0;
	int best = -1;

	(void)flow;
	(void)now;
	for (size_t i = 0; i < v->count; i++)
		total += model_may_have(&v->server[i]) ? v->server[i].weight : 0;
	if (total == 0)
		return -1;
	for (unsigned d = 0; d < draws; d++) {
		int64_t left = m->options.inclusive_draw ? (int64_t)prng_below(&m->dice, total / 65536 + 1) * 65536 :
							   (int64_t)((wide)prng_u64(&m->dice) * total >> 64) + 1;
		size_t i = 0;
		for (;; i++) {
			if (!model_may_have(&v->server[i]))
				continue;
			left -= (int64_t)v->server[i].weight;
			if (left <= 0)
				break;
		}
		const struct scheduler_server *a = &v->server[i], *b = &v->server[best < 0 ? 0 : best];
		if (best < 0 || (wide)(257 * (uint64_t)a->active + a->inactive) * b->weight <
					(wide)(257 * (uint64_t)b->active + b->inactive) * a->weight)
			best = (int)i;
	}
	return best;
}

/* --- Maglev: a scheduler made anew for each question (its table is tested by itself) ----------------------- */

static int ask_anew(const struct model *m, const char *name, const struct scheduler_view *v, const struct flow *flow)
{
	const struct scheduler_ops *ops = scheduler_find(name);
	struct scheduler *s = ops->make(MODEL_ROOM, &m->options, &m->dice);
	struct scheduler_server full[MODEL_ROOM];
	struct scheduler_view before = {.server = full, .count = v->count};

	/* mh: first as all were when they last had a weight, then one after the other loses it. */
	memcpy(full, v->server, v->count * sizeof full[0]);
	for (size_t i = 0; i < v->count; i++)
		if (full[i].weight == 0)
			full[i].weight = full[i].full_weight = m->last_weight[full[i].id] * 65536;
	ops->changed(s, &before, -1);
	for (size_t i = 0; i < v->count; i++) {
		full[i] = v->server[i];
		ops->changed(s, &before, (int)i);
	}
	int picked = ops->pick(s, v, flow, 0);
	ops->free(s);
	return picked;
}

/* Who went is forgotten. */
static void mh_changed(struct model *m, const struct scheduler_view *v, int which)
{
	uint64_t kept[MODEL_ROOM];

	(void)which;
	for (size_t i = 0; i < v->count; i++) {
		const struct scheduler_server *s = &v->server[i];
		kept[i] = s->weight > 0 ? s->full_weight / 65536 : m->last_weight[s->id];
	}
	memset(m->last_weight, 0, sizeof m->last_weight);
	for (size_t i = 0; i < v->count; i++)
		m->last_weight[v->server[i].id] = kept[i];
}

static int mh_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	(void)now;
	return ask_anew(m, "mh", v, flow);
}

static int maglev_pick(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now)
{
	(void)now;
	return ask_anew(m, "maglev", v, flow);
}

const struct model_ops MODEL_HASHES[] = {
	{.scheduler = "sh", .pick = sh_pick},
	{.scheduler = "sh", .options = {.hash_port = true, .fallback = true}, .pick = sh_pick},
	{.scheduler = "ip-hash", .changed = model_smooth_changed, .pick = ip_hash_pick},
	{.scheduler = "consistent", .pick = consistent_pick},
	{.scheduler = "consistent", .options = {.bounded_load = 125, .hash_port = true}, .pick = consistent_pick},
	{.scheduler = "maglev", .options = {.table_size = 251}, .pick = maglev_pick},
	{.scheduler = "mh", .options = {.table_size = 251}, .changed = mh_changed, .pick = mh_pick},
	{.scheduler = "mh", .options = {.table_size = 251, .hash_port = true, .fallback = true}, .changed = mh_changed,
	 .pick = mh_pick},
	{.scheduler = "random", .pick = random_pick},
	{.scheduler = "random", .options = {.draws = 3}, .pick = random_pick},
	{.scheduler = "two-choices", .pick = two_choices_pick},
	{.scheduler = "two-choices", .options = {.draws = 4, .inclusive_draw = true}, .pick = two_choices_pick},
};
const size_t MODEL_HASHES_COUNT = sizeof MODEL_HASHES / sizeof MODEL_HASHES[0];

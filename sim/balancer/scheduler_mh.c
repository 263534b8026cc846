// SPDX-License-Identifier: BSD-2-Clause
/*
 * The kernel's Maglev (IPVS mh): servers known by address and port, clients by address, both hashed with hsiphash
 * under fixed keys, so that the table is the kernel's own. A server has so many turns in a row as its weight over the
 * greatest common divisor of all, shifted right when that is too many. The last weight that was not 0 counts, so that
 * quiescing one moves nobody else; the clients of a server that is quiesced or full get none, unless `fallback` asks
 * other places: hashed again with the number of each place behind its own.
 *
 * Options: table_size (one of the kernel's primes), hash_port (added to the address), fallback.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/balancer/maglev.h"
#include "sim/balancer/round.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

/* IP_VS_MH_TAB_INDEX 8 to 17; turns have half as many bits. */
static const uint32_t PRIME[] = {251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071};
#define PRIMES (sizeof PRIME / sizeof PRIME[0])
#define FIRST_INDEX 8
#define DEFAULT_INDEX 12
#define OFFSET_KEY 2654435761u
#define SKIP_KEY 2654446892u

struct scheduler {
	struct scheduler_options options;
	uint32_t size;
	unsigned turn_bits;
	uint32_t *table;
	struct maglev_backend *backend;
	uint32_t *id;                   /* of the list as it was, and */
	uint64_t *last_weight;          /* what each had when it last had any */
	uint64_t *old_weight;           /* room to carry them over to a new list */
	uint64_t *counts;               /* the weights that the table was filled by */
	size_t count;
	bool filled;
};

static unsigned index_of(uint32_t size)
{
	for (unsigned i = 0; i < PRIMES; i++)
		if (PRIME[i] == size)
			return FIRST_INDEX + i;
	return 0;
}

static struct vl_status mh_check(const struct scheduler_options *options)
{
	if (options->table_size != 0 && index_of(options->table_size) == 0)
		return vl_refuse(VL_INVALID, "mh: a table of %u: the kernel has 251, 509, 1021, 2039, 4093, 8191, "
					     "16381, 32749, 65521, 131071", options->table_size);
	return vl_status_ok();
}

static void mh_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	free(s->table);
	free(s->backend);
	free(s->id);
	free(s->last_weight);
	free(s->old_weight);
	free(s->counts);
	free(s);
}

static struct scheduler *mh_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)dice;
	if (s == NULL)
		return NULL;
	s->options = *options;
	s->size = options->table_size != 0 ? options->table_size : PRIME[DEFAULT_INDEX - FIRST_INDEX];
	s->turn_bits = index_of(s->size) / 2;
	s->table = calloc(s->size, sizeof *s->table);
	s->backend = calloc(room + 1, sizeof *s->backend);
	s->id = calloc(room + 1, sizeof *s->id);
	s->last_weight = calloc(room + 1, sizeof *s->last_weight);
	s->old_weight = calloc(room + 1, sizeof *s->old_weight);
	s->counts = calloc(room + 1, sizeof *s->counts);
	if (s->table != NULL && s->backend != NULL && s->id != NULL && s->last_weight != NULL &&
	    s->old_weight != NULL && s->counts != NULL)
		return s;
	mh_free(s);
	return NULL;
}

/* hsiphash of a 64-bit kernel: SipHash-1-3 of four bytes, half of its result. Both halves of the key are the same. */
static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = (v[1] << 13 | v[1] >> 51) ^ v[0];
	v[0] = v[0] << 32 | v[0] >> 32;
	v[2] += v[3];
	v[3] = (v[3] << 16 | v[3] >> 48) ^ v[2];
	v[0] += v[3];
	v[3] = (v[3] << 21 | v[3] >> 43) ^ v[0];
	v[2] += v[1];
	v[1] = (v[1] << 17 | v[1] >> 47) ^ v[2];
	v[2] = v[2] << 32 | v[2] >> 32;
}

static uint32_t hash(uint32_t value, uint64_t key)
{
	uint64_t v[4] = {key ^ UINT64_C(0x736f6d6570736575), key ^ UINT64_C(0x646f72616e646f6d),
			 key ^ UINT64_C(0x6c7967656e657261), key ^ UINT64_C(0x7465646279746573)};
	uint64_t last = (uint64_t)4 << 56 | value;      /* the length, and the bytes that fill no word */

	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return (uint32_t)(v[0] ^ v[1] ^ v[2] ^ v[3]);
}

/* Weights carried over by id: quadratic, but only for those that have none now. */
static void remember(struct scheduler *s, const struct scheduler_view *view, bool list)
{
	size_t before = s->count;

	if (list)
		memcpy(s->old_weight, s->last_weight, before * sizeof *s->old_weight);
	for (size_t i = 0; i < view->count; i++) {
		const struct scheduler_server *server = &view->server[i];
		if (server->weight > 0) {
			s->last_weight[i] = scheduler_units(server);
		} else if (list) {
			size_t old = 0;
			while (old < before && s->id[old] != server->id)
				old++;
			s->last_weight[i] = old < before ? s->old_weight[old] : 0;
		}
	}
	for (size_t i = 0; list && i < view->count; i++)
		s->id[i] = view->server[i].id;
	s->count = view->count;
}

static unsigned bits_of(uint64_t n)
{
	unsigned bits = 0;

	for (; n > 0; n >>= 1)
		bits++;
	return bits;
}

/* The kernel's turns: by the common divisor, and not more than half the bits of the table's index. */
static void set_turns(struct scheduler *s)
{
	uint64_t divisor = 0, largest = 0;

	for (size_t i = 0; i < s->count; i++) {
		divisor = round_divisor(divisor, s->counts[i]);
		largest = s->counts[i] > largest ? s->counts[i] : largest;
	}
	if (divisor == 0)
		return;
	unsigned bits = bits_of(largest / divisor), shift = bits > s->turn_bits ? bits - s->turn_bits : 0;
	for (size_t i = 0; i < s->count; i++) {
		uint64_t turns = s->counts[i] / divisor >> shift;
		s->backend[i].weight = turns > 0 ? turns : s->counts[i] > 0;
	}
}

static void mh_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	bool same = which >= 0;

	remember(s, view, which < 0);
	for (size_t i = 0; i < s->count; i++) {
		const struct scheduler_server *server = &view->server[i];
		uint32_t value = scheduler_fold(&server->address) + server->port;
		uint64_t weight = server->usable || server->full ? s->last_weight[i] : 0;
		same = same && weight == s->counts[i];
		s->counts[i] = weight;
		s->backend[i] = (struct maglev_backend){.offset = hash(value, OFFSET_KEY) % s->size,
							.skip = hash(value, SKIP_KEY) % (s->size - 1) + 1};
	}
	if (same)
		return;
	set_turns(s);
	s->filled = maglev_fill(s->table, s->size, s->backend, s->count, MAGLEV_IN_ROW);
}

static int who(const struct scheduler *s, const struct scheduler_view *view, uint32_t place)
{
	uint32_t i = s->table[place];

	return scheduler_may_have(&view->server[i]) ? (int)i : -1;
}

static int mh_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	uint32_t folded = scheduler_fold(&flow->client) + scheduler_hash_port(&s->options, flow);

	(void)now;
	if (!s->filled)
		return -1;
	uint32_t place = hash(folded, OFFSET_KEY) % s->size;
	int found = who(s, view, place);
	if (!s->options.fallback)
		return found;
	for (uint32_t i = 0; found < 0 && i < s->size; i++)
		found = who(s, view, hash(folded + (place + i) % s->size, OFFSET_KEY) % s->size);
	return found;
}

const struct scheduler_ops SCHEDULER_MH = {
	.name = "mh",
	.title = "the kernel's Maglev hash",
	.slow_start = false,
	.check = mh_check,
	.make = mh_make,
	.free = mh_free,
	.changed = mh_changed,
	.pick = mh_pick,
};

// SPDX-License-Identifier: BSD-2-Clause
/* The ring as a sorted array. */
#include "sim/balancer/ring.h"

#include <stdlib.h>
#include <string.h>

#include "sim/balancer/scheduler_rule.h"

#define INDEX_BITS_MAX 20

/* Room for the most points: untouched pages of it cost nothing. */
bool ring_init(struct ring *r, size_t room)
{
	*r = (struct ring){.room = room};
	if (room > RING_ROOM)
		return false;
	r->point = calloc(room * HAPROXY_WEIGHT_MAX + 1, sizeof *r->point);
	r->scratch = calloc(room * HAPROXY_WEIGHT_MAX + 1, sizeof *r->scratch);
	r->index = calloc((size_t)1 << INDEX_BITS_MAX, sizeof *r->index);
	r->configured = calloc(room + 1, sizeof *r->configured);
	r->now = calloc(room + 1, sizeof *r->now);
	if (r->point != NULL && r->scratch != NULL && r->index != NULL && r->configured != NULL && r->now != NULL)
		return true;
	ring_fini(r);
	return false;
}

void ring_fini(struct ring *r)
{
	free(r->point);
	free(r->scratch);
	free(r->index);
	free(r->configured);
	free(r->now);
	*r = (struct ring){0};
}

uint32_t ring_hash(uint32_t a)
{
	a = (a + 0x7ed55d16) + (a << 12);
	a = (a ^ 0xc761c23c) ^ (a >> 19);
	a = (a + 0x165667b1) + (a << 5);
	a = (a + 0xd3a2646c) ^ (a << 9);
	a = (a + 0xfd7046c5) + (a << 3);
	a = (a ^ 0xb55a4f09) ^ (a >> 16);
	return a * 3221225473u;
}

static uint32_t hash_of(const struct ring *r, size_t i)
{
	return (uint32_t)(r->point[i] >> 32);
}

/* By the bytes of the hash, least first: stable, so equal ones stay in the order of the list. Four passes end where
 * they began. */
static void sort(struct ring *r)
{
	for (unsigned shift = 32; shift < 64; shift += 8) {
		size_t start[257] = {0};
		for (size_t i = 0; i < r->points; i++)
			start[(r->point[i] >> shift & 255) + 1]++;
		for (size_t digit = 1; digit < 257; digit++)
			start[digit] += start[digit - 1];
		for (size_t i = 0; i < r->points; i++)
			r->scratch[start[r->point[i] >> shift & 255]++] = r->point[i];
		uint64_t *sorted = r->scratch;
		r->scratch = r->point;
		r->point = sorted;
	}
}

/* About as many values as points, so that a look into it ends near the right one. */
static void make_index(struct ring *r)
{
	uint32_t i = 0;

	r->index_bits = 1;
	while (r->index_bits < INDEX_BITS_MAX && (size_t)1 << r->index_bits < r->points)
		r->index_bits++;
	for (uint32_t value = 0; value < 1u << r->index_bits; value++) {
		while (i < r->points && hash_of(r, i) < value << (32 - r->index_bits))
			i++;
		r->index[value] = i;
	}
}

static uint64_t points_of(uint64_t weight)
{
	const struct scheduler_server s = {.weight = weight};

	return scheduler_haproxy_weight(&s);
}

static void build(struct ring *r, const struct scheduler_view *view)
{
	r->points = 0;
	for (size_t i = 0; i < view->count; i++) {
		const struct scheduler_server *s = &view->server[i];
		r->configured[i] = s->full_weight;
		for (uint32_t n = 0; n < points_of(s->full_weight); n++)
			r->point[r->points++] =
				(uint64_t)ring_hash(s->id * HAPROXY_WEIGHT_MAX + n) << 32 | (uint64_t)i << 12 | n;
	}
	sort(r);
	make_index(r);
}

static void set_now(struct ring *r, const struct scheduler_server *s, size_t i)
{
	uint32_t before = r->now[i];

	r->now[i] = scheduler_may_have(s) ? (uint32_t)points_of(s->weight) : 0;
	r->present += (r->now[i] > 0) - (size_t)(before > 0);
}

void ring_changed(struct ring *r, const struct scheduler_view *view, int which)
{
	if (which < 0 || view->server[which].full_weight != r->configured[which])
		build(r, view);
	if (which >= 0) {
		set_now(r, &view->server[which], (size_t)which);
		return;
	}
	memset(r->now, 0, r->room * sizeof *r->now);
	r->present = 0;
	r->count = view->count;
	for (size_t i = 0; i < view->count; i++)
		set_now(r, &view->server[i], i);
}

static bool counts(const struct ring *r, size_t i)
{
	return (r->point[i] & (HAPROXY_WEIGHT_MAX - 1)) < r->now[ring_server(r, (int64_t)i)];
}

int64_t ring_next(const struct ring *r, int64_t point)
{
	size_t i = (size_t)point;

	do
		i = i + 1 < r->points ? i + 1 : 0;
	while (!counts(r, i));
	return (int64_t)i;
}

/* The first point whose hash is not less, or `points`. */
static size_t not_less(const struct ring *r, uint32_t hash)
{
	size_t i = r->index[hash >> (32 - r->index_bits)];

	while (i < r->points && hash_of(r, i) < hash)
		i++;
	return i;
}

int64_t ring_nearest(const struct ring *r, uint32_t hash)
{
	if (r->present == 0)
		return -1;
	size_t next = not_less(r, hash), before;
	if (next == r->points)
		next = 0;
	before = next;
	while (!counts(r, next))
		next = next + 1 < r->points ? next + 1 : 0;
	do
		before = before > 0 ? before - 1 : r->points - 1;
	while (!counts(r, before));
	return hash - hash_of(r, before) <= hash_of(r, next) - hash ? (int64_t)before : (int64_t)next;
}

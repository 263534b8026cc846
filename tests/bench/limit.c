// SPDX-License-Identifier: BSD-2-Clause
/*
 * The limit: an event loop with no model in it (the hold model). Pop the first of N pending events, ordered
 * by (time, sequence), copy its 64-byte frame out and back, push it again a random while later. Written for
 * itself, not with the world's queue: it is the yardstick.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

enum { EVENTS = 10000000, FRAME = 64, LINKS = 256 };

struct event {
	uint64_t at, sequence;
	uint32_t frame;
};

struct heap {
	struct event *event;
	size_t count;
};

static bool before(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->sequence < b->sequence;
}

static void push(struct heap *h, struct event e)
{
	size_t i = h->count++;

	for (; i > 0 && before(&e, &h->event[(i - 1) / 2]); i = (i - 1) / 2)
		h->event[i] = h->event[(i - 1) / 2];
	h->event[i] = e;
}

/* Puts `e` in the place of the first. */
static void replace_first(struct heap *h, struct event e)
{
	size_t i = 0, child;

	while ((child = 2 * i + 1) < h->count) {
		if (child + 1 < h->count && before(&h->event[child + 1], &h->event[child]))
			child++;
		if (!before(&h->event[child], &e))
			break;
		h->event[i] = h->event[child];
		i = child;
	}
	h->event[i] = e;
}

static struct event pop(struct heap *h)
{
	struct event first = h->event[0], last = h->event[--h->count];

	if (h->count > 0)
		replace_first(h, last);
	return first;
}

/* SplitMix64: cheap beside the rest. */
static uint64_t throw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* The model's whole work on a frame. */
static void touch(uint8_t *frame, uint8_t *desk)
{
	memcpy(desk, frame, FRAME);
	desk[FRAME - 1]++;
	memcpy(frame, desk, FRAME);
}

static void *take(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL)
		bench_fail("no memory");
	return p;
}

static void hold(size_t pending, const struct bench_case *c, struct bench_sample *out)
{
	uint64_t dice = 1, sequence = 0, events = (uint64_t)(EVENTS * c->scale);
	struct heap heap = {.event = take(pending, sizeof *heap.event)};
	uint8_t *frame = take(pending, FRAME), desk[FRAME];

	for (size_t i = 0; i < pending; i++)
		push(&heap, (struct event){throw(&dice) % (1 << 20), sequence++, (uint32_t)i});
	double start = bench_cpu();
	for (uint64_t i = 0; i < events; i++) {
		struct event e = pop(&heap);
		touch(frame + (size_t)e.frame * FRAME, desk);
		e.at += 1 + throw(&dice) % (1 << 20);
		e.sequence = sequence++;
		push(&heap, e);
	}
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = (double)events};
	free(heap.event);
	free(frame);
}

void limit_heap_1000(const struct bench_case *c, struct bench_sample *out)
{
	hold(1000, c, out);
}

void limit_heap_100000(const struct bench_case *c, struct bench_sample *out)
{
	hold(100000, c, out);
}

/* Links of fixed delay keep their own order: a ring for each, and a heap of the first of each ring. */
void limit_fifos(const struct bench_case *c, struct bench_sample *out)
{
	enum { EACH = 4, RING = 8 };    /* EACH * LINKS: about 1000 pending */
	struct event (*ring)[RING] = take(LINKS, sizeof *ring);
	size_t first[LINKS] = {0};
	uint64_t delay[LINKS];
	uint64_t dice = 1, sequence = 0, events = (uint64_t)(EVENTS * c->scale);
	struct heap heap = {.event = take(LINKS, sizeof *heap.event)};
	uint8_t *frame = take(LINKS * RING, FRAME), desk[FRAME];

	for (uint32_t l = 0; l < LINKS; l++) {
		delay[l] = (1 << 19) + throw(&dice) % (1 << 20);
		uint64_t at = throw(&dice) % delay[l];
		for (size_t k = 0; k < EACH; k++, at += delay[l] / EACH)
			ring[l][k] = (struct event){at, sequence++, l};
		push(&heap, ring[l][0]);
	}
	double start = bench_cpu();
	for (uint64_t i = 0; i < events; i++) {
		struct event e = heap.event[0];
		uint32_t l = e.frame;
		size_t slot = first[l]++ % RING;
		touch(frame + (l * RING + slot) * FRAME, desk);
		e.at += delay[l];
		e.sequence = sequence++;
		ring[l][(slot + EACH) % RING] = e;
		replace_first(&heap, ring[l][first[l] % RING]);
	}
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = (double)events};
	free(ring);
	free(heap.event);
	free(frame);
}

/* --- memory ------------------------------------------------------------------------------------------------- */

/* Lines of a room as large as a million connections are read in an order that no cache foresees, each when the one before
 * has come: what a table that is larger than the caches costs at least, when one question is asked at a time. */
void limit_memory(const struct bench_case *c, struct bench_sample *out)
{
	enum { LINES = 1 << 20, LINE = 128 };
	uint64_t reads = (uint64_t)(2000000 * c->scale), sum = 0;
	uint32_t at = 12345;
	uint8_t *room = calloc(LINES, LINE);

	bench_expect(room != NULL);
	for (size_t i = 0; i < LINES; i++)
		room[i * LINE] = (uint8_t)(i & 1);
	double start = bench_cpu();
	for (uint64_t i = 0; i < reads; i++) {
		at = at * 1664525u + 1013904223u + (uint32_t)(sum & 1);
		sum += room[(size_t)(at >> 12) * LINE];
	}
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = (double)reads};
	bench_expect(sum <= reads);
	free(room);
}

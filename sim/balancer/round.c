// SPDX-License-Identifier: BSD-2-Clause
/* Smooth weighted round robin by queues. */
#include "sim/balancer/round.h"

#include <stdlib.h>

struct round_queue {
	int64_t current;                /* of its head */
	int64_t weight;
	uint32_t head;                  /* who is first */
	uint32_t start, size, first;    /* its part of `order`, and where in it the ring begins */
};

bool smooth_round_init(struct smooth_round *r, size_t room)
{
	*r = (struct smooth_round){0};
	r->weight = calloc(room + 1, sizeof *r->weight);
	r->base = calloc(room + 1, sizeof *r->base);
	r->order = calloc(room + 1, sizeof *r->order);
	r->queue = calloc(room + 1, sizeof *r->queue);
	if (r->weight != NULL && r->base != NULL && r->order != NULL && r->queue != NULL)
		return true;
	smooth_round_fini(r);
	return false;
}

void smooth_round_fini(struct smooth_round *r)
{
	free(r->weight);
	free(r->base);
	free(r->order);
	free(r->queue);
	*r = (struct smooth_round){0};
}

uint64_t round_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

static int64_t current(const struct smooth_round *r, uint32_t i)
{
	return (int64_t)(r->base[i] + r->weight[i] * r->steps);
}

/* Of one weight: a comes before b. */
static bool ahead(const struct smooth_round *r, uint32_t a, uint32_t b)
{
	int64_t difference = (int64_t)(r->base[a] - r->base[b]);

	return difference != 0 ? difference > 0 : a < b;
}

static bool sorts_before(const struct smooth_round *r, uint32_t a, uint32_t b)
{
	return r->weight[a] != r->weight[b] ? r->weight[a] < r->weight[b] : ahead(r, a, b);
}

/* Heap sort, because the order of equals must not differ between C libraries (there are none here). */
static void sink(const struct smooth_round *r, uint32_t *heap, size_t count, size_t i)
{
	uint32_t e = heap[i];

	for (size_t child; (child = 2 * i + 1) < count; i = child) {
		if (child + 1 < count && sorts_before(r, heap[child], heap[child + 1]))
			child++;
		if (!sorts_before(r, e, heap[child]))
			break;
		heap[i] = heap[child];
	}
	heap[i] = e;
}

static void sort(const struct smooth_round *r, uint32_t *order, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		sink(r, order, count, i);
	for (size_t left = count; left-- > 1;) {
		uint32_t last = order[left];
		order[left] = order[0];
		order[0] = last;
		sink(r, order, left, 0);
	}
}

static void form_queues(struct smooth_round *r, size_t members)
{
	r->queues = 0;
	for (uint32_t i = 0; i < members; i++) {
		uint32_t who = r->order[i];
		if (i == 0 || r->weight[who] != r->weight[r->order[i - 1]])
			r->queue[r->queues++] = (struct round_queue){.current = current(r, who),
								     .weight = (int64_t)r->weight[who],
								     .head = who,
								     .start = i};
		r->queue[r->queues - 1].size++;
	}
}

void smooth_round_set(struct smooth_round *r, const uint64_t *weight, size_t count, bool fresh)
{
	size_t members = 0;

	for (uint32_t i = 0; i < count; i++) {
		/* Who is not in the round keeps his current, as it is, in `base`. */
		uint64_t now = fresh || i >= r->count ? 0 : (uint64_t)current(r, i);
		r->weight[i] = weight[i];
		r->base[i] = now - weight[i] * r->steps;
	}
	r->count = count;
	r->sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		r->sum += weight[i];
		if (weight[i] > 0)
			r->order[members++] = i;
	}
	sort(r, r->order, members);
	form_queues(r, members);
}

/* The head loses the sum and goes where it belongs now: nearly always to the end. */
static void move_back(struct smooth_round *r, struct round_queue *q)
{
	uint32_t *ring = r->order + q->start, who = q->head, hole = q->first;

	r->base[who] -= r->sum;
	q->first = q->first + 1 < q->size ? q->first + 1 : 0;
	for (uint32_t n = 1; n < q->size; n++) {
		uint32_t before = hole > 0 ? hole - 1 : q->size - 1;
		if (ahead(r, ring[before], who))
			break;
		ring[hole] = ring[before];
		hole = before;
	}
	ring[hole] = who;
	q->head = ring[q->first];
	q->current = current(r, q->head);
}

int smooth_round_pick(struct smooth_round *r)
{
	struct round_queue *best = r->queue;

	if (r->queues == 0)
		return -1;
	r->steps++;
	for (struct round_queue *q = r->queue; q < r->queue + r->queues; q++) {
		q->current += q->weight;
		if (q->current > best->current || (q->current == best->current && q->head < best->head))
			best = q;
	}
	uint32_t picked = best->head;
	move_back(r, best);
	return (int)picked;
}

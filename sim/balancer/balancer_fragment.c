// SPDX-License-Identifier: BSD-2-Clause
/*
 * Later fragments have no ports: they follow the first one of their packet, by source, destination, protocol and
 * identification (RFC 791 3.2, RFC 8200 4.5). What is known lasts 30 s, of 1024 packets at a time. One that overtook its
 * first is kept, 64 of them and as long, and goes its way behind it. Nothing is reassembled here.
 */
#include <stdlib.h>

#include "sim/balancer/balancer_parts.h"

#define ROOM 1024
#define EARLY 64
#define LIFE (30 * VL_S)                /* Linux' ipfrag_time */

_Static_assert(sizeof(struct packet_key) == 2 * sizeof(struct ip_addr) + 5, "keys are compared as bytes");

/* Where a packet's first fragment went. */
struct known {
	struct flow flow;
	vl_time expires;
	uint8_t side;
	bool foreign;                   /* of no connection: not here */
};

/* Came before its first. */
struct early {
	struct packet_key key;
	struct frame *frame;
	vl_time expires;
};

struct fragments {
	struct table table;             /* struct packet_key -> struct known */
	struct packet_key order[ROOM];  /* a ring, the oldest first */
	size_t first, count;
	struct early early[EARLY];      /* in the order in which they came */
	size_t early_count;
};

bool balancer_make_fragments(struct balancer *b)
{
	b->fragments = calloc(1, sizeof *b->fragments);
	return b->fragments != NULL &&
	       table_init(&b->fragments->table, ROOM, sizeof(struct packet_key), sizeof(struct known), b->secret);
}

/* Takes it out; the reference is the caller's. */
static struct frame *take_early(struct fragments *f, size_t i)
{
	struct frame *frame = f->early[i].frame;

	f->early_count--;
	memmove(&f->early[i], &f->early[i + 1], (f->early_count - i) * sizeof f->early[0]);
	return frame;
}

void balancer_free_fragments(struct balancer *b)
{
	struct fragments *f = b->fragments;

	if (f == NULL)
		return;
	while (f->early_count > 0)
		frame_unref(take_early(f, 0));
	table_fini(&f->table);
	free(f);
}

struct packet_key balancer_packet_key(const struct segment *s)
{
	struct packet_key key = {.src = s->p->src, .dst = s->p->dst, .protocol = s->protocol};

	put_be32(key.id, s->p->network == NETWORK_IPV6 ? s->p->ipv6.fragment_id : s->p->ipv4.id);
	return key;
}

static void forget_oldest(struct fragments *f)
{
	(void)table_remove(&f->table, &f->order[f->first]);
	f->first = (f->first + 1) % ROOM;
	f->count--;
}

static void learn(struct balancer *b, const struct packet_key *key, const struct known *known)
{
	struct fragments *f = b->fragments;
	bool is_new = table_find(&f->table, key) == NULL;

	if (is_new && f->count == ROOM)
		forget_oldest(f);
	*(struct known *)table_put(&f->table, key, NULL) = *known;
	if (is_new)
		f->order[(f->first + f->count++) % ROOM] = *key;
}

void balancer_learn_fragment(struct balancer *b, const struct segment *s, const struct flow *flow, enum side side,
			     vl_time now)
{
	struct packet_key key = balancer_packet_key(s);

	learn(b, &key, &(struct known){.flow = *flow, .expires = vl_time_after(now, LIFE), .side = (uint8_t)side});
}

void balancer_expect_fragments(struct balancer *b, const struct packet_key *key, vl_time now)
{
	learn(b, key, &(struct known){.expires = vl_time_after(now, LIFE), .foreign = true});
}

static const struct known *find(const struct balancer *b, const struct packet_key *key, vl_time now)
{
	const struct known *k = table_find(&b->fragments->table, key);

	return k != NULL && k->expires > now ? k : NULL;
}

/* --- those that come too early ------------------------------------------------------------------------------ */

static void drop_early(struct balancer *b, size_t i)
{
	frame_unref(take_early(b->fragments, i));
	(void)balancer_drop(b, BALANCER_DROP_FRAGMENT);
}

static void keep_early(struct balancer *b, const struct packet_key *key, const struct segment *s, vl_time now)
{
	struct fragments *f = b->fragments;

	while (f->early_count > 0 && (f->early_count == EARLY || f->early[0].expires <= now))
		drop_early(b, 0);
	struct frame *frame = frame_ref((struct frame *)(uintptr_t)s->f);      /* it is read, but its references are counted */
	f->early[f->early_count++] = (struct early){.key = *key, .frame = frame, .expires = vl_time_after(now, LIFE)};
}

static bool is_early(const struct fragments *f, size_t i, const struct packet_key *key)
{
	return memcmp(&f->early[i].key, key, sizeof *key) == 0;
}

/* The first has gone its way: those that wait for it go after it. */
static void release(struct balancer *b, const struct packet_key *key, vl_time now)
{
	struct fragments *f = b->fragments;

	for (size_t i = 0; i < f->early_count;) {
		struct packet p;
		struct segment s;
		if (!is_early(f, i, key)) {
			i++;
			continue;
		}
		if (f->early[i].expires <= now) {
			drop_early(b, i);
			continue;
		}
		struct frame *frame = take_early(f, i);
		(void)packet_dissect(&p, frame->data, frame->length, frame->length);
		if (segment_read(&s, &p, frame) && !balancer_later_fragment(b, &s, now))
			stack_transit(b->stack, frame, &p, now);
		frame_unref(frame);
	}
}

bool balancer_release_fragments(struct balancer *b, const struct segment *s, const struct packet_key *key,
				bool taken, vl_time now)
{
	const struct fragments *f = b->fragments;
	bool waited_for = false;

	for (size_t i = 0; i < f->early_count; i++)
		waited_for = waited_for || is_early(f, i, key);
	if (!waited_for)
		return taken;
	if (!taken)             /* here and not by whoever called, so that it is the first */
		stack_transit(b->stack, s->f, s->p, now);
	release(b, key, now);
	return true;
}

/* --- a later one -------------------------------------------------------------------------------------------- */

bool balancer_later_fragment(struct balancer *b, const struct segment *s, vl_time now)
{
	struct packet_key key = balancer_packet_key(s);
	const struct known *k = find(b, &key, now);
	bool ours = balancer_owns_address(b, &s->p->dst);

	if (k == NULL) {
		if (!ours && !b->has_nat)
			return false;
		keep_early(b, &key, s, now);
		return true;
	}
	struct connection *c = k->foreign ? NULL : connection_find(b->table, &k->flow);
	if (c == NULL)
		return ours ? balancer_drop(b, BALANCER_DROP_FRAGMENT) : false;
	balancer_count_bytes(b, c, s, (enum side)k->side);
	if (k->side == SIDE_CLIENT)
		balancer_to_server(b, c, s, now);
	else
		balancer_to_client(b, c, s, now);
	return true;
}

void balancer_forget_fragments(struct balancer *b)
{
	while (b->fragments->early_count > 0)
		drop_early(b, 0);
	while (b->fragments->count > 0)
		forget_oldest(b->fragments);
}

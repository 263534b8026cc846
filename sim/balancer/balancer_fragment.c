// SPDX-License-Identifier: BSD-2-Clause
/*
 * Later fragments have no ports: they follow the first one of their packet, by source, destination, protocol and
 * identification (RFC 791 3.2, RFC 8200 4.5). What is known lasts 30 s, of 1024 packets at a time; a fragment that
 * comes before its first one is dropped, as nothing is reassembled here.
 */
#include <stdlib.h>

#include "sim/balancer/balancer_parts.h"

#define ROOM 1024
#define LIFE (30 * VL_S)                /* Linux' ipfrag_time */

struct packet_key {
	struct ip_addr src, dst;
	uint8_t protocol;
	uint8_t id[4];
};

_Static_assert(sizeof(struct packet_key) == 2 * sizeof(struct ip_addr) + 5, "keys are compared as bytes");

struct known {
	struct flow flow;
	vl_time expires;
	uint8_t side;
};

struct fragments {
	struct table table;             /* struct packet_key -> struct known */
	struct packet_key order[ROOM];  /* a ring, the oldest first */
	size_t first, count;
};

bool balancer_make_fragments(struct balancer *b)
{
	b->fragments = calloc(1, sizeof *b->fragments);
	return b->fragments != NULL &&
	       table_init(&b->fragments->table, ROOM, sizeof(struct packet_key), sizeof(struct known), b->secret);
}

void balancer_free_fragments(struct balancer *b)
{
	if (b->fragments != NULL)
		table_fini(&b->fragments->table);
	free(b->fragments);
}

static struct packet_key key_of(const struct segment *s)
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

void balancer_learn_fragment(struct balancer *b, const struct segment *s, const struct flow *flow, enum side side,
			     vl_time now)
{
	struct fragments *f = b->fragments;
	struct packet_key key = key_of(s);
	bool is_new = table_find(&f->table, &key) == NULL;

	if (is_new && f->count == ROOM)
		forget_oldest(f);
	struct known *k = table_put(&f->table, &key, NULL);
	*k = (struct known){.flow = *flow, .expires = vl_time_after(now, LIFE), .side = (uint8_t)side};
	if (is_new)
		f->order[(f->first + f->count++) % ROOM] = key;
}

bool balancer_later_fragment(struct balancer *b, const struct segment *s, vl_time now)
{
	struct packet_key key = key_of(s);
	const struct known *k = table_find(&b->fragments->table, &key);
	struct connection *c = k != NULL && k->expires > now ? connection_find(b->table, &k->flow) : NULL;

	if (c == NULL)
		return balancer_has_address(b, &s->p->dst) ? balancer_drop(b, BALANCER_DROP_FRAGMENT) : false;
	balancer_count_bytes(b, c, s, (enum side)k->side);
	if (k->side == SIDE_CLIENT)
		balancer_to_server(b, c, s, now);
	else
		balancer_to_client(b, c, s, now);
	return true;
}

void balancer_forget_fragments(struct balancer *b)
{
	while (b->fragments->count > 0)
		forget_oldest(b->fragments);
}

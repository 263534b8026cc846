// SPDX-License-Identifier: BSD-2-Clause
/* Packets on their way to a neighbour: sent, waiting for an answer, given up. See neighbour.h for the states. */
#include <assert.h>
#include <string.h>

#include "sim/stack/parts.h"

static void depart(struct stack *s, unsigned interface, struct mac to, struct frame *f)
{
	memcpy(f->data, to.b, sizeof to.b);
	stack_transmit(s, interface, f);
}

static void ask(struct stack *s, struct neighbour *n, vl_time now)
{
	struct mac to = n->state == NEIGHBOUR_PROBE ? n->mac : MAC_ZERO;

	n->tries++;
	n->retry_at = vl_time_after(now, NEIGHBOUR_RETRANS);
	if (n->place.address.family == IP_V4)
		stack_arp_ask(s, n->place.interface, &n->place.address, to);
	else
		stack_nd_ask(s, n->place.interface, &n->place.address, to);
}

static void wait_for(struct stack *s, struct neighbour *n, struct frame *f)
{
	if (n->waiting_count == NEIGHBOUR_WAITING) {
		frame_unref(n->waiting[0]);
		n->waiting_count--;
		memmove(&n->waiting[0], &n->waiting[1], n->waiting_count * sizeof n->waiting[0]);
		(void)stack_drop(s, STACK_DROP_QUEUE_FULL);
	}
	n->waiting[n->waiting_count++] = f;
}

bool stack_hop_is_full(struct stack *s, const struct stack_hop *hop)
{
	/* Without a timer nobody is being asked for. */
	if (s->neighbours.deadline == VL_NEVER || hop->broadcast)
		return false;
	const struct neighbour *n = neighbour_find(&s->neighbours, hop->interface, &hop->address);
	return n != NULL && n->state == NEIGHBOUR_INCOMPLETE && n->waiting_count == NEIGHBOUR_WAITING;
}

void stack_to_neighbour(struct stack *s, unsigned interface, const struct ip_addr *neighbour,
			struct frame *f, vl_time now)
{
	struct neighbour *n = neighbour_find(&s->neighbours, interface, neighbour);
	bool asked = n == NULL;

	if (n == NULL && (n = neighbour_add(&s->neighbours, interface, neighbour, now)) == NULL) {
		frame_unref(f);
		(void)stack_drop(s, STACK_DROP_QUEUE_FULL);
		return;
	}
	n->used_at = now;
	if (n->state == NEIGHBOUR_INCOMPLETE) {
		wait_for(s, n, f);
	} else {
		depart(s, interface, n->mac, f);
		if (n->state == NEIGHBOUR_KNOWN && now >= n->good_until) {
			n->state = NEIGHBOUR_PROBE;
			n->tries = 0;
			asked = true;
		}
	}
	if (asked) {
		ask(s, n, now);
		neighbour_rearm(&s->neighbours);
	}
}

void stack_learn(struct stack *s, unsigned interface, const struct ip_addr *address, struct mac mac,
		 bool create, bool override, vl_time now)
{
	struct neighbour *n = neighbour_find(&s->neighbours, interface, address);

	if (n == NULL && create)
		n = neighbour_add(&s->neighbours, interface, address, now);
	if (n == NULL)
		return;
	/* RFC 4861 7.2.5: without the override flag a known, other MAC stays. */
	if (n->state != NEIGHBOUR_INCOMPLETE && !override && !mac_equal(n->mac, mac))
		return;
	n->state = NEIGHBOUR_KNOWN;
	n->mac = mac;
	n->tries = 0;
	n->good_until = vl_time_after(now, NEIGHBOUR_REACHABLE);
	n->retry_at = VL_NEVER;
	size_t waiting = n->waiting_count;
	n->waiting_count = 0;
	for (size_t i = 0; i < waiting; i++)
		depart(s, interface, mac, n->waiting[i]);
	neighbour_rearm(&s->neighbours);
}

/* Packets of others are answered with an error: their sender should know (RFC 1812 5.2.7.1). */
static void give_up_frame(struct stack *s, unsigned interface, struct frame *f, vl_time now)
{
	struct packet p;

	(void)stack_drop(s, STACK_DROP_NO_NEIGHBOUR);
	if (s->forward && packet_dissect(&p, f->data, f->length, f->length) &&
	    stack_owns_anywhere(s, interface, &p.src) == NOT_OURS)
		stack_send_error(s, STACK_ERROR_NO_NEIGHBOUR, f, &p, 0, now);
	frame_unref(f);
}

static void give_up(struct stack *s, struct neighbour *n, vl_time now)
{
	struct frame *waiting[NEIGHBOUR_WAITING];
	size_t count = n->waiting_count;
	unsigned interface = n->place.interface;

	/* First the entry goes: the errors that follow may need neighbours themselves. */
	memcpy(waiting, n->waiting, count * sizeof waiting[0]);
	n->waiting_count = 0;
	neighbour_remove(&s->neighbours, n);
	for (size_t i = 0; i < count; i++)
		give_up_frame(s, interface, waiting[i], now);
}

void stack_timeout(struct stack *s, vl_time now)
{
	struct neighbour_cache *c = &s->neighbours;

	if (now < c->deadline)
		return;
	for (uint32_t i = 0; i < c->room; i++) {
		struct neighbour *n = &c->entry[i];
		bool pending = n->state == NEIGHBOUR_INCOMPLETE || n->state == NEIGHBOUR_PROBE;
		if (!pending || n->retry_at > now)
			continue;
		if (n->tries < NEIGHBOUR_TRIES)
			ask(s, n, now);
		else
			give_up(s, n, now);
	}
	neighbour_rearm(c);
}

vl_time stack_deadline(const struct stack *s)
{
	return s->neighbours.deadline;
}

void stack_forget_neighbours(struct stack *s, unsigned interface, enum stack_drop why)
{
	struct neighbour_cache *c = &s->neighbours;

	for (uint32_t i = 0; i < c->room; i++) {
		struct neighbour *n = &c->entry[i];
		if (n->state == NEIGHBOUR_FREE || n->place.interface != interface)
			continue;
		for (; n->waiting_count > 0; n->waiting_count--) {
			frame_unref(n->waiting[n->waiting_count - 1]);
			(void)stack_drop(s, why);
		}
		neighbour_remove(c, n);
	}
	neighbour_rearm(c);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The receiving side's bytes: handed over at once when they are the next ones and their user reads. Otherwise copies
 * of their segments wait in a list by sequence number, without overlaps, until the hole before them is filled or the
 * reading goes on.
 */
#include "sim/stack/tcp_parts.h"

/* Not while it is held, nor before somebody accepted it. */
static bool reads(const struct tcp_connection *c)
{
	return !c->hold && !c->in_backlog && !c->told_gone;
}

uint16_t tcp_window(const struct tcp_endpoint *t, const struct tcp_connection *c)
{
	uint32_t unread = c->rcv_nxt - c->read_nxt - c->peer_fin_taken;
	uint32_t window = unread < t->c.window ? t->c.window - unread : 0;
	uint32_t offered = seq_after(c->rcv_adv, c->rcv_nxt) ? c->rcv_adv - c->rcv_nxt : 0;

	/* RFC 9293 3.8.6.2.2: small windows are silly; 3.8.6: the edge does not go back. */
	if (window < c->mss && window < t->c.window / 2u)
		window = 0;
	if (window < offered)
		window = offered;
	return (uint16_t)(window < UINT16_MAX ? window : UINT16_MAX);
}

static void give_back(struct tcp_endpoint *t, uint32_t i)
{
	frame_unref(t->held[i].frame);
	t->held[i] = (struct tcp_held){.next = t->held_free};
	t->held_free = i;
	t->counters.segments_held--;
}

void tcp_drop_held(struct tcp_endpoint *t, struct tcp_connection *c)
{
	while (c->held != TCP_NONE) {
		uint32_t i = c->held;
		c->held = t->held[i].next;
		give_back(t, i);
	}
}

/* A copy of the bytes from `sequence` on. TCP_NONE: no room. */
static uint32_t hold_copy(struct tcp_endpoint *t, uint32_t sequence, const uint8_t *data, uint32_t length)
{
	uint32_t i = t->held_free;
	struct frame *f = i != TCP_NONE ? frame_copy(t->stack->pool, data, length) : NULL;

	if (f == NULL) {
		t->counters.held_dropped++;
		return TCP_NONE;
	}
	t->held_free = t->held[i].next;
	t->held[i] = (struct tcp_held){.sequence = sequence, .length = length, .next = TCP_NONE, .frame = f};
	t->counters.segments_held++;
	return i;
}

/* Puts what is new of [sequence, sequence + length) into the list. */
static void hold(struct tcp_endpoint *t, struct tcp_connection *c, uint32_t sequence, const uint8_t *data,
		 uint32_t length)
{
	uint32_t *link = &c->held;

	while (length > 0) {
		uint32_t piece = length;
		/* Behind those that end before it; what one of them covers is not news. */
		while (*link != TCP_NONE && !seq_after(t->held[*link].sequence, sequence)) {
			uint32_t end = t->held[*link].sequence + t->held[*link].length;
			if (seq_after(end, sequence)) {
				uint32_t known = end - sequence < length ? end - sequence : length;
				sequence += known;
				data += known;
				length -= known;
			}
			link = &t->held[*link].next;
		}
		if (length == 0)
			return;
		piece = length;
		if (*link != TCP_NONE && t->held[*link].sequence - sequence < piece)
			piece = t->held[*link].sequence - sequence;
		uint32_t i = hold_copy(t, sequence, data, piece);
		if (i == TCP_NONE)
			return;
		t->held[i].next = *link;
		*link = i;
		link = &t->held[i].next;
		sequence += piece;
		data += piece;
		length -= piece;
	}
}

/* rcv_nxt moves over what lies there without a hole. */
static void advance(struct tcp_endpoint *t, struct tcp_connection *c)
{
	for (uint32_t i = c->held; i != TCP_NONE && !seq_after(t->held[i].sequence, c->rcv_nxt); i = t->held[i].next) {
		uint32_t end = t->held[i].sequence + t->held[i].length;
		if (seq_after(end, c->rcv_nxt))
			c->rcv_nxt = end;
	}
}

bool tcp_hand_over(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	uint32_t index = tcp_index(t, c);

	while (reads(c) && c->held != TCP_NONE && t->held[c->held].sequence == c->read_nxt) {
		uint32_t i = c->held;
		struct tcp_held h = t->held[i];
		c->held = h.next;
		c->read_nxt += h.length;
		frame_ref(h.frame);
		give_back(t, i);
		if (c->ops->received != NULL)
			c->ops->received(c->user, index, h.frame->data + h.skip, h.length, now);
		frame_unref(h.frame);
		if (c->state <= TCP_DEAD)
			return false;
	}
	if (reads(c) && c->peer_fin_taken && !c->peer_fin_told && c->read_nxt + 1 == c->rcv_nxt) {
		c->peer_fin_told = true;
		if (c->ops->peer_finished != NULL)
			c->ops->peer_finished(c->user, index, now);
		if (c->state == TCP_TIME_WAIT)
			tcp_tell_gone(t, c, TCP_END_CLOSED, now);
	}
	return c->state > TCP_DEAD;
}

/* RFC 5681 4.2: at once out of order and when a hole closes; otherwise every second segment, or later. */
static void acknowledge(struct tcp_endpoint *t, struct tcp_connection *c, bool at_once, vl_time now)
{
	c->unacked_segments++;
	if (at_once || c->unacked_segments >= 2) {
		c->ack_now = true;
		tcp_want(t, c);
	} else {
		tcp_arm_ack(t, c, now);
	}
}

/* What waits of bytes that have come in full meanwhile is no news. */
static void forget_known(struct tcp_endpoint *t, struct tcp_connection *c)
{
	while (c->held != TCP_NONE && seq_before(t->held[c->held].sequence, c->rcv_nxt)) {
		struct tcp_held *h = &t->held[c->held];
		uint32_t known = c->rcv_nxt - h->sequence, i = c->held;
		if (known < h->length) {
			h->sequence += known;
			h->length -= known;
			h->skip += known;
			return;
		}
		c->held = h->next;
		give_back(t, i);
	}
}

/* The next bytes, of one who reads: they need no room to wait in, which may be used up by what waits for them. */
static bool take_next(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_incoming *s, vl_time now)
{
	bool hole = c->held != TCP_NONE;

	c->rcv_nxt += s->length;
	forget_known(t, c);
	c->read_nxt = c->rcv_nxt;
	advance(t, c);
	acknowledge(t, c, hole, now);
	if (c->ops->received != NULL)
		c->ops->received(c->user, tcp_index(t, c), s->data, s->length, now);
	return c->state > TCP_DEAD && (!hole || tcp_hand_over(t, c, now));
}

bool tcp_take_data(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_incoming *s, vl_time now)
{
	if (s->length == 0)
		return true;
	if (s->sequence == c->rcv_nxt && reads(c))
		return take_next(t, c, s, now);
	/* What is held because nobody reads is in order for all that: no hole, no haste. */
	bool in_order = s->sequence == c->rcv_nxt;
	uint32_t before = c->rcv_nxt;
	hold(t, c, s->sequence, s->data, s->length);
	advance(t, c);
	bool hole = c->rcv_nxt - before != s->length;
	acknowledge(t, c, !in_order || hole, now);
	return tcp_hand_over(t, c, now);
}

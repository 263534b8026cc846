// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a connection may send at this moment, and the queue of those that want to. Everything that anybody wants said
 * is a mark on the connection (ack_now, reset_due, snd_nxt behind what is announced); the queue is emptied at the end
 * of every outermost call, as far as the outbox has room.
 */
#include "sim/stack/tcp_parts.h"

void tcp_want(struct tcp_endpoint *t, struct tcp_connection *c)
{
	uint32_t i = tcp_index(t, c);

	if (c->ready)
		return;
	c->ready = true;
	c->next = TCP_NONE;
	if (t->last_ready == TCP_NONE)
		t->first_ready = i;
	else
		t->connection[t->last_ready].next = i;
	t->last_ready = i;
}

void tcp_challenge(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	uint32_t ms = (uint32_t)(now / VL_MS);

	if (c->challenged_ms != 0 && ms - c->challenged_ms < TCP_CHALLENGE_EVERY / VL_MS)
		return;
	c->challenged_ms = ms != 0 ? ms : 1;
	c->ack_now = true;
	tcp_want(t, c);
}

static bool has_room(const struct tcp_endpoint *t)
{
	return t->stack->outbox->count < TCP_BURST;
}

static bool put(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_outgoing *o, vl_time now)
{
	return has_room(t) && tcp_put_segment(t, c, o, now);
}

/* --- handshake ------------------------------------------------------------------------------------------- */

static bool send_syn(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	bool again = c->snd_max != c->iss;

	if (c->snd_nxt == c->iss) {
		uint8_t flags = c->state == TCP_SYN_SENT ? TCP_SYN : TCP_SYN | TCP_ACK;
		if (!put(t, c, &(struct tcp_outgoing){.sequence = c->iss, .flags = flags}, now))
			return false;
		c->snd_nxt = c->snd_max = c->iss + 1;
		if (again) {
			t->counters.retransmitted++;
			c->timing = false;
		} else {
			tcp_time_segment(c, c->snd_max, now);
		}
		tcp_arm(t, c, !again, now);
	}
	if (c->ack_now)
		return put(t, c, &(struct tcp_outgoing){.sequence = c->snd_nxt, .flags = TCP_ACK}, now);
	return true;
}

/* --- data ------------------------------------------------------------------------------------------------ */

static uint64_t left_to_send(const struct tcp_connection *c)
{
	uint64_t sent = c->snd_nxt - c->snd_una, left = c->announced - c->una_offset;

	return left > sent ? left - sent : 0;
}

/* The next segment of new (or gone-back) bytes: its length, and whether the FIN goes with it. False: nothing may leave.
 * Without Nagle; the sender's side of silly window avoidance is RFC 9293 3.8.6.2.1. */
static bool next_segment(const struct tcp_connection *c, uint32_t *length, bool *fin)
{
	uint64_t left = left_to_send(c);
	uint32_t flying = c->snd_nxt - c->snd_una;
	uint32_t may = tcp_may_fly(c);
	uint32_t usable = may > flying ? may - flying : 0;
	uint32_t n = c->mss;

	if (n > left)
		n = (uint32_t)left;
	if (n > usable)
		n = usable;
	bool whole = n == left || n == c->mss || n >= (c->max_wnd + 1) / 2 || (c->probe_due && flying == 0);
	bool again = seq_before(c->snd_nxt, c->snd_max);
	*length = n > 0 && (whole || again) ? n : 0;
	/* The FIN waits for the bytes before it, but not for a window of its own. */
	*fin = c->finishing && *length == left && !seq_after(c->snd_nxt, tcp_fin_sequence(c));
	return *length > 0 || *fin;
}

/* Sends bytes from snd_nxt and moves it. */
static bool send_bytes(struct tcp_endpoint *t, struct tcp_connection *c, uint32_t length, bool fin, vl_time now)
{
	uint32_t sequence = c->snd_nxt, end = sequence + length + fin;
	bool last = left_to_send(c) == length;
	struct tcp_outgoing o = {
		.sequence = sequence,
		.flags = (uint8_t)(TCP_ACK | (length > 0 && last ? TCP_PSH : 0) | (fin ? TCP_FIN : 0)),
		.offset = c->una_offset + (sequence - c->snd_una),
		.length = length,
	};

	if (!has_room(t))
		return false;
	tcp_congestion_idle(t, c, now);
	if (!put(t, c, &o, now))
		return false;
	if (seq_before(sequence, c->snd_max)) {
		t->counters.retransmitted++;
		c->timing = false; /* Karn */
	} else {
		tcp_time_segment(c, end, now);
	}
	c->snd_nxt = end;
	if (seq_after(end, c->snd_max))
		c->snd_max = end;
	c->probing = c->probe_due = false;
	tcp_arm(t, c, false, now);
	return true;
}

/* One segment at snd_una again, whatever the window says, without going back (fast retransmit). */
static bool send_first_again(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	uint32_t nxt = c->snd_nxt;
	uint64_t left = c->announced - c->una_offset;
	uint32_t sent = c->snd_max - c->snd_una;
	uint32_t n = c->mss;

	if (n > left)
		n = (uint32_t)left;
	if (n > sent)
		n = sent;
	c->snd_nxt = c->snd_una;
	bool fin = c->finishing && n == left && sent > n;
	bool done = send_bytes(t, c, n, fin, now);
	if (seq_after(nxt, c->snd_nxt))
		c->snd_nxt = nxt;
	t->counters.fast_retransmits += done;
	return done;
}

/* A byte that the window does not allow, or nothing from before it: an answer is all that is wanted. */
static bool send_probe(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	bool byte = c->snd_una == c->snd_max && left_to_send(c) > 0;
	struct tcp_outgoing o = {.sequence = byte ? c->snd_una : c->snd_max - 1, .flags = TCP_ACK};

	if (byte) {
		o.length = 1;
		o.offset = c->una_offset;
	}
	if (!put(t, c, &o, now))
		return false;
	c->probing = byte;
	c->probe_due = false;
	return true;
}

static bool send_data(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	uint32_t length;
	bool fin;

	if (c->bare_ack) {
		if (!put(t, c, &(struct tcp_outgoing){.sequence = c->snd_nxt, .flags = TCP_ACK}, now))
			return false;
		c->bare_ack = false;
	}
	if (c->first_again) {
		if (c->snd_una != c->snd_max && !send_first_again(t, c, now))
			return false;
		c->first_again = false;
	}
	while (next_segment(c, &length, &fin))
		if (!send_bytes(t, c, length, fin, now))
			return false;
	if (c->probe_due && !send_probe(t, c, now))
		return false;
	if (c->ack_now)
		return put(t, c, &(struct tcp_outgoing){.sequence = c->snd_max, .flags = TCP_ACK}, now);
	return true;
}

/* --- the queue ------------------------------------------------------------------------------------------- */

/* All that it may say now. False: it has more, and no room for it. */
static bool send_all(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	switch ((enum tcp_state)c->state) {
	case TCP_FREE:
		break;
	case TCP_DEAD:
		if (c->reset_due) {
			/* What was sent counts, not what is sent again; the ACK is what Linux adds. */
			if (!put(t, c, &(struct tcp_outgoing){.sequence = c->snd_max, .flags = TCP_RST | TCP_ACK}, now))
				return false;
			t->counters.resets_sent++;
		}
		break;
	case TCP_SYN_SENT:
	case TCP_SYN_RECEIVED:
		return send_syn(t, c, now);
	case TCP_TIME_WAIT:
		return !c->ack_now || put(t, c, &(struct tcp_outgoing){.sequence = c->snd_max, .flags = TCP_ACK}, now);
	case TCP_ESTABLISHED:
	case TCP_FIN_WAIT_1:
	case TCP_FIN_WAIT_2:
	case TCP_CLOSE_WAIT:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		return send_data(t, c, now);
	}
	return true;
}

static struct tcp_connection *take_ready(struct tcp_endpoint *t)
{
	struct tcp_connection *c = &t->connection[t->first_ready];

	t->first_ready = c->next;
	if (t->first_ready == TCP_NONE)
		t->last_ready = TCP_NONE;
	c->ready = false;
	return c;
}

void tcp_flush(struct tcp_endpoint *t, vl_time now)
{
	uint32_t last = t->last_ready;

	t->pace_at = VL_NEVER;
	while (t->first_ready != TCP_NONE && has_room(t)) {
		/* Those whose hop is full go behind the others, and each is asked once. */
		bool is_last = t->first_ready == last;
		struct tcp_connection *c = take_ready(t);
		if (!send_all(t, c, now))
			tcp_want(t, c);
		else if (c->state == TCP_DEAD)
			tcp_release(t, c);
		else
			tcp_arm(t, c, false, now);
		if (is_last)
			break;
	}
	if (t->first_ready != TCP_NONE)
		t->pace_at = vl_time_after(now, has_room(t) ? TCP_PATIENCE : TCP_PACE);
}

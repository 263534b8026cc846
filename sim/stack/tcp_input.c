// SPDX-License-Identifier: BSD-2-Clause
/*
 * A segment comes in for a connection: RFC 9293 3.10.7.3 (SYN-SENT) and 3.10.7.4 (the others), their checks in their
 * order, with RFC 5961's care about resets, SYNs and ACKs that a stranger might have sent.
 */
#include "sim/stack/tcp_parts.h"

static void ack_at_once(struct tcp_endpoint *t, struct tcp_connection *c)
{
	c->ack_now = true;
	tcp_want(t, c);
}

void tcp_take_syn(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_incoming *s)
{
	size_t room = stack_payload_room(t->stack, &c->remote);
	uint16_t own = t->c.mss != 0 ? t->c.mss : UINT16_MAX;

	c->irs = s->sequence;
	c->rcv_nxt = c->read_nxt = c->rcv_adv = s->sequence + 1;
	if (s->mss != 0)
		c->mss = s->mss;
	/* RFC 9293 3.7.1: no more than the way out carries; and a peer's nonsense (0, 1) is not followed. */
	if (room > TCP_HEADER && c->mss > room - TCP_HEADER)
		c->mss = (uint16_t)(room - TCP_HEADER);
	if (c->mss > own)
		c->mss = own;
	if (c->mss < 64)
		c->mss = 64;
	c->scaled = s->scale >= 0;
	c->peer_scale = (uint8_t)(s->scale < 0 ? 0 : s->scale > 14 ? 14 : s->scale);
	c->snd_wnd = c->max_wnd = s->window;
	c->snd_wl1 = s->sequence;
	c->snd_wl2 = s->acknowledgment;
}

/* --- state changes --------------------------------------------------------------------------------------- */

static void enter_time_wait(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	c->state = TCP_TIME_WAIT;
	t->counters.in_time_wait++;
	c->ack_later = false;
	c->ack_at = VL_NEVER;
	tcp_arm_time_wait(t, c, now);
	if (c->peer_fin_told) /* otherwise its user has still to read (tcp_held.c) */
		tcp_tell_gone(t, c, TCP_END_CLOSED, now);
}

void tcp_established(struct tcp_endpoint *t, struct tcp_connection *c, uint32_t acknowledgment, vl_time now)
{
	c->state = TCP_ESTABLISHED;
	c->snd_una = acknowledgment;
	if (seq_before(c->snd_nxt, c->snd_una))
		c->snd_nxt = c->snd_una;
	c->retries = 0;
	c->timer = TCP_TIMER_NONE;
	c->timer_at = VL_NEVER;
	tcp_time_acked(t, c, now);
	/* RFC 6298 5.7: a SYN that had to be sent again says that the first guess was too short. */
	if (c->syn_retried && c->srtt == 0)
		c->rto = (uint32_t)(3 * VL_S / VL_US);
	c->backoff = 0;
	tcp_congestion_init(t, c);
	t->counters.established++;
	if (c->finishing)
		tcp_begin_finish(c);
	tcp_want(t, c);
	tcp_opened(t, c, now);
}

/* --- SYN-SENT (3.10.7.3) --------------------------------------------------------------------------------- */

static void arrives_syn_sent(struct tcp_endpoint *t, struct tcp_connection *c, struct tcp_incoming *s, vl_time now)
{
	bool ack = (s->flags & TCP_ACK) != 0;

	if (ack && (!seq_after(s->acknowledgment, c->iss) || seq_after(s->acknowledgment, c->snd_max))) {
		if ((s->flags & TCP_RST) != 0)
			return;
		tcp_reset_at(t, c, s->acknowledgment, now);
		/* Our reset ends what the peer had left of an older connection: as Linux, not a whole RTO later. */
		if (c->retries == 0)
			tcp_arm_soon(t, c, now);
		return;
	}
	if ((s->flags & TCP_RST) != 0) {
		if (ack) {
			t->counters.resets_received++;
			tcp_end_connection(t, c, TCP_END_REFUSED, now);
		}
		return;
	}
	if ((s->flags & TCP_SYN) == 0)
		return;
	tcp_take_syn(t, c, s);
	if (!ack) {
		/* Simultaneous open (3.5, figure 7). */
		c->state = TCP_SYN_RECEIVED;
		c->snd_nxt = c->iss;
		tcp_want(t, c);
		return;
	}
	/* Bytes and FIN behind a SYN are possible, if rare: they will be sent again. */
	c->bare_ack = true;
	tcp_established(t, c, s->acknowledgment, now);
}

/* --- checks in front (3.10.7.4, first to fourth) --------------------------------------------------------- */

/* Table 6 of 3.10.7.4; a segment that begins at the very edge is let through, for its ACK (as everybody does). */
static bool in_window(const struct tcp_endpoint *t, const struct tcp_connection *c, const struct tcp_incoming *s)
{
	uint32_t window = tcp_window(t, c);
	uint32_t extent = tcp_extent(s);

	if (seq_after(s->sequence, c->rcv_nxt + window))
		return false;
	return extent == 0 ? !seq_before(s->sequence, c->rcv_nxt) : seq_after(s->sequence + extent, c->rcv_nxt);
}

/* Cuts off what is old or too far (a probe of a closed window, which wants an answer). */
static void trim(struct tcp_endpoint *t, struct tcp_connection *c, struct tcp_incoming *s)
{
	uint32_t edge = c->rcv_nxt + tcp_window(t, c);

	if (seq_before(s->sequence, c->rcv_nxt)) {
		uint32_t old = c->rcv_nxt - s->sequence;
		if (old > s->length)
			old = s->length;
		s->sequence += old;
		s->data += old;
		s->length -= old;
	}
	if (seq_after(s->sequence + s->length, edge)) {
		uint32_t over = s->sequence + s->length - edge;
		s->length -= over < s->length ? over : s->length;
		s->flags &= (uint8_t)~TCP_FIN;
		ack_at_once(t, c);
	}
}

/* Third: RFC 5961 3.2, only the very next number kills. */
static void arrives_reset(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_incoming *s, vl_time now)
{
	if (s->sequence != c->rcv_nxt) {
		tcp_challenge(t, c, now);
		return;
	}
	t->counters.resets_received++;
	if (c->state == TCP_SYN_RECEIVED)
		tcp_end_connection(t, c, TCP_END_REFUSED, now);
	else if (c->state == TCP_TIME_WAIT && c->told_gone)
		tcp_bury(t, c);
	else if (c->state != TCP_TIME_WAIT) /* there, what came is still to be read: nothing is lost by a reset */
		tcp_end_connection(t, c, TCP_END_RESET, now);
}

/* The handshake's own segments once more, in SYN-RECEIVED. True: there is nothing more in it. */
static bool arrives_syn_again(struct tcp_endpoint *t, struct tcp_connection *c, struct tcp_incoming *s)
{
	if (c->state != TCP_SYN_RECEIVED || (s->flags & TCP_SYN) == 0 || s->sequence != c->irs)
		return false;
	if ((s->flags & TCP_ACK) != 0) {
		/* The other half of a simultaneous open. */
		s->flags &= (uint8_t)~TCP_SYN;
		s->sequence++;
		return false;
	}
	c->snd_nxt = c->iss;
	tcp_want(t, c);
	return true;
}

/* --- fifth: the ACK -------------------------------------------------------------------------------------- */

static void take_window(struct tcp_connection *c, const struct tcp_incoming *s)
{
	if (!seq_before(c->snd_wl1, s->sequence) &&
	    (c->snd_wl1 != s->sequence || seq_after(c->snd_wl2, s->acknowledgment)))
		return;
	if (c->snd_wnd == 0 && s->window > 0) {
		/* It opens: the rhythm of the probes was no sign of a bad way. */
		c->backoff = 0;
		c->probe_due = false;
	}
	c->snd_wnd = s->window;
	c->snd_wl1 = s->sequence;
	c->snd_wl2 = s->acknowledgment;
	if (c->max_wnd < c->snd_wnd)
		c->max_wnd = c->snd_wnd;
}

/* Bytes and FIN up to `acknowledgment` have arrived. */
static void acknowledged(struct tcp_endpoint *t, struct tcp_connection *c, uint32_t acknowledgment, vl_time now)
{
	uint32_t acked = acknowledgment - c->snd_una;
	uint64_t bytes = acked, left = c->announced - c->una_offset;

	if (bytes > left)
		bytes = left; /* the rest is the FIN */
	c->una_offset += bytes;
	c->snd_una = acknowledgment;
	if (seq_after(acknowledgment, c->snd_max))
		c->snd_max = acknowledgment; /* a probe's byte was taken */
	if (seq_before(c->snd_nxt, acknowledgment))
		c->snd_nxt = acknowledgment;
	c->probing = false;
	c->retries = 0;
	tcp_time_acked(t, c, now);
	if (tcp_congestion_acked(c, acked))
		c->first_again = true;
	if (c->snd_una == c->snd_max) {
		c->timer = TCP_TIMER_NONE;
		c->timer_at = VL_NEVER;
	}
	tcp_arm(t, c, true, now);
}

/* RFC 5681 2: an ACK that repeats what was said, of one who says nothing else, while bytes are on their way. */
static bool is_duplicate(const struct tcp_connection *c, const struct tcp_incoming *s)
{
	return s->acknowledgment == c->snd_una && s->length == 0 && (s->flags & (TCP_SYN | TCP_FIN)) == 0 &&
	       s->window == c->snd_wnd && c->snd_una != c->snd_max;
}

/* False: the segment is not to be looked at further. */
static bool take_ack(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_incoming *s, vl_time now)
{
	uint32_t highest = c->snd_max + c->probing;

	if (seq_after(s->acknowledgment, highest) || seq_before(s->acknowledgment, c->snd_una - c->max_wnd)) {
		tcp_challenge(t, c, now); /* RFC 5961 5.2 */
		return false;
	}
	if (seq_after(s->acknowledgment, c->snd_una)) {
		acknowledged(t, c, s->acknowledgment, now);
	} else if (is_duplicate(c, s)) {
		if (tcp_congestion_duplicate(c))
			c->first_again = true;
	}
	if (c->timer == TCP_TIMER_PERSIST || c->timer == TCP_TIMER_KEEPALIVE || c->snd_wnd == 0)
		c->retries = 0;
	if (!seq_before(s->acknowledgment, c->snd_una))
		take_window(c, s);
	tcp_want(t, c);
	return true;
}

/* What an ACK of our FIN, and of all bytes, brings about. False: the connection ended. */
static bool after_ack(struct tcp_endpoint *t, struct tcp_connection *c, bool progress, vl_time now)
{
	if (progress && c->ops->acknowledged != NULL && !c->told_gone) {
		c->ops->acknowledged(c->user, tcp_index(t, c), now);
		if (c->state <= TCP_DEAD)
			return false;
	}
	if (!c->told_all && c->una_offset == c->announced) {
		c->told_all = true;
		if (c->ops->sent_all != NULL && !c->told_gone)
			c->ops->sent_all(c->user, tcp_index(t, c), now);
		if (c->state <= TCP_DEAD)
			return false;
	}
	if (!tcp_fin_sent(c) || c->snd_una != tcp_fin_sequence(c) + 1)
		return true;
	switch ((enum tcp_state)c->state) {
	case TCP_FIN_WAIT_1:
		c->state = TCP_FIN_WAIT_2;
		break;
	case TCP_CLOSING:
		enter_time_wait(t, c, now);
		break;
	case TCP_LAST_ACK:
		if (c->peer_fin_told) {
			tcp_end_connection(t, c, TCP_END_CLOSED, now);
			return false;
		}
		enter_time_wait(t, c, now); /* for its user, who has still to read what came before the FIN */
		break;
	case TCP_FREE:
	case TCP_DEAD:
	case TCP_SYN_SENT:
	case TCP_SYN_RECEIVED:
	case TCP_ESTABLISHED:
	case TCP_FIN_WAIT_2:
	case TCP_CLOSE_WAIT:
	case TCP_TIME_WAIT:
		break;
	}
	return true;
}

/* --- seventh and eighth: data and FIN -------------------------------------------------------------------- */

static bool receives(const struct tcp_connection *c)
{
	return c->state == TCP_ESTABLISHED || c->state == TCP_FIN_WAIT_1 || c->state == TCP_FIN_WAIT_2;
}

static void take_fin(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	if (!c->peer_fin_known || c->peer_fin_taken || c->rcv_nxt != c->peer_fin)
		return;
	c->peer_fin_taken = true;
	c->rcv_nxt++;
	ack_at_once(t, c);
	bool ended = false;
	switch ((enum tcp_state)c->state) {
	case TCP_ESTABLISHED:
		c->state = TCP_CLOSE_WAIT;
		break;
	case TCP_FIN_WAIT_1:
		c->state = TCP_CLOSING; /* an ACK of our FIN in this segment has been looked at already */
		break;
	case TCP_FIN_WAIT_2:
		ended = true;
		break;
	case TCP_FREE:
	case TCP_DEAD:
	case TCP_SYN_SENT:
	case TCP_SYN_RECEIVED:
	case TCP_CLOSE_WAIT:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
	case TCP_TIME_WAIT:
		break;
	}
	if (!tcp_hand_over(t, c, now))
		return;
	if (ended)
		enter_time_wait(t, c, now);
}

/* --- all of it ------------------------------------------------------------------------------------------- */

static void arrives_time_wait(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_incoming *s,
			      vl_time now)
{
	/* The peer's FIN once more: our last ACK was lost (3.10.7.4, eighth). */
	if ((s->flags & TCP_FIN) != 0)
		tcp_arm_time_wait(t, c, now);
	if (tcp_extent(s) > 0 || s->sequence != c->rcv_nxt)
		tcp_challenge(t, c, now);
}

void tcp_arrives(struct tcp_endpoint *t, struct tcp_connection *c, struct tcp_incoming *s, vl_time now)
{
	c->heard_at = now;
	if (c->state == TCP_SYN_SENT) {
		arrives_syn_sent(t, c, s, now);
		return;
	}
	if (arrives_syn_again(t, c, s))
		return;
	if (!in_window(t, c, s)) {
		if ((s->flags & TCP_RST) != 0)
			return;
		/* First: an ACK says what we expect. Old bytes are answered each time, lest their sender sends them
		 * for ever; the rest only now and then. */
		if (c->state == TCP_TIME_WAIT)
			arrives_time_wait(t, c, s, now);
		else if (s->length > 0 || (s->flags & TCP_FIN) != 0)
			ack_at_once(t, c);
		else
			tcp_challenge(t, c, now);
		return;
	}
	if ((s->flags & TCP_RST) != 0) {
		arrives_reset(t, c, s, now);
		return;
	}
	if ((s->flags & TCP_SYN) != 0) {
		tcp_challenge(t, c, now); /* RFC 5961 4.2 */
		return;
	}
	if ((s->flags & TCP_ACK) == 0)
		return;
	if (c->state == TCP_TIME_WAIT) {
		arrives_time_wait(t, c, s, now);
		return;
	}
	if (c->state == TCP_SYN_RECEIVED) {
		if (!seq_after(s->acknowledgment, c->iss) || seq_after(s->acknowledgment, c->snd_max)) {
			tcp_reset_at(t, c, s->acknowledgment, now);
			return;
		}
		c->snd_wnd = c->max_wnd = s->window;
		c->snd_wl1 = s->sequence;
		c->snd_wl2 = s->acknowledgment;
		tcp_established(t, c, c->iss + 1, now);
		if (c->state <= TCP_DEAD)
			return;
	}
	uint32_t fin_at = s->sequence + s->length;
	uint64_t acknowledged_before = c->una_offset;
	trim(t, c, s);
	if (!take_ack(t, c, s, now) || !after_ack(t, c, c->una_offset != acknowledged_before, now) || !receives(c))
		return;
	if ((s->flags & TCP_FIN) != 0) {
		c->peer_fin_known = true;
		c->peer_fin = fin_at;
		if (fin_at != c->rcv_nxt + s->length)
			ack_at_once(t, c); /* a hole before it */
	}
	if (tcp_take_data(t, c, s, now))
		take_fin(t, c, now);
}

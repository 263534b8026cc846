// SPDX-License-Identifier: BSD-2-Clause
/*
 * What time does to connections. Each has two timers: one of enum tcp_timer (what its state asks for) and the delayed
 * ACK; the wheel knows the earlier one.
 *
 *      retransmit   bytes, SYN or FIN are on their way: RTO, doubled each time (RFC 6298 5)
 *      persist      nothing is on its way because the window forbids it: the same rhythm, a byte as a probe
 *      keep-alive   nothing to say and nothing heard for a while
 *      TIME_WAIT    until the four-tuple may be used again
 */
#include "sim/stack/tcp_parts.h"

static void watch(struct tcp_endpoint *t, const struct tcp_connection *c)
{
	vl_time at = vl_time_min(c->timer_at, c->ack_at);

	if (at != VL_NEVER)
		wheel_set(&t->wheel, tcp_index(t, c), at);
}

/* --- round trips (RFC 6298) ------------------------------------------------------------------------------ */

void tcp_time_segment(struct tcp_connection *c, uint32_t end, vl_time now)
{
	if (c->timing)
		return;
	c->timing = true;
	c->rtt_seq = end;
	c->rtt_at = now;
}

void tcp_time_acked(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	if (!c->timing || seq_before(c->snd_una, c->rtt_seq))
		return;
	c->timing = false;
	c->backoff = 0;
	vl_time took = (now - c->rtt_at) / VL_US;
	uint32_t r = took > 60000000 ? 60000000 : took > 0 ? (uint32_t)took : 1;
	if (c->srtt == 0) {
		c->srtt = r;
		c->rttvar = r / 2;
	} else {
		uint32_t error = c->srtt > r ? c->srtt - r : r - c->srtt;
		c->rttvar = c->rttvar - c->rttvar / 4 + error / 4;
		c->srtt = c->srtt - c->srtt / 8 + r / 8;
		if (c->srtt == 0)
			c->srtt = 1;
	}
	/* The clock's granularity is a tick of the wheel, which min_rto is above. */
	c->rto = c->srtt + 4 * c->rttvar;
	if (c->rto < t->c.min_rto / VL_US)
		c->rto = (uint32_t)(t->c.min_rto / VL_US);
}

vl_time tcp_rto(const struct tcp_connection *c)
{
	vl_time rto = c->rto * VL_US;

	for (unsigned i = 0; i < c->backoff && rto < TCP_RTO_MAX; i++)
		rto *= 2;
	return vl_time_min(rto, TCP_RTO_MAX);
}

/* --- arming ---------------------------------------------------------------------------------------------- */

static void set(struct tcp_endpoint *t, struct tcp_connection *c, enum tcp_timer timer, vl_time at)
{
	c->timer = (uint8_t)timer;
	c->timer_at = at;
	watch(t, c);
}

static bool has_unsent(const struct tcp_connection *c)
{
	return tcp_synchronized(c) && (c->snd_nxt - c->snd_una) < c->announced - c->una_offset;
}

void tcp_arm(struct tcp_endpoint *t, struct tcp_connection *c, bool restart, vl_time now)
{
	if (!tcp_lives(c))
		return;
	if (c->snd_una != c->snd_max) {
		if (c->timer != TCP_TIMER_RETRANSMIT || restart)
			set(t, c, TCP_TIMER_RETRANSMIT, vl_time_after(now, tcp_rto(c)));
	} else if (has_unsent(c) && !c->ready) {
		if (c->timer != TCP_TIMER_PERSIST)
			set(t, c, TCP_TIMER_PERSIST, vl_time_after(now, tcp_rto(c)));
	} else if (t->c.keepalive != 0 && tcp_synchronized(c)) {
		if (c->timer != TCP_TIMER_KEEPALIVE)
			set(t, c, TCP_TIMER_KEEPALIVE, vl_time_after(c->heard_at, t->c.keepalive));
	} else {
		c->timer = TCP_TIMER_NONE;
		c->timer_at = VL_NEVER;
	}
}

void tcp_arm_soon(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	set(t, c, TCP_TIMER_RETRANSMIT, vl_time_after(now, TCP_SOON));
}

void tcp_arm_time_wait(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	set(t, c, TCP_TIMER_TIME_WAIT, vl_time_after(now, t->c.time_wait));
}

void tcp_arm_ack(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	if (c->ack_now || c->ack_later)
		return;
	c->ack_later = true;
	c->ack_at = vl_time_after(now, t->c.ack_delay);
	watch(t, c);
}

/* --- coming up ------------------------------------------------------------------------------------------- */

static uint32_t retries_of(const struct tcp_endpoint *t, const struct tcp_connection *c)
{
	switch (c->state) {
	case TCP_SYN_SENT:
		return t->c.syn_retries;
	case TCP_SYN_RECEIVED:
		return c->passive ? TCP_SYN_ACK_RETRIES : t->c.syn_retries;
	default:
		return t->c.data_retries;
	}
}

/* RFC 6298 5.4-5.7: the first segment again, twice the time; what was behind it follows as ACKs come. */
static void retransmit(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	t->counters.timeouts++;
	if (c->retries >= retries_of(t, c)) {
		tcp_end_connection(t, c, TCP_END_TIMEOUT, now);
		return;
	}
	c->retries++;
	c->backoff++;
	c->timing = false;
	if (tcp_synchronized(c))
		tcp_congestion_timeout(c);
	else
		c->syn_retried = true;
	c->snd_nxt = c->snd_una;
	/* RFC 9293 3.8.6: a window that shrank to nothing over what was sent is probed, with the first of that. */
	if (tcp_synchronized(c) && c->snd_wnd == 0)
		c->first_again = true;
	tcp_want(t, c);
	set(t, c, TCP_TIMER_RETRANSMIT, vl_time_after(now, tcp_rto(c)));
}

static void persist(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	/* RFC 1122 4.2.2.17: for ever, as long as the peer answers; answers make retries 0. */
	if (c->retries >= t->c.data_retries) {
		tcp_end_connection(t, c, TCP_END_TIMEOUT, now);
		return;
	}
	c->retries++;
	c->backoff++;
	c->probe_due = true;
	tcp_want(t, c);
	set(t, c, TCP_TIMER_PERSIST, vl_time_after(now, tcp_rto(c)));
}

static void keepalive(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	vl_time silent_since = vl_time_after(c->heard_at, t->c.keepalive);

	if (silent_since > now) {
		c->retries = 0;
		set(t, c, TCP_TIMER_KEEPALIVE, silent_since);
		return;
	}
	if (c->retries >= TCP_KEEPALIVE_PROBES) {
		tcp_end_connection(t, c, TCP_END_TIMEOUT, now);
		return;
	}
	c->retries++;
	c->probe_due = true;
	tcp_want(t, c);
	set(t, c, TCP_TIMER_KEEPALIVE, vl_time_after(now, TCP_KEEPALIVE_EVERY));
}

static void comes_up(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	enum tcp_timer timer = (enum tcp_timer)c->timer;

	c->timer = TCP_TIMER_NONE;
	c->timer_at = VL_NEVER;
	switch (timer) {
	case TCP_TIMER_RETRANSMIT:
		retransmit(t, c, now);
		break;
	case TCP_TIMER_PERSIST:
		persist(t, c, now);
		break;
	case TCP_TIMER_KEEPALIVE:
		keepalive(t, c, now);
		break;
	case TCP_TIMER_TIME_WAIT:
		if (c->told_gone)
			tcp_bury(t, c);
		else
			tcp_arm_time_wait(t, c, now); /* its user has still to read */
		break;
	case TCP_TIMER_NONE:
		break;
	}
}

void tcp_endpoint_timeout(struct tcp_endpoint *t, vl_time now)
{
	uint32_t i;

	if (now < tcp_endpoint_deadline(t))
		return;
	tcp_enter(t);
	while ((i = wheel_take(&t->wheel, now)) != WHEEL_NONE) {
		struct tcp_connection *c = &t->connection[i];
		if (c->ack_at <= now) {
			c->ack_at = VL_NEVER;
			c->ack_later = false;
			c->ack_now = true;
			tcp_want(t, c);
		}
		if (c->timer_at <= now)
			comes_up(t, c, now);
		if (c->state > TCP_DEAD)
			watch(t, c);
	}
	tcp_leave(t, now);
}

vl_time tcp_endpoint_deadline(const struct tcp_endpoint *t)
{
	return vl_time_min(wheel_deadline(&t->wheel), t->pace_at);
}

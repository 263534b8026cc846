// SPDX-License-Identifier: BSD-2-Clause
/* NewReno: slow start, congestion avoidance, fast retransmit and recovery (RFC 5681, RFC 6582), limited transmit
 * (RFC 3042), an initial window of ten segments (RFC 6928). */
#include "sim/stack/tcp_parts.h"

#define CWND_MAX (UINT32_C(1) << 30)

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t flying(const struct tcp_connection *c)
{
	return c->snd_max - c->snd_una;
}

void tcp_congestion_init(const struct tcp_endpoint *t, struct tcp_connection *c)
{
	/* RFC 5681 3.1: a SYN that was lost makes it one segment. */
	c->cwnd = (c->syn_retried ? 1 : t->c.initial_window) * c->mss;
	c->ssthresh = CWND_MAX;
	c->recover = c->iss;
}

uint32_t tcp_may_fly(const struct tcp_connection *c)
{
	/* RFC 3042: the first two duplicates each let a new segment out. */
	uint32_t limited = c->recovering ? 0 : least(c->duplicates, 2) * c->mss;

	return least(c->cwnd + limited, c->snd_wnd);
}

static void grow(struct tcp_connection *c, uint32_t acked)
{
	uint32_t more = c->cwnd < c->ssthresh ? least(acked, c->mss)
					      : most((uint32_t)((uint64_t)c->mss * c->mss / c->cwnd), 1);

	/* A window that is not used says nothing about the way. */
	if (c->cwnd <= CWND_MAX - more && c->cwnd < 2 * most(c->max_wnd, c->mss))
		c->cwnd += more;
}

bool tcp_congestion_acked(struct tcp_connection *c, uint32_t acked)
{
	c->duplicates = 0;
	if (!c->recovering) {
		grow(c, acked);
		return false;
	}
	if (!seq_before(c->snd_una, c->recover)) {
		/* RFC 6582 3.2 step 3, full: deflate, without letting a burst go. */
		c->cwnd = least(c->ssthresh, most(flying(c), c->mss) + c->mss);
		c->recovering = false;
		return false;
	}
	/* Partial: the next hole. Deflate by what left, add the segment that goes out now. */
	c->cwnd -= least(acked, c->cwnd - c->mss);
	if (acked >= c->mss)
		c->cwnd += c->mss;
	return true;
}

bool tcp_congestion_duplicate(struct tcp_connection *c)
{
	if (c->recovering) {
		c->cwnd += c->mss;
		return false;
	}
	if (c->duplicates < UINT8_MAX)
		c->duplicates++;
	/* RFC 6582 3.2 step 2: not for the duplicates that our own go-back after a loss brought about. */
	if (c->duplicates != 3 || seq_before(c->snd_una, c->recover))
		return false;
	c->ssthresh = most(flying(c) / 2, 2u * c->mss);
	c->recover = c->snd_max;
	c->cwnd = c->ssthresh + 3u * c->mss;
	c->recovering = true;
	return true;
}

void tcp_congestion_timeout(struct tcp_connection *c)
{
	if (c->retries == 1) /* RFC 5681 3.1: not again for the same segment */
		c->ssthresh = most(flying(c) / 2, 2u * c->mss);
	c->cwnd = c->mss;
	c->recover = c->snd_max;
	c->recovering = false;
	c->duplicates = 0;
}

void tcp_congestion_idle(const struct tcp_endpoint *t, struct tcp_connection *c, vl_time now)
{
	uint32_t idle_ms = (uint32_t)(now / VL_MS) - c->sent_ms;

	/* RFC 5681 4.1: after a pause of an RTO what the window knew is old. */
	if (c->snd_una == c->snd_max && idle_ms > tcp_rto(c) / VL_MS)
		c->cwnd = least(c->cwnd, t->c.initial_window * c->mss);
	c->sent_ms = (uint32_t)(now / VL_MS);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * TCP as a box in the middle sees it: IPVS' state table (balancer.md 4.2), and the sequence numbers that may come.
 *
 * A segment is in the window when it begins at most where the receiver's last window ends and is not older than what
 * may still be on its way. Both ends' windows must be known, so a connection whose answers are never seen is not judged.
 */
#include "sim/balancer/balancer_parts.h"

enum event {
	EVENT_SYN,
	EVENT_FIN,
	EVENT_ACK,
	EVENT_RST,
	EVENTS,
};

/* Which of the table's rows: of the client where both sides are seen, of the server, of the client alone. */
enum row {
	ROW_CLIENT,
	ROW_SERVER,
	ROW_ONE_WAY,
	ROWS,
};

#define NO CONNECTION_NONE
#define SR CONNECTION_SYN_RECV
#define ES CONNECTION_ESTABLISHED
#define FW CONNECTION_FIN_WAIT
#define CW CONNECTION_CLOSE_WAIT
#define LA CONNECTION_LAST_ACK
#define TW CONNECTION_TIME_WAIT
#define CL CONNECTION_CLOSE

/* The state that follows; columns in the order of CONNECTION_STATES: NO SR ES FW CW LA TW CL. A SYN of the server alone
 * (active FTP) is not followed: the state stays. */
static const uint8_t NEXT[ROWS][EVENTS][CONNECTION_UDP] = {
	[ROW_CLIENT] = {
		[EVENT_SYN] = {SR, SR, ES, SR, SR, SR, SR, SR},
		[EVENT_FIN] = {CL, TW, CW, TW, CW, LA, TW, CL},
		[EVENT_ACK] = {ES, ES, ES, FW, CW, CL, TW, CL},
		[EVENT_RST] = {CL, SR, CL, CL, CL, LA, CL, CL},
	},
	[ROW_SERVER] = {
		[EVENT_SYN] = {NO, SR, ES, FW, CW, LA, TW, CL},
		[EVENT_FIN] = {TW, TW, FW, FW, TW, LA, TW, CL},
		[EVENT_ACK] = {ES, ES, ES, FW, CW, LA, TW, CL},
		[EVENT_RST] = {CL, CL, CL, CL, CL, CL, TW, CL},
	},
	[ROW_ONE_WAY] = {
		[EVENT_SYN] = {SR, SR, ES, SR, SR, SR, SR, SR},
		[EVENT_FIN] = {CL, TW, FW, FW, CW, LA, TW, CL},
		[EVENT_ACK] = {ES, ES, ES, FW, CW, CL, TW, CL},
		[EVENT_RST] = {CL, SR, CL, CL, CL, LA, CL, CL},
	},
};

_Static_assert(NO == 0 && SR == 1 && ES == 2 && FW == 3 && CW == 4 && LA == 5 && TW == 6 && CL == 7,
	       "columns are in this order");

/* The strongest flag; EVENTS: none of them. */
static enum event event_of(uint8_t flags)
{
	if ((flags & TCP_RST) != 0)
		return EVENT_RST;
	if ((flags & TCP_SYN) != 0)
		return EVENT_SYN;
	if ((flags & TCP_FIN) != 0)
		return EVENT_FIN;
	return (flags & TCP_ACK) != 0 ? EVENT_ACK : EVENTS;
}

static uint32_t end_of(const struct segment *s)
{
	return s->sequence + s->data + ((s->flags & TCP_SYN) != 0) + ((s->flags & TCP_FIN) != 0);
}

/* --- windows ---------------------------------------------------------------------------------------------- */

static bool in_window(const struct connection *c, const struct segment *s, enum side side)
{
	if (c->server_scale == UINT8_MAX || (s->flags & TCP_SYN) != 0)
		return true;
	uint32_t next = side == SIDE_CLIENT ? c->client_next : c->server_next;
	uint8_t scale = side == SIDE_CLIENT ? c->server_scale : c->client_scale;
	uint32_t window = (uint32_t)(side == SIDE_CLIENT ? c->server_window : c->client_window) << scale;
	/* What is behind may be as old as the largest window, and a probe or one more copy of it. */
	int32_t oldest = -(int32_t)(((uint32_t)UINT16_MAX << scale) + UINT16_MAX);

	return (int32_t)(s->sequence - next) <= (int32_t)window && (int32_t)(end_of(s) - next) >= oldest;
}

static void see_syn(struct connection *c, const struct segment *s, enum side side)
{
	if (side == SIDE_CLIENT) {
		c->client_next = end_of(s);
		c->client_window = s->window;
		c->client_scale = segment_window_scale(s);
		c->server_scale = UINT8_MAX;
		return;
	}
	c->server_next = end_of(s);
	c->server_window = s->window;
	c->server_scale = segment_window_scale(s);
	/* RFC 7323 2.2: both offer it, or nobody scales. */
	if (c->server_scale == NO_SCALE || c->client_scale == NO_SCALE)
		c->client_scale = c->server_scale = 0;
}

static void see(struct connection *c, const struct segment *s, enum side side)
{
	uint32_t end = end_of(s);

	if (side == SIDE_CLIENT) {
		if ((int32_t)(end - c->client_next) > 0)
			c->client_next = end;
		c->client_window = s->window;
	} else {
		if ((int32_t)(end - c->server_next) > 0)
			c->server_next = end;
		c->server_window = s->window;
	}
}

/* A connection that begins again in its entry: a SYN from a closing state. */
static bool begins_again(const struct connection *c, enum connection_state next)
{
	return next == SR && c->state != SR && c->state != NO;
}

static void mark(struct connection *c, const struct segment *s, enum side side, bool one_way)
{
	if ((s->flags & TCP_RST) != 0)
		c->flags |= CONNECTION_RESET;
	else if ((s->flags & TCP_FIN) != 0)
		c->flags |= side == SIDE_SERVER ? CONNECTION_FIN_SERVER
			    : one_way           ? CONNECTION_FIN_CLIENT | CONNECTION_ONE_WAY
						: CONNECTION_FIN_CLIENT;
}

bool balancer_tcp(struct balancer *b, struct connection *c, const struct segment *s, enum side side, vl_time now)
{
	bool one_way = (c->flags & CONNECTION_NO_REVERSE) != 0;
	enum row row = side == SIDE_SERVER ? ROW_SERVER : one_way ? ROW_ONE_WAY : ROW_CLIENT;
	enum event event = event_of(s->flags);
	enum connection_state next = (enum connection_state)c->state;

	if (!in_window(c, s, side))
		return false;
	if (event != EVENTS)
		next = (enum connection_state)NEXT[row][event][c->state];
	if (begins_again(c, next))
		c->flags &= (uint8_t) ~(CONNECTION_RESET | CONNECTION_FIN_CLIENT | CONNECTION_FIN_SERVER |
					CONNECTION_ONE_WAY);
	mark(c, s, side, one_way);
	/* A SYN into what is established is not the beginning of anything. */
	if (event == EVENT_SYN && next == SR)
		see_syn(c, s, side);
	else if (event != EVENT_SYN && event != EVENT_RST)
		see(c, s, side);
	balancer_set_state(b, c, next, now);
	return true;
}

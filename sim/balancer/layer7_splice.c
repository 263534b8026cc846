// SPDX-License-Identifier: BSD-2-Clause
/*
 * A connection whose rest passes unread goes to layer 4 at the first moment when nothing of it is on its way through
 * here: both sides have acknowledged everything, every byte that came was passed on. What remains of the two connections
 * are two differences of sequence numbers (balancer.md 4.3, step 4: here one a direction, since both sides' numbers were
 * chosen apart) and the fact that both were told of windows without a scale.
 *
 * The moment comes with a segment that was not looked at yet: typically the server's answer, which acknowledges the
 * request. It is the first that is forwarded. A peer that can take shorter segments than the other was told of stays
 * relayed.
 */
#include "sim/balancer/layer7.h"

static bool passes_unread(const struct proxy *p)
{
	/* One whose end came first is no longer here, while the other may still be ending. */
	if (p->client == TCP_NO_HANDLE || p->server == TCP_NO_HANDLE)
		return false;
	return p->state == PROXY_OPEN && p->client_reads == READS_NOTHING && p->server_reads == READS_NOTHING &&
	       !p->closing && !p->running && inbox_length(&p->from_client) == 0 && inbox_length(&p->from_server) == 0 &&
	       p->up.announced == p->up.written && p->down.announced == p->down.written;
}

static uint16_t unscaled(uint32_t window, uint8_t scale)
{
	window >>= scale;
	return (uint16_t)(window < UINT16_MAX ? window : UINT16_MAX);
}

bool proxy_splice(struct layer7 *l, struct proxy *p, const struct segment *s, enum side side, vl_time now)
{
	const struct tcp_header *with = &s->p->tcp;
	struct connection *c = p->connection;
	struct tcp_numbers client, server;

	if (!passes_unread(p) || !tcp_is_at_rest(l->tcp, p->client, side == SIDE_CLIENT ? with : NULL, &client) ||
	    !tcp_is_at_rest(l->tcp, p->server, side == SIDE_SERVER ? with : NULL, &server))
		return false;
	if (client.mss < server.mss_offered || server.mss < client.mss_offered)
		return false;
	c->delta = client.sent - server.received;
	c->delta_up = server.sent - client.received;
	c->client_next = client.received;
	c->server_next = server.received;
	c->client_scale = client.peer_scale;
	c->server_scale = server.peer_scale;
	c->client_window = unscaled(client.peer_window, client.peer_scale);
	c->server_window = unscaled(server.peer_window, server.peer_scale);
	proxy_release(l, p);
	c->proxy = CONNECTION_RELAYED;
	l->counters.spliced++;
	balancer_set_state(l->balancer, c, CONNECTION_ESTABLISHED, now);
	return true;
}

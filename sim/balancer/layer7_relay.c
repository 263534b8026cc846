// SPDX-License-Identifier: BSD-2-Clause
/* Bytes from one side to the other: what is read is taken from the inbox of one side, what goes on is put into the
 * buffer of the other, and whoever has no room is not read. Who finishes when. */
#include <string.h>

#include "sim/balancer/layer7.h"

/* --- buffers ---------------------------------------------------------------------------------------------- */

bool inbox_put(struct inbox *in, const uint8_t *bytes, size_t length)
{
	if (LAYER7_BUFFER - in->end < length && in->start > 0) {
		memmove(in->b, in->b + in->start, in->end - in->start);
		in->end -= in->start;
		in->start = 0;
	}
	if (LAYER7_BUFFER - in->end < length)
		return false;
	memcpy(in->b + in->end, bytes, length);
	in->end += (uint32_t)length;
	return true;
}

void outgoing_put(struct outgoing *o, const uint8_t *bytes, size_t length)
{
	/* Empty: it begins anew where its memory is warm. */
	if (o->written == o->freed)
		o->base = o->written;
	size_t at = (size_t)((o->written - o->base) % LAYER7_BUFFER);
	size_t first = LAYER7_BUFFER - at < length ? LAYER7_BUFFER - at : length;

	memcpy(o->b + at, bytes, first);
	memcpy(o->b, bytes + first, length - first);
	o->written += length;
}

void outgoing_get(const struct outgoing *o, uint64_t position, uint8_t *to, size_t length)
{
	size_t at = (size_t)((position - o->base) % LAYER7_BUFFER);
	size_t first = LAYER7_BUFFER - at < length ? LAYER7_BUFFER - at : length;

	memcpy(to, o->b + at, first);
	memcpy(to + first, o->b, length - first);
}

/* --- answers of our own ----------------------------------------------------------------------------------- */

static const struct answer {
	unsigned status;
	const char *text;
} ANSWER[] = {
	{400, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
	{408, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
	{502, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
	{503, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
};

void proxy_answer(struct layer7 *l, struct proxy *p, unsigned status, vl_time now)
{
	for (size_t i = 0; i < sizeof ANSWER / sizeof ANSWER[0]; i++) {
		size_t length = strlen(ANSWER[i].text);
		if (ANSWER[i].status != status || outgoing_room(&p->down) < length)
			continue;
		outgoing_put(&p->down, (const uint8_t *)ANSWER[i].text, length);
		p->closing = true;
		l->counters.answered++;
		proxy_watch(l, p, now);
		proxy_run(l, p, now);
		return;
	}
	proxy_end(l, p, CONNECTION_END_RESET, now);
}

/* --- who reads and who finishes --------------------------------------------------------------------------- */

static void announce(struct layer7 *l, struct proxy *p, vl_time now)
{
	uint64_t more = p->up.written - p->up.announced;

	if (p->state == PROXY_OPEN && more > 0) {
		p->up.announced = p->up.written;
		tcp_send(l->tcp, p->server, more, now);
	}
	more = p->down.written - p->down.announced;
	if (more > 0 && p->state != PROXY_ENDED) {
		p->down.announced = p->down.written;
		tcp_send(l->tcp, p->client, more, now);
	}
}

/* Whether a side must not be read. */
static bool is_full(const struct proxy *p, const struct inbox *in)
{
	return !p->closing && LAYER7_BUFFER - inbox_length(in) < LAYER7_SEGMENT;
}

void proxy_hold(struct layer7 *l, struct proxy *p, vl_time now)
{
	bool client = is_full(p, &p->from_client), server = is_full(p, &p->from_server);

	if (client != p->client_held) {
		p->client_held = client;
		tcp_hold_reading(l->tcp, p->client, client, now);
	}
	if (server != p->server_held && p->state != PROXY_ENDED) {
		p->server_held = server;
		tcp_hold_reading(l->tcp, p->server, server, now);
	}
}

/* Both peers get a FIN behind what is buffered for them. */
static void close_both(struct layer7 *l, struct proxy *p, vl_time now)
{
	p->closing = true;
	inbox_take(&p->from_client, inbox_length(&p->from_client));
	inbox_take(&p->from_server, inbox_length(&p->from_server));
	if (p->connection != NULL)
		balancer_set_state(l->balancer, p->connection, CONNECTION_FIN_WAIT, now);
	tcp_finish(l->tcp, p->client, now);
	tcp_finish(l->tcp, p->server, now);
}

/* What passes unread ends on each side when the other's end has passed. */
static void finish_unread(struct layer7 *l, struct proxy *p, vl_time now)
{
	bool up = p->client_finished && inbox_length(&p->from_client) == 0 && p->state == PROXY_OPEN;
	bool down = p->server_finished && inbox_length(&p->from_server) == 0;

	if ((up || down) && p->connection != NULL)
		balancer_set_state(l->balancer, p->connection, CONNECTION_FIN_WAIT, now);
	if (up)
		tcp_finish(l->tcp, p->server, now);
	if (down)
		tcp_finish(l->tcp, p->client, now);
}

/* A client that finishes within a request, or before one, wants nothing more; behind one it waits for the answer. */
static void finish_reading(struct layer7 *l, struct proxy *p, vl_time now)
{
	bool client = p->client_finished && inbox_length(&p->from_client) == 0;
	bool server = p->server_finished && inbox_length(&p->from_server) == 0;

	if (server && p->exchange && p->response_phase != MESSAGE_HEAD_WAITS)
		response_ended(l, p, now);
	else if (server && !p->exchange && p->server != TCP_NO_HANDLE)
		close_both(l, p, now);
	else if (client && !p->exchange && p->request_phase == MESSAGE_HEAD)
		close_both(l, p, now);
	else if (client && p->request_phase == MESSAGE_BODY)
		proxy_end(l, p, CONNECTION_END_RESET, now);
}

static void finish(struct layer7 *l, struct proxy *p, vl_time now)
{
	if (p->closing)
		close_both(l, p, now);
	else if (p->client_reads == READS_NOTHING && p->server_reads == READS_NOTHING)
		finish_unread(l, p, now);
	else if (p->client_reads == READS_HTTP)
		finish_reading(l, p, now);
	else if (p->client_finished && !p->decided)
		proxy_end(l, p, CONNECTION_END_CLOSED, now);
	else if (p->decided)
		finish_unread(l, p, now);
	if (p->closing && p->state != PROXY_ENDED && p->server == TCP_NO_HANDLE && p->client == TCP_NO_HANDLE)
		proxy_end(l, p, CONNECTION_END_CLOSED, now);
}

static bool move(struct layer7 *l, struct proxy *p, vl_time now)
{
	bool moved = false;

	if (p->state != PROXY_ENDED && !p->closing)
		moved = request_bytes(l, p, now);
	if (p->state != PROXY_ENDED && !p->closing)
		moved = response_bytes(l, p, now) || moved;
	return moved;
}

static void once(struct layer7 *l, struct proxy *p, vl_time now)
{
	while (move(l, p, now))
		;
	if (p->state != PROXY_ENDED)
		announce(l, p, now);
	if (p->state != PROXY_ENDED)
		finish(l, p, now);
	if (p->state != PROXY_ENDED)
		announce(l, p, now);
	if (p->state != PROXY_ENDED)
		proxy_hold(l, p, now);
}

void proxy_run(struct layer7 *l, struct proxy *p, vl_time now)
{
	p->again = true;
	if (p->running || p->state == PROXY_ENDED)
		return;
	p->busy++;
	p->running = true;
	while (p->again && p->state != PROXY_ENDED) {
		p->again = false;
		once(l, p, now);
	}
	p->running = false;
	if (p->state == PROXY_OPEN && !p->closing && p->connection != NULL &&
	    p->connection->state == CONNECTION_ESTABLISHED)
		balancer_set_state(l->balancer, p->connection, CONNECTION_ESTABLISHED, now);
	proxy_leave(l, p);
}

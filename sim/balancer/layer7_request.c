// SPDX-License-Identifier: BSD-2-Clause
/* What a client says, as far as its service wants to know: a request's head, a TLS hello, first bytes. */
#include <stdio.h>
#include <string.h>

#include "sim/balancer/layer7.h"

#define FIRST_MOST 4096                 /* of first bytes that a kind may want to see */
#define TPKT_VERSION 3                  /* RFC 1006 6 */
#define TPKT_HEADER 4

bool layer7_each_request(const struct virtual_service_config *c)
{
	return c->layer7.check != CHECK_FIRST || c->layer7.forwarded_for;
}

void request_begin(struct layer7 *l, struct proxy *p)
{
	const struct virtual_service_config *c = &proxy_service(l, p)->config;
	const struct persistence_ops *kind = c->persistence.kind;
	/* A kind that cannot work here knows nothing, and the scheduler decides. */
	bool fits = kind != NULL && persistence_fits(kind, virtual_service_config_view(c));
	enum persistence_needs needs = fits ? kind->needs : NEEDS_FLOW;

	if (layer7_each_request(c) || needs == NEEDS_REQUEST)
		p->client_reads = READS_HTTP;
	else if (needs == NEEDS_HELLO)
		p->client_reads = READS_HELLO;
	else if (needs == NEEDS_FIRST)
		p->client_reads = READS_FIRST;
	if (p->client_reads == READS_HTTP)
		http_reader_begin(&p->request.http, HTTP_REQUEST, p->request_room, LAYER7_HEAD);
	else if (p->client_reads == READS_HELLO)
		tls_reader_begin(&p->request.tls, TLS_CLIENT_HELLO);
}

/* The server is chosen by what was read, and the rest passes. */
static void decide(struct layer7 *l, struct proxy *p, vl_time now)
{
	if (proxy_connect(l, p, now) && p->client_reads != READS_HTTP)
		p->client_reads = READS_NOTHING;
}

/* True: as much as fits went on. */
static bool pass(struct inbox *in, struct outgoing *out, size_t most)
{
	size_t length = inbox_length(in) < most ? inbox_length(in) : most;

	if (length > outgoing_room(out))
		length = outgoing_room(out);
	if (length == 0)
		return false;
	outgoing_put(out, inbox_bytes(in), length);
	inbox_take(in, length);
	return true;
}

/* --- what is no HTTP -------------------------------------------------------------------------------------- */

static bool read_hello(struct layer7 *l, struct proxy *p, vl_time now)
{
	size_t length = inbox_length(&p->from_client), room = outgoing_room(&p->up), used;

	if (length > room)
		length = room;
	enum tls_said said = tls_read(&p->request.tls, inbox_bytes(&p->from_client), length, &used);
	bool moved = pass(&p->from_client, &p->up, used);
	/* Longer than the buffer, or none at all: chosen without it. */
	if (said == TLS_READ_DONE)
		p->known = READS_HELLO;
	if (said != TLS_READ_MORE || outgoing_room(&p->up) == 0) {
		decide(l, p, now);
		return true;
	}
	return moved;
}

/* An X.224 connection request in its TPKT, or whatever else comes first. */
static bool read_first(struct layer7 *l, struct proxy *p, vl_time now)
{
	bool moved = pass(&p->from_client, &p->up, SIZE_MAX);
	uint64_t have = p->up.written;
	uint64_t want = TPKT_HEADER;

	if (have >= TPKT_HEADER && p->up.b[0] == TPKT_VERSION)
		want = get_be16(p->up.b + 2);
	if (have < want && have < FIRST_MOST)
		return moved;
	p->known = READS_FIRST;
	decide(l, p, now);
	return true;
}

/* --- HTTP ------------------------------------------------------------------------------------------------- */

static void refuse(struct layer7 *l, struct proxy *p, vl_time now)
{
	struct balancer *b = l->balancer;
	enum http_refusal why = p->request.http.refused;

	l->counters.request_refused[why]++;
	(void)balancer_drop(b, BALANCER_DROP_REQUEST);
	balancer_say_refused_word(b, proxy_service(l, p), &p->flow.client, http_refusal_text(why), now);
	/* An answer that is on its way must not be followed by one that is ours in its place. */
	if (p->exchange)
		proxy_end(l, p, CONNECTION_END_RESET, now);
	else
		proxy_answer(l, p, 400, now);
}

/* A server for the request whose head was read. */
static bool choose(struct layer7 *l, struct proxy *p, vl_time now)
{
	l->counters.requests++;
	return p->decided ? proxy_reconsider(l, p, now) : proxy_connect(l, p, now);
}

/* The same for all requests of a connection. */
static size_t forwarded_for(struct proxy *p)
{
	char address[IP_TEXT];

	if (p->line_length == 0)
		p->line_length = (uint8_t)snprintf(p->line, sizeof p->line, "X-Forwarded-For: %s\r\n",
						   ip_format(address, &p->flow.client));
	return p->line_length;
}

/* The head goes on, with the line that is inserted before its empty one. False: no room yet. */
static bool forward_head(struct layer7 *l, struct proxy *p)
{
	const struct virtual_service_config *c = &proxy_service(l, p)->config;
	const struct http_head *h = &p->request.http.head;
	size_t length = c->layer7.forwarded_for ? forwarded_for(p) : 0;

	if (outgoing_room(&p->up) < h->length + length)
		return false;
	outgoing_put(&p->up, h->bytes, h->length - 2u);
	outgoing_put(&p->up, (const uint8_t *)p->line, length);
	outgoing_put(&p->up, (const uint8_t *)"\r\n", 2);
	if (p->server_reads == READS_HTTP)
		http_reader_answers(&p->response.http, h->method);
	p->exchange = true;
	p->request_phase = MESSAGE_BODY;
	/* Only its head was of interest; the answers may still be (response_begin). */
	if (!layer7_each_request(c) && p->server_reads == READS_NOTHING)
		p->client_reads = READS_NOTHING;
	return true;
}

static bool is_tls(const struct proxy *p)
{
	uint8_t first = inbox_bytes(&p->from_client)[0];

	return !p->decided && http_reader_is_between(&p->request.http) && first >= 0x14 && first <= 0x17;
}

static bool read_head(struct layer7 *l, struct proxy *p, vl_time now)
{
	size_t length = inbox_length(&p->from_client), used;

	if (length == 0)
		return false;
	if (is_tls(p)) {
		p->client_reads = READS_NOTHING;
		l->counters.unreadable++;
		decide(l, p, now);
		return true;
	}
	enum http_said said = http_read(&p->request.http, inbox_bytes(&p->from_client), length, &used);
	inbox_take(&p->from_client, used);
	if (said == HTTP_READ_REFUSED) {
		refuse(l, p, now);
	} else if (said == HTTP_READ_HEAD) {
		p->request_phase = MESSAGE_HEAD_WAITS;
		p->known = READS_HTTP;
		(void)choose(l, p, now);
	}
	return true;
}

static bool read_body(struct layer7 *l, struct proxy *p, vl_time now)
{
	size_t length = inbox_length(&p->from_client), room = outgoing_room(&p->up), used;

	if (length > room)
		length = room;
	enum http_said said = http_read(&p->request.http, inbox_bytes(&p->from_client), length, &used);
	bool moved = pass(&p->from_client, &p->up, used);
	if (said == HTTP_READ_REFUSED) {
		refuse(l, p, now);
	} else if (said == HTTP_READ_DONE) {
		p->request_phase = MESSAGE_DONE;
		if (p->response_phase == MESSAGE_DONE)
			exchange_over(l, p, now);
		return true;
	}
	return moved;
}

bool request_bytes(struct layer7 *l, struct proxy *p, vl_time now)
{
	switch ((enum proxy_reads)p->client_reads) {
	case READS_NOTHING:
		if (!p->decided)
			decide(l, p, now);
		return !p->closing && p->state != PROXY_ENDED && pass(&p->from_client, &p->up, SIZE_MAX);
	case READS_HELLO:
		return inbox_length(&p->from_client) > 0 && read_hello(l, p, now);
	case READS_FIRST:
		return inbox_length(&p->from_client) > 0 && read_first(l, p, now);
	case READS_HTTP:
		break;
	}
	switch ((enum message_phase)p->request_phase) {
	case MESSAGE_HEAD:
		return read_head(l, p, now);
	case MESSAGE_HEAD_WAITS:
		return forward_head(l, p);
	case MESSAGE_BODY:
		return read_body(l, p, now);
	case MESSAGE_DONE:
		break;
	}
	return false;
}

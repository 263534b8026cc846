// SPDX-License-Identifier: BSD-2-Clause
/* What a server says, as far as its service wants to know: what persistence learns from the head of an answer, where a
 * line goes in, where an answer ends. */
#include "sim/balancer/layer7.h"

void response_begin(struct layer7 *l, struct proxy *p)
{
	const struct virtual_service_config *c = &proxy_service(l, p)->config;
	const struct persistence_ops *kind = c->persistence.kind;
	bool wants = kind != NULL && (kind->learn != NULL || kind->insert != NULL);

	p->response_phase = MESSAGE_HEAD;
	p->server_reads = READS_NOTHING;
	if (p->known == READS_HTTP && (wants || layer7_each_request(c))) {
		p->server_reads = READS_HTTP;
		http_reader_begin(&p->response.http, HTTP_RESPONSE, p->response_room, LAYER7_HEAD);
		http_reader_answers(&p->response.http, p->request.http.head.method);
	} else if (p->known == READS_HELLO && wants) {
		p->server_reads = READS_HELLO;
		tls_reader_begin(&p->response.tls, TLS_SERVER_HELLO);
	}
}

static bool pass(struct proxy *p, size_t most)
{
	size_t length = inbox_length(&p->from_server) < most ? inbox_length(&p->from_server) : most;

	if (length > outgoing_room(&p->down))
		length = outgoing_room(&p->down);
	if (length == 0)
		return false;
	outgoing_put(&p->down, inbox_bytes(&p->from_server), length);
	inbox_take(&p->from_server, length);
	return true;
}

static void learn(struct layer7 *l, const struct proxy *p, const struct persistence_facts *facts, vl_time now)
{
	balancer_learn(l->balancer, proxy_service(l, p), p->connection->server, facts, now);
}

/* --- what is no HTTP -------------------------------------------------------------------------------------- */

static bool read_hello(struct layer7 *l, struct proxy *p, vl_time now)
{
	size_t length = inbox_length(&p->from_server), room = outgoing_room(&p->down), used;

	if (length > room)
		length = room;
	if (length == 0)
		return false;
	enum tls_said said = tls_read(&p->response.tls, inbox_bytes(&p->from_server), length, &used);
	bool moved = pass(p, used);
	if (said == TLS_READ_DONE) {
		struct persistence_facts facts = proxy_facts(l, p);
		facts.client_hello = &p->request.tls.hello;
		facts.server_hello = &p->response.tls.hello;
		learn(l, p, &facts, now);
	}
	if (said == TLS_READ_MORE)
		return moved;
	p->server_reads = READS_NOTHING;
	return true;
}

/* --- HTTP ------------------------------------------------------------------------------------------------- */

static bool is_interim(const struct http_head *h)
{
	return h->status < 200 && h->status != 101;
}

/* What cannot be understood is not passed on: the client could take it for something else. */
static void refuse(struct layer7 *l, struct proxy *p, bool begun, vl_time now)
{
	(void)balancer_drop(l->balancer, BALANCER_DROP_RESPONSE);
	balancer_say_refused_word(l->balancer, proxy_service(l, p), &p->flow.client,
				  http_refusal_text(p->response.http.refused), now);
	if (begun) {
		proxy_end(l, p, CONNECTION_END_SERVER, now);
		return;
	}
	proxy_answer(l, p, 502, now);
}

/* The head goes on, with what persistence inserts before its empty line. False: no room yet. */
static bool forward_head(struct layer7 *l, struct proxy *p, vl_time now)
{
	const struct virtual_service_config *c = &proxy_service(l, p)->config;
	const struct persistence_ops *kind = c->persistence.kind;
	const struct http_head *h = &p->response.http.head;
	struct persistence_facts facts = proxy_facts(l, p);
	char line[PERSISTENCE_LINE];
	size_t length = 0;

	facts.response = h;
	if (kind != NULL && kind->insert != NULL && !is_interim(h))
		length = kind->insert(&c->persistence, &facts, line);
	if (outgoing_room(&p->down) < h->length + length)
		return false;
	outgoing_put(&p->down, h->bytes, h->length - 2u);
	outgoing_put(&p->down, (const uint8_t *)line, length);
	outgoing_put(&p->down, (const uint8_t *)"\r\n", 2);
	p->response_phase = MESSAGE_BODY;
	l->counters.inserted += length > 0;
	if (is_interim(h))
		return true;
	learn(l, p, &facts, now);
	if (h->framing == HTTP_TUNNEL || !layer7_each_request(c))
		p->client_reads = p->server_reads = READS_NOTHING;
	return true;
}

static bool read_head(struct layer7 *l, struct proxy *p, vl_time now)
{
	size_t length = inbox_length(&p->from_server), used;

	if (length == 0)
		return false;
	if (!p->exchange) {
		/* It speaks unasked: a 408, perhaps, before it closes. Nobody waits for it. */
		inbox_take(&p->from_server, length);
		return true;
	}
	enum http_said said = http_read(&p->response.http, inbox_bytes(&p->from_server), length, &used);
	inbox_take(&p->from_server, used);
	if (said == HTTP_READ_REFUSED)
		refuse(l, p, false, now);
	else if (said == HTTP_READ_HEAD)
		p->response_phase = MESSAGE_HEAD_WAITS;
	return true;
}

static void done(struct layer7 *l, struct proxy *p, vl_time now)
{
	if (is_interim(&p->response.http.head)) {
		http_reader_next(&p->response.http);
		p->response_phase = MESSAGE_HEAD;
		return;
	}
	p->response_phase = MESSAGE_DONE;
	if (p->request_phase == MESSAGE_DONE)
		exchange_over(l, p, now);
}

static bool read_body(struct layer7 *l, struct proxy *p, vl_time now)
{
	size_t length = inbox_length(&p->from_server), room = outgoing_room(&p->down), used;

	if (length > room)
		length = room;
	enum http_said said = http_read(&p->response.http, inbox_bytes(&p->from_server), length, &used);
	bool moved = pass(p, used);
	if (said == HTTP_READ_REFUSED)
		refuse(l, p, true, now);
	else if (said == HTTP_READ_DONE)
		done(l, p, now);
	return moved || said != HTTP_READ_MORE;
}

void exchange_over(struct layer7 *l, struct proxy *p, vl_time now)
{
	bool stays = p->request.http.head.keep_alive && p->response.http.head.keep_alive && !p->server_finished;

	(void)now;
	p->exchange = false;
	l->counters.answers++;
	if (!stays) {
		p->closing = true;
		return;
	}
	http_reader_next(&p->request.http);
	http_reader_next(&p->response.http);
	p->request_phase = p->response_phase = MESSAGE_HEAD;
}

void response_ended(struct layer7 *l, struct proxy *p, vl_time now)
{
	bool begun = p->response_phase != MESSAGE_HEAD;

	if (p->server_reads == READS_HTTP && !http_reader_is_between(&p->response.http) &&
	    http_reader_ended(&p->response.http) == HTTP_READ_DONE) {
		p->response_phase = MESSAGE_DONE;
		p->exchange = false;
		l->counters.answers++;
		p->closing = true;
		return;
	}
	p->response.http.refused = HTTP_CUT;
	refuse(l, p, begun, now);
}

bool response_bytes(struct layer7 *l, struct proxy *p, vl_time now)
{
	if (p->server_reads == READS_NOTHING)
		return pass(p, SIZE_MAX);
	if (p->server_reads == READS_HELLO)
		return read_hello(l, p, now);
	switch ((enum message_phase)p->response_phase) {
	case MESSAGE_HEAD:
		return read_head(l, p, now);
	case MESSAGE_HEAD_WAITS:
		return forward_head(l, p, now);
	case MESSAGE_BODY:
		return read_body(l, p, now);
	case MESSAGE_DONE:
		break;
	}
	return false;
}

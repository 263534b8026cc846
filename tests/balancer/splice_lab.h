// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whatever the wire does, what one side of a layer 7 service hears is what the other one said: up to three connections
 * of a client over a wire that loses, doubles, delays and reorders, in every way that the balancer passes bytes on
 * (enum splice_mode), with segments and windows of any size, sides that pause reading, finish in any order, or reset.
 *
 * Every choice is drawn from a function that the user gives: dice in splice_test.c, the input in the fuzz target.
 * What does not hold stops the program (assert).
 *
 *      struct splice_lab s = {.choose = ..., .context = ...};
 *      splice_story(&s, mode);         s.weak: connections that ended by a timeout of the balancer's, as it may happen
 *
 * A client says messages, each with a name ("f.k" of connection and message) where a server finds it; each has one
 * answer. Requests and answers are made beforehand, so that each is known byte by byte.
 */
#ifndef VL_TESTS_BALANCER_SPLICE_LAB_H
#define VL_TESTS_BALANCER_SPLICE_LAB_H

#include "tests/balancer/relay_lab.h"

enum {
	SPLICE_FLOWS = 3,
	SPLICE_MESSAGES = 3,
	SPLICE_ROOM = 70000,            /* of a message */
	SPLICE_STEPS = 48,
	SPLICE_SERVERS = 2,
};

enum splice_mode {
	SPLICE_RAW,                     /* chosen unread, spliced at once; the server may speak first */
	SPLICE_HOST,                    /* the first request's head is read */
	SPLICE_COOKIE,                  /* a line goes into the first answer */
	SPLICE_HELLO,                   /* TLS, whose hellos are read */
	SPLICE_FORWARDED,               /* two legs: a line goes into every request */
	SPLICE_CHECKED,                 /* two legs: requests go to the servers that their hosts are bound to */
	SPLICE_TUNNEL,                  /* two legs until a tunnel begins: CONNECT, or an upgrade */
	SPLICE_MODES
};

enum splice_end {
	SPLICE_CLIENT_FIRST,            /* it finishes behind its last message and still hears its answers */
	SPLICE_SERVER_FIRST,            /* the server finishes behind its last answer, the client behind that */
	SPLICE_BOTH,                    /* each behind what it has to say */
	SPLICE_CLIENT_RESETS,
	SPLICE_SERVER_RESETS,
	SPLICE_ENDS
};

struct splice_message {
	uint8_t *b;
	size_t head, length;            /* head: behind its empty line; 0: none */
};

struct splice_flow {
	struct splice_message request[SPLICE_MESSAGES], answer[SPLICE_MESSAGES];
	unsigned messages;
	enum splice_end end;
	tcp_handle client;
	size_t to_say, said;            /* by the client */
	unsigned heard;                 /* requests complete at a server */
	bool refused;                   /* the balancer answered in the server's place */
	bool reset;                     /* by one side, on purpose */
	bool finishes;                  /* the client has said that it will say no more */
};

/* One connection of a server. */
struct splice_leg {
	bool used;
	int flow, message;              /* at hand; -1: not known yet */
	size_t begins;                  /* where it does, in what was heard */
	unsigned asked[SPLICE_MESSAGES + 1];    /* answers due, in order */
	unsigned due, answered;
	size_t said;                    /* of the answer at hand */
	bool finishes, eager;
};

struct splice_lab {
	unsigned (*choose)(void *context, unsigned below);
	bool (*more)(void *context);    /* whether there is anything left to choose; NULL: always */
	void *context;

	struct relay_lab relay;
	enum splice_mode mode;
	struct splice_flow flow[SPLICE_FLOWS];
	unsigned flows;
	struct splice_leg leg[SPLICE_SERVERS][RELAY_FLOWS];
	bool forwarded, greets, eager;
	bool waits;                     /* the client hears an answer before it says more */
	bool clean;                     /* the wire lost nothing since before the reset */
	unsigned weak, spliced;
};

static const char SPLICE_LINE[] = "X-Forwarded-For: 192.0.2.1\r\n";
static const char SPLICE_GREETING[] = "220 at your service\r\n";

/* --- messages --------------------------------------------------------------------------------------------- */

static inline void splice_put(struct splice_message *m, const void *bytes, size_t length)
{
	assert(m->length + length <= SPLICE_ROOM);
	memcpy(m->b + m->length, bytes, length);
	m->length += length;
}

/* Bytes of which no two places look alike. */
static inline void splice_noise(struct splice_message *m, uint32_t seed, size_t length)
{
	assert(m->length + length <= SPLICE_ROOM);
	for (size_t i = 0; i < length; i++) {
		uint32_t x = (seed + (uint32_t)i) * 0x9e3779b1u;
		x = (x ^ x >> 15) * 0x85ebca6bu;
		m->b[m->length++] = (uint8_t)(x >> 24);
	}
}

static inline size_t splice_body_length(struct splice_lab *s)
{
	static const unsigned most[4] = {1, 100, 3000, 40000};

	return s->choose(s->context, most[s->choose(s->context, 4)]);
}

/* A body with its framing; the start line and what else belongs into the head is in `head`. */
static inline void splice_http(struct splice_lab *s, struct splice_message *m, const char *head, uint32_t seed, bool body)
{
	size_t length = body ? splice_body_length(s) : 0, written = 0;
	bool chunked = body && s->choose(s->context, 2) == 1;
	char line[64];

	splice_put(m, head, strlen(head));
	int n = !body ? 0 : chunked ? snprintf(line, sizeof line, "Transfer-Encoding: chunked\r\n")
				    : snprintf(line, sizeof line, "Content-Length: %zu\r\n", length);
	splice_put(m, line, (size_t)n);
	splice_put(m, "\r\n", 2);
	m->head = m->length;
	while (chunked && written < length) {
		size_t piece = 50 + s->choose(s->context, 5000);
		piece = piece < length - written ? piece : length - written;
		splice_put(m, line, (size_t)snprintf(line, sizeof line, "%zx\r\n", piece));
		splice_noise(m, seed + (uint32_t)written, piece);
		splice_put(m, "\r\n", 2);
		written += piece;
	}
	if (chunked)
		splice_put(m, "0\r\n\r\n", 5);
	else
		splice_noise(m, seed, length);
}

static inline void splice_hello(struct splice_message *m, uint8_t type, unsigned f, unsigned k)
{
	uint8_t hello[] = {22, 3, 1, 0, 0, type, 0, 0, 0, 3, 3};
	size_t session = 33, tail = type == 1 ? 6 : 3, length = 2 + 32 + session + tail;
	char name[33];

	hello[4] = (uint8_t)(length + 4);
	hello[8] = (uint8_t)length;
	splice_put(m, hello, sizeof hello);
	splice_noise(m, type, 32);
	snprintf(name, sizeof name, " x%u.%u is the name of a session ", f, k);
	splice_put(m, " ", 1);
	splice_put(m, name, 32);
	splice_put(m, type == 1 ? "\0\2\x13\x01\1\0" : "\x13\x01\0", tail);
}

static inline void splice_make(struct splice_lab *s, unsigned f, unsigned k)
{
	struct splice_flow *flow = &s->flow[f];
	struct splice_message *q = &flow->request[k], *a = &flow->answer[k];
	char text[200];
	uint32_t seed = 100000 * (4 * f + k) + 1000;

	q->b = malloc(SPLICE_ROOM);
	a->b = malloc(SPLICE_ROOM);
	assert(q->b != NULL && a->b != NULL);
	if (s->mode == SPLICE_RAW || ((s->mode == SPLICE_TUNNEL || s->mode == SPLICE_HELLO) && k > 0)) {
		splice_put(q, text, (size_t)snprintf(text, sizeof text, "RAW x%u.%u ", f, k));
		splice_noise(q, seed, splice_body_length(s));
		splice_noise(a, seed + 500000, 1 + splice_body_length(s));
	} else if (s->mode == SPLICE_HELLO) {
		splice_hello(q, 1, f, k);
		splice_noise(q, seed, splice_body_length(s));
		if (s->choose(s->context, 4) > 0)
			splice_hello(a, 2, f, k);
		splice_noise(a, seed + 500000, 1 + splice_body_length(s));
	} else if (s->mode == SPLICE_TUNNEL) {
		bool connect = s->choose(s->context, 2) == 1;
		snprintf(text, sizeof text, connect ? "CONNECT x%u.%u:443 HTTP/1.1\r\nHost: x%u.%u:443\r\n"
						    : "GET /%u.%u HTTP/1.1\r\nHost: x%u.%u\r\nConnection: upgrade\r\nUpgrade: websocket\r\n",
			 f, k, f, k);
		splice_http(s, q, text, 0, false);
		splice_http(s, a, connect ? "HTTP/1.1 200 Connected\r\n"
					  : "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n", 0, false);
		splice_noise(a, seed + 500000, splice_body_length(s));
	} else {
		snprintf(text, sizeof text, "POST /%u.%u HTTP/1.1\r\nHost: host-%u\r\n", f, k, s->choose(s->context, 4));
		splice_http(s, q, text, seed, true);
		snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nName: %u.%u\r\n", f, k);
		splice_http(s, a, text, seed + 500000, true);
	}
	flow->to_say += q->length;
}

/* --- servers ---------------------------------------------------------------------------------------------- */

static inline struct splice_leg *splice_leg(struct splice_lab *s, unsigned node, tcp_handle h)
{
	return &s->leg[node - RELAY_SERVER][h];
}

static inline void splice_opened(struct relay_lab *relay, struct relay_node *n, tcp_handle h)
{
	struct splice_lab *s = relay->user;

	*splice_leg(s, n->number, h) = (struct splice_leg){.used = true, .flow = -1, .message = -1, .eager = s->eager};
	if (s->greets)
		relay_text(n, h, SPLICE_GREETING);
}

/* The name behind the first space: " xF.K" or " /F.K"; in a hello, behind its head and random. */
static inline bool splice_names(const uint8_t *b, size_t length, int *flow, int *message)
{
	const uint8_t *space = length > 0 && b[0] == 22 ? b + 44 : memchr(b, ' ', length);

	if (space == NULL || length < 5 || (size_t)(b + length - space) < 5)
		return false;
	*flow = space[2] - '0';
	*message = space[4] - '0';
	return true;
}

/* The request as a server hears it, byte by byte. */
static inline uint8_t splice_expects(const struct splice_lab *s, const struct splice_message *q, size_t at)
{
	size_t line = s->forwarded && q->head > 0 ? sizeof SPLICE_LINE - 1 : 0, before = q->head - 2;

	if (line == 0 || at < before)
		return q->b[at];
	return at < before + line ? (uint8_t)SPLICE_LINE[at - before] : q->b[at - line];
}

static inline size_t splice_expected_length(const struct splice_lab *s, const struct splice_message *q)
{
	return q->length + (s->forwarded && q->head > 0 ? sizeof SPLICE_LINE - 1 : 0);
}

static inline void splice_ask(struct splice_leg *leg)
{
	assert(leg->due < SPLICE_MESSAGES);
	leg->asked[leg->due++] = (unsigned)leg->message;
}

/* Which message it is. It must be one that no server heard yet, the next one of its connection. */
static inline bool splice_identify(struct splice_lab *s, struct splice_leg *leg, const struct relay_flow *f)
{
	int flow, message;

	if (leg->message >= 0)
		return true;
	if (!splice_names(f->heard + leg->begins, f->hears - leg->begins, &flow, &message))
		return false;
	assert(flow >= 0 && (unsigned)flow < s->flows && (leg->flow < 0 || leg->flow == flow));
	assert(message >= 0 && (unsigned)message == s->flow[flow].heard);
	leg->flow = flow;
	leg->message = message;
	if (leg->eager)
		splice_ask(leg);
	return true;
}

static inline void splice_server_heard(struct relay_lab *relay, struct relay_node *n, tcp_handle h)
{
	struct splice_lab *s = relay->user;

	if (n->number < RELAY_SERVER)
		return;
	struct splice_leg *leg = splice_leg(s, n->number, h);
	const struct relay_flow *f = &n->flow[h];
	while (leg->begins < f->hears && splice_identify(s, leg, f)) {
		const struct splice_message *q = &s->flow[leg->flow].request[leg->message];
		size_t length = splice_expected_length(s, q), have = f->hears - leg->begins;
		have = have < length ? have : length;
		for (size_t i = 0; i < have; i++)
			assert(f->heard[leg->begins + i] == splice_expects(s, q, i));
		if (have < length)
			return;
		s->flow[leg->flow].heard++;
		if (!leg->eager)
			splice_ask(leg);
		leg->begins += length;
		leg->message = -1;
	}
}

/* At most `most` bytes of what a server has to answer. */
static inline void splice_answer(struct splice_lab *s, unsigned node, tcp_handle h, size_t most)
{
	struct splice_leg *leg = splice_leg(s, node, h);
	struct relay_node *n = &s->relay.node[node];

	if (!leg->used || n->flow[h].gone)
		return;
	while (leg->answered < leg->due && most > 0) {
		const struct splice_message *a = &s->flow[leg->flow].answer[leg->asked[leg->answered]];
		size_t piece = a->length - leg->said < most ? a->length - leg->said : most;
		relay_say(n, h, a->b + leg->said, piece);
		leg->said += piece;
		most -= piece;
		if (leg->said < a->length)
			break;
		leg->said = 0;
		leg->answered++;
	}
	bool all = leg->flow >= 0 && leg->answered == leg->due;
	enum splice_end end = all ? s->flow[leg->flow].end : SPLICE_CLIENT_FIRST;
	bool last = all && leg->due > 0 && leg->asked[leg->due - 1] + 1 == s->flow[leg->flow].messages;
	if (!leg->finishes && ((n->flow[h].finished && leg->answered == leg->due) ||
			       (last && end != SPLICE_CLIENT_FIRST))) {
		leg->finishes = true;
		tcp_finish(n->tcp, h, s->relay.now);
	}
	relay_poll(&s->relay, node);
}

static inline void splice_servers_answer(struct splice_lab *s, size_t most)
{
	for (unsigned node = RELAY_SERVER; node < RELAY_NODES; node++)
		for (tcp_handle h = 0; h < RELAY_FLOWS; h++)
			splice_answer(s, node, h, most);
}

/* --- the client ------------------------------------------------------------------------------------------- */

static inline struct relay_flow *splice_client(struct splice_lab *s, const struct splice_flow *f)
{
	return &s->relay.node[RELAY_CLIENT].flow[f->client];
}

/* Of what was heard, how much is what was to be heard: all of it, but for an answer of the balancer's own. A line that
 * persistence inserted is passed over. */
static inline size_t splice_agrees(struct splice_lab *s, const struct splice_flow *f, size_t *wanted)
{
	const struct relay_flow *c = splice_client(s, f);
	size_t at = 0;

	*wanted = 0;
	if (s->greets) {
		size_t n = sizeof SPLICE_GREETING - 1;
		while (at < c->hears && at < n && c->heard[at] == (uint8_t)SPLICE_GREETING[at])
			at++;
		*wanted += n;
		if (at < n)
			return at;
	}
	for (unsigned k = 0; k < f->messages; k++) {
		const struct splice_message *a = &f->answer[k];
		*wanted += a->length;
		for (size_t i = 0; i < a->length; i++) {
			if (s->mode == SPLICE_COOKIE && k == 0 && i + 2 == a->head && at + 4 < c->hears &&
			    memcmp(c->heard + at, "Set-", 4) == 0) {
				const uint8_t *end = memchr(c->heard + at, '\n', c->hears - at);
				size_t line = end != NULL ? (size_t)(end - c->heard) + 1 - at : c->hears - at;
				*wanted += line;
				at += line;
			}
			if (at == c->hears || c->heard[at] != a->b[i])
				return at;
			at++;
		}
	}
	return at;
}

static inline void splice_client_says(struct splice_lab *s, struct splice_flow *f, size_t most)
{
	struct relay_node *n = &s->relay.node[RELAY_CLIENT];
	const struct relay_flow *c = splice_client(s, f);
	size_t may = f->to_say;

	if (c->gone || f->reset)
		return;
	size_t heard = s->greets ? sizeof SPLICE_GREETING - 1 : 0, asked = 0;
	for (unsigned k = 0; s->waits && k < f->messages; k++) {
		heard += f->answer[k].length;
		asked += f->request[k].length;
		if (c->hears < heard) {
			may = asked;
			break;
		}
	}
	size_t begins = 0;
	for (unsigned k = 0; k < f->messages; k++) {
		const struct splice_message *q = &f->request[k];
		while (f->said >= begins && f->said < begins + q->length && f->said < may && most > 0) {
			size_t at = f->said - begins, piece = q->length - at;
			piece = piece < most ? piece : most;
			relay_say(n, f->client, q->b + at, piece);
			f->said += piece;
			most -= piece;
		}
		begins += q->length;
	}
	if (f->said == f->to_say && !f->finishes && (f->end != SPLICE_SERVER_FIRST || c->finished)) {
		f->finishes = true;
		tcp_finish(n->tcp, f->client, s->relay.now);
	}
	relay_poll(&s->relay, RELAY_CLIENT);
}

/* --- the story -------------------------------------------------------------------------------------------- */

static inline void splice_choose_wire(struct splice_lab *s)
{
	s->relay.loss_ppm = s->choose(s->context, 8) * 15000;
	s->relay.double_ppm = s->choose(s->context, 8) * 20000;
	s->relay.jitter = s->choose(s->context, 2) == 0 ? 0 : s->choose(s->context, 1 << 14) * VL_US;
	s->relay.latency = (1 + s->choose(s->context, 50)) * 100 * VL_US;
}

static inline void splice_good_wire(struct splice_lab *s)
{
	s->relay.loss_ppm = s->relay.double_ppm = 0;
	s->relay.jitter = 0;
}


static inline void splice_open(struct splice_lab *s)
{
	static const char *const kind[SPLICE_MODES] = {
		[SPLICE_HOST] = "host-header", [SPLICE_COOKIE] = "active-cookie", [SPLICE_HELLO] = "ssl-session-id",
		[SPLICE_CHECKED] = "host-header",
	};
	static const uint16_t mss[4] = {0, 1200, 536, 100}, window[4] = {0, 8000, 2000, 30000};
	struct relay_lab *r = &s->relay;

	relay_init(r);
	if (kind[s->mode] != NULL)
		r->service.persistence.kind = persistence_find(kind[s->mode]);
	r->service.tls_passes = s->mode == SPLICE_HELLO;
	r->service.layer7.forwarded_for = s->forwarded = s->mode == SPLICE_FORWARDED || s->mode == SPLICE_TUNNEL;
	if (s->mode == SPLICE_CHECKED)
		r->service.layer7.check = CHECK_ACCEPT;
	r->service.half_open_limit = s->choose(s->context, 3) == 0;
	r->config.proxies = 4;
	for (unsigned i = RELAY_CLIENT; i < RELAY_NODES; i++) {
		/* Who takes less than the other was told of stays relayed: not too many. */
		r->mss[i] = s->choose(s->context, 2) == 0 ? 0 : mss[s->choose(s->context, 4)];
		r->window[i] = window[s->choose(s->context, 4)];
	}
	r->user = s;
	r->opened = splice_opened;
	r->heard = splice_server_heard;
	relay_open(r, 1 + s->choose(s->context, 1 << 16));
	splice_choose_wire(s);
}

static inline void splice_choose_flows(struct splice_lab *s)
{
	bool unread = s->mode != SPLICE_FORWARDED && s->mode != SPLICE_CHECKED;

	s->greets = s->mode == SPLICE_RAW && s->choose(s->context, 2) == 1;
	/* What is not read may be answered before it has ended. */
	s->eager = unread && s->mode != SPLICE_TUNNEL && s->choose(s->context, 2) == 1;
	/* A tunnel begins with the answer. */
	s->waits = s->mode == SPLICE_TUNNEL || s->choose(s->context, 3) > 0;
	s->flows = 1 + s->choose(s->context, SPLICE_FLOWS);
	for (unsigned f = 0; f < s->flows; f++) {
		struct splice_flow *flow = &s->flow[f];
		flow->messages = s->mode == SPLICE_TUNNEL ? SPLICE_MESSAGES : 1 + s->choose(s->context, SPLICE_MESSAGES);
		flow->end = (enum splice_end)s->choose(s->context, f == 0 ? SPLICE_ENDS : SPLICE_BOTH + 1);
		for (unsigned k = 0; k < flow->messages; k++)
			splice_make(s, f, k);
		flow->client = relay_connect(&s->relay, (uint16_t)(40000 + f));
	}
}

/* The first connection is reset by one of its sides. */
static inline void splice_reset(struct splice_lab *s)
{
	struct splice_flow *f = &s->flow[0];

	if (f->reset || (f->end != SPLICE_CLIENT_RESETS && f->end != SPLICE_SERVER_RESETS))
		return;
	s->clean = s->choose(s->context, 2) == 1;
	/* What was lost before is said again meanwhile, and a challenge is answered again (RFC 5961 7: not always). */
	if (s->clean) {
		splice_good_wire(s);
		relay_run(&s->relay, 600 * VL_MS);
	}
	if (f->end == SPLICE_CLIENT_RESETS) {
		f->reset = true;
		tcp_abort(s->relay.node[RELAY_CLIENT].tcp, f->client, s->relay.now);
		relay_poll(&s->relay, RELAY_CLIENT);
		return;
	}
	for (unsigned node = RELAY_SERVER; node < RELAY_NODES; node++)
		for (tcp_handle h = 0; h < RELAY_FLOWS; h++) {
			const struct splice_leg *leg = splice_leg(s, node, h);
			if (!leg->used || leg->flow != 0 || s->relay.node[node].flow[h].gone)
				continue;
			f->reset = true;
			tcp_abort(s->relay.node[node].tcp, h, s->relay.now);
			relay_poll(&s->relay, node);
		}
}

/* Some connection of some side reads again, or no more for now. */
static inline void splice_hold(struct splice_lab *s, bool hold)
{
	unsigned node = RELAY_CLIENT + s->choose(s->context, RELAY_NODES - RELAY_CLIENT);
	struct relay_node *n = &s->relay.node[node];

	for (tcp_handle h = 0; h < RELAY_FLOWS; h++)
		if (n->flow[h].opened && !n->flow[h].gone)
			tcp_hold_reading(n->tcp, h, hold, s->relay.now);
	relay_poll(&s->relay, node);
}

static inline void splice_step(struct splice_lab *s)
{
	struct splice_flow *f = &s->flow[s->choose(s->context, s->flows)];

	switch (s->choose(s->context, 16)) {
	case 0:
		splice_choose_wire(s);
		if (s->clean)
			splice_good_wire(s);
		break;
	case 1:
	case 2:
		splice_hold(s, s->choose(s->context, 2) == 1);
		break;
	case 3:
		if (s->choose(s->context, 4) == 0)
			splice_reset(s);
		break;
	case 4:
	case 5:
	case 6:
		splice_client_says(s, f, 1 + s->choose(s->context, 100));
		break;
	case 7:
	case 8:
		splice_client_says(s, f, 1 + s->choose(s->context, 30000));
		break;
	case 9:
		splice_servers_answer(s, 1 + s->choose(s->context, 100));
		break;
	case 10:
	case 11:
		splice_servers_answer(s, 1 + s->choose(s->context, 30000));
		break;
	default:
		relay_run(&s->relay, s->choose(s->context, 100) * VL_MS);
		break;
	}
}

/* Everybody reads, says what is left, and finishes. */
static inline void splice_settle(struct splice_lab *s)
{
	splice_reset(s);
	for (unsigned node = RELAY_CLIENT; node < RELAY_NODES; node++)
		for (tcp_handle h = 0; h < RELAY_FLOWS; h++)
			if (s->relay.node[node].flow[h].opened)
				tcp_hold_reading(s->relay.node[node].tcp, h, false, s->relay.now);
	for (unsigned round = 0; round < 40; round++) {
		for (unsigned f = 0; f < s->flows; f++)
			splice_client_says(s, &s->flow[f], SIZE_MAX);
		splice_servers_answer(s, SIZE_MAX);
		relay_run(&s->relay, round < 20 ? 50 * VL_MS : 5 * VL_S);
		if (round == 20)
			splice_good_wire(s);
	}
}

/* Whether the balancer gave a connection up, and said so: a server that did not answer three SYNs, a request that did
 * not come within 30 s; or a segment overtook the one that answers a SYN cookie, and is of no connection then. */
static inline bool splice_was_given_up(struct splice_lab *s, const struct splice_flow *f)
{
	const struct balancer *b = s->relay.balancer;
	const struct relay_flow *c = splice_client(s, f);
	size_t wanted, agrees = splice_agrees(s, f, &wanted);
	const char *rest = (const char *)c->heard + agrees;
	size_t left = c->hears - agrees;

	uint64_t cookies, good;

	balancer_cookies(b, &cookies, &good);
	if (cookies > 0 && balancer_dropped(b, BALANCER_DROP_STRAY) > 0 && c->why == TCP_END_RESET)
		return c->gone;
	if (balancer_dropped(b, BALANCER_DROP_REQUEST_TIME) + balancer_layer7(b)->retried == 0)
		return false;
	return c->gone && (left == 0 || (left > 12 && (memcmp(rest, "HTTP/1.1 408", 12) == 0 ||
						       memcmp(rest, "HTTP/1.1 503", 12) == 0)));
}

/* For whoever reads why it failed. */
static inline void splice_tell(struct splice_lab *s, const struct splice_flow *f, size_t agrees, size_t wanted)
{
	const struct relay_flow *c = splice_client(s, f);
	const struct layer7_counters *l7 = balancer_layer7(s->relay.balancer);

	fprintf(stderr, "connection %u, end %d: said %zu of %zu, %u of %u requests arrived; heard %zu, of %zu that were to be heard %zu;"
		" finished %d gone %d (%s); spliced %llu retried %llu moved %llu\n", (unsigned)(f - s->flow), f->end, f->said, f->to_say,
		f->heard, f->messages, c->hears, wanted, agrees, c->finished, c->gone, tcp_end_word(c->why),
		(unsigned long long)l7->spliced, (unsigned long long)l7->retried, (unsigned long long)l7->moved);
	for (enum balancer_drop d = 0; d < BALANCER_DROP_COUNT; d++)
		if (balancer_dropped(s->relay.balancer, d) > 0)
			fprintf(stderr, "  %llu dropped: %s\n", (unsigned long long)balancer_dropped(s->relay.balancer, d), balancer_drop_text(d));
	for (unsigned node = RELAY_SERVER; node < RELAY_NODES; node++)
		for (tcp_handle h = 0; h < RELAY_FLOWS; h++) {
			const struct splice_leg *leg = splice_leg(s, node, h);
			const struct relay_flow *x = &s->relay.node[node].flow[h];
			if (leg->used)
				fprintf(stderr, "  server %u.%u: connection %d message %d, answered %u of %u, heard %zu, said %zu, finishes %d finished %d gone %d (%s)\n",
					node, h, leg->flow, leg->message, leg->answered, leg->due, x->hears, x->said, leg->finishes, x->finished, x->gone,
					tcp_end_word(x->why));
		}
}

static inline void splice_judge_flow(struct splice_lab *s, const struct splice_flow *f)
{
	const struct relay_flow *c = splice_client(s, f);
	size_t wanted, agrees = splice_agrees(s, f, &wanted);

	if (f->reset) {
		assert(agrees == c->hears || s->mode == SPLICE_COOKIE);
		/* What was reset ends on the other side as well, as soon as a word of it can get there. */
		assert(!s->clean || c->gone);
		assert(!s->clean || f->end != SPLICE_SERVER_RESETS || s->mode == SPLICE_CHECKED || f->finishes ||
		       c->why == TCP_END_RESET);
		return;
	}
	/* Who says its FIN once more when nobody waits for it any longer (layer7.c, TIME_WAIT_TIME) has lost nothing. */
	bool closed = c->gone && (c->why == TCP_END_CLOSED || (c->why == TCP_END_RESET && f->finishes));
	if (agrees == wanted && c->hears == wanted && closed && c->finished && f->heard == f->messages)
		return;
	if (!splice_was_given_up(s, f))
		splice_tell(s, f, agrees, wanted);
	assert(splice_was_given_up(s, f));
	s->weak++;
}

static inline void splice_judge_servers(struct splice_lab *s, unsigned weak)
{
	for (unsigned node = RELAY_SERVER; node < RELAY_NODES; node++)
		for (tcp_handle h = 0; h < RELAY_FLOWS; h++) {
			const struct splice_leg *leg = splice_leg(s, node, h);
			const struct relay_flow *f = &s->relay.node[node].flow[h];
			if (!leg->used)
				continue;
			bool known = leg->flow >= 0, resets = s->flow[known ? leg->flow : 0].reset;
			/* That it is reset may have been lost on the way to it. */
			/* So may the reset that leaves a server behind from which the requests went to another. */
			bool left = s->mode == SPLICE_CHECKED && known && leg->answered == leg->due;
			bool ended = f->gone || left || (resets && !s->clean) || s->weak > weak;
			if (!ended)
				splice_tell(s, &s->flow[leg->flow < 0 ? 0 : leg->flow], 0, 0);
			assert(ended);
			if (known && resets && s->clean && s->flow[leg->flow].end == SPLICE_CLIENT_RESETS && !f->finished &&
			    !leg->finishes)
				assert(f->why == TCP_END_RESET);
			/* A finish is only heard behind everything that was said. */
			if (f->finished && known && !resets)
				assert(leg->message < 0 || s->weak > weak);
		}
}

static inline void splice_close(struct splice_lab *s)
{
	/* Whose peer reset it while the wire lost that may never have heard of it. */
	for (unsigned node = RELAY_CLIENT; node < RELAY_NODES; node++)
		for (tcp_handle h = 0; h < RELAY_FLOWS; h++)
			if (s->relay.node[node].flow[h].opened && !s->relay.node[node].flow[h].gone)
				tcp_abort(s->relay.node[node].tcp, h, s->relay.now);
	relay_run(&s->relay, 2000 * VL_S);
	assert(balancer_connection_count(s->relay.balancer) == 0);
	assert(balancer_deadline(s->relay.balancer) == VL_NEVER);
	s->spliced += (unsigned)balancer_layer7(s->relay.balancer)->spliced;
	relay_close(&s->relay);
	for (unsigned f = 0; f < SPLICE_FLOWS; f++)
		for (unsigned k = 0; k < SPLICE_MESSAGES; k++) {
			free(s->flow[f].request[k].b);
			free(s->flow[f].answer[k].b);
		}
}

static inline void splice_story(struct splice_lab *s, enum splice_mode mode)
{
	s->mode = mode;
	s->clean = false;
	memset(s->flow, 0, sizeof s->flow);
	memset(s->leg, 0, sizeof s->leg);
	splice_open(s);
	splice_choose_flows(s);
	for (unsigned i = 0; i < SPLICE_STEPS && (s->more == NULL || s->more(s->context)); i++)
		splice_step(s);
	splice_settle(s);
	unsigned weak = s->weak;
	for (unsigned f = 0; f < s->flows; f++)
		splice_judge_flow(s, &s->flow[f]);
	splice_judge_servers(s, weak);
	splice_close(s);
}

#endif

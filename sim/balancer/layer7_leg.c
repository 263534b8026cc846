// SPDX-License-Identifier: BSD-2-Clause
/* The two connections of a proxy: what the endpoint tells of them, and how the server's is begun. */
#include "sim/balancer/layer7.h"

static const struct tcp_user LAYER7_SERVER;

/* NULL: the proxy has let go of it. */
static struct proxy *proxy_of(struct layer7 *l, tcp_handle h)
{
	uint64_t number = tcp_tag(l->tcp, h);
	struct proxy *p = number != 0 ? &l->proxy[number - 1] : NULL;

	return p != NULL && (p->client == h || p->server == h) ? p : NULL;
}

struct persistence_facts proxy_facts(const struct layer7 *l, const struct proxy *p)
{
	struct persistence_facts facts = {.flow = &p->flow, .secret = l->balancer->secret};

	if (p->known == READS_HTTP)
		facts.request = &p->request.http.head;
	if (p->known == READS_HELLO)
		facts.client_hello = &p->request.tls.hello;
	if (p->known == READS_FIRST) {
		facts.first = p->up.b; /* nothing of it has left yet */
		facts.first_length = (size_t)p->up.written;
	}
	return facts;
}

/* --- choosing and connecting ------------------------------------------------------------------------------ */

/* Those that failed this request are out of the question, for this choice only. */
static void shun(struct layer7 *l, const struct proxy *p, bool shunned, vl_time now)
{
	struct virtual_service *v = proxy_service(l, p);

	for (uint8_t i = 0; i < p->tries; i++) {
		v->server[p->tried[i]].shunned = shunned;
		virtual_service_refresh(v, p->tried[i], now);
	}
}

static void refuse(struct layer7 *l, struct proxy *p, enum balancer_drop why, vl_time now)
{
	struct balancer *b = l->balancer;

	(void)balancer_drop(b, why);
	balancer_say_refused(b, proxy_service(l, p), &p->flow.client, why, now);
	if (p->known == READS_HTTP && p->down.written == p->down.announced)
		proxy_answer(l, p, 503, now);
	else
		proxy_end(l, p, CONNECTION_END_SERVER, now);
}

static bool begin_connection(struct layer7 *l, struct proxy *p, struct connection *c, vl_time now)
{
	struct balancer *b = l->balancer;
	struct ip_addr from = c->local_port != 0 ? b->local[c->local] : client_of(c);
	uint16_t from_port = c->local_port != 0 ? c->local_port : c->client_port;

	p->connection = c;
	c->proxy = (uint16_t)proxy_number(l, p);
	balancer_set_state(b, c, CONNECTION_SYN_RECV, now);
	balancer_say_open(b, c, now);
	p->state = PROXY_CONNECTING;
	p->server_held = false;
	p->up.origin = p->up.announced = p->up.freed;
	p->server = tcp_connect(l->tcp, &from, from_port, &server_of(b, c)->config.address, server_port_of(b, c),
				&LAYER7_SERVER, l, c->proxy, now);
	return p->server != TCP_NO_HANDLE;
}

/* The server at hand failed before it had anything. */
static void next_server(struct layer7 *l, struct proxy *p, vl_time now)
{
	p->tried[p->tries++] = p->connection->server;
	proxy_close_entry(l, p, CONNECTION_END_SERVER, now);
	l->counters.retried++;
}

bool proxy_connect(struct layer7 *l, struct proxy *p, vl_time now)
{
	struct balancer *b = l->balancer;
	enum balancer_drop why = BALANCER_DROP_SERVER_FAILED;

	proxy_unwatch(l, p);
	while (p->tries < LAYER7_TRIES) {
		struct persistence_facts facts = proxy_facts(l, p);
		shun(l, p, true, now);
		struct connection *c = balancer_connect(b, proxy_service(l, p), &facts, &why, now);
		shun(l, p, false, now);
		if (c == NULL)
			break;
		if (begin_connection(l, p, c, now)) {
			p->decided = true;
			response_begin(l, p);
			return true;
		}
		next_server(l, p, now);
		why = BALANCER_DROP_SERVER_FAILED;
	}
	refuse(l, p, why, now);
	return false;
}

bool proxy_reconsider(struct layer7 *l, struct proxy *p, vl_time now)
{
	struct virtual_service *v = proxy_service(l, p);
	struct persistence_facts facts = proxy_facts(l, p);
	bool accept = v->config.layer7.check == CHECK_ACCEPT;

	p->tries = 0;
	if (v->config.layer7.check == CHECK_FIRST || v->config.persistence.kind == NULL ||
	    balancer_stays(l->balancer, v, p->connection->server, &facts, accept, now))
		return true;
	/* Its answer is complete, so it has read all that it was sent: nothing is lost with a reset. */
	tcp_handle old = p->server;
	p->server = TCP_NO_HANDLE;
	tcp_abort(l->tcp, old, now);
	proxy_close_entry(l, p, CONNECTION_END_CLOSED, now);
	p->up.freed = p->up.written;
	inbox_take(&p->from_server, inbox_length(&p->from_server));
	p->server_finished = false;
	l->counters.moved++;
	return proxy_connect(l, p, now);
}

/* --- what both tell --------------------------------------------------------------------------------------- */

static void take(struct layer7 *l, struct proxy *p, struct inbox *in, const uint8_t *bytes, size_t length, vl_time now)
{
	if (p->closing)
		return;
	p->busy++;
	if (!inbox_put(in, bytes, length))
		proxy_end(l, p, CONNECTION_END_RESET, now);
	/* What waited in the endpoint comes all at once, as soon as it may. */
	if (p->running)
		proxy_hold(l, p, now);
	proxy_run(l, p, now);
	proxy_leave(l, p);
}

/* --- the client's ----------------------------------------------------------------------------------------- */

static void client_opened(void *user, tcp_handle h, vl_time now)
{
	struct layer7 *l = user;
	struct balancer *b = l->balancer;
	struct flow flow = {.protocol = IP_PROTOCOL_TCP};

	tcp_peer(l->tcp, h, &flow.client, &flow.client_port);
	tcp_local(l->tcp, h, &flow.service, &flow.service_port);
	const struct virtual_service *v = balancer_find_service(b, &flow.service, flow.protocol, flow.service_port);
	struct proxy *p = v != NULL ? proxy_take(l, v->index, &flow, now) : NULL;
	tcp_set_tag(l->tcp, h, 0);
	if (p == NULL) {
		(void)balancer_drop(b, BALANCER_DROP_PROXIES);
		tcp_abort(l->tcp, h, now);
		return;
	}
	p->client = h;
	tcp_set_tag(l->tcp, h, proxy_number(l, p));
	p->busy++;
	request_begin(l, p);
	proxy_run(l, p, now);
	proxy_leave(l, p);
}

static void client_received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p != NULL)
		take(l, p, &p->from_client, bytes, length, now);
}

static void client_finished(void *user, tcp_handle h, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p == NULL)
		return;
	p->client_finished = true;
	proxy_run(l, p, now);
}

static void client_acknowledged(void *user, tcp_handle h, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p == NULL)
		return;
	p->down.freed = tcp_acknowledged(l->tcp, h);
	proxy_run(l, p, now);
}

static void client_gone(void *user, tcp_handle h, enum tcp_end why, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p == NULL)
		return;
	p->client = TCP_NO_HANDLE;
	if (why != TCP_END_CLOSED)
		proxy_end(l, p, why == TCP_END_TIMEOUT ? CONNECTION_END_EXPIRED : CONNECTION_END_RESET, now);
	else if (p->server == TCP_NO_HANDLE || p->state == PROXY_CONNECTING)
		proxy_end(l, p, CONNECTION_END_CLOSED, now);
	else
		proxy_run(l, p, now); /* what it said last may still wait here for the server to read */
}

static void client_content(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length)
{
	struct layer7 *l = user;
	const struct proxy *p = proxy_of(l, h);

	if (p != NULL)
		outgoing_get(&p->down, offset, to, length);
}

const struct tcp_user LAYER7_CLIENT = {
	.opened = client_opened,
	.received = client_received,
	.peer_finished = client_finished,
	.acknowledged = client_acknowledged,
	.gone = client_gone,
	.content = client_content,
};

/* --- the server's ----------------------------------------------------------------------------------------- */

static void server_opened(void *user, tcp_handle h, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p == NULL)
		return;
	p->state = PROXY_OPEN;
	p->tries = 0;
	balancer_set_state(l->balancer, p->connection, CONNECTION_ESTABLISHED, now);
	proxy_run(l, p, now);
}

static void server_received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p != NULL)
		take(l, p, &p->from_server, bytes, length, now);
}

static void server_finished(void *user, tcp_handle h, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p == NULL)
		return;
	p->server_finished = true;
	proxy_run(l, p, now);
}

static void server_acknowledged(void *user, tcp_handle h, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p == NULL)
		return;
	p->up.freed = p->up.origin + tcp_acknowledged(l->tcp, h);
	proxy_run(l, p, now);
}

/* It never stood: nothing of the request was sent, so another may have it. */
static void server_refused(struct layer7 *l, struct proxy *p, vl_time now)
{
	p->busy++;
	next_server(l, p, now);
	if (proxy_connect(l, p, now))
		proxy_run(l, p, now);
	proxy_leave(l, p);
}

static void server_gone(void *user, tcp_handle h, enum tcp_end why, vl_time now)
{
	struct layer7 *l = user;
	struct proxy *p = proxy_of(l, h);

	if (p == NULL)
		return;
	p->server = TCP_NO_HANDLE;
	if (p->state == PROXY_CONNECTING) {
		server_refused(l, p, now);
		return;
	}
	bool clean = why == TCP_END_CLOSED || p->closing;
	if (!clean)
		(void)balancer_drop(l->balancer, BALANCER_DROP_SERVER_FAILED);
	if (!clean || p->client == TCP_NO_HANDLE)
		proxy_end(l, p, clean ? CONNECTION_END_CLOSED : CONNECTION_END_RESET, now);
}

static void server_content(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length)
{
	struct layer7 *l = user;
	const struct proxy *p = proxy_of(l, h);

	if (p != NULL)
		outgoing_get(&p->up, p->up.origin + offset, to, length);
}

static const struct tcp_user LAYER7_SERVER = {
	.opened = server_opened,
	.received = server_received,
	.peer_finished = server_finished,
	.acknowledged = server_acknowledged,
	.gone = server_gone,
	.content = server_content,
};

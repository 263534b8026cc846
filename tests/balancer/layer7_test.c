// SPDX-License-Identifier: BSD-2-Clause
/* Layer 7 between a client and servers that speak TCP: who gets which request, what is inserted, what passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/balancer/relay_lab.h"

static struct relay_lab l;

/* Every complete request (of no body) is answered with the server's name. */
static void answer_each(struct relay_lab *lab, struct relay_node *n, tcp_handle h)
{
	struct relay_flow *f = &n->flow[h];

	if (n->number < RELAY_SERVER)
		return;
	char *from = (char *)f->heard, *end;
	size_t answered = 0, asked = 0;
	for (char *at = (char *)f->say; answered < 1000 && (size_t)(at - (char *)f->say) < f->said; at++)
		if (at + 5 <= (char *)f->say + f->said && memcmp(at, "HTTP/", 5) == 0)
			answered++;
	while ((end = strstr(from, "\r\n\r\n")) != NULL) {
		asked++;
		from = end + 4;
	}
	(void)lab;
	for (; answered < asked; answered++)
		relay_text(n, h, n->number == RELAY_SERVER ? "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nrs1"
							   : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nrs2");
}

static void finish_too(struct relay_lab *lab, struct relay_node *n, tcp_handle h)
{
	tcp_finish(n->tcp, h, lab->now);
}

static void open_lab(const char *persistence)
{
	if (persistence != NULL)
		l.service.persistence.kind = persistence_find(persistence);
	assert_true(persistence == NULL || l.service.persistence.kind != NULL);
	l.heard = answer_each;
	l.ended = finish_too;
	relay_open(&l, 1);
}

static tcp_handle ask(uint16_t port, const char *text)
{
	tcp_handle h = relay_connect(&l, port);

	relay_run(&l, 10 * VL_MS);
	relay_text(&l.node[RELAY_CLIENT], h, text);
	relay_run(&l, 100 * VL_MS);
	return h;
}

static void finish(tcp_handle h)
{
	tcp_finish(l.node[RELAY_CLIENT].tcp, h, l.now);
	relay_run(&l, 3 * VL_S);
}

static void assert_heard(tcp_handle h, const char *text)
{
	assert_string_equal(relay_heard(&l, RELAY_CLIENT, h), text);
}

#define GET(more) "GET / HTTP/1.1\r\nHost: www.example.com\r\n" more "\r\n"
#define OK(body) "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" body

static void the_host_decides_and_the_rest_is_spliced(void **state)
{
	relay_init(&l);
	open_lab("host-header");
	tcp_handle a = ask(40001, GET("")), b = ask(40002, GET(""));
	assert_heard(a, OK("rs1"));
	assert_heard(b, OK("rs1"));
	assert_int_equal(balancer_layer7(l.balancer)->spliced, 2);
	relay_text(&l.node[RELAY_CLIENT], a, GET(""));
	relay_run(&l, 100 * VL_MS);
	assert_heard(a, OK("rs1") OK("rs1"));
	finish(a);
	finish(b);
	assert_true(l.node[RELAY_CLIENT].flow[a].finished && l.node[RELAY_CLIENT].flow[a].why == TCP_END_CLOSED);
	relay_close(&l);
}

static void a_cookie_is_inserted_and_kept(void **state)
{
	char request[512], *cookie, *end;

	relay_init(&l);
	open_lab("active-cookie");
	tcp_handle a = ask(40001, GET(""));
	cookie = strstr(relay_heard(&l, RELAY_CLIENT, a), "Set-Cookie: ");
	assert_non_null(cookie);
	assert_non_null(strstr(cookie, "\r\n\r\nrs1"));
	cookie += strlen("Set-Cookie: ");
	end = strpbrk(cookie, ";\r");
	snprintf(request, sizeof request, GET("Cookie: %.*s\r\n"), (int)(end - cookie), cookie);
	for (uint16_t i = 0; i < 3; i++) {
		tcp_handle b = ask((uint16_t)(40002 + i), request);
		assert_heard(b, OK("rs1"));
		finish(b);
	}
	finish(a);
	relay_close(&l);
}

static void each_request_is_checked_and_pipelining_keeps_its_order(void **state)
{
	relay_init(&l);
	l.service.layer7.check = CHECK_ACCEPT;
	open_lab("host-header");
	tcp_handle a = ask(40001, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), b = ask(40002, "GET / HTTP/1.1\r\nHost: b\r\n\r\n");
	assert_heard(a, OK("rs1"));
	assert_heard(b, OK("rs2"));
	relay_text(&l.node[RELAY_CLIENT], a,
		   "GET / HTTP/1.1\r\nHost: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: c\r\n\r\n");
	relay_run(&l, 100 * VL_MS);
	assert_heard(a, OK("rs1") OK("rs2") OK("rs1") OK("rs1"));
	assert_int_equal(balancer_layer7(l.balancer)->moved, 2);
	assert_int_equal(balancer_layer7(l.balancer)->requests, 5);
	finish(a);
	finish(b);
	assert_int_equal(balancer_connection_count(l.balancer), 0);
	relay_close(&l);
}

static void the_client_is_named(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	tcp_handle a = ask(40001, GET(""));
	assert_heard(a, OK("rs1"));
	assert_string_equal(relay_heard(&l, RELAY_SERVER, 0), GET("X-Forwarded-For: 192.0.2.1\r\n"));
	finish(a);
	relay_close(&l);
}

static void a_server_that_refuses_is_passed_over(void **state)
{
	relay_init(&l);
	open_lab("host-header");
	tcp_unlisten(l.node[RELAY_SERVER].tcp, &(struct ip_addr){0}, 80, l.now);
	tcp_handle a = ask(40001, GET(""));
	assert_heard(a, OK("rs2"));
	assert_int_equal(balancer_layer7(l.balancer)->retried, 1);
	tcp_unlisten(l.node[RELAY_SERVER + 1].tcp, &(struct ip_addr){0}, 80, l.now);
	tcp_handle b = ask(40002, GET(""));
	assert_heard(b, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	assert_true(l.node[RELAY_CLIENT].flow[b].finished);
	finish(a);
	finish(b);
	assert_int_equal(balancer_connection_count(l.balancer), 1);     /* a, in TIME_WAIT */
	relay_close(&l);
}

static void smuggling_is_refused_and_counted(void **state)
{
	relay_init(&l);
	open_lab("host-header");
	tcp_handle a = ask(40001, GET("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"));
	assert_heard(a, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	assert_int_equal(balancer_layer7(l.balancer)->request_refused[HTTP_BOTH_LENGTHS], 1);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_REQUEST), 1);
	assert_int_equal(l.node[RELAY_SERVER].flow[0].hears, 0);
	finish(a);
	relay_close(&l);
}

static void who_says_nothing_is_given_up(void **state)
{
	relay_init(&l);
	open_lab("host-header");
	tcp_handle a = ask(40001, "GET / HTTP/1.1\r\n");
	relay_run(&l, 31 * VL_S);
	assert_non_null(strstr(relay_heard(&l, RELAY_CLIENT, a), " 408 "));
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_REQUEST_TIME), 1);
	relay_run(&l, 31 * VL_S);
	assert_true(l.node[RELAY_CLIENT].flow[a].gone);
	relay_close(&l);
}

static void expect_upgrade_and_connect(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	l.heard = NULL;
	struct relay_node *client = &l.node[RELAY_CLIENT], *server = &l.node[RELAY_SERVER];
	tcp_handle a = ask(40001, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
	relay_text(server, 0, "HTTP/1.1 100 Continue\r\n\r\n");
	relay_run(&l, 10 * VL_MS);
	assert_heard(a, "HTTP/1.1 100 Continue\r\n\r\n");
	relay_text(client, a, "12345");
	relay_run(&l, 10 * VL_MS);
	assert_non_null(strstr(relay_heard(&l, RELAY_SERVER, 0), "\r\n\r\n12345"));
	relay_text(server, 0, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
	relay_run(&l, 10 * VL_MS);
	assert_non_null(strstr(relay_heard(&l, RELAY_CLIENT, a), "abc\r\n0\r\n\r\n"));
	relay_text(client, a, "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
	relay_run(&l, 10 * VL_MS);
	relay_text(server, 0, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nfrom the server");
	relay_run(&l, 10 * VL_MS);
	assert_non_null(strstr(relay_heard(&l, RELAY_CLIENT, a), "\r\n\r\nfrom the server"));
	relay_text(client, a, "\x16\x03 no request at all");
	relay_run(&l, 100 * VL_MS);
	assert_non_null(strstr(relay_heard(&l, RELAY_SERVER, 0), "\x16\x03 no request at all"));
	relay_text(server, 0, "more");
	relay_run(&l, 100 * VL_MS);
	assert_int_equal(balancer_layer7(l.balancer)->spliced, 1);
	finish(a);
	relay_close(&l);
}

static void an_answer_until_close_ends_with_it(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	l.heard = NULL;
	tcp_handle a = ask(40001, GET(""));
	relay_text(&l.node[RELAY_SERVER], 0, "HTTP/1.0 200 OK\r\n\r\nall of it");
	tcp_finish(l.node[RELAY_SERVER].tcp, 0, l.now);
	relay_run(&l, 3 * VL_S);
	assert_heard(a, "HTTP/1.0 200 OK\r\n\r\nall of it");
	assert_true(l.node[RELAY_CLIENT].flow[a].finished && l.node[RELAY_CLIENT].flow[a].gone);
	assert_int_equal(balancer_connection_count(l.balancer), 0);
	relay_close(&l);
}

/* 400 kB each way through a buffer of 16 kB, while each side reads as it likes. */
static void bodies_of_any_length_pass(void **state)
{
	static uint8_t body[400000];
	char head[128];

	for (size_t i = 0; i < sizeof body; i++)
		body[i] = (uint8_t)(i * 7 + (i >> 8));
	for (int each = 0; each < 2; each++) {
		relay_init(&l);
		l.service.layer7.forwarded_for = each == 1;
		open_lab("host-header");
		l.heard = NULL;
		tcp_handle a = ask(40001, "");
		snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", sizeof body);
		relay_text(&l.node[RELAY_CLIENT], a, head);
		relay_say(&l.node[RELAY_CLIENT], a, body, sizeof body);
		relay_run(&l, 10 * VL_S);
		const struct relay_flow *s = &l.node[RELAY_SERVER].flow[0], *c = &l.node[RELAY_CLIENT].flow[a];
		if (s->hears <= sizeof body)
			fail_msg("%d: heard %zu, spliced %llu, dropped window %llu", each, s->hears, (unsigned long long)balancer_layer7(l.balancer)->spliced, (unsigned long long)balancer_dropped(l.balancer, BALANCER_DROP_WINDOW));
		assert_memory_equal(s->heard + s->hears - sizeof body, body, sizeof body);
		snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", sizeof body);
		relay_text(&l.node[RELAY_SERVER], 0, head);
		relay_say(&l.node[RELAY_SERVER], 0, body, sizeof body);
		relay_run(&l, 10 * VL_S);
		assert_int_equal(c->hears, strlen(head) + sizeof body);
		assert_memory_equal(c->heard + c->hears - sizeof body, body, sizeof body);
		assert_int_equal(balancer_layer7(l.balancer)->spliced, 1 - each);
		finish(a);
		relay_close(&l);
	}
}

/* Whatever servers could read in two ways reaches none of them: it is answered, named and counted. */
static void what_smuggles_is_refused_and_counted(void **state)
{
	static const struct {
		const char *request;
		enum http_refusal why;
	} row[] = {
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", HTTP_BOTH_LENGTHS},
		{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG", HTTP_BOTH_LENGTHS},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345", HTTP_LENGTHS_DIFFER},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n12345", HTTP_LENGTH_BAD},
		{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", HTTP_CODING_UNKNOWN},
		{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", HTTP_SPACE_BEFORE_COLON},
		{"POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", HTTP_OBS_FOLD},
		{"GET / HTTP/1.1\nHost: a\n\n", HTTP_BARE_LF},
		{"GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n", HTTP_BARE_CR},
		{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", HTTP_HOST_TWICE},
		{"GET / HTTP/1.1\r\n\r\n", HTTP_HOST_MISSING},
	};

	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		uint64_t before = balancer_layer7(l.balancer)->request_refused[row[i].why];
		tcp_handle a = ask((uint16_t)(40001 + i), row[i].request);
		assert_heard(a, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
		assert_int_equal(balancer_layer7(l.balancer)->request_refused[row[i].why], before + 1);
		assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_REQUEST), i + 1);
		finish(a);
	}
	for (unsigned i = RELAY_SERVER; i < RELAY_NODES; i++)
		assert_int_equal(tcp_endpoint_counters(l.node[i].tcp)->accepts, 0);
	relay_close(&l);
}

/* The head was good and went on; what is wrong comes within the body. */
static void a_chunk_that_is_none_ends_the_connection(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	l.heard = NULL;
	tcp_handle a = ask(40001, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
	relay_text(&l.node[RELAY_CLIENT], a, " 5\r\n");
	relay_run(&l, 100 * VL_MS);
	assert_int_equal(balancer_layer7(l.balancer)->request_refused[HTTP_CHUNK_SIZE], 1);
	assert_int_equal(l.node[RELAY_CLIENT].flow[a].why, TCP_END_RESET);
	assert_true(l.node[RELAY_SERVER].flow[0].gone && l.node[RELAY_SERVER].flow[0].why == TCP_END_RESET);
	assert_null(strstr(relay_heard(&l, RELAY_SERVER, 0), " 5"));
	relay_close(&l);
}

static void connect_opens_a_tunnel(void **state)
{
	relay_init(&l);
	l.service.layer7.check = CHECK_ALWAYS;
	open_lab("host-header");
	l.heard = NULL;
	tcp_handle a = ask(40001, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
	relay_text(&l.node[RELAY_SERVER], 0, "HTTP/1.1 200 Connected\r\n\r\n");
	relay_run(&l, 10 * VL_MS);
	assert_heard(a, "HTTP/1.1 200 Connected\r\n\r\n");
	/* What would be refused as a request, and bytes of no text, pass as they are. */
	relay_say(&l.node[RELAY_CLIENT], a, "\x16\x03\x01\0\n \n", 7);
	relay_run(&l, 100 * VL_MS);
	assert_memory_equal(l.node[RELAY_SERVER].flow[0].heard + l.node[RELAY_SERVER].flow[0].hears - 7, "\x16\x03\x01\0\n \n", 7);
	relay_text(&l.node[RELAY_SERVER], 0, "HTTP/1.1 nothing of that kind\n");
	relay_run(&l, 100 * VL_MS);
	assert_heard(a, "HTTP/1.1 200 Connected\r\n\r\nHTTP/1.1 nothing of that kind\n");
	assert_int_equal(balancer_layer7(l.balancer)->spliced, 1);
	finish(a);
	relay_close(&l);
}

/* A CONNECT or an upgrade that the server refuses leaves a connection of requests. */
static void a_tunnel_that_is_refused_is_none(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	tcp_handle a = ask(40001, GET("Connection: upgrade\r\nUpgrade: websocket\r\n"));
	assert_heard(a, OK("rs1"));
	relay_text(&l.node[RELAY_CLIENT], a, GET(""));
	relay_run(&l, 100 * VL_MS);
	assert_heard(a, OK("rs1") OK("rs1"));
	assert_int_equal(balancer_layer7(l.balancer)->answers, 2);
	relay_text(&l.node[RELAY_CLIENT], a, "\x01\r\n");
	relay_run(&l, 100 * VL_MS);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_REQUEST), 1);
	relay_close(&l);
}

/* A server that answers instead of asking for the body: 417, and its connection goes on or ends as it says. */
static void an_expectation_may_fail(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	l.heard = NULL;
	tcp_handle a = ask(40001, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
	relay_text(&l.node[RELAY_SERVER], 0, "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	tcp_finish(l.node[RELAY_SERVER].tcp, 0, l.now);
	relay_run(&l, 100 * VL_MS);
	assert_heard(a, "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	assert_int_equal(l.node[RELAY_SERVER].flow[0].hears, strlen("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
		"Content-Length: 5\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n"));
	relay_close(&l);
}

/* What a failover keeps of a service of layer 7 (balancer_sync.h): who is bound to which server, and no connection. */
static void a_failover_keeps_who_goes_where_but_no_connection(void **state)
{
	struct balancer_sync_config pair = {.interface = 0};

	for (int shared = 0; shared < 2; shared++) {
		relay_init(&l);
		sync_config_init(&pair.sync);
		pair.sync.connections = true;
		pair.sync.persistence = shared == 1;
		pair.sync.secret = "secret";
		l.config.sync = &pair;
		open_lab("host-header");
		tcp_handle a = ask(40001, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), b = ask(40002, "GET / HTTP/1.1\r\nHost: b\r\n\r\n");
		assert_heard(a, OK("rs1"));
		assert_heard(b, OK("rs2"));
		assert_int_equal(balancer_connection_count(l.balancer), 2);
		/* There and back: of both roles the unit keeps what the pair shares. */
		balancer_set_active(l.balancer, false, l.now);
		relay_run(&l, 10 * VL_MS);
		balancer_set_active(l.balancer, true, l.now);
		relay_run(&l, 100 * VL_MS);
		assert_int_equal(balancer_connection_count(l.balancer), 0);
		relay_text(&l.node[RELAY_CLIENT], b, "GET / HTTP/1.1\r\nHost: b\r\n\r\n");
		relay_run(&l, 100 * VL_S);
		assert_true(l.node[RELAY_CLIENT].flow[b].gone && l.node[RELAY_CLIENT].flow[b].why == TCP_END_RESET);
		/* The client comes again: with the switch on to its server, without it to whose turn it is. */
		tcp_handle c = ask(40003, "GET / HTTP/1.1\r\nHost: b\r\n\r\n");
		assert_heard(c, shared == 1 ? OK("rs2") : OK("rs1"));
		relay_close(&l);
	}
}

static void cookies_answer_for_the_handshake_under_load(void **state)
{
	uint64_t sent, good;

	relay_init(&l);
	l.service.half_open_limit = 1;
	open_lab("host-header");
	/* Two who never end their handshakes fill the limit. */
	for (uint16_t i = 0; i < 2; i++) {
		tcp_handle h = relay_connect(&l, (uint16_t)(41000 + i));
		tcp_drop(l.node[RELAY_CLIENT].tcp, h);
	}
	l.latency = 2 * VL_MS;
	tcp_handle a = ask(40001, GET(""));
	assert_heard(a, OK("rs1"));
	balancer_cookies(l.balancer, &sent, &good);
	assert_true(sent >= 1 && good <= sent);
	finish(a);
	relay_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_host_decides_and_the_rest_is_spliced),
		cmocka_unit_test(a_cookie_is_inserted_and_kept),
		cmocka_unit_test(each_request_is_checked_and_pipelining_keeps_its_order),
		cmocka_unit_test(the_client_is_named),
		cmocka_unit_test(a_server_that_refuses_is_passed_over),
		cmocka_unit_test(smuggling_is_refused_and_counted),
		cmocka_unit_test(who_says_nothing_is_given_up),
		cmocka_unit_test(expect_upgrade_and_connect),
		cmocka_unit_test(an_answer_until_close_ends_with_it),
		cmocka_unit_test(bodies_of_any_length_pass),
		cmocka_unit_test(what_smuggles_is_refused_and_counted),
		cmocka_unit_test(a_chunk_that_is_none_ends_the_connection),
		cmocka_unit_test(connect_opens_a_tunnel),
		cmocka_unit_test(a_tunnel_that_is_refused_is_none),
		cmocka_unit_test(an_expectation_may_fail),
		cmocka_unit_test(a_failover_keeps_who_goes_where_but_no_connection),
		cmocka_unit_test(cookies_answer_for_the_handshake_under_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Layer 7 where something is missing, comes early, late or wrong: from clients, from servers, of room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/balancer/relay_lab.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define BAD_GATEWAY "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

static struct relay_lab l;

static void open_lab(const char *persistence)
{
	if (persistence != NULL)
		l.service.persistence.kind = persistence_find(persistence);
	assert_true(persistence == NULL || l.service.persistence.kind != NULL);
	relay_open(&l, 1);
}

static void say(unsigned node, tcp_handle h, const void *bytes, size_t length)
{
	relay_say(&l.node[node], h, bytes, length);
	relay_run(&l, 50 * VL_MS);
}

static void text(unsigned node, tcp_handle h, const char *words)
{
	say(node, h, words, strlen(words));
}

static tcp_handle connect_from(uint16_t port)
{
	tcp_handle h = relay_connect(&l, port);

	relay_run(&l, 50 * VL_MS);
	return h;
}

static tcp_handle ask(uint16_t port, const char *words)
{
	tcp_handle h = connect_from(port);

	text(RELAY_CLIENT, h, words);
	return h;
}

static const struct relay_flow *client(tcp_handle h)
{
	return &l.node[RELAY_CLIENT].flow[h];
}

static const struct relay_flow *server(unsigned which, tcp_handle h)
{
	return &l.node[RELAY_SERVER + which].flow[h];
}

/* --- what is no HTTP -------------------------------------------------------------------------------------- */

/* An X.224 connection request with a cookie, in pieces; the same user comes to the same server. */
static void remote_desktops_are_told_apart_by_their_cookies(void **state)
{
	static const char user[] = "Cookie: mstshash=alice\r\n";
	uint8_t request[64] = {3, 0, 0, 0, 0, 0xe0};
	size_t length = 11 + sizeof user - 1;

	request[3] = (uint8_t)length;
	request[4] = (uint8_t)(length - 5);
	memcpy(request + 11, user, sizeof user - 1);
	relay_init(&l);
	open_lab("rdp-login");
	for (uint16_t i = 0; i < 3; i++) {
		tcp_handle h = connect_from((uint16_t)(40001 + i));
		say(RELAY_CLIENT, h, request, 3);
		say(RELAY_CLIENT, h, request + 3, 9);
		assert_int_equal(server(0, i)->opened, false);
		say(RELAY_CLIENT, h, request + 12, length - 12);
		assert_int_equal(server(0, i)->hears, length);
		assert_memory_equal(server(0, i)->heard, request, length);
	}
	/* Who speaks something else is not kept waiting. */
	tcp_handle other = ask(40009, "what is this");
	relay_run(&l, VL_S);
	assert_int_equal(server(0, 3)->hears + server(1, 0)->hears, 12);
	(void)other;
	relay_close(&l);
}

static void tls_where_a_request_should_be_passes_unread(void **state)
{
	relay_init(&l);
	open_lab("host-header");
	tcp_handle h = connect_from(40001);
	say(RELAY_CLIENT, h, "\x16\x03\x01\0\x05hello", 10);
	assert_int_equal(balancer_layer7(l.balancer)->unreadable, 1);
	assert_int_equal(server(0, 0)->hears, 10);
	text(RELAY_SERVER, 0, "and back");
	assert_string_equal(relay_heard(&l, RELAY_CLIENT, h), "and back");
	relay_close(&l);
}

/* --- servers ---------------------------------------------------------------------------------------------- */

static void an_answer_that_is_none_is_not_passed_on(void **state)
{
	static const struct {
		const char *says;
		bool finishes, begun;
	} row[] = {
		{"SMTP ready\r\n\r\n", false, false},
		{"HTTP/1.1 200 OK\nContent-Length: 0\n\n", false, false},
		{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", false, false},
		{"", true, false},
		{"HTTP/1.1 200 OK\r\nConte", true, false},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n123", true, true},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", true, true},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef", false, true},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		relay_init(&l);
		l.service.layer7.forwarded_for = true;
		open_lab(NULL);
		tcp_handle h = ask(40001, GET);
		text(RELAY_SERVER, 0, row[i].says);
		if (row[i].finishes)
			tcp_finish(l.node[RELAY_SERVER].tcp, 0, l.now);
		relay_run(&l, 100 * VL_MS);
		assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_RESPONSE), 1);
		if (row[i].begun) {
			assert_true(client(h)->gone && client(h)->why == TCP_END_RESET);
		} else {
			assert_string_equal(relay_heard(&l, RELAY_CLIENT, h), BAD_GATEWAY);
			assert_true(client(h)->finished);
		}
		relay_close(&l);
	}
}

static void what_a_server_says_unasked_is_heard_by_nobody(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	tcp_handle h = ask(40001, GET);
	text(RELAY_SERVER, 0, "HTTP/1.1 204 No Content\r\n\r\n");
	text(RELAY_SERVER, 0, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
	assert_string_equal(relay_heard(&l, RELAY_CLIENT, h), "HTTP/1.1 204 No Content\r\n\r\n");
	tcp_finish(l.node[RELAY_SERVER].tcp, 0, l.now);
	relay_run(&l, 100 * VL_MS);
	assert_true(client(h)->finished);
	relay_close(&l);
}

/* The answer is complete before its request is: the next one waits for both. */
static void an_answer_may_come_before_its_request_has_ended(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	tcp_handle h = ask(40001, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n123");
	text(RELAY_SERVER, 0, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	assert_string_equal(relay_heard(&l, RELAY_CLIENT, h), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	assert_int_equal(balancer_layer7(l.balancer)->answers, 0);
	text(RELAY_SERVER, 0, "more");
	text(RELAY_CLIENT, h, "456" GET);
	assert_int_equal(balancer_layer7(l.balancer)->requests, 2);
	assert_int_equal(balancer_layer7(l.balancer)->answers, 1);
	relay_close(&l);
}

/* --- clients ---------------------------------------------------------------------------------------------- */

static void who_finishes_within_a_request_wants_nothing_more(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	tcp_handle h = ask(40001, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n123");
	tcp_finish(l.node[RELAY_CLIENT].tcp, h, l.now);
	relay_run(&l, 100 * VL_MS);
	assert_true(server(0, 0)->gone && server(0, 0)->why == TCP_END_RESET);
	assert_true(client(h)->gone);
	relay_close(&l);
}

static void who_finishes_before_anything_is_known_reaches_no_server(void **state)
{
	relay_init(&l);
	l.service.tls_passes = true;
	open_lab("ssl-session-id");
	tcp_handle h = connect_from(40001);
	say(RELAY_CLIENT, h, "\x16\x03\x01", 3);
	tcp_finish(l.node[RELAY_CLIENT].tcp, h, l.now);
	relay_run(&l, 100 * VL_MS);
	assert_true(client(h)->gone);
	assert_false(server(0, 0)->opened || server(1, 0)->opened);
	relay_close(&l);
}

/* More than one call gives up at once, of those that say nothing. */
static void many_who_say_nothing_are_given_up(void **state)
{
	relay_init(&l);
	l.service.tls_passes = true;
	l.config.proxies = 40;
	open_lab("ssl-session-id");
	for (uint16_t i = 0; i < 40; i++) {
		(void)relay_connect(&l, (uint16_t)(40001 + i));
		/* The first finds out where the balancer is, the others come at one instant. */
		if (i == 0)
			relay_run(&l, 500 * VL_MS);
	}
	relay_run(&l, 29 * VL_S);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_REQUEST_TIME), 0);
	relay_run(&l, 2 * VL_S);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_REQUEST_TIME), 40);
	for (tcp_handle h = 0; h < 40; h++)
		assert_true(client(h)->gone);
	relay_close(&l);
}

static void who_stays_behind_a_refusal_is_reset(void **state)
{
	relay_init(&l);
	open_lab("host-header");
	tcp_handle h = ask(40001, "GET / HTTP/1.1\nHost: a\n\n");
	assert_non_null(strstr(relay_heard(&l, RELAY_CLIENT, h), " 400 "));
	assert_true(client(h)->finished && !client(h)->gone);
	relay_run(&l, 31 * VL_S);
	assert_int_equal(balancer_layer7(l.balancer)->answered, 1);
	text(RELAY_CLIENT, h, "still here");
	assert_true(client(h)->gone && client(h)->why == TCP_END_RESET);
	relay_close(&l);
}

/* Segments that are longer than what one is read by: jumbo frames. */
static void long_segments_are_read_in_pieces(void **state)
{
	static uint8_t body[100000];
	char head[128];

	for (int finishes = 0; finishes < 2; finishes++) {
		for (size_t i = 0; i < sizeof body; i++)
			body[i] = (uint8_t)(i * 31 + (i >> 9));
		relay_init(&l);
		l.mtu = 16000;
		l.service.layer7.forwarded_for = true;
		open_lab(NULL);
		snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", sizeof body);
		tcp_handle h = ask(40001, head);
		relay_say(&l.node[RELAY_CLIENT], h, body, sizeof body);
		if (finishes == 1)
			tcp_finish(l.node[RELAY_CLIENT].tcp, h, l.now);
		relay_run(&l, 5 * VL_S);
		const struct relay_flow *s = server(0, 0);
		assert_int_equal(s->hears, strlen(head) + strlen("X-Forwarded-For: 192.0.2.1\r\n") + sizeof body);
		assert_memory_equal(s->heard + s->hears - sizeof body, body, sizeof body);
		relay_close(&l);
	}
}

/* --- room ------------------------------------------------------------------------------------------------- */

static void without_room_a_client_is_refused(void **state)
{
	relay_init(&l);
	l.config.proxies = 1;
	l.service.layer7.forwarded_for = true;
	open_lab(NULL);
	tcp_handle a = ask(40001, GET), b = connect_from(40002);
	assert_true(client(b)->gone && client(b)->why == TCP_END_REFUSED);
	assert_true(balancer_dropped(l.balancer, BALANCER_DROP_PROXIES) >= 1);
	tcp_abort(l.node[RELAY_CLIENT].tcp, a, l.now);
	relay_run(&l, 100 * VL_MS);
	tcp_handle c = ask(40003, GET);
	assert_false(client(c)->gone);
	assert_int_equal(balancer_layer7(l.balancer)->requests, 2);
	relay_close(&l);
}

/* Its entry in the table expires: both of its sides hear of it. */
static void who_is_idle_for_too_long_is_reset(void **state)
{
	relay_init(&l);
	l.service.layer7.forwarded_for = true;
	l.service.timeouts.at[CONNECTION_ESTABLISHED] = 10 * VL_S;
	open_lab(NULL);
	tcp_handle h = ask(40001, GET);
	text(RELAY_SERVER, 0, "HTTP/1.1 204 No Content\r\n\r\n");
	relay_run(&l, 9 * VL_S);
	assert_int_equal(balancer_connection_count(l.balancer), 1);
	relay_run(&l, 3 * VL_S);
	assert_int_equal(balancer_connection_count(l.balancer), 0);
	assert_true(client(h)->gone && client(h)->why == TCP_END_RESET);
	assert_true(server(0, 0)->gone && server(0, 0)->why == TCP_END_RESET);
	relay_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remote_desktops_are_told_apart_by_their_cookies),
		cmocka_unit_test(tls_where_a_request_should_be_passes_unread),
		cmocka_unit_test(an_answer_that_is_none_is_not_passed_on),
		cmocka_unit_test(what_a_server_says_unasked_is_heard_by_nobody),
		cmocka_unit_test(an_answer_may_come_before_its_request_has_ended),
		cmocka_unit_test(who_finishes_within_a_request_wants_nothing_more),
		cmocka_unit_test(who_finishes_before_anything_is_known_reaches_no_server),
		cmocka_unit_test(many_who_say_nothing_are_given_up),
		cmocka_unit_test(who_stays_behind_a_refusal_is_reset),
		cmocka_unit_test(long_segments_are_read_in_pieces),
		cmocka_unit_test(without_room_a_client_is_refused),
		cmocka_unit_test(who_is_idle_for_too_long_is_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

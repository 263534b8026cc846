// SPDX-License-Identifier: BSD-2-Clause
/* `persistence-ineffective': what was promised and cannot be kept. Hellos are OpenSSL's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "analyzers/session.h"
#include "sim/wire/ip.h"
#include "tests/wire/tls_samples.h"

struct bench {
	void *judge;
	uint64_t frames;
};

static const struct session_promise PROMISE = {
	.first_port = 443, .last_port = 444, .protocol = IP_PROTOCOL_TCP, .kind = "Super HTTP", .what = "the HTTP request",
};

static struct bench bench(enum session_need need, const char *kind)
{
	struct bench b = {.judge = session_analyzer.new(1)};
	struct session_promise p = PROMISE;

	assert_non_null(b.judge);
	p.address = ip4(192, 0, 2, 80);
	p.need = need;
	p.kind = kind;
	assert_true(session_promise(b.judge, &p));
	return b;
}

static void says(struct bench *b, bool by_client, uint16_t port, const uint8_t *bytes, size_t length)
{
	struct packet p = {.transport = TRANSPORT_TCP, .payload = bytes, .payload_length = length};
	struct ip_addr client = ip4(198, 51, 100, 7), service = ip4(192, 0, 2, 80);

	p.src = by_client ? client : service;
	p.dst = by_client ? service : client;
	p.tcp.src_port = by_client ? 40000 : port;
	p.tcp.dst_port = by_client ? port : 40000;
	b->frames++;
	session_analyzer.frame(b->judge, &(struct analyzer_frame){.packet = &p, .number = b->frames, .at = b->frames * VL_MS});
}

#define CLIENT(b, hello) says(b, true, 443, hello, sizeof hello)
#define SERVER(b, hello) says(b, false, 443, hello, sizeof hello)

static bool found(struct bench *b, struct finding *f)
{
	return session_analyzer.poll(b->judge, f);
}

static void done(struct bench *b)
{
	session_analyzer.free(b->judge);
}

static void a_request_inside_tls_is_not_to_be_read(void **state)
{
	struct bench b = bench(SESSION_NEEDS_UNREADABLE, "Super HTTP");
	struct finding f;

	says(&b, true, 80, (const uint8_t *)"GET /", 5);        /* another service */
	says(&b, true, 443, NULL, 0);
	SERVER(&b, TLS_1_2_ANSWER);
	assert_false(found(&b, &f));
	CLIENT(&b, TLS_1_3_FIRST);
	assert_true(found(&b, &f));
	assert_string_equal(f.code->name, "persistence-ineffective");
	assert_int_equal(f.evidence[0].frame, 4);
	assert_string_equal(f.detail, "192.0.2.80:443 keeps clients by Super HTTP and would have to read the HTTP request, but they speak "
				      "TLS that is not terminated there: no connection has a key, the scheduler decides about each.");
	CLIENT(&b, TLS_1_3_FIRST);
	session_analyzer.finish(b.judge, VL_S);
	assert_false(found(&b, &f));
	done(&b);
}

static void what_layer_4_does_not_read_is_not_to_be_had_either(void **state)
{
	struct bench b = bench(SESSION_NEEDS_UNREADABLE, "Super HTTP");
	struct finding f;

	says(&b, true, 444, (const uint8_t *)"GET / HTTP/1.1\r\n", 16);
	assert_true(found(&b, &f));
	assert_non_null(strstr(f.detail, "192.0.2.80:444"));
	assert_non_null(strstr(f.detail, "it passes their packets on unread"));
	done(&b);
}

static void ids_that_come_back_are_kept(void **state)
{
	struct bench b = bench(SESSION_NEEDS_ID, "SSL Session ID");
	struct finding f;

	for (int i = 0; i < 30; i++) {
		CLIENT(&b, TLS_1_2_AGAIN);
		SERVER(&b, TLS_1_2_ANSWER);
		says(&b, false, 443, (const uint8_t *)"\x17\x03\x03\x00\x05xxxxx", 10);
	}
	session_analyzer.finish(b.judge, VL_S);
	assert_false(found(&b, &f));
	done(&b);
}

static void ids_that_are_filler_are_found_with_the_twentieth(void **state)
{
	struct bench b = bench(SESSION_NEEDS_ID, "SSL Session ID");
	struct finding f;

	for (int i = 0; i < SESSION_ENOUGH - 1; i++)
		SERVER(&b, TLS_1_3_ANSWER);
	assert_false(found(&b, &f));
	SERVER(&b, TLS_1_3_ANSWER);
	assert_true(found(&b, &f));
	assert_non_null(strstr(f.detail, "of 20 sessions begun there 20 are TLS 1.3"));
	assert_int_equal(f.begin, VL_MS);
	SERVER(&b, TICKET_ANSWER);
	session_analyzer.finish(b.judge, VL_S);
	assert_true(found(&b, &f));
	assert_true(f.update);
	assert_int_equal(f.evidence_total, 2);
	assert_non_null(strstr(f.detail, "20 are TLS 1.3, whose ID is filler, and 1 have a ticket"));
	done(&b);
}

static void tickets_are_no_ids_and_half_is_enough(void **state)
{
	struct bench b = bench(SESSION_NEEDS_ID, "SSL Session ID");
	struct finding f;

	for (int i = 0; i < 11; i++)
		SERVER(&b, TLS_1_2_ANSWER);
	for (int i = 0; i < 10; i++)
		SERVER(&b, TICKET_ANSWER);
	assert_false(found(&b, &f));    /* 10 of 21 */
	SERVER(&b, TICKET_ANSWER);
	assert_true(found(&b, &f));     /* 11 of 22 */
	done(&b);
}

static void promises_have_a_bound(void **state)
{
	struct bench b = bench(SESSION_NEEDS_ID, "x");

	for (size_t i = 1; i < SESSION_PROMISES; i++)
		assert_true(session_promise(b.judge, &PROMISE));
	assert_false(session_promise(b.judge, &PROMISE));
	done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_inside_tls_is_not_to_be_read),
		cmocka_unit_test(what_layer_4_does_not_read_is_not_to_be_had_either),
		cmocka_unit_test(ids_that_come_back_are_kept),
		cmocka_unit_test(ids_that_are_filler_are_found_with_the_twentieth),
		cmocka_unit_test(tickets_are_no_ids_and_half_is_enough),
		cmocka_unit_test(promises_have_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

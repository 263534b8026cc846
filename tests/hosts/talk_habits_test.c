// SPDX-License-Identifier: BSD-2-Clause
/* What HTTP users tell of themselves, as the balancer's own reader takes it; and cookies that they keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/balancer/http_reader.h"
#include "sim/hosts/talk.h"

static uint8_t room[4096];

/* A request written in pieces of `piece` bytes, and read. */
static struct http_head asked(const struct talk_client *c, uint32_t user, const char *cookie, size_t piece)
{
	static uint8_t text[4096];
	struct http_reader r;
	size_t used;

	for (size_t at = 0; at < c->length; at += piece)
		talk_request_write(c, false, 7, &(struct talk_who){user, cookie}, at, text + at,
				   piece < c->length - at ? piece : c->length - at);
	http_reader_begin(&r, HTTP_REQUEST, room, sizeof room);
	assert_int_equal(http_read(&r, text, c->length, &used), HTTP_READ_HEAD);
	assert_int_equal(used, c->length);
	return r.head;
}

static void assert_value(const struct http_head *h, const char *name, const char *value)
{
	struct http_text t;

	assert_true(http_value(h, name, &t));
	assert_int_equal(t.length, strlen(value));
	assert_memory_equal(http_bytes(h, t), value, t.length);
}

static void a_user_says_who_it_is(void **state)
{
	struct talk_habits habits = {.agent = "Outlook/16", .login = true, .cookies = true};
	struct talk_client c;
	struct http_text t;

	talk_client_init(&c, TALK_HTTP, "mail.example.com", "/owa", 400, false, true, &habits);
	for (size_t piece = 1; piece < 50; piece += 6) {
		struct http_head h = asked(&c, 42, NULL, piece);
		assert_value(&h, "user-agent", "Outlook/16");
		assert_value(&h, "authorization", "Bearer 00000042");
		assert_value(&h, "prefer", "wait=00007");
		assert_false(http_value(&h, "cookie", &t));
		char kept[TALK_COOKIE] = "LBCOOKIE=0123456789abcdef";
		h = asked(&c, 43, kept, piece);
		assert_value(&h, "authorization", "Bearer 00000043");
		assert_value(&h, "cookie", "LBCOOKIE=0123456789abcdef");
	}
}

static void whoever_has_no_habits_says_nothing(void **state)
{
	struct talk_client c;
	struct http_text t;

	talk_client_init(&c, TALK_HTTP, "a", "/", 100, false, false, &(struct talk_habits){.agent = NULL});
	struct http_head h = asked(&c, 42, "a=b", 100);
	assert_false(http_value(&h, "user-agent", &t));
	assert_false(http_value(&h, "authorization", &t));
	assert_false(http_value(&h, "cookie", &t));
}

static void the_longest_head_fits(void **state)
{
	char path[200], host[200], agent[200];
	struct talk_habits habits = {.agent = agent, .login = true, .cookies = true};
	struct talk_client c;

	memset(path, 'p', sizeof path);
	memset(host, 'h', sizeof host);
	memset(agent, 'a', sizeof agent);
	path[0] = '/';
	path[199] = host[199] = agent[199] = '\0';
	talk_client_init(&c, TALK_HTTP, host, path, 0, true, true, &habits);
	struct http_head h = asked(&c, 99999999, "x=yyyyyyyyyyyyyyyyyyyyyyyyyy", 100);
	assert_value(&h, "cookie", "x=yyyyyyyyyyyyyyyyyyyyyyyyyy");
}

static const char *kept_of(const char *line)
{
	static struct talk_answer_reader r;
	char text[256];
	size_t used;

	(void)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n%s\r\n", line);
	r = (struct talk_answer_reader){.phase = 0};
	assert_true(talk_answer_read(&r, TALK_HTTP, (const uint8_t *)text, strlen(text), &used));
	assert_true(r.cookie[TALK_COOKIE - 1] == '\0');
	return r.cookie;
}

static void cookies_that_fit_are_kept(void **state)
{
	assert_string_equal(kept_of("Set-Cookie: LBCOOKIE=0123456789abcdef; path=/\r\n"), "LBCOOKIE=0123456789abcdef");
	assert_string_equal(kept_of("Set-Cookie: a=b\r\nSet-Cookie: c=d; HttpOnly\r\n"), "c=d");
	assert_string_equal(kept_of("Set-Cookie: a=0123456789012345678901234567890123456789\r\n"), "");
	assert_string_equal(kept_of("X: y\r\n"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_says_who_it_is),
		cmocka_unit_test(whoever_has_no_habits_says_nothing),
		cmocka_unit_test(the_longest_head_fits),
		cmocka_unit_test(cookies_that_fit_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

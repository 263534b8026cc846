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
		talk_request_write(c, false, 7, &(struct talk_who){user, 3, cookie}, at, text + at,
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
	assert_string_equal(kept_of("Set-Cookie: a=012345678901234567890123456789012345678901234567890123456789\r\n"), "");
	assert_string_equal(kept_of("X: y\r\n"), "");
}

static void marks_are_the_users_and_the_requests(void **state)
{
	struct talk_habits habits = {.cookie = "a={user}; b={request}", .header = "X-Who: {user}{request}!", .cookies = true};
	struct talk_client c;
	struct http_text t;

	talk_client_init(&c, TALK_HTTP, "c{user}.example.org", "/m/{user}?r={request}&{other}", 300, false, true, &habits);
	for (size_t piece = 1; piece < 50; piece += 6) {
		struct http_head h = asked(&c, 42, NULL, piece);
		assert_value(&h, "host", "c00000042.example.org");
		assert_value(&h, "x-who", "0000004200000003!");
		assert_value(&h, "cookie", "a=00000042; b=00000003");
		assert_true(http_query(&h, "r", &t));
		assert_memory_equal(http_bytes(&h, t), "00000003", 8);
		h = asked(&c, 42, "J=1", piece);
		assert_value(&h, "cookie", "a=00000042; b=00000003; J=1");
	}
}

/* Reads a request with this line more, and answers it. */
static const char *answer_to(const char *line)
{
	static const struct talk_server s = {.talk = TALK_HTTP, .cookie = "J", .name = "rs"};
	static char text[TALK_HEAD];
	struct talk_reader r = {.cookie = s.cookie};
	struct talk_answer a;
	char request[256];
	size_t used;

	(void)snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", line);
	assert_true(talk_request_read(&r, TALK_HTTP, NULL, (const uint8_t *)request, strlen(request), &used));
	talk_answer(&s, &r.request, 0, 0xbeef, &a);
	assert_true(a.length < sizeof text);
	talk_answer_write(&s, &a, 0, (uint8_t *)text, a.length);
	text[a.length] = '\0';
	return text;
}

static void a_server_sets_its_cookie_once(void **state)
{
	static const char set[] = "\r\nSet-Cookie: J=0000beef; Path=/\r\n";

	assert_non_null(strstr(answer_to(""), set));
	assert_non_null(strstr(answer_to("Cookie: a=b; JJ=1\r\n"), set));
	assert_non_null(strstr(answer_to("Cookie: a=J\r\n"), set));
	assert_null(strstr(answer_to("Cookie: J=1\r\n"), "Set-Cookie"));
	assert_null(strstr(answer_to("Cookie: a=b; J=1\r\n"), "Set-Cookie"));
}

static void what_cannot_be_said_is_refused(void **state)
{
	char longest[TALK_TEXT + 2];
	static const struct {
		const char *host, *path;
		struct talk_habits habits;
		const char *reason;
	} BAD[] = {
		{NULL, "owa", {.agent = NULL}, "path: it begins with a slash, not with `o'"},
		{NULL, "/a b", {.agent = NULL}, "path: a character that cannot stand there (the 3. one)"},
		{"a\r\nb", NULL, {.agent = NULL}, "host: a character that cannot stand there (the 2. one)"},
		{NULL, NULL, {.cookie = ""}, "cookie: 1-100 characters, not 0"},
		{NULL, NULL, {.header = "X-Who"}, "header: expected \"Name: value\", not `X-Who'"},
		{NULL, NULL, {.header = "X Who: a"}, "header: expected \"Name: value\", not `X Who: a'"},
		{NULL, NULL, {.header = "content-length: 5"}, "header: Content-Length is written by the client itself"},
	};

	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		struct vl_status status = talk_check(BAD[i].host, BAD[i].path, &BAD[i].habits);
		assert_false(vl_ok(&status));
		assert_string_equal(status.reason, BAD[i].reason);
	}
	memset(longest, 'a', sizeof longest);
	longest[TALK_TEXT + 1] = '\0';
	struct vl_status status = talk_check(longest, NULL, &(struct talk_habits){.agent = NULL});
	assert_string_equal(status.reason, "host: 1-100 characters, not 101");
	longest[TALK_TEXT] = '\0';
	status = talk_check(longest, "/", &(struct talk_habits){.header = "X-Who: a", .cookie = "a=b"});
	assert_true(vl_ok(&status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_says_who_it_is),
		cmocka_unit_test(whoever_has_no_habits_says_nothing),
		cmocka_unit_test(the_longest_head_fits),
		cmocka_unit_test(cookies_that_fit_are_kept),
		cmocka_unit_test(marks_are_the_users_and_the_requests),
		cmocka_unit_test(a_server_sets_its_cookie_once),
		cmocka_unit_test(what_cannot_be_said_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

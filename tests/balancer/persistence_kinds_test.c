// SPDX-License-Identifier: BSD-2-Clause
/* Every kind of persistence of layer 7: which connections are one client to it, what it learns, what it inserts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/balancer/http_reader.h"
#include "sim/balancer/persistence.h"

static struct persistence_config config;
static struct flow flow;
static struct persistence_facts facts;

static int set_up(void **state)
{
	config = (struct persistence_config){.timeout = 300 * VL_S, .touch = true};
	flow = (struct flow){.client = ip4(198, 51, 100, 1), .client_port = 40000, .service = ip4(192, 0, 2, 80),
			     .service_port = 80, .protocol = 6};
	facts = (struct persistence_facts){.flow = &flow, .secret = 1};
	return 0;
}

static void use(const char *kind, const char *name)
{
	config.kind = persistence_find(kind);
	config.name = name;
	assert_non_null(config.kind);
	struct vl_status s = persistence_check(&config);
	assert_true(vl_ok(&s));
}

/* Reads a head; it is good until the next of its kind. */
static const struct http_head *head(enum http_kind kind, const char *text)
{
	static uint8_t room[2][2048];
	static struct http_reader r[2];
	size_t used;

	http_reader_begin(&r[kind], kind, room[kind], sizeof room[kind]);
	assert_int_equal(http_read(&r[kind], (const uint8_t *)text, strlen(text), &used), HTTP_READ_HEAD);
	return &r[kind].head;
}

static struct persistence_key key_now(void)
{
	struct persistence_key key;

	memset(&key, 0xa5, sizeof key);
	config.kind->key(&config, &facts, &key);
	assert_true(key.length <= PERSISTENCE_KEY);
	memset(key.b + key.length, 0, sizeof key.b - key.length);
	return key;
}

/* "GET /" with these lines. */
static struct persistence_key key_of(const char *lines)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", lines);
	facts.request = head(HTTP_REQUEST, text);
	return key_now();
}

static struct persistence_key key_for(const char *target, const char *host)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, host);
	facts.request = head(HTTP_REQUEST, text);
	return key_now();
}

static struct persistence_key learned(const char *lines)
{
	struct persistence_key key = {.length = 0};
	char text[1024];

	(void)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n%s\r\n", lines);
	facts.response = head(HTTP_RESPONSE, text);
	config.kind->learn(&config, &facts, &key);
	return key;
}

static bool same(struct persistence_key a, struct persistence_key b)
{
	return a.length > 0 && a.length == b.length && memcmp(a.b, b.b, a.length) == 0;
}

static bool none(struct persistence_key key)
{
	return key.length == 0;
}

#define EDGE "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/120\r\n"
#define ANN "Authorization: Basic YW5uOng=\r\n"
#define BOB "Authorization: Basic Ym9iOng=\r\n"

static void super_http_is_browser_and_authorization(void **state)
{
	use("super-http", NULL);
	struct persistence_key plain = key_of(EDGE), ann = key_of(EDGE ANN), bob = key_of(EDGE BOB);
	assert_true(same(plain, key_of("Accept: x\r\n" EDGE)));
	assert_false(same(plain, ann));
	assert_false(same(ann, bob));
	assert_false(same(plain, key_of("User-Agent: other\r\n")));
	/* Of one image, behind one NAT or not: one client. */
	flow.client = ip4(203, 0, 113, 9);
	assert_true(same(plain, key_of(EDGE)));
	assert_true(none(key_of("")));
	assert_false(none(key_of(ANN)));
	/* One is not the other, though they read the same. */
	assert_false(same(key_of("User-Agent: x\r\n"), key_of("Authorization: x\r\n")));
	assert_false(same(key_of("User-Agent: xy\r\nAuthorization: z\r\n"), key_of("User-Agent: x\r\nAuthorization: yz\r\n")));
}

static void an_authorization_that_changes_makes_another_client(void **state)
{
	use("super-http", NULL);
	assert_false(same(key_of(EDGE "Authorization: NTLM TlRMTVNTUAAB\r\n"), key_of(EDGE "Authorization: NTLM TlRMTVNTUAAD\r\n")));
}

static void super_http_and_source_ip_parts_addresses(void **state)
{
	use("super-http-and-source-ip", NULL);
	struct persistence_key here = key_of(EDGE);
	assert_true(same(here, key_of(EDGE)));
	flow.client = ip4(198, 51, 100, 2);
	assert_false(same(here, key_of(EDGE)));
	config.prefix_v4 = 24;
	struct persistence_key net = key_of(EDGE);
	flow.client = ip4(198, 51, 100, 3);
	assert_true(same(net, key_of(EDGE)));
	assert_true(none(key_of("")));
}

static void server_cookies_are_learned_and_come_back(void **state)
{
	use("server-cookie", "JSESSIONID");
	assert_true(none(key_of("Cookie: other=1\r\n")));
	struct persistence_key set = learned("Set-Cookie: JSESSIONID=0123456789abcdef0123456789abcdef; Path=/; HttpOnly\r\n");
	assert_false(none(set));
	assert_true(same(set, key_of("Cookie: a=b; JSESSIONID=0123456789abcdef0123456789abcdef\r\n")));
	assert_false(same(set, key_of("Cookie: a=b; JSESSIONID=1123456789abcdef0123456789abcdef\r\n")));
	assert_true(none(learned("")));
	assert_true(none(learned("Set-Cookie: JSESSIONID=x; Max-Age=0\r\n")));
	assert_true(none(learned("Set-Cookie: other=x\r\n")));
	assert_null(config.kind->insert);
}

static void without_the_cookie_the_address_may_count(void **state)
{
	use("server-cookie-or-source-ip", "sid");
	struct persistence_key bare = key_of(""), carried = key_of("Cookie: sid=1\r\n");
	flow.client = ip4(198, 51, 100, 2);
	assert_false(same(bare, key_of("")));
	assert_true(same(carried, key_of("Cookie: sid=1\r\n")));
	flow.client = ip4(198, 51, 100, 1);
	assert_true(same(bare, key_of("")));
	assert_true(same(learned("Set-Cookie: sid=1\r\n"), carried));
	/* The key of the address is source IP's: they may share a group. */
	config.kind = persistence_find("source-ip");
	assert_true(same(bare, key_now()));
}

static size_t inserted(char line[PERSISTENCE_LINE])
{
	memset(line, 0, PERSISTENCE_LINE);
	return config.kind->insert(&config, &facts, line);
}

static void an_active_cookie_is_given_once_and_found_again(void **state)
{
	char line[PERSISTENCE_LINE], back[PERSISTENCE_LINE + 16];

	use("active-cookie", "LB");
	struct persistence_key fresh = key_of("");
	size_t n = inserted(line);
	assert_int_equal(n, strlen(line));
	assert_memory_equal(line, "Set-Cookie: LB=", 15);
	assert_string_equal(line + 15 + 16, "; path=/\r\n");
	(void)snprintf(back, sizeof back, "Cookie: x=y; LB=%.16s\r\n", line + 15);
	flow.client = ip4(203, 0, 113, 77);     /* a phone that changed its network */
	assert_true(same(fresh, key_of(back)));
	assert_int_equal(inserted(line), 0);
	/* The server's own of that name stays. */
	(void)key_of("");
	facts.response = head(HTTP_RESPONSE, "HTTP/1.1 200 OK\r\nSet-Cookie: LB=mine\r\n\r\n");
	assert_int_equal(inserted(line), 0);
}

static void without_the_port_one_nat_is_given_one_cookie(void **state)
{
	char line[2][PERSISTENCE_LINE];

	use("active-cookie", NULL);
	struct persistence_key first = key_of("");
	assert_true(inserted(line[0]) > 0);
	flow.client_port++;
	assert_true(same(first, key_of("")));
	assert_true(inserted(line[1]) > 0);
	assert_string_equal(line[0], line[1]);
	config.with_port = true;
	first = key_of("");
	assert_true(inserted(line[0]) > 0);
	flow.client_port++;
	assert_false(same(first, key_of("")));
	assert_true(inserted(line[1]) > 0);
	assert_string_not_equal(line[0], line[1]);
	/* Nobody makes it without the secret. */
	facts.secret = 2;
	assert_true(inserted(line[0]) > 0);
	assert_string_not_equal(line[0], line[1]);
}

static void who_was_found_by_address_is_bound_to_its_new_cookie(void **state)
{
	char line[PERSISTENCE_LINE], back[PERSISTENCE_LINE + 16];

	use("active-cookie-or-source-ip", NULL);
	struct persistence_key by_address = key_of("");
	assert_int_equal(by_address.length, 4);
	struct persistence_key bound = learned("");
	assert_true(inserted(line) > 0);
	(void)snprintf(back, sizeof back, "Cookie: LBCOOKIE=%.16s\r\n", strchr(line, '=') + 1);
	assert_true(same(bound, key_of(back)));
	assert_true(none(learned("")));
}

static void all_cookies_count_together(void **state)
{
	use("hash-all-cookies", NULL);
	struct persistence_key both = key_of("Cookie: a=1; b=2\r\n");
	assert_true(same(both, key_of("X: y\r\nCookie: a=1; b=2\r\n")));
	assert_false(same(both, key_of("Cookie: a=1; b=3\r\n")));
	assert_false(same(both, key_of("Cookie: a=1\r\nCookie: b=2\r\n")));
	assert_true(none(key_of("")));
	use("hash-all-cookies-or-source-ip", NULL);
	assert_true(same(both, key_of("Cookie: a=1; b=2\r\n")));
	assert_int_equal(key_of("").length, 4);
}

static void what_is_asked_for_may_be_the_key(void **state)
{
	use("url-hash", NULL);
	struct persistence_key long_path = key_for("/a/path/that/is/longer/than/a/key?x=1", "a");
	assert_int_equal(long_path.length, PERSISTENCE_KEY);
	assert_true(same(long_path, key_for("/a/path/that/is/longer/than/a/key?x=1", "b")));
	assert_false(same(long_path, key_for("/a/path/that/is/longer/than/a/key?x=2", "a")));
	assert_false(same(key_for("/a", "a"), key_for("/b", "a")));
	use("host-header", NULL);
	assert_true(same(key_for("/a", "mail"), key_for("/b", "mail")));
	assert_false(same(key_for("/a", "mail"), key_for("/a", "web")));
	use("query-item", "user");
	assert_true(same(key_for("/a?user=ann", "x"), key_for("/b?z=1&user=ann&y", "x")));
	assert_false(same(key_for("/a?user=ann", "x"), key_for("/a?user=bob", "x")));
	assert_true(none(key_for("/a?users=ann", "x")));
	assert_true(none(key_for("/a?user=", "x")));
	use("selected-header", "X-Forwarded-For");
	assert_true(same(key_of("x-forwarded-for: 192.0.2.1\r\n"), key_of("X-Forwarded-For:192.0.2.1 \r\n")));
	assert_false(same(key_of("X-Forwarded-For: 192.0.2.1\r\n"), key_of("X-Forwarded-For: 192.0.2.2\r\n")));
	assert_true(none(key_of("")));
}

static void kinds_do_not_share_keys_of_equal_text(void **state)
{
	static const struct {
		const char *kind, *name;
	} KIND[] = {{"server-cookie", "a"}, {"host-header", NULL}, {"query-item", "a"}, {"selected-header", "a"}, {"url-hash", NULL}};
	struct persistence_key key[5];

	for (size_t i = 0; i < 5; i++) {
		use(KIND[i].kind, KIND[i].name);
		facts.request = head(HTTP_REQUEST, "GET /?a=v HTTP/1.1\r\nHost: v\r\na: v\r\nCookie: a=v\r\n\r\n");
		key[i] = key_now();
		for (size_t k = 0; k < i; k++)
			assert_false(same(key[i], key[k]));
	}
}

static void a_session_id_is_learned_and_looked_for(void **state)
{
	struct tls_hello client = {.kind = TLS_CLIENT_HELLO, .version = 0x0303}, server = {.kind = TLS_SERVER_HELLO};
	struct persistence_key key = {.length = 0};

	use("ssl-session-id", NULL);
	assert_true(config.kind->only_learned);
	assert_true(none(key_now()));
	facts.client_hello = &client;
	assert_true(none(key_now()));
	server.session_id_length = client.session_id_length = 32;
	memset(server.session_id, 7, 32);
	memset(client.session_id, 7, 32);
	facts.server_hello = &server;
	config.kind->learn(&config, &facts, &key);
	assert_true(same(key, key_now()));
	client.session_id[31]++;
	assert_false(same(key, key_now()));
	/* A short one is no beginning of a long one. */
	client.session_id_length = 16;
	assert_false(same(key, key_now()));
}

static struct persistence_key datagram(const char *text)
{
	facts.first = (const uint8_t *)text;
	facts.first_length = strlen(text);
	return key_now();
}

#define INVITE "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP pc:5060;branch=z9hG4bK\r\n"

static void a_call_is_known_by_its_id(void **state)
{
	use("sip-call-id", NULL);
	struct persistence_key call = datagram(INVITE "Call-ID: a84b4c76e66710\r\n\r\nv=0\r\nCall-ID: no\r\n");
	assert_true(same(call, datagram("SIP/2.0 200 OK\r\ncall-id : a84b4c76e66710 \r\n\r\n")));
	assert_true(same(call, datagram(INVITE "i:a84b4c76e66710\n\n")));
	assert_false(same(call, datagram(INVITE "Call-ID: a84b4c76e66711\r\n\r\n")));
	assert_true(none(datagram(INVITE "\r\nCall-ID: behind the head\r\n")));
	assert_true(none(datagram(INVITE "Subject: x\r\n Call-ID: folded\r\n\r\n")));
	assert_true(none(datagram(INVITE "no colon\r\nCall-ID: cut")));
	assert_true(none(datagram("GET / HTTP/1.1\r\nCall-ID: x\r\n\r\n")));
	assert_true(none(datagram("INVITE")));
	assert_true(none(datagram("\r\n\r\n")));
	use("sip-call-id", "From");
	assert_true(same(datagram(INVITE "f: <sip:ann@a>\r\n\r\n"), datagram(INVITE "From: <sip:ann@a>\r\n\r\n")));
	facts.first = NULL;
	assert_true(none(key_now()));
}

/* A connection request around a line of text. */
static struct persistence_key rdp(const char *text, size_t keep)
{
	static uint8_t bytes[256];
	size_t n = strlen(text);

	memcpy(bytes, (const uint8_t[]){3, 0, 0, (uint8_t)(n + 19), (uint8_t)(n + 14), 0xe0, 0, 0, 0, 0, 0}, 11);
	memcpy(bytes + 11, text, n);
	memcpy(bytes + 11 + n, (const uint8_t[]){1, 0, 8, 0, 3, 0, 0, 0}, 8);
	facts.first = bytes;
	facts.first_length = keep < n + 19 ? keep : n + 19;
	return key_now();
}

static void an_rdp_user_is_known_by_the_cookie(void **state)
{
	use("rdp-login", NULL);
	struct persistence_key ann = rdp("Cookie: mstshash=CORP\\ann\r\n", 999);
	assert_false(none(ann));
	assert_true(same(ann, rdp("Cookie: mstshash=CORP\\ann\r\n", 999)));
	assert_false(same(ann, rdp("Cookie: mstshash=CORP\\bob\r\n", 999)));
	for (size_t keep = 0; keep < 19 + 27; keep++)
		assert_true(none(rdp("Cookie: mstshash=CORP\\ann\r\n", keep)));
	assert_true(none(rdp("", 999)));
	assert_true(none(rdp("Cookie: mstshash=ann", 999)));
	assert_true(none(rdp("Cookie: msts=3640205228.15629.0000\r\n", 999)));
	facts.first = (const uint8_t *)"GET / HTTP/1.1\r\n\r\n";
	facts.first_length = 18;
	assert_true(none(key_now()));
	facts.first = (const uint8_t[]){3, 0, 0, 11, 6, 0xd0, 0, 0, 0, 0, 0};   /* a confirmation */
	facts.first_length = 11;
	assert_true(none(key_now()));
	facts.first = (const uint8_t[]){3, 0, 0, 4};
	facts.first_length = 4;
	assert_true(none(key_now()));
	use("rdp-login-or-source-ip", NULL);
	assert_int_equal(rdp("", 999).length, 4);
}

static void a_broker_names_the_server(void **state)
{
	struct ip_addr server;
	uint16_t port;

	use("rdp-session-broker", NULL);
	assert_true(none(rdp("Cookie: msts=3640205228.15629.0000\r\n", 999)));
	/* 3640205228 is d8 f9 1f ac, backwards: 172.31.249.216; 15629 is 3d 0d: 0d 3d is 3389. */
	assert_true(config.kind->names(&facts, &server, &port));
	struct ip_addr want = ip4(172, 31, 249, 216);
	assert_true(ip_equal(&server, &want));
	assert_int_equal(port, 3389);
	static const char *const no[] = {"Cookie: msts=x.15629.0000\r\n", "Cookie: msts=99999999999.1.0000\r\n",
					 "Cookie: msts=4294967296.1.0000\r\n", "Cookie: msts=1.65536.0000\r\n", "Cookie: msts=1\r\n",
					 "Cookie: msts=.1.0000\r\n", "Cookie: mstshash=ann\r\n", ""};
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
		(void)rdp(no[i], 999);
		assert_false(config.kind->names(&facts, &server, &port));
	}
	use("rdp-session-broker-or-source-ip", NULL);
	assert_int_equal(rdp("", 999).length, 4);
}

/* --- of all of them ---------------------------------------------------------------------------------------- */

static void what_was_not_read_makes_no_key_but_of_the_address(void **state)
{
	for (size_t i = 0; persistence_at(i) != NULL; i++) {
		config.kind = persistence_at(i);
		config.name = config.kind->named ? "x" : NULL;
		struct persistence_key key = key_now();
		assert_true(key.length == 0 || key.length == 4);
		assert_ptr_equal(persistence_find(config.kind->name), config.kind);
		bool by_address = config.kind->needs == NEEDS_FLOW || strstr(config.kind->name, "-or-source-ip") != NULL;
		assert_int_equal(key.length, by_address ? 4 : 0);
		char line[PERSISTENCE_LINE];
		if (config.kind->insert != NULL)
			assert_int_equal(config.kind->insert(&config, &facts, line), 0);
		key.length = 0;
		if (config.kind->learn != NULL)
			config.kind->learn(&config, &facts, &key);
		assert_true(none(key));
	}
}

static void where_a_kind_can_work(void **state)
{
	static const struct {
		const char *kind;
		bool flows, hellos, bytes, datagrams;
	} CASE[] = {
		{"source-ip", true, true, true, true},       {"super-http", false, false, true, false},
		{"active-cookie", false, false, true, false}, {"ssl-session-id", false, true, true, false},
		{"sip-call-id", false, false, false, true},   {"rdp-login", false, false, true, false},
	};

	for (size_t i = 0; i < sizeof CASE / sizeof CASE[0]; i++) {
		const struct persistence_ops *kind = persistence_find(CASE[i].kind);
		assert_int_equal(persistence_fits(kind, PERSISTENCE_SEES_FLOWS), CASE[i].flows);
		assert_int_equal(persistence_fits(kind, PERSISTENCE_SEES_HELLOS), CASE[i].hellos);
		assert_int_equal(persistence_fits(kind, PERSISTENCE_SEES_BYTES), CASE[i].bytes);
		assert_int_equal(persistence_fits(kind, PERSISTENCE_SEES_DATAGRAMS), CASE[i].datagrams);
	}
}

static void refuses(const char *kind, const char *name, const char *reason)
{
	config.kind = persistence_find(kind);
	config.name = name;
	struct vl_status s = persistence_check(&config);
	assert_false(vl_ok(&s));
	assert_non_null(strstr(s.reason, reason));
}

static void names_are_checked(void **state)
{
	static char long_name[PERSISTENCE_NAME + 2];

	memset(long_name, 'a', sizeof long_name - 1);
	refuses("server-cookie", NULL, "server-cookie needs one");
	refuses("query-item", NULL, "needs one");
	refuses("super-http", "x", "super-http has no use for one");
	refuses("selected-header", "X-A: b\r\nSet-Cookie", "is none");
	refuses("active-cookie", "", "is none");
	refuses("active-cookie", long_name, "is none");
	use("active-cookie", long_name + 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
		T(super_http_is_browser_and_authorization),
		T(an_authorization_that_changes_makes_another_client),
		T(super_http_and_source_ip_parts_addresses),
		T(server_cookies_are_learned_and_come_back),
		T(without_the_cookie_the_address_may_count),
		T(an_active_cookie_is_given_once_and_found_again),
		T(without_the_port_one_nat_is_given_one_cookie),
		T(who_was_found_by_address_is_bound_to_its_new_cookie),
		T(all_cookies_count_together),
		T(what_is_asked_for_may_be_the_key),
		T(kinds_do_not_share_keys_of_equal_text),
		T(a_session_id_is_learned_and_looked_for),
		T(a_call_is_known_by_its_id),
		T(an_rdp_user_is_known_by_the_cookie),
		T(a_broker_names_the_server),
		T(what_was_not_read_makes_no_key_but_of_the_address),
		T(where_a_kind_can_work),
		T(names_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Health checks of every kind, spoken over the wire with a server that answers right, wrong or not at all. */
#include "tests/balancer/health_lab.h"

static struct lab lab;

static struct health_config config_of(enum health_kind kind, enum health_profile profile)
{
	struct health_config c;

	health_config_init(&c, kind, profile);
	return c;
}

#define assert_result(got, want) assert_string_equal(health_result_word(got), want)

static void a_connection_is_enough_for_tcp(void **state)
{
	for (enum health_profile p = HEALTH_KEMP; p <= HEALTH_KEEPALIVED; p++) {
		struct health_config c = config_of(HEALTH_TCP, p);
		assert_result(lab_once(&lab, &c, 443, NULL, NULL, false), "L4OK");
		assert_in_range(lab.took, 200 * VL_US, VL_MS);
		assert_int_equal(lab.heard_length, 0);
		/* HAProxy's is SYN, SYN-ACK, RST: the service never hears of it. The others close politely. */
		assert_int_equal(lab.connections, p != HEALTH_HAPROXY);
		if (p != HEALTH_HAPROXY)
			assert_int_equal(lab.server_end, TCP_END_CLOSED);
	}
}

static void nobody_there_is_refused(void **state)
{
	struct health_config c = config_of(HEALTH_TCP, HEALTH_HAPROXY);
	c.port = 81;
	assert_result(lab_once(&lab, &c, 80, NULL, NULL, false), "L4CON");
	c = config_of(HEALTH_HTTP, HEALTH_KEMP);
	assert_result(lab_once(&lab, &c, 0, NULL, NULL, false), "L4CON");
}

struct http_case {
	enum health_profile profile;
	const char *answer;
	bool closes;
	const char *pattern, *host, *want, *heard;
};

static void http_is_judged_by_status_and_body(void **state)
{
	static const struct http_case cases[] = {
		{HEALTH_KEMP, "HTTP/1.0 200 OK\r\n\r\n", true, NULL, NULL, "L7OK", "HEAD / HTTP/1.0\r\n\r\n"},
		{HEALTH_HAPROXY, "HTTP/1.0 200 OK\r\n\r\n", true, NULL, NULL, "L7OK", "OPTIONS / HTTP/1.0\r\n\r\n"},
		{HEALTH_KEEPALIVED, "HTTP/1.1 204 No Content\r\n\r\n", true, NULL, "mail.example.org", "L7OK",
		 "GET / HTTP/1.1\r\nHost: mail.example.org\r\nConnection: close\r\n\r\n"},
		/* a redirection is fine with HAProxy only */
		{HEALTH_KEMP, "HTTP/1.1 302 Found\r\nLocation: /owa\r\n\r\n", true, NULL, NULL, "L7STS", NULL},
		{HEALTH_HAPROXY, "HTTP/1.1 302 Found\r\nLocation: /owa\r\n\r\n", true, NULL, NULL, "L7OK", NULL},
		{HEALTH_KEEPALIVED, "HTTP/1.1 500 Oops\r\n\r\n", false, NULL, NULL, "L7STS", NULL},
		{HEALTH_HAPROXY, "HTTP/1.1 503\r\n\r\n", false, NULL, NULL, "L7STS", NULL},
		/* not HTTP */
		{HEALTH_KEMP, "SSH-2.0-OpenSSH_9.2\r\n", false, NULL, NULL, "L7RSP", NULL},
		{HEALTH_KEMP, "HTTP/2 200\r\n", false, NULL, NULL, "L7RSP", NULL},
		{HEALTH_KEMP, "HTTP/1.1 2xx\r\n", false, NULL, NULL, "L7RSP", NULL},
		{HEALTH_KEMP, "HTTP/1.1 2000\r\n", false, NULL, NULL, "L7RSP", NULL},
		{HEALTH_KEMP, "HTTP/1.1 200", true, NULL, NULL, "L7RSP", NULL},
		{HEALTH_KEMP, NULL, true, NULL, NULL, "L7RSP", NULL},
		{HEALTH_KEMP, NULL, false, NULL, NULL, "L7TOUT", NULL},
		/* the body, beginning again in the middle of a match */
		{HEALTH_KEMP, "HTTP/1.1 200 OK\r\nX: healthy\r\n\r\nit is heahealthy now", true, "healthy", NULL, "L7OK",
		 "GET / HTTP/1.0\r\n\r\n"},
		{HEALTH_KEMP, "HTTP/1.1 200 OK\r\nX: healthy\r\n\r\nit is ill", true, "healthy", NULL, "L7RSP", NULL},
		{HEALTH_KEMP, "HTTP/1.1 200 OK\nContent-Length: 9\n\nababababc", false, "ababc", NULL, "L7OK", NULL},
		{HEALTH_KEMP, "HTTP/1.1 200 OK\r\n\r\nababab", false, "ababc", NULL, "L7TOUT", NULL},
		/* an interim answer is none */
		{HEALTH_KEMP, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", false, NULL, NULL, "L7OK", NULL},
		{HEALTH_KEMP, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 No\r\n\r\n", false, NULL, NULL,
		 "L7STS", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct http_case *x = &cases[i];
		struct health_config c = config_of(HEALTH_HTTP, x->profile);
		c.pattern = x->pattern;
		c.host = x->host;
		const char *got = health_result_word(lab_once(&lab, &c, 80, NULL, x->answer, x->closes));
		if (strcmp(got, x->want) != 0)
			fail_msg("`%s': %s, not %s", x->answer, got, x->want);
		if (x->heard != NULL)
			assert_string_equal(lab.heard, x->heard);
	}
}

static void http_asks_what_it_is_told_to(void **state)
{
	struct health_config c = config_of(HEALTH_HTTP, HEALTH_KEMP);

	c.method = "POST";
	c.url = "/autodiscover/healthcheck.htm";
	c.host = "mail.example.org";
	c.status_count = 2;
	c.status[0].first = 200;
	c.status[0].last = 200;
	c.status[1].first = 401;
	c.status[1].last = 403;
	assert_result(lab_once(&lab, &c, 80, NULL, "HTTP/1.1 401 Who?\r\n\r\n", true), "L7OK");
	assert_string_equal(lab.heard, "POST /autodiscover/healthcheck.htm HTTP/1.1\r\nHost: mail.example.org\r\n"
				       "Connection: close\r\n\r\n");
	assert_result(lab_once(&lab, &c, 80, NULL, "HTTP/1.1 201 Made\r\n\r\n", true), "L7STS");
}

struct greeting_case {
	enum health_kind kind;
	enum health_profile profile;
	uint16_t port;
	const char *greeting, *answer, *want, *heard;
};

static void greetings_are_read_and_answered(void **state)
{
	static const struct greeting_case cases[] = {
		{HEALTH_SMTP, HEALTH_KEMP, 25, "220 mail ESMTP\r\n", "221 bye\r\n", "L7OK", "QUIT\r\n"},
		{HEALTH_SMTP, HEALTH_KEMP, 25, "220-mail\r\n220-says a lot\r\n220 ready\r\n", NULL, "L7OK", "QUIT\r\n"},
		{HEALTH_SMTP, HEALTH_HAPROXY, 25, "220 mail\r\n", "250 hello\r\n", "L7OK", "HELO localhost\r\nQUIT\r\n"},
		{HEALTH_SMTP, HEALTH_KEEPALIVED, 25, "220 mail\r\n", "250-hello\r\n250 you\r\n", "L7OK",
		 "HELO localhost\r\nQUIT\r\n"},
		{HEALTH_SMTP, HEALTH_HAPROXY, 25, "220 mail\r\n", "502 no\r\n", "L7STS", "HELO localhost\r\n"},
		{HEALTH_SMTP, HEALTH_HAPROXY, 25, "220 mail\r\n", NULL, "L7TOUT", "HELO localhost\r\n"},
		{HEALTH_SMTP, HEALTH_KEMP, 25, "554 no service\r\n", NULL, "L7STS", NULL},
		{HEALTH_SMTP, HEALTH_KEMP, 25, "+OK\r\n", NULL, "L7RSP", NULL},
		{HEALTH_SMTP, HEALTH_KEMP, 25, NULL, NULL, "L7TOUT", NULL},
		{HEALTH_POP3, HEALTH_KEMP, 110, "+OK ready\r\n", "+OK bye\r\n", "L7OK", "QUIT\r\n"},
		{HEALTH_POP3, HEALTH_HAPROXY, 110, "-ERR busy\r\n", NULL, "L7RSP", NULL},
		{HEALTH_IMAP, HEALTH_KEMP, 143, "* OK IMAP4rev1\r\n", "* BYE\r\na1 OK\r\n", "L7OK", "a1 LOGOUT\r\n"},
		{HEALTH_IMAP, HEALTH_KEMP, 143, "* BYE overloaded\r\n", NULL, "L7RSP", NULL},
		{HEALTH_FTP, HEALTH_KEEPALIVED, 21, "220 ftp\n", NULL, "L7OK", "QUIT\r\n"},
		{HEALTH_FTP, HEALTH_KEMP, 21, "421 too many\r\n", NULL, "L7STS", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct greeting_case *x = &cases[i];
		struct health_config c = config_of(x->kind, x->profile);
		const char *got = health_result_word(lab_once(&lab, &c, x->port, x->greeting, x->answer, false));
		if (strcmp(got, x->want) != 0)
			fail_msg("%s, `%s': %s, not %s", health_kind_word(x->kind), x->greeting, got, x->want);
		if (x->heard != NULL)
			assert_string_equal(lab.heard, x->heard);
	}
	/* A service of every port: the kind's own. */
	struct health_config c = config_of(HEALTH_SMTP, HEALTH_KEMP);
	lab_open(&lab);
	*lab_target(&lab, HEALTH_SMTP, HEALTH_KEMP) = c;
	lab.greeting = "220 x\r\n";
	lab_listen(&lab, 25);
	lab_start(&lab);
	pair_settle(&lab.pair, VL_S);
	assert_result(lab.last, "L7OK");
	lab_close(&lab);
	/* A line without an end is read no further than it must be. */
	static char endless[3000];
	memset(endless, 'x', sizeof endless - 1);
	c = config_of(HEALTH_POP3, HEALTH_KEMP);
	assert_result(lab_once(&lab, &c, 110, endless, NULL, false), "L7TOUT");
}

static void the_agent_says_a_number(void **state)
{
	static const struct {
		const char *body, *want;
		uint32_t agent;
	} cases[] = {
		{"0", "L7OK", 0}, {"37\r\n", "L7OK", 37}, {" 100 ", "L7OK", 100}, {"101", "L7STS", 101},
		{"102", "L7OK", 102}, {"103", "L7RSP", UINT32_MAX}, {"idle", "L7RSP", UINT32_MAX},
		{"", "L7RSP", UINT32_MAX}, {"99999999", "L7RSP", UINT32_MAX},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct health_config c = config_of(HEALTH_AGENT, HEALTH_KEMP);
		char answer[128];
		snprintf(answer, sizeof answer, "HTTP/1.0 200 OK\r\nServer: agent 5\r\n\r\n%s", cases[i].body);
		assert_result(lab_once(&lab, &c, 80, NULL, answer, true), cases[i].want);
		assert_int_equal(lab.agent, cases[i].agent);
		assert_string_equal(lab.heard, "GET /load HTTP/1.0\r\n\r\n");
	}
	struct health_config c = config_of(HEALTH_AGENT, HEALTH_KEMP);
	assert_result(lab_once(&lab, &c, 80, NULL, "HTTP/1.0 404 No\r\n\r\n5", true), "L7STS");
	assert_int_equal(lab.agent, UINT32_MAX);
}

static void an_echo_comes_back(void **state)
{
	struct health_config c = config_of(HEALTH_ICMP, HEALTH_KEMP);

	assert_result(lab_once(&lab, &c, 80, NULL, NULL, false), "L3OK");
	assert_in_range(lab.took, 200 * VL_US, VL_MS);
	/* IPv6 */
	lab_open(&lab);
	lab_target(&lab, HEALTH_ICMP, HEALTH_HAPROXY);
	lab.target[0].address = pair_address(1, true);
	lab_start(&lab);
	pair_settle(&lab.pair, 5 * VL_S);
	assert_result(lab.last, "L3OK");
	assert_int_equal(health_checker_facts(lab.checker, 0, 0).failed, 0);
	lab_close(&lab);
}

static const uint8_t ROOT_SOA[] = {0, 0, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1};

static enum health_result dns(enum health_profile profile, const uint8_t *answer, size_t length)
{
	lab_open(&lab);
	struct health_config *c = lab_target(&lab, HEALTH_DNS, profile);
	if (profile != HEALTH_KEEPALIVED)
		c->query = "www.example.org.";
	c->interval = 20 * VL_S;
	lab.target[0].port = 53;
	memcpy(lab.udp_answer, answer, length);
	lab.udp_length = length;
	lab_start(&lab);
	for (unsigned i = 0; i < 300 && lab.checked == 0; i++)
		pair_settle(&lab.pair, 100 * VL_MS);
	enum health_result r = lab.last;
	lab_close(&lab);
	return r;
}

static void a_dns_question_is_answered(void **state)
{
	uint8_t answer[64];

	assert_result(dns(HEALTH_KEEPALIVED, ROOT_SOA, sizeof ROOT_SOA), "L7OK");
	assert_memory_equal(lab.heard + 2, "\x01\0\0\1\0\0\0\0\0\0\0\0\6\0\1", 15);
	/* An A question with its labels. */
	static const uint8_t question[] = "\0\0\x81\x80\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1";
	size_t length = sizeof question - 1;
	assert_result(dns(HEALTH_KEMP, question, length), "L7OK");
	assert_int_equal(lab.heard_length, length);
	assert_memory_equal(lab.heard + 12, question + 12, length - 12);
	/* No such name: an answer for KEMP, none for HAProxy; a failure is none for anybody. */
	memcpy(answer, question, length);
	answer[3] = 0x83;
	assert_result(dns(HEALTH_KEMP, answer, length), "L7OK");
	assert_result(dns(HEALTH_HAPROXY, answer, length), "L7STS");
	answer[3] = 0x82;
	assert_result(dns(HEALTH_KEMP, answer, length), "L7STS");
	/* The question itself, another question, a piece. */
	answer[2] = 0x01;
	assert_result(dns(HEALTH_KEMP, answer, length), "L7RSP");
	answer[2] = 0x81;
	answer[3] = 0x80;
	answer[14] = 'x';
	assert_result(dns(HEALTH_KEMP, answer, length), "L7RSP");
	assert_result(dns(HEALTH_KEMP, question, 12), "L7RSP");
	assert_result(dns(HEALTH_HAPROXY, question, 0), "L7TOUT");
	assert_in_range(lab.udp_asked, 1, 2);
	assert_result(dns(HEALTH_HAPROXY, question, 1), "L7TOUT"); /* not even an id */
}

/* --- configuration --------------------------------------------------------------------------------------- */

static void refused(const struct health_config *c, const char *part)
{
	struct vl_status s = health_check_config(c);

	assert_int_equal(s.code, VL_INVALID);
	if (strstr(s.reason, part) == NULL)
		fail_msg("`%s' does not speak of `%s'", s.reason, part);
}

static void bad_configurations_are_refused(void **state)
{
	struct health_config c;
	struct vl_status s;

	for (enum health_kind k = HEALTH_NONE; k < HEALTH_KIND_COUNT; k++)
		for (enum health_profile p = HEALTH_KEMP; p <= HEALTH_KEEPALIVED; p++) {
			c = config_of(k, p);
			s = health_check_config(&c);
			assert_string_equal(s.reason, "");
			assert_non_null(health_kind_word(k));
		}
	c = config_of(HEALTH_KIND_COUNT, HEALTH_KEMP);
	refused(&c, "no such check");
	c = config_of(HEALTH_TCP, (enum health_profile)3);
	refused(&c, "no such profile");
	c = config_of(HEALTH_TCP, HEALTH_KEMP);
	c.timeout = 61 * VL_S;
	refused(&c, "60 s");
	c = config_of(HEALTH_TCP, HEALTH_KEMP);
	c.retries = 16;
	refused(&c, "1-15");
	c.retries = 0;
	refused(&c, "1-15");
	c = config_of(HEALTH_TCP, HEALTH_KEMP);
	c.interval = 8 * VL_S;
	refused(&c, "here 9 s");
	c.interval = 902 * VL_S;
	refused(&c, "901 s");
	c = config_of(HEALTH_TCP, HEALTH_HAPROXY);
	c.interval = VL_MS;
	refused(&c, "10 ms");
	c = config_of(HEALTH_TCP, HEALTH_HAPROXY);
	c.fall = 65536;
	refused(&c, "rise, fall");
	c = config_of(HEALTH_HTTP, HEALTH_KEMP);
	c.url = "no-slash";
	refused(&c, "url");
	c.url = "/a b";
	refused(&c, "url");
	c.url = "/";
	c.host = "";
	refused(&c, "host");
	static char longest[600];
	memset(longest, 'a', sizeof longest - 1);
	c.host = longest;
	refused(&c, "longer than");
	c = config_of(HEALTH_HTTP, HEALTH_KEMP);
	c.status_count = HEALTH_STATUS_RANGES + 1;
	refused(&c, "ranges");
	c.status_count = 1;
	c.status[0].first = 300;
	c.status[0].last = 299;
	refused(&c, "`300-299'");
	c = config_of(HEALTH_HTTP, HEALTH_KEMP);
	c.pattern = "";
	refused(&c, "pattern");
	c.pattern = longest;
	refused(&c, "pattern");
	c.pattern = "x";
	c.method = "HEAD";
	refused(&c, "HEAD");
	c = config_of(HEALTH_DNS, HEALTH_KEMP);
	static const char *const names[] = {"", "a..b", ".a", "a b", longest};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		c.query = names[i];
		refused(&c, "domain name");
	}
	char label[80] = "";
	memset(label, 'a', 64);
	c.query = label;
	refused(&c, "domain name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_is_enough_for_tcp),
		cmocka_unit_test(nobody_there_is_refused),
		cmocka_unit_test(http_is_judged_by_status_and_body),
		cmocka_unit_test(http_asks_what_it_is_told_to),
		cmocka_unit_test(greetings_are_read_and_answered),
		cmocka_unit_test(the_agent_says_a_number),
		cmocka_unit_test(an_echo_comes_back),
		cmocka_unit_test(a_dns_question_is_answered),
		cmocka_unit_test(bad_configurations_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The server's side: reading requests, writing answers. */
#include "sim/hosts/talk.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/cursor.h"
#include "sim/hosts/talk_parts.h"

const char *talk_word(enum talk t)
{
	static const char *const WORD[] = {
#define X(constant, word) [constant] = word,
		TALKS(X)
#undef X
	};

	assert((unsigned)t < TALK_COUNT);
	return WORD[t];
}

bool talk_is_datagrams(enum talk t)
{
	return t == TALK_DNS || t == TALK_SIP;
}

bool talk_shakes_hands(enum talk t)
{
	return t == TALK_TLS || t == TALK_RDP;
}

bool talk_is_opaque(enum talk t)
{
	return t == TALK_OPAQUE || talk_shakes_hands(t);
}

bool talk_is_lines(enum talk t)
{
	return t == TALK_SMTP || t == TALK_POP3 || t == TALK_IMAP || t == TALK_FTP;
}

/* --- lines ----------------------------------------------------------------------------------------------------- */

struct verb {
	enum talk talk;
	const char *word;               /* "": everything else */
	const char *answer;             /* %s: the server's name; IMAP: behind the tag */
	bool close;
};

static const struct verb VERB[] = {
	{TALK_SMTP, "QUIT", "221 2.0.0 %s closing\r\n", true},
	{TALK_SMTP, "HELO", "250 %s\r\n", false},
	{TALK_SMTP, "EHLO", "250 %s\r\n", false},
	{TALK_SMTP, "NOOP", "250 2.0.0 OK\r\n", false},
	{TALK_SMTP, "RSET", "250 2.0.0 OK\r\n", false},
	{TALK_SMTP, "MAIL", "250 2.1.0 OK\r\n", false},
	{TALK_SMTP, "RCPT", "250 2.1.5 OK\r\n", false},
	{TALK_SMTP, "", "502 5.5.1 not implemented\r\n", false},
	{TALK_POP3, "QUIT", "+OK goodbye\r\n", true},
	{TALK_POP3, "NOOP", "+OK\r\n", false},
	{TALK_POP3, "USER", "+OK\r\n", false},
	{TALK_POP3, "PASS", "+OK\r\n", false},
	{TALK_POP3, "STAT", "+OK 0 0\r\n", false},
	{TALK_POP3, "", "-ERR not implemented\r\n", false},
	{TALK_IMAP, "LOGOUT", "OK goodbye\r\n", true},
	{TALK_IMAP, "NOOP", "OK\r\n", false},
	{TALK_IMAP, "LOGIN", "OK\r\n", false},
	{TALK_IMAP, "", "BAD not implemented\r\n", false},
	{TALK_FTP, "QUIT", "221 goodbye\r\n", true},
	{TALK_FTP, "NOOP", "200 OK\r\n", false},
	{TALK_FTP, "USER", "331 password please\r\n", false},
	{TALK_FTP, "PASS", "230 logged in\r\n", false},
	{TALK_FTP, "", "502 not implemented\r\n", false},
};

static const struct verb GREETING[] = {
	{TALK_SMTP, NULL, "220 %s ESMTP\r\n", false},
	{TALK_POP3, NULL, "+OK %s ready\r\n", false},
	{TALK_IMAP, NULL, "* OK %s ready\r\n", false},
	{TALK_FTP, NULL, "220 %s ready\r\n", false},
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool talk_begins(const char *text, const char *with)
{
	for (; *with != '\0'; text++, with++)
		if (lower(*text) != lower(*with))
			return false;
	return true;
}

static bool begins_with(const char *line, const char *word)
{
	size_t length = strlen(word);

	return talk_begins(line, word) &&
	       (length == 0 || line[length] == '\0' || line[length] == ' ');
}

static void read_verb(struct talk_request *q, enum talk t, const char *line)
{
	if (t == TALK_IMAP) {           /* the tag stands first */
		size_t length = strcspn(line, " ");
		(void)snprintf(q->tag, sizeof q->tag, "%.*s", (int)length, line);
		line += length + strspn(line + length, " ");
	}
	for (size_t i = 0; i < sizeof VERB / sizeof VERB[0]; i++)
		if (VERB[i].talk == t && begins_with(line, VERB[i].word)) {
			q->verb = (uint8_t)i;
			q->close = q->check = VERB[i].close;
			return;
		}
}

/* Gathers a line; true at its end. Of a long one only the beginning is kept. */
bool talk_line_read(struct talk_line *l, uint8_t byte)
{
	if (byte == '\n') {
		if (*l->length > 0 && l->line[*l->length - 1] == '\r' && !*l->too_long)
			(*l->length)--;
		l->line[*l->length] = '\0';
		return true;
	}
	if (*l->length < TALK_LINE - 1)
		l->line[(*l->length)++] = (char)byte;
	else
		*l->too_long = true;
	return false;
}

bool talk_number_after(const char *line, const char *name, uint32_t *number)
{
	size_t length = strlen(name);

	if (!talk_begins(line, name))
		return false;
	line += length + strspn(line + length, " ");
	*number = 0;
	for (; *line >= '0' && *line <= '9'; line++)
		*number = *number < 100000000 ? *number * 10 + (uint32_t)(*line - '0') : *number;
	return true;
}

/* --- requests ---------------------------------------------------------------------------------------------------- */

enum {
	PHASE_FIRST,            /* the request line; the first byte of a record */
	PHASE_HEADERS,
	PHASE_BODY,
};

static const char *const METHOD[] = {
	[TALK_GET] = "GET", [TALK_HEAD_ONLY] = "HEAD", [TALK_OPTIONS] = "OPTIONS", [TALK_POST] = "POST",
	[TALK_UNKNOWN_METHOD] = "",
};

static void read_request_line(struct talk_request *q, const char *line, const char *check_path)
{
	*q = (struct talk_request){.verb = TALK_GET};
	while (!begins_with(line, METHOD[q->verb]))
		q->verb++;
	const char *path = line + strcspn(line, " ");
	path += strspn(path, " ");
	size_t length = strcspn(path, " ?");
	q->check = q->verb == TALK_HEAD_ONLY || q->verb == TALK_OPTIONS ||
		   (check_path != NULL && strlen(check_path) == length && strncmp(path, check_path, length) == 0);
	/* HTTP/1.0 closes unless it says otherwise. */
	q->close = strstr(path + length, "HTTP/1.0") != NULL;
}

/* "name=..." among the first of the cookies; of a long line no more is seen. */
static bool brings(const char *cookies, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = cookies; at != NULL; at = strchr(at, ';')) {
		at += strspn(at, "; ");
		if (strncmp(at, name, length) == 0 && at[length] == '=')
			return true;
	}
	return false;
}

static void read_header(struct talk_reader *r, const char *line)
{
	if (talk_number_after(line, "Content-Length:", &r->left))
		return;
	if (talk_number_after(line, "Prefer: wait=", &r->request.wait))
		return;
	if (r->cookie != NULL && talk_begins(line, "Cookie: ") && brings(line + strlen("Cookie: "), r->cookie))
		r->request.known = true;
	else if (talk_begins(line, "Connection: close"))
		r->request.close = true;
	else if (talk_begins(line, "Connection: keep-alive"))
		r->request.close = false;
}

/* True: the head is complete and there is no body. */
static bool read_http_line(struct talk_reader *r, const char *check_path)
{
	if (r->phase == PHASE_FIRST) {
		if (r->length == 0)
			return false;   /* RFC 9112 2.2: an empty line before a request is passed over */
		read_request_line(&r->request, r->line, check_path);
		r->left = 0;
		r->phase = PHASE_HEADERS;
	} else if (r->length > 0) {
		read_header(r, r->line);
	} else {
		r->phase = r->left > 0 ? PHASE_BODY : PHASE_FIRST;
		return r->left == 0;
	}
	return false;
}

/* Skips r->left bytes; true when they are all there. */
static bool skip(struct talk_reader *r, size_t length, size_t *used)
{
	size_t take = length - *used < r->left ? length - *used : r->left;

	*used += take;
	r->left -= (uint32_t)take;
	return r->left == 0;
}

static bool read_http(struct talk_reader *r, const char *check_path, const uint8_t *bytes, size_t length, size_t *used)
{
	struct talk_line line = {r->line, &r->length, &r->long_line};

	while (*used < length) {
		if (r->phase == PHASE_BODY) {
			if (!skip(r, length, used))
				return false;
			r->phase = PHASE_FIRST;
			return true;
		}
		if (!talk_line_read(&line, bytes[(*used)++]))
			continue;
		bool complete = read_http_line(r, check_path);
		r->length = 0;
		r->long_line = false;
		if (complete)
			return true;
	}
	return false;
}

static bool read_line(struct talk_reader *r, enum talk t, const uint8_t *bytes, size_t length, size_t *used)
{
	struct talk_line line = {r->line, &r->length, &r->long_line};

	while (*used < length)
		if (talk_line_read(&line, bytes[(*used)++])) {
			r->request = (struct talk_request){.verb = 0};
			read_verb(&r->request, t, r->line);
			r->length = 0;
			r->long_line = false;
			return true;
		}
	return false;
}

/* A record: type, version, length, then the seconds to wait. */
static bool read_opaque(struct talk_reader *r, const uint8_t *bytes, size_t length, size_t *used)
{
	while (*used < length) {
		if (r->phase == PHASE_FIRST) {
			r->line[r->length++] = (char)bytes[(*used)++];
			if (r->length < TALK_RECORD + 4)
				continue;
			const uint8_t *head = (const uint8_t *)r->line;
			uint32_t whole = get_be16(head + 3);
			r->request = (struct talk_request){.wait = get_be32(head + TALK_RECORD)};
			r->left = whole > 4 ? whole - 4 : 0;
			r->length = 0;
			r->phase = PHASE_BODY;
		}
		if (r->phase == PHASE_BODY && skip(r, length, used)) {
			r->phase = PHASE_FIRST;
			return true;
		}
	}
	return false;
}

bool talk_request_read(struct talk_reader *r, enum talk t, const char *check_path, const uint8_t *bytes, size_t length,
		       size_t *used)
{
	*used = 0;
	switch (t) {
	case TALK_HTTP:
	case TALK_AGENT:
		return read_http(r, check_path, bytes, length, used);
	case TALK_OPAQUE:
	case TALK_TLS:
	case TALK_RDP:
		return read_opaque(r, bytes, length, used);
	case TALK_SMTP:
	case TALK_POP3:
	case TALK_IMAP:
	case TALK_FTP:
		return read_line(r, t, bytes, length, used);
	case TALK_SILENT:
	case TALK_DNS:
	case TALK_SIP:
	case TALK_COUNT:
		break;
	}
	*used = length;
	return false;
}

/* --- answers ------------------------------------------------------------------------------------------------------- */

static const struct {
	uint16_t code;
	const char *text;
} STATUS[] = {
	{200, "OK"}, {204, "No Content"}, {301, "Moved Permanently"}, {302, "Found"}, {401, "Unauthorized"},
	{403, "Forbidden"}, {404, "Not Found"}, {500, "Internal Server Error"}, {503, "Service Unavailable"},
};

static const char *status_text(uint16_t code)
{
	for (size_t i = 0; i < sizeof STATUS / sizeof STATUS[0]; i++)
		if (STATUS[i].code == code)
			return STATUS[i].text;
	return "-";
}

static uint32_t agent_body(char text[8], const struct talk_answer *a)
{
	return (uint32_t)snprintf(text, 8, "%u\r\n", (unsigned)a->number);
}

static uint16_t status_of(const struct talk_server *s, const struct talk_answer *a)
{
	if (a->to.verb == TALK_UNKNOWN_METHOD)
		return 501;
	return s->status != 0 ? s->status : 200;
}

/* A 204 has no body (RFC 9110 15.3.5). */
static uint32_t body_length(const struct talk_server *s, const struct talk_answer *a)
{
	char text[8];

	if (status_of(s, a) == 204 || a->to.verb == TALK_UNKNOWN_METHOD)
		return 0;
	return s->talk == TALK_AGENT ? agent_body(text, a) : s->body;
}

static bool sets_cookie(const struct talk_server *s, const struct talk_answer *a)
{
	return s->cookie != NULL && !a->to.known && !a->to.check;
}

static uint32_t http_head(char text[TALK_HEAD], const struct talk_server *s, const struct talk_answer *a)
{
	uint16_t status = status_of(s, a);
	int length = snprintf(text, TALK_HEAD, "HTTP/1.1 %u %s\r\nServer: %s\r\n", (unsigned)status,
			      status == 501 ? "Not Implemented" : status_text(status), s->name);

	if (status != 204)
		length += snprintf(text + length, TALK_HEAD - (size_t)length, "Content-Length: %u\r\n",
				   (unsigned)body_length(s, a));
	if (sets_cookie(s, a))
		length += snprintf(text + length, TALK_HEAD - (size_t)length, "Set-Cookie: %.*s=%08x; Path=/\r\n",
				   TALK_COOKIE_NAME, s->cookie, (unsigned)a->cookie);
	length += snprintf(text + length, TALK_HEAD - (size_t)length, "%s\r\n", a->close ? "Connection: close\r\n" : "");
	return (uint32_t)length;
}

static uint32_t line_text(char text[TALK_HEAD], const struct talk_server *s, const struct talk_answer *a)
{
	size_t length = 0;

	if (a->greeting) {
		for (size_t i = 0; i < sizeof GREETING / sizeof GREETING[0]; i++)
			if (GREETING[i].talk == s->talk)
				return (uint32_t)talk_fill_name(text, GREETING[i].answer, s->name);
		assert(false);
	}
	const struct verb *v = &VERB[a->to.verb];
	if (s->talk == TALK_IMAP)
		length = (size_t)snprintf(text, TALK_HEAD, "%s%s ", v->close ? "* BYE\r\n" : "", a->to.tag);
	return (uint32_t)(length + talk_fill_name(text + length, v->answer, s->name));
}

size_t talk_fill_name(char *text, const char *pattern, const char *name)
{
	const char *at = strstr(pattern, "%s");
	size_t before = at != NULL ? (size_t)(at - pattern) : strlen(pattern), length = 0;

	memcpy(text, pattern, before);
	length = before;
	if (at != NULL) {
		size_t rest = strlen(at + 2), name_length = strlen(name) < 64 ? strlen(name) : 64;
		memcpy(text + length, name, name_length);
		memcpy(text + length + name_length, at + 2, rest);
		length += name_length + rest;
	}
	text[length] = '\0';
	return length;
}

bool talk_greeting(const struct talk_server *s, struct talk_answer *a)
{
	char text[TALK_HEAD];

	if (!talk_is_lines(s->talk))
		return false;
	*a = (struct talk_answer){.greeting = true};
	a->length = line_text(text, s, a);
	return true;
}

void talk_answer(const struct talk_server *s, const struct talk_request *to, uint16_t number, uint32_t cookie,
		 struct talk_answer *a)
{
	char text[TALK_HEAD];

	*a = (struct talk_answer){.to = *to, .number = number, .cookie = cookie, .close = to->close};
	if (talk_is_opaque(s->talk)) {
		uint32_t body = s->body < 4 ? 4 : s->body;
		a->length = body + TALK_RECORD * ((body + TALK_RECORD_MOST - 1) / TALK_RECORD_MOST);
	} else if (talk_is_lines(s->talk)) {
		a->length = line_text(text, s, a);
	} else {
		a->length = http_head(text, s, a);
		if (to->verb != TALK_HEAD_ONLY)
			a->length += body_length(s, a);
	}
}

void talk_copy(const void *text, size_t text_length, size_t start, uint64_t offset, uint8_t *to, size_t length)
{
	uint64_t end = start + text_length;
	uint64_t from = offset > start ? offset : start;
	uint64_t until = offset + length < end ? offset + length : end;

	if (from < until)
		memcpy(to + (from - offset), (const uint8_t *)text + (from - start), until - from);
}

static void write_opaque(const struct talk_answer *a, uint64_t offset, uint8_t *to, size_t length)
{
	const uint64_t unit = TALK_RECORD + TALK_RECORD_MOST;
	uint8_t whole[4];

	memset(to, 'v', length);
	for (uint64_t start = offset / unit * unit; start < offset + length; start += unit) {
		uint64_t left = a->length - start;
		uint8_t head[TALK_RECORD] = {0x17, 3, 3};
		put_be16(head + 3, (uint16_t)((left < unit ? left : unit) - TALK_RECORD));
		talk_copy(head, sizeof head, start, offset, to, length);
	}
	put_be32(whole, a->length);
	talk_copy(whole, sizeof whole, TALK_RECORD, offset, to, length);
}

void talk_answer_write(const struct talk_server *s, const struct talk_answer *a, uint64_t offset, uint8_t *to,
		       size_t length)
{
	char text[TALK_HEAD];

	if (talk_is_opaque(s->talk)) {
		write_opaque(a, offset, to, length);
		return;
	}
	memset(to, 'v', length);
	if (talk_is_lines(s->talk)) {
		talk_copy(text, line_text(text, s, a), 0, offset, to, length);
		return;
	}
	if (s->talk != TALK_AGENT && offset >= TALK_HEAD)
		return;                 /* in the body */
	uint32_t head = http_head(text, s, a);
	talk_copy(text, head, 0, offset, to, length);
	if (s->talk == TALK_AGENT) {
		char body[8];
		uint32_t body_size = agent_body(body, a);
		talk_copy(body, body_size, head, offset, to, length);
	}
}

/* --- DNS ------------------------------------------------------------------------------------------------------------ */

#define DNS_HEADER 12

size_t talk_dns_answer(const uint8_t *query, size_t length, uint8_t *to)
{
	struct rd in = rd_of(query, length);
	uint8_t step;

	rd_skip(&in, 2);
	uint16_t flags = rd_be16(&in), questions = rd_be16(&in);
	rd_skip(&in, 6);
	if (in.bad || flags >> 15 != 0 || questions != 1)
		return 0;
	while ((step = rd_u8(&in)) != 0)
		rd_skip(&in, step);
	uint16_t type = rd_be16(&in), class = rd_be16(&in);
	if (in.bad)
		return 0;
	size_t asked = (size_t)(in.at - query);
	bool address = type == 1 && class == 1;
	struct wr out = wr_of(to, length + 16);
	wr_bytes(&out, query, 2);
	wr_be16(&out, (uint16_t)(0x8480 | (flags & 0x7900)));   /* answer, authoritative, recursion available */
	wr_be16(&out, 1);
	wr_be16(&out, address);
	wr_be32(&out, 0);
	wr_bytes(&out, query + DNS_HEADER, asked - DNS_HEADER);
	if (address) {
		static const uint8_t record[16] = {0xc0, DNS_HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 53};
		wr_bytes(&out, record, sizeof record);
	}
	return wr_length(&out);
}

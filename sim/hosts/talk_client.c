// SPDX-License-Identifier: BSD-2-Clause
/* The client's side: writing requests, reading answers. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/cursor.h"
#include "sim/hosts/talk_parts.h"

/* What a user says again and again, and what at the end. */
static const struct {
	enum talk talk;
	const char *request, *goodbye;
} LINES[] = {
	{TALK_SMTP, "NOOP\r\n", "QUIT\r\n"},
	{TALK_POP3, "NOOP\r\n", "QUIT\r\n"},
	{TALK_IMAP, "a1 NOOP\r\n", "a2 LOGOUT\r\n"},
	{TALK_FTP, "NOOP\r\n", "QUIT\r\n"},
};

static const char *line_of(enum talk t, bool goodbye)
{
	for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
		if (LINES[i].talk == t)
			return goodbye ? LINES[i].goodbye : LINES[i].request;
	return NULL;
}

#define FILL "X-Fill: "
#define HTTP_TAIL "\r\n\r\n"

#define COOKIE "Cookie: "
#define NO_COOKIE "X-None: "            /* as long */

/* Texts are cut to what there is always room for: TALK_HEAD holds the longest of each. */
static void add(struct talk_client *c, const char *text, size_t most)
{
	for (size_t i = 0; i < most && text[i] != '\0'; i++)
		c->head[c->head_length++] = text[i];
}

/* With its marks, of which eight digits become. */
static void add_marked(struct talk_client *c, const char *text)
{
	static const struct {
		const char *word;
		bool request;
	} MARK[] = {{"{user}", false}, {"{request}", true}};

	for (size_t i = 0; i < TALK_TEXT && text[i] != '\0'; i++) {
		size_t k = 0;
		while (k < 2 && strncmp(text + i, MARK[k].word, strlen(MARK[k].word)) != 0)
			k++;
		if (k == 2 || c->mark_count == TALK_MARKS) {
			add(c, text + i, 1);
			continue;
		}
		c->mark[c->mark_count++] = (struct talk_mark){c->head_length, MARK[k].request};
		add(c, "00000000", 8);
		i += strlen(MARK[k].word) - 1;
	}
}

bool talk_is_token(const char *text, size_t most)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t length = strlen(text);

	return length > 0 && length <= most && strspn(text, letters) == length;
}

static struct vl_status check_text(const char *key, const char *text, bool spaces)
{
	if (text == NULL)
		return vl_status_ok();
	if (text[0] == '\0' || strlen(text) > TALK_TEXT)
		return vl_refuse(VL_INVALID, "%s: 1-%d characters, not %zu", key, TALK_TEXT, strlen(text));
	for (size_t i = 0; text[i] != '\0'; i++)
		if (text[i] < ' ' || text[i] > '~' || (text[i] == ' ' && !spaces))
			return vl_refuse(VL_INVALID, "%s: a character that cannot stand there (the %zu. one)", key, i + 1);
	return vl_status_ok();
}

/* The fields that HTTP needs are written by us. */
static struct vl_status check_header(const char *header)
{
	static const char *const OURS[] = {"Host", "Connection", "Content-Length", "Transfer-Encoding", "Cookie", "Prefer"};
	const char *colon = header != NULL ? strstr(header, ": ") : NULL;
	char name[TALK_TEXT + 1] = "";

	if (header == NULL)
		return vl_status_ok();
	if (colon != NULL && colon - header <= TALK_TEXT)
		memcpy(name, header, (size_t)(colon - header));
	if (!talk_is_token(name, TALK_TEXT))
		return vl_refuse(VL_INVALID, "header: expected \"Name: value\", not `%.60s'", header);
	for (size_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++)
		if (strlen(name) == strlen(OURS[i]) && talk_begins(name, OURS[i]))
			return vl_refuse(VL_INVALID, "header: %s is written by the client itself", OURS[i]);
	return vl_status_ok();
}

struct vl_status talk_check(const char *host, const char *path, const struct talk_habits *habits)
{
	const struct {
		const char *key, *text;
		bool spaces;
	} TEXT[] = {{"host", host, false}, {"path", path, false}, {"cookie", habits->cookie, true}, {"header", habits->header, true}};

	for (size_t i = 0; i < sizeof TEXT / sizeof TEXT[0]; i++) {
		struct vl_status status = check_text(TEXT[i].key, TEXT[i].text, TEXT[i].spaces);
		if (!vl_ok(&status))
			return status;
	}
	if (path != NULL && path[0] != '/')
		return vl_refuse(VL_INVALID, "path: it begins with a slash, not with `%c'", path[0]);
	return check_header(habits->header);
}

static void add_cookies(struct talk_client *c, const struct talk_habits *habits)
{
	c->brings = habits->cookie != NULL;
	if (!c->brings && !habits->cookies)
		return;
	add(c, c->brings ? COOKIE : NO_COOKIE, TALK_TEXT);
	if (c->brings)
		add_marked(c, habits->cookie);
	if (habits->cookies) {
		c->cookie_at = (uint16_t)(c->head_length - (c->brings ? 0 : strlen(COOKIE)));
		for (size_t i = 0; i < TALK_COOKIE + (c->brings ? strlen("; ") : 0); i++)
			add(c, " ", 1);
	}
	add(c, "\r\n", 2);
}

static void add_habits(struct talk_client *c, const struct talk_habits *habits)
{
	if (habits->agent != NULL) {
		add(c, "User-Agent: ", TALK_TEXT);
		add(c, habits->agent, TALK_AGENT_NAME);
		add(c, "\r\n", 2);
	}
	if (habits->login)
		add_marked(c, "Authorization: Bearer {user}\r\n");
	add_cookies(c, habits);
	if (habits->header != NULL) {
		add_marked(c, habits->header);
		add(c, "\r\n", 2);
	}
}

static void init_http(struct talk_client *c, const char *host, const char *path, uint32_t length, bool waits,
		      const struct talk_habits *habits)
{
	add(c, "GET ", TALK_TEXT);
	add_marked(c, path);
	add(c, " HTTP/1.1\r\nHost: ", TALK_TEXT);
	add_marked(c, host);
	add(c, c->close ? "\r\nConnection: close\r\n" : "\r\n", TALK_TEXT);
	if (waits) {
		add(c, "Prefer: wait=", TALK_TEXT);
		c->wait_at = c->head_length;
		add(c, "00000\r\n", TALK_TEXT);
	}
	add_habits(c, habits);
	add(c, FILL, TALK_TEXT);
	uint32_t least = c->head_length + 1u + (uint32_t)strlen(HTTP_TAIL);
	c->length = length > least ? length : least;
}

void talk_client_init(struct talk_client *c, enum talk t, const char *host, const char *path, uint32_t length,
		      bool close, bool waits, const struct talk_habits *habits)
{
	*c = (struct talk_client){.talk = t, .close = close};
	if (t == TALK_HTTP || t == TALK_AGENT) {
		init_http(c, host, path, length, waits, habits);
	} else if (talk_is_opaque(t)) {
		const uint32_t least = TALK_RECORD + 8, most = TALK_RECORD + TALK_RECORD_MOST;
		c->length = length < least ? least : length > most ? most : length;
	} else if (talk_is_lines(t)) {
		c->length = (uint32_t)strlen(line_of(t, false));
	}
}

bool talk_client_greets(const struct talk_client *c)
{
	return talk_is_lines(c->talk);
}

uint32_t talk_goodbye_length(const struct talk_client *c)
{
	return talk_is_lines(c->talk) ? (uint32_t)strlen(line_of(c->talk, true)) : 0;
}

static void write_who(const struct talk_client *c, const struct talk_who *who, uint64_t offset, uint8_t *to, size_t length)
{
	char digits[12];
	size_t n = who->cookie != NULL ? strnlen(who->cookie, TALK_COOKIE) : 0;

	for (size_t i = 0; i < c->mark_count; i++) {
		uint32_t number = c->mark[i].request ? who->request : who->number;
		(void)snprintf(digits, sizeof digits, "%08u", (unsigned)(number % 100000000));
		talk_copy(digits, 8, c->mark[i].at, offset, to, length);
	}
	if (c->cookie_at == 0 || n == 0)
		return;
	const char *before = c->brings ? "; " : COOKIE;
	talk_copy(before, strlen(before), c->cookie_at, offset, to, length);
	talk_copy(who->cookie, n, c->cookie_at + strlen(before), offset, to, length);
}

static void write_http(const struct talk_client *c, uint32_t wait, const struct talk_who *who, uint64_t offset, uint8_t *to,
		       size_t length)
{
	memset(to, 'v', length);
	talk_copy(c->head, c->head_length, 0, offset, to, length);
	talk_copy(HTTP_TAIL, strlen(HTTP_TAIL), c->length - strlen(HTTP_TAIL), offset, to, length);
	if (c->wait_at != 0) {
		char digits[8];
		(void)snprintf(digits, sizeof digits, "%05u", (unsigned)(wait < 99999 ? wait : 99999));
		talk_copy(digits, 5, c->wait_at, offset, to, length);
	}
	write_who(c, who, offset, to, length);
}

static void write_opaque(const struct talk_client *c, uint32_t wait, uint64_t offset, uint8_t *to, size_t length)
{
	uint8_t head[TALK_RECORD + 4] = {0x17, 3, 3};

	put_be16(head + 3, (uint16_t)(c->length - TALK_RECORD));
	put_be32(head + TALK_RECORD, wait);
	memset(to, 'v', length);
	talk_copy(head, sizeof head, 0, offset, to, length);
}

void talk_request_write(const struct talk_client *c, bool goodbye, uint32_t wait, const struct talk_who *who,
			uint64_t offset, uint8_t *to, size_t length)
{
	if (talk_is_lines(c->talk)) {
		const char *line = line_of(c->talk, goodbye);
		talk_copy(line, strlen(line), 0, offset, to, length);
	} else if (talk_is_opaque(c->talk)) {
		write_opaque(c, wait, offset, to, length);
	} else {
		write_http(c, wait, who, offset, to, length);
	}
}

/* --- answers --------------------------------------------------------------------------------------------------------- */

enum {
	PHASE_FIRST,
	PHASE_HEADERS,
	PHASE_BODY,
};

/* True when the answer is complete. */
static bool skip(struct talk_answer_reader *r, size_t length, size_t *used)
{
	size_t take = length - *used < r->left ? length - *used : r->left;

	*used += take;
	r->left -= (uint32_t)take;
	return r->left == 0;
}

/* One that is cut with its line, or does not fit, is not kept. */
static void take_cookie(struct talk_answer_reader *r)
{
	const char *from = r->line + strlen("Set-Cookie: ");
	size_t n = strcspn(from, ";");

	if (n > TALK_COOKIE || (from[n] == '\0' && r->long_line))
		return;
	memset(r->cookie, 0, sizeof r->cookie);
	memcpy(r->cookie, from, n);
}

/* True: the head is over and nothing follows. */
static bool read_head_line(struct talk_answer_reader *r)
{
	uint32_t number;

	if (r->phase == PHASE_FIRST) {
		r->status = 0;
		if (strncmp(r->line, "HTTP/1.", 7) == 0 && talk_number_after(r->line + 8, " ", &number))
			r->status = (uint16_t)number;
		r->phase = PHASE_HEADERS;
	} else if (r->length > 0) {
		if (talk_number_after(r->line, "Content-Length:", &number))
			r->left = number;
		else if (talk_begins(r->line, "Connection: close"))
			r->close = true;
		else if (talk_begins(r->line, "Set-Cookie: "))
			take_cookie(r);
	} else {
		r->phase = PHASE_BODY;
		return r->left == 0;
	}
	return false;
}

static bool read_http(struct talk_answer_reader *r, const uint8_t *bytes, size_t length, size_t *used)
{
	struct talk_line line = {r->line, &r->length, &r->long_line};

	while (*used < length) {
		if (r->phase == PHASE_BODY)
			return skip(r, length, used);
		if (!talk_line_read(&line, bytes[(*used)++]))
			continue;
		bool complete = read_head_line(r);
		r->length = 0;
		r->long_line = false;
		if (complete)
			return true;
	}
	return false;
}

static bool read_opaque(struct talk_answer_reader *r, const uint8_t *bytes, size_t length, size_t *used)
{
	r->status = 200;
	while (*used < length && r->phase == PHASE_FIRST) {
		r->line[r->length++] = (char)bytes[(*used)++];
		if (r->length < TALK_RECORD + 4)
			continue;
		uint32_t whole = get_be32((const uint8_t *)r->line + TALK_RECORD);
		r->left = whole > r->length ? whole - r->length : 0;
		r->phase = PHASE_BODY;
	}
	return r->phase == PHASE_BODY && skip(r, length, used);
}

static bool read_line(struct talk_answer_reader *r, const uint8_t *bytes, size_t length, size_t *used)
{
	const uint8_t *end = memchr(bytes, '\n', length);

	r->status = 200;
	*used = end != NULL ? (size_t)(end - bytes) + 1 : length;
	return end != NULL;
}

bool talk_answer_read(struct talk_answer_reader *r, enum talk t, const uint8_t *bytes, size_t length, size_t *used)
{
	*used = 0;
	if (talk_is_lines(t))
		return read_line(r, bytes, length, used);
	if (talk_is_opaque(t))
		return read_opaque(r, bytes, length, used);
	if (t == TALK_HTTP || t == TALK_AGENT)
		return read_http(r, bytes, length, used);
	*used = length;
	return false;
}

/* --- DNS --------------------------------------------------------------------------------------------------------------- */

size_t talk_dns_query(uint16_t id, const char *name, uint8_t to[TALK_DNS_QUERY])
{
	struct wr out = wr_of(to, TALK_DNS_QUERY);

	wr_be16(&out, id);
	wr_be16(&out, 0x0100);          /* recursion desired */
	wr_be16(&out, 1);
	wr_zero(&out, 6);
	while (*name != '\0') {
		size_t label = strcspn(name, ".");
		if (label > 0) {
			wr_u8(&out, (uint8_t)label);
			wr_bytes(&out, name, label);
		}
		name += label + (name[label] == '.');
	}
	wr_u8(&out, 0);
	wr_be16(&out, 1);
	wr_be16(&out, 1);
	assert(!out.bad);
	return wr_length(&out);
}

bool talk_dns_read(const uint8_t *bytes, size_t length, uint16_t *id)
{
	struct rd in = rd_of(bytes, length);

	*id = rd_be16(&in);
	uint16_t flags = rd_be16(&in);
	return !in.bad && flags >> 15 != 0 && (flags & 0xf) == 0;
}

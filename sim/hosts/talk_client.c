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

static size_t add_habits(struct talk_client *c, size_t n, const struct talk_habits *habits)
{
	if (habits->agent != NULL)
		n += (size_t)snprintf(c->head + n, sizeof c->head - n, "User-Agent: %.*s\r\n", TALK_AGENT_NAME, habits->agent);
	if (habits->login) {
		n += (size_t)snprintf(c->head + n, sizeof c->head - n, "Authorization: Bearer ");
		c->user_at = (uint16_t)n;
		n += (size_t)snprintf(c->head + n, sizeof c->head - n, "00000000\r\n");
	}
	if (habits->cookies) {
		c->cookie_at = (uint16_t)n;
		n += (size_t)snprintf(c->head + n, sizeof c->head - n, NO_COOKIE "%*s\r\n", TALK_COOKIE, "");
	}
	return n;
}

static void init_http(struct talk_client *c, const char *host, const char *path, uint32_t length, bool waits,
		      const struct talk_habits *habits)
{
	int n = snprintf(c->head, sizeof c->head, "GET %.100s HTTP/1.1\r\nHost: %.100s\r\n%s", path, host,
			 c->close ? "Connection: close\r\n" : "");

	if (waits) {
		n += snprintf(c->head + n, sizeof c->head - (size_t)n, "Prefer: wait=");
		c->wait_at = (uint16_t)n;
		n += snprintf(c->head + n, sizeof c->head - (size_t)n, "00000\r\n");
	}
	n = (int)add_habits(c, (size_t)n, habits);
	n += snprintf(c->head + n, sizeof c->head - (size_t)n, FILL);
	c->head_length = (uint16_t)n;
	uint32_t least = c->head_length + 1u + (uint32_t)strlen(HTTP_TAIL);
	c->length = length > least ? length : least;
}

void talk_client_init(struct talk_client *c, enum talk t, const char *host, const char *path, uint32_t length,
		      bool close, bool waits, const struct talk_habits *habits)
{
	*c = (struct talk_client){.talk = t, .close = close};
	if (t == TALK_HTTP || t == TALK_AGENT) {
		init_http(c, host, path, length, waits, habits);
	} else if (t == TALK_OPAQUE) {
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

	if (c->user_at != 0) {
		(void)snprintf(digits, sizeof digits, "%08u", (unsigned)(who->number % 100000000));
		talk_copy(digits, 8, c->user_at, offset, to, length);
	}
	if (c->cookie_at == 0 || n == 0)
		return;
	talk_copy(COOKIE, strlen(COOKIE), c->cookie_at, offset, to, length);
	talk_copy(who->cookie, n, c->cookie_at + strlen(COOKIE), offset, to, length);
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
	} else if (c->talk == TALK_OPAQUE) {
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
	if (t == TALK_OPAQUE)
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

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Protocols that greet (RFC 5321, 1939, 3501, 959): the greeting must begin as the table says, then the check says
 * goodbye. HAProxy and keepalived also say HELO to a mail server.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/balancer/health_parts.h"

#define STEPS 2

struct dialogue {
	enum health_kind kind;
	bool plain;                     /* KEMP's, where the others say more */
	bool codes;                     /* answers of three digits, "220-" goes on in the next line */
	struct {
		const char *expect, *say;
	} step[STEPS];
};

static const struct dialogue DIALOGUE[] = {
	{HEALTH_SMTP, true, true, {{"220", "QUIT\r\n"}}},
	{HEALTH_SMTP, false, true, {{"220", "HELO localhost\r\n"}, {"250", "QUIT\r\n"}}},
	{HEALTH_POP3, true, false, {{"+OK", "QUIT\r\n"}}},
	{HEALTH_IMAP, true, false, {{"* OK", "a1 LOGOUT\r\n"}}},
	{HEALTH_FTP, true, true, {{"220", "QUIT\r\n"}}},
};

/* The line of this kind and profile; the plain one serves all where it stands alone. */
static const struct dialogue *dialogue_of(const struct health_check *c)
{
	const struct dialogue *found = NULL;

	for (size_t i = 0; i < sizeof DIALOGUE / sizeof DIALOGUE[0]; i++)
		if (DIALOGUE[i].kind == c->c.kind &&
		    (found == NULL || DIALOGUE[i].plain == (c->c.profile == HEALTH_KEMP)))
			found = &DIALOGUE[i];
	return found;
}

bool health_dialogue_make(struct health_check *c)
{
	const struct dialogue *d = dialogue_of(c);
	size_t length = 0;

	c->say = malloc(HEALTH_LINE);
	if (c->say == NULL)
		return false;
	for (size_t i = 0; i < STEPS && d->step[i].expect != NULL; i++) {
		size_t n = strlen(d->step[i].say);
		memcpy(c->say + length, d->step[i].say, n);
		length += n;
	}
	c->say_length = length;
	return true;
}

static bool is_code(const char *line)
{
	for (size_t i = 0; i < 3; i++)
		if (line[i] < '0' || line[i] > '9')
			return false;
	return true;
}

static void take_answer(struct health_checker *h, struct health_check *c, vl_time now)
{
	const struct dialogue *d = dialogue_of(c);
	const char *expect = d->step[c->step].expect;

	if (strncmp(c->line, expect, strlen(expect)) != 0) {
		health_done(h, c, d->codes && is_code(c->line) ? HEALTH_L7_STATUS : HEALTH_L7_RESPONSE, now);
		return;
	}
	if (d->codes && c->line[3] == '-')
		return; /* RFC 5321 4.2.1, RFC 959 4.2: more lines */
	tcp_send(h->tcp, c->handle, strlen(d->step[c->step].say), now);
	if (++c->step == STEPS || d->step[c->step].expect == NULL)
		health_done(h, c, HEALTH_L7_OK, now);
}

void health_dialogue_received(struct health_checker *h, struct health_check *c, const uint8_t *bytes, size_t length,
			      vl_time now)
{
	for (size_t i = 0; i < length && c->running; i++)
		if (health_take_line(c, bytes[i])) {
			take_answer(h, c, now);
			c->line_length = 0;
		}
}

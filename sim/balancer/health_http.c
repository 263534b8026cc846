// SPDX-License-Identifier: BSD-2-Clause
/*
 * HTTP/1.0 and 1.1 as a checker speaks it (RFC 9112): a request without a body; of the answer the status, and where a
 * pattern is asked for, the body up to it. The body is searched as it comes over the wire: chunk headers are part of it
 * (as HAProxy's raw matching has it). The agent's answer is a number at the start of the body.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/balancer/health_parts.h"

#define AGENT_MOST 102                  /* 101: failed, 102: disabled by its administrator */
#define AGENT_FAILED 101

/* fallback[i]: how long a prefix of the pattern ends at its byte i. */
static bool make_fallback(struct health_check *c)
{
	const char *pattern = c->c.pattern;
	size_t length = strlen(pattern);

	c->fallback = calloc(length, 1);
	if (c->fallback == NULL)
		return false;
	for (size_t i = 1, k = 0; i < length; i++) {
		while (k > 0 && pattern[i] != pattern[k])
			k = c->fallback[k - 1];
		k += pattern[i] == pattern[k];
		c->fallback[i] = (uint8_t)k;
	}
	return true;
}

bool health_http_make(struct health_check *c)
{
	const struct health_config *r = &c->c;

	c->say = malloc(HEALTH_REQUEST);
	if (c->say == NULL)
		return false;
	int n = r->host == NULL
			? snprintf(c->say, HEALTH_REQUEST, "%s %s HTTP/1.0\r\n\r\n", r->method, r->url)
			: snprintf(c->say, HEALTH_REQUEST, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
				   r->method, r->url, r->host);
	c->say_length = (size_t)n;
	return r->pattern == NULL || make_fallback(c);
}

/* "HTTP/1.x NNN ..." (RFC 9112 4). 0: it is not. */
static unsigned status_of(const char *line)
{
	unsigned status = 0;

	if (strncmp(line, "HTTP/1.", 7) != 0 || line[7] < '0' || line[7] > '9' || line[8] != ' ')
		return 0;
	for (size_t i = 9; i < 12; i++) {
		if (line[i] < '0' || line[i] > '9')
			return 0;
		status = status * 10 + (unsigned)(line[i] - '0');
	}
	return line[12] == '\0' || line[12] == ' ' ? status : 0;
}

static void take_status(struct health_checker *h, struct health_check *c, vl_time now)
{
	unsigned status = status_of(c->line);

	if (status == 0)
		health_done(h, c, HEALTH_L7_RESPONSE, now);
	else if (status >= 100 && status < 200)
		c->step = 1; /* 1xx: the answer proper follows (RFC 9110 15.2) */
	else if (!health_status_passes(&c->c, status))
		health_done(h, c, HEALTH_L7_STATUS, now);
	else if (c->c.pattern == NULL && c->c.kind == HEALTH_HTTP)
		health_done(h, c, HEALTH_L7_OK, now);
	c->phase = PHASE_HEADERS;
}

static void agent_answered(struct health_checker *h, struct health_check *c, vl_time now)
{
	if (c->digits == 0 || c->answer > AGENT_MOST) {
		health_done(h, c, HEALTH_L7_RESPONSE, now);
		return;
	}
	if (h->listener.agent != NULL)
		h->listener.agent(h->listener.context, c->target.service, c->target.server, c->answer, now);
	health_done(h, c, c->answer == AGENT_FAILED ? HEALTH_L7_STATUS : HEALTH_L7_OK, now);
}

static void take_agent(struct health_checker *h, struct health_check *c, uint8_t byte, vl_time now)
{
	if (byte >= '0' && byte <= '9' && c->digits < 4) {
		c->digits++;
		c->answer = (uint16_t)(c->answer * 10 + (byte - '0'));
	} else if (c->digits > 0 || (byte != ' ' && byte != '\r' && byte != '\n')) {
		agent_answered(h, c, now);
	}
}

static void search(struct health_checker *h, struct health_check *c, uint8_t byte, vl_time now)
{
	const char *pattern = c->c.pattern;

	while (c->matched > 0 && (uint8_t)pattern[c->matched] != byte)
		c->matched = c->fallback[c->matched - 1];
	if ((uint8_t)pattern[c->matched] == byte)
		c->matched++;
	if (pattern[c->matched] == '\0')
		health_done(h, c, HEALTH_L7_OK, now);
}

void health_http_received(struct health_checker *h, struct health_check *c, const uint8_t *bytes, size_t length,
			  vl_time now)
{
	for (size_t i = 0; i < length && c->running; i++) {
		if (c->phase == PHASE_BODY) {
			if (c->c.kind == HEALTH_AGENT)
				take_agent(h, c, bytes[i], now);
			else
				search(h, c, bytes[i], now);
			continue;
		}
		if (!health_take_line(c, bytes[i]))
			continue;
		if (c->phase == PHASE_LINE)
			take_status(h, c, now);
		else if (c->line_length == 0)
			c->phase = c->step == 1 ? PHASE_LINE : PHASE_BODY;
		if (c->phase == PHASE_LINE)
			c->step = 0;
		c->line_length = 0;
	}
}

void health_http_ended(struct health_checker *h, struct health_check *c, vl_time now)
{
	if (c->c.kind == HEALTH_AGENT && c->phase == PHASE_BODY)
		agent_answered(h, c, now);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Both sides of a call: writing requests, answering them, reading answers. */
#include "sim/hosts/talk_sip.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sim/hosts/talk_parts.h"

static const char *const METHOD[] = {
#define X(constant, word) [constant] = word,
	TALK_SIP_METHODS(X)
#undef X
};

/* As it stands in a URI. */
static void host_text(const struct ip_addr *a, char to[IP_TEXT + 2])
{
	char text[IP_TEXT];

	(void)snprintf(to, IP_TEXT + 2, a->family == IP_V6 ? "[%s]" : "%s", ip_format(text, a));
}

size_t talk_sip_request(const struct talk_sip_call *c, enum talk_sip_method method, uint32_t sequence, char to[TALK_SIP_MOST])
{
	char caller[IP_TEXT + 2], server[IP_TEXT + 2], tag[16] = "";
	const char *word = METHOD[method];

	host_text(&c->caller, caller);
	host_text(&c->server, server);
	if (c->tag != 0)
		(void)snprintf(tag, sizeof tag, ";tag=%08x", (unsigned)c->tag);
	int n = snprintf(to, TALK_SIP_MOST,
			 "%s sip:service@%s:%u SIP/2.0\r\n"
			 "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%08x%08x%u%c\r\n"
			 "Max-Forwards: 70\r\n"
			 "From: <sip:u%08x@example.org>;tag=%08x\r\n"
			 "To: <sip:service@%s>%s\r\n"
			 "Call-ID: %08x-%08x@example.org\r\n"
			 "CSeq: %u %s\r\n"
			 "Contact: <sip:u%08x@%s:%u>\r\n"
			 "Content-Length: 0\r\n\r\n",
			 word, server, (unsigned)c->port, caller, TALK_SIP_PORT, (unsigned)c->user, (unsigned)c->call,
			 (unsigned)sequence, word[0], (unsigned)c->user, (unsigned)c->call, server, tag,
			 (unsigned)c->user, (unsigned)c->call, (unsigned)sequence, word, (unsigned)c->user, caller,
			 TALK_SIP_PORT);
	assert(n > 0 && n < TALK_SIP_MOST);
	return (size_t)n;
}

/* --- the server's side ------------------------------------------------------------------------------------------- */

/* The line of a header field, without its end; NULL: it is not there. */
static const char *field(const char *text, const char *name, size_t *length)
{
	for (const char *at = strstr(text, "\r\n"); at != NULL; at = strstr(at, "\r\n")) {
		at += 2;
		if (!talk_begins(at, name))
			continue;
		const char *end = strstr(at, "\r\n");
		*length = end != NULL ? (size_t)(end - at) : strlen(at);
		return at;
	}
	return NULL;
}

/* Eight hexadecimal digits as we write them; false: they are not there. */
static bool digits(const char *text, uint32_t *number)
{
	static const char DIGIT[] = "0123456789abcdef";

	*number = 0;
	for (int i = 0; i < 8; i++) {
		const char *digit = text[i] != '\0' ? strchr(DIGIT, text[i]) : NULL;
		if (digit == NULL)
			return false;
		*number = *number << 4 | (uint32_t)(digit - DIGIT);
	}
	return true;
}

static bool digits_behind(const char *line, size_t length, const char *mark, uint32_t *number)
{
	const char *at = strstr(line, mark);

	return at != NULL && at + strlen(mark) + 8 <= line + length && digits(at + strlen(mark), number);
}

static void to_text(const uint8_t *bytes, size_t length, char text[TALK_SIP_MOST])
{
	memcpy(text, bytes, length);
	text[length] = '\0';
}

size_t talk_sip_answer(const uint8_t *bytes, size_t length, uint32_t tag, char to[TALK_SIP_MOST])
{
	static const char *const COPIED[] = {"Via:", "From:", "To:", "Call-ID:", "CSeq:"};      /* RFC 3261 8.2.6.2 */
	char text[TALK_SIP_MOST];
	size_t line, used;
	uint32_t named = 0;

	if (length >= sizeof text)
		return 0;
	to_text(bytes, length, text);
	const char *callee = field(text, "To:", &line);
	if (strstr(text, " SIP/2.0\r\n") == NULL || callee == NULL || strncmp(text, "ACK ", 4) == 0)
		return 0;
	bool inside = digits_behind(callee, line, ";tag=", &named);
	used = (size_t)snprintf(to, TALK_SIP_MOST, "SIP/2.0 %s\r\n",
				inside && named != tag ? "481 Call/Transaction Does Not Exist" : "200 OK");
	for (size_t i = 0; i < sizeof COPIED / sizeof COPIED[0]; i++) {
		const char *from = field(text, COPIED[i], &line);
		if (from == NULL || used + line + 64 > TALK_SIP_MOST)
			return 0;
		used += (size_t)snprintf(to + used, TALK_SIP_MOST - used, "%.*s", (int)line, from);
		if (from == callee && !inside)
			used += (size_t)snprintf(to + used, TALK_SIP_MOST - used, ";tag=%08x", (unsigned)tag);
		used += (size_t)snprintf(to + used, TALK_SIP_MOST - used, "\r\n");
	}
	return used + (size_t)snprintf(to + used, TALK_SIP_MOST - used, "Content-Length: 0\r\n\r\n");
}

/* --- the client's side --------------------------------------------------------------------------------------------- */

bool talk_sip_read(const uint8_t *bytes, size_t length, struct talk_sip_answer *a)
{
	char text[TALK_SIP_MOST];
	size_t line;
	uint32_t status;

	if (length >= sizeof text)
		return false;
	to_text(bytes, length, text);
	const char *id = field(text, "Call-ID:", &line), *order = field(text, "CSeq:", &line);
	*a = (struct talk_sip_answer){.tag = 0};
	if (!talk_number_after(text, "SIP/2.0", &status) || status < 100 || status > 699 || id == NULL || order == NULL ||
	    !digits(id + strlen("Call-ID: "), &a->user) || id[strlen("Call-ID: ") + 8] != '-' ||
	    !digits(id + strlen("Call-ID: ") + 9, &a->call) || !talk_number_after(order, "CSeq:", &a->sequence))
		return false;
	a->status = (uint16_t)status;
	const char *callee = field(text, "To:", &line);
	if (callee != NULL)
		(void)digits_behind(callee, line, ";tag=", &a->tag);
	return true;
}

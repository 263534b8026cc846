// SPDX-License-Identifier: BSD-2-Clause
#include "sim/balancer/sip_head.h"

#include <string.h>

#include "sim/balancer/http_parts.h"

struct line {
	const uint8_t *at;
	size_t length;
};

/* The next line, without its end; false: there is none with an end. */
static bool next_line(const uint8_t **at, size_t *left, struct line *line)
{
	const uint8_t *end = memchr(*at, '\n', *left);

	if (end == NULL)
		return false;
	*line = (struct line){*at, (size_t)(end - *at)};
	if (line->length > 0 && line->at[line->length - 1] == '\r')
		line->length--;
	*left -= (size_t)(end - *at) + 1;
	*at = end + 1;
	return true;
}

/* "SIP/2.0 200 OK" or "INVITE sip:a@b SIP/2.0". */
static bool is_start(const struct line *line)
{
	static const char VERSION[] = "SIP/2.0";
	const size_t n = sizeof VERSION - 1;

	return line->length > n + 1 && (memcmp(line->at, "SIP/2.0 ", n + 1) == 0 ||
					memcmp(line->at + line->length - n - 1, " SIP/2.0", n + 1) == 0);
}

static bool is_called(const uint8_t *name, size_t length, const char *wanted)
{
	static const struct {
		const char *name, *short_form;
	} SHORT[] = {{"Call-ID", "i"}, {"From", "f"}, {"To", "t"}, {"Via", "v"}, {"Contact", "m"}};

	if (http_same(name, length, wanted))
		return true;
	for (size_t i = 0; i < sizeof SHORT / sizeof SHORT[0]; i++)
		if (http_same((const uint8_t *)wanted, strlen(wanted), SHORT[i].name) && http_same(name, length, SHORT[i].short_form))
			return true;
	return false;
}

static bool is_white(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

static struct line trimmed(struct line l)
{
	while (l.length > 0 && is_white(l.at[0]))
		l.at++, l.length--;
	while (l.length > 0 && is_white(l.at[l.length - 1]))
		l.length--;
	return l;
}

bool sip_value(const uint8_t *datagram, size_t length, const char *name, const uint8_t **value, size_t *value_length)
{
	struct line line;

	if (!next_line(&datagram, &length, &line) || !is_start(&line))
		return false;
	while (next_line(&datagram, &length, &line) && line.length > 0) {
		const uint8_t *colon = memchr(line.at, ':', line.length);
		if (colon == NULL || is_white(line.at[0]))
			continue;
		size_t before = (size_t)(colon - line.at);
		struct line key = trimmed((struct line){line.at, before});
		if (!is_called(key.at, key.length, name))
			continue;
		line = trimmed((struct line){colon + 1, line.length - before - 1});
		*value = line.at;
		*value_length = line.length;
		return true;
	}
	return false;
}

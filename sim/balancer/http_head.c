// SPDX-License-Identifier: BSD-2-Clause
/* What is asked of a head: fields, cookies, items of a query. */
#include "sim/balancer/http_head.h"

#include <string.h>

#include "sim/balancer/http_parts.h"

bool http_is(const struct http_head *h, struct http_text t, const char *word)
{
	return http_same(http_bytes(h, t), t.length, word);
}

int http_find(const struct http_head *h, const char *name, size_t from)
{
	for (size_t i = from; i < h->field_count; i++)
		if (http_is(h, h->field[i].name, name))
			return (int)i;
	return -1;
}

bool http_value(const struct http_head *h, const char *name, struct http_text *value)
{
	int at = http_find(h, name, 0);

	if (at >= 0)
		*value = h->field[at].value;
	return at >= 0;
}

/* The part of a text from `at` to the next `mark`, and behind it. */
static struct http_text part(const struct http_head *h, struct http_text *rest, uint8_t mark)
{
	const uint8_t *bytes = http_bytes(h, *rest);
	const uint8_t *end = memchr(bytes, mark, rest->length);
	uint16_t n = end != NULL ? (uint16_t)(end - bytes) : rest->length;
	uint16_t step = end != NULL ? (uint16_t)(n + 1) : n;
	struct http_text t = {rest->at, n};

	rest->at = (uint16_t)(rest->at + step);
	rest->length = (uint16_t)(rest->length - step);
	return t;
}

static struct http_text trimmed(const struct http_head *h, struct http_text t)
{
	while (t.length > 0 && (h->bytes[t.at] == ' ' || h->bytes[t.at] == '\t'))
		t.at++, t.length--;
	while (t.length > 0 && (h->bytes[t.at + t.length - 1] == ' ' || h->bytes[t.at + t.length - 1] == '\t'))
		t.length--;
	return t;
}

/* "name=value", white space around both left out; false: there is no `='. */
static bool pair_of(const struct http_head *h, struct http_text pair, struct http_text *name, struct http_text *value)
{
	bool has_value = memchr(http_bytes(h, pair), '=', pair.length) != NULL;

	*name = trimmed(h, part(h, &pair, '='));
	*value = trimmed(h, pair);
	return has_value;
}

static bool is_called(const struct http_head *h, struct http_text t, const char *name)
{
	return strlen(name) == t.length && memcmp(http_bytes(h, t), name, t.length) == 0;
}

bool http_cookie(const struct http_head *request, const char *name, struct http_text *value)
{
	struct http_text key, found;

	for (int at = -1; (at = http_find(request, "cookie", (size_t)(at + 1))) >= 0;) {
		struct http_text rest = request->field[at].value;
		while (rest.length > 0) {
			if (!pair_of(request, part(request, &rest, ';'), &key, &found) || !is_called(request, key, name))
				continue;
			*value = found;
			return true;
		}
	}
	return false;
}

static bool is_deletion(const struct http_head *response, struct http_text attributes)
{
	struct http_text key, age;

	while (attributes.length > 0)
		if (pair_of(response, part(response, &attributes, ';'), &key, &age) && http_is(response, key, "max-age") &&
		    http_is(response, age, "0"))
			return true;
	return false;
}

bool http_set_cookie(const struct http_head *response, const char *name, struct http_text *value)
{
	struct http_text key, set;
	bool found = false;

	for (int at = -1; (at = http_find(response, "set-cookie", (size_t)(at + 1))) >= 0;) {
		struct http_text rest = response->field[at].value;
		if (!pair_of(response, part(response, &rest, ';'), &key, &set) || !is_called(response, key, name))
			continue;
		found = true;
		*value = set;
		if (is_deletion(response, rest))
			value->length = 0;
	}
	return found;
}

bool http_query(const struct http_head *request, const char *name, struct http_text *value)
{
	struct http_text rest = request->target, found;
	size_t length = strlen(name);

	(void)part(request, &rest, '?');
	rest = part(request, &rest, '#');
	while (rest.length > 0) {
		struct http_text item = part(request, &rest, '&');
		found = item;
		struct http_text key = part(request, &found, '=');
		if (key.length != length || memcmp(http_bytes(request, key), name, length) != 0)
			continue;
		*value = found;
		return true;
	}
	return false;
}

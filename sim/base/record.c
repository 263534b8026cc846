// SPDX-License-Identifier: BSD-2-Clause
/* Records as text: a sentence, a log line, a JSON object. The only file that knows these formats. */
#include "sim/base/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Appends to text[*n...], keeps counting when the room is used up (as snprintf does). */
static void put(char *text, size_t room, size_t *n, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void put(char *text, size_t room, size_t *n, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int added = vsnprintf(*n < room ? text + *n : NULL, *n < room ? room - *n : 0, format, args);
	va_end(args);
	if (added > 0)
		*n += (size_t)added;
}

int record_field_index(const struct record_kind *kind, const char *name)
{
	for (int i = 0; i < RECORD_FIELDS && kind->field[i].name != NULL; i++)
		if (strcmp(kind->field[i].name, name) == 0)
			return i;
	return -1;
}

const char *record_word(const struct record *r, const char *field)
{
	int i = record_field_index(r->kind, field);

	return i >= 0 && r->kind->field[i].type == VALUE_WORD ? r->value[i].word : NULL;
}

size_t value_format(char *text, size_t room, enum value_type type, const union value *v)
{
	char buffer[IP_TEXT + VL_TIME_TEXT];
	int n = 0;

	switch (type) {
	case VALUE_NONE:
		n = snprintf(text, room, "-");
		break;
	case VALUE_NUMBER:
		n = snprintf(text, room, "%llu", (unsigned long long)v->number);
		break;
	case VALUE_SIGNED:
		n = snprintf(text, room, "%lld", (long long)v->signed_number);
		break;
	case VALUE_TIME:
		n = snprintf(text, room, "%s", vl_time_format(buffer, v->time));
		break;
	case VALUE_IP:
		n = snprintf(text, room, "%s", ip_format(buffer, &v->ip));
		break;
	case VALUE_MAC:
		n = snprintf(text, room, "%s", mac_format(buffer, v->mac));
		break;
	case VALUE_WORD:
		n = snprintf(text, room, "%s", v->word != NULL ? v->word : "-");
		break;
	case VALUE_FLAG:
		n = snprintf(text, room, "%s", v->flag ? "true" : "false");
		break;
	}
	return n > 0 ? (size_t)n : 0;
}

/* The field whose name is text[0..length-1], or -1. */
static int field_named(const struct record_kind *kind, const char *name, size_t length)
{
	for (int i = 0; i < RECORD_FIELDS && kind->field[i].name != NULL; i++)
		if (strlen(kind->field[i].name) == length && memcmp(kind->field[i].name, name, length) == 0)
			return i;
	return -1;
}

static void put_value(char *text, size_t room, size_t *n, const struct record *r, int i)
{
	char buffer[256];

	if (r->kind->field[i].type == VALUE_TIME)
		vl_time_format_short(buffer, r->value[i].time);
	else
		value_format(buffer, sizeof buffer, r->kind->field[i].type, &r->value[i]);
	put(text, room, n, "%s", buffer);
}

size_t record_format_text(char *text, size_t room, const struct record *r)
{
	size_t n = 0;

	if (room > 0)
		text[0] = '\0';
	for (const char *p = r->kind->text; *p != '\0';) {
		const char *close = *p == '{' ? strchr(p, '}') : NULL;
		int i = close != NULL ? field_named(r->kind, p + 1, (size_t)(close - p - 1)) : -1;
		if (i >= 0) {
			put_value(text, room, &n, r, i);
			p = close + 1;
		} else {
			put(text, room, &n, "%c", *p++);
		}
	}
	return n;
}

size_t record_format_line(char *text, size_t room, const struct record *r)
{
	char at[VL_TIME_TEXT], sentence[RECORD_LINE];
	size_t n = 0;

	record_format_text(sentence, sizeof sentence, r);
	put(text, room, &n, "[%14s] %s", vl_time_format(at, r->at), r->node != NULL ? r->node : "world");
	if (r->part != NULL)
		put(text, room, &n, " %s", r->part);
	put(text, room, &n, "  %s", sentence);
	return n;
}

static void put_json_string(char *text, size_t room, size_t *n, const char *s)
{
	put(text, room, n, "\"");
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			put(text, room, n, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			put(text, room, n, "\\u%04x", c);
		else
			put(text, room, n, "%c", c);
	}
	put(text, room, n, "\"");
}

static void put_json_value(char *text, size_t room, size_t *n, enum value_type type, const union value *v)
{
	char buffer[256];

	if (type == VALUE_WORD && v->word == NULL) {
		put(text, room, n, "null");
		return;
	}
	if (type == VALUE_WORD) {
		put_json_string(text, room, n, v->word);
		return;
	}
	value_format(buffer, sizeof buffer, type, v);
	if (type == VALUE_NUMBER || type == VALUE_SIGNED || type == VALUE_FLAG)
		put(text, room, n, "%s", buffer);
	else
		put_json_string(text, room, n, buffer);
}

size_t record_format_json(char *text, size_t room, const struct record *r)
{
	static const char *const level[] = {"trace", "info", "notice", "warn"};
	char buffer[RECORD_LINE];
	size_t n = 0;

	put(text, room, &n, "{\"schema\":\"viplab.journal/1\",\"t\":\"%s\",\"seq\":%llu,\"level\":\"%s\",\"kind\":",
	    vl_time_format(buffer, r->at), (unsigned long long)r->sequence, level[r->kind->level]);
	put_json_string(text, room, &n, r->kind->name);
	put(text, room, &n, ",\"where\":");
	put_json_string(text, room, &n, r->node != NULL ? r->node : "world");
	if (r->part != NULL) {
		put(text, room, &n, ",\"part\":");
		put_json_string(text, room, &n, r->part);
	}
	record_format_text(buffer, sizeof buffer, r);
	put(text, room, &n, ",\"msg\":");
	put_json_string(text, room, &n, buffer);
	put(text, room, &n, ",\"data\":{");
	for (int i = 0; i < RECORD_FIELDS && r->kind->field[i].name != NULL; i++) {
		put(text, room, &n, i > 0 ? ",\"%s\":" : "\"%s\":", r->kind->field[i].name);
		put_json_value(text, room, &n, r->kind->field[i].type, &r->value[i]);
	}
	put(text, room, &n, "}}");
	return n;
}

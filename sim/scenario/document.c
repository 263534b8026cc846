// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/document.h"

#include <stdio.h>
#include <string.h>

#include "sim/scenario/text.h"

struct document *document_get(const struct document *mapping, const char *key)
{
	const struct document_pair *pair = document_pair(mapping, key);

	return pair != NULL ? pair->value : NULL;
}

struct document_pair *document_pair(const struct document *mapping, const char *key)
{
	if (mapping == NULL || mapping->kind != DOCUMENT_MAPPING)
		return NULL;
	for (size_t i = 0; i < mapping->count; i++)
		if (strcmp(mapping->pair[i].key->text, key) == 0)
			return &mapping->pair[i];
	return NULL;
}

struct document *document_scalar(struct arena *memory, struct scenario_place at, const char *text)
{
	struct document *d = arena_alloc(memory, sizeof *d);

	d->kind = DOCUMENT_SCALAR;
	d->at = at;
	d->text = arena_text(memory, text, strlen(text));
	return d;
}

struct document *document_copy(struct arena *memory, const struct document *d)
{
	struct document *copy = arena_alloc(memory, sizeof *copy);

	*copy = *d;
	if (d->kind == DOCUMENT_SEQUENCE) {
		copy->item = NULL;
		copy->count = 0;
		for (size_t i = 0; i < d->count; i++)
			document_append(memory, copy, document_copy(memory, d->item[i]));
	} else if (d->kind == DOCUMENT_MAPPING) {
		copy->pair = NULL;
		copy->count = 0;
		for (size_t i = 0; i < d->count; i++) {
			copy->pair = arena_grow(memory, copy->pair, i, sizeof *copy->pair);
			copy->pair[copy->count++] = (struct document_pair){
				.key = d->pair[i].key, .value = document_copy(memory, d->pair[i].value)};
		}
	}
	return copy;
}

void document_set(struct arena *memory, struct document *mapping, struct document *key, struct document *value)
{
	struct document_pair *pair = document_pair(mapping, key->text);

	if (pair == NULL) {
		mapping->pair = arena_grow(memory, mapping->pair, mapping->count, sizeof *mapping->pair);
		pair = &mapping->pair[mapping->count++];
		pair->key = key;
	}
	pair->value = value;
}

void document_remove(struct document *mapping, const char *key)
{
	struct document_pair *pair = document_pair(mapping, key);

	if (pair == NULL)
		return;
	size_t after = mapping->count - (size_t)(pair - mapping->pair) - 1;
	memmove(pair, pair + 1, after * sizeof *pair);
	mapping->count--;
}

void document_append(struct arena *memory, struct document *sequence, struct document *item)
{
	sequence->item = arena_grow(memory, sequence->item, sequence->count, sizeof(struct document *));
	sequence->item[sequence->count++] = item;
}

const char *document_describe(struct mistakes *m, const struct document *d)
{
	switch (d->kind) {
	case DOCUMENT_MAPPING:
		return "a mapping";
	case DOCUMENT_SEQUENCE:
		return "a list";
	case DOCUMENT_SCALAR:
		break;
	}
	if (d->text[0] == '\0')
		return d->quoted ? "empty text" : "nothing";
	return arena_print(m->memory, "`%s'", mistakes_quote(m, d->text));
}

/* --- writing -------------------------------------------------------------------------------------------- */

/* True when YAML reads the text back as it is, inside flow collections and as a key, and no other YAML reader
 * takes the start for something else. */
static bool may_be_plain(const char *s)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./%+-$() ";
	size_t n = strlen(s);

	if (n == 0 || strchr(" -.%+()$", s[0]) != NULL || s[n - 1] == ' ') {
		/* "-20" and "./a" are fine, "- a" and "-" are not. */
		if (n < 2 || (s[0] != '-' && s[0] != '.' && s[0] != '+') || s[1] == ' ' || s[1] == '-' ||
		    s[1] == '.' || s[n - 1] == ' ')
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		/* A colon is plain inside a word (MAC and IPv6 addresses), not at its end. */
		if (s[i] == ':' && i + 1 < n && s[i + 1] != ' ' && i > 0)
			continue;
		if (strchr(safe, s[i]) == NULL)
			return false;
	}
	return true;
}

size_t document_format_scalar(char *text, size_t room, const char *value)
{
	size_t n = 0;
#define PUT(c)                                     \
	do {                                       \
		if (n + 1 < room)                  \
			text[n] = (char)(c);       \
		n++;                               \
	} while (0)

	if (may_be_plain(value)) {
		int length = snprintf(text, room, "%s", value);

		return length > 0 ? (size_t)length : 0;
	}
	PUT('"');
	for (const char *s = value; *s != '\0'; s++) {
		uint32_t character = (unsigned char)*s;
		size_t length = text_character(s, strnlen(s, 4), &character);

		if (*s == '\n') {
			PUT('\\');
			PUT('n');
		} else if (length > 0 && text_is_unseen(character)) {
			PUT('\\');
			PUT(character < 0x100 ? 'x' : 'u');
			for (unsigned shift = character < 0x100 ? 8 : 16; shift > 0; shift -= 4)
				PUT("0123456789abcdef"[character >> (shift - 4) & 15]);
			s += length - 1;
		} else {
			if (*s == '"' || *s == '\\')
				PUT('\\');
			PUT(*s);
		}
	}
	PUT('"');
#undef PUT
	if (room > 0)
		text[n < room ? n : room - 1] = '\0';
	return n;
}

struct line {
	char *text;                     /* NULL: only measure */
	size_t room, length;
};

static void put(struct line *l, const char *text)
{
	size_t n = strlen(text);

	if (l->text != NULL && l->length + n < l->room)
		memcpy(l->text + l->length, text, n + 1);
	l->length += n;
}

static void put_value(struct line *l, const struct document *d)
{
	switch (d->kind) {
	case DOCUMENT_SCALAR:
		if (d->text[0] != '\0' || d->quoted)
			l->length += document_format_scalar(
				l->text != NULL && l->length < l->room ? l->text + l->length : NULL,
				l->text != NULL && l->length < l->room ? l->room - l->length : 0, d->text);
		return;
	case DOCUMENT_SEQUENCE:
		put(l, "[");
		for (size_t i = 0; i < d->count; i++) {
			put(l, i > 0 ? ", " : "");
			put_value(l, d->item[i]);
		}
		put(l, "]");
		return;
	case DOCUMENT_MAPPING:
		put(l, "{");
		for (size_t i = 0; i < d->count; i++) {
			put(l, i > 0 ? ", " : "");
			put_value(l, d->pair[i].key);
			put(l, ": ");
			put_value(l, d->pair[i].value);
		}
		put(l, "}");
		return;
	}
}

const char *document_line(struct arena *memory, const struct document *d)
{
	struct line l = {0};

	put_value(&l, d);
	l.room = l.length + 1;
	l.length = 0;
	l.text = arena_alloc(memory, l.room);
	put_value(&l, d);
	return l.text;
}

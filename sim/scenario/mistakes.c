// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/mistakes.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/text.h"

#define MESSAGE_ROOM 1024
#define QUOTE_LONGEST 60

static void add(struct mistakes *m, struct scenario_place at, const char *message)
{
	if (m->count == MISTAKES_MAX) {
		m->more++;
		return;
	}
	m->item = arena_grow(m->memory, m->item, m->count, sizeof *m->item);
	m->item[m->count++] = (struct scenario_mistake){
		.at = at, .message = arena_text(m->memory, message, strlen(message))};
}

void mistakes_add(struct mistakes *m, struct scenario_place at, const char *format, ...)
{
	char message[MESSAGE_ROOM];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	add(m, at, message);
}

void mistakes_add_suggesting(struct mistakes *m, struct scenario_place at, const struct suggestion *s,
			     const char *format, ...)
{
	char message[MESSAGE_ROOM];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	if (s->best != NULL) {
		size_t n = strlen(message);

		snprintf(message + n, sizeof message - n, "; did you mean `%s'?", s->best);
	}
	add(m, at, message);
}

static int compare_unsigned(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int compare(const struct scenario_mistake *a, const struct scenario_mistake *b, const char *path)
{
	bool a_here = strcmp(a->at.file, path) == 0, b_here = strcmp(b->at.file, path) == 0;
	int order = a_here != b_here ? (a_here ? -1 : 1) : strcmp(a->at.file, b->at.file);

	if (order == 0)
		order = compare_unsigned(a->at.line, b->at.line);
	if (order == 0)
		order = compare_unsigned(a->at.column, b->at.column);
	return order != 0 ? order : strcmp(a->message, b->message);
}

void mistakes_sort(struct mistakes *m, const char *path)
{
	size_t kept = 0;

	/* At most MISTAKES_MAX: insertion keeps it simple, and needs no global for the path. */
	for (size_t i = 1; i < m->count; i++) {
		struct scenario_mistake one = m->item[i];
		size_t j = i;

		for (; j > 0 && compare(&one, &m->item[j - 1], path) < 0; j--)
			m->item[j] = m->item[j - 1];
		m->item[j] = one;
	}
	/* The cases of a matrix repeat each other's mistakes. */
	for (size_t i = 0; i < m->count; i++)
		if (kept == 0 || compare(&m->item[kept - 1], &m->item[i], path) != 0)
			m->item[kept++] = m->item[i];
	m->count = kept;
	if (m->more > 0) {
		struct scenario_place last = m->item[m->count - 1].at;

		m->item = arena_grow(m->memory, m->item, m->count, sizeof *m->item);
		m->item[m->count++] = (struct scenario_mistake){
			.at = last,
			.message = arena_print(m->memory, "and more mistakes than %d; repair these first",
					       MISTAKES_MAX)};
		m->more = 0;
	}
}

const char *mistakes_quote(struct mistakes *m, const char *text)
{
	char safe[QUOTE_LONGEST * 4 + 4];
	size_t n = 0;

	for (size_t characters = 0; *text != '\0'; characters++) {
		uint32_t character = 0;
		size_t length = text_character(text, strnlen(text, 4), &character);

		if (characters == QUOTE_LONGEST) {
			memcpy(safe + n, "...", 3);
			n += 3;
			break;
		}
		if (length == 0 || text_is_unseen(character)) {
			safe[n++] = '?';
			text += length == 0 ? 1 : length;
			continue;
		}
		memcpy(safe + n, text, length);
		n += length;
		text += length;
	}
	return arena_text(m->memory, safe, n);
}

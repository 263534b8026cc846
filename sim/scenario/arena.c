// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *older;
	size_t size;
	max_align_t bytes[];
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	for (struct arena_block *b = a->block; b != NULL;) {
		struct arena_block *older = b->older;

		free(b);
		b = older;
	}
	free(a);
}

_Noreturn void arena_exhausted(struct arena *a)
{
	if (a->cleanup != NULL)
		a->cleanup(a->cleanup_argument);
	longjmp(a->exhausted, 1);
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t unit = sizeof(max_align_t);

	if (size > SIZE_MAX / 4)
		arena_exhausted(a);
	size = size == 0 ? unit : (size + unit - 1) / unit * unit;
	if (a->block == NULL || size > a->block->size - a->used) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		struct arena_block *b = calloc(1, sizeof *b + room);

		if (b == NULL)
			arena_exhausted(a);
		b->size = room;
		b->older = a->block;
		a->block = b;
		a->used = 0;
	}
	void *p = (uint8_t *)a->block->bytes + a->used;
	a->used += size;
	return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / 4 / size)
		arena_exhausted(a);
	return arena_alloc(a, count * size);
}

char *arena_text(struct arena *a, const char *text, size_t length)
{
	char *copy = arena_alloc(a, length + 1);

	if (length > 0)
		memcpy(copy, text, length);
	return copy;
}

char *arena_print(struct arena *a, const char *format, ...)
{
	va_list arguments, again;

	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	char *text = arena_alloc(a, length > 0 ? (size_t)length + 1 : 1);
	if (length > 0)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

void *arena_grow(struct arena *a, void *items, size_t count, size_t size)
{
	/* Room doubles when the count reaches a power of two: 1, 2, 4, ... */
	if ((count & (count - 1)) != 0)
		return items;
	void *more = arena_array(a, count == 0 ? 1 : count * 2, size);
	if (count > 0)
		memcpy(more, items, count * size);
	return more;
}

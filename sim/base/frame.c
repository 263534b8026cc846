// SPDX-License-Identifier: BSD-2-Clause
/* Pooled frames. Header and bytes are one allocation; a freed one waits on its class's list. Chunks of
 * many frames are not used: valgrind and ASan then see each frame by itself. */
#include "sim/base/frame.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* An advertisement or an ARP fits the first class, a full Ethernet frame the third. */
static const uint32_t class_size[] = {128, 640, 2048, 9216, FRAME_MAX};
/* One more class has no bytes: those of lent frames. */
enum { CLASSES = sizeof class_size / sizeof class_size[0], LENT = CLASSES };

struct frame_pool {
	struct frame *free[CLASSES + 1];
	struct frame **all;     /* every frame ever made, to free them at the end */
	size_t made;
	size_t room;
	size_t held;
	void *note;
	size_t note_size;
	const struct frame *noted;
};

struct frame_pool *frame_pool_new(void)
{
	return calloc(1, sizeof(struct frame_pool));
}

void frame_pool_free(struct frame_pool *pool)
{
	if (pool == NULL)
		return;
	for (size_t i = 0; i < pool->made; i++)
		free(pool->all[i]);
	free(pool->all);
	free(pool->note);
	free(pool);
}

size_t frame_pool_held(const struct frame_pool *pool)
{
	return pool->held;
}

/* Remembers a new frame; false when there is no memory for it. */
static bool remember(struct frame_pool *pool, struct frame *f)
{
	if (pool->made == pool->room) {
		size_t room = pool->room == 0 ? 64 : pool->room * 2;
		struct frame **all = realloc(pool->all, room * sizeof *all);
		if (all == NULL)
			return false;
		pool->all = all;
		pool->room = room;
	}
	pool->all[pool->made++] = f;
	return true;
}

static struct frame *make(struct frame_pool *pool, uint32_t size_class)
{
	uint32_t size = size_class == LENT ? 0 : class_size[size_class];
	struct frame *f = malloc(sizeof *f + size);

	if (f == NULL)
		return NULL;
	if (!remember(pool, f)) {
		free(f);
		return NULL;
	}
	static_assert(sizeof *f == offsetof(struct frame, room) + FRAME_ROOM, "the room ends where the bytes begin");
	f->data = (uint8_t *)(f + 1);
	f->capacity = size;
	f->size_class = size_class;
	f->pool = pool;
	return f;
}

static struct frame *take(struct frame_pool *pool, uint32_t c, size_t length)
{
	struct frame *f = pool->free[c];

	if (f != NULL)
		pool->free[c] = f->next_free;
	else if ((f = make(pool, c)) == NULL)
		return NULL;
	f->references = 1;
	f->length = (uint32_t)length;
	f->segment = 0;
	f->summed = 0;
	f->next_free = f->store = NULL;
	pool->held++;
	return f;
}

struct frame *frame_new(struct frame_pool *pool, size_t length)
{
	uint32_t c = 0;

	if (length > FRAME_MAX)
		return NULL;
	while (class_size[c] < length)
		c++;
	return take(pool, c, length);
}

struct frame *frame_lend(struct frame_pool *pool, const uint8_t *bytes, size_t length)
{
	struct frame *f = length <= FRAME_MAX ? take(pool, LENT, length) : NULL;

	if (f == NULL)
		return NULL;
	f->data = (uint8_t *)(uintptr_t)bytes;
	f->capacity = 0;
	return f;
}

struct frame *frame_copy(struct frame_pool *pool, const uint8_t *bytes, size_t length)
{
	struct frame *f = frame_new(pool, length);

	if (f != NULL && length > 0)
		memcpy(f->data, bytes, length);
	return f;
}

struct frame *frame_ref(struct frame *f)
{
	assert(f->references > 0);
	f->references++;
	return f;
}

static void forget_note(const struct frame *f)
{
	if (f->pool->noted == f)
		f->pool->noted = NULL;
}

void frame_unref(struct frame *f)
{
	if (f == NULL)
		return;
	assert(f->references > 0);
	if (--f->references > 0)
		return;
	forget_note(f);
	frame_unref(f->store);
	f->next_free = f->pool->free[f->size_class];
	f->pool->free[f->size_class] = f;
	f->pool->held--;
}

void frame_settle(struct frame *f)
{
	if (f != NULL && f->references > 1) {
		assert(f->size_class == LENT && f->store == NULL);
		forget_note(f); /* it points into what goes back */
		f->store = frame_copy(f->pool, f->data, f->length);
		f->data = f->store != NULL ? f->store->data : (uint8_t *)(f + 1);
		f->length = f->store != NULL ? f->length : 0;
	}
	frame_unref(f);
}

struct frame *frame_own(struct frame *f)
{
	if (f->references == 1 && f->size_class != LENT) {
		forget_note(f);
		f->summed = 0;
		return f;
	}
	struct frame *mine = frame_copy(f->pool, f->data, f->length);
	if (mine != NULL)
		mine->segment = f->segment;
	frame_unref(f);
	return mine;
}

void *frame_note(const struct frame *f)
{
	return f->pool->noted == f ? f->pool->note : NULL;
}

void *frame_note_new(struct frame *f, size_t size)
{
	struct frame_pool *pool = f->pool;

	assert(f->references > 0 && (pool->note == NULL || pool->note_size == size));
	if (pool->note == NULL)
		pool->note = malloc(size);
	pool->note_size = size;
	pool->noted = pool->note != NULL ? f : NULL;
	return pool->note;
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Memory that is given back all at once: what belongs to one script lives and dies together. An allocation
 * never fails for the caller: when memory runs out the arena goes back to where arena_guard was set, so that
 * the reader has one place that says "out of memory" and none that forgets to.
 */
#ifndef VL_SCENARIO_ARENA_H
#define VL_SCENARIO_ARENA_H

#include <setjmp.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *block;
	size_t used;                    /* of the newest block */
	jmp_buf exhausted;              /* set by the owner before the first allocation */
	void (*cleanup)(void *);        /* called before the jump, when not NULL */
	void *cleanup_argument;
};

struct arena *arena_new(void);          /* NULL: no memory */
void arena_free(struct arena *a);       /* NULL is allowed */

/* Memory ran out somewhere else: the same way back. */
_Noreturn void arena_exhausted(struct arena *a);

/* Zeroed, aligned for anything; never NULL. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);
char *arena_text(struct arena *a, const char *text, size_t length);     /* a terminated copy */
char *arena_print(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A list that grows: returns the array with room for one more item, old items kept, the new one zeroed.
 * `items` is what the last call returned, NULL at first; `count` how many there are. */
void *arena_grow(struct arena *a, void *items, size_t count, size_t size);

#endif

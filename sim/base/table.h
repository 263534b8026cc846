// SPDX-License-Identifier: BSD-2-Clause
/*
 * A bounded hash table from a fixed-size key to a fixed-size value: open addressing with linear probing
 * and backward-shift deletion, room fixed at the start, hash keyed by a secret (a stranger who chooses
 * addresses must not choose collisions). Iteration goes in insertion-independent slot order: sort where
 * an order reaches output.
 */
#ifndef VL_BASE_TABLE_H
#define VL_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table {
	size_t count;           /* first: many a table is empty */
	uint8_t *slot;          /* each: 1 byte in use, key, value; stride bytes long */
	size_t slots;           /* a power of two, at least 4/3 of room */
	size_t stride, key_size, value_size, value_offset;
	size_t room;
	uint64_t secret;
};

/* False: no memory. Keys are compared as bytes: zero their padding. Values are 8-byte aligned. */
bool table_init(struct table *t, size_t room, size_t key_size, size_t value_size, uint64_t secret);
void table_fini(struct table *t);
void *table_find(const struct table *t, const void *key);       /* the value, or NULL */
/* The value of the key, new and zeroed when it was not there (*is_new, may be NULL); NULL when full. */
void *table_put(struct table *t, const void *key, bool *is_new);
bool table_remove(struct table *t, const void *key);
/* Walks the table: start with *at = 0; false at the end. Do not insert or remove meanwhile. */
bool table_next(const struct table *t, size_t *at, const void **key, void **value);

#endif

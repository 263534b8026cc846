// SPDX-License-Identifier: BSD-2-Clause
/* Open addressing; a removal shifts the run back so that no tombstones slow later look-ups. */
#include "sim/base/table.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/keyed_hash.h"

bool table_init(struct table *t, size_t room, size_t key_size, size_t value_size, uint64_t secret)
{
	*t = (struct table){.room = room, .key_size = key_size, .value_size = value_size, .secret = secret};
	t->value_offset = (1 + key_size + 7) / 8 * 8;
	t->stride = (t->value_offset + value_size + 7) / 8 * 8;
	t->slots = 8;
	while (t->slots < room + room / 3 + 1)
		t->slots *= 2;
	t->slot = calloc(t->slots, t->stride);
	return t->slot != NULL;
}

void table_fini(struct table *t)
{
	free(t->slot);
	*t = (struct table){0};
}

static uint8_t *slot_at(const struct table *t, size_t i)
{
	return t->slot + i * t->stride;
}

/* The slot of the key, or the empty one where it would go. */
static size_t probe(const struct table *t, const void *key)
{
	size_t i = keyed_hash(t->secret, key, t->key_size) & (t->slots - 1);

	while (slot_at(t, i)[0] != 0 && memcmp(slot_at(t, i) + 1, key, t->key_size) != 0)
		i = (i + 1) & (t->slots - 1);
	return i;
}

void *table_find(const struct table *t, const void *key)
{
	if (t->count == 0)
		return NULL;
	uint8_t *s = slot_at(t, probe(t, key));
	return s[0] != 0 ? s + t->value_offset : NULL;
}

void *table_put(struct table *t, const void *key, bool *is_new)
{
	uint8_t *s = slot_at(t, probe(t, key));

	if (is_new != NULL)
		*is_new = s[0] == 0;
	if (s[0] == 0) {
		if (t->count == t->room)
			return NULL;
		t->count++;
		memset(s, 0, t->stride);
		s[0] = 1;
		memcpy(s + 1, key, t->key_size);
	}
	return s + t->value_offset;
}

bool table_remove(struct table *t, const void *key)
{
	size_t hole = probe(t, key);

	if (slot_at(t, hole)[0] == 0)
		return false;
	for (size_t i = (hole + 1) & (t->slots - 1); slot_at(t, i)[0] != 0; i = (i + 1) & (t->slots - 1)) {
		size_t home = keyed_hash(t->secret, slot_at(t, i) + 1, t->key_size) & (t->slots - 1);
		/* i may move into the hole unless its home lies between them */
		if (((i - home) & (t->slots - 1)) >= ((i - hole) & (t->slots - 1))) {
			memcpy(slot_at(t, hole), slot_at(t, i), t->stride);
			hole = i;
		}
	}
	slot_at(t, hole)[0] = 0;
	t->count--;
	return true;
}

bool table_next(const struct table *t, size_t *at, const void **key, void **value)
{
	/* An empty table may be a large one, whose pages nobody has touched yet. */
	for (; t->count > 0 && *at < t->slots; (*at)++) {
		uint8_t *s = slot_at(t, *at);
		if (s[0] != 0) {
			*key = s + 1;
			*value = s + t->value_offset;
			(*at)++;
			return true;
		}
	}
	return false;
}

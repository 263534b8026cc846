// SPDX-License-Identifier: BSD-2-Clause
/* Records in chunks that never move; parts interned. */
#include "sim/world/journal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1024 };

/* A copied part name; the bucket list of its hash. */
struct part {
	struct part *next;
	char text[];
};

enum { BUCKETS = 64 };

struct journal {
	struct record **chunk;
	size_t chunk_count, chunk_room;
	uint64_t count;
	uint64_t first;                 /* of a chunk; older ones are freed */
	uint64_t most;                  /* 0: no limit */
	bool lost;
	struct part *bucket[BUCKETS];
};

struct journal *journal_new(void)
{
	return calloc(1, sizeof(struct journal));
}

void journal_free(struct journal *j)
{
	if (j == NULL)
		return;
	for (size_t i = 0; i < j->chunk_count; i++)
		free(j->chunk[i]);
	free(j->chunk);
	for (size_t i = 0; i < BUCKETS; i++) {
		while (j->bucket[i] != NULL) {
			struct part *next = j->bucket[i]->next;
			free(j->bucket[i]);
			j->bucket[i] = next;
		}
	}
	free(j);
}

/* The journal's own copy of the text; NULL: no memory. */
static const char *intern(struct journal *j, const char *text)
{
	size_t hash = 0, length = strlen(text);

	for (size_t i = 0; i < length; i++)
		hash = hash * 31 + (uint8_t)text[i];
	struct part **list = &j->bucket[hash % BUCKETS];
	for (struct part *p = *list; p != NULL; p = p->next)
		if (strcmp(p->text, text) == 0)
			return p->text;
	struct part *p = malloc(sizeof *p + length + 1);
	if (p == NULL)
		return NULL;
	memcpy(p->text, text, length + 1);
	p->next = *list;
	*list = p;
	return p->text;
}

static bool add_chunk(struct journal *j)
{
	if (j->chunk_count == j->chunk_room) {
		size_t room = j->chunk_room == 0 ? 16 : j->chunk_room * 2;
		struct record **chunk = realloc(j->chunk, room * sizeof *chunk);
		if (chunk == NULL)
			return false;
		j->chunk = chunk;
		j->chunk_room = room;
	}
	j->chunk[j->chunk_count] = malloc(CHUNK * sizeof(struct record));
	if (j->chunk[j->chunk_count] == NULL)
		return false;
	j->chunk_count++;
	return true;
}

void journal_keep(struct journal *j, uint64_t most)
{
	j->most = most;
}

static void forget_oldest(struct journal *j)
{
	while (j->most > 0 && j->count - j->first >= j->most + CHUNK) {
		free(j->chunk[j->first / CHUNK]);
		j->chunk[j->first / CHUNK] = NULL;
		j->first += CHUNK;
	}
}

const struct record *journal_append(struct journal *j, const struct record *r)
{
	const char *part = r->part != NULL ? intern(j, r->part) : NULL;

	if ((r->part != NULL && part == NULL) || (j->count == j->chunk_count * CHUNK && !add_chunk(j))) {
		j->lost = true;
		return NULL;
	}
	forget_oldest(j);
	struct record *kept = &j->chunk[j->count / CHUNK][j->count % CHUNK];
	*kept = *r;
	kept->part = part;
	kept->sequence = j->count++;
	return kept;
}

uint64_t journal_count(const struct journal *j)
{
	return j->count;
}

uint64_t journal_first(const struct journal *j)
{
	return j->first;
}

const struct record *journal_at(const struct journal *j, uint64_t sequence)
{
	assert(sequence >= j->first && sequence < j->count);
	return &j->chunk[sequence / CHUNK][sequence % CHUNK];
}

uint64_t journal_since(const struct journal *j, vl_time at)
{
	uint64_t low = j->first, high = j->count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (journal_at(j, middle)->at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool journal_complete(const struct journal *j)
{
	return !j->lost;
}

// SPDX-License-Identifier: BSD-2-Clause
/* The table of who was sent where: an index over a pool, a timing wheel, and a list by last use. */
#include "sim/balancer/persistence.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/table.h"
#include "sim/base/wheel.h"

/* --- the table -------------------------------------------------------------------------------------------- */

struct place {
	uint32_t group;
	struct persistence_key key;     /* zero behind its length */
	uint8_t padding[3];
};

_Static_assert(sizeof(struct place) == 4 + 1 + PERSISTENCE_KEY + 3, "keys are compared as bytes");

struct entry {
	struct place place;
	uint32_t server;
	vl_time expires;
	struct wheel_link timer;
	uint32_t newer, older;          /* by last use: 1 + index; newer links the free ones */
};

struct persistence_table {
	struct table index;             /* struct place -> uint32_t, index in the pool */
	struct entry *pool;
	uint32_t room, free, fresh;     /* 1 + index; from `fresh` on (an index) never used: the end of the free list */
	uint32_t newest, oldest;
	enum persistence_when_full when_full;
	struct wheel wheel;
	struct persistence_counters counters;
};

static void empty(struct persistence_table *t)
{
	t->fresh = 0;
	t->free = 1;
	t->newest = t->oldest = 0;
	wheel_init(&t->wheel, &t->pool[0].timer, sizeof t->pool[0], 0);
}

struct persistence_table *persistence_table_new(uint32_t room, enum persistence_when_full when_full, uint64_t secret)
{
	assert(room > 0);
	struct persistence_table *t = calloc(1, sizeof *t);
	if (t == NULL)
		return NULL;
	t->pool = calloc(room, sizeof *t->pool);
	if (t->pool == NULL || !table_init(&t->index, room, sizeof(struct place), sizeof(uint32_t), secret)) {
		persistence_table_free(t);
		return NULL;
	}
	t->room = room;
	t->when_full = when_full;
	empty(t);
	return t;
}

void persistence_table_free(struct persistence_table *t)
{
	if (t == NULL)
		return;
	table_fini(&t->index);
	free(t->pool);
	free(t);
}

void persistence_table_clear(struct persistence_table *t)
{
	t->counters.forgotten += t->index.count;
	if (t->fresh > 0) {
		memset(t->index.slot, 0, t->index.slots * t->index.stride);
		memset(t->pool, 0, t->fresh * sizeof *t->pool);
	}
	t->index.count = 0;
	empty(t);
}

static struct entry *entry_of(const struct persistence_table *t, uint32_t link)
{
	return &t->pool[link - 1];
}

static void unlink_use(struct persistence_table *t, const struct entry *e)
{
	if (e->newer != 0)
		entry_of(t, e->newer)->older = e->older;
	else
		t->newest = e->older;
	if (e->older != 0)
		entry_of(t, e->older)->newer = e->newer;
	else
		t->oldest = e->newer;
}

static void link_use(struct persistence_table *t, struct entry *e)
{
	uint32_t link = (uint32_t)(e - t->pool) + 1;

	e->newer = 0;
	e->older = t->newest;
	if (t->newest != 0)
		entry_of(t, t->newest)->newer = link;
	else
		t->oldest = link;
	t->newest = link;
}

static void remove_entry(struct persistence_table *t, struct entry *e)
{
	uint32_t link = (uint32_t)(e - t->pool) + 1;

	(void)table_remove(&t->index, &e->place);
	unlink_use(t, e);
	wheel_remove(&t->wheel, link - 1);
	e->place.key.length = 0;        /* which no entry has: free */
	e->newer = t->free;
	t->free = link;
}

static struct place place_of(uint32_t group, const struct persistence_key *key)
{
	struct place p = {.group = group, .key.length = key->length};

	memcpy(p.key.b, key->b, key->length);
	return p;
}

static struct entry *find(const struct persistence_table *t, const struct place *place)
{
	const uint32_t *at = table_find(&t->index, place);

	return at != NULL ? &t->pool[*at] : NULL;
}

static void use(struct persistence_table *t, struct entry *e, vl_time expires)
{
	unlink_use(t, e);
	link_use(t, e);
	e->expires = expires;
	wheel_set(&t->wheel, (uint32_t)(e - t->pool), expires);
}

int persistence_lookup(struct persistence_table *t, const struct persistence_config *c, uint32_t group,
		       const struct persistence_key *key, vl_time now)
{
	struct place place = place_of(group, key);
	struct entry *e = key->length > 0 ? find(t, &place) : NULL;

	if (e == NULL || e->expires <= now) {
		t->counters.misses++;
		return -1;
	}
	t->counters.hits++;
	use(t, e, c->touch ? vl_time_after(now, c->timeout) : e->expires);
	return (int)e->server;
}

/* Room for one more, or 0. */
static uint32_t take_free(struct persistence_table *t)
{
	if (t->free == 0 && t->when_full == PERSISTENCE_EVICT) {
		t->counters.evicted++;
		remove_entry(t, entry_of(t, t->oldest));
	}
	uint32_t link = t->free;
	if (link == 0)
		t->counters.refused++;
	else if (link <= t->fresh)
		t->free = entry_of(t, link)->newer;
	else
		t->free = ++t->fresh < t->room ? t->fresh + 1 : 0;
	return link;
}

void persistence_store(struct persistence_table *t, const struct persistence_config *c, uint32_t group,
		       const struct persistence_key *key, uint32_t server, vl_time now)
{
	if (key->length == 0)
		return;
	struct place place = place_of(group, key);
	struct entry *e = find(t, &place);
	if (e == NULL) {
		uint32_t link = take_free(t);
		if (link == 0)
			return;
		e = entry_of(t, link);
		*e = (struct entry){.place = place};
		uint32_t *at = table_put(&t->index, &place, NULL);
		assert(at != NULL);     /* as much room as the pool */
		*at = link - 1;
		link_use(t, e);
		t->counters.created++;
	}
	e->server = server;
	use(t, e, vl_time_after(now, c->timeout));
}

void persistence_forget_server(struct persistence_table *t, uint32_t group, uint32_t server)
{
	for (uint32_t link = t->oldest, next; link != 0; link = next) {
		struct entry *e = entry_of(t, link);
		next = e->newer;
		if (e->place.group != group || e->server != server)
			continue;
		t->counters.forgotten++;
		remove_entry(t, e);
	}
}

void persistence_forget_group(struct persistence_table *t, uint32_t group)
{
	for (uint32_t link = t->oldest, next; link != 0; link = next) {
		struct entry *e = entry_of(t, link);
		next = e->newer;
		if (e->place.group != group)
			continue;
		t->counters.forgotten++;
		remove_entry(t, e);
	}
}

vl_time persistence_expires(const struct persistence_table *t, uint32_t group, const struct persistence_key *key)
{
	struct place place = place_of(group, key);
	const struct entry *e = key->length > 0 ? find(t, &place) : NULL;

	return e != NULL ? e->expires : 0;
}

bool persistence_next(const struct persistence_table *t, uint32_t *at, struct persistence_entry *e)
{
	while (*at < t->fresh) {
		const struct entry *from = &t->pool[(*at)++];
		if (from->place.key.length == 0)
			continue;
		*e = (struct persistence_entry){.group = from->place.group,
						.server = from->server,
						.key = from->place.key,
						.expires = from->expires};
		return true;
	}
	return false;
}

size_t persistence_count(const struct persistence_table *t)
{
	return t->index.count;
}

size_t persistence_count_server(const struct persistence_table *t, uint32_t group, uint32_t server)
{
	size_t count = 0;

	for (uint32_t link = t->oldest; link != 0; link = entry_of(t, link)->newer)
		count += entry_of(t, link)->place.group == group && entry_of(t, link)->server == server;
	return count;
}

const struct persistence_counters *persistence_counters(const struct persistence_table *t)
{
	return &t->counters;
}

vl_time persistence_deadline(const struct persistence_table *t)
{
	return wheel_deadline(&t->wheel);
}

void persistence_expire(struct persistence_table *t, vl_time now)
{
	for (uint32_t i; (i = wheel_take(&t->wheel, now)) != WHEEL_NONE;) {
		struct entry *e = &t->pool[i];
		if (e->expires > now) {
			wheel_set(&t->wheel, i, e->expires);
			continue;
		}
		t->counters.expired++;
		remove_entry(t, e);
	}
}

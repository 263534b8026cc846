// SPDX-License-Identifier: BSD-2-Clause
/*
 * The journal of a run: every record in order, in memory. Appending gives a record its sequence number; the
 * text log, JSON lines, expectations and reports are readers.
 *
 * A run without an end forgets its oldest records (journal_keep).
 *
 * Kinds, names and words are borrowed as record.h says, but `part` is copied: engines make these names while
 * they run, and the journal may be read when they are gone.
 */
#ifndef VL_WORLD_JOURNAL_H
#define VL_WORLD_JOURNAL_H

#include "sim/base/record.h"

struct journal;

struct journal *journal_new(void);      /* NULL: no memory */
void journal_free(struct journal *j);

/* Appends a copy with its sequence filled in (from 0) and returns it; it stays where it is until the journal
 * is freed or forgets it. NULL: no memory, and the journal is not complete from then on. */
const struct record *journal_append(struct journal *j, const struct record *r);

/* From now on only the newest `most` records or some more are kept (0: all, as at first), for a run without an end. */
void journal_keep(struct journal *j, uint64_t most);

uint64_t journal_count(const struct journal *j);
uint64_t journal_first(const struct journal *j);        /* the oldest that is kept: 0 unless some were forgotten */
const struct record *journal_at(const struct journal *j, uint64_t sequence);    /* first <= sequence < count */
/* Index of the first record at or after the moment that is kept; the count when there is none. Records are in the order
 * of time, as a world gives them. */
uint64_t journal_since(const struct journal *j, vl_time at);
bool journal_complete(const struct journal *j);

#endif

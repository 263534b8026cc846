// SPDX-License-Identifier: BSD-2-Clause
/*
 * What an engine that dies suddenly would have said. As it advertises, the goodbye to each of its advertisements is
 * laid down in memory that a parent shares: VRRP's with priority 0, CARP's with the slowest of all paces. Whoever outlives
 * the engine sends them, so that the Backup need not wait for Active_Down_Interval.
 *
 * The goodbye of an authenticated advertisement (AH, digests behind the message) needs the key and the next number of its
 * sequence: the router that sent it is asked. Simple text only wants its checksum, and CARP's digest covers neither of the
 * changed fields.
 */
#ifndef VL_PROBES_LAST_WORDS_H
#define VL_PROBES_LAST_WORDS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/time.h"
#include "sim/wire/packet.h"

#define LAST_WORDS 64
#define LAST_WORDS_FRAME 512

struct last_word {
	atomic_bool ready;
	bool carp;
	uint8_t id;
	enum ip_family family;
	unsigned port;
	struct ip_addr src;
	uint64_t at;                    /* when the advertisement left, by the caller's clock */
	vl_time interval;               /* between advertisements */
	uint32_t length;
	uint8_t bytes[LAST_WORDS_FRAME];
};

struct last_words {
	struct last_word slot[LAST_WORDS];
};

/* Shared with processes that are forked later; NULL: errno. */
struct last_words *last_words_new(void);
void last_words_free(struct last_words *w);

/* The frame in which the router that sent `advert` would say goodbye; returns its length, at most `room`. 0: it cannot. */
typedef size_t last_words_ask(void *context, const struct packet *advert, uint8_t *out, size_t room);

/* A frame leaves: an advertisement is remembered, a goodbye forgets it; anything else is nothing. With `ask` NULL the
 * authenticated ones leave no goodbye. */
void last_words_note(struct last_words *w, unsigned port, const uint8_t *bytes, size_t length, uint64_t now,
		     last_words_ask *ask, void *context);
/* The router with this ID is Active no longer. */
void last_words_forget(struct last_words *w, bool carp, unsigned id, enum ip_family family);
/* The i-th that is still true at `now`: who has not advertised for three intervals was not Active any more. NULL: it is
 * none. */
const struct last_word *last_words_at(const struct last_words *w, size_t i, uint64_t now);

#endif

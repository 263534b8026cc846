// SPDX-License-Identifier: BSD-2-Clause
#include "probes/last_words.h"

#include <string.h>
#include <sys/mman.h>

#define VRRP_WORD 2                     /* priority and count of addresses */
#define VRRP_SUM 6
#define CARP_SKEW_WORD 2                /* advskew and length */
#define CARP_BASE_WORD 4                /* demotion and advbase */
#define CARP_SUM 6
#define SLOWEST 255

struct last_words *last_words_new(void)
{
	void *p = mmap(NULL, sizeof(struct last_words), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED ? p : NULL;
}

void last_words_free(struct last_words *w)
{
	if (w != NULL)
		(void)munmap(w, sizeof *w);
}

/* RFC 1624, equation 3: the sum after one word of what it covers became another. */
static void change(uint8_t *message, size_t word, uint16_t to, size_t sum)
{
	uint32_t s = (uint16_t)~get_be16(message + sum);

	s += (uint16_t)~get_be16(message + word);
	s += to;
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	put_be16(message + word, to);
	put_be16(message + sum, (uint16_t)~s);
}

static bool is_same(const struct last_word *s, const struct last_word *like)
{
	return s->carp == like->carp && s->id == like->id && s->family == like->family && s->port == like->port &&
	       ip_equal(&s->src, &like->src);
}

static struct last_word *find(struct last_words *w, const struct last_word *like)
{
	struct last_word *free = NULL;

	for (size_t i = 0; i < LAST_WORDS; i++) {
		struct last_word *s = &w->slot[i];
		if (s->length != 0 && is_same(s, like))
			return s;
		if (free == NULL && !atomic_load(&s->ready))
			free = s;
	}
	return free;
}

static void write_goodbye(struct last_word *s, size_t message)
{
	uint8_t *m = s->bytes + message;

	if (s->carp) {
		change(m, CARP_SKEW_WORD, (uint16_t)(SLOWEST << 8 | m[CARP_SKEW_WORD + 1]), CARP_SUM);
		change(m, CARP_BASE_WORD, (uint16_t)(m[CARP_BASE_WORD] << 8 | SLOWEST), CARP_SUM);
	} else {
		change(m, VRRP_WORD, m[VRRP_WORD + 1], VRRP_SUM);
	}
}

static bool needs_key(const struct packet *p)
{
	return p->transport == TRANSPORT_VRRP && (p->has_ah || p->vrrp.trailer_length > 0);
}

static bool leaves(const struct packet *p)
{
	return p->transport == TRANSPORT_CARP ? p->carp.advbase == SLOWEST && p->carp.advskew == SLOWEST
					      : p->vrrp.priority == 0;
}

/* In the slot; false: there is none. */
static bool lay_down(struct last_word *s, const struct packet *p, const uint8_t *bytes, size_t length,
		     last_words_ask *ask, void *context)
{
	if (needs_key(p)) {
		s->length = ask != NULL ? (uint32_t)ask(context, p, s->bytes, sizeof s->bytes) : 0;
		return s->length > 0;
	}
	s->length = (uint32_t)length;
	memcpy(s->bytes, bytes, length);
	write_goodbye(s, (size_t)(p->ip_payload - bytes));
	return true;
}

void last_words_note(struct last_words *w, unsigned port, const uint8_t *bytes, size_t length, uint64_t now,
		     last_words_ask *ask, void *context)
{
	struct packet p;

	if (length > LAST_WORDS_FRAME || !packet_dissect(&p, bytes, length, length) ||
	    (p.transport != TRANSPORT_VRRP && p.transport != TRANSPORT_CARP))
		return;
	bool carp = p.transport == TRANSPORT_CARP;
	struct last_word like = {.carp = carp, .id = carp ? p.carp.vhid : p.vrrp.vrid, .family = p.src.family,
				 .port = port, .src = p.src};
	struct last_word *s = find(w, &like);
	if (s == NULL)
		return;
	atomic_store(&s->ready, false);
	if (leaves(&p))
		return;
	s->carp = like.carp;
	s->id = like.id;
	s->family = like.family;
	s->port = like.port;
	s->src = like.src;
	s->at = now;
	s->interval = carp ? p.carp.advbase * VL_S + p.carp.advskew * VL_S / 256 : vrrp_interval(&p.vrrp);
	if (lay_down(s, &p, bytes, length, ask, context))
		atomic_store(&s->ready, true);
}

void last_words_forget(struct last_words *w, bool carp, unsigned id, enum ip_family family)
{
	for (size_t i = 0; i < LAST_WORDS; i++) {
		struct last_word *s = &w->slot[i];
		if (s->carp == carp && s->id == id && (carp || s->family == family))
			atomic_store(&s->ready, false);
	}
}

const struct last_word *last_words_at(const struct last_words *w, size_t i, uint64_t now)
{
	const struct last_word *s = &w->slot[i];

	if (i >= LAST_WORDS || !atomic_load(&s->ready) || now - s->at > 3 * s->interval)
		return NULL;
	return s;
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Checked cursors: the only way bytes from outside are read, and how frames are written.
 *
 * A reader remembers the first shortfall: from then on it gives zeros and stays `bad`, so a decoder is a
 * plain list of reads and one question at the end. A part with a length of its own gets a sub-reader.
 * A writer does the same with space. Multi-byte fields are big endian, as on the wire.
 */
#ifndef VL_BASE_CURSOR_H
#define VL_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sim/base/addr.h"

/* Big-endian words where there is known to be room. */
static inline uint16_t get_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put_be32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

struct rd {
	const uint8_t *at;
	const uint8_t *end;
	bool bad;               /* something was asked for that is not there */
};

static inline struct rd rd_of(const uint8_t *bytes, size_t length)
{
	return (struct rd){.at = bytes, .end = bytes + length};
}

static inline size_t rd_left(const struct rd *r)
{
	return (size_t)(r->end - r->at);
}

/* The next n bytes in place, or NULL (and bad). n = 0 gives a valid pointer. */
static inline const uint8_t *rd_bytes(struct rd *r, size_t n)
{
	if (r->bad || n > rd_left(r)) {
		r->bad = true;
		return NULL;
	}
	const uint8_t *p = r->at;
	r->at += n;
	return p;
}

static inline void rd_skip(struct rd *r, size_t n)
{
	(void)rd_bytes(r, n);
}

/* A reader of exactly the next n bytes; a bad, empty one when they are not there. */
static inline struct rd rd_sub(struct rd *r, size_t n)
{
	const uint8_t *p = rd_bytes(r, n);

	return p != NULL ? rd_of(p, n) : (struct rd){.at = r->end, .end = r->end, .bad = true};
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 1);

	return p != NULL ? p[0] : 0;
}

static inline uint16_t rd_be16(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 2);

	return p != NULL ? get_be16(p) : 0;
}

static inline uint32_t rd_be32(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 4);

	return p != NULL ? get_be32(p) : 0;
}

static inline uint64_t rd_be64(struct rd *r)
{
	uint64_t high = rd_be32(r);

	return high << 32 | rd_be32(r);
}

static inline struct mac rd_mac(struct rd *r)
{
	struct mac m = {{0}};
	const uint8_t *p = rd_bytes(r, sizeof m.b);

	if (p != NULL)
		memcpy(m.b, p, sizeof m.b);
	return m;
}

static inline struct ip_addr rd_ip(struct rd *r, enum ip_family family)
{
	struct ip_addr a = {.family = (uint8_t)family};
	const uint8_t *p = rd_bytes(r, ip_size(family));

	if (p != NULL)
		memcpy(a.b, p, ip_size(family));
	return a;
}

struct wr {
	uint8_t *start;
	uint8_t *at;
	uint8_t *end;
	bool bad;               /* something did not fit; what did fit is written */
};

/* Over NULL (a buffer that was not to be had) the writer is bad from the start. */
static inline struct wr wr_of(uint8_t *bytes, size_t room)
{
	if (bytes == NULL)
		return (struct wr){.bad = true};
	return (struct wr){.start = bytes, .at = bytes, .end = bytes + room};
}

static inline size_t wr_length(const struct wr *w)
{
	return (size_t)(w->at - w->start);
}

/* Room for the next n bytes, to fill in place, or NULL (and bad). */
static inline uint8_t *wr_room(struct wr *w, size_t n)
{
	if (w->bad || n > (size_t)(w->end - w->at)) {
		w->bad = true;
		return NULL;
	}
	uint8_t *p = w->at;
	w->at += n;
	return p;
}

static inline void wr_bytes(struct wr *w, const void *bytes, size_t n)
{
	uint8_t *p = wr_room(w, n);

	if (p != NULL && n > 0)
		memcpy(p, bytes, n);
}

static inline void wr_zero(struct wr *w, size_t n)
{
	uint8_t *p = wr_room(w, n);

	if (p != NULL && n > 0)
		memset(p, 0, n);
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
	uint8_t *p = wr_room(w, 1);

	if (p != NULL)
		p[0] = v;
}

static inline void wr_be16(struct wr *w, uint16_t v)
{
	uint8_t *p = wr_room(w, 2);

	if (p != NULL)
		put_be16(p, v);
}

static inline void wr_be32(struct wr *w, uint32_t v)
{
	wr_be16(w, (uint16_t)(v >> 16));
	wr_be16(w, (uint16_t)v);
}

static inline void wr_be64(struct wr *w, uint64_t v)
{
	wr_be32(w, (uint32_t)(v >> 32));
	wr_be32(w, (uint32_t)v);
}

static inline void wr_mac(struct wr *w, struct mac m)
{
	wr_bytes(w, m.b, sizeof m.b);
}

static inline void wr_ip(struct wr *w, const struct ip_addr *a)
{
	wr_bytes(w, a->b, ip_size((enum ip_family)a->family));
}

/* Overwrites two bytes at `offset` from the start, which must have been written: a checksum or length. */
static inline void wr_patch16(struct wr *w, size_t offset, uint16_t v)
{
	if (!w->bad && offset + 2 <= wr_length(w))
		put_be16(w->start + offset, v);
}

#endif

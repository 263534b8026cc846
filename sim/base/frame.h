// SPDX-License-Identifier: BSD-2-Clause
/*
 * A frame in a pooled, reference-counted buffer: a switch floods references, and only a writer copies.
 * Reading is free. Keeping a frame beyond a call takes a reference (frame_ref) and gives it back
 * (frame_unref). Before writing call frame_own, which copies only when somebody else holds the frame.
 *
 * A pool hands buffers out in size classes and takes them back for the next one, so that a running
 * world allocates only until its busiest moment. One pool belongs to one thread.
 */
#ifndef VL_BASE_FRAME_H
#define VL_BASE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX 65600         /* the longest frame: what a 16-bit IP length can fill, and a header */

#define FRAME_ROOM 16           /* bytes that whoever sends a frame may write in front of `data`; a lent frame has none */

struct frame_pool;

struct frame {
	uint8_t *data;          /* from the Ethernet destination; no frame check sequence */
	uint32_t length;        /* bytes in use; a holder of the only reference may change it up to capacity */
	uint32_t capacity;
	/* Many TCP segments in one, as a wire's card hands them over and takes them (GSO, GRO): the longest IP packet
	 * that leaves when they are cut apart. 0: a frame as any other; nothing in a virtual world makes others. */
	uint32_t segment;
	/* The sum of its TCP or UDP is known to be right: it was made here, for a frame that had none. Readers need not make
	 * it again (packet_of); frame_own forgets it, and who writes into a frame otherwise must. */
	uint32_t summed;
	/* below: the pool's own */
	uint32_t references;
	uint32_t size_class;
	struct frame_pool *pool;
	struct frame *next_free;
	struct frame *store;    /* whose bytes these are, once a lent frame was kept */
	uint8_t room[FRAME_ROOM];       /* before the bytes (FRAME_ROOM): for the header that a kernel wants of who sends it */
};

struct frame_pool *frame_pool_new(void);                /* NULL: no memory */
void frame_pool_free(struct frame_pool *pool);          /* frees every buffer, also those still held */
size_t frame_pool_held(const struct frame_pool *pool);  /* buffers handed out now: 0 after a clean run */

/* A buffer of `length` bytes, contents undefined, one reference. NULL when length > FRAME_MAX or there
 * is no memory: the caller counts a drop. */
struct frame *frame_new(struct frame_pool *pool, size_t length);
/* The same, filled with a copy of `bytes`. */
struct frame *frame_copy(struct frame_pool *pool, const uint8_t *bytes, size_t length);

/* A frame whose bytes stay the caller's: to be read until frame_settle, which gives the caller's reference up. Whoever still
 * holds it then has bytes of its own (without memory for them: none, length 0). frame_own copies them in any case.
 * NULL: as frame_new. */
struct frame *frame_lend(struct frame_pool *pool, const uint8_t *bytes, size_t length);
void frame_settle(struct frame *f);

struct frame *frame_ref(struct frame *f);       /* returns f */
void frame_unref(struct frame *f);              /* NULL is allowed */

/* Gives up the caller's reference to `f` and returns a frame that nobody else holds, with the same
 * bytes: `f` itself when it was the only holder. NULL: no memory, and the reference is given up. */
struct frame *frame_own(struct frame *f);

/* How long the longest IP packet is, of an IP packet of `length` bytes in this frame. */
static inline size_t frame_piece(const struct frame *f, size_t length)
{
	return f->segment != 0 && f->segment < length ? f->segment : length;
}

/* --- a note on a frame ---------------------------------------------------------------------------------- */

/* What a reader worked out from a frame's bytes, for the next reader of the same frame: a flooded frame is taken
 * apart once, not by each of its receivers (sim/wire/packet.h, packet_of). A pool keeps one note, on the frame
 * noted last, and forgets it when that frame goes back to the pool or to a writer (frame_own). All notes of a
 * pool are of one size. */
void *frame_note(const struct frame *f);                /* the note on this frame; NULL: there is none */
void *frame_note_new(struct frame *f, size_t size);     /* room for it, contents undefined; NULL: no memory */

#endif

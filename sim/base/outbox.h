// SPDX-License-Identifier: BSD-2-Clause
/*
 * What an engine has to say, waiting for poll: a bounded ring of frames and records in order. A box and
 * the parts inside it share one. When the ring is full the newest is dropped and counted: the driver polls
 * after every call, so a full ring means one call said more than the configuration allowed for.
 */
#ifndef VL_BASE_OUTBOX_H
#define VL_BASE_OUTBOX_H

#include "sim/base/engine.h"

struct outbox {
	struct engine_out *ring;
	size_t room;
	size_t first;
	size_t count;
	uint64_t dropped;
};

/* False: no memory. */
bool outbox_init(struct outbox *box, size_t room);
void outbox_fini(struct outbox *box);           /* gives up the frames still inside */

/* Queues a frame for `port`; the reference goes to the box (also when it is dropped). NULL is counted as
 * dropped: it is what a failed frame_new gave. */
void outbox_frame(struct outbox *box, unsigned port, struct frame *f);

/* A new record of this kind at the end of the ring, for the caller to fill in its values; never NULL (a
 * full ring gives a scratch record that goes nowhere). Valid until the next call. */
struct record *outbox_record(struct outbox *box, const struct record_kind *kind, const char *part,
			     vl_time now);

/* Takes the oldest; false when there is none. An engine's poll is this. */
bool outbox_poll(struct outbox *box, struct engine_out *out);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* The ring behind an engine's poll. One slot more than `room` is the scratch record of a full ring. */
#include "sim/base/outbox.h"

#include <stdlib.h>

bool outbox_init(struct outbox *box, size_t room)
{
	*box = (struct outbox){.room = room};
	box->ring = calloc(room + 1, sizeof *box->ring);
	return box->ring != NULL;
}

void outbox_fini(struct outbox *box)
{
	struct engine_out out;

	while (outbox_poll(box, &out))
		if (out.type == OUT_FRAME)
			frame_unref(out.frame);
	free(box->ring);
	box->ring = NULL;
}

static struct engine_out *next_slot(struct outbox *box)
{
	if (box->count == box->room) {
		box->dropped++;
		return &box->ring[box->room];
	}
	size_t slot = box->first + box->count++;
	return &box->ring[slot < box->room ? slot : slot - box->room];
}

void outbox_frame(struct outbox *box, unsigned port, struct frame *f)
{
	if (f == NULL || box->count == box->room) {
		box->dropped++;
		frame_unref(f);
		return;
	}
	struct engine_out *slot = next_slot(box);
	slot->type = OUT_FRAME;
	slot->port = port;
	slot->frame = f;
}

struct record *outbox_record(struct outbox *box, const struct record_kind *kind, const char *part,
			     vl_time now)
{
	struct engine_out *slot = next_slot(box);

	*slot = (struct engine_out){.type = OUT_RECORD, .record = {.kind = kind, .part = part, .at = now}};
	return &slot->record;
}

bool outbox_poll(struct outbox *box, struct engine_out *out)
{
	if (box->count == 0)
		return false;
	const struct engine_out *oldest = &box->ring[box->first];
	if (oldest->type == OUT_FRAME) { /* a tenth of the size of a record */
		out->type = OUT_FRAME;
		out->port = oldest->port;
		out->frame = oldest->frame;
	} else {
		*out = *oldest;
	}
	/* An empty ring begins again at its front, which is warm. */
	if (--box->count == 0 || ++box->first == box->room)
		box->first = 0;
	return true;
}

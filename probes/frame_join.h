// SPDX-License-Identifier: BSD-2-Clause
/*
 * Frames of one TCP stream that follow each other, as one: the kernel is given it to cut (PACKET_VNET_HDR), takes its way once,
 * and on a wire leave, byte for byte, the frames that were joined. So only those are whose every byte the cutting makes again:
 * the same headers, sequence numbers and IPv4 identifications that go on, the same length but of the last, PSH and FIN on none
 * but the last, and right checksums: what is damaged leaves damaged, by itself. Tagged frames are left alone.
 */
#ifndef VL_PROBES_FRAME_JOIN_H
#define VL_PROBES_FRAME_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

#include "probes/frame_place.h"

#define FRAME_JOIN_MOST 48              /* frames in one */
#define FRAME_JOIN_HEADERS 128          /* bytes of Ethernet, IP without options, and TCP at most */

struct frame_join {
	struct frame_place place;       /* of the first */
	const uint8_t *first;           /* borrowed */
	size_t headers, each, data;     /* bytes: to its data, of that of each frame, of all */
	uint8_t last_flags;             /* of the last */
	unsigned count;                 /* frames; 0: none that others may follow */
	bool sound;                     /* the first's checksums were looked at, and are right */
	bool ended;                     /* nothing may follow */
};

/* With its first frame, which must stay. False, and count 0: none may follow it. */
bool frame_join_begin(struct frame_join *j, const uint8_t *bytes, size_t length);
/* With one more; its data begins at bytes + j->headers. False: it does not continue what is there. */
bool frame_join_add(struct frame_join *j, const uint8_t *bytes, size_t length);
/* The headers of the whole, j->headers bytes, and what the kernel wants in front of them. For two frames or more. */
void frame_join_finish(const struct frame_join *j, uint8_t out[FRAME_JOIN_HEADERS], struct virtio_net_hdr *kernel);

#endif

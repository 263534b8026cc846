// SPDX-License-Identifier: BSD-2-Clause
/*
 * Frames as a kernel shows them are not always frames as a wire carries them. A frame that a local or virtual
 * interface hands over may still lack its transport checksum (the card would have put it in), and may be many
 * segments in one (GSO, GRO): up to 64 KiB although the MTU is 1500. Here such a frame becomes a whole one, and on
 * the way out one that is longer than the MTU is described so that the kernel cuts it.
 */
#ifndef VL_PROBES_FRAME_MEND_H
#define VL_PROBES_FRAME_MEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_net.h>

#include "probes/frame_place.h"

/* Puts the checksum of TCP or UDP right where the field holds only the pseudo-header's sum, which is what a stack
 * leaves for the card. A right checksum stays, and so does a wrong one: what was damaged on the way must not
 * become right here. True: it was put in. */
bool frame_mend(uint8_t *bytes, size_t length);

/* Longer than the MTU allows: its Ethernet header, with tags, does not count. */
bool frame_exceeds(const uint8_t *bytes, size_t length, unsigned mtu);

/* What the kernel needs to cut a TCP frame into segments that fit, and to sum each (PACKET_VNET_HDR). The frame's checksum
 * field becomes the pseudo-header's sum. False: it is no TCP segment in one piece, and cannot be sent. */
bool frame_describe(uint8_t *bytes, size_t length, unsigned mtu, struct virtio_net_hdr *out);

/* The same for who knows where all is: of a TCP frame that ends at p->end the headers, so many bytes, are at `bytes`; the kernel
 * is to cut its data into pieces of `each` bytes. */
void frame_leave_to_cut(uint8_t *bytes, const struct frame_place *p, size_t headers, size_t each, struct virtio_net_hdr *out);

#endif

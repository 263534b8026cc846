// SPDX-License-Identifier: BSD-2-Clause
/* Where TCP or UDP is in a frame: for those who change sums and lengths in place. */
#ifndef VL_PROBES_FRAME_PLACE_H
#define VL_PROBES_FRAME_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/addr.h"

struct frame_place {
	struct ip_addr src, dst;
	size_t network, transport, end; /* offsets; the end by IP's own length: padding is behind it */
	uint8_t protocol;
	size_t sum;                     /* of the checksum field */
};

/* False: no TCP or UDP in one piece, right behind the IP header of IPv6, or not all of it is there. */
bool frame_place_find(struct frame_place *p, const uint8_t *bytes, size_t length);

/* Where what Ethernet and its tags carry begins, and its type; 0: too short. */
size_t frame_behind_ethernet(const uint8_t *bytes, size_t length, uint16_t *type);

#endif

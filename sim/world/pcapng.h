// SPDX-License-Identifier: BSD-2-Clause
/*
 * Writes captures in the pcapng format (draft-ietf-opsawg-pcapng): one section, one interface a segment, a
 * frame each, with comments. A pure encoder: bytes go to a sink, which may be a buffer or, for who may open
 * one, a file. libpcap reads the format but does not write it, hence this.
 *
 * Always little endian, so that a capture is the same everywhere. Time 0 of the world is the epoch; the
 * resolution is 1 ns.
 */
#ifndef VL_WORLD_PCAPNG_H
#define VL_WORLD_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/time.h"

/* Takes the bytes of one piece; false: they could not be kept, the writer then stays failed. */
typedef bool pcapng_sink(void *context, const void *bytes, size_t length);

struct pcapng {
	pcapng_sink *sink;
	void *context;
	uint32_t interfaces;
	bool failed;
};

/* Section header: `application` ("viplab 0.1.0") and `comment` (scenario and seed) may be NULL. */
void pcapng_begin(struct pcapng *p, pcapng_sink *sink, void *context, const char *application,
		  const char *comment);
/* The next interface, numbered from 0: Ethernet. All before the first frame. */
void pcapng_interface(struct pcapng *p, const char *name);
/* One frame, whole. `comment` may be NULL. */
void pcapng_frame(struct pcapng *p, uint32_t interface, vl_time at, const uint8_t *bytes, size_t length,
		  const char *comment);

/* A sink that grows: context is a struct pcapng_buffer, zeroed at first. The owner frees .bytes. */
struct pcapng_buffer {
	uint8_t *bytes;
	size_t length, room;
};

bool pcapng_to_buffer(void *context, const void *bytes, size_t length);

#endif

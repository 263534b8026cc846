// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reads pcapng (draft-ietf-opsawg-pcapng): sections of either byte order, several interfaces, enhanced, simple
 * and obsolete packet blocks, timestamp resolution and offset. Blocks of other types are passed over. No length
 * from the file is trusted for an allocation: memory grows with what is really there.
 */
#ifndef VL_PROBES_PCAPNG_READER_H
#define VL_PROBES_PCAPNG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct pcapng_packet {
	const uint8_t *bytes;           /* valid until the next call */
	size_t captured, length;
	uint32_t interface;             /* its number in its section */
	int link;                       /* LINKTYPE_ value of the interface */
	bool has_time;
	int64_t time_ns;                /* since 1970 */
};

enum pcapng_next {
	PCAPNG_PACKET,
	PCAPNG_END,
	PCAPNG_TRUNCATED,
	PCAPNG_DAMAGED,
};

struct pcapng_reader;

/* `in` is borrowed and stands at the first byte. NULL: no memory. */
struct pcapng_reader *pcapng_new(FILE *in);
void pcapng_free(struct pcapng_reader *r);
enum pcapng_next pcapng_read(struct pcapng_reader *r, struct pcapng_packet *out);
/* What was wrong, after PCAPNG_TRUNCATED and PCAPNG_DAMAGED. */
const char *pcapng_error(const struct pcapng_reader *r);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reads classic pcap (draft-ietf-opsawg-pcap) in large blocks: what nearly every file is, version 2.4 with
 * micro- or nanoseconds in either byte order. It gives what libpcap gives, frame for frame and error for
 * error (a test compares them), some times faster; other variants are left to libpcap.
 */
#ifndef VL_PROBES_CLASSIC_READER_H
#define VL_PROBES_CLASSIC_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CLASSIC_ERROR 128

struct classic_packet {
	const uint8_t *bytes;           /* valid until the next call */
	size_t captured, length;        /* captured <= length is not promised: a file may say anything */
	int64_t time_ns;                /* since 1970 */
};

enum classic_next {
	CLASSIC_PACKET,
	CLASSIC_END,
	CLASSIC_TRUNCATED,
	CLASSIC_DAMAGED,
};

struct classic_reader;

#define CLASSIC_HEADER 24

/* True when a file that begins so is one for this reader; *link is its LINKTYPE_ value. */
bool classic_reads(const uint8_t header[CLASSIC_HEADER], int *link);

/* `in` is borrowed and stands behind the header. NULL: no memory. */
struct classic_reader *classic_new(FILE *in, const uint8_t header[CLASSIC_HEADER]);
void classic_free(struct classic_reader *r);
enum classic_next classic_read(struct classic_reader *r, struct classic_packet *out);
/* What was wrong, after CLASSIC_TRUNCATED and CLASSIC_DAMAGED. */
const char *classic_error(const struct classic_reader *r);

#endif

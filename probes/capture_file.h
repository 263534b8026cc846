// SPDX-License-Identifier: BSD-2-Clause
/*
 * Capture files, from a file or from standard input. Classic pcap goes through a fast reader of our own
 * (classic_reader.h), its rare variants through libpcap. pcapng goes through one of our own (pcapng_reader.h)
 * because libpcap does not say which interface saw a frame and refuses files whose interfaces differ.
 *
 * Link types: Ethernet, raw IP, BSD loopback, Linux cooked (SLL, SLL2: shown as Ethernet with what the kernel kept of it).
 * Others are refused by name.
 */
#ifndef VL_PROBES_CAPTURE_FILE_H
#define VL_PROBES_CAPTURE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/time.h"
#include "sim/wire/packet.h"

#define CAPTURE_ERROR 512
#define CAPTURE_LINK_ETHERNET 1         /* LINKTYPE_ETHERNET */

struct capture_frame {
	const uint8_t *bytes;           /* valid until the next call */
	size_t captured, length;
	uint64_t number;                /* from 1, counting every frame of the file */
	uint32_t interface;
	int link;                       /* LINKTYPE_ value */
	vl_time at;                     /* since the first frame; never decreases, whatever the file says */
};

enum capture_next {
	CAPTURE_FRAME,
	CAPTURE_END,
	CAPTURE_TRUNCATED,              /* the file ends inside a frame: what was read is sound */
	CAPTURE_DAMAGED,                /* what follows makes no sense: capture_error says what */
};

struct capture_file;

/* "-" is standard input. NULL: `error` says why, without the name of the file. */
struct capture_file *capture_open(const char *path, char error[CAPTURE_ERROR]);
void capture_close(struct capture_file *c);
/* Only frames that match are given; numbers still count all. False: the expression is wrong. */
bool capture_filter(struct capture_file *c, const char *expression, char error[CAPTURE_ERROR]);
enum capture_next capture_read(struct capture_file *c, struct capture_frame *out);
const char *capture_error(const struct capture_file *c);
/* Takes the frame apart by its link type. */
void capture_dissect(struct capture_file *c, struct capture_frame *f, struct packet *p);
/* Wall time of the first frame in ns since 1970 (UTC); 0 before it was read. */
int64_t capture_start(const struct capture_file *c);
/* Frames with a VLAN tag that the filter held back, when its words do not speak of VLANs: those match nothing behind
 * a tag. */
uint64_t capture_tags_unmatched(const struct capture_file *c);
/* All frames read, also those a filter held back or whose link type was refused. */
uint64_t capture_frames(const struct capture_file *c);
/* Frames passed over because their interface's link type is not read, and its name (NULL: none). */
uint64_t capture_refused(const struct capture_file *c, const char **link_name);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The digest of a run: SHA-256 over everything that happened, in order. A record counts as its JSON object
 * and a newline, a frame as its time (8 bytes), segment (4), length (4), all big endian, and its bytes. Two
 * runs are the same when their digests are.
 */
#ifndef VL_WORLD_RUN_DIGEST_H
#define VL_WORLD_RUN_DIGEST_H

#include "sim/base/digest.h"
#include "sim/base/frame.h"
#include "sim/base/record.h"

struct run_digest {
	struct digest_sha256 sha;
};

void run_digest_init(struct run_digest *d);
void run_digest_record(struct run_digest *d, const struct record *r);   /* with its sequence, as appended */
void run_digest_frame(struct run_digest *d, vl_time at, unsigned segment, const struct frame *f);
/* Ends it; 64 hex digits, of which a person is shown the first 8. Returns text. */
char *run_digest_finish(struct run_digest *d, char text[DIGEST_SHA256_TEXT]);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* What happened, hashed. */
#include "sim/world/run_digest.h"

#include "sim/base/cursor.h"

void run_digest_init(struct run_digest *d)
{
	digest_sha256_init(&d->sha);
}

void run_digest_record(struct run_digest *d, const struct record *r)
{
	char line[RECORD_LINE];
	size_t length = record_format_json(line, sizeof line, r);

	digest_sha256_add(&d->sha, line, length < sizeof line ? length : sizeof line - 1);
	digest_sha256_add(&d->sha, "\n", 1);
}

void run_digest_frame(struct run_digest *d, vl_time at, unsigned segment, const struct frame *f)
{
	uint8_t head[16];
	struct wr out = wr_of(head, sizeof head);

	wr_be64(&out, at);
	wr_be32(&out, segment);
	wr_be32(&out, f->length);
	digest_sha256_add(&d->sha, head, sizeof head);
	digest_sha256_add(&d->sha, f->data, f->length);
}

char *run_digest_finish(struct run_digest *d, char text[DIGEST_SHA256_TEXT])
{
	uint8_t digest[DIGEST_SHA256];

	digest_sha256_finish(&d->sha, digest);
	return digest_sha256_format(text, digest);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Classic pcap: a block of many records at a time, records in place. */
#include "probes/classic_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_HEADER 16u
#define RECORD_MOST 262144u             /* libpcap's limit for the link types that are read */
#define BLOCK (256u << 10)              /* fits a second-level cache, beside what else is there */
#define ROOM (BLOCK + RECORD_HEADER + RECORD_MOST)

struct classic_reader {
	FILE *in;
	bool swapped;
	uint32_t fraction_ns;           /* of a unit of the time stamps' second word */
	uint32_t snapshot;
	const uint8_t *at, *end;        /* what is read and not given yet */
	bool at_end;
	int error_number;               /* of a read that failed */
	char error[CLASSIC_ERROR];
	uint8_t bytes[ROOM];
};

static uint32_t word(const uint8_t *p, bool swapped)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return swapped ? __builtin_bswap32(v) : v;
}

static bool is_magic(uint32_t v)
{
	return v == 0xa1b2c3d4 || v == 0xa1b23c4d;
}

static bool is_swapped(const uint8_t header[CLASSIC_HEADER])
{
	return !is_magic(word(header, false));
}

bool classic_reads(const uint8_t header[CLASSIC_HEADER], int *link)
{
	bool swapped = is_swapped(header);
	uint16_t version[2];

	memcpy(version, header + 4, sizeof version);
	if (swapped) {
		version[0] = __builtin_bswap16(version[0]);
		version[1] = __builtin_bswap16(version[1]);
	}
	/* The upper half of the link type's word tells of frame check sequences, or is one we do not know. */
	uint32_t type = word(header + 20, swapped);
	*link = (int)(type & 0xffff);
	return is_magic(word(header, swapped)) && version[0] == 2 && version[1] == 4 && type <= 0xffff;
}

struct classic_reader *classic_new(FILE *in, const uint8_t header[CLASSIC_HEADER])
{
	struct classic_reader *r = malloc(sizeof *r);

	if (r == NULL)
		return NULL;
	r->in = in;
	r->swapped = is_swapped(header);
	r->fraction_ns = word(header, r->swapped) == 0xa1b23c4d ? 1 : 1000;
	r->snapshot = word(header + 16, r->swapped);
	if (r->snapshot == 0 || r->snapshot > INT32_MAX)
		r->snapshot = RECORD_MOST;
	r->at = r->end = r->bytes;
	r->at_end = false;
	r->error_number = 0;
	r->error[0] = '\0';
	return r;
}

void classic_free(struct classic_reader *r)
{
	free(r);
}

const char *classic_error(const struct classic_reader *r)
{
	return r->error;
}

static size_t left(const struct classic_reader *r)
{
	return (size_t)(r->end - r->at);
}

/* Reads on until `length` bytes, at most a record, are there; false: the file has fewer, or cannot be read. */
static bool want(struct classic_reader *r, size_t length)
{
	size_t have = left(r);

	if (have >= length)
		return true;
	memmove(r->bytes, r->at, have);
	while (have < length && !r->at_end) {
		size_t got = fread(r->bytes + have, 1, BLOCK, r->in);
		have += got;
		r->at_end = got < BLOCK;
		if (r->at_end && ferror(r->in))
			r->error_number = errno;
	}
	r->at = r->bytes;
	r->end = r->bytes + have;
	return have >= length;
}

/* Fewer than `length` bytes are left. The words are libpcap's. */
static enum classic_next ended(struct classic_reader *r, const char *what, size_t length)
{
	if (r->error_number != 0) {
		(void)snprintf(r->error, sizeof r->error, "error reading dump file: %s", strerror(r->error_number));
		return CLASSIC_DAMAGED;
	}
	(void)snprintf(r->error, sizeof r->error, "truncated dump file; tried to read %zu %s bytes, only got %zu",
		       length, what, left(r));
	return CLASSIC_TRUNCATED;
}

/* A fraction is taken as it is, also when it is over a second; over 31 bits it is negative, but not in swapped
 * files: as libpcap has it. */
static int64_t time_of(const struct classic_reader *r, const uint8_t *head)
{
	uint32_t fraction = word(head + 4, r->swapped);
	int64_t units = r->swapped ? (int64_t)fraction : (int64_t)(int32_t)fraction;

	return (int64_t)word(head, r->swapped) * INT64_C(1000000000) + units * r->fraction_ns;
}

enum classic_next classic_read(struct classic_reader *r, struct classic_packet *out)
{
	if (left(r) < RECORD_HEADER && !want(r, RECORD_HEADER))
		return left(r) == 0 && r->error_number == 0 ? CLASSIC_END : ended(r, "header", RECORD_HEADER);
	const uint8_t *head = r->at;
	uint32_t captured = word(head + 8, r->swapped);
	out->time_ns = time_of(r, head);
	out->length = word(head + 12, r->swapped);
	if (captured > RECORD_MOST) {
		(void)snprintf(r->error, sizeof r->error,
			       "invalid packet capture length %u, bigger than %s of %u", captured,
			       r->snapshot > RECORD_MOST ? "maximum" : "snaplen",
			       r->snapshot > RECORD_MOST ? RECORD_MOST : r->snapshot);
		return CLASSIC_DAMAGED;
	}
	if (left(r) < RECORD_HEADER + captured && !want(r, RECORD_HEADER + captured)) {
		r->at += RECORD_HEADER;
		/* What is over the file's snapshot length is read apart, and thrown away. */
		return ended(r, "captured", left(r) < r->snapshot && captured > r->snapshot ? r->snapshot : captured);
	}
	out->bytes = r->at + RECORD_HEADER;
	out->captured = captured < r->snapshot ? captured : r->snapshot;
	r->at += RECORD_HEADER + captured;
	return CLASSIC_PACKET;
}

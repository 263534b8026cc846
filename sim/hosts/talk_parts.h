// SPDX-License-Identifier: BSD-2-Clause
/* What the two sides of talk.h share: talk.c (servers) and talk_client.c. */
#ifndef VL_HOSTS_TALK_PARTS_H
#define VL_HOSTS_TALK_PARTS_H

#include "sim/hosts/talk.h"

enum talk_method { TALK_GET, TALK_HEAD_ONLY, TALK_OPTIONS, TALK_POST, TALK_UNKNOWN_METHOD };

/* Requests and answers are records of TLS that nobody reads. */
bool talk_is_opaque(enum talk t);

#define TALK_RECORD 5                   /* bytes before the content of a TLS record */
#define TALK_RECORD_MOST 16384

/* A line being gathered, in a reader. */
struct talk_line {
	char *line;                     /* TALK_LINE bytes */
	uint8_t *length;
	bool *too_long;
};

bool talk_line_read(struct talk_line *l, uint8_t byte);
/* The text begins with the other one, in whatever case; letters are ASCII's. */
bool talk_begins(const char *text, const char *with);
/* "Content-Length: 500" with its name, in any case: the number. */
bool talk_number_after(const char *line, const char *name, uint32_t *number);
/* Writes the part of a text, which stands at `start` of a stream, that lies in [offset, offset + length). */
void talk_copy(const void *text, size_t text_length, size_t start, uint64_t offset, uint8_t *to, size_t length);
/* The pattern with its %s filled in; returns its length. Room: TALK_HEAD less what stands before it. */
size_t talk_fill_name(char *text, const char *pattern, const char *name);

#endif

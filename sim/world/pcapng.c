// SPDX-License-Identifier: BSD-2-Clause
/* pcapng blocks: type, total length, body padded to 32 bits, total length again. */
#include "sim/world/pcapng.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_ENHANCED_PACKET = 6,
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_SHB_APPLICATION = 4,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	LINKTYPE_ETHERNET = 1,
	OPTION_MAX = 65535,
};

static void emit(struct pcapng *p, const void *bytes, size_t length)
{
	if (!p->failed && length > 0 && !p->sink(p->context, bytes, length))
		p->failed = true;
}

static void emit_le(struct pcapng *p, uint64_t v, size_t bytes)
{
	uint8_t b[8];

	for (size_t i = 0; i < bytes; i++)
		b[i] = (uint8_t)(v >> 8 * i);
	emit(p, b, bytes);
}

static size_t padded(size_t length)
{
	return (length + 3) / 4 * 4;
}

static void emit_padded(struct pcapng *p, const void *bytes, size_t length)
{
	emit(p, bytes, length);
	emit(p, "\0\0\0", padded(length) - length);
}

static size_t text_length(const char *text)
{
	size_t length = text != NULL ? strlen(text) : 0;

	return length > OPTION_MAX ? OPTION_MAX : length;
}

/* Bytes that a text option takes; an absent one takes none. */
static size_t option_size(const char *text)
{
	return text != NULL ? 4 + padded(text_length(text)) : 0;
}

static void emit_option(struct pcapng *p, uint16_t code, const char *text)
{
	if (text == NULL)
		return;
	emit_le(p, code, 2);
	emit_le(p, text_length(text), 2);
	emit_padded(p, text, text_length(text));
}

/* The end of the options, which is only there when there are some. */
static size_t end_size(size_t options)
{
	return options > 0 ? 4 : 0;
}

static void emit_end(struct pcapng *p, size_t options)
{
	emit_le(p, OPTION_END, end_size(options));
}

void pcapng_begin(struct pcapng *p, pcapng_sink *sink, void *context, const char *application,
		  const char *comment)
{
	size_t options = option_size(application) + option_size(comment);
	size_t total = 28 + options + end_size(options);

	*p = (struct pcapng){.sink = sink, .context = context};
	emit_le(p, BLOCK_SECTION, 4);
	emit_le(p, total, 4);
	emit_le(p, 0x1a2b3c4d, 4);
	emit_le(p, 1, 2);               /* version 1.0 */
	emit_le(p, 0, 2);
	emit_le(p, UINT64_MAX, 8);      /* section length: not said */
	emit_option(p, OPTION_SHB_APPLICATION, application);
	emit_option(p, OPTION_COMMENT, comment);
	emit_end(p, options);
	emit_le(p, total, 4);
}

void pcapng_interface(struct pcapng *p, const char *name)
{
	size_t options = option_size(name) + 8; /* the resolution takes 8 */
	size_t total = 20 + options + end_size(options);

	emit_le(p, BLOCK_INTERFACE, 4);
	emit_le(p, total, 4);
	emit_le(p, LINKTYPE_ETHERNET, 2);
	emit_le(p, 0, 2);
	emit_le(p, 0, 4);               /* snapshot length: no limit */
	emit_option(p, OPTION_IF_NAME, name);
	emit_le(p, OPTION_IF_TSRESOL, 2);
	emit_le(p, 1, 2);
	emit_le(p, 9, 4);               /* 10^-9 s, one byte and its padding */
	emit_end(p, options);
	emit_le(p, total, 4);
	p->interfaces++;
}

void pcapng_frame(struct pcapng *p, uint32_t interface, vl_time at, const uint8_t *bytes, size_t length,
		  const char *comment)
{
	size_t options = option_size(comment);
	size_t total = 32 + padded(length) + options + end_size(options);

	assert(interface < p->interfaces);
	emit_le(p, BLOCK_ENHANCED_PACKET, 4);
	emit_le(p, total, 4);
	emit_le(p, interface, 4);
	emit_le(p, at >> 32, 4);
	emit_le(p, at, 4);
	emit_le(p, length, 4);
	emit_le(p, length, 4);
	emit_padded(p, bytes, length);
	emit_option(p, OPTION_COMMENT, comment);
	emit_end(p, options);
	emit_le(p, total, 4);
}

bool pcapng_to_buffer(void *context, const void *bytes, size_t length)
{
	struct pcapng_buffer *b = context;

	if (length > b->room - b->length) {
		size_t room = b->room == 0 ? 65536 : b->room;
		while (room - b->length < length)
			room *= 2;
		uint8_t *grown = realloc(b->bytes, room);
		if (grown == NULL)
			return false;
		b->bytes = grown;
		b->room = room;
	}
	memcpy(b->bytes + b->length, bytes, length);
	b->length += length;
	return true;
}

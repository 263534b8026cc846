// SPDX-License-Identifier: BSD-2-Clause
/* pcapng, block by block. */
#include "probes/pcapng_reader.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SECTION 0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET_OLD 2u
#define BLOCK_PACKET_SIMPLE 3u
#define BLOCK_PACKET 6u
#define BYTE_ORDER_MAGIC 0x1a2b3c4du

#define OPTION_END 0
#define OPTION_TSRESOL 9
#define OPTION_TSOFFSET 14

#define INTERFACES 256
#define BLOCK_MOST (16u << 20)          /* a block over 16 MiB is no packet */
#define CHUNK 65536u

struct interface {
	int link;
	uint8_t resolution;             /* if_tsresol as in the file */
	int64_t offset_s;
};

struct pcapng_reader {
	FILE *in;
	bool in_section, big_endian;
	struct interface interface[INTERFACES];
	uint32_t interface_count;
	uint8_t *body;                  /* of the present block, without its two lengths */
	size_t body_room, body_length;
	const char *error;
};

/* A checked reader of the section's byte order. */
struct cut {
	const uint8_t *at;
	size_t left;
	bool bad, big_endian;
};

static uint64_t take(struct cut *c, size_t n)
{
	uint64_t v = 0;

	if (c->bad || n > c->left) {
		c->bad = true;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)c->at[i] << 8 * (c->big_endian ? n - 1 - i : i);
	c->at += n;
	c->left -= n;
	return v;
}

static const uint8_t *take_bytes(struct cut *c, size_t n)
{
	if (c->bad || n > c->left) {
		c->bad = true;
		return NULL;
	}
	const uint8_t *p = c->at;
	c->at += n;
	c->left -= n;
	return p;
}

struct pcapng_reader *pcapng_new(FILE *in)
{
	struct pcapng_reader *r = calloc(1, sizeof *r);

	if (r != NULL)
		r->in = in;
	return r;
}

void pcapng_free(struct pcapng_reader *r)
{
	if (r == NULL)
		return;
	free(r->body);
	free(r);
}

const char *pcapng_error(const struct pcapng_reader *r)
{
	return r->error;
}

static enum pcapng_next damaged(struct pcapng_reader *r, const char *why)
{
	r->error = why;
	return PCAPNG_DAMAGED;
}

static enum pcapng_next truncated(struct pcapng_reader *r)
{
	if (ferror(r->in))
		return damaged(r, "the file cannot be read further");
	r->error = "the file ends inside a block";
	return PCAPNG_TRUNCATED;
}

/* Reads `length` bytes behind the `have` that are in the body already. */
static bool fill(struct pcapng_reader *r, size_t have, size_t length)
{
	while (length > 0) {
		size_t step = length < CHUNK ? length : CHUNK;
		if (have + step > r->body_room) {
			size_t room = 2 * (have + step);
			uint8_t *larger = realloc(r->body, room);
			if (larger == NULL)
				return false;
			r->body = larger;
			r->body_room = room;
		}
		if (fread(r->body + have, 1, step, r->in) != step)
			return false;
		have += step;
		length -= step;
	}
	r->body_length = have;
	return true;
}

static uint32_t u32(const uint8_t b[4], bool big_endian)
{
	struct cut c = {.at = b, .left = 4, .big_endian = big_endian};

	return (uint32_t)take(&c, 4);
}

/* Reads one whole block. PCAPNG_PACKET: it is there, whatever its type. */
static enum pcapng_next read_block(struct pcapng_reader *r, uint32_t *type)
{
	uint8_t head[8];
	size_t got = fread(head, 1, sizeof head, r->in);
	size_t have = 0;

	if (got == 0 && !ferror(r->in))
		return PCAPNG_END;
	if (got != sizeof head)
		return truncated(r);
	*type = u32(head, r->big_endian);
	if (*type == BLOCK_SECTION) { /* reads the same in both orders */
		if (!fill(r, 0, 4))
			return truncated(r);
		have = 4;
		r->big_endian = u32(r->body, true) == BYTE_ORDER_MAGIC;
		if (!r->big_endian && u32(r->body, false) != BYTE_ORDER_MAGIC)
			return damaged(r, "a section with an unknown byte order");
	} else if (!r->in_section) {
		return damaged(r, "it does not begin with a section header");
	}
	uint32_t length = u32(head + 4, r->big_endian);
	if (length % 4 != 0 || length < 12 + have || length > BLOCK_MOST)
		return damaged(r, "a block of impossible length");
	if (!fill(r, have, length - 8 - have))
		return truncated(r);
	r->body_length -= 4;
	if (u32(r->body + r->body_length, r->big_endian) != length)
		return damaged(r, "a block whose two lengths differ");
	return PCAPNG_PACKET;
}

/* ---- interfaces ---------------------------------------------------------------------------------------------- */

static void read_options(struct interface *i, struct cut *c)
{
	while (c->left >= 4) {
		uint16_t code = (uint16_t)take(c, 2);
		uint16_t length = (uint16_t)take(c, 2);
		const uint8_t *value = take_bytes(c, (length + 3u) / 4 * 4);
		if (code == OPTION_END || value == NULL)
			return;
		struct cut v = {.at = value, .left = length, .big_endian = c->big_endian};
		if (code == OPTION_TSRESOL && length == 1)
			i->resolution = (uint8_t)take(&v, 1);
		else if (code == OPTION_TSOFFSET && length == 8)
			i->offset_s = (int64_t)take(&v, 8);
	}
}

static enum pcapng_next read_interface(struct pcapng_reader *r)
{
	struct cut c = {.at = r->body, .left = r->body_length, .big_endian = r->big_endian};
	struct interface i = {.resolution = 6};

	i.link = (int)take(&c, 2);
	(void)take(&c, 2);
	(void)take(&c, 4);              /* snapshot length */
	if (c.bad)
		return damaged(r, "an interface block that is too short");
	if (r->interface_count == INTERFACES)
		return damaged(r, "more than 256 interfaces");
	read_options(&i, &c);
	r->interface[r->interface_count++] = i;
	return PCAPNG_PACKET;
}

static int64_t to_ns(const struct interface *i, uint64_t ticks)
{
	uint64_t seconds = 0, ns = 0;
	unsigned n = i->resolution & 0x7f;

	if (i->resolution & 0x80) {
		if (n < 64) {
			seconds = ticks >> n;
			uint64_t rest = n == 0 ? 0 : ticks << (64 - n); /* a fraction of 2^64 */
			ns = (rest >> 32) * UINT64_C(1000000000) >> 32;
		}
	} else if (n <= 19) {
		uint64_t unit = 1;
		for (unsigned k = 0; k < n; k++)
			unit *= 10;
		seconds = ticks / unit;
		ns = ticks % unit;
		for (; n < 9; n++)
			ns *= 10;
		for (; n > 9; n--)
			ns /= 10;
	}
	/* Absurd seconds are kept in range; the caller keeps time from running backwards. */
	int64_t s = seconds > INT32_MAX * UINT64_C(2) ? 0 : (int64_t)seconds;
	if (i->offset_s > -INT32_MAX && i->offset_s < INT32_MAX)
		s += i->offset_s;
	return s * INT64_C(1000000000) + (int64_t)ns;
}

/* ---- packets --------------------------------------------------------------------------------------------------- */

static enum pcapng_next read_packet(struct pcapng_reader *r, uint32_t type, struct pcapng_packet *out)
{
	struct cut c = {.at = r->body, .left = r->body_length, .big_endian = r->big_endian};
	uint64_t ticks = 0;

	*out = (struct pcapng_packet){.has_time = type != BLOCK_PACKET_SIMPLE};
	if (type == BLOCK_PACKET) {
		out->interface = (uint32_t)take(&c, 4);
	} else if (type == BLOCK_PACKET_OLD) {
		out->interface = (uint32_t)take(&c, 2);
		(void)take(&c, 2);      /* drops */
	}
	if (out->has_time) {
		ticks = take(&c, 4) << 32;
		ticks |= take(&c, 4);
		out->captured = (size_t)take(&c, 4);
	}
	out->length = (size_t)take(&c, 4);
	if (!out->has_time)
		out->captured = out->length < c.left ? out->length : c.left;
	out->bytes = take_bytes(&c, out->captured);
	if (c.bad)
		return damaged(r, "a packet longer than its block");
	if (out->interface >= r->interface_count)
		return damaged(r, "a packet of an interface that was not described");
	if (out->length < out->captured)
		out->length = out->captured;
	out->link = r->interface[out->interface].link;
	if (out->has_time)
		out->time_ns = to_ns(&r->interface[out->interface], ticks);
	return PCAPNG_PACKET;
}

enum pcapng_next pcapng_read(struct pcapng_reader *r, struct pcapng_packet *out)
{
	for (;;) {
		uint32_t type = 0;
		enum pcapng_next next = read_block(r, &type);
		if (next != PCAPNG_PACKET)
			return next;
		switch (type) {
		case BLOCK_SECTION: {
			struct cut c = {.at = r->body + 4, .left = r->body_length - 4,
					.big_endian = r->big_endian};
			if (r->body_length < 4 || take(&c, 2) != 1)
				return damaged(r, "a section of an unknown version");
			r->in_section = true;
			r->interface_count = 0;
			break;
		}
		case BLOCK_INTERFACE:
			if ((next = read_interface(r)) != PCAPNG_PACKET)
				return next;
			break;
		case BLOCK_PACKET:
		case BLOCK_PACKET_OLD:
		case BLOCK_PACKET_SIMPLE:
			return read_packet(r, type, out);
		default:
			break;
		}
	}
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * keepalived 2.4's auth_hmac: 28 bytes behind a message of either version.
 *
 *      0  scheme: 1, HMAC-SHA256 cut to 128 bits      4  seconds     8  fraction of a second, 1/65536
 *      1  key id                                     10  counter    12  HMAC, 16 bytes
 *      2  reserved, 0
 *
 * The HMAC covers 20 bytes that stand for the sender (family 4 or 6, version, VRID, 0, source address padded to
 * 16), the message with its checksum read as zero, and the trailer with its HMAC read as zero. The VRRP checksum
 * leaves the trailer out over IPv4; over IPv6 it takes it in, since the kernel writes it there.
 *
 * Bytes 4-11 are one 64-bit sequence number: the clock, or the last one plus one when the clock has not moved. A
 * receiver wants it to grow (serial arithmetic, RFC 1982) for each sender, of which it remembers four, and to lie
 * within a window around its own clock: 3 intervals, at least 5 s (the floor is keepalived's, the 3 is
 * inferred). The clock is the caller's time. Source: read in keepalived's vrrp_auth_hmac.c. Not modelled: several
 * keys, the permissive and receive-only modes.
 */
#include <assert.h>
#include <string.h>

#include "sim/base/digest.h"
#include "sim/vrrp/vrrp_auth.h"

#define SCHEME_SHA256 1
#define HMAC_AT 12
#define HMAC_LENGTH 16
#define SENDER_LENGTH 20
#define WINDOW_FLOOR_S 5
#define MESSAGE_MAX (8 + VRRP_MAX_ADDRESSES * 16 + VRRP_V2_AUTH_LENGTH)

static uint64_t clock_sequence(vl_time now)
{
	uint64_t fraction = ((now % VL_S) << 16) / VL_S;

	return (uint64_t)(uint32_t)(now / VL_S) << 32 | fraction << 16;
}

static bool is_after(uint64_t a, uint64_t b)
{
	return a != b && a - b < UINT64_C(1) << 63;
}

/* The HMAC over sender, message and the trailer's first 12 bytes; `length` counts both. */
static void digest(uint8_t out[DIGEST_SHA256], const struct vrrp_config *c, const struct ip_addr *src,
		   const uint8_t *bytes, size_t length)
{
	uint8_t text[SENDER_LENGTH + MESSAGE_MAX + VRRP_HMAC_TRAILER];
	struct wr w = wr_of(text, sizeof text);

	wr_u8(&w, src->family == IP_V6 ? 6 : 4);
	wr_u8(&w, c->version);
	wr_u8(&w, c->vrid);
	wr_u8(&w, 0);
	wr_ip(&w, src);
	wr_zero(&w, SENDER_LENGTH - wr_length(&w));
	wr_bytes(&w, bytes, length);
	wr_patch16(&w, SENDER_LENGTH + 6, 0);
	wr_zero(&w, HMAC_LENGTH);
	assert(!w.bad);
	digest_hmac_sha256(out, (const uint8_t *)c->password, strlen(c->password), text, wr_length(&w));
}

void vrrp_auth_begin(const struct vrrp_config *c, struct vrrp_auth_state *a, vl_time now)
{
	if (!c->auth_hmac)
		return;
	uint64_t clock = clock_sequence(now);
	a->hmac_sequence = is_after(clock, a->hmac_sequence) ? clock : a->hmac_sequence + 1;
}

void vrrp_hmac_append(const struct vrrp_config *c, const struct vrrp_auth_state *a, const struct ip_addr *src,
		      const struct ip_addr *dst, struct wr *out, size_t start)
{
	uint8_t value[DIGEST_SHA256];

	wr_u8(out, SCHEME_SHA256);
	wr_u8(out, (uint8_t)c->key_id);
	wr_be16(out, 0);
	wr_be32(out, (uint32_t)(a->hmac_sequence >> 32));
	wr_be32(out, (uint32_t)a->hmac_sequence);
	digest(value, c, src, out->start + start, wr_length(out) - start);
	wr_bytes(out, value, HMAC_LENGTH);
	if (c->family != IP_V6)
		return;
	wr_patch16(out, start + 6, 0);
	wr_patch16(out, start + 6,
		   ip_payload_checksum(src, dst, IP_PROTOCOL_VRRP, out->start + start, wr_length(out) - start));
}

/* Whether two moments, in seconds, are no further apart than the window. */
static bool is_fresh(const struct vrrp_config *c, uint32_t seconds, vl_time now)
{
	uint64_t window = 3 * c->interval / VL_S;
	uint32_t ahead = (uint32_t)(now / VL_S) - seconds, behind = 0 - ahead;

	if (window < WINDOW_FLOOR_S)
		window = WINDOW_FLOOR_S;
	return ahead <= window || behind <= window;
}

/* The sender's slot, or the least recently used one made its own. */
static struct vrrp_replay *slot_of(struct vrrp_auth_state *a, const struct ip_addr *sender)
{
	struct vrrp_replay *oldest = &a->replay[0];

	for (size_t i = 0; i < VRRP_REPLAY_SENDERS; i++) {
		struct vrrp_replay *slot = &a->replay[i];
		if (slot->used != 0 && ip_equal(&slot->sender, sender))
			return slot;
		if (slot->used < oldest->used)
			oldest = slot;
	}
	*oldest = (struct vrrp_replay){.sender = *sender};
	return oldest;
}

static bool is_new(const struct vrrp_config *c, struct vrrp_auth_state *a, const struct ip_addr *sender,
		   uint64_t sequence, vl_time now)
{
	struct vrrp_replay *slot = slot_of(a, sender);
	/* A mark that lies outside the window itself orders nothing any more. */
	bool known = slot->used != 0 && is_fresh(c, (uint32_t)(slot->sequence >> 32), now);

	slot->used = ++a->rank;
	if (known && !is_after(sequence, slot->sequence))
		return false;
	slot->sequence = sequence;
	return true;
}

enum vrrp_drop vrrp_hmac_check(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	uint8_t value[DIGEST_SHA256];

	if (h->message == NULL || h->message->trailer_length != VRRP_HMAC_TRAILER)
		return VRRP_DROP_AUTH_TYPE;
	struct rd in = rd_of(h->message->trailer, VRRP_HMAC_TRAILER);
	uint8_t scheme = rd_u8(&in), key_id = rd_u8(&in);
	uint16_t reserved = rd_be16(&in);
	uint32_t seconds = rd_be32(&in), rest = rd_be32(&in);
	if (scheme != SCHEME_SHA256 || reserved != 0)
		return VRRP_DROP_AUTH_DATA;
	/* Before the digest, as keepalived: a flood of old packets costs nothing. */
	if (!is_fresh(c, seconds, h->at))
		return VRRP_DROP_REPLAY;
	if (key_id != c->key_id)
		return VRRP_DROP_AUTH_DATA;
	digest(value, c, &h->packet->src, h->bytes, h->length - HMAC_LENGTH);
	if (memcmp(value, in.at, HMAC_LENGTH) != 0)
		return VRRP_DROP_AUTH_DATA;
	return is_new(c, h->auth, &h->packet->src, (uint64_t)seconds << 32 | rest, h->at) ? VRRP_DROP_NONE
										       : VRRP_DROP_REPLAY;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Keys of what was read. Short material stands in a key as it is, behind a byte that says what it is; longer material, and
 * such of several pieces, as its SHA-256: a key is no way to somebody else's server, and both units of a pair make the
 * same one. */
#include <string.h>

#include "sim/balancer/persistence_kinds.h"
#include "sim/base/cursor.h"

static void mask(uint8_t *bytes, size_t size, unsigned bits)
{
	for (size_t i = 0; i < size; i++, bits -= bits < 8 ? bits : 8)
		bytes[i] &= (uint8_t)(bits >= 8 ? 0xff : 0xff00 >> bits);
}

void persistence_key_source(const struct persistence_config *c, const struct flow *flow, struct persistence_key *key)
{
	bool v4 = flow->client.family == IP_V4;
	uint8_t size = v4 ? 4 : 16;
	uint8_t bits = v4 ? c->prefix_v4 : c->prefix_v6;

	memcpy(key->b, flow->client.b, size);
	if (bits != 0)
		mask(key->b, size, bits);
	key->length = size;
	if (c->with_port) {
		put_be16(key->b + size, flow->client_port);
		key->length = (uint8_t)(size + 2);
	}
}

void persistence_make(struct persistence_maker *m, enum persistence_material material)
{
	uint8_t what = (uint8_t)material;

	m->pieces = 0;
	digest_sha256_init(&m->digest);
	digest_sha256_add(&m->digest, &what, 1);
}

void persistence_make_piece(struct persistence_maker *m, const uint8_t *bytes, size_t length)
{
	uint8_t size[4];

	put_be32(size, (uint32_t)length);
	digest_sha256_add(&m->digest, size, sizeof size);
	digest_sha256_add(&m->digest, bytes, length);
	m->pieces++;
}

void persistence_made(struct persistence_maker *m, struct persistence_key *key)
{
	_Static_assert(DIGEST_SHA256 == PERSISTENCE_KEY, "a digest is a key");

	digest_sha256_finish(&m->digest, key->b);
	key->length = m->pieces > 0 ? PERSISTENCE_KEY : 0;
}

void persistence_key_bytes(struct persistence_key *key, enum persistence_material material, const uint8_t *bytes,
			   size_t length)
{
	struct persistence_maker m;

	key->length = 0;
	if (length == 0)
		return;
	/* One byte less than a digest is long: the two cannot be mistaken for each other. */
	if (length < PERSISTENCE_KEY - 1) {
		key->b[0] = (uint8_t)material;
		memcpy(key->b + 1, bytes, length);
		key->length = (uint8_t)(1 + length);
		return;
	}
	persistence_make(&m, material);
	persistence_make_piece(&m, bytes, length);
	persistence_made(&m, key);
}

void persistence_key_text(struct persistence_key *key, enum persistence_material material, const struct http_head *h,
			  struct http_text text)
{
	persistence_key_bytes(key, material, http_bytes(h, text), text.length);
}

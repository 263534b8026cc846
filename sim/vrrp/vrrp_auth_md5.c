// SPDX-License-Identifier: BSD-2-Clause
/* Cisco's MD5 (authentication type 254): message, then 30 bytes of trailer with a keyed digest. */
#include <assert.h>
#include <string.h>

#include "sim/base/digest.h"
#include "sim/vrrp/vrrp_auth.h"

#define MD5_BLOCK 64
#define MESSAGE_MAX (8 + VRRP_MAX_ADDRESSES * 4 + VRRP_V2_AUTH_LENGTH)
#define KEY_ID_AT 10                    /* in the trailer: behind type, length, algorithm, flags, source */

/* MD5 over key, its MD5 padding to one block, the plain message with a zero checksum, and the key again. */
static void md5_digest(uint8_t out[DIGEST_MD5], const char *key, const uint8_t *message, size_t length)
{
	uint8_t text[MD5_BLOCK + MESSAGE_MAX + VRRP_MD5_KEY];
	struct wr w = wr_of(text, sizeof text);
	size_t key_length = strlen(key);
	uint64_t bits = (uint64_t)key_length * 8;

	assert(key_length <= VRRP_MD5_KEY && length <= MESSAGE_MAX && length >= 8);
	wr_bytes(&w, key, key_length);
	wr_u8(&w, 0x80);
	wr_zero(&w, MD5_BLOCK - 8 - 1 - key_length);
	for (int i = 0; i < 8; i++)
		wr_u8(&w, (uint8_t)(bits >> (8 * i)));
	wr_bytes(&w, message, length);
	wr_patch16(&w, MD5_BLOCK + 6, 0);
	wr_bytes(&w, key, key_length);
	assert(!w.bad);
	digest_md5(out, text, wr_length(&w));
}

void vrrp_md5_seal(const struct vrrp_config *c, struct vrrp_message *m, const struct ip_addr *src,
		   const struct ip_addr *dst, uint8_t trailer[VRRP_AUTH_TRAILER])
{
	uint8_t plain[MESSAGE_MAX], digest[DIGEST_MD5];
	struct wr message = wr_of(plain, sizeof plain), out = wr_of(trailer, VRRP_MD5_TRAILER);

	vrrp_encode(m, src, dst, &message);
	md5_digest(digest, c->password, plain, wr_length(&message));
	wr_u8(&out, VRRP_AUTH_CISCO_MD5);
	wr_u8(&out, VRRP_MD5_TRAILER - 2);
	wr_u8(&out, 1);                 /* MD5 */
	wr_zero(&out, 3);
	wr_ip(&out, src);
	assert(wr_length(&out) == KEY_ID_AT);
	wr_be32(&out, c->key_id);
	wr_bytes(&out, digest, sizeof digest);
	m->trailer = trailer;
	m->trailer_length = wr_length(&out);
}

/* The digest does not cover the key id: it says which key of a chain to try. With one key, another id means
 * that there is no such key (inferred from HSRP's key chains). */
bool vrrp_md5_matches(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	uint8_t digest[DIGEST_MD5];

	if (h->message == NULL || h->message->trailer_length != VRRP_MD5_TRAILER)
		return false;
	struct rd in = rd_of(h->message->trailer + KEY_ID_AT, VRRP_MD5_TRAILER - KEY_ID_AT);
	if (rd_be32(&in) != c->key_id)
		return false;
	md5_digest(digest, c->password, h->bytes, h->length - VRRP_MD5_TRAILER);
	return memcmp(digest, in.at, DIGEST_MD5) == 0;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Text and Cisco MD5. */
#include "sim/vrrp/vrrp_auth.h"

#include <assert.h>
#include <string.h>

#include "sim/base/digest.h"

#define MD5_BLOCK 64
#define MESSAGE_MAX (8 + VRRP_MAX_ADDRESSES * 4 + VRRP_V2_AUTH_LENGTH)

/* RFC 2338 5.3.6.2: eight bytes, padded with zeros, the rest of a longer text is cut. */
static void text_data(uint8_t data[VRRP_V2_AUTH_LENGTH], const char *password)
{
	size_t length = strlen(password);

	memset(data, 0, VRRP_V2_AUTH_LENGTH);
	memcpy(data, password, length < VRRP_V2_AUTH_LENGTH ? length : VRRP_V2_AUTH_LENGTH);
}

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

static void md5_trailer(const struct vrrp_config *c, struct vrrp_message *m, const struct ip_addr *src,
			const struct ip_addr *dst, uint8_t trailer[VRRP_MD5_TRAILER])
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
	wr_be32(&out, 0);               /* key id */
	wr_bytes(&out, digest, sizeof digest);
	m->trailer = trailer;
	m->trailer_length = wr_length(&out);
}

void vrrp_auth_seal(const struct vrrp_config *c, struct vrrp_message *m, const struct ip_addr *src,
		    const struct ip_addr *dst, uint8_t trailer[VRRP_MD5_TRAILER])
{
	m->auth_type = c->auth_type;
	m->has_auth_data = m->version == 2;
	if (c->auth_type == VRRP_AUTH_TEXT)
		text_data(m->auth_data, c->password);
	else if (c->auth_type == VRRP_AUTH_CISCO_MD5)
		md5_trailer(c, m, src, dst, trailer);
}

static bool text_matches(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	uint8_t wanted[VRRP_V2_AUTH_LENGTH];

	text_data(wanted, c->password);
	return h->message != NULL && h->message->has_auth_data &&
	       memcmp(wanted, h->message->auth_data, sizeof wanted) == 0;
}

static bool md5_matches(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	uint8_t digest[DIGEST_MD5];

	if (h->message == NULL || h->message->trailer_length != VRRP_MD5_TRAILER)
		return false;
	md5_digest(digest, c->password, h->bytes, h->length - VRRP_MD5_TRAILER);
	return memcmp(digest, h->message->trailer + VRRP_MD5_TRAILER - DIGEST_MD5, DIGEST_MD5) == 0;
}

enum vrrp_drop vrrp_auth_check(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	bool passes = true;

	if (h->auth_type != c->auth_type)
		return VRRP_DROP_AUTH_TYPE;
	if (c->auth_type == VRRP_AUTH_TEXT)
		passes = text_matches(c, h);
	else if (c->auth_type == VRRP_AUTH_CISCO_MD5)
		passes = md5_matches(c, h);
	return passes ? VRRP_DROP_NONE : VRRP_DROP_AUTH_DATA;
}

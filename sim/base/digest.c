// SPDX-License-Identifier: BSD-2-Clause
/* nettle's digests under the names and shapes the engines use. */
#include "sim/base/digest.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <stdio.h>

void digest_md5(uint8_t out[DIGEST_MD5], const uint8_t *bytes, size_t length)
{
	struct md5_ctx c;

	md5_init(&c);
	md5_update(&c, length, bytes);
	md5_digest(&c, DIGEST_MD5, out);
}

void digest_hmac_md5(uint8_t out[DIGEST_MD5], const uint8_t *key, size_t key_length, const uint8_t *bytes,
		     size_t length)
{
	struct hmac_md5_ctx c;

	hmac_md5_set_key(&c, key_length, key);
	hmac_md5_update(&c, length, bytes);
	hmac_md5_digest(&c, DIGEST_MD5, out);
}

void digest_hmac_sha1(uint8_t out[DIGEST_SHA1], const uint8_t *key, size_t key_length,
		      const uint8_t *bytes, size_t length)
{
	struct hmac_sha1_ctx c;

	hmac_sha1_set_key(&c, key_length, key);
	hmac_sha1_update(&c, length, bytes);
	hmac_sha1_digest(&c, DIGEST_SHA1, out);
}

void digest_hmac_sha256(uint8_t out[DIGEST_SHA256], const uint8_t *key, size_t key_length,
			const uint8_t *bytes, size_t length)
{
	struct hmac_sha256_ctx c;

	hmac_sha256_set_key(&c, key_length, key);
	hmac_sha256_update(&c, length, bytes);
	hmac_sha256_digest(&c, DIGEST_SHA256, out);
}

void digest_sha256_init(struct digest_sha256 *d)
{
	sha256_init(&d->nettle);
}

void digest_sha256_add(struct digest_sha256 *d, const void *bytes, size_t length)
{
	sha256_update(&d->nettle, length, bytes);
}

void digest_sha256_finish(struct digest_sha256 *d, uint8_t out[DIGEST_SHA256])
{
	sha256_digest(&d->nettle, DIGEST_SHA256, out);
}

char *digest_sha256_format(char text[DIGEST_SHA256_TEXT], const uint8_t digest[DIGEST_SHA256])
{
	for (size_t i = 0; i < DIGEST_SHA256; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	return text;
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Digests behind one small face; nettle does the work. MD5 and SHA-1 are here because protocols on the
 * wire use them (VRRP authentication, CARP), SHA-256 for the digest of a run.
 */
#ifndef VL_BASE_DIGEST_H
#define VL_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include <nettle/sha2.h>

#define DIGEST_MD5 16
#define DIGEST_SHA1 20
#define DIGEST_SHA256 32
#define DIGEST_SHA256_TEXT 65

void digest_md5(uint8_t out[DIGEST_MD5], const uint8_t *bytes, size_t length);
void digest_hmac_md5(uint8_t out[DIGEST_MD5], const uint8_t *key, size_t key_length, const uint8_t *bytes,
		     size_t length);
void digest_hmac_sha1(uint8_t out[DIGEST_SHA1], const uint8_t *key, size_t key_length,
		      const uint8_t *bytes, size_t length);
void digest_hmac_sha256(uint8_t out[DIGEST_SHA256], const uint8_t *key, size_t key_length,
			const uint8_t *bytes, size_t length);

/* A running SHA-256, embedded in its user. */
struct digest_sha256 {
	struct sha256_ctx nettle;
};

void digest_sha256_init(struct digest_sha256 *d);
void digest_sha256_add(struct digest_sha256 *d, const void *bytes, size_t length);
void digest_sha256_finish(struct digest_sha256 *d, uint8_t out[DIGEST_SHA256]);
char *digest_sha256_format(char text[DIGEST_SHA256_TEXT], const uint8_t digest[DIGEST_SHA256]);

#endif

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/vendors/hsrp_auth.h"

#include <assert.h>
#include <string.h>

#include "sim/base/cursor.h"
#include "sim/base/digest.h"
#include "sim/vendors/hsrp_config.h"

#define MD5_BLOCK 64

static void digest(uint8_t out[HSRP_DIGEST], const uint8_t *datagram, size_t length, const char *key)
{
	uint8_t text[MD5_BLOCK + HSRP_DATAGRAM + HSRP_KEY];
	struct wr w = wr_of(text, sizeof text);
	size_t key_length = strlen(key);
	uint64_t bits = (uint64_t)key_length * 8;

	assert(key_length <= HSRP_KEY && length >= HSRP_DIGEST && length <= HSRP_DATAGRAM);
	wr_bytes(&w, key, key_length);
	wr_u8(&w, 0x80);
	wr_zero(&w, MD5_BLOCK - 8 - 1 - key_length);
	for (int i = 0; i < 8; i++)
		wr_u8(&w, (uint8_t)(bits >> (8 * i)));
	wr_bytes(&w, datagram, length - HSRP_DIGEST);
	wr_zero(&w, HSRP_DIGEST);
	wr_bytes(&w, key, key_length);
	assert(!w.bad);
	digest_md5(out, text, wr_length(&w));
}

void hsrp_auth_seal(uint8_t *datagram, size_t length, const char *key)
{
	uint8_t sum[HSRP_DIGEST];

	digest(sum, datagram, length, key);
	memcpy(datagram + length - HSRP_DIGEST, sum, sizeof sum);
}

bool hsrp_auth_matches(const uint8_t *datagram, size_t length, const char *key)
{
	uint8_t sum[HSRP_DIGEST];

	if (length < HSRP_DIGEST || length > HSRP_DATAGRAM)
		return false;
	digest(sum, datagram, length, key);
	return memcmp(datagram + length - HSRP_DIGEST, sum, sizeof sum) == 0;
}

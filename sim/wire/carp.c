// SPDX-License-Identifier: BSD-2-Clause
/* CARP messages, as OpenBSD, FreeBSD and ucarp send them. */
#include "sim/wire/carp.h"

#include <assert.h>

#include "sim/base/checksum.h"
#include "sim/base/digest.h"

enum {
	CARP_VERSION = 2,
	CARP_ADVERTISEMENT = 1,
	CARP_AUTH_WORDS = 7,    /* counter and digest, in 32-bit words */
};

bool carp_is(const uint8_t *payload, size_t length)
{
	return length == CARP_LENGTH && payload[0] == (CARP_VERSION << 4 | CARP_ADVERTISEMENT) &&
	       payload[3] == CARP_AUTH_WORDS;
}

bool carp_decode(struct carp_message *m, struct rd *in)
{
	const uint8_t *start = in->at;

	if (rd_left(in) != CARP_LENGTH)
		return false;
	rd_skip(in, 1);
	m->vhid = rd_u8(in);
	m->advskew = rd_u8(in);
	rd_skip(in, 1);
	m->demotion = rd_u8(in);
	m->advbase = rd_u8(in);
	m->checksum = rd_be16(in);
	m->counter = rd_be64(in);
	const uint8_t *digest = rd_bytes(in, CARP_DIGEST);
	if (digest == NULL)
		return false;
	memcpy(m->digest, digest, CARP_DIGEST);
	m->checksum_ok = checksum_of(start, CARP_LENGTH) == 0;
	return true;
}

void carp_encode(const struct carp_message *m, struct wr *out)
{
	size_t start = wr_length(out);

	wr_u8(out, CARP_VERSION << 4 | CARP_ADVERTISEMENT);
	wr_u8(out, m->vhid);
	wr_u8(out, m->advskew);
	wr_u8(out, CARP_AUTH_WORDS);
	wr_u8(out, m->demotion);
	wr_u8(out, m->advbase);
	wr_be16(out, 0);
	wr_be64(out, m->counter);
	wr_bytes(out, m->digest, CARP_DIGEST);
	wr_patch16(out, start + 6, checksum_of(out->start + start, wr_length(out) - start));
}

/* The smallest address greater than `last` (NULL: the smallest of all), or NULL. Families go in order. */
static const struct ip_addr *next_address(const struct ip_addr *addresses, size_t count,
					  const struct ip_addr *last)
{
	const struct ip_addr *best = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct ip_addr *a = &addresses[i];
		if ((last == NULL || ip_compare(a, last) > 0) && (best == NULL || ip_compare(a, best) < 0))
			best = a;
	}
	return best;
}

void carp_digest(uint8_t out[CARP_DIGEST], const struct carp_message *m, const char *password,
		 const struct ip_addr *addresses, size_t address_count)
{
	uint8_t key[CARP_DIGEST] = {0};
	uint8_t text[3 + CARP_MAX_ADDRESSES * 16 + 8];
	struct wr data = wr_of(text, sizeof text);
	size_t password_length = strlen(password);

	assert(address_count <= CARP_MAX_ADDRESSES);
	/* A longer password is cut: the kernel's key is a field of 20 bytes. */
	memcpy(key, password, password_length < sizeof key ? password_length : sizeof key);
	wr_u8(&data, CARP_VERSION);
	wr_u8(&data, CARP_ADVERTISEMENT);
	wr_u8(&data, m->vhid);
	for (const struct ip_addr *a = next_address(addresses, address_count, NULL); a != NULL;
	     a = next_address(addresses, address_count, a))
		wr_ip(&data, a);
	wr_be64(&data, m->counter);
	digest_hmac_sha1(out, key, sizeof key, text, wr_length(&data));
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Cisco's keyed MD5 as HSRP uses it (RFC 1828's form): MD5 over the key, its MD5 padding to one block, the datagram with
 * a zero digest, and the key again. The digest is the last 16 bytes of the datagram.
 */
#ifndef VL_VENDORS_HSRP_AUTH_H
#define VL_VENDORS_HSRP_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HSRP_DATAGRAM 128               /* room for the longest that carries a digest */

/* Writes the digest into the last bytes of a datagram of at most HSRP_DATAGRAM. `key` is of 1 to HSRP_KEY bytes. */
void hsrp_auth_seal(uint8_t *datagram, size_t length, const char *key);
/* False also for a datagram that is too short or too long to have one. */
bool hsrp_auth_matches(const uint8_t *datagram, size_t length, const char *key);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Authentication of version 2: none, simple text (RFC 2338 5.3.6.2), Cisco's MD5 (type 254: a 30-byte trailer
 * behind the message). A further type is one more case in each of the two functions.
 */
#ifndef VL_VRRP_VRRP_AUTH_H
#define VL_VRRP_VRRP_AUTH_H

#include "sim/vrrp/vrrp_receive.h"

#define VRRP_MD5_TRAILER 30
#define VRRP_MD5_KEY 55                 /* longest key: with its padding it fills one MD5 block */

/* Fills in authentication type and data of an advertisement that is complete but for its checksum, sent
 * from `src`. `trailer` is room that m->trailer may point into. */
void vrrp_auth_seal(const struct vrrp_config *c, struct vrrp_message *m, const struct ip_addr *src,
		    const struct ip_addr *dst, uint8_t trailer[VRRP_MD5_TRAILER]);

/* VRRP_DROP_NONE, VRRP_DROP_AUTH_TYPE or VRRP_DROP_AUTH_DATA. */
enum vrrp_drop vrrp_auth_check(const struct vrrp_config *c, const struct vrrp_heard *h);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Authentication: none, simple text (RFC 2338 5.3.6.2), IP AH (RFC 2338 5.3.6.3, as keepalived sends it), Cisco's
 * MD5 (type 254: a 30-byte trailer behind the message), and keepalived 2.4's auth_hmac (a 28-byte trailer, for
 * either version). One file a method: vrrp_auth.c (text), vrrp_auth_md5.c, vrrp_auth_ah.c, vrrp_auth_hmac.c.
 */
#ifndef VL_VRRP_VRRP_AUTH_H
#define VL_VRRP_VRRP_AUTH_H

#include "sim/vrrp/vrrp_receive.h"

#define VRRP_MD5_TRAILER 30
#define VRRP_MD5_KEY 55                 /* longest key: with its padding it fills one MD5 block */
#define VRRP_HMAC_TRAILER 28
#define VRRP_AH_HEADER 24               /* with the 12 bytes of HMAC-MD5-96 */
#define VRRP_AUTH_TRAILER 30            /* room for the longest of them */

/* The method by the word that people say: "none", "text", "md5", "ah", "hmac". */
const char *vrrp_auth_word(const struct vrrp_config *c);
/* Sets the method, not the key. False: no such word. */
bool vrrp_auth_set_word(struct vrrp_config *c, const char *word, size_t length);

/* Bytes of trailer that an advertisement of this authentication carries. */
size_t vrrp_auth_trailer(const struct vrrp_config *c);

/* --- sending ------------------------------------------------------------------------------------------- */

/* A new advertisement, whatever the number of copies: its sequence number (auth_hmac). */
void vrrp_auth_begin(const struct vrrp_config *c, struct vrrp_auth_state *a, vl_time now);
/* Fills in authentication type and data of an advertisement that is complete but for its checksum, sent
 * from `src`. `trailer` is room that m->trailer may point into. */
void vrrp_auth_seal(const struct vrrp_config *c, struct vrrp_message *m, const struct ip_addr *src,
		    const struct ip_addr *dst, uint8_t trailer[VRRP_AUTH_TRAILER]);
/* auth_hmac: appends the trailer to the message that starts at `start` in `out`. */
void vrrp_hmac_append(const struct vrrp_config *c, const struct vrrp_auth_state *a, const struct ip_addr *src,
		      const struct ip_addr *dst, struct wr *out, size_t start);
/* AH: `packet` is room for the AH header with the whole message behind it, `length` bytes together; fills the
 * header in. `ip` is what the IP header will say; total_length and protocol are filled in here. */
void vrrp_ah_seal(const struct vrrp_config *c, struct vrrp_auth_state *a, const struct ipv4_header *ip,
		  uint8_t *packet, size_t length);

/* --- receiving ----------------------------------------------------------------------------------------- */

/* VRRP_DROP_NONE, VRRP_DROP_AUTH_TYPE, VRRP_DROP_AUTH_DATA or VRRP_DROP_REPLAY. */
enum vrrp_drop vrrp_auth_check(const struct vrrp_config *c, const struct vrrp_heard *h);

/* --- for vrrp_auth.c ----------------------------------------------------------------------------------- */

void vrrp_md5_seal(const struct vrrp_config *c, struct vrrp_message *m, const struct ip_addr *src,
		   const struct ip_addr *dst, uint8_t trailer[VRRP_AUTH_TRAILER]);
bool vrrp_md5_matches(const struct vrrp_config *c, const struct vrrp_heard *h);
enum vrrp_drop vrrp_ah_check(const struct vrrp_config *c, const struct vrrp_heard *h);
enum vrrp_drop vrrp_hmac_check(const struct vrrp_config *c, const struct vrrp_heard *h);

#endif

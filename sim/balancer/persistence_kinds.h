// SPDX-License-Identifier: BSD-2-Clause
/* The kinds of persistence, one a file: persistence_<name>.c. A new one is a file, a line here and one in the list of
 * persistence_list.c. And what several of them make keys of. */
#ifndef VL_BALANCER_PERSISTENCE_KINDS_H
#define VL_BALANCER_PERSISTENCE_KINDS_H

#include "sim/balancer/persistence.h"
#include "sim/base/digest.h"

extern const struct persistence_ops PERSISTENCE_SOURCE_IP, PERSISTENCE_SUPER_HTTP,
	PERSISTENCE_SUPER_HTTP_AND_SOURCE_IP,
	PERSISTENCE_SERVER_COOKIE,
	PERSISTENCE_SERVER_COOKIE_OR_SOURCE_IP,
	PERSISTENCE_ACTIVE_COOKIE,
	PERSISTENCE_ACTIVE_COOKIE_OR_SOURCE_IP,
	PERSISTENCE_ALL_COOKIES,
	PERSISTENCE_ALL_COOKIES_OR_SOURCE_IP,
	PERSISTENCE_URL,
	PERSISTENCE_HOST,
	PERSISTENCE_QUERY,
	PERSISTENCE_HEADER,
	PERSISTENCE_SESSION_ID,
	PERSISTENCE_SIP,
	PERSISTENCE_RDP_LOGIN,
	PERSISTENCE_RDP_LOGIN_OR_SOURCE_IP,
	PERSISTENCE_RDP_BROKER,
	PERSISTENCE_RDP_BROKER_OR_SOURCE_IP;

/* --- keys (persistence_key.c) ------------------------------------------------------------------------------ */

/* What a key is made of: keys of different material are different, also of kinds that share a group. */
enum persistence_material {
	MATERIAL_COOKIE = 1,
	MATERIAL_COOKIES,
	MATERIAL_AGENT,
	MATERIAL_URL,
	MATERIAL_HOST,
	MATERIAL_QUERY,
	MATERIAL_FIELD,
	MATERIAL_SESSION,
	MATERIAL_CALL,
	MATERIAL_USER,
};

/* The client's address under the mask, and its port if it counts. */
void persistence_key_source(const struct persistence_config *c, const struct flow *flow, struct persistence_key *key);
/* One piece of material; empty: no key. */
void persistence_key_bytes(struct persistence_key *key, enum persistence_material material, const uint8_t *bytes,
			   size_t length);
void persistence_key_text(struct persistence_key *key, enum persistence_material material, const struct http_head *h,
			  struct http_text text);
/* Several: the key tells apart where one ends and the next begins. */
struct persistence_maker {
	struct digest_sha256 digest;
	size_t pieces;
};
void persistence_make(struct persistence_maker *m, enum persistence_material material);
void persistence_make_piece(struct persistence_maker *m, const uint8_t *bytes, size_t length);
void persistence_made(struct persistence_maker *m, struct persistence_key *key);        /* no piece: no key */
/* The name that is looked for. */
const char *persistence_name(const struct persistence_config *c);

#endif

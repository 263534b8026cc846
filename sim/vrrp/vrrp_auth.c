// SPDX-License-Identifier: BSD-2-Clause
/* Which method, and simple text. */
#include "sim/vrrp/vrrp_auth.h"

#include <string.h>

static const struct method {
	const char *word;
	uint8_t type;
	bool hmac;
	uint8_t trailer;
} METHODS[] = {
	{"none", VRRP_AUTH_NONE, false, 0},
	{"text", VRRP_AUTH_TEXT, false, 0},
	{"md5", VRRP_AUTH_CISCO_MD5, false, VRRP_MD5_TRAILER},
	{"ah", VRRP_AUTH_AH, false, 0},
	{"hmac", VRRP_AUTH_NONE, true, VRRP_HMAC_TRAILER},
};

#define METHOD_COUNT (sizeof METHODS / sizeof METHODS[0])

static const struct method *method_of(const struct vrrp_config *c)
{
	for (size_t i = 1; i < METHOD_COUNT; i++)
		if (METHODS[i].type == c->auth_type && METHODS[i].hmac == c->auth_hmac)
			return &METHODS[i];
	return &METHODS[0];
}

const char *vrrp_auth_word(const struct vrrp_config *c)
{
	return method_of(c)->word;
}

bool vrrp_auth_set_word(struct vrrp_config *c, const char *word, size_t length)
{
	for (size_t i = 0; i < METHOD_COUNT; i++) {
		if (strlen(METHODS[i].word) != length || memcmp(METHODS[i].word, word, length) != 0)
			continue;
		c->auth_type = METHODS[i].type;
		c->auth_hmac = METHODS[i].hmac;
		return true;
	}
	return false;
}

size_t vrrp_auth_trailer(const struct vrrp_config *c)
{
	return method_of(c)->trailer;
}

/* RFC 2338 5.3.6.2: eight bytes, padded with zeros, the rest of a longer text is cut. */
static void text_data(uint8_t data[VRRP_V2_AUTH_LENGTH], const char *password)
{
	size_t length = strlen(password);

	memset(data, 0, VRRP_V2_AUTH_LENGTH);
	memcpy(data, password, length < VRRP_V2_AUTH_LENGTH ? length : VRRP_V2_AUTH_LENGTH);
}

void vrrp_auth_seal(const struct vrrp_config *c, struct vrrp_message *m, const struct ip_addr *src,
		    const struct ip_addr *dst, uint8_t trailer[VRRP_AUTH_TRAILER])
{
	m->auth_type = c->auth_type;
	m->has_auth_data = m->version == 2;
	if (c->auth_type == VRRP_AUTH_TEXT)
		text_data(m->auth_data, c->password);
	else if (c->auth_type == VRRP_AUTH_CISCO_MD5)
		vrrp_md5_seal(c, m, src, dst, trailer);
}

static bool text_matches(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	uint8_t wanted[VRRP_V2_AUTH_LENGTH];

	text_data(wanted, c->password);
	return h->message != NULL && h->message->has_auth_data &&
	       memcmp(wanted, h->message->auth_data, sizeof wanted) == 0;
}

enum vrrp_drop vrrp_auth_check(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	bool passes = true;

	if (h->packet->has_ah != (c->auth_type == VRRP_AUTH_AH))
		return VRRP_DROP_AUTH_TYPE;
	if (c->auth_hmac) {
		enum vrrp_drop why = vrrp_hmac_check(c, h);
		if (why != VRRP_DROP_NONE)
			return why;
	}
	if (c->version != 2)
		return VRRP_DROP_NONE;
	if (h->auth_type != c->auth_type)
		return VRRP_DROP_AUTH_TYPE;
	if (c->auth_type == VRRP_AUTH_AH)
		return vrrp_ah_check(c, h);
	if (c->auth_type == VRRP_AUTH_TEXT)
		passes = text_matches(c, h);
	else if (c->auth_type == VRRP_AUTH_CISCO_MD5)
		passes = vrrp_md5_matches(c, h);
	return passes ? VRRP_DROP_NONE : VRRP_DROP_AUTH_DATA;
}

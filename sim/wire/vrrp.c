// SPDX-License-Identifier: BSD-2-Clause
/* VRRP messages (RFC 3768 5.1, RFC 9568 5.1). */
#include "sim/wire/vrrp.h"

#include <assert.h>

#include "sim/base/checksum.h"
#include "sim/base/time.h"
#include "sim/wire/ip.h"

const struct ip_addr VRRP_GROUP_V4 = {.family = IP_V4, .b = {224, 0, 0, 18}};
const struct ip_addr VRRP_GROUP_V6 = {.family = IP_V6, .b = {0xff, 0x02, [15] = 0x12}};

struct mac vrrp_virtual_mac(enum ip_family family, uint8_t vrid)
{
	return (struct mac){{0x00, 0x00, 0x5e, 0x00, family == IP_V6 ? 0x02 : 0x01, vrid}};
}

/* The form whose sum over `length` bytes comes out right. Version 2 and IPv6 have one form each; IPv4 of
 * version 3 is tried the RFC 9568 way first. */
static enum vrrp_checksum_form fitting_form(const struct vrrp_message *m, const struct ip_addr *src,
					    const struct ip_addr *dst, const uint8_t *bytes, size_t length)
{
	if (m->family == IP_V4 && checksum_of(bytes, length) == 0)
		return VRRP_CHECKSUM_MESSAGE;
	if (m->version == 3 && ip_payload_checksum(src, dst, IP_PROTOCOL_VRRP, bytes, length) == 0)
		return VRRP_CHECKSUM_PSEUDO;
	return VRRP_CHECKSUM_WRONG;
}

static void decode_v2(struct vrrp_message *m, struct rd *in)
{
	m->auth_type = rd_u8(in);
	m->interval_s = rd_u8(in);
	m->checksum = rd_be16(in);
	m->addresses = rd_bytes(in, (size_t)m->address_count * 4);
	m->has_auth_data = rd_left(in) > 0;
	const uint8_t *auth = rd_bytes(in, m->has_auth_data ? VRRP_V2_AUTH_LENGTH : 0);
	if (auth != NULL && m->has_auth_data)
		memcpy(m->auth_data, auth, VRRP_V2_AUTH_LENGTH);
	m->interval_cs = 0;
}

static void decode_v3(struct vrrp_message *m, struct rd *in)
{
	m->interval_cs = rd_be16(in) & 0x0fff; /* the other 4 bits are ignored on receipt */
	m->checksum = rd_be16(in);
	m->addresses = rd_bytes(in, m->address_count * ip_size(m->family));
	m->auth_type = VRRP_AUTH_NONE;
	m->interval_s = 0;
	m->has_auth_data = false;
}

bool vrrp_decode(struct vrrp_message *m, const struct ip_addr *src, const struct ip_addr *dst, struct rd *in)
{
	const uint8_t *start = in->at;
	uint8_t version_type = rd_u8(in);

	m->version = version_type >> 4;
	m->type = version_type & 0x0f;
	m->vrid = rd_u8(in);
	m->priority = rd_u8(in);
	m->address_count = rd_u8(in);
	m->family = (enum ip_family)src->family;
	m->checksum_form = VRRP_CHECKSUM_WRONG;
	memset(m->auth_data, 0, sizeof m->auth_data);
	if (m->version == 2 && m->family == IP_V4)
		decode_v2(m, in);
	else if (m->version == 3)
		decode_v3(m, in);
	else
		return false; /* RFC 3768 knows IPv4 only */
	if (in->bad)
		return false;
	size_t message_length = (size_t)(in->at - start);
	m->trailer_length = rd_left(in);
	m->trailer = rd_bytes(in, m->trailer_length);
	m->checksum_form = fitting_form(m, src, dst, start, message_length + m->trailer_length);
	/* Cisco sums its trailer, another sender might not. */
	if (m->checksum_form == VRRP_CHECKSUM_WRONG && m->trailer_length > 0)
		m->checksum_form = fitting_form(m, src, dst, start, message_length);
	return true;
}

void vrrp_encode(const struct vrrp_message *m, const struct ip_addr *src, const struct ip_addr *dst,
		 struct wr *out)
{
	size_t start = wr_length(out);
	bool pseudo = m->version == 3 && (m->family == IP_V6 || m->checksum_form == VRRP_CHECKSUM_PSEUDO);

	assert(m->version == 3 || (m->version == 2 && m->family == IP_V4));
	assert(m->family == IP_V4 || m->family == IP_V6);
	wr_u8(out, (uint8_t)(m->version << 4 | (m->type & 0x0f)));
	wr_u8(out, m->vrid);
	wr_u8(out, m->priority);
	wr_u8(out, m->address_count);
	if (m->version == 2) {
		wr_u8(out, m->auth_type);
		wr_u8(out, m->interval_s);
	} else {
		wr_be16(out, m->interval_cs & 0x0fff);
	}
	wr_be16(out, 0);
	wr_bytes(out, m->addresses, m->address_count * ip_size(m->family));
	if (m->version == 2) {
		if (m->has_auth_data)
			wr_bytes(out, m->auth_data, VRRP_V2_AUTH_LENGTH);
		wr_bytes(out, m->trailer, m->trailer_length);
	}
	const uint8_t *bytes = out->start + start;
	size_t length = wr_length(out) - start;
	wr_patch16(out, start + 6,
		   pseudo ? ip_payload_checksum(src, dst, IP_PROTOCOL_VRRP, bytes, length)
			  : checksum_of(bytes, length));
	if (m->version == 3)
		wr_bytes(out, m->trailer, m->trailer_length);
}

struct ip_addr vrrp_address(const struct vrrp_message *m, size_t i)
{
	size_t size = ip_size(m->family);
	struct ip_addr a = {.family = (uint8_t)m->family};

	assert(i < m->address_count);
	memcpy(a.b, m->addresses + i * size, size);
	return a;
}

uint64_t vrrp_interval(const struct vrrp_message *m)
{
	return m->version == 2 ? m->interval_s * VL_S : m->interval_cs * VL_CS;
}

// SPDX-License-Identifier: BSD-2-Clause
/* HSRP messages of both versions. */
#include "sim/wire/hsrp.h"

#include <assert.h>

const struct ip_addr HSRP_GROUP_V1 = {.family = IP_V4, .b = {224, 0, 0, 2}};
const struct ip_addr HSRP_GROUP_V2 = {.family = IP_V4, .b = {224, 0, 0, 102}};
const struct ip_addr HSRP_GROUP_V6 = {.family = IP_V6, .b = {0xff, 0x02, [15] = 0x66}};

/* TLV types; version 1 uses MD5's behind its 20 bytes. */
enum {
	TLV_GROUP = 1,
	TLV_INTERFACE = 2,
	TLV_TEXT = 3,
	TLV_MD5 = 4,
};

enum {
	GROUP_LENGTH = 40,
	INTERFACE_LENGTH = 4,
	MD5_LENGTH = 28,
	V1_INTERFACE_TYPE = 1,
	V1_INTERFACE_LENGTH = 14,       /* its own type and length included */
	V2_ADDRESS_ROOM = 16,
};

/* Version 1's byte for each state of version 2's order (RFC 2281 5.1). */
static const uint8_t v1_state[] = {[HSRP_INIT] = 0,  [HSRP_LEARN] = 1,   [HSRP_LISTEN] = 2,
				   [HSRP_SPEAK] = 4, [HSRP_STANDBY] = 8, [HSRP_ACTIVE] = 16};

enum hsrp_state hsrp_state_of(const struct hsrp_message *m)
{
	if (m->version == 2)
		return m->state <= HSRP_ACTIVE ? (enum hsrp_state)m->state : HSRP_STATE_UNKNOWN;
	for (enum hsrp_state s = HSRP_INIT; s <= HSRP_ACTIVE; s++)
		if (v1_state[s] == m->state)
			return s;
	return HSRP_STATE_UNKNOWN;
}

uint8_t hsrp_state_byte(uint8_t version, enum hsrp_state s)
{
	return version == 2 ? (uint8_t)s : v1_state[s];
}

const char *hsrp_state_word(enum hsrp_state s)
{
	static const char *const word[] = {"unknown", "init", "learn", "listen", "speak", "standby", "active"};

	return word[s];
}

/* --- virtual MACs ---------------------------------------------------------------------------------------- */

struct mac hsrp_virtual_mac(uint8_t version, enum ip_family family, uint16_t group)
{
	uint8_t low = (uint8_t)group, high = (group >> 8) & 0x0f;

	if (family == IP_V6)
		return (struct mac){{0x00, 0x05, 0x73, 0xa0, high, low}};
	if (version == 1)
		return (struct mac){{0x00, 0x00, 0x0c, 0x07, 0xac, low}};
	return (struct mac){{0x00, 0x00, 0x0c, 0x9f, (uint8_t)(0xf0 | high), low}};
}

uint8_t hsrp_of_virtual_mac(struct mac m, enum ip_family *family, uint16_t *group)
{
	static const uint8_t v1[] = {0x00, 0x00, 0x0c, 0x07, 0xac}, v2[] = {0x00, 0x00, 0x0c, 0x9f},
			     v6[] = {0x00, 0x05, 0x73, 0xa0};

	*family = IP_V4;
	*group = m.b[5];
	if (memcmp(m.b, v1, sizeof v1) == 0)
		return 1;
	*group = (uint16_t)((m.b[4] & 0x0f) << 8 | m.b[5]);
	if (memcmp(m.b, v2, sizeof v2) == 0 && m.b[4] >> 4 == 0x0f)
		return 2;
	*family = IP_V6;
	return memcmp(m.b, v6, sizeof v6) == 0 && m.b[4] >> 4 == 0 ? 2 : 0;
}

/* --- reading --------------------------------------------------------------------------------------------- */

static void read_text(struct hsrp_message *m, struct rd *in)
{
	static const uint8_t nothing[HSRP_TEXT];
	const uint8_t *text = rd_bytes(in, HSRP_TEXT);

	if (text == NULL || memcmp(text, nothing, HSRP_TEXT) == 0)
		return;
	memcpy(m->text, text, HSRP_TEXT);
	m->auth = HSRP_AUTH_TEXT;
}

static bool read_md5(struct hsrp_message *m, struct rd *in)
{
	if (rd_left(in) != MD5_LENGTH)
		return false;
	m->md5_algorithm = rd_u8(in);
	rd_skip(in, 1);
	m->md5_flags = rd_be16(in);
	m->md5_source = rd_be32(in);
	m->md5_key_id = rd_be32(in);
	const uint8_t *digest = rd_bytes(in, HSRP_DIGEST);
	if (digest == NULL)
		return false;
	memcpy(m->md5_digest, digest, HSRP_DIGEST);
	m->auth = HSRP_AUTH_MD5;
	return true;
}

static bool read_group(struct hsrp_message *m, struct rd *in)
{
	/* version, opcode, state, IP version, then what decides the rest */
	if (rd_left(in) != GROUP_LENGTH || rd_u8(in) != 2)
		return false;
	if (m->has_group)
		return true; /* a router sends one group a message: of more the first is kept */
	m->opcode = rd_u8(in);
	m->state = rd_u8(in);
	uint8_t ip_version = rd_u8(in);
	if (ip_version != IP_V4 && ip_version != IP_V6)
		return false;
	m->family = (enum ip_family)ip_version;
	m->group = rd_be16(in);
	m->identifier = rd_mac(in);
	m->priority = rd_be32(in);
	m->hello_ms = rd_be32(in);
	m->hold_ms = rd_be32(in);
	m->virtual_ip = rd_ip(in, m->family);
	m->has_group = true;
	return true;
}

static bool read_tlv(struct hsrp_message *m, uint8_t type, struct rd *in)
{
	switch (type) {
	case TLV_GROUP:
		return m->version == 1 || read_group(m, in);
	case TLV_INTERFACE:
		if (m->version == 1)
			return true;
		if (rd_left(in) != INTERFACE_LENGTH)
			return false;
		m->active_groups = rd_be16(in);
		m->passive_groups = rd_be16(in);
		m->has_interface = true;
		return true;
	case TLV_TEXT:
		if (m->version == 1)
			return true;
		if (rd_left(in) != HSRP_TEXT)
			return false;
		read_text(m, in);
		return true;
	case TLV_MD5:
		return read_md5(m, in);
	default:
		return true; /* a type of which nothing is known, skipped by its length */
	}
}

static bool read_tlvs(struct hsrp_message *m, struct rd *in)
{
	while (rd_left(in) > 0) {
		uint8_t type = rd_u8(in), length = rd_u8(in);
		struct rd value = rd_sub(in, length);
		if (value.bad || !read_tlv(m, type, &value))
			return false;
	}
	return true;
}

static bool decode_v1_interface(struct hsrp_message *m, struct rd *in)
{
	if (rd_be16(in) != V1_INTERFACE_TYPE || rd_be16(in) != V1_INTERFACE_LENGTH)
		return false;
	m->interface_state = rd_u8(in);
	rd_skip(in, 1);
	m->active_groups = rd_be16(in);
	m->passive_groups = rd_be16(in);
	rd_skip(in, 4); /* reserved; holds whatever was in the buffer */
	m->has_interface = !in->bad;
	return m->has_interface;
}

static bool decode_v1(struct hsrp_message *m, struct rd *in)
{
	m->version = 1;
	m->family = IP_V4;
	rd_skip(in, 1);
	m->opcode = rd_u8(in);
	if (m->opcode == HSRP_ADVERTISE)
		return decode_v1_interface(m, in);
	m->state = rd_u8(in);
	m->hello_ms = rd_u8(in) * 1000u;
	m->hold_ms = rd_u8(in) * 1000u;
	m->priority = rd_u8(in);
	m->group = rd_u8(in);
	rd_skip(in, 1);
	read_text(m, in);
	m->virtual_ip = rd_ip(in, IP_V4);
	m->has_group = !in->bad;
	return m->has_group && read_tlvs(m, in);
}

bool hsrp_decode(struct hsrp_message *m, struct rd *in)
{
	*m = (struct hsrp_message){.version = 2};
	if (rd_left(in) > 0 && in->at[0] == 0)
		return decode_v1(m, in);
	return rd_left(in) > 0 && read_tlvs(m, in) && (m->has_group || m->has_interface);
}

/* --- writing --------------------------------------------------------------------------------------------- */

static void write_v1(const struct hsrp_message *m, struct wr *out)
{
	wr_u8(out, 0);
	wr_u8(out, m->opcode);
	if (m->opcode == HSRP_ADVERTISE) {
		wr_be16(out, V1_INTERFACE_TYPE);
		wr_be16(out, V1_INTERFACE_LENGTH);
		wr_u8(out, m->interface_state);
		wr_u8(out, 0);
		wr_be16(out, m->active_groups);
		wr_be16(out, m->passive_groups);
		wr_zero(out, 4);
		return;
	}
	wr_u8(out, m->state);
	wr_u8(out, (uint8_t)(m->hello_ms / 1000));
	wr_u8(out, (uint8_t)(m->hold_ms / 1000));
	wr_u8(out, (uint8_t)m->priority);
	wr_u8(out, (uint8_t)m->group);
	wr_u8(out, 0);
	wr_bytes(out, m->text, HSRP_TEXT); /* zero beside MD5 */
	wr_ip(out, &m->virtual_ip);
}

static void write_v2(const struct hsrp_message *m, struct wr *out)
{
	if (m->has_group) {
		wr_u8(out, TLV_GROUP);
		wr_u8(out, GROUP_LENGTH);
		wr_u8(out, 2);
		wr_u8(out, m->opcode);
		wr_u8(out, m->state);
		wr_u8(out, (uint8_t)m->family);
		wr_be16(out, m->group);
		wr_mac(out, m->identifier);
		wr_be32(out, m->priority);
		wr_be32(out, m->hello_ms);
		wr_be32(out, m->hold_ms);
		wr_ip(out, &m->virtual_ip);
		wr_zero(out, V2_ADDRESS_ROOM - ip_size(m->family));
	}
	if (m->has_interface) {
		wr_u8(out, TLV_INTERFACE);
		wr_u8(out, INTERFACE_LENGTH);
		wr_be16(out, m->active_groups);
		wr_be16(out, m->passive_groups);
	}
	if (m->auth == HSRP_AUTH_TEXT) {
		wr_u8(out, TLV_TEXT);
		wr_u8(out, HSRP_TEXT);
		wr_bytes(out, m->text, HSRP_TEXT);
	}
}

void hsrp_encode(const struct hsrp_message *m, struct wr *out)
{
	assert(m->version == 1 || m->version == 2);
	assert(!m->has_group || (enum ip_family)m->virtual_ip.family == m->family);
	if (m->version == 1)
		write_v1(m, out);
	else
		write_v2(m, out);
	if (m->auth != HSRP_AUTH_MD5)
		return;
	wr_u8(out, TLV_MD5);
	wr_u8(out, MD5_LENGTH);
	wr_u8(out, m->md5_algorithm);
	wr_u8(out, 0);
	wr_be16(out, m->md5_flags);
	wr_be32(out, m->md5_source);
	wr_be32(out, m->md5_key_id);
	wr_bytes(out, m->md5_digest, HSRP_DIGEST);
}

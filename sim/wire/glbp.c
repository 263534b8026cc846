// SPDX-License-Identifier: BSD-2-Clause
/* GLBP messages: a header of 12 bytes, then TLVs whose length counts type and length, too. */
#include "sim/wire/glbp.h"

#include <assert.h>

const struct ip_addr GLBP_GROUP_V4 = {.family = IP_V4, .b = {224, 0, 0, 102}};
const struct ip_addr GLBP_GROUP_V6 = {.family = IP_V6, .b = {0xff, 0x02, [15] = 0x66}};

enum {
	GLBP_VERSION = 1,
	TLV_HELLO = 1,
	TLV_FORWARDER = 2,
	TLV_AUTH = 3,
	TLV_HEADER = 2,
	HELLO_FIXED = 24,       /* up to the address */
	FORWARDER_LENGTH = 20,
	ADDRESS_V4 = 1,
	ADDRESS_V6 = 2,
};

bool glbp_is(const uint8_t *payload, size_t length)
{
	return length > 0 && payload[0] == GLBP_VERSION;
}

const char *glbp_state_word(uint8_t state)
{
	switch (state) {
	case GLBP_INIT:
		return "init";
	case GLBP_LISTEN:
		return "listen";
	case GLBP_SPEAK:
		return "speak";
	case GLBP_STANDBY:
		return "standby";
	case GLBP_ACTIVE:
		return "active";
	default:
		return "unknown";
	}
}

struct mac glbp_virtual_mac(uint16_t group, uint8_t forwarder)
{
	return (struct mac){{0x00, 0x07, 0xb4, (group >> 8) & 0x03, (uint8_t)group, forwarder}};
}

bool glbp_of_virtual_mac(struct mac m, uint16_t *group, uint8_t *forwarder)
{
	*group = (uint16_t)(m.b[3] << 8 | m.b[4]);
	*forwarder = m.b[5];
	return m.b[0] == 0x00 && m.b[1] == 0x07 && m.b[2] == 0xb4 && *group <= GLBP_GROUP_LAST &&
	       *forwarder >= 1 && *forwarder <= GLBP_FORWARDERS;
}

/* --- reading --------------------------------------------------------------------------------------------- */

static bool read_hello(struct glbp_message *m, struct rd *in)
{
	rd_skip(in, 1);
	m->state = rd_u8(in);
	rd_skip(in, 1);
	m->priority = rd_u8(in);
	rd_skip(in, 2);
	m->hello_ms = rd_be32(in);
	m->hold_ms = rd_be32(in);
	m->redirect_s = rd_be16(in);
	m->timeout_s = rd_be16(in);
	rd_skip(in, 2);
	uint8_t kind = rd_u8(in), length = rd_u8(in);
	enum ip_family family = kind == ADDRESS_V4 ? IP_V4 : kind == ADDRESS_V6 ? IP_V6 : IP_NONE;
	if (in->bad || length != rd_left(in) || (family != IP_NONE && length != ip_size(family)))
		return false;
	m->virtual_ip = rd_ip(in, family);
	m->has_hello = true;
	return true;
}

static bool read_forwarder(struct glbp_message *m, struct rd *in)
{
	struct glbp_forwarder f;

	if (rd_left(in) != FORWARDER_LENGTH - TLV_HEADER)
		return false;
	f.number = rd_u8(in);
	f.state = rd_u8(in);
	rd_skip(in, 1);
	f.priority = rd_u8(in);
	f.weight = rd_u8(in);
	const uint8_t *unread = rd_bytes(in, sizeof f.unread);
	if (unread != NULL)
		memcpy(f.unread, unread, sizeof f.unread);
	f.virtual_mac = rd_mac(in);
	if (m->forwarder_count < GLBP_FORWARDERS)
		m->forwarder[m->forwarder_count++] = f;
	return true;
}

static bool read_auth(struct glbp_message *m, struct rd *in)
{
	m->auth = rd_u8(in);
	m->auth_length = rd_u8(in);
	m->auth_data = rd_bytes(in, m->auth_length);
	if (m->auth_data != NULL && rd_left(in) == 0)
		return true;
	m->auth = GLBP_AUTH_NONE;
	m->auth_length = 0;
	m->auth_data = NULL;
	return false;
}

static bool read_tlv(struct glbp_message *m, uint8_t type, struct rd *in)
{
	switch (type) {
	case TLV_HELLO:
		return !m->has_hello && read_hello(m, in);
	case TLV_FORWARDER:
		return read_forwarder(m, in);
	case TLV_AUTH:
		return read_auth(m, in);
	default:
		return true; /* type 4 is seen; its meaning is not known */
	}
}

bool glbp_decode(struct glbp_message *m, struct rd *in)
{
	*m = (struct glbp_message){0};
	if (rd_u8(in) != GLBP_VERSION)
		return false;
	m->opcode = rd_u8(in);
	m->group = rd_be16(in);
	rd_skip(in, 2);
	m->owner = rd_mac(in);
	while (rd_left(in) > 0 && !in->bad) {
		uint8_t type = rd_u8(in), length = rd_u8(in);
		if (length < TLV_HEADER)
			return false;
		struct rd value = rd_sub(in, (size_t)length - TLV_HEADER);
		if (value.bad || !read_tlv(m, type, &value))
			return false;
	}
	return !in->bad;
}

/* --- writing --------------------------------------------------------------------------------------------- */

static void write_hello(const struct glbp_message *m, struct wr *out)
{
	size_t size = ip_size((enum ip_family)m->virtual_ip.family);

	wr_u8(out, TLV_HELLO);
	wr_u8(out, (uint8_t)(HELLO_FIXED + size));
	wr_u8(out, 0);
	wr_u8(out, m->state);
	wr_u8(out, 0);
	wr_u8(out, m->priority);
	wr_be16(out, 0);
	wr_be32(out, m->hello_ms);
	wr_be32(out, m->hold_ms);
	wr_be16(out, m->redirect_s);
	wr_be16(out, m->timeout_s);
	wr_be16(out, 0);
	wr_u8(out, m->virtual_ip.family == IP_V4 ? ADDRESS_V4 : m->virtual_ip.family == IP_V6 ? ADDRESS_V6 : 0);
	wr_u8(out, (uint8_t)size);
	wr_ip(out, &m->virtual_ip);
}

static void write_forwarder(const struct glbp_forwarder *f, struct wr *out)
{
	wr_u8(out, TLV_FORWARDER);
	wr_u8(out, FORWARDER_LENGTH);
	wr_u8(out, f->number);
	wr_u8(out, f->state);
	wr_u8(out, 0);
	wr_u8(out, f->priority);
	wr_u8(out, f->weight);
	wr_bytes(out, f->unread, sizeof f->unread);
	wr_mac(out, f->virtual_mac);
}

void glbp_encode(const struct glbp_message *m, struct wr *out)
{
	assert(m->forwarder_count <= GLBP_FORWARDERS);
	assert(m->auth_length <= UINT8_MAX - 2 * TLV_HEADER);
	wr_u8(out, GLBP_VERSION);
	wr_u8(out, m->opcode);
	wr_be16(out, m->group);
	wr_be16(out, 0);
	wr_mac(out, m->owner);
	if (m->auth != GLBP_AUTH_NONE) {
		wr_u8(out, TLV_AUTH);
		wr_u8(out, (uint8_t)(2 * TLV_HEADER + m->auth_length));
		wr_u8(out, m->auth);
		wr_u8(out, m->auth_length);
		wr_bytes(out, m->auth_data, m->auth_length);
	}
	if (m->has_hello)
		write_hello(m, out);
	for (size_t i = 0; i < m->forwarder_count; i++)
		write_forwarder(&m->forwarder[i], out);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The decoders of HSRP, GLBP, CCP, NLB and FGCP by themselves: any bytes as a message, and the first six as a MAC.
 * What was read, written and read again is the same; where nothing in a message is without meaning, its bytes are.
 */
#include "sim/wire/ccp.h"
#include "sim/wire/fgcp.h"
#include "sim/wire/glbp.h"
#include "sim/wire/hsrp.h"
#include "sim/wire/nlb.h"
#include "tests/fuzz/fuzz.h"

static uint8_t written[FUZZ_LENGTH + 64];
static uint8_t written_again[FUZZ_LENGTH + 64];

static struct mac first_mac(const uint8_t *bytes, size_t length)
{
	struct mac m = {{0}};

	memcpy(m.b, bytes, length < sizeof m.b ? length : sizeof m.b);
	return m;
}

static bool bytes_same(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

/* The bytes lie inside the message that was read. */
static void assert_inside(const uint8_t *at, size_t size, const uint8_t *bytes, size_t length)
{
	if (size > 0)
		FUZZ_ASSERT(at >= bytes && size <= length && (size_t)(at - bytes) <= length - size);
}

/* --- HSRP ------------------------------------------------------------------------------------------------ */

static bool hsrp_group_same(const struct hsrp_message *a, const struct hsrp_message *b)
{
	return a->opcode == b->opcode && a->state == b->state && a->family == b->family && a->group == b->group &&
	       a->priority == b->priority && a->hello_ms == b->hello_ms && a->hold_ms == b->hold_ms &&
	       mac_equal(a->identifier, b->identifier) && ip_equal(&a->virtual_ip, &b->virtual_ip);
}

static bool hsrp_auth_same(const struct hsrp_message *a, const struct hsrp_message *b)
{
	if (a->auth != b->auth)
		return false;
	switch (a->auth) {
	case HSRP_AUTH_NONE:
		break;
	case HSRP_AUTH_TEXT:
		return memcmp(a->text, b->text, HSRP_TEXT) == 0;
	case HSRP_AUTH_MD5:
		return a->md5_algorithm == b->md5_algorithm && a->md5_flags == b->md5_flags &&
		       a->md5_source == b->md5_source && a->md5_key_id == b->md5_key_id &&
		       memcmp(a->md5_digest, b->md5_digest, HSRP_DIGEST) == 0;
	}
	return true;
}

static bool hsrp_same(const struct hsrp_message *a, const struct hsrp_message *b)
{
	return a->version == b->version && a->has_group == b->has_group && a->has_interface == b->has_interface &&
	       (!a->has_group || hsrp_group_same(a, b)) &&
	       (!a->has_interface || (a->interface_state == b->interface_state && a->active_groups == b->active_groups &&
				      a->passive_groups == b->passive_groups)) &&
	       hsrp_auth_same(a, b);
}

static void hsrp_mac_round_trip(struct mac m)
{
	enum ip_family family;
	uint16_t group;
	uint8_t version = hsrp_of_virtual_mac(m, &family, &group);

	FUZZ_ASSERT(version <= 2);
	if (version > 0) {
		FUZZ_ASSERT(group <= (version == 1 ? HSRP_V1_GROUP_LAST : HSRP_V2_GROUP_LAST));
		FUZZ_ASSERT(mac_equal(hsrp_virtual_mac(version, family, group), m));
	}
}

void fuzz_hsrp(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written), second = wr_of(written_again, sizeof written_again);
	struct hsrp_message m, again;

	hsrp_mac_round_trip(first_mac(bytes, length));
	bool ok = hsrp_decode(&m, &in);
	FUZZ_ASSERT(m.version == 1 || m.version == 2);
	FUZZ_ASSERT(hsrp_state_word(hsrp_state_of(&m)) != NULL);
	if (!ok)
		return;
	FUZZ_ASSERT(m.has_group || m.has_interface);
	if (hsrp_state_of(&m) != HSRP_STATE_UNKNOWN)
		FUZZ_ASSERT(hsrp_state_byte(m.version, hsrp_state_of(&m)) == m.state);
	hsrp_encode(&m, &out);
	FUZZ_ASSERT(!out.bad);
	in = rd_of(written, wr_length(&out));
	FUZZ_ASSERT(hsrp_decode(&again, &in) && hsrp_same(&m, &again));
	hsrp_encode(&again, &second);
	FUZZ_ASSERT(bytes_same(written, wr_length(&out), written_again, wr_length(&second)));
}

/* --- GLBP ------------------------------------------------------------------------------------------------ */

static bool glbp_forwarder_same(const struct glbp_forwarder *a, const struct glbp_forwarder *b)
{
	return a->number == b->number && a->state == b->state && a->priority == b->priority && a->weight == b->weight &&
	       memcmp(a->unread, b->unread, sizeof a->unread) == 0 && mac_equal(a->virtual_mac, b->virtual_mac);
}

static bool glbp_same(const struct glbp_message *a, const struct glbp_message *b)
{
	bool same = a->group == b->group && mac_equal(a->owner, b->owner) && a->has_hello == b->has_hello &&
		    a->forwarder_count == b->forwarder_count && a->auth == b->auth;

	if (same && a->has_hello)
		same = a->state == b->state && a->priority == b->priority && a->hello_ms == b->hello_ms &&
		       a->hold_ms == b->hold_ms && a->redirect_s == b->redirect_s && a->timeout_s == b->timeout_s &&
		       ip_equal(&a->virtual_ip, &b->virtual_ip);
	if (same && a->auth != GLBP_AUTH_NONE)
		same = bytes_same(a->auth_data, a->auth_length, b->auth_data, b->auth_length);
	for (size_t i = 0; same && i < a->forwarder_count; i++)
		same = glbp_forwarder_same(&a->forwarder[i], &b->forwarder[i]);
	return same;
}

void fuzz_glbp(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written), second = wr_of(written_again, sizeof written_again);
	struct glbp_message m, again;
	struct mac mac = first_mac(bytes, length);
	uint16_t group;
	uint8_t forwarder;

	if (glbp_of_virtual_mac(mac, &group, &forwarder))
		FUZZ_ASSERT(mac_equal(glbp_virtual_mac(group, forwarder), mac));
	bool ok = glbp_decode(&m, &in);
	FUZZ_ASSERT(m.forwarder_count <= GLBP_FORWARDERS);
	FUZZ_ASSERT(glbp_state_word(m.state) != NULL);
	assert_inside(m.auth_data, m.auth_length, bytes, length);
	if (!ok)
		return;
	FUZZ_ASSERT(glbp_is(bytes, length));
	glbp_encode(&m, &out);
	FUZZ_ASSERT(!out.bad);
	in = rd_of(written, wr_length(&out));
	FUZZ_ASSERT(glbp_decode(&again, &in) && glbp_same(&m, &again));
	glbp_encode(&again, &second);
	FUZZ_ASSERT(bytes_same(written, wr_length(&out), written_again, wr_length(&second)));
}

/* --- CCP, NLB, FGCP: the bytes come back ----------------------------------------------------------------- */

void fuzz_ccp(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct ccp_message m;
	struct mac mac = first_mac(bytes, length);
	uint8_t magic, member;

	if (ccp_of_source_mac(mac, &magic, &member))
		FUZZ_ASSERT(mac_equal(ccp_source_mac(magic, member), mac));
	bool ok = ccp_decode(&m, &in);
	FUZZ_ASSERT(ccp_opcode_word(m.opcode) != NULL);
	if (!ok)
		return;
	FUZZ_ASSERT(ccp_is(bytes, length) && length >= CCP_HEADER);
	if (m.member_state != NULL)
		assert_inside(m.member_state, m.member_count, bytes, length);
	assert_inside(m.rest, m.rest_length, bytes, length);
	ccp_encode(&m, &out);
	FUZZ_ASSERT(!out.bad && bytes_same(written, wr_length(&out), bytes, length));
}

void fuzz_nlb(const uint8_t *bytes, size_t length)
{
	struct rd in = rd_of(bytes, length);
	struct wr out = wr_of(written, sizeof written);
	struct nlb_message m;

	if (!nlb_decode(&m, &in))
		return;
	FUZZ_ASSERT(length >= NLB_HEADER);
	assert_inside(m.rest, m.rest_length, bytes, length);
	nlb_encode(&m, &out);
	FUZZ_ASSERT(!out.bad && bytes_same(written, wr_length(&out), bytes, length));
}

/* First two bytes: the ethertype. */
void fuzz_fgcp(const uint8_t *bytes, size_t length)
{
	struct draw d = draw_of(bytes, length);
	uint16_t type = draw_u16(&d);
	size_t left = draw_left(&d);
	struct rd in = rd_of(d.at, left);
	struct wr out = wr_of(written, sizeof written);
	struct fgcp_message m;
	struct mac mac = first_mac(d.at, left);
	uint16_t group;
	uint8_t port;

	if (fgcp_of_virtual_mac(mac, &group, &port)) {
		FUZZ_ASSERT(group <= FGCP_GROUP_LAST);
		FUZZ_ASSERT(mac_equal(fgcp_virtual_mac(group, port), mac));
	}
	FUZZ_ASSERT(fgcp_decode(&m, type, &in) == fgcp_is(type));
	fgcp_encode(&m, &out);
	FUZZ_ASSERT(!out.bad && bytes_same(written, wr_length(&out), d.at, left));
}

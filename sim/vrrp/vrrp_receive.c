// SPDX-License-Identifier: BSD-2-Clause
/* One function a check, one table an order. */
#include "sim/vrrp/vrrp_receive.h"

#include "sim/base/checksum.h"
#include "sim/vrrp/vrrp_auth.h"

#define VRRP_HEADER 8
#define VRRP_TTL 255

bool vrrp_hear(struct vrrp_heard *h, const struct packet *p)
{
	struct rd in = rd_of(p->ip_payload, p->ip_payload_length);

	if (p->ip_payload == NULL || p->verdict == PACKET_BAD_AH)
		return false;
	if (p->has_ah) {        /* RFC 4302 2.2: length in words less 2, in the second byte */
		struct rd ah = in;
		rd_skip(&ah, 1);
		rd_skip(&in, ((size_t)rd_u8(&ah) + 2) * 4);
	}
	*h = (struct vrrp_heard){.packet = p, .bytes = in.at, .length = rd_left(&in)};
	uint8_t version_type = rd_u8(&in);
	h->version = version_type >> 4;
	h->type = version_type & 0x0f;
	h->vrid = rd_u8(&in);
	h->priority = rd_u8(&in);
	h->address_count = rd_u8(&in);
	if (h->version == 2) {
		h->auth_type = rd_u8(&in);
		h->interval = rd_u8(&in) * VL_S;
	} else {
		h->interval = (rd_be16(&in) & 0x0fff) * VL_CS;
	}
	if (p->verdict == PACKET_OK && p->transport == TRANSPORT_VRRP)
		h->message = &p->vrrp;
	return !in.bad;
}

bool vrrp_addresses_pass(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	if (h->from_active && c->skip_count_of_active)
		return true;
	if (h->message == NULL || h->address_count != c->address_count)
		return false;
	if (h->from_active && c->skip_list_of_active)
		return true;
	for (size_t i = 0; i < c->address_count; i++) {
		bool found = false;
		for (size_t k = 0; k < h->address_count && !found; k++) {
			struct ip_addr a = vrrp_address(h->message, k);
			found = ip_equal(&a, &c->address[i]);
		}
		if (!found)
			return false;
	}
	return true;
}

/* Not with unicast peers, which may stand behind a router (keepalived). */
static enum vrrp_drop check_ttl(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	return c->peer_count > 0 || h->packet->ttl == VRRP_TTL ? VRRP_DROP_NONE : VRRP_DROP_TTL;
}

/* Whether it came by multicast although we have peers, or the other way round. The RFCs know no unicast and do
 * not look at the destination. */
static enum vrrp_drop check_destination(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	bool to_us = !ip_is_multicast(&h->packet->dst);

	if (c->peer_count == 0 && c->check_order == VRRP_ORDER_RFC)
		return VRRP_DROP_NONE;
	return to_us == (c->peer_count > 0) ? VRRP_DROP_NONE : VRRP_DROP_DESTINATION;
}

/* No VRRP router knows CARP; it fails one check or the other. The reason says what it was. */
static enum vrrp_drop check_carp(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	bool read_as_vrrp = c->length_check == VRRP_LENGTH_HEADER && c->version == 2;

	return h->packet->transport == TRANSPORT_CARP && !read_as_vrrp ? VRRP_DROP_CARP : VRRP_DROP_NONE;
}

static enum vrrp_drop check_version(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	return h->version == c->version ? VRRP_DROP_NONE : VRRP_DROP_VERSION;
}

static enum vrrp_drop check_type(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	(void)c;
	return h->type == VRRP_ADVERTISEMENT ? VRRP_DROP_NONE : VRRP_DROP_TYPE;
}

static enum vrrp_drop check_length(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	const struct vrrp_message *m = h->message;

	if (c->length_check == VRRP_LENGTH_HEADER)
		return h->length >= VRRP_HEADER ? VRRP_DROP_NONE : VRRP_DROP_LENGTH;
	if (m == NULL || (m->version == 2 && !m->has_auth_data))
		return VRRP_DROP_LENGTH;
	bool md5 = m->version == 2 && m->auth_type == VRRP_AUTH_CISCO_MD5;
	/* A box that speaks MD5 itself expects the trailer whatever else it is strict about. */
	size_t trailer = md5 && (c->length_check == VRRP_LENGTH_COMPLETE || c->auth_type == VRRP_AUTH_CISCO_MD5)
				 ? VRRP_MD5_TRAILER
				 : 0;
	/* One with auth_hmac splits that trailer off first; that it is missing is for the authentication to say. */
	if (c->auth_hmac && m->trailer_length == VRRP_HMAC_TRAILER)
		return VRRP_DROP_NONE;
	return m->trailer_length == trailer ? VRRP_DROP_NONE : VRRP_DROP_LENGTH;
}

/* The form that fits, also for messages that have no VRRP shape. */
static enum vrrp_checksum_form form_of(const struct vrrp_heard *h)
{
	if (h->message != NULL)
		return h->message->checksum_form;
	if (h->packet->src.family == IP_V4 && checksum_of(h->bytes, h->length) == 0)
		return VRRP_CHECKSUM_MESSAGE;
	if (h->version == 3 && ip_payload_checksum(&h->packet->src, &h->packet->dst, IP_PROTOCOL_VRRP,
						   h->bytes, h->length) == 0)
		return VRRP_CHECKSUM_PSEUDO;
	return VRRP_CHECKSUM_WRONG;
}

static enum vrrp_drop check_checksum(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	enum vrrp_checksum_form form = form_of(h);
	bool right = form != VRRP_CHECKSUM_WRONG;

	/* Only version 3 over IPv4 has two camps; every other combination one right form. */
	if (c->version == 3 && c->family == IP_V4) {
		switch (c->checksum_receive) {
		case VRRP_CHECKSUM_ACCEPT_ANY:
			break;
		case VRRP_CHECKSUM_ACCEPT_MESSAGE:
			right = form == VRRP_CHECKSUM_MESSAGE;
			break;
		case VRRP_CHECKSUM_ACCEPT_PSEUDO:
			right = form == VRRP_CHECKSUM_PSEUDO;
			break;
		case VRRP_CHECKSUM_UNCHECKED:
			right = true;
			break;
		}
	}
	return right ? VRRP_DROP_NONE : VRRP_DROP_CHECKSUM;
}

static enum vrrp_drop check_owner(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	(void)h;
	return c->priority == VRRP_PRIORITY_OWNER && c->owner_receive == VRRP_OWNER_DISCARD
		       ? VRRP_DROP_OWNER
		       : VRRP_DROP_NONE;
}

/* AH where it is configured, and only there. */
static enum vrrp_drop check_ah(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	return h->packet->has_ah == (c->auth_type == VRRP_AUTH_AH) ? VRRP_DROP_NONE : VRRP_DROP_AUTH_TYPE;
}

static enum vrrp_drop check_addresses(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	if (c->version == 3 && h->address_count == 0)   /* RFC 9568 5.2.4, erratum 8299 */
		return VRRP_DROP_COUNT_0;
	if (c->family == IP_V6 && c->check_first_address && h->message != NULL) {
		struct ip_addr first = vrrp_address(h->message, 0);
		if (!ip_is_link_local(&first))
			return VRRP_DROP_FIRST_ADDRESS;
	}
	switch (c->address_check) {
	case VRRP_ADDRESS_LOG:
	case VRRP_ADDRESS_IGNORE:
	case VRRP_ADDRESS_COUNT:
		break;
	case VRRP_ADDRESS_DROP_UNLESS_OWNER:
		/* RFC 3768 7.1: "if the packet was not generated by the address owner, MUST drop" */
		if (h->priority != VRRP_PRIORITY_OWNER && !vrrp_addresses_pass(c, h))
			return VRRP_DROP_ADDRESSES;
		break;
	case VRRP_ADDRESS_DROP:
		if (!vrrp_addresses_pass(c, h))
			return VRRP_DROP_ADDRESSES;
		break;
	}
	return VRRP_DROP_NONE;
}

static enum vrrp_drop check_interval(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	bool learns = c->version == 3 || c->interval_check == VRRP_INTERVAL_LEARN;

	if (learns && h->interval == 0)         /* erratum 8301: nothing can be learned from it */
		return VRRP_DROP_INTERVAL_0;
	return c->interval_check == VRRP_INTERVAL_DROP && h->interval != c->interval ? VRRP_DROP_INTERVAL
										       : VRRP_DROP_NONE;
}

typedef enum vrrp_drop (*check)(const struct vrrp_config *c, const struct vrrp_heard *h);

/* RFC 3768 7.1 and RFC 9568 7.1. CARP comes where a VRRP router begins to read the message. */
static const check RFC_ORDER[] = {
	check_ttl,      check_destination, check_carp,      check_version,   check_type,     check_length,
	check_checksum, check_owner,       vrrp_auth_check, check_addresses, check_interval, NULL,
};

/* keepalived's vrrp_check_packet (vrrp.md 2.1.1). */
static const check KEEPALIVED_ORDER[] = {
	check_ah,       check_carp, check_length,   check_ttl,         check_version, vrrp_auth_check,
	check_interval, check_type, check_checksum, check_destination, check_owner,   check_addresses,
	NULL,
};

enum vrrp_drop vrrp_receive_check(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	const check *next = c->check_order == VRRP_ORDER_KEEPALIVED ? KEEPALIVED_ORDER : RFC_ORDER;

	for (; *next != NULL; next++) {
		enum vrrp_drop why = (*next)(c, h);
		if (why != VRRP_DROP_NONE)
			return why;
	}
	return VRRP_DROP_NONE;
}

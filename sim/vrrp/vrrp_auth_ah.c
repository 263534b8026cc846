// SPDX-License-Identifier: BSD-2-Clause
/*
 * Authentication type 2: the message inside IP AH (RFC 4302; RFC 2338 5.3.6.3), HMAC-MD5-96, as keepalived does it:
 *
 *   - SPI is the sender's IPv4 address, and is checked against it;
 *   - the integrity check value covers the IP header with TOS, flags, fragment offset and checksum zero (and TTL,
 *     but with unicast peers only), the AH header with a zero value, and the message;
 *   - the key is the password's first 8 bytes;
 *   - a sequence number must be above the highest accepted or sent: one counter for both directions, so that
 *     a Backup that takes over goes on where the Active stopped. A restarted box begins at 1 again and is
 *     refused while the other's counter is ahead; it catches up as soon as it hears the other. (A keepalived
 *     skips one number after it heard a lower priority as Active: not modelled.)
 *
 * Source: read in keepalived's vrrp.c and vrrp_ipsecah.c; byte for byte what 2.2.7 sends.
 */
#include <assert.h>
#include <string.h>

#include "sim/base/digest.h"
#include "sim/vrrp/vrrp_auth.h"

#define ICV_AT 12
#define ICV_LENGTH 12
#define MESSAGE_MAX (8 + VRRP_MAX_ADDRESSES * 4 + VRRP_V2_AUTH_LENGTH)
#define TEXT_MAX (IPV4_HEADER + VRRP_AH_HEADER + MESSAGE_MAX)

static void check_value(uint8_t out[DIGEST_MD5], const struct vrrp_config *c, const struct ipv4_header *ip,
			const uint8_t *packet, size_t length)
{
	struct ipv4_header fixed = {
		.total_length = (uint16_t)(IPV4_HEADER + length),
		.id = ip->id,
		.ttl = c->peer_count > 0 ? 0 : ip->ttl,
		.protocol = IP_PROTOCOL_AH,
		.src = ip->src,
		.dst = ip->dst,
	};
	uint8_t text[TEXT_MAX];
	struct wr w = wr_of(text, sizeof text);
	size_t key = strnlen(c->password, VRRP_V2_AUTH_LENGTH);

	ipv4_encode(&fixed, &w);
	wr_patch16(&w, 10, 0);
	wr_bytes(&w, packet, ICV_AT);
	wr_zero(&w, ICV_LENGTH);
	wr_bytes(&w, packet + VRRP_AH_HEADER, length - VRRP_AH_HEADER);
	assert(!w.bad);
	digest_hmac_md5(out, (const uint8_t *)c->password, key, text, wr_length(&w));
}

void vrrp_ah_seal(const struct vrrp_config *c, struct vrrp_auth_state *a, const struct ipv4_header *ip,
		  uint8_t *packet, size_t length)
{
	struct wr w = wr_of(packet, VRRP_AH_HEADER);
	uint8_t value[DIGEST_MD5];

	assert(packet != NULL && length > VRRP_AH_HEADER);
	wr_u8(&w, IP_PROTOCOL_VRRP);
	wr_u8(&w, VRRP_AH_HEADER / 4 - 2);
	wr_be16(&w, 0);
	wr_ip(&w, &ip->src);
	wr_be32(&w, ++a->ah_sequence);
	check_value(value, c, ip, packet, length);
	wr_bytes(&w, value, ICV_LENGTH);
	assert(!w.bad);
}

enum vrrp_drop vrrp_ah_check(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	const struct packet *p = h->packet;
	uint8_t value[DIGEST_MD5];

	if (h->message == NULL || h->bytes != p->ip_payload + VRRP_AH_HEADER || p->ipv4.options_length != 0 ||
	    p->ip_payload_length > TEXT_MAX - IPV4_HEADER)
		return VRRP_DROP_AUTH_DATA;
	check_value(value, c, &p->ipv4, p->ip_payload, p->ip_payload_length);
	if (memcmp(value, p->ip_payload + ICV_AT, ICV_LENGTH) != 0 || p->ah_spi != ip4_to_u32(&p->src))
		return VRRP_DROP_AUTH_DATA;
	if (p->ah_sequence <= h->auth->ah_sequence)
		return VRRP_DROP_REPLAY;
	h->auth->ah_sequence = p->ah_sequence;
	return VRRP_DROP_NONE;
}

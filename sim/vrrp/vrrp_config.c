// SPDX-License-Identifier: BSD-2-Clause
/* RFC defaults, and what no virtual router can be. */
#include "sim/vrrp/vrrp_config.h"

#include <string.h>

#include "sim/vrrp/vrrp_auth.h"

void vrrp_config_init(struct vrrp_config *c, uint8_t version, enum ip_family family)
{
	*c = (struct vrrp_config){
		.version = version,
		.family = family,
		.priority = 100,
		.interval = VL_S,
		.preempt = true,
		.checksum_send = VRRP_CHECKSUM_MESSAGE,
		.check_first_address = family == IP_V6,
		.announce = {.operation = ARP_REQUEST, .count = 1, .na_router = true},
		.ip = {.tos = 0xc0},
	};
	if (version == 2) {
		c->address_check = VRRP_ADDRESS_DROP_UNLESS_OWNER;
		c->owner_receive = VRRP_OWNER_DISCARD;
		c->interval_check = VRRP_INTERVAL_DROP;
		c->losing_advert = VRRP_LOSING_SILENT;
	}
}

static struct vl_status check_identity(const struct vrrp_config *c)
{
	if (c->version != 2 && c->version != 3)
		return vl_refuse(VL_INVALID, "version: `%u' is not 2 or 3", c->version);
	if (c->family != IP_V4 && c->family != IP_V6)
		return vl_refuse(VL_INVALID, "family: neither IPv4 nor IPv6");
	if (c->version == 2 && c->family == IP_V6)
		return vl_refuse(VL_INVALID, "version: version 2 knows IPv4 only");
	if (c->vrid == 0)
		return vl_refuse(VL_INVALID, "vrid: `0' is not in 1-255");
	if (c->priority == 0)
		return vl_refuse(VL_INVALID, "priority: `0' is not in 1-255");
	return vl_status_ok();
}

static struct vl_status check_addresses(const struct vrrp_config *c)
{
	char text[IP_TEXT];

	if (c->address_count == 0 || c->address_count > VRRP_ADDRESSES)
		return vl_refuse(VL_INVALID, "addresses: %zu of them are not in 1-%d", c->address_count,
				 VRRP_ADDRESSES);
	for (size_t i = 0; i < c->address_count; i++)
		if (c->address[i].family != c->family || ip_is_zero(&c->address[i]) ||
		    ip_is_multicast(&c->address[i]))
			return vl_refuse(VL_INVALID, "addresses: `%s' is no %s address of a host",
					 ip_format(text, &c->address[i]),
					 c->family == IP_V6 ? "IPv6" : "IPv4");
	if (c->source.family != IP_NONE && c->source.family != c->family)
		return vl_refuse(VL_INVALID, "source: `%s' is of the other family",
				 ip_format(text, &c->source));
	return vl_status_ok();
}

static struct vl_status check_interval(const struct vrrp_config *c)
{
	if (c->version == 2 && (c->interval % VL_S != 0 || c->interval < VL_S || c->interval > 255 * VL_S))
		return vl_refuse(VL_INVALID, "interval: version 2 wants whole seconds, 1-255");
	if (c->version == 3 && (c->interval % VL_CS != 0 || c->interval < VL_CS || c->interval > 4095 * VL_CS))
		return vl_refuse(VL_INVALID, "interval: version 3 wants whole centiseconds, 10ms-40950ms");
	return vl_status_ok();
}

static struct vl_status check_authentication(const struct vrrp_config *c)
{
	size_t length = c->password != NULL ? strlen(c->password) : 0;

	if (c->auth_type == VRRP_AUTH_NONE && !c->auth_hmac)
		return vl_status_ok();
	if (c->auth_type != VRRP_AUTH_NONE && c->version != 2)
		return vl_refuse(VL_INVALID, "authentication: version 3 has none");
	if (c->auth_type != VRRP_AUTH_NONE && strcmp(vrrp_auth_word(c), "none") == 0)
		return vl_refuse(VL_INVALID, "authentication: type %u is not modelled", c->auth_type);
	if (length == 0)
		return vl_refuse(VL_INVALID, "authentication: a password is missing");
	if (c->auth_type == VRRP_AUTH_CISCO_MD5 && length > VRRP_MD5_KEY)
		return vl_refuse(VL_INVALID, "authentication: the key is longer than %d bytes", VRRP_MD5_KEY);
	if (c->auth_hmac && (length < VRRP_HMAC_KEY_MIN || length > VRRP_KEY_MAX))
		return vl_refuse(VL_INVALID, "authentication: the key of auth_hmac has %zu bytes, not %d-%d", length,
				 VRRP_HMAC_KEY_MIN, VRRP_KEY_MAX);
	if (c->auth_hmac && c->key_id > UINT8_MAX)
		return vl_refuse(VL_INVALID, "authentication: key id `%u' is not in 0-255", c->key_id);
	return vl_status_ok();
}

static struct vl_status check_macs(const struct vrrp_config *c)
{
	bool is_used = c->advert_mac == VRRP_MAC_STATIC || c->announce_mac == VRRP_MAC_STATIC ||
		       c->reply_mac == VRRP_MAC_STATIC;

	if (is_used && (mac_equal(c->static_mac, MAC_ZERO) || mac_is_group(c->static_mac)))
		return vl_refuse(VL_INVALID, "static_mac: it is missing, or no station's address");
	return vl_status_ok();
}

static struct vl_status check_peers(const struct vrrp_config *c)
{
	char text[IP_TEXT];

	if (c->peer_count > VRRP_PEERS)
		return vl_refuse(VL_INVALID, "peers: %zu of them are more than %d", c->peer_count, VRRP_PEERS);
	for (size_t i = 0; i < c->peer_count; i++)
		if (c->peer[i].family != c->family || ip_is_zero(&c->peer[i]) || ip_is_multicast(&c->peer[i]))
			return vl_refuse(VL_INVALID, "peers: `%s' is no %s address of a host",
					 ip_format(text, &c->peer[i]), c->family == IP_V6 ? "IPv6" : "IPv4");
	return vl_status_ok();
}

struct vl_status vrrp_config_check(const struct vrrp_config *c)
{
	struct vl_status (*const checks[])(const struct vrrp_config *) = {
		check_identity, check_addresses, check_interval, check_authentication, check_peers, check_macs,
	};

	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		struct vl_status s = checks[i](c);
		if (!vl_ok(&s))
			return s;
	}
	if (c->takeover_slack > VRRP_SLACK_MAX)
		return vl_refuse(VL_INVALID, "takeover_slack: more than 1 s");
	if (c->claim_delay > c->takeover_slack)
		return vl_refuse(VL_INVALID, "claim_delay: longer than takeover_slack, of which it is a part");
	if (c->claim_delay != 0 && c->announce.before_advert)
		return vl_refuse(VL_INVALID, "claim_delay: not with announcements before the advertisement");
	if (c->advert_jitter > VRRP_JITTER_MAX)
		return vl_refuse(VL_INVALID, "advert_jitter: more than 20 %% of the interval");
	if (c->track_count > VRRP_TRACKS)
		return vl_refuse(VL_INVALID, "track: %zu objects are more than %d", c->track_count, VRRP_TRACKS);
	return vl_status_ok();
}

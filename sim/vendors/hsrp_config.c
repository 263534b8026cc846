// SPDX-License-Identifier: BSD-2-Clause
/* Cisco's defaults, and what no HSRP group can be. */
#include "sim/vendors/hsrp_config.h"

void hsrp_group_config_init(struct hsrp_group_config *c)
{
	*c = (struct hsrp_group_config){
		.family = IP_V4,
		.version = 1,
		.priority = 100,
		.hello = 3 * VL_S,
		.hold = 10 * VL_S,
		.auth = HSRP_AUTH_TEXT,
		.key = "cisco",
		.resigns = true,
		.announce_count = 2,
		.announce_gap = 3 * VL_S,
		.announce_copy = true,
		.log_interval = 30 * VL_S,
	};
}

static struct vl_status check_timers(const struct hsrp_group_config *c)
{
	vl_time step = c->version == 1 ? VL_S : VL_MS;
	char hello[VL_TIME_TEXT], hold[VL_TIME_TEXT];

	if (c->hello == 0 || c->hello > 255 * VL_S || c->hello % step != 0)
		return vl_refuse(VL_INVALID, "hello: %s s is not in whole %s up to 255 s",
				 vl_time_format_short(hello, c->hello), c->version == 1 ? "seconds" : "milliseconds");
	if (c->hold <= c->hello || c->hold > 255 * VL_S || c->hold % step != 0)
		return vl_refuse(VL_INVALID, "hold: %s s is not in whole %s over hello's %s s, up to 255 s",
				 vl_time_format_short(hold, c->hold), c->version == 1 ? "seconds" : "milliseconds",
				 vl_time_format_short(hello, c->hello));
	return vl_status_ok();
}

static struct vl_status check_key(const struct hsrp_group_config *c)
{
	size_t length = c->key != NULL ? strlen(c->key) : 0, most = c->auth == HSRP_AUTH_MD5 ? HSRP_KEY : HSRP_TEXT;

	if (c->auth != HSRP_AUTH_NONE && (length == 0 || length > most))
		return vl_refuse(VL_INVALID, "auth: %zu bytes is not in 1-%zu", length, most);
	return vl_status_ok();
}

static struct vl_status check_addresses(const struct hsrp_group_config *c)
{
	char text[IP_TEXT];

	if (c->address_count > HSRP_ADDRESSES)
		return vl_refuse(VL_INVALID, "addresses: %zu of them, at most %d", c->address_count, HSRP_ADDRESSES);
	for (size_t i = 0; i < c->address_count; i++)
		if (c->address[i].family != c->family || ip_is_zero(&c->address[i]) || ip_is_multicast(&c->address[i]))
			return vl_refuse(VL_INVALID, "addresses: `%s' is no address of a host in the family of the group",
					 ip_format(text, &c->address[i]));
	/* A hello of IPv6 without one could not be told from nothing. */
	if (c->address_count == 0 && c->family == IP_V6)
		return vl_refuse(VL_INVALID, "addresses: a group of IPv6 has at least one");
	return vl_status_ok();
}

struct vl_status hsrp_group_config_check(const struct hsrp_group_config *c)
{
	unsigned last = c->version == 1 ? HSRP_V1_GROUP_LAST : HSRP_V2_GROUP_LAST;

	if (c->version != 1 && c->version != 2)
		return vl_refuse(VL_INVALID, "version: `%u' is not in 1-2", c->version);
	if (c->family != IP_V4 && c->family != IP_V6)
		return vl_refuse(VL_INVALID, "family: neither IPv4 nor IPv6");
	if (c->family == IP_V6 && c->version == 1)
		return vl_refuse(VL_INVALID, "version: IPv6 needs version 2");
	if (c->group > last)
		return vl_refuse(VL_INVALID, "group: `%u' is not in 0-%u, as version %u has it", c->group, last, c->version);
	if (c->track_count > HSRP_TRACKS)
		return vl_refuse(VL_INVALID, "track: %zu objects, at most %d", c->track_count, HSRP_TRACKS);
	struct vl_status s = check_timers(c);
	if (vl_ok(&s))
		s = check_key(c);
	return vl_ok(&s) ? check_addresses(c) : s;
}

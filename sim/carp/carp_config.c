// SPDX-License-Identifier: BSD-2-Clause
/* ucarp's defaults, and what no CARP host can be. */
#include "sim/carp/carp_config.h"

void carp_config_init(struct carp_config *c)
{
	*c = (struct carp_config){
		.family = IP_V4,
		.advbase = 1,
		.dead_ratio = 3,
		.last_word = true,
		.tie_break = CARP_TIE_RAW_ADDRESS,
		.counter_policy = CARP_COUNTER_COUNTS,
		.advert_mac = CARP_MAC_UCARP,
		.announce = {.operation = ARP_REQUEST,
			     .target = CARP_GARP_TARGET_SENDER,
			     .count = 1,
			     .repeat_count = 1,
			     .repeat_after = 2 * VL_S},
		.ip = {.tos = 0x10, .dont_fragment = true, .id_random = true},
	};
}

struct vl_status carp_config_check(const struct carp_config *c)
{
	char text[IP_TEXT];

	if (c->family != IP_V4 && c->family != IP_V6)
		return vl_refuse(VL_INVALID, "family: neither IPv4 nor IPv6");
	if (c->vhid == 0)
		return vl_refuse(VL_INVALID, "vhid: `0' is not in 1-255");
	if (c->advbase == 0)
		return vl_refuse(VL_INVALID, "advbase: `0' is not in 1-255");
	if (c->advskew == 255)
		return vl_refuse(VL_INVALID, "advskew: `255' is not in 0-254");
	if (c->dead_ratio == 0)
		return vl_refuse(VL_INVALID, "dead_ratio: `0' is not in 1-255");
	if (c->password == NULL || c->password[0] == '\0')
		return vl_refuse(VL_INVALID, "password: it is missing");
	if (c->broadcast && c->family != IP_V4)
		return vl_refuse(VL_INVALID, "broadcast: IPv6 has none");
	if (c->source.family != IP_NONE && c->source.family != c->family)
		return vl_refuse(VL_INVALID, "source: `%s' is of the other family",
				 ip_format(text, &c->source));
	if (c->address_count == 0 || c->address_count > CARP_ADDRESSES)
		return vl_refuse(VL_INVALID, "addresses: %zu of them are not in 1-%d", c->address_count,
				 CARP_ADDRESSES);
	for (size_t i = 0; i < c->address_count; i++)
		if (ip_is_zero(&c->address[i]) || ip_is_multicast(&c->address[i]))
			return vl_refuse(VL_INVALID, "addresses: `%s' is no address of a host",
					 ip_format(text, &c->address[i]));
	return vl_status_ok();
}

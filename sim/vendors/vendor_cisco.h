// SPDX-License-Identifier: BSD-2-Clause
/* What the routers of one maker have in common: pieces of their profiles. For vendor_cisco_*.c and vendor_nx_os.c. */
#ifndef VL_VENDORS_VENDOR_CISCO_H
#define VL_VENDORS_VENDOR_CISCO_H

#include "sim/vendors/profiles.h"

#define CISCO_COMMON                                                                               \
	.check_order = VRRP_ORDER_RFC, .owner_receive = VRRP_OWNER_DISCARD,                        \
	.length_check = VRRP_LENGTH_COMPLETE, .losing_advert = VRRP_LOSING_SILENT,                 \
	.advert_timer_on_receive = VRRP_TIMER_KEEP, .down_timer_on_refused = VRRP_TIMER_KEEP,      \
	.checksum_send = VRRP_CHECKSUM_MESSAGE, .checksum_receive = VRRP_CHECKSUM_ACCEPT_MESSAGE,  \
	.advert_mac = VRRP_MAC_VIRTUAL, .announce_mac = VRRP_MAC_VIRTUAL,                          \
	.reply_mac = VRRP_MAC_VIRTUAL, .log = VRRP_LOG_ONCE

#define CISCO_V2_ANNOUNCE                                                                          \
	{                                                                                          \
		.operation = ARP_REPLY, .target = VRRP_GARP_TARGET_DESTINATION, .count = 3,        \
		.gap = VL_S, .before_advert = true, .cisco_copy = true,                            \
	}

#define CISCO_V3_ANNOUNCE                                                                          \
	{                                                                                          \
		.operation = ARP_REPLY, .target = VRRP_GARP_TARGET_DESTINATION, .count = 3,        \
		.gap = 1150 * VL_MS, .na_router = true,                                            \
	}

/* The profiles of IOS, which IOS-XE shares. */
extern const struct vrrp_config CISCO_V2, CISCO_V3_IPV4, CISCO_V3_IPV6;

/* "version 2 takes the interval of the Active" */
void cisco_timers_learn(struct vrrp_config *c);
/* "adverts leave up to 20 % of the interval early" */
void cisco_early_adverts(struct vrrp_config *c);

#define CISCO_OPTIONS                                                                              \
	{"timers-learn", "version 2 takes the interval of the Active", cisco_timers_learn},        \
	{                                                                                          \
		"early-adverts", "newer IOS: adverts leave up to 20 % of the interval early",      \
			cisco_early_adverts                                                        \
	}

#endif

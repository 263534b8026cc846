// SPDX-License-Identifier: BSD-2-Clause
/*
 * Cisco IOS and IOS-XE. Source: public captures of real routers; vendor documents where named.
 *
 *      Timers: 1 s, as the RFC (measured take-over at priority 100: 3.641 s, of which 32 ms are its own)
 *      version 2: virtual MAC in adverts, announcements and ARP replies; TOS 0xc0, IPv4 ID 0; gratuitous ARP as
 *              REPLY, to broadcast with a copy to 01:00:0c:cd:cd:cd, target hardware = Ethernet destination,
 *              3 rounds 1.0 s apart, the first BEFORE the advertisement
 *      version 3: checksum of the message alone, sent and demanded; gratuitous ARP replies to broadcast only, 3
 *              rounds 1.15 s apart, after the advertisement; IPv4: TOS 0, counting ID; IPv6: class 0xe0,
 *              unsolicited NA with R = 1
 *      refused adverts do not starve it; a shut interface says goodbye with priority 0
 *
 * Inferred (UNCONFIRMED): a differing address list drops, also from an owner (`show vrrp detail` counts such
 * adverts as discarded); an owner discards; a losing advert is answered with silence; version 3 processes
 * another interval; MD5 with another key id finds no key.
 *
 * Options: timers-learn (version 2 takes the Active's interval; UNCONFIRMED how far), early-adverts (newer IOS sends up
 * to 20 % of the interval early; seen: 2.43-3.09 s for 3 s. That the share is drawn evenly is inferred).
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                     \
	.check_order = VRRP_ORDER_RFC, .address_check = VRRP_ADDRESS_DROP,                         \
	.owner_receive = VRRP_OWNER_DISCARD, .length_check = VRRP_LENGTH_COMPLETE,                 \
	.losing_advert = VRRP_LOSING_SILENT, .advert_timer_on_receive = VRRP_TIMER_KEEP,           \
	.down_timer_on_refused = VRRP_TIMER_KEEP, .checksum_send = VRRP_CHECKSUM_MESSAGE,          \
	.checksum_receive = VRRP_CHECKSUM_ACCEPT_MESSAGE, .advert_mac = VRRP_MAC_VIRTUAL,          \
	.announce_mac = VRRP_MAC_VIRTUAL, .reply_mac = VRRP_MAC_VIRTUAL, .log = VRRP_LOG_ONCE

#define V3_ANNOUNCE                                                                     \
	{                                                                               \
		.operation = ARP_REPLY, .target = VRRP_GARP_TARGET_DESTINATION,         \
		.count = 3, .gap = 1150 * VL_MS, .na_router = true,                     \
	}

static const struct vrrp_config V2 = {
	COMMON,
	.interval_check = VRRP_INTERVAL_DROP,
	.ip = {.tos = 0xc0},
	.announce = {.operation = ARP_REPLY,
		     .target = VRRP_GARP_TARGET_DESTINATION,
		     .count = 3,
		     .gap = VL_S,
		     .before_advert = true,
		     .cisco_copy = true},
};

static const struct vrrp_config V3_IPV4 = {
	COMMON,
	.interval_check = VRRP_INTERVAL_LOG,
	.ip = {.tos = 0x00, .id_counts = true},
	.announce = V3_ANNOUNCE,
};

static const struct vrrp_config V3_IPV6 = {
	COMMON,
	.interval_check = VRRP_INTERVAL_LOG,
	.check_first_address = true,
	.ip = {.tos = 0xe0},
	.announce = V3_ANNOUNCE,
};

static void timers_learn(struct vrrp_config *c)
{
	if (c->version == 2)
		c->interval_check = VRRP_INTERVAL_LEARN;
}

static void early_adverts(struct vrrp_config *c)
{
	c->advert_jitter = VRRP_JITTER_MAX;
}

const struct vendor VENDOR_CISCO_IOS = {
	.kind = "cisco-ios",
	.title = "Cisco IOS and IOS-XE",
	.version = 2,
	.vrrp_v2 = &V2,
	.vrrp_v3_ipv4 = &V3_IPV4,
	.vrrp_v3_ipv6 = &V3_IPV6,
	.option = {{"timers-learn", "version 2 takes the interval of the Active", timers_learn},
		   {"early-adverts", "newer IOS: adverts leave up to 20 % of the interval early", early_adverts}},
	.sources = "public captures of IOS routers; counters of IOS-XE `show vrrp detail`",
	.inferred = "a differing address list drops; an owner discards; silence to a losing advert",
};

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Cisco IOS. Source: public captures of real routers; vendor documents where named.
 *
 *      Timers: 1 s, as the RFC (measured take-over at priority 100: 3.641 s, of which 32 ms are its own)
 *      version 2: virtual MAC in adverts, announcements and ARP replies; TOS 0xc0, IPv4 ID 0; gratuitous ARP as
 *              REPLY, to broadcast with a copy to 01:00:0c:cd:cd:cd, target hardware = Ethernet destination,
 *              3 rounds 1.0 s apart, the first BEFORE the advertisement
 *      version 3: checksum of the message alone, sent and demanded; gratuitous ARP replies to broadcast only, 3
 *              rounds 1.15 s apart, after the advertisement; IPv4: TOS 0, counting ID; IPv6: class 0xe0,
 *              unsolicited NA with R = 1
 *      authentication of version 2: text, or MD5 (type 254, a trailer of 30 bytes); a member without it or with another
 *              key is refused and logged (BADAUTHTYPE), both become Master and advertise on time side by side
 *      refused adverts do not starve it; a shut interface says goodbye with priority 0
 *
 * Inferred (UNCONFIRMED): a differing address list drops, also from an owner (`show vrrp detail` of IOS-XE counts such
 * adverts as discarded); an owner discards; a losing advert is answered with silence; version 3 processes
 * another interval; MD5 with another key id finds no key.
 *
 * Options: timers-learn (version 2 takes the Active's interval; UNCONFIRMED how far), early-adverts (newer IOS sends up
 * to 20 % of the interval early; seen: 2.43-3.09 s for 3 s. That the share is drawn evenly is inferred).
 *
 * Not modelled: `vrrp delay`, tracking by IP SLA (a script's `track` stands for it).
 */
#include "sim/vendors/vendor_cisco.h"

const struct vrrp_config CISCO_V2 = {
	CISCO_COMMON,
	.address_check = VRRP_ADDRESS_DROP,
	.interval_check = VRRP_INTERVAL_DROP,
	.ip = {.tos = 0xc0},
	.announce = CISCO_V2_ANNOUNCE,
};

const struct vrrp_config CISCO_V3_IPV4 = {
	CISCO_COMMON,
	.address_check = VRRP_ADDRESS_DROP,
	.interval_check = VRRP_INTERVAL_LOG,
	.ip = {.tos = 0x00, .id_counts = true},
	.announce = CISCO_V3_ANNOUNCE,
};

const struct vrrp_config CISCO_V3_IPV6 = {
	CISCO_COMMON,
	.address_check = VRRP_ADDRESS_DROP,
	.interval_check = VRRP_INTERVAL_LOG,
	.check_first_address = true,
	.ip = {.tos = 0xe0},
	.announce = CISCO_V3_ANNOUNCE,
};

void cisco_timers_learn(struct vrrp_config *c)
{
	if (c->version == 2)
		c->interval_check = VRRP_INTERVAL_LEARN;
}

void cisco_early_adverts(struct vrrp_config *c)
{
	c->advert_jitter = VRRP_JITTER_MAX;
}

const struct vendor VENDOR_CISCO_IOS = {
	.kind = "cisco-ios",
	.title = "Cisco IOS",
	.version = 2,
	.vrrp_v2 = &CISCO_V2,
	.vrrp_v3_ipv4 = &CISCO_V3_IPV4,
	.vrrp_v3_ipv6 = &CISCO_V3_IPV6,
	.option = {CISCO_OPTIONS},
	.auth = VENDOR_AUTH_TEXT | VENDOR_AUTH_MD5,
	.product = VENDOR_PRODUCT_IOS,
	.sources = "public captures of IOS routers; counters of IOS-XE `show vrrp detail`",
	.inferred = "a differing address list drops; an owner discards; silence to a losing advert",
	.not_modelled = "vrrp delay",
};

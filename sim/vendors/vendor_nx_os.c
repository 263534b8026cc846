// SPDX-License-Identifier: BSD-2-Clause
/*
 * Cisco NX-OS. Source: configuration guides of Nexus 3000 and 3548; nothing of it was seen on a wire.
 *
 *      Timers: 1 s, as the RFC; preemption on; priority 100
 *      authentication of version 2: none or text; a packet with another scheme or text is rejected
 *
 * Inferred (UNCONFIRMED, everything else): virtual MAC, announcements and fingerprint as IOS; a differing address list
 * drops, as IOS (`behaviour: {address_check: ...}` changes it); TOS 0xc0 in every version; the priority of an owner,
 * which one reference gives as 254, is 255 as in the RFC.
 *
 * Options: physical-mac (if it does not use the virtual MAC after all), addresses-processed (if it does not compare them).
 *
 * Not modelled: vPC, where both peers forward for the virtual MAC.
 */
#include "sim/vendors/vendor_cisco.h"

#define NX_OS CISCO_COMMON, .address_check = VRRP_ADDRESS_DROP, .ip = {.tos = 0xc0}

static const struct vrrp_config V2 = {
	NX_OS,
	.interval_check = VRRP_INTERVAL_DROP,
	.announce = CISCO_V2_ANNOUNCE,
};
static const struct vrrp_config V3_IPV4 = {
	NX_OS,
	.interval_check = VRRP_INTERVAL_LOG,
	.announce = CISCO_V3_ANNOUNCE,
};
static const struct vrrp_config V3_IPV6 = {
	NX_OS,
	.interval_check = VRRP_INTERVAL_LOG,
	.check_first_address = true,
	.announce = CISCO_V3_ANNOUNCE,
};

static void physical_mac(struct vrrp_config *c)
{
	c->advert_mac = c->announce_mac = c->reply_mac = VRRP_MAC_PHYSICAL;
}

static void addresses_processed(struct vrrp_config *c)
{
	c->address_check = VRRP_ADDRESS_LOG;
}

const struct vendor VENDOR_NX_OS = {
	.kind = "nx-os",
	.title = "Cisco NX-OS",
	.version = 2,
	.vrrp_v2 = &V2,
	.vrrp_v3_ipv4 = &V3_IPV4,
	.vrrp_v3_ipv6 = &V3_IPV6,
	.option = {{"physical-mac", "adverts, announcements and ARP replies with the port's own MAC", physical_mac},
		   {"addresses-processed", "other addresses are warned of, the advertisement counts", addresses_processed}},
	.auth = VENDOR_AUTH_TEXT,
	.product = VENDOR_PRODUCT_NX_OS,
	.sources = "configuration guides of Nexus 3000 and 3548",
	.inferred = "virtual MAC, announcements, fingerprint and the check of the address list are as IOS",
	.not_modelled = "vPC",
};

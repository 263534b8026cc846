// SPDX-License-Identifier: BSD-2-Clause
/*
 * Check Point Gaia, its VRRP ("monitored circuit"). Source: administration guide, sk39676, sk92061; `show vrrp
 * interfaces` of R81.
 *
 *      Timers: hello 1 s, dead interval 3 hellos: Active_Down_Interval as the RFC
 *      priority: base 100; effective priority = base - the sum of the deltas (10) of the monitored interfaces that are
 *              down: a script's `track: [{interface: eth2, priority: -10}]`
 *      VMAC modes: VRRP (default, 00:00:5e:00:01:VRID), interface, static, extended
 *      version 2 for IPv4, version 3 for IPv6; authentication none or simple
 *
 * Inferred (UNCONFIRMED): whether it compares the address list is not known; the default here is RFC 3768's (drop, unless
 * from an owner). One gratuitous ARP request, TOS 0xc0, IPv4 ID 0, checks as the RFC. Packets to the addresses are taken
 * (an administrator reaches the Master there).
 *
 * Options: vmac-interface (VMAC mode interface: the port's own MAC), addresses-processed (the other answer about the
 * address list). Modes static and extended, whose MAC an administrator gives or the box makes up: a script's
 * `behaviour: {static_mac: M}`. What it logs of VRRP is not known: the model writes no log lines.
 *
 * Not modelled: at most 127 interfaces (base 254, delta 2), preemption off for single interfaces, `auto-deactivation`,
 * the cold-start delay, the rule that all virtual routers of a box fail over together (a script's `sync_group`).
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                  \
	.check_order = VRRP_ORDER_RFC, .address_check = VRRP_ADDRESS_DROP_UNLESS_OWNER,         \
	.length_check = VRRP_LENGTH_COMPLETE, .losing_advert = VRRP_LOSING_SILENT,              \
	.advert_timer_on_receive = VRRP_TIMER_KEEP, .down_timer_on_refused = VRRP_TIMER_KEEP,   \
	.checksum_send = VRRP_CHECKSUM_MESSAGE, .checksum_receive = VRRP_CHECKSUM_ACCEPT_ANY,   \
	.advert_mac = VRRP_MAC_VIRTUAL, .announce_mac = VRRP_MAC_VIRTUAL,                       \
	.reply_mac = VRRP_MAC_VIRTUAL, .owner_receive = VRRP_OWNER_DISCARD,                     \
	.accept_always = true, .ip = {.tos = 0xc0},                                             \
	.announce = {.operation = ARP_REQUEST, .count = 1, .na_router = true}, .log = VRRP_LOG_ONCE

static const struct vrrp_config V2 = {COMMON, .interval_check = VRRP_INTERVAL_DROP};
static const struct vrrp_config V3_IPV6 = {
	COMMON,
	.interval_check = VRRP_INTERVAL_LOG,
	.check_first_address = true,
};

static void vmac_interface(struct vrrp_config *c)
{
	c->advert_mac = c->announce_mac = c->reply_mac = VRRP_MAC_PHYSICAL;
}

static void addresses_processed(struct vrrp_config *c)
{
	c->address_check = VRRP_ADDRESS_LOG;
}

const struct vendor VENDOR_CHECKPOINT_GAIA = {
	.kind = "checkpoint-gaia",
	.title = "Check Point Gaia VRRP, monitored circuits",
	.version = 2,
	.vrrp_v2 = &V2,
	.vrrp_v3_ipv6 = &V3_IPV6,
	.option = {{"vmac-interface", "VMAC mode interface: the port's own MAC everywhere", vmac_interface},
		   {"addresses-processed", "other addresses are warned of, the advertisement counts", addresses_processed}},
	.auth = VENDOR_AUTH_TEXT,
	.product = VENDOR_PRODUCT_CHECK_POINT,
	.sources = "administration guide; sk39676, sk92061; `show vrrp interfaces` of R81",
	.inferred = "other addresses drop, unless an owner's; announcements and fingerprint as the RFC",
	.not_modelled = "its log lines about VRRP, auto-deactivation, cold-start delay",
};

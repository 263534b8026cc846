// SPDX-License-Identifier: BSD-2-Clause
/*
 * FortiGate, its VRRP (not FGCP, with which it was not allowed together in FortiOS 5.0). Source: CLI reference and
 * knowledge base (FD40877).
 *
 *      Timers: adv-interval 1 s; Active_Down_Interval as the RFC; start-time 3 s, "the longest wait for
 *              advertisements at start": here the first wait of a Backup (`behaviour: {startup_wait: ...}`)
 *      MACs: the port's own for everything; with `vrrp-virtual-mac`, a setting of the interface, the virtual one.
 *              Without it a collision moves no MAC at the switch, but the second master still owns an address
 *      vrgrp: virtual routers of one group change state together: a script's `sync_group` (what exactly changes
 *              together is UNCONFIRMED)
 *      vrdst: up to two destinations; while one is unreachable the priority is vrdst-priority, or it does not
 *              advertise: a script's `track`, with `at_most: N` or `fault: true`
 *
 * Inferred (UNCONFIRMED): whether it compares the address list is not known; the default here is RFC 3768's (drop, unless
 * from an owner). accept-mode is on. One gratuitous ARP request, TOS 0xc0, IPv4 ID 0, checksums and the other checks as
 * the RFC's majority.
 *
 * Options: vrrp-virtual-mac; addresses-processed (the other answer about the address list).
 *
 * Authentication: none is documented. Not modelled: ignore-default-route.
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                  \
	.check_order = VRRP_ORDER_RFC, .address_check = VRRP_ADDRESS_DROP_UNLESS_OWNER,         \
	.length_check = VRRP_LENGTH_COMPLETE, .losing_advert = VRRP_LOSING_SILENT,              \
	.advert_timer_on_receive = VRRP_TIMER_KEEP, .down_timer_on_refused = VRRP_TIMER_KEEP,   \
	.checksum_send = VRRP_CHECKSUM_MESSAGE, .checksum_receive = VRRP_CHECKSUM_ACCEPT_ANY,   \
	.advert_mac = VRRP_MAC_PHYSICAL, .announce_mac = VRRP_MAC_PHYSICAL,                     \
	.reply_mac = VRRP_MAC_PHYSICAL, .owner_receive = VRRP_OWNER_DISCARD,                    \
	.accept_always = true, .startup_wait = 3 * VL_S, .ip = {.tos = 0xc0},                   \
	.announce = {.operation = ARP_REQUEST, .count = 1, .na_router = true}, .log = VRRP_LOG_ONCE

static const struct vrrp_config V2 = {COMMON, .interval_check = VRRP_INTERVAL_DROP};
static const struct vrrp_config V3 = {COMMON, .interval_check = VRRP_INTERVAL_LOG};

static void use_virtual_mac(struct vrrp_config *c)
{
	c->advert_mac = c->announce_mac = c->reply_mac = VRRP_MAC_VIRTUAL;
}

static void addresses_processed(struct vrrp_config *c)
{
	c->address_check = VRRP_ADDRESS_LOG;
}

const struct vendor VENDOR_FORTIGATE = {
	.kind = "fortigate",
	.title = "FortiGate VRRP: the port's own MAC unless vrrp-virtual-mac",
	.version = 2,
	.vrrp_v2 = &V2,
	.vrrp_v3_ipv4 = &V3,
	.vrrp_v3_ipv6 = &V3,
	.option = {{"vrrp-virtual-mac", "the virtual MAC in adverts, announcements and ARP replies", use_virtual_mac},
		   {"addresses-processed", "other addresses are warned of, the advertisement counts", addresses_processed}},
	.product = VENDOR_PRODUCT_FORTIGATE,
	.sources = "CLI reference; knowledge base FD40877",
	.inferred = "other addresses drop, unless an owner's; start-time is the first wait of a Backup; accept-mode on",
	.not_modelled = "ignore-default-route, FGCP beside it",
};

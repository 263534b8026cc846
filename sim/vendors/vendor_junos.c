// SPDX-License-Identifier: BSD-2-Clause
/*
 * Juniper Junos. Source: its system log reference (what it notices); reports of checksum camps (FRR 9951).
 *
 *      Timers: 1 s, as the RFC; preemption on; priority 100
 *      virtual MAC; version 3 over IPv4: checksum of the message alone, any other is dropped
 *      logs an advertisement with another interval, another number of addresses, wrong authentication
 *
 * Inferred (UNCONFIRMED): version 2 unless configured (from memory); of the addresses only the number is compared,
 * and the advertisement counts nevertheless (its log has a message for the number and none for the list;
 * `behaviour: {address_check: drop-unless-owner}` is the other reading); another interval drops in version 2; one
 * gratuitous ARP request as the RFC; TOS 0xc0, IPv4 ID 0; packets to the addresses are not taken (accept-data is off).
 *
 * Option: count-drops (another number of addresses drops, unless from an owner; another list of that number too).
 *
 * Authentication: none, simple. Not modelled: its md5, whose bytes are not known; fast-interval below 1 s in version 2;
 * inheritance between groups.
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                    \
	.check_order = VRRP_ORDER_RFC, .address_check = VRRP_ADDRESS_COUNT,                       \
	.length_check = VRRP_LENGTH_COMPLETE, .losing_advert = VRRP_LOSING_SILENT,                \
	.advert_timer_on_receive = VRRP_TIMER_KEEP, .down_timer_on_refused = VRRP_TIMER_KEEP,     \
	.checksum_send = VRRP_CHECKSUM_MESSAGE, .checksum_receive = VRRP_CHECKSUM_ACCEPT_MESSAGE, \
	.advert_mac = VRRP_MAC_VIRTUAL, .announce_mac = VRRP_MAC_VIRTUAL,                         \
	.reply_mac = VRRP_MAC_VIRTUAL, .owner_receive = VRRP_OWNER_DISCARD, .ip = {.tos = 0xc0},  \
	.announce = {.operation = ARP_REQUEST, .count = 1, .na_router = true}, .log = VRRP_LOG_ONCE

static const struct vrrp_config V2 = {COMMON, .interval_check = VRRP_INTERVAL_DROP};
static const struct vrrp_config V3_IPV4 = {COMMON, .interval_check = VRRP_INTERVAL_LOG};
static const struct vrrp_config V3_IPV6 = {
	COMMON,
	.interval_check = VRRP_INTERVAL_LOG,
	.check_first_address = true,
};

static void count_drops(struct vrrp_config *c)
{
	c->address_check = VRRP_ADDRESS_DROP_UNLESS_OWNER;
}

const struct vendor VENDOR_JUNOS = {
	.kind = "junos",
	.title = "Juniper Junos",
	.version = 2,
	.vrrp_v2 = &V2,
	.vrrp_v3_ipv4 = &V3_IPV4,
	.vrrp_v3_ipv6 = &V3_IPV6,
	.option = {{"count-drops", "other addresses drop the advertisement, unless it is an owner's", count_drops}},
	.auth = VENDOR_AUTH_TEXT,
	.product = VENDOR_PRODUCT_JUNOS,
	.sources = "system log reference; reports of the checksum it demands",
	.inferred = "version 2 by default; only the number of addresses is compared, to warn; announcements as the RFC",
	.not_modelled = "md5 authentication, intervals below 1 s in version 2",
};

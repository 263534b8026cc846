// SPDX-License-Identifier: BSD-2-Clause
/*
 * Huawei VRP, and H3C and HPE Comware, by what they log. Source: their log references; nothing of them was seen on a
 * wire.
 *
 *      Huawei: VRRP_DOUBLE_MASTER_ERR names as causes other authentication, another key, another list of addresses and
 *              another version: all of these drop, and both become Master
 *      H3C: "The virtual router detected a VRRP configuration error": the same
 *
 * Inferred (UNCONFIRMED, everything else): RFC 3768 and RFC 5798 to the letter: the list drops unless it is an owner's
 * in version 2 and in version 3 too (`behaviour: {address_check: ...}`); 1 s, preemption, virtual MAC, one
 * gratuitous ARP request, TOS 0xc0; version 2 unless configured; authentication none or text.
 *
 * Not modelled: Huawei's md5 authentication, whose bytes are not known; load-balancing modes of both.
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                    \
	.check_order = VRRP_ORDER_RFC, .address_check = VRRP_ADDRESS_DROP_UNLESS_OWNER,           \
	.length_check = VRRP_LENGTH_COMPLETE, .losing_advert = VRRP_LOSING_SILENT,                \
	.advert_timer_on_receive = VRRP_TIMER_KEEP, .down_timer_on_refused = VRRP_TIMER_KEEP,     \
	.checksum_send = VRRP_CHECKSUM_MESSAGE, .checksum_receive = VRRP_CHECKSUM_ACCEPT_ANY,     \
	.advert_mac = VRRP_MAC_VIRTUAL, .announce_mac = VRRP_MAC_VIRTUAL,                         \
	.reply_mac = VRRP_MAC_VIRTUAL, .owner_receive = VRRP_OWNER_DISCARD, .ip = {.tos = 0xc0},  \
	.announce = {.operation = ARP_REQUEST, .count = 1, .na_router = true}, .log = VRRP_LOG_ONCE

static const struct vrrp_config V2 = {COMMON, .interval_check = VRRP_INTERVAL_DROP};
static const struct vrrp_config V3_IPV4 = {COMMON, .interval_check = VRRP_INTERVAL_ACCEPT};
static const struct vrrp_config V3_IPV6 = {
	COMMON,
	.interval_check = VRRP_INTERVAL_ACCEPT,
	.check_first_address = true,
};

#define PROFILES                                                                                  \
	.version = 2, .vrrp_v2 = &V2, .vrrp_v3_ipv4 = &V3_IPV4, .vrrp_v3_ipv6 = &V3_IPV6,         \
	.auth = VENDOR_AUTH_TEXT, .inferred = "all but what is refused is as the RFC"

const struct vendor VENDOR_HUAWEI = {
	PROFILES,
	.kind = "huawei",
	.title = "Huawei VRP, by its log",
	.product = VENDOR_PRODUCT_HUAWEI,
	.sources = "log reference: STATEWARNINGEXTEND, VRRP_DOUBLE_MASTER_ERR and its causes",
	.not_modelled = "md5 authentication, load balancing",
};

const struct vendor VENDOR_H3C = {
	PROFILES,
	.kind = "h3c",
	.title = "H3C and HPE Comware, by their log",
	.product = VENDOR_PRODUCT_H3C,
	.sources = "log lines: VRRP_STATUS_CHANGE, the configuration error",
	.not_modelled = "load-balancing mode",
};

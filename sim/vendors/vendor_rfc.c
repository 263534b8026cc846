// SPDX-License-Identifier: BSD-2-Clause
/*
 * The standards' own router: RFC 9568 for version 3 (the default), RFC 3768 for version 2. The knobs that the
 * RFCs leave open are set as the measured majority has them: TOS 0xc0, one announcement an address.
 *
 *      version 2: the optional check of the address list is done, and drops unless the sender says 255
 *      version 3: IPv4 checksum over the message alone (9568 5.2.8); either form accepted
 *
 * vrrp_config_init says the same; this file spells it out so that profiles can be compared side by side.
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                  \
	.check_order = VRRP_ORDER_RFC, .length_check = VRRP_LENGTH_COMPLETE,                    \
	.advert_timer_on_receive = VRRP_TIMER_KEEP, .down_timer_on_refused = VRRP_TIMER_KEEP,   \
	.checksum_send = VRRP_CHECKSUM_MESSAGE, .checksum_receive = VRRP_CHECKSUM_ACCEPT_ANY,   \
	.advert_mac = VRRP_MAC_VIRTUAL, .announce_mac = VRRP_MAC_VIRTUAL,                       \
	.reply_mac = VRRP_MAC_VIRTUAL, .ip = {.tos = 0xc0},                                     \
	.announce = {.operation = ARP_REQUEST, .count = 1, .na_router = true}, .log = VRRP_LOG_ONCE

static const struct vrrp_config V2 = {
	COMMON,
	.address_check = VRRP_ADDRESS_DROP_UNLESS_OWNER,        /* RFC 3768 7.1 */
	.owner_receive = VRRP_OWNER_DISCARD,                    /* RFC 3768 7.1 */
	.interval_check = VRRP_INTERVAL_DROP,                   /* RFC 3768 7.1 */
	.losing_advert = VRRP_LOSING_SILENT,                    /* RFC 3768 6.4.3 */
};

#define V3                                                                                      \
	COMMON, .address_check = VRRP_ADDRESS_LOG,              /* RFC 9568 7.1 */              \
	.owner_receive = VRRP_OWNER_PROCESS,                    /* erratum 8298 */              \
	.interval_check = VRRP_INTERVAL_LOG,                    /* RFC 9568 7.1 */              \
	.losing_advert = VRRP_LOSING_ADVERTISE                  /* RFC 9568 6.4.3 */

static const struct vrrp_config V3_IPV4 = {V3};
static const struct vrrp_config V3_IPV6 = {V3, .check_first_address = true}; /* erratum 8300 */

const struct vendor VENDOR_RFC = {
	.kind = "rfc",
	.title = "a router by the book: RFC 9568, and RFC 3768 for version 2",
	.version = 3,
	.vrrp_v2 = &V2,
	.vrrp_v3_ipv4 = &V3_IPV4,
	.vrrp_v3_ipv6 = &V3_IPV6,
	.auth = VENDOR_AUTH_TEXT | VENDOR_AUTH_MD5 | VENDOR_AUTH_AH | VENDOR_AUTH_HMAC, /* whatever a test asks for */
	.sources = "RFC 3768 (version 2), RFC 5798 and RFC 9568 with its errata (version 3)",
};

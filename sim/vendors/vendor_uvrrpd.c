// SPDX-License-Identifier: BSD-2-Clause
/*
 * Evolix uvrrpd. Source: its source.
 *
 *      Timers: 1 s, as the RFC
 *      address list: version 2 drops unless the sender says 255; version 3 does not look
 *      another interval drops, in version 3 too; an owner discards; a losing advertisement is dropped in silence
 *      version 3 over IPv4: checksum with pseudo-header, sent and demanded
 *      virtual MAC in adverts and announcements; one gratuitous ARP request an address, target hardware ff:ff:..
 *      authentication of version 2: none or text
 *      warns of every refused advertisement
 *
 * Inferred (UNCONFIRMED): ARP is answered with the virtual MAC (its script makes a macvlan); TOS 0xc0, IPv4 ID 0; its order
 * of checks differs (version before TTL), which shows only in what it logs; packets to the addresses are taken, for the
 * macvlan has them. Option: none.
 *
 * Not modelled: start_delay (`behaviour: {startup_wait: ...}`), its control FIFO.
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                  \
	.check_order = VRRP_ORDER_RFC, .owner_receive = VRRP_OWNER_DISCARD,                     \
	.interval_check = VRRP_INTERVAL_DROP, .length_check = VRRP_LENGTH_COMPLETE,             \
	.losing_advert = VRRP_LOSING_SILENT, .advert_timer_on_receive = VRRP_TIMER_KEEP,        \
	.down_timer_on_refused = VRRP_TIMER_KEEP, .checksum_send = VRRP_CHECKSUM_PSEUDO,        \
	.checksum_receive = VRRP_CHECKSUM_ACCEPT_PSEUDO, .advert_mac = VRRP_MAC_VIRTUAL,        \
	.announce_mac = VRRP_MAC_VIRTUAL, .reply_mac = VRRP_MAC_VIRTUAL, .accept_always = true, \
	.ip = {.tos = 0xc0},                                                                    \
	.announce = {.operation = ARP_REQUEST, .target = VRRP_GARP_TARGET_BROADCAST,            \
		     .count = 1, .na_router = true},                                            \
	.log = VRRP_LOG_EVERY

static const struct vrrp_config V2 = {COMMON, .address_check = VRRP_ADDRESS_DROP_UNLESS_OWNER};
static const struct vrrp_config V3 = {COMMON, .address_check = VRRP_ADDRESS_IGNORE};

const struct vendor VENDOR_UVRRPD = {
	.kind = "uvrrpd",
	.title = "Evolix uvrrpd",
	.version = 2,
	.vrrp_v2 = &V2,
	.vrrp_v3_ipv4 = &V3,
	.vrrp_v3_ipv6 = &V3,
	.auth = VENDOR_AUTH_TEXT,
	.product = VENDOR_PRODUCT_UVRRPD,
	.sources = "source of uvrrpd",
	.inferred = "the virtual MAC answers ARP; TOS 0xc0, IPv4 ID 0",
	.not_modelled = "start_delay, the control FIFO",
};

// SPDX-License-Identifier: BSD-2-Clause
/*
 * FRR vrrpd. Source: measured with 8.4.4; source of vrrpd.
 *
 *      Timers: 1 s, as RFC 5798, but Skew_Time cut to centiseconds (measured: 3.600 and 0.600 s at priority 100);
 *              starts as Backup always, an owner (255) too
 *      address list: only the count is compared, in debug output; never drops
 *      never rejects as owner; a losing advertisement is dropped in silence
 *      version 2 accepts authentication type 0 only; interval must be equal; version 3 learns it
 *      version 3 over IPv4: checksum with pseudo-header, sent and demanded
 *      announcements: one gratuitous ARP request, target hardware ff:ff:..; virtual MAC everywhere
 *      answers pings to the addresses although not owner: they sit on its macvlan; TOS 0xc0, DF, kernel's ID
 *      silent: every rejection is debug output
 *
 * Option: no-checksum-with-ipv4-pseudoheader, as in its configuration.
 *
 * Inferred: the kernel's IPv4 ID is modelled as counting. Not modelled: an IPv6 list without a link-local first
 * address on transmission (on reception it is taken).
 */
#include "sim/vendors/profiles.h"

#define COMMON                                                                                  \
	.check_order = VRRP_ORDER_RFC, .address_check = VRRP_ADDRESS_COUNT,                     \
	.skew_unit = 10 * VL_MS, .owner_receive = VRRP_OWNER_PROCESS, .length_check = VRRP_LENGTH_PLAIN,                 \
	.losing_advert = VRRP_LOSING_SILENT, .advert_timer_on_receive = VRRP_TIMER_KEEP,        \
	.down_timer_on_refused = VRRP_TIMER_KEEP, .checksum_send = VRRP_CHECKSUM_PSEUDO,        \
	.checksum_receive = VRRP_CHECKSUM_ACCEPT_PSEUDO, .advert_mac = VRRP_MAC_VIRTUAL,        \
	.announce_mac = VRRP_MAC_VIRTUAL, .reply_mac = VRRP_MAC_VIRTUAL, .accept_always = true, \
	.owner_waits = true, .ip = {.tos = 0xc0, .dont_fragment = true, .id_counts = true},     \
	.announce = {.operation = ARP_REQUEST, .target = VRRP_GARP_TARGET_BROADCAST,            \
		     .count = 1, .na_router = true},                                            \
	.log = VRRP_LOG_NEVER

static const struct vrrp_config V2 = {COMMON, .interval_check = VRRP_INTERVAL_DROP};
static const struct vrrp_config V3 = {COMMON, .interval_check = VRRP_INTERVAL_ACCEPT};

static void no_pseudo_header(struct vrrp_config *c)
{
	c->checksum_send = VRRP_CHECKSUM_MESSAGE;
	c->checksum_receive = VRRP_CHECKSUM_ACCEPT_MESSAGE;
}

const struct vendor VENDOR_FRR = {
	.kind = "frr",
	.title = "FRR vrrpd: version 3, silent about everything it refuses",
	.version = 3,
	.vrrp_v2 = &V2,
	.vrrp_v3_ipv4 = &V3,
	.vrrp_v3_ipv6 = &V3,
	.option = {{"no-checksum-with-ipv4-pseudoheader", "version 3 IPv4: checksum without pseudo-header, sent and demanded",
		    no_pseudo_header}},
	.product = VENDOR_PRODUCT_FRR,
	.sources = "measured with 8.4.4; source of vrrpd",
	.inferred = "the IPv4 ID counts",
	.not_modelled = "IPv6 lists that begin with a global address",
};

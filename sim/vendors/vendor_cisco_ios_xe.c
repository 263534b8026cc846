// SPDX-License-Identifier: BSD-2-Clause
/*
 * Cisco IOS-XE with `fhrp version vrrp v3`, after which version 2 is not to be had; without it, it is IOS. Source:
 * public captures of version 3 (see vendor_cisco_ios.c for the wire); error counters of `show vrrp detail`; a bug
 * report of FRR for what it logs of the other checksum.
 *
 *      Timers: 1000 ms, as the RFC; the interval of the Active is learned, another one is counted
 *      `match-address`, on by default: an advertisement with other addresses is discarded and counted as "IP address
 *              configuration mismatch" (one sample: 3537 of them at a router that was MASTER: two masters)
 *      checksum of version 3 over IPv4: of the message alone; any other is discarded and logged
 *
 * Inferred (UNCONFIRMED): that match-address is on by default and what it does are from memory, but agree with the
 * counters; "IP Address Owner conflicts" is read as: an owner discards.
 *
 * Options: no-match-address (as the command: addresses are not compared), timers-learn (version 2), early-adverts.
 *
 * Not modelled: sending both versions at once (`vrrpv2`); `vrrs`; object tracking but by a script's `track`.
 */
#include "sim/vendors/vendor_cisco.h"

static void no_match_address(struct vrrp_config *c)
{
	c->address_check = VRRP_ADDRESS_IGNORE;
}

const struct vendor VENDOR_CISCO_IOS_XE = {
	.kind = "cisco-ios-xe",
	.title = "Cisco IOS-XE: VRRP version 3, match-address",
	.version = 3,
	.vrrp_v2 = &CISCO_V2,
	.vrrp_v3_ipv4 = &CISCO_V3_IPV4,
	.vrrp_v3_ipv6 = &CISCO_V3_IPV6,
	.option = {{"no-match-address", "the address list is not compared", no_match_address}, CISCO_OPTIONS},
	.auth = VENDOR_AUTH_TEXT | VENDOR_AUTH_MD5,
	.product = VENDOR_PRODUCT_IOS_XE,
	.sources = "public captures of version 3; counters of `show vrrp detail`",
	.inferred = "match-address is on by default; an owner discards",
	.not_modelled = "both versions at once (vrrpv2)",
};

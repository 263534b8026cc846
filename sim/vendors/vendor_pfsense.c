// SPDX-License-Identifier: BSD-2-Clause
/*
 * pfSense and OPNsense: FreeBSD's carp(4). Source: public captures; source of FreeBSD's ip_carp.c.
 *
 *      Timers: advbase 1 s, advskew 0; dead after 3 * advbase + advskew/256 s
 *      adverts from 00:00:5e:00:01:vhid, byte for byte VRRP's MAC; TOS 0xe0, DF, ID 0 (captures); the counter stays the
 *              same for many frames (captures)
 *      the digest covers all addresses of the vhid
 *      a master yields to an equally frequent one (no tie-break), and does nothing about a less frequent one
 *      a backup preempts where net.inet.carp.preempt is set
 *
 * Inferred (UNCONFIRMED): preemption is on, as the product is set up for pairs (`preempt: false` is FreeBSD's own
 * default); announcements and ARP replies carry the virtual MAC; one gratuitous ARP request, target hardware zero; it
 * says goodbye with advbase 255, advskew 255 as the BSDs do.
 *
 * Not modelled: demotion (net.inet.carp.demotion, also by pfsync), unicast peers, version 3 of recent FreeBSD, which is VRRP;
 * that a bad hash is only counted and logged in debug builds.
 */
#include "sim/vendors/profiles.h"

static void freebsd(struct carp_config *c)
{
	carp_config_init(c);
	c->preempt = true;
	c->bow_out = true;
	c->last_word = false;
	c->no_reassert = true;
	c->tie_break = CARP_TIE_YIELD;
	c->counter_policy = CARP_COUNTER_CONSTANT;
	c->advert_mac = c->announce_mac = c->reply_mac = CARP_MAC_BSD;
	c->announce = (struct carp_announce_config){
		.operation = ARP_REQUEST,
		.target = CARP_GARP_TARGET_ZERO,
		.count = 1,
	};
	c->ip = (struct carp_ip_config){.tos = 0xe0, .dont_fragment = true};
}

const struct vendor VENDOR_PFSENSE = {
	.kind = "pfsense",
	.title = "pfSense, OPNsense: FreeBSD's carp(4)",
	.carp = freebsd,
	.product = VENDOR_PRODUCT_FREEBSD,
	.sources = "public captures; source of ip_carp.c",
	.inferred = "preemption on; one gratuitous ARP; the virtual MAC answers ARP; goodbye on shutdown",
	.not_modelled = "demotion, unicast peers, CARP version 3",
};

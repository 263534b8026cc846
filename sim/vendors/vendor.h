// SPDX-License-Identifier: BSD-2-Clause
/*
 * How boxes of this and that maker run VRRP and CARP: profiles of the engines in sim/vrrp and sim/carp, one
 * file each, as constant configurations. A profile is behaviour (checks, timers, MACs, announcements,
 * fingerprint); identity (id, priority, addresses, interval) is the user's.
 *
 *      rfc             the text itself: RFC 9568; with version 2, RFC 3768
 *      keepalived-2.2  up to 2.3.2: drops on a differing address list, is starved by refused adverts
 *      keepalived-2.4  since 2.3.3: warns once and goes on; starved by refused adverts all the same
 *      frr             FRR vrrpd 8
 *      uvrrpd          Evolix uvrrpd
 *      cisco-ios       Cisco IOS, version 2 unless asked
 *      cisco-ios-xe    Cisco IOS-XE with `fhrp version vrrp v3`
 *      nx-os           Cisco NX-OS
 *      junos           Juniper Junos
 *      fortigate       FortiGate's VRRP: the port's own MAC unless vrrp-virtual-mac
 *      checkpoint-gaia Check Point Gaia's VRRP, monitored circuits
 *      huawei, h3c     Huawei VRP, H3C and HPE Comware, known by what they log
 *      ucarp           ucarp 1.5.2; CARP only
 *      pfsense         pfSense, OPNsense: FreeBSD's carp(4); CARP only
 *
 * A KEMP LoadMaster, which runs a patched ucarp, is sim/appliance/loadmaster.h. What the wire does not tell of a box
 * (UNCONFIRMED) has the default that the file gives, and a script's `behaviour`, `announce` and `options` change it.
 *
 * Each file says where its facts come from ("measured": real daemons on a Linux bridge; "captures": public
 * captures of real boxes; "source": read in the implementation), what is inferred, and what is not modelled.
 * No profile sets .na_router by itself where the box follows its forwarding state: that is the caller's.
 */
#ifndef VL_VENDORS_VENDOR_H
#define VL_VENDORS_VENDOR_H

#include "sim/carp/carp_config.h"
#include "sim/vrrp/vrrp_config.h"

/* A setting of the vendor's own that changes the profile: keepalived's use_vmac. Options work on a
 * configuration whose identity is filled in. */
struct vendor_option {
	const char *name;
	const char *help;
	void (*apply)(struct vrrp_config *c);
};

#define VENDOR_OPTIONS 8

/* Who writes log lines: the boxes of this folder, and others whose lines speak of a virtual ID too. */
enum vendor_product {
	VENDOR_PRODUCT_NONE,            /* nobody: the standard */
	VENDOR_PRODUCT_KEEPALIVED_1,
	VENDOR_PRODUCT_KEEPALIVED_OLD,  /* 2.0 to 2.3.2 */
	VENDOR_PRODUCT_KEEPALIVED_NEW,  /* from 2.3.3 */
	VENDOR_PRODUCT_FRR,
	VENDOR_PRODUCT_UVRRPD,
	VENDOR_PRODUCT_UCARP,           /* KEMP LoadMaster too */
	VENDOR_PRODUCT_FREEBSD,         /* pfSense, OPNsense too */
	VENDOR_PRODUCT_IOS,
	VENDOR_PRODUCT_IOS_XE,
	VENDOR_PRODUCT_NX_OS,
	VENDOR_PRODUCT_CATALYST,        /* a Cisco switch between them */
	VENDOR_PRODUCT_JUNOS,
	VENDOR_PRODUCT_FORTIGATE,
	VENDOR_PRODUCT_CHECK_POINT,
	VENDOR_PRODUCT_HUAWEI,
	VENDOR_PRODUCT_H3C,
	VENDOR_PRODUCT_PROCURVE,
	VENDOR_PRODUCT_LINUX,
	VENDOR_PRODUCT_WINDOWS,
	VENDOR_PRODUCT_ARPWATCH,
	VENDOR_PRODUCT_SNIFFER,         /* tcpdump, Wireshark */
	VENDOR_PRODUCT_COUNT
};

/* Ways in which a box can authenticate version 2, a bit each; none is always one. */
enum {
	VENDOR_AUTH_TEXT = 1,
	VENDOR_AUTH_MD5 = 2,            /* Cisco's */
	VENDOR_AUTH_AH = 4,
	VENDOR_AUTH_HMAC = 8,           /* keepalived's auth_hmac, either version */
};

struct vendor {
	const char *kind;                       /* what a script says */
	const char *title;                      /* one line for people */
	uint8_t version;                        /* VRRP for IPv4 when the user says none; 0: no VRRP */
	/* the profiles; NULL: it does not speak that */
	const struct vrrp_config *vrrp_v2;
	const struct vrrp_config *vrrp_v3_ipv4;
	const struct vrrp_config *vrrp_v3_ipv6;
	void (*carp)(struct carp_config *c);    /* fills in how it runs CARP; NULL: it does not */
	unsigned auth;                          /* VENDOR_AUTH_... that it knows */
	enum vendor_product product;            /* whose words its log has (vendor_log.h) */
	struct vendor_option option[VENDOR_OPTIONS];    /* up to the first without a name */
	const char *sources;                    /* where the facts come from */
	const char *inferred;                   /* what is a documented guess; NULL: nothing */
	const char *not_modelled;               /* NULL: nothing known */
};

/* The vendor of that kind, or NULL. */
const struct vendor *vendor_find(const char *kind);
/* The i-th vendor, for lists and suggestions; NULL behind the last. */
const struct vendor *vendor_at(size_t i);

/* Fills in *c with the profile: identity empty, priority 100, interval 1 s. `version` 0 means the vendor's
 * own default (3 for IPv6). VL_INVALID: the vendor does not speak that version, family, or VRRP at all. */
struct vl_status vendor_vrrp_defaults(const struct vendor *v, uint8_t version, enum ip_family family,
				      struct vrrp_config *c);
/* The same for CARP. VL_INVALID: it speaks none. */
struct vl_status vendor_carp_defaults(const struct vendor *v, struct carp_config *c);

/* VL_INVALID when the box does not know that method (vrrp_auth_word). */
struct vl_status vendor_vrrp_auth(const struct vendor *v, const char *method);

/* Switches an option on. VL_UNKNOWN with the nearest name: the vendor has no such option. */
struct vl_status vendor_vrrp_option(const struct vendor *v, const char *name, struct vrrp_config *c);

#endif

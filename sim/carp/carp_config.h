// SPDX-License-Identifier: BSD-2-Clause
/*
 * What one CARP host is told. carp_config_init gives ucarp's behaviour, which is also the ground of a KEMP
 * LoadMaster's HA; the knobs name what KEMP and the BSDs do otherwise (vrrp.md 2.7).
 */
#ifndef VL_CARP_CARP_CONFIG_H
#define VL_CARP_CARP_CONFIG_H

#include "sim/base/status.h"
#include "sim/base/time.h"
#include "sim/wire/arp.h"
#include "sim/wire/carp.h"

#define CARP_ADDRESSES 32
#define CARP_PASSWORD 20                /* bytes of a password that count (the HMAC key) */

/* A MAC that CARP uses. */
enum carp_mac {
	CARP_MAC_PHYSICAL,
	CARP_MAC_UCARP,                 /* 00:00:5e:00:00:vhid */
	CARP_MAC_BSD,                   /* 00:00:5e:00:01:vhid: pfSense, OPNsense; equal to VRRP's */
	CARP_MAC_KEMP,                  /* 00:00:5e:00:(1 + 2 * interface_id):vhid; on eth0 equal to VRRP's */
};

/* Who goes when two masters advertise equally often. */
enum carp_tie_break {
	CARP_TIE_RAW_ADDRESS,           /* ucarp on x86: lower source address as a little-endian integer wins,
					   so the last octet decides */
	CARP_TIE_YIELD,                 /* BSD: whoever hears an equal one yields */
};

enum carp_counter {
	CARP_COUNTER_COUNTS,            /* ucarp, OpenBSD: one more each advertisement, adopted from the master */
	CARP_COUNTER_CONSTANT,          /* FreeBSD, as seen on wires */
};

enum carp_garp_target {
	CARP_GARP_TARGET_SENDER,        /* target hardware address = sender's: ucarp */
	CARP_GARP_TARGET_ZERO,
	CARP_GARP_TARGET_BROADCAST,
};

struct carp_announce_config {
	enum arp_operation operation;   /* 0 means request */
	enum carp_garp_target target;
	uint8_t count;                  /* at once, on becoming master and on reasserting */
	uint8_t repeat_count;           /* once more, on becoming master only */
	vl_time repeat_after;
	bool na_router;                 /* R flag of Neighbour Advertisements */
};

struct carp_ip_config {
	uint8_t tos;
	bool dont_fragment;
	bool id_random;                 /* IPv4 ID drawn from the seed; otherwise 0 */
};

struct carp_config {
	unsigned interface;             /* index in the stack */
	enum ip_family family;          /* of the advertisements: 224.0.0.18 or ff02::12 */
	uint8_t vhid;                   /* 1-255 */
	uint8_t advbase;                /* seconds, 1-255 */
	uint8_t advskew;                /* 1/256 s, 0-254: the lower, the better */
	uint8_t demotion;               /* the byte that FreeBSD sends; 0 elsewhere */
	const char *password;           /* copied; up to CARP_PASSWORD bytes count; never printed */
	size_t address_count;           /* at least 1 */
	struct ip_addr address[CARP_ADDRESSES]; /* covered by the digest, owned by the master */
	struct ip_addr source;          /* of advertisements; family IP_NONE: the interface's primary */

	uint8_t dead_ratio;             /* master is dead after dead_ratio * advbase + advskew/256 s; 3 */
	vl_time initial_wait;           /* in init before backup: listens to nobody yet */
	bool preempt;                   /* a backup that would advertise more often takes over at once */
	bool bow_out;                   /* goodbye with advbase 255, advskew 255: BSD. ucarp just stops */
	bool last_word;                 /* a master that yields sends one more advertisement: ucarp */
	bool no_reassert;               /* a master that hears a lesser one does nothing: BSD; ucarp announces again */
	bool broadcast;                 /* to 255.255.255.255: KEMP's "Use Broadcast IP address". IPv4 only */
	enum carp_tie_break tie_break;
	enum carp_counter counter_policy;
	uint64_t counter;               /* the first; 0: drawn from the seed */
	uint64_t seed;
	unsigned interface_id;          /* of CARP_MAC_KEMP: 0 for eth0, 1 for eth1 */
	enum carp_mac advert_mac;       /* Ethernet source of advertisements */
	enum carp_mac announce_mac;     /* gratuitous ARP: Ethernet source and sender */
	enum carp_mac reply_mac;        /* answered in ARP */
	struct carp_announce_config announce;
	struct carp_ip_config ip;
};

/* ucarp 1.5.2: advbase 1, advskew 0, IPv4, no preemption, counting, advert from 00:00:5e:00:00:vhid, ARP
 * with the physical MAC, 1 announcement and 1 more after 2 s. vhid, password, addresses are to fill in. */
void carp_config_init(struct carp_config *c);
/* VL_INVALID with a reason that names field and range. */
struct vl_status carp_config_check(const struct carp_config *c);

#endif

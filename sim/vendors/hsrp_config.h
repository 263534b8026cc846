// SPDX-License-Identifier: BSD-2-Clause
/*
 * What one HSRP group of one router is told, and all of a box. hsrp_group_config_init gives Cisco IOS's behaviour.
 *
 * Sources: RFC 2281 (version 1, the state table); "captures": public captures of real IOS routers (an election, a
 * Coup, MD5 switched on at one side, version 2, IPv6); Cisco's command references for defaults and names.
 *
 *      hello 3 s, hold 10 s, priority 100, text "cisco", no preemption     RFC 2281 5.1, captures
 *      Listen and Speak last a hold time each, and Standby no time at all when there is no Active: 20 s from power
 *              to Active                                                   captures: 10.0-12 s each
 *      TTL 1 (IPv6: 255), TOS 0xc0 (class 0xe0), IPv4 ID 0                 captures
 *      Ethernet source: the virtual MAC while Active, otherwise the burnt-in one; so the Coup of a challenger, and a
 *              Resign, come from the burnt-in one                          captures
 *      on becoming Active: hello, gratuitous ARP as REPLY to broadcast and a copy to 01:00:0c:cd:cd:cd, target hardware =
 *              Ethernet destination; the broadcast once more after 3 s     captures
 *      deposed by a Coup or by a better Active: Resign, hello in Speak; the Active that hears that Resign says Coup
 *              and hello once more and announces again                     captures (not of the oldest IOS: .resigns)
 *      Advertise (version 2: interface state): passive at start, when that changes, every 30 s while passive, and as
 *              an answer to an active one; an active interface is silent   captures: 26-29.5 s
 *      timers are learned from the Active also where they are configured   Cisco
 *      MD5: keyed as RFC 1828 over the message with a zero digest          captures with known keys (version 1);
 *              version 2 is taken to cover its whole datagram likewise
 *      IPv6: from the link-local address; unsolicited NA with R = 1        captures (hellos)
 *
 * Inferred (UNCONFIRMED), each a knob: a hello with another virtual address is warned of and taken all the same
 * (.address_check: the log line DIFFVIP1 says no more); an MD5 key with another id is no key; the delay of preemption
 * begins when the lower Active is first heard; the log of refused messages is limited to one in 30 s (.log_interval); hellos
 * come in time (.hello_jitter: newer IOS sends up to 20 % early).
 *
 * Not modelled: key chains, `use-bia', BFD, `standby delay', secondary addresses in different subnets, ICMP redirect
 * filtering (which the Advertise serves), MAC refresh hellos, an IPv6 virtual address made by `autoconfig'.
 */
#ifndef VL_VENDORS_HSRP_CONFIG_H
#define VL_VENDORS_HSRP_CONFIG_H

#include "sim/base/status.h"
#include "sim/base/time.h"
#include "sim/wire/hsrp.h"

#define HSRP_GROUPS 32                  /* of one box */
#define HSRP_ADDRESSES 8                /* the first is in hellos, the others are secondary */
#define HSRP_TRACKS 8
#define HSRP_KEY 55                     /* bytes of an MD5 key: one block with its padding */

enum hsrp_address_check {
	HSRP_ADDRESS_WARN = 0,          /* warned of, taken */
	HSRP_ADDRESS_DROP,
};

enum hsrp_learning {
	HSRP_LEARN_ALWAYS = 0,          /* Cisco: what the Active says overrides, but for timers in milliseconds */
	HSRP_LEARN_UNCONFIGURED,        /* RFC 2281: only what was not configured (.timers_given) */
};

/* The priority changes while the object is down. */
struct hsrp_track_config {
	const char *object;             /* moved by COMMAND_TRACK; NULL: carrier of .interface. Borrowed */
	unsigned interface;
	uint8_t decrement;              /* of the priority while it is down; 10 by default on the product */
	bool shutdown;                  /* or the group leaves while it is down */
};

struct hsrp_group_config {
	unsigned interface;             /* index in the stack */
	enum ip_family family;
	uint8_t version;                /* 1 (IPv4 only), 2 */
	uint16_t group;                 /* 0-255, 0-4095 */
	uint8_t priority;               /* 0-255: the higher, the better */
	bool preempt;
	vl_time preempt_delay;
	vl_time hello, hold;            /* whole seconds in version 1 */
	bool timers_given;              /* by the user */
	size_t address_count;           /* 0: learned from the Active */
	struct ip_addr address[HSRP_ADDRESSES];
	enum hsrp_auth auth;
	const char *key;                /* text (up to 8 bytes) or MD5 key; copied; never printed */
	uint32_t key_id;                /* MD5 */
	size_t track_count;
	struct hsrp_track_config track[HSRP_TRACKS];

	/* habits */
	enum hsrp_address_check address_check;
	enum hsrp_learning learning;
	bool resigns;                   /* also when deposed; a shutdown always does (RFC 2281 action H) */
	uint32_t hello_jitter;          /* parts of a million of the hello time that a hello may be early */
	uint8_t announce_count;         /* rounds of gratuitous ARP or NA */
	vl_time announce_gap;
	bool announce_copy;             /* of the first round, to 01:00:0c:cd:cd:cd */
	vl_time log_interval;           /* between warnings of one sort */
	uint64_t seed;                  /* of the jitter */
};

/* As above: IPv4, version 1, group 0, "cisco"; interface and addresses are to fill in. */
void hsrp_group_config_init(struct hsrp_group_config *c);
/* VL_INVALID with a reason that names field and range. */
struct vl_status hsrp_group_config_check(const struct hsrp_group_config *c);

/* The groups of one box: the .config of a node_part_config (hsrp_part.h). */
struct hsrp_config {
	size_t group_count;
	struct hsrp_group_config group[HSRP_GROUPS];
	bool advertise;                 /* sends Advertise, interface state */
};

#endif

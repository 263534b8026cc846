// SPDX-License-Identifier: BSD-2-Clause
/*
 * What one virtual router is told: identity, election, timers, and one knob per way in which real
 * routers differ from the RFC, so that vendor boxes are profiles of one engine and not forks of it.
 *
 * vrrp_config_init gives RFC behaviour; a profile then changes what its vendor does otherwise. For every
 * knob the first enumerator (zero) is what the newest RFC of the version says, unless noted.
 */
#ifndef VL_VRRP_VRRP_CONFIG_H
#define VL_VRRP_VRRP_CONFIG_H

#include "sim/base/status.h"
#include "sim/base/time.h"
#include "sim/wire/arp.h"
#include "sim/wire/vrrp.h"

#define VRRP_ADDRESSES 32               /* virtual addresses of one virtual router */
#define VRRP_TRACKS 16                  /* tracked objects of one virtual router */
#define VRRP_PEERS 16                   /* unicast peers of one virtual router */
#define VRRP_HMAC_KEY_MIN 32            /* bytes of a key of keepalived's auth_hmac */
#define VRRP_KEY_MAX 64                 /* bytes of any key */
#define VRRP_JITTER_MAX 200000          /* parts of a million */
#define VRRP_SLACK_MAX VL_S             /* of takeover_slack */

/* Order of the receive checks. The virtual router ID comes first in both: a box takes a packet to the
 * instance that it is for before it judges it. */
enum vrrp_check_order {
	VRRP_ORDER_RFC,                 /* RFC 9568 7.1: TTL, version, type, length, checksum, owner, ... */
	VRRP_ORDER_KEEPALIVED,          /* length, TTL, version, authentication, interval, type, checksum, ... */
};

/* The address list of an advertisement differs from the configured one. */
enum vrrp_address_check {
	VRRP_ADDRESS_LOG,               /* RFC 5798, 9568; keepalived since 2.3.3: warn, process */
	VRRP_ADDRESS_IGNORE,            /* fredbcode/Vrrpd */
	VRRP_ADDRESS_COUNT,             /* FRR: only the count is looked at, to warn */
	VRRP_ADDRESS_DROP_UNLESS_OWNER, /* RFC 2338, 3768; uvrrpd: process only when the sender says 255 */
	VRRP_ADDRESS_DROP,              /* keepalived up to 2.3.2, Cisco IOS-XE (model) */
};

/* An advertisement arrives while the local priority is 255. */
enum vrrp_owner_receive {
	VRRP_OWNER_PROCESS,             /* RFC 9568 with erratum 8298, keepalived, FRR */
	VRRP_OWNER_DISCARD,             /* RFC 3768, 5798; uvrrpd */
};

/* The interval in an advertisement differs from the own one. */
enum vrrp_interval_check {
	VRRP_INTERVAL_LOG,              /* RFC 9568: warn; version 3 learns it */
	VRRP_INTERVAL_ACCEPT,           /* RFC 5798: version 3 learns it. In version 2: Vrrpd, ignored */
	VRRP_INTERVAL_DROP,             /* RFC 2338, 3768 */
	VRRP_INTERVAL_LEARN,            /* version 2 learns too (Cisco "timers learn") */
};

/* How long a message must be. Ethernet padding never counts: the IP length decides. */
enum vrrp_length_check {
	VRRP_LENGTH_COMPLETE,           /* what its own count, version and authentication type ask for */
	VRRP_LENGTH_PLAIN,              /* the same without any trailer: keepalived, FRR */
	VRRP_LENGTH_HEADER,             /* RFC 2338's wording: 8 bytes will do. Reads CARP as priority 0 */
};

/* An accepted advertisement of lower preference arrives while Active. */
enum vrrp_losing_advert {
	VRRP_LOSING_ADVERTISE,          /* RFC 9568 6.4.3: answer with an advertisement at once */
	VRRP_LOSING_SILENT,             /* RFC 3768, 5798; FRR; keepalived's lower_prio_no_advert */
	VRRP_LOSING_ANNOUNCE,           /* advertise, announce the addresses as a new Active does, log it: keepalived */
};

/* A timer when a packet arrives that it does not concern. */
enum vrrp_timer_policy {
	VRRP_TIMER_KEEP,                /* RFC: what fails the checks leaves every timer alone */
	VRRP_TIMER_REARM,
};

/* Which IPv4 version 3 checksum is taken as right. */
enum vrrp_checksum_receive {
	VRRP_CHECKSUM_ACCEPT_ANY,       /* either form: what the ambiguity of RFC 5798 asks for */
	VRRP_CHECKSUM_ACCEPT_MESSAGE,   /* RFC 9568; Cisco, Juniper, Arista */
	VRRP_CHECKSUM_ACCEPT_PSEUDO,    /* keepalived, FRR */
	VRRP_CHECKSUM_UNCHECKED,        /* keepalived with v3_checksum_as_v2; version 3 IPv4 only */
};

enum vrrp_mac_policy {
	VRRP_MAC_VIRTUAL,
	VRRP_MAC_PHYSICAL,
	VRRP_MAC_STATIC,                /* .static_mac: Check Point's static and extended VMAC modes */
};

/* What stands in the target hardware address of a gratuitous ARP. */
enum vrrp_garp_target {
	VRRP_GARP_TARGET_ZERO,
	VRRP_GARP_TARGET_BROADCAST,     /* keepalived, FRR */
	VRRP_GARP_TARGET_DESTINATION,   /* the Ethernet destination: Cisco */
};

/* Which problems are warned of ("vrrp.warning"). Every drop is counted and traced ("vrrp.drop") anyway. */
enum vrrp_log_policy {
	VRRP_LOG_ONCE,                  /* once a sender and reason, until another router is accepted */
	VRRP_LOG_EVERY,                 /* keepalived up to 2.3.2 */
	VRRP_LOG_NEVER,                 /* FRR: only in debug output */
};

/* How addresses are announced on becoming Active: rounds of one gratuitous ARP (or unsolicited NA) each. */
struct vrrp_announce_config {
	enum arp_operation operation;   /* 0 means request */
	enum vrrp_garp_target target;
	uint8_t count;                  /* rounds of the first burst; 0 means none */
	vl_time gap;                    /* between rounds; 0: all at once */
	uint8_t repeat_count;           /* rounds of a second burst, all with `gap` */
	vl_time repeat_after;           /* from becoming Active to the second burst */
	bool before_advert;             /* the first round precedes the first advertisement (Cisco IOS v2) */
	bool cisco_copy;                /* each ARP also to 01:00:0c:cd:cd:cd */
	bool na_router;                 /* R flag of Neighbour Advertisements */
};

struct vrrp_ip_config {
	uint8_t tos;                    /* or traffic class */
	bool dont_fragment;
	bool id_counts;                 /* IPv4 ID 1, 2, 3, ... a virtual router; otherwise 0 */
};

/* Something that is watched: an interface of the box, or an object that COMMAND_TRACK tells about by
 * name (up until told otherwise): a script, a destination that answers pings. While it is up the priority is
 * `increment` higher, while it is down `decrement` lower (keepalived's positive and negative weight) or no more
 * than `at_most` (FortiGate's vrdst-priority); the sum stays in 1-254, and an address owner keeps 255. All 0: the
 * virtual router is in fault (Initialize) while it is down. */
struct vrrp_track_config {
	const char *object;             /* NULL: an interface; borrowed */
	unsigned interface;             /* index in the stack, when object is NULL */
	uint8_t decrement;
	uint8_t increment;
	uint8_t at_most;                /* 1-254; 0: no limit */
};

struct vrrp_config {
	unsigned interface;             /* index in the stack */
	uint8_t version;                /* 2 or 3 */
	enum ip_family family;          /* IP_V6 only with version 3 */
	uint8_t vrid;                   /* 1-255 */
	uint8_t priority;               /* 1-255; 255 is the address owner */
	vl_time interval;               /* version 2: whole seconds 1-255; version 3: centiseconds 1-4095 */
	size_t address_count;           /* at least 1 */
	struct ip_addr address[VRRP_ADDRESSES]; /* in the order they are sent; IPv6: link-local first */
	struct ip_addr source;          /* of advertisements; family IP_NONE: the interface's primary */
	/* keepalived's unicast_peer: advertisements go to each of these instead of the group. Their TTL is not
	 * checked then (peers may be behind a router), and only they are listened to. 0: multicast. */
	size_t peer_count;
	struct ip_addr peer[VRRP_PEERS];

	bool preempt;                   /* Preempt_Mode */
	/* keepalived's: a Backup that preempts waits this long first. Counted from startup, and from the first
	 * advertisement of lower priority after one that was not; until then it follows the lower one. An
	 * Active that falls silent is replaced without delay. 0: none, as in the RFCs. */
	vl_time preempt_delay;
	bool accept_mode;               /* version 3's Accept_Mode */
	bool accept_always;             /* takes packets to the addresses although not owner: keepalived, FRR */
	bool owner_waits;               /* priority 255 starts as Backup too: FRR */
	vl_time startup_wait;           /* Active_Down_Timer at startup; 0: Active_Down_Interval, as the RFC */

	uint8_t auth_type;              /* version 2: enum vrrp_auth_type */
	bool auth_hmac;                 /* keepalived 2.4's trailer, either version; auth_type is NONE then */
	const char *password;           /* text and AH: up to 8 bytes count; borrowed; never printed */
	uint32_t key_id;                /* of the key: Cisco's MD5; auth_hmac 0-255 */

	enum vrrp_check_order check_order;
	enum vrrp_address_check address_check;
	enum vrrp_owner_receive owner_receive;
	enum vrrp_interval_check interval_check;
	enum vrrp_length_check length_check;
	enum vrrp_losing_advert losing_advert;
	bool lower_prio_no_advert;      /* keepalived's option: silent to a lower priority, no starvation (next) */
	/* keepalived (vrrp.md 2.1.4): after any packet of its VRID handled while Active, refused ones too, the
	 * next advertisement is one interval away. Adverts that are refused starve the own ones. */
	enum vrrp_timer_policy advert_timer_on_receive;
	/* keepalived configures the addresses and announces them before it arms the timer: the advertisement after
	 * the first is due so much later. Of two that starve each other it mutes the one that came last. It hears
	 * nobody meanwhile: where it has to yield, it does when this is over. */
	vl_time takeover_slack;
	/* Of that: until the kernel has the addresses, answers for them, and the first announcement leaves. */
	vl_time claim_delay;
	vl_time skew_unit;              /* Skew_Time is cut to a multiple of it: FRR, 10 ms; 0: exact */
	enum vrrp_timer_policy down_timer_on_refused;   /* Backup; keepalived before 2.0.0 re-arms */
	enum vrrp_checksum_form checksum_send;          /* version 3 IPv4 only */
	enum vrrp_checksum_receive checksum_receive;    /* version 3 IPv4 only */
	bool check_first_address;       /* IPv6: the first address must be link-local (erratum 8300) */
	enum vrrp_mac_policy advert_mac, announce_mac, reply_mac;
	struct mac static_mac;          /* of VRRP_MAC_STATIC: a station's, not zero */
	struct vrrp_announce_config announce;
	struct vrrp_ip_config ip;
	enum vrrp_log_policy log;
	/* keepalived's skip_check_adv_addr: the list is not compared in what comes from the Active that was accepted
	 * last; up to 2.3.2 neither is the count, from 2.3.3 it is. */
	bool skip_list_of_active;
	bool skip_count_of_active;
	/* keepalived since 2.4, when another router says 255 too and does not yield although its address is the
	 * lower one: two of its adverts are waited for, then the own priority goes down to 254. */
	bool owners_settle;
	uint32_t advert_jitter;         /* newer IOS: adverts leave up to this part of the interval early; ppm */
	/* keepalived without nftables: a Backup joins and leaves the group with IGMPv3 reports from the virtual
	 * MAC, two of each. IPv4 only. */
	bool igmp_from_vmac;
	uint64_t seed;                  /* of the jitter */

	size_t track_count;
	struct vrrp_track_config track[VRRP_TRACKS];
};

/* RFC defaults for the version: priority 100, 1 s, preempt; version 2 as RFC 3768, version 3 as RFC 9568.
 * VRID and addresses are left to fill in. */
void vrrp_config_init(struct vrrp_config *c, uint8_t version, enum ip_family family);

/* Refuses what no virtual router can be: VL_INVALID with a reason that names field and range. */
struct vl_status vrrp_config_check(const struct vrrp_config *c);

#endif

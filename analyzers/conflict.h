// SPDX-License-Identifier: BSD-2-Clause
/*
 * The judge of virtual IDs: hears VRRP and CARP advertisements, ARP and neighbour discovery, and says which
 * IDs are in use, by whom, and what is wrong.
 *
 * A group is one virtual ID at one place: (interface, VLAN stack, family, ID). VRRPv2 and VRRPv3 over IPv4
 * share an ID space, and CARP shares it with them (and, as most products send it, the MACs). A speaker is a
 * source address that advertises in a group, once as VRRP and once as CARP.
 *
 * What is a conflict:
 *   - two speakers of one group with no address in common, or a VRRP and a CARP speaker, each heard again after
 *     the other while the other was alive (A B A B, no gap over three of its intervals);
 *   - two speakers of one address list, when the one that must yield (RFC 9568 6.4.3: lower priority, then
 *     lower address) keeps advertising although the other is alive: three times, over more than two intervals;
 *   - one address advertised alternately under two IDs;
 *   - ARP or ND from a MAC that is neither the virtual nor an active speaker's for an advertised address.
 * A hand-over is none of these: priority 0, silence of Active_Down_Interval, or a higher priority explains it.
 */
#ifndef VL_ANALYZERS_CONFLICT_H
#define VL_ANALYZERS_CONFLICT_H

#include "analyzers/analyzer.h"

#define CONFLICT_NONE UINT16_MAX        /* no such group, speaker or list */

struct conflict_speaker {
	struct ip_addr ip;
	enum finding_class class;       /* FINDING_VRRP or FINDING_CARP */
	struct mac mac;                 /* source of its last advertisement */
	struct mac real_mac;            /* its own, when something showed it; else zero */
	bool virtual_mac;               /* the last came from the ID's virtual MAC */
	bool unicast;                   /* the last went to a unicast address */
	bool resigned;                  /* the last had priority 0 (VRRP) */
	uint8_t version;                /* VRRP: of the last */
	uint8_t versions;               /* VRRP: bit n for version n */
	uint8_t priority;               /* VRRP: its last one above 0 */
	uint8_t advbase, advskew;       /* CARP */
	uint8_t auth_type;              /* VRRPv2: enum vrrp_auth_type */
	uint64_t auth_mark;             /* VRRPv2 text: equal words give equal marks; not the word */
	uint64_t interval;              /* ns, as advertised; never 0 */
	uint16_t list;                  /* its addresses: conflict_addresses */
	uint8_t checksum_form;          /* enum vrrp_checksum_form, of the last */
	bool hmac_trailer;              /* keepalived's auth_hmac behind the message */
	uint8_t ttl;
	vl_time first, last;
	uint64_t count;                 /* advertisements with a right checksum */
	uint64_t bad;                   /* with a wrong one: receivers drop them, so they do not judge */
	uint64_t first_frame, last_frame;
	uint64_t gap_sum, gap_count;    /* of gaps under three intervals: the measured interval */
	uint32_t foreign_since;         /* foreign advertisements since its last own */
	uint16_t group, next;           /* next speaker of the group, or CONFLICT_NONE */
};

/* Who has the active role of one address list in a group, as far as the wire shows. */
#define CONFLICT_ROLES 4
#define CONFLICT_RETURNS 3              /* so many returns to the role within the window is flapping */
struct conflict_role {
	uint16_t holder;                /* speaker, or CONFLICT_NONE: free slot */
	uint16_t former[4];             /* the last holders before, newest first */
	vl_time returned_at[CONFLICT_RETURNS];  /* when a former holder got it back, newest first; 0: not */
	uint16_t lost_by;               /* who lost it to silence last ... */
	uint16_t taken_by;              /* ... and to whom ... */
	vl_time taken_at;               /* ... when, */
	vl_time lost_gap;               /* after how long a silence */
	uint32_t lost_foreign;          /* with so many foreign advertisements in it */
};

struct conflict_group {
	struct finding_place place;
	uint16_t first_speaker;         /* or CONFLICT_NONE */
	uint16_t speaker_count;
	uint64_t adverts, carp_adverts; /* all of them, farewells from 0.0.0.0 included */
	bool seen_by_mac;               /* its virtual MAC was used by a frame that is no advertisement */
	bool seen_by_carp_mac;          /* the same of a MAC that only CARP uses: ucarp's, or a LoadMaster's further ports */
	struct mac carp_mac;            /* that one */
	vl_time first, last;
	struct conflict_role role[CONFLICT_ROLES];
	uint16_t mac_last;              /* speaker that used the virtual MAC last */
	vl_time mac_moved_at[4];        /* when it changed hands, newest first; 0: not */
};

/* What there was no room for, and what could not be read. */
struct conflict_counters {
	uint64_t frames, adverts;
	uint64_t malformed;             /* frames whose layers contradict their lengths */
	uint64_t bad_sums;              /* frames whole in shape, with a wrong IPv4 header or ICMPv6 checksum */
	uint64_t cut;                   /* frames cut by the capture's snapshot length */
	uint64_t not_advertisements;    /* VRRP of another type, or ID 0 */
	uint64_t groups_refused, speakers_refused, lists_refused, addresses_refused, pairs_refused,
		findings_refused;
};

extern const struct analyzer_ops conflict_analyzer;

/* For who made it through conflict_analyzer and wants more than findings. Valid until the next frame. */
struct conflict_judge;
size_t conflict_group_count(const struct conflict_judge *j);
/* The i-th group in the order they were first heard. */
const struct conflict_group *conflict_group_at(const struct conflict_judge *j, size_t i);
/* The speaker of an index (first_speaker, next); NULL for CONFLICT_NONE. */
const struct conflict_speaker *conflict_speaker_at(const struct conflict_judge *j, uint16_t i);
/* The addresses of a speaker in ascending order; *count is how many. NULL and 0: none, or no room. */
const struct ip_addr *conflict_addresses(const struct conflict_judge *j, const struct conflict_speaker *s,
					 size_t *count);
/* The i-th finding as it stands now, in the order they were made; NULL behind the last. Polled or not: for who
 * wants to know whether it still goes on (its end). */
const struct finding *conflict_finding_now(const struct conflict_judge *j, size_t i);
const struct conflict_counters *conflict_counted(const struct conflict_judge *j);

/* For readers of large captures: true when this Ethernet frame, whole as it was on the wire, would leave the
 * judge as it is (TCP and UDP of stations that do not advertise, nearly always). Then it is counted here and
 * need not be dissected nor given to conflict_analyzer.frame; the judge's time catches up with the next one. */
bool conflict_passes_over(struct conflict_judge *j, const uint8_t *frame, size_t length);

#endif

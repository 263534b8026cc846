// SPDX-License-Identifier: BSD-2-Clause
/*
 * The judge's other half: what speaks neither VRRP nor CARP. HSRP and GLBP groups, and the clusters of FortiGate
 * (FGCP), Check Point (CCP) and Microsoft (NLB). It lives in the conflict judge (conflict.h), which hands it
 * frames, and its findings come out there.
 *
 * A group is (interface, VLAN stack, protocol, family, number). HSRP versions 1 and 2 do not hear each other and
 * use other MACs: two protocols. A speaker is a source address.
 *
 * What is a conflict:
 *   - HSRP: two speakers send hellos in state Active at the same time; GLBP: two active virtual gateways; each heard
 *     again after the other and together for more than two of the slower one's hellos. Silence for the hold time,
 *     another state, a Coup heard or a Resign sent ends a speaker's time as Active.
 *   - CCP: two stations use one magic number in turn: two cluster numbers behind it, or one source MAC with
 *     two addresses or random IDs.
 *   - FGCP: a virtual MAC speaks to an address that it says is its own; suspected, when it announces addresses in turn
 *     (fhrp_fgcp.c).
 * Several virtual MACs in a GLBP group are no conflict. What FGCP says is not public: its MACs tell.
 */
#ifndef VL_ANALYZERS_FHRP_H
#define VL_ANALYZERS_FHRP_H

#include "analyzers/conflict.h"

enum fhrp_auth {
	FHRP_AUTH_NONE = 0,
	FHRP_AUTH_TEXT,
	FHRP_AUTH_MD5,
	FHRP_AUTH_MD5_CHAIN,
	FHRP_AUTH_OTHER,
};

struct fhrp_speaker {
	struct ip_addr ip;              /* source; NLB: of the node; FGCP, and CCP sometimes: none or zero */
	struct mac mac;                 /* source of its last message */
	struct ip_addr virtual_ip;      /* as it said last; family IP_NONE: it never did */
	uint16_t version;               /* HSRP, GLBP: 1 or 2; CCP, NLB: as on the wire */
	uint8_t state;                  /* HSRP, GLBP: enum hsrp_state, of its last message */
	uint8_t auth;                   /* enum fhrp_auth */
	uint64_t auth_mark;             /* text: equal words give equal marks; not the word */
	uint32_t priority;              /* HSRP, GLBP; CCP: machine; NLB: host ID */
	uint64_t interval, hold;        /* ns, as it says; 0: it does not */
	uint8_t ttl;
	vl_time first, last;
	uint64_t count;                 /* messages about the group, malformed ones included */
	uint64_t malformed;             /* of them */
	uint64_t first_frame, last_frame;
	uint64_t gap_sum, gap_count;    /* of gaps under the hold time: the measured interval */
	bool active;                    /* its last word was Active */
	vl_time active_since, active_last;
	uint16_t next;                  /* of the group, or CONFLICT_NONE */
};

struct fhrp_group {
	struct finding_place place;     /* FGCP: no family */
	enum finding_class class;
	bool unnumbered;                /* FGCP seen by its ethertype only: place.id means nothing */
	struct ip_addr address;         /* NLB: the cluster's, which names it; else family IP_NONE */
	struct mac mac;                 /* a virtual MAC that was seen, or zero */
	uint16_t first_speaker;         /* or CONFLICT_NONE */
	uint16_t speaker_count;
	uint64_t messages;
	bool seen_by_mac;               /* its virtual MAC was used by a frame that is none of its messages */
	vl_time first, last;
};

size_t fhrp_group_count(const struct conflict_judge *j);
/* The i-th group in the order they were first heard; NULL behind the last. */
const struct fhrp_group *fhrp_group_at(const struct conflict_judge *j, size_t i);
/* The speaker of an index (first_speaker, next); NULL for CONFLICT_NONE. */
const struct fhrp_speaker *fhrp_speaker_at(const struct conflict_judge *j, uint16_t i);

#endif

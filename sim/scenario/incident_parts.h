// SPDX-License-Identifier: BSD-2-Clause
/* The inside of an incident, shared by incident.c (its life, trials), incident_hear.c (frames), incident_plan.c (who is
 * what), incident_time.c (from when, and what happened), incident_write.c (the script) and incident_nodes.c (its nodes). */
#ifndef VL_SCENARIO_INCIDENT_PARTS_H
#define VL_SCENARIO_INCIDENT_PARTS_H

#include <stdio.h>

#include "sim/scenario/incident.h"
#include "sim/scenario/scenario.h"

/* A script that a person reads has no more; what is beyond is counted and said. */
#define INCIDENT_SPEAKERS 64
#define INCIDENT_ADDRESSES 32           /* of one virtual router */
#define INCIDENT_SILENCES 16
#define INCIDENT_CHANGES 32
#define INCIDENT_CLAIMS 256
#define INCIDENT_ASKERS 32
#define INCIDENT_WORDS 64
#define INCIDENT_WORD 32                /* bytes of one that are compared */
#define INCIDENT_NODES (INCIDENT_SPEAKERS + 32)
#define INCIDENT_SEGMENTS 16
#define INCIDENT_LONGEST (6 * 3600 * VL_S)      /* of a capture; what comes after is left out */

/* --- what was heard -------------------------------------------------------------------------------------- */

/* One place of the capture: an interface and at most one VLAN. */
struct heard_place {
	uint32_t interface;
	uint16_t vlan;                  /* 0: untagged */
};

struct silence {
	vl_time from, until;            /* its last word, its next one; VL_NEVER: none */
	bool resigned;                  /* the last word was a goodbye */
};

struct heard_settings {
	uint8_t priority;
	uint8_t auth;                   /* enum vrrp_auth_type, version 2; the same words for HSRP and GLBP */
	uint8_t word;                   /* index into .words plus 1, for text */
	uint64_t interval;
};

struct change {
	vl_time at;
	struct heard_settings to;
};

struct heard_speaker {
	struct heard_place place;
	enum finding_class class;       /* FINDING_VRRP, CARP, HSRP, HSRP2 or GLBP */
	struct ip_addr ip;
	uint16_t id;
	uint8_t version;
	vl_time hold;                   /* HSRP, GLBP */
	bool coups;                     /* HSRP: it took over by a Coup */
	bool versions_mixed, addresses_change, hmac;
	uint8_t advbase, advskew;       /* CARP */
	struct heard_settings at_first, now;
	struct ip_addr address[INCIDENT_ADDRESSES];
	size_t address_count, addresses_said;
	uint8_t checksum_form;
	struct mac mac;                 /* source of advertisements */
	struct mac own_mac;             /* where something showed it */
	uint8_t tos;
	bool dont_fragment, has_ip_id;
	uint16_t ip_id;
	uint32_t id_zero, id_counts, id_other;
	struct ip_addr unicast_to;      /* family IP_NONE: multicast */
	vl_time first, last;
	vl_time gap_least, gap_most;    /* of those near its interval; 0: none */
	uint64_t count;
	struct silence silence[INCIDENT_SILENCES];
	size_t silence_count;
	struct change change[INCIDENT_CHANGES];
	size_t change_count;
	bool twice;                     /* the same station as another speaker, heard at a second interface */
	bool cut;                       /* more silences or changes than there is room for */
};

/* A MAC that says it has an address. */
struct heard_claim {
	struct heard_place place;
	struct ip_addr ip;
	struct mac mac;
	vl_time first, burst_at, first_burst;   /* first_burst: of three or more within a second; VL_NEVER */
	uint32_t answers, announcements, burst;
	uint32_t burst_most;
	bool announces_by_reply;
};

/* Somebody who asks everybody for an address. */
struct heard_asker {
	struct heard_place place;
	struct mac mac;
	struct ip_addr ip;              /* 0.0.0.0: a probe */
	struct ip_addr target;
	vl_time at;
};

/* --- what it is taken for -------------------------------------------------------------------------------- */

enum node_role {
	ROLE_SPEAKER,                   /* advertises */
	ROLE_HOLDER,                    /* claims a virtual address and says nothing else */
	ROLE_ASKER,                     /* a client */
	ROLE_PEER,                      /* unicast advertisements go to it, and it says nothing */
};

struct plan_node {
	enum node_role role;
	char name[8];
	size_t place;                   /* index of plan.segment's place */
	uint16_t vlan;
	struct ip_addr ip, ip6;         /* family IP_NONE: none */
	bool made_up;                   /* the address was not heard */
	struct mac mac;                 /* zero: not known */
	size_t speaker[INCIDENT_SPEAKERS];
	size_t speaker_count;
	vl_time start;
	const struct heard_claim *claim;        /* ROLE_HOLDER */
	const struct heard_speaker *rival;      /* and who advertises what it holds */
};

struct plan_step {
	vl_time at;
	char text[160];
};

#define INCIDENT_STEPS 256

struct plan {
	vl_time lead;                   /* the capture's time 0 */
	uint32_t interface[INCIDENT_SEGMENTS];
	size_t segment_count;
	bool one_segment;               /* all interfaces are on one network */
	struct plan_node node[INCIDENT_NODES];
	size_t node_count;
	struct plan_step step[INCIDENT_STEPS];
	size_t step_count;
	bool has_holders, has_askers, has_deaf, has_keys, has_strangers, has_mute;
};

/* One reading of it. */
struct reading {
	enum { PRODUCT_HEARD, PRODUCT_NEWER, PRODUCT_BOOK } product; /* keepalived 2.2 or 2.4 where it is one; all by the book */
	unsigned deaf;                  /* 0: all hear all; 1: the lower does not hear the higher; 2: nor the other way */
	bool keys_differ;               /* keys that the wire does not show */
	enum {
		HOLDERS_AS_HEARD,       /* who announces as a router does is one, its advertisements not heard */
		HOLDERS_HOSTS,
		HOLDERS_ROUTERS,
	} holders;
	bool mute_is_slow;              /* who is muted has a clock that is a little slow */
	unsigned seed;                  /* 0: exact; else advertisements are as late as they were heard, by these dice */
	bool no_askers;
	bool unheard[UNHEARD_COUNT], suspends[PROMISE_COUNT];
	bool unseen[INCIDENT_SPEAKERS]; /* speakers that its run does not hear as they were heard */
};

struct incident {
	const struct finding *finding;
	size_t finding_count;
	struct heard_speaker speaker[INCIDENT_SPEAKERS];
	size_t speaker_count;
	struct heard_claim claim[INCIDENT_CLAIMS];
	size_t claim_count;
	struct heard_asker asker[INCIDENT_ASKERS];
	size_t asker_count;
	uint8_t word[INCIDENT_WORDS][INCIDENT_WORD];    /* seen on the wire; never written anywhere */
	size_t word_count;
	uint64_t speakers_refused, stacked, wrong_sums, words_refused, damaged;
	vl_time heard;
	struct plan plan;
	FILE *left_out;
};

/* --- incident_time.c --- */
/* Its node's name; NULL: it is none. */
const char *incident_node_name(const struct incident *x, size_t speaker);
/* The lead, and the start of each node. */
void incident_place_in_time(struct incident *x);
/* Steps for the silences and changes of a speaker. */
void incident_explain(struct incident *x, size_t speaker);
void incident_add_step(struct incident *x, vl_time at, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* In order of time, without those that make no sense and those after the end. */
void incident_order_steps(struct plan *p, vl_time end);

/* --- incident_plan.c --- */
bool incident_same_group(const struct heard_speaker *a, const struct heard_speaker *b);
/* `a` is preferred to `b`. */
bool incident_outranks(const struct heard_speaker *a, const struct heard_speaker *b);
/* Spoke within three of its intervals around the moment. */
bool incident_alive_at(const struct heard_speaker *s, vl_time t);
void incident_plan(struct incident *x);
/* Where the code of a finding is VRRP's or CARP's: what a script can show. */
bool incident_can_show(const struct incident *x, const struct finding *f);
/* Which segment of the plan an interface is; INCIDENT_SEGMENTS: none. */
size_t incident_segment(const struct incident *x, uint32_t interface);
vl_time incident_down_interval(const struct heard_speaker *s);
/* A virtual MAC of VRRP, CARP, HSRP or GLBP. */
bool incident_is_virtual(struct mac m);
/* HSRP or GLBP. */
bool incident_is_fhrp(const struct heard_speaker *s);
bool incident_same_list(const struct heard_speaker *a, const struct heard_speaker *b);
/* By what is on the wire nothing keeps one from accepting the other. */
bool incident_accepts(const struct heard_speaker *a, const struct heard_speaker *b);
/* It was Active and said nothing until a lower one of its group had to be corrected. */
bool incident_was_mute(const struct incident *x, const struct heard_speaker *s);
/* Somebody who is refused speaks on the ID. */
bool incident_has_stranger(const struct incident *x, const struct heard_speaker *s);
/* Two of one group that are Active together although each should accept the other. */
bool incident_is_split(const struct incident *x, const struct heard_speaker *a, const struct heard_speaker *b);
/* It is a node of the plan. */
bool incident_is_rebuilt(const struct incident *x, size_t speaker);
/* A line about what is not rebuilt. */
void incident_leave_out(struct incident *x, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- incident_nodes.c --- */
/* A script as it is printed. */
struct printing {
	FILE *to;
	const struct incident *x;
	const struct reading *reading;
	struct ip_prefix net[INCIDENT_SEGMENTS], net6[INCIDENT_SEGMENTS];
	uint32_t given[INCIDENT_SEGMENTS];      /* made-up addresses so far */
};

/* The smallest network that holds what was heard at the segment; family IP_NONE: nothing was. */
struct ip_prefix incident_net_of(const struct printing *p, size_t segment, enum ip_family family);
void incident_print_node(struct printing *p, const struct plan_node *n);
/* It has no virtual router of its own in this reading. */
bool incident_is_host(const struct printing *p, const struct plan_node *n);
bool incident_is_left_out(const struct printing *p, const struct plan_node *n);

/* --- incident_write.c --- */
/* `missing`: findings of the capture that the run does not show, by index; NULL: none. */
/* Two of the plan's segments would have one network: then they are one. */
bool incident_networks_overlap(const struct incident *x);
/* A virtual address is one of a plain host, too. */
bool incident_has_hosts(const struct incident *x, const struct reading *reading);
bool incident_print(FILE *to, const struct incident *x, const struct reading *reading, const char *name, uint64_t frames,
		    const bool *missing, const char *left_out);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* The inside of the conflict judge, for its own files only. */
#ifndef VL_ANALYZERS_CONFLICT_STATE_H
#define VL_ANALYZERS_CONFLICT_STATE_H

#include "analyzers/conflict.h"
#include "analyzers/fhrp.h"
#include "sim/base/table.h"

/* Room. A capture that needs more is hostile or a whole data centre; what is refused is counted. Enough for all
 * 255 IDs of both families with 16 speakers each, every one with a list of its own. What is not used is not
 * touched, so it costs addresses, not memory: about 35 MB when all of it is full. */
#define CONFLICT_GROUPS 1024
#define CONFLICT_SPEAKERS 16384
#define CONFLICT_SPEAKERS_A_GROUP 32
#define CONFLICT_LISTS 16384
#define CONFLICT_POOL 65536             /* addresses of all lists together */
#define CONFLICT_ADDRESSES 16384        /* addresses that are virtual or were claimed */
#define CONFLICT_ADDRESSES_CLAIMED (CONFLICT_ADDRESSES / 2)     /* claims that nobody advertised leave the rest */
#define CONFLICT_BLOCK 64               /* addresses whose earliest judgement is known together */
#define CONFLICT_CLAIMANTS 4            /* MACs remembered for one address */
#define CONFLICT_ADDRESS_GROUPS 4       /* IDs remembered for one address */
#define CONFLICT_PAIRS 65536            /* 16 speakers are 120 pairs */
#define CONFLICT_FINDINGS 4096
#define CONFLICT_SCREEN_BITS 15         /* 16 for each speaker */

/* A sorted address list, kept once however many advertise it. */
struct conflict_list {
	uint32_t start;                 /* in the pool */
	uint16_t count;
};

/* Two speakers of one group. */
struct conflict_pair {
	uint8_t relation;               /* enum conflict_relation when the counts below began */
	uint8_t turns;                  /* how often it was the other's turn while the one was alive */
	uint8_t refusals;               /* how often the one that must yield did not */
	vl_time turned_at, refused_at;  /* the last time */
	vl_time begin, refusal_begin;   /* the first time of the present count */
	bool handed_over;               /* the foreign list was followed by silence, reported once */
};

enum conflict_relation {
	RELATION_NEW = 0,
	RELATION_MEMBERS,               /* one group: an address in common, or both CARP */
	RELATION_STRANGERS,             /* VRRP, no address in common */
	RELATION_MIXED,                 /* VRRP and CARP */
};

/* What of a polled finding is new. */
enum conflict_news {
	NEWS_NONE = 0,
	NEWS_LATER,                     /* its end, subjects or evidence: told after finish */
	NEWS_NOW,                       /* a suspicion is proved: told at the next poll */
};

enum conflict_claim_kind {
	CLAIM_USE,                      /* asked with it as its own address */
	CLAIM_ANSWER,                   /* answered for it */
	CLAIM_ANNOUNCE,                 /* gratuitous ARP, unsolicited NA */
};

struct conflict_claimant {
	struct mac mac;
	vl_time last;
	vl_time pending;                /* the earliest claim not yet judged, VL_NEVER: none */
	uint64_t frame;                 /* of the pending or else of the last claim */
	uint32_t answers, announcements;
	vl_time burst_at;               /* announcements within one second of this moment ... */
	uint8_t burst, burst_most;      /* ... how many, and the most since `pending` */
};

struct conflict_address_group {
	uint16_t group;
	uint16_t speaker;               /* who advertised the address under this ID last */
	vl_time last;
};

/* Keys of tables, compared as bytes: no padding of the compiler's. */
struct conflict_address_key {
	struct finding_place place;     /* family and ID zero */
	struct ip_addr ip;
	uint8_t unused[3];
};

struct conflict_finding_key {
	struct finding_place place;
	struct ip_addr address;
	uint8_t class;                  /* enum finding_class */
	uint16_t code;                  /* its index in the vocabulary */
};

struct conflict_pair_key {
	uint16_t low, high;             /* speakers */
};

_Static_assert(sizeof(struct finding_place) == 16, "padding in a key");
_Static_assert(sizeof(struct conflict_address_key) == 16 + 17 + 3, "padding in a key");
_Static_assert(sizeof(struct conflict_finding_key) == 16 + 17 + 1 + 2, "padding in a key");

/* An address that somebody advertises or claims at one place (family and ID of `place` are zero). */
struct conflict_address {
	struct finding_place place;
	struct ip_addr ip;
	bool in_use;
	bool of_speaker;                /* somebody advertises from it */
	struct mac own_mac;             /* of the station that uses it as its own; zero: not shown yet */
	struct conflict_claimant claimant[CONFLICT_CLAIMANTS];
	uint8_t claimant_count;
	struct conflict_address_group group[CONFLICT_ADDRESS_GROUPS];
	uint8_t group_count;            /* 0: not virtual */
	uint8_t turns, last_group;      /* alternation between IDs */
	vl_time turned_at, turns_begin;
	vl_time echo_pending;           /* own gratuitous ARP answered from the same MAC; VL_NEVER: none */
	uint64_t echo_frame;
	uint32_t echoes;                /* of those, unexplained by a hand-over */
	vl_time judge_at;               /* VL_NEVER: nothing to judge */
};

/* Room for what is neither VRRP nor CARP (fhrp_state.h). Groups of which only a MAC was seen leave half of it to those that speak. */
#define FHRP_GROUPS 1024
#define FHRP_GROUPS_BY_MAC 512
#define FHRP_SPEAKERS 2048
#define FHRP_SPEAKERS_A_GROUP 32
#define FHRP_MAGICS 64
#define FHRP_VMACS 64                   /* of FGCP */
#define FHRP_VMAC_ADDRESSES 16          /* that one of them says are its own; a bit each */

struct fhrp_key {
	struct finding_place place;
	struct ip_addr address;
	uint8_t class;
	uint8_t unnumbered;
	uint8_t unused;
};

_Static_assert(sizeof(struct fhrp_key) == 16 + 17 + 3, "padding in a key");

/* Who stands behind a name that two may use: the last and the one before. */
struct fhrp_identity {
	struct ip_addr ip;
	uint16_t cluster, random_id;
};

struct fhrp_magic {
	struct finding_place place;     /* family and ID zero */
	struct mac mac;                 /* member 0xff: the magic number alone */
	struct fhrp_identity who[2];    /* newest first */
	uint64_t frame[2];
	vl_time at[2];
	vl_time begin;
	uint8_t known, turns;
};

/* A virtual MAC of FGCP, behind which two boxes may stand (fhrp_fgcp.c). */
struct fhrp_vmac {
	struct finding_place place;     /* family and ID zero */
	struct mac mac;
	struct ip_addr address[FHRP_VMAC_ADDRESSES];    /* that it says are its own */
	vl_time last[FHRP_VMAC_ADDRESSES];
	uint8_t count;
	uint8_t talks;                  /* it spoke to one of them, first and last */
	vl_time talk_at, talked_at;
	unsigned round, before;         /* addresses announced together now, and in the round before */
	vl_time round_at, before_at;
	uint64_t round_frame, before_frame;
	uint8_t turns;
	vl_time turned_at;              /* when the first of the turns began */
};

struct fhrp {
	struct table index;             /* struct fhrp_key -> uint16_t */
	struct fhrp_group *group;
	size_t group_count;
	struct fhrp_speaker *speaker;
	size_t speaker_count;
	struct fhrp_magic magic[FHRP_MAGICS];
	size_t magic_count;
	struct fhrp_vmac vmac[FHRP_VMACS];
	size_t vmac_count;
};

struct conflict_judge {
	uint64_t secret;
	uint8_t screen[(1u << CONFLICT_SCREEN_BITS) / 8];      /* see conflict_screen.c */
	vl_time now;
	bool started, finished;
	vl_time start;                  /* of the first frame */
	struct conflict_counters counters;

	struct table group_index;       /* struct finding_place -> uint16_t, as the following */
	struct conflict_group *group;
	size_t group_count;
	struct conflict_speaker *speaker;
	size_t speaker_count;
	struct table list_index;        /* uint64_t hash -> uint16_t */
	struct conflict_list *list;
	size_t list_count;
	struct ip_addr *pool;
	size_t pool_used;
	struct table pair_index;        /* -> struct conflict_pair */
	struct table address_index;
	struct conflict_address *address;
	size_t address_count;           /* slots ever used */
	size_t address_gap;             /* from here on a slot may be free again */
	vl_time swept_at;
	vl_time judge_at;               /* the earliest of the addresses' ... */
	vl_time block_at[CONFLICT_ADDRESSES / CONFLICT_BLOCK];  /* ... and of each block, perhaps too early */

	struct table finding_index;
	struct finding *finding;
	uint8_t *finding_news;          /* enum conflict_news, since it was polled */
	size_t finding_count, finding_polled;
	size_t finding_proved;          /* how many of the news are NEWS_NOW */

	struct fhrp fhrp;
};

/* ---- conflict_groups.c: who is there ------------------------------------------------------------------- */

/* The group of a place and ID, made when it was not there; NULL: no room (counted) or ID 0. */
struct conflict_group *conflict_group_get(struct conflict_judge *j, const struct finding_place *place);
/* The same for a group of which only a MAC was seen. */
struct conflict_group *conflict_group_by_mac(struct conflict_judge *j, const struct finding_place *place);
/* The same for a speaker; *is_new may be NULL. */
struct conflict_speaker *conflict_speaker_get(struct conflict_judge *j, struct conflict_group *g,
					      enum finding_class class, const struct ip_addr *ip,
					      bool *is_new);
uint16_t conflict_speaker_index(const struct conflict_judge *j, const struct conflict_speaker *s);
/* The virtual MAC of the group's ID and family. */
struct mac conflict_group_mac(const struct conflict_group *g);
uint16_t conflict_group_index(const struct conflict_judge *j, const struct conflict_group *g);
/* The list of a message's addresses, sorted and kept once; CONFLICT_NONE: none, or no room (counted). */
uint16_t conflict_list_get(struct conflict_judge *j, const struct vrrp_message *m);
bool conflict_list_has(const struct conflict_judge *j, uint16_t list, const struct ip_addr *ip);
bool conflict_lists_disjoint(const struct conflict_judge *j, uint16_t a, uint16_t b);
enum conflict_relation conflict_relation_of(const struct conflict_judge *j, const struct conflict_speaker *a,
					    const struct conflict_speaker *b);
/* How long after its last advertisement a speaker still counts as alive: three of its intervals. */
vl_time conflict_alive(const struct conflict_speaker *s);
/* Whether `a` keeps the role against `b` when both are active (RFC 9568 6.4.3; CARP: the faster one). */
bool conflict_outranks(const struct conflict_speaker *a, const struct conflict_speaker *b);
/* The virtual ID in a MAC of the IETF block 00:00:5e:00:xx: its family (CARP's odd blocks are IPv4's), or
 * IP_NONE. */
enum ip_family conflict_virtual_mac(struct mac m, uint8_t *id);

/* ---- conflict_adverts.c, conflict_pairs.c: what advertisements show -------------------------------------- */

void conflict_vrrp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
void conflict_carp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
/* Equal words give equal marks, unequal words unequal ones; without the judge's secret the mark tells no word. */
uint64_t conflict_mark(const struct conflict_judge *j, const uint8_t word[VRRP_V2_AUTH_LENGTH]);
/* Judges `s` against every other speaker of its group. `before`: when it spoke last, VL_NEVER: never. */
void conflict_pairs(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
		    struct conflict_speaker *s, vl_time before);
/* VRRP and CARP on one ID, heard too briefly to be sure: suspected when no more frames come. */
void conflict_suspect_mixed(struct conflict_judge *j);

/* ---- conflict_roles.c: hand-overs, flapping, starvation -------------------------------------------------- */

/* Called before `s` is entered into the pairs, with its new values and its old `last`. */
void conflict_roles(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
		    struct conflict_speaker *s, vl_time before);

/* ---- conflict_claims.c, conflict_verdicts.c: what ARP and ND show ----------------------------------------- */

/* The record of an address, made when `make` and there is room; NULL otherwise. */
struct conflict_address *conflict_address_get(struct conflict_judge *j, const struct finding_place *place,
					      const struct ip_addr *ip, bool make);
void conflict_arp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
void conflict_neighbor(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
/* Notes that `s` advertised its list just now. */
void conflict_advertised(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
			 struct conflict_speaker *s);
/* Learns a speaker's own MAC from an ordinary frame it sent. */
void conflict_learn_mac(struct conflict_judge *j, const struct finding_place *place, const struct ip_addr *ip,
			struct mac mac);
/* A speaker's own MAC as far as something showed it; zero: not. */
struct mac conflict_own_mac(struct conflict_judge *j, const struct conflict_group *g,
			    const struct conflict_speaker *s);
/* Has the address judged not later than `at`. */
void conflict_judge_at(struct conflict_judge *j, struct conflict_address *a, vl_time at);
/* Judges the claims that are due; `all`: also those still waiting. */
void conflict_judge_claims(struct conflict_judge *j, vl_time now, bool all);
void conflict_judge_address(struct conflict_judge *j, struct conflict_address *a, vl_time now, bool all);
/* How long before and after a claim an advertisement of the claimant makes it lawful. */
vl_time conflict_claim_window(const struct conflict_judge *j, const struct conflict_address *a);

/* ---- conflict_screen.c: frames that tell nothing -------------------------------------------------------- */

/* From now on what this address sends is looked at. */
void conflict_screen_add(struct conflict_judge *j, const struct ip_addr *ip);

/* ---- conflict_findings.c: what was found ---------------------------------------------------------------- */

/* The finding of (code, place and class of the group, address or NULL), made when it was not there: then
 * begin, end and known are `now` and *is_new is true. Otherwise its end is moved to `now`. NULL: no room. */
struct finding *conflict_finding(struct conflict_judge *j, const char *code, const struct conflict_group *g,
				 enum finding_class class, const struct ip_addr *address, bool *is_new);
struct finding *conflict_finding_at(struct conflict_judge *j, const char *code, const struct finding_place *place,
				    enum finding_class class, const struct ip_addr *address, bool *is_new);
/* A suspicion is proved: the sentence is to be written again, and the driver hears of it at once. */
void conflict_proved(struct conflict_judge *j, struct finding *f);
/* Adds a speaker as subject, and whether it used the virtual MAC. */
void conflict_subject(struct finding *f, const struct conflict_speaker *s);

/* ---- conflict_details.c: sentences ----------------------------------------------------------------------- */

void conflict_detail(struct finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "10.0.0.1 (priority 150) has 10.0.0.100, 10.0.0.3 (priority 200) has 10.0.0.110; both send from ..." */
void conflict_detail_pair(const struct conflict_judge *j, struct finding *f, const struct conflict_speaker *a,
			  const struct conflict_speaker *b);

#endif

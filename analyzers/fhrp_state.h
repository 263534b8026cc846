// SPDX-License-Identifier: BSD-2-Clause
/* The inside of the judge of HSRP, GLBP and clusters, for the judge's own files only. */
#ifndef VL_ANALYZERS_FHRP_STATE_H
#define VL_ANALYZERS_FHRP_STATE_H

#include "analyzers/conflict_state.h"

/* ---- fhrp_groups.c ------------------------------------------------------------------------------------------ */

/* The group of a key's fields, made when it was not there; NULL: no room (counted). */
struct fhrp_group *fhrp_group_get(struct conflict_judge *j, const struct fhrp_key *key, bool by_mac);
/* The speaker with this address or, where `ip` has none, this MAC; NULL: no room (counted). */
struct fhrp_speaker *fhrp_speaker_get(struct conflict_judge *j, struct fhrp_group *g, const struct ip_addr *ip,
				      struct mac mac, bool *is_new);
/* What all speakers have in common: times, MAC, counts. */
void fhrp_enter(const struct analyzer_frame *f, struct fhrp_group *g, struct fhrp_speaker *s, bool malformed);
/* Tells once, as information, that the group is there. */
struct finding *fhrp_note_group(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
				const struct fhrp_speaker *s);

/* ---- fhrp_hellos.c, fhrp_clusters.c, fhrp_fgcp.c, fhrp_macs.c -------------------------------------------------------------- */

void fhrp_hsrp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
void fhrp_glbp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
void fhrp_ccp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
void fhrp_nlb(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
void fhrp_fgcp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
/* ARP and IP frames, for what a virtual MAC of FGCP says and does. */
void fhrp_watch_fgcp(struct conflict_judge *j, const struct analyzer_frame *a, struct finding_place place);
/* A virtual MAC in a frame that is no message of its group. */
void fhrp_note_mac(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place,
		   struct mac mac);
/* ARP that says that an NLB cluster's address is at the cluster's MAC. */
void fhrp_note_nlb_arp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place);
/* Whether a frame with this MAC may tell fhrp_note_mac anything. */
bool fhrp_is_notable(const uint8_t mac[6]);

#endif

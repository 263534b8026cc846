// SPDX-License-Identifier: BSD-2-Clause
/* Groups and speakers of what is neither VRRP nor CARP: bounded tables. */
#include "analyzers/fhrp_state.h"

struct fhrp_group *fhrp_group_get(struct conflict_judge *j, const struct fhrp_key *key, bool by_mac)
{
	struct fhrp *h = &j->fhrp;
	uint16_t *index = table_find(&h->index, key);

	if (index != NULL)
		return &h->group[*index];
	if (h->group_count >= (by_mac ? FHRP_GROUPS_BY_MAC : FHRP_GROUPS) ||
	    (index = table_put(&h->index, key, NULL)) == NULL) {
		j->counters.groups_refused++;
		return NULL;
	}
	*index = (uint16_t)h->group_count++;
	struct fhrp_group *g = &h->group[*index];
	*g = (struct fhrp_group){.place = key->place, .class = (enum finding_class)key->class,
				 .unnumbered = key->unnumbered != 0, .address = key->address,
				 .first_speaker = CONFLICT_NONE, .first = j->now, .last = j->now};
	return g;
}

struct fhrp_speaker *fhrp_speaker_get(struct conflict_judge *j, struct fhrp_group *g, const struct ip_addr *ip,
				      struct mac mac, bool *is_new)
{
	struct fhrp *h = &j->fhrp;
	uint16_t *link = &g->first_speaker;
	bool by_ip = !ip_is_zero(ip);

	*is_new = false;
	while (*link != CONFLICT_NONE) {
		struct fhrp_speaker *s = &h->speaker[*link];
		if (by_ip ? ip_equal(&s->ip, ip) : ip_is_zero(&s->ip) && mac_equal(s->mac, mac))
			return s;
		link = &s->next;
	}
	if (g->speaker_count == FHRP_SPEAKERS_A_GROUP || h->speaker_count == FHRP_SPEAKERS) {
		j->counters.speakers_refused++;
		return NULL;
	}
	*link = (uint16_t)h->speaker_count++;
	struct fhrp_speaker *s = &h->speaker[*link];
	*s = (struct fhrp_speaker){.ip = *ip, .mac = mac, .next = CONFLICT_NONE};
	g->speaker_count++;
	*is_new = true;
	return s;
}

void fhrp_enter(const struct analyzer_frame *f, struct fhrp_group *g, struct fhrp_speaker *s, bool malformed)
{
	if (s->count == 0) {
		s->first = f->at;
		s->first_frame = f->number;
	} else if (f->at - s->last < (s->hold > 0 ? s->hold : 10 * VL_S)) {
		s->gap_sum += f->at - s->last;
		s->gap_count++;
	}
	s->mac = f->packet->ethernet.src;
	s->ttl = f->packet->ttl;
	s->last = f->at;
	s->last_frame = f->number;
	s->count++;
	s->malformed += malformed;
	g->messages++;
	g->last = f->at;
}

static const char *code_of(enum finding_class class)
{
	switch (class) {
	case FINDING_HSRP:
	case FINDING_HSRP2:
		return "hsrp-group";
	case FINDING_GLBP:
		return "glbp-group";
	case FINDING_CCP:
		return "ccp-cluster";
	case FINDING_NLB:
		return "nlb-cluster";
	case FINDING_FGCP:
	case FINDING_CLASS_NONE:
	case FINDING_VRRP:
	case FINDING_CARP:
	case FINDING_VRRP_AND_CARP:
		break;
	}
	return "fgcp-group";
}

struct finding *fhrp_note_group(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
				const struct fhrp_speaker *s)
{
	bool is_new;

	if (g->unnumbered)
		return NULL; /* there is no number to tell */
	struct finding *found = conflict_finding_at(j, code_of(g->class), &g->place, g->class,
						    g->address.family != IP_NONE ? &g->address : NULL, &is_new);
	if (found == NULL)
		return NULL;
	if (s != NULL) {
		(void)finding_add_subject(found, &s->ip, s->mac);
		finding_add_evidence(found, f->number, &s->ip, s->mac);
	} else {
		static const struct ip_addr unknown = {.family = IP_NONE};
		(void)finding_add_subject(found, &unknown, g->mac);
		finding_add_evidence(found, f->number, &unknown, g->mac);
	}
	return is_new ? found : NULL;
}

size_t fhrp_group_count(const struct conflict_judge *j)
{
	return j->fhrp.group_count;
}

const struct fhrp_group *fhrp_group_at(const struct conflict_judge *j, size_t i)
{
	return i < j->fhrp.group_count ? &j->fhrp.group[i] : NULL;
}

const struct fhrp_speaker *fhrp_speaker_at(const struct conflict_judge *j, uint16_t i)
{
	return i < j->fhrp.speaker_count ? &j->fhrp.speaker[i] : NULL;
}

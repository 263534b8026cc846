// SPDX-License-Identifier: BSD-2-Clause
/*
 * HSRP and GLBP hellos: who says that it is Active, since when, and whether another says so, too.
 *
 * A router that becomes Active makes the former one step back within a hello (Coup, or it hears a better one), so
 * a short overlap belongs to every hand-over. Two that stay Active refuse or do not hear each other.
 */
#include "analyzers/fhrp_state.h"

#define OVERLAP_HELLOS 2        /* together for more than this is no hand-over */

/* What both protocols say. */
struct hello {
	bool has_state;                 /* false: a GLBP message about forwarders only; the next eight say nothing */
	bool hello;                     /* a hello, not a Coup or Resign */
	uint8_t state;                  /* enum hsrp_state */
	uint32_t priority;
	uint16_t version;
	vl_time interval, hold;
	struct ip_addr virtual_ip;
	uint8_t auth;
	uint64_t auth_mark;
};

static vl_time slower(const struct fhrp_speaker *a, const struct fhrp_speaker *b)
{
	return a->interval > b->interval ? a->interval : b->interval;
}

/* Whether it counts as Active still: a hold time of silence means that it is gone. */
static bool is_active(const struct fhrp_speaker *s, vl_time now)
{
	return s->active && now - s->active_last <= s->hold;
}

/* ---- two speakers ----------------------------------------------------------------------------------------------- */

static struct finding *report(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
			      const char *code, const struct fhrp_speaker *other, const struct fhrp_speaker *s,
			      uint64_t other_frame, bool *is_new)
{
	struct finding *found = conflict_finding_at(j, code, &g->place, g->class, NULL, is_new);

	if (found == NULL)
		return NULL;
	(void)finding_add_subject(found, &other->ip, other->mac);
	(void)finding_add_subject(found, &s->ip, s->mac);
	found->shared_mac |= mac_equal(other->mac, s->mac);
	finding_add_evidence(found, other_frame, &other->ip, other->mac);
	finding_add_evidence(found, f->number, &s->ip, s->mac);
	return found;
}

static const char *auth_word(uint8_t auth)
{
	static const char *const word[] = {"no authentication", "a text", "MD5", "an MD5 key chain", "another kind"};

	return word[auth];
}

static void detail_pair(struct finding *found, const struct fhrp_speaker *a, const struct fhrp_speaker *b)
{
	const struct fhrp_speaker *const both[] = {a, b};
	char ip[IP_TEXT], mac[MAC_TEXT], other[MAC_TEXT];

	for (size_t i = 0; i < 2; i++) {
		conflict_detail(found, "%s%s (priority %u) is Active for ", i > 0 ? ", " : "",
				ip_format(ip, &both[i]->ip), (unsigned)both[i]->priority);
		conflict_detail(found, "%s", ip_is_zero(&both[i]->virtual_ip) ? "an unknown address"
								     : ip_format(ip, &both[i]->virtual_ip));
	}
	if (mac_equal(a->mac, b->mac))
		conflict_detail(found, "; both send from %s", mac_format(mac, a->mac));
	else
		conflict_detail(found, "; they send from %s and %s", mac_format(mac, a->mac),
				mac_format(other, b->mac));
	if (a->auth != b->auth || a->auth_mark != b->auth_mark)
		conflict_detail(found, "; their authentication differs");
	conflict_detail(found, ".");
}

static void judge_active(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
			 const struct fhrp_speaker *other, const struct fhrp_speaker *s)
{
	bool is_new;

	if (!is_active(other, f->at))
		return;
	vl_time begin = other->active_since > s->active_since ? other->active_since : s->active_since;
	vl_time end = other->active_last; /* s speaks now */
	if (end <= begin || end - begin <= OVERLAP_HELLOS * slower(other, s))
		return;
	struct finding *found = report(j, f, g, "fhrp-dual-active", other, s, other->last_frame, &is_new);
	if (found != NULL && is_new) {
		found->begin = begin;
		detail_pair(found, other, s);
	}
}

/* Whether what the other said last still counts: long ago it may have been configured otherwise. */
static bool is_recent(const struct analyzer_frame *f, const struct fhrp_speaker *other, const struct fhrp_speaker *s)
{
	return f->at - other->last <= 7 * slower(other, s) / 2;
}

static void judge_address(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
			  const struct fhrp_speaker *other, const struct fhrp_speaker *s)
{
	bool is_new;
	char ip[IP_TEXT], by[IP_TEXT], mine[IP_TEXT], theirs[IP_TEXT];

	/* One that has yet to learn the address says 0.0.0.0. */
	if (ip_is_zero(&other->virtual_ip) || ip_is_zero(&s->virtual_ip) ||
	    ip_equal(&other->virtual_ip, &s->virtual_ip) || !is_recent(f, other, s))
		return;
	struct finding *found = report(j, f, g, "address-list-differs", other, s, other->last_frame, &is_new);
	if (found != NULL && is_new)
		conflict_detail(found, "%s has %s, %s has %s.", ip_format(ip, &other->ip),
				ip_format(theirs, &other->virtual_ip), ip_format(by, &s->ip),
				ip_format(mine, &s->virtual_ip));
}

static void judge_auth(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
		       const struct fhrp_speaker *other, const struct fhrp_speaker *s)
{
	bool is_new;
	char ip[IP_TEXT], by[IP_TEXT];

	if ((other->auth == s->auth && other->auth_mark == s->auth_mark) || !is_recent(f, other, s))
		return;
	struct finding *found = report(j, f, g, "auth-differs", other, s, other->last_frame, &is_new);
	if (found == NULL || !is_new)
		return;
	if (other->auth == s->auth)
		conflict_detail(found, "%s and %s use different words.", ip_format(ip, &other->ip),
				ip_format(by, &s->ip));
	else
		conflict_detail(found, "%s uses %s, %s %s.", ip_format(ip, &other->ip), auth_word(other->auth),
				ip_format(by, &s->ip), auth_word(s->auth));
}

static void judge_pairs(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
			const struct fhrp_speaker *s)
{
	const struct fhrp_speaker *other;

	for (uint16_t i = g->first_speaker; (other = fhrp_speaker_at(j, i)) != NULL; i = other->next) {
		if (other == s)
			continue;
		judge_auth(j, f, g, other, s);
		judge_address(j, f, g, other, s);
		if (s->active)
			judge_active(j, f, g, other, s);
	}
}

/* ---- one message --------------------------------------------------------------------------------------------------- */

static void read_state(const struct analyzer_frame *f, struct fhrp_speaker *s, const struct hello *m)
{
	bool says_active = m->hello && m->state == HSRP_ACTIVE;

	s->version = m->version;
	s->state = m->state;
	s->priority = m->priority;
	if (!ip_is_zero(&m->virtual_ip))
		s->virtual_ip = m->virtual_ip;
	if (m->interval > 0) {
		s->interval = m->interval;
		s->hold = m->hold > m->interval ? m->hold : 3 * m->interval;
	}
	if (says_active && !is_active(s, f->at))
		s->active_since = f->at;
	/* A Coup comes from one that is about to be Active: what it was before stays. */
	if (m->hello || m->state != HSRP_ACTIVE)
		s->active = says_active;
	if (says_active)
		s->active_last = f->at;
}

static void note_wrong_sum(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
			   struct fhrp_speaker *s)
{
	bool is_new;
	struct finding *found = conflict_finding_at(j, "bad-checksum", &g->place, g->class, NULL, &is_new);

	/* As the only thing known of a speaker it shows what that says, not that it is so. */
	s->active &= s->count > 1;
	if (found == NULL)
		return;
	(void)finding_add_subject(found, &s->ip, s->mac);
	finding_add_evidence(found, f->number, &s->ip, s->mac);
}

static void heard(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place,
		  enum finding_class class, const struct hello *m)
{
	struct fhrp_key key = {.place = place, .class = (uint8_t)class};
	struct fhrp_group *g = fhrp_group_get(j, &key, false);
	bool is_new, wrong_sum = f->packet->verdict == PACKET_BAD_UDP_CHECKSUM;

	if (g == NULL)
		return;
	j->counters.adverts++;
	struct fhrp_speaker *s = fhrp_speaker_get(j, g, &f->packet->src, f->packet->ethernet.src, &is_new);
	if (s == NULL) {
		g->messages++;
		g->last = f->at;
		return;
	}
	/* As with VRRP: a message with a wrong checksum is reported, but its receivers drop it. */
	if (!wrong_sum || is_new) {
		s->auth = m->auth;
		s->auth_mark = m->auth_mark;
		if (m->has_state)
			read_state(f, s, m);
	}
	fhrp_enter(f, g, s, f->packet->verdict != PACKET_OK);
	struct finding *note = fhrp_note_group(j, f, g, s);
	if (note != NULL && !ip_is_zero(&s->virtual_ip)) {
		char ip[IP_TEXT];
		conflict_detail(note, "Its address is %s.", ip_format(ip, &s->virtual_ip));
	}
	if (wrong_sum)
		note_wrong_sum(j, f, g, s);
	else
		judge_pairs(j, f, g, s);
}

void fhrp_hsrp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct hsrp_message *m = &f->packet->hsrp;
	static const uint8_t auth[] = {FHRP_AUTH_NONE, FHRP_AUTH_TEXT, FHRP_AUTH_MD5};

	if (!m->has_group) {
		j->counters.not_advertisements += f->packet->verdict == PACKET_OK;
		return;
	}
	place.id = m->group;
	place.family = (uint8_t)m->family;
	struct hello h = {
		.has_state = true,
		.hello = m->opcode == HSRP_HELLO,
		.state = (uint8_t)hsrp_state_of(m),
		.priority = m->priority,
		.version = m->version,
		.interval = m->hello_ms * VL_MS,
		.hold = m->hold_ms * VL_MS,
		.virtual_ip = m->virtual_ip,
		.auth = auth[m->auth],
		.auth_mark = m->auth == HSRP_AUTH_TEXT ? conflict_mark(j, m->text) : 0,
	};
	/* A Resign says that its sender is Active no more, whatever state it names. */
	if (m->opcode == HSRP_RESIGN)
		h.state = HSRP_INIT;
	heard(j, f, place, m->version == 1 ? FINDING_HSRP : FINDING_HSRP2, &h);
}

static uint8_t glbp_auth(uint8_t auth)
{
	switch (auth) {
	case GLBP_AUTH_NONE:
		return FHRP_AUTH_NONE;
	case GLBP_AUTH_TEXT:
		return FHRP_AUTH_TEXT;
	case GLBP_AUTH_MD5:
		return FHRP_AUTH_MD5;
	case GLBP_AUTH_MD5_CHAIN:
		return FHRP_AUTH_MD5_CHAIN;
	default:
		return FHRP_AUTH_OTHER;
	}
}

/* GLBP's state of a gateway in HSRP's words, which are the same. */
static uint8_t glbp_state(uint8_t state)
{
	switch (state) {
	case GLBP_INIT:
		return HSRP_INIT;
	case GLBP_LISTEN:
		return HSRP_LISTEN;
	case GLBP_SPEAK:
		return HSRP_SPEAK;
	case GLBP_STANDBY:
		return HSRP_STANDBY;
	case GLBP_ACTIVE:
		return HSRP_ACTIVE;
	default:
		return HSRP_STATE_UNKNOWN;
	}
}

void fhrp_glbp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct glbp_message *m = &f->packet->glbp;
	uint8_t word[VRRP_V2_AUTH_LENGTH] = {0};

	if (f->packet->verdict != PACKET_OK && !m->has_hello)
		return;
	place.id = m->group;
	if (m->auth == GLBP_AUTH_TEXT)
		memcpy(word, m->auth_data, m->auth_length < sizeof word ? m->auth_length : sizeof word);
	heard(j, f, place, FINDING_GLBP,
	      &(struct hello){
		      .has_state = m->has_hello,
		      .hello = m->has_hello,
		      .state = glbp_state(m->state),
		      .priority = m->priority,
		      .version = 1,
		      .interval = m->hello_ms * VL_MS,
		      .hold = m->hold_ms * VL_MS,
		      .virtual_ip = m->virtual_ip,
		      .auth = glbp_auth(m->auth),
		      .auth_mark = m->auth == GLBP_AUTH_TEXT ? conflict_mark(j, word) : 0,
	      });
}

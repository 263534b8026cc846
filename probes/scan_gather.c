// SPDX-License-Identifier: BSD-2-Clause
/* Feeds a capture to the judge and gathers what there is to tell. */
#include <stdlib.h>
#include <string.h>

#include "probes/scan.h"
#include "probes/scan_watch.h"

/* Keys the judge's tables. A constant: the same capture gives the same output, and a capture that is built to
 * make it slow slows only its own scan, within bounds. */
#define SECRET UINT64_C(0x76697020736361ee)

static bool matches(const struct scan *s, const struct scan_rule *rule, const struct finding *f)
{
	uint16_t id[SCAN_FINDING_IDS];

	if (rule->code != f->code || rule->id == 0)
		return rule->code == f->code;
	size_t count = scan_finding_ids(s, f, id);
	for (size_t i = 0; i < count; i++)
		if (id[i] == rule->id)
			return true;
	return false;
}

bool scan_is_wanted(const struct scan *s, const struct finding *f)
{
	const struct scan_options *o = s->options;
	bool wanted = o->only_count == 0;

	for (size_t i = 0; i < o->only_count; i++)
		wanted |= matches(s, &o->only[i], f);
	for (size_t i = 0; i < o->ignore_count; i++)
		wanted &= !matches(s, &o->ignore[i], f);
	return wanted;
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->class == b->class && ip_equal(&a->address, &b->address) &&
	       memcmp(&a->place, &b->place, sizeof a->place) == 0;
}

static void collect(struct scan *s)
{
	struct finding f;

	while (conflict_analyzer.poll(s->judge, &f)) {
		size_t i = 0;
		while (i < s->finding_count && !same_finding(&s->finding[i], &f))
			i++;
		if (i == SCAN_FINDINGS || !scan_is_wanted(s, &f))
			continue;
		s->finding[i] = f;
		if (i == s->finding_count)
			s->finding_count++;
	}
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

bool scan_is_chosen(const struct scan *s, const struct packet *p)
{
	uint16_t outermost = 0;

	for (size_t i = 0; i < p->ethernet.vlan_count && outermost == 0; i++)
		outermost = p->ethernet.vlan[i].id;
	return !s->options->one_vlan || outermost == s->options->vlan;
}

static void look_for_changes(struct scan *s, vl_time now)
{
	if (s->watch != NULL)
		scan_watch_look(s->watch, s, now);
}

bool scan_feed(struct scan *s, const struct analyzer_frame *f)
{
	const struct packet *p = f->packet;
	bool is_advert = p->transport == TRANSPORT_VRRP || p->transport == TRANSPORT_CARP ||
			 p->transport == TRANSPORT_HSRP || p->transport == TRANSPORT_GLBP;

	s->passed++;
	s->tagged |= p->ethernet.vlan_count > 0;
	s->ipv6_heard |= is_advert && p->network == NETWORK_IPV6;
	conflict_analyzer.frame(s->judge, f);
	collect(s);
	look_for_changes(s, f->at);
	s->adverts += is_advert;
	return !is_advert || s->adverts != s->options->most_adverts;
}

void scan_advance(struct scan *s, vl_time now)
{
	conflict_analyzer.advance(s->judge, now);
	collect(s);
	look_for_changes(s, now);
}

/* What the judge would look at in vain is passed over in place: most of a large capture. --vlan asks for more of
 * a frame than the judge does. */
static bool passes_over(struct scan *s, const struct capture_frame *f)
{
	if (s->options->one_vlan || f->link != CAPTURE_LINK_ETHERNET || f->captured != f->length ||
	    !conflict_passes_over(s->judge, f->bytes, f->length))
		return false;
	s->passed++;
	s->tagged |= f->bytes[12] == 0x81;      /* 802.1Q: what is passed over has no other tag */
	return true;
}

static void read_all(struct scan *s, struct capture_file *c)
{
	struct capture_frame frame;
	struct packet packet;
	enum capture_next next;

	while ((next = capture_read(c, &frame)) == CAPTURE_FRAME) {
		if (frame.at > s->options->most_time)
			break;
		if (frame.number == 1)
			s->start_ns = capture_start(c);
		s->heard = frame.at;
		s->cut += frame.captured < frame.length;
		if (passes_over(s, &frame))
			continue;
		capture_dissect(c, &frame, &packet);
		if (!scan_is_chosen(s, &packet))
			continue;
		if (!scan_feed(s, &(struct analyzer_frame){.packet = &packet,
							   .number = frame.number,
							   .interface = frame.interface,
							   .at = frame.at,
							   .length = frame.length}))
			break;
	}
	s->complete = next == CAPTURE_END;
	s->readable = next != CAPTURE_DAMAGED;
	if (next == CAPTURE_TRUNCATED || next == CAPTURE_DAMAGED)
		(void)snprintf(s->reason, sizeof s->reason, "%s", capture_error(c));
	s->frames = capture_frames(c);
	s->tags_unmatched = capture_tags_unmatched(c);
	s->start_ns = capture_start(c);
	const char *link;
	uint64_t refused = capture_refused(c, &link);
	if (refused > 0 && s->reason[0] == '\0') {
		(void)snprintf(s->reason, sizeof s->reason, "%llu frames of link type %s are not read",
			       (unsigned long long)refused, link);
		s->complete = false;
		s->readable = refused < s->frames;
	}
}

/* ---- gathering --------------------------------------------------------------------------------------------------- */

/* VRRP and CARP, which share IDs, together; then one protocol after the other. */
static int rank(const struct scan_id *id)
{
	return id->fhrp == NULL ? 0 : (int)id->class;
}

static int by_place(const void *a, const void *b)
{
	const struct scan_id *x = a, *y = b;
	int order = (x->place.interface > y->place.interface) - (x->place.interface < y->place.interface);

	for (size_t i = 0; order == 0 && i < ETHERNET_VLANS; i++)
		order = (int)x->place.vlan[i] - (int)y->place.vlan[i];
	if (order == 0)
		order = rank(x) - rank(y);
	if (order == 0)
		order = (int)x->place.family - (int)y->place.family;
	if (order == 0)
		order = (int)x->place.id - (int)y->place.id;
	if (order == 0)
		order = (int)x->class - (int)y->class;
	return order != 0 || x->fhrp == NULL || y->fhrp == NULL
		       ? order : ip_compare(&x->fhrp->address, &y->fhrp->address);
}

static int by_weight(const void *a, const void *b)
{
	return finding_compare(a, b);
}

static bool lists_address(const struct scan *s, const struct scan_id *id, const struct ip_addr *ip)
{
	uint16_t at = CONFLICT_NONE;
	struct scan_sender sender;

	while (scan_next_sender(s, id, &at, &sender))
		for (size_t i = 0; i < sender.address_count; i++)
			if (ip_equal(&sender.address[i], ip))
				return true;
	return false;
}

static bool same_segment(const struct finding_place *a, const struct finding_place *b)
{
	return a->interface == b->interface && memcmp(a->vlan, b->vlan, sizeof a->vlan) == 0;
}

static bool concerns(const struct scan *s, const struct finding *f, const struct scan_id *id)
{
	if (!same_segment(&f->place, &id->place) || f->place.family != id->place.family)
		return false;
	if (id->class == FINDING_NLB)
		return f->class == FINDING_NLB && ip_equal(&f->address, &id->fhrp->address);
	if (f->place.id == id->place.id)
		return f->class == id->class || f->class == FINDING_VRRP_AND_CARP;
	/* One address under two IDs concerns both. */
	return f->address.family != IP_NONE && id->class == FINDING_VRRP && lists_address(s, id, &f->address);
}

static void add_id(struct scan *s, const struct conflict_group *g, enum finding_class class, uint64_t adverts)
{
	if (s->id_count == SCAN_IDS)
		return;
	s->id[s->id_count++] = (struct scan_id){.place = g->place, .class = class, .group = g, .adverts = adverts,
						.by_mac_only = adverts == 0};
	struct id_set *used = g->place.family == IP_V6 ? &s->used_v6 : &s->used_v4;
	used->has[g->place.id] = true;
	s->used.has[g->place.id] = true;
}

static void add_fhrp(struct scan *s, const struct fhrp_group *g)
{
	if (s->id_count == SCAN_IDS)
		return;
	s->id[s->id_count++] = (struct scan_id){.place = g->place, .class = g->class, .fhrp = g,
						.adverts = g->messages, .by_mac_only = g->messages == 0};
}

static void gather_ids(struct scan *s)
{
	const struct conflict_group *g;
	const struct fhrp_group *h;

	for (size_t i = 0; (g = conflict_group_at(s->judge, i)) != NULL; i++) {
		if (g->adverts > 0 || (g->carp_adverts == 0 && g->seen_by_mac))
			add_id(s, g, FINDING_VRRP, g->adverts);
		if (g->carp_adverts > 0 || g->seen_by_carp_mac)
			add_id(s, g, FINDING_CARP, g->carp_adverts);
	}
	for (size_t i = 0; (h = fhrp_group_at(s->judge, i)) != NULL; i++)
		add_fhrp(s, h);
	qsort(s->id, s->id_count, sizeof s->id[0], by_place);
	qsort(s->finding, s->finding_count, sizeof s->finding[0], by_weight);
	for (size_t i = 0; i < s->id_count; i++)
		for (size_t k = 0; k < s->finding_count && s->id[i].worst == NULL; k++)
			if (s->finding[k].code->severity != FINDING_INFO && concerns(s, &s->finding[k], &s->id[i]))
				s->id[i].worst = &s->finding[k];
	for (size_t k = 0; k < s->finding_count; k++) {
		s->conflicts += finding_is_conflict(&s->finding[k]);
		s->proved += finding_is_conflict(&s->finding[k]) && !s->finding[k].suspect;
		s->warnings += s->finding[k].code->severity == FINDING_WARNING;
	}
	s->best_count = free_ids_best(s->best, &s->used);
}

/* Not one frame could be understood: a capture of noise, or cut too short. */
static bool understood_nothing(const struct scan *s)
{
	const struct conflict_counters *n = conflict_counted(s->judge);

	return s->id_count == 0 && n->frames > 0 && n->malformed + n->bad_sums + n->cut >= n->frames;
}

/* No frame at all, or none of the VLAN or filter that was asked for: silence there proves nothing. Live, the
 * kernel's filter keeps little, and a segment without these protocols is an answer as long as anything comes in. */
static bool heard_nothing(const struct scan *s)
{
	bool asked_for_some = s->options->one_vlan || s->options->filter[0] != '\0';

	if (!s->readable || understood_nothing(s) || scan_drop_percent(s) > s->options->max_drop)
		return true;
	return s->live ? s->frames == 0 || (asked_for_some && s->passed == 0) : s->passed == 0;
}

static void say_why_nothing(struct scan *s)
{
	if (s->reason[0] != '\0')
		return;
	if (s->frames == 0)
		(void)snprintf(s->reason, sizeof s->reason, "%s",
			       s->live ? "no frame of any kind came in: the port is dead, or nothing reaches it"
				       : "no frame at all: nothing can be said");
	else if (s->passed == 0)
		(void)snprintf(s->reason, sizeof s->reason, "no frame of those asked for: nothing can be said");
	else if (understood_nothing(s))
		(void)snprintf(s->reason, sizeof s->reason, "not one frame is whole and sound: nothing can be said");
	else
		(void)snprintf(s->reason, sizeof s->reason, "%u %% of the frames were lost: nothing can be said",
			       scan_drop_percent(s));
}

static void conclude(struct scan *s)
{
	s->confidence = s->heard >= 765 * VL_S ? SCAN_HIGH : s->heard >= 123 * VL_S ? SCAN_MEDIUM : SCAN_LOW;
	/* Among the frames that were lost may have been the only one of an ID. */
	if (s->dropped > 0 && s->confidence > SCAN_LOW)
		s->confidence--;
	if (s->conflicts > 0)
		s->verdict = SCAN_CONFLICT;
	else if (heard_nothing(s))
		s->verdict = SCAN_INCONCLUSIVE;
	else
		s->verdict = s->warnings > 0 ? SCAN_WARN : SCAN_CLEAN;
	if (heard_nothing(s))
		say_why_nothing(s);
}

bool scan_begin(struct scan *s, const struct scan_options *o, const char *source)
{
	*s = (struct scan){.options = o, .source = source, .readable = true};
	s->judge = conflict_analyzer.new(SECRET);
	s->id = calloc(SCAN_IDS, sizeof *s->id);
	s->finding = calloc(SCAN_FINDINGS, sizeof *s->finding);
	return s->judge != NULL && s->id != NULL && s->finding != NULL;
}

void scan_end(struct scan *s)
{
	conflict_analyzer.finish(s->judge, s->heard);
	collect(s);
	if (s->watch != NULL)
		scan_watch_end(s->watch, s, s->heard);
	gather_ids(s);
	conclude(s);
}

bool scan_nothing(struct scan *s, const struct scan_options *o, const char *source, const char *reason)
{
	if (!scan_begin(s, o, source))
		return false;
	s->live = o->file == NULL;
	(void)snprintf(s->reason, sizeof s->reason, "%s", reason);
	gather_ids(s);
	conclude(s);
	return true;
}

bool scan_gather(struct scan *s, const struct scan_options *o, struct capture_file *c, struct scan_watch *watch,
		 const struct scan_baseline *baseline)
{
	if (!scan_begin(s, o, o->file))
		return false;
	s->watch = watch;
	s->baseline = baseline;
	read_all(s, c);
	scan_end(s);
	return true;
}

void scan_release(struct scan *s)
{
	conflict_analyzer.free(s->judge);
	free(s->id);
	free(s->finding);
}

int scan_status(const struct scan *s)
{
	if (s->options->wants) {
		for (unsigned id = 1; id <= ID_LAST; id++)
			if (s->options->want.has[id] && s->used.has[id])
				return 1;
		return heard_nothing(s) ? 3 : 0;
	}
	switch (s->verdict) {
	case SCAN_CONFLICT:
		return 1;
	case SCAN_WARN:
		return s->options->strict ? 1 : 0;
	case SCAN_INCONCLUSIVE:
		return 3;
	case SCAN_CLEAN:
		break;
	}
	return 0;
}

int scan_check_status(const struct scan *s)
{
	switch (s->verdict) {
	case SCAN_CONFLICT:
		return s->proved > 0 ? 2 : 1;
	case SCAN_WARN:
		return 1;
	case SCAN_INCONCLUSIVE:
		return 3;
	case SCAN_CLEAN:
		break;
	}
	return 0;
}

unsigned scan_drop_percent(const struct scan *s)
{
	uint64_t all = s->dropped + s->passed;

	return all == 0 ? 0 : (unsigned)((s->dropped * 100 + all - 1) / all);
}

bool scan_is_partial(const struct scan *s)
{
	const struct scan_options *o = s->options;

	return o->filter[0] != '\0' || o->one_vlan || o->most_adverts > 0 || (!s->live && o->most_time != VL_NEVER);
}

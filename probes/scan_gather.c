// SPDX-License-Identifier: BSD-2-Clause
/* Feeds a capture to the judge and gathers what there is to tell. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/scan.h"

/* Keys the judge's tables. A constant: the same capture gives the same output, and a capture that is built to
 * make it slow slows only its own scan, within bounds. */
#define SECRET UINT64_C(0x76697020736361ee)

static bool matches(const struct scan_rule *rule, const struct finding *f)
{
	return rule->code == f->code && (rule->id == 0 || rule->id == f->place.id);
}

static bool is_wanted(const struct scan_options *o, const struct finding *f)
{
	bool wanted = o->only_count == 0;

	for (size_t i = 0; i < o->only_count; i++)
		wanted |= matches(&o->only[i], f);
	for (size_t i = 0; i < o->ignore_count; i++)
		wanted &= !matches(&o->ignore[i], f);
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
		if (i == SCAN_FINDINGS || !is_wanted(s->options, &f))
			continue;
		s->finding[i] = f;
		if (i == s->finding_count)
			s->finding_count++;
	}
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static bool in_chosen_vlan(const struct scan *s, const struct packet *p)
{
	uint16_t outermost = 0;

	for (size_t i = 0; i < p->ethernet.vlan_count && outermost == 0; i++)
		outermost = p->ethernet.vlan[i].id;
	return !s->options->one_vlan || outermost == s->options->vlan;
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
	uint64_t adverts = 0;

	while ((next = capture_read(c, &frame)) == CAPTURE_FRAME) {
		if (frame.at > s->options->most_time)
			break;
		s->heard = frame.at;
		s->cut += frame.captured < frame.length;
		if (passes_over(s, &frame))
			continue;
		capture_dissect(c, &frame, &packet);
		if (!in_chosen_vlan(s, &packet))
			continue;
		s->passed++;
		s->tagged |= packet.ethernet.vlan_count > 0;
		bool is_advert = packet.transport == TRANSPORT_VRRP || packet.transport == TRANSPORT_CARP ||
				 packet.transport == TRANSPORT_HSRP || packet.transport == TRANSPORT_GLBP;
		s->ipv6_heard |= is_advert && packet.network == NETWORK_IPV6;
		conflict_analyzer.frame(s->judge, &(struct analyzer_frame){.packet = &packet,
									    .number = frame.number,
									    .interface = frame.interface,
									    .at = frame.at,
									    .length = frame.length});
		collect(s);
		if (is_advert && ++adverts == s->options->most_adverts)
			break;
	}
	s->complete = next == CAPTURE_END;
	s->readable = next != CAPTURE_DAMAGED;
	if (next == CAPTURE_TRUNCATED || next == CAPTURE_DAMAGED)
		(void)snprintf(s->reason, sizeof s->reason, "%s", capture_error(c));
	s->frames = capture_frames(c);
	s->start_ns = capture_start(c);
	const char *link;
	uint64_t refused = capture_refused(c, &link);
	if (refused > 0 && s->reason[0] == '\0') {
		(void)snprintf(s->reason, sizeof s->reason, "%llu frames of link type %s are not read",
			       (unsigned long long)refused, link);
		s->complete = false;
		s->readable = refused < s->frames;
	}
	conflict_analyzer.finish(s->judge, s->heard);
	collect(s);
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
		s->warnings += s->finding[k].code->severity == FINDING_WARNING;
	}
	s->best_count = free_ids_best(s->best, &s->used);
}

/* No frame at all, or none of the VLAN or filter that was asked for: silence there proves nothing. */
static bool heard_nothing(const struct scan *s)
{
	return s->passed == 0 || !s->readable;
}

static void conclude(struct scan *s)
{
	s->confidence = s->heard >= 765 * VL_S ? SCAN_HIGH : s->heard >= 123 * VL_S ? SCAN_MEDIUM : SCAN_LOW;
	if (s->conflicts > 0)
		s->verdict = SCAN_CONFLICT;
	else if (heard_nothing(s))
		s->verdict = SCAN_INCONCLUSIVE;
	else
		s->verdict = s->warnings > 0 ? SCAN_WARN : SCAN_CLEAN;
}

static bool make(struct scan *s, const struct scan_options *o)
{
	*s = (struct scan){.options = o};
	s->judge = conflict_analyzer.new(SECRET);
	s->id = calloc(SCAN_IDS, sizeof *s->id);
	s->finding = calloc(SCAN_FINDINGS, sizeof *s->finding);
	return s->judge != NULL && s->id != NULL && s->finding != NULL;
}

bool scan_nothing(struct scan *s, const struct scan_options *o, const char *reason)
{
	if (!make(s, o))
		return false;
	(void)snprintf(s->reason, sizeof s->reason, "%s", reason);
	gather_ids(s);
	conclude(s);
	return true;
}

bool scan_gather(struct scan *s, const struct scan_options *o, struct capture_file *c)
{
	if (!make(s, o))
		return false;
	read_all(s, c);
	gather_ids(s);
	conclude(s);
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

/* ---- small questions ---------------------------------------------------------------------------------------------- */

const char *scan_verdict_word(enum scan_verdict v)
{
	static const char *const word[] = {"clean", "warn", "conflict", "inconclusive"};

	return word[v];
}

const char *scan_confidence_word(enum scan_confidence c)
{
	static const char *const word[] = {"low", "medium", "high"};

	return word[c];
}

char *scan_id_verdict(char text[SCAN_VERDICT], const struct scan_id *id)
{
	if (id->worst == NULL)
		(void)snprintf(text, SCAN_VERDICT, "%s", id->by_mac_only ? "in use (seen by MAC only)" : "ok");
	else
		(void)snprintf(text, SCAN_VERDICT, "%s %s",
			       id->worst->suspect ? "SUSPECT" : finding_is_conflict(id->worst) ? "CONFLICT" : "warning",
			       id->worst->code->name);
	return text;
}

const char *scan_blind(const struct scan *s, size_t i)
{
	const char *blind[5];
	size_t n = 0;

	blind[n++] = "backups-silent";
	blind[n++] = "unicast-vrrp";
	if (!s->ipv6_heard)
		blind[n++] = "mld-snooping";
	if (s->confidence != SCAN_HIGH)
		blind[n++] = "interval-longer-than-window";
	if (!s->tagged)
		blind[n++] = "other-vlans";
	return i < n ? blind[i] : NULL;
}

char *scan_vlan(char text[SCAN_VLAN], const struct finding_place *p)
{
	size_t used = 0;

	(void)snprintf(text, SCAN_VLAN, "-");
	for (size_t i = 0; i < p->vlan_count; i++)
		used += (size_t)snprintf(text + used, SCAN_VLAN - used, "%s%u", i > 0 ? "." : "",
					 (unsigned)p->vlan[i]);
	return text;
}

char *scan_when(char text[SCAN_WHEN], const struct scan *s, vl_time at)
{
	int64_t ns = s->start_ns + (int64_t)(at < INT64_MAX / 4 ? at : 0);
	int64_t seconds = ns / INT64_C(1000000000), rest = ns % INT64_C(1000000000);
	struct tm tm;

	if (rest < 0) {
		rest += INT64_C(1000000000);
		seconds--;
	}
	time_t t = (time_t)seconds;
	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	size_t used = strftime(text, SCAN_WHEN, "%Y-%m-%dT%H:%M:%S", &tm);
	if (rest % 1000 == 0)
		(void)snprintf(text + used, SCAN_WHEN - used, ".%06dZ", (int)(rest / 1000));
	else
		(void)snprintf(text + used, SCAN_WHEN - used, ".%09dZ", (int)rest);
	return text;
}

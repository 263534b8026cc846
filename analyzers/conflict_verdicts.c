// SPDX-License-Identifier: BSD-2-Clause
/*
 * Claims of addresses, judged once it can be known whether the claimant advertises.
 *
 * Lawful: the virtual MAC of an ID that advertises the address; a router that advertises it about then; its own
 * MAC besides the virtual one (ARP flux of one host: two MACs, one station). A third MAC is another station.
 */
#include <string.h>

#include "analyzers/conflict_state.h"

#define ANNOUNCES_LIKE_A_ROUTER 3       /* gratuitous ARP within one second; hosts leave a second between two */
#define STARVED_FOREIGN 3               /* foreign advertisements while silent */

/* Walks the VRRP speakers that list an address. */
struct walk {
	size_t slot;
	uint16_t next;
	bool started;
};

static struct conflict_speaker *next_speaker(struct conflict_judge *j, const struct conflict_address *a,
					     struct walk *w)
{
	while (w->slot < a->group_count) {
		if (!w->started) {
			w->next = j->group[a->group[w->slot].group].first_speaker;
			w->started = true;
		}
		while (w->next != CONFLICT_NONE) {
			struct conflict_speaker *s = &j->speaker[w->next];
			w->next = s->next;
			if (s->class == FINDING_VRRP && s->count > 0 && conflict_list_has(j, s->list, &a->ip))
				return s;
		}
		w->slot++;
		w->started = false;
	}
	return NULL;
}

vl_time conflict_claim_window(const struct conflict_judge *j, const struct conflict_address *a)
{
	vl_time window = VL_S;

	for (size_t i = 0; i < a->group_count; i++) {
		const struct conflict_speaker *s = &j->speaker[a->group[i].speaker];
		vl_time w = conflict_alive(s) + s->interval; /* Active_Down_Interval is shorter */
		window = w > window ? w : window;
	}
	return a->group_count > 0 ? window : 4 * VL_S;
}

struct mac conflict_own_mac(struct conflict_judge *j, const struct conflict_group *g,
			    const struct conflict_speaker *s)
{
	if (!mac_equal(s->real_mac, MAC_ZERO))
		return s->real_mac;
	const struct conflict_address *own = conflict_address_get(j, &g->place, &s->ip, false);
	return own != NULL ? own->own_mac : MAC_ZERO;
}

static bool speaks_about(const struct conflict_speaker *s, vl_time t, vl_time window)
{
	return s->last + window >= t && s->first <= vl_time_after(t, window);
}

static struct conflict_group *group_of(struct conflict_judge *j, const struct conflict_speaker *s)
{
	return &j->group[s->group];
}

/* Whether it was active at `t`: alive by what it said before, or it spoke as soon after as an active router must
 * (the capture may have begun in between). */
static bool is_active_at(const struct conflict_speaker *s, vl_time t)
{
	return s->last + conflict_alive(s) >= t && s->first <= vl_time_after(t, 3 * s->interval / 2) &&
	       !(s->resigned && s->last < t);
}

/* The router that was active for the address at `t`, other than `except`: the last to speak. */
static struct conflict_speaker *active_at(struct conflict_judge *j, const struct conflict_address *a, vl_time t,
					  const struct conflict_speaker *except)
{
	struct walk w = {0};
	struct conflict_speaker *s, *found = NULL;

	while ((s = next_speaker(j, a, &w)) != NULL)
		if (s != except && is_active_at(s, t) && (found == NULL || s->last > found->last))
			found = s;
	return found;
}

/* ---- findings ---------------------------------------------------------------------------------------------------- */

static void suspect_dual_active(struct conflict_judge *j, const struct conflict_address *a,
				const struct conflict_speaker *active, const struct conflict_speaker *other,
				struct mac mac, uint64_t frame, vl_time t, const char *how)
{
	static const struct ip_addr unknown = {.family = IP_NONE};
	const struct ip_addr *ip = other != NULL ? &other->ip : &unknown;
	bool is_new;
	struct finding *f = conflict_finding(j, "dual-active", group_of(j, active), FINDING_VRRP, NULL, &is_new);

	if (f == NULL)
		return;
	if (f->suspect || is_new) {
		conflict_subject(f, active);
		(void)finding_add_subject(f, ip, mac);
	}
	finding_add_evidence(f, frame, ip, mac);
	if (is_new) {
		char text[IP_TEXT], by[IP_TEXT], at[MAC_TEXT], who[IP_TEXT];
		f->suspect = true;
		f->begin = t;
		f->shared_mac = mac_equal(mac, active->mac) && active->virtual_mac;
		conflict_detail(f, "%s is advertised by %s, but %s%s%s %s.", ip_format(text, &a->ip),
				ip_format(by, &active->ip), other != NULL ? ip_format(who, ip) : "",
				other != NULL ? " at " : "", mac_format(at, mac), how);
	}
}

static bool suspect_starvation(struct conflict_judge *j, const struct conflict_address *a,
			       const struct conflict_speaker *mute, uint64_t frame)
{
	uint64_t due = (j->now - mute->last) / mute->interval;
	bool is_new;

	if (mute->resigned || mute->foreign_since < STARVED_FOREIGN || mute->foreign_since + 1u < due ||
	    j->now - mute->last <= conflict_alive(mute))
		return false;
	struct finding *f = conflict_finding(j, "advert-starvation", group_of(j, mute), FINDING_VRRP, NULL, &is_new);
	if (f == NULL)
		return true;
	conflict_subject(f, mute);
	finding_add_evidence(f, frame, &mute->ip, mute->mac);
	if (is_new) {
		char ip[IP_TEXT], text[IP_TEXT];
		f->suspect = true;
		f->begin = mute->last;
		conflict_detail(f, "%s no longer advertises under %u foreign advertisements, but still answers for %s.",
				ip_format(ip, &mute->ip), (unsigned)mute->foreign_since, ip_format(text, &a->ip));
	}
	return true;
}

static void report_foreign(struct conflict_judge *j, const struct conflict_address *a,
			   const struct conflict_claimant *c, const struct conflict_speaker *active,
			   const struct conflict_speaker *former, bool suspect)
{
	static const struct ip_addr nobody = {.family = IP_NONE};
	const struct ip_addr *who = former != NULL ? &former->ip : &nobody;
	bool is_new;
	uint8_t id;
	struct finding *f = conflict_finding(j, "vip-foreign-mac", group_of(j, active), FINDING_VRRP, &a->ip, &is_new);

	if (f == NULL)
		return;
	conflict_subject(f, active);
	(void)finding_add_subject(f, who, c->mac);
	finding_add_evidence(f, c->frame, who, c->mac);
	f->suspect = is_new ? suspect : f->suspect && suspect;
	if (is_new) {
		char ip[IP_TEXT], by[IP_TEXT], mac[MAC_TEXT];
		f->begin = c->pending;
		conflict_detail(f, "%s is advertised by %s, and %s %s for it.", ip_format(ip, &a->ip),
				ip_format(by, &active->ip), mac_format(mac, c->mac),
				c->answers > 0 ? "answers" : "announces itself");
		if (conflict_virtual_mac(c->mac, &id) != IP_NONE)
			conflict_detail(f, " That is the virtual MAC of ID %u.", (unsigned)id);
		if (former != NULL)
			conflict_detail(f, " That is %s, which no longer advertises it.", ip_format(by, who));
	}
	if (c->burst_most >= ANNOUNCES_LIKE_A_ROUTER)
		suspect_dual_active(j, a, active, former, c->mac, c->frame, c->pending,
				    "announces it as a router does that takes over");
}

/* ---- one claim ------------------------------------------------------------------------------------------------------ */

/* The MAC uses an address of its own besides, which no router advertises from: another station's. */
static bool is_another_station(const struct conflict_judge *j, const struct conflict_address *a, struct mac mac)
{
	for (size_t i = 0; i < j->address_count; i++) {
		const struct conflict_address *b = &j->address[i];
		if (!b->in_use || b->group_count > 0 || b->of_speaker ||
		    memcmp(&b->place, &a->place, sizeof a->place) != 0)
			continue;
		for (size_t k = 0; k < b->claimant_count; k++)
			if (mac_equal(b->claimant[k].mac, mac))
				return true;
	}
	return false;
}

static void judge_unknown(struct conflict_judge *j, const struct conflict_address *a,
			  const struct conflict_claimant *c)
{
	struct walk w = {0};
	struct conflict_speaker *s;
	unsigned unexplained = 0, hidden = 0;   /* MACs without a router, routers without a known MAC */
	uint8_t id;

	const struct conflict_speaker *active = active_at(j, a, c->pending, NULL);
	if (active == NULL)
		return;
	for (size_t i = 0; i < a->claimant_count; i++)
		unexplained += conflict_virtual_mac(a->claimant[i].mac, &id) == IP_NONE;
	while ((s = next_speaker(j, a, &w)) != NULL) {
		struct mac own = conflict_own_mac(j, group_of(j, s), s);
		hidden += mac_equal(own, MAC_ZERO);
		for (size_t i = 0; i < a->claimant_count; i++)
			unexplained -= unexplained > 0 && mac_equal(a->claimant[i].mac, own);
	}
	if (conflict_virtual_mac(c->mac, &id) != IP_NONE || unexplained > hidden)
		report_foreign(j, a, c, active, NULL, false);
	else if (!a->of_speaker && is_another_station(j, a, c->mac))
		report_foreign(j, a, c, active, NULL, true);
}

/* Who has the MAC; where it spoke under several IDs, one after the other, as what it spoke about then, else last. */
static struct conflict_speaker *router_of(struct conflict_judge *j, const struct conflict_address *a, struct mac mac,
					  vl_time t, vl_time window)
{
	struct walk w = {0};
	struct conflict_speaker *s, *found = NULL;

	while ((s = next_speaker(j, a, &w)) != NULL) {
		if (!mac_equal(s->mac, mac) && !mac_equal(conflict_own_mac(j, group_of(j, s), s), mac))
			continue;
		if (speaks_about(s, t, window))
			return s;
		if (found == NULL || s->last > found->last)
			found = s;
	}
	return found;
}

static void judge_claim(struct conflict_judge *j, const struct conflict_address *a,
			const struct conflict_claimant *c, vl_time window)
{
	struct conflict_speaker *s;
	uint8_t id;

	if (conflict_virtual_mac(c->mac, &id) != IP_NONE) {
		bool lawful = false;
		for (size_t i = 0; i < a->group_count; i++)
			lawful |= j->group[a->group[i].group].place.id == id;
		if (!lawful) {
			judge_unknown(j, a, c);
			return;
		}
		/* The MAC speaks for a router that has fallen silent. */
		if (active_at(j, a, j->now, NULL) == NULL)
			for (struct walk w = {0}; (s = next_speaker(j, a, &w)) != NULL;)
				suspect_starvation(j, a, s, c->frame);
		return;
	}
	s = router_of(j, a, c->mac, c->pending, window);
	if (s == NULL) {
		judge_unknown(j, a, c);
		return;
	}
	if (speaks_about(s, c->pending, window))
		return;
	const struct conflict_speaker *active = active_at(j, a, c->pending, s);
	if (active == NULL) {
		/* Alone with its address, and silent: dead, or muted by another group's advertisements. */
		suspect_starvation(j, a, s, c->frame);
		return;
	}
	if (active->last <= s->last)
		return; /* nobody took over from it */
	/* A former active router. It kept the address when its daemon died, or it is active and mute. */
	bool starved = suspect_starvation(j, a, s, c->frame);
	report_foreign(j, a, c, active, s, false);
	if (starved && c->burst_most < ANNOUNCES_LIKE_A_ROUTER)
		suspect_dual_active(j, a, active, s, c->mac, c->frame, c->pending, "still answers for it");
}

/*
 * A virtual MAC answers for an address that nobody advertises under its ID, while somebody advertises others:
 * the only sign of a starved router of another group (vrrp 3.6). Not under CARP, which hides its addresses; not
 * when the station's own MAC says the same (flux), nor for link-local addresses that the MAC itself makes.
 */
static void judge_hidden(struct conflict_judge *j, const struct conflict_address *a,
			 const struct conflict_claimant *c, vl_time window)
{
	struct finding_place place = a->place;
	uint8_t id;
	bool is_new;

	place.family = (uint8_t)conflict_virtual_mac(c->mac, &id);
	place.id = id;
	if (a->of_speaker || place.family != a->ip.family || ip_is_link_local(&a->ip) || c->mac.b[4] > 2 ||
	    c->mac.b[4] == 0 || (c->answers == 0 && c->announcements == 0))
		return;
	for (size_t i = 0; i < a->claimant_count; i++)
		if (!mac_equal(a->claimant[i].mac, c->mac))
			return;
	const uint16_t *index = table_find(&j->group_index, &place);
	const struct conflict_speaker *active = NULL;
	if (index == NULL || j->group[*index].carp_adverts > 0)
		return;
	struct conflict_group *g = &j->group[*index];
	for (uint16_t i = g->first_speaker; i != CONFLICT_NONE; i = j->speaker[i].next) {
		const struct conflict_speaker *s = &j->speaker[i];
		if (s->count > 0 && s->list != CONFLICT_NONE && speaks_about(s, c->pending, window))
			active = s;
	}
	if (active == NULL)
		return;
	struct finding *f = conflict_finding(j, "vrid-collision", g, FINDING_VRRP, NULL, &is_new);
	if (f == NULL)
		return;
	finding_add_evidence(f, c->frame, &a->ip, c->mac);
	if (is_new) {
		char ip[IP_TEXT], by[IP_TEXT], mac[MAC_TEXT];
		f->suspect = true;
		f->shared_mac = active->virtual_mac;
		f->begin = c->pending;
		conflict_subject(f, active);
		(void)finding_add_subject(f, &a->ip, c->mac);
		conflict_detail(f, "%s answers for %s, which %s does not advertise: another group is mute on this ID.",
				mac_format(mac, c->mac), ip_format(ip, &a->ip), ip_format(by, &active->ip));
	}
}

/* An announcement from the virtual MAC was answered from the virtual MAC: two stations have it. Around a
 * hand-over, or where one cannot be ruled out because listening has just begun, that is a moment's overlap; while
 * one router alone advertises it is a second, silent one. */
static void judge_echo(struct conflict_judge *j, struct conflict_address *a, vl_time window)
{
	struct walk w = {0};
	const struct conflict_speaker *s, *active = NULL;
	unsigned speaking = 0;

	while ((s = next_speaker(j, a, &w)) != NULL)
		if (speaks_about(s, a->echo_pending, window)) {
			speaking++;
			active = s;
		}
	if (speaking == 1 && a->echo_pending >= vl_time_after(j->start, window)) {
		a->echoes++;
		suspect_dual_active(j, a, active, NULL, active->mac, a->echo_frame, a->echo_pending,
				    "is used by two stations: one answers the other's announcement");
	}
	a->echo_pending = VL_NEVER;
}

/* Too early for sure: only what cannot be the announcement of a takeover still to be advertised. */
static bool may_be_takeover(const struct conflict_claimant *c, vl_time now)
{
	return c->answers == 0 && now - c->pending < VL_S;
}

void conflict_judge_address(struct conflict_judge *j, struct conflict_address *a, vl_time now, bool all)
{
	vl_time window = conflict_claim_window(j, a);

	a->judge_at = VL_NEVER;
	for (size_t i = 0; i < a->claimant_count; i++) {
		struct conflict_claimant *c = &a->claimant[i];
		if (c->pending == VL_NEVER)
			continue;
		if (vl_time_after(c->pending, window) > now && !all) {
			conflict_judge_at(j, a, vl_time_after(c->pending, window));
			continue;
		}
		if (!all || !may_be_takeover(c, now)) {
			if (a->group_count > 0)
				judge_claim(j, a, c, window);
			else
				judge_hidden(j, a, c, window);
		}
		/* Later claims of the same MAC are judged when their own window is over. */
		c->pending = c->last + window > now && c->last > c->pending && !all ? c->last : VL_NEVER;
		if (c->pending != VL_NEVER)
			conflict_judge_at(j, a, vl_time_after(c->pending, window));
	}
	if (a->echo_pending != VL_NEVER) {
		if (vl_time_after(a->echo_pending, window) > now && !all)
			conflict_judge_at(j, a, vl_time_after(a->echo_pending, window));
		else
			judge_echo(j, a, window);
	}
}

static void judge_block(struct conflict_judge *j, size_t first, vl_time now, bool all)
{
	size_t end = first + CONFLICT_BLOCK < j->address_count ? first + CONFLICT_BLOCK : j->address_count;
	vl_time due = all ? VL_NEVER : now;

	j->block_at[first / CONFLICT_BLOCK] = VL_NEVER;
	for (size_t i = first; i < end; i++) {
		struct conflict_address *a = &j->address[i];
		if (!a->in_use || a->judge_at == VL_NEVER)
			continue;
		if (a->judge_at <= due)
			conflict_judge_address(j, a, now, all);
		else
			conflict_judge_at(j, a, a->judge_at);
	}
}

void conflict_judge_claims(struct conflict_judge *j, vl_time now, bool all)
{
	if (j->judge_at > now && !all)
		return;
	vl_time due = all ? VL_NEVER : now;
	j->judge_at = VL_NEVER;
	for (size_t i = 0; i < j->address_count; i += CONFLICT_BLOCK) {
		vl_time *block = &j->block_at[i / CONFLICT_BLOCK];
		if (*block <= due)
			judge_block(j, i, now, all);
		j->judge_at = vl_time_min(j->judge_at, *block);
	}
}

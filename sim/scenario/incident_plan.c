// SPDX-License-Identifier: BSD-2-Clause
/* Who is what: boxes, those who hold addresses, those who ask for them. */
#include <stdarg.h>
#include <string.h>

#include "sim/scenario/expect.h"
#include "sim/scenario/incident_parts.h"

#define CLIENTS 8
#define MANY 12                         /* lines about one thing */

void incident_leave_out(struct incident *x, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vfprintf(x->left_out, format, list);
	va_end(list);
	fputc('\n', x->left_out);
}

bool incident_is_fhrp(const struct heard_speaker *s)
{
	return s->class == FINDING_HSRP || s->class == FINDING_HSRP2 || s->class == FINDING_GLBP;
}

bool incident_can_show(const struct incident *x, const struct finding *f)
{
	for (size_t i = 0; i < x->speaker_count; i++) {
		const struct heard_speaker *s = &x->speaker[i];
		bool same_class = incident_is_fhrp(s) ? s->class == f->class
						      : f->class == FINDING_VRRP || f->class == FINDING_CARP ||
								f->class == FINDING_VRRP_AND_CARP;
		if (same_class && s->id == f->place.id && s->ip.family == f->place.family && incident_is_rebuilt(x, i))
			return true;
	}
	return false;
}

/* --- who belongs together --------------------------------------------------------------------------------- */

bool incident_same_group(const struct heard_speaker *a, const struct heard_speaker *b)
{
	bool same_class = incident_is_fhrp(a) || incident_is_fhrp(b) ? a->class == b->class : true;

	return a->place.interface == b->place.interface && a->place.vlan == b->place.vlan && a->id == b->id &&
	       a->ip.family == b->ip.family && same_class;
}

static bool lists(const struct heard_speaker *s, const struct ip_addr *ip)
{
	for (size_t i = 0; i < s->address_count; i++)
		if (ip_equal(&s->address[i], ip))
			return true;
	return false;
}

bool incident_same_list(const struct heard_speaker *a, const struct heard_speaker *b)
{
	bool same = a->address_count == b->address_count && a->class == b->class;

	for (size_t i = 0; i < a->address_count && same; i++)
		same = lists(b, &a->address[i]);
	return same;
}

bool incident_accepts(const struct heard_speaker *a, const struct heard_speaker *b)
{
	return incident_same_group(a, b) && incident_same_list(a, b) && a->version == b->version && a->hmac == b->hmac &&
	       a->at_first.auth == b->at_first.auth && a->at_first.word == b->at_first.word &&
	       (a->class != FINDING_VRRP || a->version != 2 || a->at_first.interval == b->at_first.interval) &&
	       (a->class != FINDING_VRRP || a->version != 3 || a->checksum_form == b->checksum_form);
}

/* RFC 9568 6.4.3: the higher priority, then the higher address; CARP: the one that speaks more often. */
bool incident_outranks(const struct heard_speaker *a, const struct heard_speaker *b)
{
	if (a->class == FINDING_CARP)
		return a->now.interval < b->now.interval;
	return a->now.priority != b->now.priority ? a->now.priority > b->now.priority : ip_compare(&a->ip, &b->ip) > 0;
}

vl_time incident_down_interval(const struct heard_speaker *s)
{
	vl_time interval = s->at_first.interval;

	if (s->class == FINDING_CARP)
		return 3 * (vl_time)s->advbase * VL_S + (vl_time)s->advskew * VL_S / 256;
	if (incident_is_fhrp(s)) /* it listens, then speaks, for the hold time each */
		return 2 * s->hold;
	if (s->at_first.priority == VRRP_PRIORITY_OWNER)
		return 0;
	return 3 * interval + (vl_time)(256 - s->at_first.priority) * (s->version == 3 ? interval : VL_S) / 256;
}

/* Spoke within three of its intervals around the moment. */
bool incident_alive_at(const struct heard_speaker *s, vl_time t)
{
	vl_time most = 3 * s->now.interval;

	if (t > s->last + most || t + most < s->first)
		return false;
	for (size_t i = 0; i < s->silence_count; i++)
		if (t > s->silence[i].from + (s->silence[i].resigned ? 0 : most) && t < s->silence[i].until)
			return false;
	return true;
}

bool incident_is_split(const struct incident *x, const struct heard_speaker *a, const struct heard_speaker *b)
{
	bool found = false;

	for (size_t i = 0; i < x->finding_count && !found; i++) {
		const struct finding *f = &x->finding[i];
		found = f->place.id == a->id && f->place.interface == a->place.interface && !f->suspect &&
			(strcmp(f->code->name, "dual-active") == 0 || strcmp(f->code->name, "fhrp-dual-active") == 0 || strcmp(f->code->name, "carp-dual-active") == 0);
	}
	return found && a != b && a->class == b->class && incident_accepts(a, b);
}

/* --- nodes ------------------------------------------------------------------------------------------------ */

/* Of the IETF's block, or of Cisco's for HSRP (1, 2, IPv6) and GLBP. */
bool incident_is_virtual(struct mac m)
{
	static const struct {
		uint8_t byte[5];
		size_t count;
	} begin[] = {{{0x00, 0x00, 0x5e, 0x00}, 4}, {{0x00, 0x00, 0x0c, 0x07, 0xac}, 5}, {{0x00, 0x00, 0x0c, 0x9f}, 4},
		     {{0x00, 0x05, 0x73, 0xa0}, 4}, {{0x00, 0x07, 0xb4}, 3}};

	for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++)
		if (memcmp(m.b, begin[i].byte, begin[i].count) == 0)
			return true;
	return false;
}

static struct mac own_mac(const struct incident *x, const struct heard_speaker *s)
{
	if (!mac_equal(s->own_mac, MAC_ZERO) || !incident_is_virtual(s->mac))
		return mac_equal(s->own_mac, MAC_ZERO) ? s->mac : s->own_mac;
	for (size_t i = 0; i < x->claim_count; i++) {
		const struct heard_claim *c = &x->claim[i];
		if (c->place.interface == s->place.interface && c->place.vlan == s->place.vlan && ip_equal(&c->ip, &s->ip) &&
		    !incident_is_virtual(c->mac))
			return c->mac;
	}
	return MAC_ZERO;
}

size_t incident_segment(const struct incident *x, uint32_t interface)
{
	const struct plan *p = &x->plan;
	size_t i = 0;

	if (p->one_segment)
		return 0;
	while (i < p->segment_count && p->interface[i] != interface)
		i++;
	return i < p->segment_count ? i : INCIDENT_SEGMENTS;
}

static size_t segment_of(struct incident *x, uint32_t interface)
{
	struct plan *p = &x->plan;
	size_t i = incident_segment(x, interface);

	if (i < p->segment_count || p->segment_count == INCIDENT_SEGMENTS)
		return i;
	p->interface[p->segment_count] = interface;
	return p->segment_count++;
}

static struct plan_node *add_node(struct incident *x, enum node_role role, struct heard_place place)
{
	static const char letter[] = {[ROLE_SPEAKER] = 'r', [ROLE_HOLDER] = 'x', [ROLE_ASKER] = 'c', [ROLE_PEER] = 'p'};
	struct plan *p = &x->plan;
	size_t segment = segment_of(x, place.interface), number = 1;

	if (p->node_count == INCIDENT_NODES || segment == INCIDENT_SEGMENTS)
		return NULL;
	for (size_t i = 0; i < p->node_count; i++)
		number += p->node[i].role == role;
	struct plan_node *n = &p->node[p->node_count++];
	*n = (struct plan_node){.role = role, .place = segment, .vlan = place.vlan};
	snprintf(n->name, sizeof n->name, "%c%zu", letter[role], number);
	return n;
}

static bool is_at(const struct incident *x, const struct plan_node *n, struct heard_place place)
{
	return incident_segment(x, place.interface) == n->place && n->vlan == place.vlan;
}

/* One box: the same address, or the same MAC of its own. */
static struct plan_node *node_of(struct incident *x, struct heard_place place, const struct ip_addr *ip, struct mac mac)
{
	for (size_t i = 0; i < x->plan.node_count; i++) {
		struct plan_node *n = &x->plan.node[i];
		bool same_mac = !mac_equal(mac, MAC_ZERO) && mac_equal(n->mac, mac);
		if (is_at(x, n, place) && (same_mac || ip_equal(ip, &n->ip) || ip_equal(ip, &n->ip6)))
			return n;
	}
	return NULL;
}

/* A trunk, or two ports of one switch: what one interface hears the other hears at once. */
static bool is_twice(const struct incident *x, size_t i)
{
	const struct heard_speaker *s = &x->speaker[i];

	for (size_t k = 0; k < i; k++) {
		const struct heard_speaker *o = &x->speaker[k];
		if (o->class == s->class && o->id == s->id && ip_equal(&o->ip, &s->ip) && o->place.vlan == s->place.vlan &&
		    o->place.interface != s->place.interface && mac_equal(o->mac, s->mac))
			return true;
	}
	return false;
}

static void add_speaker(struct incident *x, size_t i)
{
	struct heard_speaker *s = &x->speaker[i];
	char ip[IP_TEXT];

	if (s->first > x->heard) {
		incident_leave_out(x, "%s: it is heard later", ip_format(ip, &s->ip));
		return;
	}
	s->own_mac = own_mac(x, s);
	s->twice = is_twice(x, i);
	if (s->twice) {
		incident_leave_out(x, "%s: heard on ID %u at interface %u, too", ip_format(ip, &s->ip), (unsigned)s->id,
				   (unsigned)s->place.interface);
		return;
	}
	struct plan_node *n = node_of(x, s->place, &s->ip, s->own_mac);
	if (n == NULL)
		n = add_node(x, ROLE_SPEAKER, s->place);
	if (n == NULL) {
		incident_leave_out(x, "%s: no room for it", ip_format(ip, &s->ip));
		return;
	}
	if (mac_equal(n->mac, MAC_ZERO))
		n->mac = s->own_mac;
	if (s->ip.family == IP_V4)
		n->ip = s->ip;
	else
		n->ip6 = s->ip;
	n->speaker[n->speaker_count++] = i;
}

/* --- those who hold addresses, those who ask ------------------------------------------------------------------ */

static bool is_complained_of(const struct incident *x, const struct heard_claim *c)
{
	for (size_t i = 0; i < x->finding_count; i++) {
		const struct finding *f = &x->finding[i];
		if (f->place.interface != c->place.interface)
			continue;
		if (strcmp(f->code->name, "vip-foreign-mac") == 0 && ip_equal(&f->address, &c->ip))
			return true;
		if (f->suspect && strcmp(f->code->name, "dual-active") == 0)
			for (size_t k = 0; k < f->subject_count; k++)
				if (mac_equal(f->subject[k].mac, c->mac))
					return true;
	}
	return false;
}

static const struct heard_speaker *who_advertises(const struct incident *x, struct heard_place place, const struct ip_addr *ip)
{
	for (size_t i = 0; i < x->speaker_count; i++) {
		const struct heard_speaker *s = &x->speaker[i];
		if (s->place.interface == place.interface && s->place.vlan == place.vlan && s->class == FINDING_VRRP &&
		    lists(s, ip))
			return s;
	}
	return NULL;
}

/* The station's own address, if it ever said it. */
static struct ip_addr address_of(const struct incident *x, struct heard_place place, struct mac mac)
{
	for (size_t i = 0; i < x->claim_count; i++) {
		const struct heard_claim *c = &x->claim[i];
		if (c->place.interface == place.interface && c->place.vlan == place.vlan && mac_equal(c->mac, mac) &&
		    who_advertises(x, place, &c->ip) == NULL)
			return c->ip;
	}
	return (struct ip_addr){.family = IP_NONE};
}

static void add_holders(struct incident *x)
{
	char text[MAC_TEXT];

	for (size_t i = 0; i < x->claim_count; i++) {
		const struct heard_claim *c = &x->claim[i];
		const struct heard_speaker *rival = who_advertises(x, c->place, &c->ip);
		struct ip_addr ip = address_of(x, c->place, c->mac);
		if (rival == NULL || incident_is_virtual(c->mac) || !is_complained_of(x, c))
			continue;
		if (node_of(x, c->place, ip.family != IP_NONE ? &ip : &c->ip, c->mac) != NULL)
			continue; /* a router that advertises it, by its own MAC */
		struct plan_node *n = c->ip.family == IP_V4 ? add_node(x, ROLE_HOLDER, c->place) : NULL;
		if (n == NULL) {
			incident_leave_out(x, "who has %s", mac_format(text, c->mac));
			continue;
		}
		n->mac = c->mac;
		n->ip = ip;
		n->claim = c;
		n->rival = rival;
		x->plan.has_holders = true;
		vl_time down = 3 * rival->at_first.interval + VL_S;
		vl_time at = x->plan.lead + (c->first_burst != VL_NEVER ? c->first_burst : 0);
		n->start = c->first_burst != VL_NEVER && at > down ? at - down : 0;
	}
}

static void add_askers(struct incident *x)
{
	size_t clients = 0;

	for (size_t i = 0; i < x->asker_count; i++) {
		const struct heard_asker *a = &x->asker[i];
		char target[IP_TEXT];
		if (who_advertises(x, a->place, &a->target) == NULL || incident_is_virtual(a->mac) || mac_is_group(a->mac))
			continue;
		struct plan_node *n = node_of(x, a->place, &a->ip, a->mac);
		if (n == NULL && clients < CLIENTS) {
			n = add_node(x, ROLE_ASKER, a->place);
			clients++;
			if (n != NULL && !ip_is_zero(&a->ip))
				n->ip = a->ip;
			if (n != NULL)
				n->mac = a->mac;
		}
		if (n == NULL || n->role != ROLE_ASKER)
			continue;
		x->plan.has_askers = true;
		incident_add_step(x, x->plan.lead + a->at, "ping: %s, from: %s, count: 1", ip_format(target, &a->target), n->name);
	}
}

/* A peer that says nothing is there all the same: advertisements to it need its MAC. */
static void add_peers(struct incident *x)
{
	for (size_t i = 0; i < x->speaker_count; i++) {
		const struct heard_speaker *s = &x->speaker[i];
		if (s->unicast_to.family != IP_V4 || s->twice || node_of(x, s->place, &s->unicast_to, MAC_ZERO) != NULL)
			continue;
		struct plan_node *n = add_node(x, ROLE_PEER, s->place);
		if (n != NULL)
			n->ip = s->unicast_to;
	}
}

/* --- the whole --------------------------------------------------------------------------------------------- */

static void say_others(struct incident *x)
{
	size_t more = 0;

	for (size_t i = 0; i < x->finding_count; i++) {
		const struct finding *f = &x->finding[i];
		if (incident_can_show(x, f) || f->code->severity == FINDING_INFO)
			continue;
		if (more++ < MANY)
			incident_leave_out(x, "%s of %s %u: its speakers are not rebuilt", f->code->name,
					   finding_class_word(f->class), (unsigned)f->place.id);
	}
	if (more > MANY)
		incident_leave_out(x, "%zu more findings", more - MANY);
	if (x->speakers_refused > 0)
		incident_leave_out(x, "%llu advertisements of more than %d speakers", (unsigned long long)x->speakers_refused,
				   INCIDENT_SPEAKERS);
	if (x->stacked > 0)
		incident_leave_out(x, "%llu frames in stacked VLANs", (unsigned long long)x->stacked);
	if (x->wrong_sums > 0)
		incident_leave_out(x, "%llu advertisements with a wrong checksum", (unsigned long long)x->wrong_sums);
	if (x->damaged > 0)
		incident_leave_out(x, "%llu damaged hellos: what sent them sends whole ones here", (unsigned long long)x->damaged);
	if (x->words_refused > 0)
		incident_leave_out(x, "more than %d passwords: the rest are taken for one", INCIDENT_WORDS);
}

static void make_plan(struct incident *x, bool one_segment)
{
	struct plan *p = &x->plan;

	rewind(x->left_out);
	*p = (struct plan){.one_segment = one_segment};
	for (size_t i = 0; i < x->speaker_count; i++)
		add_speaker(x, i);
	incident_place_in_time(x);
	for (size_t i = 0; i < x->speaker_count; i++)
		incident_explain(x, i);
	add_holders(x);
	add_peers(x);
	add_askers(x);
	incident_order_steps(p, p->lead + x->heard);
	for (size_t i = 0; i < x->speaker_count; i++)
		for (size_t k = i + 1; k < x->speaker_count; k++)
			if (incident_is_split(x, &x->speaker[i], &x->speaker[k])) {
				p->has_deaf = true;
				p->has_keys = p->has_keys || x->speaker[i].class == FINDING_CARP ||
					      x->speaker[i].at_first.auth > VRRP_AUTH_TEXT || x->speaker[i].hmac;
			}
	for (size_t i = 0; i < x->speaker_count; i++) {
		p->has_strangers = p->has_strangers || incident_has_stranger(x, &x->speaker[i]);
		p->has_mute = p->has_mute || incident_was_mute(x, &x->speaker[i]);
	}
	say_others(x);
}

void incident_plan(struct incident *x)
{
	make_plan(x, false);
	if (x->plan.segment_count > 1 && incident_networks_overlap(x)) {
		make_plan(x, true);
		incident_leave_out(x, "several interfaces: their networks overlap, so they are one segment here");
	}
}

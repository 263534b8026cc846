// SPDX-License-Identifier: BSD-2-Clause
#include "probes/scan_watch.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "probes/scan.h"

#define EVERY (100 * VL_MS)
#define ROUTERS 16384                   /* as many as the judge has room for, of each kind */
#define IDS 1024
#define DETAIL 400

/* Adverts come again each interval, ARP when somebody asks. */
#define QUIET_INTERVALS 10
#define QUIET_AT_LEAST (10 * VL_S)
#define QUIET_SUSPECT (120 * VL_S)

/* What was known of a router. */
struct known {
	bool seen, silent;
	uint16_t list;
};

struct known_finding {
	bool begun;                     /* and told */
	vl_time quiet;                  /* so long without a sign of it, and it is over */
};

struct scan_watch {
	FILE *out;
	bool as_json;
	vl_time due;
	struct known speaker[ROUTERS], fhrp_speaker[ROUTERS];
	bool group[IDS], fhrp_group[IDS];
	uint16_t holder[IDS][CONFLICT_ROLES];
	struct known_finding finding[SCAN_FINDINGS];
};

struct scan_watch *scan_watch_new(FILE *out, bool as_json)
{
	struct scan_watch *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->out = out;
	w->as_json = as_json;
	for (size_t i = 0; i < IDS; i++)
		for (size_t k = 0; k < CONFLICT_ROLES; k++)
			w->holder[i][k] = CONFLICT_NONE;
	return w;
}

void scan_watch_free(struct scan_watch *w)
{
	free(w);
}

/* ---- telling ---------------------------------------------------------------------------------------------------- */

struct event {
	const char *word;
	vl_time at;
	const char *protocol;
	const struct finding_place *place;
	const struct finding *finding;  /* of conflicts; else NULL */
	const struct ip_addr *ip;       /* of a router; else NULL */
	struct mac mac;
};

static void tell_json(const struct scan_watch *w, const struct scan *s, const struct event *e, const char *detail)
{
	char when[SCAN_WHEN], ip[IP_TEXT], mac[MAC_TEXT], interface[SCAN_INTERFACE];
	json_t *o = json_object();

	(void)json_object_set_new(o, "type", json_string("change"));
	(void)json_object_set_new(o, "time", json_string(scan_when(when, s, e->at)));
	(void)json_object_set_new(o, "event", json_string(e->word));
	(void)json_object_set_new(o, "proto", json_string(e->protocol));
	(void)json_object_set_new(o, "af", json_string(e->place->family == IP_V6 ? "ipv6" : "ipv4"));
	(void)json_object_set_new(o, "interface",
				  s->live ? json_string(scan_interface(interface, s, e->place->interface))
					  : json_integer(e->place->interface));
	(void)json_object_set_new(o, "vlan", e->place->vlan_count == 0 ? json_null() : json_integer(e->place->vlan[0]));
	(void)json_object_set_new(o, "id", json_integer(e->place->id));
	if (e->finding != NULL) {
		(void)json_object_set_new(o, "code", json_string(e->finding->code->name));
		(void)json_object_set_new(o, "severity", json_string(finding_word(e->finding)));
	}
	if (e->ip != NULL) {
		(void)json_object_set_new(o, "sender", json_string(ip_format(ip, e->ip)));
		(void)json_object_set_new(o, "mac", json_string(mac_format(mac, e->mac)));
	}
	(void)json_object_set_new(o, "detail", json_string(detail));
	(void)json_dumpf(o, w->out, JSON_COMPACT | JSON_ENSURE_ASCII);
	(void)fputc('\n', w->out);
	json_decref(o);
}

static void tell_text(const struct scan_watch *w, const struct scan *s, const struct event *e, const char *detail)
{
	char when[SCAN_WHEN], ip[IP_TEXT], vlan[SCAN_VLAN], interface[SCAN_INTERFACE];

	(void)fprintf(w->out, "%s %-17s ", scan_when(when, s, e->at), e->word);
	if (s->interface_count > 1 || e->place->interface > 0)
		(void)fprintf(w->out, "%s ", scan_interface(interface, s, e->place->interface));
	if (e->place->vlan_count > 0)
		(void)fprintf(w->out, "VLAN %s ", scan_vlan(vlan, e->place));
	(void)fprintf(w->out, "%s %s%u", e->protocol, e->place->family == IP_V6 ? "IPv6 " : "", (unsigned)e->place->id);
	if (e->ip != NULL)
		(void)fprintf(w->out, " %s", ip_format(ip, e->ip));
	(void)fprintf(w->out, "%s%s\n", detail[0] != '\0' ? ": " : "", detail);
}

static void tell(const struct scan_watch *w, const struct scan *s, const struct event *e, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void tell(const struct scan_watch *w, const struct scan *s, const struct event *e, const char *format, ...)
{
	char detail[DETAIL];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	if (w->as_json)
		tell_json(w, s, e, detail);
	else
		tell_text(w, s, e, detail);
}

/* ---- VRRP and CARP ---------------------------------------------------------------------------------------------- */

static void list_addresses(char text[DETAIL], const struct scan *s, const struct conflict_speaker *speaker)
{
	size_t count, used = 0;
	const struct ip_addr *list = conflict_addresses(s->judge, speaker, &count);
	char ip[IP_TEXT];

	text[0] = '\0';
	for (size_t i = 0; i < count && used + IP_TEXT + 1 < DETAIL / 2; i++)
		used += (size_t)snprintf(text + used, DETAIL - used, "%s%s", i > 0 ? " " : "",
					 ip_format(ip, &list[i]));
}

static void look_at_speaker(struct scan_watch *w, const struct scan *s, const struct conflict_group *g,
			    const struct conflict_speaker *speaker, struct known *k, vl_time now)
{
	struct event e = {.at = speaker->first, .protocol = finding_class_word(speaker->class), .place = &g->place,
			  .ip = &speaker->ip, .mac = speaker->mac};
	char addresses[DETAIL], mac[MAC_TEXT];
	vl_time alive = 3 * speaker->interval;

	list_addresses(addresses, s, speaker);
	if (!k->seen) {
		k->seen = true;
		k->list = speaker->list;
		e.word = "new sender";
		tell(w, s, &e, "%s%spriority %u, from %s", addresses, addresses[0] != '\0' ? ", " : "",
		     (unsigned)(speaker->class == FINDING_CARP ? speaker->advskew : speaker->priority),
		     mac_format(mac, speaker->mac));
	} else if (k->list != speaker->list) {
		k->list = speaker->list;
		e.word = "changed addresses";
		e.at = speaker->last;
		tell(w, s, &e, "now %s", addresses[0] != '\0' ? addresses : "none");
	}
	bool silent = speaker->resigned || (now > speaker->last && now - speaker->last > alive);
	if (silent == k->silent)
		return;
	k->silent = silent;
	e.word = silent ? "silent" : "heard again";
	e.at = !silent || speaker->resigned ? speaker->last : speaker->last + alive;
	if (silent)
		tell(w, s, &e, "%s", speaker->resigned ? "said goodbye" : "three intervals without an advertisement");
	else
		tell(w, s, &e, "%s", addresses);
}

static void look_at_roles(struct scan_watch *w, const struct scan *s, const struct conflict_group *g, size_t index)
{
	for (size_t i = 0; i < CONFLICT_ROLES; i++) {
		const struct conflict_role *r = &g->role[i];
		uint16_t was = w->holder[index][i];
		if (r->holder == was)
			continue;
		w->holder[index][i] = r->holder;
		const struct conflict_speaker *from = conflict_speaker_at(s->judge, was);
		const struct conflict_speaker *to = conflict_speaker_at(s->judge, r->holder);
		if (from == NULL || to == NULL)
			continue;
		bool returned = false;
		for (size_t k = 1; k < sizeof r->former / sizeof r->former[0]; k++)
			returned |= r->former[k] == r->holder;
		struct event e = {.word = "flip flop", .at = to->last, .protocol = finding_class_word(to->class),
				  .place = &g->place, .ip = &to->ip, .mac = to->mac};
		char ip[IP_TEXT];
		if (returned)
			tell(w, s, &e, "has the role again, after %s", ip_format(ip, &from->ip));
	}
}

static void look_at_groups(struct scan_watch *w, const struct scan *s, vl_time now)
{
	const struct conflict_group *g;
	const struct conflict_speaker *speaker;

	for (size_t i = 0; i < IDS && (g = conflict_group_at(s->judge, i)) != NULL; i++) {
		if (!w->group[i]) {
			struct event e = {.word = "new id", .at = g->first, .place = &g->place,
					  .protocol = g->carp_adverts > 0 && g->adverts == 0 ? "carp" : "vrrp"};
			w->group[i] = true;
			tell(w, s, &e, "%s", g->adverts + g->carp_adverts == 0 ? "its virtual MAC is in use" : "");
		}
		for (uint16_t k = g->first_speaker; (speaker = conflict_speaker_at(s->judge, k)) != NULL;
		     k = speaker->next)
			if (k < ROUTERS && speaker->count > 0)
				look_at_speaker(w, s, g, speaker, &w->speaker[k], now);
		look_at_roles(w, s, g, i);
	}
}

/* ---- the others ------------------------------------------------------------------------------------------------- */

static void look_at_fhrp(struct scan_watch *w, const struct scan *s, vl_time now)
{
	const struct fhrp_group *g;
	const struct fhrp_speaker *speaker;

	for (size_t i = 0; i < IDS && (g = fhrp_group_at(s->judge, i)) != NULL; i++) {
		struct event e = {.word = "new id", .at = g->first, .place = &g->place,
				  .protocol = finding_class_word(g->class)};
		if (!w->fhrp_group[i])
			tell(w, s, &e, "%s", g->messages == 0 ? "its virtual MAC is in use" : "");
		w->fhrp_group[i] = true;
		for (uint16_t k = g->first_speaker; (speaker = fhrp_speaker_at(s->judge, k)) != NULL; k = speaker->next) {
			struct known *known = k < ROUTERS ? &w->fhrp_speaker[k] : NULL;
			if (known == NULL || speaker->count == 0)
				continue;
			e.ip = &speaker->ip;
			e.mac = speaker->mac;
			e.at = speaker->first;
			e.word = "new sender";
			if (!known->seen)
				tell(w, s, &e, "priority %u", (unsigned)speaker->priority);
			known->seen = true;
			vl_time alive = speaker->hold > 0 ? speaker->hold : 3 * speaker->interval;
			bool silent = alive > 0 && now > speaker->last && now - speaker->last > alive;
			if (silent == known->silent)
				continue;
			known->silent = silent;
			e.word = silent ? "silent" : "heard again";
			e.at = silent ? speaker->last + alive : speaker->last;
			tell(w, s, &e, "%s", silent ? "longer than its hold time" : "");
		}
	}
}

/* ---- conflicts -------------------------------------------------------------------------------------------------- */

static vl_time quiet_of(const struct scan *s, const struct finding *f)
{
	const struct conflict_group *g;
	const struct conflict_speaker *speaker;
	vl_time quiet = f->suspect || f->address.family != IP_NONE ? QUIET_SUSPECT : QUIET_AT_LEAST;

	for (size_t i = 0; (g = conflict_group_at(s->judge, i)) != NULL; i++) {
		if (memcmp(&g->place, &f->place, sizeof g->place) != 0)
			continue;
		for (uint16_t k = g->first_speaker; (speaker = conflict_speaker_at(s->judge, k)) != NULL;
		     k = speaker->next)
			if (QUIET_INTERVALS * speaker->interval > quiet)
				quiet = QUIET_INTERVALS * speaker->interval;
	}
	return quiet;
}

static void look_at_findings(struct scan_watch *w, const struct scan *s, vl_time now)
{
	const struct finding *f;

	for (size_t i = 0; i < SCAN_FINDINGS && (f = conflict_finding_now(s->judge, i)) != NULL; i++) {
		struct known_finding *k = &w->finding[i];
		struct event e = {.place = &f->place, .finding = f, .protocol = finding_class_word(f->class)};
		if (!finding_is_conflict(f) || !scan_is_wanted(s, f))
			continue;
		if (k->quiet == 0)
			k->quiet = quiet_of(s, f);
		bool goes_on = now <= f->end || now - f->end <= k->quiet;
		if (goes_on == k->begun)
			continue;
		k->begun = goes_on;
		e.word = goes_on ? "conflict begins" : "conflict ends";
		e.at = goes_on ? f->known : f->end;
		if (goes_on)
			tell(w, s, &e, "%s%s: %s", f->code->name, f->suspect ? " (suspected)" : "", f->detail);
		else
			tell(w, s, &e, "%s", f->code->name);
	}
}

/* ---- when ------------------------------------------------------------------------------------------------------- */

static void look(struct scan_watch *w, const struct scan *s, vl_time now)
{
	look_at_groups(w, s, now);
	look_at_fhrp(w, s, now);
	look_at_findings(w, s, now);
	(void)fflush(w->out);
	w->due = vl_time_after(now, EVERY);
}

void scan_watch_look(struct scan_watch *w, const struct scan *s, vl_time now)
{
	if (now >= w->due)
		look(w, s, now);
}

void scan_watch_end(struct scan_watch *w, const struct scan *s, vl_time now)
{
	look(w, s, now);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The document viplab.scan/1. Everything but the file's name is text of ours; jansson does the quoting. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "probes/scan.h"
#include "probes/scan_baseline.h"

static void set_interface(json_t *o, const struct scan *s, uint32_t interface)
{
	char text[SCAN_INTERFACE];

	if (s->live)
		(void)json_object_set_new(o, "interface", json_string(scan_interface(text, s, interface)));
	else if (interface != 0)
		(void)json_object_set_new(o, "interface", json_integer(interface));
}

static json_t *vlan_of(const struct finding_place *p)
{
	return p->vlan_count == 0 ? json_null() : json_integer(p->vlan[0]);
}

static void set_place(json_t *o, const struct scan *s, const struct finding_place *p)
{
	(void)json_object_set_new(o, "af", p->family == IP_NONE ? json_null()
						: json_string(p->family == IP_V6 ? "ipv6" : "ipv4"));
	(void)json_object_set_new(o, "vlan", vlan_of(p));
	if (p->vlan_count > 1) {
		json_t *stack = json_array();
		for (size_t i = 0; i < p->vlan_count; i++)
			(void)json_array_append_new(stack, json_integer(p->vlan[i]));
		(void)json_object_set_new(o, "vlan_stack", stack);
	}
	set_interface(o, s, p->interface);
}

static json_t *mac_of(struct mac m)
{
	char text[MAC_TEXT];

	return mac_equal(m, MAC_ZERO) ? json_null() : json_string(mac_format(text, m));
}

static json_t *ip_of(const struct ip_addr *ip)
{
	char text[IP_TEXT];

	return ip->family == IP_NONE ? json_null() : json_string(ip_format(text, ip));
}

static json_t *when_of(const struct scan *s, vl_time at)
{
	char text[SCAN_WHEN];

	return json_string(scan_when(text, s, at));
}

static json_t *seconds_of(vl_time t)
{
	return json_real((double)(t / VL_US) / 1e6);
}

static json_t *ms_of(uint64_t ns)
{
	return ns > 0 ? json_integer((json_int_t)(ns / VL_MS)) : json_null();
}

static json_t *addresses_of(const struct scan_sender *sender)
{
	json_t *vips = json_array();

	for (size_t i = 0; i < sender->address_count; i++)
		(void)json_array_append_new(vips, ip_of(&sender->address[i]));
	return vips;
}

/* What a number means differs, and so does its name. */
static void set_rank(json_t *o, const struct scan_id *id, const struct scan_sender *sender)
{
	if (id->class == FINDING_CARP) {
		(void)json_object_set_new(o, "advbase", json_integer(sender->advbase));
		(void)json_object_set_new(o, "advskew", json_integer(sender->priority));
		return;
	}
	if (sender->has_version)
		(void)json_object_set_new(o, "version", json_integer(sender->version));
	if (sender->has_priority)
		(void)json_object_set_new(o, id->class == FINDING_CCP ? "machine" : id->class == FINDING_NLB ? "host"
								      : "priority",
					  json_integer(sender->priority));
	if (sender->state != NULL)
		(void)json_object_set_new(o, "state", json_string(sender->state));
}

static json_t *sender_of(const struct scan *s, const struct scan_id *id, const struct scan_sender *sender)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "ip", ip_of(&sender->ip));
	(void)json_object_set_new(o, "mac", mac_of(sender->mac));
	set_rank(o, id, sender);
	(void)json_object_set_new(o, "interval_ms", ms_of(sender->interval));
	(void)json_object_set_new(o, "measured_interval_ms", ms_of(sender->measured));
	if (sender->hold > 0)
		(void)json_object_set_new(o, "hold_ms", ms_of(sender->hold));
	(void)json_object_set_new(o, "vips", sender->hidden ? json_null() : addresses_of(sender));
	if (sender->auth != NULL)
		(void)json_object_set_new(o, "auth", json_string(sender->auth));
	if (sender->checksum != NULL)
		(void)json_object_set_new(o, "checksum", json_string(sender->checksum));
	(void)json_object_set_new(o, "ttl", json_integer(sender->ttl));
	(void)json_object_set_new(o, "count", json_integer((json_int_t)sender->count));
	if (sender->malformed > 0)
		(void)json_object_set_new(o, "malformed", json_integer((json_int_t)sender->malformed));
	(void)json_object_set_new(o, "first", when_of(s, sender->first));
	(void)json_object_set_new(o, "last", when_of(s, sender->last));
	return o;
}

static json_t *ids_of(const struct scan *s)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < s->id_count; i++) {
		const struct scan_id *id = &s->id[i];
		json_t *o = json_object(), *senders = json_array();
		struct scan_sender sender;
		uint16_t at = CONFLICT_NONE;
		const char *verdict = id->worst == NULL ? "clean"
				      : finding_is_conflict(id->worst) ? "conflict" : "warn";
		while (scan_next_sender(s, id, &at, &sender))
			(void)json_array_append_new(senders, sender_of(s, id, &sender));
		(void)json_object_set_new(o, "proto", json_string(finding_class_word(id->class)));
		set_place(o, s, &id->place);
		(void)json_object_set_new(o, "id", scan_is_numbered(id) ? json_integer(id->place.id) : json_null());
		(void)json_object_set_new(o, "vmac", mac_of(scan_virtual_mac(id)));
		(void)json_object_set_new(o, "verdict", json_string(verdict));
		(void)json_object_set_new(o, "evidence", json_string(id->by_mac_only ? "mac" : "adv"));
		(void)json_object_set_new(o, "adverts", json_integer((json_int_t)id->adverts));
		(void)json_object_set_new(o, "senders", senders);
		(void)json_array_append_new(ids, o);
	}
	return ids;
}

static json_t *remedy_of(const struct finding *f)
{
	json_t *remedy = json_array();

	for (size_t i = 0; i < FINDING_REMEDIES && f->code->remedy[i] != NULL; i++)
		(void)json_array_append_new(remedy, json_string(f->code->remedy[i]));
	for (size_t i = 0; i < FINDING_OPTIONS && f->code->option[i].product != NULL; i++)
		(void)json_array_append_new(remedy, json_sprintf("%s: %s", f->code->option[i].product,
								 f->code->option[i].text));
	return remedy;
}

static json_t *evidence_of(const struct finding *f)
{
	json_t *evidence = json_array();

	for (size_t i = 0; i < f->evidence_count; i++) {
		json_t *o = json_object();
		(void)json_object_set_new(o, "frame", json_integer((json_int_t)f->evidence[i].frame));
		(void)json_object_set_new(o, "sender", ip_of(&f->evidence[i].from.ip));
		(void)json_object_set_new(o, "mac", mac_of(f->evidence[i].from.mac));
		(void)json_array_append_new(evidence, o);
	}
	return evidence;
}

/* One address under several IDs: all of them. */
static void set_ids(json_t *o, const struct scan *s, const struct finding *f)
{
	uint16_t id[SCAN_FINDING_IDS];
	size_t count = scan_finding_ids(s, f, id);

	if (count < 2)
		return;
	json_t *ids = json_array();
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(ids, json_integer(id[i]));
	(void)json_object_set_new(o, "ids", ids);
}

static json_t *conflicts_of(const struct scan *s)
{
	json_t *conflicts = json_array();

	for (size_t i = 0; i < s->finding_count; i++) {
		const struct finding *f = &s->finding[i];
		json_t *o = json_object(), *subjects = json_array();
		char summary[FINDING_SUMMARY];
		for (size_t k = 0; k < f->subject_count; k++) {
			json_t *subject = json_object();
			(void)json_object_set_new(subject, "ip", ip_of(&f->subject[k].ip));
			(void)json_object_set_new(subject, "mac", mac_of(f->subject[k].mac));
			(void)json_array_append_new(subjects, subject);
		}
		(void)json_object_set_new(o, "code", json_string(f->code->name));
		(void)json_object_set_new(o, "severity", json_string(finding_word(f)));
		(void)json_object_set_new(o, "proto", json_string(finding_class_word(f->class)));
		set_place(o, s, &f->place);
		(void)json_object_set_new(o, "id", f->class == FINDING_NLB ? json_null() : json_integer(f->place.id));
		set_ids(o, s, f);
		(void)json_object_set_new(o, "vip", ip_of(&f->address));
		(void)json_object_set_new(o, "summary", json_string(finding_format_summary(summary, f)));
		(void)json_object_set_new(o, "detail", json_string(f->detail));
		(void)json_object_set_new(o, "why", json_string(finding_why(f)));
		(void)json_object_set_new(o, "remedy", remedy_of(f));
		(void)json_object_set_new(o, "subjects", subjects);
		(void)json_object_set_new(o, "begin", when_of(s, f->begin));
		(void)json_object_set_new(o, "end", when_of(s, f->end));
		(void)json_object_set_new(o, "evidence", evidence_of(f));
		(void)json_object_set_new(o, "evidence_frames", json_integer((json_int_t)f->evidence_total));
		(void)json_object_set_new(o, "doc", json_string("viplab-findings(7)"));
		(void)json_array_append_new(conflicts, o);
	}
	return conflicts;
}

static json_t *ranges_of(const struct id_set *used)
{
	struct id_range range[128];
	size_t count = free_ids_ranges(range, used);
	json_t *ranges = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(ranges, json_pack("[i,i]", (int)range[i].first, (int)range[i].last));
	return ranges;
}

static json_t *free_of(const struct scan *s)
{
	json_t *o = json_object(), *suggest = json_array();

	for (size_t i = 0; i < s->best_count && i < 3; i++)
		(void)json_array_append_new(suggest, json_integer(s->best[i]));
	(void)json_object_set_new(o, "ipv4", ranges_of(&s->used_v4));
	(void)json_object_set_new(o, "ipv6", ranges_of(&s->used_v6));
	(void)json_object_set_new(o, "suggest", suggest);
	(void)json_object_set_new(o, "confidence", json_string(scan_confidence_word(s->confidence)));
	return o;
}

/* Text from outside: printable ASCII, so that it is UTF-8 for certain. */
static json_t *outside(const char *text)
{
	char safe[1024];

	return json_string(scan_shown(safe, sizeof safe, text));
}

/* What only a wire has. */
static void set_live(json_t *o, const struct scan *s)
{
	json_t *interfaces = json_array(), *transmits = json_array();

	for (size_t i = 0; i < s->interface_count; i++)
		(void)json_array_append_new(interfaces, outside(s->interface[i]));
	(void)json_object_set_new(o, "interfaces", interfaces);
	if (s->options->probe) {
		(void)json_array_append_new(transmits, json_string("arp"));
		(void)json_array_append_new(transmits, json_string("nd"));
	}
	if (s->joined) {
		(void)json_array_append_new(transmits, json_string("igmp"));
		(void)json_array_append_new(transmits, json_string("mld"));
	}
	(void)json_object_set_new(o, "transmits", transmits);
	(void)json_object_set_new(o, "probes_sent", json_integer((json_int_t)s->probes));
}

static json_t *capture_of(const struct scan *s)
{
	const struct conflict_counters *n = conflict_counted(s->judge);
	json_t *o = json_object(), *blind = json_array();
	const char *word;

	for (size_t i = 0; (word = scan_blind(s, i)) != NULL; i++)
		(void)json_array_append_new(blind, json_string(word));
	(void)json_object_set_new(o, "source", outside(s->source));
	(void)json_object_set_new(o, "kind", json_string(s->live ? "live" : "file"));
	if (s->live)
		set_live(o, s);
	(void)json_object_set_new(o, "start", s->frames > 0 || s->heard > 0 ? when_of(s, 0) : json_null());
	(void)json_object_set_new(o, "heard_s", seconds_of(s->heard));
	(void)json_object_set_new(o, "frames", json_integer((json_int_t)s->frames));
	(void)json_object_set_new(o, "frames_passed", json_integer((json_int_t)s->passed));
	(void)json_object_set_new(o, "frames_dropped", s->live ? json_integer((json_int_t)s->dropped)
							       : json_null()); /* a file does not tell */
	(void)json_object_set_new(o, "frames_malformed", json_integer((json_int_t)n->malformed));
	(void)json_object_set_new(o, "frames_bad_checksum", json_integer((json_int_t)n->bad_sums));
	(void)json_object_set_new(o, "frames_cut", json_integer((json_int_t)s->cut));
	(void)json_object_set_new(o, "not_kept",
				  json_integer((json_int_t)(n->groups_refused + n->speakers_refused +
							    n->lists_refused + n->addresses_refused +
							    n->pairs_refused + n->findings_refused)));
	(void)json_object_set_new(o, "filter", s->options->filter[0] != '\0' ? outside(s->options->filter)
									      : json_null());
	(void)json_object_set_new(o, "partial", json_boolean(scan_is_partial(s)));
	if (s->tags_unmatched > 0)
		(void)json_object_set_new(o, "tags_unmatched", json_integer((json_int_t)s->tags_unmatched));
	if (s->reason[0] != '\0')
		(void)json_object_set_new(o, "reason", outside(s->reason));
	(void)json_object_set_new(o, "blind", blind);
	return o;
}

static json_t *wanted_of(const struct scan *s)
{
	json_t *wanted = json_array();

	for (unsigned id = 1; id <= ID_LAST; id++)
		if (s->options->want.has[id])
			(void)json_array_append_new(wanted, json_pack("{s:i,s:b}", "id", (int)id, "free",
								      !s->used.has[id]));
	return wanted;
}

json_t *scan_json(const struct scan *s)
{
	json_t *document = json_object();

	(void)json_object_set_new(document, "schema", json_string("viplab.scan/1"));
	(void)json_object_set_new(document, "tool", json_pack("{s:s}", "version", s->options->version));
	(void)json_object_set_new(document, "complete", json_boolean(s->complete));
	(void)json_object_set_new(document, "verdict", json_string(scan_verdict_word(s->verdict)));
	(void)json_object_set_new(document, "capture", capture_of(s));
	(void)json_object_set_new(document, "ids", ids_of(s));
	(void)json_object_set_new(document, "conflicts", conflicts_of(s));
	(void)json_object_set_new(document, "free", free_of(s));
	if (s->options->wants)
		(void)json_object_set_new(document, "want", wanted_of(s));
	return document;
}

static json_t *baseline_of(const struct scan *s)
{
	struct scan_change *change;
	size_t count;
	json_t *o = json_object();

	(void)json_object_set_new(o, "file", outside(s->options->baseline));
	(void)json_object_set_new(o, "start", json_string(scan_baseline_start(s->baseline)));
	for (enum scan_change_kind k = 0; k < CHANGE_KINDS; k++)
		(void)json_object_set_new(o, scan_change_name(k), json_array());
	if (!scan_baseline_compare(s->baseline, s, &change, &count))
		return o;
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(json_object_get(o, scan_change_name(change[i].kind)),
					    json_pack("{s:s,s:s}", "what", change[i].what, "detail", change[i].detail));
	free(change);
	return o;
}

static json_t *whole_document(const struct scan *s)
{
	json_t *document = scan_json(s);

	if (s->baseline != NULL)
		(void)json_object_set_new(document, "baseline", baseline_of(s));
	return document;
}

bool scan_print_json(const struct scan *s, FILE *out)
{
	json_t *document = whole_document(s);
	bool ok = json_dumpf(document, out, JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15)) == 0 &&
		  fputc('\n', out) != EOF;

	json_decref(document);
	return ok;
}

/* ---- a line an object ------------------------------------------------------------------------------------------ */

/* `type` first, then the members of the object. */
static bool print_line(const char *type, json_t *members, FILE *out)
{
	json_t *line = json_pack("{s:s}", "type", type);

	(void)json_object_update(line, members);
	bool ok = json_dumpf(line, out, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15)) == 0 &&
		  fputc('\n', out) != EOF;
	json_decref(line);
	return ok;
}

static bool print_lines(const char *type, const json_t *list, FILE *out)
{
	json_t *members;
	size_t i;
	bool ok = true;

	json_array_foreach(list, i, members)
		ok &= print_line(type, members, out);
	return ok;
}

bool scan_print_jsonl(const struct scan *s, FILE *out)
{
	json_t *document = whole_document(s);
	bool ok = print_lines("id", json_object_get(document, "ids"), out) &&
		  print_lines("conflict", json_object_get(document, "conflicts"), out);

	(void)json_object_del(document, "ids");
	(void)json_object_del(document, "conflicts");
	ok = ok && print_line("scan", document, out);
	json_decref(document);
	return ok;
}

// SPDX-License-Identifier: BSD-2-Clause
/* What can be asked of a code and of a finding. The vocabulary itself is finding_table.c. */
#include "analyzers/finding.h"

#include <stdio.h>
#include <string.h>

#include "analyzers/finding_table.h"
#include "sim/base/suggest.h"

const struct finding_code *finding_at(size_t i)
{
	return i < finding_table_count ? &finding_table[i] : NULL;
}

const struct finding_code *finding_find(const char *name)
{
	for (size_t i = 0; i < finding_table_count; i++)
		if (strcmp(finding_table[i].name, name) == 0)
			return &finding_table[i];
	return NULL;
}

const char *finding_nearest(const char *name)
{
	struct suggestion s;

	suggest_begin(&s, name);
	for (size_t i = 0; i < finding_table_count; i++)
		suggest_word(&s, finding_table[i].name);
	return s.best;
}

const char *finding_severity_word(enum finding_severity s)
{
	static const char *const word[] = {"info", "warning", "conflict"};

	return word[s];
}

const char *finding_class_word(enum finding_class c)
{
	static const char *const word[] = {"-", "vrrp", "carp", "vrrp+carp", "hsrp", "hsrp", "glbp", "fgcp", "ccp", "nlb"};

	return word[c];
}

bool finding_is_conflict(const struct finding *f)
{
	return f->code->severity == FINDING_CONFLICT;
}

const char *finding_word(const struct finding *f)
{
	return f->suspect && finding_is_conflict(f) ? "suspect" : finding_severity_word(f->code->severity);
}

char *finding_format_summary(char text[FINDING_SUMMARY], const struct finding *f)
{
	const char *hole = strstr(f->code->summary, "{id}");

	if (hole == NULL)
		(void)snprintf(text, FINDING_SUMMARY, "%s", f->code->summary);
	else
		(void)snprintf(text, FINDING_SUMMARY, "%.*s%u%s", (int)(hole - f->code->summary),
			       f->code->summary, (unsigned)f->place.id, hole + 4);
	return text;
}

const char *finding_why(const struct finding *f)
{
	return f->shared_mac && f->code->why_shared_mac != NULL ? f->code->why_shared_mac : f->code->why;
}

bool finding_add_subject(struct finding *f, const struct ip_addr *ip, struct mac mac)
{
	for (size_t i = 0; i < f->subject_count; i++)
		if (ip_equal(&f->subject[i].ip, ip) && mac_equal(f->subject[i].mac, mac))
			return false;
	if (f->subject_count == FINDING_SUBJECTS) {
		f->subjects_cut = true;
		return false;
	}
	f->subject[f->subject_count++] = (struct finding_subject){.ip = *ip, .mac = mac};
	return true;
}

void finding_add_evidence(struct finding *f, uint64_t frame, const struct ip_addr *ip, struct mac mac)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (f->evidence[i].frame == frame)
			return;
	f->evidence_total++;
	if (f->evidence_count < FINDING_EVIDENCE)
		f->evidence[f->evidence_count++] =
			(struct finding_evidence){.frame = frame, .from = {.ip = *ip, .mac = mac}};
}

int finding_compare(const struct finding *a, const struct finding *b)
{
	int rank_a = 2 * (int)a->code->severity - a->suspect;
	int rank_b = 2 * (int)b->code->severity - b->suspect;

	if (rank_a != rank_b)
		return rank_b - rank_a;
	if (a->place.interface != b->place.interface)
		return a->place.interface < b->place.interface ? -1 : 1;
	int vlan = memcmp(a->place.vlan, b->place.vlan, sizeof a->place.vlan);
	if (vlan != 0)
		return vlan;
	if (a->place.family != b->place.family)
		return (int)a->place.family - (int)b->place.family;
	if (a->place.id != b->place.id)
		return (int)a->place.id - (int)b->place.id;
	if (a->code != b->code)
		return a->code < b->code ? -1 : 1;
	int address = ip_compare(&a->address, &b->address);
	if (address != 0)
		return address;
	return a->begin < b->begin ? -1 : a->begin > b->begin;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Small questions about a scan, and how its values are written: the same in every format. */
#include <string.h>
#include <time.h>

#include "probes/scan.h"

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
	const char *blind[6];
	size_t n = 0;

	blind[n++] = "backups-silent";
	blind[n++] = "unicast-vrrp";
	if (!s->ipv6_heard && !s->joined)
		blind[n++] = "mld-snooping";
	if (s->confidence != SCAN_HIGH)
		blind[n++] = "interval-longer-than-window";
	if (!s->tagged)
		blind[n++] = "other-vlans";
	if (s->dropped > 0)
		blind[n++] = "frames-dropped";
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

char *scan_shown(char *text, size_t room, const char *outside)
{
	size_t i;

	for (i = 0; i + 1 < room && outside[i] != '\0'; i++)
		text[i] = outside[i] >= 0x20 && outside[i] < 0x7f ? outside[i] : '?';
	text[i] = '\0';
	return text;
}

char *scan_interface(char text[SCAN_INTERFACE], const struct scan *s, uint32_t interface)
{
	if (interface < s->interface_count)
		return scan_shown(text, SCAN_INTERFACE, s->interface[interface]);
	(void)snprintf(text, SCAN_INTERFACE, "if%u", interface);
	return text;
}

static bool group_lists(const struct scan *s, const struct conflict_group *g, const struct ip_addr *ip)
{
	const struct conflict_speaker *speaker;
	size_t count;

	for (uint16_t i = g->first_speaker; (speaker = conflict_speaker_at(s->judge, i)) != NULL; i = speaker->next) {
		const struct ip_addr *list = conflict_addresses(s->judge, speaker, &count);
		for (size_t k = 0; k < count; k++)
			if (ip_equal(&list[k], ip))
				return true;
	}
	return false;
}

static bool same_segment(const struct finding_place *a, const struct finding_place *b)
{
	return a->interface == b->interface && a->family == b->family && memcmp(a->vlan, b->vlan, sizeof a->vlan) == 0;
}

size_t scan_finding_ids(const struct scan *s, const struct finding *f, uint16_t id[SCAN_FINDING_IDS])
{
	const struct conflict_group *g;
	size_t count = 0;

	id[count++] = f->place.id;
	if (strcmp(f->code->name, "vip-two-ids") != 0)
		return count;
	/* The finding stands at the lowest of them. */
	for (size_t i = 0; (g = conflict_group_at(s->judge, i)) != NULL && count < SCAN_FINDING_IDS; i++) {
		if (g->place.id == f->place.id || !same_segment(&g->place, &f->place) ||
		    !group_lists(s, g, &f->address))
			continue;
		size_t at = count++;
		for (; at > 0 && id[at - 1] > g->place.id; at--)
			id[at] = id[at - 1];
		id[at] = g->place.id;
	}
	return count;
}

/* "ID 51", "IDs 1 and 2", "IDs 1, 2 and 7". */
static void name_ids(char text[SCAN_SUBJECT], const char *kind, const uint16_t *id, size_t count)
{
	size_t used = (size_t)snprintf(text, SCAN_SUBJECT, "%s%s", kind, count > 1 ? "s" : "");

	for (size_t i = 0; i < count && used < SCAN_SUBJECT; i++)
		used += (size_t)snprintf(text + used, SCAN_SUBJECT - used, "%s%u",
					 i == 0 ? " " : i + 1 == count ? " and " : ", ", (unsigned)id[i]);
}

char *scan_subject(char text[SCAN_SUBJECT], const struct scan *s, const struct finding *f)
{
	static const char *const kind[] = {
		[FINDING_CLASS_NONE] = "ID",
		[FINDING_VRRP] = "ID",
		[FINDING_CARP] = "ID",
		[FINDING_VRRP_AND_CARP] = "ID",
		[FINDING_HSRP] = "HSRP group",
		[FINDING_HSRP2] = "HSRPv2 group",
		[FINDING_GLBP] = "GLBP group",
		[FINDING_FGCP] = "FGCP group",
		[FINDING_CCP] = "CCP cluster",
	};
	uint16_t id[SCAN_FINDING_IDS];
	char ip[IP_TEXT];

	if (f->class == FINDING_NLB)
		(void)snprintf(text, SCAN_SUBJECT, "NLB cluster %s", ip_format(ip, &f->address));
	else
		name_ids(text, kind[f->class], id, scan_finding_ids(s, f, id));
	return text;
}

// SPDX-License-Identifier: BSD-2-Clause
/* The short forms: one row a sender (TSV), one line for a monitoring system, lists of IDs. */
#include <string.h>

#include "probes/scan.h"

static void print_list(const struct scan *s, const struct scan_id *id, const struct conflict_speaker *speaker,
		       FILE *out)
{
	size_t count;
	const struct ip_addr *list = conflict_addresses(s->judge, speaker, &count);
	char ip[IP_TEXT];

	if (id->class == FINDING_CARP)
		(void)fputs("hidden", out);
	else if (count == 0)
		(void)fputs("-", out);
	for (size_t i = 0; i < count; i++)
		(void)fprintf(out, "%s%s", i > 0 ? "," : "", ip_format(ip, &list[i]));
}

bool scan_print_tsv(const struct scan *s, FILE *out)
{
	(void)fputs("proto\taf\tinterface\tvlan\tid\tsender\tmac\tpriority\tinterval_ms\tvips\tcount\tadverts\tverdict\tcode\n",
		    out);
	for (size_t i = 0; i < s->id_count; i++) {
		const struct scan_id *id = &s->id[i];
		const struct conflict_speaker *speaker;
		const char *verdict = id->worst == NULL ? "clean"
				      : finding_is_conflict(id->worst) ? "conflict" : "warn";
		char vlan[SCAN_VLAN], ip[IP_TEXT], mac[MAC_TEXT];
		uint16_t at = CONFLICT_NONE;
		bool any = false;
		for (;;) {
			speaker = scan_speaker(s, id, &at);
			if (speaker == NULL && any)
				break;
			(void)fprintf(out, "%s\t%s\t%u\t%s\t%u\t", scan_protocol(id, speaker),
				      id->place.family == IP_V6 ? "ipv6" : "ipv4", id->place.interface,
				      scan_vlan(vlan, &id->place), (unsigned)id->place.id);
			if (speaker == NULL) {
				(void)fprintf(out, "?\t?\t?\t?\t?\t0");
			} else {
				(void)fprintf(out, "%s\t%s\t%u\t%llu\t", ip_format(ip, &speaker->ip),
					      mac_format(mac, speaker->mac),
					      (unsigned)(id->class == FINDING_CARP ? speaker->advskew : speaker->priority),
					      (unsigned long long)(speaker->interval / VL_MS));
				print_list(s, id, speaker, out);
				(void)fprintf(out, "\t%llu", (unsigned long long)(speaker->count + speaker->bad));
			}
			(void)fprintf(out, "\t%llu\t%s\t%s\n", (unsigned long long)id->adverts, verdict, id->worst != NULL ? id->worst->code->name : "-");
			any = true;
			if (speaker == NULL)
				break;
		}
	}
	return ferror(out) == 0;
}

/* One line in the form of the Monitoring Plugins: words, a bar, numbers. */
bool scan_print_check(const struct scan *s, FILE *out)
{
	static const char *const word[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	bool any = false;

	(void)fprintf(out, "VIPLAB SCAN %s - ", word[s->verdict]);
	for (size_t i = 0; i < s->finding_count; i++) {
		const struct finding *f = &s->finding[i];
		bool shown = s->verdict == SCAN_CONFLICT ? finding_is_conflict(f)
							 : f->code->severity == FINDING_WARNING;
		if (!shown)
			continue;
		(void)fprintf(out, "%s%sID %u %s", any ? ", " : "", f->place.family == IP_V6 ? "IPv6 " : "", (unsigned)f->place.id, f->code->name);
		any = true;
	}
	if (!any)
		(void)fprintf(out, "%zu virtual IDs heard", s->id_count);
	(void)fprintf(out, " | ids=%zu conflicts=%zu;;0 frames=%llu dropped=U heard=%llus\n", s->id_count, s->conflicts,
		      (unsigned long long)s->frames, (unsigned long long)(s->heard / VL_S));
	return ferror(out) == 0;
}

bool scan_print_free(const struct scan *s, FILE *out)
{
	size_t most = s->options->free_most > 0 ? s->options->free_most : ID_LAST;

	for (size_t i = 0; i < s->best_count && i < most; i++)
		(void)fprintf(out, "%u\n", (unsigned)s->best[i]);
	return ferror(out) == 0;
}

bool scan_print_wanted(const struct scan *s, FILE *out)
{
	for (size_t i = 0; i < s->id_count; i++) {
		const struct scan_id *id = &s->id[i];
		const struct conflict_speaker *speaker;
		char ip[IP_TEXT];
		uint16_t at = CONFLICT_NONE;
		if (!s->options->want.has[id->place.id])
			continue;
		(void)fprintf(out, "%u taken: %s", (unsigned)id->place.id,
			      id->by_mac_only ? "its virtual MAC is in use" : finding_class_word(id->class));
		for (bool first = true; (speaker = scan_speaker(s, id, &at)) != NULL; first = false) {
			(void)fprintf(out, "%s%s ", first ? " by " : ", ", ip_format(ip, &speaker->ip));
			(void)fputc('(', out);
			print_list(s, id, speaker, out);
			(void)fputc(')', out);
		}
		(void)fputc('\n', out);
	}
	return ferror(out) == 0;
}

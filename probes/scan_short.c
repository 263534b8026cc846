// SPDX-License-Identifier: BSD-2-Clause
/* The short forms: one row a sender (TSV), one line for a monitoring system, lists of IDs. */
#include <string.h>

#include "probes/scan.h"

static void print_list(const struct scan_sender *sender, FILE *out)
{
	char ip[IP_TEXT];

	if (sender->hidden)
		(void)fputs("hidden", out);
	else if (sender->address_count == 0)
		(void)fputs("-", out);
	for (size_t i = 0; i < sender->address_count; i++)
		(void)fprintf(out, "%s%s", i > 0 ? "," : "", ip_format(ip, &sender->address[i]));
}

static const char *family_word(const struct finding_place *p)
{
	return p->family == IP_V6 ? "ipv6" : p->family == IP_V4 ? "ipv4" : "-";
}

/* `sender` is NULL when only a MAC was seen. */
static void print_row(const struct scan_id *id, const struct scan_sender *sender, FILE *out)
{
	const char *verdict = id->worst == NULL ? "clean" : finding_is_conflict(id->worst) ? "conflict" : "warn";
	char vlan[SCAN_VLAN], ip[IP_TEXT], mac[MAC_TEXT];

	(void)fprintf(out, "%s\t%s\t%u\t%s\t", sender != NULL ? sender->protocol : scan_protocol(id),
		      family_word(&id->place), id->place.interface, scan_vlan(vlan, &id->place));
	if (scan_is_numbered(id))
		(void)fprintf(out, "%u\t", (unsigned)id->place.id);
	else
		(void)fprintf(out, "-\t");
	if (sender == NULL) {
		(void)fprintf(out, "?\t%s\t?\t?\t?\t0", mac_format(mac, scan_virtual_mac(id)));
	} else {
		(void)fprintf(out, "%s\t%s\t", ip_format(ip, &sender->ip), mac_format(mac, sender->mac));
		if (sender->has_priority)
			(void)fprintf(out, "%u\t", sender->priority);
		else
			(void)fprintf(out, "-\t");
		if (sender->interval > 0)
			(void)fprintf(out, "%llu\t", (unsigned long long)(sender->interval / VL_MS));
		else
			(void)fprintf(out, "-\t");
		print_list(sender, out);
		(void)fprintf(out, "\t%llu", (unsigned long long)sender->count);
	}
	(void)fprintf(out, "\t%llu\t%s\t%s\n", (unsigned long long)id->adverts, verdict,
		      id->worst != NULL ? id->worst->code->name : "-");
}

bool scan_print_tsv(const struct scan *s, FILE *out)
{
	(void)fputs("proto\taf\tinterface\tvlan\tid\tsender\tmac\tpriority\tinterval_ms\tvips\tcount\tadverts\tverdict\tcode\n",
		    out);
	for (size_t i = 0; i < s->id_count; i++) {
		const struct scan_id *id = &s->id[i];
		struct scan_sender sender;
		uint16_t at = CONFLICT_NONE;
		bool any = false;
		for (; scan_next_sender(s, id, &at, &sender); any = true)
			print_row(id, &sender, out);
		if (!any)
			print_row(id, NULL, out);
	}
	return ferror(out) == 0;
}

/* One line in the form of the Monitoring Plugins: words, a bar, numbers. */
bool scan_print_check(const struct scan *s, FILE *out)
{
	static const char *const word[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	char where[128], dropped[32] = "U"; /* unknown: a file does not tell */
	bool any = false;

	(void)fprintf(out, "VIPLAB SCAN %s - ", word[scan_check_status(s)]);
	for (size_t i = 0; i < s->finding_count; i++) {
		const struct finding *f = &s->finding[i];
		bool shown = s->verdict == SCAN_CONFLICT ? finding_is_conflict(f)
							 : f->code->severity == FINDING_WARNING;
		if (!shown)
			continue;
		char subject[SCAN_SUBJECT];
		(void)fprintf(out, "%s%s%s %s%s", any ? ", " : "", f->place.family == IP_V6 ? "IPv6 " : "",
			      scan_subject(subject, s, f), f->code->name, f->suspect ? " (suspected)" : "");
		any = true;
	}
	if (!any && s->verdict == SCAN_INCONCLUSIVE)
		(void)fprintf(out, "%s", scan_shown(where, sizeof where, s->reason));
	else if (!any)
		(void)fprintf(out, "%zu virtual IDs heard", s->id_count);
	if (s->live) {
		(void)fprintf(out, " on %s", scan_shown(where, sizeof where, s->source));
		(void)snprintf(dropped, sizeof dropped, "%llu", (unsigned long long)s->dropped);
	}
	(void)fprintf(out, " | ids=%zu conflicts=%zu;;0 frames=%llu dropped=%s heard=%llus\n", s->id_count, s->conflicts,
		      (unsigned long long)s->frames, dropped, (unsigned long long)(s->heard / VL_S));
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
		struct scan_sender sender;
		char ip[IP_TEXT];
		uint16_t at = CONFLICT_NONE;
		if (id->fhrp != NULL || !s->options->want.has[id->place.id])
			continue;
		(void)fprintf(out, "%u taken: %s", (unsigned)id->place.id,
			      id->by_mac_only ? "its virtual MAC is in use" : finding_class_word(id->class));
		for (bool first = true; scan_next_sender(s, id, &at, &sender); first = false) {
			(void)fprintf(out, "%s%s ", first ? " by " : ", ", ip_format(ip, &sender.ip));
			(void)fputc('(', out);
			print_list(&sender, out);
			(void)fputc(')', out);
		}
		(void)fputc('\n', out);
	}
	return ferror(out) == 0;
}

// SPDX-License-Identifier: BSD-2-Clause
/* The scan for people: a table of who speaks, a paragraph for each conflict, what is free, what was not heard. */
#include <stdlib.h>
#include <string.h>

#include "probes/scan.h"
#include "probes/scan_baseline.h"

#define WIDTH 78

/* Words of a text, wrapped behind an indentation of `indent` spaces. */
static void wrap(FILE *out, const char *text, size_t indent)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t word = strcspn(text, " ");
		if (column > 0 && column + 1 + word > WIDTH) {
			(void)fputc('\n', out);
			column = 0;
		}
		if (column == 0) {
			(void)fprintf(out, "%*s", (int)indent, "");
			column = indent;
		} else {
			(void)fputc(' ', out);
			column++;
		}
		(void)fprintf(out, "%.*s", (int)word, text);
		column += word;
		text += word;
		text += strspn(text, " ");
	}
	(void)fputc('\n', out);
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

enum { PROTO, ID, PLACE, SENDER, PRIO, INT, ADDRESSES, MAC, HEARD, VERDICT, COLUMNS };
#define CELL 96

struct row {
	char cell[COLUMNS][CELL];
};

static const struct row title = {{"PROTO", "ID", "WHERE", "SENDER", "PRIO", "INT", "ADDRESSES", "MAC", "HEARD",
				  "VERDICT"}};

static void fill_addresses(char cell[CELL], const struct scan_sender *sender)
{
	char ip[IP_TEXT];

	if (sender->hidden)
		(void)snprintf(cell, CELL, "(hidden)");
	else if (sender->address_count == 0)
		(void)snprintf(cell, CELL, "-");
	else if (sender->address_count == 1)
		(void)snprintf(cell, CELL, "%s", ip_format(ip, &sender->address[0]));
	else
		(void)snprintf(cell, CELL, "%s +%zu", ip_format(ip, &sender->address[0]), sender->address_count - 1);
}

/* Tenths of a second; hundredths where they matter. */
static void fill_interval(char cell[CELL], uint64_t interval)
{
	unsigned long long cs = interval / VL_CS;

	if (interval == 0)
		(void)snprintf(cell, CELL, "-");
	else if (cs % 10 == 0)
		(void)snprintf(cell, CELL, "%llu.%llus", cs / 100, cs % 100 / 10);
	else
		(void)snprintf(cell, CELL, "%llu.%02llus", cs / 100, cs % 100);
}

static void fill_place(char cell[CELL], const struct scan *s, const struct scan_id *id)
{
	char vlan[SCAN_VLAN], interface[SCAN_INTERFACE];

	if (id->place.interface > 0 || s->interface_count > 1)
		(void)snprintf(cell, CELL, "%s %s", scan_interface(interface, s, id->place.interface),
			       scan_vlan(vlan, &id->place));
	else
		(void)snprintf(cell, CELL, "%s", scan_vlan(vlan, &id->place));
}

/* `sender` is NULL when only a MAC was seen, or more senders than there was room for. */
static void fill(struct row *r, const struct scan *s, const struct scan_id *id, const struct scan_sender *sender)
{
	char text[SCAN_VERDICT], number[SCAN_NUMBER], ip[IP_TEXT], mac[MAC_TEXT];
	struct mac shown = sender != NULL ? sender->mac : scan_virtual_mac(id);

	memset(r, 0, sizeof *r);
	(void)snprintf(r->cell[PROTO], CELL, "%s", sender != NULL ? sender->protocol : scan_protocol(id));
	(void)snprintf(r->cell[ID], CELL, "%s", scan_number(number, id));
	fill_place(r->cell[PLACE], s, id);
	(void)snprintf(r->cell[VERDICT], CELL, "%s", scan_id_verdict(text, id));
	(void)snprintf(r->cell[MAC], CELL, "%s", mac_equal(shown, MAC_ZERO) ? "-" : mac_format(mac, shown));
	if (sender == NULL) {
		for (size_t i = SENDER; i < MAC; i++)
			(void)snprintf(r->cell[i], CELL, "?");
		(void)snprintf(r->cell[HEARD], CELL, "%llu", (unsigned long long)id->adverts);
		if (id->class == FINDING_NLB)
			(void)snprintf(r->cell[ADDRESSES], CELL, "%s", ip_format(ip, &id->fhrp->address));
		return;
	}
	(void)snprintf(r->cell[SENDER], CELL, "%s", ip_format(ip, &sender->ip));
	if (sender->has_priority)
		(void)snprintf(r->cell[PRIO], CELL, "%s%u", sender->priority_mark, sender->priority);
	else
		(void)snprintf(r->cell[PRIO], CELL, "-");
	fill_interval(r->cell[INT], sender->interval);
	fill_addresses(r->cell[ADDRESSES], sender);
	(void)snprintf(r->cell[HEARD], CELL, "%llu", (unsigned long long)sender->count);
}

typedef void row_user(const struct row *r, void *context);

/* Calls `use` with the title and each row; a row is made when it is needed. */
static void each_row(const struct scan *s, row_user *use, void *context)
{
	struct row r;

	use(&title, context);
	for (size_t i = 0; i < s->id_count; i++) {
		struct scan_sender sender;
		uint16_t at = CONFLICT_NONE;
		bool any = false;
		while (scan_next_sender(s, &s->id[i], &at, &sender)) {
			fill(&r, s, &s->id[i], &sender);
			use(&r, context);
			any = true;
		}
		if (!any) {
			fill(&r, s, &s->id[i], NULL);
			use(&r, context);
		}
	}
}

struct layout {
	FILE *out;
	size_t width[COLUMNS];
	bool shows_place;
};

static void measure(const struct row *r, void *context)
{
	struct layout *l = context;

	for (size_t i = 0; i < COLUMNS; i++) {
		size_t width = strlen(r->cell[i]);
		if (width > l->width[i])
			l->width[i] = width;
	}
	l->shows_place |= r != &title && strcmp(r->cell[PLACE], "-") != 0;
}

static void print(const struct row *r, void *context)
{
	const struct layout *l = context;

	for (size_t i = 0; i < COLUMNS; i++) {
		bool is_number = i == ID || i == PRIO || i == INT || i == HEARD;
		if (i == PLACE && !l->shows_place)
			continue;
		if (i == VERDICT)
			(void)fprintf(l->out, "%s\n", r->cell[i]);
		else
			(void)fprintf(l->out, is_number ? "%*s  " : "%-*s  ", (int)l->width[i], r->cell[i]);
	}
}

/* ---- findings -------------------------------------------------------------------------------------------------- */

/* The step that names an ID to change to, where the cure is another ID. */
static bool cure_is_another_id(const struct finding *f)
{
	return strcmp(f->code->name, "vrid-collision") == 0 || strcmp(f->code->name, "carp-collision") == 0 ||
	       strcmp(f->code->name, "carp-dual-active") == 0;
}

static void print_options(const struct finding *f, FILE *out)
{
	char line[1024] = "";
	size_t length = 0;

	for (size_t i = 0; i < FINDING_OPTIONS && f->code->option[i].product != NULL && length < sizeof line; i++)
		length += (size_t)snprintf(line + length, sizeof line - length, "%s%s: %s", i > 0 ? "; " : "",
					   f->code->option[i].product, f->code->option[i].text);
	if (length > 0)
		wrap(out, line, 5);
}

static void print_finding(const struct scan *s, const struct finding *f, FILE *out)
{
	char vlan[SCAN_VLAN], ip[IP_TEXT], line[512], subject[SCAN_SUBJECT];

	(void)fprintf(out, "\n%s %s  %s%s%s%s%s: %s\n", f->suspect ? "SUSPECT" : "CONFLICT", f->code->name,
		      scan_subject(subject, s, f), f->place.vlan_count > 0 ? ", VLAN " : "",
		      f->place.vlan_count > 0 ? scan_vlan(vlan, &f->place) : "",
		      f->address.family != IP_NONE ? ", address " : "",
		      f->address.family != IP_NONE ? ip_format(ip, &f->address) : "", f->code->title);
	wrap(out, f->detail, 2);
	wrap(out, finding_why(f), 2);
	for (size_t i = 0; i < FINDING_REMEDIES && f->code->remedy[i] != NULL; i++) {
		if (i == 0 && cure_is_another_id(f) && s->best_count >= 3)
			(void)snprintf(line, sizeof line, "%zu. %s %u, %u or %u were not heard.", i + 1,
				       f->code->remedy[i], s->best[0], s->best[1], s->best[2]);
		else
			(void)snprintf(line, sizeof line, "%zu. %s", i + 1, f->code->remedy[i]);
		wrap(out, line, 2);
	}
	print_options(f, out);
	(void)fprintf(out, "  frames");
	for (size_t i = 0; i < f->evidence_count; i++)
		(void)fprintf(out, " %llu", (unsigned long long)f->evidence[i].frame);
	(void)fprintf(out, "%s\n", f->evidence_total > f->evidence_count ? " ..." : "");
}

static void print_remark(const struct finding *f, FILE *out)
{
	char line[FINDING_SUMMARY + FINDING_DETAIL + 64], summary[FINDING_SUMMARY];

	(void)snprintf(line, sizeof line, "%s %s: %s %s", finding_word(f), f->code->name,
		       finding_format_summary(summary, f), f->detail);
	wrap(out, line, 0);
}

/* ---- what is free ------------------------------------------------------------------------------------------------ */

static void print_ranges(const char *family, const struct id_set *used, FILE *out)
{
	struct id_range range[128];
	size_t count = free_ids_ranges(range, used);
	char line[1200];
	size_t length = (size_t)snprintf(line, sizeof line, "free %s:", family);

	for (size_t i = 0; i < count && length + 16 < sizeof line; i++) {
		int n = range[i].first == range[i].last
				? snprintf(line + length, sizeof line - length, " %u", range[i].first)
				: snprintf(line + length, sizeof line - length, " %u-%u", range[i].first,
					   range[i].last);
		length += n > 0 ? (size_t)n : 0;
	}
	(void)snprintf(line + length, sizeof line - length, " (%zu)", free_ids_count(used));
	wrap(out, line, 0);
}

static void print_blind(const struct scan *s, FILE *out)
{
	static const struct {
		const char *word, *text; /* of scan_blind */
	} meaning[] = {
		{"backups-silent", "backups (they are silent)"},
		{"unicast-vrrp", "unicast VRRP"},
		{"mld-snooping", "IPv6 behind MLD snooping"},
		{"interval-longer-than-window", "intervals longer than the capture"},
		{"other-vlans", "other VLANs"},
		{"frames-dropped", "what stood in lost frames"},
	};
	char line[400];
	const char *word;
	char heard[VL_TIME_TEXT];
	size_t length = (size_t)snprintf(line, sizeof line, "not heard in %s s, confidence %s%s. Blind to:",
					 vl_time_format_short(heard, s->heard / VL_MS * VL_MS),
					 scan_confidence_word(s->confidence),
					 s->confidence == SCAN_LOW ? " (2m3s is medium, 12m45s high)"
					 : s->confidence == SCAN_MEDIUM ? " (12m45s is high)" : "");

	for (size_t i = 0; (word = scan_blind(s, i)) != NULL; i++)
		for (size_t k = 0; k < sizeof meaning / sizeof meaning[0]; k++)
			if (strcmp(word, meaning[k].word) == 0)
				length += (size_t)snprintf(line + length, sizeof line - length, "%s %s",
							   i > 0 ? "," : "", meaning[k].text);
	(void)snprintf(line + length, sizeof line - length, ".");
	wrap(out, line, 0);
}

static bool print_changes(const struct scan *s, FILE *out)
{
	struct scan_change *change;
	size_t count;
	char file[256];

	if (!scan_baseline_compare(s->baseline, s, &change, &count))
		return false;
	(void)fprintf(out, "\nsince %s (%s):%s\n", scan_shown(file, sizeof file, s->options->baseline),
		      scan_baseline_start(s->baseline), count == 0 ? " nothing changed" : "");
	for (size_t i = 0; i < count; i++)
		(void)fprintf(out, "  %-17s  %s%s%s\n", scan_change_word(change[i].kind), change[i].what,
			      change[i].detail[0] != '\0' ? "  " : "", change[i].detail);
	free(change);
	return true;
}

bool scan_print_table(const struct scan *s, FILE *out)
{
	struct layout layout = {.out = out};
	bool remarked = false;

	each_row(s, measure, &layout);
	if (s->id_count > 0)
		each_row(s, print, &layout);
	else
		(void)fprintf(out, "no virtual router was heard\n");
	for (size_t i = 0; i < s->finding_count; i++)
		if (finding_is_conflict(&s->finding[i]))
			print_finding(s, &s->finding[i], out);
	for (size_t i = 0; i < s->finding_count; i++) {
		enum finding_severity severity = s->finding[i].code->severity;
		if (severity == FINDING_CONFLICT || (severity == FINDING_INFO && s->options->verbosity < 1))
			continue;
		if (!remarked)
			(void)fputc('\n', out);
		remarked = true;
		print_remark(&s->finding[i], out);
	}
	if (s->baseline != NULL && !print_changes(s, out))
		return false;
	(void)fputc('\n', out);
	print_ranges("IPv4", &s->used_v4, out);
	print_ranges("IPv6", &s->used_v6, out);
	print_blind(s, out);
	return ferror(out) == 0;
}

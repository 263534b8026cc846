// SPDX-License-Identifier: BSD-2-Clause
/* OpenMetrics 1.0 text, for the node exporter's textfile collector. What changes is a value, never a label. */
#include <string.h>

#include "probes/scan.h"

static void family(FILE *out, const char *name, const char *type, const char *unit, const char *help)
{
	(void)fprintf(out, "# TYPE %s %s\n", name, type);
	if (unit != NULL)
		(void)fprintf(out, "# UNIT %s %s\n", name, unit);
	(void)fprintf(out, "# HELP %s %s\n", name, help);
}

/* Every value of a label is made of letters, digits and - . : ? here: nothing to escape. */
static void print_labels(const struct scan *s, const struct scan_id *id, FILE *out)
{
	char interface[SCAN_INTERFACE], vlan[SCAN_VLAN];

	for (char *c = scan_interface(interface, s, id->place.interface); *c != '\0'; c++)
		if (*c == '"' || *c == '\\')
			*c = '?';
	(void)fprintf(out, "proto=\"%s\",af=\"%s\",interface=\"%s\",vlan=\"%s\",id=\"", finding_class_word(id->class),
		      id->place.family == IP_V6 ? "ipv6" : id->place.family == IP_V4 ? "ipv4" : "none", interface,
		      scan_vlan(vlan, &id->place));
	if (scan_is_numbered(id))
		(void)fprintf(out, "%u\"", (unsigned)id->place.id);
	else
		(void)fprintf(out, "none\"");
	if (id->class == FINDING_NLB) {
		char ip[IP_TEXT];
		(void)fprintf(out, ",cluster=\"%s\"", ip_format(ip, &id->fhrp->address));
	}
}

static void print_senders(const struct scan *s, FILE *out)
{
	struct scan_sender sender;

	family(out, "viplab_vrid_senders", "gauge", NULL, "Senders heard for a virtual ID.");
	for (size_t i = 0; i < s->id_count; i++) {
		unsigned count = 0;
		uint16_t at = CONFLICT_NONE;
		while (scan_next_sender(s, &s->id[i], &at, &sender))
			count++;
		(void)fputs("viplab_vrid_senders{", out);
		print_labels(s, &s->id[i], out);
		(void)fprintf(out, "} %u\n", count);
	}
}

static void print_adverts(const struct scan *s, FILE *out)
{
	struct scan_sender sender;
	char ip[IP_TEXT], mac[MAC_TEXT];

	family(out, "viplab_vrid_adverts", "counter", NULL, "Messages heard from a sender for a virtual ID.");
	for (size_t i = 0; i < s->id_count; i++) {
		uint16_t at = CONFLICT_NONE;
		while (scan_next_sender(s, &s->id[i], &at, &sender)) {
			(void)fputs("viplab_vrid_adverts_total{", out);
			print_labels(s, &s->id[i], out);
			/* What has no address (FGCP) is known by its MAC. */
			(void)fprintf(out, ",sender=\"%s\"} %llu\n",
				      !ip_is_zero(&sender.ip) ? ip_format(ip, &sender.ip) : mac_format(mac, sender.mac),
				      (unsigned long long)sender.count);
		}
	}
}

static void print_states(const struct scan *s, FILE *out)
{
	static const char *const state[] = {"ok", "warn", "conflict"};

	family(out, "viplab_vrid_verdict", "stateset", NULL, "What was found about a virtual ID.");
	for (size_t i = 0; i < s->id_count; i++) {
		const struct finding *worst = s->id[i].worst;
		size_t is = worst == NULL ? 0 : finding_is_conflict(worst) ? 2 : 1;
		for (size_t k = 0; k < sizeof state / sizeof state[0]; k++) {
			(void)fputs("viplab_vrid_verdict{", out);
			print_labels(s, &s->id[i], out);
			(void)fprintf(out, ",viplab_vrid_verdict=\"%s\"} %d\n", state[k], k == is);
		}
	}
}

static void print_scan(const struct scan *s, FILE *out)
{
	family(out, "viplab_build", "info", NULL, "The program.");
	(void)fprintf(out, "viplab_build_info{version=\"%s\"} 1\n", s->options->version);
	family(out, "viplab_scan_heard_seconds", "gauge", "seconds", "How long was listened.");
	(void)fprintf(out, "viplab_scan_heard_seconds %llu.%03llu\n", (unsigned long long)(s->heard / VL_S),
		      (unsigned long long)(s->heard / VL_MS % 1000));
	family(out, "viplab_scan_frames", "gauge", NULL, "Frames of any kind that were heard.");
	(void)fprintf(out, "viplab_scan_frames %llu\n", (unsigned long long)s->frames);
	if (s->live) {
		family(out, "viplab_scan_frames_dropped", "gauge", NULL, "Frames lost by the capture.");
		(void)fprintf(out, "viplab_scan_frames_dropped %llu\n", (unsigned long long)s->dropped);
	}
	family(out, "viplab_scan_conflicts", "gauge", NULL, "Conflicts, proved or suspected.");
	(void)fprintf(out, "viplab_scan_conflicts %zu\n", s->conflicts);
	family(out, "viplab_scan_verdict", "stateset", NULL, "The answer of the scan.");
	for (int v = SCAN_CLEAN; v <= SCAN_INCONCLUSIVE; v++)
		(void)fprintf(out, "viplab_scan_verdict{viplab_scan_verdict=\"%s\"} %d\n",
			      scan_verdict_word((enum scan_verdict)v), (int)s->verdict == v);
}

bool scan_print_openmetrics(const struct scan *s, FILE *out)
{
	print_scan(s, out);
	print_senders(s, out);
	print_adverts(s, out);
	print_states(s, out);
	(void)fputs("# EOF\n", out);
	return ferror(out) == 0;
}

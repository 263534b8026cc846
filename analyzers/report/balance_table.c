// SPDX-License-Identifier: BSD-2-Clause
/* The report for people: a table a service, the figures under it, findings with why and what to do; and as TSV and Markdown. */
#include <string.h>

#include "analyzers/report/balance_report.h"
#include "analyzers/snat.h"

#define WIDTH 78

/* A paragraph, its lines indented; the first begins with `head`. */
static void print_wrapped(FILE *to, const char *head, unsigned indent, const char *text)
{
	size_t column = (size_t)fprintf(to, "%s", head);
	bool begins = column == 0 || head[column - 1] == ' ';   /* no blank before the next word */

	while (*text != '\0') {
		size_t word = strcspn(text, " ");
		if (!begins && column + 1 + word > WIDTH) {
			fprintf(to, "\n%*s", (int)indent, "");
			column = indent;
			begins = true;
		}
		column += (size_t)fprintf(to, "%s%.*s", begins ? "" : " ", (int)word, text);
		begins = false;
		text += word + strspn(text + word, " ");
	}
	fputc('\n', to);
}

/* "1234", "12.3k", "4.56M": bytes for a column. */
static char *bytes_text(char text[BALANCE_DECIMAL], uint64_t bytes)
{
	static const char unit[] = "kMGTPE";
	uint64_t whole = bytes, rest = 0;
	int i = -1;

	if (bytes < 10000) {
		snprintf(text, BALANCE_DECIMAL, "%llu", (unsigned long long)bytes);
		return text;
	}
	for (; whole >= 1000 && i < 5; i++) {
		rest = whole % 1000;
		whole /= 1000;
	}
	snprintf(text, BALANCE_DECIMAL, "%llu.%llu%c", (unsigned long long)whole, (unsigned long long)(rest / 100), unit[i]);
	return text;
}

static char noise_letter(int noise)
{
	return noise > 0 ? '+' : noise < 0 ? '-' : '=';
}

static void print_servers(FILE *to, const struct flows *f, const struct flow_service *s, const struct distribution *d)
{
	char name[FLOWS_NAME], share[BALANCE_DECIMAL], times[BALANCE_DECIMAL], up[BALANCE_DECIMAL], down[BALANCE_DECIMAL];

	fprintf(to, "%-28s %7s %7s %7s %7s %8s %8s %7s %7s %7s\n", "SERVER", "NEW", "SHARE", "xFAIR", "ACTIVE", "UP", "DOWN", "SILENT",
		"REFUSED", "RESETS");
	for (size_t i = 0; i < d->count; i++) {
		const struct flow_server *one = flows_server(f, d->row[i].server);
		char fair[BALANCE_DECIMAL + 4], mark[BALANCE_DECIMAL + 4];
		snprintf(fair, sizeof fair, "x%s%c", balance_decimal(times, d->row[i].times_fair, 2), noise_letter(d->row[i].noise));
		snprintf(mark, sizeof mark, "%s%llu", s->estimated ? "~" : "", (unsigned long long)one->attempts);
		fprintf(to, "%-28s %7s %6s%% %7s %7llu %8s %8s %7llu %7llu %7llu\n", flows_server_name(name, one), mark,
			balance_decimal(share, d->row[i].share * 100, 1), fair, (unsigned long long)one->active,
			bytes_text(up, one->bytes_up), bytes_text(down, one->bytes_down), (unsigned long long)one->unanswered,
			(unsigned long long)one->refused, (unsigned long long)one->resets);
	}
}

static void print_figures(FILE *to, const char *what, const struct imbalance *i)
{
	char jain[BALANCE_DECIMAL], cv[BALANCE_DECIMAL], most[BALANCE_DECIMAL], gini[BALANCE_DECIMAL];

	if (i->total == 0)
		return;
	fprintf(to, "%-7s Jain %s   CV %s   max/mean %s   Gini %s\n", what, balance_decimal(jain, i->jain, 3),
		balance_decimal(cv, i->cv, 3), balance_decimal(most, i->max_over_mean, 2), balance_decimal(gini, i->gini, 3));
}

static void print_chance(FILE *to, const struct flow_service *s, const struct distribution *d)
{
	char chi[BALANCE_DECIMAL], k[BALANCE_DECIMAL], effect[BALANCE_DECIMAL], text[320];

	if (d->count < 2 || d->opened.total == 0)
		return;
	snprintf(text, sizeof text, "chi-square %s with %zu degree%s of freedom, %u client%s that count%s as %s (K_eff)%s%s%s: %s.",
		 balance_decimal(chi, d->opened.chi_square, 1), d->count - 1, d->count == 2 ? "" : "s", (unsigned)s->sources,
		 s->sources == 1 ? "" : "s", s->sources == 1 ? "s" : "", balance_decimal(k, d->k_eff, 1),
		 d->sticky ? "; clients stay at their servers, so it scatters " : "",
		 d->sticky ? balance_decimal(effect, d->design_effect, 1) : "", d->sticky ? " times as wide" : "",
		 d->beyond_chance ? "less even than chance explains" : "as even as chance allows");
	print_wrapped(to, "", 0, text);
}

static void print_clients(FILE *to, const struct balance_report *r, uint16_t service)
{
	const struct flows *f = balance_flows(r->judge);
	uint32_t list[BALANCE_REPORT_CLIENTS];
	size_t count = balance_report_clients(r, service, list);
	char ip[IP_TEXT], share[BALANCE_DECIMAL];

	for (size_t i = 0; i < count && i < 3; i++) {
		const struct flow_source *s = flows_source(f, list[i]);
		struct snat_opinion o;
		snat_judge_source(&o, s);
		if (o.percent < 20)
			continue;
		fprintf(to, "client  %s: %llu connections (%s%%), %s behind it (%u%% sure: %s)\n", ip_format(ip, &s->ip),
			(unsigned long long)s->attempts,
			balance_decimal(share, s->attempts * IMBALANCE_ONE / flows_service(f, service)->attempts * 100, 1), snat_word(&o),
			o.percent, o.why);
	}
}

static bool print_service(FILE *to, const struct balance_report *r, uint16_t service)
{
	const struct flows *f = balance_flows(r->judge);
	const struct flow_service *s = flows_service(f, service);
	struct distribution d;
	char name[FLOWS_NAME];

	if (!distribution_make(&d, f, service))
		return false;
	fprintf(to, "SERVICE %s %s   %s   %llu new connections of %u client%s, %llu active (most %llu)\n", flows_service_name(name, s),
		balance_report_protocol(s), balance_report_mode(s), (unsigned long long)s->attempts, (unsigned)s->sources,
		s->sources == 1 ? "" : "s", (unsigned long long)s->active, (unsigned long long)s->peak);
	if (s->attempts + s->active == 0) {
		fputs("no connection for it was seen\n", to);
	} else if (d.count == 0) {
		fputs("its servers do not show: the capture has one side only, or the balancer says something else to them\n", to);
	} else {
		print_servers(to, f, s, &d);
		print_figures(to, "new", &d.opened);
		print_figures(to, "active", &d.active);
		print_figures(to, "bytes", &d.bytes);
		print_chance(to, s, &d);
	}
	if (s->attempts > 0)
		print_clients(to, r, service);
	if (s->attempts > s->assigned && d.count > 0)
		fprintf(to, "%llu connections whose server does not show\n", (unsigned long long)(s->attempts - s->assigned));
	fputc('\n', to);
	distribution_free(&d);
	return true;
}

static void print_finding(FILE *to, const struct finding *f)
{
	char head[128], begin[VL_TIME_TEXT], end[VL_TIME_TEXT];

	fprintf(to, "%s %s  %s\n", f->code->severity == FINDING_WARNING ? "WARNING" : "INFO", f->code->name, f->code->title);
	print_wrapped(to, "  ", 2, f->detail);
	print_wrapped(to, "  ", 2, finding_why(f));
	for (unsigned i = 0; i < FINDING_REMEDIES && f->code->remedy[i] != NULL; i++) {
		snprintf(head, sizeof head, "  %u. ", i + 1);
		print_wrapped(to, head, 5, f->code->remedy[i]);
	}
	for (size_t i = 0; i < FINDING_OPTIONS && f->code->option[i].product != NULL; i++) {
		snprintf(head, sizeof head, "     %s:", f->code->option[i].product);
		print_wrapped(to, head, 7, f->code->option[i].text);
	}
	fprintf(to, "  from %s s to %s s; frames", vl_time_format_short(begin, f->begin), vl_time_format_short(end, f->end));
	for (size_t i = 0; i < f->evidence_count; i++)
		fprintf(to, " %llu", (unsigned long long)f->evidence[i].frame);
	fputs(f->evidence_total > f->evidence_count ? " ...\n\n" : "\n\n", to);
}

static void print_candidates(FILE *to, const struct balance_report *r)
{
	const struct flows *f = balance_flows(r->judge);
	char name[FLOWS_NAME];

	if (r->service_count > 0 && !r->missing)
		return;
	if (r->service_count == 0)
		fputs("no service is balanced as far as this capture shows\n", to);
	if (r->candidate_count > 0)
		fputs("services that were asked for something (--vip ADDR:PORT judges one of them):\n", to);
	for (size_t i = 0; i < r->candidate_count && i < 20; i++) {
		const struct flow_service *s = flows_service(f, r->candidate[i]);
		fprintf(to, "  %-28s %s  %llu connections of %u clients\n", flows_service_name(name, s), balance_report_protocol(s),
			(unsigned long long)s->attempts, (unsigned)s->sources);
	}
}

bool balance_report_table(const struct balance_report *r, FILE *to)
{
	for (size_t i = 0; i < r->service_count; i++)
		if (!print_service(to, r, r->service[i]))
			return false;
	for (size_t i = 0; i < r->finding_count; i++)
		print_finding(to, &r->finding[i]);
	print_candidates(to, r);
	return ferror(to) == 0;
}

/* --- TSV ------------------------------------------------------------------------------------------------------ */

bool balance_report_tsv(const struct balance_report *r, FILE *to)
{
	const struct flows *f = balance_flows(r->judge);
	char service[FLOWS_NAME], server[FLOWS_NAME], share[BALANCE_DECIMAL], times[BALANCE_DECIMAL];

	fputs("service\tprotocol\tmode\tserver\tnew\tshare\ttimes_fair\tactive\tpeak\tbytes_up\tbytes_down\tunanswered\trefused\tresets\n",
	      to);
	for (size_t i = 0; i < r->service_count; i++) {
		const struct flow_service *s = flows_service(f, r->service[i]);
		struct distribution d;
		if (!distribution_make(&d, f, r->service[i]))
			return false;
		for (size_t k = 0; k < d.count; k++) {
			const struct flow_server *one = flows_server(f, d.row[k].server);
			fprintf(to, "%s\t%s\t%s\t%s\t%llu\t%s\t%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\n",
				flows_service_name(service, s), balance_report_protocol(s), balance_report_mode(s),
				flows_server_name(server, one), (unsigned long long)one->attempts,
				balance_decimal(share, d.row[k].share, 6), balance_decimal(times, d.row[k].times_fair, 6),
				(unsigned long long)one->active, (unsigned long long)one->peak, (unsigned long long)one->bytes_up,
				(unsigned long long)one->bytes_down, (unsigned long long)one->unanswered,
				(unsigned long long)one->refused, (unsigned long long)one->resets);
		}
		distribution_free(&d);
	}
	return ferror(to) == 0;
}

/* --- Markdown --------------------------------------------------------------------------------------------------- */

static bool markdown_service(FILE *to, const struct balance_report *r, uint16_t service)
{
	const struct flows *f = balance_flows(r->judge);
	const struct flow_service *s = flows_service(f, service);
	char name[FLOWS_NAME], share[BALANCE_DECIMAL], times[BALANCE_DECIMAL], jain[BALANCE_DECIMAL], cv[BALANCE_DECIMAL];
	struct distribution d;

	if (!distribution_make(&d, f, service))
		return false;
	fprintf(to, "## %s %s\n\n%s; %llu new connections of %u clients, %llu active.\n\n", flows_service_name(name, s),
		balance_report_protocol(s), balance_report_mode(s), (unsigned long long)s->attempts, (unsigned)s->sources,
		(unsigned long long)s->active);
	if (d.count > 0) {
		fputs("| server | new | share | times fair | active | bytes up | bytes down |\n|---|---:|---:|---:|---:|---:|---:|\n", to);
		for (size_t i = 0; i < d.count; i++) {
			const struct flow_server *one = flows_server(f, d.row[i].server);
			fprintf(to, "| %s | %s%llu | %s %% | %s | %llu | %llu | %llu |\n", flows_server_name(name, one),
				s->estimated ? "~" : "", (unsigned long long)one->attempts,
				balance_decimal(share, d.row[i].share * 100, 1), balance_decimal(times, d.row[i].times_fair, 2),
				(unsigned long long)one->active, (unsigned long long)one->bytes_up,
				(unsigned long long)one->bytes_down);
		}
		fprintf(to, "\nJain's index %s, CV %s; %s.\n\n", balance_decimal(jain, d.opened.jain, 3),
			balance_decimal(cv, d.opened.cv, 3),
			d.beyond_chance ? "less even than chance explains" : "as even as chance allows");
	}
	distribution_free(&d);
	return true;
}

bool balance_report_markdown(const struct balance_report *r, FILE *to)
{
	for (size_t i = 0; i < r->service_count; i++)
		if (!markdown_service(to, r, r->service[i]))
			return false;
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->finding[i];
		fprintf(to, "- **%s**: %s %s\n", f->code->name, f->detail, f->code->remedy[0] != NULL ? f->code->remedy[0] : "");
	}
	if (r->service_count == 0)
		fputs("No service is balanced as far as this capture shows.\n", to);
	return ferror(to) == 0;
}

// SPDX-License-Identifier: BSD-2-Clause
/* Gathering: the judge hears the capture; then what is worth a page is put in order. */
#include "analyzers/report/balance_report.h"

#include <stdlib.h>
#include <string.h>

/* --- what is asked for -------------------------------------------------------------------------------------- */

static bool read_port(const char *text, uint16_t *out)
{
	unsigned v = 0;
	size_t n = 0;

	for (; text[n] >= '0' && text[n] <= '9' && n < 5; n++)
		v = v * 10 + (unsigned)(text[n] - '0');
	*out = (uint16_t)v;
	return n > 0 && text[n] == '\0' && v >= 1 && v <= UINT16_MAX;
}

bool balance_vip_read(struct balance_vip *out, const char *text)
{
	char copy[IP_TEXT + 16];
	size_t n = strlen(text);

	*out = (struct balance_vip){.protocol = IP_PROTOCOL_TCP};
	if (n >= sizeof copy)
		return false;
	memcpy(copy, text, n + 1);
	char *slash = strchr(copy, '/');
	if (slash != NULL) {
		*slash = '\0';
		if (strcmp(slash + 1, "udp") == 0)
			out->protocol = IP_PROTOCOL_UDP;
		else if (strcmp(slash + 1, "tcp") != 0)
			return false;
	}
	char *colon = strrchr(copy, ':'), *address = copy;
	if (colon == NULL || !read_port(colon + 1, &out->port))
		return false;
	*colon = '\0';
	bool brackets = copy[0] == '[' && colon > copy + 1 && colon[-1] == ']';
	if (brackets) {
		colon[-1] = '\0';
		address++;
	}
	return ip_parse(address, &out->address) && (out->address.family == IP_V6) == brackets;
}

/* --- gathering ------------------------------------------------------------------------------------------------ */

/* The same runs give the same report: the secret of the tables is a constant here. A capture's maker could choose
 * collisions, which would slow the report down and change nothing in it. */
#define SECRET UINT64_C(0x7669706c61627270)

bool balance_report_begin(struct balance_report *r, const struct balance_vip *vip, size_t count)
{
	*r = (struct balance_report){
		.judge = balance_analyzer.new(SECRET),
		.finding = calloc(BALANCE_REPORT_FINDINGS, sizeof *r->finding),
		.service = calloc(FLOWS_SERVICES, sizeof *r->service),
		.candidate = calloc(FLOWS_SERVICES, sizeof *r->candidate),
		.complete = true,
	};
	bool ok = r->judge != NULL && r->finding != NULL && r->service != NULL && r->candidate != NULL;
	for (size_t i = 0; i < count && ok; i++)
		ok = balance_tell(r->judge, &vip[i].address, vip[i].port, vip[i].protocol);
	return ok;
}

void balance_report_fini(struct balance_report *r)
{
	if (r->judge != NULL)
		balance_analyzer.free(r->judge);
	free(r->finding);
	free(r->service);
	free(r->candidate);
	*r = (struct balance_report){0};
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->begin == b->begin && a->known == b->known && ip_equal(&a->address, &b->address) &&
	       a->subject_count <= b->subject_count &&
	       (a->subject_count == 0 || (ip_equal(&a->subject[0].ip, &b->subject[0].ip) &&
					  mac_equal(a->subject[0].mac, b->subject[0].mac)));
}

static void collect(struct balance_report *r)
{
	struct finding f;

	while (balance_analyzer.poll(r->judge, &f)) {
		size_t i = f.update ? 0 : r->finding_count;
		while (i < r->finding_count && !same_finding(&r->finding[i], &f))
			i++;
		if (i == BALANCE_REPORT_FINDINGS)
			continue;
		r->finding[i] = f;
		r->finding_count += i == r->finding_count;
	}
}

void balance_report_frame(struct balance_report *r, const struct analyzer_frame *f)
{
	r->frames++;
	r->cut += f->packet->verdict == PACKET_CUT;
	r->heard = f->at;
	balance_analyzer.frame(r->judge, f);
	collect(r);
}

/* --- in order ------------------------------------------------------------------------------------------------- */

static bool comes_before(const struct flow_service *a, const struct flow_service *b)
{
	int address = ip_compare(&a->address, &b->address);

	if (a->told != b->told)
		return a->told;
	if (a->attempts != b->attempts)
		return a->attempts > b->attempts;
	if (address != 0)
		return address < 0;
	return a->port != b->port ? a->port < b->port : a->protocol < b->protocol;
}

static void insert(const struct flows *f, uint16_t *list, size_t *count, uint16_t service)
{
	size_t k = *count;

	for (; k > 0 && comes_before(flows_service(f, service), flows_service(f, list[k - 1])); k--)
		list[k] = list[k - 1];
	list[k] = service;
	++*count;
}

/* Somebody's server that many ask: it may be a virtual service whose other side the capture has not. */
static bool is_candidate(const struct flow_service *s)
{
	return s->used && !s->is_server && s->opened > 0;
}

bool balance_report_end(struct balance_report *r)
{
	const struct flows *f = balance_flows(r->judge);
	bool any_told = false;

	balance_analyzer.finish(r->judge, r->heard);
	collect(r);
	for (uint16_t i = 0; i < flows_service_count(f); i++)
		any_told = any_told || (flows_service(f, i)->used && flows_service(f, i)->told);
	for (uint16_t i = 0; i < flows_service_count(f); i++) {
		const struct flow_service *s = flows_service(f, i);
		r->missing = r->missing || (s->told && s->attempts + s->active == 0);
		if (s->told || (!any_told && flows_is_balanced(s)))
			insert(f, r->service, &r->service_count, i);
		else if (is_candidate(s))
			insert(f, r->candidate, &r->candidate_count, i);
	}
	r->verdict = r->frames == 0 || r->missing ? BALANCE_INCONCLUSIVE : r->finding_count > 0 ? BALANCE_WARN : BALANCE_CLEAN;
	return true;
}

/* --- for the printers ----------------------------------------------------------------------------------------- */

const char *balance_report_word(enum balance_report_verdict v)
{
	static const char *const word[] = {"clean", "warn", "inconclusive"};

	return word[v];
}

const char *balance_report_mode(const struct flow_service *s)
{
	static const char *const word[] = {
		[FLOW_MODE_UNKNOWN] = "unknown",
		[FLOW_MODE_NAT] = "NAT",
		[FLOW_MODE_FULL_NAT] = "full NAT",
		[FLOW_MODE_TUNNEL] = "tunnel",
		[FLOW_MODE_DIRECT] = "direct return",
		[FLOW_MODE_PROXY] = "proxy",
	};

	return word[s->mode];
}

const char *balance_report_protocol(const struct flow_service *s)
{
	return s->protocol == IP_PROTOCOL_UDP ? "udp" : "tcp";
}

size_t balance_report_clients(const struct balance_report *r, uint16_t service, uint32_t out[BALANCE_REPORT_CLIENTS])
{
	const struct flows *f = balance_flows(r->judge);
	size_t count = 0;

	for (uint32_t i = 0; i < flows_source_count(f); i++) {
		const struct flow_source *s = flows_source(f, i);
		if (s->service != service || s->attempts == 0)
			continue;
		size_t k = count < BALANCE_REPORT_CLIENTS ? count : BALANCE_REPORT_CLIENTS;
		while (k > 0 && (flows_source(f, out[k - 1])->attempts < s->attempts ||
				 (flows_source(f, out[k - 1])->attempts == s->attempts &&
				  ip_compare(&s->ip, &flows_source(f, out[k - 1])->ip) < 0))) {
			if (k < BALANCE_REPORT_CLIENTS)
				out[k] = out[k - 1];
			k--;
		}
		if (k < BALANCE_REPORT_CLIENTS)
			out[k] = i;
		count += count < BALANCE_REPORT_CLIENTS;
	}
	return count;
}

char *balance_decimal(char text[BALANCE_DECIMAL], uint64_t millionths, unsigned digits)
{
	uint64_t step = 1, ten = 1;

	for (unsigned i = digits; i < 6; i++)
		step *= 10;
	for (unsigned i = 0; i < digits; i++)
		ten *= 10;
	uint64_t v = (millionths + step / 2) / step;
	snprintf(text, BALANCE_DECIMAL, "%llu.%0*llu", (unsigned long long)(v / ten), (int)digits, (unsigned long long)(v % ten));
	return text;
}

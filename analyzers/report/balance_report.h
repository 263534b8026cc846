// SPDX-License-Identifier: BSD-2-Clause
/*
 * `viplab report -r CAPTURE`: who got the connections of which virtual service, how evenly, and what is wrong, of a capture
 * of anybody's balancer. Gathered once, printed as a table, JSON (viplab.report/1), TSV or Markdown.
 */
#ifndef VL_REPORT_BALANCE_REPORT_H
#define VL_REPORT_BALANCE_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "analyzers/balance.h"
#include "analyzers/distribution.h"

#define BALANCE_REPORT_VIPS 32
#define BALANCE_REPORT_FINDINGS 64
#define BALANCE_REPORT_CLIENTS 10       /* the largest ones of a service are listed */

enum balance_report_verdict {
	BALANCE_CLEAN,
	BALANCE_WARN,                   /* something was found */
	BALANCE_INCONCLUSIVE,           /* nothing to judge: no frames, or not the service that was asked for */
};

struct balance_report {
	const char *source;             /* name of the capture; borrowed */
	const char *version;
	struct balance_judge *judge;
	struct finding *finding;        /* BALANCE_REPORT_FINDINGS */
	size_t finding_count;
	uint64_t frames;                /* of any kind */
	uint64_t cut;
	vl_time heard;                  /* from the first to the last frame */
	bool complete;                  /* the file did not end inside a frame */
	uint16_t *service;              /* judged ones in order: told first, then the busiest */
	size_t service_count;
	uint16_t *candidate;            /* others, the busiest first, when nothing else is to be said */
	size_t candidate_count;
	bool missing;                   /* one that was told was not seen */
	enum balance_report_verdict verdict;
};

/* A service that somebody asks for: "192.0.2.10:443", "[2001:db8::1]:53/udp". False: it is none. */
struct balance_vip {
	struct ip_addr address;
	uint16_t port;
	uint8_t protocol;
};
bool balance_vip_read(struct balance_vip *out, const char *text);

/* Begins with the services that were told. False: no memory. Free it with balance_report_fini in either case. */
bool balance_report_begin(struct balance_report *r, const struct balance_vip *vip, size_t count);
void balance_report_frame(struct balance_report *r, const struct analyzer_frame *f);
/* No more frames. False: no memory. */
bool balance_report_end(struct balance_report *r);
void balance_report_fini(struct balance_report *r);

/* False: the stream took it not, or no memory. */
bool balance_report_table(const struct balance_report *r, FILE *to);
bool balance_report_json(const struct balance_report *r, FILE *to);
bool balance_report_tsv(const struct balance_report *r, FILE *to);
bool balance_report_markdown(const struct balance_report *r, FILE *to);

/* --- for the printers ----------------------------------------------------------------------------------------- */

const char *balance_report_word(enum balance_report_verdict v);         /* "clean", "warn", "inconclusive" */
const char *balance_report_mode(const struct flow_service *s);          /* "NAT", "direct return", ... */
const char *balance_report_protocol(const struct flow_service *s);      /* "tcp", "udp" */
/* Sources of the service with the most connections, at most BALANCE_REPORT_CLIENTS; how many. */
size_t balance_report_clients(const struct balance_report *r, uint16_t service, uint32_t out[BALANCE_REPORT_CLIENTS]);
/* "0.98", millionths with so many digits behind the point (1 to 6), rounded. Returns text. */
#define BALANCE_DECIMAL 32
char *balance_decimal(char text[BALANCE_DECIMAL], uint64_t millionths, unsigned digits);

#endif

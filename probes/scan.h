// SPDX-License-Identifier: BSD-2-Clause
/*
 * A scan: what was heard, gathered into one value that every output format reads, so that table, JSON and TSV
 * agree to the digit. Frames come from a capture (scan_gather) or from a wire (scan_live.h); both feed the same
 * judge by scan_begin, scan_feed, scan_end.
 */
#ifndef VL_PROBES_SCAN_H
#define VL_PROBES_SCAN_H

#include <stdio.h>

#include "analyzers/conflict.h"
#include "analyzers/fhrp.h"
#include "probes/capture_file.h"
#include "probes/scan_options.h"

enum scan_verdict {
	SCAN_CLEAN,
	SCAN_WARN,
	SCAN_CONFLICT,
	SCAN_INCONCLUSIVE,              /* nothing was heard, or not enough could be read */
};

enum scan_confidence {
	SCAN_LOW,
	SCAN_MEDIUM,                    /* from 123 s: three of VRRPv3's longest intervals */
	SCAN_HIGH,                      /* from 765 s: three of VRRPv2's */
};

/* One virtual ID of one protocol at one place. */
struct scan_id {
	struct finding_place place;
	enum finding_class class;
	const struct conflict_group *group;     /* of VRRP or CARP; else NULL */
	const struct fhrp_group *fhrp;          /* of the others; else NULL */
	uint64_t adverts;
	bool by_mac_only;               /* no advertisement, but its virtual MAC in other frames */
	const struct finding *worst;    /* NULL: nothing found, or only information */
};

/* Who speaks for an ID, in one form for all protocols. Pointers are valid as long as the scan. */
struct scan_sender {
	struct ip_addr ip;              /* family IP_NONE: it has none (FGCP) */
	struct mac mac;
	const char *protocol;           /* "vrrp2", "vrrp3", "vrrp23", "carp", "hsrp", "hsrp2", "glbp", ... */
	bool has_version, has_priority;
	unsigned version;
	unsigned priority;              /* CARP: advskew; CCP: machine; NLB: host ID */
	const char *priority_mark;      /* "s", "m", "h" for those, else "" */
	unsigned advbase;               /* CARP */
	const char *state;              /* HSRP, GLBP: "active", ...; else NULL */
	uint64_t interval, hold;        /* ns; 0: not said */
	uint64_t measured;              /* mean of its gaps in ns; 0: not enough */
	bool hidden;                    /* its protocol does not tell its addresses */
	const struct ip_addr *address;
	size_t address_count;
	const char *auth, *checksum;    /* NULL: not of this protocol */
	uint8_t ttl;
	uint64_t count;                 /* messages, unsound ones included */
	uint64_t malformed;             /* of them */
	vl_time first, last;
};

#define SCAN_IDS 3072
#define SCAN_FINDINGS 4096

struct scan_watch;
struct scan_baseline;

struct scan {
	const struct scan_options *options;
	struct conflict_judge *judge;
	bool complete;                  /* all that was asked for was heard: the whole capture, the whole time */
	bool readable;                  /* what was read was sound */
	char reason[CAPTURE_ERROR];     /* why not; may hold bytes from outside: show it escaped */
	bool live;
	const char *source;             /* the file or the interfaces ("eth0,eth1"); from outside: show it escaped */
	const char *interface[SCAN_INTERFACES]; /* live: their names */
	size_t interface_count;
	uint64_t frames;                /* of any kind; live: that came in */
	uint64_t passed;                /* of them (live: and of this host's) those that were looked at */
	uint64_t cut;                   /* of them cut by the snapshot length */
	uint64_t dropped;               /* live: lost because the ring was full */
	uint64_t tags_unmatched;        /* tagged frames that the filter's words did not match */
	uint64_t probes;                /* live: frames sent by --probe */
	bool joined;                    /* live: --join was done */
	uint64_t adverts;
	bool tagged, ipv6_heard;
	int64_t start_ns;               /* wall time of the first frame; live: when listening began */
	vl_time heard;                  /* from there to the last frame; live: to the end of listening */
	struct scan_watch *watch;       /* NULL: nobody wants to hear of changes */
	const struct scan_baseline *baseline;   /* NULL: none */
	struct scan_id *id;
	size_t id_count;
	struct finding *finding;        /* worst first, --only and --ignore applied */
	size_t finding_count;
	size_t conflicts, warnings;
	size_t proved;                  /* of the conflicts, those that are more than suspected */
	struct id_set used_v4, used_v6, used;
	uint8_t best[ID_LAST];          /* free in both families, best first */
	size_t best_count;
	enum scan_confidence confidence;
	enum scan_verdict verdict;
};

/* Makes an empty scan. False: out of memory; release it all the same. */
bool scan_begin(struct scan *s, const struct scan_options *o, const char *source);
/* Whether it is in the VLAN that --vlan asks for, if it does. */
bool scan_is_chosen(const struct scan *s, const struct packet *p);
/* One frame for the judge. False: as many advertisements as were asked for (-c) have been heard. */
bool scan_feed(struct scan *s, const struct analyzer_frame *f);
/* Lets time pass without a frame. */
void scan_advance(struct scan *s, vl_time now);
/* The judge's last word; then everything below is there to be printed. */
void scan_end(struct scan *s);
/* Reads the whole capture between a begin and an end of its own. False: out of memory. `watch` and `baseline`
 * may be NULL. */
bool scan_gather(struct scan *s, const struct scan_options *o, struct capture_file *c, struct scan_watch *watch,
		 const struct scan_baseline *baseline);
/* The scan of a capture that could not be opened: an empty one that says why. False: out of memory. */
bool scan_nothing(struct scan *s, const struct scan_options *o, const char *source, const char *reason);
void scan_release(struct scan *s);
/* The exit status (ux 1.2). */
int scan_status(const struct scan *s);
/* The same for monitoring systems: 0 OK, 1 warning (also a mere suspicion), 2 critical, 3 unknown. */
int scan_check_status(const struct scan *s);
/* Frames lost, in percent of those that should have been looked at, rounded up. */
unsigned scan_drop_percent(const struct scan *s);
/* Whether --only and --ignore let a finding through. */
bool scan_is_wanted(const struct scan *s, const struct finding *f);
/* Whether something less than everything was looked at: filter words, --vlan, -c, -t of a capture. */
bool scan_is_partial(const struct scan *s);

/* Walks the senders of an ID: *at = CONFLICT_NONE at first; false at the end. */
bool scan_next_sender(const struct scan *s, const struct scan_id *id, uint16_t *at, struct scan_sender *out);
/* Its virtual MAC, by its number or as it was seen; zero: not known. */
struct mac scan_virtual_mac(const struct scan_id *id);
/* False for what has no number: NLB, and FGCP that did not show it. */
bool scan_is_numbered(const struct scan_id *id);
/* "51", "g1" (HSRP, GLBP, FGCP), "c254" (CCP), "-". */
#define SCAN_NUMBER 16
char *scan_number(char text[SCAN_NUMBER], const struct scan_id *id);
/* The IDs that a finding is about: one, or for one address under several IDs all of them, ascending. Returns how
 * many. */
#define SCAN_FINDING_IDS 8
size_t scan_finding_ids(const struct scan *s, const struct finding *f, uint16_t id[SCAN_FINDING_IDS]);
/* What a finding is about: "ID 51", "IDs 1 and 2", "HSRP group 1", "NLB cluster 192.0.2.80". */
#define SCAN_SUBJECT 80
char *scan_subject(char text[SCAN_SUBJECT], const struct scan *s, const struct finding *f);
const char *scan_verdict_word(enum scan_verdict v);
const char *scan_confidence_word(enum scan_confidence c);
/* "ok", "info ...", or the word and code of the worst finding: "CONFLICT vrid-collision". */
#define SCAN_VERDICT 64
char *scan_id_verdict(char text[SCAN_VERDICT], const struct scan_id *id);
/* "vrrp", "carp", "hsrp", "hsrp2", "glbp", "fgcp", "ccp", "nlb": where no sender says more. */
const char *scan_protocol(const struct scan_id *id);
/* What could not be heard, as words; NULL behind the last. */
const char *scan_blind(const struct scan *s, size_t i);
/* "if1", or live its name, bytes that a terminal would obey as question marks. */
#define SCAN_INTERFACE 24
char *scan_interface(char text[SCAN_INTERFACE], const struct scan *s, uint32_t interface);
/* Text from outside as it may be shown: what is not printable ASCII becomes a question mark. */
char *scan_shown(char *text, size_t room, const char *outside);
/* "0" untagged, "36", "100.36" stacked. */
#define SCAN_VLAN 32
char *scan_vlan(char text[SCAN_VLAN], const struct finding_place *p);
/* UTC, RFC 3339. */
#define SCAN_WHEN 40
char *scan_when(char text[SCAN_WHEN], const struct scan *s, vl_time at);

/* The formats. False: the stream refused. */
bool scan_print_table(const struct scan *s, FILE *out);
/* The document viplab.scan/1 (scan.schema.json), but for what a baseline adds. The caller gives it back. */
struct json_t *scan_json(const struct scan *s);
bool scan_print_json(const struct scan *s, FILE *out);
bool scan_print_jsonl(const struct scan *s, FILE *out);         /* an object a line: ids, findings, the rest */
bool scan_print_openmetrics(const struct scan *s, FILE *out);
bool scan_print_tsv(const struct scan *s, FILE *out);
bool scan_print_check(const struct scan *s, FILE *out);
bool scan_print_free(const struct scan *s, FILE *out);
bool scan_print_wanted(const struct scan *s, FILE *out);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The judge against captures of real daemons (tests/captures/real-daemons/README.md), from both viewpoints: the
 * mirror port (span) and an idle port of the switch (host), which sees no ARP reply to others. The table below was
 * written from that page's truth: what must be said, what must not, and whether it is a conflict at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzers/conflict.h"
#include "probes/capture_file.h"

/* "code" or "code ADDRESS": a virtual address or a subject of the finding. "code?" must be suspected only. */
struct truth {
	const char *capture;
	bool conflict_span, conflict_host;
	const char *must[6];            /* in both views */
	const char *must_span[3];       /* only the mirror port can know */
	const char *must_not[6];
	unsigned adverts[4];            /* of r1 to r4 in the span view, from the README */
};

#define NO_CONFLICT_AT_ALL "vrid-collision", "carp-collision", "dual-active", "vip-two-ids", "vip-foreign-mac", \
			   "advert-starvation"

static const struct truth truths[] = {
	{"healthy-v2", false, false, {"vmac-unused 10.0.0.1"}, {NULL}, {NO_CONFLICT_AT_ALL}, {20}},
	{"healthy-v3-vmac", false, false, {NULL}, {NULL}, {NO_CONFLICT_AT_ALL}, {21}},
	{"l-equal-priority", false, false, {NULL}, {NULL}, {NO_CONFLICT_AT_ALL}, {0, 20}},
	{"q-two-owners-255", false, false, {"owner-not-owner 10.0.0.2"}, {NULL}, {NO_CONFLICT_AT_ALL}, {0, 20}},
	{"e2-v3-interval-1-vs-2", false, false, {NULL}, {NULL}, {"interval-mismatch", "dual-active"}, {20}},
	{"m-graceful-failover-and-return", false, false, {NULL}, {NULL}, {NO_CONFLICT_AT_ALL}, {13, 8}},
	{"n-crash-failover", false, false, {NULL}, {NULL}, {NO_CONFLICT_AT_ALL}, {8, 9}},
	{"n2-dead-daemon-address-stays", false, false, {NULL}, {NULL}, {"dual-active", "vrid-collision"}, {5, 12}},
	{"p-v3-dual-stack-same-vrid", false, false, {"ipv6-twin"}, {NULL}, {NO_CONFLICT_AT_ALL}, {20}},
	{"o-ucarp-alone", false, false, {NULL}, {NULL}, {NO_CONFLICT_AT_ALL}, {0, 0, 19}},
	{"i-frr-pair-arp-flux", true, false, {NULL}, {"vip-foreign-mac 10.0.0.110"}, {"dual-active", "vrid-collision"},
	 {0, 0, 20}},
	{"a-keepalived-frr-same-vrid", true, true,
	 {"vrid-collision 10.0.0.1", "vrid-collision 10.0.0.3", "mac-flap", "advert-starvation 10.0.0.1"}, {NULL},
	 {"dual-active", "carp-collision"}, {11, 1, 20}},
	{"a2-foreign-fast-adverts", true, true,
	 {"vrid-collision 10.0.0.1", "vrid-collision 10.0.0.3", "interval-mismatch", "flapping",
	  "advert-starvation 10.0.0.1", "mac-flap"}, {NULL}, {"dual-active"}, {5, 5, 40}},
	{"f-two-pairs-same-vrid-vmac", true, true,
	 {"vrid-collision 10.0.0.1", "vrid-collision 10.0.0.3", "flapping 10.0.0.4", "mac-flap"}, {NULL},
	 {"dual-active"}, {15, 0, 8, 4}},
	{"f2-two-pairs-same-vrid-novmac", true, true,
	 {"vrid-collision 10.0.0.1", "vrid-collision 10.0.0.3", "flapping", "vmac-unused"}, {NULL},
	 {"mac-flap", "dual-active"}, {10, 4, 12, 1}},
	{"b-keepalived-ucarp-same-id", true, true, {"carp-collision 10.0.0.3", "flapping", "advert-starvation 10.0.0.1"},
	 {NULL}, {"vrid-collision", "dual-active", "mac-flap"}, {5, 5, 20}},
	{"b2-keepalived-vmac-ucarp-same-id", true, true, {"carp-collision 10.0.0.3", "flapping", "mac-flap 10.0.0.1"},
	 {NULL}, {"vrid-collision", "dual-active", "mac-flap 10.0.0.3"}, {8, 4, 21}},
	{"c1-auth-pass-mismatch", true, true,
	 {"vip-foreign-mac 10.0.0.100", "dual-active?", "cleartext-password 10.0.0.1"}, {NULL}, {"vrid-collision"}, {20}},
	{"c2-auth-pass-vs-none", true, true, {"vip-foreign-mac 10.0.0.100", "dual-active?"}, {NULL},
	 {"vrid-collision"}, {20}},
	{"c3-auth-ah-vs-pass", true, true, {"dual-active 10.0.0.1", "dual-active 10.0.0.2", "auth-differs"}, {NULL},
	 {"vrid-collision", "dual-active?"}, {20, 20}},
	{"d-v2-vs-v3", true, true, {"vip-foreign-mac 10.0.0.100", "dual-active?"}, {NULL}, {"vrid-collision"}, {20}},
	{"e1-v2-interval-1-vs-2", true, true, {"vip-foreign-mac 10.0.0.100", "dual-active?"}, {NULL},
	 {"vrid-collision"}, {20}},
	{"s-auth-mismatch-cold-start", true, true,
	 {"vip-foreign-mac 10.0.0.100", "dual-active?", "auth-differs 10.0.0.2"}, {NULL},
	 {"vrid-collision", "flapping"}, {15, 1}},
	{"t-auth-mismatch-active-arp", true, true, {"vip-foreign-mac 10.0.0.100"}, {NULL}, {"vrid-collision"}, {20}},
	{"t2-healthy-v2-vmac-active-arp", false, false, {NULL}, {NULL}, {NO_CONFLICT_AT_ALL}, {20}},
	{"h-same-vip-two-vrids", true, true, {"vip-two-ids 10.0.0.100"}, {NULL}, {"vrid-collision", "dual-active"},
	 {20, 0, 20}},
	{"j-vip-on-plain-host", true, false, {NULL}, {"vip-foreign-mac 10.0.0.100"},
	 {"dual-active", "vrid-collision"}, {20}},
	{"k-firewall-split-brain", true, true, {"dual-active 10.0.0.1", "dual-active 10.0.0.2", "mac-flap"}, {NULL},
	 {"vrid-collision", "dual-active?"}, {20, 20}},
};

#define FINDINGS 64

struct heard {
	struct conflict_judge *judge;
	struct finding *finding;        /* FINDINGS of them */
	size_t count;
	bool conflict;
};

static void collect(struct heard *h)
{
	struct finding f;

	while (conflict_analyzer.poll(h->judge, &f)) {
		size_t i = 0;
		while (i < h->count &&
		       !(h->finding[i].code == f.code && h->finding[i].class == f.class &&
			 ip_equal(&h->finding[i].address, &f.address) && h->finding[i].place.id == f.place.id))
			i++;
		assert_true(i < FINDINGS);
		h->finding[i] = f;
		h->count += i == h->count;
		h->conflict |= finding_is_conflict(&f);
	}
}

static struct capture_file *open_capture(const char *capture, const char *view)
{
	char path[512], error[CAPTURE_ERROR];
	const char *top = getenv("SRCDIR");

	(void)snprintf(path, sizeof path, "%s/tests/captures/real-daemons/%s-%s.pcap", top != NULL ? top : ".",
		       capture, view);
	struct capture_file *c = capture_open(path, error);
	if (c == NULL)
		fail_msg("%s: %s", path, error);
	return c;
}

/* Hears the part of a capture from `from` to `to`, as times since its first frame. */
static struct heard hear_part(const char *capture, const char *view, vl_time from, vl_time to)
{
	struct heard h = {.judge = conflict_analyzer.new(1), .finding = calloc(FINDINGS, sizeof *h.finding)};
	struct capture_frame frame;
	struct packet packet;
	vl_time last = 0;
	struct capture_file *c = open_capture(capture, view);

	while (capture_read(c, &frame) == CAPTURE_FRAME && frame.at <= to) {
		if (frame.at < from)
			continue;
		last = frame.at - from;
		capture_dissect(c, &frame, &packet);
		conflict_analyzer.frame(h.judge, &(struct analyzer_frame){.packet = &packet, .number = frame.number,
									   .at = last, .length = frame.length});
		collect(&h);
	}
	conflict_analyzer.finish(h.judge, last);
	collect(&h);
	capture_close(c);
	return h;
}

static struct heard hear(const char *capture, const char *view)
{
	return hear_part(capture, view, 0, VL_NEVER);
}

static void forget(struct heard *h)
{
	conflict_analyzer.free(h->judge);
	free(h->finding);
}

static bool about(const struct finding *f, const char *address)
{
	char text[IP_TEXT];

	if (strcmp(ip_format(text, &f->address), address) == 0)
		return true;
	for (size_t i = 0; i < f->subject_count; i++)
		if (strcmp(ip_format(text, &f->subject[i].ip), address) == 0)
			return true;
	return false;
}

static bool said(const struct heard *h, const char *wish)
{
	size_t length = strcspn(wish, " ?");
	bool suspected = wish[length] == '?';
	const char *address = wish[length] == ' ' ? wish + length + 1 : NULL;

	for (size_t i = 0; i < h->count; i++) {
		const struct finding *f = &h->finding[i];
		if (strlen(f->code->name) == length && strncmp(f->code->name, wish, length) == 0 &&
		    (!suspected || f->suspect) && (address == NULL || about(f, address)))
			return true;
	}
	return false;
}

static void check(const struct truth *t, const char *view, const struct heard *h)
{
	bool is_span = strcmp(view, "span") == 0;

	for (size_t i = 0; i < sizeof t->must / sizeof t->must[0] && t->must[i] != NULL; i++)
		if (!said(h, t->must[i]))
			fail_msg("%s-%s: must report %s", t->capture, view, t->must[i]);
	for (size_t i = 0; is_span && i < sizeof t->must_span / sizeof t->must_span[0] && t->must_span[i] != NULL; i++)
		if (!said(h, t->must_span[i]))
			fail_msg("%s-%s: must report %s", t->capture, view, t->must_span[i]);
	for (size_t i = 0; i < sizeof t->must_not / sizeof t->must_not[0] && t->must_not[i] != NULL; i++)
		if (said(h, t->must_not[i]))
			fail_msg("%s-%s: must not report %s", t->capture, view, t->must_not[i]);
	if (h->conflict != (is_span ? t->conflict_span : t->conflict_host))
		fail_msg("%s-%s: is %sa conflict", t->capture, view, h->conflict ? "not " : "");
}

/* Advertisements of 10.0.0.n over all IPv4 groups. */
static uint64_t adverts_of(const struct heard *h, uint8_t n)
{
	uint64_t count = 0;
	struct ip_addr ip = ip4(10, 0, 0, n);
	const struct conflict_group *g;

	for (size_t i = 0; (g = conflict_group_at(h->judge, i)) != NULL; i++) {
		const struct conflict_speaker *s = conflict_speaker_at(h->judge, g->first_speaker);
		for (; s != NULL; s = conflict_speaker_at(h->judge, s->next))
			count += ip_equal(&s->ip, &ip) ? s->count : 0;
	}
	return count;
}

static void the_mirror_port_shows_the_truth(void **state)
{
	for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++) {
		struct heard h = hear(truths[i].capture, "span");
		check(&truths[i], "span", &h);
		for (uint8_t n = 1; n <= 4; n++)
			if (adverts_of(&h, n) != truths[i].adverts[n - 1])
				fail_msg("%s-span: %u advertisements of r%u, not %u", truths[i].capture,
					 (unsigned)adverts_of(&h, n), n, truths[i].adverts[n - 1]);
		forget(&h);
	}
}

static void an_ordinary_port_shows_what_it_can(void **state)
{
	for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++) {
		struct heard h = hear(truths[i].capture, "host");
		check(&truths[i], "host", &h);
		forget(&h);
	}
}

/* CARP read as VRRPv2 would be priority 0 and seven strange addresses. */
static void carp_is_never_a_resigning_router(void **state)
{
	struct heard h = hear("o-ucarp-alone", "span");
	const struct conflict_group *g = conflict_group_at(h.judge, 0);
	const struct conflict_speaker *s = conflict_speaker_at(h.judge, g->first_speaker);

	assert_int_equal(g->place.id, 1);
	assert_int_equal(g->adverts, 0);
	assert_int_equal(g->carp_adverts, 19);
	assert_int_equal(s->class, FINDING_CARP);
	assert_true(mac_equal(s->mac, ((struct mac){{0x00, 0x00, 0x5e, 0x00, 0x00, 0x01}})));
	forget(&h);
}

/* Every capture begins and ends somewhere: no part of one says what the whole must not. */
static void no_part_of_a_capture_says_what_it_must_not(void **state)
{
	const vl_time step = 21 * VL_S / 12;

	for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++)
		for (unsigned from = 0; from < 12; from++)
			for (unsigned to = from + 1; to <= 12; to++) {
				const struct truth *t = &truths[i];
				struct heard h = hear_part(t->capture, "span", from * step, to * step);
				for (size_t k = 0; k < sizeof t->must_not / sizeof t->must_not[0]; k++)
					if (t->must_not[k] != NULL && said(&h, t->must_not[k]))
						fail_msg("%s, %u/12 to %u/12: %s", t->capture, from, to,
							 t->must_not[k]);
				if (h.conflict && !t->conflict_span)
					fail_msg("%s, %u/12 to %u/12: a conflict", t->capture, from, to);
				forget(&h);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mirror_port_shows_the_truth),
		cmocka_unit_test(an_ordinary_port_shows_what_it_can),
		cmocka_unit_test(carp_is_never_a_resigning_router),
		cmocka_unit_test(no_part_of_a_capture_says_what_it_must_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

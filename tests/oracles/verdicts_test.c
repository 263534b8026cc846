// SPDX-License-Identifier: BSD-2-Clause
/*
 * Verdicts on frames, ours against tshark's and tcpdump's: ten thousand (ORACLE_FRAMES) valid and mutated frames go
 * into one capture, each program reads it once, and on each frame all three must say the same of sound, wrong sum and
 * malformed. Where one does not, the difference is in a table of this file: who, on what, why, and how often at most.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/scratch_capture.h"
#include "tests/wire/samples.h"

enum { FRAMES = 10000, ROOM = 1 << 16 };

enum verdict {
	SOUND,
	WRONG_SUM,
	MALFORMED,
};

static const char *const verdict_word[] = {"sound", "wrong sum", "malformed"};

enum judge {
	TSHARK,
	TCPDUMP,
	JUDGES,
};

static const char *const judge_word[] = {"tshark", "tcpdump"};

struct specimen {
	enum sample_kind kind;
	size_t length;
	uint8_t bytes[SAMPLE_ROOM];
	struct packet packet;           /* as we read it */
	enum verdict ours;
	enum verdict theirs[JUDGES];
	char text[512];                 /* what tcpdump prints of it */
	char message[256];              /* what tshark remarks */
};

static struct specimen *specimens;
static size_t specimen_count;

/* --- the frames ------------------------------------------------------------------------------------------- */

/* Bytes changed, cut off or put behind; half of the frames stay as they are. */
static void mutate(struct prng *p, struct specimen *s)
{
	size_t changes = 1 + (size_t)prng_below(p, 3);

	switch (prng_below(p, 8)) {
	case 0:
	case 1:
		for (size_t i = 0; i < changes; i++)
			s->bytes[12 + prng_below(p, s->length - 12)] = random_u8(p);
		break;
	case 2: /* where the lengths and counts are */
		s->bytes[12 + prng_below(p, s->length < 60 ? s->length - 12 : 48)] ^= (uint8_t)(1u << prng_below(p, 8));
		break;
	case 3:
		s->length = 14 + (size_t)prng_below(p, s->length - 14);
		break;
	case 4: /* padding */
		for (size_t i = 0; i < changes * 6; i++)
			s->bytes[s->length++] = 0;
		break;
	default:
		break;
	}
}

static enum verdict verdict_of(const struct packet *p)
{
	switch (p->verdict) {
	case PACKET_OK:
		break;
	case PACKET_BAD_IPV4_CHECKSUM:
	case PACKET_BAD_ICMP_CHECKSUM:
	case PACKET_BAD_UDP_CHECKSUM:
	case PACKET_BAD_TCP_CHECKSUM:
		return WRONG_SUM;
	case PACKET_CUT:
	case PACKET_BAD_ETHERNET:
	case PACKET_BAD_ARP:
	case PACKET_BAD_IPV4:
	case PACKET_BAD_IPV6:
	case PACKET_BAD_ICMP:
	case PACKET_BAD_UDP:
	case PACKET_BAD_TCP:
	case PACKET_BAD_AH:
	case PACKET_BAD_VRRP:
	case PACKET_BAD_CARP:
	case PACKET_BAD_HSRP:
	case PACKET_BAD_GLBP:
	case PACKET_BAD_CCP:
	case PACKET_BAD_NLB:
	case PACKET_VERDICT_COUNT:
		return MALFORMED;
	}
	bool bad_vrrp = p->transport == TRANSPORT_VRRP && p->vrrp.checksum_form == VRRP_CHECKSUM_WRONG;
	bool bad_carp = p->transport == TRANSPORT_CARP && !p->carp.checksum_ok;
	return bad_vrrp || bad_carp ? WRONG_SUM : SOUND;
}

static void make_specimens(void)
{
	const char *text = getenv("ORACLE_FRAMES");
	struct prng p = prng_stream(40, "verdicts");

	specimen_count = text != NULL ? strtoul(text, NULL, 10) : FRAMES;
	specimens = calloc(specimen_count, sizeof *specimens);
	assert_non_null(specimens);
	for (size_t i = 0; i < specimen_count; i++) {
		struct specimen *s = &specimens[i];
		s->kind = (enum sample_kind)(i % SAMPLE_KIND_COUNT);
		s->length = sample(&p, s->kind, s->bytes);
		mutate(&p, s);
		(void)packet_dissect(&s->packet, s->bytes, s->length, s->length);
		s->ours = verdict_of(&s->packet);
	}
}

/* --- the others' verdicts --------------------------------------------------------------------------------- */

static struct scratch_capture capture;

/* The second of each frame is its number. */
static void write_capture(void)
{
	scratch_capture_open(&capture);
	for (size_t i = 0; i < specimen_count; i++)
		scratch_capture_add(&capture, i * VL_S, specimens[i].bytes, specimens[i].length);
	scratch_capture_close(&capture);
}

static bool is_there(const char *program)
{
	char command[64];

	snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
	return system(command) == 0;
}

static bool says_one_of(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(text, *words) != NULL)
			return true;
	return false;
}

/* Columns: is malformed, expert groups, then all states of sums. Group 117440512 is "malformed"; of sums 0 is "bad". */
static void ask_tshark(void)
{
	static const char *const malformed[] = {"exceeds", "Bogus", NULL};
	static char line[ROOM];
	char command[1024];
	size_t i = 0;

	snprintf(command, sizeof command,
		 "tshark -n -r '%s' -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE "
		 "-o ip.try_heuristic_first:TRUE -o ip.defragment:FALSE -o ipv6.defragment:FALSE "
		 "-o tcp.desegment_tcp_streams:FALSE -T fields -E separator=/t -E occurrence=a "
		 "-e _ws.malformed -e _ws.expert.message -e ip.checksum.status -e icmp.checksum.status "
		 "-e icmpv6.checksum.status -e udp.checksum.status -e tcp.checksum.status -e vrrp.checksum.status "
		 "-e carp.checksum.status 2>/dev/null", capture.path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	for (; fgets(line, sizeof line, pipe) != NULL && i < specimen_count; i++) {
		struct specimen *s = &specimens[i];
		const char *sums = strchr(line, '\t');
		sums = sums != NULL ? strchr(sums + 1, '\t') : NULL;
		assert_non_null(sums);
		snprintf(s->message, sizeof s->message, "%.*s", (int)(sums - line), line);
		if (line[0] != '\t' || says_one_of(s->message, malformed))
			s->theirs[TSHARK] = MALFORMED;
		else if (strchr(sums, '0') != NULL)
			s->theirs[TSHARK] = WRONG_SUM;
	}
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(i, specimen_count);
}

static void judge_text(struct specimen *s)
{
	static const char *const malformed[] = {"[|", "truncated", "invalid", "bad-len", "bad-hlen", "missing ", "bad hdr",
						"bad opt", "malformed", "too short",
						"bad length", "version error", NULL};
	static const char *const wrong_sum[] = {"bad cksum", "bad udp cksum", "incorrect ->", "wrong icmp cksum",
						"bad icmp6 cksum", "bad vrrp cksum", "bad carp cksum", NULL};

	if (says_one_of(s->text, malformed))
		s->theirs[TCPDUMP] = MALFORMED;
	else if (says_one_of(s->text, wrong_sum))
		s->theirs[TCPDUMP] = WRONG_SUM;
}

/* A frame is a line that begins with its time, and the indented lines below it. */
static void ask_tcpdump(void)
{
	static char line[ROOM];
	char command[512];
	size_t at = 0, seen = 0;

	snprintf(command, sizeof command, "tcpdump -nn -e -vv -tt -r '%s' 2>/dev/null", capture.path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof line, pipe) != NULL) {
		if (line[0] >= '0' && line[0] <= '9') {
			at = strtoul(line, NULL, 10);
			assert_in_range(at, 0, specimen_count - 1);
			seen++;
		}
		char *text = specimens[at].text;
		size_t n = strlen(text);
		snprintf(text + n, sizeof specimens[at].text - n, "%s", line);
	}
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(seen, specimen_count);
	for (size_t i = 0; i < specimen_count; i++)
		judge_text(&specimens[i]);
}

/* --- the differences that are explained -------------------------------------------------------------------- */

struct difference {
	enum judge judge;
	bool (*fits)(const struct specimen *s);
	unsigned most;                  /* of 10,000 frames */
	const char *why;
};

static bool is_rfc9568_sum(const struct specimen *s)
{
	return s->ours == SOUND && s->packet.transport == TRANSPORT_VRRP && s->packet.vrrp.version == 3 &&
	       s->packet.network == NETWORK_IPV4 && s->packet.vrrp.checksum_form == VRRP_CHECKSUM_MESSAGE;
}

/* RFC 826 leaves room for other hardware and protocols; to us only IPv4 over Ethernet is ARP. */
static bool is_other_arp(const struct specimen *s)
{
	return s->packet.verdict == PACKET_BAD_ARP;
}

/* A wrong sum ends our reading; they go on and meet what is broken behind it. */
static bool is_behind_a_wrong_sum(const struct specimen *s)
{
	return s->ours == WRONG_SUM && s->packet.verdict != PACKET_OK;
}

static bool is_not_read(const struct specimen *s)
{
	return s->ours == SOUND && s->packet.transport == TRANSPORT_NONE;
}

static bool has_extension_options(const struct specimen *s)
{
	return s->ours == SOUND && s->packet.network == NETWORK_IPV6 && s->packet.ipv6.extensions_length > 0;
}

/* The first byte of the message, behind AH. */
static uint8_t vrrp_first_byte(const struct specimen *s)
{
	const struct packet *p = &s->packet;
	size_t ah = p->has_ah ? ((size_t)p->ip_payload[1] + 2) * 4 : 0;

	return p->ip_payload_length > ah ? p->ip_payload[ah] : 0;
}

static bool is_other_vrrp_version(const struct specimen *s)
{
	unsigned version = vrrp_first_byte(s) >> 4;

	return s->packet.verdict == PACKET_BAD_VRRP && version != 2 && version != 3;
}

static bool is_vrrp2_cut_in_authentication(const struct specimen *s)
{
	return s->packet.verdict == PACKET_BAD_VRRP && vrrp_first_byte(s) >> 4 == 2;
}

static bool is_other_vrrp_type(const struct specimen *s)
{
	return s->ours == WRONG_SUM && s->packet.transport == TRANSPORT_VRRP && s->packet.vrrp.type != VRRP_ADVERTISEMENT;
}

/* Most: about twice what was counted with tshark 4.0 and tcpdump 4.99. */
static const struct difference differences[] = {
	{TSHARK, is_rfc9568_sum, 400, "VRRPv3 over IPv4: tshark knows only the camp with a pseudo-header (RFC 5798)"},
	{TSHARK, is_other_arp, 100, "ARP of other hardware or protocols: malformed to us, fine to tshark"},
	{TSHARK, is_behind_a_wrong_sum, 70, "behind a wrong sum: we stop there, tshark reads on"},
	{TSHARK, is_not_read, 40, "a protocol that we do not read"},
	{TSHARK, is_other_vrrp_version, 40, "VRRP of another version: malformed to us; tshark reads on as if it knew it"},
	{TCPDUMP, is_rfc9568_sum, 400, "VRRPv3 over IPv4: tcpdump knows only the camp with a pseudo-header (RFC 5798)"},
	{TCPDUMP, is_other_arp, 100, "ARP of other hardware or protocols: malformed to us, fine to tcpdump"},
	{TCPDUMP, is_behind_a_wrong_sum, 100, "behind a wrong sum: we stop there, tcpdump reads on"},
	{TCPDUMP, is_not_read, 20, "a protocol, or a kind of tag, that we do not read"},
	{TCPDUMP, has_extension_options, 10, "options inside IPv6 extension headers: passed over by us"},
	{TCPDUMP, is_other_vrrp_version, 40, "VRRP of another version: malformed to us; tcpdump names it and stops"},
	{TCPDUMP, is_vrrp2_cut_in_authentication, 8, "VRRPv2 cut inside data of other authentication types: not read by tcpdump"},
	{TCPDUMP, is_other_vrrp_type, 12, "VRRP of another type: tcpdump names it and checks no sum"},
};

static const struct difference *explanation(const struct specimen *s, enum judge j)
{
	for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++)
		if (differences[i].fits != NULL && differences[i].judge == j && differences[i].fits(s))
			return &differences[i];
	return NULL;
}

static void print_difference(const struct specimen *s, enum judge j)
{
	char text[PACKET_LINE];

	print_message("frame %zu (%s): we say %s (%s), %s %s\n  %s\n  %s\n", (size_t)(s - specimens) + 1,
		      sample_name(s->kind), verdict_word[s->ours], packet_verdict_text(s->packet.verdict), judge_word[j],
		      verdict_word[s->theirs[j]], packet_format(text, &s->packet), j == TSHARK ? s->message : s->text);
}

static void compare(enum judge j)
{
	unsigned count[sizeof differences / sizeof differences[0]] = {0};
	size_t unexplained = 0;

	for (size_t i = 0; i < specimen_count; i++) {
		const struct specimen *s = &specimens[i];
		if (s->ours == s->theirs[j])
			continue;
		const struct difference *d = explanation(s, j);
		if (d != NULL) {
			count[d - differences]++;
			continue;
		}
		if (unexplained++ < 20)
			print_difference(s, j);
	}
	for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
		if (differences[i].fits == NULL || differences[i].judge != j)
			continue;
		print_message("%5u  %s\n", count[i], differences[i].why);
		assert_in_range(count[i], 0, differences[i].most * (specimen_count / FRAMES + 1));
	}
	assert_int_equal(unexplained, 0);
}

static void tshark_says_the_same(void **state)
{
	if (!is_there("tshark")) {
		print_message("skip: tshark is not installed\n");
		skip();
	}
	ask_tshark();
	compare(TSHARK);
}

static void tcpdump_says_the_same(void **state)
{
	if (!is_there("tcpdump")) {
		print_message("skip: tcpdump is not installed\n");
		skip();
	}
	ask_tcpdump();
	compare(TCPDUMP);
}

/* A list of explanations is worth nothing when the frames are all alike. */
static void the_frames_are_of_all_sorts(void **state)
{
	size_t count[3] = {0};

	for (size_t i = 0; i < specimen_count; i++)
		count[specimens[i].ours]++;
	print_message("%zu sound, %zu with a wrong sum, %zu malformed\n", count[SOUND], count[WRONG_SUM], count[MALFORMED]);
	assert_true(count[SOUND] > specimen_count / 3 && count[WRONG_SUM] > specimen_count / 20 &&
		    count[MALFORMED] > specimen_count / 20);
}

static int set_up(void **state)
{
	make_specimens();
	write_capture();
	return 0;
}

static int clean_up(void **state)
{
	scratch_capture_remove(&capture);
	free(specimens);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_frames_are_of_all_sorts),
		cmocka_unit_test(tshark_says_the_same),
		cmocka_unit_test(tcpdump_says_the_same),
	};

	return cmocka_run_group_tests(tests, set_up, clean_up);
}

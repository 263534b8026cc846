// SPDX-License-Identifier: BSD-2-Clause
/*
 * Our reader of classic captures against libpcap: the same frames, bytes, times, ends and errors, on files built
 * here, cut, damaged, longer than a block, and on every capture that is at hand. And the screen of the scanner on
 * the same captures: a judge that is spared the dull frames says what one says that hears them all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ftw.h>

#include <cmocka.h>
#include <pcap/pcap.h>

#include "analyzers/conflict.h"
#include "probes/capture_file.h"
#include "probes/classic_reader.h"
#include "sim/base/prng.h"

#define ROOM (3u << 20)
#define MICRO 0xa1b2c3d4u
#define NANO 0xa1b23c4du

/* A file being built. */
struct built {
	uint8_t *bytes;
	size_t length;
	bool swapped;
};

static struct built built_new(bool swapped)
{
	struct built b = {.bytes = malloc(ROOM), .swapped = swapped};

	assert_non_null(b.bytes);
	return b;
}

static void put32(struct built *b, uint32_t v)
{
	if (b->swapped)
		v = __builtin_bswap32(v);
	assert_true(b->length + 4 <= ROOM);
	memcpy(b->bytes + b->length, &v, 4);
	b->length += 4;
}

static void header(struct built *b, uint32_t magic, uint32_t snapshot)
{
	put32(b, magic);
	put32(b, b->swapped ? 2u << 16 | 4 : 4u << 16 | 2);
	put32(b, 0);
	put32(b, 0);
	put32(b, snapshot);
	put32(b, 1);
}

static void record(struct built *b, uint32_t seconds, uint32_t fraction, uint32_t captured, uint32_t length)
{
	put32(b, seconds);
	put32(b, fraction);
	put32(b, captured);
	put32(b, length);
	assert_true(b->length + captured <= ROOM);
	for (uint32_t i = 0; i < captured; i++)
		b->bytes[b->length++] = (uint8_t)(i * 7 + seconds);
}

static FILE *as_file(const struct built *b)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(b->bytes, 1, b->length, f), b->length);
	rewind(f);
	return f;
}

/* --- the comparison ---------------------------------------------------------------------------------------------- */

/* One step of both; false at the end, which must be the same. */
static bool same_step(pcap_t *oracle, struct classic_reader *ours)
{
	struct classic_packet packet;
	struct pcap_pkthdr *h;
	const u_char *bytes;
	int result = pcap_next_ex(oracle, &h, &bytes);
	enum classic_next next = classic_read(ours, &packet);

	if (result == PCAP_ERROR_BREAK) {
		assert_int_equal(next, CLASSIC_END);
		return false;
	}
	if (result != 1) {
		assert_string_equal(classic_error(ours), pcap_geterr(oracle));
		assert_int_equal(next, strstr(pcap_geterr(oracle), "truncated") ? CLASSIC_TRUNCATED : CLASSIC_DAMAGED);
		return false;
	}
	assert_int_equal(next, CLASSIC_PACKET);
	assert_int_equal(packet.captured, h->caplen);
	assert_int_equal(packet.length, h->len);
	assert_true(packet.time_ns == (int64_t)(uint32_t)h->ts.tv_sec * 1000000000 + h->ts.tv_usec);
	assert_memory_equal(packet.bytes, bytes, h->caplen);
	return true;
}

/* Reads both to the end; returns how many frames there were. The files are closed. */
static size_t same_as_libpcap(FILE *for_oracle, FILE *for_ours)
{
	char why[PCAP_ERRBUF_SIZE];
	uint8_t head[CLASSIC_HEADER];
	size_t count = 0;
	int link;
	bool whole = fread(head, 1, sizeof head, for_ours) == sizeof head;
	bool reads = whole && classic_reads(head, &link);
	pcap_t *oracle = pcap_fopen_offline_with_tstamp_precision(for_oracle, PCAP_TSTAMP_PRECISION_NANO, why);

	if (oracle == NULL) {
		assert_false(reads);
		fclose(for_oracle);
		fclose(for_ours);
		return 0;
	}
	if (reads && link == DLT_EN10MB) {
		struct classic_reader *ours = classic_new(for_ours, head);
		assert_non_null(ours);
		while (same_step(oracle, ours))
			count++;
		classic_free(ours);
	}
	pcap_close(oracle);
	fclose(for_ours);
	return count;
}

static size_t built_same(const struct built *b)
{
	return same_as_libpcap(as_file(b), as_file(b));
}

/* --- files built here -------------------------------------------------------------------------------------------- */

static void every_kind_of_record(struct built *b, uint32_t magic)
{
	header(b, magic, 96);
	record(b, 1700000000, 5, 60, 60);
	record(b, 1700000000, 999999, 60, 1500);        /* cut by the capture */
	record(b, 1700000001, 0, 0, 0);
	record(b, 1700000001, 0, 60, 20);               /* shorter than what there is of it */
	record(b, 1700000002, 3000000000, 60, 60);      /* a fraction of no second */
	record(b, 1700000002, 1500000, 60, 60);
	record(b, 4000000000, 1, 60, 60);               /* after 2038 */
	record(b, 3, 1, 60, 60);                        /* back in 1970 */
	record(b, 1700000003, 7, 200, 200);             /* more than the file's snapshot length */
	record(b, 1700000003, 8, 60, 60);
}

static void records_of_every_kind_are_as_libpcap_gives_them(void **state)
{
	for (int swapped = 0; swapped < 2; swapped++)
		for (int nano = 0; nano < 2; nano++) {
			struct built b = built_new(swapped == 1);
			every_kind_of_record(&b, nano ? NANO : MICRO);
			assert_int_equal(built_same(&b), 10);
			free(b.bytes);
		}
}

static void every_beginning_of_a_file_ends_as_in_libpcap(void **state)
{
	struct built b = built_new(false);

	every_kind_of_record(&b, MICRO);
	for (size_t whole = b.length; b.length > 0; b.length--)
		assert_true(built_same(&b) <= whole / 16);
	free(b.bytes);
}

static void damaged_files_end_as_in_libpcap(void **state)
{
	struct prng dice = prng_stream(1, "damage");

	for (unsigned round = 0; round < 3000; round++) {
		struct built b = built_new(round % 2 == 1);
		every_kind_of_record(&b, MICRO);
		for (uint64_t i = prng_below(&dice, 3) + 1; i > 0; i--)
			b.bytes[prng_below(&dice, b.length)] = (uint8_t)prng_u64(&dice);
		(void)built_same(&b);
		free(b.bytes);
	}
}

static void a_file_of_many_blocks_is_read_across_their_borders(void **state)
{
	struct built b = built_new(false);
	struct prng dice = prng_stream(1, "blocks");
	size_t count = 0;

	header(&b, MICRO, 262144);
	while (b.length < ROOM - 300000) {
		uint32_t captured = (uint32_t)prng_below(&dice, count % 50 == 49 ? 262145 : 3000);
		record(&b, (uint32_t)count, 1, captured, captured);
		count++;
	}
	record(&b, 1, 1, 262144, 262144);
	assert_int_equal(built_same(&b), count + 1);
	free(b.bytes);
}

static void a_record_over_the_limit_is_damage(void **state)
{
	static const uint32_t snapshot[] = {0, 96, 262144, 262145, 1000000, INT32_MAX, UINT32_MAX};

	for (size_t i = 0; i < sizeof snapshot / sizeof snapshot[0]; i++) {
		struct built b = built_new(false);
		header(&b, MICRO, snapshot[i]);
		record(&b, 1, 1, 262144, 262144);
		record(&b, 1, 1, 262145, 262145);
		assert_int_equal(built_same(&b), 1);
		free(b.bytes);
	}
}

static void rare_variants_are_left_to_libpcap(void **state)
{
	static const uint32_t rare[][6] = {
		{0xa1b2cd34, 4u << 16 | 2, 0, 0, 65535, 1},     /* Kuznetzov's longer records */
		{MICRO, 3u << 16 | 2, 0, 0, 65535, 1},          /* 2.3, where lengths may be swapped */
		{MICRO, 4u << 16 | 543, 0, 0, 65535, 1},
		{MICRO, 4u << 16 | 2, 0, 0, 65535, 0x24000001}, /* with frame check sequences */
		{0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, 0},
	};
	int link;

	for (size_t i = 0; i < sizeof rare / sizeof rare[0]; i++) {
		uint8_t head[CLASSIC_HEADER];
		memcpy(head, rare[i], sizeof head);
		assert_false(classic_reads(head, &link));
	}
}

/* --- captures at hand ---------------------------------------------------------------------------------------------- */

static bool same_place(const struct finding_place *a, const struct finding_place *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static void assert_same_judgement(struct conflict_judge *a, struct conflict_judge *b)
{
	struct finding x, y;
	const struct conflict_group *g, *h;
	const struct conflict_speaker *s, *t;

	for (;;) {
		bool more = conflict_analyzer.poll(a, &x);
		assert_int_equal(conflict_analyzer.poll(b, &y), more);
		if (!more)
			break;
		assert_ptr_equal(x.code, y.code);
		assert_true(same_place(&x.place, &y.place));
		assert_true(x.begin == y.begin && x.end == y.end && x.known == y.known);
		assert_true(x.evidence_total == y.evidence_total && x.subject_count == y.subject_count);
		assert_int_equal(x.suspect, y.suspect);
		assert_string_equal(x.detail, y.detail);
	}
	for (size_t i = 0; (g = conflict_group_at(a, i)) != NULL; i++) {
		assert_non_null(h = conflict_group_at(b, i));
		assert_true(same_place(&g->place, &h->place));
		assert_true(g->adverts == h->adverts && g->first == h->first && g->last == h->last);
		assert_int_equal(g->seen_by_mac, h->seen_by_mac);
	}
	assert_null(conflict_group_at(b, conflict_group_count(a)));
	for (uint16_t i = 0; (s = conflict_speaker_at(a, i)) != NULL; i++) {
		assert_non_null(t = conflict_speaker_at(b, i));
		assert_true(ip_equal(&s->ip, &t->ip) && mac_equal(s->real_mac, t->real_mac));
		assert_true(s->count == t->count && s->last == t->last && s->gap_sum == t->gap_sum);
	}
	assert_memory_equal(conflict_counted(a), conflict_counted(b), sizeof(struct conflict_counters));
}

static size_t passed_over;

static void same_judgement(const char *path)
{
	char error[CAPTURE_ERROR];
	struct capture_file *c = capture_open(path, error);
	struct conflict_judge *all, *spared;
	struct capture_frame f = {.at = 0};
	struct packet p;

	if (c == NULL)
		return;
	all = conflict_analyzer.new(1);
	spared = conflict_analyzer.new(1);
	assert_true(all != NULL && spared != NULL);
	while (capture_read(c, &f) == CAPTURE_FRAME) {
		bool dull = f.link == CAPTURE_LINK_ETHERNET && f.captured == f.length &&
			    conflict_passes_over(spared, f.bytes, f.length);
		capture_dissect(c, &f, &p);
		struct analyzer_frame frame = {.packet = &p, .number = f.number, .interface = f.interface,
					       .at = f.at, .length = f.length};
		conflict_analyzer.frame(all, &frame);
		if (!dull)
			conflict_analyzer.frame(spared, &frame);
		passed_over += dull;
	}
	conflict_analyzer.finish(all, f.at);
	conflict_analyzer.finish(spared, f.at);
	assert_same_judgement(all, spared);
	conflict_analyzer.free(all);
	conflict_analyzer.free(spared);
	capture_close(c);
}

static size_t files_read;

static int look_at(const char *path, const struct stat *status, int kind)
{
	if (kind != FTW_F)
		return 0;
	FILE *a = fopen(path, "rb"), *b = fopen(path, "rb");
	assert_true(a != NULL && b != NULL);
	files_read += same_as_libpcap(a, b) > 0;
	same_judgement(path);
	return 0;
}

static void our_captures_are_read_as_by_libpcap(void **state)
{
	const char *top = getenv("SRCDIR");
	char path[4096];

	snprintf(path, sizeof path, "%s/tests/captures", top != NULL ? top : ".");
	assert_int_equal(ftw(path, look_at, 8), 0);
	assert_true(files_read > 40);
}

/* As tests/scan/public_captures_test.sh finds them. */
static void public_captures_are_read_as_by_libpcap(void **state)
{
	const char *top = getenv("SRCDIR"), *folder = getenv("VIPLAB_PUBLIC_CAPTURES");
	char path[4096];

	snprintf(path, sizeof path, "%s/../shared/captures/public", top != NULL ? top : ".");
	size_t before = files_read;
	passed_over = 0;
	if (ftw(folder != NULL ? folder : path, look_at, 8) != 0) {
		printf("skip: no public captures\n");
		skip();
	}
	assert_true(files_read > before);
	assert_true(passed_over > 0);   /* or the comparison of the judges was empty */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_of_every_kind_are_as_libpcap_gives_them),
		cmocka_unit_test(every_beginning_of_a_file_ends_as_in_libpcap),
		cmocka_unit_test(damaged_files_end_as_in_libpcap),
		cmocka_unit_test(a_file_of_many_blocks_is_read_across_their_borders),
		cmocka_unit_test(a_record_over_the_limit_is_damage),
		cmocka_unit_test(rare_variants_are_left_to_libpcap),
		cmocka_unit_test(our_captures_are_read_as_by_libpcap),
		cmocka_unit_test(public_captures_are_read_as_by_libpcap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

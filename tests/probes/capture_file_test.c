// SPDX-License-Identifier: BSD-2-Clause
/* Capture files of both formats, built here byte by byte, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/capture_file.h"

#define ROOM 8192

/* A file being built, in either byte order. */
struct built {
	uint8_t bytes[ROOM];
	size_t length;
	bool big_endian;
};

static void put(struct built *b, uint64_t v, size_t n)
{
	assert_true(b->length + n <= ROOM);
	for (size_t i = 0; i < n; i++) {
		size_t place = b->big_endian ? n - 1 - i : i;
		b->bytes[b->length + i] = (uint8_t)(place < 8 ? v >> 8 * place : 0);
	}
	b->length += n;
}

static void put_bytes(struct built *b, const void *bytes, size_t n)
{
	assert_true(b->length + n <= ROOM);
	memcpy(b->bytes + b->length, bytes, n);
	b->length += n;
}

/* "who has 10.0.0.100? tell 10.0.0.5" */
static const uint8_t arp_frame[42] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0, 0, 0, 0x05, 0x08, 0x06,
	0, 1, 8, 0, 6, 4, 0, 1, 0x02, 0, 0, 0, 0, 0x05, 10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 10, 0, 0, 100,
};

static void classic_header(struct built *b, uint32_t magic, uint32_t link)
{
	put(b, magic, 4);
	put(b, 2, 2);
	put(b, 4, 2);
	put(b, 0, 8);
	put(b, 65535, 4);
	put(b, link, 4);
}

static void classic_frame(struct built *b, uint32_t seconds, uint32_t fraction, const void *bytes, size_t n)
{
	put(b, seconds, 4);
	put(b, fraction, 4);
	put(b, n, 4);
	put(b, n, 4);
	put_bytes(b, bytes, n);
}

/* One pcapng block around a body. */
static void block(struct built *b, uint32_t type, const struct built *body)
{
	put(b, type, 4);
	put(b, body->length + 12, 4);
	put_bytes(b, body->bytes, body->length);
	put(b, body->length + 12, 4);
}

static void section(struct built *b)
{
	struct built body = {.big_endian = b->big_endian};

	put(&body, 0x1a2b3c4d, 4);
	put(&body, 1, 2);
	put(&body, 0, 2);
	put(&body, UINT64_MAX, 8);
	block(b, 0x0a0d0d0a, &body);
}

/* resolution: if_tsresol; 6 is written as no option at all. */
static void interface(struct built *b, uint16_t link, uint32_t snapshot, uint8_t resolution)
{
	struct built body = {.big_endian = b->big_endian};

	put(&body, link, 2);
	put(&body, 0, 2);
	put(&body, snapshot, 4);
	if (resolution != 6) {
		put(&body, 9, 2);
		put(&body, 1, 2);
		put(&body, resolution, 1);
		put(&body, 0, 3);
		put(&body, 0, 4);
	}
	block(b, 1, &body);
}

static void packet_block(struct built *b, uint32_t number, uint64_t ticks, const void *bytes, size_t n)
{
	struct built body = {.big_endian = b->big_endian};

	put(&body, number, 4);
	put(&body, ticks >> 32, 4);
	put(&body, ticks & UINT32_MAX, 4);
	put(&body, n, 4);
	put(&body, n, 4);
	put_bytes(&body, bytes, n);
	put(&body, 0, (4 - n % 4) % 4);
	block(b, 6, &body);
}

static struct capture_file *open_built(const struct built *b, char error[CAPTURE_ERROR])
{
	const char *folder = getenv("TMPDIR");
	char path[512];

	(void)snprintf(path, sizeof path, "%s/capture.XXXXXX", folder != NULL ? folder : "/tmp");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, b->bytes, b->length), (ssize_t)b->length);
	(void)close(fd);
	struct capture_file *c = capture_open(path, error);
	(void)unlink(path);
	return c;
}

static struct capture_file *opened(const struct built *b)
{
	char error[CAPTURE_ERROR];
	struct capture_file *c = open_built(b, error);

	if (c == NULL)
		fail_msg("%s", error);
	return c;
}

/* ---- classic -------------------------------------------------------------------------------------------------------- */

static void both_byte_orders_and_resolutions_of_pcap_are_read(void **state)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		struct built b = {.big_endian = kind & 1};
		bool nano = kind & 2;
		struct capture_frame f;
		struct packet p;
		classic_header(&b, nano ? 0xa1b23c4d : 0xa1b2c3d4, 1);
		classic_frame(&b, 1700000000, 5, arp_frame, sizeof arp_frame);
		classic_frame(&b, 1700000001, 6, arp_frame, sizeof arp_frame);
		struct capture_file *c = opened(&b);
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		assert_int_equal(f.number, 1);
		assert_int_equal(f.at, 0);
		assert_int_equal(capture_start(c), 1700000000 * INT64_C(1000000000) + (nano ? 5 : 5000));
		capture_dissect(c, &f, &p);
		assert_int_equal(p.network, NETWORK_ARP);
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		assert_int_equal(f.at, VL_S + (nano ? 1 : 1000));
		assert_int_equal(capture_read(c, &f), CAPTURE_END);
		capture_close(c);
	}
}

static void time_never_runs_backwards(void **state)
{
	struct built b = {0};
	struct capture_frame f;
	static const uint32_t seconds[] = {1000, 1005, 900, 1006, 0, 4294967295u, 1};
	static const vl_time at[] = {0, 5 * VL_S, 5 * VL_S, 6 * VL_S, 6 * VL_S, UINT64_C(4294966295) * VL_S,
				     UINT64_C(4294966295) * VL_S};

	classic_header(&b, 0xa1b2c3d4, 1);
	for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++)
		classic_frame(&b, seconds[i], 0, arp_frame, sizeof arp_frame);
	struct capture_file *c = opened(&b);
	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		assert_true(f.at == at[i]);
	}
	capture_close(c);
}

static void a_frame_cut_by_the_end_of_the_file_is_truncation(void **state)
{
	struct built whole = {0};

	classic_header(&whole, 0xa1b2c3d4, 1);
	classic_frame(&whole, 1, 0, arp_frame, sizeof arp_frame);
	classic_frame(&whole, 2, 0, arp_frame, sizeof arp_frame);
	/* Every length between the end of the first frame and the end of the second. */
	for (size_t n = 24 + 16 + 42 + 1; n < whole.length; n++) {
		struct built b = whole;
		struct capture_frame f;
		b.length = n;
		struct capture_file *c = opened(&b);
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		assert_int_equal(capture_read(c, &f), CAPTURE_TRUNCATED);
		assert_int_equal(capture_frames(c), 1);
		assert_true(strlen(capture_error(c)) > 0);
		capture_close(c);
	}
}

static void an_absurd_length_is_damage(void **state)
{
	struct built b = {0};
	struct capture_frame f;

	classic_header(&b, 0xa1b2c3d4, 1);
	put(&b, 1, 8);
	put(&b, 0xffffffff, 4);
	put(&b, 0xffffffff, 4);
	put(&b, 0, 100);
	struct capture_file *c = opened(&b);
	assert_int_equal(capture_read(c, &f), CAPTURE_DAMAGED);
	capture_close(c);
}

static void other_link_types_are_refused_by_name(void **state)
{
	struct built b = {0};
	char error[CAPTURE_ERROR];

	classic_header(&b, 0xa1b2c3d4, 105);
	assert_null(open_built(&b, error));
	assert_non_null(strstr(error, "802.11"));
	assert_non_null(strstr(error, "not supported"));
}

static void what_is_no_capture_is_refused(void **state)
{
	struct built empty = {0}, text = {0};
	char error[CAPTURE_ERROR];

	assert_null(open_built(&empty, error));
	assert_non_null(strstr(error, "empty"));
	put_bytes(&text, "this is a shopping list, not a capture\n", 39);
	assert_null(open_built(&text, error));
	assert_non_null(strstr(error, "not a capture"));
	assert_null(capture_open("/nonexistent/capture.pcap", error));
	assert_non_null(strstr(error, "No such file"));
	assert_null(capture_open("/", error));
	assert_non_null(strstr(error, "directory"));
}

/* ---- link types ------------------------------------------------------------------------------------------------------- */

static const uint8_t ipv4_packet[24] = {0x45, 0, 0, 24, 0, 0, 0, 0, 255, 2, 0xaf, 0xd8,
					10, 0, 0, 1, 224, 0, 0, 22, 0x16, 0, 9, 4};

static void raw_ip_starts_at_the_ip_header(void **state)
{
	struct built b = {0};
	struct capture_frame f;
	struct packet p;

	classic_header(&b, 0xa1b2c3d4, 101);
	classic_frame(&b, 1, 0, ipv4_packet, sizeof ipv4_packet);
	struct capture_file *c = opened(&b);
	assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
	capture_dissect(c, &f, &p);
	assert_int_equal(p.network, NETWORK_IPV4);
	assert_int_equal(p.protocol, 2);
	capture_close(c);
}

static void linux_cooked_keeps_sender_and_kind(void **state)
{
	/* packet type 2 (multicast), ARPHRD 1, 6 bytes of address, protocol */
	static const uint8_t sll[16] = {0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0, 0x08, 0x00};
	static const uint8_t sll2[20] = {0x08, 0x00, 0, 0, 0, 0, 0, 3, 0, 1, 2, 6, 2, 0, 0, 0, 0, 9, 0, 0};

	for (unsigned version = 1; version <= 2; version++) {
		struct built b = {0};
		uint8_t frame[64];
		size_t header = version == 1 ? sizeof sll : sizeof sll2;
		struct capture_frame f;
		struct packet p;
		memcpy(frame, version == 1 ? sll : sll2, header);
		memcpy(frame + header, ipv4_packet, sizeof ipv4_packet);
		classic_header(&b, 0xa1b2c3d4, version == 1 ? 113 : 276);
		classic_frame(&b, 1, 0, frame, header + sizeof ipv4_packet);
		classic_frame(&b, 2, 0, frame, header - 1); /* cut inside its header */
		struct capture_file *c = opened(&b);
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		capture_dissect(c, &f, &p);
		assert_int_equal(p.network, NETWORK_IPV4);
		assert_int_equal(p.ethernet.src.b[5], 9);
		assert_true(mac_is_group(p.ethernet.dst));
		assert_int_equal(f.interface, version == 1 ? 0 : 3);
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		capture_dissect(c, &f, &p);
		assert_int_equal(p.verdict, PACKET_CUT);
		capture_close(c);
	}
}

/* ---- pcapng ------------------------------------------------------------------------------------------------------------ */

static void pcapng_keeps_interfaces_apart(void **state)
{
	for (unsigned order = 0; order < 2; order++) {
		struct built b = {.big_endian = order};
		struct capture_frame f;
		section(&b);
		interface(&b, 1, 65535, 9);
		interface(&b, 1, 128, 6); /* another snapshot length: libpcap would refuse the file */
		packet_block(&b, 0, UINT64_C(1700000000000000007), arp_frame, sizeof arp_frame);
		packet_block(&b, 1, UINT64_C(1700000001000000), arp_frame, sizeof arp_frame);
		struct capture_file *c = opened(&b);
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		assert_int_equal(f.interface, 0);
		assert_int_equal(capture_start(c), INT64_C(1700000000000000007));
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		assert_int_equal(f.interface, 1);
		assert_int_equal(f.at, VL_S - 7);
		assert_int_equal(capture_read(c, &f), CAPTURE_END);
		capture_close(c);
	}
}

static void binary_resolutions_of_pcapng_are_converted(void **state)
{
	struct built b = {0};
	struct capture_frame f;

	section(&b);
	interface(&b, 1, 0, 0x80 | 10); /* 1024 ticks a second */
	packet_block(&b, 0, 1024, arp_frame, sizeof arp_frame);
	packet_block(&b, 0, 1024 + 512, arp_frame, sizeof arp_frame);
	struct capture_file *c = opened(&b);
	assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
	assert_int_equal(capture_start(c), INT64_C(1000000000));
	assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
	assert_int_equal(f.at, 500 * VL_MS);
	capture_close(c);
}

/* An interface whose ticks are `resolution`, counted from `offset` seconds after the epoch. */
static void offset_interface(struct built *b, uint8_t resolution, int64_t offset)
{
	struct built body = {.big_endian = b->big_endian};

	put(&body, 1, 2);
	put(&body, 0, 6);
	put(&body, 9, 2); /* if_tsresol */
	put(&body, 1, 2);
	put(&body, resolution, 1);
	put(&body, 0, 3);
	put(&body, 14, 2); /* if_tsoffset */
	put(&body, 8, 2);
	put(&body, (uint64_t)offset, 8);
	put(&body, 0, 4);
	block(b, 1, &body);
}

static void ticks_of_pcapng_may_be_finer_and_count_from_elsewhere(void **state)
{
	static const struct {
		uint8_t resolution;
		int64_t offset;
		uint64_t ticks;
		int64_t start;
	} cases[] = {
		/* picoseconds, cut to nanoseconds */
		{12, 1700000000, UINT64_C(1500000007999), INT64_C(1700000001500000007)},
		{0, 1700000000, 3, INT64_C(1700000003000000000)},
		/* half a second before the epoch */
		{6, -2, 1500000, INT64_C(-500000000)},
		/* no clock counts 10^-64 s: the offset is all there is */
		{64, 1700000000, 99, INT64_C(1700000000000000000)},
	};

	for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
		struct built b = {.big_endian = i % 2};
		struct capture_frame f;
		section(&b);
		offset_interface(&b, cases[i / 2].resolution, cases[i / 2].offset);
		packet_block(&b, 0, cases[i / 2].ticks, arp_frame, sizeof arp_frame);
		struct capture_file *c = opened(&b);
		assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
		assert_true(capture_start(c) == cases[i / 2].start);
		assert_int_equal(f.at, 0);
		capture_close(c);
	}
}

static void damage_of_pcapng_is_told_in_words(void **state)
{
	struct built order = {0}, brief = {0}, many = {0}, body = {0};
	struct capture_frame f;

	section(&order);
	order.bytes[8] = 0; /* of the magic that tells the order */
	section(&brief);
	put(&body, 1, 4);
	block(&brief, 1, &body);
	section(&many);
	for (unsigned i = 0; i < 257; i++)
		interface(&many, 1, 0, 6);

	const struct {
		const struct built *file;
		const char *words;
	} cases[] = {
		{&order, "a section with an unknown byte order"},
		{&brief, "an interface block that is too short"},
		{&many, "more than 256 interfaces"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct capture_file *c = opened(cases[i].file);
		assert_int_equal(capture_read(c, &f), CAPTURE_DAMAGED);
		assert_string_equal(capture_error(c), cases[i].words);
		capture_close(c);
	}
}

static void unknown_blocks_are_passed_over_and_a_new_section_starts_afresh(void **state)
{
	struct built b = {0}, custom = {0};
	struct capture_frame f;

	put(&custom, 0x12345678, 4);
	section(&b);
	block(&b, 0x0bad, &custom);
	interface(&b, 1, 0, 6);
	packet_block(&b, 0, 1000000, arp_frame, sizeof arp_frame);
	b.big_endian = true;
	section(&b);
	interface(&b, 101, 0, 6);
	packet_block(&b, 0, 2000000, ipv4_packet, sizeof ipv4_packet);
	struct capture_file *c = opened(&b);
	assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
	assert_int_equal(f.link, 1);
	assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
	assert_int_equal(f.link, 101);
	assert_int_equal(f.at, VL_S);
	assert_int_equal(capture_read(c, &f), CAPTURE_END);
	capture_close(c);
}

static void a_refused_interface_is_counted_and_named(void **state)
{
	struct built b = {0};
	struct capture_frame f;
	const char *name;

	section(&b);
	interface(&b, 105, 0, 6);
	interface(&b, 1, 0, 6);
	packet_block(&b, 0, 1000000, arp_frame, sizeof arp_frame);
	packet_block(&b, 1, 2000000, arp_frame, sizeof arp_frame);
	struct capture_file *c = opened(&b);
	assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
	assert_int_equal(f.number, 2);
	assert_int_equal(capture_read(c, &f), CAPTURE_END);
	assert_int_equal(capture_refused(c, &name), 1);
	assert_string_equal(name, "802.11");
	capture_close(c);
}

static void every_beginning_of_a_pcapng_file_ends_cleanly(void **state)
{
	struct built whole = {0};

	section(&whole);
	interface(&whole, 1, 0, 9);
	packet_block(&whole, 0, 1000000, arp_frame, sizeof arp_frame);
	for (size_t n = 1; n < whole.length; n++) {
		struct built b = whole;
		struct capture_frame f;
		b.length = n;
		struct capture_file *c = opened(&b);
		enum capture_next next = capture_read(c, &f);
		bool at_block = n == 28 || n == 28 + 32; /* behind the section, behind the interface */
		assert_int_equal(next, at_block ? CAPTURE_END : CAPTURE_TRUNCATED);
		capture_close(c);
	}
}

static void impossible_blocks_are_damage(void **state)
{
	static const uint32_t lengths[] = {0, 8, 13, 0xfffffffc, 0x7ffffffc};

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		struct built b = {0};
		struct capture_frame f;
		section(&b);
		put(&b, 6, 4);
		put(&b, lengths[i], 4);
		put(&b, 0, 64);
		struct capture_file *c = opened(&b);
		assert_int_equal(capture_read(c, &f), CAPTURE_DAMAGED);
		capture_close(c);
	}
	/* A packet of an interface that nobody described, and one longer than its block. */
	struct built b = {0};
	struct capture_frame f;
	section(&b);
	packet_block(&b, 0, 0, arp_frame, sizeof arp_frame);
	struct capture_file *c = opened(&b);
	assert_int_equal(capture_read(c, &f), CAPTURE_DAMAGED);
	capture_close(c);
	b = (struct built){0};
	section(&b);
	interface(&b, 1, 0, 6);
	packet_block(&b, 0, 0, arp_frame, sizeof arp_frame);
	b.bytes[28 + 20 + 8 + 12] = 200;
	c = opened(&b);
	assert_int_equal(capture_read(c, &f), CAPTURE_DAMAGED);
	capture_close(c);
}

/* ---- filters ------------------------------------------------------------------------------------------------------------ */

static void a_filter_holds_frames_back_and_keeps_their_numbers(void **state)
{
	struct built b = {0};
	struct capture_frame f;
	char error[CAPTURE_ERROR];
	uint8_t other[60] = {0};

	classic_header(&b, 0xa1b2c3d4, 1);
	classic_frame(&b, 1, 0, other, sizeof other);
	classic_frame(&b, 2, 0, arp_frame, sizeof arp_frame);
	struct capture_file *c = opened(&b);
	assert_true(capture_filter(c, "arp", error));
	assert_int_equal(capture_read(c, &f), CAPTURE_FRAME);
	assert_int_equal(f.number, 2);
	assert_int_equal(capture_read(c, &f), CAPTURE_END);
	assert_int_equal(capture_frames(c), 2);
	capture_close(c);

	c = opened(&b);
	assert_false(capture_filter(c, "arp and and", error));
	assert_true(strlen(error) > 0);
	capture_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_byte_orders_and_resolutions_of_pcap_are_read),
		cmocka_unit_test(time_never_runs_backwards),
		cmocka_unit_test(a_frame_cut_by_the_end_of_the_file_is_truncation),
		cmocka_unit_test(an_absurd_length_is_damage),
		cmocka_unit_test(other_link_types_are_refused_by_name),
		cmocka_unit_test(what_is_no_capture_is_refused),
		cmocka_unit_test(raw_ip_starts_at_the_ip_header),
		cmocka_unit_test(linux_cooked_keeps_sender_and_kind),
		cmocka_unit_test(pcapng_keeps_interfaces_apart),
		cmocka_unit_test(binary_resolutions_of_pcapng_are_converted),
		cmocka_unit_test(ticks_of_pcapng_may_be_finer_and_count_from_elsewhere),
		cmocka_unit_test(damage_of_pcapng_is_told_in_words),
		cmocka_unit_test(unknown_blocks_are_passed_over_and_a_new_section_starts_afresh),
		cmocka_unit_test(a_refused_interface_is_counted_and_named),
		cmocka_unit_test(every_beginning_of_a_pcapng_file_ends_cleanly),
		cmocka_unit_test(impossible_blocks_are_damage),
		cmocka_unit_test(a_filter_holds_frames_back_and_keeps_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

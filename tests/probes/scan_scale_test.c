// SPDX-License-Identifier: BSD-2-Clause
/*
 * The worst segment: all 255 IDs in both families with 16 speakers each, every one with an address of its own, and a
 * million ARP frames from as many invented MACs, half of them for addresses that are virtual. What is looked for is
 * found, and memory stays within bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "probes/scan.h"
#include "sim/base/prng.h"
#include "tests/support/sparse.h"

#define SECONDS 8
#define SPEAKERS 16
#define FLOOD 1000000                   /* ARP frames in all */
#define MOST_JUDGED_KB (48 * 1024)      /* of the process, all tables full; 29 MB measured */
#define MOST_PRINTED_KB (128 * 1024)    /* and with the JSON document of 8160 senders; 96 MB measured */

#if defined(__SANITIZE_ADDRESS__)
#define IS_SLOW 1                       /* and its memory is not ours */
#else
#define IS_SLOW 0
#endif

/* Sanitizers and valgrind, which sets TEST_SPARSE, need more than we do. */
static bool measures_memory(void)
{
	return !IS_SLOW && sparse_step() == 1;
}

struct segment {
	struct scan scan;
	struct scan_options options;
	struct prng dice;
	uint64_t number;
	vl_time first_conflict;         /* when it was known; VL_NEVER: not yet */
};

static void begin(struct segment *g)
{
	*g = (struct segment){.options = {.most_time = VL_NEVER, .max_drop = 10, .version = "0"},
			      .dice = prng_stream(1, "flood"), .first_conflict = VL_NEVER};
	assert_true(scan_begin(&g->scan, &g->options, "made here"));
}

static void feed(struct segment *g, const uint8_t *bytes, size_t length, vl_time at)
{
	struct packet p;

	(void)packet_dissect(&p, bytes, length, length);
	g->scan.frames++;
	g->scan.heard = at;
	assert_true(scan_feed(&g->scan, &(struct analyzer_frame){.packet = &p, .number = ++g->number, .at = at,
								 .length = length}));
	if (g->first_conflict == VL_NEVER && g->scan.finding_count > 0)
		for (size_t i = 0; i < g->scan.finding_count; i++)
			if (finding_is_conflict(&g->scan.finding[i]))
				g->first_conflict = at;
}

static struct ip_addr host(enum ip_family family, unsigned id, unsigned k)
{
	uint8_t six[16] = {0xfe, 0x80, [14] = (uint8_t)id, [15] = (uint8_t)k};

	return family == IP_V4 ? ip4(10, 0, (uint8_t)id, (uint8_t)k) : ip6_from_bytes(six);
}

static struct ip_addr virtual_address(enum ip_family family, unsigned id, unsigned k)
{
	uint8_t six[16] = {0xfe, 0x80, [13] = 1, [14] = (uint8_t)id, [15] = (uint8_t)k};

	return family == IP_V4 ? ip4(10, 1, (uint8_t)id, (uint8_t)k) : ip6_from_bytes(six);
}

static void advertise(struct segment *g, enum ip_family family, unsigned id, unsigned k, vl_time at)
{
	uint8_t bytes[256], addresses[16];
	struct ip_addr vip = virtual_address(family, id, k), src = host(family, id, k);
	struct ip_addr six = {.family = IP_V6, .b = {0xff, 0x02, [15] = 0x12}};
	struct ip_addr dst = family == IP_V4 ? ip4(224, 0, 0, 18) : six;
	struct wr w = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = vrrp_virtual_mac(family, (uint8_t)id), .dst_mac = mac_of_group(&dst),
				    .src = src, .dst = dst, .ttl = 255, .protocol = IP_PROTOCOL_VRRP};

	memcpy(addresses, vip.b, ip_size(family));
	struct vrrp_message m = {.version = 3, .type = VRRP_ADVERTISEMENT, .vrid = (uint8_t)id, .priority = 100,
				 .address_count = 1, .family = family, .interval_cs = 100, .addresses = addresses,
				 .checksum_form = VRRP_CHECKSUM_PSEUDO};
	packet_begin(&w, &e);
	vrrp_encode(&m, &src, &dst, &w);
	packet_end(&w, &e);
	assert_false(w.bad);
	feed(g, bytes, wr_length(&w), at);
}

/* Everybody once, over a tenth of a second. */
static void round_of_adverts(struct segment *g, vl_time at)
{
	unsigned n = 0;

	for (unsigned k = 1; k <= SPEAKERS; k++)
		for (unsigned id = 1; id <= 255; id++) {
			advertise(g, IP_V4, id, k, at + n * 10 * VL_US);
			advertise(g, IP_V6, id, k, at + n * 10 * VL_US);
			n++;
		}
}

static void flood(struct segment *g, vl_time at, unsigned count)
{
	uint8_t bytes[ETHERNET_MIN] = {0};

	for (unsigned i = 0; i < count; i++) {
		uint64_t dice = prng_u64(&g->dice);
		bool is_virtual = dice >> 63 != 0;
		struct mac mac = {{0x02, (uint8_t)dice, (uint8_t)(dice >> 8), (uint8_t)(dice >> 16),
				   (uint8_t)(dice >> 24), (uint8_t)(dice >> 32)}};
		struct ip_addr ip = is_virtual ? virtual_address(IP_V4, 1 + (unsigned)(dice >> 40) % 255,
								 1 + (unsigned)(dice >> 52) % SPEAKERS)
					       : ip4(10, 2, (uint8_t)(dice >> 40), (uint8_t)(dice >> 48));
		struct wr w = wr_of(bytes, sizeof bytes);
		ethernet_encode(&(struct ethernet_header){.dst = MAC_BROADCAST, .src = mac, .type = ETHERTYPE_ARP}, &w);
		arp_encode(&(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = mac, .sender_ip = ip,
						.target_ip = ip}, &w);
		feed(g, bytes, sizeof bytes, at + (vl_time)i * (VL_S / 2) / count);
	}
}

static size_t count_of(const struct scan *s, const char *code)
{
	size_t count = 0;

	for (size_t i = 0; i < s->finding_count; i++)
		count += strcmp(s->finding[i].code->name, code) == 0;
	return count;
}

static long memory_kb(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_maxrss;
}

static void print_to_nowhere(const struct scan *s)
{
	FILE *out = fopen("/dev/null", "w");

	assert_non_null(out);
	assert_true(scan_print_json(s, out));
	assert_true(scan_print_table(s, out));
	assert_true(scan_print_openmetrics(s, out));
	fclose(out);
}

static void every_id_of_both_families_with_sixteen_speakers_each(void **state)
{
	struct segment g;

	begin(&g);
	for (unsigned second = 0; second < 4; second++)
		round_of_adverts(&g, second * VL_S);
	g.scan.heard = 4 * VL_S;
	scan_end(&g.scan);
	const struct conflict_counters *n = conflict_counted(g.scan.judge);
	assert_int_equal(n->adverts, 4 * 2 * 255 * SPEAKERS);
	assert_int_equal(n->speakers_refused + n->groups_refused + n->lists_refused + n->addresses_refused +
			 n->pairs_refused + n->findings_refused, 0);
	assert_int_equal(g.scan.id_count, 2 * 255);
	assert_int_equal(count_of(&g.scan, "vrid-collision"), 2 * 255);
	/* A B A: the second round shows each heard again after the other, the third makes it sure. */
	assert_true(g.first_conflict < 3 * VL_S);
	assert_int_equal(g.scan.best_count, 0);
	assert_int_equal(scan_status(&g.scan), 1);
	print_to_nowhere(&g.scan);
	scan_release(&g.scan);
}

static void a_million_invented_macs_hide_nothing(void **state)
{
	struct segment g;
	unsigned flood_frames = IS_SLOW ? FLOOD / 10 : FLOOD;

	begin(&g);
	/* The flood is there first. */
	for (unsigned second = 0; second < SECONDS; second++) {
		flood(&g, second * VL_S, flood_frames / SECONDS);
		round_of_adverts(&g, second * VL_S + VL_S / 2);
	}
	g.scan.heard = SECONDS * VL_S;
	scan_end(&g.scan);
	const struct conflict_counters *n = conflict_counted(g.scan.judge);
	assert_int_equal(n->frames, SECONDS * (uint64_t)(flood_frames / SECONDS) + SECONDS * 2ull * 255 * SPEAKERS);
	assert_int_equal(n->speakers_refused + n->groups_refused + n->lists_refused, 0);
	assert_true(n->addresses_refused > 0); /* counted, not forgotten */
	assert_int_equal(count_of(&g.scan, "vrid-collision"), 2 * 255);
	assert_true(g.first_conflict < 3 * VL_S);
	print_message("peak of the process: %ld KB\n", memory_kb());
	if (measures_memory())
		assert_true(memory_kb() < MOST_JUDGED_KB);
	print_to_nowhere(&g.scan);
	scan_release(&g.scan);
	print_message("and printed: %ld KB\n", memory_kb());
	if (measures_memory())
		assert_true(memory_kb() < MOST_PRINTED_KB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First, because a process's peak stays. */
		cmocka_unit_test(a_million_invented_macs_hide_nothing),
		cmocka_unit_test(every_id_of_both_families_with_sixteen_speakers_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

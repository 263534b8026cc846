// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fuzz targets: each takes any bytes, drives one part of viplab with them and asserts what must hold. The same
 * functions serve libFuzzer (fuzz.c, `make fuzz`) and the replay of the kept corpora (replay_test.c, `make check`).
 *
 * Sums are no wall: a target that wants to get behind them repairs them in the bytes first (frame_repair), so a
 * kept file means the same in every build, and nothing is compiled out of what ships.
 */
#ifndef VL_TESTS_FUZZ_FUZZ_H
#define VL_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/wire/packet.h"

/* Longer inputs are ignored: nothing new is in them. */
#define FUZZ_LENGTH 65536

struct fuzz_target {
	const char *name;               /* of its corpus, too */
	void (*run)(const uint8_t *bytes, size_t length);
	size_t longest;                 /* that libFuzzer should try */
};

/* The i-th target, NULL behind the last. */
const struct fuzz_target *fuzz_target_at(size_t i);

/* True to itself in every build, and a crash to libFuzzer. */
#define FUZZ_ASSERT(what)                                                                  \
	do {                                                                               \
		if (!(what)) {                                                             \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what); \
			abort();                                                           \
		}                                                                          \
	} while (0)

/* --- drawing values from the input ----------------------------------------------------------------------- */

/* At the end zeros are drawn: a target ends when draw_left says 0. */
struct draw {
	const uint8_t *at, *end;
};

static inline struct draw draw_of(const uint8_t *bytes, size_t length)
{
	return (struct draw){bytes, bytes + length};
}

static inline size_t draw_left(const struct draw *d)
{
	return (size_t)(d->end - d->at);
}

static inline uint8_t draw_u8(struct draw *d)
{
	return draw_left(d) > 0 ? *d->at++ : 0;
}

static inline uint16_t draw_u16(struct draw *d)
{
	uint16_t high = draw_u8(d);

	return (uint16_t)(high << 8 | draw_u8(d));
}

static inline uint32_t draw_u32(struct draw *d)
{
	uint32_t high = draw_u16(d);

	return high << 16 | draw_u16(d);
}

/* At most `most` of the next bytes. */
static inline struct draw draw_part(struct draw *d, size_t most)
{
	size_t n = draw_left(d) < most ? draw_left(d) : most;
	struct draw part = {d->at, d->at + n};

	d->at += n;
	return part;
}

/* A copy of `length` bytes in a block of exactly that size, for ASan to watch its end. Never NULL. */
static inline uint8_t *exact_copy(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length > 0 ? length : 1);

	if (copy == NULL)
		exit(1);
	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

/* A file with these bytes, for readers that want a path; the next call writes it anew. (target_readers.c) */
const char *fuzz_file(const uint8_t *bytes, size_t length);

/* --- frames (frames.c) ----------------------------------------------------------------------------------- */

/* Puts right sums into a frame, as deep as it can be read. */
void frame_repair(uint8_t *bytes, size_t length);

/* Asserts what holds for any packet taken apart: pointers inside the frame, counts that fit, a printable line. */
void packet_assert_sound(const struct packet *p, const uint8_t *bytes, size_t captured);

/* Asserts that a whole packet without fault, written again by the encoders and read again, is the same. */
void packet_assert_round_trip(const struct packet *p, const uint8_t *bytes);

/* The two messages are equal but for their sums. */
bool icmp_same(const struct icmp_message *a, const struct icmp_message *b);
bool vrrp_same(const struct vrrp_message *a, const struct vrrp_message *b);

/* --- the targets ----------------------------------------------------------------------------------------- */

void fuzz_dissect(const uint8_t *bytes, size_t length);
void fuzz_ethernet(const uint8_t *bytes, size_t length);
void fuzz_arp(const uint8_t *bytes, size_t length);
void fuzz_ipv4(const uint8_t *bytes, size_t length);
void fuzz_ipv6(const uint8_t *bytes, size_t length);
void fuzz_icmp(const uint8_t *bytes, size_t length);
void fuzz_udp(const uint8_t *bytes, size_t length);
void fuzz_tcp(const uint8_t *bytes, size_t length);
void fuzz_vrrp(const uint8_t *bytes, size_t length);
void fuzz_carp(const uint8_t *bytes, size_t length);
void fuzz_hsrp(const uint8_t *bytes, size_t length);
void fuzz_glbp(const uint8_t *bytes, size_t length);
void fuzz_ccp(const uint8_t *bytes, size_t length);
void fuzz_nlb(const uint8_t *bytes, size_t length);
void fuzz_fgcp(const uint8_t *bytes, size_t length);
void fuzz_match(const uint8_t *bytes, size_t length);
void fuzz_capture(const uint8_t *bytes, size_t length);
void fuzz_scan(const uint8_t *bytes, size_t length);
void fuzz_scenario(const uint8_t *bytes, size_t length);
void fuzz_judge(const uint8_t *bytes, size_t length);
void fuzz_balance(const uint8_t *bytes, size_t length);
void fuzz_stack(const uint8_t *bytes, size_t length);
void fuzz_ha_updates(const uint8_t *bytes, size_t length);
void fuzz_balancer(const uint8_t *bytes, size_t length);
void fuzz_tcp_endpoint(const uint8_t *bytes, size_t length);
void fuzz_health_answers(const uint8_t *bytes, size_t length);
void fuzz_http(const uint8_t *bytes, size_t length);
void fuzz_tls_hello(const uint8_t *bytes, size_t length);
void fuzz_first_bytes(const uint8_t *bytes, size_t length);
void fuzz_splice(const uint8_t *bytes, size_t length);
void fuzz_vrrp_router(const uint8_t *bytes, size_t length);
void fuzz_carp_host(const uint8_t *bytes, size_t length);
void fuzz_neighbours(const uint8_t *bytes, size_t length);
void fuzz_log_line(const uint8_t *bytes, size_t length);

#endif

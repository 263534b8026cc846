// SPDX-License-Identifier: BSD-2-Clause
/*
 * A world of puppets for tests: engines that say a numbered frame when told or every so often, and note what
 * they hear. Everything goes into one text, a line a fact, so that a test shows the story it expects:
 *
 *     0.000020000 b got 7            a frame for b, or for everybody
 *     0.000020000 c overheard 7      flooded: not for c
 *     0.000000000 b link 0 down
 */
#ifndef VL_TESTS_WORLD_LAB_H
#define VL_TESTS_WORLD_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/outbox.h"
#include "sim/world/journal.h"
#include "sim/world/oracle.h"
#include "sim/world/run_digest.h"
#include "sim/world/world.h"

#define LAB_TEXT 65536
#define LAB_NODES 32
#define LAB_FRAME 60                    /* bytes of every frame a puppet says */
#define LAB_AT 14                       /* where its number is */

struct lab;

struct puppet {
	struct lab *lab;
	const char *name;
	struct outbox box;
	struct mac mac, to;
	vl_time every, next;            /* says its count this often */
	uint64_t count;
	bool echo;                      /* answers what is for it alone with the same number */
	bool goodbye;                   /* says 99 to everybody at shutdown */
	bool stuck;                     /* its deadline never moves */
	uint64_t heard;
};

struct lab {
	struct frame_pool *pool;
	struct world *world;
	struct journal *journal;
	struct oracle *oracle;          /* the test's own; NULL: nobody asks */
	struct run_digest digest;
	struct puppet *puppet[LAB_NODES];
	bool quiet;                     /* what puppets hear is only counted */
	bool with_records;              /* the world's records are in the text too */
	uint64_t frames;                /* accepted by switches, as the tap counts them */
	size_t length;
	char text[LAB_TEXT];
};

/* 02:00:00:00:00:0n */
static inline struct mac lab_mac(unsigned n)
{
	return (struct mac){{2, 0, 0, 0, 0, (uint8_t)n}};
}

__attribute__((format(printf, 2, 3)))
static inline void lab_note(struct lab *lab, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int n = vsnprintf(lab->text + lab->length, LAB_TEXT - lab->length, format, args);
	va_end(args);
	assert_true(n > 0 && (size_t)n < LAB_TEXT - lab->length);
	lab->length += (size_t)n;
}

/* --- the puppet as an engine ---------------------------------------------------------------------------- */

static inline void puppet_emit_from(struct puppet *p, unsigned port, struct mac from, struct mac to,
				    uint64_t number)
{
	struct frame *f = frame_new(p->lab->pool, LAB_FRAME);

	assert_non_null(f);
	memset(f->data, 0, LAB_FRAME);
	memcpy(f->data, to.b, 6);
	memcpy(f->data + 6, from.b, 6);
	f->data[12] = 0x88; /* local experimental ethertype, IEEE 802 9.2.3 */
	f->data[13] = 0xb5;
	for (size_t i = 0; i < 8; i++)
		f->data[LAB_AT + i] = (uint8_t)(number >> (56 - 8 * i));
	outbox_frame(&p->box, port, f);
}

static inline void puppet_emit(struct puppet *p, unsigned port, struct mac to, uint64_t number)
{
	puppet_emit_from(p, port, p->mac, to, number);
}

static inline void puppet_startup(void *self, vl_time now)
{
	struct puppet *p = self;

	p->next = p->every > 0 ? now + p->every : VL_NEVER;
}

static inline void puppet_shutdown(void *self, vl_time now)
{
	struct puppet *p = self;

	(void)now;
	if (p->goodbye)
		puppet_emit(p, 0, MAC_BROADCAST, 99);
}

static inline void puppet_input(void *self, unsigned port, struct frame *f, vl_time now)
{
	struct puppet *p = self;
	char at[VL_TIME_TEXT];
	struct mac dst, src;
	uint64_t number = 0;

	(void)port;
	assert_int_equal(f->length, LAB_FRAME);
	memcpy(dst.b, f->data, 6);
	memcpy(src.b, f->data + 6, 6);
	for (size_t i = 0; i < 8; i++)
		number = number << 8 | f->data[LAB_AT + i];
	bool mine = mac_equal(dst, p->mac);
	p->heard++;
	if (!p->lab->quiet)
		lab_note(p->lab, "%s %s %s %llu\n", vl_time_format(at, now), p->name,
			 mine || mac_is_group(dst) ? "got" : "overheard", (unsigned long long)number);
	if (p->echo && mine)
		puppet_emit(p, port, src, number);
}

static inline void puppet_timeout(void *self, vl_time now)
{
	struct puppet *p = self;

	if (now < p->next || p->stuck)
		return;
	p->next = now + p->every;
	puppet_emit(p, 0, p->to, ++p->count);
}

static inline vl_time puppet_deadline(const void *self)
{
	return ((const struct puppet *)self)->next;
}

static inline bool puppet_poll(void *self, struct engine_out *out)
{
	return outbox_poll(&((struct puppet *)self)->box, out);
}

static inline struct vl_status puppet_control(void *self, const struct command *c, vl_time now)
{
	struct puppet *p = self;
	char at[VL_TIME_TEXT];

	if (c->verb == COMMAND_LINK)
		lab_note(p->lab, "%s %s link %u %s\n", vl_time_format(at, now), p->name, c->port,
			 c->value.flag ? "up" : "down");
	else
		puppet_emit(p, c->port, p->to, c->value.number);
	return vl_status_ok();
}

static inline void puppet_free(void *self)
{
	struct puppet *p = self;

	outbox_fini(&p->box);
	free(p);
}

static const struct engine_ops puppet_ops = {
	.name = "puppet",
	.startup = puppet_startup,
	.shutdown = puppet_shutdown,
	.input = puppet_input,
	.timeout = puppet_timeout,
	.deadline = puppet_deadline,
	.poll = puppet_poll,
	.control = puppet_control,
	.free = puppet_free,
};

/* --- the lab -------------------------------------------------------------------------------------------- */

static inline void lab_record(void *context, const struct record *r)
{
	struct lab *lab = context;
	char text[RECORD_LINE], at[VL_TIME_TEXT];
	const struct record *kept = journal_append(lab->journal, r);

	assert_non_null(kept);
	run_digest_record(&lab->digest, kept);
	if (lab->oracle != NULL)
		oracle_record(lab->oracle, kept);
	record_format_text(text, sizeof text, r);
	if (lab->with_records)
		lab_note(lab, "%s %s\n", vl_time_format(at, r->at), text);
}

static inline void lab_frame(void *context, world_segment segment, uint64_t number, world_node from,
			     const struct frame *f, const struct packet *packet, vl_time now)
{
	struct lab *lab = context;

	(void)from;
	assert_non_null(packet);
	assert_int_equal(number, ++lab->frames);
	run_digest_frame(&lab->digest, now, segment, f);
}

static inline struct lab *lab_new(uint64_t seed)
{
	struct lab *lab = calloc(1, sizeof *lab);

	assert_non_null(lab);
	lab->pool = frame_pool_new();
	lab->journal = journal_new();
	run_digest_init(&lab->digest);
	lab->world = world_new(seed, lab->pool,
			       &(struct world_listener){.context = lab, .record = lab_record, .frame = lab_frame});
	assert_non_null(lab->world);
	return lab;
}

/* Frees all; no frame may be left in anybody's hands. */
static inline void lab_free(struct lab *lab)
{
	assert_true(world_complete(lab->world));
	assert_true(journal_complete(lab->journal));
	world_free(lab->world);
	assert_int_equal(frame_pool_held(lab->pool), 0);
	frame_pool_free(lab->pool);
	journal_free(lab->journal);
	free(lab);
}

/* A puppet with MAC 02:..:0n where n is 1 more than its node's index; not connected, not started. */
static inline struct puppet *lab_puppet(struct lab *lab, const char *name, unsigned ports)
{
	struct puppet *p = calloc(1, sizeof *p);

	assert_non_null(p);
	assert_true(outbox_init(&p->box, 64));
	*p = (struct puppet){.lab = lab, .name = name, .box = p->box, .to = MAC_BROADCAST, .next = VL_NEVER};
	world_node n = world_add_node(lab->world, name, (struct engine){&puppet_ops, p}, ports);
	assert_in_range(n, 0, LAB_NODES - 1);
	p->mac = lab_mac(n + 1);
	lab->puppet[n] = p;
	return p;
}

/* One segment "lan" with started puppets a, b, c ... on it, 10 us of link each. */
static inline struct lab *lab_lan(unsigned nodes)
{
	static const char *const name[] = {"a", "b", "c", "d", "e", "f"};
	struct lab *lab = lab_new(1);

	assert_in_range(nodes, 1, 6);
	world_add_segment(lab->world, &(struct world_segment_config){.name = "lan"});
	for (unsigned i = 0; i < nodes; i++) {
		lab_puppet(lab, name[i], 1);
		world_connect(lab->world, i, 0, 0, NULL);
		world_start(lab->world, i);
	}
	return lab;
}

/* Node n says a number to `to`, now. */
static inline struct vl_status lab_say(struct lab *lab, world_node n, struct mac to, uint64_t number)
{
	lab->puppet[n]->to = to;
	return world_control(lab->world, n,
			     &(struct command){.verb = COMMAND_SET, .type = VALUE_NUMBER,
					       .value = {.number = number}});
}

static inline void lab_run(struct lab *lab, vl_time until)
{
	assert_int_equal(world_run(lab->world, until), WORLD_RAN);
	assert_int_equal(world_now(lab->world), until);
}

/* The text since the last time is this. */
static inline void lab_expect(struct lab *lab, const char *text)
{
	assert_string_equal(lab->text, text);
	lab->text[0] = '\0';
	lab->length = 0;
}

/* The text does not matter. */
static inline void lab_forget(struct lab *lab)
{
	lab->text[0] = '\0';
	lab->length = 0;
}

#endif

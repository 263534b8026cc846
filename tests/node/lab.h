// SPDX-License-Identifier: BSD-2-Clause
/*
 * Boxes on a hub without delay: every frame of one is handed to all others at once, in order. Time goes from
 * deadline to deadline. All records are kept.
 */
#ifndef VL_TESTS_NODE_LAB_H
#define VL_TESTS_NODE_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/node/node.h"

#define LAB_BOXES 4
#define LAB_RECORDS 20000
#define LAB_FRAMES 512

struct lab_frame {
	unsigned from;
	struct frame *frame;
};

struct lab {
	struct frame_pool *pool;
	vl_time now;
	size_t count;
	struct engine box[LAB_BOXES];
	bool on[LAB_BOXES];
	struct record *record;
	unsigned *who;                  /* whose record */
	size_t records;
	struct lab_frame *wire;         /* a ring of LAB_FRAMES */
	size_t first, last;
	uint8_t seen[256];              /* the last frame on the hub that `wanted` says yes to */
	size_t seen_length;
	size_t seen_count;
	bool (*wanted)(const struct packet *p);
	void (*tap)(vl_time at, const uint8_t *bytes, size_t length);   /* every frame, as it leaves; or NULL */
};

static inline struct ip_prefix lab_net(const char *text)
{
	struct ip_prefix p;

	assert_true(ip_prefix_parse(text, &p));
	return p;
}

static inline struct ip_addr lab_ip(const char *text)
{
	struct ip_addr a;

	assert_true(ip_parse(text, &a));
	return a;
}

/* A box with eth0, MAC 02:00:00:00:00:NUMBER and these addresses (the second may be NULL). */
static inline void lab_config(struct node_config *c, uint8_t number, const char *address, const char *address6)
{
	node_config_init(c);
	struct stack_interface_config *i = node_config_add_interface(c);
	i->name = "eth0";
	i->mac = (struct mac){{0x02, 0, 0, 0, 0, number}};
	i->address[i->address_count++] = lab_net(address);
	if (address6 != NULL)
		i->address[i->address_count++] = lab_net(address6);
}

static inline void lab_open(struct lab *l)
{
	memset(l, 0, sizeof *l);
	l->pool = frame_pool_new();
	l->record = calloc(LAB_RECORDS, sizeof *l->record);
	l->who = calloc(LAB_RECORDS, sizeof *l->who);
	l->wire = calloc(LAB_FRAMES, sizeof *l->wire);
	assert_true(l->pool != NULL && l->record != NULL && l->who != NULL && l->wire != NULL);
}

static inline unsigned lab_plug(struct lab *l, struct engine box)
{
	assert_non_null(box.ops);
	l->box[l->count] = box;
	return (unsigned)l->count++;
}

static inline unsigned lab_add(struct lab *l, struct node_config *c)
{
	struct vl_status why;
	struct engine box = node_new(c, l->pool, &why);

	assert_string_equal(why.reason, "");
	node_config_fini(c);
	return lab_plug(l, box);
}

static inline void lab_close(struct lab *l)
{
	for (size_t i = 0; i < l->count; i++)
		l->box[i].ops->free(l->box[i].self);
	assert_int_equal(frame_pool_held(l->pool), 0);
	frame_pool_free(l->pool);
	free(l->record);
	free(l->who);
	free(l->wire);
}

static inline void lab_poll(struct lab *l, unsigned i)
{
	struct engine_out out;
	struct packet p;

	while (l->box[i].ops->poll(l->box[i].self, &out)) {
		if (out.type == OUT_RECORD) {
			assert_true(l->records < LAB_RECORDS);
			l->who[l->records] = i;
			l->record[l->records++] = out.record;
			continue;
		}
		assert_true(packet_dissect(&p, out.frame->data, out.frame->length, out.frame->length));
		if (l->tap != NULL)
			l->tap(l->now, out.frame->data, out.frame->length);
		if (l->wanted != NULL && l->wanted(&p)) {
			assert_true(out.frame->length <= sizeof l->seen);
			memcpy(l->seen, out.frame->data, out.frame->length);
			l->seen_length = out.frame->length;
			l->seen_count++;
		}
		assert_true(l->last - l->first < LAB_FRAMES);
		l->wire[l->last++ % LAB_FRAMES] = (struct lab_frame){i, out.frame};
	}
}

static inline void lab_settle(struct lab *l, unsigned i)
{
	lab_poll(l, i);
	while (l->first < l->last) {
		struct lab_frame f = l->wire[l->first++ % LAB_FRAMES];
		for (unsigned k = 0; k < l->count; k++)
			if (k != f.from && l->on[k]) {
				l->box[k].ops->input(l->box[k].self, 0, f.frame, l->now);
				lab_poll(l, k);
			}
		frame_unref(f.frame);
	}
}

static inline void lab_start(struct lab *l, unsigned i)
{
	l->on[i] = true;
	l->box[i].ops->startup(l->box[i].self, l->now);
	lab_settle(l, i);
}

static inline void lab_stop(struct lab *l, unsigned i)
{
	l->box[i].ops->shutdown(l->box[i].self, l->now);
	lab_settle(l, i);
	l->on[i] = false;
}

static inline void lab_crash(struct lab *l, unsigned i)
{
	l->on[i] = false;
}

/* Everything before and at `until`. */
static inline void lab_run(struct lab *l, vl_time until)
{
	for (;;) {
		vl_time next = VL_NEVER;
		unsigned who = 0;
		for (unsigned i = 0; i < l->count; i++)
			if (l->on[i] && l->box[i].ops->deadline(l->box[i].self) < next) {
				next = l->box[i].ops->deadline(l->box[i].self);
				who = i;
			}
		if (next > until)
			break;
		l->now = next > l->now ? next : l->now;
		l->box[who].ops->timeout(l->box[who].self, l->now);
		assert_true(l->box[who].ops->deadline(l->box[who].self) > l->now);
		lab_settle(l, who);
	}
	l->now = until;
}

static inline struct vl_status lab_control(struct lab *l, unsigned i, const struct command *c)
{
	struct vl_status s = l->box[i].ops->control(l->box[i].self, c, l->now);

	lab_settle(l, i);
	return s;
}

static inline struct vl_status lab_set_number(struct lab *l, unsigned i, const char *field, uint64_t number)
{
	return lab_control(l, i, &(struct command){.verb = COMMAND_SET, .field = field, .type = VALUE_NUMBER,
						   .value = {.number = number}});
}

static inline struct vl_status lab_link(struct lab *l, unsigned i, bool up)
{
	return lab_control(l, i, &(struct command){.verb = COMMAND_LINK, .type = VALUE_FLAG, .value = {.flag = up}});
}

static inline struct vl_status lab_ping(struct lab *l, unsigned i, const char *target, vl_time every)
{
	return lab_control(l, i, &(struct command){.verb = COMMAND_PING, .ping = {.target = lab_ip(target),
										  .every = every}});
}

/* How many records of the kind box i gave in [from, until). */
static inline size_t lab_count(const struct lab *l, unsigned i, const struct record_kind *kind, vl_time from,
			       vl_time until)
{
	size_t n = 0;

	for (size_t k = 0; k < l->records; k++)
		n += l->who[k] == i && l->record[k].kind == kind && l->record[k].at >= from &&
		     l->record[k].at < until;
	return n;
}

/* The n-th record (from 0) of the kind that box i gave. */
static inline const struct record *lab_record(const struct lab *l, unsigned i, const struct record_kind *kind,
					      size_t n)
{
	for (size_t k = 0; k < l->records; k++)
		if (l->who[k] == i && l->record[k].kind == kind && n-- == 0)
			return &l->record[k];
	fail_msg("there is no such record");
	return l->record;
}

static inline enum vrrp_state lab_vrrp(const struct lab *l, unsigned i)
{
	return vrrp_router_state(node_vrrp(&l->box[i], 0));
}

/* VRID 10, version 2, virtual address 192.0.2.10 on eth0. */
static inline void lab_add_vrrp(struct node_config *c, uint8_t priority)
{
	struct vrrp_config *r = &node_config_add_vrrp(c)->router;

	vrrp_config_init(r, 2, IP_V4);
	r->vrid = 10;
	r->priority = priority;
	r->accept_always = true;
	r->address_count = 1;
	r->address[0] = lab_ip("192.0.2.10");
}

#endif

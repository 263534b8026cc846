// SPDX-License-Identifier: BSD-2-Clause
/*
 * For tests of redundancy parts: a box with one port (pool, outbox, stack and one part), and a lab that
 * holds several on a hub in virtual time. Frames reach every other box at the instant they are sent.
 * What a box said is kept: its frames as bytes, its records in order.
 */
#ifndef VL_TESTS_VRRP_BOX_H
#define VL_TESTS_VRRP_BOX_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/outbox.h"
#include "sim/stack/stack.h"
#include "sim/wire/packet.h"

#define BOX_FRAMES 512
#define BOX_RECORDS 512
#define BOX_BYTES 320
#define LAB_BOXES 4

struct box_frame {
	vl_time at;
	size_t length;
	uint8_t bytes[BOX_BYTES];
};

/* The part under test, whatever it is. */
struct box_part {
	void *self;
	void (*receive)(void *self, const struct packet *p, unsigned interface, vl_time now);
	void (*timeout)(void *self, vl_time now);
	vl_time (*deadline)(const void *self);
};

struct box {
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct box_part part;
	bool deaf, mute;                /* nothing comes in; nothing goes out */
	size_t frame_count, record_count;
	struct box_frame frame[BOX_FRAMES];
	struct record record[BOX_RECORDS];
};

struct lab {
	size_t count;
	struct box *box[LAB_BOXES];
	vl_time now;
};

/* A box with the physical MAC 02:00:00:00:00:`number` and these addresses ("192.0.2.1/24", ...) on eth0;
 * eth1 is there too, on port 1. */
static inline struct box *box_new(uint8_t number, const char *address, const char *second)
{
	struct box *b = calloc(1, sizeof *b);
	struct stack_config *c = calloc(1, sizeof *c);

	assert_non_null(b);
	assert_non_null(c);
	c->interface_count = 2;
	for (unsigned i = 0; i < 2; i++)
		c->interface[i] = (struct stack_interface_config){
			.name = i == 0 ? "eth0" : "eth1",
			.port = i,
			.mac = {{0x02, 0, 0, 0, (uint8_t)i, number}},
		};
	struct stack_interface_config *eth0 = &c->interface[0];
	assert_true(ip_prefix_parse(address, &eth0->address[eth0->address_count++]));
	if (second != NULL)
		assert_true(ip_prefix_parse(second, &eth0->address[eth0->address_count++]));
	b->pool = frame_pool_new();
	assert_true(outbox_init(&b->outbox, 1024));
	b->stack = stack_new(c, b->pool, &b->outbox);
	assert_non_null(b->stack);
	free(c);
	return b;
}

static inline void box_free(struct box *b)
{
	stack_free(b->stack);
	outbox_fini(&b->outbox);
	frame_pool_free(b->pool);
	free(b);
}

/* --- what it said -------------------------------------------------------------------------------------- */

static inline void box_keep(struct box *b, const struct engine_out *out, vl_time now)
{
	if (out->type == OUT_RECORD) {
		assert_true(b->record_count < BOX_RECORDS);
		b->record[b->record_count++] = out->record;
		return;
	}
	struct box_frame *f = &b->frame[b->frame_count++];
	assert_true(b->frame_count < BOX_FRAMES && out->frame->length <= BOX_BYTES);
	f->at = now;
	f->length = out->frame->length;
	memcpy(f->bytes, out->frame->data, f->length);
}

/* Takes everything out of the outbox, for a box alone. */
static inline void box_drain(struct box *b, vl_time now)
{
	struct engine_out out;

	while (outbox_poll(&b->outbox, &out)) {
		box_keep(b, &out, now);
		if (out.type == OUT_FRAME)
			frame_unref(out.frame);
	}
}

static inline void box_forget(struct box *b)
{
	b->frame_count = 0;
	b->record_count = 0;
}

static inline struct packet box_packet(const struct box *b, size_t i)
{
	struct packet p;

	assert_true(i < b->frame_count);
	assert_true(packet_dissect(&p, b->frame[i].bytes, b->frame[i].length, b->frame[i].length));
	return p;
}

/* How many frames of this transport; the first one's index in *first (may be NULL). */
static inline size_t box_count(const struct box *b, enum packet_transport transport, size_t *first)
{
	size_t n = 0;

	for (size_t i = 0; i < b->frame_count; i++) {
		struct packet p = box_packet(b, i);
		if (p.transport != transport)
			continue;
		if (n++ == 0 && first != NULL)
			*first = i;
	}
	return n;
}

static inline size_t box_count_arp(const struct box *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->frame_count; i++) {
		struct packet p = box_packet(b, i);
		n += p.network == NETWORK_ARP;
	}
	return n;
}

/* How many records of this kind; the last one in *last (may be NULL). */
static inline size_t box_records(const struct box *b, const struct record_kind *kind, const struct record **last)
{
	size_t n = 0;

	for (size_t i = 0; i < b->record_count; i++) {
		if (b->record[i].kind != kind)
			continue;
		n++;
		if (last != NULL)
			*last = &b->record[i];
	}
	return n;
}

/* All records of one kind as lines "[time] sentence", for comparing a story. */
static inline char *box_story(char *text, size_t room, const struct box *b, const struct record_kind *kind)
{
	size_t n = 0;
	char at[VL_TIME_TEXT], sentence[256];

	text[0] = '\0';
	for (size_t i = 0; i < b->record_count; i++) {
		const struct record *r = &b->record[i];
		if (r->kind != kind)
			continue;
		record_format_text(sentence, sizeof sentence, r);
		n += (size_t)snprintf(text + n, room - n, "%s %s\n", vl_time_format(at, r->at), sentence);
		assert_true(n < room);
	}
	return text;
}

static inline size_t hex_bytes(uint8_t *out, size_t room, const char *hex)
{
	size_t n = strlen(hex) / 2;

	assert_true(n <= room);
	for (size_t i = 0; i < n; i++) {
		unsigned byte;
		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		out[i] = (uint8_t)byte;
	}
	return n;
}

static inline void assert_hex(const uint8_t *bytes, size_t length, const char *hex)
{
	uint8_t wanted[BOX_BYTES];
	size_t n = hex_bytes(wanted, sizeof wanted, hex);

	assert_int_equal(length, n);
	assert_memory_equal(bytes, wanted, n);
}

/* The IP payload of a frame. */
static inline void assert_payload(const struct box *b, size_t i, const char *hex)
{
	struct packet p = box_packet(b, i);

	assert_hex(p.ip_payload, p.ip_payload_length, hex);
}

/* --- handing packets in -------------------------------------------------------------------------------- */

struct box_bytes {
	size_t length;
	uint8_t bytes[BOX_BYTES];
};

/* A frame of protocol 112 with this IP payload. */
static inline struct box_bytes wrap(const char *src, const char *dst, uint8_t ttl, const uint8_t *payload,
				    size_t length)
{
	struct box_bytes f;
	struct packet_envelope e = {.src_mac = {{0x02, 0, 0, 0, 0, 99}}, .ttl = ttl, .protocol = 112};
	struct wr out = wr_of(f.bytes, sizeof f.bytes);

	assert_true(ip_parse(src, &e.src));
	assert_true(ip_parse(dst, &e.dst));
	e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	wr_bytes(&out, payload, length);
	packet_end(&out, &e);
	assert_false(out.bad);
	f.length = wr_length(&out);
	return f;
}

/* What the box answers to a host at 02:00:00:00:00:32 that asks "who has `target`": the MAC, or zero when it
 * is silent. Forgets what was kept. */
static inline struct mac box_arp_answer(struct box *b, struct ip_addr target, vl_time now)
{
	struct ethernet_header h = {
		.dst = MAC_BROADCAST, .src = {{0x02, 0, 0, 0, 0, 50}}, .type = ETHERTYPE_ARP};
	struct arp_packet ask = {.operation = ARP_REQUEST, .sender_mac = h.src, .sender_ip = target,
				 .target_ip = target};
	struct frame *f = frame_new(b->pool, ETHERNET_MIN);
	struct wr out = wr_of(f->data, ETHERNET_MIN);
	const struct packet *taken;
	struct packet p;
	unsigned interface;
	struct mac answer = MAC_ZERO;

	ask.sender_ip.b[3] = 50;
	ethernet_encode(&h, &out);
	arp_encode(&ask, &out);
	wr_zero(&out, ETHERNET_MIN - wr_length(&out));
	box_forget(b);
	(void)stack_input(b->stack, 0, f, now, &taken, &interface);
	frame_unref(f);
	box_drain(b, now);
	for (size_t i = 0; i < b->frame_count; i++) {
		p = box_packet(b, i);
		if (p.network == NETWORK_ARP && p.arp.operation == ARP_REPLY)
			answer = p.arp.sender_mac;
	}
	box_forget(b);
	return answer;
}

/* Whether an echo request to a virtual address, sent to this MAC, is for the box (and not refused because
 * the address is not accepted). */
static inline bool box_takes_ping(struct box *b, struct ip_addr target, struct mac mac, vl_time now)
{
	struct packet_envelope e = {.src_mac = {{0x02, 0, 0, 0, 0, 50}}, .dst_mac = mac, .src = target,
				    .dst = target, .ttl = 64, .protocol = IP_PROTOCOL_ICMP};
	struct icmp_message m = {.family = IP_V4, .type = ICMP_ECHO_REQUEST, .id = 1};
	struct frame *f = frame_new(b->pool, 64);
	struct wr out = wr_of(f->data, 64);
	const struct packet *p;
	unsigned interface;
	uint64_t refused = stack_dropped(b->stack, STACK_DROP_NOT_ACCEPTED) +
			   stack_dropped(b->stack, STACK_DROP_NOT_OURS);

	e.src.b[3] = 50;
	packet_begin(&out, &e);
	icmp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	f->length = (uint32_t)wr_length(&out);
	(void)stack_input(b->stack, 0, f, now, &p, &interface);
	frame_unref(f);
	return stack_dropped(b->stack, STACK_DROP_NOT_ACCEPTED) +
		       stack_dropped(b->stack, STACK_DROP_NOT_OURS) ==
	       refused;
}

/* --- the lab ------------------------------------------------------------------------------------------- */

static inline void lab_add(struct lab *l, struct box *b)
{
	assert_true(l->count < LAB_BOXES);
	l->box[l->count++] = b;
}

static inline void lab_hand_in(struct lab *l, struct box *to, struct frame *f)
{
	const struct packet *p;
	unsigned interface;

	if (stack_input(to->stack, 0, f, l->now, &p, &interface) == STACK_REDUNDANCY)
		to->part.receive(to->part.self, p, interface, l->now);
}

/* Delivers until nobody has anything more to say. */
static inline void lab_settle(struct lab *l)
{
	bool more = true;
	struct engine_out out;

	while (more) {
		more = false;
		for (size_t i = 0; i < l->count; i++) {
			if (!outbox_poll(&l->box[i]->outbox, &out))
				continue;
			more = true;
			if (out.type == OUT_RECORD || !l->box[i]->mute)
				box_keep(l->box[i], &out, l->now);
			if (out.type == OUT_RECORD)
				continue;
			for (size_t k = 0; k < l->count && out.port == 0; k++)
				if (k != i && !l->box[i]->mute && !l->box[k]->deaf)
					lab_hand_in(l, l->box[k], out.frame);
			frame_unref(out.frame);
		}
	}
}

/* Runs to `until`, all deadlines included. */
static inline void lab_run(struct lab *l, vl_time until)
{
	for (;;) {
		vl_time next = VL_NEVER;
		for (size_t i = 0; i < l->count; i++) {
			const struct box *b = l->box[i];
			next = vl_time_min(next, b->part.deadline(b->part.self));
			next = vl_time_min(next, stack_deadline(b->stack));
		}
		if (next > until)
			break;
		assert_true(next >= l->now);
		l->now = next;
		for (size_t i = 0; i < l->count; i++) {
			struct box *b = l->box[i];
			if (stack_deadline(b->stack) <= next)
				stack_timeout(b->stack, next);
			if (b->part.deadline(b->part.self) <= next) {
				b->part.timeout(b->part.self, next);
				assert_true(b->part.deadline(b->part.self) > next);
			}
			lab_settle(l);
		}
	}
	l->now = until;
}

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * A stack on a desk: frames are handed to it one by one, what it says is looked at one by one. The stack is
 * 192.0.2.1 (eth0, port 0); the peer is 192.0.2.50.
 */
#ifndef VL_TESTS_STACK_DESK_H
#define VL_TESTS_STACK_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/stack/stack.h"

static const struct mac OWN = {{0x02, 0, 0, 0, 0, 0x01}};
static const struct mac OWN_1 = {{0x02, 0, 0, 0, 0, 0x11}};
static const struct mac PEER = {{0x02, 0, 0, 0, 0, 0x50}};
static const struct mac OTHER = {{0x02, 0, 0, 0, 0, 0x51}};
static const struct mac VIRTUAL = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x0a}};

struct desk {
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct engine_out out;          /* what was taken last; its frame is held until the next */
	struct packet p;                /* that frame taken apart */
	unsigned interface;             /* where the last input came in */
};

static inline struct ip_prefix net(const char *text)
{
	struct ip_prefix p;

	assert_true(ip_prefix_parse(text, &p));
	return p;
}

static inline struct ip_addr ip(const char *text)
{
	struct ip_addr a;

	assert_true(ip_parse(text, &a));
	return a;
}

static inline void desk_open(struct desk *d, const struct stack_config *c)
{
	memset(d, 0, sizeof *d);
	d->pool = frame_pool_new();
	assert_non_null(d->pool);
	assert_true(outbox_init(&d->outbox, 256));
	d->stack = stack_new(c, d->pool, &d->outbox);
	assert_non_null(d->stack);
}

/* eth0 with 192.0.2.1/24 and 2001:db8::1/64. */
static inline void desk_host(struct desk *d)
{
	static struct stack_config c;

	c = (struct stack_config){.interface_count = 1};
	c.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = OWN, .address_count = 2, .address = {net("192.0.2.1/24"), net("2001:db8::1/64")},
	};
	desk_open(d, &c);
}

/* A router: eth0 192.0.2.1/24, eth1 198.51.100.1/24 (port 1), default route by 198.51.100.254. */
static inline void desk_router(struct desk *d)
{
	static struct stack_config c;

	c = (struct stack_config){.interface_count = 2, .route_count = 1, .forward = true};
	c.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = OWN, .address_count = 1, .address = {net("192.0.2.1/24")},
	};
	c.interface[1] = (struct stack_interface_config){
		.name = "eth1", .port = 1, .mac = OWN_1, .mtu = 600, .address_count = 2,
		.address = {net("198.51.100.1/24"), net("2001:db8:1::1/64")},
	};
	c.route[0] = (struct stack_route_config){.to = net("0.0.0.0/0"), .gateway = ip("198.51.100.254")};
	desk_open(d, &c);
}

static inline void desk_forget(struct desk *d)
{
	if (d->out.type == OUT_FRAME)
		frame_unref(d->out.frame);
	d->out = (struct engine_out){.type = OUT_RECORD};
}

/* Closes it and shows that no buffer was lost. */
static inline void desk_close(struct desk *d)
{
	desk_forget(d);
	outbox_fini(&d->outbox);
	stack_free(d->stack);
	assert_int_equal(frame_pool_held(d->pool), 0);
	frame_pool_free(d->pool);
}

/* Takes what comes next; false: nothing does. A frame must be well formed. */
static inline bool desk_next(struct desk *d)
{
	desk_forget(d);
	if (!outbox_poll(&d->outbox, &d->out))
		return false;
	if (d->out.type == OUT_FRAME)
		assert_true(packet_dissect(&d->p, d->out.frame->data, d->out.frame->length, d->out.frame->length));
	return true;
}

static inline void desk_expect_frame(struct desk *d)
{
	assert_true(desk_next(d));
	assert_int_equal(d->out.type, OUT_FRAME);
}

static inline void desk_expect_record(struct desk *d, const struct record_kind *kind)
{
	assert_true(desk_next(d));
	assert_int_equal(d->out.type, OUT_RECORD);
	assert_ptr_equal(d->out.record.kind, kind);
}

static inline void desk_expect_silence(struct desk *d)
{
	assert_false(desk_next(d));
}

static inline void assert_mac(struct mac a, struct mac b)
{
	assert_memory_equal(a.b, b.b, sizeof a.b);
}

static inline void assert_ip(struct ip_addr a, const char *text)
{
	char got[IP_TEXT];

	assert_string_equal(ip_format(got, &a), text);
}

static inline enum stack_verdict desk_bytes(struct desk *d, unsigned port, const uint8_t *bytes, size_t length,
					    vl_time now)
{
	const struct packet *p;
	struct frame *f = frame_copy(d->pool, bytes, length);
	enum stack_verdict v = stack_input(d->stack, port, f, now, &p, &d->interface);

	frame_unref(f);
	return v;
}

/* An ARP packet from `from`, to everybody or to `to`. */
static inline enum stack_verdict desk_arp(struct desk *d, struct mac to, enum arp_operation operation,
					  struct mac from, const char *sender, const char *target, vl_time now)
{
	uint8_t bytes[64];
	struct wr out = wr_of(bytes, sizeof bytes);

	ethernet_encode(&(struct ethernet_header){.dst = to, .src = from, .type = ETHERTYPE_ARP}, &out);
	arp_encode(&(struct arp_packet){.operation = (uint16_t)operation,
					.sender_mac = from,
					.sender_ip = ip(sender),
					.target_mac = to,
					.target_ip = ip(target)},
		   &out);
	return desk_bytes(d, 0, bytes, wr_length(&out), now);
}

/* An ICMP message in IP from the peer to `to_mac`. */
static inline enum stack_verdict desk_icmp(struct desk *d, unsigned port, struct mac to_mac, const char *src,
					   const char *dst, uint8_t ttl, const struct icmp_message *m, vl_time now)
{
	uint8_t bytes[2048];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {
		.src_mac = PEER, .dst_mac = to_mac, .src = ip(src), .dst = ip(dst), .ttl = ttl, .id = 7, .dont_fragment = true,
		.protocol = m->family == IP_V4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6,
	};

	packet_begin(&out, &e);
	icmp_encode(m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	return desk_bytes(d, port, bytes, wr_length(&out), now);
}

static inline enum stack_verdict desk_echo(struct desk *d, struct mac to_mac, const char *src, const char *dst,
					   uint8_t ttl, vl_time now)
{
	bool v4 = strchr(dst, ':') == NULL;
	struct icmp_message m = {
		.family = v4 ? IP_V4 : IP_V6, .type = v4 ? ICMP_ECHO_REQUEST : (uint8_t)ICMPV6_ECHO_REQUEST,
		.id = 77, .sequence = 5, .data = (const uint8_t *)"payload", .data_length = 7,
	};

	return desk_icmp(d, 0, to_mac, src, dst, ttl, &m, now);
}

/* Something to send to dst: UDP without a checksum, over IPv6 (where that is not allowed) an experiment's
 * protocol (RFC 3692). */
static inline bool desk_send(struct desk *d, const char *dst, vl_time now)
{
	const uint8_t payload[8] = {0x10, 0x00, 0x20, 0x00, 0x00, 0x08, 0x00, 0x00};

	const struct packet_envelope e = {
		.dst = ip(dst), .ttl = 64, .protocol = strchr(dst, ':') == NULL ? IP_PROTOCOL_UDP : 253,
	};

	return stack_send(d->stack, &e, payload, sizeof payload, now);
}

static inline uint64_t desk_dropped(const struct desk *d, enum stack_drop why)
{
	return stack_dropped(d->stack, why);
}

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* A box whose part is a CARP host, and messages to give it. */
#ifndef VL_TESTS_CARP_CARP_BOX_H
#define VL_TESTS_CARP_CARP_BOX_H

#include "sim/carp/carp_host.h"
#include "tests/vrrp/box.h"

#define T11 "210a00070001444d79f07694afbe331d9cf4490e4f1666fb5ad065180b29b1703f976f11"
#define T11_COUNTER UINT64_C(0x79f07694afbe331d)

static inline void host_receive(void *self, const struct packet *p, unsigned interface, vl_time now)
{
	carp_host_receive(self, p, interface, now);
}

static inline void host_timeout(void *self, vl_time now)
{
	carp_host_timeout(self, now);
}

static inline vl_time host_deadline(const void *self)
{
	return carp_host_deadline(self);
}

static inline struct carp_host *host_in(struct box *b, const struct carp_config *c)
{
	struct carp_host *h = carp_host_new(c, b->stack, &b->outbox);

	assert_non_null(h);
	b->part = (struct box_part){h, host_receive, host_timeout, host_deadline};
	return h;
}

/* What sent T11: ucarp, vhid 10, advbase 1, advskew 0, "secret", 10.9.0.70. */
static inline struct carp_config config_of(uint8_t advskew)
{
	struct carp_config c;

	carp_config_init(&c);
	c.vhid = 10;
	c.advskew = advskew;
	c.password = "secret";
	c.address_count = 1;
	c.address[0] = ip4(10, 9, 0, 70);
	c.counter = T11_COUNTER;
	return c;
}

struct alone {
	struct box *box;
	struct carp_host *host;
};

/* Started at 0, at 10.9.0.3. */
static inline struct alone started(const struct carp_config *c)
{
	struct alone a = {.box = box_new(3, "10.9.0.3/24", NULL)};

	a.host = host_in(a.box, c);
	carp_host_startup(a.host, 0);
	box_drain(a.box, 0);
	return a;
}

static inline struct alone master_of(const struct carp_config *c, vl_time *at)
{
	struct alone a = started(c);

	*at = carp_host_deadline(a.host);
	carp_host_timeout(a.host, *at);
	box_drain(a.box, *at);
	assert_int_equal(carp_host_state(a.host), CARP_MASTER);
	return a;
}

static inline void alone_free(struct alone *a)
{
	carp_host_free(a->host);
	box_free(a->box);
}

static inline void hand_bytes(struct alone *a, const char *src, uint8_t ttl, const uint8_t *payload, size_t length,
		       vl_time now)
{
	struct box_bytes f = wrap(src, "224.0.0.18", ttl, payload, length);
	struct packet p;

	(void)packet_dissect(&p, f.bytes, f.length, f.length);
	carp_host_receive(a->host, &p, 0, now);
	box_drain(a->box, now);
}

/* A message of another host with the same password and address. */
static inline size_t said(uint8_t bytes[CARP_LENGTH], uint8_t advbase, uint8_t advskew)
{
	struct carp_message m = {.vhid = 10, .advbase = advbase, .advskew = advskew, .counter = 7};
	struct ip_addr address = ip4(10, 9, 0, 70);
	struct wr out = wr_of(bytes, CARP_LENGTH);

	carp_digest(m.digest, &m, "secret", &address, 1);
	carp_encode(&m, &out);
	return wr_length(&out);
}

static inline void hand(struct alone *a, const char *src, uint8_t advbase, uint8_t advskew, vl_time now)
{
	uint8_t bytes[CARP_LENGTH];
	size_t length = said(bytes, advbase, advskew);

	hand_bytes(a, src, 255, bytes, length, now);
}

static inline void expect_change(const struct box *b, const char *from, const char *to, const char *why)
{
	const struct record *r = NULL;

	assert_true(box_records(b, &CARP_STATE_KIND, &r) > 0);
	assert_string_equal(record_word(r, "from"), from);
	assert_string_equal(record_word(r, "to"), to);
	assert_string_equal(record_word(r, "why"), why);
}

#endif

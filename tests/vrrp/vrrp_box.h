// SPDX-License-Identifier: BSD-2-Clause
/* A box whose part is a virtual router, and messages to give it. */
#ifndef VL_TESTS_VRRP_VRRP_BOX_H
#define VL_TESTS_VRRP_VRRP_BOX_H

#include "sim/vrrp/vrrp_router.h"
#include "tests/vrrp/box.h"

static inline void router_receive(void *self, const struct packet *p, unsigned interface, vl_time now)
{
	vrrp_router_receive(self, p, interface, now);
}

static inline void router_timeout(void *self, vl_time now)
{
	vrrp_router_timeout(self, now);
}

static inline vl_time router_deadline(const void *self)
{
	return vrrp_router_deadline(self);
}

static inline struct vrrp_router *router_in(struct box *b, const struct vrrp_config *c)
{
	struct vrrp_router *r = vrrp_router_new(c, b->stack, &b->outbox);

	assert_non_null(r);
	b->part = (struct box_part){r, router_receive, router_timeout, router_deadline};
	return r;
}

/* VRID 10 for 192.0.2.1, RFC behaviour of the version. */
static inline struct vrrp_config config_of(uint8_t version, uint8_t priority)
{
	struct vrrp_config c;

	vrrp_config_init(&c, version, IP_V4);
	c.vrid = 10;
	c.priority = priority;
	c.address_count = 1;
	c.address[0] = ip4(192, 0, 2, 1);
	return c;
}

/* What another router of the same virtual router sends; a test changes what it is about. */
struct said {
	struct vrrp_message m;
	const char *src;
	const char *dst;
	uint8_t ttl;
	uint8_t addresses[64];
};

static inline struct said advert(uint8_t version, uint8_t priority)
{
	return (struct said){
		.m = {.version = version,
		      .type = 1,
		      .vrid = 10,
		      .priority = priority,
		      .address_count = 1,
		      .family = IP_V4,
		      .interval_s = 1,
		      .has_auth_data = version == 2,
		      .interval_cs = 100,
		      .checksum_form = VRRP_CHECKSUM_MESSAGE},
		.src = "192.0.2.99",
		.dst = "224.0.0.18",
		.ttl = 255,
		.addresses = {192, 0, 2, 1},
	};
}

/* A router alone in its box, for handing it one packet after the other. */
struct alone {
	struct box *box;
	struct vrrp_router *router;
};

static inline struct alone alone_with(const struct vrrp_config *c)
{
	struct alone a = {.box = box_new(11, "192.0.2.11/24", NULL)};

	a.router = router_in(a.box, c);
	return a;
}

/* Started at 0; version's RFC defaults. */
static inline struct alone backup_of(const struct vrrp_config *c)
{
	struct alone a = alone_with(c);

	vrrp_router_startup(a.router, 0);
	box_drain(a.box, 0);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	return a;
}

/* Active since the moment its timer ran out, which is returned in *at; frames and records forgotten. */
static inline struct alone active_of(const struct vrrp_config *c, vl_time *at)
{
	struct alone a = alone_with(c);

	vrrp_router_startup(a.router, 0);
	*at = 0;
	if (vrrp_router_state(a.router) == VRRP_BACKUP) {
		*at = vrrp_router_deadline(a.router);
		vrrp_router_timeout(a.router, *at);
	}
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	box_drain(a.box, *at);
	box_forget(a.box);
	return a;
}

static inline void alone_free(struct alone *a)
{
	vrrp_router_free(a->router);
	box_free(a->box);
}

static inline void hand_bytes(struct alone *a, const struct box_bytes *f, vl_time now)
{
	struct packet p;

	(void)packet_dissect(&p, f->bytes, f->length, f->length);
	vrrp_router_receive(a->router, &p, 0, now);
	box_drain(a->box, now);
}

static inline void hand_payload(struct alone *a, const struct said *s, const uint8_t *payload, size_t length,
				vl_time now)
{
	struct box_bytes f = wrap(s->src, s->dst, s->ttl, payload, length);

	hand_bytes(a, &f, now);
}

static inline size_t encode_said(struct said *s, uint8_t *bytes, size_t room)
{
	struct wr out = wr_of(bytes, room);
	struct ip_addr src, dst;

	assert_true(ip_parse(s->src, &src) && ip_parse(s->dst, &dst));
	s->m.addresses = s->addresses;
	vrrp_encode(&s->m, &src, &dst, &out);
	assert_false(out.bad);
	return wr_length(&out);
}

static inline void hand(struct alone *a, struct said s, vl_time now)
{
	uint8_t bytes[256];
	size_t length = encode_said(&s, bytes, sizeof bytes);

	hand_payload(a, &s, bytes, length, now);
}

#endif

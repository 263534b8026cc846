// SPDX-License-Identifier: BSD-2-Clause
/* A segment, and stations: the smallest engines that send and hear whole frames. */
#include "tests/bench/lan.h"

#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

#define FRAME_CHECK 4
#define LOCAL_EXPERIMENTAL 0x88b5       /* IEEE 802 9.2.3: test traffic */
#define GREETING 46                     /* payload of the shortest frame */

void lan_open(struct lan *lan, size_t length)
{
	lan->pool = frame_pool_new();
	bench_expect(lan->pool != NULL);
	lan->world = world_new(1, lan->pool, NULL);
	bench_expect(lan->world != NULL);
	lan->segment = world_add_segment(lan->world, &(struct world_segment_config){.name = "lan"});
	lan->latency = VL_US + (length + FRAME_CHECK) * 8;      /* 1 ns a bit */
}

void lan_add(struct lan *lan, struct engine host)
{
	world_node n = world_add_node(lan->world, "host", host, 1);

	world_connect(lan->world, n, 0, lan->segment, &(struct world_link_config){.latency = lan->latency});
	bench_expect(world_complete(lan->world));
}

void lan_start(struct lan *lan)
{
	for (world_node n = 0; n < world_node_count(lan->world); n++)
		world_start(lan->world, n);
}

void lan_run(struct lan *lan, vl_time until)
{
	bench_expect(world_run(lan->world, until) == WORLD_RAN);
}

void lan_close(struct lan *lan)
{
	for (world_node n = 0; n < world_node_count(lan->world); n++)
		bench_expect(world_link_lost(lan->world, n, 0) == 0);
	world_free(lan->world);
	bench_expect(frame_pool_held(lan->pool) == 0);
	frame_pool_free(lan->pool);
}

struct mac lan_mac(unsigned host)
{
	return (struct mac){{2, 0, 0, 0, (uint8_t)(host >> 8), (uint8_t)host}};
}

/* --- stations -------------------------------------------------------------------------------------------- */

struct station {
	struct frame_pool *pool;
	struct mac mac;
	struct station_order order;
	vl_time next;
	uint64_t sent, heard;
	struct frame *out;
	uint8_t text[FRAME_MAX];        /* the payload */
};

static void say(struct station *s, struct mac to, const uint8_t *payload, size_t length)
{
	struct frame *f = frame_new(s->pool, ETHERNET_HEADER + length);

	bench_expect(f != NULL && s->out == NULL);
	memcpy(f->data, to.b, sizeof to.b);
	memcpy(f->data + 6, s->mac.b, sizeof s->mac.b);
	f->data[12] = LOCAL_EXPERIMENTAL >> 8;
	f->data[13] = LOCAL_EXPERIMENTAL & 0xff;
	memcpy(f->data + ETHERNET_HEADER, payload, length);
	s->out = f;
}

static void station_startup(void *self, vl_time now)
{
	struct station *s = self;

	(void)now;
	s->next = s->order.greets ? s->order.greets_at : s->order.count > 0 ? s->order.at : VL_NEVER;
}

static void station_shutdown(void *self, vl_time now)
{
	struct station *s = self;

	(void)now;
	s->next = VL_NEVER;
}

static void station_input(void *self, unsigned port, struct frame *f, vl_time now)
{
	struct station *s = self;
	bool ours = (f->data[0] & 1) != 0 || memcmp(f->data, s->mac.b, sizeof s->mac.b) == 0;

	(void)port, (void)now;
	if (ours && f->length >= ETHERNET_HEADER && f->data[ETHERNET_HEADER] != 0)
		s->heard++;
}

static void station_timeout(void *self, vl_time now)
{
	static const uint8_t greeting[GREETING];        /* zeros: not counted */
	struct station *s = self;

	if (now < s->next)
		return;
	if (s->order.greets) {
		s->order.greets = false;
		say(s, MAC_BROADCAST, greeting, sizeof greeting);
		s->next = s->order.count > 0 ? s->order.at : VL_NEVER;
		return;
	}
	memcpy(s->text + 8, &s->sent, sizeof s->sent);  /* no two frames are alike */
	say(s, s->order.to, s->text, s->order.payload);
	s->next = ++s->sent < s->order.count ? now + s->order.every : VL_NEVER;
}

static vl_time station_deadline(const void *self)
{
	return ((const struct station *)self)->next;
}

static bool station_poll(void *self, struct engine_out *out)
{
	struct station *s = self;

	if (s->out == NULL)
		return false;
	out->type = OUT_FRAME;
	out->port = 0;
	out->frame = s->out;
	s->out = NULL;
	return true;
}

static struct vl_status station_control(void *self, const struct command *command, vl_time now)
{
	(void)self, (void)command, (void)now;
	return vl_refuse(VL_UNKNOWN, "a station has no commands");
}

static void station_free(void *self)
{
	struct station *s = self;

	frame_unref(s->out);
	free(s);
}

struct station *station_new(struct lan *lan, unsigned host, const struct station_order *order)
{
	static const struct engine_ops ops = {
		.name = "station",
		.startup = station_startup,
		.shutdown = station_shutdown,
		.input = station_input,
		.timeout = station_timeout,
		.deadline = station_deadline,
		.poll = station_poll,
		.control = station_control,
		.free = station_free,
	};
	struct station *s = calloc(1, sizeof *s);

	bench_expect(s != NULL);
	s->pool = lan->pool;
	s->mac = lan_mac(host);
	s->order = *order;
	s->next = VL_NEVER;
	for (size_t i = 0; i < order->payload; i++)
		s->text[i] = (uint8_t)(i % 251 + 1);
	lan_add(lan, (struct engine){.ops = &ops, .self = s});
	return s;
}

uint64_t station_heard(const struct station *s)
{
	return s->heard;
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * bridge-udp: the traffic of bridge-l2 between hosts with ARP, IPv4 and UDP sockets: sim/stack under an engine
 * that sends 512 bytes (558 on the cable with the frame check sequence) and reads what comes to its port. Both
 * checksums are computed by the sender and verified by the receiver. One datagram a flow at 0.5 s warms up.
 */
#include "tests/bench/bench.h"
#include "tests/bench/lan.h"

#include <stdlib.h>

#include "sim/base/cache_line.h"
#include "sim/stack/stack.h"

enum { PAIRS = 25, PAYLOAD = 512, FRAMES = 20000, PORT = 9, OUTBOX = 64 };

struct udp_host {
	_Alignas(CACHE_LINE) struct stack *stack;
	vl_time next;
	uint64_t heard, expected;               /* datagrams; the number that the next one should have */
	struct outbox outbox;
	uint64_t sent, count;
	struct packet_envelope envelope;        /* of what it sends */
	uint8_t data[PAYLOAD];
};

static void udp_startup(void *self, vl_time now)
{
	(void)self, (void)now;
}

static void udp_shutdown(void *self, vl_time now)
{
	(void)self, (void)now;
}

static void udp_input(void *self, unsigned port, struct frame *f, vl_time now)
{
	struct udp_host *h = self;
	const struct packet *p;
	unsigned interface;
	uint64_t number;

	if (stack_input(h->stack, port, f, now, &p, &interface) != STACK_LOCAL)
		return;
	if (p->transport != TRANSPORT_UDP || p->udp.dst_port != PORT || p->payload_length != PAYLOAD)
		return;
	memcpy(&number, p->payload, sizeof number);
	bench_expect(number == h->expected++);
	h->heard++;
}

static void send_datagram(struct udp_host *h, vl_time now)
{
	static const struct udp_header ports = {.src_port = PORT, .dst_port = PORT};

	memcpy(h->data, &h->sent, sizeof h->sent);
	bench_expect(stack_send_udp(h->stack, &h->envelope, &ports, h->data, sizeof h->data, now));
	h->sent++;
}

static void udp_timeout(void *self, vl_time now)
{
	struct udp_host *h = self;

	stack_timeout(h->stack, now);
	if (now < h->next)
		return;
	bool warming_up = h->sent == 0;
	send_datagram(h, now);
	/* The first left at 0.5 s and a stagger; the rest begin half a second later. */
	h->next = h->sent > h->count ? VL_NEVER : now + (warming_up ? 500 : 1) * VL_MS;
}

static vl_time udp_deadline(const void *self)
{
	const struct udp_host *h = self;

	return vl_time_min(h->next, stack_deadline(h->stack));
}

static bool udp_poll(void *self, struct engine_out *out)
{
	return outbox_poll(&((struct udp_host *)self)->outbox, out);
}

static struct vl_status udp_control(void *self, const struct command *command, vl_time now)
{
	(void)self, (void)command, (void)now;
	return vl_refuse(VL_UNKNOWN, "no commands here");
}

static void udp_free(void *self)
{
	struct udp_host *h = self;

	stack_free(h->stack);
	outbox_fini(&h->outbox);
	free(h);
}

static struct ip_addr address_of(unsigned host)
{
	return ip4(10, 0, 0, (uint8_t)(host + 1));
}

/* It sends `count` datagrams and one before; 0: it only hears. */
static struct udp_host *add_host(struct lan *lan, unsigned i, unsigned peer, uint64_t count)
{
	static const struct engine_ops ops = {
		.name = "udp-host",
		.startup = udp_startup,
		.shutdown = udp_shutdown,
		.input = udp_input,
		.timeout = udp_timeout,
		.deadline = udp_deadline,
		.poll = udp_poll,
		.control = udp_control,
		.free = udp_free,
	};
	struct udp_host *h = cache_lines_new(sizeof *h);
	struct stack_config *config = calloc(1, sizeof *config);

	bench_expect(h != NULL && config != NULL && outbox_init(&h->outbox, OUTBOX));
	config->interface_count = 1;
	config->interface[0] = (struct stack_interface_config){.name = "eth0", .mac = lan_mac(i), .address_count = 1};
	config->interface[0].address[0] = (struct ip_prefix){address_of(i), 24};
	h->stack = stack_new(config, lan->pool, &h->outbox);
	free(config);
	bench_expect(h->stack != NULL);
	h->envelope = (struct packet_envelope){.src = address_of(i), .dst = address_of(peer), .ttl = 64,
					       .protocol = IP_PROTOCOL_UDP};
	h->count = count;
	h->next = count > 0 ? 500 * VL_MS + i * VL_MS / PAIRS : VL_NEVER;
	lan_add(lan, (struct engine){.ops = &ops, .self = h});
	return h;
}

void bridge_udp(const struct bench_case *c, struct bench_sample *out)
{
	struct lan lan;
	struct udp_host *receiver[PAIRS];
	uint64_t count = (uint64_t)(FRAMES * c->scale);

	lan_open(&lan, ETHERNET_HEADER + IPV4_HEADER + UDP_HEADER + PAYLOAD);
	for (unsigned i = 0; i < PAIRS; i++)
		(void)add_host(&lan, i, i + PAIRS, count);
	for (unsigned i = 0; i < PAIRS; i++)
		receiver[i] = add_host(&lan, i + PAIRS, i, 0);
	lan_start(&lan);
	lan_run(&lan, VL_S);
	double start = bench_cpu();
	lan_run(&lan, VL_NEVER);
	*out = (struct bench_sample){.seconds = bench_cpu() - start, .amount = (double)(PAIRS * count)};
	for (unsigned i = 0; i < PAIRS; i++)
		bench_expect(receiver[i]->heard == count + 1);
	lan_close(&lan);
}

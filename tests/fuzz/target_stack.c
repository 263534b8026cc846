// SPDX-License-Identifier: BSD-2-Clause
/* The stack of a box under any frames, its own calls in between. */
#include "sim/stack/stack.h"
#include "tests/fuzz/fuzz.h"

struct desk {
	struct draw d;
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	vl_time now;
	bool up[2];
};

static const struct mac OWN_MAC = {{0x02, 0, 0, 0, 0, 1}};

static void drain(struct desk *k)
{
	struct engine_out out;

	while (outbox_poll(&k->outbox, &out)) {
		struct packet p;
		if (out.type != OUT_FRAME)
			continue;
		FUZZ_ASSERT(out.port < 2 && k->up[out.port]);
		/* What is forwarded may carry a transport that nobody here may judge; our own layers must be right. */
		(void)packet_dissect(&p, out.frame->data, out.frame->length, out.frame->length);
		FUZZ_ASSERT(p.verdict != PACKET_BAD_ETHERNET && p.verdict != PACKET_BAD_ARP &&
			    p.verdict != PACKET_BAD_IPV4 && p.verdict != PACKET_BAD_IPV4_CHECKSUM &&
			    p.verdict != PACKET_CUT);
		frame_unref(out.frame);
	}
	FUZZ_ASSERT(k->outbox.dropped == 0);
}

static struct ip_addr some_address(struct desk *k)
{
	uint8_t v = draw_u8(&k->d);

	if ((v & 0x80) != 0)
		return (struct ip_addr){IP_V6, {0x20, 0x01, 0x0d, 0xb8, [7] = (v >> 6) & 1, [15] = v & 0x3f}};
	return ip4(192, 0, (uint8_t)(2 + ((v >> 6) & 1)), v & 0x3f);
}

static void take_in(struct desk *k)
{
	uint8_t how = draw_u8(&k->d);
	struct draw part = draw_part(&k->d, 14u + draw_u8(&k->d));
	size_t length = draw_left(&part);
	uint8_t *bytes = exact_copy(part.at, length);
	struct mac dst[4] = {OWN_MAC, MAC_BROADCAST, {{0, 0, 0x5e, 0, 1, 10}}, {{0x33, 0x33, 0xff, 0, 0, 1}}};
	const struct packet *p = NULL;
	unsigned interface = 99, port = (how >> 2) & 1;

	if (length >= ETHERNET_HEADER && (how & 8) == 0) {
		memcpy(bytes, dst[how & 3].b, 6);
		frame_repair(bytes, length);
	}
	struct frame *f = frame_copy(k->pool, bytes, length);
	FUZZ_ASSERT(f != NULL);
	free(bytes);
	switch (stack_input(k->stack, port, f, k->now, &p, &interface)) {
	case STACK_DONE:
		break;
	case STACK_REDUNDANCY:
	case STACK_LOCAL:
	case STACK_TRANSIT:
		FUZZ_ASSERT(interface < stack_interface_count(k->stack));
		FUZZ_ASSERT(stack_interface(k->stack, interface)->port == port);
		packet_assert_sound(p, f->data, f->length);
		break;
	}
	drain(k);
	frame_unref(f);
}

static void claim(struct desk *k)
{
	uint8_t how = draw_u8(&k->d);
	struct stack_claim c = {.interface = how & 1, .mac = {{0, 0, 0x5e, 0, 1, 10}}, .accept = (how & 2) != 0,
				.router = (how & 4) != 0};

	c.address = some_address(k);
	if (ip_is_zero(&c.address))
		return;
	if ((how & 8) != 0)
		stack_release(k->stack, c.interface, &c.address);
	else
		(void)stack_claim(k->stack, &c);
	if ((how & 16) != 0) {
		struct stack_announcement a = {.interface = c.interface, .address = c.address, .mac = c.mac,
					       .operation = (how & 32) != 0 ? ARP_REPLY : ARP_REQUEST,
					       .router = (how & 4) != 0};
		stack_announce(k->stack, &a, k->now);
	}
	if ((how & 64) != 0)
		stack_enable_address(k->stack, c.interface, &c.address, (how & 128) != 0);
}

static void send_packet(struct desk *k)
{
	struct packet_envelope e = {.ttl = draw_u8(&k->d), .protocol = IP_PROTOCOL_UDP};
	struct draw part;

	e.dst = some_address(k);
	part = draw_part(&k->d, draw_u8(&k->d));
	(void)stack_send(k->stack, &e, part.at, draw_left(&part), k->now);
}

static void pass_time(struct desk *k, vl_time length)
{
	vl_time until = k->now + length, next;

	while ((next = stack_deadline(k->stack)) <= until) {
		k->now = next > k->now ? next : k->now;
		stack_timeout(k->stack, k->now);
		FUZZ_ASSERT(stack_deadline(k->stack) > k->now);
		drain(k);
	}
	k->now = until;
}

static void set_link(struct desk *k)
{
	uint8_t how = draw_u8(&k->d);

	drain(k);
	k->up[how & 1] = (how & 2) != 0;
	stack_link(k->stack, how & 1, (how & 2) != 0, k->now);
	FUZZ_ASSERT(stack_interface_up(k->stack, how & 1) == k->up[how & 1]);
}

static bool set_up(struct desk *k)
{
	static const char *const prefix[2] = {"2001:db8::1/64", "2001:db8:0:1::1/64"};
	struct stack_config *c = calloc(1, sizeof *c);
	uint8_t how = draw_u8(&k->d);

	FUZZ_ASSERT(c != NULL);
	c->interface_count = 2;
	for (unsigned i = 0; i < 2; i++) {
		struct stack_interface_config *n = &c->interface[i];
		n->name = i == 0 ? "eth0" : "eth1";
		n->port = i;
		n->vlan = (how & 2) != 0 && i == 1 ? 5 : 0;
		n->mac = OWN_MAC;
		n->mac.b[4] = (uint8_t)i;
		n->address_count = 2;
		n->address[0] = (struct ip_prefix){ip4(192, 0, (uint8_t)(2 + i), 1), 24};
		FUZZ_ASSERT(ip_prefix_parse(prefix[i], &n->address[1]));
	}
	c->forward = (how & 1) != 0;
	c->claims = 4;
	c->neighbours = 4;
	k->up[0] = k->up[1] = true;
	k->pool = frame_pool_new();
	FUZZ_ASSERT(k->pool != NULL && outbox_init(&k->outbox, 512));
	k->stack = stack_new(c, k->pool, &k->outbox);
	free(c);
	return k->stack != NULL;
}

void fuzz_stack(const uint8_t *bytes, size_t length)
{
	struct desk k = {.d = draw_of(bytes, length)};

	FUZZ_ASSERT(set_up(&k));
	while (draw_left(&k.d) > 0) {
		switch (draw_u8(&k.d) % 8) {
		default:
			take_in(&k);
			break;
		case 3:
			claim(&k);
			break;
		case 4:
			send_packet(&k);
			break;
		case 5:
			pass_time(&k, draw_u8(&k.d) * (100 * VL_MS));
			break;
		case 6:
			set_link(&k);
			break;
		case 7:
			stack_reset(k.stack);
			k.up[0] = k.up[1] = true;
			break;
		}
		drain(&k);
	}
	stack_free(k.stack);
	outbox_fini(&k.outbox);
	FUZZ_ASSERT(frame_pool_held(k.pool) == 0);
	frame_pool_free(k.pool);
}

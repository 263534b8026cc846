// SPDX-License-Identifier: BSD-2-Clause
/* Virtual services of a LoadMaster: alone it owns their addresses; of a pair only the active unit does, and forwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/appliance/loadmaster.h"
#include "sim/node/node.h"

static const struct mac CLIENT = {{0x02, 0, 0, 0, 0, 0x50}}, SERVER = {{0x02, 0, 0, 0, 0, 0x60}};

struct unit {
	struct node_config box;
	struct loadmaster_config config;
	struct engine engine;
	vl_time now;
};

static struct frame_pool *pool;
static struct real_server_config server;
static struct virtual_service_config service;
static struct packet seen;
static struct frame *last;

static struct ip_addr ip(const char *text)
{
	struct ip_addr a;

	assert_true(ip_parse(text, &a));
	return a;
}

static struct mac mac_of_unit(int unit, unsigned port)
{
	return (struct mac){{0x02, 0, 0, 1, (uint8_t)port, (uint8_t)unit}};
}

static void unit_open(struct unit *u, int number, bool ha, enum loadmaster_protocol protocol)
{
	struct vl_status why;

	memset(u, 0, sizeof *u);
	node_config_init(&u->box);
	u->box.stack.forward = true;
	for (unsigned i = 0; i < 2; i++) {
		struct stack_interface_config *c = node_config_add_interface(&u->box);
		c->name = i == 0 ? "eth0" : "eth1";
		c->mac = mac_of_unit(number, i);
		c->address_count = 1;
		c->address[0] = (struct ip_prefix){ip4(i == 0 ? 192 : 10, 0, i == 0 ? 2 : 0, (uint8_t)(10 + number)), 24};
	}
	loadmaster_config_init(&u->config);
	u->config.protocol = protocol;
	u->config.role = number == 1 ? LOADMASTER_FIRST : LOADMASTER_SECOND;
	if (ha) {
		u->config.shared_count = 1;
		u->config.shared[0] = ip("192.0.2.10");
	}
	server = (struct real_server_config){.name = "rs1", .address = ip("10.0.0.60"), .weight = 1};
	virtual_service_config_init(&service);
	service.name = "web";
	service.address = ip("192.0.2.100");
	service.port_count = 1;
	service.port[0] = (struct port_range){80, 80};
	service.server = &server;
	service.server_count = 1;
	u->config.service = &service;
	u->config.service_count = 1;
	why = loadmaster_configure(&u->config, &u->box);
	assert_true(vl_ok(&why));
	u->engine = loadmaster_new(&u->config, &u->box, pool, &why);
	if (u->engine.ops == NULL)
		fail_msg("%s", why.reason);
}

static bool next_frame(struct unit *u, unsigned *port)
{
	struct engine_out out;

	frame_unref(last);
	last = NULL;
	while (u->engine.ops->poll(u->engine.self, &out)) {
		if (out.type != OUT_FRAME)
			continue;
		last = out.frame;
		*port = out.port;
		assert_true(packet_dissect(&seen, last->data, last->length, last->length));
		return true;
	}
	return false;
}

/* Everything that comes out goes to the other unit, when there is one. */
static void settle(struct unit *u, struct unit *other)
{
	unsigned port;

	while (next_frame(u, &port))
		if (other != NULL)
			other->engine.ops->input(other->engine.self, port, last, u->now);
}

static void run(struct unit *a, struct unit *b, vl_time until)
{
	for (;;) {
		vl_time next = a->engine.ops->deadline(a->engine.self);
		if (b != NULL)
			next = vl_time_min(next, b->engine.ops->deadline(b->engine.self));
		if (next > until)
			return;
		a->now = next;
		a->engine.ops->timeout(a->engine.self, next);
		settle(a, b);
		if (b == NULL)
			continue;
		b->now = next;
		b->engine.ops->timeout(b->engine.self, next);
		settle(b, a);
	}
}

static void unit_close(struct unit *u)
{
	unsigned port;

	while (next_frame(u, &port))
		;
	u->engine.ops->free(u->engine.self);
	node_config_fini(&u->box);
}

static void arp_from(struct unit *u, unsigned port, struct mac mac, struct ip_addr sender, struct ip_addr target)
{
	struct frame *f = frame_new(pool, 64);
	struct wr out = wr_of(f->data, f->length);

	ethernet_encode(&(struct ethernet_header){.dst = MAC_BROADCAST, .src = mac, .type = ETHERTYPE_ARP}, &out);
	arp_encode(&(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = mac, .sender_ip = sender, .target_ip = target},
		   &out);
	f->length = (uint32_t)wr_length(&out);
	u->engine.ops->input(u->engine.self, port, f, u->now);
	frame_unref(f);
}

static void syn(struct unit *u, struct mac to, uint16_t from_port)
{
	struct frame *f = frame_new(pool, 128);
	struct wr out = wr_of(f->data, f->length);
	struct packet_envelope e = {.src_mac = CLIENT, .dst_mac = to, .src = ip("192.0.2.50"), .dst = ip("192.0.2.100"),
				    .ttl = 64, .protocol = IP_PROTOCOL_TCP};
	struct tcp_header h = {.src_port = from_port, .dst_port = 80, .sequence = 1, .flags = TCP_SYN, .window = 1000};

	packet_begin(&out, &e);
	tcp_encode(&h, &e.src, &e.dst, NULL, 0, &out);
	packet_end(&out, &e);
	f->length = (uint32_t)wr_length(&out);
	u->engine.ops->input(u->engine.self, 0, f, u->now);
	frame_unref(f);
}

static void alone_it_answers_for_the_address_and_forwards(void **state)
{
	struct unit u;
	unsigned port;

	pool = frame_pool_new();
	unit_open(&u, 1, false, LOADMASTER_CARP);
	u.engine.ops->startup(u.engine.self, 0);
	assert_true(next_frame(&u, &port));             /* gratuitous ARP */
	assert_int_equal(seen.network, NETWORK_ARP);
	assert_true(ip_equal(&seen.arp.sender_ip, &service.address) && ip_equal(&seen.arp.target_ip, &service.address));
	settle(&u, NULL);
	arp_from(&u, 0, CLIENT, ip("192.0.2.50"), service.address);
	assert_true(next_frame(&u, &port));
	assert_int_equal(seen.arp.operation, ARP_REPLY);
	assert_true(mac_equal(seen.arp.sender_mac, mac_of_unit(1, 0)));
	arp_from(&u, 1, SERVER, server.address, ip("10.0.0.11"));
	settle(&u, NULL);
	syn(&u, mac_of_unit(1, 0), 40000);
	assert_true(next_frame(&u, &port));
	assert_int_equal(port, 1);
	assert_true(ip_equal(&seen.dst, &server.address));
	assert_true(mac_equal(seen.ethernet.dst, SERVER));
	assert_int_equal(balancer_server(loadmaster_balancer(&u.engine), 0, 0).active, 1);
	u.engine.ops->shutdown(u.engine.self, VL_S);
	settle(&u, NULL);
	unit_close(&u);
	assert_int_equal(frame_pool_held(pool), 0);
	frame_pool_free(pool);
}

static void of_a_pair_only_the_active_unit_forwards(enum loadmaster_protocol protocol)
{
	struct unit a, b;
	unsigned port;
	struct mac virtual_mac = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x01}};

	pool = frame_pool_new();
	unit_open(&a, 1, true, protocol);
	unit_open(&b, 2, true, protocol);
	a.engine.ops->startup(a.engine.self, 0);
	settle(&a, NULL);
	b.engine.ops->startup(b.engine.self, 0);
	settle(&b, &a);
	run(&a, &b, 20 * VL_S);
	a.now = b.now = 20 * VL_S;
	assert_true(balancer_is_active(loadmaster_balancer(&a.engine)));
	assert_false(balancer_is_active(loadmaster_balancer(&b.engine)));
	arp_from(&a, 1, SERVER, server.address, ip("10.0.0.11"));
	arp_from(&b, 1, SERVER, server.address, ip("10.0.0.12"));
	settle(&a, NULL);
	settle(&b, NULL);
	/* the shared address and the service's are the active unit's, with the virtual MAC */
	arp_from(&b, 0, CLIENT, ip("192.0.2.50"), service.address);
	assert_false(next_frame(&b, &port));
	arp_from(&a, 0, CLIENT, ip("192.0.2.50"), service.address);
	assert_true(next_frame(&a, &port));
	assert_true(mac_equal(seen.arp.sender_mac, virtual_mac));
	syn(&a, virtual_mac, 40000);
	assert_true(next_frame(&a, &port));
	assert_true(ip_equal(&seen.dst, &server.address));
	/* by mistake to the passive one */
	syn(&b, mac_of_unit(2, 0), 40001);
	assert_false(next_frame(&b, &port));
	assert_int_equal(balancer_dropped(loadmaster_balancer(&b.engine), BALANCER_DROP_PASSIVE), 1);
	/* failover: the other one knows nothing of the connection */
	a.engine.ops->shutdown(a.engine.self, a.now);
	settle(&a, &b);
	run(&b, NULL, 40 * VL_S);
	b.now = 40 * VL_S;
	assert_true(balancer_is_active(loadmaster_balancer(&b.engine)));
	assert_int_equal(balancer_connection_count(loadmaster_balancer(&b.engine)), 0);
	syn(&b, virtual_mac, 40002);
	assert_true(next_frame(&b, &port));
	assert_int_equal(port, 1);
	unit_close(&a);
	unit_close(&b);
	assert_int_equal(frame_pool_held(pool), 0);
	frame_pool_free(pool);
}

static void a_pair_by_carp(void **state)
{
	of_a_pair_only_the_active_unit_forwards(LOADMASTER_CARP);
}

static void a_pair_by_vrrp(void **state)
{
	of_a_pair_only_the_active_unit_forwards(LOADMASTER_VRRP);
}

static void settings_have_the_services_name_in_front(void **state)
{
	struct unit u;
	struct command c = {.verb = COMMAND_SET, .field = "services.web.servers.rs1.weight", .type = VALUE_NUMBER,
			    .value.number = 7};

	pool = frame_pool_new();
	unit_open(&u, 1, false, LOADMASTER_CARP);
	u.engine.ops->startup(u.engine.self, 0);
	struct vl_status s = u.engine.ops->control(u.engine.self, &c, 0);
	assert_true(vl_ok(&s));
	assert_int_equal(balancer_server(loadmaster_balancer(&u.engine), 0, 0).weight, 7 * SCHEDULER_WEIGHT_ONE);
	c.field = "services.wep.rs1.weight";
	s = u.engine.ops->control(u.engine.self, &c, 0);
	assert_string_equal(s.reason, "service `wep' is not there; did you mean `web'?");
	c.field = "services.web.rs1.wieght";
	s = u.engine.ops->control(u.engine.self, &c, 0);
	assert_string_equal(s.reason, "field `wieght' is not there; did you mean `weight'?");
	unit_close(&u);
	frame_pool_free(pool);
}

/* Power comes back: nothing is known, the address is claimed again. */
static void after_a_crash_it_begins_anew(void **state)
{
	struct unit u;
	unsigned port;

	pool = frame_pool_new();
	unit_open(&u, 1, false, LOADMASTER_CARP);
	u.engine.ops->startup(u.engine.self, 0);
	settle(&u, NULL);
	syn(&u, mac_of_unit(1, 0), 40000);
	settle(&u, NULL);
	assert_int_equal(balancer_connection_count(loadmaster_balancer(&u.engine)), 1);
	u.now = VL_S;
	u.engine.ops->startup(u.engine.self, VL_S);
	assert_int_equal(balancer_connection_count(loadmaster_balancer(&u.engine)), 0);
	assert_int_equal(balancer_server(loadmaster_balancer(&u.engine), 0, 0).active, 0);
	assert_true(next_frame(&u, &port));
	assert_int_equal(seen.network, NETWORK_ARP);
	unit_close(&u);
	frame_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone_it_answers_for_the_address_and_forwards),
		cmocka_unit_test(a_pair_by_carp),
		cmocka_unit_test(a_pair_by_vrrp),
		cmocka_unit_test(settings_have_the_services_name_in_front),
		cmocka_unit_test(after_a_crash_it_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

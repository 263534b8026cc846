// SPDX-License-Identifier: BSD-2-Clause
/* Full NAT, direct return, tunnels, and from one family to the other: a frame in, frames out, byte for byte. */
#include "tests/balancer/lab.h"

#include "tests/support/tshark.h"

static struct lab l;

/* Ports of full NAT are a hash's affair: the frame is as wanted but for that one. */
static void expect_from(unsigned port, struct lab_packet w, const char *local)
{
	assert_true(lab_next_frame(&l));
	uint16_t chosen = l.p.tcp.src_port;
	assert_true(chosen >= 1024);
	uint8_t bytes[LAB_FRAME];
	w.src = ip(local);
	w.src_port = chosen;
	w.from = LAB_MAC[port];
	w.to = mac_of(w.dst);
	size_t length = lab_encode(&w, bytes);
	assert_int_equal(l.out.port, port);
	assert_same_bytes(l.out.frame->data, l.out.frame->length, bytes, length);
}

/* RFC 7915 5.1: a short packet from IPv6 may be cut behind the translator, and has an ID: here they count. */
static void a_connection_by_snat(const char *client, const char *vip, const char *local, const char *server)
{
	bool in_made = ip(client).family == IP_V6 && ip(server).family == IP_V4;
	bool out_made = ip(client).family == IP_V4 && ip(server).family == IP_V6;
	struct lab_flow f = {.client = ip(client), .vip = ip(vip), .port = 40000, .vport = 80, .client_next = 1000,
			     .server_next = 5000};
	struct packet seen;

	assert_true(lab_client(&l, &f, TCP_SYN, 0));
	struct lab_packet w = {.dst = ip(server), .dst_port = 8080, .ttl = 63, .flags = TCP_SYN, .sequence = 1000,
			       .may_fragment = in_made};
	expect_from(1, w, local);
	seen = l.p;
	/* the server answers the local address, which is ours */
	assert_true(lab_server(&l, &f, &seen, TCP_SYN | TCP_ACK, 0));
	assert_false(l.transit);
	lab_expect(&l, 0, (struct lab_packet){.src = f.vip, .dst = f.client, .src_port = 80, .dst_port = 40000, .ttl = 63,
					      .flags = TCP_SYN | TCP_ACK, .sequence = 5000, .acknowledgment = 1001,
					      .may_fragment = out_made});
	assert_true(lab_client(&l, &f, TCP_ACK | TCP_PSH, 1001));
	w.flags = TCP_ACK | TCP_PSH;
	w.sequence = 1001;
	w.acknowledgment = 5001;
	w.length = 1001;
	w.id = in_made ? 1 : 0;
	expect_from(1, w, local);
	assert_true(lab_server(&l, &f, &seen, TCP_ACK, 777));
	lab_expect(&l, 0, (struct lab_packet){.src = f.vip, .dst = f.client, .src_port = 80, .dst_port = 40000, .ttl = 63,
					      .flags = TCP_ACK, .sequence = 5001, .acknowledgment = 2002, .length = 777,
					      .may_fragment = out_made, .id = out_made ? 1 : 0});
	lab_silence(&l);
	assert_int_equal(balancer_server(l.balancer, 0, 0).active, 1);
}

static void snat(enum balancer_snat how)
{
	lab_init(&l);
	l.service[0].forwarding = FORWARD_SNAT;
	l.service[0].snat = how;
	l.service[0].local_count = 2;
	l.service[0].local[0] = ip("10.0.0.201");
	l.service[0].local[1] = ip("fd00::201");
	l.server[0][0].port = 8080;
}

static void full_nat_by_the_virtual_address(void **state)
{
	snat(SNAT_SERVICE);
	lab_open(&l);
	a_connection_by_snat("198.51.100.7", "192.0.2.100", "192.0.2.100", "10.0.0.11");
	lab_close(&l);
}

static void full_nat_by_the_address_on_the_servers_net(void **state)
{
	snat(SNAT_INTERFACE);
	lab_open(&l);
	a_connection_by_snat("198.51.100.7", "192.0.2.100", "10.0.0.1", "10.0.0.11");
	lab_close(&l);
}

static void full_nat_by_extra_addresses_which_it_claims(void **state)
{
	snat(SNAT_POOL);
	lab_open(&l);
	a_connection_by_snat("198.51.100.7", "192.0.2.100", "10.0.0.201", "10.0.0.11");
	lab_close(&l);
}

static void full_nat_over_ipv6(void **state)
{
	snat(SNAT_INTERFACE);
	lab_ipv6(&l);
	lab_open(&l);
	a_connection_by_snat("2001:db8:7::7", "2001:db8::100", "fd00::1", "fd00::11");
	lab_close(&l);
}

/* RFC 7915: IPv6 in front, IPv4 behind. */
static void from_ipv6_to_ipv4(void **state)
{
	snat(SNAT_POOL);
	for (size_t i = 0; i < LAB_SERVERS; i++)
		l.server[0][i].address = ip4(10, 0, 0, (uint8_t)(11 + i));
	l.service[0].address = ip("2001:db8::100");
	lab_open(&l);
	a_connection_by_snat("2001:db8:7::7", "2001:db8::100", "10.0.0.201", "10.0.0.11");
	lab_close(&l);
}

static void from_ipv4_to_ipv6(void **state)
{
	snat(SNAT_POOL);
	lab_ipv6(&l);
	l.service[0].address = ip("192.0.2.100");
	lab_open(&l);
	a_connection_by_snat("198.51.100.7", "192.0.2.100", "fd00::201", "fd00::11");
	lab_close(&l);
}

/* --- direct return ---------------------------------------------------------------------------------------- */

static void direct_return_changes_nothing_above_ethernet(void **state)
{
	for (int six = 0; six < 2; six++) {
		lab_init(&l);
		l.service[0].forwarding = FORWARD_DSR;
		if (six)
			lab_ipv6(&l);
		lab_open(&l);
		struct lab_flow f = lab_flow(&l, 40000);
		struct lab_packet w = {.src = f.client, .dst = f.vip, .src_port = 40000, .dst_port = 80, .flags = TCP_SYN,
				       .sequence = 1000, .ttl = 1, .to = mac_of(l.server[0][0].address)};
		assert_true(lab_send(&l, 0, w));
		lab_expect(&l, 1, w);
		w.flags = TCP_ACK;
		w.sequence = 1001;
		w.acknowledgment = 77;
		w.length = 600;
		assert_true(lab_send(&l, 0, w));
		lab_expect(&l, 1, w);
		assert_int_equal(balancer_server(l.balancer, 0, 0).active, 1);
		assert_int_equal(balancer_server(l.balancer, 0, 0).bytes_out, 0);
		/* one side only is seen: its FIN makes the connection inactive, for two minutes (balancer.md 4.2) */
		w.flags = TCP_ACK | TCP_FIN;
		w.sequence = 1601;
		w.length = 0;
		assert_true(lab_send(&l, 0, w));
		assert_int_equal(balancer_server(l.balancer, 0, 0).active, 0);
		assert_int_equal(balancer_server(l.balancer, 0, 0).inactive, 1);
		lab_wait(&l, 119 * VL_S);
		assert_int_equal(balancer_connection_count(l.balancer), 1);
		lab_wait(&l, 2 * VL_S);
		assert_int_equal(balancer_connection_count(l.balancer), 0);
		assert_int_equal(balancer_connections(l.balancer)->ended[CONNECTION_END_CLOSED], 1);
		lab_close(&l);
	}
}

/* --- tunnels ---------------------------------------------------------------------------------------------- */

/* The frame that comes out: an outer header, and the inner packet with one hop less. */
static void expect_tunnel(struct lab_packet inner, const char *outer_src, const char *outer_dst, uint16_t outer_id)
{
	uint8_t want[LAB_FRAME], in[LAB_FRAME];
	struct wr out = wr_of(want, sizeof want);
	bool v4 = inner.src.family == IP_V4, outer_v4 = ip(outer_src).family == IP_V4;
	size_t inner_length = lab_encode(&inner, in) - ETHERNET_HEADER;
	struct packet_envelope e = {.src_mac = LAB_MAC[1], .dst_mac = mac_of(ip(outer_dst)), .src = ip(outer_src),
				    .dst = ip(outer_dst), .ttl = 64, .tos = inner.tos, .id = outer_id,
				    .dont_fragment = v4 ? !inner.may_fragment : true, .protocol = v4 ? 4 : 41};

	packet_begin(&out, &e);
	wr_bytes(&out, in + ETHERNET_HEADER, inner_length);
	packet_end(&out, &e);
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.out.port, 1);
	assert_same_bytes(l.out.frame->data, l.out.frame->length, want, wr_length(&out));
	(void)outer_v4;
}

static void open_tunnel_lab(bool client_v4, bool server_v4)
{
	lab_init(&l);
	if (!client_v4)
		lab_ipv6(&l);
	for (size_t i = 0; i < LAB_SERVERS; i++)
		l.server[0][i].address = server_v4 ? ip4(10, 0, 0, (uint8_t)(11 + i)) : ip("fd00::11");
	l.server[0][1].address = server_v4 ? ip("10.0.0.12") : ip("fd00::12");
	l.service[0].forwarding = FORWARD_TUNNEL;
	lab_open(&l);
}

static void a_tunnel(bool client_v4, bool server_v4)
{
	open_tunnel_lab(client_v4, server_v4);
	struct lab_flow f = lab_flow(&l, 40000);
	struct lab_packet w = {.src = f.client, .dst = f.vip, .src_port = 40000, .dst_port = 80, .flags = TCP_SYN,
			       .sequence = 1000, .tos = 0x28};
	assert_true(lab_send(&l, 0, w));
	w.ttl = 63;
	expect_tunnel(w, server_v4 ? "10.0.0.1" : "fd00::1", server_v4 ? "10.0.0.11" : "fd00::11", 0);
	/* the outer header costs MTU, and the client is told so */
	w.ttl = 64;
	w.flags = TCP_ACK;
	w.sequence = 1001;
	w.length = 1460;
	if (!client_v4)
		w.length = 1440;
	assert_true(lab_send(&l, 0, w));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.transport, TRANSPORT_ICMP);
	assert_int_equal(l.p.icmp.type, client_v4 ? ICMP_UNREACHABLE : (int)ICMPV6_PACKET_TOO_BIG);
	assert_int_equal(l.p.icmp.word, server_v4 ? 1480 : 1460);
	lab_silence(&l);
	lab_close(&l);
}

static void tunnels_of_every_kind(void **state)
{
	a_tunnel(true, true);
	a_tunnel(false, false);
	a_tunnel(false, true);
	a_tunnel(true, false);
}

/* RFC 2473 7.2: of IPv4 that may be cut, the outer packet is, in IPv6 as well. */
static void a_tunnel_over_ipv6_is_cut(void **state)
{
	uint8_t whole[1500], want[LAB_FRAME];

	open_tunnel_lab(true, false);
	struct lab_flow f = lab_flow(&l, 40000);
	struct lab_packet w = {.src = f.client, .dst = f.vip, .src_port = 40000, .dst_port = 80, .flags = TCP_SYN,
			       .sequence = 1000};
	assert_true(lab_send(&l, 0, w));
	assert_true(lab_next_frame(&l));
	w.flags = TCP_ACK;
	w.sequence = 1001;
	w.length = 1460;
	w.may_fragment = true;
	w.id = 5;
	assert_true(lab_send(&l, 0, w));
	size_t at = 0;
	for (int i = 0; i < 2; i++) {
		assert_true(lab_next_frame(&l));
		assert_true(l.out.frame->length <= ETHERNET_HEADER + 1500);
		assert_int_equal(l.p.ipv6.protocol, 4);
		assert_int_equal(l.p.ipv6.fragment_offset, at);
		assert_int_equal(l.p.ipv6.more_fragments, i == 0);
		assert_true(at + l.p.ip_payload_length <= sizeof whole);
		memcpy(whole + at, l.p.ip_payload, l.p.ip_payload_length);
		at += l.p.ip_payload_length;
	}
	w.ttl = 63;
	size_t length = lab_encode(&w, want);
	assert_same_bytes(whole, at, want + ETHERNET_HEADER, length - ETHERNET_HEADER);
	lab_silence(&l);
	lab_close(&l);
}

/* The inner packet of a tunnel's frame that came out, as a frame of its own; false: none came out. */
static bool take_inner(struct packet *p, uint8_t frame[LAB_FRAME], size_t *length)
{
	if (!lab_next_frame(&l))
		return false;
	size_t outer = l.p.network == NETWORK_IPV4 ? 20 : 40;

	assert_true(l.out.frame->length <= ETHERNET_HEADER + 1500);
	*length = l.out.frame->length - outer;
	memcpy(frame, l.out.frame->data, ETHERNET_HEADER);
	memcpy(frame + ETHERNET_HEADER, l.out.frame->data + ETHERNET_HEADER + outer, *length - ETHERNET_HEADER);
	put_be16(frame + 12, frame[ETHERNET_HEADER] >> 4 == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
	assert_true(packet_dissect(p, frame, *length, *length));
	return true;
}

/* Three segments in one, as a wire's card hands them over, do not fit with the outer header and leave as four. */
static void a_super_frame_is_cut_for_the_tunnel(bool client_v4, bool server_v4)
{
	uint8_t frame[LAB_FRAME];
	struct packet p;
	size_t length, data = 0, frames = 0, whole = client_v4 ? 4380 : 4320;

	open_tunnel_lab(client_v4, server_v4);
	struct lab_flow f = lab_flow(&l, 40000);
	struct lab_packet w = {.src = f.client, .dst = f.vip, .src_port = 40000, .dst_port = 80, .flags = TCP_SYN, .sequence = 1000};
	assert_true(lab_send(&l, 0, w));
	assert_true(take_inner(&p, frame, &length));
	w.flags = TCP_ACK | TCP_PSH;
	w.sequence = 1001;
	w.length = whole;
	w.segment = 1500;
	assert_true(lab_send(&l, 0, w));
	while (take_inner(&p, frame, &length)) {
		assert_int_equal(p.transport, TRANSPORT_TCP);
		assert_int_equal(p.tcp.sequence, 1001 + data);
		data += p.payload_length;
		frames++;
		assert_int_equal(p.tcp.flags & TCP_PSH, data == whole ? TCP_PSH : 0);
	}
	assert_int_equal(data, whole);
	assert_int_equal(frames, 4);
	lab_close(&l);
}

static void super_frames_go_into_tunnels_of_every_kind(void **state)
{
	a_super_frame_is_cut_for_the_tunnel(true, true);
	a_super_frame_is_cut_for_the_tunnel(false, false);
	a_super_frame_is_cut_for_the_tunnel(false, true);
	a_super_frame_is_cut_for_the_tunnel(true, false);
}

/* --- SNAT ports ------------------------------------------------------------------------------------------- */

/* 10 ports and 2 servers: 10 connections to each; the 21st finds none, and a port that ends is free again. */
static void a_pool_runs_out_of_ports(void **state)
{
	bool used[2][10] = {{false}};

	snat(SNAT_POOL);
	l.service[0].local_count = 1;
	l.service[0].snat_ports = (struct port_range){5000, 5009};
	lab_open(&l);
	for (uint16_t i = 0; i < 20; i++) {
		struct lab_flow f = lab_flow(&l, (uint16_t)(40000 + i));
		assert_true(lab_client(&l, &f, TCP_SYN, 0));
		assert_true(lab_next_frame(&l));
		bool *slot = &used[l.p.dst.b[3] - 11][l.p.tcp.src_port - 5000];
		assert_false(*slot);
		*slot = true;
	}
	struct lab_flow f = lab_flow(&l, 50000);
	assert_true(lab_client(&l, &f, TCP_SYN, 0));
	lab_silence(&l);        /* a SYN comes again */
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_PORTS), 1);
	assert_int_equal(balancer_connections(l.balancer)->ended[CONNECTION_END_UNBOUND], 1);
	lab_wait(&l, 61 * VL_S);
	assert_int_equal(balancer_connection_count(l.balancer), 0);
	assert_true(lab_client(&l, &f, TCP_SYN, 0));
	assert_true(lab_next_frame(&l));
	lab_close(&l);
}

/* --- tshark ----------------------------------------------------------------------------------------------- */

/* Every mode in one capture: nothing malformed, every checksum right. */
static void tshark_finds_nothing_wrong(void **state)
{
	static const char *const field[] = {"ip.checksum.status", "tcp.checksum.status", "udp.checksum.status",
					    "icmpv6.checksum.status", "icmp.checksum.status", "_ws.malformed"};
	char cell[6][TSHARK_CELL];
	struct scratch_capture capture;
	size_t rows = 0;

	tshark_or_skip();
	for (int mode = 0; mode < 6; mode++) {
		lab_init(&l);
		bool six = mode % 2 == 1;
		if (six)
			lab_ipv6(&l);
		l.service[0].forwarding = (enum balancer_forwarding)(mode / 2 == 0 ? FORWARD_SNAT : mode / 2 == 1 ? FORWARD_NAT : FORWARD_TUNNEL);
		l.service[0].snat = SNAT_POOL;
		l.service[0].local_count = 2;
		l.service[0].local[0] = ip("10.0.0.201");
		l.service[0].local[1] = ip("fd00::201");
		if (mode < 2)
			for (size_t i = 0; i < LAB_SERVERS; i++) {
				l.server[0][i].address = six ? ip4(10, 0, 0, (uint8_t)(11 + i)) : ip("fd00::11");
				l.server[0][i].address.b[15] = six ? 0 : (uint8_t)(0x11 + i);
			}
		lab_open(&l);
		scratch_capture_open(&capture);
		l.capture = &capture;
		struct lab_flow f = lab_flow(&l, 40000);
		struct packet seen;
		if (mode < 4) {
			lab_establish(&l, &f, &seen);
			lab_client(&l, &f, TCP_ACK, 333);
			while (lab_next(&l))
				;
			lab_server(&l, &f, &seen, TCP_ACK, 1201);
		} else {
			lab_client(&l, &f, TCP_SYN, 0);
			/* (of a quoted packet that was cut tshark says that its checksum is bad: none here) */
			lab_client(&l, &f, TCP_ACK, 1400);
		}
		while (lab_next(&l))
			;
		l.capture = NULL;
		scratch_capture_close(&capture);
		FILE *t = tshark_start(capture.path, " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE",
				       field, 6);
		while (tshark_row(t, cell, 6)) {
			for (int i = 0; i < 5; i++)
				if (tshark_says_bad(cell[i]))
					fail_msg("mode %d, row %zu: %s is bad", mode, rows, field[i]);
			assert_string_equal(cell[5], "");
			rows++;
		}
		tshark_finish(t);
		scratch_capture_remove(&capture);
		lab_close(&l);
	}
	assert_true(rows >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_nat_by_the_virtual_address),
		cmocka_unit_test(full_nat_by_the_address_on_the_servers_net),
		cmocka_unit_test(full_nat_by_extra_addresses_which_it_claims),
		cmocka_unit_test(full_nat_over_ipv6),
		cmocka_unit_test(from_ipv6_to_ipv4),
		cmocka_unit_test(from_ipv4_to_ipv6),
		cmocka_unit_test(direct_return_changes_nothing_above_ethernet),
		cmocka_unit_test(tunnels_of_every_kind),
		cmocka_unit_test(a_tunnel_over_ipv6_is_cut),
		cmocka_unit_test(super_frames_go_into_tunnels_of_every_kind),
		cmocka_unit_test(a_pool_runs_out_of_ports),
		cmocka_unit_test(tshark_finds_nothing_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

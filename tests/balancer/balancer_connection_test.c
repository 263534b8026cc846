// SPDX-License-Identifier: BSD-2-Clause
/* Connections: their states and ends, strays, windows, SYN cookies, fragments, ICMP errors; none is lost count of. */
#include "tests/balancer/lab.h"

#include "sim/base/prng.h"

static struct lab l;

static struct server_facts server(size_t i)
{
	return balancer_server(l.balancer, 0, i);
}

static uint64_t ended(enum connection_end why)
{
	return balancer_connections(l.balancer)->ended[why];
}

static void drain_out(void)
{
	while (lab_next(&l))
		;
}

/* --- states ------------------------------------------------------------------------------------------------- */

static void a_handshake_that_is_not_finished_expires_after_a_minute(void **state)
{
	lab_init(&l);
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_client(&l, &f, TCP_SYN, 0);
	assert_true(lab_next_record(&l, &BALANCER_OPEN_KIND));
	assert_string_equal(l.out.record.value[2].word, "rs1");
	assert_string_equal(l.out.record.value[3].word, "rr");
	drain_out();
	lab_wait(&l, 59 * VL_S);
	assert_int_equal(balancer_connection_count(l.balancer), 1);
	lab_wait(&l, 2 * VL_S);
	assert_int_equal(balancer_connection_count(l.balancer), 0);
	assert_int_equal(ended(CONNECTION_END_EXPIRED), 1);
	assert_true(lab_next_record(&l, &BALANCER_CLOSE_KIND));
	assert_string_equal(l.out.record.value[3].word, "expired");
	assert_int_equal(server(0).active + server(0).inactive, 0);
	lab_close(&l);
}

static void an_idle_one_lives_a_quarter_of_an_hour_and_a_closed_one_two_minutes(void **state)
{
	struct packet seen;

	lab_init(&l);
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_establish(&l, &f, &seen);
	lab_wait(&l, 899 * VL_S);
	lab_client(&l, &f, TCP_ACK, 10);
	lab_wait(&l, 899 * VL_S);
	assert_int_equal(server(0).active, 1);
	lab_client(&l, &f, TCP_ACK | TCP_FIN, 0);
	assert_int_equal(server(0).active, 0);
	lab_server(&l, &f, &seen, TCP_ACK | TCP_FIN, 0);
	lab_client(&l, &f, TCP_ACK, 0);
	lab_wait(&l, 119 * VL_S);
	assert_int_equal(server(0).inactive, 1);
	lab_wait(&l, 2 * VL_S);
	assert_int_equal(ended(CONNECTION_END_CLOSED), 1);
	drain_out();
	lab_close(&l);
}

static void a_reset_ends_it_in_ten_seconds(void **state)
{
	struct packet seen;

	lab_init(&l);
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_establish(&l, &f, &seen);
	lab_server(&l, &f, &seen, TCP_RST | TCP_ACK, 0);
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.tcp.flags, TCP_RST | TCP_ACK);
	assert_int_equal(server(0).active, 0);
	lab_wait(&l, 11 * VL_S);
	assert_int_equal(ended(CONNECTION_END_RESET), 1);
	drain_out();
	lab_close(&l);
}

/* conn_reuse_mode: a port that comes again is another connection, or the old server's for ever. */
static void a_port_used_again_is_scheduled_again_unless_told_not_to(void **state)
{
	struct packet seen;

	for (uint8_t reuse = 0; reuse < 2; reuse++) {
		lab_init(&l);
		l.service[0].reuse = reuse;
		lab_open(&l);
		struct lab_flow f = lab_flow(&l, 40000);
		lab_establish(&l, &f, &seen);
		lab_client(&l, &f, TCP_ACK | TCP_FIN, 0);
		lab_server(&l, &f, &seen, TCP_ACK | TCP_FIN, 0);
		lab_client(&l, &f, TCP_ACK, 0);
		drain_out();
		f.client_next = 900000;
		lab_client(&l, &f, TCP_SYN, 0);
		assert_true(lab_next_frame(&l));
		assert_int_equal(l.p.dst.b[3], reuse == 1 ? 12 : 11);
		assert_int_equal(ended(CONNECTION_END_REUSED), reuse);
		assert_int_equal(balancer_connection_count(l.balancer), 1);
		lab_close(&l);
	}
}

/* --- what does not belong ----------------------------------------------------------------------------------- */

static void a_stray_is_reset_or_dropped(void **state)
{
	for (int silent = 0; silent < 2; silent++) {
		lab_init(&l);
		l.service[0].silent_strays = silent == 1;
		lab_open(&l);
		struct lab_flow f = lab_flow(&l, 40000);
		assert_true(lab_client(&l, &f, TCP_ACK, 10));
		if (silent == 0) {
			assert_true(lab_next_frame(&l));
			assert_true(ip_equal(&l.p.src, &f.vip) && ip_equal(&l.p.dst, &f.client));
			assert_int_equal(l.p.tcp.flags, TCP_RST);
			assert_int_equal(l.p.tcp.sequence, 5000);
		}
		lab_silence(&l);
		lab_client(&l, &f, TCP_RST, 0);         /* never answered */
		lab_silence(&l);
		assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_STRAY), 2);
		lab_close(&l);
	}
}

static void a_segment_out_of_window_is_dropped(void **state)
{
	struct packet seen;

	lab_init(&l);
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000), blind;
	lab_establish(&l, &f, &seen);
	blind = f;
	blind.client_next += 8193;                      /* the server's window ends one before */
	assert_true(lab_client(&l, &blind, TCP_RST, 0));
	lab_silence(&l);
	blind = f;
	blind.client_next -= 200000;
	assert_true(lab_client(&l, &blind, TCP_ACK, 10));
	lab_silence(&l);
	assert_int_equal(balancer_dropped(l.balancer, BALANCER_DROP_WINDOW), 2);
	blind = f;
	blind.client_next += 8192;
	assert_true(lab_client(&l, &blind, TCP_ACK, 0));
	assert_true(lab_next_frame(&l));
	blind = f;
	blind.client_next -= 1;                         /* a keep-alive */
	assert_true(lab_client(&l, &blind, TCP_ACK, 1));
	assert_true(lab_next_frame(&l));
	assert_int_equal(server(0).active, 1);
	lab_close(&l);
}

static void no_server_is_told_at_once(void **state)
{
	struct command c = {.verb = COMMAND_SET, .field = "web.rs1.state", .type = VALUE_WORD, .value.word = "disable"};

	lab_init(&l);
	l.service[0].server_count = 1;
	lab_open(&l);
	balancer_control(l.balancer, &c, l.now);
	drain_out();
	struct lab_flow f = lab_flow(&l, 40000);
	lab_client(&l, &f, TCP_SYN, 0);
	assert_true(lab_next_record(&l, &BALANCER_REFUSED_KIND));
	assert_string_equal(l.out.record.value[1].word, "no server");
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.tcp.flags, TCP_RST | TCP_ACK);
	assert_int_equal(l.p.tcp.acknowledgment, 1001);
	lab_close(&l);
}

/* A full table gives up the handshake that is open longest, never a connection that stands. */
static void a_full_table_evicts_the_half_open(void **state)
{
	struct packet seen;

	lab_init(&l);
	l.config.connections = 3;
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_establish(&l, &f, &seen);
	for (uint16_t i = 1; i <= 5; i++) {
		struct lab_flow g = lab_flow(&l, (uint16_t)(40000 + i));
		lab_client(&l, &g, TCP_SYN, 0);
		drain_out();
	}
	assert_int_equal(ended(CONNECTION_END_EVICTED), 3);
	assert_int_equal(balancer_connection_count(l.balancer), 3);
	lab_client(&l, &f, TCP_ACK, 5);
	assert_true(lab_next_frame(&l));
	lab_close(&l);
}

/* --- SYN cookies -------------------------------------------------------------------------------------------- */

static void above_the_half_open_limit_cookies_answer_and_splice(void **state)
{
	uint64_t sent, good;

	lab_init(&l);
	l.service[0].half_open_limit = 1;
	lab_open(&l);
	struct lab_flow flood = lab_flow(&l, 39999);
	lab_client(&l, &flood, TCP_SYN, 0);
	drain_out();
	struct lab_packet syn = {.src = ip("198.51.100.7"), .dst = ip("192.0.2.100"), .src_port = 40000, .dst_port = 80,
				 .flags = TCP_SYN, .sequence = 1000, .options_length = 4, .options = {2, 4, 1400 >> 8, 1400 & 255}};
	assert_true(lab_send(&l, 0, syn));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.out.port, 0);
	assert_int_equal(l.p.tcp.flags, TCP_SYN | TCP_ACK);
	assert_int_equal(l.p.tcp.window, 0);
	assert_int_equal(l.p.tcp.acknowledgment, 1001);
	assert_memory_equal(l.p.tcp.options, ((uint8_t[]){2, 4, 1300 >> 8, 1300 & 255}), 4);
	uint32_t cookie = l.p.tcp.sequence;
	assert_int_equal(balancer_connection_count(l.balancer), 1);
	/* a guess is reset */
	struct lab_packet ack = {.src = syn.src, .dst = syn.dst, .src_port = 40000, .dst_port = 80, .flags = TCP_ACK,
				 .sequence = 1001, .acknowledgment = cookie + 1000};
	assert_true(lab_send(&l, 0, ack));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.tcp.flags, TCP_RST);
	/* the real one makes a SYN to the server, with the client's numbers and what the cookie remembered */
	ack.acknowledgment = cookie + 1;
	assert_true(lab_send(&l, 0, ack));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.out.port, 1);
	assert_int_equal(l.p.tcp.flags, TCP_SYN);
	assert_int_equal(l.p.tcp.sequence, 1000);
	assert_memory_equal(l.p.tcp.options, ((uint8_t[]){2, 4, 1300 >> 8, 1300 & 255}), 4);
	struct ip_addr chosen = l.p.dst;
	/* what the client says meanwhile only makes it go out again */
	assert_true(lab_send(&l, 0, ack));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.tcp.flags, TCP_SYN);
	/* the server's answer opens the window */
	struct lab_packet back = {.src = chosen, .dst = syn.src, .src_port = 80, .dst_port = 40000,
				  .flags = TCP_SYN | TCP_ACK, .sequence = 77000, .acknowledgment = 1001, .window = 5000};
	assert_true(lab_send(&l, 1, back));
	lab_expect(&l, 1, (struct lab_packet){.src = syn.src, .dst = chosen, .src_port = 40000, .dst_port = 80,
					      .flags = TCP_ACK, .sequence = 1001, .acknowledgment = 77001, .window = 8192});
	lab_expect(&l, 0, (struct lab_packet){.src = syn.dst, .dst = syn.src, .src_port = 80, .dst_port = 40000,
					      .flags = TCP_ACK, .sequence = cookie + 1, .acknowledgment = 1001, .window = 5000});
	/* from here on every number of the server is translated, byte for byte and with its checksum */
	back.flags = TCP_ACK;
	back.sequence = 77001;
	back.length = 500;
	assert_true(lab_send(&l, 1, back));
	lab_expect(&l, 0, (struct lab_packet){.src = syn.dst, .dst = syn.src, .src_port = 80, .dst_port = 40000, .ttl = 63,
					      .flags = TCP_ACK, .sequence = cookie + 1, .acknowledgment = 1001, .window = 5000,
					      .length = 500});
	ack.acknowledgment = cookie + 501;
	ack.length = 3;
	assert_true(lab_send(&l, 0, ack));
	lab_expect(&l, 1, (struct lab_packet){.src = syn.src, .dst = chosen, .src_port = 40000, .dst_port = 80, .ttl = 63,
					      .flags = TCP_ACK, .sequence = 1001, .acknowledgment = 77501, .length = 3});
	balancer_cookies(l.balancer, &sent, &good);
	assert_int_equal(sent, 1);
	assert_int_equal(good, 1);
	lab_close(&l);
}

static void a_cookie_grows_stale(void **state)
{
	lab_init(&l);
	l.service[0].half_open_limit = 1;
	l.service[0].timeouts.at[CONNECTION_SYN_RECV] = 1000 * VL_S;
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 39999), g = lab_flow(&l, 40000);
	lab_client(&l, &f, TCP_SYN, 0);
	drain_out();
	lab_client(&l, &g, TCP_SYN, 0);
	assert_true(lab_next_frame(&l));
	g.server_next = l.p.tcp.sequence + 1;
	lab_wait(&l, 200 * VL_S);
	lab_client(&l, &g, TCP_ACK, 0);
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.tcp.flags, TCP_RST);
	lab_close(&l);
}

/* --- fragments and errors ----------------------------------------------------------------------------------- */

/* Cuts a datagram in two by hand. */
static void send_piece(unsigned port, const struct lab_packet *w, size_t from, size_t to, bool more)
{
	uint8_t whole[LAB_FRAME], bytes[LAB_FRAME];
	struct lab_packet full = *w;

	full.to = LAB_MAC[port];
	full.from = port == 1 ? mac_of(w->src) : mac_of(ip("192.0.2.254"));
	size_t length = lab_encode(&full, whole);
	if (to > length - 34)
		to = length - 34;
	memcpy(bytes, whole, 34);
	memcpy(bytes + 34, whole + 34 + from, to - from);
	put_be16(bytes + 16, (uint16_t)(20 + to - from));
	put_be16(bytes + 20, (uint16_t)((more ? IPV4_MORE_FRAGMENTS : 0u) | from / 8));
	put_be16(bytes + 24, 0);
	put_be16(bytes + 24, checksum_of(bytes + 14, 20));
	lab_input(&l, port, bytes, 34 + to - from);
}

static void later_fragments_follow_the_first(void **state)
{
	struct lab_packet w = {.protocol = IP_PROTOCOL_UDP, .src = ip("198.51.100.7"), .dst = ip("192.0.2.100"),
			       .src_port = 5353, .dst_port = 80, .length = 1000, .id = 99, .may_fragment = true};
	uint8_t whole[1008], want[LAB_FRAME];

	lab_init(&l);
	l.service[0].protocol = IP_PROTOCOL_UDP;
	lab_open(&l);
	send_piece(0, &w, 0, 512, true);
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.dst.b[3], 11);
	memcpy(whole, l.p.ip_payload, 512);
	send_piece(0, &w, 512, 1008, false);
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.p.dst.b[3], 11);
	assert_int_equal(l.p.ipv4.fragment_offset, 512);
	assert_int_equal(l.p.ttl, 63);
	memcpy(whole + 512, l.p.ip_payload, 496);
	/* together they are the datagram to the server, checksum included */
	w.dst = ip("10.0.0.11");
	size_t length = lab_encode(&w, want);
	assert_same_bytes(whole, sizeof whole, want + 34, length - 34);
	lab_close(&l);
}

/* A router between us and the client cannot send on what the server sent: the server must hear of it. */
static void fragmentation_needed_reaches_the_server(void **state)
{
	struct packet seen;
	uint8_t bytes[LAB_FRAME], sent[LAB_FRAME];

	for (int snat = 0; snat < 2; snat++) {
		lab_init(&l);
		l.service[0].forwarding = snat ? FORWARD_SNAT : FORWARD_NAT;
		l.service[0].snat = SNAT_INTERFACE;
		l.server[0][0].port = 8080;
		lab_open(&l);
		struct lab_flow f = lab_flow(&l, 40000);
		lab_establish(&l, &f, &seen);
		struct ip_addr peer = seen.src;
		struct lab_packet data = {.src = ip("10.0.0.11"), .dst = peer, .src_port = 8080, .dst_port = seen.tcp.src_port,
					  .flags = TCP_ACK, .sequence = f.server_next, .acknowledgment = f.client_next,
					  .length = 1200, .to = LAB_MAC[1], .from = mac_of(ip("10.0.0.11"))};
		size_t sent_length = lab_encode(&data, sent);
		lab_input(&l, 1, sent, sent_length);
		assert_true(lab_next_frame(&l));
		struct icmp_message m = {.family = IP_V4, .type = ICMP_UNREACHABLE, .code = 4, .word = 1000,
					 .data = l.out.frame->data + 14, .data_length = 500};
		struct packet_envelope e = {.src_mac = mac_of(ip("192.0.2.254")), .dst_mac = LAB_MAC[0],
					    .src = ip("203.0.113.9"), .dst = f.vip, .ttl = 60, .protocol = IP_PROTOCOL_ICMP};
		struct wr out = wr_of(bytes, sizeof bytes);
		packet_begin(&out, &e);
		icmp_encode(&m, &e.src, &e.dst, &out);
		packet_end(&out, &e);
		assert_true(lab_input(&l, 0, bytes, wr_length(&out)));
		assert_true(lab_next_frame(&l));
		assert_int_equal(l.out.port, 1);
		assert_true(ip_equal(&l.p.dst, &data.src));
		assert_true(ip_equal(&l.p.src, snat ? &peer : &e.src));
		assert_int_equal(l.p.icmp.type, ICMP_UNREACHABLE);
		assert_int_equal(l.p.icmp.code, 4);
		assert_int_equal(l.p.icmp.word, 1000);
		/* it quotes what the server sent, but for the hop that was spent */
		struct lab_packet quoted = data;
		quoted.ttl = 63;
		lab_encode(&quoted, sent);
		assert_same_bytes(l.p.icmp.data, 500, sent + 14, 500);
		lab_close(&l);
	}
}

/* And the other way: a server that is not there is told to the client in the virtual address's name. */
static void an_error_about_the_servers_side_reaches_the_client(void **state)
{
	uint8_t bytes[LAB_FRAME], sent[LAB_FRAME];

	lab_init(&l);
	l.server[0][0].port = 8080;
	lab_open(&l);
	struct lab_flow f = lab_flow(&l, 40000);
	lab_client(&l, &f, TCP_SYN, 0);
	assert_true(lab_next_frame(&l));
	struct icmp_message m = {.family = IP_V4, .type = ICMP_UNREACHABLE, .code = 1, .data = l.out.frame->data + 14,
				 .data_length = 28};
	struct packet_envelope e = {.src_mac = mac_of(ip("10.0.0.12")), .dst_mac = LAB_MAC[1], .src = ip("10.0.0.12"),
				    .dst = f.client, .ttl = 64, .protocol = IP_PROTOCOL_ICMP};
	struct wr out = wr_of(bytes, sizeof bytes);
	packet_begin(&out, &e);
	icmp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	assert_true(lab_input(&l, 1, bytes, wr_length(&out)));
	assert_true(lab_next_frame(&l));
	assert_int_equal(l.out.port, 0);
	assert_true(ip_equal(&l.p.src, &f.vip) && ip_equal(&l.p.dst, &f.client));
	struct lab_packet quoted = {.src = f.client, .dst = f.vip, .src_port = 40000, .dst_port = 80, .flags = TCP_SYN,
				    .sequence = 1000, .ttl = 63};
	lab_encode(&quoted, sent);
	assert_same_bytes(l.p.icmp.data, 28, sent + 14, 28);
	lab_close(&l);
}

/* --- none is lost count of ---------------------------------------------------------------------------------- */

static void check_conserved(void)
{
	const struct connection_counters *n = balancer_connections(l.balancer);
	uint64_t gone = 0, held = 0, opened = 0;

	for (int i = 0; i < CONNECTION_END_COUNT; i++)
		gone += n->ended[i];
	assert_int_equal(n->opened, gone + balancer_connection_count(l.balancer));
	for (size_t v = 0; v < 2; v++)
		for (size_t i = 0; i < l.service[v].server_count; i++) {
			struct server_facts s = balancer_server(l.balancer, v, i);
			held += s.active + s.inactive;
			opened += s.opened;
		}
	assert_int_equal(held, balancer_connection_count(l.balancer));
	assert_int_equal(opened, n->opened - n->ended[CONNECTION_END_UNBOUND]);
}

static void random_command(struct prng *dice)
{
	static const char *const word[] = {"enable", "drain", "disable", "absent", "enable", "enable"};
	char field[32];
	struct command c = {.verb = COMMAND_SET, .field = field, .type = VALUE_WORD};

	snprintf(field, sizeof field, "%s.rs%u.state", prng_below(dice, 2) == 0 ? "web" : "mail",
		 1 + (unsigned)prng_below(dice, 4));
	c.value.word = word[prng_below(dice, 6)];
	(void)balancer_control(l.balancer, &c, l.now);
	if (prng_below(dice, 4) == 0) {
		snprintf(field, sizeof field, "web.rs%u.limit", 1 + (unsigned)prng_below(dice, 4));
		c.type = VALUE_NUMBER;
		c.value.number = prng_below(dice, 30);
		(void)balancer_control(l.balancer, &c, l.now);
	}
}

/* Any segment of one of a few hundred flows, from either side, with likely and unlikely flags and numbers. */
static void random_segment(struct prng *dice)
{
	static const uint8_t flags[] = {TCP_SYN, TCP_SYN, TCP_ACK, TCP_ACK, TCP_ACK | TCP_FIN, TCP_RST, TCP_SYN | TCP_ACK, 0};
	bool from_server = prng_below(dice, 3) == 0;
	uint16_t port = (uint16_t)(40000 + prng_below(dice, 300));
	uint16_t vport = (uint16_t)(80 + prng_below(dice, 2));
	struct lab_packet w = {.flags = flags[prng_below(dice, 8)], .sequence = (uint32_t)prng_below(dice, 3000),
			       .acknowledgment = (uint32_t)prng_below(dice, 3000), .length = prng_below(dice, 20)};

	if (from_server) {
		w.src = ip4(10, 0, 0, (uint8_t)(11 + prng_below(dice, 4)));
		w.src_port = vport;
		w.dst = vport == 80 ? ip("198.51.100.7") : ip("10.0.0.1");
		w.dst_port = vport == 80 ? port : (uint16_t)(5000 + prng_below(dice, 40));
	} else {
		w.src = ip("198.51.100.7");
		w.src_port = port;
		w.dst = ip("192.0.2.100");
		w.dst_port = vport;
	}
	lab_send(&l, from_server ? 1 : 0, w);
}

static void whatever_comes_connections_are_conserved(void **state)
{
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct prng dice = prng_stream(seed, "connections");

		lab_init(&l);
		l.config.service_count = 2;
		l.config.connections = 120;
		for (size_t v = 0; v < 2; v++) {
			l.service[v].server_count = 4;
			l.service[v].drain = (enum balancer_drain)(seed % 3);
			l.service[v].drain_time = 20 * VL_S;
			l.service[v].drop_at_drain_end = seed % 2 == 0;
			l.service[v].half_open_limit = seed % 2 == 0 ? 50 : 0;
			l.service[v].persistence = (struct persistence_config){
				.kind = seed > 3 ? persistence_find("source-ip") : NULL, .timeout = 30 * VL_S, .with_port = true};
		}
		l.service[1].forwarding = FORWARD_SNAT;
		l.service[1].snat = SNAT_INTERFACE;
		l.service[1].snat_ports = (struct port_range){5000, 5039};
		l.server[0][3].sorry = true;
		lab_open(&l);
		for (int i = 0; i < 6000; i++) {
			random_segment(&dice);
			check_conserved();
			if (prng_below(&dice, 20) == 0)
				random_command(&dice);
			if (prng_below(&dice, 10) == 0)
				lab_wait(&l, prng_below(&dice, 5 * VL_S));
			check_conserved();
			if (prng_below(&dice, 2000) == 0) {
				balancer_set_active(l.balancer, false, l.now);
				check_conserved();
				assert_int_equal(balancer_connection_count(l.balancer), 0);
				balancer_set_active(l.balancer, true, l.now);
			}
			drain_out();
		}
		lab_wait(&l, 1000 * VL_S);
		drain_out();
		assert_int_equal(balancer_connection_count(l.balancer), 0);
		check_conserved();
		assert_true(balancer_connections(l.balancer)->opened > 500);
		assert_int_equal(l.outbox.dropped, 0);
		lab_close(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_that_is_not_finished_expires_after_a_minute),
		cmocka_unit_test(an_idle_one_lives_a_quarter_of_an_hour_and_a_closed_one_two_minutes),
		cmocka_unit_test(a_reset_ends_it_in_ten_seconds),
		cmocka_unit_test(a_port_used_again_is_scheduled_again_unless_told_not_to),
		cmocka_unit_test(a_stray_is_reset_or_dropped),
		cmocka_unit_test(a_segment_out_of_window_is_dropped),
		cmocka_unit_test(no_server_is_told_at_once),
		cmocka_unit_test(a_full_table_evicts_the_half_open),
		cmocka_unit_test(above_the_half_open_limit_cookies_answer_and_splice),
		cmocka_unit_test(a_cookie_grows_stale),
		cmocka_unit_test(later_fragments_follow_the_first),
		cmocka_unit_test(fragmentation_needed_reaches_the_server),
		cmocka_unit_test(an_error_about_the_servers_side_reaches_the_client),
		cmocka_unit_test(whatever_comes_connections_are_conserved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * One endpoint and a peer whose every segment the test writes: the rules of RFC 9293 3.5 and 3.10.7 for resets, SYNs and
 * ACKs that should not have come, RFC 5961's answers, ICMP errors, options, small windows.
 */
#include "tests/stack/desk.h"

#include "sim/stack/tcp_endpoint.h"

#define OUR_PORT 80
#define PEER_PORT 4000

struct table {
	struct desk desk;
	struct tcp_endpoint *tcp;
	bool v6;
	vl_time now;
	uint16_t our_port;
	uint32_t ours, theirs;          /* the next sequence numbers */
	unsigned opened, received, finished, sent_all, gone;
	enum tcp_end why;
	tcp_handle handle;
	uint64_t answer;                /* what it sends when it hears something */
	uint8_t heard[64];
};

static void opened(void *user, tcp_handle h, vl_time now)
{
	struct table *t = user;

	t->opened++;
	t->handle = h;
}

static void received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	struct table *t = user;

	if (t->received + length <= sizeof t->heard)
		memcpy(t->heard + t->received, bytes, length);
	t->received += (unsigned)length;
	tcp_send(t->tcp, h, t->answer, now);
}

static void peer_finished(void *user, tcp_handle h, vl_time now)
{
	((struct table *)user)->finished++;
}

static void sent_all(void *user, tcp_handle h, vl_time now)
{
	((struct table *)user)->sent_all++;
}

static void gone(void *user, tcp_handle h, enum tcp_end why, vl_time now)
{
	struct table *t = user;

	t->gone++;
	t->why = why;
	assert_int_equal(tcp_tag(t->tcp, h), 0);
}

static const struct tcp_user USER = {
	.opened = opened, .received = received, .peer_finished = peer_finished, .sent_all = sent_all, .gone = gone,
};

static void open_table(struct table *t, const struct tcp_endpoint_config *c, bool v6)
{
	memset(t, 0, sizeof *t);
	desk_host(&t->desk);
	outbox_fini(&t->desk.outbox);
	assert_true(outbox_init(&t->desk.outbox, 600));
	t->tcp = tcp_endpoint_new(c, t->desk.stack);
	assert_non_null(t->tcp);
	t->v6 = v6;
	t->our_port = OUR_PORT;
	t->theirs = 1000;
	t->now = VL_S;
	/* The peer's MAC is known: it asked for ours. */
	if (!v6) {
		desk_arp(&t->desk, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", t->now);
		desk_expect_frame(&t->desk);
		return;
	}
	const struct icmp_message asks = {
		.family = IP_V6, .type = ICMPV6_NEIGHBOR_SOLICITATION, .target = ip("2001:db8::1"),
		.has_link_address = true, .link_address = PEER,
	};
	(void)desk_icmp(&t->desk, 0, OWN, "2001:db8::50", "2001:db8::1", 255, &asks, t->now);
	desk_expect_frame(&t->desk);
}

static void close_table(struct table *t)
{
	tcp_endpoint_free(t->tcp);
	desk_close(&t->desk);
}

static bool hand_over(struct table *t, const struct packet_envelope *e, const struct tcp_header *h, const void *data,
		      size_t length)
{
	uint8_t bytes[2048];
	struct wr out = wr_of(bytes, sizeof bytes);
	const struct packet *p;
	unsigned interface;

	packet_begin(&out, e);
	tcp_encode(h, &e->src, &e->dst, data, length, &out);
	packet_end(&out, e);
	struct frame *f = frame_copy(t->desk.pool, bytes, wr_length(&out));
	bool taken = stack_input(t->desk.stack, 0, f, t->now, &p, &interface) == STACK_LOCAL &&
		     tcp_endpoint_receive(t->tcp, p, interface, t->now);
	frame_unref(f);
	return taken;
}

static struct packet_envelope envelope(const struct table *t)
{
	return (struct packet_envelope){
		.src_mac = PEER, .dst_mac = OWN, .src = ip(t->v6 ? "2001:db8::50" : "192.0.2.50"),
		.dst = ip(t->v6 ? "2001:db8::1" : "192.0.2.1"), .ttl = 64, .protocol = IP_PROTOCOL_TCP,
	};
}

/* A segment of the peer's; its window is 10000. */
static bool say(struct table *t, uint8_t flags, uint32_t sequence, uint32_t acknowledgment, const char *data)
{
	struct packet_envelope e = envelope(t);
	struct tcp_header h = {
		.src_port = PEER_PORT, .dst_port = t->our_port, .sequence = sequence, .acknowledgment = acknowledgment,
		.flags = flags, .window = 10000,
	};

	return hand_over(t, &e, &h, data, data != NULL ? strlen(data) : 0);
}

static void say_window(struct table *t, uint32_t sequence, uint32_t acknowledgment, uint16_t window)
{
	struct packet_envelope e = envelope(t);
	struct tcp_header h = {
		.src_port = PEER_PORT, .dst_port = t->our_port, .sequence = sequence, .acknowledgment = acknowledgment,
		.flags = TCP_ACK, .window = window,
	};

	assert_true(hand_over(t, &e, &h, NULL, 0));
}

static void expect(struct table *t, uint8_t flags, uint32_t sequence, uint32_t acknowledgment, size_t length)
{
	desk_expect_frame(&t->desk);
	assert_int_equal(t->desk.p.transport, TRANSPORT_TCP);
	assert_int_equal(t->desk.p.tcp.flags, flags);
	assert_int_equal(t->desk.p.tcp.sequence, sequence);
	if ((flags & TCP_ACK) != 0)
		assert_int_equal(t->desk.p.tcp.acknowledgment, acknowledgment);
	assert_int_equal(t->desk.p.payload_length, length);
}

static void silence(struct table *t)
{
	desk_expect_silence(&t->desk);
}

static void later(struct table *t, vl_time by)
{
	vl_time end = t->now + by;

	for (vl_time at; (at = tcp_endpoint_deadline(t->tcp)) <= end;) {
		t->now = at > t->now ? at : t->now;
		tcp_endpoint_timeout(t->tcp, t->now);
	}
	t->now = end;
}

static void listen_on(struct table *t)
{
	struct vl_status s = tcp_listen(t->tcp, &(struct tcp_listener_config){
			.port = OUR_PORT, .backlog = 4, .ops = &USER, .user = t});

	assert_true(vl_ok(&s));
}

/* The peer opens; both numbers stand behind the SYNs. */
static void shake_hands(struct table *t)
{
	assert_true(say(t, TCP_SYN, t->theirs, 0, NULL));
	t->theirs++;
	desk_expect_frame(&t->desk);
	assert_int_equal(t->desk.p.tcp.flags, TCP_SYN | TCP_ACK);
	assert_int_equal(t->desk.p.tcp.acknowledgment, t->theirs);
	t->ours = t->desk.p.tcp.sequence + 1;
	assert_true(say(t, TCP_ACK, t->theirs, t->ours, NULL));
	silence(t);
	assert_int_equal(t->opened, 1);
}

/* We open. */
static void connect_out(struct table *t)
{
	struct ip_addr to = ip("192.0.2.50");

	t->handle = tcp_connect(t->tcp, NULL, 0, &to, PEER_PORT, &USER, t, 0, t->now);
	assert_int_not_equal(t->handle, TCP_NO_HANDLE);
	desk_expect_frame(&t->desk);
	assert_int_equal(t->desk.p.tcp.flags, TCP_SYN);
	t->our_port = t->desk.p.tcp.src_port;
	t->ours = t->desk.p.tcp.sequence + 1;
}

static const struct tcp_endpoint_config PLAIN = {.connections = 8};

static const struct tcp_counters *counters(const struct table *t)
{
	return tcp_endpoint_counters(t->tcp);
}

/* --- resets that we send (RFC 9293 3.5.2) ---------------------------------------------------------------- */

static void strays_are_answered_with_resets(void **state)
{
	for (unsigned v6 = 0; v6 < 2; v6++) {
		struct table t;

		open_table(&t, &PLAIN, v6 != 0);
		/* Without an ACK: sequence 0, and an ACK of what came. */
		assert_true(say(&t, TCP_SYN, 500, 0, NULL));
		expect(&t, TCP_RST | TCP_ACK, 0, 501, 0);
		assert_true(say(&t, TCP_FIN, 500, 0, "abc"));
		expect(&t, TCP_RST | TCP_ACK, 0, 504, 0);
		/* With one: where the peer believes us to be. */
		assert_true(say(&t, TCP_ACK, 500, 7777, "abc"));
		expect(&t, TCP_RST, 7777, 0, 0);
		/* Never about a reset. */
		assert_false(say(&t, TCP_RST, 500, 0, NULL));
		silence(&t);
		close_table(&t);
	}
}

static void groups_and_nobody_are_not_answered(void **state)
{
	struct table t;
	struct tcp_header h = {.src_port = 1, .dst_port = 2, .sequence = 5, .flags = TCP_SYN};

	open_table(&t, &PLAIN, false);
	struct packet_envelope e = envelope(&t);
	e.dst = ip("192.0.2.255");
	e.dst_mac = MAC_BROADCAST;
	assert_false(hand_over(&t, &e, &h, NULL, 0));
	e = envelope(&t);
	e.dst_mac = MAC_BROADCAST;
	assert_false(hand_over(&t, &e, &h, NULL, 0));
	silence(&t);
	close_table(&t);
}

static void a_firewalled_box_says_nothing(void **state)
{
	struct table t;
	const struct tcp_endpoint_config silent = {.connections = 8, .silent_closed_ports = true};

	open_table(&t, &silent, false);
	assert_false(say(&t, TCP_SYN, 500, 0, NULL));
	silence(&t);
	close_table(&t);
}

static void a_listener_wants_a_syn(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	assert_true(say(&t, TCP_RST, 500, 0, NULL));
	assert_true(say(&t, TCP_FIN, 500, 0, NULL));
	silence(&t);
	assert_true(say(&t, TCP_ACK, 500, 7777, NULL));
	expect(&t, TCP_RST, 7777, 0, 0);
	assert_true(say(&t, TCP_SYN | TCP_ACK, 500, 7777, NULL));
	expect(&t, TCP_RST, 7777, 0, 0);
	assert_int_equal(counters(&t)->connections, 0);
	close_table(&t);
}

/* --- half-open ------------------------------------------------------------------------------------------- */

static void a_wrong_ack_of_our_syn_is_reset(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	assert_true(say(&t, TCP_SYN, 1000, 0, NULL));
	desk_expect_frame(&t.desk);
	uint32_t iss = t.desk.p.tcp.sequence;
	assert_true(say(&t, TCP_ACK, 1001, iss, NULL));
	expect(&t, TCP_RST, iss, 0, 0);
	assert_true(say(&t, TCP_ACK, 1001, iss + 2, NULL));
	expect(&t, TCP_RST, iss + 2, 0, 0);
	/* It still stands: its SYN again is answered as before, an ACK-less segment is not looked at. */
	assert_true(say(&t, TCP_SYN, 1000, 0, NULL));
	expect(&t, TCP_SYN | TCP_ACK, iss, 1001, 0);
	assert_true(say(&t, TCP_PSH, 1001, 0, "x"));
	silence(&t);
	/* A reset takes it away, and its user never knew of it. */
	assert_true(say(&t, TCP_RST, 1001, 0, NULL));
	silence(&t);
	assert_int_equal(counters(&t)->connections, 0);
	assert_int_equal(t.opened + t.gone, 0);
	/* Nobody answers the SYN-ACK: five more, then it is forgotten. */
	assert_true(say(&t, TCP_SYN, 1000, 0, NULL));
	desk_expect_frame(&t.desk);
	later(&t, 200 * VL_S);
	for (unsigned i = 0; i < 5; i++) {
		desk_expect_frame(&t.desk);
		assert_int_equal(t.desk.p.tcp.flags, TCP_SYN | TCP_ACK);
	}
	silence(&t);
	assert_int_equal(counters(&t)->connections, 0);
	assert_int_equal(t.gone, 0);
	close_table(&t);
}

static void what_answers_our_syn_must_fit(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	connect_out(&t);
	/* An ACK of something else is reset; so is nothing that is a reset itself. */
	assert_true(say(&t, TCP_ACK, 500, t.ours + 1, NULL));
	expect(&t, TCP_RST, t.ours + 1, 0, 0);
	assert_true(say(&t, TCP_RST | TCP_ACK, 500, t.ours + 1, NULL));
	/* A reset without our number is somebody's guess; an ACK without a SYN says nothing. */
	assert_true(say(&t, TCP_RST, 500, 0, NULL));
	assert_true(say(&t, TCP_ACK, 500, t.ours, NULL));
	silence(&t);
	assert_int_equal(t.gone, 0);
	assert_true(say(&t, TCP_RST | TCP_ACK, 0, t.ours, NULL));
	assert_int_equal(t.why, TCP_END_REFUSED);
	assert_int_equal(counters(&t)->connections, 0);
	close_table(&t);
}

/* The server waits there still for a connection of whoever had our address before. */
static void a_port_in_the_peers_time_wait_costs_no_second(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	connect_out(&t);
	assert_true(say(&t, TCP_ACK, 500, 77, NULL));
	expect(&t, TCP_RST, 77, 0, 0);
	silence(&t);
	later(&t, 10 * VL_MS);
	expect(&t, TCP_SYN, t.ours - 1, 0, 0);
	/* once: a peer that goes on so waits for the usual time */
	assert_true(say(&t, TCP_ACK, 500, 77, NULL));
	expect(&t, TCP_RST, 77, 0, 0);
	later(&t, 100 * VL_MS);
	silence(&t);
	assert_true(say(&t, TCP_SYN | TCP_ACK, t.theirs, t.ours, NULL));
	expect(&t, TCP_ACK, t.ours, t.theirs + 1, 0);
	assert_int_equal(t.opened, 1);
	close_table(&t);
}

static void an_active_simultaneous_open_may_be_refused(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	connect_out(&t);
	assert_true(say(&t, TCP_SYN, 700, 0, NULL));
	expect(&t, TCP_SYN | TCP_ACK, t.ours - 1, 701, 0);
	assert_true(say(&t, TCP_RST, 701, 0, NULL));
	assert_int_equal(t.why, TCP_END_REFUSED);
	close_table(&t);
}

/* --- established: RFC 5961 ------------------------------------------------------------------------------- */

static void only_the_very_next_number_resets(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	assert_true(say(&t, TCP_RST, t.theirs + 65536, 0, NULL));        /* outside: nothing */
	assert_true(say(&t, TCP_RST, t.theirs - 1, 0, NULL));
	silence(&t);
	assert_true(say(&t, TCP_RST, t.theirs + 100, 0, NULL));          /* inside: are you sure? */
	expect(&t, TCP_ACK, t.ours, t.theirs, 0);
	assert_true(say(&t, TCP_RST, t.theirs + 100, 0, NULL));          /* not asked twice in half a second */
	silence(&t);
	later(&t, VL_S);
	assert_true(say(&t, TCP_RST, t.theirs + 100, 0, NULL));
	expect(&t, TCP_ACK, t.ours, t.theirs, 0);
	assert_int_equal(t.gone, 0);
	assert_true(say(&t, TCP_RST, t.theirs, 0, NULL));
	silence(&t);
	assert_int_equal(t.why, TCP_END_RESET);
	close_table(&t);
}

static void a_syn_or_a_strange_ack_is_challenged(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	assert_true(say(&t, TCP_SYN, t.theirs + 5, 0, NULL));
	expect(&t, TCP_ACK, t.ours, t.theirs, 0);
	later(&t, VL_S);
	assert_true(say(&t, TCP_ACK, t.theirs, t.ours + 1, "x"));        /* of what was not sent */
	expect(&t, TCP_ACK, t.ours, t.theirs, 0);
	assert_int_equal(t.received, 0);
	later(&t, VL_S);
	assert_true(say(&t, TCP_ACK, t.theirs, t.ours - 20000, "x"));    /* older than any window */
	expect(&t, TCP_ACK, t.ours, t.theirs, 0);
	assert_int_equal(t.received, 0);
	later(&t, VL_S);
	assert_true(say(&t, TCP_ACK, t.theirs - 1, t.ours, NULL));       /* a keep-alive */
	expect(&t, TCP_ACK, t.ours, t.theirs, 0);
	later(&t, VL_S);
	assert_true(say(&t, TCP_ACK, t.theirs + 70000, t.ours, "x"));    /* beyond the window */
	expect(&t, TCP_ACK, t.ours, t.theirs, 0);
	assert_true(say(&t, TCP_PSH, t.theirs, 0, "x"));                 /* no ACK: not looked at */
	silence(&t);
	assert_int_equal(t.received, 0);
	assert_true(tcp_is_open(t.tcp, t.handle));
	close_table(&t);
}

/* --- bytes ----------------------------------------------------------------------------------------------- */

static void overlaps_are_handed_over_once(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	uint32_t at = t.theirs;
	assert_true(say(&t, TCP_ACK, at + 4, t.ours, "ef"));             /* a hole before it: told at once */
	expect(&t, TCP_ACK, t.ours, at, 0);
	assert_true(say(&t, TCP_ACK, at + 8, t.ours, "ij"));
	expect(&t, TCP_ACK, t.ours, at, 0);
	assert_true(say(&t, TCP_ACK, at + 3, t.ours, "defghijk"));       /* around both */
	expect(&t, TCP_ACK, t.ours, at, 0);
	assert_true(say(&t, TCP_ACK, at + 3, t.ours, "defgh"));          /* known */
	expect(&t, TCP_ACK, t.ours, at, 0);
	assert_int_equal(t.received, 0);
	assert_true(say(&t, TCP_ACK | TCP_FIN, at + 11, t.ours, "lm"));  /* and the end, early */
	expect(&t, TCP_ACK, t.ours, at, 0);
	assert_int_equal(t.finished, 0);
	assert_true(say(&t, TCP_ACK, at, t.ours, "abcdef"));
	expect(&t, TCP_ACK, t.ours, at + 14, 0);
	assert_int_equal(t.received, 13);
	assert_memory_equal(t.heard, "abcdefghijklm", 13);
	assert_int_equal(t.finished, 1);
	/* Old bytes are answered each time. */
	assert_true(say(&t, TCP_ACK, at, t.ours, "abc"));
	expect(&t, TCP_ACK, t.ours, at + 14, 0);
	assert_true(say(&t, TCP_ACK | TCP_FIN, at + 11, t.ours, "lm"));
	expect(&t, TCP_ACK, t.ours, at + 14, 0);
	assert_int_equal(t.received, 13);
	assert_int_equal(counters(&t)->segments_held, 0);
	close_table(&t);
}

/* RFC 9293 3.8.6.3: the second segment at once, one alone within its time. */
static void acks_wait_for_company(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	assert_true(say(&t, TCP_ACK, t.theirs, t.ours, "ab"));
	silence(&t);
	assert_true(say(&t, TCP_ACK, t.theirs + 2, t.ours, "cd"));
	expect(&t, TCP_ACK, t.ours, t.theirs + 4, 0);
	assert_true(say(&t, TCP_ACK, t.theirs + 4, t.ours, "ef"));
	silence(&t);
	later(&t, 39 * VL_MS);
	silence(&t);
	later(&t, 3 * VL_MS);
	expect(&t, TCP_ACK, t.ours, t.theirs + 6, 0);
	later(&t, VL_S);
	silence(&t);
	/* Or goes along with an answer. */
	t.answer = 7;
	assert_true(say(&t, TCP_ACK, t.theirs + 6, t.ours, "gh"));
	expect(&t, TCP_ACK | TCP_PSH, t.ours, t.theirs + 8, 7);
	close_table(&t);
}

static void the_windows_of_the_peer_are_kept(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	say_window(&t, t.theirs, t.ours, 300);
	tcp_send(t.tcp, t.handle, 1000, t.now);
	/* Smaller than a segment and than half of the largest window ever: not worth it, until the timer says so. */
	silence(&t);
	later(&t, 300 * VL_MS);
	expect(&t, TCP_ACK, t.ours, t.theirs, 300);
	say_window(&t, t.theirs, t.ours + 300, 0);
	silence(&t);
	/* Shut: one byte now and then, twice as late each time, to hear whether it still is. */
	unsigned probes = 0;
	for (later(&t, 20 * VL_S); desk_next(&t.desk); probes++) {
		assert_int_equal(t.desk.p.tcp.sequence, t.ours + 300);
		assert_int_equal(t.desk.p.payload_length, 1);
	}
	assert_in_range(probes, 4, 7);
	say_window(&t, t.theirs, t.ours + 300, 0);
	silence(&t);
	later(&t, 25 * VL_S);
	expect(&t, TCP_ACK, t.ours + 300, t.theirs, 1);
	while (desk_next(&t.desk))
		;
	/* That byte was taken, and there is room again. */
	desk_forget(&t.desk);
	say_window(&t, t.theirs, t.ours + 301, 8000);
	expect(&t, TCP_ACK, t.ours + 301, t.theirs, 536);
	expect(&t, TCP_ACK | TCP_PSH, t.ours + 301 + 536, t.theirs, 1000 - 301 - 536);
	say_window(&t, t.theirs, t.ours + 1000, 8000);
	assert_int_equal(t.sent_all, 1);
	/* An old segment does not change the window. */
	say_window(&t, t.theirs - 1, t.ours + 1000, 0);
	close_table(&t);
}

/* A probe of our own closed window is answered, and its byte not taken. */
static void a_closed_window_answers_probes(void **state)
{
	struct table t;
	const struct tcp_endpoint_config narrow = {.connections = 4, .window = 1000};
	char block[501];

	memset(block, 'x', 500);
	block[500] = '\0';
	open_table(&t, &narrow, false);
	listen_on(&t);
	shake_hands(&t);
	tcp_hold_reading(t.tcp, t.handle, true, t.now);
	assert_true(say(&t, TCP_ACK, t.theirs, t.ours, block));
	assert_true(say(&t, TCP_ACK, t.theirs + 500, t.ours, block));
	expect(&t, TCP_ACK, t.ours, t.theirs + 1000, 0);
	assert_int_equal(t.desk.p.tcp.window, 0);
	assert_true(say(&t, TCP_ACK, t.theirs + 1000, t.ours, "y"));
	expect(&t, TCP_ACK, t.ours, t.theirs + 1000, 0);
	assert_int_equal(t.desk.p.tcp.window, 0);
	tcp_hold_reading(t.tcp, t.handle, false, t.now);
	expect(&t, TCP_ACK, t.ours, t.theirs + 1000, 0);
	assert_int_equal(t.desk.p.tcp.window, 1000);
	assert_int_equal(t.received, 1000);
	/* More than fits: what fits is taken. */
	tcp_hold_reading(t.tcp, t.handle, true, t.now);
	assert_true(say(&t, TCP_ACK, t.theirs + 1000, t.ours, block));
	assert_true(say(&t, TCP_ACK, t.theirs + 1400, t.ours, block));
	expect(&t, TCP_ACK, t.ours, t.theirs + 1900, 0);
	char more[301];
	memset(more, 'z', 300);
	more[300] = '\0';
	assert_true(say(&t, TCP_ACK | TCP_FIN, t.theirs + 1900, t.ours, more));
	expect(&t, TCP_ACK, t.ours, t.theirs + 2000, 0);
	assert_int_equal(t.desk.p.tcp.window, 0);
	tcp_hold_reading(t.tcp, t.handle, false, t.now);
	expect(&t, TCP_ACK, t.ours, t.theirs + 2000, 0);
	assert_int_equal(t.received, 2000);
	assert_int_equal(t.finished, 0);
	assert_true(say(&t, TCP_ACK | TCP_FIN, t.theirs + 1900, t.ours, more));
	expect(&t, TCP_ACK, t.ours, t.theirs + 2201, 0);
	assert_int_equal(t.received, 2200);
	assert_int_equal(t.finished, 1);
	close_table(&t);
}

/* --- options --------------------------------------------------------------------------------------------- */

static void open_with_options(struct table *t, const uint8_t *options, uint8_t length, uint16_t window)
{
	struct packet_envelope e = envelope(t);
	struct tcp_header h = {
		.src_port = PEER_PORT, .dst_port = OUR_PORT, .sequence = t->theirs, .flags = TCP_SYN, .window = window,
		.options_length = length,
	};

	memcpy(h.options, options, length);
	assert_true(hand_over(t, &e, &h, NULL, 0));
	desk_expect_frame(&t->desk);
	t->theirs++;
	t->ours = t->desk.p.tcp.sequence + 1;
	assert_true(say(t, TCP_ACK, t->theirs, t->ours, NULL));
	assert_int_equal(t->opened, 1);
}

static void mss_and_scale_are_agreed(void **state)
{
	static const uint8_t both[] = {2, 4, 0x03, 0xe8, 1, 3, 3, 2}, nonsense[] = {2, 4, 0, 1, 3, 3, 200, 1},
			     broken[] = {2, 0, 9, 9}, cut[] = {1, 1, 1, 3}, other[] = {8, 2, 4, 2, 0, 7, 7, 7};
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	open_with_options(&t, both, sizeof both, 1000);
	assert_int_equal(t.desk.p.tcp.options_length, 8);
	assert_memory_equal(t.desk.p.tcp.options, "\2\4\5\xb4\1\3\3\0", 8);
	/* 10000 << 2: more than the initial window may fly. */
	tcp_send(t.tcp, t.handle, 50000, t.now);
	for (unsigned i = 0; i < 10; i++)
		expect(&t, TCP_ACK, t.ours + i * 1000, t.theirs, 1000);
	silence(&t);
	close_table(&t);

	/* An MSS of 1 and a scale of 200: neither is followed. */
	open_table(&t, &PLAIN, false);
	listen_on(&t);
	open_with_options(&t, nonsense, sizeof nonsense, 1000);
	tcp_send(t.tcp, t.handle, 100, t.now);
	expect(&t, TCP_ACK, t.ours, t.theirs, 64);
	close_table(&t);

	/* Options that end in the middle, have no length, or are unknown. */
	static const struct {
		const uint8_t *bytes;
		uint8_t length;
	} odd[] = {{broken, sizeof broken}, {cut, sizeof cut}, {other, sizeof other}};
	for (size_t i = 0; i < 3; i++) {
		open_table(&t, &PLAIN, false);
		listen_on(&t);
		open_with_options(&t, odd[i].bytes, odd[i].length, 1000);
		assert_int_equal(t.desk.p.tcp.options_length, 4);        /* no scale for who offered none */
		tcp_send(t.tcp, t.handle, 536, t.now);
		expect(&t, TCP_ACK | TCP_PSH, t.ours, t.theirs, 536);
		close_table(&t);
	}
}

/* --- TIME_WAIT ------------------------------------------------------------------------------------------- */

static void close_first(struct table *t)
{
	tcp_finish(t->tcp, t->handle, t->now);
	expect(t, TCP_FIN | TCP_ACK, t->ours, t->theirs, 0);
	assert_true(say(t, TCP_FIN | TCP_ACK, t->theirs, t->ours + 1, NULL));
	expect(t, TCP_ACK, t->ours + 1, t->theirs + 1, 0);
	assert_int_equal(t->why, TCP_END_CLOSED);
	assert_int_equal(counters(t)->in_time_wait, 1);
}

static void time_wait_answers_and_can_be_taken_over(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	close_first(&t);
	/* The FIN again: the ACK was lost, and the time begins anew. */
	later(&t, 59 * VL_S);
	assert_true(say(&t, TCP_FIN | TCP_ACK, t.theirs, t.ours + 1, NULL));
	expect(&t, TCP_ACK, t.ours + 1, t.theirs + 1, 0);
	later(&t, 59 * VL_S);
	assert_int_equal(counters(&t)->in_time_wait, 1);
	assert_true(say(&t, TCP_ACK, t.theirs + 1, t.ours + 1, NULL));
	silence(&t);
	assert_true(say(&t, TCP_ACK, t.theirs + 1, t.ours + 1, "late"));
	expect(&t, TCP_ACK, t.ours + 1, t.theirs + 1, 0);
	/* An old SYN is challenged, a newer one begins again at once. */
	later(&t, VL_S / 2);
	assert_true(say(&t, TCP_SYN, t.theirs - 10, 0, NULL));
	desk_forget(&t.desk);
	while (desk_next(&t.desk))
		assert_int_equal(t.desk.p.tcp.flags, TCP_ACK);
	assert_true(say(&t, TCP_SYN, t.theirs + 1000, 0, NULL));
	desk_expect_frame(&t.desk);
	assert_int_equal(t.desk.p.tcp.flags, TCP_SYN | TCP_ACK);
	assert_true((int32_t)(t.desk.p.tcp.sequence - t.ours) > 0);
	assert_int_equal(counters(&t)->in_time_wait, 0);
	close_table(&t);

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	close_first(&t);
	assert_true(say(&t, TCP_RST, t.theirs + 1, 0, NULL));
	assert_int_equal(counters(&t)->in_time_wait, 0);
	silence(&t);
	close_table(&t);
}

/* --- ICMP ------------------------------------------------------------------------------------------------ */

/* An error about a segment of ours that starts with this number. */
static bool icmp_error(struct table *t, uint8_t type, uint8_t code, uint32_t word, uint32_t sequence)
{
	uint8_t quoted[IPV4_HEADER + 8], bytes[256];
	struct wr q = wr_of(quoted, sizeof quoted), out = wr_of(bytes, sizeof bytes);
	const struct packet *p;
	unsigned interface;

	ipv4_encode(&(struct ipv4_header){.total_length = 40, .ttl = 63, .protocol = IP_PROTOCOL_TCP,
					  .src = ip("192.0.2.1"), .dst = ip("192.0.2.50")}, &q);
	wr_be16(&q, t->our_port);
	wr_be16(&q, PEER_PORT);
	wr_be32(&q, sequence);
	struct packet_envelope e = envelope(t);
	e.protocol = IP_PROTOCOL_ICMP;
	packet_begin(&out, &e);
	icmp_encode(&(struct icmp_message){.family = IP_V4, .type = type, .code = code, .word = word, .data = quoted,
					   .data_length = sizeof quoted}, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	struct frame *f = frame_copy(t->desk.pool, bytes, wr_length(&out));
	bool taken = stack_input(t->desk.stack, 0, f, t->now, &p, &interface) == STACK_LOCAL &&
		     tcp_endpoint_receive(t->tcp, p, interface, t->now);
	frame_unref(f);
	return taken;
}

static void unreachable_ends_what_does_not_stand_yet(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	connect_out(&t);
	assert_true(icmp_error(&t, ICMP_UNREACHABLE, 1, 0, t.ours + 5));         /* a guess */
	assert_false(icmp_error(&t, ICMP_TIME_EXCEEDED, 0, 0, t.ours - 1));      /* not ours to act on */
	assert_int_equal(t.gone, 0);
	assert_true(icmp_error(&t, ICMP_UNREACHABLE, 1, 0, t.ours - 1));
	assert_int_equal(t.why, TCP_END_UNREACHABLE);
	assert_false(icmp_error(&t, ICMP_UNREACHABLE, 1, 0, t.ours - 1));        /* of nobody */
	close_table(&t);

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	tcp_send(t.tcp, t.handle, 100, t.now);
	expect(&t, TCP_ACK | TCP_PSH, t.ours, t.theirs, 100);
	assert_true(icmp_error(&t, ICMP_UNREACHABLE, 1, 0, t.ours));
	assert_int_equal(t.gone, 0);
	close_table(&t);
}

/* RFC 8201: Packet Too Big, and "no route" of a router. */
static bool icmp6_error(struct table *t, uint8_t type, uint32_t word, uint8_t protocol, uint32_t sequence, size_t cut)
{
	uint8_t quoted[IPV6_HEADER + 8], bytes[256];
	struct wr q = wr_of(quoted, sizeof quoted), out = wr_of(bytes, sizeof bytes);
	const struct packet *p;
	unsigned interface;

	ipv6_encode(&(struct ipv6_header){.payload_length = 20, .next_header = protocol, .hop_limit = 63,
					  .src = ip("2001:db8::1"), .dst = ip("2001:db8::50")}, &q);
	wr_be16(&q, t->our_port);
	wr_be16(&q, PEER_PORT);
	wr_be32(&q, sequence);
	struct packet_envelope e = envelope(t);
	e.protocol = IP_PROTOCOL_ICMPV6;
	packet_begin(&out, &e);
	icmp_encode(&(struct icmp_message){.family = IP_V6, .type = type, .word = word, .data = quoted,
					   .data_length = sizeof quoted - cut}, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	struct frame *f = frame_copy(t->desk.pool, bytes, wr_length(&out));
	bool taken = stack_input(t->desk.stack, 0, f, t->now, &p, &interface) == STACK_LOCAL &&
		     tcp_endpoint_receive(t->tcp, p, interface, t->now);
	frame_unref(f);
	return taken;
}

static void ipv6_has_its_own_errors(void **state)
{
	static const uint8_t mss[] = {2, 4, 5, 0xa0};
	struct table t;

	open_table(&t, &PLAIN, true);
	listen_on(&t);
	open_with_options(&t, mss, sizeof mss, 10000);
	tcp_send(t.tcp, t.handle, 1440, t.now);
	expect(&t, TCP_ACK | TCP_PSH, t.ours, t.theirs, 1440);
	assert_false(icmp6_error(&t, ICMPV6_PACKET_TOO_BIG, 1280, IP_PROTOCOL_UDP, t.ours, 0));
	assert_false(icmp6_error(&t, ICMPV6_PACKET_TOO_BIG, 1280, IP_PROTOCOL_TCP, t.ours, 5));
	silence(&t);
	assert_true(icmp6_error(&t, ICMPV6_PACKET_TOO_BIG, 100, IP_PROTOCOL_TCP, t.ours, 0));    /* never under 1280 */
	expect(&t, TCP_ACK, t.ours, t.theirs, 1220);
	expect(&t, TCP_ACK | TCP_PSH, t.ours + 1220, t.theirs, 220);
	assert_true(icmp6_error(&t, ICMPV6_UNREACHABLE, 0, IP_PROTOCOL_TCP, t.ours, 0));
	assert_int_equal(t.gone, 0);
	close_table(&t);
}

/* The carrier is gone for a while: what is said then is lost, not remembered, and comes again. */
static void a_dead_link_loses_what_is_said(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	stack_link(t.desk.stack, 0, false, t.now);
	tcp_set_tag(t.tcp, t.handle, 0);
	tcp_send(t.tcp, t.handle, 100, t.now);
	silence(&t);
	assert_int_equal(tcp_connect(t.tcp, NULL, 0, &(struct ip_addr){IP_V4, {192, 0, 2, 50}}, 1, &USER, &t, 0, t.now),
			 TCP_NO_HANDLE);
	assert_false(say(&t, TCP_ACK, t.theirs, t.ours, NULL));
	stack_link(t.desk.stack, 0, true, t.now);
	desk_arp(&t.desk, MAC_BROADCAST, ARP_REQUEST, PEER, "192.0.2.50", "192.0.2.1", t.now);
	desk_expect_frame(&t.desk);
	later(&t, VL_S);
	expect(&t, TCP_ACK | TCP_PSH, t.ours, t.theirs, 100);
	close_table(&t);
}

static void every_port_is_used_once(void **state)
{
	struct table t;
	const struct tcp_endpoint_config many = {.connections = 30000};
	struct ip_addr to = ip("192.0.2.50");
	unsigned made = 0;

	open_table(&t, &many, false);
	while (tcp_connect(t.tcp, NULL, 0, &to, PEER_PORT, &USER, &t, 0, t.now) != TCP_NO_HANDLE) {
		made++;
		while (desk_next(&t.desk))
			assert_in_range(t.desk.p.tcp.src_port, 32768, 60999);
	}
	assert_int_equal(made, 60999 - 32768 + 1);
	/* Another port of the peer's is another name. */
	assert_int_not_equal(tcp_connect(t.tcp, NULL, 0, &to, PEER_PORT + 1, &USER, &t, 0, t.now), TCP_NO_HANDLE);
	close_table(&t);
}

/* More segments behind holes than can wait: those are as good as lost. */
static void what_cannot_wait_is_dropped(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	shake_hands(&t);
	for (uint32_t i = 0; i < TCP_HELD_SEGMENTS + 10; i++) {
		assert_true(say(&t, TCP_ACK, t.theirs + 1 + 2 * i, t.ours, "x"));
		expect(&t, TCP_ACK, t.ours, t.theirs, 0);
	}
	assert_int_equal(counters(&t)->segments_held, TCP_HELD_SEGMENTS);
	assert_int_equal(counters(&t)->held_dropped, 10);
	/* The next byte needs no room to wait in: what it was waited for with goes on. */
	assert_true(say(&t, TCP_ACK, t.theirs, t.ours, "x"));
	expect(&t, TCP_ACK, t.ours, t.theirs + 2, 0);
	assert_int_equal(counters(&t)->segments_held, TCP_HELD_SEGMENTS - 1);
	close_table(&t);
}

static void too_long_makes_segments_smaller(void **state)
{
	static const uint8_t mss[] = {2, 4, 5, 0xb4};
	struct table t;

	open_table(&t, &PLAIN, false);
	listen_on(&t);
	open_with_options(&t, mss, sizeof mss, 10000);
	tcp_send(t.tcp, t.handle, 1460, t.now);
	expect(&t, TCP_ACK | TCP_PSH, t.ours, t.theirs, 1460);
	assert_true(icmp_error(&t, ICMP_UNREACHABLE, 4, 1000, t.ours));
	expect(&t, TCP_ACK, t.ours, t.theirs, 960);
	expect(&t, TCP_ACK | TCP_PSH, t.ours + 960, t.theirs, 500);
	assert_true(icmp_error(&t, ICMP_UNREACHABLE, 4, 1400, t.ours));          /* larger than that: no news */
	silence(&t);
	assert_true(icmp_error(&t, ICMP_UNREACHABLE, 4, 0, t.ours));             /* an old router does not say */
	expect(&t, TCP_ACK, t.ours, t.theirs, 536);
	desk_expect_frame(&t.desk);
	desk_expect_frame(&t.desk);
	assert_true(icmp_error(&t, ICMP_UNREACHABLE, 4, 1, t.ours));             /* a liar */
	expect(&t, TCP_ACK, t.ours, t.theirs, 216);
	while (desk_next(&t.desk))
		;
	close_table(&t);
}

/* --- the end --------------------------------------------------------------------------------------------- */

static void a_user_may_close_before_it_is_open(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	connect_out(&t);
	tcp_send(t.tcp, t.handle, 10, t.now);
	tcp_finish(t.tcp, t.handle, t.now);
	tcp_finish(t.tcp, t.handle, t.now);
	silence(&t);
	assert_true(say(&t, TCP_SYN | TCP_ACK, 3000, t.ours, NULL));
	expect(&t, TCP_ACK, t.ours, 3001, 0);
	expect(&t, TCP_ACK | TCP_PSH | TCP_FIN, t.ours, 3001, 10);
	/* The SYN-ACK again, though it stands: an ACK says so. */
	later(&t, VL_MS);
	assert_true(say(&t, TCP_SYN | TCP_ACK, 3000, t.ours, NULL));
	expect(&t, TCP_ACK, t.ours + 11, 3001, 0);
	assert_true(say(&t, TCP_ACK | TCP_FIN, 3001, t.ours + 11, NULL));
	expect(&t, TCP_ACK, t.ours + 11, 3002, 0);
	assert_int_equal(t.why, TCP_END_CLOSED);
	assert_int_equal(t.sent_all, 1);
	close_table(&t);
}

static void an_abort_before_the_answer_is_silent(void **state)
{
	struct table t;

	open_table(&t, &PLAIN, false);
	connect_out(&t);
	tcp_abort(t.tcp, t.handle, t.now);
	assert_int_equal(t.why, TCP_END_ABORTED);
	silence(&t);
	/* What comes for it finds nobody. */
	assert_true(say(&t, TCP_SYN | TCP_ACK, 3000, t.ours, NULL));
	expect(&t, TCP_RST, t.ours, 0, 0);
	close_table(&t);
}

static void words_of_ends(void **state)
{
	assert_string_equal(tcp_end_word(TCP_END_CLOSED), "closed");
	assert_string_equal(tcp_end_word(TCP_END_ABORTED), "aborted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strays_are_answered_with_resets),
		cmocka_unit_test(groups_and_nobody_are_not_answered),
		cmocka_unit_test(a_firewalled_box_says_nothing),
		cmocka_unit_test(a_listener_wants_a_syn),
		cmocka_unit_test(a_wrong_ack_of_our_syn_is_reset),
		cmocka_unit_test(what_answers_our_syn_must_fit),
		cmocka_unit_test(a_port_in_the_peers_time_wait_costs_no_second),
		cmocka_unit_test(an_active_simultaneous_open_may_be_refused),
		cmocka_unit_test(only_the_very_next_number_resets),
		cmocka_unit_test(a_syn_or_a_strange_ack_is_challenged),
		cmocka_unit_test(overlaps_are_handed_over_once),
		cmocka_unit_test(acks_wait_for_company),
		cmocka_unit_test(the_windows_of_the_peer_are_kept),
		cmocka_unit_test(a_closed_window_answers_probes),
		cmocka_unit_test(mss_and_scale_are_agreed),
		cmocka_unit_test(time_wait_answers_and_can_be_taken_over),
		cmocka_unit_test(unreachable_ends_what_does_not_stand_yet),
		cmocka_unit_test(too_long_makes_segments_smaller),
		cmocka_unit_test(ipv6_has_its_own_errors),
		cmocka_unit_test(a_dead_link_loses_what_is_said),
		cmocka_unit_test(every_port_is_used_once),
		cmocka_unit_test(what_cannot_wait_is_dropped),
		cmocka_unit_test(a_user_may_close_before_it_is_open),
		cmocka_unit_test(an_abort_before_the_answer_is_silent),
		cmocka_unit_test(words_of_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

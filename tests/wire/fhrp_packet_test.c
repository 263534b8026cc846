// SPDX-License-Identifier: BSD-2-Clause
/* HSRP, GLBP, CCP, NLB and FGCP as parts of a dissected packet: kinds, cuts, faults, lines, match strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/wire/match.h"
#include "tests/wire/fhrp_samples.h"

static enum packet_transport transport_of(enum fhrp_kind kind)
{
	return kind <= FHRP_HSRP6       ? TRANSPORT_HSRP
	       : kind <= FHRP_GLBP6     ? TRANSPORT_GLBP
	       : kind <= FHRP_CCP_OTHER ? TRANSPORT_CCP
	       : kind == FHRP_NLB       ? TRANSPORT_NLB
					: TRANSPORT_FGCP;
}

static void frames_of_every_kind_are_read(void **state)
{
	struct prng p = prng_stream(1, "fhrp frames");

	for (int i = 0; i < 800; i++) {
		enum fhrp_kind kind = (enum fhrp_kind)(i % FHRP_KIND_COUNT);
		uint8_t bytes[SAMPLE_ROOM];
		struct packet packet;
		size_t length = fhrp_sample(&p, kind, bytes);
		assert_true(packet_dissect(&packet, bytes, length, length));
		assert_int_equal(packet.transport, transport_of(kind));
		if (packet_is_udp(packet.transport))
			assert_int_equal(packet.udp.src_port, packet.udp.dst_port);
		else
			assert_int_equal(packet.network, NETWORK_NONE);
		assert_non_null(packet.payload);
	}
}

/* Cut: what goes over UDP is read whole or not at all; NLB's header is enough, FGCP has none. */
static void every_prefix_is_cut_or_read_and_never_blamed(void **state)
{
	struct prng p = prng_stream(2, "fhrp cut");

	for (int i = 0; i < 4 * FHRP_KIND_COUNT; i++) {
		enum fhrp_kind kind = (enum fhrp_kind)(i % FHRP_KIND_COUNT);
		uint8_t bytes[SAMPLE_ROOM];
		size_t length = fhrp_sample(&p, kind, bytes);
		for (size_t n = 0; n < length; n++) {
			struct packet packet;
			(void)packet_dissect(&packet, bytes, n, length);
			if (packet.verdict == PACKET_OK)
				assert_true(kind == FHRP_NLB || kind == FHRP_FGCP);
			else
				assert_int_equal(packet.verdict, PACKET_CUT);
			assert_int_equal(packet.transport,
					 packet.verdict == PACKET_OK ? transport_of(kind) : TRANSPORT_NONE);
		}
	}
}

static size_t over_udp(uint8_t bytes[SAMPLE_ROOM], uint16_t from, uint16_t to, const uint8_t *data, size_t n)
{
	struct packet_envelope e = {.src_mac = {{0, 0, 0, 0, 0xfe, 1}}, .dst_mac = mac_of_group(&HSRP_GROUP_V1),
				    .src = ip4(192, 0, 2, 2), .dst = HSRP_GROUP_V1, .ttl = 1,
				    .protocol = IP_PROTOCOL_UDP};
	struct udp_header udp = {.src_port = from, .dst_port = to};
	struct wr out = wr_of(bytes, SAMPLE_ROOM);

	packet_begin(&out, &e);
	udp_encode(&udp, &e.src, &e.dst, data, n, &out);
	packet_end(&out, &e);
	return wr_length(&out);
}

static void faults_are_named_and_keep_what_stands_before_them(void **state)
{
	static const struct {
		uint16_t port;
		const char *data;
		enum packet_verdict verdict;
	} row[] = {
		{1985, "00 00 10 03 0a 64 01 00 636973636f000000 c0000201 041c0100", PACKET_BAD_HSRP},
		{1985, "00 00 10 03 0a 64 01 00 636973636f000000 c00002", PACKET_BAD_HSRP},
		{1985, "", PACKET_BAD_HSRP},
		{3222, "01 00 0005 0000 020000000001 01 1c 00 20", PACKET_BAD_GLBP},
		{3222, "02 00 0005 0000 020000000001", PACKET_OK}, /* somebody else's */
		{8116, "1a90 021c 00fe 0001", PACKET_BAD_CCP},
		{8116, "1a91 021c 00fe 0001", PACKET_OK},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		uint8_t data[64], bytes[SAMPLE_ROOM];
		struct packet p;
		size_t length = over_udp(bytes, row[i].port, row[i].port, data, hex(data, sizeof data, row[i].data));
		(void)packet_dissect(&p, bytes, length, length);
		assert_int_equal(p.verdict, row[i].verdict);
		assert_int_equal(p.udp.dst_port, row[i].port);
		if (row[i].verdict == PACKET_OK)
			assert_int_equal(p.transport, TRANSPORT_UDP);
		if (i == 0)
			assert_true(p.hsrp.has_group && p.hsrp.group == 1);
	}
}

static void a_client_on_one_of_the_ports_is_just_udp(void **state)
{
	uint8_t bytes[SAMPLE_ROOM];
	struct packet p;
	size_t length = over_udp(bytes, 40000, 1985, (const uint8_t *)"hello", 5);

	assert_true(packet_dissect(&p, bytes, length, length));
	assert_int_equal(p.transport, TRANSPORT_UDP);
}

/* A receiver drops it; what it says is there for who reports it. */
static void a_wrong_udp_sum_is_the_verdict_and_the_message_is_there(void **state)
{
	uint8_t data[64], bytes[SAMPLE_ROOM];
	struct packet p;
	size_t n = hex(data, sizeof data, "00 00 10 03 0a 64 01 00 636973636f000000 c0000201");
	size_t length = over_udp(bytes, 1985, 1985, data, n);

	bytes[length - 1] ^= 1;
	(void)packet_dissect(&p, bytes, length, length);
	assert_int_equal(p.verdict, PACKET_BAD_UDP_CHECKSUM);
	assert_int_equal(p.transport, TRANSPORT_HSRP);
	assert_int_equal(p.hsrp.group, 1);
}

static void a_short_nlb_heartbeat_is_malformed(void **state)
{
	uint8_t bytes[64];
	struct packet p;
	size_t length = hex(bytes, sizeof bytes, "ffffffffffff 0202c0000250 886f bf01dec0 06020000 02000000 c0000250");

	(void)packet_dissect(&p, bytes, length, length);
	assert_int_equal(p.verdict, PACKET_BAD_NLB);
	assert_int_equal(p.transport, TRANSPORT_NLB);
}

/* --- lines and match strings -------------------------------------------------------------------------------- */

/* Ethernet, IPv4 192.0.2.2 > 224.0.0.2, UDP with sums made by udp_encode. */
static struct packet dissected(uint8_t bytes[SAMPLE_ROOM], uint16_t port, const char *payload)
{
	uint8_t data[256];
	struct packet p;
	size_t length = over_udp(bytes, port, port, data, hex(data, sizeof data, payload));

	assert_true(packet_dissect(&p, bytes, length, length));
	return p;
}

static struct packet dissected_frame(uint8_t bytes[SAMPLE_ROOM], const char *frame)
{
	struct packet p;
	size_t length = hex(bytes, SAMPLE_ROOM, frame);

	assert_true(packet_dissect(&p, bytes, length, length));
	return p;
}

static const char hsrp1[] = "00 00 10 03 0a 64 01 00 636973636f000000 c0000201";
static const char coup[] = "00 01 04 03 0a 6e 01 00 636973636f000000 c0000201";
static const char interface[] = "00 03 0001 000e 02 00 0000 0001 00000000";
static const char hsrp2[] = "01 28 02 00 06 04 0014 020000000001 00000064 000000fa 000002ee c0000201 "
			    "000000000000000000000000 04 1c 01 00 0000 c0000202 00000000 "
			    "00112233445566778899aabbccddeeff";
static const char glbp[] = "01 00 0005 0000 020000000001 "
			   "01 1c 00 20 00 6e 0000 00000bb8 00002710 0258 3840 0000 01 04 c0000201 "
			   "02 14 01 20 00 a7 64 00000000000000 0007b4000501";
static const char ccp[] = "1a90 021c 00fe 0001 0002 1234 0001 fffe 0007 0000 0002 0001 0002 0064 05 03";
static const char nlb[] = "ffffffffffff 0202c0000250 886f bf01dec0 06020000 02000000 c0000250 c0000252";
static const char fgcp[] = "ffffffffffff 00090f090003 8890 0102030405";

static void lines_say_what_people_look_for(void **state)
{
#define FROM "00:00:00:00:fe:01 > 01:00:5e:00:00:02 192.0.2.2."
	static const struct {
		uint16_t port;
		const char *payload, *line;
	} row[] = {
		{1985, hsrp1, FROM "1985 > 224.0.0.2.1985: HSRPv1 hello group 1 state active priority 100 hello 3s "
				   "hold 10s addr 192.0.2.1 auth text"},
		{1985, coup, FROM "1985 > 224.0.0.2.1985: HSRPv1 coup group 1 state speak priority 110 hello 3s "
				  "hold 10s addr 192.0.2.1 auth text"},
		{1985, interface, FROM "1985 > 224.0.0.2.1985: HSRPv1 interface active 0 passive 1"},
		{1985, hsrp2, FROM "1985 > 224.0.0.2.1985: HSRPv2 hello group 20 state active priority 100 hello 0.25s "
				   "hold 0.75s addr 192.0.2.1 auth md5"},
		{3222, glbp, FROM "3222 > 224.0.0.2.3222: GLBP group 5 hello state active priority 110 hello 3s hold 10s "
				  "addr 192.0.2.1 forwarder 1 active 00:07:b4:00:05:01"},
		{8116, ccp, FROM "8116 > 224.0.0.2.8116: CCP version 540 cluster 254 MY_STATE machine 1 interface 2 "
				 "members 2"},
		{0, nlb, "02:02:c0:00:02:50 > ff:ff:ff:ff:ff:ff NLB heartbeat host 2 cluster 192.0.2.80 node 192.0.2.82"},
		{0, fgcp, "00:09:0f:09:00:03 > ff:ff:ff:ff:ff:ff FGCP heartbeat group 0 length 5"},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		uint8_t bytes[SAMPLE_ROOM];
		char line[PACKET_LINE];
		struct packet p = row[i].port != 0 ? dissected(bytes, row[i].port, row[i].payload)
						   : dissected_frame(bytes, row[i].payload);
		assert_string_equal(packet_format(line, &p), row[i].line);
	}
}

/* The word of text authentication and digests stay out of every line. */
static void no_word_and_no_digest_reaches_a_line(void **state)
{
	struct prng p = prng_stream(3, "fhrp lines");

	for (int i = 0; i < 800; i++) {
		uint8_t bytes[SAMPLE_ROOM];
		char line[PACKET_LINE];
		struct packet packet;
		size_t length = fhrp_sample(&p, (enum fhrp_kind)(i % FHRP_KIND_COUNT), bytes);
		(void)packet_dissect(&packet, bytes, length, length);
		assert_null(strstr(packet_format(line, &packet), "cisco"));
		for (size_t k = 0; line[k] != '\0'; k++)
			assert_in_range(line[k], 0x20, 0x7e);
	}
}

static bool holds(const char *match, const struct packet *p)
{
	struct packet_match m;
	struct packet_match_error error;

	if (!packet_match_compile(&m, match, &error))
		fail_msg("%s: column %zu: %s", match, error.column, error.expected);
	return packet_matches(&m, p);
}

static void match_strings_ask_for_every_field(void **state)
{
	static const struct {
		uint16_t port;
		const char *payload, *yes, *no;
	} row[] = {
		{1985, hsrp1, "hsrp", "glbp"},
		{1985, hsrp1, "udp port 1985", "tcp"},
		{1985, hsrp1, "hsrp hello version 1 group 1 state active", "hsrp coup"},
		{1985, hsrp1, "hsrp priority 100 hello-time 3s hold-time 10s", "hsrp priority over 100"},
		{1985, hsrp1, "hsrp address 192.0.2.1 auth text", "hsrp auth md5"},
		{1985, hsrp1, "hsrp from 192.0.2.2 to 224.0.0.2 ttl 1", "hsrp from 192.0.2.3"},
		{1985, coup, "hsrp coup state speak", "hsrp hello"},
		{1985, interface, "hsrp advertise not hello", "hsrp group 0"},
		{1985, interface, "hsrp not state init", "hsrp priority 0"},
		{1985, hsrp2, "hsrp version 2 group 20 hello-time 250ms auth md5", "hsrp group 1"},
		{3222, glbp, "glbp hello group 5 state active priority 110", "glbp state standby"},
		{3222, glbp, "glbp address 192.0.2.1 forwarder 1 auth none", "glbp forwarder 2"},
		{3222, glbp, "glbp hello-time 3s hold-time over 9s", "glbp hello-time 1s"},
		{8116, ccp, "ccp my-state cluster 254 magic 254 machine 1", "ccp cluster 253"},
		{8116, ccp, "ccp version 540 opcode 1", "ccp opcode 2"},
		{0, nlb, "nlb heartbeat host 2 cluster 192.0.2.80 node 192.0.2.82", "nlb host 1"},
		{0, nlb, "any src-mac 02:02:c0:00:02:50", "ip"},
		{0, fgcp, "fgcp heartbeat group 0", "fgcp group 1"},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		uint8_t bytes[SAMPLE_ROOM];
		struct packet p = row[i].port != 0 ? dissected(bytes, row[i].port, row[i].payload)
						   : dissected_frame(bytes, row[i].payload);
		if (!holds(row[i].yes, &p) || holds(row[i].no, &p))
			fail_msg("`%s' is to hold, `%s' is not", row[i].yes, row[i].no);
	}
}

static void a_malformed_message_is_asked_below_it_only(void **state)
{
	uint8_t data[64], bytes[SAMPLE_ROOM];
	struct packet p;
	size_t n = hex(data, sizeof data, "00 00 10 03 0a 64 01 00 636973636f000000 c0000201 041c0100");
	size_t length = over_udp(bytes, 1985, 1985, data, n);

	assert_false(packet_dissect(&p, bytes, length, length));
	assert_true(holds("hsrp malformed", &p));
	assert_true(holds("udp port 1985", &p));
	assert_false(holds("hsrp group 1", &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_every_kind_are_read),
		cmocka_unit_test(every_prefix_is_cut_or_read_and_never_blamed),
		cmocka_unit_test(faults_are_named_and_keep_what_stands_before_them),
		cmocka_unit_test(a_client_on_one_of_the_ports_is_just_udp),
		cmocka_unit_test(a_wrong_udp_sum_is_the_verdict_and_the_message_is_there),
		cmocka_unit_test(a_short_nlb_heartbeat_is_malformed),
		cmocka_unit_test(lines_say_what_people_look_for),
		cmocka_unit_test(no_word_and_no_digest_reaches_a_line),
		cmocka_unit_test(match_strings_ask_for_every_field),
		cmocka_unit_test(a_malformed_message_is_asked_below_it_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

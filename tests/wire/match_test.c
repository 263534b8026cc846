// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/base/time.h"
#include "sim/wire/match.h"

/* --- packets: only the fields that a match reads ---------------------------------------------------------- */

static struct packet ip_packet(void)
{
	return (struct packet){
		.network = NETWORK_IPV4,
		.ethernet = {.src = {{0, 0, 0x5e, 0, 1, 1}}, .dst = {{1, 0, 0x5e, 0, 0, 0x12}}},
		.src = ip4(192, 0, 2, 2),
		.dst = ip4(224, 0, 0, 18),
		.ttl = 255,
		.protocol = 112,
	};
}

static const uint8_t ADDRESSES[] = {192, 0, 2, 1, 192, 0, 2, 9};

static struct packet vrrp_packet(void)
{
	struct packet p = ip_packet();

	p.transport = TRANSPORT_VRRP;
	p.vrrp = (struct vrrp_message){
		.version = 2, .type = 1, .vrid = 1, .priority = 100, .address_count = 2, .family = IP_V4,
		.interval_s = 1, .auth_type = VRRP_AUTH_TEXT, .checksum_form = VRRP_CHECKSUM_MESSAGE,
		.addresses = ADDRESSES,
	};
	return p;
}

static struct packet arp_packet(uint16_t operation)
{
	return (struct packet){
		.network = NETWORK_ARP,
		.arp = {.operation = operation, .sender_mac = {{0, 0, 0x5e, 0, 1, 1}},
			.sender_ip = ip4(192, 0, 2, 10), .target_ip = ip4(192, 0, 2, 50)},
	};
}

static struct packet tcp_packet(uint8_t flags)
{
	struct packet p = ip_packet();

	p.dst = ip4(192, 0, 2, 10);
	p.transport = TRANSPORT_TCP;
	p.tcp = (struct tcp_header){.src_port = 1025, .dst_port = 443, .flags = flags};
	return p;
}

static bool holds(const char *text, const struct packet *p)
{
	struct packet_match m;
	struct packet_match_error error;

	if (!packet_match_compile(&m, text, &error))
		fail_msg("%s: column %zu: %s", text, error.column, error.expected);
	return packet_matches(&m, p);
}

/* --- what holds -------------------------------------------------------------------------------------------- */

static void vrrp_fields_narrow(void **state)
{
	struct packet p = vrrp_packet();
	static const char *const yes[] = {
		"any", "ip", "ipv4", "vrrp", "vrrp advert", "vrrp advert vrid 1 priority 100", "vrrp version 2",
		"vrrp priority over 99", "vrrp priority under 101", "vrrp not vrid 2", "vrrp interval 1s",
		"vrrp interval under 1500ms", "vrrp addresses 2", "vrrp address 192.0.2.9", "vrrp auth text",
		"vrrp checksum message", "vrrp from 192.0.2.2", "vrrp to 224.0.0.18", "vrrp ttl 255",
		"vrrp src-mac 00:00:5e:00:01:01", "vrrp dst-mac 01:00:5e:00:00:12", "vrrp vlan 0", "ip protocol 112",
		"vrrp ipv4", "vrrp not ipv6", "vrrp not fragment", "vrrp not malformed", "  vrrp\tadvert ",
	};
	static const char *const no[] = {
		"arp", "carp", "icmp", "tcp", "udp", "ipv6", "vrrp vrid 2", "vrrp priority 0",
		"vrrp priority over 100", "vrrp priority under 100", "vrrp not vrid 1", "vrrp version 3",
		"vrrp interval 2s", "vrrp address 192.0.2.3", "vrrp auth none", "vrrp checksum wrong",
		"vrrp from 192.0.2.3", "vrrp vrid 1 priority 99", "vrrp vlan over 0",
	};

	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
		if (!holds(yes[i], &p))
			fail_msg("%s should hold", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		if (holds(no[i], &p))
			fail_msg("%s should not hold", no[i]);
}

static void an_arp_address_is_who_is_asked_for_or_who_answers(void **state)
{
	struct packet reply = arp_packet(ARP_REPLY), request = arp_packet(ARP_REQUEST);

	assert_true(holds("arp reply 192.0.2.10 is-at 00:00:5e:00:01:01", &reply));
	assert_false(holds("arp reply 192.0.2.10 is-at 00:00:5e:00:01:02", &reply));
	assert_false(holds("arp reply 192.0.2.50", &reply));
	assert_true(holds("arp request 192.0.2.50", &request));
	assert_true(holds("arp request who-has 192.0.2.50 tell 192.0.2.10", &request));
	assert_false(holds("arp reply", &request));
	assert_true(holds("arp not gratuitous", &request));
	assert_true(holds("arp not 192.0.2.10", &request));
	request.arp.target_ip = request.arp.sender_ip;
	assert_true(holds("arp gratuitous 192.0.2.10", &request));
}

static void tcp_flags_and_ports(void **state)
{
	struct packet syn = tcp_packet(TCP_SYN), answer = tcp_packet(TCP_SYN | TCP_ACK);

	assert_true(holds("tcp syn to 192.0.2.10:443", &syn));
	assert_true(holds("tcp syn not ack", &syn));
	assert_false(holds("tcp syn not ack", &answer));
	assert_true(holds("tcp to :443", &syn));
	assert_true(holds("tcp to 192.0.2.10", &syn));
	assert_true(holds("tcp from :1025", &syn));
	assert_true(holds("tcp port 443", &syn));
	assert_false(holds("tcp to 192.0.2.10:80", &syn));
	assert_false(holds("tcp not to :443", &syn));
	assert_false(holds("udp", &syn));
}

static void ipv6_addresses_take_a_port_in_brackets(void **state)
{
	struct packet p = tcp_packet(TCP_SYN);

	p.network = NETWORK_IPV6;
	assert_true(ip_parse("2001:db8::1", &p.dst));
	assert_true(holds("tcp to [2001:db8::1]:443", &p));
	assert_true(holds("tcp to 2001:db8::1", &p));
	assert_false(holds("tcp to [2001:db8::1]:80", &p));
}

static void icmp_names_mean_the_type_of_the_family(void **state)
{
	struct packet p = ip_packet();

	p.transport = TRANSPORT_ICMP;
	p.icmp = (struct icmp_message){.family = IP_V4, .type = ICMP_ECHO_REQUEST, .id = 7, .sequence = 3};
	assert_true(holds("icmp echo-request id 7 sequence 3", &p));
	assert_false(holds("icmp echo-reply", &p));
	p.network = NETWORK_IPV6;
	p.icmp.family = IP_V6;
	assert_false(holds("icmp echo-request", &p));
	p.icmp.type = ICMPV6_NEIGHBOR_ADVERTISEMENT;
	p.icmp.has_link_address = true;
	p.icmp.link_address = (struct mac){{0, 0, 0x5e, 0, 2, 1}};
	assert_true(ip_parse("fe80::1", &p.icmp.target));
	assert_true(holds("icmp neighbor-advertisement target fe80::1 is-at 00:00:5e:00:02:01", &p));
	assert_false(holds("icmp id 0", &p));           /* it has none */
	assert_true(holds("icmp not id 0", &p));
}

static void carp_is_no_vrrp(void **state)
{
	struct packet p = ip_packet();

	p.transport = TRANSPORT_CARP;
	p.carp = (struct carp_message){.vhid = 1, .advbase = 1, .advskew = 128, .checksum_ok = true};
	assert_true(holds("carp advert vhid 1 advbase 1 advskew over 0 demotion 0 checksum right", &p));
	assert_false(holds("carp vhid 2", &p));
	assert_false(holds("carp checksum wrong", &p));
	assert_false(holds("vrrp", &p));
}

static void of_a_malformed_message_only_what_lies_below_is_asked(void **state)
{
	struct packet p = vrrp_packet();

	p.verdict = PACKET_BAD_VRRP;
	p.vrrp.addresses = NULL;                /* as the decoder leaves it */
	assert_true(holds("vrrp malformed from 192.0.2.2", &p));
	assert_false(holds("vrrp address 192.0.2.1", &p));
	assert_false(holds("vrrp vrid 1", &p));
	p.verdict = PACKET_BAD_ICMP_CHECKSUM;
	p.transport = TRANSPORT_ICMP;
	p.icmp = (struct icmp_message){.family = IP_V4, .type = ICMP_ECHO_REPLY};
	assert_true(holds("icmp echo-reply malformed", &p));
}

/* --- what is refused --------------------------------------------------------------------------------------- */

static void mistakes_name_the_place_and_what_would_be_right(void **state)
{
	static const struct {
		const char *text;
		size_t column;
		const char *expected;
	} mistakes[] = {
		{"", 0, "the first word is a protocol (any, arp, ip, ipv4, ipv6, icmp, udp, tcp, vrrp, carp, hsrp, "
		 "glbp, ccp, nlb, fgcp), not `nothing'"},
		{"vrp", 0, "the first word is a protocol (any, arp, ip, ipv4, ipv6, icmp, udp, tcp, vrrp, carp, hsrp, "
		 "glbp, ccp, nlb, fgcp), not `vrp'; "
			   "did you mean `vrrp'?"},
		{"vrrp advert vird 1", 12, "expected a condition on vrrp, not `vird'; did you mean `vrid'?"},
		{"vrrp vhid 1", 5, "expected a condition on vrrp, not `vhid'; did you mean `vrid'?"},
		{"vrrp vrid", 9, "vrid needs a number 0-255, not `nothing'"},
		{"vrrp vrid 256", 10, "vrid needs a number 0-255, not `256'"},
		{"vrrp vrid over", 14, "vrid needs a number 0-255, not `nothing'"},
		{"vrrp interval 1", 14, "interval needs a time such as 1s or 500ms, not `1'"},
		{"vrrp auth tex", 10, "auth is one of none, text, ah, cisco-md5, not `tex'; did you mean `text'?"},
		{"arp 192.0.2", 4, "expected a condition on arp, not `192.0.2'"},
		{"arp is-at 5", 10, "is-at needs a MAC address, not `5'"},
		{"arp from arp", 9, "from needs an address, not `arp'"},
		{"tcp to 192.0.2.1:http", 7, "to needs an address, a port or both (192.0.2.1:443), not `192.0.2.1:http'"},
		{"tcp not to 192.0.2.1:80", 11, "`not' takes an address or a port, not both"},
		{"vrrp not", 8, "expected a condition on vrrp, not `nothing'"},
		{"arp ADDRESS 192.0.2.1", 4, "expected a condition on arp, not `ADDRESS'"},
	};

	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		struct packet_match m;
		struct packet_match_error error;

		if (packet_match_compile(&m, mistakes[i].text, &error))
			fail_msg("%s should be refused", mistakes[i].text);
		assert_string_equal(error.expected, mistakes[i].expected);
		assert_int_equal(error.column, mistakes[i].column);
	}
}

static void conditions_are_bounded(void **state)
{
	char text[512] = "tcp";
	struct packet_match m;
	struct packet_match_error error;

	for (size_t i = 0; i < PACKET_MATCH_TERMS; i++)
		strcat(text, " syn");
	assert_true(packet_match_compile(&m, text, &error));
	strcat(text, " ack");
	assert_false(packet_match_compile(&m, text, &error));
	assert_string_equal(error.expected, "at most 16 conditions");
	/* An address with a port is two. */
	strcpy(text, "tcp");
	for (size_t i = 0; i < PACKET_MATCH_TERMS - 1; i++)
		strcat(text, " syn");
	strcat(text, " to 192.0.2.1:80");
	assert_false(packet_match_compile(&m, text, &error));
}

static void a_word_too_long_is_no_word(void **state)
{
	char text[400];
	struct packet_match m;
	struct packet_match_error error;

	memset(text, 'v', sizeof text);
	text[sizeof text - 1] = '\0';
	assert_false(packet_match_compile(&m, text, &error));
	memcpy(text, "vrrp ", 5);
	assert_false(packet_match_compile(&m, text, &error));
	assert_int_equal(error.column, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vrrp_fields_narrow),
		cmocka_unit_test(an_arp_address_is_who_is_asked_for_or_who_answers),
		cmocka_unit_test(tcp_flags_and_ports),
		cmocka_unit_test(ipv6_addresses_take_a_port_in_brackets),
		cmocka_unit_test(icmp_names_mean_the_type_of_the_family),
		cmocka_unit_test(carp_is_no_vrrp),
		cmocka_unit_test(of_a_malformed_message_only_what_lies_below_is_asked),
		cmocka_unit_test(mistakes_name_the_place_and_what_would_be_right),
		cmocka_unit_test(conditions_are_bounded),
		cmocka_unit_test(a_word_too_long_is_no_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

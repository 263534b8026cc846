// SPDX-License-Identifier: BSD-2-Clause
/* The questions of --probe, byte for byte as others read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/prober.h"
#include "sim/wire/packet.h"

static const struct mac own = {{0x02, 0, 0, 0, 0, 0x0a}};

static struct ip_addr ip_of(const char *text)
{
	struct ip_addr ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static struct packet question(const struct finding_place *place, const char *source, const char *target,
			      uint8_t frame[PROBER_FRAME])
{
	struct ip_addr from = ip_of(source), to = ip_of(target);
	struct packet p;
	size_t length = prober_frame(frame, own, &from, place, &to);

	assert_true(length >= ETHERNET_MIN);
	assert_true(packet_dissect(&p, frame, length, length));
	return p;
}

static void an_ipv4_question_teaches_no_cache_anything(void **state)
{
	uint8_t frame[PROBER_FRAME];
	struct packet p = question(&(struct finding_place){0}, "::", "192.0.2.1", frame);

	assert_int_equal(p.network, NETWORK_ARP);
	assert_memory_equal(p.ethernet.dst.b, MAC_BROADCAST.b, 6);
	assert_memory_equal(p.ethernet.src.b, own.b, 6);
	assert_int_equal(p.arp.operation, ARP_REQUEST);
	assert_true(ip_is_zero(&p.arp.sender_ip));
	assert_memory_equal(p.arp.sender_mac.b, own.b, 6);
	assert_true(ip_equal(&p.arp.target_ip, &(struct ip_addr){.family = IP_V4, .b = {192, 0, 2, 1}}));
}

static void an_ipv6_question_goes_to_the_solicited_node_group(void **state)
{
	uint8_t frame[PROBER_FRAME];
	struct packet p = question(&(struct finding_place){0}, "fe80::a", "2001:db8::1", frame);
	struct ip_addr group = ip_of("ff02::1:ff00:1"), target = ip_of("2001:db8::1");

	assert_int_equal(p.transport, TRANSPORT_ICMP);
	assert_int_equal(p.icmp.type, ICMPV6_NEIGHBOR_SOLICITATION);
	assert_int_equal(p.ttl, 255);
	assert_true(ip_equal(&p.dst, &group));
	assert_true(ip_equal(&p.icmp.target, &target));
	assert_true(p.icmp.has_link_address);
}

/* RFC 4861 4.3: with the unspecified source the option must not be there. */
static void a_question_without_an_address_carries_no_mac(void **state)
{
	uint8_t frame[PROBER_FRAME];
	struct packet p = question(&(struct finding_place){0}, "::", "2001:db8::1", frame);

	assert_true(ip_is_zero(&p.src));
	assert_false(p.icmp.has_link_address);
}

static void a_question_stays_in_the_vlan_where_the_address_was_heard(void **state)
{
	uint8_t frame[PROBER_FRAME];
	const struct finding_place place = {.vlan = {100, 36}, .vlan_count = 2};
	struct packet p = question(&place, "::", "192.0.2.1", frame);

	assert_int_equal(p.ethernet.vlan_count, 2);
	assert_int_equal(p.ethernet.vlan[0].id, 100);
	assert_int_equal(p.ethernet.vlan[0].type, ETHERTYPE_QINQ);
	assert_int_equal(p.ethernet.vlan[1].id, 36);
	assert_int_equal(p.ethernet.vlan[1].type, ETHERTYPE_VLAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_question_teaches_no_cache_anything),
		cmocka_unit_test(an_ipv6_question_goes_to_the_solicited_node_group),
		cmocka_unit_test(a_question_without_an_address_carries_no_mac),
		cmocka_unit_test(a_question_stays_in_the_vlan_where_the_address_was_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The one line of a frame, golden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/wire/samples.h"

static struct ip_addr ip(const char *text)
{
	struct ip_addr a;

	assert_true(ip_parse(text, &a));
	return a;
}

/* The envelope of `src` > `dst` (addresses as text), between two fixed stations. */
static struct packet_envelope envelope(const char *src, const char *dst, uint8_t protocol)
{
	return (struct packet_envelope){
		.src_mac = {{2, 0, 0, 0, 0, 1}}, .dst_mac = {{2, 0, 0, 0, 0, 2}},
		.src = ip(src), .dst = ip(dst), .ttl = 255, .protocol = protocol};
}

#define STATIONS "02:00:00:00:00:01 > 02:00:00:00:00:02"

static uint8_t frame[4200];

static void assert_line(const struct wr *out, size_t captured, const char *want)
{
	struct packet p;
	char text[PACKET_LINE];

	assert_false(out->bad);
	packet_dissect(&p, frame, captured, wr_length(out));
	assert_string_equal(packet_format(text, &p), want);
}

/* A frame of hex, whole. */
static void assert_line_of_hex(const char *bytes, const char *want)
{
	struct wr out = wr_of(frame, sizeof frame);

	out.at += hex(frame, sizeof frame, bytes);
	assert_line(&out, wr_length(&out), want);
}

static void arp_lines(void **state)
{
	assert_line_of_hex("ffffffffffff 020000000001 0806 0001080006040001 020000000001 c0000232 000000000000 c000020a",
			   "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff arp who-has 192.0.2.10 tell 192.0.2.50");
	assert_line_of_hex("020000000001 00005e000101 0806 0001080006040002 00005e000101 c000020a 020000000001 c0000232",
			   "00:00:5e:00:01:01 > 02:00:00:00:00:01 arp reply 192.0.2.10 is-at 00:00:5e:00:01:01");
	assert_line_of_hex("ffffffffffff 00005e000101 0806 0001080006040001 00005e000101 c000020a ffffffffffff c000020a",
			   "00:00:5e:00:01:01 > ff:ff:ff:ff:ff:ff arp gratuitous 192.0.2.10 is-at 00:00:5e:00:01:01");
	assert_line_of_hex("ffffffffffff 00005e000101 0806 0001080006040002 00005e000101 c000020a ffffffffffff c000020a",
			   "00:00:5e:00:01:01 > ff:ff:ff:ff:ff:ff arp reply gratuitous 192.0.2.10 is-at "
			   "00:00:5e:00:01:01");
	assert_line_of_hex("ffffffffffff 00005e000101 0806 0001080006040009 00005e000101 c000020a ffffffffffff c000020a",
			   "00:00:5e:00:01:01 > ff:ff:ff:ff:ff:ff arp operation 9");
	assert_line_of_hex("ffffffffffff 00005e000101 0806 00010800",
			   "00:00:5e:00:01:01 > ff:ff:ff:ff:ff:ff [malformed ARP]");
}

static void vrrp_line(const char *src, const char *vlan, const struct vrrp_message *m, const char *want)
{
	struct ip_addr address = ip(src);
	const char *group = address.family == IP_V6 ? "ff02::12" : "224.0.0.18";
	struct packet_envelope e = envelope(src, group, IP_PROTOCOL_VRRP);
	struct wr out = wr_of(frame, sizeof frame);

	e.src_mac = vrrp_virtual_mac((enum ip_family)e.src.family, m->vrid);
	e.dst_mac = mac_of_group(&e.dst);
	for (; *vlan != '\0'; vlan++)
		e.vlan[e.vlan_count++] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = (uint16_t)(*vlan - '0')};
	packet_begin(&out, &e);
	vrrp_encode(m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	assert_line(&out, wr_length(&out), want);
}

static void vrrp_lines(void **state)
{
	static const uint8_t v4[40] = {192, 0, 2, 1, 192, 0, 2, 2};
	static const uint8_t v6[16] = {0xfe, 0x80, [15] = 0x10};
	static const uint8_t trailer[30] = {0xfe, 0x1c, 1};
	struct vrrp_message v2 = {.version = 2, .type = 1, .vrid = 1, .priority = 110, .address_count = 1,
				  .family = IP_V4, .interval_s = 1, .has_auth_data = true, .addresses = v4};
	struct vrrp_message v3 = {.version = 3, .type = 1, .vrid = 10, .priority = 100, .address_count = 1,
				  .family = IP_V4, .interval_cs = 350, .addresses = v4};

	vrrp_line("192.0.2.2", "5", &v2,
		  "00:00:5e:00:01:01 > 01:00:5e:00:00:12 vlan 5 192.0.2.2 > 224.0.0.18: "
		  "VRRPv2 advert vrid 1 priority 110 interval 1s addrs 192.0.2.1");
	v2.address_count = 2;
	v2.auth_type = VRRP_AUTH_TEXT;
	memcpy(v2.auth_data, "s3cret", 6);
	vrrp_line("192.0.2.2", "57", &v2,
		  "00:00:5e:00:01:01 > 01:00:5e:00:00:12 vlan 5 vlan 7 192.0.2.2 > 224.0.0.18: "
		  "VRRPv2 advert vrid 1 priority 110 interval 1s auth text addrs 192.0.2.1,192.0.2.2");
	v2.address_count = 1;
	v2.auth_type = VRRP_AUTH_CISCO_MD5;
	v2.trailer = trailer;
	v2.trailer_length = 30;
	vrrp_line("192.0.2.2", "", &v2,
		  "00:00:5e:00:01:01 > 01:00:5e:00:00:12 192.0.2.2 > 224.0.0.18: "
		  "VRRPv2 advert vrid 1 priority 110 interval 1s auth md5 trailer 30 addrs 192.0.2.1");
	v2.auth_type = VRRP_AUTH_NONE;
	v2.trailer_length = 0;
	v2.has_auth_data = false;
	v2.type = 7;
	v2.address_count = 0;
	vrrp_line("192.0.2.2", "", &v2,
		  "00:00:5e:00:01:01 > 01:00:5e:00:00:12 192.0.2.2 > 224.0.0.18: "
		  "VRRPv2 type 7 vrid 1 priority 110 interval 1s no auth data addrs none");
	vrrp_line("192.0.2.2", "", &v3,
		  "00:00:5e:00:01:0a > 01:00:5e:00:00:12 192.0.2.2 > 224.0.0.18: "
		  "VRRPv3 advert vrid 10 priority 100 interval 3.5s addrs 192.0.2.1 checksum message");
	v3.checksum_form = VRRP_CHECKSUM_PSEUDO;
	v3.interval_cs = 3;
	v3.address_count = 10;
	vrrp_line("192.0.2.2", "", &v3,
		  "00:00:5e:00:01:0a > 01:00:5e:00:00:12 192.0.2.2 > 224.0.0.18: "
		  "VRRPv3 advert vrid 10 priority 100 interval 0.03s addrs 192.0.2.1,192.0.2.2,0.0.0.0,0.0.0.0,"
		  "0.0.0.0,0.0.0.0,0.0.0.0,0.0.0.0 and 2 more checksum pseudo-header");
	v3.family = IP_V6;
	v3.addresses = v6;
	v3.address_count = 1;
	vrrp_line("fe80::1", "", &v3,
		  "00:00:5e:00:02:0a > 33:33:00:00:00:12 fe80::1 > ff02::12: "
		  "VRRPv3 advert vrid 10 priority 100 interval 0.03s addrs fe80::10");
}

static void a_wrong_vrrp_sum_is_told(void **state)
{
	/* T1 with priority 151: its sum is one high byte off */
	assert_line_of_hex("01005e000012 00005e00010a 0800 45c00028 00010000 ff70d087 0a090002 e0000012"
			   "210a970100013eae 0a09003c 0000000000000000",
			   "00:00:5e:00:01:0a > 01:00:5e:00:00:12 10.9.0.2 > 224.0.0.18: VRRPv2 advert vrid 10 "
			   "priority 151 interval 1s addrs 10.9.0.60 [wrong VRRP checksum]");
}

static void carp_lines(void **state)
{
	struct packet_envelope e = envelope("10.9.0.3", "224.0.0.18", IP_PROTOCOL_VRRP);
	struct carp_message m = {.vhid = 10, .advbase = 1, .advskew = 100};
	struct wr out = wr_of(frame, sizeof frame), again = wr_of(frame, sizeof frame);

	packet_begin(&out, &e);
	carp_encode(&m, &out);
	packet_end(&out, &e);
	assert_line(&out, wr_length(&out),
		    STATIONS " 10.9.0.3 > 224.0.0.18: CARP advert vhid 10 advbase 1 advskew 100");
	m.demotion = 240;
	packet_begin(&again, &e);
	carp_encode(&m, &again);
	packet_end(&again, &e);
	frame[wr_length(&again) - 1] ^= 1;
	assert_line(&again, wr_length(&again),
		    STATIONS " 10.9.0.3 > 224.0.0.18: CARP advert vhid 10 advbase 1 advskew 100 demotion 240 "
			     "[wrong CARP checksum]");
	assert_line(&again, 60, STATIONS " 10.9.0.3 > 224.0.0.18 [cut by the capture's snapshot length]");
}

static void ah_lines(void **state)
{
	struct packet_envelope e = envelope("192.0.2.2", "224.0.0.18", IP_PROTOCOL_AH);
	static const uint8_t addresses[4] = {192, 0, 2, 1};
	const struct vrrp_message m = {.version = 2, .type = 1, .vrid = 1, .priority = 110, .address_count = 1,
				       .family = IP_V4, .auth_type = VRRP_AUTH_AH, .interval_s = 1,
				       .has_auth_data = true, .addresses = addresses};
	struct wr out = wr_of(frame, sizeof frame);

	packet_begin(&out, &e);
	wr_be32(&out, UINT32_C(0x70040000));
	wr_be32(&out, UINT32_C(0xc0000202));
	wr_be32(&out, 7);
	wr_zero(&out, 12);
	vrrp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	assert_line(&out, wr_length(&out),
		    STATIONS " 192.0.2.2 > 224.0.0.18 AH spi 0xc0000202 seq 7: VRRPv2 advert vrid 1 priority 110 "
			     "interval 1s auth ah addrs 192.0.2.1");
}

static void icmp_line(const char *src, const char *dst, const struct icmp_message *m, const char *want)
{
	struct packet_envelope e =
		envelope(src, dst, m->family == IP_V6 ? IP_PROTOCOL_ICMPV6 : IP_PROTOCOL_ICMP);
	struct wr out = wr_of(frame, sizeof frame);

	packet_begin(&out, &e);
	icmp_encode(m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	assert_line(&out, wr_length(&out), want);
}

static void icmp_lines(void **state)
{
	const uint8_t data[56] = {0};
	const struct mac mac = {{0, 0, 0x5e, 0, 2, 10}};

	icmp_line("192.0.2.50", "192.0.2.10",
		  &(struct icmp_message){.family = IP_V4, .type = ICMP_ECHO_REQUEST, .id = 7, .sequence = 1,
					 .data = data, .data_length = 56},
		  STATIONS " 192.0.2.50 > 192.0.2.10: ICMP echo request id 7 seq 1 length 56");
	icmp_line("2001:db8::1", "2001:db8::2",
		  &(struct icmp_message){.family = IP_V6, .type = ICMPV6_ECHO_REPLY, .id = 7, .sequence = 2},
		  STATIONS " 2001:db8::1 > 2001:db8::2: ICMPv6 echo reply id 7 seq 2 length 0");
	icmp_line("192.0.2.50", "192.0.2.10",
		  &(struct icmp_message){.family = IP_V4, .type = ICMP_UNREACHABLE, .code = 3},
		  STATIONS " 192.0.2.50 > 192.0.2.10: ICMP unreachable code 3");
	icmp_line("192.0.2.50", "192.0.2.10", &(struct icmp_message){.family = IP_V4, .type = 13},
		  STATIONS " 192.0.2.50 > 192.0.2.10: ICMP type 13 code 0");
	icmp_line("fe80::1", "ff02::1:ff00:10",
		  &(struct icmp_message){.family = IP_V6, .type = ICMPV6_NEIGHBOR_SOLICITATION,
					 .target = ip("fe80::10")},
		  STATIONS " fe80::1 > ff02::1:ff00:10: ICMPv6 neighbor solicitation who-has fe80::10");
	icmp_line("fe80::10", "ff02::1",
		  &(struct icmp_message){.family = IP_V6, .type = ICMPV6_NEIGHBOR_ADVERTISEMENT,
					 .target = ip("fe80::10"), .router = true, .override = true,
					 .has_link_address = true, .link_address = mac},
		  STATIONS " fe80::10 > ff02::1: ICMPv6 neighbor advertisement fe80::10 is-at 00:00:5e:00:02:0a "
			   "flags RO");
}

static void udp_and_tcp_lines(void **state)
{
	struct packet_envelope e = envelope("192.0.2.50", "192.0.2.10", IP_PROTOCOL_UDP);
	const struct udp_header udp = {.src_port = 40000, .dst_port = 53};
	struct tcp_header tcp = {.src_port = 40000, .dst_port = 443, .sequence = 4294967295, .flags = TCP_SYN,
				 .window = 64240};
	struct wr out = wr_of(frame, sizeof frame), second = out, third = out;

	packet_begin(&out, &e);
	udp_encode(&udp, &e.src, &e.dst, (const uint8_t *)"hello", 5, &out);
	packet_end(&out, &e);
	assert_line(&out, wr_length(&out), STATIONS " 192.0.2.50.40000 > 192.0.2.10.53: UDP length 5");
	frame[wr_length(&out) - 1] ^= 1;
	assert_line(&out, wr_length(&out),
		    STATIONS " 192.0.2.50.40000 > 192.0.2.10.53: UDP length 5 [wrong UDP checksum]");
	e.protocol = IP_PROTOCOL_TCP;
	packet_begin(&second, &e);
	tcp_encode(&tcp, &e.src, &e.dst, NULL, 0, &second);
	packet_end(&second, &e);
	assert_line(&second, wr_length(&second),
		    STATIONS " 192.0.2.50.40000 > 192.0.2.10.443: TCP [S] seq 4294967295 win 64240 length 0");
	tcp.flags = TCP_PSH | TCP_ACK;
	tcp.acknowledgment = 1;
	packet_begin(&third, &e);
	tcp_encode(&tcp, &e.src, &e.dst, (const uint8_t *)"hello", 5, &third);
	packet_end(&third, &e);
	assert_line(&third, wr_length(&third),
		    STATIONS " 192.0.2.50.40000 > 192.0.2.10.443: TCP [P.] seq 4294967295 ack 1 win 64240 length 5");
}

static void lines_of_what_is_not_read(void **state)
{
	assert_line_of_hex("020000000002 020000000001 88b5 00", STATIONS " ethertype 0x88b5");
	assert_line_of_hex("020000000002 020000000001 0026 424203", STATIONS " 802.3 length 38");
	assert_line_of_hex("0200", "[malformed Ethernet header]");
	/* IGMP, and a later fragment of UDP */
	assert_line_of_hex("020000000002 020000000001 0800 4500001c 00000000 010235dd c0000201 c0000202 16000000 00000000",
			   STATIONS " 192.0.2.1 > 192.0.2.2: protocol 2 length 8");
	assert_line_of_hex("020000000002 020000000001 0800 4500001c 12342003 4011c496 c0000201 c0000202 0000000000000000",
			   STATIONS " 192.0.2.1 > 192.0.2.2 fragment id 4660 offset 24+: protocol 17 length 8");
	assert_line_of_hex("020000000002 020000000001 0800 4500001c 12342003 4011c497 c0000201 c0000202 0000000000000000",
			   STATIONS " 192.0.2.1 > 192.0.2.2 fragment id 4660 offset 24+ [wrong IPv4 header checksum]");
	assert_line_of_hex("020000000002 020000000001 0800 44", STATIONS " [malformed IPv4 header]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_lines),
		cmocka_unit_test(vrrp_lines),
		cmocka_unit_test(a_wrong_vrrp_sum_is_told),
		cmocka_unit_test(carp_lines),
		cmocka_unit_test(ah_lines),
		cmocka_unit_test(icmp_lines),
		cmocka_unit_test(udp_and_tcp_lines),
		cmocka_unit_test(lines_of_what_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

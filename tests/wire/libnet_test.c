// SPDX-License-Identifier: BSD-2-Clause
/*
 * A second outside judge: libnet builds the same packets (LIBNET_NONE: no socket, no privilege), and the bytes
 * are compared. VRRP goes in as a payload: libnet_build_vrrp of 1.1 to 1.3 exchanges version and type and
 * knows no pseudo-header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Ours first: libnet brings <netinet/ip_icmp.h>, whose macros (ICMP_REDIRECT) would spoil our enumerators. */
#include "tests/wire/samples.h"

#include <libnet.h>

enum { ROUNDS = 200 };

static libnet_t *net;

static int open_libnet(void **state)
{
	char why[LIBNET_ERRBUF_SIZE];

	net = libnet_init(LIBNET_NONE, NULL, why);
	return net == NULL ? -1 : 0;
}

static int close_libnet(void **state)
{
	libnet_destroy(net);
	return 0;
}

/* Puts libnet's layers together, compares them with ours and forgets them. */
static void assert_libnet_agrees(const struct wr *ours)
{
	uint8_t *theirs = NULL;
	uint32_t length = 0;

	assert_false(ours->bad);
	assert_int_equal(libnet_pblock_coalesce(net, &theirs, &length), 1);
	assert_int_equal(length, wr_length(ours));
	assert_memory_equal(ours->start, theirs, length);
	libnet_adv_free_packet(net, theirs);
	libnet_clear_packet(net);
}

static uint32_t address4(const struct ip_addr *a)
{
	uint32_t v;

	memcpy(&v, a->b, 4);
	return v;
}

static struct libnet_in6_addr address6(const struct ip_addr *a)
{
	struct libnet_in6_addr v;

	memcpy(&v, a->b, 16);
	return v;
}

static uint32_t as_u32(size_t n)
{
	return (uint32_t)n;
}

/* The layers below `length` bytes of IP payload that libnet already has (or gets here). */
static void libnet_below(const struct packet_envelope *e, size_t length, const uint8_t *payload)
{
	uint32_t payload_size = payload != NULL ? as_u32(length) : 0;
	bool is_v6 = e->src.family == IP_V6;

	if (is_v6)
		assert_int_not_equal(libnet_build_ipv6(e->tos, 0, (uint16_t)length, e->protocol, e->ttl,
						       address6(&e->src), address6(&e->dst), payload, payload_size,
						       net, 0), -1);
	else
		assert_int_not_equal(libnet_build_ipv4((uint16_t)(LIBNET_IPV4_H + length), e->tos, e->id,
						       e->dont_fragment ? 0x4000 : 0, e->ttl, e->protocol, 0,
						       address4(&e->src), address4(&e->dst), payload,
						       payload_size, net, 0), -1);
	uint16_t type = is_v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
	if (e->vlan_count == 0)
		assert_int_not_equal(libnet_build_ethernet(e->dst_mac.b, e->src_mac.b, type, NULL, 0, net, 0), -1);
	else
		assert_int_not_equal(libnet_build_802_1q(e->dst_mac.b, e->src_mac.b, ETHERTYPE_VLAN,
							 e->vlan[0].priority, e->vlan[0].drop_eligible,
							 e->vlan[0].id, type, NULL, 0, net, 0), -1);
}

/* One tag at most: libnet builds no more. */
static struct packet_envelope one_tag_envelope(struct prng *p, enum ip_family family, uint8_t protocol)
{
	struct packet_envelope e = random_envelope(p, family, protocol);

	e.vlan_count = e.vlan_count > 0;
	e.vlan[0].type = ETHERTYPE_VLAN;
	return e;
}

static enum ip_family random_family(struct prng *p)
{
	return random_bool(p) ? IP_V6 : IP_V4;
}

static void arp_agrees(void **state)
{
	struct prng p = prng_stream(30, "arp");

	for (int i = 0; i < ROUNDS; i++) {
		struct packet_envelope e = random_envelope(&p, IP_V4, 0);
		struct arp_packet a = {.operation = random_bool(&p) ? ARP_REQUEST : ARP_REPLY,
				       .sender_mac = e.src_mac, .target_mac = e.dst_mac, .sender_ip = e.src,
				       .target_ip = e.dst};
		uint8_t bytes[SAMPLE_ROOM];
		struct wr out = wr_of(bytes, sizeof bytes);
		e.vlan_count = 0;
		write_ethernet(&out, &e, ETHERTYPE_ARP);
		arp_encode(&a, &out);
		assert_int_not_equal(libnet_build_arp(1, ETHERTYPE_IPV4, 6, 4, a.operation, a.sender_mac.b,
						      a.sender_ip.b, a.target_mac.b, a.target_ip.b, NULL, 0, net, 0),
				     -1);
		assert_int_not_equal(libnet_build_ethernet(e.dst_mac.b, e.src_mac.b, ETHERTYPE_ARP, NULL, 0, net, 0),
				     -1);
		assert_libnet_agrees(&out);
	}
}

static void udp_agrees(void **state)
{
	struct prng p = prng_stream(31, "udp");

	for (int i = 0; i < ROUNDS; i++) {
		struct packet_envelope e = one_tag_envelope(&p, random_family(&p), IP_PROTOCOL_UDP);
		struct udp_header h = {.src_port = random_u16(&p), .dst_port = random_u16(&p)};
		uint8_t bytes[SAMPLE_ROOM], data[200];
		size_t n = random_text(&p, data, sizeof data);
		struct wr out = wr_of(bytes, sizeof bytes);
		packet_begin(&out, &e);
		udp_encode(&h, &e.src, &e.dst, data, n, &out);
		packet_end(&out, &e);
		assert_int_not_equal(libnet_build_udp(h.src_port, h.dst_port, (uint16_t)(8 + n), 0,
						      n > 0 ? data : NULL, as_u32(n), net, 0), -1);
		libnet_below(&e, 8 + n, NULL);
		assert_libnet_agrees(&out);
	}
}

static void tcp_agrees(void **state)
{
	struct prng p = prng_stream(32, "tcp");

	for (int i = 0; i < ROUNDS; i++) {
		struct packet_envelope e = one_tag_envelope(&p, random_family(&p), IP_PROTOCOL_TCP);
		struct tcp_header h = {.src_port = random_u16(&p), .dst_port = random_u16(&p),
				       .sequence = random_u32(&p), .acknowledgment = random_u32(&p),
				       .flags = random_u8(&p), .window = random_u16(&p), .urgent = random_u16(&p)};
		uint8_t bytes[SAMPLE_ROOM], data[200];
		size_t n = random_text(&p, data, sizeof data);
		struct wr out = wr_of(bytes, sizeof bytes);
		packet_begin(&out, &e);
		tcp_encode(&h, &e.src, &e.dst, data, n, &out);
		packet_end(&out, &e);
		assert_int_not_equal(libnet_build_tcp(h.src_port, h.dst_port, h.sequence, h.acknowledgment, h.flags,
						      h.window, 0, h.urgent, (uint16_t)(20 + n),
						      n > 0 ? data : NULL, as_u32(n), net, 0), -1);
		libnet_below(&e, 20 + n, NULL);
		assert_libnet_agrees(&out);
	}
}

static void echo_agrees(void **state)
{
	struct prng p = prng_stream(33, "echo");

	for (int i = 0; i < ROUNDS; i++) {
		struct packet_envelope e = one_tag_envelope(&p, IP_V4, IP_PROTOCOL_ICMP);
		uint8_t bytes[SAMPLE_ROOM], data[200];
		struct icmp_message m = {.family = IP_V4, .type = ICMP_ECHO_REQUEST, .id = random_u16(&p),
					 .sequence = random_u16(&p), .data = data};
		struct wr out = wr_of(bytes, sizeof bytes);
		m.data_length = random_text(&p, data, sizeof data);
		packet_begin(&out, &e);
		icmp_encode(&m, &e.src, &e.dst, &out);
		packet_end(&out, &e);
		assert_int_not_equal(libnet_build_icmpv4_echo(m.type, 0, 0, m.id, m.sequence,
							      m.data_length > 0 ? data : NULL,
							      as_u32(m.data_length), net, 0), -1);
		libnet_below(&e, 8 + m.data_length, NULL);
		assert_libnet_agrees(&out);
	}
}

static void neighbor_advertisements_agree(void **state)
{
	struct prng p = prng_stream(34, "nd");

	for (int i = 0; i < ROUNDS; i++) {
		struct packet_envelope e = one_tag_envelope(&p, IP_V6, IP_PROTOCOL_ICMPV6);
		uint8_t bytes[SAMPLE_ROOM];
		struct icmp_message m = {.family = IP_V6, .type = ICMPV6_NEIGHBOR_ADVERTISEMENT, .router = true,
					 .override = true, .target = random_ip(&p, IP_V6),
					 .has_link_address = true, .link_address = random_mac(&p)};
		struct wr out = wr_of(bytes, sizeof bytes);
		packet_begin(&out, &e);
		icmp_encode(&m, &e.src, &e.dst, &out);
		packet_end(&out, &e);
		uint8_t option[8] = {2, 1};
		memcpy(option + 2, m.link_address.b, 6);
		assert_int_not_equal(libnet_build_icmpv6_ndp_nadv(m.type, 0, 0, UINT32_C(0xa0000000),
								  address6(&m.target), option, sizeof option, net, 0),
				     -1);
		libnet_below(&e, 32, NULL);
		assert_libnet_agrees(&out);
	}
}

static void vrrp_as_a_payload_agrees(void **state)
{
	struct prng p = prng_stream(35, "vrrp");

	for (int i = 0; i < ROUNDS; i++) {
		/* T1 */
		static const uint8_t addresses[4] = {10, 9, 0, 60};
		struct packet_envelope e = one_tag_envelope(&p, IP_V4, IP_PROTOCOL_VRRP);
		const struct vrrp_message m = {.version = 2, .type = 1, .vrid = 10, .priority = 150,
					       .address_count = 1, .family = IP_V4, .interval_s = 1,
					       .has_auth_data = true, .addresses = addresses};
		uint8_t bytes[SAMPLE_ROOM], t1[20];
		struct wr out = wr_of(bytes, sizeof bytes);
		hex(t1, sizeof t1, "210a960100013eae0a09003c0000000000000000");
		packet_begin(&out, &e);
		vrrp_encode(&m, &e.src, &e.dst, &out);
		packet_end(&out, &e);
		libnet_below(&e, sizeof t1, t1);
		assert_libnet_agrees(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_agrees),
		cmocka_unit_test(udp_agrees),
		cmocka_unit_test(tcp_agrees),
		cmocka_unit_test(echo_agrees),
		cmocka_unit_test(neighbor_advertisements_agree),
		cmocka_unit_test(vrrp_as_a_payload_agrees),
	};

	return cmocka_run_group_tests(tests, open_libnet, close_libnet);
}

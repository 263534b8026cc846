// SPDX-License-Identifier: BSD-2-Clause
/*
 * An outside judge: frames of every kind go to tshark through a capture file, and what it reads is compared
 * with what we read, field by field. It must find nothing malformed and no wrong checksum, but for one thing:
 * Wireshark 4.0 sums VRRPv3 over IPv4 with a pseudo-header only, so RFC 9568's own form looks wrong to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/scratch_capture.h"
#include "tests/support/tshark.h"
#include "tests/wire/samples.h"

enum { ROUNDS = 7, CELL = TSHARK_CELL };

/* Protocol 112 is VRRP to tshark unless its heuristics, which know CARP, are asked first. */
static const char options[] = " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE"
			      " -o ip.try_heuristic_first:TRUE";

/* X(constant, tshark's name) */
#define FIELDS(X)                                            \
	X(F_MALFORMED, "_ws.malformed")                      \
	X(F_IP_STATUS, "ip.checksum.status")                 \
	X(F_ICMP_STATUS, "icmp.checksum.status")             \
	X(F_ICMPV6_STATUS, "icmpv6.checksum.status")         \
	X(F_UDP_STATUS, "udp.checksum.status")               \
	X(F_TCP_STATUS, "tcp.checksum.status")               \
	X(F_VRRP_STATUS, "vrrp.checksum.status")             \
	X(F_CARP_STATUS, "carp.checksum.status")             \
	X(F_ETH_SRC, "eth.src")                              \
	X(F_ETH_DST, "eth.dst")                              \
	X(F_VLAN_ID, "vlan.id")                              \
	X(F_VLAN_PRIORITY, "vlan.priority")                  \
	X(F_QINQ_ID, "ieee8021ad.id")                        \
	X(F_QINQ_PRIORITY, "ieee8021ad.priority")            \
	X(F_ARP_OPERATION, "arp.opcode")                     \
	X(F_ARP_SENDER_MAC, "arp.src.hw_mac")                \
	X(F_ARP_SENDER_IP, "arp.src.proto_ipv4")             \
	X(F_ARP_TARGET_MAC, "arp.dst.hw_mac")                \
	X(F_ARP_TARGET_IP, "arp.dst.proto_ipv4")             \
	X(F_IP_SRC, "ip.src")                                \
	X(F_IP_DST, "ip.dst")                                \
	X(F_IP_TTL, "ip.ttl")                                \
	X(F_IP_PROTOCOL, "ip.proto")                         \
	X(F_IP_ID, "ip.id")                                  \
	X(F_IP_LENGTH, "ip.len")                             \
	X(F_IP_TOS, "ip.dsfield")                            \
	X(F_IP_OFFSET, "ip.frag_offset")                     \
	X(F_IP6_SRC, "ipv6.src")                             \
	X(F_IP6_DST, "ipv6.dst")                             \
	X(F_IP6_HOP_LIMIT, "ipv6.hlim")                      \
	X(F_IP6_NEXT, "ipv6.nxt")                            \
	X(F_IP6_LENGTH, "ipv6.plen")                         \
	X(F_IP6_CLASS, "ipv6.tclass")                        \
	X(F_IP6_FLOW, "ipv6.flow")                           \
	X(F_IP6_FRAGMENT_ID, "ipv6.fraghdr.ident")           \
	X(F_ICMP_TYPE, "icmp.type")                          \
	X(F_ICMP_CODE, "icmp.code")                          \
	X(F_ICMP_ID, "icmp.ident")                           \
	X(F_ICMP_SEQUENCE, "icmp.seq")                       \
	X(F_ICMPV6_TYPE, "icmpv6.type")                      \
	X(F_ICMPV6_ID, "icmpv6.echo.identifier")             \
	X(F_ICMPV6_SEQUENCE, "icmpv6.echo.sequence_number")  \
	X(F_NS_TARGET, "icmpv6.nd.ns.target_address")        \
	X(F_NA_TARGET, "icmpv6.nd.na.target_address")        \
	X(F_NA_FLAGS, "icmpv6.nd.na.flag")                   \
	X(F_ND_LINK_ADDRESS, "icmpv6.opt.linkaddr")          \
	X(F_UDP_SRC_PORT, "udp.srcport")                     \
	X(F_UDP_DST_PORT, "udp.dstport")                     \
	X(F_UDP_LENGTH, "udp.length")                        \
	X(F_TCP_SRC_PORT, "tcp.srcport")                     \
	X(F_TCP_DST_PORT, "tcp.dstport")                     \
	X(F_TCP_SEQUENCE, "tcp.seq_raw")                     \
	X(F_TCP_ACK, "tcp.ack_raw")                          \
	X(F_TCP_FLAGS, "tcp.flags")                          \
	X(F_TCP_WINDOW, "tcp.window_size_value")             \
	X(F_VRRP_VERSION, "vrrp.version")                    \
	X(F_VRRP_VRID, "vrrp.virt_rtr_id")                   \
	X(F_VRRP_PRIORITY, "vrrp.prio")                      \
	X(F_VRRP_COUNT, "vrrp.addr_count")                   \
	X(F_VRRP_AUTH, "vrrp.auth_type")                     \
	X(F_VRRP_INTERVAL_S, "vrrp.adver_int")               \
	X(F_VRRP_INTERVAL_CS, "vrrp.short_adver_int")        \
	X(F_VRRP_ADDRESS, "vrrp.ip_addr")                    \
	X(F_VRRP_ADDRESS6, "vrrp.ipv6_addr")                 \
	X(F_CARP_VHID, "carp.vhid")                          \
	X(F_CARP_ADVSKEW, "carp.advskew")                    \
	X(F_CARP_ADVBASE, "carp.adver_int")                  \
	X(F_CARP_COUNTER, "carp.counter")                    \
	X(F_AH_SPI, "ah.spi")                                \
	X(F_AH_SEQUENCE, "ah.sequence")

enum field {
#define X(constant, name) constant,
	FIELDS(X)
#undef X
	FIELD_COUNT
};

static const char *const field_name[] = {
#define X(constant, name) [constant] = name,
	FIELDS(X)
#undef X
};

/* A row of tshark's table; an empty cell is a field that the frame does not have. */
struct row {
	char cell[FIELD_COUNT][CELL];
};

static void number(struct row *r, enum field f, uint64_t v)
{
	snprintf(r->cell[f], CELL, "%llu", (unsigned long long)v);
}

static void text_ip(struct row *r, enum field f, const struct ip_addr *a)
{
	ip_format(r->cell[f], a);
}

static void expect_icmp(struct row *r, const struct icmp_message *m)
{
	bool is_v4 = m->family == IP_V4;

	number(r, is_v4 ? F_ICMP_TYPE : F_ICMPV6_TYPE, m->type);
	if (is_v4)
		number(r, F_ICMP_CODE, m->code);
	if (is_v4 && m->type == ICMP_UNREACHABLE) { /* the packet that it quotes */
		strcpy(r->cell[F_UDP_SRC_PORT], tshark_any);
		strcpy(r->cell[F_UDP_DST_PORT], tshark_any);
		strcpy(r->cell[F_UDP_LENGTH], tshark_any);
		strcpy(r->cell[F_UDP_STATUS], tshark_any);
	} else if (is_v4 || m->type == ICMPV6_ECHO_REQUEST) {
		number(r, is_v4 ? F_ICMP_ID : F_ICMPV6_ID, m->id);
		number(r, is_v4 ? F_ICMP_SEQUENCE : F_ICMPV6_SEQUENCE, m->sequence);
	} else if (m->type == ICMPV6_NEIGHBOR_SOLICITATION) {
		text_ip(r, F_NS_TARGET, &m->target);
	} else if (m->type == ICMPV6_NEIGHBOR_ADVERTISEMENT) {
		text_ip(r, F_NA_TARGET, &m->target);
		number(r, F_NA_FLAGS, (m->router ? 1u << 31 : 0) | (m->solicited ? 1u << 30 : 0) |
					      (m->override ? 1u << 29 : 0));
	} else if (m->type == ICMPV6_ROUTER_SOLICITATION) {
		mac_format(r->cell[F_ND_LINK_ADDRESS], (struct mac){{m->data[2], m->data[3], m->data[4], m->data[5],
								     m->data[6], m->data[7]}});
	}
	if (m->has_link_address)
		mac_format(r->cell[F_ND_LINK_ADDRESS], m->link_address);
}

static void expect_vrrp(struct row *r, const struct vrrp_message *m)
{
	struct ip_addr first = vrrp_address(m, 0);

	number(r, F_VRRP_VERSION, m->version);
	number(r, F_VRRP_VRID, m->vrid);
	number(r, F_VRRP_PRIORITY, m->priority);
	number(r, F_VRRP_COUNT, m->address_count);
	if (m->version == 2) {
		number(r, F_VRRP_AUTH, m->auth_type);
		number(r, F_VRRP_INTERVAL_S, m->interval_s);
	} else {
		number(r, F_VRRP_INTERVAL_CS, m->interval_cs);
	}
	text_ip(r, m->family == IP_V4 ? F_VRRP_ADDRESS : F_VRRP_ADDRESS6, &first);
}

static void expect_transport(struct row *r, const struct packet *p)
{
	switch (p->transport) {
	case TRANSPORT_NONE:
		break;
	case TRANSPORT_ICMP:
		expect_icmp(r, &p->icmp);
		break;
	case TRANSPORT_UDP:
		number(r, F_UDP_SRC_PORT, p->udp.src_port);
		number(r, F_UDP_DST_PORT, p->udp.dst_port);
		number(r, F_UDP_LENGTH, p->udp.length);
		break;
	case TRANSPORT_TCP:
		number(r, F_TCP_SRC_PORT, p->tcp.src_port);
		number(r, F_TCP_DST_PORT, p->tcp.dst_port);
		number(r, F_TCP_SEQUENCE, p->tcp.sequence);
		number(r, F_TCP_ACK, p->tcp.acknowledgment);
		number(r, F_TCP_FLAGS, p->tcp.flags);
		number(r, F_TCP_WINDOW, p->tcp.window);
		break;
	case TRANSPORT_VRRP:
		expect_vrrp(r, &p->vrrp);
		break;
	case TRANSPORT_CARP:
		number(r, F_CARP_VHID, p->carp.vhid);
		number(r, F_CARP_ADVSKEW, p->carp.advskew);
		number(r, F_CARP_ADVBASE, p->carp.advbase);
		number(r, F_CARP_COUNTER, p->carp.counter);
		break;
	case TRANSPORT_HSRP:
	case TRANSPORT_GLBP:
	case TRANSPORT_CCP:
	case TRANSPORT_NLB:
	case TRANSPORT_FGCP:
		break; /* fhrp_tshark_test.c */
	}
	if (p->has_ah) {
		number(r, F_AH_SPI, p->ah_spi);
		number(r, F_AH_SEQUENCE, p->ah_sequence);
	}
}

/* What we read in the frame, in tshark's columns but for those of checksums. */
static struct row expected(const struct packet *p)
{
	struct row r = {0};

	mac_format(r.cell[F_ETH_SRC], p->ethernet.src);
	mac_format(r.cell[F_ETH_DST], p->ethernet.dst);
	for (size_t i = 0; i < p->ethernet.vlan_count; i++) {
		const struct vlan_tag *tag = &p->ethernet.vlan[i];
		bool is_outer = tag->type == ETHERTYPE_QINQ;
		number(&r, is_outer ? F_QINQ_ID : F_VLAN_ID, tag->id);
		number(&r, is_outer ? F_QINQ_PRIORITY : F_VLAN_PRIORITY, tag->priority);
	}
	if (p->network == NETWORK_ARP) {
		number(&r, F_ARP_OPERATION, p->arp.operation);
		mac_format(r.cell[F_ARP_SENDER_MAC], p->arp.sender_mac);
		mac_format(r.cell[F_ARP_TARGET_MAC], p->arp.target_mac);
		text_ip(&r, F_ARP_SENDER_IP, &p->arp.sender_ip);
		text_ip(&r, F_ARP_TARGET_IP, &p->arp.target_ip);
	} else if (p->network == NETWORK_IPV4) {
		text_ip(&r, F_IP_SRC, &p->src);
		text_ip(&r, F_IP_DST, &p->dst);
		number(&r, F_IP_TTL, p->ttl);
		number(&r, F_IP_PROTOCOL, p->protocol);
		number(&r, F_IP_ID, p->ipv4.id);
		number(&r, F_IP_LENGTH, p->ipv4.total_length);
		number(&r, F_IP_TOS, p->ipv4.tos);
		number(&r, F_IP_OFFSET, p->ipv4.fragment_offset / 8u); /* as on the wire */
	} else if (p->network == NETWORK_IPV6) {
		text_ip(&r, F_IP6_SRC, &p->src);
		text_ip(&r, F_IP6_DST, &p->dst);
		number(&r, F_IP6_HOP_LIMIT, p->ttl);
		number(&r, F_IP6_NEXT, p->ipv6.next_header);
		number(&r, F_IP6_LENGTH, p->ipv6.payload_length);
		number(&r, F_IP6_CLASS, p->ipv6.traffic_class);
		number(&r, F_IP6_FLOW, p->ipv6.flow_label);
		if (p->ipv6.fragment)
			number(&r, F_IP6_FRAGMENT_ID, p->ipv6.fragment_id);
	}
	expect_transport(&r, p);
	return r;
}

static void tshark_reads_what_we_wrote(void **state)
{
	struct prng p = prng_stream(20, "tshark");
	static struct row want[ROUNDS * SAMPLE_KIND_COUNT];
	size_t count = 0, messages = 0;
	struct scratch_capture capture;
	struct row got;

	tshark_or_skip();
	scratch_capture_open(&capture);
	for (int round = 0; round < ROUNDS; round++)
		for (enum sample_kind kind = 0; kind < SAMPLE_KIND_COUNT; kind++) {
			uint8_t bytes[SAMPLE_ROOM];
			struct packet packet;
			size_t length = sample(&p, kind, bytes);
			scratch_capture_add(&capture, 0, bytes, length);
			assert_true(packet_dissect(&packet, bytes, length, length));
			want[count++] = expected(&packet);
		}
	scratch_capture_close(&capture);
	FILE *tshark = tshark_start(capture.path, options, field_name, FIELD_COUNT);
	size_t rows = 0, faults = 0;
	for (; tshark_row(tshark, got.cell, FIELD_COUNT); rows++) {
		assert_in_range(rows, 0, count - 1);
		enum sample_kind kind = (enum sample_kind)(rows % SAMPLE_KIND_COUNT);
		for (enum field f = 0; f < FIELD_COUNT; f++) {
			bool is_status = f >= F_IP_STATUS && f <= F_CARP_STATUS;
			if (is_status && strcmp(want[rows].cell[f], tshark_any) == 0)
				continue;
			if (is_status && f == F_VRRP_STATUS && kind == SAMPLE_VRRP3_MESSAGE) {
				messages += tshark_says_bad(got.cell[f]);
				continue;
			}
			if (is_status ? !tshark_says_bad(got.cell[f]) : tshark_agrees(want[rows].cell[f], got.cell[f]))
				continue;
			print_message("frame %zu (%s): %s: we read `%s', tshark `%s'\n", rows + 1,
				      sample_name(kind), field_name[f], want[rows].cell[f], got.cell[f]);
			faults++;
		}
	}
	tshark_finish(tshark);
	scratch_capture_remove(&capture);
	assert_int_equal(rows, count);
	assert_int_equal(faults, 0);
	/* Wireshark 4.0 doubts them all; a newer one may have learnt RFC 9568 */
	assert_true(messages == 0 || messages == ROUNDS);
}

/* Without this, a tshark that checks nothing would pass the test above. */
static void tshark_catches_a_wrong_checksum(void **state)
{
	static const struct {
		enum sample_kind kind;
		enum field status;
		size_t at;      /* the byte to change, from the IP payload; IPv4 header: from its end */
	} cases[] = {
		{SAMPLE_ECHO4, F_ICMP_STATUS, 4},        {SAMPLE_ADVERTISEMENT, F_ICMPV6_STATUS, 12},
		{SAMPLE_UDP4, F_UDP_STATUS, 0},          {SAMPLE_UDP6, F_UDP_STATUS, 0},
		{SAMPLE_TCP4, F_TCP_STATUS, 5},          {SAMPLE_TCP6, F_TCP_STATUS, 5},
		{SAMPLE_VRRP2, F_VRRP_STATUS, 2},        {SAMPLE_VRRP3_PSEUDO, F_VRRP_STATUS, 2},
		{SAMPLE_VRRP3_IPV6, F_VRRP_STATUS, 2},   {SAMPLE_CARP, F_CARP_STATUS, 2},
		{SAMPLE_IPV4_FRAGMENT, F_IP_STATUS, 0},
	};
	enum { CASES = sizeof cases / sizeof cases[0] };
	struct prng p = prng_stream(21, "tshark");
	struct scratch_capture capture;
	struct row got;
	size_t rows = 0;

	tshark_or_skip();
	scratch_capture_open(&capture);
	for (size_t i = 0; i < CASES; i++) {
		uint8_t bytes[SAMPLE_ROOM];
		struct packet packet;
		size_t length = sample(&p, cases[i].kind, bytes);
		assert_true(packet_dissect(&packet, bytes, length, length));
		size_t at = (size_t)(packet.ip_payload - bytes);
		bytes[cases[i].status == F_IP_STATUS ? at - 12 : at + cases[i].at] ^= 0x01;
		scratch_capture_add(&capture, 0, bytes, length);
	}
	scratch_capture_close(&capture);
	FILE *tshark = tshark_start(capture.path, options, field_name, FIELD_COUNT);
	for (; tshark_row(tshark, got.cell, FIELD_COUNT); rows++) {
		assert_in_range(rows, 0, CASES - 1);
		if (!tshark_says_bad(got.cell[cases[rows].status]))
			fail_msg("%s: tshark says `%s' of a wrong sum", sample_name(cases[rows].kind),
				 got.cell[cases[rows].status]);
	}
	tshark_finish(tshark);
	scratch_capture_remove(&capture);
	assert_int_equal(rows, CASES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tshark_reads_what_we_wrote),
		cmocka_unit_test(tshark_catches_a_wrong_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

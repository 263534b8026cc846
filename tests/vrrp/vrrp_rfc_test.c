// SPDX-License-Identifier: BSD-2-Clause
/*
 * Rules of the RFCs that are about the frame around the message, and about what a router does besides advertising:
 * see tests/requirements/vrrp.tsv for all of them.
 */
#include "tests/vrrp/vrrp_box.h"

static struct vrrp_config config_v6(uint8_t priority)
{
	struct vrrp_config c;

	vrrp_config_init(&c, 3, IP_V6);
	c.vrid = 10;
	c.priority = priority;
	c.address_count = 2;
	assert_true(ip_parse("fe80::10", &c.address[0]));
	assert_true(ip_parse("2001:db8::10", &c.address[1]));
	return c;
}

static struct alone started(const struct vrrp_config *c)
{
	struct alone a = {.box = box_new(11, c->family == IP_V6 ? "2001:db8::11/64" : "192.0.2.11/24",
					 c->family == IP_V6 ? NULL : "192.0.2.12/24")};

	a.router = router_in(a.box, c);
	vrrp_router_startup(a.router, 0);
	box_drain(a.box, 0);
	return a;
}

static vl_time takes_over(struct alone *a)
{
	vl_time at = vrrp_router_active_down_at(a->router);

	vrrp_router_timeout(a->router, at);
	box_drain(a->box, at);
	assert_int_equal(vrrp_router_state(a->router), VRRP_ACTIVE);
	return at;
}

static struct packet first_advert(const struct alone *a)
{
	size_t i = 0;

	assert_true(box_count(a->box, TRANSPORT_VRRP, &i) > 0);
	return box_packet(a->box, i);
}

/* Hands a frame to the box's stack; true when it is for the box. */
static bool stack_takes(struct box *b, const uint8_t *bytes, size_t length, vl_time now)
{
	struct frame *f = frame_copy(b->pool, bytes, length);
	const struct packet *p;
	unsigned interface;
	enum stack_verdict v = stack_input(b->stack, 0, f, now, &p, &interface);

	frame_unref(f);
	box_drain(b, now);
	return v == STACK_LOCAL;
}

/* --- frames -------------------------------------------------------------------------------------------- */

static void ipv4_adverts_have_the_rfcs_headers(void **state)
{
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_config c = config_of(version, 100);
		struct alone a = started(&c);
		(void)takes_over(&a);
		struct packet p = first_advert(&a);
		assert_true(mac_equal(p.ethernet.src, (struct mac){{0, 0, 0x5e, 0, 1, 10}}));
		assert_true(mac_equal(p.ethernet.dst, (struct mac){{1, 0, 0x5e, 0, 0, 0x12}}));
		assert_int_equal(ip4_to_u32(&p.dst), 0xe0000012);
		assert_int_equal(p.src.b[3], 11);       /* the primary one of two */
		assert_int_equal(p.ttl, 255);
		assert_int_equal(p.protocol, 112);
		assert_int_equal(p.vrrp.checksum_form, VRRP_CHECKSUM_MESSAGE);
		assert_int_equal(p.vrrp.type, 1);
		assert_int_equal(p.ip_payload_length, version == 2 ? 20 : 12);
		alone_free(&a);
	}
}

static void ipv6_adverts_have_the_rfcs_headers(void **state)
{
	struct vrrp_config c = config_v6(100);
	struct alone a = started(&c);

	(void)takes_over(&a);
	struct packet p = first_advert(&a);
	assert_true(mac_equal(p.ethernet.src, (struct mac){{0, 0, 0x5e, 0, 2, 10}}));
	assert_true(mac_equal(p.ethernet.dst, (struct mac){{0x33, 0x33, 0, 0, 0, 0x12}}));
	assert_true(ip_equal(&p.dst, &VRRP_GROUP_V6));
	assert_true(ip_is_link_local(&p.src));
	assert_int_equal(p.ttl, 255);
	assert_int_equal(p.protocol, 112);
	assert_int_equal(p.vrrp.checksum_form, VRRP_CHECKSUM_PSEUDO);
	assert_int_equal(p.ip_payload_length, 8 + 2 * 16);
	struct ip_addr first = vrrp_address(&p.vrrp, 0);
	assert_true(ip_equal(&first, &c.address[0]));
	alone_free(&a);
}

/* The four bits above the interval. */
static void reserved_bits_are_sent_as_zero(void **state)
{
	struct vrrp_config c = config_of(3, 100);

	c.interval = 4095 * VL_CS;
	struct alone a = started(&c);
	(void)takes_over(&a);
	assert_hex(first_advert(&a).ip_payload + 4, 2, "0fff");
	alone_free(&a);
}

static void reserved_bits_are_ignored_on_receipt(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct alone a = backup_of(&c);
	struct said s = advert(3, 200);
	uint8_t bytes[64];
	size_t length = encode_said(&s, bytes, sizeof bytes);

	bytes[4] |= 0xf0;
	uint16_t sum = (uint16_t)(bytes[6] << 8 | bytes[7]);
	sum = (uint16_t)(sum >= 0xf000 ? sum - 0xf000 : sum - 0xf000 - 1);    /* one's complement: 0xf000 more below */
	bytes[6] = (uint8_t)(sum >> 8);
	bytes[7] = (uint8_t)sum;
	hand_payload(&a, &s, bytes, length, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	assert_int_equal(vrrp_router_active_adver_interval(a.router), VL_S);
	alone_free(&a);
}

/* --- what belongs to the Active only ------------------------------------------------------------------- */

/* What the box answers to a solicitation for `target` from 2001:db8::50, or no packet (verdict not OK). */
static bool solicited(struct box *b, const struct ip_addr *target, vl_time now, struct packet *answer)
{
	struct packet_envelope e = {.src_mac = {{2, 0, 0, 0, 0, 50}}, .ttl = 255, .protocol = IP_PROTOCOL_ICMPV6};
	struct icmp_message m = {.family = IP_V6, .type = ICMPV6_NEIGHBOR_SOLICITATION, .target = *target,
				 .has_link_address = true, .link_address = e.src_mac};
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);

	assert_true(ip_parse("2001:db8::50", &e.src) && ip_parse("ff02::1:ff00:0", &e.dst));
	memcpy(e.dst.b + 13, target->b + 13, 3);        /* RFC 4291 2.7.1: the solicited-node group */
	e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	icmp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	box_forget(b);
	assert_false(stack_takes(b, bytes, wr_length(&out), now));
	for (size_t i = 0; i < b->frame_count; i++) {
		*answer = box_packet(b, i);
		if (answer->transport == TRANSPORT_ICMP && answer->icmp.type == ICMPV6_NEIGHBOR_ADVERTISEMENT)
			return true;
	}
	return false;
}

/* Accept_Mode is false all the while: solicitations are answered, and advertisements heard, in spite of it. */
static void only_the_active_answers_solicitations(void **state)
{
	struct vrrp_config c = config_v6(100);
	struct alone a = started(&c);
	struct packet answer;

	for (size_t i = 0; i < 2; i++)
		assert_false(solicited(a.box, &c.address[i], VL_S, &answer));
	vl_time at = takes_over(&a);
	for (size_t i = 0; i < 2; i++) {
		assert_true(solicited(a.box, &c.address[i], at, &answer));
		assert_true(answer.icmp.router && answer.icmp.solicited && answer.icmp.override);
		assert_true(mac_equal(answer.icmp.link_address, (struct mac){{0, 0, 0x5e, 0, 2, 10}}));
		assert_true(mac_equal(answer.ethernet.src, (struct mac){{0, 0, 0x5e, 0, 2, 10}}));
	}
	assert_int_equal(stack_dropped(a.box->stack, STACK_DROP_NOT_ACCEPTED), 0);
	vrrp_router_shutdown(a.router, at + VL_MS);
	assert_false(solicited(a.box, &c.address[1], at + VL_MS, &answer));
	alone_free(&a);
}

/* A UDP datagram (or a SYN) to the virtual address, in a frame to the virtual MAC. */
static size_t packet_to_vip(uint8_t *bytes, size_t room, bool tcp)
{
	struct packet_envelope e = {.src_mac = {{2, 0, 0, 0, 0, 50}}, .dst_mac = vrrp_virtual_mac(IP_V4, 10),
				    .src = ip4(192, 0, 2, 50), .dst = ip4(192, 0, 2, 1), .ttl = 64,
				    .protocol = tcp ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP};
	struct wr out = wr_of(bytes, room);
	uint8_t segment[20] = {0x30, 0x39, 0, 80, [12] = 0x50, [13] = 0x02, [14] = 0x20};
	uint8_t datagram[8] = {0x30, 0x39, 0, 53, 0, 8};
	uint8_t *payload = tcp ? segment : datagram;
	size_t length = tcp ? sizeof segment : sizeof datagram;

	packet_begin(&out, &e);
	if (tcp) {
		uint16_t sum = ip_payload_checksum(&e.src, &e.dst, e.protocol, payload, length);
		payload[16] = (uint8_t)(sum >> 8);
		payload[17] = (uint8_t)sum;
	}
	wr_bytes(&out, payload, length);
	packet_end(&out, &e);
	return wr_length(&out);
}

static void a_backup_discards_frames_to_the_virtual_mac(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	uint8_t bytes[128];
	size_t length = packet_to_vip(bytes, sizeof bytes, false);

	c.accept_mode = true;
	struct alone a = started(&c);
	assert_false(stack_takes(a.box, bytes, length, VL_S));
	assert_int_equal(stack_dropped(a.box->stack, STACK_DROP_NOT_OURS), 1);
	/* nor is it for a Backup when it comes to its own MAC */
	memcpy(bytes, (uint8_t[]){2, 0, 0, 0, 0, 11}, 6);
	assert_false(stack_takes(a.box, bytes, length, VL_S));
	alone_free(&a);
}

/* RFC 9568 6.1: neither pings nor connections, and each is counted. */
static void connections_are_dropped_and_counted_without_accept_mode(void **state)
{
	uint8_t bytes[128];

	for (int accept = 0; accept < 2; accept++) {
		struct vrrp_config c = config_of(3, 100);
		c.accept_mode = accept;
		struct alone a = started(&c);
		vl_time at = takes_over(&a);
		for (int tcp = 0; tcp < 2; tcp++) {
			size_t length = packet_to_vip(bytes, sizeof bytes, tcp);
			assert_int_equal(stack_takes(a.box, bytes, length, at), accept);
		}
		assert_int_equal(stack_dropped(a.box->stack, STACK_DROP_NOT_ACCEPTED), accept ? 0 : 2);
		alone_free(&a);
	}
}

static void no_router_advertisement_leaves_in_any_state(void **state)
{
	struct vrrp_config c = config_v6(100);
	struct alone a = started(&c);
	vl_time at = takes_over(&a);

	vrrp_router_timeout(a.router, at + VL_S);
	vrrp_router_shutdown(a.router, at + 2 * VL_S);
	box_drain(a.box, at);
	assert_true(a.box->frame_count >= 4);
	for (size_t i = 0; i < a.box->frame_count; i++) {
		struct packet p = box_packet(a.box, i);
		assert_true(p.transport != TRANSPORT_ICMP || p.icmp.type == ICMPV6_NEIGHBOR_ADVERTISEMENT);
	}
	alone_free(&a);
}

/* --- address lists ------------------------------------------------------------------------------------- */

/* Priority 0 from a router with other addresses: version 2 drops it, version 3 shortens its wait. */
static void a_resigning_alien_counts_in_version_3_only(void **state)
{
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_config c = config_of(version, 100);
		struct alone a = backup_of(&c);
		struct said s = advert(version, 0);
		s.addresses[3] = 77;
		hand(&a, s, VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, version == 2 ? VRRP_DROP_ADDRESSES : VRRP_DROP_NONE), 1);
		assert_int_equal(vrrp_router_active_down_at(a.router),
				 version == 2 ? 3609375000u : VL_S + 609375000);
		alone_free(&a);
	}
}

/* Version 2, the sender says 255: the list does not matter (2338 and 3768, 7.1). */
static void an_owner_may_have_another_list_in_version_2(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 255);
	struct alone a = backup_of(&c);

	s.addresses[3] = 77;
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	s.m.priority = 254;
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_ADDRESSES), 1);
	alone_free(&a);
}

/* --- owner --------------------------------------------------------------------------------------------- */

/* An owner preempts whatever Preempt_Mode says: as a Backup it lets its timer run against 254. */
static void preempt_mode_does_not_bind_an_owner(void **state)
{
	for (int owner = 0; owner < 2; owner++) {
		struct vrrp_config c = config_of(3, owner ? 255 : 254);
		c.preempt = false;
		c.owner_waits = true;
		struct alone a = backup_of(&c);
		vl_time before = vrrp_router_active_down_at(a.router);
		hand(&a, advert(3, 200), VL_S);
		assert_int_equal(vrrp_router_active_down_at(a.router) == before, owner);
		alone_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_adverts_have_the_rfcs_headers),
		cmocka_unit_test(ipv6_adverts_have_the_rfcs_headers),
		cmocka_unit_test(reserved_bits_are_sent_as_zero),
		cmocka_unit_test(reserved_bits_are_ignored_on_receipt),
		cmocka_unit_test(only_the_active_answers_solicitations),
		cmocka_unit_test(a_backup_discards_frames_to_the_virtual_mac),
		cmocka_unit_test(connections_are_dropped_and_counted_without_accept_mode),
		cmocka_unit_test(no_router_advertisement_leaves_in_any_state),
		cmocka_unit_test(a_resigning_alien_counts_in_version_3_only),
		cmocka_unit_test(an_owner_may_have_another_list_in_version_2),
		cmocka_unit_test(preempt_mode_does_not_bind_an_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

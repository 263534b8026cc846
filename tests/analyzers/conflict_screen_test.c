// SPDX-License-Identifier: BSD-2-Clause
/*
 * The screen before the judge: two judges hear one segment, of which one is spared what the screen passes over.
 * They must say the same, whatever the frames. That it does pass over ordinary traffic is shown beside it.
 */
#include "tests/analyzers/segment.h"

#include "analyzers/fhrp.h"
#include "sim/base/checksum.h"
#include "sim/base/prng.h"

struct two {
	struct conflict_judge *all, *spared;
	uint64_t frames, passed_over;
	vl_time now;
};

static struct two two_new(void)
{
	struct two t = {.all = conflict_analyzer.new(1), .spared = conflict_analyzer.new(1)};

	assert_true(t.all != NULL && t.spared != NULL);
	return t;
}

/* Returns whether the screen passed the frame over. */
static bool hear(struct two *t, const uint8_t *bytes, size_t length)
{
	struct packet p;

	(void)packet_dissect(&p, bytes, length, length);
	struct analyzer_frame f = {.packet = &p, .number = ++t->frames, .at = t->now, .length = length};
	conflict_analyzer.frame(t->all, &f);
	bool dull = conflict_passes_over(t->spared, bytes, length);
	if (!dull)
		conflict_analyzer.frame(t->spared, &f);
	t->passed_over += dull;
	return dull;
}

static void assert_same(struct two *t)
{
	struct finding x, y;
	const struct conflict_group *g, *h;
	const struct conflict_speaker *s, *r;

	conflict_analyzer.finish(t->all, t->now);
	conflict_analyzer.finish(t->spared, t->now);
	while (conflict_analyzer.poll(t->all, &x)) {
		assert_true(conflict_analyzer.poll(t->spared, &y));
		assert_ptr_equal(x.code, y.code);
		assert_memory_equal(&x.place, &y.place, sizeof x.place);
		assert_true(x.begin == y.begin && x.end == y.end && x.known == y.known);
		assert_true(x.evidence_total == y.evidence_total && x.suspect == y.suspect);
		assert_string_equal(x.detail, y.detail);
	}
	assert_false(conflict_analyzer.poll(t->spared, &y));
	for (size_t i = 0; (g = conflict_group_at(t->all, i)) != NULL; i++) {
		assert_non_null(h = conflict_group_at(t->spared, i));
		assert_memory_equal(&g->place, &h->place, sizeof g->place);
		assert_true(g->adverts == h->adverts && g->last == h->last && g->seen_by_mac == h->seen_by_mac);
	}
	assert_int_equal(fhrp_group_count(t->all), fhrp_group_count(t->spared));
	for (uint16_t i = 0; (s = conflict_speaker_at(t->all, i)) != NULL; i++) {
		assert_non_null(r = conflict_speaker_at(t->spared, i));
		assert_true(ip_equal(&s->ip, &r->ip) && mac_equal(s->real_mac, r->real_mac));
		assert_true(s->count == r->count && s->last == r->last);
	}
	assert_memory_equal(conflict_counted(t->all), conflict_counted(t->spared), sizeof(struct conflict_counters));
	conflict_analyzer.free(t->all);
	conflict_analyzer.free(t->spared);
}

/* --- what is on the segment ------------------------------------------------------------------------------- */

static struct mac own_mac(uint64_t host)
{
	return (struct mac){{2, 0, 0, 0, 0, (uint8_t)host}};
}

static struct ip_addr address_of(uint64_t host, bool v6)
{
	uint8_t b[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = (uint8_t)host};

	return v6 ? ip6_from_bytes(b) : ip4(10, 0, 0, (uint8_t)host);
}

/* TCP or UDP between two of few hosts; hosts 1 and 2 also advertise. */
static struct wr ordinary(uint8_t *bytes, size_t room, uint64_t from, bool v6, bool tcp, bool tagged)
{
	struct packet_envelope e = {.src_mac = own_mac(from), .dst_mac = own_mac(9), .src = address_of(from, v6),
				    .dst = address_of(9, v6), .ttl = 64,
				    .protocol = tcp ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP};
	struct wr w = wr_of(bytes, room);

	if (tagged) {
		e.vlan_count = 1;
		e.vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = 5};
	}
	packet_begin(&w, &e);
	if (tcp)
		tcp_encode(&(struct tcp_header){.src_port = 80, .dst_port = 4000}, &e.src, &e.dst, bytes, 8, &w);
	else
		udp_encode(&(struct udp_header){.src_port = 53, .dst_port = 4000}, &e.src, &e.dst, bytes, 8, &w);
	packet_end(&w, &e);
	assert_false(w.bad);
	return w;
}

static struct wr advert(uint8_t *bytes, size_t room, uint64_t from, bool v6, bool tagged)
{
	const struct ip_addr *group = v6 ? &VRRP_GROUP_V6 : &VRRP_GROUP_V4;
	enum ip_family family = v6 ? IP_V6 : IP_V4;
	struct packet_envelope e = {.src_mac = vrrp_virtual_mac(family, 7), .dst_mac = mac_of_group(group),
				    .src = address_of(from, v6), .dst = *group, .ttl = 255,
				    .protocol = IP_PROTOCOL_VRRP};
	struct ip_addr vip = address_of(100 + from, v6);
	struct vrrp_message v = {.version = 3, .type = 1, .vrid = 7, .priority = (uint8_t)(100 + from),
				 .address_count = 1, .family = family, .interval_cs = 100, .addresses = vip.b,
				 .checksum_form = VRRP_CHECKSUM_PSEUDO};
	struct wr w = wr_of(bytes, room);

	if (tagged) {
		e.vlan_count = 1;
		e.vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = 5};
	}
	packet_begin(&w, &e);
	vrrp_encode(&v, &e.src, &e.dst, &w);
	packet_end(&w, &e);
	assert_false(w.bad);
	return w;
}

static struct wr arp(uint8_t *bytes, size_t room, uint64_t from, uint64_t about)
{
	struct wr w = wr_of(bytes, room);

	ethernet_encode(&(struct ethernet_header){.dst = MAC_BROADCAST, .src = own_mac(from), .type = ETHERTYPE_ARP},
			&w);
	arp_encode(&(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = own_mac(from),
					.sender_ip = address_of(about, false), .target_ip = address_of(about, false)},
		   &w);
	return w;
}

/* Changes a few bytes, mostly of the headers; or some are missing. */
static void spoil(struct prng *dice, struct wr *w)
{
	for (uint64_t i = prng_below(dice, 3); i > 0; i--)
		w->start[prng_below(dice, wr_length(w) < 60 ? wr_length(w) : 60)] = (uint8_t)prng_u64(dice);
	if (prng_chance(dice, 1, 8))
		w->at = w->start + prng_below(dice, wr_length(w) + 1);
}

static struct wr anything(struct prng *dice, uint8_t *bytes, size_t room)
{
	bool v6 = prng_chance(dice, 1, 4), tagged = prng_chance(dice, 1, 4);
	uint64_t from = 1 + prng_below(dice, 6);

	memset(bytes, 0, room);
	switch (prng_below(dice, 8)) {
	case 0:
		return advert(bytes, room, 1 + from % 2, v6, tagged);
	case 1:
		return arp(bytes, room, from, 100 + from);
	default:
		return ordinary(bytes, room, from, v6, prng_chance(dice, 1, 2), tagged);
	}
}

/* --- tests -------------------------------------------------------------------------------------------------- */

static void what_is_passed_over_would_not_have_mattered(void **state)
{
	struct prng dice = prng_stream(1, "frames");
	uint64_t passed_over = 0;

	for (unsigned round = 0; round < 200; round++) {
		struct two t = two_new();
		for (unsigned i = 0; i < 400; i++) {
			uint8_t bytes[256];
			struct wr w = anything(&dice, bytes, sizeof bytes);
			if (prng_chance(&dice, 1, 2))
				spoil(&dice, &w);
			t.now += prng_below(&dice, 50) * VL_MS;
			(void)hear(&t, bytes, wr_length(&w));
		}
		passed_over += t.passed_over;
		assert_same(&t);
	}
	assert_true(passed_over > 200 * 100);
}

static void strangers_are_passed_over_and_speakers_heard(void **state)
{
	uint8_t bytes[256];
	struct two t = two_new();
	struct wr w = advert(bytes, sizeof bytes, 1, false, false);

	assert_false(hear(&t, bytes, wr_length(&w)));
	for (unsigned kind = 0; kind < 8; kind++) {
		w = ordinary(bytes, sizeof bytes, 3, kind & 1, kind & 2, kind & 4);
		assert_true(hear(&t, bytes, wr_length(&w)));
	}
	w = ordinary(bytes, sizeof bytes, 1, false, true, false);
	assert_false(hear(&t, bytes, wr_length(&w)));   /* shows the MAC of a speaker */
	assert_same(&t);
}

static void the_first_frame_is_heard(void **state)
{
	uint8_t bytes[256];
	struct two t = two_new();
	struct wr w = ordinary(bytes, sizeof bytes, 3, false, true, false);

	assert_false(hear(&t, bytes, wr_length(&w)));
	assert_true(hear(&t, bytes, wr_length(&w)));
	assert_same(&t);
}

static void sum_again(uint8_t *ip)
{
	ip[10] = ip[11] = 0;
	uint16_t sum = checksum_of(ip, IPV4_HEADER);
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
}

static void doubtful_frames_are_heard(void **state)
{
	/* Where and what: another type, options, IP version, length, sum, protocol. The sum is made right again,
	 * or it alone would give the frame away. */
	static const struct { size_t at; uint8_t byte; } doubt[] = {
		{13, 0x06}, {14, 0x46}, {14, 0x55}, {16, 0xff}, {24, 0}, {23, 1}, {23, 112}, {23, 51},
	};
	uint8_t bytes[256];
	struct two t = two_new();
	struct wr w = ordinary(bytes, sizeof bytes, 3, false, true, false);

	(void)hear(&t, bytes, wr_length(&w));
	for (size_t i = 0; i < sizeof doubt / sizeof doubt[0]; i++) {
		w = ordinary(bytes, sizeof bytes, 3, false, true, false);
		bytes[doubt[i].at] = doubt[i].byte;
		if (doubt[i].at != 24)
			sum_again(bytes + ETHERNET_HEADER);
		assert_false(hear(&t, bytes, wr_length(&w)));
	}
	const struct mac virtual_mac[] = {vrrp_virtual_mac(IP_V4, 9), hsrp_virtual_mac(1, IP_V4, 1),
					  hsrp_virtual_mac(2, IP_V4, 606), hsrp_virtual_mac(2, IP_V6, 1),
					  glbp_virtual_mac(5, 1), fgcp_virtual_mac(0, 1), fgcp_virtual_mac(900, 1)};
	for (size_t at = 0; at <= 6; at += 6)
		for (size_t i = 0; i < sizeof virtual_mac / sizeof virtual_mac[0]; i++) {
			w = ordinary(bytes, sizeof bytes, 3, false, true, false);
			memcpy(bytes + at, virtual_mac[i].b, 6);
			assert_false(hear(&t, bytes, wr_length(&w)));
		}
	/* the source port of what goes over UDP, in both families */
	static const uint16_t port[] = {HSRP_PORT, HSRP_PORT_V6, GLBP_PORT, CCP_PORT};
	for (size_t i = 0; i < 2 * sizeof port / sizeof port[0]; i++) {
		bool v6 = i % 2 == 1;
		w = ordinary(bytes, sizeof bytes, 3, v6, false, false);
		size_t at = ETHERNET_HEADER + (v6 ? IPV6_HEADER : IPV4_HEADER);
		bytes[at] = (uint8_t)(port[i / 2] >> 8);
		bytes[at + 1] = (uint8_t)port[i / 2];
		assert_false(hear(&t, bytes, wr_length(&w)));
	}
	assert_same(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_passed_over_would_not_have_mattered),
		cmocka_unit_test(strangers_are_passed_over_and_speakers_heard),
		cmocka_unit_test(the_first_frame_is_heard),
		cmocka_unit_test(doubtful_frames_are_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

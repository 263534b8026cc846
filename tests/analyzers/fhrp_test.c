// SPDX-License-Identifier: BSD-2-Clause
/* The rules for HSRP, GLBP and clusters, one story each, and the stories that must not be conflicts. */
#include "tests/analyzers/segment.h"

#include "analyzers/fhrp.h"

#define VMAC1(group) hsrp_virtual_mac(1, IP_V4, (group))
#define HOST(n) ((struct mac){{0x02, 0, 0, 0, 0, (n)}})

static const struct ip_addr vip = {.family = IP_V4, .b = {10, 0, 0, 100}};

/* Writes `payload` over UDP with both ports `port`; `spoil` breaks the checksum. */
static void say(struct segment *s, uint64_t ms, struct ip_addr ip, struct mac mac, uint16_t port,
		const struct ip_addr *to, const struct wr *payload, bool spoil)
{
	uint8_t bytes[512];
	struct wr w = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = segment_envelope(s);
	struct udp_header udp = {.src_port = port, .dst_port = port};

	assert_false(payload->bad);
	e.src = ip;
	e.dst = *to;
	e.src_mac = mac;
	e.dst_mac = mac_of_group(to);
	e.ttl = 1;
	e.protocol = IP_PROTOCOL_UDP;
	packet_begin(&w, &e);
	size_t at = wr_length(&w);
	udp_encode(&udp, &e.src, &e.dst, payload->start, wr_length(payload), &w);
	if (spoil)
		bytes[at + 6] ^= 0x55;
	packet_end(&w, &e);
	segment_hear(s, ms, &w);
}

struct hsrp_router {
	uint8_t n, version, priority;
	uint16_t group;
	enum hsrp_auth auth;
	const char *word;
	struct ip_addr vip;
	bool damaged;                   /* its last TLV says more than it holds */
	bool spoil;
};

static void hsrp(struct segment *s, uint64_t ms, const struct hsrp_router *r, enum hsrp_opcode opcode,
		 enum hsrp_state state)
{
	uint8_t payload[128];
	struct wr w = wr_of(payload, sizeof payload);
	struct hsrp_message m = {.version = r->version, .has_group = true, .opcode = (uint8_t)opcode,
				 .state = hsrp_state_byte(r->version, state), .family = IP_V4, .group = r->group,
				 .priority = r->priority, .hello_ms = 3000, .hold_ms = 10000,
				 .virtual_ip = r->vip.family != IP_NONE ? r->vip : vip, .auth = r->auth,
				 .md5_algorithm = 1};
	struct mac mac = state == HSRP_ACTIVE ? hsrp_virtual_mac(r->version, IP_V4, r->group) : HOST(r->n);

	if (r->auth == HSRP_AUTH_TEXT)
		memcpy(m.text, r->word, strlen(r->word));
	hsrp_encode(&m, &w);
	if (r->damaged) {
		wr_be16(&w, 0x041c);
		wr_zero(&w, 8);
	}
	say(s, ms, ip4(10, 0, 0, r->n), mac, HSRP_PORT, r->version == 1 ? &HSRP_GROUP_V1 : &HSRP_GROUP_V2, &w,
	    r->spoil);
}

static struct hsrp_router router(uint8_t n, uint8_t priority)
{
	return (struct hsrp_router){.n = n, .version = 1, .priority = priority, .group = 1,
				    .auth = HSRP_AUTH_TEXT, .word = "cisco"};
}

/* Both say Active every 3 s, b 1.5 s after a, from `from` to before `to` seconds. */
static void both_active(struct segment *s, const struct hsrp_router *a, const struct hsrp_router *b, uint64_t from,
			uint64_t to)
{
	for (uint64_t t = from; t < to; t += 3) {
		hsrp(s, 1000 * t, a, HSRP_HELLO, HSRP_ACTIVE);
		hsrp(s, 1000 * t + 1500, b, HSRP_HELLO, HSRP_ACTIVE);
	}
}

static const struct fhrp_group *group_of(const struct segment *s, enum finding_class class, uint16_t id)
{
	const struct fhrp_group *g;

	for (size_t i = 0; (g = fhrp_group_at(s->judge, i)) != NULL; i++)
		if (g->class == class && g->place.id == id)
			return g;
	return NULL;
}

/* ---- two active routers ------------------------------------------------------------------------------------------ */

static void two_active_routers_are_dual_active_after_three_hellos(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	/* a: 0 3 6 9, b: 1.5 4.5 7.5. Both are Active since 1.5; at 7.5 a was heard until 6: 4.5 s, under two hellos. */
	both_active(&s, &a, &b, 0, 9);
	assert_null(found(&s, "fhrp-dual-active"));
	hsrp(&s, 9000, &a, HSRP_HELLO, HSRP_ACTIVE); /* b until 7.5: two hellos, not more */
	assert_null(found(&s, "fhrp-dual-active"));
	hsrp(&s, 10500, &b, HSRP_HELLO, HSRP_ACTIVE); /* a until 9: 7.5 s */
	const struct finding *f = must_find(&s, "fhrp-dual-active");
	assert_false(f->suspect);
	assert_true(f->shared_mac);
	assert_int_equal(f->place.id, 1);
	assert_int_equal(f->class, FINDING_HSRP);
	assert_true(f->begin == 1500 * VL_MS);
	assert_true(f->known == 10500 * VL_MS);
	assert_int_equal(f->subject_count, 2);
	assert_string_equal(f->detail, "10.0.0.1 (priority 110) is Active for 10.0.0.100, 10.0.0.2 (priority 100) is "
				       "Active for 10.0.0.100; both send from 00:00:0c:07:ac:01.");
	assert_int_equal(conflicts(&s), 1);
	segment_free(&s);
}

static void two_pairs_with_one_group_number_are_dual_active_too(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	b.vip = ip4(10, 0, 0, 200);
	both_active(&s, &a, &b, 0, 15);
	assert_non_null(strstr(must_find(&s, "fhrp-dual-active")->detail, "10.0.0.200"));
	segment_free(&s);
}

static void a_coup_and_a_short_overlap_are_a_hand_over(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	for (uint64_t t = 0; t < 12; t += 3)
		hsrp(&s, 1000 * t, &b, HSRP_HELLO, HSRP_ACTIVE);
	hsrp(&s, 11000, &a, HSRP_COUP, HSRP_ACTIVE);
	hsrp(&s, 11010, &a, HSRP_HELLO, HSRP_ACTIVE);
	hsrp(&s, 11020, &b, HSRP_HELLO, HSRP_ACTIVE); /* had it in its queue */
	hsrp(&s, 11030, &b, HSRP_HELLO, HSRP_SPEAK);
	for (uint64_t t = 14; t < 40; t += 3) {
		hsrp(&s, 1000 * t, &a, HSRP_HELLO, HSRP_ACTIVE);
		hsrp(&s, 1000 * t + 500, &b, HSRP_HELLO, HSRP_STANDBY);
	}
	segment_end(&s, 40000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void a_resign_ends_the_role(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	for (uint64_t t = 0; t < 12; t += 3)
		hsrp(&s, 1000 * t, &a, HSRP_HELLO, HSRP_ACTIVE);
	hsrp(&s, 11000, &a, HSRP_RESIGN, HSRP_ACTIVE); /* IOS still names the state it leaves */
	for (uint64_t t = 12; t < 40; t += 3)
		hsrp(&s, 1000 * t, &b, HSRP_HELLO, HSRP_ACTIVE);
	segment_end(&s, 40000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void silence_of_the_hold_time_is_a_hand_over(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	for (uint64_t t = 0; t < 12; t += 3)
		hsrp(&s, 1000 * t, &a, HSRP_HELLO, HSRP_ACTIVE);
	for (uint64_t t = 19; t < 40; t += 3)
		hsrp(&s, 1000 * t, &b, HSRP_HELLO, HSRP_ACTIVE);
	/* and back: a returns after b's death */
	for (uint64_t t = 48; t < 70; t += 3)
		hsrp(&s, 1000 * t, &a, HSRP_HELLO, HSRP_ACTIVE);
	segment_end(&s, 70000);
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void groups_numbers_versions_and_vlans_are_apart(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	for (uint64_t t = 0; t < 30; t += 3) {
		hsrp(&s, 1000 * t, &a, HSRP_HELLO, HSRP_ACTIVE);
		b.version = 2;
		hsrp(&s, 1000 * t + 100, &b, HSRP_HELLO, HSRP_ACTIVE);
		b.version = 1;
		b.group = 2;
		hsrp(&s, 1000 * t + 200, &b, HSRP_HELLO, HSRP_ACTIVE);
		b.group = 1;
		s.vlan = 9;
		hsrp(&s, 1000 * t + 300, &b, HSRP_HELLO, HSRP_ACTIVE);
		s.vlan = 0;
	}
	segment_end(&s, 30000);
	assert_int_equal(conflicts(&s), 0);
	assert_int_equal(fhrp_group_count(s.judge), 4);
	assert_non_null(group_of(&s, FINDING_HSRP2, 1));
	segment_free(&s);
}

static void an_interfaces_state_is_in_no_group(void **state)
{
	struct segment s = segment_new();
	uint8_t payload[64];
	struct wr w = wr_of(payload, sizeof payload);
	struct hsrp_message m = {.version = 1, .opcode = HSRP_ADVERTISE, .has_interface = true, .interface_state = 2,
				 .passive_groups = 1, .family = IP_V4};

	hsrp_encode(&m, &w);
	say(&s, 0, ip4(10, 0, 0, 1), HOST(1), HSRP_PORT, &HSRP_GROUP_V1, &w, false);
	assert_int_equal(fhrp_group_count(s.judge), 0);
	assert_int_equal(conflict_counted(s.judge)->not_advertisements, 1);
	segment_free(&s);
}

/* ---- what is said besides --------------------------------------------------------------------------------------- */

static void a_group_is_told_once_as_information(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	for (uint64_t t = 0; t < 9; t += 3) {
		hsrp(&s, 1000 * t, &a, HSRP_HELLO, HSRP_ACTIVE);
		hsrp(&s, 1000 * t + 100, &b, HSRP_HELLO, HSRP_STANDBY);
	}
	segment_end(&s, 9000);
	assert_int_equal(s.found_count, 1);
	const struct finding *f = must_find(&s, "hsrp-group");
	assert_int_equal(f->subject_count, 2);
	assert_string_equal(f->detail, "Its address is 10.0.0.100.");
	const struct fhrp_group *g = group_of(&s, FINDING_HSRP, 1);
	assert_non_null(g);
	const struct fhrp_speaker *first = fhrp_speaker_at(s.judge, g->first_speaker);
	assert_int_equal(g->messages, 6);
	assert_int_equal(first->priority, 110);
	assert_int_equal(first->state, HSRP_ACTIVE);
	assert_true(first->interval == 3 * VL_S && first->gap_sum / first->gap_count == 3 * VL_S);
	segment_free(&s);
}

static void different_addresses_in_one_group_are_a_warning(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	b.vip = ip4(0, 0, 0, 0); /* still learning it */
	hsrp(&s, 0, &a, HSRP_HELLO, HSRP_ACTIVE);
	hsrp(&s, 1000, &b, HSRP_HELLO, HSRP_LEARN);
	assert_null(found(&s, "address-list-differs"));
	b.vip = ip4(10, 0, 0, 200);
	hsrp(&s, 3000, &a, HSRP_HELLO, HSRP_ACTIVE);
	hsrp(&s, 4000, &b, HSRP_HELLO, HSRP_STANDBY);
	assert_string_equal(must_find(&s, "address-list-differs")->detail,
			    "10.0.0.1 has 10.0.0.100, 10.0.0.2 has 10.0.0.200.");
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void different_authentication_is_a_warning(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	b.auth = HSRP_AUTH_MD5;
	hsrp(&s, 0, &a, HSRP_HELLO, HSRP_ACTIVE);
	hsrp(&s, 1000, &b, HSRP_HELLO, HSRP_STANDBY);
	assert_string_equal(must_find(&s, "auth-differs")->detail, "10.0.0.1 uses a text, 10.0.0.2 MD5.");
	segment_free(&s);

	s = segment_new();
	b = router(2, 100);
	b.word = "secret";
	hsrp(&s, 0, &a, HSRP_HELLO, HSRP_ACTIVE);
	hsrp(&s, 1000, &b, HSRP_HELLO, HSRP_STANDBY);
	const struct finding *f = must_find(&s, "auth-differs");
	assert_string_equal(f->detail, "10.0.0.1 and 10.0.0.2 use different words.");
	assert_null(strstr(f->detail, "secret"));
	segment_free(&s);

	/* long ago it may have been configured otherwise */
	s = segment_new();
	hsrp(&s, 0, &a, HSRP_HELLO, HSRP_ACTIVE);
	hsrp(&s, 11000, &b, HSRP_HELLO, HSRP_ACTIVE);
	assert_null(found(&s, "auth-differs"));
	segment_free(&s);
}

/* An attacker without the key: TLV 4 says 28 bytes and holds 8. What stands before it says Active. */
static void a_damaged_message_is_counted_and_still_says_who_is_active(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), evil = router(8, 255);

	a.version = evil.version = 2;
	a.auth = HSRP_AUTH_MD5;
	evil.auth = HSRP_AUTH_NONE;
	evil.damaged = true;
	both_active(&s, &a, &evil, 0, 15);
	assert_non_null(found(&s, "fhrp-dual-active"));
	assert_non_null(found(&s, "auth-differs"));
	assert_int_equal(conflict_counted(s.judge)->malformed, 5);
	const struct fhrp_group *g = group_of(&s, FINDING_HSRP2, 1);
	assert_int_equal(g->messages, 10);
	assert_int_equal(fhrp_speaker_at(s.judge, fhrp_speaker_at(s.judge, g->first_speaker)->next)->malformed, 5);
	segment_free(&s);
}

static void a_wrong_checksum_warns_and_judges_nothing(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	b.spoil = true;
	both_active(&s, &a, &b, 0, 30);
	segment_end(&s, 30000);
	assert_int_equal(conflicts(&s), 0);
	assert_non_null(found(&s, "bad-checksum"));
	assert_int_equal(group_of(&s, FINDING_HSRP, 1)->messages, 20);
	segment_free(&s);
}

/* ---- GLBP ------------------------------------------------------------------------------------------------------- */

static void glbp(struct segment *s, uint64_t ms, uint8_t n, enum glbp_state gateway, uint8_t forwarders)
{
	uint8_t payload[256];
	struct wr w = wr_of(payload, sizeof payload);
	struct glbp_message m = {.group = 5, .owner = HOST(n), .has_hello = true, .state = (uint8_t)gateway,
				 .priority = (uint8_t)(100 + n), .hello_ms = 3000, .hold_ms = 10000,
				 .virtual_ip = vip, .forwarder_count = forwarders};

	for (uint8_t i = 0; i < forwarders; i++)
		m.forwarder[i] = (struct glbp_forwarder){.number = (uint8_t)(i + 1), .state = GLBP_ACTIVE,
							 .virtual_mac = glbp_virtual_mac(5, (uint8_t)(i + 1))};
	glbp_encode(&m, &w);
	say(s, ms, ip4(10, 0, 0, n), glbp_virtual_mac(5, n), GLBP_PORT, &GLBP_GROUP_V4, &w, false);
}

static void several_forwarders_are_no_conflict(void **state)
{
	struct segment s = segment_new();
	struct mac host = HOST(7);

	for (uint64_t t = 0; t < 60; t += 3) {
		glbp(&s, 1000 * t, 1, GLBP_ACTIVE, 2);
		glbp(&s, 1000 * t + 100, 2, GLBP_STANDBY, 2);
		glbp(&s, 1000 * t + 200, 3, GLBP_LISTEN, 2);
		answer(&s, 1000 * t + 300, vip, glbp_virtual_mac(5, (uint8_t)(1 + t % 2)));
		ask(&s, 1000 * t + 400, vip, ip4(10, 0, 0, 7), host);
	}
	segment_end(&s, 60000);
	assert_int_equal(conflicts(&s), 0);
	assert_non_null(found(&s, "glbp-group"));
	assert_int_equal(group_of(&s, FINDING_GLBP, 5)->speaker_count, 3);
	segment_free(&s);
}

static void two_active_gateways_are_dual_active(void **state)
{
	struct segment s = segment_new();

	for (uint64_t t = 0; t < 15; t += 3) {
		glbp(&s, 1000 * t, 1, GLBP_ACTIVE, 1);
		glbp(&s, 1000 * t + 1500, 2, GLBP_ACTIVE, 1);
	}
	assert_int_equal(must_find(&s, "fhrp-dual-active")->class, FINDING_GLBP);
	segment_free(&s);
}

/* ---- clusters ---------------------------------------------------------------------------------------------------- */

static void ccp(struct segment *s, uint64_t ms, uint8_t magic, uint8_t member, uint16_t cluster, uint16_t random_id)
{
	uint8_t payload[64];
	struct wr w = wr_of(payload, sizeof payload);
	struct ccp_message m = {.version = 540, .cluster = cluster, .opcode = CCP_IF_PROBE_REPLY,
				.random_id = random_id, .source_machine = member, .destination_machine = 0xfffe};
	struct ip_addr network = ip4(10, 0, 0, 0);

	ccp_encode(&m, &w);
	say(s, ms, ip4(0, 0, 0, 0), ccp_source_mac(magic, member), CCP_PORT, &network, &w, false);
}

static void a_check_point_cluster_is_information(void **state)
{
	struct segment s = segment_new();

	for (uint64_t t = 0; t < 20; t++) {
		ccp(&s, 1000 * t, 254, 0, 30, 111);
		ccp(&s, 1000 * t + 300, 254, 1, 30, t < 10 ? 222 : 333); /* reboots once */
	}
	segment_end(&s, 20000);
	assert_int_equal(conflicts(&s), 0);
	assert_string_equal(must_find(&s, "ccp-cluster")->detail, "Its magic number is 254.");
	assert_int_equal(group_of(&s, FINDING_CCP, 30)->speaker_count, 2);
	segment_free(&s);
}

static void two_clusters_with_one_magic_number_collide(void **state)
{
	struct segment s = segment_new();

	for (uint64_t t = 0; t < 2; t++) {
		assert_null(found(&s, "ccp-magic-shared"));
		ccp(&s, 1000 * t, 254, 0, 30, 111);
		ccp(&s, 1000 * t + 300, 254, 1, 31, 222); /* another member's MAC, another cluster */
	}
	const struct finding *f = must_find(&s, "ccp-magic-shared");
	assert_int_equal(f->place.id, 30);
	assert_string_equal(f->detail, "Clusters 30 and 31 speak in turn with the magic number 254.");
	segment_free(&s);
}

static void two_stations_with_one_magic_mac_collide_though_their_numbers_are_equal(void **state)
{
	struct segment s = segment_new();

	for (uint64_t t = 0; t < 2; t++) {
		assert_null(found(&s, "ccp-magic-shared"));
		ccp(&s, 1000 * t, 254, 0, 30, 111);
		ccp(&s, 1000 * t + 300, 254, 0, 30, 222);
	}
	assert_string_equal(must_find(&s, "ccp-magic-shared")->detail,
			    "Two stations speak in turn from 00:00:00:00:fe:00.");
	segment_free(&s);
}

/* Should the random ID turn out to be one a message, no turns are counted. */
static void a_random_id_that_always_changes_is_no_second_station(void **state)
{
	struct segment s = segment_new();

	for (uint64_t t = 0; t < 50; t++)
		ccp(&s, 1000 * t, 254, 0, 30, (uint16_t)(1000 + t));
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void clusters_with_their_own_magic_numbers_do_not_collide(void **state)
{
	struct segment s = segment_new();

	for (uint64_t t = 0; t < 10; t++) {
		ccp(&s, 1000 * t, 254, 0, 30, 111);
		ccp(&s, 1000 * t + 300, 1, 0, 31, 222);
	}
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

static void ethernet(struct segment *s, uint64_t ms, struct mac mac, uint16_t type, const uint8_t *bytes, size_t n)
{
	uint8_t frame[256];
	struct wr w = wr_of(frame, sizeof frame);

	ethernet_encode(&(struct ethernet_header){.dst = MAC_BROADCAST, .src = mac, .type = type}, &w);
	wr_bytes(&w, bytes, n);
	segment_hear(s, ms, &w);
}

static void nlb_hosts_are_one_cluster(void **state)
{
	struct segment s = segment_new();

	for (uint8_t host = 1; host <= 2; host++) {
		uint8_t bytes[64];
		struct wr w = wr_of(bytes, sizeof bytes);
		struct nlb_message m = {.signature = NLB_HEARTBEAT, .version = 0x0206, .host_id = host,
					.cluster_ip = vip, .host_ip = ip4(10, 0, 0, host)};
		nlb_encode(&m, &w);
		ethernet(&s, host, nlb_source_mac(host, &vip), ETHERTYPE_NLB, bytes, wr_length(&w));
	}
	answer(&s, 10, vip, nlb_cluster_mac(NLB_MULTICAST, &vip));
	segment_end(&s, 20);
	assert_int_equal(conflicts(&s), 0);
	assert_int_equal(fhrp_group_count(s.judge), 1);
	const struct fhrp_group *g = group_of(&s, FINDING_NLB, 0);
	assert_true(ip_equal(&g->address, &vip));
	assert_int_equal(g->speaker_count, 2);
	assert_true(g->seen_by_mac);
	assert_true(ip_equal(&must_find(&s, "nlb-cluster")->address, &vip));
	segment_free(&s);
}

static void fgcp_is_numbered_by_its_virtual_mac_only(void **state)
{
	struct segment s = segment_new();
	static const uint8_t payload[40] = {1};

	ethernet(&s, 0, fgcp_virtual_mac(300, 2), FGCP_HEARTBEAT, payload, sizeof payload);
	ethernet(&s, 1, HOST(1), FGCP_HEARTBEAT, payload, sizeof payload);
	ethernet(&s, 2, HOST(2), FGCP_SESSION_SYNC, payload, sizeof payload); /* PROFINET has this number, too */
	assert_int_equal(fhrp_group_count(s.judge), 2);
	assert_int_equal(must_find(&s, "fgcp-group")->place.id, 300);
	assert_false(group_of(&s, FINDING_FGCP, 300)->unnumbered);
	assert_true(group_of(&s, FINDING_FGCP, 0)->unnumbered);
	segment_free(&s);
}

/* ---- by MAC alone ------------------------------------------------------------------------------------------------ */

/* A client's packet to the gateway's MAC. */
static void traffic(struct segment *s, uint64_t ms, struct mac to)
{
	uint8_t bytes[128];
	struct wr w = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = segment_envelope(s);

	e.src = ip4(10, 0, 0, 50);
	e.dst = ip4(192, 0, 2, 1);
	e.src_mac = HOST(50);
	e.dst_mac = to;
	e.ttl = 64;
	e.protocol = IP_PROTOCOL_TCP;
	packet_begin(&w, &e);
	tcp_encode(&(struct tcp_header){.src_port = 40000, .dst_port = 80}, &e.src, &e.dst, NULL, 0, &w);
	packet_end(&w, &e);
	segment_hear(s, ms, &w);
}

static void virtual_macs_in_ordinary_traffic_show_groups(void **state)
{
	static const struct {
		enum finding_class class;
		uint16_t id;
		struct mac mac;
	} row[] = {
		{FINDING_HSRP, 7, {{0x00, 0x00, 0x0c, 0x07, 0xac, 7}}},
		{FINDING_HSRP2, 606, {{0x00, 0x00, 0x0c, 0x9f, 0xf2, 0x5e}}},
		{FINDING_HSRP2, 2001, {{0x00, 0x05, 0x73, 0xa0, 0x07, 0xd1}}},
		{FINDING_GLBP, 40, {{0x00, 0x07, 0xb4, 0x00, 40, 1}}},
		{FINDING_FGCP, 0, {{0x00, 0x09, 0x0f, 0x09, 0x00, 0x15}}},
		{FINDING_FGCP, 256, {{0xe0, 0x23, 0xff, 0xfc, 0x00, 0x15}}},
	};
	struct segment s = segment_new();

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		traffic(&s, i, row[i].mac);
	traffic(&s, 10, HOST(1));
	assert_int_equal(fhrp_group_count(s.judge), sizeof row / sizeof row[0]);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const struct fhrp_group *g = group_of(&s, row[i].class, row[i].id);
		assert_non_null(g);
		assert_true(g->seen_by_mac);
		assert_int_equal(g->messages, 0);
		assert_int_equal(g->first_speaker, CONFLICT_NONE);
		assert_true(mac_equal(g->mac, row[i].mac));
	}
	assert_int_equal(conflicts(&s), 0);
	segment_free(&s);
}

/* A LoadMaster's CARP on eth1 and upstream ucarp have MACs that no VRRP has. */
static void macs_that_only_carp_has_show_carp(void **state)
{
	struct segment s = segment_new();

	traffic(&s, 0, (struct mac){{0x00, 0x00, 0x5e, 0x00, 0x03, 9}});
	traffic(&s, 1, (struct mac){{0x00, 0x00, 0x5e, 0x00, 0x00, 8}});
	assert_int_equal(conflict_group_count(s.judge), 2);
	const struct conflict_group *g = conflict_group_at(s.judge, 0);
	assert_int_equal(g->place.id, 9);
	assert_true(g->seen_by_carp_mac && !g->seen_by_mac);
	assert_int_equal(conflict_group_at(s.judge, 1)->place.id, 8);
	segment_free(&s);
}

static void a_flood_of_invented_macs_leaves_room_for_routers(void **state)
{
	struct segment s = segment_new();
	struct hsrp_router a = router(1, 110), b = router(2, 100);

	for (unsigned i = 0; i < 5000; i++) {
		traffic(&s, 0, (struct mac){{0x00, 0x00, 0x0c, 0x9f, (uint8_t)(0xf0 | (i >> 8 & 0xf)), (uint8_t)i}});
		traffic(&s, 0, (struct mac){{0x00, 0x00, 0x5e, 0x00, (uint8_t)(1 + i % 2), (uint8_t)i}});
		if (i % 100 == 0)
			s.vlan = (uint16_t)(i / 100 + 1);
		segment_collect(&s);
		s.found_count = 0;
	}
	s.vlan = 4000;
	both_active(&s, &a, &b, 1, 16);
	assert_non_null(found(&s, "fhrp-dual-active"));
	assert_true(conflict_counted(s.judge)->groups_refused > 0);
	segment_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_active_routers_are_dual_active_after_three_hellos),
		cmocka_unit_test(two_pairs_with_one_group_number_are_dual_active_too),
		cmocka_unit_test(a_coup_and_a_short_overlap_are_a_hand_over),
		cmocka_unit_test(a_resign_ends_the_role),
		cmocka_unit_test(silence_of_the_hold_time_is_a_hand_over),
		cmocka_unit_test(groups_numbers_versions_and_vlans_are_apart),
		cmocka_unit_test(an_interfaces_state_is_in_no_group),
		cmocka_unit_test(a_group_is_told_once_as_information),
		cmocka_unit_test(different_addresses_in_one_group_are_a_warning),
		cmocka_unit_test(different_authentication_is_a_warning),
		cmocka_unit_test(a_damaged_message_is_counted_and_still_says_who_is_active),
		cmocka_unit_test(a_wrong_checksum_warns_and_judges_nothing),
		cmocka_unit_test(several_forwarders_are_no_conflict),
		cmocka_unit_test(two_active_gateways_are_dual_active),
		cmocka_unit_test(a_check_point_cluster_is_information),
		cmocka_unit_test(two_clusters_with_one_magic_number_collide),
		cmocka_unit_test(two_stations_with_one_magic_mac_collide_though_their_numbers_are_equal),
		cmocka_unit_test(a_random_id_that_always_changes_is_no_second_station),
		cmocka_unit_test(clusters_with_their_own_magic_numbers_do_not_collide),
		cmocka_unit_test(nlb_hosts_are_one_cluster),
		cmocka_unit_test(fgcp_is_numbered_by_its_virtual_mac_only),
		cmocka_unit_test(virtual_macs_in_ordinary_traffic_show_groups),
		cmocka_unit_test(macs_that_only_carp_has_show_carp),
		cmocka_unit_test(a_flood_of_invented_macs_leaves_room_for_routers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

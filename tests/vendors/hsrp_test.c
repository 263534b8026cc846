// SPDX-License-Identifier: BSD-2-Clause
/*
 * The HSRP engine: RFC 2281's states by exact moments, the messages byte by byte (vrrp.md 1.9: T12 to T15; digests that
 * are published with their keys), and what a router refuses. On a hub without delay; routers are started at 0.
 */
#include "sim/base/setting.h"
#include "sim/vendors/hsrp_auth.h"
#include "sim/vendors/vendor_log.h"
#include "tests/vendors/fhrp_lab.h"

#define R1 "192.0.2.2"
#define R2 "192.0.2.3"
#define R3 "192.0.2.4"

static void base(struct hsrp_group_config *g, uint8_t priority)
{
	hsrp_group_config_init(g);
	g->group = 1;
	g->priority = priority;
	g->address[g->address_count++] = lab_ip("192.0.2.1");
}

/* The router 192.0.2.(NUMBER + 1), MAC 02:00:00:00:00:NUMBER, with this group. */
static unsigned add_router(struct lab *l, uint8_t number, const struct hsrp_group_config *g)
{
	static struct hsrp_config c;
	struct node_config box;
	char address[32];

	snprintf(address, sizeof address, "192.0.2.%u/24", number + 1u);
	lab_config(&box, number, address, "2001:db8::1/64");
	c = (struct hsrp_config){.group_count = 1, .group = {*g}, .advertise = true};
	const struct node_part_config part = hsrp_part(&c);
	assert_true(node_config_add_part(&box, &part));
	return lab_add(l, &box);
}

static struct hsrp_group *group_of(const struct lab *l, unsigned i)
{
	return hsrp_part_group(node_part(&l->box[i], 0), 0);
}

static enum hsrp_group_state state_of(const struct lab *l, unsigned i)
{
	return hsrp_group_state(group_of(l, i));
}

/* Two routers of priority 110 and 100, both changed by the caller, and started. */
static void pair(struct lab *l, struct hsrp_group_config *a, struct hsrp_group_config *b)
{
	fhrp_open(l);
	add_router(l, 1, a);
	add_router(l, 2, b);
	lab_start(l, 0);
	lab_start(l, 1);
}

static void default_pair(struct lab *l)
{
	struct hsrp_group_config a, b;

	base(&a, 110);
	base(&b, 100);
	pair(l, &a, &b);
}

static void assert_change(const struct lab *l, unsigned i, size_t n, vl_time at, const char *from, const char *to)
{
	const struct record *r = lab_record(l, i, &HSRP_STATE_KIND, n);

	assert_int_equal(r->at, at);
	assert_string_equal(r->value[HSRP_STATE_FROM].word, from);
	assert_string_equal(r->value[HSRP_STATE_TO].word, to);
}

/* --- states ---------------------------------------------------------------------------------------------- */

static void the_better_router_is_active_after_two_hold_times(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 45 * VL_S);
	assert_change(&l, 0, 0, 0, "initial", "listen");
	assert_change(&l, 0, 1, 10 * VL_S, "listen", "speak");
	assert_change(&l, 0, 2, 20 * VL_S, "speak", "standby");
	assert_change(&l, 0, 3, 20 * VL_S, "standby", "active");
	/* r2 spoke, too, until it heard the better one's second hello; the Standby timer runs from r1's at 20 s. */
	assert_change(&l, 1, 1, 10 * VL_S, "listen", "speak");
	assert_change(&l, 1, 2, 13 * VL_S, "speak", "listen");
	assert_change(&l, 1, 3, 30 * VL_S, "listen", "speak");
	assert_change(&l, 1, 4, 40 * VL_S, "speak", "standby");
	lab_close(&l);
}

static void the_standby_takes_over_a_hold_time_after_the_last_hello(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 60 * VL_S);
	lab_crash(&l, 0); /* its last hello: 20 + 13 * 3 = 59 s */
	lab_run(&l, 69 * VL_S - 1);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_STANDBY);
	lab_run(&l, 69 * VL_S);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	lab_close(&l);
}

static void a_resign_hands_over_at_once(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 60 * VL_S);
	lab_stop(&l, 0);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	const struct said *s = find_hsrp(R1, HSRP_RESIGN, 0, 0);
	assert_int_equal(s->at, 60 * VL_S);
	assert_int_equal(hsrp_state_of(&(struct hsrp_message){.version = 1, .state = hsrp_of(s).state}), HSRP_INIT);
	lab_close(&l);
}

static void without_preemption_the_active_stays(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 60 * VL_S);
	lab_stop(&l, 0);
	lab_run(&l, 70 * VL_S);
	lab_start(&l, 0);
	lab_run(&l, 120 * VL_S);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_STANDBY); /* no better one is Standby: RFC 2281 row l */
	assert_int_equal(count_hsrp(R1, HSRP_COUP, 0, VL_NEVER), 0);
	lab_close(&l);
}

static void a_preempting_router_says_coup_with_the_first_hello_of_a_lower_active(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.preempt = true;
	fhrp_open(&l);
	add_router(&l, 1, &a);
	add_router(&l, 2, &b);
	lab_start(&l, 1);
	lab_run(&l, 30 * VL_S); /* Active at 20 s: hellos at 20, 23, ... 29, 32 */
	lab_start(&l, 0);
	lab_run(&l, 40 * VL_S);
	assert_change(&l, 0, 1, 32 * VL_S, "listen", "active");
	assert_change(&l, 1, 4, 32 * VL_S, "active", "speak");
	const struct said *coup = find_hsrp(R1, HSRP_COUP, 0, 0), *resign = find_hsrp(R2, HSRP_RESIGN, 0, 0);
	assert_int_equal(hsrp_state_of(&(struct hsrp_message){.version = 1, .state = hsrp_of(coup).state}), HSRP_LISTEN);
	assert_true(mac_equal(coup->src, (struct mac){{0x02, 0, 0, 0, 0, 1}})); /* burnt-in: it is not Active yet */
	assert_int_equal(hsrp_of(resign).state, 4); /* speak */
	assert_true(mac_equal(resign->src, (struct mac){{0x02, 0, 0, 0, 0, 2}}));
	/* The Active that hears the Resign says Coup once more, now as Active and from the virtual MAC. */
	const struct said *again = find_hsrp(R1, HSRP_COUP, 0, 1);
	assert_int_equal(hsrp_of(again).state, 16);
	assert_true(mac_equal(again->src, (struct mac){{0, 0, 0x0c, 0x07, 0xac, 1}}));
	lab_close(&l);
}

static void old_ios_says_no_resign_when_deposed(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.preempt = true;
	b.resigns = false;
	fhrp_open(&l);
	add_router(&l, 1, &a);
	add_router(&l, 2, &b);
	lab_start(&l, 1);
	lab_run(&l, 30 * VL_S);
	lab_start(&l, 0);
	lab_run(&l, 40 * VL_S);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
	assert_int_equal(count_hsrp(R2, HSRP_RESIGN, 0, VL_NEVER), 0);
	assert_int_equal(count_hsrp(R1, HSRP_COUP, 0, VL_NEVER), 1);
	lab_close(&l);
}

static void preemption_waits_for_its_delay(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.preempt = true;
	a.preempt_delay = 60 * VL_S;
	fhrp_open(&l);
	add_router(&l, 1, &a);
	add_router(&l, 2, &b);
	lab_start(&l, 1);
	lab_run(&l, 30 * VL_S);
	lab_start(&l, 0);
	lab_run(&l, 92 * VL_S - 1); /* first heard at 32 s */
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_STANDBY);
	lab_run(&l, 92 * VL_S);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
	lab_close(&l);
}

static void equal_priorities_are_decided_by_the_higher_address(void **state)
{
	struct hsrp_group_config a;
	struct lab l;

	(void)state;
	base(&a, 100);
	pair(&l, &a, &a);
	lab_run(&l, 45 * VL_S);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_STANDBY);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	lab_close(&l);
}

static void of_three_one_listens(void **state)
{
	struct hsrp_group_config a, b, c;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 105);
	base(&c, 100);
	pair(&l, &a, &b);
	add_router(&l, 3, &c);
	lab_start(&l, 2);
	lab_run(&l, 60 * VL_S);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_STANDBY);
	assert_int_equal(state_of(&l, 2), HSRP_GROUP_LISTEN);
	assert_int_equal(count_hsrp(R3, HSRP_HELLO, 45 * VL_S, 60 * VL_S), 0); /* RFC 2281: it says nothing */
	lab_close(&l);
}

static void a_router_without_address_learns_it_from_the_active(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;
	struct ip_addr vip = lab_ip("192.0.2.1");

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.hello = VL_S;
	a.hold = 3 * VL_S;
	b.address_count = 0;
	pair(&l, &a, &b);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_LEARN);
	lab_run(&l, 6 * VL_S); /* r1: 3 s, 3 s, Active */
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_LISTEN);
	assert_true(ip_equal(&hsrp_group_config(group_of(&l, 1))->address[0], &vip));
	assert_int_equal(hsrp_group_config(group_of(&l, 1))->hold, 3 * VL_S);
	lab_run(&l, 60 * VL_S);
	lab_stop(&l, 0);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	/* An Active says what it was told, and a restart forgets what was learned. */
	assert_int_equal(hsrp_group_config(group_of(&l, 1))->hold, 10 * VL_S);
	lab_stop(&l, 1);
	lab_start(&l, 1);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_LEARN);
	lab_close(&l);
}

static void timers_are_learned_as_cisco_or_as_the_rfc_has_it(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	for (int rfc = 0; rfc < 2; rfc++) {
		base(&a, 110);
		base(&b, 100);
		a.hello = VL_S;
		a.hold = 3 * VL_S;
		b.timers_given = true;
		b.learning = rfc ? HSRP_LEARN_UNCONFIGURED : HSRP_LEARN_ALWAYS;
		pair(&l, &a, &b);
		lab_run(&l, 7 * VL_S);
		assert_int_equal(hsrp_group_config(group_of(&l, 1))->hold, rfc ? 10 * VL_S : 3 * VL_S);
		lab_close(&l);
	}
}

/* --- messages -------------------------------------------------------------------------------------------- */

static void hellos_of_version_1_are_the_reference_vectors(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 100);
	base(&b, 110);
	b.preempt = true;
	fhrp_open(&l);
	add_router(&l, 1, &a); /* 192.0.2.2 */
	add_router(&l, 2, &b); /* 192.0.2.3 */
	lab_start(&l, 0);
	assert_bytes(find_hsrp(R1, HSRP_ADVERTISE, 0, 0), "00030001000e02000000000100000000"); /* T14 */
	lab_run(&l, 25 * VL_S);
	const struct said *hello = find_hsrp(R1, HSRP_HELLO, 23 * VL_S, 0);
	assert_bytes(hello, "000010030a640100636973636f000000c0000201"); /* T12 */
	assert_int_equal(hello->ttl, 1);
	assert_int_equal(hello->tos, 0xc0);
	assert_true(ip_equal(&hello->to, &HSRP_GROUP_V1));
	assert_true(mac_equal(hello->dst, (struct mac){{0x01, 0, 0x5e, 0, 0, 0x02}}));
	assert_true(mac_equal(hello->src, (struct mac){{0, 0, 0x0c, 0x07, 0xac, 1}}));
	/* T13, a Coup in Speak: it heard nothing of the Active for two hold times, then its hello. */
	l.on[0] = false;
	lab_start(&l, 1);
	lab_run(&l, 36 * VL_S);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_SPEAK);
	l.on[0] = true;
	lab_run(&l, 37 * VL_S);
	assert_bytes(find_hsrp(R2, HSRP_COUP, 0, 0), "000104030a6e0100636973636f000000c0000201");
	lab_close(&l);
}

static void a_hello_of_version_2_is_the_reference_vector(void **state)
{
	struct hsrp_group_config a;
	struct lab l;

	(void)state;
	base(&a, 100);
	a.version = 2;
	a.group = 20;
	a.auth = HSRP_AUTH_NONE;
	fhrp_open(&l);
	add_router(&l, 1, &a);
	lab_start(&l, 0);
	assert_bytes(find_hsrp(R1, HSRP_ADVERTISE, 0, 0), "020400000001");
	lab_run(&l, 20 * VL_S);
	const struct said *hello = find_hsrp(R1, HSRP_HELLO, 20 * VL_S, 1); /* behind the one of Standby */
	assert_bytes(hello, "01280200060400140200000000010000006400000bb800002710c0000201000000000000000000000000"); /* T15 */
	assert_true(mac_equal(hello->src, (struct mac){{0, 0, 0x0c, 0x9f, 0xf0, 20}}));
	assert_true(ip_equal(&hello->to, &HSRP_GROUP_V2));
	/* Standby hello, interface state, Active hello: the order of the captures */
	assert_bytes(find_hsrp(R1, HSRP_ADVERTISE, 20 * VL_S, 0), "020400010000");
	assert_true(find_hsrp(R1, HSRP_ADVERTISE, 20 * VL_S, 0) < hello);
	assert_true(find_hsrp(R1, HSRP_HELLO, 20 * VL_S, 0) < find_hsrp(R1, HSRP_ADVERTISE, 20 * VL_S, 0));
	lab_close(&l);
}

static void ipv6_speaks_from_the_link_local_address_to_port_2029(void **state)
{
	struct hsrp_group_config a;
	struct lab l;

	(void)state;
	base(&a, 100);
	a.family = IP_V6;
	a.version = 2;
	a.group = 0x123;
	a.address[0] = lab_ip("fe80::1");
	fhrp_open(&l);
	add_router(&l, 1, &a);
	lab_start(&l, 0);
	lab_run(&l, 21 * VL_S);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
	const struct said *hello = find_hsrp("fe80::ff:fe00:1", HSRP_HELLO, 20 * VL_S, 1);
	struct hsrp_message m = hsrp_of(hello);
	struct ip_addr vip = lab_ip("fe80::1");
	assert_true(ip_equal(&m.virtual_ip, &vip));
	assert_int_equal(hello->ttl, 255);
	assert_int_equal(hello->tos, 0xe0);
	assert_true(ip_equal(&hello->to, &HSRP_GROUP_V6));
	assert_true(mac_equal(hello->src, (struct mac){{0, 0x05, 0x73, 0xa0, 0x01, 0x23}}));
	lab_close(&l);
}

/* Gratuitous replies from the virtual MAC: to broadcast with a copy to Cisco's group at once, to broadcast after 3 s. */
static void a_new_active_announces_the_address_twice(void **state)
{
	static const struct mac cisco = {{0x01, 0, 0x0c, 0xcd, 0xcd, 0xcd}};
	struct hsrp_group_config a;
	struct lab l;
	size_t found = 0;

	(void)state;
	base(&a, 100);
	fhrp_open(&l);
	add_router(&l, 1, &a);
	lab_start(&l, 0);
	lab_run(&l, 60 * VL_S);
	for (size_t i = 0; i < said_count; i++) {
		if (said[i].network != NETWORK_ARP)
			continue;
		assert_int_equal(said[i].arp.operation, ARP_REPLY);
		assert_true(mac_equal(said[i].arp.sender_mac, (struct mac){{0, 0, 0x0c, 0x07, 0xac, 1}}));
		assert_true(mac_equal(said[i].arp.target_mac, said[i].dst));
		assert_int_equal(said[i].at, (found < 2 ? 20 : 23) * VL_S);
		assert_true(mac_equal(said[i].dst, found == 1 ? cisco : MAC_BROADCAST));
		found++;
	}
	assert_int_equal(found, 3);
	lab_close(&l);
}

static void a_passive_interface_advertises_every_30_s_and_answers_an_active_one(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 85 * VL_S);
	/* r2: at the start, in answer to r1's active one at 20 s, and 30 s after that twice */
	assert_int_equal(find_hsrp(R2, HSRP_ADVERTISE, 0, 0)->at, 0);
	assert_int_equal(find_hsrp(R2, HSRP_ADVERTISE, 0, 1)->at, 20 * VL_S);
	assert_int_equal(find_hsrp(R2, HSRP_ADVERTISE, 0, 2)->at, 50 * VL_S);
	assert_int_equal(find_hsrp(R2, HSRP_ADVERTISE, 0, 3)->at, 80 * VL_S);
	/* r1: at the start, and when it becomes Active; an active interface is silent */
	assert_int_equal(hsrp_of(find_hsrp(R1, HSRP_ADVERTISE, 0, 0)).interface_state, 2);
	assert_int_equal(hsrp_of(find_hsrp(R1, HSRP_ADVERTISE, 0, 1)).interface_state, 3);
	for (size_t i = 0; i < said_count; i++)
		if (said[i].at > 20 * VL_S && said[i].transport == TRANSPORT_HSRP && hsrp_of(&said[i]).has_interface)
			assert_true(said[i].from.b[3] == 3);
	lab_close(&l);
}

static void hellos_may_be_early_by_the_jitter_and_never_late(void **state)
{
	struct hsrp_group_config a;
	struct lab l;
	vl_time last = 20 * VL_S, shortest = VL_NEVER;

	(void)state;
	base(&a, 100);
	a.hello_jitter = 200000; /* 20 % */
	a.seed = 7;
	fhrp_open(&l);
	add_router(&l, 1, &a);
	lab_start(&l, 0);
	lab_run(&l, 400 * VL_S);
	for (size_t i = 0; i < said_count; i++) {
		if (said[i].transport != TRANSPORT_HSRP || said[i].at <= 20 * VL_S || !hsrp_of(&said[i]).has_group)
			continue;
		assert_in_range(said[i].at - last, 2400 * VL_MS, 3 * VL_S);
		shortest = vl_time_min(shortest, said[i].at - last);
		last = said[i].at;
	}
	assert_true(shortest < 2500 * VL_MS);
	lab_close(&l);
}

/* --- authentication -------------------------------------------------------------------------------------- */

static void md5_digests_are_those_of_published_keys(void **state)
{
	static const struct {
		const char *key, *message, *digest;
	} vector[] = {
		{"password12345", "000004030a64010000000000000000000a000064041c010000000a0000140000000000000000000000000000000000000000",
		 "52e1db09d18d695b8fefb3730ff8d9d6"},
		{"openwall", "000004030a5a01000000000000000000ac102801041c01000000ac1028140000000000000000000000000000000000000000",
		 "f15dfa631a0679e0801f8e6b0c0c17ac"},
		{"openwall12345",
		 "000010030a64010000000000000000000a000064041c010000000a0000140000000000000000000000000000000000000000",
		 "f02fc41b1b516e2d1261d8800d39ccea"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
		struct said s = {.length = 50};
		char want[2 * 50 + 1];
		for (size_t k = 0; k < 50; k++) {
			char byte[3] = {vector[i].message[2 * k], vector[i].message[2 * k + 1], '\0'};
			s.bytes[k] = (uint8_t)strtoul(byte, NULL, 16);
		}
		hsrp_auth_seal(s.bytes, s.length, vector[i].key);
		memcpy(want, vector[i].message, 68);
		memcpy(want + 68, vector[i].digest, 33);
		assert_bytes(&s, want);
		assert_true(hsrp_auth_matches(s.bytes, s.length, vector[i].key));
		assert_false(hsrp_auth_matches(s.bytes, s.length, "another"));
		s.bytes[5]++; /* priority */
		assert_false(hsrp_auth_matches(s.bytes, s.length, vector[i].key));
	}
	assert_false(hsrp_auth_matches((const uint8_t *)"short", 5, "key"));
}

static void a_pair_with_one_md5_key_elects(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	for (uint8_t version = 1; version <= 2; version++) {
		base(&a, 110);
		a.version = version;
		a.auth = HSRP_AUTH_MD5;
		a.key = "viplab-key";
		a.key_id = 7;
		b = a;
		b.priority = 100;
		pair(&l, &a, &b);
		lab_run(&l, 45 * VL_S);
		assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
		assert_int_equal(state_of(&l, 1), HSRP_GROUP_STANDBY);
		assert_int_equal(hsrp_group_dropped(group_of(&l, 1), HSRP_DROP_AUTH), 0);
		struct hsrp_message m = hsrp_of(find_hsrp(R1, HSRP_HELLO, 0, 0));
		assert_int_equal(m.md5_algorithm, 1);
		assert_int_equal(m.md5_key_id, 7);
		assert_int_equal(m.md5_source, 0xc0000202);
		assert_int_equal(m.text[0], 0);
		lab_close(&l);
	}
}

/* Word against word, key against key, key id against key id, sort against sort: refused, counted, warned of. */
static void another_authentication_is_refused_and_both_are_active(void **state)
{
	static const struct {
		enum hsrp_auth auth;
		const char *key;
		uint32_t id;
	} other[] = {{HSRP_AUTH_TEXT, "oisco", 0}, {HSRP_AUTH_MD5, "cisco", 0}, {HSRP_AUTH_NONE, NULL, 0}},
	  md5[] = {{HSRP_AUTH_MD5, "old", 0}, {HSRP_AUTH_MD5, "new", 1}};
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		base(&a, 110);
		base(&b, 100);
		if (i >= 3) {
			a.auth = HSRP_AUTH_MD5;
			a.key = "new";
		}
		b.auth = i < 3 ? other[i].auth : md5[i - 3].auth;
		b.key = i < 3 ? other[i].key : md5[i - 3].key;
		b.key_id = i < 3 ? other[i].id : md5[i - 3].id;
		pair(&l, &a, &b);
		lab_run(&l, 50 * VL_S);
		assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
		assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
		/* r1's Speak at 10, 13, 16, 19, Standby and ten Active hellos from 20 to 47 s, one at 50 s */
		assert_int_equal(hsrp_group_dropped(group_of(&l, 1), HSRP_DROP_AUTH), 16);
		assert_int_equal(hsrp_group_dropped(group_of(&l, 1), HSRP_DROP_NONE), 0);
		assert_int_equal(lab_count(&l, 1, &HSRP_DROP_KIND, 0, VL_NEVER), 16);
		/* one in 30 s is told: the first at 10 s, the next at 41 s */
		assert_int_equal(lab_count(&l, 1, &HSRP_BAD_AUTH_KIND, 0, VL_NEVER), 2);
		const struct record *r = lab_record(&l, 1, &HSRP_BAD_AUTH_KIND, 1);
		assert_int_equal(r->at, 41 * VL_S);
		assert_string_equal(r->value[HSRP_DROP_REMOTE_STATE].word, "active");
		lab_close(&l);
	}
}

static void the_right_key_heals_two_actives(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.auth = HSRP_AUTH_MD5;
	a.key = "new";
	pair(&l, &a, &b);
	lab_run(&l, 30 * VL_S);
	assert_true(vl_ok(&(struct vl_status){.code = set_word(&l, 1, "hsrp.1.auth_md5", "new").code}));
	assert_string_equal(lab_record(&l, 1, &SETTING_WORD_KIND, 0)->value[2].word, SETTING_SECRET);
	/* r2's next hello at 32 s makes r1, which is better, say Coup: r2 resigns and speaks */
	lab_run(&l, 32 * VL_S);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_SPEAK);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
	assert_int_equal(count_hsrp(R2, HSRP_RESIGN, 0, VL_NEVER), 1);
	lab_close(&l);
}

/* --- what is not for it ---------------------------------------------------------------------------------- */

static void another_group_version_or_address_does_not_disturb(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	b.version = 2;
	pair(&l, &a, &b);
	lab_run(&l, 30 * VL_S);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	assert_int_equal(hsrp_group_dropped(group_of(&l, 0), HSRP_DROP_NONE), 0);
	lab_close(&l);
	b.version = 1;
	b.group = 2;
	pair(&l, &a, &b);
	lab_run(&l, 30 * VL_S);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	assert_true(hsrp_group_dropped(group_of(&l, 0), HSRP_DROP_OTHER_GROUP) > 0);
	assert_int_equal(lab_count(&l, 0, &HSRP_DROP_KIND, 0, VL_NEVER), 0);
	lab_close(&l);
}

static void another_virtual_address_is_warned_of_and_taken_or_dropped(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	for (int drop = 0; drop < 2; drop++) {
		base(&a, 110);
		base(&b, 100);
		b.address[0] = lab_ip("192.0.2.11");
		b.address_check = drop ? HSRP_ADDRESS_DROP : HSRP_ADDRESS_WARN;
		pair(&l, &a, &b);
		lab_run(&l, 48 * VL_S);
		assert_int_equal(state_of(&l, 1), drop ? HSRP_GROUP_ACTIVE : HSRP_GROUP_STANDBY);
		assert_int_equal(lab_count(&l, 1, &HSRP_DIFFERENT_VIP_KIND, 0, VL_NEVER), 1); /* at 20 s; next after 50 s */
		const struct record *r = lab_record(&l, 1, &HSRP_DIFFERENT_VIP_KIND, 0);
		assert_int_equal(r->value[HSRP_VIP_THEIRS].ip.b[3], 1);
		assert_int_equal(r->value[HSRP_VIP_OURS].ip.b[3], 11);
		lab_close(&l);
	}
}

static void strange_messages_are_counted(void **state)
{
	struct lab l;
	struct hsrp_group_config a;
	uint8_t bytes[64];
	struct hsrp_message m = {.version = 1, .has_group = true, .opcode = HSRP_HELLO, .state = 16, .family = IP_V4, .group = 1,
				 .priority = 255, .hello_ms = 3000, .hold_ms = 10000, .auth = HSRP_AUTH_TEXT,
				 .text = "cisco"};

	(void)state;
	base(&a, 100);
	fhrp_open(&l);
	add_router(&l, 1, &a);
	lab_start(&l, 0);
	lab_run(&l, 25 * VL_S);
	m.virtual_ip = lab_ip("192.0.2.1");
	for (unsigned i = 0; i < 3; i++) {
		struct wr out = wr_of(bytes, sizeof bytes);
		m.state = i == 0 ? 3 : 16;      /* no such state; no such opcode; our own address */
		m.opcode = i == 1 ? 9 : HSRP_HELLO;
		hsrp_encode(&m, &out);
		inject_udp(&l, i == 2 ? R1 : "192.0.2.9", &HSRP_GROUP_V1, HSRP_PORT, bytes, wr_length(&out),
			   (struct mac){{2, 0, 0, 0, 0, 9}});
	}
	assert_int_equal(hsrp_group_dropped(group_of(&l, 0), HSRP_DROP_STATE), 2);
	assert_int_equal(hsrp_group_dropped(group_of(&l, 0), HSRP_DROP_OWN_ADDRESS), 1);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
	lab_close(&l);
}

/* --- interface, tracking, settings ------------------------------------------------------------------------ */

static void the_interface_decides_whether_it_runs(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 50 * VL_S);
	assert_true(vl_ok(&(struct vl_status){.code = lab_link(&l, 0, false).code}));
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_INITIAL);
	lab_run(&l, 60 * VL_S); /* r1's last hello: 50 s */
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	lab_link(&l, 0, true);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_LISTEN);
	assert_string_equal(lab_record(&l, 0, &HSRP_STATE_KIND, 5)->value[HSRP_STATE_WHY].word, "interface up");
	lab_close(&l);
}

static void a_crash_forgets_everything(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 50 * VL_S);
	lab_crash(&l, 0);
	lab_run(&l, 51 * VL_S);
	lab_start(&l, 0); /* without a shutdown between */
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_LISTEN);
	/* It knows of no Active. r2's hello as Standby at 52 s makes it speak (row l), which sends r2, the lower one, back to
	 * Listen (row f) before it could take over at 60 s: nobody is Active until r1 is again, a hold time later. */
	lab_run(&l, 62 * VL_S - 1);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_SPEAK);
	lab_run(&l, 62 * VL_S);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_ACTIVE);
	lab_run(&l, 100 * VL_S);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_STANDBY);
	assert_int_equal(node_outbox_dropped(&l.box[0]), 0);
	lab_close(&l);
}

static void tracked_objects_take_from_the_priority_or_shut_the_group(void **state)
{
	struct hsrp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.track[a.track_count++] = (struct hsrp_track_config){.object = "uplink", .decrement = 20};
	a.track[a.track_count++] = (struct hsrp_track_config){.object = "uplink2", .decrement = 200};
	a.track[a.track_count++] = (struct hsrp_track_config){.object = "life", .shutdown = true};
	b.preempt = true;
	pair(&l, &a, &b);
	lab_run(&l, 50 * VL_S);
	move_object(&l, 0, "uplink", false);
	assert_int_equal(hsrp_group_priority(group_of(&l, 0)), 90);
	lab_run(&l, 53 * VL_S); /* with the next hello */
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	move_object(&l, 0, "uplink2", false);
	assert_int_equal(hsrp_group_priority(group_of(&l, 0)), 0);
	move_object(&l, 0, "uplink", true);
	move_object(&l, 0, "uplink2", true);
	assert_int_equal(hsrp_group_priority(group_of(&l, 0)), 110);
	assert_int_equal(lab_count(&l, 0, &HSRP_TRACK_KIND, 0, VL_NEVER), 4);
	move_object(&l, 0, "life", false);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_INITIAL);
	move_object(&l, 0, "life", true);
	assert_int_equal(state_of(&l, 0), HSRP_GROUP_LISTEN);
	assert_int_equal(move_object(&l, 0, "nothing", true).code, VL_UNKNOWN);
	lab_close(&l);
}

static void settings_are_checked_and_recorded(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 50 * VL_S);
	assert_int_equal(lab_set_number(&l, 0, "hsrp.1.priority", 256).code, VL_INVALID);
	assert_int_equal(lab_set_number(&l, 0, "hsrp.1.group", 256).code, VL_INVALID);
	assert_int_equal(lab_set_number(&l, 0, "hsrp.2.priority", 1).code, VL_UNKNOWN);
	assert_int_equal(lab_set_number(&l, 0, "hsrp.1.colour", 1).code, VL_UNKNOWN);
	assert_int_equal(lab_set_number(&l, 0, "hsrp.x.priority", 1).code, VL_UNKNOWN);
	assert_int_equal(lab_set_number(&l, 0, "hsrp.1.eth1.priority", 1).code, VL_UNKNOWN);
	assert_int_equal(set_word(&l, 0, "hsrp.1.auth_text", "too-long-a-word").code, VL_INVALID);
	assert_int_equal(lab_set_number(&l, 0, "hsrp.1.ipv4.eth0.priority", 90).code, VL_OK);
	assert_int_equal(hsrp_group_priority(group_of(&l, 0)), 90);
	assert_int_equal(set_flag(&l, 1, "hsrp.1.preempt", true).code, VL_OK);
	lab_run(&l, 53 * VL_S);
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_ACTIVE);
	/* another number: it leaves with a Resign and begins anew under the new name */
	assert_int_equal(lab_set_number(&l, 1, "hsrp.1.group", 9).code, VL_OK);
	assert_string_equal(hsrp_group_name(group_of(&l, 1)), "hsrp 9 ipv4");
	assert_int_equal(state_of(&l, 1), HSRP_GROUP_LISTEN);
	assert_int_equal(count_hsrp(R2, HSRP_RESIGN, 53 * VL_S, VL_NEVER), 1);
	lab_close(&l);
}

static void its_log_is_cisco_s(void **state)
{
	const struct vendor *ios = vendor_find("cisco-ios");
	struct hsrp_group_config a, b;
	char text[VENDOR_LOG_TEXT];
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	b.address[0] = lab_ip("192.0.2.11");
	pair(&l, &a, &b);
	lab_run(&l, 30 * VL_S);
	set_word(&l, 1, "hsrp.1.auth_text", "other");
	lab_run(&l, 40 * VL_S);
	assert_true(vendor_log_write(text, ios, lab_record(&l, 0, &HSRP_STATE_KIND, 3), NULL, 0));
	assert_string_equal(text, "%HSRP-5-STATECHANGE: eth0 Grp 1 state Standby -> Active");
	assert_true(vendor_log_write(text, ios, lab_record(&l, 1, &HSRP_BAD_AUTH_KIND, 0), NULL, 0));
	assert_string_equal(text, "%HSRP-4-BADAUTH: Bad authentication from 192.0.2.2, group 1, remote state Active");
	assert_true(vendor_log_write(text, ios, lab_record(&l, 1, &HSRP_DIFFERENT_VIP_KIND, 0), NULL, 0));
	assert_string_equal(text, "%HSRP-4-DIFFVIP1: eth0 Grp 1 active routers virtual IP address 192.0.2.1 is different to "
				  "the locally configured address 192.0.2.11");
	assert_false(vendor_log_write(text, ios, lab_record(&l, 1, &HSRP_STATE_KIND, 0), NULL, 1)); /* one line each */
	lab_close(&l);
}

static void a_configuration_that_cannot_be_is_refused(void **state)
{
	struct hsrp_config c = {.group_count = 2};
	struct vl_status s;

	(void)state;
	base(&c.group[0], 100);
	base(&c.group[1], 100);
	s = hsrp_config_check(&c, 1);
	assert_string_equal(s.reason, "hsrp 1: twice on one interface");
	c.group[1].group = 2;
	c.group[1].version = 2;
	s = hsrp_config_check(&c, 1);
	assert_string_equal(s.reason, "hsrp 2: version: an interface has one");
	c.group[1].version = 1;
	c.group[1].interface = 1;
	s = hsrp_config_check(&c, 1);
	assert_string_equal(s.reason, "hsrp 2: there is no interface 1");
	c.group[1].hello = 1500 * VL_MS;
	s = hsrp_config_check(&c, 2);
	assert_string_equal(s.reason, "hsrp 2: hello: 1.500 s is not in whole seconds up to 255 s");
	base(&c.group[1], 100);
	c.group[1].group = 256;
	s = hsrp_config_check(&c, 2);
	assert_string_equal(s.reason, "hsrp 256: group: `256' is not in 0-255, as version 1 has it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_better_router_is_active_after_two_hold_times),
		cmocka_unit_test(the_standby_takes_over_a_hold_time_after_the_last_hello),
		cmocka_unit_test(a_resign_hands_over_at_once),
		cmocka_unit_test(without_preemption_the_active_stays),
		cmocka_unit_test(a_preempting_router_says_coup_with_the_first_hello_of_a_lower_active),
		cmocka_unit_test(old_ios_says_no_resign_when_deposed),
		cmocka_unit_test(preemption_waits_for_its_delay),
		cmocka_unit_test(equal_priorities_are_decided_by_the_higher_address),
		cmocka_unit_test(of_three_one_listens),
		cmocka_unit_test(a_router_without_address_learns_it_from_the_active),
		cmocka_unit_test(timers_are_learned_as_cisco_or_as_the_rfc_has_it),
		cmocka_unit_test(hellos_of_version_1_are_the_reference_vectors),
		cmocka_unit_test(a_hello_of_version_2_is_the_reference_vector),
		cmocka_unit_test(ipv6_speaks_from_the_link_local_address_to_port_2029),
		cmocka_unit_test(a_new_active_announces_the_address_twice),
		cmocka_unit_test(a_passive_interface_advertises_every_30_s_and_answers_an_active_one),
		cmocka_unit_test(hellos_may_be_early_by_the_jitter_and_never_late),
		cmocka_unit_test(md5_digests_are_those_of_published_keys),
		cmocka_unit_test(a_pair_with_one_md5_key_elects),
		cmocka_unit_test(another_authentication_is_refused_and_both_are_active),
		cmocka_unit_test(the_right_key_heals_two_actives),
		cmocka_unit_test(another_group_version_or_address_does_not_disturb),
		cmocka_unit_test(another_virtual_address_is_warned_of_and_taken_or_dropped),
		cmocka_unit_test(strange_messages_are_counted),
		cmocka_unit_test(the_interface_decides_whether_it_runs),
		cmocka_unit_test(a_crash_forgets_everything),
		cmocka_unit_test(tracked_objects_take_from_the_priority_or_shut_the_group),
		cmocka_unit_test(settings_are_checked_and_recorded),
		cmocka_unit_test(its_log_is_cisco_s),
		cmocka_unit_test(a_configuration_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

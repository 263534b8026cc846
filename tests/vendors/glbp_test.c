// SPDX-License-Identifier: BSD-2-Clause
/*
 * The GLBP engine: the election and the forwarders by exact moments (those of a public capture of three IOS routers),
 * the message byte by byte (vrrp.md 1.9: T16), the AVG's answers, and who has which MAC when. On a hub without delay.
 */
#include "tests/vendors/fhrp_lab.h"

#define R1 "192.0.2.2"

static void base(struct glbp_group_config *g, uint8_t priority)
{
	glbp_group_config_init(g);
	g->group = 5;
	g->priority = priority;
	g->address = lab_ip("192.0.2.1");
}

static unsigned add_router(struct lab *l, uint8_t number, const struct glbp_group_config *g)
{
	static struct glbp_config c;
	struct node_config box;
	char address[32];

	snprintf(address, sizeof address, "192.0.2.%u/24", number + 1u);
	lab_config(&box, number, address, NULL);
	c = (struct glbp_config){.group_count = 1, .group = {*g}};
	const struct node_part_config part = glbp_part(&c);
	assert_true(node_config_add_part(&box, &part));
	return lab_add(l, &box);
}

static struct glbp_group *group_of(const struct lab *l, unsigned i)
{
	return glbp_part_group(node_part(&l->box[i], 0), 0);
}

static bool forwards(const struct lab *l, unsigned i, unsigned number)
{
	return glbp_group_forwarder_state(group_of(l, i), number) == GLBP_GROUP_ACTIVE;
}

/* `a` at 0, `b` 1 s later. */
static void pair(struct lab *l, const struct glbp_group_config *a, const struct glbp_group_config *b)
{
	fhrp_open(l);
	add_router(l, 1, a);
	add_router(l, 2, b);
	lab_start(l, 0);
	lab_run(l, VL_S);
	lab_start(l, 1);
}

static void default_pair(struct lab *l)
{
	struct glbp_group_config a, b;

	base(&a, 110);
	base(&b, 100);
	pair(l, &a, &b);
}

/* What host `n` is told when it asks for the address: the last byte of the MAC, its forwarder; 0: no answer. */
static unsigned ask(struct lab *l, uint8_t n)
{
	uint8_t bytes[64];
	struct wr out = wr_of(bytes, sizeof bytes);
	const struct mac host = {{0x02, 0xaa, 0, 0, 0, n}};
	const struct ethernet_header h = {.dst = MAC_BROADCAST, .src = host, .type = ETHERTYPE_ARP};
	size_t before = said_count;
	unsigned told = 0;

	ethernet_encode(&h, &out);
	arp_encode(&(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = host,
					.sender_ip = ip4(192, 0, 2, (uint8_t)(100 + n)), .target_ip = lab_ip("192.0.2.1")},
		   &out);
	inject(l, bytes, wr_length(&out));
	for (size_t i = before; i < said_count; i++)
		if (said[i].network == NETWORK_ARP && said[i].arp.operation == ARP_REPLY) {
			assert_int_equal(told, 0); /* one answer */
			told = said[i].arp.sender_mac.b[5];
			assert_int_equal(said[i].src.b[5], glbp_group_own_forwarder(group_of(l, 0)));
		}
	return told;
}

static void assert_change(const struct lab *l, unsigned i, size_t n, vl_time at, const char *to)
{
	const struct record *r = lab_record(l, i, &GLBP_STATE_KIND, n);

	assert_int_equal(r->at, at);
	assert_string_equal(r->value[GLBP_STATE_TO].word, to);
}

/* --- election and forwarders ------------------------------------------------------------------------------ */

static void the_avg_and_its_forwarders_keep_the_captures_times(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 60 * VL_S);
	assert_change(&l, 0, 1, 10 * VL_S, "speak");
	assert_change(&l, 0, 2, 20 * VL_S, "standby");
	assert_change(&l, 0, 3, 20 * VL_S, "active");
	/* r2 spoke at 11 s until r1's next hello, at 13 s; r1 is Standby at 20 s, a hold time after that it speaks again */
	assert_change(&l, 1, 1, 11 * VL_S, "speak");
	assert_change(&l, 1, 2, 13 * VL_S, "listen");
	assert_change(&l, 1, 3, 30 * VL_S, "speak");
	assert_change(&l, 1, 4, 40 * VL_S, "standby");
	/* Forwarder 1 a hold time after the AVG; r2 (hellos at 20 and 23 s) asks at 23 s and is Active at 33 s. */
	static const struct {
		unsigned router, nth;
		vl_time at;
		uint64_t number;
		const char *to;
	} change[] = {{0, 0, 20 * VL_S, 1, "listen"},  {0, 1, 23 * VL_S, 2, "listen"},  {0, 2, 30 * VL_S, 1, "active"},
		      {1, 0, 23 * VL_S, 2, "listen"},  {1, 1, 30 * VL_S, 1, "listen"},  {1, 2, 33 * VL_S, 2, "active"}};
	for (size_t i = 0; i < sizeof change / sizeof change[0]; i++) {
		const struct record *r = lab_record(&l, change[i].router, &GLBP_FORWARDER_KIND, change[i].nth);
		assert_int_equal(r->at, change[i].at);
		assert_int_equal(r->value[GLBP_FORWARDER_NUMBER].number, change[i].number);
		assert_string_equal(r->value[GLBP_FORWARDER_TO].word, change[i].to);
	}
	lab_close(&l);
}

static void hellos_are_the_reference_vector(void **state)
{
	struct glbp_group_config a;
	struct lab l;
	const struct said *hello = said;

	(void)state;
	base(&a, 110);
	fhrp_open(&l);
	add_router(&l, 1, &a);
	lab_start(&l, 0);
	lab_run(&l, 33 * VL_S);
	for (size_t i = 0; i < said_count; i++)
		if (said[i].transport == TRANSPORT_GLBP && glbp_of(&said[i]).has_hello && glbp_of(&said[i]).forwarder_count > 0)
			hello = &said[i];
	assert_ptr_not_equal(hello, said); /* the first message of all is no such */
	/* T16, whose forwarder has zeros where the capture has 00 3840 0258 0000 */
	assert_bytes(hello, "010000050000020000000001" "011c0020006e000000000bb8000027100258384000000104c0000201"
			    "021401" "2000a764" "00384002580000" "0007b4000501");
	assert_int_equal(hello->ttl, 255);
	assert_int_equal(hello->tos, 0xc0);
	assert_true(mac_equal(hello->src, glbp_virtual_mac(5, 1)));
	lab_close(&l);
}

static void a_gateway_asks_the_avg_for_its_number(void **state)
{
	struct lab l;
	const struct said *request = said, *response = said; /* the first message of all is neither */

	(void)state;
	default_pair(&l);
	lab_run(&l, 40 * VL_S);
	for (size_t i = 0; i < said_count; i++) {
		if (said[i].transport != TRANSPORT_GLBP)
			continue;
		struct glbp_message m = glbp_of(&said[i]);
		request = m.opcode == GLBP_REQUEST ? &said[i] : request;
		response = m.opcode == GLBP_RESPONSE ? &said[i] : response;
	}
	assert_true(request != said && response != said);
	assert_bytes(request, "010100050000020000000002" "0214000000000000000000000000000000000000");
	assert_bytes(response, "010200050000020000000001" "021402000000000000000000000000" "07b4000502");
	assert_int_equal(request->to.b[3], 2);
	assert_int_equal(response->to.b[3], 3);
	assert_int_equal(glbp_group_own_forwarder(group_of(&l, 1)), 2);
	assert_true(forwards(&l, 1, 2));
	lab_close(&l);
}

static void the_avg_has_four_forwarders_to_give(void **state)
{
	struct lab l;
	struct glbp_group_config a;
	unsigned given[5] = {0};

	(void)state;
	base(&a, 110);
	fhrp_open(&l);
	add_router(&l, 1, &a);
	lab_start(&l, 0);
	lab_run(&l, 21 * VL_S);
	for (uint8_t i = 0; i < 5; i++) {
		uint8_t bytes[64];
		struct wr out = wr_of(bytes, sizeof bytes);
		struct glbp_message m = {.opcode = GLBP_REQUEST, .group = 5, .owner = {{2, 0, 0, 0, 0, (uint8_t)(50 + i % 4)}},
					 .forwarder_count = 1};
		glbp_encode(&m, &out);
		inject_udp(&l, "192.0.2.77", &GLBP_GROUP_V4, GLBP_PORT, bytes, wr_length(&out), m.owner);
	}
	/* the asker's address is asked for first; then five answers leave */
	uint8_t bytes[64];
	struct wr out = wr_of(bytes, sizeof bytes);
	const struct mac asker = {{2, 0, 0, 0, 0, 77}}, avg = {{2, 0, 0, 0, 0, 1}};
	ethernet_encode(&(struct ethernet_header){.dst = avg, .src = asker, .type = ETHERTYPE_ARP}, &out);
	arp_encode(&(struct arp_packet){.operation = ARP_REPLY, .sender_mac = asker, .sender_ip = lab_ip("192.0.2.77"),
					.target_mac = avg, .target_ip = lab_ip(R1)},
		   &out);
	inject(&l, bytes, wr_length(&out));
	size_t n = 0;
	for (size_t i = 0; i < said_count; i++)
		if (said[i].transport == TRANSPORT_GLBP && glbp_of(&said[i]).opcode == GLBP_RESPONSE && n < 5)
			given[n++] = glbp_of(&said[i]).forwarder[0].number;
	static const unsigned wanted[5] = {2, 3, 4, 0, 2}; /* none is left for the fourth; the first asks again */
	assert_int_equal(n, 5);
	assert_memory_equal(given, wanted, sizeof wanted);
	lab_close(&l);
}

static void the_standby_becomes_avg_and_takes_the_mac(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 60 * VL_S);
	lab_crash(&l, 0); /* its last hello: 59 s */
	lab_run(&l, 69 * VL_S - 1);
	assert_int_equal(glbp_group_state(group_of(&l, 1)), GLBP_GROUP_STANDBY);
	lab_run(&l, 69 * VL_S);
	assert_int_equal(glbp_group_state(group_of(&l, 1)), GLBP_GROUP_ACTIVE);
	assert_true(forwards(&l, 1, 1));
	assert_true(forwards(&l, 1, 2));
	/* the stand-in speaks from that MAC, priority 135 */
	bool found = false;
	for (size_t i = 0; i < said_count; i++)
		if (said[i].at == 69 * VL_S && said[i].transport == TRANSPORT_GLBP && mac_equal(said[i].src, glbp_virtual_mac(5, 1))) {
			struct glbp_message m = glbp_of(&said[i]);
			found = m.forwarder[0].number == 1 && m.forwarder[0].priority == 135;
		}
	assert_true(found);
	lab_close(&l);
}

static void the_owner_gets_its_mac_back_after_30_s(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 60 * VL_S);
	lab_crash(&l, 0);
	lab_run(&l, 80 * VL_S);
	lab_start(&l, 0);
	lab_run(&l, 90 * VL_S);
	assert_int_equal(glbp_group_own_forwarder(group_of(&l, 0)), 1); /* the number that it had */
	lab_run(&l, 125 * VL_S);
	assert_true(forwards(&l, 0, 1));
	assert_false(forwards(&l, 1, 1));
	assert_int_equal(glbp_group_state(group_of(&l, 1)), GLBP_GROUP_ACTIVE); /* the AVG is not preempted */
	const struct record *heard = l.record, *taken = l.record;
	for (size_t k = 0; k < l.records; k++)
		if (l.who[k] == 0 && l.record[k].kind == &GLBP_FORWARDER_KIND && l.record[k].at > 80 * VL_S &&
		    l.record[k].value[GLBP_FORWARDER_NUMBER].number == 1) {
			heard = heard == l.record ? &l.record[k] : heard;
			taken = &l.record[k];
		}
	assert_string_equal(taken->value[GLBP_FORWARDER_TO].word, "active");
	assert_true(taken->at - heard->at >= 30 * VL_S && taken->at - heard->at <= 40 * VL_S);
	lab_close(&l);
}

/* Another that says at the same time that it is forwarder 1: the better one keeps it, by priority, weighting, address. */
static void of_two_stand_ins_one_yields(void **state)
{
	static const struct {
		const char *from;
		uint8_t priority, weight;
		bool yields;
	} other[] = {{"192.0.2.9", 135, 99, false}, {"192.0.2.1", 135, 100, false}, {"192.0.2.9", 7, 200, false},
		     {"192.0.2.9", 135, 100, true}, {"192.0.2.1", 135, 101, true},  {"192.0.2.1", 167, 1, true}};
	struct lab l;

	(void)state;
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
		uint8_t bytes[64];
		struct wr out = wr_of(bytes, sizeof bytes);
		struct glbp_message m = {.group = 5, .owner = {{2, 0, 0, 0, 0, 9}}, .forwarder_count = 1};

		default_pair(&l);
		lab_run(&l, 60 * VL_S);
		lab_crash(&l, 0);
		lab_run(&l, 70 * VL_S);
		assert_true(forwards(&l, 1, 1));
		m.forwarder[0] = (struct glbp_forwarder){.number = 1, .state = GLBP_ACTIVE, .priority = other[i].priority,
							 .weight = other[i].weight, .virtual_mac = glbp_virtual_mac(5, 1)};
		glbp_encode(&m, &out);
		size_t before = said_count;
		inject_udp(&l, other[i].from, &GLBP_GROUP_V4, GLBP_PORT, bytes, wr_length(&out), glbp_virtual_mac(5, 1));
		assert_int_equal(forwards(&l, 1, 1), !other[i].yields);
		assert_int_equal(said_count - before, other[i].yields ? 0 : 1); /* who stays says so */
		lab_close(&l);
	}
}

static void redirect_and_timeout_end_a_forwarder(void **state)
{
	struct glbp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.redirect = b.redirect = 30 * VL_S;
	a.timeout = b.timeout = 60 * VL_S;
	pair(&l, &a, &b);
	lab_run(&l, 60 * VL_S);
	lab_crash(&l, 1);
	lab_run(&l, 80 * VL_S);
	const struct record *r = lab_record(&l, 0, &GLBP_FORWARDER_KIND, lab_count(&l, 0, &GLBP_FORWARDER_KIND, 0, VL_NEVER) - 1);
	vl_time taken = r->at;
	assert_true(forwards(&l, 0, 2) && taken > 60 * VL_S && taken <= 70 * VL_S);
	assert_int_equal(ask(&l, 1) + ask(&l, 2), 3); /* forwarders 1 and 2 in turn */
	lab_run(&l, taken + 30 * VL_S);
	assert_int_equal(lab_record(&l, 0, &GLBP_REDIRECT_KIND, 0)->at, taken + 30 * VL_S);
	assert_int_equal(ask(&l, 3), 1);
	assert_int_equal(ask(&l, 4), 1);
	assert_true(forwards(&l, 0, 2)); /* who knows it already is still served */
	lab_run(&l, taken + 60 * VL_S);
	assert_int_equal(glbp_group_forwarder_state(group_of(&l, 0), 2), GLBP_GROUP_INITIAL);
	lab_close(&l);
}

/* --- answers ---------------------------------------------------------------------------------------------- */

static void hosts_are_told_of_the_forwarders_in_turn(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 25 * VL_S);
	assert_int_equal(ask(&l, 9), 0); /* nobody forwards before 30 s */
	lab_run(&l, 40 * VL_S);
	unsigned first = ask(&l, 1), second = ask(&l, 2);
	assert_int_equal(first + second, 3);
	assert_int_equal(ask(&l, 3), first);
	assert_int_equal(ask(&l, 4), second);
	lab_close(&l);
}

static void answers_follow_the_weights(void **state)
{
	struct glbp_group_config a, b;
	struct lab l;
	unsigned told[5] = {0};

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.balancing = GLBP_WEIGHTED;
	b.weight = b.upper = 25;
	pair(&l, &a, &b);
	lab_run(&l, 40 * VL_S);
	for (uint8_t i = 1; i <= 50; i++)
		told[ask(&l, i)]++;
	assert_int_equal(told[1], 40); /* 100 to 25 */
	assert_int_equal(told[2], 10);
	lab_close(&l);
}

static void a_host_keeps_its_forwarder_when_balancing_by_host(void **state)
{
	struct glbp_group_config a, b;
	struct lab l;
	bool used[5] = {false};

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.balancing = GLBP_HOST_DEPENDENT;
	pair(&l, &a, &b);
	lab_run(&l, 40 * VL_S);
	for (uint8_t i = 1; i <= 20; i++) {
		unsigned forwarder = ask(&l, i);
		used[forwarder] = true;
		assert_int_equal(ask(&l, i), forwarder);
	}
	assert_true(used[1] && used[2]);
	lab_close(&l);
}

static void without_balancing_all_are_told_of_the_avg(void **state)
{
	struct glbp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.balancing = GLBP_NO_BALANCING;
	pair(&l, &a, &b);
	lab_run(&l, 40 * VL_S);
	for (uint8_t i = 1; i <= 4; i++)
		assert_int_equal(ask(&l, i), 1);
	lab_close(&l);
}

/* --- weighting, authentication, settings ------------------------------------------------------------------ */

static void lost_weighting_moves_the_forwarder_and_comes_back_with_the_upper_threshold(void **state)
{
	struct glbp_group_config a, b;
	struct lab l;

	(void)state;
	base(&a, 110);
	base(&b, 100);
	a.lower = 60;
	a.upper = 90;
	a.track[a.track_count++] = (struct glbp_track_config){.object = "one", .decrement = 30};
	a.track[a.track_count++] = (struct glbp_track_config){.object = "two", .decrement = 30};
	pair(&l, &a, &b);
	lab_run(&l, 60 * VL_S);
	move_object(&l, 0, "one", false);       /* 70: over 60 */
	assert_true(lab_record(&l, 0, &GLBP_WEIGHT_KIND, 0)->value[GLBP_WEIGHT_SUFFICIENT].flag);
	move_object(&l, 0, "two", false);       /* 40 */
	assert_int_equal(glbp_group_weight(group_of(&l, 0)), 40);
	assert_false(lab_record(&l, 0, &GLBP_WEIGHT_KIND, 1)->value[GLBP_WEIGHT_SUFFICIENT].flag);
	lab_run(&l, 91 * VL_S);                 /* its next hello says so, 30 s later it is preempted */
	assert_true(forwards(&l, 0, 1));
	lab_run(&l, 94 * VL_S);
	assert_true(forwards(&l, 1, 1));
	assert_int_equal(glbp_group_state(group_of(&l, 0)), GLBP_GROUP_ACTIVE);
	move_object(&l, 0, "two", true);        /* 70: under 90 */
	assert_false(lab_record(&l, 0, &GLBP_WEIGHT_KIND, 2)->value[GLBP_WEIGHT_SUFFICIENT].flag);
	move_object(&l, 0, "one", true);        /* 100 */
	lab_run(&l, 130 * VL_S);
	assert_true(forwards(&l, 0, 1));
	assert_int_equal(move_object(&l, 0, "three", true).code, VL_UNKNOWN);
	lab_close(&l);
}

static void another_text_is_refused_and_both_are_avg(void **state)
{
	struct glbp_group_config a, b;
	struct lab l;

	(void)state;
	for (int i = 0; i < 2; i++) {
		base(&a, 110);
		base(&b, 100);
		a.text = "new";
		b.text = i == 0 ? "old" : NULL;
		pair(&l, &a, &b);
		lab_run(&l, 45 * VL_S);
		assert_int_equal(glbp_group_state(group_of(&l, 0)), GLBP_GROUP_ACTIVE);
		assert_int_equal(glbp_group_state(group_of(&l, 1)), GLBP_GROUP_ACTIVE);
		assert_true(glbp_group_dropped(group_of(&l, 1), GLBP_DROP_AUTH) > 10);
		assert_int_equal(glbp_group_dropped(group_of(&l, 1), GLBP_DROP_NONE), 0);
		assert_int_equal(lab_count(&l, 1, &GLBP_BAD_AUTH_KIND, 0, VL_NEVER), 2); /* 3 s, 33 s */
		assert_int_equal(set_word(&l, 1, "glbp.5.auth_text", "new").code, VL_OK);
		lab_run(&l, 50 * VL_S);
		assert_int_equal(glbp_group_state(group_of(&l, 0)), GLBP_GROUP_ACTIVE);
		assert_int_not_equal(glbp_group_state(group_of(&l, 1)), GLBP_GROUP_ACTIVE);
		lab_close(&l);
	}
}

static void the_avg_is_preempted_only_when_told_to(void **state)
{
	struct glbp_group_config a, b;
	struct lab l;

	(void)state;
	for (int preempt = 0; preempt < 2; preempt++) {
		base(&a, 110);
		base(&b, 120);
		b.preempt = preempt != 0;
		b.preempt_delay = 5 * VL_S;
		fhrp_open(&l);
		add_router(&l, 1, &a);
		add_router(&l, 2, &b);
		lab_start(&l, 0);
		lab_run(&l, 40 * VL_S);
		lab_start(&l, 1);
		lab_run(&l, 60 * VL_S);
		assert_int_equal(glbp_group_state(group_of(&l, 1)) == GLBP_GROUP_ACTIVE, preempt);
		assert_int_equal(glbp_group_state(group_of(&l, 0)) == GLBP_GROUP_ACTIVE, !preempt);
		lab_close(&l);
	}
}

static void a_goodbye_hands_over_at_once_where_it_is_said(void **state)
{
	struct glbp_group_config a, b;
	struct lab l;

	(void)state;
	for (int goodbye = 0; goodbye < 2; goodbye++) {
		base(&a, 110);
		base(&b, 100);
		a.says_goodbye = goodbye != 0;
		pair(&l, &a, &b);
		lab_run(&l, 60 * VL_S);
		lab_stop(&l, 0);
		lab_run(&l, 60 * VL_S + 1);
		assert_int_equal(glbp_group_state(group_of(&l, 1)) == GLBP_GROUP_ACTIVE, goodbye);
		assert_int_equal(forwards(&l, 1, 1), goodbye);
		lab_close(&l);
	}
}

static void settings_are_checked_and_a_new_number_begins_anew(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 50 * VL_S);
	assert_int_equal(lab_set_number(&l, 0, "glbp.5.priority", 0).code, VL_INVALID);
	assert_int_equal(lab_set_number(&l, 0, "glbp.5.weight", 255).code, VL_INVALID);
	assert_int_equal(lab_set_number(&l, 0, "glbp.6.weight", 1).code, VL_UNKNOWN);
	assert_int_equal(set_word(&l, 0, "glbp.5.balancing", "fair").code, VL_INVALID);
	assert_int_equal(set_word(&l, 0, "glbp.5.balancing", "none").code, VL_OK);
	assert_int_equal(ask(&l, 1), 1);
	assert_int_equal(lab_set_number(&l, 0, "glbp.5.weight", 50).code, VL_OK);
	assert_int_equal(glbp_group_weight(group_of(&l, 0)), 50);
	assert_int_equal(glbp_group_config(group_of(&l, 0))->upper, 50);
	assert_int_equal(lab_set_number(&l, 0, "glbp.5.eth0.group", 7).code, VL_OK);
	assert_string_equal(glbp_group_name(group_of(&l, 0)), "glbp 7 ipv4");
	assert_int_equal(glbp_group_state(group_of(&l, 0)), GLBP_GROUP_LISTEN);
	assert_int_equal(ask(&l, 2), 0); /* r2 waits for a hold time */
	assert_int_equal(node_outbox_dropped(&l.box[0]), 0);
	lab_close(&l);
}

static void the_interface_and_a_crash_end_it(void **state)
{
	struct lab l;

	(void)state;
	default_pair(&l);
	lab_run(&l, 50 * VL_S);
	lab_link(&l, 0, false);
	assert_int_equal(glbp_group_state(group_of(&l, 0)), GLBP_GROUP_INITIAL);
	assert_false(forwards(&l, 0, 1));
	lab_link(&l, 0, true);
	assert_int_equal(glbp_group_state(group_of(&l, 0)), GLBP_GROUP_LISTEN);
	lab_run(&l, 60 * VL_S);
	lab_crash(&l, 1);
	lab_start(&l, 1);
	assert_int_equal(glbp_group_state(group_of(&l, 1)), GLBP_GROUP_LISTEN);
	assert_int_equal(glbp_group_own_forwarder(group_of(&l, 1)), 0);
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_avg_and_its_forwarders_keep_the_captures_times),
		cmocka_unit_test(hellos_are_the_reference_vector),
		cmocka_unit_test(a_gateway_asks_the_avg_for_its_number),
		cmocka_unit_test(the_avg_has_four_forwarders_to_give),
		cmocka_unit_test(the_standby_becomes_avg_and_takes_the_mac),
		cmocka_unit_test(the_owner_gets_its_mac_back_after_30_s),
		cmocka_unit_test(of_two_stand_ins_one_yields),
		cmocka_unit_test(redirect_and_timeout_end_a_forwarder),
		cmocka_unit_test(hosts_are_told_of_the_forwarders_in_turn),
		cmocka_unit_test(answers_follow_the_weights),
		cmocka_unit_test(a_host_keeps_its_forwarder_when_balancing_by_host),
		cmocka_unit_test(without_balancing_all_are_told_of_the_avg),
		cmocka_unit_test(lost_weighting_moves_the_forwarder_and_comes_back_with_the_upper_threshold),
		cmocka_unit_test(another_text_is_refused_and_both_are_avg),
		cmocka_unit_test(the_avg_is_preempted_only_when_told_to),
		cmocka_unit_test(a_goodbye_hands_over_at_once_where_it_is_said),
		cmocka_unit_test(settings_are_checked_and_a_new_number_begins_anew),
		cmocka_unit_test(the_interface_and_a_crash_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

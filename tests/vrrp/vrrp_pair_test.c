// SPDX-License-Identifier: BSD-2-Clause
/*
 * Stories of two routers on a hub, with exact times. r1 is 192.0.2.11, r2 is 192.0.2.12; unless told
 * otherwise r1 has priority 200 (skew 56/256 = 0.21875 s) and r2 100 (156/256 = 0.609375 s).
 */
#include "tests/vrrp/vrrp_box.h"

struct pair {
	struct lab lab;
	struct box *b1, *b2;
	struct vrrp_router *r1, *r2;
};

static void pair_of(struct pair *p, const struct vrrp_config *c1, const struct vrrp_config *c2)
{
	bool is_v6 = c1->family == IP_V6;

	*p = (struct pair){
		.b1 = box_new(11, is_v6 ? "2001:db8::11/64" : "192.0.2.11/24", NULL),
		.b2 = box_new(12, is_v6 ? "2001:db8::12/64" : "192.0.2.12/24", NULL),
	};
	p->r1 = router_in(p->b1, c1);
	p->r2 = router_in(p->b2, c2);
	lab_add(&p->lab, p->b1);
	lab_add(&p->lab, p->b2);
}

static void pair_start(struct pair *p)
{
	vrrp_router_startup(p->r1, p->lab.now);
	vrrp_router_startup(p->r2, p->lab.now);
	lab_settle(&p->lab);
}

static void pair_free(struct pair *p)
{
	vrrp_router_free(p->r1);
	vrrp_router_free(p->r2);
	box_free(p->b1);
	box_free(p->b2);
}

static void expect_story(const struct box *b, const char *story)
{
	char text[4096];

	assert_string_equal(box_story(text, sizeof text, b, &VRRP_STATE_KIND), story);
}

/* Adverts sent in [from, to). */
static size_t adverts_between(const struct box *b, vl_time from, vl_time to)
{
	size_t n = 0;

	for (size_t i = 0; i < b->frame_count; i++)
		if (b->frame[i].at >= from && b->frame[i].at < to &&
		    box_packet(b, i).transport == TRANSPORT_VRRP)
			n++;
	return n;
}

/* r1 is Active from 3.21875 s, its last advert leaves at 4.21875 s, and 3.609375 s later r2 takes over. */
static void a_crash_is_noticed_after_the_down_interval(void **state)
{
	struct vrrp_config c1 = config_of(2, 200), c2 = config_of(2, 100);
	struct pair p;

	pair_of(&p, &c1, &c2);
	pair_start(&p);
	lab_run(&p.lab, 5 * VL_S);
	vrrp_router_crash(p.r1);
	lab_run(&p.lab, 10 * VL_S);
	expect_story(p.b1, "0.000000000 initialize -> backup (startup), priority 200\n"
			   "3.218750000 backup -> active (active_down timer), priority 200\n");
	expect_story(p.b2, "0.000000000 initialize -> backup (startup), priority 100\n"
			   "7.828125000 backup -> active (active_down timer), priority 100\n");
	pair_free(&p);
}

static void a_polite_goodbye_costs_the_skew_time_only(void **state)
{
	struct vrrp_config c1 = config_of(2, 200), c2 = config_of(2, 100);
	struct pair p;

	pair_of(&p, &c1, &c2);
	pair_start(&p);
	lab_run(&p.lab, 5 * VL_S);
	vrrp_router_shutdown(p.r1, p.lab.now);
	lab_settle(&p.lab);
	lab_run(&p.lab, 10 * VL_S);
	/* back at 10 s; r2's adverts are lower, so 3.21875 s later it takes over and r2 yields at once */
	vrrp_router_startup(p.r1, p.lab.now);
	lab_run(&p.lab, 20 * VL_S);
	expect_story(p.b2, "0.000000000 initialize -> backup (startup), priority 100\n"
			   "5.609375000 backup -> active (priority 0 received), priority 100\n"
			   "13.218750000 active -> backup (higher priority advert), priority 100\n");
	assert_int_equal(vrrp_router_state(p.r1), VRRP_ACTIVE);
	pair_free(&p);
}

static void without_preemption_the_better_one_waits(void **state)
{
	struct vrrp_config c1 = config_of(2, 200), c2 = config_of(2, 100);
	struct pair p;

	c1.preempt = false;
	pair_of(&p, &c1, &c2);
	vrrp_router_startup(p.r2, 0);
	lab_settle(&p.lab);
	lab_run(&p.lab, 10 * VL_S);
	vrrp_router_startup(p.r1, p.lab.now);
	lab_run(&p.lab, 60 * VL_S);
	assert_int_equal(vrrp_router_state(p.r1), VRRP_BACKUP);
	assert_int_equal(vrrp_router_state(p.r2), VRRP_ACTIVE);
	pair_free(&p);
}

/* r2 is Active since 3.609375 s and advertises every second after that. r1 starts at 10 s with a delay of
 * 30 s: it follows up to the advert of 39.609375 s and takes over 3.21875 s after it. */
static void preempt_delay_in_a_pair(void **state)
{
	struct vrrp_config c1 = config_of(2, 200), c2 = config_of(2, 100);
	struct pair p;

	c1.preempt_delay = 30 * VL_S;
	pair_of(&p, &c1, &c2);
	vrrp_router_startup(p.r2, 0);
	lab_settle(&p.lab);
	lab_run(&p.lab, 10 * VL_S);
	vrrp_router_startup(p.r1, p.lab.now);
	lab_run(&p.lab, 60 * VL_S);
	expect_story(p.b1, "10.000000000 initialize -> backup (startup), priority 200\n"
			   "42.828125000 backup -> active (active_down timer), priority 200\n");
	pair_free(&p);
}

/* Deaf from 5 to 20 s, r2 becomes Active too. The first advert after healing settles it: r2's timer fires
 * at 20.828125 s but r1's at 20.21875 s comes first. */
static void a_partition_makes_two_actives_and_healing_one(void **state)
{
	struct vrrp_config c1 = config_of(3, 200), c2 = config_of(3, 100);
	struct pair p;

	pair_of(&p, &c1, &c2);
	pair_start(&p);
	lab_run(&p.lab, 5 * VL_S);
	p.b2->deaf = p.b2->mute = true;
	lab_run(&p.lab, 20 * VL_S);
	assert_int_equal(vrrp_router_state(p.r1), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_state(p.r2), VRRP_ACTIVE);
	p.b2->deaf = p.b2->mute = false;
	lab_run(&p.lab, 30 * VL_S);
	expect_story(p.b2, "0.000000000 initialize -> backup (startup), priority 100\n"
			   "7.828125000 backup -> active (active_down timer), priority 100\n"
			   "20.218750000 active -> backup (higher priority advert), priority 100\n");
	pair_free(&p);
}

/* Equal priority, both Active after a partition: the higher address stays. */
static void after_a_partition_the_higher_address_stays(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct pair p;

	pair_of(&p, &c, &c);
	p.b1->mute = p.b2->mute = true;
	pair_start(&p);
	lab_run(&p.lab, 10 * VL_S);
	assert_int_equal(vrrp_router_state(p.r1), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_state(p.r2), VRRP_ACTIVE);
	p.b1->mute = p.b2->mute = false;
	lab_run(&p.lab, 20 * VL_S);
	assert_int_equal(vrrp_router_state(p.r1), VRRP_BACKUP);
	assert_int_equal(vrrp_router_state(p.r2), VRRP_ACTIVE);
	pair_free(&p);
}

/* 10 cs: r1 is Active at 300 + 21.875 ms; its last advert before 1 s leaves at 0.921875 s; r2 learned the
 * interval and takes over 300 + 60.9375 ms later. */
static void centisecond_failover(void **state)
{
	struct vrrp_config c1 = config_of(3, 200), c2 = config_of(3, 100);
	struct pair p;

	c1.interval = c2.interval = 10 * VL_CS;
	pair_of(&p, &c1, &c2);
	pair_start(&p);
	lab_run(&p.lab, VL_S);
	vrrp_router_crash(p.r1);
	lab_run(&p.lab, 2 * VL_S);
	expect_story(p.b2, "0.000000000 initialize -> backup (startup), priority 100\n"
			   "1.282812500 backup -> active (active_down timer), priority 100\n");
	pair_free(&p);
}

static void ipv6_failover(void **state)
{
	struct vrrp_config c1, c2;
	struct pair p;

	vrrp_config_init(&c1, 3, IP_V6);
	c1.vrid = 10;
	c1.priority = 200;
	c1.address_count = 2;
	assert_true(ip_parse("fe80::10", &c1.address[0]) && ip_parse("2001:db8::10", &c1.address[1]));
	c2 = c1;
	c2.priority = 100;
	pair_of(&p, &c1, &c2);
	pair_start(&p);
	lab_run(&p.lab, 5 * VL_S);
	vrrp_router_shutdown(p.r1, p.lab.now);
	lab_settle(&p.lab);
	lab_run(&p.lab, 10 * VL_S);
	expect_story(p.b2, "0.000000000 initialize -> backup (startup), priority 100\n"
			   "5.609375000 backup -> active (priority 0 received), priority 100\n");
	assert_int_equal(vrrp_router_dropped(p.r1, VRRP_DROP_CHECKSUM), 0);
	pair_free(&p);
}

/* --- two Actives for ever, and why ---------------------------------------------------------------------- */

/* Both become Active, both advertise every second, each counts the other's adverts under this reason. */
static void expect_two_actives(const struct vrrp_config *c1, const struct vrrp_config *c2, enum vrrp_drop why)
{
	struct pair p;

	pair_of(&p, c1, c2);
	pair_start(&p);
	lab_run(&p.lab, 20 * VL_S);
	assert_int_equal(vrrp_router_state(p.r1), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_state(p.r2), VRRP_ACTIVE);
	assert_int_equal(adverts_between(p.b1, 10 * VL_S, 20 * VL_S), 10);
	assert_int_equal(adverts_between(p.b2, 10 * VL_S, 20 * VL_S), 10);
	assert_int_equal(vrrp_router_dropped(p.r1, why), vrrp_router_sent(p.r2));
	assert_int_equal(vrrp_router_dropped(p.r2, why), vrrp_router_sent(p.r1));
	pair_free(&p);
}

static void checksum_camps_are_two_actives(void **state)
{
	struct vrrp_config cisco = config_of(3, 200), frr = config_of(3, 100);

	cisco.checksum_receive = VRRP_CHECKSUM_ACCEPT_MESSAGE;
	frr.checksum_receive = VRRP_CHECKSUM_ACCEPT_PSEUDO;
	frr.checksum_send = VRRP_CHECKSUM_PSEUDO;
	expect_two_actives(&cisco, &frr, VRRP_DROP_CHECKSUM);
}

static void different_versions_are_two_actives(void **state)
{
	struct vrrp_config c1 = config_of(2, 200), c2 = config_of(3, 100);

	expect_two_actives(&c1, &c2, VRRP_DROP_VERSION);
}

static void different_authentication_is_two_actives(void **state)
{
	struct vrrp_config c1 = config_of(2, 200), c2 = config_of(2, 100);

	c2.auth_type = VRRP_AUTH_TEXT;
	c2.password = "s3cret";
	expect_two_actives(&c1, &c2, VRRP_DROP_AUTH_TYPE);
	c1.auth_type = VRRP_AUTH_TEXT;
	c1.password = "other";
	expect_two_actives(&c1, &c2, VRRP_DROP_AUTH_DATA);
}

static void different_services_on_one_id_are_two_actives_in_version_2(void **state)
{
	struct vrrp_config c1 = config_of(2, 200), c2 = config_of(2, 100);

	c2.address[0] = ip4(192, 0, 2, 77);
	expect_two_actives(&c1, &c2, VRRP_DROP_ADDRESSES);
}

static void two_owners_that_discard_are_two_actives(void **state)
{
	struct vrrp_config c = config_of(2, 255);

	expect_two_actives(&c, &c, VRRP_DROP_OWNER);
}

/* Version 3 never drops for the list: one election across two services, the loser's address is dead. */
static void different_services_on_one_id_are_one_election_in_version_3(void **state)
{
	struct vrrp_config c1 = config_of(3, 200), c2 = config_of(3, 100);
	struct pair p;

	c2.address[0] = ip4(192, 0, 2, 77);
	pair_of(&p, &c1, &c2);
	pair_start(&p);
	lab_run(&p.lab, 60 * VL_S);
	assert_int_equal(vrrp_router_state(p.r2), VRRP_BACKUP);
	assert_int_equal(box_records(p.b2, &VRRP_WARNING_KIND, NULL), 1);
	pair_free(&p);
}

/* --- keepalived's starvation (vrrp.md 2.1.4) ------------------------------------------------------------ */

static struct vrrp_config keepalived_of(uint8_t priority)
{
	struct vrrp_config c = config_of(2, priority);

	c.check_order = VRRP_ORDER_KEEPALIVED;
	c.owner_receive = VRRP_OWNER_PROCESS;
	c.length_check = VRRP_LENGTH_PLAIN;
	c.losing_advert = VRRP_LOSING_ADVERTISE;
	c.address_check = VRRP_ADDRESS_DROP;
	c.advert_timer_on_receive = VRRP_TIMER_REARM;
	return c;
}

/* M4: both Active, together one advert a second. */
static void two_keepaliveds_that_refuse_each_other_share_one_advert_a_second(void **state)
{
	struct vrrp_config c1 = keepalived_of(150), c2 = keepalived_of(100);
	struct pair p;

	c2.auth_type = VRRP_AUTH_TEXT;
	c2.password = "s3cret";
	pair_of(&p, &c1, &c2);
	pair_start(&p);
	lab_run(&p.lab, 30 * VL_S);
	assert_int_equal(vrrp_router_state(p.r1), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_state(p.r2), VRRP_ACTIVE);
	assert_int_equal(adverts_between(p.b1, 10 * VL_S, 30 * VL_S) +
				 adverts_between(p.b2, 10 * VL_S, 30 * VL_S),
			 20);
	pair_free(&p);
}

/* M5: the side with 2 s sends one advert, at its takeover, and never again. */
static void the_slower_keepalived_falls_silent(void **state)
{
	struct vrrp_config c1 = keepalived_of(100), c2 = keepalived_of(100);
	struct pair p;

	c2.interval = 2 * VL_S;
	pair_of(&p, &c1, &c2);
	pair_start(&p);
	lab_run(&p.lab, 60 * VL_S);
	assert_int_equal(vrrp_router_state(p.r2), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_sent(p.r2), 1);
	pair_free(&p);
}

/* A third box that sends a CARP message (T11) every `every`, from `at` on. */
struct carp_sender {
	struct box *box;
	vl_time at, every;
};

static void carp_receive(void *self, const struct packet *p, unsigned interface, vl_time now)
{
	(void)self;
	(void)p;
	(void)interface;
	(void)now;
}

static void carp_timeout(void *self, vl_time now)
{
	struct carp_sender *s = self;
	uint8_t carp[36];

	if (now < s->at)
		return;
	s->at += s->every;
	hex_bytes(carp, sizeof carp, "210a00070001444d79f07694afbe331d9cf4490e4f1666fb5ad065180b29b1703f976f11");
	struct box_bytes bytes = wrap("192.0.2.13", "224.0.0.18", 255, carp, sizeof carp);
	stack_transmit(s->box->stack, 0, frame_copy(s->box->pool, bytes.bytes, bytes.length));
}

static vl_time carp_deadline(const void *self)
{
	return ((const struct carp_sender *)self)->at;
}

/* The healthy pair 150/100 and the CARP sender; how often r2 became Active within 22 s, how often r1
 * advertised in the last 20 of them. */
static size_t beside_carp(const struct vrrp_config *c1, const struct vrrp_config *c2, vl_time every,
			  size_t *adverts)
{
	struct pair p;
	struct carp_sender s = {.box = box_new(13, "192.0.2.13/24", NULL), .at = 500 * VL_MS, .every = every};
	size_t takeovers = 0;

	s.box->part = (struct box_part){&s, carp_receive, carp_timeout, carp_deadline};
	pair_of(&p, c1, c2);
	/* first in line: what is sent at the instant of a timer arrives before it */
	lab_add(&p.lab, p.b2);
	p.lab.box[0] = s.box;
	p.lab.box[1] = p.b1;
	pair_start(&p);
	lab_run(&p.lab, 22 * VL_S);
	for (size_t i = 0; i < p.b2->record_count; i++) {
		const struct record *r = &p.b2->record[i];
		takeovers += r->kind == &VRRP_STATE_KIND && strcmp(record_word(r, "to"), "active") == 0;
	}
	*adverts = adverts_between(p.b1, 2 * VL_S, 22 * VL_S);
	assert_int_equal(vrrp_router_state(p.r1), VRRP_ACTIVE);
	assert_true(vrrp_router_dropped(p.r1, VRRP_DROP_CARP) >= 10);
	pair_free(&p);
	box_free(s.box);
	return takeovers;
}

/* M1: r1 is Active at 3.4140625 s and falls silent; r2 takes over 3.609375 s later, is answered, yields, and
 * so on every 3.609375 s: 7.02, 10.63, 14.24, 17.85, 21.46. */
static void a_carp_sender_makes_a_healthy_keepalived_pair_flap(void **state)
{
	struct vrrp_config c1 = keepalived_of(150), c2 = keepalived_of(100);
	size_t adverts;

	assert_int_equal(beside_carp(&c1, &c2, VL_S, &adverts), 5);
	assert_int_equal(adverts, 6);
}

/* M2: lower_prio_no_advert cures it. From 3.4140625 to 21.4140625 s every second: 19 adverts. */
static void lower_prio_no_advert_cures_the_flapping(void **state)
{
	struct vrrp_config c1 = keepalived_of(150), c2 = keepalived_of(100);
	size_t adverts;

	c1.losing_advert = c2.losing_advert = VRRP_LOSING_SILENT;
	c1.advert_timer_on_receive = c2.advert_timer_on_receive = VRRP_TIMER_KEEP;
	assert_int_equal(beside_carp(&c1, &c2, VL_S, &adverts), 0);
	assert_int_equal(adverts, 19);
}

/* M3: an alien that is slower than the local interval does not starve. */
static void a_slower_carp_sender_does_no_harm(void **state)
{
	struct vrrp_config c1 = keepalived_of(150), c2 = keepalived_of(100);
	size_t adverts;

	assert_int_equal(beside_carp(&c1, &c2, 2 * VL_S, &adverts), 0);
}

/* A router by the RFC beside the same sender. */
static void an_rfc_pair_does_not_mind_carp(void **state)
{
	struct vrrp_config c1 = config_of(2, 150), c2 = config_of(2, 100);
	size_t adverts;

	assert_int_equal(beside_carp(&c1, &c2, VL_S, &adverts), 0);
	assert_int_equal(adverts, 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crash_is_noticed_after_the_down_interval),
		cmocka_unit_test(a_polite_goodbye_costs_the_skew_time_only),
		cmocka_unit_test(without_preemption_the_better_one_waits),
		cmocka_unit_test(preempt_delay_in_a_pair),
		cmocka_unit_test(a_partition_makes_two_actives_and_healing_one),
		cmocka_unit_test(after_a_partition_the_higher_address_stays),
		cmocka_unit_test(centisecond_failover),
		cmocka_unit_test(ipv6_failover),
		cmocka_unit_test(checksum_camps_are_two_actives),
		cmocka_unit_test(different_versions_are_two_actives),
		cmocka_unit_test(different_authentication_is_two_actives),
		cmocka_unit_test(different_services_on_one_id_are_two_actives_in_version_2),
		cmocka_unit_test(two_owners_that_discard_are_two_actives),
		cmocka_unit_test(different_services_on_one_id_are_one_election_in_version_3),
		cmocka_unit_test(two_keepaliveds_that_refuse_each_other_share_one_advert_a_second),
		cmocka_unit_test(the_slower_keepalived_falls_silent),
		cmocka_unit_test(a_carp_sender_makes_a_healthy_keepalived_pair_flap),
		cmocka_unit_test(lower_prio_no_advert_cures_the_flapping),
		cmocka_unit_test(a_slower_carp_sender_does_no_harm),
		cmocka_unit_test(an_rfc_pair_does_not_mind_carp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

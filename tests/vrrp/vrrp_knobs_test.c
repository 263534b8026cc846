// SPDX-License-Identifier: BSD-2-Clause
/*
 * Ways in which real routers differ from the RFC and that have no test program of their own: unicast peers, early
 * advertisements, membership reports from the virtual MAC, two owners that settle it, silence to a lower priority,
 * weights of tracked objects, which problems are warned of, secrets that are set while it runs.
 */
#include "tests/vrrp/vrrp_box.h"

#include "sim/base/setting.h"

#define HMAC_KEY "0123456789abcdef0123456789abcdef"

static struct vl_status order(struct alone *a, const struct command *c, vl_time now)
{
	struct vl_status s = vrrp_router_control(a->router, c, now);

	box_drain(a->box, now);
	return s;
}

static struct vl_status set_word(struct alone *a, const char *field, const char *word)
{
	return order(a, &(struct command){.verb = COMMAND_SET, .field = field, .type = VALUE_WORD, .value.word = word},
		     VL_S);
}

static struct vl_status set_flag(struct alone *a, const char *field, bool flag, vl_time now)
{
	return order(a, &(struct command){.verb = COMMAND_SET, .field = field, .type = VALUE_FLAG, .value.flag = flag},
		     now);
}

static struct vl_status tell(struct alone *a, const char *object, bool up)
{
	return order(a, &(struct command){.verb = COMMAND_TRACK, .field = object, .type = VALUE_FLAG, .value.flag = up},
		     VL_S);
}

/* --- unicast peers ------------------------------------------------------------------------------------- */

static struct vrrp_config unicast(uint8_t priority)
{
	struct vrrp_config c = config_of(2, priority);

	c.peer_count = 2;
	c.peer[0] = ip4(192, 0, 2, 99);
	c.peer[1] = ip4(192, 0, 2, 98);
	return c;
}

/* Lets the box know the MAC of 192.0.2.`host`. */
static void introduce(struct box *b, uint8_t host)
{
	struct ethernet_header h = {.dst = {{2, 0, 0, 0, 0, 11}}, .src = {{2, 0, 0, 0, 0, host}}, .type = ETHERTYPE_ARP};
	struct arp_packet hello = {.operation = ARP_REPLY, .sender_mac = h.src, .sender_ip = ip4(192, 0, 2, host),
				   .target_mac = h.dst, .target_ip = ip4(192, 0, 2, 11)};
	struct frame *f = frame_new(b->pool, ETHERNET_MIN);
	struct wr out = wr_of(f->data, ETHERNET_MIN);
	const struct packet *p;
	unsigned interface;

	ethernet_encode(&h, &out);
	arp_encode(&hello, &out);
	wr_zero(&out, ETHERNET_MIN - wr_length(&out));
	(void)stack_input(b->stack, 0, f, VL_S, &p, &interface);
	frame_unref(f);
	box_drain(b, VL_S);
}

static void adverts_go_to_each_peer(void **state)
{
	for (int virtual = 0; virtual < 2; virtual++) {
		struct vrrp_config c = unicast(100);
		c.advert_mac = virtual ? VRRP_MAC_VIRTUAL : VRRP_MAC_PHYSICAL;
		struct alone a = backup_of(&c);
		size_t to[2] = {0};
		vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
		box_drain(a.box, 0);
		assert_int_equal(box_count(a.box, TRANSPORT_VRRP, NULL), 0);     /* asks who they are first */
		introduce(a.box, 99);
		introduce(a.box, 98);
		for (size_t i = 0; i < a.box->frame_count; i++) {
			struct packet p = box_packet(a.box, i);
			if (p.transport != TRANSPORT_VRRP)
				continue;
			assert_true(p.dst.b[3] == 99 || p.dst.b[3] == 98);
			to[p.dst.b[3] - 98]++;
			assert_int_equal(p.ethernet.dst.b[5], p.dst.b[3]);
			assert_true(mac_equal(p.ethernet.src, virtual ? vrrp_router_mac(a.router)
								      : (struct mac){{2, 0, 0, 0, 0, 11}}));
			assert_int_equal(p.ttl, 255);
		}
		assert_true(to[0] == 1 && to[1] == 1);
		assert_int_equal(vrrp_router_sent(a.router), 1);        /* one, in two copies */
		alone_free(&a);
	}
}

static void a_peer_may_be_behind_a_router(void **state)
{
	struct vrrp_config c = unicast(100);
	struct alone a = backup_of(&c);
	struct said s = advert(2, 200);

	s.dst = "192.0.2.11";
	s.ttl = 17;
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	alone_free(&a);
	c.peer_count = 0;       /* by multicast the TTL counts */
	a = backup_of(&c);
	s.dst = "224.0.0.18";
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_TTL), 1);
	alone_free(&a);
}

static void who_is_no_peer_is_another_router(void **state)
{
	struct vrrp_config c = unicast(100);
	struct alone a = backup_of(&c);
	struct said s = advert(2, 200);
	vl_time before = vrrp_router_active_down_at(a.router);

	s.dst = "192.0.2.11";
	s.src = "192.0.2.97";
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_OTHER_ROUTER), 1);
	assert_int_equal(vrrp_router_active_down_at(a.router), before);
	s.src = "192.0.2.98";
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	alone_free(&a);
}

/* The RFCs do not look at the destination; keepalived does, and everyone who has peers. */
static void unicast_and_multicast_do_not_mix(void **state)
{
	static const struct {
		bool peers;
		enum vrrp_check_order order;
		const char *dst;
		enum vrrp_drop why;
	} row[] = {
		{true, VRRP_ORDER_RFC, "224.0.0.18", VRRP_DROP_DESTINATION},
		{true, VRRP_ORDER_KEEPALIVED, "224.0.0.18", VRRP_DROP_DESTINATION},
		{true, VRRP_ORDER_KEEPALIVED, "192.0.2.11", VRRP_DROP_NONE},
		{false, VRRP_ORDER_KEEPALIVED, "192.0.2.11", VRRP_DROP_DESTINATION},
		{false, VRRP_ORDER_RFC, "192.0.2.11", VRRP_DROP_NONE},
		{false, VRRP_ORDER_RFC, "224.0.0.18", VRRP_DROP_NONE},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct vrrp_config c = unicast(100);
		struct said s = advert(2, 200);
		c.peer_count = row[i].peers ? 2 : 0;
		c.check_order = row[i].order;
		s.dst = row[i].dst;
		struct alone a = backup_of(&c);
		hand(&a, s, VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, row[i].why), 1);
		alone_free(&a);
	}
}

static void impossible_peers_are_refused(void **state)
{
	struct vrrp_config c = unicast(100);

	assert_string_equal(vrrp_config_check(&c).reason, "");
	c.peer[1] = ip4(224, 0, 0, 18);
	assert_string_equal(vrrp_config_check(&c).reason, "peers: `224.0.0.18' is no IPv4 address of a host");
	assert_true(ip_parse("fe80::1", &c.peer[1]));
	assert_string_equal(vrrp_config_check(&c).reason, "peers: `fe80::1' is no IPv4 address of a host");
	c.peer[1] = ip4(0, 0, 0, 0);
	assert_string_equal(vrrp_config_check(&c).reason, "peers: `0.0.0.0' is no IPv4 address of a host");
	c.peer_count = 17;
	assert_string_equal(vrrp_config_check(&c).reason, "peers: 17 of them are more than 16");
}

/* AH to a peer: the value is computed with TTL 0, since it changes on the way. */
static void ah_to_a_peer_leaves_the_ttl_out(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.peer_count = 1;
	c.peer[0] = ip4(192, 0, 2, 12);
	c.auth_type = VRRP_AUTH_AH;
	c.password = "secret";
	struct alone a = backup_of(&c);
	size_t at;
	vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
	box_drain(a.box, 0);
	introduce(a.box, 12);
	assert_int_equal(box_count(a.box, TRANSPORT_VRRP, &at), 1);
	assert_payload(a.box, at, "70040000c000020b000000010564481785961fd4b1e4b218"
				  "210a64010201b6f1c00002010000000000000000");
	alone_free(&a);
}

/* --- early advertisements ------------------------------------------------------------------------------ */

static void adverts_leave_early_by_the_seed(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at, other_at, last, shortest = VL_NEVER, longest = 0;
	unsigned same = 0;

	c.interval = 3 * VL_S;
	c.advert_jitter = 200000;
	c.seed = 1;
	struct alone a = active_of(&c, &at), twin = active_of(&c, &other_at);
	c.seed = 2;
	struct alone other = active_of(&c, &other_at);
	for (int i = 0; i < 200; i++) {
		last = at;
		at = vrrp_router_adver_at(a.router);
		assert_int_equal(vrrp_router_adver_at(twin.router), at);
		same += vrrp_router_adver_at(other.router) == at;
		shortest = vl_time_min(shortest, at - last);
		longest = at - last > longest ? at - last : longest;
		vrrp_router_timeout(a.router, at);
		vrrp_router_timeout(twin.router, at);
		vrrp_router_timeout(other.router, vrrp_router_adver_at(other.router));
		box_drain(a.box, at);
		box_drain(twin.box, at);
		box_drain(other.box, at);
		box_forget(a.box);
		box_forget(twin.box);
		box_forget(other.box);
	}
	/* 2.4 s to 3 s, and near both ends in 200 draws */
	assert_in_range(shortest, 2400 * VL_MS, 2420 * VL_MS);
	assert_in_range(longest, 2980 * VL_MS, 3000 * VL_MS);
	assert_true(same < 5);
	alone_free(&a);
	alone_free(&twin);
	alone_free(&other);
}

/* --- the timer of a new Active ------------------------------------------------------------------------- */

static void takeover_slack_puts_the_second_advert_off(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;

	c.takeover_slack = 2 * VL_MS;
	struct alone a = active_of(&c, &at);
	vl_time second = vrrp_router_adver_at(a.router);
	assert_int_equal(second - at, VL_S + 2 * VL_MS);
	vrrp_router_timeout(a.router, second);
	assert_int_equal(vrrp_router_adver_at(a.router) - second, VL_S);
	alone_free(&a);
	c.takeover_slack = VL_S + 1;
	assert_string_equal(vrrp_config_check(&c).reason, "takeover_slack: more than 1 s");
}

/* keepalived: 1 ms for the addresses, five announcements 0.2 ms apart, 2 ms in all. */
static struct vrrp_config busy_of(uint8_t priority)
{
	struct vrrp_config c = config_of(2, priority);

	c.takeover_slack = 2 * VL_MS;
	c.claim_delay = VL_MS;
	c.losing_advert = VRRP_LOSING_ANNOUNCE;
	c.announce = (struct vrrp_announce_config){.count = 5, .gap = 200 * VL_US, .repeat_count = 5,
						   .repeat_after = 5 * VL_S};
	return c;
}

static void run_until(struct alone *a, vl_time until)
{
	for (vl_time next; (next = vrrp_router_deadline(a->router)) <= until;) {
		vrrp_router_timeout(a->router, next);
		box_drain(a->box, next);
	}
}

static void addresses_are_claimed_with_the_first_announcement(void **state)
{
	const struct ip_addr vip = ip4(192, 0, 2, 1);
	struct vrrp_config c = busy_of(100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	run_until(&a, at + VL_MS - 1);
	assert_int_equal(box_count_arp(a.box), 0);
	assert_true(mac_equal(box_arp_answer(a.box, vip, at + VL_MS - 1), MAC_ZERO));
	run_until(&a, at + VL_MS);
	assert_int_equal(box_count_arp(a.box), 1);
	box_forget(a.box);
	assert_true(mac_equal(box_arp_answer(a.box, vip, at + VL_MS), vrrp_router_mac(a.router)));
	box_forget(a.box);
	run_until(&a, at + 1800 * VL_US - 1);
	assert_int_equal(box_count_arp(a.box), 3);
	run_until(&a, at + 5 * VL_S - 1);
	assert_int_equal(box_count_arp(a.box), 4);
	alone_free(&a);

	c.claim_delay = 2 * VL_MS + 1;
	assert_string_equal(vrrp_config_check(&c).reason,
			    "claim_delay: longer than takeover_slack, of which it is a part");
	c.claim_delay = VL_MS;
	c.announce.before_advert = true;
	assert_string_equal(vrrp_config_check(&c).reason,
			    "claim_delay: not with announcements before the advertisement");
}

/* What it hears while it takes over waits: it announces in full, and then yields to whom it heard first. */
static void who_takes_over_yields_when_it_is_done(void **state)
{
	const vl_time heard[] = {0, VL_US, 1500 * VL_US, 2 * VL_MS - 1, 2 * VL_MS, VL_S};

	for (size_t i = 0; i < sizeof heard / sizeof heard[0]; i++) {
		struct vrrp_config c = busy_of(100);
		vl_time at, due = heard[i] < 2 * VL_MS ? 2 * VL_MS : heard[i];
		struct alone a = active_of(&c, &at);

		run_until(&a, at + heard[i]);
		hand(&a, advert(2, 200), at + heard[i]);
		hand(&a, advert(2, 201), at + heard[i]);
		if (heard[i] < due) {
			assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
			run_until(&a, at + due - 1);
			assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
			run_until(&a, at + due);
		}
		assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
		assert_int_equal(box_count_arp(a.box), 5);
		assert_int_equal(vrrp_router_deadline(a.router), at + due + 3609375 * VL_US);
		assert_true(mac_equal(box_arp_answer(a.box, ip4(192, 0, 2, 1), at + due), MAC_ZERO));
		alone_free(&a);
	}
}

/* Crashed or shut down before the addresses are there: nothing is claimed, announced or yielded afterwards. */
static void a_takeover_may_be_cut_short(void **state)
{
	for (int crashed = 0; crashed <= 1; crashed++) {
		struct vrrp_config c = busy_of(100);
		vl_time at;
		struct alone a = active_of(&c, &at);

		hand(&a, advert(2, 200), at + VL_US);
		if (crashed)
			vrrp_router_crash(a.router);
		else
			vrrp_router_shutdown(a.router, at + VL_US);
		assert_int_equal(vrrp_router_deadline(a.router), VL_NEVER);
		assert_int_equal(box_count_arp(a.box), 0);
		assert_int_equal(vrrp_router_state(a.router), VRRP_INITIALIZE);
		alone_free(&a);
	}
}

/* A deaf Backup says its lower priority every second: each time five announcements, and five more 5 s later, however
 * many are due already (measured: 10 a second). */
static void every_losing_advert_gets_its_second_burst(void **state)
{
	struct vrrp_config c = busy_of(100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	run_until(&a, at + 10 * VL_S);
	box_forget(a.box);
	for (unsigned i = 10; i < 30; i++) {
		run_until(&a, at + i * VL_S - 1);
		if (i == 20)
			box_forget(a.box);
		run_until(&a, at + i * VL_S);
		hand(&a, advert(2, 99), at + i * VL_S);
	}
	run_until(&a, at + 30 * VL_S - 1);
	assert_int_equal(box_count_arp(a.box), 10 * (5 + 5));
	box_forget(a.box);
	run_until(&a, at + 40 * VL_S);
	assert_int_equal(box_count_arp(a.box), 5 * 5);
	alone_free(&a);
}

/* Of second bursts that are due at one time one is sent, and of very many the first ones. */
static void second_bursts_have_a_limit(void **state)
{
	struct vrrp_config c = busy_of(100);
	vl_time at;

	c.announce.gap = 0;
	c.announce.count = 1;
	struct alone a = active_of(&c, &at);
	run_until(&a, at + 10 * VL_S);
	box_forget(a.box);
	hand(&a, advert(2, 99), at + 10 * VL_S);
	hand(&a, advert(2, 99), at + 10 * VL_S);
	assert_int_equal(box_count_arp(a.box), 2);
	for (unsigned i = 1; i < 40; i++)
		hand(&a, advert(2, 99), at + 10 * VL_S + i * VL_MS);
	assert_int_equal(box_count_arp(a.box), 41);
	box_forget(a.box);
	run_until(&a, at + 20 * VL_S);
	assert_int_equal(box_count_arp(a.box), 16 * 5);
	alone_free(&a);
}

static void jitter_is_at_most_a_fifth(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.advert_jitter = 200000;
	assert_string_equal(vrrp_config_check(&c).reason, "");
	c.advert_jitter = 200001;
	assert_string_equal(vrrp_config_check(&c).reason, "advert_jitter: more than 20 % of the interval");
}

/* --- membership reports -------------------------------------------------------------------------------- */

static void a_backup_joins_and_leaves_from_its_virtual_mac(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.igmp_from_vmac = true;
	struct alone a = backup_of(&c);
	assert_int_equal(a.box->frame_count, 2);
	vrrp_router_shutdown(a.router, VL_S);
	box_drain(a.box, VL_S);
	assert_int_equal(a.box->frame_count, 4);
	for (size_t i = 0; i < 4; i++) {
		struct packet p = box_packet(a.box, i);
		assert_true(mac_equal(p.ethernet.src, vrrp_router_mac(a.router)));
		assert_true(mac_equal(p.ethernet.dst, (struct mac){{1, 0, 0x5e, 0, 0, 0x16}}));
		assert_int_equal(p.protocol, 2);
		assert_int_equal(p.ttl, 1);
		assert_true(ip_equal(&p.src, &(struct ip_addr){.family = IP_V4, .b = {192, 0, 2, 11}}));
		assert_int_equal(p.ip_payload[8], i < 2 ? 4 : 3);
	}
	alone_free(&a);
}

static void nobody_else_reports(void **state)
{
	struct vrrp_config c = config_of(2, 255);
	vl_time at;

	c.igmp_from_vmac = true;                /* an owner never is a Backup, but leaves all the same */
	struct alone a = alone_with(&c);
	vrrp_router_startup(a.router, 0);
	box_drain(a.box, 0);
	for (size_t i = 0; i < a.box->frame_count; i++)
		assert_int_not_equal(box_packet(a.box, i).protocol, 2);
	alone_free(&a);
	c = config_of(2, 100);
	a = active_of(&c, &at);
	vrrp_router_shutdown(a.router, at + VL_MS);
	box_drain(a.box, at);
	assert_int_equal(a.box->frame_count, 1);        /* the goodbye */
	alone_free(&a);
	vrrp_config_init(&c, 3, IP_V6);
	c.vrid = 10;
	c.address_count = 1;
	c.igmp_from_vmac = true;                /* IPv6 has MLD, which is not modelled */
	assert_true(ip_parse("fe80::10", &c.address[0]));
	a = backup_of(&c);
	assert_int_equal(a.box->frame_count, 0);
	alone_free(&a);
}

/* --- two owners ---------------------------------------------------------------------------------------- */

static struct vrrp_config settling_owner(void)
{
	struct vrrp_config c = config_of(2, 255);

	c.owner_receive = VRRP_OWNER_PROCESS;
	c.owners_settle = true;
	return c;
}

/* 192.0.2.5 is below our 192.0.2.11 and should yield. Its third advertisement shows that it does not. */
static void an_owner_gives_in_to_one_that_does_not_yield(void **state)
{
	struct vrrp_config c = settling_owner();
	vl_time at;
	struct alone a = active_of(&c, &at);
	struct said s = advert(2, 255);
	const struct record *last;

	s.src = "192.0.2.5";
	hand(&a, s, at + VL_S / 2);
	hand(&a, s, at + VL_S);
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_priority(a.router), 255);
	hand(&a, s, at + 2 * VL_S);
	assert_int_equal(vrrp_router_priority(a.router), 254);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	assert_true(box_records(a.box, &VRRP_WARNING_KIND, &last) >= 2);
	assert_string_equal(last->value[VRRP_WARNING_WHAT].word, "the other owner does not yield: priority 254");
	/* with a new priority it is an owner again */
	struct command set = {.verb = COMMAND_SET, .field = "priority", .type = VALUE_NUMBER, .value.number = 255};
	struct vl_status done = order(&a, &set, at + 3 * VL_S);
	assert_true(vl_ok(&done));
	assert_int_equal(vrrp_router_priority(a.router), 255);
	alone_free(&a);
}

static void owners_yield_by_address_and_others_do_not_settle(void **state)
{
	struct vrrp_config c = settling_owner();
	vl_time at;
	struct alone a = active_of(&c, &at);

	/* 192.0.2.99 is above us: we yield to its first one */
	hand(&a, advert(2, 255), at + VL_S);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	assert_int_equal(vrrp_router_priority(a.router), 255);
	alone_free(&a);
	for (int settle = 0; settle < 2; settle++) {
		struct said s = advert(2, settle ? 200 : 255);
		c.owners_settle = settle;
		a = active_of(&c, &at);
		s.src = "192.0.2.5";
		for (unsigned i = 1; i <= 5; i++)
			hand(&a, s, at + i * VL_S);
		assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
		assert_int_equal(vrrp_router_priority(a.router), 255);
		alone_free(&a);
	}
}

/* --- lower_prio_no_advert ------------------------------------------------------------------------------ */

static void silence_to_a_lower_priority_is_set_and_taken_back(void **state)
{
	struct vrrp_config c = config_of(3, 100);       /* RFC 9568: answers */
	vl_time at;

	c.advert_timer_on_receive = VRRP_TIMER_REARM;
	struct alone a = active_of(&c, &at);
	struct vl_status done = set_flag(&a, "lower_prio_no_advert", true, at);
	assert_true(vl_ok(&done));
	box_forget(a.box);
	vl_time before = vrrp_router_adver_at(a.router);
	hand(&a, advert(3, 50), at + VL_S / 2);
	assert_int_equal(box_count(a.box, TRANSPORT_VRRP, NULL), 0);
	assert_int_equal(vrrp_router_adver_at(a.router), before);
	done = set_flag(&a, "lower_prio_no_advert", false, at);
	assert_true(vl_ok(&done));
	hand(&a, advert(3, 50), at + VL_S / 2);
	assert_int_equal(box_count(a.box, TRANSPORT_VRRP, NULL), 1);
	assert_int_equal(vrrp_router_adver_at(a.router), at + VL_S / 2 + VL_S);
	alone_free(&a);
}

/* --- weights ------------------------------------------------------------------------------------------- */

static void weights_add_while_up_and_take_off_while_down(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.track_count = 2;
	c.track[0] = (struct vrrp_track_config){.object = "check", .increment = 30};
	c.track[1] = (struct vrrp_track_config){.object = "gateway", .decrement = 40};
	struct alone a = backup_of(&c);
	assert_int_equal(vrrp_router_priority(a.router), 130);
	(void)tell(&a, "gateway", false);
	assert_int_equal(vrrp_router_priority(a.router), 90);
	(void)tell(&a, "check", false);
	assert_int_equal(vrrp_router_priority(a.router), 60);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);      /* a weight is no fault */
	(void)tell(&a, "gateway", true);
	assert_int_equal(vrrp_router_priority(a.router), 100);
	alone_free(&a);
}

static void weights_never_make_an_owner(void **state)
{
	struct vrrp_config c = config_of(2, 240);

	c.track_count = 1;
	c.track[0] = (struct vrrp_track_config){.object = "check", .increment = 30};
	struct alone a = backup_of(&c);
	assert_int_equal(vrrp_router_priority(a.router), 254);
	alone_free(&a);
}

/* FortiGate's vrdst-priority: not so much less, but no more than that. */
static void a_lost_destination_caps_the_priority(void **state)
{
	struct vrrp_config c = config_of(2, 200);

	c.track_count = 3;
	c.track[0] = (struct vrrp_track_config){.object = "wan1", .at_most = 50};
	c.track[1] = (struct vrrp_track_config){.object = "wan2", .at_most = 30};
	c.track[2] = (struct vrrp_track_config){.object = "lan", .decrement = 160};
	struct alone a = backup_of(&c);
	assert_int_equal(vrrp_router_priority(a.router), 200);
	(void)tell(&a, "wan1", false);
	assert_int_equal(vrrp_router_priority(a.router), 50);
	(void)tell(&a, "wan2", false);
	assert_int_equal(vrrp_router_priority(a.router), 30);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);      /* a cap is no fault */
	(void)tell(&a, "wan2", true);
	(void)tell(&a, "lan", false);
	assert_int_equal(vrrp_router_priority(a.router), 40);           /* already below the cap */
	(void)tell(&a, "wan1", true);
	assert_int_equal(vrrp_router_priority(a.router), 40);
	alone_free(&a);
}

/* --- address lists of the Active ----------------------------------------------------------------------- */

/* An advert of 192.0.2.99 that carries this as the last byte of its one address; or two addresses. */
static struct said listing(uint8_t last, uint8_t count)
{
	struct said s = advert(2, 200);

	s.addresses[3] = last;
	s.m.address_count = count;
	s.addresses[4] = 192;
	s.addresses[6] = 2;
	s.addresses[7] = 77;
	return s;
}

static void the_list_of_the_active_need_not_be_compared_again(void **state)
{
	static const struct {
		bool list, count;
		uint64_t refused[3];    /* of: another list, another count, another list of a stranger */
	} row[] = {
		{false, false, {1, 1, 1}},
		{true, false, {0, 1, 1}},       /* keepalived from 2.3.3 */
		{true, true, {0, 0, 1}},        /* before */
	};

	for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
		struct vrrp_config c = config_of(2, 100);
		c.address_check = VRRP_ADDRESS_DROP;
		c.skip_list_of_active = row[k].list;
		c.skip_count_of_active = row[k].count;
		struct alone a = backup_of(&c);
		hand(&a, listing(1, 1), VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
		hand(&a, listing(5, 1), 2 * VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_ADDRESSES), row[k].refused[0]);
		hand(&a, listing(1, 2), 2 * VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_ADDRESSES),
				 row[k].refused[0] + row[k].refused[1]);
		struct said stranger = listing(5, 1);
		stranger.src = "192.0.2.98";
		hand(&a, stranger, 2 * VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_ADDRESSES),
				 row[k].refused[0] + row[k].refused[1] + row[k].refused[2]);
		alone_free(&a);
	}
}

static void a_static_mac_is_a_stations(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	const struct mac group = {{0x01, 0, 0x5e, 0, 0, 1}}, station = {{0x00, 0x1c, 0x7f, 0, 0, 1}};

	c.reply_mac = VRRP_MAC_STATIC;
	struct vl_status s = vrrp_config_check(&c);
	assert_string_equal(s.reason, "static_mac: it is missing, or no station's address");
	c.static_mac = group;
	s = vrrp_config_check(&c);
	assert_int_equal(s.code, VL_INVALID);
	c.static_mac = station;
	s = vrrp_config_check(&c);
	assert_true(vl_ok(&s));
}

/* --- warnings ------------------------------------------------------------------------------------------ */

static void problems_are_warned_of_by_policy(void **state)
{
	static const size_t warnings[] = {[VRRP_LOG_ONCE] = 1, [VRRP_LOG_EVERY] = 3, [VRRP_LOG_NEVER] = 0};

	for (int log = 0; log < 3; log++) {
		struct vrrp_config c = config_of(2, 100);
		c.log = (enum vrrp_log_policy)log;
		struct alone a = backup_of(&c);
		struct said s = advert(2, 200);
		s.m.interval_s = 2;
		for (unsigned i = 1; i <= 3; i++)
			hand(&a, s, i * VL_S);
		assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, NULL), warnings[log]);
		assert_int_equal(box_records(a.box, &VRRP_DROP_KIND, NULL), 3);         /* whatever is warned of */
		alone_free(&a);
	}
}

/* Behind the named fields, for readers; no digest sees them. */
static void a_warning_holds_what_was_got_and_wanted(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	const struct record *w = NULL;
	char json[RECORD_LINE];

	c.log = VRRP_LOG_EVERY;
	struct alone a = backup_of(&c);
	struct said s = advert(2, 200);
	s.ttl = 254;
	hand(&a, s, VL_S);
	assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, &w), 1);
	assert_true(w->value[VRRP_WARNING_GOT].number == 254 && w->value[VRRP_WARNING_WANT].number == 255);
	record_format_json(json, sizeof json, w);
	assert_null(strstr(json, "254"));
	s = advert(2, 200);
	s.m.interval_s = 3;
	hand(&a, s, VL_S);
	(void)box_records(a.box, &VRRP_WARNING_KIND, &w);
	assert_true(w->value[VRRP_WARNING_GOT].time == 3 * VL_S && w->value[VRRP_WARNING_WANT].time == VL_S);
	hand(&a, listing(5, 1), VL_S);
	(void)box_records(a.box, &VRRP_WARNING_KIND, &w);
	assert_true(ip_equal(&w->value[VRRP_WARNING_GOT].ip, &c.address[0]) && w->value[VRRP_WARNING_WANT].number == 0);
	hand(&a, listing(1, 2), VL_S);
	(void)box_records(a.box, &VRRP_WARNING_KIND, &w);
	assert_true(w->value[VRRP_WARNING_GOT].number == 2 && w->value[VRRP_WARNING_WANT].number == 1);
	hand(&a, advert(3, 200), VL_S);
	(void)box_records(a.box, &VRRP_WARNING_KIND, &w);
	assert_true(w->value[VRRP_WARNING_GOT].number == 3 && w->value[VRRP_WARNING_WANT].number == 2);
	alone_free(&a);
}

/* --- secrets ------------------------------------------------------------------------------------------- */

static void expect_no_secret(const struct box *b, const char *secret)
{
	char line[512];

	for (size_t i = 0; i < b->record_count; i++) {
		record_format_text(line, sizeof line, &b->record[i]);
		assert_null(strstr(line, secret));
	}
}

static void a_password_is_set_and_never_told(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 200);
	char word[] = "newpass";
	const struct record *last;

	c.auth_type = VRRP_AUTH_TEXT;
	c.password = "oldpass";
	struct alone a = backup_of(&c);
	s.m.auth_type = VRRP_AUTH_TEXT;
	memcpy(s.m.auth_data, "newpass", 7);
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_AUTH_DATA), 1);
	struct vl_status done = set_word(&a, "password", word);
	assert_true(vl_ok(&done));
	memset(word, 'x', sizeof word - 1);             /* borrowed for the call only */
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	assert_int_equal(box_records(a.box, &SETTING_WORD_KIND, &last), 1);
	assert_string_equal(last->value[1].word, "(secret)");
	assert_string_equal(last->value[2].word, "(secret)");
	expect_no_secret(a.box, "pass\n");
	expect_no_secret(a.box, "newpass");
	expect_no_secret(a.box, "oldpass");
	alone_free(&a);
}

static void another_authentication_is_set_with_its_key(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);
	const struct record *last;

	struct vl_status done = set_word(&a, "auth", "ah secret");
	assert_true(vl_ok(&done));
	assert_int_equal(vrrp_router_config(a.router)->auth_type, VRRP_AUTH_AH);
	assert_string_equal(vrrp_router_config(a.router)->password, "secret");
	done = set_word(&a, "auth", "hmac " HMAC_KEY);
	assert_true(vl_ok(&done));
	assert_true(vrrp_router_config(a.router)->auth_hmac);
	assert_int_equal(vrrp_router_config(a.router)->auth_type, VRRP_AUTH_NONE);
	(void)box_records(a.box, &SETTING_WORD_KIND, &last);
	assert_string_equal(last->value[1].word, "ah");
	assert_string_equal(last->value[2].word, "hmac");
	expect_no_secret(a.box, HMAC_KEY);
	done = set_word(&a, "auth", "none");
	assert_true(vl_ok(&done));
	hand(&a, advert(2, 200), VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	alone_free(&a);
}

static void impossible_secrets_are_refused_without_telling_them(void **state)
{
	static const struct {
		const char *field, *word, *reason;
	} row[] = {
		{"password", "secret", "password: there is no authentication"},
		{"password", "", "password: 0 bytes is not in 1-64"},
		{"auth", "sha1 secret", "auth: it is none, or text, md5, ah or hmac, a space and the key"},
		{"auth", "text", "authentication: a password is missing"},
		{"auth", "hmac secret", "authentication: the key of auth_hmac has 6 bytes, not 32-64"},
		{"auth", "no", "auth: 2 bytes is not in 4-69"},
		{"auth", "ah 0123456789012345678901234567890123456789012345678901234567890123xx",
		 "auth: the key is longer than 64 bytes"},
		{"auth", NULL, "auth: expected a text"},
	};
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	box_forget(a.box);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_string_equal(set_word(&a, row[i].field, row[i].word).reason, row[i].reason);
	assert_int_equal(a.box->record_count, 0);
	assert_int_equal(vrrp_router_config(a.router)->auth_type, VRRP_AUTH_NONE);
	alone_free(&a);
}

static void accept_is_for_either_version(void **state)
{
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_config c = config_of(version, 100);
		vl_time at;
		c.accept_always = true;         /* keepalived */
		struct alone a = active_of(&c, &at);
		assert_true(box_takes_ping(a.box, c.address[0], vrrp_router_mac(a.router), at));
		(void)set_flag(&a, "accept", false, at);
		assert_false(box_takes_ping(a.box, c.address[0], vrrp_router_mac(a.router), at));
		(void)set_flag(&a, "accept", true, at);
		assert_true(box_takes_ping(a.box, c.address[0], vrrp_router_mac(a.router), at));
		alone_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adverts_go_to_each_peer),
		cmocka_unit_test(a_peer_may_be_behind_a_router),
		cmocka_unit_test(who_is_no_peer_is_another_router),
		cmocka_unit_test(unicast_and_multicast_do_not_mix),
		cmocka_unit_test(impossible_peers_are_refused),
		cmocka_unit_test(ah_to_a_peer_leaves_the_ttl_out),
		cmocka_unit_test(adverts_leave_early_by_the_seed),
		cmocka_unit_test(takeover_slack_puts_the_second_advert_off),
		cmocka_unit_test(addresses_are_claimed_with_the_first_announcement),
		cmocka_unit_test(who_takes_over_yields_when_it_is_done),
		cmocka_unit_test(a_takeover_may_be_cut_short),
		cmocka_unit_test(every_losing_advert_gets_its_second_burst),
		cmocka_unit_test(second_bursts_have_a_limit),
		cmocka_unit_test(jitter_is_at_most_a_fifth),
		cmocka_unit_test(a_backup_joins_and_leaves_from_its_virtual_mac),
		cmocka_unit_test(nobody_else_reports),
		cmocka_unit_test(an_owner_gives_in_to_one_that_does_not_yield),
		cmocka_unit_test(owners_yield_by_address_and_others_do_not_settle),
		cmocka_unit_test(silence_to_a_lower_priority_is_set_and_taken_back),
		cmocka_unit_test(weights_add_while_up_and_take_off_while_down),
		cmocka_unit_test(weights_never_make_an_owner),
		cmocka_unit_test(a_lost_destination_caps_the_priority),
		cmocka_unit_test(the_list_of_the_active_need_not_be_compared_again),
		cmocka_unit_test(a_static_mac_is_a_stations),
		cmocka_unit_test(problems_are_warned_of_by_policy),
		cmocka_unit_test(a_warning_holds_what_was_got_and_wanted),
		cmocka_unit_test(a_password_is_set_and_never_told),
		cmocka_unit_test(another_authentication_is_set_with_its_key),
		cmocka_unit_test(impossible_secrets_are_refused_without_telling_them),
		cmocka_unit_test(accept_is_for_either_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

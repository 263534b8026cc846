// SPDX-License-Identifier: BSD-2-Clause
/* The rows of the RFC's state table (RFC 9568 6.4, RFC 3768 6.4), one router alone with hand-made packets. */
#include "tests/vrrp/vrrp_box.h"

/* The last state change: from, to, why. */
static void expect_change(const struct box *b, const char *from, const char *to, const char *why)
{
	const struct record *r = NULL;

	assert_true(box_records(b, &VRRP_STATE_KIND, &r) > 0);
	assert_string_equal(record_word(r, "from"), from);
	assert_string_equal(record_word(r, "to"), to);
	assert_string_equal(record_word(r, "why"), why);
}

/* --- Initialize ---------------------------------------------------------------------------------------- */

static void startup_goes_to_backup_and_waits(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	expect_change(a.box, "initialize", "backup", "startup");
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(3609375000));
	assert_int_equal(vrrp_router_adver_at(a.router), VL_NEVER);
	assert_int_equal(a.box->frame_count, 0);
	assert_string_equal(a.box->record[0].part, "vrrp 10 ipv4");
	assert_int_equal(a.box->record[0].value[VRRP_STATE_VRID].number, 10);
	assert_string_equal(a.box->record[0].value[VRRP_STATE_INTERFACE].word, "eth0");
	alone_free(&a);
}

static void startup_as_owner_is_active_at_once(void **state)
{
	struct vrrp_config c = config_of(3, 255);
	struct alone a = alone_with(&c);

	vrrp_router_startup(a.router, 5 * VL_S);
	box_drain(a.box, 5 * VL_S);
	expect_change(a.box, "initialize", "active", "startup as owner");
	assert_int_equal(a.box->frame_count, 2);
	struct packet p = box_packet(a.box, 0);
	assert_int_equal(p.transport, TRANSPORT_VRRP);
	assert_int_equal(p.vrrp.priority, 255);
	p = box_packet(a.box, 1);
	assert_int_equal(p.network, NETWORK_ARP);
	assert_int_equal(vrrp_router_adver_at(a.router), 6 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), VL_NEVER);
	alone_free(&a);
}

/* FRR: 255 is a priority like any other at the start. 3 + 1/256 s */
static void an_owner_may_wait_like_everybody(void **state)
{
	struct vrrp_config c = config_of(3, 255);

	c.owner_waits = true;
	struct alone a = backup_of(&c);
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(3003906250));
	alone_free(&a);
}

static void startup_wait_replaces_the_first_down_interval(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.startup_wait = VL_S;
	struct alone a = backup_of(&c);
	assert_int_equal(vrrp_router_active_down_at(a.router), VL_S);
	hand(&a, advert(2, 100), 500 * VL_MS);
	assert_int_equal(vrrp_router_active_down_at(a.router), 500 * VL_MS + UINT64_C(3609375000));
	alone_free(&a);
}

/* --- Backup -------------------------------------------------------------------------------------------- */

static void silence_makes_a_backup_active(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	vrrp_router_timeout(a.router, UINT64_C(3609374999));
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	vrrp_router_timeout(a.router, UINT64_C(3609375000));
	box_drain(a.box, UINT64_C(3609375000));
	expect_change(a.box, "backup", "active", "active_down timer");
	assert_int_equal(box_count(a.box, TRANSPORT_VRRP, NULL), 1);
	assert_int_equal(box_count_arp(a.box), 1);
	assert_int_equal(vrrp_router_adver_at(a.router), UINT64_C(4609375000));
	alone_free(&a);
}

static void shutdown_of_a_backup_is_silent(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	vrrp_router_shutdown(a.router, VL_S);
	box_drain(a.box, VL_S);
	expect_change(a.box, "backup", "initialize", "shutdown");
	assert_int_equal(a.box->frame_count, 0);
	assert_int_equal(vrrp_router_deadline(a.router), VL_NEVER);
	alone_free(&a);
}

static void priority_zero_shortens_takeover(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	hand(&a, advert(2, 0), VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), VL_S + 609375000);
	vrrp_router_timeout(a.router, VL_S + 609375000);
	box_drain(a.box, VL_S + 609375000);
	expect_change(a.box, "backup", "active", "priority 0 received");
	alone_free(&a);
}

/* After a resignation another Active is heard: what follows is an ordinary time-out. */
static void an_advert_after_priority_zero_restores_the_wait(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	hand(&a, advert(2, 0), VL_S);
	hand(&a, advert(2, 150), VL_S + 100 * VL_MS);
	assert_int_equal(vrrp_router_active_down_at(a.router), 4 * VL_S + 709375000);
	vrrp_router_timeout(a.router, 4 * VL_S + 709375000);
	box_drain(a.box, 4 * VL_S + 709375000);
	expect_change(a.box, "backup", "active", "active_down timer");
	alone_free(&a);
}

static void equal_and_higher_priority_are_followed(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	hand(&a, advert(2, 100), VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(4609375000));
	hand(&a, advert(2, 254), 2 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(5609375000));
	alone_free(&a);
}

static void lower_priority_lets_the_timer_run(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = backup_of(&c);

	hand(&a, advert(2, 99), 3 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(3609375000));
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_NONE), 1);
	alone_free(&a);
}

static void without_preemption_lower_priority_is_followed(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.preempt = false;
	struct alone a = backup_of(&c);
	hand(&a, advert(2, 1), VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(4609375000));
	alone_free(&a);
}

/* Version 3: the Active sends every 10 cs; down = 30 cs + 156/256 * 10 cs = 36.09375 cs. */
static void version_3_learns_the_interval_of_the_active(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct alone a = backup_of(&c);
	struct said s = advert(3, 200);
	const struct record *r = NULL;

	s.m.interval_cs = 10;
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_active_adver_interval(a.router), 100 * VL_MS);
	assert_int_equal(vrrp_router_active_down_at(a.router), VL_S + 360937500);
	assert_int_equal(box_records(a.box, &VRRP_LEARNED_KIND, &r), 1);
	assert_int_equal(r->value[VRRP_LEARNED_OLD].time, VL_S);
	assert_int_equal(r->value[VRRP_LEARNED_NEW].time, 100 * VL_MS);
	/* priority 0: Skew_Time of what was learned, 156/256 * 10 cs */
	s.m.priority = 0;
	hand(&a, s, 2 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), 2 * VL_S + 60937500);
	/* as Active it keeps to its own interval */
	vrrp_router_timeout(a.router, 2 * VL_S + 60937500);
	box_drain(a.box, 2 * VL_S + 60937500);
	assert_int_equal(vrrp_router_adver_at(a.router), 3 * VL_S + 60937500);
	alone_free(&a);
}

static void a_discarded_advert_teaches_nothing(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct alone a = backup_of(&c);
	struct said s = advert(3, 99);

	s.m.interval_cs = 10;
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_active_adver_interval(a.router), VL_S);
	alone_free(&a);
}

/* --- Active -------------------------------------------------------------------------------------------- */

static void an_active_advertises_every_interval(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(vrrp_router_deadline(a.router), at + i * VL_S);
		vrrp_router_timeout(a.router, at + i * VL_S - 1);
		vrrp_router_timeout(a.router, at + i * VL_S);
		box_drain(a.box, at + i * VL_S);
		assert_int_equal(a.box->frame_count, i);
	}
	alone_free(&a);
}

static void shutdown_of_an_active_says_priority_zero(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	vrrp_router_shutdown(a.router, at + VL_MS);
	box_drain(a.box, at + VL_MS);
	expect_change(a.box, "active", "initialize", "shutdown");
	assert_int_equal(a.box->frame_count, 1);
	struct packet p = box_packet(a.box, 0);
	assert_int_equal(p.vrrp.priority, 0);
	assert_true(mac_equal(p.ethernet.src, vrrp_virtual_mac(IP_V4, 10)));
	assert_int_equal(vrrp_router_deadline(a.router), VL_NEVER);
	alone_free(&a);
}

static void an_active_answers_priority_zero_at_once(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	hand(&a, advert(2, 0), at + 400 * VL_MS);
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	assert_int_equal(a.box->frame_count, 1);
	assert_int_equal(vrrp_router_adver_at(a.router), at + 1400 * VL_MS);
	alone_free(&a);
}

static void higher_priority_makes_an_active_backup(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);
	struct said s = advert(3, 101);

	s.m.interval_cs = 200;
	hand(&a, s, at + VL_MS);
	expect_change(a.box, "active", "backup", "higher priority advert");
	assert_int_equal(a.box->frame_count, 0);
	assert_int_equal(vrrp_router_adver_at(a.router), VL_NEVER);
	/* learned: 6 s + 156/256 * 2 s */
	assert_int_equal(vrrp_router_active_down_at(a.router), at + VL_MS + UINT64_C(7218750000));
	alone_free(&a);
}

static void equal_priority_is_decided_by_the_address(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);    /* 192.0.2.11 */
	struct said s = advert(2, 100);
	const struct record *r = NULL;

	s.src = "192.0.2.10";
	hand(&a, s, at + VL_MS);
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	s.src = "192.0.2.12";
	hand(&a, s, at + VL_MS);
	expect_change(a.box, "active", "backup", "equal priority, higher address");
	box_records(a.box, &VRRP_STATE_KIND, &r);
	struct ip_addr sender = ip4(192, 0, 2, 12);
	assert_true(ip_equal(&r->value[VRRP_STATE_SENDER].ip, &sender));
	alone_free(&a);
}

/* RFC 3768 and 5798 discard; RFC 9568 answers at once; some announce again as well. */
static void a_losing_advert_is_answered_by_policy(void **state)
{
	static const struct {
		enum vrrp_losing_advert policy;
		size_t adverts, arps;
		vl_time next;
	} row[] = {
		{VRRP_LOSING_SILENT, 0, 0, VL_S},
		{VRRP_LOSING_ADVERTISE, 1, 0, VL_S + 300 * VL_MS},
		{VRRP_LOSING_ANNOUNCE, 1, 1, VL_S + 300 * VL_MS},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct vrrp_config c = config_of(3, 100);
		vl_time at;
		c.losing_advert = row[i].policy;
		struct alone a = active_of(&c, &at);
		hand(&a, advert(3, 99), at + 300 * VL_MS);
		assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
		assert_int_equal(box_count(a.box, TRANSPORT_VRRP, NULL), row[i].adverts);
		assert_int_equal(box_count_arp(a.box), row[i].arps);
		assert_int_equal(vrrp_router_adver_at(a.router), at + row[i].next);
		alone_free(&a);
	}
}

/* keepalived: the whole of a new Active's announcements, and a line each time; its second burst is not put off for ever */
static void a_losing_advert_that_is_announced_is_announced_in_full(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	const struct record *r;
	vl_time at;

	c.losing_advert = VRRP_LOSING_ANNOUNCE;
	c.log = VRRP_LOG_ONCE;
	c.announce.count = 3;
	c.announce.repeat_count = 2;
	c.announce.repeat_after = 2500 * VL_MS;
	struct alone a = active_of(&c, &at);
	for (unsigned i = 10; i < 14; i++) {
		while (vrrp_router_deadline(a.router) < at + i * VL_S)
			vrrp_router_timeout(a.router, vrrp_router_deadline(a.router));
		box_drain(a.box, at + i * VL_S);
		if (i == 10)
			box_forget(a.box); /* its own takeover is long over */
		hand(&a, advert(2, 99), at + i * VL_S);
	}
	assert_int_equal(box_count_arp(a.box), 4 * 3 + 2);
	assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, &r), 4);
	assert_string_equal(r->value[VRRP_WARNING_WHAT].word, vrrp_note_text(VRRP_NOTE_LOWER));
	assert_int_equal(r->value[VRRP_WARNING_GOT].number, 99);
	assert_int_equal(r->value[VRRP_WARNING_WANT].number, 100);
	alone_free(&a);
}

/* keepalived (vrrp.md 2.1.4): not only refused packets; with lower_prio_no_advert (silent, keep) not at all */
static void keepalived_rearms_after_a_losing_advert_too(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;

	c.losing_advert = VRRP_LOSING_SILENT;
	c.advert_timer_on_receive = VRRP_TIMER_REARM;
	struct alone a = active_of(&c, &at);
	hand(&a, advert(2, 99), at + 300 * VL_MS);
	assert_int_equal(vrrp_router_adver_at(a.router), at + VL_S + 300 * VL_MS);
	alone_free(&a);
}

/* Two owners that process each other's adverts: the lower address yields, both are told. */
static void two_owners_are_warned_of(void **state)
{
	struct vrrp_config c = config_of(3, 255);
	const struct record *w = NULL;
	vl_time at;
	struct alone a = active_of(&c, &at);

	hand(&a, advert(3, 255), at + VL_MS);
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, &w), 1);
	assert_string_equal(record_word(w, "what"), "both routers say to be the address owner");
	alone_free(&a);
}

/* By the letter of RFC 9568 two boxes with one address would answer each other for ever. */
static void an_advert_from_our_own_address_is_not_answered(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	const struct record *w = NULL;
	vl_time at;
	struct alone a = active_of(&c, &at);
	struct said s = advert(3, 100);

	s.src = "192.0.2.11";
	hand(&a, s, at + VL_MS);
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	assert_int_equal(a.box->frame_count, 0);
	assert_int_equal(box_records(a.box, &VRRP_WARNING_KIND, &w), 1);
	assert_string_equal(record_word(w, "what"), "sender has our address");
	alone_free(&a);
}

/* --- preempt delay ------------------------------------------------------------------------------------- */

/* Delay 5 s from startup; the lower Active sends every second from 0.5 s. It is followed up to 4.5 s; the
 * advert at 5.5 s is discarded, so the timer of 4.5 + 3.609375 s runs out. */
static void preempt_delay_counts_from_startup(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.preempt_delay = 5 * VL_S;
	struct alone a = backup_of(&c);
	for (vl_time t = 500 * VL_MS; t < 8 * VL_S; t += VL_S)
		hand(&a, advert(2, 50), t);
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(8109375000));
	alone_free(&a);
}

/* Version 3: who is followed for the time being is also learned from. */
static void an_active_that_is_followed_for_now_is_learned_from(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct said s = advert(3, 50);

	c.preempt_delay = 5 * VL_S;
	struct alone a = backup_of(&c);
	s.m.interval_cs = 10;
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), VL_S + 360937500);
	alone_free(&a);
}

/* A better one in between ends the counting; the next lower one starts it anew. */
static void preempt_delay_starts_anew_with_the_next_lower_active(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.preempt_delay = 5 * VL_S;
	struct alone a = backup_of(&c);
	hand(&a, advert(2, 200), 4 * VL_S);
	hand(&a, advert(2, 50), 6 * VL_S);      /* counting until 11 s */
	hand(&a, advert(2, 50), 8 * VL_S);
	hand(&a, advert(2, 50), 11 * VL_S);     /* over: discarded */
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(11609375000));
	alone_free(&a);
}

static void preempt_delay_does_not_delay_a_takeover(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.preempt_delay = 60 * VL_S;
	struct alone a = backup_of(&c);
	vrrp_router_timeout(a.router, UINT64_C(3609375000));
	box_drain(a.box, 0);
	assert_int_equal(vrrp_router_state(a.router), VRRP_ACTIVE);
	alone_free(&a);
}

/* --- interface ----------------------------------------------------------------------------------------- */

static void interface_down_is_initialize_until_it_is_up(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	stack_link(a.box->stack, 0, false, at + VL_MS);
	vrrp_router_interface_changed(a.router, at + VL_MS);
	box_drain(a.box, at + VL_MS);
	expect_change(a.box, "active", "initialize", "interface down");
	assert_int_equal(a.box->frame_count, 0);
	assert_int_equal(vrrp_router_sent(a.router), 1);
	assert_int_equal(vrrp_router_deadline(a.router), VL_NEVER);
	stack_link(a.box->stack, 0, true, at + VL_S);
	vrrp_router_interface_changed(a.router, at + VL_S);
	box_drain(a.box, at + VL_S);
	expect_change(a.box, "initialize", "backup", "interface up");
	assert_int_equal(vrrp_router_active_down_at(a.router), at + VL_S + UINT64_C(3609375000));
	alone_free(&a);
}

/* 6.4.1: Active_Adver_Interval is the own one again. */
static void a_new_start_forgets_what_was_learned(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct alone a = backup_of(&c);
	struct said s = advert(3, 200);

	s.m.interval_cs = 10;
	hand(&a, s, VL_S);
	vrrp_router_shutdown(a.router, 2 * VL_S);
	vrrp_router_startup(a.router, 3 * VL_S);
	box_drain(a.box, 3 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(6609375000));
	alone_free(&a);
}

static void startup_waits_for_the_interface(void **state)
{
	struct vrrp_config c = config_of(2, 255);
	struct alone a = alone_with(&c);

	stack_link(a.box->stack, 0, false, 0);
	vrrp_router_startup(a.router, 0);
	box_drain(a.box, 0);
	assert_int_equal(vrrp_router_state(a.router), VRRP_INITIALIZE);
	assert_int_equal(a.box->record_count, 0);
	stack_link(a.box->stack, 0, true, VL_S);
	vrrp_router_interface_changed(a.router, VL_S);
	box_drain(a.box, VL_S);
	expect_change(a.box, "initialize", "active", "interface up");
	alone_free(&a);
}

static void without_an_address_to_send_from_nothing_starts(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct box *b = box_new(11, "2001:db8::11/64", NULL);
	struct vrrp_router *r = router_in(b, &c);
	const struct record *w = NULL;

	vrrp_router_startup(r, 0);
	box_drain(b, 0);
	assert_int_equal(vrrp_router_state(r), VRRP_INITIALIZE);
	assert_int_equal(box_records(b, &VRRP_WARNING_KIND, &w), 1);
	assert_string_equal(record_word(w, "what"), "no address to send from");
	vrrp_router_free(r);
	box_free(b);
}

static void a_crash_is_silent_and_a_restart_begins_anew(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	vl_time at;
	struct alone a = active_of(&c, &at);

	vrrp_router_crash(a.router);
	stack_reset(a.box->stack);
	box_drain(a.box, at);
	assert_int_equal(a.box->record_count + a.box->frame_count, 0);
	assert_int_equal(vrrp_router_deadline(a.router), VL_NEVER);
	vrrp_router_startup(a.router, 60 * VL_S);
	box_drain(a.box, 60 * VL_S);
	expect_change(a.box, "initialize", "backup", "startup");
	assert_int_equal(vrrp_router_active_down_at(a.router), UINT64_C(63609375000));
	alone_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(startup_goes_to_backup_and_waits),
		cmocka_unit_test(startup_as_owner_is_active_at_once),
		cmocka_unit_test(an_owner_may_wait_like_everybody),
		cmocka_unit_test(startup_wait_replaces_the_first_down_interval),
		cmocka_unit_test(silence_makes_a_backup_active),
		cmocka_unit_test(shutdown_of_a_backup_is_silent),
		cmocka_unit_test(priority_zero_shortens_takeover),
		cmocka_unit_test(an_advert_after_priority_zero_restores_the_wait),
		cmocka_unit_test(equal_and_higher_priority_are_followed),
		cmocka_unit_test(lower_priority_lets_the_timer_run),
		cmocka_unit_test(without_preemption_lower_priority_is_followed),
		cmocka_unit_test(version_3_learns_the_interval_of_the_active),
		cmocka_unit_test(a_discarded_advert_teaches_nothing),
		cmocka_unit_test(an_active_advertises_every_interval),
		cmocka_unit_test(shutdown_of_an_active_says_priority_zero),
		cmocka_unit_test(an_active_answers_priority_zero_at_once),
		cmocka_unit_test(higher_priority_makes_an_active_backup),
		cmocka_unit_test(equal_priority_is_decided_by_the_address),
		cmocka_unit_test(a_losing_advert_is_answered_by_policy),
		cmocka_unit_test(a_losing_advert_that_is_announced_is_announced_in_full),
		cmocka_unit_test(keepalived_rearms_after_a_losing_advert_too),
		cmocka_unit_test(two_owners_are_warned_of),
		cmocka_unit_test(an_advert_from_our_own_address_is_not_answered),
		cmocka_unit_test(preempt_delay_counts_from_startup),
		cmocka_unit_test(an_active_that_is_followed_for_now_is_learned_from),
		cmocka_unit_test(preempt_delay_starts_anew_with_the_next_lower_active),
		cmocka_unit_test(preempt_delay_does_not_delay_a_takeover),
		cmocka_unit_test(interface_down_is_initialize_until_it_is_up),
		cmocka_unit_test(a_new_start_forgets_what_was_learned),
		cmocka_unit_test(startup_waits_for_the_interface),
		cmocka_unit_test(without_an_address_to_send_from_nothing_starts),
		cmocka_unit_test(a_crash_is_silent_and_a_restart_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

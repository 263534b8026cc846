// SPDX-License-Identifier: BSD-2-Clause
/* The profiles against the facts they were made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/suggest.h"
#include "sim/vendors/vendor.h"
#include "tests/node/lab.h"

static struct vrrp_config profile(const char *kind, uint8_t version, enum ip_family family)
{
	struct vrrp_config c;
	const struct vendor *v = vendor_find(kind);

	assert_non_null(v);
	struct vl_status s = vendor_vrrp_defaults(v, version, family, &c);
	assert_string_equal(s.reason, "");
	return c;
}

static void all_are_found_by_name_and_none_twice(void **state)
{
	const char *const kinds[] = {"rfc",	     "keepalived-2.2", "keepalived-2.4", "frr",	      "uvrrpd",
				     "cisco-ios",    "cisco-ios-xe",   "nx-os",		 "junos",     "fortigate",
				     "checkpoint-gaia", "huawei",      "h3c",		 "ucarp",     "pfsense"};
	size_t n = 0;

	for (; vendor_at(n) != NULL; n++) {
		assert_ptr_equal(vendor_find(vendor_at(n)->kind), vendor_at(n));
		assert_non_null(vendor_at(n)->title);
		assert_non_null(vendor_at(n)->sources);
	}
	assert_int_equal(n, sizeof kinds / sizeof kinds[0]);
	for (size_t i = 0; i < n; i++)
		assert_non_null(vendor_find(kinds[i]));
	assert_null(vendor_find("keepalived"));
	struct suggestion near;
	suggest_begin(&near, "cisco_ios");
	for (size_t i = 0; vendor_at(i) != NULL; i++)
		suggest_word(&near, vendor_at(i)->kind);
	assert_string_equal(near.best, "cisco-ios");
}

static void default_version_is_the_vendors_own(void **state)
{
	assert_int_equal(profile("rfc", 0, IP_V4).version, 3);
	assert_int_equal(profile("frr", 0, IP_V4).version, 3);
	assert_int_equal(profile("keepalived-2.2", 0, IP_V4).version, 2);
	assert_int_equal(profile("keepalived-2.4", 0, IP_V6).version, 3);
	assert_int_equal(profile("cisco-ios", 0, IP_V4).version, 2);
}

static void identity_is_left_to_the_user(void **state)
{
	for (size_t i = 0; vendor_at(i) != NULL; i++) {
		if (vendor_at(i)->version == 0)
			continue;
		struct vrrp_config c = profile(vendor_at(i)->kind, 0, IP_V4);
		assert_int_equal(c.vrid, 0);
		assert_int_equal(c.address_count, 0);
		assert_int_equal(c.priority, 100);
		assert_int_equal(c.interval, VL_S);
		assert_true(c.preempt);
		c.vrid = 1;
		c.address_count = 1;
		c.address[0] = ip4(192, 0, 2, 1);
		struct vl_status s = vrrp_config_check(&c);
		assert_string_equal(s.reason, "");
	}
}

static void rfc_profile_is_what_vrrp_config_init_says(void **state)
{
	const struct {
		uint8_t version;
		enum ip_family family;
	} all[] = {{2, IP_V4}, {3, IP_V4}, {3, IP_V6}};

	for (size_t i = 0; i < 3; i++) {
		struct vrrp_config a = profile("rfc", all[i].version, all[i].family), b;
		vrrp_config_init(&b, all[i].version, all[i].family);
		assert_int_equal(a.check_order, b.check_order);
		assert_int_equal(a.address_check, b.address_check);
		assert_int_equal(a.owner_receive, b.owner_receive);
		assert_int_equal(a.interval_check, b.interval_check);
		assert_int_equal(a.length_check, b.length_check);
		assert_int_equal(a.losing_advert, b.losing_advert);
		assert_int_equal(a.advert_timer_on_receive, b.advert_timer_on_receive);
		assert_int_equal(a.down_timer_on_refused, b.down_timer_on_refused);
		assert_int_equal(a.checksum_send, b.checksum_send);
		assert_int_equal(a.checksum_receive, b.checksum_receive);
		assert_int_equal(a.check_first_address, b.check_first_address);
		assert_int_equal(a.advert_mac, b.advert_mac);
		assert_int_equal(a.announce_mac, b.announce_mac);
		assert_int_equal(a.reply_mac, b.reply_mac);
		assert_int_equal(a.announce.operation, b.announce.operation);
		assert_int_equal(a.announce.target, b.announce.target);
		assert_int_equal(a.announce.count, b.announce.count);
		assert_int_equal(a.announce.repeat_count, b.announce.repeat_count);
		assert_int_equal(a.announce.na_router, b.announce.na_router);
		assert_int_equal(a.ip.tos, b.ip.tos);
		assert_int_equal(a.ip.dont_fragment, b.ip.dont_fragment);
		assert_int_equal(a.ip.id_counts, b.ip.id_counts);
		assert_int_equal(a.accept_always, b.accept_always);
		assert_int_equal(a.owner_waits, b.owner_waits);
		assert_int_equal(a.startup_wait, b.startup_wait);
		assert_int_equal(a.preempt, b.preempt);
		assert_int_equal(a.log, b.log);
	}
}

static void rfc_versions_differ_in_four_checks(void **state)
{
	struct vrrp_config v2 = profile("rfc", 2, IP_V4), v3 = profile("rfc", 3, IP_V4);

	assert_int_equal(v2.address_check, VRRP_ADDRESS_DROP_UNLESS_OWNER);
	assert_int_equal(v3.address_check, VRRP_ADDRESS_LOG);
	assert_int_equal(v2.owner_receive, VRRP_OWNER_DISCARD);
	assert_int_equal(v3.owner_receive, VRRP_OWNER_PROCESS);
	assert_int_equal(v2.interval_check, VRRP_INTERVAL_DROP);
	assert_int_equal(v3.interval_check, VRRP_INTERVAL_LOG);
	assert_int_equal(v2.losing_advert, VRRP_LOSING_SILENT);
	assert_int_equal(v3.losing_advert, VRRP_LOSING_ADVERTISE);
}

static void keepaliveds_differ_in_address_check_log_and_two_owners(void **state)
{
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_config old = profile("keepalived-2.2", version, IP_V4);
		struct vrrp_config new = profile("keepalived-2.4", version, IP_V4);
		assert_int_equal(old.address_check, VRRP_ADDRESS_DROP);
		assert_int_equal(new.address_check, VRRP_ADDRESS_LOG);
		assert_false(old.owners_settle);
		assert_true(new.owners_settle);
		assert_int_equal(old.log, VRRP_LOG_EVERY);
		assert_int_equal(new.log, VRRP_LOG_ONCE);
		assert_int_equal(old.advert_timer_on_receive, VRRP_TIMER_REARM);
		assert_int_equal(new.advert_timer_on_receive, VRRP_TIMER_REARM);
		assert_int_equal(old.down_timer_on_refused, VRRP_TIMER_KEEP);
		assert_int_equal(old.check_order, VRRP_ORDER_KEEPALIVED);
		assert_int_equal(old.interval_check, version == 2 ? VRRP_INTERVAL_DROP : VRRP_INTERVAL_LOG);
	}
}

static void keepalived_on_the_wire(void **state)
{
	struct vrrp_config c = profile("keepalived-2.2", 2, IP_V4);

	assert_int_equal(c.advert_mac, VRRP_MAC_PHYSICAL);
	assert_int_equal(c.announce_mac, VRRP_MAC_PHYSICAL);
	assert_int_equal(c.reply_mac, VRRP_MAC_PHYSICAL);
	assert_int_equal(c.announce.operation, ARP_REQUEST);
	assert_int_equal(c.announce.target, VRRP_GARP_TARGET_BROADCAST);
	assert_int_equal(c.announce.count, 5);
	assert_int_equal(c.announce.gap, 200 * VL_US);
	assert_int_equal(c.announce.repeat_count, 5);
	assert_int_equal(c.announce.repeat_after, 5 * VL_S);
	assert_int_equal(c.ip.tos, 0xc0);
	assert_false(c.ip.dont_fragment);
	assert_true(c.ip.id_counts);
	assert_true(c.accept_always);
	assert_int_equal(profile("keepalived-2.2", 3, IP_V4).checksum_send, VRRP_CHECKSUM_PSEUDO);
	assert_int_equal(profile("keepalived-2.2", 3, IP_V4).checksum_receive, VRRP_CHECKSUM_ACCEPT_PSEUDO);
}

static void keepalived_options_do_what_they_say(void **state)
{
	const struct vendor *v = vendor_find("keepalived-2.4");
	struct vrrp_config c = profile("keepalived-2.4", 2, IP_V4);
	struct vl_status s = vendor_vrrp_option(v, "use_vmac", &c);

	assert_true(vl_ok(&s));
	assert_true(c.advert_mac == VRRP_MAC_VIRTUAL && c.announce_mac == VRRP_MAC_VIRTUAL &&
		    c.reply_mac == VRRP_MAC_VIRTUAL);
	s = vendor_vrrp_option(v, "vmac_xmit_base", &c);
	assert_true(c.advert_mac == VRRP_MAC_PHYSICAL && c.reply_mac == VRRP_MAC_VIRTUAL);
	s = vendor_vrrp_option(v, "lower_prio_no_advert", &c);
	assert_true(c.lower_prio_no_advert);
	s = vendor_vrrp_option(v, "v3_checksum_as_v2", &c);
	assert_int_equal(c.checksum_send, VRRP_CHECKSUM_MESSAGE);
	assert_int_equal(c.checksum_receive, VRRP_CHECKSUM_UNCHECKED);
	c.interval = 2 * VL_S;
	s = vendor_vrrp_option(v, "state_master", &c);
	assert_int_equal(c.startup_wait, 2 * VL_S);
	s = vendor_vrrp_option(v, "igmp_from_vmac", &c);
	assert_true(c.igmp_from_vmac);
	s = vendor_vrrp_option(v, "owner_ignore_adverts", &c);
	assert_int_equal(c.owner_receive, VRRP_OWNER_DISCARD);
	struct vrrp_config ios = profile("cisco-ios", 3, IP_V4);
	s = vendor_vrrp_option(vendor_find("cisco-ios"), "early-adverts", &ios);
	assert_int_equal(ios.advert_jitter, 200000);
	s = vendor_vrrp_option(vendor_find("keepalived-2.2"), "owner_ignore_adverts", &c);
	assert_int_equal(s.code, VL_UNKNOWN);
	s = vendor_vrrp_option(v, "use_vmc", &c);
	assert_int_equal(s.code, VL_UNKNOWN);
	assert_string_equal(s.reason, "keepalived-2.4 has no option `use_vmc'; did you mean `use_vmac'?");
	s = vendor_vrrp_option(vendor_find("rfc"), "use_vmac", &c);
	assert_string_equal(s.reason, "rfc has no option `use_vmac'");
}

static void frr_is_silent_and_never_drops_for_addresses(void **state)
{
	struct vrrp_config c = profile("frr", 3, IP_V4);

	assert_int_equal(c.address_check, VRRP_ADDRESS_COUNT);
	assert_int_equal(c.owner_receive, VRRP_OWNER_PROCESS);
	assert_int_equal(c.losing_advert, VRRP_LOSING_SILENT);
	assert_int_equal(c.advert_timer_on_receive, VRRP_TIMER_KEEP);
	assert_int_equal(c.checksum_send, VRRP_CHECKSUM_PSEUDO);
	assert_int_equal(c.checksum_receive, VRRP_CHECKSUM_ACCEPT_PSEUDO);
	assert_int_equal(c.advert_mac, VRRP_MAC_VIRTUAL);
	assert_int_equal(c.announce.count, 1);
	assert_int_equal(c.announce.repeat_count, 0);
	assert_true(c.ip.dont_fragment);
	assert_int_equal(c.ip.tos, 0xc0);
	assert_int_equal(c.log, VRRP_LOG_NEVER);
	assert_true(c.owner_waits);
	assert_int_equal(c.interval_check, VRRP_INTERVAL_ACCEPT);
	assert_int_equal(profile("frr", 2, IP_V4).interval_check, VRRP_INTERVAL_DROP);
}

static void cisco_announces_by_reply_with_a_copy_before_the_advert(void **state)
{
	struct vrrp_config v2 = profile("cisco-ios", 2, IP_V4), v3 = profile("cisco-ios", 3, IP_V4);

	assert_int_equal(v2.announce.operation, ARP_REPLY);
	assert_int_equal(v2.announce.target, VRRP_GARP_TARGET_DESTINATION);
	assert_int_equal(v2.announce.count, 3);
	assert_int_equal(v2.announce.gap, VL_S);
	assert_true(v2.announce.before_advert && v2.announce.cisco_copy);
	assert_int_equal(v2.ip.tos, 0xc0);
	assert_false(v2.ip.id_counts);
	assert_int_equal(v3.announce.gap, 1150 * VL_MS);
	assert_false(v3.announce.before_advert || v3.announce.cisco_copy);
	assert_int_equal(v3.ip.tos, 0);
	assert_true(v3.ip.id_counts);
	assert_int_equal(profile("cisco-ios", 3, IP_V6).ip.tos, 0xe0);
	assert_int_equal(v3.checksum_send, VRRP_CHECKSUM_MESSAGE);
	assert_int_equal(v3.checksum_receive, VRRP_CHECKSUM_ACCEPT_MESSAGE);
	assert_int_equal(v2.address_check, VRRP_ADDRESS_DROP);
	assert_int_equal(v2.interval_check, VRRP_INTERVAL_DROP);
	struct vl_status s = vendor_vrrp_option(vendor_find("cisco-ios"), "timers-learn", &v2);
	assert_true(vl_ok(&s));
	assert_int_equal(v2.interval_check, VRRP_INTERVAL_LEARN);
}

static void who_does_not_speak_it_says_so(void **state)
{
	struct vrrp_config c;
	struct carp_config h;
	struct vl_status s = vendor_vrrp_defaults(vendor_find("ucarp"), 0, IP_V4, &c);

	assert_string_equal(s.reason, "ucarp does not speak VRRP");
	s = vendor_vrrp_defaults(vendor_find("frr"), 2, IP_V6, &c);
	assert_string_equal(s.reason, "version: frr does not speak VRRP version 2 for IPv6");
	s = vendor_vrrp_defaults(vendor_find("frr"), 4, IP_V4, &c);
	assert_int_equal(s.code, VL_INVALID);
	s = vendor_carp_defaults(vendor_find("frr"), &h);
	assert_string_equal(s.reason, "frr does not speak CARP");
	s = vendor_carp_defaults(vendor_find("ucarp"), &h);
	assert_true(vl_ok(&s));
	assert_int_equal(h.advert_mac, CARP_MAC_UCARP);
	assert_int_equal(h.dead_ratio, 3);
}

/* --- two profiles in one segment ------------------------------------------------------------------------ */

static void join(struct lab *l, uint8_t number, const char *kind, uint8_t priority, const char *vip)
{
	struct node_config c;
	char address[32];

	(void)snprintf(address, sizeof address, "192.0.2.%u/24", number);
	lab_config(&c, number, address, NULL);
	struct vrrp_config *r = &node_config_add_vrrp(&c)->router;
	*r = profile(kind, 2, IP_V4);
	r->vrid = 51;
	r->priority = priority;
	r->address_count = 1;
	r->address[0] = lab_ip(vip);
	(void)lab_add(l, &c);
}

/* Measured: keepalived 2.2.7 both, other address lists: both Active. 2.4.3 both: the lower stays Backup. */
static void keepalived_clusters_on_one_id(void **state)
{
	struct lab l;

	lab_open(&l);
	join(&l, 1, "keepalived-2.2", 150, "192.0.2.101");
	join(&l, 2, "keepalived-2.2", 100, "192.0.2.102");
	lab_start(&l, 0);
	lab_start(&l, 1);
	lab_run(&l, 30 * VL_S);
	assert_int_equal(lab_vrrp(&l, 0), VRRP_ACTIVE);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_ACTIVE);
	lab_close(&l);
	lab_open(&l);
	join(&l, 1, "keepalived-2.4", 150, "192.0.2.101");
	join(&l, 2, "keepalived-2.4", 100, "192.0.2.102");
	lab_start(&l, 0);
	lab_start(&l, 1);
	lab_run(&l, 30 * VL_S);
	assert_int_equal(lab_vrrp(&l, 0), VRRP_ACTIVE);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_BACKUP);
	lab_close(&l);
}

/*
 * Measured: keepalived 2.2.7 beside FRR with other addresses, FRR higher: keepalived stays Active and falls
 * silent. FRR is the first box, so that of two things at one instant its advertisement comes first, as it does
 * where frames take time (deliveries before timeouts).
 */
static void keepalived_is_starved_by_adverts_it_refuses(void **state)
{
	struct lab l;

	lab_open(&l);
	join(&l, 2, "frr", 255, "192.0.2.102");
	join(&l, 1, "keepalived-2.2", 200, "192.0.2.101");
	lab_start(&l, 1);
	lab_run(&l, 5 * VL_S);
	assert_int_equal(vrrp_router_sent(node_vrrp(&l.box[1], 0)), 2);         /* 3.21875, 4.22075 */
	lab_start(&l, 0);
	/* FRR is Active at 5 + 3 s (Skew_Time 3.9 ms is cut to 0) and advertises every second; until then keepalived sends at 5.22075,
	 * 6.22075, 7.22075. */
	lab_run(&l, 38 * VL_S);
	assert_int_equal(vrrp_router_sent(node_vrrp(&l.box[0], 0)), 31);        /* 8 to 38 */
	assert_int_equal(vrrp_router_sent(node_vrrp(&l.box[1], 0)), 5);
	assert_int_equal(lab_vrrp(&l, 0), VRRP_ACTIVE);
	assert_int_equal(lab_vrrp(&l, 1), VRRP_ACTIVE);
	lab_close(&l);
}

/* Measured: 2.3 ms and more lie between the first advertisement and the arming of the timer. */
static void only_keepalived_arms_its_timer_after_its_announcements(void **state)
{
	const struct vendor *v;

	for (size_t i = 0; (v = vendor_at(i)) != NULL; i++) {
		struct vrrp_config c;
		struct vl_status status = vendor_vrrp_defaults(v, 0, IP_V4, &c);
		if (vl_ok(&status))
			assert_int_equal(c.takeover_slack, strncmp(v->kind, "keepalived", 10) == 0 ? 2 * VL_MS : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_found_by_name_and_none_twice),
		cmocka_unit_test(default_version_is_the_vendors_own),
		cmocka_unit_test(identity_is_left_to_the_user),
		cmocka_unit_test(rfc_profile_is_what_vrrp_config_init_says),
		cmocka_unit_test(rfc_versions_differ_in_four_checks),
		cmocka_unit_test(keepaliveds_differ_in_address_check_log_and_two_owners),
		cmocka_unit_test(keepalived_on_the_wire),
		cmocka_unit_test(keepalived_options_do_what_they_say),
		cmocka_unit_test(frr_is_silent_and_never_drops_for_addresses),
		cmocka_unit_test(cisco_announces_by_reply_with_a_copy_before_the_advert),
		cmocka_unit_test(who_does_not_speak_it_says_so),
		cmocka_unit_test(keepalived_clusters_on_one_id),
		cmocka_unit_test(keepalived_is_starved_by_adverts_it_refuses),
		cmocka_unit_test(only_keepalived_arms_its_timer_after_its_announcements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

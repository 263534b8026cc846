// SPDX-License-Identifier: BSD-2-Clause
/* FGCP's election and heartbeats, what both clusters refuse to be configured as. How they behave on a segment is in
 * scenarios/fgcp/ and scenarios/clusterxl/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/vendors/clusterxl_member.h"
#include "sim/vendors/fgcp_unit.h"

static const struct fgcp_candidate EQUAL = {.serial = "FGT60F0000000001", .priority = 128, .monitored = 2, .age = 1000 * VL_S};

/* FortiOS: monitored interfaces, age, priority, serial number; with override priority before age. */
static void the_better_primary(void **state)
{
	const struct fgcp_rule age_first = {.uptime_margin = 300 * VL_S};
	const struct fgcp_rule override = {.override = true, .uptime_margin = 300 * VL_S};
	static const struct {
		struct fgcp_candidate a;        /* against EQUAL */
		int without, with;              /* sign, by rule */
		enum fgcp_reason why_without, why_with;
	} row[] = {
		{{"FGT60F0000000001", 200, 1, 9000 * VL_S}, -1, -1, FGCP_WHY_MONITORED, FGCP_WHY_MONITORED},
		{{"FGT60F0000000001", 100, 2, 1301 * VL_S}, 1, -1, FGCP_WHY_AGE, FGCP_WHY_PRIORITY},
		{{"FGT60F0000000001", 100, 2, 1300 * VL_S}, -1, -1, FGCP_WHY_PRIORITY, FGCP_WHY_PRIORITY},
		{{"FGT60F0000000001", 200, 2, 699 * VL_S}, -1, 1, FGCP_WHY_AGE, FGCP_WHY_PRIORITY},
		{{"FGT60F0000000001", 200, 2, 700 * VL_S}, 1, 1, FGCP_WHY_PRIORITY, FGCP_WHY_PRIORITY},
		{{"FGT60F0000000001", 128, 2, 2000 * VL_S}, 1, 1, FGCP_WHY_AGE, FGCP_WHY_AGE},
		{{"FGT60F0000000002", 128, 2, 1000 * VL_S}, 1, 1, FGCP_WHY_SERIAL, FGCP_WHY_SERIAL},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		enum fgcp_reason why;
		int result = fgcp_compare(&age_first, &row[i].a, &EQUAL, &why);

		assert_true(result * row[i].without > 0);
		assert_int_equal(why, row[i].why_without);
		assert_true(fgcp_compare(&age_first, &EQUAL, &row[i].a, NULL) * row[i].without < 0);
		result = fgcp_compare(&override, &row[i].a, &EQUAL, &why);
		assert_true(result * row[i].with > 0);
		assert_int_equal(why, row[i].why_with);
	}
	assert_int_equal(fgcp_compare(&override, &EQUAL, &EQUAL, NULL), 0);
}

static void a_heartbeat_comes_back_whole_or_not_at_all(void **state)
{
	const struct fgcp_hello h = {.state = FGCP_PRIMARY, .group = 1023, .priority = 255, .monitored = 3, .age_ds = 0x01020304,
				     .ready_ds = 200, .key = UINT64_C(0x1122334455667788), .serial = "FGT60F0000000001"};
	uint8_t bytes[FGCP_HELLO_LENGTH];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct fgcp_hello back;

	fgcp_hello_encode(&h, &out);
	assert_false(out.bad);
	assert_int_equal(wr_length(&out), FGCP_HELLO_LENGTH);
	struct rd in = rd_of(bytes, sizeof bytes);
	assert_true(fgcp_hello_decode(&back, &in));
	assert_int_equal(back.group, 1023);
	assert_int_equal(back.age_ds, 0x01020304);
	assert_true(back.key == h.key);
	assert_string_equal(back.serial, h.serial);
	for (size_t n = 0; n < sizeof bytes; n++) {
		in = rd_of(bytes, n);
		assert_false(fgcp_hello_decode(&back, &in));
	}
	bytes[2] = FGCP_STATE_COUNT;
	in = rd_of(bytes, sizeof bytes);
	assert_false(fgcp_hello_decode(&back, &in));
	bytes[2] = FGCP_PRIMARY;
	bytes[0] ^= 1; /* not the model's */
	in = rd_of(bytes, sizeof bytes);
	assert_false(fgcp_hello_decode(&back, &in));
}

static struct fgcp_config unit(void)
{
	struct fgcp_config c;

	fgcp_config_init(&c);
	c.serial = "FG1";
	c.heartbeat = 2;
	return c;
}

static void refused(const struct fgcp_config *c, const char *why)
{
	struct vl_status s = fgcp_config_check(c, 2);

	assert_false(vl_ok(&s));
	assert_non_null(strstr(s.reason, why));
}

static void a_unit_that_cannot_be_is_refused(void **state)
{
	struct fgcp_config c = unit();
	struct vl_status s = fgcp_config_check(&c, 2);

	assert_true(vl_ok(&s));
	c.group = 1024;
	refused(&c, "group: `1024' is not in 0-1023");
	c = unit();
	c.heartbeat = 0;
	refused(&c, "no heartbeat interface");
	c.heartbeat = 4;
	refused(&c, "no such interface");
	c = unit();
	c.monitored = 8;
	refused(&c, "no such interface");
	c = unit();
	c.hb_interval = 99 * VL_MS;
	refused(&c, "hb-interval");
	c = unit();
	c.hb_lost_threshold = 0;
	refused(&c, "hb-lost-threshold");
	c = unit();
	c.serial = "";
	refused(&c, "serial");
	c.serial = "FGT60F00000000012";
	refused(&c, "serial");
	c = unit();
	c.group_name = "a name that is longer than thirty-two bytes";
	refused(&c, "group name");
	c = unit();
	c.arps_interval = 0;
	refused(&c, "arps-interval");
}

static struct clusterxl_config member(void)
{
	struct clusterxl_config c;

	clusterxl_config_init(&c);
	c.member = 1;
	c.vip[0].address = ip4(192, 0, 2, 1);
	c.vip_count = 1;
	return c;
}

static void unfit(const struct clusterxl_config *c, const char *why)
{
	struct vl_status s = clusterxl_config_check(c, 1);

	assert_false(vl_ok(&s));
	assert_non_null(strstr(s.reason, why));
}

static void a_member_that_cannot_be_is_refused(void **state)
{
	struct clusterxl_config c = member();
	struct vl_status s = clusterxl_config_check(&c, 1);

	assert_true(vl_ok(&s));
	assert_int_equal(c.magic, 254); /* as it is shipped */
	c.magic = 0;
	unfit(&c, "magic");
	c = member();
	c.member = 6;
	unfit(&c, "member: `6' is not in 1-5");
	c.member = 0;
	unfit(&c, "member");
	c = member();
	c.vip_count = 0;
	unfit(&c, "cluster addresses");
	c = member();
	c.vip[0].interface = 1;
	unfit(&c, "on an interface");
	c = member();
	c.vip[0].address.family = IP_V6;
	unfit(&c, "IPv4");
	c = member();
	c.mode = CLUSTERXL_UNICAST;
	unfit(&c, "the other members' addresses");
	c.peer_count = CLUSTERXL_MEMBERS + 1;
	unfit(&c, "at most");
	c = member();
	c.dead_after = c.state_interval;
	unfit(&c, "longer than state_interval");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_better_primary),
		cmocka_unit_test(a_heartbeat_comes_back_whole_or_not_at_all),
		cmocka_unit_test(a_unit_that_cannot_be_is_refused),
		cmocka_unit_test(a_member_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Users and services: sessions come, are served, end, fail, are cut; by the numbers. */
#include "tests/hosts/traffic_lab.h"

static void every_protocol_is_spoken(void **state)
{
	static const enum talk talk[] = {TALK_HTTP, TALK_OPAQUE, TALK_SMTP, TALK_POP3, TALK_IMAP, TALK_FTP, TALK_AGENT,
					 TALK_DNS};

	for (size_t i = 0; i < sizeof talk / sizeof talk[0]; i++) {
		lab_defaults(talk[i], 80);
		lab_users.requests = 3;
		lab_users.think = law_fixed(100 * VL_MS);
		lab_make();
		lab_go(9500 * VL_MS);
		/* at 0.1, 1.1, ... 9.1 s; the last one too is over in 0.3 s */
		uint64_t requests = talk[i] == TALK_DNS ? 10 : 30;
		assert_int_equal(lab_facts()->arrivals, 10);
		assert_int_equal(lab_facts()->opened, 10);
		assert_int_equal(lab_facts()->closed, 10);
		assert_int_equal(lab_facts()->live, 0);
		assert_int_equal(lab_facts()->failed + lab_facts()->cut + lab_facts()->errors, 0);
		assert_int_equal(lab_facts()->answers, requests);
		assert_int_equal(lab_served().held, 0);
		assert_int_equal(lab_count(&lab, CLIENT, &CLIENT_OPENED_KIND, 0, VL_NEVER), 10);
		assert_int_equal(lab_count(&lab, CLIENT, &CLIENT_CLOSED_KIND, 0, VL_NEVER), 10);
		lab_close(&lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_protocol_is_spoken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

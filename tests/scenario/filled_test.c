// SPDX-License-Identifier: BSD-2-Clause
/* A virtual router with everything said is the one that its kind makes of the script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/build_node.h"
#include "sim/scenario/filled.h"
#include "sim/vendors/vendor.h"

static void is_the_same(const struct scenario_node *n, const struct scenario_vrrp *v)
{
	struct scenario_vrrp filled;
	struct vrrp_config one = {0}, two = {0};

	assert_true(filled_vrrp(n, v, &filled));
	assert_true(filled.version.given && filled.priority.given && filled.interval.given && filled.accept.given);
	assert_int_equal(build_vrrp(n, v, &one).code, VL_OK);
	assert_int_equal(build_vrrp(n, &filled, &two).code, VL_OK);
	/* Two fields for one answer: packets to the addresses are taken, or not. */
	one.accept_always = one.accept_always || one.accept_mode;
	two.accept_always = two.accept_always || two.accept_mode;
	one.accept_mode = two.accept_mode = false;
	assert_memory_equal(&one, &two, sizeof one);
}

static void every_kind_in_every_version(void **state)
{
	static const char *const forms[] = {"version: 2, vip: 192.0.2.1", "version: 3, vip: 192.0.2.1", "vip: fe80::1"};
	const struct vendor *vendor;
	unsigned judged = 0;

	for (size_t i = 0; (vendor = vendor_at(i)) != NULL; i++) {
		const bool speaks[] = {vendor->vrrp_v2 != NULL, vendor->vrrp_v3_ipv4 != NULL, vendor->vrrp_v3_ipv6 != NULL};
		for (size_t k = 0; k < 3; k++) {
			if (!speaks[k])
				continue;
			struct scenario_set set;
			char script[512];
			int n = snprintf(script, sizeof script,
					 "title: t\nsegments: {lan: {net: 192.0.2.0/24, net6: \"2001:db8::/64\"}}\nnodes:\n"
					 "  r1: {kind: %s, on: lan, ip: 192.0.2.2, ip6: \"2001:db8::2\", "
					 "vrrp: [{vrid: 7, %s}]}\nuntil: 9s\n", vendor->kind, forms[k]);
			if (!scenario_load_bytes(&set, "t.yaml", (const uint8_t *)script, (size_t)n))
				scenario_print_mistakes(stderr, &set);
			assert_int_equal(set.scenario_count, 1);
			is_the_same(&set.scenario[0].node[0], &set.scenario[0].node[0].vrrp[0]);
			scenario_set_free(&set);
			judged++;
		}
	}
	assert_true(judged >= 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_in_every_version)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

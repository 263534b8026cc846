// SPDX-License-Identifier: BSD-2-Clause
/* Descriptors of an NLB host: made by a SYN, ended by a RST or a minute after a FIN, bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/vendors/nlb_flows.h"

static struct packet segment(uint16_t port, uint8_t flags)
{
	return (struct packet){
		.src = ip4(192, 0, 2, 50),
		.transport = TRANSPORT_TCP,
		.tcp = {.src_port = port, .dst_port = 80, .flags = flags},
	};
}

static bool knows(const struct nlb_flows *d, uint16_t port)
{
	struct packet p = segment(port, TCP_ACK);

	return nlb_flows_know(d, &p);
}

static void note(struct nlb_flows *d, uint16_t port, uint8_t flags, vl_time now)
{
	struct packet p = segment(port, flags);

	nlb_flows_note(d, &p, now);
}

static void only_a_syn_makes_one(void **state)
{
	struct nlb_flows d;

	assert_true(nlb_flows_init(&d, 7));
	note(&d, 1, TCP_ACK, 0);
	assert_false(knows(&d, 1));
	note(&d, 1, TCP_SYN, 0);
	assert_true(knows(&d, 1));
	assert_false(knows(&d, 2));
	note(&d, 1, TCP_RST, 0);
	assert_false(knows(&d, 1));
	nlb_flows_fini(&d);
}

static void a_fin_ends_it_a_minute_later_unless_the_port_is_used_again(void **state)
{
	struct nlb_flows d;

	assert_true(nlb_flows_init(&d, 7));
	note(&d, 1, TCP_SYN, 0);
	note(&d, 2, TCP_SYN, 0);
	note(&d, 3, TCP_SYN, 0);
	note(&d, 1, TCP_FIN | TCP_ACK, 10 * VL_S);
	note(&d, 2, TCP_FIN | TCP_ACK, 10 * VL_S);
	note(&d, 2, TCP_SYN, 20 * VL_S);
	nlb_flows_age(&d, 69 * VL_S);
	assert_true(knows(&d, 1));
	nlb_flows_age(&d, 70 * VL_S);
	assert_false(knows(&d, 1));
	assert_true(knows(&d, 2) && knows(&d, 3));
	nlb_flows_clear(&d);
	assert_false(knows(&d, 2));
	nlb_flows_fini(&d);
}

static void there_is_a_limit(void **state)
{
	struct nlb_flows d;

	assert_true(nlb_flows_init(&d, 7));
	for (unsigned port = 0; port < 65536 && d.full == 0; port++)
		note(&d, (uint16_t)port, TCP_SYN, 0);
	assert_int_equal(d.flows.count, NLB_DESCRIPTORS);
	assert_int_equal(d.full, 1);
	nlb_flows_fini(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_syn_makes_one),
		cmocka_unit_test(a_fin_ends_it_a_minute_later_unless_the_port_is_used_again),
		cmocka_unit_test(there_is_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

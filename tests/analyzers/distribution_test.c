// SPDX-License-Identifier: BSD-2-Clause
/* Distribution over servers, and when chance explains it. */
#include "analyzers/distribution.h"
#include "tests/analyzers/balance_lab.h"

static struct lab spread(const uint32_t part[4], uint32_t clients, bool sticky)
{
	struct lab x = lab_new(LAB_NAT);
	uint32_t client = 0;

	for (uint8_t n = 0; n < 4; n++) {
		for (uint32_t i = 0; i < part[n]; i++, client++) {
			x.now += 10 * VL_MS;
			/* a client that stays is one of this server's own */
			uint8_t host = sticky ? (uint8_t)(1 + n * (clients / 4) + i % (clients / 4)) : (uint8_t)(1 + client % clients);
			struct conn c = lab_open(&x, lab_client(100, host), (uint8_t)(n + 1));
			if (i % 2 == 0)
				lab_close(&x, &c);
		}
	}
	lab_finish(&x);
	return x;
}

static uint16_t index_of(const struct lab *x)
{
	const struct flows *f = balance_flows(x->judge);

	for (uint16_t i = 0; i < flows_service_count(f); i++)
		if (flows_service(f, i) == lab_service(x))
			return i;
	fail();
	return 0;
}

static void servers_are_in_the_order_of_their_addresses(void **state)
{
	struct lab x = spread((const uint32_t[]){10, 20, 30, 40}, 50, false);
	struct distribution d;

	assert_true(distribution_make(&d, balance_flows(x.judge), index_of(&x)));
	assert_int_equal(d.count, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct flow_server *s = flows_server(balance_flows(x.judge), d.row[i].server);
		assert_int_equal(s->ip.b[3], i + 1);
		assert_int_equal(s->attempts, 10 * (i + 1));
		assert_int_equal(d.row[i].share, 100000 * (i + 1));
		assert_int_equal(d.row[i].times_fair, 400000 * (i + 1));
	}
	/* 100^2 / (4 * 3000) */
	assert_int_equal(d.opened.jain, 833333);
	assert_int_equal(d.active.total, 50);
	assert_int_equal(d.opened.chi_square, 20000000);
	assert_true(d.beyond_chance);
	assert_int_equal(d.row[0].noise, -1);
	assert_int_equal(d.row[1].noise, 0);
	assert_int_equal(d.row[3].noise, 1);
	distribution_free(&d);
	lab_free(&x);
}

static void chance_explains_a_little(void **state)
{
	struct lab x = spread((const uint32_t[]){22, 28, 24, 26}, 50, false);
	struct distribution d;

	assert_true(distribution_make(&d, balance_flows(x.judge), index_of(&x)));
	assert_false(d.sticky);
	assert_false(d.beyond_chance);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(d.row[i].noise, 0);
	distribution_free(&d);
	lab_free(&x);
}

/* The same counts that are beyond chance for connections are within it for few clients that stay. */
static void clients_that_stay_scatter_wider(void **state)
{
	const uint32_t part[] = {60, 90, 110, 140};
	struct lab loose = spread(part, 200, false), sticky = spread(part, 12, true);
	struct distribution d;

	assert_true(distribution_make(&d, balance_flows(loose.judge), index_of(&loose)));
	assert_true(d.beyond_chance);
	distribution_free(&d);
	assert_true(distribution_make(&d, balance_flows(sticky.judge), index_of(&sticky)));
	assert_true(d.sticky);
	assert_true(d.k_eff > 10 * IMBALANCE_ONE && d.k_eff <= 12 * IMBALANCE_ONE);
	assert_int_equal(d.design_effect, imbalance_design_effect(400, d.k_eff));
	assert_false(d.beyond_chance);
	distribution_free(&d);
	lab_free(&loose);
	lab_free(&sticky);
}

/* 99 %: 6.63, 9.21, 11.34, 23.21, 135.81 */
static void quantiles_are_near_the_tables(void **state)
{
	static const struct {
		size_t degrees;
		double want;
	} row[] = {{1, 6.635}, {2, 9.210}, {3, 11.345}, {10, 23.209}, {100, 135.807}};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		double got = (double)distribution_quantile(row[i].degrees) / 1e6;
		assert_true(got > row[i].want * 0.97 && got < row[i].want * (row[i].degrees == 1 ? 1.1 : 1.05));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers_are_in_the_order_of_their_addresses),
		cmocka_unit_test(chance_explains_a_little),
		cmocka_unit_test(clients_that_stay_scatter_wider),
		cmocka_unit_test(quantiles_are_near_the_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

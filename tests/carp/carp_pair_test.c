// SPDX-License-Identifier: BSD-2-Clause
/* Stories of two CARP hosts on a hub, with exact times. */
#include "tests/carp/carp_box.h"

struct pair {
	struct lab lab;
	struct box *b1, *b2;
	struct carp_host *h1, *h2;
};

static void pair_start(struct pair *p, const struct carp_config *c1, const struct carp_config *c2)
{
	*p = (struct pair){.b1 = box_new(3, "10.9.0.3/24", NULL), .b2 = box_new(4, "10.9.0.4/24", NULL)};
	p->h1 = host_in(p->b1, c1);
	p->h2 = host_in(p->b2, c2);
	lab_add(&p->lab, p->b1);
	lab_add(&p->lab, p->b2);
	carp_host_startup(p->h1, 0);
	carp_host_startup(p->h2, 0);
	lab_settle(&p->lab);
}

static void pair_free(struct pair *p)
{
	carp_host_free(p->h1);
	carp_host_free(p->h2);
	box_free(p->b1);
	box_free(p->b2);
}

/* First master at 3 s, its last advert at 9 s; second: 3 + 100/256 = 3.390625 s later. */
static void a_crash_is_noticed_after_the_dead_time(void **state)
{
	struct carp_config c1 = config_of(0), c2 = config_of(100);
	struct pair p;
	char text[512];

	pair_start(&p, &c1, &c2);
	lab_run(&p.lab, 9500 * VL_MS);
	carp_host_crash(p.h1);
	lab_run(&p.lab, 20 * VL_S);
	assert_string_equal(box_story(text, sizeof text, p.b2, &CARP_STATE_KIND),
			    "0.000000000 init -> backup (startup), advbase 1 advskew 100\n"
			    "12.390625000 backup -> master (master silent), advbase 1 advskew 100\n");
	/* it comes back and does not preempt */
	carp_host_startup(p.h1, p.lab.now);
	lab_run(&p.lab, 40 * VL_S);
	assert_int_equal(carp_host_state(p.h1), CARP_BACKUP);
	pair_free(&p);
}

static void bow_out_hands_over_at_once(void **state)
{
	struct carp_config c1 = config_of(0), c2 = config_of(100);
	struct pair p;
	const struct record *r = NULL;

	c1.bow_out = true;
	pair_start(&p, &c1, &c2);
	lab_run(&p.lab, 10 * VL_S);
	carp_host_shutdown(p.h1, p.lab.now);
	lab_settle(&p.lab);
	box_records(p.b2, &CARP_STATE_KIND, &r);
	assert_int_equal(r->at, 10 * VL_S);
	assert_string_equal(record_word(r, "to"), "master");
	pair_free(&p);
}

/* Two pairs with one id and different passwords: both masters for ever. */
static void different_passwords_are_two_masters(void **state)
{
	struct carp_config c1 = config_of(0), c2 = config_of(100);
	struct pair p;

	c2.password = "other";
	pair_start(&p, &c1, &c2);
	lab_run(&p.lab, 30 * VL_S);
	assert_int_equal(carp_host_state(p.h1), CARP_MASTER);
	assert_int_equal(carp_host_state(p.h2), CARP_MASTER);
	assert_int_equal(carp_host_dropped(p.h1, CARP_DROP_DIGEST), carp_host_sent(p.h2));
	assert_int_equal(carp_host_dropped(p.h2, CARP_DROP_DIGEST), carp_host_sent(p.h1));
	pair_free(&p);
}

/* Also through the stack: to the group, and to everybody. */
static void broadcast_adverts_are_heard(void **state)
{
	struct carp_config c1 = config_of(0), c2 = config_of(100);
	struct pair p;

	c1.broadcast = c2.broadcast = true;
	pair_start(&p, &c1, &c2);
	lab_run(&p.lab, 30 * VL_S);
	assert_int_equal(carp_host_state(p.h2), CARP_BACKUP);
	assert_int_equal(carp_host_dropped(p.h2, CARP_DROP_NONE), carp_host_sent(p.h1));
	pair_free(&p);
}

/* Both masters after a partition, equal in everything: the lower last octet stays. */
static void after_a_partition_one_master_remains(void **state)
{
	struct carp_config c = config_of(0);
	struct pair p;

	pair_start(&p, &c, &c);
	p.b1->mute = p.b2->mute = true;
	lab_run(&p.lab, 10 * VL_S);
	assert_int_equal(carp_host_state(p.h1), CARP_MASTER);
	assert_int_equal(carp_host_state(p.h2), CARP_MASTER);
	p.b1->mute = p.b2->mute = false;
	lab_run(&p.lab, 20 * VL_S);
	assert_int_equal(carp_host_state(p.h1), CARP_MASTER);
	assert_int_equal(carp_host_state(p.h2), CARP_BACKUP);
	pair_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crash_is_noticed_after_the_dead_time),
		cmocka_unit_test(bow_out_hands_over_at_once),
		cmocka_unit_test(different_passwords_are_two_masters),
		cmocka_unit_test(broadcast_adverts_are_heard),
		cmocka_unit_test(after_a_partition_one_master_remains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

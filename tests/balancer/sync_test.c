// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two units and the wire between them, which loses, repeats, holds back and forges: contact, order, full copies, backlog,
 * and what is never taken. What is shared is a set of numbers here (client ports).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/balancer/sync.h"

enum { NUMBERS = 4000, FLIGHT = 512 };

struct datagram {
	size_t length;
	uint8_t bytes[HA_UPDATE_DATAGRAM];
};

struct unit {
	struct sync *sync;
	bool knows[NUMBERS];
	unsigned begun, ended, confirmed;
	struct datagram *out;           /* what left, until it is carried over */
	size_t count;
	struct datagram last;           /* the last that left */
};

struct pair {
	struct unit a, b;
	vl_time now;
	bool cut;                       /* nothing gets through */
	unsigned lose;                  /* this many of a's next datagrams */
};

static void on_send(void *context, const uint8_t *bytes, size_t length, vl_time now)
{
	struct unit *u = context;

	assert_true(u->count < FLIGHT);
	assert_true(length <= HA_UPDATE_DATAGRAM);
	u->out[u->count].length = length;
	memcpy(u->out[u->count].bytes, bytes, length);
	u->last = u->out[u->count++];
}

static enum sync_drop on_take(void *context, const struct ha_record *r, vl_time now)
{
	struct unit *u = context;

	if (r->kind == HA_RECORD_CONNECTION && r->connection.client_port >= NUMBERS)
		return SYNC_DROP_FULL;
	if (r->kind == HA_RECORD_CONNECTION)
		u->knows[r->connection.client_port] = true;
	else if (r->kind == HA_RECORD_END)
		u->knows[r->end.client_port] = false;
	return SYNC_TAKEN;
}

static void on_copy(void *context, bool ended, bool from_active, vl_time now)
{
	struct unit *u = context;

	u->begun += !ended;
	u->ended += ended;
	u->confirmed += ended && from_active;
}

static struct ha_record connection(unsigned number)
{
	return (struct ha_record){.kind = HA_RECORD_CONNECTION,
				  .connection = {.client = ip4(192, 0, 2, 1), .service = ip4(192, 0, 2, 80),
						 .server = ip4(10, 0, 0, 1), .client_port = (uint16_t)number}};
}

static bool on_walk(void *context, uint64_t *at, struct ha_record *r, vl_time now)
{
	struct unit *u = context;

	for (; *at < NUMBERS; ++*at)
		if (u->knows[*at]) {
			*r = connection((unsigned)(*at)++);
			return true;
		}
	return false;
}

static const struct sync_ops OPS = {.send = on_send, .take = on_take, .copy = on_copy, .walk = on_walk};

static void carry_from(struct pair *p, struct unit *from, struct unit *to)
{
	for (size_t i = 0; i < from->count; i++) {
		bool lost = p->cut || (from == &p->a && p->lose > 0);
		p->lose -= p->lose > 0 && from == &p->a;
		if (!lost)
			sync_input(to->sync, from->out[i].bytes, from->out[i].length, p->now);
	}
	from->count = 0;
}

static void carry(struct pair *p)
{
	while (p->a.count + p->b.count > 0) {
		carry_from(p, &p->a, &p->b);
		carry_from(p, &p->b, &p->a);
	}
}

static void pass_time(struct pair *p, vl_time length)
{
	vl_time until = p->now + length;

	carry(p);
	for (;;) {
		vl_time next = vl_time_min(sync_deadline(p->a.sync), sync_deadline(p->b.sync));
		if (next > until)
			break;
		p->now = next > p->now ? next : p->now;
		sync_timeout(p->a.sync, p->now);
		sync_timeout(p->b.sync, p->now);
		carry(p);
	}
	p->now = until;
}

static struct sync_config config(bool second)
{
	struct sync_config c;

	sync_config_init(&c);
	c.connections = c.persistence = true;
	c.secret = "s3cret";
	c.second = second;
	c.backlog = 8;
	c.pace = 4;
	return c;
}

/* a is active, and both have found each other. */
static int open_pair(void **state)
{
	struct pair *p = calloc(1, sizeof *p);
	struct sync_config first = config(false), second = config(true);

	assert_non_null(p);
	p->now = VL_S;
	p->a.out = calloc(FLIGHT, sizeof *p->a.out);
	p->b.out = calloc(FLIGHT, sizeof *p->b.out);
	p->a.sync = sync_new(&first, &OPS, &p->a);
	p->b.sync = sync_new(&second, &OPS, &p->b);
	assert_non_null(p->a.sync);
	assert_non_null(p->b.sync);
	assert_int_equal(sync_deadline(p->a.sync), VL_NEVER);
	sync_startup(p->a.sync, true, p->now);
	sync_startup(p->b.sync, false, p->now);
	pass_time(p, VL_S);
	assert_true(sync_has_contact(p->a.sync));
	assert_true(sync_has_contact(p->b.sync));
	*state = p;
	return 0;
}

static int close_pair(void **state)
{
	struct pair *p = *state;

	sync_free(p->a.sync);
	sync_free(p->b.sync);
	free(p->a.out);
	free(p->b.out);
	free(p);
	return 0;
}

static uint64_t dropped(const struct unit *u, enum sync_drop why)
{
	return sync_counters(u->sync)->dropped[why];
}

static void tell(struct pair *p, unsigned number)
{
	struct ha_record r = connection(number);

	p->a.knows[number] = true;
	sync_tell(p->a.sync, &r, p->now);
}

static void updates_arrive_and_share_datagrams(void **state)
{
	struct pair *p = *state;

	assert_true(sync_is_listened_to(p->a.sync));
	assert_false(sync_is_listened_to(p->b.sync));
	uint64_t before = sync_counters(p->a.sync)->datagrams_sent;
	for (unsigned i = 0; i < 29; i++)       /* 29 * 46 bytes fit, 1352 */
		tell(p, i);
	pass_time(p, SYNC_TICK);
	assert_int_equal(sync_counters(p->a.sync)->datagrams_sent, before + 1);
	for (unsigned i = 0; i < 29; i++)
		assert_true(p->b.knows[i]);
	struct ha_record end = {.kind = HA_RECORD_END, .end = {.client = ip4(1, 1, 1, 1), .service = ip4(1, 1, 1, 1), .client_port = 3}};
	sync_tell(p->a.sync, &end, p->now);
	pass_time(p, SYNC_TICK);
	assert_false(p->b.knows[3]);
	assert_int_equal(sync_counters(p->b.sync)->records_taken, 30);
	for (int why = 0; why < SYNC_DROP_COUNT; why++)
		assert_int_equal(dropped(&p->b, (enum sync_drop)why), 0);
}

static void who_joins_gets_a_full_copy(void **state)
{
	struct pair *p = *state;

	for (unsigned i = 0; i < 3000; i++)
		p->a.knows[i] = true;
	sync_crash(p->b.sync);
	p->b.confirmed = 0;
	pass_time(p, 10 * VL_S);
	assert_false(sync_has_contact(p->a.sync));
	sync_startup(p->b.sync, false, p->now);
	vl_time began = p->now;
	while (p->b.confirmed == 0 && p->now < began + 20 * VL_S)
		pass_time(p, SYNC_TICK);
	assert_int_equal(p->b.confirmed, 1);
	for (unsigned i = 0; i < NUMBERS; i++)
		assert_int_equal(p->b.knows[i], i < 3000);
	/* 3000 records are 104 datagrams, four of them in 10 ms. */
	assert_true(p->now - began >= 250 * VL_MS);
	assert_true(p->now - began <= 600 * VL_MS);
}

static void a_missing_datagram_is_made_good(void **state)
{
	struct pair *p = *state;

	unsigned copies = p->b.ended;
	tell(p, 1);
	p->lose = 1;
	pass_time(p, SYNC_TICK);
	assert_false(p->b.knows[1]);
	tell(p, 2);
	pass_time(p, 3 * VL_S);
	assert_true(p->b.knows[1]);
	assert_true(p->b.knows[2]);
	assert_int_equal(sync_counters(p->b.sync)->missing, 1);
	assert_true(p->b.ended > copies);
}

static void a_copy_with_a_hole_confirms_nothing(void **state)
{
	struct pair *p = *state;

	for (unsigned i = 0; i < 1000; i++)
		p->a.knows[i] = true;
	sync_crash(p->b.sync);
	sync_startup(p->b.sync, false, p->now);
	unsigned begun = p->b.begun;
	vl_time stop = p->now + 5 * VL_S;
	while (p->b.begun == begun && p->now < stop)
		pass_time(p, SYNC_TICK);
	unsigned ended = p->b.ended;
	p->lose = 1;
	while (p->b.begun == begun + 1 && p->now < stop)
		pass_time(p, SYNC_TICK);
	assert_int_equal(p->b.ended, ended);    /* the first did not end whole */
	pass_time(p, 5 * VL_S);
	assert_true(p->b.ended > ended);
	for (unsigned i = 0; i < 1000; i++)
		assert_true(p->b.knows[i]);
}

static void a_backlog_that_overflows_ends_in_a_copy(void **state)
{
	struct pair *p = *state;

	pass_time(p, 2 * VL_S);
	for (unsigned i = 0; i < 2000; i++)     /* 70 datagrams for a backlog of 8 */
		tell(p, i);
	assert_true(sync_counters(p->a.sync)->overflows > 50);
	assert_int_equal(p->a.count, 0);
	pass_time(p, 5 * VL_S);
	for (unsigned i = 0; i < 2000; i++)
		assert_true(p->b.knows[i]);
}

static void garbage_is_counted_by_its_reason(void **state)
{
	struct pair *p = *state;

	tell(p, 7);
	pass_time(p, SYNC_TICK);
	struct datagram good = p->a.last;
	uint64_t taken = sync_counters(p->b.sync)->records_taken;
	for (size_t i = 0; i < good.length; i++) {      /* no bit of it may differ */
		struct datagram bad = good;
		bad.bytes[i] ^= 0x01;
		sync_input(p->b.sync, bad.bytes, bad.length, p->now);
	}
	for (size_t cut = 0; cut < good.length; cut++)
		sync_input(p->b.sync, good.bytes, cut, p->now);
	assert_int_equal(sync_counters(p->b.sync)->records_taken, taken);
	assert_int_equal(dropped(&p->b, SYNC_DROP_VERSION), 1);
	assert_int_equal(dropped(&p->b, SYNC_DROP_PAIR), 1);
	assert_int_equal(dropped(&p->b, SYNC_DROP_MALFORMED), 4 + 2 + good.length);     /* magic, length, every cut */
	assert_int_equal(dropped(&p->b, SYNC_DROP_DIGEST), good.length - 8);
	sync_input(p->b.sync, good.bytes, good.length, p->now);
	assert_int_equal(dropped(&p->b, SYNC_DROP_REPLAY), 1);
	sync_input(p->a.sync, good.bytes, good.length, p->now);
	assert_int_equal(dropped(&p->a, SYNC_DROP_UNIT), 1);
	assert_true(sync_has_contact(p->b.sync));
}

static void what_was_recorded_before_is_worthless(void **state)
{
	struct pair *p = *state;

	tell(p, 7);
	pass_time(p, SYNC_TICK);
	struct datagram old = p->a.last;
	p->b.knows[7] = p->a.knows[7] = false;
	/* The receiver starts again, the sender starts again, the contact is lost and found. */
	sync_crash(p->b.sync);
	sync_startup(p->b.sync, false, p->now + 1);
	sync_input(p->b.sync, old.bytes, old.length, p->now + 1);
	assert_int_equal(dropped(&p->b, SYNC_DROP_STRANGE), 1);
	pass_time(p, 2 * VL_S);
	sync_input(p->b.sync, old.bytes, old.length, p->now);
	assert_int_equal(dropped(&p->b, SYNC_DROP_STRANGE), 2);
	tell(p, 8);
	pass_time(p, SYNC_TICK);
	old = p->a.last;
	sync_crash(p->a.sync);
	sync_startup(p->a.sync, true, p->now);
	pass_time(p, VL_S);
	assert_true(sync_is_listened_to(p->a.sync));
	sync_input(p->b.sync, old.bytes, old.length, p->now);
	assert_int_equal(dropped(&p->b, SYNC_DROP_EPOCH), 1);
	p->cut = true;
	pass_time(p, 5 * VL_S);
	assert_false(sync_has_contact(p->a.sync));
	assert_false(sync_has_contact(p->b.sync));
	sync_input(p->b.sync, old.bytes, old.length, p->now);
	assert_int_equal(dropped(&p->b, SYNC_DROP_STRANGE), 3);
	p->cut = false;
	pass_time(p, VL_S);
	assert_true(sync_is_listened_to(p->a.sync));
	assert_false(p->b.knows[7]);
}

static void another_pair_is_not_heard(void **state)
{
	struct pair *p = *state;

	sync_identify(p->a.sync, 2, NULL, p->now);
	assert_false(sync_has_contact(p->a.sync));
	pass_time(p, 4 * VL_S);
	assert_true(dropped(&p->b, SYNC_DROP_PAIR) > 3);
	assert_false(sync_has_contact(p->b.sync));
	sync_identify(p->a.sync, 1, "another", p->now); /* the ID collides, the secret differs */
	pass_time(p, 4 * VL_S);
	assert_true(dropped(&p->b, SYNC_DROP_DIGEST) > 3);
	assert_false(sync_has_contact(p->b.sync));
	sync_identify(p->a.sync, 1, "s3cret", p->now);
	pass_time(p, VL_S);
	assert_true(sync_has_contact(p->b.sync));
}

static void nobody_takes_while_both_are_active_and_both_get_all_behind_it(void **state)
{
	struct pair *p = *state;

	pass_time(p, 3 * VL_S);
	assert_false(sync_is_settling(p->a.sync, p->now));
	p->cut = true;
	pass_time(p, 5 * VL_S);
	sync_set_active(p->b.sync, true, p->now);
	sync_set_active(p->b.sync, true, p->now);
	p->a.knows[1] = p->b.knows[2] = true;
	p->cut = false;
	pass_time(p, VL_S);
	assert_true(sync_is_settling(p->a.sync, p->now));
	assert_true(sync_is_settling(p->b.sync, p->now));
	tell(p, 3);
	pass_time(p, VL_S);
	assert_true(dropped(&p->b, SYNC_DROP_BOTH_ACTIVE) > 0);
	assert_false(p->b.knows[1] || p->b.knows[3] || p->a.knows[2]);
	p->a.confirmed = 0;
	sync_set_active(p->b.sync, false, p->now);
	pass_time(p, 3 * VL_S);
	assert_true(p->b.knows[1] && p->b.knows[3]);
	assert_true(p->a.knows[2]);
	assert_int_equal(p->a.confirmed, 0);    /* what the passive one lacks is no doubt to the active one */
	assert_false(sync_is_settling(p->a.sync, p->now));
}

static void goodbye_sends_what_waits(void **state)
{
	struct pair *p = *state;

	for (unsigned i = 0; i < 200; i++)
		tell(p, i);
	sync_shutdown(p->a.sync, p->now);
	carry(p);
	for (unsigned i = 0; i < 200; i++)
		assert_true(p->b.knows[i]);
	assert_int_equal(sync_deadline(p->a.sync), VL_NEVER);
	sync_timeout(p->a.sync, p->now + VL_S);
	sync_input(p->a.sync, p->a.last.bytes, p->a.last.length, p->now);
	assert_int_equal(p->a.count, 0);
}

static void a_record_too_many_is_counted_and_the_rest_taken(void **state)
{
	struct pair *p = *state;
	struct ha_record r = connection(60000);

	sync_tell(p->a.sync, &r, p->now);
	tell(p, 5);
	pass_time(p, SYNC_TICK);
	assert_int_equal(dropped(&p->b, SYNC_DROP_FULL), 1);
	assert_true(p->b.knows[5]);
	assert_string_equal(sync_drop_text(SYNC_DROP_FULL), "table full");
	assert_true(sync_config_of(p->a.sync)->connections);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pair, close_pair)
	const struct CMUnitTest tests[] = {
		TEST(updates_arrive_and_share_datagrams),
		TEST(who_joins_gets_a_full_copy),
		TEST(a_missing_datagram_is_made_good),
		TEST(a_copy_with_a_hole_confirms_nothing),
		TEST(a_backlog_that_overflows_ends_in_a_copy),
		TEST(garbage_is_counted_by_its_reason),
		TEST(what_was_recorded_before_is_worthless),
		TEST(another_pair_is_not_heard),
		TEST(nobody_takes_while_both_are_active_and_both_get_all_behind_it),
		TEST(goodbye_sends_what_waits),
		TEST(a_record_too_many_is_counted_and_the_rest_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

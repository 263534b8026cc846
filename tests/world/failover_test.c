// SPDX-License-Identifier: BSD-2-Clause
/* Real VRRP routers in a world: the whole way from engine to oracle, with times that a reader can add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "sim/node/node.h"
#include "sim/world/oracle.h"
#include "sim/world/run_digest.h"

struct lan {
	struct frame_pool *pool;
	struct world *world;
	struct oracle *oracle;
	struct run_digest digest;
	uint64_t records;
	uint64_t frames, damaged;       /* accepted by the switch; and malformed or with a wrong checksum */
	bool may_be_damaged;
	vl_time sent_at, replied_at;    /* of the last ping, by its record */
};

static void on_record(void *context, const struct record *r)
{
	struct lan *lan = context;
	struct record copy = *r;

	if (r->kind == &PING_REPLY_KIND) {
		lan->sent_at = r->value[PING_REPLY_SENT_AT].time;
		lan->replied_at = r->at;
	}
	copy.sequence = lan->records++;
	run_digest_record(&lan->digest, &copy);
	oracle_record(lan->oracle, r);
}

static void on_frame(void *context, world_segment segment, uint64_t number, world_node from,
		     const struct frame *f, const struct packet *packet, vl_time now)
{
	struct lan *lan = context;

	(void)number, (void)from;
	lan->frames++;
	lan->damaged += packet->verdict != PACKET_OK;
	assert_true(lan->may_be_damaged || packet->verdict == PACKET_OK);
	run_digest_frame(&lan->digest, now, segment, f);
}

/* RFC 9568, VRID 1, 1 s, 192.0.2.1; node n has 192.0.2.(n + 2). */
static void add_router(struct lan *lan, const char *name, uint8_t priority)
{
	uint8_t n = (uint8_t)world_node_count(lan->world);
	struct ip_addr virtual = ip4(192, 0, 2, 1);
	struct vl_status status;
	struct node_config c;

	node_config_init(&c);
	struct stack_interface_config *i = node_config_add_interface(&c);
	i->name = "eth0";
	i->mac = (struct mac){{2, 0, 0, 0, 0, (uint8_t)(n + 1)}};
	i->address[i->address_count++] = (struct ip_prefix){ip4(192, 0, 2, (uint8_t)(n + 2)), 24};
	struct node_vrrp_config *v = node_config_add_vrrp(&c);
	vrrp_config_init(&v->router, 3, IP_V4);
	v->router.vrid = 1;
	v->router.priority = priority;
	v->router.address[v->router.address_count++] = virtual;
	struct engine box = node_new(&c, lan->pool, &status);
	assert_string_equal(status.reason, "");
	node_config_fini(&c);
	world_node node = world_add_node(lan->world, name, box, 1);
	world_connect(lan->world, node, 0, 0, NULL);
	assert_true(oracle_register(lan->oracle,
				    &(struct oracle_router){.node = node, .interface = "eth0",
							    .class = ORACLE_VRRP, .family = IP_V4, .id = 1,
							    .interval = VL_S, .address = &virtual,
							    .address_count = 1}));
}

/* r1 with priority 200 and r2 with 100, started at 0. */
static struct lan *lan_new_with(uint64_t seed)
{
	struct lan *lan = calloc(1, sizeof *lan);

	assert_non_null(lan);
	run_digest_init(&lan->digest);
	lan->pool = frame_pool_new();
	lan->world = world_new(seed, lan->pool,
			       &(struct world_listener){.context = lan, .record = on_record, .frame = on_frame});
	lan->oracle = oracle_new(lan->world);
	world_add_segment(lan->world, &(struct world_segment_config){.name = "lan"});
	add_router(lan, "r1", 200);
	add_router(lan, "r2", 100);
	world_start(lan->world, 0);
	world_start(lan->world, 1);
	return lan;
}

static struct lan *lan_new(void)
{
	return lan_new_with(1);
}

static void lan_free(struct lan *lan)
{
	assert_true(oracle_complete(lan->oracle));
	assert_true(world_complete(lan->world));
	oracle_free(lan->oracle);
	world_free(lan->world);
	assert_int_equal(frame_pool_held(lan->pool), 0);
	frame_pool_free(lan->pool);
	free(lan);
}

static vl_time first_active(const struct lan *lan, world_node n, vl_time from)
{
	const struct oracle_who who = {.node = n, .segment = WORLD_ANY, .id = 1};
	struct oracle_span span = {VL_NEVER, VL_NEVER};

	oracle_when_state(lan->oracle, &who, ORACLE_ACTIVE, from, VL_NEVER, &span);
	return span.from;
}

/* r1 becomes Active after 3 s + 56/256 s = 3.21875 s and advertises every second. Its last advertisement
 * before the crash leaves at 9.21875 s and is at r2 20 us later; r2 waits 3 s + 156/256 s from there. */
static void a_crash_is_noticed_after_active_down_interval(void **state)
{
	struct lan *lan = lan_new();
	size_t count;

	assert_int_equal(world_run(lan->world, 10 * VL_S), WORLD_RAN);
	world_crash(lan->world, 0);
	assert_int_equal(world_run(lan->world, 20 * VL_S), WORLD_RAN);
	assert_int_equal(first_active(lan, 0, 0), 3218750 * VL_US);
	assert_int_equal(first_active(lan, 1, 0), (9218750 + 20 + 3000000) * VL_US + 156 * VL_S / 256);
	assert_null(oracle_conflicts(lan->oracle, 3, 20 * VL_S, &count));
	assert_int_equal(count, 0);
	assert_int_equal(world_mac_moves(lan->world, 0, (struct mac){{0, 0, 0x5e, 0, 1, 1}}), 1);
	lan_free(lan);
}

/* Split at 10 s, r2 Active at 12.828145 s as above; healed at 20 s, r1's next advertisement leaves at
 * 20.21875 s and r2 yields to it. */
static void a_split_brain_lasts_until_the_heal(void **state)
{
	struct lan *lan = lan_new();
	size_t count;

	assert_int_equal(world_run(lan->world, 10 * VL_S), WORLD_RAN);
	world_partition(lan->world, 0, (const unsigned[]){1, 2});
	assert_int_equal(world_run(lan->world, 20 * VL_S), WORLD_RAN);
	world_partition(lan->world, 0, NULL);
	assert_int_equal(world_run(lan->world, 30 * VL_S), WORLD_RAN);
	struct oracle_conflict *c = oracle_conflicts(lan->oracle, 3, 30 * VL_S, &count);
	assert_int_equal(count, 1);
	assert_int_equal(c->kind, ORACLE_DUAL_ACTIVE);
	assert_int_equal(c->span.from, (9218750 + 20 + 3000000) * VL_US + 156 * VL_S / 256);
	assert_int_equal(c->span.until, 20218770 * VL_US);
	assert_int_equal(c->mutual, 218770 * VL_US);
	free(c);
	lan_free(lan);
}

static void the_digest_is_the_same_twice(void **state)
{
	char digest[2][DIGEST_SHA256_TEXT];

	for (size_t i = 0; i < 2; i++) {
		struct lan *lan = lan_new();
		assert_int_equal(world_run(lan->world, 10 * VL_S), WORLD_RAN);
		world_pause(lan->world, 0);
		assert_int_equal(world_run(lan->world, 20 * VL_S), WORLD_RAN);
		world_resume(lan->world, 0);
		assert_int_equal(world_run(lan->world, 30 * VL_S), WORLD_RAN);
		world_stop(lan->world, 0);
		assert_int_equal(world_run(lan->world, 40 * VL_S), WORLD_RAN);
		run_digest_finish(&lan->digest, digest[i]);
		lan_free(lan);
	}
	assert_string_equal(digest[0], digest[1]);
}

/* r1's clock at half speed: Active at 2 * 3.21875 s, an advertisement every 2 s. r1 dies at 10 s; its last one came to
 * r2 at 8.4375 s + 20 us. */
static void a_router_with_a_slow_clock_is_slow_in_all_it_does(void **state)
{
	struct lan *lan = lan_new();

	world_clock(lan->world, 0, -500000);
	world_link_cut(lan->world, 1, 0, WORLD_OUT, true); /* r2 would be first */
	assert_int_equal(world_run(lan->world, 10 * VL_S), WORLD_RAN);
	world_crash(lan->world, 0);
	assert_int_equal(world_run(lan->world, 20 * VL_S), WORLD_RAN);
	assert_int_equal(first_active(lan, 0, 0), 6437500 * VL_US);
	assert_int_equal(first_active(lan, 1, 7 * VL_S), (8437500 + 20 + 3000000) * VL_US + 156 * VL_S / 256);
	lan_free(lan);
}

/* Its records are by the world's time, also the moments that they tell of. */
static void the_records_of_a_fast_clock_are_in_the_worlds_time(void **state)
{
	struct lan *lan = lan_new();
	const struct command ping = {.verb = COMMAND_PING,
				     .ping = {.target = ip4(192, 0, 2, 3), .every = VL_S, .count = 1}};

	assert_int_equal(world_run(lan->world, VL_S), WORLD_RAN);
	world_clock(lan->world, 0, 500000);
	assert_int_equal(world_run(lan->world, 5 * VL_S), WORLD_RAN);
	struct vl_status status = world_control(lan->world, 0, &ping);
	assert_true(vl_ok(&status));
	assert_int_equal(world_run(lan->world, 6 * VL_S), WORLD_RAN);
	assert_int_equal(lan->sent_at, 5 * VL_S);
	assert_int_equal(lan->replied_at, 5 * VL_S + 80 * VL_US); /* ARP and echo, 40 us each */
	lan_free(lan);
}

/* Bits flip everywhere, few or many, in every frame, for a hundred seeds: everything is refused or taken for what it
 * says, nothing is lost track of, and a healed pair is a pair again. */
static void damaged_frames_harm_nobody(void **state)
{
	uint64_t damaged = 0;

	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct lan *lan = lan_new_with(seed);
		lan->may_be_damaged = true;
		for (world_node n = 0; n < 2; n++) {
			const struct command ping = {.verb = COMMAND_PING,
						     .ping = {.target = ip4(192, 0, 2, (uint8_t)(3 - n)),
							      .every = 100 * VL_MS}};
			world_link_corrupt(lan->world, n, 0, WORLD_BOTH, 700000, 1 + (unsigned)(seed % 20));
			struct vl_status status = world_control(lan->world, n, &ping);
			assert_true(vl_ok(&status));
		}
		assert_int_equal(world_run(lan->world, 30 * VL_S), WORLD_RAN);
		assert_true(lan->damaged > 0);
		damaged += lan->damaged;
		world_link_calm(lan->world, 0, 0);
		world_link_calm(lan->world, 1, 0);
		assert_int_equal(world_run(lan->world, 31 * VL_S), WORLD_RAN);
		uint64_t before = lan->damaged;
		assert_int_equal(world_run(lan->world, 60 * VL_S), WORLD_RAN);
		assert_int_equal(lan->damaged, before);
		const struct oracle_who r1 = {.node = 0, .segment = WORLD_ANY, .id = 1};
		const struct oracle_who r2 = {.node = 1, .segment = WORLD_ANY, .id = 1};
		assert_int_equal(oracle_state_at(lan->oracle, &r1, 60 * VL_S), ORACLE_ACTIVE);
		assert_int_equal(oracle_state_at(lan->oracle, &r2, 60 * VL_S), ORACLE_BACKUP);
		lan_free(lan);
	}
	assert_true(damaged > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crash_is_noticed_after_active_down_interval),
		cmocka_unit_test(a_split_brain_lasts_until_the_heal),
		cmocka_unit_test(the_digest_is_the_same_twice),
		cmocka_unit_test(a_router_with_a_slow_clock_is_slow_in_all_it_does),
		cmocka_unit_test(the_records_of_a_fast_clock_are_in_the_worlds_time),
		cmocka_unit_test(damaged_frames_harm_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Memory: every allocation of every scheduler fails once, and make then says so and leaves nothing behind (the
 * sanitizers look); behind make nobody allocates. The linker puts the test's own calloc before the C library's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "sim/balancer/ring.h"
#include "sim/balancer/scheduler.h"
#include "sim/balancer/tournament.h"

/* --wrap, because a calloc of our own would stand in the way of valgrind's and the sanitizers'. */
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

static unsigned allocations, fail_at;

void *__wrap_calloc(size_t count, size_t size)
{
	if (++allocations != fail_at)
		return __real_calloc(count, size);
	errno = ENOMEM;
	return NULL;
}

static struct scheduler *make(const struct scheduler_ops *ops, size_t room, unsigned fails)
{
	const struct prng dice = prng_stream(1, "memory");

	allocations = 0;
	fail_at = fails;
	struct scheduler *s = ops->make(room, &(struct scheduler_options){0}, &dice);
	fail_at = 0;
	return s;
}

static void every_allocation_may_fail(void **state)
{
	for (size_t i = 0; scheduler_at(i) != NULL; i++) {
		const struct scheduler_ops *ops = scheduler_at(i);
		struct scheduler *s = make(ops, 4, 0);
		unsigned all = allocations;
		assert_non_null(s);
		assert_in_range(all, 1, 20);
		ops->free(s);
		for (unsigned n = 1; n <= all; n++)
			assert_null(make(ops, 4, n));
		ops->free(NULL);
	}
}

/* Lists as long as the room and as short as nothing, all kinds of changes. */
static void nothing_is_allocated_behind_make(void **state)
{
	static const struct flow flow = {.client = {.family = IP_V4, .b = {10, 0, 0, 1}}};

	for (size_t i = 0; scheduler_at(i) != NULL; i++) {
		const struct scheduler_ops *ops = scheduler_at(i);
		for (uint32_t room = 1; room <= 4; room++) {
			struct scheduler_server server[4] = {0};
			struct scheduler_view view = {.server = server, .count = room};
			struct scheduler *s = make(ops, room, 0);
			assert_non_null(s);
			for (uint32_t k = 0; k < room; k++)
				server[k] = (struct scheduler_server){.name = "a", .id = k + 1, .usable = true,
								      .weight = SCHEDULER_WEIGHT_ONE,
								      .full_weight = SCHEDULER_WEIGHT_ONE};
			allocations = 0;
			ops->changed(s, &view, -1);
			for (uint32_t pick = 0; pick < 100; pick++) {
				int picked = ops->pick(s, &view, &flow, pick * VL_S);
				assert_in_range(picked, 0, room - 1);
				server[picked].active = pick % 3 % 2;
				if (ops->counted != NULL)
					ops->counted(s, &view, (unsigned)picked);
				server[pick % room].weight = (1 + pick % 5) * SCHEDULER_WEIGHT_ONE;
				ops->changed(s, &view, (int)(pick % room));
			}
			view.count = 0;
			ops->changed(s, &view, -1);
			assert_int_equal(ops->pick(s, &view, &flow, 0), -1);
			assert_int_equal(allocations, 0);
			ops->free(s);
		}
	}
}

static void there_is_a_limit_to_the_servers(void **state)
{
	struct tournament t;
	struct ring r;

	assert_false(tournament_init(&t, TOURNAMENT_ROOM + 1));
	assert_false(ring_init(&r, RING_ROOM + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(nothing_is_allocated_behind_make),
		cmocka_unit_test(there_is_a_limit_to_the_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Real servers without a balancer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/farm.h"

static void write_server(struct farm *f, size_t which, uint32_t id, uint32_t weight)
{
	(void)snprintf(f->name[id - 1], sizeof f->name[0], "server%u", id);
	f->server[which] = (struct scheduler_server){.name = f->name[id - 1],
						     .address = ip4(10, 1, (uint8_t)(id >> 8), (uint8_t)id),
						     .port = 80,
						     .id = id,
						     .weight = (uint64_t)weight * SCHEDULER_WEIGHT_ONE,
						     .full_weight = (uint64_t)weight * SCHEDULER_WEIGHT_ONE,
						     .usable = true};
}

struct farm *farm_new(const char *scheduler, const struct scheduler_options *options, const uint32_t *weight,
		      size_t count)
{
	struct farm *f = calloc(1, sizeof *f);
	const struct scheduler_options none = {0};
	const struct prng dice = prng_stream(1, scheduler);

	assert_non_null(f);
	f->ops = scheduler_find(scheduler);
	assert_non_null(f->ops);
	struct vl_status fine = scheduler_check(f->ops, options != NULL ? options : &none);
	assert_string_equal(fine.reason, "");
	f->scheduler = f->ops->make(FARM_ROOM, options != NULL ? options : &none, &dice);
	assert_non_null(f->scheduler);
	f->count = count;
	for (size_t i = 0; i < count; i++)
		write_server(f, i, (uint32_t)i + 1, weight[i]);
	f->flow = (struct flow){.client = ip4(192, 0, 2, 1), .service = ip4(198, 51, 100, 1), .client_port = 1024};
	farm_changed(f, -1);
	return f;
}

void farm_free(struct farm *f)
{
	f->ops->free(f->scheduler);
	free(f);
}

struct scheduler_view farm_view(const struct farm *f)
{
	return (struct scheduler_view){.server = f->server, .count = f->count};
}

int farm_pick(struct farm *f)
{
	struct scheduler_view view = farm_view(f);

	return f->ops->pick(f->scheduler, &view, &f->flow, f->now);
}

void farm_active(struct farm *f, size_t which, uint32_t active)
{
	struct scheduler_view view = farm_view(f);

	f->server[which].active = active;
	if (f->ops->counted != NULL)
		f->ops->counted(f->scheduler, &view, (unsigned)which);
}

int farm_open(struct farm *f)
{
	int picked = farm_pick(f);

	if (picked >= 0)
		farm_active(f, (size_t)picked, f->server[picked].active + 1);
	return picked;
}

void farm_close(struct farm *f, size_t which)
{
	assert_true(f->server[which].active > 0);
	farm_active(f, which, f->server[which].active - 1);
}

void farm_changed(struct farm *f, int which)
{
	struct scheduler_view view = farm_view(f);

	f->ops->changed(f->scheduler, &view, which);
}

void farm_weight(struct farm *f, size_t which, uint32_t weight)
{
	f->server[which].weight = f->server[which].full_weight = (uint64_t)weight * SCHEDULER_WEIGHT_ONE;
	farm_changed(f, (int)which);
}

void farm_usable(struct farm *f, size_t which, bool usable)
{
	f->server[which].usable = usable;
	farm_changed(f, (int)which);
}

void farm_remove(struct farm *f, size_t which)
{
	f->count--;
	memmove(&f->server[which], &f->server[which + 1], (f->count - which) * sizeof f->server[0]);
	farm_changed(f, -1);
}

void farm_insert(struct farm *f, size_t where, uint32_t id, uint32_t weight)
{
	assert_true(f->count < FARM_ROOM && id <= FARM_ROOM);
	memmove(&f->server[where + 1], &f->server[where], (f->count - where) * sizeof f->server[0]);
	f->count++;
	write_server(f, where, id, weight);
	farm_changed(f, -1);
}

static void expect(struct farm *f, const char *letters, int (*next)(struct farm *f))
{
	char got[256];
	size_t length = strlen(letters);

	assert_true(length < sizeof got);
	for (size_t i = 0; i < length; i++) {
		int picked = next(f);
		got[i] = picked < 0 ? '-' : (char)('A' + (int)f->server[picked].id - 1);
	}
	got[length] = 0;
	assert_string_equal(got, letters);
}

void farm_expect(struct farm *f, const char *letters)
{
	expect(f, letters, farm_pick);
}

void farm_expect_open(struct farm *f, const char *letters)
{
	expect(f, letters, farm_open);
}

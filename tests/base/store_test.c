// SPDX-License-Identifier: BSD-2-Clause
/* What holds things: frame pool, outbox, table. Each against a plain model on random histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/base/outbox.h"
#include "sim/base/prng.h"
#include "sim/base/table.h"

static void a_shared_frame_is_copied_for_its_writer(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct frame *f = frame_copy(pool, (const uint8_t *)"abc", 3);

	(void)state;
	struct frame *mine = frame_own(frame_ref(f));
	assert_ptr_not_equal(mine, f);
	mine->data[0] = 'x';
	assert_memory_equal(f->data, "abc", 3);
	struct frame *sole = frame_own(f);
	assert_ptr_equal(sole, f);
	assert_int_equal(frame_pool_held(pool), 2);
	frame_unref(mine);
	frame_unref(sole);
	assert_int_equal(frame_pool_held(pool), 0);
	frame_pool_free(pool);
}

/* Who keeps a lent frame has its bytes also when they are gone where they came from. */
static void a_lent_frame_is_copied_for_who_keeps_it(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	uint8_t bytes[] = "abc";

	(void)state;
	struct frame *f = frame_lend(pool, bytes, 3);
	assert_ptr_equal(f->data, bytes);
	assert_int_equal(f->length, 3);
	(void)frame_note_new(f, sizeof(int));
	struct frame *kept = frame_ref(f);
	frame_settle(f);
	bytes[0] = 'x';
	assert_memory_equal(kept->data, "abc", 3);
	assert_null(frame_note(kept)); /* it may point to where the bytes were */
	frame_unref(kept);
	assert_int_equal(frame_pool_held(pool), 0);

	/* and nobody else costs a copy */
	f = frame_lend(pool, bytes, 3);
	assert_ptr_equal(f, kept); /* the same, used again */
	assert_ptr_equal(f->data, bytes);
	frame_settle(f);
	frame_settle(NULL);
	assert_int_equal(frame_pool_held(pool), 0);
	assert_null(frame_lend(pool, bytes, FRAME_MAX + 1));

	/* a writer gets other bytes, although nobody else holds it; what is known of the sum it may make untrue */
	f = frame_lend(pool, bytes, 3);
	f->summed = 1;
	struct frame *mine = frame_own(f);
	assert_ptr_not_equal(mine->data, bytes);
	assert_memory_equal(mine->data, "xbc", 3);
	assert_int_equal(mine->summed, 0);
	mine->summed = 1;
	mine = frame_own(mine);
	assert_int_equal(mine->summed, 0);
	frame_unref(mine);
	assert_int_equal(frame_pool_held(pool), 0);
	frame_pool_free(pool);
}

static void buffers_come_back_and_sizes_are_bounded(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct frame *f = frame_new(pool, 60);

	(void)state;
	frame_unref(f);
	assert_ptr_equal(frame_new(pool, 100), f); /* same class, same buffer */
	assert_null(frame_new(pool, FRAME_MAX + 1));
	struct frame *big = frame_new(pool, FRAME_MAX);
	assert_int_equal(big->length, FRAME_MAX);
	frame_pool_free(pool); /* frees what is still held, too */
}

static const struct record_kind test_kind = {
	.name = "test.thing", .level = RECORD_INFO, .text = "thing {n}", .field = {{"n", VALUE_NUMBER}}};

static void outbox_keeps_order_and_counts_what_does_not_fit(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct outbox box;
	struct engine_out out;

	(void)state;
	assert_true(outbox_init(&box, 2));
	outbox_frame(&box, 3, frame_new(pool, 10));
	outbox_record(&box, &test_kind, NULL, 5)->value[0].number = 7;
	outbox_record(&box, &test_kind, NULL, 6)->value[0].number = 8; /* no room */
	outbox_frame(&box, 3, frame_new(pool, 10));
	assert_int_equal(box.dropped, 2);
	assert_true(outbox_poll(&box, &out));
	assert_int_equal(out.type, OUT_FRAME);
	assert_int_equal(out.port, 3);
	frame_unref(out.frame);
	assert_true(outbox_poll(&box, &out));
	assert_int_equal(out.record.value[0].number, 7);
	assert_false(outbox_poll(&box, &out));
	outbox_frame(&box, 0, frame_new(pool, 10));
	outbox_fini(&box);
	assert_int_equal(frame_pool_held(pool), 0);
	frame_pool_free(pool);
}

enum { KEYS = 300, ROOM = 200 };

static void table_agrees_with_an_array(void **state)
{
	struct prng p = prng_stream(3, "table test");
	struct table t;
	bool in[KEYS] = {false};
	uint64_t value[KEYS] = {0};
	size_t count = 0;

	(void)state;
	assert_true(table_init(&t, ROOM, sizeof(uint32_t), sizeof(uint64_t), 42));
	for (int step = 0; step < 200000; step++) {
		uint32_t key = (uint32_t)prng_below(&p, KEYS);
		uint64_t *v = table_find(&t, &key);
		assert_int_equal(v != NULL, in[key]);
		if (v != NULL)
			assert_int_equal(*v, value[key]);
		if (prng_chance(&p, 1, 2)) {
			assert_int_equal(table_remove(&t, &key), in[key]);
			count -= in[key];
			in[key] = false;
		} else {
			bool is_new;
			v = table_put(&t, &key, &is_new);
			assert_int_equal(v == NULL, !in[key] && count == ROOM);
			if (v != NULL) {
				assert_int_equal(is_new, !in[key]);
				count += is_new;
				in[key] = true;
				*v = value[key] = prng_u64(&p);
			}
		}
		assert_int_equal(t.count, count);
	}
	size_t at = 0, walked = 0;
	const void *key;
	void *v;
	while (table_next(&t, &at, &key, &v))
		walked++;
	assert_int_equal(walked, count);
	table_fini(&t);
}

static void a_note_lasts_as_long_as_the_bytes_it_is_about(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct frame *f = frame_copy(pool, (const uint8_t *)"abcd", 4), *other = frame_new(pool, 4);

	(void)state;
	assert_null(frame_note(f));
	int *note = frame_note_new(f, sizeof *note);
	*note = 7;
	assert_ptr_equal(frame_note(frame_ref(f)), note);       /* for every holder */
	assert_null(frame_note(other));
	frame_unref(f);
	assert_ptr_equal(frame_note(f), note);
	f = frame_own(f);
	assert_null(frame_note(f));     /* a writer has it now */
	(void)frame_note_new(f, sizeof *note);
	(void)frame_note_new(other, sizeof *note);
	assert_null(frame_note(f));     /* one note a pool */
	(void)frame_note_new(f, sizeof *note);
	frame_unref(f);
	assert_ptr_equal(frame_new(pool, 4), f);        /* the same buffer, another frame */
	assert_null(frame_note(f));
	frame_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shared_frame_is_copied_for_its_writer),
		cmocka_unit_test(a_lent_frame_is_copied_for_who_keeps_it),
		cmocka_unit_test(buffers_come_back_and_sizes_are_bounded),
		cmocka_unit_test(a_note_lasts_as_long_as_the_bytes_it_is_about),
		cmocka_unit_test(outbox_keeps_order_and_counts_what_does_not_fit),
		cmocka_unit_test(table_agrees_with_an_array),
	};

	return cmocka_run_group_tests_name("base/store", tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The Internet checksum, of whole buffers, of parts, and while copying, against a loop over 16-bit words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/base/checksum.h"
#include "sim/base/prng.h"

/* RFC 1071 section 3's example: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2. */
static void checksum_of_rfc_1071(void **state)
{
	const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

	(void)state;
	assert_int_equal(checksum_of(bytes, sizeof bytes), (uint16_t)~0xddf2);
	assert_int_equal(checksum_of((const uint8_t[]){0x12}, 1), (uint16_t)~0x1200);
}

static void checksum_agrees_with_the_plain_loop(void **state)
{
	struct prng p = prng_stream(4, "checksum test");
	uint8_t bytes[700], copy[700];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		size_t n = prng_below(&p, sizeof bytes + 1), cut = n == 0 ? 0 : prng_below(&p, n / 2 + 1) * 2;
		uint32_t sum = 0;
		for (size_t k = 0; k < n; k++)
			bytes[k] = prng_chance(&p, 1, 4) ? 0xff : (uint8_t)prng_u64(&p);
		for (size_t k = 0; k < n; k++)
			sum += k % 2 == 0 ? (uint32_t)bytes[k] << 8 : bytes[k];
		while (sum >> 16 != 0)
			sum = (sum & 0xffff) + (sum >> 16);
		assert_int_equal(checksum_of(bytes, n), (uint16_t)~sum);
		assert_int_equal(checksum_finish(checksum_add(checksum_add(0, bytes, cut), bytes + cut, n - cut)),
				 (uint16_t)~sum);
		memset(copy, 0x55, sizeof copy);
		assert_int_equal(checksum_finish(checksum_copy(0, copy, bytes, n)), (uint16_t)~sum);
		assert_memory_equal(copy, bytes, n);
		for (size_t k = n; k < sizeof copy; k++)
			assert_int_equal(copy[k], 0x55);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksum_of_rfc_1071),
		cmocka_unit_test(checksum_agrees_with_the_plain_loop),
	};

	return cmocka_run_group_tests_name("base/checksum", tests, NULL, NULL);
}

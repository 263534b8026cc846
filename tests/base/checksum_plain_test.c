// SPDX-License-Identifier: BSD-2-Clause
/* The checksum of a processor without wide instructions, whatever this one has: the same cases. */
#define CHECKSUM_PLAIN
#include "sim/base/checksum.c"
#include "tests/base/checksum_test.c"

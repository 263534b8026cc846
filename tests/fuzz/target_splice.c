// SPDX-License-Identifier: BSD-2-Clause
/*
 * splice: connections through a layer 7 service over a wire, whose loss, doubling, reordering, segment sizes and windows the
 * input chooses, as it does what both sides say and when, who pauses, finishes or resets: the streams at both ends are
 * equal (tests/balancer/splice_lab.h asserts it at every byte), and whatever ends leaves nothing behind.
 */
#include "tests/balancer/splice_lab.h"
#include "tests/fuzz/fuzz.h"

/* Behind its end the input chooses zeros: a good wire. */
static unsigned by_input(void *context, unsigned below)
{
	struct draw *d = context;

	return (below > 256 ? draw_u16(d) : draw_u8(d)) % below;
}

static bool is_left(void *context)
{
	return draw_left(context) > 0;
}

void fuzz_splice(const uint8_t *bytes, size_t length)
{
	static struct splice_lab lab;
	struct draw d = draw_of(bytes, length);
	enum splice_mode mode = (enum splice_mode)(draw_u8(&d) % SPLICE_MODES);

	lab = (struct splice_lab){.choose = by_input, .more = is_left, .context = &d};
	splice_story(&lab, mode);
}

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/build_absent.h"

static void nothing(void *self, vl_time now)
{
	(void)self, (void)now;
}

static void hears_nothing(void *self, unsigned port, struct frame *f, vl_time now)
{
	(void)self, (void)port, (void)f, (void)now;
}

static vl_time never(const void *self)
{
	(void)self;
	return VL_NEVER;
}

static bool says_nothing(void *self, struct engine_out *out)
{
	(void)self, (void)out;
	return false;
}

static struct vl_status obeys_nothing(void *self, const struct command *command, vl_time now)
{
	(void)self, (void)command, (void)now;
	return vl_refuse(VL_STATE, "it is a real box");
}

static void no_more(void *self)
{
	(void)self;
}

struct engine build_absent(void)
{
	static const struct engine_ops ops = {
		.name = "a real box",
		.startup = nothing,
		.shutdown = nothing,
		.input = hears_nothing,
		.timeout = nothing,
		.deadline = never,
		.poll = says_nothing,
		.control = obeys_nothing,
		.free = no_more,
	};

	return (struct engine){.ops = &ops};
}

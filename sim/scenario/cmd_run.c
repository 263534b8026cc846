// SPDX-License-Identifier: BSD-2-Clause
/* The door of `viplab run`: the command line. */
#include "sim/scenario/cmd_run.h"

#include "sim/scenario/run_session.h"
#include "viplab.h"

static int run(const struct run_options *o)
{
	return run_session(o, VIPLAB_VERSION);
}

int cmd_run(int argc, char **argv)
{
	return run_options_serve(argc, argv, run);
}

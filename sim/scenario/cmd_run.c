// SPDX-License-Identifier: BSD-2-Clause
/* The door of `viplab run`: the command line. */
#include "sim/scenario/cmd_run.h"

#include <stdio.h>

#include "analyzers/pages/page_files.h"
#include "analyzers/report/run_reports.h"
#include "sim/scenario/run_changes.h"
#include "sim/scenario/run_session.h"
#include "viplab.h"

static enum run_end run(const struct run_options *o)
{
	struct run_changes seen;
	struct run_options mine = *o;
	enum run_end end;

	mine.page = page_of_run;
	for (;;) {
		if (o->watch)
			run_changes_look(&seen, o);
		end = run_session(&mine, VIPLAB_VERSION, run_reports_write);
		if (!o->watch || fflush(stdout) != 0)
			return end;
		fputs("viplab run: waiting for a script to be saved; Ctrl-C ends\n", stderr);
		run_changes_wait(&seen, o);
	}
}

int cmd_run(int argc, char **argv)
{
	return run_options_serve(argc, argv, run);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The door of `viplab top`. */
#include "analyzers/dashboard/cmd_top.h"

#include "analyzers/dashboard/top.h"
#include "analyzers/pages/screen.h"
#include "viplab.h"

int cmd_top(int argc, char **argv)
{
	struct top_options options;

	int status = 2;

	if (top_options_read(&options, argc, argv)) {
		options.picture = screen_svg;
		options.version = VIPLAB_VERSION;
		if (options.help)
			top_options_help();
		status = options.help ? 0 : top_run(&options);
	}
	top_options_free(&options);
	return status;
}

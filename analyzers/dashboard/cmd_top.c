// SPDX-License-Identifier: BSD-2-Clause
/* The door of `viplab top`. */
#include "analyzers/dashboard/cmd_top.h"

#include "analyzers/dashboard/top.h"
#include "analyzers/pages/screen.h"

int cmd_top(int argc, char **argv)
{
	struct top_options options;

	if (!top_options_read(&options, argc, argv))
		return 2;
	if (options.help) {
		top_options_help();
		return 0;
	}
	options.picture = screen_svg;
	return top_run(&options);
}

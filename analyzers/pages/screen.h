// SPDX-License-Identifier: BSD-2-Clause
/* A screen of the dashboard as a picture: what a terminal would show, as text that can be read aloud and searched. */
#ifndef VL_PAGES_SCREEN_H
#define VL_PAGES_SCREEN_H

#include <stdio.h>

#include "analyzers/dashboard/grid.h"

void screen_svg(FILE *to, const struct grid *g, const char *title);

#endif

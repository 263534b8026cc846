// SPDX-License-Identifier: BSD-2-Clause
/* One more step in a script's text: what a key of the dashboard and a word to a live run become, so that both are checked
 * as the script was and can be written down as one. */
#ifndef VL_SCENARIO_SCRIPT_STEP_H
#define VL_SCENARIO_SCRIPT_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/time.h"

#define SCRIPT_STEP 400                 /* room for a step, its end included */

/* `text` (not NUL terminated) with the step of that moment as the first of its timeline, which is added where there is
 * none. The step is one without its time ("crash: lb1"), shorter than SCRIPT_STEP, and stays one line: see
 * script_step_is_line. NULL: no memory. The caller frees it; it ends with NUL. */
char *script_with_step(const char *text, size_t length, const char *step, vl_time at, size_t *new_length);

/* No control characters, and short enough. */
bool script_step_is_line(const char *step);

#endif

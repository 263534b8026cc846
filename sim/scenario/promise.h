// SPDX-License-Identifier: BSD-2-Clause
/* What the services of a script promise to their clients, told to the judges that look whether it can be kept
 * (analyzers/session.h): as the script begins, not as its steps change it. */
#ifndef VL_SCENARIO_PROMISE_H
#define VL_SCENARIO_PROMISE_H

#include "sim/scenario/scenario.h"
#include "sim/scenario/watch.h"

/* False: no memory. */
bool promise_services(struct watch *w, const struct scenario *s);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Frames to facts, for every passive source: who advertises (heard.h), what the analyzers find, and which server of which
 * virtual service gets how many connections, as the flow tracker sees it. Numbers of servers are estimates.
 */
#ifndef VL_DASHBOARD_HEARING_H
#define VL_DASHBOARD_HEARING_H

#include "analyzers/dashboard/model.h"
#include "analyzers/analyzer.h"

struct hearing;

/* `service`: "10.0.0.1:443" is told to the flow tracker, so that its servers are found by their station alone; or NULL.
 * NULL: no memory. The model is borrowed. */
struct hearing *hearing_new(struct model *m, const char *service);
void hearing_free(struct hearing *h);

/* Time comes to `now`, with samples on the way. */
void hearing_advance(struct hearing *h, vl_time now);
void hearing_frame(struct hearing *h, const struct packet *p, uint64_t number, vl_time at, size_t length);
/* No more frames. */
void hearing_finish(struct hearing *h, vl_time now);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/*
 * --record FILE: what the dashboard samples, for longer than its memory goes back, as a journal (viplab.journal/1) that
 * `viplab top journal:FILE' and `viplab report FILE' read: a line a server and sample (kind top.sample), a line a change of a
 * router's state. Findings are not in it: a capture of the same time has them.
 */
#ifndef VL_DASHBOARD_RECORDING_H
#define VL_DASHBOARD_RECORDING_H

#include "analyzers/dashboard/model.h"

struct recording;

/* Begins to listen to the model, which is borrowed. NULL: errno says why. */
struct recording *recording_open(const char *file, struct model *m);
/* The file's descriptor, for who is about to forbid writing to others. */
int recording_descriptor(const struct recording *r);
/* False: it is not whole (errno). */
bool recording_close(struct recording *r);

#endif

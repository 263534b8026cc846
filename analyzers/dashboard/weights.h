// SPDX-License-Identifier: BSD-2-Clause
/* --weights NAME=W,...: what a source cannot know, a passive one above all. Names are servers' or their addresses. */
#ifndef VL_DASHBOARD_WEIGHTS_H
#define VL_DASHBOARD_WEIGHTS_H

#include "analyzers/dashboard/model.h"

/* Whether it is of that form, with weights from 0 to 65535. */
bool weights_valid(const char *text);
/* Gives them to the servers whose source does not know theirs. The text is valid. */
void weights_apply(struct model *m, const char *text);

#endif

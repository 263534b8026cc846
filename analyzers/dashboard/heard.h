// SPDX-License-Identifier: BSD-2-Clause
/* What a wire tells of virtual routers: advertisements and hellos make and keep the model's routers. */
#ifndef VL_DASHBOARD_HEARD_H
#define VL_DASHBOARD_HEARD_H

#include "analyzers/dashboard/model.h"
#include "sim/wire/packet.h"

void heard_packet(struct model *m, const struct packet *p, vl_time at);
/* Senders that have been silent for more than three of their intervals. */
void heard_silence(struct model *m, vl_time now);

#endif

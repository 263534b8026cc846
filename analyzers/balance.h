// SPDX-License-Identifier: BSD-2-Clause
/*
 * The judge of balancers, as one analyzer: the flow tracker (flows.h) and the judges that share it (flow_judge.h). It
 * finds virtual services by itself; one that is told (balance_tell) is judged even where its servers show by nothing but
 * the station that asks them.
 *
 * Nothing is found about a service whose traffic shows no balancing.
 */
#ifndef VL_ANALYZERS_BALANCE_H
#define VL_ANALYZERS_BALANCE_H

#include "analyzers/analyzer.h"
#include "analyzers/flows.h"

extern const struct analyzer_ops balance_analyzer;

/* For who made it through balance_analyzer and wants more than findings. */
struct balance_judge;
const struct flows *balance_flows(const struct balance_judge *b);
bool balance_tell(struct balance_judge *b, const struct ip_addr *address, uint16_t port, uint8_t protocol);
/* Findings that there was no room for. */
uint64_t balance_refused(const struct balance_judge *b);

#endif
